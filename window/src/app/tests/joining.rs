//! Tables that are joined in the window.

use std::fs;
use std::path::Path;

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use rust_decimal::Decimal;

use super::scenario::wait;
use super::{act, app, two_neighbours, window, window_at};
use crate::app::App;
use crate::ui::inspector::Card;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, JoinStep, SelectMode};
use crate::ui::state::view::PathPurpose;
use quhua::i18n::Lang;
use quhua::io::project::Workplace;
use quhua::model::LevelIndex;
use quhua::study::Study;

type Window = Harness<'static, Option<App>>;

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// A table of all villages, numbered from 1, with a slip in the name of the first, which has no code.
fn table(window: &Window, path: &Path) -> Decimal {
    let state = project(window).state();
    let mut lines = vec!["2023年底党员情况".to_owned(), "代码,村名,党员人数".to_owned()];
    let mut sum = 0;
    for (at, unit) in state.units_at(LevelIndex::FINEST).enumerate() {
        let unit = state.unit(unit);
        let (code, name) =
            if at == 0 { ("", format!("新{}", unit.name)) } else { (&*unit.code, unit.name.to_string()) };
        lines.push(format!("{code},{name},{}", at + 1));
        sum += at + 1;
    }
    fs::write(path, lines.join("\n")).unwrap();
    Decimal::from(sum)
}

fn hold(window: &mut Window, path: &Path) {
    act(window, Command::UsePath(PathPurpose::Table, path.to_owned()));
    wait(window, "the sheet is there", |app| app.joining.is_some());
    window.run_steps(2);
}

fn total(window: &Window) -> Option<Decimal> {
    let dataset = project(window).dataset();
    let field = dataset.fields.sum.iter().position(|field| field == "党员人数")?;
    (0..dataset.loaded_atoms()).map(|atom| dataset.sum_of(quhua::coverage::AtomId::new(atom), field)).sum()
}

#[test]
fn a_table_is_held_against_the_units_joined_and_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("党员.csv");
    let mut window = window(Lang::Zh);
    let sum = table(&window, &path);
    // An edit before stays.
    let units = two_neighbours(app(&window));
    act(&mut window, Command::Select(units, SelectMode::Replace));
    act(&mut window, Action::Merge);
    assert!(matches!(app(&window).inspector.card, Card::Merge(_)));
    act(&mut window, Action::Confirm);
    assert_eq!(project(&window).document().position(), 1);
    hold(&mut window, &path);
    assert!(window.query_by_label("党员人数").is_some(), "the figure can be left");
    assert!(window.query_all_by_label_contains("没有对应上的行").next().is_some());
    assert_eq!(total(&window), None, "nothing is joined before it is asked for");
    let near = window.get_all_by_label_contains("就是 ").next().unwrap();
    near.click();
    window.run_steps(2);
    wait(&mut window, "the row is taken", |app| {
        app.joining.as_ref().is_some_and(|sheet| sheet.joining.report.is_clean())
    });
    act(&mut window, Command::Join(JoinStep::Apply));
    wait(&mut window, "it is joined", |app| !app.project.as_ref().unwrap().dataset().joins().is_empty());
    assert_eq!(total(&window), Some(sum));
    assert_eq!(project(&window).document().position(), 1, "edits stay");
    assert!(project(&window).is_unsaved());
    let as_of = project(&window).dataset().joins()[0].figures[0].as_of.clone();
    assert_eq!(as_of.map(|it| it.date).as_deref(), Some("2023-12-31"));
    // Joined once more it gives the same field.
    hold(&mut window, &path);
    act(&mut window, Command::Join(JoinStep::Apply));
    wait(&mut window, "it is joined again", |app| app.notices.to_text().matches("已从").count() == 2);
    let fields: Vec<String> =
        project(&window).dataset().joins().iter().map(|join| join.figures[0].field.clone()).collect();
    assert_eq!(fields, ["党员人数"]);
    act(&mut window, Action::TakeBackJoin);
    wait(&mut window, "it is taken back", |app| app.project.as_ref().unwrap().dataset().joins().is_empty());
    assert_eq!((total(&window), project(&window).document().position()), (None, 1));
}

