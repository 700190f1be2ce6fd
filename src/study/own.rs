//! Figures of one's own of the open document.

use std::sync::Arc;

use super::Study;
use crate::metrics::{Amount, Figure, Formula, OwnFigures, OwnId, UnitFigures};
use crate::model::{State, UnitId, Unknown};
use crate::query;

impl Study {
    /// Figures of one's own.
    #[must_use]
    pub const fn own_figures(&self) -> &Arc<OwnFigures> {
        &self.own
    }

    /// Reads them anew, by the rules that fields have now. Those of a name that was there go on.
    pub(super) fn read_own(&mut self) {
        let rules = (Arc::clone(self.field_rules()), self.area_method());
        let mut definitions = self.basis().own_figures.clone().unwrap_or_default();
        // What somebody wrote goes before what a pack of the same name brings along.
        for figure in self.brought().into_iter().flat_map(|pack| pack.figures) {
            if !definitions.iter().any(|own| own.name == figure.name) {
                definitions.push(figure);
            }
        }
        self.own = Arc::new(query::own_figures(&definitions, self.document().origin(), rules, &self.own));
    }

    /// Figures that the map can show, in the order of the menu.
    #[must_use]
    pub fn figures_on_map(&self) -> Vec<Figure> {
        Figure::on_map(self.dataset(), &self.own)
    }

    /// A figure of one's own for a unit of a state, from its figures in that state.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn own_value(&self, id: OwnId, state: &State, unit: UnitId, figures: &UnitFigures) -> Result<Amount, Unknown> {
        self.own.value(id, (self.dataset(), state), unit, figures)
    }

    /// An expression for a unit as it is now.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn formula_value(&self, formula: &Formula, unit: UnitId) -> Result<Amount, Unknown> {
        self.own.value_of(formula, (self.dataset(), self.state()), unit, &self.figures(unit))
    }
}
