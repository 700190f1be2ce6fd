//! What pointer and wheel do on the map.
//!
//! Hover previews, click selects, Shift adds, Alt removes, drag boxes, Space+drag or the middle or right button
//! pans, the wheel zooms to the pointer, double click zooms to the unit.

use eframe::egui::{self, CursorIcon, Key, PointerButton, Pos2, Rect, Response, Ui};
use geo::Coord;

use crate::model::{Dataset, LevelIndex, State, UnitId};
use crate::render::Camera;
use crate::ui::command::{Command, Gesture, SelectMode};
use crate::ui::shown::Shown;

/// A box that is smaller than this in points is a click that slipped.
const SLIP: f32 = 4.0;

/// Gesture in progress.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pointer {
    /// Where a box was begun.
    pub band: Option<Pos2>,
    /// Place under the pointer in degrees.
    pub at: Option<Coord>,
}

/// A click on the map that does not select.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MapClick {
    /// A place for a seat, in degrees.
    Seat(Coord),
    /// A unit that takes others over.
    Parent(UnitId),
}

/// Turns what was done on the map into a moved camera, commands, and perhaps a click that a gesture waits for.
pub fn handle(
    ui: &Ui,
    response: &Response,
    shown: &Shown<'_>,
    camera: &mut Camera,
    pointer: &mut Pointer,
    send: &mut Vec<Command>,
) -> Option<MapClick> {
    zoom(ui, response, camera);
    pan(ui, response, camera);
    pointer.at = response.hover_pos().map(|at| camera.lonlat_from_screen(at));
    let project = shown.project?;
    let (dataset, state) = (project.dataset(), project.state());
    let level = level_of_gesture(shown);
    let under = pointer.at.and_then(|at| unit_at(dataset, state, level, at));
    hover(response, shown, under, send);
    boxes(ui, response, shown, camera, pointer, send);
    if response.double_clicked() && shown.now.gesture != Gesture::PickParent {
        send.extend(under.map(Command::ZoomTo));
    }
    response.clicked().then(|| click(ui, shown, under, pointer.at, send)).flatten()
}

/// The level that a click takes: one coarser while a parent is wanted.
fn level_of_gesture(shown: &Shown<'_>) -> LevelIndex {
    match shown.now.gesture {
        Gesture::PickParent => shown.view.level.coarser(),
        _ => shown.view.level,
    }
}

/// Unit at a place.
fn unit_at(dataset: &Dataset, state: &State, level: LevelIndex, at: Coord) -> Option<UnitId> {
    let atom = dataset.index.atom_at(&dataset.coverage, at)?;
    Some(state.unit_of(atom, level))
}

fn hover(response: &Response, shown: &Shown<'_>, under: Option<UnitId>, send: &mut Vec<Command>) {
    if response.hovered() && shown.view.hovered != under {
        send.push(Command::Hover(under));
    }
}

fn click(
    ui: &Ui,
    shown: &Shown<'_>,
    under: Option<UnitId>,
    at: Option<Coord>,
    send: &mut Vec<Command>,
) -> Option<MapClick> {
    match shown.now.gesture {
        Gesture::PickMergeSeat | Gesture::PickSeat => return at.map(MapClick::Seat),
        Gesture::PickParent => return under.map(MapClick::Parent),
        Gesture::Select | Gesture::Merge | Gesture::Rename | Gesture::ConvertKind => {}
    }
    let mode = mode(ui);
    match under {
        Some(unit) => send.push(Command::Select(vec![unit], mode)),
        None if mode == SelectMode::Replace => send.push(Command::Select(Vec::new(), mode)),
        None => {}
    }
    None
}

fn mode(ui: &Ui) -> SelectMode {
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.alt {
        SelectMode::Remove
    } else if modifiers.shift || modifiers.command {
        SelectMode::Toggle
    } else {
        SelectMode::Replace
    }
}

fn zoom(ui: &Ui, response: &Response, camera: &mut Camera) {
    let Some(at) = response.hover_pos() else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
    let factor = f64::from(pinch) * (f64::from(scroll) / 240.0).exp();
    if (factor - 1.0).abs() > 1e-6 {
        camera.zoom_at(at, factor);
    }
}

fn pans(ui: &Ui, response: &Response) -> bool {
    let space = ui.input(|input| input.key_down(Key::Space)) && !ui.ctx().text_edit_focused();
    response.dragged_by(PointerButton::Middle)
        || response.dragged_by(PointerButton::Secondary)
        || (space && response.dragged_by(PointerButton::Primary))
}

fn pan(ui: &Ui, response: &Response, camera: &mut Camera) {
    if pans(ui, response) {
        camera.pan_by(response.drag_delta());
        ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
    }
}

/// Begins, follows and ends a box.
fn boxes(
    ui: &Ui,
    response: &Response,
    shown: &Shown<'_>,
    camera: &Camera,
    pointer: &mut Pointer,
    send: &mut Vec<Command>,
) {
    let selects = matches!(shown.now.gesture, Gesture::Select | Gesture::Merge);
    if selects && response.drag_started_by(PointerButton::Primary) && !pans(ui, response) {
        pointer.band = ui.input(|input| input.pointer.press_origin());
    }
    if pans(ui, response) || ui.input(|input| input.key_pressed(Key::Escape)) {
        pointer.band = None;
    }
    let Some(from) = pointer.band else { return };
    let Some(to) = response.interact_pointer_pos().or_else(|| ui.ctx().pointer_latest_pos()) else { return };
    let band = Rect::from_two_pos(from, to);
    if !response.drag_stopped() {
        return;
    }
    pointer.band = None;
    if band.width().max(band.height()) >= SLIP {
        let units = units_in(shown, camera, band);
        let mode = match mode(ui) {
            SelectMode::Toggle => SelectMode::Add,
            other => other,
        };
        send.push(Command::Select(units, mode));
    }
}

/// Paints the box that is being drawn.
pub fn paint_band(ui: &Ui, shown: &Shown<'_>, pointer: Pointer) {
    let (Some(from), Some(to)) = (pointer.band, ui.ctx().pointer_latest_pos()) else { return };
    let colour = shown.colours.selection;
    let (fill, line) = (colour.gamma_multiply(0.12), egui::Stroke::new(1.0, colour));
    ui.painter().rect(Rect::from_two_pos(from, to), 0.0, fill, line, egui::StrokeKind::Inside);
}

/// Units with an atom whose middle lies in a box on the screen, ascending.
fn units_in(shown: &Shown<'_>, camera: &Camera, band: Rect) -> Vec<UnitId> {
    let Some(project) = shown.project else { return Vec::new() };
    let (dataset, state) = (project.dataset(), project.state());
    let bounds = geo::Rect::new(camera.lonlat_from_screen(band.min), camera.lonlat_from_screen(band.max));
    let inside = |at: Coord| {
        (bounds.min().x..=bounds.max().x).contains(&at.x) && (bounds.min().y..=bounds.max().y).contains(&at.y)
    };
    let mut units: Vec<UnitId> = dataset
        .index
        .atoms_in(bounds)
        .filter(|&atom| dataset.coverage.bounds_of(atom).is_some_and(|bounds| inside(bounds.center())))
        .map(|atom| state.unit_of(atom, shown.view.level))
        .collect();
    units.sort_unstable();
    units.dedup();
    units
}
