//! The labelling: which atom belongs to which unit, at every level.

use std::sync::atomic::{AtomicU64, Ordering};

use smallvec::SmallVec;

use super::{LevelIndex, Unit, UnitId};
use crate::coverage::AtomId;

/// A revision that no unit has had before, in this process.
#[must_use]
pub fn next_revision() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Units of all levels over the atoms of a coverage. Only `edit` changes it.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// All units ever, base units first (finest level first), then those made by edits.
    pub(crate) units: Vec<Unit>,
    /// Members of each unit: units of the next finer level, ascending. Empty at the finest level.
    pub(crate) members: Vec<SmallVec<[UnitId; 2]>>,
    /// Atoms of each unit of the finest level, ascending. Empty at coarser levels.
    pub(crate) atoms: Vec<SmallVec<[AtomId; 2]>>,
    /// Unit of every atom, level by level.
    pub(crate) labels: Vec<Vec<UnitId>>,
}

impl State {
    /// Number of levels, at least 1.
    #[must_use]
    pub fn level_count(&self) -> usize {
        self.labels.len()
    }

    /// All levels, finest first.
    #[expect(clippy::cast_possible_truncation, reason = "there are at most six levels")]
    pub fn levels(&self) -> impl DoubleEndedIterator<Item = LevelIndex> + use<> {
        (0..self.labels.len() as u8).map(LevelIndex)
    }

    /// The coarsest level.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "there are at most six levels")]
    pub fn coarsest(&self) -> LevelIndex {
        LevelIndex(self.labels.len().saturating_sub(1) as u8)
    }

    /// Number of units ever, abolished ones included; ids run below it.
    #[must_use]
    pub fn unit_count(&self) -> usize {
        self.units.len()
    }

    /// A unit, in force or abolished.
    #[must_use]
    pub fn unit(&self, id: UnitId) -> &Unit {
        &self.units[id.index()]
    }

    /// Units in force at a level, ascending.
    pub fn units_at(&self, level: LevelIndex) -> impl Iterator<Item = UnitId> + '_ {
        self.all_units_at(level).filter(|&id| self.unit(id).is_current())
    }

    /// Units of a level, abolished ones included, ascending.
    pub fn all_units_at(&self, level: LevelIndex) -> impl Iterator<Item = UnitId> + '_ {
        self.units.iter().enumerate().filter(move |(_, unit)| unit.level == level).map(|(i, _)| UnitId::new(i))
    }

    /// Unit of an atom at a level.
    #[must_use]
    pub fn unit_of(&self, atom: AtomId, level: LevelIndex) -> UnitId {
        self.labels[level.index()][atom.index()]
    }

    /// Unit of every atom at a level.
    #[must_use]
    pub fn labels(&self, level: LevelIndex) -> &[UnitId] {
        &self.labels[level.index()]
    }

    /// Units of the next finer level, ascending; empty at the finest.
    #[must_use]
    pub fn members(&self, id: UnitId) -> &[UnitId] {
        &self.members[id.index()]
    }

    /// Atoms of a unit, ascending.
    #[must_use]
    pub fn atoms(&self, id: UnitId) -> Vec<AtomId> {
        let mut atoms = Vec::new();
        self.collect_atoms(id, &mut atoms);
        atoms.sort_unstable();
        atoms
    }

    fn collect_atoms(&self, id: UnitId, into: &mut Vec<AtomId>) {
        into.extend_from_slice(&self.atoms[id.index()]);
        for &member in self.members(id) {
            self.collect_atoms(member, into);
        }
    }

    /// Unit in force with this code at a level.
    #[must_use]
    pub fn find_at(&self, level: LevelIndex, code: &str) -> Option<UnitId> {
        self.units_at(level).find(|&id| self.unit(id).code == code)
    }
}
