use geo::{Coord, Distance as _, Geodesic, GeodesicArea as _, LineString, Point, Polygon};
use proptest::prelude::*;

use super::testing::{HEXAGON, densified, ring_sum};
use super::*;

/// Karney's solution rounds at about this much per edge, whatever the size of the polygon.
const KARNEY_NOISE_PER_EDGE_M2: f64 = 4e-5;

fn karney_area(ring: &[Coord]) -> f64 {
    let closed = ring.iter().chain(ring.first()).copied().collect();
    Polygon::new(LineString(closed), Vec::new()).geodesic_area_signed()
}

fn geodesic_ring(ring: &[Coord]) -> f64 {
    ring_sum(ring, |a, b| edge_area(AreaMethod::Geodesic, a, b))
}

/// A star-shaped counter-clockwise ring about a centre, radii in metres.
fn star(centre: Coord, radii_m: &[f64]) -> Vec<Coord> {
    let per_degree = 111_320.0;
    (0_u32..)
        .zip(radii_m)
        .map(|(i, radius)| {
            let angle = std::f64::consts::TAU * f64::from(i) / f64::from(u32::try_from(radii_m.len()).unwrap());
            let shrink = centre.y.to_radians().cos();
            let x = centre.x + radius * angle.cos() / (per_degree * shrink);
            Coord { x: if x > 180.0 { x - 360.0 } else { x }, y: centre.y + radius * angle.sin() / per_degree }
        })
        .collect()
}

fn check_area(ring: &[Coord]) -> Result<(), TestCaseError> {
    let (ours, theirs) = (geodesic_ring(ring), karney_area(ring));
    let noise = KARNEY_NOISE_PER_EDGE_M2 * f64::from(u32::try_from(ring.len()).unwrap());
    let tolerance = 1e-9 * theirs.abs() + noise;
    prop_assert!((ours - theirs).abs() <= tolerance, "{ours} against {theirs}, tolerance {tolerance}: {ring:?}");
    Ok(())
}

