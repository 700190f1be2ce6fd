//! The command line in the language of the system, or in that of `--lang`.

use std::fs;

use crate::support::{quhua, quhua_in};

const VILLAGES: &str = "sample_data/sanhe/villages.geojson";

/// Two squares beside each other, in one township.
const TWO: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"306","name":"a","population":10},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]}},
{"type":"Feature","properties":{"code":"307","name":"b","population":20},"geometry":{"type":"Polygon","coordinates":[[[105.1,31],[105.2,31],[105.2,31.1],[105.1,31.1],[105.1,31]]]}},
{"type":"Feature","properties":{"code":"308","name":"c"},"geometry":{"type":"Point","coordinates":[105,31]}}
]}"#;

fn said(output: &std::process::Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn printed(output: &std::process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn is_chinese(text: &str) -> bool {
    text.contains(|c| matches!(c, '\u{4e00}'..='\u{9fff}'))
}

#[test]
fn the_system_decides_and_lang_overrules_it() {
    let missing = ["check", "not-there.geojson"];
    assert_eq!(said(&quhua_in("zh_CN.UTF-8", missing)), "错误：not-there.geojson：文件不存在，请检查路径\n");
    assert_eq!(said(&quhua_in("C", missing)), "error: no such file; check the path: not-there.geojson\n");
    let asked = |lang| [&["--lang", lang][..], &missing].concat();
    assert!(said(&quhua_in("C", asked("zh"))).starts_with("错误："));
    assert!(said(&quhua_in("zh_CN.UTF-8", asked("en"))).starts_with("error:"));
}

#[test]
fn help_and_usage_errors_are_chinese() {
    let help = printed(&quhua(["apply", "--help", "--lang", "zh"]));
    assert!(
        help.contains("执行方案，写出调整后的边界") && help.contains("用法：") && help.contains("边界核验单"),
        "{help}"
    );
    let output = quhua(["apply", "--lang", "zh"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).starts_with("错误：缺少必需的参数："), "{}", said(&output));
    assert!(printed(&quhua(["apply", "--help"])).contains("Carry out a plan"));
}

#[test]
fn notes_warnings_and_refusals_are_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let layer = file("two.geojson", TWO);
    let plan = |edits: &str| format!(r#"{{"format":"quhua-plan","version":1,"name":"p","edits":[{edits}]}}"#);
    let refused = file("refused.json", &plan(r#"{"op":"abolish","unit":"307"}"#));
    let misspelt = file("misspelt.json", &plan(r#"{"op":"mrege","units":["306"]}"#));
    let out = folder.path().join("out.geojson");
    let out = out.to_str().unwrap();
    let applied = |plan: &str| quhua(["apply", &layer, "--plan", plan, "-o", out, "--lang", "zh"]);

    let output = applied(&refused);
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("提示：第 3 个要素已跳过：图形类型为 Point"), "{text}");
    assert!(text.contains("错误：第 1 步：撤销后所辖行政区域归属未明确"), "{text}");
    let text = said(&applied(&misspelt));
    assert!(text.contains("错误：edits[0]：没有“mrege”这种操作；可用：merge、transfer"), "{text}");
}

#[test]
fn headers_follow_the_language_and_keys_of_json_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let first_line = |lang: &str| {
        let walk = path("walk.csv");
        let layers = [VILLAGES, "sample_data/sanhe/townships.geojson"];
        let args = [
            "--plan",
            "sample_data/sanhe/example.plan.json",
            "-o",
            "-",
            "--crosswalk",
            &walk,
            "--no-certificate",
            "--lang",
            lang,
        ];
        let output = quhua(["apply"].iter().chain(&layers).chain(&args));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        (fs::read_to_string(&walk).unwrap().lines().next().unwrap().to_owned(), printed(&output))
    };
    let [(zh, boundaries_zh), (en, boundaries_en)] = ["zh", "en"].map(first_line);
    assert!(zh.starts_with("\u{feff}级别,原代码,原单元,"), "{zh}");
    assert!(en.starts_with("\u{feff}level,old_code,old_name,new_code,new_name,relation,change,area_m2,area_share,"));
    assert_eq!(boundaries_zh, boundaries_en);

    let report = |lang: &str| printed(&quhua(["check", VILLAGES, "--json", "--lang", lang]));
    let keys = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).unwrap();
        let first = json["findings"][0].as_object().map(|entry| entry.keys().cloned().collect::<Vec<_>>());
        (json.as_object().unwrap().keys().cloned().collect::<Vec<_>>(), first)
    };
    assert_eq!(keys(&report("zh")), keys(&report("en")));
    let lines = |lang: &str| printed(&quhua(["check", VILLAGES, "--rules", "structure", "--lang", lang]));
    assert!(is_chinese(&lines("zh")) && lines("zh").contains("个要素"), "{}", lines("zh"));
    assert!(lines("en").contains("features"));
}

#[test]
fn tables_of_figures_are_headed_in_chinese() {
    let plan = ["--plan", "sample_data/sanhe/example.plan.json"];
    let layers = [VILLAGES, "sample_data/sanhe/townships.geojson"];
    let table = |command: &str, lang: &str, more: &[&str]| {
        let args = [command].into_iter().chain(layers).chain(plan).chain(["--csv", "--lang", lang]);
        let output = quhua(args.chain(more.iter().copied()));
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        printed(&output).lines().take(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let metrics = table("metrics", "zh", &[]);
    assert!(metrics[0].starts_with("\u{feff}代码,名称,级别,上级,最小单元数,面积 (m²),"), "{}", metrics[0]);
    assert!(!metrics[0].contains('_') && metrics[1].contains(",村（社区）,"), "{metrics:?}");
    assert!(table("metrics", "en", &[])[0].starts_with("\u{feff}code,name,level,parent,atoms,area_m2,perimeter_m,"));
    let compared = table("compare", "zh", &["--level", "township"]);
    assert!(compared[0].starts_with("\u{feff}级别,指标,单位,调整前,调整前：代码,调整前：名称,"), "{}", compared[0]);
    assert!(compared[1].starts_with("乡镇,单元数,,"), "{}", compared[1]);
    assert!(table("compare", "en", &[])[0].starts_with("\u{feff}level,indicator,unit,base,base: code,base: name,"));
    let drawn = table("ensemble", "zh", &["--samples", "10", "--level", "township"]);
    assert!(drawn[0].starts_with("\u{feff}级别,指标,单位,方案,低于方案的随机方案（%）,"), "{}", drawn[0]);
    assert!(drawn[1].starts_with("乡镇,"), "{}", drawn[1]);
}
