//! Drafts side by side through the command line.

use std::fs;

use serde_json::{Value, json};

use crate::support::{quhua_exits, repository};

/// A draft for the sample county that differs from its example plan.
const OTHER: &str = r#"{"format":"quhua-plan","version":1,"name":"方案二","edits":[
{"op":"merge","units":["519921203","519921205"],"form":"establish","into":{"code":"519921120","name":"云石镇","kind":"town"}},
{"op":"rename","unit":"519921209","name":"龙台乡"},
{"op":"transfer","units":["519921115201","519921115202"],"to":"519921116"}]}"#;

/// Runs `compare` on the sample county with its example plan and [`OTHER`].
fn compare(more: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let other = folder.path().join("other.json");
    fs::write(&other, OTHER).unwrap();
    let files = ["villages.geojson", "townships.geojson", "example.plan.json"];
    let [villages, townships, plan] = files.map(|name| repository(&format!("sample_data/sanhe/{name}")));
    let [villages, townships, plan, other] = [&villages, &townships, &plan, &other].map(|path| path.to_str().unwrap());
    let args = ["compare", villages, townships, "--plan", plan, "--plan", other];
    quhua_exits(0, args.into_iter().chain(more.iter().copied())).0
}

/// The values of an indicator at a level.
fn values<'a>(report: &'a Value, level: &str, indicator: &str) -> &'a [Value] {
    let find = |list: &'a Value, key: &str, wanted: &str| {
        list.as_array().unwrap().iter().find(|it| it[key] == wanted).unwrap()
    };
    let level = find(&report["levels"], "level", level);
    find(&level["indicators"], "id", indicator)["values"].as_array().unwrap()
}

