//! `quhua ensemble`: where a plan stands among neutral plans.

use std::sync::Arc;

use super::load::DraftArgs;
use super::{CliError, Outcome, lang, progress};
use crate::ensemble::{Ask, Ensemble, EnsembleReport, Planned, SAMPLES};
use crate::io::atomic::write_file;
use crate::rules::{self, Grounds};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// Follow the links and barriers of a pack of rules: a file, or the name of a pack in the program. Default: those of
    /// the pack that the project is judged by.
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
    let endings: &[&str] = if args.csv { &["csv"] } else { &["json", "txt"] };
    let target = args.draft.outputs(args.rules.as_deref()).target(&args.output, endings)?;
    // A mistake in the pack is told before the boundaries are read.
    let pack = args.rules.as_deref().map(rules::load).transpose()?;
    let draft = args.draft.read()?;
    let pack = pack.map(Arc::new).map_or_else(|| draft.kept_pack(), |pack| Ok(Some(pack)))?;
    let study = &draft.study;
    let of_pack = pack.map(|pack| pack.crossings.clone()).unwrap_or_default();
    let grounds = Grounds { crossings: of_pack.and(&study.basis().crossings), ..study.grounds() };
    let ask = Ask { level: draft.level()?, samples: args.samples, seed: args.seed };
    let dataset = study.dataset();
    let planned = Planned { dataset, base: study.document().base(), plan: study.state(), grounds: &grounds };
    let ensemble = progress::shown(progress::Doing::DrawingPlans, |progress| Ensemble::draw(planned, ask, progress))?;
    let report = EnsembleReport::new(dataset, &ensemble, lang());
    write_file(&target, |out| {
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
