//! `backlot convert`

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use backlot_convert::{
    Conversion, Fate, Forge, GitcodeTarget, GithubTarget, LossGroup, Pulls, Report, Stage, Target,
};
use backlot_gitcode::Shape;
use backlot_github::{ApiVersion, Layout, Limits, Source};
use backlot_model::{LossKind, RecordKind, RepositoryName};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Map, Value, json};

use crate::commands::export::gitcode::{day_parser, shape_parser};
use crate::commands::export::github::{layout_parser, version_parser};
use crate::commands::import::sniff;
use crate::commands::losses;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mapping_file::{MappingArgs, shown};
use crate::output::json::Fields;
use crate::output::table::{Cell, Column, Table};
use crate::output::text::{self, count};
use crate::progress::Progress;

const EXAMPLES: &str = "\
Examples:
  backlot convert --from github --to gitcode --carry backup/ hello-gitcode
  backlot convert --from gitcode --to github --map-back hello-gitcode/mapping.toml hello-gitcode hello-again
  backlot convert --from github --to gitcode --due-on 2030-12-31 --pulls leave-out backup/ hello-gitcode
  backlot convert --from github --to github --layout import-api backup/ hello-import
  backlot convert --from github --to github --layout migration octo-hello.tar.zst hello-archive
  backlot convert --from github --to github backup/ for-acme --map people.toml
  backlot convert --from github --to github --layout import-api backup/ --dry-run   what it would lose";

const GITCODE: &str = "\
To GitCode:
  Labels whose names GitCode refuses (2 to 20 letters, digits, blanks, - and _) get other ones, no two of
  them the same; mapping.toml in the folder has them, and `--map-back` with it gives the old ones back.
  Addresses of the repository's issues in texts become GitCode's, and GitHub's again on the way back; `#5`
  stays, and so do all numbers: a pull request is an issue under its number, or it is left out.
  A milestone without a due date has none there either, which GitCode refuses, unless `--due-on` names a day.
  What GitCode cannot hold is lost, or `--carry` puts it into a footer of the text; from GitCode, footers
  come back by themselves where their texts were not edited meanwhile.";

const MEASURE: &str = "\
What is lost is measured, not guessed: what was written is read back, what `--map` did is turned back,
and every object is compared with the one that it was, key by key. Each difference is a line of
losses.ndjson in the folder, and nothing else is:
  dropped  the value does not come back; of a whole object, where `field` is empty
  altered  it comes back as something else
  minted   it comes back as something else and only says where the forge keeps a thing, such as an
           id or an address; or something comes back that was not there
  refused  the value is written, and the target will not take it, such as a text that is too long
People, labels and milestones inside other objects count by their names; what else is lost of them is
told once. A record goes over whole if nothing of it is lost but minted values and keys that were null.
docs/convert.md has more.

Exit codes: 0 when it is done, whatever was lost; 8 when some of the input could not be kept at all.";

/// Convert a backlog from one forge's JSON into another's, and measure what is lost
///
/// Reads the input, writes a folder, reads that back, and compares. No store is needed, and none is touched.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{GITCODE}\n\n{MEASURE}"))]
pub(crate) struct ConvertArgs {
    /// The forge whose JSON the input is
    #[arg(long, value_name = "FORGE", value_parser = forge_parser())]
    from: Forge,

    /// The forge for which it is written
    #[arg(long, value_name = "FORGE", value_parser = forge_parser())]
    to: Forge,

    /// The folder, file or archive to read; `-` for standard input
    path: PathBuf,

    /// The folder to write; it must not exist, or be empty
    #[arg(required_unless_present = "dry_run")]
    out: Option<PathBuf>,

    /// The repository of the input [default: the one that most of it is about]
    #[arg(short = 'R', long, value_name = "OWNER/NAME")]
    repo: Option<RepositoryName>,

    /// How the objects are laid out in files
    #[arg(long, value_name = "LAYOUT", default_value = "rest", value_parser = layout_parser())]
    layout: Layout,

    /// Write arrays of up to 100 objects, as the API's pages, instead of one object to a line
    #[arg(long)]
    pages: bool,

    /// Complete every object as this version of the API demands [default: as it came]
    #[arg(long, value_name = "VERSION", value_parser = version_parser())]
    api_version: Option<ApiVersion>,

