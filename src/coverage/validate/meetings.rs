//! Findings at the very points where borders meet: rings that cross themselves, and vertices on a neighbour's edge.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use super::arrangement::Arrangement;
use super::planarity::{How, Meeting, is_on};
use super::rings;
use super::tree::Segment;
use super::{Defect, DefectKind, Detail};
use crate::coverage::{ArcId, AtomId, Coverage, FaceId, RingId};

/// Rings that every arc belongs to.
struct ArcRings(Vec<[RingId; 2]>);

impl ArcRings {
    fn of(coverage: &Coverage) -> Self {
        let mut rings = vec![[RingId(u32::MAX); 2]; coverage.arc_count()];
        for ring in (0..coverage.ring_count()).map(RingId::new) {
            for directed in coverage.ring(ring) {
                rings[directed.arc().index()][usize::from(directed.is_backward())] = ring;
            }
        }
        Self(rings)
    }

    /// The ring of a face along an arc that borders it.
    fn ring(&self, coverage: &Coverage, arc: ArcId, face: FaceId) -> RingId {
        let side = usize::from(coverage.faces_here(arc)[0] != face.0);
        self.0[arc.index()][side]
    }
}

/// Rings that cross, touch or overlap themselves or others of their face.
/// Returns, for every crossing node, the finding that it led to.
pub(super) fn ring_defects(
    arrangement: &Arrangement<'_>,
    met: &[Meeting],
    defects: &mut Vec<Defect>,
) -> BTreeMap<u32, usize> {
    let coverage = arrangement.coverage;
    let mut crossed = BTreeMap::new();
    for (node, at, [a, b]) in arrangement.cuts().crossings() {
        for face in common_faces(arrangement, a.arc, b.arc) {
            crossed.insert(node, defects.len());
            defects.push(Defect::ring(Detail::SelfCrossing, coverage.atom_of(face), Some(at), vec![a.arc, b.arc]));
        }
    }
    let mut touches = Vec::new();
    let others = met.iter().filter(|meeting| meeting.how != How::Cross);
    let rings = others.clone().next().map(|_| ArcRings::of(coverage));
    // Where a ring folds back along itself, its fold also touches it.
    let mut seen: BTreeSet<(FaceId, [u64; 2])> = BTreeSet::new();
    for meeting in others.clone().filter(|meeting| meeting.how == How::Along) {
        for face in common_faces(arrangement, meeting.a.arc, meeting.b.arc) {
            let ends = inside(coverage, meeting.a, meeting.b).chain(inside(coverage, meeting.b, meeting.a));
            seen.extend(ends.map(|end| (face, key(end))));
        }
    }
    let mut overlaps = Vec::new();
    for meeting in others {
        let Some(rings) = &rings else { break };
        for face in common_faces(arrangement, meeting.a.arc, meeting.b.arc) {
            let [a, b] = [meeting.a, meeting.b].map(|segment| rings.ring(coverage, segment.arc, face));
            let (at, tip) = place(coverage, meeting);
            let detail = match meeting.how {
                How::Touch | How::Pass if a == b => Detail::SelfTouch,
                How::Touch | How::Pass => {
                    touches.push((face, [a, b], at));
                    continue;
                }
                _ if a == b && tip && follow(coverage, a, meeting, at) => Detail::Spike,
                _ => Detail::SelfOverlap,
            };
            let arcs = vec![meeting.a.arc, meeting.b.arc];
            let defect = Defect::ring(detail, coverage.atom_of(face), Some(at), arcs);
            if detail == Detail::SelfOverlap {
                overlaps.push((face, defect));
            } else if seen.insert((face, key(at))) {
                defects.push(defect);
            }
        }
    }
    // Along a long spike many segments lie on each other: its tip says it. The rest is one finding a face.
    let spiked: BTreeSet<AtomId> =
        defects.iter().filter(|defect| defect.detail == Detail::Spike).flat_map(|d| d.atoms.clone()).collect();
    overlaps.retain(|(face, _)| !spiked.contains(&coverage.atom_of(*face)));
    overlaps.sort_by_key(|&(face, _)| face);
    overlaps.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1.arcs.append(&mut next.1.arcs);
            kept.1.tidy();
        }
        same
    });
    defects.extend(overlaps.into_iter().map(|(_, defect)| defect));
    touches.dedup_by_key(|touch| (touch.0, touch.1, key(touch.2)));
    defects.extend(rings::disconnected(coverage, &touches));
    crossed
}

