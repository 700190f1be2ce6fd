//! The coverage with a cut made.

use std::collections::HashMap;
use std::ops::Range;

use geo::{Coord, Rect};

use super::{Cut, CutSide};
use crate::coverage::build::adjacency;
use crate::coverage::{
    ArcId, AtomId, Coverage, DirectedArc, FaceId, NOT_BUILT, NodeId, OUTSIDE, RingId, RingSource, UntidyRings, span,
    union,
};

/// What became of the arcs that a cut touches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutArcs {
    /// Arcs that were cut up, ascending, and all of their pieces in order. The first piece has the arc's id.
    pub pieces: Vec<(ArcId, Vec<ArcId>)>,
    /// Arcs along which the atom was cut.
    pub lines: Range<usize>,
}

impl Coverage {
    /// Arcs and nodes alone, to link rings with.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub(super) fn skeleton(arcs: &[Vec<Coord>], arc_nodes: Vec<[NodeId; 2]>, node_count: usize) -> Self {
        let mut coords = Vec::new();
        let mut arc_ends = Vec::with_capacity(arcs.len());
        for arc in arcs {
            coords.extend_from_slice(arc);
            arc_ends.push(coords.len() as u32);
        }
        Self {
            coords,
            arc_faces: vec![[OUTSIDE; 2]; arc_ends.len()],
            arc_ends,
            arc_nodes,
            node_count,
            ring_arcs: Vec::new(),
            ring_ends: Vec::new(),
            ring_sources: Vec::new(),
            face_ends: Vec::new(),
            face_atoms: Vec::new(),
            atom_ends: Vec::new(),
            atom_bounds: Vec::new(),
            untidy: UntidyRings::default(),
            neighbours: Vec::new(),
            neighbour_ends: Vec::new(),
            cut_arcs: Vec::new(),
        }
    }

    /// The coverage with a cut made that was thought through for it: what is left of the line stays the atom, what is
    /// right of it becomes the last atom.
    #[must_use]
    pub fn refined(&self, cut: &Cut) -> (Self, CutArcs) {
        let refining = Refining::new(self, cut);
        let (coords, arc_ends) = refining.coords();
        let (arc_nodes, node_count) = refining.nodes();
        let arc_faces = refining.arc_faces();
        let Rings { arcs: ring_arcs, ends: ring_ends, sources: ring_sources, face_ends } = refining.rings();
        let (face_atoms, atom_ends) = refining.atoms();
        let mut atom_bounds = self.atom_bounds.clone();
        atom_bounds[cut.atom.index()] = bounds(cut, CutSide::Left);
        atom_bounds.push(bounds(cut, CutSide::Right));
        let (neighbours, neighbour_ends) = adjacency(&arc_faces, &face_atoms, atom_ends.len());
        let mut cut_arcs = self.cut_arcs.clone();
        for (arc, pieces) in &refining.arcs.pieces {
            let of = self.built_arc(*arc).map_or(NOT_BUILT, |built| built.0);
            cut_arcs.resize(cut_arcs.len() + pieces.len() - 1, of);
        }
        cut_arcs.resize(arc_ends.len() - self.built_arc_count(), NOT_BUILT);
        let untidy = UntidyRings {
            unclosed: refining.renumbered(&self.untidy.unclosed),
            repeated: refining.renumbered(&self.untidy.repeated),
        };
        let refined = Self {
            coords,
            arc_ends,
            arc_nodes,
            arc_faces,
            node_count,
            ring_arcs,
            ring_ends,
            ring_sources,
            face_ends,
            face_atoms,
            atom_ends,
            atom_bounds,
            untidy,
            neighbours,
            neighbour_ends,
            cut_arcs,
        };
        (refined, refining.arcs)
    }
}

fn bounds(cut: &Cut, side: CutSide) -> Option<Rect> {
    let shells = cut.parts[side as usize].iter().map(|face| cut.skeleton.chain(&face[0]));
    shells.flatten().map(|at| Rect::new(at, at)).reduce(union)
}

