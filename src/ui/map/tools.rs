//! The switch in the corner of the map: what a drag selects with.

use eframe::egui::{self, Align2, FontId, Rect, Role, Sense, StrokeKind, Ui, UiBuilder, WidgetInfo, vec2};

use crate::ui::command::{Action, Command};
use crate::ui::shown::Shown;
use crate::ui::theme::{GRID, ROW};
use crate::ui::view::Tool;
use crate::ui::widgets;

/// Size of the icons in points.
const ICON: f32 = 18.0;

/// The command that takes up a tool.
const fn action(tool: Tool) -> Action {
    match tool {
        Tool::Box => Action::BoxTool,
        Tool::Lasso => Action::LassoTool,
        Tool::Brush => Action::BrushTool,
    }
}

/// Shows the switch in the upper left corner of the map. Returns the room that it takes.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, map: Rect, send: &mut Vec<Command>) -> Rect {
    let square = ROW + GRID;
    let corner = map.min + egui::Vec2::splat(2.0 * GRID);
    #[expect(clippy::cast_precision_loss, reason = "three tools")]
    let size = vec2(square + 4.0, square * Tool::ALL.len() as f32 + 2.0 * (Tool::ALL.len() - 1) as f32 + 4.0);
    let room = Rect::from_min_size(corner, size);
    ui.painter().rect(room, 4.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
    ui.scope_builder(UiBuilder::new().max_rect(room.shrink(2.0)), |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 2.0);
        for tool in Tool::ALL {
            button(ui, shown, tool, square, send);
        }
    });
    room
}

fn button(ui: &mut Ui, shown: &Shown<'_>, tool: Tool, square: f32, send: &mut Vec<Command>) {
    let (colours, info) = (shown.colours, action(tool).info());
    let taken = shown.preferences.tool == tool;
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
    let ink = if taken { colours.selection } else { colours.muted };
    let font = FontId::new(ICON, icon.font_family());
    ui.painter().text(rect.center(), Align2::CENTER_CENTER, icon.codepoint, font, ink);
    let name = shown.text(info.name);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, taken, name));
    let response = response.on_hover_text(widgets::tooltip(ui, (shown.lang, shown.now), action(tool), None));
    if response.clicked() {
        send.push(action(tool).into());
    }
}
