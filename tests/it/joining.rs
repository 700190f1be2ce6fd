//! Tables that are joined to boundaries, from the file to the figures.

use std::fs;
use std::path::{Path, PathBuf};

use quhua::io::{FileProblem, LayerSource, ReadError, tables};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{quhua_exits, repository, shared};
use crate::tables_of::{ods, ods_rows, record, xls, xls_rows, xlsx, zipped};

const VILLAGES: &str = "tests/data/cases/c48-chinese-fields.geojson";

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// What `check` says of a join, and of nothing else.
fn report(layer: &Path, table: &Path, status: i32) -> Value {
    let (out, _) = quhua_exits(
        status,
        ["check".as_ref(), layer.as_os_str(), "--json".as_ref(), "--join".as_ref(), table.as_os_str()],
    );
    json(&out)["joins"][0].clone()
}

/// Codes and names of the villages.
fn villages() -> Vec<(String, String)> {
    let text = fs::read_to_string(repository(VILLAGES)).unwrap();
    let features = json(&text)["features"].as_array().unwrap().clone();
    let properties = features.iter().map(|feature| &feature["properties"]);
    let words = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    properties.map(|it| (words(&it["行政区代码"]), words(&it["行政区名称"]))).collect()
}

fn written(folder: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn the_damaged_workbook_joins_wholly() {
    let (Some(layer), Some(table)) =
        (shared("dirty/clean-reference.geojson"), shared("dirty/population-damaged-codes.xlsx"))
    else {
        return;
    };
    let report = report(&layer, &table, 1);
    assert_eq!((&report["matched"]["total"], &report["unmatched_units"]), (&Value::from(120), &json("[]")));
    let unmatched: Vec<_> = report["unmatched_rows"].as_array().unwrap().iter().map(|row| &row["code"]).collect();
    assert_eq!(unmatched, ["599999999000"]);
    assert_eq!(report["totals"][0]["agrees"], true);
    // Every row says of its village what the village says of itself.
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("joined.geojson");
    quhua_exits(0, ["convert", &text(&layer), "--join", &text(&table), "-o", &text(&out)]);
    let features = json(&fs::read_to_string(out).unwrap())["features"].as_array().unwrap().clone();
    assert_eq!(features.len(), 120);
    for properties in features.iter().map(|feature| &feature["properties"]) {
        assert_eq!(properties["户籍人口"], properties["population"], "{properties}");
        assert_eq!(properties["户数"], properties["households"], "{properties}");
        assert!(properties["常住人口"].as_u64().unwrap() < properties["population"].as_u64().unwrap());
    }
}

#[test]
fn every_form_of_a_table_is_joined_alike() {
    let folder = tempfile::tempdir().unwrap();
    let villages = villages();
    let mut rows = vec![vec!["区划代码".to_owned(), "村名".to_owned(), "2023年末户籍人口".to_owned()]];
    for (at, (code, name)) in villages.iter().enumerate() {
        rows.push(vec![code.clone(), name.clone(), format!("#{}", 100 + at)]);
    }
    let borrowed: Vec<Vec<&str>> = rows.iter().map(|row| row.iter().map(String::as_str).collect()).collect();
    let borrowed: Vec<&[&str]> = borrowed.iter().map(Vec::as_slice).collect();
    let lines = |separator: &str| {
        let line =
            |row: &&[&str]| row.iter().map(|cell| cell.trim_start_matches('#')).collect::<Vec<_>>().join(separator);
        borrowed.iter().map(line).collect::<Vec<_>>().join("\r\n")
    };
    let all: [(&str, Vec<u8>); 6] = [
        ("a.xlsx", xlsx(&[("说明", &[&["本表由某局填报"]]), ("人口", &borrowed)])),
        ("a.ods", ods(&ods_rows(&borrowed))),
        ("a.xls", xls(&xls_rows(&borrowed))),
        ("a.csv", lines(",").into_bytes()),
        ("b.csv", encoding_rs::GB18030.encode(&lines(",")).0.into_owned()),
        ("a.tsv", lines("\t").into_bytes()),
    ];
    for (name, bytes) in all {
        let table = written(&folder, name, &bytes);
        let report = report(&repository(VILLAGES), &table, 0);
        assert_eq!(report["matched"]["code"], villages.len(), "{name}: {report}");
        let figure = &report["columns"]["figures"][0];
        assert_eq!(
            (&figure["as_of"]["date"], &figure["filled"]),
            (&"2023-12-31".into(), &villages.len().into()),
            "{name}"
        );
    }
}

#[test]
fn joined_figures_are_kept_in_a_project_and_named_in_a_plan() {
    let folder = tempfile::tempdir().unwrap();
    let villages = villages();
    let mut lines = vec!["代码,村名,党员人数".to_owned()];
    lines.extend(villages.iter().enumerate().map(|(at, (code, name))| format!("{code},{name},{}", at + 1)));
    let table = written(&folder, "党员.csv", lines.join("\n").as_bytes());
    let project = folder.path().join("a.gpkg");
    quhua_exits(0, ["convert", &text(&repository(VILLAGES)), "--join", &text(&table), "-o", &text(&project)]);
    fs::remove_file(&table).unwrap();
    let total: usize = (1..=villages.len()).sum();
    let out = folder.path().join("again.geojson");
    let again = folder.path().join("again.gpkg");
    for project in [&project, &again] {
        quhua_exits(0, ["convert", &text(project), "-o", &text(&out)]);
        let features = json(&fs::read_to_string(&out).unwrap())["features"].as_array().unwrap().clone();
        let sum: u64 = features.iter().map(|feature| feature["properties"]["党员人数"].as_u64().unwrap()).sum();
        assert_eq!(sum, total as u64);
        if *project != again {
            quhua_exits(0, ["convert", &text(project), "-o", &text(&again)]);
        }
    }
    let (out, _) = quhua_exits(0, ["metrics", &text(&project), "--level", "township"]);
    assert!(out.contains("党员人数"), "{out}");
    let plan = folder.path().join("a.plan.json");
    quhua_exits(0, ["plan", "take", &format!("{}#Scenario 1", text(&project)), "-o", &text(&plan)]);
    let joined = &json(&fs::read_to_string(&plan).unwrap())["base"][0]["joined"][0];
    assert_eq!((&joined["path"], &joined["fields"][0]), (&"党员.csv".into(), &"党员人数".into()), "{joined}");
}

#[test]
fn a_real_workbook_has_several_lines_of_names_and_sums_of_townships() {
    let (Some(layer), folder) = (shared("dirty/clean-reference.geojson"), tempfile::tempdir().unwrap()) else { return };
    let features = json(&fs::read_to_string(&layer).unwrap())["features"].as_array().unwrap().clone();
    let mut towns: Vec<String> = Vec::new();
    for feature in &features {
        let town = feature["properties"]["town"].as_str().unwrap().to_owned();
        if !towns.contains(&town) {
            towns.push(town);
        }
    }
    let mut book = rust_xlsxwriter::Workbook::new();
    let merged = rust_xlsxwriter::Format::new();
    book.add_worksheet().set_name("封面").unwrap().write_string(3, 2, "谢吕市2022年统计年报").unwrap();
    let sheet = book.add_worksheet().set_name("表二").unwrap();
    sheet.merge_range(0, 0, 0, 6, "2022年村（社区）基本情况表", &merged).unwrap();
    sheet.write_string(1, 0, "填报单位：统计局").unwrap();
    sheet.write_string(1, 5, "单位：人、户、亩").unwrap();
    for (column, name) in (0..).zip(["序号", "乡镇", "村（社区）"]) {
        sheet.merge_range(2, column, 3, column, name, &merged).unwrap();
    }
    sheet.merge_range(2, 3, 2, 4, "人口", &merged).unwrap();
    sheet.merge_range(2, 5, 3, 5, "户数（户）", &merged).unwrap();
    sheet.merge_range(2, 6, 3, 6, "户均\n人口", &merged).unwrap();
    sheet.write_string(3, 3, "户籍").unwrap();
    sheet.write_string(3, 4, "常住").unwrap();
    let mut row = 4;
    let mut number = 0.0;
    let mut all = 0.0;
    for town in &towns {
        let members: Vec<&Value> =
            features.iter().map(|feature| &feature["properties"]).filter(|it| it["town"] == town.as_str()).collect();
        let (first, mut sum) = (row, 0.0);
        for it in members {
            number += 1.0;
            let (people, households) = (it["population"].as_f64().unwrap(), it["households"].as_f64().unwrap());
            let name = it["name"].as_str().unwrap();
            let name = name.strip_suffix('村').map_or_else(|| name.to_owned(), |stem| format!("{stem}村委会"));
            sheet.write_number(row, 0, number).unwrap();
            sheet.write_string(row, 2, name).unwrap();
            for (column, value) in [(3, people), (4, people - 1.0), (5, households), (6, people / households)] {
                sheet.write_number(row, column, value).unwrap();
            }
            sum += people;
            row += 1;
        }
        if row - first > 1 {
            sheet.merge_range(first, 1, row - 1, 1, town, &merged).unwrap();
        } else {
            sheet.write_string(first, 1, town).unwrap();
        }
        sheet.write_string(row, 1, format!("{town}小计")).unwrap();
        sheet.write_number(row, 3, sum).unwrap();
        all += sum;
        row += 1;
    }
    sheet.write_string(row, 1, "合    计").unwrap();
    sheet.write_number(row, 3, all).unwrap();
    sheet.write_string(row + 1, 0, "注：本表不含外来人口").unwrap();
    let table = written(&folder, "年报.xlsx", &book.save_to_buffer().unwrap());
    let report = report(&layer, &table, 0);
    assert_eq!((&report["sheet"], &report["matched"]["name"]), (&"表二".into(), &120.into()), "{report}");
    let figures = report["columns"]["figures"].as_array().unwrap();
    let seen: Vec<_> =
        figures.iter().map(|it| (it["header"].as_str().unwrap(), it["role"].as_str().unwrap())).collect();
    assert_eq!(seen, [("户籍人口", "sum"), ("常住人口", "sum"), ("户数(户)", "sum"), ("户均人口", "other")]);
    assert!(figures.iter().all(|it| it["as_of"]["date"] == "2022"), "{figures:?}");
    let out = folder.path().join("joined.geojson");
    quhua_exits(0, ["convert", &text(&layer), "--join", &text(&table), "-o", &text(&out)]);
    for feature in json(&fs::read_to_string(&out).unwrap())["features"].as_array().unwrap() {
        let properties = &feature["properties"];
        assert_eq!(properties["户籍人口"], properties["population"], "{properties}");
    }
}

#[test]
fn near_matches_can_be_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let villages = villages();
    let (code, name) = &villages[0];
    let slip = format!("新{name}");
    let table = written(&folder, "a.csv", format!("村名,户数\n{slip},5\n{},6\n", villages[1].1).as_bytes());
    let near = report(&repository(VILLAGES), &table, 1)["unmatched_rows"][0]["near"][0]["unit"].clone();
    assert_eq!(near, code.as_str());
    let accepted = written(&folder, "accept.json", format!(r#"[{{"row": 2, "unit": {near}}}]"#).as_bytes());
    let accepted = text(&accepted);
    let args = ["check", &text(&repository(VILLAGES)), "--json", "--join", &text(&table), "--join-accept", &accepted];
    let (out, _) = quhua_exits(1, args);
    let report = &json(&out)["joins"][0];
    assert_eq!((&report["matched"]["accepted"], &report["matched"]["name"]), (&1.into(), &1.into()), "{report}");
}

#[test]
fn what_cannot_be_joined_is_refused_in_a_line() {
    let folder = tempfile::tempdir().unwrap();
    let book = xlsx(&[("甲", &[&["代码", "户数"], &["1", "#2"]]), ("乙", &[&["x"]])]);
    let book = written(&folder, "a.xlsx", &book);
    let text_table = written(&folder, "a.csv", b"kommune,folk\nOslo,5\n");
    let broken = written(&folder, "b.xlsx", b"PK\x03\x04 [Content_Types].xml");
    let layer = text(&repository(VILLAGES));
    for (table, said) in [
        (format!("{}#丙", text(&book)), "there is no sheet \"丙\" in it; there are: 甲, 乙"),
        (text(&book), "no column holds codes or names of these units"),
        (text(&text_table), "no column holds codes or names of these units"),
        (text(&broken), "the workbook is damaged"),
        (text(&folder.path().join("none.csv")), "no such file"),
    ] {
        let (_, err) = quhua_exits(2, ["check", &layer, "--join", &table]);
        assert!(err.starts_with("error: ") && err.contains(said) && err.trim_end().lines().count() == 1, "{err}");
    }
    let (_, err) = quhua_exits(2, ["check", &text(&book)]);
    assert!(err.contains("has only a table"), "{err}");
}

fn problem(path: &Path) -> FileProblem {
    let error = tables::read(&LayerSource::from(path)).map(drop).unwrap_err();
    let ReadError::File { problem, .. } = error else { unreachable!("{error}") };
    problem
}

#[test]
fn what_inflates_without_an_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, bytes: &[u8], expected: fn(&FileProblem) -> bool| {
        let problem = problem(&written(&folder, name, bytes));
        assert!(expected(&problem), "{name}: {problem:?}");
    };
    let blanks = vec![b' '; 300 << 20];
    let bomb = zipped(&[("[Content_Types].xml", b""), ("xl/workbook.xml", &blanks)]);
    assert!(bomb.len() < 1 << 20);
    check("bomb.xlsx", &bomb, |problem| matches!(problem, FileProblem::TooMuchInflated { .. }));
    let cell =
        r#"<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>"#;
    let row = format!(r#"<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>"#);
    check("bomb.ods", &ods(&row), |problem| matches!(problem, FileProblem::TooManyCells { .. }));
    let many = format!("<table:table-row>{}</table:table-row>", cell.repeat(1000));
    check("bomb2.ods", &ods(&many), |problem| matches!(problem, FileProblem::TooManyCells { .. }));
    let number = |row: u16, column: u16| {
        record(0x0203, &[&row.to_le_bytes()[..], &column.to_le_bytes(), &[0; 2], &1_f64.to_le_bytes()].concat())
    };
    let far = [number(0, 0), number(u16::MAX, u16::MAX)].concat();
    check("bomb.xls", &xls(&far), |problem| matches!(problem, FileProblem::TooManyCells { .. }));
    let claims = record(0x0200, &[&0_u32.to_le_bytes()[..], &u32::MAX.to_le_bytes(), &[0, 0, 255, 255, 0, 0]].concat());
    check("bomb2.xls", &xls(&claims), |problem| matches!(problem, FileProblem::TooManyCells { .. }));
    check("bomb.csv", &vec![b','; 20 << 20], |problem| matches!(problem, FileProblem::TooManyCells { .. }));
    check("lines.csv", &[vec![b'\n'; 20 << 20], b"a,b".to_vec()].concat(), |problem| {
        matches!(problem, FileProblem::TooManyCells { .. })
    });
    // Two cells a million rows apart are no bomb.
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(0, 0, "a").unwrap().write_string(1_048_575, 16_383, "b").unwrap();
    let far = written(&folder, "far.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(tables::read(&LayerSource::from(far.as_path())).unwrap()[0].rows.len(), 1_048_576);
}