#[test]
fn what_was_joined_is_found_again_after_a_crash_and_in_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("党员.csv");
    let place = || Workplace::at(folder.path().join("work"));
    let mut first = window_at(Lang::En, Some(place()));
    table(&first, &path);
    hold(&mut first, &path);
    act(&mut first, Command::Join(JoinStep::Apply));
    wait(&mut first, "it is joined", |app| !app.project.as_ref().unwrap().dataset().joins().is_empty());
    first.run_steps(2);
    let joins = project(&first).dataset().joins().to_vec();
    // The program is gone, and so is the table.
    drop(first);
    fs::remove_file(&path).unwrap();
    let mut second = window_at(Lang::En, Some(place()));
    assert_eq!(project(&second).dataset().joins(), joins);
    let file = folder.path().join("a.gpkg");
    act(&mut second, Command::UsePath(PathPurpose::SaveProject, file.clone()));
    wait(&mut second, "it is saved", |app| !app.project.as_ref().unwrap().is_modified());
    let mut third = window(Lang::En);
    act(&mut third, Command::OpenFiles(vec![file]));
    wait(&mut third, "it is open", |app| !app.project.as_ref().unwrap().dataset().joins().is_empty());
    assert_eq!(project(&third).dataset().joins(), joins);
}

#[test]
fn what_is_no_table_of_these_units_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, "kommune,folk\nOslo,5\n").unwrap();
    let mut window = window(Lang::En);
    act(&mut window, Command::OpenFiles(vec![path]));
    wait(&mut window, "it is refused", |app| app.notices.to_text().contains("column holds codes or names"));
    assert!(app(&window).joining.is_none());
}

#[test]
fn texts_are_ticked_and_townships_get_tables_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let (path, towns) = (folder.path().join("a.csv"), folder.path().join("b.csv"));
    let mut window = window(Lang::Zh);
    let state = project(&window).state();
    let lines = |level: LevelIndex, header: &str| {
        let units = state.units_at(level).map(|unit| state.unit(unit));
        let lines = units.map(|unit| format!("{},{},5,远,张三", unit.code, unit.name));
        [header.to_owned()].into_iter().chain(lines).collect::<Vec<_>>().join("\n")
    };
    fs::write(&path, lines(LevelIndex::FINEST, "代码,村名,党员人数,备注,村支书")).unwrap();
    fs::write(&towns, lines(LevelIndex(1), "代码,乡镇名称,机构数,备注,党委书记")).unwrap();
    hold(&mut window, &path);
    window.get_by_label("备注").click();
    window.run_steps(2);
    wait(&mut window, "the text is taken", |app| {
        app.joining.as_ref().is_some_and(|sheet| sheet.joining.join.figures.len() == 3)
    });
    act(&mut window, Command::Join(JoinStep::Apply));
    wait(&mut window, "it is joined", |app| app.project.as_ref().unwrap().dataset().joins().len() == 1);
    let fields = |window: &Window, layer: usize| project(window).dataset().layers[layer].table.fields().to_vec();
    let has = |fields: Vec<String>, all: &[&str]| all.iter().all(|name| fields.iter().any(|field| field == name));
    assert!(has(fields(&window, 0), &["党员人数", "备注", "村支书"]));
    hold(&mut window, &towns);
    let sheet = app(&window).joining.as_ref().unwrap();
    assert_eq!(sheet.joining.report.level, Some(quhua::model::Level::Township));
    act(&mut window, Command::Join(JoinStep::Apply));
    wait(&mut window, "that is joined", |app| app.project.as_ref().unwrap().dataset().joins().len() == 2);
    assert!(has(fields(&window, 1), &["机构数", "党委书记"]));
    act(&mut window, Action::TakeBackJoin);
    wait(&mut window, "it is taken back", |app| app.project.as_ref().unwrap().dataset().joins().len() == 1);
    assert!(!has(fields(&window, 1), &["机构数"]) && has(fields(&window, 0), &["村支书"]));
}
