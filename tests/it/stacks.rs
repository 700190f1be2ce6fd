//! A file with several layers that nest opens with all of them as levels.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use quhua::edit::{Document, Plan};
use quhua::i18n::Lang;
use quhua::io::outgoing::{Destination, Format, Wishes};
use quhua::io::project::Origin;
use quhua::io::{LayerSource, Limits, Outputs, layers, read_levels};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, Layer, Level, LevelIndex, State, UnitId};
use quhua::study::Study;

use crate::support::{quhua_exits, repository, shared};

fn read(path: &Path) -> Vec<Layer> {
    let (limits, progress) = (Limits::default(), Progress::new());
    let source = LayerSource::from(path);
    read_levels(&source, &limits, &progress, |source| layers::read(source, &limits, &progress)).unwrap()
}

fn assembled(layers: Vec<Layer>) -> Dataset {
    Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap()
}

fn sanhe() -> Dataset {
    let files = ["townships.geojson", "villages.geojson"].map(|name| repository("sample_data/sanhe").join(name));
    assembled(files.iter().flat_map(|path| read(path)).collect())
}

/// Levels, and what is said of every unit.
type Said = (Vec<Level>, BTreeMap<(u8, String), [String; 4]>);

/// Levels, and of every unit by level and code, or by name where it has none: name, kind, code of the parent, people.
fn said(dataset: &Dataset, state: &State) -> Said {
    let label = |unit: UnitId| state.unit(unit).label().to_owned();
    let units = state.levels().flat_map(|level| state.units_at(level).map(move |unit| (level, unit)));
    let of = |(level, unit): (LevelIndex, UnitId)| {
        let it = state.unit(unit);
        let people: rust_decimal::Decimal =
            state.atoms(unit).iter().map(|&atom| dataset.population_of(atom).unwrap_or_default()).sum();
        let kind = it.kind.as_ref().map(|kind| format!("{kind:?}")).unwrap_or_default();
        let parent = it.parent.map(label).unwrap_or_default();
        ((level.0, label(unit)), [it.name.to_string(), kind, parent, people.normalize().to_string()])
    };
    (dataset.levels.clone(), units.map(of).collect())
}

fn written(document: Document, folder: &Path, ending: &str) -> PathBuf {
    let study = Study::new(document, Origin::Sample);
    let exporting = study.exporting(LevelIndex::FINEST, Vec::new());
    let all = exporting.layers(&exporting.levels(), Lang::Zh, &Progress::new()).unwrap();
    let path = folder.join(format!("all.{ending}"));
    let format = Format::of(&path, true).unwrap();
    let to = Destination::ask(&mut Outputs::default(), &path, format, Wishes::default()).unwrap();
    to.write(all, |_| ()).unwrap();
    path
}

/// Plans whose result is written and read again.
const PLANS: [&str; 4] = [
    "[]",
    r#"[{"op":"merge","units":["519921205","519921203"],"form":"establish","into":{"code":"519921213","name":"云石乡","kind":"township"}},
        {"op":"merge","units":["519921201","519921101"],"form":"absorb","into":{"code":"519921101"}},
        {"op":"transfer","units":["519921115201"],"to":"519921111"}]"#,
    r#"[{"op":"merge","units":["519921205","519921203","519921201"],"form":"establish","into":{"name":"三合镇","kind":"town"}},
        {"op":"rename","unit":"519921111","name":"新名镇"},{"op":"convert_kind","unit":"519921207","kind":"town"}]"#,
    r#"[{"op":"merge","units":["519921115201","519921115202"],"form":"establish","into":{"name":"合并村"}},
        {"op":"rename","unit":"519921001001","name":"新江湾社区"}]"#,
];

