//! Triangles and border lines of a coverage, made for the GPU chunk by chunk.
//!
//! 1. There are several *levels of detail*. Level 0 has every vertex; each further one drops what is smaller than its
//!    tolerance ([`Detail`](super::detail::Detail)). Arcs are simplified, not rings, and their ends stay: neighbours
//!    keep sharing their borders at every level.
//! 2. At each level atoms are gathered into *chunks* of neighbours (along a Morton curve), arcs of one rank likewise. A
//!    chunk is drawn or skipped as a whole.
//! 3. Which chunks there are is known from the start; their geometry is made when it first comes into view. So neither
//!    the first picture nor the memory depends on the finest level of a nation.
//! 4. Positions are f32, relative to the origin of their chunk, so that they keep millimetres.
//! 5. Every vertex of a triangle carries its atom, every vertex of a line its arc: the style is looked up by these.
//! 6. The map of a dataset with [other cuts](MapScene::refined) shares the chunks that no cut touches, on the GPU too.

mod chunks;
mod geometry;
mod refine;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use geo::{Coord, Rect};
use rayon::prelude::*;

use super::detail::Detail;
use super::projection::world_rect_from_lonlat;
use super::{BaseRanks, Borders, Rank};
use quhua::coverage::{ArcId, AtomId, Coverage, union};
use quhua::jobs::{Cancelled, Progress, lock_whole};
use quhua::model::Dataset;
use quhua::sharing::SharedList;

use chunks::{Boxed, Group, along_curve, grouped};
pub(super) use chunks::{Chunk, ChunkId, ChunkInfo, ChunkKind, FillChunk, LineChunk};

/// Pixels across the map in the first picture, roughly: the level for it is made at once.
const FIRST_PICTURE_PX: f64 = 900.0;

/// Most vertices that are made ahead of being looked at.
const AHEAD_VERTICES: usize = 12_000_000;

/// A coverage that outlives the window's frames.
pub type SharedCoverage = Arc<dyn AsRef<Coverage> + Send + Sync>;

/// Triangles and border lines of a coverage at several levels of detail.
pub struct MapScene {
    coverage: SharedCoverage,
    detail: Detail,
    /// Finest first.
    levels: Vec<Level>,
    /// Rank of each arc before any plan.
    ranks: SharedList<Rank>,
    /// Units of the levels of each rank, `Hidden` first.
    units: [usize; 5],
    /// Box of each atom in world coordinates: west, south, east, north.
    pub(super) atom_boxes: SharedList<[f32; 4]>,
    /// Box of each arc, likewise.
    pub(super) arc_boxes: SharedList<[f32; 4]>,
    /// What the boxes of all atoms and those of all arcs cover together: the curve runs over these.
    curves: [Option<Rect>; 2],
    /// Median size of an atom in world units.
    atom_size_world: f64,
    bounds: Option<Rect>,
    /// Chunks made ahead of being looked at, until the GPU has them.
    ahead: Mutex<HashMap<ChunkId, Chunk>>,
}

/// Chunks of one level of detail. A copy costs nothing to speak of.
#[derive(Clone, Debug)]
struct Level {
    fills: SharedList<Group<AtomId>>,
    /// By rank, each in order along the curve; behind them what cuts made of a rank that had none.
    lines: SharedList<Group<ArcId>>,
}

