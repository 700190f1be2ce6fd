//! Reinstating: a unit that the plan abolished comes back, with what it had when it was loaded.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::warn_left_empty;
use super::draft::{Draft, Drafting};
use super::error::EditError;
use super::op::Edit;
use super::refs::UnitRef;
use crate::coverage::AtomId;
use crate::model::{Dataset, LevelIndex, Standing, State, UnitId};

pub(super) fn draft(dataset: &Dataset, state: &State, edit: &Edit, unit: &UnitRef) -> Result<Draft, EditError> {
    let id = abolished(dataset, state, unit)?;
    let old = state.unit(id);
    let parent = match old.parent {
        Some(parent) if !state.unit(parent).is_current() => {
            return Err(EditError::ParentAbolished { unit: old.into(), parent: state.unit(parent).into() });
        }
        parent => parent,
    };
    let base = &dataset.base;
    let mut draft = Drafting::new(state);
    draft.unit_mut(id).standing = Standing::Current;
    draft.enter(id, parent);
    let mut left = BTreeSet::new();
    if old.level == LevelIndex::FINEST {
        let mut from: BTreeMap<UnitId, Vec<AtomId>> = BTreeMap::new();
        for atom in base.atoms(id) {
            from.entry(state.unit_of(atom, LevelIndex::FINEST)).or_default().push(atom);
        }
        for (&giver, atoms) in &from {
            if state.atoms(giver).len() == atoms.len() {
                return Err(EditError::WouldBeEmpty { unit: old.into(), giver: state.unit(giver).into() });
            }
            draft.hand_over(giver, id, parent, atoms.clone());
        }
        if from.is_empty() {
            return Err(EditError::NothingToGiveBack { unit: old.into() });
        }
    } else {
        let members: Vec<UnitId> = base.members(id).iter().copied().filter(|&it| state.unit(it).is_current()).collect();
        if members.is_empty() {
            return Err(EditError::NothingToGiveBack { unit: old.into() });
        }
        for member in members {
            left.extend(state.unit(member).parent);
            draft.move_under(member, id, parent);
        }
    }
    warn_left_empty(&mut draft, left);
    Ok(draft.finish(edit.clone(), vec![id], id))
}

/// The unit that is meant: one that was loaded, and is not in force.
fn abolished(dataset: &Dataset, state: &State, unit: &UnitRef) -> Result<UnitId, EditError> {
    let is_loaded = |id: &UnitId| id.index() < dataset.base.unit_count() && !state.unit(*id).is_current();
    let found = match unit {
        UnitRef::Code(code) => state.had_code(code).find(is_loaded),
        UnitRef::AtLevel { level, code } => {
            let level = dataset.level_index(*level);
            state.had_code(code).find(|id| is_loaded(id) && Some(state.unit(*id).level) == level)
        }
        UnitRef::Atom { index } => {
            Some(UnitId::new(*index as usize)).filter(|id| id.index() < dataset.loaded_atoms() && is_loaded(id))
        }
    };
    found.ok_or_else(|| match unit.resolve(dataset, state) {
        Ok(id) => EditError::InForce { unit: state.unit(id).into() },
        Err(EditError::Abolished { unit }) => EditError::MadeByPlan { unit },
        Err(error) => error,
    })
}
