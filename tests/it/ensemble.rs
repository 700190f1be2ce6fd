//! Where a plan stands, through the command line.

use serde_json::Value;

use crate::support::{quhua_exits, repository};

/// Runs `ensemble` on the sample county; its example plan leaves 26 of 28 townships.
fn ensemble(exit: i32, more: &[&str]) -> (String, String) {
    let [villages, townships] =
        ["villages.geojson", "townships.geojson"].map(|name| repository(&format!("sample_data/sanhe/{name}")));
    let args = ["ensemble", villages.to_str().unwrap(), townships.to_str().unwrap()];
    quhua_exits(exit, args.into_iter().chain(more.iter().copied()))
}

fn with_plan(more: &[&str]) -> String {
    let plan = repository("sample_data/sanhe/example.plan.json");
    ensemble(0, &[&["--plan", plan.to_str().unwrap(), "--level", "township"], more].concat()).0
}

#[test]
fn the_example_plan_stands_among_plans_with_as_many_townships() {
    let json = with_plan(&["--samples", "50", "--seed", "3", "--json"]);
    assert_eq!(json, with_plan(&["--samples", "50", "--seed", "3", "--json"]));
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&report["units_before"], &report["units"], &report["samples"]), (&28.into(), &26.into(), &50.into()));
    for indicator in report["indicators"].as_array().unwrap() {
        let percentile = indicator["percentile"].as_f64().unwrap();
        assert!((0.0..=100.0).contains(&percentile), "{indicator}");
        assert!(indicator["quantiles"]["p5"].as_f64() <= indicator["quantiles"]["p95"].as_f64(), "{indicator}");
    }
    let csv = with_plan(&["--samples", "5", "--csv"]);
    assert!(csv.starts_with("\u{feff}level,indicator,unit,plan,percentile,better_than_percent,p5,p25,p50,p75,p95\n"));
    assert!(with_plan(&["--samples", "5"]).contains("Population, coefficient of variation"));
}

#[test]
fn without_a_plan_or_a_merger_there_is_nothing_to_compare() {
    assert!(ensemble(2, &[]).1.contains("--plan"));
    let plan = repository("sample_data/sanhe/example.plan.json");
    let (_, error) = ensemble(2, &["--plan", plan.to_str().unwrap(), "--level", "county"]);
    assert!(error.contains("once it leaves fewer"), "{error}");
}
