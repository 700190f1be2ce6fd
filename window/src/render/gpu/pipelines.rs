//! Shaders, layouts and pipelines.

use eframe::wgpu;

use super::frame::UNIFORM_BYTES;
use super::ground::VERTEX_BYTES;
use super::targets::{COLOUR_FORMAT, COPY_BYTES, ID_FORMAT};

/// Everything that stays the same for the life of a device.
pub(super) struct Pipelines {
    pub samples: u32,
    /// Whether the window wants linear colours: then its format encodes them.
    pub target_is_linear: bool,
    pub frame_layout: wgpu::BindGroupLayout,
    pub chunk_layout: wgpu::BindGroupLayout,
    pub picture_layout: wgpu::BindGroupLayout,
    pub copy_layout: wgpu::BindGroupLayout,
    pub fill: wgpu::RenderPipeline,
    pub line: wgpu::RenderPipeline,
    pub picture: wgpu::RenderPipeline,
    pub copy: wgpu::RenderPipeline,
    pub ground: wgpu::RenderPipeline,
    pub no_ground: wgpu::RenderPipeline,
    pub ground_layout: wgpu::BindGroupLayout,
    /// For pictures that are enlarged or made smaller a little.
    pub smooth: wgpu::Sampler,
    pub no_ids: wgpu::RenderPipeline,
    pub no_lines: wgpu::RenderPipeline,
}

impl Pipelines {
    pub fn new(device: &wgpu::Device, target_format: wgpu::TextureFormat, samples: u32) -> Self {
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
            label: Some("map"),
            source: wgpu::ShaderSource::Wgsl(shader_source(samples).into()),
        });
        let both = wgpu::ShaderStages::VERTEX_FRAGMENT;
        let (uint, float) = (wgpu::TextureSampleType::Uint, wgpu::TextureSampleType::Float { filterable: false });
        let frame_layout =
            layout(device, "map frame", &[uniform(UNIFORM_BYTES, false), texture(uint, 1), texture(uint, 1)], both);
        let chunk_layout = layout(device, "map chunk", &[uniform(16, true)], wgpu::ShaderStages::VERTEX);
        let fragment = wgpu::ShaderStages::FRAGMENT;
        let in_picture = [texture(uint, samples), texture(float, 1), texture(float, 1), texture(float, 1)];
        let picture_layout = layout(device, "map picture", &in_picture, fragment);
        let filterable = wgpu::TextureSampleType::Float { filterable: true };
        let filtering = wgpu::BindingType::Sampler(wgpu::SamplerBindingType::Filtering);
        let ground_layout = layout(device, "map ground", &[texture(filterable, 1), filtering], fragment);
        let smooth = device.create_sampler(&wgpu::SamplerDescriptor {
            label: Some("map ground"),
            mag_filter: wgpu::FilterMode::Linear,
            min_filter: wgpu::FilterMode::Linear,
            ..Default::default()
        });
        let copy_layout = layout(device, "map copy", &[uniform(COPY_BYTES, false), texture(float, 1)], fragment);

        let build = Build { device, module: &module };
        let fill = build.pipeline(&Recipe {
            entry_points: ["fill_vertex", "fill_fragment"],
            layouts: &[&frame_layout, &chunk_layout],
            buffers: &[FILL_VERTICES],
            targets: &[target(ID_FORMAT, None)],
            topology: wgpu::PrimitiveTopology::TriangleList,
            samples,
        });
        let widest = Some(wgpu::BlendState { color: WIDEST, alpha: WIDEST });
        let line = build.pipeline(&Recipe {
            entry_points: ["line_vertex", "line_fragment"],
            layouts: &[&frame_layout, &chunk_layout],
            buffers: &[SEGMENT_FROM, SEGMENT_TO],
            targets: &[target(COLOUR_FORMAT, widest), target(COLOUR_FORMAT, widest)],
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            samples: 1,
        });
        let ground = build.pipeline(&Recipe {
            entry_points: ["ground_vertex", "ground_fragment"],
            layouts: &[&frame_layout, &ground_layout],
            buffers: &[GROUND_VERTICES],
            targets: &[target(COLOUR_FORMAT, None)],
            topology: wgpu::PrimitiveTopology::TriangleList,
            samples: 1,
        });
        let screen = |fragment, layouts: &[&wgpu::BindGroupLayout], targets: &[wgpu::ColorTargetState], samples| {
            build.pipeline(&Recipe {
                entry_points: ["screen_vertex", fragment],
                layouts,
                buffers: &[],
                targets,
                topology: wgpu::PrimitiveTopology::TriangleList,
                samples,
            })
        };
        let plain = target(COLOUR_FORMAT, None);
        let picture = screen("picture_fragment", &[&frame_layout, &picture_layout], std::slice::from_ref(&plain), 1);
        let copy = screen("copy_fragment", &[&copy_layout], &[target(target_format, None)], 1);
        let no_ground = screen("no_ground_fragment", &[&frame_layout], std::slice::from_ref(&plain), 1);
        let no_ids = screen("no_ids_fragment", &[&frame_layout], &[target(ID_FORMAT, None)], samples);
        let no_lines = screen("no_lines_fragment", &[&frame_layout], &[plain.clone(), plain], 1);
        Self {
            samples,
            target_is_linear: target_format.is_srgb(),
            frame_layout,
            chunk_layout,
            picture_layout,
            copy_layout,
            fill,
            line,
            picture,
            copy,
            ground,
            no_ground,
            ground_layout,
            smooth,
            no_ids,
            no_lines,
        }
    }
}

