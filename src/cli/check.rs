//! `quhua check`: is this a coverage, are the attributes sound, and do the units keep the rules of a pack?

use std::sync::Arc;

use serde::Serialize;

use super::figures::FigureArgs;
use super::load::{Draft, DraftArgs};
use super::{CliError, Outcome, progress};
use crate::coverage::validate::{Options, validate};
use crate::edit::Document;
use crate::geodesy::AreaMethod;
use crate::io::atomic::{OutTarget, write_file};
use crate::metrics::{Ledger, OwnFigures};
use crate::report::health::HealthReport;
use crate::rules::{self, Crossings, Judge, RulesReport, Rulings};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    #[command(flatten)]
    figures: FigureArgs,
    /// An enclosed space thinner than this is a gap, a wider one a hole; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Options::default().gap_width_m)]
    gap_width: f64,
    /// Also judge the units by a pack of rules: a file, or the name of a pack in the program (structure,
    /// sichuan-2021-towns, hunan-2015-townships, hunan-2015-villages). With --plan or --scenario, the units as that
    /// leaves them.
    #[arg(long, value_name = "PACK")]
    rules: Option<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

/// The health report, with what a pack says.
#[derive(Serialize)]
struct Report {
    #[serde(flatten)]
    health: HealthReport,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<RulesReport>,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    if args.rules.is_none() && args.draft.names_a_plan() {
        return Err(CliError::NoRules);
    }
    // A mistake in the pack is told before the boundaries are read.
    let pack = args.rules.as_deref().map(rules::load).transpose()?;
    let loaded = args.draft.load()?;
    let own = loaded.plans.as_ref().map(|plans| rules::kept_crossings(&plans.settings)).unwrap_or_default();
    let figures = Arc::new(args.figures.read(&loaded, AreaMethod::Geodesic)?);
    let options = Options { gap_width_m: args.gap_width };
    let coverage = &loaded.dataset.coverage;
    let defects = progress::shown("checking borders", |progress| validate(coverage, &options, progress))?;
    // The health report is about the boundaries as loaded, whatever a plan cuts.
    let health = HealthReport::new(&loaded.dataset, &defects);
    let draft = args.draft.carry_out(loaded)?;
    let rules = match (pack, &args.rules) {
        (Some(pack), Some(name)) => Some(judged(args, &draft, (pack, name), &own, &figures)?),
        _ => None,
    };
    let is_clean = health.is_clean() && rules.as_ref().is_none_or(RulesReport::is_clean);
    let report = Report { health, rules };
    write_file(&OutTarget::Stdout, |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        write!(out, "{}", report.health)?;
        report.rules.iter().try_for_each(|rules| write!(out, "{rules}"))
    })?;
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

fn judged(
    args: &Args,
    draft: &Draft,
    (mut pack, name): (rules::Pack, &str),
    own: &Crossings,
    figures: &Arc<OwnFigures>,
) -> Result<RulesReport, CliError> {
    let dataset = &draft.dataset;
    if args.draft.asks_for_level() {
        pack = pack.only_at(dataset.level(draft.level()?));
    }
    let state = draft.state().unwrap_or(&dataset.base);
    let judge = Judge::new(dataset, pack.into(), own).with_figures(Arc::clone(figures));
    let verdicts = progress::shown("judging", |progress| {
        Rulings::new().judge(&judge, state, &mut Ledger::new(AreaMethod::Geodesic), progress)
    })?;
    let plan = draft.document.as_ref().map(Document::name);
    Ok(RulesReport::new(&judge, name, plan, dataset, state, &verdicts))
}
