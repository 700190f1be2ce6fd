//! `quhua apply`: carry out a plan and write the revised boundaries, the crosswalk and a summary.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::load::{AreaArgs, LoadArgs, pick_level};
use super::{CliError, Outcome, progress, say};
use crate::coverage::validate::{Options, validate_and_mark};
use crate::edit::{Document, Plan, crosswalk};
use crate::io::atomic::{OutTarget, write_file};
use crate::io::export::{Export, write_units};
use crate::model::{Dataset, Level, LevelIndex};
use crate::report::certificate::write_with_certificate;
use crate::report::summary::PlanSummary;
use crate::report::table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    area: AreaArgs,
    /// The plan to carry out.
    #[arg(long)]
    plan: PathBuf,
    #[command(flatten)]
    base: PlanArgs,
    /// Where to write the revised boundaries (GeoJSON); `-` is standard output.
    #[arg(short, long, value_name = "OUT.geojson")]
    output: PathBuf,
    /// Level to write: group, village, township, county, or atom. Default: the one that the plan edits.
    #[arg(long)]
    level: Option<Level>,
    /// Also write which old unit went into which new one: CSV, or a workbook where the name ends in .xlsx.
    #[arg(long, value_name = "OUT.csv")]
    crosswalk: Option<PathBuf>,
    /// Also write the figures before and after (JSON).
    #[arg(long, value_name = "OUT.json")]
    summary: Option<PathBuf>,
    /// Do not write the boundary certificate (OUT.certificate.json and OUT.certificate.html) beside the boundaries.
    #[arg(long)]
    no_certificate: bool,
}

/// How strictly a plan is held to the files that it names.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(super) struct PlanArgs {
    /// Carry out the plan on other files than those it was made for.
    #[arg(long)]
    allow_other_base: bool,
}

/// A plan carried out.
pub(super) struct LoadedPlan {
    pub(super) document: Document,
}

impl LoadedPlan {
    /// Reads a plan and carries it out. Warnings go to standard error.
    pub(super) fn apply(dataset: &Arc<Dataset>, path: &Path, base: PlanArgs) -> Result<Self, CliError> {
        let plan = Plan::read(path)?;
        if !base.allow_other_base {
            let hashes: Vec<&str> = dataset.bases().map(|file| file.sha256).collect();
            plan.check_base(&hashes).map_err(|error| CliError::OtherBase { error, plan: path.to_owned() })?;
        }
        let mut document = Document::new(Arc::clone(dataset));
        document.load_plan(&plan).map_err(|error| CliError::Refused { error, plan: path.to_owned() })?;
        for (index, step) in document.history().iter().enumerate() {
            for warning in &step.warnings {
                say(&format!("warning: edit {index} ({}): {warning}", step.edit.op()));
            }
        }
        Ok(Self { document })
    }

    /// The level that the plan edits: the finest one with a unit that it makes or changes.
    pub(super) fn level(&self) -> LevelIndex {
        self.document.edited_level().unwrap_or(LevelIndex::FINEST)
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let dataset = Arc::new(args.load.load()?);
    let applied = LoadedPlan::apply(&dataset, &args.plan, args.base)?;
    let level = pick_level(&dataset, args.level, applied.level())?;
    let options = Options::default();
    progress::shown("checking borders", |progress| validate_and_mark(&dataset.coverage, &options, progress))?;

    let state = applied.document.state();
    let export = Export { dataset: &dataset, state, level, area_method: args.area.area_method };
    let target = OutTarget::from_arg(&args.output);
    progress::shown("writing", |progress| {
        if args.no_certificate {
            return write_file(&target, |out| write_units(out, &export, progress));
        }
        write_with_certificate(&target, &export, &applied.document.plan(), progress)
    })?;
    if let Some(path) = &args.crosswalk {
        let rows = crosswalk::rows(&dataset, &dataset.base, state, args.area.area_method);
        write_crosswalk(path, &rows)?;
    }
    if let Some(path) = &args.summary {
        let summary = PlanSummary::new(&applied.document, args.area.area_method);
        write_file(&OutTarget::from_arg(path), |out| {
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            writeln!(out)
        })?;
    }
    Ok(Outcome::Clean)
}

/// Writes a crosswalk in the format that its name ends in.
pub(super) fn write_crosswalk(path: &Path, rows: &[crosswalk::Row]) -> Result<(), CliError> {
    let is_workbook = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    write_file(&OutTarget::from_arg(path), |out| {
        if is_workbook { table::crosswalk(rows, None).write_xlsx(out) } else { crosswalk::write_csv(rows, out) }
    })?;
    Ok(())
}