/// Place below 85°, and a size in metres, evenly in its logarithm.
fn places_and_sizes() -> impl Strategy<Value = (Coord, f64)> {
    (-180.0..180.0_f64, -85.0..85.0_f64, -1.0..5.0_f64).prop_map(|(x, y, log)| (Coord { x, y }, 10_f64.powf(log)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn star_shaped_rings_have_the_area_of_karney(
        (centre, size) in places_and_sizes(),
        radii in prop::collection::vec(0.2..1.0_f64, 3..40),
    ) {
        let radii: Vec<f64> = radii.iter().map(|radius| radius * size).collect();
        check_area(&star(centre, &radii))?;
    }

    #[test]
    fn terms_are_antisymmetric_to_the_bit(
        (a, size) in places_and_sizes(), dx in -1.0..1.0_f64, dy in -1.0..1.0_f64,
    ) {
        let b = Coord { x: a.x + dx * size / 50_000.0, y: a.y + dy * size / 111_000.0 };
        for method in AreaMethod::ALL {
            prop_assert_eq!(edge_area(method, a, b).to_bits(), (-edge_area(method, b, a)).to_bits());
            let there = chain_measures(method, &[a, b]);
            let back = chain_measures(method, &[b, a]);
            prop_assert_eq!((there.area, there.length), (-back.area, back.length));
        }
        prop_assert_eq!(distance_m(a, b).to_bits(), distance_m(b, a).to_bits());
    }

    #[test]
    fn lengths_are_those_of_karney(
        (a, size) in places_and_sizes(), dx in -1.0..1.0_f64, dy in -1.0..1.0_f64,
    ) {
        let shrink = a.y.to_radians().cos();
        let b = Coord { x: a.x + dx * size / (111_000.0 * shrink), y: a.y + dy * size / 111_000.0 };
        let (ours, theirs) = (distance_m(a, b), Geodesic.distance(Point(a), Point(b)));
        // Karney's own error is some nanometres.
        prop_assert!((ours - theirs).abs() <= 1e-10 * theirs + 2e-8, "{ours} against {theirs}");
    }
}

#[test]
fn the_hexagon_has_the_published_area() {
    let raw = geodesic_ring(&HEXAGON);
    assert!((raw - 195_741_284.140).abs() < 0.01, "{raw}");
    let dense = geodesic_ring(&densified(&HEXAGON, 200));
    assert!((dense - 195_744_797.552).abs() < 0.01, "{dense}");
}

#[test]
fn a_plot_of_a_hundred_square_metres_is_exact_to_a_tenth_of_a_square_millimetre() {
    // Its sides lie on meridians and parallels, and the geodesics bulge alike at the top and at the bottom,
    // so its area is Δλ Δφ M r, which needs no difference of large numbers.
    for latitude in [0.5, 20.0, 31.0, 45.0, 60.0, 80.0_f64] {
        let (dx, dy) = (9.0e-5 / latitude.to_radians().cos(), 9.0e-5);
        let (west, south) = (105.123_456_7, latitude);
        let ring = [(west, south), (west + dx, south), (west + dx, south + dy), (west, south + dy)];
        let ring = ring.map(|(x, y)| Coord { x, y });
        let (sin, cos) = (0.5 * (ring[1].y + ring[2].y)).to_radians().sin_cos();
        let e2 = 0.006_694_379_990_141_317;
        let radii = 6_378_137.0_f64.powi(2) * (1.0 - e2) * cos / (1.0 - e2 * sin * sin).powi(2);
        let truth = radii * (ring[1].x - ring[0].x).to_radians() * (ring[2].y - ring[1].y).to_radians();
        let area = geodesic_ring(&ring);
        assert!((area - truth).abs() < 1e-7, "at {latitude}: {area} against {truth}");
    }
}

#[test]
fn rings_of_long_edges_agree_with_karney() {
    let rings: [&[(f64, f64)]; 4] = [
        &[(-10.0, -20.0), (30.0, -5.0), (50.0, 40.0), (0.0, 30.0)],
        &[(170.0, 10.0), (-160.0, 12.0), (-165.0, 40.0), (175.0, 35.0)],
        &[(97.0, 26.0), (108.5, 26.0), (108.5, 34.3), (97.0, 34.3)],
        &[(10.0, 70.0), (60.0, 72.0), (100.0, 84.9), (20.0, 84.0)],
    ];
    for ring in rings {
        let ring: Vec<Coord> = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
        let (ours, theirs) = (geodesic_ring(&ring), karney_area(&ring));
        assert!((ours / theirs - 1.0).abs() < 1e-12, "{ours} against {theirs}");
    }
}

#[test]
fn a_province_drawn_in_short_edges_agrees_with_karney() {
    let box_of_sichuan = [(97.4, 26.0), (108.5, 26.0), (108.5, 34.3), (97.4, 34.3)].map(|(x, y)| Coord { x, y });
    let ring = densified(&box_of_sichuan, 20_000);
    let (ours, theirs) = (geodesic_ring(&ring), karney_area(&ring));
    assert!((ours / theirs - 1.0).abs() < 1e-11, "{ours} against {theirs}");
}

#[test]
fn an_edge_at_the_limit_of_the_series_agrees_with_karney_to_a_square_centimetre() {
    for latitude in [0.0, 10.0, 31.0, 60.0, 84.0_f64] {
        for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, -1.0), (0.5, 1.0), (1.0, 0.5)] {
            let a = Coord { x: 105.0, y: latitude };
            let b = a + Coord { x: dx, y: dy } * (0.999 * short::LONGEST_STEP_DEG);
            let edge = ShortEdge::new(a, b).unwrap();
            let error = edge.area_to_equator_m2() + long_edge_area(a, b);
            assert!(error.abs() < 2e-4, "{a:?} {b:?}: {error}");
            let error = edge.length_m() / long_distance_m(a, b) - 1.0;
            assert!(error.abs() < 1e-12, "{a:?} {b:?}: {error}");
        }
    }
}

#[test]
fn methods_are_named_as_on_the_command_line() {
    for method in AreaMethod::ALL {
        assert_eq!(method.to_string().parse(), Ok(method));
        assert_eq!(serde_json::to_value(method).unwrap(), method.id());
    }
    assert_eq!("planar".parse::<AreaMethod>(), Err(UnknownAreaMethod("planar".to_owned())));
}
