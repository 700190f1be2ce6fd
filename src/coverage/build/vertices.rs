//! Which vertices are one place, and which places are nodes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use geo::Coord;
use rayon::prelude::*;

use super::super::seam::{beyond, is_along, is_at_seam, key};
use super::super::{FlatPolygons, span};

/// Set on every vertex that lies at a node.
const NODE: u32 = 1 << 31;
/// Vertices that a grid cell holds on average: small enough to sort in the first cache.
const VERTICES_PER_CELL: usize = 48;
/// Cells that one task sorts.
const CELLS_PER_TASK: usize = 512;

/// For every vertex the first vertex at the same place, and whether that place is a node.
///
/// A place is a node when the rings that pass through it do not all come from and go to the same two places.
/// So along an arc the two sides always match vertex for vertex.
pub(super) struct Vertices {
    place: Vec<u32>,
}

impl Vertices {
    /// Place of a vertex: the position of the first vertex with these coordinates.
    pub(super) fn place(&self, vertex: usize) -> u32 {
        self.place[vertex] & !NODE
    }

    /// Whether the place of a vertex is a node.
    pub(super) fn is_node(&self, vertex: usize) -> bool {
        self.place[vertex] & NODE != 0
    }

    /// Matches all vertices.
    ///
    /// Vertices are counted into the cells of a uniform grid and each cell is sorted by itself. Vertices of one ring
    /// are near each other, so this walks through memory mostly in order, where one big hash table would miss the
    /// cache at every vertex.
    pub(super) fn match_up(polygons: &FlatPolygons) -> Self {
        let coords = &polygons.coords;
        let Some(grid) = Grid::over(coords) else {
            return Self { place: Vec::new() };
        };
        let (mut order, cell_ends) = grid.bin(coords);
        let place: Vec<AtomicU32> = coords.par_iter().map(|_| AtomicU32::new(0)).collect();
        let mut tasks = split_at_cells(&mut order, &cell_ends);
        tasks.par_iter_mut().for_each_init(Vec::new, |scratch, (slice, ends)| {
            let mut start = 0;
            for &end in ends.iter() {
                sort_cell(&mut slice[start..end], coords, scratch);
                for group in slice[start..end].chunk_by(|&a, &b| coords[a as usize] == coords[b as usize]) {
                    for &vertex in group {
                        place[vertex as usize].store(group[0], Relaxed);
                    }
                }
                start = end;
            }
        });
        let rings = RingSteps::new(polygons);
        tasks.par_iter().for_each(|(slice, _)| {
            let at = |vertex: usize| place[vertex].load(Relaxed) & !NODE;
            for group in slice.chunk_by(|&a, &b| at(a as usize) == at(b as usize)) {
                let mut links = group.iter().map(|&vertex| {
                    let [before, after] = rings.around(vertex as usize).map(at);
                    [before.min(after), before.max(after)]
                });
                let first = links.next();
                if first.is_some_and(|[a, b]| a == b) || links.any(|link| Some(link) != first) {
                    for &vertex in group {
                        place[vertex as usize].fetch_or(NODE, Relaxed);
                    }
                }
            }
        });
        Self { place: place.into_iter().map(AtomicU32::into_inner).collect() }
    }

    /// Makes nodes of more places.
    pub(super) fn make_nodes(&mut self, polygons: &FlatPolygons, is_node: impl Fn(Coord) -> bool + Sync) {
        self.place.par_iter_mut().zip(&polygons.coords).with_min_len(1 << 12).for_each(|(place, &at)| {
            if is_node(at) {
                *place |= NODE;
            }
        });
    }

    /// Makes nodes of places at the seam where rings go different ways on its two sides: a node on one side is one on
    /// the other, and what borders on something across is an arc of its own.
    pub(super) fn match_across(&mut self, polygons: &FlatPolygons) {
        let coords = &polygons.coords;
        let mut at_seam: Vec<usize> = (0..coords.len()).filter(|&vertex| is_at_seam(coords[vertex])).collect();
        let eastern = at_seam.iter().filter(|&&vertex| coords[vertex].x > 0.0);
        let eastern: HashMap<[u64; 2], u32> =
            eastern.map(|&vertex| (key(coords[vertex]), self.place(vertex))).collect();
        // Of two places that are one on the globe, the eastern stands for both.
        let on_globe = |vertex: usize| {
            let at = coords[vertex];
            let other = if is_at_seam(at) && at.x < 0.0 { eastern.get(&key(beyond(at))) } else { None };
            other.copied().unwrap_or_else(|| self.place(vertex))
        };
        at_seam.sort_by_key(|&vertex| on_globe(vertex));
        let rings = RingSteps::new(polygons);
        let mut nodes = Vec::new();
        for group in at_seam.chunk_by(|&a, &b| on_globe(a) == on_globe(b)) {
            let mut links = group.iter().map(|&vertex| {
                let [before, after] = rings.around(vertex).map(on_globe);
                [before.min(after), before.max(after)]
            });
            let first = links.next();
            let is_on_both_sides = group.iter().any(|&vertex| !is_along(coords[vertex], coords[group[0]]));
            if is_on_both_sides && (first.is_some_and(|[a, b]| a == b) || links.any(|link| Some(link) != first)) {
                nodes.extend_from_slice(group);
            }
        }
        for vertex in nodes {
            self.place[vertex] |= NODE;
        }
    }
}

