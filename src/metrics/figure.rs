//! One figure out of all those of a unit: what a map shows.

use rust_decimal::prelude::ToPrimitive as _;

use super::UnitFigures;
use crate::i18n::numbers::{self, AreaUnit};
use crate::model::Dataset;

/// A figure of units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Area in m².
    Area,
    /// People.
    Population,
    /// People per km².
    Density,
    /// Greatest distance from the seat in m.
    RadiusMax,
    /// Polsby–Popper compactness.
    Compactness,
    /// A summed field, by its position in the fields of the dataset.
    Sum(usize),
}

impl Figure {
    /// Figures that units of a dataset can have.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Vec<Self> {
        let mut figures = Vec::new();
        if dataset.fields.population.is_some() {
            figures.extend([Self::Population, Self::Density]);
        }
        figures.extend([Self::Area, Self::RadiusMax, Self::Compactness]);
        figures.extend((0..dataset.fields.sum.len()).map(Self::Sum));
        figures
    }

    /// Its name on the command line: for a summed field, what the source calls it.
    #[must_use]
    pub fn id(self, dataset: &Dataset) -> &str {
        match self {
            Self::Area => "area",
            Self::Population => "population",
            Self::Density => "density",
            Self::RadiusMax => "radius",
            Self::Compactness => "compactness",
            Self::Sum(field) => dataset.fields.sum.get(field).map_or("", String::as_str),
        }
    }

    /// Its value; `None` when it cannot be known.
    #[must_use]
    pub fn of(self, figures: &UnitFigures) -> Option<f64> {
        match self {
            Self::Area => Some(figures.area_m2),
            Self::Population => figures.population.and_then(|people| people.to_f64()),
            Self::Density => figures.density_per_km2,
            Self::RadiusMax => figures.radius.max_m,
            Self::Compactness => figures.compactness.polsby_popper,
            Self::Sum(field) => figures.sums.get(field).copied().flatten().and_then(|sum| sum.to_f64()),
        }
    }

    /// A value of it as it is shown, without the unit.
    #[must_use]
    pub fn text_of(self, value: f64, area_unit: AreaUnit) -> String {
        match self {
            Self::Area => numbers::area(value, area_unit),
            Self::Population | Self::Sum(_) => numbers::number(value, 0),
            Self::Density => numbers::number(value, 1),
            Self::RadiusMax => numbers::km(value),
            Self::Compactness => numbers::number(value, 3),
        }
    }
}
