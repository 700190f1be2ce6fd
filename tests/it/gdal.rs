//! What GDAL makes of a project. Skipped where there is no `ogr2ogr`.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use quhua::coverage::AtomId;
use quhua::edit::{Document, Plan};
use quhua::io::{LayerSource, Limits, geojson, layers, project};
use quhua::jobs::Progress;
use quhua::model::{Dataset, Facilities, Facility, FieldOverrides};
use serde_json::Value;

use crate::layer_seeds;
use crate::support::{quhua_exits, repository};

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

/// Villages with what is hard to keep: codes with zeros at the beginning and of 19 digits, Chinese names, nulls, numbers
/// with many digits, several parts, a hole, a village without territory.
const HARD: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"011722101","long":"5107220101234567890","name":"张家沟村","people":1234567890,"share":0.1,"note":null},
 "geometry":{"type":"MultiPolygon","coordinates":[[[[105.123456789012,31],[105.2,31],[105.2,31.1],[105.123456789012,31.1],[105.123456789012,31]],[[105.15,31.03],[105.15,31.05],[105.17,31.05],[105.17,31.03],[105.15,31.03]]],[[[105.4,31],[105.5,31],[105.5,31.1],[105.4,31]]]]}},
{"type":"Feature","properties":{"code":"011722102","long":"5107220101234567891","name":"石桥、“下坝”村","people":0,"share":-2.5,"note":"备注"},
 "geometry":{"type":"MultiPolygon","coordinates":[[[[105.2,31],[105.3,31],[105.3,31.1],[105.2,31.1],[105.2,31]]]]}},
{"type":"Feature","properties":{"code":"011722103","long":"5107220101234567892","name":"飞地村","people":null,"share":1e-7,"note":"b"},"geometry":null}]}"#;

/// Reads a layer of a file, and what there is to compare: values of every feature, and where its vertices lie.
fn read_back(path: &Path, encoding: Option<&str>) -> (Vec<String>, Vec<String>) {
    let source = LayerSource { encoding: encoding.map(str::to_owned), ..path.into() };
    columns_of(&source, &["code", "long", "name", "people", "share", "note"])
}

/// The same of other columns.
fn columns_of(source: &LayerSource, columns: &[&str]) -> (Vec<String>, Vec<String>) {
    columns_as(source, columns, &["people", "share"])
}

/// The same, where numbers of `loose` columns may have come as text.
fn columns_as(source: &LayerSource, columns: &[&str], loose: &[&str]) -> (Vec<String>, Vec<String>) {
    let layer = layers::read(source, &Limits::default(), &Progress::new()).unwrap();
    let values = layer.table.features().map(|feature| {
        let value = |name: &&str| {
            let field = layer.table.field(name);
            assert!(field.is_some(), "{name}: {:?}", layer.table.fields());
            let field = field.unwrap();
            let value: Value = serde_json::from_str(layer.table.raw(feature, field).unwrap_or("null")).unwrap();
            // GML knows but text; what counts is the number.
            let number = || value.as_str().filter(|_| loose.contains(name))?.parse::<f64>().ok();
            let value = number().map_or(value.clone(), Value::from);
            // A double and an integer of one value are one number.
            format!("{:?}", value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string()))
        };
        columns.iter().map(value).collect::<Vec<_>>().join(" ")
    });
    let outline = |atom: usize| {
        let rings = layer.polygons.faces_of(AtomId::new(atom)).flat_map(|face| layer.polygons.rings_of(face));
        let mut rings: Vec<Vec<[u64; 2]>> = rings
            .map(|ring| {
                let mut ring: Vec<_> =
                    layer.polygons.ring(ring).iter().map(|at| [at.x.to_bits(), at.y.to_bits()]).collect();
                ring.sort_unstable();
                ring
            })
            .collect();
        rings.sort_unstable();
        format!("{rings:?}")
    };
    (values.collect(), (0..layer.polygons.atom_count()).map(outline).collect())
}

