//! `quhua check`: is this a coverage, and are the attributes sound?

use super::load::LoadArgs;
use super::{CliError, Outcome, progress};
use crate::coverage::validate::{Options, validate};
use crate::io::atomic::{OutTarget, write_file};
use crate::report::health::HealthReport;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// An enclosed space thinner than this is a gap, a wider one a hole; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Options::default().gap_width_m)]
    gap_width: f64,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let dataset = args.load.load()?.dataset;
    let options = Options { gap_width_m: args.gap_width };
    let defects = progress::shown("checking borders", |progress| validate(&dataset.coverage, &options, progress))?;
    let report = HealthReport::new(&dataset, &defects);
    write_file(&OutTarget::Stdout, |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)
        } else {
            write!(out, "{report}")
        }
    })?;
    Ok(if report.is_clean() { Outcome::Clean } else { Outcome::Findings })
}
