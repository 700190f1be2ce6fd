//! What pointer and wheel do on the map.
//!
//! Hover previews, click selects, Shift adds, Alt removes, a drag selects with a box, a lasso or a brush, clicks set the
//! corners of a polygon, Space+drag or the middle or right button pans, the wheel zooms to the pointer, double click
//! zooms to the unit. While members are painted onto another parent, the brush moves them. With the focus on the map,
//! arrows pan, and Space or Enter click at the cross in its middle.

use eframe::egui::{self, CursorIcon, Event, Key, Modifiers, PointerButton, Pos2, Response, Ui, vec2};
use geo::Coord;

use super::drawing::{BrushLook, Drawing, Ground, note, paint_brush};
use super::sketching;
use super::symbols::{MapSymbols, SymbolClick};
use crate::render::Camera;
use crate::ui::focus;
use crate::ui::inspector::Card;
use crate::ui::shown::Shown;
use crate::ui::state::brush;
use crate::ui::state::command::{Click, Command, SelectMode};
use crate::ui::state::view::Tool;
use crate::ui::words;
use quhua::i18n::Text;
use quhua::model::{Dataset, LevelIndex, State, UnitId};
use quhua::study::{Allowed, Stroke};

/// Gesture in progress.
#[derive(Clone, Debug, Default)]
pub struct Pointer {
    /// What is being drawn to select with.
    pub drawing: Option<Drawing>,
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
    /// A unit that members are painted onto.
    Taker(UnitId),
}