/// Vertices of one unit on an edge of another, and crossings that led to no other finding.
/// `reported` are the nodes of regions that are findings, with these findings.
pub(super) fn border_defects(
    arrangement: &Arrangement<'_>,
    met: &[Meeting],
    reported: &BTreeMap<u32, Vec<usize>>,
    defects: &mut Vec<Defect>,
) {
    let coverage = arrangement.coverage;
    let mut vertices: BTreeMap<u32, (Coord, BTreeSet<ArcId>)> = BTreeMap::new();
    for meeting in met.iter().filter(|meeting| !matches!(meeting.how, How::Cross | How::Pass)) {
        let own = common_faces(arrangement, meeting.a.arc, meeting.b.arc).next().is_some();
        if own && matches!(meeting.how, How::Along | How::Same) {
            continue;
        }
        for (s, t) in [(meeting.a, meeting.b), (meeting.b, meeting.a)] {
            for at in inside(coverage, s, t) {
                if let Some(node) = arrangement.cuts().node_at(at) {
                    vertices.entry(node).or_insert((at, BTreeSet::new())).1.extend([s.arc, t.arc]);
                }
            }
        }
    }
    for (node, (at, arcs)) in vertices {
        let atoms: BTreeSet<AtomId> = arcs.iter().flat_map(|&arc| arrangement.atoms_at(arc)).collect();
        let known = |&i: &usize| defects[i].atoms.iter().filter(|atom| atoms.contains(atom)).count() > 1;
        if atoms.len() > 1 && !reported.get(&node).is_some_and(|found| found.iter().any(known)) {
            let (atoms, arcs) = (atoms.into_iter().collect(), arcs.into_iter().collect());
            defects.push(Defect::point(DefectKind::UnmatchedEdge, Detail::VertexOnEdge, atoms, Some(at), arcs));
        }
    }
    for (node, at, [a, b]) in arrangement.cuts().crossings() {
        let own = common_faces(arrangement, a.arc, b.arc).next().is_some();
        if !own && !reported.contains_key(&node) {
            let atoms = [a.arc, b.arc].into_iter().flat_map(|arc| arrangement.atoms_at(arc)).collect();
            let arcs = vec![a.arc, b.arc];
            defects.push(Defect::point(DefectKind::UnmatchedEdge, Detail::Crossing, atoms, Some(at), arcs));
        }
    }
}

fn key(at: Coord) -> [u64; 2] {
    [at.x.to_bits(), at.y.to_bits()]
}

fn common_faces(arrangement: &Arrangement<'_>, a: ArcId, b: ArcId) -> impl Iterator<Item = FaceId> {
    let of_b: Vec<FaceId> = arrangement.faces_at(b).collect();
    let mut faces: Vec<FaceId> = arrangement.faces_at(a).filter(|face| of_b.contains(face)).collect();
    faces.dedup();
    faces.into_iter()
}

/// Ends of `s` that lie inside `t`.
fn inside(coverage: &Coverage, s: Segment, t: Segment) -> impl Iterator<Item = Coord> {
    let on = t.ends(coverage);
    s.ends(coverage).into_iter().filter(move |&end| !on.contains(&end) && is_on(end, on))
}

/// A vertex at which two segments meet, and whether it is an end of both.
fn place(coverage: &Coverage, meeting: &Meeting) -> (Coord, bool) {
    let (a, b) = (meeting.a, meeting.b);
    // Of two ends in common, the one between both segments is the tip of a spike.
    if a.arc == b.arc && a.first.abs_diff(b.first) == 1 {
        return (coverage.built.coords[a.first.max(b.first) as usize], true);
    }
    let on = b.ends(coverage);
    if let Some(common) = a.ends(coverage).into_iter().find(|end| on.contains(end)) {
        return (common, true);
    }
    let at = inside(coverage, a, b).next().or_else(|| inside(coverage, b, a).next());
    (at.unwrap_or(on[0]), false)
}

/// Whether two segments follow each other in a ring at a common end.
fn follow(coverage: &Coverage, ring: RingId, meeting: &Meeting, at: Coord) -> bool {
    let (a, b) = (meeting.a, meeting.b);
    if a.arc == b.arc {
        let span = crate::coverage::span(&coverage.built.arc_ends, a.arc.index());
        let closing = a.first as usize == span.start && b.first as usize + 2 == span.end;
        return a.first.abs_diff(b.first) == 1 || (closing && coverage.ring(ring).len() == 1);
    }
    let arcs = coverage.ring(ring);
    let joined = |i: usize| {
        let (before, after) = (arcs[i], arcs[(i + 1) % arcs.len()]);
        let coords = coverage.arc(after.arc());
        let joint = if after.is_backward() { coords.last() } else { coords.first() };
        let pair = [before.arc(), after.arc()];
        joint == Some(&at) && (pair == [a.arc, b.arc] || pair == [b.arc, a.arc])
    };
    (0..arcs.len()).any(joined)
}
