//! Users, each written once although they stand in thousands of objects.

use rustc_hash::FxHashSet;

use super::record::Record;
use crate::read::migration::{Type, World};
use crate::shape::Site;
use backlot_forge::Error;
use backlot_forge::json::string;
use backlot_forge::output::Output;
use backlot_forge::slots::entry;

use super::pages::Pages;

/// What an archive says of a user beyond the name, in its order.
const OF_USER: [&str; 7] = [
    "name",
    "bio",
    "company",
    "website",
    "location",
    "emails",
    "social_accounts",
];
const OF_ORGANIZATION: [&str; 6] = [
    "name",
    "description",
    "website",
    "location",
    "email",
    "members",
];

/// The users that were written; the set of their logins is all that grows with them.
#[derive(Default)]
pub(super) struct People {
    known: FxHashSet<String>,
    /// The record that was written last.
    pub(super) last: Option<(Type, String)>,
}

impl People {
    /// The URL of a user of the API, who is written if it is the first time; none for null, and for
    /// what is no user.
    pub(super) fn meet(
        &mut self,
        user: &str,
        site: Site<'_>,
        world: &mut World,
        pages: &mut Pages,
        output: &mut Output,
    ) -> Result<Option<String>, Error> {
        let get = |key: &str| entry(user, key).filter(|_| user.starts_with('{'));
        let text = |key: &str| get(key).and_then(string);
        let Some(login) = text("login").filter(|login| !login.is_empty()) else {
            return Ok(None);
        };
        let kind = match text("type").as_deref() {
            Some("Organization") => Type::Organizations,
            Some("Bot") => Type::Bots,
            _ => Type::Users,
        };
        // A login says who it is at one forge alone, which a URL names.
        let said = text("html_url").filter(|url| world.is_user(url, &login) || kind == Type::Bots);
        let url = match said {
            Some(url) => url.into_owned(),
            None => format!("{}/{login}", site.html),
        };
        if !self.known.insert(url.clone()) {
            return Ok(Some(url));
        }
        let mut record = Record::new(match kind {
            Type::Organizations => "organization",
            _ => "user",
        });
        record.text("url", &url);
        if let Some(avatar) = get("avatar_url") {
            record.raw("avatar_url", avatar);
        }
        record.text("login", &login);
        let said = |key: &str| get(key).unwrap_or_default();
        match kind {
            Type::Organizations => {
                for key in OF_ORGANIZATION {
                    let empty = if key == "members" { "[]" } else { "null" };
                    record.raw(
                        key,
                        if said(key).is_empty() {
                            empty
                        } else {
                            said(key)
                        },
                    );
                }
                if get("created_at").is_some() {
                    record.raw("created_at", said("created_at"));
                }
            }
            _ => {
                for key in OF_USER {
                    let is_list = matches!(key, "emails" | "social_accounts");
                    let empty = if is_list { "[]" } else { "null" };
                    record.raw(
                        key,
                        if said(key).is_empty() {
                            empty
                        } else {
                            said(key)
                        },
                    );
                }
                record.raw("billing_plan", said("billing_plan"));
                record.raw("created_at", said("created_at"));
            }
        }
        let record = record.finish();
        // It was made just now, and is well formed.
        let _ = world.learn_user(&record, kind == Type::Bots);
        pages.put(kind, &record, output)?;
        self.last = Some((kind, record));
        Ok(Some(url))
    }
}
