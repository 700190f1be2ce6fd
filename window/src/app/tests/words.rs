//! What goes wrong is said in the language of the window.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use egui_kittest::Harness;

use super::{app, window};
use crate::app::App;
use quhua::i18n::Lang;

type Window = Harness<'static, Option<App>>;

/// Texts of the notices, once there is one that `is_it`.
fn said(window: &mut Window, is_it: impl Fn(&str) -> bool) -> Vec<String> {
    let since = Instant::now();
    loop {
        let texts: Vec<String> = app(window).notices.all().iter().map(|notice| notice.text.clone()).collect();
        if texts.iter().any(|text| is_it(text)) {
            return texts;
        }
        assert!(since.elapsed() < Duration::from_secs(20), "{texts:?}");
        std::thread::sleep(Duration::from_millis(5));
        window.step();
    }
}

fn open(window: &mut Window, paths: Vec<PathBuf>) {
    window.state_mut().as_mut().unwrap().open_files(paths.into_iter().map(Into::into).collect());
    window.run_steps(2);
}

#[test]
fn a_plan_with_a_misspelt_operation_is_refused_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.plan.json");
    let plan = r#"{"format":"quhua-plan","version":1,"name":"m","base":[],"edits":[{"op":"mrege","units":["a"]}]}"#;
    std::fs::write(&path, plan).unwrap();
    let mut chinese = window(Lang::Zh);
    open(&mut chinese, vec![path.clone()]);
    let texts = said(&mut chinese, |text| text.contains("mrege"));
    let text = texts.last().unwrap();
    assert!(text.starts_with("edits[0]：没有“mrege”这种操作；可用：merge、"), "{text}");
    let mut english = window(Lang::En);
    open(&mut english, vec![path]);
    said(&mut english, |text| text.starts_with("Edits[0]: unknown operation \"mrege\"; known: merge, "));
}

#[test]
fn what_a_reader_skips_is_said_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("villages.geojson");
    let square = "[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]";
    let features = format!(
        r#"{{"type":"FeatureCollection","features":[
{{"type":"Feature","properties":{{"code":"1","name":"a"}},"geometry":{{"type":"Polygon","coordinates":{square}}}}},
{{"type":"Feature","properties":{{"code":"2","name":"b"}},"geometry":{{"type":"Point","coordinates":[105,31]}}}}]}}"#
    );
    std::fs::write(&path, features).unwrap();
    let mut window = window(Lang::Zh);
    open(&mut window, vec![path]);
    let texts = said(&mut window, |text| text.contains("Point"));
    assert!(texts.iter().any(|text| text.starts_with("第 2 个要素已跳过：图形类型为 Point")), "{texts:?}");
}

#[test]
fn more_layers_than_there_are_levels_are_refused_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let square = "[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]";
    let paths = ["a", "b", "c", "d", "e", "f"].map(|name| {
        let path = folder.path().join(format!("{name}.geojson"));
        let layer = format!(
            r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":"{name}"}},
"geometry":{{"type":"Polygon","coordinates":{square}}}}}]}}"#
        );
        std::fs::write(&path, layer).unwrap();
        path
    });
    let mut window = window(Lang::Zh);
    open(&mut window, paths.to_vec());
    said(&mut window, |text| text.starts_with("给出了 6 个图层；"));
}
