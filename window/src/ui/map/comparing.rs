//! Scenarios beside each other on the map: linked panes, a divider to be swiped, one after the other, or one with the
//! old borders over it. All look the same way, in the same colours and classes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use eframe::egui::{self, Color32, CursorIcon, FontId, Rect, Response, Role, Sense, Shape, Stroke, Ui, WidgetInfo};
use eframe::egui::{pos2, vec2};
use geo::Coord;

use super::canvas::MapCanvas;
use super::scenes::Scenes;
use super::styling::MapStyling;
use super::{gestures, overlay};
use crate::render::{Camera, MapLayer, MapScene, MapView};
use crate::ui::compare::side_text;
use crate::ui::focus::{self, Stop};
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::state::view::{CompareMode, CompareView, View};
use crate::ui::theme::{DATA, GRID};
use quhua::coverage::{AtomId, Coverage};
use quhua::edit::change::Between;
use quhua::i18n::Text;
use quhua::jobs::{Derived, Job};
use quhua::model::{Dataset, LevelIndex, State, UnitId};
use quhua::study::{Due, Measured, Side, Study};

/// How long each side shows when they take turns.
const TURN: Duration = Duration::from_millis(900);
/// Arrows at most: more would hide the map.
const MOST_ARROWS: usize = 400;
/// Width of what the divider is dragged by, in points.
const HANDLE: f32 = 12.0;

/// Maps of several scenarios.
#[derive(Default)]
pub struct CompareCanvas {
    render_state: Option<eframe::egui_wgpu::RenderState>,
    /// A map for each side, as of a revision of the document.
    panes: Derived<(u64, Vec<Side>), Vec<Pane>>,
    /// All sides upon one dataset, where they cut atoms in different ways.
    common: Option<(Arc<Dataset>, Vec<Arc<State>>)>,
    /// What differs between the first pane and another, by its place and the level.
    moved: BTreeMap<(usize, LevelIndex), Moves>,
}

/// The map of one side.
struct Pane {
    side: Side,
    project: Study,
    layer: Option<MapLayer>,
    styling: MapStyling,
    /// Figures on their way.
    measuring: Option<(Due, Job<Measured>)>,
}

/// What differs between two sides, in degrees.
#[derive(Default)]
struct Moves {
    arrows: Vec<Arrow>,
    /// Borders of units of the first side that are no longer units of the other.
    ghosts: Vec<Vec<Coord>>,
}

/// Where something went.
struct Arrow {
    from: Coord,
    to: Coord,
    /// Whether it stands for a whole unit.
    whole: bool,
}

impl CompareCanvas {
    /// Maps on the graphics device of the window; without one (in tests) only what lies on them is drawn.
    #[must_use]
    pub fn new(render_state: Option<&eframe::egui_wgpu::RenderState>) -> Self {
        Self { render_state: render_state.cloned(), ..Self::default() }
    }

    /// Shows another document.
    pub fn open(&mut self) {
        *self = Self { render_state: self.render_state.take(), ..Self::default() };
    }

    /// Whether a pane is of a dataset.
    #[must_use]
    pub fn shows(&self, dataset: &Arc<Dataset>) -> bool {
        self.panes().iter().any(|pane| Arc::ptr_eq(pane.project.dataset(), dataset))
    }

    /// Takes the map over that was made of a dataset.
    pub fn reshape(&mut self, dataset: &Arc<Dataset>, scene: &Arc<MapScene>) {
        for pane in self.panes_mut().iter_mut().filter(|pane| Arc::ptr_eq(pane.project.dataset(), dataset)) {
            if let Some(layer) = &mut pane.layer {
                layer.set_scene(Arc::clone(scene));
            }
        }
    }

    /// Lets go of everything: nothing is compared any more.
    pub fn close(&mut self) {
        self.panes.forget();
        self.moved.clear();
    }

