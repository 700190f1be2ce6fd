//! Chunks of a scene in GPU buffers.
//!
//! Buffers are made when a chunk first comes into view, and kept while there is room for them: what was not in view for
//! longest goes first.

use std::collections::HashMap;
use std::sync::Arc;

use eframe::wgpu;
use eframe::wgpu::util::DeviceExt as _;
use geo::{Coord, Rect};
use rayon::prelude::*;

use super::frame::Picture;
use super::special::SpecialArcs;
use crate::render::scene::{Chunk, ChunkId, ChunkInfo, ChunkKind, FillChunk, LineChunk};
use crate::render::{MapScene, Rank};
use quhua::coverage::ArcId;

/// Bytes of the uniform `Chunk` of the shaders.
const CHUNK_BYTES: u64 = 16;

/// Pixels that a line reaches beyond the box of its chunk.
const LINE_REACH_PX: f64 = 8.0;

/// Bytes of a point of a line.
const POINT_BYTES: u64 = 16;

/// Bytes of buffers that are kept; those in view are kept in any case.
const KEPT_BYTES: u64 = 512 << 20;

/// Chunks of a scene, and where those in view stand on the screen.
pub(super) struct SceneBuffers {
    scene: Arc<MapScene>,
    made: HashMap<ChunkId, Buffers>,
    /// Bytes of all that is made.
    bytes: u64,
    /// Counts the views.
    clock: u64,
    /// Chunks of the level of detail in use.
    level: Option<(usize, Vec<ChunkInfo>)>,
    /// Borders that show although those of their rank are hidden.
    special: Option<Special>,
    /// One `Chunk` for each chunk in view.
    places: wgpu::Buffer,
    places_group: wgpu::BindGroup,
    /// Bytes from one `Chunk` to the next.
    stride: u32,
    /// What `places` holds.
    placed: Vec<u8>,
    in_view: Vec<Placed>,
    /// World units that a line reaches beyond the box of its chunk.
    reach: f64,
}

/// A chunk in view.
struct Placed {
    id: ChunkId,
    bounds: Rect,
    /// Offset in `places`.
    offset: u32,
}

/// Buffers of a chunk, and when they were last in view.
struct Buffers {
    mesh: Mesh,
    bytes: u64,
    used: u64,
}

enum Mesh {
    Fill {
        vertices: wgpu::Buffer,
        indices: wgpu::Buffer,
        format: wgpu::IndexFormat,
        index_count: u32,
    },
    Line {
        points: wgpu::Buffer,
        segment_count: u32,
    },
    /// Nothing that could be drawn.
    Empty,
}

/// One chunk of single borders.
struct Special {
    key: SpecialKey,
    origin: Coord,
    mesh: Mesh,
    offset: u32,
}

/// What a chunk of single borders was made for.
type SpecialKey = (usize, [bool; 5], u64);

