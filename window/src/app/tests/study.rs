//! What the window and the command line say of one and the same: they rest on the same ground.

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use proptest::collection;
use proptest::prelude::any;
use proptest::test_runner::{Config, TestRunner};

use super::{act, app, window};
use crate::app::App;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::{self, ExportKind};
use crate::ui::state::view::PathPurpose;
use quhua::cli::{self, Request};
use quhua::edit::{Edit, Form, Target, UnitRef};
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Lang, Text};
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::metrics::unit_figures;
use quhua::model::{Dataset, FieldOverrides, LevelIndex, UnitId};
use quhua::report::certificate::beside;
use quhua::study::Study;

/// Four squares in a row; the second and the third overlap.
const DIRTY: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"510722101","name":"A","population":100},"geometry":{"type":"Polygon","coordinates":[[[105.0,31.0],[105.1,31.0],[105.1,31.1],[105.0,31.1],[105.0,31.0]]]}},
{"type":"Feature","properties":{"code":"510722102","name":"B","population":200},"geometry":{"type":"Polygon","coordinates":[[[105.1,31.0],[105.2,31.0],[105.2,31.1],[105.1,31.1],[105.1,31.0]]]}},
{"type":"Feature","properties":{"code":"510722103","name":"C","population":300},"geometry":{"type":"Polygon","coordinates":[[[105.19,31.0],[105.3,31.0],[105.3,31.1],[105.19,31.1],[105.19,31.0]]]}},
{"type":"Feature","properties":{"code":"510722104","name":"D","population":400},"geometry":{"type":"Polygon","coordinates":[[[105.3,31.0],[105.4,31.0],[105.4,31.1],[105.3,31.1],[105.3,31.0]]]}}
]}"#;

/// The plan that merges two of them.
const MERGE: &str = r#"{"format":"quhua-plan","version":1,"name":"m","base":[],"edits":[
{"op":"merge","units":["510722102","510722103"],"form":"absorb","into":{"code":"510722103"}}]}"#;

type Window = Harness<'static, Option<App>>;

fn project(window: &Window) -> &Study {
    app(window).project.as_ref().unwrap()
}

/// Goes on until something is so.
fn wait(window: &mut Window, what: &str, is_so: impl Fn(&App) -> bool) {
    let since = Instant::now();
    while !is_so(app(window)) {
        assert!(since.elapsed() < Duration::from_mins(2), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

/// Opens boundaries or a project, and a plan upon them.
fn open(window: &mut Window, file: &Path, plan: Option<&Path>) {
    let paths = std::iter::once(file).chain(plan).map(Into::into).collect();
    window.state_mut().as_mut().unwrap().open_files(paths);
    wait(window, "the boundaries open", |app| {
        app.project.as_ref().is_some_and(|project| project.origin().paths() == [file])
    });
}

/// Exports the level that is shown from the window into a folder, and the same by the command line into another; says
/// that both are the same to the byte, with their certificates, and returns the boundaries.
fn exported_alike(window: &mut Window, folder: &Path, input: &[&str]) -> String {
    let [ours, theirs] = ["window", "line"].map(|name| {
        fs::create_dir_all(folder.join(name)).unwrap();
        folder.join(name).join("out.geojson")
    });
    let all = |path: &PathBuf| {
        let [json, html] = beside(path);
        [path.clone(), json, html]
    };
    for path in all(&ours).iter().chain(&all(&theirs)) {
        let _ = fs::remove_file(path);
    }
    let level = project(window).dataset().level(app(window).view.level);
    act(window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), ours.clone()));
    let last = all(&ours)[2].clone();
    wait(window, "the export is written", move |_| last.exists());
    let mut args = vec!["quhua", "apply", "--allow-other-base", "--level", level.id(), "-o", theirs.to_str().unwrap()];
    args.extend(input);
    let done = cli::run_with(args).unwrap();
    assert!(matches!(done, Request::Done(status) if status == std::process::ExitCode::SUCCESS), "{done:?}");
    let [ours, theirs] = [all(&ours), all(&theirs)].map(|paths| paths.map(|path| fs::read_to_string(path).unwrap()));
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(ours == theirs, "window: {ours}\n\ncommand line: {theirs}");
    }
    ours.into_iter().next().unwrap()
}