#[test]
fn what_gdal_writes_is_read_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = at("hard.geojson");
    fs::write(&from, HARD).unwrap();
    let expected = read_back(&from, None);
    for (name, format, options) in [
        ("a.shp", "ESRI Shapefile", ["-lco", "ENCODING=UTF-8"]),
        ("b.shp", "ESRI Shapefile", ["-lco", "ENCODING=GB18030"]),
        ("c.shp", "ESRI Shapefile", ["-lco", "ENCODING=CP936"]),
        ("z.shp", "ESRI Shapefile", ["-lco", "ENCODING=UTF-8"]),
        ("a.shz", "ESRI Shapefile", ["-lco", "ENCODING=UTF-8"]),
        ("a.gpkg", "GPKG", ["-lco", "FID=fid"]),
        ("z.gpkg", "GPKG", ["-lco", "FID=ogc_fid"]),
        ("a.sqlite", "SQLite", ["-dsco", "SPATIALITE=YES"]),
        ("a.kml", "KML", ["-a_srs", "EPSG:4326"]),
        ("b.kml", "LIBKML", ["-a_srs", "EPSG:4326"]),
        ("z.kmz", "LIBKML", ["-a_srs", "EPSG:4326"]),
        ("a.csv", "CSV", ["-lco", "GEOMETRY=AS_WKT"]),
        ("a.gml", "GML", ["-dsco", "FORMAT=GML2"]),
        ("b.gml", "GML", ["-dsco", "FORMAT=GML3"]),
        ("z.gml", "GML", ["-dsco", "FORMAT=GML3.2"]),
        ("c.gml", "GML", ["-dsco", "GML3_LONGSRS=NO"]),
    ] {
        let [to, from] = [at(name), from.clone()].map(|path| path.display().to_string());
        if name == "a.sqlite" && !has_spatialite() {
            eprintln!("skipped: GDAL is without SpatiaLite");
            continue;
        }
        let [option, value] = options;
        let dimensions = if name.starts_with('z') { "XYZ" } else { "XY" };
        if gdal("ogr2ogr", ["-f", format, &to, &from, option, value, "-dim", dimensions]).is_none() {
            return;
        }
        let read = read_back(&at(name), None);
        assert_eq!(read.0, expected.0, "values of {name}");
        assert_eq!(read.1, expected.1, "vertices of {name}");
    }
}

#[test]
fn axes_of_gml_are_taken_as_gdal_writes_them() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("europe.geojson");
    let square = "[[[9,51],[10,51],[10,52],[9,51]]]";
    fs::write(&from, format!(r#"{{"type":"Polygon","coordinates":{square}}}"#)).unwrap();
    for code in [4326, 4258, 3035, 25832, 3857, 31467, 4839] {
        for format in ["GML2", "GML3", "GML3.2"] {
            let to = folder.path().join(format!("{code}-{format}.gml"));
            let [to_text, from] = [&to, &from].map(|path| path.display().to_string());
            let [system, format] = [format!("EPSG:{code}"), format!("FORMAT={format}")];
            if gdal("ogr2ogr", ["-f", "GML", &to_text, &from, "-t_srs", &system, "-dsco", &format]).is_none() {
                return;
            }
            let read = layers::read(&to.into(), &Limits::default(), &Progress::new());
            if code == 31467 {
                assert!(read.unwrap_err().to_string().contains("DHDN"), "lies too far from WGS 84");
                continue;
            }
            let layer = read.unwrap();
            assert_eq!(layer.reading.crs.as_ref().unwrap().doubts, [], "{code} {format}");
            for (at, wanted) in layer.polygons.coords.iter().zip([[9.0, 51.0], [10.0, 51.0], [10.0, 52.0]]) {
                let apart = (at.x - wanted[0]).abs().max((at.y - wanted[1]).abs());
                assert!(apart < 1e-7, "{code} {format}: {at:?}");
            }
        }
    }
}

#[test]
fn a_flatgeobuf_of_gdal_is_read_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = at("hard.geojson");
    fs::write(&from, HARD).unwrap();
    let (mut values, mut outlines) = read_back(&from, None);
    // GDAL leaves out what has no geometry, and sorts by place where it makes an index.
    values.pop();
    outlines.pop();
    values.sort_unstable();
    outlines.sort_unstable();
    for (name, index, dimensions) in [("a.fgb", "NO", "XY"), ("b.fgb", "YES", "XY"), ("z.fgb", "YES", "XYZ")] {
        let [to, from] = [at(name), from.clone()].map(|path| path.display().to_string());
        let index = format!("SPATIAL_INDEX={index}");
        if gdal("ogr2ogr", ["-f", "FlatGeobuf", &to, &from, "-lco", &index, "-dim", dimensions]).is_none() {
            return;
        }
        let mut read = read_back(&at(name), None);
        read.0.sort_unstable();
        read.1.sort_unstable();
        assert_eq!(read, (values.clone(), outlines.clone()), "{name}");
    }
}

