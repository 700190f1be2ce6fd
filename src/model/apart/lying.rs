//! Which features of a layer lie in others of it.

use rayon::prelude::*;

use super::super::places::{self, Places};
use crate::coverage::{AtomId, FlatPolygons};

/// Features that are looked at before all are.
const SAMPLE: usize = 4096;
/// By how much two areas may differ and still be the same ground.
pub(super) const SAME_GROUND: f64 = 0.02;

/// What lies in what.
#[derive(Debug)]
pub(in crate::model) struct Lying {
    /// Features that the inner point of each lies in, itself not among them.
    pub(in crate::model) around: Vec<Vec<u32>>,
    /// Areas to be compared with each other.
    pub(super) areas: Vec<f64>,
}

impl Lying {
    /// `None` where no feature lies in another that is as large, as far as a sample shows: in a layer of one level.
    pub(super) fn of(polygons: &FlatPolygons) -> Option<Self> {
        let count = polygons.atom_count();
        if count < 3 {
            return None;
        }
        let places = Places::of(polygons);
        let step = count.div_ceil(SAMPLE).max(1);
        let sample: Vec<AtomId> = (0..count).step_by(step).map(AtomId::new).collect();
        let lies_in_another = |&atom: &AtomId| {
            let others = others_around(polygons, &places, atom);
            let own = if others.is_empty() { 0.0 } else { area(polygons, atom) };
            others.into_iter().any(|other| area(polygons, other) >= own * (1.0 - SAME_GROUND))
        };
        sample.par_iter().any(lies_in_another).then(|| Self::whole(polygons, &places))
    }

    /// The same, be there any that lie in others or not.
    pub(in crate::model) fn all(polygons: &FlatPolygons) -> Self {
        Self::whole(polygons, &Places::of(polygons))
    }

    fn whole(polygons: &FlatPolygons, places: &Places<'_>) -> Self {
        let atoms = || (0..polygons.atom_count()).into_par_iter().map(AtomId::new);
        let around = |atom: AtomId| others_around(polygons, places, atom).into_iter().map(|other| other.0).collect();
        Self { around: atoms().map(around).collect(), areas: atoms().map(|atom| area(polygons, atom)).collect() }
    }

    /// Whether one feature is clearly larger than another.
    pub(super) fn is_larger(&self, one: u32, other: u32) -> bool {
        self.areas[one as usize] > self.areas[other as usize] * (1.0 + SAME_GROUND)
    }

    /// Clearly larger features that one lies in.
    pub(super) fn larger_around(&self, feature: u32) -> impl Iterator<Item = u32> + '_ {
        self.around[feature as usize].iter().copied().filter(move |&other| self.is_larger(other, feature))
    }
}

/// Features around the inner point of one, but for itself.
fn others_around(polygons: &FlatPolygons, places: &Places<'_>, atom: AtomId) -> Vec<AtomId> {
    let point = places::inner_point(polygons, atom);
    let mut found = point.map(|point| places.all_around(point)).unwrap_or_default();
    found.retain(|other| *other != atom);
    found
}

/// The area of a feature on a cylinder of equal areas, so that a border counts the same for both sides.
fn area(polygons: &FlatPolygons, atom: AtomId) -> f64 {
    let rings = polygons
        .faces_of(atom)
        .flat_map(|face| polygons.rings_of(face).enumerate().map(|(at, ring)| (at == 0, polygons.ring(ring))));
    let of = |ring: &[geo::Coord]| {
        let flat = |at: &geo::Coord| (at.x, at.y.to_radians().sin());
        let Some(first) = ring.first().map(flat) else { return 0.0 };
        let ends = ring.iter().map(flat).zip(ring.iter().skip(1).chain(ring.first()).map(flat));
        let twice: f64 = ends.map(|(a, b)| (a.0 - first.0) * (b.1 - first.1) - (b.0 - first.0) * (a.1 - first.1)).sum();
        twice.abs() / 2.0
    };
    rings.map(|(is_shell, ring)| if is_shell { of(ring) } else { -of(ring) }).sum()
}
