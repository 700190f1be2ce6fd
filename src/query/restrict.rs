//! What a selection may take.

use std::collections::BTreeSet;

use super::list::is_below;
use crate::model::{State, UnitId};

/// Tells which units must not be touched.
pub trait Locks {
    /// Whether a unit is locked.
    fn is_locked(&self, unit: UnitId) -> bool;
}

/// Nothing is locked.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingLocked;

impl Locks for NothingLocked {
    fn is_locked(&self, _unit: UnitId) -> bool {
        false
    }
}

/// Limits on what a selection takes. Without any, it takes everything.
#[derive(Clone, Copy, Default)]
pub struct Restriction<'a> {
    /// Only units below this one. Coarser units, of which none could be, are not concerned.
    pub inside: Option<UnitId>,
    /// Only units that are not locked.
    pub locks: Option<&'a dyn Locks>,
    /// Only these.
    pub only: Option<&'a BTreeSet<UnitId>>,
}

impl Restriction<'_> {
    /// Whether a selection may take a unit.
    #[must_use]
    pub fn allows(&self, state: &State, unit: UnitId) -> bool {
        let is_inside = self
            .inside
            .is_none_or(|parent| state.unit(unit).level >= state.unit(parent).level || is_below(state, unit, parent));
        is_inside
            && self.locks.is_none_or(|locks| !locks.is_locked(unit))
            && self.only.is_none_or(|only| only.contains(&unit))
    }
}
