//! The background of the map as the user chose it, and the menu for that.

use std::path::{Path, PathBuf};

use eframe::egui::{self, Align, Layout, PopupCloseBehavior, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;
use serde::{Deserialize, Serialize};

use super::command::{Action, Command};
use super::shown::Shown;
use super::theme::{CAPTION, GRID, ROW};
use super::view::PathPurpose;
use super::{widgets, words};
use quhua::i18n::Text;
use quhua::tiles::{Grid, Template};

/// Width of the menu in points.
const WIDTH: f32 = 320.0;

/// Where the background comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Shows {
    /// There is none.
    #[default]
    Off,
    /// A local file.
    File,
    /// A tile server.
    Server,
}

/// A local file of tiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalTiles {
    /// The file.
    #[serde(serialize_with = "lossy")]
    pub path: PathBuf,
    /// Whether its pictures are drawn in GCJ-02.
    pub gcj02: bool,
}

/// A tile server as the user wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TileServer {
    /// Address with places for zoom, column and row.
    pub address: String,
    /// Whose tiles they are.
    pub attribution: String,
    /// Whether its pictures are drawn in GCJ-02.
    pub gcj02: bool,
}

/// What lies below the units, and how it shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BackgroundLook {
    /// Where it comes from now.
    pub shows: Shows,
    /// The local file that was taken last.
    pub file: Option<LocalTiles>,
    /// The server that was written last.
    pub server: TileServer,
    /// Opacity of the pictures over the paper, 0 to 1.
    pub opacity: f32,
    /// Opacity of the fills of units over the pictures, 0 to 1.
    pub fills: f32,
}

impl Default for BackgroundLook {
    fn default() -> Self {
        Self { shows: Shows::Off, file: None, server: TileServer::default(), opacity: 1.0, fills: 0.6 }
    }
}

impl BackgroundLook {
    /// What comes back when the program starts: a file that was on, never a server.
    #[must_use]
    pub fn at_start(self) -> Self {
        let shows = match self.shows {
            Shows::File if self.file.is_some() => Shows::File,
            _ => Shows::Off,
        };
        let sound = |share: f32, usual: f32| if share.is_finite() { share.clamp(0.0, 1.0) } else { usual };
        let (opacity, fills) = (sound(self.opacity, 1.0), sound(self.fills, 0.6));
        Self { shows, opacity, fills, ..self }
    }

    /// The same with a local file on. What is known of that file stays.
    #[must_use]
    pub fn with_file(&self, path: &Path) -> Self {
        let kept = self.file.clone().filter(|file| file.path == path);
        let file = kept.unwrap_or_else(|| LocalTiles { path: path.to_owned(), gcj02: false });
        Self { shows: Shows::File, file: Some(file), ..self.clone() }
    }

    /// Whether its tiles are those of another, so that nothing has to be loaded anew.
    #[must_use]
    pub fn has_tiles_of(&self, other: &Self) -> bool {
        let path = |look: &Self| look.file.as_ref().map(|file| file.path.clone());
        self.shows == other.shows
            && match self.shows {
                Shows::Off => true,
                Shows::File => path(self) == path(other),
                Shows::Server => self.server.address == other.server.address,
            }
    }

    /// Which coordinates the pictures that show are drawn in.
    #[must_use]
    pub fn grid(&self) -> Grid {
        let shifted = match self.shows {
            Shows::Off => false,
            Shows::File => self.file.as_ref().is_some_and(|file| file.gcj02),
            Shows::Server => self.server.gcj02,
        };
        if shifted { Grid::Gcj02 } else { Grid::True }
    }
}

/// A path as text. One that is none is kept as near as text comes to it: the rest of the choices must not be lost.
fn lossy<S: serde::Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&path.to_string_lossy())
}

/// The menu between frames.
#[derive(Debug, Default)]
pub struct BackgroundMenu {
    /// The page that shows, where that is not the one of what is on.
    page: Option<Shows>,
    /// The server as it is being written.
    draft: Option<TileServer>,
    /// Whether the menu is to open.
    open: bool,
}

impl BackgroundMenu {
    /// Opens the menu in the next frame.
    pub const fn open(&mut self) {
        self.open = true;
    }
}

