//! `quhua suggest`: which units to merge, with reasons, as a plan.

use std::path::PathBuf;
use std::sync::Arc;

use super::load::{Draft, DraftArgs};
use super::{CliError, Outcome, progress};
use crate::edit::Document;
use crate::geodesy::AreaMethod;
use crate::io::atomic::{OutTarget, write_file};
use crate::metrics::Ledger;
use crate::rules::{self, Judge, Pack};
use crate::suggest::{Ask, Goal, SuggestionReport, Weights, suggest};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// How many units of the level are to be left. Without it, mergers go on until no unit is below the least people or
    /// area of the rules.
    #[arg(long, value_name = "UNITS", required_unless_present = "rules")]
    to: Option<usize>,
    /// A pack of rules: its limits of people and area, links and barriers, and what it keeps apart. A file, or the name
    /// of a pack in the program.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    /// What counts how much: people whose unit changes (disruption), ways to the seat (ways), even sizes (even), compact
    /// shapes (compact), limits of the rules (size). Default: disruption=1,ways=1,even=1,compact=0.5,size=1
    #[arg(long, value_name = "NAME=NUMBER,...")]
    weights: Option<Weights>,
    /// Rounds of improvement. The same number gives the same plan; more may find a better one.
    #[arg(long, default_value_t = Ask::ROUNDS)]
    rounds: usize,
    /// Where the dice begin: another number may find another plan.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where to write the plan, the edits of --plan or --scenario first; `-` is standard output.
    #[arg(short, long, value_name = "OUT.json")]
    output: PathBuf,
    /// Print the reasons as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let target = OutTarget::from_arg(&args.output);
    if matches!(target, OutTarget::Stdout) {
        return Err(CliError::PlanOnStdout);
    }
    let pack = args.rules.as_deref().map(rules::load).transpose()?.unwrap_or_else(Pack::default);
    let loaded = args.draft.load()?;
    let own = loaded.plans.as_ref().map(|plans| rules::kept_crossings(&plans.settings)).unwrap_or_default();
    let draft = args.draft.carry_out(loaded)?;
    let level = draft.level()?;
    let Draft { dataset, document, .. } = draft;
    let mut document = document.unwrap_or_else(|| Document::new(dataset));
    let judge = Judge::new(document.dataset(), Arc::new(pack), &own);
    let goal = args.to.map_or(Goal::Minimum, Goal::Units);
    let weights = args.weights.unwrap_or_default();
    let ask = Ask { weights, rounds: args.rounds, seed: args.seed, ..Ask::new(level, goal) };
    let state = document.shared_state();
    let mut ledger = Ledger::new(AreaMethod::Geodesic);
    let suggestion =
        progress::shown("looking for mergers", |progress| suggest(&judge, &state, &ask, &mut ledger, progress))?;
    for edit in suggestion.edits() {
        document.commit(edit)?;
    }
    write_file(&target, |out| out.write_all(document.plan().write().as_bytes()))?;
    let report = SuggestionReport::new(judge.dataset(), &state, &suggestion);
    write_file(&OutTarget::Stdout, |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        write!(out, "{report}")
    })?;
    Ok(if suggestion.missing == 0 { Outcome::Clean } else { Outcome::Findings })
}
