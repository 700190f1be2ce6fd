//! Textures of the size of the picture.

use eframe::wgpu;

use super::pipelines::Pipelines;

/// Ids of atoms, in two halves: unlike 32-bit integers, these can be multisampled everywhere.
pub(super) const ID_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rg16Uint;

/// Coverage of lines, and the picture.
pub(super) const COLOUR_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// What is drawn into. Made anew when the size changes.
pub(super) struct Targets {
    pub size_px: [u32; 2],
    pub ids: wgpu::TextureView,
    pub ranks: wgpu::TextureView,
    pub extras: wgpu::TextureView,
    pub picture: wgpu::Texture,
    pub picture_view: wgpu::TextureView,
    pub picture_group: wgpu::BindGroup,
    pub copy_uniform: wgpu::Buffer,
    pub copy_group: wgpu::BindGroup,
}

impl Targets {
    pub fn new(device: &wgpu::Device, pipelines: &Pipelines, size_px: [u32; 2]) -> Self {
        let target = |label, format, sample_count, usage: wgpu::TextureUsages| {
            device.create_texture(&wgpu::TextureDescriptor {
                label: Some(label),
                size: wgpu::Extent3d { width: size_px[0], height: size_px[1], depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count,
                dimension: wgpu::TextureDimension::D2,
                format,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING | usage,
                view_formats: &[],
            })
        };
        let view = |texture: &wgpu::Texture| texture.create_view(&wgpu::TextureViewDescriptor::default());
        let none = wgpu::TextureUsages::empty();
        let ids = view(&target("map ids", ID_FORMAT, pipelines.samples, none));
        let ranks = view(&target("map ranks", COLOUR_FORMAT, 1, none));
        let extras = view(&target("map extras", COLOUR_FORMAT, 1, none));
        let picture = target("map picture", COLOUR_FORMAT, 1, wgpu::TextureUsages::COPY_SRC);
        let picture_view = view(&picture);
        let group = |layout, entries: &[wgpu::BindingResource<'_>]| {
            let entries: Vec<_> = (0..)
                .zip(entries)
                .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource: resource.clone() })
                .collect();
            device.create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some("map targets"),
                layout,
                entries: &entries,
            })
        };
        let texture = wgpu::BindingResource::TextureView;
        let picture_group = group(&pipelines.picture_layout, &[texture(&ids), texture(&ranks), texture(&extras)]);
        let copy_uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map copy"),
            size: 16,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let copy_group = group(&pipelines.copy_layout, &[copy_uniform.as_entire_binding(), texture(&picture_view)]);
        Self { size_px, ids, ranks, extras, picture, picture_view, picture_group, copy_uniform, copy_group }
    }
}
