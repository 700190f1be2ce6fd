//! The way from an open county to files for the office, as a planner goes it: everything by pointer and keys.

use std::path::Path;
use std::time::{Duration, Instant};

use eframe::egui::{Event, Key, Modifiers, PointerButton, Pos2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use geo::Coord;
use rust_decimal::Decimal;

use super::{app, drag, place_of, two_neighbours, wait_for_figures, window};
use crate::app::App;
use crate::ui::state::command::Gesture;
use crate::ui::state::view::{BottomTab, CompareMode};
use quhua::geodesy::ExactSum;
use quhua::i18n::{Lang, Text, numbers, selecting};
use quhua::model::{LevelIndex, UnitId};
use quhua::print::Paper;
use quhua::study::{Study, Time};

type Window = Harness<'static, Option<App>>;

const TOWNSHIP: LevelIndex = LevelIndex(1);

/// A text as the window has it.
fn text(window: &Window, text: Text) -> &'static str {
    text.in_lang(app(window).lang)
}

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

fn name(window: &Window, unit: UnitId) -> String {
    project(window).state().unit(unit).name.to_string()
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key) {
    window.key_press_modifiers(modifiers, key);
    window.run_steps(3);
}

fn click(window: &mut Window, label: Text) {
    window.get_by_label(text(window, label)).click();
    window.run_steps(3);
}

/// Clicks on the map, and waits as long as a second click there would be a double click.
fn click_map(window: &mut Window, at: Pos2, modifiers: Modifiers) {
    window.hover_at(at);
    window.run_steps(1);
    for pressed in [true, false] {
        window.event(Event::ModifiersChanged(modifiers));
        window.event(Event::PointerButton { pos: at, button: PointerButton::Primary, pressed, modifiers });
        window.run_steps(1);
    }
    window.event(Event::ModifiersChanged(Modifiers::NONE));
    window.run_steps(40);
}

/// The line of this name; a label beside it may be called the same.
fn line_of(window: &Window, line: Text) -> egui_kittest::Node<'_> {
    let mut found = window.get_all_by_label(text(window, line));
    found.find(|node| node.accesskit_node().role() != eframe::egui::Role::Label).unwrap()
}

/// Writes into the line that has this name, over what stands there.
fn write(window: &mut Window, line: Text, what: &str) {
    line_of(window, line).click();
    window.run_steps(2);
    press(window, Modifiers::COMMAND, Key::A);
    line_of(window, line).type_text(what);
    window.run_steps(3);
}

/// People and area of the county, summed over its townships.
fn totals(window: &mut Window, time: Time) -> (Decimal, ExactSum) {
    wait_for_figures(window);
    let known = project(window).all_figures(time, TOWNSHIP).unwrap();
    let people = known.iter().map(|(_, figures)| figures.population.unwrap()).sum();
    (people, known.iter().map(|(_, figures)| figures.area).sum())
}

/// A row of the summary says its name and then its figures.
fn row_of(window: &Window, name: &str) -> Vec<String> {
    let says = |node: egui_kittest::Node<'_>| node.accesskit_node().value().unwrap_or_default();
    let all: Vec<_> = window.get_all_by_role(eframe::egui::Role::Label).collect();
    // The heading of the summary: the selection above it has rows of the same names.
    let begins = all.iter().position(|&node| says(node) == text(window, Text::Scenario)).unwrap();
    let at = begins + all[begins..].iter().position(|&node| says(node) == name).unwrap();
    all[at + 1..].iter().take(2).map(|&node| says(node)).collect()
}

fn merge_two_townships(window: &mut Window, [first, second]: [UnitId; 2]) -> UnitId {
    let places = [first, second].map(|unit| place_of(app(window), unit));
    click_map(window, places[0], Modifiers::NONE);
    click_map(window, places[1], Modifiers::SHIFT);
    assert_eq!(app(window).view.selection, [first, second]);
    press(window, Modifiers::NONE, Key::M);
    click(window, Text::Establish);
    write(window, Text::NewName, "和合街道");
    press(window, Modifiers::NONE, Key::Enter);
    let [made] = app(window).view.selection[..] else { panic!("the new township is selected") };
    assert_eq!(name(window, made), "和合街道");
    made
}

fn reconcile(window: &mut Window) {
    let (people, area) = totals(window, Time::Before);
    assert_eq!(totals(window, Time::Now), (people, area));
    window.run_steps(3);
    let people = numbers::decimal_or_unknown(Some(people));
    assert_eq!(row_of(window, text(window, Text::Population)), [people.as_str(), people.as_str()]);
    assert_eq!(row_of(window, text(window, Text::LevelTownship)), ["28", "27"]);
    assert_eq!(row_of(window, text(window, Text::ReductionRate))[0], "3.57 %");
}