impl MapScene {
    /// The map of a dataset.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn of_dataset(dataset: &Arc<Dataset>, progress: &Progress) -> Result<Self, Cancelled> {
        let ranks = Borders::of(dataset, &dataset.base).base_ranks();
        Self::build(Arc::<Dataset>::clone(dataset), ranks, progress)
    }

    /// Simplifies the arcs of a coverage, divides everything into chunks, and makes those of the first picture, in
    /// parallel. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` was cancelled.
    pub fn build(source: SharedCoverage, ranks: BaseRanks, progress: &Progress) -> Result<Self, Cancelled> {
        let coverage: &Coverage = (*source).as_ref();
        progress.check()?;
        let atoms: Vec<(AtomId, Rect)> = coverage
            .atoms()
            .filter_map(|atom| Some((atom, world_rect_from_lonlat(coverage.bounds_of(atom)?))))
            .collect();
        let arcs: Vec<(ArcId, Rect)> = (0..coverage.arc_count())
            .into_par_iter()
            .filter_map(|i| Some((ArcId::new(i), world_bounds(coverage.arc(ArcId::new(i)))?)))
            .collect();
        let mut sizes: Vec<f64> = atoms.iter().map(|(_, bounds)| (bounds.width() * bounds.height()).sqrt()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let atom_boxes = boxes(coverage.atom_count(), atoms.iter().map(|&(atom, bounds)| (atom.index(), bounds)));
        let arc_boxes = boxes(coverage.arc_count(), arcs.iter().map(|&(arc, bounds)| (arc.index(), bounds)));
        let bounds = atoms.iter().map(|item| item.1).reduce(union);
        progress.set(0.1);
        progress.check()?;
        let detail = Detail::of(coverage, bounds);
        progress.set(0.6);
        progress.check()?;
        let arcs_cover = arcs.iter().map(|item| item.1).reduce(union);
        let orders = (along_curve(&atoms, bounds), along_curve(&arcs, arcs_cover));
        let levels = (0..detail.levels())
            .into_par_iter()
            .map(|level| Level::divide(coverage, &detail, &ranks, level, (&orders.0, &orders.1)))
            .collect();
        let scene = Self {
            coverage: source,
            detail,
            levels,
            ranks: ranks.of_arc.into(),
            units: ranks.units,
            atom_boxes: atom_boxes.into(),
            arc_boxes: arc_boxes.into(),
            curves: [bounds, arcs_cover],
            atom_size_world: sizes.get(sizes.len() / 2).copied().unwrap_or(0.0),
            bounds,
            ahead: Mutex::default(),
        };
        progress.set(0.7);
        if let Some(bounds) = bounds {
            scene.make_ahead(scene.level_for(bounds.width().max(bounds.height()) / FIRST_PICTURE_PX), progress)?;
        }
        progress.set(1.0);
        Ok(scene)
    }

    /// Makes chunks that are not in the first picture, the coarser ones first, so that they are there when they are
    /// looked at. Beyond some number of vertices they are left until then.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` was cancelled.
    pub fn prepare(&self, progress: &Progress) -> Result<(), Cancelled> {
        let mut room = AHEAD_VERTICES;
        for level in (0..self.levels.len()).rev() {
            let vertices: usize = self.chunks(level).map(|chunk| chunk.vertices).sum();
            room = match room.checked_sub(vertices) {
                Some(room) => room,
                None => return Ok(()),
            };
            self.make_ahead(level, progress)?;
        }
        Ok(())
    }

    fn make_ahead(&self, level: usize, progress: &Progress) -> Result<(), Cancelled> {
        let chunks: Vec<ChunkInfo> = self.chunks(level).collect();
        chunks.par_iter().try_for_each(|info| {
            progress.check()?;
            let made = self.make(info);
            lock_whole(&self.ahead).insert(info.id, made);
            Ok(())
        })
    }

    /// The coarsest level that looks right where a pixel is so many world units wide.
    pub(super) fn level_for(&self, world_per_pixel: f64) -> usize {
        self.detail.level_for(world_per_pixel)
    }

    /// Chunks of a level, triangles first.
    pub(super) fn chunks(&self, level: usize) -> impl Iterator<Item = ChunkInfo> + '_ {
        let of = &self.levels[level];
        let fills = of.fills.iter().enumerate().map(move |(index, group)| group.info(level, ChunkKind::Fill, index));
        let lines = of.lines.iter().enumerate().map(move |(index, group)| group.info(level, ChunkKind::Line, index));
        fills.chain(lines)
    }

    /// Whether chunks of this map may be those of another one.
    pub(super) fn shares_with(&self, other: &Self) -> bool {
        self.detail.shares_with(&other.detail)
    }

    /// What tells a chunk from others in its place.
    pub(super) fn made(&self, id: ChunkId) -> Option<u64> {
        let level = self.levels.get(id.level)?;
        match id.kind {
            ChunkKind::Fill => level.fills.get(id.index).map(|group| group.made),
            ChunkKind::Line => level.lines.get(id.index).map(|group| group.made),
        }
    }

    /// Most chunks that a level has.
    pub(super) fn most_chunks(&self) -> usize {
        self.levels.iter().map(|level| level.fills.len() + level.lines.len()).max().unwrap_or(0)
    }

    /// Geometry of a chunk: what was made ahead, or made now.
    pub(super) fn take(&self, info: &ChunkInfo) -> Chunk {
        let ahead = lock_whole(&self.ahead).remove(&info.id);
        ahead.unwrap_or_else(|| self.make(info))
    }

    fn make(&self, info: &ChunkInfo) -> Chunk {
        let ChunkId { level, kind, index } = info.id;
        match kind {
            ChunkKind::Fill => Chunk::Fill(self.triangles(level, &self.levels[level].fills[index].items, info.origin)),
            ChunkKind::Line => Chunk::Line(self.lines(level, &self.levels[level].lines[index].items, info.origin)),
        }
    }

    /// What everything covers, in world coordinates.
    pub(super) fn bounds(&self) -> Option<Rect> {
        self.bounds
    }

    /// Rank of an arc before any plan.
    pub(super) fn base_rank(&self, arc: ArcId) -> Rank {
        self.ranks.get(arc.index()).copied().unwrap_or_default()
    }

    /// Mean size in world units of the units of each rank from groups to counties.
    #[expect(clippy::cast_precision_loss, reason = "numbers of units")]
    pub(super) fn unit_sizes_world(&self) -> [f64; 4] {
        let atoms = self.atom_boxes.len() as f64;
        let size = |units: usize| self.atom_size_world * (atoms / units.max(1) as f64).sqrt();
        let [_, ranks @ ..] = self.units;
        ranks.map(size)
    }
}

