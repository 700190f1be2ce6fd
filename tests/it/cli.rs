//! The command line as other programs and people use it.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{quhua, quhua_exits, repository};

const VILLAGES: &str = "sample_data/sanhe/villages.geojson";
const TOWNSHIPS: &str = "sample_data/sanhe/townships.geojson";

/// Two squares beside each other, `a` and `b`, in one township.
const TWO: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","id":7,"properties":{"code":306,"name":"a","population":10.50,"z":[1,{"q":1e2}]},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]}},
{"type":"Feature","properties":{"name":"b","code":307,"population":20},"geometry":{"type":"Polygon","coordinates":[[[105.1,31],[105.2,31],[105.2,31.1],[105.1,31.1],[105.1,31]]]}},
{"type":"Feature","properties":{"name":"c","code":308,"population":5},"geometry":{"type":"Polygon","coordinates":[[[105.2,31],[105.3,31],[105.3,31.1],[105.2,31.1],[105.2,31]]]}}
]}"#;

fn plan(edits: &str) -> String {
    format!(r#"{{"format":"quhua-plan","version":1,"name":"p","edits":[{edits}]}}"#)
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }
}

fn json(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn merging_two_units_writes_one_and_leaves_the_third_as_it_came() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let merge = r#"{"op":"merge","units":["306","307"],"form":"establish","into":{"code":"400","name":"ab"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let [out, walk, summary] = ["out.geojson", "walk.csv", "summary.json"].map(|name| folder.path(name));
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out, "--crosswalk", &walk, "--summary", &summary]);

    let made = json(&out);
    let features = made["features"].as_array().unwrap();
    assert_eq!(features.len(), 2);
    assert_eq!(features[0]["properties"]["code"], "400");
    assert_eq!(features[0]["properties"]["merged_from"], serde_json::json!(["306", "307"]));
    assert_eq!(features[0]["properties"]["population"].to_string(), "30.5");
    assert_eq!(features[0]["geometry"]["type"], "Polygon");
    // As it came, and behind its properties what every unit says of itself.
    let (begins, ends) = TWO.lines().nth(3).unwrap().split_once("},\"geometry\"").unwrap();
    let text = fs::read_to_string(&out).unwrap();
    assert!(text.lines().any(|line| line.starts_with(&format!("{begins},")) && line.ends_with(ends)), "{text}");
    assert_eq!(
        (&features[1]["properties"]["level"], &features[1]["properties"]["code"]),
        (&"atom".into(), &308.into())
    );

    let walk = fs::read_to_string(&walk).unwrap();
    assert!(walk.starts_with("\u{feff}level,old_code,old_name,new_code,new_name,relation,change,area_m2,area_share,"));
    assert_eq!(walk.lines().count(), 4);
    assert!(json(&summary).is_object());
}

#[test]
fn boundaries_come_with_a_certificate_that_ties_them_to_their_input() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let merge = r#"{"op":"merge","units":["306","307"],"form":"establish","into":{"code":"400","name":"ab"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let [out, page] = ["out.geojson", "out.certificate.html"].map(|name| folder.path(name));
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out]);
    let certificate = json(folder.path("out.certificate.json"));
    assert_eq!(certificate["passed"], true);
    for (file, entry) in [(&layer, &certificate["inputs"][0]), (&out, &certificate["output"])] {
        assert_eq!(entry["sha256"], quhua::io::hash::sha256_of(Path::new(file)).unwrap());
    }
    let unit = &certificate["units"][0];
    assert_eq!((&unit["code"], &unit["change"]), (&"400".into(), &"established".into()));
    assert_eq!(unit["vertices"], serde_json::json!({"outline": 6, "cut": 0, "moved": 0}));
    assert_eq!(unit["area_m2"]["difference"].as_f64(), Some(0.0));
    // The border between the two went inside: a tenth of a degree of a meridian.
    assert!((unit["border_m"]["dissolved"].as_f64().unwrap() - 11_087.0).abs() < 1.0, "{unit}");
    assert_eq!(certificate["left_as_they_came"], 1);
    let first = fs::read(&page).unwrap();
    assert!(String::from_utf8_lossy(&first).contains("移动 0 个"));

    // The same again gives the same bytes; without it there is none.
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out]);
    assert_eq!(fs::read(&page).unwrap(), first);
    let other = folder.path("other.geojson");
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &other, "--no-certificate"]);
    let (text, _) = quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", "-"]);
    assert_eq!(fs::read_to_string(&other).unwrap(), text);
    assert_eq!(fs::read_to_string(&out).unwrap(), text);
    let certificates = |name: &str| Path::new(&folder.path(name)).exists();
    assert!(!certificates("other.certificate.json") && !certificates("-.certificate.json"));
}

