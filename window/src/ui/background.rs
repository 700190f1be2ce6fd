//! The menu in which the background of the map is chosen.

use eframe::egui::{self, Align, Layout, PopupCloseBehavior, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::background::{BackgroundLook, LocalTiles, Shows, TileServer};
use super::state::command::Command;
use super::state::view::PathPurpose;
use super::theme::{CAPTION, GRID, ROW};
use super::widgets;
use quhua::i18n::{Say as _, Text, file_name};
use quhua::tiles::Template;

/// Width of the menu in points.
const WIDTH: f32 = 320.0;

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
        let name = file_name(&file.path);
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
        let text = RichText::new(error.sentence(shown.lang)).size(CAPTION);
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
