//! How compact an outline is.
//!
//! Circle and hull are found in the azimuthal equal-area plane around the middle of the outline
//! ([`LocalPlane`]), so that their areas compare with the area of the unit.

use std::f64::consts::PI;

use geo::{Area as _, ConvexHull as _, Coord, MultiPoint, Point};

use crate::coverage::{Coverage, Outline};
use crate::geodesy::{LocalPlane, SpacePoint};

/// Measures of compactness, 1 for a disc and less for anything else, but for the last; `None` without area.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Compactness {
    /// Area by that of a disc with the same perimeter, 4πA/P² (Polsby and Popper 1991). Depends on how finely the
    /// border is drawn.
    pub polsby_popper: Option<f64>,
    /// Area by that of the smallest circle around the unit (Reock 1961).
    pub reock: Option<f64>,
    /// Area by that of the convex hull.
    pub convex_hull: Option<f64>,
    /// Second moment of a disc of the same area by that of the unit, A²/2πI ([`Moment`](crate::model::Moment)).
    pub moment_of_inertia: Option<f64>,
    /// Mean distance from the middle in a disc of the same area by the mean distance of people from the seat: the
    /// proximity index of Angel, Parent and Civco (2010, "Ten compactness properties of circles"), for people and a
    /// seat. It is 1 where people live evenly over a disc with the seat in its middle, and more where they crowd around
    /// the seat. `None` where the distance is not known.
    pub seat_proximity: Option<f64>,
}

/// Proximity of people to the seat, from the area and the mean distance of people from the seat.
pub(super) fn seat_proximity(area_m2: f64, mean_distance_m: Option<f64>) -> Option<f64> {
    // The mean distance from the middle of a disc is two thirds of its radius.
    let proximity = 2.0 / 3.0 * (area_m2 / PI).sqrt() / mean_distance_m?;
    Some(proximity).filter(|proximity| proximity.is_finite() && *proximity > 0.0)
}

/// Vertices of an outline in degrees, each at least once.
pub(super) fn vertices<'a>(coverage: &'a Coverage, outline: &'a Outline) -> impl Iterator<Item = Coord> + 'a {
    outline.arcs().flat_map(|arc| coverage.arc(arc.arc()).iter().copied())
}

/// Area by that of a disc with the same perimeter; `None` without area or perimeter.
#[must_use]
pub fn polsby_popper(area_m2: f64, perimeter_m: f64) -> Option<f64> {
    share(area_m2, perimeter_m * perimeter_m / (4.0 * PI))
}

/// An area by a larger one. Rounding can put a convex unit a hair above its hull.
fn share(area_m2: f64, of: f64) -> Option<f64> {
    (area_m2 > 0.0 && of > 0.0).then(|| (area_m2 / of).min(1.0))
}

/// Compactness of a unit with this area, perimeter and vertices of its outline.
pub(super) fn compactness(area_m2: f64, perimeter_m: f64, border: &[SpacePoint]) -> Compactness {
    let Some(middle) = SpacePoint::mean_place(border.iter().map(|&point| (point, 1.0))) else {
        return Compactness::default();
    };
    let plane = LocalPlane::around(middle);
    let points: MultiPoint = border.iter().map(|&point| Point(plane.project(point))).collect();
    let hull = points.convex_hull();
    Compactness {
        polsby_popper: polsby_popper(area_m2, perimeter_m),
        reock: share(area_m2, PI * smallest_circle(&hull.exterior().0).radius_squared),
        convex_hull: share(area_m2, hull.unsigned_area()),
        ..Compactness::default()
    }
}

#[derive(Clone, Copy, Debug)]
struct Circle {
    centre: Coord,
    radius_squared: f64,
}

impl Circle {
    const EMPTY: Self = Self { centre: Coord { x: 0.0, y: 0.0 }, radius_squared: -1.0 };

    fn around_two(a: Coord, b: Coord) -> Self {
        let centre = (a + b) / 2.0;
        Self { centre, radius_squared: squared(a - centre).max(squared(b - centre)) }
    }

    /// The circle through three points; of points on a line, that around the outer two.
    fn through(a: Coord, b: Coord, c: Coord) -> Self {
        let (ab, ac) = (b - a, c - a);
        let twice_area = ab.x * ac.y - ab.y * ac.x;
        let (ab2, ac2) = (squared(ab), squared(ac));
        let step = Coord { x: ac.y * ab2 - ab.y * ac2, y: ab.x * ac2 - ac.x * ab2 } / (2.0 * twice_area);
        if twice_area == 0.0 || !step.x.is_finite() || !step.y.is_finite() {
            let pairs = [Self::around_two(a, b), Self::around_two(a, c), Self::around_two(b, c)];
            return pairs
                .into_iter()
                .reduce(|x, y| if y.radius_squared > x.radius_squared { y } else { x })
                .unwrap_or(pairs[0]);
        }
        let centre = a + step;
        let radius_squared = [a, b, c].map(|at| squared(at - centre)).into_iter().fold(0.0, f64::max);
        Self { centre, radius_squared }
    }

    fn holds(&self, at: Coord) -> bool {
        // A little slack, so that rounding does not call a point on the circle outside of it.
        squared(at - self.centre) <= self.radius_squared * (1.0 + 1e-12)
    }
}

