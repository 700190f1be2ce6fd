//! Chunks: which atoms and arcs are drawn together, in order along a curve.

use geo::{Coord, Rect};
use rayon::prelude::*;

use crate::render::Rank;
use quhua::coverage::{ArcId, AtomId, union};

/// A chunk takes no further atom or arc once it has this many vertices: few enough to skip what is off screen, many
/// enough for a handful of draw calls.
const CHUNK_VERTICES: usize = 2_048;

/// One chunk: its level of detail and its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::render) struct ChunkId {
    pub level: usize,
    pub kind: ChunkKind,
    pub index: usize,
}

/// What a chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::render) enum ChunkKind {
    /// Triangles.
    Fill,
    /// Borders of one rank.
    Line,
}

/// Geometry of a chunk.
#[derive(Debug, PartialEq)]
pub(in crate::render) enum Chunk {
    Fill(FillChunk),
    Line(LineChunk),
}

/// Triangles of some neighbouring atoms.
#[derive(Debug, Default, PartialEq)]
pub(in crate::render) struct FillChunk {
    /// Position relative to the origin (two f32) and atom.
    pub vertices: Vec<[u32; 3]>,
    /// Three to a triangle.
    pub indices: Vec<u32>,
}

/// Border lines of some neighbouring arcs.
#[derive(Debug, Default, PartialEq)]
pub(in crate::render) struct LineChunk {
    /// Position relative to the origin and length of the arc up to here (three f32), and arc.
    /// Neighbours in the list with the same arc are joined by a segment.
    pub points: Vec<[u32; 4]>,
}

/// A chunk that a view may show.
#[derive(Clone, Copy, Debug)]
pub(in crate::render) struct ChunkInfo {
    pub id: ChunkId,
    /// What its positions are relative to.
    pub origin: Coord,
    /// What it covers, in world coordinates.
    pub bounds: Rect,
    /// Rank of its borders; `Hidden` for triangles.
    pub rank: Rank,
    /// Vertices that it has, about.
    pub vertices: usize,
}

/// Place of an item on the curve, the item, and its box.
pub(super) type Boxed<Id> = (u64, Id, Rect);

/// Items of one chunk, and what they cover together.
#[derive(Clone, Debug)]
pub(super) struct Group<Id> {
    pub items: Vec<Id>,
    pub bounds: Rect,
    /// Place on the curve, and number, of the first of the items that it was made of.
    pub first: (u64, u32),
    pub rank: Rank,
    pub vertices: usize,
    /// Tells it from the chunk that stood in its place before a cut; 0 for one that was built.
    pub made: u64,
}

/// What chunks are made of.
pub(super) trait Numbered {
    fn number(self) -> u32;
}

impl Numbered for AtomId {
    fn number(self) -> u32 {
        self.0
    }
}

impl Numbered for ArcId {
    fn number(self) -> u32 {
        self.0
    }
}

impl<Id> Group<Id> {
    pub fn info(&self, level: usize, kind: ChunkKind, index: usize) -> ChunkInfo {
        ChunkInfo {
            id: ChunkId { level, kind, index },
            origin: self.bounds.center(),
            bounds: self.bounds,
            rank: self.rank,
            vertices: self.vertices,
        }
    }
}

/// Gathers items with a box and a number of vertices, in their order, into groups.
pub(super) fn grouped<Id: Copy + Numbered>(
    items: impl Iterator<Item = (Boxed<Id>, usize)>,
    rank: Rank,
) -> Vec<Group<Id>> {
    let mut groups: Vec<Group<Id>> = Vec::new();
    for ((key, id, bounds), vertices) in items {
        match groups.last_mut() {
            Some(group) if group.vertices < CHUNK_VERTICES => {
                group.items.push(id);
                group.bounds = union(group.bounds, bounds);
                group.vertices += vertices;
            }
            _ => groups.push(Group { items: vec![id], bounds, first: (key, id.number()), rank, vertices, made: 0 }),
        }
    }
    groups
}

/// Items with a box in order along a Morton curve: what is close on it is close on the map.
pub(super) fn along_curve<Id: Copy + Ord + Send>(items: &[(Id, Rect)], all: Option<Rect>) -> Vec<Boxed<Id>> {
    let Some(all) = all else { return Vec::new() };
    let mut keyed: Vec<Boxed<Id>> =
        items.iter().map(|&(id, bounds)| (morton(bounds.center(), all), id, bounds)).collect();
    keyed.par_sort_unstable_by_key(|&(key, id, _)| (key, id));
    keyed
}

/// Position on a Morton curve over a box.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scaled into 0..=65,535")]
pub(super) fn morton(at: Coord, all: Rect) -> u64 {
    let cell = |value: f64, min: f64, size: f64| {
        let fraction = if size > 0.0 { (value - min) / size } else { 0.0 };
        (fraction.clamp(0.0, 1.0) * 65_535.0) as u64
    };
    let (x, y) = (cell(at.x, all.min().x, all.width()), cell(at.y, all.min().y, all.height()));
    (0..16).fold(0, |key, bit| key | ((x >> bit & 1) << (2 * bit)) | ((y >> bit & 1) << (2 * bit + 1)))
}
