//! What columns are taken for, and that another choice keeps the work.

use std::path::PathBuf;

use eframe::egui::accesskit::Role as Part;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::recovery::{WAYS, edits, save_as, window_on};
use super::scenario::{merge, wait};
use super::{act, app, window, window_started_with};
use crate::app::App;
use crate::ui::bottom::role_of;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, JoinStep, Otherwise};
use crate::ui::state::view::{BottomTab, PathPurpose, Preferences};
use quhua::cli::{self, Request};
use quhua::i18n::{Lang, Text};
use quhua::io::project::Workplace;
use quhua::io::{LayerSource, Limits, layers};
use quhua::jobs::Progress;
use quhua::model::{CrsBasis, FieldOverrides, Fields, Layer, LevelIndex, LevelsBy, Role};

/// A file of real data, where there is one.
fn shared(name: &str) -> Option<PathBuf> {
    let usual = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    let path = std::env::var_os("QUHUA_SHARED_DATA").map_or_else(usual, PathBuf::from).join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
    }
    path.exists().then_some(path)
}

type Window = Harness<'static, Option<App>>;

fn role(app: &App, column: &str) -> Option<Role> {
    Some(app.project.as_ref()?.dataset().fields.role_of(column))
}

#[test]
fn another_choice_for_a_column_keeps_the_work_through_a_kill_and_a_save() {
    for way in WAYS {
        let folder = tempfile::tempdir().unwrap();
        let workplace = Workplace::at(folder.path().join("data"));
        let mut window = window_on(way, folder.path(), &workplace);
        merge(&mut window);
        for (column, to) in [("households", Role::Other), ("population", Role::Other), ("households", Role::Population)]
        {
            let fields = app(&window).project.as_ref().unwrap().dataset().fields.with_role(column, to);
            act(&mut window, Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
            wait(&mut window, "it is read anew", |app| role(app, column) == Some(to));
        }
        assert_eq!(edits(&window), 1, "{way}: the scenario moved along");
        merge(&mut window);
        window.run_steps(3);
        drop(window);

        let mut window = window_started_with(Vec::new(), Preferences::default(), Some(workplace));
        let seen = |app: &App| (role(app, "households").unwrap(), role(app, "population").unwrap());
        assert_eq!((seen(app(&window)), edits(&window)), ((Role::Population, Role::Other), 2), "{way}, after a kill");
        let saved = folder.path().join("saved.gpkg");
        save_as(&mut window, &saved);
        let window = window_started_with(vec![saved], Preferences::default(), None);
        assert_eq!((seen(app(&window)), edits(&window)), ((Role::Population, Role::Other), 2), "{way}, saved");
    }
}

#[test]
fn a_column_is_given_another_part_in_its_head() {
    let mut harness = window(Lang::En);
    act(&mut harness, Action::ShowSources);
    harness.run_steps(3);
    let column = "kind";
    assert_eq!(role(app(&harness), column), Some(Role::Kind));
    harness.get_by_label(&role_of(Lang::En, column)).click();
    harness.run_steps(3);
    harness.get_by_role_and_label(Part::Button, Role::Name.words(Lang::En)).click();
    harness.run_steps(2);
    wait(&mut harness, "it is read anew", |app| role(app, column) == Some(Role::Name));
}

/// A window with the shapefile in GBK, in zone 35, beside a system of another zone.
fn damaged(lang: Lang) -> Option<Window> {
    let file = shared("dirty/gk35-gbk-wrong-prj.zip")?;
    let preferences = Preferences { lang: Some(lang), ..Preferences::default() };
    Some(window_started_with(vec![file], preferences, None))
}

fn crs(app: &App) -> Option<String> {
    let dataset = app.project.as_ref()?.document().origin().as_loaded();
    dataset.layers.first()?.reading.crs.as_ref()?.code.clone()
}

fn choose(window: &mut Window, list: &str, choice: &str) {
    window.get_by_role_and_label(Part::ComboBox, list).click();
    window.run_steps(3);
    window.get_by_role_and_label(Part::Button, choice).click();
    window.run_steps(2);
}

fn doubts(window: &mut Window) -> usize {
    let app = window.state_mut().as_mut().unwrap();
    app.bottom.sources.doubts(app.project.as_ref().unwrap())
}

fn is_chosen(app: &App) -> bool {
    let loaded = app.project.as_ref().unwrap().document().origin().as_loaded();
    loaded.layers.iter().any(|layer| layer.reading.crs.as_ref().is_some_and(|crs| crs.basis == CrsBasis::Chosen))
}

#[test]
fn doubts_open_the_sheet_and_are_answered_there() {
    let Some(mut window) = damaged(Lang::En) else { return };
    let is_shown = |app: &App| app.preferences.bottom_open && app.view.bottom == BottomTab::Sources;
    assert!(is_shown(app(&window)), "the file says another zone than its coordinates have");
    window.run_steps(3);
    assert_eq!(doubts(&mut window), 1);
    assert!(window.query_by_label_contains("the file says EPSG:4522, which its coordinates contradict").is_some());
    let (list, system) = (Lang::En.of(Text::CoordinateSystem), "EPSG:4523  CGCS2000 / 3-degree Gauss-Kruger zone 35");
    choose(&mut window, list, system);
    wait(&mut window, "it is read as chosen", is_chosen);
    window.run_steps(3);
    assert_eq!((crs(app(&window)).as_deref(), doubts(&mut window)), (Some("EPSG:4523"), 0));
    assert!(is_shown(app(&window)), "the sheet stays where it is");
    choose(&mut window, list, Lang::En.of(Text::Automatically));
    wait(&mut window, "it is read as before", |app| !is_chosen(app));
    assert_eq!(doubts(&mut window), 1);
}

#[test]
fn the_sheet_stays_folded_where_the_files_answer_everything() {
    let files = ["villages.geojson", "townships.geojson"]
        .map(|name| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/sanhe/")).join(name));
    let mut window = window_started_with(files.into(), Preferences::default(), None);
    assert!(!app(&window).preferences.bottom_open);
    assert_eq!(doubts(&mut window), 0);
}

/// How a layer is read otherwise: what is chosen, and how that is seen.
type Choice = (fn(&mut LayerSource), fn(&App) -> bool);

#[test]
fn how_a_file_is_read_is_chosen_and_stays_through_a_kill_and_a_save() {
    let Some(file) = shared("dirty/gk35-gbk-wrong-prj.zip") else { return };
    let first = |app: &App| app.project.as_ref().unwrap().document().origin().as_loaded().layers[0].clone();
    let choices: [Choice; 2] = [
        (|source| source.crs = Some("EPSG:4523".to_owned()), is_chosen),
        (
            |source| source.encoding = Some("Big5".to_owned()),
            |app| {
                let loaded = app.project.as_ref().unwrap().document().origin().as_loaded();
                loaded.layers[0].reading.texts.as_ref().is_some_and(|texts| texts.name == "Big5")
            },
        ),
    ];
    for (number, (choice, is_seen)) in choices.into_iter().enumerate() {
        for way in ["files", "a project"] {
            let folder = tempfile::tempdir().unwrap();
            let workplace = Workplace::at(folder.path().join("data"));
            let before = folder.path().join("before.gpkg");
            let mut window = window_started_with(vec![file.clone()], Preferences::default(), Some(workplace.clone()));
            if way == "a project" {
                save_as(&mut window, &before);
            }
            merge(&mut window);
            let mut source = first(app(&window)).reading.from.unwrap();
            choice(&mut source);
            act(&mut window, Command::ReadAnew(Box::new(Otherwise::Sources(vec![source.clone()]))));
            wait(&mut window, "it is read otherwise", is_seen);
            assert_eq!(edits(&window), 1, "{number}, {way}: the scenario moved along");
            assert!(!app(&window).keeper.held.taken, "{number}, {way}: nobody else has the project");
            let file = app(&window).project.as_ref().unwrap().file().map(std::path::Path::to_owned);
            assert_eq!(file, (way == "a project").then(|| before.clone()), "it stays where it is saved");
            // What columns hold is chosen upon that.
            let column = first(app(&window)).table.fields()[4].clone();
            let fields = app(&window).project.as_ref().unwrap().dataset().fields.with_role(&column, Role::Kind);
            act(&mut window, Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
            let of = column.clone();
            wait(&mut window, "columns are read otherwise", move |app| role(app, &of) == Some(Role::Kind));
            assert!(is_seen(app(&window)), "{number}, {way}: one choice keeps the other");
            window.run_steps(3);
            drop(window);

            let mut window = window_started_with(Vec::new(), Preferences::default(), Some(workplace.clone()));
            let seen = |app: &App| (is_seen(app), role(app, &column), first(app).reading.from);
            let expected = (true, Some(Role::Kind), Some(source));
            assert_eq!((seen(app(&window)), edits(&window)), (expected.clone(), 1), "{number}, {way}, after a kill");
            let saved = folder.path().join("saved.gpkg");
            save_as(&mut window, &saved);
            let mut window = window_started_with(vec![saved.clone()], Preferences::default(), None);
            assert_eq!((seen(app(&window)), edits(&window)), (expected, 1), "{number}, {way}, saved");
            // And from there the way leads back.
            let plain = LayerSource::from(&*first(app(&window)).reading.from.unwrap().path);
            act(&mut window, Command::ReadAnew(Box::new(Otherwise::Sources(vec![plain]))));
            wait(&mut window, "it is read as the file says", |app| !is_seen(app));
            assert_eq!(edits(&window), 1);
        }
    }
}

#[test]
fn where_the_file_is_gone_that_is_said_and_nothing_can_be_chosen() {
    let Some(file) = shared("dirty/gk35-gbk-wrong-prj.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("a.zip");
    std::fs::copy(file, &copy).unwrap();
    let preferences = || Preferences { lang: Some(Lang::En), ..Preferences::default() };
    let mut window = window_started_with(vec![copy.clone()], preferences(), None);
    let saved = folder.path().join("a.gpkg");
    save_as(&mut window, &saved);
    std::fs::remove_file(copy).unwrap();
    let mut window = window_started_with(vec![saved], preferences(), None);
    act(&mut window, Action::ShowSources);
    window.run_steps(3);
    assert!(window.query_by_label(Lang::En.of(Text::SourceGone)).is_some());
    let list = window.get_by_role_and_label(Part::ComboBox, Lang::En.of(Text::CoordinateSystem));
    assert!(list.accesskit_node().is_disabled());
}

/// Two squares in a plane that nothing tells the name of.
const PLANE: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"510101001001","name":"A","population":9},"geometry":{"type":"Polygon",
"coordinates":[[[500000,3400000],[501000,3400000],[501000,3401000],[500000,3401000],[500000,3400000]]]}},
{"type":"Feature","properties":{"code":"510101001002","name":"B","population":9},"geometry":{"type":"Polygon",
"coordinates":[[[501000,3400000],[502000,3400000],[502000,3401000],[501000,3401000],[501000,3400000]]]}}]}"#;

