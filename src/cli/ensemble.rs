//! `quhua ensemble`: where a plan stands among neutral plans.

use super::load::DraftArgs;
use super::{CliError, Outcome, progress};
use crate::edit::Document;
use crate::ensemble::{Ask, Ensemble, EnsembleReport, Planned, SAMPLES};
use crate::geodesy::AreaMethod;
use crate::io::atomic::{OutTarget, write_file};
use crate::rules::{self, Crossings};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// geodesic (WGS 84) or ellipsoid-trapezoid (the survey's formula on CGCS2000).
    #[arg(long, default_value_t = AreaMethod::Geodesic)]
    area_method: AreaMethod,
    /// Follow the links and barriers of a pack of rules: a file, or the name of a pack in the program.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    /// How many neutral plans are drawn.
    #[arg(long, value_name = "COUNT", default_value_t = SAMPLES)]
    samples: usize,
    /// Where chance begins: the same seed gives the same plans.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
    /// Write JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: std::path::PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    if !args.draft.names_a_plan() {
        return Err(CliError::NoPlan);
    }
    // A mistake in the pack is told before the boundaries are read.
    let pack = args.rules.as_deref().map(rules::load).transpose()?;
    let loaded = args.draft.load()?;
    let own = loaded.plans.as_ref().map(|plans| rules::kept_crossings(&plans.settings)).unwrap_or_default();
    let crossings: Vec<Crossings> = pack.map(|pack| pack.crossings).into_iter().chain([own]).collect();
    let draft = args.draft.carry_out(loaded)?;
    let ask = Ask { level: draft.level()?, samples: args.samples, seed: args.seed };
    let base = draft.document.as_ref().map_or(&draft.dataset.base, Document::base);
    let plan = draft.state().unwrap_or(base);
    let planned = Planned { dataset: &draft.dataset, base, plan, crossings: &crossings };
    let ensemble =
        progress::shown("drawing plans", |progress| Ensemble::draw(planned, ask, args.area_method, progress))?;
    let report = EnsembleReport::new(&draft.dataset, &ensemble);
    write_file(&OutTarget::from_arg(&args.output), |out| {
        if args.csv {
            return report.write_csv(out);
        }
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        write!(out, "{report}")
    })?;
    Ok(Outcome::Clean)
}