#[test]
fn a_merged_unit_at_a_defect_is_marked() {
    let folder = Folder::new();
    // The border between the first two units has a vertex on one side only, half a metre off the other.
    let layer = folder
        .write("two.geojson", TWO.replacen("[105.1,31.1],[105,31.1]", "[105.100005,31.05],[105.1,31.1],[105,31.1]", 1));
    let merge = r#"{"op":"merge","units":["306","307"],"form":"establish","into":{"code":"400","name":"ab"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let out = folder.path("out.geojson");
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out]);
    assert_eq!(json(&out)["features"][0]["properties"]["touches_defect"], true);
    let (text, _) = quhua_exits(0, ["metrics", &layer, "--plan", &plan]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let marked = |unit: &&Value| unit["touches_defect"] == true;
    let codes: Vec<&Value> =
        report["units"].as_array().unwrap().iter().filter(marked).map(|unit| &unit["code"]).collect();
    assert_eq!(codes, ["400"]);
}

#[test]
fn untouched_files_leave_as_they_came() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let plan = folder.write("plan.json", plan(""));
    let out = folder.path("out.geojson");
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out]);
    let out = fs::read_to_string(&out).unwrap();
    for feature in TWO.lines().skip(1).filter(|line| line.starts_with("{\"type\":\"Feature\"")) {
        let feature = feature.trim_end_matches(',');
        assert!(out.lines().any(|line| line.trim_end_matches(',') == feature), "{feature}\n{out}");
    }
}

#[test]
fn a_refused_edit_writes_nothing_and_names_its_index() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let edits = r#"{"op":"rename","unit":"306","name":"x"},{"op":"abolish","unit":"307"}"#;
    let plan = folder.write("plan.json", plan(edits));
    let out = folder.write("out.geojson", "before");
    let (_, message) = quhua_exits(1, ["apply", &layer, "--plan", &plan, "-o", &out]);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("edit 2"), "{message}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "before");
}

#[test]
fn the_same_input_gives_the_same_bytes_on_any_number_of_threads() {
    let folder = Folder::new();
    let plan = repository("sample_data/sanhe/example.plan.json");
    let outputs = ["1", "3"].map(|threads| {
        let out = folder.path(&format!("{threads}.geojson"));
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_quhua-cli"))
            .env("RAYON_NUM_THREADS", threads)
            .arg("apply")
            .args([VILLAGES, TOWNSHIPS].map(repository))
            .args([OsStr::new("--plan"), plan.as_os_str(), OsStr::new("-o"), OsStr::new(&out)])
            .status()
            .unwrap();
        assert!(status.success());
        fs::read(out).unwrap()
    });
    assert!(!outputs[0].is_empty());
    assert!(outputs[0] == outputs[1]);
}

#[test]
fn metrics_say_which_fields_and_method_were_used() {
    let (text, _) = quhua_exits(0, [OsStr::new("metrics"), repository(VILLAGES).as_os_str(), OsStr::new("--json")]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["fields"]["code"], "code");
    assert_eq!(report["fields"]["population"], "population");
    assert_eq!(report["area_method"], "geodesic");
    assert_eq!(report["level"], "village");
    let units = report["units"].as_array().unwrap();
    assert_eq!(report["totals"]["units"], units.len());
    let population: i64 = units.iter().map(|unit| unit["population"].as_i64().unwrap()).sum();
    assert_eq!(report["totals"]["population"], population);
    let area: f64 = units.iter().map(|unit| unit["area_m2"].as_f64().unwrap()).sum();
    assert!((report["totals"]["area_m2"].as_f64().unwrap() / area - 1.0).abs() < 1e-12);
}

#[test]
fn the_sample_county_is_healthy() {
    let (text, _) = quhua_exits(0, [OsStr::new("check"), repository(VILLAGES).as_os_str(), OsStr::new("--json")]);
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report["valid_coverage"], true);
}

