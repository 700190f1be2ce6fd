//! Splitting along a drawn line, measuring, and locks, driven through the window.

use eframe::egui::{Key, Modifiers, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use geo::Coord;
use rust_decimal::Decimal;

use super::{act, app, units, window};
use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, Gesture, SelectMode};
use quhua::edit::Edit;
use quhua::i18n::{Lang, Text};
use quhua::model::{LevelIndex, UnitId};

type Window<'a> = Harness<'a, Option<App>>;

fn text(text: Text) -> &'static str {
    text.in_lang(Lang::Zh)
}

/// Selects a village, and gives the ends of a line across it from west to east through its middle, on the screen.
fn begin(harness: &mut Window<'_>) -> (UnitId, [Pos2; 2]) {
    act(harness, Action::FinerLevel);
    let village = UnitId::new(7);
    harness.state_mut().as_mut().unwrap().act(Command::ZoomTo(village));
    harness.run_steps(40);
    harness.state_mut().as_mut().unwrap().act(Command::Select(vec![village], SelectMode::Replace));
    harness.run_steps(2);
    let app = app(harness);
    let bounds = app.project.as_ref().unwrap().bounds_of(village).unwrap();
    let (y, margin) = (bounds.center().y, bounds.width() * 0.05);
    let ends = [bounds.min().x - margin, bounds.max().x + margin];
    (village, ends.map(|x| app.canvas.camera().screen_from_lonlat(Coord { x, y })))
}

fn click(harness: &mut Window<'_>, at: Pos2) {
    harness.hover_at(at);
    harness.run_steps(1);
    harness.drag_at(at);
    harness.run_steps(1);
    harness.drop_at(at);
    harness.run_steps(2);
}

fn people(harness: &Window<'_>, unit: UnitId) -> Decimal {
    app(harness).project.as_ref().unwrap().figures(unit).population.unwrap()
}

#[test]
fn a_village_is_split_along_a_drawn_line_and_undo_joins_it() {
    let mut harness = window(Lang::Zh);
    let (village, [from, to]) = begin(&mut harness);
    let before = people(&harness, village);
    let units = app(&harness).project.as_ref().unwrap().state().unit_count();
    harness.key_press(Key::X);
    harness.run_steps(2);
    assert_eq!(app(&harness).inspector.card.says().gesture(), Gesture::Split);
    harness.get_by_label(text(Text::SplitHint));
    click(&mut harness, from);
    click(&mut harness, to);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert!(app(&harness).inspector.card.sketch().unwrap().done);
    harness.get_by_label(text(Text::ShareByArea));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().unit_count(), units + 1);
    assert_eq!(project.document().position(), 1);
    let made = UnitId::new(units);
    assert_eq!(people(&harness, village) + people(&harness, made), before);
    assert!(people(&harness, made) > Decimal::ZERO);
    act(&mut harness, Action::Undo);
    let project = app(&harness).project.as_ref().unwrap();
    assert!(std::sync::Arc::ptr_eq(project.dataset(), project.document().origin()));
    assert_eq!(people(&harness, village), before);
}