    /// Shows the sides in what is left of the window.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        (canvas, scenes): (&mut MapCanvas, &mut Scenes),
        view: &CompareView,
        send: &mut Vec<Command>,
    ) {
        let Some(project) = shown.project else { return };
        self.follow(ui, project, scenes, view, shown.view.level, send);
        let rect = ui.available_rect_before_wrap();
        ui.painter().rect_filled(rect, 0.0, shown.colours.paper);
        let cells = match view.mode {
            CompareMode::Panes => cells(rect, self.panes().len()),
            CompareMode::Swipe | CompareMode::Flicker | CompareMode::Ghost => vec![rect],
        };
        let Some(&first) = cells.first() else { return };
        let camera = canvas.camera_in(ui, first);
        // Every cell can be dragged; all move together.
        for (at, &cell) in cells.iter().enumerate() {
            let id = if at == 0 { Stop::Map.id() } else { ui.scope_id().with(("compare", at)) };
            let response = ui.interact(cell, id, Sense::click_and_drag());
            focus::ring(ui, shown, &response, cell);
            let name = self.panes().get(at).map(|pane| side_text(shown, project, pane.side)).unwrap_or_default();
            response.widget_info(|| WidgetInfo::labeled(Role::Canvas, true, &name));
            let mut here = *camera;
            here.set_viewport(cell);
            gestures::zoom(ui, &response, &mut here);
            gestures::arrows(ui, &response, &mut here);
            if response.dragged() {
                here.pan_by(response.drag_delta());
                ui.ctx().set_cursor_icon(CursorIcon::Grabbing);
            }
            here.set_viewport(first);
            *camera = here;
            if response.double_clicked() {
                send.push(crate::ui::state::action::Action::ZoomToFit.into());
            }
        }
        let camera = *camera;
        if camera.is_flying() {
            ui.ctx().request_repaint();
        }
        match view.mode {
            CompareMode::Panes => self.show_panes(ui, shown, &camera, &cells, view, send),
            CompareMode::Swipe => self.show_swipe(ui, shown, &camera, rect, view, send),
            CompareMode::Flicker => self.show_turn(ui, shown, &camera, rect, send),
            CompareMode::Ghost => self.show_ghost(ui, shown, &camera, rect, view, send),
        }
    }

    fn show_panes(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        camera: &Camera,
        cells: &[Rect],
        view: &CompareView,
        send: &mut Vec<Command>,
    ) {
        let last = self.panes().len().saturating_sub(1);
        for (at, &cell) in cells.iter().enumerate().take(self.panes().len()) {
            let mut here = *camera;
            here.set_viewport(cell);
            self.panes_mut()[at].show(ui, shown, &here, cell, at == last, send);
            if view.arrows && at > 0 {
                let moves = self.moves_to(at, shown.view.level);
                moves.paint_arrows(&ui.painter_at(cell), shown, &here);
            }
            if let Some(project) = shown.project {
                title(ui, shown, cell, &side_text(shown, project, self.panes()[at].side));
            }
            let line = shown.colours.hairline();
            ui.painter().rect_stroke(cell, 0.0, line, egui::StrokeKind::Inside);
        }
    }

    fn show_swipe(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        camera: &Camera,
        rect: Rect,
        view: &CompareView,
        send: &mut Vec<Command>,
    ) {
        let x = egui::lerp(rect.x_range(), view.divider.clamp(0.0, 1.0));
        let halves = [rect.with_max_x(x), rect.with_min_x(x)];
        for (at, half) in halves.into_iter().enumerate().take(self.panes().len()) {
            ui.scope(|ui| {
                ui.set_clip_rect(half.intersect(ui.clip_rect()));
                self.panes_mut()[at].show(ui, shown, camera, rect, false, send);
                if view.arrows && at == 1 {
                    self.moves_to(1, shown.view.level).paint_arrows(ui.painter(), shown, camera);
                }
            });
        }
        if let Some(pane) = self.panes_mut().get_mut(1) {
            pane.explain(ui, shown, camera, rect, None, send);
        }
        if let Some(project) = shown.project {
            for (at, pane) in self.panes().iter().enumerate().take(2) {
                let name = side_text(shown, project, pane.side);
                let side = if at == 0 { rect.with_max_x(x) } else { rect.with_min_x(x) };
                title(ui, shown, side, &name);
            }
        }
        let handle = Rect::from_x_y_ranges(x - HANDLE / 2.0..=x + HANDLE / 2.0, rect.y_range());
        let response = ui.interact(handle, ui.scope_id().with("divider"), Sense::drag());
        response.widget_info(|| WidgetInfo::slider(true, f64::from(view.divider), shown.text(Text::Divider)));
        if let Some(divider) = divided(ui, &response, rect, view.divider) {
            send.push(Command::Compare(Some(CompareView { divider, ..view.clone() })));
        }
        let colours = shown.colours;
        let strong = response.hovered() || response.dragged() || response.has_focus();
        let stroke = Stroke::new(2.0, if strong { colours.selection } else { colours.ink });
        ui.painter().vline(x, rect.y_range(), stroke);
        ui.painter().circle(pos2(x, rect.center().y), 7.0, colours.panel, stroke);
    }

    fn show_turn(&mut self, ui: &mut Ui, shown: &Shown<'_>, camera: &Camera, rect: Rect, send: &mut Vec<Command>) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "turns since the start")]
        let turn = (ui.input(|input| input.time) / TURN.as_secs_f64()) as usize;
        ui.ctx().request_repaint_after(TURN / 4);
        let at = turn % self.panes().len().max(1);
        if let Some(pane) = self.panes_mut().get_mut(at) {
            pane.show(ui, shown, camera, rect, true, send);
            if let Some(project) = shown.project {
                title(ui, shown, rect, &side_text(shown, project, pane.side));
            }
        }
    }

    fn show_ghost(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        camera: &Camera,
        rect: Rect,
        view: &CompareView,
        send: &mut Vec<Command>,
    ) {
        let Some(pane) = self.panes_mut().get_mut(1) else { return };
        pane.show(ui, shown, camera, rect, true, send);
        let side = pane.side;
        let painter = ui.painter_at(rect);
        let moves = self.moves_to(1, shown.view.level);
        moves.paint_ghosts(&painter, shown, camera);
        if view.arrows {
            moves.paint_arrows(&painter, shown, camera);
        }
        if let Some(project) = shown.project {
            let names = [self.panes()[0].side, side].map(|side| side_text(shown, project, side));
            title(ui, shown, rect, &quhua::i18n::sentences::ghost_of(shown.lang, &names[1], &names[0]));
        }
    }

    /// The maps, in the order of the sides.
    fn panes(&self) -> &[Pane] {
        self.panes.get().map_or(&[], Vec::as_slice)
    }

    fn panes_mut(&mut self) -> &mut [Pane] {
        self.panes.get_mut().map_or(&mut [], Vec::as_mut_slice)
    }

    /// Makes the panes again that no longer fit the document or the view.
    fn follow(
        &mut self,
        ui: &Ui,
        project: &Study,
        scenes: &mut Scenes,
        view: &CompareView,
        level: LevelIndex,
        send: &mut Vec<Command>,
    ) {
        let wanted = (project.revision(), view.sides.clone());
        if !self.panes.is_of(&wanted) {
            let mut old = self.panes.take().map(|(_, panes)| panes).unwrap_or_default();
            let render_state = self.render_state.as_ref();
            let panes: Vec<Pane> =
                view.sides.iter().map(|&side| Pane::of(side, project, &mut old, (scenes, render_state))).collect();
            self.moved.clear();
            let mut datasets = panes.windows(2).map(|pair| [pair[0].project.dataset(), pair[1].project.dataset()]);
            let is_one = datasets.all(|[a, b]| Arc::ptr_eq(a, b));
            self.common = if is_one { None } else { project.document().across(&view.sides).ok() };
            self.panes.put(wanted, panes);
        }
        for pane in self.panes_mut().iter_mut() {
            pane.measure(ui, level, send);
        }
    }

    /// What differs between the first side and another.
    fn moves_to(&mut self, at: usize, level: LevelIndex) -> &Moves {
        let panes = self.panes.get().map_or(&[][..], Vec::as_slice);
        let [first, other] = [0, at].map(|at| &panes[at].project);
        let is_one = Arc::ptr_eq(first.dataset(), other.dataset());
        let make = || match &self.common {
            Some((dataset, states)) => Moves::between(dataset, [(first, &states[0]), (other, &states[at])], level),
            None if is_one => Moves::between(first.dataset(), [(first, first.state()), (other, other.state())], level),
            // Their cuts do not go together.
            None => Moves::default(),
        };
        self.moved.entry((at, level)).or_insert_with(make)
    }
}

