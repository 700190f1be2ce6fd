//! The sheet of files whose coordinate system nothing tells: why, and the systems that they may be in, each with the place
//! where the boundaries would lie.

use eframe::egui::{self, Align, Button, Id, Layout, Modal, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::Command;
use super::systems::{self, Now, Pressed, Systems};
use super::theme::GRID;
use super::widgets;
use quhua::i18n::{Text, file_name};
use quhua::io::LayerSource;
use quhua::model::Numbers;

/// Files that wait for a coordinate system.
#[derive(Debug)]
pub struct Unread {
    /// All that are to be opened.
    pub sources: Vec<LayerSource>,
    /// The one that waits.
    pub at: usize,
    /// Why it cannot be opened.
    pub why: String,
    /// How large its coordinates are.
    pub numbers: Option<Numbers>,
    /// The list to choose from.
    pub systems: Systems,
}

/// Shows the sheet over the whole window. Esc closes it, as a command.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut Unread, send: &mut Vec<Command>) {
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    Modal::new(Id::unique("unread")).frame(frame).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 16.0 * GRID).min(560.0));
        head(ui, shown, sheet, send);
        ui.horizontal(|ui| {
            widgets::icon_mark(ui, icon::ICON_WARNING, shown.colours.warning);
            ui.add(egui::Label::new(&sheet.why).wrap());
        });
        widgets::rule(ui, shown.colours);
        let now = Now { taken: "", is_chosen: false, numbers: sheet.numbers.as_ref() };
        if let Some(Pressed::System(system)) = systems::list(ui, shown, &mut sheet.systems, &now) {
            send.push(Command::ReadIn(Some(system)));
        }
        widgets::rule(ui, shown.colours);
        if ui.add(Button::new(shown.text(Text::Cancel)).min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            send.push(Command::ReadIn(None));
        }
    });
}

fn head(ui: &mut Ui, shown: &Shown<'_>, sheet: &Unread, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let name = sheet.sources.get(sheet.at).map(|source| file_name(&source.path)).unwrap_or_default();
        widgets::heading(ui, &format!("{} · {name}", shown.text(Text::WhichSystem)));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Command::ReadIn(None));
            }
        });
    });
}
