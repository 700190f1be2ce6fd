//! Conditions, lists, polygons, limits and painting, driven through the window.

use eframe::egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, around, drag, place_of, two_neighbours, wait_for_figures, window, window_with};
use crate::app::App;
use crate::render::BrushRule;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, Gesture, SelectMode};
use crate::ui::state::view::Preferences;
use quhua::edit::Edit;
use quhua::i18n::{Lang, Text, selecting};
use quhua::model::{LevelIndex, UnitId};
use quhua::study::Limits;

fn project<'a>(harness: &'a Harness<'_, Option<App>>) -> &'a quhua::study::Study {
    app(harness).project.as_ref().unwrap()
}

fn write_query(harness: &mut Harness<'_, Option<App>>, line: &str) {
    act(harness, Action::QueryBar);
    harness.run_steps(2);
    harness.get_by_label(Text::QueryLine.in_lang(Lang::Zh)).type_text(line);
    harness.run_steps(3);
}

#[test]
fn a_condition_selects_what_meets_it_and_shift_adds() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    wait_for_figures(&mut harness);
    harness.key_press(Key::Slash);
    harness.run_steps(3);
    harness.get_by_label(Text::QueryLine.in_lang(Lang::Zh)).type_text("人口 > 5000");
    harness.run_steps(3);
    let expected: Vec<UnitId> = {
        let project = project(&harness);
        let state = project.state();
        let more = |unit: &UnitId| project.figures(*unit).population.is_some_and(|people| people > 5000.into());
        state.units_at(LevelIndex::FINEST).filter(more).collect()
    };
    assert!(!expected.is_empty());
    harness.get_by_label(&selecting::found(Lang::Zh, expected.len()));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(app(&harness).view.selection, expected);
    harness.get_by_label(Text::QueryLine.in_lang(Lang::Zh)).click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label(Text::QueryLine.in_lang(Lang::Zh)).type_text("类型 = 社区");
    harness.run_steps(3);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    harness.run_steps(3);
    assert!(app(&harness).view.selection.len() > expected.len());
}

#[test]
fn a_wrong_condition_says_where_and_selects_nothing() {
    let mut harness = window(Lang::Zh);
    write_query(&mut harness, "人囗 > 3");
    harness.get_by_label_contains("第 1 字");
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(app(&harness).view.selection.is_empty());
}

#[test]
fn completion_goes_on_with_keys_and_with_the_pointer() {
    let mut harness = window(Lang::Zh);
    write_query(&mut harness, "类");
    harness.get_by_label("类型");
    harness.key_press(Key::Tab);
    harness.run_steps(3);
    harness.key_press(Key::ArrowDown);
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.get_by_label("街道").click();
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let state = project(&harness).state();
    let wanted: Vec<UnitId> = state
        .units_at(LevelIndex(1))
        .filter(|&unit| state.unit(unit).kind == Some(quhua::model::Kind::Subdistrict))
        .collect();
    assert_eq!(app(&harness).view.selection, wanted);
}

#[test]
fn conditions_are_kept_used_again_and_forgotten() {
    let mut harness = window(Lang::Zh);
    write_query(&mut harness, "类型 = 镇");
    harness.get_by_label(Text::KeepQuery.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.queries, ["类型 = 镇"]);
    let mut harness = window_with(Preferences { lang: Some(Lang::Zh), ..kept });
    act(&mut harness, Action::QueryBar);
    harness.get_by_label(Text::KeptQueries.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    harness.get_by_label("类型 = 镇").click();
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(app(&harness).view.selection.len() > 1);
    act(&mut harness, Command::KeepQuery("类型 = 镇".to_owned(), false));
    assert!(app(&harness).preferences.queries.is_empty());
}

#[test]
fn escape_closes_the_bar_and_leaves_the_selection() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    write_query(&mut harness, "人口");
    harness.key_press(Key::Escape);
    harness.run_steps(3);
    assert!(harness.query_by_label(Text::QueryLine.in_lang(Lang::Zh)).is_none());
    assert_eq!(app(&harness).view.selection, pair);
}

#[test]
fn a_pasted_list_is_selected_and_what_is_not_found_can_be_chosen() {
    let mut harness = window(Lang::Zh);
    let (first, second, wrong) = {
        let state = project(&harness).state();
        let units: Vec<UnitId> = state.units_at(LevelIndex(1)).collect();
        let name = state.unit(units[0]).name.to_string();
        // One sign is another than it should be.
        let wrong: String = name.chars().enumerate().map(|(i, c)| if i == 1 { '乙' } else { c }).collect();
        (units[0], units[1], wrong)
    };
    let code = project(&harness).state().unit(second).code.to_string();
    act(&mut harness, Action::ByList);
    harness.run_steps(2);
    harness.get_by_label(Text::ListText.in_lang(Lang::Zh)).type_text(&format!("{code}、{wrong}"));
    harness.run_steps(3);
    harness.get_by_label(&wrong);
    let offered = {
        let state = project(&harness).state();
        let unit = state.unit(first);
        format!("{} · {}", unit.name, state.unit(unit.parent.unwrap()).name)
    };
    harness.get_by_label(&offered).click();
    harness.run_steps(3);
    harness.get_by_label(&selecting::select_units(Lang::Zh, 2)).click();
    harness.run_steps(3);
    assert_eq!(app(&harness).view.selection, [first, second]);
}

