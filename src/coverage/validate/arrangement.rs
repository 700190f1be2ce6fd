//! All arcs, cut where they meet, as half-edges: the plane falls into regions.
//!
//! 1. An *edge* is a piece of an arc between two nodes. Where arcs meet only at their nodes, it is a whole arc.
//! 2. A *half* is an edge with a direction. `next` leads along the region on its left.
//! 3. A *cycle* is what `next` closes: one boundary of one region.
//!
//! Only the combination is used further on: the order of halves around a node is exact, since it is taken from the
//! input's own segments, also where the crossing point itself had to be rounded.

use std::cmp::Ordering;
use std::collections::HashMap;

use geo::Coord;

use super::duplicates::Duplicates;
use super::planarity::{How, Meeting, Turn, is_on, turn};
use super::tree::{Segment, index};
use crate::coverage::{ArcId, AtomId, Coverage, FaceId, OUTSIDE, span};

/// An edge with a direction: even values run along the arc, odd ones against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Half(pub u32);

impl Half {
    /// The same edge the other way.
    pub fn twin(self) -> Self {
        Self(self.0 ^ 1)
    }

    /// Position of the edge.
    pub fn edge(self) -> usize {
        (self.0 >> 1) as usize
    }

    /// Position of the half.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    fn side(self) -> usize {
        (self.0 & 1) as usize
    }
}

/// Where an edge ends: at a vertex of its arc, or inside a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stop {
    /// The vertex, or the first vertex of the segment.
    segment: u32,
    /// Place on the segment, from 0 (its first vertex) to below 1.
    t: f64,
    /// Node there.
    node: u32,
}

/// A piece of an arc between two nodes.
#[derive(Clone, Copy, Debug)]
struct Edge {
    arc: ArcId,
    stops: [Stop; 2],
}

impl Edge {
    /// Vertices between the ends.
    fn inner(&self) -> std::ops::Range<usize> {
        let [from, to] = self.stops;
        from.segment as usize + 1..to.segment as usize + usize::from(to.t > 0.0)
    }
}

/// A node that the coverage does not have.
#[derive(Clone, Copy, Debug)]
struct Extra {
    /// Its place; rounded for a crossing.
    at: Coord,
    /// Whether segments cross there; else it is a vertex.
    is_crossing: bool,
}

/// See the module documentation.
#[derive(Debug)]
pub(super) struct Arrangement<'a> {
    /// What is arranged.
    pub coverage: &'a Coverage,
    duplicates: &'a Duplicates,
    edges: Vec<Edge>,
    /// End of each arc in `edges`.
    arc_ends: Vec<u32>,
    /// Nodes behind those of the coverage.
    extras: Vec<Extra>,
    /// Nodes by their place, where borders meet other than at nodes.
    by_place: HashMap<[u64; 2], u32>,
    /// Places of those that the coverage has.
    places: HashMap<u32, Coord>,
    /// Nodes at crossings, and the segments that cross there.
    crossings: Vec<(u32, [Segment; 2])>,
    /// Halves out of every node, counter-clockwise from west.
    out: Vec<Half>,
    /// End of each node in `out`.
    out_ends: Vec<u32>,
    next: Vec<Half>,
    cycle_of: Vec<u32>,
    /// One half of each cycle.
    cycles: Vec<Half>,
}

impl<'a> Arrangement<'a> {
    /// Cuts the arcs where they meet, and links the pieces.
    pub fn build(coverage: &'a Coverage, duplicates: &'a Duplicates, met: &[Meeting]) -> Self {
        let mut made = Self {
            coverage,
            duplicates,
            edges: Vec::with_capacity(coverage.arc_count()),
            arc_ends: Vec::with_capacity(coverage.arc_count()),
            extras: Vec::new(),
            by_place: HashMap::new(),
            places: HashMap::new(),
            crossings: Vec::new(),
            out: Vec::new(),
            out_ends: Vec::new(),
            next: Vec::new(),
            cycle_of: Vec::new(),
            cycles: Vec::new(),
        };
        let cuts = made.cuts(met);
        made.cut(&cuts);
        made.link();
        made.trace();
        made
    }

    /// Number of nodes, extra ones included.
    pub fn node_count(&self) -> usize {
        self.coverage.node_count() + self.extras.len()
    }

    /// Number of edges.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// Number of cycles.
    pub fn cycle_count(&self) -> usize {
        self.cycles.len()
    }

