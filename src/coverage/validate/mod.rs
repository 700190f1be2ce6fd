//! Defects of a coverage: where polygons overlap, miss each other, or are invalid.
//!
//! A coverage is *valid* when
//!
//! 1. every ring is simple, and every face one connected area,
//! 2. every place lies in at most one face,
//! 3. every shared border has the same vertices on both sides: borders meet at nodes only.
//!
//! Validation looks at all arcs together. Borders that meet anywhere but at a node are found exactly
//! (`planarity`); there they are cut, so that the plane falls into regions (`arrangement`); and for every region
//! the faces that cover it are counted (`cover`). One face is right, two are an overlap, none is a gap. What
//! belongs to one place is reported once, as what it most likely is (`regions`, `sliver`).
//!
//! It repairs nothing, and it reports every defect. The vocabulary is that of the JTS `coverage` package.

pub(super) mod arrangement;
pub(super) mod cover;
mod cuts;
pub(super) mod duplicates;
pub(super) mod fraction;
pub(super) mod measure;
mod meetings;
mod near;
pub(super) mod piles;
pub(super) mod planarity;
mod regions;
mod rings;
pub(super) mod sliver;
pub(super) mod tree;

#[cfg(test)]
mod random_tests;
#[cfg(test)]
mod tests;

use std::fmt;

use geo::Coord;
use serde::{Deserialize, Serialize};

use super::{ArcId, AtomId, Coverage};
use crate::jobs::{Cancelled, Progress};
use arrangement::Arrangement;
use tree::SegmentTree;

/// Vertices and borders closer than this are meant to be the same, in metres.
pub const NEAR_M: f64 = 1.0;

/// What validation is to look for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// An enclosed space thinner than this is a gap, a wider one is a hole; in metres.
    pub gap_width_m: f64,
}

impl Default for Options {
    /// Gaps up to 100 m.
    fn default() -> Self {
        Self { gap_width_m: 100.0 }
    }
}

/// Kind of a defect, as the health report names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DefectKind {
    /// Several units claim the same place.
    Overlap,
    /// An enclosed thin space that belongs to no unit.
    Gap,
    /// An enclosed wide space that belongs to no unit; often meant, such as a lake.
    Hole,
    /// A shared border with different vertices on its sides.
    UnmatchedEdge,
    /// A ring, or the rings of one unit together, are no valid polygon.
    InvalidRing,
    /// Units with exactly the same territory.
    DuplicateUnit,
    /// A unit without territory.
    EmptyGeometry,
}

impl fmt::Display for DefectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overlap => "overlap",
            Self::Gap => "gap",
            Self::Hole => "hole",
            Self::UnmatchedEdge => "unmatched_edge",
            Self::InvalidRing => "invalid_ring",
            Self::DuplicateUnit => "duplicate_unit",
            Self::EmptyGeometry => "empty_geometry",
        })
    }
}

/// How much a defect matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; nothing is wrong.
    Info,
    /// Probably not meant. The coverage is valid all the same.
    Warning,
    /// The coverage is not valid.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What exactly is wrong.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Detail {
    /// Units overlap.
    #[error("units overlap, about {width_m:.1} m wide")]
    Overlap {
        /// Mean width of the overlap.
        width_m: f64,
    },
    /// The space between units is narrow.
    #[error("a gap between units, about {width_m:.1} m wide")]
    Gap {
        /// Mean width of the gap.
        width_m: f64,
    },
    /// The space between units is wide.
    #[error("a hole that belongs to no unit, about {width_m:.0} m wide")]
    Hole {
        /// Mean width of the hole.
        width_m: f64,
    },
    /// A vertex of one unit lies exactly on an edge of another that has no vertex there.
    #[error("a vertex lies on a neighbour's edge that has no vertex there")]
    VertexOnEdge,
    /// One side of a shared border has vertices that the other side lacks.
    #[error("{vertices} border vertices are missing on the other side, which is up to {distance_m:.2} m away")]
    OneSidedVertices {
        /// How many.
        vertices: usize,
        /// Largest distance of them from the other side.
        distance_m: f64,
    },
    /// Both sides of a border are almost, but not exactly, the same.
    #[error("the two sides of a border are {distance_m:.2} m apart")]
    NearlyEqual {
        /// Mean distance between the two sides.
        distance_m: f64,
    },
    /// Borders of different units cross.
    #[error("borders of different units cross")]
    Crossing,
    /// A ring with fewer than three vertices.
    #[error("a ring has {vertices} vertices; it needs three")]
    TooFewVertices {
        /// Different vertices in a row.
        vertices: usize,
    },
    /// A ring whose last vertex did not repeat the first.
    #[error("a ring does not end where it starts")]
    Unclosed,
    /// A vertex that stands twice in a row.
    #[error("a vertex is repeated")]
    RepeatedVertex,
    /// Rings of one face cross, or one crosses itself.
    #[error("a ring crosses itself, or another ring of its polygon")]
    SelfCrossing,
    /// A ring touches itself in a point.
    #[error("a ring touches itself")]
    SelfTouch,
    /// A ring runs to a point and straight back.
    #[error("a ring has a spike")]
    Spike,
    /// A ring runs twice along the same line, or two rings of a polygon do.
    #[error("a ring runs along itself, or along another ring of its polygon")]
    SelfOverlap,
    /// Holes lie outside their shell, within one another, or a polygon is wound the wrong way.
    #[error("a hole lies outside its shell, or in another hole")]
    HoleOutsideShell,
    /// Two polygons of one unit overlap.
    #[error("parts of one unit overlap")]
    PartsOverlap,
    /// Two polygons of one unit share a border of more than a point.
    #[error("parts of one unit share a border")]
    PartsShareBorder,
    /// Rings of a face touch so that its inside falls apart.
    #[error("holes that touch cut the inside of a polygon apart")]
    InteriorDisconnected,
    /// Units have the same territory.
    #[error("units have the same territory")]
    SameTerritory,
    /// Many units lie nearly on each other.
    #[error("{units} units lie nearly on each other; all but the first are left out of the check and of repairs")]
    Pile {
        /// How many.
        units: usize,
    },
    /// A unit has no polygon.
    #[error("a unit has no geometry")]
    NoGeometry,
}

