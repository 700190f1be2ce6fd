//! Bookmarks, recent files, the tour, messages.

use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers, OutputCommand};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, two_neighbours, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::bookmarks::Change;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::view::{PathPurpose, Preferences};
use crate::ui::tour::Step;
use quhua::i18n::{Lang, Text, sentences};

fn wait_until(harness: &mut Harness<'_, Option<App>>, what: &str, is_so: impl Fn(&App) -> bool) {
    let since = Instant::now();
    while !is_so(app(harness)) {
        assert!(since.elapsed() < Duration::from_mins(1), "{what}");
        std::thread::sleep(Duration::from_millis(5));
        harness.step();
    }
    harness.run_steps(2);
}

#[test]
fn the_tour_goes_on_with_what_the_user_does_and_ends_by_itself() {
    for lang in Lang::ALL {
        let mut harness = window(lang);
        act(&mut harness, Action::Tour);
        let step = |harness: &Harness<'_, Option<App>>| app(harness).tour.map(|tour| tour.step());
        assert_eq!(step(&harness), Some(Step::Select));
        let pair = two_neighbours(app(&harness));
        act(&mut harness, Command::Select(pair[..1].to_vec(), SelectMode::Replace));
        assert_eq!(step(&harness), Some(Step::Add));
        act(&mut harness, Command::Select(pair[1..].to_vec(), SelectMode::Add));
        harness.get_by_label(&sentences::tour_merge(lang, "M"));
        harness.key_press(Key::M);
        harness.run_steps(3);
        assert_eq!(step(&harness), Some(Step::Confirm));
        harness.key_press(Key::Enter);
        harness.run_steps(3);
        assert_eq!(step(&harness), Some(Step::Table));
        act(&mut harness, Action::ShowCrosswalk);
        assert_eq!(step(&harness), Some(Step::Undo));
        harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        harness.run_steps(3);
        assert_eq!(step(&harness), Some(Step::Export));
        act(&mut harness, Action::Export(ExportKind::Boundaries));
        assert_eq!(step(&harness), Some(Step::End));
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        harness.get_by_label(lang.of(Text::TourDone)).click();
        harness.run_steps(2);
        assert_eq!(step(&harness), None);
    }
}

#[test]
fn the_tour_can_be_skipped_at_once_and_is_remembered() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::Tour);
    harness.get_by_label(Text::TourSkip.in_lang(Lang::En)).click();
    harness.run_steps(2);
    assert!(app(&harness).tour.is_none() && app(&harness).preferences.toured);
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    assert!(serde_json::from_str::<Preferences>(&kept).unwrap().toured);
}

#[test]
fn bookmarks_are_kept_with_the_document_and_flown_to() {
    let mut harness = window(Lang::En);
    let middle = |harness: &Harness<'_, Option<App>>| app(harness).canvas.camera().centre();
    let unit = two_neighbours(app(&harness))[0];
    act(&mut harness, Command::ZoomTo(unit));
    harness.run_steps(40);
    let there = middle(&harness);
    act(&mut harness, Action::AddBookmark);
    act(&mut harness, Action::ZoomToFit);
    harness.run_steps(40);
    assert_ne!(middle(&harness), there);
    act(&mut harness, Command::Bookmark(Change::Rename(0, " By the river ".to_owned())));
    harness.key_press(Key::J);
    harness.run_steps(60);
    let back = middle(&harness);
    assert!((back.x - there.x).abs() < 1e-6 && (back.y - there.y).abs() < 1e-6, "{back:?}, {there:?}");
    // The project has them: saved and opened again, they are there.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    act(&mut harness, Command::UsePath(PathPurpose::SaveProject, path.clone()));
    wait_until(&mut harness, "the project is not saved", |app| app.saved.is_some());
    act(&mut harness, Command::Bookmark(Change::Remove(0)));
    assert!(app(&harness).view.bookmarks.is_empty());
    act(&mut harness, Command::OpenRecent(0));
    assert!(app(&harness).pending.is_some(), "without it, it is not as it was saved");
    act(&mut harness, Command::LeaveUnsaved);
    wait_until(&mut harness, "the project does not open", |app| app.saved.is_none());
    let names: Vec<&str> = app(&harness).view.bookmarks.iter().map(|bookmark| bookmark.name.as_str()).collect();
    assert_eq!(names, ["By the river"]);
}

#[test]
fn a_recent_file_that_is_gone_is_named_and_leaves_the_list() {
    let mut harness = window(Lang::En);
    let gone = "/no/such/county.gpkg".to_owned();
    harness.state_mut().as_mut().unwrap().preferences.recent = vec![vec![std::path::Path::new(&gone).into()]];
    act(&mut harness, Command::OpenRecent(0));
    assert!(app(&harness).preferences.recent.is_empty());
    let said = &app(&harness).notices.all().last().unwrap().text;
    assert_eq!(*said, sentences::recent_gone(Lang::En, &gone));
}

#[test]
fn files_that_were_remembered_before_layers_had_sources_are_remembered_still() {
    let text = r#"{"recent":[["/a/villages.geojson","/a/townships.geojson"],["/a/b.gpkg"]]}"#;
    let preferences: crate::ui::state::view::Preferences = serde_json::from_str(text).unwrap();
    let names: Vec<String> = preferences.recent.iter().map(|files| crate::ui::words::recent(files)).collect();
    assert_eq!(names, ["villages.geojson, townships.geojson", "b.gpkg"]);
    let written = serde_json::to_value(&preferences).unwrap();
    assert_eq!(written["recent"], serde_json::from_str::<serde_json::Value>(text).unwrap()["recent"]);
}

#[test]
fn what_was_opened_last_stands_first_once() {
    use quhua::io::project::Origin;
    let mut harness = window(Lang::En);
    let app = harness.state_mut().as_mut().unwrap();
    for name in ["/a.gpkg", "/b.gpkg", "/a.gpkg"] {
        app.remember(&Origin::Project(name.into()));
    }
    app.remember(&Origin::Sample);
    let names: Vec<String> = app.preferences.recent.iter().map(|files| crate::ui::words::recent(files)).collect();
    assert_eq!(names, ["a.gpkg", "b.gpkg"]);
}

#[test]
fn messages_are_opened_from_the_line_of_status_and_copied_with_their_times() {
    let mut harness = window(Lang::En);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    let said = app(&harness).notices.all().last().unwrap().text.clone();
    // The tab above it goes by the same name.
    let named = harness.get_all_by_label(Text::ShowLog.in_lang(Lang::En));
    named.max_by(|a, b| a.rect().center().y.total_cmp(&b.rect().center().y)).unwrap().click();
    harness.run_steps(3);
    assert!(harness.get_all_by_value(&said).next().is_some());
    harness.state_mut().as_mut().unwrap().act(Action::CopyMessages.into());
    harness.step();
    let commands = &harness.output().platform_output.commands;
    let copied = commands.iter().find_map(|command| match command {
        OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    let line = copied.unwrap_or_default().lines().last().unwrap_or_default().to_owned();
    assert!(line.ends_with(&said) && line.as_bytes()[2] == b':', "{line}");
}
