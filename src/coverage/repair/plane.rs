//! The plane around disturbed places, in regions, each with the units that hold it.
//!
//! 1. A *region* is an inner cycle of the arrangement; the outer cycle of what lies in it belongs to it as well.
//! 2. A ring winds around a region or does not. A face holds a region when its shell winds around it and none of its
//!    holes does; a unit holds it when one of its faces does. So every ring that crosses itself, every hole outside of
//!    its shell and all parts that lie on each other come to mean something.
//! 3. Edges that lie on each other have nothing between them: what is between belongs to one of the regions beside.

use std::collections::{BTreeMap, BTreeSet};

use geo::Coord;
use smallvec::SmallVec;

use super::rings::{Inserts, Neighbourhood};
use crate::coverage::validate::arrangement::{Arrangement, Half};
use crate::coverage::validate::cover::{Cover, Covers};
use crate::coverage::validate::measure::{Local, distance, length, project, twice_area};
use crate::coverage::validate::sliver::{Boundary, Shape};
use crate::coverage::{AtomId, FaceId};

/// Units that hold a region, ascending.
pub(super) type Holders = SmallVec<[AtomId; 2]>;

/// No region: what is outside of everything.
const UNBOUNDED: u32 = u32::MAX;

/// Narrower than this is nothing but rounding, in metres.
const ROUNDING_M: f64 = 1e-6;
/// A sliver with more vertices than this is not one that rounding made.
const MOST_POINTS: usize = 200;

/// See the module documentation.
pub(super) struct Plane<'a> {
    pub arrangement: &'a Arrangement<'a>,
    pub around: &'a Neighbourhood<'a>,
    /// Region of every cycle.
    region_of: Vec<u32>,
    /// Units that hold each region, by its cycle.
    holders: Vec<Holders>,
    /// The first face of a unit that holds a region, by its cycle.
    faces: Vec<Option<FaceId>>,
    /// Outer cycles of what lies in a region that not exactly one unit holds.
    within: BTreeMap<u32, Vec<u32>>,
    /// Units whose rings do not wind as those of a valid polygon do.
    odd: BTreeSet<AtomId>,
}

impl<'a> Plane<'a> {
    pub fn of(arrangement: &'a Arrangement<'a>, covers: &Covers, around: &'a Neighbourhood<'a>) -> Self {
        let count = u32::try_from(arrangement.cycle_count()).unwrap_or(u32::MAX);
        let mut region_of: Vec<u32> = (0..count).collect();
        let mut is_outer = vec![false; arrangement.cycle_count()];
        for part in covers.parts() {
            is_outer[part.outer as usize] = true;
            region_of[part.outer as usize] = part.within.unwrap_or(UNBOUNDED);
        }
        let mut plane = Self {
            arrangement,
            around,
            region_of,
            holders: vec![Holders::new(); arrangement.cycle_count()],
            faces: vec![None; arrangement.cycle_count()],
            within: BTreeMap::new(),
            odd: BTreeSet::new(),
        };
        plane.join_flat(&is_outer);
        let mut hidden = Vec::new();
        for cycle in 0..count {
            if plane.region_of[cycle as usize] == cycle && !is_outer[cycle as usize] {
                let cover = covers.of(cycle);
                plane.odd.extend(odd(&cover, around));
                let (holders, face) = holders(&cover, around, &mut hidden, cycle);
                plane.holders[cycle as usize] = holders;
                plane.faces[cycle as usize] = face;
            }
        }
        plane.uncover(hidden);
        for part in covers.parts() {
            let region = plane.region_of[part.outer as usize];
            if region != UNBOUNDED && plane.holders[region as usize].len() != 1 {
                plane.within.entry(region).or_default().push(part.outer);
            }
        }
        plane
    }

    /// Gives what is between edges on each other to a region beside: of two, the same whichever way one comes.
    fn join_flat(&mut self, is_outer: &[bool]) {
        let arrangement = self.arrangement;
        let is_flat = |half: Half| !is_outer[arrangement.cycle_of(half) as usize] && arrangement.is_flat(half);
        let mut flat = Vec::new();
        for edge in 0..arrangement.edge_count() {
            for half in [0, 1].map(|side| Half(u32::try_from(2 * edge + side).unwrap_or(0))) {
                if is_flat(half) {
                    // Out over one edge after the other until there is something.
                    let mut beyond = half.twin();
                    while is_flat(beyond) && beyond != half {
                        beyond = arrangement.next(beyond).twin();
                    }
                    flat.push((arrangement.cycle_of(half), arrangement.cycle_of(beyond)));
                }
            }
        }
        let mut joined: BTreeMap<u32, u32> = BTreeMap::new();
        for (cycle, beyond) in flat {
            let region = self.region_of[beyond as usize];
            let there = joined.entry(cycle).or_insert(region);
            *there = (*there).min(region);
        }
        for (cycle, region) in joined {
            self.region_of[cycle as usize] = region;
        }
    }

