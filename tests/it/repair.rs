//! Repair of boundary files from end to end: `quhua repair`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use geo::Area as _;
use geojson::GeoJson;

use crate::support::{quhua_exits, shared};

fn json(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Properties and id of every feature, as they are written.
fn attributes(path: &Path) -> Vec<(serde_json::Value, serde_json::Value)> {
    json(path)["features"].as_array().unwrap().iter().map(|f| (f["id"].clone(), f["properties"].clone())).collect()
}

/// Vertices of every feature as they are written.
fn vertices(path: &Path) -> Vec<BTreeSet<String>> {
    fn gather(value: &serde_json::Value, into: &mut BTreeSet<String>) {
        match value.as_array() {
            Some(pair) if pair.first().is_some_and(serde_json::Value::is_number) => {
                // Numbers are compared by their value: 31 is 31.0.
                let [x, y] = [0, 1].map(|at| pair[at].as_f64().unwrap());
                into.insert(format!("{x:?} {y:?}"));
            }
            Some(items) => items.iter().for_each(|item| gather(item, into)),
            None => {}
        }
    }
    let of = |feature: &serde_json::Value| {
        let mut all = BTreeSet::new();
        gather(&feature["geometry"]["coordinates"], &mut all);
        all
    };
    json(path)["features"].as_array().unwrap().iter().map(of).collect()
}

/// Sum of areas in square degrees, by an independent reader.
fn area(path: &Path) -> f64 {
    let all: geojson::FeatureCollection =
        fs::read_to_string(path).unwrap().parse::<GeoJson>().unwrap().try_into().unwrap();
    let geometry = |feature: geojson::Feature| geo::Geometry::<f64>::try_from(feature.geometry?).ok();
    all.features.into_iter().filter_map(geometry).map(|geometry| geometry.unsigned_area()).sum()
}

fn repaired(path: &Path, folder: &Path, more: &[&str]) -> (PathBuf, serde_json::Value) {
    let (out, log) = (folder.join("out.geojson"), folder.join("log.json"));
    let args =
        ["repair", &path.display().to_string(), "-o", &out.display().to_string(), "--log", &log.display().to_string()]
            .map(str::to_owned);
    quhua_exits(0, args.into_iter().chain(more.iter().map(|&arg| arg.to_owned())));
    let log = json(&log);
    (out, log)
}

#[test]
fn every_dirty_coverage_becomes_valid_and_keeps_its_units() {
    for (name, lost) in [
        ("dirty/injected-defects.geojson", 1),
        ("dirty/norway-kommuner-2020.geojson", 0),
        ("cases/flip.geojson", 0),
        ("cases/house-dirty.geojson", 0),
        ("cases/spike.geojson", 0),
        ("cases/window-spike.geojson", 0),
        ("cases/rings/split-bowtie.geojson", 0),
        ("cases/rings/split-duplicate_ring.geojson", 0),
        ("cases/rings/split-figure8_touch.geojson", 0),
        ("cases/rings/split-spike_at_start.geojson", 0),
        ("cases/rings/split-spike_inside.geojson", 0),
        ("cases/rings/split-triangle_with_tail.geojson", 0),
    ] {
        let Some(path) = shared(name) else { return };
        let folder = tempfile::tempdir().unwrap();
        let (out, log) = repaired(&path, folder.path(), &[]);
        assert_eq!(log["valid_coverage"], true, "{name}");
        assert!(log["max_moved_m"].as_f64().unwrap() <= 1.0, "{name}");
        // Areas change by what is itemised, unit by unit and in all; what borders take along within the tolerance is little.
        let area = |which: &str| log["areas"][format!("{which}_m2")].as_f64().unwrap();
        let said = area("before") + area("filled") + area("mended") + area("moved") - area("resolved");
        assert!((area("after") / said - 1.0).abs() <= 1e-9, "{name}: {}", log["areas"]);
        assert!(area("moved").abs() <= 4e-6 * area("before"), "{name}: {}", log["areas"]);
        let by_unit = |which: &str| -> f64 {
            log["changed"].as_array().unwrap().iter().map(|unit| unit[which].as_f64().unwrap()).sum()
        };
        let changed = by_unit("after_m2") - by_unit("before_m2");
        assert!((area("after") - area("before") - changed).abs() <= 1e-9 * area("before"), "{name}");
        // Properties, ids and order are as they came.
        assert_eq!(attributes(&out), attributes(&path), "{name}");
        // Only what was drawn twice has no territory any more.
        let [before, after] = [&path, &out].map(|path| vertices(path));
        let emptied =
            before.iter().zip(&after).filter(|(before, after)| after.is_empty() && !before.is_empty()).count();
        assert_eq!(emptied, lost, "{name}");
        // What is named in no step is as it was, to the last digit.
        let changed = log["units_changed"].as_u64().unwrap();
        let differ = before.iter().zip(&after).filter(|(before, after)| before != after).count();
        assert!(differ as u64 <= changed, "{name}: {differ} differ, {changed} are said to");
        // The check says the same, and a second repair does nothing.
        let (checked, _) = quhua_exits_either(["check", "--json", &out.display().to_string()]);
        assert_eq!(checked["valid_coverage"], true, "{name}");
        // Who was drawn twice has people without territory: that is told.
        let placeless = checked["findings"].as_array().unwrap().iter();
        let placeless = placeless.filter(|finding| finding["kind"] == "people_without_territory").count();
        assert!(placeless >= lost && (placeless > 0) == (lost > 0), "{name}: {placeless}");
        let again = tempfile::tempdir().unwrap();
        let (twice, log) = repaired(&out, again.path(), &[]);
        assert_eq!(log["units_changed"], 0, "{name}");
        assert_eq!(vertices(&twice), after, "{name}");
    }
}

fn quhua_exits_either<const N: usize>(args: [&str; N]) -> (serde_json::Value, i32) {
    let output = crate::support::quhua(args);
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code().unwrap())
}

