//! `quhua compare`: drafts side by side, and what each changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::apply::{LoadedPlan, PlanArgs, write_crosswalk};
use super::load::{AreaArgs, LoadArgs, pick_level};
use super::{CliError, Outcome, progress};
use crate::compare::{Alternative, AlternativeEntry, Comparison, ComparisonReport};
use crate::edit::crosswalk;
use crate::io::atomic::{OutTarget, write_file};
use crate::metrics::Ledger;
use crate::model::{Level, LevelIndex, State};

/// Plans at most: more cannot be read side by side.
const MOST_PLANS: usize = 4;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    area: AreaArgs,
    /// A plan to compare, with the units as loaded and with the other plans; one to four times.
    #[arg(long, required = true)]
    plan: Vec<PathBuf>,
    #[command(flatten)]
    base: PlanArgs,
    /// Only figures of this level: group, village, township, county, or atom. Default: all levels.
    #[arg(long)]
    level: Option<Level>,
    /// Write JSON (the default).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write the table of figures: CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
    /// How many of the places that end up farther from their seat are named.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    worst: usize,
    /// Also write which unit of one draft went into which of another: CSV, or a workbook where the name ends in .xlsx.
    /// See --between.
    #[arg(long, value_name = "OUT.csv")]
    crosswalk: Option<PathBuf>,
    /// The two drafts of the crosswalk: 0 is the units as loaded, 1 the first plan. Default: 0,1 with one plan, 1,2 with
    /// more.
    #[arg(long, value_name = "OLD,NEW", requires = "crosswalk", value_delimiter = ',', num_args = 1)]
    between: Option<Vec<usize>>,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let pair = pair(args)?;
    let dataset = Arc::new(args.load.load()?);
    let plans: Vec<LoadedPlan> =
        args.plan.iter().map(|path| LoadedPlan::apply(&dataset, path, args.base)).collect::<Result<_, _>>()?;
    let levels: Vec<LevelIndex> = match args.level {
        Some(_) => vec![pick_level(&dataset, args.level, LevelIndex::FINEST)?],
        None => dataset.base.levels().collect(),
    };
    let entries = entries(&args.plan, &plans);
    let states: Vec<&State> =
        std::iter::once(&dataset.base).chain(plans.iter().map(|plan| plan.document.state())).collect();
    let alternatives: Vec<Alternative<'_>> =
        entries.iter().zip(&states).map(|(entry, &state)| Alternative { name: &entry.name, state }).collect();
    let mut ledger = Ledger::new(args.area.area_method);
    let comparison = progress::shown("comparing", |progress| {
        Comparison::new(&dataset, &alternatives, &levels, &mut ledger, progress)
    })?;
    let report = ComparisonReport::new(&comparison, entries.clone(), args.worst);
    write_file(&OutTarget::from_arg(&args.output), |out| {
        if args.csv {
            return report.write_csv(out);
        }
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)
    })?;
    if let Some(path) = &args.crosswalk {
        let rows = crosswalk::rows(&dataset, states[pair[0]], states[pair[1]], args.area.area_method);
        write_crosswalk(path, &rows)?;
    }
    Ok(Outcome::Clean)
}

/// Positions of the two drafts of the crosswalk.
fn pair(args: &Args) -> Result<[usize; 2], CliError> {
    let plans = args.plan.len();
    if plans > MOST_PLANS {
        return Err(CliError::TooManyPlans { plans, most: MOST_PLANS });
    }
    match args.between.as_deref() {
        None if plans == 1 => Ok([0, 1]),
        None => Ok([1, 2]),
        Some(&[old, new]) if old.max(new) <= plans => Ok([old, new]),
        Some(_) => Err(CliError::NoSuchPair { plans }),
    }
}

/// Base and plans, each with a name of its own: that of the plan, or else that of its file.
fn entries(paths: &[PathBuf], plans: &[LoadedPlan]) -> Vec<AlternativeEntry> {
    let base = AlternativeEntry { name: "base".to_owned(), plan: None, edits: 0 };
    let mut taken = BTreeSet::from([base.name.clone()]);
    let mut entries = vec![base];
    for (path, plan) in paths.iter().zip(plans) {
        let wanted = match plan.document.name() {
            "" => stem(path),
            name => name.to_owned(),
        };
        let numbered = (2..).map(|number| format!("{wanted} ({number})"));
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        let file = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let edits = plan.document.position();
        entries.push(AlternativeEntry { name: name.unwrap_or(wanted), plan: file, edits });
    }
    entries
}

/// File name without its ending.
fn stem(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".json").unwrap_or(&name);
    name.strip_suffix(".plan").unwrap_or(name).to_owned()
}