/// Clicks at a place of the map.
fn click_at(harness: &mut Harness<'_, Option<App>>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(1);
    // Two clicks in one place would be a double click.
    harness.run_steps(30);
}

#[test]
fn a_polygon_is_set_corner_by_corner_and_closed_with_enter() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::PolygonTool);
    let village = project(&harness).state().units_at(LevelIndex::FINEST).next().unwrap();
    let path = around(place_of(app(&harness), village));
    for &at in &path {
        click_at(&mut harness, at);
    }
    assert!(app(&harness).canvas.sets_corners() && app(&harness).view.selection.is_empty());
    harness.key_press(Key::Backspace);
    harness.run_steps(1);
    click_at(&mut harness, path[3]);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    assert!(app(&harness).view.is_selected(village) && !app(&harness).canvas.sets_corners());
    let selection = app(&harness).view.selection.clone();
    click_at(&mut harness, path[0]);
    click_at(&mut harness, path[1]);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(!app(&harness).canvas.sets_corners());
    assert_eq!(app(&harness).view.selection, selection);
}

#[test]
fn limits_leave_out_what_lies_elsewhere_and_are_lifted_by_their_cross() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let (inside, outside) = {
        let state = project(&harness).state();
        (state.members(pair[0]).to_vec(), state.members(pair[1]).to_vec())
    };
    act(&mut harness, Command::Select(vec![pair[0]], SelectMode::Replace));
    act(&mut harness, Action::LimitToParent);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::SelectAll);
    assert_eq!(app(&harness).view.selection, inside);
    act(&mut harness, Command::Select(outside.clone(), SelectMode::Add));
    assert_eq!(app(&harness).view.selection, inside);
    harness.get_by_label(Text::LiftLimit.in_lang(Lang::Zh)).click();
    harness.run_steps(3);
    act(&mut harness, Command::Select(outside.clone(), SelectMode::Add));
    assert_eq!(app(&harness).view.selection.len(), inside.len() + outside.len());
    // Only what the plan has changed so far.
    act(&mut harness, Command::TransferTo { units: vec![inside[0]], to: pair[1] });
    act(&mut harness, Action::Confirm);
    act(&mut harness, Command::Limit(Limits { differs: Some(None), ..Limits::default() }));
    act(&mut harness, Action::SelectAll);
    assert_eq!(app(&harness).view.selection, [inside[0]]);
}

#[test]
fn the_brush_takes_by_its_rule() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::BrushTool);
    let village = project(&harness).state().units_at(LevelIndex::FINEST).next().unwrap();
    let at = place_of(app(&harness), village);
    for (action, rule, takes) in [
        (Action::BrushInside, BrushRule::Inside, false),
        (Action::BrushCentre, BrushRule::Centre, true),
        (Action::BrushTouching, BrushRule::Touching, true),
    ] {
        act(&mut harness, action);
        assert_eq!(app(&harness).preferences.brush_rule, rule);
        act(&mut harness, Command::Select(Vec::new(), SelectMode::Replace));
        harness.state_mut().as_mut().unwrap().preferences.brush = 3.0.into();
        drag(&mut harness, &[at, at + vec2(1.0, 0.0)], true);
        assert_eq!(app(&harness).view.is_selected(village), takes, "{rule:?}");
    }
}

/// A township that takes, and a village of a neighbour.
fn begin_painting(harness: &mut Harness<'_, Option<App>>) -> (UnitId, UnitId) {
    let pair = two_neighbours(app(harness));
    let village = project(harness).state().members(pair[1])[0];
    act(harness, Command::Select(vec![pair[0]], SelectMode::Replace));
    harness.key_press(Key::P);
    harness.run_steps(3);
    harness.state_mut().as_mut().unwrap().preferences.brush = 3.0.into();
    assert_eq!(
        (app(harness).inspector.card.says().gesture(), app(harness).view.level),
        (Gesture::Paint, LevelIndex::FINEST)
    );
    harness.get_by_label(Text::PaintTitle.in_lang(Lang::Zh));
    (pair[0], village)
}

