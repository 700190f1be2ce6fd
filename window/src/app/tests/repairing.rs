//! Borders that are repaired in the window.

use std::fs;
use std::path::Path;

use egui_kittest::kittest::Queryable as _;

use super::scenario::{Window, wait};
use super::{act, app, window, window_at};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, RepairStep, SelectMode};
use crate::ui::state::view::PathPurpose;
use quhua::coverage::AtomId;
use quhua::edit::{Edit, UnitRef};
use quhua::geodesy::AreaMethod;
use quhua::i18n::Lang;
use quhua::io::project::Workplace;
use quhua::model::{Decision, LevelIndex};
use quhua::study::Study;

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// Three villages in a row: the first two overlap, between the second and the third is a gap.
fn write_villages(path: &Path) {
    let village = |code: &str, west: f64, east: f64| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"村{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},31],[{east},31],[{east},31.005],[{east},31.01],[{west},31.01],[{west},31.005],[{west},31]]]}}}}"#
        )
    };
    let villages = [
        village("510101001001", 105.0, 105.0105),
        village("510101001002", 105.01, 105.02),
        r#"{"type":"Feature","properties":{"code":"510101001003","name":"村3"},"geometry":{"type":"Polygon","coordinates":[[[105.02,31],[105.03,31],[105.03,31.01],[105.02,31.01],[105.0203,31.005],[105.02,31]]]}}"#.to_owned(),
    ];
    fs::write(path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, villages.join(","))).unwrap();
}

/// Areas of the three villages as they are now, in whole square metres.
fn areas(window: &Window) -> Vec<f64> {
    let dataset = project(window).dataset();
    (0..3).map(|atom| dataset.area_of_atom(AreaMethod::default(), AtomId(atom)).to_f64().round()).collect()
}

fn is_repaired(app: &App) -> bool {
    app.project.as_ref().unwrap().dataset().repaired_borders().is_some()
}

fn open(window: &mut Window, path: &Path) {
    act(window, Command::OpenFiles(vec![path.to_owned()]));
    wait(window, "the file is open", |app| {
        app.project.as_ref().is_some_and(|project| project.dataset().coverage.atom_count() == 3)
    });
}

fn open_sheet(window: &mut Window) {
    act(window, Action::RepairBorders);
    tried(window);
}

fn tried(window: &mut Window) {
    wait(window, "it is known what it comes to", |app| app.repairing.as_ref().is_some_and(|sheet| !sheet.is_trying));
    window.run_steps(2);
}

