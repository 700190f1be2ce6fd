//! Merging, transferring, undo, and what happens around them.

use super::*;

#[test]
fn two_townships_are_merged_with_m_and_enter_and_come_back_with_undo() {
    let mut harness = window(Lang::Zh);
    let before = units(app(&harness));
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    harness.key_press(Key::M);
    harness.run_steps(3);
    harness.get_by_label(Text::MergeTitle.in_lang(Lang::Zh));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(units(app(&harness)), before - 1);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    harness.run_steps(3);
    assert_eq!(units(app(&harness)), before);
}

#[test]
fn a_township_set_up_anew_gets_a_proposed_code() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.get_by_label(Text::Establish.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    harness.get_by_label(Text::Proposed.in_lang(Lang::Zh));
    harness.get_by_label(Text::ConfirmMerge.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    let [made] = app(&harness).view.selection[..] else { panic!("the new township is selected") };
    assert!(!pair.contains(&made));
    assert_eq!(project.state().unit(made).code_status, CodeStatus::Proposed);
    assert!(pair.iter().all(|&unit| !project.state().unit(unit).is_current()));
}

#[test]
fn unsaved_changes_are_asked_for_before_another_document_is_opened() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    let village = app(&harness).project.as_ref().unwrap().state().members(pair[0])[0];
    act(&mut harness, Command::TransferTo { units: vec![village], to: pair[1] });
    act(&mut harness, Action::OpenSample);
    harness.get_by_label(Text::UnsavedTitle.in_lang(Lang::En));
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(app(&harness).pending.is_none());
    assert!(app(&harness).project.as_ref().unwrap().has_changes());
}

#[test]
fn a_row_of_the_tree_selects_its_unit() {
    let mut harness = window(Lang::Zh);
    let (unit, name) = {
        let project = app(&harness).project.as_ref().unwrap();
        let unit = project.state().units_at(app(&harness).view.level).next().unwrap();
        (unit, project.state().unit(unit).name.to_string())
    };
    let row = harness.get_all_by_label(&name).next().unwrap();
    row.click();
    harness.run_steps(3);
    assert_eq!(app(&harness).view.selection, vec![unit]);
}

#[test]
fn the_palette_finds_and_does_a_command() {
    let mut harness = window(Lang::En);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
    harness.run_steps(3);
    harness.get_by_label(Text::FindPrompt.in_lang(Lang::En)).type_text("table panel");
    harness.run_steps(3);
    let open = app(&harness).preferences.bottom_open;
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_ne!(app(&harness).preferences.bottom_open, open);
}

#[test]
fn keys_wait_while_text_is_written() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    let filter = harness.get_by_label(Text::UnitsFilter.in_lang(Lang::En));
    filter.click();
    harness.run_steps(2);
    harness.key_press(Key::M);
    harness.run_steps(2);
    assert!(!matches!(app(&harness).inspector.card, Card::Merge(_)));
}

#[test]
fn escape_gives_up_the_merge_and_then_the_selection() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    assert!(matches!(app(&harness).inspector.card, Card::Merge(_)));
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(!matches!(app(&harness).inspector.card, Card::Merge(_)));
    assert_eq!(app(&harness).view.selection.len(), 2);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).view.selection.is_empty());
}

#[test]
fn the_language_switches_while_running() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::ToggleLanguage);
    harness.get_by_label(Text::Checks.in_lang(Lang::En));
}

#[test]
fn villages_are_transferred_to_another_township() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let village = app(&harness).project.as_ref().unwrap().state().members(pair[0])[0];
    act(&mut harness, Command::TransferTo { units: vec![village], to: pair[1] });
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().unit(village).parent, Some(pair[1]));
    assert!(project.is_changed(pair[0]) && project.is_changed(pair[1]));
}

#[test]
fn a_file_that_is_not_there_leaves_an_error_until_it_is_read() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::OpenFiles(vec!["no-such-file.geojson".into()]));
    let since = Instant::now();
    while app(&harness).notices.unread_errors() == 0 && since.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    assert_eq!(app(&harness).notices.unread_errors(), 1);
    harness.get_all_by_label_contains("no-such-file").next().unwrap().accesskit_node();
}
