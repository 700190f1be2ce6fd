//! Findings from regions that not exactly one face covers.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use smallvec::SmallVec;

use super::arrangement::{Arrangement, Half};
use super::cover::{Cover, Covers};
use super::sliver::{Boundary, Shape};
use super::tree::index;
use super::{Defect, DefectKind, Detail, NEAR_M, Options};
use crate::coverage::{ArcId, AtomId, Coverage, FaceId, OUTSIDE};

/// What a region is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    /// Belongs to no unit.
    Empty,
    /// Belongs to several units.
    Shared,
    /// A broken ring of a face winds around it in an odd way.
    Wound(FaceId),
    /// Parts of one unit lie on each other.
    Parts(FaceId),
}

/// A region that not exactly one face covers.
struct Region {
    cycle: u32,
    halves: Vec<Half>,
    what: What,
    atoms: Vec<AtomId>,
    shape: Shape,
}

/// What there is to know of odd regions beside the findings.
pub(super) struct Odd {
    /// Nodes around what a finding tells, except holes, with the findings.
    pub reported: BTreeMap<u32, Vec<usize>>,
    /// Atoms that lie around such a region or claim it, told or not, in no order.
    pub atoms: Vec<AtomId>,
}

/// Adds the findings. `crossed` are nodes at which rings cross themselves, with the finding.
pub(super) fn defects(
    arrangement: &Arrangement<'_>,
    covers: &Covers,
    (options, is_foreign): (Options, &impl Fn(ArcId) -> bool),
    crossed: &BTreeMap<u32, usize>,
    defects: &mut Vec<Defect>,
) -> Odd {
    let mut reported = BTreeMap::new();
    let mut atoms = Vec::new();
    let mut unmatched = Vec::new();
    let mut explained: BTreeSet<AtomId> =
        defects.iter().filter(|defect| explains(defect)).flat_map(|defect| defect.atoms.clone()).collect();
    let twisted = defects.iter().filter(|defect| is_twisted(defect)).flat_map(|defect| defect.atoms.clone()).collect();
    for region in odd_regions(arrangement, covers, &twisted) {
        let width_m = region.shape.width_m();
        let thin = width_m < options.gap_width_m;
        // A space that somebody who is left out has is none.
        if region.what == What::Empty && region.halves.iter().any(|&half| is_foreign(arrangement.arc(half))) {
            continue;
        }
        atoms.extend_from_slice(&region.atoms);
        let crossing = region.halves.iter().find_map(|&half| crossed.get(&arrangement.origin(half)));
        if let Some(&i) = crossing.filter(|_| thin || matches!(region.what, What::Wound(_))) {
            // The crossing made it.
            defects[i].arcs.extend(arcs(arrangement, &region));
            defects[i].tidy();
            continue;
        }
        let one_sided = region.shape.one_sided.is_some() && thin;
        let (kind, detail) = match region.what {
            What::Empty | What::Shared if one_sided || width_m < NEAR_M / 2.0 => {
                unmatched.push(region);
                continue;
            }
            What::Empty if thin => (DefectKind::Gap, Detail::Gap { width_m }),
            What::Empty => (DefectKind::Hole, Detail::Hole { width_m }),
            What::Shared => (DefectKind::Overlap, Detail::Overlap { width_m }),
            What::Parts(_) => (DefectKind::InvalidRing, Detail::PartsOverlap),
            What::Wound(face) => {
                let atom = arrangement.coverage.atom_of(face);
                if !explained.insert(atom) {
                    continue;
                }
                (DefectKind::InvalidRing, Detail::HoleOutsideShell)
            }
        };
        report(arrangement, &[&region], kind, detail, &mut reported, defects);
    }
    for group in groups(arrangement, &unmatched) {
        let detail = unmatched_detail(&group);
        report(arrangement, &group, DefectKind::UnmatchedEdge, detail, &mut reported, defects);
    }
    Odd { reported, atoms }
}

/// Whether a finding says already why rings of its atom wind in an odd way.
fn explains(defect: &Defect) -> bool {
    defect.kind == DefectKind::InvalidRing && !matches!(defect.detail, Detail::Unclosed | Detail::RepeatedVertex)
}

