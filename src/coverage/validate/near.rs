//! Open borders that almost touch another unit: units that should be neighbours, with a slit between them that
//! opens to the outside and so is no gap.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use smallvec::SmallVec;

use super::duplicates::Duplicates;
use super::measure::{Local, distance};
use super::tree::{Block, Bounds, Segment, SegmentTree, index};
use super::{Defect, DefectKind, Detail, NEAR_M, Severity};
use crate::coverage::hashed::{HashMap, HashSet};
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, NodeId, OUTSIDE, span};
use crate::jobs::{Cancelled, Progress};

/// A vertex near another unit's border.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Near {
    arcs: [ArcId; 2],
    /// The vertex, and the arc that it is of.
    vertex: u32,
    of: ArcId,
    /// First vertex of the segment that it comes near to.
    on: u32,
    /// Whether a vertex of the other border is near as well: then both are meant to be one.
    is_pair: bool,
    distance_m: f64,
}

/// Adds a finding for every pair of open arcs that come within [`NEAR_M`] of each other without meeting, unless a
/// finding has both of them already: an error where vertices are almost equal, else a warning. Around a node where both
/// units meet their borders are near each other of necessity: a vertex there says nothing. No more does one from which it
/// is but a few steps along the border outside to the other unit's, as around the tip of a third unit between them.
pub(super) fn defects(
    coverage: &Coverage,
    duplicates: &Duplicates,
    is_foreign: &(impl Fn(ArcId) -> bool + Sync),
    progress: &Progress,
    defects: &mut Vec<Defect>,
) -> Result<(), Cancelled> {
    let owner = |arc: ArcId| {
        let faces = [0, 1].map(|side| duplicates.face(coverage, arc, side));
        let open = (faces[0] == OUTSIDE) != (faces[1] == OUTSIDE) && !is_foreign(arc);
        open.then(|| coverage.built.face_atoms[faces[usize::from(faces[0] == OUTSIDE)] as usize])
    };
    let open = || coverage.arcs().filter(|&arc| owner(arc).is_some());
    let Some(bounds) = coverage.bounds() else { return Ok(()) };
    let widest = bounds.min().y.abs().max(bounds.max().y.abs()).min(89.0).to_radians().cos();
    let margin = NEAR_M / 111_000.0 / widest / 2.0;
    let tree = SegmentTree::build(coverage, open(), margin);
    let mut found = tree.pairs(|a, b, found| {
        if owner(a.arc) != owner(b.arc) && progress.check().is_ok() {
            near_blocks(coverage, a, b, margin, found);
        }
    });
    progress.check()?;
    found.sort_by(|a, b| a.arcs.cmp(&b.arcs).then(b.is_pair.cmp(&a.is_pair)).then(a.vertex.cmp(&b.vertex)));
    let mut nodes = Nodes::default();
    let outside = Outside::of(coverage, if found.is_empty() { Vec::new() } else { open().collect() });
    found.retain(|near| {
        let owners = near.arcs.map(owner);
        let mut arcs = near.arcs.iter();
        !arcs.any(|&arc| nodes.meet_near(coverage, near.vertex, arc, owners.into_iter().flatten()))
            && !outside.leads_there(coverage, near)
    });
    let mut by_arcs: BTreeMap<[ArcId; 2], Near> = BTreeMap::new();
    for near in found {
        by_arcs.entry(near.arcs).or_insert(near);
    }
    let known = known_pairs(defects, &by_arcs);
    for (arcs, near) in by_arcs {
        let atoms: Vec<AtomId> = arcs.iter().filter_map(|&arc| owner(arc)).collect();
        if known.contains(&arcs) {
            continue;
        }
        let detail = Detail::NearlyEqual { distance_m: near.distance_m };
        let at = coverage.built.coords.get(near.vertex as usize).copied();
        let mut defect = Defect::point(DefectKind::UnmatchedEdge, detail, atoms, at, arcs.to_vec());
        defect.severity = if near.is_pair { Severity::Error } else { Severity::Warning };
        defects.push(defect);
    }
    Ok(())
}

/// Nodes of units, as they are asked for.
#[derive(Default)]
struct Nodes(HashMap<AtomId, HashSet<NodeId>>);

impl Nodes {
    /// Whether an arc has an end near a vertex where all these units are.
    fn meet_near(&mut self, coverage: &Coverage, vertex: u32, arc: ArcId, units: impl Iterator<Item = AtomId>) -> bool {
        let vertex = coverage.built.coords[vertex as usize];
        let local = Local::around(vertex);
        let is_near = |at: Coord| distance(local.metres(vertex), [local.metres(at); 2]) <= NEAR_M;
        let coords = coverage.arc(arc);
        let ends = coverage.ends(DirectedArc::forward(arc)).into_iter().zip([coords.first(), coords.last()]);
        let mut shared: Vec<NodeId> =
            ends.filter(|(_, at)| at.is_some_and(|&at| is_near(at))).map(|(node, _)| node).collect();
        for unit in units.take_while(|_| !shared.is_empty()).collect::<Vec<_>>() {
            let nodes = self
                .0
                .entry(unit)
                .or_insert_with(|| coverage.arcs_of(unit).flat_map(|arc| coverage.ends(arc)).collect());
            shared.retain(|node| nodes.contains(node));
        }
        !shared.is_empty()
    }
}

