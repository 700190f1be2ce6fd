//! The base state: the units as they came.

use smallvec::SmallVec;

use super::state::reserve_revisions;
use super::tiers::Hierarchy;
use super::{LevelIndex, State, Unit, UnitId};
use crate::coverage::AtomId;

impl State {
    /// Units of a hierarchy: the atoms first, unit `i` for atom `i`, then level by level.
    pub(super) fn base(hierarchy: Hierarchy) -> Self {
        let Hierarchy { tiers, parents, .. } = hierarchy;
        let count = tiers.iter().map(|tier| tier.units.len()).sum();
        let mut units: Vec<Unit> = Vec::with_capacity(count);
        let mut labels: Vec<Vec<UnitId>> = Vec::with_capacity(tiers.len());
        let mut revision = reserve_revisions(count);
        for (level, mut tier) in (0..).zip(tiers) {
            let start = units.len();
            let next = start + tier.units.len();
            let parents = parents.get(usize::from(level));
            for (i, unit) in tier.units.iter_mut().enumerate() {
                unit.level = LevelIndex(level);
                unit.parent = parents.map(|parents| UnitId::new(next + parents[i] as usize));
                unit.revision = revision;
                revision += 1;
            }
            labels.push(tier.of_atom.iter().map(|&at| UnitId::new(start + at as usize)).collect());
            units.append(&mut tier.units);
        }
        let mut members = vec![SmallVec::new(); count];
        let mut atoms = vec![SmallVec::new(); count];
        for (i, unit) in units.iter().enumerate() {
            if let Some(parent) = unit.parent {
                members[parent.index()].push(UnitId::new(i));
            }
        }
        for (atom, unit) in labels.first().into_iter().flatten().enumerate() {
            atoms[unit.index()].push(AtomId::new(atom));
        }
        Self::new(units, members, atoms, labels)
    }

    /// Checks the invariants of a state, for tests: every broken one in words.
    #[cfg(any(test, debug_assertions))]
    #[must_use]
    pub fn check(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut expect = |holds: bool, what: String| {
            if !holds {
                broken.push(what);
            }
        };
        expect(self.members.len() == self.units.len() && self.atoms.len() == self.units.len(), "list lengths".into());
        for (i, unit) in self.units.iter().enumerate() {
            let id = UnitId::new(i);
            expect(unit.level.index() < self.labels.len(), format!("{id} has a level"));
            if !unit.is_current() {
                let empty = self.members[i].is_empty() && self.atoms[i].is_empty();
                expect(empty, format!("{id} is abolished and empty"));
                continue;
            }
            expect(
                unit.parent.is_some() == (unit.level < self.coarsest()),
                format!("{id} has a parent just below the coarsest level"),
            );
            if let Some(parent) = unit.parent {
                expect(self.unit(parent).is_current(), format!("{parent}, parent of {id}, is in force"));
                expect(self.unit(parent).level == unit.level.coarser(), format!("{parent} is one level above {id}"));
                expect(self.members(parent).contains(&id), format!("{id} is a member of {parent}"));
            }
            expect(self.members[i].is_sorted_by(|a, b| a < b), format!("members of {id} ascend"));
            expect(self.atoms[i].is_sorted_by(|a, b| a < b), format!("atoms of {id} ascend"));
            for &member in self.members(id) {
                expect(self.unit(member).parent == Some(id), format!("{member} has its parent {id}"));
            }
            expect(unit.level == LevelIndex::FINEST || self.atoms[i].is_empty(), format!("{id} has only members"));
            for atom in self.atoms(id) {
                expect(self.unit_of(atom, unit.level) == id, format!("{atom} is labelled with {id}"));
            }
        }
        for level in self.levels() {
            for (atom, &unit) in self.labels(level).iter().enumerate() {
                let atom = AtomId::new(atom);
                expect(self.unit(unit).is_current(), format!("{unit}, of {atom}, is in force"));
                expect(self.unit(unit).level == level, format!("{unit}, of {atom}, is of its level"));
                let above = self.unit(unit).parent.is_none_or(|up| self.unit_of(atom, level.coarser()) == up);
                expect(above, format!("levels of {atom} agree"));
                if level == LevelIndex::FINEST {
                    expect(self.atoms[unit.index()].contains(&atom), format!("{atom} is listed in {unit}"));
                }
            }
        }
        broken
    }
}
