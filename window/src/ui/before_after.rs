//! A place of a coverage from near: the units around it, filled and with their vertices, to be held against the same
//! place after a repair.

use earcut::Earcut;
use eframe::egui::epaint::{Mesh, Vertex, WHITE_UV};
use eframe::egui::{self, Color32, Pos2, Rect, Sense, Stroke, Ui, Vec2, pos2, vec2};
use geo::Coord;

use super::theme::{Colours, GRID};
use quhua::coverage::repair::Polygons;

/// Metres of a degree of latitude, about.
const DEGREE_M: f64 = 111_195.0;
/// Vertices are shown as dots where there are at most so many in view.
const MOST_DOTS: usize = 60;
/// Rings with more vertices in view are drawn, but not filled.
const MOST_FILLED: usize = 20_000;

/// What is seen: a place, and how far around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The middle, in degrees.
    pub at: Coord,
    /// From there to the edges, in metres.
    pub radius_m: f64,
}

impl Spot {
    /// A box of degrees with some room around it.
    #[must_use]
    pub fn of(bounds: geo::Rect) -> Self {
        let at = bounds.center();
        let width = bounds.width() * east_m(at.y);
        Self { at, radius_m: 0.55 * width.max(bounds.height() * DEGREE_M).max(1.0) }
    }
}

/// Metres of a degree of longitude at a latitude, about.
fn east_m(latitude: f64) -> f64 {
    DEGREE_M * latitude.to_radians().cos().max(0.01)
}

/// Rings of units, cut to a little more than is seen, in metres from the middle, north up.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    units: Vec<UnitPicture>,
    radius_m: f64,
}

#[derive(Clone, Debug, Default)]
struct UnitPicture {
    /// Corners and triangles of what is filled.
    corners: Vec<[f64; 2]>,
    triangles: Vec<u32>,
    /// Pieces of the border.
    lines: Vec<[[f64; 2]; 2]>,
    /// Vertices in view.
    dots: Vec<[f64; 2]>,
}

impl Picture {
    /// What is seen of units that have these polygons.
    #[must_use]
    pub fn of(units: &[Polygons], spot: Spot) -> Self {
        let east = east_m(spot.at.y);
        let metres = |at: Coord| [(at.x - spot.at.x) * east, (at.y - spot.at.y) * DEGREE_M];
        let edge = spot.radius_m * 1.5;
        let unit = |faces: &Polygons| {
            let mut unit = UnitPicture::default();
            for face in faces {
                let (mut points, mut holes) = (Vec::new(), Vec::new());
                for (i, ring) in face.iter().enumerate() {
                    let ring: Vec<[f64; 2]> = ring.iter().chain(ring.first()).copied().map(metres).collect();
                    for pair in ring.windows(2) {
                        if meets(pair, edge) {
                            unit.lines.push([pair[0], pair[1]]);
                        }
                        if meets(&pair[..1], spot.radius_m) {
                            unit.dots.push(pair[0]);
                        }
                    }
                    let cut = clipped(ring, edge);
                    if cut.len() < 3 {
                        if i == 0 {
                            break;
                        }
                        continue;
                    }
                    if i > 0 {
                        holes.push(u32::try_from(points.len()).unwrap_or(u32::MAX));
                    }
                    points.extend(cut);
                }
                if points.len() < 3 || points.len() > MOST_FILLED {
                    continue;
                }
                let mut triangles: Vec<u32> = Vec::new();
                Earcut::new().earcut(points.iter().copied(), &holes, &mut triangles);
                let first = u32::try_from(unit.corners.len()).unwrap_or(u32::MAX);
                unit.corners.extend(points);
                unit.triangles.extend(triangles.into_iter().map(|index| index + first));
            }
            unit
        };
        Self { units: units.iter().map(unit).collect(), radius_m: spot.radius_m }
    }

