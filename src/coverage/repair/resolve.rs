//! To whom every region goes that not exactly one unit holds.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use rayon::prelude::*;
use smallvec::SmallVec;

use super::plane::{Holders, Plane};
use super::{Award, Choice, Deed, Settings, Step};
use crate::coverage::AtomId;
use crate::coverage::validate::arrangement::Half;
use crate::coverage::validate::sliver::Shape;
use crate::coverage::validate::{DefectKind, NEAR_M};

/// A share of its territory from which on a unit that several claim a place with is the one that lies there.
const MOST: f64 = 0.5;

/// A region that is to go to one unit.
struct Place {
    region: u32,
    kind: DefectKind,
    shape: Shape,
    /// Units that claim it, or lie around a gap.
    atoms: Holders,
    award: Award,
    /// The unit that it goes to without a look around.
    to: Option<AtomId>,
    /// Its border in pieces with their lengths in metres, where a look around is needed.
    border: Vec<(Half, f64)>,
}

/// Gives every such region to one unit, as far as that is wanted; returns the units whose territory is another now.
pub(super) fn resolve(
    plane: &mut Plane<'_>,
    (settings, choice): (&Settings, &Choice),
    steps: &mut Vec<Step>,
) -> BTreeSet<AtomId> {
    let mut moved = BTreeSet::new();
    if settings.overlaps != Award::Leave {
        empty_duplicates(plane, choice, &mut moved, steps);
    }
    let sizes = Sizes::of(plane);
    let first_step = steps.len();
    let mut regions = Vec::new();
    let several: Vec<u32> = plane.regions().filter(|&region| plane.holders(region).len() != 1).collect();
    let here = &*plane;
    let mut open: Vec<Place> =
        several.into_par_iter().filter_map(|region| spot(here, region, &sizes, settings)).collect();
    open.retain(|spot| choice.takes(spot.kind, &spot.atoms, spot.shape.at));
    for spot in &mut open {
        spot.to = choice.chosen(spot.kind, &spot.atoms, spot.shape.at).or(spot.to);
    }
    open.par_iter_mut().filter(|spot| spot.to.is_none()).for_each(|spot| {
        let halves = here.boundaries(spot.region).flatten();
        spot.border = halves.map(|half| (half, here.length_m(half))).collect();
    });
    while !open.is_empty() {
        let before = open.len();
        let mut rest = Vec::new();
        for spot in open {
            match spot.to.or_else(|| by_border(plane, &spot)) {
                Some(to) => {
                    regions.push(spot.region);
                    give(plane, &spot, to, &mut moved, steps);
                }
                None => rest.push(spot),
            }
        }
        // Places that only border on each other: the first claimant of the first has it, and the others follow.
        if rest.len() == before {
            let spot = rest.remove(0);
            if plane.holders(spot.region).len() > 1
                && let Some(&to) = spot.atoms.first()
            {
                regions.push(spot.region);
                give(plane, &spot, to, &mut moved, steps);
            }
        }
        open = rest;
    }
    restore_lost(plane, &sizes, &regions, &mut steps[first_step..]);
    moved
}

