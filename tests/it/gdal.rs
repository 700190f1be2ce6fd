//! What GDAL makes of a project. Skipped where there is no `ogr2ogr`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use quhua::edit::{Document, Plan};
use quhua::io::{Limits, geojson, project};
use quhua::jobs::Progress;
use quhua::model::{Dataset, Facilities, Facility, FieldOverrides};
use serde_json::Value;

use crate::support::repository;

/// Runs a program of GDAL and returns what it printed; `None`, with a line, where it is not there.
fn gdal<const N: usize>(program: &str, args: [&str; N]) -> Option<String> {
    let Ok(output) = Command::new(program).args(args).output() else {
        eprintln!("skipped: there is no {program}");
        return None;
    };
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert!(output.status.success(), "{program} {args:?}: {err}");
    assert_eq!(err, "", "{program} {args:?} has something to say");
    Some(out)
}

/// The sample county with its plan carried out and a clinic, saved.
fn save_the_county(path: &Path) -> Document {
    let layers = ["villages", "townships"].map(|name| {
        let bytes = fs::read(repository(&format!("sample_data/sanhe/{name}.geojson"))).unwrap();
        geojson::read_bytes(&format!("{name}.geojson"), &bytes, &Limits::default(), &Progress::new()).unwrap()
    });
    let dataset = Dataset::assemble(layers.into(), &FieldOverrides::default(), &Progress::new()).unwrap();
    let at = dataset.coverage.bounds().unwrap().center();
    let mut document = Document::new(Arc::new(dataset));
    let plan = fs::read(repository("sample_data/sanhe/example.plan.json")).unwrap();
    document.load_plan(&Plan::parse(&plan).unwrap()).unwrap();
    let clinic = Facility { at, name: "卫生院".into(), kind: "clinic".into() };
    document.set_places(Facilities::new(vec![clinic]).into());
    project::write(path, &document, None, &Progress::new()).unwrap();
    document
}

#[test]
fn a_whole_project_is_copied_by_gdal_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["from.gpkg", "to.gpkg"].map(|name| folder.path().join(name).display().to_string());
    let document = save_the_county(Path::new(&from));
    if gdal("ogr2ogr", ["-f", "GPKG", &to, &from]).is_none() {
        return;
    }
    let Some(told) = gdal("ogrinfo", ["-ro", "-so", "-al", &to]) else { return };
    let layers: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("Layer name: ")).collect();
    for wanted in ["villages", "townships", "plan_township", "quhua_place"] {
        assert!(layers.contains(&wanted), "{wanted} of {layers:?}");
    }
    // The units of the plan, as another program reads them.
    let units = folder.path().join("units.geojson").display().to_string();
    gdal("ogr2ogr", ["-f", "GeoJSON", &units, &to, "plan_township"]);
    let read: Value = serde_json::from_slice(&fs::read(units).unwrap()).unwrap();
    let state = document.state();
    let names = |level| state.units_at(level).map(|unit| state.unit(unit).name.to_string()).collect::<Vec<_>>();
    let mut ours = names(state.levels().nth(1).unwrap());
    let features = read["features"].as_array().unwrap();
    let mut theirs: Vec<String> =
        features.iter().map(|feature| feature["properties"]["name"].as_str().unwrap().to_owned()).collect();
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(theirs, ours);
}
