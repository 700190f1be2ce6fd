//! From layers as read to a dataset.

use std::sync::Arc;

use geo::Coord;
use rayon::prelude::*;
use rust_decimal::Decimal;

use super::apart;
use super::audit::{self, TierFacts};
use super::declared::{Said, declared_area};
use super::field_names;
use super::guess::{Guess, field_named, guess};
use super::hierarchy::NestedLayers;
use super::measures::MeasureCache;
use super::numerals::{Numerals, Read};
use super::refine::Refinement;
use super::tiers::Hierarchy;
use super::{
    Dataset, FeatureId, FieldIndex, FieldOverrides, Fields, Finding, Layer, Level, LevelIndex, ModelError, State,
    Table, crs_doubts, hierarchy, parts, places, through,
};
use crate::coverage::{AtomId, AtomIndex, Coverage};
use crate::jobs::Progress;

impl Dataset {
    /// Makes a dataset of one layer, or of several that nest (groups, villages and townships, in any order).
    ///
    /// Fields are guessed from their names and values where `overrides` does not name them. Units with missing or
    /// doubled codes are loaded all the same, and reported.
    ///
    /// # Errors
    /// [`ModelError`]: nothing to work on, a field that is not there, or the user gave up.
    pub fn assemble(
        mut layers: Vec<Layer>,
        overrides: &FieldOverrides,
        progress: &Progress,
    ) -> Result<Self, ModelError> {
        layers.iter_mut().for_each(Layer::read_through);
        let mut layers = apart_and_finest_first(layers)?;
        progress.check()?;
        let guesses = guesses(&mut layers, overrides)?;
        progress.check()?;
        let points = match layers.as_slice() {
            [fine, _, ..] => places::inner_points(&fine.polygons),
            _ => Vec::new(),
        };
        let alike = match (layers.first(), guesses.first()) {
            (Some(layer), Some(guess)) => parts::alike(layer, guess),
            _ => Vec::new(),
        };
        let polygons = layers.first_mut().map(|layer| std::mem::take(&mut layer.polygons)).unwrap_or_default();
        let (coverage, (index, attributes)) = Coverage::build_beside(polygons, progress, |bounds| {
            let parent_given = overrides.parent.as_deref().is_some_and(|parent| parent != FieldOverrides::NOTHING);
            rayon::join(|| AtomIndex::over(bounds), || attributes(&layers, &guesses, (&points, &alike), parent_given))
        })?;
        let Attributes { levels, level_layers, mut fields, mut findings, base, populations, sums } = attributes?;
        findings.extend(coverage.bounds().and_then(|bounds| audit::doubtful_crs(&base, bounds)));
        findings.extend(layers.iter().filter(|layer| !layer.is_further_part()).flat_map(crs_doubts::of_reading));
        apart::findings(&layers, &mut findings);
        if let ([fine, coarser @ ..], Some(bounds)) = (&layers[..], coverage.bounds()) {
            findings.extend(coarser.iter().filter_map(|coarse| crs_doubts::shifted((fine, bounds), coarse)));
        }
        let field = overrides.declared_area.as_deref().filter(|name| *name != FieldOverrides::NOTHING);
        let said = Said { field, unit: overrides.land_unit };
        fields.declared_area = declared_area(&fields, &sums, &coverage, said);
        audit::locate(&mut findings, &base, &coverage);
        let measures = MeasureCache::default();
        Ok(Self {
            coverage,
            index,
            layers: layers.into(),
            levels,
            level_layers,
            fields,
            coarse_fields: guesses.into_iter().skip(1).map(|guess| guess.fields).collect(),
            findings: findings.into(),
            base,
            populations: populations.into(),
            sums: sums.into_iter().map(Into::into).collect(),
            measures,
            refinement: Refinement::default(),
            joins: Arc::default(),
            unjoined: None,
            repaired_borders: None,
            unrepaired: None,
            ledgers: Vec::new(),
            derivations: Arc::default(),
            anchors: Arc::default(),
        })
    }
}

/// Layers that nest, at most: groups, villages, townships, counties, and what is above.
pub(super) const MOST_LAYERS: usize = 5;

