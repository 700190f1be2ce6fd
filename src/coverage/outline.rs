//! Outlines: the arcs with exactly one side in a selection, linked into rings.
//!
//! No coordinate is computed, so an outline has no slivers, and neighbours still match to the bit. Coordinates are
//! looked at only to turn at corners, where several borders of the selection meet in one node, and to tell shells from
//! holes; both with exact predicates.

use std::cmp::Ordering;

use geo::algorithm::Kernel as _;
use geo::kernels::RobustKernel;
use geo::{Coord, LineString, MultiPolygon, Orientation, Polygon};
use rayon::prelude::*;

use super::build::{is_counter_clockwise, quick_orientation};
use super::{AtomId, Coverage, DirectedArc, FaceId, NodeId};

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
    /// Connected parts. Parts that touch in a point are two.
    pub polygons: Vec<OutlinePolygon>,
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
        let ring = |chain: &Vec<DirectedArc>| LineString(coverage.closed_chain(chain));
        self.polygons
            .iter()
            .map(|polygon| Polygon::new(ring(&polygon.shell), polygon.holes.iter().map(ring).collect()))
            .collect()
    }
}

impl Coverage {
    /// Outline of a set of atoms, in any order. Costs what the atoms have in arcs, whatever else is loaded.
    ///
    /// ```
    /// # use geo::{wkt, Area as _};
    /// # use quhua::{coverage::{AtomId, Coverage}, jobs::Progress};
    /// let a: geo::MultiPolygon = wkt!(POLYGON((0. 0., 1. 0., 1. 2., 0. 2., 0. 0.))).into();
    /// let b: geo::MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 2., 1. 2., 1. 0.))).into();
    /// let coverage = Coverage::build([a, b].as_slice().into(), &Progress::new())?;
    /// let both = coverage.outline(&[AtomId(0), AtomId(1)]).to_multi_polygon(&coverage);
    /// assert_eq!(both.unsigned_area(), 4.0);
    /// # Ok::<(), quhua::jobs::Cancelled>(())
    /// ```
    #[must_use]
    pub fn outline(&self, atoms: &[AtomId]) -> Outline {
        let mut atoms = atoms.to_vec();
        atoms.sort_unstable();
        atoms.dedup();
        let inside = |face: Option<FaceId>| face.is_some_and(|face| atoms.binary_search(&self.atom_of(face)).is_ok());
        let border =
            atoms.iter().flat_map(|&atom| self.arcs_of(atom)).filter(|&arc| !inside(self.right(arc))).collect();
        self.link(border, &atoms)
    }

    /// Outline of every unit of a labelling, in parallel: `labels[atom]` is a unit below `units`, or `u32::MAX`.
    #[must_use]
    pub fn outlines(&self, labels: &[u32], units: usize) -> Vec<Outline> {
        let label = |face: Option<FaceId>| face.map_or(u32::MAX, |face| labels[self.atom_of(face).index()]);
        let borders = group_by_unit(units, || {
            self.arcs().flat_map(|arc| {
                let forward = DirectedArc::forward(arc);
                let [left, right] = [label(self.left(forward)), label(self.right(forward))];
                let sides = if left == right { [u32::MAX; 2] } else { [left, right] };
                [(sides[0], forward), (sides[1], forward.reversed())]
            })
        });
        let atoms = group_by_unit(units, || self.atoms().map(|atom| (labels[atom.index()], atom)));
        (0..units).into_par_iter().map(|unit| self.link(borders.of(unit).to_vec(), atoms.of(unit))).collect()
    }

    /// Links border arcs into rings and rings into polygons. `atoms` is the territory, ascending.
    fn link(&self, border: Vec<DirectedArc>, atoms: &[AtomId]) -> Outline {
        let (mut shells, mut holes) = (Vec::new(), Vec::new());
        for ring in self.rings(border) {
            if self.runs_counter_clockwise(&ring) { &mut shells } else { &mut holes }.push(ring);
        }
        let polygons = match shells.len() {
            0 => Vec::new(),
            1 => shells.into_iter().map(|shell| OutlinePolygon { shell, holes: std::mem::take(&mut holes) }).collect(),
            _ => self.bind_holes(shells, holes, atoms),
        };
        Outline { polygons }
    }

