//! What tells records apart that have another number or id at the other side.

use backlot_model::{Digest, Lookup, Outgoing, RecordId, RecordKind};

use crate::forge::Depiction;

/// What tells a record apart inside its group, the best first. Records of the same key belong together, the first
/// one to the first one and so on.
pub(super) fn keys<L: Lookup>(
    outgoing: &Outgoing,
    depiction: &Depiction,
    lookup: &mut L,
) -> Result<Vec<String>, L::Error> {
    // Who stands for nobody is as good as nobody.
    let mut login = |user| {
        let login = login(user, lookup)?;
        Ok(match depiction.is_nobody(&login) {
            true => String::new(),
            false => login,
        })
    };
    let record = &*outgoing.record;
    let name = record.name().unwrap_or_default().to_lowercase();
    let title = record.title().unwrap_or_default();
    let number = record.number().unwrap_or_default();
    let moment = record
        .created_at()
        .map(|at| at.to_string())
        .unwrap_or_default();
    let content = record.content().unwrap_or_default();
    Ok(match record.kind() {
        RecordKind::Repository => vec![String::new()],
        RecordKind::User | RecordKind::Label => vec![name],
        RecordKind::Milestone => vec![
            format!("{number} {title}"),
            title.to_owned(),
            number.to_string(),
        ],
        RecordKind::Issue => vec![number.to_string()],
        RecordKind::Comment => {
            let author = login(record.author())?;
            let body = Digest::of(record.body().map_or("", String::as_str).as_bytes());
            let updated = record
                .updated_at()
                .map(|at| at.to_string())
                .unwrap_or_default();
            vec![
                format!("{moment} {author} {body} {updated}"),
                format!("{moment} {author} {body}"),
                format!("{moment} {author}"),
                moment,
                String::new(),
            ]
        }
        RecordKind::HistoryEvent => {
            let event = record.event().unwrap_or_default();
            let subject = record.subject().unwrap_or_default();
            let actor = login(record.author())?;
            vec![
                format!("{event} {moment} {actor} {subject}"),
                format!("{event} {moment} {actor}"),
                format!("{event} {moment}"),
            ]
        }
        RecordKind::Reaction => {
            let author = login(record.author())?;
            vec![
                format!("{content} {author} {moment}"),
                format!("{content} {author}"),
            ]
        }
        RecordKind::Project => vec![format!("{number} {name}"), name],
        RecordKind::Column => vec![name, String::new()],
        _ => vec![
            record.body().cloned().unwrap_or_default(),
            moment,
            String::new(),
        ],
    })
}

/// The login of a user; nothing for nobody.
fn login<L: Lookup>(user: Option<RecordId>, lookup: &mut L) -> Result<String, L::Error> {
    let Some(user) = user else {
        return Ok(String::new());
    };
    let found = lookup.record(user)?;
    let name = found.and_then(|user| user.record.name().map(str::to_lowercase));
    Ok(name.unwrap_or_default())
}
