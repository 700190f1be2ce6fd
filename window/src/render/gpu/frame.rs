//! What one picture shows, and the uniform made from it.

use eframe::egui::Color32;
use geo::Coord;

use crate::render::{Camera, Ground, LineStyle, MapTheme, MapView};

/// Number of f32 in the uniform `Frame` of the shaders.
pub(super) const UNIFORM_FLOATS: usize = 4 * 19;

/// Bytes of the uniform.
pub(super) const UNIFORM_BYTES: u64 = UNIFORM_FLOATS as u64 * 4;

/// Line widths in the uniform start here.
const WIDTHS: std::ops::Range<usize> = 4..12;

/// What one picture shows. Equal pictures of equal tables look the same.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::render) struct Picture {
    /// Width and height in pixels.
    pub size_px: [u32; 2],
    /// Pixel of the window that the picture starts at.
    pub origin_px: [i32; 2],
    /// Pixels for one screen point.
    pub pixels_per_point: f32,
    /// Where from.
    pub camera: Camera,
    /// In what colours.
    pub theme: MapTheme,
    /// How bright [`AtomFlags::FLASH`](crate::render::AtomFlags::FLASH) shows, 0 to 1.
    pub flash: f32,
    /// What the units lie on; `None` for paper.
    pub ground: Option<Ground>,
}

impl Picture {
    /// A picture of a view, at whole pixels of the window.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels of a window fit")]
    pub fn of(view: &MapView<'_>, pixels_per_point: f32) -> Self {
        let camera = *view.camera;
        // egui rounds the viewport of a paint callback in the same way.
        let pixel = |point: f32| (point * pixels_per_point).round() as i32;
        let (min, max) = (camera.viewport().min, camera.viewport().max);
        let origin_px = [pixel(min.x), pixel(min.y)];
        let size_px = [pixel(max.x) - origin_px[0], pixel(max.y) - origin_px[1]].map(|side| side.max(1) as u32);
        let (theme, flash, ground) = (view.theme.clone(), view.flash, view.ground.cloned());
        Self { size_px, origin_px, pixels_per_point, camera, theme, flash, ground }
    }

    /// Pixels for one world unit.
    pub fn pixels_per_world(&self) -> f64 {
        self.camera.points_per_world() * f64::from(self.pixels_per_point)
    }

    /// Position in the picture of a place in the world, in pixels with `y` downwards.
    pub fn pixel_from_world(&self, world: Coord) -> Coord {
        let (middle, centre, scale) = (self.middle_px(), self.camera.centre(), self.pixels_per_world());
        Coord { x: middle.x + (world.x - centre.x) * scale, y: middle.y - (world.y - centre.y) * scale }
    }

    /// Place in the world under a position in the picture.
    pub fn world_from_pixel(&self, pixel: Coord) -> Coord {
        let (middle, centre, scale) = (self.middle_px(), self.camera.centre(), self.pixels_per_world());
        Coord { x: centre.x + (pixel.x - middle.x) / scale, y: centre.y - (pixel.y - middle.y) / scale }
    }

    /// Position in the picture of the middle of the viewport.
    fn middle_px(&self) -> Coord {
        let middle = self.camera.viewport().center();
        let in_window = |point: f32| f64::from(point) * f64::from(self.pixels_per_point);
        let [left, top] = self.origin_px.map(f64::from);
        Coord { x: in_window(middle.x) - left, y: in_window(middle.y) - top }
    }
}

/// What ids and coverage depend on, apart from the borders' styles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GeometryKey {
    /// A place of the map, and the pixel it stands on.
    fixed: (Coord, Coord),
    pixels_per_world: f64,
    half_widths: [f32; 8],
}

/// How one view follows from another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Move {
    /// It is the same.
    None,
    /// Everything has moved by whole pixels, to the right and down.
    Shift([i32; 2]),
    /// It has to be drawn anew.
    Other,
}

impl GeometryKey {
    pub fn of(picture: &Picture, uniform: &[f32; UNIFORM_FLOATS]) -> Self {
        let mut half_widths = [0.0; 8];
        half_widths.copy_from_slice(&uniform[WIDTHS]);
        let place = picture.camera.centre();
        Self {
            fixed: (place, picture.pixel_from_world(place)),
            pixels_per_world: picture.pixels_per_world(),
            half_widths,
        }
    }

    /// Pixels of this view for one pixel of another, and the pixel of this view where the other one starts.
    pub fn seen_from(&self, picture: &Picture) -> (f64, Coord) {
        let scale = self.pixels_per_world / picture.pixels_per_world();
        let start = picture.world_from_pixel(Coord { x: 0.0, y: 0.0 });
        let (place, pixel) = self.fixed;
        let x = pixel.x + (start.x - place.x) * self.pixels_per_world;
        let y = pixel.y - (start.y - place.y) * self.pixels_per_world;
        (scale, Coord { x, y })
    }