/// Smallest circle around some points (Welzl 1991, without recursion). The points come from a hull, so there are few.
fn smallest_circle(points: &[Coord]) -> Circle {
    let mut circle = Circle::EMPTY;
    for (i, &a) in points.iter().enumerate() {
        if circle.holds(a) {
            continue;
        }
        circle = Circle { centre: a, radius_squared: 0.0 };
        for (j, &b) in points[..i].iter().enumerate() {
            if circle.holds(b) {
                continue;
            }
            circle = Circle::around_two(a, b);
            for &c in &points[..j] {
                if !circle.holds(c) {
                    circle = Circle::through(a, b, c);
                }
            }
        }
    }
    circle
}

fn squared(step: Coord) -> f64 {
    step.x * step.x + step.y * step.y
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geodesy::{AreaMethod, chain_area, chain_length_m};

    fn compactness_of(ring: &[(f64, f64)]) -> Compactness {
        let mut ring: Vec<Coord> = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
        ring.extend(ring.first().copied());
        let border: Vec<SpacePoint> = ring.iter().map(|&at| at.into()).collect();
        compactness(chain_area(AreaMethod::Geodesic, &ring), chain_length_m(&ring), &border)
    }

    fn check(found: Option<f64>, expected: f64) {
        assert!((found.unwrap() - expected).abs() < 1e-3, "{found:?}, not {expected}");
    }

    #[test]
    fn a_square_has_the_textbook_values() {
        // At the equator a degree of longitude is 0.67 % longer than one of latitude.
        let found = compactness_of(&[(0.0, 0.0), (0.1, 0.0), (0.1, 0.1), (0.0, 0.1)]);
        check(found.polsby_popper, PI / 4.0);
        check(found.reock, 2.0 / PI);
        check(found.convex_hull, 1.0);
    }

    #[test]
    fn a_disc_is_as_compact_as_can_be() {
        let disc: Vec<(f64, f64)> = (0..360)
            .map(|i| f64::from(i).to_radians().sin_cos())
            .map(|(sin, cos)| (105.0 - 0.1 * sin / 31_f64.to_radians().cos() * 0.997_27, 31.0 + 0.1 * cos))
            .collect();
        let found = compactness_of(&disc);
        check(found.polsby_popper, 1.0);
        assert!(found.reock.unwrap() > 0.99 && found.convex_hull.unwrap() > 0.9999, "{found:?}");
    }

    #[test]
    fn an_l_leaves_a_third_of_a_corner_of_its_hull_empty() {
        // 3 of 4 cells, and the hull cuts the empty one in half: 3 / 3.5
        let found = compactness_of(&[(0.0, 0.0), (0.2, 0.0), (0.2, 0.1), (0.1, 0.1), (0.1, 0.2), (0.0, 0.2)]);
        check(found.convex_hull, 3.0 / 3.5);
    }

    #[test]
    fn compactness_does_not_depend_on_the_place() {
        let at = |x: f64, y: f64| {
            let narrow = 0.1 / y.to_radians().cos();
            compactness_of(&[(x, y), (x + narrow, y), (x + narrow, y + 0.1), (x, y + 0.1)])
        };
        for (x, y) in [(105.0, 31.0), (179.95, -45.0), (10.0, 70.0)] {
            check(at(x, y).reock, at(0.0, 0.0).reock.unwrap());
        }
    }

    #[test]
    fn people_spread_evenly_over_a_disc_have_a_proximity_of_one() {
        let radius = 5000.0;
        check(seat_proximity(PI * radius * radius, Some(radius * 2.0 / 3.0)), 1.0);
        check(seat_proximity(PI * radius * radius, Some(radius * 4.0 / 3.0)), 0.5);
        assert_eq!(seat_proximity(0.0, Some(10.0)), None);
        assert_eq!((seat_proximity(1.0, None), seat_proximity(1.0, Some(0.0))), (None, None));
    }

    #[test]
    fn nothing_has_no_compactness() {
        assert_eq!(compactness(0.0, 0.0, &[]), Compactness::default());
        assert_eq!(compactness_of(&[(1.0, 1.0), (1.0, 1.0)]), Compactness::default());
    }

    proptest! {
        #[test]
        fn the_smallest_circle_holds_all_and_cannot_shrink(
            points in prop::collection::vec((-1e4..1e4_f64, -1e4..1e4_f64), 2..30),
        ) {
            let points: Vec<Coord> = points.into_iter().map(Coord::from).collect();
            let circle = smallest_circle(&points);
            let radius = circle.radius_squared.sqrt();
            let distances: Vec<f64> = points.iter().map(|&at| squared(at - circle.centre).sqrt()).collect();
            prop_assert!(distances.iter().all(|&d| d <= radius * (1.0 + 1e-9)));
            // The points on the circle do not fit on less than a half of it.
            let on = || points.iter().zip(&distances).filter(|&(_, &d)| d >= radius * (1.0 - 1e-9)).map(|(&at, _)| at - circle.centre);
            for angle in (0..720).map(|i| (f64::from(i) * 0.5).to_radians()) {
                let (y, x) = angle.sin_cos();
                let beyond = on().map(|at| at.x * x + at.y * y).fold(f64::NEG_INFINITY, f64::max);
                prop_assert!(beyond >= -1e-6 * radius, "open towards {angle}");
            }
        }
    }
}
