//! Looking units up: by name, by place, and beside others.

use std::collections::BTreeSet;

use geo::Rect;

use super::Study;
use crate::coverage::union;
use crate::model::{Level, LevelIndex, UnitId};
use crate::query::around;

impl Study {
    /// Units whose name or code contains `query` (in small letters): those that begin with it first, coarse levels
    /// first.
    #[must_use]
    pub fn find(&self, query: &str, most: usize) -> Vec<UnitId> {
        let state = self.state();
        let (mut first, mut rest) = (Vec::new(), Vec::new());
        for level in state.levels().rev() {
            for unit in state.units_at(level) {
                let it = state.unit(unit);
                let (name, code) = (it.name.to_lowercase(), it.code.to_lowercase());
                if name.starts_with(query) || code.starts_with(query) {
                    first.push(unit);
                } else if rest.len() < most && (name.contains(query) || code.contains(query)) {
                    rest.push(unit);
                }
                if first.len() >= most {
                    return first;
                }
            }
        }
        first.extend(rest);
        first.truncate(most);
        first
    }

    /// Units that share a border with any of these, ascending.
    #[must_use]
    pub fn neighbours_of_all(&self, units: &[UnitId]) -> Vec<UnitId> {
        let inside: BTreeSet<UnitId> = units.iter().copied().collect();
        let mut found = around::grown(&self.dataset().coverage, self.state(), units);
        found.retain(|unit| !inside.contains(unit));
        found
    }

    /// Box around a unit in degrees; of one across the 180th meridian, around most of it.
    #[must_use]
    pub fn bounds_of(&self, unit: UnitId) -> Option<Rect> {
        self.dataset().coverage.frame_of(&self.state().atoms(unit))
    }

    /// Box around units in degrees.
    #[must_use]
    pub fn bounds_of_all(&self, units: &[UnitId]) -> Option<Rect> {
        units.iter().filter_map(|&unit| self.bounds_of(unit)).reduce(union)
    }

    /// The level that the window starts with: townships where there are any, else the next coarser than the finest.
    #[must_use]
    pub fn first_level(&self) -> LevelIndex {
        let levels = &self.dataset().levels;
        let wanted = levels.iter().position(|&level| level == Level::Township);
        let position = wanted.unwrap_or(usize::from(levels.len() > 1));
        LevelIndex(u8::try_from(position).unwrap_or(0))
    }
}