#[test]
fn a_village_is_split_along_a_road() {
    let mut harness = window(Lang::Zh);
    let (village, ends) = begin(&mut harness);
    let before = people(&harness, village);
    let camera = *app(&harness).canvas.camera();
    let path = ends.map(|at| camera.lonlat_from_screen(at)).to_vec();
    let road = quhua::model::ReferenceLine { path, name: "老路".into() };
    let lines = quhua::model::Facilities::default().with_lines(vec![road]);
    let project = harness.state_mut().as_mut().unwrap().project.as_mut().unwrap();
    project.decide(|basis| basis.places = std::sync::Arc::new(lines));
    act(&mut harness, Action::Split);
    click(&mut harness, ends[0] + (ends[1] - ends[0]) * 0.3 + eframe::egui::vec2(0.0, 3.0));
    assert_eq!(app(&harness).inspector.card.sketch().unwrap().corners.len(), 2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let made = UnitId::new(app(&harness).project.as_ref().unwrap().state().unit_count() - 1);
    assert_eq!(people(&harness, village) + people(&harness, made), before);
}

#[test]
fn a_part_goes_to_the_neighbour_that_is_chosen() {
    let mut harness = window(Lang::Zh);
    let (village, [from, to]) = begin(&mut harness);
    let before = people(&harness, village);
    let units = app(&harness).project.as_ref().unwrap().state().unit_count();
    harness.key_press_modifiers(Modifiers::SHIFT, Key::X);
    harness.run_steps(2);
    click(&mut harness, from);
    click(&mut harness, to);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let (first, other) = {
        let Card::Split(draft) = &app(&harness).inspector.card else { panic!("the card is closed") };
        let outlook = draft.outlook().unwrap();
        assert_eq!(outlook.to, outlook.neighbours.first().copied(), "the one with the longest border");
        (outlook.neighbours[0], outlook.neighbours[1])
    };
    let name = |unit| app(&harness).project.as_ref().unwrap().state().unit(unit).name.to_string();
    let other_name = name(other);
    let had = [first, other].map(|unit| people(&harness, unit));
    harness.get_by_role_and_label(eframe::egui::Role::ComboBox, text(Text::Receiver)).click();
    harness.run_steps(2);
    harness.get_all_by_label(&other_name).last().unwrap().click();
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let gone = before - people(&harness, village);
    assert!(gone > Decimal::ZERO);
    assert_eq!([first, other].map(|unit| people(&harness, unit)), [had[0], had[1] + gone]);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!((project.state().unit_count(), project.document().position()), (units, 1));
}

/// Writes a code that is taken into the card that is open: it says so, keeps its lines, and does nothing.
fn write_taken_code(harness: &mut Window<'_>) {
    let taken = app(harness).project.as_ref().unwrap().state().unit(UnitId::new(0)).clone();
    let (township, position) = {
        let project = app(harness).project.as_ref().unwrap();
        (taken.parent.unwrap(), project.document().position())
    };
    let is_village = app(harness).inspector.card.says().gesture() == Gesture::Split;
    let project = app(harness).project.as_ref().unwrap();
    let code = if is_village { taken.code } else { project.state().unit(township).code.clone() };
    harness.get_by_label(text(Text::NewCode)).click();
    harness.run_steps(2);
    harness.get_by_label(text(Text::NewCode)).type_text(&code);
    harness.run_steps(3);
    harness.get_by_label_contains(&format!("代码 {code} 已由"));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    assert_eq!(app(harness).project.as_ref().unwrap().document().position(), position);
    harness.get_by_label(text(Text::NewCode)).click();
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.key_press(Key::Backspace);
    harness.run_steps(3);
    assert!(harness.query_by_label_contains(&format!("代码 {code} 已由")).is_none());
}

#[test]
fn a_code_that_is_taken_can_be_put_right_in_the_card() {
    let mut harness = window(Lang::Zh);
    let (_, [from, to]) = begin(&mut harness);
    act(&mut harness, Action::Split);
    click(&mut harness, from);
    click(&mut harness, to);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    write_taken_code(&mut harness);
    assert!(matches!(&app(&harness).inspector.card, Card::Split(draft) if draft.confirmed().is_some()));
    act(&mut harness, Action::GiveUp);
    act(&mut harness, Action::GiveUp);
    act(&mut harness, Action::Establish);
    harness.run_steps(2);
    write_taken_code(&mut harness);
    assert!(matches!(&app(&harness).inspector.card, Card::Establish(draft) if draft.confirmed().is_some()));
}

#[test]
fn a_township_is_divided_by_whole_villages() {
    let mut harness = window(Lang::Zh);
    begin(&mut harness);
    act(&mut harness, Action::CoarserLevel);
    act(&mut harness, Action::ZoomToFit);
    harness.run_steps(40);
    let project = app(&harness).project.as_ref().unwrap();
    let township = project.state().unit(UnitId::new(7)).parent.unwrap();
    let members = project.state().members(township).len();
    let bounds = project.bounds_of(township).unwrap();
    let ends = [bounds.min().x - 0.001, bounds.max().x + 0.001]
        .map(|x| app(&harness).canvas.camera().screen_from_lonlat(Coord { x, y: bounds.center().y }));
    harness.state_mut().as_mut().unwrap().act(Command::Select(vec![township], SelectMode::Replace));
    harness.run_steps(2);
    act(&mut harness, Action::Split);
    harness.event(eframe::egui::Event::ModifiersChanged(Modifiers::COMMAND));
    click(&mut harness, ends[0]);
    click(&mut harness, ends[1]);
    harness.event(eframe::egui::Event::ModifiersChanged(Modifiers::NONE));
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    let made = UnitId::new(project.state().unit_count() - 1);
    let [stays, goes] = [township, made].map(|unit| project.state().members(unit).len());
    assert!(goes > 0 && stays > 0 && goes + stays == members, "{stays} + {goes} of {members}");
    assert!(!project.dataset().has_cuts());
}

#[test]
fn a_township_is_established_of_villages_of_two_townships() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    let villages = {
        let project = app(&harness).project.as_ref().unwrap();
        let state = project.state();
        let parent = |unit: UnitId| state.unit(unit).parent;
        let one = UnitId::new(7);
        let pair = project.dataset().coverage.atoms().find_map(|atom| {
            let here = project.dataset().loaded_unit(atom);
            let beside = project.neighbours_of_all(&[here]).into_iter().find(|&it| parent(it) != parent(here))?;
            Some([here, beside])
        });
        pair.unwrap_or([one, one])
    };
    harness.state_mut().as_mut().unwrap().act(Command::Select(villages.to_vec(), SelectMode::Replace));
    harness.run_steps(2);
    harness.key_press(Key::E);
    harness.run_steps(3);
    assert_eq!(app(&harness).inspector.card.says().gesture(), Gesture::Establish);
    harness.get_by_label(text(Text::NewName)).click();
    harness.run_steps(2);
    harness.get_by_label(text(Text::NewName)).type_text("新桥镇");
    harness.run_steps(3);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    let made = UnitId::new(project.state().unit_count() - 1);
    assert_eq!(project.state().unit(made).name, "新桥镇");
    let mut sorted = villages;
    sorted.sort();
    assert_eq!(project.state().members(made), sorted);
    assert_eq!(app(&harness).inspector.card.says().gesture(), Gesture::Select);
}

