//! Proportional circles on the screen. Large ones are painted first, so that small ones stay in sight.

use eframe::egui::{self, Color32, Painter, Pos2, Stroke};

pub use quhua::carto::circles::CircleScale;

/// Circles at most in one view: more cannot be read.
pub const MOST_CIRCLES: usize = 400;

/// Paints circles at places with radii, the largest first.
pub fn paint_circles(painter: &Painter, mut circles: Vec<(Pos2, f32)>, ink: Color32, rim: Color32) {
    circles.sort_by(|a, b| b.1.total_cmp(&a.1));
    for (at, radius) in circles {
        painter.add(circle(at, radius, ink, rim));
    }
}

/// One circle: translucent, with a rim that parts it from those below.
pub fn circle(at: Pos2, radius: f32, ink: Color32, rim: Color32) -> egui::Shape {
    egui::epaint::CircleShape { center: at, radius, fill: ink.gamma_multiply(0.72), stroke: Stroke::new(1.0, rim) }
        .into()
}
