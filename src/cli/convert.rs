//! `quhua convert`: boundaries, a project, or what a plan leads to, from any format into any other.

use std::path::PathBuf;

use super::load::DraftArgs;
use super::out::{OutArgs, tell, write_loaded, write_project, write_result};
use super::{CliError, Outcome, progress};
use crate::io::export::write_units;
use crate::io::outgoing::Loss;
use crate::model::{Dataset, LaidLedger};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// Where to write; the ending says as what. With --plan, --scenario or --level the units that result; .gpkg has every
    /// level as a layer then, and without them it is a project with all layers and the points and lines beside them. `-` is
    /// GeoJSON on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    out: OutArgs,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let asked = args.draft.asks_for_level();
    let result = args.draft.names_a_plan() || asked;
    let to = args.out.destination(&mut args.draft.outputs(None), &args.output, result)?;
    if !result && to.format.is_project() {
        write_project(args.draft.whole_study()?.document(), &to)?;
        return Ok(Outcome::Clean);
    }
    if !result {
        let loaded = args.draft.loaded()?;
        tell_of_ledgers_left(&loaded.dataset);
        write_loaded(loaded, &to)?;
        return Ok(Outcome::Clean);
    }
    let mut draft = args.draft.read()?;
    if !to.format.is_project() {
        tell_of_ledgers_left(draft.study.dataset());
    }
    let level = draft.level()?;
    let study = &mut draft.study;
    if to.format.is_project() {
        write_project(study.document(), &to)?;
        return Ok(Outcome::Clean);
    }
    let suspects = progress::shown(progress::Doing::CheckingBorders, |progress| study.find_suspects(progress))?;
    let own = study.own_figures().list().iter().map(|own| own.id).collect();
    let exporting = study.exporting(level, own);
    if to.format.is_text(&to.wishes) {
        progress::shown(progress::Doing::Writing, |progress| {
            to.write_text(|out| exporting.with(&suspects, |export| write_units(out, export, progress)))
        })?;
    } else {
        write_result(&exporting, (asked, level), &to)?;
    }
    Ok(Outcome::Clean)
}

/// Says that ledgers stay behind.
fn tell_of_ledgers_left(dataset: &Dataset) {
    let ledgers = dataset.ledgers().iter().map(LaidLedger::ledger).filter(|ledger| !ledger.is_own());
    let names: Vec<String> = ledgers.map(|ledger| ledger.name().to_owned()).collect();
    if !names.is_empty() {
        tell(vec![Loss::Ledgers { names }]);
    }
}
