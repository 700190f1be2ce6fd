//! What each operation does. Every function thinks an edit through and changes nothing.

use std::collections::BTreeSet;

use compact_str::CompactString;

use super::checks::{
    checked_seat, parent_for, resolve_alike, touching_groups, warn_left_empty, warn_seat_outside, with_seats_given_away,
};
use super::codes::{self, CodeParts, CodeRequest, Segment};
use super::draft::{Draft, Drafting};
use super::error::{EditError, Warning};
use super::op::{Edit, SeatSpec};
use super::patch::{Patch, Text};
use super::refs::{UnitLabel, UnitRef};
use super::{establish, lock, merge, names, record, reinstate, seat_use, split};
use crate::model::{CodeStatus, Dataset, Kind, Standing, State, UnitId};

/// What an edit did to a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Applied {
    /// Takes it back.
    pub inverse: Patch,
    /// The edit with everything derived filled in.
    pub edit: Edit,
    /// Units whose territory, members or attributes changed, ascending; abolished ones are among them.
    pub changed: Vec<UnitId>,
    /// Unit that it made.
    pub made: Option<UnitId>,
    /// What is doubtful about it.
    pub warnings: Vec<Warning>,
}

impl Edit {
    /// Carries the edit out. A refused edit changes nothing.
    ///
    /// # Errors
    /// [`EditError`] says why it was refused.
    pub fn apply(&self, dataset: &Dataset, state: &mut State) -> Result<Applied, EditError> {
        let Draft { patch, edit, changed, made, warnings, .. } = self.draft(dataset, state)?;
        Ok(Applied { inverse: patch.apply(state), edit, changed, made, warnings })
    }

    /// Thinks the edit through without changing the state. Costs what the edit touches.
    ///
    /// # Errors
    /// [`EditError`] says why it would be refused.
    pub fn draft(&self, dataset: &Dataset, state: &State) -> Result<Draft, EditError> {
        let draft = match self {
            Self::Lock { target, reason } => return lock::lock(dataset, state, self, target, reason),
            Self::Unlock { target } => return lock::unlock(dataset, state, self, target),
            Self::Merge { units, form, into } => merge::draft(dataset, state, units, *form, into),
            Self::Transfer { units, to } => transfer(dataset, state, self, units, to),
            Self::Split { unit, along, share, parts } => split::draft(dataset, state, unit, along, share, parts),
            Self::Establish { units, into } => establish::draft(dataset, state, units, into),
            Self::Rename { unit, name } => rename(dataset, state, self, unit, name),
            Self::ConvertKind { unit, kind, code, name } => {
                convert_kind(dataset, state, unit, kind, [code.as_ref(), name.as_ref()])
            }
            Self::MoveSeat { unit, seat } => move_seat(dataset, state, self, unit, seat),
            Self::Abolish { unit } => abolish(dataset, state, self, unit),
            Self::ClassifySeat { unit, seat_use } => seat_use::draft(dataset, state, self, unit, *seat_use),
            Self::Record { table, id, row } => record::draft(dataset, state, table, id.as_ref(), row),
            Self::Reinstate { unit } => reinstate::draft(dataset, state, self, unit),
        }?;
        lock::check(state, with_seats_given_away(dataset, state, draft))
    }
}

fn transfer(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    units: &[UnitRef],
    to: &UnitRef,
) -> Result<Draft, EditError> {
    let units = resolve_alike(dataset, state, units, 1)?;
    let to = parent_for(dataset, state, state.unit(units[0]).level, to)?;
    let mut draft = Drafting::new(state);
    let mut left = BTreeSet::new();
    for &id in &units {
        let unit = state.unit(id);
        if unit.parent == Some(to) {
            return Err(EditError::AlreadyThere { unit: unit.into(), parent: state.unit(to).into() });
        }
        left.extend(unit.parent);
        draft.reparent(id, to);
    }
    let groups = touching_groups(dataset, state, &units, Some(to));
    if groups > 1 {
        draft.warnings.push(Warning::NotAdjacent { groups });
    }
    if let Some((units, prefix)) = codes::not_under(dataset, state, &units, to) {
        draft.warnings.push(Warning::CodesToReplace { units, prefix });
    }
    warn_left_empty(&mut draft, left);
    Ok(draft.finish(edit.clone(), units, to))
}

