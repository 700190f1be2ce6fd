//! Draws a scene into a picture, with wgpu and without egui.
//!
//! [`MapRenderer`] owns everything on the GPU. It remembers from what the last picture was made, and makes again only
//! what has changed: everything when the scale changes, the edges that come into view when the map is dragged,
//! the boxes of those borders and atoms whose style has changed, nothing otherwise.

mod frame;
mod ground;
mod mesh;
mod pipelines;
mod region;
mod special;
mod table;
mod targets;

use std::sync::Arc;

use eframe::wgpu;

pub(super) use self::frame::Picture;
use self::frame::{GeometryKey, Move};
use self::ground::GroundPictures;
use self::mesh::{SceneBuffers, hidden_ranks};
use self::pipelines::Pipelines;
use self::region::{Dirty, PixelRect, Shift};
use self::special::SpecialArcs;
use self::table::TableTexture;
use self::targets::Targets;
use super::{ArcStyle, AtomStyle, Camera, MapScene, MapTheme, StyleTables};

/// How long the camera rests before a stretched picture is drawn anew, in seconds.
pub(super) const REST_S: f64 = 0.12;

/// How far a picture is stretched at most: pixels of the picture for one on the screen. Beyond, it is drawn anew
/// although the camera has not rested.
const STRETCHED: std::ops::RangeInclusive<f64> = 0.5..=1.7;

/// Pictures that take longer than this are stretched while zooming, in milliseconds.
const STRETCH_MS: f64 = 45.0;

/// What was done for the last picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DrawStats {
    /// Chunks of triangles and lines drawn; 0 when geometry was kept.
    pub chunks: usize,
    /// Pixels of the picture made again.
    pub pixels: u64,
    /// Bytes uploaded for the tables since the picture before.
    pub table_bytes: usize,
    /// Bytes uploaded for geometry that came into view, and for where it stands.
    pub geometry_bytes: u64,
}

/// Everything on the GPU for one map.
pub(super) struct MapRenderer {
    pipelines: Pipelines,
    scene: Option<SceneBuffers>,
    special: SpecialArcs,
    atoms: TableTexture<AtomStyle>,
    arcs: TableTexture<ArcStyle>,
    ground: GroundPictures,
    frame_uniform: wgpu::Buffer,
    frame_group: wgpu::BindGroup,
    targets: Option<Targets>,
    /// The other pair of hands: what stays in view is copied from one to the other while panning.
    spare: Option<Targets>,
    /// What the targets were drawn for.
    drawn: Option<(GeometryKey, Picture)>,
    dirty_lines: Dirty,
    dirty_colours: Dirty,
    /// Bytes uploaded for the tables since the last picture.
    table_bytes: usize,
    stats: DrawStats,
    /// The camera asked for last, and since when, in seconds of the window's clock.
    asked: Option<(Camera, f64)>,
}

/// What has to be drawn for a picture.
struct Work {
    shift: Option<Shift>,
    ids: Vec<PixelRect>,
    lines: Vec<PixelRect>,
    ground: Vec<PixelRect>,
    picture: Vec<PixelRect>,
}