/// Sorts the vertices of a cell so that equal ones are together, in order of input.
fn sort_cell(cell: &mut [u32], coords: &[Coord], scratch: &mut Vec<(u64, u64, u32)>) {
    scratch.clear();
    scratch.extend(cell.iter().map(|&vertex| {
        let coord = coords[vertex as usize];
        (coord.x.to_bits(), coord.y.to_bits(), vertex)
    }));
    scratch.sort_unstable();
    for (slot, &(_, _, vertex)) in cell.iter_mut().zip(scratch.iter()) {
        *slot = vertex;
    }
}

/// Cuts the binned vertices into runs of whole cells. Each comes with the ends of its cells, relative to it.
fn split_at_cells<'a>(mut order: &'a mut [u32], cell_ends: &'a [u32]) -> Vec<(&'a mut [u32], Vec<usize>)> {
    let mut tasks = Vec::with_capacity(cell_ends.len() / CELLS_PER_TASK + 1);
    let mut done = 0;
    for ends in cell_ends.chunks(CELLS_PER_TASK) {
        let Some(&last) = ends.last() else { continue };
        let (head, tail) = order.split_at_mut(last as usize - done);
        tasks.push((head, ends.iter().map(|&end| end as usize - done).collect()));
        order = tail;
        done = last as usize;
    }
    tasks
}

/// A uniform grid over the bounding box of all vertices.
struct Grid {
    low: Coord,
    /// Cells a degree.
    scale: Coord,
    columns: u32,
    rows: u32,
}

impl Grid {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "numbers of cells are small and positive"
    )]
    fn over(coords: &[Coord]) -> Option<Self> {
        let first = *coords.first()?;
        let (low, high) = coords
            .par_iter()
            .fold(
                || (first, first),
                |(low, high), c| {
                    (Coord { x: low.x.min(c.x), y: low.y.min(c.y) }, Coord { x: high.x.max(c.x), y: high.y.max(c.y) })
                },
            )
            .reduce(
                || (first, first),
                |(a, b), (c, d)| {
                    (Coord { x: a.x.min(c.x), y: a.y.min(c.y) }, Coord { x: b.x.max(d.x), y: b.y.max(d.y) })
                },
            );
        let cells = (coords.len() / VERTICES_PER_CELL + 1) as f64;
        let (width, height) = ((high.x - low.x).max(1e-9), (high.y - low.y).max(1e-9));
        let columns = (cells * width / height).sqrt().clamp(1.0, cells).ceil();
        let rows = (cells / columns).ceil().max(1.0);
        Some(Self {
            low,
            scale: Coord { x: columns / width, y: rows / height },
            columns: columns as u32,
            rows: rows as u32,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the cast saturates and the cell is clamped to the grid"
    )]
    fn cell(&self, coord: Coord) -> usize {
        let column = (((coord.x - self.low.x) * self.scale.x) as u32).min(self.columns - 1);
        let row = (((coord.y - self.low.y) * self.scale.y) as u32).min(self.rows - 1);
        row as usize * self.columns as usize + column as usize
    }

    /// Vertices cell by cell, and the end of each cell. Inside a cell the order is arbitrary: cells are sorted later.
    fn bin(&self, coords: &[Coord]) -> (Vec<u32>, Vec<u32>) {
        let cells = self.columns as usize * self.rows as usize;
        let counts: Vec<AtomicU32> = (0..cells).map(|_| AtomicU32::new(0)).collect();
        coords.par_iter().with_min_len(1 << 14).for_each(|&coord| {
            counts[self.cell(coord)].fetch_add(1, Relaxed);
        });
        let mut total = 0;
        for count in &counts {
            total += count.swap(total, Relaxed);
        }
        // Each counter now holds the start of its cell, and its end once the cell is filled.
        let order: Vec<AtomicU32> = coords.par_iter().map(|_| AtomicU32::new(0)).collect();
        coords.par_iter().enumerate().with_min_len(1 << 14).for_each(|(vertex, &coord)| {
            let slot = counts[self.cell(coord)].fetch_add(1, Relaxed);
            #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
            order[slot as usize].store(vertex as u32, Relaxed);
        });
        (
            order.into_iter().map(AtomicU32::into_inner).collect(),
            counts.into_iter().map(AtomicU32::into_inner).collect(),
        )
    }
}

/// Steps along rings from one vertex to the ones around it.
struct RingSteps<'a> {
    ring_ends: &'a [u32],
    /// One bit a vertex: set on the first of each ring, and behind the last vertex of all.
    starts: Vec<u64>,
}

impl<'a> RingSteps<'a> {
    fn new(polygons: &'a FlatPolygons) -> Self {
        let mut starts = vec![0_u64; polygons.coords.len() / 64 + 1];
        for start in std::iter::once(0).chain(polygons.ring_ends.iter().map(|&end| end as usize)) {
            starts[start / 64] |= 1 << (start % 64);
        }
        Self { ring_ends: &polygons.ring_ends, starts }
    }

    fn is_start(&self, vertex: usize) -> bool {
        self.starts[vertex / 64] >> (vertex % 64) & 1 == 1
    }

    /// The vertices before and after a vertex in its ring.
    fn around(&self, vertex: usize) -> [usize; 2] {
        let (starts, ends) = (self.is_start(vertex), self.is_start(vertex + 1));
        if !starts && !ends {
            return [vertex - 1, vertex + 1];
        }
        let ring = self.ring_ends.partition_point(|&end| end as usize <= vertex);
        let span = span(self.ring_ends, ring);
        let before = if vertex == span.start { span.end - 1 } else { vertex - 1 };
        let after = if vertex + 1 == span.end { span.start } else { vertex + 1 };
        [before, after]
    }
}