#[test]
fn a_system_that_nothing_tells_is_asked_for_and_the_file_opens_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plane.geojson");
    std::fs::write(&file, PLANE).unwrap();
    let mut window = window(Lang::En);
    act(&mut window, Command::OpenFiles(vec![file.clone()]));
    wait(&mut window, "it is asked for", |app| app.unread.is_some());
    window.run_steps(3);
    act(&mut window, Action::GiveUp);
    assert!(app(&window).unread.is_none(), "Esc leaves it");
    act(&mut window, Command::OpenFiles(vec![file]));
    wait(&mut window, "it is asked for", |app| app.unread.is_some());
    window.run_steps(3);
    let search = Lang::En.of(Text::SearchSystems);
    window.get_by_role_and_label(Part::TextInput, search).focus();
    window.run_steps(2);
    window.get_by_role_and_label(Part::TextInput, search).type_text("4544");
    window.run_steps(3);
    let system = "EPSG:4544  CGCS2000 / 3-degree Gauss-Kruger CM 105E";
    window.get_by_role_and_label(Part::Button, system).click();
    window.run_steps(2);
    wait(&mut window, "it opens", |app| crs(app).as_deref() == Some("EPSG:4544"));
    assert_eq!(doubts(&mut window), 0, "what was chosen is no doubt");
}

