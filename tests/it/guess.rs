//! What is guessed about real boundary files.

use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides, Level, LevelIndex};

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
    assert_eq!(found(&dataset), [] as [&str; 0]);
    let town = dataset.base.find_at(LevelIndex(1), "10008010").unwrap();
    assert_eq!(dataset.base.unit(town).name, "南投市");
}

#[test]
fn nantou_villages_nest_in_the_township_layer_whichever_comes_first() {
    let Some(dataset) = open(&["nantou/townships-truth.geojson", "nantou/villages.geojson"]) else { return };
    assert_eq!(units(&dataset), NANTOU);
    assert_eq!(dataset.level_layers, [Some(0), Some(1), None]);
    assert_eq!(dataset.fields.parent.as_deref(), Some("TOWNCODE"));
    assert_eq!(found(&dataset), [] as [&str; 0]);
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