    /// A unit of which its own holes leave nothing holds what its shells wind around: no unit vanishes.
    fn uncover(&mut self, mut hidden: Vec<(AtomId, u32)>) {
        if hidden.is_empty() {
            return;
        }
        let held: BTreeSet<AtomId> = self.holders.iter().flatten().copied().collect();
        hidden.retain(|(atom, _)| !held.contains(atom));
        for (atom, region) in hidden {
            let holders = &mut self.holders[region as usize];
            if let Err(at) = holders.binary_search(&atom) {
                holders.insert(at, atom);
            }
        }
    }

    /// Units whose rings do not wind as those of a valid polygon do: more than once, about a hole that is in no shell, or
    /// of several parts at one place.
    pub fn odd(&self) -> impl Iterator<Item = AtomId> + '_ {
        self.odd.iter().copied()
    }

    /// Regions, ascending.
    pub fn regions(&self) -> impl Iterator<Item = u32> + '_ {
        let is_one = |(cycle, &region): (usize, &u32)| cycle == region as usize;
        let cycles = self.region_of.iter().enumerate().filter(move |&at| is_one(at));
        cycles.map(|(_, &region)| region)
    }

    /// The region on the left of a half; `None` outside of everything.
    pub fn region(&self, half: Half) -> Option<u32> {
        let region = self.region_of[self.arrangement.cycle_of(half) as usize];
        (region != UNBOUNDED).then_some(region)
    }

    /// Units that hold a region.
    pub fn holders(&self, region: u32) -> &Holders {
        &self.holders[region as usize]
    }

    /// Units on the left of a half.
    pub fn left(&self, half: Half) -> &[AtomId] {
        self.region(half).map_or(&[], |region| self.holders(region))
    }

    /// The face that holds the region on the left of a half, where it came so.
    pub fn face(&self, half: Half) -> Option<FaceId> {
        self.faces[self.region(half)? as usize]
    }

    /// Gives a region to a unit alone.
    pub fn give(&mut self, region: u32, to: AtomId) {
        self.holders[region as usize] = SmallVec::from_slice(&[to]);
    }

    /// Takes a region from units that hold it together with others.
    pub fn take(&mut self, region: u32, from: &[AtomId]) {
        self.holders[region as usize].retain(|atom| !from.contains(atom));
    }

    /// All halves around a region, those of what lies in it too; boundaries one after the other.
    pub fn boundaries(&self, region: u32) -> impl Iterator<Item = Vec<Half>> + '_ {
        let inner = self.within.get(&region).map_or(&[][..], Vec::as_slice);
        std::iter::once(&region)
            .chain(inner)
            .map(|&cycle| self.arrangement.cycle(cycle).collect())
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Shape of a region; `None` where there is nothing to measure.
    pub fn shape(&self, region: u32) -> Option<Shape> {
        let mut boundaries = self.boundaries(region);
        let mut shape = Shape::of(&self.boundary(region, &boundaries.next()?))?;
        for inner in boundaries {
            let island = Shape::of(&self.boundary(region, &inner))?;
            shape.area_m2 = (shape.area_m2 - island.area_m2).max(0.0);
            shape.length_m += island.length_m;
            shape.one_sided = None;
            shape.lacking = None;
        }
        Some(shape)
    }

    /// A boundary with whose border each piece is: around an empty region the neighbour's, else that of the unit which
    /// ends there.
    fn boundary(&self, region: u32, halves: &[Half]) -> Boundary {
        let holders = self.holders(region);
        let mut made = Boundary::default();
        for &half in halves {
            // Beyond all edges that lie on this one.
            let across = self.arrangement.coincident(half).last().map_or(&[][..], |last| self.left(last.twin()));
            let owner =
                if holders.is_empty() { across.first() } else { holders.iter().find(|atom| !across.contains(atom)) };
            let owner = owner.map_or(u32::MAX, |atom| atom.0);
            for at in self.arrangement.points(half) {
                made.points.push(at);
                made.owners.push(owner);
                made.crossings.push(false);
            }
        }
        made
    }

    /// Vertices that only rounding keeps off an edge on the other side of a region that is none: the edges are to take
    /// them in.
    pub fn slivers(&self) -> Inserts {
        let mut inserts = Inserts::default();
        for region in self.regions().filter(|&region| self.holders(region).len() != 1) {
            for boundary in self.boundaries(region) {
                let points: Vec<Coord> = boundary.iter().flat_map(|&half| self.arrangement.points(half)).collect();
                let Some(local) = points.first().filter(|_| points.len() <= MOST_POINTS).map(|&at| Local::around(at))
                else {
                    continue;
                };
                let metres: Vec<Coord> = points.iter().map(|&at| local.metres(at)).collect();
                if (twice_area(&metres) / length(&metres)).abs() > ROUNDING_M {
                    continue;
                }
                let n = points.len();
                for (i, &vertex) in points.iter().enumerate() {
                    for k in (0..n).filter(|&k| k != i && (k + 1) % n != i) {
                        let edge = [metres[k], metres[(k + 1) % n]];
                        let share = project(metres[i], edge);
                        if distance(metres[i], edge) < ROUNDING_M && share > 0.0 && share < 1.0 {
                            inserts.add(points[k], points[(k + 1) % n], vertex);
                        }
                    }
                }
            }
        }
        inserts
    }

    /// Places along a half, both ends included.
    pub fn line(&self, half: Half) -> Vec<Coord> {
        let mut line: Vec<Coord> = self.arrangement.points(half).collect();
        line.extend(self.arrangement.points(half.twin()).next());
        line
    }

    /// Length of a half in metres.
    pub fn length_m(&self, half: Half) -> f64 {
        let line = self.line(half);
        let Some(&first) = line.first() else { return 0.0 };
        let local = Local::around(first);
        line.windows(2).map(|pair| distance(local.metres(pair[0]), [local.metres(pair[1]); 2])).sum()
    }

    /// Whether a unit that is not in this neighbourhood lies on the other side of a boundary of a region.
    pub fn has_foreign(&self, region: u32) -> bool {
        let is_foreign = |half: Half| self.line(half).windows(2).any(|pair| self.around.is_foreign(pair[0], pair[1]));
        self.boundaries(region).flatten().any(is_foreign)
    }
}