    /// Paints it in a square of this size.
    pub fn show(&self, ui: &mut Ui, colours: &Colours, size: f32) -> egui::Response {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(size), Sense::HOVER);
        let painter = ui.painter_at(rect);
        painter.rect_filled(rect, 3.0, colours.paper);
        #[expect(clippy::cast_possible_truncation, reason = "points on the screen")]
        let place = |[x, y]: [f64; 2]| -> Pos2 {
            let scale = f64::from(size) / (2.0 * self.radius_m);
            rect.center() + vec2((x * scale) as f32, (-y * scale) as f32)
        };
        for (unit, colour) in self.units.iter().zip(hues(colours).into_iter().cycle()) {
            let mut mesh = Mesh::default();
            let fill = colour.gamma_multiply(0.32);
            mesh.vertices.extend(unit.corners.iter().map(|&at| Vertex { pos: place(at), uv: WHITE_UV, color: fill }));
            mesh.indices.clone_from(&unit.triangles);
            painter.add(mesh);
        }
        let dots = self.units.iter().map(|unit| unit.dots.len()).sum::<usize>() <= MOST_DOTS;
        for (i, (unit, colour)) in self.units.iter().zip(hues(colours).into_iter().cycle()).enumerate() {
            // Where borders lie on each other, the later line is thinner: both are seen.
            let width = if i % 2 == 0 { 2.5 } else { 1.2 };
            for &[a, b] in &unit.lines {
                painter.line_segment([place(a), place(b)], Stroke::new(width, colour));
            }
            if dots {
                for &dot in &unit.dots {
                    painter.circle(place(dot), 3.0, colours.panel, Stroke::new(1.2, colour));
                }
            }
        }
        let (length, text) = self.scale();
        #[expect(clippy::cast_possible_truncation, reason = "points on the screen")]
        let bar = (length * f64::from(size) / (2.0 * self.radius_m)) as f32;
        let from = rect.left_bottom() + vec2(2.0 * GRID, -2.0 * GRID);
        let back = Rect::from_min_max(from - vec2(GRID, 5.0 * GRID), from + vec2(bar.max(40.0) + GRID, GRID));
        painter.rect_filled(back, 2.0, colours.panel.gamma_multiply(0.8));
        painter.line_segment([from, pos2(from.x + bar, from.y)], Stroke::new(2.0, colours.ink));
        let font = egui::FontId::proportional(super::theme::CAPTION);
        painter.text(from - vec2(0.0, 0.75 * GRID), egui::Align2::LEFT_BOTTOM, text, font, colours.ink);
        painter.rect_stroke(rect, 3.0, Stroke::new(1.0, colours.line), egui::StrokeKind::Inside);
        response
    }

    /// A round length that is about a third of what is seen, in metres and as text.
    fn scale(&self) -> (f64, String) {
        let wanted = self.radius_m * 0.66;
        let power = 10_f64.powf(wanted.max(1e-3).log10().floor());
        let length = [5.0, 2.0, 1.0].into_iter().map(|step| step * power).find(|&it| it <= wanted).unwrap_or(power);
        let text = match length {
            length if length >= 1000.0 => format!("{} km", length / 1000.0),
            length if length >= 1.0 => format!("{length} m"),
            length => format!("{:.0} cm", length * 100.0),
        };
        (length, text)
    }
}

/// Colours that tell units apart.
#[must_use]
pub fn hues(colours: &Colours) -> [Color32; 4] {
    [colours.accent, colours.good, colours.warning, colours.muted]
}

/// Whether the box of some places meets the square around the middle.
fn meets(places: &[[f64; 2]], edge: f64) -> bool {
    (0..2).all(|axis| {
        let values = places.iter().map(|place| place[axis]);
        let (low, high) =
            values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| (low.min(it), high.max(it)));
        low <= edge && high >= -edge
    })
}

/// A ring cut to the square around the middle: side by side, as Sutherland and Hodgman do it (1974).
fn clipped(mut ring: Vec<[f64; 2]>, edge: f64) -> Vec<[f64; 2]> {
    ring.pop();
    for (axis, sign) in [(0, 1.0), (0, -1.0), (1, 1.0), (1, -1.0)] {
        let beyond = |place: [f64; 2]| place[axis] * sign - edge;
        let mut cut = Vec::with_capacity(ring.len());
        for (i, &here) in ring.iter().enumerate() {
            let before = ring[if i == 0 { ring.len() - 1 } else { i - 1 }];
            let (from, to) = (beyond(before), beyond(here));
            if (from > 0.0) != (to > 0.0) {
                let share = from / (from - to);
                let mut meeting = [0, 1].map(|k| before[k] + (here[k] - before[k]) * share);
                meeting[axis] = edge * sign;
                cut.push(meeting);
            }
            if to <= 0.0 {
                cut.push(here);
            }
        }
        ring = cut;
    }
    ring
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_cut_to_what_is_seen() {
        let square = |low: f64, high: f64| vec![[low, low], [high, low], [high, high], [low, high], [low, low]];
        assert_eq!(clipped(square(-1.0, 1.0), 2.0).len(), 4, "all of it is seen");
        assert_eq!(clipped(square(3.0, 4.0), 2.0), Vec::<[f64; 2]>::new(), "nothing of it");
        let around = clipped(square(-9.0, 9.0), 2.0);
        assert_eq!(around.len(), 4);
        assert!(around.iter().flatten().all(|it| it.abs().to_bits() == 2.0_f64.to_bits()), "{around:?}");
        let corner = clipped(square(1.0, 9.0), 2.0);
        assert!(corner.iter().flatten().all(|it| (1.0..=2.0).contains(it)), "{corner:?}");
    }
}
