//! The rings of a disturbed neighbourhood, as they are changed.

use std::collections::BTreeMap;

use geo::Coord;
use rayon::prelude::*;

use super::sieve::Sieve;
use crate::coverage::hashed::{HashMap, HashSet};
use crate::coverage::validate::measure::{Local, project, twice_area};
use crate::coverage::validate::tree::{Bounds, SegmentTree};
use crate::coverage::validate::{Defect, DefectKind};
use crate::coverage::{ArcId, AtomId, Coverage, FaceId, FlatPolygons, OUTSIDE, RingId};

/// A vertex as bits.
pub(super) type Key = [u64; 2];

/// Polygons of an atom: faces, rings, vertices in degrees, not closed; the first ring of a face is its shell.
pub type Polygons = Vec<Vec<Vec<Coord>>>;

/// Polygons of atoms that are not as they were.
pub(super) type Instead = BTreeMap<AtomId, Polygons>;

/// A segment without direction, as bits.
pub(super) type SegmentKey = [Key; 2];

pub(super) fn key(at: Coord) -> Key {
    // -0.0 and 0.0 are one place.
    [(at.x + 0.0).to_bits(), (at.y + 0.0).to_bits()]
}

pub(super) fn segment_key(a: Coord, b: Coord) -> SegmentKey {
    let (a, b) = (key(a), key(b));
    if a <= b { [a, b] } else { [b, a] }
}

/// The place of a key.
pub(super) fn place([x, y]: Key) -> Coord {
    Coord { x: f64::from_bits(x), y: f64::from_bits(y) }
}

/// A ring of an atom.
#[derive(Clone, Debug)]
pub(super) struct Ring {
    pub atom: AtomId,
    /// Face as the coverage has it.
    pub face: FaceId,
    /// Whether it is a hole.
    pub is_hole: bool,
    /// Vertices, not closed.
    pub coords: Vec<Coord>,
    /// Whether its vertices are not those that were read.
    pub is_touched: bool,
}

/// Vertices that segments take in, by segment.
#[derive(Debug, Default)]
pub(super) struct Inserts(HashMap<SegmentKey, Vec<Coord>>);

impl Inserts {
    /// A segment takes in a vertex; whether it did not have it.
    pub fn add(&mut self, a: Coord, b: Coord, vertex: Coord) -> bool {
        let segment = segment_key(a, b);
        if segment.contains(&key(vertex)) {
            return false;
        }
        let there = self.0.entry(segment).or_default();
        let is_new = !there.contains(&vertex);
        if is_new {
            there.push(vertex);
        }
        is_new
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Ends of all segments that take a vertex in.
    pub fn ends(&self) -> impl Iterator<Item = Key> + '_ {
        self.0.keys().flatten().copied()
    }

    /// All vertices that are taken in.
    pub fn vertices(&self) -> impl Iterator<Item = Key> + '_ {
        self.0.values().flatten().map(|&at| key(at))
    }

    /// Puts the vertices of every segment in order along it.
    fn sort(&mut self) {
        for (&[from, to], vertices) in &mut self.0 {
            let segment = [place(from), place(to)];
            let along = |vertex: Coord| project(vertex, segment);
            vertices.sort_by(|&a, &b| along(a).total_cmp(&along(b)).then_with(|| key(a).cmp(&key(b))));
        }
    }

    /// Vertices between two, in this direction.
    fn between(&self, a: Coord, b: Coord) -> impl Iterator<Item = Coord> + '_ {
        let segment = segment_key(a, b);
        let vertices = self.0.get(&segment).map_or(&[][..], Vec::as_slice);
        let backward = segment[0] != key(a);
        let n = vertices.len();
        (0..n).map(move |i| vertices[if backward { n - 1 - i } else { i }])
    }
}

/// The rings of atoms at disturbed places and of those around.
#[derive(Debug)]
pub(super) struct Neighbourhood<'c> {
    /// Rings in order of atom, face and ring.
    pub rings: Vec<Ring>,
    coverage: &'c Coverage,
    /// The index over all its segments.
    tree: &'c SegmentTree,
    /// Whether each atom is here.
    is_here: Vec<bool>,
}

