//! Lengths and areas on the ellipsoid, edge by edge.
//!
//! The area of a ring is a sum over its edges, each between the edge and the equator. So the terms of a shared
//! border are computed once, and both of its sides use them, with opposite signs.
//!
//! 1. Over a closed counter-clockwise ring the terms add up to its area; over a clockwise one to minus its area.
//!    A ring around a pole is the exception: its terms miss half of the ellipsoid.
//! 2. Terms are antisymmetric to the bit: the term of (a, b) is minus the term of (b, a).
//! 3. [`ExactSum`] adds without rounding, so the areas of parts add up to that of the whole to the last bit.
//!
//! Coordinates are longitude (`x`) and latitude (`y`) in degrees, and finite. Geodesic areas equal those of Karney
//! ("Algorithms for geodesics", J. Geodesy 87, 2013), which `geo` offers, to better than 10⁻⁹; short edges take a
//! series that is some thirty times faster.

mod exact;
pub mod gcj02;
mod short;
mod space;
mod survey;

use std::fmt;
use std::str::FromStr;

use geo::{Coord, Distance as _, Geodesic, GeodesicArea as _, LineString, Point, Polygon};

use crate::i18n::Say;
pub use exact::ExactSum;
use short::ShortEdge;
pub use space::{LocalPlane, SpacePoint};

/// How areas are computed. Every output names it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AreaMethod {
    /// Edges are geodesics of WGS84.
    #[default]
    Geodesic,
    /// The Chinese survey formula (国土调查办发〔2008〕32号) on CGCS2000.
    EllipsoidTrapezoid,
}

impl AreaMethod {
    /// All methods.
    pub const ALL: [Self; 2] = [Self::Geodesic, Self::EllipsoidTrapezoid];

    /// Identifier as used in files and on the command line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Geodesic => "geodesic",
            Self::EllipsoidTrapezoid => "ellipsoid-trapezoid",
        }
    }
}

impl fmt::Display for AreaMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// A word that names no area method.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no area method; use geodesic or ellipsoid-trapezoid")]
pub struct UnknownAreaMethod(pub String);

impl Say for UnknownAreaMethod {
    fn zh(&self) -> String {
        format!("“{}”不是面积算法；可用 geodesic（测地线）或 ellipsoid-trapezoid（国土调查椭球梯形公式）", self.0)
    }
}

impl FromStr for AreaMethod {
    type Err = UnknownAreaMethod;

    fn from_str(word: &str) -> Result<Self, UnknownAreaMethod> {
        Self::ALL.into_iter().find(|method| method.id() == word).ok_or_else(|| UnknownAreaMethod(word.to_owned()))
    }
}

/// Signed area term of the directed edge from `a` to `b` in m²: over a counter-clockwise ring the terms add up to
/// its area.
#[must_use]
pub fn edge_area(method: AreaMethod, a: Coord, b: Coord) -> f64 {
    match method {
        AreaMethod::Geodesic => match ShortEdge::new(a, b) {
            Some(edge) => -edge.area_to_equator_m2(),
            None => long_edge_area(a, b),
        },
        AreaMethod::EllipsoidTrapezoid => survey::edge_area(a, b),
    }
}

/// Area term and length of a chain of edges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainMeasures {
    /// Sum of the signed area terms in m².
    pub area: ExactSum,
    /// Geodesic length in metres.
    pub length: ExactSum,
}

/// Area term and geodesic length of a chain, in one pass.
#[must_use]
pub fn chain_measures(method: AreaMethod, coords: &[Coord]) -> ChainMeasures {
    let mut sum = ChainMeasures::default();
    for edge in coords.windows(2) {
        let (a, b) = (edge[0], edge[1]);
        let short = ShortEdge::new(a, b);
        let area = match (method, short) {
            (AreaMethod::Geodesic, Some(edge)) => -edge.area_to_equator_m2(),
            _ => edge_area(method, a, b),
        };
        sum.area += area.into();
        sum.length += short.map_or_else(|| long_distance_m(a, b), ShortEdge::length_m).into();
    }
    sum
}

/// Sum of the area terms of a chain in m²; of a closed ring, its signed area.
#[must_use]
pub fn chain_area(method: AreaMethod, coords: &[Coord]) -> f64 {
    coords.windows(2).map(|edge| edge_area(method, edge[0], edge[1])).sum::<ExactSum>().to_f64()
}

/// Geodesic length of a chain in metres.
#[cfg(test)]
#[must_use]
pub fn chain_length_m(coords: &[Coord]) -> f64 {
    coords.windows(2).map(|edge| distance_m(edge[0], edge[1])).sum::<ExactSum>().to_f64()
}

/// Geodesic distance on WGS84 in metres.
#[must_use]
pub fn distance_m(a: Coord, b: Coord) -> f64 {
    ShortEdge::new(a, b).map_or_else(|| long_distance_m(a, b), ShortEdge::length_m)
}

fn long_distance_m(a: Coord, b: Coord) -> f64 {
    let (a, b) = if canonical(a, b) { (a, b) } else { (b, a) };
    Geodesic.distance(Point(a), Point(b))
}

/// The general solution: the figure between the edge, two meridians and the equator, all of them geodesics.
fn long_edge_area(a: Coord, b: Coord) -> f64 {
    if !canonical(a, b) {
        return -long_edge_area(b, a);
    }
    // a ──── b
    // │      │     counter-clockwise when b lies west of a
    // └──────┘     the equator
    let foot = |at: Coord| Coord { x: at.x, y: 0.0 };
    Polygon::new(LineString(vec![a, b, foot(b), foot(a), a]), Vec::new()).geodesic_area_signed()
}

/// Whether an edge is computed in this direction, rather than the other.
fn canonical(a: Coord, b: Coord) -> bool {
    (a.x, a.y) <= (b.x, b.y)
}

/// Step in longitude from `a` to `b` in degrees, the short way around.
fn longitude_step(a: Coord, b: Coord) -> f64 {
    let step = b.x - a.x;
    if step > 180.0 {
        step - 360.0
    } else if step < -180.0 {
        step + 360.0
    } else {
        step
    }
}

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
