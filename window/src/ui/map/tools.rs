//! The switch in the corner of the map: what a drag selects with.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{self, Align2, Button, FontId, Rect, Role, Sense, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::limits;
use crate::render::BrushRule;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::brush::{BrushUnit, GroundRadius};
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::state::view::Tool;
use crate::ui::theme::{GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::Text;

/// Size of the icons in points.
const ICON: f32 = 18.0;

/// What selects without the pointer.
const BY_WORDS: [Action; 2] = [Action::QueryBar, Action::ByList];

/// What draws lines.
const BY_LINES: [Action; 2] = [Action::Split, Action::Measure];

/// The command that takes up a tool.
const fn action(tool: Tool) -> Action {
    match tool {
        Tool::Box => Action::BoxTool,
        Tool::Lasso => Action::LassoTool,
        Tool::Polygon => Action::PolygonTool,
        Tool::Brush => Action::BrushTool,
    }
}

/// Shows the switch in the upper left corner of the map. Returns the room that it takes.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, map: Rect, send: &mut Vec<Command>) -> Rect {
    let square = ROW + GRID;
    let corner = map.min + egui::Vec2::splat(2.0 * GRID);
    // Below them, what selects by words, and how tools select.
    let count = Tool::ALL.len() + BY_WORDS.len() + BY_LINES.len() + 1;
    let slots = Slots::of(count, corner, square, map.bottom() - 2.0 * GRID);
    ui.painter().rect(slots.room, 4.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
    // Whatever the tool, members are painted with the brush.
    let now = if shown.now.click == Click::Paints { Tool::Brush } else { shown.preferences.tool };
    let mut places = slots.places();
    let mut in_slot = |ui: &mut Ui, contents: &mut dyn FnMut(&mut Ui)| {
        if let Some(place) = places.next() {
            ui.scope_builder(UiBuilder::new().max_rect(place), |ui| contents(ui));
        }
    };
    for tool in Tool::ALL {
        // While a line is drawn, a drag selects nothing.
        let draws = matches!(shown.now.gesture, Gesture::Split | Gesture::Measure);
        let role = (Role::RadioButton, now == tool && !draws);
        in_slot(ui, &mut |ui| button(ui, shown, action(tool), role, square, send));
    }
    for action in BY_WORDS {
        in_slot(ui, &mut |ui| button(ui, shown, action, (Role::Button, false), square, send));
    }
    in_slot(ui, &mut |ui| options(ui, shown, square, send));
    for action in BY_LINES {
        let taken = match action {
            Action::Split => shown.now.gesture == Gesture::Split,
            _ => shown.now.gesture == Gesture::Measure,
        };
        in_slot(ui, &mut |ui| {
            ui.add_enabled_ui(action.is_enabled(shown.now), |ui| {
                button(ui, shown, action, (Role::RadioButton, taken), square, send);
            });
        });
    }
    slots.room
}

/// Squares below each other, in as many columns as a low map asks for.
struct Slots {
    room: Rect,
    count: usize,
    rows: usize,
    square: f32,
}

impl Slots {
    /// Space between two squares.
    const GAP: f32 = 2.0;

    #[expect(clippy::cast_precision_loss, reason = "a handful of tools")]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a handful of rows")]
    fn of(count: usize, corner: egui::Pos2, square: f32, bottom: f32) -> Self {
        let step = square + Self::GAP;
        let rows = (((bottom - corner.y - Self::GAP) / step) as usize).clamp(1, count);
        let columns = count.div_ceil(rows);
        let size = vec2(step * columns as f32, step * rows as f32) + egui::Vec2::splat(Self::GAP);
        Self { room: Rect::from_min_size(corner, size), count, rows, square }
    }

    #[expect(clippy::cast_precision_loss, reason = "a handful of tools")]
    fn places(&self) -> impl Iterator<Item = Rect> + use<> {
        let (rows, square, step) = (self.rows, self.square, self.square + Self::GAP);
        let first = self.room.min + egui::Vec2::splat(Self::GAP);
        (0..self.count).map(move |at| {
            let place = first + vec2((at / rows) as f32, (at % rows) as f32) * step;
            Rect::from_min_size(place, egui::Vec2::splat(square))
        })
    }
}

/// The menu of how tools select: when the brush takes a unit, and what a selection may take.
fn options(ui: &mut Ui, shown: &Shown<'_>, square: f32, send: &mut Vec<Command>) {
    let name = shown.text(Text::SelectOptions);
    ui.spacing_mut().button_padding = egui::Vec2::splat((square - ICON) / 2.0);
    let text = icon::ICON_TUNE.rich_text().size(ICON).color(shown.colours.muted);
    let button = Button::new(text).frame_when_inactive(false).min_size(egui::Vec2::splat(square));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(200.0);
        widgets::caption(ui, shown.colours, shown.text(Text::BrushRule));
        for rule in BrushRule::ALL {
            let taken = shown.preferences.brush_rule == rule;
            let action = match rule {
                BrushRule::Touching => Action::BrushTouching,
                BrushRule::Inside => Action::BrushInside,
                BrushRule::Centre => Action::BrushCentre,
            };
            if ui.selectable_label(taken, words::brush_rule(shown.lang, rule)).clicked() {
                send.push(action.into());
                ui.close();
            }
        }
        ui.separator();
        brush_size(ui, shown, send);
        ui.separator();
        limits::menu(ui, shown, send);
    });
    response.on_hover_text(name).accessible_name(name);
}

