//! Second moments of area of the atoms, which add up.
//!
//! A territory has an area, a centroid, and a second moment about it: ∫ r² dA, with r the distance from the centroid.
//! By the parallel axis theorem, moments of parts about their own centroids and the distances of these from that of the
//! whole make the moment of the whole, so nothing has to be integrated after an edit.
//!
//! Distances are chords through space, which differ from geodesics by (d/R)²/24: at 100 km by 10⁻⁵.

use std::iter::Sum;

use geo::Coord;

use crate::coverage::{Coverage, DirectedArc};
use crate::geodesy::{LocalPlane, SpacePoint};

/// Area, centroid and second moment of a territory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Area in m².
    pub area_m2: f64,
    /// Centroid times area: m³ from the centre of the ellipsoid. So centroids add.
    first: [f64; 3],
    /// Second moment about the centroid, in m⁴.
    second: f64,
}

impl Moment {
    /// That of what lies on the left of closed chains of arcs: an atom, or an outline.
    #[must_use]
    pub fn of_arcs(coverage: &Coverage, arcs: impl Iterator<Item = DirectedArc>) -> Self {
        let mut plane: Option<LocalPlane> = None;
        let (mut area, mut first, mut second) = (0.0, Coord::zero(), 0.0);
        for arc in arcs {
            let coords = coverage.arc(arc.arc());
            let sign = if arc.is_backward() { -1.0 } else { 1.0 };
            let Some(&start) = coords.first() else { continue };
            // Any place nearby will do, and a vertex needs no care at the antimeridian.
            let plane = plane.get_or_insert_with(|| LocalPlane::around(start));
            let mut a = plane.project(start.into());
            for &next in &coords[1..] {
                let b = plane.project(next.into());
                // Twice the area of the triangle with the origin.
                let cross = sign * (a.x * b.y - a.y * b.x);
                area += cross / 2.0;
                first.x += cross * (a.x + b.x) / 6.0;
                first.y += cross * (a.y + b.y) / 6.0;
                let squares = a.x * a.x + a.x * b.x + b.x * b.x + a.y * a.y + a.y * b.y + b.y * b.y;
                second += cross * squares / 12.0;
                a = b;
            }
        }
        // A ring across the antimeridian looks turned around where only coordinates are looked at.
        let turned = if area < 0.0 { -1.0 } else { 1.0 };
        let (area, first, second) = (area * turned, first * turned, second * turned);
        let Some(plane) = plane.filter(|_| area > 0.0) else { return Self::default() };
        let centroid = first / area;
        let about_centroid = second - area * (centroid.x * centroid.x + centroid.y * centroid.y);
        let SpacePoint(middle) = plane.lift(centroid);
        Self { area_m2: area, first: middle.map(|along| along * area), second: about_centroid.max(0.0) }
    }

    /// Compactness by moment of inertia: A² / 2πI, 1 for a disc, 3/π for a square; `None` without area. It depends on how
    /// the territory is spread and hardly on how finely the border is drawn (Weaver and Hess 1963; Li, Goodchild and
    /// Church 2013, "An efficient measure of compactness for two-dimensional shapes").
    #[must_use]
    pub fn compactness(&self) -> Option<f64> {
        let compactness = self.area_m2 * self.area_m2 / (std::f64::consts::TAU * self.second);
        // Rounding can put a disc a hair above 1.
        (self.second > 0.0).then(|| compactness.min(1.0))
    }

    fn centroid(&self) -> SpacePoint {
        SpacePoint(self.first.map(|along| along / self.area_m2))
    }
}

impl Sum for Moment {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        let parts: Vec<Self> = parts.filter(|part| part.area_m2 > 0.0).collect();
        let mut whole = Self::default();
        for part in &parts {
            whole.area_m2 += part.area_m2;
            whole.first = std::array::from_fn(|axis| whole.first[axis] + part.first[axis]);
        }
        let centroid = whole.centroid();
        whole.second =
            parts.iter().map(|part| part.second + part.area_m2 * part.centroid().chord_squared(centroid)).sum();
        whole
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use geo::{LineString, MultiPolygon, Polygon};
    use proptest::prelude::*;

    use super::*;
    use crate::coverage::AtomId;
    use crate::jobs::Progress;