    fn runs_counter_clockwise(&self, ring: &[DirectedArc]) -> bool {
        let arcs = ring.iter().map(|arc| (self.arc(arc.arc()), arc.is_backward()));
        quick_orientation(arcs).unwrap_or_else(|| {
            let coords = self.closed_chain(ring);
            is_counter_clockwise(&coords[..coords.len() - 1])
        })
    }

    /// Gives each hole to the shell whose territory it is connected with, through faces that share an arc.
    fn bind_holes(
        &self,
        shells: Vec<Vec<DirectedArc>>,
        holes: Vec<Vec<DirectedArc>>,
        atoms: &[AtomId],
    ) -> Vec<OutlinePolygon> {
        let mut polygons: Vec<_> =
            shells.into_iter().map(|shell| OutlinePolygon { shell, holes: Vec::new() }).collect();
        if holes.is_empty() {
            return polygons;
        }
        let mut parts = Parts::of(self, atoms);
        let mut part_of =
            |ring: &[DirectedArc]| ring.first().and_then(|&arc| self.left(arc)).map(|face| parts.of_face(face));
        let shell_parts: Vec<_> = polygons.iter().map(|polygon| part_of(&polygon.shell)).collect();
        for hole in holes {
            let part = part_of(&hole);
            // A hole without a shell comes only from a defect, and validation has named it; it stays with the first.
            let shell = shell_parts.iter().position(|&shell| shell == part).unwrap_or(0);
            polygons[shell].holes.push(hole);
        }
        polygons
    }

    /// Simple rings made of border arcs: no ring passes a node twice.
    pub(super) fn rings(&self, mut border: Vec<DirectedArc>) -> Vec<Vec<DirectedArc>> {
        border.sort_unstable_by_key(|&arc| (self.ends(arc)[0], arc));
        border.dedup();
        let starts: Vec<NodeId> = border.iter().map(|&arc| self.ends(arc)[0]).collect();
        // Of the arcs that start in the same node, the first.
        let mut first_of: Vec<usize> = (0..border.len()).collect();
        for at in 1..border.len() {
            if starts[at] == starts[at - 1] {
                first_of[at] = first_of[at - 1];
            }
        }
        let mut used = vec![false; border.len()];
        let mut seen_at = vec![usize::MAX; border.len()];
        let mut rings = Vec::new();
        for first in 0..border.len() {
            if used[first] {
                continue;
            }
            // Walk along the border. When the walk comes back to a node that it has passed, what lies between is a
            // ring of its own: this cuts holes that touch their shell off the shell.
            let mut path: Vec<usize> = Vec::new();
            let mut current = first;
            loop {
                used[current] = true;
                seen_at[first_of[current]] = path.len();
                path.push(current);
                let there = self.ends(border[current])[1];
                let out = starts.partition_point(|&node| node < there);
                if out < seen_at.len() && seen_at[out] != usize::MAX {
                    let ring = path.split_off(seen_at[out]);
                    for &arc in &ring {
                        seen_at[first_of[arc]] = usize::MAX;
                    }
                    rings.push(ring.into_iter().map(|arc| border[arc]).collect());
                }
                if path.is_empty() {
                    break;
                }
                let Some(next) = self.next_at(&border, &starts, &used, out, border[current]) else { break };
                current = next;
            }
        }
        rings
    }

    /// The unused border arc out of the node that follows on `incoming`: the first one clockwise, which keeps to the
    /// same piece of territory.
    ///
    /// ```text
    ///      \ b /        incoming arc i with territory on its left; going round the node clockwise from i,
    ///       \ /         its territory ends at the outgoing arc a. The territory b touches in the point only.
    ///  i ────•──── a
    /// ```
    fn next_at(
        &self,
        border: &[DirectedArc],
        starts: &[NodeId],
        used: &[bool],
        out: usize,
        incoming: DirectedArc,
    ) -> Option<usize> {
        let node = self.ends(incoming)[1];
        let candidates = (out..border.len()).take_while(|&i| starts[i] == node).filter(|&i| !used[i]);
        let (corner, back) = self.first_step(incoming.reversed());
        candidates.min_by(|&a, &b| {
            clockwise(corner, back, self.first_step(border[a]).1, self.first_step(border[b]).1).then(a.cmp(&b))
        })
    }