    /// To GitCode: the shape of the objects [default: live]
    #[arg(long, value_name = "SHAPE", value_parser = shape_parser())]
    shape: Option<Shape>,

    /// To GitCode: put what it cannot hold of an issue, a comment or a milestone into a footer of its text
    #[arg(long)]
    carry: bool,

    /// To GitCode: the day when milestones are due that say nothing of it, such as 2030-12-31 [default: none]
    #[arg(long, value_name = "DAY", value_parser = day_parser)]
    due_on: Option<String>,

    /// To GitCode: leave labels the names that it refuses
    #[arg(long)]
    keep_labels: bool,

    /// To GitCode: what becomes of pull requests [default: as-issues]
    #[arg(long, value_name = "WHAT", value_parser = pulls_parser())]
    pulls: Option<Pulls>,

    /// From GitCode: leave footers of texts as they are, with all that they carry
    #[arg(long)]
    no_restore: bool,

    /// From GitCode: convert issues that only few may see as well, though everybody could see them then
    #[arg(long)]
    include_confidential: bool,

    /// Convert and measure, and write nothing, whatever folder is named
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    mapping: MappingArgs,
}

fn forge_parser() -> impl TypedValueParser<Value = Forge> {
    PossibleValuesParser::new(Forge::ALL.iter().map(|forge| forge.name()))
        .try_map(|name| name.parse())
}

fn pulls_parser() -> impl TypedValueParser<Value = Pulls> {
    PossibleValuesParser::new(["as-issues", "leave-out"]).map(|word| match word.as_str() {
        "leave-out" => Pulls::LeaveOut,
        _ => Pulls::AsIssues,
    })
}

struct Converted {
    from: Forge,
    report: Report,
    target: Target,
    folder: Option<PathBuf>,
    includes_confidential: bool,
    turns_back: bool,
}