impl Pane {
    /// The map of a side; what was made for it before is taken out of `old`.
    fn of(
        side: Side,
        project: &Study,
        old: &mut Vec<Self>,
        (scenes, render_state): (&mut Scenes, Option<&eframe::egui_wgpu::RenderState>),
    ) -> Self {
        let beside = project.beside(side);
        let fits = |pane: &Self| pane.side == side && Arc::ptr_eq(pane.project.dataset(), beside.dataset());
        if let Some(at) = old.iter().position(fits) {
            // Its buffers on the graphics card stay.
            return Self { project: beside, measuring: None, ..old.swap_remove(at) };
        }
        let layer = render_state.map(|state| {
            let mut layer = MapLayer::new(state);
            if let Some(scene) = scenes.of(beside.dataset()) {
                layer.set_scene(scene);
            }
            layer
        });
        let styling = MapStyling::new(beside.dataset());
        Self { side, layer, styling, project: beside, measuring: None }
    }

    /// Paints what explains the map.
    fn explain(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        camera: &Camera,
        rect: Rect,
        circles: Option<crate::render::circles::CircleScale>,
        send: &mut Vec<Command>,
    ) {
        let shown = Shown { project: Some(&self.project), ..*shown };
        let furniture = overlay::Furniture { rect, background: None, circles };
        overlay::furniture(ui, &shown, camera, &self.styling, &furniture, send);
    }