/// Of units that hold the same regions, all but the first give them up.
fn empty_duplicates(plane: &mut Plane<'_>, choice: &Choice, moved: &mut BTreeSet<AtomId>, steps: &mut Vec<Step>) {
    let mut held: BTreeMap<AtomId, Vec<u32>> = BTreeMap::new();
    for region in plane.regions().filter(|&region| plane.holders(region).len() > 1) {
        for &atom in plane.holders(region) {
            held.entry(atom).or_default().push(region);
        }
    }
    if held.is_empty() {
        return;
    }
    // Who holds something alone is no duplicate.
    for region in plane.regions() {
        if let [alone] = plane.holders(region)[..] {
            held.remove(&alone);
        }
    }
    let mut same: BTreeMap<Vec<u32>, Vec<AtomId>> = BTreeMap::new();
    for (atom, regions) in held {
        same.entry(regions).or_default().push(atom);
    }
    let mut groups: Vec<_> = same.into_iter().filter(|(_, atoms)| atoms.len() > 1).collect();
    groups.sort_by(|a, b| a.1.cmp(&b.1));
    for (regions, atoms) in groups {
        let (Some(&first), Some(&largest)) = (atoms.first(), regions.first()) else { continue };
        let Some(at) = plane.boundaries(largest).flatten().next().and_then(|half| plane.line(half).first().copied())
        else {
            continue;
        };
        if !choice.takes(DefectKind::DuplicateUnit, &atoms, at) {
            continue;
        }
        // Each of them but the first loses as much.
        let area_m2 = regions.iter().flat_map(|&region| vec![plane.area_m2(region); atoms.len() - 1]).sum();
        for region in regions {
            plane.take(region, &atoms[1..]);
        }
        moved.extend(atoms.iter().copied());
        let (kind, deed) = (DefectKind::DuplicateUnit, Deed::EmptyDuplicate);
        let held_by = atoms.clone();
        steps.push(Step { kind, deed, atoms, at, to: Some(first), held_by, moved_m: 0.0, area_m2 });
    }
}

/// A unit that lost every place it claimed gets the largest of them back, from one that has more than that.
fn restore_lost(plane: &mut Plane<'_>, sizes: &Sizes, regions: &[u32], steps: &mut [Step]) {
    if sizes.0.is_empty() {
        return;
    }
    let mut held: BTreeMap<AtomId, usize> = BTreeMap::new();
    for region in plane.regions() {
        for &atom in plane.holders(region) {
            *held.entry(atom).or_default() += 1;
        }
    }
    for &lost in sizes.0.keys() {
        if held.contains_key(&lost) {
            continue;
        }
        let claimed = steps.iter_mut().zip(regions).filter(|(step, _)| {
            let keeps_more = step.to.is_some_and(|to| held.get(&to).is_some_and(|&count| count > 1));
            keeps_more && step.atoms.contains(&lost)
        });
        if let Some((step, &region)) = claimed.max_by(|a, b| a.0.area_m2.total_cmp(&b.0.area_m2)) {
            if let Some(count) = step.to.and_then(|to| held.get_mut(&to)) {
                *count -= 1;
            }
            held.insert(lost, 1);
            step.to = Some(lost);
            plane.give(region, lost);
        }
    }
}

fn give(plane: &mut Plane<'_>, spot: &Place, to: AtomId, moved: &mut BTreeSet<AtomId>, steps: &mut Vec<Step>) {
    let held_by = plane.holders(spot.region).to_vec();
    moved.extend(held_by.iter().copied());
    moved.insert(to);
    plane.give(spot.region, to);
    let deed = match spot.kind {
        DefectKind::Gap => Deed::FillGap,
        DefectKind::UnmatchedEdge => Deed::MatchEdge,
        _ => Deed::GiveOverlap,
    };
    steps.push(Step {
        kind: spot.kind,
        deed,
        atoms: spot.atoms.to_vec(),
        at: spot.shape.at,
        to: Some(to),
        held_by,
        moved_m: 0.0,
        area_m2: spot.shape.area_m2,
    });
}

/// Territory of units that claim something together with others.
struct Sizes(BTreeMap<AtomId, f64>);

impl Sizes {
    fn of(plane: &Plane<'_>) -> Self {
        let several = plane.regions().filter(|&region| plane.holders(region).len() > 1);
        let mut sizes: BTreeMap<AtomId, f64> =
            several.flat_map(|region| plane.holders(region).clone()).map(|atom| (atom, 0.0)).collect();
        if sizes.is_empty() {
            return Self(sizes);
        }
        let concerned = |&region: &u32| plane.holders(region).iter().any(|atom| sizes.contains_key(atom));
        let regions: Vec<u32> = plane.regions().filter(concerned).collect();
        let areas: Vec<f64> = regions.par_iter().map(|&region| plane.area_m2(region)).collect();
        for (region, size) in regions.into_iter().zip(areas) {
            for atom in plane.holders(region) {
                if let Some(whole) = sizes.get_mut(atom) {
                    *whole += size;
                }
            }
        }
        Self(sizes)
    }