/// Shows the button that opens the menu.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, menu: &mut BackgroundMenu, send: &mut Vec<Command>) {
    if shown.project.is_none() {
        return;
    }
    let look = &shown.preferences.background;
    let on = look.shows != Shows::Off;
    let colour = if on { shown.colours.selection } else { ui.visuals().widgets.inactive.text_color() };
    let text = icon::ICON_MAP.rich_text().size(18.0).color(colour);
    let button = egui::Button::new(text).frame_when_inactive(false).min_size(vec2(ROW + GRID, ROW + GRID));
    let name = shown.text(Text::Background);
    let button = ui.add(button);
    button.widget_info(|| WidgetInfo::selected(Role::Button, true, on, name));
    let popup = egui::Popup::default_response_id(&button);
    if std::mem::take(&mut menu.open) {
        egui::Popup::open_id(ui.ctx(), popup);
    }
    let opened = egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        // Not the layout of menus, which stretches everything to the full width.
        ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
            ui.spacing_mut().item_spacing.y = 1.5 * GRID;
            ui.spacing_mut().button_padding = vec2(2.0 * GRID, GRID - 1.0);
            contents(ui, shown, menu, send);
        });
    });
    if opened.is_none() {
        (menu.page, menu.draft) = (None, None);
    }
    button.on_hover_text(shown.text(Text::BackgroundHint));
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, menu: &mut BackgroundMenu, send: &mut Vec<Command>) {
    let look = &shown.preferences.background;
    widgets::caption(ui, shown.colours, shown.text(Text::Background));
    let page = menu.page.unwrap_or(look.shows);
    let pages = [
        (Shows::Off, shown.text(Text::BackgroundOff), ""),
        (Shows::File, shown.text(Text::BackgroundFile), ""),
        (Shows::Server, shown.text(Text::BackgroundServer), ""),
    ];
    let pressed = ui.horizontal(|ui| widgets::choice(ui, shown.colours, page, &pages)).inner;
    match pressed {
        Some(Shows::Off) => {
            menu.page = None;
            send.push(set(BackgroundLook { shows: Shows::Off, ..look.clone() }));
        }
        Some(Shows::File) => {
            menu.page = Some(Shows::File);
            if look.file.is_some() {
                send.push(set(BackgroundLook { shows: Shows::File, ..look.clone() }));
            }
        }
        // A server is not turned on by looking at it.
        Some(Shows::Server) => menu.page = Some(Shows::Server),
        None => {}
    }
    match page {
        Shows::Off => note(ui, shown, Text::BackgroundOffHint),
        Shows::File => file_page(ui, shown, look, send),
        Shows::Server => server_page(ui, shown, look, menu, send),
    }
    if look.shows != Shows::Off {
        widgets::rule(ui, shown.colours);
        opacities(ui, shown, look, send);
    }
}

fn set(look: BackgroundLook) -> Command {
    Command::SetBackground(Box::new(look))
}

fn file_page(ui: &mut Ui, shown: &Shown<'_>, look: &BackgroundLook, send: &mut Vec<Command>) {
    if let Some(file) = &look.file {
        let name = file.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        ui.add(egui::Label::new(name).truncate()).on_hover_text(file.path.display().to_string());
    }
    ui.horizontal(|ui| {
        if ui.button(shown.text(Text::Open)).clicked() {
            send.push(Command::AskForFile(PathPurpose::Background));
        }
        if ui.button(shown.text(Text::WritePath)).clicked() {
            send.push(Action::BackgroundFromFile.into());
            ui.close();
        }
    });
    if let Some(file) = &look.file
        && let Some(gcj02) = gcj02_mark(ui, shown, file.gcj02)
    {
        let file = Some(LocalTiles { gcj02, ..file.clone() });
        send.push(set(BackgroundLook { file, ..look.clone() }));
    }
    note(ui, shown, Text::BackgroundFileHint);
}

