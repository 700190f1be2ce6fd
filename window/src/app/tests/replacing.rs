//! Nothing that exists is written over without a question, and a project by nothing but a project.

use std::fs;
use std::path::Path;
use std::time::Duration;

use eframe::egui::Key;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::scenario::wait;
use super::{act, app, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, ExportStep};
use crate::ui::state::exports::{self, ExportKind};
use crate::ui::state::view::PathPurpose;
use quhua::edit::Document;
use quhua::i18n::{Lang, Text};
use quhua::io::project;
use quhua::jobs::Progress;
use quhua::model::LevelIndex;

type Window = Harness<'static, Option<App>>;

/// A project of somebody else.
fn project_of_another(window: &Window, path: &Path) -> Vec<u8> {
    let document = Document::new(app(window).project.as_ref().unwrap().dataset().clone());
    project::write(path, &document, None, &Progress::new()).unwrap();
    fs::read(path).unwrap()
}

#[test]
fn an_export_never_takes_the_place_of_a_project() {
    let mut window = window(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.gpkg");
    let bytes = project_of_another(&window, &other);
    act(&mut window, Action::Export(ExportKind::Boundaries));
    act(&mut window, Command::Exporting(ExportStep::Format("geopackage")));
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), other.clone()));
    act(&mut window, Command::Exporting(ExportStep::Write));
    window.get_by_label_contains("这是一个区划项目，只有项目能替换它");
    assert!(app(&window).exporting.is_some() && app(&window).replacing.is_none());
    wait(&mut window, "nothing goes on", |app| !app.jobs.is_busy());
    assert_eq!(fs::read(&other).unwrap(), bytes);
}

#[test]
fn another_project_is_replaced_only_by_who_was_told_what_it_is() {
    let mut window = window(Lang::Zh);
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.gpkg");
    let bytes = project_of_another(&window, &other);
    let save = Command::UsePath(PathPurpose::SaveProject, other.clone());
    act(&mut window, save.clone());
    window.get_by_label_contains("“other.gpkg”是区划项目，含 1 个方案、0 步调整");
    // Enter goes back to where the path was written.
    window.key_press(Key::Enter);
    window.run_steps(3);
    assert!(app(&window).replacing.is_none() && app(&window).palette.is_open());
    assert_eq!(fs::read(&other).unwrap(), bytes);
    act(&mut window, save.clone());
    window.get_by_label(Text::ReplaceIt.in_lang(Lang::Zh)).click();
    window.run_steps(3);
    wait(&mut window, "it is saved", |app| app.project.as_ref().unwrap().file().is_some());
    assert_eq!(fs::read(folder.path().join("other.gpkg~1")).unwrap(), bytes);
    // From now on it is the file of this document.
    act(&mut window, save);
    assert!(app(&window).replacing.is_none());
}

#[test]
fn whatever_is_written_asks_before_it_replaces_a_file() {
    let mut window = window(Lang::En);
    let folder = tempfile::tempdir().unwrap();
    let others = [PathPurpose::SavePlan, PathPurpose::SaveProfile, PathPurpose::SaveProject, PathPurpose::SaveLog];
    for purpose in ExportKind::ALL.map(PathPurpose::Export).into_iter().chain(others) {
        let ending = match purpose {
            PathPurpose::Export(kind) => exports::row(kind).formats[0].1[0],
            PathPurpose::SaveProject => "gpkg",
            PathPurpose::SaveLog => "txt",
            _ => "json",
        };
        let path = folder.path().join(format!("mine.{ending}"));
        fs::write(&path, "mine").unwrap();
        act(&mut window, Command::UsePath(purpose, path.clone()));
        assert!(app(&window).replacing.is_some(), "{purpose:?}");
        act(&mut window, Action::GiveUp);
        assert!(app(&window).replacing.is_none());
        act(&mut window, Action::GiveUp);
        assert_eq!(fs::read(&path).unwrap(), b"mine", "{purpose:?}");
    }
    // What lies beside counts too.
    fs::write(folder.path().join("new.certificate.html"), "mine").unwrap();
    let path = folder.path().join("new.geojson");
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), path));
    window.get_by_label_contains("new.certificate.html");
}

#[test]
fn the_name_of_an_export_says_its_level_and_follows_it() {
    let mut window = window(Lang::En);
    let name = |window: &mut Window, level: u8| {
        act(window, Command::SetLevel(LevelIndex(level)));
        act(window, Action::Export(ExportKind::Boundaries));
        let path = app(window).exporting.as_ref().unwrap().path.clone();
        act(window, Command::Exporting(ExportStep::Close));
        path
    };
    assert!(name(&mut window, 1).ends_with("-township.geojson"));
    assert!(name(&mut window, 0).ends_with("-village.geojson"));
    act(&mut window, Action::Export(ExportKind::Boundaries));
    let path = |window: &Window| app(window).exporting.as_ref().unwrap().path.clone();
    act(&mut window, Command::Exporting(ExportStep::Format("geopackage")));
    assert!(path(&window).ends_with("-levels.gpkg"), "{}", path(&window));
    act(&mut window, Command::Exporting(ExportStep::AllLevels(false)));
    assert!(path(&window).ends_with("-village.gpkg"));
    // What somebody has written stays.
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), "/x/mine.gpkg".into()));
    act(&mut window, Command::Exporting(ExportStep::Format("geojson")));
    assert_eq!(path(&window), "/x/mine.geojson");
    // An ending that says nothing is refused, where it is seen.
    let odd = std::env::temp_dir().join("x.geojsonson");
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), odd.clone()));
    act(&mut window, Command::Exporting(ExportStep::Write));
    assert!(app(&window).exporting.as_ref().unwrap().refused.is_some() && !odd.exists());
}

#[test]
fn without_a_file_dialog_the_path_is_written_by_hand() {
    let mut window = window(Lang::En);
    let chosen = |window: &mut Window, took| {
        let app = window.state_mut().as_mut().unwrap();
        app.chosen(PathPurpose::Open, Vec::new(), Duration::from_millis(took));
        window.run_steps(2);
    };
    chosen(&mut window, 2000);
    assert!(!app(&window).palette.is_open(), "somebody has cancelled");
    chosen(&mut window, 3);
    assert!(app(&window).palette.is_open());
    assert!(app(&window).notices.to_text().contains("no file dialog"));
}
