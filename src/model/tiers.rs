//! The levels of a dataset before they become a state: units of each level, and the unit of every atom.

use std::borrow::Cow;
use std::collections::HashMap;

use compact_str::CompactString;
use geo::Coord;
use rayon::prelude::*;

use super::looks::Tier;
use super::{
    CodeStatus, FeatureId, FieldIndex, Fields, Finding, FindingKind, Kind, Level, LevelIndex, Seat, Severity, Standing,
    Table, Unit, unit_names,
};

/// No unit, no value.
pub(super) const NONE: u32 = u32::MAX;

/// Units of one level, and which of them every atom says it belongs to.
#[derive(Debug)]
pub(super) struct RawTier {
    pub(super) level: Level,
    /// Layer the units were read from.
    pub(super) layer: Option<usize>,
    /// Their level index, parent and revision are set when the state is made.
    pub(super) units: Vec<Unit>,
    /// Position in `units` for every atom, or [`NONE`].
    pub(super) of_atom: Vec<u32>,
    /// Whether names are to be expected.
    pub(super) has_names: bool,
}

/// Different texts of a field in the order they are first seen, and which of them every feature has.
#[derive(Debug, Default)]
pub(super) struct Labels {
    pub(super) texts: Vec<CompactString>,
    /// Position in `texts` for every feature, or [`NONE`].
    pub(super) of: Vec<u32>,
}

impl Labels {
    /// Texts without blanks around them.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub(super) fn of(table: &Table, field: FieldIndex) -> Self {
        let mut seen: HashMap<Cow<'_, str>, u32> = HashMap::new();
        let mut labels = Self { texts: Vec::new(), of: Vec::with_capacity(table.rows()) };
        let mut last = NONE;
        for feature in table.features() {
            let Some(text) = coded(table, feature, Some(field)) else {
                labels.of.push(NONE);
                continue;
            };
            // Members of a unit mostly stand together.
            if labels.texts.get(last as usize).is_none_or(|before| before != text.as_ref()) {
                last = *seen.entry(text).or_insert_with_key(|text| {
                    labels.texts.push(CompactString::from(text.as_ref()));
                    labels.texts.len() as u32 - 1
                });
            }
            labels.of.push(last);
        }
        labels
    }
}

/// A value without blanks around it.
pub(super) fn trimmed(table: &Table, feature: FeatureId, field: Option<FieldIndex>) -> Option<Cow<'_, str>> {
    Some(match table.text(feature, field?)? {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    })
}

/// A code without blanks around it, and without the `.0` of a number that went through a spreadsheet.
pub(super) fn coded(table: &Table, feature: FeatureId, field: Option<FieldIndex>) -> Option<Cow<'_, str>> {
    Some(match trimmed(table, feature, field)? {
        Cow::Borrowed(text) => Cow::Borrowed(unit_names::code_text(text)),
        Cow::Owned(text) => Cow::Owned(unit_names::code_text(&text).to_owned()),
    })
}

/// Values that the rows of every group have, the most frequent first (of equals the smaller value).
pub(super) fn ranked(group_of: &[u32], values: &[u32], groups: usize) -> Vec<Vec<u32>> {
    let mut pairs: Vec<(u32, u32)> =
        group_of.iter().copied().zip(values.iter().copied()).filter(|&(g, v)| g != NONE && v != NONE).collect();
    pairs.par_sort_unstable();
    let mut ranked = vec![Vec::new(); groups];
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let mut counted: Vec<(std::cmp::Reverse<usize>, u32)> =
            group.chunk_by(|a, b| a == b).map(|run| (std::cmp::Reverse(run.len()), run[0].1)).collect();
        counted.sort_unstable();
        ranked[group[0].0 as usize] = counted.into_iter().map(|(_, value)| value).collect();
    }
    ranked
}

/// Fields of a layer whose features are the units.
#[derive(Clone, Copy, Debug, Default)]
struct UnitFields {
    code: Option<FieldIndex>,
    name: Option<FieldIndex>,
    kind: Option<FieldIndex>,
    lon: Option<FieldIndex>,
    lat: Option<FieldIndex>,
    seat: Option<FieldIndex>,
}

