//! Scenarios, comparison and saving in the window.

use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, two_neighbours, units, window_at};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{About, Command, LayStep, SelectMode};
use crate::ui::state::view::{CompareMode, CompareView, PathPurpose};
use quhua::edit::{ScenarioId, Stage};
use quhua::i18n::{Lang, Text};
use quhua::io::project::{Origin, Workplace};

pub(super) type Window = Harness<'static, Option<App>>;

/// Merges a township with one of its neighbours.
pub(super) fn merge(harness: &mut Window) {
    let pair = two_neighbours(app(harness));
    act(harness, Command::Select(pair, SelectMode::Replace));
    act(harness, Action::Merge);
    act(harness, Action::Confirm);
}

fn active(harness: &Window) -> ScenarioId {
    app(harness).project.as_ref().unwrap().document().active().id
}

/// Steps until something holds.
pub(super) fn wait(harness: &mut Window, what: &str, holds: impl Fn(&App) -> bool) {
    let since = Instant::now();
    while !holds(app(harness)) {
        assert!(since.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
}

#[test]
fn scenarios_are_branched_described_and_switched() {
    let mut harness = window_at(Lang::En, None);
    let before = units(app(&harness));
    merge(&mut harness);
    let first = active(&harness);
    act(&mut harness, Action::Branch);
    let second = active(&harness);
    merge(&mut harness);
    assert_eq!(units(app(&harness)), before - 2);
    act(&mut harness, Command::Describe(second, About::Stage(Stage::FirstUp)));
    act(&mut harness, Command::Describe(second, About::Name("Bolder".to_owned())));
    // The tab of scenarios is open; both are in it.
    harness.get_by_label("Scenario 1");
    harness.get_by_label("Bolder");
    act(&mut harness, Command::SwitchTo(first));
    assert_eq!(units(app(&harness)), before - 1);
    act(&mut harness, Action::NextScenario);
    assert_eq!(active(&harness), second);
    act(&mut harness, Command::RemoveScenario(second));
    assert_eq!((active(&harness), units(app(&harness))), (first, before - 1));
}

#[test]
fn an_edit_is_carried_out_in_another_scenario_too() {
    let mut harness = window_at(Lang::Zh, None);
    let before = units(app(&harness));
    let empty = active(&harness);
    act(&mut harness, Action::NewScenario);
    merge(&mut harness);
    let step = app(&harness).project.as_ref().unwrap().document().history().next().unwrap().id;
    act(&mut harness, Command::CopyStep { step, to: empty });
    assert_eq!((active(&harness), units(app(&harness))), (empty, before - 1));
}

#[test]
fn scenarios_lie_beside_each_other_in_every_way() {
    let mut harness = window_at(Lang::En, None);
    merge(&mut harness);
    act(&mut harness, Action::ToggleCompare);
    harness.get_by_label(Text::ComparePanes.in_lang(Lang::En));
    harness.get_all_by_label(Text::Before.in_lang(Lang::En)).next().unwrap();
    let view = app(&harness).view.compare.clone().unwrap();
    assert_eq!(view.sides, [None, Some(active(&harness))]);
    for mode in CompareMode::ALL {
        act(&mut harness, Command::Compare(Some(CompareView { mode, ..view.clone() })));
        harness.run_steps(3);
    }
    act(&mut harness, Command::Compare(Some(CompareView { sides: vec![None; 4], ..view })));
    harness.run_steps(3);
    // What is done goes on in the panes.
    merge(&mut harness);
    act(&mut harness, Action::Undo);
    act(&mut harness, Action::ToggleCompare);
    assert_eq!(app(&harness).view.compare, None);
}

#[test]
fn a_project_is_saved_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let path = folder.path().join("plan.gpkg");
    let mut harness = window_at(Lang::En, Some(workplace.clone()));
    merge(&mut harness);
    act(&mut harness, Action::Branch);
    assert!(app(&harness).project.as_ref().unwrap().is_unsaved());
    act(&mut harness, Command::UsePath(PathPurpose::SaveProject, path.clone()));
    wait(&mut harness, "it is saved", |app| !app.project.as_ref().unwrap().is_unsaved());
    assert_eq!(app(&harness).project.as_ref().unwrap().file(), Some(&*path));

    let other = window_at(Lang::En, Some(workplace.clone()));
    let mut other = other;
    act(&mut other, Command::OpenFiles(vec![path.clone()]));
    wait(&mut other, "it opens", |app| app.project.as_ref().unwrap().file().is_some());
    let document = app(&other).project.as_ref().unwrap().document();
    assert_eq!((document.scenarios().len(), document.position()), (2, 1));
    // The first window still has it: what is done here cannot go into the same file.
    assert!(app(&other).keeper.held.taken);
    act(&mut other, Action::Save);
    assert!(app(&other).palette.is_open(), "it asks for another name");
}

#[test]
fn work_that_was_not_saved_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let mut harness = window_at(Lang::En, Some(workplace.clone()));
    merge(&mut harness);
    let merged = units(app(&harness));
    // As if the program had been killed: nothing is put in order.
    drop(harness);
    let harness = window_at(Lang::En, Some(workplace.clone()));
    assert_eq!(units(app(&harness)), merged);
    assert!(app(&harness).project.as_ref().unwrap().is_unsaved());
    harness.get_by_label_contains("that was not saved last time is back");
    drop(harness);

    // Once it is given up it is gone.
    let mut harness = window_at(Lang::En, Some(workplace.clone()));
    act(&mut harness, Action::OpenSample);
    act(&mut harness, Command::LeaveUnsaved);
    wait(&mut harness, "the sample opens anew", |app| app.project.as_ref().unwrap().document().position() == 0);
    drop(harness);
    assert_eq!(workplace.left_behind().len(), 0);
}

