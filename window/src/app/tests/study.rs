//! What the window and the command line say of one and the same: they rest on the same ground.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::{act, app, window};
use crate::app::App;
use crate::ui::state::command::{Command, ExportKind};
use crate::ui::state::view::PathPurpose;
use quhua::cli::{self, Request};
use quhua::i18n::Lang;
use quhua::study::Study;

/// Four squares in a row; the second and the third overlap.
const DIRTY: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"510722101","name":"A","population":100},"geometry":{"type":"Polygon","coordinates":[[[105.0,31.0],[105.1,31.0],[105.1,31.1],[105.0,31.1],[105.0,31.0]]]}},
{"type":"Feature","properties":{"code":"510722102","name":"B","population":200},"geometry":{"type":"Polygon","coordinates":[[[105.1,31.0],[105.2,31.0],[105.2,31.1],[105.1,31.1],[105.1,31.0]]]}},
{"type":"Feature","properties":{"code":"510722103","name":"C","population":300},"geometry":{"type":"Polygon","coordinates":[[[105.19,31.0],[105.3,31.0],[105.3,31.1],[105.19,31.1],[105.19,31.0]]]}},
{"type":"Feature","properties":{"code":"510722104","name":"D","population":400},"geometry":{"type":"Polygon","coordinates":[[[105.3,31.0],[105.4,31.0],[105.4,31.1],[105.3,31.1],[105.3,31.0]]]}}
]}"#;

/// The plan that merges two of them.
fn merging(a: &str, b: &str) -> String {
    format!(
        r#"{{"format":"quhua-plan","version":1,"name":"m","base":[],"edits":[
        {{"op":"merge","units":["{a}","{b}"],"form":"absorb","into":{{"code":"{b}"}}}}]}}"#
    )
}

type Window = Harness<'static, Option<App>>;

/// Goes on until something is so.
fn wait(window: &mut Window, what: &str, is_so: impl Fn(&App) -> bool) {
    let since = Instant::now();
    while !is_so(app(window)) {
        assert!(since.elapsed() < Duration::from_mins(2), "in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

/// Opens boundaries and a plan, and carries it out.
fn open(window: &mut Window, layer: &Path, plan: &Path) {
    let paths = vec![layer.to_owned(), plan.to_owned()];
    window.state_mut().as_mut().unwrap().open_files(paths);
    let of_layer = |app: &App| app.project.as_ref().is_some_and(|project| project.origin().paths() == [layer]);
    wait(window, "the boundaries open, and the plan is carried out", |app| {
        of_layer(app) && app.project.as_ref().is_some_and(Study::has_changes)
    });
}

/// Exports from the window into a folder, and the same by the command line into another; returns both paths.
fn export_twice(window: &mut Window, folder: &Path, layer: &Path, plan: &Path) -> [PathBuf; 2] {
    let [ours, theirs] = ["window", "line"].map(|name| {
        fs::create_dir_all(folder.join(name)).unwrap();
        folder.join(name).join("out.geojson")
    });
    open(window, layer, plan);
    act(window, Command::UsePath(PathPurpose::Export(ExportKind::Boundaries), ours.clone()));
    let last = quhua::report::certificate::beside(&ours)[1].clone();
    wait(window, "the export is written", move |_| last.exists());
    let args = ["quhua", "apply", "--plan"].map(PathBuf::from);
    let rest = [plan, layer, Path::new("--allow-other-base"), Path::new("-o"), &theirs].map(Path::to_owned);
    let done = cli::run_with(args.into_iter().chain(rest)).unwrap();
    assert!(matches!(done, Request::Done(status) if status == std::process::ExitCode::SUCCESS), "{done:?}");
    [ours, theirs]
}

/// Says that two exports are the same to the byte, with their certificates.
fn assert_same(exports: &[PathBuf; 2]) {
    let [ours, theirs] = exports.each_ref().map(|path| {
        let [json, html] = quhua::report::certificate::beside(path);
        [path.clone(), json, html].map(|path| fs::read_to_string(path).unwrap())
    });
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert!(ours == theirs, "window: {ours}\n\ncommand line: {theirs}");
    }
}

#[test]
fn the_window_exports_what_apply_writes_on_data_with_defects() {
    let folder = tempfile::tempdir().unwrap();
    let [layer, plan] = ["dirty.geojson", "merge.plan.json"].map(|name| folder.path().join(name));
    fs::write(&layer, DIRTY).unwrap();
    fs::write(&plan, merging("510722102", "510722103")).unwrap();
    let mut window = window(Lang::En);
    let exports = export_twice(&mut window, folder.path(), &layer, &plan);
    assert!(fs::read_to_string(&exports[0]).unwrap().contains("\"touches_defect\":true"));
    assert_same(&exports);
}
