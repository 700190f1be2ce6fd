//! Points of the ellipsoid in space, and a plane around one of them.

use geo::Coord;

/// Semi-major axis of WGS84 in metres.
const A: f64 = 6_378_137.0;
/// First eccentricity of WGS84, squared.
const E2: f64 = (2.0 - 1.0 / 298.257_223_563) / 298.257_223_563;

/// Mean radius of the Earth in metres (IUGG).
const MEAN_RADIUS: f64 = 6_371_008.8;

/// A point in space, in metres from the centre of WGS84: towards (0°, 0°), (90°E, 0°) and the North Pole.
///
/// Straight lines through space know no antimeridian and no pole. The chord between two places is never longer than
/// the geodesic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpacePoint(pub [f64; 3]);

impl From<Coord> for SpacePoint {
    /// A place on the ellipsoid, longitude and latitude in degrees.
    fn from(at: Coord) -> Self {
        let (sin_lon, cos_lon) = at.x.to_radians().sin_cos();
        let (sin_lat, cos_lat) = at.y.to_radians().sin_cos();
        let normal = A / (1.0 - E2 * sin_lat * sin_lat).sqrt();
        Self([normal * cos_lat * cos_lon, normal * cos_lat * sin_lon, normal * (1.0 - E2) * sin_lat])
    }
}

impl SpacePoint {
    /// Straight distance in metres, squared.
    #[must_use]
    pub fn chord_squared(self, other: Self) -> f64 {
        let [x, y, z] = self.minus(other);
        x * x + y * y + z * z
    }

    /// The place on the ellipsoid in the direction of a point, longitude and latitude in degrees.
    /// `None` for a point at the centre, which has no direction.
    #[must_use]
    pub fn place(self) -> Option<Coord> {
        let [x, y, z] = self.0;
        let from_axis = x.hypot(y);
        let place = Coord { x: y.atan2(x).to_degrees(), y: z.atan2((1.0 - E2) * from_axis).to_degrees() };
        // Below a metre from the centre the direction is rounding.
        (from_axis.hypot(z) > 1.0).then_some(place)
    }

    /// Mean of weighted points; `None` when the weights sum to nothing, or the mean has no direction.
    pub fn mean_place(points: impl Iterator<Item = (Self, f64)>) -> Option<Coord> {
        let (mut sum, mut total) = ([0.0; 3], 0.0);
        for (point, weight) in points {
            for (sum, part) in sum.iter_mut().zip(point.0) {
                *sum += part * weight;
            }
            total += weight;
        }
        if total > 0.0 { Self(sum.map(|part| part / total)).place() } else { None }
    }

    fn minus(self, other: Self) -> [f64; 3] {
        let ([x, y, z], [ox, oy, oz]) = (self.0, other.0);
        [x - ox, y - oy, z - oz]
    }
}

/// Azimuthal equal-area projection around a place, in metres east and north.
///
/// The direction is the one seen from the place, the distance is the chord through space. On a sphere that is
/// Lambert's projection; here it keeps areas, and near the centre shapes, to (d/R)² times the flattening. At d = 100 km
/// from the centre lengths across the line of sight are 0.003 % too long, and along it as much too short.
#[derive(Clone, Copy, Debug)]
pub struct LocalPlane {
    origin: SpacePoint,
    east: [f64; 3],
    north: [f64; 3],
}

impl LocalPlane {
    /// The plane that touches the ellipsoid at a place, longitude and latitude in degrees.
    #[must_use]
    pub fn around(place: Coord) -> Self {
        let (sin_lon, cos_lon) = place.x.to_radians().sin_cos();
        let (sin_lat, cos_lat) = place.y.to_radians().sin_cos();
        Self {
            origin: place.into(),
            east: [-sin_lon, cos_lon, 0.0],
            north: [-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat],
        }
    }

