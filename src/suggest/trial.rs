//! What a plan makes of the rules: tried out on a copy of the units, by those who judge them everywhere else.
//!
//! While a search goes on, rules of severity *error* about sums are limits that it keeps ([`super::group`]). Everything
//! else that a pack may ask for (ways, shapes, links, names, groups, how units lie) depends on the units around, or takes
//! geometry. It is judged once a plan is there; mergers that break such a rule are taken apart for good, and the search
//! goes on without them, a few times. In the end they are only taken apart, which comes to an end when nothing is merged.

use std::collections::BTreeSet;

use super::ask::{Ask, Goal};
use super::group::Group;
use super::improve::Search;
use super::merger::edit_of;
use crate::jobs::Progress;
use crate::metrics::{Figure, FigureCache};
use crate::model::{LevelIndex, Severity, State, UnitId};
use crate::rules::{Check, Evidence, Judge, Judgement, Quantity, Rule, Rulings, Verdict, Verdicts, Why, Words};

/// How often the search goes on after mergers were taken apart.
const TIMES: usize = 8;

/// Verdicts before all mergers and after them; empty where the pack says nothing that a merger could break.
#[derive(Debug, Default)]
pub(super) struct Tried {
    before: Verdicts,
    after: Verdicts,
}

/// Has a search keep the rules, and says what is judged of the units in the end. It is done whether or not the user gave
/// up: only the search is left off then.
pub(super) fn hold(
    search: &mut Search<'_>,
    judge: &Judge,
    state: &State,
    ask: &Ask,
    cache: &mut FigureCache,
    progress: &Progress,
) -> Tried {
    let levels: BTreeSet<_> = judge.dataset().levels.iter().copied().collect();
    let matters = |rule: &Rule| {
        (binds(rule) && levels.iter().any(|&level| rule.is_for(level)))
            || matches!(rule.check, Check::Range { .. }) && rule.is_for(judge.dataset().level(ask.level))
    };
    if !judge.pack().rules.iter().any(matters) {
        return Tried::default();
    }
    let mut rulings = Rulings::new();
    let mut judged = |state: &State| rulings.judge(judge, state, cache, &Progress::new()).unwrap_or_default();
    let before = judged(state);
    for time in 0.. {
        let (done, refused) = carried_out(search, judge, state);
        let after = judged(&done);
        let tried = Tried { before: before.clone(), after };
        let mut guilty = refused;
        if guilty.is_empty() {
            guilty = tried.guilty(search, judge, (state, ask));
        }
        if guilty.is_empty() {
            return tried;
        }
        search.take_apart(&guilty);
        let more = if time < TIMES && progress.check().is_ok() { ask.rounds / 4 } else { 0 };
        for _ in 0..more {
            if progress.check().is_err() {
                break;
            }
            search.round();
        }
    }
    Tried::default()
}

/// The units as the best plan of a search leaves them, and the groups that could not be made one.
fn carried_out(search: &mut Search<'_>, judge: &Judge, state: &State) -> (State, Vec<Group>) {
    let (mut after, mut refused) = (state.clone(), Vec::new());
    for group in mergers(search) {
        let edit = edit_of(judge.dataset(), state, search.scales().chart, &group);
        if edit.is_none_or(|edit| edit.apply(judge.dataset(), &mut after).is_err()) {
            refused.push(group);
        }
    }
    (after, refused)
}

/// Groups of several in the best plan, by their survivors.
fn mergers(search: &mut Search<'_>) -> Vec<Group> {
    let mut groups: Vec<Group> =
        search.best().groups.iter().flatten().filter(|group| group.members.len() > 1).cloned().collect();
    groups.sort_by_key(|group| group.survivor);
    groups
}

impl Tried {
    /// Mergers behind what the plan breaks; where nobody can say which, the last one.
    fn guilty(&self, search: &mut Search<'_>, judge: &Judge, (state, ask): (&State, &Ask)) -> Vec<Group> {
        let groups = mergers(search);
        let chart = search.scales().chart;
        let mut guilty: BTreeSet<usize> = BTreeSet::new();
        let mut is_unclear = false;
        for (unit, verdict) in self.after.all() {
            let is_asked = ask.goal == Goal::Minimum && state.unit(unit).level == ask.level;
            let is_at_fault = self.is_newly_broken(judge, unit, verdict)
                || (is_asked && self.leaves_a_least_open(judge, unit, verdict));
            if !is_at_fault {
                continue;
            }
            // The unit itself, the one that it lies in, or those beside it.
            let mut holder = Some(unit);
            while let Some(at) = holder.filter(|&at| state.unit(at).level < ask.level) {
                holder = state.unit(at).parent;
            }
            let is_made = |group: &Group| group.members.iter().any(|&at| Some(chart.piece(at).id) == holder);
            let is_beside = |group: &Group| {
                let mut beside = group.members.iter().flat_map(|&at| &chart.piece(at).beside);
                beside.any(|beside| Some(chart.piece(beside.other).id) == holder)
            };
            let found = groups.iter().position(is_made).or_else(|| groups.iter().position(is_beside));
            is_unclear |= found.is_none();
            guilty.extend(found);
        }
        if guilty.is_empty() && is_unclear {
            guilty.extend(groups.len().checked_sub(1));
        }
        guilty.into_iter().map(|at| groups[at].clone()).collect()
    }