#[test]
fn broken_input_gets_one_clear_line_and_status_two() {
    let folder = Folder::new();
    let nested = format!("{{\"type\":\"FeatureCollection\",\"features\":[{}", "[".repeat(100_000));
    let with = |coordinate: &str| TWO.replace("[105.1,31.1],[105,31.1]", &format!("[105.1,31.1],[{coordinate},31.1]"));
    let broken: Vec<(&str, Vec<u8>)> = vec![
        ("truncated", TWO[..TWO.len() / 2].into()),
        ("wrong-type", br#"{"type":"Topology","objects":{}}"#.into()),
        ("nan", with("NaN").into()),
        ("infinite", with("1e400").into()),
        ("projected", with("35512345.6").into()),
        ("nested", nested.into()),
        ("empty", Vec::new()),
        ("binary", (0..=255).collect()),
        (
            "crs",
            TWO.replacen("\"features\"", r#""crs":{"type":"name","properties":{"name":"EPSG:2362"}},"features""#, 1)
                .into(),
        ),
    ];
    let mut paths: Vec<String> =
        broken.iter().map(|(name, bytes)| folder.write(&format!("{name}.geojson"), bytes)).collect();
    paths.push(folder.path("missing.geojson"));
    paths.push(folder.path("."));
    for path in paths {
        let (out, message) = quhua_exits(2, ["check", &path]);
        assert_eq!(out, "");
        assert_eq!(message.lines().count(), 1, "{message}");
        assert!(message.starts_with("error: ") && message.contains(path.trim_end_matches('.')), "{message}");
    }
}

#[test]
fn an_output_that_cannot_be_written_leaves_the_old_one() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let plan = folder.write("plan.json", plan(""));
    let nowhere = folder.path("no/such/folder/out.geojson");
    let (_, message) = quhua_exits(2, ["apply", &layer, "--plan", &plan, "-o", &nowhere]);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("out.geojson"), "{message}");
    // A full disk, and a folder that nobody may write to, not even an administrator.
    for (path, there) in [("/dev/full", "/dev/full"), ("/sys/out.geojson", "/sys/kernel")] {
        if Path::new(there).exists() {
            let (_, message) = quhua_exits(2, ["apply", &layer, "--plan", &plan, "-o", path]);
            assert_eq!(message.lines().count(), 1, "{message}");
            assert!(message.contains(path), "{message}");
        }
    }
}

#[test]
fn a_read_only_folder_keeps_the_old_output() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let plan = folder.write("plan.json", plan(""));
    let locked = folder.path("locked");
    std::fs::create_dir(&locked).unwrap();
    let out = format!("{locked}/out.geojson");
    std::fs::write(&out, "the old one").unwrap();
    let set_readonly = |readonly| {
        let mut permissions = std::fs::metadata(&locked).unwrap().permissions();
        permissions.set_readonly(readonly);
        std::fs::set_permissions(&locked, permissions).unwrap();
    };
    set_readonly(true);
    let may_write_anyway = std::fs::write(format!("{locked}/probe"), "").is_ok();
    if may_write_anyway {
        eprintln!("skipped: this user may write to read-only folders");
    } else {
        let (_, message) = quhua_exits(2, ["apply", &layer, "--plan", &plan, "-o", &out]);
        assert_eq!(message.lines().count(), 1, "{message}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "the old one");
    }
    set_readonly(false);
}

#[test]
fn a_plan_for_another_file_is_refused_unless_allowed() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let text = plan("").replace("\"edits\"", r#""base":[{"path":"x.geojson","sha256":"00ff"}],"edits""#);
    let plan = folder.write("plan.json", text);
    let out = folder.path("out.geojson");
    let (_, message) = quhua_exits(2, ["apply", &layer, "--plan", &plan, "-o", &out]);
    assert!(message.contains("--allow-other-base"), "{message}");
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out, "--allow-other-base"]);
}

#[test]
fn usage_errors_have_status_two() {
    for args in [&["apply"][..], &["check"], &["metrics", "x", "--level", "moon"], &["check", "x", "--no-such"]] {
        assert_eq!(quhua(args.iter().copied()).status.code(), Some(2));
    }
    for command in ["check", "metrics", "apply", "compare", "convert", "plan"] {
        quhua_exits(0, [command, "--help"]);
    }
    #[cfg(feature = "print")]
    quhua_exits(0, ["render", "--help"]);
    quhua_exits(0, ["--version"]);
}

/// Three villages; two of them are merged.
const FIELDS: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"306","name":"a","population":10,"gdp":5,"gdp_per_head":5000,"elevation_m":400,"terrain":"山区","phone":"0816-1","fid":1},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]}},
{"type":"Feature","properties":{"code":"307","name":"b","population":30,"gdp":6,"gdp_per_head":2000,"elevation_m":500,"terrain":"平坝","phone":null,"fid":2},"geometry":{"type":"Polygon","coordinates":[[[105.1,31],[105.2,31],[105.2,31.1],[105.1,31.1],[105.1,31]]]}},
{"type":"Feature","properties":{"code":"308","name":"c","population":5,"gdp":1,"gdp_per_head":2000,"elevation_m":0,"terrain":"平坝","phone":"7","fid":3},"geometry":{"type":"Polygon","coordinates":[[[105.2,31],[105.3,31],[105.3,31.1],[105.2,31.1],[105.2,31]]]}}
]}"#;

