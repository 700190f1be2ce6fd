//! Where on a map a barrier or a link between two territories is: the border that they share, or where they are nearest.

use compact_str::CompactString;
use emath::{Pos2, vec2};
use geo::{Coord, Rect};

use super::Camera;
use super::projection::world_from_lonlat;
use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc, union};
use crate::model::Dataset;

/// The search for the nearest places looks at about this many vertices of a territory at most.
const SEARCH_VERTICES: usize = 400;

/// How much nearer the nearest places of two territories are to the line between their middles, as a share of their
/// distance: where many are equally near, as along a straight river, the mark stands in the middle of them.
const TO_THE_MIDDLE: f64 = 0.1;

/// Below this distance on the screen the way between two places says nothing, in points.
const SAME: f32 = 2.0;

/// A link between two units as loaded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bridge {
    /// A place of each unit, about where they are nearest, in world coordinates.
    ends: [Coord; 2],
    /// From the middle of one to that of the other.
    way: Coord,
}

impl Bridge {
    /// Between the units with these codes; `None` when one of them is not there.
    #[must_use]
    pub fn between(dataset: &Dataset, codes: &[CompactString; 2]) -> Option<Self> {
        let [a, b] = codes.each_ref().map(|code| atoms(dataset, code));
        let middle = |atoms: &[AtomId]| Some(world_from_lonlat(bounds_of(dataset, atoms)?.center()));
        Some(Self { ends: nearest(&dataset.coverage, &a, &b)?, way: middle(&b)? - middle(&a)? })
    }

    /// A line on the screen from one unit into the other, so many points beyond the two places.
    #[must_use]
    pub fn on_screen(&self, camera: &Camera, beyond: f32) -> [Pos2; 2] {
        let [a, b] = self.ends.map(|end| camera.screen_from_world(end));
        #[expect(clippy::cast_possible_truncation, reason = "a direction")]
        let way = vec2(self.way.x as f32, -self.way.y as f32);
        let along = if (b - a).length() < SAME { way } else { b - a }.normalized() * beyond;
        [a - along, b + along]
    }
}

/// The border that two units as loaded share; empty when one of them is not there, or they do not touch.
#[must_use]
pub fn barrier_between(dataset: &Dataset, codes: &[CompactString; 2]) -> Vec<ArcId> {
    let [a, b] = codes.each_ref().map(|code| atoms(dataset, code));
    shared_border(&dataset.coverage, &a, &b)
}

/// Box in degrees around two units as loaded; `None` when neither is there.
#[must_use]
pub fn bounds(dataset: &Dataset, codes: &[CompactString; 2]) -> Option<Rect> {
    codes.iter().filter_map(|code| bounds_of(dataset, &atoms(dataset, code))).reduce(union)
}

fn atoms(dataset: &Dataset, code: &str) -> Vec<AtomId> {
    dataset.base.find(code).first().map(|&unit| dataset.base.atoms(unit)).unwrap_or_default()
}

fn bounds_of(dataset: &Dataset, atoms: &[AtomId]) -> Option<Rect> {
    dataset.coverage.frame_of(atoms)
}

/// Arcs with one territory on one side and the other on the other, ascending; empty when they do not touch.
#[must_use]
pub fn shared_border(coverage: &Coverage, a: &[AtomId], b: &[AtomId]) -> Vec<ArcId> {
    let ([a, b], mut arcs) = ([sorted(a), sorted(b)], Vec::new());
    let is_in =
        |territory: &[AtomId], atom: Option<AtomId>| atom.is_some_and(|it| territory.binary_search(&it).is_ok());
    // The smaller one is gone round.
    let (near, far) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    for &atom in near {
        for arc in coverage.arcs_of(atom).map(DirectedArc::arc) {
            let [left, right] = coverage.sides(arc);
            let across = if left == Some(atom) { right } else { left };
            if is_in(far, across) {
                arcs.push(arc);
            }
        }
    }
    arcs.sort_unstable();
    arcs.dedup();
    arcs
}

/// A place of each territory, in world coordinates, about where the two are nearest; `None` when one has no territory.
/// Where they touch, both places are the same.
#[must_use]
pub fn nearest(coverage: &Coverage, a: &[AtomId], b: &[AtomId]) -> Option<[Coord; 2]> {
    let [a, b] = [rim(coverage, a), rim(coverage, b)];
    let middle = (middle(&a)? + middle(&b)?) / 2.0;
    let mut best: Option<(f64, [Coord; 2])> = None;
    let mut look = |off: f64, pair: [Coord; 2]| {
        let cost = off + TO_THE_MIDDLE * length(pair[0] - middle);
        if best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, pair));
        }
    };
    for (from, to, turned) in [(&a, &b, false), (&b, &a, true)] {
        for &[vertex, next] in from {
            for at in [vertex, (vertex + next) / 2.0] {
                for &edge in to {
                    let there = nearest_on(edge, at);
                    look(length(there - at), if turned { [there, at] } else { [at, there] });
                }
            }
        }
    }
    best.map(|(_, pair)| pair)
}

fn sorted(atoms: &[AtomId]) -> Vec<AtomId> {
    let mut atoms = atoms.to_vec();
    atoms.sort_unstable();
    atoms
}

/// Edges around a territory in world coordinates, with some vertices left out where there are many.
fn rim(coverage: &Coverage, atoms: &[AtomId]) -> Vec<[Coord; 2]> {
    let atoms = sorted(atoms);
    let inside = |atom: Option<AtomId>| atom.is_some_and(|it| atoms.binary_search(&it).is_ok());
    let mut arcs: Vec<ArcId> = Vec::new();
    for &atom in &atoms {
        let all = coverage.arcs_of(atom).map(DirectedArc::arc);
        arcs.extend(all.filter(|&arc| !coverage.sides(arc).into_iter().all(inside)));
    }
    let vertices: usize = arcs.iter().map(|&arc| coverage.arc(arc).len()).sum();
    let step = vertices.div_ceil(SEARCH_VERTICES).max(1);
    let edges = arcs.into_iter().flat_map(|arc| {
        let coords = coverage.arc(arc);
        let mut kept: Vec<Coord> = coords.iter().step_by(step).copied().map(world_from_lonlat).collect();
        if !(coords.len() - 1).is_multiple_of(step) {
            kept.extend(coords.last().copied().map(world_from_lonlat));
        }
        kept.windows(2).map(|edge| [edge[0], edge[1]]).collect::<Vec<_>>()
    });
    edges.collect()
}

/// Middle of the box around some edges.
fn middle(edges: &[[Coord; 2]]) -> Option<Coord> {
    let mut ends = edges.iter().flatten().copied();
    let first = ends.next()?;
    let (low, high) = ends.fold((first, first), |(low, high), at| {
        let low = Coord { x: low.x.min(at.x), y: low.y.min(at.y) };
        (low, Coord { x: high.x.max(at.x), y: high.y.max(at.y) })
    });
    Some((low + high) / 2.0)
}

fn nearest_on([a, b]: [Coord; 2], at: Coord) -> Coord {
    let (along, to) = (b - a, at - a);
    let squared = along.x * along.x + along.y * along.y;
    let t = if squared > 0.0 { ((to.x * along.x + to.y * along.y) / squared).clamp(0.0, 1.0) } else { 0.0 };
    a + along * t
}

fn length(way: Coord) -> f64 {
    way.x.hypot(way.y)
}
