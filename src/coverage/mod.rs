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
//! names or units, and it repairs nothing. Only a [`Cut`] makes new geometry, and another coverage of it.
//!
//! The structure follows the topology of mapshaper and `TopoJSON` (arcs, signed arc ids) and the vocabulary of the
//! JTS `coverage` package; holes are bound to shells by connectivity of faces.

mod build;
mod cut;
mod ids;
mod index;
mod outline;
mod polygons;
mod suspects;
pub mod validate;
mod words;

use geo::{Coord, Rect};

pub use cut::{Cut, CutArcs, CutError, CutSide, Cutter, NEAR_DEG};
pub(crate) use ids::id;
pub use ids::{ArcId, AtomId, DirectedArc, FaceId, NodeId, RingId};
pub use index::AtomIndex;
pub use outline::{Outline, OutlinePolygon};
pub use polygons::FlatPolygons;
pub(crate) use polygons::span;
pub use suspects::Suspects;

/// No face on that side.
const OUTSIDE: u32 = u32::MAX;
/// No piece of an arc that was built.
const NOT_BUILT: u32 = u32::MAX;

/// Shared-arc coverage of all atoms. See the module documentation for its invariants.
#[derive(Clone, Debug)]
pub struct Coverage {
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
    /// Rings that did not come closed, or came with repeated vertices.
    untidy: UntidyRings,
    /// Neighbours of every atom, in order of atom.
    neighbours: Vec<AtomId>,
    /// End of each atom in `neighbours`.
    neighbour_ends: Vec<u32>,
    /// For every arc that cuts made, which all stand behind those that were built: the built one that it is a piece of,
    /// [`NOT_BUILT`] for a line of a cut.
    cut_arcs: Vec<u32>,
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
    /// Number of atoms.
    #[must_use]
    pub fn atom_count(&self) -> usize {
        self.atom_ends.len()
    }

    /// Number of faces.
    #[must_use]
    pub fn face_count(&self) -> usize {
        self.face_ends.len()
    }

    /// Number of rings.
    #[must_use]
    pub fn ring_count(&self) -> usize {
        self.ring_ends.len()
    }

    /// Number of arcs.
    #[must_use]
    pub fn arc_count(&self) -> usize {
        self.arc_ends.len()
    }

