//! Everything about one unit.

use geo::Coord;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::radius::{self, Radius, SeatBasis};
use super::shape::{self, Compactness};
use crate::coverage::{AtomId, Outline};
use crate::geodesy::{AreaMethod, ExactSum, SpacePoint};
use crate::model::{Dataset, Moment, State, Total, UnitId, difference_percent};

/// Figures of one unit, as of its revision.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitFigures {
    /// Number of atoms.
    pub atoms: usize,
    /// Area in m².
    pub area_m2: f64,
    /// The same, exact: to be added up with others.
    pub area: ExactSum,
    /// Area in m² as the source declares it; `None` where the data declare none, or not for every atom.
    pub declared_area_m2: Option<f64>,
    /// Length of the outline in metres, holes included.
    pub perimeter_m: f64,
    /// Population; `None` when that of any atom is unknown.
    pub population: Option<Decimal>,
    /// The same with what is known where that of some atoms is not.
    pub people: Total,
    /// Persons per km²; `None` without population or area.
    pub density_per_km2: Option<f64>,
    /// Sum of every field of [`crate::model::Fields::sum`], in that order; `None` when any atom's value is unknown.
    pub sums: Vec<Option<Decimal>>,
    /// Connected parts of the outline.
    pub parts: usize,
    /// Holes of the outline.
    pub holes: usize,
    /// How compact the outline is.
    pub compactness: Compactness,
    /// Seat, longitude and latitude in degrees; `None` for a unit without territory and given seat.
    pub seat: Option<Coord>,
    /// Where the seat comes from.
    pub seat_basis: SeatBasis,
    /// How far the territory and the people are from the seat.
    pub radius: Radius,
}

impl UnitFigures {
    /// How much more area the source declares than is measured, in percent of what is measured.
    #[must_use]
    pub fn declared_difference_percent(&self) -> Option<f64> {
        difference_percent(self.declared_area_m2?, self.area_m2)
    }
}

/// Figures of one unit. Costs what its atoms have in arcs and its outline in vertices, whatever else is loaded.
#[must_use]
pub fn unit_figures(dataset: &Dataset, state: &State, unit: UnitId, method: AreaMethod) -> UnitFigures {
    let seat = state.unit(unit).seat.as_ref().map(|seat| seat.at);
    territory_figures(dataset, &state.atoms(unit), seat, method)
}

/// Figures that a unit of these atoms, ascending, would have, with or without a given seat: for previews.
#[must_use]
pub fn territory_figures(
    dataset: &Dataset,
    atoms: &[AtomId],
    given_seat: Option<Coord>,
    method: AreaMethod,
) -> UnitFigures {
    let outline = dataset.coverage.outline(atoms);
    Territory { dataset, atoms, outline: &outline, given_seat }.figures(method)
}

/// What the figures of a unit are computed from.
#[derive(Clone, Copy)]
pub(super) struct Territory<'a> {
    pub dataset: &'a Dataset,
    /// Ascending.
    pub atoms: &'a [AtomId],
    /// Outline of the atoms.
    pub outline: &'a Outline,
    /// Seat from the source or the plan, in degrees.
    pub given_seat: Option<Coord>,
}

impl Territory<'_> {
    pub fn figures(self, method: AreaMethod) -> UnitFigures {
        let Self { dataset, atoms, outline, .. } = self;
        let measures = dataset.measures(method);
        let area = atoms.iter().map(|&atom| measures.atom_area(atom)).sum::<ExactSum>().at_least_nothing();
        let perimeter_m = measures.length_of(outline.arcs()).to_f64();
        let people = dataset.people_of(atoms);
        let population = people.value();
        let border: Vec<SpacePoint> = shape::vertices(&dataset.coverage, outline).map(SpacePoint::from).collect();
        let (seat, seat_basis) = radius::seat(self);
        let radius = seat.map(|seat| radius::radius(self, seat, &border)).unwrap_or_default();
        let sums: Vec<Option<Decimal>> =
            (0..dataset.fields.sum.len()).map(|field| dataset.total_of(atoms, field).value()).collect();
        // People of one atom are taken to be at one place: the distance would say nothing.
        let people_m = radius.mean_population_m.filter(|_| atoms.len() > 1);
        let moment: Moment = atoms.iter().map(|&atom| dataset.moment_of(atom)).sum();
        let compactness = Compactness {
            moment_of_inertia: moment.compactness(),
            seat_proximity: shape::seat_proximity(area.to_f64(), people_m),
            ..shape::compactness(area.to_f64(), perimeter_m, &border)
        };
        UnitFigures {
            atoms: atoms.len(),
            area_m2: area.to_f64(),
            area,
            perimeter_m,
            population,
            people,
            density_per_km2: density_per_km2(population, area.to_f64()),
            declared_area_m2: dataset.declared_m2(&sums),
            sums,
            parts: outline.parts(),
            holes: outline.holes(),
            compactness,
            seat,
            seat_basis,
            radius,
        }
    }
}

/// Persons per km²; `None` where there is no area.
pub(super) fn density_per_km2(population: Option<Decimal>, area_m2: f64) -> Option<f64> {
    let population = population?.to_f64()?;
    (area_m2 > 0.0).then(|| population / (area_m2 * 1e-6))
}