impl MapRenderer {
    /// A map without a scene. `target_format` is what the window is drawn in.
    pub(super) fn new(device: &wgpu::Device, target_format: wgpu::TextureFormat, samples: u32) -> Self {
        let pipelines = Pipelines::new(device, target_format, samples);
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
            scene: None,
            special: SpecialArcs::default(),
            atoms,
            arcs,
            ground: GroundPictures::default(),
            frame_uniform,
            frame_group,
            targets: None,
            spare: None,
            drawn: None,
            dirty_lines: Dirty::Nothing,
            dirty_colours: Dirty::Nothing,
            table_bytes: 0,
            stats: DrawStats::default(),
            asked: None,
        }
    }

    /// Replaces the scene; buffers of the one before that are not of this one too are given back.
    pub(super) fn set_scene(&mut self, device: &wgpu::Device, scene: Arc<MapScene>) {
        if self.scene.as_ref().is_some_and(|shown| std::ptr::eq(shown.scene(), &raw const *scene)) {
            // What is on the GPU stays.
            return;
        }
        self.atoms = TableTexture::new(device, scene.atom_boxes.len());
        self.arcs = TableTexture::new(device, scene.arc_boxes.len());
        self.frame_group = frame_group(device, &self.pipelines, &self.frame_uniform, &self.atoms, &self.arcs);
        let before = self.scene.take();
        self.scene = Some(SceneBuffers::new(device, &self.pipelines.chunk_layout, scene, before));
        self.special = SpecialArcs::default();
        self.drawn = None;
    }

    /// Brings the tables on the GPU up to date: those of the scene's coverage, or of one with cuts made in it.
    pub(super) fn update_tables(&mut self, queue: &wgpu::Queue, tables: &StyleTables) {
        let Some(scene) = self.scene.as_ref().map(SceneBuffers::scene) else { return };
        if let Some(changes) = self.arcs.missed(tables.arcs()) {
            self.special.follow(scene, tables.arcs().rows(), &changes);
        }
        self.table_bytes += self.atoms.update(queue, tables.atoms(), &scene.atom_boxes, &mut self.dirty_colours);
        self.table_bytes += self.arcs.update(queue, tables.arcs(), &scene.arc_boxes, &mut self.dirty_lines);
    }

    /// Bytes of geometry on the GPU.
    pub(super) fn geometry_bytes(&self) -> u64 {
        self.scene.as_ref().map_or(0, SceneBuffers::bytes)
    }

    fn uniform(&self, picture: &Picture) -> [f32; frame::UNIFORM_FLOATS] {
        let sizes = self.scene.as_ref().map_or([0.0; 4], |scene| scene.scene().unit_sizes_world());
        frame::uniform(picture, sizes)
    }

    /// Commands that bring the picture up to date; `None` when it is.
    pub(super) fn draw(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        picture: &Picture,
    ) -> Option<wgpu::CommandBuffer> {
        let size_px = picture.size_px.map(|side| side.clamp(1, device.limits().max_texture_dimension_2d));
        if self.targets.as_ref().is_none_or(|targets| targets.size_px != size_px) {
            self.targets = Some(Targets::new(device, &self.pipelines, size_px));
            (self.spare, self.drawn) = (None, None);
        }
        let uniform = self.uniform(picture);
        let mut key = GeometryKey::of(picture, &uniform);
        let work = self.work(&mut key, picture, size_px);
        self.drawn = Some((key, picture.clone()));
        (self.dirty_lines, self.dirty_colours) = (Dirty::Nothing, Dirty::Nothing);
        let pixels = work.picture.iter().map(|rect| rect.size().map(u64::from)).map(|[w, h]| w * h).sum();
        self.stats = DrawStats { pixels, table_bytes: std::mem::take(&mut self.table_bytes), ..DrawStats::default() };
        if work.picture.is_empty() {
            return None;
        }
        queue.write_buffer(&self.frame_uniform, 0, bytemuck::cast_slice(&uniform));
        if !work.ids.is_empty() || !work.lines.is_empty() {
            let hidden = hidden_ranks(frame::rank_half_widths(&uniform));
            if let Some(scene) = &mut self.scene {
                self.stats.geometry_bytes = scene.place(device, queue, picture, hidden, &self.special);
            }
        }
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("map") });
        if let Some(shift) = &work.shift {
            let spare = self.spare.take().unwrap_or_else(|| Targets::new(device, &self.pipelines, size_px));
            if let Some(targets) = self.targets.replace(spare) {
                self.targets.as_ref()?.take_shifted(&mut encoder, &targets, shift);
                self.spare = Some(targets);
            }
        }
        let targets = self.targets.as_ref()?;
        self.stats.chunks = self.draw_ids(&mut encoder, targets, picture, &work.ids)
            + self.draw_lines(&mut encoder, targets, picture, &work.lines);
        if let Some(ground) = &picture.ground
            && !work.ground.is_empty()
        {
            self.ground.follow(device, queue, &self.pipelines, ground);
            let mut pass = begin(&mut encoder, "map ground", &[&targets.ground.view], wgpu::LoadOp::Load);
            pass.set_bind_group(0, &self.frame_group, &[]);
            self.ground.draw(device, &mut pass, &self.pipelines, picture, &work.ground);
        }
        self.make_picture(&mut encoder, targets, picture, &work.picture);
        Some(encoder.finish())
    }

    /// What has changed since the last picture.
    fn work(&self, key: &mut GeometryKey, picture: &Picture, size_px: [u32; 2]) -> Work {
        let all = || vec![PixelRect::all(size_px)];
        let redraw = || Work { shift: None, ids: all(), lines: all(), ground: all(), picture: all() };
        let Some((old_key, old)) = &self.drawn else { return redraw() };
        let shift = match key.follow(old_key) {
            Move::None => None,
            // Multisampled targets cannot be copied in part; hardware that has them draws it all in no time.
            Move::Shift(by) if self.pipelines.samples == 1 => match Shift::new(by, size_px) {
                Some(shift) => Some(shift),
                None => return redraw(),
            },
            Move::Shift(_) | Move::Other => return redraw(),
        };
        let exposed = shift.as_ref().map(Shift::exposed).unwrap_or_default();
        let changed_lines = self.dirty_lines.pixels(picture, size_px);
        let changed_colours = self.dirty_colours.pixels(picture, size_px);
        let lines: Vec<_> = exposed.iter().copied().chain(changed_lines).collect();
        let recoloured = (&old.theme, old.flash, fills(old)) != (&picture.theme, picture.flash, fills(picture));
        let ground: Vec<_> = exposed.iter().copied().chain(ground::changed(old, picture, size_px)).collect();
        let changed = lines.iter().chain(&ground).copied().chain(changed_colours);
        let picture = if recoloured { all() } else { changed.collect() };
        Work { shift, ids: exposed, lines, ground, picture }
    }

    fn draw_ids(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        targets: &Targets,
        picture: &Picture,
        regions: &[PixelRect],
    ) -> usize {
        let views = [&targets.ids.view];
        draw_regions(encoder, "map ids", &views, targets.size_px, regions, |pass, region, emptied| {
            pass.set_bind_group(0, &self.frame_group, &[]);
            if !emptied {
                pass.set_pipeline(&self.pipelines.no_ids);
                pass.draw(0..3, 0..1);
            }
            pass.set_pipeline(&self.pipelines.fill);
            self.scene.as_ref().map_or(0, |scene| scene.draw_fills(pass, region.world(picture)))
        })
    }

    fn draw_lines(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        targets: &Targets,
        picture: &Picture,
        regions: &[PixelRect],
    ) -> usize {
        let views = [&targets.ranks.view, &targets.extras.view];
        draw_regions(encoder, "map lines", &views, targets.size_px, regions, |pass, region, emptied| {
            pass.set_bind_group(0, &self.frame_group, &[]);
            if !emptied {
                pass.set_pipeline(&self.pipelines.no_lines);
                pass.draw(0..3, 0..1);
            }
            pass.set_pipeline(&self.pipelines.line);
            self.scene.as_ref().map_or(0, |scene| scene.draw_lines(pass, region.world(picture)))
        })
    }

    fn make_picture(
        &self,
        encoder: &mut wgpu::CommandEncoder,
        targets: &Targets,
        picture: &Picture,
        regions: &[PixelRect],
    ) {
        // Around the map there is paper, and nothing to look up, unless pictures lie there.
        let all = PixelRect::all(targets.size_px);
        let bounds = self.scene.as_ref().and_then(|scene| scene.scene().bounds());
        let bounds = match picture.ground {
            None => bounds.and_then(|bounds| PixelRect::of(bounds, picture, targets.size_px)),
            Some(_) => Some(all),
        };
        let (load, regions) = if regions.contains(&all) {
            (wgpu::LoadOp::Clear(paper(&picture.theme)), bounds.as_slice())
        } else {
            (wgpu::LoadOp::Load, regions)
        };
        let mut pass = begin(encoder, "map picture", &[&targets.picture.view], load);
        pass.set_pipeline(&self.pipelines.picture);
        pass.set_bind_group(0, &self.frame_group, &[]);
        pass.set_bind_group(1, &targets.picture_group, &[]);
        for region in regions {
            let ([x, y], [width, height]) = (region.min, region.size());
            pass.set_scissor_rect(x, y, width, height);
            pass.draw(0..3, 0..1);
        }
    }

    /// Whether the picture at hand should be shown stretched for now: drawing it anew in software would take too long
    /// for a zoom in progress. Once the camera has rested, it is time to draw. `now` is in seconds.
    pub(super) fn stretches(&mut self, picture: &Picture, now: f64) -> bool {
        if self.asked.as_ref().is_none_or(|(camera, _)| camera != &picture.camera) {
            self.asked = Some((picture.camera, now));
        }
        let rested = self.asked.as_ref().is_none_or(|(_, since)| now - since >= REST_S);
        let size_px = self.targets.as_ref().map(|targets| targets.size_px);
        let Some((drawn, _)) = self.drawn.as_ref().filter(|_| !rested && size_px == Some(picture.size_px)) else {
            return false;
        };
        let uniform = self.uniform(picture);
        let moved = GeometryKey::of(picture, &uniform).follow(drawn);
        let looks_right = STRETCHED.contains(&drawn.seen_from(picture).0);
        moved == Move::Other && looks_right && self.estimated_ms(picture) > STRETCH_MS
    }

    /// Time to draw a view in software, roughly, from measurements on two cores.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn estimated_ms(&self, picture: &Picture) -> f64 {
        let hidden = hidden_ranks(frame::rank_half_widths(&self.uniform(picture)));
        let (triangles, segments) = self.scene.as_ref().map_or((0, 0), |scene| scene.weight(picture, hidden));
        let pixels = u64::from(picture.size_px[0]) * u64::from(picture.size_px[1]);
        triangles as f64 * 2e-4 + segments as f64 * 1e-3 + pixels as f64 * 4e-5
    }

    /// Says where in the window the picture goes. A picture of another view is stretched into place.
    #[expect(clippy::cast_possible_truncation, reason = "pixels near the window")]
    pub(super) fn place_copy(&self, queue: &wgpu::Queue, picture: &Picture, stretch: bool) {
        let (Some(targets), Some((drawn, _))) = (&self.targets, &self.drawn) else { return };
        let (scale, start) = match drawn.seen_from(picture) {
            (scale, start) if stretch => (scale as f32, [start.x as f32, start.y as f32]),
            _ => (1.0, [0.0, 0.0]),
        };
        let linear = i32::from(self.pipelines.target_is_linear);
        let [left, top] = picture.origin_px;
        let mut bytes = bytemuck::cast_slice::<i32, u8>(&[left, top, linear, 0]).to_vec();
        bytes.extend_from_slice(bytemuck::cast_slice(&[scale, scale, start[0], start[1]]));
        bytes.extend_from_slice(bytemuck::cast_slice(&frame::unmultiplied(picture.theme.paper)));
        queue.write_buffer(&targets.copy_uniform, 0, &bytes);
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
        self.targets.as_ref().map(|targets| (&targets.picture.texture, targets.size_px))
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

/// Draws into some regions of targets, in one pass. `draw` is told whether the region is empty already, and says how
/// many chunks it has drawn; so does this.
fn draw_regions(
    encoder: &mut wgpu::CommandEncoder,
    label: &'static str,
    views: &[&wgpu::TextureView],
    size_px: [u32; 2],
    regions: &[PixelRect],
    draw: impl Fn(&mut wgpu::RenderPass<'_>, &PixelRect, bool) -> usize,
) -> usize {
    if regions.is_empty() {
        return 0;
    }
    let all = regions.contains(&PixelRect::all(size_px));
    let load = if all { wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT) } else { wgpu::LoadOp::Load };
    let mut pass = begin(encoder, label, views, load);
    if all {
        return draw(&mut pass, &PixelRect::all(size_px), true);
    }
    let draw_one = |region: &PixelRect| {
        let ([x, y], [width, height]) = (region.min, region.size());
        pass.set_scissor_rect(x, y, width, height);
        draw(&mut pass, region, false)
    };
    regions.iter().map(draw_one).sum()
}

/// Opacity of fills, and whether pictures lie below them.
fn fills(picture: &Picture) -> Option<u32> {
    picture.ground.as_ref().map(|ground| ground.fills.to_bits())
}

fn paper(theme: &MapTheme) -> wgpu::Color {
    let [r, g, b, a] = frame::unmultiplied(theme.paper).map(f64::from);
    wgpu::Color { r, g, b, a }
}

fn begin<'a>(
    encoder: &'a mut wgpu::CommandEncoder,
    label: &'static str,
    views: &[&wgpu::TextureView],
    load: wgpu::LoadOp<wgpu::Color>,
) -> wgpu::RenderPass<'a> {
    let ops = wgpu::Operations { load, store: wgpu::StoreOp::Store };
    let attachment = |&view| wgpu::RenderPassColorAttachment { view, depth_slice: None, resolve_target: None, ops };
    let attachments: Vec<_> = views.iter().map(attachment).map(Some).collect();
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some(label),
        color_attachments: &attachments,
        ..Default::default()
    })
}