#[test]
fn painted_villages_move_in_one_edit_with_enter() {
    let mut harness = window(Lang::Zh);
    let (taker, village) = begin_painting(&mut harness);
    let at = place_of(app(&harness), village);
    drag(&mut harness, &[at, at + vec2(2.0, 0.0), at + vec2(10.0, 0.0)], true);
    let moved = app(&harness).inspector.card.painting().unwrap().shift.moved().clone();
    assert!(moved.contains(&village));
    assert!(!project(&harness).has_changes());
    let name = project(&harness).state().unit(taker).name.to_string();
    harness.get_by_label(&selecting::moves_to(Lang::Zh, moved.len(), &name));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = project(&harness);
    assert_eq!(project.document().position(), 1);
    let step = project.document().done().next().unwrap();
    assert!(matches!(&step.edit, Edit::Transfer { units, .. } if units.len() == moved.len()));
    assert!(moved.iter().all(|&unit| project.state().unit(unit).parent == Some(taker)));
    assert_eq!(
        (app(&harness).inspector.card.says().gesture(), &app(&harness).view.selection[..]),
        (Gesture::Select, &[taker][..])
    );
}

#[test]
fn figures_follow_while_the_brush_moves_and_alt_takes_back() {
    let mut harness = window(Lang::Zh);
    let (_, village) = begin_painting(&mut harness);
    let at = place_of(app(&harness), village);
    let members = |harness: &Harness<'_, Option<App>>| {
        app(harness).inspector.card.painting().unwrap().shift.taker().map(|tally| tally.members)
    };
    let [before, _] = members(&harness);
    // A drag begins a few points from where the button was pressed.
    let path = [at, at + vec2(9.0, 0.0), at + vec2(10.0, 0.0)];
    drag(&mut harness, &path, false);
    harness.run_steps(1);
    assert!(members(&harness)[1] > before);
    harness.drop_at(path[2]);
    harness.run_steps(2);
    harness.event(Event::ModifiersChanged(Modifiers::ALT));
    drag(&mut harness, &path, true);
    harness.event(Event::ModifiersChanged(Modifiers::NONE));
    assert_eq!(members(&harness), [before, before]);
}

#[test]
fn escape_takes_the_stroke_back_and_then_gives_everything_up() {
    let mut harness = window(Lang::Zh);
    let before = project(&harness).state().clone();
    let (_, village) = begin_painting(&mut harness);
    let at = place_of(app(&harness), village);
    click_at(&mut harness, at);
    let painted = app(&harness).inspector.card.painting().unwrap().shift.clone();
    assert!(painted.moved().contains(&village));
    drag(&mut harness, &[at, at + vec2(60.0, 0.0)], false);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(app(&harness).inspector.card.painting().unwrap().shift, painted);
    harness.drop_at(at + vec2(60.0, 0.0));
    harness.run_steps(2);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).inspector.card.painting().is_none());
    assert_eq!((project(&harness).document().position(), project(&harness).state()), (0, &before));
}

#[test]
fn without_a_township_selected_the_next_click_names_the_one_that_takes() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Action::PaintTransfer);
    assert_eq!(app(&harness).inspector.card.says().gesture(), Gesture::PickTaker);
    let at = place_of(app(&harness), pair[0]);
    click_at(&mut harness, at);
    assert_eq!(app(&harness).inspector.card.painting().unwrap().shift.target(), pair[0]);
}

#[test]
fn relations_are_selected_by_command() {
    let mut harness = window(Lang::Zh);
    let all = project(&harness).state().units_at(LevelIndex(1)).count();
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    act(&mut harness, Action::InvertSelection);
    assert_eq!(app(&harness).view.selection.len(), all - 2);
    act(&mut harness, Action::InvertSelection);
    let mut sorted = pair;
    sorted.sort_unstable();
    assert_eq!(app(&harness).view.selection, sorted);
    act(&mut harness, Action::SelectNeighbours);
    let grown = app(&harness).view.selection.len();
    assert!(grown > 2);
    act(&mut harness, Action::ShrinkSelection);
    assert!(app(&harness).view.selection.len() < grown);
    act(&mut harness, Action::SelectSiblings);
    assert_eq!(app(&harness).view.selection.len(), all);
}

#[test]
fn locked_villages_stay_when_they_are_painted_over() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    let (village, locked) = {
        let project = project(&harness);
        let village = project.state().members(pair[1])[0];
        (village, quhua::edit::UnitRef::to(project.dataset(), project.state(), village).unwrap())
    };
    let target = quhua::edit::LockTarget::Units(vec![locked]);
    act(&mut harness, Command::Commit(Edit::Lock { target, reason: "".into() }));
    act(&mut harness, Action::CoarserLevel);
    begin_painting(&mut harness);
    let at = place_of(app(&harness), village);
    click_at(&mut harness, at);
    let painting = app(&harness).inspector.card.painting().cloned().unwrap();
    assert!(painting.held.contains(&village) && !painting.shift.moved().contains(&village));
    let name = project(&harness).state().unit(village).name.to_string();
    harness.get_by_label(&selecting::held(Lang::Zh, &name));
    act(&mut harness, Action::GiveUp);
    act(&mut harness, Action::LimitToUnlocked);
    act(&mut harness, Command::Select(vec![village], SelectMode::Replace));
    assert!(!app(&harness).view.is_selected(village));
}
