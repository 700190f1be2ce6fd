//! Area and length of short geodesics on WGS84, by series about the middle of the edge.
//!
//! An edge from (λ₁, φ₁) to (λ₂, φ₂) has the steps Δλ, Δφ and the middle latitude φ. With the radii of curvature
//! `M` (meridian) and `r = N cos φ` (parallel), `s = sin φ`, and `F(φ)` the area between the equator and a parallel
//! per radian:
//!
//! ```text
//! ∫F dλ = Δλ [ F + r² s Δλ²/12 + (M² s + r M′) Δφ²/8 ] + fifth order
//! s²    = M²Δφ² + r²Δλ² + (M²)″Δφ⁴/24 + (r²)″Δφ²Δλ²/24
//!         − [ (M′Δφ² + r s Δλ²)² + 4 M² s² Δφ²Δλ² ]/12 + sixth order
//! ```
//!
//! The first is the mean of `F` along the straight line in (λ, φ) plus the area between that line and the geodesic,
//! which follows from the equation of the geodesic, `φ″ = −(2 M s/r + M′/M) φ′² − r s/M` (primes on φ by λ). The
//! second is the energy of the straight line, less what the geodesic saves.
//!
//! The fifth order of the area is taken from the sphere, where the area is known in closed form,
//! `2 atan(tan(Δλ/2) sin φ / cos(Δφ/2))`; what is missing is then smaller by the flattening. No term has `cos φ` below
//! a line, so the series hold up to the poles.

use geo::Coord;

/// Longest step in longitude or latitude for which the series are used, in degrees (about 11 km).
///
/// There the area agrees with the general solution to 10⁻⁴ m², near the rounding error of the latter (3 × 10⁻⁵ m²), and
/// the length to 10⁻¹² of itself. (At 0.3° the area would be off by 5 × 10⁻³ m², and by the fifth power of the step.)
pub const LONGEST_STEP_DEG: f64 = 0.1;

/// Semi-major axis of WGS84 in metres.
const A: f64 = 6_378_137.0;
/// First eccentricity of WGS84, squared: 1/f = 298.257223563.
const E2: f64 = (2.0 - 1.0 / 298.257_223_563) / 298.257_223_563;
/// `1 - E2`.
const F2: f64 = 1.0 - E2;

/// Coefficients of `F(φ)` in powers of sin² φ, in m²: `b² (k+1)/(2k+1) e^2k`.
const ZONE: [f64; 8] = {
    let mut coefficients = [0.0; 8];
    let mut power = A * A * F2;
    let mut k = 0.0;
    let mut i = 0;
    while i < coefficients.len() {
        coefficients[i] = power * (k + 1.0) / (2.0 * k + 1.0);
        power *= E2;
        k += 1.0;
        i += 1;
    }
    coefficients
};

/// What both series need of an edge.
#[derive(Clone, Copy)]
pub struct ShortEdge {
    /// Step in longitude, radians.
    dl: f64,
    /// Step in latitude squared, radians².
    dp2: f64,
    /// Sine of the middle latitude.
    s: f64,
    /// Inverse of `1 − e² sin² φ`.
    inverse_w: f64,
}

impl ShortEdge {
    /// The edge from `a` to `b`; `None` when it is too long for the series, or crosses the antimeridian.
    pub fn new(a: Coord, b: Coord) -> Option<Self> {
        let (dl, dp) = (b.x - a.x, b.y - a.y);
        // Written so that not-a-number is refused too.
        if !(dl.abs() <= LONGEST_STEP_DEG && dp.abs() <= LONGEST_STEP_DEG) {
            return None;
        }
        let dp = dp.to_radians();
        // The halves first: the sum of the latitudes is the same both ways, which keeps the edge antisymmetric.
        let s = (0.5 * (a.y + b.y)).to_radians().sin();
        Some(Self { dl: dl.to_radians(), dp2: dp * dp, s, inverse_w: 1.0 / (1.0 - E2 * s * s) })
    }

    /// Area between the edge and the equator in m², positive eastwards on the northern hemisphere.
    pub fn area_to_equator_m2(self) -> f64 {
        let Self { dl, dp2, s, inverse_w } = self;
        let (s2, dl2) = (s * s, dl * dl);
        let c2 = 1.0 - s2;
        let zone = ZONE.iter().rev().fold(0.0, |sum, coefficient| sum * s2 + coefficient);
        // r² = a² cos² φ / w,  M² + r M′/s = a² (1 − e²) ((1 − e²) + 3 e² cos² φ) / w³
        let bulge_east = A * A * c2 * inverse_w * dl2 / 12.0;
        let bulge_north = A * A * F2 * (F2 + 3.0 * E2 * c2) * inverse_w * inverse_w * inverse_w * dp2 / 8.0;
        // Fifth order on the sphere, from the series of 2 atan(tan(u) s / cos(v)), u = Δλ/2, v = Δφ/2.
        let (u2, v2) = (0.25 * dl2, 0.25 * dp2);
        let fifth = u2 * u2 * (2.0 / 15.0 - s2 / 3.0 + s2 * s2 / 5.0)
            + u2 * v2 * (1.0 / 6.0 - s2 / 2.0)
            + v2 * v2 * (5.0 / 24.0);
        dl * s * (zone + (bulge_east + bulge_north + A * A * F2 * fifth))
    }

    /// Length in metres.
    pub fn length_m(self) -> f64 {
        let Self { dl, dp2, s, inverse_w } = self;
        let (s2, dl2) = (s * s, dl * dl);
        let c2 = 1.0 - s2;
        let (i2, i3) = (inverse_w * inverse_w, inverse_w * inverse_w * inverse_w);
        // In units of a²: squared radii and the derivatives of the module documentation.
        let r_2 = c2 * inverse_w;
        let m_2 = F2 * F2 * i3;
        let r_2_second = -2.0 * F2 * ((c2 - s2) * i2 + 4.0 * E2 * s2 * c2 * i3);
        let m_2_second = 6.0 * E2 * F2 * F2 * i3 * ((c2 - s2) * inverse_w + 8.0 * E2 * s2 * c2 * i2);
        let m_slope_2 = 9.0 * E2 * E2 * s2 * c2 * i2 * m_2;
        let m_slope_r_s = 3.0 * E2 * F2 * s2 * c2 * i3;
        let fourth = dp2 * dp2 * (m_2_second / 24.0 - m_slope_2 / 12.0)
            + dp2 * dl2 * (r_2_second / 24.0 - (m_slope_r_s + 2.0 * m_2 * s2) / 6.0)
            - dl2 * dl2 * (r_2 * s2 / 12.0);
        A * (m_2 * dp2 + r_2 * dl2 + fourth).max(0.0).sqrt()
    }
}
