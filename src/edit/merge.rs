//! Merging: whole units of one level become one.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::checks::{checked_seat, parent_for, resolve_alike, touching_groups, warn_left_empty, warn_seat_outside};
use super::codes::{self, CodeParts, CodeRequest};
use super::draft::{Draft, Drafting};
use super::error::{EditError, Warning};
use super::names;
use super::op::{Edit, Form, SeatSpec, Target};
use super::patch::Text;
use super::refs::{UnitLabel, UnitRef};
use super::set_up::{self, Said, Site};
use crate::model::{Dataset, Seat, Standing, State, Unit, UnitId};

/// The unit with the largest population, as far as that is known; the first where several have it, or where none is.
pub(super) fn largest(dataset: &Dataset, state: &State, units: &[UnitId]) -> UnitId {
    let ranked =
        units.iter().enumerate().max_by_key(|&(i, &id)| (dataset.people_of(&state.atoms(id)).known(), Reverse(i)));
    ranked.map_or(units[0], |(_, &id)| id)
}

pub(super) fn draft(
    dataset: &Dataset,
    state: &State,
    refs: &[UnitRef],
    form: Form,
    into: &Target,
) -> Result<Draft, EditError> {
    let units = resolve_alike(dataset, state, refs, 2)?;
    let parent = target_parent(dataset, state, &units, into)?;
    if into.name.as_ref().is_some_and(|name| name.trim().is_empty()) {
        return Err(EditError::EmptyName);
    }
    let given_seat = into.seat.as_ref().map(checked_seat).transpose()?;
    let mut draft = Drafting::new(state);
    let groups = touching_groups(dataset, state, &units, None);
    if groups > 1 {
        draft.warnings.push(Warning::NotAdjacent { groups });
    }
    let (result, unit) = match form {
        Form::Establish => establish(dataset, &mut draft, &units, parent, into, given_seat)?,
        Form::Absorb => absorb(dataset, &mut draft, &units, parent, into, given_seat)?,
    };
    draft.warnings.extend(names::check(dataset, state, (&unit.name, unit.kind.as_ref()), units[0], &units));
    if let Some(seat) = &unit.seat {
        warn_seat_outside(dataset, &mut draft, seat.at, &units, UnitLabel::from(&unit));
    }
    for &id in units.iter().filter(|&&id| id != result) {
        draft.unit_mut(id).standing = Standing::Abolished;
        draft.dissolve(id, result, parent);
    }
    let left: BTreeSet<UnitId> = units.iter().filter_map(|&id| state.unit(id).parent).collect();
    warn_left_empty(&mut draft, left);
    let filled_in = Target {
        code: Some(unit.code).filter(|code| !code.is_empty()),
        name: Some(unit.name).filter(|name| !name.is_empty()),
        kind: unit.kind,
        seat: unit.seat.as_ref().map(SeatSpec::from),
        parent: parent.and_then(|parent| UnitRef::to(dataset, state, parent)),
    };
    Ok(draft.finish(Edit::Merge { units: refs.to_vec(), form, into: filled_in }, units, result))
}

/// The parent of the result: the one given, else the one that all units share. `None` at the coarsest level.
fn target_parent(
    dataset: &Dataset,
    state: &State,
    units: &[UnitId],
    into: &Target,
) -> Result<Option<UnitId>, EditError> {
    if let Some(parent) = &into.parent {
        return parent_for(dataset, state, state.unit(units[0]).level, parent).map(Some);
    }
    let mut parents: Vec<UnitId> = Vec::new();
    for parent in units.iter().filter_map(|&id| state.unit(id).parent) {
        if !parents.contains(&parent) {
            parents.push(parent);
        }
    }
    if parents.len() > 1 {
        let parents = parents.into_iter().map(|id| state.unit(id).into()).collect();
        return Err(EditError::ParentRequired { parents });
    }
    Ok(parents.first().copied())
}

/// Sets up a new unit. Returns it and what it says of itself.
fn establish(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    units: &[UnitId],
    parent: Option<UnitId>,
    into: &Target,
    given_seat: Option<Seat>,
) -> Result<(UnitId, Unit), EditError> {
    let state = draft.state;
    let largest = largest(dataset, state, units);
    let model = state.unit(largest);
    // The code follows a unit that has one, of the target parent if possible.
    let coded = |id: &UnitId| !state.unit(*id).code.is_empty();
    let like = std::iter::once(largest)
        .chain(units.iter().copied())
        .filter(coded)
        .min_by_key(|&id| (state.unit(id).parent != parent, id != largest))
        .unwrap_or(largest);
    let said = Said {
        code: into.code.as_ref(),
        kind: into.kind.as_ref().or(model.kind.as_ref()),
        name: into.name.clone().unwrap_or_else(|| model.name.clone()),
        seat: given_seat.or_else(|| model.seat.clone()),
        seat_address: model.seat_address.clone(),
    };
    let unit = set_up::unit(dataset, draft, &Site { like, parent, replaced: units }, said)?;
    Ok((draft.make(unit.clone()), unit))
}

/// Lets one of the units survive. Returns it and what it will say of itself.
fn absorb(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    units: &[UnitId],
    parent: Option<UnitId>,
    into: &Target,
    given_seat: Option<Seat>,
) -> Result<(UnitId, Unit), EditError> {
    let state = draft.state;
    let code = into.code.as_ref().filter(|code| !code.is_empty()).ok_or(EditError::SurvivorMissing)?;
    let mut named = units.iter().copied().filter(|&id| state.unit(id).code == *code);
    let survivor = match (named.next(), named.next()) {
        (Some(survivor), None) => survivor,
        (None, _) => return Err(EditError::SurvivorNotListed { code: code.clone() }),
        (Some(_), Some(_)) => return Err(EditError::SurvivorAmbiguous { code: code.clone() }),
    };
    let old = state.unit(survivor);
    if let Some(name) = into.name.as_ref().filter(|&name| *name != old.name) {
        draft.list(Text::Name, name, survivor);
        draft.unit_mut(survivor).name.clone_from(name);
    }
    let kind = into.kind.clone().map(|kind| kind.at(dataset.level(old.level)));
    if let Some(kind) = &kind.filter(|kind| Some(kind) != old.kind.as_ref()) {
        draft.unit_mut(survivor).kind = Some(kind.clone());
        if CodeParts::read(dataset.level(old.level), code).is_some() {
            let request = CodeRequest { level: old.level, kind: Some(kind), parent, like: survivor };
            draft.warnings.extend(codes::doubts(dataset, state, code, &request));
        }
    }
    if given_seat.is_some() {
        draft.unit_mut(survivor).seat = given_seat;
    }
    if let Some(parent) = parent.filter(|_| parent != old.parent) {
        draft.reparent(survivor, parent);
        if let Some((units, prefix)) = codes::not_under(dataset, state, &[survivor], parent) {
            draft.warnings.push(Warning::CodesToReplace { units, prefix });
        }
    }
    // A new seat changes figures even where no territory comes in.
    draft.touch(survivor);
    Ok((survivor, draft.unit_mut(survivor).clone()))
}
