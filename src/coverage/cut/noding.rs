//! Where a line meets the border of an atom: both get a vertex there, the same one.

use std::collections::{BTreeMap, HashMap, HashSet};

use geo::algorithm::Kernel as _;
use geo::kernels::RobustKernel;
use geo::{Coord, Orientation};

use super::{CutError, NEAR_DEG};
use crate::coverage::seam::{beyond, is_along, is_at_seam};
use crate::coverage::{ArcId, Coverage};

/// Rounds after which the line and the border have to be apart. New vertices are rounded to doubles, so that they can
/// bring a crossing about that was none; two rounds are usual.
const MOST_ROUNDS: usize = 24;
/// How far off an edge a vertex of the line is that lies on it, in degrees.
const ON_EDGE_DEG: f64 = 1e-12;

/// Chains of places. A place is a pair of coordinates; equal pairs are one place.
#[derive(Default)]
pub(super) struct Noding {
    pub(super) places: Vec<Coord>,
    known: HashMap<[u64; 2], usize>,
    /// The border, arc by arc.
    pub(super) border: Vec<Vec<usize>>,
    /// The line; a closed one ends where it starts.
    pub(super) line: Vec<usize>,
}

/// A vertex to come into a chain.
struct Insert {
    chain: Option<usize>,
    /// Edge of the chain, by its first vertex.
    edge: usize,
    /// How far along the edge.
    along: f64,
    place: usize,
}

impl Noding {
    pub(super) fn place(&mut self, at: Coord) -> usize {
        let next = self.places.len();
        let place = *self.known.entry(bits(at)).or_insert(next);
        if place == next {
            self.places.push(at);
        }
        place
    }

    fn chain_mut(&mut self, chain: Option<usize>) -> &mut Vec<usize> {
        match chain {
            Some(arc) => &mut self.border[arc],
            None => &mut self.line,
        }
    }