#[test]
fn a_doubt_that_somebody_has_looked_at_is_none_any_more() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.geojson");
    let degrees = PLANE.replace(",\"population\":9", "").replace("50", "10").replace("340", "3");
    let degrees = degrees.replace("0000", "").replace("1000", ".1").replace("2000", ".2");
    std::fs::write(&file, degrees).unwrap();
    let mut window =
        window_started_with(vec![file], Preferences { lang: Some(Lang::En), ..Preferences::default() }, None);
    window.run_steps(3);
    assert_eq!(doubts(&mut window), 1, "nobody tells the population");
    window.get_by_label(Lang::En.of(Text::LooksRight)).click();
    window.run_steps(3);
    assert_eq!(doubts(&mut window), 0);
    assert!(app(&window).project.as_ref().unwrap().is_modified());
}

/// What tells whether two have read the same: names of columns, what they hold, and where the layer lies.
fn as_read(fields: &Fields, layer: &Layer) -> (Vec<String>, FieldOverrides, Option<String>, Option<[f64; 2]>) {
    let crs = layer.reading.crs.as_ref().unwrap();
    (layer.table.fields().to_vec(), fields.into(), crs.code.clone(), crs.centre)
}

fn loaded_as_read(app: &App) -> (Vec<String>, FieldOverrides, Option<String>, Option<[f64; 2]>) {
    let loaded = app.project.as_ref().unwrap().document().origin().as_loaded();
    as_read(&loaded.fields, &loaded.layers[0])
}

