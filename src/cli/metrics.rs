//! `quhua metrics`: the figures of every unit.

use std::path::PathBuf;
use std::sync::Arc;

use super::apply::{LoadedPlan, PlanArgs};
use super::load::{AreaArgs, LoadArgs, pick_level};
use super::{CliError, Outcome, progress};
use crate::coverage::validate::{Options, validate_and_mark};
use crate::io::atomic::{OutTarget, write_file};
use crate::metrics::report::MetricsReport;
use crate::model::{Level, LevelIndex};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    area: AreaArgs,
    /// Carry out this plan first.
    #[arg(long)]
    plan: Option<PathBuf>,
    #[command(flatten)]
    base: PlanArgs,
    /// Level of the units: group, village, township, county, or atom. Default: the one the plan edits, or the finest.
    #[arg(long)]
    level: Option<Level>,
    /// Print JSON (the default).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a table: CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let dataset = Arc::new(args.load.load()?);
    let options = Options::default();
    progress::shown("checking borders", |progress| validate_and_mark(&dataset.coverage, &options, progress))?;
    let plan = match &args.plan {
        Some(path) => Some(LoadedPlan::apply(&dataset, path, args.base)?),
        None => None,
    };
    let default = plan.as_ref().map_or(LevelIndex::FINEST, LoadedPlan::level);
    let level = pick_level(&dataset, args.level, default)?;
    let state = plan.as_ref().map(|plan| plan.document.state());
    let report = progress::shown("measuring", |progress| {
        MetricsReport::new(&dataset, state, level, args.area.area_method, progress)
    })?;
    write_file(&OutTarget::Stdout, |out| {
        if args.csv {
            return report.write_csv(out);
        }
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)
    })?;
    Ok(Outcome::Clean)
}