fn rename(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    unit: &UnitRef,
    name: &CompactString,
) -> Result<Draft, EditError> {
    let id = unit.resolve(dataset, state)?;
    if name.trim().is_empty() {
        return Err(EditError::EmptyName);
    }
    let mut draft = Drafting::new(state);
    draft.warnings = names::check(dataset, state, (name, state.unit(id).kind.as_ref()), id, &[id]);
    if *name != state.unit(id).name {
        draft.list(Text::Name, name, id);
    }
    draft.unit_mut(id).name.clone_from(name);
    Ok(draft.finish(edit.clone(), vec![id], id))
}

fn convert_kind(
    dataset: &Dataset,
    state: &State,
    unit: &UnitRef,
    kind: &Kind,
    [code, name]: [Option<&CompactString>; 2],
) -> Result<Draft, EditError> {
    if name.is_some_and(|name| name.trim().is_empty()) {
        return Err(EditError::EmptyName);
    }
    let id = unit.resolve(dataset, state)?;
    let old = state.unit(id);
    let kind = &kind.clone().at(dataset.level(old.level));
    let request = CodeRequest { level: old.level, kind: Some(kind), parent: old.parent, like: id };
    let mut draft = Drafting::new(state);
    let new_code = match code {
        Some(code) if *code == old.code => {
            if CodeParts::read(dataset.level(old.level), code).is_some() {
                draft.warnings = codes::doubts(dataset, state, code, &request);
            }
            None
        }
        Some(code) => {
            draft.warnings = codes::check_given(dataset, state, code, &request, &[])?;
            Some(code.clone())
        }
        None if needs_other_code(dataset, state, id, kind) => {
            let proposal = codes::propose(dataset, state, &request);
            draft.warnings.extend(proposal.warning);
            // A full segment is no reason to take the unit's code away.
            proposal.code
        }
        None => None,
    };
    let code = new_code.clone().unwrap_or_else(|| old.code.clone());
    let filled_in = Edit::ConvertKind {
        unit: unit.clone(),
        kind: kind.clone(),
        code: Some(code).filter(|code| !code.is_empty()),
        name: name.cloned(),
    };
    draft.unit_mut(id).kind = Some(kind.clone());
    if let Some(name) = name {
        draft.warnings.extend(names::check(dataset, state, (name, Some(kind)), id, &[id]));
        if *name != old.name {
            draft.list(Text::Name, name, id);
        }
        draft.unit_mut(id).name.clone_from(name);
    } else if names::contradicts(&old.name, kind) {
        draft.warnings.push(Warning::NameOfOtherKind { name: old.name.clone(), kind: kind.clone() });
    }
    if let Some(code) = new_code {
        draft.list(Text::Code, &code, id);
        let unit = draft.unit_mut(id);
        unit.code = code;
        unit.code_status = CodeStatus::Proposed;
    }
    Ok(draft.finish(filled_in, vec![id], id))
}

/// Whether the code of a unit lies in a segment that its new kind has no part in.
fn needs_other_code(dataset: &Dataset, state: &State, id: UnitId, kind: &Kind) -> bool {
    let unit = state.unit(id);
    let level = dataset.level(unit.level);
    match (CodeParts::read(level, &unit.code), Segment::of(level, kind)) {
        (Some(parts), Some(segment)) => !segment.contains(parts.serial),
        _ => false,
    }
}

fn move_seat(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    unit: &UnitRef,
    seat: &SeatSpec,
) -> Result<Draft, EditError> {
    let id = unit.resolve(dataset, state)?;
    let seat = checked_seat(seat)?;
    let mut draft = Drafting::new(state);
    warn_seat_outside(dataset, &mut draft, seat.at, &[id], UnitLabel::from(state.unit(id)));
    draft.unit_mut(id).seat = Some(seat);
    draft.touch(id);
    Ok(draft.finish(edit.clone(), vec![id], id))
}

fn abolish(dataset: &Dataset, state: &State, edit: &Edit, unit: &UnitRef) -> Result<Draft, EditError> {
    let id = unit.resolve(dataset, state)?;
    let (members, atoms) = (state.members(id).len(), state.atoms(id).len());
    if members + atoms > 0 {
        return Err(EditError::StillHoldsTerritory { unit: state.unit(id).into(), members, atoms });
    }
    let mut draft = Drafting::new(state);
    let parent = state.unit(id).parent;
    draft.unit_mut(id).standing = Standing::Abolished;
    draft.remove_empty(id);
    warn_left_empty(&mut draft, parent);
    Ok(draft.finish(edit.clone(), vec![id], id))
}