    /// Edges of the border and the line: the chain, the position in it, and both places.
    fn edges(&self) -> impl Iterator<Item = (Option<usize>, usize, [usize; 2])> + '_ {
        let border = self.border.iter().enumerate().map(|(arc, chain)| (Some(arc), chain));
        border
            .chain([(None, &self.line)])
            .flat_map(|(id, chain)| chain.windows(2).enumerate().map(move |(at, edge)| (id, at, [edge[0], edge[1]])))
    }

    fn insert(&mut self, mut inserts: Vec<Insert>) {
        // From the end of each chain, so that positions before stay as they are.
        inserts.sort_by(|a, b| {
            a.chain
                .cmp(&b.chain)
                .then(b.edge.cmp(&a.edge))
                .then(b.along.total_cmp(&a.along))
                .then(a.place.cmp(&b.place))
        });
        let mut known = HashSet::new();
        inserts.retain(|insert| known.insert((insert.chain, insert.edge, insert.place)));
        for Insert { chain, edge, place, .. } in inserts {
            self.chain_mut(chain).insert(edge + 1, place);
        }
    }

    /// Puts vertices of the line that nearly lie on the border there: onto a vertex of it, or else onto an edge.
    pub(super) fn snap_line(&mut self) {
        self.thin_line();
        let line = self.line.clone();
        let mut moved: HashMap<usize, usize> = HashMap::new();
        let mut inserts = Vec::new();
        let on_border: HashSet<usize> = self.border.iter().flatten().copied().collect();
        for &vertex in line.iter().filter(|vertex| !on_border.contains(vertex)) {
            if moved.contains_key(&vertex) {
                continue;
            }
            let at = self.places[vertex];
            let near = |&place: &usize| distance(self.places[place], at) <= NEAR_DEG;
            let vertices = self.border.iter().flatten().copied().filter(near);
            let nearest =
                vertices.min_by(|&a, &b| distance(self.places[a], at).total_cmp(&distance(self.places[b], at)));
            if let Some(nearest) = nearest {
                moved.insert(vertex, nearest);
                continue;
            }
            let edges = self.edges().filter(|(chain, ..)| chain.is_some());
            let near = edges.filter_map(|(chain, edge, ends)| {
                let (along, off) = foot(ends.map(|end| self.places[end]), at)?;
                (off <= NEAR_DEG).then_some((chain, edge, ends, along, off))
            });
            let nearest = near.min_by(|a, b| a.4.total_cmp(&b.4));
            if let Some((chain, edge, ends, along, _)) = nearest {
                let [a, b] = ends.map(|end| self.places[end]);
                let place = self.place(a + (b - a) * along);
                if !ends.contains(&place) {
                    inserts.push(Insert { chain, edge, along, place });
                }
                moved.insert(vertex, place);
            }
        }
        for vertex in &mut self.line {
            *vertex = moved.get(vertex).copied().unwrap_or(*vertex);
        }
        self.insert(inserts);
        self.line.dedup();
    }

    /// Takes vertices out of the line that are one place with the vertex before. Its ends stay.
    fn thin_line(&mut self) {
        let Some(&last) = self.line.last() else { return };
        let mut thinned: Vec<usize> = Vec::with_capacity(self.line.len());
        for &vertex in &self.line {
            let before = thinned.last().map(|&before| self.places[before]);
            if before.is_none_or(|before| distance(before, self.places[vertex]) > NEAR_DEG) {
                thinned.push(vertex);
            }
        }
        if thinned.last() != Some(&last) {
            if thinned.len() > 1 {
                thinned.pop();
            }
            thinned.push(last);
        }
        self.line = thinned;
    }

    /// Gives line and border a vertex wherever they meet, and the line wherever it meets itself.
    ///
    /// # Errors
    /// [`CutError::Tangled`] when rounding keeps them from coming apart.
    pub(super) fn node(&mut self) -> Result<(), CutError> {
        for _ in 0..MOST_ROUNDS {
            // Vertices that are there come before new ones beside them.
            let mut inserts = self.vertices_on_line();
            if inserts.is_empty() {
                inserts = self.crossings();
            }
            if inserts.is_empty() {
                return Ok(());
            }
            self.insert(inserts);
            self.line.dedup();
        }
        Err(CutError::Tangled)
    }

    /// Gives the twins of border arcs along the seam the vertices that those got, and the other way round. Twins that are no
    /// border of the atom come in among the arcs, in their order.
    pub(super) fn mirror(&mut self, coverage: &Coverage, arcs: &mut Vec<ArcId>) {
        let twins: Vec<(usize, ArcId)> =
            arcs.iter().enumerate().filter_map(|(at, &arc)| Some((at, coverage.twin(arc)?))).collect();
        if twins.is_empty() {
            return;
        }
        // Twins have the same latitudes, so that one of the two gives the vertices of the other, turned where it runs the
        // other way. Of twins that both are border, each has what was put into the other.
        let mut mirrored: Vec<(ArcId, Vec<usize>)> = Vec::new();
        for (at, twin) in twins {
            let mut places: Vec<Coord> = self.border[at].iter().map(|&place| beyond(self.places[place])).collect();
            if let Ok(there) = arcs.binary_search(&twin) {
                places.extend(self.border[there].iter().map(|&place| self.places[place]));
            }
            let is_northward = matches!(coverage.arc(twin), [first, .., last] if first.y < last.y);
            places.sort_by(|a, b| if is_northward { a.y.total_cmp(&b.y) } else { b.y.total_cmp(&a.y) });
            places.dedup();
            mirrored.push((twin, places.into_iter().map(|at| self.place(at)).collect()));
        }
        let mut border: BTreeMap<ArcId, Vec<usize>> = arcs.drain(..).zip(self.border.drain(..)).collect();
        border.extend(mirrored);
        (*arcs, self.border) = border.into_iter().unzip();
    }

    /// The place that is the same on the other side of the seam, where it is known.
    pub(super) fn beyond(&self, place: usize) -> Option<usize> {
        let at = self.places[place];
        let other = if is_at_seam(at) { Some(bits(beyond(at))) } else { None };
        other.and_then(|other| self.known.get(&other)).copied()
    }

    /// Vertices of the border that lie nearly on an edge of the line, vertices of the line that lie on another edge of
    /// it, and vertices of the line that lie on an edge of the border.
    fn vertices_on_line(&self) -> Vec<Insert> {
        let mut inserts = Vec::new();
        // A vertex that the line passes already does not bend it once more.
        let passed: HashSet<usize> = self.line.iter().copied().collect();
        let mut vertices: Vec<usize> = self.border.iter().flatten().chain(&self.line).copied().collect();
        vertices.sort_unstable();
        vertices.dedup();
        for (edge, ends) in self.line.windows(2).enumerate() {
            let ends = [ends[0], ends[1]];
            let [a, b] = ends.map(|end| self.places[end]);
            let bounds = Bounds::of(a, b).grown();
            for &place in vertices.iter().filter(|&&place| bounds.holds(self.places[place]) && !ends.contains(&place)) {
                let near = if passed.contains(&place) { ON_EDGE_DEG } else { NEAR_DEG };
                if let Some((along, off)) = foot([a, b], self.places[place])
                    && off <= near
                {
                    inserts.push(Insert { chain: None, edge, along, place });
                }
            }
        }
        let mut on_line = self.line.clone();
        on_line.sort_unstable();
        on_line.dedup();
        let Some(around) = self.line_bounds() else { return inserts };
        for (chain, edge, ends) in self.edges().filter(|(chain, ..)| chain.is_some()) {
            let [a, b] = ends.map(|end| self.places[end]);
            let bounds = Bounds::of(a, b);
            if !bounds.meets(around) {
                continue;
            }
            for &place in on_line.iter().filter(|&&place| bounds.holds(self.places[place]) && !ends.contains(&place)) {
                let at = self.places[place];
                if RobustKernel::orient2d(a, b, at) == Orientation::Collinear
                    && let Some((along, _)) = foot([a, b], at)
                {
                    inserts.push(Insert { chain, edge, along, place });
                }
            }
        }
        inserts
    }

    fn line_bounds(&self) -> Option<Bounds> {
        let edges = self.line.windows(2).map(|edge| Bounds::of(self.places[edge[0]], self.places[edge[1]]));
        edges.reduce(Bounds::with)
    }

    /// Where edges of the line properly cross edges of the border or of the line.
    fn crossings(&mut self) -> Vec<Insert> {
        let Some(around) = self.line_bounds() else { return Vec::new() };
        let of = |[a, b]: [usize; 2]| Bounds::of(self.places[a], self.places[b]);
        let near: Vec<_> = self.edges().filter(|&(.., ends)| of(ends).meets(around)).collect();
        let line: Vec<[usize; 2]> = self.line.windows(2).map(|edge| [edge[0], edge[1]]).collect();
        let mut found = Vec::new();
        for (at, &ours) in line.iter().enumerate() {
            let bounds = of(ours);
            for &(chain, edge, theirs) in &near {
                // Of two edges of the line, the later one asks.
                if (chain.is_none() && edge >= at) || ours.iter().any(|end| theirs.contains(end)) {
                    continue;
                }
                if bounds.meets(of(theirs))
                    && let Some(crossing) =
                        crossing(ours.map(|end| self.places[end]), theirs.map(|end| self.places[end]))
                {
                    found.push((at, ours, chain, edge, theirs, crossing));
                }
            }
        }
        let mut inserts = Vec::new();
        for (at, ours, chain, edge, theirs, crossing) in found {
            let place = self.place(crossing);
            for (chain, edge, ends) in [(None, at, ours), (chain, edge, theirs)] {
                let along = foot(ends.map(|end| self.places[end]), crossing).map_or(0.5, |(along, _)| along);
                if !ends.contains(&place) {
                    inserts.push(Insert { chain, edge, along, place });
                }
            }
        }
        inserts
    }
}

