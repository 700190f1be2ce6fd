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

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use earcut::Earcut;
use geo::{Coord, Rect};
use rayon::prelude::*;

use super::detail::Detail;
use super::projection::{world_from_lonlat, world_rect_from_lonlat};
use super::{BaseRanks, Borders, Rank};
use quhua::coverage::{ArcId, AtomId, Coverage, Differing, DirectedArc};
use quhua::jobs::{Cancelled, Progress};
use quhua::model::Dataset;
use quhua::sharing::SharedList;

/// A chunk takes no further atom or arc once it has this many vertices: few enough to skip what is off screen, many
/// enough for a handful of draw calls.
const CHUNK_VERTICES: usize = 2_048;

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

/// One chunk: its level of detail and its position there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ChunkId {
    pub level: usize,
    pub kind: ChunkKind,
    pub index: usize,
}

/// What a chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ChunkKind {
    /// Triangles.
    Fill,
    /// Borders of one rank.
    Line,
}

/// Geometry of a chunk.
#[derive(Debug, PartialEq)]
pub(super) enum Chunk {
    Fill(FillChunk),
    Line(LineChunk),
}

/// Triangles of some neighbouring atoms.
#[derive(Debug, Default, PartialEq)]
pub(super) struct FillChunk {
    /// Position relative to the origin (two f32) and atom.
    pub vertices: Vec<[u32; 3]>,
    /// Three to a triangle.
    pub indices: Vec<u32>,
}

/// Border lines of some neighbouring arcs.
#[derive(Debug, Default, PartialEq)]
pub(super) struct LineChunk {
    /// Position relative to the origin and length of the arc up to here (three f32), and arc.
    /// Neighbours in the list with the same arc are joined by a segment.
    pub points: Vec<[u32; 4]>,
}

