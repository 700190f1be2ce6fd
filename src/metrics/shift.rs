//! Members moved from their parents to another one, thought over: what each would be afterwards.
//!
//! 1. A move is added to and taken from the sums of the two parents that it concerns, and nothing else: it costs the
//!    atoms of the member, whatever is loaded.
//! 2. Sums are exact, so the order of moves leaves no trace: taking a member back gives the figures of before.
//! 3. Nothing is changed. [`Shift::edit`] is the one edit that would do it.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::figures::density_per_km2;
use crate::edit::{Edit, UnitRef};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::model::{Dataset, LevelIndex, State, UnitId};

/// Sums over the members of a parent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Number of members.
    pub members: usize,
    /// Area in m².
    area: ExactSum,
    /// People of atoms of which they are known.
    people: Decimal,
    /// Number of atoms.
    atoms: usize,
    /// Atoms of which people are not known.
    unknown: usize,
}

impl Tally {
    /// Area in m².
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.area.to_f64()
    }

    /// Population; `None` when that of any atom is unknown.
    #[must_use]
    pub fn population(&self) -> Option<Decimal> {
        (self.unknown == 0 && self.atoms > 0).then_some(self.people)
    }

    /// Persons per km²; `None` without population or area.
    #[must_use]
    pub fn density_per_km2(&self) -> Option<f64> {
        density_per_km2(self.population(), self.area_m2())
    }

    fn of_unit(dataset: &Dataset, state: &State, unit: UnitId, method: AreaMethod) -> Self {
        let measures = dataset.measures(method);
        let mut tally = Self { members: 1, ..Self::default() };
        for atom in state.atoms(unit) {
            tally.area += measures.atom_area(atom);
            tally.atoms += 1;
            match dataset.population_of(atom) {
                Some(people) => tally.people += people,
                None => tally.unknown += 1,
            }
        }
        tally
    }

    fn add(&mut self, other: &Self) {
        self.members += other.members;
        self.area += other.area;
        self.people += other.people;
        self.atoms += other.atoms;
        self.unknown += other.unknown;
    }

    fn take(&mut self, other: &Self) {
        self.members -= other.members;
        self.area -= other.area;
        self.people -= other.people;
        self.atoms -= other.atoms;
        self.unknown -= other.unknown;
    }
}

/// Members that would move to one parent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    to: UnitId,
    level: LevelIndex,
    method: AreaMethod,
    moved: BTreeSet<UnitId>,
    /// What parents are and would be, for those that were touched.
    parents: BTreeMap<UnitId, [Tally; 2]>,
}

impl Shift {
    /// No move yet, to a parent; `None` for a unit of the finest level, which has no members.
    #[must_use]
    pub fn to(dataset: &Dataset, state: &State, to: UnitId, method: AreaMethod) -> Option<Self> {
        let level = state.unit(to).level.finer()?;
        let mut shift = Self { to, level, method, moved: BTreeSet::new(), parents: BTreeMap::new() };
        shift.parent(dataset, state, to);
        Some(shift)
    }

    /// The parent that takes.
    #[must_use]
    pub const fn target(&self) -> UnitId {
        self.to
    }

    /// Level of the members.
    #[must_use]
    pub const fn level(&self) -> LevelIndex {
        self.level
    }

    /// Members that would move.
    #[must_use]
    pub const fn moved(&self) -> &BTreeSet<UnitId> {
        &self.moved
    }

    /// Moves some units too. Those that are there already, or of another level, stay. Returns whether any moves.
    pub fn add(&mut self, dataset: &Dataset, state: &State, units: impl IntoIterator<Item = UnitId>) -> bool {
        let mut any = false;
        for unit in units {
            let it = state.unit(unit);
            let Some(from) = it.parent.filter(|&from| from != self.to) else { continue };
            if it.is_current() && it.level == self.level && self.moved.insert(unit) {
                let tally = Tally::of_unit(dataset, state, unit, self.method);
                self.parent(dataset, state, from)[1].take(&tally);
                self.parent(dataset, state, self.to)[1].add(&tally);
                any = true;
            }
        }
        any
    }

