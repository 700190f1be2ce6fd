//! The map in the middle of the window.

use std::sync::Arc;
use std::time::Instant;

use eframe::egui::{self, Role, Sense, Ui, WidgetInfo};
use geo::Coord;

use super::background::Background;
use super::drawing::Drawing;
use super::gestures::{self, MapClick, Pointer};
use super::legend::Legend;
use super::{limits, overlay, places, styling::MapStyling, tools};
use crate::render::{Camera, Classes, Ground, MapLayer, MapScene, MapView};
use crate::ui::bookmarks::BookmarkMenu;
use crate::ui::focus::{self, Stop};
use crate::ui::inspector::Card;
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::words;
use quhua::i18n::Text;
use quhua::model::UnitId;
use quhua::study::Study;

/// Seconds that a change lights up for.
const FLASH_S: f32 = 0.6;
/// Opacity of the background in the dark theme.
const DIMMED: f32 = 0.55;
/// Space left around what is fitted, in points.
const PADDING: f32 = 28.0;

/// The map: where it is looked at from, its buffers on the GPU, its styles.
#[derive(Default)]
pub struct MapCanvas {
    camera: Camera,
    background: Option<Background>,
    layer: Option<MapLayer>,
    styling: Option<MapStyling>,
    pointer: Pointer,
    flash: Option<Instant>,
    /// What is to be shown once the size of the map is known.
    to_fit: Option<geo::Rect>,
    placed: bool,
    bookmarks: BookmarkMenu,
    legend: Option<Legend>,
}

/// What the rest of the window wants to know about the map.
#[derive(Clone, Copy, Debug, Default)]
pub struct MapState {
    /// Longitude and latitude under the pointer in degrees.
    pub pointer: Option<(f64, f64)>,
    /// The n of the scale 1:n.
    pub scale: Option<f64>,
    /// Whether the map is drawn by the processor.
    pub software: bool,
}

impl MapCanvas {
    /// A map on the graphics device of the window; without one (in tests) only what lies on the map is drawn.
    #[must_use]
    pub fn new(render_state: Option<&eframe::egui_wgpu::RenderState>) -> Self {
        Self { layer: render_state.map(MapLayer::new), ..Self::default() }
    }

    /// Shows another document.
    pub fn open(&mut self, project: &Study, scene: Arc<MapScene>) {
        if let Some(layer) = &mut self.layer {
            layer.set_scene(scene);
        }
        self.styling = Some(MapStyling::new(project.dataset()));
        self.pointer = Pointer::default();
        self.to_fit = project.dataset().coverage.bounds();
        self.placed = false;
    }

    /// Shows the same document after atoms were cut, or cuts taken back.
    pub fn reshape(&mut self, project: &Study, scene: Arc<MapScene>) {
        if let Some(layer) = &mut self.layer {
            layer.set_scene(scene);
        }
        self.styling = Some(MapStyling::new(project.dataset()));
        self.pointer = Pointer::default();
    }

    /// Units have changed: their fills and borders are made again, and they light up once.
    pub fn changed(&mut self, project: &Study, units: &[UnitId]) {
        if let Some(styling) = &mut self.styling {
            styling.changed(project, units);
            self.flash = Some(Instant::now());
        }
    }

    /// Flies to a box in degrees.
    pub fn fly_to(&mut self, bounds: geo::Rect) {
        if self.state().software || !self.placed {
            self.to_fit = Some(bounds);
        } else {
            self.camera.fly_to(bounds, PADDING);
        }
    }

    /// Flies to a view of the map, so that all of it is seen and as little more as can be.
    pub fn fly_to_view(&mut self, view: geo::Rect) {
        if self.state().software || !self.placed {
            self.camera.fit(view, 0.0);
        } else {
            self.camera.fly_to(view, 0.0);
        }
    }

    /// Centres on a place in degrees, close enough to see it.
    pub fn fly_to_place(&mut self, at: Coord) {
        let half = 0.01;
        let (low, high) = (Coord { x: at.x - half, y: at.y - half }, Coord { x: at.x + half, y: at.y + half });
        self.fly_to(geo::Rect::new(low, high));
    }

    /// What shows below the units.
    #[must_use]
    pub const fn background(&self) -> Option<&Background> {
        self.background.as_ref()
    }

    /// What shows below the units, to be changed.
    pub const fn background_mut(&mut self) -> Option<&mut Background> {
        self.background.as_mut()
    }

    /// Shows something else below the units, or nothing. What was there stops loading.
    pub fn set_background(&mut self, background: Option<Background>) {
        self.background = background;
    }

    /// Gives up what is being drawn to select with. Returns whether something was.
    pub fn give_up_drawing(&mut self) -> bool {
        self.pointer.drawing.take().is_some()
    }

    /// Whether corners of a polygon are being set.
    #[must_use]
    pub fn sets_corners(&self) -> bool {
        self.pointer.drawing.as_ref().is_some_and(Drawing::is_polygon)
    }

    /// The legend as it was shown last.
    #[must_use]
    pub const fn legend(&self) -> Option<Legend> {
        self.legend
    }

    /// Classes of the figure that the map shows, where it shows one.
    #[must_use]
    pub fn classes(&self) -> Option<&Classes> {
        self.styling.as_ref()?.classes()
    }

    /// How many units have a figure that circles stand for; `None` where none do.
    #[must_use]
    pub fn circles(&self) -> Option<usize> {
        self.styling.as_ref()?.circles()
    }

    /// Rows of ledgers on the map.
    #[cfg(test)]
    pub fn symbols(&self) -> Option<&super::symbols::MapSymbols> {
        self.styling.as_ref().map(MapStyling::symbols)
    }

    /// Moves the map by so many points.
    #[cfg(test)]
    pub fn pan_by(&mut self, drag: egui::Vec2) {
        self.camera.pan_by(drag);
    }