    /// How much of a unit a place is.
    fn share(&self, atom: AtomId, area_m2: f64) -> f64 {
        self.0.get(&atom).filter(|&&whole| whole > 0.0).map_or(0.0, |whole| area_m2 / whole)
    }
}

/// What a region is, and who may have it; `None` where it stays as it is.
fn spot(plane: &Plane<'_>, region: u32, sizes: &Sizes, settings: &Settings) -> Option<Place> {
    let shape = plane.shape(region)?;
    let width_m = shape.width_m();
    let thin = width_m < settings.gap_width_m;
    let held = plane.holders(region).clone();
    let is_unmatched = (thin && shape.one_sided.is_some()) || width_m < NEAR_M / 2.0;
    if held.is_empty() {
        if !thin || plane.has_foreign(region) {
            return None;
        }
        let kind = if is_unmatched { DefectKind::UnmatchedEdge } else { DefectKind::Gap };
        if !is_unmatched && settings.gaps == Award::Leave {
            return None;
        }
        let mut atoms: Vec<AtomId> =
            plane.boundaries(region).flatten().flat_map(|half| plane.left(half.twin()).to_vec()).collect();
        atoms.sort_unstable();
        atoms.dedup();
        let lacking = shape.lacking.filter(|_| thin).map(AtomId).filter(|atom| atoms.contains(atom));
        return Some(Place {
            region,
            kind,
            shape,
            atoms: Holders::from_vec(atoms),
            award: settings.gaps,
            to: lacking,
            border: Vec::new(),
        });
    }
    let shares = held.iter().map(|&atom| (atom, sizes.share(atom, shape.area_m2)));
    let kind = if is_unmatched { DefectKind::UnmatchedEdge } else { DefectKind::Overlap };
    if !is_unmatched && settings.overlaps == Award::Leave {
        return None;
    }
    // Nobody loses most of what it is.
    let mut most = shares.filter(|&(_, share)| share >= MOST).collect::<Vec<_>>();
    most.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut to = most.first().map(|&(atom, _)| atom);
    if to.is_none()
        && let ([a, b], Some(lacking)) = (&held[..], shape.lacking.filter(|_| thin))
    {
        // Its border takes the vertices in that the other one has.
        to = [(a, b), (b, a)].into_iter().find(|(lacks, _)| lacks.0 == lacking).map(|(_, &other)| other);
    }
    Some(Place { region, kind, shape, atoms: held, award: settings.overlaps, to, border: Vec::new() })
}

/// The wanted unit, or that with the longest border; `None` where all around is still open.
fn by_border(plane: &Plane<'_>, spot: &Place) -> Option<AtomId> {
    if let Award::Unit(unit) = spot.award
        && spot.atoms.contains(&unit)
    {
        return Some(unit);
    }
    let mut lengths: SmallVec<[(AtomId, f64); 4]> = SmallVec::new();
    for (half, length_m) in &spot.border {
        if let [atom] = plane.left(half.twin())
            && spot.atoms.contains(atom)
        {
            match lengths.iter_mut().find(|(other, _)| other == atom) {
                Some((_, there)) => *there += length_m,
                None => lengths.push((*atom, *length_m)),
            }
        }
    }
    let longest = lengths.into_iter().max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)));
    longest.map(|(atom, _)| atom)
}

impl Plane<'_> {
    /// Size of a region; what lies in it is not taken away.
    fn area_m2(&self, region: u32) -> f64 {
        let points: Vec<Coord> =
            self.arrangement.cycle(region).flat_map(|half| self.arrangement.points(half)).collect();
        super::rings::area_m2(&[vec![points]])
    }
}
