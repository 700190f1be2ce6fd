//! Triangles and border lines of a coverage, ready for the GPU.
//!
//! 1. Atoms are gathered into *chunks* of neighbours (along a Morton curve), arcs likewise. A chunk is drawn or
//!    skipped as a whole.
//! 2. Positions are f32, relative to the origin of their chunk, so that they keep millimetres.
//! 3. Every vertex of a triangle carries its atom, every vertex of a line its arc: the style is looked up by these.
//!
//! Chunks hold full detail. A level of detail is one more set of chunks with the same ids.

use std::sync::atomic::{AtomicUsize, Ordering};

use earcut::Earcut;
use geo::{Coord, Rect};
use rayon::prelude::*;

use super::projection::{world_from_lonlat, world_rect_from_lonlat};
use crate::coverage::{ArcId, AtomId, Coverage};
use crate::jobs::{Cancelled, Progress};

/// A chunk takes no further atom or arc once it has this many vertices: few enough to skip what is off screen, many
/// enough for a handful of draw calls.
const CHUNK_VERTICES: usize = 8_192;

/// Triangles and border lines of a coverage. Handed to the GPU once; it may be dropped then.
#[derive(Debug)]
pub struct MapScene {
    pub(super) fills: Vec<FillChunk>,
    pub(super) lines: Vec<LineChunk>,
    /// Box of each atom in world coordinates: west, south, east, north.
    pub(super) atom_boxes: Vec<[f32; 4]>,
    /// Box of each arc, likewise.
    pub(super) arc_boxes: Vec<[f32; 4]>,
    pub(super) atom_size_world: f64,
}

/// Triangles of some neighbouring atoms.
#[derive(Debug, PartialEq)]
pub(super) struct FillChunk {
    pub origin: Coord,
    /// What it covers, in world coordinates.
    pub bounds: Rect,
    /// Position relative to the origin (two f32) and atom.
    pub vertices: Vec<[u32; 3]>,
    /// Three to a triangle.
    pub indices: Vec<u32>,
}

/// Border lines of some neighbouring arcs.
#[derive(Debug, PartialEq)]
pub(super) struct LineChunk {
    pub origin: Coord,
    /// What it covers, in world coordinates.
    pub bounds: Rect,
    /// Position relative to the origin and length of the arc up to here (three f32), and arc.
    /// Neighbours in the list with the same arc are joined by a segment.
    pub points: Vec<[u32; 4]>,
}

impl MapScene {
    /// Tessellates a coverage, in parallel. The result does not depend on the number of threads.
    ///
    /// # Errors
    /// [`Cancelled`] when `progress` was cancelled.
    pub fn build(coverage: &Coverage, progress: &Progress) -> Result<Self, Cancelled> {
        let atoms: Vec<(AtomId, Rect, usize)> = coverage
            .atoms()
            .filter_map(|atom| {
                let vertices = coverage.arcs_of(atom).map(|arc| coverage.arc(arc.arc()).len() - 1).sum();
                Some((atom, world_rect_from_lonlat(coverage.bounds_of(atom)?), vertices))
            })
            .collect();
        let mut sizes: Vec<f64> =
            atoms.iter().map(|(_, bounds, _)| (bounds.width() * bounds.height()).sqrt()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let arcs: Vec<(ArcId, Rect, usize)> = coverage
            .arcs()
            .filter_map(|arc| Some((arc, world_bounds(coverage.arc(arc))?, coverage.arc(arc).len())))
            .collect();
        let atom_boxes = boxes(coverage.atom_count(), atoms.iter().map(|item| (item.0.index(), item.1)));
        let arc_boxes = boxes(coverage.arc_count(), arcs.iter().map(|item| (item.0.index(), item.1)));
        let (atom_groups, arc_groups) = (grouped(atoms), grouped(arcs));
        let steps = Steps { done: AtomicUsize::new(0), all: atom_groups.len() + arc_groups.len(), progress };
        let fills = atom_groups
            .par_iter()
            .map(|group| steps.step(|| fill_chunk(coverage, group)))
            .collect::<Result<_, Cancelled>>()?;
        let lines = arc_groups
            .par_iter()
            .map(|group| steps.step(|| line_chunk(coverage, group)))
            .collect::<Result<_, Cancelled>>()?;
        Ok(Self {
            fills,
            lines,
            atom_boxes,
            arc_boxes,
            atom_size_world: sizes.get(sizes.len() / 2).copied().unwrap_or(0.0),
        })
    }

    /// Bytes that it takes on the GPU, without the tables.
    #[must_use]
    pub fn gpu_bytes(&self) -> usize {
        let fills: usize = self.fills.iter().map(|chunk| chunk.vertices.len() * 12 + chunk.indices.len() * 4).sum();
        let lines: usize = self.lines.iter().map(|chunk| chunk.points.len() * 16).sum();
        fills + lines
    }

    /// Number of triangles.
    #[must_use]
    pub fn triangle_count(&self) -> usize {
        self.fills.iter().map(|chunk| chunk.indices.len() / 3).sum()
    }
}

/// Progress over work done by several threads.
struct Steps<'a> {
    done: AtomicUsize,
    all: usize,
    progress: &'a Progress,
}

impl Steps<'_> {
    #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
    fn step<T>(&self, work: impl FnOnce() -> T) -> Result<T, Cancelled> {
        self.progress.check()?;
        let value = work();
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.progress.set(done as f64 / self.all as f64);
        Ok(value)
    }
}

/// Items of one chunk, and what they cover together.
struct Group<Id> {
    items: Vec<Id>,
    bounds: Rect,
}