#[test]
fn topojson_is_read_as_gdal_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["a.topojson", "a.geojson"].map(|name| folder.path().join(name));
    fs::write(&from, layer_seeds::TOPOJSON).unwrap();
    let args = [&to, &from].map(|path| path.display().to_string());
    let [to_text, from_text] = args.each_ref().map(String::as_str);
    let options = ["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=17", to_text, from_text, "villages"];
    if gdal("ogr2ogr", options).is_none() {
        return;
    }
    let columns = ["code", "people", "name"];
    let [mut ours, theirs] = [from, to].map(|path| columns_of(&path.as_path().into(), &columns));
    // GDAL leaves out what has no geometry.
    ours.0.pop();
    ours.1.pop();
    assert_eq!(ours, theirs);
}

#[test]
fn a_shapefile_of_ours_is_read_by_gdal_and_by_us_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = at("hard.geojson");
    fs::write(&from, HARD).unwrap();
    let expected = read_back(&from, None);
    for name in ["a.shp", "b.zip"] {
        let (_, said) = quhua_exits(0, [Path::new("convert"), &from, Path::new("-o"), &at(name)]);
        assert!(!said.contains("renamed") && !said.contains("cut"), "{said}");
        assert_eq!(read_back(&at(name), None), expected, "{name}");
    }
    let [shp, to] = ["a.shp", "back.geojson"].map(|name| at(name).display().to_string());
    if gdal("ogr2ogr", ["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=17", &to, &shp]).is_some() {
        let back = read_back(Path::new(&to), None);
        assert_eq!(back.0, expected.0, "values as GDAL reads them");
        assert_eq!(back.1, expected.1, "vertices as GDAL reads them");
    }
    // Names that the format cannot have are said before, and listed beside it.
    let long = at("long.geojson");
    fs::write(&long, HARD.replace("\"people\"", "\"户籍人口\"").replace("\"note\"", "\"annotation_of_2020\"")).unwrap();
    let (_, said) = quhua_exits(0, [Path::new("convert"), &long, Path::new("-o"), &at("c.shp")]);
    assert!(said.contains("户籍人口 → F") && said.contains("annotation_of_2020 → annotation"), "{said}");
    let list = fs::read_to_string(at("c.fields.csv")).unwrap();
    assert!(list.starts_with("field,name\n") && list.contains("F,户籍人口\n"), "{list}");
    // None of its files replaces what is read.
    quhua_exits(2, [Path::new("convert"), &at("a.shp"), Path::new("-o"), &at("a.shp")]);
}

/// A Python that has GDAL's script that judges a GeoPackage by the standard.
fn python_with_validator() -> Option<&'static str> {
    let has = |python: &&str| {
        let done = Command::new(python).args(["-c", "import osgeo_utils.samples.validate_gpkg"]).output();
        done.is_ok_and(|done| done.status.success())
    };
    let found = ["python3", "/usr/bin/python3"].into_iter().find(has);
    if found.is_none() {
        eprintln!("skipped: there is no validate_gpkg");
    }
    found
}

#[test]
fn what_a_plan_leads_to_is_a_geopackage_by_the_standard_with_every_level_as_a_layer() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let county = ["villages.geojson", "townships.geojson"].map(|name| repository(&format!("sample_data/sanhe/{name}")));
    let plan = repository("sample_data/sanhe/example.plan.json");
    let write = |command: &str, name: &str, more: &[&str]| {
        let mut args = vec![command.into(), county[0].clone(), county[1].clone(), "--plan".into(), plan.clone()];
        args.extend(["-o".into(), at(name)]);
        args.extend(more.iter().map(Into::into));
        quhua_exits(0, args).1
    };
    let said = write("apply", "a.gpkg", &["--no-certificate"]);
    assert!(said.contains("lists and objects are written as their JSON text, in the fields merged_from"), "{said}");
    write("convert", "b.gpkg", &[]);
    assert_eq!(fs::read(at("a.gpkg")).unwrap(), fs::read(at("b.gpkg")).unwrap());
    write("convert", "c.gpkg", &["--to-crs", "EPSG:4544", "--level", "township"]);
    let python = python_with_validator();
    for (name, layers, centre) in
        [("a.gpkg", &["village", "township", "county"][..], 105.3), ("c.gpkg", &["township"], 535_000.0)]
    {
        let file = at(name).display().to_string();
        if let Some(python) = python {
            gdal(python, ["-m", "osgeo_utils.samples.validate_gpkg", "-q", "--extra", &file]);
        }
        let Some(told) = gdal("ogrinfo", ["-ro", "-so", "-al", &file]) else { return };
        let there: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("Layer name: ")).collect();
        assert_eq!(there, layers);
        let west = told.lines().find_map(|line| line.strip_prefix("Extent: (")?.split(',').next()?.parse::<f64>().ok());
        assert!((west.unwrap() / centre - 1.0).abs() < 0.1, "{west:?}");
        assert!(name != "c.gpkg" || told.contains("ID[\"EPSG\",4544]]"), "{told}");
        // Its spatial index finds the units.
        let sql = "SELECT count(*) AS n FROM rtree_township_geom";
        let Some(indexed) = gdal("ogrinfo", ["-ro", "-q", &file, "-sql", sql]) else { return };
        assert!(indexed.contains("n (Integer) = 26"), "{indexed}");
    }
}