/// All of a dataset that does not need the coverage.
#[derive(Debug)]
pub(super) struct Attributes {
    pub(super) levels: Vec<Level>,
    pub(super) level_layers: Vec<Option<usize>>,
    pub(super) fields: Fields,
    pub(super) findings: Vec<Finding>,
    pub(super) base: State,
    pub(super) populations: Vec<Option<Decimal>>,
    pub(super) sums: Vec<Vec<Option<Decimal>>>,
}

/// A layer for each level, the finest first.
fn apart_and_finest_first(layers: Vec<Layer>) -> Result<Vec<Layer>, ModelError> {
    let layers = apart::take_apart(layers)?;
    // Of parts of one layer it is known.
    if apart::are_parts(&layers) { Ok(layers) } else { finest_first(layers) }
}

/// Puts the layer with the finer level first; where that is not known, the one with more features.
pub(super) fn finest_first(mut layers: Vec<Layer>) -> Result<Vec<Layer>, ModelError> {
    if let Some(empty) = layers.iter().find(|layer| layer.feature_count() == 0) {
        return Err(ModelError::NoPolygons { layer: empty.name.clone() });
    }
    match layers.as_slice() {
        [] => return Err(ModelError::NoLayer),
        [_] => {}
        [a, b] => {
            let counts = [a.feature_count(), b.feature_count()];
            // Many times as many features are finer without a look at them.
            let clear = counts[0] > 4 * counts[1] || counts[1] > 4 * counts[0];
            let levels =
                [a, b].map(|layer| (!clear).then(|| guess(&layer.table, &FieldOverrides::default()).ok())??.level);
            let swap = match levels {
                [Some(first), Some(second)] if first != second => first > second,
                _ => counts[0] < counts[1],
            };
            if swap {
                layers.swap(0, 1);
            }
        }
        more if more.len() > MOST_LAYERS => return Err(ModelError::TooManyLayers { count: more.len() }),
        more => {
            let level = |layer: &Layer| guess(&layer.table, &FieldOverrides::default()).ok()?.level;
            let levels: Vec<Option<Level>> = more.iter().map(level).collect();
            let are_told = levels
                .iter()
                .all(|level| level.is_some_and(|it| levels.iter().filter(|other| **other == Some(it)).count() == 1));
            let mut ranked: Vec<(Option<Level>, Layer)> = levels.into_iter().zip(layers).collect();
            ranked.sort_by_key(|(level, layer)| (level.filter(|_| are_told), std::cmp::Reverse(layer.feature_count())));
            layers = ranked.into_iter().map(|(_, layer)| layer).collect();
        }
    }
    Ok(layers)
}

/// The fields of every layer. Where nothing else tells units apart, ids of features become a field.
pub(super) fn guesses(layers: &mut [Layer], overrides: &FieldOverrides) -> Result<Vec<Guess>, ModelError> {
    let guess = |(i, layer): (usize, &mut Layer)| {
        let wanted = if i == 0 { overrides.clone() } else { overrides_for_parents(&layer.table, overrides) };
        guess_of_layer(layer, &wanted)
    };
    layers.iter_mut().enumerate().map(guess).collect()
}

/// The fields of a layer.
pub(super) fn guess_of_layer(layer: &mut Layer, overrides: &FieldOverrides) -> Result<Guess, ModelError> {
    if overrides.code.as_deref() == Some(through::ID) {
        layer.read_ids();
    }
    let found = guess(&layer.table, overrides)?;
    if overrides.code.is_none() && found.fields.code.is_none() && layer.read_ids() {
        return guess(&layer.table, overrides);
    }
    Ok(found)
}

