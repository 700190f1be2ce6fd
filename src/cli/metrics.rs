//! `quhua metrics`: the figures of every unit.

use super::load::DraftArgs;
use super::{CliError, Outcome, lang, progress};
use crate::io::OutTarget;
use crate::io::atomic::write_file;
use crate::metrics::report::MetricsReport;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// Print JSON (the default).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a table: CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let mut draft = args.draft.read()?;
    let suspects = progress::shown(progress::Doing::CheckingBorders, |progress| draft.study.find_suspects(progress))?;
    let (study, level) = (&draft.study, draft.level()?);
    let report = progress::shown(progress::Doing::Measuring, |progress| {
        let with = (&**study.own_figures(), &suspects);
        MetricsReport::new(study.dataset(), draft.state(), level, study.area_method(), with, progress)
    })?;
    write_file(&OutTarget::stdout(), |out| {
        if args.csv {
            return report.write_csv(out, lang());
        }
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)
    })?;
    Ok(Outcome::Clean)
}
