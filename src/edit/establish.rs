//! Establishing a unit of members of others (设立): 将原A乡v1村、B镇v2村划归N管辖.

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};

use super::checks::{checked_seat, parent_for, resolve_alike, touching_groups, warn_left_empty, warn_seat_outside};
use super::draft::{Draft, Drafting};
use super::error::{EditError, Warning};
use super::merge::largest;
use super::names;
use super::op::{Edit, SeatSpec, Target};
use super::refs::{UnitLabel, UnitRef};
use super::set_up::{self, Said, Site};
use crate::model::{Dataset, Seat, State, UnitId};

pub(super) fn draft(dataset: &Dataset, state: &State, refs: &[UnitRef], into: &Target) -> Result<Draft, EditError> {
    let members = resolve_alike(dataset, state, refs, 1)?;
    if into.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(EditError::EmptyName);
    }
    let largest = largest(dataset, state, &members);
    let left: BTreeSet<UnitId> = members.iter().filter_map(|&id| state.unit(id).parent).collect();
    let Some(like) = state.unit(largest).parent else {
        return Err(EditError::NoLevelAbove { level: dataset.level(state.unit(largest).level) });
    };
    let parent = parent(dataset, state, &left, into)?;

    let mut draft = Drafting::new(state);
    let groups = touching_groups(dataset, state, &members, None);
    if groups > 1 {
        draft.warnings.push(Warning::NotAdjacent { groups });
    }
    let given_seat = into.seat.as_ref().map(checked_seat).transpose()?;
    let said = Said {
        code: into.code.as_ref(),
        kind: into.kind.as_ref(),
        name: into.name.clone().unwrap_or_else(|| provisional_name(state, largest, like)),
        seat: given_seat
            .or_else(|| state.unit(largest).seat.clone())
            .or_else(|| provisional_seat(dataset, state, largest)),
        seat_address: state.unit(largest).seat_address.clone(),
    };
    let unit = set_up::unit(dataset, &mut draft, &Site { like, parent, replaced: &[] }, said)?;
    draft.warnings.extend(names::check(dataset, state, (&unit.name, unit.kind.as_ref()), like, &[]));
    if let Some(seat) = &unit.seat {
        warn_seat_outside(dataset, &mut draft, seat.at, &members, UnitLabel::from(&unit));
    }
    let filled_in = Target {
        code: Some(unit.code.clone()).filter(|code| !code.is_empty()),
        name: Some(unit.name.clone()).filter(|name| !name.is_empty()),
        kind: unit.kind.clone(),
        seat: unit.seat.as_ref().map(SeatSpec::from),
        parent: parent.and_then(|parent| UnitRef::to(dataset, state, parent)),
    };
    let made = draft.make(unit);
    for &member in &members {
        draft.move_under(member, made, parent);
    }
    warn_left_empty(&mut draft, left);
    Ok(draft.finish(Edit::Establish { units: refs.to_vec(), into: filled_in }, members, made))
}

/// The parent of the new unit: the one given, else the one that all units share whose members it gets.
fn parent(
    dataset: &Dataset,
    state: &State,
    left: &BTreeSet<UnitId>,
    into: &Target,
) -> Result<Option<UnitId>, EditError> {
    let Some(&first) = left.first() else { return Ok(None) };
    if let Some(parent) = &into.parent {
        return parent_for(dataset, state, state.unit(first).level, parent).map(Some);
    }
    let parents: BTreeSet<UnitId> = left.iter().filter_map(|&id| state.unit(id).parent).collect();
    if parents.len() > 1 {
        return Err(EditError::ParentRequired {
            parents: parents.into_iter().map(|id| state.unit(id).into()).collect(),
        });
    }
    Ok(parents.first().copied())
}

/// A seat until somebody chooses one: in the middle of the largest member, where most people live. A unit that is set up
/// has a seat, as the law says.
fn provisional_seat(dataset: &Dataset, state: &State, member: UnitId) -> Option<Seat> {
    let at = state.atoms(member).into_iter().max_by_key(|&atom| dataset.population_of(atom));
    let at = at.and_then(|atom| dataset.point_of(atom))?;
    Some(Seat { at, name: Some(state.unit(member).name.clone()).filter(|name| !name.is_empty()) })
}

/// A name until somebody gives it one: that of a member, as a unit of the level is called.
fn provisional_name(state: &State, member: UnitId, like: UnitId) -> CompactString {
    let (specific, _) = set_up::parts_of_name(&state.unit(member).name);
    let (_, generic) = set_up::parts_of_name(&state.unit(like).name);
    format_compact!("{specific}{generic}")
}