struct Rings {
    arcs: Vec<DirectedArc>,
    ends: Vec<u32>,
    sources: Vec<RingSource>,
    face_ends: Vec<u32>,
}

struct Refining<'a> {
    coverage: &'a Coverage,
    cut: &'a Cut,
    /// Arc of every arc of the skeleton.
    ids: Vec<ArcId>,
    /// First arc of the skeleton that is a piece of each border arc.
    first_piece: HashMap<ArcId, (usize, usize)>,
    arcs: CutArcs,
    /// Faces of the atom that is cut.
    faces: Range<usize>,
}

impl<'a> Refining<'a> {
    fn new(coverage: &'a Coverage, cut: &'a Cut) -> Self {
        let mut next = coverage.arc_count();
        let mut fresh = || {
            next += 1;
            ArcId::new(next - 1)
        };
        let mut ids = Vec::with_capacity(cut.skeleton.len());
        let mut first_piece = HashMap::new();
        let mut pieces = Vec::new();
        for &(arc, count) in &cut.border {
            first_piece.insert(arc, (ids.len(), count));
            let of_arc: Vec<ArcId> = std::iter::once(arc).chain((1..count).map(|_| fresh())).collect();
            ids.extend(&of_arc);
            if count > 1 {
                pieces.push((arc, of_arc));
            }
        }
        let first_line = coverage.arc_count() + ids.len() - cut.border.len();
        let lines = first_line..first_line + cut.skeleton.len() - ids.len();
        ids.extend(lines.clone().map(ArcId::new));
        let faces = span(&coverage.atom_ends, cut.atom.index());
        Self { coverage, cut, ids, first_piece, arcs: CutArcs { pieces, lines }, faces }
    }

