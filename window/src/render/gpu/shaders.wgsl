// The map: ids of atoms, coverage of lines, picture, copy. See the documentation of `render`.
//
// Only what GL-class hardware has: no storage buffers, tables as textures, `textureLoad` instead of samplers.

const TABLE_WIDTH: u32 = 2048u;

struct Frame {
    // Width and height in pixels, flash 0..1, pixels per point.
    size: vec4f,
    // Half widths in pixels: group, village, township, county. Not drawn below 0.
    rank_half_widths: vec4f,
    // Half widths in pixels: abolished, changed, selected, hovered.
    extra_half_widths: vec4f,
    rank_colours: array<vec4f, 4>,
    extra_colours: array<vec4f, 4>,
    paper: vec4f,
    selected_tint: vec4f,
    hovered_tint: vec4f,
    changed_stripes: vec4f,
    no_data_stripes: vec4f,
    flash_tint: vec4f,
    // Where the origin of the stripes is in pixels (x, y), their period and half width in pixels.
    stripes: vec4f,
    // Opacity of fills, opacity of the pictures below, whether there are any.
    ground: vec4f,
};

@group(0) @binding(0) var<uniform> frame: Frame;
@group(0) @binding(1) var atom_table: texture_2d<u32>;
@group(0) @binding(2) var arc_table: texture_2d<u32>;

struct Chunk {
    // Pixel position of the chunk origin, pixels per world unit (y negative: north is up).
    origin: vec2f,
    scale: vec2f,
};

@group(1) @binding(0) var<uniform> chunk: Chunk;

fn clip_from_pixel(pixel: vec2f) -> vec4f {
    return vec4f(pixel.x / frame.size.x * 2.0 - 1.0, 1.0 - pixel.y / frame.size.y * 2.0, 0.0, 1.0);
}

fn cell_of(id: u32) -> vec2i {
    return vec2i(i32(id % TABLE_WIDTH), i32(id / TABLE_WIDTH));
}

// --- ids of atoms ---------------------------------------------------------------------------------------------------

struct FillOut {
    @builtin(position) position: vec4f,
    @location(0) @interpolate(flat, either) id: u32,
};

@vertex
fn fill_vertex(@location(0) position: vec2f, @location(1) atom: u32) -> FillOut {
    return FillOut(clip_from_pixel(chunk.origin + position * chunk.scale), atom + 1u);
}

@fragment
fn fill_fragment(in: FillOut) -> @location(0) vec2u {
    return vec2u(in.id & 0xffffu, in.id >> 16u);
}

// --- coverage of lines ----------------------------------------------------------------------------------------------

struct LineOut {
    @builtin(position) position: vec4f,
    // Pixels along the segment and across it, and along the arc.
    @location(0) local: vec3f,
    // Length of the segment in pixels.
    @location(1) @interpolate(flat, either) length: f32,
    @location(2) @interpolate(flat, either) rank_half_widths: vec4f,
    @location(3) @interpolate(flat, either) extra_half_widths: vec4f,
};

const NOT_DRAWN: vec4f = vec4f(-100.0);

@vertex
fn line_vertex(
    @builtin(vertex_index) corner: u32,
    @location(0) from_point: vec3f,
    @location(1) from_arc: u32,
    @location(2) to_point: vec3f,
    @location(3) to_arc: u32,
) -> LineOut {
    var out: LineOut;
    // All corners at one place outside: nothing is drawn.
    out.position = vec4f(2.0, 2.0, 2.0, 1.0);
    if from_arc != to_arc {
        return out;
    }
    let style = textureLoad(arc_table, cell_of(from_arc), 0).xy;
    let rank = vec4u(1u, 2u, 3u, 4u) == vec4u(style.x);
    let extra = (vec4u(style.y) & vec4u(1u, 2u, 4u, 8u)) != vec4u(0u);
    out.rank_half_widths = select(NOT_DRAWN, frame.rank_half_widths, rank);
    out.extra_half_widths = select(NOT_DRAWN, frame.extra_half_widths, extra);
    if extra.x {
        // The dashes of a former border are not drawn over by what is left of it.
        out.rank_half_widths.x = -100.0;
        out.rank_half_widths.y = -100.0;
    }
    let widest = max(out.rank_half_widths, out.extra_half_widths);
    let reach = max(max(widest.x, widest.y), max(widest.z, widest.w)) + 0.75;
    if reach <= 0.75 {
        return out;
    }
    let a = chunk.origin + from_point.xy * chunk.scale;
    let b = chunk.origin + to_point.xy * chunk.scale;
    let length = distance(a, b);
    let direction = select(vec2f(1.0, 0.0), (b - a) / max(length, 1e-6), length > 1e-6);
    let along = select(-reach, length + reach, (corner & 1u) == 1u);
    let across = select(-reach, reach, (corner & 2u) == 2u);
    out.position = clip_from_pixel(a + direction * along + vec2f(-direction.y, direction.x) * across);
    out.local = vec3f(along, across, from_point.z * chunk.scale.x);
    out.length = length;
    return out;
}