    /// Zooms about the middle.
    pub fn zoom_by(&mut self, factor: f64) {
        self.camera.zoom_at(self.camera.viewport().center(), factor);
    }

    /// Where the map is looked at from.
    #[must_use]
    pub fn camera(&self) -> &Camera {
        &self.camera
    }

    /// What the rest of the window wants to know.
    #[must_use]
    pub fn state(&self) -> MapState {
        MapState {
            pointer: self.pointer.at.map(|at| (at.x, at.y)),
            scale: self.placed.then(|| self.camera.scale_denominator()),
            software: self.layer.as_ref().is_some_and(MapLayer::is_software),
        }
    }

    /// Shows the map in what is left of the window.
    pub fn show(
        &mut self,
        ui: &mut Ui,
        (shown, card): (&Shown<'_>, &Card),
        send: &mut Vec<Command>,
    ) -> Option<MapClick> {
        let rect = ui.available_rect_before_wrap();
        ui.advance_cursor_after_rect(rect);
        let response = ui.interact(rect, Stop::Map.id(), Sense::click_and_drag());
        let under =
            shown.view.hovered.zip(shown.project).map(|(unit, project)| words::unit(project.state().unit(unit)));
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::Canvas, true, shown.text(Text::MapStop));
            info.current_text_value = under.map(str::to_owned);
            info
        });
        focus::ring(ui, shown, &response, rect);
        ui.painter().rect_filled(rect, 0.0, shown.colours.paper);
        let project = shown.project?;
        self.place(ui, rect);
        let styling = self.styling.get_or_insert_with(|| MapStyling::new(project.dataset()));
        let symbols = styling.symbols();
        let place = (&mut self.camera, &mut self.pointer);
        let click = gestures::handle(ui, &response, (shown, card), place, symbols, send);
        let painting = card.painting().map(|painting| &painting.shift);
        styling.refresh(project, shown, painting, self.pointer.drawing.as_ref().map(Drawing::units));
        let flash = flash_now(self.flash);
        let ground = self.background.as_mut().and_then(|background| {
            let look = &shown.preferences.background;
            // Pictures are made for white paper: on dark paper they would outshine the borders.
            let opacity = look.opacity * if shown.colours.dark { DIMMED } else { 1.0 };
            let patches = background.patches(ui.ctx(), &self.camera)?;
            Some(Ground { patches, opacity, fills: look.fills })
        });
        if let Some(layer) = &mut self.layer {
            let view = MapView {
                camera: &self.camera,
                theme: styling.theme(),
                tables: styling.tables(),
                flash: if layer.is_software() { 0.0 } else { flash },
                ground: ground.as_ref(),
            };
            layer.paint(ui, &view);
        }
        if flash > 0.0 || self.camera.is_flying() {
            ui.ctx().request_repaint();
        } else {
            self.flash = None;
        }
        let explains = !self.pointer.drawing.as_ref().is_some_and(Drawing::is_polygon) && !shown.view.picturing;
        let circles = overlay::names(&ui.painter_at(rect), shown, &self.camera, styling);
        let furniture = overlay::Furniture { rect, background: self.background.as_ref(), circles };
        self.legend = overlay::furniture(ui, shown, &self.camera, styling, &furniture, send);
        gestures::paint(ui, &response, (shown, card), &self.camera, &self.pointer);
        if explains {
            overlay::tooltip(ui, shown, &self.camera, &response, styling);
        }
        context_menu(&response, shown, send);
        // A picture of the map is one without buttons.
        if !shown.view.picturing {
            let taken = tools::show(ui, shown, rect, send);
            places::show(ui, shown, rect, taken, &mut self.bookmarks, send);
            limits::show(ui, shown, rect, send);
        }
        click
    }

    /// Where the map is looked at from, for maps beside it; a flight that has begun goes on there.
    pub fn camera_in(&mut self, ui: &Ui, rect: egui::Rect) -> &mut Camera {
        self.place(ui, rect);
        &mut self.camera
    }

    /// Follows the size of the window and moves flights on.
    fn place(&mut self, ui: &Ui, rect: egui::Rect) {
        self.camera.set_viewport(rect);
        if let Some(bounds) = self.to_fit.take() {
            self.camera.fit(bounds, PADDING);
        }
        self.placed = true;
        if self.camera.is_flying() {
            let seconds = f64::from(ui.input(|input| input.stable_dt));
            self.camera.advance(seconds.min(0.05));
        }
    }
}

fn flash_now(since: Option<Instant>) -> f32 {
    since.map_or(0.0, |since| (1.0 - since.elapsed().as_secs_f32() / FLASH_S).max(0.0))
}

/// What can be done with the selection, at the pointer.
fn context_menu(response: &egui::Response, shown: &Shown<'_>, send: &mut Vec<Command>) {
    use crate::ui::state::action::Action;
    use crate::ui::widgets::menu_item;

    response.context_menu(|ui| {
        ui.set_min_width(200.0);
        let actions = [
            Action::Merge,
            Action::Transfer,
            Action::Rename,
            Action::ConvertKind,
            Action::MoveSeat,
            Action::Split,
            Action::GivePart,
            Action::SplitOffPart,
            Action::Establish,
            Action::PaintTransfer,
            Action::Lock,
            Action::Unlock,
            Action::DeclareLink,
            Action::DeclareBarrier,
            Action::SelectNeighbours,
            Action::SelectSiblings,
            Action::SelectEnclosed,
            Action::InvertSelection,
            Action::ZoomToSelection,
            Action::ZoomToFit,
        ];
        for action in actions.into_iter().filter(|action| action.is_enabled(shown.now)) {
            menu_item(ui, shown.lang, shown.now, action, send);
        }
    });
}