/// Whether a ring is so broken that it may wind either way around its inside.
fn is_twisted(defect: &Defect) -> bool {
    matches!(defect.detail, Detail::SelfCrossing | Detail::SelfTouch | Detail::SelfOverlap)
}

/// The regions of one place, the largest first.
fn unmatched_detail(group: &[&Region]) -> Detail {
    let shape = group[0].shape;
    match shape.one_sided {
        Some((vertices, distance_m)) => Detail::OneSidedVertices { vertices, distance_m },
        None => Detail::NearlyEqual { distance_m: shape.width_m() },
    }
}

/// Arcs around a region.
fn arcs(arrangement: &Arrangement<'_>, region: &Region) -> Vec<ArcId> {
    let halves = region.halves.iter().flat_map(|&half| arrangement.coincident(half));
    halves.map(|half| arrangement.arc(half)).collect()
}

fn report(
    arrangement: &Arrangement<'_>,
    group: &[&Region],
    kind: DefectKind,
    detail: Detail,
    reported: &mut BTreeMap<u32, Vec<usize>>,
    defects: &mut Vec<Defect>,
) {
    let halves = || group.iter().flat_map(|region| &region.halves).copied();
    if kind != DefectKind::Hole {
        for half in halves() {
            reported.entry(arrangement.origin(half)).or_default().push(defects.len());
        }
    }
    let atoms = group.iter().flat_map(|region| &region.atoms).copied().collect();
    let arcs = group.iter().flat_map(|region| arcs(arrangement, region)).collect();
    let mut defect = Defect::point(kind, detail, atoms, Some(group[0].shape.at), arcs);
    defect.area_m2 = Some(group.iter().map(|region| region.shape.area_m2).sum());
    // Both sides of a thin place are about as long as the place.
    defect.length_m = Some(group.iter().map(|region| region.shape.length_m / 2.0).sum());
    defects.push(defect);
}

/// All bounded regions that not exactly one face covers, in order of cycle.
fn odd_regions(arrangement: &Arrangement<'_>, covers: &Covers, twisted: &BTreeSet<AtomId>) -> Vec<Region> {
    let mut is_outer = vec![false; arrangement.cycle_count()];
    let mut within: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for part in covers.parts() {
        is_outer[part.outer as usize] = true;
        if let Some(cycle) = part.within.filter(|&cycle| !covers.is_plain(cycle)) {
            within.entry(cycle).or_default().push(part.outer);
        }
    }
    let odd = |&cycle: &u32| !is_outer[cycle as usize] && !covers.is_plain(cycle);
    (0..index(arrangement.cycle_count()))
        .into_par_iter()
        .filter(odd)
        .filter_map(|cycle| {
            let inner = within.get(&cycle).map_or(&[][..], Vec::as_slice);
            let mut cover = covers.of(cycle);
            for (face, count) in &mut cover {
                if twisted.contains(&arrangement.coverage.atom_of(*face)) {
                    *count = count.abs();
                }
            }
            region(arrangement, cycle, inner, &cover)
        })
        .collect()
}

fn region(arrangement: &Arrangement<'_>, cycle: u32, inner: &[u32], cover: &Cover) -> Option<Region> {
    let mut halves: Vec<Half> = arrangement.cycle(cycle).collect();
    // Borders that lie on each other have nothing between them.
    if halves.len() == 2 && halves.iter().all(|&half| arrangement.is_straight(half)) {
        return None;
    }
    let what = what(arrangement.coverage, cover);
    let mut shape = Shape::of(&boundary(arrangement, &halves, what, cover))?;
    for &other in inner {
        let around: Vec<Half> = arrangement.cycle(other).collect();
        let island = Shape::of(&boundary(arrangement, &around, what, cover))?;
        shape.area_m2 = (shape.area_m2 - island.area_m2).max(0.0);
        shape.length_m += island.length_m;
        shape.one_sided = None;
        halves.extend(around);
    }
    let mut atoms: Vec<AtomId> = match what {
        What::Empty => halves.iter().flat_map(|&half| beside(arrangement, half)).collect(),
        _ => cover.iter().filter(|&&(_, count)| count > 0).map(|&(face, _)| face.0).collect::<Vec<u32>>(),
    }
    .into_iter()
    .map(|face| arrangement.coverage.atom_of(FaceId(face)))
    .collect();
    if let What::Wound(face) = what {
        atoms = vec![arrangement.coverage.atom_of(face)];
    }
    Some(Region { cycle, halves, what, atoms, shape })
}