struct LineTargets {
    @location(0) ranks: vec4f,
    @location(1) extras: vec4f,
};

// How much of a pixel a line covers whose axis is `d` pixels away.
fn covered(half_widths: vec4f, d: f32) -> vec4f {
    return clamp(min(half_widths + 0.5 - d, 2.0 * half_widths), vec4f(0.0), vec4f(1.0));
}

// 1 inside a dash, 0 in a gap, anti-aliased. Lengths in pixels.
fn dash(along: f32, period: f32, on: f32) -> f32 {
    let from_middle = abs(fract(along / period) - 0.5) * period;
    return clamp(on * 0.5 - from_middle + 0.5, 0.0, 1.0);
}

@fragment
fn line_fragment(in: LineOut) -> LineTargets {
    // Distance to the segment, its ends round: neighbouring segments join without a gap.
    let nearest = clamp(in.local.x, 0.0, in.length);
    let d = length(vec2f(in.local.x - nearest, in.local.y));
    var ranks = covered(in.rank_half_widths, d);
    var extras = covered(in.extra_half_widths, d);
    let along = (in.local.z + nearest) / frame.size.w;
    ranks.x *= dash(along, 4.0, 1.5);
    extras.x *= dash(along, 8.0, 5.0);
    return LineTargets(ranks, extras);
}

// --- pictures below the units -----------------------------------------------------------------------------------------

@group(1) @binding(0) var ground_picture: texture_2d<f32>;
@group(1) @binding(1) var ground_sampler: sampler;

struct GroundOut {
    @builtin(position) position: vec4f,
    @location(0) at: vec2f,
};

@vertex
fn ground_vertex(@location(0) pixel: vec2f, @location(1) at: vec2f) -> GroundOut {
    return GroundOut(clip_from_pixel(pixel), at);
}

@fragment
fn ground_fragment(in: GroundOut) -> @location(0) vec4f {
    // Patches do not overlap: what is below them is paper, and no blending is needed.
    let colour = textureSample(ground_picture, ground_sampler, in.at) * frame.ground.y;
    return vec4f(frame.paper.rgb * (1.0 - colour.a) + colour.rgb, 1.0);
}

@fragment
fn no_ground_fragment() -> @location(0) vec4f {
    return vec4f(frame.paper.rgb, 1.0);
}

// --- picture --------------------------------------------------------------------------------------------------------

@group(1) @binding(0) var id_target: ID_TEXTURE;
@group(1) @binding(1) var rank_target: texture_2d<f32>;
@group(1) @binding(2) var extra_target: texture_2d<f32>;
@group(1) @binding(3) var ground_target: texture_2d<f32>;

@vertex
fn screen_vertex(@builtin(vertex_index) corner: u32) -> @builtin(position) vec4f {
    // One triangle that covers the screen.
    return vec4f(f32((corner << 1u) & 2u) * 2.0 - 1.0, 1.0 - f32(corner & 2u) * 2.0, 0.0, 1.0);
}

fn over(below: vec3f, above: vec4f, coverage: f32) -> vec3f {
    return mix(below, above.rgb, above.a * coverage);
}

// 1 on a stripe; `at` in pixels across the stripes.
fn stripe(at: f32) -> f32 {
    let from_middle = abs(fract(at / frame.stripes.z) - 0.5) * frame.stripes.z;
    return clamp((frame.stripes.w - from_middle) * 0.7071 + 0.5, 0.0, 1.0);
}