    /// Halves of a cycle, in order.
    pub fn cycle(&self, cycle: u32) -> impl Iterator<Item = Half> + '_ {
        let first = self.cycles[cycle as usize];
        let after = move |&half: &Half| Some(self.next[half.index()]).filter(|&next| next != first);
        std::iter::successors(Some(first), after)
    }

    /// The cycle on the left of a half.
    pub fn cycle_of(&self, half: Half) -> u32 {
        self.cycle_of[half.index()]
    }

    /// The arc of a half.
    pub fn arc(&self, half: Half) -> ArcId {
        self.edges[half.edge()].arc
    }

    /// Face on the left of a half, or [`OUTSIDE`].
    pub fn face(&self, half: Half) -> u32 {
        self.duplicates.face(self.coverage, self.arc(half), half.side())
    }

    /// Faces on both sides of an arc, without [`OUTSIDE`].
    pub fn faces_at(&self, arc: ArcId) -> impl Iterator<Item = FaceId> + use<> {
        let sides = [0, 1].map(|side| self.duplicates.face(self.coverage, arc, side));
        sides.into_iter().filter(|&face| face != OUTSIDE).map(FaceId)
    }

    /// Atoms on both sides of an arc.
    pub fn atoms_at(&self, arc: ArcId) -> impl Iterator<Item = AtomId> + '_ {
        self.faces_at(arc).map(|face| self.coverage.atom_of(face))
    }

    /// The node where a half starts.
    pub fn origin(&self, half: Half) -> u32 {
        self.edges[half.edge()].stops[half.side()].node
    }

    /// Nodes where segments cross, their place, and the crossing segments.
    pub fn crossings(&self) -> impl Iterator<Item = (u32, Coord, [Segment; 2])> + '_ {
        let at = |node: u32| self.extra(node).map(|extra| extra.at);
        self.crossings.iter().filter_map(move |&(node, segments)| at(node).map(|at| (node, at, segments)))
    }

    /// Whether segments cross at a node; else it is a vertex.
    pub fn is_crossing(&self, node: u32) -> bool {
        self.extra(node).is_some_and(|extra| extra.is_crossing)
    }

    /// The node that the coverage does not have, if it is one.
    fn extra(&self, node: u32) -> Option<&Extra> {
        (node as usize).checked_sub(self.coverage.node_count()).and_then(|extra| self.extras.get(extra))
    }

    /// The node at the place of a vertex, among those where borders meet other than at nodes.
    pub fn node_at(&self, at: Coord) -> Option<u32> {
        self.by_place.get(&key(at)).copied()
    }

    /// Halves out of a node, counter-clockwise from west.
    pub fn out_of(&self, node: u32) -> &[Half] {
        &self.out[span(&self.out_ends, node as usize)]
    }

    /// Whether an edge has no vertices between its ends.
    pub fn is_straight(&self, half: Half) -> bool {
        self.edges[half.edge()].inner().is_empty()
    }

    /// Places along a half without the last one.
    pub fn points(&self, half: Half) -> impl Iterator<Item = Coord> + '_ {
        let edge = &self.edges[half.edge()];
        let inner = edge.inner();
        let coords = &self.coverage.coords;
        let backward = half.side() == 1;
        let inner = inner.clone().map(move |i| coords[if backward { inner.end + inner.start - 1 - i } else { i }]);
        std::iter::once(self.place(edge.stops[half.side()])).chain(inner)
    }

    /// The smallest vertex (west, then south) of an edge, and its position among all vertices.
    pub fn smallest(&self, edge: usize) -> Option<(Coord, u32)> {
        let edge = &self.edges[edge];
        let first = edge.stops[0].segment + u32::from(edge.stops[0].t > 0.0);
        (first..=edge.stops[1].segment)
            .map(|i| (self.coverage.coords[i as usize], i))
            .min_by(|a, b| a.0.x.total_cmp(&b.0.x).then(a.0.y.total_cmp(&b.0.y)))
    }

    /// The half with the west of a vertex on its left: the smallest vertex of everything that hangs together.
    pub fn west_of(&self, edge: usize, vertex: u32) -> Half {
        let [from, to] = self.edges[edge].stops;
        for stop in [from, to] {
            if stop.segment == vertex && stop.t == 0.0 {
                // All halves point east: the uppermost has the west on its left.
                return self.out_of(stop.node).last().copied().unwrap_or(Half(index(edge) << 1));
            }
        }
        let coords = &self.coverage.coords;
        let vertex = vertex as usize;
        let backward = turn(coords[vertex - 1], coords[vertex], coords[vertex + 1]) == Turn::Left;
        Half((index(edge) << 1) | u32::from(backward))
    }

    /// The half along a segment, at a height, upwards or downwards so that the east is on its left.
    pub fn east_of(&self, segment: Segment, y: f64) -> Option<Half> {
        let [a, b] = segment.ends(self.coverage);
        let t = (y - a.y) / (b.y - a.y);
        let first = span(&self.arc_ends, segment.arc.index());
        let edge = first.clone().find(|&edge| {
            let to = self.edges[edge].stops[1];
            to.segment > segment.first || (to.segment == segment.first && to.t > t)
        });
        let edge = edge.or_else(|| first.last())?;
        Some(Half((index(edge) << 1) | u32::from(b.y > a.y)))
    }

    fn place(&self, stop: Stop) -> Coord {
        match self.extra(stop.node) {
            Some(extra) => extra.at,
            None => self.places.get(&stop.node).copied().unwrap_or(self.coverage.coords[stop.segment as usize]),
        }
    }

    /// All cuts, in order along all arcs.
    fn cuts(&mut self, met: &[Meeting]) -> Vec<(ArcId, Stop)> {
        // Nodes of the coverage first, so that a vertex that lies on one finds it.
        for segment in met.iter().flat_map(|meeting| [meeting.a, meeting.b]) {
            let ends = span(&self.coverage.arc_ends, segment.arc.index());
            for vertex in [segment.first as usize, segment.first as usize + 1] {
                let nodes = self.coverage.arc_nodes[segment.arc.index()];
                let end = if vertex == ends.start { nodes[0] } else { nodes[1] };
                if vertex == ends.start || vertex + 1 == ends.end {
                    let at = self.coverage.coords[vertex];
                    self.by_place.entry(key(at)).or_insert(end.0);
                    self.places.insert(end.0, at);
                }
            }
        }
        let lines = Lines::of(self.coverage, met);
        let mut by_crossing = HashMap::new();
        let mut cuts = Vec::new();
        for meeting in met {
            if meeting.how == How::Cross {
                self.cut_crossing(meeting, &lines, &mut by_crossing, &mut cuts);
            } else {
                self.cut_at_vertices(meeting.a, meeting.b, &mut cuts);
                self.cut_at_vertices(meeting.b, meeting.a, &mut cuts);
            }
        }
        cuts.sort_by(|(arc, a), (other, b)| {
            arc.cmp(other)
                .then(a.segment.cmp(&b.segment))
                .then(a.t.total_cmp(&b.t))
                .then_with(|| self.along_segment(*arc, a, b))
                .then(a.node.cmp(&b.node))
        });
        cuts
    }

    /// Order of two stops at the same rounded place of a segment; reversed for a segment that runs the other way.
    fn along_segment(&self, arc: ArcId, a: &Stop, b: &Stop) -> Ordering {
        if a.node == b.node || a.t == 0.0 {
            return Ordering::Equal;
        }
        let [from, to] = Segment { arc, first: a.segment }.ends(self.coverage);
        let (at, other) = (self.place(*a), self.place(*b));
        let by = |start: f64, end: f64, at: f64, other: f64| {
            if start <= end { at.total_cmp(&other) } else { other.total_cmp(&at) }
        };
        by(from.x, to.x, at.x, other.x).then(by(from.y, to.y, at.y, other.y))
    }

    fn add_extra(&mut self, extra: Extra) -> u32 {
        self.extras.push(extra);
        index(self.node_count() - 1)
    }

    /// Segments on one line are crossed in one node, whatever rounding would make of each.
    fn cut_crossing(
        &mut self,
        meeting: &Meeting,
        lines: &Lines,
        by_crossing: &mut HashMap<[u64; 2], u32>,
        cuts: &mut Vec<(ArcId, Stop)>,
    ) {
        let [s, t] = [meeting.a, meeting.b].map(|segment| lines.line(segment).ends(self.coverage));
        let at = crossing(s, t);
        let node =
            by_crossing.get(&key(at)).copied().unwrap_or_else(|| self.add_extra(Extra { at, is_crossing: true }));
        by_crossing.insert(key(at), node);
        self.crossings.push((node, [meeting.a, meeting.b]));
        for segment in [meeting.a, meeting.b] {
            let t = along(at, segment.ends(self.coverage));
            cuts.push((segment.arc, Stop { segment: segment.first, t, node }));
        }
    }

    /// Cuts both arcs where an end of `s` lies on `t`.
    fn cut_at_vertices(&mut self, s: Segment, t: Segment, cuts: &mut Vec<(ArcId, Stop)>) {
        let on = t.ends(self.coverage);
        for vertex in [s.first, s.first + 1] {
            let at = self.coverage.coords[vertex as usize];
            if !is_on(at, on) {
                continue;
            }
            let node = self.node_at(at).unwrap_or_else(|| {
                let node = self.add_extra(Extra { at, is_crossing: false });
                self.by_place.insert(key(at), node);
                node
            });
            cuts.push((s.arc, Stop { segment: vertex, t: 0.0, node }));
            let stop = match on.iter().position(|&end| end == at) {
                Some(end) => Stop { segment: t.first + index(end), t: 0.0, node },
                None => Stop { segment: t.first, t: along(at, on), node },
            };
            cuts.push((t.arc, stop));
        }
    }

    /// Cuts arcs into edges.
    fn cut(&mut self, cuts: &[(ArcId, Stop)]) {
        let mut rest = cuts;
        for arc in self.coverage.arcs() {
            let vertices = span(&self.coverage.arc_ends, arc.index());
            let (here, others) = rest.split_at(rest.partition_point(|&(other, _)| other <= arc));
            rest = others;
            if vertices.len() > 1 && self.duplicates.counts(self.coverage, arc) {
                let [first, last] = self.coverage.arc_nodes[arc.index()];
                let (start, end) = (index(vertices.start), index(vertices.end - 1));
                let mut from = Stop { segment: start, t: 0.0, node: first.0 };
                let last = Stop { segment: end, t: 0.0, node: last.0 };
                let inside = |stop: &Stop| (stop.segment > start || stop.t > 0.0) && stop.segment < end;
                for to in here.iter().map(|&(_, stop)| stop).filter(inside).chain([last]) {
                    let edge = Edge { arc, stops: [from, to] };
                    // The same cut is there once for every meeting; and a ring of a single vertex has no edge.
                    if from.node != to.node || !edge.inner().is_empty() {
                        self.edges.push(edge);
                        from = to;
                    }
                }
            }
            self.arc_ends.push(index(self.edges.len()));
        }
    }

    /// Sorts the halves around every node, and links each to the next along the region on its left.
    fn link(&mut self) {
        let mut ends = vec![0_u32; self.node_count()];
        let halves = (0..index(self.edges.len() * 2)).map(Half);
        for half in halves.clone() {
            ends[self.origin(half) as usize] += 1;
        }
        let mut total = 0;
        for end in &mut ends {
            total += *end;
            *end = total;
        }
        // Filled from the back, which leaves every end at its start.
        let mut out = vec![Half(0); self.edges.len() * 2];
        let mut starts = ends.clone();
        for half in halves.clone().rev() {
            let start = &mut starts[self.origin(half) as usize];
            *start -= 1;
            out[*start as usize] = half;
        }
        let mut next = vec![Half(0); out.len()];
        for node in 0..ends.len() {
            let around = &mut out[span(&ends, node)];
            self.sort_around(index(node), around);
            for (i, half) in around.iter().enumerate() {
                next[half.twin().index()] = around[(i + around.len() - 1) % around.len()];
            }
        }
        self.out = out;
        self.out_ends = ends;
        self.next = next;
    }

    /// Counter-clockwise from west.
    fn sort_around(&self, node: u32, around: &mut [Half]) {
        let crossing = self.is_crossing(node);
        let compare = |a: Half, b: Half| if crossing { self.compare_crossing(a, b) } else { self.compare(a, b) };
        // Insertion sort: few halves meet at a node, and it stands any order of a broken input.
        for i in 1..around.len() {
            let mut j = i;
            while j > 0 && compare(around[j - 1], around[j]) == Ordering::Greater {
                around.swap(j - 1, j);
                j -= 1;
            }
        }
    }

    fn compare(&self, a: Half, b: Half) -> Ordering {
        let (from, to_a) = self.direction(a);
        let (_, to_b) = self.direction(b);
        quarter(from, to_a).cmp(&quarter(from, to_b)).then_with(|| match turn(from, to_a, to_b) {
            Turn::Left => Ordering::Less,
            Turn::Right => Ordering::Greater,
            Turn::Straight => self.compare_coincident(a, b),
        })
    }

    /// The same at a crossing: the place is rounded, but the segments that cross there tell exactly.
    fn compare_crossing(&self, a: Half, b: Half) -> Ordering {
        let [of_a, of_b] = [a, b].map(|half| {
            let edge = &self.edges[half.edge()];
            let mut ends = Segment { arc: edge.arc, first: edge.stops[half.side()].segment }.ends(self.coverage);
            if half.side() == 1 {
                ends.reverse();
            }
            ends
        });
        quarter(of_a[0], of_a[1]).cmp(&quarter(of_b[0], of_b[1])).then_with(|| match turn(of_a[0], of_a[1], of_b[1]) {
            Turn::Left => Ordering::Less,
            Turn::Right => Ordering::Greater,
            Turn::Straight => self.compare_coincident(a, b),
        })
    }

    /// Two straight edges between the same nodes: their order at one end is the reverse of that at the other.
    fn compare_coincident(&self, a: Half, b: Half) -> Ordering {
        let order = a.edge().cmp(&b.edge());
        if self.origin(a) < self.origin(a.twin()) { order } else { order.reverse() }
    }

    /// Start of a half at a vertex, and the vertex in its direction.
    fn direction(&self, half: Half) -> (Coord, Coord) {
        let edge = &self.edges[half.edge()];
        let stop = edge.stops[half.side()];
        let segment = stop.segment as usize;
        let toward = match (half.side(), stop.t > 0.0) {
            (0, _) => segment + 1,
            (_, true) => segment,
            (_, false) => segment.saturating_sub(1),
        };
        (self.place(stop), self.coverage.coords[toward])
    }

    fn trace(&mut self) {
        const NONE: u32 = u32::MAX;
        let mut cycle_of = vec![NONE; self.next.len()];
        for first in 0..self.next.len() {
            if cycle_of[first] != NONE {
                continue;
            }
            let cycle = index(self.cycles.len());
            self.cycles.push(Half(index(first)));
            let mut half = first;
            while cycle_of[half] == NONE {
                cycle_of[half] = cycle;
                half = self.next[half].index();
            }
        }
        self.cycle_of = cycle_of;
    }
}

