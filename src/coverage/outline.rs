//! Outlines: the arcs with exactly one side in a selection, linked into rings.
//!
//! No coordinate is computed, so an outline has no slivers, and neighbours still match to the bit. Coordinates are
//! looked at only to turn at corners, where several borders of the selection meet in one node, and to tell shells from
//! holes; both with exact predicates.
//!
//! What is drawn and written ends at the 180th meridian, what figures see goes on there: an outline that crosses the seam
//! has both, polygons as they are drawn and as they lie on the globe.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use geo::algorithm::Kernel as _;
use geo::kernels::RobustKernel;
use geo::{Coord, LineString, MultiPolygon, Orientation, Polygon};
use rayon::prelude::*;

use super::build::{is_counter_clockwise, quick_orientation};
use super::seam::{beyond, is_at_seam, key};
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
    /// Connected parts as they are drawn and written: cut where the map is, at the 180th meridian. Parts that touch in a
    /// point are two.
    pub polygons: Vec<OutlinePolygon>,
    /// The same as they lie on the globe; `None` where the territory does not cross the seam, so that it is the same.
    on_globe: Option<Vec<OutlinePolygon>>,
}

impl Outline {
    /// Connected parts as they lie on the globe. Their rings may cross the 180th meridian, so they are no shapes for a map.
    #[must_use]
    pub fn on_globe(&self) -> &[OutlinePolygon] {
        self.on_globe.as_deref().unwrap_or(&self.polygons)
    }

    /// Number of connected parts. What the seam alone divides is one.
    #[must_use]
    pub fn parts(&self) -> usize {
        self.on_globe().len()
    }

    /// Number of holes in all parts.
    #[must_use]
    pub fn holes(&self) -> usize {
        self.on_globe().iter().map(|polygon| polygon.holes.len()).sum()
    }

    /// Every arc of the outline, the territory on its left. The seam through the territory is not among them.
    pub fn arcs(&self) -> impl Iterator<Item = DirectedArc> + '_ {
        arcs_of(self.on_globe())
    }

    /// Every arc of the outline as it is drawn, the seam through the territory included.
    pub fn drawn_arcs(&self) -> impl Iterator<Item = DirectedArc> + '_ {
        arcs_of(&self.polygons)
    }

    /// For each polygon whether it is a whole part, and not what the seam leaves of one on its side.
    #[must_use]
    pub fn are_whole(&self) -> Vec<bool> {
        let Some(on_globe) = &self.on_globe else { return vec![true; self.polygons.len()] };
        let border: HashSet<DirectedArc> = arcs_of(on_globe).collect();
        self.polygons.iter().map(|polygon| polygon.shell.iter().all(|arc| border.contains(arc))).collect()
    }

    /// The outline with its coordinates, cut at the seam: shells counter-clockwise, holes clockwise, rings closed.
    #[must_use]
    pub fn to_multi_polygon(&self, coverage: &Coverage) -> MultiPolygon {
        let ring = |chain: &Vec<DirectedArc>| LineString(coverage.closed_chain(chain));
        self.polygons
            .iter()
            .map(|polygon| Polygon::new(ring(&polygon.shell), polygon.holes.iter().map(ring).collect()))
            .collect()
    }
}