    /// What was said of a unit by the same rule before.
    fn before(&self, unit: UnitId, rule: usize) -> Option<&Verdict> {
        self.before.of(unit).iter().find(|verdict| verdict.rule == rule)
    }

    /// Whether a rule that must not be broken is, and was not before, or is broken worse.
    fn is_newly_broken(&self, judge: &Judge, unit: UnitId, now: &Verdict) -> bool {
        if !binds(&judge.pack().rules[now.rule]) || !is_unkept(now) {
            return false;
        }
        let Some(then) = self.before(unit, now.rule).filter(|then| is_unkept(then)) else { return true };
        match (&now.evidence, &then.evidence) {
            (Evidence::Range { .. }, Evidence::Range { .. }) => now.evidence.is_farther_beyond(&then.evidence),
            (Evidence::Parts { count: now, .. }, Evidence::Parts { count: then, .. }) => now > then,
            (now, then) => now != then,
        }
    }

    /// Whether a least of people or area can no longer be judged.
    fn leaves_a_least_open(&self, judge: &Judge, unit: UnitId, now: &Verdict) -> bool {
        let Check::Range { quantity: Quantity::Figure(Figure::Population | Figure::Area), limits } =
            &judge.pack().rules[now.rule].check
        else {
            return false;
        };
        let is_open = |verdict: &Verdict| matches!(verdict.judgement, Judgement::Unjudged(_));
        let was_open = self.before(unit, now.rule).is_some_and(is_open);
        is_open(now) && !was_open && limits.iter().any(|row| row.min.is_some())
    }

    /// Units of a level below a least of people or area, before and after.
    pub(super) fn below(&self, judge: &Judge, at: (&State, LevelIndex)) -> [usize; 2] {
        self.units(at, |verdict| {
            let Check::Range { quantity: Quantity::Figure(Figure::Population | Figure::Area), .. } =
                &judge.pack().rules[verdict.rule].check
            else {
                return false;
            };
            let Evidence::Range { value: Some(value), limits: Some(limits), .. } = &verdict.evidence else {
                return false;
            };
            is_unkept(verdict) && limits.beyond(*value)[0] > 0.0
        })
    }

    /// Units of a level of which a limit cannot be judged, before and after.
    pub(super) fn unjudged(&self, judge: &Judge, at: (&State, LevelIndex)) -> [usize; 2] {
        self.units(at, |verdict| is_open(judge, verdict).is_some())
    }

    /// Limits that cannot be judged of a unit any more.
    pub(super) fn newly_unjudged(&self, judge: &Judge, unit: UnitId) -> Vec<(Words, Why)> {
        let was_open = |rule| self.before(unit, rule).is_some_and(|verdict| is_open(judge, verdict).is_some());
        let now = self.after.of(unit).iter().filter(|verdict| !was_open(verdict.rule));
        now.filter_map(|verdict| Some((judge.pack().rules[verdict.rule].title.clone(), is_open(judge, verdict)?)))
            .collect()
    }

    /// Units of a level with such a verdict. Mergers leave every unit at its level.
    fn units(&self, (state, level): (&State, LevelIndex), is: impl Fn(&Verdict) -> bool) -> [usize; 2] {
        [&self.before, &self.after].map(|verdicts| {
            let is_one = |(unit, list): &&(UnitId, std::sync::Arc<[Verdict]>)| {
                state.unit(*unit).level == level && list.iter().any(&is)
            };
            verdicts.units.iter().filter(is_one).count()
        })
    }
}

/// Whether no merger may break a rule.
fn binds(rule: &Rule) -> bool {
    rule.severity == Severity::Error && !rule.is_of_rows
}

/// Whether a unit is not as a rule asks, whosever fault that is.
const fn is_unkept(verdict: &Verdict) -> bool {
    matches!(verdict.judgement, Judgement::Broken | Judgement::AsBefore)
}

/// Why a limit cannot be judged; hints and what is merely usual apart.
fn is_open(judge: &Judge, verdict: &Verdict) -> Option<Why> {
    let rule = &judge.pack().rules[verdict.rule];
    match &verdict.judgement {
        Judgement::Unjudged(Why::OnlyUsual) => None,
        Judgement::Unjudged(why) if rule.severity > Severity::Info && matches!(rule.check, Check::Range { .. }) => {
            Some(why.clone())
        }
        _ => None,
    }
}