#[test]
fn areas_change_by_what_the_log_says() {
    let Some(clean) = shared("dirty/clean-reference.geojson") else { return };
    let Some(dirty) = shared("dirty/injected-defects.geojson") else { return };
    let folder = tempfile::tempdir().unwrap();
    let (out, log) = repaired(&dirty, folder.path(), &[]);
    let (before, after) = (area(&clean), area(&out));
    // A vertex that was moved outwards, over the border of the county, leaves 3.7e-6 of it that nobody else claims.
    assert!((after / before - 1.0).abs() < 4e-6, "the damage is undone: {before} and {after}");
    let mut said: BTreeMap<String, f64> = BTreeMap::new();
    for step in log["steps"].as_array().unwrap() {
        *said.entry(step["kind"].as_str().unwrap().to_owned()).or_default() += step["area_m2"].as_f64().unwrap();
        assert!(step["moved_m"].as_f64().unwrap() <= 1.0);
        assert!(step["at"][0].is_number() && step["units"].is_array());
    }
    for kind in ["duplicate_unit", "gap", "invalid_ring", "overlap", "unmatched_edge"] {
        assert!(said[kind] > 0.0, "{kind}");
    }
}

#[test]
fn overlaps_and_gaps_go_to_whom_one_says_or_stay() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.geojson");
    let feature = |code: &str, ring: &str| {
        format!(
            r#"{{"type":"Feature","id":7.50,"properties":{{"code":"{code}"}},"geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#
        )
    };
    let a = feature("a", "[105,31],[105.012,31],[105.012,31.01],[105,31.01],[105,31]");
    let b = feature("b", "[105.01,31],[105.02,31],[105.02,31.01],[105.01,31.01],[105.01,31]");
    fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{a},{b}]}}"#)).unwrap();
    let to = |who: &str| {
        let (out, log) = repaired(&file, folder.path(), &["--overlap", who]);
        assert!(fs::read_to_string(out).unwrap().contains("7.50"), "numbers keep their text");
        log["steps"].as_array().unwrap().iter().find(|step| step["kind"] == "overlap").unwrap()["to"].clone()
    };
    assert_eq!(["a", "b"].map(to), ["a", "b"]);
    let name = file.display().to_string();
    let (_, err) = quhua_exits(2, ["repair", &name, "-o", "-", "--overlap", "c"]);
    assert!(err.contains("no unit has the code \"c\""), "{err}");
    let (_, err) = quhua_exits(2, ["repair", &name, "-o", "-", "--snap=-1"]);
    assert!(err.contains("metres"), "{err}");
    let (out, _) = quhua_exits(1, ["repair", &name, "-o", "-", "--overlap", "leave"]);
    assert!(out.contains("105.012"), "what is left stays as it was");
    quhua_exits(2, ["repair", &name, "-o", &name]);
    assert!(fs::read_to_string(&file).unwrap().contains(r#""a""#), "no input is written over");
}

#[test]
fn a_plan_that_was_drawn_on_repaired_borders_says_so_and_is_carried_out_on_them() {
    let Some(dirty) = shared("dirty/injected-defects.geojson") else { return };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let dirty = dirty.display().to_string();
    let (mended, _) = repaired(Path::new(&dirty), folder.path(), &[]);
    // Borders that are repaired as they are read are those that were repaired before.
    let (_, said) = quhua_exits(0, ["convert", "--repair", &dirty, "-o", &at("read.geojson")]);
    assert!(said.contains("borders repaired: "), "{said}");
    assert_eq!(fs::read(at("read.geojson")).unwrap(), fs::read(&mended).unwrap());
    // A project keeps what was loaded, and how it is repaired.
    quhua_exits(0, ["convert", "--repair", &dirty, "-o", &at("a.gpkg")]);
    let (checked, _) = quhua_exits_either(["check", "--json", &at("a.gpkg")]);
    assert_eq!(checked["valid_coverage"], true);
    quhua_exits(0, ["plan", "take", &format!("{}#{}", at("a.gpkg"), "Scenario 1"), "-o", &at("drawn.json")]);
    let plan = json(Path::new(&at("drawn.json")));
    let recipe = &plan["base"][0]["repaired"];
    assert_eq!((&recipe["snap_m"], &recipe["gap_width_m"]), (&1.0.into(), &100.0.into()), "{plan}");
    // Whoever carries it out on the file as it came does the same.
    let merge = r#"{"format":"quhua-plan","version":1,"base":[{"path":"x","repaired":RECIPE}],"edits":[]}"#;
    fs::write(at("plan.json"), merge.replace("RECIPE", &recipe.to_string())).unwrap();
    let (_, said) =
        quhua_exits(0, ["apply", &dirty, "--plan", &at("plan.json"), "-o", &at("applied.geojson"), "--level", "atom"]);
    assert!(said.contains("borders repaired: "), "{said}");
    assert_eq!(vertices(Path::new(&at("applied.geojson"))), vertices(&mended));
    // Its certificate tells vertices of the repair from those of the input.
    let certificate = json(Path::new(&at("applied.certificate.json")));
    let repair = &certificate["repair"];
    assert_eq!(certificate["passed"], true);
    let [inputs, outputs] = [&dirty, &at("applied.geojson")].map(|path| -> Vec<String> {
        vertices(Path::new(path)).into_iter().flatten().map(|at| format!("{at:?}")).collect()
    });
    let came: std::collections::HashSet<&String> = inputs.iter().collect();
    let made: std::collections::HashSet<&String> = outputs.iter().filter(|at| !came.contains(at)).collect();
    assert!(!made.is_empty() && repair["vertices"].as_u64().unwrap() >= made.len() as u64, "{repair}");
    assert!(repair["area_m2"]["before"].as_f64().unwrap() > 1.01 * repair["area_m2"]["after"].as_f64().unwrap());
    let page = fs::read_to_string(at("applied.certificate.html")).unwrap();
    assert!(
        page.contains("输入数据经边界修复后的顶点") && page.contains("vertices of the input as repaired"),
        "{page}"
    );
    // What is no repair is told with its place.
    fs::write(at("plan.json"), merge.replace("RECIPE", r#"{"snap_m":"1"}"#)).unwrap();
    let (_, said) = quhua_exits(2, ["apply", &dirty, "--plan", &at("plan.json"), "-o", "-"]);
    assert!(said.contains("base[0].repaired: "), "{said}");
    // Repaired for good, a project does not do it again.
    quhua_exits(0, ["repair", &at("a.gpkg"), "-o", &at("b.gpkg")]);
    let (_, said) = quhua_exits(0, ["convert", &at("b.gpkg"), "-o", &at("b.geojson")]);
    assert!(!said.contains("borders repaired"), "{said}");
    assert_eq!(vertices(Path::new(&at("b.geojson"))), vertices(&mended));
}
