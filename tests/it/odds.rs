//! Forms in which data come that are odd, and what is said of them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use quhua::io::{LayerSource, Limits, layers};
use quhua::jobs::Progress;
use serde_json::Value;

use crate::support::{quhua_exits, repository};

fn villages() -> PathBuf {
    repository("sample_data/sanhe/villages.geojson")
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A layer of squares in a row: corner, side, and the code of each.
fn squares(path: &Path, at: [f64; 2], side: f64, codes: &[&str]) {
    let square = |(i, code): (u32, &&str)| {
        let (x, y) = (at[0] + f64::from(i) * side, at[1]);
        let ring = [(0.0, 0.0), (side, 0.0), (side, side), (0.0, side), (0.0, 0.0)].map(|(dx, dy)| [x + dx, y + dy]);
        format!(
            r#"{{"type":"Feature","properties":{{"code":{code}}},"geometry":{{"type":"Polygon","coordinates":[{}]}}}}"#,
            serde_json::json!(ring)
        )
    };
    let features: Vec<String> = (0..).zip(codes).map(square).collect();
    fs::write(path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
}

fn packed(path: &Path, bytes: &[u8]) {
    let mut out = flate2::write::GzEncoder::new(fs::File::create(path).unwrap(), flate2::Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap();
}

#[test]
fn a_table_that_is_packed_is_joined_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let codes: Vec<String> = (0..3).map(|i| format!("51990110{i}")).collect();
    let layer = folder.path().join("a.geojson");
    squares(&layer, [105.0, 31.0], 0.1, &codes.iter().map(String::as_str).collect::<Vec<_>>());
    let rows: Vec<String> = codes.iter().enumerate().map(|(i, code)| format!("{code},{}", 100 + i)).collect();
    for (name, parted) in [("t.csv.gz", ","), ("t.tsv.gz", "\t")] {
        let table = folder.path().join(name);
        packed(&table, format!("code,population\n{}\n", rows.join("\n")).replace(',', parted).as_bytes());
        for beside in [false, true] {
            let mut args = vec!["metrics", text(&layer), "--json"];
            args.extend(if beside { vec![text(&table)] } else { vec!["--join", text(&table)] });
            let (out, _) = quhua_exits(0, args);
            let metrics: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(metrics["totals"]["population"], 303, "{name}");
        }
    }
    // What inflates without end is refused in a line, and so is an archive in another.
    let bomb = folder.path().join("b.csv.gz");
    packed(&bomb, &vec![b'1'; 300 << 20]);
    let twice = folder.path().join("c.csv.gz");
    packed(&twice, &fs::read(folder.path().join("t.csv.gz")).unwrap());
    for path in [&bomb, &twice] {
        let (_, said) = quhua_exits(2, ["metrics", text(&layer), "--join", text(path)]);
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    // A column of outlines makes a layer of it.
    let shaped = folder.path().join("d.csv.gz");
    packed(&shaped, b"code,wkt\n1,\"POLYGON((105 31,105.1 31,105.1 31.1,105 31))\"\n");
    let layer = layers::read(&LayerSource::from(&*shaped), &Limits::default(), &Progress::new()).unwrap();
    assert_eq!((layer.feature_count(), layer.polygons.coords.len()), (1, 3));
}

#[test]
fn a_plain_database_of_gdal_is_read_as_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let wanted = layers::read(&LayerSource::from(&*villages()), &Limits::default(), &Progress::new()).unwrap();
    for (name, more) in [("b", vec![]), ("t", vec!["-lco", "FORMAT=WKT"]), ("s", vec!["-dsco", "SPATIALITE=YES"])] {
        let path = folder.path().join(format!("{name}.sqlite"));
        let mut command = Command::new("ogr2ogr");
        command.args(["-f", "SQLite"]).args(more).arg(&path).arg(villages());
        if !command.output().is_ok_and(|done| done.status.success()) {
            eprintln!("skipped: there is no ogr2ogr");
            return;
        }
        let read = layers::read(&LayerSource::from(&*path), &Limits::default(), &Progress::new()).unwrap();
        assert_eq!(read.feature_count(), wanted.feature_count(), "{name}");
        assert_eq!(read.polygons.atom_ends, wanted.polygons.atom_ends, "{name}");
        // Text has fifteen digits.
        let far = read.polygons.coords.iter().zip(&wanted.polygons.coords);
        assert!(far.clone().all(|(a, b)| (a.x - b.x).abs() < 1e-9 && (a.y - b.y).abs() < 1e-9), "{name}");
        let field = |layer: &quhua::model::Layer| layer.table.field("name").unwrap();
        for feature in wanted.table.features() {
            let names = [&read, &wanted].map(|layer| layer.table.text(feature, field(layer)).unwrap().into_owned());
            assert_eq!(names[0], names[1]);
        }
    }
}

#[test]
fn what_is_done_to_coordinates_is_said_as_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    squares(&path, [31.0, 105.0], 0.1, &["1", "2"]);
    let (_, said) = quhua_exits(1, ["check", text(&path)]);
    assert!(said.contains("north before east") && !said.contains("turned from"), "{said}");
    squares(&path, [190.0, 1.0], 0.1, &["1", "2"]);
    let (_, said) = quhua_exits(1, ["check", text(&path)]);
    assert!(said.contains("run on beyond 180") && !said.contains("turned from"), "{said}");
    // The zone before eastings leaves the datum open.
    squares(&path, [35_500_000.0, 3_400_000.0], 1000.0, &["1", "2"]);
    let (out, said) = quhua_exits(1, ["check", text(&path)]);
    assert!(said.contains("turned from EPSG:4523"), "{said}");
    assert!(out.contains("tells the projection and not the datum; read as EPSG:4523"), "{out}");
    let (out, _) = quhua_exits(0, ["check", text(&path), "--crs", "EPSG:4523"]);
    assert!(!out.contains("datum"), "{out}");
}

#[test]
fn codes_longer_than_any_number_stay_whole_in_a_project() {
    let folder = tempfile::tempdir().unwrap();
    let [layer, project] = ["a.geojson", "p.gpkg"].map(|name| folder.path().join(name));
    squares(&layer, [105.0, 31.0], 0.1, &["5107220101234567890123456789011", "5107220101234567890123456789012"]);
    quhua_exits(0, ["convert", text(&layer), "-o", text(&project)]);
    let file = rusqlite::Connection::open(&project).unwrap();
    let codes: Vec<rusqlite::types::Value> =
        file.prepare("SELECT code FROM a").unwrap().query_map([], |row| row.get(0)).unwrap().flatten().collect();
    let text = |end: &str| rusqlite::types::Value::Text(format!("510722010123456789012345678901{end}"));
    assert_eq!(codes, [text("1"), text("2")]);
}

#[test]
fn a_list_of_names_is_called_as_it_is_and_a_seat_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("村.shp");
    let (_, said) = quhua_exits(0, ["convert", text(&villages()), "-o", text(&out)]);
    assert!(said.contains("村.fields.csv beside it lists them"), "{said}");
    assert!(folder.path().join("村.fields.csv").is_file());
    let (out, _) = quhua_exits(0, ["check", text(&villages())]);
    assert!(out.contains("Seat: seat_name, seat_lon, seat_lat (by its name"), "{out}");
}

