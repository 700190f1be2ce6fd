//! Rows that packs bring about, on the numbers that counties report.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{quhua, quhua_exits, repository};

/// Townships of a made-up county, and villages in each.
const TOWNSHIPS: usize = 32;
const VILLAGES: usize = 18;

struct County {
    folder: tempfile::TempDir,
}

fn township(at: usize) -> String {
    format!("510921{:03}", 100 + at)
}

fn village(at: usize, number: usize) -> String {
    format!("{}{:03}", township(at), 200 + number)
}

impl County {
    /// Villages in rows, a row for each township.
    fn new() -> Self {
        let mut features = Vec::new();
        for at in 0..TOWNSHIPS {
            for number in 0..VILLAGES {
                #[expect(clippy::cast_precision_loss, reason = "there are few villages")]
                let (x, y) = (105.0 + number as f64 * 0.01, 30.0 + at as f64 * 0.01);
                let ring = json!([[x, y], [x + 0.01, y], [x + 0.01, y + 0.01], [x, y + 0.01], [x, y]]);
                features.push(json!({
                    "type": "Feature",
                    "properties": {
                        "code": village(at, number), "name": format!("第{at}乡{number}村"), "kind": "village",
                        "town_code": township(at), "town": format!("第{at}镇"),
                        "county_code": "510921", "county": "某县", "population": 1000 + number,
                    },
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }));
            }
        }
        let layer = json!({"type": "FeatureCollection", "features": features});
        let county = Self { folder: tempfile::tempdir().unwrap() };
        county.write("villages.geojson", &layer.to_string());
        county
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).display().to_string()
    }

    fn plan(&self, name: &str, edits: &[Value]) -> String {
        self.write(name, &json!({"format": "quhua-plan", "version": 1, "name": "reform", "edits": edits}).to_string())
    }

    /// What a command says as JSON, with a plan.
    fn json(&self, command: &[&str], plan: &str, more: &[&str]) -> Value {
        let villages = self.path("villages.geojson").display().to_string();
        let mut args: Vec<&str> = command.to_vec();
        args.extend([villages.as_str(), "--plan", plan, "--json"]);
        args.extend(more);
        let output = quhua(args);
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{err}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Figures of the whole county.
    fn figures<const N: usize>(&self, plan: &str, more: &[&str], names: [&str; N]) -> [Value; N] {
        let all = self.json(&["metrics"], plan, &[&["--level", "county"], more].concat());
        names.map(|name| all["units"][0]["figures"][name].clone())
    }
}

fn absorb(survivor: &str, gone: &str) -> Value {
    json!({"op": "merge", "units": [survivor, gone], "form": "absorb", "into": {"code": survivor}})
}

/// Twelve townships and 255 villages are merged into others.
fn reform() -> Vec<Value> {
    let pairs = (0..TOWNSHIPS).flat_map(|at| (0..VILLAGES / 2).map(move |pair| (at, 2 * pair)));
    let villages = pairs.take(255).map(|(at, number)| absorb(&village(at, number + 1), &village(at, number)));
    let townships = (0..12).map(|at| absorb(&township(2 * at), &township(2 * at + 1)));
    villages.chain(townships).collect()
}

#[test]
fn services_follow_a_reform_and_what_is_missing_is_counted() {
    let county = County::new();
    let mut edits = reform();
    let plan = county.plan("plan.json", &edits);
    let mut rows = "编号,名称,村代码,层级,事项数,状态\n".to_owned();
    for at in 0..TOWNSHIPS {
        for number in 0..VILLAGES {
            writeln!(rows, "P{at:02}{number:02},点,{},便民服务室,45,在用", village(at, number)).unwrap();
        }
        if at < 20 {
            writeln!(rows, "C{at:02},中心,{},便民服务中心,126,在用", village(at, VILLAGES - 1)).unwrap();
        }
    }
    let points = format!("{}=services", county.write("points.csv", &rows));
    let more = ["--pack", "services", "--ledger", &points];
    let names = ["应设便民服务中心", "应设便民服务站", "应设便民服务室", "应设便民服务点", "应设服务点合计"];
    assert_eq!(county.figures(&plan, &more, names), [20, 12, 321, 255, 608].map(Value::from));
    let gap = "缺口 = count(service_plan) - count(services where status = 在用)";
    let share = "占比 = sum(services.items where tier = 便民服务中心) \
                 / count(services where tier = 便民服务中心) / 126 * 100";
    let more = [&more[..], &["--figure", gap, "--figure", share]].concat();
    // 596 are there.
    assert_eq!(county.figures(&plan, &more, ["缺口", "占比"]), [12, 100].map(Value::from));
    // Only some of the old points are kept: the list of what there should be says so, and keeps it under its key.
    for number in [0, 2, 4] {
        let id = format!("point:{}", village(0, number));
        edits.push(json!({"op": "record", "table": "service_plan", "id": id, "set": {"keep": "否"}}));
    }
    let plan = county.plan("some.json", &edits);
    assert_eq!(county.figures(&plan, &more, ["应设便民服务点", "应设服务点合计"]), [252, 605].map(Value::from));
    let report = county.json(&["ledger", "check"], &plan, &["--pack", "services"]);
    let table = &report["tables"][0];
    let rows: Vec<_> = table["derived"].as_array().unwrap().iter().map(|it| &it["rows"]).collect();
    assert_eq!((&table["table"], rows), (&"service_plan".into(), [20, 12, 321, 255].map(Value::from).iter().collect()));
}