    /// How this view follows from an older one. After a shift, this is set to where the older one went in whole
    /// pixels, so that many shifts add up to no error.
    pub fn follow(&mut self, older: &Self) -> Move {
        /// Pixels that nobody can see.
        const INVISIBLE: f64 = 0.03;
        if (self.pixels_per_world, self.half_widths) != (older.pixels_per_world, older.half_widths) {
            return Move::Other;
        }
        let scale = self.pixels_per_world;
        let (place, pixel) = older.fixed;
        let here = Coord {
            x: self.fixed.1.x + (place.x - self.fixed.0.x) * scale,
            y: self.fixed.1.y - (place.y - self.fixed.0.y) * scale,
        };
        let moved = here - pixel;
        let whole = Coord { x: moved.x.round(), y: moved.y.round() };
        let far = whole.x.abs().max(whole.y.abs()) > 1e6;
        if far || (moved.x - whole.x).abs() > INVISIBLE || (moved.y - whole.y).abs() > INVISIBLE {
            return Move::Other;
        }
        // The place that stood on `pixel` now stands on a pixel that is whole steps away.
        self.fixed = (place, pixel + whole);
        #[expect(clippy::cast_possible_truncation, reason = "a million at most")]
        let by = [whole.x as i32, whole.y as i32];
        if by == [0, 0] { Move::None } else { Move::Shift(by) }
    }
}

/// The uniform `Frame`, in the order of the shaders. `unit_sizes_world` are the mean sizes of groups, villages,
/// townships and counties.
pub(super) fn uniform(picture: &Picture, unit_sizes_world: [f64; 4]) -> [f32; UNIFORM_FLOATS] {
    let theme = &picture.theme;
    let ppp = picture.pixels_per_point;
    #[expect(clippy::cast_possible_truncation, reason = "a size in points")]
    let sizes = unit_sizes_world.map(|size| (size * picture.camera.points_per_world()) as f32);
    // Borders of units too small to tell apart would cover the map in grey: they fade before that.
    let rank_lines = [
        faded(theme.lines.group, sizes[0], 14.0, 28.0),
        faded(theme.lines.village, sizes[1], 8.0, 20.0),
        faded(theme.lines.township, sizes[2], 5.0, 40.0),
        faded(theme.lines.county, sizes[3], 5.0, 60.0),
    ];
    let outline = |colour: Color32, share: f32| LineStyle { colour, width: theme.outline_width * share };
    let hover = Color32::from_rgba_unmultiplied(theme.ink.r(), theme.ink.g(), theme.ink.b(), 200);
    let extra_lines = [theme.abolished, outline(theme.accent, 0.8), outline(theme.selection, 1.0), outline(hover, 0.7)];
    // Outlines of zero opacity are not drawn at all.
    let half_width = |line: &LineStyle| if line.colour.a() == 0 { -100.0 } else { line.width * ppp * 0.5 };
    #[expect(clippy::cast_precision_loss, reason = "pixels of a window fit")]
    let size = picture.size_px.map(|side| side as f32);
    let period = 7.0 * ppp;
    let phase = stripe_phase(picture, f64::from(period));
    let tint = |colour: Color32, alpha: f32| {
        let [r, g, b, _] = unmultiplied(colour);
        [r, g, b, alpha]
    };
    let ground =
        picture.ground.as_ref().map_or([1.0, 0.0, 0.0, 0.0], |ground| [ground.fills, ground.opacity, 1.0, 0.0]);
    let rows: [[f32; 4]; 19] = [
        [size[0], size[1], picture.flash.clamp(0.0, 1.0), ppp],
        rank_lines.each_ref().map(half_width),
        extra_lines.each_ref().map(half_width),
        unmultiplied(rank_lines[0].colour),
        unmultiplied(rank_lines[1].colour),
        unmultiplied(rank_lines[2].colour),
        unmultiplied(rank_lines[3].colour),
        unmultiplied(extra_lines[0].colour),
        unmultiplied(extra_lines[1].colour),
        unmultiplied(extra_lines[2].colour),
        unmultiplied(extra_lines[3].colour),
        unmultiplied(theme.paper),
        tint(theme.selection, 0.24),
        tint(theme.ink, 0.08),
        tint(theme.accent, 0.5),
        tint(theme.no_data, 0.7),
        tint(theme.accent, 0.6),
        [phase[0], phase[1], period, 0.8 * ppp],
        ground,
    ];
    let mut uniform = [0.0; UNIFORM_FLOATS];
    for (place, value) in uniform.iter_mut().zip(rows.into_iter().flatten()) {
        *place = value;
    }
    uniform
}

/// A line that is invisible while the units it parts are smaller than `from` points, and full from `to` points;
/// between, it is fainter and thinner.
fn faded(line: LineStyle, size: f32, from: f32, to: f32) -> LineStyle {
    let share = ((size - from) / (to - from)).clamp(0.0, 1.0);
    let opacity = (share * 2.0).min(1.0);
    LineStyle { colour: line.colour.gamma_multiply(opacity), width: line.width * (0.4 + 0.6 * share) }
}

/// Half widths in pixels of the borders of each rank, groups first; negative when they are hidden.
pub(super) fn rank_half_widths(uniform: &[f32; UNIFORM_FLOATS]) -> [f32; 4] {
    let mut widths = [0.0; 4];
    widths.copy_from_slice(&uniform[WIDTHS.start..WIDTHS.start + 4]);
    widths
}

/// Where stripes start, so that they stay on the ground while the map is dragged.
#[expect(clippy::cast_possible_truncation, reason = "smaller than a period")]
fn stripe_phase(picture: &Picture, period: f64) -> [f32; 2] {
    let zero = picture.pixel_from_world(Coord { x: 0.0, y: 0.0 });
    [zero.x.rem_euclid(period) as f32, zero.y.rem_euclid(period) as f32]
}

pub(super) fn unmultiplied(colour: Color32) -> [f32; 4] {
    colour.to_srgba_unmultiplied().map(|channel| f32::from(channel) / 255.0)
}
