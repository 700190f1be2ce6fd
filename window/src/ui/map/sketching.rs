//! Drawing a line on the map, corner by corner.

use eframe::egui::{Align2, FontId, Key, Modifiers, Response, Shape, Stroke, Ui, vec2};
use geo::Coord;

use super::drawing::note;
use super::facilities;
use crate::render::Camera;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, Gesture};
use crate::ui::state::sketch::{self, Sketch, SketchStep, Snap};
use crate::ui::theme::CAPTION;
use quhua::i18n::numbers;

/// A click that is nearer to the first corner closes the sketch, in points.
const CLOSES: f32 = 9.0;

/// Where the next corner would be: the pointer, or what it sticks to. Ctrl lets it go where it is.
fn next_corner(ui: &Ui, response: &Response, shown: &Shown<'_>, camera: &Camera) -> Option<(Coord, Option<Snap>)> {
    let pointer = response.hover_pos()?;
    let is_free = ui.input(|input| input.modifiers.command);
    let snap = shown.project.filter(|_| !is_free).and_then(|it| sketch::snap(it.dataset(), camera, pointer));
    Some((snap.map_or_else(|| camera.lonlat_from_screen(pointer), |snap| snap.at), snap))
}

/// Turns clicks and keys into steps of the sketch.
pub fn handle(
    ui: &Ui,
    response: &Response,
    shown: &Shown<'_>,
    sketch: &Sketch,
    camera: &Camera,
    send: &mut Vec<Command>,
) {
    let next = next_corner(ui, response, shown, camera).map(|(at, _)| at);
    if sketch.pointer != next {
        send.push(Command::Sketch(SketchStep::Pointer(next)));
    }
    if response.clicked()
        && let (Some(at), Some(pointer)) = (next, response.interact_pointer_pos())
    {
        // A line of the map takes the place of one drawn by hand, as long as nothing is drawn.
        let line = shown.facilities().filter(|_| sketch.corners.is_empty() || sketch.done);
        if let Some(line) = line.and_then(|it| facilities::line_under(it, camera, pointer)) {
            send.push(Command::Sketch(SketchStep::Take(line.path.clone())));
            return;
        }
        let first = sketch.corners.first().map(|&first| camera.screen_from_lonlat(first));
        let closes =
            sketch.corners.len() >= 3 && !sketch.done && first.is_some_and(|it| it.distance(pointer) <= CLOSES);
        if closes {
            send.push(Command::Sketch(SketchStep::Close));
        } else if response.double_clicked() {
            // The first of the two clicks has set the corner.
            send.push(Command::Sketch(SketchStep::Finish));
        } else {
            send.push(Command::Sketch(SketchStep::Corner(at)));
        }
    }
    let pressed =
        |key| !ui.ctx().text_edit_focused() && ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Backspace) {
        send.push(Command::Sketch(SketchStep::Back));
    }
    if !sketch.done && sketch.corners.len() >= 2 && pressed(Key::Enter) {
        send.push(Command::Sketch(SketchStep::Finish));
    }
}

/// Paints the sketch, and what its next corner sticks to.
pub fn paint(ui: &Ui, response: &Response, shown: &Shown<'_>, sketch: &Sketch, camera: &Camera) {
    let snap = next_corner(ui, response, shown, camera).and_then(|(_, snap)| snap);
    let painter = ui.painter_at(camera.viewport());
    let colour = if shown.now.gesture == Gesture::Split { shown.colours.accent } else { shown.colours.selection };
    let line = shown.facilities().filter(|_| sketch.corners.is_empty() || sketch.done).zip(response.hover_pos());
    if let Some(line) = line.and_then(|(facilities, at)| facilities::line_under(facilities, camera, at)) {
        let path = line.path.iter().map(|&at| camera.screen_from_lonlat(at)).collect();
        painter.add(Shape::line(path, Stroke::new(3.5, colour)));
    }
    let places = sketch.places();
    let ring = places.iter().chain(places.first().filter(|_| sketch.closed));
    let line: Vec<_> = ring.map(|&at| camera.screen_from_lonlat(at)).collect();
    painter.add(Shape::line(line.clone(), Stroke::new(4.0, shown.colours.paper.gamma_multiply(0.8))));
    painter.add(Shape::line(line, Stroke::new(2.0, colour)));
    for &corner in &sketch.corners {
        let at = camera.screen_from_lonlat(corner);
        painter.circle(at, 3.5, shown.colours.paper, Stroke::new(1.5, colour));
    }
    for (at, number) in sketch.parts.into_iter().flatten().zip(["1", "2"]) {
        let at = camera.screen_from_lonlat(at);
        painter.circle(at, 10.0, colour, Stroke::new(2.0, shown.colours.paper));
        painter.text(at, Align2::CENTER_CENTER, number, FontId::proportional(CAPTION), shown.colours.paper);
    }
    if let Some(snap) = snap.filter(|_| !sketch.done) {
        let at = camera.screen_from_lonlat(snap.at);
        let stroke = Stroke::new(1.5, colour);
        if snap.is_vertex {
            let square = eframe::egui::Rect::from_center_size(at, vec2(10.0, 10.0));
            painter.rect_stroke(square, 0.0, stroke, eframe::egui::StrokeKind::Middle);
        } else {
            painter.circle_stroke(at, 5.0, stroke);
        }
    }
    if !response.hovered() {
        return;
    }
    ui.ctx().set_cursor_icon(eframe::egui::CursorIcon::Crosshair);
    if shown.now.gesture == Gesture::Measure
        && places.len() >= 2
        && let Some(at) = response.hover_pos()
    {
        let length = numbers::length(Sketch::length_m(&places, sketch.closed), shown.lang);
        note(&painter, shown, at + vec2(14.0, 10.0), length);
    }
}
