//! `backlot export github`

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backlot_core::Snapshot;
use backlot_github::{ApiVersion, Layout, WriteOptions, WriteSummary, Writer};
use backlot_model::{Loss, LossKind, Mapper, Mapping, RecordKind, RepositoryName};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value, json};

use crate::commands::losses;
use crate::context::Context;
use crate::error::{Error, Kind, Result};
use crate::exit::Exit;
use crate::mapping_file::MappingArgs;
use crate::output::json::Fields;
use crate::output::table::{Cell, Column, Table};
use crate::output::text::{self, count};
use crate::progress::Progress;
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

const LOSSES: &str = "\
Losses are what the layout could not take over as it is:
  minted   a value that the format demands and nobody knows was made up, such as the id of an
           issue that was made here
  altered  a value is written in another form than it has
  dropped  a value is not written, as the format has no place for it
  refused  a value is written, and GitHub will not take it, such as a text that is too long
The file losses.ndjson in the folder names each on a line of its own: kind, record_kind, record,
field, reason, and the digest of the value. It is always written; where nothing was lost it is empty.";

/// Export a repository as GitHub's JSON
///
/// What was imported and not edited goes out as it came in. What the format cannot hold is listed in
/// losses.ndjson beside the rest. The same store always gives the same bytes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{LAYOUTS}\n\n{LOSSES}"))]
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
    #[arg(long, value_name = "HOST", value_parser = host_parser)]
    host: Option<String>,

    /// What a repository that was made here is to be called [default: its own name]
    #[arg(long = "as", value_name = "OWNER/NAME", value_parser = name_parser)]
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

/// A host as it stands in addresses, perhaps with a port.
fn host_parser(text: &str) -> std::result::Result<String, String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b':');
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    match text.len() < 100 && begins && text.bytes().all(plain) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err("give a host such as git.example.org, without https:// and path".to_owned()),
    }
}

/// A name with an owner, as repositories have at a forge.
fn name_parser(text: &str) -> std::result::Result<String, String> {
    let plain = |part: &str| {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        !matches!(part, "" | "." | "..") && part.bytes().all(fits)
    };
    match text.split_once('/') {
        Some((owner, name)) if plain(owner) && plain(name) => Ok(text.to_owned()),
        _ => Err("give an owner and a name, such as octo/hello".to_owned()),
    }
}

struct Exported {
    layout: Layout,
    repository: RepositoryName,
    folder: PathBuf,
    losses: Option<String>,
    summary: WriteSummary,
}

const FIELDS: Fields<Exported> = &[
    ("repository", |done| json!(done.repository.as_str())),
    ("folder", |done| json!(done.folder.to_string_lossy())),
    ("files", |done| json!(done.summary.files)),
    ("objects", |done| {
        let counts = done.summary.objects.iter();
        Value::Object(
            counts
                .map(|(kind, n)| (kind.plural().to_owned(), json!(n)))
                .collect::<Map<_, _>>(),
        )
    }),
    ("objects_by_file", |done| {
        json!(done.summary.objects_by_file)
    }),
    ("layout", |done| json!(done.layout.name())),
    ("losses", |done| losses::json(&done.summary.losses)),
];

pub(super) fn export(args: &GithubArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    check_layout(args)?;
    check_folder(&args.out)?;
    let mapping = args.mapping.read()?;
    let attachments = match &args.attachments {
        Some(folder) => folder.clone(),
        None => context.attachments()?,
    };
    let summary = write(
        &snapshot,
        &repository,
        args,
        mapping.as_ref(),
        attachments,
        context.global.quiet,
    )?;
    drop(snapshot);
    args.mapping.write(mapping.as_ref())?;
    let done = Exported {
        layout: args.layout,
        repository,
        folder: args.out.clone(),
        losses: args
            .losses
            .as_ref()
            .map(|path| path.to_string_lossy().into_owned()),
        summary,
    };
    match json {
        Some(json) => json.object(&done, context.out)?,
        None => print(&done, context)?,
    }
    Ok(Exit::DONE)
}