#[test]
fn borders_are_repaired_place_by_place_and_undo_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("villages.geojson");
    write_villages(&path);
    let mut window = window(Lang::Zh);
    open(&mut window, &path);
    let before = areas(&window);
    let rename = Edit::Rename { unit: UnitRef::Code("510101001001".into()), name: "新村".into() };
    act(&mut window, Command::Commit(rename));
    open_sheet(&mut window);
    assert!(window.query_all_by_label_contains("修复后检查通过").next().is_some());
    assert!(window.query_all_by_label_contains("缝隙").next().is_some() && window.query_by_label("修复前").is_some());
    assert_eq!(areas(&window), before, "nothing changes before it is asked for");
    // The overlap goes to the second village, and the gap stays.
    let sheet = app(&window).repairing.as_ref().unwrap();
    let steps = sheet.tried.as_ref().unwrap().everywhere.steps.clone();
    let of = |unit: u32| steps.iter().find(|step| step.area_m2 > 0.0 && step.atoms.contains(&AtomId(unit))).unwrap();
    let mut repair = sheet.repair.clone();
    repair.decide(of(0), Decision::GoesTo(AtomId(1)));
    repair.decide(of(2), Decision::Stays);
    act(&mut window, Command::Repair(RepairStep::Change(Box::new(repair.clone()))));
    tried(&mut window);
    act(&mut window, Command::Repair(RepairStep::Apply));
    wait(&mut window, "it is repaired", is_repaired);
    let after = areas(&window);
    assert!(after[0] < before[0] && after[1..] == before[1..], "{before:?} {after:?}");
    let state = project(&window).state();
    let first = state.units_at(LevelIndex::FINEST).next().unwrap();
    assert_eq!(state.unit(first).name, "新村", "edits stay");
    assert_eq!(project(&window).document().plan().base[0].repaired.as_ref(), Some(&repair));
    // Undo takes back what was done last, whatever it was.
    act(&mut window, Command::Commit(Edit::Rename { unit: UnitRef::Code("510101001002".into()), name: "东村".into() }));
    let depth = |window: &Window| (project(window).document().position(), is_repaired(app(window)));
    assert_eq!(depth(&window), (2, true));
    act(&mut window, Action::Undo);
    assert_eq!(depth(&window), (1, true));
    act(&mut window, Action::Undo);
    wait(&mut window, "the repair is taken back", |app| !is_repaired(app));
    assert_eq!((areas(&window), depth(&window)), (before, (1, false)));
    act(&mut window, Action::Redo);
    wait(&mut window, "it is repaired again", is_repaired);
    assert_eq!((areas(&window), depth(&window)), (after, (1, true)));
    act(&mut window, Action::Redo);
    assert_eq!(depth(&window), (2, true));
    act(&mut window, Command::Select(Vec::new(), SelectMode::Replace));
    act(&mut window, Action::TakeBackRepair);
    wait(&mut window, "borders are as they came", |app| !is_repaired(app));
    assert_eq!(depth(&window), (2, false));
}

#[test]
fn the_sheet_opens_with_the_repair_that_there_is_and_esc_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("villages.geojson");
    write_villages(&path);
    let mut window = window(Lang::En);
    open(&mut window, &path);
    open_sheet(&mut window);
    let mut repair = app(&window).repairing.as_ref().unwrap().repair.clone();
    repair.gap_width_m = 1.0;
    act(&mut window, Command::Repair(RepairStep::Change(Box::new(repair.clone()))));
    tried(&mut window);
    act(&mut window, Command::Repair(RepairStep::Apply));
    wait(&mut window, "it is repaired", is_repaired);
    open_sheet(&mut window);
    assert_eq!(app(&window).repairing.as_ref().unwrap().repair, repair);
    act(&mut window, Action::GiveUp);
    assert!(app(&window).repairing.is_none() && is_repaired(app(&window)));
    // The sample has nothing to repair.
    act(&mut window, Action::OpenSample);
    act(&mut window, Command::LeaveUnsaved);
    wait(&mut window, "the sample is open", |app| !is_repaired(app));
    open_sheet(&mut window);
    assert!(window.query_all_by_label_contains("There is nothing to repair").next().is_some());
}

#[test]
fn a_repair_is_found_again_after_a_crash_and_in_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("villages.geojson");
    write_villages(&path);
    let place = || Workplace::at(folder.path().join("work"));
    let mut first = window_at(Lang::En, Some(place()));
    open(&mut first, &path);
    open_sheet(&mut first);
    act(&mut first, Command::Repair(RepairStep::Apply));
    wait(&mut first, "it is repaired", is_repaired);
    first.run_steps(2);
    let after = areas(&first);
    drop(first);
    let mut second = window_at(Lang::En, Some(place()));
    wait(&mut second, "it is found again", is_repaired);
    assert_eq!(areas(&second), after);
    let file = folder.path().join("a.gpkg");
    act(&mut second, Command::UsePath(PathPurpose::SaveProject, file.clone()));
    wait(&mut second, "it is saved", |app| !app.project.as_ref().unwrap().is_modified());
    let mut third = window(Lang::En);
    act(&mut third, Command::OpenFiles(vec![file]));
    wait(&mut third, "it is open", is_repaired);
    assert_eq!(areas(&third), after);
    act(&mut third, Action::TakeBackRepair);
    wait(&mut third, "what was loaded is in the project", |app| !is_repaired(app));
    assert_ne!(areas(&third), after);
}
