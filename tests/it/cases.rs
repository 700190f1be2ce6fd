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

mod fields {
    use serde_json::json;

    use super::*;

    #[test]
    fn ratios_are_not_added_up_and_no_chance_quotient_halves_a_column() {
        let folder = Folder::new();
        let (layer, plan) = (case("c41z-chinese-ratios.geojson"), case("c41z.plan.json"));
        let summary = folder.path("summary.json");
        let args = ["apply", &layer, "--plan", &plan, "-o", &folder.path("out.geojson"), "--summary", &summary];
        quhua_exits(0, args);
        let units = properties(&folder.json("out.geojson"));
        let made = unit(&units, "519921101299");
        assert_eq!((&made["人口"], &made["村委会个数"]), (&json!(2010), &json!(2)));
        let number = |field: &str| made[field].as_f64().unwrap();
        for (field, least, most) in [
            ("每人耕地面积", 1.2, 1.2),
            ("每平方公里人口", 900.0, 901.0),
            ("人口增长百分数", 0.8, 0.8),
            ("常住人口占户籍人口", 0.8, 0.8),
        ] {
            assert!((least..=most).contains(&number(field)), "{field}: {made}");
        }
        assert_eq!((&made["最大自然村人口"], &made["最远村民小组户数"]), (&json!(121), &json!(13)));
        assert!(made.get("单位产值").is_none_or(Value::is_null), "{made}");
        // Nothing says what it counts: both values, never a half.
        assert_eq!(made["登记数"], "1000、1010");
        let fields = folder.json("summary.json")["fields"].clone();
        assert!(fields.as_array().unwrap().iter().all(|field| field["guessed"] == true), "{fields}");
        // And it can be overruled.
        let chosen = ["--field", "单位产值=max", "--field", "登记数=sum"];
        quhua_exits(0, args.into_iter().chain(chosen));
        let units = properties(&folder.json("out.geojson"));
        let made = unit(&units, "519921101299");
        assert_eq!((&made["单位产值"], &made["登记数"]), (&json!(5), &json!(2010)));
    }

    /// Three villages side by side, the last as large as thirty.
    fn three(properties: [Value; 3]) -> String {
        let at = [105.0, 105.001, 105.002, 105.032];
        let features = properties.into_iter().enumerate().map(|(i, mut properties)| {
            let (west, east) = (at[i], at[i + 1]);
            properties["code"] = format!("51992110120{i}").into();
            properties["name"] = format!("村{i}").into();
            let ring = [[west, 31.0], [east, 31.0], [east, 31.01], [west, 31.01], [west, 31.0]];
            json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        });
        json!({"type": "FeatureCollection", "features": features.collect::<Vec<_>>()}).to_string()
    }

