//! `quhua plan` on the sample county.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{quhua_exits, repository};

struct County {
    folder: tempfile::TempDir,
    layers: [String; 2],
    example: String,
}

impl County {
    fn new() -> Self {
        let file = |name: &str| repository("sample_data/sanhe").join(name).to_str().unwrap().to_owned();
        let layers = ["villages.geojson", "townships.geojson"].map(file);
        Self { folder: tempfile::tempdir().unwrap(), layers, example: file("example.plan.json") }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// A plan file with these edits.
    fn plan(&self, name: &str, edits: &Value) -> String {
        let plan = json!({"format": "quhua-plan", "version": 1, "name": name, "edits": edits});
        let path = self.path(&format!("{name}.json"));
        fs::write(&path, plan.to_string()).unwrap();
        path
    }

    /// Merges two plans on the county; returns the merged plan and what was said.
    fn merge(&self, status: i32, a: &str, b: &str, more: &[&str]) -> (Value, String) {
        let out = self.path("merged.json");
        let [villages, townships] = &self.layers;
        let args = ["plan", "merge", a, b, "--on", villages, townships, "-o", &out];
        let (_, said) = quhua_exits(status, args.iter().chain(more));
        quhua_exits(0, ["apply", villages, townships, "--plan", &out, "-o", "-"]);
        (read(&out), said)
    }
}

fn read(path: impl AsRef<Path>) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn rename(code: &str, name: &str) -> Value {
    json!({"op": "rename", "unit": code, "name": name})
}

#[test]
fn a_diff_tells_in_words_and_as_json_what_only_one_plan_has() {
    let county = County::new();
    let mut edits = read(&county.example)["edits"].as_array().unwrap().clone();
    edits.pop();
    edits.push(rename("519921111", "新名镇"));
    let other = county.plan("other", &edits.into());
    let (text, said) = quhua_exits(0, ["plan", "diff", &county.example, &other]);
    let expected = "edits that both begin with: 2\n\
                    only A: edit 3: transfer 519921115201 to 519921111\n\
                    only B: edit 3: rename 519921111 to 新名镇\n";
    assert_eq!((text.as_str(), said.as_str()), (expected, ""));
    let (text, _) = quhua_exits(0, ["plan", "diff", &county.example, &other, "--json"]);
    let diff: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&diff["common_beginning"], &diff["both"]), (&json!(2), &json!([])));
    assert_eq!(diff["only_b"][0]["edit"], rename("519921111", "新名镇"));
}

#[test]
fn a_colleagues_plan_is_merged_and_its_conflicts_are_decided_by_name() {
    let county = County::new();
    let edits = json!([rename("519921111", "新名镇"), rename("519921101", "又一镇")]);
    let other = county.plan("other", &edits);
    let (merged, said) = county.merge(1, &county.example, &other, &[]);
    // The example absorbs a township into 519921101, which the colleague renames.
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.starts_with("conflict: edit 2 of A (merge 519921201 "), "{said}");
    assert!(said.contains("and edit 2 of B (rename 519921101 "), "{said}");
    let operations = |plan: &Value| -> Vec<String> {
        plan["edits"].as_array().unwrap().iter().map(|edit| edit["op"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(operations(&merged), ["merge", "transfer", "rename"]);
    assert_eq!(merged["base"].as_array().unwrap().len(), 2);

    let (merged, said) = county.merge(0, &county.example, &other, &["--prefer", "a"]);
    assert!(said.starts_with("decided: ") && said.lines().count() == 1, "{said}");
    assert_eq!(operations(&merged), ["merge", "merge", "transfer", "rename"]);
    let (merged, _) = county.merge(0, &county.example, &other, &["--prefer", "b"]);
    assert_eq!(operations(&merged), ["rename", "rename", "merge", "transfer"]);

    // The colleague began with the same plan: what has been merged before is no conflict.
    let further =
        [read(&county.example)["edits"].as_array().unwrap().clone(), edits.as_array().unwrap().clone()].concat();
    let further = county.plan("further", &further.into());
    let (merged, said) = county.merge(0, &county.example, &further, &["--ancestor", &county.example]);
    assert_eq!((operations(&merged).len(), said.as_str()), (5, ""));
}

#[test]
fn conflicts_are_told_as_json_too() {
    let county = County::new();
    let [a, b] = ["甲镇", "乙镇"].map(|name| county.plan(name, &json!([rename("519921111", name)])));
    let [villages, townships] = &county.layers;
    let out = county.path("out.json");
    let merge = ["plan", "merge", &a, &b, "--json", "--on", villages, townships, "-o"];
    let (text, _) = quhua_exits(1, merge.iter().chain(&[out.as_str()]));
    let report: Value = serde_json::from_str(&text).unwrap();
    let conflict = &report["conflicts"][0];
    assert_eq!((&conflict["why"], &conflict["units"][0]["code"]), (&json!("same_units"), &json!("519921111")));
    assert_eq!(conflict["changes"][1]["edit"], rename("519921111", "乙镇"));
    let (text, said) = quhua_exits(2, merge.iter().chain(&["-"]));
    assert_eq!((text.as_str(), said.lines().count()), ("", 1), "the plan and the report cannot share one output");
}

#[test]
fn a_plan_on_other_boundaries_loses_only_what_no_longer_applies() {
    let county = County::new();
    let plan = county.plan("p", &json!([rename("519921999", "没有了"), rename("519921111", "新名镇")]));
    let out = county.path("out.json");
    let [villages, townships] = &county.layers;
    let (text, said) = quhua_exits(1, ["plan", "rebase", &plan, villages, townships, "-o", &out, "--json"]);
    assert_eq!(said, "left over: edit 1 (rename 519921999 to 没有了): there is no unit 519921999\n");
    let report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&report["edits"], &report["left_over"][0]["index"]), (&json!(1), &json!(0)));
    let rebased = read(&out);
    assert_eq!(rebased["edits"], json!([rename("519921111", "新名镇")]));
    assert_eq!(rebased["base"][0]["sha256"], quhua::io::hash::sha256_of(Path::new(villages)).unwrap());

    // The example is for these very files.
    quhua_exits(0, ["plan", "rebase", &county.example, villages, townships, "-o", &out]);
    assert_eq!(read(&out)["base"], read(&county.example)["base"]);
}

