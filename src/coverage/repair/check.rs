//! The check after a round: it looks only where something is not as it was.
//!
//! 1. Units are *concerned* that changed, near which a segment is new or gone, or that lie within what somebody gained or
//!    lost; and all that were not flawless before: with a border that nobody shares, with a finding, or at a region that
//!    not exactly one unit covers. What is not concerned has a neighbour behind every border, the same as before.
//! 2. Units that are concerned are built and validated by themselves. What that finds is true of the whole, and nothing is
//!    left out: whatever is not covered once is bounded by units that are concerned.
//! 3. Where another unit lies across a border, that border is *foreign*: there is no gap beyond, and nothing to come near
//!    to. Nodes where such a unit is stay nodes, so that a border is foreign as a whole or not at all.

use super::rings::{self, Instead, Key, SegmentKey, key, open_owner, polygons_of, segment_key};
use crate::coverage::hashed::HashSet;
use crate::coverage::validate::tree::{Bounds, SegmentTree};
use crate::coverage::validate::{
    Defect, DefectKind, Detail, Examined, NEAR_M, Options, duplicates, examine, piles, validate,
};
use crate::coverage::{AtomId, Coverage};
use crate::jobs::{Cancelled, Progress};
use std::sync::atomic::{AtomicBool, Ordering};

use geo::Coord;
use rayon::prelude::*;

/// Segments that are looked around together.
const AT_ONCE: usize = 6;

/// What is known of a coverage: its defects, and what a check of a part needs.
#[derive(Debug)]
pub(super) struct Known {
    pub coverage: Coverage,
    pub defects: Vec<Defect>,
    /// The index over its segments.
    pub tree: SegmentTree,
    /// Atoms that are not flawless.
    flawed: Vec<AtomId>,
    /// What lies in piles is not repaired, and not here: it comes back as it was.
    pub piled: Piled,
}

/// Units of piles but the first of each, with their polygons, and the findings; these name no arcs.
#[derive(Clone, Debug, Default)]
pub(super) struct Piled {
    pub polygons: Instead,
    pub defects: Vec<Defect>,
}

impl Piled {
    /// What lies in piles.
    fn of(coverage: &Coverage) -> Self {
        let doubles = duplicates::find(coverage);
        let defect = |pile: &Vec<AtomId>| Defect { arcs: Vec::new(), ..piles::defect(coverage, pile) };
        let defects = doubles.piles().iter().map(defect).collect();
        let others = doubles.piles().iter().flat_map(|pile| &pile[1..]);
        Self { polygons: others.map(|&atom| (atom, polygons_of(coverage, atom))).collect(), defects }
    }

    /// Whether a finding is but that a unit was taken out.
    fn explains(&self, defect: &Defect) -> bool {
        defect.kind == DefectKind::EmptyGeometry && defect.atoms.iter().all(|atom| self.polygons.contains_key(atom))
    }
}

impl Known {
    /// Validates a whole coverage.
    pub fn of(coverage: &Coverage, options: Options) -> Result<Self, Cancelled> {
        Self::without(&coverage.flattened(), Piled::of(coverage), options)
    }

    /// The same of a coverage with piles that are known.
    pub fn without(coverage: &Coverage, piled: Piled, options: Options) -> Result<Self, Cancelled> {
        let nothing: Instead = piled.polygons.keys().map(|&atom| (atom, Vec::new())).collect();
        let is_whole = nothing.is_empty();
        let coverage = if is_whole {
            coverage.clone()
        } else {
            Coverage::build(rings::flat(coverage, &nothing), &Progress::new())?
        };
        let Examined { mut defects, tree, odd: mut flawed } = examine(&coverage, &[], options, &Progress::new())?;
        defects.retain(|defect| !piled.explains(defect));
        flawed.extend(coverage.arcs().filter_map(|arc| open_owner(&coverage, arc)));
        flawed.extend(defects.iter().filter(|defect| !is_of_writing(defect)).flat_map(|defect| &defect.atoms));
        flawed.sort_unstable();
        flawed.dedup();
        Ok(Self { coverage, defects, tree, flawed, piled })
    }