#[test]
fn a_profile_has_the_window_and_the_command_line_read_the_same() {
    let Some(file) = shared("dirty/gk35-gbk-wrong-prj.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("agency.profile.json");
    let mut window = window_started_with(vec![file.clone()], Preferences::default(), None);
    let plain = loaded_as_read(app(&window));
    let mut source = LayerSource::from(&*file);
    (source.encoding, source.crs) = (Some("Big5".to_owned()), Some("EPSG:4523".to_owned()));
    act(&mut window, Command::ReadAnew(Box::new(Otherwise::Sources(vec![source]))));
    wait(&mut window, "it is read as chosen", is_chosen);
    let column = loaded_as_read(app(&window)).0[4].clone();
    let fields = app(&window).project.as_ref().unwrap().dataset().fields.with_role(&column, Role::Kind);
    act(&mut window, Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
    let of = column.clone();
    wait(&mut window, "columns are read otherwise", move |app| role(app, &of) == Some(Role::Kind));
    let chosen = loaded_as_read(app(&window));
    assert_ne!(chosen.0, plain.0, "Big5 has other names");
    act(&mut window, Command::UsePath(PathPurpose::SaveProfile, profile.clone()));
    let written = profile.clone();
    wait(&mut window, "it is written", move |_| written.exists());

    // Another window, which remembers nothing.
    let mut other = window_started_with(vec![file.clone()], Preferences::default(), None);
    merge(&mut other);
    act(&mut other, Command::UsePath(PathPurpose::OpenProfile, profile.clone()));
    wait(&mut other, "it is read by the profile", is_chosen);
    assert_eq!((loaded_as_read(app(&other)), edits(&other)), (chosen.clone(), 1));

    // The command line.
    let out = folder.path().join("check.json");
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let args = ["quhua", "convert", &text(&file), "--profile", &text(&profile), "-o"].map(str::to_owned);
    let out_geojson = out.with_extension("geojson");
    let done = cli::run_with(args.into_iter().chain([text(&out_geojson)])).unwrap();
    assert!(matches!(done, Request::Done(_)));
    let layer = layers::read(&LayerSource::from(&*out_geojson), &Limits::default(), &Progress::new()).unwrap();
    let there: Vec<&String> = layer.table.fields().iter().filter(|field| chosen.0.contains(field)).collect();
    assert_eq!(there.len(), chosen.0.len(), "the names of columns are those of Big5");
    let centre = layer.reading.crs.unwrap().centre.unwrap();
    let [lon, lat] = chosen.3.unwrap();
    assert!((centre[0] - lon).abs() < 1e-3 && (centre[1] - lat).abs() < 1e-3);

    // A profile of other files is told of, and changes nothing.
    let mut sample = super::window(Lang::En);
    act(&mut sample, Command::UsePath(PathPurpose::OpenProfile, profile));
    sample.run_steps(3);
    assert!(app(&sample).notices.to_text().contains(Lang::En.of(Text::ProfileUnfit)));
}

#[test]
fn what_was_chosen_is_remembered_for_files_of_the_same_kind_and_said() {
    let Some(file) = shared("dirty/gk35-gbk-wrong-prj.zip") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut window = window_started_with(vec![file.clone()], Preferences::default(), None);
    let fields = app(&window).project.as_ref().unwrap().dataset().fields.with_role("户数", Role::Population);
    act(&mut window, Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
    wait(&mut window, "columns are read otherwise", |app| role(app, "户数") == Some(Role::Population));
    let mut source = LayerSource::from(&*file);
    source.crs = Some("EPSG:4523".to_owned());
    act(&mut window, Command::ReadAnew(Box::new(Otherwise::Sources(vec![source]))));
    wait(&mut window, "it is read as chosen", is_chosen);
    let preferences = app(&window).preferences.clone();

    let next = folder.path().join("next year.zip");
    std::fs::copy(&file, &next).unwrap();
    let preferences = Preferences { bottom_open: false, lang: Some(Lang::En), ..preferences };
    let mut window = window_started_with(vec![next], preferences.clone(), None);
    assert!(is_chosen(app(&window)) && role(app(&window), "户数") == Some(Role::Population));
    assert!(app(&window).notices.to_text().contains("as others of its kind were before"));
    assert_eq!(doubts(&mut window), 0);
    assert!(!app(&window).preferences.bottom_open, "what was answered once is not asked again");

    // Files of other columns are read as they say.
    let other = window_started_with(
        vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../sample_data/sanhe/villages.geojson"))],
        preferences,
        None,
    );
    assert!(!is_chosen(app(&other)) && !app(&other).notices.to_text().contains("of its kind"));
}

/// Squares in a row, so wide, with these properties.
fn row(width: u8, rows: &[String]) -> String {
    let features: Vec<String> = (0_u8..)
        .zip(rows)
        .map(|(at, properties)| {
            let [west, east] = [at, at + 1].map(|at| 104.0 + 0.01 * f64::from(at * width));
            format!(
                r#"{{"type":"Feature","properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":
                [[[{west},31],[{east},31],[{east},31.01],[{west},31.01],[{west},31]]]}}}}"#
            )
        })
        .collect();
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

