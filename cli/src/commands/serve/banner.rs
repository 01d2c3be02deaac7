//! What the user is told when the server is ready.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;

use super::args::Access;
use crate::output::json::Fields;
use crate::output::text;

/// What the user is told when the server is ready.
pub(super) struct Told {
    pub(super) url: String,
    pub(super) store: PathBuf,
    /// A repository for the examples.
    pub(super) repository: Option<String>,
    pub(super) login: String,
    pub(super) token_file: Option<PathBuf>,
    pub(super) has_new_token: bool,
    /// Where the tokens are of those who were granted one.
    pub(super) granted: Vec<String>,
    pub(super) access: Access,
    pub(super) is_read_only: bool,
}

pub(super) const FIELDS: Fields<Told> = &[
    ("url", |told| json!(told.url)),
    ("store", |told| json!(told.store.to_string_lossy())),
    ("login", |told| json!(told.login)),
    ("token_file", |told| {
        let path = told.token_file.as_ref();
        json!(path.map(|path| path.to_string_lossy()))
    }),
];

impl Told {
    /// Says how to reach it. Where nobody reads that, there is nobody to tell.
    pub(super) fn print(&self, to: &mut dyn Write) {
        let _ = self.write(to);
    }

    fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { url, login, .. } = self;
        let store = self.store.display().to_string();
        writeln!(to, "serving {}; Ctrl-C stops it", text::line(&store))?;
        let file = self.token_file.as_ref();
        let file = file.map(|file| file.display().to_string());
        let file = file.as_deref().map(text::line);
        let new = if self.has_new_token {
            ", made just now"
        } else {
            ""
        };
        match (self.access, &file) {
            (Access::Open | Access::TokenForWrites, _) if self.is_read_only => {
                writeln!(to, "nothing can be changed, and no token is needed")?;
            }
            (_, Some(file)) if self.is_read_only => writeln!(
                to,
                "nothing can be changed, and reading, as {login}, needs the token in {file}{new}"
            )?,
            (Access::TokenForWrites, Some(file)) => writeln!(
                to,
                "reading needs no token; writing, as {login}, needs the one in {file}{new}"
            )?,
            (_, Some(file)) => writeln!(
                to,
                "reading, and writing as {login}, need the token in {file}{new}"
            )?,
            (_, None) => writeln!(to, "no token is needed: all who reach it write as {login}")?,
        }
        for granted in &self.granted {
            writeln!(to, "{}", text::line(granted))?;
        }
        if self.repository.is_none() {
            writeln!(
                to,
                "the store is empty: `POST /user/repos` makes a repository; or stop it, and `backlot import` fills it"
            )?;
        }
        let repository = self.repository.as_deref().unwrap_or("octo/hello");
        let issues = format!("{url}/repos/{repository}/issues");
        let (set, header, basic) = match &file {
            Some(file) => (
                format!("  TOKEN=$(head -n 1 {})\n", quoted(file)),
                " -H \"Authorization: Bearer $TOKEN\"",
                "$TOKEN",
            ),
            None => (String::new(), "", "none"),
        };
        write!(
            to,
            "\n{set}  curl{header} {issues}\
             \n  GH_ENTERPRISE_TOKEN={basic} gh api {issues}\
             \n  octokit     new Octokit({{ baseUrl: \"{url}\", auth: token }})\
             \n  PyGithub    Github(base_url=\"{url}\", auth=Auth.Token(token))\
             \n  GitCode's   {url}/api/v5\n\n"
        )?;
        to.flush()
    }
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    match name.chars().all(is_plain) {
        true => name.to_owned(),
        false => format!("'{}'", name.replace('\'', r"'\''")),
    }
}