#[test]
fn fields_of_merged_units_follow_their_rules_and_the_summary_says_which() {
    let folder = Folder::new();
    let layer = folder.write("fields.geojson", FIELDS);
    let merge = r#"{"op":"merge","units":["306","307"],"form":"establish","into":{"code":"400","name":"ab"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let [out, summary] = ["out.geojson", "summary.json"].map(|name| folder.path(name));
    let rules = ["elevation_m=mean:area", "gdp_per_head=ratio:gdp/population*10000", "terrain=list", "phone=keep"];
    let given = rules.iter().flat_map(|rule| ["--field", rule]);
    let all = ["apply", &layer, "--plan", &plan, "-o", &out, "--summary", &summary, "--no-certificate"];
    quhua_exits(0, all.into_iter().chain(given));
    let made = json(&out)["features"][0]["properties"].clone();
    assert_eq!([&made["population"], &made["gdp"], &made["gdp_per_head"]], [40, 11, 2750]);
    assert_eq!([&made["elevation_m"], &made["terrain"]], [&Value::from(450), &Value::from("山区、平坝")]);
    // The larger one has no telephone.
    assert!(made["phone"].is_null() && made.get("phone").is_some());
    // Numbers of records are not handed on.
    assert!(made.get("fid").is_none());
    let summary = json(&summary);
    let field = |name: &str| {
        let fields = summary["fields"].as_array().unwrap();
        fields.iter().find(|field| field["field"] == name).unwrap().clone()
    };
    assert_eq!(field("gdp_per_head")["rule"], "ratio:gdp/population*10000");
    assert_eq!([&field("terrain")["guessed"], &field("fid")["guessed"]], [false, true]);
    assert_eq!(field("fid")["basis"], "identifier");
    assert_eq!(field("phone")["unknown"][0]["unit"], "400");
    assert_eq!(field("phone")["unknown"][0]["why"], "the surviving unit has no value, others have");

    for (rule, wanted) in [
        ("terrain=sum", "terrain does not hold numbers"),
        ("gdp_per_head=sum", "gdp_per_head is a ratio"),
        ("nothing=list", "no field \"nothing\""),
    ] {
        let (_, said) = quhua_exits(2, ["apply", &layer, "--plan", &plan, "-o", &out, "--field", rule]);
        assert!(said.contains(wanted) && said.trim_end().lines().count() == 1, "{said}");
    }
}

#[test]
fn figures_of_ones_own_are_worked_out_for_every_unit_and_for_merged_ones() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    let figure = ["--figure", "half = population / 2", "--figure", "dense = round(people / area_ha, 3)"];
    let (out, _) = quhua_exits(0, ["metrics", &layer].into_iter().chain(figure));
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["units"][0]["figures"]["half"], 5.25);
    assert!(report["units"][1]["figures"]["dense"].as_f64().unwrap() > 0.0);
    let (table, _) = quhua_exits(0, ["metrics", &layer, "--csv"].into_iter().chain(figure));
    assert!(table.lines().next().unwrap().contains("figure:half,figure:dense"));

    let merge = r#"{"op":"merge","units":["306","307"],"form":"establish","into":{"code":"400","name":"ab"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let out = folder.path("out.geojson");
    quhua_exits(0, ["apply", &layer, "--plan", &plan, "-o", &out].into_iter().chain(figure));
    let made = json(&out);
    assert_eq!(made["features"][0]["properties"]["half"], 15.25);
    // What no edit touched leaves as it came.
    assert!(made["features"][1]["properties"].get("half").is_none());
    let (report, _) = quhua_exits(0, ["compare", &layer, "--plan", &plan].into_iter().chain(figure));
    let report: Value = serde_json::from_str(&report).unwrap();
    let indicators = report["levels"][0]["indicators"].as_array().unwrap();
    let most = indicators.iter().find(|it| it["id"] == "figure_max:half").unwrap();
    assert_eq!((&most["values"][0]["value"], &most["values"][1]["value"]), (&10.into(), &15.25.into()));
    let svg = folder.path("map.svg");
    quhua_exits(0, ["render", &layer, "--style", "half:equal", "-o", &svg].into_iter().chain(figure));
    assert!(fs::read_to_string(svg).unwrap().contains(">half<"));
}

#[test]
fn a_figure_that_cannot_be_read_is_refused_with_its_place_and_a_proposal() {
    let folder = Folder::new();
    let layer = folder.write("two.geojson", TWO);
    for (figure, says) in [
        ("half = populaton / 2", "character 1, \"populaton\""),
        ("half = populaton / 2", "did you mean \"population\"?"),
        ("half", "write NAME = EXPRESSION"),
        ("population = 3", "use another name"),
    ] {
        let (_, error) = quhua_exits(2, ["metrics", &layer, "--figure", figure]);
        assert!(error.contains(says) && error.lines().count() == 1, "{error}");
    }
}

