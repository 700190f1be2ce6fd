//! What the active scenario has changed.

use std::collections::BTreeMap;

use super::Study;
use crate::edit::change::{self, Change};
use crate::model::{LevelIndex, UnitId};

impl Study {
    /// Whether the active scenario changes anything.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        self.document.position() > 0
    }

    /// Whether the plan has changed a unit: its territory, name, code, kind, seat or parent. A unit above merged ones
    /// is not changed by that, nor one that only moved along with its whole parent.
    #[must_use]
    pub fn is_changed(&self, unit: UnitId) -> bool {
        let (base, state) = (&self.dataset().base, self.state());
        if unit.index() < base.unit_count() && base.unit(unit) == state.unit(unit) {
            return false;
        }
        let mut known = self.changed.borrow_mut();
        let known = known.of(self.revision(), BTreeMap::new);
        *known.entry(unit).or_insert_with(|| change::is_marked(self.dataset(), state, unit))
    }

    /// Units of all levels that differ from the base in any way, ascending.
    #[must_use]
    pub fn changed_units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.document.done().flat_map(|step| &step.changed).copied().collect();
        units.sort_unstable();
        units.dedup();
        units
    }

    /// What became of a unit, compared with the base.
    #[must_use]
    pub fn change_of(&self, unit: UnitId) -> Change {
        change::main(self.dataset(), self.state(), unit)
    }

    /// Abolished units of the same level that are in a unit, in whole or in part, ascending.
    #[must_use]
    pub fn absorbed_by(&self, unit: UnitId) -> Vec<UnitId> {
        let (base, state) = (&self.dataset().base, self.state());
        if !self.is_changed(unit) {
            return Vec::new();
        }
        let level = state.unit(unit).level;
        let mut found: Vec<UnitId> = state.atoms(unit).iter().map(|&atom| base.unit_of(atom, level)).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|&old| !state.unit(old).is_current());
        found
    }

    /// Units of a level that the plan has abolished, ascending.
    #[must_use]
    pub fn abolished(&self, level: LevelIndex) -> Vec<UnitId> {
        let state = self.state();
        let mut units: Vec<UnitId> = self
            .document
            .done()
            .flat_map(|step| &step.named)
            .copied()
            .filter(|&unit| state.unit(unit).level == level && !state.unit(unit).is_current())
            .collect();
        units.sort_unstable();
        units.dedup();
        units
    }
}
