//! `quhua repair`: borders that are meant to be one become one, and every place belongs to one unit.

use std::path::PathBuf;

use super::convert::{Destination, write_dataset};
use super::load::LoadArgs;
use super::{CliError, Outcome, lang, progress};
use crate::coverage::repair::{Award, Choice, Settings, repair};
use crate::io::atomic::write_file;
use crate::io::{OutTarget, Outputs};
use crate::model::{Dataset, LevelIndex};
use crate::report::repair::RepairLog;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write: .geojson for the finest layer, .shp or .zip for it as a shapefile, .gpkg for a project with all
    /// layers; `-` is GeoJSON on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    /// Enclosed spaces thinner than this are filled; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Settings::default().gap_width_m, value_parser = metres)]
    gap_width: f64,
    /// Borders closer than this are meant to be one, and no vertex moves farther; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Settings::default().snap_m, value_parser = metres)]
    snap: f64,
    /// Who gets what several units claim: `border` (the unit with the longest border there), `leave` (nobody), or the
    /// code of a unit, which gets it where it is concerned.
    #[arg(long, value_name = "WHO", default_value = BORDER)]
    overlap: String,
    /// Who gets an enclosed gap: `border`, `leave` (it stays, as water does), or the code of a unit.
    #[arg(long, value_name = "WHO", default_value = BORDER)]
    gap: String,
    /// Also write what was done (JSON); `-` is standard output.
    #[arg(long, value_name = "OUT.json")]
    log: Option<PathBuf>,
}

/// To the unit with the longest border.
const BORDER: &str = "border";
/// To nobody.
const LEAVE: &str = "leave";

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let mut outputs = Outputs::of_reading(args.load.files());
    let to = Destination::of(&mut outputs, &args.output)?;
    let log_target = args.log.as_deref().map(|path| outputs.target(path, &["json"])).transpose()?;
    if to.is_stdout() && log_target.as_ref().is_some_and(|log| log.file().is_none()) {
        return Err(CliError::TwoOnStdout);
    }
    let mut loaded = args.load.load()?;
    let settings = Settings {
        snap_m: args.snap,
        gap_width_m: args.gap_width,
        overlaps: award(&loaded.dataset, &args.overlap)?,
        gaps: award(&loaded.dataset, &args.gap)?,
    };
    let repaired = progress::shown(progress::Doing::Repairing, |progress| {
        repair(&loaded.dataset.coverage, &settings, &Choice::default(), progress)
    })?;
    let log = RepairLog::new(&loaded.dataset, &repaired, lang());
    if !repaired.changed.is_empty() {
        let overrides = args.load.overrides();
        let dataset = progress::shown(progress::Doing::MatchingBorders, |progress| {
            loaded.dataset.repaired(&repaired, &overrides, progress)
        })?;
        loaded.dataset = dataset.into();
    }
    drop(repaired);
    write_dataset(loaded, &to)?;
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
fn award(dataset: &Dataset, who: &str) -> Result<Award, CliError> {
    match who {
        BORDER => Ok(Award::LongestBorder),
        LEAVE => Ok(Award::Leave),
        code => {
            let unit = dataset.base.find_at(LevelIndex::FINEST, code);
            let atom = unit.and_then(|unit| dataset.base.atoms(unit).first().copied());
            atom.map(Award::Unit).ok_or_else(|| CliError::NoSuchUnit { code: code.to_owned() })
        }
    }
}

/// A width or distance.
fn metres(text: &str) -> Result<f64, String> {
    let value: f64 = text.parse().map_err(|_| NOT_METRES.to_owned())?;
    if value.is_finite() && (0.0..=MOST_METRES).contains(&value) { Ok(value) } else { Err(NOT_METRES.to_owned()) }
}

/// Wider than anything that is meant by a gap or a tolerance.
const MOST_METRES: f64 = 100_000.0;
const NOT_METRES: &str = "a number of metres from 0 to 100000";