/// Gathers items with a box and a number of vertices into groups of neighbours.
fn grouped<Id: Copy + Ord>(items: Vec<(Id, Rect, usize)>) -> Vec<Group<Id>> {
    let Some(all) = items.iter().map(|item| item.1).reduce(union) else { return Vec::new() };
    let mut keyed: Vec<(u64, Id, Rect, usize)> =
        items.into_iter().map(|(id, bounds, vertices)| (morton(bounds.center(), all), id, bounds, vertices)).collect();
    keyed.sort_unstable_by_key(|&(key, id, ..)| (key, id));
    let mut groups: Vec<Group<Id>> = Vec::new();
    let mut room = 0;
    for (_, id, bounds, vertices) in keyed {
        match groups.last_mut() {
            Some(group) if room > 0 => {
                group.items.push(id);
                group.bounds = union(group.bounds, bounds);
            }
            _ => {
                groups.push(Group { items: vec![id], bounds });
                room = CHUNK_VERTICES;
            }
        }
        room = room.saturating_sub(vertices);
    }
    groups
}

/// Position on a Morton curve over a box: places close on it are close on the map.
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

#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
fn fill_chunk(coverage: &Coverage, group: &Group<AtomId>) -> FillChunk {
    let origin = group.bounds.center();
    let mut chunk = FillChunk { origin, bounds: group.bounds, vertices: Vec::new(), indices: Vec::new() };
    let mut earcut = Earcut::new();
    let (mut points, mut holes, mut triangles) = (Vec::<[f64; 2]>::new(), Vec::<u32>::new(), Vec::<u32>::new());
    for &atom in &group.items {
        for face in coverage.faces_of(atom) {
            points.clear();
            holes.clear();
            for (i, ring) in coverage.rings_of(face).enumerate() {
                if i > 0 {
                    holes.push(points.len() as u32);
                }
                points.extend(coverage.chain_coords(coverage.ring(ring)).map(|coord| {
                    let world = world_from_lonlat(coord) - origin;
                    [world.x, world.y]
                }));
                // Rings are closed; a triangulator wants them open.
                points.pop();
            }
            earcut.earcut(points.iter().copied(), &holes, &mut triangles);
            let first = chunk.vertices.len() as u32;
            chunk.vertices.extend(points.iter().map(|&[x, y]| [bits(x), bits(y), atom.0]));
            chunk.indices.extend(triangles.iter().map(|index| index + first));
        }
    }
    chunk.vertices.shrink_to_fit();
    chunk.indices.shrink_to_fit();
    chunk
}

fn line_chunk(coverage: &Coverage, group: &Group<ArcId>) -> LineChunk {
    let origin = group.bounds.center();
    let mut chunk = LineChunk { origin, bounds: group.bounds, points: Vec::new() };
    for &arc in &group.items {
        let mut along = 0.0;
        let mut previous: Option<Coord> = None;
        for &coord in coverage.arc(arc) {
            let world = world_from_lonlat(coord) - origin;
            along += previous.map_or(0.0, |previous| (world.x - previous.x).hypot(world.y - previous.y));
            previous = Some(world);
            chunk.points.push([bits(world.x), bits(world.y), bits(along), arc.0]);
        }
    }
    chunk.points.shrink_to_fit();
    chunk
}

#[cfg(test)]
mod tests {
    use geo::{Area as _, MultiPolygon, Polygon, wkt};

    use super::*;
    use crate::coverage::FlatPolygons;

    fn scene(atoms: &[Polygon]) -> MapScene {
        let atoms: Vec<MultiPolygon> = atoms.iter().cloned().map(MultiPolygon::from).collect();
        let coverage = Coverage::build(FlatPolygons::from(&atoms[..]), &Progress::new()).unwrap();
        MapScene::build(&coverage, &Progress::new()).unwrap()
    }

    fn area_of_triangles(scene: &MapScene, atom: AtomId) -> f64 {
        let mut area = 0.0;
        for chunk in &scene.fills {
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

    #[test]
    fn triangles_cover_an_atom_and_leave_its_hole_open() {
        // Degrees near the equator, so that the map is flat enough to check by hand.
        let ring: Polygon = wkt! { POLYGON((0. 0., 4. 0., 4. 4., 0. 4., 0. 0.), (1. 1., 1. 2., 2. 2., 2. 1., 1. 1.)) };
        let lake: Polygon = wkt! { POLYGON((1. 1., 2. 1., 2. 2., 1. 2., 1. 1.)) };
        let scene = scene(&[ring, lake]);
        let degree = world_from_lonlat(Coord { x: 1.0, y: 0.0 }).x.powi(2);
        assert!((area_of_triangles(&scene, AtomId(0)) / degree - 15.0).abs() < 0.05);
        assert!((area_of_triangles(&scene, AtomId(1)) / degree - 1.0).abs() < 0.01);
    }

    #[test]
    fn shared_borders_are_drawn_once() {
        let left: Polygon = wkt! { POLYGON((0. 0., 1. 0., 1. 1., 0. 1., 0. 0.)) };
        let right: Polygon = wkt! { POLYGON((1. 0., 2. 0., 2. 1., 1. 1., 1. 0.)) };
        let points: usize = scene(&[left, right]).lines.iter().map(|chunk| chunk.points.len()).sum();
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
        assert_eq!(MapScene::build(&coverage, &progress).err(), Some(Cancelled));
    }

    #[test]
    fn an_empty_coverage_gives_an_empty_scene() {
        assert_eq!(scene(&[]).triangle_count(), 0);
    }
}