    const MERGE: &str = r#"{"format": "quhua-plan", "version": 1, "name": "p", "edits": [{"op": "merge",
        "units": ["519921101200", "519921101201", "519921101202"], "form": "absorb", "into": {"code": "519921101200"}}]}"#;

    fn merged(folder: &Folder, rows: [Value; 3]) -> Value {
        let [layer, plan] = [("in.geojson", &*three(rows)), ("plan.json", MERGE)].map(|(name, text)| {
            fs::write(folder.path(name), text).unwrap();
            folder.path(name)
        });
        folder.applied(&layer, &plan).remove(0)
    }

    #[test]
    fn a_text_is_that_of_most_area_or_of_all_and_never_one_members() {
        let folder = Folder::new();
        let row = |terrain: &str, english: &str| json!({"population": 500, "terrain": terrain, "name_en": english, "county_note": "a"});
        let made = merged(&folder, [row("丘陵", "Jia"), row("丘陵", "Yi"), row("山地", "Bing")]);
        assert_eq!(
            (&made["terrain"], &made["name_en"], &made["county_note"]),
            (&"山地".into(), &Value::Null, &"a".into())
        );
    }

    #[test]
    fn numbers_as_text_are_read_where_they_are_clear_and_said() {
        let layer = case("c08-separators.geojson");
        let report = metrics(&[&layer]);
        let people = |code: &str| {
            report["units"].as_array().unwrap().iter().find(|it| it["code"] == code).unwrap()["population"].clone()
        };
        for (code, wanted) in
            [("D0", json!(1234)), ("D1", json!(12345)), ("D2", json!(1234)), ("D3", json!(1234)), ("D5", json!(987))]
        {
            assert_eq!(people(code), wanted, "{code}");
        }
        // It may be a thousand, or one and a quarter.
        assert_eq!(people("D4"), Value::Null);
        let found = checked(&layer);
        for (kind, text) in [("numbers_as_text", "1,234"), ("values_unread", "1.234")] {
            let finding = found.iter().find(|it| it["kind"] == kind).unwrap();
            let message = finding["message"].as_str().unwrap();
            assert!(message.contains("population") && message.contains(text), "{message}");
        }
    }

    #[test]
    fn signs_for_none_are_never_added_up() {
        let folder = Folder::new();
        let row = |people: Value, homes: Value| json!({"population": people, "households": homes});
        let made = merged(&folder, [row(json!(10), json!(-9999)), row(json!("-"), json!(4)), row(json!(5), json!(3))]);
        assert_eq!((&made["population"], &made["households"]), (&Value::Null, &Value::Null));
        assert_eq!(made["population_known"], 15);
        let kinds: Vec<Value> = checked(&folder.path("in.geojson")).iter().map(|it| it["kind"].clone()).collect();
        assert!(kinds.contains(&"signs_for_none".into()), "{kinds:?}");
    }

    #[test]
    fn fields_with_years_and_units_in_their_names_are_recognised() {
        let of = |name: &str| metrics(&[&case(&format!("field-names/{name}.geojson"))])["fields"].clone();
        let [units, year, survey] = ["units", "year", "qsdw"].map(of);
        assert_eq!(
            (&units["population"], &units["code"], &units["name"]),
            (&"户籍人口（人）".into(), &"村代码".into(), &"村名称".into())
        );
        assert!(units["sum"].as_array().unwrap().contains(&"总户数(户)".into()), "{units}");
        assert_eq!(year["population"], "2020年户籍人口");
        assert!(year["sum"].as_array().unwrap().contains(&"2020年户数".into()), "{year}");
        let used = ["code", "name", "parent", "parent_name", "population"].map(|role| survey[role].clone());
        assert_eq!(used, ["QSDWDM", "QSDWMC", "XZDM", "XZMC", "ZRKS"].map(Value::from));
    }

    #[test]
    fn a_role_that_no_field_was_recognised_for_is_a_finding() {
        let folder = Folder::new();
        fs::write(folder.path("in.geojson"), three([100, 200, 300].map(|n| json!({"RKZS": n})))).unwrap();
        let layer = folder.path("in.geojson");
        let found = checked(&layer);
        let message = found.iter().find(|it| it["kind"] == "role_unfilled").unwrap()["message"].as_str().unwrap();
        assert!(message.contains("RKZS") && message.contains("--population"), "{message}");
        assert_eq!(metrics(&[&layer, "--population", "RKZS"])["totals"]["population"], 600);
    }

    #[test]
    fn codes_with_blanks_are_refused_and_codes_from_spreadsheets_are_read() {
        let folder = Folder::new();
        let out = folder.path("out.geojson");
        let args = ["apply", &case("c18-communes.geojson"), "--plan", &case("c59a.plan.json"), "-o", &out];
        let (_, said) = quhua_exits(1, args);
        assert!(said.contains("27605") && said.contains("blanks"), "{said}");
        let text = three([1, 2, 3].map(|n| json!({"population": n})));
        let text = text.replace("\"519921101200\"", "519921101200.0").replace("\"519921101201\"", "\"519921101201.0\"");
        fs::write(folder.path("float.geojson"), text).unwrap();
        let report = metrics(&[&folder.path("float.geojson")]);
        let codes: Vec<Value> = report["units"].as_array().unwrap().iter().map(|it| it["code"].clone()).collect();
        assert_eq!(codes, ["519921101200", "519921101201", "519921101202"]);
        assert_eq!(report["level"], "village");
    }

    #[test]
    fn an_easting_is_no_county_code() {
        let folder = Folder::new();
        let text = three([513_245, 513_360, 514_471].map(|x| json!({"population": 1, "X坐标": x, "easting": x + 7})));
        fs::write(folder.path("in.geojson"), text.replace("\"code\"", "\"note\"")).unwrap();
        let report = metrics(&[&folder.path("in.geojson")]);
        assert_ne!(report["level"], "county");
        assert!(
            !["X坐标", "easting"].contains(&report["fields"]["code"].as_str().unwrap_or_default()),
            "{}",
            report["fields"]
        );
    }

    #[test]
    fn people_say_whether_they_are_registered_or_resident_where_both_are_counted() {
        let output = crate::support::quhua(["metrics", &case("field-names/year.geojson"), "--csv", "--lang", "zh"]);
        let head = String::from_utf8(output.stdout).unwrap().lines().next().unwrap().to_owned();
        assert!(head.contains("户籍人口"), "{head}");
    }
}

mod reading {
    use super::*;

