//! Ledgers in the window: laid by dropping a list, shown in the grid, recorded in, replaced, and taken back.

use std::fs;
use std::path::{Path, PathBuf};

use compact_str::CompactString;
use eframe::egui::accesskit::Role;
use eframe::egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::scenario::wait;
use super::{act, app, window_started_with};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, LayStep, LedgerStep, PackStep, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::view::{BottomTab, PathPurpose, Preferences};
use quhua::edit::{Edit, RowEdit};
use quhua::i18n::{Lang, Text};
use quhua::io::project::Workplace;
use quhua::model::{Day, LevelIndex, RowRecord};
use quhua::rules::Choice;
use quhua::study::Study;

type Window = Harness<'static, Option<App>>;

/// A window with the boundaries of the sample county, and none of its ledgers.
fn window(lang: Lang, workplace: Option<Workplace>) -> Window {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sample_data/sanhe");
    let files = ["villages.geojson", "townships.geojson"].map(|name| folder.join(name));
    window_started_with(files.into(), Preferences { lang: Some(lang), ..Preferences::default() }, workplace)
}

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// Clinics, several in the first township, one of a township that there is not.
fn clinics(window: &Window, path: &Path, beds: u32) {
    let state = project(window).state();
    let towns: Vec<&str> = state.units_at(LevelIndex(1)).map(|unit| state.unit(unit).name.as_str()).take(3).collect();
    let lines = [
        "机构编码,机构名称,类别,乡镇名称,床位数".to_owned(),
        format!("H1,甲院,建制卫生院,{},{beds}", towns[0]),
        format!("H2,乙院,非建制卫生院,{},5", towns[0]),
        format!("H3,丙院,建制卫生院,{},7", towns[1]),
        format!("H4,丁院,建制卫生院,{},9", towns[2]),
        "H5,戊院,诊所,不存在镇,1".to_owned(),
    ];
    fs::write(path, lines.join("\n")).unwrap();
}

/// Drops a list of clinics and lays it.
fn lay(window: &mut Window, path: &Path) {
    clinics(window, path, 30);
    act(window, Command::OpenFiles(vec![path.to_owned()]));
    wait(window, "the list is weighed", |app| app.laying.is_some());
    window.run_steps(2);
    act(window, Command::Lay(LayStep::Apply));
    wait(window, "it is laid", |app| !app.project.as_ref().unwrap().dataset().ledgers().is_empty());
    window.run_steps(2);
}

fn record(window: &Window, key: &str) -> Option<RowRecord> {
    project(window).state().records().get("health", key).cloned()
}

fn set(key: &str, column: &str, text: &str) -> Edit {
    let row = RowEdit::Set { set: [(column.into(), CompactString::from(text))].into() };
    Edit::Record { table: "health".into(), id: Some(key.into()), row }
}

fn written(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}

#[test]
fn a_dropped_list_is_laid_and_its_pack_turned_on_as_one_step_that_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::Zh, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    // The columns tell which pack knows it.
    assert_eq!(project(&window).basis().packs, [Choice::Shipped("health".to_owned())]);
    let laid = project(&window).dataset().ledger("health").unwrap();
    assert_eq!((laid.ledger().len(), laid.ledger().column("beds")), (5, Some(4)));
    assert_eq!(app(&window).view.bottom, BottomTab::Ledgers);
    window.get_by_label("甲院");
    let own = project(&window).own_figures();
    assert!(own.list().iter().any(|own| own.definition.name == "床位"), "figures of the pack are there");
    act(&mut window, Action::Undo);
    wait(&mut window, "it is gone", |app| app.project.as_ref().unwrap().dataset().ledgers().is_empty());
    assert!(project(&window).basis().packs.is_empty());
    act(&mut window, Action::Redo);
    wait(&mut window, "it is back", |app| app.project.as_ref().unwrap().dataset().ledgers().len() == 1);
    act(&mut window, Action::RemoveLedger);
    wait(&mut window, "it is removed", |app| app.project.as_ref().unwrap().dataset().ledgers().is_empty());
    act(&mut window, Action::Undo);
    wait(&mut window, "it is back once more", |app| app.project.as_ref().unwrap().dataset().ledgers().len() == 1);
}