#[test]
fn scenarios_of_a_project_are_plans_too() {
    let county = County::new();
    let project = county.path("县#1.gpkg");
    let [villages, townships] = &county.layers;
    quhua_exits(0, ["convert", villages, townships, "-o", &project]);
    // A project just made has one scenario without edits, which has a name by which it can be asked for.
    let scenario = format!("{project}#Scenario 1");
    let (text, _) = quhua_exits(0, ["plan", "take", &scenario, "-o", "-"]);
    let taken: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&taken["edits"], &taken["base"]), (&json!([]), &read(&county.example)["base"]));
    let (text, _) = quhua_exits(0, ["plan", "diff", &scenario, &county.example]);
    assert_eq!(text.lines().filter(|line| line.starts_with("only B")).count(), 3);
    for (plan, complaint) in [(&project, "name a scenario"), (&format!("{project}#无"), "no scenario \"无\"")] {
        let (_, said) = quhua_exits(2, ["plan", "take", plan, "-o", "-"]);
        assert!(said.contains(complaint) && said.lines().count() == 1, "{said}");
    }
    let (_, said) = quhua_exits(2, ["plan", "take", &county.path("missing.gpkg#x"), "-o", "-"]);
    assert!(said.contains("missing.gpkg#x"), "{said}");
}

#[test]
fn a_scenario_of_a_project_is_named_alike_by_every_command() {
    let county = County::new();
    let [project, out] = ["县.gpkg", "out"].map(|name| county.path(name));
    let [villages, townships] = &county.layers;
    quhua_exits(0, ["convert", villages, townships, "-o", &project]);
    let scenario = format!("{project}#Scenario 1");
    let ending = |ending: &str| format!("{out}.{ending}");
    let [geojson, json, html, svg] = ["geojson", "json", "html", "svg"].map(ending);
    let commands: [(i32, &[&str]); 7] = [
        (0, &["apply", "-o", &geojson, "--no-certificate"]),
        (0, &["metrics"]),
        (0, &["compare", "-o", &json]),
        (1, &["check", "--rules", "structure"]),
        (0, &["page", "-o", &html]),
        (0, &["render", "-o", &svg]),
        (1, &["suggest", "--to", "27", "--level", "township", "--rounds", "0", "-o", &json]),
    ];
    // Upon the layers that the project was made of, and upon the project itself.
    for layers in [&[villages, townships][..], &[&project]] {
        for (status, command) in commands {
            let args =
                command[..1].iter().copied().chain(layers.iter().map(|it| it.as_str())).chain(["--plan", &scenario]);
            let output = crate::support::quhua(args.chain(command[1..].iter().copied()));
            let said = String::from_utf8(output.stderr).unwrap();
            let ended = output.status.code().unwrap();
            assert!(ended == 0 || ended == status, "{command:?}: {said}");
            assert!(!said.contains("error"), "{command:?}: {said}");
        }
    }
    for (plan, complaint) in [(&project, "name a scenario"), (&format!("{project}#无"), "no scenario \"无\"")] {
        let (_, said) = quhua_exits(2, ["metrics", villages, townships, "--plan", plan]);
        assert!(said.contains(complaint) && said.lines().count() == 1, "{said}");
    }
    // The project is read, and so not written over.
    let (_, said) = quhua_exits(2, ["convert", villages, &project, "-o", &project]);
    assert!(said.contains("which is read by the same command"), "{said}");
    let bytes = fs::read(&project).unwrap();
    quhua_exits(2, ["apply", villages, "--plan", &scenario, "-o", &project]);
    assert_eq!(fs::read(&project).unwrap(), bytes);
}