/// What tells places apart: minus zero is zero.
pub(super) fn bits(at: Coord) -> [u64; 2] {
    [at.x + 0.0, at.y + 0.0].map(f64::to_bits)
}

#[derive(Clone, Copy)]
struct Bounds {
    low: Coord,
    high: Coord,
}

impl Bounds {
    fn of(a: Coord, b: Coord) -> Self {
        Self { low: Coord { x: a.x.min(b.x), y: a.y.min(b.y) }, high: Coord { x: a.x.max(b.x), y: a.y.max(b.y) } }
    }

    fn with(self, other: Self) -> Self {
        Self {
            low: Coord { x: self.low.x.min(other.low.x), y: self.low.y.min(other.low.y) },
            high: Coord { x: self.high.x.max(other.high.x), y: self.high.y.max(other.high.y) },
        }
    }

    fn grown(self) -> Self {
        let by = Coord { x: NEAR_DEG, y: NEAR_DEG };
        Self { low: self.low - by, high: self.high + by }
    }

    fn holds(self, at: Coord) -> bool {
        self.low.x <= at.x && at.x <= self.high.x && self.low.y <= at.y && at.y <= self.high.y
    }

    fn meets(self, other: Self) -> bool {
        self.low.x <= other.high.x
            && other.low.x <= self.high.x
            && self.low.y <= other.high.y
            && other.low.y <= self.high.y
    }
}

fn distance(a: Coord, b: Coord) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// How far along an edge the foot of a place lies (between 0 and 1), and how far off the edge the place is, in degrees.
/// `None` when its foot is not between the ends, or the edge is none.
fn foot([a, b]: [Coord; 2], at: Coord) -> Option<(f64, f64)> {
    let (edge, to) = (b - a, at - a);
    let squared = edge.x * edge.x + edge.y * edge.y;
    let along = (to.x * edge.x + to.y * edge.y) / squared;
    let off = distance(a + edge * along, at);
    (squared > 0.0 && (0.0..=1.0).contains(&along)).then_some((along, off))
}

/// Where two edges properly cross: each has the ends of the other on both of its sides.
fn crossing(ours: [Coord; 2], theirs: [Coord; 2]) -> Option<Coord> {
    let turns = |[from, to]: [Coord; 2], ends: [Coord; 2]| ends.map(|end| RobustKernel::orient2d(from, to, end));
    let is_apart = |turns: [Orientation; 2]| turns[0] != turns[1] && !turns.contains(&Orientation::Collinear);
    if !is_apart(turns(ours, theirs)) || !is_apart(turns(theirs, ours)) {
        return None;
    }
    let ([along, across], between) = ([ours, theirs].map(|[from, to]| to - from), theirs[0] - ours[0]);
    let cross = |a: Coord, b: Coord| a.x * b.y - a.y * b.x;
    let mut at = ours[0] + along * (cross(between, across) / cross(along, across)).clamp(0.0, 1.0);
    if is_along(theirs[0], theirs[1]) {
        // What lies along the seam stays there, that the other side matches.
        at.x = theirs[0].x;
    }
    (at.x.is_finite() && at.y.is_finite()).then_some(at)
}
