//! Units with exactly the same territory. All but the first of them are left out of everything that follows, so
//! that a duplicate is one finding and not an overlap with each of its neighbours.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;

use super::planarity::{How, Meeting};
use super::{Defect, DefectKind, Detail};
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, FaceId, OUTSIDE};

/// Which units repeat others.
#[derive(Debug)]
pub(in crate::coverage) struct Duplicates {
    /// For every atom whether it repeats an earlier one; empty when none does.
    repeats: Vec<bool>,
    /// Atoms with the same territory, ascending; groups in order of their first.
    groups: Vec<Vec<AtomId>>,
}

/// Compares units whose borders run along each other on the same side.
pub(in crate::coverage) fn find(coverage: &Coverage, met: &[Meeting]) -> Duplicates {
    let mut pairs = BTreeSet::new();
    for meeting in met.iter().filter(|meeting| meeting.how == How::Same) {
        let same_way = meeting.a.ends(coverage)[0] == meeting.b.ends(coverage)[0];
        let of_a = coverage.sides_here(meeting.a.arc);
        let mut of_b = coverage.sides_here(meeting.b.arc);
        if !same_way {
            of_b.reverse();
        }
        for pair in of_a.into_iter().zip(of_b) {
            if let (Some(a), Some(b)) = pair
                && a != b
            {
                pairs.insert((a.min(b), a.max(b)));
            }
        }
    }
    let mut repeats = Vec::new();
    let mut groups: BTreeMap<AtomId, Vec<AtomId>> = BTreeMap::new();
    for (first, second) in pairs {
        let known = repeats.get(first.index()).is_some_and(|&repeats| repeats);
        if !known && same_territory(coverage, first, second) {
            repeats.resize(coverage.atom_count(), false);
            repeats[second.index()] = true;
            groups.entry(first).or_insert_with(|| vec![first]).push(second);
        }
    }
    Duplicates { repeats, groups: groups.into_values().collect() }
}

impl Duplicates {
    /// No unit repeats another, or nobody cares.
    pub fn none() -> Self {
        Self { repeats: Vec::new(), groups: Vec::new() }
    }

    /// Face on a side of an arc (0 left, 1 right), [`OUTSIDE`] for that of a unit which repeats another.
    pub fn face(&self, coverage: &Coverage, arc: ArcId, side: usize) -> u32 {
        let face = coverage.faces_here(arc)[side];
        let dropped =
            face != OUTSIDE && !self.repeats.is_empty() && self.repeats[coverage.atom_of(FaceId(face)).index()];
        if dropped { OUTSIDE } else { face }
    }

    /// Whether an arc borders a unit that does not repeat another.
    pub fn counts(&self, coverage: &Coverage, arc: ArcId) -> bool {
        self.face(coverage, arc, 0) != OUTSIDE || self.face(coverage, arc, 1) != OUTSIDE
    }

    /// One finding for each group.
    pub fn defects<'a>(&'a self, coverage: &'a Coverage) -> impl Iterator<Item = Defect> + 'a {
        self.groups.iter().map(|group| {
            let arcs: Vec<ArcId> = coverage.arcs_of(group[0]).map(DirectedArc::arc).collect();
            let others = group[1..].iter().flat_map(|&atom| coverage.arcs_of(atom)).map(DirectedArc::arc);
            let at = arcs.first().and_then(|&arc| coverage.arc(arc).first().copied());
            let arcs = arcs.iter().copied().chain(others).collect();
            Defect::point(DefectKind::DuplicateUnit, Detail::SameTerritory, group.clone(), at, arcs)
        })
    }
}

fn same_territory(coverage: &Coverage, a: AtomId, b: AtomId) -> bool {
    coverage.bounds_of(a) == coverage.bounds_of(b) && canonical(coverage, a) == canonical(coverage, b)
}

/// Rings of an atom, each from its smallest vertex on, in order of their vertices: equal for equal territory.
fn canonical(coverage: &Coverage, atom: AtomId) -> Vec<Vec<[u64; 2]>> {
    // Every order of vertices will do; that of their bits is one.
    let key = |c: Coord| [c.x.to_bits(), c.y.to_bits()];
    let rings = coverage.faces_of(atom).flat_map(|face| coverage.rings_of(face));
    let mut rings: Vec<Vec<[u64; 2]>> = rings
        .map(|ring| {
            let mut vertices: Vec<[u64; 2]> = coverage.chain_coords(coverage.ring(ring)).map(key).collect();
            vertices.pop();
            let smallest = vertices.iter().enumerate().min_by_key(|&(_, vertex)| vertex).map_or(0, |(i, _)| i);
            vertices.rotate_left(smallest);
            vertices
        })
        .collect();
    rings.sort_unstable();
    rings
}
