//! `quhua repair`: borders that are meant to be one become one, and every place belongs to one unit.

use std::path::PathBuf;

use super::load::LoadArgs;
use super::out::{OutArgs, write_loaded};
use super::{CliError, Outcome, lang, progress};
use crate::coverage::repair::Settings;
use crate::i18n::Say;
use crate::io::atomic::write_file;
use crate::io::{OutTarget, Outputs};
use crate::model::{Awarded, BorderRepair, Dataset};
use crate::report::repair::RepairLog;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write; the ending says as what: .gpkg is a project with all layers. `-` is GeoJSON on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    out: OutArgs,
    /// Enclosed spaces thinner than this are filled; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Settings::default().gap_width_m, value_parser = metres)]
    gap_width: f64,
    /// Borders closer than this are meant to be one, and no vertex moves farther; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Settings::default().snap_m, value_parser = metres)]
    snap: f64,
    /// Who gets what several units claim: `border` (the unit with the longest border there), `leave` (nobody), or the
    /// code of a unit, which gets it where it is concerned.
    #[arg(long, value_name = "WHO", default_value = Awarded::BORDER)]
    overlap: String,
    /// Who gets an enclosed gap: `border`, `leave` (it stays, as water does), or the code of a unit.
    #[arg(long, value_name = "WHO", default_value = Awarded::BORDER)]
    gap: String,
    /// Also write what was done (JSON); `-` is standard output.
    #[arg(long, value_name = "OUT.json")]
    log: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let mut outputs = Outputs::of_reading(args.load.files());
    let to = args.out.destination(&mut outputs, &args.output, false)?;
    let log_target = args.log.as_deref().map(|path| outputs.target(path, &["json"])).transpose()?;
    if to.is_stdout() && log_target.as_ref().is_some_and(|log| log.file().is_none()) {
        return Err(CliError::TwoOnStdout);
    }
    let mut loaded = args.load.load()?;
    let recipe = BorderRepair {
        snap_m: args.snap,
        gap_width_m: args.gap_width,
        overlap: awarded(&loaded.dataset, &args.overlap)?,
        gap: awarded(&loaded.dataset, &args.gap)?,
        ..BorderRepair::default()
    };
    let repaired = progress::shown(progress::Doing::Repairing, |progress| recipe.run(&loaded.dataset, progress))?;
    let log = RepairLog::new(&loaded.dataset, &repaired, lang());
    if !repaired.changed.is_empty() || loaded.dataset.repaired_borders().is_some() {
        let overrides = args.load.overrides();
        let dataset = progress::shown(progress::Doing::MatchingBorders, |progress| {
            loaded.dataset.repaired(&repaired, &overrides, progress)
        })?;
        loaded.dataset = dataset.into();
    }
    drop(repaired);
    // Borders are repaired for good: a project is not to do it again.
    if let Some(plans) = &mut loaded.plans {
        loaded.dataset.preparation().keep(&mut plans.settings);
    }
    write_loaded(loaded, &to)?;
    let written_on_stdout = to.is_stdout();
    if let Some(log_target) = log_target {
        write_file(&log_target, |out| {
            serde_json::to_writer_pretty(&mut *out, &log)?;
            writeln!(out)
        })?;
    } else if !written_on_stdout {
        write_file(&OutTarget::stdout(), |out| write!(out, "{log}"))?;
    }
    Ok(if log.valid_coverage { Outcome::Clean } else { Outcome::Findings })
}

/// Who gets a place.
fn awarded(dataset: &Dataset, who: &str) -> Result<Awarded, CliError> {
    let awarded = Awarded::from(who.to_owned());
    let is_there = awarded.in_dataset(dataset.as_loaded()).is_some();
    if is_there { Ok(awarded) } else { Err(CliError::NoSuchUnit { code: who.to_owned() }) }
}

/// A width or distance.
fn metres(text: &str) -> Result<f64, NotMetres> {
    let value: f64 = text.parse().map_err(|_| NotMetres)?;
    if value.is_finite() && (0.0..=MOST_METRES).contains(&value) { Ok(value) } else { Err(NotMetres) }
}

/// A text that is no width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a number of metres from 0 to 100000")]
pub(super) struct NotMetres;

impl Say for NotMetres {
    fn zh(&self) -> String {
        "应为 0 到 100000 之间的米数".to_owned()
    }
}

/// Wider than anything that is meant by a gap or a tolerance.
const MOST_METRES: f64 = 100_000.0;
