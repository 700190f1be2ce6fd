//! Names that other programs, projects and packs hold: members and columns of what is written, ids of figures, words of
//! conditions, expressions and packs. New ones may come; none of these goes, and none changes its place among the others.

use std::fs;
use std::sync::Arc;

use serde_json::Value;

use quhua::i18n::numbers::AreaUnit;
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::metrics::{Figure, OwnFigures};
use quhua::model::{Dataset, FieldOverrides};
use quhua::query::{FormulaWords, Query, Vocabulary, read_formula};
use quhua::rules::{Check, Pack};

use crate::support::quhua_exits;

/// Three villages in one township, with an area that the source declares and a field that is added up.
pub const VILLAGES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"519921101201","name":"a","kind":"village","town_code":"519921101","town":"甲镇","population":10.50,"households":3,"面积_亩":158000},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]}},
{"type":"Feature","properties":{"code":"519921101202","name":"b","kind":"village","town_code":"519921101","town":"甲镇","population":20,"households":5,"面积_亩":159000},"geometry":{"type":"Polygon","coordinates":[[[105.1,31],[105.2,31],[105.2,31.1],[105.1,31.1],[105.1,31]]]}},
{"type":"Feature","properties":{"code":"519921101203","name":"c","kind":"village","town_code":"519921101","town":"甲镇","population":5,"households":2,"面积_亩":158500},"geometry":{"type":"Polygon","coordinates":[[[105.2,31],[105.3,31],[105.3,31.1],[105.2,31.1],[105.2,31]]]}}
]}"#;

const PLAN: &str = r#"{"format":"quhua-plan","version":1,"name":"p","edits":[
{"op":"merge","units":["519921101201","519921101202"],"form":"establish","into":{"code":"519921101204","name":"ab","kind":"village"}}]}"#;

/// What the program prints for the villages above.
pub fn printed(exit: i32, command: &str, more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let [layer, plan, out] = ["villages.geojson", "plan.json", "out.json"].map(|name| folder.path().join(name));
    fs::write(&layer, VILLAGES).unwrap();
    fs::write(&plan, PLAN).unwrap();
    let [layer, plan, out] = [&layer, &plan, &out].map(|path| path.to_str().unwrap());
    let more = more.iter().map(|&arg| match arg {
        "PLAN" => plan,
        "OUT" => out,
        other => other,
    });
    let text = quhua_exits(exit, [command, layer].into_iter().chain(more)).0;
    fs::read_to_string(out).unwrap_or(text)
}