    /// Paints the map of the side.
    fn show(
        &mut self,
        ui: &mut Ui,
        shown: &Shown<'_>,
        camera: &Camera,
        rect: Rect,
        explained: bool,
        send: &mut Vec<Command>,
    ) {
        // Units of other scenarios have other numbers: what is selected there is not looked up here.
        let view = View { selection: Vec::new(), hovered: None, ..shown.view.clone() };
        let shown = Shown { view: &view, project: Some(&self.project), ..*shown };
        self.styling.refresh(&self.project, &shown, None, None);
        if let Some(layer) = &mut self.layer {
            let (theme, tables) = (self.styling.theme(), self.styling.tables());
            layer.paint(ui, &MapView { camera, theme, tables, flash: 0.0, ground: None });
        }
        let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
        let circles = overlay::names(&painter, &shown, camera, &mut self.styling);
        if explained {
            let furniture = overlay::Furniture { rect, background: None, circles };
            overlay::furniture(ui, &shown, camera, &self.styling, &furniture, send);
        }
    }

    /// Has the figures that its classes need worked out.
    fn measure(&mut self, ui: &Ui, level: LevelIndex, send: &mut Vec<Command>) {
        let ended = self.measuring.as_ref().and_then(|(due, job)| Some((*due, job.poll().ended()?)));
        if let Some((due, ended)) = ended {
            self.measuring = None;
            if let Err(death) = &ended {
                send.push(Command::SayDeath(Text::Computing, death.clone()));
            }
            self.project.take_measured(due, ended);
        }
        let due = if self.measuring.is_none() { self.project.due_figures(level) } else { None };
        if let Some(due) = due {
            let ctx = ui.ctx().clone();
            let job = self.project.measure(due.time, due.level, move || ctx.request_repaint());
            self.measuring = Some((due, job));
        }
    }
}

impl Moves {
    /// What differs between two sides at a level: whole units that went into others, and parts of units that moved.
    fn between(dataset: &Dataset, sides: [(&Study, &State); 2], level: LevelIndex) -> Self {
        let [(before, old), (after, new)] = sides;
        let between = Between::new(dataset, old, new);
        let mut moved: Vec<(UnitId, UnitId, AtomId)> = dataset
            .coverage
            .atoms()
            .map(|atom| (old.unit_of(atom, level), new.unit_of(atom, level), atom))
            .filter(|&(from, to, _)| between.after_of(from) != Some(to))
            .collect();
        moved.sort_unstable();
        let mut arrows = Vec::new();
        for group in moved.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (from, to, _) = group[0];
            let Some(target) = after.figures(to).seat else { continue };
            if group.len() == old.atoms(from).len() {
                arrows.extend(before.figures(from).seat.map(|from| Arrow { from, to: target, whole: true }));
            } else {
                let points = group.iter().filter_map(|&(_, _, atom)| dataset.atom_point(atom));
                arrows.extend(points.map(|from| Arrow { from, to: target, whole: false }));
            }
        }
        // Whole units first: these must not be left out.
        arrows.sort_by_key(|arrow| !arrow.whole);
        arrows.truncate(MOST_ARROWS);
        let mut changed: Vec<UnitId> = moved.iter().map(|&(from, ..)| from).collect();
        changed.extend(moved.iter().filter_map(|&(_, to, _)| between.before_of(to)));
        changed.sort_unstable();
        changed.dedup();
        Self { arrows, ghosts: changed.into_iter().flat_map(|unit| outline(&dataset.coverage, old, unit)).collect() }
    }

    fn paint_arrows(&self, painter: &egui::Painter, shown: &Shown<'_>, camera: &Camera) {
        let colour = shown.colours.accent;
        for arrow in &self.arrows {
            let [from, to] = [arrow.from, arrow.to].map(|at| camera.screen_from_lonlat(at));
            let length = (to - from).length();
            // What is too short to be read as an arrow says nothing.
            if length < 3.0 * GRID || !painter.clip_rect().intersects(Rect::from_two_pos(from, to)) {
                continue;
            }
            let width = if arrow.whole { 2.5 } else { 1.2 };
            let stroke = Stroke::new(width, colour);
            let tip = to - (to - from) / length * GRID;
            let back = (from - tip) / length * (2.0 + 3.0 * width);
            let side = vec2(-back.y, back.x) * 0.5;
            painter.line_segment([from, tip + back], Stroke::new(width + 2.0, halo(shown)));
            painter.line_segment([from, tip + back], stroke);
            painter.add(Shape::convex_polygon(vec![tip, tip + back + side, tip + back - side], colour, Stroke::NONE));
            if !arrow.whole {
                painter.circle_filled(from, 2.0, colour);
            }
        }
    }

    fn paint_ghosts(&self, painter: &egui::Painter, shown: &Shown<'_>, camera: &Camera) {
        let stroke = Stroke::new(2.0, shown.colours.accent);
        for line in &self.ghosts {
            let points: Vec<_> = line.iter().map(|&at| camera.screen_from_lonlat(at)).collect();
            if Rect::from_points(&points).intersects(painter.clip_rect()) {
                painter.extend(Shape::dashed_line(&points, stroke, 7.0, 4.0));
            }
        }
    }
}