impl std::fmt::Debug for MapScene {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let chunks: Vec<usize> = self.levels.iter().map(|level| level.fills.len() + level.lines.len()).collect();
        f.debug_struct("MapScene").field("chunks", &chunks).finish_non_exhaustive()
    }
}

impl Level {
    /// Divides atoms and arcs, given in order along the curve, into chunks.
    fn divide(
        coverage: &Coverage,
        detail: &Detail,
        ranks: &BaseRanks,
        level: usize,
        (atoms, arcs): (&[Boxed<AtomId>], &[Boxed<ArcId>]),
    ) -> Self {
        let counts: Vec<usize> = (0..coverage.arc_count())
            .into_par_iter()
            .with_min_len(1_024)
            .map(|arc| detail.kept_count(coverage, ArcId::new(arc), level))
            .collect();
        let kept = |arc: ArcId| counts[arc.index()];
        let vertices = |atom: AtomId| coverage.arcs_of(atom).map(|arc| kept(arc.arc()) - 1).sum();
        let fills = grouped(atoms.iter().map(|&item| (item, vertices(item.1))), Rank::Hidden);
        let rank_of = |arc: ArcId| ranks.of_arc.get(arc.index()).copied().unwrap_or_default();
        let lines = [Rank::Hidden, Rank::Group, Rank::Village, Rank::Township, Rank::County].into_iter();
        let lines = lines.flat_map(|rank| {
            let of_rank = arcs.iter().filter(|&&(_, arc, _)| rank_of(arc) == rank);
            grouped(of_rank.map(|&item| (item, kept(item.1))), rank)
        });
        Self { fills: fills.into(), lines: lines.collect() }
    }
}

fn world_bounds(lonlat: &[Coord]) -> Option<Rect> {
    lonlat.iter().map(|&coord| Rect::new(coord, coord)).reduce(union).map(world_rect_from_lonlat)
}

/// What an item without a box keeps.
const NO_BOX: [f32; 4] = [f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];

/// Boxes by row, for finding what has to be drawn again.
fn boxes(rows: usize, items: impl Iterator<Item = (usize, Rect)>) -> Vec<[f32; 4]> {
    let mut boxes = vec![NO_BOX; rows];
    for (row, bounds) in items {
        boxes[row] = f32_box(bounds);
    }
    boxes
}

#[expect(clippy::cast_possible_truncation, reason = "good to two metres, and used with that slack")]
fn f32_box(bounds: Rect) -> [f32; 4] {
    [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y].map(|value| value as f32)
}