#[test]
fn the_base_is_the_first_column_and_the_drafts_stand_beside_it() {
    let report: Value = serde_json::from_str(&compare(&[])).unwrap();
    assert_eq!(
        report["alternatives"],
        json!([
            {"name": "base", "plan": null, "edits": 0},
            {"name": "方案一", "plan": "example.plan.json", "edits": 3},
            {"name": "方案二", "plan": "other.json", "edits": 3},
        ])
    );
    let levels: Vec<&str> =
        report["levels"].as_array().unwrap().iter().map(|level| level["level"].as_str().unwrap()).collect();
    assert_eq!(levels, ["county", "township", "village"]);
    assert_eq!(
        values(&report, "township", "units"),
        [
            json!({"value": 28}),
            json!({"value": 26, "difference": -2, "difference_percent": -7.14, "trend": "decrease"}),
            json!({"value": 27, "difference": -1, "difference_percent": -3.57, "trend": "decrease"}),
        ]
    );
    assert_eq!(values(&report, "township", "reduction_rate")[0], json!({"value": null, "reason": "is_first"}));
    assert_eq!(values(&report, "township", "area_min")[0]["at"], json!({"code": "519921003", "name": "滨河街道"}));
    // What a plan moves about stays the same in all.
    let total = |level: &str, at: usize| {
        let figure = |id: &str| values(&report, level, id)[at]["value"].as_f64().unwrap();
        figure("area_mean") * figure("units")
    };
    for at in 1..3 {
        assert!((total("township", at) / total("village", 0) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn changes_are_said_in_both_languages_and_losers_by_name() {
    let report: Value = serde_json::from_str(&compare(&["--worst", "2"])).unwrap();
    let list = |at: usize| report["changes"][at]["list"].as_array().unwrap();
    let said = |at: usize, lang: &str| -> Vec<&str> {
        list(at).iter().map(|change| change["text"][lang].as_str().unwrap()).collect()
    };
    assert_eq!(
        said(1, "zh"),
        [
            "设立云石镇（519921120，拟用），由石门关乡、云岭乡组成",
            "撤销石门关乡，将其行政区域划归云石镇",
            "撤销云岭乡，将其行政区域划归云石镇",
            "将桂香镇的团结村、赵家碾村划归文井坝镇",
            "龙台寺乡更名为龙台乡",
        ]
    );
    assert_eq!(said(1, "en")[3], "Transfer 团结村, 赵家碾村 from 桂香镇 to 文井坝镇");
    assert_eq!(list(1)[3]["kind"], "transferred");
    assert_eq!(list(1)[3]["after"], json!({"code": "519921116", "name": "文井坝镇"}));
    let township = &report["levels"][1];
    for (at, farther) in township["farther"].as_array().unwrap().iter().enumerate() {
        assert_eq!(farther["alternative"], at + 1);
        let (worst, most) = (farther["by_distance"].as_array().unwrap(), farther["by_people"].as_array().unwrap());
        assert_eq!((worst.len(), most.len()), (2, 2));
        assert_eq!(worst[0]["farther_m"], values(&report, "township", "farther_max")[at + 1]["value"]);
        assert!(most[0]["people"].as_u64() >= most[1]["people"].as_u64());
    }
}

#[test]
fn the_crosswalk_is_between_the_two_drafts_and_shares_out_each_unit() {
    let folder = tempfile::tempdir().unwrap();
    let walk = folder.path().join("walk.csv");
    let rows = |between: &[&str]| -> Vec<csv::StringRecord> {
        compare(&[&["--level", "township", "--crosswalk", walk.to_str().unwrap()], between].concat());
        csv::Reader::from_path(&walk).unwrap().into_records().map(Result::unwrap).collect()
    };
    let drafts = rows(&[]);
    assert_eq!(drafts, rows(&["--between", "1,2"]));
    let made = drafts.iter().find(|row| &row[1] == "519921213").unwrap();
    assert_eq!((&made[3], &made[5], &made[6]), ("519921120", "renamed", "kind_converted"));
    // The first draft absorbs 青杠岭乡, the second leaves it alone.
    let from_merged: Vec<&str> =
        drafts.iter().filter(|row| &row[1] == "519921101").map(|row| row.get(3).unwrap()).collect();
    assert_eq!(from_merged, ["519921101", "519921201"]);
    let shares = drafts.iter().filter(|row| &row[1] == "519921101").map(|row| row[8].parse::<f64>().unwrap());
    assert!((shares.sum::<f64>() - 1.0).abs() < 1e-12);
    let since_base = rows(&["--between", "0,2"]);
    assert!(since_base.iter().any(|row| &row[1] == "519921203" && &row[3] == "519921120" && &row[5] == "whole"));
}

#[test]
fn the_table_has_a_row_for_each_indicator_and_a_name_for_each_column() {
    let text = compare(&["--csv", "--level", "township"]);
    let mut table = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
    let header = table.headers().unwrap().clone();
    assert_eq!(header.iter().take(4).collect::<Vec<_>>(), ["level", "indicator", "unit", "base"]);
    let column = |name: &str| header.iter().position(|it| it == name).unwrap();
    let rows: Vec<csv::StringRecord> = table.into_records().map(Result::unwrap).collect();
    assert!(rows.iter().all(|row| &row[0] == "township"));
    let row = |id: &str| rows.iter().find(|row| &row[1] == id).unwrap();
    let units = row("units");
    let cell = |name: &str| &units[column(name)];
    assert_eq!([cell("base"), cell("方案一"), cell("方案一: difference")], ["28", "26", "-2"]);
    assert_eq!([cell("方案二: percent"), cell("方案二: trend")], ["-3.57", "decrease"]);
    assert_eq!(&row("area_min")[column("base: code")], "519921003");
    assert_eq!(&row("people_farther")[column("base")], "");
}

#[test]
fn wrong_usage_gets_one_clear_line() {
    let layer = repository("sample_data/sanhe/villages.geojson");
    let plan = repository("sample_data/sanhe/example.plan.json");
    let [layer, plan] = [&layer, &plan].map(|path| path.to_str().unwrap());
    let five = ["--plan", plan].repeat(5);
    let (_, message) = quhua_exits(2, ["compare", layer].into_iter().chain(five));
    assert_eq!(message.trim_end(), "error: 5 plans given; at most 4 can be compared at once");
    let between = ["compare", layer, "--plan", plan, "--crosswalk", "x.csv", "--between", "0,2"];
    let (_, message) = quhua_exits(2, between);
    assert!(message.contains("from 0 (as loaded) to 1 (the last plan)"), "{message}");
    // The first edit that is refused is named, as by `apply`.
    let folder = tempfile::tempdir().unwrap();
    let refused = folder.path().join("refused.json");
    fs::write(&refused, OTHER.replace("519921209", "519921999")).unwrap();
    let (out, message) = quhua_exits(1, ["compare", layer, "--plan", refused.to_str().unwrap()]);
    assert_eq!((out.as_str(), message.lines().filter(|line| line.starts_with("error: edit 2")).count()), ("", 1));
}
