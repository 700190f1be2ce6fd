//! The question before unsaved changes would be lost.

use eframe::egui::{self, Id, Modal};

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::theme::GRID;
use super::widgets::{self, Face, action_button};
use quhua::i18n::Text;
use quhua::i18n::sentences::{self, Unsaved};

/// Asks whether to leave a document with unsaved changes, for another or for good. Esc and a press beside stay.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, closes: bool, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * crate::ui::theme::GRID);
    let modal = Modal::new(Id::unique("unsaved")).frame(frame).show(ctx, |ui| {
        ui.set_width(360.0);
        widgets::heading(ui, shown.text(Text::UnsavedTitle));
        let document = project.document();
        let unsaved = Unsaved {
            is_saved: project.file().is_some(),
            scenarios: document.scenarios().len(),
            steps: document.position(),
            tables: project.dataset().joins().len(),
            repaired: project.dataset().repaired_borders().is_some(),
        };
        widgets::hint(ui, shown.colours, &sentences::unsaved(shown.lang, &project.title(shown.lang), &unsaved));
        ui.add_space(2.0 * GRID);
        ui.horizontal(|ui| {
            let face = (shown.lang, shown.colours, shown.now);
            let mut saving = Vec::new();
            if action_button(ui, face, Action::Save, Face::Main, None, &mut saving).clicked() {
                send.push(Command::SaveAndGoOn);
            }
            let leave = if closes { Text::CloseUnsaved } else { Text::LeaveUnsaved };
            if ui.button(shown.text(leave)).clicked() {
                send.push(Command::LeaveUnsaved);
            }
            if ui.button(shown.text(Text::Cancel)).clicked() {
                send.push(Command::Stay);
            }
        });
    });
    if modal.should_close() {
        send.push(Command::Stay);
    }
}
