//! Inputs that failed once, in `tests/data/cases`: each stands for a kind of fault.

use std::fs;

use serde_json::Value;

use crate::support::{quhua_exits, repository};

/// A file of the cases.
fn case(name: &str) -> String {
    repository("tests/data/cases").join(name).to_str().unwrap().to_owned()
}

/// A folder for what a test writes.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn json(&self, name: &str) -> Value {
        serde_json::from_str(&fs::read_to_string(self.path(name)).unwrap()).unwrap()
    }

    /// Units of a plan carried out, by their code.
    fn applied(&self, layer: &str, plan: &str) -> Vec<Value> {
        quhua_exits(0, ["apply", layer, "--plan", plan, "-o", &self.path("out.geojson"), "--no-certificate"]);
        properties(&self.json("out.geojson"))
    }
}

fn properties(collection: &Value) -> Vec<Value> {
    let features = collection["features"].as_array().unwrap();
    features.iter().map(|feature| feature["properties"].clone()).collect()
}

fn unit<'a>(units: &'a [Value], code: &str) -> &'a Value {
    let found = units.iter().find(|unit| unit["code"] == code);
    assert!(found.is_some(), "{code} in {units:?}");
    found.unwrap()
}

fn checked(layer: &str) -> Vec<Value> {
    let output = crate::support::quhua(["check", layer, "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    report["findings"].as_array().unwrap().clone()
}

fn metrics(args: &[&str]) -> Value {
    serde_json::from_str(&quhua_exits(0, [&["metrics"], args].concat()).0).unwrap()
}

mod totals {
    use super::*;

    #[test]
    fn a_sum_with_an_unknown_member_is_unknown_in_everything_that_is_written() {
        let folder = Folder::new();
        let (layer, plan) = (case("c53-township-missing.geojson"), case("c53.plan.json"));
        let [out, walk, summary] = ["out.geojson", "walk.csv", "summary.json"].map(|name| folder.path(name));
        let files = ["-o", &out, "--crosswalk", &walk, "--summary", &summary, "--level", "township"];
        quhua_exits(0, [&["apply", &layer, "--plan", &plan], &files[..]].concat());
        let units = properties(&folder.json("out.geojson"));
        let made = unit(&units, "519921120");
        assert_eq!(made["population"], Value::Null);
        assert!(made["population_known"].is_number() && made["population_unknown"] == 1, "{made}");

        let report = metrics(&[&layer, "--plan", &plan, "--level", "township"]);
        let of_metrics = report["units"].as_array().unwrap().iter().find(|unit| unit["code"] == "519921120").unwrap();
        for key in ["population", "population_known", "population_unknown"] {
            assert_eq!(of_metrics[key], made[key], "{key}");
            assert_eq!(report["totals"][key].is_null(), key == "population", "{key}");
        }
        let totals = &folder.json("summary.json")["totals"];
        assert_eq!((&totals["population"]["after"], &totals["population_unknown"]), (&Value::Null, &Value::from(1)));

        let mut walk = csv::Reader::from_path(&walk).unwrap();
        let head = walk.headers().unwrap().clone();
        let at = |name: &str| head.iter().position(|it| it == name).unwrap();
        let mut unknown = 0;
        for row in walk.records().map(Result::unwrap) {
            let known: Vec<_> = properties_of_base(&layer, &row[at("old_code")]);
            assert_eq!(row[at("population")].is_empty(), known.contains(&false), "{row:?}");
            unknown += usize::from(row[at("population")].is_empty());
        }
        assert!(unknown > 0);
    }

    /// Whether the villages of a unit have a population each.
    fn properties_of_base(layer: &str, code: &str) -> Vec<bool> {
        let layer: Value = serde_json::from_str(&fs::read_to_string(layer).unwrap()).unwrap();
        let of = properties(&layer);
        let inside = of.iter().filter(|village| village["code"].as_str().unwrap().starts_with(code));
        inside.map(|village| village["population"].is_number()).collect()
    }

    #[test]
    fn a_population_in_words_is_unknown_and_the_finding_names_value_and_column() {
        let folder = Folder::new();
        let (layer, plan) = (case("nullpop.geojson"), case("nullpop.plan.json"));
        let units = folder.applied(&layer, &plan);
        let made = unit(&units, "510722100");
        assert_eq!((&made["population"], &made["population_known"]), (&Value::Null, &Value::from(613)));
        let found = checked(&layer);
        let message = found.iter().find(|it| it["kind"] == "population_missing").unwrap()["message"].as_str().unwrap();
        assert!(message.contains("1.2万") && message.contains("population"), "{message}");
    }
}

mod own_exports {
    use std::collections::BTreeMap;
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::{Map, json};

    use quhua::coverage::Suspects;
    use quhua::edit::{Document, Edit, Form, Target, UnitRef};
    use quhua::geodesy::AreaMethod;
    use quhua::io::export::{Export, write_units};
    use quhua::io::{Limits, geojson};
    use quhua::jobs::Progress;
    use quhua::model::{Dataset, FieldOverrides, FieldRules, LevelIndex};

    use super::*;

    fn read(text: &str) -> Arc<Dataset> {
        let layer = geojson::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
        Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
    }

    fn export(document: &Document, level: u8) -> String {
        let dataset = document.dataset();
        let export = Export {
            dataset,
            state: document.state(),
            level: LevelIndex(level),
            area_method: AreaMethod::Geodesic,
            rules: &FieldRules::guess(dataset),
            suspects: &Suspects::default(),
            further: None,
        };
        let mut out = Vec::new();
        write_units(&mut out, &export, &Progress::new()).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What all units are, by level and code: name, level, kind, parent, people, seat.
    fn units(document: &Document) -> BTreeMap<(String, String), [String; 5]> {
        let (dataset, state) = (document.dataset(), document.state());
        let all = state.levels().flat_map(|level| state.units_at(level));
        let entry = |id| {
            let unit = state.unit(id);
            let parent = unit.parent.map(|parent| state.unit(parent).code.to_string());
            let people = dataset.people_of(&state.atoms(id)).value();
            let what = [
                unit.name.to_string(),
                format!("{:?}", unit.kind),
                parent.unwrap_or_default(),
                people.map(|people| people.normalize().to_string()).unwrap_or_default(),
                unit.seat_name().unwrap_or_default().to_owned(),
            ];
            ((dataset.level(unit.level).to_string(), unit.code.to_string()), what)
        };
        all.map(entry).collect()
    }

    /// Nine villages in three townships, row by row.
    fn layer(names: &[&str; 6], more: &[(&str, Value)], unknown: Option<u8>) -> String {
        let [code, name, parent, parent_name, people, kind] = names;
        let features = (0..9_u8).map(|i| {
            let (x, y) = (i % 3, i / 3);
            let degrees = |least: f64, steps: u8| least + 0.01 * f64::from(steps);
            let at = |dx: u8, dy: u8| json!([degrees(105.0, x + dx), degrees(31.0, y + dy)]);
            let town = format!("51992110{}", 1 + x);
            let mut properties = Map::new();
            for (field, value) in more {
                properties.insert((*field).to_owned(), value.clone());
            }
            properties.insert((*code).to_owned(), format!("{town}20{y}").into());
            properties.insert(
                (*name).to_owned(),
                format!("{}{}村", ["甲", "乙", "丙"][usize::from(x)], ["东", "中", "西"][usize::from(y)]).into(),
            );
            properties.insert((*parent).to_owned(), town.into());
            properties.insert((*parent_name).to_owned(), format!("{}镇", ["一", "二", "三"][usize::from(x)]).into());
            let number = (unknown != Some(i)).then_some(100 + i);
            properties.insert((*people).to_owned(), json!(number));
            properties.insert((*kind).to_owned(), "村".into());
            let ring = json!([at(0, 0), at(1, 0), at(1, 1), at(0, 1), at(0, 0)]);
            json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        });
        json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()}).to_string()
    }

    fn edits(which: u8) -> Vec<Edit> {
        let unit = |code: &str| UnitRef::code(code);
        let merge = |units: [&str; 2], form, into| Edit::Merge { units: units.map(UnitRef::code).into(), form, into };
        let all = [
            merge(
                ["519921101200", "519921101201"],
                Form::Establish,
                Target { name: Some("新村".into()), ..Target::default() },
            ),
            Edit::Transfer { units: vec![unit("519921102202")], to: unit("519921103") },
            Edit::Rename { unit: unit("519921102"), name: "改名镇".into() },
            merge(
                ["519921102", "519921103"],
                Form::Absorb,
                Target { code: Some("519921102".into()), ..Target::default() },
            ),
            Edit::Rename { unit: unit("519921103200"), name: "改名村".into() },
        ];
        all.into_iter().enumerate().filter(|(i, _)| which >> i & 1 == 1).map(|(_, edit)| edit).collect()
    }

    const CODES: &[&str] = &["code", "代码", "行政区代码", "XZQDM", "村代码"];
    const NAMES: &[&str] = &["name", "名称", "行政区名称", "XZQMC", "村名"];
    const PARENTS: &[&str] = &["town_code", "上级代码", "parent_code", "所属乡镇代码"];
    const PARENT_NAMES: &[&str] = &["town", "上级名称", "parent_name", "所属乡镇"];
    const PEOPLE: &[&str] = &["population", "人口", "户籍人口", "pop", "常住人口"];
    const KINDS: &[&str] = &["kind", "建制类型"];
    const MORE: &[&str] = &[
        "level",
        "change",
        "merged_from",
        "area_m2",
        "seat_name",
        "code_status",
        "population_known",
        "touches_defect",
        "quhua:level",
        "population_unknown",
        "former_seats",
        "备注",
        "户数",
    ];

    fn any_of(list: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
        prop::sample::select(list)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn units_come_back_the_same_whatever_the_fields_are_called(
            names in (any_of(CODES), any_of(NAMES), any_of(PARENTS), any_of(PARENT_NAMES), any_of(PEOPLE), any_of(KINDS)),
            more in prop::collection::btree_map(any_of(MORE), prop_oneof![
                Just(json!("丘陵")), Just(json!(3)), Just(json!(1.25)), Just(json!("existing")), Just(Value::Null),
            ], 0..5),
            unknown in prop::option::of(0_u8..9),
            which in 0_u8..32,
        ) {
            let names = [names.0, names.1, names.2, names.3, names.4, names.5];
            let more: Vec<(&str, Value)> = more.into_iter().collect();
            let source = read(&layer(&names, &more, unknown));
            let mut document = Document::new(source);
            let planned = units(&document);
            prop_assert_eq!(planned.len(), 12, "the source itself is read: {:?}", planned);
            for edit in edits(which) {
                let _ = document.commit(&edit);
            }
            let wanted = units(&document);
            let text = export(&document, 0);
            let again = Document::new(read(&text));
            prop_assert_eq!(&units(&again), &wanted, "{}", text);
            // What the source says of what no edit touched is there under its name.
            let back: Value = serde_json::from_str(&text).unwrap();
            for properties in properties(&back).iter().filter(|it| it.get("merged_from").is_none()) {
                for (field, value) in &more {
                    prop_assert_eq!(&properties[*field], value);
                }
            }
            // And once more, after a further plan.
            let mut third = Document::new(read(&text));
            let _ = third.commit(&Edit::Rename { unit: UnitRef::code("519921101202"), name: "再改村".into() });
            let text = export(&third, 0);
            prop_assert_eq!(&units(&Document::new(read(&text))), &units(&third), "{}", text);
            // Townships by themselves.
            let towns = Document::new(read(&export(&document, 1)));
            let is_village = |level: &str| level == "village";
            let above: BTreeMap<_, _> = wanted.into_iter().filter(|((level, _), _)| !is_village(level)).collect();
            prop_assert_eq!(units(&towns), above);
        }
    }

    #[test]
    fn chinese_fields_keep_names_and_people_of_all_units() {
        let folder = Folder::new();
        let (layer, plan) = (case("c48-chinese-fields.geojson"), case("c48.plan.json"));
        folder.applied(&layer, &plan);
        let before = metrics(&[&layer, "--plan", &plan, "--level", "village"]);
        let after = metrics(&[&folder.path("out.geojson"), "--level", "village"]);
        let rows = |report: &Value| {
            let row = |unit: &Value| {
                ["code", "name", "parent", "population", "area_m2"].map(|key| unit[key].to_string()).join(" ")
            };
            let mut rows: Vec<String> = report["units"].as_array().unwrap().iter().map(row).collect();
            rows.sort();
            rows
        };
        assert_eq!(rows(&after), rows(&before));
    }

    #[test]
    fn a_seat_in_words_survives_a_rename_and_a_merger() {
        let folder = Folder::new();
        let (layer, plan) = (case("c58-seat-without-place.geojson"), case("c58.plan.json"));
        let units = folder.applied(&layer, &plan);
        for (code, street) in [("519921200", "解放街0号"), ("519921201", "解放街1号")] {
            let made = unit(&units, code);
            assert_eq!((&made["seat_name"], &made["政府驻地"]), (&street.into(), &street.into()), "{made}");
        }
        assert_eq!(unit(&units, "519921200")["建制类型"], "民族乡");
    }
}