#[test]
fn files_that_are_dropped_together_go_where_they_belong_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let village = |i: usize| format!("510101{:03}20{}", 101 + i / 2, 1 + i % 2);
    let groups: Vec<String> = (0..8)
        .map(|i| {
            format!(r#""code":"{}{:02}","name":"{i}组","village_code":"{}""#, village(i / 2), 1 + i % 2, village(i / 2))
        })
        .collect();
    let villages: Vec<String> = (0..4).map(|i| format!(r#""code":"{}","name":"{i}村""#, village(i))).collect();
    let towns: Vec<String> = (0..2).map(|i| format!(r#""code":"510101{}","name":"{i}镇""#, 101 + i)).collect();
    let table: Vec<String> = (0..8).map(|i| format!("{}{:02},{i}组,{}", village(i / 2), 1 + i % 2, 10 + i)).collect();
    let point = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"kind":"school","name":"S"},
        "geometry":{"type":"Point","coordinates":[104.005,31.005]}}]}"#;
    let files = [
        write("groups.geojson", &row(1, &groups)),
        write("villages.geojson", &row(2, &villages)),
        write("towns.geojson", &row(4, &towns)),
        write("people.csv", &format!("代码,名称,人口\n{}", table.join("\n"))),
        write("schools.geojson", point),
    ];
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [3, 2, 4, 0, 1]] {
        let files = order.map(|at: usize| files[at].clone());
        let mut window = super::window(Lang::En);
        act(&mut window, Command::OpenFiles(files.into()));
        wait(&mut window, "the table is held against the units", |app| app.joining.is_some());
        assert!(!app(&window).preferences.bottom_open, "{order:?}: the table tells the population");
        act(&mut window, Command::Join(JoinStep::Apply));
        wait(&mut window, "it is joined", |app| !app.project.as_ref().unwrap().dataset().joins().is_empty());
        wait(&mut window, "the school is there", |app| !app.project.as_ref().unwrap().basis().places.is_empty());
        let project = app(&window).project.as_ref().unwrap();
        let counts: Vec<usize> = (0..3).map(|level| project.state().units_at(LevelIndex(level)).count()).collect();
        assert_eq!(counts, [8, 4, 2], "{order:?}");
        let people = project.dataset().population_of(quhua::coverage::AtomId::new(7));
        assert_eq!(people, Some(17.into()), "{order:?}");
    }
}