    /// Vertices of all arcs, and where each arc ends.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn coords(&self) -> (Vec<Coord>, Vec<u32>) {
        let (old, cut) = (self.coverage, self.cut);
        let added: usize = (0..cut.skeleton.len()).map(|arc| cut.skeleton.arc(arc).len()).sum();
        let mut coords = Vec::with_capacity(old.coords.len() + added);
        let mut ends = Vec::with_capacity(old.arc_count() + cut.skeleton.len());
        let mut next = 0;
        // Runs of arcs that stay, each followed by one that is cut up.
        for (arc, _) in
            self.arcs.pieces.iter().map(|(arc, pieces)| (arc.index(), pieces)).chain([(old.arc_count(), &Vec::new())])
        {
            let start = span_start(&old.arc_ends, next);
            let shift = coords.len();
            coords.extend_from_slice(&old.coords[start..span_start(&old.arc_ends, arc)]);
            ends.extend(old.arc_ends[next..arc].iter().map(|&end| (end as usize - start + shift) as u32));
            if arc < old.arc_count() {
                coords.extend_from_slice(cut.skeleton.arc(self.first_piece[&ArcId::new(arc)].0));
                ends.push(coords.len() as u32);
            }
            next = arc + 1;
        }
        for (piece, id) in self.ids.iter().enumerate().filter(|(_, id)| id.index() >= old.arc_count()) {
            debug_assert_eq!(id.index(), ends.len());
            coords.extend_from_slice(cut.skeleton.arc(piece));
            ends.push(coords.len() as u32);
        }
        (coords, ends)
    }

    fn nodes(&self) -> (Vec<[NodeId; 2]>, usize) {
        let mut count = self.coverage.node_count;
        let nodes: Vec<NodeId> = self
            .cut
            .nodes
            .iter()
            .map(|known| {
                known.unwrap_or_else(|| {
                    count += 1;
                    NodeId::new(count - 1)
                })
            })
            .collect();
        let mut arc_nodes = self.coverage.arc_nodes.clone();
        arc_nodes.resize(arc_nodes.len() + self.added_arcs(), [NodeId(0); 2]);
        for (piece, id) in self.ids.iter().enumerate() {
            arc_nodes[id.index()] = self.cut.skeleton.ends(piece).map(|node| nodes[node.index()]);
        }
        (arc_nodes, count)
    }

    fn added_arcs(&self) -> usize {
        self.ids.len() - self.cut.border.len()
    }

    fn part_faces(&self, side: CutSide) -> usize {
        self.cut.parts[side as usize].len()
    }

    /// The number that a face of another atom has from now on.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn face(&self, old: u32) -> u32 {
        if old == OUTSIDE || (old as usize) < self.faces.start {
            old
        } else {
            (old as usize + self.part_faces(CutSide::Left) - self.faces.len()) as u32
        }
    }

    /// Faces of a part.
    fn new_faces(&self, side: CutSide) -> Range<usize> {
        let count = self.part_faces(side);
        match side {
            CutSide::Left => self.faces.start..self.faces.start + count,
            CutSide::Right => {
                let others = self.coverage.face_count() - self.faces.len() + self.part_faces(CutSide::Left);
                others..others + count
            }
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn arc_faces(&self) -> Vec<[u32; 2]> {
        let is_cut = |face: u32| self.faces.contains(&(face as usize));
        let face = |face: u32| if is_cut(face) { OUTSIDE } else { self.face(face) };
        let old = &self.coverage.arc_faces;
        let mut sides: Vec<[u32; 2]> = old.iter().map(|sides| sides.map(face)).collect();
        sides.resize(sides.len() + self.added_arcs(), [OUTSIDE; 2]);
        for (arc, pieces) in &self.arcs.pieces {
            for piece in pieces {
                sides[piece.index()] = sides[arc.index()];
            }
        }
        for side in [CutSide::Left, CutSide::Right] {
            for (face, rings) in self.new_faces(side).zip(&self.cut.parts[side as usize]) {
                for arc in rings.iter().flatten() {
                    sides[self.ids[arc.arc().index()].index()][usize::from(arc.is_backward())] = face as u32;
                }
            }
        }
        sides
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn rings(&self) -> Rings {
        let old = self.coverage;
        let mut made = Rings {
            arcs: Vec::with_capacity(old.ring_arcs.len() + 4 * self.ids.len()),
            ends: Vec::with_capacity(old.ring_count() + 8),
            sources: Vec::with_capacity(old.ring_count() + 8),
            face_ends: Vec::with_capacity(old.face_count() + 8),
        };
        let mut affected = vec![false; old.face_count()];
        for (arc, _) in &self.arcs.pieces {
            for face in old.arc_faces[arc.index()].into_iter().filter(|&face| face != OUTSIDE) {
                affected[face as usize] = true;
            }
        }
        for (face, is_affected) in affected.into_iter().enumerate() {
            if face == self.faces.start {
                self.push_part(&mut made, CutSide::Left);
            }
            if self.faces.contains(&face) {
                continue;
            }
            for ring in old.rings_of(FaceId::new(face)) {
                let source = old.ring_sources[ring.index()];
                if is_affected {
                    made.arcs.extend(old.ring(ring).iter().flat_map(|&arc| self.expanded(arc)));
                    made.sources.push(RingSource { first: self.first_vertex(ring), ..source });
                } else {
                    made.arcs.extend_from_slice(old.ring(ring));
                    made.sources.push(source);
                }
                made.ends.push(made.arcs.len() as u32);
            }
            made.face_ends.push(made.ends.len() as u32);
        }
        self.push_part(&mut made, CutSide::Right);
        made
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn push_part(&self, made: &mut Rings, side: CutSide) {
        for face in &self.cut.parts[side as usize] {
            for ring in face {
                let global = |arc: &DirectedArc| {
                    let id = self.ids[arc.arc().index()];
                    if arc.is_backward() { DirectedArc::backward(id) } else { DirectedArc::forward(id) }
                };
                made.arcs.extend(ring.iter().map(global));
                made.ends.push(made.arcs.len() as u32);
                made.sources.push(RingSource { first: 0, reversed: false });
            }
            made.face_ends.push(made.ends.len() as u32);
        }
    }

    /// The pieces that a directed arc consists of from now on.
    fn expanded(&self, arc: DirectedArc) -> Vec<DirectedArc> {
        let Some(&(first, count)) = self.first_piece.get(&arc.arc()) else { return vec![arc] };
        let pieces = &self.ids[first..first + count];
        if arc.is_backward() {
            pieces.iter().rev().map(|&piece| DirectedArc::backward(piece)).collect()
        } else {
            pieces.iter().map(|&piece| DirectedArc::forward(piece)).collect()
        }
    }

    /// Where the first vertex of the source ring stands once vertices were put into a ring.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn first_vertex(&self, ring: RingId) -> u32 {
        let first = self.coverage.ring_sources[ring.index()].first as usize;
        let (mut before, mut now) = (0, 0);
        for &arc in self.coverage.ring(ring) {
            let old = self.coverage.arc(arc.arc());
            let new = self.vertices_now(arc.arc());
            if first < before + old.len() - 1 {
                let step = first - before;
                let step = if arc.is_backward() { old.len() - 1 - step } else { step };
                let place = new.get(step).copied().unwrap_or(step);
                let last = new.last().copied().unwrap_or(old.len() - 1);
                return (now + if arc.is_backward() { last - place } else { place }) as u32;
            }
            before += old.len() - 1;
            now += new.last().copied().unwrap_or(old.len() - 1);
        }
        now as u32
    }

    /// For each vertex of an arc its position among those that it has from now on; empty when nothing changes.
    fn vertices_now(&self, arc: ArcId) -> Vec<usize> {
        let Some(&(first, count)) = self.first_piece.get(&arc) else { return Vec::new() };
        let pieces = (first..first + count).map(|piece| self.cut.skeleton.arc(piece));
        let now = pieces.enumerate().flat_map(|(i, piece)| &piece[usize::from(i > 0)..]);
        let mut now = now.enumerate();
        let old = self.coverage.arc(arc).iter();
        old.map_while(|at| now.find(|(_, there)| *there == at).map(|(position, _)| position)).collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn atoms(&self) -> (Vec<AtomId>, Vec<u32>) {
        let old = self.coverage;
        let (left, right) = (self.part_faces(CutSide::Left), self.part_faces(CutSide::Right));
        let mut face_atoms = Vec::with_capacity(old.face_count() + left + right);
        face_atoms.extend_from_slice(&old.face_atoms[..self.faces.start]);
        face_atoms.extend(std::iter::repeat_n(self.cut.atom, left));
        face_atoms.extend_from_slice(&old.face_atoms[self.faces.end..]);
        face_atoms.extend(std::iter::repeat_n(AtomId::new(old.atom_count()), right));
        let mut ends = old.atom_ends.clone();
        for end in &mut ends[self.cut.atom.index()..] {
            *end = (*end as usize + left - self.faces.len()) as u32;
        }
        ends.push(face_atoms.len() as u32);
        (face_atoms, ends)
    }

    /// Rings of other atoms under their new numbers.
    fn renumbered(&self, rings: &[RingId]) -> Vec<RingId> {
        let ring_of = |face: usize| span_start(&self.coverage.face_ends, face);
        let gone = ring_of(self.faces.start)..ring_of(self.faces.end);
        let made: usize = self.cut.parts[CutSide::Left as usize].iter().map(Vec::len).sum();
        let stays = rings.iter().filter(|ring| !gone.contains(&ring.index()));
        stays
            .map(|ring| if ring.index() < gone.start { *ring } else { RingId::new(ring.index() + made - gone.len()) })
            .collect()
    }
}

/// Where the item at an index starts, which may be the one behind the last.
fn span_start(ends: &[u32], index: usize) -> usize {
    if index == 0 { 0 } else { ends[index - 1] as usize }
}