fn transfer_by_names(window: &mut Window, villages: [UnitId; 2], to: UnitId) {
    press(window, Modifiers::NONE, Key::PageDown);
    press(window, Modifiers::COMMAND, Key::L);
    let written = villages.map(|village| name(window, village)).join("、");
    write(window, Text::ListText, &written);
    window.get_by_label(&selecting::select_units(app(window).lang, 2)).click();
    window.run_steps(3);
    give(window, to);
}

/// What is selected goes to a township, which is clicked on the map.
fn give(window: &mut Window, to: UnitId) {
    press(window, Modifiers::NONE, Key::T);
    assert_eq!(app(window).inspector.card.says().gesture(), Gesture::PickParent);
    let at = place_of(app(window), to);
    click_map(window, at, Modifiers::NONE);
    press(window, Modifiers::NONE, Key::Enter);
}

/// Closes the messages over the map: here, no time passes in which they would go by themselves.
fn close_messages(window: &mut Window) {
    loop {
        let Some(close) = window.query_all_by_label(text(window, Text::Close)).next() else { return };
        close.click();
        window.run_steps(3);
    }
}

fn split_along_a_line(window: &mut Window, village: UnitId) {
    close_messages(window);
    press(window, Modifiers::COMMAND, Key::F);
    let name = name(window, village);
    window.get_all_by_label(text(window, Text::UnitsFilter)).last().unwrap().type_text(&name);
    window.run_steps(3);
    press(window, Modifiers::NONE, Key::Enter);
    window.run_steps(60);
    assert_eq!(app(window).view.selection, [village]);
    let units = project(window).state().unit_count();
    let bounds = project(window).bounds_of(village).unwrap();
    let (y, margin) = (bounds.center().y, bounds.width() * 0.05);
    let ends = [bounds.min().x - margin, bounds.max().x + margin];
    let ends = ends.map(|x| app(window).canvas.camera().screen_from_lonlat(Coord { x, y }));
    assert!(ends.iter().all(|&at| app(window).canvas.camera().viewport().shrink(40.0).contains(at)), "{ends:?}");
    press(window, Modifiers::NONE, Key::X);
    assert_eq!(app(window).inspector.card.says().gesture(), Gesture::Split);
    for at in ends {
        click_map(window, at, Modifiers::NONE);
    }
    press(window, Modifiers::NONE, Key::Enter);
    assert!(
        window.query_by_label(text(window, Text::ShareByArea)).is_some(),
        "{:?}",
        app(window).inspector.card.sketch()
    );
    press(window, Modifiers::NONE, Key::Enter);
    assert_eq!(project(window).state().unit_count(), units + 1);
}

fn be_refused(window: &mut Window, locked: UnitId, [clicked, village]: [UnitId; 2], to: UnitId) {
    press(window, Modifiers::NONE, Key::F);
    press(window, Modifiers::NONE, Key::PageUp);
    window.run_steps(60);
    close_messages(window);
    let at = place_of(app(window), clicked);
    click_map(window, at, Modifiers::NONE);
    press(window, Modifiers::NONE, Key::Q);
    window.get_by_label(text(window, Text::LockReason)).type_text("已批复");
    press(window, Modifiers::NONE, Key::Enter);
    let position = project(window).document().position();
    close_messages(window);
    press(window, Modifiers::NONE, Key::PageDown);
    let at = place_of(app(window), village);
    click_map(window, at, Modifiers::NONE);
    assert_eq!(app(window).view.selection, [village]);
    give(window, to);
    let locked = name(window, locked);
    window.get_by_label_contains(&match app(window).lang {
        Lang::Zh => format!("{locked} 已锁定（已批复），请先解锁"),
        Lang::En => format!("{locked} is locked (已批复)"),
    });
    assert_eq!(project(window).document().position(), position);
    press(window, Modifiers::NONE, Key::Escape);
}

fn swipe(window: &mut Window) {
    press(window, Modifiers::NONE, Key::PageUp);
    press(window, Modifiers::NONE, Key::C);
    click(window, Text::CompareSwipe);
    let compare = app(window).view.compare.clone().unwrap();
    assert_eq!(compare.mode, CompareMode::Swipe);
    let from = window.get_by_label(text(window, Text::Divider)).rect().center();
    drag(window, &[from, from - eframe::egui::vec2(120.0, 0.0)], true);
    assert!(app(window).view.compare.as_ref().unwrap().divider < compare.divider);
    press(window, Modifiers::NONE, Key::C);
    assert_eq!(app(window).view.compare, None);
}

