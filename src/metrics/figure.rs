//! One figure out of all those of a unit: what a map shows and a table is sorted by.

use rust_decimal::prelude::ToPrimitive as _;

use super::{OwnFigures, OwnId, UnitFigures};
use crate::i18n::numbers::{self, AreaUnit};
use crate::model::{Dataset, FieldIndex};

/// A figure by which units can be coloured and sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Figure {
    /// Area in m².
    Area,
    /// People.
    Population,
    /// People per km².
    Density,
    /// Greatest distance from the seat in m.
    RadiusMax,
    /// Mean distance of people from the seat in m.
    RadiusMean,
    /// Polsby–Popper compactness.
    Compactness,
    /// Compactness by moment of inertia.
    Inertia,
    /// Proximity of people to the seat.
    SeatProximity,
    /// Area in m² as the source declares it.
    DeclaredArea,
    /// Declared less measured area, in percent of the measured.
    DeclaredDifference,
    /// A summed field, by its position in the fields of the dataset.
    Sum(usize),
    /// Another field with numbers, as the source has it for single units.
    Source(FieldIndex),
    /// One of one's own, [`OwnFigures`].
    Own(OwnId),
}

impl Figure {
    /// Figures that units of a dataset can have, in the order of the menu.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Vec<Self> {
        let mut figures = vec![Self::Area];
        if dataset.fields.declared_area.is_some() {
            figures.extend([Self::DeclaredArea, Self::DeclaredDifference]);
        }
        if dataset.fields.population.is_some() {
            figures.extend([Self::Population, Self::Density, Self::RadiusMean]);
        }
        figures.extend([Self::RadiusMax, Self::Compactness, Self::Inertia]);
        if dataset.fields.population.is_some() {
            figures.push(Self::SeatProximity);
        }
        figures.extend((0..dataset.fields.sum.len()).map(Self::Sum));
        figures
    }

    /// Figures that a map can show: besides, those of one's own, and the other numbers that the source has for single
    /// units.
    #[must_use]
    pub fn on_map(dataset: &Dataset, own: &OwnFigures) -> Vec<Self> {
        let mut figures = Self::of_dataset(dataset);
        figures.extend(own.figures());
        figures.extend(dataset.numeric_fields().into_iter().map(Self::Source));
        figures
    }

    /// Its name in files and on the command line: for a field, what the source calls it.
    #[must_use]
    pub fn id<'a>(self, dataset: &'a Dataset, own: &'a OwnFigures) -> &'a str {
        match self {
            Self::Area => "area",
            Self::Population => "population",
            Self::Density => "density",
            Self::RadiusMax => "radius",
            Self::RadiusMean => "radius-mean",
            Self::Compactness => "compactness",
            Self::Inertia => "moment-of-inertia",
            Self::SeatProximity => "seat-proximity",
            Self::DeclaredArea => "declared-area",
            Self::DeclaredDifference => "declared-difference",
            Self::Sum(field) => dataset.fields.sum.get(field).map_or("", String::as_str),
            Self::Source(field) => {
                let fields = dataset.layers.first().map(|layer| layer.table.fields()).unwrap_or_default();
                fields.get(field.index()).map_or("", String::as_str)
            }
            Self::Own(id) => own.get(id).map_or("", |own| &own.definition.name),
        }
    }

    /// Its value; `None` when it cannot be known, or when figures do not tell: source fields and figures of one's own
    /// come from [`OwnFigures::number`].
    #[must_use]
    pub fn of(self, figures: &UnitFigures) -> Option<f64> {
        match self {
            Self::Area => Some(figures.area_m2),
            Self::Population => figures.population.and_then(|people| people.to_f64()),
            Self::Density => figures.density_per_km2,
            Self::RadiusMax => figures.radius.max_m,
            // People of one atom are taken to be at one place: the distance would say nothing.
            Self::RadiusMean => figures.radius.mean_population_m.filter(|_| figures.atoms > 1),
            Self::Compactness => figures.compactness.polsby_popper,
            Self::Inertia => figures.compactness.moment_of_inertia,
            Self::SeatProximity => figures.compactness.seat_proximity,
            Self::DeclaredArea => figures.declared_area_m2,
            Self::DeclaredDifference => figures.declared_difference_percent(),
            Self::Sum(field) => figures.sums.get(field).copied().flatten().and_then(|sum| sum.to_f64()),
            Self::Source(_) | Self::Own(_) => None,
        }
    }

    /// How much of it makes one in the unit that is shown: 10⁶ m² a km².
    #[must_use]
    pub const fn shown_unit(self, area_unit: AreaUnit) -> f64 {
        match self {
            Self::Area | Self::DeclaredArea => area_unit.in_m2(),
            Self::RadiusMax | Self::RadiusMean => 1000.0,
            _ => 1.0,
        }
    }

    /// Its value as it is shown, without the unit.
    #[must_use]
    pub fn text(self, figures: &UnitFigures, area_unit: AreaUnit) -> String {
        match self {
            Self::Population => numbers::decimal_or_unknown(figures.population),
            Self::Sum(field) => numbers::decimal_or_unknown(figures.sums.get(field).copied().flatten()),
            _ => self.of(figures).map_or_else(|| numbers::UNKNOWN.to_owned(), |value| self.text_of(value, area_unit)),
        }
    }

    /// A value of it as it is shown, without the unit.
    #[must_use]
    pub fn text_of(self, value: f64, area_unit: AreaUnit) -> String {
        match self {
            Self::Area | Self::DeclaredArea => numbers::area(value, area_unit),
            Self::DeclaredDifference => numbers::number(value, 2),
            Self::Population | Self::Sum(_) => numbers::number(value, 0),
            Self::Density => numbers::number(value, 1),
            Self::Own(id) => numbers::number(value, id.decimals()),
            Self::Source(_) => numbers::number(value, if value.abs() < 100.0 { 2 } else { 0 }),
            Self::RadiusMax | Self::RadiusMean => numbers::km(value),
            Self::Compactness | Self::Inertia | Self::SeatProximity => numbers::number(value, 3),
        }
    }
}
