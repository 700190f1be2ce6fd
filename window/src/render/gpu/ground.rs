//! Pictures below the units, drawn into a target of their own.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};

use eframe::wgpu::{self, util::DeviceExt as _};

use super::frame::Picture as View;
use super::pipelines::Pipelines;
use super::region::PixelRect;
use crate::render::ground::{Ground, Patch};
use quhua::tiles::Picture;

/// Bytes of a vertex: a position in pixels and one in the picture.
pub(super) const VERTEX_BYTES: u64 = 16;

/// Pictures on the GPU, each as long as it lives.
#[derive(Default)]
pub(super) struct GroundPictures {
    groups: BTreeMap<usize, (Weak<Picture>, wgpu::BindGroup)>,
}

impl GroundPictures {
    /// Takes up pictures that are new, and gives back those that are gone.
    pub fn follow(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines, ground: &Ground) {
        self.groups.retain(|_, (picture, _)| picture.strong_count() > 0);
        for patch in &ground.patches {
            // While a weak reference is there, no other picture has the same place in memory.
            self.groups.entry(key(&patch.picture)).or_insert_with(|| {
                let group = upload(device, queue, pipelines, &patch.picture);
                (Arc::downgrade(&patch.picture), group)
            });
        }
    }

    /// Draws the patches into some regions of the target.
    pub fn draw(
        &self,
        device: &wgpu::Device,
        pass: &mut wgpu::RenderPass<'_>,
        pipelines: &Pipelines,
        view: &View,
        regions: &[PixelRect],
    ) {
        let Some(ground) = &view.ground else { return };
        let mut vertices: Vec<f32> = Vec::new();
        let mut ranges = Vec::with_capacity(ground.patches.len());
        let mut start = 0;
        for patch in &ground.patches {
            let end = start + add_vertices(patch, view, &mut vertices);
            ranges.push(start..end);
            start = end;
        }
        let buffer = device.create_buffer_init(&wgpu::util::BufferInitDescriptor {
            label: Some("map ground"),
            contents: bytemuck::cast_slice(&vertices),
            usage: wgpu::BufferUsages::VERTEX,
        });
        for region in regions {
            let ([x, y], [width, height]) = (region.min, region.size());
            pass.set_scissor_rect(x, y, width, height);
            pass.set_pipeline(&pipelines.no_ground);
            pass.draw(0..3, 0..1);
            if vertices.is_empty() {
                continue;
            }
            pass.set_pipeline(&pipelines.ground);
            pass.set_vertex_buffer(0, buffer.slice(..));
            for (patch, range) in ground.patches.iter().zip(&ranges) {
                if let Some((_, group)) = self.groups.get(&key(&patch.picture)) {
                    pass.set_bind_group(1, group, &[]);
                    pass.draw(range.clone(), 0..1);
                }
            }
        }
    }
}

/// What of the target has to be drawn again: where patches have come or gone.
pub(super) fn changed(old: &View, new: &View, size_px: [u32; 2]) -> Vec<PixelRect> {
    let (before, now) = match (&old.ground, &new.ground) {
        (Some(before), Some(now)) if before.opacity.to_bits() == now.opacity.to_bits() => (before, now),
        (None, None) => return Vec::new(),
        _ => return vec![PixelRect::all(size_px)],
    };
    if old.theme.paper != new.theme.paper {
        return vec![PixelRect::all(size_px)];
    }
    let differ = |these: &Ground, others: &Ground| -> Vec<PixelRect> {
        let gone = these.patches.iter().filter(|patch| !others.patches.contains(patch));
        gone.filter_map(|patch| PixelRect::of(patch.bounds()?, new, size_px)).collect()
    };
    let mut regions = differ(before, now);
    regions.extend(differ(now, before));
    // A coarse patch that makes room for finer ones covers the same pixels.
    regions.sort_by_key(|rect| std::cmp::Reverse(rect.size().map(u64::from).iter().product::<u64>()));
    let mut kept: Vec<PixelRect> = Vec::new();
    for region in regions {
        if !kept.iter().any(|rect| rect.holds(&region)) {
            kept.push(region);
        }
    }
    kept
}

fn key(picture: &Arc<Picture>) -> usize {
    Arc::as_ptr(picture).addr()
}

/// Adds two triangles for each part of a patch. Returns how many vertices these are.
#[expect(clippy::cast_possible_truncation, reason = "pixels near the window, and shares")]
fn add_vertices(patch: &Patch, view: &View, vertices: &mut Vec<f32>) -> u32 {
    let parts = patch.parts();
    let [left, top, side] = patch.piece;
    let mut count = 0;
    for y in 0..parts {
        for x in 0..parts {
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 0), (1, 1), (0, 1)] {
                let (x, y) = (x + dx, y + dy);
                let at = view.pixel_from_world(patch.corners[y * (parts + 1) + x]);
                #[expect(clippy::cast_precision_loss, reason = "a handful of parts")]
                let [u, v] = [x, y].map(|step| step as f64 / parts as f64);
                vertices.extend([at.x, at.y, left + side * u, top + side * v].map(|value| value as f32));
                count += 1;
            }
        }
    }
    count
}

fn upload(device: &wgpu::Device, queue: &wgpu::Queue, pipelines: &Pipelines, picture: &Picture) -> wgpu::BindGroup {
    let texture = device.create_texture_with_data(
        queue,
        &wgpu::TextureDescriptor {
            label: Some("map ground"),
            size: wgpu::Extent3d { width: picture.width, height: picture.height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::TEXTURE_BINDING | wgpu::TextureUsages::COPY_DST,
            view_formats: &[],
        },
        wgpu::util::TextureDataOrder::LayerMajor,
        &picture.rgba,
    );
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    device.create_bind_group(&wgpu::BindGroupDescriptor {
        label: Some("map ground"),
        layout: &pipelines.ground_layout,
        entries: &[
            wgpu::BindGroupEntry { binding: 0, resource: wgpu::BindingResource::TextureView(&view) },
            wgpu::BindGroupEntry { binding: 1, resource: wgpu::BindingResource::Sampler(&pipelines.smooth) },
        ],
    })
}