impl<'c> Neighbourhood<'c> {
    /// The atoms of defects, and all that share a node with a border there; with any of their borders where it is wide.
    pub fn of((coverage, tree): (&'c Coverage, &'c SegmentTree), defects: &[&Defect], is_wide: bool) -> Self {
        let mut at_node = vec![false; coverage.node_count()];
        let mut is_here = vec![false; coverage.atom_count()];
        let mut concern = |arc: ArcId| {
            for node in coverage.built.arc_nodes[arc.index()] {
                at_node[node.index()] = true;
            }
        };
        for defect in defects {
            // Of a polygon that is none all borders may change.
            let all = is_wide || matches!(defect.kind, DefectKind::InvalidRing | DefectKind::DuplicateUnit);
            for &atom in &defect.atoms {
                is_here[atom.index()] = true;
                if all {
                    coverage.arcs_of(atom).for_each(|arc| concern(arc.arc()));
                }
            }
            defect.arcs.iter().for_each(|&arc| concern(arc));
        }
        for arc in coverage.arcs() {
            if coverage.built.arc_nodes[arc.index()].iter().any(|node| at_node[node.index()]) {
                for atom in coverage.sides_here(arc).into_iter().flatten() {
                    is_here[atom.index()] = true;
                }
            }
        }
        let here: Vec<AtomId> = coverage.atoms().filter(|atom| is_here[atom.index()]).collect();
        let of_atom = |&atom: &AtomId| {
            let faces = coverage.faces_of(atom);
            let rings = faces.flat_map(move |face| coverage.rings_of(face).enumerate().map(move |at| (face, at)));
            rings.map(move |(face, (i, ring))| {
                let coords = open_ring(coverage, ring);
                Ring { atom, face, is_hole: i > 0, coords, is_touched: false }
            })
        };
        Self { rings: here.par_iter().flat_map_iter(of_atom).collect(), coverage, tree, is_here }
    }

    /// Whether a segment, as it was before anything was changed, has an atom on its other side that is not here.
    pub fn is_foreign(&self, a: Coord, b: Coord) -> bool {
        let (segment, coords) = (segment_key(a, b), &self.coverage.built.coords);
        let is_foreign = |arc: ArcId| match self.coverage.sides_here(arc) {
            [Some(left), Some(right)] => self.is_here[left.index()] != self.is_here[right.index()],
            _ => false,
        };
        let mut found = false;
        self.tree.near(&Bounds::of(a, b), |block| {
            found = found
                || is_foreign(block.arc) && block.segments().any(|i| segment_key(coords[i], coords[i + 1]) == segment);
        });
        found
    }

    /// Moves vertices, and takes those in that come near a segment. A ring that has such a vertex already stays as it is
    /// there: a thin one would come to it twice, and hold nothing.
    pub fn draw_together(&mut self, merges: &HashMap<Key, Coord>, inserts: Inserts) {
        self.alter(merges, inserts, |_| true, true);
    }

    /// Takes in vertices that lie on segments, in the rings that `concerned` names by their position.
    pub fn take_in(&mut self, inserts: Inserts, concerned: impl Fn(usize) -> bool + Sync) {
        self.alter(&HashMap::default(), inserts, concerned, false);
    }

    fn alter(
        &mut self,
        merges: &HashMap<Key, Coord>,
        mut inserts: Inserts,
        concerned: impl Fn(usize) -> bool + Sync,
        once: bool,
    ) {
        inserts.sort();
        // Most rings have nothing of it.
        let concerns = Sieve::of(merges.keys().copied().chain(inserts.ends()));
        let now_at = |at: Coord| merges.get(&key(at)).copied().unwrap_or(at);
        self.rings.par_iter_mut().enumerate().filter(|(i, _)| concerned(*i)).for_each(|(_, ring)| {
            if !ring.coords.iter().any(|&at| concerns.may_have(key(at))) {
                return;
            }
            let n = ring.coords.len();
            let mut made = Vec::with_capacity(n + 8);
            for (i, &at) in ring.coords.iter().enumerate() {
                let (a, b) = (now_at(at), now_at(ring.coords[(i + 1) % n]));
                let has = |vertex: Coord| ring.coords.iter().any(|&at| now_at(at) == vertex);
                let between = inserts.between(a, b).filter(|&vertex| !(once && has(vertex)));
                for vertex in std::iter::once(a).chain(between) {
                    if made.last() != Some(&vertex) {
                        made.push(vertex);
                    }
                }
            }
            while made.len() > 1 && made.first() == made.last() {
                made.pop();
            }
            if made != ring.coords {
                ring.coords = made;
                ring.is_touched = true;
            }
        });
    }

    /// Every ring as a face and an atom of its own.
    pub fn flat(&self) -> FlatPolygons {
        let mut flat = FlatPolygons::default();
        for ring in &self.rings {
            ring.coords.iter().chain(ring.coords.first()).for_each(|&at| flat.push(at));
            flat.end_ring();
            flat.end_face();
            flat.end_atom();
        }
        flat
    }
}

fn open_ring(coverage: &Coverage, ring: RingId) -> Vec<Coord> {
    let mut coords = coverage.source_ring(ring);
    coords.pop();
    coords
}

/// The polygons of an atom.
#[must_use]
pub fn polygons_of(coverage: &Coverage, atom: AtomId) -> Polygons {
    let faces = coverage.faces_of(atom);
    faces.map(|face| coverage.rings_of(face).map(|ring| open_ring(coverage, ring)).collect()).collect()
}

