//! Chunks of a scene in GPU buffers.

use eframe::wgpu;
use eframe::wgpu::util::DeviceExt as _;
use geo::{Coord, Rect};

use super::frame::Picture;
use crate::render::MapScene;
use crate::render::scene::union;

/// Bytes of the uniform `Chunk` of the shaders.
const CHUNK_BYTES: u64 = 16;

/// Pixels that a line reaches beyond the box of its chunk.
const LINE_REACH_PX: f64 = 8.0;

/// Bytes of a point of a line.
const POINT_BYTES: u64 = 16;

/// All chunks of a scene, and where those in view stand on the screen.
pub(super) struct SceneBuffers {
    fills: Vec<FillBuffers>,
    lines: Vec<LineBuffers>,
    /// Median size of an atom in world units.
    pub atom_size_world: f64,
    /// One `Chunk` for each chunk in view.
    places: wgpu::Buffer,
    places_group: wgpu::BindGroup,
    /// Bytes from one `Chunk` to the next.
    stride: u32,
    /// Chunks in view: position in `fills` or `lines`, and offset in `places`.
    fills_in_view: Vec<(usize, u32)>,
    lines_in_view: Vec<(usize, u32)>,
    /// World units that a line reaches beyond the box of its chunk.
    reach: f64,
}

struct FillBuffers {
    origin: Coord,
    bounds: Rect,
    vertices: wgpu::Buffer,
    indices: wgpu::Buffer,
    format: wgpu::IndexFormat,
    index_count: u32,
}

struct LineBuffers {
    origin: Coord,
    bounds: Rect,
    points: wgpu::Buffer,
    segment_count: u32,
}

impl SceneBuffers {
    pub fn empty(device: &wgpu::Device, layout: &wgpu::BindGroupLayout) -> Self {
        Self::with(device, layout, Vec::new(), Vec::new(), 0.0)
    }

    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub fn upload(device: &wgpu::Device, layout: &wgpu::BindGroupLayout, scene: &MapScene) -> Self {
        let buffer = |contents: &[u8], usage| {
            device.create_buffer_init(&wgpu::util::BufferInitDescriptor { label: Some("map chunk"), contents, usage })
        };
        let fills = scene.fills.iter().filter(|chunk| !chunk.indices.is_empty()).map(|chunk| {
            let (format, indices) = if u16::try_from(chunk.vertices.len()).is_ok() {
                let mut short: Vec<u16> = chunk.indices.iter().map(|&index| index as u16).collect();
                // Buffers are as long as a multiple of four bytes.
                short.resize(short.len().next_multiple_of(2), 0);
                (wgpu::IndexFormat::Uint16, buffer(bytemuck::cast_slice(&short), wgpu::BufferUsages::INDEX))
            } else {
                let indices = buffer(bytemuck::cast_slice(&chunk.indices), wgpu::BufferUsages::INDEX);
                (wgpu::IndexFormat::Uint32, indices)
            };
            FillBuffers {
                origin: chunk.origin,
                bounds: chunk.bounds,
                vertices: buffer(bytemuck::cast_slice(&chunk.vertices), wgpu::BufferUsages::VERTEX),
                indices,
                format,
                index_count: chunk.indices.len() as u32,
            }
        });
        let lines = scene.lines.iter().filter(|chunk| chunk.points.len() > 1).map(|chunk| LineBuffers {
            origin: chunk.origin,
            bounds: chunk.bounds,
            points: buffer(bytemuck::cast_slice(&chunk.points), wgpu::BufferUsages::VERTEX),
            segment_count: chunk.points.len() as u32 - 1,
        });
        Self::with(device, layout, fills.collect(), lines.collect(), scene.atom_size_world)
    }

