//! Facilities on the map: a dot in the colour of its kind.

use eframe::egui::{Painter, Pos2, Shape, Stroke};

use crate::render::{Camera, MapTheme};
use quhua::carto::places::{LINE, LINE_HALO, MOST_DOTS, MOST_LINES, RADIUS, colour};
use quhua::model::{Facilities, Facility, ReferenceLine};

/// How near the pointer must come to a dot, in points.
const REACH: f32 = 7.0;

/// Facilities in view; none when there are too many.
fn in_view<'a>(facilities: &'a Facilities, camera: &Camera) -> Vec<&'a Facility> {
    let found: Vec<&Facility> = facilities.within(camera.lonlat_rect()).take(MOST_DOTS + 1).collect();
    if found.len() > MOST_DOTS { Vec::new() } else { found }
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
    for line in facilities.lines_in(camera.lonlat_rect()).take(MOST_LINES) {
        let path: Vec<Pos2> = line.path.iter().map(|&at| camera.screen_from_lonlat(at)).collect();
        painter.add(Shape::line(path.clone(), Stroke::new(LINE_HALO, theme.paper)));
        painter.add(Shape::line(path, Stroke::new(LINE, theme.muted)));
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