const FIELDS: Fields<Converted> = &[
    ("repository", |done| json!(done.report.repository.as_str())),
    ("dry_run", |done| json!(done.folder.is_none())),
    ("folder", |done| {
        json!(
            done.folder
                .as_ref()
                .map(|folder| folder.to_string_lossy().into_owned())
        )
    }),
    ("forge", |done| json!(done.target.forge().name())),
    ("layout", |done| json!(done.target.layout())),
    ("files", |done| json!(done.report.written.files)),
    ("objects_by_file", |done| {
        json!(done.report.written.objects_by_file)
    }),
    ("labels", |done| {
        let labels = done.report.labels.iter();
        labels
            .map(|(old, new)| json!({"old": old, "new": new}))
            .collect()
    }),
    ("confidential", |done| {
        json!({
            "issues": done.report.confidential,
            "included": done.includes_confidential,
        })
    }),
    ("mapping_file", |done| json!(mapping_file(done))),
    ("carried", |done| {
        let carried = done.report.written.carried.iter();
        let carried = carried.map(|((kind, field), number)| {
            json!({"record_kind": kind.name(), "field": field, "number": number})
        });
        carried.collect()
    }),
    ("restored", |done| match &done.report.restored {
        None => Value::Null,
        Some(restored) => json!({
            "issues": restored.issues,
            "comments": restored.comments,
            "milestones": restored.milestones,
            "not_restored_count": restored.not_restored_count,
            "not_restored": restored.not_restored.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
    }),
    ("records", |done| {
        let fates = done.report.fates.iter();
        let fate = |(kind, fate): (&RecordKind, &Fate)| {
            let told = json!({
                "records": fate.records,
                "whole": fate.whole,
                "changed": changed(fate),
                "missing": fate.missing,
            });
            (kind.plural().to_owned(), told)
        };
        Value::Object(fates.map(fate).collect::<Map<_, _>>())
    }),
    ("losses", |done| losses::json(&done.report.losses)),
    ("losses_by_field", |done| {
        let groups = done.report.losses_by_field.iter();
        let groups = groups.map(|(group, number)| {
            json!({
                "kind": group.kind.name(),
                "record_kind": group.record_kind.name(),
                "field": group.field,
                "reason": group.reason,
                "number": number,
            })
        });
        groups.collect()
    }),
    ("skipped_count", |done| {
        json!(done.report.read.counts.skipped)
    }),
    ("not_converted", |done| json!(done.report.left)),
];

pub(crate) fn convert(args: &ConvertArgs, context: &mut Context<'_>) -> Result<Exit> {
    let json = context.json(FIELDS)?;
    check(args)?;
    let mapping = match args.to {
        Forge::GitCode => args.mapping.read_or_none()?,
        _ => args.mapping.read()?,
    };
    let target = target(args)?;
    let mut conversion = Conversion::new(args.from, target.clone())
        .restores(!args.no_restore)
        .confidential(args.include_confidential)
        .mapping_text(shown);
    if let Some(repository) = &args.repo {
        conversion = conversion.repository(repository.clone());
    }
    if let Some(mapping) = &mapping {
        conversion = conversion.mapping(mapping.clone());
    }
    let done = Arc::new(AtomicU64::new(0));
    let progress = Progress::of_objects(Arc::clone(&done), context.global.quiet);
    let mut tell = |stage| {
        let words = match stage {
            Stage::Object => {
                done.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Stage::Reading => "reading",
            Stage::Writing => "writing",
            Stage::ReadingBack => "reading back",
            Stage::Measuring => "comparing",
        };
        done.store(0, Ordering::Relaxed);
        progress.stage(words);
    };
    let mut source = open(&args.path)?;
    sniff::check(sniffed(args.from)?, &mut source, &args.path, |word| {
        format!("use `--from {word}`")
    })?;
    let out = args.out.as_deref().filter(|_| !args.dry_run);
    let report = conversion.convert(source, out, &mut tell)?;
    drop(progress);
    if !args.dry_run {
        args.mapping.write(report.mapping.as_ref())?;
    }
    let exit = match report.read.counts.skipped {
        0 => Exit::DONE,
        _ => Exit::SKIPPED,
    };
    let converted = Converted {
        from: args.from,
        report,
        target,
        folder: out.map(Path::to_owned),
        includes_confidential: args.include_confidential,
        turns_back: args.mapping.turns_back(),
    };
    match json {
        Some(json) => json.object(&converted, context.out)?,
        None => print(&converted, context)?,
    }
    let mapped = args.path.join("mapping.toml");
    if args.from == Forge::GitCode && !args.mapping.turns_back() && mapped.is_file() {
        let mapped = text::line(&mapped.display().to_string()).into_owned();
        let _ = writeln!(
            io::stderr().lock(),
            "hint: `--map-back {mapped}` gives the old names back"
        );
    }
    Ok(exit)
}

/// What is to be written.
fn target(args: &ConvertArgs) -> Result<Target> {
    Ok(match args.to {
        Forge::GitHub => Target::GitHub(GithubTarget {
            layout: args.layout,
            pages: args.pages,
            api_version: args.api_version,
        }),
        Forge::GitCode => Target::GitCode(GitcodeTarget {
            layout: gitcode_layout(args.layout)?,
            pages: args.pages,
            shape: args.shape.unwrap_or_default(),
            carry: args.carry,
            due_on: args.due_on.clone(),
            keep_labels: args.keep_labels,
            pulls: args.pulls.unwrap_or_default(),
        }),
        other => return Err(Error::usage(format!("nothing can be written for {other}"))),
    })
}

/// The forge whose data the input must not look unlike.
fn sniffed(forge: Forge) -> Result<sniff::Forge> {
    match forge {
        Forge::GitHub => Ok(sniff::Forge::Github),
        Forge::GitCode => Ok(sniff::Forge::Gitcode),
        other => Err(Error::usage(format!("nothing can be read of {other}"))),
    }
}

fn gitcode_layout(layout: Layout) -> Result<backlot_gitcode::Layout> {
    layout.name().parse().map_err(|_| {
        let known = backlot_gitcode::Layout::ALL.iter();
        let known = known.filter(|layout| **layout != backlot_gitcode::Layout::Requests);
        let known: Vec<&str> = known.map(|layout| layout.name()).collect();
        let unknown = format!("nothing is converted to GitCode in the layout {layout}");
        Error::usage(unknown).hint(format!("use `--layout {}`", known.join("`, or `--layout ")))
    })
}

fn check(args: &ConvertArgs) -> Result<()> {
    let layout = args.layout;
    if args.pages && layout != Layout::Rest {
        let hint = "leave `--pages` out, or use the layout rest";
        return Err(Error::usage(format!("the layout {layout} has no pages")).hint(hint));
    }
    if args.api_version.is_some() && layout == Layout::ImportApi {
        let versionless = format!("the bodies of the layout {layout} are those of one version");
        return Err(Error::usage(versionless).hint("leave `--api-version` out"));
    }
    let only = [
        (
            "--api-version",
            args.api_version.is_some(),
            args.to,
            Forge::GitHub,
        ),
        ("--shape", args.shape.is_some(), args.to, Forge::GitCode),
        ("--carry", args.carry, args.to, Forge::GitCode),
        ("--due-on", args.due_on.is_some(), args.to, Forge::GitCode),
        ("--keep-labels", args.keep_labels, args.to, Forge::GitCode),
        ("--pulls", args.pulls.is_some(), args.to, Forge::GitCode),
    ];
    for (flag, is_given, forge, wanted) in only {
        if is_given && forge != wanted {
            let useless = format!("`{flag}` is for `--to {wanted}` alone");
            return Err(Error::usage(useless).hint(format!("leave `{flag}` out")));
        }
    }
    for (flag, is_given) in [
        ("--no-restore", args.no_restore),
        ("--include-confidential", args.include_confidential),
    ] {
        if is_given && args.from != Forge::GitCode {
            let useless = format!("`{flag}` is for `--from gitcode` alone");
            return Err(Error::usage(useless).hint(format!("leave `{flag}` out")));
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<Source> {
    let limits = Limits::default();
    Ok(match path == Path::new("-") {
        true => Source::from_reader(io::stdin().lock(), "standard input", limits)?,
        false => Source::open(path, limits)?,
    })
}

/// How many records come back with something lost.
const fn changed(fate: &Fate) -> u64 {
    fate.records
        .saturating_sub(fate.whole)
        .saturating_sub(fate.missing)
}

fn print(done: &Converted, context: &mut Context<'_>) -> Result<()> {
    let report = &done.report;
    if context.global.quiet {
        return Ok(());
    }
    let what = format!("{}, layout {}", done.target.forge(), done.target.layout());
    match &done.folder {
        Some(folder) => {
            let folder = text::line(&folder.display().to_string()).into_owned();
            writeln!(context.out, "{} -> {folder} ({what})\n", report.repository)?;
        }
        None => writeln!(context.out, "{} ({what})\n", report.repository)?,
    }
    names(done, context)?;
    let mut table = Table::new(vec![
        Column::left(""),
        Column::right("records"),
        Column::right("whole"),
        Column::right("changed"),
        Column::right("missing"),
    ]);
    for (kind, fate) in &report.fates {
        let numbers = [fate.records, fate.whole, changed(fate), fate.missing];
        let numbers = numbers.into_iter().map(Cell::number);
        let cells = std::iter::once(Cell::plain(kind.plural())).chain(numbers);
        table.row(cells.collect());
    }
    table.print(&context.screen, context.out)?;
    writeln!(context.out)?;
    match losses::counted(&report.losses) {
        None => writeln!(context.out, "no losses")?,
        Some(losses) => {
            let named = match done.folder {
                Some(_) => "; losses.ndjson names each",
                None => "",
            };
            writeln!(context.out, "losses: {losses}{named}\n")?;
            let rows = minted_last(&report.losses_by_field);
            let rows = rows.iter().map(|(group, number)| (group, number));
            losses::table(rows).print(&context.screen, context.out)?;
            writeln!(context.out)?;
        }
    }
    let skipped = report.read.counts.skipped;
    if skipped > 0 {
        let objects = count(skipped, "object", "objects");
        writeln!(context.out, "{objects} of the input could not be kept:")?;
        for skipped in report.read.skipped.iter().take(LISTED) {
            let line = format!("{}: {}", skipped.place, skipped.reason);
            writeln!(context.out, "  {}", text::line(&line))?;
        }
    }
    for other in &report.left {
        let other = text::line(other);
        writeln!(context.out, "not converted: {other}; `--repo` names it")?;
    }
    footers(report, context)?;
    confidential(done, context)?;
    writeln!(context.out, "{}", verdict(report))?;
    if done.folder.is_none() {
        writeln!(context.out, "dry run: nothing was written")?;
    }
    Ok(())
}

/// The file with the mapping that was applied, in the folder that was written.
fn mapping_file(done: &Converted) -> Option<String> {
    let is_there = done.report.mapping.is_some() && done.from != done.target.forge();
    let folder = done.folder.as_ref().filter(|_| is_there)?;
    Some(folder.join("mapping.toml").to_string_lossy().into_owned())
}

/// Tells which labels have other names.
fn names(done: &Converted, context: &mut Context<'_>) -> Result<()> {
    let labels = &done.report.labels;
    if !labels.is_empty() {
        let told = count(labels.len() as u64, "label", "labels");
        writeln!(
            context.out,
            "{told} renamed, as {} wants it:",
            done.target.forge()
        )?;
        for (old, new) in labels {
            let (old, new) = (text::line(old), text::line(new));
            writeln!(context.out, "  {old} -> {new}")?;
        }
    }
    if let Some(file) = mapping_file(done).filter(|_| !done.turns_back) {
        let file = text::line(&file).into_owned();
        writeln!(
            context.out,
            "`--map-back {file}` gives the old names back\n"
        )?;
    } else if !labels.is_empty() {
        writeln!(context.out)?;
    }
    Ok(())
}

/// The losses by field; last what is minted, in one row for each kind of record: there is much of it, and it says
/// little.
fn minted_last(losses: &BTreeMap<LossGroup, u64>) -> Vec<(LossGroup, u64)> {
    let mut minted: BTreeMap<RecordKind, u64> = BTreeMap::new();
    let mut rows = Vec::new();
    for (group, number) in losses {
        match group.kind {
            LossKind::Minted => *minted.entry(group.record_kind).or_default() += number,
            _ => rows.push((group.clone(), *number)),
        }
    }
    rows.extend(minted.into_iter().map(|(record_kind, number)| {
        let group = LossGroup {
            kind: LossKind::Minted,
            record_kind,
            field: String::new(),
            reason: "ids, addresses and what was not there; losses.ndjson has each".to_owned(),
        };
        (group, number)
    }));
    rows
}

/// Tells of issues that only few may see.
fn confidential(done: &Converted, context: &mut Context<'_>) -> Result<()> {
    let numbers = &done.report.confidential;
    if numbers.is_empty() {
        return Ok(());
    }
    let issues = count(
        numbers.len() as u64,
        "confidential issue",
        "confidential issues",
    );
    let mut named: Vec<String> = numbers
        .iter()
        .take(LISTED)
        .map(|n| format!("#{n}"))
        .collect();
    if numbers.len() > LISTED {
        named.push("...".to_owned());
    }
    let named = named.join(", ");
    match done.includes_confidential {
        true => writeln!(
            context.out,
            "{issues} converted, which everybody can see now: {named}"
        )?,
        false => writeln!(
            context.out,
            "{issues} left out: {named}; `--include-confidential` converts them too"
        )?,
    }
    Ok(())
}

/// Tells what went into footers, and what came out of some.
fn footers(report: &Report, context: &mut Context<'_>) -> Result<()> {
    let carried: u64 = report.written.carried.values().sum();
    if carried > 0 {
        let values = count(carried, "value", "values");
        writeln!(context.out, "carried in footers: {values}")?;
    }
    let Some(restored) = &report.restored else {
        return Ok(());
    };
    if restored.texts() > 0 {
        let texts = count(restored.texts(), "text", "texts");
        writeln!(context.out, "restored from footers: {texts}")?;
    }
    if restored.not_restored_count > 0 {
        let left = count(restored.not_restored_count, "value", "values");
        writeln!(context.out, "not restored: {left}")?;
        for one in restored.not_restored.iter().take(LISTED) {
            writeln!(context.out, "  {}", text::line(&one.to_string()))?;
        }
    }
    Ok(())
}

/// How many things that could not be kept are listed.
const LISTED: usize = 10;

/// How many records go over whole, in a sentence.
fn verdict(report: &Report) -> String {
    let all: u64 = report.fates.values().map(|fate| fate.records).sum();
    let whole: u64 = report.fates.values().map(|fate| fate.whole).sum();
    let missing: u64 = report.fates.values().map(|fate| fate.missing).sum();
    let refused = report.losses.get(&LossKind::Refused).copied().unwrap_or(0);
    let mut told = match all == whole {
        true => format!("all {} go over whole", count(all, "record", "records")),
        false => format!(
            "{whole} of {} go over whole, {} change, {missing} are missing",
            count(all, "record", "records"),
            all - whole - missing
        ),
    };
    if refused > 0 {
        let values = count(refused, "value", "values");
        told.push_str(&format!("; the target refuses {values}"));
    }
    told
}
