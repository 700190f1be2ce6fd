//! A figure of a comparison: its value or why there is none, who has it, and how it differs.

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::indicators::Indicator;
use crate::coverage::AtomId;
use crate::metrics::Amount;
use crate::metrics::summary::Trend;
use crate::model::{Dataset, State, UnitId};

/// Why a figure cannot be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The data have no population.
    NoPopulation,
    /// The population of some unit is not known.
    PopulationMissing,
    /// There is no unit, or none with territory.
    NoUnits,
    /// There is nothing to divide by.
    NothingToDivideBy,
    /// Nobody lives there.
    NobodyThere,
    /// It is measured against the first alternative, and this is it.
    IsFirst,
    /// There is no finer level.
    NoFinerLevel,
    /// At the finest level the people of a unit are taken to be at one place: a distance would say nothing.
    OnePlaceEach,
    /// Some place or seat is not known.
    PlaceUnknown,
    /// The figure of some unit is not known.
    FigureUnknown,
}

impl Reason {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NoPopulation => "no_population",
            Self::PopulationMissing => "population_missing",
            Self::NoUnits => "no_units",
            Self::NothingToDivideBy => "nothing_to_divide_by",
            Self::NobodyThere => "nobody_there",
            Self::IsFirst => "is_first",
            Self::NoFinerLevel => "no_finer_level",
            Self::OnePlaceEach => "one_place_each",
            Self::PlaceUnknown => "place_unknown",
            Self::FigureUnknown => "figure_unknown",
        }
    }
}

/// A unit by code and name.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Who {
    /// Code; may be empty.
    pub code: CompactString,
    /// Name; may be empty.
    pub name: CompactString,
    /// Its id in the state of the alternative, or in the base state where it is a place.
    #[serde(skip)]
    pub unit: UnitId,
}

impl Who {
    /// A unit of a state.
    #[must_use]
    pub fn of(state: &State, id: UnitId) -> Self {
        let unit = state.unit(id);
        Self { code: unit.code.clone(), name: unit.name.clone(), unit: id }
    }

    /// A place by what was loaded there.
    #[must_use]
    pub fn at(dataset: &Dataset, atom: AtomId) -> Self {
        Self::of(&dataset.base, dataset.loaded_unit(atom))
    }
}

/// A figure of one alternative.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// The figure, or why it cannot be known.
    pub value: Result<Amount, Reason>,
    /// Unit or place that holds an extreme; of equal ones the first.
    pub at: Option<Who>,
    /// Figure less that of the first alternative; `None` for the first, and where either is not known.
    pub difference: Option<Amount>,
    /// The same in percent of the first, rounded half away from zero; `None` for shares in percent, whose difference is in
    /// percentage points.
    pub difference_percent: Option<Decimal>,
    /// A reduction rate in percent, rounded half away from zero and never negative: the trend says which way it went.
    pub percent: Option<Decimal>,
    /// Which way a number of units went; `None` for the first, and for what is no number of units.
    pub trend: Option<Trend>,
}

/// One indicator of all alternatives.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// What it is.
    pub indicator: Indicator,
    /// One for each alternative, in their order.
    pub cells: Vec<Cell>,
}