#[test]
fn statutory_tasks_are_due_behind_the_day_of_approval() {
    let county = County::new();
    let plan = county.plan("plan.json", &[absorb(&township(0), &township(1))]);
    let mut rows = "任务编号,任务名称,专项,牵头单位,责任领导,完成时限,状态,乡镇\n".to_owned();
    for number in 0..28 {
        let dept = if number == 5 { "" } else { "民政局" };
        writeln!(rows, "T{number:02},任务{number},第{number}专项,{dept},某县长,2020-10-01,完成,全县").unwrap();
    }
    let tasks = format!("{}=tasks", county.write("tasks.csv", &rows));
    let figures = |more: &[&str]| {
        let all = [&["--pack", "tasks", "--ledger", &tasks], more].concat();
        county.figures(&plan, &all, ["任务", "逾期任务", "30天内到期", "未定牵头单位的任务", "未定完成时限的任务"])
    };
    let approved = ["--approved", "2019-12-18", "--as-of"];
    let on = |day: &str| figures(&[&approved[..], &[day]].concat());
    // 15 days and a month are over, twelve months end on 2020-12-18; three statutory tasks have nobody in the lead yet.
    assert_eq!(on("2020-11-25"), [31, 2, 1, 4, 0].map(Value::from));
    assert_eq!(on("2020-12-18"), [31, 2, 1, 4, 0].map(Value::from));
    assert_eq!(on("2020-12-19"), [31, 3, 0, 4, 0].map(Value::from));
    assert_eq!(on("2019-12-20"), [31, 0, 2, 4, 0].map(Value::from), "on 2020-01-02, and on 2020-01-18");
    // Nobody says when, and nothing is made up: what is overdue is not known, and three have no date.
    let [all, overdue, due, _, without] = figures(&[]);
    assert_eq!([all, overdue, due, without], [31.into(), Value::Null, Value::Null, 3.into()]);
    let report = county.json(&["ledger", "check"], &plan, &["--pack", "tasks", "--ledger", &tasks]);
    assert_eq!(report["tables"][0]["lacks_approval"], true);
}

#[test]
fn problems_are_found_by_rules_grow_old_and_are_settled() {
    let county = County::new();
    let rows =
        "机构编码,机构名称,乡镇,机构类别\nH1,甲,第0镇,建制卫生院\nH2,乙,第0镇,建制卫生院\nH3,丙,第1镇,建制卫生院\n";
    let health = format!("{}=health", county.write("health.csv", rows));
    let rows = "问题编号,问题描述,乡镇,发现日期,状态\n\
        Q1,路灯,第0镇,2020-06-01,待整改\nQ2,水管,第1镇,2020-06-11,整改中\nQ3,标牌,第2镇,2020-05-01,销号\n";
    let problems = format!("{}=problems", county.write("problems.csv", rows));
    let merge = absorb(&township(0), &township(1));
    let plan = county.plan("plan.json", std::slice::from_ref(&merge));
    let packs = ["--pack", "problems", "--pack", "health", "--ledger", &health, "--ledger", &problems];
    let more = [&packs[..], &["--as-of", "2020-07-01"]].concat();
    let names = ["问题", "已销号问题", "未销号平均天数"];
    // Two centres in the new township were one too many before, and the third is transformed, but to nothing yet.
    let report = county.json(&["ledger", "check"], &plan, &packs);
    let tables = report["tables"].as_array().unwrap();
    let table = tables.iter().find(|it| it["table"] == "problems").unwrap();
    let found = table["derived"][0]["rows"].as_u64().unwrap();
    assert_eq!(county.figures(&plan, &more, names), [Value::from(3 + found), 1.into(), 25.into()]);
    // Records are carried out before anything is judged: the row is known by its rule and unit, and there once it is.
    let id = format!("查出:turned:{}", township(0));
    let settle = |set: Value| json!({"op": "record", "table": "problems", "id": id, "set": set});
    let begun = county.plan("begun.json", &[merge.clone(), settle(json!({"status": "整改中", "owner": "卫健局"}))]);
    let report = county.json(&["ledger", "check"], &begun, &packs);
    let table = report["tables"].as_array().unwrap().iter().find(|it| it["table"] == "problems").unwrap();
    assert_eq!(table["waiting"], Value::Null, "{table}");
    let closed = json!({"status": "销号", "owner": "卫健局", "closed_on": "2020-06-30"});
    let settled = county.plan("settled.json", &[merge, settle(closed)]);
    assert_eq!(county.figures(&settled, &more, names), [Value::from(3 + found), 2.into(), 25.into()]);
}