#[test]
fn the_window_exports_what_apply_writes_and_says_where_a_defect_is() {
    let folder = tempfile::tempdir().unwrap();
    let [dirty, clean, plan] =
        ["dirty.geojson", "clean.geojson", "merge.plan.json"].map(|name| folder.path().join(name));
    fs::write(&plan, MERGE).unwrap();
    fs::write(&dirty, DIRTY).unwrap();
    fs::write(&clean, DIRTY.replace("105.19,", "105.2,")).unwrap();
    let mut window = window(Lang::En);
    for (layer, is_dirty) in [(dirty, true), (clean, false)] {
        open(&mut window, &layer, Some(&plan));
        wait(&mut window, "the plan is carried out", |app| app.project.as_ref().is_some_and(Study::has_changes));
        // The borders may be checked by then, or not.
        let input = ["--plan", plan.to_str().unwrap(), layer.to_str().unwrap()];
        let text = exported_alike(&mut window, folder.path(), &input);
        assert_eq!(text.contains("\"touches_defect\":true"), is_dirty, "{text}");
        wait(&mut window, "the borders are checked", |app| {
            app.project.as_ref().is_some_and(|project| project.basis().suspects.is_some())
        });
        assert_eq!(exported_alike(&mut window, folder.path(), &input), text);
        let merged = project(&window)
            .state()
            .units_at(LevelIndex::FINEST)
            .find(|&unit| project(&window).state().unit(unit).code == "510722103");
        act(&mut window, Command::Select(vec![merged.unwrap()], SelectMode::Replace));
        let said = window.query_by_label(Text::TouchesDefect.in_lang(Lang::En)).is_some();
        assert_eq!(said, is_dirty);
    }
}

/// An edit that merges two neighbours of the level that is shown.
fn merging(window: &Window) -> Option<Edit> {
    let (project, level) = (project(window), app(window).view.level);
    let (dataset, state) = (project.dataset(), project.state());
    let pairs = state
        .units_at(level)
        .flat_map(|unit| project.neighbours_of_all(&[unit]).into_iter().take(2).map(move |other| [unit, other]));
    let edit = |pair: [UnitId; 2]| {
        let units = pair.iter().map(|&unit| UnitRef::to(dataset, state, unit)).collect::<Option<Vec<_>>>()?;
        let edit = Edit::Merge { units, form: Form::Establish, into: Target::default() };
        project.document().preview(&edit).is_ok().then_some(edit)
    };
    pairs.take(40).find_map(edit)
}

/// Opens a file, merges two units, and compares what both write. Whether there was something to merge.
fn layer_is_exported_alike(window: &mut Window, folder: &Path, layer: &Path) -> bool {
    open(window, layer, None);
    let Some(edit) = merging(window) else { return false };
    act(window, Command::Commit(edit));
    let plan = folder.join("plan.json");
    fs::write(&plan, project(window).document().plan().write()).unwrap();
    exported_alike(window, folder, &["--plan", plan.to_str().unwrap(), layer.to_str().unwrap()]);
    true
}

/// Boundary files below a folder that can be opened.
fn layers_below(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) = entries.partition(|path| path.is_dir());
    let can_be_opened = |path: &PathBuf| {
        let is_layer = path.extension().is_some_and(|ending| ending == "geojson");
        let read = |path| geojson::read(path, &Limits::default(), &Progress::new()).ok();
        let assembled = |layer| Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).is_ok();
        is_layer && read(path).is_some_and(assembled)
    };
    let mut found: Vec<PathBuf> = files.into_iter().filter(can_be_opened).collect();
    found.extend(folders.iter().flat_map(|folder| layers_below(folder)));
    found.sort();
    found
}

#[test]
fn the_window_exports_what_apply_writes_for_every_file_of_the_test_data() {
    let shared = std::env::var_os("QUHUA_SHARED_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
    let layers = layers_below(&shared);
    if layers.is_empty() {
        eprintln!("skipped: {} is not there", shared.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut window = window(Lang::En);
    let merged = layers.iter().filter(|layer| layer_is_exported_alike(&mut window, folder.path(), layer)).count();
    assert!(merged * 2 > layers.len(), "{merged} of {}", layers.len());
}

/// Squares in a row that overlap, leave gaps, and have vertices on one side only, as the dice have it.
fn row(dice: &[(i8, bool)]) -> String {
    let squares = dice.iter().enumerate().map(|(i, &(shift, vertex))| {
        let place = i32::try_from(i).unwrap();
        let west = 105.0 + 0.1 * f64::from(place) + 0.002 * f64::from(shift);
        let (east, code) = (105.1 + 0.1 * f64::from(place), 510_722_101 + i);
        let more = if vertex { format!("[{},31.05],", east + 0.000_01) } else { String::new() };
        format!(
            r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[[{west},31.0],[{east},31.0],{more}[{east},31.1],[{west},31.1],[{west},31.0]]]}}}}"#
        )
    });
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, squares.collect::<Vec<_>>().join(","))
}

#[test]
fn the_window_exports_what_apply_writes_however_dirty_the_data_are() {
    let folder = tempfile::tempdir().unwrap();
    let window = RefCell::new(window(Lang::En));
    let number = Cell::new(0);
    let square = (-2..3_i8, any::<bool>());
    let mut runner = TestRunner::new(Config { cases: 16, failure_persistence: None, ..Config::default() });
    let done = runner.run(&collection::vec(square, 2..7), |dice| {
        number.set(number.get() + 1);
        let layer = folder.path().join(format!("{}.geojson", number.get()));
        fs::write(&layer, row(&dice)).unwrap();
        layer_is_exported_alike(&mut window.borrow_mut(), folder.path(), &layer);
        Ok(())
    });
    done.unwrap();
}