    /// Leaves some units where they are after all. Returns whether any had been moved.
    pub fn remove(&mut self, dataset: &Dataset, state: &State, units: impl IntoIterator<Item = UnitId>) -> bool {
        let mut any = false;
        for unit in units {
            if let Some(from) = state.unit(unit).parent
                && self.moved.remove(&unit)
            {
                let tally = Tally::of_unit(dataset, state, unit, self.method);
                self.parent(dataset, state, from)[1].add(&tally);
                self.parent(dataset, state, self.to)[1].take(&tally);
                any = true;
            }
        }
        any
    }

    /// What the target is and would be.
    #[must_use]
    pub fn taker(&self) -> [Tally; 2] {
        self.parents.get(&self.to).copied().unwrap_or_default()
    }

    /// What parents that lose members are and would be, ascending.
    pub fn givers(&self) -> impl Iterator<Item = (UnitId, &[Tally; 2])> {
        self.parents
            .iter()
            .filter(|(unit, [before, after])| **unit != self.to && before != after)
            .map(|(&unit, it)| (unit, it))
    }

    /// The one edit that moves them all; `None` while nothing moves, or when a unit cannot be named.
    #[must_use]
    pub fn edit(&self, dataset: &Dataset, state: &State) -> Option<Edit> {
        let units = self.moved.iter().map(|&unit| UnitRef::to(dataset, state, unit)).collect::<Option<Vec<_>>>()?;
        let to = UnitRef::to(dataset, state, self.to)?;
        (!units.is_empty()).then_some(Edit::Transfer { units, to })
    }

    fn parent(&mut self, dataset: &Dataset, state: &State, unit: UnitId) -> &mut [Tally; 2] {
        let method = self.method;
        self.parents.entry(unit).or_insert_with(|| {
            let whole = Tally::of_unit(dataset, state, unit, method);
            [Tally { members: state.members(unit).len(), ..whole }; 2]
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::unit_figures;
    use super::*;
    use crate::edit::Document;
    use crate::edit::testing::grid;

    const METHOD: AreaMethod = AreaMethod::Geodesic;

    #[test]
    fn a_member_moves_with_its_people_and_its_area() {
        //  3 4 5      townships 6 7 8 are the columns
        //  0 1 2
        let dataset = grid(3, 2);
        let state = &dataset.base;
        let mut shift = Shift::to(&dataset, state, UnitId(7), METHOD).unwrap();
        assert!(shift.edit(&dataset, state).is_none());
        assert!(shift.add(&dataset, state, [UnitId(0), UnitId(1), UnitId(8)]));
        assert_eq!(shift.moved().iter().copied().collect::<Vec<_>>(), [UnitId(0)]);
        let [before, after] = shift.taker();
        assert_eq!((before.members, after.members), (2, 3));
        assert_eq!((before.population(), after.population()), (Some(205.into()), Some(305.into())));
        let givers: Vec<UnitId> = shift.givers().map(|(unit, _)| unit).collect();
        assert_eq!(givers, [UnitId(6)]);
        assert!(Shift::to(&dataset, state, UnitId(0), METHOD).is_none());
    }

    proptest! {
        #[test]
        fn figures_are_those_that_the_edit_leads_to_and_taking_all_back_leaves_no_trace(
            moves in prop::collection::vec((0..12_usize, any::<bool>()), 0..40),
        ) {
            let dataset = grid(4, 3);
            let mut document = Document::new(dataset.clone());
            let state = document.state();
            let fresh = Shift::to(&dataset, state, UnitId(13), METHOD).unwrap();
            let mut shift = fresh.clone();
            for (unit, adds) in moves {
                let unit = [UnitId::new(unit)];
                if adds { shift.add(&dataset, state, unit) } else { shift.remove(&dataset, state, unit) };
            }
            let edit = shift.edit(&dataset, state);
            let all: Vec<UnitId> = shift.moved().iter().copied().collect();
            let mut back = shift.clone();
            back.remove(&dataset, state, all);
            prop_assert_eq!((back.taker(), back.givers().count()), (fresh.taker(), 0));
            if let Some(edit) = edit {
                document.commit(&edit).unwrap();
                prop_assert_eq!(document.position(), 1);
            }
            let parents = shift.givers().map(|(unit, it)| (unit, it[1])).chain([(shift.target(), shift.taker()[1])]);
            for (unit, tally) in parents {
                let figures = unit_figures(&dataset, document.state(), unit, METHOD);
                prop_assert_eq!(tally.members, document.state().members(unit).len());
                prop_assert_eq!((tally.population(), tally.area_m2()), (figures.population, figures.area_m2));
            }
        }
    }
}