#[test]
fn what_a_plan_leads_to_is_written_with_all_levels_and_opens_with_all_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = std::sync::Arc::new(sanhe());
    for edits in PLANS {
        let mut document = Document::new(std::sync::Arc::clone(&dataset));
        let path = folder.path().join("a.plan.json");
        fs::write(&path, format!(r#"{{"format":"quhua-plan","version":1,"name":"a","edits":{edits}}}"#)).unwrap();
        document.load_plan(&Plan::read(&path).unwrap()).unwrap();
        let wanted = said(&dataset, document.state());
        for ending in ["gpkg", "topojson"] {
            let path = written(document.clone(), folder.path(), ending);
            let back = assembled(read(&path));
            assert_eq!(back.layers.len(), 3, "{ending} {edits}");
            let found = said(&back, &back.base);
            assert_eq!(found.0, wanted.0, "{ending} {edits}");
            for (unit, of) in &wanted.1 {
                assert_eq!(found.1.get(unit), Some(of), "{unit:?} {ending} {edits}");
            }
            assert_eq!(found.1.len(), wanted.1.len(), "{ending} {edits}");
        }
    }
}

/// A file as QGIS keeps one: layers in any order, with roads and other areas among them.
fn package(folder: &Path) -> PathBuf {
    let dataset = sanhe();
    let all = [1, 0].map(|at| quhua::io::export::source_layer(&dataset, at));
    let path = folder.join("county.gpkg");
    let to = Destination::ask(&mut Outputs::default(), &path, Format::of(&path, true).unwrap(), Wishes::default());
    to.unwrap().write(all.into(), |_| ()).unwrap();
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch(
        "CREATE TABLE roads (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
         INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('roads', 'features', 'roads', 4326);
         INSERT INTO gpkg_geometry_columns VALUES ('roads', 'geom', 'LINESTRING', 4326, 0, 0);
         CREATE TABLE empty (fid INTEGER PRIMARY KEY, geom BLOB, name TEXT);
         INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id) VALUES ('empty', 'features', 'empty', 4326);
         INSERT INTO gpkg_geometry_columns VALUES ('empty', 'geom', 'POLYGON', 4326, 0, 0);",
    )
    .unwrap();
    path
}

#[test]
fn a_package_opens_with_the_layers_that_nest_and_says_what_it_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = package(folder.path());
    let wanted = sanhe();
    let found = assembled(read(&path));
    assert_eq!(said(&found, &found.base), said(&wanted, &wanted.base));
    let path = path.to_str().unwrap();
    let (out, err) = quhua_exits(0, ["check", path, "--json"]);
    assert!(err.contains("layers of the file nest and are read as levels: township"), "{err}");
    assert!(err.contains("not read: roads (no areas), empty (empty) (--layer chooses)"), "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    let names: Vec<&str> =
        report["layers"].as_array().unwrap().iter().map(|it| it["layer"].as_str().unwrap()).collect();
    let stack = &report["layers"][0]["stack"];
    assert_eq!(stack["taken"][0]["layer"], names[0]);
    assert_eq!(stack["left"][0], serde_json::json!({"layer": "roads", "why": "no_areas"}));
    // Named layers are read, and no others.
    let units = |args: &[&str], level: &str| {
        let all = [&["metrics", path, "--json", "--level", level], args].concat();
        let (out, _) = quhua_exits(0, all);
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["units"].as_array().unwrap().len()
    };
    let [villages, townships] = [LevelIndex(0), LevelIndex(1)].map(|level| wanted.base.units_at(level).count());
    assert_eq!(units(&["--layer", names[0], "--layer", names[1]], "village"), villages);
    assert_eq!(units(&["--layer", names[1]], "township"), townships);
    let (_, err) = quhua_exits(2, ["metrics", path, "--layer", names[1], "--level", "village"]);
    assert!(!err.contains("read as levels"), "{err}");
}

#[test]
fn layers_of_other_peoples_files_nest_as_far_as_that_is_borne_out() {
    let Some(folder) = shared("dirty") else { return };
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_file() && path.extension().is_some_and(|ending| ending != "xlsx" && ending != "json") {
            let source = LayerSource::from(&*path);
            let (limits, progress) = (Limits::default(), Progress::new());
            let read = |source: &LayerSource| layers::read(source, &limits, &progress);
            // A file of one layer is read as it always was.
            if let Ok(one) = read(&source) {
                let all = read_levels(&source, &limits, &progress, read).unwrap();
                assert_eq!((all.len(), all[0].feature_count()), (1, one.feature_count()), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 3);
}