#[test]
fn scenarios_move_to_other_boundaries_and_what_does_not_fit_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let mut harness = window_at(Lang::En, None);
    merge(&mut harness);
    let project = app(&harness).project.as_ref().unwrap();
    let merged = project.document().history().next().unwrap().labels.clone();
    // The same county, but without the townships that were merged.
    let villages = include_str!("../../../../sample_data/sanhe/villages.geojson");
    let gone = |line: &&str| !line.contains(&format!("\"{}\"", merged[0].code));
    let fewer = folder.path().join("fewer.geojson");
    let text: Vec<&str> = villages.lines().filter(gone).collect();
    std::fs::write(&fewer, text.join("\n")).unwrap();
    act(&mut harness, Command::UsePath(PathPurpose::Rebase, fewer));
    wait(&mut harness, "the boundaries change", |app| !app.project.as_ref().unwrap().origin().paths().is_empty());
    let document = app(&harness).project.as_ref().unwrap().document();
    assert_eq!((document.position(), document.active().left_over.len()), (0, 1));
    act(&mut harness, Action::ShowScenarios);
    harness.get_by_label(Text::LeftOver.in_lang(Lang::En));
    act(&mut harness, Command::DropLeftOver(0));
    assert_eq!(app(&harness).project.as_ref().unwrap().document().active().left_over, []);
}

fn places(app: &App) -> &quhua::model::Facilities {
    &app.project.as_ref().unwrap().basis().places
}

#[test]
fn facilities_are_saved_with_the_project_and_outlive_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let (points, project) = (folder.path().join("schools.geojson"), folder.path().join("plan.gpkg"));
    let school =
        r#"{"type":"Feature","properties":{"name":"中心小学"},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    std::fs::write(&points, school).unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let mut harness = window_at(Lang::En, Some(workplace.clone()));
    act(&mut harness, Command::UsePath(PathPurpose::Facilities, points));
    wait(&mut harness, "the facilities are read", |app| !places(app).is_empty());
    harness.run_steps(2);
    assert!(app(&harness).project.as_ref().unwrap().is_unsaved());
    // The program stops without a word.
    drop(harness);
    let mut harness = window_at(Lang::En, Some(workplace));
    assert_eq!(places(app(&harness)).all().len(), 1, "they are there at the next start");
    act(&mut harness, Command::UsePath(PathPurpose::SaveProject, project.clone()));
    wait(&mut harness, "it is saved", |app| !app.project.as_ref().unwrap().is_unsaved());
    let mut other = window_at(Lang::En, None);
    assert!(places(app(&other)).is_empty());
    act(&mut other, Command::OpenFiles(vec![project]));
    wait(&mut other, "the project is open", |app| app.project.as_ref().unwrap().file().is_some());
    assert_eq!(places(app(&other)).all()[0].name, "中心小学");
}

#[test]
fn facilities_lie_on_the_map_until_they_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schools.geojson");
    let school = r#"{"type":"Feature","properties":{"name":"中心小学","kind":"小学"},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{school}]}}"#)).unwrap();
    let mut harness = window_at(Lang::En, None);
    // Dropped like boundaries, they are told from them: a list, unless it is to be looked at only.
    act(&mut harness, Command::OpenFiles(vec![path]));
    wait(&mut harness, "the list is weighed", |app| app.laying.is_some());
    act(&mut harness, Command::Lay(LayStep::AsFacilities));
    wait(&mut harness, "the facilities are read", |app| !places(app).is_empty());
    assert_eq!(places(app(&harness)).kinds(), ["小学"]);
    assert_eq!(app(&harness).project.as_ref().unwrap().origin(), &Origin::Sample, "the county stays");
    act(&mut harness, Action::RemoveFacilities);
    assert!(places(app(&harness)).is_empty());
    act(&mut harness, Command::UsePath(PathPurpose::Facilities, folder.path().join("none.geojson")));
    wait(&mut harness, "an error is said", |app| app.notices.unread_errors() > 0);
}

#[test]
fn work_whose_files_are_gone_does_not_keep_the_program_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().to_owned());
    let mut harness = window_at(Lang::En, None);
    merge(&mut harness);
    let document = app(&harness).project.as_ref().unwrap().document().clone();
    let gone = Origin::Files(vec![folder.path().join("gone.geojson").into()]);
    drop(workplace.begin(&gone, &document).unwrap());
    let harness = window_at(Lang::En, Some(workplace.clone()));
    assert_eq!(app(&harness).project.as_ref().unwrap().origin(), &Origin::Sample);
    assert!(app(&harness).notices.unread_errors() > 0);
    assert_eq!(workplace.left_behind()[0].plans.steps.len(), 1, "and it is still there");
}

#[test]
fn who_goes_back_and_on_otherwise_finds_the_steps_left_behind_in_the_history() {
    let mut harness = window_at(Lang::En, None);
    let loaded = units(app(&harness));
    merge(&mut harness);
    merge(&mut harness);
    let first = active(&harness);
    act(&mut harness, Action::ShowHistory);
    act(&mut harness, Command::JumpTo(0));
    merge(&mut harness);
    assert_eq!(units(app(&harness)), loaded - 1);
    harness.get_by_label("The 2 steps that were undone are kept; History brings them back");
    harness.get_by_label_contains("2 set aside, from the start: ").click();
    harness.run_steps(4);
    assert_eq!(units(app(&harness)), loaded - 2, "both mergers are back");
    assert_ne!(active(&harness), first);
    act(&mut harness, Command::SwitchTo(first));
    assert_eq!(units(app(&harness)), loaded - 1, "and the way that was gone instead is there");
}