    fn with(
        device: &wgpu::Device,
        layout: &wgpu::BindGroupLayout,
        fills: Vec<FillBuffers>,
        lines: Vec<LineBuffers>,
        atom_size_world: f64,
    ) -> Self {
        let stride = device.limits().min_uniform_buffer_offset_alignment.max(16);
        let chunks = (fills.len() + lines.len()).max(1) as u64;
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
        Self {
            fills,
            lines,
            atom_size_world,
            places,
            places_group,
            stride,
            fills_in_view: Vec::new(),
            lines_in_view: Vec::new(),
            reach: 0.0,
        }
    }

    /// What everything covers, in world coordinates.
    pub fn bounds(&self) -> Option<Rect> {
        let all = self.fills.iter().map(|chunk| chunk.bounds).chain(self.lines.iter().map(|chunk| chunk.bounds));
        all.reduce(union)
    }

    /// Triangles and segments in a box.
    pub fn weight(&self, within: Rect) -> (u64, u64) {
        let fills = self.fills.iter().filter(|chunk| meet(chunk.bounds, within));
        let lines = self.lines.iter().filter(|chunk| meet(chunk.bounds, within));
        let triangles = fills.map(|chunk| u64::from(chunk.index_count / 3)).sum();
        (triangles, lines.map(|chunk| u64::from(chunk.segment_count)).sum())
    }

    /// Finds the chunks in view, and says where they stand in the picture.
    pub fn place(&mut self, queue: &wgpu::Queue, picture: &Picture) {
        self.reach = LINE_REACH_PX * f64::from(picture.pixels_per_point) / picture.pixels_per_world();
        let shown = widened(picture.camera.world_rect(), self.reach);
        let mut bytes: Vec<u8> = Vec::new();
        let mut place = |origin: Coord| {
            let offset = bytes.len();
            bytes.extend_from_slice(bytemuck::bytes_of(&placed(picture, origin)));
            bytes.resize(offset + self.stride as usize, 0);
            #[expect(clippy::cast_possible_truncation, reason = "some hundred bytes for each chunk")]
            let offset = offset as u32;
            offset
        };
        let fills = self.fills.iter().enumerate().filter(|(_, chunk)| meet(chunk.bounds, shown));
        self.fills_in_view = fills.map(|(i, chunk)| (i, place(chunk.origin))).collect();
        let lines = self.lines.iter().enumerate().filter(|(_, chunk)| meet(chunk.bounds, shown));
        self.lines_in_view = lines.map(|(i, chunk)| (i, place(chunk.origin))).collect();
        if !bytes.is_empty() {
            queue.write_buffer(&self.places, 0, &bytes);
        }
    }

    /// Draws the triangles in a box; says how many chunks that were.
    pub fn draw_fills(&self, pass: &mut wgpu::RenderPass<'_>, within: Rect) -> usize {
        let mut drawn = 0;
        for &(i, offset) in &self.fills_in_view {
            let chunk = &self.fills[i];
            if meet(chunk.bounds, within) {
                pass.set_bind_group(1, &self.places_group, &[offset]);
                pass.set_vertex_buffer(0, chunk.vertices.slice(..));
                pass.set_index_buffer(chunk.indices.slice(..), chunk.format);
                pass.draw_indexed(0..chunk.index_count, 0, 0..1);
                drawn += 1;
            }
        }
        drawn
    }

    /// Draws the borders in a box; says how many chunks that were.
    pub fn draw_lines(&self, pass: &mut wgpu::RenderPass<'_>, within: Rect) -> usize {
        let within = widened(within, self.reach);
        let mut drawn = 0;
        for &(i, offset) in &self.lines_in_view {
            let chunk = &self.lines[i];
            if meet(chunk.bounds, within) {
                pass.set_bind_group(1, &self.places_group, &[offset]);
                // The same points twice, one apart: from each to the next.
                pass.set_vertex_buffer(0, chunk.points.slice(..));
                pass.set_vertex_buffer(1, chunk.points.slice(POINT_BYTES..));
                pass.draw(0..4, 0..chunk.segment_count);
                drawn += 1;
            }
        }
        drawn
    }
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
