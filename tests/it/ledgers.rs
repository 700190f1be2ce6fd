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

/// What is said while `metrics` works out the figures of townships with these arguments.
fn said_by_metrics(more: &[&str]) -> String {
    let [villages, townships] = county();
    let args = [&["metrics", &villages, &townships, "--level", "township"], more].concat();
    quhua_exits(0, args).1
}

#[test]
fn what_makes_figures_wrong_is_said_before_anybody_relies_on_them() {
    let folder = tempfile::tempdir().unwrap();
    let merged = merged();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let rows = format!("机构编码,机构名称,乡镇,类别\nH1,甲,{0},建制卫生院\nH2,乙,没有的镇,次中心\n", merged.names[0]);
    let health = file("我县.csv", &rows);
    // Under another name nothing would be counted.
    let said = said_by_metrics(&["--ledger", &health, "--pack", "health"]);
    assert!(said.contains("no ledger is called health") && said.contains("write --ledger 我县.csv=health"), "{said}");
    let said = said_by_metrics(&["--ledger", &format!("{health}=health"), "--pack", "health"]);
    assert!(said.contains("ledger health (我县.csv): 1 rows are of no unit and in no figure"), "{said}");
    // A pack with a slip in a figure.
    let pack = file(
        "slip.toml",
        "format = \"quhua-pack\"\nversion = 1\n[table.health]\n[[figure]]\nid = \"慢\"\nis = \"sum(health.bedz)\"\n",
    );
    let said = said_by_metrics(&["--ledger", &format!("{health}=health"), "--pack", &pack]);
    assert!(said.contains("the figure \"慢\" is wrong: character 12, \"bedz\""), "{said}");
    let [villages, townships] = county();
    let refused = |more: &[&str]| quhua_exits(2, [&["metrics", &villages, &townships], more].concat()).1;
    let twice = refused(&["--ledger", &format!("{health}=a"), "--ledger", &format!("{health}=a")]);
    assert!(twice.contains("two ledgers are called \"a\""), "{twice}");
    assert!(refused(&["--ledger", &format!("{health}=")]).contains("a name is missing behind ="));
    let accepted = file("accept.json", "{\"health\": {\"H9\": \"519921101\"}}");
    let said = refused(&["--ledger", &format!("{health}=health"), "--ledger-accept", &accepted]);
    assert!(said.contains("the ledger \"health\" has no row \"H9\""), "{said}");
    let _ = fs::create_dir(folder.path().join("empty"));
    let empty = folder.path().join("empty").display().to_string();
    assert!(refused(&["--pack", &empty]).contains("there is no pack.toml in it"));
}

#[test]
fn a_column_that_a_pack_asks_for_and_the_file_lacks_makes_figures_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let merged = merged();
    let path = folder.path().join("医疗.csv");
    let rows = format!("机构编码,机构名称,乡镇,类别,规模/编制床位\nH1,甲,{},建制卫生院,30\n", merged.names[0]);
    let beds = |text: &str| -> Value {
        fs::write(&path, text).unwrap();
        let [villages, townships] = county();
        let ledger = format!("{}=health", path.display());
        let args = ["metrics", &villages, &townships, "--level", "township", "--ledger", &ledger, "--pack", "health"];
        let (out, _) = quhua_exits(0, [&args[..], &["--json"]].concat());
        let metrics: Value = serde_json::from_str(&out).unwrap();
        let units = metrics["units"].as_array().unwrap();
        units.iter().find(|unit| unit["code"] == merged.codes[0].as_str()).unwrap()["figures"]["床位"].clone()
    };
    assert_eq!(beds(&rows.replace("规模/编制床位", "床位数（张）")), 30);
    assert_eq!(beds(&rows.replace("规模/编制床位", "张数")), Value::Null, "not known, and not none");
}

