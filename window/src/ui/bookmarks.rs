//! Views of the map that go by a name, kept with the document.

use eframe::egui::{self, Align, Layout, PopupCloseBehavior, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;
use geo::{Coord, Rect};
use serde::{Deserialize, Serialize};

use super::command::{Action, Command};
use super::shown::Shown;
use super::theme::GRID;
use super::widgets;
use quhua::i18n::{Text, sentences};

/// Setting under which they are kept with a document.
pub const SETTING: &str = "bookmarks";
/// Width of the menu in points.
const WIDTH: f32 = 248.0;

/// A view of the map.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bookmark {
    /// What it is called.
    pub name: String,
    /// West, south, east and north of what is seen, in degrees.
    pub bounds: [f64; 4],
}

impl Bookmark {
    /// A view of a box in degrees.
    #[must_use]
    pub fn new(name: String, view: Rect) -> Self {
        let (low, high) = (view.min(), view.max());
        Self { name, bounds: [low.x, low.y, high.x, high.y] }
    }

    /// What is seen, in degrees; `None` for what no map can show.
    #[must_use]
    pub fn view(&self) -> Option<Rect> {
        let [west, south, east, north] = self.bounds;
        let sound = self.bounds.iter().all(|degrees| degrees.is_finite()) && west < east && south < north;
        sound.then(|| Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }))
    }
}

/// What is done with bookmarks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The view now becomes one, called so.
    Add(String),
    /// One gets another name.
    Rename(usize, String),
    /// One goes.
    Remove(usize),
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bookmark_comes_back_from_text_and_one_that_cannot_be_shows_nothing() {
        let view = Rect::new(Coord { x: 105.0, y: 31.0 }, Coord { x: 105.5, y: 31.25 });
        let bookmark = Bookmark::new("河边".to_owned(), view);
        let text = serde_json::to_string(&bookmark).unwrap();
        let back: Bookmark = serde_json::from_str(&text).unwrap();
        assert_eq!(back.view(), Some(view));
        assert_eq!(Bookmark { bounds: [1.0, 2.0, 1.0, 3.0], ..back.clone() }.view(), None);
        assert_eq!(Bookmark { bounds: [f64::NAN; 4], ..back }.view(), None);
    }
}