/// A way of the hard villages through a file of ours.
struct Trip {
    /// The file; its ending says the format.
    file: &'static str,
    /// Further arguments of `convert`.
    args: &'static [&'static str],
    /// How GDAL opens it.
    opening: &'static [&'static str],
    /// Whether it has outlines.
    has_outlines: bool,
    /// Columns of the table that a reader loses, since the format has no place for them.
    lost: &'static [usize],
    /// Whether this program reads it as boundaries.
    is_ours_to_read: bool,
}

const fn trip(file: &'static str) -> Trip {
    Trip { file, args: &[], opening: &[], has_outlines: true, lost: &[], is_ours_to_read: true }
}

/// All formats out.
const TRIPS: [Trip; 10] = [
    trip("a.geojson"),
    Trip { args: &["--format", "geopackage"], ..trip("a.gpkg") },
    trip("a.shp"),
    trip("a.zip"),
    trip("a.topojson"),
    trip("a.fgb"),
    trip("a.parquet"),
    Trip { args: &["--to-crs", "EPSG:4490"], ..trip("cgcs2000.geojson") },
    Trip {
        args: &["--wkt"],
        opening: &["-oo", "EMPTY_STRING_AS_NULL=YES"],
        // All columns of a CSV are text, unless one guesses; who guesses loses the codes, and that is said.
        lost: &[4],
        is_ours_to_read: false,
        ..trip("a.csv")
    },
    Trip { has_outlines: false, is_ours_to_read: false, ..trip("a.xlsx") },
];

/// What a format kept, as the columns of the table of round trips have it.
fn kept(read: &(Vec<String>, Vec<String>), expected: &(Vec<String>, Vec<String>), has_outlines: bool) -> [bool; 6] {
    let fields = |read: &[String], which: std::ops::Range<usize>| -> Vec<String> {
        // Values come as quoted texts with spaces between them.
        let of = |row: &String| row.split("\" \"").skip(which.start).take(which.len()).collect::<Vec<_>>().join("|");
        read.iter().map(of).collect()
    };
    let same = |which: std::ops::Range<usize>| fields(&read.0, which.clone()) == fields(&expected.0, which);
    let nulls = |read: &[String]| read.iter().map(|row| row.matches("null").count()).collect::<Vec<_>>();
    let outlines = !has_outlines || read.1 == expected.1;
    [outlines, same(0..2), same(2..3), nulls(&read.0) == nulls(&expected.0), same(3..5), outlines]
}