/// The shaders, with the part that depends on the number of samples.
fn shader_source(samples: u32) -> String {
    let (texture, body) = if samples > 1 {
        // Most pixels lie inside one atom: look it up once.
        let body = "let first = textureLoad(id_target, cell, 0).xy;
            let ground = ground_colour(cell);
            let colour = atom_colour(first, pixel, ground);
            var sum = colour;
            for (var i = 1; i < SAMPLES; i++) {
                let id = textureLoad(id_target, cell, i).xy;
                if all(id == first) { sum += colour; } else { sum += atom_colour(id, pixel, ground); }
            }
            return sum / f32(SAMPLES);";
        ("texture_multisampled_2d<u32>", body)
    } else {
        ("texture_2d<u32>", "return atom_colour(textureLoad(id_target, cell, 0).xy, pixel, ground_colour(cell));")
    };
    let fill = format!("fn fill_colour(cell: vec2i, pixel: vec2f) -> vec3f {{ {body} }}");
    include_str!("shaders.wgsl").replace("ID_TEXTURE", texture) + &fill.replace("SAMPLES", &samples.to_string())
}

/// Of overlapping lines, the one that covers more of the pixel counts.
const WIDEST: wgpu::BlendComponent = wgpu::BlendComponent {
    src_factor: wgpu::BlendFactor::One,
    dst_factor: wgpu::BlendFactor::One,
    operation: wgpu::BlendOperation::Max,
};

const FILL_VERTICES: wgpu::VertexBufferLayout<'static> = wgpu::VertexBufferLayout {
    array_stride: 12,
    step_mode: wgpu::VertexStepMode::Vertex,
    attributes: &wgpu::vertex_attr_array![0 => Float32x2, 1 => Uint32],
};

const GROUND_VERTICES: wgpu::VertexBufferLayout<'static> = wgpu::VertexBufferLayout {
    array_stride: VERTEX_BYTES,
    step_mode: wgpu::VertexStepMode::Vertex,
    attributes: &wgpu::vertex_attr_array![0 => Float32x2, 1 => Float32x2],
};

const SEGMENT_FROM: wgpu::VertexBufferLayout<'static> = wgpu::VertexBufferLayout {
    array_stride: 16,
    step_mode: wgpu::VertexStepMode::Instance,
    attributes: &wgpu::vertex_attr_array![0 => Float32x3, 1 => Uint32],
};

const SEGMENT_TO: wgpu::VertexBufferLayout<'static> = wgpu::VertexBufferLayout {
    array_stride: 16,
    step_mode: wgpu::VertexStepMode::Instance,
    attributes: &wgpu::vertex_attr_array![2 => Float32x3, 3 => Uint32],
};

fn uniform(bytes: u64, has_dynamic_offset: bool) -> wgpu::BindingType {
    wgpu::BindingType::Buffer {
        ty: wgpu::BufferBindingType::Uniform,
        has_dynamic_offset,
        min_binding_size: wgpu::BufferSize::new(bytes),
    }
}

fn texture(sample_type: wgpu::TextureSampleType, samples: u32) -> wgpu::BindingType {
    wgpu::BindingType::Texture {
        sample_type,
        view_dimension: wgpu::TextureViewDimension::D2,
        multisampled: samples > 1,
    }
}

fn layout(
    device: &wgpu::Device,
    label: &str,
    types: &[wgpu::BindingType],
    visibility: wgpu::ShaderStages,
) -> wgpu::BindGroupLayout {
    let entries: Vec<_> = (0..)
        .zip(types)
        .map(|(binding, &ty)| wgpu::BindGroupLayoutEntry { binding, visibility, ty, count: None })
        .collect();
    device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(label), entries: &entries })
}

fn target(format: wgpu::TextureFormat, blend: Option<wgpu::BlendState>) -> wgpu::ColorTargetState {
    wgpu::ColorTargetState { format, blend, write_mask: wgpu::ColorWrites::ALL }
}

struct Build<'a> {
    device: &'a wgpu::Device,
    module: &'a wgpu::ShaderModule,
}

/// What one pipeline differs from another in.
struct Recipe<'a> {
    /// Of the vertex and of the fragment shader.
    entry_points: [&'a str; 2],
    layouts: &'a [&'a wgpu::BindGroupLayout],
    buffers: &'a [wgpu::VertexBufferLayout<'a>],
    targets: &'a [wgpu::ColorTargetState],
    topology: wgpu::PrimitiveTopology,
    samples: u32,
}

impl Build<'_> {
    fn pipeline(&self, recipe: &Recipe<'_>) -> wgpu::RenderPipeline {
        let [vertex, fragment] = recipe.entry_points;
        let layouts: Vec<_> = recipe.layouts.iter().copied().map(Some).collect();
        let layout = self.device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(fragment),
            bind_group_layouts: &layouts,
            immediate_size: 0,
        });
        let targets: Vec<_> = recipe.targets.iter().cloned().map(Some).collect();
        let buffers: Vec<_> = recipe.buffers.iter().cloned().map(Some).collect();
        self.device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some(fragment),
            layout: Some(&layout),
            vertex: wgpu::VertexState {
                module: self.module,
                entry_point: Some(vertex),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &buffers,
            },
            primitive: wgpu::PrimitiveState { topology: recipe.topology, ..Default::default() },
            depth_stencil: None,
            multisample: wgpu::MultisampleState { count: recipe.samples, ..Default::default() },
            fragment: Some(wgpu::FragmentState {
                module: self.module,
                entry_point: Some(fragment),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &targets,
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}
