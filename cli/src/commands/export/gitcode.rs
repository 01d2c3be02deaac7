//! `backlot export gitcode`

use std::path::PathBuf;
use std::time::Duration;

use backlot_gitcode::{Layout, Shape, WriteOptions, WriteSummary, Writer};
use backlot_model::Timestamp;
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::json;

use super::forge;
use super::report::{self, Exported};
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mapping_file::MappingArgs;
use crate::output::json::{Field, Fields};
use crate::repository::RepositoryArgs;

const EXAMPLES: &str = "\
Examples:
  backlot export gitcode --out hello-json
  backlot export gitcode --repo octo/hello --out hello-json --pages --shape documented
  backlot export gitcode --out hello-json --map people.toml   other names, for another place
  backlot export gitcode --repo me/notes --out notes-json --as octo/notes --carry
  backlot export gitcode --out hello-requests --layout requests --losses losses.ndjson";

const LAYOUTS: &str = "\
Layouts:
  rest      the objects of the API as they came, a file for each form: issues.ndjson,
            comments.ndjson, operate_logs/7.ndjson; what the API cannot say is reported
  requests  the API's calls that make labels, milestones, issues and comments anew, one to a line,
            in an order in which they can be sent, with how long that takes at 50 a minute
rest is read again by `backlot import gitcode`.

Shapes, of what did not come from GitCode:
  live        as the running API answers: numbers of issues are texts, what is not there is absent
  documented  as the documentation shows it: numbers are numbers, what is not there is null";

/// Export a repository as GitCode's JSON
///
/// What was imported from GitCode and not edited goes out as it came in. What the format cannot hold is listed in
/// losses.ndjson beside the rest. The same store always gives the same bytes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = forge::long_help(EXAMPLES, LAYOUTS, "GitCode"))]
pub(crate) struct GitcodeArgs {
    #[command(flatten)]
    repository: RepositoryArgs,

    /// The folder to write; it must not exist, or be empty
    #[arg(short, long, value_name = "FOLDER")]
    out: PathBuf,

    /// How the objects are laid out in files
    #[arg(long, value_name = "LAYOUT", default_value = "rest", value_parser = layout_parser())]
    layout: Layout,

    /// The shape of what did not come from GitCode
    #[arg(long, value_name = "SHAPE", default_value = "live", value_parser = shape_parser())]
    shape: Shape,

    /// Write arrays of up to 100 objects, as the API's pages, instead of one object to a line
    #[arg(long)]
    pages: bool,

    /// The host where what was made here is to stand, gitcode.com or another; what came from a forge keeps its own
    /// [default: gitcode.com]
    #[arg(long, value_name = "HOST", value_parser = forge::host_parser)]
    host: Option<String>,

    /// What a repository that was made here is to be called [default: its own name]
    #[arg(long = "as", value_name = "OWNER/NAME", value_parser = forge::name_parser)]
    name: Option<String>,

    /// Write the report of losses into this file [default: losses.ndjson in the folder]
    #[arg(long, value_name = "FILE")]
    losses: Option<PathBuf>,

    /// Put what GitCode cannot hold of an issue, a comment or a milestone into a footer of its text
    #[arg(long)]
    carry: bool,

    /// The day when milestones are due that say nothing of it, such as 2030-12-31 [default: none]
    #[arg(long, value_name = "DAY", value_parser = day_parser)]
    due_on: Option<String>,

    #[command(flatten)]
    mapping: MappingArgs,
}

fn layout_parser() -> impl TypedValueParser<Value = Layout> {
    PossibleValuesParser::new(Layout::ALL.iter().map(|layout| layout.name()))
        .try_map(|name| name.parse())
}

pub(crate) fn shape_parser() -> impl TypedValueParser<Value = Shape> {
    PossibleValuesParser::new(Shape::ALL.iter().map(|shape| shape.name()))
        .try_map(|name| name.parse())
}

/// A day, as GitCode writes it.
pub(crate) fn day_parser(text: &str) -> std::result::Result<String, String> {
    match Timestamp::parse(&format!("{text}T00:00:00Z")) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("give a day such as 2030-12-31".to_owned()),
    }
}

const REQUESTS: Field<Exported> = ("requests", |done| json!(done.requests.map(|(n, _)| n)));
const SECONDS: Field<Exported> = ("estimated_seconds", |done| {
    json!(done.requests.map(|(_, duration)| duration.as_secs()))
});

const CARRIED: Field<Exported> = ("carried", |done| {
    let carried = done.summary.carried.iter();
    let carried = carried.map(|((kind, field), number)| {
        json!({"record_kind": kind.name(), "field": field, "number": number})
    });
    carried.collect()
});

/// What is told of every export, and of requests how many they are and how long they take.
const FIELDS: Fields<Exported> = &[
    report::FIELDS[0],
    report::FIELDS[1],
    report::FIELDS[2],
    report::FIELDS[3],
    report::FIELDS[4],
    report::FIELDS[5],
    report::FIELDS[6],
    REQUESTS,
    SECONDS,
    CARRIED,
];

pub(super) fn export(args: &GitcodeArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    let snapshot = context.open_to_read()?.read()?;
    let repository = args.repository.resolve(&snapshot)?;
    if args.pages && args.layout != Layout::Rest {
        let pageless = format!("the layout {} has no pages", args.layout);
        let hint = "leave `--pages` out, or use the layout rest";
        return Err(Error::usage(pageless).hint(hint));
    }
    forge::check_folder(&args.out)?;
    let place = (args.host.as_deref(), args.name.as_deref());
    forge::warn_of_place(&snapshot, &repository, place, forge::is_gitcodes, context)?;
    let mapping = args.mapping.read()?;
    let writer = Writer::create(&args.out, &options(args))?;
    let subject = (&snapshot, &repository);
    let quiet = context.global.quiet;
    let summary = forge::write(subject, mapping.as_ref(), "GitCode", quiet, writer)?;
    drop(snapshot);
    args.mapping.write(mapping.as_ref())?;
    let done = Exported {
        layout: args.layout.name(),
        repository,
        folder: args.out.clone(),
        losses: args.losses.clone(),
        requests: requests(&summary),
        summary,
    };
    match json {
        Some(json) => json.object(&done, context.out)?,
        None => report::print(&done, context)?,
    }
    Ok(Exit::DONE)
}

fn options(args: &GitcodeArgs) -> WriteOptions {
    WriteOptions {
        layout: args.layout,
        pages: args.pages,
        shape: args.shape,
        host: args.host.clone(),
        name: args.name.clone(),
        losses: args.losses.clone(),
        carry: args.carry,
        due_on: args.due_on.clone(),
    }
}

/// How many requests were written, and how long they take at the rate that GitCode allows.
fn requests(summary: &WriteSummary) -> Option<(u64, Duration)> {
    let duration = Duration::from_secs(summary.sending_seconds?);
    Some((summary.objects_by_file.values().sum(), duration))
}
