//! What several operations ask of the units and places that an edit names, and warn of.

use std::collections::BTreeSet;

use geo::Coord;

use super::draft::{Draft, Drafting};
use super::error::{EditError, Warning};
use super::op::SeatSpec;
use super::refs::{UnitLabel, UnitRef};
use crate::coverage::AtomId;
use crate::model::{Dataset, LevelIndex, Seat, State, UnitId};

/// Units in force that a plan names: of one level, each once, and at least `needed`.
pub(super) fn resolve_alike(
    dataset: &Dataset,
    state: &State,
    units: &[UnitRef],
    needed: usize,
) -> Result<Vec<UnitId>, EditError> {
    if units.len() < needed {
        return Err(EditError::TooFewUnits { given: units.len(), needed });
    }
    let mut ids = Vec::with_capacity(units.len());
    let mut seen = BTreeSet::new();
    for unit in units {
        let id = unit.resolve(dataset, state)?;
        if !seen.insert(id) {
            return Err(EditError::ListedTwice { unit: state.unit(id).into() });
        }
        ids.push(id);
    }
    let first = state.unit(ids[0]);
    match ids.iter().map(|&id| state.unit(id)).find(|unit| unit.level != first.level) {
        None => Ok(ids),
        Some(other) => Err(EditError::LevelsDiffer {
            first: first.into(),
            second: other.into(),
            levels: [first.level, other.level].map(|level| dataset.level(level)),
        }),
    }
}

/// The unit that a plan names as parent of units of a level.
pub(super) fn parent_for(
    dataset: &Dataset,
    state: &State,
    level: LevelIndex,
    parent: &UnitRef,
) -> Result<UnitId, EditError> {
    if level == state.coarsest() {
        return Err(EditError::NoLevelAbove { level: dataset.level(level) });
    }
    let id = parent.resolve(dataset, state)?;
    let unit = state.unit(id);
    if unit.level == level.coarser() {
        Ok(id)
    } else {
        let levels = [unit.level, level].map(|level| dataset.level(level));
        Err(EditError::NotAParent { parent: unit.into(), levels })
    }
}

/// Number of groups that units form when those that share a border are joined; territory of `with`, a unit of the
/// level above, counts as one more unit. Units without atoms are left out. Costs the atoms of the units.
pub(super) fn touching_groups(dataset: &Dataset, state: &State, units: &[UnitId], with: Option<UnitId>) -> usize {
    let level = state.unit(units[0]).level;
    let mut order: Vec<UnitId> = units.to_vec();
    order.sort_unstable();
    let with = with.filter(|&parent| !state.members(parent).is_empty());
    // One group for each unit, and one behind them for `with`; `group[i]` points towards the root of its group.
    let mut group: Vec<usize> = (0..=order.len()).collect();
    let mut present = vec![false; order.len()];
    present.push(with.is_some());
    for (i, &id) in order.iter().enumerate() {
        for atom in state.atoms(id) {
            present[i] = true;
            for &neighbour in dataset.coverage.neighbours(atom) {
                if let Some(other) = group_of(state, level, &order, with, neighbour) {
                    let (a, b) = (root(&mut group, i), root(&mut group, other));
                    group[a.max(b)] = a.min(b);
                }
            }
        }
    }
    (0..group.len()).filter(|&i| present[i] && group[i] == i).count()
}

/// Position of the group that an atom was in at first.
fn group_of(state: &State, level: LevelIndex, order: &[UnitId], with: Option<UnitId>, atom: AtomId) -> Option<usize> {
    order
        .binary_search(&state.unit_of(atom, level))
        .ok()
        .or_else(|| (with? == state.unit_of(atom, level.coarser())).then_some(order.len()))
}

fn root(group: &mut [usize], mut i: usize) -> usize {
    while group[i] != i {
        group[i] = group[group[i]];
        i = group[i];
    }
    i
}

/// Warns of units that the draft leaves without members.
pub(super) fn warn_left_empty(draft: &mut Drafting<'_>, units: impl IntoIterator<Item = UnitId>) {
    for id in units {
        if draft.members_after(id) == 0 {
            draft.warnings.push(Warning::LeftEmpty { unit: draft.state.unit(id).into() });
        }
    }
}

/// A draft that says of every unit that gives the place of its seat away with it, and goes on without.
pub(super) fn with_seats_given_away(dataset: &Dataset, state: &State, mut draft: Draft) -> Draft {
    // Atoms that a cut made lie in the dataset that it leads to.
    let refined = draft.refined.as_ref().map_or(dataset, |refined| &*refined.dataset);
    let is_told = |unit: &UnitLabel| {
        draft.warnings.iter().any(|warning| matches!(warning, Warning::SeatOutside { unit: told } if told == unit))
    };
    let label = |id: UnitId| draft.unit_after(state, id).map(|after| UnitLabel::from(&after.unit));
    let mut warnings = Vec::new();
    for moved in draft.patch.moved() {
        let Some(seat) = state.unit(moved.from).seat.as_ref() else { continue };
        let is_given = refined
            .index
            .atom_at(&refined.coverage, seat.at)
            .is_some_and(|atom| moved.atoms.binary_search(&atom).is_ok());
        if !is_given {
            continue;
        }
        let goes_on = draft.unit_after(state, moved.from).filter(|after| {
            // A unit that is moved or left empty has a warning of its own.
            after.unit.is_current() && !after.atoms.is_empty() && after.unit.seat.as_ref() == Some(seat)
        });
        if let (Some(unit), Some(to)) = (goes_on.map(|after| UnitLabel::from(&after.unit)), label(moved.to))
            && !is_told(&unit)
        {
            warnings.push(Warning::SeatGivenAway { unit, to });
        }
    }
    draft.warnings.append(&mut warnings);
    draft
}

/// A seat that is a place on Earth.
pub(super) fn checked_seat(seat: &SeatSpec) -> Result<Seat, EditError> {
    if seat.is_on_earth() { Ok(seat.into()) } else { Err(EditError::SeatNowhere { lon: seat.lon, lat: seat.lat }) }
}

/// Warns when a seat lies outside of the territory of units of one level, which are or become `unit`.
pub(super) fn warn_seat_outside(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    at: Coord,
    units: &[UnitId],
    unit: UnitLabel,
) {
    let level = draft.state.unit(units[0]).level;
    let holder = dataset.index.atom_at(&dataset.coverage, at).map(|atom| draft.state.unit_of(atom, level));
    if !holder.is_some_and(|holder| units.contains(&holder)) {
        draft.warnings.push(Warning::SeatOutside { unit });
    }
}
