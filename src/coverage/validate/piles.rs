//! Piles: many units drawn nearly over each other, as when a layer was put into another several times.
//!
//! The borders of `k` such units cross in some `k²` places, and each piece of the plane between them lies in some `k` units.
//! So a pile is one finding, told before anything is cut: all but its first unit are left out of what follows.
//!
//! 1. Units of a pile are about as large, and lie about at one place: their boxes fall into one pigeonhole, or into those
//!    around it. Of units that do not overlap hardly any do.
//! 2. Each overlaps most of the first few: what is said of the pile is so.

use std::collections::BTreeMap;

use geo::{Coord, Rect};

use super::duplicates::Duplicates;
use super::{Defect, DefectKind, Detail};
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc};

/// Fewer units than this are told one by one.
pub(in crate::coverage) const FEWEST: usize = 24;
/// A pigeonhole with so many may be the middle of a pile.
const SEED: usize = 4;
/// Units that all others are held against.
const HELD_AGAINST: usize = 8;

/// Size and place of a box, as far as it matters.
type Hole = [i64; 4];

/// Piles among units that do not repeat others: the units of each, ascending; piles in order of their first.
pub(super) fn find(coverage: &Coverage, duplicates: &Duplicates) -> Vec<Vec<AtomId>> {
    let mut holes: BTreeMap<Hole, Vec<AtomId>> = BTreeMap::new();
    if coverage.atom_count() < FEWEST {
        return Vec::new();
    }
    for atom in coverage.atoms().filter(|&atom| !duplicates.repeats(atom)) {
        if let Some(hole) = coverage.bounds_of(atom).and_then(hole) {
            holes.entry(hole).or_default().push(atom);
        }
    }
    // Those with most in them first, each with what is in the holes around it.
    let mut seeds: Vec<(usize, Hole)> =
        holes.iter().filter(|(_, atoms)| atoms.len() >= SEED).map(|(&hole, atoms)| (atoms.len(), hole)).collect();
    seeds.sort_by_key(|&(count, hole)| (std::cmp::Reverse(count), hole));
    let mut piles = Vec::new();
    for (_, seed) in seeds {
        let around: Vec<Hole> = around(seed).filter(|hole| holes.contains_key(hole)).collect();
        let atoms: Vec<AtomId> = around.iter().flat_map(|hole| holes[hole].iter().copied()).collect();
        if atoms.len() >= FEWEST
            && let Some(pile) = pile(coverage, &atoms)
        {
            for hole in around {
                if let Some(rest) = holes.get_mut(&hole) {
                    rest.retain(|atom| pile.binary_search(atom).is_err());
                }
            }
            piles.push(pile);
        }
    }
    piles.sort();
    piles
}

/// A pigeonhole, and then those around it.
fn around(seed: Hole) -> impl Iterator<Item = Hole> {
    let steps = (0..81).map(|i| [i % 3, i / 3 % 3, i / 9 % 3, i / 27].map(|step: i64| step - 1));
    let others = steps.filter(|step| *step != [0; 4]);
    std::iter::once([0; 4]).chain(others).map(move |step| std::array::from_fn(|i| seed[i].saturating_add(step[i])))
}

/// The pigeonhole of a box: units in one differ by less than half in size and place.
fn hole(bounds: Rect) -> Option<Hole> {
    let [width, height] = [bounds.width(), bounds.height()];
    if !(width > 0.0 && height > 0.0) {
        return None;
    }
    let step = |size: f64| size.log2().floor();
    let place = |at: f64, size: f64| (at / step(size).exp2() * 2.0).floor();
    let centre = bounds.center();
    #[expect(clippy::cast_possible_truncation, reason = "a cast that saturates is as good a pigeonhole")]
    Some([step(width), step(height), place(centre.x, width), place(centre.y, height)].map(|it| it as i64))
}

/// Those of some units that lie on each other; `None` where they are few.
fn pile(coverage: &Coverage, atoms: &[AtomId]) -> Option<Vec<AtomId>> {
    let with_point = |&atom: &AtomId| Some((atom, inner_point(coverage, atom)?));
    let points: Vec<(AtomId, Coord)> = atoms.iter().filter_map(with_point).collect();
    let first = points.get(..HELD_AGAINST)?;
    let lies_there = |&&(atom, at): &&(AtomId, Coord)| {
        let meets = |&&(other, there): &&(AtomId, Coord)| {
            atom == other || coverage.contains(other, at) || coverage.contains(atom, there)
        };
        2 * first.iter().filter(meets).count() > HELD_AGAINST
    };
    let mut pile: Vec<AtomId> = points.iter().filter(lies_there).map(|&(atom, _)| atom).collect();
    pile.sort_unstable();
    (pile.len() >= FEWEST).then_some(pile)
}

/// A place inside a unit: the middle of the longest stretch at half its height.
fn inner_point(coverage: &Coverage, atom: AtomId) -> Option<Coord> {
    let y = coverage.bounds_of(atom)?.center().y;
    let edges = coverage.arcs_of(atom).flat_map(|directed| coverage.arc(directed.arc()).windows(2));
    let mut crossings: Vec<f64> = edges
        .filter(|edge| (edge[0].y > y) != (edge[1].y > y))
        .map(|edge| (edge[1].x - edge[0].x) * ((y - edge[0].y) / (edge[1].y - edge[0].y)) + edge[0].x)
        .collect();
    crossings.sort_unstable_by(f64::total_cmp);
    let widest = crossings.chunks_exact(2).max_by(|a, b| (a[1] - a[0]).total_cmp(&(b[1] - b[0])))?;
    Some(Coord { x: f64::midpoint(widest[0], widest[1]), y })
}

/// One finding for a pile.
pub(in crate::coverage) fn defect(coverage: &Coverage, pile: &[AtomId]) -> Defect {
    let arcs: Vec<ArcId> = pile.iter().flat_map(|&atom| coverage.arcs_of(atom)).map(DirectedArc::arc).collect();
    let at = arcs.first().and_then(|&arc| coverage.arc(arc).first().copied());
    Defect::point(DefectKind::Overlap, Detail::Pile { units: pile.len() }, pile.to_vec(), at, arcs)
}