#[test]
fn areas_can_be_computed_as_the_survey_does_and_the_project_keeps_it() {
    let mut window = window(Lang::Zh);
    let unit = project(&window).state().units_at(LevelIndex(1)).next().unwrap();
    let area = |window: &Window| project(window).figures(unit).area_m2;
    let usual = area(&window);
    let heads = |window: &Window, text: &str| window.query_all_by_label_contains(text).next().is_some();
    act(&mut window, Action::ShowTable);
    assert!(!heads(&window, "，国土调查"));
    act(&mut window, Action::NextAreaMethod);
    super::wait_for_figures(&mut window);
    let dataset = project(&window).dataset();
    let survey = unit_figures(dataset, project(&window).state(), unit, AreaMethod::EllipsoidTrapezoid).area_m2;
    assert!((area(&window) - survey).abs() < f64::EPSILON && (survey - usual).abs() > 0.0);
    assert!(heads(&window, "，国土调查"), "a heading names the way");
    // It goes with the document, and the command line keeps to it.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.gpkg");
    let edit = merging(&window).unwrap();
    act(&mut window, Command::Commit(edit));
    act(&mut window, Command::UsePath(PathPurpose::SaveProject, file.clone()));
    let there = file.clone();
    wait(&mut window, "the project is saved", move |app| {
        app.project.as_ref().is_some_and(|project| project.file() == Some(&there))
    });
    let name = project(&window).document().name().to_owned();
    exported_alike(&mut window, folder.path(), &["--scenario", &name, file.to_str().unwrap()]);
    let certificate = fs::read_to_string(folder.path().join("window").join("out.certificate.json")).unwrap();
    assert!(certificate.contains("\"area_method\": \"ellipsoid-trapezoid\""), "{certificate}");
    act(&mut window, Command::SetAreaMethod(AreaMethod::Geodesic));
    assert_eq!(project(&window).area_method(), AreaMethod::Geodesic);
    assert!(!heads(&window, "，国土调查"));
}

#[test]
fn what_of_a_project_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.gpkg");
    let mut window = window(Lang::Zh);
    let mut document = project(&window).document().clone();
    document.set_setting("crossings", "?".to_owned());
    quhua::io::project::write(&file, &document, None, &Progress::new()).unwrap();
    open(&mut window, &file, None);
    let said = window.query_all_by_label_contains("项目中保存的连通与阻隔无法使用").next().is_some();
    assert!(said, "a notice says it");
}

#[test]
fn no_export_is_written_over_what_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let [layer, plan, places] = ["layer.geojson", "merge.plan.json", "points.geojson"].map(at);
    fs::write(&layer, DIRTY).unwrap();
    fs::write(&plan, MERGE).unwrap();
    let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105.05,31.05]}}"#;
    fs::write(&places, point).unwrap();
    let mut window = window(Lang::En);
    open(&mut window, &layer, Some(&plan));
    wait(&mut window, "the plan is carried out", |app| app.project.as_ref().is_some_and(Study::has_changes));
    act(&mut window, Command::UsePath(PathPurpose::Facilities, places.clone()));
    wait(&mut window, "the points are there", |app| {
        app.project.as_ref().is_some_and(|project| !project.basis().places.all().is_empty())
    });
    let said = |app: &App| app.notices.to_text().matches("is read by the same command").count();
    let mut refused = 0;
    let exports = ExportKind::ALL.map(PathPurpose::Export).into_iter();
    for purpose in exports.chain([PathPurpose::SaveProject, PathPurpose::SavePlan]) {
        for (input, text) in [(&layer, DIRTY), (&places, point)] {
            let ending = match purpose {
                PathPurpose::Export(kind) => exports::row(kind).formats[0].1[0],
                PathPurpose::SaveProject => "gpkg",
                _ => "plan.json",
            };
            // By a second name, which ends as it should.
            let name = at(&format!("{refused}.{ending}"));
            fs::hard_link(input, &name).unwrap();
            act(&mut window, Command::UsePath(purpose, name));
            refused += 1;
            wait(&mut window, &format!("{purpose:?} is refused"), |app| said(app) == refused);
            assert_eq!(fs::read_to_string(input).unwrap(), text, "{purpose:?}");
        }
    }
    // A plan may be written over the one that was opened.
    act(&mut window, Command::UsePath(PathPurpose::SavePlan, plan.clone()));
    assert_eq!(fs::read_to_string(&plan).unwrap(), MERGE, "it is asked first");
    act(&mut window, Command::Replace(true));
    wait(&mut window, "the plan is written", |_| fs::read_to_string(&plan).unwrap() != MERGE);
    act(&mut window, Command::UsePath(PathPurpose::Export(ExportKind::Seats), at("x.csv")));
    wait(&mut window, "the ending is refused", |app| app.notices.to_text().contains("name ends in .csv"));
}
