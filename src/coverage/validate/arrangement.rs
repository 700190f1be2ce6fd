//! All arcs, cut where they meet, as half-edges: the plane falls into regions.
//!
//! 1. An *edge* is a piece of an arc between two nodes. Where arcs meet only at their nodes, it is a whole arc.
//! 2. A *half* is an edge with a direction. `next` leads along the region on its left.
//! 3. A *cycle* is what `next` closes: one boundary of one region.
//!
//! Only the combination is used further on: the order of halves around a node is exact, since it is taken from the
//! input's own segments, also where the crossing point itself had to be rounded.

use std::cmp::Ordering;

use geo::Coord;
use smallvec::SmallVec;

use super::cuts::{self, Cuts, Stop};
use super::duplicates::Duplicates;
use super::planarity::{Meeting, Turn, turn};
use super::tree::{Segment, index};
use crate::coverage::{ArcId, AtomId, Coverage, FaceId, OUTSIDE, span};

/// An edge with a direction: even values run along the arc, odd ones against it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::coverage) struct Half(pub u32);

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

/// See the module documentation.
#[derive(Debug)]
pub(in crate::coverage) struct Arrangement<'a> {
    /// What is arranged.
    pub coverage: &'a Coverage,
    duplicates: &'a Duplicates,
    edges: Vec<Edge>,
    /// End of each arc in `edges`.
    arc_ends: Vec<u32>,
    cuts: Cuts,
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
            cuts: cuts::find(coverage, met),
            out: Vec::new(),
            out_ends: Vec::new(),
            next: Vec::new(),
            cycle_of: Vec::new(),
            cycles: Vec::new(),
        };
        made.cut();
        made.link();
        made.trace();
        made
    }

    /// Number of nodes, extra ones included.
    pub fn node_count(&self) -> usize {
        self.coverage.node_count() + self.cuts.extra_nodes()
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

    /// The half behind another in its cycle.
    pub fn next(&self, half: Half) -> Half {
        self.next[half.index()]
    }

    /// Whether the region on the left of a half is none: it lies between two straight edges on each other.
    pub fn is_flat(&self, half: Half) -> bool {
        let other = self.next(half);
        other != half && self.next(other) == half && self.is_straight(half) && self.is_straight(other)
    }

    /// An edge around a region and those that lie on it, seen from there. Which of them comes first says nothing.
    pub fn coincident(&self, first: Half) -> SmallVec<[Half; 2]> {
        let mut halves = SmallVec::from_slice(&[first]);
        let mut half = first;
        while self.is_flat(half.twin()) {
            half = self.next(half.twin());
            // An edge that stands alone twice has nothing on either side.
            if half == first {
                break;
            }
            halves.push(half);
        }
        halves
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

    /// Where arcs were cut.
    pub fn cuts(&self) -> &Cuts {
        &self.cuts
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
        let coords = &self.coverage.built.coords;
        let backward = half.side() == 1;
        let inner = inner.clone().map(move |i| coords[if backward { inner.end + inner.start - 1 - i } else { i }]);
        std::iter::once(self.place(edge.stops[half.side()])).chain(inner)
    }

    /// The smallest vertex (west, then south) of an edge, and its position among all vertices.
    pub fn smallest(&self, edge: usize) -> Option<(Coord, u32)> {
        let edge = &self.edges[edge];
        let first = edge.stops[0].segment + u32::from(edge.stops[0].t > 0.0);
        (first..=edge.stops[1].segment)
            .map(|i| (self.coverage.built.coords[i as usize], i))
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
        let coords = &self.coverage.built.coords;
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
        self.cuts.place(self.coverage, stop)
    }

    /// Cuts arcs into edges.
    fn cut(&mut self) {
        let mut rest = self.cuts.stops();
        for arc in self.coverage.arcs() {
            let vertices = span(&self.coverage.built.arc_ends, arc.index());
            let (here, others) = rest.split_at(rest.partition_point(|&(other, _)| other <= arc));
            rest = others;
            if vertices.len() > 1 && self.duplicates.counts(self.coverage, arc) {
                let [first, last] = self.coverage.built.arc_nodes[arc.index()];
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
        let crossing = self.cuts.is_crossing(node);
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
        (self.place(stop), self.coverage.built.coords[toward])
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

/// Order of directions, counter-clockwise from west.
fn quarter(from: Coord, to: Coord) -> u8 {
    match (to.y.total_cmp(&from.y), to.x.total_cmp(&from.x)) {
        (Ordering::Less, _) => 0,
        (Ordering::Equal, Ordering::Greater) => 1,
        (Ordering::Greater, _) => 2,
        (Ordering::Equal, _) => 3,
    }
}