/// Two squares of about 1.06 km² each, the second with a wrong area.
const DECLARED: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"a","population":10,"DCMJ":1058000},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.01,31],[105.01,31.01],[105,31.01],[105,31]]]}},
{"type":"Feature","properties":{"code":"b","population":20,"DCMJ":1100000},"geometry":{"type":"Polygon","coordinates":[[[105.01,31],[105.02,31],[105.02,31.01],[105.01,31.01],[105.01,31]]]}}
]}"#;

#[test]
fn a_declared_area_stands_beside_the_measured_one_before_and_after_a_merger() {
    let folder = Folder::new();
    let layer = folder.write("declared.geojson", DECLARED);
    let merge = r#"{"op":"merge","units":["a","b"],"form":"establish","into":{"code":"c","name":"c"}}"#;
    let plan = folder.write("plan.json", plan(merge));
    let (out, _) = quhua_exits(0, ["metrics", &layer, "--plan", &plan]);
    let report: Value = serde_json::from_str(&out).unwrap();
    let declared = serde_json::json!({"field": "DCMJ", "unit": "m2", "basis": "values"});
    assert_eq!(report["fields"]["declared_area"], declared);
    let made = &report["units"][0]["declared_area"];
    assert_eq!(made["area_m2"], 2_158_000.0);
    assert!((made["difference_percent"].as_f64().unwrap() - 1.9).abs() < 0.1, "{made}");
    // Squares side by side: 6ab / π(a² + b²), a degree of longitude being 0.861 of one of latitude.
    let compactness = report["units"][0]["compactness"]["moment_of_inertia"].as_f64().unwrap();
    assert!((compactness - 0.83).abs() < 0.01, "{compactness}");
    let (table, _) = quhua_exits(0, ["metrics", &layer, "--csv"]);
    // What figures came later stand behind.
    assert!(table.lines().next().unwrap().contains(",seat_proximity,declared_area_m2,declared_difference_percent"));

    let (health, _) = quhua_exits(1, ["check", &layer, "--json"]);
    let health: Value = serde_json::from_str(&health).unwrap();
    // That nobody counts people here is told beside it.
    let finding = health["findings"].as_array().unwrap().iter().find(|it| it["kind"] != "role_unfilled").unwrap();
    assert_eq!(
        (&finding["kind"], &finding["units"][0], &finding["severity"]),
        (&"area_differs".into(), &"b".into(), &"warning".into())
    );
    assert!(finding["message"].as_str().unwrap().contains("differ by 3.9 %"), "{finding}");
    // Read otherwise when somebody says so.
    let hectares = ["metrics", &layer, "--declared-area", "DCMJ", "--declared-area-unit", "ha"];
    let (out, _) = quhua_exits(0, hectares);
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["units"][0]["declared_area"]["area_m2"], 10_580_000_000.0);
}

#[test]
fn what_is_found_a_thousand_times_is_said_a_hundred_times_and_told_whole_as_json() {
    // A ring that goes to and fro over its own way back, and points among the features.
    let zigzag = (0..=600)
        .map(|i| format!("[{},{}]", 105.0 + f64::from(i) * 1e-5, 31.0 + if i % 2 == 0 { -1e-4 } else { 1e-4 }));
    let ring: Vec<String> =
        zigzag.chain(["[105.00601,31]", "[104.9999,31]", "[105,30.9999]"].map(str::to_owned)).collect();
    let mut features = vec![format!(
        r#"{{"type":"Feature","properties":{{"code":"1"}},"geometry":{{"type":"Polygon","coordinates":[[{}]]}}}}"#,
        ring.join(",")
    )];
    let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105,31]}}"#;
    features.extend(std::iter::repeat_n(point.to_owned(), 50));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    let path = path.to_str().unwrap();
    let (text, said) = quhua_exits(1, ["check", path]);
    assert!(text.contains("and 500 more invalid_ring; --json has all"), "{text}");
    assert!(text.lines().count() < 300, "{}", text.lines().count());
    assert!(said.contains("and 30 more of this kind (skipped_feature)"), "{said}");
    let (json, _) = quhua_exits(1, ["check", path, "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let of = |kind: &str| report["findings"].as_array().unwrap().iter().filter(|it| it["kind"] == kind).count();
    assert_eq!((of("invalid_ring"), of("skipped_feature")), (600, 50));
}
