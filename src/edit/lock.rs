//! Locking and unlocking, and what locks refuse.

use compact_str::CompactString;

use super::draft::{Draft, Drafting};
use super::error::EditError;
use super::op::{Edit, LockTarget};
use super::patch::Change;
use crate::model::{Dataset, LevelIndex, Lock, State, Unit, UnitId};

/// What a lock is put on.
enum Found {
    Units(Vec<UnitId>),
    Level(LevelIndex),
}

pub(super) fn lock(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    target: &LockTarget,
    reason: &CompactString,
) -> Result<Draft, EditError> {
    draft(dataset, state, edit, target, Some(Lock { reason: reason.clone() }))
}

pub(super) fn unlock(dataset: &Dataset, state: &State, edit: &Edit, target: &LockTarget) -> Result<Draft, EditError> {
    draft(dataset, state, edit, target, None)
}

fn draft(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    target: &LockTarget,
    lock: Option<Lock>,
) -> Result<Draft, EditError> {
    let mut draft = Drafting::new(state);
    let (changes, units, first) = match find(dataset, state, target)? {
        Found::Units(units) => {
            // What is so already does not have to be said again, but all of it at once is a mistake.
            let differs = |unit: &&UnitId| state.locks.units.get(unit) != lock.as_ref();
            let units: Vec<UnitId> = units.iter().filter(differs).copied().collect();
            let Some(&first) = units.first() else { return Err(EditError::NothingToLock { locked: lock.is_some() }) };
            let changes = units.iter().map(|&unit| Change::LockUnit(unit, lock.clone())).collect();
            (changes, units, first)
        }
        Found::Level(level) => {
            if state.level_lock(level) == lock.as_ref() {
                return Err(EditError::NothingToLock { locked: lock.is_some() });
            }
            // A step is about some unit: the first of the level stands for all.
            let Some(first) = state.units_at(level).next() else {
                return Err(EditError::NothingToLock { locked: lock.is_some() });
            };
            (vec![Change::LockLevel(level, lock)], Vec::new(), first)
        }
    };
    draft.besides = changes;
    Ok(draft.finish(edit.clone(), units, first))
}

fn find(dataset: &Dataset, state: &State, target: &LockTarget) -> Result<Found, EditError> {
    match target {
        LockTarget::Units(units) => {
            if units.is_empty() {
                return Err(EditError::TooFewUnits { given: 0, needed: 1 });
            }
            let mut found: Vec<UnitId> =
                units.iter().map(|unit| unit.resolve(dataset, state)).collect::<Result<_, _>>()?;
            found.sort_unstable();
            found.dedup();
            Ok(Found::Units(found))
        }
        LockTarget::Level(level) => dataset
            .level_index(*level)
            .map(Found::Level)
            .ok_or_else(|| EditError::NoSuchLevel { level: *level, levels: dataset.levels.clone() }),
    }
}

/// Refuses a draft that would change a locked unit. Costs what the draft changes.
pub(super) fn check(state: &State, draft: Draft) -> Result<Draft, EditError> {
    if !state.has_locks() {
        return Ok(draft);
    }
    let refused = |unit: &Unit, lock: &Lock| EditError::Locked { unit: unit.into(), reason: lock.reason.clone() };
    let made = draft.made;
    let of = |unit: UnitId| {
        let lock = if Some(unit) == made { None } else { state.lock_of(unit) };
        lock.map(|lock| refused(state.unit(unit), lock))
    };
    for change in &draft.patch.changes {
        let error = match change {
            Change::Relabel { from, to, .. } => of(*from).or_else(|| of(*to)),
            Change::Set(id, unit) if !is_same(state.unit(*id), unit) => of(*id),
            Change::Push(unit) => state.level_lock(unit.level).map(|lock| refused(unit, lock)),
            _ => None,
        };
        if let Some(error) = error {
            return Err(error);
        }
    }
    Ok(draft)
}

/// Whether a unit says the same of itself; its figures may differ.
fn is_same(a: &Unit, b: &Unit) -> bool {
    Unit { revision: a.revision, ..b.clone() } == *a
}
