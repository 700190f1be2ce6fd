//! Figures of one's own of the open document.

use std::sync::Arc;

use super::Study;
use crate::metrics::{Amount, Figure, Formula, OwnFigures, OwnId, UnitFigures};
use crate::model::{State, UnitId, Unknown};
use crate::query::{self, FormulaNumbers, FormulaWords};
use crate::rules::Pack;

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
        let brought = self.brought();
        let numbers = self.numbers_of(&brought);
        // What somebody wrote goes before what a pack of the same name brings along.
        for figure in brought.into_iter().flat_map(|pack| pack.figures) {
            if !definitions.iter().any(|own| own.name == figure.name) {
                definitions.push(figure);
            }
        }
        let origin = Arc::clone(self.document().origin());
        self.own = Arc::new(query::own_figures((&numbers, &definitions), &origin, rules, &self.own));
        self.words = Arc::new(query::formula_words(&numbers, &definitions, &origin));
    }

    /// Numbers with names that packs bring along, as somebody has set them: of two packs with one name the first counts.
    #[must_use]
    pub fn numbers(&self) -> FormulaNumbers {
        self.numbers_of(&self.brought())
    }

    /// Words that expressions may have here: fields and figures, numbers of packs, figures of one's own and of packs.
    #[must_use]
    pub const fn formula_words(&self) -> &Arc<FormulaWords> {
        &self.words
    }

    fn numbers_of(&self, packs: &[Pack]) -> FormulaNumbers {
        let mut numbers = FormulaNumbers::new();
        for (name, number) in packs.iter().flat_map(|pack| &pack.numbers) {
            let set = self.basis().numbers.get(name);
            numbers.entry(name.clone()).or_insert_with(|| *set.unwrap_or(number));
        }
        numbers
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
