//! Where features of one layer lie in those of another: points inside polygons, on flat arrays.

use geo::{Coord, Rect};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};

use crate::coverage::{AtomId, FaceId, FlatPolygons};

/// A point well inside of every feature; `None` for one without territory.
pub(super) fn inner_points(polygons: &FlatPolygons) -> Vec<Option<Coord>> {
    (0..polygons.atom_count()).into_par_iter().map(|i| inner_point(polygons, AtomId::new(i))).collect()
}

/// The middle of the longest stretch inside the largest face, at half its height.
///
/// ```text
///   ┌────────┐
///   │ ──x──  └──┐
///   └───────────┘
/// ```
///
/// Unlike the centroid it never falls outside, and unlike a label point it takes one pass.
pub(super) fn inner_point(polygons: &FlatPolygons, atom: AtomId) -> Option<Coord> {
    let largest = polygons
        .faces_of(atom)
        .filter_map(|face| Some((bounds(polygons, face)?, face)))
        .max_by(|(a, _), (b, _)| size(a).total_cmp(&size(b)))?;
    let (frame, face) = largest;
    let y = f64::midpoint(frame.min().y, frame.max().y);
    let mut crossings: Vec<f64> = polygons
        .rings_of(face)
        .flat_map(|ring| edges(polygons.ring(ring)))
        .filter_map(|edge| crossing(edge, y))
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])));
    let start = polygons.rings_of(face).find_map(|ring| polygons.ring(ring).first().copied());
    widest.map(|pair| Coord { x: f64::midpoint(pair[0], pair[1]), y }).or(start)
}

/// Where an edge crosses a horizontal line; an end on the line counts for the edge below it only.
fn crossing([a, b]: [Coord; 2], y: f64) -> Option<f64> {
    ((a.y > y) != (b.y > y)).then(|| (b.x - a.x) * ((y - a.y) / (b.y - a.y)) + a.x)
}

/// Edges of an open ring.
fn edges(ring: &[Coord]) -> impl Iterator<Item = [Coord; 2]> + '_ {
    let closing = ring.last().copied().zip(ring.first().copied()).map(|(last, first)| [last, first]);
    ring.windows(2).map(|pair| [pair[0], pair[1]]).chain(closing)
}

fn bounds(polygons: &FlatPolygons, face: FaceId) -> Option<Rect> {
    let coords = polygons.ring(polygons.rings_of(face).next()?);
    let first = *coords.first()?;
    Some(coords.iter().fold(Rect::new(first, first), |frame, at| {
        let (min, max) = (frame.min(), frame.max());
        Rect::new(Coord { x: min.x.min(at.x), y: min.y.min(at.y) }, Coord { x: max.x.max(at.x), y: max.y.max(at.y) })
    }))
}

fn size(frame: &Rect) -> f64 {
    frame.width() * frame.height()
}

/// Whether a point lies inside a feature, by crossing number: holes count back.
pub(super) fn contains(polygons: &FlatPolygons, feature: AtomId, at: Coord) -> bool {
    let rings = polygons.faces_of(feature).flat_map(|face| polygons.rings_of(face));
    let crossed = rings.flat_map(|ring| edges(polygons.ring(ring))).filter_map(|edge| crossing(edge, at.y));
    crossed.filter(|&x| x > at.x).count() % 2 == 1
}

/// Finds the feature around a point.
pub(super) struct Places<'a> {
    polygons: &'a FlatPolygons,
    tree: RTree<Place>,
}

struct Place {
    feature: AtomId,
    frame: Rect,
}

impl RTreeObject for Place {
    type Envelope = AABB<[f64; 2]>;

    fn envelope(&self) -> Self::Envelope {
        let (min, max) = (self.frame.min(), self.frame.max());
        AABB::from_corners([min.x, min.y], [max.x, max.y])
    }
}

impl<'a> Places<'a> {
    pub(super) fn of(polygons: &'a FlatPolygons) -> Self {
        let places = (0..polygons.atom_count()).map(AtomId::new).flat_map(|feature| {
            polygons.faces_of(feature).filter_map(move |face| Some(Place { feature, frame: bounds(polygons, face)? }))
        });
        Self { polygons, tree: RTree::bulk_load(places.collect()) }
    }

    /// The first feature that a point lies in.
    pub(super) fn around(&self, at: Coord) -> Option<AtomId> {
        self.near(at).into_iter().find(|&feature| contains(self.polygons, feature, at))
    }

    /// All features that a point lies in.
    pub(super) fn all_around(&self, at: Coord) -> Vec<AtomId> {
        self.near(at).into_iter().filter(|&feature| contains(self.polygons, feature, at)).collect()
    }

    /// Features whose frame is around a point, ascending.
    fn near(&self, at: Coord) -> Vec<AtomId> {
        let mut near: Vec<AtomId> = self
            .tree
            .locate_in_envelope_intersecting(&AABB::from_point([at.x, at.y]))
            .map(|place| place.feature)
            .collect();
        near.sort_unstable();
        near.dedup();
        near
    }
}

#[cfg(test)]
mod tests {
    use geo::wkt;

    use super::*;

    #[test]
    fn the_inner_point_of_a_ring_is_not_in_its_hole() {
        let ring = wkt! { MULTIPOLYGON(((0.0 0.0, 6.0 0.0, 6.0 6.0, 0.0 6.0, 0.0 0.0), (1.0 1.0, 1.0 5.0, 4.0 5.0, 4.0 1.0, 1.0 1.0))) };
        let flat = FlatPolygons::from(&[ring][..]);
        let inner = inner_points(&flat)[0].unwrap();
        assert_eq!(inner, Coord { x: 5.0, y: 3.0 });
        assert!(contains(&flat, AtomId(0), inner));
        assert!(!contains(&flat, AtomId(0), Coord { x: 2.0, y: 3.0 }));
    }

    #[test]
    fn a_point_is_found_in_the_feature_around_it() {
        //  a b
        let a = wkt! { MULTIPOLYGON(((0.0 0.0, 1.0 0.0, 1.0 1.0, 0.0 1.0, 0.0 0.0))) };
        let b = wkt! { MULTIPOLYGON(((1.0 0.0, 2.0 0.0, 2.0 1.0, 1.0 1.0, 1.0 0.0))) };
        let flat = FlatPolygons::from(&[a, b][..]);
        let places = Places::of(&flat);
        assert_eq!(places.around(Coord { x: 1.5, y: 0.5 }), Some(AtomId(1)));
        assert_eq!(places.around(Coord { x: 2.5, y: 0.5 }), None);
    }
}
