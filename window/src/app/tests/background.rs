//! The background, turned on and off in the window.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::tiles_of::testing::{LocalServer, mbtiles, png};
use super::{act, app, window, window_with};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::background::{BackgroundLook, Shows, TileServer};
use crate::ui::state::command::Command;
use crate::ui::state::view::{PathPurpose, Preferences};
use quhua::i18n::{Lang, Text};
use quhua::tiles::TileId;

type Window = Harness<'static, Option<App>>;

const GREEN: [u8; 4] = [0, 160, 0, 255];

fn look(window: &Window) -> &BackgroundLook {
    &app(window).preferences.background
}

fn en(text: Text) -> &'static str {
    text.in_lang(Lang::En)
}

fn wait_until(window: &mut Window, what: &str, ready: impl Fn(&Window) -> bool) {
    let since = Instant::now();
    while !ready(window) {
        assert!(since.elapsed() < Duration::from_secs(20), "{what} does not come");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
    window.run_steps(2);
}

/// A server of green tiles, as it is written down.
fn server() -> (LocalServer, TileServer) {
    let server = LocalServer::start(|_| (200, png(256, GREEN)));
    let address = format!("{}/{{z}}/{{x}}/{{y}}", server.address());
    (server, TileServer { address, attribution: "© 某局".to_owned(), gcj02: false })
}

/// A file with one tile, far out, that covers the sample county, in a folder that has to live as long.
fn file(metadata: &[(&str, &str)]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("county.mbtiles");
    let tile = TileId::new(7, 101, 52).unwrap();
    mbtiles(&path, metadata, &[(tile, png(256, GREEN))]);
    (folder, path)
}

#[test]
fn without_a_choice_nothing_is_asked_and_no_thread_runs() {
    let (server, written) = server();
    // Not even where a server was on when the program was left.
    let background = BackgroundLook { shows: Shows::Server, server: written, ..BackgroundLook::default() };
    let mut window = window_with(Preferences { lang: Some(Lang::En), background, ..Preferences::default() });
    act(&mut window, Action::ZoomIn);
    window.run_steps(20);
    assert!(app(&window).canvas.background().is_none());
    assert_eq!((look(&window).shows, server.asked().len()), (Shows::Off, 0));
}

#[test]
fn a_server_is_written_down_connected_and_left() {
    let (server, written) = server();
    let mut window = window(Lang::En);
    let press = |window: &mut Window, text| {
        window.get_by_label(en(text)).click();
        window.run_steps(3);
    };
    press(&mut window, Text::Background);
    press(&mut window, Text::BackgroundServer);
    for (field, text) in [(Text::ServerAddress, &written.address), (Text::Attribution, &written.attribution)] {
        let field = window.get_all_by_label(en(field)).last().unwrap();
        field.focus();
        window.run_steps(1);
        window.event(eframe::egui::Event::Text(text.clone()));
        window.run_steps(2);
    }
    // Written is not connected.
    assert_eq!((look(&window).shows, server.asked().len()), (Shows::Off, 0));
    press(&mut window, Text::Connect);
    wait_until(&mut window, "a request", |_| !server.asked().is_empty());
    window.get_by_label("© 某局");
    press(&mut window, Text::Disconnect);
    assert!(app(&window).canvas.background().is_none());
    assert_eq!(look(&window).server, written);
}

#[test]
fn a_file_shows_with_its_attribution_and_comes_back_at_the_next_start() {
    let (_folder, path) = file(&[("attribution", "<i>测绘局</i>")]);
    let mut first = window(Lang::En);
    act(&mut first, Command::UsePath(PathPurpose::Background, path));
    wait_until(&mut first, "the file", |window| app(window).canvas.background().is_some());
    first.get_by_label("测绘局");
    let kept = serde_json::to_string(&app(&first).preferences).unwrap();
    let mut second = window_with(serde_json::from_str(&kept).unwrap());
    wait_until(&mut second, "the file", |window| app(window).canvas.background().is_some());
    act(&mut second, Action::RemoveBackground);
    assert!(app(&second).canvas.background().is_none() && look(&second).file.is_some());
}

#[test]
fn a_shifted_file_is_marked_on_the_map() {
    let (_folder, path) = file(&[("attribution", "A")]);
    let mut window = window(Lang::En);
    act(&mut window, Command::UsePath(PathPurpose::Background, path));
    wait_until(&mut window, "the file", |window| app(window).canvas.background().is_some());
    let mut marked = look(&window).clone();
    marked.file.as_mut().unwrap().gcj02 = true;
    act(&mut window, Command::SetBackground(Box::new(marked)));
    window.get_by_label(&format!("A · {}", en(Text::Gcj02Shifted)));
}

#[test]
fn a_file_that_is_not_there_any_more_is_said_and_left_off() {
    let (folder, path) = file(&[]);
    let background = BackgroundLook::default().with_file(&path);
    drop(folder);
    let mut window = window_with(Preferences { lang: Some(Lang::En), background, ..Preferences::default() });
    wait_until(&mut window, "the error", |window| app(window).notices.unread_errors() == 1);
    assert_eq!(look(&window).shows, Shows::Off);
    window.get_by_label_contains("county.mbtiles");
}

#[test]
fn a_background_of_another_place_is_said() {
    let (_folder, path) = file(&[("bounds", "116,39,117,40")]);
    let mut window = window(Lang::En);
    act(&mut window, Command::UsePath(PathPurpose::Background, path));
    let elsewhere = en(Text::BackgroundElsewhere);
    wait_until(&mut window, "the warning", |window| window.query_by_label(elsewhere).is_some());
}

#[test]
fn a_server_that_fails_is_said_once() {
    let server = LocalServer::start(|_| (403, Vec::new()));
    let address = format!("{}/{{z}}/{{x}}/{{y}}", server.address());
    let mut window = window(Lang::En);
    let look = BackgroundLook {
        shows: Shows::Server,
        server: TileServer { address, ..TileServer::default() },
        ..BackgroundLook::default()
    };
    act(&mut window, Command::SetBackground(Box::new(look)));
    wait_until(&mut window, "all answers", |window| {
        server.asked().len() > 3 && app(window).canvas.background().is_some_and(|background| !background.is_loading())
    });
    assert_eq!(app(&window).notices.unread_errors(), 1);
    // The same tile is not asked for again and again.
    let asked = server.asked().len();
    window.run_steps(10);
    assert_eq!(server.asked().len(), asked);
}