/// Every member of a value with the members that it is in, in order: `units[].radius_m.max`.
fn members(value: &Value) -> Vec<String> {
    fn walk(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    if !found.contains(&path) {
                        found.push(path.clone());
                    }
                    walk(value, &path, found);
                }
            }
            Value::Array(list) => list.iter().for_each(|value| walk(value, &format!("{path}[]"), found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk(value, "", &mut found);
    found
}

/// Names that must be there, in their order, among those that are.
fn check<T: AsRef<str>>(what: &str, names: &str, there: &[T]) {
    let mut rest = there.iter().map(AsRef::as_ref);
    for name in names.split_whitespace() {
        assert!(rest.any(|other| other == name), "{what}: {name} is gone or in another place: {}", list(there));
    }
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}

fn check_members(what: &str, names: &str, text: &str) {
    check(what, names, &members(&serde_json::from_str(text).unwrap()));
}

fn check_columns(what: &str, names: &str, text: &str) {
    let header = text.trim_start_matches('\u{feff}').lines().next().unwrap();
    check(what, names, &header.split(',').collect::<Vec<_>>());
}

#[test]
fn metrics_keep_their_members_and_columns() {
    let with = ["--figure", "每户 = 人口 / households"];
    let json = printed(0, "metrics", &[&["--level", "atom", "--plan", "PLAN"], &with[..]].concat());
    check_members(
        "metrics",
        "fields area_method level units units[].code units[].name units[].level units[].parent units[].atoms \
         units[].area_m2 units[].declared_area units[].declared_area.area_m2 units[].declared_area.difference_percent \
         units[].perimeter_m units[].population units[].density_per_km2 units[].sums units[].sums.households \
         units[].figures units[].figures.每户 units[].parts units[].holes units[].neighbours units[].compactness \
         units[].compactness.polsby_popper units[].compactness.reock units[].compactness.convex_hull \
         units[].compactness.moment_of_inertia units[].compactness.seat_proximity units[].seat units[].seat_basis \
         units[].radius_m units[].radius_m.max units[].radius_m.mean_population units[].radius_m.p90_population totals \
         totals.units totals.atoms totals.area_m2 totals.population totals.sums totals.sums.households change \
         change.units_before change.units_after change.reduction change.reduction_rate",
        &json,
    );
    let csv = printed(0, "metrics", &[&["--csv"], &with[..]].concat());
    check_columns(
        "metrics",
        "code name level parent atoms area_m2 perimeter_m population density_per_km2 sum:households sum:面积_亩 \
         figure:每户 parts holes neighbours polsby_popper reock convex_hull seat_lon seat_lat seat_basis radius_max_m \
         radius_mean_population_m radius_p90_population_m moment_of_inertia seat_proximity declared_area_m2 \
         declared_difference_percent",
        &csv,
    );
}

#[test]
fn a_unit_without_people_in_several_places_keeps_the_distances_of_its_report() {
    // The report gives what was worked out, of single atoms too; maps and tables leave that out.
    let report: Value = serde_json::from_str(&printed(0, "metrics", &["--level", "atom"])).unwrap();
    assert!(report["units"][0]["radius_m"]["mean_population"].is_number());
    assert!(report["units"][0]["radius_m"]["p90_population"].is_number());
    assert!(report["units"][0]["compactness"]["seat_proximity"].is_null());
}

#[test]
fn comparisons_keep_their_members_columns_and_indicators() {
    let json = printed(0, "compare", &["--plan", "PLAN", "--figure", "每户 = 人口 / households"]);
    check_members(
        "compare",
        "area_method alternatives alternatives[].name alternatives[].plan alternatives[].edits levels levels[].level \
         levels[].indicators levels[].indicators[].id levels[].indicators[].unit levels[].indicators[].name \
         levels[].indicators[].name.zh levels[].indicators[].name.en levels[].indicators[].values levels[].farther \
         levels[].farther[].alternative levels[].farther[].places levels[].farther[].by_distance \
         levels[].farther[].by_people changes changes[].alternative changes[].list changes[].list[].level \
         changes[].list[].kind changes[].list[].before changes[].list[].after changes[].list[].text",
        &json,
    );
    let report: Value = serde_json::from_str(&json).unwrap();
    let indicators = report["levels"][1]["indicators"].as_array().unwrap().iter();
    let indicators: Vec<String> =
        indicators.map(|it| format!("{}/{}", it["id"].as_str().unwrap(), it["unit"].as_str().unwrap())).collect();
    check(
        "indicators",
        "units/units units_of_kind:village/units reduction/units reduction_rate/ratio members_mean/units area_mean/m2 \
         area_min/m2 area_max/m2 area_variation/ratio population_mean/people population_min/people \
         population_max/people population_variation/ratio compactness_mean/ratio compactness_worst/ratio \
         inertia_mean/ratio inertia_worst/ratio seat_proximity_mean/ratio seat_proximity_worst/ratio radius_max/m \
         radius_mean/m radius_p90/m distance_max/m distance_mean/m distance_p90/m people_reassigned/people \
         people_farther/people farther_mean/m farther_max/m figure_mean:每户/own figure_min:每户/own figure_max:每户/own \
         figure_variation:每户/ratio",
        &indicators,
    );
    let csv = printed(0, "compare", &["--plan", "PLAN", "--csv"]);
    let header = "level indicator unit base base:code base:name p p:code p:name p:difference p:percent p:trend";
    check_columns("compare", header, &csv.replace(": ", ":"));
}

#[test]
fn summaries_checks_and_ensembles_keep_their_members() {
    let summary = printed(0, "apply", &["--plan", "PLAN", "-o", "/dev/null", "--no-certificate", "--summary", "OUT"]);
    check_members(
        "summary",
        "program plan edits base base[].path base[].sha256 area_method levels levels[].level levels[].units_before \
         levels[].units_after levels[].reduction levels[].reduction_rate levels[].mean_area_km2 \
         levels[].mean_area_km2.before levels[].mean_area_km2.after levels[].mean_population levels[].mean_members \
         levels[].kinds totals totals.area_m2 totals.population services fields fields[].field fields[].rule \
         fields[].basis fields[].guessed fields[].unknown warnings",
        &summary,
    );
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack.toml");
    let rule = "format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"a\"\ncheck = \"area\"\nmax = \"1 km2\"\nideal = \"2 亩\"\n";
    fs::write(&pack, rule).unwrap();
    let found = printed(0, "check", &["--rules", pack.to_str().unwrap(), "--json"]);
    check_members(
        "check",
        "rules rules.pack rules.counts rules.counts.kept rules.counts.broken rules.findings rules.findings[].rule \
         rules.findings[].severity rules.findings[].judgement rules.findings[].unit rules.findings[].value \
         rules.findings[].max rules.findings[].ideal rules.findings[].text rules.findings[].text.zh \
         rules.findings[].text.en",
        &found,
    );
    check_members(
        "check",
        "layers layers[].name layers[].crs layers[].fields layers[].fields[].role layers[].fields[].column \
         layers[].fields[].evidence layers[].fields[].evidence[].kind layers[].fields[].evidence[].text \
         layers[].fields[].evidence[].percent layers[].fields[].doubts layers[].fields[].doubts[].kind \
         layers[].fields[].doubts[].text",
        &found,
    );
    let more = ["--plan", "PLAN", "--level", "atom", "--samples", "3"];
    let ensemble = printed(0, "ensemble", &[&more[..], &["--json"]].concat());
    let report: Value = serde_json::from_str(&ensemble).unwrap();
    let ids: Vec<&str> = report["indicators"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    check(
        "ensemble",
        "area_variation population_variation compactness_mean distance_max distance_mean people_reassigned \
         people_farther farther_mean",
        &ids,
    );
    check_members(
        "ensemble",
        "level units_before units samples seed indicators indicators[].id indicators[].unit indicators[].name \
         indicators[].better indicators[].plan indicators[].percentile indicators[].quantiles \
         indicators[].quantiles.p5 indicators[].quantiles.p95",
        &ensemble,
    );
    let csv = printed(0, "ensemble", &[&more[..], &["--csv"]].concat());
    let columns = "level indicator unit plan percentile better_than_percent p5 p25 p50 p75 p95";
    check_columns("ensemble", columns, &csv);
}

/// The villages above.
pub fn dataset() -> Arc<Dataset> {
    dataset_of(VILLAGES)
}

pub fn dataset_of(villages: &str) -> Arc<Dataset> {
    let (limits, progress) = (Limits::default(), Progress::new());
    let layer = geojson::read_bytes("villages.geojson", villages.as_bytes(), &limits, &progress).unwrap();
    Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &progress).unwrap())
}

