//! What an edit would lead to, and who would end up farther from the seat.

use std::sync::Arc;

use geo::Coord;

use super::Study;
use crate::compare::{self, Farther, Growth};
use crate::coverage::AtomId;
use crate::edit::{Edit, EditError, SeatSpec, Warning};
use crate::metrics::{UnitFigures, unit_figures};
use crate::model::{Dataset, FieldValue, LevelIndex, State, Unit, UnitId};
use crate::rules::{Judgement, Verdict};

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

/// What an edit does to one unit.
#[derive(Clone, Debug)]
pub struct Effect {
    /// The unit.
    pub unit: UnitId,
    /// Its figures before and after.
    pub figures: [Arc<UnitFigures>; 2],
    /// Units below it before and after.
    pub members: [usize; 2],
    /// Rules that it would break and does not break now.
    pub broken: Vec<Verdict>,
}

impl Study {
    /// What an edit that cuts nothing does to one of the units that it touches.
    #[must_use]
    pub fn effect(&self, outlook: &Outlook, unit: UnitId) -> Effect {
        let after = Arc::new(self.figures_in(&outlook.after, unit));
        let judge = self.rules().judge_for(self.dataset());
        let mut broken = judge.map(|judge| judge.unit(&outlook.after, unit, &after)).unwrap_or_default();
        let before = self.verdicts_of(unit);
        let is_broken = |verdict: &Verdict| verdict.judgement == Judgement::Broken;
        let was_broken = |rule: usize| before.iter().any(|verdict| verdict.rule == rule && is_broken(verdict));
        broken.retain(|verdict| is_broken(verdict) && !was_broken(verdict.rule));
        let members = [self.state(), &*outlook.after].map(|state| state.members(unit).len());
        Effect { unit, figures: [self.figures(unit), after], members, broken }
    }

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
        let result = Some(draft.result).filter(|&unit| after.unit(unit).is_current());
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

    /// Places that end up farther from a seat, and the level whose seats these are: the one asked for, or where nobody
    /// ends up farther from one of those, the next above it. Villages that are transferred keep their own seats, and
    /// their people go to the seat of another township.
    #[must_use]
    pub fn losers_from(&self, level: LevelIndex) -> (LevelIndex, Vec<Farther>) {
        let state = self.state();
        let above = state.levels().filter(|&it| it > level && state.units_at(it).nth(1).is_some());
        let all = std::iter::once(level).chain(above);
        let found = all.map(|level| (level, self.losers(level))).find(|(_, losers)| !losers.is_empty());
        found.unwrap_or((level, Vec::new()))
    }

    /// Atoms for which a seat is farther than that of their unit in the base state.
    fn farther(&self, dataset: &Dataset, atoms: &[AtomId], level: LevelIndex, seat: Coord) -> Vec<Farther> {
        let base = &dataset.base;
        let mut cache = self.cache.borrow_mut();
        let distances = atoms.iter().map(|&atom| {
            let old = cache.figures(dataset, base, base.unit_of(atom, level)).seat;
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