/// A unit for each feature of a layer.
pub(super) fn units_of_layer(table: &Table, fields: &Fields, level: Level) -> Vec<Unit> {
    let field = |name: &Option<String>| name.as_deref().and_then(|name| table.field(name));
    let of = UnitFields {
        code: field(&fields.code),
        name: field(&fields.name),
        kind: field(&fields.kind),
        lon: field(&fields.seat_lon),
        lat: field(&fields.seat_lat),
        seat: field(&fields.seat_name),
    };
    let rows: Vec<FeatureId> = table.features().collect();
    rows.into_par_iter().map(|feature| unit_of_feature(table, feature, of, level)).collect()
}

fn unit_of_feature(table: &Table, feature: FeatureId, fields: UnitFields, level: Level) -> Unit {
    let text = |field| trimmed(table, feature, field).map(|text| CompactString::from(text.as_ref()));
    let number = |field: Option<FieldIndex>| table.number(feature, field?);
    let code = coded(table, feature, fields.code).map(|text| CompactString::from(text.as_ref())).unwrap_or_default();
    let name = text(fields.name).unwrap_or_default();
    // A seat that is nowhere on Earth is none.
    let at = number(fields.lon).zip(number(fields.lat)).filter(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0);
    Unit {
        kind: kind_of(text(fields.kind), &name, &code, level),
        seat: at.map(|(x, y)| Seat { at: Coord { x, y }, name: text(fields.seat) }),
        seat_address: text(fields.seat).filter(|_| at.is_none()),
        source: Some(feature),
        ..made_unit(code, name)
    }
}

/// A unit that no feature stands for.
fn made_unit(code: CompactString, name: CompactString) -> Unit {
    Unit {
        level: LevelIndex::FINEST,
        code,
        code_status: CodeStatus::Existing,
        name,
        kind: None,
        parent: None,
        seat: None,
        seat_address: None,
        source: None,
        standing: Standing::Current,
        revision: 0,
    }
}

/// Kind of a unit: what its field says, else the ending of its name, else the segment of its code.
fn kind_of(said: Option<CompactString>, name: &str, code: &str, level: Level) -> Option<Kind> {
    if let Some(word) = said {
        return Some(word.parse().unwrap_or(Kind::Other(word)).at(level));
    }
    let by_code = || (unit_names::level_of_code(code) == Some(level)).then(|| unit_names::kind_of_code(code)).flatten();
    unit_names::kind_of_name(name, level).or_else(by_code)
}

/// Makes the units of a level from what the features of a table say about it. `row_of_atom` is `None` where atom
/// `i` is row `i`.
pub(super) fn made_tier(
    table: &Table,
    tier: &Tier,
    level: Level,
    row_of_atom: Option<&[u32]>,
    findings: &mut Vec<Finding>,
) -> RawTier {
    let (keys, names) = rayon::join(|| Labels::of(table, tier.key), || tier.name.map(|name| Labels::of(table, name)));
    let names_of = names.as_ref().map(|names| ranked(&keys.of, &names.of, keys.texts.len())).unwrap_or_default();
    let mut units = Vec::with_capacity(keys.texts.len());
    for (i, code) in keys.texts.into_iter().enumerate() {
        let labels = names_of.get(i).into_iter().flatten();
        let several: Vec<CompactString> =
            labels.filter_map(|&label| names.as_ref()?.texts.get(label as usize).cloned()).collect();
        let name = several.first().cloned().unwrap_or_default();
        if several.len() > 1 {
            findings.push(Finding::new(
                Severity::Warning,
                Vec::new(),
                FindingKind::ParentNameVaries { code: code.clone(), names: several },
            ));
        }
        units.push(Unit { kind: kind_of(None, &name, &code, level), ..made_unit(code, name) });
    }
    let of_atom = match row_of_atom {
        None => keys.of,
        Some(rows) => rows.iter().map(|&row| keys.of.get(row as usize).copied().unwrap_or(NONE)).collect(),
    };
    RawTier { level, layer: None, units, of_atom, has_names: tier.name.is_some() }
}

/// Gives atoms that name no unit the one whose code their own begins with, if most codes of atoms begin so.
pub(super) fn adopt_by_prefix(atoms: &[Unit], tier: &mut RawTier) {
    let begins = |atom: &Unit, unit: &Unit| !unit.code.is_empty() && atom.code.starts_with(unit.code.as_str());
    let placed = atoms.iter().zip(&tier.of_atom).filter_map(|(atom, &at)| Some((atom, tier.units.get(at as usize)?)));
    let (mut all, mut fit) = (0_usize, 0_usize);
    placed.for_each(|(atom, unit)| {
        all += 1;
        fit += usize::from(begins(atom, unit));
    });
    let length = tier.units.first().map_or(0, |unit| unit.code.len());
    if fit * 5 < all * 4 || length == 0 || tier.units.iter().any(|unit| unit.code.len() != length) {
        return;
    }
    let position = code_positions(&tier.units);
    for (atom, at) in atoms.iter().zip(&mut tier.of_atom).filter(|(_, at)| **at == NONE) {
        *at = atom.code.get(..length).and_then(|code| position.get(code)).copied().unwrap_or(NONE);
    }
}