/// What the size of the brush is counted in, and how many metres it is.
fn brush_size(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    widgets::caption(ui, shown.colours, shown.text(Text::BrushSize));
    let units = [
        (BrushUnit::Points, Action::BrushPoints, Text::OnScreen),
        (BrushUnit::Metres, Action::BrushMetres, Text::OnGround),
    ];
    for (unit, action, name) in units {
        let text = format!("{} · {}", shown.text(name), words::brush_size(shown, unit));
        if ui.selectable_label(shown.preferences.brush_unit == unit, text).clicked() {
            send.push(action.into());
        }
    }
    if shown.preferences.brush_unit == BrushUnit::Metres {
        let mut metres = shown.preferences.brush_on_ground.metres();
        let value =
            egui::DragValue::new(&mut metres).range(GroundRadius::RANGE).speed(5.0).max_decimals(0).suffix(" m");
        let response = ui.add_sized(vec2(96.0, ROW), value);
        if response.changed() {
            send.push(Command::SetBrushRadius(metres.into()));
        }
        response.accessible_name(shown.text(Text::BrushMetres));
    }
}

fn button(
    ui: &mut Ui,
    shown: &Shown<'_>,
    action: Action,
    (role, taken): (Role, bool),
    square: f32,
    send: &mut Vec<Command>,
) {
    let (colours, info) = (shown.colours, action.info());
    let Some(icon) = info.icon else { return };
    let (rect, response) = ui.allocate_exact_size(egui::Vec2::splat(square), Sense::click());
    let fill = match (taken, response.hovered()) {
        (true, _) => colours.selection_fill,
        (false, true) => colours.hover_fill,
        (false, false) => colours.panel,
    };
    ui.painter().rect_filled(rect, 3.0, fill);
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, egui::Stroke::new(1.0, colours.selection), StrokeKind::Inside);
    }
    let ink = match (ui.is_enabled(), taken) {
        (false, _) => colours.muted.gamma_multiply(0.4),
        (true, true) => colours.selection,
        (true, false) => colours.muted,
    };
    let font = FontId::new(ICON, icon.font_family());
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon.codepoint, font, ink);
    let name = shown.text(info.name);
    response.widget_info(|| match role {
        Role::RadioButton => WidgetInfo::selected(role, response.enabled(), taken, name),
        _ => WidgetInfo::labeled(role, true, name),
    });
    let response = response.on_hover_text(widgets::tooltip(ui, (shown.lang, shown.now), action, None));
    if response.clicked() {
        send.push(action.into());
    }
}
