//! `backlot init`

use std::path::{Path, PathBuf};

use backlot_core::{NewRepository, Store};
use backlot_model::RepositoryName;
use clap::Args;
use serde_json::json;

use crate::context::Context;
use crate::error::Result;
use crate::exit::Exit;
use crate::output::json::Fields;
use crate::output::text;
use crate::repository::ActorArgs;
use crate::store_path::EXTENSION;

const USUAL_NAME: &str = "backlog.backlot";

/// Make a new, empty store
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  backlot init
  backlot init work.backlot --repo octo/hello")]
pub(crate) struct InitArgs {
    /// The file to make; a name that ends in .backlot is found by itself [default: backlog.backlot]
    file: Option<PathBuf>,

    /// Make a repository in it, too, with the labels that GitHub gives a new one
    #[arg(long, value_name = "OWNER/NAME")]
    repo: Option<RepositoryName>,

    /// Make the repository without any labels
    #[arg(long, requires = "repo")]
    no_labels: bool,

    #[command(flatten)]
    actor: ActorArgs,
}

struct Made {
    store: PathBuf,
    repository: Option<RepositoryName>,
}

const FIELDS: Fields<Made> = &[
    ("store", |made| json!(made.store.to_string_lossy())),
    ("repository", |made| {
        json!(made.repository.as_ref().map(RepositoryName::as_str))
    }),
];

pub(crate) fn init(args: &InitArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let file = args.file.as_deref().or(context.global.store.as_deref());
    let file = file.unwrap_or(Path::new(USUAL_NAME));
    let store = Store::create(file)?;
    if let Some(name) = &args.repo {
        let mut edit = store.write(args.actor.actor(), format!("create {name}"))?;
        let repository = match args.no_labels {
            true => NewRepository::default(),
            false => NewRepository::default().default_labels(),
        };
        edit.create_repository_with(name, repository)?;
        edit.commit()?;
    }
    drop(store);
    if let Some(json) = json {
        let made = Made {
            store: file.to_owned(),
            repository: args.repo.clone(),
        };
        json.object(&made, context.out)?;
        return Ok(Exit::DONE);
    }
    let shown = file.display().to_string();
    let shown = text::line(&shown);
    match &args.repo {
        Some(name) => context.tell(&format!("created {shown} with the repository {name}"))?,
        None => context.tell(&format!("created {shown}"))?,
    }
    if file.extension().is_none_or(|end| end != EXTENSION) {
        context.tell("its name does not end in .backlot: name it with --store each time")?;
    }
    Ok(Exit::DONE)
}
