//! What a selection may take, and members that are being painted onto another parent.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Side, Study};
use crate::edit::change::Between;
use crate::edit::{EditError, Warning};
use crate::metrics::Shift;
use crate::model::UnitId;
use crate::query::Restriction;

/// Limits on what a selection takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Only units below this one.
    pub inside: Option<UnitId>,
    /// Only units that are not locked.
    pub unlocked: bool,
    /// Only units that differ from another scenario, or from the units as loaded.
    pub differs: Option<Side>,
}

impl Limits {
    /// Whether there is any.
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// The limits as of a revision of the document.
#[derive(Clone, Debug, Default)]
pub struct Allowed {
    inside: Option<UnitId>,
    unlocked: bool,
    only: Option<Arc<BTreeSet<UnitId>>>,
}

impl Allowed {
    /// What some limits mean now.
    #[must_use]
    pub fn new(project: &Study, limits: &Limits) -> Self {
        let only = limits.differs.and_then(|side| project.differing(side));
        Self { inside: limits.inside, unlocked: limits.unlocked, only }
    }

    /// Whether a selection may take a unit.
    #[must_use]
    pub fn allows(&self, project: &Study, unit: UnitId) -> bool {
        let only = self.only.as_deref();
        Restriction { inside: self.inside, unlocked: self.unlocked, only }.allows(project.state(), unit)
    }
}

impl Study {
    /// Units in force of all levels that differ from another scenario, or with `None` from the units as loaded; those
    /// that only moved along with their parent do not. `None` when there is no such scenario.
    #[must_use]
    pub fn differing(&self, side: Side) -> Option<Arc<BTreeSet<UnitId>>> {
        let key = (self.revision(), side);
        let mut known = self.differing.borrow_mut();
        if known.is_of(&key) {
            return known.get().cloned();
        }
        let document = self.document();
        if side.is_some_and(|id| document.scenario(id).is_none()) {
            return None;
        }
        // Scenarios may cut atoms in different ways: both are looked at upon the same ones.
        let (dataset, states) = document.across(&[side, Some(document.active().id)]).ok()?;
        let [before, after] = states.as_slice() else { return None };
        let between = Between::new(&dataset, before, after);
        let differs = |unit: &UnitId| between.is_marked(*unit);
        let units: BTreeSet<UnitId> = after.levels().flat_map(|level| after.units_at(level)).filter(differs).collect();
        let units = Arc::new(units);
        known.put(key, Arc::clone(&units));
        Some(units)
    }
}

/// A piece of a stroke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// The brush is put down.
    Begin,
    /// It has passed over some units: they move.
    Add(Vec<UnitId>),
    /// It has passed over some units: they stay after all.
    Remove(Vec<UnitId>),
    /// It is taken up.
    End,
}

/// Members that are being painted onto another parent.
#[derive(Clone, Debug)]
pub struct Painting {
    /// What moves, and what that leads to.
    pub shift: Shift,
    /// Units that the brush has passed over, but that stay: they are locked, or whoever has them is.
    pub held: BTreeSet<UnitId>,
    /// What moved before the stroke in progress.
    before_stroke: Option<Shift>,
    /// What is doubtful about the edit, or why it would be refused; thought through between strokes.
    pub outlook: Option<Result<Vec<Warning>, EditError>>,
}

impl Painting {
    /// Nothing is painted yet.
    #[must_use]
    pub const fn new(shift: Shift) -> Self {
        Self { shift, held: BTreeSet::new(), before_stroke: None, outlook: None }
    }

    /// Goes on with a stroke. Units that no limit lets pass are left out before.
    pub fn follow(&mut self, project: &Study, stroke: Stroke) {
        let (dataset, state) = (project.dataset(), project.state());
        match stroke {
            Stroke::Begin => self.before_stroke = Some(self.shift.clone()),
            Stroke::Add(units) => {
                let is_held = |unit: &UnitId| {
                    let parent = state.unit(*unit).parent;
                    state.lock_of(*unit).is_some() || parent.is_some_and(|parent| state.lock_of(parent).is_some())
                };
                let target = self.shift.target();
                let (held, free): (Vec<UnitId>, Vec<UnitId>) = units.into_iter().partition(is_held);
                self.held.extend(held.into_iter().filter(|&unit| state.unit(unit).parent != Some(target)));
                self.shift.add(dataset, state, free);
            }
            Stroke::Remove(units) => drop(self.shift.remove(dataset, state, units)),
            Stroke::End => self.before_stroke = None,
        }
        self.outlook = None;
        if self.before_stroke.is_none() {
            self.think(project);
        }
    }

    /// Takes the stroke in progress back. Returns whether there was one.
    pub fn give_up_stroke(&mut self, project: &Study) -> bool {
        let Some(before) = self.before_stroke.take() else { return false };
        self.shift = before;
        self.think(project);
        true
    }

    fn think(&mut self, project: &Study) {
        let (dataset, state) = (project.dataset(), project.state());
        let edit = self.shift.edit(dataset, state);
        self.outlook = edit.map(|edit| edit.draft(dataset, state).map(|draft| draft.warnings));
    }
}

impl Study {
    /// The unit that a selection is limited to: the one selected, if it has members, else the parent of the first.
    #[must_use]
    pub fn limit_for(&self, selection: &[UnitId]) -> Option<UnitId> {
        let &first = selection.first()?;
        let has_members = selection.len() == 1 && !self.state().members(first).is_empty();
        if has_members { Some(first) } else { self.state().unit(first).parent }
    }
}
