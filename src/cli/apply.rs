//! `quhua apply`: carry out a plan and write the revised boundaries, the crosswalk and a summary.

use std::path::{Path, PathBuf};

use super::figures::FigureArgs;
use super::load::{AreaArgs, DraftArgs};
use super::{CliError, Outcome, progress};
use crate::coverage::Suspects;
use crate::edit::crosswalk;
use crate::io::atomic::{OutTarget, write_file};
use crate::io::export::{Export, write_units};
use crate::metrics::OwnColumns;
use crate::model::FieldRules;
use crate::report::certificate::write_with_certificate;
use crate::report::summary::PlanSummary;
use crate::report::table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    #[command(flatten)]
    area: AreaArgs,
    #[command(flatten)]
    figures: FigureArgs,
    /// Where to write the revised boundaries (GeoJSON); `-` is standard output.
    #[arg(short, long, value_name = "OUT.geojson")]
    output: PathBuf,
    /// What becomes of a source field in merged units: sum, mean:population, mean:area, min, max, keep (that of the
    /// survivor), list, none, or ratio:NUMERATOR/DENOMINATOR*FACTOR. May be given several times; other fields get the
    /// rule that their names and values speak for.
    #[arg(long, value_name = "NAME=RULE")]
    field: Vec<String>,
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

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let loaded = args.draft.load()?;
    let own = args.figures.read(&loaded, args.area.area_method)?;
    let draft = args.draft.carry_out(loaded)?;
    let level = draft.level()?;
    let Some(document) = &draft.document else { return Err(CliError::NoPlan) };
    let (dataset, state) = (&draft.dataset, document.state());
    let mut rules = FieldRules::with_chosen(dataset, &document.field_rules());
    args.field.iter().try_for_each(|given| rules.choose_written(given))?;
    // What was loaded is checked, whatever the plan cuts.
    let coverage = &document.origin().coverage;
    let suspects = progress::shown("checking borders", |progress| Suspects::find(coverage, progress))?;

    // Rules given here hold for what the figures ask for too.
    let own = own.with_rules(rules.clone().into());
    let chosen: Vec<_> = own.list().iter().map(|own| own.id).collect();
    let area_method = args.area.area_method;
    let columns = OwnColumns { own: &own, chosen: &chosen, dataset, state, area_method };
    let export =
        Export { dataset, state, level, area_method, rules: &rules, suspects: &suspects, further: Some(&columns) };
    let target = OutTarget::from_arg(&args.output);
    progress::shown("writing", |progress| {
        if args.no_certificate {
            return write_file(&target, |out| write_units(out, &export, progress));
        }
        write_with_certificate(&target, &export, &document.plan(), progress)
    })?;
    if let Some(path) = &args.crosswalk {
        let rows = crosswalk::rows(dataset, &dataset.base, state, args.area.area_method);
        write_crosswalk(path, &rows)?;
    }
    if let Some(path) = &args.summary {
        let summary = PlanSummary::new(document, &export);
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
