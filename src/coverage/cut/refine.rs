//! The coverage with a cut made.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use geo::{Coord, Rect};

use super::{Cut, CutSide};
use crate::coverage::cuts::{ArcNow, AtomNow, Cuts, FaceNow, RingNow};
use crate::coverage::seam::own_side;
use crate::coverage::{
    ArcId, AtomId, Built, Coverage, DirectedArc, FaceId, NodeId, OUTSIDE, RingId, RingSource, UntidyRings, union,
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
        let mut built = Built { arc_nodes, node_count, ..Built::default() };
        for arc in arcs {
            built.coords.extend_from_slice(arc);
            built.arc_ends.push(built.coords.len() as u32);
        }
        built.arc_faces = vec![[OUTSIDE; 2]; arcs.len()];
        Self::new(built, UntidyRings::default())
    }

    /// The coverage with a cut made that was thought through for it: what is left of the line stays the atom, what is
    /// right of it becomes the last atom. Costs what the atom and its neighbours have in arcs.
    #[must_use]
    pub fn refined(&self, cut: &Cut) -> (Self, CutArcs) {
        let refining = Refining::new(self, cut);
        let mut cuts = self.cuts.clone();
        // In this order: rings are made of arcs, and what an atom borders on follows from its rings.
        refining.rings_around(&mut cuts);
        let parts = refining.parts(&mut cuts);
        refining.arcs(&mut cuts, &parts);
        let mut refined = Self { built: Arc::clone(&self.built), cuts, untidy: self.untidy_without(cut.atom) };
        refined.meet_neighbours(self, cut, &parts);
        (refined, refining.arcs)
    }

    /// Untidy rings without those of an atom.
    fn untidy_without(&self, atom: AtomId) -> Arc<UntidyRings> {
        let gone: Vec<RingId> = self.faces_of(atom).flat_map(|face| self.rings_of(face)).collect();
        let UntidyRings { unclosed, repeated } = &*self.untidy;
        // Both ascend.
        let is_untidy = |ring: &RingId| unclosed.binary_search(ring).is_ok() || repeated.binary_search(ring).is_ok();
        if !gone.iter().any(is_untidy) {
            return Arc::clone(&self.untidy);
        }
        let stay = |rings: &[RingId]| rings.iter().filter(|ring| !gone.contains(ring)).copied().collect();
        Arc::new(UntidyRings { unclosed: stay(unclosed), repeated: stay(repeated) })
    }

    /// Says what the two parts are, and who borders on whom from now on.
    fn meet_neighbours(&mut self, before: &Self, cut: &Cut, parts: &[Range<usize>; 2]) {
        let made = AtomId::new(before.atom_count());
        self.cuts.atom_count += 1;
        for (side, atom) in [(CutSide::Left, cut.atom), (CutSide::Right, made)] {
            let (faces, bounds) = (parts[side as usize].clone(), bounds(cut, side));
            self.cuts.atoms.insert(atom.0, AtomNow { faces, bounds, neighbours: Arc::default() });
        }
        for atom in before.neighbours(cut.atom).iter().copied().chain([cut.atom, made]) {
            let neighbours = self.found_neighbours(atom);
            if atom == cut.atom || atom == made || *neighbours != *self.neighbours(atom) {
                let (faces, bounds) = (self.face_span(atom), self.bounds_of(atom));
                self.cuts.atoms.insert(atom.0, AtomNow { faces, bounds, neighbours: neighbours.into() });
            }
        }
    }

    /// Atoms on the other side of the arcs of an atom, ascending.
    fn found_neighbours(&self, atom: AtomId) -> Vec<AtomId> {
        let across = self.arcs_of(atom).filter_map(|arc| self.right(arc)).map(|face| self.atom_of(face));
        let mut neighbours: Vec<AtomId> = across.filter(|&other| other != atom).collect();
        neighbours.sort_unstable();
        neighbours.dedup();
        neighbours
    }
}

fn bounds(cut: &Cut, side: CutSide) -> Option<Rect> {
    let shells = cut.parts[side as usize].iter().map(|face| cut.skeleton.chain(&face[0]));
    shells.flatten().map(|at| Rect::new(at, at)).reduce(union)
}

