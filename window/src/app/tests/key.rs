//! Shortcuts: the sheet that shows them, and changes of them.

use eframe::egui::{Event, Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{act, app, two_neighbours, window};
use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::Preferences;
use quhua::i18n::{Lang, Text, sentences};

/// The line of an action on the sheet of shortcuts is pressed, and then a key.
fn assign(harness: &mut Harness<'_, Option<App>>, line: &str, modifiers: Modifiers, key: Key) {
    harness.get_by_label(line).click();
    harness.run_steps(2);
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

#[test]
fn the_sheet_names_every_command_in_both_languages_and_closes_with_escape() {
    for lang in Lang::ALL {
        let mut harness = window(lang);
        harness.key_press(Key::Questionmark);
        harness.run_steps(3);
        for &action in Action::ALL {
            let name = lang.of(action.info().name).trim_end_matches('…');
            let found = harness.query_all_by_label_contains(name).next().is_some();
            assert!(found, "{action:?} is not on the sheet in {lang:?}");
        }
        harness.key_press(Key::Escape);
        harness.run_steps(3);
        assert!(!app(&harness).sheet.is_open());
        harness.key_press(Key::F1);
        harness.run_steps(3);
        assert!(app(&harness).sheet.is_open());
    }
}

#[test]
fn the_sheet_fits_into_a_small_window() {
    for lang in Lang::ALL {
        let mut harness = window(lang);
        act(&mut harness, Action::ShowShortcuts);
        harness.run_steps(4);
        let last = lang.of(Action::ALL.last().unwrap().info().name);
        for name in [lang.of(Text::Open).trim_end_matches('…'), last] {
            let rect = harness.get_all_by_label_contains(name).last().unwrap().rect();
            assert!(rect.max.y <= 768.0 && rect.max.x <= 1366.0, "{name} lies at {rect:?}");
        }
    }
}

#[test]
fn a_command_gets_other_keys_by_pressing_them_and_its_old_ones_do_nothing() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowShortcuts);
    assign(&mut harness, "Merge  M", Modifiers::NONE, Key::W);
    harness.get_by_label("Merge  W");
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    harness.key_press(Key::M);
    harness.run_steps(2);
    assert!(!matches!(app(&harness).inspector.card, Card::Merge(_)));
    harness.key_press(Key::W);
    harness.run_steps(2);
    assert!(matches!(app(&harness).inspector.card, Card::Merge(_)));
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.keys, app(&harness).preferences.keys);
}

#[test]
fn keys_of_another_command_are_named_and_taken_over_only_when_asked_for() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowShortcuts);
    assign(&mut harness, "Merge  M", Modifiers::NONE, Key::C);
    let taken = Text::ToggleCompare.in_lang(Lang::En);
    harness.get_by_label(&sentences::keys_taken(Lang::En, "C", taken));
    assert_eq!(app(&harness).preferences.keys, crate::ui::state::keymap::Keymap::default());
    harness.get_by_label(&sentences::take_keys_over(Lang::En, "Merge")).click();
    harness.run_steps(3);
    let keys = app(&harness).preferences.keys;
    assert_eq!(keys.first(Action::ToggleCompare), None);
    assert_eq!(keys.first(Action::Merge).unwrap().logical_key, Key::C);
    harness.get_by_label(Text::ResetAllKeys.in_lang(Lang::En)).click();
    harness.run_steps(3);
    assert_eq!(app(&harness).preferences.keys, crate::ui::state::keymap::Keymap::default());
}

#[test]
fn keys_of_text_are_refused_and_escape_leaves_the_old_ones() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowShortcuts);
    assign(&mut harness, "Merge  M", Modifiers::NONE, Key::Tab);
    harness.get_by_label(&sentences::keys_reserved(Lang::En, "Tab"));
    assign(&mut harness, "Merge  M", Modifiers::NONE, Key::Escape);
    assert!(app(&harness).sheet.is_open() && !app(&harness).sheet.is_waiting());
    assert_eq!(app(&harness).preferences.keys, crate::ui::state::keymap::Keymap::default());
}

#[test]
fn a_key_that_opens_a_line_to_write_in_is_not_written_there() {
    let mut harness = window(Lang::En);
    let keys = eframe::egui::KeyboardShortcut::new(Modifiers::NONE, Key::Slash);
    act(&mut harness, Command::SetKeys(Action::Find, Some(keys)));
    // Both come in the same frame, as windows send them.
    let key = Key::Slash;
    let pressed = Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE };
    harness.input_mut().events.extend([pressed, Event::Text("/".to_owned())]);
    harness.run_steps(3);
    let mut fields = harness.get_all_by_label(Text::UnitsFilter.in_lang(Lang::En));
    let line = fields.find(|field| field.accesskit_node().is_focused()).unwrap();
    assert_eq!(line.value().as_deref(), Some(""));
}