fn arcs_of(polygons: &[OutlinePolygon]) -> impl Iterator<Item = DirectedArc> + '_ {
    let chains = polygons.iter().flat_map(|polygon| std::iter::once(&polygon.shell).chain(&polygon.holes));
    chains.flat_map(|chain| chain.iter().copied())
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
            atoms.iter().flat_map(|&atom| self.arcs_of(atom)).filter(|&arc| !inside(self.right_here(arc))).collect();
        self.link(border, &atoms)
    }

    /// Outline of every unit of a labelling, in parallel: `labels[atom]` is a unit below `units`, or `u32::MAX`.
    #[must_use]
    pub fn outlines(&self, labels: &[u32], units: usize) -> Vec<Outline> {
        let label = |atom: Option<AtomId>| atom.map_or(u32::MAX, |atom| labels[atom.index()]);
        let borders = group_by_unit(units, || {
            self.arcs().flat_map(|arc| {
                let forward = DirectedArc::forward(arc);
                let [left, right] = self.sides_here(arc).map(label);
                let sides = if left == right { [u32::MAX; 2] } else { [left, right] };
                [(sides[0], forward), (sides[1], forward.reversed())]
            })
        });
        let atoms = group_by_unit(units, || self.atoms().map(|atom| (labels[atom.index()], atom)));
        (0..units).into_par_iter().map(|unit| self.link(borders.of(unit).to_vec(), atoms.of(unit))).collect()
    }

    /// Links border arcs into rings and rings into polygons. `atoms` is the territory, ascending.
    fn link(&self, border: Vec<DirectedArc>, atoms: &[AtomId]) -> Outline {
        let on_globe = self.has_seam().then(|| self.link_on_globe(&border, atoms)).flatten();
        let (mut shells, mut holes) = (Vec::new(), Vec::new());
        for ring in self.rings(border) {
            if self.runs_counter_clockwise(&ring) { &mut shells } else { &mut holes }.push(ring);
        }
        let polygons = match shells.len() {
            0 => Vec::new(),
            1 => shells.into_iter().map(|shell| OutlinePolygon { shell, holes: std::mem::take(&mut holes) }).collect(),
            _ => self.bind_holes(shells, holes, atoms),
        };
        Outline { polygons, on_globe }
    }

    /// Links border arcs to polygons on the globe; `None` where the territory does not cross the seam.
    fn link_on_globe(&self, border: &[DirectedArc], atoms: &[AtomId]) -> Option<Vec<OutlinePolygon>> {
        let is_inside = |face: FaceId| atoms.binary_search(&self.atom_of(face)).is_ok();
        let is_crossed = |arc: DirectedArc| self.twin(arc.arc()).and_then(|_| self.right(arc)).is_some_and(is_inside);
        if !border.iter().any(|&arc| is_crossed(arc)) {
            return None;
        }
        let border: Vec<DirectedArc> = border.iter().copied().filter(|&arc| !is_crossed(arc)).collect();
        let western = self.western_nodes(&border);
        let mut parts = Parts::of(self, atoms, Self::right);
        let mut part_at: HashMap<Option<usize>, usize> = HashMap::new();
        let mut rings: Vec<Vec<Vec<DirectedArc>>> = Vec::new();
        for ring in self.rings_between(border, |node| western.get(&node).copied().unwrap_or(node)) {
            let part = ring.first().and_then(|&arc| self.left(arc)).and_then(|face| parts.of_face(face));
            let at = *part_at.entry(part).or_insert(rings.len());
            if at == rings.len() {
                rings.push(Vec::new());
            }
            rings[at].push(ring);
        }
        let polygon = |mut holes: Vec<Vec<DirectedArc>>| {
            let is_shell = |ring: &Vec<DirectedArc>| {
                let coords = self.closed_chain(ring);
                is_counter_clockwise(&coords[..coords.len() - 1])
            };
            // What goes around the earth has two rings that are alike; one of them is taken for the shell.
            let shell = holes.remove(holes.iter().position(is_shell).unwrap_or(0));
            OutlinePolygon { shell, holes }
        };
        Some(rings.into_iter().map(polygon).collect())
    }

    /// For nodes at the western end of the map the one at its eastern end that is the same place.
    fn western_nodes(&self, border: &[DirectedArc]) -> HashMap<NodeId, NodeId> {
        let ends = || {
            let both = border.iter().flat_map(|&arc| [arc, arc.reversed()]);
            both.map(|arc| (self.first_step(arc).0, self.ends(arc)[0])).filter(|&(at, _)| is_at_seam(at))
        };
        let eastern: HashMap<[u64; 2], NodeId> =
            ends().filter(|(at, _)| at.x > 0.0).map(|(at, node)| (key(at), node)).collect();
        let western = ends().filter(|(at, _)| at.x < 0.0);
        western.filter_map(|(at, node)| Some((node, *eastern.get(&key(beyond(at)))?))).collect()
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
        let mut parts = Parts::of(self, atoms, Self::right_here);
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
    pub(super) fn rings(&self, border: Vec<DirectedArc>) -> Vec<Vec<DirectedArc>> {
        self.rings_between(border, |node| node)
    }

    /// The same, where several nodes may be one place.
    fn rings_between(&self, mut border: Vec<DirectedArc>, place: impl Fn(NodeId) -> NodeId) -> Vec<Vec<DirectedArc>> {
        border.sort_unstable_by_key(|&arc| (place(self.ends(arc)[0]), arc));
        border.dedup();
        let starts: Vec<NodeId> = border.iter().map(|&arc| place(self.ends(arc)[0])).collect();
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
                let there = place(self.ends(border[current])[1]);
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
                let Some(next) = self.next_at(&border, &starts, &used, (there, out), border[current]) else { break };
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
        (node, out): (NodeId, usize),
        incoming: DirectedArc,
    ) -> Option<usize> {
        let candidates = (out..border.len()).take_while(|&i| starts[i] == node).filter(|&i| !used[i]);
        let (corner, back) = self.first_step(incoming.reversed());
        // Across the seam the corner has other coordinates.
        let ahead = |arc: usize| {
            let (from, to) = self.first_step(border[arc]);
            to + (corner - from)
        };
        candidates.min_by(|&a, &b| clockwise(corner, back, ahead(a), ahead(b)).then(a.cmp(&b)))
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
    /// `across` says what lies across an arc of a ring.
    fn of(coverage: &Coverage, atoms: &[AtomId], across: impl Fn(&Coverage, DirectedArc) -> Option<FaceId>) -> Self {
        let mut faces: Vec<FaceId> = atoms.iter().flat_map(|&atom| coverage.faces_of(atom)).collect();
        // Those that cuts made come later, whatever atom they are of.
        faces.sort_unstable();
        let mut parts = Self { parent: (0..faces.len()).collect(), faces };
        for here in 0..parts.faces.len() {
            let rings = coverage.rings_of(parts.faces[here]);
            for &arc in rings.flat_map(|ring| coverage.ring(ring)) {
                if let Some(Ok(there)) = across(coverage, arc).map(|face| parts.faces.binary_search(&face)) {
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