#[test]
fn a_merger_says_what_it_brings_about() {
    let path = |name: &str| repository(&format!("sample_data/sanhe/{name}")).display().to_string();
    let plan: Value = serde_json::from_slice(&fs::read(path("example.plan.json")).unwrap()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let merge = &plan["edits"][1];
    let only = written("plan.json", &json!({"format": "quhua-plan", "version": 1, "edits": [merge]}).to_string());
    let codes: Vec<&str> = merge["units"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    let gone = *codes.iter().find(|code| **code != merge["into"]["code"]).unwrap();
    let rows = format!("机构编码,机构名称,乡镇代码,机构类别\nH1,甲,{},建制卫生院\nH2,乙,{gone},建制卫生院\n", codes[1]);
    let health = format!("{}=health", written("health.csv", &rows));
    let (villages, townships) = (path("villages.geojson"), path("townships.geojson"));
    let args = |command: &str| {
        let all = [command, &villages, &townships, "--plan", &only, "--ledger", &health];
        let packs = ["--pack", "services", "--pack", "health", "--pack", "assets", "--pack", "codes"];
        all.into_iter().chain(packs).map(str::to_owned).collect::<Vec<_>>()
    };
    let out = folder.path().join("after.geojson").display().to_string();
    let (_, err) = quhua_exits(0, args("apply").into_iter().chain(["-o".into(), out]));
    for part in ["service centres −1", "service stations 1", "health centres to transform 1", "offices to dispose of 1"]
    {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert!(err.contains("villages with new codes"), "{err}");
    let output = quhua(args("check").into_iter().chain(["--json".to_owned()]));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = report["derived"].as_array().unwrap();
    let of = |rule: &str| all.iter().find(|it| it["rule"] == rule).unwrap().clone();
    assert_eq!(of("clinic")["appear"], json!(["H2"]));
    assert_eq!(of("station")["appear"], json!([format!("station:{gone}")]));
    // The asset is handed over: to whom, and by which document.
    let record = |set: Value| {
        let id = format!("vacated:{gone}");
        let record = json!({"op": "record", "table": "assets", "id": id, "set": set});
        let edits = json!({"format": "quhua-plan", "version": 1, "edits": [merge, record]});
        written("recorded.json", &edits.to_string())
    };
    let with = |plan: &str| {
        let all = args("metrics").into_iter().map(|arg| if arg == only { plan.to_owned() } else { arg });
        quhua(all.chain(["--level", "county", "--json"].map(str::to_owned)))
    };
    let refused = with(&record(json!({"mode": "注入国企", "receiver": "县国投公司"})));
    let err = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && err.contains("\"注入国企\" asks for 文号"), "{err}");
    let done = with(&record(json!({"mode": "注入国企", "receiver": "县国投公司", "doc_no": "1号"})));
    let figures: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(figures["units"][0]["figures"]["盘活率"], 100);
}

#[test]
fn what_is_said_of_rows_that_come_about_is_kept_in_a_project() {
    let county = County::new();
    let record = json!({"op": "record", "table": "service_plan", "id": format!("station:{}", township(1)),
        "set": {"name": "老街便民服务站"}});
    let plan = county.plan("plan.json", &[absorb(&township(0), &township(1)), record]);
    let villages = county.path("villages.geojson").display().to_string();
    let project = county.path("p.gpkg").display().to_string();
    let args = [
        "apply",
        &villages,
        "--plan",
        &plan,
        "--pack",
        "services",
        "--approved",
        "2019-12-18",
        "-o",
        &project,
        "--format",
        "project",
    ];
    quhua_exits(0, args);
    let scenario = ["--scenario", "reform"];
    let (out, _) = quhua_exits(0, [&["metrics", &project, "--level", "county", "--json"][..], &scenario].concat());
    assert!(out.contains("应设便民服务站"), "the project knows its packs");
    let output = quhua([&["ledger", "check", &project, "--json"][..], &scenario].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let table = report["tables"].as_array().unwrap().iter().find(|it| it["table"] == "service_plan").unwrap();
    assert_eq!((&table["waiting"], &table["recorded"]["changed"]), (&Value::Null, &1.into()), "{table}");
    let folder = county.path("written").display().to_string();
    quhua_exits(0, [&["ledger", "write", &project, "-o", &folder][..], &scenario].concat());
    assert!(Path::new(&folder).join("service_plan.xlsx").exists());
}
