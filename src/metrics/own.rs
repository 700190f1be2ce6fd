//! Figures of one's own (自定指标): a name and an expression over what is known of a unit.

use std::sync::{Arc, Mutex};

use super::formula::Formula;
use super::worked::{Kept, OneUnit, Together};
use super::{Amount, Figure, Measure, UnitFigures, together};
use crate::edit::OwnDefinition;
use crate::geodesy::AreaMethod;
use crate::i18n::Lang;
use crate::model::{Dataset, FieldIndex, FieldRules, State, UnitId, Unknown};

/// Which figure of one's own, with how many decimals it is written and what it is about, so that it can be shown wherever it
/// is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OwnId {
    number: u16,
    decimals: u8,
    /// Whether it says what has changed.
    is_change: bool,
    measure: Measure,
}

impl OwnId {
    /// Whether it says what has changed, so that it is nothing as long as no plan does anything.
    #[must_use]
    pub const fn is_change(self) -> bool {
        self.is_change
    }

    /// Decimals that it is written with.
    #[must_use]
    pub const fn decimals(self) -> usize {
        self.decimals as usize
    }

    /// What it is measured in: percent and percentage points are told apart, everything else is as its definition says.
    #[must_use]
    pub const fn measure(self) -> Measure {
        self.measure
    }
}

/// A figure of one's own.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnFigure {
    /// Names it among the others, and goes on to do so when others come and go.
    pub id: OwnId,
    /// What was written.
    pub definition: OwnDefinition,
    /// What the expression means; `None` where these data lack a field that it names.
    pub formula: Option<Formula>,
}

impl OwnFigure {
    /// Its unit; empty where there is none.
    #[must_use]
    pub fn unit(&self, lang: Lang) -> &str {
        match self.id.measure {
            measure @ (Measure::Percent | Measure::Points) => measure.base(lang),
            _ => self.definition.unit(lang),
        }
    }

    /// Its name, with the unit behind it where there is one.
    #[must_use]
    pub fn name_with_unit(&self, lang: Lang) -> String {
        match self.unit(lang) {
            "" => self.definition.title(lang).to_owned(),
            unit => format!("{} ({unit})", self.definition.title(lang)),
        }
    }
}

/// All figures of one's own, and the rules by which the fields that they name follow.
#[derive(Clone, Debug, Default)]
pub struct OwnFigures {
    list: Vec<OwnFigure>,
    rules: Arc<FieldRules>,
    method: AreaMethod,
    kept: Arc<Mutex<Kept>>,
}

impl OwnFigures {
    /// None yet.
    #[must_use]
    pub fn new(rules: Arc<FieldRules>, method: AreaMethod) -> Self {
        Self { rules, method, ..Self::default() }
    }

    /// Adds one; `None` as formula where the expression does not fit the data. One that was among `before` by the same
    /// name goes on under its number.
    pub fn add(&mut self, definition: OwnDefinition, formula: Option<Formula>, before: &Self) {
        let fresh = self.list.iter().chain(&before.list).map(|own| own.id.number + 1).max().unwrap_or(0);
        let number = before.named(&definition.name).map_or(fresh, |own| own.id.number);
        let is_change = formula.as_ref().is_some_and(Formula::is_change);
        let nature = formula.as_ref().map(Formula::nature).unwrap_or_default();
        let measure = nature.declared(&definition.unit).measure();
        let id = OwnId { number, decimals: definition.decimals, measure, is_change };
        self.list.push(OwnFigure { id, definition, formula });
    }

    /// What was written, in order.
    #[must_use]
    pub fn definitions(&self) -> Vec<OwnDefinition> {
        self.list.iter().map(|own| own.definition.clone()).collect()
    }

    /// All of them, in the order in which they were written.
    #[must_use]
    pub fn list(&self) -> &[OwnFigure] {
        &self.list
    }

    /// All as figures.
    pub fn figures(&self) -> impl Iterator<Item = Figure> {
        self.list.iter().map(|own| Figure::Own(own.id))
    }

    /// What an id means; `None` when it is gone.
    #[must_use]
    pub fn get(&self, id: OwnId) -> Option<&OwnFigure> {
        self.list.iter().find(|own| own.id.number == id.number)
    }

    /// One by its name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&OwnFigure> {
        self.list.iter().find(|own| own.definition.name == name)
    }

    /// The rules by which fields follow.
    #[must_use]
    pub const fn rules(&self) -> &Arc<FieldRules> {
        &self.rules
    }

    /// Value of one for a unit of a state, from its figures in that state.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn value(
        &self,
        id: OwnId,
        (dataset, state): (&Dataset, &State),
        unit: UnitId,
        figures: &UnitFigures,
    ) -> Result<Amount, Unknown> {
        let formula = self.get(id).and_then(|own| own.formula.as_ref()).ok_or(Unknown::Unread)?;
        self.value_of(formula, (dataset, state), unit, figures)
    }

    /// Value of an expression for a unit of a state, from its figures in that state.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn value_of(
        &self,
        formula: &Formula,
        (dataset, state): (&Dataset, &State),
        unit: UnitId,
        figures: &UnitFigures,
    ) -> Result<Amount, Unknown> {
        formula.value(&OneUnit { own: self, dataset, state, unit, figures })
    }

    /// What a field of the source is for a unit of a state, by the rule that it has.
    pub(super) fn source_value(
        &self,
        field: FieldIndex,
        (dataset, state): (&Dataset, &State),
        unit: UnitId,
    ) -> Option<Amount> {
        let ruled = self.rules.fields().iter().find(|known| known.in_finest() == Some(field))?;
        self.rules.value(ruled, dataset, state, unit, self.method).number().map(Amount::Exact)
    }

    /// How areas are computed.
    pub(super) const fn method(&self) -> AreaMethod {
        self.method
    }

    /// What was worked out over whole levels.
    pub(super) fn kept(&self) -> &Mutex<Kept> {
        &self.kept
    }

    /// Value of one for several units of a state together: the expression of what they have together.
    ///
    /// # Errors
    /// [`Unknown`] when it cannot be known.
    pub fn value_together(
        &self,
        id: OwnId,
        units: &together::Units<'_>,
        (dataset, state, ids): (&Dataset, &State, &[UnitId]),
    ) -> Result<Amount, Unknown> {
        let formula = self.get(id).and_then(|own| own.formula.as_ref()).ok_or(Unknown::Unread)?;
        formula.value(&Together::new(units, dataset, state, ids))
    }

    /// Any figure of a unit of a state as a number: those of one's own and source fields too, which [`Figure::of`] does
    /// not tell. `None` where it is not known.
    #[must_use]
    pub fn number(
        &self,
        figure: Figure,
        (dataset, state): (&Dataset, &State),
        unit: UnitId,
        figures: &UnitFigures,
    ) -> Option<f64> {
        match figure {
            Figure::Own(id) => self.value(id, (dataset, state), unit, figures).ok().map(Amount::to_f64),
            Figure::Source(field) => self.rules.number(field, dataset, state, unit, self.method),
            _ => figure.of(figures),
        }
    }
}
