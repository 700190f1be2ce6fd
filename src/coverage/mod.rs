//! Polygonal coverage as shared arcs.
//!
//! A *coverage* is a set of polygons that do not overlap and whose shared borders have identical vertices.
//! Here it is stored as a planar graph:
//!
//! 1. Every border line is stored once, as an *arc* between two *nodes*; its coordinates are exactly those read.
//! 2. Each arc knows the *face* on its left and on its right; `None` is the outside.
//! 3. A *ring* is a cycle of directed arcs with its face on the **left**: shells run counter-clockwise,
//!    holes clockwise.
//! 4. A *face* is one polygon, a shell and its holes. An *atom* is one loaded feature: any number of faces.
//! 5. An arc is used at most once on each side. Where the input breaks that (duplicates, overlaps), the second
//!    use gets an arc of its own, and validation reports it.
//!
//! Nothing moves: a coverage is immutable, and every outline is a selection of its arcs. It does not know codes,
//! names or units, and it mends nothing by itself: [`repair`] makes another coverage of it. Only a [`Cut`] makes new geometry, and another coverage of it, which shares
//! with the first one all that the cut did not touch: [`Built`] are flat arrays, [`Cuts`] what is different from them.
//!
//! Where the map is cut along the 180th meridian it ends, and the territory does not: `seam` has what lies across.
//!
//! The structure follows the topology of mapshaper and `TopoJSON` (arcs, signed arc ids) and the vocabulary of the
//! JTS `coverage` package; holes are bound to shells by connectivity of faces.

mod build;
mod cut;
mod cuts;
mod hashed;
mod ids;
mod index;
mod outline;
mod polygons;
pub mod repair;
mod seam;
#[cfg(test)]
mod seam_tests;
mod suspects;
pub mod validate;
mod words;
mod wrap;

use std::sync::Arc;

use geo::{Coord, Rect};

use cuts::Cuts;

pub use cut::{Cut, CutArcs, CutError, CutSide, Cutter, NEAR_DEG};
pub use cuts::Differing;
pub(crate) use ids::id;
pub use ids::{ArcId, AtomId, DirectedArc, FaceId, NodeId, RingId};
pub use index::AtomIndex;
pub use outline::{Outline, OutlinePolygon};
pub use polygons::FlatPolygons;
pub(crate) use polygons::span;
pub use suspects::Suspects;

/// No face on that side.
const OUTSIDE: u32 = u32::MAX;

/// Shared-arc coverage of all atoms. See the module documentation for its invariants.
///
/// A copy costs nothing to speak of.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// As it was built of polygons.
    built: Arc<Built>,
    /// What cuts made different since.
    cuts: Cuts,
    /// Rings that did not come closed, or came with repeated vertices.
    untidy: Arc<UntidyRings>,
}

/// The arrays of a coverage as it was built.
#[derive(Debug, Default)]
struct Built {
    /// Vertices of all arcs, arc after arc, both ends included.
    coords: Vec<Coord>,
    /// End of each arc in `coords`.
    arc_ends: Vec<u32>,
    /// First and last node of each arc.
    arc_nodes: Vec<[NodeId; 2]>,
    /// Face on the left and on the right of each arc, [`OUTSIDE`] where there is none.
    arc_faces: Vec<[u32; 2]>,
    /// Number of nodes.
    node_count: usize,
    /// Arcs of all rings, ring after ring.
    ring_arcs: Vec<DirectedArc>,
    /// End of each ring in `ring_arcs`.
    ring_ends: Vec<u32>,
    /// How each ring stood in the source.
    ring_sources: Vec<RingSource>,
    /// End of each face in `ring_ends`.
    face_ends: Vec<u32>,
    /// Atom of each face.
    face_atoms: Vec<AtomId>,
    /// End of each atom in `face_ends`.
    atom_ends: Vec<u32>,
    /// Bounding box of each atom; `None` without faces.
    atom_bounds: Vec<Option<Rect>>,
    /// Neighbours of every atom, in order of atom.
    neighbours: Vec<AtomId>,
    /// End of each atom in `neighbours`.
    neighbour_ends: Vec<u32>,
    /// Where the two ends of the map are one line.
    seam: seam::Seam,
}

/// How a ring stood in the source: the stored ring starts at a node and has its face on the left.
#[derive(Clone, Copy, Debug, PartialEq)]
struct RingSource {
    /// Vertices from the start of the stored ring to the first vertex of the source ring.
    first: u32,
    /// Whether the source ring ran the other way.
    reversed: bool,
}

/// Rings whose vertices were tidied while reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UntidyRings {
    /// Rings whose last vertex did not repeat the first.
    pub unclosed: Vec<RingId>,
    /// Rings from which repeated vertices were dropped.
    pub repeated: Vec<RingId>,
}