#[test]
fn esc_gives_up_the_line_then_the_split() {
    let mut harness = window(Lang::Zh);
    let (village, [from, _]) = begin(&mut harness);
    act(&mut harness, Action::Split);
    click(&mut harness, from);
    assert_eq!(app(&harness).inspector.card.sketch().unwrap().corners.len(), 1);
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert!(app(&harness).inspector.card.sketch().unwrap().corners.is_empty());
    harness.key_press(Key::Escape);
    harness.run_steps(2);
    assert_eq!(
        (app(&harness).inspector.card.says().gesture(), app(&harness).inspector.card.sketch().is_none()),
        (Gesture::Select, true)
    );
    assert_eq!(app(&harness).view.selection, [village]);
}

#[test]
fn corners_stick_to_the_border_unless_ctrl_is_held() {
    let mut harness = window(Lang::Zh);
    let (village, _) = begin(&mut harness);
    act(&mut harness, Action::Measure);
    let vertex = {
        let project = app(&harness).project.as_ref().unwrap();
        let coverage = &project.dataset().coverage;
        let arc = coverage.arcs_of(project.state().atoms(village)[0]).next().unwrap();
        coverage.arc(arc.arc())[1]
    };
    let near = app(&harness).canvas.camera().screen_from_lonlat(vertex) + eframe::egui::vec2(3.0, -2.0);
    click(&mut harness, near);
    assert_eq!(app(&harness).inspector.card.sketch().unwrap().corners, [vertex], "to the bit");
    harness.event(eframe::egui::Event::ModifiersChanged(Modifiers::COMMAND));
    click(&mut harness, near + eframe::egui::vec2(2.0, 0.0));
    assert_ne!(app(&harness).inspector.card.sketch().unwrap().corners[1], vertex);
}

#[test]
fn what_is_drawn_is_measured() {
    let mut harness = window(Lang::Zh);
    let (_, [from, to]) = begin(&mut harness);
    harness.key_press(Key::R);
    harness.run_steps(2);
    harness.get_by_label(text(Text::MeasureHint));
    click(&mut harness, from);
    click(&mut harness, to);
    harness.key_press(Key::Enter);
    harness.run_steps(2);
    let sketch = app(&harness).inspector.card.sketch().cloned().unwrap();
    let length = crate::ui::state::sketch::Sketch::length_m(&sketch.corners, false);
    harness.get_by_label_contains(&quhua::i18n::numbers::length(length, Lang::Zh));
}