/// Size of polygons in square metres; a hole takes away.
pub(super) fn area_m2(polygons: &[Vec<Vec<Coord>>]) -> f64 {
    let Some(&origin) = polygons.iter().flatten().flatten().next() else { return 0.0 };
    let local = Local::around(origin);
    let size = |ring: &Vec<Coord>| {
        let metres: Vec<Coord> = ring.iter().map(|&at| local.metres(at)).collect();
        twice_area(&metres).abs() / 2.0
    };
    let face = |face: &Vec<Vec<Coord>>| {
        face.iter().enumerate().map(|(i, ring)| if i == 0 { size(ring) } else { -size(ring) }).sum::<f64>()
    };
    polygons.iter().map(face).sum()
}

/// All polygons of a coverage, with those of some atoms replaced.
pub(super) fn flat(coverage: &Coverage, instead: &Instead) -> FlatPolygons {
    let mut flat = flat_of(coverage, &coverage.atoms().collect::<Vec<_>>(), instead);
    // What came untidy and is still there stays told.
    restore_untidy(coverage, instead, &mut flat);
    flat
}

/// Polygons of some atoms, with those of some of them replaced.
pub(super) fn flat_of(coverage: &Coverage, atoms: &[AtomId], instead: &Instead) -> FlatPolygons {
    let mut flat = FlatPolygons::default();
    flat.coords.reserve(2 * coverage.vertex_count() * atoms.len() / coverage.atom_count().max(1));
    let mut drawn: Vec<FlatPolygons> = Vec::new();
    for some in atoms.chunks(16 * DRAWN_AT_ONCE) {
        let before = std::mem::take(&mut drawn);
        let put = || before.iter().for_each(|part| flat.append(part));
        let draw = || some.par_chunks(DRAWN_AT_ONCE).map(|some| drawn_of(coverage, some, instead)).collect();
        (drawn, ()) = rayon::join(draw, put);
    }
    for part in &drawn {
        flat.append(part);
    }
    flat
}

/// Atoms that one task draws.
const DRAWN_AT_ONCE: usize = 128;

fn drawn_of(coverage: &Coverage, atoms: &[AtomId], instead: &Instead) -> FlatPolygons {
    let mut flat = FlatPolygons::default();
    for &atom in atoms {
        if let Some(faces) = instead.get(&atom) {
            for face in faces {
                for ring in face {
                    flat.extend(ring.iter().chain(ring.first()).copied());
                    flat.end_ring();
                }
                flat.end_face();
            }
        } else {
            for face in coverage.faces_of(atom) {
                for ring in coverage.rings_of(face) {
                    flat.extend(coverage.source_ring(ring).into_iter());
                    flat.end_ring();
                }
                flat.end_face();
            }
        }
        flat.end_atom();
    }
    flat
}

/// Rings that came unclosed or with repeats, of atoms that are not replaced.
fn restore_untidy(coverage: &Coverage, instead: &Instead, flat: &mut FlatPolygons) {
    let untidy = coverage.untidy_rings();
    flat.unclosed.clear();
    flat.repeated.clear();
    if untidy.unclosed.is_empty() && untidy.repeated.is_empty() {
        return;
    }
    let mut ring_now = HashMap::default();
    for atom in coverage.atoms().filter(|atom| !instead.contains_key(atom)) {
        for (face, now) in coverage.faces_of(atom).zip(flat.faces_of(atom)) {
            ring_now.extend(coverage.rings_of(face).zip(flat.rings_of(now)));
        }
    }
    let now = |rings: &[RingId]| rings.iter().filter_map(|ring| ring_now.get(ring).copied()).collect();
    flat.unclosed = now(&untidy.unclosed);
    flat.repeated = now(&untidy.repeated);
}

/// Atoms with a ring that came unclosed or with repeated vertices.
pub(super) fn untidy(coverage: &Coverage) -> impl Iterator<Item = AtomId> + '_ {
    let untidy = coverage.untidy_rings();
    let rings: HashSet<RingId> = untidy.unclosed.iter().chain(&untidy.repeated).copied().collect();
    let has = move |&atom: &AtomId| {
        !rings.is_empty()
            && coverage.faces_of(atom).flat_map(|face| coverage.rings_of(face)).any(|ring| rings.contains(&ring))
    };
    coverage.atoms().filter(has)
}

/// Atom of an arc that has one on one side only.
pub(super) fn open_owner(coverage: &Coverage, arc: ArcId) -> Option<AtomId> {
    let faces = coverage.faces_here(arc);
    let open = (faces[0] == OUTSIDE) != (faces[1] == OUTSIDE);
    open.then(|| coverage.atom_of(FaceId(faces[usize::from(faces[0] == OUTSIDE)])))
}