fn write(
    snapshot: &Snapshot,
    repository: &RepositoryName,
    args: &GithubArgs,
    mapping: Option<&Mapping>,
    attachments: PathBuf,
    is_quiet: bool,
) -> Result<WriteSummary> {
    let options = WriteOptions {
        layout: args.layout,
        pages: args.pages,
        api_version: args.api_version,
        host: args.host.clone(),
        name: args.name.clone(),
        losses: args.losses.clone(),
        attachments: Some(attachments),
    };
    let written = Arc::new(AtomicU64::new(0));
    let progress = Progress::of_objects(Arc::clone(&written), is_quiet);
    progress.stage("exporting");
    let mut writer = Writer::create(&args.out, &options)?;
    let passes = writer.passes();
    let mut mapper = mapping.map(|mapping| Mapper::new(mapping, Some(repository.clone())));
    snapshot.export(repository, &passes, &mut |outgoing, lookup| -> Result<()> {
        written.fetch_add(1, Ordering::Relaxed);
        let Some(mapper) = &mut mapper else {
            return Ok(writer.write(outgoing, lookup)?);
        };
        if let Some(mapped) = mapper.outgoing(outgoing, lookup)? {
            writer.write(&mapped, &mut mapper.lookup(lookup))?;
        }
        for loss in mapper.take_losses() {
            writer.loss(loss)?;
        }
        Ok(())
    })?;
    snapshot.left_out(repository, &passes, &mut |kind, name| -> Result<()> {
        let loss = Loss {
            kind: LossKind::Dropped,
            record_kind: kind,
            record: format!("{repository} {} {name}", kind.name()),
            field: String::new(),
            reason: "what was made here has no file of its own in this layout yet".to_owned(),
            value: None,
        };
        Ok(writer.loss(loss)?)
    })?;
    snapshot.untold_events(repository, &mut |number, kind, _| -> Result<()> {
        let loss = Loss {
            kind: LossKind::Dropped,
            record_kind: RecordKind::HistoryEvent,
            record: format!("{repository}#{number}"),
            field: kind.to_owned(),
            reason: "GitHub has no event for what was changed".to_owned(),
            value: None,
        };
        Ok(writer.loss(loss)?)
    })?;
    Ok(writer.finish()?)
}

/// Refuses what a layout has no way to do.
fn check_layout(args: &GithubArgs) -> Result<()> {
    let layout = args.layout;
    if args.pages && layout != Layout::Rest {
        let hint = "leave `--pages` out, or use the layout rest";
        return Err(Error::usage(format!("the layout {layout} has no pages")).hint(hint));
    }
    if args.api_version.is_some() && matches!(layout, Layout::ImportApi | Layout::Requests) {
        let versionless = format!("the bodies of the layout {layout} are those of one version");
        return Err(Error::usage(versionless).hint("leave `--api-version` out"));
    }
    Ok(())
}

/// Refuses a folder that holds something. The writer makes it, once all of the export is written.
fn check_folder(path: &Path) -> Result<()> {
    match path.read_dir().map(|mut entries| entries.next()) {
        Ok(None) => Ok(()),
        Ok(Some(_)) => {
            let full = format!("the folder {} is not empty", path.display());
            Err(Error::usage(full).hint("give `--out` a new or an empty folder"))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => {
            let unusable = format!("cannot write into {}", path.display());
            Err(Error::new(Kind::Usage, unusable).caused_by(&error))
        }
    }
}

fn print(done: &Exported, context: &mut Context<'_>) -> Result<()> {
    if context.global.quiet {
        return Ok(());
    }
    let summary = &done.summary;
    let folder = done.folder.display().to_string();
    writeln!(
        context.out,
        "{} -> {}\n",
        done.repository,
        text::line(&folder)
    )?;
    let mut table = Table::new(vec![Column::left(""), Column::right("objects")]);
    for (file, number) in &summary.objects_by_file {
        table.row(vec![Cell::plain(file), Cell::number(*number)]);
    }
    table.print(&context.screen, context.out)?;
    writeln!(
        context.out,
        "\nwrote {}",
        count(summary.files, "file", "files")
    )?;
    let Some(losses) = losses::counted(&summary.losses) else {
        writeln!(context.out, "no losses")?;
        return Ok(());
    };
    let report = done.losses.as_deref().unwrap_or("losses.ndjson");
    writeln!(
        context.out,
        "losses: {losses}; {} names each\n",
        text::line(report)
    )?;
    losses::table(&summary.losses_by_field).print(&context.screen, context.out)?;
    Ok(())
}