/// Fields, levels, units, figures and findings of layers, finest first. With two layers `points` are places inside
/// the features of the first; `alike` are those of its features that may be parts of one unit.
pub(super) fn attributes(
    layers: &[Layer],
    guesses: &[Guess],
    (points, alike): (&[Option<Coord>], &[Vec<u32>]),
    parent_given: bool,
) -> Result<Attributes, ModelError> {
    let ([fine, ..], [own, ..]) = (layers, guesses) else { return Err(ModelError::NoLayer) };
    let mut findings = Vec::new();
    let mut fields = own.fields.clone();
    let nested = match (layers, guesses) {
        ([_, coarse, further @ ..], [_, above, guesses @ ..]) => {
            let further = (further, guesses);
            let layers = NestedLayers { fine, coarse, further, own, above, parent_given, points, alike };
            let (nested, field) = hierarchy::of_two_layers(layers, &mut findings);
            fields.parent = field.map(|field| fine.table.fields()[field.index()].clone());
            nested
        }
        _ => hierarchy::of_one_layer(fine, own, alike, &mut findings),
    };
    keep_nested_levels(&mut fields, own, &nested);
    let (levels, level_layers) = nested.tiers.iter().map(|tier| (tier.level, tier.layer)).unzip();
    let facts = TierFacts::of(&nested);
    let base = State::base(nested);
    let population_field = fields.population.as_deref().and_then(|name| fine.table.field(name));
    let mut values = |field, is_people| decimals(&fine.table, (field, is_people), &mut findings);
    let mut populations = population_field.map(|field| values(field, true)).unwrap_or_default();
    for people in &mut populations {
        *people = people.filter(|people| !people.is_sign_negative() || people.is_zero());
    }
    let sum_fields = fields.sum.iter().map(|name| field_named(&fine.table, name));
    let mut sums: Vec<Vec<Option<Decimal>>> =
        sum_fields.map(|field| Ok(values(field?, false))).collect::<Result<_, ModelError>>()?;
    parts::count_once(&base, &mut populations);
    for sums in &mut sums {
        parts::count_once(&base, sums);
    }
    // So far features were told of; from here on units are.
    for finding in &mut findings {
        finding.units.iter_mut().for_each(|unit| *unit = base.unit_of(AtomId(unit.0), LevelIndex::FINEST));
        finding.units.dedup();
    }
    findings.extend(parts::finding(&base));
    audit::unchosen(&fine.table, &fields, &mut findings);

    for finding in &mut findings {
        finding.resolve_parent(&base);
    }
    audit::duplicate_codes(&base, &mut findings);
    audit::several_levels(&base, &mut findings);
    audit::missing(&base, &facts, &mut findings);
    audit::code_parent_mismatches(&base, &mut findings);
    if let Some(field) = population_field {
        audit::missing_populations(&base, &fine.table, field, &populations, &mut findings);
    }
    // Kinds in one order, units ascending: a report reads the same however it came about.
    findings.sort_by(|a, b| (a.what.id(), &a.units).cmp(&(b.what.id(), &b.units)));
    Ok(Attributes { levels, level_layers, fields, findings, base, populations, sums })
}

/// The user's fields as far as the parent layer has them: they are named for the finest layer, but layers of one
/// source mostly share names.
fn overrides_for_parents(table: &Table, overrides: &FieldOverrides) -> FieldOverrides {
    let there = |field: &Option<String>| field.clone().filter(|name| field_named(table, name).is_ok());
    FieldOverrides {
        code: there(&overrides.code),
        name: there(&overrides.name),
        kind: there(&overrides.kind),
        ..FieldOverrides::default()
    }
}

/// Forgets the fields of levels that did not nest.
fn keep_nested_levels(fields: &mut Fields, guess: &Guess, nested: &Hierarchy) {
    fields
        .upper
        .retain(|upper| nested.tiers.iter().skip(1).any(|tier| tier.level == upper.level && tier.layer.is_none()));
    if nested.tiers.len() == 1 && guess.above.is_empty() {
        fields.parent_name = None;
    }
}