/// One place where a coverage is not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Defect {
    /// What it is.
    pub kind: DefectKind,
    /// How much it matters.
    pub severity: Severity,
    /// Units concerned, ascending.
    pub atoms: Vec<AtomId>,
    /// Where, in degrees: a vertex of a unit where there is one. `None` when a unit has no geometry.
    pub at: Option<Coord>,
    /// Size of the place, in square metres.
    pub area_m2: Option<f64>,
    /// Length of the border that is concerned, in metres.
    pub length_m: Option<f64>,
    /// What exactly is wrong.
    pub detail: Detail,
    /// Arcs at the place, ascending.
    pub arcs: Vec<ArcId>,
}

impl Defect {
    /// A defect in a point: no area, no length.
    fn point(kind: DefectKind, detail: Detail, atoms: Vec<AtomId>, at: Option<Coord>, arcs: Vec<ArcId>) -> Self {
        let severity = match (kind, detail) {
            (DefectKind::Hole, _) | (_, Detail::RepeatedVertex) => Severity::Info,
            (DefectKind::Gap | DefectKind::EmptyGeometry, _) => Severity::Warning,
            _ => Severity::Error,
        };
        let mut defect = Self { kind, severity, atoms, at, area_m2: None, length_m: None, detail, arcs };
        defect.tidy();
        defect
    }

    /// A polygon that is none.
    fn ring(detail: Detail, atom: AtomId, at: Option<Coord>, arcs: Vec<ArcId>) -> Self {
        Self::point(DefectKind::InvalidRing, detail, vec![atom], at, arcs)
    }

    fn tidy(&mut self) {
        self.atoms.sort_unstable();
        self.atoms.dedup();
        self.arcs.sort_unstable();
        self.arcs.dedup();
    }

    /// Key of the order of a report: kind, units, place.
    pub(super) fn order(&self) -> (DefectKind, &[AtomId], [i64; 2]) {
        #[expect(clippy::cast_possible_truncation, reason = "only an order; degrees times 1e9 fit easily")]
        let place = self.at.map_or([0; 2], |at| [(at.x * 1e9) as i64, (at.y * 1e9) as i64]);
        (self.kind, &self.atoms, place)
    }
}

/// Finds all defects, in a stable order: by kind, units and place.
///
/// Holes (severity info) are among them: see [`is_valid_coverage`] for the verdict.
///
/// # Errors
/// [`Cancelled`] when the user gave up.
pub fn validate(coverage: &Coverage, options: &Options, progress: &Progress) -> Result<Vec<Defect>, Cancelled> {
    // The work below steps from vertex to vertex through the arrays.
    examine(&coverage.flattened(), &[], *options, progress).map(|examined| examined.defects)
}

/// What validation knows of a coverage when it is done.
#[derive(Debug)]
pub(super) struct Examined {
    /// What it found, in order.
    pub defects: Vec<Defect>,
    /// The index over all segments but those of units that are left out.
    pub tree: SegmentTree,
    /// Atoms around regions that not exactly one face covers, told or not, in no order.
    pub odd: Vec<AtomId>,
}

/// The same of a coverage in flat arrays; `is_foreign` says of which arcs (none where it is empty) the one free side is not
/// free, but of a unit that is left out.
pub(super) fn examine(
    coverage: &Coverage,
    is_foreign: &[bool],
    options: Options,
    progress: &Progress,
) -> Result<Examined, Cancelled> {
    let is_foreign = |arc: ArcId| is_foreign.get(arc.index()) == Some(&true);
    let mut defects = rings::defects(coverage);
    progress.set(0.1);
    progress.check()?;
    let doubles = duplicates::find(coverage);
    defects.extend(doubles.defects(coverage));
    let counts = |arc: &ArcId| doubles.is_empty() || doubles.counts(coverage, *arc);
    let tree = SegmentTree::build(coverage, coverage.arcs().filter(counts), 0.0);
    progress.set(0.2);
    let met = planarity::find(coverage, &tree, progress)?;
    progress.set(0.5);
    let arrangement = Arrangement::build(coverage, &doubles, &met);
    progress.set(0.7);
    progress.check()?;
    let covers = cover::find(&arrangement, &tree);
    progress.set(0.8);
    progress.check()?;
    let crossed = meetings::ring_defects(&arrangement, &met, &mut defects);
    let odd = regions::defects(&arrangement, &covers, (options, &is_foreign), &crossed, &mut defects);
    meetings::border_defects(&arrangement, &met, &odd.reported, &mut defects);
    near::defects(coverage, &doubles, &is_foreign, progress, &mut defects)?;
    defects.sort_by(|a, b| a.order().cmp(&b.order()));
    progress.set(1.0);
    Ok(Examined { defects, tree, odd: odd.atoms })
}

/// Whether no defect makes the coverage invalid: every polygon is valid, no two units overlap, and every shared
/// border matches vertex for vertex. Gaps, holes and units without territory do not make it invalid.
#[must_use]
pub fn is_valid_coverage(defects: &[Defect]) -> bool {
    defects.iter().all(|defect| defect.severity < Severity::Error)
}
