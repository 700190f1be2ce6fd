//! What cuts made different from a coverage as it was built.
//!
//! 1. Ids stay. What a cut makes gets the next ones: arcs, nodes, rings and atoms always; the faces of a part that stays
//!    the atom take over those that the atom had, as long as they are enough.
//! 2. Rings of an atom that was cut, and faces of it that are too many, belong to nothing from then on. So ids of rings and
//!    faces run beyond their numbers; those of arcs, nodes and atoms do not.
//! 3. Everything that differs stands here as a whole, be it the tenth time that it was touched: a look finds it in one
//!    place, or else in the arrays.

use std::ops::Range;
use std::sync::Arc;

use geo::{Coord, Rect};

use super::{ArcId, AtomId, Built, Coverage, DirectedArc, FaceId, NodeId, OUTSIDE, RingId, RingSource, UntidyRings};
use crate::sharing::SharedMap;

/// What is different by now, and how many there are of everything.
#[derive(Clone, Debug)]
pub(super) struct Cuts {
    pub(super) arcs: SharedMap<ArcNow>,
    pub(super) rings: SharedMap<RingNow>,
    pub(super) faces: SharedMap<FaceNow>,
    pub(super) atoms: SharedMap<AtomNow>,
    pub(super) arc_count: usize,
    pub(super) node_count: usize,
    pub(super) ring_count: usize,
    /// The id that the next ring gets.
    pub(super) next_ring: usize,
    pub(super) face_count: usize,
    /// The id that the next face gets.
    pub(super) next_face: usize,
    pub(super) atom_count: usize,
    pub(super) vertex_count: usize,
}

/// An arc that a cut made, or touched.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ArcNow {
    /// Its vertices; `None` when they are those that it was built with.
    pub(super) coords: Option<Arc<[Coord]>>,
    pub(super) nodes: [NodeId; 2],
    pub(super) faces: [u32; 2],
    /// For one that a cut made, the built arc that it is a piece of.
    pub(super) piece_of: Option<ArcId>,
    /// The same line on the other side of the seam.
    pub(super) twin: Option<ArcId>,
}

/// A ring that a cut made, or gave more arcs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct RingNow {
    pub(super) arcs: Arc<[DirectedArc]>,
    pub(super) source: RingSource,
}

/// A face of a part.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FaceNow {
    pub(super) atom: AtomId,
    pub(super) rings: Range<usize>,
}

/// A part, or an atom with other neighbours than before.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AtomNow {
    pub(super) faces: Range<usize>,
    pub(super) bounds: Option<Rect>,
    pub(super) neighbours: Arc<[AtomId]>,
}

impl Cuts {
    /// Nothing is different.
    pub(super) fn none(built: &Built) -> Self {
        let (ring_count, face_count) = (built.ring_ends.len(), built.face_ends.len());
        Self {
            arcs: SharedMap::default(),
            rings: SharedMap::default(),
            faces: SharedMap::default(),
            atoms: SharedMap::default(),
            arc_count: built.arc_ends.len(),
            node_count: built.node_count,
            ring_count,
            next_ring: ring_count,
            face_count,
            next_face: face_count,
            atom_count: built.atom_ends.len(),
            vertex_count: built.coords.len(),
        }
    }

    #[inline]
    pub(super) fn arc(&self, arc: ArcId) -> Option<&ArcNow> {
        self.arcs.get(arc.0)
    }

    #[inline]
    pub(super) fn coords(&self, arc: ArcId) -> Option<&[Coord]> {
        self.arc(arc)?.coords.as_deref()
    }

    #[inline]
    pub(super) fn ring(&self, ring: RingId) -> Option<&RingNow> {
        self.rings.get(ring.0)
    }

    #[inline]
    pub(super) fn face(&self, face: FaceId) -> Option<&FaceNow> {
        self.faces.get(face.0)
    }

    #[inline]
    pub(super) fn atom(&self, atom: AtomId) -> Option<&AtomNow> {
        self.atoms.get(atom.0)
    }
}

