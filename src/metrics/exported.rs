//! Figures of one's own in exported boundaries.

use serde_json::Number;

use super::report::amount;
use super::{OwnFigures, OwnId, unit_figures};
use crate::geodesy::AreaMethod;
use crate::io::export::FurtherValues;
use crate::model::{Dataset, State, UnitId};

/// Figures of one's own of made units, for [`crate::io::export`].
#[derive(Debug)]
pub struct OwnColumns<'a> {
    /// The figures.
    pub own: &'a OwnFigures,
    /// Those of them that are written.
    pub chosen: &'a [OwnId],
    /// What was loaded.
    pub dataset: &'a Dataset,
    /// The units as they are.
    pub state: &'a State,
    /// How areas are computed.
    pub area_method: AreaMethod,
}

impl FurtherValues for OwnColumns<'_> {
    fn of(&self, unit: UnitId) -> Vec<(&str, Option<Number>)> {
        if self.chosen.is_empty() {
            return Vec::new();
        }
        let figures = unit_figures(self.dataset, self.state, unit, self.area_method);
        let chosen = self.chosen.iter().filter_map(|&id| self.own.get(id));
        let value = |id: OwnId| self.own.value(id, (self.dataset, self.state), unit, &figures).ok().and_then(amount);
        chosen.map(|own| (own.definition.name.as_str(), value(own.id))).collect()
    }
}
