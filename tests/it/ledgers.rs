//! Ledgers on the command line, upon the sample county.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{quhua_exits, repository};

const HEALTH: &str = "机构编码,机构名称,乡镇,类别,床位数,转型方向\n\
    H01,凤翔街道社区卫生服务中心,凤翔街道,建制卫生院,60,\n\
    H02,石桥镇卫生院,TOWN_A,建制卫生院,40,\n\
    H03,龙泉乡卫生院,TOWN_B,建制卫生院,18,\n\
    H04,县人民医院,全县,县医疗中心,500,\n\
    H05,无名卫生室,没有的镇,村卫生室,2,\n\
    H06,县中医院,三河县,县医疗中心,200,\n";

/// Names and codes of two townships that lie side by side, as the example plan merges them.
struct Merged {
    names: [String; 2],
    codes: [String; 2],
    plan: Value,
}

fn merged() -> Merged {
    let plan: Value =
        serde_json::from_slice(&fs::read(repository("sample_data/sanhe/example.plan.json")).unwrap()).unwrap();
    let townships: Value =
        serde_json::from_slice(&fs::read(repository("sample_data/sanhe/townships.geojson")).unwrap()).unwrap();
    let code = |at: usize| plan["edits"][0]["units"][at].as_str().unwrap().to_owned();
    let name = |code: &str| {
        let all = townships["features"].as_array().unwrap();
        let it = all.iter().find(|it| it["properties"]["code"] == code).unwrap();
        it["properties"]["name"].as_str().unwrap().to_owned()
    };
    let codes = [code(0), code(1)];
    Merged { names: [name(&codes[0]), name(&codes[1])], plan: plan["edits"][0].clone(), codes }
}

fn county() -> [String; 2] {
    ["villages", "townships"].map(|name| repository(&format!("sample_data/sanhe/{name}.geojson")).display().to_string())
}

fn written(folder: &Path, merged: &Merged) -> String {
    let path = folder.join("医疗机构.csv");
    let text = HEALTH.replace("TOWN_A", &merged.names[0]).replace("TOWN_B", &merged.names[1]);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_ledger_is_bound_counted_and_written_as_a_plan_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let merged = merged();
    let ledger = format!("{}=health", written(folder.path(), &merged));
    let [villages, townships] = county();
    let args = |more: &[&str]| -> Vec<String> {
        let all = [more[0], more[1], &villages, &townships, "--ledger", &ledger].map(str::to_owned);
        all.into_iter().filter(|arg| !arg.is_empty()).chain(more[2..].iter().map(|&arg| arg.to_owned())).collect()
    };
    let (out, _) = quhua_exits(1, args(&["ledger", "check", "--json"]));
    let report: Value = serde_json::from_str(&out).unwrap();
    let table = &report["tables"][0];
    assert_eq!((&table["table"], &table["rows"], &table["key"]), (&"health".into(), &6.into(), &"机构编码".into()));
    let bound = serde_json::json!({"place": 0, "code": 0, "name": 3, "whole": 2, "not_found": 1});
    assert_eq!(table["bound"], bound);
    assert_eq!(table["findings"][0]["message"], "row 6: no unit has its name: 没有的镇");
    assert_eq!(table["columns"][4], serde_json::json!({"name": "床位数", "sort": "number", "carry": "sum"}));

    // A plan merges two townships, and one of their two clinics is turned into something else.
    let plan = folder.path().join("plan.json");
    let record = serde_json::json!({"op": "record", "table": "health", "id": "H03",
        "set": {"类别": "非建制卫生院", "转型方向": "康养"}});
    let edits = serde_json::json!({"format": "quhua-plan", "version": 1, "edits": [merged.plan, record]});
    fs::write(&plan, edits.to_string()).unwrap();
    let plan = plan.display().to_string();
    let figures = [
        "--level",
        "township",
        "--figure",
        "床位每千人 = sum(health.床位数) / population * 1000",
        "--figure",
        "建制 = count(health where 类别 = 建制卫生院)",
        "--json",
    ];
    let metrics = |plan: &[&str]| -> Value {
        let (out, _) = quhua_exits(0, args(&[&["metrics", ""], &figures[..], plan].concat()));
        serde_json::from_str(&out).unwrap()
    };
    let clinics = |metrics: &Value, name: &str| -> Option<f64> {
        let unit = metrics["units"].as_array().unwrap().iter().find(|unit| unit["name"] == name)?;
        unit["figures"]["建制"].as_f64()
    };
    let before = metrics(&[]);
    assert_eq!(clinics(&before, &merged.names[0]), Some(1.0), "{}", before["units"][0]);
    let after = metrics(&["--plan", &plan]);
    let result = edits["edits"][0]["into"]["name"].as_str().unwrap_or(&merged.names[0]);
    assert_eq!(clinics(&after, result), Some(1.0));

    let out = folder.path().join("台账");
    quhua_exits(0, args(&["ledger", "write", "--plan", &plan, "-o", &out.display().to_string()]));
    let (diff, _) = quhua_exits(
        1,
        [
            "ledger",
            "diff",
            ledger.trim_end_matches("=health"),
            &out.join("health.xlsx").display().to_string(),
            "--json",
        ],
    );
    let diff: Value = serde_json::from_str(&diff).unwrap();
    assert_eq!(
        (&diff["added"], &diff["gone"]),
        (&Value::from(Vec::<String>::new()), &Value::from(Vec::<String>::new()))
    );
    let changed: Vec<&str> =
        diff["changed"].as_array().unwrap().iter().map(|it| it["column"].as_str().unwrap()).collect();
    assert_eq!(changed, ["类别", "转型方向"]);
    assert_eq!(
        diff["columns_added"],
        serde_json::json!(["township before", "village before", "township after", "village after"])
    );
    assert_ne!(merged.codes[0], merged.codes[1]);
}