/// Turns what was done on the map into a moved camera, commands, and perhaps a click that a gesture waits for.
pub fn handle(
    ui: &Ui,
    response: &Response,
    (shown, card): (&Shown<'_>, &Card),
    (camera, pointer): (&mut Camera, &mut Pointer),
    symbols: &MapSymbols,
    send: &mut Vec<Command>,
) -> Option<MapClick> {
    zoom(ui, response, camera);
    pan(ui, response, camera);
    arrows(ui, response, camera);
    // Who presses on the map goes on with the pointer.
    if response.is_pointer_button_down_on() {
        response.surrender_focus();
    }
    let at = if response.has_focus() { Some(response.rect.center()) } else { response.hover_pos() };
    pointer.at = at.map(|at| camera.lonlat_from_screen(at));
    let project = shown.project?;
    let (dataset, state) = (project.dataset(), project.state());
    let level = level_of_click(shown);
    let under = pointer.at.and_then(|at| unit_at(dataset, state, level, at));
    hover(response, shown, under, send);
    let allowed = Allowed::new(project, &shown.view.limits);
    let allows = |unit: UnitId| allowed.allows(project, unit);
    let ground = Ground { dataset, state, level: shown.view.level, camera, allows: &allows };
    draw(ui, response, ground, shown, pointer, send);
    let tool = tool_now(shown);
    if let Some(sketch) = card.sketch() {
        sketching::handle(ui, response, shown, sketch, camera, send);
        return None;
    }
    if tool == Some(Tool::Polygon) {
        corners(ui, response, ground, shown, pointer, send);
        return None;
    }
    let pressed = at.filter(|_| selects(shown) && (response.clicked() || response.double_clicked()));
    let symbol = pressed.and_then(|at| symbols.click(project, at));
    if response.double_clicked()
        && symbol.is_none()
        && !matches!(shown.now.click, Click::Parent | Click::Taker | Click::Paints)
    {
        send.extend(under.map(Command::ZoomTo));
    }
    if !response.clicked() {
        return None;
    }
    if tool == Some(Tool::Brush)
        && let Some(at) = response.interact_pointer_pos().filter(|_| !response.has_focus())
    {
        // A press without a drag is a dab.
        let mut dab = Drawing::begin(ground, (Tool::Brush, drawn_mode(ui)), brush(shown, ground.camera, at), at);
        if shown.now.click == Click::Paints {
            send.push(Command::Paint(Stroke::Begin));
            send.push(painted(&mut dab));
            send.push(Command::Paint(Stroke::End));
        } else {
            send.push(Command::Select(dab.units().iter().copied().collect(), dab.mode()));
        }
        return None;
    }
    if let Some(symbol) = symbol.filter(|_| mode(ui) == SelectMode::Replace) {
        send.push(match symbol {
            SymbolClick::Row { ledger, key } => Command::OpenRecord { ledger, key },
            SymbolClick::Closer(bounds) => Command::ZoomToBox(bounds),
        });
        return None;
    }
    click(ui, shown, under, pointer.at, send)
}

/// Whether a click takes what is there, rather than what a card asks for.
const fn selects(shown: &Shown<'_>) -> bool {
    matches!(shown.now.click, Click::Selects | Click::SelectsOne)
}

/// What a drag draws with now, if it draws at all.
fn tool_now(shown: &Shown<'_>) -> Option<Tool> {
    match shown.now.click {
        Click::Selects => Some(shown.preferences.tool),
        Click::Paints => Some(Tool::Brush),
        Click::SelectsOne | Click::Draws | Click::Seat | Click::Parent | Click::Taker => None,
    }
}

/// The brush as it is at a place on the screen.
fn brush(shown: &Shown<'_>, camera: &Camera, at: Pos2) -> BrushLook {
    let radius = brush::points_at(shown.preferences, camera, camera.lonlat_from_screen(at));
    BrushLook { radius, rule: shown.preferences.brush_rule }
}

/// What a stroke of the brush does to the members that are being painted.
fn painted(drawing: &mut Drawing) -> Command {
    let units = drawing.take_fresh();
    Command::Paint(if drawing.mode() == SelectMode::Remove { Stroke::Remove(units) } else { Stroke::Add(units) })
}

/// Sets, takes back and closes the corners of a polygon.
fn corners(
    ui: &Ui,
    response: &Response,
    ground: Ground<'_>,
    shown: &Shown<'_>,
    pointer: &mut Pointer,
    send: &mut Vec<Command>,
) {
    let mut closes = false;
    if response.clicked()
        && let Some(at) = response.interact_pointer_pos()
    {
        match &mut pointer.drawing {
            Some(drawing) => drawing.set_corner(ground.camera, at),
            None => {
                pointer.drawing =
                    Some(Drawing::begin(ground, (Tool::Polygon, drawn_mode(ui)), brush(shown, ground.camera, at), at));
            }
        }
        closes = response.double_clicked();
    }
    let Some(drawing) = &mut pointer.drawing else { return };
    if let Some(at) = response.hover_pos() {
        drawing.follow(ground, 0.0, &[at]);
    }
    let writes = ui.ctx().text_edit_focused();
    let pressed = |key| !writes && ui.ctx().input_mut(|input| input.consume_key(Modifiers::NONE, key));
    if pressed(Key::Backspace) && !drawing.take_corner_back(ground) {
        pointer.drawing = None;
        return;
    }
    // Shift and Alt may be held by then.
    closes |= !writes
        && ui.ctx().input_mut(|input| {
            let modifiers = input.modifiers;
            input.consume_key(modifiers, Key::Enter)
        });
    if !closes {
        return;
    }
    drawing.close(ground);
    if let Some(drawing) = pointer.drawing.take().filter(|drawing| !drawing.is_slip(ground.camera)) {
        let mode = if drawing.mode() == SelectMode::Replace { drawn_mode(ui) } else { drawing.mode() };
        send.push(Command::Select(drawing.units().iter().copied().collect(), mode));
    }
}

/// The level that a click takes: one coarser while a parent is wanted.
fn level_of_click(shown: &Shown<'_>) -> LevelIndex {
    match shown.now.click {
        Click::Parent => shown.view.level.coarser(),
        // Units of the finest level have no members to be painted.
        Click::Taker if shown.view.level == LevelIndex::FINEST => shown.view.level.coarser(),
        Click::Taker | Click::Selects | Click::SelectsOne | Click::Paints | Click::Draws | Click::Seat => {
            shown.view.level
        }
    }
}

/// Unit at a place.
fn unit_at(dataset: &Dataset, state: &State, level: LevelIndex, at: Coord) -> Option<UnitId> {
    let atom = dataset.index.atom_at(&dataset.coverage, at)?;
    Some(state.unit_of(atom, level))
}

fn hover(response: &Response, shown: &Shown<'_>, under: Option<UnitId>, send: &mut Vec<Command>) {
    if (response.hovered() || response.has_focus()) && shown.view.hovered != under {
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
    match shown.now.click {
        Click::Seat => return at.map(MapClick::Seat),
        Click::Parent => return under.map(MapClick::Parent),
        Click::Taker => return under.map(MapClick::Taker),
        Click::Selects | Click::SelectsOne | Click::Paints | Click::Draws => {}
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
    // Those of the press itself: when frames are slow, the keys may be up again.
    let of_press = |event: &Event| match event {
        Event::PointerButton { modifiers, .. } => Some(*modifiers),
        _ => None,
    };
    let modifiers = ui.input(|input| input.events.iter().rev().find_map(of_press).unwrap_or(input.modifiers));
    if modifiers.alt {
        SelectMode::Remove
    } else if modifiers.shift || modifiers.command {
        SelectMode::Toggle
    } else {
        SelectMode::Replace
    }
}

pub(super) fn zoom(ui: &Ui, response: &Response, camera: &mut Camera) {
    let Some(at) = response.hover_pos() else { return };
    let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta().y, input.zoom_delta()));
    let factor = f64::from(pinch) * (f64::from(scroll) / 240.0).exp();
    if (factor - 1.0).abs() > 1e-6 {
        camera.zoom_at(at, factor);
    }
}

/// With the focus on the map, arrows pan it; with Shift farther.
pub(super) fn arrows(ui: &Ui, response: &Response, camera: &mut Camera) {
    /// How far one press goes, in points.
    const STEP: f32 = 48.0;
    if !response.has_focus() {
        return;
    }
    focus::keep_arrows(ui, response);
    let ways = [
        (Key::ArrowLeft, vec2(STEP, 0.0)),
        (Key::ArrowRight, vec2(-STEP, 0.0)),
        (Key::ArrowUp, vec2(0.0, STEP)),
        (Key::ArrowDown, vec2(0.0, -STEP)),
    ];
    for (key, by) in ways {
        let (presses, far) =
            ui.input_mut(|input| (input.count_and_consume_key(Modifiers::NONE, key), input.modifiers.shift));
        for _ in 0..presses {
            camera.pan_by(if far { by * 4.0 } else { by });
        }
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

/// Begins, follows and ends what is drawn to select with.
fn draw(
    ui: &Ui,
    response: &Response,
    ground: Ground<'_>,
    shown: &Shown<'_>,
    pointer: &mut Pointer,
    send: &mut Vec<Command>,
) {
    let paints = shown.now.click == Click::Paints;
    let tool = tool_now(shown).filter(|&tool| tool != Tool::Polygon);
    if let Some(tool) = tool
        && response.drag_started_by(PointerButton::Primary)
        && !pans(ui, response)
        && let Some(from) = ui.input(|input| input.pointer.press_origin())
    {
        let mut drawing = Drawing::begin(ground, (tool, drawn_mode(ui)), brush(shown, ground.camera, from), from);
        if paints {
            send.push(Command::Paint(Stroke::Begin));
            send.push(painted(&mut drawing));
        }
        pointer.drawing = Some(drawing);
    }
    let is_polygon = pointer.drawing.as_ref().is_some_and(Drawing::is_polygon);
    if is_polygon {
        return;
    }
    if pans(ui, response) && pointer.drawing.take().is_some() && paints {
        send.push(Command::Paint(Stroke::End));
    }
    let Some(drawing) = &mut pointer.drawing else { return };
    let taken = drawing.units().len();
    let way = way_of_pointer(ui);
    let last = way.last().copied().or_else(|| response.interact_pointer_pos()).unwrap_or(response.rect.center());
    drawing.follow(ground, brush(shown, ground.camera, last).radius, &way);
    if paints && drawing.units().len() != taken {
        send.push(painted(drawing));
    }
    if !response.drag_stopped() {
        if !response.dragged() {
            pointer.drawing = None;
        }
        return;
    }
    // Esc stops a drag with the button still down: then it is the dispatcher who gives the drawing up.
    if ui.input(|input| input.pointer.primary_down()) {
        return;
    }
    if paints {
        pointer.drawing = None;
        send.push(Command::Paint(Stroke::End));
        return;
    }
    let is_slip = drawing.is_slip(ground.camera);
    if let Some(drawing) = pointer.drawing.take().filter(|_| !is_slip) {
        // The keys count when it begins or when it ends: few let go of both at once.
        let mode = if drawing.mode() == SelectMode::Replace { drawn_mode(ui) } else { drawing.mode() };
        send.push(Command::Select(drawing.units().iter().copied().collect(), mode));
    }
}

/// Where the pointer went since the last frame with the button held: all of it, so that no corner is cut when frames
/// are slow.
fn way_of_pointer(ui: &Ui) -> Vec<Pos2> {
    ui.input(|input| {
        let mut way = Vec::new();
        for event in &input.events {
            match event {
                Event::PointerMoved(at) => way.push(*at),
                Event::PointerButton { pressed: true, button: PointerButton::Primary, .. } => way.clear(),
                Event::PointerButton { pos, pressed: false, button: PointerButton::Primary, .. } => {
                    way.push(*pos);
                    break;
                }
                _ => {}
            }
        }
        way
    })
}

/// How what was drawn joins the selection: many units are added, never toggled.
fn drawn_mode(ui: &Ui) -> SelectMode {
    match mode(ui) {
        SelectMode::Toggle => SelectMode::Add,
        other => other,
    }
}

/// Paints what is being drawn, or the brush that waits with its size and rule.
pub fn paint(ui: &Ui, response: &Response, (shown, card): (&Shown<'_>, &Card), camera: &Camera, pointer: &Pointer) {
    let tool = tool_now(shown);
    if let Some(sketch) = card.sketch() {
        sketching::paint(ui, response, shown, sketch, camera);
    }
    if let Some(at) = shown.project.and_then(|project| card.says().seat(project)) {
        chosen_seat(ui, shown, camera.screen_from_lonlat(at), camera);
    }
    if let Some(at) = shown.project.and_then(|project| card.says().place(project)) {
        place_of_card(ui, shown, camera.screen_from_lonlat(at), camera);
    }
    if response.has_focus() && !shown.view.picturing {
        cross(ui, shown, response.rect.center());
    }
    if let Some(drawing) = &pointer.drawing {
        drawing.paint(ui, shown, camera);
    } else if let Some(at) = response.hover_pos()
        && tool == Some(Tool::Brush)
        && response.hovered()
    {
        let radius = brush(shown, camera, at).radius;
        paint_brush(ui.painter(), shown.colours.selection, at, radius);
        // Above the brush: what is under the pointer is said below it.
        let reach = radius * std::f32::consts::FRAC_1_SQRT_2;
        let corner = at + eframe::egui::vec2(reach, -reach - 36.0);
        note(&ui.painter_at(camera.viewport()), shown, corner, words::brush(shown));
    }
    if matches!(tool, Some(Tool::Lasso | Tool::Polygon)) && response.hovered() && !pans(ui, response) {
        ui.ctx().set_cursor_icon(CursorIcon::Crosshair);
    }
}

/// Where the card would put the seat: a ring around its sign, since nothing is carried out yet.
fn chosen_seat(ui: &Ui, shown: &Shown<'_>, at: Pos2, camera: &Camera) {
    const RING: f32 = 9.0;
    if !camera.viewport().contains(at) {
        return;
    }
    let painter = ui.painter_at(camera.viewport());
    painter.circle(at, RING, shown.colours.paper.gamma_multiply(0.6), egui::Stroke::new(4.0, shown.colours.paper));
    painter.circle_stroke(at, RING, egui::Stroke::new(2.0, shown.colours.selection));
    painter.circle_filled(at, RING / 3.0, shown.colours.selection);
    let place = egui::Rect::from_center_size(at, egui::Vec2::splat(2.0 * RING));
    let text = shown.text(Text::ChosenSeat);
    // It catches no click: those are for the map.
    let mark = ui.interact(place, ui.scope_id().with("chosen seat"), egui::Sense::hover());
    mark.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, text));
}

/// The place that the card is about: a ring around whatever stands there.
fn place_of_card(ui: &Ui, shown: &Shown<'_>, at: Pos2, camera: &Camera) {
    const RING: f32 = 11.0;
    if camera.viewport().contains(at) {
        let painter = ui.painter_at(camera.viewport());
        painter.circle_stroke(at, RING, egui::Stroke::new(4.0, shown.colours.paper));
        painter.circle_stroke(at, RING, egui::Stroke::new(2.0, shown.colours.selection));
    }
}

/// The place that the keyboard clicks at.
fn cross(ui: &Ui, shown: &Shown<'_>, at: Pos2) {
    let (inner, outer) = (4.0, 14.0);
    for (halo, colour) in [(4.0, shown.colours.paper), (2.0, shown.colours.selection)] {
        for way in [vec2(1.0, 0.0), vec2(-1.0, 0.0), vec2(0.0, 1.0), vec2(0.0, -1.0)] {
            ui.painter().line_segment([at + way * inner, at + way * outer], egui::Stroke::new(halo, colour));
        }
    }
}
