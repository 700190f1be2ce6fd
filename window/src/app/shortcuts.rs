//! Keys to commands.

use eframe::egui::{self, Event, KeyboardShortcut};

use crate::ui::focus::Stop;
use crate::ui::state::action::{Action, Situation};
use crate::ui::state::command::Command;
use crate::ui::state::keymap;

/// What floats above the window and takes the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Floating {
    /// Nothing.
    #[default]
    Nothing,
    /// The palette, which has a line to write in.
    Palette,
    /// A question waits for its answer.
    Question,
    /// The sheet of shortcuts.
    Sheet,
    /// The sheet of shortcuts, which waits for keys.
    Keys,
}

impl Floating {
    /// Whether the keys of an action still send it.
    const fn passes(self, action: Action) -> bool {
        match self {
            Self::Nothing => true,
            Self::Palette => matches!(action, Action::GiveUp | Action::Palette),
            Self::Sheet => matches!(action, Action::GiveUp | Action::ShowShortcuts),
            Self::Question | Self::Keys => matches!(action, Action::GiveUp),
        }
    }
}

/// Sends the action of every shortcut that was pressed. Keys that write wait while text is being written, and all
/// but a few while something floats above the window.
pub fn read(ctx: &egui::Context, now: &Situation, floating: Floating, send: &mut Vec<Command>) {
    // Shortcuts with more modifiers first: Ctrl+Shift+Z must not be taken for Ctrl+Z.
    let mut all: Vec<(Action, KeyboardShortcut)> =
        Action::ALL.iter().flat_map(|&action| now.keys.of(action).map(move |keys| (action, keys))).collect();
    all.sort_by_key(|(_, keys)| std::cmp::Reverse(u8::from(keys.modifiers.shift) + u8::from(keys.modifiers.alt)));
    for (action, keys) in all {
        if !floating.passes(action) {
            continue;
        }
        // A menu closes with Esc; the selection below it stays.
        if action == Action::GiveUp && egui::Popup::is_any_open(ctx) {
            continue;
        }
        if (keymap::writes(keys) && ctx.text_edit_focused()) || !action.is_enabled(now) {
            continue;
        }
        // Enter also means something to a widget that has the focus: it is left to it.
        if action == Action::Confirm && ctx.memory(|memory| memory.focused().is_some()) && !Stop::has_focus(ctx) {
            continue;
        }
        if ctx.input_mut(|input| input.consume_shortcut(&keys)) {
            // Where the action opens a line to write in, the key is not also written there.
            if keymap::writes(keys) {
                ctx.input_mut(|input| input.events.retain(|event| !matches!(event, Event::Text(_))));
            }
            send.push(action.into());
        }
    }
}
