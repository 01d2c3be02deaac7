//! The fields of a query itself.

use backlot_model::{RepositoryName, Timestamp};
use serde_json::Value;

use super::connection::{self, connection};
use super::fault::Fault;
use super::node;
use super::object::{Object, Resolved, Shown};
use super::repository::{nodes, order};
use super::run::{Ask, Run};
use crate::github;

/// As far as GitHub shows what it found.
const SHOWN: usize = 1000;

impl<'r> Run<'r> {
    /// A field of the query itself.
    pub(super) fn root(&mut self, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let login = ask.text("login").unwrap_or_default();
        match ask.name {
            "viewer" => {
                let login = self.exchange.caller()?.login.clone();
                let json = github::user(self.snapshot, self.exchange, &login)?;
                Ok(Resolved::maybe(Shown::user(&json)))
            }
            "repository" => {
                let owner = ask.text("owner").unwrap_or_default();
                self.repository_named(owner, ask.text("name").unwrap_or_default())
            }
            "user" => match self.somebody(login)? {
                Some(json) if json["type"] != "Organization" => {
                    Ok(Resolved::maybe(Shown::user(&json)))
                }
                _ => Err(nobody("a User", login)),
            },
            "organization" => match self.somebody(login)? {
                Some(json) if json["type"] == "Organization" => {
                    Ok(Resolved::maybe(Shown::user(&json)))
                }
                _ => Err(nobody("an Organization", login)),
            },
            "repositoryOwner" => {
                let json = self.somebody(login)?;
                Ok(Resolved::maybe(json.and_then(|json| Shown::user(&json))))
            }
            "node" => self.node(ask.text("id").unwrap_or_default()),
            "nodes" => {
                let ids = ask.texts("ids").unwrap_or_default();
                if ids.len() > 100 {
                    let told = "You may not provide more than 100 node ids";
                    return Err(Fault::of_kind("ARGUMENT_LIMIT", told));
                }
                let nodes = ids.into_iter().map(|id| self.node(id));
                nodes.collect::<Result<_, _>>().map(Resolved::List)
            }
            "search" => self.search(ask),
            "rateLimit" => Ok(rate_limit(self.exchange.now())),
            "__type" => Ok(super::introspection::named(
                self.schema,
                ask.text("name").unwrap_or_default(),
            )),
            "__schema" => Ok(super::introspection::whole(self.schema)),
            _ => Ok(Resolved::Null),
        }
    }

    /// Somebody whom the store or the API knows.
    fn somebody(&self, login: &str) -> Result<Option<Value>, Fault> {
        match github::known(self.snapshot, self.exchange, login) {
            Ok(()) => Ok(Some(github::user(self.snapshot, self.exchange, login)?)),
            Err(problem) if problem.status.as_u16() == 404 => Ok(None),
            Err(problem) => Err(problem.into()),
        }
    }

    fn node(&mut self, id: &str) -> Result<Resolved, Fault> {
        let found = node::find(self.exchange, self.snapshot, id)?;
        found.resolved(self.snapshot)
    }

    /// The repository of this owner and name.
    pub(super) fn repository_named(&self, owner: &str, name: &str) -> Result<Resolved, Fault> {
        let full = format!("{owner}/{name}");
        let found = match full.parse::<RepositoryName>() {
            Ok(full) => self.snapshot.repository(&full)?,
            Err(_) => None,
        };
        let Some(found) = found else {
            let full: String = full.chars().take(200).collect();
            let told = format!("Could not resolve to a Repository with the name '{full}'.");
            return Err(Fault::not_found(told));
        };
        Ok(super::records::repository_of(self.snapshot, found.id)?.into())
    }

    /// The repositories of an owner.
    pub(super) fn repositories(&mut self, owner: &str, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::REPOSITORIES)?;
        let flag = |name: &str| ask.arguments.get(name).and_then(Value::as_bool);
        let (is_fork, is_archived) = (flag("isFork"), flag("isArchived"));
        let is_private = ask.text("privacy").map(|privacy| privacy == "PRIVATE");
        let (key, direction) = order(ask);
        let key = match key {
            Some("UPDATED_AT") => "updated_at",
            Some("PUSHED_AT") => "pushed_at",
            Some("CREATED_AT") => "created_at",
            _ => "full_name",
        };
        let mut found = Vec::new();
        for summary in github::owned_by(self.snapshot, owner)? {
            let shown = super::records::repository_of(self.snapshot, summary.id)?;
            let json = self.json(&shown)?;
            let fits = [
                (is_fork, "fork"),
                (is_archived, "archived"),
                (is_private, "private"),
            ];
            if fits
                .iter()
                .all(|(wanted, key)| wanted.is_none_or(|wanted| json[*key] == wanted))
            {
                let place = json[key].as_str().unwrap_or_default().to_lowercase();
                found.push((place, shown));
            }
        }
        found.sort_by(|one, other| one.0.cmp(&other.0));
        if direction == backlot_model::Direction::Descending {
            found.reverse();
        }
        let range = window.range(found.len());
        let nodes = found[range.clone()].iter();
        let nodes = nodes.map(|(_, shown)| shown.clone().into()).collect();
        Ok(connection(
            connection::REPOSITORIES,
            found.len(),
            &range,
            nodes,
        ))
    }

    fn search(&mut self, ask: &Ask<'r>) -> Result<Resolved, Fault> {
        let window = self.window(ask, connection::FOUND)?.at_the_front();
        if !matches!(ask.text("type"), Some("ISSUE" | "ISSUE_ADVANCED")) {
            let told = "Only issues and pull requests can be searched for here";
            return Err(Fault::of_kind("UNPROCESSABLE", told));
        }
        let text = ask.text("query").unwrap_or_default();
        let (query, options) = github::search_query(self.exchange, text)?;
        let list = self.snapshot.query(&query, &options)?;
        let range = window.range(list.total().min(SHOWN));
        let nodes = nodes(&list, &range)?;
        let end = range.start + nodes.len();
        let resolved = connection(
            connection::FOUND,
            list.total().min(SHOWN),
            &(range.start..end),
            nodes,
        );
        Ok(match resolved {
            Resolved::Object(Object::Plain(plain)) if list.total() > SHOWN => {
                let mut fields = plain.fields.clone();
                fields.retain(|(name, _)| *name != "issueCount");
                fields.push(("issueCount", Resolved::Scalar(list.total().into())));
                Object::plain(plain.type_name, fields).into()
            }
            other => other,
        })
    }
}

fn nobody(what: &str, login: &str) -> Fault {
    let login: String = login.chars().take(100).collect();
    Fault::not_found(format!(
        "Could not resolve to {what} with the login of '{login}'."
    ))
}

/// What is left for who calls; none is counted.
fn rate_limit(now: Timestamp) -> Resolved {
    let reset = now.unix_milliseconds().checked_add(3_600_000);
    let reset = reset.map(Timestamp::from_unix_milliseconds);
    let number = |number: u32| Resolved::Scalar(number.into());
    let fields = vec![
        ("cost", number(1)),
        ("limit", number(5000)),
        ("remaining", number(5000)),
        ("used", number(0)),
        ("nodeCount", number(0)),
        ("resetAt", super::records::moment(reset)),
    ];
    Object::plain("RateLimit", fields).into()
}
