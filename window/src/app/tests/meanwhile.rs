//! What is done while a file is read or written is not lost by it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::recovery::save_as;
use super::scenario::{merge, wait};
use super::{act, app, window_at, window_started_with};
use crate::app::App;
use crate::app::jobs::Kind;
use crate::ui::state::action::Action;
use crate::ui::state::bookmarks::Change;
use crate::ui::state::command::Command;
use crate::ui::state::view::{PathPurpose, Preferences};
use quhua::edit::{Edit, OwnDefinition, UnitRef};
use quhua::i18n::Lang;
use quhua::io::Limits;
use quhua::io::project::{self, Origin, Workplace};
use quhua::jobs::Progress;
use quhua::model::LevelIndex;
use quhua::study::Study;

type Window = Harness<'static, Option<App>>;

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// Does something without a frame, so that whatever goes on beside the window has not ended yet.
fn at_once(window: &mut Window, command: impl Into<Command>) {
    window.state_mut().as_mut().unwrap().act(command.into());
}

/// A merger, without a frame.
fn rename(window: &mut Window) {
    let project = project(window);
    let unit = project.state().units_at(LevelIndex::FINEST).nth(project.document().position()).unwrap();
    let unit = UnitRef::to(project.dataset(), project.state(), unit).unwrap();
    at_once(window, Command::Commit(Edit::Rename { unit, name: "新村".into() }));
}

fn villages(folder: &Path) -> PathBuf {
    let path = folder.join("villages.geojson");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/sanhe/villages.geojson");
    std::fs::copy(sample, &path).unwrap();
    path
}

fn steps_in(path: &Path) -> usize {
    project::read(path, &Limits::default(), &Progress::new()).unwrap().plans.steps.len()
}

#[test]
fn what_is_written_down_about_a_saved_project_comes_back_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let (workplace, path) = (Workplace::at(folder.path().join("data")), folder.path().join("plan.gpkg"));
    let mut window = window_at(Lang::En, Some(workplace.clone()));
    merge(&mut window);
    save_as(&mut window, &path);
    let step = project(&window).document().history().next().unwrap().id;
    act(&mut window, Command::Annotate(step, "县里意见".to_owned()));
    assert!(project(&window).is_unsaved(), "a note is work");
    save_as(&mut window, &path);
    act(&mut window, Command::Bookmark(Change::Add("老街".to_owned())));
    assert!(project(&window).is_unsaved(), "and so is a bookmark");
    act(&mut window, Command::Annotate(step, "乡里意见".to_owned()));
    // As if the program had been killed.
    drop(window);
    let window = window_started_with(vec![path], Preferences::default(), Some(workplace));
    assert_eq!(project(&window).document().step(step).unwrap().note, "乡里意见");
    assert_eq!(app(&window).view.bookmarks[0].name, "老街");
}

#[test]
fn what_is_decided_while_a_project_is_saved_counts_as_unsaved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut window = window_at(Lang::En, None);
    merge(&mut window);
    at_once(&mut window, Command::UsePath(PathPurpose::SaveProject, path.clone()));
    let figure = OwnDefinition { decimals: 0, ..OwnDefinition::new("people", "population") };
    at_once(&mut window, Command::SetOwnFigure(None, Some(figure)));
    wait(&mut window, "it is saved", |app| app.project.as_ref().unwrap().file().is_some());
    assert!(project(&window).is_unsaved(), "the file does not have it");
}

#[test]
fn saves_come_one_after_the_other_and_the_last_one_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut window = window_at(Lang::En, None);
    for save in 1..=4 {
        rename(&mut window);
        at_once(&mut window, Command::UsePath(PathPurpose::SaveProject, path.clone()));
        let running = app(&window).jobs.count(Kind::Save);
        assert_eq!(running, 1, "save {save}");
    }
    wait(&mut window, "all is saved", |app| !app.project.as_ref().unwrap().is_unsaved());
    assert_eq!((steps_in(&path), app(&window).jobs.is_running(Kind::Save)), (4, false));
    assert_eq!(app(&window).notices.unread_errors(), 0);
}

