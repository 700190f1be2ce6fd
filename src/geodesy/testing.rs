//! Rings for the tests of areas.

use geo::Coord;

use super::ExactSum;

/// The hexagon with published areas, in Sichuan.
pub const HEXAGON: [Coord; 6] = [
    Coord { x: 105.000, y: 31.000 },
    Coord { x: 105.120, y: 31.010 },
    Coord { x: 105.150, y: 31.080 },
    Coord { x: 105.100, y: 31.150 },
    Coord { x: 105.030, y: 31.140 },
    Coord { x: 104.980, y: 31.070 },
];

/// Sum of edge terms over an open ring.
pub fn ring_sum(ring: &[Coord], edge: impl Fn(Coord, Coord) -> f64) -> f64 {
    let n = ring.len();
    (0..n).map(|i| edge(ring[i], ring[(i + 1) % n])).sum::<ExactSum>().to_f64()
}

/// The ring with every edge cut into equal steps of longitude and latitude.
pub fn densified(ring: &[Coord], steps: u32) -> Vec<Coord> {
    let n = ring.len();
    let cut = |i: usize| {
        let (a, b) = (ring[i], ring[(i + 1) % n]);
        (0..steps).map(move |k| a + (b - a) * (f64::from(k) / f64::from(steps)))
    };
    (0..n).flat_map(cut).collect()
}