/// Smallest box around two.
#[must_use]
pub fn union(a: Rect, b: Rect) -> Rect {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
}

impl AsRef<Self> for Coverage {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Coverage {
    fn new(built: Built, untidy: UntidyRings) -> Self {
        let cuts = Cuts::none(&built);
        Self { built: Arc::new(built), cuts, untidy: Arc::new(untidy) }
    }

    /// Number of atoms.
    #[must_use]
    pub const fn atom_count(&self) -> usize {
        self.cuts.atom_count
    }

    /// Number of faces.
    #[must_use]
    pub const fn face_count(&self) -> usize {
        self.cuts.face_count
    }

    /// Number of rings.
    #[must_use]
    pub const fn ring_count(&self) -> usize {
        self.cuts.ring_count
    }

    /// Number of arcs.
    #[must_use]
    pub const fn arc_count(&self) -> usize {
        self.cuts.arc_count
    }

    /// Number of nodes.
    #[must_use]
    pub const fn node_count(&self) -> usize {
        self.cuts.node_count
    }

    /// Vertices of all arcs together; a shared border counts once.
    #[must_use]
    pub const fn vertex_count(&self) -> usize {
        self.cuts.vertex_count
    }

    /// All atoms.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = AtomId> + use<> {
        (0..self.atom_count()).map(AtomId::new)
    }

    /// All arcs.
    pub fn arcs(&self) -> impl ExactSizeIterator<Item = ArcId> + use<> {
        (0..self.arc_count()).map(ArcId::new)
    }