fn key(at: Coord) -> [u64; 2] {
    [at.x.to_bits(), at.y.to_bits()]
}

/// Order of directions, counter-clockwise from west.
fn quarter(from: Coord, to: Coord) -> u8 {
    match (to.y.total_cmp(&from.y), to.x.total_cmp(&from.x)) {
        (Ordering::Less, _) => 0,
        (Ordering::Equal, Ordering::Greater) => 1,
        (Ordering::Greater, _) => 2,
        (Ordering::Equal, _) => 3,
    }
}

/// Where segments cross, rounded. The same for segments with the same ends, in any order.
fn crossing(mut s: [Coord; 2], mut t: [Coord; 2]) -> Coord {
    let order = |a: &Coord, b: &Coord| a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y));
    s.sort_by(order);
    t.sort_by(order);
    if order(&s[0], &t[0]).then(order(&s[1], &t[1])) == Ordering::Greater {
        std::mem::swap(&mut s, &mut t);
    }
    let (along_s, along_t, between) = (s[1] - s[0], t[1] - t[0], t[0] - s[0]);
    let cross = |a: Coord, b: Coord| a.x * b.y - a.y * b.x;
    let share = cross(between, along_t) / cross(along_s, along_t);
    s[0] + along_s * if share.is_finite() { share } else { 0.5 }
}

