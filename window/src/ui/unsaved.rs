//! The question before unsaved changes would be lost.

use eframe::egui::{self, Id, Modal};

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::theme::GRID;
use super::widgets::{self, Face, action_button};
use quhua::i18n::{Text, sentences};

/// Asks whether to leave a document with unsaved changes. Esc and a press beside stay.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let modal = Modal::new(Id::unique("unsaved")).show(ctx, |ui| {
        ui.set_width(360.0);
        widgets::heading(ui, shown.text(Text::UnsavedTitle));
        let steps = project.document().position();
        widgets::hint(ui, shown.colours, &sentences::unsaved_steps(shown.lang, &project.title(shown.lang), steps));
        ui.add_space(2.0 * GRID);
        ui.horizontal(|ui| {
            let face = (shown.lang, shown.colours, shown.now);
            let mut saving = Vec::new();
            if action_button(ui, face, Action::Save, Face::Main, None, &mut saving).clicked() {
                send.push(Command::SaveAndGoOn);
            }
            if ui.button(shown.text(Text::LeaveUnsaved)).clicked() {
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
