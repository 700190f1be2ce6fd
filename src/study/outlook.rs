//! What an edit would lead to, and who would end up farther from the seat.

use std::sync::Arc;

use geo::Coord;

use super::Study;
use crate::compare::{self, Farther, Growth};
use crate::coverage::AtomId;
use crate::edit::{Edit, EditError, SeatSpec, Warning};
use crate::metrics::{UnitFigures, unit_figures};
use crate::model::{Dataset, FieldValue, LevelIndex, State, Unit, UnitId};
use crate::rules::Verdict;

/// What an edit would lead to.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// The unit that results.
    pub unit: Unit,
    /// Its id in the units as they would be.
    pub id: UnitId,
    /// Its figures.
    pub figures: Arc<UnitFigures>,
    /// Units below it.
    pub members: usize,
    /// What is doubtful.
    pub warnings: Vec<Warning>,
    /// Values of its fields, as [`Study::field_values`] gives them.
    pub fields: Vec<FieldValue>,
    /// People who end up farther from the seat.
    pub farther: Growth,
    /// The units as they would be.
    pub after: Arc<State>,
    /// What the rules say of the unit that results.
    pub verdicts: Vec<Verdict>,
}

impl Study {
    /// What an edit would lead to. It changes nothing.
    ///
    /// # Errors
    /// [`EditError`] when the edit would be refused.
    pub fn outlook(&self, edit: &Edit) -> Result<Outlook, EditError> {
        let state = self.state();
        let draft = edit.draft(self.dataset(), state)?;
        let dataset = draft.refined.as_ref().map_or(self.dataset(), |refined| &refined.dataset);
        let mut after = state.clone();
        let _inverse = draft.patch.apply(&mut after);
        let stays = |unit: &UnitId| after.unit(*unit).is_current();
        let result = draft.made.or_else(|| draft.named.iter().copied().find(stays));
        let Some(result) = result else { return Err(EditError::TooFewUnits { given: 0, needed: 1 }) };
        let figures = Arc::new(unit_figures(dataset, &after, result, self.area_method()));
        let level = after.unit(result).level;
        let losers =
            figures.seat.map(|seat| self.farther(dataset, &after.atoms(result), level, seat)).unwrap_or_default();
        let verdicts =
            self.rules().judge_for(dataset).map(|judge| judge.unit(&after, result, &figures)).unwrap_or_default();
        Ok(Outlook {
            unit: after.unit(result).clone(),
            id: result,
            figures,
            members: after.members(result).len(),
            fields: self.field_rules().values(dataset, &after, result, self.area_method()),
            warnings: draft.warnings,
            farther: Growth::of(&losers),
            verdicts,
            after: Arc::new(after),
        })
    }

    /// Places that end up farther from their seat than in the base state, those with most people first.
    #[must_use]
    pub fn losers(&self, level: LevelIndex) -> Vec<Farther> {
        let state = self.state();
        let changed: Vec<UnitId> = state.units_at(level).filter(|&unit| self.is_changed(unit)).collect();
        let mut losers: Vec<Farther> = changed
            .into_iter()
            .flat_map(|unit| {
                let seat = self.figures(unit).seat;
                seat.map(|seat| self.farther(self.dataset(), &state.atoms(unit), level, seat)).unwrap_or_default()
            })
            .collect();
        compare::by_people(&mut losers);
        losers
    }

    /// Atoms for which a seat is farther than that of their unit in the base state.
    fn farther(&self, dataset: &Dataset, atoms: &[AtomId], level: LevelIndex, seat: Coord) -> Vec<Farther> {
        let base = &dataset.base;
        let mut ledger = self.ledger.borrow_mut();
        let distances = atoms.iter().map(|&atom| {
            let old = ledger.figures(dataset, base, base.unit_of(atom, level)).seat;
            let distance = |seat| compare::distance_to_seat_m(dataset, atom, seat);
            (atom, old.and_then(distance), distance(seat))
        });
        compare::farther_of(dataset, distances)
    }

    /// The seat of a unit as it stands in its figures, to be given to another.
    #[must_use]
    pub fn seat_of(&self, unit: UnitId) -> Option<SeatSpec> {
        if let Some(seat) = &self.state().unit(unit).seat {
            return Some(SeatSpec::from(seat));
        }
        self.figures(unit).seat.map(|at| SeatSpec { lon: at.x, lat: at.y, name: None })
    }
}
