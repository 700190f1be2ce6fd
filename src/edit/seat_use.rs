//! What becomes of the seat of a unit.

use super::draft::{Draft, Drafting};
use super::error::EditError;
use super::op::Edit;
use super::patch::Change;
use super::refs::UnitRef;
use crate::model::{Dataset, SeatUse, State, UnitId};

pub(super) fn draft(
    dataset: &Dataset,
    state: &State,
    edit: &Edit,
    unit: &UnitRef,
    seat_use: Option<SeatUse>,
) -> Result<Draft, EditError> {
    let id = unit_or_former(dataset, state, unit)?;
    if state.seat_use(id) == seat_use {
        return Err(EditError::SeatUseAsBefore { unit: state.unit(id).into() });
    }
    let mut draft = Drafting::new(state);
    draft.besides.push(Change::SeatUse(id, seat_use));
    Ok(draft.finish(edit.clone(), vec![id], id))
}

/// A unit in force, or one that was abolished with that code.
fn unit_or_former(dataset: &Dataset, state: &State, unit: &UnitRef) -> Result<UnitId, EditError> {
    unit.resolve(dataset, state).or_else(|error| match (unit, &error) {
        (UnitRef::Code(code) | UnitRef::AtLevel { code, .. }, EditError::Abolished { .. }) => {
            let level = match unit {
                UnitRef::AtLevel { level, .. } => dataset.level_index(*level),
                _ => None,
            };
            let former = state.had_code(code).filter(|&id| level.is_none_or(|level| state.unit(id).level == level));
            former.max().ok_or(error)
        }
        _ => Err(error),
    })
}