#[test]
fn what_is_wrong_with_ledgers_is_one_line() {
    let [villages, _] = county();
    let (_, err) = quhua_exits(2, ["ledger", "check", &villages]);
    assert_eq!(err, "error: no ledger is given; add --ledger FILE=NAME\n");
    let (_, err) = quhua_exits(2, ["ledger", "check", &villages, "--ledger", "/nowhere.csv"]);
    assert!(err.starts_with("error: ") && err.lines().count() == 1, "{err}");
    let (_, err) = quhua_exits(2, ["metrics", &villages, "--figure", "x = count(health)"]);
    assert!(err.contains("the name of a ledger"), "{err}");
}

#[test]
fn a_project_holds_its_ledgers_and_a_plan_names_those_that_it_records_about() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let [project, again, plan, merged_plan] = ["p.gpkg", "again.gpkg", "plan.json", "merged.json"].map(path);
    let file = written(folder.path(), &merged());
    let [villages, townships] = county();
    quhua_exits(0, ["convert", &villages, &townships, "--ledger", &format!("{file}=health"), "-o", &project]);
    quhua_exits(0, ["convert", &project, "-o", &again]);
    let counted = |more: &[&str]| -> (f64, String) {
        let args =
            [&["metrics", &again, "--level", "township", "--figure", "n = count(health)", "--json"], more].concat();
        let (out, said) = quhua_exits(0, args);
        let metrics: Value = serde_json::from_str(&out).unwrap();
        (metrics["units"].as_array().unwrap().iter().filter_map(|unit| unit["figures"]["n"].as_f64()).sum(), said)
    };
    let (before, _) = counted(&[]);
    assert!(before >= 3.0, "{before}");

    let record = |id: &str| {
        serde_json::json!({"format": "quhua-plan", "version": 1,
            "edits": [{"op": "record", "table": "health", "id": id, "remove": true}]})
    };
    fs::write(&plan, record("H03").to_string()).unwrap();
    let unbound =
        "warning: ledger health (医疗机构.csv): 1 rows are of no unit and in no figure (ledger check lists them)\n";
    assert_eq!(counted(&["--plan", &plan]), (before - 1.0, unbound.to_owned()));
    // What two plans come to names the ledger as it is.
    quhua_exits(0, ["plan", "merge", &plan, &plan, "--on", &again, "-o", &merged_plan]);
    let named: Value = serde_json::from_slice(&fs::read(&merged_plan).unwrap()).unwrap();
    let ledger = &named["base"][0]["ledgers"][0];
    assert_eq!(
        (&ledger["name"], &ledger["path"], &ledger["rows"]),
        (&"health".into(), &"医疗机构.csv".into(), &6.into())
    );
    assert_eq!(counted(&["--plan", &merged_plan]).1, unbound);
    // Next month's file is meant to be used, and that it is another is said.
    fs::write(&file, fs::read_to_string(&file).unwrap().replace(",18,", ",20,")).unwrap();
    let (after, said) = counted(&["--plan", &merged_plan, "--ledger", &format!("{file}=health")]);
    assert_eq!(Some(after), Some(before - 1.0));
    let told = "warning: the plan was made with another version of the ledger \"health\" (医疗机构.csv); rows are found by their keys\n";
    assert_eq!(said, format!("{told}{unbound}"));
}
