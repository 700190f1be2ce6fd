//! Guessing rules, and what they make of values.

use proptest::prelude::*;

use super::super::fixtures::squares;
use super::*;
use crate::coverage::AtomId;
use crate::geodesy::AreaMethod;
use crate::jobs::Progress;
use crate::model::{FieldOverrides, State, UnitId};

const METHOD: AreaMethod = AreaMethod::Geodesic;

/// Villages of squares side by side, with these properties besides code and township.
fn villages(rows: &[String]) -> Dataset {
    let row = |(i, row): (usize, &String)| {
        format!(r#"{{"code":"510722101{:03}","name":"村{i}","town_code":"510722101",{row}}}"#, 201 + i)
    };
    let rows: Vec<String> = rows.iter().enumerate().map(row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let layer = squares("v.geojson", rows.len(), 0.1, &rows);
    Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap()
}

fn of(rows: &[&str]) -> Dataset {
    villages(&rows.iter().map(|&row| row.to_owned()).collect::<Vec<_>>())
}

/// The first unit of the finest level with the territory of some others as well: as though it had absorbed them.
fn absorbed(dataset: &Dataset, all: std::ops::Range<usize>) -> (State, UnitId) {
    let mut state = dataset.base.clone();
    let first = state.labels[0][all.start];
    for atom in all.map(AtomId::new) {
        let from = std::mem::replace(&mut state.labels[0][atom.index()], first);
        state.atoms[from.index()].retain(|held| *held != atom);
        state.atoms[first.index()].push(atom);
    }
    state.atoms[first.index()].sort_unstable();
    (state, first)
}

fn value(dataset: &Dataset, rules: &FieldRules, all: std::ops::Range<usize>, field: &str) -> FieldValue {
    let (state, unit) = absorbed(dataset, all);
    rules.value(rules.field(field).unwrap(), dataset, &state, unit, METHOD)
}

/// Value of a field in the merger of all, by a rule as it is written.
fn ruled(dataset: &Dataset, written: &str) -> FieldValue {
    let mut rules = FieldRules::guess(dataset);
    rules.choose_written(written).unwrap();
    let count = dataset.coverage.atom_count();
    value(dataset, &rules, 0..count, written.split('=').next().unwrap())
}

fn source(raw: &str) -> FieldValue {
    FieldValue::Source(raw.to_owned())
}

fn rounded(value: &FieldValue) -> String {
    value.rounded().unwrap().to_string()
}

/// What is guessed for a field of this name with these values.
fn guessed(name: &str, values: [&str; 3]) -> (String, Basis) {
    let rows = values.map(|value| format!(r#""population":10,"{name}":{value}"#));
    let dataset = villages(&rows);
    let rules = FieldRules::guess(&dataset);
    let field = rules.field(name).unwrap_or_else(|| panic!("{name} has a role"));
    assert_eq!(field.rule, *field.guess());
    (field.rule.to_string(), field.basis)
}

#[test]
fn a_rule_is_guessed_from_the_name_and_the_values() {
    let numbers = ["1.5", "2", "7"];
    let text = [r#""山区""#, r#""平坝""#, "null"];
    let by_people = ("mean:population".to_owned(), Basis::Ratio);
    for name in ["城镇化率", "人均纯收入", "性别比", "literacy_rate", "gdp_per_head", "urban %"] {
        assert_eq!(guessed(name, numbers), by_people, "{name}");
    }
    for name in ["人口密度", "PopDensity", "每平方公里人口"] {
        assert_eq!(guessed(name, numbers), ("mean:area".to_owned(), Basis::Ratio), "{name}");
    }
    for name in ["每户人口", "单位产值"] {
        assert_eq!(guessed(name, numbers), ("none".to_owned(), Basis::Ratio), "{name}");
    }
    assert_eq!(guessed("最大自然村人口", numbers), ("max".to_owned(), Basis::Extreme));
    for name in ["海拔", "平均高程m", "elevation_m", "Elevation"] {
        assert_eq!(guessed(name, numbers), ("mean:area".to_owned(), Basis::Ground), "{name}");
    }
    assert_eq!(guessed("terrain", text), ("majority:area".to_owned(), Basis::Text));
    assert_eq!(guessed("name_en", text), ("same".to_owned(), Basis::Text));
    assert_eq!(guessed("成立年份", ["1952", "1961", "2003"]), ("list".to_owned(), Basis::Label));
    assert_eq!(guessed("approved", [r#""2019-05-01""#, r#""2020-11-30""#, "null"]), ("list".to_owned(), Basis::Label));
    assert_eq!(guessed("duration", numbers), ("list".to_owned(), Basis::Label));
    assert_eq!(guessed("households", numbers), ("sum".to_owned(), Basis::Amount));
    assert_eq!(guessed("林地面积", numbers), ("sum".to_owned(), Basis::Amount));
    assert_eq!(guessed("OBJECTID", ["1", "2", "3"]), ("none".to_owned(), Basis::Identifier));
    assert_eq!(guessed("Shape_Leng", numbers), ("none".to_owned(), Basis::Border));
}

#[test]
fn what_says_who_a_unit_is_takes_no_rule() {
    let dataset = of(&[r#""population":1,"kind":"village","seat_lon":0,"seat_lat":0,"change":"x","z":"a""#; 2]);
    let names: Vec<String> = FieldRules::guess(&dataset).fields.into_iter().map(|field| field.name).collect();
    // A field of the source is one, even where an export has a name like it for itself.
    assert_eq!(names, ["change", "z"]);
    let of_ours = r#""population":1,"level":"village","code_status":"existing","area_m2":1,"change":"renamed","z":"a""#;
    let names: Vec<String> = FieldRules::guess(&of(&[of_ours; 2])).fields.into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["z"]);
}

#[test]
fn values_that_are_a_quotient_of_sums_are_recomputed() {
    let rows: Vec<String> = (1..=9_u32)
        .map(|i| {
            let (people, gdp) = (700 * i + 13, 1000 * i * i + 31);
            let per_head = f64::from(gdp) / f64::from(people) * 10_000.0;
            format!(r#""population":{people},"gdp":{gdp},"人均GDP":{per_head:.0}"#)
        })
        .collect();
    let dataset = villages(&rows);
    let rules = FieldRules::guess(&dataset);
    let field = rules.field("人均GDP").unwrap();
    assert_eq!((field.rule.to_string().as_str(), field.basis), ("ratio:gdp/population*10000", Basis::Quotient));
    // (1031 + 4031) / (713 + 1413) * 10000
    assert_eq!(rounded(&value(&dataset, &rules, 0..2, "人均GDP")), "23809.97");
}

#[test]
fn a_ratio_is_never_added_up() {
    let dataset = of(&[r#""population":1,"城镇化率":0.5"#, r#""population":3,"城镇化率":0.1"#]);
    let mut rules = FieldRules::guess(&dataset);
    let before = rules.clone();
    let error = rules.choose_written("城镇化率=sum").unwrap_err();
    assert_eq!(error, FieldRuleError::SumOfRatio { field: "城镇化率".into() });
    assert!(!rules.field("城镇化率").unwrap().choices().contains(&FieldRule::Sum));
    assert_eq!(rules, before);
    // (0.5 * 1 + 0.1 * 3) / 4
    assert_eq!(rounded(&value(&dataset, &rules, 0..2, "城镇化率")), "0.2");
}

#[test]
fn the_survivor_keeps_its_value_with_its_type_and_digits() {
    // QGIS #38577: a value that was typed in, or of another type, was ignored.
    let dataset =
        of(&[r#""population":1,"电话":"0816-55","n":"007","x":1.50"#, r#""population":9,"电话":"x","n":"8","x":2"#]);
    assert_eq!(ruled(&dataset, "电话=keep"), source("\"0816-55\""));
    assert_eq!(ruled(&dataset, "n=keep"), source("\"007\""));
    assert_eq!(ruled(&dataset, "x=keep"), source("1.50"));
    // Where none survives, the one with most people has the say.
    let (state, unit) = absorbed(&dataset, 0..2);
    let mut rules = FieldRules::guess(&dataset);
    rules.choose_written("电话=keep").unwrap();
    let township = state.unit(unit).parent.unwrap();
    assert_eq!(rules.value(rules.field("电话").unwrap(), &dataset, &state, township, METHOD), source("\"x\""));
}

#[test]
fn lists_hold_every_value_once_in_order_of_members() {
    let rows = [r#""t":"丘陵","y":1952"#, r#""t":"平坝","y":1952"#, r#""t":"丘陵","y":1952"#, r#""t":null,"y":null"#];
    let dataset = of(&rows);
    assert_eq!(ruled(&dataset, "t=list"), FieldValue::List("丘陵、平坝".to_owned()));
    // One value stays what it is.
    assert_eq!(ruled(&dataset, "y=list"), source("1952"));
}

#[test]
fn the_least_and_the_largest_are_compared_as_numbers_and_dates_as_text() {
    let dataset = of(&[r#""x":9,"d":"2003-01-02""#, r#""x":10.0,"d":"1999-12-31""#]);
    assert_eq!([ruled(&dataset, "x=min"), ruled(&dataset, "x=max")], [source("9"), source("10.0")]);
    assert_eq!(ruled(&dataset, "d=min"), source("\"1999-12-31\""));
}

#[test]
fn what_cannot_be_known_says_why() {
    let unknown = |dataset: &Dataset, written: &str| match ruled(dataset, written) {
        FieldValue::Unknown(why) => why,
        other => panic!("{other:?}"),
    };
    let dataset = of(&[r#""population":1,"x":3,"e":null"#, r#""population":null,"x":null,"e":null"#]);
    assert_eq!(unknown(&dataset, "x=mean:population"), Unknown::Weight(Weight::Population));
    assert_eq!(unknown(&dataset, "x=mean:area"), Unknown::Missing { without: 1, of: 2 });
    assert_eq!(unknown(&dataset, "x=sum"), Unknown::Missing { without: 1, of: 2 });
    assert_eq!(unknown(&dataset, "x=max"), Unknown::Missing { without: 1, of: 2 });
    assert_eq!(unknown(&dataset, "x=ratio:population/area_km2"), Unknown::Term("population".into()));
    assert_eq!(unknown(&dataset, "e=keep"), Unknown::NoValue);
    let dataset = of(&[r#""population":1,"t":null"#, r#""population":0,"t":"a""#]);
    assert_eq!(unknown(&dataset, "t=keep"), Unknown::SurvivorLacks);
    let dataset = of(&[r#""population":0,"x":1"#, r#""population":0,"x":2"#]);
    assert_eq!(unknown(&dataset, "x=mean:population"), Unknown::Weight(Weight::Population));
    assert_eq!(unknown(&dataset, "x=ratio:area_km2/population"), Unknown::ZeroDenominator("population".into()));
}

#[test]
fn rules_that_do_not_fit_are_refused_in_one_line() {
    let dataset = of(&[r#""population":1,"households":1,"t":"a","a=b":2"#; 2]);
    let mut rules = FieldRules::guess(&dataset);
    let mut error = |given: &str| rules.choose_written(given).unwrap_err().to_string();
    for (given, wanted) in [
        ("t", "is no rule for a field"),
        ("nothing=sum", "no field \"nothing\""),
        ("code=list", "no field \"code\""),
        ("t=sum", "does not hold numbers"),
        ("t=mode", "is no rule for t"),
        ("t=ratio:x", "is no rule for t"),
        ("households=list", "added up in all figures"),
        ("a=b=ratio:households/t", "\"t\" does not; use two of: households, population, area_km2"),
    ] {
        let text = error(given);
        assert!(text.contains(wanted) && !text.contains('\n'), "{given}: {text}");
    }
    rules.choose_written("a=b = ratio:households/area_mu*1e3").unwrap();
    assert_eq!(rules.field("a=b").unwrap().rule.to_string(), "ratio:households/area_mu*1000");
}

#[test]
fn rules_are_kept_and_forgotten_and_those_of_other_data_left_out() {
    let dataset = of(&[r#""population":1,"x":1,"t":"a""#; 2]);
    let mut rules = FieldRules::guess(&dataset);
    rules.choose_written("x=ratio:population/area_km2*100").unwrap();
    let kept = serde_json::to_string(&rules.chosen()).unwrap();
    let mut chosen: BTreeMap<String, FieldRule> = serde_json::from_str(&kept).unwrap();
    chosen.insert("elsewhere".to_owned(), FieldRule::List);
    chosen.insert("t".to_owned(), FieldRule::Sum);
    assert_eq!(FieldRules::with_chosen(&dataset, &chosen), rules);
    rules.forget("x");
    assert_eq!(rules, FieldRules::guess(&dataset));
}

#[test]
fn fields_that_only_the_upper_layer_has_follow_its_units() {
    let village = |i: usize| format!(r#"{{"code":"51072210{}20{i}","name":"村{i}","population":10}}"#, 1 + i / 2);
    let rows: Vec<String> = (0..4).map(village).collect();
    let fine = squares("v.geojson", 4, 0.1, &rows.iter().map(String::as_str).collect::<Vec<_>>());
    let towns = [
        r#"{"code":"510722101","name":"甲镇","电话":"1","预算":5}"#,
        r#"{"code":"510722102","name":"乙镇","电话":"2","预算":8}"#,
    ];
    let coarse = squares("t.geojson", 2, 0.2, &towns);
    let dataset = Dataset::assemble(vec![fine, coarse], &FieldOverrides::default(), &Progress::new()).unwrap();
    let mut rules = FieldRules::guess(&dataset);
    let names = |level| rules.at(&dataset, LevelIndex(level)).map(|field| field.name.clone()).collect::<Vec<_>>();
    assert_eq!((names(0), names(1)), (vec![], vec!["电话".to_owned(), "预算".to_owned()]));
    rules.choose_written("预算=sum").unwrap();
    let base = &dataset.base;
    let towns: Vec<UnitId> = base.units_at(LevelIndex(1)).collect();
    assert_eq!(rules.values(&dataset, base, towns[0], METHOD), [source("\"1\""), source("5")]);
    // The first town takes over a village of the second: half a budget is not known.
    let mut state = base.clone();
    let [a, b] = [towns[0], towns[1]];
    let moved = state.members[b.index()].remove(0);
    state.members[a.index()].push(moved);
    let values = rules.values(&dataset, &state, a, METHOD);
    assert_eq!(values, [FieldValue::List("1、2".to_owned()), FieldValue::Unknown(Unknown::InPart)]);
}

proptest! {
    #[test]
    fn sums_and_means_and_ratios_of_parts_are_those_of_the_whole(
        parts in prop::collection::vec((0..100_000_u32, 0..50_000_u32, 0..1_000_i32), 2..9), at in 1..8_usize,
    ) {
        let row = |&(people, homes, x): &(u32, u32, i32)| {
            format!(r#""population":{people},"households":{homes},"x":{x}.25,"y":{x}.25,"z":{x}.25,"w":{x}.25"#)
        };
        let dataset = villages(&parts.iter().map(row).collect::<Vec<_>>());
        let mut rules = FieldRules::guess(&dataset);
        for written in ["x=mean:population", "y=mean:area", "z=ratio:households/population*100", "w=sum"] {
            rules.choose_written(written).unwrap();
        }
        let (count, at) = (parts.len(), at.min(parts.len() - 1));
        let halves = [0..at, at..count, 0..count];
        let weight = |range: &std::ops::Range<usize>, weight: Weight| -> Decimal {
            range.clone().map(|atom| match weight {
                Weight::Population => dataset.population_of(AtomId::new(atom)).unwrap(),
                Weight::Area => {
                    Decimal::from_f64_retain(dataset.area_of_atom(METHOD, AtomId::new(atom)).to_f64()).unwrap()
                }
            }).sum()
        };
        for (field, by) in [("x", Weight::Population), ("y", Weight::Area), ("z", Weight::Population)] {
            let products: Option<Vec<Decimal>> = halves.iter().map(|range| {
                match value(&dataset, &rules, range.clone(), field) {
                    FieldValue::Number { exact, .. } => Some(exact * weight(range, by)),
                    // A part of one unit is what the source says; the recomputed ratio is not that.
                    FieldValue::Source(raw) if field != "z" => Some(raw.parse::<Decimal>().unwrap() * weight(range, by)),
                    _ => None,
                }
            }).collect();
            if let Some([a, b, whole]) = products.as_deref() {
                let scale = whole.abs().max(Decimal::ONE);
                prop_assert!(((a + b - whole) / scale).abs() < Decimal::new(1, 12), "{field}: {a} {b} {whole}");
            }
        }
        let number = |range: &std::ops::Range<usize>| value(&dataset, &rules, range.clone(), "w").number().unwrap();
        prop_assert_eq!(number(&halves[0]) + number(&halves[1]), number(&halves[2]));
    }

    #[test]
    fn no_field_is_lost_silently(rows in prop::collection::vec((0..3_u8, 0..5_u8, 0..5_u8), 2..6)) {
        let text = |(p, a, b): &(u8, u8, u8)| {
            let some = |x: &u8| if *x == 0 { "null".to_owned() } else { x.to_string() };
            format!(r#""population":{p},"rate":{},"t":"{}","e":{},"s":{}"#, some(a), b, some(b), some(a))
        };
        let dataset = villages(&rows.iter().map(text).collect::<Vec<_>>());
        let rules = FieldRules::guess(&dataset);
        let (state, unit) = absorbed(&dataset, 0..rows.len());
        let values = rules.values(&dataset, &state, unit, METHOD);
        prop_assert_eq!(values.len(), 4);
        for value in values {
            match value {
                FieldValue::Unknown(why) => prop_assert!(Lang::ALL.iter().all(|&lang| !why.words(lang).is_empty())),
                value => prop_assert!(value.text().is_some_and(|text| !text.is_empty())),
            }
        }
    }
}
