use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::fixtures::records;
use super::super::{Dataset, FieldOverrides, FindingKind, LayerSource, LevelIndex, UnitId, join};
use super::*;
use crate::coverage::FlatPolygons;
use crate::jobs::Progress;

/// A rectangle, and its properties.
type Feature = ([f64; 4], String);

fn layer(features: &[Feature]) -> Layer {
    let mut polygons = FlatPolygons::default();
    for ([left, bottom, right, top], _) in features {
        for (x, y) in [(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)] {
            polygons.push(geo::Coord { x: 100.0 + *x * 0.01, y: 30.0 + *y * 0.01 });
        }
        polygons.end_ring();
        polygons.end_face();
        polygons.end_atom();
    }
    let rows: Vec<&str> = features.iter().map(|(_, row)| row.as_str()).collect();
    let (table, source) = join(vec![records(&rows)]);
    Layer { name: "all.geojson".to_owned(), sha256: "1".to_owned(), polygons, table, source, ..Layer::default() }
}

fn assembled(layers: Vec<Layer>) -> Dataset {
    let dataset = Dataset::assemble(layers, &FieldOverrides::default(), &Progress::new()).unwrap();
    assert_eq!(dataset.base.check(), Vec::<String>::new());
    dataset
}

/// Level and label of a unit; its parent, its name and people, its members, its kind and seat.
type Said = BTreeMap<(u8, String), (String, String, Vec<String>, String)>;

/// What a dataset says of its units, whatever the order of its features.
fn said(dataset: &Dataset) -> Said {
    let base = &dataset.base;
    let label = |unit| base.unit(unit).label().to_owned();
    let units = base.levels().flat_map(|level| base.units_at(level).map(move |unit| (level, unit)));
    let of = |(level, unit): (LevelIndex, UnitId)| {
        let it = base.unit(unit);
        let parent = it.parent.map(label).unwrap_or_default();
        let mut members: Vec<String> = base.members(unit).iter().copied().map(label).collect();
        members.sort();
        let atoms = base.atoms(unit);
        let people = atoms.iter().map(|&atom| dataset.population_of(atom).unwrap_or_default());
        let people = people.sum::<rust_decimal::Decimal>().to_string();
        let seat = format!("{:?} {:?} {:?}", it.kind, it.seat, it.seat_address);
        ((level.0, label(unit)), (parent, format!("{} {people}", it.name), members, seat))
    };
    units.map(of).collect()
}

fn kinds(dataset: &Dataset) -> Vec<&'static str> {
    let mut kinds: Vec<&str> = dataset.findings.iter().map(|finding| finding.what.id()).collect();
    kinds.retain(|kind| *kind != "levels_taken_apart");
    kinds
}

/// What tells the levels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Says {
    Numbers,
    Words,
    Lengths,
    Zeros,
    Parents,
    Names,
    Nothing,
}

const ALL: [Says; 7] =
    [Says::Numbers, Says::Words, Says::Lengths, Says::Zeros, Says::Parents, Says::Names, Says::Nothing];

/// Villages side by side in townships one above the other, in counties side by side, by level: the finest first.
fn nested(counties: &[Vec<usize>], says: Says) -> Vec<Vec<Feature>> {
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let real = |number: usize| number as f64;
    let (mut fine, mut middle, mut top) = (Vec::new(), Vec::new(), Vec::new());
    // In codes that say nothing no length and no beginning does.
    let code_of = |county: usize, town: Option<usize>, village: Option<usize>| {
        let chinese = format!("5101{:02}", 10 + county);
        let chinese = town.map_or(chinese.clone(), |town| format!("{chinese}1{town:02}"));
        let chinese = village.map_or(chinese.clone(), |village| format!("{chinese}2{village:02}"));
        match says {
            Says::Zeros => format!("{chinese:0<12}"),
            Says::Lengths => chinese,
            Says::Numbers | Says::Words | Says::Parents | Says::Names | Says::Nothing => {
                let [town, village] = [town, village].map(|number| number.map_or(0, |number| number + 1));
                format!("K{:02}", 7 + 31 * ((county * 7 + town) * 13 + village) % 997)
            }
        }
    };
    let row = |code: &str, level: usize, above: Option<String>, people: Option<usize>| {
        let name = match says {
            Says::Names => format!("{code}{}", ["村", "镇", "县"][level]),
            _ => format!("{code}号"),
        };
        let mut row = serde_json::json!({"code": code, "name": name});
        match says {
            Says::Numbers => row["admin_level"] = [8, 6, 4][level].into(),
            Says::Words => row["级别"] = ["村", "乡镇", "县"][level].into(),
            Says::Parents => row["parent_code"] = above.into(),
            Says::Lengths | Says::Zeros | Says::Names | Says::Nothing => {}
        }
        if let Some(people) = people {
            row["population"] = people.into();
        }
        if level == 1 {
            row["seat_name"] = format!("{code}驻地").into();
        }
        row.to_string()
    };
    for (county, towns) in counties.iter().enumerate() {
        let left = real(county) * 30.0;
        let above = code_of(county, None, None);
        for (town, &villages) in towns.iter().enumerate() {
            let bottom = real(town) * 4.0;
            let code = code_of(county, Some(town), None);
            for village in 0..villages {
                let wide = 30.0 / real(villages);
                let from = left + real(village) * wide;
                // Where townships end, to the bit.
                let to = if village + 1 == villages { left + 30.0 } else { left + real(village + 1) * wide };
                let own = code_of(county, Some(town), Some(village));
                fine.push(([from, bottom, to, bottom + 4.0], row(&own, 0, Some(code.clone()), Some(10 + village))));
            }
            middle.push(([left, bottom, left + 30.0, bottom + 4.0], row(&code, 1, Some(above.clone()), None)));
        }
        top.push(([left, 0.0, left + 30.0, 4.0 * real(towns.len())], row(&above, 2, None, None)));
    }
    vec![fine, middle, top]
}

