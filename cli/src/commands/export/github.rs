//! `backlot export github`

use std::path::PathBuf;

use backlot_github::{ApiVersion, Layout, WriteOptions, Writer};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::forge;
use super::report::{self, Exported};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mapping_file::MappingArgs;
use crate::repository::RepositoryArgs;

const EXAMPLES: &str = "\
Examples:
  backlot export github --out hello-json
  backlot export github --repo octo/hello --out hello-json --pages
  backlot export github --out hello-json --api-version 2022-11-28
  backlot export github --out hello-json --map people.toml   other names, for another place
  backlot export github --repo me/notes --out notes-json --as octo/notes --host git.example.org
  backlot export github --out hello-import --layout import-api --losses losses.ndjson
  backlot export github --out hello-archive --layout migration";

const LAYOUTS: &str = "\
Layouts:
  rest           the objects of the REST API as they came, a file for each form: issues.ndjson,
                 comments.ndjson, timeline/7.ndjson; what the API cannot say is reported
  github-backup  what python-github-backup writes: issues/7.json with comments and events inside,
                 pulls/8.json, labels/labels.json, milestones/1.json
  migration      an archive as GitHub's migrations API makes them, schema 1.2.0: records that name each
                 other by URL, at most 100 to a file
  import-api     the body of one request to GitHub's API for importing issues for each issue, as
                 issues/00000017.json, and before them those of labels and milestones; numbers that
                 no issue has are taken by placeholders, and each text says above itself who wrote it
  requests       the REST API's calls that make labels, milestones, issues, comments, reactions,
                 locks and links anew, one to a line, in an order in which they can be sent
All but requests are read again by `backlot import github`. docs/layouts-written.md has them file by
file.";

/// Export a repository as GitHub's JSON
///
/// What was imported and not edited goes out as it came in. What the format cannot hold is listed in
/// losses.ndjson beside the rest. The same store always gives the same bytes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = forge::long_help(EXAMPLES, LAYOUTS, "GitHub"))]
pub(crate) struct GithubArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    /// The folder to write; it must not exist, or be empty
    #[arg(short, long, value_name = "FOLDER")]
    out: PathBuf,

    /// How the objects are laid out in files
    #[arg(long, value_name = "LAYOUT", default_value = "rest", value_parser = layout_parser())]
    layout: Layout,

    /// Write arrays of up to 100 objects, as the API's pages, instead of one object to a line
    #[arg(long)]
    pages: bool,

    /// Complete every object as this version of the API demands [default: as it came]
    #[arg(long, value_name = "VERSION", value_parser = version_parser())]
    api_version: Option<ApiVersion>,

    /// The host where what was made here is to stand, github.com or that of a GitHub Enterprise Server;
    /// what came from a forge keeps its own [default: github.com]
    #[arg(long, value_name = "HOST", value_parser = forge::host_parser)]
    host: Option<String>,

    /// What a repository that was made here is to be called [default: its own name]
    #[arg(long = "as", value_name = "OWNER/NAME", value_parser = forge::name_parser)]
    name: Option<String>,

    /// Write the report of losses into this file [default: losses.ndjson in the folder]
    #[arg(long, value_name = "FILE")]
    losses: Option<PathBuf>,

    /// The folder of attachments, for a migration archive [default: the store's name with .attachments]
    #[arg(long, value_name = "FOLDER")]
    attachments: Option<PathBuf>,

    #[command(flatten)]
    mapping: MappingArgs,
}

pub(crate) fn layout_parser() -> impl TypedValueParser<Value = Layout> {
    PossibleValuesParser::new(Layout::ALL.iter().map(|layout| layout.name()))
        .try_map(|name| name.parse())
}

pub(crate) fn version_parser() -> impl TypedValueParser<Value = ApiVersion> {
    PossibleValuesParser::new(ApiVersion::ALL.iter().map(|version| version.name()))
        .try_map(|version| version.parse())
}

pub(super) fn export(args: &GithubArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(report::FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    check_layout(args)?;
    forge::check_folder(&args.out)?;
    let place = (args.host.as_deref(), args.name.as_deref());
    let is_githubs = |host: &str| !forge::is_gitcodes(host);
    forge::warn_of_place(&snapshot, &repository, place, is_githubs, context)?;
    let mapping = args.mapping.read()?;
    let attachments = match &args.attachments {
        Some(folder) => folder.clone(),
        None => context.attachments()?,
    };
    let writer = Writer::create(&args.out, &options(args, attachments))?;
    let subject = (&snapshot, &repository);
    let quiet = context.global.quiet;
    let summary = forge::write(subject, mapping.as_ref(), "GitHub", quiet, writer)?;
    drop(snapshot);
    args.mapping.write(mapping.as_ref())?;
    let done = Exported {
        layout: args.layout.name(),
        repository,
        folder: args.out.clone(),
        losses: args.losses.clone(),
        requests: None,
        summary,
    };
    match json {
        Some(json) => json.object(&done, context.out)?,
        None => report::print(&done, context)?,
    }
    Ok(Exit::DONE)
}

fn options(args: &GithubArgs, attachments: PathBuf) -> WriteOptions {
    WriteOptions {
        layout: args.layout,
        pages: args.pages,
        api_version: args.api_version,
        host: args.host.clone(),
        name: args.name.clone(),
        losses: args.losses.clone(),
        attachments: Some(attachments),
    }
}

/// Refuses what a layout has no way to do.
fn check_layout(args: &GithubArgs) -> Result<()> {
    let layout = args.layout;
    if args.pages && layout != Layout::Rest {
        let hint = "leave `--pages` out, or use the layout rest";
        return Err(Error::usage(format!("the layout {layout} has no pages")).hint(hint));
    }
    // An archive has a schema with a version of its own.
    let is_versionless = matches!(
        layout,
        Layout::ImportApi | Layout::Requests | Layout::Migration
    );
    if args.api_version.is_some() && is_versionless {
        let versionless = format!("the objects of the layout {layout} are those of one version");
        return Err(Error::usage(versionless).hint("leave `--api-version` out"));
    }
    Ok(())
}
