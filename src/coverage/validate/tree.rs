//! Index over all segments: which come near each other, and which is the first to the left of a place.
//!
//! A packed tree over *blocks* of a few consecutive segments, in Morton order. Blocks instead of a grid, because
//! a grid has no good cell size for a fine coast beside long straight borders.

use std::ops::Range;

use geo::Coord;
use rayon::prelude::*;
use smallvec::SmallVec;

use super::planarity::{Turn, turn};
use crate::coverage::{ArcId, Coverage, span};

/// Segments in a block.
const BLOCK: usize = 8;
/// Children of a tree node.
const FAN: usize = 8;

/// Closed box.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Bounds {
    min: Coord,
    max: Coord,
}

impl Bounds {
    const EMPTY: Self = Self {
        min: Coord { x: f64::INFINITY, y: f64::INFINITY },
        max: Coord { x: f64::NEG_INFINITY, y: f64::NEG_INFINITY },
    };

    /// The box of a segment.
    #[inline]
    pub fn of(a: Coord, b: Coord) -> Self {
        Self { min: Coord { x: a.x.min(b.x), y: a.y.min(b.y) }, max: Coord { x: a.x.max(b.x), y: a.y.max(b.y) } }
    }

    #[inline]
    pub fn with(self, other: Self) -> Self {
        Self {
            min: Coord { x: self.min.x.min(other.min.x), y: self.min.y.min(other.min.y) },
            max: Coord { x: self.max.x.max(other.max.x), y: self.max.y.max(other.max.y) },
        }
    }

    /// Whether two boxes have a point in common.
    #[inline]
    #[expect(clippy::needless_bitwise_bool, reason = "four branches take longer")]
    pub fn meets(&self, other: &Self) -> bool {
        // All four at once, without a branch for each.
        (self.min.x <= other.max.x)
            & (other.min.x <= self.max.x)
            & (self.min.y <= other.max.y)
            & (other.min.y <= self.max.y)
    }

    /// Whether another box lies within.
    pub fn contains(&self, other: &Self) -> bool {
        self.min.x <= other.min.x && other.max.x <= self.max.x && self.min.y <= other.min.y && other.max.y <= self.max.y
    }

    /// Larger by a margin on all sides.
    pub fn grown(self, margin: f64) -> Self {
        let by = Coord { x: margin, y: margin };
        Self { min: self.min - by, max: self.max + by }
    }
}

/// Consecutive segments of one arc.
#[derive(Clone, Copy, Debug)]
pub(in crate::coverage) struct Block {
    /// Arc that they belong to.
    pub arc: ArcId,
    /// First vertex, as an index into all vertices of the coverage.
    first: u32,
    /// One past the last vertex that begins a segment.
    end: u32,
    /// The box around its segments, with the margin of the tree.
    pub bounds: Bounds,
}

impl Block {
    /// Vertices that begin a segment.
    pub fn segments(&self) -> Range<usize> {
        self.first as usize..self.end as usize
    }
}

/// A segment: the arc, and its first vertex as an index into all vertices of the coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::coverage) struct Segment {
    /// Arc that it belongs to.
    pub arc: ArcId,
    /// First vertex.
    pub first: u32,
}

impl Segment {
    /// Both ends, in the stored direction.
    pub fn ends(self, coverage: &Coverage) -> [Coord; 2] {
        let first = self.first as usize;
        [coverage.built.coords[first], coverage.built.coords[first + 1]]
    }
}

/// Packed tree over blocks of segments.
#[derive(Debug)]
pub(in crate::coverage) struct SegmentTree {
    blocks: Vec<Block>,
    /// Boxes of blocks, then of every level above, up to one of a single box.
    levels: Vec<Vec<Bounds>>,
}