/// The border outside: open arcs by node.
struct Outside(HashMap<NodeId, SmallVec<[ArcId; 2]>>);

impl Outside {
    /// As far along the border as this the other unit is just around the corner.
    const CORNER_M: f64 = 2.0 * NEAR_M;

    fn of(coverage: &Coverage, open: Vec<ArcId>) -> Self {
        let mut at: HashMap<NodeId, SmallVec<[ArcId; 2]>> = HashMap::default();
        for arc in open {
            coverage.built.arc_nodes[arc.index()].into_iter().for_each(|node| at.entry(node).or_default().push(arc));
        }
        Self(at)
    }

    /// Whether one comes from the vertex to the segment along the border outside without going far.
    fn leads_there(&self, coverage: &Coverage, near: &Near) -> bool {
        let coords = &coverage.built.coords;
        let vertex = coords[near.vertex as usize];
        let local = Local::around(vertex);
        let is_far = |at: Coord| distance(local.metres(vertex), [local.metres(at); 2]) > Self::CORNER_M;
        let mut seen: SmallVec<[(ArcId, u32); 8]> = SmallVec::new();
        let mut todo: SmallVec<[(ArcId, u32); 8]> = SmallVec::from_slice(&[(near.of, near.vertex)]);
        while let Some((arc, at)) = todo.pop() {
            if is_far(coords[at as usize]) || seen.contains(&(arc, at)) {
                continue;
            }
            if arc != near.of && [near.on, near.on + 1].contains(&at) {
                return true;
            }
            seen.push((arc, at));
            let range = span(&coverage.built.arc_ends, arc.index());
            let [first, last] = [range.start, range.end - 1].map(index);
            let nodes = coverage.built.arc_nodes[arc.index()];
            for (end, node, next) in [(first, nodes[0], at.wrapping_sub(1)), (last, nodes[1], at + 1)] {
                if at != end {
                    todo.push((arc, next));
                    continue;
                }
                for &other in self.0.get(&node).into_iter().flatten() {
                    let range = span(&coverage.built.arc_ends, other.index());
                    let ends = coverage.built.arc_nodes[other.index()].into_iter().zip([range.start, range.end - 1]);
                    todo.extend(ends.filter(|&(there, _)| there == node).map(|(_, at)| (other, index(at))));
                }
            }
        }
        false
    }
}

/// Pairs of arcs that stand together in a finding.
fn known_pairs(defects: &[Defect], pairs: &BTreeMap<[ArcId; 2], Near>) -> BTreeSet<[ArcId; 2]> {
    let mut known = BTreeSet::new();
    if pairs.is_empty() {
        return known;
    }
    for defect in defects {
        for (i, &a) in defect.arcs.iter().enumerate() {
            let of_a = pairs.range([a, ArcId(0)]..=[a, ArcId(u32::MAX)]).map(|(pair, _)| *pair);
            known.extend(of_a.filter(|pair| defect.arcs[i..].binary_search(&pair[1]).is_ok()));
        }
    }
    known
}

fn near_blocks(coverage: &Coverage, a: &Block, b: &Block, margin: f64, found: &mut Vec<Near>) {
    for i in a.segments() {
        let s = Segment { arc: a.arc, first: index(i) };
        let ends = s.ends(coverage);
        let around = Bounds::of(ends[0], ends[1]).grown(2.0 * margin);
        for j in b.segments() {
            let t = Segment { arc: b.arc, first: index(j) };
            let other = t.ends(coverage);
            if around.meets(&Bounds::of(other[0], other[1])) {
                let both = [
                    (s.first, s, t, other),
                    (s.first + 1, s, t, other),
                    (t.first, t, s, ends),
                    (t.first + 1, t, s, ends),
                ];
                for (vertex, from, to, on) in both {
                    let at = coverage.built.coords[vertex as usize];
                    // A vertex of both is not near; and a look at the box is cheap, with some room because degrees are
                    // not everywhere as long.
                    let is_apart =
                        on.contains(&at) || !Bounds::of(on[0], on[1]).grown(2.1 * margin).meets(&Bounds::of(at, at));
                    if is_apart {
                        continue;
                    }
                    if let Some((distance_m, is_pair)) = apart(at, on) {
                        let arcs = [a.arc.min(b.arc), a.arc.max(b.arc)];
                        found.push(Near { arcs, vertex, of: from.arc, on: to.first, is_pair, distance_m });
                    }
                }
            }
        }
    }
}

/// Distance of a vertex from a segment in metres, and whether it is as near to one of its ends; `None` when it is
/// not near, or on the segment (a node, or a finding elsewhere).
fn apart(vertex: Coord, on: [Coord; 2]) -> Option<(f64, bool)> {
    let local = Local::around(vertex);
    let zero = local.metres(vertex);
    let [a, b] = on.map(|end| local.metres(end));
    let distance_m = distance(zero, [a, b]);
    let is_pair = [a, b].into_iter().any(|end| distance(zero, [end; 2]) <= NEAR_M);
    (distance_m > 0.0 && distance_m <= NEAR_M).then_some((distance_m, is_pair))
}
