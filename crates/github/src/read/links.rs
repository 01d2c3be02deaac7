//! What projects, columns and cards say about other objects by their URLs.

use backlot_model::{Link, RecordKind, UserKind};

use super::gather::{last_number, plain};
use super::intake::{Around, Intake};
use super::object::Object;
use crate::shape::Site;

impl Intake {
    /// The links of an object. Where it does not name what it stands in, the name of its file does.
    pub(super) fn links(&mut self, object: &Object<'_>, around: &Around<'_>) -> Vec<Link> {
        let url = |key: &str| plain(object.slots.get(object.table, key));
        let mut links = Vec::new();
        match object.kind {
            RecordKind::Project => {
                if let Some((api, login, kind)) = url("owner_url").and_then(owner) {
                    let host = self.host(Site::new(api, ""));
                    let login = login.to_owned();
                    links.push(Link::Owner { host, login, kind });
                }
            }
            RecordKind::Column => {
                let project = url("project_url").and_then(last_number);
                links.extend(project.or(around.parent).map(Link::Container));
            }
            RecordKind::Card => {
                let column = url("column_url").and_then(last_number);
                links.extend(column.or(around.parent).map(Link::Container));
                if let Some(content) = url("content_url")
                    && let Some(site) = Site::of_url(content)
                    && let Some(number) = last_number(content)
                {
                    links.push(Link::Issue {
                        host: self.host(site),
                        repository: site.repo.to_owned(),
                        number,
                    });
                }
            }
            _ => {}
        }
        links
    }
}

/// The address of the API, the login at the end of the URL of an organisation or a person, and which of the
/// two it is.
fn owner(url: &str) -> Option<(&str, &str, UserKind)> {
    let (rest, login) = url.rsplit_once('/')?;
    let (api, place) = rest.rsplit_once('/')?;
    let kind = match place {
        "orgs" => UserKind::Organization,
        "users" => UserKind::User,
        _ => return None,
    };
    let is_owner = api.starts_with("http") && !login.is_empty();
    is_owner.then_some((api, login, kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_tells_the_owner_of_a_board() {
        for (url, expected) in [
            (
                "https://api.github.com/orgs/octo",
                Some(("https://api.github.com", "octo", UserKind::Organization)),
            ),
            (
                "https://git.corp/api/v3/users/mona",
                Some(("https://git.corp/api/v3", "mona", UserKind::User)),
            ),
            ("https://api.github.com/repos/octo/hello", None),
            ("https://api.github.com/orgs/", None),
            ("octo", None),
        ] {
            assert_eq!(owner(url), expected, "{url}");
        }
    }
}
