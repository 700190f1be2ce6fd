//! Where borders meet anywhere but at a node, found exactly.

use geo::Coord;
use geo::kernels::{Kernel as _, Orientation, RobustKernel};

use super::tree::{Block, Bounds, Segment, SegmentTree, index};
use crate::coverage::{Coverage, span};
use crate::jobs::{Cancelled, Progress};

/// To which side a path of three points turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::coverage) enum Turn {
    /// Counter-clockwise.
    Left,
    /// On one line.
    Straight,
    /// Clockwise.
    Right,
}

impl Turn {
    /// The turn seen the other way.
    pub fn reversed(self) -> Self {
        match self {
            Self::Left => Self::Right,
            Self::Straight => Self::Straight,
            Self::Right => Self::Left,
        }
    }
}

/// The turn from `a` over `b` to `c`: exact.
#[inline]
pub(in crate::coverage) fn turn(a: Coord, b: Coord, c: Coord) -> Turn {
    match RobustKernel::orient2d(a, b, c) {
        Orientation::CounterClockwise => Turn::Left,
        Orientation::Clockwise => Turn::Right,
        Orientation::Collinear => Turn::Straight,
    }
}

/// How two segments meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::coverage) enum How {
    /// In a point inside of both.
    Cross,
    /// In one point that is an end of one and inside the other.
    Touch,
    /// Along a stretch.
    Along,
    /// Along all of both: the same ends.
    Same,
    /// In an end of both that is no node.
    Pass,
}

/// Two segments that meet where they should not; `a < b`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::coverage) struct Meeting {
    pub a: Segment,
    pub b: Segment,
    pub how: How,
}

/// All pairs of segments that meet anywhere but at a node, in a stable order.
pub(in crate::coverage) fn find(
    coverage: &Coverage,
    tree: &SegmentTree,
    progress: &Progress,
) -> Result<Vec<Meeting>, Cancelled> {
    find_where(coverage, tree, |_| true, progress)
}

/// The same of pairs of which one lies in a block that counts, at least; some others may be among them.
pub(in crate::coverage) fn find_where(
    coverage: &Coverage,
    tree: &SegmentTree,
    counts: impl Fn(&Block) -> bool + Sync,
    progress: &Progress,
) -> Result<Vec<Meeting>, Cancelled> {
    let mut found = tree.pairs(|a, b, found| {
        if (counts(a) || counts(b)) && progress.check().is_ok() {
            meet_blocks(coverage, a, b, found);
        }
    });
    progress.check()?;
    found.sort_unstable();
    Ok(found)
}

fn meet_blocks(coverage: &Coverage, a: &Block, b: &Block, found: &mut Vec<Meeting>) {
    let coords = &coverage.built.coords;
    let bounds = |first: usize| Bounds::of(coords[first], coords[first + 1]);
    let alone = a.arc == b.arc && a.segments() == b.segments();
    let mut test = |i: usize, j: usize| {
        let (s, t) = (Segment { arc: a.arc, first: index(i) }, Segment { arc: b.arc, first: index(j) });
        if let Some(how) = meet(coverage, s, t) {
            found.push(Meeting { a: s.min(t), b: s.max(t), how });
        }
    };
    if alone {
        for i in a.segments() {
            let of_i = bounds(i);
            for j in i + 1..a.segments().end {
                if of_i.meets(&bounds(j)) {
                    test(i, j);
                }
            }
        }
        return;
    }
    // Mostly one or two segments of each block reach the other block.
    for i in a.segments() {
        let of_i = bounds(i);
        if of_i.meets(&b.bounds) {
            for j in b.segments() {
                if of_i.meets(&bounds(j)) {
                    test(i, j);
                }
            }
        }
    }
}

/// How two segments meet, if they do so anywhere but at a node. Their boxes meet.
fn meet(coverage: &Coverage, s: Segment, t: Segment) -> Option<How> {
    let (of_s, of_t) = (s.ends(coverage), t.ends(coverage));
    if of_s[0] == of_s[1] || of_t[0] == of_t[1] {
        return None;
    }
    let equal = [of_t.map(|end| end == of_s[0]), of_t.map(|end| end == of_s[1])];
    // Which end of each they have in common.
    let (at_s, at_t) = match equal {
        [[true, _], [_, true]] | [[_, true], [true, _]] => return Some(How::Same),
        [[true, _], _] => (0, 0),
        [[_, true], _] => (0, 1),
        [_, [true, _]] => (1, 0),
        [_, [_, true]] => (1, 1),
        _ => return meet_inside(of_s, of_t),
    };
    let (common, other, another) = (of_s[at_s], of_s[1 - at_s], of_t[1 - at_t]);
    if same_way(common, other, another) && turn(common, other, another) == Turn::Straight {
        return Some(How::Along);
    }
    let (vertex_s, vertex_t) = (s.first + index(at_s), t.first + index(at_t));
    let joined = vertex_s == vertex_t || (is_node(coverage, s, vertex_s) && is_node(coverage, t, vertex_t));
    (!joined).then_some(How::Pass)
}

/// How two segments without a common end meet.
fn meet_inside(of_s: [Coord; 2], of_t: [Coord; 2]) -> Option<How> {
    let from_s = of_t.map(|end| turn(of_s[0], of_s[1], end));
    if from_s[0] == from_s[1] {
        // On one line with boxes that meet: a common stretch, because no end is common.
        return (from_s[0] == Turn::Straight).then_some(How::Along);
    }
    let from_t = of_s.map(|end| turn(of_t[0], of_t[1], end));
    if from_t[0] == from_t[1] {
        return None;
    }
    let touch = from_s.contains(&Turn::Straight) || from_t.contains(&Turn::Straight);
    Some(if touch { How::Touch } else { How::Cross })
}

/// Whether `q` and `r` lie in the same quarter as seen from `p`: cheap, and without it they are not on one ray.
fn same_way(p: Coord, q: Coord, r: Coord) -> bool {
    let sign = |from: f64, to: f64| from.partial_cmp(&to);
    sign(p.x, q.x) == sign(p.x, r.x) && sign(p.y, q.y) == sign(p.y, r.y)
}

/// Whether a vertex is an end of the arc of a segment.
fn is_node(coverage: &Coverage, segment: Segment, vertex: u32) -> bool {
    let span = span(&coverage.built.arc_ends, segment.arc.index());
    vertex as usize == span.start || vertex as usize + 1 == span.end
}

/// Whether a point lies on a segment, ends included: exact.
pub(in crate::coverage) fn is_on(p: Coord, [a, b]: [Coord; 2]) -> bool {
    Bounds::of(a, b).meets(&Bounds::of(p, p)) && turn(a, b, p) == Turn::Straight
}