impl SceneBuffers {
    /// Buffers of a scene. Those of the one before that hold the same chunks are taken over.
    pub fn new(
        device: &wgpu::Device,
        layout: &wgpu::BindGroupLayout,
        scene: Arc<MapScene>,
        before: Option<Self>,
    ) -> Self {
        let stride = device.limits().min_uniform_buffer_offset_alignment.max(16);
        // One more for single borders.
        let chunks = scene.most_chunks() as u64 + 1;
        let places = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map chunk places"),
            size: chunks * u64::from(stride),
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let places_group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("map chunk places"),
            layout,
            entries: &[wgpu::BindGroupEntry {
                binding: 0,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &places,
                    offset: 0,
                    size: wgpu::BufferSize::new(CHUNK_BYTES),
                }),
            }],
        });
        let (mut made, mut clock) = (HashMap::new(), 0);
        if let Some(before) = before.filter(|before| before.scene.shares_with(&scene)) {
            let is_same = |id: &ChunkId| scene.made(*id).is_some_and(|made| before.scene.made(*id) == Some(made));
            made.extend(before.made.into_iter().filter(|(id, _)| is_same(id)));
            clock = before.clock;
        }
        Self {
            scene,
            bytes: made.values().map(|buffers| buffers.bytes).sum(),
            made,
            clock,
            level: None,
            special: None,
            places,
            places_group,
            stride,
            placed: Vec::new(),
            in_view: Vec::new(),
            reach: 0.0,
        }
    }

    /// The scene.
    pub fn scene(&self) -> &MapScene {
        &self.scene
    }

    /// Bytes of geometry on the GPU.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Triangles and segments in a view, about.
    pub fn weight(&self, picture: &Picture, hidden: [bool; 5]) -> (u64, u64) {
        let shown = picture.camera.world_rect();
        let level = self.scene.level_for(1.0 / picture.pixels_per_world());
        let chunks = self.scene.chunks(level).filter(|chunk| meet(chunk.bounds, shown) && !is_hidden(chunk, hidden));
        chunks.fold((0, 0), |(triangles, segments), chunk| match chunk.id.kind {
            ChunkKind::Fill => (triangles + chunk.vertices as u64, segments),
            ChunkKind::Line => (triangles, segments + chunk.vertices as u64),
        })
    }

    /// Finds the chunks in view, makes the buffers that are missing, and says where the chunks stand in the picture.
    /// Borders of hidden ranks are left out, but for the special ones among them. Returns the bytes uploaded.
    pub fn place(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        picture: &Picture,
        hidden: [bool; 5],
        special: &SpecialArcs,
    ) -> u64 {
        self.clock += 1;
        self.reach = LINE_REACH_PX * f64::from(picture.pixels_per_point) / picture.pixels_per_world();
        let shown = widened(picture.camera.world_rect(), self.reach);
        let level = self.scene.level_for(1.0 / picture.pixels_per_world());
        if self.level.as_ref().is_none_or(|(known, _)| *known != level) {
            self.level = Some((level, self.scene.chunks(level).collect()));
        }
        let chunks = self.level.iter().flat_map(|(_, chunks)| chunks);
        let view: Vec<ChunkInfo> =
            chunks.filter(|chunk| meet(chunk.bounds, shown) && !is_hidden(chunk, hidden)).copied().collect();
        let made = self.make_missing(device, &view);
        let uploaded = made + self.place_special(device, picture, (level, hidden), special);
        let mut bytes: Vec<u8> = Vec::with_capacity((view.len() + 1) * self.stride as usize);
        let stride = self.stride as usize;
        let mut place = |origin: Coord| {
            let offset = bytes.len();
            bytes.extend_from_slice(bytemuck::bytes_of(&placed(picture, origin)));
            bytes.resize(offset + stride, 0);
            #[expect(clippy::cast_possible_truncation, reason = "some hundred bytes for each chunk")]
            let offset = offset as u32;
            offset
        };
        self.in_view =
            view.iter().map(|info| Placed { id: info.id, bounds: info.bounds, offset: place(info.origin) }).collect();
        if let Some(special) = &mut self.special {
            special.offset = place(special.origin);
        }
        // What stands where it stood is not uploaded again.
        let same = bytes.chunks(stride).zip(self.placed.chunks(stride)).take_while(|(new, old)| new == old).count();
        let start = same * stride;
        if start < bytes.len() {
            queue.write_buffer(&self.places, start as u64, &bytes[start..]);
        }
        let moved = (bytes.len() - start) as u64;
        self.placed = bytes;
        uploaded + moved
    }

    /// Makes the buffers of chunks that have none; returns the bytes uploaded.
    fn make_missing(&mut self, device: &wgpu::Device, view: &[ChunkInfo]) -> u64 {
        let missing: Vec<&ChunkInfo> = view.iter().filter(|info| !self.made.contains_key(&info.id)).collect();
        let chunks: Vec<Chunk> = missing.par_iter().map(|info| self.scene.take(info)).collect();
        let before = self.bytes;
        for (info, chunk) in missing.into_iter().zip(chunks) {
            let (mesh, bytes) = match chunk {
                Chunk::Fill(fill) => fill_mesh(device, &fill),
                Chunk::Line(line) => line_mesh(device, &line),
            };
            self.bytes += bytes;
            self.made.insert(info.id, Buffers { mesh, bytes, used: self.clock });
        }
        let made = self.bytes - before;
        for info in view {
            if let Some(buffers) = self.made.get_mut(&info.id) {
                buffers.used = self.clock;
            }
        }
        if self.bytes > KEPT_BYTES {
            self.let_go();
        }
        made
    }

    /// Lets the buffers go that were not in view for longest, until a quarter of the room is free.
    fn let_go(&mut self) {
        let mut old: Vec<(u64, ChunkId)> = self
            .made
            .iter()
            .filter(|(_, buffers)| buffers.used < self.clock)
            .map(|(&id, buffers)| (buffers.used, id))
            .collect();
        old.sort_unstable();
        for (_, id) in old {
            if self.bytes <= KEPT_BYTES / 4 * 3 {
                break;
            }
            if let Some(gone) = self.made.remove(&id) {
                self.bytes -= gone.bytes;
            }
        }
    }

    /// Makes the chunk of single borders that show although their rank is hidden; returns the bytes uploaded.
    fn place_special(
        &mut self,
        device: &wgpu::Device,
        picture: &Picture,
        (level, hidden): (usize, [bool; 5]),
        special: &SpecialArcs,
    ) -> u64 {
        let key = (level, hidden, special.revision());
        if self.special.as_ref().is_some_and(|made| made.key == key) {
            return 0;
        }
        let is_shown = |arc: &ArcId| hidden[self.scene.base_rank(*arc) as usize];
        let arcs: Vec<ArcId> = special.arcs().filter(is_shown).collect();
        let origin = picture.camera.centre();
        let (mesh, bytes) = line_mesh(device, &self.scene.lines(level, &arcs, origin));
        self.special = Some(Special { key, origin, mesh, offset: 0 });
        bytes
    }

    /// Draws the triangles in a box; says how many chunks that were.
    pub fn draw_fills(&self, pass: &mut wgpu::RenderPass<'_>, within: Rect) -> usize {
        let fills = self.in_view.iter().filter(|placed| placed.id.kind == ChunkKind::Fill);
        fills.filter(|placed| meet(placed.bounds, within)).filter(|placed| self.draw_one(pass, placed)).count()
    }

    /// Draws the borders in a box; says how many chunks that were.
    pub fn draw_lines(&self, pass: &mut wgpu::RenderPass<'_>, within: Rect) -> usize {
        let within = widened(within, self.reach);
        let lines = self.in_view.iter().filter(|placed| placed.id.kind == ChunkKind::Line);
        let drawn =
            lines.filter(|placed| meet(placed.bounds, within)).filter(|placed| self.draw_one(pass, placed)).count();
        let special = self.special.as_ref().is_some_and(|special| self.draw_mesh(pass, &special.mesh, special.offset));
        drawn + usize::from(special)
    }

    fn draw_one(&self, pass: &mut wgpu::RenderPass<'_>, placed: &Placed) -> bool {
        self.made.get(&placed.id).is_some_and(|buffers| self.draw_mesh(pass, &buffers.mesh, placed.offset))
    }

    fn draw_mesh(&self, pass: &mut wgpu::RenderPass<'_>, mesh: &Mesh, offset: u32) -> bool {
        match mesh {
            Mesh::Fill { vertices, indices, format, index_count } => {
                pass.set_bind_group(1, &self.places_group, &[offset]);
                pass.set_vertex_buffer(0, vertices.slice(..));
                pass.set_index_buffer(indices.slice(..), *format);
                pass.draw_indexed(0..*index_count, 0, 0..1);
                true
            }
            Mesh::Line { points, segment_count } => {
                pass.set_bind_group(1, &self.places_group, &[offset]);
                // The same points twice, one apart: from each to the next.
                pass.set_vertex_buffer(0, points.slice(..));
                pass.set_vertex_buffer(1, points.slice(POINT_BYTES..));
                pass.draw(0..4, 0..*segment_count);
                true
            }
            Mesh::Empty => false,
        }
    }
}

