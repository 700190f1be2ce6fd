//! The menu of bookmarks.

use eframe::egui::{self, Align, Layout, PopupCloseBehavior, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::bookmarks::{Bookmark, Change};
use super::state::command::Command;
use super::theme::GRID;
use super::widgets;
use quhua::i18n::{Text, sentences};

/// Width of the menu in points.
const WIDTH: f32 = 248.0;

/// The menu between frames.
#[derive(Debug, Default)]
pub struct BookmarkMenu {
    /// The one whose name is being written.
    renaming: Option<(usize, String)>,
}

/// The button that opens the menu.
pub fn button(ui: &mut Ui, shown: &Shown<'_>, menu: &mut BookmarkMenu, send: &mut Vec<Command>) {
    let name = shown.text(Text::Bookmarks);
    let button = widgets::icon_button(ui, icon::ICON_BOOKMARK, name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        widgets::scrolling(ui, |ui| contents(ui, shown, menu, send));
    });
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, menu: &mut BookmarkMenu, send: &mut Vec<Command>) {
    if shown.view.bookmarks.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyBookmarks));
    }
    for (at, bookmark) in shown.view.bookmarks.iter().enumerate() {
        if let Some((_, text)) = menu.renaming.as_mut().filter(|(which, _)| *which == at) {
            let field = widgets::field(ui, shown.text(Text::Name), text, "", ui.available_width());
            if field.lost_focus() {
                send.push(Command::Bookmark(Change::Rename(at, std::mem::take(text))));
                menu.renaming = None;
            } else if !field.has_focus() {
                field.request_focus();
            }
            continue;
        }
        one(ui, shown, (at, bookmark), menu, send);
    }
    widgets::rule(ui, shown.colours);
    for action in [Action::AddBookmark, Action::NextBookmark] {
        widgets::menu_item(ui, shown.lang, shown.now, action, send);
    }
}

fn one(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (at, bookmark): (usize, &Bookmark),
    menu: &mut BookmarkMenu,
    send: &mut Vec<Command>,
) {
    let row = vec2(ui.available_width(), 6.0 * GRID);
    ui.allocate_ui_with_layout(row, Layout::right_to_left(Align::Center), |ui| {
        ui.spacing_mut().item_spacing.x = 0.0;
        let name = sentences::of_what(shown.lang, shown.text(Text::Delete), &bookmark.name);
        if widgets::icon_button(ui, icon::ICON_DELETE, &name).clicked() {
            send.push(Command::Bookmark(Change::Remove(at)));
        }
        let name = sentences::of_what(shown.lang, shown.text(Text::Rename), &bookmark.name);
        if widgets::icon_button(ui, icon::ICON_EDIT, &name).clicked() {
            menu.renaming = Some((at, bookmark.name.clone()));
        }
        let room = vec2(ui.available_width(), 6.0 * GRID);
        let text = RichText::new(&bookmark.name);
        let button = egui::Button::new(text).right_text("").frame_when_inactive(false).truncate().min_size(room);
        if ui.add(button).clicked() {
            send.push(Command::GoToBookmark(at));
            ui.close();
        }
    });
}