impl SegmentTree {
    /// Indexes the segments of some arcs; their boxes grow by a margin in degrees.
    pub fn build(coverage: &Coverage, arcs: impl Iterator<Item = ArcId>, margin: f64) -> Self {
        let mut blocks = Vec::new();
        for arc in arcs {
            let span = span(&coverage.built.arc_ends, arc.index());
            for first in span.clone().take(span.len().saturating_sub(1)).step_by(BLOCK) {
                let end = (first + BLOCK).min(span.end - 1);
                blocks.push(Block { arc, first: index(first), end: index(end), bounds: Bounds::EMPTY });
            }
        }
        blocks.par_iter_mut().with_min_len(1 << 10).for_each(|block| {
            block.bounds = coverage.built.coords[block.first as usize..=block.end as usize]
                .iter()
                .fold(Bounds::EMPTY, |bounds, &c| bounds.with(Bounds { min: c, max: c }))
                .grown(margin);
        });
        let blocks = sorted(&blocks);
        let mut levels = vec![blocks.iter().map(|block| block.bounds).collect::<Vec<_>>()];
        while let Some(last) = levels.last()
            && last.len() > 1
        {
            let above = last.chunks(FAN).map(|chunk| chunk.iter().copied().fold(Bounds::EMPTY, Bounds::with)).collect();
            levels.push(above);
        }
        Self { blocks, levels }
    }

    /// Calls `test` with every pair of blocks whose boxes meet, and with every block alone (twice the same), in
    /// parallel; gathers what it adds.
    pub fn pairs<T: Send>(&self, test: impl Fn(&Block, &Block, &mut Vec<T>) + Sync) -> Vec<T> {
        let Some(level) = self.levels.iter().position(|level| level.len() <= 2048) else { return Vec::new() };
        let bounds = &self.levels[level];
        let gather = |i: usize| {
            let mut found = Vec::new();
            for j in i..bounds.len() {
                if bounds[i].meets(&bounds[j]) {
                    self.descend(level, i, j, &mut |a, b| test(a, b, &mut found));
                }
            }
            found
        };
        (0..bounds.len()).into_par_iter().flat_map_iter(gather).collect()
    }

    fn descend(&self, level: usize, i: usize, j: usize, test: &mut impl FnMut(&Block, &Block)) {
        let Some(below) = level.checked_sub(1) else {
            test(&self.blocks[i], &self.blocks[j]);
            return;
        };
        let bounds = &self.levels[below];
        let [of_i, of_j] = [i, j].map(|parent| self.levels[level][parent]);
        // Few children of one reach the other.
        let mut reach = [0; FAN];
        let mut count = 0;
        for b in children(j, bounds.len()) {
            reach[count] = b;
            count += usize::from(bounds[b].meets(&of_i));
        }
        for a in children(i, bounds.len()).filter(|&a| bounds[a].meets(&of_j)) {
            for &b in &reach[..count] {
                if (i != j || a <= b) && bounds[a].meets(&bounds[b]) {
                    self.descend(below, a, b, test);
                }
            }
        }
    }

    /// Calls `found` with every block whose box meets another box.
    pub fn near(&self, other: &Bounds, mut found: impl FnMut(&Block)) {
        let mut stack: SmallVec<[(usize, usize); 64]> = SmallVec::new();
        stack.push((self.levels.len() - 1, 0));
        while let Some((level, i)) = stack.pop() {
            if self.levels[level].get(i).is_some_and(|bounds| bounds.meets(other)) {
                match level.checked_sub(1) {
                    None => found(&self.blocks[i]),
                    Some(below) => stack.extend(children(i, self.levels[below].len()).map(|child| (below, child))),
                }
            }
        }
    }

