//! `quhua suggest`: which units to merge, with reasons, as a plan.

use std::path::PathBuf;
use std::sync::Arc;

use super::load::DraftArgs;
use super::{CliError, Outcome, lang, progress};
use crate::io::OutTarget;
use crate::io::atomic::write_file;
use crate::metrics::{Measure, MeasureError};
use crate::rules;
use crate::suggest::{Ask, Bound, Bounds, Goal, SuggestionReport, Weights, suggest};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// How many units of the level are to be left. Without it, mergers go on until no unit is below the least people or
    /// area of the rules.
    #[arg(long, value_name = "UNITS")]
    to: Option<usize>,
    /// A pack of rules: its limits of people and area, links and barriers, and what it keeps apart. A file, or the name
    /// of a pack in the program. Default: the pack that the project is judged by.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    /// What counts how much: people whose unit changes (disruption), ways to the seat (ways), even sizes (even), compact
    /// shapes (compact), limits of the rules (size). Default: disruption=1,ways=1,even=1,compact=0.5,size=1
    #[arg(long, value_name = "NAME=NUMBER,...")]
    weights: Option<Weights>,
    /// The most area that a merger may lead to, with its unit, as in "250 km2"; none for any. Default: that of the rules,
    /// or five times the mean that is aimed at. Rules of severity error hold in any case.
    #[arg(long, value_name = "AREA", value_parser = area)]
    max_area: Option<Bound>,
    /// How far seats of units that join may lie from that of the unit that they join, as in "15 km"; none for any.
    /// Default: twice as far as the seats of neighbours.
    #[arg(long, value_name = "DISTANCE", value_parser = distance)]
    max_distance: Option<Bound>,
    /// Let urban and rural units join each other, such as a town a subdistrict.
    #[arg(long)]
    across_kinds: bool,
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

fn area(text: &str) -> Result<Bound, MeasureError> {
    bound(Measure::Area, text)
}

fn distance(text: &str) -> Result<Bound, MeasureError> {
    bound(Measure::Length, text)
}

fn bound(measure: Measure, text: &str) -> Result<Bound, MeasureError> {
    if text.trim().eq_ignore_ascii_case("none") { Ok(Bound::Any) } else { measure.read(text).map(Bound::Most) }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let target = args.draft.outputs(args.rules.as_deref()).target(&args.output, &["json"])?;
    if target == OutTarget::stdout() {
        return Err(CliError::PlanOnStdout);
    }
    if args.to.is_none() && args.rules.is_none() && !args.draft.names_a_project() {
        return Err(CliError::NoGoal);
    }
    let pack = args.rules.as_deref().map(rules::load).transpose()?;
    let mut draft = args.draft.read()?;
    let level = draft.level()?;
    let pack = pack.map(Arc::new).map_or_else(|| draft.kept_pack(), |pack| Ok(Some(pack)))?;
    let study = &mut draft.study;
    let judge = study.judge_by(study.dataset(), pack.unwrap_or_default());
    let goal = args.to.map_or(Goal::Minimum, Goal::Units);
    let weights = args.weights.unwrap_or_default();
    let bounds = Bounds {
        area: args.max_area.unwrap_or_default(),
        distance: args.max_distance.unwrap_or_default(),
        across_kinds: args.across_kinds,
    };
    let ask = Ask { weights, bounds, rounds: args.rounds, seed: args.seed, ..Ask::new(level, goal) };
    let (state, mut cache) = (study.document().shared_state(), study.cache());
    let suggestion = progress::shown(progress::Doing::LookingForMergers, |progress| {
        suggest(&judge, &state, &ask, &mut cache, progress)
    })?;
    for edit in suggestion.edits() {
        study.document_mut().commit(edit)?;
    }
    write_file(&target, |out| out.write_all(study.document().plan().write().as_bytes()))?;
    let report = SuggestionReport::new(judge.dataset(), &state, &suggestion, lang());
    write_file(&OutTarget::stdout(), |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        write!(out, "{report}")
    })?;
    Ok(if suggestion.is_reached() { Outcome::Clean } else { Outcome::Findings })
}
