//! Kinds of units come back from every file that they go into, whatever the kind and whatever the level.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use compact_str::CompactString;
use proptest::prelude::*;

use super::export::{Export, write_units};
use super::{Limits, geojson, project};
use crate::coverage::Suspects;
use crate::edit::algebra::rebase;
use crate::edit::{Document, Edit, Form, Plan, Target, UnitRef};
use crate::geodesy::AreaMethod;
use crate::jobs::Progress;
use crate::model::{Dataset, FieldOverrides, FieldRules, Kind, Layer, LevelIndex, UnitId};

const KINDS: [&str; 21] = [
    " 里 ",
    "subdistrict",
    "town",
    "township",
    "ethnic_township",
    "village",
    "community",
    "group",
    "county",
    "区",
    "區",
    "里",
    "市",
    "旗",
    "特区",
    "镇",
    "县",
    "街道",
    "ward",
    "Town",
    "区 公所",
];

/// Endings of names: they say a kind too, mostly another one.
const ENDINGS: [&str; 12] = ["村", "社区", "里", "镇", "乡", "街道", "区", "區", "市", "县", "旗", ""];

/// Nine villages of three townships of two counties; what they are called ends by chance, and some say a kind.
fn county(chance: &[u8], levels: usize) -> Arc<Dataset> {
    let mut chance = chance.iter().copied().cycle();
    let mut next = move || usize::from(chance.next().unwrap_or_default());
    let names: Vec<String> = (0..14).map(|i| format!("甲{i}{}", ENDINGS[next() % ENDINGS.len()])).collect();
    let has_kinds = next() % 3 == 0;
    let mut features = Vec::new();
    for i in 0..9 {
        let (x, y) = (i % 3, i / 3);
        let (town, county) = (x, x / 2);
        let mut own = format!(r#""code":"51072{}10{}20{}","name":"{}""#, county + 1, town + 1, y + 1, names[i]);
        if levels > 1 {
            write!(own, r#","town_code":"51072{}10{}","town":"{}""#, county + 1, town + 1, names[9 + town]).unwrap();
        }
        if levels > 2 {
            write!(own, r#","county_code":"51072{}","county":"{}""#, county + 1, names[12 + county]).unwrap();
        }
        if has_kinds {
            write!(own, r#","kind":"{}""#, KINDS[next() % KINDS.len()]).unwrap();
        }
        let (e, n) = (x + 1, y + 1);
        features.push(format!(
            r#"{{"type":"Feature","properties":{{{own}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{e},{y}],[{e},{n}],[{x},{n}],[{x},{y}]]]}}}}"#
        ));
    }
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    dataset(vec![layer("villages.geojson", text.as_bytes())])
}

fn layer(name: &str, text: &[u8]) -> Layer {
    geojson::read_bytes(name, text, &Limits::default(), &Progress::new()).unwrap()
}

fn dataset(layers: Vec<Layer>) -> Arc<Dataset> {
    Arc::new(Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap())
}

/// Gives units of any level any kind, in every way that an edit has for it.
fn plan_of(dataset: &Arc<Dataset>, dice: &[[u8; 5]]) -> Document {
    let mut document = Document::new(Arc::clone(dataset));
    for dice in dice {
        let [op, level, a, b, kind] = dice.map(usize::from);
        let state = document.state();
        let units: Vec<UnitId> = state.units_at(state.levels().nth(level % state.level_count()).unwrap()).collect();
        let (unit, other) = (units[a % units.len()], units[b % units.len()]);
        let name = |unit| UnitRef::to(dataset, state, unit).unwrap();
        let kind: Kind = KINDS[kind % KINDS.len()].parse().unwrap();
        let into = Target { kind: Some(kind.clone()), ..Target::default() };
        let units = vec![name(unit), name(other)];
        let edit = match op % 6 {
            0 => {
                let into = Target { code: Some(state.unit(unit).code.clone()), ..into };
                Edit::Merge { units, form: Form::Absorb, into }
            }
            1 => Edit::Merge { units, form: Form::Establish, into },
            2 => Edit::Establish { units: vec![name(unit)], into },
            3 => Edit::Rename { unit: name(unit), name: format!("乙{a}{}", ENDINGS[b % ENDINGS.len()]).into() },
            _ => Edit::ConvertKind { unit: name(unit), kind, code: None, name: None },
        };
        let _ = document.commit(&edit);
    }
    document
}

type Kinds = BTreeMap<CompactString, Option<Kind>>;

fn kinds(document: &Document, level: LevelIndex) -> Kinds {
    let state = document.state();
    let unit = |id| (state.unit(id).code.clone(), state.unit(id).kind.clone());
    state.units_at(level).map(unit).collect()
}

fn exported(document: &Document, level: LevelIndex) -> Layer {
    let (dataset, state, mut text) = (document.dataset(), document.state(), Vec::new());
    let (rules, suspects) = (&FieldRules::guess(dataset), &Suspects::default());
    let area_method = AreaMethod::Geodesic;
    let export = Export { dataset, state, level, area_method, rules, suspects, further: None };
    write_units(&mut text, &export, &Progress::new()).unwrap();
    layer("export.geojson", &text)
}

fn through_a_project(document: &Document, path: &Path) -> Document {
    project::write(path, document, None, &Progress::new()).unwrap();
    let contents = project::read(path, &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(contents.layers, &contents.overrides, &Progress::new()).unwrap();
    let (document, refusals) = contents.plans.restore(Arc::new(dataset));
    assert_eq!(refusals, []);
    document
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn kinds_come_back_from_projects_exports_and_other_boundaries(
        chance in prop::collection::vec(any::<u8>(), 30), levels in 1..4_usize,
        dice in prop::collection::vec(any::<[u8; 5]>(), 0..10),
    ) {
        let loaded = county(&chance, levels);
        let document = plan_of(&loaded, &dice);
        let all: Vec<LevelIndex> = document.state().levels().collect();
        let of = |document: &Document| all.iter().map(|&level| kinds(document, level)).collect::<Vec<_>>();
        let expected = of(&document);

        let folder = tempfile::tempdir().unwrap();
        prop_assert_eq!(&of(&through_a_project(&document, &folder.path().join("a.gpkg"))), &expected, "a project");

        let text = document.plan().write();
        let plan = Plan::parse(text.as_bytes()).unwrap();
        for onto in [Arc::clone(&loaded), county(&chance, levels)] {
            let there = rebase(&onto, &plan);
            prop_assert_eq!(&there.left_over, &[]);
            let mut document = Document::new(onto);
            document.load_plan(&there.plan).unwrap();
            prop_assert_eq!(&of(&document), &expected, "other boundaries");
        }

        for &level in &all {
            let back = Document::new(dataset(vec![exported(&document, level)]));
            prop_assert_eq!(&kinds(&back, LevelIndex::FINEST), &expected[level.index()], "an export of {:?}", level);
            // And once more.
            let again = Document::new(dataset(vec![exported(&back, LevelIndex::FINEST)]));
            prop_assert_eq!(&kinds(&again, LevelIndex::FINEST), &expected[level.index()], "an export of an export");
        }
        for pair in all.windows(2) {
            let layers = pair.iter().map(|&level| exported(&document, level)).collect();
            let back = Document::new(dataset(layers));
            for (at, level) in pair.iter().enumerate() {
                let level_index = LevelIndex(u8::try_from(at).unwrap());
                prop_assert_eq!(&kinds(&back, level_index), &expected[level.index()], "exports of {:?}", pair);
            }
        }
    }
}