#[test]
fn a_card_makes_one_record_and_stays_with_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::En, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    act(&mut window, Command::OpenRecord { ledger: "health".into(), key: "H1".into() });
    let selected = app(&window).view.selection.clone();
    assert_eq!(project(&window).state().unit(selected[0]).level, app(&window).view.level, "its unit is selected");
    window.run_steps(2);
    // The grid has a header of that name too.
    let field = window.get_by_role_and_label(eframe::egui::accesskit::Role::TextInput, "床位数");
    field.focus();
    window.run_steps(2);
    window.key_press_modifiers(eframe::egui::Modifiers::COMMAND, Key::A);
    window.run_steps(1);
    window.get_by_role_and_label(eframe::egui::accesskit::Role::TextInput, "床位数").type_text("41");
    window.run_steps(2);
    assert_eq!(record(&window, "H1"), None, "nothing is done before it is asked for");
    act(&mut window, Action::ConfirmChange);
    let now = record(&window, "H1").unwrap();
    assert_eq!(now.set.get("床位数").map(CompactString::as_str), Some("41"));
    assert_eq!(app(&window).view.selection, selected);
    assert_eq!(app(&window).inspector.card.record().and_then(|draft| draft.key()).map(|key| &**key), Some("H1"));
    window.get_by_label_contains("was: 30");
    act(&mut window, Action::Undo);
    assert_eq!(record(&window, "H1"), None);
}

#[test]
fn rows_are_filtered_followed_and_exported() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::Zh, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    let filter = Text::LedgerFilter.in_lang(Lang::Zh);
    window.get_by_label(filter).click();
    window.run_steps(2);
    window.get_by_label(filter).type_text("类别 = 建制卫生院 且 床位数 > 8");
    window.run_steps(3);
    assert!(window.query_by_label("甲院").is_some() && window.query_by_label("丙院").is_none());
    window.get_by_label("39");
    act(&mut window, Command::Ledger(LedgerStep::LookAt { ledger: "health".into(), key: "H3".into() }));
    assert_eq!(app(&window).view.selection.len(), 1, "the unit of the row is shown");
    act(&mut window, Command::Commit(set("H1", "床位数", "12")));
    let out = folder.path().join("out.csv");
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Ledger), out.clone()));
    wait(&mut window, "it is written", |_| out.exists());
    let text = fs::read_to_string(out).unwrap();
    assert!(text.lines().nth(1).is_some_and(|line| line.contains("甲院") && line.contains(",12,")), "{text}");
}

#[test]
fn a_newer_file_shows_what_differs_and_what_was_recorded_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::Zh, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    act(&mut window, Command::Commit(set("H2", "床位数", "6")));
    let newer = folder.path().join("clinics-7.csv");
    clinics(&window, &newer, 31);
    act(&mut window, Command::OpenFiles(vec![newer]));
    wait(&mut window, "it is weighed", |app| app.laying.is_some());
    let difference = app(&window).laying.as_ref().unwrap().held.difference.clone().unwrap();
    assert_eq!((difference.added.len(), difference.gone.len(), difference.changed.len()), (0, 0, 1));
    act(&mut window, Command::Lay(LayStep::Apply));
    let beds = |app: &App| {
        let laid = app.project.as_ref().unwrap().dataset().ledger("health").unwrap();
        laid.ledger().text(laid.ledger().row("H1").unwrap(), 4).to_owned()
    };
    wait(&mut window, "it is replaced", |app| beds(app) == "31");
    assert!(record(&window, "H2").is_some());
    act(&mut window, Action::Undo);
    wait(&mut window, "it is as before", |app| beds(app) == "30");
    assert!(record(&window, "H2").is_some());
}

#[test]
fn rows_of_no_unit_are_said_to_be_of_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::Zh, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    let state = project(&window).state();
    let unit = state.units_at(LevelIndex(1)).nth(2).unwrap();
    let code = state.unit(unit).code.to_string();
    let unbound = |app: &App| {
        let laid = app.project.as_ref().unwrap().dataset().ledger("health").unwrap();
        laid.bound(laid.ledger().row("H5").unwrap()).atom().is_none()
    };
    assert!(unbound(app(&window)));
    act(&mut window, Command::Ledger(LedgerStep::Accept { ledger: "health".into(), key: "H5".into(), unit: code }));
    wait(&mut window, "it is of that unit", |app| !unbound(app));
    act(&mut window, Action::Undo);
    wait(&mut window, "it is not", unbound);
}

#[test]
fn a_pack_is_turned_on_and_off_as_steps() {
    let mut window = window(Lang::En, None);
    let schools = Choice::Shipped("schools".to_owned());
    act(&mut window, Action::Packs);
    window.run_steps(2);
    window.get_by_label("Packs");
    act(&mut window, Command::Packs(PackStep::Turn(schools.clone(), true)));
    assert_eq!(project(&window).basis().packs, std::slice::from_ref(&schools));
    assert!(project(&window).is_modified());
    act(&mut window, Command::Packs(PackStep::Close));
    act(&mut window, Action::Undo);
    assert!(project(&window).basis().packs.is_empty());
    act(&mut window, Action::Redo);
    assert_eq!(project(&window).basis().packs, std::slice::from_ref(&schools));
    act(&mut window, Command::Packs(PackStep::Turn(schools, false)));
    assert!(project(&window).basis().packs.is_empty());
}

