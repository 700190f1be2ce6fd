//! Features that are parts of one unit (同一单元的各部分): they have its code, and nothing that tells them apart.
//!
//! 1. Features are parts of one unit when they have the same code, the same name, and the same kind and parent at every
//!    level; where several say where its seat is, and how many people it has, they say the same; and none lies in
//!    another. Where any of that differs, all of them stay units of their own, and the doubled code is told.
//! 2. Each stays an atom of its own, so that it leaves as it came. The unit holds all of them.
//! 3. What every part says of the whole counts once: it stands at the first part, and the others have 0 of it. Amounts
//!    that differ are those of the parts, and add up.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::guess::Guess;
use super::tiers::{Labels, NONE, RawTier, trimmed};
use super::{FeatureId, FieldIndex, Finding, FindingKind, Layer, LevelIndex, Severity, State, Table, UnitId, places};
use crate::coverage::AtomId;

/// Codes that are named in a finding.
const NAMED: usize = 3;

/// Features that may be parts of one unit, by all that they say of themselves; each group ascends.
pub(super) fn alike(layer: &Layer, guess: &Guess) -> Vec<Vec<u32>> {
    let table = &layer.table;
    let fields = &guess.fields;
    let field = |name: &Option<String>| name.as_deref().and_then(|name| table.field(name));
    // Without a name there is nothing but the code to go by, and codes are given out twice by mistake.
    let (Some(code), Some(name)) = (field(&fields.code), field(&fields.name)) else { return Vec::new() };
    let codes = Labels::of(table, code);
    let mut counts = vec![0_usize; codes.texts.len()];
    codes.of.iter().filter(|&&label| label != NONE).for_each(|&label| counts[label as usize] += 1);
    let is_doubled =
        |label: u32| label != NONE && counts[label as usize] > 1 && !codes.texts[label as usize].is_empty();
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (feature, &label) in (0_u32..).zip(&codes.of).filter(|(_, label)| is_doubled(**label)) {
        groups.entry(label).or_default().push(feature);
    }
    let kind = field(&fields.kind);
    let said_once = [&fields.seat_lon, &fields.seat_lat, &fields.seat_name, &fields.population].map(field);
    groups.retain(|_, group| {
        same(table, group, Some(name), false)
            && trimmed(table, FeatureId(group[0]), Some(name)).is_some_and(|name| !name.is_empty())
            && same(table, group, kind, false)
            && said_once.iter().all(|&field| same(table, group, field, true))
            && lie_apart(layer, group)
    });
    let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
    groups.sort_unstable();
    groups
}

/// Whether all features of a group say the same in a field; of those that say nothing, with `or_nothing` none counts.
fn same(table: &Table, group: &[u32], field: Option<FieldIndex>, or_nothing: bool) -> bool {
    let values = group.iter().map(|&feature| trimmed(table, FeatureId(feature), field).filter(|text| !text.is_empty()));
    let mut values = values.filter(|value| value.is_some() || !or_nothing);
    let first = values.next();
    values.all(|value| Some(&value) == first.as_ref())
}

/// Whether no feature of a group lies in another, as one that is there twice does.
fn lie_apart(layer: &Layer, group: &[u32]) -> bool {
    group.iter().all(|&feature| {
        let Some(point) = places::inner_point(&layer.polygons, AtomId(feature)) else { return true };
        let others = group.iter().filter(|&&other| other != feature);
        others.map(|&other| AtomId(other)).all(|other| {
            let is_there = layer.polygons.faces_of(other).len() > 0;
            !is_there || !places::contains(&layer.polygons, other, point)
        })
    })
}

/// Makes one unit of the features of every group that belong to the same units of all tiers above, finest tier first.
pub(super) fn join(tiers: &mut [RawTier], alike: &[Vec<u32>]) {
    let [atoms, above @ ..] = tiers else { return };
    let mut first_of: Vec<u32> = (0..).take(atoms.units.len()).collect();
    for group in alike {
        let agree =
            |tier: &RawTier| group.windows(2).all(|two| tier.of_atom[two[0] as usize] == tier.of_atom[two[1] as usize]);
        if above.iter().all(agree) {
            for &feature in group {
                first_of[feature as usize] = group[0];
            }
        }
    }
    let mut units = Vec::with_capacity(atoms.units.len());
    let mut position: Vec<u32> = Vec::with_capacity(atoms.units.len());
    for (first, unit) in first_of.iter().zip(std::mem::take(&mut atoms.units)) {
        // The first part of a unit comes before its others.
        let Some(&at) = position.get(*first as usize) else {
            position.push(u32::try_from(units.len()).unwrap_or(NONE));
            units.push(unit);
            continue;
        };
        position.push(at);
        let kept: &mut super::Unit = &mut units[at as usize];
        kept.seat = kept.seat.take().or(unit.seat);
        kept.seat_address = kept.seat_address.take().or(unit.seat_address).filter(|_| kept.seat.is_none());
    }
    atoms.units = units;
    atoms.of_atom = position;
}

/// Units of several atoms of a state as loaded.
pub(super) fn joined(base: &State) -> impl Iterator<Item = UnitId> + '_ {
    base.units_at(LevelIndex::FINEST).filter(|&unit| base.atoms(unit).len() > 1)
}

/// What is told of units of several features; `None` where there are none.
pub(super) fn finding(base: &State) -> Option<Finding> {
    let units: Vec<UnitId> = joined(base).collect();
    let features = units.iter().map(|&unit| base.atoms(unit).len()).sum();
    let codes = units.iter().take(NAMED).map(|&unit| base.unit(unit).code.clone()).collect();
    let what = FindingKind::PartsJoined { features, units: units.len(), codes };
    (!units.is_empty()).then(|| Finding::new(Severity::Info, units, what))
}

/// Has what every part of a unit says of the whole count once, in values by atom.
pub(super) fn count_once(base: &State, values: &mut [Option<Decimal>]) {
    for unit in joined(base) {
        let atoms = base.atoms(unit);
        let known: Vec<Decimal> = atoms.iter().filter_map(|atom| values.get(atom.index()).copied().flatten()).collect();
        let Some(&one) = known.first().filter(|first| known.iter().all(|other| other == *first)) else { continue };
        for (at, atom) in atoms.iter().enumerate() {
            if let Some(value) = values.get_mut(atom.index()) {
                *value = Some(if at == 0 { one } else { Decimal::ZERO });
            }
        }
    }
}