/// In another order, that a number says.
fn shuffled(mut features: Vec<Feature>, seed: u64) -> Vec<Feature> {
    let mut state = seed | 1;
    for at in (1..features.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        features.swap(at, usize::try_from(state >> 33).unwrap() % (at + 1));
    }
    features
}

fn check(counties: &[Vec<usize>], says: Says, levels: usize, seed: u64) {
    let parts: Vec<Vec<Feature>> = nested(counties, says).into_iter().take(levels).collect();
    let apart = assembled(parts.iter().map(|features| layer(features)).collect());
    let mixed = layer(&shuffled(parts.concat(), seed));
    let before = mixed.feature_count();
    let together = assembled(vec![mixed]);
    assert_eq!(together.layers.len(), levels, "{says:?} {:?}", together.layers[0].reading.levels);
    assert_eq!(together.layers.iter().map(Layer::feature_count).sum::<usize>(), before, "no feature is lost");
    assert_eq!(said(&together), said(&apart), "{says:?}");
    assert_eq!(kinds(&together), kinds(&apart), "{says:?}");
    assert_eq!((&together.levels, &together.fields), (&apart.levels, &apart.fields), "{says:?}");
}

proptest! {
    #[test]
    fn levels_in_one_layer_are_the_same_as_in_layers_of_their_own(
        counties in proptest::collection::vec(proptest::collection::vec(3..6_usize, 2..5), 1..4),
        says in proptest::sample::select(&ALL[..]),
        levels in 2..=3_usize,
        seed in any::<u64>(),
    ) {
        // Where one unit has all others, that is told in more than one way.
        prop_assume!(levels == 2 || counties.len() > 1);
        check(&counties, says, levels, seed);
    }
}

#[test]
fn whatever_says_the_levels_is_named_with_what_bears_it_out() {
    for says in ALL {
        let [fine, middle, _] = &nested(&[vec![3, 4]], says)[..] else { unreachable!() };
        let dataset = assembled(vec![layer(&[middle.clone(), fine.clone()].concat())]);
        let levels = dataset.layers[1].reading.levels.as_ref().unwrap();
        let by = match says {
            Says::Numbers => LevelsBy::Column("admin_level".to_owned()),
            Says::Words => LevelsBy::Column("级别".to_owned()),
            Says::Lengths | Says::Zeros => LevelsBy::Codes,
            Says::Parents => LevelsBy::Parents,
            Says::Names => LevelsBy::Names,
            Says::Nothing => LevelsBy::Place,
        };
        assert_eq!((levels.by.as_ref(), levels.part), (Some(&by), 1), "{says:?}");
        assert!(levels.evidence.contains(&LevelEvidence::Inside { units: 7, of: 7 }), "{levels:?}");
        assert!(levels.evidence.contains(&LevelEvidence::Covered { units: 2, of: 2 }), "{levels:?}");
        assert_eq!(levels.doubts, if says == Says::Nothing { vec![LevelDoubt::ByPlaceAlone] } else { Vec::new() });
        let told = |finding: &&Finding| matches!(finding.what, FindingKind::LevelsTakenApart(_));
        assert_eq!(dataset.findings.iter().filter(told).count(), 1);
    }
}

#[test]
fn columns_stay_where_they_have_values_and_features_as_they_came() {
    let [fine, middle, _] = &nested(&[vec![3, 4]], Says::Numbers)[..] else { unreachable!() };
    let whole = layer(&[middle.clone(), fine.clone()].concat());
    let dataset = assembled(vec![whole.clone()]);
    assert_eq!(dataset.layers[0].table.fields(), ["code", "name", "admin_level", "population"]);
    assert_eq!(dataset.layers[1].table.fields(), ["code", "name", "admin_level", "seat_name"]);
    let text =
        |layer: &Layer, at| layer.source.get(FeatureId(at)).map(|it| (it.before.to_owned(), it.after.to_owned()));
    assert_eq!(text(&dataset.layers[1], 1), text(&whole, 1));
    assert_eq!(text(&dataset.layers[0], 6), text(&whole, 8));
    assert_eq!(dataset.layers[0].source.get(FeatureId(7)), None);
}

