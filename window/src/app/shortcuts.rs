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

/// Keys that were pressed before the line was there that they are meant for: where a picture takes long, people write on.
#[derive(Debug, Default)]
pub struct Ahead(Vec<Event>);

impl Ahead {
    /// Before anything else takes keys: lays them by while a line that was opened `waits` for its first picture, then
    /// gives them to it.
    pub fn turn(&mut self, ctx: &egui::Context, waits: bool) {
        if waits {
            ctx.input_mut(|input| {
                let (held, rest) = std::mem::take(&mut input.events).into_iter().partition(is_written);
                input.events = rest;
                self.0.extend::<Vec<Event>>(held);
            });
            ctx.request_repaint();
        } else if !self.0.is_empty() {
            let held = std::mem::take(&mut self.0);
            ctx.input_mut(|input| drop(input.events.splice(0..0, held)));
        }
    }

    /// Lays by what was pressed behind keys that open a line to write in.
    fn behind(&mut self, ctx: &egui::Context, now: &Situation, floating: Floating) {
        let opens = [Action::Palette, Action::Find, Action::OpenPath, Action::SaveAs, Action::QueryBar];
        let all: Vec<KeyboardShortcut> = opens
            .into_iter()
            .filter(|&action| floating.passes(action) && action.is_enabled(now))
            .flat_map(|action| now.keys.of(action))
            .filter(|keys| !keymap::writes(*keys))
            .collect();
        let is_opening = |event: &Event| match event {
            Event::Key { key, pressed: true, modifiers, .. } => {
                all.iter().any(|keys| keys.logical_key == *key && modifiers.matches_logically(keys.modifiers))
            }
            _ => false,
        };
        ctx.input_mut(|input| {
            let Some(at) = input.events.iter().position(is_opening) else { return };
            let (held, rest): (Vec<Event>, Vec<Event>) =
                input.events.split_off(at + 1).into_iter().partition(is_written);
            input.events.extend(rest);
            self.0.extend(held);
        });
        if !self.0.is_empty() {
            ctx.request_repaint();
        }
    }
}

/// Whether an event is one of writing.
const fn is_written(event: &Event) -> bool {
    matches!(event, Event::Key { .. } | Event::Text(_) | Event::Ime(_) | Event::Paste(_))
}

/// Sends the action of every shortcut that was pressed. Keys that write wait while text is being written, and all
/// but a few while something floats above the window.
pub fn read(ctx: &egui::Context, now: &Situation, floating: Floating, ahead: &mut Ahead, send: &mut Vec<Command>) {
    ahead.behind(ctx, now, floating);
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