/// Words that conditions and expressions have always had for figures.
const WORDS: &str = "面积 area 人口 population 人口数 people pop 密度 density 人口密度 最大半径 radius 最大服务半径 紧凑度 compactness \
     惯性矩紧凑度 inertia moment\u{a0}of\u{a0}inertia 登记面积 declared\u{a0}area declared_area 面积差 area\u{a0}difference \
     area_difference 驻地邻近度 seat\u{a0}proximity seat_proximity 平均距离 mean\u{a0}distance 户数 households";

#[test]
fn conditions_and_expressions_keep_their_words() {
    let dataset = dataset();
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &OwnFigures::default());
    let formulas = FormulaWords::of(&dataset);
    for word in WORDS.split(' ').filter(|word| !word.is_empty()).map(|word| word.replace('\u{a0}', " ")) {
        let found = Query::read(&format!("{word} > 1"), &vocabulary);
        assert!(found.is_ok(), "{word}: {found:?}");
        let found = read_formula(&format!("{word} * 2"), &formulas);
        assert!(found.is_ok(), "{word}: {found:?}");
    }
    for word in ["面积_km2", "面积_公顷", "面积_亩", "area_km2", "area_ha", "area_mu", "下辖", "members"] {
        assert!(read_formula(&format!("{word} * 2"), &formulas).is_ok(), "{word}");
    }
    for condition in [
        "面积 < 5 km²",
        "面积 < 5 km2",
        "面积 < 5㎢",
        "面积 < 5平方公里",
        "面积 < 5 平方千米",
        "面积 < 5公顷",
        "area < 5 ha",
        "面积 < 5亩",
        "area < 5 mu",
        "面积 < 5 m²",
        "面积 < 5 m2",
        "面积 < 5㎡",
        "面积 < 5平方米",
        "人口 > 5 人",
        "population > 5 people",
        "密度 > 5 人/km²",
        "密度 > 5 人/km2",
        "密度 > 5 人/平方公里",
        "density > 5 /km²",
        "radius > 5 km",
        "最大半径 > 5公里",
        "最大半径 > 5千米",
        "radius > 5 m",
        "最大半径 > 5米",
        "面积差 > 5%",
        "下辖 > 5个",
    ] {
        let found = Query::read(condition, &vocabulary);
        assert!(found.is_ok(), "{condition}: {found:?}");
    }
}