/// Whether a chunk has only borders of a hidden rank.
fn is_hidden(chunk: &ChunkInfo, hidden: [bool; 5]) -> bool {
    chunk.id.kind == ChunkKind::Line && hidden[chunk.rank as usize]
}

fn buffer(device: &wgpu::Device, contents: &[u8], usage: wgpu::BufferUsages) -> wgpu::Buffer {
    device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map chunk"), contents, usage })
}

/// Buffers of triangles, and their size in bytes.
#[expect(clippy::cast_possible_truncation, reason = "chunks are small")]
fn fill_mesh(device: &wgpu::Device, chunk: &FillChunk) -> (Mesh, u64) {
    if chunk.indices.is_empty() {
        return (Mesh::Empty, 0);
    }
    let (format, indices) = if u16::try_from(chunk.vertices.len()).is_ok() {
        let mut short: Vec<u16> = chunk.indices.iter().map(|&index| index as u16).collect();
        // Buffers are as long as a multiple of four bytes.
        short.resize(short.len().next_multiple_of(2), 0);
        (wgpu::IndexFormat::Uint16, buffer(device, bytemuck::cast_slice(&short), wgpu::BufferUsages::INDEX))
    } else {
        let indices = buffer(device, bytemuck::cast_slice(&chunk.indices), wgpu::BufferUsages::INDEX);
        (wgpu::IndexFormat::Uint32, indices)
    };
    let vertices = buffer(device, bytemuck::cast_slice(&chunk.vertices), wgpu::BufferUsages::VERTEX);
    let bytes = vertices.size() + indices.size();
    (Mesh::Fill { vertices, indices, format, index_count: chunk.indices.len() as u32 }, bytes)
}

