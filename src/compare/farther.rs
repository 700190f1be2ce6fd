//! Who ends up farther from the seat.

use geo::Coord;
use rust_decimal::Decimal;

use super::statistics::PeopleMean;
use crate::coverage::AtomId;
use crate::geodesy::distance_m;
use crate::metrics::place_of;
use crate::model::Dataset;

/// A distance grows only when it grows by more than this, in metres: less is rounding of coordinates.
const FARTHER_M: f64 = 1.0;

/// A place that is farther from the seat of its unit than before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Farther {
    /// The place: an atom.
    pub atom: AtomId,
    /// Its people; `None` when they are not known.
    pub people: Option<Decimal>,
    /// How far it is now, in m.
    pub distance_m: f64,
    /// How much farther it is, in m.
    pub farther_m: f64,
}

/// Distance from the place where the people of an atom are taken to be to a seat, in m; `None` without territory.
#[must_use]
pub fn distance_to_seat_m(dataset: &Dataset, atom: AtomId, seat: Coord) -> Option<f64> {
    place_of(dataset, atom).map(|place| distance_m(place, seat))
}

/// The atoms that are farther from their seat, out of some atoms with their distances before and now in m, in the same
/// order.
#[must_use]
pub fn farther_of(
    dataset: &Dataset,
    distances: impl Iterator<Item = (AtomId, Option<f64>, Option<f64>)>,
) -> Vec<Farther> {
    distances
        .filter_map(|(atom, before, now)| {
            let (before, distance_m) = (before?, now?);
            let farther_m = distance_m - before;
            let people = dataset.population_of(atom);
            (farther_m > FARTHER_M).then_some(Farther { atom, people, distance_m, farther_m })
        })
        .collect()
}

/// Sorts places with most people first.
pub fn by_people(places: &mut [Farther]) {
    places.sort_by(|a, b| b.people.cmp(&a.people).then(b.farther_m.total_cmp(&a.farther_m)).then(a.atom.cmp(&b.atom)));
}

/// Sorts places with the largest growth of distance first.
pub fn by_distance(places: &mut [Farther]) {
    places.sort_by(|a, b| b.farther_m.total_cmp(&a.farther_m).then(b.people.cmp(&a.people)).then(a.atom.cmp(&b.atom)));
}

/// How many people end up farther away, and by how much.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Growth {
    /// Number of places.
    pub places: usize,
    /// Places whose people are not known.
    pub without_people: usize,
    /// People of the others.
    pub people: Decimal,
    /// By how much on average, weighted by people, in m; 0 without people.
    pub mean_m: f64,
}

impl Growth {
    /// Sums up places.
    #[must_use]
    pub fn of(places: &[Farther]) -> Self {
        let known = places.iter().filter_map(|place| Some((place.farther_m, place.people?)));
        let farther: PeopleMean = known.collect();
        Self {
            places: places.len(),
            without_people: places.iter().filter(|place| place.people.is_none()).count(),
            people: farther.people,
            mean_m: farther.mean().unwrap_or(0.0),
        }
    }
}