/// Writes a path into the box that opens, and waits for the file.
fn export(window: &mut Window, modifiers: Modifiers, path: &Path) {
    press(window, modifiers, Key::E);
    write(window, Text::PathPromptExport, path.to_str().unwrap());
    press(window, Modifiers::NONE, Key::Enter);
    wait(window, &path.display().to_string(), |_| path.exists());
}

/// Writes the map by the menu of exports, for the paper that is offered.
fn export_map(window: &mut Window, path: &Path) {
    click(window, Text::Export);
    click(window, Text::ExportMap);
    let chosen = window.get_by_label(Paper::A3.words(app(window).lang));
    assert_eq!(chosen.accesskit_node().toggled(), Some(eframe::egui::accesskit::Toggled::True));
    write(window, Text::PathPromptExport, path.to_str().unwrap());
    press(window, Modifiers::NONE, Key::Enter);
    wait(window, &path.display().to_string(), |_| path.exists());
}

/// Goes on until something is there that is made beside the window.
fn wait(window: &mut Window, what: &str, is_there: impl Fn(&Window) -> bool) {
    let since = Instant::now();
    while !is_there(window) {
        assert!(since.elapsed() < Duration::from_mins(1), "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

#[test]
fn ten_minutes_lead_from_the_sample_county_to_files_for_the_office() {
    walk(Lang::Zh, "有不属于任何单元的空洞");
}

#[test]
fn the_same_ten_minutes_work_in_english() {
    walk(Lang::En, "belongs to no unit");
}

/// The whole way; the health check says something of a hole.
fn walk(lang: Lang, hole: &str) {
    let mut window = window(lang);
    click(&mut window, Text::Checks);
    assert_eq!(app(&window).view.bottom, BottomTab::Checks);
    // A reservoir belongs to no village. The borders are looked through beside the window.
    wait(&mut window, "the health check", |window| window.query_by_label_contains(hole).is_some());

    let pair = two_neighbours(app(&window));
    let made = merge_two_townships(&mut window, [pair[0], pair[1]]);
    reconcile(&mut window);

    let giver = project(&window).neighbours_of_all(&[made])[0];
    let members = project(&window).state().members(giver).to_vec();
    let parents = |window: &Window| [members[0], members[1]].map(|it| project(window).state().unit(it).parent);
    transfer_by_names(&mut window, [members[0], members[1]], made);
    assert_eq!(parents(&window), [Some(made); 2]);
    press(&mut window, Modifiers::COMMAND, Key::Z);
    assert_eq!(parents(&window), [Some(giver); 2]);
    press(&mut window, Modifiers::COMMAND, Key::Y);
    assert_eq!(parents(&window), [Some(made); 2]);

    // A tall one: the ends of a line across it do not lie below the tools.
    let is_tall = |&&it: &&UnitId| project(&window).bounds_of(it).is_some_and(|it| it.height() > it.width());
    let tall = *members[2..].iter().find(is_tall).unwrap();
    split_along_a_line(&mut window, tall);
    let stays: Vec<UnitId> = members[2..].iter().copied().filter(|&it| it != tall).collect();
    be_refused(&mut window, giver, [stays[0], stays[1]], made);
    swipe(&mut window);
    reconcile(&mut window);

    let folder = tempfile::tempdir().unwrap();
    let [boundaries, crosswalk] = ["和合.geojson", "对照表.xlsx"].map(|file| folder.path().join(file));
    export(&mut window, Modifiers::COMMAND, &boundaries);
    export(&mut window, Modifiers::COMMAND | Modifiers::SHIFT, &crosswalk);
    let map = folder.path().join("地图.pdf");
    export_map(&mut window, &map);
    let written: geojson::GeoJson = std::fs::read_to_string(&boundaries).unwrap().parse().unwrap();
    let written = geojson::FeatureCollection::try_from(written).unwrap();
    assert_eq!(written.features.len(), 27);
    let mut book = zip::ZipArchive::new(std::fs::File::open(&crosswalk).unwrap()).unwrap();
    let mut words = String::new();
    std::io::Read::read_to_string(&mut book.by_name("xl/sharedStrings.xml").unwrap(), &mut words).unwrap();
    assert!(words.contains("和合街道"));
    // 420 by 297 mm in points of a 72nd of an inch.
    let map = std::fs::read(&map).unwrap();
    assert!(map.starts_with(b"%PDF"));
    assert!(memchr::memmem::find(&map, b"/MediaBox [0 0 1190.25 842.25]").is_some());
}
