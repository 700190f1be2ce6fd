//! Where arcs are cut because they meet other than at nodes, and the nodes that come to be there.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use geo::Coord;

use super::fraction::Fraction;
use super::planarity::{How, Meeting, is_on};
use super::tree::{Segment, index};
use crate::coverage::hashed::HashMap;
use crate::coverage::{ArcId, Coverage, span};

/// A place on an arc: a vertex, or inside a segment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::coverage) struct Stop {
    /// The vertex, or the first vertex of the segment.
    pub segment: u32,
    /// Place on the segment, from 0 (its first vertex) to below 1.
    pub t: f64,
    /// Node there.
    pub node: u32,
}

/// A stop with what made it.
#[derive(Clone, Copy, Debug)]
struct Cut {
    arc: ArcId,
    stop: Stop,
    /// Exact place on the segment, where it could be computed.
    exact: Option<Fraction>,
}

/// A node that the coverage does not have.
#[derive(Clone, Copy, Debug)]
struct Extra {
    /// Its place; rounded for a crossing.
    at: Coord,
    is_crossing: bool,
}

/// All cuts, and the nodes that the coverage does not have.
#[derive(Debug, Default)]
pub(in crate::coverage) struct Cuts {
    /// In order along all arcs; the same stop may be there several times.
    stops: Vec<(ArcId, Stop)>,
    /// Number of nodes of the coverage: extra nodes come behind them.
    base: usize,
    extras: Vec<Extra>,
    /// Nodes at vertices by their place.
    by_place: HashMap<[u64; 2], u32>,
    /// Places of those of them that the coverage has.
    places: HashMap<u32, Coord>,
    /// Nodes at crossings, and the segments that cross there.
    crossings: Vec<(u32, [Segment; 2])>,
}

/// Finds where to cut.
pub(in crate::coverage) fn find(coverage: &Coverage, met: &[Meeting]) -> Cuts {
    let mut cuts = Cuts { base: coverage.node_count(), ..Cuts::default() };
    cuts.learn_nodes(coverage, met);
    let lines = Lines::of(met);
    let mut by_lines = BTreeMap::new();
    let mut made = Vec::new();
    for meeting in met {
        if meeting.how == How::Cross {
            cuts.cut_crossing(coverage, meeting, &lines, &mut by_lines, &mut made);
        } else {
            cuts.cut_at_vertices(coverage, meeting.a, meeting.b, &mut made);
            cuts.cut_at_vertices(coverage, meeting.b, meeting.a, &mut made);
        }
    }
    sort(&mut made);
    cuts.join_concurrent(&mut made);
    cuts.stops = made.into_iter().map(|cut| (cut.arc, cut.stop)).collect();
    cuts
}

impl Cuts {
    /// Stops in order along all arcs; the same one may be there several times.
    pub fn stops(&self) -> &[(ArcId, Stop)] {
        &self.stops
    }