fn server_page(
    ui: &mut Ui,
    shown: &Shown<'_>,
    look: &BackgroundLook,
    menu: &mut BackgroundMenu,
    send: &mut Vec<Command>,
) {
    let draft = menu.draft.get_or_insert_with(|| look.server.clone());
    let width = WIDTH - 3.0 * GRID - 2.0;
    widgets::caption(ui, shown.colours, shown.text(Text::ServerAddress));
    widgets::field(ui, shown.text(Text::ServerAddress), &mut draft.address, "https://…/{z}/{x}/{y}.png", width);
    let template = Template::parse(&draft.address);
    if let Err(error) = &template
        && !draft.address.trim().is_empty()
    {
        let text = RichText::new(words::template_error(shown.lang, error)).size(CAPTION);
        ui.add(egui::Label::new(text.color(shown.colours.error)).wrap());
    }
    widgets::caption(ui, shown.colours, shown.text(Text::Attribution));
    widgets::field(ui, shown.text(Text::Attribution), &mut draft.attribution, "", width);
    if let Some(gcj02) = gcj02_mark(ui, shown, draft.gcj02) {
        draft.gcj02 = gcj02;
    }
    note(ui, shown, Text::BackgroundServerHint);
    let is_on = look.shows == Shows::Server && look.server.address == draft.address;
    if is_on {
        // What does not concern the network follows at once.
        if look.server != *draft {
            send.push(set(BackgroundLook { server: draft.clone(), ..look.clone() }));
        }
        if ui.button(shown.text(Text::Disconnect)).clicked() {
            menu.page = Some(Shows::Server);
            send.push(set(BackgroundLook { shows: Shows::Off, ..look.clone() }));
        }
    } else {
        ui.add_enabled_ui(template.is_ok(), |ui| {
            let text = RichText::new(shown.text(Text::Connect)).color(shown.colours.on_accent);
            let button = egui::Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
            if ui.add(button).clicked() {
                send.push(set(BackgroundLook { shows: Shows::Server, server: draft.clone(), ..look.clone() }));
            }
        });
    }
}

/// The mark of shifted sources; what it is set to when it was pressed.
fn gcj02_mark(ui: &mut Ui, shown: &Shown<'_>, mut gcj02: bool) -> Option<bool> {
    let mark = ui.scope(|ui| {
        // Without a rim, an empty box cannot be told from the paper of the menu.
        ui.visuals_mut().widgets.inactive.bg_stroke = egui::Stroke::new(1.0, shown.colours.muted);
        ui.checkbox(&mut gcj02, shown.text(Text::Gcj02))
    });
    let mark = mark.inner;
    let changed = mark.changed();
    mark.on_hover_text(shown.text(Text::Gcj02Hint));
    changed.then_some(gcj02)
}

fn opacities(ui: &mut Ui, shown: &Shown<'_>, look: &BackgroundLook, send: &mut Vec<Command>) {
    let mut now = look.clone();
    let rows = [(Text::BackgroundOpacity, &mut now.opacity), (Text::FillOpacity, &mut now.fills)];
    for (name, share) in rows {
        let percent = |share: f64, _: std::ops::RangeInclusive<usize>| format!("{:.0} %", share * 100.0);
        let slider = egui::Slider::new(share, 0.0..=1.0).step_by(0.05).custom_formatter(percent);
        widgets::caption(ui, shown.colours, shown.text(name));
        ui.spacing_mut().slider_width = WIDTH - 60.0;
        ui.add(slider).accessible_name(shown.text(name));
    }
    if now != *look {
        send.push(set(now));
    }
}

fn note(ui: &mut Ui, shown: &Shown<'_>, text: Text) {
    let text = RichText::new(shown.text(text)).size(CAPTION).color(shown.colours.muted);
    ui.add(egui::Label::new(text).wrap());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look() -> BackgroundLook {
        let server = TileServer { address: "http://t/{z}/{x}/{y}".to_owned(), ..TileServer::default() };
        BackgroundLook { shows: Shows::Server, server, ..BackgroundLook::default() }
    }

    #[test]
    fn a_server_does_not_come_back_and_a_file_does() {
        let kept = |look: &BackgroundLook| {
            let text = serde_json::to_string(look).unwrap();
            serde_json::from_str::<BackgroundLook>(&text).unwrap().at_start()
        };
        let server = kept(&look());
        assert_eq!((server.shows, server.server), (Shows::Off, look().server));
        let file = look().with_file(Path::new("/maps/a.mbtiles"));
        assert_eq!(kept(&file), file);
    }

    #[test]
    fn broken_preferences_are_put_right() {
        let text = r#"{"shows": "File", "opacity": 7.0, "fills": -1.0}"#;
        let look = serde_json::from_str::<BackgroundLook>(text).unwrap().at_start();
        assert_eq!((look.shows, look.opacity, look.fills), (Shows::Off, 1.0, 0.0));
    }

    #[test]
    fn a_look_alone_needs_no_other_tiles() {
        let mut other = look();
        (other.opacity, other.server.gcj02, other.server.attribution) = (0.5, true, "某局".to_owned());
        assert!(look().has_tiles_of(&other));
        assert_eq!((look().grid(), other.grid()), (Grid::True, Grid::Gcj02));
        other.server.address.push('?');
        assert!(!look().has_tiles_of(&other));
        assert!(!look().has_tiles_of(&look().with_file(Path::new("a"))));
    }
}
