//! GCJ-02, the shifted coordinates of public web maps of China, and BD-09, which one of them shifts once more.
//!
//! The shift is a sum of sines over longitude and latitude, known from published code since 2010 and checked here
//! against known pairs of places. There is no closed inverse: it is found by iteration, to a millimetre. Outside of the box that the
//! published code takes for China nothing is shifted.

use std::f64::consts::PI;

use geo::Coord;

/// Semi-major axis of the Krasovsky 1940 ellipsoid in metres, which the shift is computed on.
const KRASOVSKY_M: f64 = 6_378_245.0;

/// Square of its first eccentricity.
const ECCENTRICITY_SQUARED: f64 = 0.006_693_421_622_965_943;

/// Steps of the inverse at most. Each makes the error some thousand times smaller.
const STEPS: usize = 8;

/// The inverse is good enough, in degrees: some 0.1 mm.
const CLOSE: f64 = 1e-9;

/// Where GCJ-02 shows a place, both in degrees.
#[must_use]
pub fn gcj02_from_wgs84(place: Coord) -> Coord {
    if is_shifted(place) { place + shift(place) } else { place }
}

/// The place that GCJ-02 shows somewhere, both in degrees.
#[must_use]
pub fn wgs84_from_gcj02(shown: Coord) -> Coord {
    if !is_shifted(shown) {
        return shown;
    }
    let mut place = shown;
    for _ in 0..STEPS {
        // Not `gcj02_from_wgs84`: near the edge of China a step may lead outside, where nothing would move it back.
        let next = shown - shift(place);
        let moved = next - place;
        place = next;
        if moved.x.abs().max(moved.y.abs()) < CLOSE {
            break;
        }
    }
    place
}

/// How often the angle of BD-09's wave goes round in a degree, in radians.
const WAVE: f64 = PI * 3000.0 / 180.0;

/// Where BD-09 shows a place, both in degrees.
#[must_use]
pub fn bd09_from_wgs84(place: Coord) -> Coord {
    if is_shifted(place) { bd09_from_gcj02(gcj02_from_wgs84(place)) } else { place }
}

/// The place that BD-09 shows somewhere, both in degrees.
#[must_use]
pub fn wgs84_from_bd09(shown: Coord) -> Coord {
    if !is_shifted(shown) {
        return shown;
    }
    let mut middle = shown;
    for _ in 0..STEPS {
        let next = middle + (shown - bd09_from_gcj02(middle));
        let moved = next - middle;
        middle = next;
        if moved.x.abs().max(moved.y.abs()) < CLOSE {
            break;
        }
    }
    wgs84_from_gcj02(middle)
}

fn bd09_from_gcj02(place: Coord) -> Coord {
    let distance = place.x.hypot(place.y) + 0.000_02 * (place.y * WAVE).sin();
    let angle = place.y.atan2(place.x) + 0.000_003 * (place.x * WAVE).cos();
    Coord { x: distance * angle.cos() + 0.0065, y: distance * angle.sin() + 0.006 }
}

/// Whether a place in degrees lies in the box that is taken for China.
fn is_shifted(place: Coord) -> bool {
    (72.004..=137.8347).contains(&place.x) && (0.8293..=55.8271).contains(&place.y)
}

/// How far a place in degrees is shifted, in degrees.
fn shift(place: Coord) -> Coord {
    let (x, y) = (place.x - 105.0, place.y - 35.0);
    let waves =
        |parts: &[(f64, f64)]| parts.iter().map(|(size, angle)| size * (angle * PI).sin()).sum::<f64>() * 2.0 / 3.0;
    // Both in metres on the ground.
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + waves(&[(20.0, 6.0 * x), (20.0, 2.0 * x), (20.0, y), (40.0, y / 3.0), (160.0, y / 12.0), (320.0, y / 30.0)]);
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + waves(&[(20.0, 6.0 * x), (20.0, 2.0 * x), (20.0, x), (40.0, x / 3.0), (150.0, x / 12.0), (300.0, x / 30.0)]);
    let (sin, cos) = place.y.to_radians().sin_cos();
    let root = 1.0 - ECCENTRICITY_SQUARED * sin * sin;
    let along_meridian_m = KRASOVSKY_M * (1.0 - ECCENTRICITY_SQUARED) / (root * root.sqrt());
    let along_parallel_m = KRASOVSKY_M / root.sqrt() * cos;
    Coord { x: (east / along_parallel_m).to_degrees(), y: (north / along_meridian_m).to_degrees() }
}

#[cfg(test)]
mod tests {
    use geo::{Distance as _, Geodesic, Point};
    use proptest::prelude::*;

    use super::*;

    fn metres(a: Coord, b: Coord) -> f64 {
        Geodesic.distance(Point::from(a), Point::from(b))
    }

    #[test]
    fn places_are_shifted_as_published() {
        // Longitude and latitude in WGS 84, then in GCJ-02: pairs that many published implementations give.
        let pairs = [
            ([116.404, 39.915], [116.410_244_499_169_38, 39.916_404_281_501_64]),
            ([121.527_210_6, 31.177_427_6], [121.531_541_859_215, 31.175_303_983_645_97]),
            ([113.912_316, 22.543_847], [113.917_176_480_836_3, 22.540_796_131_694_766]),
            ([116.377_817, 39.911_954], [116.384_047_224_556_57, 39.913_345_455_360_69]),
        ];
        for (place, shown) in pairs {
            let found = gcj02_from_wgs84(place.into());
            assert!((found.x - shown[0]).abs() < 1e-9 && (found.y - shown[1]).abs() < 1e-9, "{place:?}: {found:?}");
        }
    }

    #[test]
    fn the_shift_in_sichuan_is_some_hundred_metres() {
        for (place, shift_m) in [([105.09, 31.09], 402.0), ([104.07, 30.67], 360.0), ([107.5, 31.2], 500.0)] {
            let found = metres(place.into(), gcj02_from_wgs84(place.into()));
            assert!((found - shift_m).abs() < 1.0, "{place:?}: {found}");
        }
    }

    #[test]
    fn the_second_shift_is_as_published() {
        // GCJ-02, then BD-09: the pair of the published code's own example.
        let found = bd09_from_gcj02(Coord { x: 116.404, y: 39.915 });
        assert!((found.x - 116.410_369_493_710_29).abs() < 1e-9 && (found.y - 39.921_336_993_510_21).abs() < 1e-9);
    }

    #[test]
    fn outside_of_china_nothing_moves() {
        for place in [[139.69, 35.69], [2.35, 48.86], [-74.0, 40.7], [116.4, -6.2]] {
            assert_eq!(gcj02_from_wgs84(place.into()), Coord::from(place));
            assert_eq!(wgs84_from_gcj02(place.into()), Coord::from(place));
        }
    }

    proptest! {
        #[test]
        fn the_inverse_leads_back_to_a_millimetre(x in 72.1..137.8_f64, y in 0.9..55.8_f64) {
            let place = Coord { x, y };
            prop_assert!(metres(wgs84_from_gcj02(gcj02_from_wgs84(place)), place) < 1e-3);
            prop_assert!(metres(wgs84_from_bd09(bd09_from_wgs84(place)), place) < 2e-3);
        }
    }
}