    fn coverage(rings: &[Vec<Coord>]) -> Coverage {
        let polygons: Vec<MultiPolygon> =
            rings.iter().map(|ring| Polygon::new(LineString(ring.clone()), Vec::new()).into()).collect();
        Coverage::build(polygons.as_slice().into(), &Progress::new()).unwrap()
    }

    fn compactness(ring: Vec<Coord>) -> f64 {
        let coverage = coverage(&[ring]);
        Moment::of_arcs(&coverage, coverage.arcs_of(AtomId(0))).compactness().unwrap()
    }

    /// A rectangle at 31° N, its sides in metres.
    fn rectangle(width_m: f64, height_m: f64) -> Vec<Coord> {
        let plane_at = Coord { x: 105.0, y: 31.0 };
        let (dx, dy) = (width_m / 95_504.0, height_m / 110_866.0);
        [(0.0, 0.0), (dx, 0.0), (dx, dy), (0.0, dy), (0.0, 0.0)].map(|(x, y)| plane_at + Coord { x, y }).to_vec()
    }

    #[test]
    fn a_disc_has_one_and_a_square_three_by_pi() {
        let disc = (0..=360).map(|i| f64::from(i % 360).to_radians().sin_cos());
        let disc = disc.map(|(sin, cos)| Coord { x: 105.0 + 0.1 * cos / 95_504.0 * 110_866.0, y: 31.0 + 0.1 * sin });
        assert!((compactness(disc.collect()) - 1.0).abs() < 1e-3);
        assert!((compactness(rectangle(5000.0, 5000.0)) - 3.0 / PI).abs() < 1e-3);
    }

    #[test]
    fn a_rectangle_has_six_ab_by_pi_times_the_squares() {
        // I = ab(a² + b²)/12
        for (a, b) in [(3000.0, 1000.0), (10_000.0, 500.0)] {
            let wanted = 6.0 * a * b / (PI * (a * a + b * b));
            assert!((compactness(rectangle(a, b)) / wanted - 1.0).abs() < 1e-3, "{a} by {b}");
        }
    }

    #[test]
    fn the_way_around_and_the_antimeridian_do_not_matter() {
        let square = |x: f64| {
            let east = if x + 0.1 > 180.0 { x + 0.1 - 360.0 } else { x + 0.1 };
            [(x, 10.0), (east, 10.0), (east, 10.1), (x, 10.1), (x, 10.0)].map(Coord::from).to_vec()
        };
        let mut turned = square(20.0);
        turned.reverse();
        for ring in [turned, square(179.95)] {
            assert!((compactness(ring) - compactness(square(20.0))).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_has_no_compactness() {
        assert_eq!(Moment::default().compactness(), None);
        assert_eq!([Moment::default(); 2].into_iter().sum::<Moment>(), Moment::default());
    }

    proptest! {
        #[test]
        fn moments_of_atoms_add_up_to_that_of_their_outline(chosen in prop::collection::vec(any::<bool>(), 20)) {
            let corner = |i: u32, j: u32| {
                let shift = f64::from((i * 7 + j * 13) % 5) * 1e-3;
                Coord { x: 105.1 + f64::from(i) * 2e-2 + shift, y: 31.1 + f64::from(j) * 1e-2 - shift }
            };
            let cell = |i, j| vec![corner(i, j), corner(i + 1, j), corner(i + 1, j + 1), corner(i, j + 1), corner(i, j)];
            let cells: Vec<_> = (0..4).flat_map(|j| (0..5).map(move |i| cell(i, j))).collect();
            let coverage = coverage(&cells);
            let atoms: Vec<AtomId> = coverage.atoms().filter(|atom| chosen[atom.index()]).collect();
            prop_assume!(!atoms.is_empty());
            let parts = atoms.iter().map(|&atom| Moment::of_arcs(&coverage, coverage.arcs_of(atom)));
            let (added, whole) =
                (parts.sum::<Moment>(), Moment::of_arcs(&coverage, coverage.outline(&atoms).arcs()));
            prop_assert!((added.area_m2 / whole.area_m2 - 1.0).abs() < 1e-6);
            prop_assert!((added.second / whole.second - 1.0).abs() < 1e-5, "{} {}", added.second, whole.second);
            prop_assert!(added.compactness() <= Some(1.0));
        }
    }
}