    /// Number of nodes that the coverage does not have.
    pub fn extra_nodes(&self) -> usize {
        self.extras.len()
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

    /// The node at the place of a vertex where borders meet.
    pub fn node_at(&self, at: Coord) -> Option<u32> {
        self.by_place.get(&key(at)).copied()
    }

    /// Place of a stop.
    pub fn place(&self, coverage: &Coverage, stop: Stop) -> Coord {
        match self.extra(stop.node) {
            Some(extra) => extra.at,
            None => self.places.get(&stop.node).copied().unwrap_or(coverage.built.coords[stop.segment as usize]),
        }
    }

    fn extra(&self, node: u32) -> Option<&Extra> {
        (node as usize).checked_sub(self.base).and_then(|extra| self.extras.get(extra))
    }

    fn add_extra(&mut self, extra: Extra) -> u32 {
        self.extras.push(extra);
        index(self.base + self.extras.len() - 1)
    }

    /// Nodes of the coverage first, so that a vertex that lies on one finds it.
    fn learn_nodes(&mut self, coverage: &Coverage, met: &[Meeting]) {
        for segment in met.iter().flat_map(|meeting| [meeting.a, meeting.b]) {
            let ends = span(&coverage.built.arc_ends, segment.arc.index());
            let [first, last] = coverage.built.arc_nodes[segment.arc.index()];
            for (vertex, node) in [(ends.start, first), (ends.end - 1, last)] {
                if vertex == segment.first as usize || vertex == segment.first as usize + 1 {
                    let at = coverage.built.coords[vertex];
                    self.by_place.entry(key(at)).or_insert(node.0);
                    self.places.insert(node.0, at);
                }
            }
        }
    }

    /// Segments on one line are crossed in one node.
    fn cut_crossing(
        &mut self,
        coverage: &Coverage,
        meeting: &Meeting,
        lines: &Lines,
        by_lines: &mut BTreeMap<[Segment; 2], u32>,
        made: &mut Vec<Cut>,
    ) {
        let (s, t) = (meeting.a.ends(coverage), meeting.b.ends(coverage));
        let exact = [Fraction::of_crossing(s, t), Fraction::of_crossing(t, s)];
        let share = exact[0].map_or(0.5, Fraction::to_f64);
        let mut key = [meeting.a, meeting.b].map(|segment| lines.line(segment));
        key.sort_unstable();
        let node = by_lines
            .get(&key)
            .copied()
            .unwrap_or_else(|| self.add_extra(Extra { at: s[0] + (s[1] - s[0]) * share, is_crossing: true }));
        by_lines.insert(key, node);
        self.crossings.push((node, [meeting.a, meeting.b]));
        for (segment, exact) in [meeting.a, meeting.b].into_iter().zip(exact) {
            let t = inside(exact.map_or(0.5, Fraction::to_f64));
            made.push(Cut { arc: segment.arc, stop: Stop { segment: segment.first, t, node }, exact });
        }
    }

    /// Cuts both arcs where an end of `s` lies on `t`.
    fn cut_at_vertices(&mut self, coverage: &Coverage, s: Segment, t: Segment, made: &mut Vec<Cut>) {
        let on = t.ends(coverage);
        for vertex in [s.first, s.first + 1] {
            let at = coverage.built.coords[vertex as usize];
            if !is_on(at, on) {
                continue;
            }
            let node = self.node_at(at).unwrap_or_else(|| {
                let node = self.add_extra(Extra { at, is_crossing: false });
                self.by_place.insert(key(at), node);
                node
            });
            made.push(Cut { arc: s.arc, stop: Stop { segment: vertex, t: 0.0, node }, exact: None });
            let stop = Stop { segment: t.first, t: 0.0, node };
            let cut = if let Some(end) = on.iter().position(|&end| end == at) {
                Cut { arc: t.arc, stop: Stop { segment: t.first + index(end), ..stop }, exact: None }
            } else {
                let exact = Fraction::of_point(on, at);
                Cut { arc: t.arc, stop: Stop { t: inside(exact.map_or(0.5, Fraction::to_f64)), ..stop }, exact }
            };
            made.push(cut);
        }
    }

    /// Where three segments cross in one point, the crossings of each two become one node.
    fn join_concurrent(&mut self, made: &mut [Cut]) {
        let mut joined: BTreeMap<u32, u32> = BTreeMap::new();
        let root = |joined: &BTreeMap<u32, u32>, mut node: u32| {
            while let Some(&other) = joined.get(&node) {
                node = other;
            }
            node
        };
        for pair in made.windows(2) {
            let (a, b) = (&pair[0], &pair[1]);
            let same_segment = a.arc == b.arc && a.stop.segment == b.stop.segment;
            if same_segment && a.exact.is_some() && a.exact == b.exact {
                let [a, b] = [a, b].map(|cut| root(&joined, cut.stop.node));
                // A vertex on a crossing does not happen: it would touch the other segment as well.
                if a != b && self.is_crossing(a) && self.is_crossing(b) {
                    joined.insert(a.max(b), a.min(b));
                }
            }
        }
        if joined.is_empty() {
            return;
        }
        for cut in made {
            cut.stop.node = root(&joined, cut.stop.node);
        }
        for (node, _) in &mut self.crossings {
            *node = root(&joined, *node);
        }
    }
}

/// In order along all arcs.
fn sort(made: &mut [Cut]) {
    made.sort_by(|a, b| {
        (a.arc, a.stop.segment)
            .cmp(&(b.arc, b.stop.segment))
            .then(a.stop.t.total_cmp(&b.stop.t))
            .then(a.stop.node.cmp(&b.stop.node))
    });
    // Rounded places are almost in order; the exact ones settle it. An insertion sort stands any order.
    for run in made.chunk_by_mut(|a, b| a.arc == b.arc && a.stop.segment == b.stop.segment) {
        for i in 1..run.len() {
            let mut j = i;
            while j > 0 && order(&run[j - 1], &run[j]) == Ordering::Greater {
                run.swap(j - 1, j);
                j -= 1;
            }
        }
    }
}

/// Order of two cuts on the same segment.
fn order(a: &Cut, b: &Cut) -> Ordering {
    match (a.exact, b.exact) {
        (Some(a_exact), Some(b_exact)) => a_exact.cmp(&b_exact).then(a.stop.node.cmp(&b.stop.node)),
        _ => a.stop.t.total_cmp(&b.stop.t),
    }
}

/// Segments that lie on each other, and so on one line: each leads to the first of them.
struct Lines(HashMap<Segment, Segment>);

impl Lines {
    fn of(met: &[Meeting]) -> Self {
        let mut lines = Self(HashMap::default());
        for meeting in met.iter().filter(|meeting| matches!(meeting.how, How::Along | How::Same)) {
            let (a, b) = (lines.line(meeting.a), lines.line(meeting.b));
            if a != b {
                lines.0.insert(a.max(b), a.min(b));
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

fn key(at: Coord) -> [u64; 2] {
    [at.x.to_bits(), at.y.to_bits()]
}

/// Rounding must not move a point inside a segment to its end.
fn inside(t: f64) -> f64 {
    t.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON)
}
