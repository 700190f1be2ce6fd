//! Facilities and lines beside the boundaries (设施点、线) on a map: a dot in the colour of its kind, a thin grey line.

use ecolor::Color32;

/// Dots in view at most: more would be a carpet. From farther away there are none.
pub const MOST_DOTS: usize = 4_000;
/// Lines in view at most.
pub const MOST_LINES: usize = 4_000;
/// Radius of a dot in points.
pub const RADIUS: f32 = 3.5;
/// Width of a line in points.
pub const LINE: f32 = 1.75;
/// Width of the paper around a line in points.
pub const LINE_HALO: f32 = 3.5;

/// Colours of kinds, in their order: the scheme "Dark2" (Brewer), which also colour-blind eyes tell apart.
const COLOURS: [Color32; 8] = [
    Color32::from_rgb(0x1b, 0x9e, 0x77),
    Color32::from_rgb(0xd9, 0x5f, 0x02),
    Color32::from_rgb(0x75, 0x70, 0xb3),
    Color32::from_rgb(0xe7, 0x29, 0x8a),
    Color32::from_rgb(0x66, 0xa6, 0x1e),
    Color32::from_rgb(0xe6, 0xab, 0x02),
    Color32::from_rgb(0xa6, 0x76, 0x1d),
    Color32::from_rgb(0x66, 0x66, 0x66),
];

/// Kinds that have a colour of their own. Those beyond share the last one.
pub const KINDS: usize = COLOURS.len() - 1;

/// Colour of a kind by its position; kinds beyond the last colour share it.
#[must_use]
pub fn colour(kind: usize) -> Color32 {
    COLOURS[kind.min(KINDS)]
}