    #[test]
    fn polygons_in_collections_are_read_and_said() {
        let folder = Folder::new();
        let layer = case("c04-geometrycollection.geojson");
        let units = folder.applied(&layer, &case("c04.plan.json"));
        assert_eq!((units.len(), &unit(&units, "A9")["population"]), (2, &30.into()));
        assert_eq!(metrics(&[&layer])["totals"]["units"], 3);
        let found = checked(&layer);
        assert_eq!(found.iter().filter(|it| it["kind"] == "geometry_collection").count(), 2);
    }

    #[test]
    fn what_is_skipped_is_a_finding_and_shows_in_the_exit_status() {
        let folder = Folder::new();
        let text = fs::read_to_string(case("c04-geometrycollection.geojson")).unwrap();
        let point =
            r#"{"type":"Feature","properties":{"code":"A4"},"geometry":{"type":"Point","coordinates":[105,31]}}"#;
        let (head, rest) = text.split_once('[').unwrap();
        fs::write(folder.path("in.geojson"), format!("{head}[{point},{rest}")).unwrap();
        let (out, _) = quhua_exits(1, ["check", &folder.path("in.geojson"), "--json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!(report["counts"]["skipped_feature"], 1);
        let (out, _) = quhua_exits(1, ["check", &folder.path("in.geojson")]);
        assert!(out.contains("skipped: its geometry is a Point"), "{out}");
    }

    #[test]
    fn several_levels_in_one_file_are_a_finding() {
        let folder = Folder::new();
        let text = fs::read_to_string(case("c53-township-missing.geojson")).unwrap();
        let town = r#"{"type":"Feature","properties":{"code":"519921101","name":"甲镇"},"geometry":{"type":"Polygon","coordinates":[[[106,31],[106.1,31],[106.1,31.1],[106,31]]]}}"#;
        let (head, rest) = text.split_once('[').unwrap();
        fs::write(folder.path("in.geojson"), format!("{head}[{town},{rest}")).unwrap();
        let found = checked(&folder.path("in.geojson"));
        assert!(found.iter().any(|it| it["kind"] == "several_levels"), "{found:?}");
    }

    /// Two townships of two villages each, all in one layer, whose level a column says.
    fn mixed(column: &str, [upper, lower]: [&str; 2]) -> String {
        let feature = |code: &str, level: &str, [left, right]: [f64; 2], people: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"code":"{code}","name":"{code}号","{column}":{level}{people}}},"geometry":{{"type":"Polygon","coordinates":[[[{left},31],[{right},31],[{right},31.1],[{left},31.1],[{left},31]]]}}}}"#
            )
        };
        let towns = [("T1", [106.0, 106.2]), ("T2", [106.2, 106.4])];
        let villages = [("V1", [106.0, 106.1]), ("V2", [106.1, 106.2]), ("V3", [106.2, 106.3]), ("V4", [106.3, 106.4])];
        let towns = towns.into_iter().map(|(code, at)| feature(code, upper, at, ""));
        let features: Vec<String> = towns
            .chain(villages.into_iter().map(|(code, at)| feature(code, lower, at, r#","population":5"#)))
            .collect();
        format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
    }

    #[test]
    fn several_levels_in_one_layer_are_taken_apart_and_that_is_told() {
        let folder = Folder::new();
        let path = folder.path("in.geojson");
        fs::write(&path, mixed("admin_level", ["6", "8"])).unwrap();
        let (out, _) = quhua_exits(0, ["check", &path, "--json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&report["features"], &report["valid_coverage"]), (&4.into(), &true.into()), "{out}");
        assert_eq!(report["counts"]["levels_taken_apart"], 1);
        let levels = &report["layers"][1]["levels"];
        assert_eq!((&levels["by"], &levels["part"]), (&"admin_level".into(), &1.into()));
        assert_eq!(levels["parts"][1], serde_json::json!({"values": ["6"], "features": 2}));
        let (metrics, _) = quhua_exits(0, ["metrics", &path, "--level", "parent"]);
        let metrics: Value = serde_json::from_str(&metrics).unwrap();
        let people: Vec<&Value> = metrics["units"].as_array().unwrap().iter().map(|unit| &unit["population"]).collect();
        assert_eq!(people, [10, 10]);
        // As one level all of it overlaps.
        let (out, _) = quhua_exits(1, ["check", &path, "--levels", "", "--json"]);
        let report: Value = serde_json::from_str(&out).unwrap();
        assert_eq!((&report["features"], &report["valid_coverage"]), (&6.into(), &false.into()));
        let (_, said) = quhua_exits(2, ["check", &path, "--levels", "nothing"]);
        assert!(said.contains("no field \"nothing\""), "{said}");
    }

    #[test]
    fn a_project_keeps_levels_apart_and_a_plan_names_their_file_once() {
        let folder = Folder::new();
        let [path, project] = ["in.geojson", "p.gpkg"].map(|name| folder.path(name));
        fs::write(&path, mixed("级别", ["\"乡镇\"", "\"村\""])).unwrap();
        quhua_exits(0, ["convert", &path, "-o", &project]);
        for from in [&path, &project] {
            let (out, _) = quhua_exits(0, ["check", from, "--json"]);
            let report: Value = serde_json::from_str(&out).unwrap();
            assert_eq!(report["layers"].as_array().unwrap().len(), 2, "{out}");
            assert_eq!(report["layers"][0]["levels"]["by"], "级别");
        }
    }

    #[test]
    fn names_that_are_formulas_are_text_in_tables() {
        let folder = Folder::new();
        let text = fs::read_to_string(case("nullpop.geojson")).unwrap().replace("\"甲\"", "\"=1+2\"");
        fs::write(folder.path("in.geojson"), text).unwrap();
        let (table, _) = quhua_exits(0, ["metrics", &folder.path("in.geojson"), "--csv"]);
        assert!(table.contains(",'=1+2,"), "{table}");
    }

    #[test]
    fn no_control_signs_reach_standard_error() {
        let folder = Folder::new();
        let text = fs::read_to_string(case("nullpop.geojson")).unwrap();
        fs::write(folder.path("in.geojson"), text).unwrap();
        let plan = "{\"format\":\"quhua-plan\",\"version\":1,\"edits\":[{\"op\":\"rename\",\"unit\":\"x\\u001b[31m\",\"name\":\"a\"}]}";
        fs::write(folder.path("plan.json"), plan).unwrap();
        let args = ["apply", &folder.path("in.geojson"), "--plan", &folder.path("plan.json"), "-o", "-"];
        let output = crate::support::quhua(args);
        assert!(!output.stderr.contains(&0x1b), "{:?}", String::from_utf8_lossy(&output.stderr));
    }
}

mod plans {
    use super::*;

    /// A plan with these edits in a file of the folder.
    fn plan(folder: &Folder, edits: &str) -> String {
        let text = format!(r#"{{"format":"quhua-plan","version":1,"name":"p","edits":[{edits}]}}"#);
        fs::write(folder.path("plan.json"), text).unwrap();
        folder.path("plan.json")
    }

    #[test]
    fn a_township_that_transfers_empty_counts_no_longer_and_is_to_be_abolished() {
        let folder = Folder::new();
        let layer = case("c53-township-missing.geojson");
        let villages = properties(&serde_json::from_str(&fs::read_to_string(&layer).unwrap()).unwrap());
        let of = |town: &str| {
            villages.iter().filter(|it| it["town_code"] == town).map(|it| it["code"].clone()).collect::<Vec<_>>()
        };
        let moved = serde_json::json!({"op": "transfer", "units": of("519921102"), "to": "519921101"});
        let plan = plan(&folder, &moved.to_string());
        let summary = folder.path("summary.json");
        quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &folder.path("out.geojson"), "--summary", &summary]);
        let levels = folder.json("summary.json")["levels"].clone();
        let towns = levels.as_array().unwrap().iter().find(|it| it["level"] == "township").unwrap().clone();
        assert_eq!(towns["units_before"].as_u64().unwrap(), towns["units_after"].as_u64().unwrap() + 1, "{towns}");
        assert_eq!(towns["to_abolish"], serde_json::json!(["519921102"]));
        let report = metrics(&[&layer, "--plan", &plan, "--level", "township"]);
        assert_eq!(report["totals"]["units"], towns["units_after"]);
    }

    #[test]
    fn the_kind_of_a_district_among_townships_survives_rebase_project_and_export() {
        let folder = Folder::new();
        let layer = folder.path("in.geojson");
        let text = fs::read_to_string(case("c58-seat-without-place.geojson")).unwrap();
        fs::write(&layer, text.replace("\"建制类型\": \"乡\"", "\"建制类型\": \"区\"")).unwrap();
        let merge = r#"{"op":"merge","units":["519921202","519921203"],"form":"establish","into":{"code":"519921299","name":"新区"}}"#;
        let plan = plan(&folder, merge);
        let [once, twice, project] = ["once.json", "twice.json", "p.gpkg"].map(|name| folder.path(name));
        quhua_exits(0, ["plan", "rebase", &plan, &layer, "-o", &once]);
        quhua_exits(0, ["plan", "rebase", &once, &layer, "-o", &twice]);
        assert_eq!(fs::read_to_string(&once).unwrap(), fs::read_to_string(&twice).unwrap());
        quhua_exits(0, ["convert", &layer, "-o", &project]);
        for source in [&layer, &project] {
            let units = folder.applied(source, &once);
            let made = unit(&units, "519921299");
            assert_eq!((&made["kind"], &made["建制类型"]), (&"区".into(), &"区".into()), "{made}");
        }
    }
}