struct Refining<'a> {
    coverage: &'a Coverage,
    cut: &'a Cut,
    /// Arc of every arc of the skeleton.
    ids: Vec<ArcId>,
    /// First arc of the skeleton that is a piece of each border arc.
    first_piece: HashMap<ArcId, (usize, usize)>,
    arcs: CutArcs,
    /// Border arc of every arc of the skeleton that is a piece of one; they come first.
    borders: Vec<ArcId>,
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
        let faces = coverage.face_span(cut.atom);
        let borders = cut.border.iter().flat_map(|&(arc, count)| std::iter::repeat_n(arc, count)).collect();
        Self { coverage, cut, ids, first_piece, borders, arcs: CutArcs { pieces, lines }, faces }
    }

    /// Writes the arcs down that the cut makes, and those whose ends or sides it changes.
    fn arcs(&self, cuts: &mut Cuts, parts: &[Range<usize>; 2]) {
        let (nodes, node_count) = self.nodes();
        let sides = self.sides(parts);
        // For each arc of the skeleton the border arc that it is a piece of.
        let borders = self.cut.border.iter().flat_map(|&(arc, count)| std::iter::repeat_n((arc, count), count));
        let mut borders = borders.map(Some).chain(std::iter::repeat(None));
        for (piece, (&id, faces)) in self.ids.iter().zip(sides).enumerate() {
            let nodes = self.cut.skeleton.ends(piece).map(|node| nodes[node.index()]);
            let border = borders.next().flatten();
            let piece_of = border.and_then(|(arc, _)| self.coverage.built_arc(arc));
            if let Some((arc, 1)) = border {
                // Its vertices stay, and mostly all of it.
                let is_same =
                    nodes == self.coverage.ends(DirectedArc::forward(arc)) && faces == self.coverage.side_faces(arc);
                if !is_same {
                    let coords = self.coverage.cuts.arc(arc).and_then(|now| now.coords.clone());
                    let twin = self.coverage.twin(arc);
                    cuts.arcs.insert(arc.0, ArcNow { coords, nodes, faces, piece_of, twin });
                }
            } else {
                let coords = self.cut.skeleton.arc(piece);
                cuts.vertex_count += coords.len();
                let twin = self.twin(piece);
                cuts.arcs.insert(id.0, ArcNow { coords: Some(coords.into()), nodes, faces, piece_of, twin });
            }
        }
        cuts.vertex_count -= self.arcs.pieces.iter().map(|(arc, _)| self.coverage.arc(*arc).len()).sum::<usize>();
        cuts.arc_count += self.ids.len() - self.cut.border.len();
        cuts.node_count = node_count;
    }

    /// Node of every node of the skeleton, and how many nodes there are.
    fn nodes(&self) -> (Vec<NodeId>, usize) {
        let mut count = self.coverage.node_count();
        let node = |known: &Option<NodeId>| {
            known.unwrap_or_else(|| {
                count += 1;
                NodeId::new(count - 1)
            })
        };
        let nodes = self.cut.nodes.iter().map(node).collect();
        (nodes, count)
    }

    /// Faces on both sides of every arc of the skeleton.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn sides(&self, parts: &[Range<usize>; 2]) -> Vec<[u32; 2]> {
        let is_cut = |face: u32| self.faces.contains(&(face as usize));
        let other = |face: u32| if is_cut(face) { OUTSIDE } else { face };
        let borders = self
            .cut
            .border
            .iter()
            .flat_map(|&(arc, count)| std::iter::repeat_n(self.coverage.side_faces(arc).map(other), count));
        let mut sides: Vec<[u32; 2]> = borders.collect();
        sides.resize(self.ids.len(), [OUTSIDE; 2]);
        for side in [CutSide::Left, CutSide::Right] {
            for (face, rings) in parts[side as usize].clone().zip(&self.cut.parts[side as usize]) {
                for arc in rings.iter().flatten() {
                    sides[arc.arc().index()][usize::from(arc.is_backward())] = face as u32;
                }
            }
        }
        self.look_across(&mut sides);
        sides
    }

    /// Gives arcs along the seam the faces that lie beyond it from now on.
    fn look_across(&self, sides: &mut [[u32; 2]]) {
        for piece in 0..self.ids.len() {
            let Some(twin) = self.twin_piece(piece) else { continue };
            let [own, there] = [piece, twin].map(|piece| own_side(self.cut.skeleton.arc(piece)));
            sides[piece][1 - own] = sides[twin][there];
        }
    }

    /// The piece that is the same line on the other side of the seam.
    fn twin_piece(&self, piece: usize) -> Option<usize> {
        let arc = self.borders.get(piece).copied()?;
        let twin = self.coverage.twin(arc)?;
        let (&(first, count), &(other, others)) = (self.first_piece.get(&arc)?, self.first_piece.get(&twin)?);
        let ends = |arc: ArcId| matches!(self.coverage.arc(arc), [first, .., last] if first.y < last.y);
        let step = piece - first;
        let there = if ends(arc) == ends(twin) { Some(step) } else { count.checked_sub(step + 1) };
        there.filter(|&there| there < others).map(|there| other + there)
    }

    /// The arc on the other side of the seam that a piece has from now on.
    fn twin(&self, piece: usize) -> Option<ArcId> {
        self.twin_piece(piece).map(|twin| self.ids[twin])
    }

    /// Gives the rings of other atoms the pieces of arcs that are cut up.
    fn rings_around(&self, cuts: &mut Cuts) {
        let old = self.coverage;
        let sides = self.arcs.pieces.iter().flat_map(|(arc, _)| old.side_faces(*arc));
        let mut faces: Vec<u32> =
            sides.filter(|&face| face != OUTSIDE && !self.faces.contains(&(face as usize))).collect();
        faces.sort_unstable();
        faces.dedup();
        let is_cut_up = |arc: &DirectedArc| self.first_piece.get(&arc.arc()).is_some_and(|&(_, count)| count > 1);
        for ring in faces.into_iter().flat_map(|face| old.rings_of(FaceId(face))) {
            if old.ring(ring).iter().any(is_cut_up) {
                let arcs = old.ring(ring).iter().flat_map(|&arc| self.expanded(arc)).collect();
                let source = RingSource { first: self.first_vertex(ring), ..old.ring_source(ring) };
                cuts.rings.insert(ring.0, RingNow { arcs, source });
            }
        }
    }

    /// Makes the faces and rings of both parts. Returns the ids of the faces, left first.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    fn parts(&self, cuts: &mut Cuts) -> [Range<usize>; 2] {
        let gone = self.faces.clone().map(FaceId::new).map(|face| self.coverage.rings_of(face).len()).sum::<usize>();
        cuts.ring_count -= gone;
        cuts.face_count -= self.faces.len();
        let made = AtomId::new(self.coverage.atom_count());
        [(CutSide::Left, self.cut.atom), (CutSide::Right, made)].map(|(side, atom)| {
            let part = &self.cut.parts[side as usize];
            let stays = side == CutSide::Left && part.len() <= self.faces.len();
            let first = if stays { self.faces.start } else { cuts.next_face };
            for (face, rings) in (first..).zip(part) {
                let first_ring = cuts.next_ring;
                for ring in rings {
                    let arcs = ring.iter().map(|&arc| self.now(arc)).collect();
                    let source = RingSource { first: 0, reversed: false };
                    cuts.rings.insert(cuts.next_ring as u32, RingNow { arcs, source });
                    cuts.next_ring += 1;
                }
                cuts.faces.insert(face as u32, FaceNow { atom, rings: first_ring..cuts.next_ring });
                cuts.ring_count += rings.len();
            }
            cuts.face_count += part.len();
            cuts.next_face = cuts.next_face.max(first + part.len());
            first..first + part.len()
        })
    }

    /// The arc that a directed arc of the skeleton is from now on.
    fn now(&self, arc: DirectedArc) -> DirectedArc {
        let id = self.ids[arc.arc().index()];
        if arc.is_backward() { DirectedArc::backward(id) } else { DirectedArc::forward(id) }
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
        let first = self.coverage.ring_source(ring).first as usize;
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
}
