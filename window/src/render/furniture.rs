//! What surrounds a map: scale bar, numeric scale, north arrow, and the signs of seats.

use eframe::egui::{self, Align2, Color32, FontId, Pos2, Shape, Stroke, Vec2, vec2};

use super::MapTheme;
use quhua::carto::furniture::star_corner;
pub use quhua::carto::furniture::{ScaleBar, SeatSign, scale_text};

/// Paints a scale bar with its left end at a position; needs some 16 points above it.
pub fn paint_scale_bar(painter: &egui::Painter, theme: &MapTheme, bar: &ScaleBar, left: Pos2) {
    let right = left + vec2(bar.length_points, 0.0);
    let halo = Stroke::new(4.0, theme.paper.gamma_multiply(0.75));
    let ink = Stroke::new(1.5, theme.ink);
    let tick = vec2(0.0, -5.0);
    for stroke in [halo, ink] {
        painter.add(Shape::line(vec![left + tick, left, right, right + tick], stroke));
    }
    let middle = left + vec2(bar.length_points * 0.5, -3.0);
    text_with_halo(painter, theme, middle, Align2::CENTER_BOTTOM, &bar.text(), 11.0);
}

/// Paints a north arrow around a position: some 24 points wide and 36 high. North is always up here.
pub fn paint_north_arrow(painter: &egui::Painter, theme: &MapTheme, middle: Pos2) {
    let at = |x: f32, y: f32| middle + vec2(x, y);
    let (tip, notch) = (at(0.0, -6.0), at(0.0, 9.0));
    let (left, right) = (at(-6.0, 13.0), at(6.0, 13.0));
    let halo = Stroke::new(4.0, theme.paper.gamma_multiply(0.75));
    painter.add(Shape::closed_line(vec![tip, right, notch, left], halo));
    // Two convex halves, the western one filled.
    painter.add(Shape::convex_polygon(vec![tip, notch, left], theme.ink, Stroke::NONE));
    painter.add(Shape::convex_polygon(vec![tip, right, notch], theme.paper, Stroke::NONE));
    painter.add(Shape::closed_line(vec![tip, right, notch, left], Stroke::new(1.0, theme.ink)));
    text_with_halo(painter, theme, at(0.0, -8.0), Align2::CENTER_BOTTOM, "N", 11.0);
}

/// Paints the sign of a seat at a position on the screen.
pub fn paint_seat(painter: &egui::Painter, theme: &MapTheme, sign: SeatSign, at: Pos2) {
    let halo = Stroke::new(1.5, theme.paper);
    let square = |half: f32| egui::Rect::from_center_size(at, Vec2::splat(2.0 * half));
    match sign {
        SeatSign::Kept => {
            painter.rect_filled(square(4.5), 0.0, theme.paper);
            painter.rect_filled(square(3.0), 0.0, theme.ink);
        }
        SeatSign::Abolished | SeatSign::Retained | SeatSign::Closed => {
            let line = Stroke::new(1.25, theme.muted);
            painter.rect_filled(square(4.5), 0.0, theme.paper);
            painter.rect_stroke(square(3.0), 0.0, line, egui::StrokeKind::Inside);
            match sign {
                SeatSign::Retained => drop(painter.rect_filled(square(1.25), 0.0, theme.ink)),
                SeatSign::Closed => drop(painter.line_segment([at + vec2(-4.5, 4.5), at + vec2(4.5, -4.5)], line)),
                _ => {}
            }
        }
        SeatSign::County => {
            painter.add(star(at, 9.0, theme.paper, halo));
            painter.add(star(at, 7.5, theme.ink, Stroke::NONE));
        }
    }
}

/// A five-pointed star. It is not convex, so it is made of triangles around its middle.
fn star(at: Pos2, radius: f32, colour: Color32, outline: Stroke) -> Shape {
    let corner = |i: u8| star_corner(at, radius, i);
    let mut mesh = egui::Mesh::default();
    mesh.colored_vertex(at, colour);
    (0..10).for_each(|i| mesh.colored_vertex(corner(i), colour));
    (0..10).for_each(|i| mesh.add_triangle(0, i + 1, (i + 1) % 10 + 1));
    let edge = Shape::closed_line(
        (0..10).map(corner).collect(),
        if outline.is_empty() { Stroke::new(0.75, colour) } else { outline },
    );
    Shape::Vec(vec![Shape::mesh(mesh), edge])
}

fn text_with_halo(painter: &egui::Painter, theme: &MapTheme, at: Pos2, align: Align2, text: &str, size: f32) {
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(size), Color32::PLACEHOLDER);
    let position = align.anchor_size(at, galley.size()).min;
    for offset in [vec2(-1.0, 0.0), vec2(1.0, 0.0), vec2(0.0, -1.0), vec2(0.0, 1.0)] {
        painter.galley(position + offset, galley.clone(), theme.paper.gamma_multiply(0.75));
    }
    painter.galley(position, galley, theme.ink);
}