    /// What validation finds when some atoms have other polygons. The defects name no arcs.
    pub fn with(&self, instead: &Instead, options: Options) -> Result<Vec<Defect>, Cancelled> {
        let before = &self.coverage;
        let mut defects = if before.has_seam() || before.has_added_vertices() {
            // Both ends of the map have vertices of each other.
            validate(&Coverage::build(rings::flat(before, instead), &Progress::new())?, &options, &Progress::new())?
        } else {
            self.with_parts(instead, options)?
        };
        for defect in &mut defects {
            defect.arcs = Vec::new();
        }
        defects.retain(|defect| !self.piled.explains(defect));
        Ok(defects)
    }

    fn with_parts(&self, instead: &Instead, options: Options) -> Result<Vec<Defect>, Cancelled> {
        let before = &self.coverage;
        let is_here = self.concerned(instead);
        let here: Vec<AtomId> = before.atoms().filter(|atom| is_here[atom.index()]).collect();
        let foreign = Foreign::of(before, &is_here);
        let flat = rings::flat_of(before, &here, instead);
        let part = Coverage::build_with_nodes(flat, |at| foreign.nodes.contains(&key(at)), &Progress::new())?;
        let is_foreign: Vec<bool> = part.arcs().map(|arc| foreign.has(part.arc(arc))).collect();
        let found = examine(&part, &is_foreign, options, &Progress::new())?.defects;
        let mut defects: Vec<Defect> =
            self.defects.iter().filter(|defect| stays(defect, instead, &is_here)).cloned().collect();
        defects.extend(found.into_iter().map(|mut defect| {
            defect.atoms.iter_mut().for_each(|atom| *atom = here[atom.index()]);
            defect
        }));
        defects.sort_by(|a, b| a.order().cmp(&b.order()));
        Ok(defects)
    }

    /// Whether each atom is concerned.
    fn concerned(&self, instead: &Instead) -> Vec<bool> {
        let is_concerned: Vec<AtomicBool> = (0..self.coverage.atom_count()).map(|_| AtomicBool::new(false)).collect();
        for atom in instead.keys().chain(&self.flawed) {
            is_concerned[atom.index()].store(true, Ordering::Relaxed);
        }
        self.near_changes(instead, &is_concerned);
        is_concerned.into_iter().map(AtomicBool::into_inner).collect()
    }

    /// Marks atoms with a segment near to one that is new or gone.
    fn near_changes(&self, instead: &Instead, is_concerned: &[AtomicBool]) {
        let coverage = &self.coverage;
        let widest = coverage.bounds().map_or(0.0, |bounds| bounds.min().y.abs().max(bounds.max().y.abs()));
        // With some room, because degrees are not everywhere as long.
        let margin = 1.1 * NEAR_M / 111_000.0 / widest.min(89.0).to_radians().cos();
        let is_open = |atom: &AtomId| !is_concerned[atom.index()].load(Ordering::Relaxed);
        let mark = |atom: AtomId| is_concerned[atom.index()].store(true, Ordering::Relaxed);
        instead.par_iter().for_each(|(&atom, now)| {
            let differing = differing(&polygons_of(coverage, atom), now);
            for bounds in &differing {
                let around = bounds.grown(margin);
                self.tree.near(&around, |block| {
                    let coords = &coverage.built.coords;
                    let is_met = |i: usize| around.meets(&Bounds::of(coords[i], coords[i + 1]));
                    let mut atoms = coverage.sides_here(block.arc).into_iter().flatten().filter(is_open).peekable();
                    // Most are marked already.
                    if atoms.peek().is_some() && block.segments().any(is_met) {
                        atoms.for_each(mark);
                    }
                });
            }
            // Those that lie within what it gains or loses, as far as boxes tell, and far from its border.
            if let Some(around) = differing.iter().copied().reduce(Bounds::with) {
                self.tree.near(&around, |block| {
                    for atom in coverage.sides_here(block.arc).into_iter().flatten().filter(is_open) {
                        let bounds = coverage.bounds_of(atom);
                        if bounds.is_some_and(|bounds| around.contains(&Bounds::of(bounds.min(), bounds.max()))) {
                            mark(atom);
                        }
                    }
                });
            }
        });
    }
}

/// Whether a defect is one of how a ring was written: that is not seen in what is built of it.
fn is_of_writing(defect: &Defect) -> bool {
    matches!(defect.detail, Detail::Unclosed | Detail::RepeatedVertex)
}