/// The least that a pack sets for a figure.
fn least(rule: &str, min: &str) -> f64 {
    let text = format!("format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"a\"\n{rule}\nmin = {min}\n");
    let pack = Pack::parse(&text).unwrap();
    let Check::Range { limits, .. } = &pack.rules[0].check else { return f64::NAN };
    limits[0].min.unwrap()
}

#[test]
fn packs_keep_their_checks_and_units() {
    for (rule, min, wanted) in [
        ("check = \"population\"", "\"3万\"", 3e4),
        ("check = \"population\"", "\"3万人\"", 3e4),
        ("check = \"population\"", "\"30 人\"", 30.0),
        ("check = \"population\"", "30_000", 3e4),
        ("check = \"sum\"\nfield = \"households\"", "\"12 个\"", 12.0),
        ("check = \"sum\"\nfield = \"households\"", "\"1万\"", 1e4),
        ("check = \"figure\"\nfigure = \"每户\"", "-1.5", -1.5),
        ("check = \"figure\"\nfigure = \"每户\"", "\"30%\"", 0.3),
        ("check = \"area\"", "\"130 km²\"", 1.3e8),
        ("check = \"area\"", "\"130 km2\"", 1.3e8),
        ("check = \"area\"", "\"130 平方公里\"", 1.3e8),
        ("check = \"area\"", "\"130平方千米\"", 1.3e8),
        ("check = \"area\"", "\"2 公顷\"", 2e4),
        ("check = \"area\"", "\"2 ha\"", 2e4),
        ("check = \"area\"", "\"3 亩\"", 2e3),
        ("check = \"area\"", "\"3 mu\"", 2e3),
        ("check = \"area\"", "\"1.5万亩\"", 1e7),
        ("check = \"area\"", "\"3 m2\"", 3.0),
        ("check = \"area\"", "\"3 m²\"", 3.0),
        ("check = \"area\"", "\"3 平方米\"", 3.0),
        ("check = \"density\"", "250", 250.0),
        ("check = \"radius\"", "\"15 km\"", 15e3),
        ("check = \"radius\"", "\"15 公里\"", 15e3),
        ("check = \"radius\"", "\"15千米\"", 15e3),
        ("check = \"distance\"", "\"800 米\"", 800.0),
        ("check = \"distance\"", "\"800 m\"", 800.0),
        ("check = \"members\"", "\"3 个\"", 3.0),
        ("check = \"compactness\"", "0.2", 0.2),
        ("check = \"compactness\"\nshape = \"polsby-popper\"", "\"20%\"", 0.2),
        ("check = \"compactness\"\nshape = \"reock\"", "0.2", 0.2),
        ("check = \"compactness\"\nshape = \"convex-hull\"", "0.2", 0.2),
        ("check = \"compactness\"\nshape = \"moment-of-inertia\"", "0.2", 0.2),
        ("check = \"compactness\"\nshape = \"seat-proximity\"", "1.2", 1.2),
    ] {
        let found = least(rule, min);
        assert!((found - wanted).abs() <= wanted.abs() * 1e-12, "{rule}, {min}: {found}");
    }
}

#[test]
fn the_command_line_keeps_its_names_of_figures() {
    let dataset = dataset();
    for (name, wanted) in [
        ("area", Figure::Area),
        ("declared-area", Figure::DeclaredArea),
        ("declared-difference", Figure::DeclaredDifference),
        ("population", Figure::Population),
        ("density", Figure::Density),
        ("radius-mean", Figure::RadiusMean),
        ("radius", Figure::RadiusMax),
        ("compactness", Figure::Compactness),
        ("moment-of-inertia", Figure::Inertia),
        ("seat-proximity", Figure::SeatProximity),
        ("households", Figure::Sum(0)),
    ] {
        assert_eq!(Figure::called(name, &dataset, &OwnFigures::default()), Some(wanted), "{name}");
    }
}

#[test]
fn projects_keep_the_keys_of_their_figures() {
    let dataset = dataset();
    let own = OwnFigures::default();
    let keys: Vec<String> = Figure::on_map(&dataset, &own).iter().map(|figure| figure.key((&dataset, &own))).collect();
    for key in [
        "area",
        "population",
        "density",
        "radius-max",
        "radius-mean",
        "compactness",
        "inertia",
        "seat-proximity",
        "declared-area",
        "declared-difference",
        "sum:households",
        "sum:面积_亩",
    ] {
        assert!(keys.iter().any(|other| other == key), "{key}: {}", list(&keys));
    }
}