/// Ids of a coverage that differ from another one of the same origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differing {
    /// Arcs with other vertices, ends or sides, ascending, and those that only one of the two has.
    pub arcs: Vec<ArcId>,
    /// Atoms with other faces, rings or neighbours, ascending, and those that only one of the two has. An atom whose border
    /// has new vertices where a neighbour was cut is not among them: its arcs are.
    pub atoms: Vec<AtomId>,
}

impl Coverage {
    /// The arcs and atoms without the cuts. Costs nothing.
    pub(crate) fn as_built(&self) -> Self {
        let (built, cuts) = (Arc::clone(&self.built), Cuts::none(&self.built));
        Self { built, cuts, untidy: Arc::default() }
    }

    /// Whether cuts made it differ from what was built.
    pub(crate) const fn has_cuts(&self) -> bool {
        !self.cuts.atoms.is_empty()
    }

    /// The box that an atom was built with.
    pub(super) fn built_bounds(&self, atom: AtomId) -> Option<Rect> {
        self.built.atom_bounds.get(atom.index()).copied().flatten()
    }

    /// What differs from a coverage that was built of the same polygons; `None` when that one was built of others. Costs what
    /// the cuts touched that only one of the two has.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Option<Differing> {
        let (a, b) = (&self.cuts, &other.cuts);
        Arc::ptr_eq(&self.built, &other.built).then(|| Differing {
            arcs: a.arcs.differing(&b.arcs).into_iter().map(ArcId).collect(),
            atoms: a.atoms.differing(&b.atoms).into_iter().map(AtomId).collect(),
        })
    }

    /// The same coverage in arrays of its own, for work on all of it that steps from vertex to vertex. Arcs, nodes and atoms
    /// keep their ids; rings and faces are numbered in the order of atoms. Costs a copy of everything, or nothing where
    /// nothing was cut.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub(super) fn flattened(&self) -> Self {
        if !self.has_cuts() {
            return self.clone();
        }
        let mut flat = Built::default();
        let mut face_now = vec![OUTSIDE; self.cuts.next_face];
        let mut ring_now = vec![None; self.cuts.next_ring];
        for atom in self.atoms() {
            for face in self.faces_of(atom) {
                face_now[face.index()] = flat.face_ends.len() as u32;
                for ring in self.rings_of(face) {
                    ring_now[ring.index()] = Some(RingId::new(flat.ring_ends.len()));
                    flat.ring_arcs.extend_from_slice(self.ring(ring));
                    flat.ring_ends.push(flat.ring_arcs.len() as u32);
                    flat.ring_sources.push(self.ring_source(ring));
                }
                flat.face_ends.push(flat.ring_ends.len() as u32);
                flat.face_atoms.push(atom);
            }
            flat.atom_ends.push(flat.face_ends.len() as u32);
            flat.atom_bounds.push(self.bounds_of(atom));
            flat.neighbours.extend_from_slice(self.neighbours(atom));
            flat.neighbour_ends.push(flat.neighbours.len() as u32);
        }
        flat.coords.reserve_exact(self.vertex_count());
        for arc in self.arcs() {
            flat.coords.extend_from_slice(self.arc(arc));
            flat.arc_ends.push(flat.coords.len() as u32);
            flat.arc_nodes.push(self.ends(DirectedArc::forward(arc)));
            let now = |face: u32| if face == OUTSIDE { OUTSIDE } else { face_now[face as usize] };
            flat.arc_faces.push(self.side_faces(arc).map(now));
        }
        flat.node_count = self.node_count();
        if self.has_seam() {
            flat.seam.twins = self.arcs().filter_map(|arc| Some([arc, self.twin(arc)?])).collect();
            flat.seam.added.clone_from(&self.built.seam.added);
        }
        let renumbered = |rings: &[RingId]| rings.iter().filter_map(|ring| ring_now[ring.index()]).collect();
        let UntidyRings { unclosed, repeated } = &*self.untidy;
        let untidy = UntidyRings { unclosed: renumbered(unclosed), repeated: renumbered(repeated) };
        Self::new(flat, untidy)
    }
}