/// Units whose rings wind around a region as those of no valid polygon do.
fn odd(cover: &Cover, around: &Neighbourhood<'_>) -> SmallVec<[AtomId; 2]> {
    let mut odd = SmallVec::new();
    if let [(ring, 1)] = cover[..]
        && around.rings.get(ring.index()).is_none_or(|ring| !ring.is_hole)
    {
        return odd;
    }
    let rings: SmallVec<[(&super::rings::Ring, i32); 4]> =
        cover.iter().filter_map(|&(ring, count)| Some((around.rings.get(ring.index())?, count))).collect();
    for of_atom in rings.chunk_by(|a, b| a.0.atom == b.0.atom) {
        let is_plain = match of_atom {
            [(shell, 1)] => !shell.is_hole,
            [(shell, 1), (hole, 1)] => !shell.is_hole && hole.is_hole && shell.face == hole.face,
            _ => false,
        };
        if !is_plain {
            odd.push(of_atom[0].0.atom);
        }
    }
    odd
}

/// Units whose faces hold a region, from the rings that wind around it; and the first such face.
fn holders(
    cover: &Cover,
    around: &Neighbourhood<'_>,
    hidden: &mut Vec<(AtomId, u32)>,
    region: u32,
) -> (Holders, Option<FaceId>) {
    let mut holders = Holders::new();
    let mut first = None;
    let rings: SmallVec<[&super::rings::Ring; 4]> =
        cover.iter().filter_map(|&(ring, _)| around.rings.get(ring.index())).collect();
    // Rings stand in order of atom and face.
    for face in rings.chunk_by(|a, b| a.face == b.face) {
        let [shell, ..] = face else { continue };
        if face.iter().all(|ring| !ring.is_hole) {
            first = first.or(Some(shell.face));
            if holders.last() != Some(&shell.atom) {
                holders.push(shell.atom);
            }
        } else if !shell.is_hole {
            hidden.push((shell.atom, region));
        }
    }
    (holders, first)
}
