//! Keys to commands.

use eframe::egui;

use crate::ui::command::{Action, Command, Situation};
use crate::ui::writes_text;

/// What floats above the window and takes the keys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Floating {
    /// The palette is open.
    pub palette: bool,
    /// A question waits for its answer.
    pub question: bool,
}

/// Sends the action of every shortcut that was pressed. Keys without Ctrl wait while text is being written, and all
/// but Esc while something floats above the window.
pub fn read(ctx: &egui::Context, now: &Situation, floating: Floating, send: &mut Vec<Command>) {
    // Shortcuts with more modifiers first: Ctrl+Shift+Z must not be taken for Ctrl+Z.
    let mut actions: Vec<(Action, egui::KeyboardShortcut)> =
        Action::ALL.iter().filter_map(|&action| action.info().shortcut.map(|keys| (action, keys))).collect();
    actions.sort_by_key(|(_, keys)| std::cmp::Reverse(usize::from(keys.modifiers.shift)));
    for (action, keys) in actions {
        let passes = action == Action::GiveUp || (action == Action::Palette && !floating.question);
        if (floating.palette || floating.question) && !passes {
            continue;
        }
        // A menu closes with Esc; the selection below it stays.
        if action == Action::GiveUp && egui::Popup::is_any_open(ctx) {
            continue;
        }
        if writes_text(ctx, keys) || !action.is_enabled(now) {
            continue;
        }
        // Enter and Esc also mean something to a widget that has the focus: leave Enter to it.
        if action == Action::Confirm && ctx.memory(|memory| memory.focused().is_some()) && !ctx.text_edit_focused() {
            continue;
        }
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
            send.push(action.into());
        }
    }
}
