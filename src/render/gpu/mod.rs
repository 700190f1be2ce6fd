//! Draws a scene into a picture, with wgpu and without egui.
//!
//! [`MapRenderer`] owns everything on the GPU. It remembers from what the last picture was made, and makes again only
//! the part that has changed: ids of atoms and coverage of lines when the view moves, coverage when borders change,
//! the picture when colours change, nothing otherwise.

mod frame;
mod mesh;
mod pipelines;
mod table;
mod targets;

use eframe::wgpu;

use self::frame::GeometryKey;
pub(super) use self::frame::Picture;
use self::mesh::SceneBuffers;
use self::pipelines::Pipelines;
use self::table::TableTexture;
use self::targets::Targets;
use super::{ArcStyle, AtomStyle, MapScene, StyleTables};

/// What was done for the last picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawStats {
    /// Chunks of triangles and lines drawn; 0 when geometry was kept.
    pub chunks: usize,
    /// Whether the picture was made again.
    pub picture: bool,
    /// Bytes uploaded for the tables since the picture before.
    pub table_bytes: usize,
}

/// Everything on the GPU for one map.
pub(super) struct MapRenderer {
    pipelines: Pipelines,
    scene: SceneBuffers,
    atoms: TableTexture<AtomStyle>,
    arcs: TableTexture<ArcStyle>,
    frame_uniform: wgpu::Buffer,
    frame_group: wgpu::BindGroup,
    targets: Option<Targets>,
    /// What the ids and the coverage were drawn for.
    geometry: Option<GeometryKey>,
    /// What the picture was made from.
    picture: Option<Picture>,
    lines_changed: bool,
    colours_changed: bool,
    /// Bytes uploaded for the tables since the last picture.
    table_bytes: usize,
    stats: DrawStats,
}

impl MapRenderer {
    /// A map without a scene. `target_format` is what the window is drawn in.
    pub(super) fn new(device: &wgpu::Device, target_format: wgpu::TextureFormat, samples: u32) -> Self {
        let pipelines = Pipelines::new(device, target_format, samples);
        let scene = SceneBuffers::empty(device, &pipelines.chunk_layout);
        let (atoms, arcs) = (TableTexture::new(device, 1), TableTexture::new(device, 1));
        let frame_uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map frame"),
            size: frame::UNIFORM_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let frame_group = frame_group(device, &pipelines, &frame_uniform, &atoms, &arcs);
        Self {
            pipelines,
            scene,
            atoms,
            arcs,
            frame_uniform,
            frame_group,
            targets: None,
            geometry: None,
            picture: None,
            lines_changed: false,
            colours_changed: false,
            table_bytes: 0,
            stats: DrawStats::default(),
        }
    }

    /// Replaces the scene; the buffers of the one before are given back.
    pub(super) fn set_scene(&mut self, device: &wgpu::Device, scene: &MapScene) {
        self.scene = SceneBuffers::upload(device, &self.pipelines.chunk_layout, scene);
        self.atoms = TableTexture::new(device, scene.atom_count);
        self.arcs = TableTexture::new(device, scene.arc_count);
        self.frame_group = frame_group(device, &self.pipelines, &self.frame_uniform, &self.atoms, &self.arcs);
        self.geometry = None;
        self.picture = None;
    }

    /// Brings the tables on the GPU up to date. Tables of another coverage than the scene's are not taken.
    pub(super) fn update_tables(&mut self, queue: &wgpu::Queue, tables: &StyleTables) {
        let atom_bytes = self.atoms.update(queue, tables.atoms());
        let arc_bytes = self.arcs.update(queue, tables.arcs());
        self.colours_changed |= atom_bytes > 0;
        self.lines_changed |= arc_bytes > 0;
        self.table_bytes += atom_bytes + arc_bytes;
    }