    /// The nearest segment strictly to the left (west) of a place, among arcs that `counts` accepts.
    ///
    /// Exact where segments do not cross: they are compared by the side on which their ends lie.
    pub fn left_of(&self, coverage: &Coverage, at: Coord, counts: impl Fn(ArcId) -> bool) -> Option<Segment> {
        let mut best: Option<(Segment, f64)> = None;
        let mut stack = vec![(self.levels.len() - 1, 0)];
        while let Some((level, i)) = stack.pop() {
            let Some(bounds) = self.levels[level].get(i) else { continue };
            let outside = bounds.min.x > at.x || bounds.min.y > at.y || bounds.max.y < at.y;
            // With some room, because the place of a hit is rounded.
            if outside || best.is_some_and(|(_, x)| bounds.max.x < x - 1e-9) {
                continue;
            }
            if let Some(below) = level.checked_sub(1) {
                let start = stack.len();
                stack.extend(children(i, self.levels[below].len()).map(|child| (below, child)));
                // The one that reaches farthest east comes first from the stack.
                stack[start..].sort_by(|a, b| self.levels[below][a.1].max.x.total_cmp(&self.levels[below][b.1].max.x));
                continue;
            }
            let block = self.blocks[i];
            if !counts(block.arc) {
                continue;
            }
            for first in block.segments() {
                let segment = Segment { arc: block.arc, first: index(first) };
                let [a, b] = upward(segment.ends(coverage));
                if a.y <= at.y && at.y < b.y && turn(a, b, at) == Turn::Right {
                    let x = a.x + (at.y - a.y) / (b.y - a.y) * (b.x - a.x);
                    if best.is_none_or(|(other, _)| lies_right([a, b], upward(other.ends(coverage)))) {
                        best = Some((segment, x));
                    }
                }
            }
        }
        best.map(|(segment, _)| segment)
    }
}

/// Whether a segment lies to the right of another that does not cross it. Both run upwards and meet a horizontal.
fn lies_right(s: [Coord; 2], t: [Coord; 2]) -> bool {
    let upper = if s[1].y <= t[1].y { turn(t[0], t[1], s[1]) } else { turn(s[0], s[1], t[1]).reversed() };
    let lower = if s[0].y >= t[0].y { turn(t[0], t[1], s[0]) } else { turn(s[0], s[1], t[0]).reversed() };
    if upper == Turn::Straight { lower == Turn::Right } else { upper == Turn::Right }
}

fn upward([a, b]: [Coord; 2]) -> [Coord; 2] {
    if a.y <= b.y { [a, b] } else { [b, a] }
}

fn children(parent: usize, count: usize) -> Range<usize> {
    parent * FAN..((parent + 1) * FAN).min(count)
}

/// Blocks in Morton order of the middles of their boxes.
fn sorted(blocks: &[Block]) -> Vec<Block> {
    let all = blocks.iter().map(|block| block.bounds).fold(Bounds::EMPTY, Bounds::with);
    let scale = |low: f64, high: f64| if high > low { 65_535.0 / (high - low) } else { 0.0 };
    let (by_x, by_y) = (scale(all.min.x, all.max.x), scale(all.min.y, all.max.y));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scaled to 0..=65,535")]
    let key = |b: &Bounds| {
        let x = ((f64::midpoint(b.min.x, b.max.x) - all.min.x) * by_x) as u16;
        let y = ((f64::midpoint(b.min.y, b.max.y) - all.min.y) * by_y) as u16;
        spread(x) | (spread(y) << 1)
    };
    let mut order: Vec<(u32, u32)> =
        blocks.par_iter().enumerate().map(|(i, block)| (key(&block.bounds), index(i))).collect();
    order.par_sort_unstable();
    order.iter().map(|&(_, i)| blocks[i as usize]).collect()
}

/// The bits of a number at the even places.
fn spread(value: u16) -> u32 {
    let mut v = u32::from(value);
    v = (v | (v << 8)) & 0x00ff_00ff;
    v = (v | (v << 4)) & 0x0f0f_0f0f;
    v = (v | (v << 2)) & 0x3333_3333;
    (v | (v << 1)) & 0x5555_5555
}

/// An array position as it is stored.
#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
pub(in crate::coverage) fn index(position: usize) -> u32 {
    position as u32
}
