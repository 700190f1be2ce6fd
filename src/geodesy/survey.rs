//! The Chinese survey formula of area: ellipsoid trapezoids on CGCS2000.
//!
//! Source: 国土调查办发〔2008〕32号, "图幅理论面积与图斑椭球面积计算公式及要求". The area between two parallels is a
//! series in the sines of odd multiples of the latitude; a polygon is the sum of the trapezoids under its edges,
//! which run straight in longitude and the sine of the authalic latitude.
//!
//! The circular adds up `(L₁ + L₂)/2 · (F(B₂) − F(B₁))` over the edges, where `F` is the area between the equator
//! and a parallel, per radian. Here the same sum is taken by parts, `−(L₂ − L₁) · (F(B₁) + F(B₂))/2`: over a closed
//! ring both are equal, the second needs no reference meridian, is small for short edges, and does not break at the
//! antimeridian.

use geo::Coord;

/// Semi-minor axis of CGCS2000 in metres: a = 6,378,137 m, 1/f = 298.257222101.
const B: f64 = 6_378_137.0 * (1.0 - 1.0 / 298.257_222_101);

/// First eccentricity of CGCS2000, squared.
const E2: f64 = (2.0 - 1.0 / 298.257_222_101) / 298.257_222_101;

/// Coefficients A to E of the circular.
const COEFFICIENTS: [f64; 5] = {
    let (e2, e4, e6, e8) = (E2, E2 * E2, E2 * E2 * E2, E2 * E2 * E2 * E2);
    [
        1.0 + 3.0 / 6.0 * e2 + 30.0 / 80.0 * e4 + 35.0 / 112.0 * e6 + 630.0 / 2304.0 * e8,
        1.0 / 6.0 * e2 + 15.0 / 80.0 * e4 + 21.0 / 112.0 * e6 + 420.0 / 2304.0 * e8,
        3.0 / 80.0 * e4 + 7.0 / 112.0 * e6 + 180.0 / 2304.0 * e8,
        1.0 / 112.0 * e6 + 45.0 / 2304.0 * e8,
        5.0 / 2304.0 * e8,
    ]
};

/// Signed area term of an edge in m². Over a counter-clockwise ring the terms add up to its area.
pub fn edge_area(a: Coord, b: Coord) -> f64 {
    let parallels = 0.5 * (zone_per_radian(a.y) + zone_per_radian(b.y));
    -super::longitude_step(a, b).to_radians() * parallels
}

/// Area between the equator and a parallel, for each radian of longitude, in m².
fn zone_per_radian(latitude_deg: f64) -> f64 {
    let sin = latitude_deg.to_radians().sin();
    let s2 = sin * sin;
    // A sin B − B sin 3B + C sin 5B − D sin 7B + E sin 9B, with the multiple angles as polynomials of sin B.
    let third = 3.0 - 4.0 * s2;
    let fifth = 5.0 + s2 * (-20.0 + s2 * 16.0);
    let seventh = 7.0 + s2 * (-56.0 + s2 * (112.0 - s2 * 64.0));
    let ninth = 9.0 + s2 * (-120.0 + s2 * (432.0 + s2 * (-576.0 + s2 * 256.0)));
    B * B * sin * alternating([1.0, third, fifth, seventh, ninth])
}

/// A x₁ − B x₃ + C x₅ − D x₇ + E x₉
fn alternating(terms: [f64; 5]) -> f64 {
    let products = std::array::from_fn(|k| COEFFICIENTS[k] * terms[k]);
    let [first, third, fifth, seventh, ninth]: [f64; 5] = products;
    first - third + fifth - seventh + ninth
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geodesy::testing::{HEXAGON, densified, ring_sum};

    /// One trapezoid exactly as the circular prints it.
    fn printed_trapezoid(longitude_step_deg: f64, from_deg: f64, to_deg: f64) -> f64 {
        let half = 0.5 * (to_deg - from_deg).to_radians();
        let mean = 0.5 * (to_deg + from_deg).to_radians();
        let terms = [1.0, 3.0, 5.0, 7.0, 9.0].map(|k: f64| (k * half).sin() * (k * mean).cos());
        2.0 * B * B * longitude_step_deg.to_radians() * alternating(terms)
    }

    fn rectangle(west: f64, east: f64, south: f64, north: f64) -> Vec<Coord> {
        [(west, south), (east, south), (east, north), (west, north)].map(|(x, y)| Coord { x, y }).to_vec()
    }

    #[test]
    fn the_coefficients_are_the_published_ones() {
        let published =
            [1.003_364_089_834_192_7, 1.124_189_381_927_107_2e-3, 1.699_459_473_518_853_5e-6, 2.717_857_845_577_432e-9];
        assert!((E2 - 0.006_694_380_022_900_686).abs() < 1e-15);
        for (ours, published) in COEFFICIENTS.iter().zip(published) {
            assert!((ours / published - 1.0).abs() < 1e-13, "{ours} {published}");
        }
        assert!((COEFFICIENTS[4] / 4.358_419_004_834_252e-12 - 1.0).abs() < 1e-13);
    }

    #[test]
    fn a_square_degree_has_the_published_area() {
        let area = ring_sum(&rectangle(105.0, 106.0, 31.0, 32.0), edge_area);
        assert!((area - 10_533_542_701.65).abs() < 0.01, "{area}");
        let small = ring_sum(&rectangle(105.0, 105.1, 31.0, 31.1), edge_area);
        assert!((small - 105_830_583.679).abs() < 0.001, "{small}");
        let cell = ring_sum(&rectangle(106.45, 106.5, 31.0, 31.05), edge_area);
        assert!((cell - 26_464_459.33).abs() < 0.01, "{cell}");
    }

    #[test]
    fn the_hexagon_has_the_published_area() {
        let raw = ring_sum(&HEXAGON, edge_area);
        assert!((raw - 195_742_608.524).abs() < 0.001, "{raw}");
        let dense = ring_sum(&densified(&HEXAGON, 200), edge_area);
        assert!((dense - 195_744_797.585).abs() < 0.001, "{dense}");
    }

    #[test]
    fn summing_by_parts_gives_what_the_printed_sum_gives() {
        let n = HEXAGON.len();
        let printed: f64 = (0..n)
            .map(|i| {
                let (a, b) = (HEXAGON[i], HEXAGON[(i + 1) % n]);
                printed_trapezoid(0.5 * (a.x + b.x) - 105.0, a.y, b.y)
            })
            .sum();
        assert!((ring_sum(&HEXAGON, edge_area) / printed - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_ring_across_the_antimeridian_has_the_area_of_its_shifted_copy() {
        let across: Vec<Coord> = rectangle(179.5, 180.5, 31.0, 32.0)
            .into_iter()
            .map(|c| Coord { x: if c.x > 180.0 { c.x - 360.0 } else { c.x }, y: c.y })
            .collect();
        let area = ring_sum(&across, edge_area);
        assert!((area - 10_533_542_701.65).abs() < 0.01, "{area}");
    }
}
