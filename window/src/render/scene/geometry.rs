//! Geometry of chunks: triangles of atoms, lines of arcs.

use earcut::Earcut;
use geo::Coord;

use super::MapScene;
use super::chunks::{FillChunk, LineChunk};
use crate::render::projection::world_from_lonlat;
use quhua::coverage::{ArcId, AtomId, Coverage, DirectedArc};

impl MapScene {
    pub(super) fn triangles(&self, level: usize, atoms: &[AtomId], origin: Coord) -> FillChunk {
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
        let Some(bounds) = coverage.frame_of(&[atom]).filter(|_| level > 0) else { return };
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
    pub(in crate::render) fn lines(&self, level: usize, arcs: &[ArcId], origin: Coord) -> LineChunk {
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

/// The one place where positions of vertices become f32.
#[expect(clippy::cast_possible_truncation, reason = "relative to a chunk origin, f32 keeps millimetres")]
fn bits(value: f64) -> u32 {
    (value as f32).to_bits()
}

#[expect(clippy::cast_possible_truncation, reason = "chunks are small")]
fn index(count: usize) -> u32 {
    count as u32
}
