//! The seat of a unit, and how far it is from there.

use geo::Coord;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::figures::Territory;
use crate::coverage::{AtomId, Outline};
use crate::geodesy::{SpacePoint, distance_m};
use crate::i18n::Lang;
use crate::model::{Dataset, inner_point};

/// Where the seat of a unit comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeatBasis {
    /// It was given, by the source or by the plan.
    Given,
    /// Mean place of the people: the atoms' places weighted by population.
    PopulationCentre,
    /// A point inside of the largest part.
    RepresentativePoint,
}

impl SeatBasis {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::PopulationCentre => "population_centre",
            Self::RepresentativePoint => "representative_point",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Given => lang.pick("给定", "given"),
            Self::PopulationCentre => lang.pick("人口中心", "population centre"),
            Self::RepresentativePoint => lang.pick("代表点", "representative point"),
        }
    }
}

/// Geodesic distances from the seat in metres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Radius {
    /// To the farthest vertex of the unit; `None` without territory.
    pub max_m: Option<f64>,
    /// Mean over the population, every atom's at one place; `None` when it is not known where how many live.
    pub mean_population_m: Option<f64>,
    /// The distance within which nine tenths of the population live; `None` as above.
    pub p90_population_m: Option<f64>,
    /// To the population centre, the mean place of the people; `None` as above, and where no seat is given: then the seat
    /// is taken to be just there.
    pub population_centre_m: Option<f64>,
}

/// Where the people of an atom are taken to be: at its own seat as loaded, else at its representative point. Of an atom
/// that was cut, the part that the seat lies in has it. `None` without territory.
#[must_use]
pub fn place_of(dataset: &Dataset, atom: AtomId) -> Option<Coord> {
    let unit = dataset.loaded_unit(atom);
    let seat = dataset.base.unit(unit).seat.as_ref().map(|seat| seat.at);
    let own = seat.filter(|&at| !dataset.is_touched_by_cut(atom) || dataset.coverage.contains(atom, at));
    own.or_else(|| dataset.atom_point(atom))
}

/// The seat of a unit, and where it comes from.
pub(super) fn seat(territory: Territory<'_>) -> (Option<Coord>, SeatBasis) {
    let Territory { dataset, atoms, outline, given_seat } = territory;
    if given_seat.is_some() {
        return (given_seat, SeatBasis::Given);
    }
    let centre = population_centre(dataset, atoms);
    if centre.is_some() {
        return (centre, SeatBasis::PopulationCentre);
    }
    (representative_point(dataset, outline), SeatBasis::RepresentativePoint)
}

/// The seat that figures take for a unit of these atoms, ascending, to which none was given: its population centre, else
/// a point inside of its largest part. `None` without territory.
#[must_use]
pub fn usual_seat(dataset: &Dataset, atoms: &[AtomId]) -> Option<Coord> {
    population_centre(dataset, atoms).or_else(|| representative_point(dataset, &dataset.coverage.outline(atoms)))
}

fn population_centre(dataset: &Dataset, atoms: &[AtomId]) -> Option<Coord> {
    centre_of(&people(dataset, atoms)?)
}

/// Mean place of some people. Of those who all live at one place it is that place, without the rounding of the way
/// through space and back.
fn centre_of(people: &[(Decimal, Coord)]) -> Option<Coord> {
    if let Some(&(_, place)) = people.first().filter(|first| people.iter().all(|other| other.1 == first.1)) {
        return Some(place);
    }
    let weighted = people.iter().map(|&(population, place)| (place.into(), population.to_f64().unwrap_or(0.0)));
    SpacePoint::mean_place(weighted)
}

fn representative_point(dataset: &Dataset, outline: &Outline) -> Option<Coord> {
    let polygons = outline
        .polygons
        .iter()
        .map(|polygon| std::iter::once(polygon.shell.as_slice()).chain(polygon.holes.iter().map(Vec::as_slice)));
    inner_point(&dataset.coverage, polygons)
}

/// Distances from a seat to the vertices of the outline and to the people.
pub(super) fn radius(territory: Territory<'_>, seat: Coord, border: &[SpacePoint]) -> Radius {
    let people = people(territory.dataset, territory.atoms).unwrap_or_default();
    let mut distances: Vec<(f64, Decimal)> =
        people.iter().map(|&(population, place)| (distance_m(seat, place), population)).collect();
    let total: Decimal = distances.iter().map(|&(_, population)| population).sum();
    let weighted: f64 = distances.iter().map(|&(d, population)| d * population.to_f64().unwrap_or(0.0)).sum();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    let centre = centre_of(&people).filter(|_| territory.given_seat.is_some());
    let mut within = Decimal::ZERO;
    let p90 = distances.iter().find(|&&(_, population)| {
        within += population;
        within * Decimal::from(10) >= total * Decimal::from(9)
    });
    Radius {
        max_m: farthest(seat, border),
        mean_population_m: total.to_f64().filter(|&total| total > 0.0).map(|total| weighted / total),
        p90_population_m: p90.map(|&(d, _)| d),
        population_centre_m: centre.map(|centre| distance_m(seat, centre)),
    }
}

/// Population and place of every inhabited atom; `None` when any population is unknown, or nobody lives there, or
/// somebody in a place unknown.
fn people(dataset: &Dataset, atoms: &[AtomId]) -> Option<Vec<(Decimal, Coord)>> {
    let mut people = Vec::with_capacity(atoms.len());
    for &atom in atoms {
        let population = dataset.population_of(atom)?;
        if population > Decimal::ZERO {
            people.push((population, place_of(dataset, atom)?));
        }
    }
    (!people.is_empty()).then_some(people)
}

/// Geodesic distance to the farthest of some places.
fn farthest(from: Coord, border: &[SpacePoint]) -> Option<f64> {
    let origin = SpacePoint::from(from);
    let longest = border.iter().map(|&point| point.chord_squared(origin)).reduce(f64::max)?;
    // The order by chord and by geodesic differs by the flattening at most: look again at all that come near.
    let near = border.iter().filter(|point| point.chord_squared(origin) >= longest * 0.99);
    near.filter_map(|point| point.place()).map(|place| distance_m(from, place)).reduce(f64::max)
}
