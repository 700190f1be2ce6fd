//! Textures of the size of the picture.

use eframe::wgpu;

use super::pipelines::Pipelines;
use super::region::Shift;

/// Ids of atoms, in two halves: unlike 32-bit integers, these can be multisampled everywhere.
pub(super) const ID_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rg16Uint;

/// Coverage of lines, and the picture.
pub(super) const COLOUR_FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

/// Bytes of the uniform `Copy` of the shaders.
pub(super) const COPY_BYTES: u64 = 48;

/// What is drawn into. Made anew when the size changes.
pub(super) struct Targets {
    pub size_px: [u32; 2],
    pub ids: Target,
    pub ranks: Target,
    pub extras: Target,
    /// Pictures below the units on paper, where there are any.
    pub ground: Target,
    pub picture: Target,
    pub picture_group: wgpu::BindGroup,
    pub copy_uniform: wgpu::Buffer,
    pub copy_group: wgpu::BindGroup,
}

/// A texture and the view of it.
pub(super) struct Target {
    pub texture: wgpu::Texture,
    pub view: wgpu::TextureView,
}

impl Target {
    fn new(
        device: &wgpu::Device,
        label: &'static str,
        [width, height]: [u32; 2],
        format: wgpu::TextureFormat,
        sample_count: u32,
    ) -> Self {
        let mut usage = wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING;
        if sample_count == 1 {
            usage |= wgpu::TextureUsages::COPY_SRC | wgpu::TextureUsages::COPY_DST;
        }
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some(label),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count,
            dimension: wgpu::TextureDimension::D2,
            format,
            usage,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Self { texture, view }
    }

    fn resource(&self) -> wgpu::BindingResource<'_> {
        wgpu::BindingResource::TextureView(&self.view)
    }

    /// Takes over the part of another target that stays in view.
    fn take_shifted(&self, encoder: &mut wgpu::CommandEncoder, other: &Self, shift: &Shift) {
        let ([x, y], [to_x, to_y], [width, height]) = shift.kept();
        let place = |texture, x, y| wgpu::TexelCopyTextureInfo {
            texture,
            mip_level: 0,
            origin: wgpu::Origin3d { x, y, z: 0 },
            aspect: wgpu::TextureAspect::All,
        };
        encoder.copy_texture_to_texture(
            place(&other.texture, x, y),
            place(&self.texture, to_x, to_y),
            wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        );
    }
}

impl Targets {
    pub fn new(device: &wgpu::Device, pipelines: &Pipelines, size_px: [u32; 2]) -> Self {
        let ids = Target::new(device, "map ids", size_px, ID_FORMAT, pipelines.samples);
        let ranks = Target::new(device, "map ranks", size_px, COLOUR_FORMAT, 1);
        let extras = Target::new(device, "map extras", size_px, COLOUR_FORMAT, 1);
        let ground = Target::new(device, "map ground", size_px, COLOUR_FORMAT, 1);
        let picture = Target::new(device, "map picture", size_px, COLOUR_FORMAT, 1);
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
        let picture_group =
            group(&pipelines.picture_layout, &[ids.resource(), ranks.resource(), extras.resource(), ground.resource()]);
        let copy_uniform = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("map copy"),
            size: COPY_BYTES,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let copy_group = group(&pipelines.copy_layout, &[copy_uniform.as_entire_binding(), picture.resource()]);
        Self { size_px, ids, ranks, extras, ground, picture, picture_group, copy_uniform, copy_group }
    }

    /// Takes over everything that stays in view from targets of the same size.
    pub fn take_shifted(&self, encoder: &mut wgpu::CommandEncoder, other: &Self, shift: &Shift) {
        self.ids.take_shifted(encoder, &other.ids, shift);
        self.ranks.take_shifted(encoder, &other.ranks, shift);
        self.extras.take_shifted(encoder, &other.extras, shift);
        self.ground.take_shifted(encoder, &other.ground, shift);
        self.picture.take_shifted(encoder, &other.picture, shift);
    }
}
