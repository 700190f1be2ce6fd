//! The plane that the map is drawn in.
//!
//! *World* coordinates are spherical Web Mercator in metres at the equator: `x` grows to the east, `y` to the north.
//! The projection is conformal, so shapes of villages and townships look as they do on the ground; lengths do not
//! hold and are never measured here. Coordinates are f64: only what is handed to the GPU becomes f32, relative to a
//! chunk origin.

use geo::{Coord, Rect};

/// Radius of the projection sphere and semi-major axis of the ellipsoid, in metres.
const EARTH_RADIUS_M: f64 = 6_378_137.0;

/// Side of the square that the whole world fills between its latitude limits, in world units. Its middle is the origin.
pub const WORLD_SIDE: f64 = 2.0 * std::f64::consts::PI * EARTH_RADIUS_M;

/// Square of the first eccentricity of GRS 80 (the ellipsoid of CGCS2000).
const ECCENTRICITY_SQUARED: f64 = 0.006_694_380_022_900_788;

/// Latitudes beyond this are drawn at it: Mercator has no poles.
const LATITUDE_LIMIT_DEGREES: f64 = 85.06;

/// A place in world coordinates from one in degrees.
#[must_use]
pub fn world_from_lonlat(lonlat: Coord) -> Coord {
    let latitude = lonlat.y.clamp(-LATITUDE_LIMIT_DEGREES, LATITUDE_LIMIT_DEGREES).to_radians();
    // asinh(tan φ) equals ln tan(π/4 + φ/2), but keeps every digit near the equator.
    Coord { x: lonlat.x.to_radians() * EARTH_RADIUS_M, y: latitude.tan().asinh() * EARTH_RADIUS_M }
}

/// A place in degrees from one in world coordinates.
#[must_use]
pub fn lonlat_from_world(world: Coord) -> Coord {
    Coord { x: (world.x / EARTH_RADIUS_M).to_degrees(), y: (world.y / EARTH_RADIUS_M).sinh().atan().to_degrees() }
}

/// The box in world coordinates that holds a box in degrees.
#[must_use]
pub fn world_rect_from_lonlat(lonlat: Rect) -> Rect {
    Rect::new(world_from_lonlat(lonlat.min()), world_from_lonlat(lonlat.max()))
}

/// Metres on the ground, from west to east, for one world unit at a latitude in degrees.
#[must_use]
pub fn ground_metres_per_world_unit(latitude_degrees: f64) -> f64 {
    let (sin, cos) = latitude_degrees.clamp(-LATITUDE_LIMIT_DEGREES, LATITUDE_LIMIT_DEGREES).to_radians().sin_cos();
    // Radius of the parallel on the ellipsoid over its radius on the map.
    cos / (1.0 - ECCENTRICITY_SQUARED * sin * sin).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn null_island_is_the_origin_of_the_world() {
        assert_eq!(world_from_lonlat(Coord { x: 0.0, y: 0.0 }), Coord { x: 0.0, y: 0.0 });
    }

    #[test]
    fn a_degree_of_longitude_has_its_length_on_the_ground() {
        // 1° along the 30th parallel: 96,486.3 m on GRS 80.
        let unit = world_from_lonlat(Coord { x: 1.0, y: 30.0 }).x;
        assert!((unit * ground_metres_per_world_unit(30.0) - 96_486.3).abs() < 0.1);
    }

    #[test]
    fn the_poles_stay_finite() {
        assert!(world_from_lonlat(Coord { x: 0.0, y: 90.0 }).y.is_finite());
    }

    proptest! {
        #[test]
        fn projecting_there_and_back_keeps_the_place(x in -180.0..180.0f64, y in -85.0..85.0f64) {
            let back = lonlat_from_world(world_from_lonlat(Coord { x, y }));
            prop_assert!((back.x - x).abs() < 1e-11 && (back.y - y).abs() < 1e-11);
        }
    }
}