/// Position of each code; of doubles the first.
#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
pub(super) fn code_positions(units: &[Unit]) -> HashMap<&str, u32> {
    let mut position = HashMap::with_capacity(units.len());
    for (i, unit) in units.iter().enumerate().filter(|(_, unit)| !unit.code.is_empty()) {
        position.entry(unit.code.as_str()).or_insert(i as u32);
    }
    position
}

/// Levels nested into each other.
#[derive(Debug, Default)]
pub(super) struct Hierarchy {
    /// Finest first; at least one.
    pub(super) tiers: Vec<RawTier>,
    /// Position of the parent in the next tier, for each unit of every tier but the coarsest.
    pub(super) parents: Vec<Vec<u32>>,
    /// Whether the last unit of a tier was put there to hold the units without a parent.
    pub(super) has_orphanage: Vec<bool>,
}

/// Nests tiers, finest first: a unit belongs to the unit that most of its atoms say. Units that say none share one
/// without code or name. A level above the parents' is dropped when more than one unit in twenty is torn between
/// two of its units: then it does not nest.
pub(super) fn nest(tiers: Vec<RawTier>) -> Hierarchy {
    let mut nested = Hierarchy::default();
    for mut tier in tiers {
        let Some(finer) = nested.tiers.last() else {
            nested.tiers.push(tier);
            nested.has_orphanage.push(false);
            continue;
        };
        let parents = if nested.tiers.len() == 1 {
            // Parts of a unit say the same.
            let said = std::mem::take(&mut tier.of_atom);
            let mut parents = vec![NONE; finer.units.len()];
            for (&unit, &parent) in finer.of_atom.iter().zip(&said) {
                if parents[unit as usize] == NONE {
                    parents[unit as usize] = parent;
                }
            }
            parents
        } else {
            let said = ranked(&finer.of_atom, &tier.of_atom, finer.units.len());
            let torn = said.iter().filter(|values| values.len() > 1).count();
            if torn * 20 > finer.units.len() {
                continue;
            }
            said.iter().map(|values| values.first().copied().unwrap_or(NONE)).collect()
        };
        if tier.units.is_empty() {
            continue;
        }
        let parents = with_orphanage(&mut tier, parents, &mut nested.has_orphanage);
        tier.of_atom = finer.of_atom.iter().map(|&unit| parents[unit as usize]).collect();
        nested.parents.push(parents);
        nested.tiers.push(tier);
    }
    nested
}

/// Adds a unit for those without a parent, if there are any.
#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
fn with_orphanage(tier: &mut RawTier, mut parents: Vec<u32>, made: &mut Vec<bool>) -> Vec<u32> {
    let orphans = parents.contains(&NONE);
    if orphans {
        let orphanage = tier.units.len() as u32;
        tier.units.push(made_unit(CompactString::default(), CompactString::default()));
        parents.iter_mut().filter(|parent| **parent == NONE).for_each(|parent| *parent = orphanage);
    }
    made.push(orphans);
    parents
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_value_comes_first_and_of_equals_the_smaller() {
        let ranked = ranked(&[0, 0, 0, 1, 1, NONE], &[7, 5, 7, 9, 8, 1], 3);
        assert_eq!(ranked, [vec![7, 5], vec![8, 9], vec![]]);
    }

    #[test]
    fn a_unit_without_parent_is_adopted_by_the_beginning_of_its_code() {
        let unit = |code: &str| made_unit(code.into(), CompactString::default());
        let atoms: Vec<Unit> = ["101", "102", "201", "202", "103"].map(unit).into();
        let mut tier = RawTier {
            level: Level::Parent,
            layer: None,
            units: ["10", "20"].map(unit).into(),
            of_atom: vec![0, 0, 1, 1, NONE],
            has_names: false,
        };
        adopt_by_prefix(&atoms, &mut tier);
        assert_eq!(tier.of_atom, [0, 0, 1, 1, 0]);
    }
}
