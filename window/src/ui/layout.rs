//! The menu of panels and layouts.

use eframe::egui::{self, Align, Layout as Direction, PopupCloseBehavior, RichText, Ui};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::state::layout::{Change, Pane, Sharing, Side};
use super::theme::GRID;
use super::widgets;
use quhua::i18n::{Text, sentences};

/// Width of the menu in points.
const WIDTH: f32 = 264.0;

/// The menu between frames.
#[derive(Debug, Default)]
pub struct LayoutMenu {
    name: String,
}

/// The button that opens the menu of panels and layouts.
pub fn button(ui: &mut Ui, shown: &Shown<'_>, menu: &mut LayoutMenu, send: &mut Vec<Command>) {
    let button = widgets::icon_button(ui, icon::ICON_DASHBOARD_CUSTOMIZE, shown.text(Text::PanelsAndLayouts));
    egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        widgets::scrolling(ui, |ui| contents(ui, shown, menu, send));
    });
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, menu: &mut LayoutMenu, send: &mut Vec<Command>) {
    let layout = &shown.preferences.layout;
    for pane in Pane::ALL {
        ui.horizontal(|ui| {
            let mut open = pane.is_open(shown.preferences);
            if ui.checkbox(&mut open, shown.text(pane.name())).changed() {
                send.push(pane.toggle().into());
            }
            ui.with_layout(Direction::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                for side in Side::ALL.into_iter().rev() {
                    let name = sentences::of_what(shown.lang, shown.text(pane.name()), shown.text(side.name()));
                    if widgets::icon_choice(ui, shown.colours, side.icon(), &name, layout.side_of(pane) == side) {
                        send.push(Command::Layout(Change::Move(pane, side)));
                    }
                }
            });
        });
    }
    for side in Side::ALL.into_iter().filter(|&side| layout.dock(side).panes.len() > 1) {
        ui.horizontal(|ui| {
            ui.label(RichText::new(shown.text(side.name())).color(shown.colours.muted));
            let choices =
                [(Sharing::Split, shown.text(Text::SideBySide), ""), (Sharing::Tabbed, shown.text(Text::Tabbed), "")];
            if let Some(sharing) = widgets::choice(ui, shown.colours, layout.dock(side).sharing, &choices) {
                send.push(Command::Layout(Change::Share(side, sharing)));
            }
        });
    }
    widgets::rule(ui, shown.colours);
    named(ui, shown, menu, send);
}

/// Layouts that go by a name.
fn named(ui: &mut Ui, shown: &Shown<'_>, menu: &mut LayoutMenu, send: &mut Vec<Command>) {
    for name in shown.preferences.layouts.keys() {
        let row = egui::vec2(ui.available_width(), 6.0 * GRID);
        ui.allocate_ui_with_layout(row, Direction::right_to_left(Align::Center), |ui| {
            let delete = sentences::of_what(shown.lang, shown.text(Text::Delete), name);
            if widgets::icon_button(ui, icon::ICON_DELETE, &delete).clicked() {
                send.push(Command::Layout(Change::Remove(name.clone())));
            }
            let room = egui::vec2(ui.available_width(), 6.0 * GRID);
            let button =
                egui::Button::new(name.as_str()).right_text("").frame_when_inactive(false).truncate().min_size(room);
            if ui.add(button).clicked() {
                send.push(Command::Layout(Change::Apply(name.clone())));
            }
        });
    }
    ui.horizontal(|ui| {
        let prompt = shown.text(Text::LayoutName);
        widgets::field(ui, prompt, &mut menu.name, prompt, WIDTH - 18.0 * GRID);
        let name = menu.name.trim();
        if ui.add_enabled(!name.is_empty(), egui::Button::new(shown.text(Text::Keep))).clicked() {
            send.push(Command::Layout(Change::Save(name.to_owned())));
            menu.name.clear();
        }
    });
    widgets::menu_item(ui, shown.lang, shown.now, Action::ResetLayout, send);
}
