//! Which keys send which action: those that the program comes with, changed by the user.
//!
//! 1. No keys send two actions: who gets keys takes them from whoever had them.
//! 2. Keys that write, move or press within a widget belong to no action, but for Enter and Esc, which belong to two
//!    for good.
//! 3. Only what the user changed is kept, by the ids of the actions; what can no longer be read is left out.

use std::collections::BTreeMap;

use eframe::egui::{self, Event, Key, KeyboardShortcut, Modifiers};

use super::action::Action;

/// Keys of one action: those that its button names, and others that do the same.
type Keys = [Option<KeyboardShortcut>; 2];

/// Keys of all actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "BTreeMap<String, String>", into = "BTreeMap<String, String>")]
pub struct Keymap {
    keys: [Keys; Action::ALL.len()],
}

impl Default for Keymap {
    fn default() -> Self {
        let mut keys = [[None; 2]; Action::ALL.len()];
        for &action in Action::ALL {
            keys[action.index()] = action.info().shortcuts;
        }
        Self { keys }
    }
}

impl Keymap {
    /// Keys that send an action.
    pub fn of(&self, action: Action) -> impl Iterator<Item = KeyboardShortcut> {
        self.keys[action.index()].into_iter().flatten()
    }

    /// The keys that a button names.
    #[must_use]
    pub fn first(&self, action: Action) -> Option<KeyboardShortcut> {
        self.of(action).next()
    }

    /// The action that keys send.
    #[must_use]
    pub fn action_of(&self, keys: KeyboardShortcut) -> Option<Action> {
        Action::ALL.iter().copied().find(|&action| self.of(action).any(|its| its == keys))
    }

    /// Whether the user changed the keys of an action.
    #[must_use]
    pub fn is_changed(&self, action: Action) -> bool {
        self.keys[action.index()] != action.info().shortcuts
    }

    /// Has an action sent by these keys alone, or by none. Another action that had them is left without.
    pub fn set(&mut self, action: Action, keys: Option<KeyboardShortcut>) {
        if !is_changeable(action) || keys.is_some_and(is_reserved) {
            return;
        }
        self.take_away(keys);
        self.keys[action.index()] = [keys, None];
    }

    /// Has an action sent by the keys that the program came with. Others that have them now are left without.
    pub fn reset(&mut self, action: Action) {
        let keys = action.info().shortcuts;
        for keys in keys {
            self.take_away(keys);
        }
        self.keys[action.index()] = keys;
    }

    fn take_away(&mut self, keys: Option<KeyboardShortcut>) {
        let Some(keys) = keys else { return };
        for its in &mut self.keys {
            its.iter_mut().filter(|its| **its == Some(keys)).for_each(|its| *its = None);
            its.sort_by_key(Option::is_none);
        }
    }
}

impl From<BTreeMap<String, String>> for Keymap {
    fn from(kept: BTreeMap<String, String>) -> Self {
        let mut keymap = Self::default();
        for &action in Action::ALL {
            match kept.get(action.info().id).map(String::as_str) {
                Some("") => keymap.set(action, None),
                Some(text) => {
                    if let Some(keys) = read(text) {
                        keymap.set(action, Some(keys));
                    }
                }
                None => {}
            }
        }
        keymap
    }
}

impl From<Keymap> for BTreeMap<String, String> {
    fn from(keymap: Keymap) -> Self {
        let changed = Action::ALL.iter().filter(|&&action| keymap.is_changed(action));
        changed
            .map(|&action| (action.info().id.to_owned(), keymap.first(action).map_or_else(String::new, written)))
            .collect()
    }
}

/// Modifiers and how they are written, in their order.
const MODIFIERS: [(Modifiers, &str); 4] = [
    (Modifiers::COMMAND, "Command+"),
    (Modifiers::CTRL, "Ctrl+"),
    (Modifiers::ALT, "Alt+"),
    (Modifiers::SHIFT, "Shift+"),
];

fn written(keys: KeyboardShortcut) -> String {
    let has = |one: Modifiers| keys.modifiers.plus(one) == keys.modifiers;
    let mut text: String = MODIFIERS.iter().filter(|(one, _)| has(*one)).map(|(_, name)| *name).collect();
    text.push_str(keys.logical_key.name());
    text
}

fn read(text: &str) -> Option<KeyboardShortcut> {
    let (mut rest, mut modifiers) = (text, Modifiers::NONE);
    for (one, name) in MODIFIERS {
        if let Some(after) = rest.strip_prefix(name) {
            rest = after;
            modifiers = modifiers.plus(one);
        }
    }
    Some(KeyboardShortcut::new(modifiers, Key::from_name(rest)?))
}

/// Whether the user can give an action other keys. Enter and Esc belong to the grammar of the window.
#[must_use]
pub const fn is_changeable(action: Action) -> bool {
    !matches!(action, Action::Confirm | Action::GiveUp)
}

/// Whether keys mean something to widgets or to text everywhere, so that no action can have them.
#[must_use]
pub const fn is_reserved(keys: KeyboardShortcut) -> bool {
    let Modifiers { alt, ctrl, command, .. } = keys.modifiers;
    let plain = !alt && !ctrl && !command;
    match keys.logical_key {
        Key::Enter | Key::Escape | Key::Copy | Key::Cut | Key::Paste => true,
        Key::Tab | Key::Space | Key::Backspace | Key::Delete => plain,
        Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight | Key::Home | Key::End => !alt,
        Key::C | Key::X | Key::V => command && !alt,
        _ => false,
    }
}

