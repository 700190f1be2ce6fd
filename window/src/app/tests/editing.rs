//! Merging, transferring, undo, and what happens around them.

use super::*;
use crate::ui::map::MapClick;
use quhua::edit::{Edit, SeatSpec, UnitRef};
use quhua::model::Kind;

/// A click on the map that the card that is open waits for.
fn map_click(harness: &mut Harness<'_, Option<App>>, click: MapClick) {
    harness.state_mut().as_mut().unwrap().map_click(click);
    harness.run_steps(3);
}

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
    act(&mut harness, Action::Confirm);
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
    // That of this name, not the one that copies a picture of it.
    let open = app(&harness).preferences.bottom_open;
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_ne!(app(&harness).preferences.bottom_open, open);
    assert!(!app(&harness).view.picturing);
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
    // The card is filled in, and nothing has changed yet.
    assert_eq!(app(&harness).project.as_ref().unwrap().state().unit(village).parent, Some(pair[0]));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
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

#[test]
fn a_transfer_shows_both_sides_before_it_is_done_and_a_second_click_does_it() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    let village = app(&harness).project.as_ref().unwrap().state().members(pair[0])[0];
    act(&mut harness, Command::Select(vec![village], SelectMode::Replace));
    harness.key_press(Key::T);
    harness.run_steps(3);
    let parent = |harness: &Harness<'_, Option<App>>| {
        app(harness).project.as_ref().unwrap().state().unit(village).parent.unwrap()
    };
    // Enter does nothing as long as nobody takes it.
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    map_click(&mut harness, MapClick::Parent(pair[1]));
    assert_eq!(harness.get_all_by_label(Text::After.in_lang(Lang::En)).count(), 2, "the taker and the giver");
    harness.get_by_label(Text::ConfirmChange.in_lang(Lang::En));
    assert_eq!(parent(&harness), pair[0]);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert_eq!((parent(&harness), app(&harness).inspector.card.is_open()), (pair[0], false));
    harness.key_press(Key::T);
    harness.run_steps(3);
    map_click(&mut harness, MapClick::Parent(pair[1]));
    map_click(&mut harness, MapClick::Parent(pair[1]));
    assert_eq!((parent(&harness), app(&harness).inspector.card.is_open()), (pair[1], false));
}

#[test]
fn a_seat_that_a_card_would_put_somewhere_is_marked_on_the_map_before_it_is_done() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let label = Text::ChosenSeat.in_lang(Lang::Zh);
    let place = |harness: &Harness<'_, Option<App>>| {
        let project = app(harness).project.as_ref().unwrap();
        project.dataset().atom_point(project.state().first_atom(pair[1]).unwrap()).unwrap()
    };
    let check = |harness: &mut Harness<'_, Option<App>>, at: geo::Coord| {
        let wanted = app(harness).canvas.camera().screen_from_lonlat(at);
        let mark = harness.get_by_label(label).rect().center();
        assert!(mark.distance(wanted) < 1.0, "{mark:?} is not {wanted:?}");
        // The map below goes on to be clicked.
        assert_eq!(app(harness).project.as_ref().unwrap().document().position(), 0);
    };
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::Merge);
    harness.run_steps(3);
    let at = place(&harness);
    map_click(&mut harness, MapClick::Seat(at));
    check(&mut harness, at);
    // The card of a seat that moves does the same; with the card the mark goes.
    act(&mut harness, Command::Select(pair[..1].to_vec(), SelectMode::Replace));
    act(&mut harness, Action::MoveSeat);
    harness.run_steps(3);
    assert!(harness.query_by_label(label).is_none());
    map_click(&mut harness, MapClick::Seat(at));
    check(&mut harness, at);
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label(label).is_none());
}

#[test]
fn a_seat_that_would_be_given_away_is_left_out_moved_or_merged() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let (villages, edit) = {
        let project = app(&harness).project.as_ref().unwrap();
        let villages = project.state().members(pair[0])[..2].to_vec();
        let at = project.dataset().atom_point(project.state().first_atom(villages[0]).unwrap()).unwrap();
        let unit = UnitRef::to(project.dataset(), project.state(), pair[0]).unwrap();
        (villages, Edit::MoveSeat { unit, seat: SeatSpec { lon: at.x, lat: at.y, name: None } })
    };
    act(&mut harness, Command::Commit(edit));
    let open = |harness: &mut Harness<'_, Option<App>>, offer: Text| {
        act(harness, Command::TransferTo { units: villages.clone(), to: pair[1] });
        harness.get_by_label_contains(offer.in_lang(Lang::Zh)).click();
        harness.run_steps(3);
    };
    open(&mut harness, Text::LeaveSeatOut);
    let offer = Text::LeaveSeatOut.in_lang(Lang::Zh);
    assert!(harness.query_by_label_contains(offer).is_none() && app(&harness).inspector.card.is_open());
    open(&mut harness, Text::MergeInstead);
    assert!(matches!(app(&harness).inspector.card, Card::Merge(_)));
    assert_eq!(app(&harness).view.selection, pair);
    act(&mut harness, Command::TransferTo { units: villages.clone(), to: pair[1] });
    harness.get_all_by_label(Text::MoveSeat.in_lang(Lang::Zh)).last().unwrap().click();
    harness.run_steps(3);
    assert_eq!(app(&harness).view.selection, pair[..1]);
    assert_eq!(app(&harness).inspector.card.says().click(), crate::ui::state::command::Click::Seat);
    let steps = app(&harness).project.as_ref().unwrap().document().position();
    let at = {
        let project = app(&harness).project.as_ref().unwrap();
        project.dataset().atom_point(project.state().first_atom(villages[1]).unwrap()).unwrap()
    };
    map_click(&mut harness, MapClick::Seat(at));
    assert_eq!(app(&harness).project.as_ref().unwrap().document().position(), steps, "it is only shown");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().unit(pair[0]).seat.as_ref().map(|seat| seat.at), Some(at));
}

#[test]
fn another_kind_proposes_the_name_that_goes_with_it() {
    let mut harness = window(Lang::Zh);
    let unit = {
        let state = app(&harness).project.as_ref().unwrap().state();
        let mut units = state.units_at(app(&harness).view.level);
        units.find(|&unit| state.unit(unit).kind == Some(Kind::Township)).unwrap()
    };
    let name = app(&harness).project.as_ref().unwrap().state().unit(unit).name.clone();
    act(&mut harness, Command::Select(vec![unit], SelectMode::Replace));
    harness.key_press(Key::K);
    harness.run_steps(3);
    harness.get_all_by_label(Kind::Town.words(Lang::Zh)).last().unwrap().click();
    harness.run_steps(3);
    harness.get_by_label(Text::After.in_lang(Lang::Zh));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().unit(unit).kind, Some(Kind::Town));
    assert_eq!(project.state().unit(unit).name, format!("{}镇", name.strip_suffix('乡').unwrap()));
    assert_eq!(project.document().position(), 1);
}