#[test]
fn every_format_keeps_what_it_is_given_as_gdal_and_as_we_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = at("hard.geojson");
    fs::write(&from, HARD).unwrap();
    let read_strictly =
        |path: &Path| columns_as(&path.into(), &["code", "long", "name", "people", "share", "note"], &[]);
    let expected = read_strictly(&from);
    let mut table = vec!["format | read by | precision | codes | names | nulls | numbers | parts and holes".to_owned()];
    let mut enter = |trip: &Trip, by: &str, read: &(Vec<String>, Vec<String>)| {
        let kept = kept(read, &expected, trip.has_outlines);
        let words: Vec<String> = kept.iter().map(|&kept| if kept { "kept" } else { "lost" }.to_owned()).collect();
        table.push(format!("{} | {by} | {}", trip.file, words.join(" | ")));
        let as_told = kept.iter().enumerate().all(|(column, &kept)| kept != trip.lost.contains(&column));
        assert!(as_told, "{}\n{:#?}\n{:#?}", table.join("\n"), read.0, expected.0);
    };
    for trip in &TRIPS {
        let to = at(trip.file);
        let mut args: Vec<std::ffi::OsString> =
            vec!["convert".into(), from.clone().into(), "-o".into(), to.clone().into()];
        args.extend(trip.args.iter().map(Into::into));
        let (_, said) = quhua_exits(0, args);
        assert_eq!(said.contains("has no types"), trip.file == "a.csv", "{said}");
        if trip.is_ours_to_read {
            enter(trip, "this program", &read_strictly(&to));
        }
        if trip.file == "a.parquet" && !gdal_knows("Parquet") {
            continue;
        }
        let back = at(&format!("{}.back.geojson", trip.file)).display().to_string();
        let to = to.display().to_string();
        let to = if trip.file == "a.zip" { format!("/vsizip/{to}") } else { to };
        let mut command = Command::new("ogr2ogr");
        command.args(["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=17", "-lco", "SIGNIFICANT_FIGURES=17"]);
        let Ok(done) = command.args(trip.opening).args([&back, &to]).output() else {
            eprintln!("skipped: there is no ogr2ogr");
            return;
        };
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && said.is_empty(), "{}: {said}", trip.file);
        enter(trip, "GDAL", &if trip.has_outlines { read_strictly(Path::new(&back)) } else { table_back(&back) });
    }
    eprintln!("{}", table.join("\n"));
}

/// Whether GDAL was built with a format.
fn gdal_knows(format: &str) -> bool {
    let done = Command::new("ogrinfo").arg("--formats").output();
    let knows = done.is_ok_and(|done| String::from_utf8_lossy(&done.stdout).contains(format));
    if !knows {
        eprintln!("skipped: GDAL is without {format}");
    }
    knows
}

/// The same of a file whose features have no geometry.
fn table_back(path: &str) -> (Vec<String>, Vec<String>) {
    let read: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let values = |feature: &Value| {
        let value = |name: &&str| {
            let value = &feature["properties"][*name];
            format!("{:?}", value.as_f64().map_or_else(|| value.to_string(), |number| number.to_string()))
        };
        ["code", "long", "name", "people", "share", "note"].iter().map(value).collect::<Vec<_>>().join(" ")
    };
    (read["features"].as_array().unwrap().iter().map(values).collect(), Vec::new())
}

#[test]
fn heights_are_left_out_with_a_word_and_kinds_of_columns_are_told_to_gdal() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let from = at("heights.geojson");
    let text = r#"{"type":"FeatureCollection","features":[{"type":"Feature",
        "properties":{"code":"051","whole":12345678901234,"part":0.5,"yes":true,"text":"村","none":null},
        "geometry":{"type":"Polygon","coordinates":[[[105,31,7],[105.1,31,8],[105.1,31.1,9],[105,31,7]]]}}]}"#;
    fs::write(&from, text).unwrap();
    for (name, boolean) in [("a.gpkg", "Integer(Boolean) (0.0)"), ("a.fgb", "Integer(Boolean) (0.0)")] {
        let format = if name == "a.gpkg" { ["--format", "geopackage"] } else { ["--format", "flatgeobuf"] };
        let args: [&std::ffi::OsStr; 6] = [
            "convert".as_ref(),
            from.as_ref(),
            "-o".as_ref(),
            &at(name).into_os_string(),
            format[0].as_ref(),
            format[1].as_ref(),
        ];
        let (_, said) = quhua_exits(0, args);
        assert!(said.contains("heights (z) are left out"), "{said}");
        let Some(told) = gdal("ogrinfo", ["-ro", "-so", "-al", &at(name).display().to_string()]) else { return };
        for (field, kind) in [
            ("code", "String (0.0)"),
            ("whole", "Integer64 (0.0)"),
            ("part", "Real (0.0)"),
            ("yes", boolean),
            ("text", "String (0.0)"),
            ("none", "String (0.0)"),
        ] {
            assert!(told.contains(&format!("\n{field}: {kind}")), "{name} {field}: {told}");
        }
        assert!(told.contains("Geometry: Multi Polygon\n"), "{told}");
    }
}

/// Whether GDAL can write a database of `SpatiaLite`.
fn has_spatialite() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("a.geojson"), folder.path().join("a.sqlite"));
    fs::write(&from, HARD).unwrap();
    let done = Command::new("ogr2ogr").args(["-f", "SQLite", "-dsco", "SPATIALITE=YES"]).arg(to).arg(from).output();
    done.is_ok_and(|done| done.status.success() && done.stderr.is_empty())
}