/// Faces with a border at an edge around a region.
fn beside(arrangement: &Arrangement<'_>, half: Half) -> impl Iterator<Item = u32> {
    let both = |half: Half| [half, half.twin()].map(|half| arrangement.face(half));
    let faces: SmallVec<[u32; 4]> = arrangement.coincident(half).into_iter().flat_map(both).collect();
    faces.into_iter().filter(|&face| face != OUTSIDE)
}

fn what(coverage: &Coverage, cover: &Cover) -> What {
    let mut inside = cover.iter().filter(|&&(_, count)| count > 0);
    let odd = cover.iter().find(|&&(_, count)| count != 1);
    match (inside.next(), odd) {
        (None, None) => What::Empty,
        (Some(&(first, _)), _)
            if inside.clone().any(|&(face, _)| coverage.atom_of(face) != coverage.atom_of(first)) =>
        {
            What::Shared
        }
        (_, Some(&(face, _))) => What::Wound(face),
        // Only a twisted ring, whose count was turned, is here alone.
        (Some(&(first, _)), None) if cover.len() == 1 => What::Wound(first),
        (Some(&(first, _)), None) => What::Parts(first),
    }
}

fn boundary(arrangement: &Arrangement<'_>, halves: &[Half], what: What, cover: &Cover) -> Boundary {
    let mut made = Boundary::default();
    let covers = |face: u32| cover.iter().any(|&(other, count)| other.0 == face && count > 0);
    for &half in halves {
        let (left, right) = (arrangement.face(half), arrangement.face(half.twin()));
        // Whose border it is: of an empty region the neighbour's, of an overlap that of the unit which ends there. Of edges
        // that lie on each other any may come first: then it is the first unit's of them.
        let mut face = if what == What::Empty || !covers(left) { right } else { left };
        if arrangement.is_flat(half.twin()) {
            let of_all = beside(arrangement, half).filter(|&face| what == What::Empty || covers(face));
            face = of_all.min_by_key(|&face| arrangement.coverage.atom_of(FaceId(face))).unwrap_or(face);
        }
        let owner = if face == OUTSIDE { OUTSIDE } else { arrangement.coverage.atom_of(FaceId(face)).0 };
        let crossing = arrangement.cuts().is_crossing(arrangement.origin(half));
        for (i, at) in arrangement.points(half).enumerate() {
            made.points.push(at);
            made.owners.push(owner);
            made.crossings.push(i == 0 && crossing);
        }
    }
    made
}

/// Regions of one place: those side by side, or at one crossing. The largest of each first; places in order of cycle.
fn groups<'a>(arrangement: &Arrangement<'_>, regions: &'a [Region]) -> Vec<Vec<&'a Region>> {
    let by_cycle: BTreeMap<u32, usize> = regions.iter().enumerate().map(|(i, region)| (region.cycle, i)).collect();
    let mut at_crossing: BTreeMap<u32, usize> = BTreeMap::new();
    let mut group_of: Vec<usize> = (0..regions.len()).collect();
    let root = |group_of: &[usize], mut i: usize| {
        while group_of[i] != i {
            i = group_of[i];
        }
        i
    };
    for (i, region) in regions.iter().enumerate() {
        for &half in &region.halves {
            let node = arrangement.origin(half);
            let beside = by_cycle.get(&arrangement.cycle_of(half.twin())).copied();
            let crossing = arrangement.cuts().is_crossing(node);
            let across = crossing.then(|| *at_crossing.entry(node).or_insert(i));
            for other in [beside, across].into_iter().flatten() {
                let (a, b) = (root(&group_of, i), root(&group_of, other));
                group_of[a.max(b)] = a.min(b);
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<&Region>> = BTreeMap::new();
    for (i, region) in regions.iter().enumerate() {
        groups.entry(root(&group_of, i)).or_default().push(region);
    }
    let mut groups: Vec<_> = groups.into_values().collect();
    for group in &mut groups {
        group.sort_by(|a, b| b.shape.area_m2.total_cmp(&a.shape.area_m2));
    }
    groups
}
