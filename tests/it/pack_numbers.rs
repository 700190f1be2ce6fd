//! Packs of towns, money, crops, key figures and grids, on numbers that are known; and all packs on the sample county.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::slice::from_ref;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{quhua, repository};

/// Six villages of the townships 甲, 乙, 丙 and 丁: code, township, people, km², terrain factor, revenue, money of last year.
const VILLAGES: [(&str, &str, [f64; 5]); 6] = [
    ("510722101201", "甲镇", [18000.0, 36.0, 1.0, 900.0, 60.0]),
    ("510722101202", "甲镇", [12000.0, 24.0, 1.0, 300.0, 40.0]),
    ("510722102201", "乙乡", [7000.0, 25.0, 1.1, 90.0, 150.0]),
    ("510722102202", "乙乡", [5000.0, 20.0, 1.1, 60.0, 100.0]),
    ("510722103201", "丙乡", [8000.0, 50.0, 1.2, 70.0, 150.0]),
    ("510722104201", "丁镇", [25000.0, 55.0, 1.05, 600.0, 200.0]),
];

struct Folder(TempDir);

impl Folder {
    fn with_villages() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let village = |(at, (code, town, [people, ..])): (u32, &(&str, &str, [f64; 5]))| {
            let (west, east) = (105.0 + 0.01 * f64::from(at), 105.01 + 0.01 * f64::from(at));
            let ring = json!([[west, 31.0], [east, 31.0], [east, 31.01], [west, 31.01], [west, 31.0]]);
            let properties = json!({"code": code, "name": format!("{}村", &code[6..]), "town_code": &code[..9],
                "town": town, "county_code": "510722", "county": "甲县", "population": people});
            json!({"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}})
        };
        let all: Vec<Value> = (0..).zip(&VILLAGES).map(village).collect();
        folder.write("v.geojson", &json!({"type": "FeatureCollection", "features": all}).to_string());
        folder
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        fs::write(self.0.path().join(name), text).unwrap();
        self.path(name)
    }

    fn plan(&self, name: &str, edits: &[Value]) -> String {
        self.write(name, &json!({"format": "quhua-plan", "version": 1, "edits": edits}).to_string())
    }

    /// What a command says of the villages as JSON.
    fn run(&self, command: &str, more: &[&str]) -> Value {
        read_json(command, &[&self.path("v.geojson")], more)
    }

    /// A figure of the units of a level, as it is written, by their order; empty where it is not known.
    fn figures(&self, level: &str, figure: &str, decimals: usize, more: &[&str]) -> Vec<String> {
        let all = self.run("metrics", &[&["--level", level], more].concat());
        let units = all["units"].as_array().unwrap().iter();
        let written = |value: &Value| value.as_f64().map_or_else(String::new, |value| format!("{value:.decimals$}"));
        units.map(|unit| written(&unit["figures"][figure])).collect()
    }
}

fn read_json(command: &str, layers: &[&str], more: &[&str]) -> Value {
    let output = quhua([&[command], layers, &["--json"], more].concat());
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{err}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn merge(units: [&str; 2], into: &Value) -> Value {
    let form = if into.get("name").is_some() { "establish" } else { "absorb" };
    json!({"op": "merge", "units": units, "form": form, "into": into})
}

#[test]
fn money_is_shared_out_to_the_digit_and_what_a_merger_moves_is_told() {
    let folder = Folder::with_villages();
    let mut rows = "行政区划代码,村,财政收入（万元）,国土面积（km²）,地形折算面积（km²）,上年补助（万元）\n".to_owned();
    for (code, _, [_, km2, factor, revenue, last]) in VILLAGES {
        writeln!(rows, "{code},村,{revenue},{km2},{:.2},{last}", km2 * factor).unwrap();
    }
    let ledger = format!("{}=finance", folder.write("finance.csv", &rows));
    let basis = ["--ledger", &ledger, "--pack", "fiscal", "--number", "资金总额=1000"];
    let of = |figure: &str, decimals: usize, more: &[&str]| {
        folder.figures("township", figure, decimals, &[&basis[..], more].concat())
    };
    assert_eq!(of("村级基数分配额", 4, &[]), ["299.4140", "220.8170", "199.6808", "280.0883"]);
    assert_eq!(of("乡镇基数分配额", 4, &[]), ["291.0325", "224.5202", "202.7910", "281.6562"]);
    assert_eq!(of("按个数分配额", 2, &[]), ["250.00"; 4]);
    assert_eq!(of("取整分配额", 0, &[]), ["299", "221", "200", "280"]);
    assert_eq!(of("人均分配基尼系数", 4, &[]), ["0.1745"; 4]);
    assert_eq!(of("人口权重加5点", 4, &[]), ["4.7898", "-2.8960", "-4.4292", "2.5355"]);
    assert_eq!(of("人均分配额", 2, &[])[0], "99.80");
    assert_eq!(of("每平方公里分配额", 4, &[])[0], "4.9902");
    // Nobody below what it had: the others give, by their shares.
    assert_eq!(of("取整分配额", 0, &["--number", "保底比例=1"]), ["288", "250", "192", "270"]);
    let fixed = of("村级基数分配额", 4, &["--number", "每村固定补助=20"]);
    assert_eq!(fixed, ["303.4844", "234.3189", "195.7191", "266.4777"]);

    let into = json!({"code": "510722105", "name": "新乙镇"});
    let plan = folder.plan("both-lack.json", &[merge(["510722102", "510722103"], &into)]);
    let after = |figure, decimals| of(figure, decimals, &["--plan", &plan]);
    assert_eq!(after("村级基数分配额", 4), ["299.4140", "280.0883", "420.4977"]);
    assert_eq!(after("乡镇基数分配额", 4), ["291.0325", "281.6562", "427.3112"]);
    assert_eq!(after("取整分配额", 0), ["299", "280", "421"]);
    assert_eq!(after("按个数分配额", 2), ["333.33"; 3]);
    assert_eq!(after("按个数增减幅", 1), ["33.3", "33.3", "-33.3"]);
    for figure in ["村级基数残差", "乡镇基数残差"] {
        assert!(after(figure, 4).iter().all(|residual| residual.trim_start_matches('-') == "0.0000"), "{figure}");
    }
    // One that has more than it needs and one that has less: the need of the second is no longer seen.
    let into = json!({"code": "510722101"});
    let plan = folder.plan("one-lacks.json", &[merge(["510722101", "510722102"], &into)]);
    assert_eq!(of("乡镇基数残差", 4, &["--plan", &plan]), ["-66.2755", "44.0625", "22.2130"]);
    let report = folder.run("check", &[&basis[..], &["--plan", &plan]].concat());
    let findings = report["rules"]["findings"].as_array().unwrap();
    let of_rule = |rule: &str| findings.iter().filter(|it| it["rule"] == rule).count();
    assert_eq!((of_rule("neutral"), of_rule("whole")), (3, 0));
}

#[test]
fn crops_grow_by_percent_and_groups_are_added_before_they_are_regrouped() {
    let folder = Folder::with_villages();
    let [a, b] = ["510722101201", "510722101202"];
    let crops = format!(
        "行政区划代码,村,种植面积（亩）,合作社（个）,空壳合作社（个）,入社农户（户）,集体经济收入（万元）\n\
         {a},甲,1300,2,2,120,4\n{b},乙,1000,1,1,80,3\n"
    );
    let ledger = format!("{}=economy", folder.write("economy.csv", &crops));
    let basis = ["--ledger", &ledger, "--pack", "economy"];
    let merged = merge([a, b], &json!({"code": a}));
    let found = |id: &str, cells: Value| json!({"op": "record", "table": "economy", "id": id, "set": cells});
    let plan = folder.plan(
        "plan.json",
        &[
            merged.clone(),
            found(a, json!({"planted": "3100", "合作社（个）": "2", "hollow": "0", "入社农户（户）": "1000", "income": "15"})),
            found(b, json!({"planted": "", "unions": "", "hollow": "", "members": "", "income": ""})),
        ],
    );
    let of = |figure: &str, decimals: usize, more: &[&str]| {
        folder.figures("village", figure, decimals, &[&basis[..], more].concat()).remove(0)
    };
    assert_eq!(of("种植面积（公顷）", 2, &["--plan", &folder.plan("merged.json", from_ref(&merged))]), "153.33");
    let after = |figure, decimals| of(figure, decimals, &["--plan", &plan]);
    let found = ["合并相加种植面积", "种植面积", "种植面积增减"].map(|figure| after(figure, 0));
    assert_eq!(found, ["2300", "3100", "800"]);
    assert_eq!((after("种植面积增幅", 2), after("种植面积（公顷）", 2)), ("34.78".into(), "206.67".into()));
    assert_eq!((after("空壳合作社占比变化", 2), after("集体经济收入", 2)), ("-100.00".into(), "15.00".into()));

    let groups = format!("行政区划代码,村,村民小组,网格\n{a},甲,3,2\n{b},乙,4,2\n");
    let ledger = format!("{}=governance", folder.write("groups.csv", &groups));
    let basis = ["--ledger", &ledger, "--pack", "governance"];
    let of = |figure: &str, decimals: usize, plan: &str| {
        folder.figures("village", figure, decimals, &[&basis[..], &["--plan", plan]].concat()).remove(0)
    };
    let regroup =
        |id: &str, groups: &str| json!({"op": "record", "table": "governance", "id": id, "set": {"groups": groups}});
    assert_eq!(of("小组数", 0, &folder.plan("merged.json", from_ref(&merged))), "7");
    let plan = folder.plan("regrouped.json", &[merged, regroup(a, "5"), regroup(b, "0")]);
    assert_eq!((of("小组数", 0, &plan), of("小组数增减", 0, &plan)), ("5".into(), "-2".into()));
    assert_eq!(of("小组数增减幅", 1, &plan), "-28.6");
}

#[test]
fn rates_lie_percentage_points_apart_and_amounts_grow_by_percent() {
    let folder = Folder::with_villages();
    let rows = "编号,指标,行政区划代码,上年同期,本期,同比增长（%）,目标\n1,便民服务办件量,510722,,19.56,59.9,\n\
                2,群众满意度,510722,97.89,99.78,,99\n3,宽带通村率,510722,95,100,,100\n4,村集体经济收入,510722,300,360,,\n";
    let ledger = format!("{}=indicators", folder.write("indicators.csv", rows));
    let basis = ["--ledger", &ledger, "--pack", "indicators"];
    let of = |figure: &str, decimals: usize| folder.figures("county", figure, decimals, &basis).remove(0);
    assert_eq!((of("办件量上年同期", 2), of("办件量增幅", 1)), ("12.23".into(), "59.9".into()));
    assert_eq!((of("群众满意度变化", 2), of("宽带通村率变化", 2)), ("1.89".into(), "5.00".into()));
    assert_eq!(of("村集体经济收入增幅", 2), "20.00");
    let units = |report: &Value, name: &str| -> [Value; 2] {
        let all = report["levels"][0]["indicators"].as_array().unwrap();
        let it = all.iter().find(|it| it["id"].as_str().unwrap().ends_with(&format!(":{name}"))).unwrap();
        ["unit", "difference_unit"].map(|member| it[member].clone())
    };
    let nothing = folder.plan("nothing.json", &[]);
    let report = folder.run("compare", &[&basis[..], &["--plan", &nothing, "--level", "county"]].concat());
    assert_eq!(units(&report, "群众满意度"), [json!("percent"), json!("percentage_points")]);
    assert_eq!(units(&report, "群众满意度变化"), [json!("percentage_points"), Value::Null]);
    assert_eq!(units(&report, "办件量增幅"), [json!("percent"), json!("percentage_points")]);
    assert_eq!(units(&report, "办件量"), [json!("own"), Value::Null]);

    // School buildings in use: 45 % before, 95 % after. That is 50 points more, and not 111 %.
    let rows = "学校编码,校名,村代码,校舍面积,使用面积,办学状态\nS1,一小,510722101201,1000,450,在办\n";
    let ledger = format!("{}=schools", folder.write("schools.csv", rows));
    let record = json!({"op": "record", "table": "schools", "id": "S1", "set": {"used_area": "950"}});
    let plan = folder.plan("used.json", &[record]);
    let report =
        folder.run("compare", &["--ledger", &ledger, "--pack", "schools", "--plan", &plan, "--level", "county"]);
    assert_eq!(units(&report, "校舍使用率"), [json!("percent"), json!("percentage_points")]);
    let all = report["levels"][0]["indicators"].as_array().unwrap();
    let rate = all.iter().find(|it| it["id"].as_str().unwrap().ends_with(":校舍使用率")).unwrap();
    let [before, after] = [0, 1].map(|at| &rate["values"][at]);
    assert_eq!((&before["value"], &after["value"], &after["difference"]), (&json!(45), &json!(95), &json!(50)));
    assert_eq!(after.get("difference_percent"), None);
}

/// The ledgers of the sample county, as arguments.
fn sample_ledgers() -> Vec<String> {
    let folder = repository("sample_data/sanhe/ledgers");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().flat_map(|file| ["--ledger".to_owned(), file.display().to_string()]).collect()
}

fn sample(command: &str, more: &[&str]) -> Value {
    let layers = ["villages", "townships"].map(|name| repository(&format!("sample_data/sanhe/{name}.geojson")));
    let layers = layers.each_ref().map(|path: &PathBuf| path.to_str().unwrap());
    let ledgers = sample_ledgers();
    let ledgers: Vec<&str> = ledgers.iter().map(String::as_str).collect();
    read_json(command, &layers, &[&ledgers, more].concat())
}

#[test]
fn towns_are_ranked_by_weights_and_classed_and_the_county_has_the_last_word() {
    let ranks = |more: &[&str]| -> BTreeMap<String, [i64; 2]> {
        let all = sample("metrics", &[&["--level", "township", "--pack", "hierarchy"], more].concat());
        let units = all["units"].as_array().unwrap().iter();
        let of = |unit: &Value| {
            let [rank, class] = ["得分排名", "乡镇类别"].map(|it| unit["figures"][it].as_i64().unwrap());
            (unit["code"].as_str().unwrap().to_owned(), [rank, class])
        };
        units.map(of).collect()
    };
    let usual = ranks(&[]);
    let places = |ranks: &BTreeMap<String, [i64; 2]>| {
        let mut all: Vec<i64> = ranks.values().map(|[rank, _]| *rank).collect();
        all.sort_unstable();
        all
    };
    assert_eq!(places(&usual), (1..=28).collect::<Vec<i64>>());
    for class in 1..=3 {
        assert!(usual.values().any(|[_, own]| *own == class), "{class}");
    }
    let by_people = ranks(&["--number", "人口权重=5"]);
    assert_ne!(usual, by_people);
    assert_eq!(by_people, ranks(&["--number", "人口权重=5"]), "the same weights, the same ranks");
    let last = usual.iter().find(|(_, [rank, _])| *rank == 28).unwrap().0.clone();
    let folder = Folder(tempfile::tempdir().unwrap());
    let set = |cells: Value| json!({"op": "record", "table": "towns", "id": last, "set": cells});
    let without = folder.plan("without.json", &[set(json!({"class": "1"}))]);
    let with = folder.plan("with.json", &[set(json!({"class": "1", "reason": "边贸集镇，县委常委会议定"}))]);
    assert_eq!(ranks(&["--plan", &with])[&last][1], 1);
    let failing = |plan: &str, rule: &str| {
        let report = sample("check", &["--pack", "hierarchy", "--pack", "one-each", "--plan", plan]);
        let all = report["rules"]["findings"].as_array().unwrap();
        let of_rule = all.iter().filter(|it| it["rule"] == rule);
        of_rule.map(|it| it["unit"]["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((failing(&without, "reasoned"), failing(&with, "reasoned").len()), (vec![last.clone()], 0));
    // A class brings offices: the new first-class township lacks them.
    assert!(failing(&with, "planning-office").contains(&last));
    // One main and two sub-centres; one of them turned down leaves one.
    let named = |rule: &str, plan: &str| failing(plan, rule).len();
    assert_eq!(["one-main", "two-sub-centres"].map(|rule| named(rule, &with)), [0, 0]);
    let all = sample("metrics", &["--level", "township", "--pack", "hierarchy"]);
    let units = all["units"].as_array().unwrap().iter();
    let sub = units.filter(|unit| unit["figures"]["副中心个数"] == 1).map(|unit| unit["code"].as_str().unwrap());
    let sub = sub.collect::<Vec<_>>()[0].to_owned();
    let down = json!({"op": "record", "table": "towns", "id": sub, "set": {"role": "中心镇"}});
    let down = folder.plan("down.json", &[down]);
    assert_eq!((named("two-sub-centres", &down), failing(&down, "two-sub-centres")), (1, vec!["519921".to_owned()]));
}

#[test]
fn every_figure_of_every_pack_is_known_somewhere_in_the_sample_county() {
    let output = quhua(["packs", "--json"]);
    let packs: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Others rest on rows that a plan makes, and on a day that somebody states.
    let others = ["services", "tasks", "problems", "codes"];
    let is_asked = |pack: &&Value| {
        !pack["ledgers"].as_array().unwrap().is_empty() && !others.contains(&pack["name"].as_str().unwrap())
    };
    let with_ledgers = packs.as_array().unwrap().iter().filter(is_asked);
    let names: Vec<&str> = with_ledgers.clone().map(|pack| pack["name"].as_str().unwrap()).collect();
    assert!(names.len() >= 9, "{names:?}");
    let chosen: Vec<&str> = names.iter().flat_map(|name| ["--pack", name]).collect();
    let levels = ["village", "township", "county"];
    let all = levels.map(|level| sample("metrics", &[&["--level", level], &chosen[..]].concat()));
    for figure in with_ledgers.flat_map(|pack| pack["figures"].as_array().unwrap()) {
        let name = figure["id"].as_str().unwrap();
        let mut units = all.iter().flat_map(|all| all["units"].as_array().unwrap());
        assert!(units.any(|unit| unit["figures"][name].is_number()), "{name} is known nowhere");
    }
}

#[test]
fn packs_are_listed_and_described() {
    let text = |args: &[&str]| String::from_utf8(quhua([args, &["--lang", "zh"]].concat()).stdout).unwrap();
    let list = text(&["packs"]);
    assert!(list.contains("fiscal  财政资金分配测算  (台账 finance，指标 "), "{list}");
    assert!(list.contains("structure  "), "packs of rules are packs: {list}");
    let one = text(&["packs", "fiscal"]);
    for part in [
        "# 财政资金分配测算",
        "人口因素权重 = 0.45",
        "  area  国土面积（km²）",
        "取整分配额 = each(township, apportion(",
    ] {
        assert!(one.contains(part), "{part}: {one}");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/packs/economy");
    assert!(text(&["packs", path.to_str().unwrap()]).contains("村级产业"));
}
