//! Locking the selection: the reason is asked for, and said to whoever touches it.
//!
//! Enter in the field locks. A click on the map selects, which closes the card as Esc does.

use eframe::egui::{Key, Ui};

use super::says::Says;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::widgets;
use quhua::edit::{Edit, LockTarget, UnitRef};
use quhua::i18n::Text;

/// A reason being written.
#[derive(Clone, Debug, Default)]
pub struct LockDraft {
    reason: String,
    has_focus: bool,
}

impl Says for LockDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Lock
    }

    fn click(&self) -> Click {
        Click::SelectsOne
    }
}

/// Shows the field; Enter or a press locks.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut LockDraft, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let name = shown.text(Text::LockReason);
    let width = ui.available_width();
    let field = widgets::field(ui, name, &mut draft.reason, shown.text(Text::LockReasonHint), width);
    let is_new = !std::mem::replace(&mut draft.has_focus, true);
    if is_new {
        field.request_focus();
    }
    let enter = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    let buttons = ui.horizontal(|ui| {
        if ui.button(shown.text(Text::LockNow)).clicked() || enter {
            let name_of = |&unit| UnitRef::to(project.dataset(), project.state(), unit);
            let units: Option<Vec<UnitRef>> = shown.view.selection.iter().map(name_of).collect();
            let reason = draft.reason.trim().into();
            send.extend(units.map(|units| Command::Commit(Edit::Lock { target: LockTarget::Units(units), reason })));
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
