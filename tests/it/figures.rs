//! Figures by one name and in one unit in every room: map, table, conditions, expressions, packs, comparisons.

use std::fs;

use serde_json::Value;

use quhua::i18n::Lang;
use quhua::i18n::numbers::AreaUnit;
use quhua::metrics::{Figure, OwnFigures};
use quhua::query::{FormulaWords, Query, Vocabulary, read_formula};
use quhua::rules::Pack;

use crate::names::{dataset, printed};
use crate::support::{quhua_exits, repository};

/// What an expression gives for the first village of the sample county.
fn worked_out(expression: &str) -> Value {
    let villages = repository("sample_data/sanhe/villages.geojson");
    let figure = format!("x = {expression}");
    let args = ["metrics", villages.to_str().unwrap(), "--level", "village", "--figure", &figure];
    let report: Value = serde_json::from_str(&quhua_exits(0, args).0).unwrap();
    report["units"][0]["figures"]["x"].clone()
}

#[test]
fn an_expression_knows_a_field_by_the_name_that_the_table_has_for_it() {
    let wanted = worked_out("arable_mu / population");
    assert!(wanted.is_number());
    for name in ["耕地（亩）", "耕地(亩)", "耕地", "Arable (mu)"] {
        assert_eq!(worked_out(&format!("{name} / 人口")), wanted, "{name}");
    }
}

#[test]
fn conditions_and_packs_read_the_same_units() {
    let dataset = dataset();
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &OwnFigures::default());
    for figure in Figure::ALL {
        let Some(row) = figure.row() else { continue };
        for (unit, _) in row.measure.words() {
            for many in ["", "万"] {
                let condition = format!("{} > 5 {many}{unit}", row.name[0]);
                assert!(Query::read(&condition, &vocabulary).is_ok(), "{condition}");
                let pack = format!(
                    "format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"a\"\ncheck = \"{}\"\nmin = \"5 {many}{unit}\"\n",
                    row.id
                );
                assert!(Pack::parse(&pack).is_ok(), "{pack}");
            }
        }
    }
}

#[test]
fn every_figure_that_is_worked_out_can_be_mapped_asked_for_and_compared() {
    let dataset = dataset();
    let own = OwnFigures::default();
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &own);
    let formulas = FormulaWords::of(&dataset);
    let comparison = printed(0, "compare", &["--plan", "PLAN", "--csv"]);
    for &figure in Figure::ALL {
        let Some(row) = figure.row() else { continue };
        let named = (&*dataset, &own);
        for word in row.all_words() {
            assert_eq!(Figure::called(word, &dataset, &own), Some(figure), "{word}");
            assert!(Query::read(&format!("{word} > 0"), &vocabulary).is_ok(), "{word}");
        }
        // Ids have hyphens, which are a sign in expressions.
        for word in row.all_words().filter(|word| !row.ids().any(|id| id == *word)) {
            assert!(read_formula(&format!("{word} * 2"), &formulas).is_ok(), "{word}");
        }
        assert_eq!(figure.name(Lang::En, named), row.name[1]);
        for statistic in row.statistics {
            let id = statistic.id_of(row);
            assert!(comparison.lines().any(|line| line.split(',').nth(1) == Some(&id)), "{id} is compared");
        }
    }
}

#[test]
#[cfg(feature = "print")]
fn maps_show_figures_that_only_the_details_had() {
    let folder = tempfile::tempdir().unwrap();
    let villages = repository("sample_data/sanhe/villages.geojson");
    for (style, heading) in
        [("reock", ">紧凑度（外接圆）<"), ("周长", ">边界长度 (km)<"), ("parts:equal", ">独立部分<")]
    {
        let map = folder.path().join("map.svg");
        let [villages, out] = [&villages, &map].map(|path| path.to_str().unwrap());
        quhua_exits(0, ["render", villages, "--style", style, "--lang", "zh", "-o", out]);
        assert!(fs::read_to_string(&map).unwrap().contains(heading), "{style}");
    }
}

#[test]
fn density_has_one_name_in_chinese_and_the_short_one_is_read() {
    let dataset = dataset();
    let (own, zh) = (OwnFigures::default(), Lang::Zh);
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &own);
    assert_eq!(Figure::Density.name(zh, (&dataset, &own)), "人口密度");
    assert_eq!(Figure::Density.short_name(zh, (&dataset, &own)), "人口密度");
    assert_eq!(Figure::Density.word(zh), "人口密度");
    let read = |line: &str| Query::read(line, &vocabulary).unwrap();
    assert_eq!(read("密度 > 5"), read("人口密度 > 5"));
}