#[test]
fn a_project_made_by_convert_keeps_packs_and_days_and_other_formats_say_that_ledgers_stay_behind() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = format!("{}=health", written(folder.path(), &merged()));
    let [villages, townships] = county();
    let [project, table] = ["p.gpkg", "t.geojson"].map(|name| folder.path().join(name).display().to_string());
    let args = ["convert", &villages, &townships, "--ledger", &ledger, "--pack", "health", "--as-of", "2026-01-02"];
    quhua_exits(0, [&args[..], &["-o", &project]].concat());
    let (out, _) = quhua_exits(0, ["metrics", &project, "--level", "township", "--json"]);
    let metrics: Value = serde_json::from_str(&out).unwrap();
    assert!(metrics["units"][0]["figures"].get("床位").is_some(), "{out}");
    let (_, said) = quhua_exits(0, [&args[..], &["-o", &table]].concat());
    assert!(said.contains("without the ledgers health"), "{said}");
}

#[test]
fn the_workbook_of_the_county_comes_back_with_its_formats_and_what_the_plan_says() {
    use calamine::{Reader as _, Xlsx, open_workbook};
    use rust_xlsxwriter::{Format, Formula, Workbook};
    let folder = tempfile::tempdir().unwrap();
    let merged = merged();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("卫生院").unwrap();
    sheet.merge_range(0, 0, 0, 3, "三河县卫生院一览表", &Format::new().set_bold()).unwrap();
    for (column, header) in (0..).zip(["机构编码", "机构名称", "乡镇", "床位数", "联系人"]) {
        sheet.write_string(1, column, header).unwrap();
    }
    let thousands = Format::new().set_num_format("#,##0\"张\"");
    for (row, (name, beds)) in
        (2..).zip([(&merged.names[0], 1200.0), (&merged.names[1], 18.0), (&merged.names[0], 7.0)])
    {
        let cells = [format!("H{}", row - 1), format!("{row}号院"), name.clone()];
        for (column, text) in (0..).zip(&cells) {
            sheet.write_string(row, column, text).unwrap();
        }
        sheet.write_number_with_format(row, 3, beds, &thousands).unwrap();
    }
    sheet.write_string(5, 0, "合计").unwrap();
    sheet.write_formula(5, 3, Formula::new("SUM(D3:D5)")).unwrap();
    let file = folder.path().join("卫生院.xlsx");
    book.save(&file).unwrap();
    let plan = serde_json::json!({"format": "quhua-plan", "version": 1, "edits": [
        {"op": "record", "table": "health", "id": "H2", "set": {"床位数": "1234"}},
        {"op": "record", "table": "health", "id": "H3", "remove": true},
        {"op": "record", "table": "health", "add": {"机构编码": "N9", "床位数": "66"}, "unit": merged.codes[0]},
        merged.plan]});
    let plan_file = folder.path().join("plan.json");
    fs::write(&plan_file, plan.to_string()).unwrap();
    let out = folder.path().join("out");
    let [villages, townships] = county();
    let ledger = format!("{}=health", file.display());
    let [plan_file, out_folder] = [&plan_file, &out].map(|path| path.display().to_string());
    let args = ["ledger", "write", &villages, &townships, "--ledger", &ledger, "--plan", &plan_file, "-o", &out_folder];
    quhua_exits(0, args);

    let mut read: Xlsx<_> = open_workbook(out.join("health.xlsx")).unwrap();
    let range = read.worksheet_range("卫生院").unwrap();
    let row = |row: u32| -> Vec<String> {
        (0..9).map(|column| range.get_value((row, column)).map(ToString::to_string).unwrap_or_default()).collect()
    };
    assert_eq!(row(0)[0], "三河县卫生院一览表");
    assert_eq!(row(1)[..7], ["机构编码", "机构名称", "乡镇", "床位数", "联系人", "township before", "village before"]);
    assert_eq!(row(2)[..4], ["H1", "2号院", &merged.names[0], "1200"]);
    assert_eq!(row(3)[..4], ["N9", "", &merged.names[0], "66"], "one row went, one came to those of its township");
    assert_eq!((&row(4)[3], &row(4)[5]), (&"1234".to_owned(), &merged.names[1]));
    assert_eq!(row(4)[7], row(2)[7], "one township after the plan");
    assert_eq!(row(5)[0], "合计");
    let formulas = read.worksheet_formula("卫生院").unwrap();
    assert_eq!(formulas.get_value((5, 3)).unwrap(), "SUM(D3:D5)");
}