    /// All faces, in the order of atoms.
    pub fn faces(&self) -> impl Iterator<Item = FaceId> + '_ {
        self.atoms().flat_map(|atom| self.faces_of(atom))
    }

    /// Vertices of an arc in its stored direction: longitude and latitude in degrees, both ends included.
    #[must_use]
    #[inline]
    pub fn arc(&self, arc: ArcId) -> &[Coord] {
        match self.cuts.coords(arc) {
            None => &self.built.coords[span(&self.built.arc_ends, arc.index())],
            Some(coords) => coords,
        }
    }

    /// First and last node of a directed arc.
    #[must_use]
    #[inline]
    pub fn ends(&self, arc: DirectedArc) -> [NodeId; 2] {
        let [first, last] = match self.cuts.arc(arc.arc()) {
            None => self.built.arc_nodes[arc.arc().index()],
            Some(now) => now.nodes,
        };
        if arc.is_backward() { [last, first] } else { [first, last] }
    }

    /// Face on the left and on the right of an arc, across the seam too, [`OUTSIDE`] where there is none.
    #[inline]
    fn side_faces(&self, arc: ArcId) -> [u32; 2] {
        self.cuts.arc(arc).map_or_else(|| self.built.arc_faces[arc.index()], |now| now.faces)
    }

    /// Face on the left of a directed arc; `None` is the outside.
    #[must_use]
    #[inline]
    pub fn left(&self, arc: DirectedArc) -> Option<FaceId> {
        let face = self.side_faces(arc.arc())[usize::from(arc.is_backward())];
        (face != OUTSIDE).then_some(FaceId(face))
    }

    /// Face on the right of a directed arc; `None` is the outside.
    #[must_use]
    #[inline]
    pub fn right(&self, arc: DirectedArc) -> Option<FaceId> {
        self.left(arc.reversed())
    }

    /// Atoms on the left and right of an arc in its stored direction.
    #[must_use]
    #[inline]
    pub fn sides(&self, arc: ArcId) -> [Option<AtomId>; 2] {
        self.side_faces(arc).map(|face| (face != OUTSIDE).then(|| self.atom_of(FaceId(face))))
    }

    /// Atom that a face belongs to.
    #[must_use]
    #[inline]
    pub fn atom_of(&self, face: FaceId) -> AtomId {
        self.cuts.face(face).map_or_else(|| self.built.face_atoms[face.index()], |now| now.atom)
    }

    /// Faces of an atom.
    #[inline]
    pub fn faces_of(&self, atom: AtomId) -> impl ExactSizeIterator<Item = FaceId> + use<> {
        self.face_span(atom).map(FaceId::new)
    }

    #[inline]
    fn face_span(&self, atom: AtomId) -> std::ops::Range<usize> {
        self.cuts.atom(atom).map_or_else(|| span(&self.built.atom_ends, atom.index()), |now| now.faces.clone())
    }

    /// Rings of a face, shell first.
    #[inline]
    pub fn rings_of(&self, face: FaceId) -> impl ExactSizeIterator<Item = RingId> + use<> {
        let rings = self.cuts.face(face).map(|now| now.rings.clone());
        rings.unwrap_or_else(|| span(&self.built.face_ends, face.index())).map(RingId::new)
    }

    /// Directed arcs of a ring, its face on their left.
    #[must_use]
    #[inline]
    pub fn ring(&self, ring: RingId) -> &[DirectedArc] {
        match self.cuts.ring(ring) {
            None => &self.built.ring_arcs[span(&self.built.ring_ends, ring.index())],
            Some(now) => &now.arcs,
        }
    }

    fn ring_source(&self, ring: RingId) -> RingSource {
        self.cuts.ring(ring).map_or_else(|| self.built.ring_sources[ring.index()], |now| now.source)
    }

    /// Directed arcs of all rings of an atom, the atom on their left.
    pub fn arcs_of(&self, atom: AtomId) -> impl Iterator<Item = DirectedArc> + use<'_> {
        self.faces_of(atom).flat_map(|face| self.rings_of(face)).flat_map(|ring| self.ring(ring).iter().copied())
    }

    /// Vertices of a closed chain of directed arcs, each once, and the first one once more at the end.
    pub fn chain_coords<'a>(&'a self, chain: &'a [DirectedArc]) -> impl Iterator<Item = Coord> + 'a {
        let (plain, cleaned) =
            if self.has_added_vertices() { (&[][..], self.closed_chain(chain)) } else { (chain, Vec::new()) };
        let plain = plain.iter().enumerate().flat_map(move |(i, &directed)| {
            let coords = self.arc(directed.arc());
            let skip = usize::from(i > 0);
            let n = coords.len();
            (skip..n).map(move |k| if directed.is_backward() { coords[n - 1 - k] } else { coords[k] })
        });
        plain.chain(cleaned)
    }

    /// Vertices of a closed chain in one array: [`chain_coords`](Self::chain_coords) for those who keep them.
    fn closed_chain(&self, chain: &[DirectedArc]) -> Vec<Coord> {
        let coords = self.all_vertices(chain);
        if self.has_added_vertices() { self.without_added(coords) } else { coords }
    }

    /// Vertices of a closed chain, with those that only the other side of the seam has in the source.
    fn all_vertices(&self, chain: &[DirectedArc]) -> Vec<Coord> {
        let len: usize = chain.iter().map(|arc| self.arc(arc.arc()).len() - 1).sum();
        let mut coords = Vec::with_capacity(len + 1);
        for &directed in chain {
            let arc = self.arc(directed.arc());
            if directed.is_backward() {
                coords.extend(arc[1..].iter().rev());
            } else {
                coords.extend_from_slice(&arc[..arc.len() - 1]);
            }
        }
        coords.extend(coords.first().copied());
        coords
    }

    /// Vertices of a ring exactly as the source had them, in its order and direction, closed
    /// (apart from repeated vertices, which are not kept).
    #[must_use]
    pub fn source_ring(&self, ring: RingId) -> Vec<Coord> {
        let RingSource { first, reversed } = self.ring_source(ring);
        let mut coords = self.all_vertices(self.ring(ring));
        coords.pop();
        if coords.is_empty() {
            return coords;
        }
        coords.rotate_left(first as usize);
        if reversed {
            // The first vertex stays first, the others run backwards.
            coords[1..].reverse();
        }
        coords.extend(coords.first().copied());
        if self.has_added_vertices() { self.without_added(coords) } else { coords }
    }

    /// Bounding box of an atom in degrees; `None` without faces.
    #[must_use]
    #[inline]
    pub fn bounds_of(&self, atom: AtomId) -> Option<Rect> {
        self.cuts.atom(atom).map_or_else(|| self.built.atom_bounds[atom.index()], |now| now.bounds)
    }

    /// Bounding box of everything in degrees; `None` when nothing has a face.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        self.atoms().filter_map(|atom| self.bounds_of(atom)).reduce(union)
    }

    /// Atoms that share a border of more than a point with this one, ascending.
    #[must_use]
    #[inline]
    pub fn neighbours(&self, atom: AtomId) -> &[AtomId] {
        match self.cuts.atom(atom) {
            None => &self.built.neighbours[span(&self.built.neighbour_ends, atom.index())],
            Some(now) => &now.neighbours,
        }
    }

    /// Number of arcs that were built, before any cut; they keep their ids, the first piece of one that was cut too.
    #[must_use]
    pub fn built_arc_count(&self) -> usize {
        self.built.arc_ends.len()
    }

    /// The arc as it was built that an arc is, or is a piece of; `None` for a line of a cut.
    #[must_use]
    pub fn built_arc(&self, arc: ArcId) -> Option<ArcId> {
        if arc.index() < self.built_arc_count() { Some(arc) } else { self.cuts.arc(arc)?.piece_of }
    }

    /// Rings that did not come closed, or came with repeated vertices.
    #[must_use]
    pub fn untidy_rings(&self) -> &UntidyRings {
        &self.untidy
    }
}