/// A chunk that a view may show.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChunkInfo {
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

    /// The map of a dataset that differs from that of this one by its cuts; `None` when it is of other boundaries. This one
    /// must be as it was [built](Self::build). Costs the chunks that cuts of either touch.
    #[must_use]
    pub fn refined(&self, dataset: &Arc<Dataset>) -> Option<Self> {
        let (before, now): (&Coverage, &Coverage) = ((*self.coverage).as_ref(), &dataset.coverage);
        let differing = now.differing(before)?;
        let borders = Borders::of(dataset, &dataset.base);
        let (mut ranks, mut arc_boxes, mut atom_boxes) =
            (self.ranks.clone(), self.arc_boxes.clone(), self.atom_boxes.clone());
        resize(&mut ranks, now.arc_count(), Rank::default());
        resize(&mut arc_boxes, now.arc_count(), NO_BOX);
        resize(&mut atom_boxes, now.atom_count(), NO_BOX);
        for &arc in differing.arcs.iter().filter(|arc| arc.index() < now.arc_count()) {
            ranks.set(arc.index(), borders.style(arc).rank);
            arc_boxes.set(arc.index(), world_bounds(now.arc(arc)).map_or(NO_BOX, f32_box));
        }
        for &atom in differing.atoms.iter().filter(|atom| atom.index() < now.atom_count()) {
            atom_boxes.set(atom.index(), now.bounds_of(atom).map(world_rect_from_lonlat).map_or(NO_BOX, f32_box));
        }
        let mut refined = Self {
            coverage: Arc::<Dataset>::clone(dataset),
            detail: self.detail.refined(now, &differing.arcs),
            levels: self.levels.clone(),
            ranks,
            units: self.units,
            atom_boxes,
            arc_boxes,
            curves: self.curves,
            atom_size_world: self.atom_size_world,
            bounds: self.bounds,
            ahead: Mutex::default(),
        };
        refined.regroup(self, dataset, &differing);
        Some(refined)
    }

    /// Puts what cuts changed into the chunks where it belongs.
    fn regroup(&mut self, before: &Self, dataset: &Dataset, differing: &Differing) {
        let (old, now): (&Coverage, &Coverage) = ((*before.coverage).as_ref(), &dataset.coverage);
        // Vertices on the border of an atom change with its arcs.
        let mut atoms: BTreeSet<AtomId> = differing.atoms.iter().copied().collect();
        for &arc in &differing.arcs {
            let there = |of: &Coverage| if arc.index() < of.arc_count() { of.sides(arc) } else { [None; 2] };
            atoms.extend([old, now].into_iter().flat_map(there).flatten());
        }
        let loaded = dataset.loaded_atoms();
        // An atom that a cut made lies in one that was loaded, and in its chunk.
        let home = |atom: AtomId| {
            let mut home = atom;
            while let Some(from) = dataset.cut_from(home) {
                home = from;
            }
            home
        };
        let key =
            |kind: usize, bounds: Rect, id: u32| before.curves[kind].map(|all| (morton(bounds.center(), all), id));
        let atom_key = |atom: AtomId| key(0, world_rect_from_lonlat(old.bounds_of(atom)?), atom.0);
        let arc_key = |of: &Coverage, arc: ArcId| key(1, world_bounds(of.arc(arc))?, arc.0);
        let detail = self.detail.clone();
        for (number, level) in self.levels.iter_mut().enumerate() {
            let mut fills: BTreeMap<usize, Group<AtomId>> = BTreeMap::new();
            for &atom in &atoms {
                let was = if atom.index() < old.atom_count() { atom_key(atom) } else { None };
                let is = match atom.index() {
                    gone if gone >= now.atom_count() => None,
                    there if there < loaded => was,
                    _ => atom_key(home(atom)),
                };
                move_item(
                    &mut fills,
                    &level.fills,
                    atom,
                    [was, is].map(|key| place_of(&level.fills, Rank::Hidden, key?)),
                );
            }
            for (at, mut group) in fills {
                let kept = |arc: DirectedArc| detail.kept_count(now, arc.arc(), number) - 1;
                group.vertices = group.items.iter().map(|&atom| now.arcs_of(atom).map(kept).sum::<usize>()).sum();
                level.fills.set(at, group);
            }
            let mut lines: BTreeMap<usize, Group<ArcId>> = BTreeMap::new();
            let mut strays: BTreeMap<Rank, Vec<(ArcId, Rect)>> = BTreeMap::new();
            let bounds_of = |arc: ArcId| world_bounds(now.arc(arc));
            for &arc in &differing.arcs {
                let was = (arc.index() < old.arc_count()).then(|| (before.ranks[arc.index()], arc_key(old, arc)));
                let is = (arc.index() < now.arc_count()).then(|| (self.ranks[arc.index()], arc_key(now, arc)));
                let places = [was, is].map(|it| it.and_then(|(rank, key)| place_of(&level.lines, rank, key?)));
                move_item(&mut lines, &level.lines, arc, places);
                if let (Some((rank, _)), None) = (is, places[1])
                    && let Some(bounds) = bounds_of(arc)
                {
                    strays.entry(rank).or_default().push((arc, bounds));
                }
            }
            for (at, mut group) in lines {
                group.vertices = group.items.iter().map(|&arc| detail.kept_count(now, arc, number)).sum();
                group.bounds = group.items.iter().filter_map(|&arc| bounds_of(arc)).fold(group.bounds, union);
                level.lines.set(at, group);
            }
            // Nothing had their rank before.
            for (rank, arcs) in strays {
                let items =
                    arcs.into_iter().map(|(arc, bounds)| ((0, arc, bounds), detail.kept_count(now, arc, number)));
                for group in grouped(items, rank) {
                    level.lines.push(Group { made: next_made(), ..group });
                }
            }
        }
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
            self.ahead.lock().unwrap_or_else(PoisonError::into_inner).insert(info.id, made);
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
        let ahead = self.ahead.lock().unwrap_or_else(PoisonError::into_inner).remove(&info.id);
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

    fn triangles(&self, level: usize, atoms: &[AtomId], origin: Coord) -> FillChunk {
        let coverage: &Coverage = (*self.coverage).as_ref();
        let mut chunk = FillChunk::default();
        let mut earcut = Earcut::new();
        let (mut points, mut holes, mut triangles) = (Vec::<[f64; 2]>::new(), Vec::<u32>::new(), Vec::<u32>::new());
        for &atom in atoms {
            let first_index = chunk.indices.len();
            if self.is_speck(level, atom) {
                self.mark(level, atom, origin, &mut chunk);
                continue;
            }
            for face in coverage.faces_of(atom) {
                points.clear();
                holes.clear();
                for (i, ring) in coverage.rings_of(face).enumerate() {
                    let start = points.len();
                    self.ring(level, coverage.ring(ring), origin, &mut points);
                    if i > 0 && points.len() < start + 3 {
                        points.truncate(start);
                    } else if i > 0 {
                        holes.push(index(start));
                    }
                }
                earcut.earcut(points.iter().copied(), &holes, &mut triangles);
                let first = index(chunk.vertices.len());
                chunk.vertices.extend(points.iter().map(|&[x, y]| [bits(x), bits(y), atom.0]));
                chunk.indices.extend(triangles.iter().map(|index| index + first));
            }
            if chunk.indices.len() == first_index {
                self.mark(level, atom, origin, &mut chunk);
            }
        }
        chunk.vertices.shrink_to_fit();
        chunk.indices.shrink_to_fit();
        chunk
    }

    /// Whether all of an atom is smaller than what a level shows.
    fn is_speck(&self, level: usize, atom: AtomId) -> bool {
        let [west, south, east, north] = self.atom_boxes[atom.index()].map(f64::from);
        level > 0 && (east - west).max(north - south) < self.detail.tolerance(level)
    }

    /// A triangle about as large as a pixel for an atom that is too small to have any at this level.
    fn mark(&self, level: usize, atom: AtomId, origin: Coord, chunk: &mut FillChunk) {
        let coverage: &Coverage = (*self.coverage).as_ref();
        let Some(bounds) = coverage.bounds_of(atom).filter(|_| level > 0) else { return };
        let centre = world_from_lonlat(bounds.center()) - origin;
        let size = self.detail.tolerance(level);
        let first = index(chunk.vertices.len());
        let corners = [(-size, -size), (size, -size), (0.0, size)];
        chunk.vertices.extend(corners.map(|(x, y)| [bits(centre.x + x), bits(centre.y + y), atom.0]));
        chunk.indices.extend([first, first + 1, first + 2]);
    }

    /// Vertices of a closed chain that a level keeps, the first one not repeated.
    fn ring(&self, level: usize, chain: &[DirectedArc], origin: Coord, into: &mut Vec<[f64; 2]>) {
        let coverage: &Coverage = (*self.coverage).as_ref();
        let mut push = |coord: Coord| {
            let world = world_from_lonlat(coord) - origin;
            into.push([world.x, world.y]);
        };
        for directed in chain {
            let coords = coverage.arc(directed.arc());
            let kept = self.detail.kept(directed.arc(), level);
            let last = coords.len() - 1;
            if directed.is_backward() {
                (1..=last).rev().filter(|&i| kept(i)).for_each(|i| push(coords[i]));
            } else {
                (0..last).filter(|&i| kept(i)).for_each(|i| push(coords[i]));
            }
        }
    }

    /// Border lines of some arcs at a level.
    pub(super) fn lines(&self, level: usize, arcs: &[ArcId], origin: Coord) -> LineChunk {
        let coverage: &Coverage = (*self.coverage).as_ref();
        let mut chunk = LineChunk::default();
        for &arc in arcs {
            let mut along = 0.0;
            let mut previous: Option<Coord> = None;
            let kept = self.detail.kept(arc, level);
            for (_, &coord) in coverage.arc(arc).iter().enumerate().filter(|&(i, _)| kept(i)) {
                let world = world_from_lonlat(coord) - origin;
                along += previous.map_or(0.0, |previous| (world.x - previous.x).hypot(world.y - previous.y));
                previous = Some(world);
                chunk.points.push([bits(world.x), bits(world.y), bits(along), arc.0]);
            }
        }
        chunk.points.shrink_to_fit();
        chunk
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

/// Place of an item on the curve, the item, and its box.
type Boxed<Id> = (u64, Id, Rect);

/// Items of one chunk, and what they cover together.
#[derive(Clone, Debug)]
struct Group<Id> {
    items: Vec<Id>,
    bounds: Rect,
    /// Place on the curve, and number, of the first of the items that it was made of.
    first: (u64, u32),
    rank: Rank,
    vertices: usize,
    /// Tells it from the chunk that stood in its place before a cut; 0 for one that was built.
    made: u64,
}

/// The chunk of a rank in which a place on the curve lies; `None` when none has that rank.
fn place_of<Id>(groups: &SharedList<Group<Id>>, rank: Rank, key: (u64, u32)) -> Option<usize> {
    // Ranks ascend, and so do places within a rank.
    let point = |before: &dyn Fn(&Group<Id>) -> bool| {
        let (mut low, mut high) = (0, groups.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(&groups[middle]) { low = middle + 1 } else { high = middle }
        }
        low
    };
    let behind = point(&|group| (group.rank, group.first) <= (rank, key));
    let candidates = [behind.checked_sub(1), Some(behind)];
    candidates.into_iter().flatten().find(|&at| groups.get(at).is_some_and(|group| group.rank == rank))
}

/// What chunks are made of.
trait Numbered {
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

/// A number that no chunk has had before.
fn next_made() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Takes an item out of one chunk and puts it into another. The chunk is another one from then on, even if it has the same
/// items.
fn move_item<Id: Copy + PartialEq>(
    changed: &mut BTreeMap<usize, Group<Id>>,
    groups: &SharedList<Group<Id>>,
    item: Id,
    [from, to]: [Option<usize>; 2],
) {
    for place in from.into_iter().chain(to) {
        let group = changed.entry(place).or_insert_with(|| Group { made: next_made(), ..groups[place].clone() });
        group.items.retain(|other| *other != item);
    }
    if let Some(group) = to.and_then(|to| changed.get_mut(&to)) {
        group.items.push(item);
    }
}

impl<Id> Group<Id> {
    fn info(&self, level: usize, kind: ChunkKind, index: usize) -> ChunkInfo {
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
fn grouped<Id: Copy + Numbered>(items: impl Iterator<Item = (Boxed<Id>, usize)>, rank: Rank) -> Vec<Group<Id>> {
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
fn along_curve<Id: Copy + Ord + Send>(items: &[(Id, Rect)], all: Option<Rect>) -> Vec<Boxed<Id>> {
    let Some(all) = all else { return Vec::new() };
    let mut keyed: Vec<Boxed<Id>> =
        items.iter().map(|&(id, bounds)| (morton(bounds.center(), all), id, bounds)).collect();
    keyed.par_sort_unstable_by_key(|&(key, id, _)| (key, id));
    keyed
}

/// Position on a Morton curve over a box.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scaled into 0..=65,535")]
fn morton(at: Coord, all: Rect) -> u64 {
    let cell = |value: f64, min: f64, size: f64| {
        let fraction = if size > 0.0 { (value - min) / size } else { 0.0 };
        (fraction.clamp(0.0, 1.0) * 65_535.0) as u64
    };
    let (x, y) = (cell(at.x, all.min().x, all.width()), cell(at.y, all.min().y, all.height()));
    (0..16).fold(0, |key, bit| key | ((x >> bit & 1) << (2 * bit)) | ((y >> bit & 1) << (2 * bit + 1)))
}

pub(super) fn union(a: Rect, b: Rect) -> Rect {
    Rect::new(
        Coord { x: a.min().x.min(b.min().x), y: a.min().y.min(b.min().y) },
        Coord { x: a.max().x.max(b.max().x), y: a.max().y.max(b.max().y) },
    )
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

/// Makes a list as long as it is to be.
fn resize<T: Clone>(list: &mut SharedList<T>, len: usize, filler: T) {
    while list.len() > len {
        list.pop();
    }
    while list.len() < len {
        list.push(filler.clone());
    }
}

/// The one place where positions of vertices become f32.
#[expect(clippy::cast_possible_truncation, reason = "relative to a chunk origin, f32 keeps millimetres")]
fn bits(value: f64) -> u32 {
    (value as f32).to_bits()
}

#[expect(clippy::cast_possible_truncation, reason = "chunks are small")]
fn index(count: usize) -> u32 {
    count as u32
}

#[cfg(test)]
mod tests {
    use geo::{Area as _, MultiPolygon, Polygon, wkt};

    use super::*;
    use quhua::coverage::FlatPolygons;

    fn scene(atoms: &[Polygon]) -> MapScene {
        let atoms: Vec<MultiPolygon> = atoms.iter().cloned().map(MultiPolygon::from).collect();
        of_coverage(Coverage::build(FlatPolygons::from(&atoms[..]), &Progress::new()).unwrap())
    }

    fn of_coverage(coverage: Coverage) -> MapScene {
        let ranks = BaseRanks::uniform(&coverage, Rank::County);
        MapScene::build(Arc::new(coverage), ranks, &Progress::new()).unwrap()
    }

    fn fills(scene: &MapScene, level: usize) -> Vec<FillChunk> {
        let made = scene.chunks(level).map(|info| scene.take(&info));
        made.filter_map(|chunk| if let Chunk::Fill(fill) = chunk { Some(fill) } else { None }).collect()
    }

    fn lines(scene: &MapScene, level: usize) -> Vec<LineChunk> {
        let made = scene.chunks(level).map(|info| scene.take(&info));
        made.filter_map(|chunk| if let Chunk::Line(line) = chunk { Some(line) } else { None }).collect()
    }

    fn area_of_triangles(scene: &MapScene, level: usize, atom: AtomId) -> f64 {
        let mut area = 0.0;
        for chunk in fills(scene, level) {
            let at = |i: u32| {
                let [x, y, _] = chunk.vertices[i as usize];
                Coord { x: f64::from(f32::from_bits(x)), y: f64::from(f32::from_bits(y)) }
            };
            for t in chunk.indices.chunks(3).filter(|t| chunk.vertices[t[0] as usize][2] == atom.0) {
                area += geo::Triangle::new(at(t[0]), at(t[1]), at(t[2])).unsigned_area();
            }
        }
        area
    }

    /// A square of 1° cut in two by a wavy border, with a speck of an island beside it.
    fn wavy() -> MapScene {
        let wave: Vec<Coord> = (0..=4_000)
            .map(|i| Coord { x: 0.5 + 0.004 * (f64::from(i) * 0.09).sin(), y: f64::from(i) / 4_000.0 })
            .collect();
        let side = |x: f64| {
            let mut ring = wave.clone();
            ring.extend([Coord { x, y: 1.0 }, Coord { x, y: 0.0 }, wave[0]]);
            Polygon::new(geo::LineString(ring), Vec::new())
        };
        let speck = geo::Rect::new((1.2, 0.5), (1.2002, 0.5002)).to_polygon();
        scene(&[side(0.0), side(1.0), speck])
    }

    #[test]
    fn coarser_levels_have_fewer_vertices_and_neighbours_still_share_their_border() {
        let scene = wavy();
        assert!(scene.levels.len() > 2, "{scene:?}");
        let whole = area_of_triangles(&scene, 0, AtomId(0)) + area_of_triangles(&scene, 0, AtomId(1));
        let mut before = usize::MAX;
        for level in 0..scene.levels.len() {
            let points: usize = lines(&scene, level).iter().map(|chunk| chunk.points.len()).sum();
            assert!(points <= before, "level {level}: {points} after {before}");
            before = points;
            // Simplified apart, the two sides would overlap or gape.
            let both = area_of_triangles(&scene, level, AtomId(0)) + area_of_triangles(&scene, level, AtomId(1));
            assert!((both / whole - 1.0).abs() < 1e-5, "level {level}: {both} of {whole}");
        }
        assert!(before < 400, "{before}");
    }

    #[test]
    fn an_atom_too_small_to_draw_is_marked() {
        let scene = wavy();
        let coarsest = scene.levels.len() - 1;
        let tolerance = scene.detail.tolerance(coarsest);
        let area = area_of_triangles(&scene, coarsest, AtomId(2));
        assert!(area > 0.0 && area <= 2.1 * tolerance * tolerance, "{area} at {tolerance}");
    }

    #[test]
    fn triangles_cover_an_atom_and_leave_its_hole_open() {
        // Degrees near the equator, so that the map is flat enough to check by hand.
        let ring: Polygon = wkt! { POLYGON((0. 0., 4. 0., 4. 4., 0. 4., 0. 0.), (1. 1., 1. 2., 2. 2., 2. 1., 1. 1.)) };
        let lake: Polygon = wkt! { POLYGON((1. 1., 2. 1., 2. 2., 1. 2., 1. 1.)) };
        let scene = scene(&[ring, lake]);
        let degree = world_from_lonlat(Coord { x: 1.0, y: 0.0 }).x.powi(2);
        assert!((area_of_triangles(&scene, 0, AtomId(0)) / degree - 15.0).abs() < 0.05);
        assert!((area_of_triangles(&scene, 0, AtomId(1)) / degree - 1.0).abs() < 0.01);
    }

    #[test]
    fn shared_borders_are_drawn_once() {
        let left: Polygon = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)) };
        let right: Polygon = wkt! { POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.)) };
        let points: usize = lines(&scene(&[left, right]), 0).iter().map(|chunk| chunk.points.len()).sum();
        // Three arcs: the shared edge with 2 points, and on either side a chain of 4.
        assert_eq!(points, 10);
    }

    /// For every atom and arc how many vertices of it are drawn, and the sum of their coordinates.
    fn drawn(scene: &MapScene, level: usize) -> BTreeMap<(ChunkKind, u32), (usize, Coord)> {
        let mut drawn = BTreeMap::new();
        let mut add = |kind: ChunkKind, item: u32, place: [u32; 2], origin: Coord| {
            let [x, y] = place.map(|value| f64::from(f32::from_bits(value)));
            let (count, sum) = drawn.entry((kind, item)).or_insert((0, Coord::zero()));
            (*count, *sum) = (*count + 1, *sum + origin + Coord { x, y });
        };
        for info in scene.chunks(level) {
            match scene.take(&info) {
                Chunk::Fill(fill) => {
                    fill.vertices.iter().for_each(|&[x, y, atom]| add(info.id.kind, atom, [x, y], info.origin));
                }
                Chunk::Line(line) => {
                    line.points.iter().for_each(|&[x, y, _, arc]| add(info.id.kind, arc, [x, y], info.origin));
                }
            }
        }
        drawn
    }

    /// Checks that two maps draw the same, but for the rounding of positions.
    fn check_drawn(a: &MapScene, b: &MapScene) {
        let (a, b) = (drawn(a, 0), drawn(b, 0));
        assert!(a.keys().eq(b.keys()));
        for ((item, (count, sum)), (other_count, other)) in a.into_iter().zip(b.into_values()) {
            assert_eq!(count, other_count, "{item:?}");
            assert!((sum.x - other.x).abs() < 5.0 && (sum.y - other.y).abs() < 5.0, "{item:?}: {sum:?}, {other:?}");
        }
    }

    #[test]
    fn a_map_with_other_cuts_shows_what_one_made_anew_does_and_shares_the_rest() {
        use quhua::edit::{Along, Document, Edit, Share, UnitRef};
        let mut document = Document::new(crate::testing::grid(12, 12));
        let opened = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
        let across = |x: f64, y: f64| Along::Line(vec![[x - 0.1, y + 0.4], [x + 1.1, y + 0.45]]);
        for (code, x, y) in [("510722101201", 0.0, 0.0), ("510722106203", 5.0, 2.0), ("510722106203", 5.0, 2.2)] {
            let (unit, share) = (UnitRef::code(code), Share::Area);
            let split = Edit::Split { unit, along: across(x, y), share, parts: Vec::new() };
            document.commit(&split).unwrap();
            let refined = opened.refined(document.dataset()).unwrap();
            let anew = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
            check_drawn(&refined, &anew);
            // Simplified maps hold the same.
            for level in 1..opened.levels.len().min(anew.levels.len()) {
                assert!(drawn(&refined, level).keys().eq(drawn(&anew, level).keys()), "level {level}");
            }
            assert_eq!(refined.atom_boxes, anew.atom_boxes);
            assert_eq!(refined.arc_boxes, anew.arc_boxes);
            assert!(document.dataset().coverage.arcs().all(|arc| refined.base_rank(arc) == anew.base_rank(arc)));
        }
        document.jump_to(0);
        let back = opened.refined(document.dataset()).unwrap();
        assert!(back.chunks(0).all(|chunk| back.made(chunk.id) == Some(0)), "nothing is made anew");
        // A map that was opened with cuts, and other cuts made in their place.
        document.jump_to(2);
        let opened = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
        document.jump_to(0);
        let (unit, along) = (UnitRef::code("510722110210"), across(9.0, 9.0));
        document.commit(&Edit::Split { unit, along, share: Share::Area, parts: Vec::new() }).unwrap();
        let anew = MapScene::of_dataset(document.dataset(), &Progress::new()).unwrap();
        check_drawn(&opened.refined(document.dataset()).unwrap(), &anew);
        assert!(opened.refined(&crate::testing::grid(2, 2)).is_none(), "of other boundaries");
    }

    #[test]
    fn a_cancelled_build_stops() {
        let progress = Progress::new();
        progress.cancel();
        let square: Polygon = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)) };
        let flat = FlatPolygons::from(&[MultiPolygon::from(square)][..]);
        let coverage = Coverage::build(flat, &Progress::new()).unwrap();
        let ranks = BaseRanks::uniform(&coverage, Rank::County);
        assert_eq!(MapScene::build(Arc::new(coverage), ranks, &progress).err(), Some(Cancelled));
    }

    #[test]
    fn an_empty_coverage_gives_an_empty_scene() {
        assert_eq!(scene(&[]).chunks(0).count(), 0);
    }
}