#[test]
fn a_save_that_ends_when_another_document_is_open_says_nothing_of_that() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut window = window_at(Lang::En, None);
    at_once(&mut window, Command::OpenFiles(vec![villages(folder.path())]));
    at_once(&mut window, Command::UsePath(PathPurpose::SaveProject, path.clone()));
    // Both end before the window looks: what was begun first is taken up first.
    let since = Instant::now();
    while !path.exists() || since.elapsed() < Duration::from_secs(3) {
        assert!(since.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    wait(&mut window, "it opens", |app| !app.jobs.is_running(Kind::Open) && !app.jobs.is_running(Kind::Save));
    assert!(matches!(project(&window).origin(), Origin::Files(_)), "{:?}", project(&window).origin());
    assert_eq!(project(&window).document().origin().layers.len(), 1);
    let saved = project::read(&path, &Limits::default(), &Progress::new()).unwrap();
    assert_eq!(saved.layers.len(), 2, "the county is in the file");
}

#[test]
fn what_is_done_while_scenarios_move_to_other_boundaries_moves_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = window_at(Lang::En, None);
    rename(&mut window);
    at_once(&mut window, Command::UsePath(PathPurpose::Rebase, villages(folder.path())));
    rename(&mut window);
    wait(&mut window, "it moves", |app| *app.project.as_ref().unwrap().origin() != Origin::Sample);
    assert_eq!(project(&window).document().position(), 2);
}

#[test]
fn scenarios_that_are_on_their_way_to_other_boundaries_are_not_found_twice() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let mut window = window_at(Lang::En, Some(workplace.clone()));
    rename(&mut window);
    window.run_steps(2);
    at_once(&mut window, Command::UsePath(PathPurpose::Rebase, villages(folder.path())));
    let begun = || std::fs::read_dir(folder.path().join("data/work")).unwrap().count();
    let since = Instant::now();
    while begun() < 2 || since.elapsed() < Duration::from_secs(2) {
        assert!(since.elapsed() < Duration::from_mins(1));
        std::thread::sleep(Duration::from_millis(20));
    }
    // Killed before the window has taken up what is there by now.
    drop(window);
    let found = workplace.left_behind();
    assert_eq!(found.iter().map(|found| &found.origin).collect::<Vec<_>>(), [&Origin::Sample]);
    drop(found);

    // Once it is there, it is what is found.
    let mut window = window_at(Lang::En, Some(workplace.clone()));
    act(&mut window, Command::UsePath(PathPurpose::Rebase, villages(folder.path())));
    wait(&mut window, "it moves", |app| *app.project.as_ref().unwrap().origin() != Origin::Sample);
    drop(window);
    let found = workplace.left_behind();
    assert!(matches!(found.iter().map(|found| &found.origin).collect::<Vec<_>>()[..], [Origin::Files(_)]));
}

#[test]
fn what_is_done_while_another_document_opens_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let workplace = Workplace::at(folder.path().join("data"));
    let mut window = window_at(Lang::En, Some(workplace.clone()));
    let files = vec![villages(folder.path())];
    at_once(&mut window, Command::OpenFiles(files.clone()));
    assert!(app(&window).pending.is_none(), "nothing is unsaved yet");
    rename(&mut window);
    wait(&mut window, "it is read", |app| !app.jobs.is_running(Kind::Open));
    assert_eq!((project(&window).origin(), project(&window).document().position()), (&Origin::Sample, 1));
    assert!(app(&window).pending.is_some());
    act(&mut window, Command::Stay);
    assert_eq!(project(&window).document().position(), 1);

    // What was given up is, but not what is done after that.
    act(&mut window, Command::OpenFiles(files));
    at_once(&mut window, Command::LeaveUnsaved);
    rename(&mut window);
    wait(&mut window, "it is read", |app| !app.jobs.is_running(Kind::Open));
    assert!(app(&window).pending.is_some() && *project(&window).origin() == Origin::Sample);
    act(&mut window, Command::LeaveUnsaved);
    wait(&mut window, "it opens", |app| *app.project.as_ref().unwrap().origin() != Origin::Sample);
    drop(window);
    assert_eq!(workplace.left_behind().len(), 0);
}

#[test]
fn what_is_done_while_a_project_is_saved_to_open_another_is_asked_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.gpkg");
    let mut window = window_at(Lang::En, None);
    rename(&mut window);
    save_as(&mut window, &path);
    rename(&mut window);
    act(&mut window, Action::OpenSample);
    assert!(app(&window).pending.is_some());
    at_once(&mut window, Command::SaveAndGoOn);
    rename(&mut window);
    wait(&mut window, "it is saved", |app| !app.jobs.is_running(Kind::Save));
    window.run_steps(2);
    assert!(app(&window).pending.is_some() && !app(&window).jobs.is_running(Kind::Open));
    assert_eq!((project(&window).document().position(), steps_in(&path)), (3, 2));
}