// What the units lie on.
fn ground_colour(cell: vec2i) -> vec3f {
    if frame.ground.z == 0.0 {
        return frame.paper.rgb;
    }
    return textureLoad(ground_target, cell, 0).rgb;
}

fn atom_colour(id: vec2u, pixel: vec2f, ground: vec3f) -> vec3f {
    let atom = id.x | (id.y << 16u);
    if atom == 0u {
        return ground;
    }
    let row = textureLoad(atom_table, cell_of(atom - 1u), 0).xy;
    let fill = unpack4x8unorm(row.x);
    let flags = row.y;
    var colour = over(ground, fill, frame.ground.x);
    if flags == 0u {
        return colour;
    }
    let at = pixel - frame.stripes.xy;
    if (flags & 32u) != 0u {
        colour = mix(colour, ground, 0.6);
    }
    // Below the stripes: what is selected is still seen to be changed.
    if (flags & 1u) != 0u {
        colour = over(colour, frame.selected_tint, 1.0);
    }
    if (flags & 8u) != 0u {
        colour = over(colour, frame.no_data_stripes, stripe(at.x - at.y));
    }
    if (flags & 4u) != 0u {
        colour = over(colour, frame.changed_stripes, stripe(at.x + at.y));
    }
    if (flags & 64u) != 0u {
        // Level lines, twice as close as the slanting ones.
        colour = over(colour, frame.no_data_stripes, stripe(at.y * 2.0));
    }
    if (flags & 2u) != 0u {
        colour = over(colour, frame.hovered_tint, 1.0);
    }
    if (flags & 16u) != 0u {
        colour = over(colour, frame.flash_tint, frame.size.z);
    }
    return colour;
}

@fragment
fn picture_fragment(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let cell = vec2i(position.xy);
    var colour = fill_colour(cell, position.xy);
    let ranks = textureLoad(rank_target, cell, 0);
    let extras = textureLoad(extra_target, cell, 0);
    colour = over(colour, frame.extra_colours[0], extras.x);
    colour = over(colour, frame.rank_colours[0], ranks.x);
    colour = over(colour, frame.rank_colours[1], ranks.y);
    colour = over(colour, frame.rank_colours[2], ranks.z);
    colour = over(colour, frame.rank_colours[3], ranks.w);
    colour = over(colour, frame.extra_colours[1], extras.y);
    colour = over(colour, frame.extra_colours[3], extras.w);
    colour = over(colour, frame.extra_colours[2], extras.z);
    return vec4f(colour, 1.0);
}

// --- making parts empty again ---------------------------------------------------------------------------------------

@fragment
fn no_ids_fragment() -> @location(0) vec2u {
    return vec2u(0u);
}

@fragment
fn no_lines_fragment() -> LineTargets {
    return LineTargets(vec4f(0.0), vec4f(0.0));
}

// --- copy -----------------------------------------------------------------------------------------------------------

struct Copy {
    // Pixel of the window that the map starts at, and whether the window wants linear colours.
    origin: vec2i,
    linear: i32,
    unused: i32,
    // Pixels of the picture for one of the map, and pixel of the picture at the start of the map.
    scale: vec2f,
    start: vec2f,
    paper: vec4f,
};

@group(0) @binding(0) var<uniform> copy: Copy;
@group(0) @binding(1) var picture: texture_2d<f32>;

@fragment
fn copy_fragment(@builtin(position) position: vec4f) -> @location(0) vec4f {
    let cell = vec2i(floor((position.xy - vec2f(copy.origin)) * copy.scale + copy.start));
    let size = vec2i(textureDimensions(picture));
    let outside = any(cell < vec2i(0)) || any(cell >= size);
    let colour = select(textureLoad(picture, clamp(cell, vec2i(0), size - 1), 0), copy.paper, outside);
    if copy.linear == 0 {
        return colour;
    }
    let low = colour.rgb / 12.92;
    let high = pow((colour.rgb + 0.055) / 1.055, vec3f(2.4));
    return vec4f(select(high, low, colour.rgb <= vec3f(0.04045)), colour.a);
}
