//! Verdicts that were given, kept from edit to edit.

use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::CompactString;
use rayon::prelude::*;

use super::judge::{Around, Judge};
use super::verdict::{Verdict, Verdicts};
use crate::jobs::{Cancelled, Progress};
use crate::metrics::{FigureCache, UnitFigures};
use crate::model::{Kind, LevelIndex, State, Unit, UnitId};

/// What was said of a unit, and what it was said of.
#[derive(Clone, Debug)]
struct Ruling {
    revision: u64,
    name: CompactString,
    code: CompactString,
    kind: Option<Kind>,
    parent: Option<UnitId>,
    around: Around,
    verdicts: Arc<[Verdict]>,
}

/// Verdicts that were given, kept until something that they depend on has changed. For one judge and its dataset.
#[derive(Debug, Default)]
pub struct Rulings {
    /// By unit.
    known: Vec<Option<Ruling>>,
    /// Of which state.
    stamp: u64,
}

impl Rulings {
    /// Nothing judged yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What the pack says of all units in force. Only those are judged again of which something may have changed since
    /// the last call; figures come from the cache.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn judge(
        &mut self,
        judge: &Judge,
        state: &State,
        cache: &mut FigureCache,
        progress: &Progress,
    ) -> Result<Verdicts, Cancelled> {
        // What figures of one's own ask for may lie anywhere: in rows of ledgers, in other units.
        if judge.asks_for_own_figures() && self.stamp != state.stamp() {
            self.known.clear();
        }
        self.stamp = state.stamp();
        let outdated = self.outdated(judge, state);
        progress.check()?;
        let fresh = judge_all(judge, state, cache, &outdated, progress)?;
        for (id, ruling) in fresh {
            self.known[id.index()] = Some(ruling);
        }
        let mut verdicts = Verdicts { problems: judge.problems().to_vec(), ..Verdicts::default() };
        for (at, ruling) in self.known.iter().enumerate() {
            let Some(ruling) = ruling.as_ref().filter(|ruling| !ruling.verdicts.is_empty()) else { continue };
            for verdict in &*ruling.verdicts {
                verdicts.counts.add(judge.pack(), verdict);
            }
            verdicts.units.push((UnitId::new(at), Arc::clone(&ruling.verdicts)));
        }
        Ok(verdicts)
    }

    /// Units to be judged again, ascending. Forgets what is no longer in force.
    fn outdated(&mut self, judge: &Judge, state: &State) -> BTreeSet<UnitId> {
        let mut outdated = BTreeSet::new();
        // Names that were given up or taken, and units whose place above has changed.
        let mut names: BTreeSet<CompactString> = BTreeSet::new();
        let mut moved: Vec<UnitId> = Vec::new();
        self.known.resize(self.known.len().max(state.unit_count()), None);
        for (at, known) in self.known.iter_mut().enumerate() {
            let id = UnitId::new(at);
            let is_judged = at < state.unit_count()
                && state.unit(id).is_current()
                && !judge.rules_at[state.unit(id).level.index()].is_empty();
            if !is_judged {
                names.extend(known.take().map(|ruling| ruling.name));
                continue;
            }
            let unit = state.unit(id);
            let Some(ruling) = known else {
                outdated.insert(id);
                names.insert(unit.name.clone());
                continue;
            };
            let same_place = ruling.code == unit.code && ruling.parent == unit.parent;
            if ruling.name != unit.name {
                names.extend([ruling.name.clone(), unit.name.clone()]);
            }
            if !same_place {
                names.insert(unit.name.clone());
                moved.push(id);
            }
            let is_as_it_was = |&(other, revision): &(UnitId, u64)| {
                other.index() < state.unit_count() && state.unit(other).revision == revision
            };
            if !same_place
                || ruling.revision != unit.revision
                || ruling.name != unit.name
                || ruling.kind != unit.kind
                || !ruling.around.iter().all(is_as_it_was)
            {
                outdated.insert(id);
            }
        }
        self.known.truncate(state.unit_count());
        // At the first time everything is outdated already.
        if outdated.len() < state.unit_count() / 2 {
            for id in moved {
                below(state, id, &mut |member| {
                    outdated.insert(member);
                    names.insert(state.unit(member).name.clone());
                });
            }
            let holders = names.iter().filter(|name| !name.is_empty()).flat_map(|name| state.find_name(name));
            outdated.extend(holders.filter(|&id| !judge.rules_at[state.unit(id).level.index()].is_empty()));
        } else {
            let judged = |level: &LevelIndex| !judge.rules_at[level.index()].is_empty();
            outdated.extend(state.levels().filter(judged).flat_map(|level| state.units_at(level)));
        }
        outdated
    }
}

/// Visits all units below one.
fn below(state: &State, id: UnitId, visit: &mut impl FnMut(UnitId)) {
    for &member in state.members(id) {
        visit(member);
        below(state, member, visit);
    }
}

/// Units whose figures are asked for one by one; of more, those of the whole level are.
const FEW: usize = 64;

fn judge_all(
    judge: &Judge,
    state: &State,
    cache: &mut FigureCache,
    units: &BTreeSet<UnitId>,
    progress: &Progress,
) -> Result<Vec<(UnitId, Ruling)>, Cancelled> {
    let mut cases: Vec<(UnitId, Option<Arc<UnitFigures>>)> = Vec::with_capacity(units.len());
    for level in state.levels() {
        let of_level = || units.iter().copied().filter(|&id| state.unit(id).level == level);
        if !judge.asks_for_figures(level) {
            cases.extend(of_level().map(|id| (id, None)));
        } else if of_level().nth(FEW).is_none() {
            cases.extend(of_level().map(|id| (id, Some(cache.figures(&judge.dataset, state, id)))));
        } else {
            let all = cache.level_with_progress(&judge.dataset, state, level, progress)?;
            cases.extend(all.into_iter().filter(|(id, _)| units.contains(id)).map(|(id, it)| (id, Some(it))));
        }
    }
    // Before the units ask for them one by one, which would do it on one thread.
    judge.dataset.any_measures();
    let ruling = |(id, figures): &(UnitId, Option<Arc<UnitFigures>>)| {
        progress.check()?;
        let (verdicts, around) = judge.judged(state, *id, figures.as_deref());
        let Unit { revision, name, code, kind, parent, .. } = state.unit(*id).clone();
        Ok((*id, Ruling { revision, name, code, kind, parent, around, verdicts: verdicts.into() }))
    };
    cases.par_iter().map(ruling).collect()
}
