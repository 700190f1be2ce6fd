//! Outlines: the arcs with exactly one side in a selection, linked into rings.

use geo::{LineString, MultiPolygon, Polygon};

use super::{AtomId, Coverage, DirectedArc};

/// One polygon of an outline. All chains are closed, with the selected territory on their left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlinePolygon {
    /// Counter-clockwise.
    pub shell: Vec<DirectedArc>,
    /// Clockwise.
    pub holes: Vec<Vec<DirectedArc>>,
}

/// Outline of a set of atoms: polygons in a stable order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// Connected parts.
    pub polygons: Vec<OutlinePolygon>,
    /// Whether an arc of it, or inside of it, lies at a defect of the coverage: then the outline may be wrong there.
    pub touches_defect: bool,
}

impl Outline {
    /// Number of connected parts.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.polygons.len()
    }

    /// Number of holes in all parts.
    #[must_use]
    pub fn holes(&self) -> usize {
        self.polygons.iter().map(|polygon| polygon.holes.len()).sum()
    }

    /// Every arc of the outline, the territory on its left.
    pub fn arcs(&self) -> impl Iterator<Item = DirectedArc> + '_ {
        self.polygons
            .iter()
            .flat_map(|polygon| std::iter::once(&polygon.shell).chain(&polygon.holes))
            .flat_map(|chain| chain.iter().copied())
    }

    /// The outline with its coordinates: shells counter-clockwise, holes clockwise, rings closed.
    #[must_use]
    pub fn to_multi_polygon(&self, coverage: &Coverage) -> MultiPolygon {
        let ring = |chain: &[DirectedArc]| LineString(coverage.chain_coords(chain).collect());
        self.polygons
            .iter()
            .map(|polygon| Polygon::new(ring(&polygon.shell), polygon.holes.iter().map(|hole| ring(hole)).collect()))
            .collect()
    }
}

impl Coverage {
    /// Outline of a set of atoms, in any order.
    #[must_use]
    pub fn outline(&self, _atoms: &[AtomId]) -> Outline {
        unimplemented!()
    }

    /// Outline of every unit of a labelling, in parallel: `labels[atom]` is a unit below `units`, or `u32::MAX`.
    #[must_use]
    pub fn outlines(&self, _labels: &[u32], _units: usize) -> Vec<Outline> {
        unimplemented!()
    }
}
