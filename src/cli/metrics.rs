//! `quhua metrics`: the figures of every unit.

use super::figures::FigureArgs;
use super::load::{AreaArgs, DraftArgs};
use super::{CliError, Outcome, progress};
use crate::coverage::Suspects;
use crate::io::atomic::{OutTarget, write_file};
use crate::metrics::report::MetricsReport;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    #[command(flatten)]
    area: AreaArgs,
    #[command(flatten)]
    figures: FigureArgs,
    /// Print JSON (the default).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a table: CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let loaded = args.draft.load()?;
    let coverage = &loaded.dataset.coverage;
    let suspects = progress::shown("checking borders", |progress| Suspects::find(coverage, progress))?;
    let own = args.figures.read(&loaded, args.area.area_method)?;
    let draft = args.draft.carry_out(loaded)?;
    let level = draft.level()?;
    let report = progress::shown("measuring", |progress| {
        let with = (&own, &suspects);
        MetricsReport::new(&draft.dataset, draft.state(), level, args.area.area_method, with, progress)
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