/// Whether keys must wait while text is being written: those that write, and those that text itself understands.
#[must_use]
pub const fn writes(keys: KeyboardShortcut) -> bool {
    let Modifiers { alt, ctrl, command, .. } = keys.modifiers;
    if alt || ctrl || command {
        matches!(keys.logical_key, Key::A | Key::Y | Key::Z)
    } else {
        let is_function =
            keys.logical_key as usize >= Key::F1 as usize && keys.logical_key as usize <= Key::F35 as usize;
        !is_function && !matches!(keys.logical_key, Key::Escape)
    }
}

/// Keys as they are shown: signs as themselves, other keys by their names.
#[must_use]
pub fn text(ctx: &egui::Context, keys: KeyboardShortcut) -> String {
    let all = ctx.format_shortcut(&keys);
    let (name, sign) = (keys.logical_key.name(), keys.logical_key.symbol_or_name());
    let is_arrow = matches!(keys.logical_key, Key::ArrowUp | Key::ArrowDown | Key::ArrowLeft | Key::ArrowRight);
    match all.strip_suffix(name) {
        Some(modifiers) if !is_arrow => format!("{modifiers}{sign}"),
        _ => all,
    }
}

/// Keys that were just pressed, as a shortcut has them.
#[must_use]
pub fn pressed(ctx: &egui::Context) -> Option<KeyboardShortcut> {
    ctx.input(|input| {
        input.events.iter().find_map(|event| match event {
            Event::Key { key, pressed: true, repeat: false, modifiers, .. } => Some(shortcut(*key, *modifiers)),
            Event::Copy => Some(KeyboardShortcut::new(Modifiers::COMMAND, Key::C)),
            Event::Cut => Some(KeyboardShortcut::new(Modifiers::COMMAND, Key::X)),
            Event::Paste(_) => Some(KeyboardShortcut::new(Modifiers::COMMAND, Key::V)),
            _ => None,
        })
    })
}

fn shortcut(key: Key, pressed: Modifiers) -> KeyboardShortcut {
    // Shift is what makes these signs: it says nothing beyond them.
    let made_by_shift = matches!(
        key,
        Key::Questionmark
            | Key::Exclamationmark
            | Key::Plus
            | Key::Colon
            | Key::Pipe
            | Key::OpenCurlyBracket
            | Key::CloseCurlyBracket
    );
    let modifiers = Modifiers {
        alt: pressed.alt,
        ctrl: pressed.ctrl && !pressed.command,
        shift: pressed.shift && !made_by_shift,
        mac_cmd: false,
        command: pressed.command,
    };
    KeyboardShortcut::new(modifiers, key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::state::exports::ExportKind;

    fn keys(text: &str) -> KeyboardShortcut {
        read(text).unwrap()
    }

    #[test]
    fn keys_that_another_action_had_are_taken_from_it() {
        let mut keymap = Keymap::default();
        assert_eq!(keymap.action_of(keys("Command+E")), Some(Action::Export(ExportKind::Boundaries)));
        keymap.set(Action::Merge, Some(keys("Command+E")));
        assert_eq!(keymap.first(Action::Merge), Some(keys("Command+E")));
        assert_eq!(keymap.first(Action::Export(ExportKind::Boundaries)), None);
        keymap.reset(Action::Export(ExportKind::Boundaries));
        assert_eq!(keymap.action_of(keys("Command+E")), Some(Action::Export(ExportKind::Boundaries)));
        assert_eq!(keymap.first(Action::Merge), None);
    }

    #[test]
    fn only_changes_are_kept_and_come_back() {
        let mut keymap = Keymap::default();
        assert_eq!(serde_json::to_string(&keymap).unwrap(), "{}");
        keymap.set(Action::Merge, Some(keys("Command+Alt+Shift+F5")));
        keymap.set(Action::Undo, None);
        let text = serde_json::to_string(&keymap).unwrap();
        assert_eq!(text, r#"{"merge":"Command+Alt+Shift+F5","undo":""}"#);
        assert_eq!(serde_json::from_str::<Keymap>(&text).unwrap(), keymap);
    }

    #[test]
    fn what_is_kept_but_cannot_be_is_left_out() {
        let odd = r#"{"merge":"Command+Nonsense","no-such-action":"F9","undo":"Enter","give-up":"F9"}"#;
        assert_eq!(serde_json::from_str::<Keymap>(odd).unwrap(), Keymap::default());
    }

    #[test]
    fn every_key_of_the_program_can_be_written_and_read() {
        for keys in Action::ALL.iter().flat_map(|action| action.info().shortcuts).flatten() {
            assert_eq!(read(&written(keys)), Some(keys));
        }
    }

    #[test]
    fn keys_that_write_wait_and_function_keys_do_not() {
        assert!(writes(keys("M")) && writes(keys("Command+Z")) && writes(keys("PageDown")));
        assert!(!writes(keys("F2")) && !writes(keys("Command+E")));
    }

    #[test]
    fn a_sign_made_with_shift_is_the_sign_alone() {
        let command = Modifiers { ctrl: true, command: true, ..Modifiers::NONE };
        assert_eq!(shortcut(Key::Questionmark, Modifiers::SHIFT), keys("?"));
        assert_eq!(shortcut(Key::E, command), keys("Command+E"));
    }
}
