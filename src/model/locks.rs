//! Locks: units that are settled, and stay exactly as they are until somebody unlocks them.
//!
//! A locked unit keeps its territory, code, name, kind, seat and parent. What its members are, and what happens among
//! them, stays open as long as its own territory does not change. A locked level locks all of its units, and keeps new
//! ones out.

use std::collections::BTreeMap;

use compact_str::CompactString;

use super::{LevelIndex, State, UnitId};

/// Why something is locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// What the planner gave as the reason; may be empty.
    pub reason: CompactString,
}

/// What is locked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Locks {
    pub(crate) units: BTreeMap<UnitId, Lock>,
    pub(crate) levels: BTreeMap<LevelIndex, Lock>,
}

impl State {
    /// The lock on a unit, or on its whole level.
    #[must_use]
    pub fn lock_of(&self, unit: UnitId) -> Option<&Lock> {
        self.locks.units.get(&unit).or_else(|| self.level_lock(self.unit(unit).level))
    }

    /// The lock on a unit itself.
    #[must_use]
    pub fn own_lock(&self, unit: UnitId) -> Option<&Lock> {
        self.locks.units.get(&unit)
    }

    /// The lock on a whole level.
    #[must_use]
    pub fn level_lock(&self, level: LevelIndex) -> Option<&Lock> {
        self.locks.levels.get(&level)
    }

    /// Units that are locked one by one, ascending.
    pub fn locked_units(&self) -> impl Iterator<Item = (UnitId, &Lock)> {
        self.locks.units.iter().map(|(&unit, lock)| (unit, lock))
    }

    /// Whether anything is locked.
    #[must_use]
    pub fn has_locks(&self) -> bool {
        !self.locks.units.is_empty() || !self.locks.levels.is_empty()
    }
}