/// Values of a field as decimals, with findings about those that are not plain numbers.
fn decimals(
    table: &Table,
    (field, is_people): (FieldIndex, bool),
    findings: &mut Vec<Finding>,
) -> Vec<Option<Decimal>> {
    let rows: Vec<FeatureId> = table.features().collect();
    let written = rows.iter().filter_map(|&feature| table.raw(feature, field));
    let counts_people = is_people || field_names::population_rank(&table.fields()[field.index()]).is_some();
    let numerals = Numerals::of_column(written, counts_people);
    let read = |feature: FeatureId| table.raw(feature, field).map_or(Read::NoValue, |raw| numerals.read(raw));
    let values: Vec<Read> = rows.par_iter().map(|&feature| read(feature)).collect();
    audit::odd_numbers(table, (field, is_people), (&values, numerals.is_doubtful()), findings);
    let number = |read: Read| match read {
        Read::Plain(number) | Read::Understood(number) => Some(number),
        Read::NoValue | Read::Unread => None,
    };
    values.into_iter().map(number).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::squares;
    use super::super::{FindingKind, Kind, UnitId};
    use super::*;

    const VILLAGES: &[&str] = &[
        r#"{"code":"510101001201","name":"甲村","town_code":"510101001","town":"东街道","county_code":"510101","county":"西县","population":10,"households":"4","elevation":900,"gdp":1.5}"#,
        r#"{"code":"510101101001","name":"乙社区","town_code":"510101101","town":"南镇","county_code":"510101","county":"西县","population":20,"households":6,"elevation":800,"gdp":2.5}"#,
        r#"{"code":"510101001202","name":"丙村","town_code":"510101001","town":"东街道","county_code":"510101","county":"西县","population":30,"households":7,"elevation":700,"gdp":0.5}"#,
    ];
    const TOWNSHIPS: &[&str] = &[
        r#"{"town_code":"510101101","town":"南镇","seat_lon":1.5,"seat_lat":0.5,"seat":"乙社区"}"#,
        r#"{"town_code":"510101001","town":"东街道"}"#,
    ];

    fn read(layers: &[Layer], overrides: &FieldOverrides) -> Result<Attributes, ModelError> {
        let mut layers = finest_first(layers.to_vec())?;
        let points = places::inner_points(&layers[0].polygons);
        let guesses = guesses(&mut layers, overrides)?;
        let alike = parts::alike(&layers[0], &guesses[0]);
        let attributes = attributes(&layers, &guesses, (&points, &alike), overrides.parent.is_some())?;
        assert_eq!(attributes.base.check(), Vec::<String>::new());
        Ok(attributes)
    }

    fn one(rows: &[&str]) -> Attributes {
        read(&[squares("villages", 8, 1.0, rows)], &FieldOverrides::default()).unwrap()
    }

    fn levels(attributes: &Attributes) -> Vec<String> {
        attributes.levels.iter().map(Level::to_string).collect()
    }

    fn labels(attributes: &Attributes, level: u8) -> Vec<&str> {
        attributes.base.units_at(LevelIndex(level)).map(|id| attributes.base.unit(id).label()).collect()
    }

    /// What was found, but for roles that no field has: see `a_role_that_no_field_has_is_a_finding`.
    fn found(attributes: &Attributes) -> Vec<&'static str> {
        attributes.findings.iter().map(|finding| finding.what.id()).filter(|id| *id != "role_unfilled").collect()
    }

    #[test]
    fn a_role_that_no_field_has_is_a_finding() {
        let unfilled = |rows: &[&str]| -> Vec<(&'static str, usize)> {
            let found = one(rows).findings.into_iter().filter_map(|finding| match finding.what {
                FindingKind::RoleUnfilled { role, fields } => {
                    assert_eq!(finding.severity, crate::model::Severity::Info, "nobody is alarmed");
                    Some((role, fields.len()))
                }
                _ => None,
            });
            found.collect()
        };
        assert_eq!(unfilled(VILLAGES), []);
        assert_eq!(unfilled(&[r#"{"code":"1","name":"a"}"#, r#"{"code":"2","name":"b"}"#]), [("population", 0)]);
        assert_eq!(unfilled(&["{}", "{}"]), [("population", 0), ("code", 0), ("name", 0)]);
        let seen = [r#"{"code":"1","name":"a","x":5}"#, r#"{"code":"2","name":"b","x":5}"#];
        assert_eq!(unfilled(&seen), [("population", 1)], "it could be x");
    }

    #[test]
    fn villages_alone_give_townships_and_the_county_above() {
        let read = one(VILLAGES);
        assert_eq!(levels(&read), ["village", "township", "county"]);
        assert_eq!(labels(&read, 1), ["东街道", "南镇"]);
        assert_eq!(labels(&read, 2), ["西县"]);
        let base = &read.base;
        let east = base.find_at(LevelIndex(1), "510101001").unwrap();
        assert_eq!(base.members(east), [UnitId(0), UnitId(2)]);
        assert_eq!(base.unit(east).kind, Some(Kind::Subdistrict));
        assert_eq!(base.unit(UnitId(0)).kind, Some(Kind::Village));
        assert_eq!(base.unit(UnitId(1)).kind, Some(Kind::Community));
        assert_eq!(found(&read), [] as [&str; 0]);
    }

    #[test]
    fn counts_are_added_up_and_heights_are_not() {
        let read = one(VILLAGES);
        assert_eq!(read.fields.population.as_deref(), Some("population"));
        assert_eq!(read.fields.sum, ["households", "gdp"]);
        assert_eq!(read.populations, [10, 20, 30].map(|n| Some(Decimal::from(n))));
        assert_eq!(read.sums[0], [4, 6, 7].map(|n| Some(Decimal::from(n))));
    }

    #[test]
    fn taiwanese_fields_are_known_by_their_level() {
        let read = one(&[
            r#"{"VILLCODE":"10008040011","COUNTYNAME":"南投縣","TOWNNAME":"竹山鎮","VILLNAME":"延平里","VILLENG":"Yanping Vil.","COUNTYID":"M","COUNTYCODE":"10008","TOWNID":"M04","TOWNCODE":"10008040"}"#,
            r#"{"VILLCODE":"10008110007","COUNTYNAME":"南投縣","TOWNNAME":"水里鄉","VILLNAME":"鉅工村","VILLENG":"Jugong Vil.","COUNTYID":"M","COUNTYCODE":"10008","TOWNID":"M11","TOWNCODE":"10008110"}"#,
        ]);
        assert_eq!(levels(&read), ["village", "township", "county"]);
        let fields = &read.fields;
        let used = [&fields.code, &fields.name, &fields.parent, &fields.parent_name].map(|field| field.as_deref());
        assert_eq!(used, ["VILLCODE", "VILLNAME", "TOWNCODE", "TOWNNAME"].map(Some));
        assert_eq!(labels(&read, 1), ["竹山鎮", "水里鄉"]);
        assert_eq!(read.base.unit(UnitId(1)).kind, Some(Kind::Village));
    }

    #[test]
    fn foreign_codes_are_opaque_text_without_levels_or_kinds() {
        let read = one(&[
            r#"{"code":"47044","nom":"Cahuzac","population":308}"#,
            r#"{"code":"47057","nom":"Castillonnès","population":1346}"#,
        ]);
        assert_eq!(levels(&read), ["atom"]);
        assert_eq!(read.base.unit(UnitId(0)).name, "Cahuzac");
        assert_eq!(read.base.unit(UnitId(0)).kind, None);
        assert_eq!(read.fields.population.as_deref(), Some("population"));
    }

    #[test]
    fn a_number_as_code_keeps_its_text() {
        let read = one(&[r#"{"kommunenummer":301,"navn":"Oslo"}"#, r#"{"kommunenummer":5020,"navn":"Osen"}"#]);
        assert_eq!(read.base.unit(UnitId(0)).code, "301");
        assert_eq!(read.base.unit(UnitId(1)).name, "Osen");
    }

    #[test]
    fn two_layers_in_any_order_nest_by_the_parents_code() {
        let villages = squares("villages", 8, 1.0, VILLAGES);
        let townships = squares("townships", 8, 4.0, TOWNSHIPS);
        let read = read(&[townships, villages], &FieldOverrides::default()).unwrap();
        assert_eq!(levels(&read), ["village", "township", "county"]);
        assert_eq!(labels(&read, 1), ["南镇", "东街道"]);
        assert_eq!(read.level_layers, [Some(0), Some(1), None]);
        let south = read.base.find_at(LevelIndex(1), "510101101").unwrap();
        assert_eq!(read.base.members(south), [UnitId(1)]);
        assert_eq!(read.base.unit(south).seat.as_ref().unwrap().name.as_deref(), Some("乙社区"));
        assert_eq!(read.base.unit(south).source, Some(FeatureId(0)));
        // 甲村 and 丙村 lie in the square of 南镇.
        assert_eq!(found(&read), ["outside_parent", "outside_parent"]);
    }

    #[test]
    fn layers_without_common_codes_nest_by_place() {
        //  a b c d     A = a b, B = c d
        let fine =
            squares("fine", 4, 1.0, &[r#"{"name":"a"}"#, r#"{"name":"b"}"#, r#"{"name":"c"}"#, r#"{"name":"d"}"#]);
        let coarse = squares("coarse", 2, 2.0, &[r#"{"code":"A"}"#, r#"{"code":"B"}"#]);
        let read = read(&[fine, coarse], &FieldOverrides::default()).unwrap();
        assert_eq!(levels(&read), ["atom", "parent"]);
        let parent = read.base.find_at(LevelIndex(1), "B").unwrap();
        assert_eq!(read.base.members(parent), [UnitId(2), UnitId(3)]);
        assert_eq!(found(&read), [] as [&str; 0]);
    }

    #[test]
    fn a_unit_whose_parent_is_nowhere_is_loaded_and_reported() {
        let fine = squares(
            "fine",
            3,
            1.0,
            &[r#"{"code":"a","parent":"A"}"#, r#"{"code":"b","parent":"A"}"#, r#"{"code":"c","parent":"X"}"#],
        );
        let coarse = squares("coarse", 1, 2.0, &[r#"{"code":"A"}"#]);
        let read = read(&[fine, coarse], &FieldOverrides::default()).unwrap();
        let orphan = read.findings.iter().find(|finding| finding.what.id() == "orphan_parent").unwrap();
        assert_eq!(orphan.what, FindingKind::OrphanParent { code: "c".into(), parent: "X".into() });
        assert_eq!(orphan.units, [UnitId(2)]);
        assert_eq!(read.base.units_at(LevelIndex(1)).count(), 2);
    }

    #[test]
    fn doubled_and_missing_codes_are_loaded_and_reported() {
        let read = one(&[
            r#"{"code":"1","name":"a"}"#,
            r#"{"code":"2","name":"b"}"#,
            r#"{"code":"2","name":""}"#,
            r#"{"code":null,"name":"d"}"#,
            r#"{"code":"5","name":"e"}"#,
        ]);
        assert_eq!(read.base.unit_count(), 5);
        assert_eq!(found(&read), ["duplicate_code", "missing_code", "missing_name"]);
        assert_eq!(read.findings[0].units, [UnitId(1), UnitId(2)]);
    }

    #[test]
    fn features_that_are_parts_of_one_unit_are_joined_and_counted_once() {
        let rows = [
            r#"{"code":"510101001201","name":"甲村","town":"510101001","population":500,"households":40,"fields":3}"#,
            r#"{"code":"510101001202","name":"乙村","town":"510101001","population":70,"households":20,"fields":4}"#,
            r#"{"code":"510101001201","name":"甲村","town":"510101001","population":500,"households":40,"fields":5}"#,
            r#"{"code":"510101001203","name":"丙村","town":"510101001","population":9,"households":3,"fields":1}"#,
            r#"{"code":"510101001201","name":"甲村","town":"510101001","households":40,"fields":6}"#,
        ];
        let overrides = FieldOverrides {
            parent: Some("town".into()),
            sum: Some(vec!["households".into(), "fields".into()]),
            ..FieldOverrides::default()
        };
        let layer = squares("villages", 8, 1.0, &rows);
        let joined = read(std::slice::from_ref(&layer), &overrides).unwrap();
        assert_eq!(labels(&joined, 0), ["甲村", "乙村", "丙村"]);
        assert_eq!(joined.base.atoms(UnitId(0)).as_ref(), [0, 2, 4].map(AtomId));
        assert_eq!(found(&joined), ["parts_joined"]);
        let what = FindingKind::PartsJoined { features: 3, units: 1, codes: vec!["510101001201".into()] };
        assert_eq!((&joined.findings[0].what, &joined.findings[0].units[..]), (&what, &[UnitId(0)][..]));
        let of_first = |values: &[Option<Decimal>]| [0, 2, 4].map(|at: usize| values[at].unwrap().to_string());
        assert_eq!(of_first(&joined.populations), ["500", "0", "0"]);
        assert_eq!(of_first(&joined.sums[0]), ["40", "0", "0"], "all parts say it of the whole");
        assert_eq!(of_first(&joined.sums[1]), ["3", "5", "6"], "each says it of itself");

        // What tells them apart leaves them as they are.
        let other = |at: usize, from: &str, to: &str| {
            let mut rows = rows.map(str::to_owned);
            rows[at] = rows[at].replace(from, to);
            let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
            let read = read(&[squares("villages", 8, 1.0, &rows)], &overrides).unwrap();
            (labels(&read, 0).len(), found(&read).contains(&"duplicate_code"))
        };
        assert_eq!(other(2, "甲村", "丁村"), (5, true));
        assert_eq!(other(2, "500", "600"), (5, true));
        assert_eq!(other(4, "510101001\"", "510101002\""), (5, true));
        // The same feature twice is no unit of two parts: its ground would count twice.
        let twice = squares("villages", 1, 0.0, &[rows[0], rows[2]]);
        let mut twice = twice;
        twice.polygons = crate::coverage::FlatPolygons::default();
        for _ in 0..2 {
            for (x, y) in [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)] {
                twice.polygons.push(Coord { x, y });
            }
            twice.polygons.end_ring();
            twice.polygons.end_face();
            twice.polygons.end_atom();
        }
        assert_eq!(found(&read(&[twice], &overrides).unwrap()), ["duplicate_code"]);
    }

    #[test]
    fn a_code_that_leaves_its_parent_is_reported_when_others_do_not() {
        let rows: Vec<String> = (0..10)
            .map(|i| {
                let parent = if i == 9 { 20 } else { 10 + i % 2 };
                format!(r#"{{"code":"{}{i:02}","parent_code":"{}"}}"#, 10 + i % 2, parent)
            })
            .collect();
        let read = one(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found(&read), ["code_parent_mismatch"]);
        assert_eq!(read.findings[0].units, [UnitId(9)]);
    }

    #[test]
    fn an_unusable_population_is_unknown_not_zero() {
        let read = one(&[
            r#"{"code":"1","pop":5}"#,
            r#"{"code":"2","pop":-1}"#,
            r#"{"code":"3"}"#,
            r#"{"code":"4","pop":0}"#,
            r#"{"code":"5","pop":7}"#,
            r#"{"code":"6","pop":"8"}"#,
        ]);
        // One of five values is negative: too many for a guess.
        assert_eq!(read.fields.population.as_deref(), Some("pop"));
        assert_eq!(read.populations[1..4], [None, None, Some(Decimal::ZERO)]);
        assert_eq!(found(&read), ["population_missing", "population_missing"]);
    }

    #[test]
    fn a_field_that_is_not_there_is_refused_with_those_that_are() {
        let overrides = FieldOverrides { population: Some("people".into()), ..FieldOverrides::default() };
        let error = read(&[squares("villages", 8, 1.0, &[r#"{"code":"1","pop":5}"#])], &overrides).unwrap_err();
        assert_eq!(error.to_string(), r#"no field "people"; there are: code, pop"#);
    }

    #[test]
    fn the_user_overrules_every_guess() {
        let overrides = FieldOverrides {
            code: Some("NAME".into()),
            name: Some("code".into()),
            parent: Some("zone".into()),
            sum: Some(vec!["elevation".into()]),
            ..FieldOverrides::default()
        };
        let rows = [
            r#"{"code":"1","name":"a","zone":"N","elevation":3}"#,
            r#"{"code":"2","name":"b","zone":"N","elevation":4}"#,
        ];
        let read = read(&[squares("villages", 8, 1.0, &rows)], &overrides).unwrap();
        assert_eq!((read.base.unit(UnitId(0)).code.as_str(), read.base.unit(UnitId(0)).name.as_str()), ("a", "1"));
        assert_eq!(labels(&read, 1), ["N"]);
        assert_eq!(levels(&read), ["atom", "parent"]);
        assert_eq!(read.fields.sum, ["elevation"]);
    }

    #[test]
    fn a_level_that_cuts_through_townships_is_left_out() {
        let rows: Vec<String> = (0..8)
            .map(|i| format!(r#"{{"code":"{i}","town_code":"T{}","county_code":"C{}"}}"#, i / 4, i % 2))
            .collect();
        let read = one(&rows.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(levels(&read), ["atom", "township"]);
        assert!(read.fields.upper.is_empty());
    }

    /// Groups two by two in villages, and those two by two in townships, each in a file of its own.
    fn three_levels(with_parents: bool) -> [Layer; 3] {
        let parent =
            |name: &str, code: &str| if with_parents { format!(r#","{name}":"{code}""#) } else { String::new() };
        let groups: Vec<String> = (0..8)
            .map(|i| {
                let village = format!("5101010{:02}20{}", 1 + i / 4, 1 + i / 2 % 2);
                format!(r#"{{"code":"{village}{:02}","name":"{i}组"{}}}"#, 1 + i % 2, parent("village_code", &village))
            })
            .collect();
        let villages: Vec<String> = (0..4)
            .map(|i| {
                let town = format!("5101010{:02}", 1 + i / 2);
                format!(r#"{{"code":"{town}20{}","name":"{i}村"{}}}"#, 1 + i % 2, parent("town_code", &town))
            })
            .collect();
        let towns: Vec<String> =
            (0..2).map(|i| format!(r#"{{"code":"5101010{:02}","name":"{i}镇"}}"#, 1 + i)).collect();
        let of = |name: &str, width: f64, rows: &[String]| {
            squares(name, rows.len(), width, &rows.iter().map(String::as_str).collect::<Vec<_>>())
        };
        [of("groups", 1.0, &groups), of("villages", 2.0, &villages), of("towns", 4.0, &towns)]
    }

    #[test]
    fn three_levels_in_files_of_their_own_nest_in_any_order() {
        for with_parents in [true, false] {
            let layers = three_levels(with_parents);
            for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1]] {
                let layers = order.map(|at: usize| layers[at].clone());
                let read = read(&layers, &FieldOverrides::default()).unwrap();
                assert_eq!(read.level_layers[..3], [Some(0), Some(1), Some(2)], "{order:?}: {:?}", levels(&read));
                assert_eq!([0, 1, 2].map(|level| labels(&read, level).len()), [8, 4, 2], "{order:?}");
                assert_eq!(labels(&read, 1), ["0村", "1村", "2村", "3村"]);
                assert_eq!(labels(&read, 2), ["0镇", "1镇"]);
                let base = &read.base;
                let town = base.units_at(LevelIndex(2)).next().unwrap();
                let members: Vec<&str> = base.members(town).iter().map(|&unit| base.unit(unit).label()).collect();
                assert_eq!(members, ["0村", "1村"], "{order:?}, {with_parents}");
                assert_eq!(found(&read), [] as [&str; 0], "{order:?}, {with_parents}");
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_codes_and_parents_give_a_state_that_holds(
            rows in proptest::collection::vec((0..40_u8, proptest::option::of(0..6_u8), proptest::option::of(0..3_u8)), 1..30),
            doubles in proptest::bool::ANY,
        ) {
            let text = |value: Option<u8>| value.map_or("null".to_owned(), |value| format!("\"{value}\""));
            let rows: Vec<String> = (0..)
                .zip(&rows)
                .map(|(i, &(code, town, county))| {
                    let code = if doubles { code } else { i };
                    format!(r#"{{"code":"{code}","town_code":{},"county_code":{}}}"#, text(town), text(county))
                })
                .collect();
            let read = one(&rows.iter().map(String::as_str).collect::<Vec<_>>());
            proptest::prop_assert_eq!(read.base.labels(LevelIndex::FINEST).len(), rows.len());
            proptest::prop_assert!(read.levels.is_sorted_by(|a, b| a < b));
        }
    }
}