    /// Metres east (`x`) and north (`y`) of the place.
    #[must_use]
    pub fn project(&self, point: SpacePoint) -> Coord {
        let step = point.minus(self.origin);
        let along = |axis: [f64; 3]| step[0] * axis[0] + step[1] * axis[1] + step[2] * axis[2];
        let (east, north) = (along(self.east), along(self.north));
        let in_plane = east.hypot(north);
        if in_plane == 0.0 {
            return Coord::zero();
        }
        let stretch = point.chord_squared(self.origin).sqrt() / in_plane;
        Coord { x: east * stretch, y: north * stretch }
    }

    /// The point in space of a place in the plane: the way back, as on a sphere of the mean radius. At d = 100 km from the
    /// centre it is off by some centimetres times the flattening.
    #[must_use]
    pub fn lift(&self, at: Coord) -> SpacePoint {
        let chord = at.x.hypot(at.y);
        let sine = (chord / (2.0 * MEAN_RADIUS)).min(1.0);
        // Towards the place, and down below the plane.
        let along = (1.0 - sine * sine).sqrt();
        let down = chord * sine;
        let up: [f64; 3] = [
            self.east[1] * self.north[2] - self.east[2] * self.north[1],
            self.east[2] * self.north[0] - self.east[0] * self.north[2],
            self.east[0] * self.north[1] - self.east[1] * self.north[0],
        ];
        let SpacePoint(origin) = self.origin;
        SpacePoint(std::array::from_fn(|axis| {
            origin[axis] + (at.x * self.east[axis] + at.y * self.north[axis]) * along - down * up[axis]
        }))
    }
}

#[cfg(test)]
mod tests {
    use geo::Area as _;
    use proptest::prelude::*;

    use super::*;
    use crate::geodesy::testing::{HEXAGON, densified, ring_sum};
    use crate::geodesy::{AreaMethod, distance_m, edge_area};

    #[test]
    fn the_plane_keeps_areas() {
        let plane = LocalPlane::around(Coord { x: 104.0, y: 30.5 });
        let ring = densified(&HEXAGON, 50);
        let area = ring_sum(&ring, |a, b| edge_area(AreaMethod::Geodesic, a, b));
        let flat = ring.iter().map(|&at| plane.project(at.into())).collect();
        let flat = geo::Polygon::new(flat, Vec::new()).signed_area();
        assert!((flat / area - 1.0).abs() < 2e-6, "{flat} {area}");
    }

    #[test]
    fn the_mean_across_the_antimeridian_lies_on_it() {
        let places = [Coord { x: 179.0, y: 10.0 }, Coord { x: -179.0, y: 10.0 }];
        let mean = SpacePoint::mean_place(places.iter().map(|&place| (place.into(), 2.0))).unwrap();
        assert!((mean.x.abs() - 180.0).abs() < 1e-9, "{mean:?}");
        assert_eq!(SpacePoint::mean_place(std::iter::empty()), None);
    }

    proptest! {
        #[test]
        fn a_place_comes_back(x in -180.0..180.0_f64, y in -89.0..89.0_f64) {
            let place = SpacePoint::from(Coord { x, y }).place().unwrap();
            prop_assert!((place.x - x).abs() < 1e-10 && (place.y - y).abs() < 1e-10, "{place:?}");
        }

        #[test]
        fn what_was_projected_is_lifted_back(
            x in -180.0..180.0_f64, y in -80.0..80.0_f64, dx in -0.5..0.5_f64, dy in -0.5..0.5_f64,
        ) {
            let plane = LocalPlane::around(Coord { x, y });
            let point = SpacePoint::from(Coord { x: x + dx, y: y + dy });
            prop_assert!(plane.lift(plane.project(point)).chord_squared(point).sqrt() < 10.0);
        }

        #[test]
        fn a_chord_is_never_longer_than_the_geodesic(
            x in -180.0..180.0_f64, y in -89.0..89.0_f64, dx in -1.0..1.0_f64, dy in -1.0..1.0_f64,
        ) {
            let (a, b) = (Coord { x, y }, Coord { x: x + dx, y: y + dy });
            let chord = SpacePoint::from(a).chord_squared(b.into()).sqrt();
            prop_assert!(chord <= distance_m(a, b) * (1.0 + 1e-12) + 1e-8);
        }
    }
}
