//! The shape of a region between borders: how wide it is, where it is widest, and whether one side only lacks
//! vertices that the other has.

use geo::Coord;

use super::measure::{Local, distance, length, project, twice_area};

/// A closed boundary in pieces that each belong to one unit.
#[derive(Debug, Default)]
pub(in crate::coverage) struct Boundary {
    /// Places in degrees, in order, not closed.
    pub points: Vec<Coord>,
    /// Unit whose border goes on from each point (any number, equal for the same unit).
    pub owners: Vec<u32>,
    /// Whether each point is a crossing of borders and no vertex.
    pub crossings: Vec<bool>,
}

/// Shape of a region.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Shape {
    /// Area in square metres.
    pub area_m2: f64,
    /// Length of the boundary in metres.
    pub length_m: f64,
    /// Vertex where the two sides are farthest apart, in degrees.
    pub at: Coord,
    /// Vertices that one side lacks, if that is all that is wrong: their number and largest distance from the other
    /// side in metres.
    pub one_sided: Option<(usize, f64)>,
    /// The unit that lacks them, as the boundary names it.
    pub lacking: Option<u32>,
}

/// A boundary of which one side only lacks vertices.
#[derive(Clone, Copy, Debug)]
struct OneSided {
    /// How many it lacks.
    count: usize,
    /// How far the farthest of them is from it, in metres.
    distance_m: f64,
    /// The farthest of them.
    farthest: usize,
    /// The unit that lacks them.
    lacking: u32,
}

/// Distances that differ by less, in metres, are the same but for rounding.
const ROUNDING_M: f64 = 1e-6;

/// More steps than this are not compared each with each.
const MAX_STEPS: usize = 400;

impl Shape {
    /// Measures a region. An empty boundary has no shape.
    pub fn of(boundary: &Boundary) -> Option<Self> {
        let &first = boundary.points.first()?;
        let local = Local::around(first);
        let metres: Vec<Coord> = boundary.points.iter().map(|&at| local.metres(at)).collect();
        let one_sided = one_sided(boundary, &metres);
        let widest = match one_sided {
            Some(OneSided { farthest, .. }) => farthest,
            None => widest(boundary, &metres).unwrap_or_else(|| inner_vertex(boundary)),
        };
        Some(Self {
            area_m2: (twice_area(&metres) / 2.0).abs(),
            length_m: length(&metres),
            at: boundary.points[widest],
            one_sided: one_sided.map(|side| (side.count, side.distance_m)),
            lacking: one_sided.map(|side| side.lacking),
        })
    }

    /// Mean width in metres: right for a strip, half the width of a disc.
    pub fn width_m(&self) -> f64 {
        if self.length_m > 0.0 { 2.0 * self.area_m2 / self.length_m } else { 0.0 }
    }
}

/// Looks for one straight piece of border whose unit lacks all other vertices of the boundary.
///
/// ```text
///      v            the upper unit has v, the lower goes straight from a to b
///    /   \
///   a ─── b
/// ```
///
fn one_sided(boundary: &Boundary, metres: &[Coord]) -> Option<OneSided> {
    let n = metres.len();
    if n < 3 {
        return None;
    }
    let owner = |i: usize| boundary.owners[i % n];
    let runs = (0..n).filter(|&i| owner(i) != owner(i + n - 1)).count();
    let chord = |i: usize| [metres[i], metres[(i + 1) % n]];
    let size = |i: usize| distance(metres[i], [metres[(i + 1) % n]; 2]);
    // Straight pieces between vertices, with other units before and after.
    let alone = |&i: &usize| {
        owner(i + n - 1) != owner(i)
            && owner(i + 1) != owner(i)
            && !boundary.crossings[i]
            && !boundary.crossings[(i + 1) % n]
    };
    let i = (0..n).filter(alone).max_by(|&a, &b| size(a).total_cmp(&size(b)).then(b.cmp(&a)))?;
    let rest = (i + 2..i + n).map(|k| k % n);
    if rest.clone().any(|k| boundary.crossings[k]) {
        return None;
    }
    // Where three units meet, both sides may have a vertex of their own, one beyond the end of the chord.
    let between = |k: usize| (0.0..=1.0).contains(&project(metres[k], chord(i)));
    if runs > 2 && !rest.clone().all(between) {
        return None;
    }
    let farthest = first_of_farthest(boundary, rest.clone().map(|k| (k, distance(metres[k], chord(i)))))?;
    let distance_m = distance(metres[farthest], chord(i));
    Some(OneSided { count: rest.count(), distance_m, farthest, lacking: owner(i) })
}

/// The vertex inside of one unit's piece that is farthest from the pieces of others.
fn widest(boundary: &Boundary, metres: &[Coord]) -> Option<usize> {
    let n = metres.len();
    if n > MAX_STEPS {
        return None;
    }
    let inner = |&i: &usize| boundary.owners[(i + n - 1) % n] == boundary.owners[i] && !boundary.crossings[i];
    let mut best: Option<f64> = None;
    let mut far: Vec<(usize, f64)> = Vec::new();
    let mut nearest = 0;
    for i in (0..n).filter(inner) {
        let mut away: Option<f64> = None;
        // From where the vertex before it was nearest: mostly that shows at once that this one is no farther.
        for k in (nearest..n).chain(0..nearest).filter(|&k| boundary.owners[k] != boundary.owners[i]) {
            let other = [metres[k], metres[if k + 1 == n { 0 } else { k + 1 }]];
            if away.is_some_and(|away| is_beyond(metres[i], other, away)) {
                continue;
            }
            let to = distance(metres[i], other);
            if away.is_none_or(|away| to < away) {
                (away, nearest) = (Some(to), k);
                if best.is_some_and(|best| to < best - ROUNDING_M) {
                    break;
                }
            }
        }
        if let Some(away) = away.filter(|&away| best.is_none_or(|best| away >= best - ROUNDING_M)) {
            best = Some(best.map_or(away, |best| best.max(away)));
            far.push((i, away));
        }
    }
    first_of_farthest(boundary, far.into_iter())
}

/// Of the vertices that are farthest away, but for rounding, the first in order of place: so it does not depend on where a
/// boundary begins.
fn first_of_farthest(boundary: &Boundary, far: impl Iterator<Item = (usize, f64)> + Clone) -> Option<usize> {
    let most = far.clone().map(|(_, away)| away).max_by(f64::total_cmp)?;
    let place = |i: usize| boundary.points[i];
    let ties = far.filter(|&(_, away)| away >= most - ROUNDING_M).map(|(i, _)| i);
    ties.min_by(|&a, &b| {
        let (a, b) = (place(a), place(b));
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
    })
}

/// Whether the box of a segment alone shows that it is farther from a point than this.
fn is_beyond(point: Coord, [a, b]: [Coord; 2], away: f64) -> bool {
    let away = away + ROUNDING_M;
    (a.x.min(b.x) - point.x > away)
        | (point.x - a.x.max(b.x) > away)
        | (a.y.min(b.y) - point.y > away)
        | (point.y - a.y.max(b.y) > away)
}

/// Any vertex, best one inside of a piece.
fn inner_vertex(boundary: &Boundary) -> usize {
    let n = boundary.points.len();
    let inner = |&i: &usize| boundary.owners[(i + n - 1) % n] == boundary.owners[i] && !boundary.crossings[i];
    let vertices = (0..n).filter(|&i| !boundary.crossings[i]);
    let of = |found: Vec<usize>| first_of_farthest(boundary, found.into_iter().map(|i| (i, 0.0)));
    of((0..n).filter(inner).collect()).or_else(|| of(vertices.collect())).unwrap_or(0)
}
