//! `quhua suggest` as other programs and people use it.

use std::fs;

use serde_json::Value;

use crate::support::{quhua_exits, repository};

const VILLAGES: &str = "sample_data/sanhe/villages.geojson";
const TOWNSHIPS: &str = "sample_data/sanhe/townships.geojson";

fn layers() -> [String; 2] {
    [VILLAGES, TOWNSHIPS].map(|name| repository(name).to_str().unwrap().to_owned())
}

#[test]
fn suggested_mergers_are_a_plan_that_can_be_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [villages, townships] = layers();
    let asked = |plan: &str, more: &[&str]| {
        let mut args = vec!["suggest", &villages, &townships, "--level", "township", "--to", "20", "--rounds", "10"];
        args.extend(["-o", plan].iter().chain(more).copied());
        quhua_exits(0, args).0
    };
    let plan = path("plan.json");
    let report: Value = serde_json::from_str(&asked(&plan, &["--json"])).unwrap();
    assert_eq!([&report["units_before"], &report["units_after"], &report["missing"]], [28, 20, 0]);
    let joining = |merger: &Value| merger["joining"].as_array().unwrap().len();
    let mergers = report["mergers"].as_array().unwrap();
    assert_eq!(mergers.iter().map(joining).sum::<usize>(), 8);
    assert!(mergers.iter().all(|merger| merger["reasons"].as_array().unwrap().len() > 4));

    let again = path("again.json");
    let said = asked(&again, &[]);
    assert!(said.starts_with("From 28 units to 20; the unit changes for "), "{said}");
    assert_eq!(fs::read_to_string(&plan).unwrap(), fs::read_to_string(&again).unwrap());

    let args = ["metrics", &villages, &townships, "--plan", &plan, "--level", "township"];
    let metrics: Value = serde_json::from_str(&quhua_exits(0, args).0).unwrap();
    assert_eq!(metrics["units"].as_array().unwrap().len(), 20);

    // Going on from that plan keeps its edits.
    let further = path("further.json");
    let args = ["suggest", &villages, &townships, "--plan", &plan, "--to", "19", "--rounds", "2", "-o", &further];
    quhua_exits(0, args);
    let edits = |path: &str| -> Vec<Value> {
        let plan: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        plan["edits"].as_array().unwrap().clone()
    };
    let (first, all) = (edits(&plan), edits(&further));
    assert_eq!(all[..first.len()], first[..]);
    assert_eq!(all.len(), first.len() + 1);
}

#[test]
fn the_minimum_of_a_pack_can_be_the_goal() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let [villages, townships] = layers();
    let pack = path("least.toml");
    let rule = "[[rule]]\nid = \"p\"\ncheck = \"population\"\nlevel = \"township\"\nmin = 15000\n";
    fs::write(&pack, format!("format = \"quhua-rules\"\nversion = 1\n{rule}")).unwrap();
    let plan = path("plan.json");
    let common = ["suggest", &villages, &townships, "--level", "township", "--rules", &pack, "-o", &plan];
    let (said, _) = quhua_exits(0, common.iter().chain(&["--rounds", "10"]));
    assert!(said.contains("below the minimum: ") && said.contains(", 0 after"), "{said}");
    assert!(said.contains("(below 15,000)"), "{said}");
}

#[test]
fn questions_that_cannot_be_answered_are_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("plan.json").to_str().unwrap().to_owned();
    let [villages, townships] = layers();
    let refused = |output: &str, args: &[&str]| {
        let mut all = vec!["suggest", &villages, &townships, "-o", output, "--level", "township"];
        all.extend(args);
        let (_, said) = quhua_exits(2, all);
        said
    };
    for (args, wanted) in [
        (["--to", "0"], "ask for a number from 1 to 27"),
        (["--to", "28"], "ask for a number from 1 to 27"),
        (["--rules", "structure"], "the rules set no minimum of people or area for units of level township"),
    ] {
        let said = refused(&plan, &args);
        assert!(said.contains(wanted) && said.trim_end().lines().count() == 1, "{said}");
    }
    assert!(refused("-", &["--to", "20"]).contains("give a file to -o"));
    assert!(refused(&plan, &["--to", "20", "--weights", "roads=1"]).contains("there is no criterion \"roads\""));
    assert!(!folder.path().join("plan.json").exists());
}
