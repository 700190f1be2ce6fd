//! Open borders that almost touch another unit: units that should be neighbours, with a slit between them that
//! opens to the outside and so is no gap.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use super::duplicates::Duplicates;
use super::measure::{Local, distance};
use super::tree::{Block, Bounds, Segment, SegmentTree, index};
use super::{Defect, DefectKind, Detail, NEAR_M, Severity};
use crate::coverage::hashed::{HashMap, HashSet};
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, NodeId, OUTSIDE};
use crate::jobs::{Cancelled, Progress};

/// A vertex near another unit's border.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Near {
    arcs: [ArcId; 2],
    vertex: u32,
    /// Whether a vertex of the other border is near as well: then both are meant to be one.
    is_pair: bool,
    distance_m: f64,
}

/// Adds a finding for every pair of open arcs that come within [`NEAR_M`] of each other without meeting, unless a
/// finding has both of them already: an error where vertices are almost equal, else a warning. Around a node where both
/// units meet their borders are near each other of necessity: a vertex there says nothing.
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
    let open = coverage.arcs().filter(|&arc| owner(arc).is_some());
    let Some(bounds) = coverage.bounds() else { return Ok(()) };
    let widest = bounds.min().y.abs().max(bounds.max().y.abs()).min(89.0).to_radians().cos();
    let margin = NEAR_M / 111_000.0 / widest / 2.0;
    let tree = SegmentTree::build(coverage, open, margin);
    let mut found = tree.pairs(|a, b, found| {
        if owner(a.arc) != owner(b.arc) && progress.check().is_ok() {
            near_blocks(coverage, a, b, margin, found);
        }
    });
    progress.check()?;
    found.sort_by(|a, b| a.arcs.cmp(&b.arcs).then(b.is_pair.cmp(&a.is_pair)).then(a.vertex.cmp(&b.vertex)));
    let mut nodes = Nodes::default();
    found.retain(|near| {
        let owners = near.arcs.map(owner);
        !near.arcs.iter().any(|&arc| nodes.meet_near(coverage, near.vertex, arc, owners.into_iter().flatten()))
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
                for (vertex, on) in [(s.first, other), (s.first + 1, other), (t.first, ends), (t.first + 1, ends)] {
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
                        found.push(Near { arcs, vertex, is_pair, distance_m });
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
