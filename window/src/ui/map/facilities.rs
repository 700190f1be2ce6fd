//! Facilities on the map: a dot in the colour of its kind.

use eframe::egui::{Color32, Painter, Pos2, Shape, Stroke};

use crate::render::{Camera, MapTheme};
use quhua::model::{Facilities, Facility, ReferenceLine};

/// Dots in view at most: more would be a carpet. From farther away there are none.
const MOST: usize = 4_000;
/// Radius of a dot in points.
const RADIUS: f32 = 3.5;
/// How near the pointer must come to a dot, in points.
const REACH: f32 = 7.0;

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

/// Colour of a kind by its position; kinds beyond the last colour share it.
pub fn colour(kind: usize) -> Color32 {
    COLOURS[kind.min(COLOURS.len() - 1)]
}

/// Facilities in view; none when there are too many.
fn in_view<'a>(facilities: &'a Facilities, camera: &Camera) -> Vec<&'a Facility> {
    let found: Vec<&Facility> = facilities.within(camera.lonlat_rect()).take(MOST + 1).collect();
    if found.len() > MOST { Vec::new() } else { found }
}

/// Paints the facilities in view.
pub fn paint(painter: &Painter, facilities: &Facilities, camera: &Camera, theme: &MapTheme) {
    for facility in in_view(facilities, camera) {
        let at = camera.screen_from_lonlat(facility.at);
        painter.circle(at, RADIUS, colour(facilities.kind_of(facility)), Stroke::new(1.0, theme.paper));
    }
}

/// Paints the lines in view.
pub fn paint_lines(painter: &Painter, facilities: &Facilities, camera: &Camera, theme: &MapTheme) {
    for line in facilities.lines_in(camera.lonlat_rect()).take(MOST) {
        let path: Vec<Pos2> = line.path.iter().map(|&at| camera.screen_from_lonlat(at)).collect();
        painter.add(Shape::line(path.clone(), Stroke::new(3.5, theme.paper)));
        painter.add(Shape::line(path, Stroke::new(1.75, theme.muted)));
    }
}

/// The line under the pointer.
pub fn line_under<'a>(facilities: &'a Facilities, camera: &Camera, pointer: Pos2) -> Option<&'a ReferenceLine> {
    let reach = eframe::egui::Vec2::splat(REACH);
    let [a, b] = [pointer - reach, pointer + reach].map(|at| camera.lonlat_from_screen(at));
    let off = |line: &&ReferenceLine| {
        let path = line.path.windows(2).map(|edge| [edge[0], edge[1]].map(|at| camera.screen_from_lonlat(at)));
        path.map(|[a, b]| {
            let (along, to) = (b - a, pointer - a);
            let step = (to.dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
            (a + along * step).distance(pointer)
        })
        .fold(f32::INFINITY, f32::min)
    };
    let nearest = facilities.lines_in(geo::Rect::new(a, b)).min_by(|a, b| off(a).total_cmp(&off(b)))?;
    (off(&nearest) <= REACH).then_some(nearest)
}

/// The facility under the pointer.
pub fn under<'a>(facilities: &'a Facilities, camera: &Camera, pointer: Pos2) -> Option<&'a Facility> {
    let distance = |facility: &&Facility| camera.screen_from_lonlat(facility.at).distance(pointer);
    let nearest = in_view(facilities, camera).into_iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(&nearest) <= REACH).then_some(nearest)
}
