//! What surrounds a map: scale bar, numeric scale, north arrow, and the signs of seats.

use eframe::egui::{self, Align2, Color32, FontId, Pos2, Shape, Stroke, Vec2, pos2, vec2};

use super::{Camera, MapTheme};

/// A scale bar of a round length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScaleBar {
    /// Length on the ground in metres.
    pub length_m: f64,
    /// Length on the screen in points.
    pub length_points: f32,
}

impl ScaleBar {
    /// The longest bar of 1, 2 or 5 times a power of ten that is at most so many points long, for the middle of the
    /// viewport.
    #[must_use]
    pub fn fitting(camera: &Camera, max_points: f32) -> Self {
        let metres_per_point = camera.ground_metres_per_point();
        let longest = f64::from(max_points) * metres_per_point;
        let power = 10_f64.powf(longest.log10().floor());
        let factor = [5.0, 2.0].into_iter().find(|factor| factor * power <= longest).unwrap_or(1.0);
        let length_m = factor * power;
        #[expect(clippy::cast_possible_truncation, reason = "at most max_points")]
        let length_points = (length_m / metres_per_point) as f32;
        Self { length_m, length_points }
    }

    /// Length with its unit: `"500 m"`, `"2 km"`.
    #[must_use]
    pub fn text(&self) -> String {
        if self.length_m >= 1000.0 { format!("{} km", self.length_m / 1000.0) } else { format!("{} m", self.length_m) }
    }

    /// Paints the bar with its left end at a position; needs some 16 points above it.
    pub fn paint(&self, painter: &egui::Painter, theme: &MapTheme, left: Pos2) {
        let right = left + vec2(self.length_points, 0.0);
        let halo = Stroke::new(4.0, theme.paper.gamma_multiply(0.75));
        let ink = Stroke::new(1.5, theme.ink);
        let tick = vec2(0.0, -5.0);
        for stroke in [halo, ink] {
            painter.add(Shape::line(vec![left + tick, left, right, right + tick], stroke));
        }
        let middle = left + vec2(self.length_points * 0.5, -3.0);
        text_with_halo(painter, theme, middle, Align2::CENTER_BOTTOM, &self.text(), 11.0);
    }
}

/// The n of 1:n to show: two significant digits, with thousands apart. `"1:120,000"`.
#[must_use]
pub fn scale_text(camera: &Camera) -> String {
    let exact = camera.scale_denominator().max(1.0);
    let step = 10_f64.powf(exact.log10().floor() - 1.0).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most a few hundred millions")]
    let rounded = ((exact / step).round() * step) as u64;
    let digits = rounded.to_string();
    let mut text = String::from("1:");
    for (i, digit) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
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

/// What the sign of a seat says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatSign {
    /// Seat of a unit in force: a filled square.
    Kept,
    /// Seat of a unit that the plan has abolished: a hollow square.
    Abolished,
    /// Seat of the county: a star.
    County,
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
        SeatSign::Abolished => {
            painter.rect_filled(square(4.5), 0.0, theme.paper);
            painter.rect_stroke(square(3.0), 0.0, Stroke::new(1.25, theme.muted), egui::StrokeKind::Inside);
        }
        SeatSign::County => {
            painter.add(star(at, 9.0, theme.paper, halo));
            painter.add(star(at, 7.5, theme.ink, Stroke::NONE));
        }
    }
}

/// What a seat covers on the screen, with a little room around it.
#[must_use]
pub fn seat_area(at: Pos2) -> egui::Rect {
    egui::Rect::from_center_size(at, Vec2::splat(11.0))
}

/// A five-pointed star. It is not convex, so it is made of triangles around its middle.
fn star(at: Pos2, radius: f32, colour: Color32, outline: Stroke) -> Shape {
    let corner = |i: u8| {
        let angle = f32::from(i) * std::f32::consts::PI / 5.0;
        let reach = if i.is_multiple_of(2) { radius } else { radius * 0.4 };
        pos2(at.x + reach * angle.sin(), at.y - reach * angle.cos())
    };
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

#[cfg(test)]
mod tests {
    use geo::{Coord, Rect};

    use super::*;

    fn camera(width_degrees: f64) -> Camera {
        let viewport = egui::Rect::from_min_size(Pos2::ZERO, vec2(1000.0, 800.0));
        let min = Coord { x: 105.0, y: 31.0 };
        Camera::fitting(viewport, Rect::new(min, min + Coord { x: width_degrees, y: 0.001 }), 0.0)
    }

    #[test]
    fn the_scale_bar_has_a_round_length() {
        // 0.4° at 31° north are 38.2 km over 1000 points.
        let bar = ScaleBar::fitting(&camera(0.4), 140.0);
        assert_eq!(bar.text(), "5 km");
        assert!((bar.length_points - 130.9).abs() < 0.5, "{bar:?}");
    }

    #[test]
    fn short_bars_count_metres() {
        assert_eq!(ScaleBar::fitting(&camera(0.01), 140.0).text(), "100 m");
    }

    #[test]
    fn the_numeric_scale_is_rounded_and_grouped() {
        // 38.19 m a point, and 3779.5 points to the metre.
        assert_eq!(scale_text(&camera(0.4)), "1:140,000");
    }
}
