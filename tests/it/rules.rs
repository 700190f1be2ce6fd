//! Packs of rules on the command line.

use serde_json::Value;

use crate::support::{quhua_exits, repository};

fn sample(name: &str) -> String {
    repository("sample_data/sanhe").join(name).display().to_string()
}

/// Runs `quhua check` on the sample county.
fn check(status: i32, args: &[&str]) -> (String, String) {
    let (villages, townships) = (sample("villages.geojson"), sample("townships.geojson"));
    let mut all = vec!["check", &villages, &townships];
    all.extend(args);
    quhua_exits(status, all)
}

fn rules_of(out: &str) -> Value {
    serde_json::from_str::<Value>(out).unwrap()["rules"].clone()
}

/// A file of its own for a test.
fn file(name: &str, text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path.display().to_string())
}

#[test]
fn the_sample_county_keeps_the_rules_of_structure() {
    let (out, _) = check(0, &["--rules", "structure", "--json"]);
    let rules = rules_of(&out);
    assert_eq!((&rules["pack"]["name"], &rules["pack"]["example"]), (&"structure".into(), &false.into()));
    assert_eq!(rules["counts"]["broken"], 0);
    // Without a pack the report is as it always was.
    let (plain, _) = check(0, &["--json"]);
    assert!(serde_json::from_str::<Value>(&plain).unwrap().get("rules").is_none());
}

#[test]
fn a_preset_is_an_example_with_its_source_and_judges_by_terrain() {
    let (out, _) = check(0, &["--rules", "sichuan-2021-towns", "--json"]);
    let rules = rules_of(&out);
    assert_eq!(rules["pack"]["example"], true);
    let findings = rules["findings"].as_array().unwrap();
    // They are so as loaded, by no fault of a plan.
    assert_eq!(rules["counts"]["broken"], 0);
    let broken = findings.iter().find(|it| it["judgement"] == "as_before").unwrap();
    assert_eq!(broken["rule"], "town-population");
    assert!(broken["value"].as_f64() < broken["min"].as_f64());
    let limits = [("plain", 60_000), ("hill", 30_000), ("mountain", 15_000)];
    assert!(limits.iter().any(|&(class, min)| broken["terrain"] == class && broken["min"] == min), "{broken}");
    let (text, _) = check(0, &["--rules", "sichuan-2021-towns"]);
    assert!(text.contains("an example: check its source before you rely on it"));
    assert!(text.contains("川府发〔2021〕15号"));
}

#[test]
fn a_plan_that_cuts_a_township_in_two_is_found_with_a_fix_that_can_be_carried_out() {
    // One village at a border after another goes to the township beside it, until that cuts its own in two.
    let (out, _) =
        quhua_exits(0, ["metrics", &sample("villages.geojson"), &sample("townships.geojson"), "--level", "village"]);
    let units = serde_json::from_str::<Value>(&out).unwrap()["units"].as_array().unwrap().clone();
    let (mut found, mut fixed) = (false, false);
    for unit in &units {
        let neighbours: Vec<&Value> = unit["neighbours"].as_array().unwrap().iter().collect();
        let parent_of = |code: &Value| units.iter().find(|it| it["code"] == *code).map(|it| it["parent"].clone());
        let Some(to) = neighbours.iter().find_map(|code| parent_of(code).filter(|it| *it != unit["parent"])) else {
            continue;
        };
        let transfer = serde_json::json!({"op": "transfer", "units": [unit["code"]], "to": to});
        let plan = serde_json::json!({"format": "quhua-plan", "version": 1, "name": "x", "edits": [transfer]});
        let (_folder, path) = file("cut.plan.json", &plan.to_string());
        let args = ["--rules", "structure", "--level", "township", "--plan", &path, "--json"];
        let (villages, townships) = (sample("villages.geojson"), sample("townships.geojson"));
        let out = crate::support::quhua(["check", &villages, &townships].into_iter().chain(args));
        let rules = rules_of(&String::from_utf8(out.stdout).unwrap());
        let cut = rules["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "contiguous").cloned();
        let Some(cut) = cut.filter(|it| it["judgement"] == "broken") else { continue };
        found = true;
        assert_eq!(out.status.code(), Some(1));
        let Some(fix) = cut["exclaves"][0]["fix"].as_object() else { continue };
        let mut mended = plan.clone();
        mended["edits"].as_array_mut().unwrap().push(fix["edit"].clone());
        let (_folder, path) = file("mended.plan.json", &mended.to_string());
        let (out, _) = check(0, &["--rules", "structure", "--level", "township", "--plan", &path, "--json"]);
        assert_eq!(rules_of(&out)["rules"][0]["counts"]["broken"], 0);
        fixed = true;
        break;
    }
    assert!(found && fixed);
}

#[test]
fn what_is_wrong_with_a_pack_is_one_line() {
    let (_folder, path) = file("own.toml", "format = \"quhua-rules\"\nversion = 1\nrules = []\n");
    let (_, err) = check(2, &["--rules", &path]);
    assert!(
        err.starts_with("error: line 3: there is no \"rules\" at the top of a pack; did you mean \"rule\"?: "),
        "{err}"
    );
    assert_eq!(err.lines().count(), 1);
    let (_, err) = check(2, &["--rules", "struktur.toml"]);
    assert!(err.contains("there is no pack and no file \"struktur.toml\"; packs in the program: structure, "), "{err}");
    let (_, err) = check(2, &["--plan", &sample("example.plan.json")]);
    assert!(err.contains("--rules PACK"), "{err}");
}

#[test]
fn a_rule_can_ask_for_a_figure_of_ones_own() {
    let pack = "format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"size\"\ncheck = \"figure\"\nfigure = \"户均\"\nlevel = \"township\"\nmin = 2.8\n";
    let (_folder, pack) = file("own.toml", pack);
    let (out, _) = check(0, &["--rules", &pack, "--figure", "户均 = population / households", "--json"]);
    let counts = rules_of(&out)["counts"].clone();
    assert!(counts["as_before"].as_u64() > Some(0) && counts["kept"].as_u64() > Some(0), "{counts}");
    // Nobody has said what it is. The rules of structure are judged with any pack, and nothing else is kept.
    let (out, _) = check(0, &["--rules", &pack, "--json"]);
    let (structure, _) = check(0, &["--rules", "structure", "--json"]);
    assert_eq!(rules_of(&out)["counts"]["kept"], rules_of(&structure)["counts"]["kept"]);
}

#[test]
fn a_township_that_gives_the_village_with_its_seat_away_is_told() {
    let plan = r#"{"format":"quhua-plan","version":1,"name":"x","edits":[{"op":"transfer","units":["519921206001"],"to":"519921101"}]}"#;
    let (_folder, plan) = file("seat.plan.json", plan);
    // Thresholds do not switch the checks of structure off.
    let args = ["--rules", "sichuan-2021-towns", "--level", "township", "--plan", &plan, "--json", "--lang", "zh"];
    let (out, err) = check(1, &args);
    let verdicts = rules_of(&out)["findings"].as_array().unwrap().clone();
    let seat = verdicts.iter().find(|verdict| verdict["rule"] == "seat" && verdict["judgement"] == "broken").unwrap();
    assert!(seat["text"]["en"].as_str().unwrap().contains("its seat lies in "), "{seat}");
    assert!(err.contains("驻地在划归"), "{err}");
}
