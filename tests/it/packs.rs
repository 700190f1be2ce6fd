//! Packs of ledgers: those of the program on the numbers that counties report, and one that somebody made up.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{quhua, quhua_exits, repository};

struct County {
    folder: tempfile::TempDir,
    villages: PathBuf,
    townships: PathBuf,
    /// Names and codes.
    towns: Vec<[String; 2]>,
}

fn county() -> County {
    let path = |name: &str| repository(&format!("sample_data/sanhe/{name}.geojson"));
    let text = fs::read(path("townships")).unwrap();
    let layer: Value = serde_json::from_slice(&text).unwrap();
    let town = |it: &Value| ["name", "code"].map(|member| it["properties"][member].as_str().unwrap().to_owned());
    County {
        folder: tempfile::tempdir().unwrap(),
        villages: path("villages"),
        townships: path("townships"),
        towns: layer["features"].as_array().unwrap().iter().map(town).collect(),
    }
}

impl County {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn written(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, command: &str, ledger: &Path, table: &str, pack: &str, more: &[&str]) -> Value {
        let show = |path: &Path| path.display().to_string();
        let ledger = format!("{}={table}", show(ledger));
        let (villages, townships) = (show(&self.villages), show(&self.townships));
        let mut args = vec![command, &villages, &townships, "--ledger", &ledger, "--pack", pack, "--json"];
        args.extend(more);
        let output = quhua(args);
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{err}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// A figure of the whole county.
    fn figure(&self, ledger: &Path, table: &str, pack: &str, name: &str) -> Value {
        let all = self.run("metrics", ledger, table, pack, &["--level", "county"]);
        all["units"][0]["figures"][name].clone()
    }

