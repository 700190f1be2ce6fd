//! Below the tools: everything, the selection, views that go by a name, and the ledgers on the map.

use eframe::egui::{Rect, StrokeKind, Ui, UiBuilder, vec2};

use crate::ui::bookmarks::{self, BookmarkMenu};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::symbols;
use crate::ui::theme::{GRID, ROW};
use crate::ui::widgets::{Face, action_button};

/// Shows the buttons below a place, unless the map is too low for them: then they are in the menus.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, map: Rect, below: Rect, menu: &mut BookmarkMenu, send: &mut Vec<Command>) {
    let square = ROW + GRID;
    let has_ledgers = shown.project.is_some_and(|project| !project.dataset().ledgers().is_empty());
    let buttons = if has_ledgers { 4.0 } else { 3.0 };
    let size = vec2(square + 4.0, buttons * (square + 2.0) + 2.0);
    let room = Rect::from_min_size(below.left_bottom() + vec2(0.0, 2.0 * GRID), size);
    if room.bottom() > map.bottom() - 12.0 * GRID {
        return;
    }
    ui.painter().rect(room, 4.0, shown.colours.panel, shown.colours.hairline(), StrokeKind::Inside);
    ui.scope_builder(UiBuilder::new().max_rect(room.shrink(2.0)), |ui| {
        ui.spacing_mut().item_spacing = vec2(0.0, 2.0);
        ui.spacing_mut().button_padding = vec2(0.0, 0.0);
        ui.vertical_centered(|ui| {
            let face = (shown.lang, shown.colours, shown.now);
            for action in [Action::ZoomToFit, Action::ZoomToSelection] {
                action_button(ui, face, action, Face::Icon, None, send);
            }
            bookmarks::button(ui, shown, menu, send);
            if has_ledgers {
                symbols::button(ui, shown, send);
            }
        });
    });
}
