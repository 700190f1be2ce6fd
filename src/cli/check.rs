//! `quhua check`: is this a coverage, are the attributes sound, and do the units keep the rules of a pack?

use std::sync::Arc;

use serde::Serialize;

use super::load::{Draft, DraftArgs};
use super::{CliError, Outcome, lang, progress};
use crate::coverage::validate::{Options, validate};
use crate::edit::Document;
use crate::io::OutTarget;
use crate::io::atomic::write_file;
use crate::model::JoinReport;
use crate::report::derived::DerivedReport;
use crate::report::health::HealthReport;
use crate::rules::{self, Pack, RulesReport, Rulings};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// An enclosed space thinner than this is a gap, a wider one a hole; in metres.
    #[arg(long, value_name = "METRES", default_value_t = Options::default().gap_width_m)]
    gap_width: f64,
    /// Also judge the units by a pack of rules: a file, or the name of a pack in the program (structure,
    /// sichuan-2021-towns, hunan-2015-townships, hunan-2015-villages). With --plan or --scenario, the units as that
    /// leaves them. A project is judged by the pack that it is judged by in the window, unless another is given here.
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
    /// What came of the tables that were joined.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    joins: Vec<JoinReport>,
    /// Rows of ledgers that the plan brings about by itself.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    derived: Vec<DerivedReport>,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    if args.rules.is_none() && args.draft.names_a_plan() && !args.draft.names_a_project() && !args.draft.names_a_pack()
    {
        return Err(CliError::NoRules);
    }
    // A mistake in the pack is told before the boundaries are read.
    let pack = args.rules.as_deref().map(rules::load).transpose()?;
    let draft = args.draft.read()?;
    // The health report is about the boundaries as loaded, whatever a plan cuts.
    let loaded = draft.study.document().origin();
    let options = Options { gap_width_m: args.gap_width };
    let defects =
        progress::shown(progress::Doing::CheckingBorders, |progress| validate(&loaded.coverage, &options, progress))?;
    let health = HealthReport::new(loaded, &defects, draft.study.area_method(), lang());
    let pack = match pack {
        Some(pack) => Some(pack),
        None => draft.kept_pack()?.map(Arc::unwrap_or_clone),
    };
    // Packs of ledgers bring rules of their own.
    let brought = draft.study.brought();
    let pack = if brought.is_empty() { pack } else { Some(pack.unwrap_or_default().and(brought)) };
    let name = args.rules.as_deref().unwrap_or_else(|| draft.study.basis().rules.name());
    let rules = pack.map(|pack| judged(args, &draft, pack, name)).transpose()?;
    let joins = draft.joins.clone();
    let is_clean =
        health.is_clean() && rules.as_ref().is_none_or(RulesReport::is_clean) && joins.iter().all(JoinReport::is_clean);
    let derived = match draft.state() {
        Some(state) => DerivedReport::all(draft.study.dataset(), state, lang()),
        None => Vec::new(),
    };
    let report = Report { health, rules, joins, derived };
    write_file(&OutTarget::stdout(), |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        write!(out, "{}", report.health)?;
        for join in &report.joins {
            let told = join.lines(lang());
            writeln!(out, "{}{}{}", join.source(), lang().pick("：", ": "), told.summary)?;
            told.taken.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
            told.findings.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
        }
        report.rules.iter().try_for_each(|rules| write!(out, "{rules}"))?;
        DerivedReport::sentence(&report.derived, lang()).iter().try_for_each(|sentence| writeln!(out, "{sentence}"))
    })?;
    Ok(if is_clean { Outcome::Clean } else { Outcome::Findings })
}

fn judged(args: &Args, draft: &Draft, mut pack: Pack, name: &str) -> Result<RulesReport, CliError> {
    let study = &draft.study;
    let dataset = study.dataset();
    if args.draft.asks_for_level() {
        pack = pack.only_at(dataset.level(draft.level()?));
    }
    let state = study.state();
    let judge = study.judge_by(dataset, pack.into());
    let verdicts = progress::shown(progress::Doing::Judging, |progress| {
        Rulings::new().judge(&judge, state, &mut study.cache(), progress)
    })?;
    let plan = draft.document().map(Document::name);
    Ok(RulesReport::new(&judge, (name, plan), (dataset, state), &verdicts, lang()))
}
