//! Units with exactly the same territory. All but the first of them are left out of everything that follows, so
//! that a duplicate is one finding and not an overlap with each of its neighbours.

use std::collections::BTreeMap;

use geo::Coord;

use super::{Defect, DefectKind, Detail, piles};
use crate::coverage::hashed::HashMap;
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, FaceId, OUTSIDE};

/// Which units repeat others.
#[derive(Debug)]
pub(in crate::coverage) struct Duplicates {
    /// For every atom whether it repeats an earlier one, or lies nearly on one with many others; empty when none does.
    repeats: Vec<bool>,
    /// Atoms with the same territory, ascending; groups in order of their first.
    groups: Vec<Vec<AtomId>>,
    /// Atoms that lie nearly on each other, ascending; piles in order of their first.
    piles: Vec<Vec<AtomId>>,
}

/// Compares units in the same box.
pub(in crate::coverage) fn find(coverage: &Coverage) -> Duplicates {
    let mut found = Duplicates::none();
    let mut boxes: HashMap<[u64; 4], Vec<AtomId>> = HashMap::default();
    for atom in coverage.atoms() {
        if let Some(bounds) = coverage.bounds_of(atom) {
            let (min, max) = (bounds.min(), bounds.max());
            boxes.entry([min.x, min.y, max.x, max.y].map(f64::to_bits)).or_default().push(atom);
        }
    }
    let mut groups: Vec<Vec<AtomId>> = boxes
        .into_values()
        .filter(|atoms| atoms.len() > 1)
        .flat_map(|atoms| {
            let mut alike: BTreeMap<Vec<Vec<[u64; 2]>>, Vec<AtomId>> = BTreeMap::new();
            for atom in atoms {
                alike.entry(canonical(coverage, atom)).or_default().push(atom);
            }
            alike.into_values().filter(|group| group.len() > 1)
        })
        .collect();
    groups.sort();
    found.leave_out(coverage, &groups);
    found.groups = groups;
    found.piles = piles::find(coverage, &found);
    let piles = std::mem::take(&mut found.piles);
    found.leave_out(coverage, &piles);
    found.piles = piles;
    found
}

impl Duplicates {
    /// No unit repeats another, or nobody cares.
    pub fn none() -> Self {
        Self { repeats: Vec::new(), groups: Vec::new(), piles: Vec::new() }
    }

    /// All but the first of each group do not count.
    fn leave_out(&mut self, coverage: &Coverage, groups: &[Vec<AtomId>]) {
        for &atom in groups.iter().flat_map(|group| &group[1..]) {
            self.repeats.resize(coverage.atom_count(), false);
            self.repeats[atom.index()] = true;
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.repeats.is_empty()
    }

    /// Whether an atom repeats an earlier one.
    pub fn repeats(&self, atom: AtomId) -> bool {
        self.repeats.get(atom.index()) == Some(&true)
    }

    /// Atoms that lie nearly on each other.
    pub fn piles(&self) -> &[Vec<AtomId>] {
        &self.piles
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

    /// One finding for each group, and for each pile.
    pub fn defects<'a>(&'a self, coverage: &'a Coverage) -> impl Iterator<Item = Defect> + 'a {
        let piles = self.piles.iter().map(|pile| piles::defect(coverage, pile));
        let groups = self.groups.iter().map(|group| {
            let arcs: Vec<ArcId> = coverage.arcs_of(group[0]).map(DirectedArc::arc).collect();
            let others = group[1..].iter().flat_map(|&atom| coverage.arcs_of(atom)).map(DirectedArc::arc);
            let at = arcs.first().and_then(|&arc| coverage.arc(arc).first().copied());
            let arcs = arcs.iter().copied().chain(others).collect();
            Defect::point(DefectKind::DuplicateUnit, Detail::SameTerritory, group.clone(), at, arcs)
        });
        groups.chain(piles)
    }
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
