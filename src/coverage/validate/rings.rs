//! Rings that are no valid polygon by themselves: what can be seen from their arcs and nodes alone.

use std::collections::BTreeMap;

use geo::Coord;

use super::{Defect, DefectKind, Detail};
use crate::coverage::{ArcId, Coverage, DirectedArc, FaceId, OUTSIDE, RingId};

/// Units without geometry, rings that are too short, came unclosed, touch themselves at a node, or run both ways
/// along an arc; parts of a unit that share a border.
pub(super) fn defects(coverage: &Coverage) -> Vec<Defect> {
    let mut defects = Vec::new();
    for atom in coverage.atoms() {
        if coverage.arcs_of(atom).next().is_none() {
            let detail = Detail::NoGeometry;
            defects.push(Defect::point(DefectKind::EmptyGeometry, detail, vec![atom], None, Vec::new()));
        }
    }
    let untidy = coverage.untidy_rings();
    // Sources list rings feature by feature, so this is one walk over all faces.
    let mut unclosed = untidy.unclosed.iter().peekable();
    let mut repeated = untidy.repeated.iter().peekable();
    for face in coverage.faces() {
        for ring in coverage.rings_of(face) {
            for (rings, detail) in [(&mut unclosed, Detail::Unclosed), (&mut repeated, Detail::RepeatedVertex)] {
                while rings.next_if(|&&other| other <= ring).is_some_and(|&other| other == ring) {
                    defects.push(ring_defect(coverage, face, ring, detail));
                }
            }
            check_ring(coverage, face, ring, &mut defects);
        }
    }
    shared_within(coverage, &mut defects);
    defects
}

/// Interiors that touching rings cut apart. `touches` are rings of one face that touch at a vertex which is no node.
pub(super) fn disconnected(coverage: &Coverage, touches: &[(FaceId, [RingId; 2], Coord)]) -> Vec<Defect> {
    let mut touches = touches.to_vec();
    touches.sort_by_key(|&(face, rings, _)| (face, rings));
    let several = |&face: &FaceId| coverage.rings_of(face).len() > 1;
    let cut = |face| cut_apart(coverage, face, &touches);
    coverage.faces().filter(several).filter_map(cut).collect()
}

/// The place where rings of a face close a cycle of touching points, if they do.
fn cut_apart(coverage: &Coverage, face: FaceId, touches: &[(FaceId, [RingId; 2], Coord)]) -> Option<Defect> {
    let mut visits: Vec<(u32, RingId, Coord)> = Vec::new();
    for ring in coverage.rings_of(face) {
        for &directed in coverage.ring(ring) {
            visits.push((coverage.ends(directed)[0].0, ring, start(coverage, directed)));
        }
    }
    visits.sort_by_key(|&(node, ring, _)| (node, ring));
    visits.dedup_by_key(|&mut (node, ring, _)| (node, ring));
    let at_nodes =
        visits.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| ([pair[0].1, pair[1].1], pair[0].2));
    let here = touches.iter().filter(|touch| touch.0 == face).map(|&(_, rings, at)| (rings, at));
    let first = coverage.rings_of(face).next()?.index();
    let mut groups: Vec<usize> = (0..coverage.rings_of(face).len()).collect();
    for (rings, at) in at_nodes.chain(here) {
        let [a, b] = rings.map(|ring| {
            let mut group = ring.index() - first;
            while groups[group] != group {
                group = groups[group];
            }
            group
        });
        if a == b {
            let arcs = coverage.rings_of(face).flat_map(|ring| coverage.ring(ring)).map(|d| d.arc()).collect();
            return Some(Defect::ring(Detail::InteriorDisconnected, coverage.atom_of(face), Some(at), arcs));
        }
        groups[a.max(b)] = a.min(b);
    }
    None
}

fn start(coverage: &Coverage, directed: DirectedArc) -> Coord {
    let coords = coverage.arc(directed.arc());
    coords[if directed.is_backward() { coords.len() - 1 } else { 0 }]
}

fn ring_defect(coverage: &Coverage, face: FaceId, ring: RingId, detail: Detail) -> Defect {
    let arcs = coverage.ring(ring);
    let at = arcs.first().map(|&directed| start(coverage, directed));
    // How a ring was written does not touch its outline, so no arc is suspect.
    let written = matches!(detail, Detail::Unclosed | Detail::RepeatedVertex);
    let arcs = if written { Vec::new() } else { arcs.iter().map(|directed| directed.arc()).collect() };
    Defect::ring(detail, coverage.atom_of(face), at, arcs)
}

fn check_ring(coverage: &Coverage, face: FaceId, ring: RingId, defects: &mut Vec<Defect>) {
    let arcs = coverage.ring(ring);
    let steps: usize = arcs.iter().map(|directed| coverage.arc(directed.arc()).len().saturating_sub(1)).sum();
    if steps < 3 {
        let single = arcs.len() == 1 && coverage.arc(arcs[0].arc()).first() == coverage.arc(arcs[0].arc()).get(1);
        let vertices = if single { 1 } else { steps };
        // An atom without any vertex is reported as a whole.
        if steps > 0 {
            defects.push(ring_defect(coverage, face, ring, Detail::TooFewVertices { vertices }));
        }
        return;
    }
    let atom = coverage.atom_of(face);
    let doubled = |directed: DirectedArc| coverage.left(directed) == coverage.right_here(directed);
    let mut spiked = Vec::new();
    for (i, &directed) in arcs.iter().enumerate() {
        if !doubled(directed) {
            continue;
        }
        spiked.extend(coverage.ends(directed));
        let after = arcs[(i + 1) % arcs.len()];
        let detail = if after == directed.reversed() {
            Detail::Spike
        } else if arcs[(i + arcs.len() - 1) % arcs.len()] == directed.reversed() || directed.is_backward() {
            // The other way along the same arc says it.
            continue;
        } else {
            Detail::SelfOverlap
        };
        defects.push(Defect::ring(detail, atom, Some(start(coverage, after)), vec![directed.arc()]));
    }
    let mut visits: Vec<_> = arcs.iter().map(|&directed| (coverage.ends(directed)[0], directed)).collect();
    visits.sort_unstable();
    for pair in visits.chunk_by(|a, b| a.0 == b.0).filter(|pair| pair.len() > 1) {
        if !spiked.contains(&pair[0].0) {
            let arcs = pair.iter().map(|(_, directed)| directed.arc()).collect();
            defects.push(Defect::ring(Detail::SelfTouch, atom, Some(start(coverage, pair[0].1)), arcs));
        }
    }
}

/// Arcs between two faces of one atom, or between two rings of one face that are not the same ring.
fn shared_within(coverage: &Coverage, defects: &mut Vec<Defect>) {
    let mut shared: BTreeMap<[u32; 2], Vec<ArcId>> = BTreeMap::new();
    for arc in coverage.arcs() {
        let mut faces = coverage.faces_here(arc);
        if faces[0] != faces[1] && !faces.contains(&OUTSIDE) {
            let [a, b] = faces.map(|face| coverage.atom_of(FaceId(face)));
            if a == b {
                faces.sort_unstable();
                shared.entry(faces).or_default().push(arc);
            }
        }
    }
    for (faces, arcs) in shared {
        let at = coverage.arc(arcs[0]).first().copied();
        defects.push(Defect::ring(Detail::PartsShareBorder, coverage.atom_of(FaceId(faces[0])), at, arcs));
    }
}