/// Segments that lie on each other, and so on one line: each with a longer one, up to the longest.
struct Lines(HashMap<Segment, Segment>);

impl Lines {
    fn of(coverage: &Coverage, met: &[Meeting]) -> Self {
        let size = |segment: Segment| {
            let [a, b] = segment.ends(coverage);
            (b.x - a.x).abs() + (b.y - a.y).abs()
        };
        let mut lines = Self(HashMap::new());
        for meeting in met.iter().filter(|meeting| matches!(meeting.how, How::Along | How::Same)) {
            let (a, b) = (lines.line(meeting.a), lines.line(meeting.b));
            if a != b {
                let order = size(a).total_cmp(&size(b)).then(b.cmp(&a));
                let [shorter, longer] = if order == Ordering::Less { [a, b] } else { [b, a] };
                lines.0.insert(shorter, longer);
            }
        }
        lines
    }

    fn line(&self, mut segment: Segment) -> Segment {
        while let Some(&other) = self.0.get(&segment) {
            segment = other;
        }
        segment
    }
}

/// Where a point on a segment lies, from 0 to 1 along it.
fn along(at: Coord, [a, b]: [Coord; 2]) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    inside(if dx.abs() > dy.abs() { (at.x - a.x) / dx } else { (at.y - a.y) / dy })
}

/// Rounding must not move a point inside a segment to its end.
fn inside(t: f64) -> f64 {
    if t.is_nan() { 0.5 } else { t.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON) }
}