    /// Commands that bring the picture up to date; `None` when it is.
    pub(super) fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        picture: &Picture,
    ) -> Option<wgpu::CommandBuffer> {
        let size = picture.size_px.map(|side| side.clamp(1, device.limits().max_texture_dimension_2d));
        if self.targets.as_ref().is_none_or(|targets| targets.size_px != size) {
            self.targets = Some(Targets::new(device, &self.pipelines, size));
            (self.geometry, self.picture) = (None, None);
        }
        if self.picture.as_ref() == Some(picture) && !self.lines_changed && !self.colours_changed {
            self.stats = DrawStats::default();
            return None;
        }
        let targets = self.targets.as_ref()?;
        let uniform = frame::uniform(picture, self.scene.atom_size_world);
        queue.write_buffer(&self.frame_uniform, 0, bytemuck::cast_slice(&uniform));
        let geometry = GeometryKey::of(picture, &uniform);
        let moved = self.geometry != Some(geometry);
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        let mut chunks = 0;
        if moved {
            self.scene.place(queue, picture);
            chunks += self.draw_ids(&mut encoder, targets);
        }
        if moved || self.lines_changed {
            chunks += self.draw_lines(&mut encoder, targets);
        }
        self.make_picture(&mut encoder, targets);
        self.geometry = Some(geometry);
        self.picture = Some(picture.clone());
        (self.lines_changed, self.colours_changed) = (false, false);
        self.stats = DrawStats { chunks, picture: true, table_bytes: std::mem::take(&mut self.table_bytes) };
        Some(encoder.finish())
    }

    fn draw_ids(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets) -> usize {
        let mut pass = begin(encoder, "map ids", &[&targets.ids]);
        pass.set_pipeline(&self.pipelines.fill);
        pass.set_bind_group(0, &self.frame_group, &[]);
        self.scene.draw_fills(&mut pass)
    }

    fn draw_lines(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets) -> usize {
        let mut pass = begin(encoder, "map lines", &[&targets.ranks, &targets.extras]);
        pass.set_pipeline(&self.pipelines.line);
        pass.set_bind_group(0, &self.frame_group, &[]);
        self.scene.draw_lines(&mut pass)
    }

    fn make_picture(&self, encoder: &mut wgpu::CommandEncoder, targets: &Targets) {
        let mut pass = begin(encoder, "map picture", &[&targets.picture_view]);
        pass.set_pipeline(&self.pipelines.picture);
        pass.set_bind_group(0, &self.frame_group, &[]);
        pass.set_bind_group(1, &targets.picture_group, &[]);
        pass.draw(0..3, 0..1);
    }

    /// Says where in the window the picture goes, in pixels.
    pub(super) fn place_copy(&self, queue: &wgpu::Queue, origin_px: [i32; 2]) {
        if let Some(targets) = &self.targets {
            let linear = i32::from(self.pipelines.target_is_linear);
            queue.write_buffer(
                &targets.copy_uniform,
                0,
                bytemuck::cast_slice(&[origin_px[0], origin_px[1], linear, 0]),
            );
        }
    }

    /// Copies the picture into a pass of the window.
    pub(super) fn copy(&self, pass: &mut wgpu::RenderPass<'_>) {
        if let Some(targets) = &self.targets {
            pass.set_pipeline(&self.pipelines.copy);
            pass.set_bind_group(0, &targets.copy_group, &[]);
            pass.draw(0..3, 0..1);
        }
    }

    /// The picture and its size, once something was drawn.
    pub(super) fn picture(&self) -> Option<(&wgpu::Texture, [u32; 2])> {
        self.targets.as_ref().map(|targets| (&targets.picture, targets.size_px))
    }

    /// What was done for the last picture.
    pub(super) fn stats(&self) -> DrawStats {
        self.stats
    }
}

/// Samples for each pixel that ids are drawn with: 4 where the hardware does it, 1 in software and on GL.
pub(super) fn samples_for(adapter: &wgpu::Adapter) -> u32 {
    let info = adapter.get_info();
    let plain = info.device_type == wgpu::DeviceType::Cpu || info.backend == wgpu::Backend::Gl;
    let features = adapter.get_texture_format_features(targets::ID_FORMAT);
    if !plain && features.flags.sample_count_supported(4) { 4 } else { 1 }
}

fn frame_group(
    device: &wgpu::Device,
    pipelines: &Pipelines,
    uniform: &wgpu::Buffer,
    atoms: &TableTexture<AtomStyle>,
    arcs: &TableTexture<ArcStyle>,
) -> wgpu::BindGroup {
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("map frame"),
        layout: &pipelines.frame_layout,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::TextureView(&atoms.view) },
            wgpu::BindGroupEntry { binding: 2, resource: wgpu::BindingResource::TextureView(&arcs.view) },
        ],
    })
}

/// A pass that starts from zero in every target.
fn begin<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &'static str,
    views: &[&wgpu::TextureView],
) -> wgpu::RenderPass<'a> {
    let attachments: Vec<_> = views
        .iter()
        .map(|view| {
            Some(wgpu::RenderPassColorAttachment {
                view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })
        })
        .collect();
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &attachments,
        ..Default::default()
    })
}
