//! What is guessed about real boundary files.

use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, Level, LevelIndex, Role, RoleDoubt, RoleEvidence};

use crate::names::printed;
use crate::support::shared;

fn open(names: &[&str]) -> Option<Dataset> {
    let paths: Option<Vec<_>> = names.iter().map(|name| shared(name)).collect();
    let read = |path| geojson::read(path, &Limits::default(), &Progress::new()).unwrap();
    let layers = paths?.iter().map(|path| read(path)).collect();
    let dataset = Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap();
    Some(dataset)
}

/// Number of units at each level, finest first.
fn units(dataset: &Dataset) -> Vec<(Level, usize)> {
    let base = &dataset.base;
    base.levels().map(|level| (dataset.level(level), base.units_at(level).count())).collect()
}

fn found(dataset: &Dataset) -> Vec<&'static str> {
    dataset.findings.iter().map(|finding| finding.what.id()).collect()
}

const NANTOU: [(Level, usize); 3] = [(Level::Village, 262), (Level::Township, 13), (Level::County, 1)];

#[test]
fn nantou_villages_bring_their_townships_and_county() {
    let Some(dataset) = open(&["nantou/villages.geojson"]) else { return };
    assert_eq!(units(&dataset), NANTOU);
    assert_eq!(found(&dataset), ["role_unfilled"], "nobody counts people there");
    let town = dataset.base.find_at(LevelIndex(1), "10008010").unwrap();
    assert_eq!(dataset.base.unit(town).name, "南投市");
}

#[test]
fn nantou_villages_nest_in_the_township_layer_whichever_comes_first() {
    let Some(dataset) = open(&["nantou/townships-truth.geojson", "nantou/villages.geojson"]) else { return };
    assert_eq!(units(&dataset), NANTOU);
    assert_eq!(dataset.level_layers, [Some(0), Some(1), None]);
    assert_eq!(dataset.fields.parent.as_deref(), Some("TOWNCODE"));
    assert_eq!(found(&dataset), ["role_unfilled"], "nobody counts people there");
}

#[test]
fn french_communes_are_atoms_with_a_population() {
    let Some(dataset) = open(&["lot-et-garonne/communes.geojson"]) else { return };
    assert_eq!(units(&dataset), [(Level::Atom, 319)]);
    let fields = &dataset.fields;
    assert_eq!(
        [&fields.code, &fields.name, &fields.population].map(|f| f.as_deref()),
        ["code", "nom", "population"].map(Some)
    );
    assert_eq!(found(&dataset), [] as [&str; 0]);
}

#[test]
fn a_made_county_has_its_figures_and_levels() {
    let Some(dataset) = open(&["dirty/clean-reference.geojson"]) else { return };
    let levels: Vec<Level> = units(&dataset).into_iter().map(|(level, _)| level).collect();
    assert_eq!(levels, [Level::Village, Level::Township, Level::County]);
    assert_eq!(dataset.fields.sum, ["households", "gdp"]);
    assert_eq!(found(&dataset), [] as [&str; 0]);
}

#[test]
fn damaged_attributes_are_found_and_loaded() {
    let Some(dataset) = open(&["dirty/injected-defects.geojson"]) else { return };
    assert_eq!(dataset.coverage.atom_count(), 122);
    let found = found(&dataset);
    assert_eq!(found.iter().filter(|&&kind| kind == "missing_code").count(), 1, "{found:?}");
    assert!(found.contains(&"duplicate_code"), "{found:?}");
}

#[test]
fn swapped_axes_beyond_the_pole_are_turned_and_told() {
    let Some(path) = shared("dirty/swapped-axes.geojson") else { return };
    let [swapped, clean] = [path, shared("dirty/clean-reference.geojson").unwrap()]
        .map(|path| geojson::read(&path, &Limits::default(), &Progress::new()).unwrap());
    assert_eq!(swapped.polygons, clean.polygons);
    assert!(!swapped.reading.crs.unwrap().doubts.is_empty());
}

#[test]
fn norwegian_municipalities_have_numbers_for_codes() {
    let Some(dataset) = open(&["dirty/norway-kommuner-2020.geojson"]) else { return };
    assert_eq!(units(&dataset), [(Level::Atom, 356)]);
    assert_eq!(dataset.fields.code.as_deref(), Some("kommunenummer"));
    assert!(dataset.base.find_at(LevelIndex(0), "301").is_some());
}