#[test]
fn what_the_data_call_a_field_goes_before_a_figure_that_came_later() {
    // A field called 周长 has always been asked for by that name.
    let with_field = crate::names::VILLAGES.replace("\"households\":", "\"周长\":7,\"households\":");
    let dataset = crate::names::dataset_of(&with_field);
    let vocabulary = Vocabulary::of(&dataset, AreaUnit::Km2, &OwnFigures::default());
    let of_source = Query::read("周长 = 7", &vocabulary).unwrap();
    assert_ne!(of_source, Query::read("perimeter = 7", &vocabulary).unwrap());
    let state = &dataset.base;
    let ground = quhua::query::Ground {
        dataset: &dataset,
        state,
        area_method: quhua::geodesy::AreaMethod::Geodesic,
        known: None,
        own: &OwnFigures::default(),
    };
    assert_eq!(of_source.units(&ground, quhua::model::LevelIndex::FINEST).len(), 3);
    assert!(matches!(
        Figure::called("周长", &dataset, &OwnFigures::default()),
        Some(Figure::Sum(_) | Figure::Source(_))
    ));
    // Nor is it refused as the name of a figure of one's own where the data have no such field; nor is a name that a
    // figure of old got later.
    let args = ["--figure", "周长 = 周长 / 2", "--figure", "服务半径 = 最大半径 * 2"];
    let report: Value = serde_json::from_str(&printed(0, "metrics", &args)).unwrap();
    let (half, whole) = (&report["units"][0]["figures"]["周长"], &report["units"][0]["perimeter_m"]);
    assert!((half.as_f64().unwrap() * 2000.0 - whole.as_f64().unwrap()).abs() < 1e-6);
}

#[test]
fn a_figure_with_a_row_is_in_every_room() {
    let villages = repository("sample_data/sanhe/villages.geojson");
    let townships = repository("sample_data/sanhe/townships.geojson");
    let [villages, townships] = [&villages, &townships].map(|path| path.to_str().unwrap());
    // Reports and expressions.
    let half = ["--level", "township", "--figure", "half = 重心到驻地 / 2"];
    let metrics = quhua_exits(0, ["metrics", villages, townships].into_iter().chain(half)).0;
    let report: Value = serde_json::from_str(&metrics).unwrap();
    let metres = |unit: &Value| unit["radius_m"]["population_centre"].as_f64();
    let units = report["units"].as_array().unwrap();
    let known: Vec<f64> = units.iter().filter_map(metres).collect();
    assert_eq!(known.len(), units.len());
    let half = units[0]["figures"]["half"].as_f64().unwrap();
    assert!((half * 2000.0 - known[0]).abs() < 1e-6, "{half} km and {} m", known[0]);
    let csv = quhua_exits(0, ["metrics", villages, townships, "--level", "township", "--csv"]).0;
    let columns: Vec<&str> = csv.lines().next().unwrap().split(',').collect();
    let place = |name: &str| columns.iter().position(|column| *column == name).unwrap();
    assert!(place("seat_proximity") < place("radius_population_centre_m"), "new columns come behind the old ones");
    // Rules, by the limit that half of the townships keep.
    let mut sorted = known.clone();
    sorted.sort_by(f64::total_cmp);
    let most = sorted[sorted.len() / 2].ceil();
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack.toml");
    let rule = format!(
        "format = \"quhua-rules\"\nversion = 1\n[[rule]]\nid = \"a\"\nlevel = \"township\"\ncheck = \"centre-to-seat\"\nmax = \"{most} m\"\n"
    );
    fs::write(&pack, rule).unwrap();
    let pack = pack.to_str().unwrap();
    let checked = quhua_exits(0, ["check", villages, townships, "--rules", pack, "--json"]).0;
    let checked: Value = serde_json::from_str(&checked).unwrap();
    let broken = known.iter().filter(|metres| **metres > most).count();
    assert_eq!(checked["rules"]["rules"][0]["counts"]["as_before"], broken);
    let text = checked["rules"]["findings"][0]["text"]["zh"].as_str().unwrap();
    assert!(text.starts_with("重心到驻地 ") && text.contains(" km，上限 "), "{text}");
    // Comparisons.
    let plan = repository("sample_data/sanhe/example.plan.json");
    let compared = ["compare", villages, townships, "--plan", plan.to_str().unwrap(), "--level", "township", "--csv"];
    let compared = quhua_exits(0, compared).0;
    assert!(compared.lines().any(|line| line.starts_with("township,centre_to_seat_max,m,")), "{compared}");
}