    /// Number of nodes.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.node_count
    }

    /// Vertices of all arcs together; a shared border counts once.
    #[must_use]
    pub fn vertex_count(&self) -> usize {
        self.coords.len()
    }

    /// All atoms.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = AtomId> + use<> {
        (0..self.atom_count()).map(AtomId::new)
    }

    /// All arcs.
    pub fn arcs(&self) -> impl ExactSizeIterator<Item = ArcId> + use<> {
        (0..self.arc_count()).map(ArcId::new)
    }

    /// All faces.
    pub fn faces(&self) -> impl ExactSizeIterator<Item = FaceId> + use<> {
        (0..self.face_count()).map(FaceId::new)
    }

    /// Vertices of an arc in its stored direction: longitude and latitude in degrees, both ends included.
    #[must_use]
    pub fn arc(&self, arc: ArcId) -> &[Coord] {
        &self.coords[span(&self.arc_ends, arc.index())]
    }

    /// Where the vertices of an arc stand among those of all arcs.
    #[must_use]
    pub fn span_of_arc(&self, arc: ArcId) -> std::ops::Range<usize> {
        span(&self.arc_ends, arc.index())
    }

    /// First and last node of a directed arc.
    #[must_use]
    pub fn ends(&self, arc: DirectedArc) -> [NodeId; 2] {
        let [first, last] = self.arc_nodes[arc.arc().index()];
        if arc.is_backward() { [last, first] } else { [first, last] }
    }

    /// Face on the left of a directed arc; `None` is the outside.
    #[must_use]
    pub fn left(&self, arc: DirectedArc) -> Option<FaceId> {
        let face = self.arc_faces[arc.arc().index()][usize::from(arc.is_backward())];
        (face != OUTSIDE).then_some(FaceId(face))
    }

    /// Face on the right of a directed arc; `None` is the outside.
    #[must_use]
    pub fn right(&self, arc: DirectedArc) -> Option<FaceId> {
        self.left(arc.reversed())
    }

    /// Atoms on the left and right of an arc in its stored direction.
    #[must_use]
    pub fn sides(&self, arc: ArcId) -> [Option<AtomId>; 2] {
        self.arc_faces[arc.index()].map(|face| (face != OUTSIDE).then(|| self.face_atoms[face as usize]))
    }

    /// Atom that a face belongs to.
    #[must_use]
    pub fn atom_of(&self, face: FaceId) -> AtomId {
        self.face_atoms[face.index()]
    }

    /// Faces of an atom.
    pub fn faces_of(&self, atom: AtomId) -> impl ExactSizeIterator<Item = FaceId> + use<> {
        span(&self.atom_ends, atom.index()).map(FaceId::new)
    }

    /// Rings of a face, shell first.
    pub fn rings_of(&self, face: FaceId) -> impl ExactSizeIterator<Item = RingId> + use<> {
        span(&self.face_ends, face.index()).map(RingId::new)
    }

    /// Directed arcs of a ring, its face on their left.
    #[must_use]
    pub fn ring(&self, ring: RingId) -> &[DirectedArc] {
        &self.ring_arcs[span(&self.ring_ends, ring.index())]
    }

    /// Directed arcs of all rings of an atom, the atom on their left.
    pub fn arcs_of(&self, atom: AtomId) -> impl Iterator<Item = DirectedArc> + use<'_> {
        self.faces_of(atom).flat_map(|face| self.rings_of(face)).flat_map(|ring| self.ring(ring).iter().copied())
    }

    /// Vertices of a chain of directed arcs, each shared end once; a closed chain repeats its first vertex at the end.
    pub fn chain_coords<'a>(&'a self, chain: &'a [DirectedArc]) -> impl Iterator<Item = Coord> + 'a {
        chain.iter().enumerate().flat_map(move |(i, &directed)| {
            let coords = self.arc(directed.arc());
            let skip = usize::from(i > 0);
            let n = coords.len();
            (skip..n).map(move |k| if directed.is_backward() { coords[n - 1 - k] } else { coords[k] })
        })
    }

    /// Vertices of a closed chain in one array: [`chain_coords`](Self::chain_coords) for those who keep them.
    fn closed_chain(&self, chain: &[DirectedArc]) -> Vec<Coord> {
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
        let RingSource { first, reversed } = self.ring_sources[ring.index()];
        let mut coords = self.closed_chain(self.ring(ring));
        coords.pop();
        coords.rotate_left(first as usize);
        if reversed {
            // The first vertex stays first, the others run backwards.
            coords[1..].reverse();
        }
        coords.extend(coords.first().copied());
        coords
    }

    /// Bounding box of an atom in degrees; `None` without faces.
    #[must_use]
    pub fn bounds_of(&self, atom: AtomId) -> Option<Rect> {
        self.atom_bounds[atom.index()]
    }

    /// Bounding box of everything in degrees; `None` when nothing has a face.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        self.atom_bounds.iter().flatten().copied().reduce(union)
    }

    /// Atoms that share a border of more than a point with this one, ascending.
    #[must_use]
    pub fn neighbours(&self, atom: AtomId) -> &[AtomId] {
        &self.neighbours[span(&self.neighbour_ends, atom.index())]
    }

    /// Number of arcs that were built, before any cut; they keep their ids, the first piece of one that was cut too.
    #[must_use]
    pub fn built_arc_count(&self) -> usize {
        self.arc_count() - self.cut_arcs.len()
    }

    /// The arc as it was built that an arc is, or is a piece of; `None` for a line of a cut.
    #[must_use]
    pub fn built_arc(&self, arc: ArcId) -> Option<ArcId> {
        let Some(cut) = arc.index().checked_sub(self.built_arc_count()) else { return Some(arc) };
        self.cut_arcs.get(cut).filter(|&&of| of != NOT_BUILT).map(|&of| ArcId(of))
    }

    /// Rings that did not come closed, or came with repeated vertices.
    #[must_use]
    pub fn untidy_rings(&self) -> &UntidyRings {
        &self.untidy
    }
}