#[test]
fn levels_in_one_layer_are_taken_apart_and_put_together_again_by_choice() {
    let folder = tempfile::tempdir().unwrap();
    let feature = |code: &str, level: u8, [left, right]: [u8; 2]| {
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}号","admin_level":{level},"population":7}},"geometry":{{"type":"Polygon","coordinates":[[[{left},31],[{right},31],[{right},32],[{left},32],[{left},31]]]}}}}"#
        )
    };
    let towns = [("T1", 6, [102, 104]), ("T2", 6, [104, 106])];
    let villages = [("V1", 8, [102, 103]), ("V2", 8, [103, 104]), ("V3", 8, [104, 105]), ("V4", 8, [105, 106])];
    let features: Vec<String> =
        towns.into_iter().chain(villages).map(|(code, level, at)| feature(code, level, at)).collect();
    let file = folder.path().join("all.geojson");
    std::fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let mut window = window_started_with(vec![file], Preferences::default(), None);
    let counts = |app: &App| -> Vec<usize> {
        let loaded = app.project.as_ref().unwrap().document().origin().as_loaded();
        loaded.layers.iter().map(Layer::feature_count).collect()
    };
    assert_eq!(counts(app(&window)), [4, 2]);
    act(&mut window, Action::ShowSources);
    window.run_steps(3);
    window.get_by_role_and_label(Part::ComboBox, Lang::En.of(Text::TakenApart)).click();
    window.run_steps(3);
    window.get_by_role_and_label(Part::Button, &LevelsBy::Together.words(Lang::En)).click();
    window.run_steps(2);
    wait(&mut window, "it is one level", |app| counts(app) == [6]);
    window.run_steps(3);
    window.get_by_role_and_label(Part::ComboBox, Lang::En.of(Text::TakenApart)).click();
    window.run_steps(3);
    window.get_by_role_and_label(Part::Button, &LevelsBy::Column("admin_level".to_owned()).words(Lang::En)).click();
    window.run_steps(2);
    wait(&mut window, "it is two again", |app| counts(app) == [4, 2]);
    let from = app(&window).project.as_ref().unwrap().document().origin().layers[1].reading.from.clone();
    assert_eq!(from.unwrap().levels, Some(LevelsBy::Column("admin_level".to_owned())));
}

#[test]
fn layers_of_a_file_are_read_together_as_levels_and_its_points_become_facilities() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.topojson");
    let unit = |code: &str, arcs: &str| {
        format!(r#"{{"type":"Polygon","arcs":[{arcs}],"properties":{{"code":"{code}","name":"{code}号"}}}}"#)
    };
    let layer = |shapes: &[String]| format!(r#"{{"type":"GeometryCollection","geometries":[{}]}}"#, shapes.join(","));
    let text = format!(
        r#"{{"type":"Topology","objects":{{"villages":{},"towns":{},"shops":{}}},"arcs":[[[103,32],[102,32],[102,31],[103,31]],[[103,31],[103,32]],[[103,31],[104,31],[104,32],[103,32]]]}}"#,
        layer(&[unit("A1", "[0,1]"), unit("A2", "[2,-2]")]),
        layer(&[unit("A", "[0,2]")]),
        layer(&[r#"{"type":"Point","coordinates":[102.5,31.5],"properties":{"name":"店"}}"#.to_owned()]),
    );
    std::fs::write(&file, text).unwrap();
    let mut window = window_started_with(vec![file], Preferences::default(), None);
    let names = |app: &App| -> Vec<Option<String>> {
        let loaded = app.project.as_ref().unwrap().document().origin().as_loaded();
        loaded.layers.iter().map(|layer| layer.reading.layer.clone()).collect()
    };
    let some = |name: &str| Some(name.to_owned());
    // They nest, and nobody is asked.
    assert_eq!(names(app(&window)), [some("villages"), some("towns")]);
    act(&mut window, Action::ShowSources);
    window.run_steps(3);
    let open = |window: &mut Window| {
        window.get_by_role_and_label(Part::ComboBox, Lang::En.of(Text::SourceLayer)).click();
        window.run_steps(3);
    };
    open(&mut window);
    window.get_by_role_and_label(Part::Button, Lang::En.of(Text::LeaveLevel)).click();
    window.run_steps(2);
    wait(&mut window, "one is left", |app| names(app) == [some("villages")]);
    window.run_steps(3);
    open(&mut window);
    window.get_by_role_and_label(Part::Button, Lang::En.of(Text::AddLevel)).click();
    window.run_steps(2);
    wait(&mut window, "both are read", |app| names(app).len() == 2);
    assert_eq!(names(app(&window)), [some("villages"), some("towns")]);
    assert_eq!(app(&window).project.as_ref().unwrap().dataset().levels.len(), 2, "they nest");
    window.run_steps(3);
    open(&mut window);
    window.get_by_role_and_label(Part::Button, Lang::En.of(Text::LayBeside)).click();
    window.run_steps(2);
    wait(&mut window, "the shop is there", |app| {
        app.project.as_ref().unwrap().basis().places.all().first().is_some_and(|shop| shop.name == "店")
    });
    open(&mut window);
    window.get_by_role_and_label(Part::Button, Lang::En.of(Text::LeaveLevel)).click();
    window.run_steps(2);
    wait(&mut window, "one is left", |app| names(app) == [some("villages")]);
}