#[test]
fn a_locked_unit_says_so_when_it_is_touched() {
    let mut harness = window(Lang::Zh);
    let (village, _) = begin(&mut harness);
    harness.key_press(Key::Q);
    harness.run_steps(2);
    harness.get_by_label(text(Text::LockReason)).type_text("已批复");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(project.state().lock_of(village).unwrap().reason, "已批复");
    let name = project.state().unit(village).label().to_owned();
    let unit = quhua::edit::UnitRef::to(project.dataset(), project.state(), village).unwrap();
    let rename = Edit::Rename { unit, name: "新名".into() };
    harness.state_mut().as_mut().unwrap().act(Command::Commit(rename));
    harness.run_steps(3);
    harness.get_by_label_contains(&format!("{name} 已锁定（已批复），请先解锁"));
    assert_eq!(app(&harness).project.as_ref().unwrap().document().position(), 1);
    act(&mut harness, Action::Unlock);
    assert!(!app(&harness).project.as_ref().unwrap().state().has_locks());
    act(&mut harness, Action::LockLevel);
    assert!(app(&harness).project.as_ref().unwrap().state().lock_of(village).is_some());
    act(&mut harness, Action::UnlockAll);
    assert!(!app(&harness).project.as_ref().unwrap().state().has_locks());
}

#[test]
fn an_absorbed_township_comes_back_from_the_panel() {
    let mut harness = window(Lang::Zh);
    let (units, names) = {
        let project = app(&harness).project.as_ref().unwrap();
        let (dataset, state) = (project.dataset(), project.state());
        let first = state.units_at(quhua::model::LevelIndex(1)).next().unwrap();
        let other = project.neighbours_of_all(&[first])[0];
        let units = [first, other];
        (units, units.map(|unit| quhua::edit::UnitRef::to(dataset, state, unit).unwrap()))
    };
    let code = app(&harness).project.as_ref().unwrap().state().unit(units[0]).code.clone();
    let into = quhua::edit::Target { code: Some(code), ..quhua::edit::Target::default() };
    let merge = Edit::Merge { units: names.into(), form: quhua::edit::Form::Absorb, into };
    harness.state_mut().as_mut().unwrap().act(Command::Commit(merge));
    harness.run_steps(3);
    let gone = app(&harness).project.as_ref().unwrap().state().unit(units[1]).label().to_owned();
    harness.get_by_label(&format!("{} {gone}", text(Text::Reinstate))).click();
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert!(project.state().unit(units[1]).is_current());
    assert_eq!(project.document().position(), 2);
}

#[test]
fn a_seat_gets_a_name_where_it_is() {
    let mut harness = window(Lang::Zh);
    let (village, _) = begin(&mut harness);
    let before = app(&harness).project.as_ref().unwrap().seat_of(village).unwrap();
    act(&mut harness, Action::NameSeat);
    let field = harness.get_by_label(text(Text::NameSeatHint));
    field.focus();
    harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
    harness.get_by_label(text(Text::NameSeatHint)).type_text("解放街12号");
    harness.run_steps(2);
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let seat = app(&harness).project.as_ref().unwrap().seat_of(village).unwrap();
    assert_eq!((seat.lon, seat.lat, seat.name.as_deref()), (before.lon, before.lat, Some("解放街12号")));
}

#[test]
fn a_part_that_lies_apart_is_split_off_without_drawing() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    let (pair, before) = {
        let project = app(&harness).project.as_ref().unwrap();
        let state = project.state();
        let township = state.units_at(LevelIndex(1)).next().unwrap();
        let villages = state.members(township);
        let first = villages[0];
        let beside = project.neighbours_of_all(&[first]);
        let apart = villages.iter().copied().find(|it| *it != first && !beside.contains(it)).unwrap();
        (vec![first, apart], units(app(&harness)))
    };
    act(&mut harness, Command::Select(pair[..1].to_vec(), SelectMode::Replace));
    act(&mut harness, Action::SplitOffPart);
    assert!(!app(&harness).inspector.card.is_open(), "it is in one piece");
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    let [merged] = app(&harness).view.selection[..] else { panic!("the merged village is selected") };
    let (people_before, atoms) =
        (people(&harness, merged), { app(&harness).project.as_ref().unwrap().dataset().coverage.atom_count() });
    assert_eq!(units(app(&harness)), before - 1);
    act(&mut harness, Action::SplitOffPart);
    harness.get_all_by_label(text(Text::PartApart)).next().unwrap();
    harness.key_press(Key::Enter);
    harness.run_steps(3);
    let project = app(&harness).project.as_ref().unwrap();
    assert_eq!(units(app(&harness)), before);
    assert_eq!(project.dataset().coverage.atom_count(), atoms, "nothing is cut");
    let made = UnitId::new(project.state().unit_count() - 1);
    assert_eq!(people(&harness, merged) + people(&harness, made), people_before);
}