/// Buffers of borders, and their size in bytes.
#[expect(clippy::cast_possible_truncation, reason = "chunks are small")]
fn line_mesh(device: &wgpu::Device, chunk: &LineChunk) -> (Mesh, u64) {
    if chunk.points.len() < 2 {
        return (Mesh::Empty, 0);
    }
    let points = buffer(device, bytemuck::cast_slice(&chunk.points), wgpu::BufferUsages::VERTEX);
    let bytes = points.size();
    (Mesh::Line { points, segment_count: chunk.points.len() as u32 - 1 }, bytes)
}

/// Which ranks are hidden, `Hidden` first, by half the width that each is drawn with.
pub(super) fn hidden_ranks(half_widths: [f32; 4]) -> [bool; 5] {
    let [group, village, township, county] = half_widths.map(|width| width <= 0.0);
    let mut hidden = [true, group, village, township, county];
    hidden[Rank::Hidden as usize] = true;
    hidden
}

fn widened(bounds: Rect, by: f64) -> Rect {
    let by = Coord { x: by, y: by };
    Rect::new(bounds.min() - by, bounds.max() + by)
}

fn meet(a: Rect, b: Rect) -> bool {
    a.min().x <= b.max().x && b.min().x <= a.max().x && a.min().y <= b.max().y && b.min().y <= a.max().y
}

/// The uniform `Chunk`: the origin in pixels, computed in f64, and the scale.
#[expect(clippy::cast_possible_truncation, reason = "pixels near the picture: chunks far away are not drawn")]
fn placed(picture: &Picture, origin: Coord) -> [f32; 4] {
    let (at, scale) = (picture.pixel_from_world(origin), picture.pixels_per_world());
    [at.x as f32, at.y as f32, scale as f32, -scale as f32]
}
