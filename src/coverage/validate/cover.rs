//! Which faces cover every region.
//!
//! Going over an edge from its right to its left leaves the face on the right and enters the one on the left. So
//! the cover of one region gives those of all that hang together with it. Parts that hang together (an island, an
//! enclave) are placed by the nearest segment to the left of their westernmost vertex.

use geo::Coord;
use rayon::prelude::*;
use smallvec::SmallVec;

use super::arrangement::{Arrangement, Half};
use super::tree::{SegmentTree, index};
use crate::coverage::hashed::HashMap;
use crate::coverage::{FaceId, OUTSIDE};

/// How often each face covers a region: 1 is right, others come from broken rings. Never 0; ascending by face.
pub(in crate::coverage) type Cover = SmallVec<[(FaceId, i32); 2]>;

/// Covers of all cycles.
#[derive(Debug)]
pub(in crate::coverage) struct Covers {
    /// For every cycle a face, [`OUTSIDE`] for none, or [`MANY`] and a position in `many`.
    cycles: Vec<u32>,
    many: Vec<Cover>,
    /// Outer boundaries of connected parts and the cycle that each lies in (`None` for the unbounded region).
    parts: Vec<Part>,
}

/// Edges that hang together.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Part {
    /// The cycle around it.
    pub outer: u32,
    /// The cycle that it lies in; `None` in the unbounded region.
    pub within: Option<u32>,
}

const MANY: u32 = 1 << 31;

/// Finds the cover of every cycle.
pub(in crate::coverage) fn find(arrangement: &Arrangement<'_>, tree: &SegmentTree) -> Covers {
    let mut covers = Covers { cycles: vec![OUTSIDE; arrangement.cycle_count()], many: Vec::new(), parts: Vec::new() };
    let mut seen = vec![false; arrangement.cycle_count()];
    let mut within_of: HashMap<u32, Option<u32>> = HashMap::default();
    for (at, west) in westernmost(arrangement) {
        let counts = |arc| arrangement.faces_at(arc).next().is_some();
        let within = if covers.parts.is_empty() { None } else { tree.left_of(arrangement.coverage, at, counts) }
            .and_then(|segment| arrangement.east_of(segment, at.y))
            .map(|half| arrangement.cycle_of(beyond_coincident(arrangement, half, &within_of)));
        let outer = arrangement.cycle_of(west);
        covers.cycles[outer as usize] = match within {
            Some(cycle) => covers.cycles[cycle as usize],
            None => OUTSIDE,
        };
        // The cycle around the part it lies in is no region of its own: the region there is the one further out.
        let within = within.and_then(|cycle| within_of.get(&cycle).copied().unwrap_or(Some(cycle)));
        within_of.insert(outer, within);
        covers.parts.push(Part { outer, within });
        covers.spread(arrangement, outer, &mut seen);
    }
    covers
}

/// Where edges lie on each other, the region to the east is beyond the last of them: between them is nothing.
fn beyond_coincident(arrangement: &Arrangement<'_>, mut half: Half, outer: &HashMap<u32, Option<u32>>) -> Half {
    // An edge that stands alone twice has nothing on either side: there the known outer boundary ends it.
    let first = half;
    while arrangement.is_flat(half) && !outer.contains_key(&arrangement.cycle_of(half)) {
        half = arrangement.next(half).twin();
        if half == first {
            break;
        }
    }
    half
}

impl Covers {
    /// Faces that cover a cycle.
    pub fn of(&self, cycle: u32) -> Cover {
        match self.cycles[cycle as usize] {
            OUTSIDE => Cover::new(),
            many if many & MANY != 0 => self.many[(many ^ MANY) as usize].clone(),
            face => SmallVec::from_slice(&[(FaceId(face), 1)]),
        }
    }

    /// Whether exactly one face covers a cycle, once.
    pub fn is_plain(&self, cycle: u32) -> bool {
        self.cycles[cycle as usize] & MANY == 0
    }

    /// Edges that hang together, from west to east.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// From one cycle to all that hang together with it.
    fn spread(&mut self, arrangement: &Arrangement<'_>, first: u32, seen: &mut [bool]) {
        seen[first as usize] = true;
        let mut todo = vec![first];
        while let Some(cycle) = todo.pop() {
            for half in arrangement.cycle(cycle) {
                let other = arrangement.cycle_of(half.twin());
                if !std::mem::replace(&mut seen[other as usize], true) {
                    self.cycles[other as usize] = self.across(arrangement, cycle, half);
                    todo.push(other);
                }
            }
        }
    }

    /// The cover on the right of a half, from that on its left.
    fn across(&mut self, arrangement: &Arrangement<'_>, cycle: u32, half: Half) -> u32 {
        let (left, right) = (arrangement.face(half), arrangement.face(half.twin()));
        if self.cycles[cycle as usize] == left {
            return right;
        }
        let mut cover = self.of(cycle);
        count(&mut cover, left, -1);
        count(&mut cover, right, 1);
        match cover[..] {
            [] => OUTSIDE,
            [(face, 1)] => face.0,
            _ => {
                self.many.push(cover);
                MANY | index(self.many.len() - 1)
            }
        }
    }
}

fn count(cover: &mut Cover, face: u32, by: i32) {
    if face == OUTSIDE {
        return;
    }
    match cover.binary_search_by_key(&face, |&(face, _)| face.0) {
        Ok(i) if cover[i].1 + by == 0 => {
            cover.remove(i);
        }
        Ok(i) => cover[i].1 += by,
        Err(i) => cover.insert(i, (FaceId(face), by)),
    }
}

/// For all that hangs together its westernmost vertex, and a half with the west on its left; from west to east.
fn westernmost(arrangement: &Arrangement<'_>) -> Vec<(Coord, Half)> {
    let mut parts: Vec<u32> = (0..index(arrangement.node_count())).collect();
    for edge in 0..arrangement.edge_count() {
        let half = Half(index(edge) << 1);
        let (a, b) = (root(&mut parts, arrangement.origin(half)), root(&mut parts, arrangement.origin(half.twin())));
        parts[a.max(b) as usize] = a.min(b);
    }
    let smallest: Vec<Option<(Coord, u32)>> =
        (0..arrangement.edge_count()).into_par_iter().map(|edge| arrangement.smallest(edge)).collect();
    let mut best: Vec<Option<(Coord, usize, u32)>> = vec![None; parts.len()];
    let before = |a: Coord, b: Coord| (a.x, a.y) < (b.x, b.y);
    for (edge, smallest) in smallest.iter().enumerate() {
        let part = root(&mut parts, arrangement.origin(Half(index(edge) << 1)));
        let best = &mut best[part as usize];
        if let Some((at, vertex)) = *smallest
            && best.is_none_or(|(other, ..)| before(at, other))
        {
            *best = Some((at, edge, vertex));
        }
    }
    let mut found: Vec<_> = best.into_iter().flatten().collect();
    found.sort_by(|a, b| a.0.x.total_cmp(&b.0.x).then(a.0.y.total_cmp(&b.0.y)));
    found.into_iter().map(|(at, edge, vertex)| (at, arrangement.west_of(edge, vertex))).collect()
}

fn root(parts: &mut [u32], mut node: u32) -> u32 {
    while parts[node as usize] != node {
        parts[node as usize] = parts[parts[node as usize] as usize];
        node = parts[node as usize];
    }
    node
}