/// Whether a defect is as it was.
fn stays(defect: &Defect, instead: &Instead, is_concerned: &[bool]) -> bool {
    let mut atoms = defect.atoms.iter();
    if is_of_writing(defect) {
        atoms.all(|atom| !instead.contains_key(atom))
    } else {
        atoms.all(|atom| !is_concerned[atom.index()])
    }
}

/// Boxes around the segments that only one of two sets of polygons has, a few of them in each.
fn differing(was: &[Vec<Vec<Coord>>], now: &[Vec<Vec<Coord>>]) -> Vec<Bounds> {
    let [was, now] = [was, now].map(|faces| faces.iter().flatten().collect::<Vec<_>>());
    // What two rings have in common at their beginning and at their end is mostly almost all.
    let in_common = |i: usize| -> [usize; 2] {
        let (Some(was), Some(now)) = (was.get(i), now.get(i)) else { return [0; 2] };
        let most = was.len().min(now.len());
        let first = was.iter().zip(now.iter()).take_while(|(a, b)| a == b).count();
        let last = was.iter().rev().zip(now.iter().rev()).take_while(|(a, b)| a == b).count();
        [first, last.min(most - first)]
    };
    let rest = |rings: &[&Vec<Coord>]| -> Vec<[Coord; 2]> {
        let of_ring = |(i, ring): (usize, &&Vec<Coord>)| {
            let n = ring.len();
            let [first, last] = in_common(i);
            // The last segment closes the ring.
            let closing = ((first == 0) != (last == 0) && n > 0).then(|| n - 1);
            let all = (first.saturating_sub(1)..n - last).chain(closing);
            all.map(|k| [ring[k], ring[(k + 1) % n]]).collect::<Vec<_>>()
        };
        rings.iter().enumerate().flat_map(of_ring).collect()
    };
    let [was, now] = [&was, &now].map(|rings| rest(rings));
    let keys = |segments: &[[Coord; 2]]| segments.iter().map(|&[a, b]| segment_key(a, b)).collect::<HashSet<_>>();
    let (had, has) = (keys(&was), keys(&now));
    let gone = was.into_iter().filter(|&[a, b]| !has.contains(&segment_key(a, b)));
    let new = now.into_iter().filter(|&[a, b]| !had.contains(&segment_key(a, b)));
    let differing: Vec<[Coord; 2]> = gone.chain(new).collect();
    let follow = |a: &[Coord; 2], b: &[Coord; 2]| a[1] == b[0];
    let runs = differing.chunk_by(follow).flat_map(|run| run.chunks(AT_ONCE));
    runs.filter_map(|run| run.iter().map(|&[a, b]| Bounds::of(a, b)).reduce(Bounds::with)).collect()
}

/// Where units that are not here border on those that are.
struct Foreign {
    /// Nodes where such a unit is.
    nodes: HashSet<Key>,
    /// First and last segments of borders with one.
    segments: HashSet<SegmentKey>,
}

impl Foreign {
    fn of(coverage: &Coverage, is_here: &[bool]) -> Self {
        let mut foreign = Self { nodes: HashSet::default(), segments: HashSet::default() };
        let mut is_theirs = vec![false; coverage.node_count()];
        let here = |atom: &Option<AtomId>| atom.map(|atom| is_here[atom.index()]);
        for arc in coverage.arcs() {
            if coverage.sides_here(arc).iter().any(|side| here(side) == Some(false)) {
                coverage.built.arc_nodes[arc.index()].iter().for_each(|node| is_theirs[node.index()] = true);
            }
        }
        for arc in coverage.arcs() {
            let sides = coverage.sides_here(arc).map(|side| here(&side));
            if !sides.contains(&Some(true)) {
                continue;
            }
            let coords = coverage.arc(arc);
            let [.., before_last, last] = coords else { continue };
            for (node, at) in coverage.built.arc_nodes[arc.index()].into_iter().zip([&coords[0], last]) {
                if is_theirs[node.index()] {
                    foreign.nodes.insert(key(*at));
                }
            }
            if sides.contains(&Some(false)) {
                foreign.segments.extend([segment_key(coords[0], coords[1]), segment_key(*before_last, *last)]);
            }
        }
        foreign
    }

    /// Whether a border of what is here is foreign.
    fn has(&self, coords: &[Coord]) -> bool {
        matches!(coords, [first, second, ..] if self.segments.contains(&segment_key(*first, *second)))
    }
}