    /// Names of units that do not keep a rule, and how that is judged: what was so as loaded is no fault of a plan.
    fn failing(&self, ledger: &Path, table: &str, [pack, rule]: [&str; 2], more: &[&str]) -> Vec<[String; 2]> {
        let report = self.run("check", ledger, table, pack, more);
        let all = report["rules"]["findings"].as_array().unwrap();
        let text = |it: &Value| it.as_str().unwrap_or_default().to_owned();
        let of_rule = all.iter().filter(|it| it["rule"] == rule);
        of_rule.map(|it| [text(&it["unit"]["name"]), text(&it["judgement"])]).collect()
    }
}

#[test]
fn health_centres_are_counted_and_each_that_is_not_statutory_has_a_new_use() {
    let county = county();
    assert!(county.towns.len() >= 25);
    let mut rows = "机构编码,机构名称,乡镇,机构类别,床位数,转型方向\n".to_owned();
    for number in 0..62 {
        let [town, _] = &county.towns[number % county.towns.len()];
        let class = if number < 32 { "建制卫生院" } else { "非建制卫生院" };
        writeln!(rows, "H{number:02},{town}第{number}卫生院,{town},{class},10,").unwrap();
    }
    let ledger = county.written("h.csv", &rows);
    let figure = |name| county.figure(&ledger, "health", "health", name);
    assert_eq!(["建制卫生院", "非建制卫生院", "床位"].map(figure), [32, 30, 620].map(Value::from));
    // 30 without a disposition, in as many townships as have one; and townships with two statutory ones.
    let failing = |ledger: &Path, rule| county.failing(ledger, "health", ["health", rule], &[]);
    assert_eq!(failing(&ledger, "turned").len(), 30.min(county.towns.len()));
    let twice = failing(&ledger, "one-statutory");
    assert_eq!(twice.len(), 32 - county.towns.len(), "{twice:?}");
    assert!(twice.iter().all(|[_, judgement]| judgement == "as_before"));
    let done = county.written("done.csv", &rows.replace("非建制卫生院,10,", "非建制卫生院,10,康养"));
    assert_eq!(failing(&done, "turned").len(), 0);
    let odd = county.written("odd.csv", &rows.replacen("建制卫生院,10", "乡卫生院,10", 1));
    let (out, _) = quhua_exits(
        1,
        ["ledger", "check", &county.villages.display().to_string(), &county.townships.display().to_string()]
            .into_iter()
            .chain(["--ledger", &format!("{}=health", odd.display()), "--pack", "health"]),
    );
    assert!(
        out.contains("row 2, column \"机构类别\": \"乡卫生院\" is none of the words of the pack: 县医疗中心"),
        "{out}"
    );
}

#[test]
fn a_merger_leaves_two_offices_of_a_kind_until_one_is_recorded_otherwise() {
    let county = county();
    let mut rows = "编号,名称,乡镇代码,类型,编制\n".to_owned();
    let mut left = 76;
    for (at, [name, code]) in county.towns.iter().enumerate() {
        let staff = if at + 1 == county.towns.len() { left } else { 3 };
        left -= staff;
        writeln!(rows, "J{at:02},{name}司法所,{code},司法所,{staff}").unwrap();
    }
    let ledger = county.written("offices.csv", &rows);
    assert_eq!(county.figure(&ledger, "offices", "one-each", "司法所人员"), 76);
    let failing = |more: &[&str]| county.failing(&ledger, "offices", ["one-each", "justice"], more);
    assert_eq!(failing(&[]).len(), 0, "each has one");
    let plan: Value =
        serde_json::from_slice(&fs::read(repository("sample_data/sanhe/example.plan.json")).unwrap()).unwrap();
    let merge = &plan["edits"][1];
    let survivor = merge["into"]["code"].as_str().unwrap();
    let gone =
        merge["units"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).find(|it| *it != survivor).unwrap();
    let row = county.towns.iter().position(|town| town[1] == gone).unwrap();
    let written = |name: &str, edits: Vec<&Value>| {
        let plan = serde_json::json!({"format": "quhua-plan", "version": 1, "edits": edits});
        county.written(name, &plan.to_string()).display().to_string()
    };
    let one = written("one.json", vec![merge]);
    let name = &county.towns.iter().find(|town| town[1] == survivor).unwrap()[0];
    assert_eq!(failing(&["--plan", &one]), [[name.clone(), "broken".to_owned()]], "one too many");
    let record =
        serde_json::json!({"op": "record", "table": "offices", "id": format!("J{row:02}"), "set": {"type": "工作点"}});
    let two = written("two.json", vec![merge, &record]);
    assert_eq!(failing(&["--plan", &two]).len(), 0);
}

#[test]
fn schools_close_merge_and_open_and_assets_are_disposed_of() {
    let county = county();
    let town = &county.towns[0][0];
    let mut rows = "学校编码,校名,乡镇,学生数,校舍面积,使用面积,办学状态\n".to_owned();
    for number in 0..20 {
        let status = match number {
            0..2 => "新建",
            2..7 => "撤销",
            7..10 => "并入",
            10..12 => "撤初中部",
            _ => "在办",
        };
        writeln!(rows, "S{number:02},学校{number},{town},100,1000,450,{status}").unwrap();
    }
    let before = county.written("schools.csv", &rows);
    let after = county.written("later.csv", &rows.replace(",450,", ",950,"));
    let figure = |ledger: &Path, name| county.figure(ledger, "schools", "schools", name);
    let events = ["新建学校", "撤并学校", "撤初中部"].map(|name| figure(&before, name));
    assert_eq!(events, [2, 8, 2].map(Value::from));
    assert_eq!(
        (figure(&before, "校舍使用率"), figure(&after, "校舍使用率")),
        (Value::from(45), Value::from(95)),
        "50 percentage points more"
    );

    let mut rows = "资产编号,名称,乡镇,类别,建筑面积,处置方式\n".to_owned();
    for number in 0..137 {
        let [town, _] = &county.towns[number % county.towns.len()];
        let (class, mode) =
            if number < 30 { ("五站五所", "调剂使用") } else { ("党政办公用房", "注入国企") };
        writeln!(rows, "A{number:03},资产{number},{town},{class},200,{mode}").unwrap();
    }
    let assets = county.written("assets.csv", &rows);
    assert_eq!(county.figure(&assets, "assets", "assets", "闲置资产"), 137);
    let some: String = rows.lines().take(52).enumerate().fold(String::new(), |text, (at, line)| {
        let line = if at > 48 { line.replace("注入国企", "待处置") } else { line.to_owned() };
        text + &line + "\n"
    });
    let some = county.written("some.csv", &some);
    let rate = county.figure(&some, "assets", "assets", "盘活率").to_string();
    assert!(rate.starts_with("94.1"), "48 of 51: {rate}");
}

#[test]
fn a_pack_of_another_country_works_by_its_text_alone() {
    let county = county();
    let folder = county.path("libraries");
    fs::create_dir(&folder).unwrap();
    let pack = r#"
format = "quhua-pack"
version = 1
title = "Libraries"
[table.libraries]
key = ["Branch No."]
[[table.libraries.column]]
id = "visits"
words = ["Visitors per year"]
carry = "sum"
[[table.libraries.column]]
id = "hall"
words = ["Reading hall"]
values = ["yes", "no"]
[[figure]]
id = "visits per head"
is = "sum(libraries.visits) / population"
decimals = 3
[[rule]]
id = "a-hall"
title = "A reading hall in each township"
check = "count"
of = "libraries where hall = yes"
level = "township"
min = 1
"#;
    fs::write(folder.join("pack.toml"), pack).unwrap();
    let [name, code] = &county.towns[0];
    let rows = format!(
        "Branch No.,Branch,Municipality code,Visitors per year,Reading hall\n7,Main,{code},34802,yes\n9,Bus,{code},0,no\n"
    );
    let ledger = county.written("branches.csv", &rows);
    let pack = folder.display().to_string();
    let all = county.run("metrics", &ledger, "libraries", &pack, &["--level", "township"]);
    let unit = all["units"].as_array().unwrap().iter().find(|unit| unit["name"] == name.as_str()).unwrap();
    assert_eq!((&unit["population"], &unit["figures"]["visits per head"]), (&34802.into(), &Value::from(1)));
    let without = county.failing(&ledger, "libraries", [&pack, "a-hall"], &[]);
    assert_eq!(without.len(), county.towns.len() - 1);
    fs::write(folder.join("pack.toml"), "format = \"quhua-pack\"\nversion = 1\n[table.x]\nclumn = 1\n").unwrap();
    let (_, err) = quhua_exits(2, ["metrics", &county.villages.display().to_string(), "--pack", &pack]);
    assert!(err.contains("line 4") && err.contains("\"column\""), "{err}");
}

#[test]
fn what_a_pack_says_of_a_ledger_stays_with_it_in_a_project() {
    let county = county();
    let [town, code] = &county.towns[0];
    let ledger = county.written(
        "h.csv",
        &format!("机构编码,机构名称,乡镇,机构类别,床位数,转型方向\nH1,卫生院,{town},建制卫生院,40,\n"),
    );
    let show = |path: &Path| path.display().to_string();
    let (villages, townships) = (show(&county.villages), show(&county.townships));
    let named = format!("{}=health", show(&ledger));
    let [first, second] = ["p.gpkg", "q.gpkg"].map(|name| show(&county.path(name)));
    quhua_exits(0, ["convert", &villages, &townships, "--ledger", &named, "--pack", "health", "-o", &first]);
    quhua_exits(0, ["convert", &first, "-o", &second]);
    // Without the pack: the project knows what it said, after another save too.
    let args = ["metrics", &second, "--level", "township", "--json", "--figure", "b = sum(health.beds)"];
    let (out, _) = quhua_exits(0, args);
    let all: Value = serde_json::from_str(&out).unwrap();
    let unit = all["units"].as_array().unwrap().iter().find(|unit| unit["code"] == code.as_str()).unwrap();
    assert_eq!(unit["figures"]["b"], 40);
}
