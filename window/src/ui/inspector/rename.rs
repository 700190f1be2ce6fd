//! A new name for the selected unit, or for its seat.
//!
//! Enter in the field renames. A click on the map selects, which closes the card as Esc does.

use eframe::egui::Ui;

use super::merge::confirm_on_enter;
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::widgets;
use quhua::edit::{Edit, SeatSpec, UnitRef};
use quhua::i18n::Text;
use quhua::model::UnitId;
use quhua::study::Study;

/// A name being written.
#[derive(Clone, Debug)]
pub struct NameDraft {
    unit: UnitId,
    text: String,
    /// The place of the seat that is to be named.
    seat: Option<SeatSpec>,
    focus: bool,
}

impl NameDraft {
    /// A new name for a unit, beginning with its old one.
    #[must_use]
    pub fn rename(unit: UnitId, name: &str) -> Self {
        Self { unit, text: name.to_owned(), seat: None, focus: true }
    }

    /// A name for the seat of a unit, which stays where it is.
    #[must_use]
    pub fn seat(unit: UnitId, seat: SeatSpec) -> Self {
        let text = seat.name.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { unit, text, seat: Some(seat), focus: true }
    }
}

impl Says for NameDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Write
    }

    fn click(&self) -> Click {
        Click::SelectsOne
    }

    fn is_ready(&self) -> bool {
        !self.text.trim().is_empty()
    }

    fn confirm(&self, project: &Study) -> Confirm {
        let unit = UnitRef::to(project.dataset(), project.state(), self.unit).filter(|_| self.is_ready());
        let Some(unit) = unit else { return Confirm::Nothing };
        let name = self.text.trim().into();
        Confirm::Edit(match &self.seat {
            Some(seat) => Edit::MoveSeat { unit, seat: SeatSpec { name: Some(name), ..seat.clone() } },
            None => Edit::Rename { unit, name },
        })
    }
}

/// Shows the field; Enter or a press carries it out.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut NameDraft, send: &mut Vec<Command>) {
    let width = ui.available_width();
    let (name, verb) = match draft.seat {
        Some(_) => (shown.text(Text::NameSeatHint), Text::NameSeat),
        None => (shown.text(Text::NewName), Text::Rename),
    };
    let field = widgets::field(ui, name, &mut draft.text, name, width);
    if draft.focus {
        draft.focus = false;
        field.request_focus();
    }
    confirm_on_enter(ui, &field, send);
    ui.horizontal(|ui| {
        if ui.button(shown.text(verb).trim_end_matches('…')).clicked() {
            send.push(Action::Confirm.into());
        }
        if ui.button(shown.text(Text::Cancel)).clicked() {
            send.push(Action::GiveUp.into());
        }
    });
}