    /// First two vertices of a directed arc.
    fn first_step(&self, arc: DirectedArc) -> (Coord, Coord) {
        let coords = self.arc(arc.arc());
        let n = coords.len();
        if arc.is_backward() { (coords[n - 1], coords[n - 2]) } else { (coords[0], coords[1]) }
    }
}

/// Which of two directions out of a corner comes first, turning clockwise from the direction to `back`.
/// The direction to `back` itself comes last.
pub(super) fn clockwise(corner: Coord, back: Coord, a: Coord, b: Coord) -> Ordering {
    // 0: less than half a turn, 1: half a turn, 2: more, 3: a full turn.
    let quarter = |to: Coord| match RobustKernel::orient2d(corner, back, to) {
        Orientation::Clockwise => 0,
        Orientation::CounterClockwise => 2,
        Orientation::Collinear => {
            let (u, v) = (back - corner, to - corner);
            if u.x * v.x + u.y * v.y < 0.0 { 1 } else { 3 }
        }
    };
    quarter(a).cmp(&quarter(b)).then_with(|| match RobustKernel::orient2d(corner, a, b) {
        Orientation::Clockwise => Ordering::Less,
        Orientation::CounterClockwise => Ordering::Greater,
        Orientation::Collinear => Ordering::Equal,
    })
}

/// Faces of a territory grouped into connected parts: a union–find over the faces of some atoms.
struct Parts {
    faces: Vec<FaceId>,
    parent: Vec<usize>,
}

impl Parts {
    fn of(coverage: &Coverage, atoms: &[AtomId]) -> Self {
        let faces: Vec<FaceId> = atoms.iter().flat_map(|&atom| coverage.faces_of(atom)).collect();
        let mut parts = Self { parent: (0..faces.len()).collect(), faces };
        for here in 0..parts.faces.len() {
            let rings = coverage.rings_of(parts.faces[here]);
            for &arc in rings.flat_map(|ring| coverage.ring(ring)) {
                if let Some(Ok(there)) = coverage.right(arc).map(|face| parts.faces.binary_search(&face)) {
                    let (a, b) = (parts.root(here), parts.root(there));
                    parts.parent[a.max(b)] = a.min(b);
                }
            }
        }
        parts
    }

    fn root(&mut self, mut face: usize) -> usize {
        while self.parent[face] != face {
            self.parent[face] = self.parent[self.parent[face]];
            face = self.parent[face];
        }
        face
    }

    fn of_face(&mut self, face: FaceId) -> Option<usize> {
        let position = self.faces.binary_search(&face).ok()?;
        Some(self.root(position))
    }
}

/// Items of each unit, in the order in which they came.
struct Grouped<T> {
    items: Vec<T>,
    ends: Vec<u32>,
}

impl<T> Grouped<T> {
    fn of(&self, unit: usize) -> &[T] {
        &self.items[super::span(&self.ends, unit)]
    }
}

/// Counting sort of items by unit; items of no unit (`u32::MAX`) are left out.
fn group_by_unit<T: Copy, I: Iterator<Item = (u32, T)>>(units: usize, items: impl Fn() -> I) -> Grouped<T> {
    let mut ends = vec![0_u32; units];
    let mut some = None;
    for (unit, item) in items().filter(|&(unit, _)| unit != u32::MAX) {
        ends[unit as usize] += 1;
        some = Some(item);
    }
    let mut total = 0;
    for end in &mut ends {
        total += std::mem::replace(end, total);
    }
    let Some(filler) = some else { return Grouped { items: Vec::new(), ends } };
    let mut sorted = vec![filler; total as usize];
    for (unit, item) in items().filter(|&(unit, _)| unit != u32::MAX) {
        let slot = &mut ends[unit as usize];
        sorted[*slot as usize] = item;
        *slot += 1;
    }
    Grouped { items: sorted, ends }
}

#[cfg(test)]
mod tests {
    use geo::{Area as _, Rect, Validation as _, wkt};