/// Townships of whose villages some are missing, and villages whose township is.
fn with_gaps(says: Says) -> Dataset {
    let [fine, middle, _] = &nested(&[vec![3, 3, 3]], says)[..] else { unreachable!() };
    let without_first = middle[1..].iter().cloned();
    let villages = fine[..6].iter().cloned();
    assembled(vec![layer(&without_first.chain(villages).collect::<Vec<_>>())])
}

#[test]
fn units_without_children_and_without_parents_are_findings_where_a_column_says_the_level() {
    let dataset = with_gaps(Says::Numbers);
    assert_eq!(kinds(&dataset), ["empty_parent", "orphan_parent", "orphan_parent", "orphan_parent"]);
    let doubts = &dataset.layers[0].reading.levels.as_ref().unwrap().doubts;
    let missing = [LevelDoubt::Outside { units: 3, of: 6 }, LevelDoubt::Empty { units: 1, of: 2 }];
    assert_eq!(doubts[..], missing);
}

#[test]
fn what_is_doubtful_is_told_and_not_done_until_somebody_chooses() {
    let dataset = with_gaps(Says::Nothing);
    assert_eq!(dataset.layers.len(), 1);
    assert!(kinds(&dataset).contains(&"several_levels"), "{:?}", kinds(&dataset));
    let levels = dataset.layers[0].reading.levels.clone().unwrap();
    assert_eq!((levels.by, levels.choices), (None, vec![LevelsBy::Place]));
    let chosen = |by: &str| {
        let mut layer = with_gaps_layer();
        layer.reading.from = Some(LayerSource { levels: Some(by.to_owned().into()), ..LayerSource::default() });
        Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new())
    };
    let by_place = chosen("@place").unwrap();
    assert_eq!(by_place.layers.len(), 2);
    assert!(by_place.layers[0].reading.levels.as_ref().unwrap().is_chosen);
    let together = chosen("").unwrap();
    assert_eq!((together.layers.len(), together.layers[0].reading.levels.as_ref().unwrap().is_doubtful()), (1, false));
    assert!(matches!(chosen("there is none"), Err(ModelError::NoSuchField { .. })));
}

fn with_gaps_layer() -> Layer {
    let [fine, middle, _] = &nested(&[vec![3, 3, 3]], Says::Nothing)[..] else { unreachable!() };
    layer(&[&middle[1..], &fine[..6]].concat())
}

#[test]
fn what_does_not_lie_in_each_other_stays_together_whatever_columns_say() {
    for says in ALL {
        let [fine, middle, _] = &nested(&[vec![3, 3, 3]], says)[..] else { unreachable!() };
        // The last township has no villages: it stands among them as one.
        let features = [&fine[..6], &middle[2..]].concat();
        let dataset = assembled(vec![layer(&features)]);
        assert_eq!((dataset.layers.len(), dataset.layers[0].reading.levels.as_ref()), (1, None), "{says:?}");
    }
}

#[test]
fn a_unit_that_is_drawn_twice_is_no_level() {
    for says in [Says::Numbers, Says::Nothing] {
        let fine = &nested(&[vec![3, 3]], says)[0];
        let features = [&fine[..], &fine[2..3]].concat();
        let dataset = assembled(vec![layer(&features)]);
        assert_eq!(dataset.layers.len(), 1, "{says:?}");
        assert!(!kinds(&dataset).contains(&"several_levels"));
    }
}

#[test]
fn a_township_of_one_village_is_one_where_something_says_so() {
    let counties = [vec![1, 4, 3], vec![5, 3]];
    for says in ALL.into_iter().filter(|says| *says != Says::Nothing) {
        check(&counties, says, 2, 3);
    }
    // Which of two on the same ground is above the other, place does not say.
    let dataset = assembled(vec![layer(&nested(&counties, Says::Nothing)[..2].concat())]);
    assert!(dataset.layers[0].reading.levels.as_ref().unwrap().is_doubtful());
}

#[test]
fn what_stands_in_a_project_as_one_layer_stays_one() {
    let mut layer = layer(&nested(&[vec![3, 3]], Says::Numbers)[..2].concat());
    layer.reading.stays_whole = true;
    layer.reading.from = Some(LayerSource::default());
    let dataset = assembled(vec![layer]);
    assert_eq!(dataset.layers.len(), 1);
    assert_eq!(dataset.layers[0].reading.from.as_ref().unwrap().levels, Some(LevelsBy::Together));
}

#[test]
fn parts_that_are_put_together_again_stay_apart() {
    let once = assembled(vec![layer(&nested(&[vec![3, 3], vec![4, 3]], Says::Names).concat())]);
    let mut layers = once.layers.to_vec();
    layers[0].polygons = layer(&nested(&[vec![3, 3], vec![4, 3]], Says::Names)[0]).polygons;
    let again = assembled(layers);
    assert_eq!((again.layers.len(), said(&again)), (3, said(&once)));
}

#[test]
fn ways_to_tell_levels_are_read_as_they_are_written() {
    for by in [LevelsBy::Together, LevelsBy::Column("级别".to_owned()), LevelsBy::Codes, LevelsBy::Place] {
        let text = String::from(by.clone());
        assert_eq!(LevelsBy::from(text), by);
    }
}