#[test]
fn what_columns_were_taken_for_is_said_with_evidence_and_doubts() {
    let Some(dataset) = open(&["nantou/townships-truth.geojson", "nantou/villages.geojson"]) else { return };
    let all = dataset.recognition();
    assert_eq!(all.len(), 2, "one for each layer");
    let code = all[0].role(Role::Code).unwrap();
    assert_eq!(code.column.as_deref(), Some("VILLCODE"));
    assert!(code.evidence.contains(&RoleEvidence::Unique), "{code:?}");
    assert!(code.evidence.contains(&RoleEvidence::BeginsWith { column: "TOWNCODE".into() }), "{code:?}");
    assert!(code.evidence.contains(&RoleEvidence::Pattern { pattern: "99999999999".into() }), "{code:?}");
    assert_eq!(code.doubts, []);
    let parent = all[0].role(Role::Parent).unwrap();
    assert!(parent.evidence.contains(&RoleEvidence::Shared { values: 13, units: 262 }), "{parent:?}");
    assert!(parent.evidence.contains(&RoleEvidence::BeginningOf { column: "VILLCODE".into() }), "{parent:?}");
    let town = all[0].role(Role::ParentName).unwrap();
    assert!(town.evidence.contains(&RoleEvidence::NamedBy { column: "TOWNCODE".into() }), "{town:?}");
    let people = all[0].role(Role::Population).unwrap();
    assert_eq!((&people.column, &people.doubts[..]), (&None, &[RoleDoubt::Unfilled { columns: vec![] }][..]));
}

#[test]
fn a_column_that_is_chosen_says_that_it_was_given_and_what_speaks_against_it() {
    let Some(path) = shared("nantou/villages.geojson") else { return };
    let layer = geojson::read(&path, &Limits::default(), &Progress::new()).unwrap();
    let given = FieldOverrides { code: Some("TOWNCODE".into()), ..FieldOverrides::default() };
    let (_, recognition) = layer.recognised(&given).unwrap();
    let code = recognition.role(Role::Code).unwrap();
    assert_eq!(code.evidence[0], RoleEvidence::Given);
    assert_eq!(code.doubts, [RoleDoubt::Duplicates { units: 262 }]);
}

#[test]
fn the_check_says_what_was_taken_for_what() {
    let text = printed(0, "check", &[]);
    let line = |role: &str| text.lines().find(|line| line.contains(&format!(": {role}: "))).unwrap_or(&text).to_owned();
    assert!(line("Code").ends_with(
        "Code: code (by its name, filled 100 %, no value comes twice, Chinese codes of villages, begins with town_code)"
    ), "{text}");
    assert!(line("Parent code").contains("all units have the same value"), "{text}");
    assert!(line("Population").ends_with("population (by its name, filled 100 %, numbers, none negative)"), "{text}");
}

/// Squares in a row with these ids and properties.
fn squares(features: &[(&str, &str)]) -> Dataset {
    let feature = |(at, (id, properties)): (usize, &(&str, &str))| {
        let (w, e) = (at, at + 1);
        let ring = format!("[[{w},0],[{e},0],[{e},1],[{w},1],[{w},0]]");
        format!(
            r#"{{"type":"Feature",{id}"properties":{{{properties}}},"geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}"#
        )
    };
    let features: Vec<String> = features.iter().enumerate().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let layer = geojson::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap()
}

#[test]
fn objects_and_lists_of_one_are_read_through() {
    let dataset = squares(&[
        ("", r#""com_code":["47044"],"tags":{"name":"Cahuzac","population":"308","note":{"x":1}}"#),
        ("", r#""com_code":["47057"],"tags":{"name":"Castillonnès","population":"1346"}"#),
    ]);
    let fields = &dataset.fields;
    assert_eq!(
        [&fields.code, &fields.name, &fields.population].map(|field| field.as_deref()),
        ["com_code", "tags.name", "tags.population"].map(Some)
    );
    let unit = dataset.base.find_at(LevelIndex(0), "47057").unwrap();
    assert_eq!(dataset.base.unit(unit).name, "Castillonnès");
}

#[test]
fn ids_of_features_are_codes_where_nothing_else_is_and_where_they_number_no_rows() {
    let named = [r#""name":"a""#, r#""name":"b""#];
    let ids = squares(&[(r#""id":"01001","#, named[0]), (r#""id":"01003","#, named[1])]);
    assert_eq!(ids.fields.code.as_deref(), Some("id"));
    assert!(ids.base.find_at(LevelIndex(0), "01003").is_some());
    let rows = squares(&[(r#""id":1,"#, named[0]), (r#""id":2,"#, named[1])]);
    assert_eq!(rows.fields.code, None);
    let coded = squares(&[(r#""id":"7","#, r#""code":"x""#), (r#""id":"9","#, r#""code":"y""#)]);
    assert_eq!(coded.fields.code.as_deref(), Some("code"));
}