#[test]
fn a_layer_across_the_180th_meridian_is_cut_there_and_its_neighbours_stay_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let [run_on, plain] = ["a.geojson", "b.geojson"].map(|name| folder.path().join(name));
    // Half of it beyond, or hardly any.
    for west in [179.25, 178.25] {
        let codes = ["1", "2", "3", "4"];
        squares(&run_on, [west, 1.0], 0.5, &codes);
        squares(&plain, [100.0, 1.0], 0.5, &codes);
        let (out, said) = quhua_exits(1, ["check", text(&run_on)]);
        assert!(out.contains("a valid coverage") && said.contains("what lies across is cut there"), "{out}{said}");
        let metrics = |path: &Path| -> Value {
            let (out, _) = quhua_exits(0, ["metrics", text(path), "--json"]);
            serde_json::from_str::<Value>(&out).unwrap()["units"].take()
        };
        for (here, there) in metrics(&run_on).as_array().unwrap().iter().zip(metrics(&plain).as_array().unwrap()) {
            assert_eq!(here["neighbours"], there["neighbours"], "{west}");
            let [area, expected] = [here, there].map(|it| it["area_m2"].as_f64().unwrap());
            // An edge that is cut is a parallel's, and no shortest way any more.
            assert!((area / expected - 1.0).abs() < 2e-5, "{west}: {area} {expected}");
        }
    }
}
