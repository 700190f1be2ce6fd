//! Locking the selection: the reason is asked for, and said to whoever touches it.
//!
//! Enter in the field locks. A click on the map selects, which closes the card as Esc does.

use eframe::egui::Ui;

use super::merge::confirm_on_enter;
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::widgets;
use quhua::edit::{Edit, LockTarget, UnitRef};
use quhua::i18n::Text;
use quhua::model::UnitId;
use quhua::study::Study;

/// A reason being written.
#[derive(Clone, Debug)]
pub struct LockDraft {
    units: Vec<UnitId>,
    reason: String,
    has_focus: bool,
}

impl LockDraft {
    /// A lock on some units, without a reason yet.
    #[must_use]
    pub fn new(units: &[UnitId]) -> Self {
        Self { units: units.to_vec(), reason: String::new(), has_focus: false }
    }
}

impl Says for LockDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Write
    }

    fn click(&self) -> Click {
        Click::SelectsOne
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn confirm(&self, project: &Study) -> Confirm {
        let name_of = |&unit| UnitRef::to(project.dataset(), project.state(), unit);
        let units: Option<Vec<UnitRef>> = self.units.iter().map(name_of).collect();
        let reason = self.reason.trim().into();
        let lock = |units| Confirm::Edit(Edit::Lock { target: LockTarget::Units(units), reason });
        units.map_or(Confirm::Nothing, lock)
    }
}

/// Shows the field; Enter or a press locks.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut LockDraft, send: &mut Vec<Command>) {
    let name = shown.text(Text::LockReason);
    let width = ui.available_width();
    let field = widgets::field(ui, name, &mut draft.reason, shown.text(Text::LockReasonHint), width);
    let is_new = !std::mem::replace(&mut draft.has_focus, true);
    if is_new {
        field.request_focus();
    }
    confirm_on_enter(ui, &field, send);
    let buttons = ui.horizontal(|ui| {
        if ui.button(shown.text(Text::LockNow)).clicked() {
            send.push(Action::Confirm.into());
        }
        if ui.button(shown.text(Text::Cancel)).clicked() {
            send.push(Action::GiveUp.into());
        }
    });
    // Below the figures of a unit there is often no room left to see it.
    if is_new {
        buttons.response.scroll_to_me(None);
    }
}