#[test]
fn the_day_of_approval_is_stated_among_the_packs_and_taken_back() {
    let mut window = window(Lang::Zh, None);
    act(&mut window, Action::Packs);
    window.run_steps(2);
    let type_day = |window: &mut Window, text: &str| {
        let field = window.get_by_role_and_label(Role::TextInput, Text::DayApproved.in_lang(Lang::Zh));
        field.focus();
        field.type_text(text);
        window.run_steps(2);
        window.key_press(Key::Enter);
        window.run_steps(2);
    };
    type_day(&mut window, "明天");
    window.get_by_label(Text::DayUnread.in_lang(Lang::Zh));
    assert_eq!(project(&window).basis().approved, None);
    window.get_by_role_and_label(Role::TextInput, Text::DayApproved.in_lang(Lang::Zh)).focus();
    window.run_steps(1);
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    type_day(&mut window, "2019年12月18日");
    assert_eq!(project(&window).basis().approved, Day::read("2019-12-18"));
    act(&mut window, Command::Packs(PackStep::Close));
    act(&mut window, Action::Undo);
    assert_eq!(project(&window).basis().approved, None);
}

#[test]
fn figures_of_units_are_joined_and_can_be_laid_instead() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    let mut window = window(Lang::Zh, None);
    let state = project(&window).state();
    let lines = state.units_at(LevelIndex::FINEST).map(|unit| format!("{},3", state.unit(unit).code));
    let lines: Vec<String> = ["村代码,党员人数".to_owned()].into_iter().chain(lines).collect();
    fs::write(&path, lines.join("\n")).unwrap();
    act(&mut window, Command::OpenFiles(vec![path]));
    wait(&mut window, "it is held", |app| app.joining.is_some());
    window.run_steps(2);
    window.get_by_label(Text::LayAsLedger.in_lang(Lang::Zh)).click();
    window.run_steps(2);
    wait(&mut window, "it is weighed", |app| app.laying.is_some() && app.joining.is_none());
    act(&mut window, Command::Lay(LayStep::AsJoin));
    wait(&mut window, "it is held again", |app| app.joining.is_some() && app.laying.is_none());
}

#[test]
fn ledgers_and_records_are_found_again_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let place = || Workplace::at(folder.path().join("work"));
    let mut first = window(Lang::Zh, Some(place()));
    lay(&mut first, &written(folder.path(), "clinics.csv"));
    act(&mut first, Command::Commit(set("H1", "类别", "非建制卫生院")));
    act(&mut first, Command::Select(Vec::new(), SelectMode::Replace));
    // The program is gone, and so is the list.
    drop(first);
    fs::remove_file(folder.path().join("clinics.csv")).unwrap();
    let second = window(Lang::Zh, Some(place()));
    assert_eq!(project(&second).dataset().ledger("health").unwrap().ledger().len(), 5);
    assert_eq!(record(&second, "H1").unwrap().set.values().collect::<Vec<_>>(), ["非建制卫生院"]);
    assert!(project(&second).is_unsaved());
}

#[test]
fn a_cell_is_written_into_with_the_keyboard_and_takes_a_word_of_the_pack() {
    use eframe::egui::accesskit::Role;

    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::Zh, None);
    lay(&mut window, &written(folder.path(), "clinics.csv"));
    window.get_by_label("乙院").click();
    window.run_steps(3);
    window.key_press(Key::ArrowRight);
    window.run_steps(2);
    window.key_press(Key::Enter);
    window.run_steps(4);
    let words: Vec<_> = window.query_all_by_role(Role::ListItem).collect();
    assert_eq!(words.len(), 5, "the words that the pack knows");
    window.get_by_role_and_label(Role::ListItem, "村卫生室").click();
    window.run_steps(4);
    assert_eq!(record(&window, "H2").unwrap().set.values().collect::<Vec<_>>(), ["村卫生室"]);
    // The cursor has gone on, to a cell that is blanked.
    window.key_press(Key::Delete);
    window.run_steps(3);
    assert_eq!(record(&window, "H3").unwrap().set.get("类别").map(CompactString::as_str), Some(""));
    window.key_press(Key::Enter);
    window.run_steps(3);
    window.key_press(Key::Escape);
    window.run_steps(3);
    assert_eq!(record(&window, "H4"), None, "Esc leaves a cell as it is");
}