/// Rings of a unit in degrees.
fn outline(coverage: &Coverage, state: &State, unit: UnitId) -> Vec<Vec<Coord>> {
    let polygons = coverage.outline(&state.atoms(unit)).to_multi_polygon(coverage);
    polygons.into_iter().map(|polygon| polygon.into_inner().0.0).collect()
}

fn halo(shown: &Shown<'_>) -> Color32 {
    shown.colours.paper.gamma_multiply(0.8)
}

/// The rectangles of so many panes: side by side, four in two rows.
fn cells(rect: Rect, count: usize) -> Vec<Rect> {
    let columns = if count == 4 { 2 } else { count.max(1) };
    let rows = count.div_ceil(columns).max(1);
    #[expect(clippy::cast_precision_loss, reason = "there are at most four")]
    let size = vec2(rect.width() / columns as f32, rect.height() / rows as f32);
    #[expect(clippy::cast_precision_loss, reason = "there are at most four")]
    let cell = |at: usize| {
        let corner = rect.min + vec2(size.x * (at % columns) as f32, size.y * (at / columns) as f32);
        Rect::from_min_size(corner, size)
    };
    (0..count).map(cell).collect()
}

/// Where the divider is now that it was dragged, or moved with the arrow keys.
fn divided(ui: &Ui, response: &Response, rect: Rect, now: f32) -> Option<f32> {
    if response.hovered() || response.dragged() {
        ui.ctx().set_cursor_icon(CursorIcon::ResizeHorizontal);
    }
    let mut moved = response.drag_delta().x / rect.width().max(1.0);
    if response.has_focus() {
        let pressed = |key| ui.input(|input| input.key_pressed(key));
        moved += if pressed(egui::Key::ArrowLeft) { -0.02 } else { 0.0 };
        moved += if pressed(egui::Key::ArrowRight) { 0.02 } else { 0.0 };
    }
    (moved != 0.0).then(|| (now + moved).clamp(0.0, 1.0))
}

/// The name of a side, in the corner of its map.
fn title(ui: &Ui, shown: &Shown<'_>, rect: Rect, text: &str) {
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let galley = painter.layout_no_wrap(text.to_owned(), FontId::proportional(DATA), shown.colours.ink);
    let size = galley.size() + vec2(4.0 * GRID, 2.0 * GRID);
    let place = Rect::from_min_size(rect.left_top() + vec2(2.0 * GRID, 2.0 * GRID), size);
    painter.rect(place, 3.0, shown.colours.panel, shown.colours.hairline(), egui::StrokeKind::Inside);
    painter.galley(place.center() - galley.size() / 2.0, galley, shown.colours.ink);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_cover_the_map_without_overlap() {
        let rect = Rect::from_min_size(pos2(10.0, 20.0), vec2(900.0, 600.0));
        for count in 2..=4 {
            let cells = cells(rect, count);
            let area: f32 = cells.iter().map(emath::Rect::area).sum();
            assert!((area - rect.area()).abs() < 1.0, "{count}");
            assert!(cells.iter().all(|cell| rect.expand(0.01).contains_rect(*cell)));
        }
    }
}
