//! Words from a forge's fixed lists, each able to hold a word that is not on the list.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
            /// A word that this version does not know, kept as it came.
            Other(Box<str>),
        }

        impl $name {
            /// Reads a word exactly as the forge spells it; any other word is kept too.
            pub fn from_word(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    other => Self::Other(other.into()),
                }
            }

            /// The word as the forge spells it.
            pub fn as_word(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(other) => other,
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_word())
            }
        }
    };
}

words! {
    /// Whether an issue, a milestone or a project is open.
    State {
        /// Open.
        Open = "open",
        /// Closed.
        Closed = "closed",
    }
}

words! {
    /// Why an issue has the state that it has.
    StateReason {
        /// Closed because it was done.
        Completed = "completed",
        /// Closed although it was not done.
        NotPlanned = "not_planned",
        /// Closed because another issue says the same.
        Duplicate = "duplicate",
        /// Open again after it had been closed.
        Reopened = "reopened",
    }
}

words! {
    /// Why a conversation is locked.
    LockReason {
        /// It left its subject.
        OffTopic = "off-topic",
        /// It became unkind.
        TooHeated = "too heated",
        /// There is nothing left to say.
        Resolved = "resolved",
        /// It drew spam.
        Spam = "spam",
    }
}

words! {
    /// What the author was to the repository when the forge was asked.
    AuthorAssociation {
        /// No relation.
        None = "NONE",
        /// Invited to collaborate.
        Collaborator = "COLLABORATOR",
        /// Has contributed before.
        Contributor = "CONTRIBUTOR",
        /// Has never contributed anywhere on the forge.
        FirstTimer = "FIRST_TIMER",
        /// Has never contributed to this repository.
        FirstTimeContributor = "FIRST_TIME_CONTRIBUTOR",
        /// A placeholder for somebody whose account did not come along in a migration.
        Mannequin = "MANNEQUIN",
        /// A member of the owning organisation.
        Member = "MEMBER",
        /// The owner.
        Owner = "OWNER",
    }
}

words! {
    /// What kind of account a user is.
    UserKind {
        /// A person.
        User = "User",
        /// A program.
        Bot = "Bot",
        /// An organisation.
        Organization = "Organization",
        /// A placeholder for somebody whose account did not come along in a migration.
        Mannequin = "Mannequin",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_kept() {
        assert_eq!(State::from_word("open"), State::Open);
        assert_eq!(State::from_word("triaged").as_word(), "triaged");
        assert_eq!(LockReason::from_word("too heated"), LockReason::TooHeated);
    }
}
