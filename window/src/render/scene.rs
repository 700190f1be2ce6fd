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

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use earcut::Earcut;
use geo::{Coord, Rect};
use rayon::prelude::*;

use super::detail::Detail;
use super::projection::{world_from_lonlat, world_rect_from_lonlat};
use super::{BaseRanks, Borders, Rank};
use quhua::coverage::{ArcId, AtomId, Coverage, DirectedArc};
use quhua::jobs::{Cancelled, Progress};
use quhua::model::Dataset;

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
    ranks: BaseRanks,
    /// Box of each atom in world coordinates: west, south, east, north.
    pub(super) atom_boxes: Vec<[f32; 4]>,
    /// Box of each arc, likewise.
    pub(super) arc_boxes: Vec<[f32; 4]>,
    /// Median size of an atom in world units.
    atom_size_world: f64,
    bounds: Option<Rect>,
    /// Chunks made ahead of being looked at, until the GPU has them.
    ahead: Mutex<HashMap<ChunkId, Chunk>>,
}

/// Chunks of one level of detail.
#[derive(Debug)]
struct Level {
    fills: Vec<Group<AtomId>>,
    lines: Vec<Group<ArcId>>,
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
        let orders = (along_curve(&atoms), along_curve(&arcs));
        let levels = (0..detail.levels())
            .into_par_iter()
            .map(|level| Level::divide(coverage, &detail, &ranks, level, (&orders.0, &orders.1)))
            .collect();
        let scene = Self {
            coverage: source,
            detail,
            levels,
            ranks,
            atom_boxes,
            arc_boxes,
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
        self.ranks.of_arc.get(arc.index()).copied().unwrap_or_default()
    }

    /// Mean size in world units of the units of each rank from groups to counties.
    #[expect(clippy::cast_precision_loss, reason = "numbers of units")]
    pub(super) fn unit_sizes_world(&self) -> [f64; 4] {
        let atoms = self.atom_boxes.len() as f64;
        let size = |units: usize| self.atom_size_world * (atoms / units.max(1) as f64).sqrt();
        let [_, ranks @ ..] = self.ranks.units;
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
            let kept = self.detail.kept(coverage, directed.arc(), level);
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
            let kept = self.detail.kept(coverage, arc, level);
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
        let fills = grouped(atoms.iter().map(|&(atom, bounds)| (atom, bounds, vertices(atom))), Rank::Hidden);
        let rank_of = |arc: ArcId| ranks.of_arc.get(arc.index()).copied().unwrap_or_default();
        let lines = [Rank::Hidden, Rank::Group, Rank::Village, Rank::Township, Rank::County].into_iter();
        let lines = lines.flat_map(|rank| {
            let of_rank = arcs.iter().filter(|&&(arc, _)| rank_of(arc) == rank);
            grouped(of_rank.map(|&(arc, bounds)| (arc, bounds, kept(arc))), rank)
        });
        Self { fills, lines: lines.collect() }
    }
}

/// An item and its box.
type Boxed<Id> = (Id, Rect);

/// Items of one chunk, and what they cover together.
#[derive(Debug)]
struct Group<Id> {
    items: Vec<Id>,
    bounds: Rect,
    rank: Rank,
    vertices: usize,
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
fn grouped<Id>(items: impl Iterator<Item = (Id, Rect, usize)>, rank: Rank) -> Vec<Group<Id>> {
    let mut groups: Vec<Group<Id>> = Vec::new();
    for (id, bounds, vertices) in items {
        match groups.last_mut() {
            Some(group) if group.vertices < CHUNK_VERTICES => {
                group.items.push(id);
                group.bounds = union(group.bounds, bounds);
                group.vertices += vertices;
            }
            _ => groups.push(Group { items: vec![id], bounds, rank, vertices }),
        }
    }
    groups
}

/// Items with a box in order along a Morton curve: what is close on it is close on the map.
fn along_curve<Id: Copy + Ord + Send>(items: &[Boxed<Id>]) -> Vec<Boxed<Id>> {
    let Some(all) = items.iter().map(|item| item.1).reduce(union) else { return Vec::new() };
    let mut keyed: Vec<(u64, Id, Rect)> =
        items.iter().map(|&(id, bounds)| (morton(bounds.center(), all), id, bounds)).collect();
    keyed.par_sort_unstable_by_key(|&(key, id, _)| (key, id));
    keyed.into_iter().map(|(_, id, bounds)| (id, bounds)).collect()
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

/// Boxes by row, for finding what has to be drawn again. An item without a box keeps an empty one.
#[expect(clippy::cast_possible_truncation, reason = "good to two metres, and used with that slack")]
fn boxes(rows: usize, items: impl Iterator<Item = (usize, Rect)>) -> Vec<[f32; 4]> {
    let mut boxes = vec![[f32::INFINITY, f32::INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY]; rows];
    for (row, bounds) in items {
        boxes[row] = [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y].map(|value| value as f32);
    }
    boxes
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
