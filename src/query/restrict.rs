//! What a selection may take.

use std::collections::BTreeSet;

use super::list::is_below;
use crate::model::{State, UnitId};

/// Limits on what a selection takes. Without any, it takes everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct Restriction<'a> {
    /// Only units below this one. Coarser units, of which none could be, are not concerned.
    pub inside: Option<UnitId>,
    /// Only units that are not locked, each by itself or with its level.
    pub unlocked: bool,
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
            && !(self.unlocked && state.lock_of(unit).is_some())
            && self.only.is_none_or(|only| only.contains(&unit))
    }
}