    use super::*;
    use crate::jobs::Progress;

    fn build(atoms: &[MultiPolygon]) -> Coverage {
        Coverage::build(atoms.into(), &Progress::new()).unwrap()
    }

    /// Unit squares, row by row from the south-west.
    fn grid(columns: u32, rows: u32) -> Coverage {
        let squares: Vec<MultiPolygon> = (0..columns * rows)
            .map(|i| {
                let (x, y) = (f64::from(i % columns), f64::from(i / columns));
                Rect::new((x, y), (x + 1., y + 1.)).to_polygon().into()
            })
            .collect();
        build(&squares)
    }

    fn outline(coverage: &Coverage, atoms: &[u32]) -> MultiPolygon {
        let atoms: Vec<_> = atoms.iter().map(|&atom| AtomId(atom)).collect();
        let outline = coverage.outline(&atoms).to_multi_polygon(coverage);
        outline.check_validation().unwrap();
        outline
    }

    fn shape(outline: &MultiPolygon) -> Vec<usize> {
        outline.iter().map(|polygon| polygon.interiors().len()).collect()
    }

    #[test]
    fn merging_across_a_corner_gives_two_parts() {
        //  2 3
        //  0 1
        let merged = outline(&grid(2, 2), &[0, 3]);
        assert_eq!(shape(&merged), [0, 0]);
        assert!((merged.unsigned_area() - 2.).abs() < 1e-12);
    }

    #[test]
    fn a_hole_that_touches_the_shell_is_cut_off_the_shell() {
        //  6 7 8      everything but 4 and 8: the hole 4 touches the shell at the corner it shares with 8
        //  3 · 5
        //  0 1 2
        let merged = outline(&grid(3, 3), &[0, 1, 2, 3, 5, 6, 7]);
        assert_eq!(shape(&merged), [1]);
        assert!((merged.unsigned_area() - 7.).abs() < 1e-12);
    }

    #[test]
    fn a_ring_of_units_around_a_gap_has_a_hole() {
        assert_eq!(shape(&outline(&grid(3, 3), &[0, 1, 2, 3, 5, 6, 7, 8])), [1]);
    }

    #[test]
    fn holes_that_touch_in_a_point_stay_two() {
        //  4 × 4 without 5 and 10, which touch in the middle
        let all: Vec<u32> = (0..16).filter(|&i| i != 5 && i != 10).collect();
        assert_eq!(shape(&outline(&grid(4, 4), &all)), [2]);
    }

    #[test]
    fn an_island_in_a_lake_in_an_island_goes_to_the_right_shell() {
        //  7 × 7 rings: 24 outer cells, 16 of a lake, 8 of an island, and a pond of 1 in it
        let ring_of = |i: u32| (i % 7).min(6 - i % 7).min(i / 7).min(6 - i / 7);
        let land: Vec<u32> = (0..49).filter(|&i| ring_of(i) % 2 == 0).collect();
        let merged = outline(&grid(7, 7), &land);
        assert_eq!(shape(&merged), [1, 1]);
        assert!((merged.unsigned_area() - 32.).abs() < 1e-12);
    }

    #[test]
    fn multi_polygon_atoms_keep_their_parts() {
        let exclave: MultiPolygon = wkt!(MULTIPOLYGON(
            ((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)), ((2. 0., 3. 0., 3. 1., 2. 1., 2. 0.))
        ));
        let between: MultiPolygon = wkt!(POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.))).into();
        let coverage = build(&[exclave, between]);
        assert_eq!(shape(&outline(&coverage, &[0])), [0, 0]);
        assert_eq!(shape(&outline(&coverage, &[0, 1])), [0]);
    }

    #[test]
    fn all_units_at_once_equal_one_by_one() {
        let coverage = grid(5, 5);
        let labels: Vec<u32> = (0..25).map(|i| (i * 7 + i / 5) % 4).collect();
        for (unit, together) in (0..).zip(coverage.outlines(&labels, 4)) {
            let atoms: Vec<AtomId> = coverage.atoms().filter(|atom| labels[atom.index()] == unit).collect();
            assert_eq!(together, coverage.outline(&atoms));
        }
    }
}
