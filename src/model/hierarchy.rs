//! Puts the units of all levels together from one layer, or from several that nest.

use std::collections::{HashMap, HashSet};

use compact_str::CompactString;
use geo::Coord;
use rayon::prelude::*;

use super::guess::Guess;
use super::parts;
use super::places::{self, Places};
use super::tiers::{self, Hierarchy, Labels, NONE, RawTier};
use super::{FeatureId, FieldIndex, Finding, FindingKind, Layer, Level, Severity, UnitId};
use crate::coverage::AtomId;

/// Level of the atoms of a hierarchy with more levels, the next of which may be known.
///
/// Where nothing tells, the finest is [`Level::Atom`] and the next [`Level::Parent`].
fn level_below(own: Option<Level>, above: Option<Level>) -> Level {
    // Nothing is coarser than a county, and no unit is above its own level: then the guess was wrong.
    own.filter(|&own| own < Level::County && above.is_none_or(|above| above > own)).unwrap_or(Level::Atom)
}

/// Level of a tier above a finer one, given what is guessed about it.
pub(super) fn level_above(finer: Level, guessed: Option<Level>) -> Level {
    let fallback = if finer < Level::Parent { Level::Parent } else { Level::County };
    guessed.filter(|&level| level > finer).unwrap_or(fallback)
}

/// Nests the units of one layer by its own fields.
pub(super) fn of_one_layer(layer: &Layer, guess: &Guess, alike: &[Vec<u32>], findings: &mut Vec<Finding>) -> Hierarchy {
    let mut level = match guess.above.first() {
        Some(parent) => level_below(guess.level, parent.level),
        None => guess.level.unwrap_or(Level::Atom),
    };
    let mut tiers = vec![atom_tier(layer, guess, level)];
    for tier in &guess.above {
        if tiers.len() > 1 && tier.level.is_none_or(|above| above <= level) {
            continue;
        }
        level = level_above(level, tier.level);
        let mut made = tiers::made_tier(&layer.table, tier, level, None, findings);
        if tiers.len() == 1 {
            report_orphans(&tiers[0], &made, |_| CompactString::default(), findings);
            tiers::adopt_by_prefix(&tiers[0].units, &mut made);
        }
        tiers.push(made);
    }
    parts::join(&mut tiers, alike);
    tiers::nest(tiers)
}

/// Two layers of which one is to nest in the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct NestedLayers<'a> {
    pub(super) fine: &'a Layer,
    pub(super) coarse: &'a Layer,
    /// Layers above the coarse one, each nesting in the next, and their fields.
    pub(super) further: (&'a [Layer], &'a [Guess]),
    /// Fields of the fine layer.
    pub(super) own: &'a Guess,
    /// Fields of the coarse layer.
    pub(super) above: &'a Guess,
    /// Whether the user named the parent field.
    pub(super) parent_given: bool,
    /// A place inside each feature of the fine layer.
    pub(super) points: &'a [Option<Coord>],
    /// Features of the fine layer that may be parts of one unit.
    pub(super) alike: &'a [Vec<u32>],
}

/// Nests the units of a fine layer in those of a coarse one: by the parent's code, else by place. Also returns the
/// field that held the code.
pub(super) fn of_two_layers(layers: NestedLayers, findings: &mut Vec<Finding>) -> (Hierarchy, Option<FieldIndex>) {
    let NestedLayers { fine, coarse, own: guess, above, .. } = layers;
    let field = parent_field(layers);
    let same = guess.above.iter().find(|tier| Some(tier.key) == field);
    let top = above.level.or(same.and_then(|tier| tier.level));
    let mut level = level_below(guess.level, top);
    let mut tiers = vec![atom_tier(fine, guess, level)];
    // Levels between the two layers are made from the fine one.
    for tier in &guess.above {
        if let (Some(between), Some(top)) = (tier.level, top)
            && between > level
            && between < top
            && !layers.parent_given
        {
            level = between;
            tiers.push(tiers::made_tier(&fine.table, tier, level, None, findings));
        }
    }
    level = level_above(level, top);
    let units = tiers::units_of_layer(&coarse.table, &above.fields, level);
    let mut parents =
        RawTier { level, layer: Some(1), units, of_atom: Vec::new(), has_names: above.fields.name.is_some() };
    place_atoms(layers, field, &tiers[0], &mut parents, findings);
    let mut row_of_atom = parents.of_atom.clone();
    tiers.push(parents);
    let mut last = (coarse, above);
    for ((next, own), number) in layers.further.0.iter().zip(layers.further.1).zip(2..) {
        level = level_above(level, own.level);
        let tier = further_tier(last, (next, own), (level, number), &row_of_atom, findings);
        row_of_atom.clone_from(&tier.of_atom);
        tiers.push(tier);
        last = (next, own);
    }

    let (top, above) = last;
    let from_coarse = !above.above.is_empty();
    let (table, rest) = if from_coarse { (&top.table, &above.above) } else { (&fine.table, &guess.above) };
    for tier in rest.iter().filter(|tier| from_coarse || tier.level.is_some() && Some(tier.key) != field) {
        if level == Level::County || tier.level.is_some_and(|above| above <= level) {
            continue;
        }
        level = level_above(level, tier.level);
        tiers.push(tiers::made_tier(table, tier, level, from_coarse.then_some(&row_of_atom), findings));
    }
    parts::join(&mut tiers, layers.alike);
    (tiers::nest(tiers), field)
}

/// The units of a layer above another one that has the features `row_of_atom`, each where its code or place says.
fn further_tier(
    (below, own): (&Layer, &Guess),
    (next, above): (&Layer, &Guess),
    (level, number): (Level, usize),
    row_of_atom: &[u32],
    findings: &mut Vec<Finding>,
) -> RawTier {
    let points = places::inner_points(&below.polygons);
    let layers = NestedLayers {
        fine: below,
        coarse: next,
        further: (&[], &[]),
        own,
        above,
        parent_given: false,
        points: &points,
        alike: &[],
    };
    let rows = atom_tier(below, own, level);
    let units = tiers::units_of_layer(&next.table, &above.fields, level);
    let mut tier =
        RawTier { level, layer: Some(number), units, of_atom: Vec::new(), has_names: above.fields.name.is_some() };
    let mut found = Vec::new();
    place_atoms(layers, parent_field(layers), &rows, &mut tier, &mut found);
    // What is found is about features of a layer between, which no unit of the finest level is.
    findings.extend(found.into_iter().map(|finding| Finding { units: Vec::new(), ..finding }));
    let of_row = std::mem::take(&mut tier.of_atom);
    tier.of_atom = row_of_atom.iter().map(|&row| of_row.get(row as usize).copied().unwrap_or(NONE)).collect();
    tier
}

fn atom_tier(layer: &Layer, guess: &Guess, level: Level) -> RawTier {
    let units = tiers::units_of_layer(&layer.table, &guess.fields, level);
    let of_atom = (0..).take(units.len()).collect();
    RawTier { level, layer: Some(0), units, of_atom, has_names: guess.fields.name.is_some() }
}

/// The field of the fine layer that holds the codes of the coarse one: the parent's as given or guessed, else any
/// that fits.
fn parent_field(layers: NestedLayers) -> Option<FieldIndex> {
    let NestedLayers { fine, coarse, own, above, parent_given, .. } = layers;
    let codes = Labels::of(&coarse.table, coarse.table.field(above.fields.code.as_deref()?)?);
    let codes: HashSet<&str> = codes.texts.iter().map(CompactString::as_str).collect();
    let fits = |field: &FieldIndex| matched_share(fine, *field, &codes) >= 0.5;
    let guessed = own.fields.parent.as_deref().and_then(|name| fine.table.field(name));
    guessed.filter(|field| parent_given || fits(field)).or_else(|| fine.table.field_indices().find(fits))
}

/// Finds the coarse feature of every atom, and reports those whose code tells none or a wrong one.
fn place_atoms(
    layers: NestedLayers,
    field: Option<FieldIndex>,
    atoms: &RawTier,
    parents: &mut RawTier,
    findings: &mut Vec<Finding>,
) {
    let NestedLayers { fine, coarse, points, .. } = layers;
    let positions = tiers::code_positions(&parents.units);
    let said = field.map(|field| Labels::of(&fine.table, field));
    parents.of_atom = match &said {
        Some(said) => {
            let at: Vec<u32> =
                said.texts.iter().map(|text| positions.get(text.as_str()).copied().unwrap_or(NONE)).collect();
            said.of.iter().map(|&label| at.get(label as usize).copied().unwrap_or(NONE)).collect()
        }
        None => by_prefix(atoms, parents, &positions),
    };
    report_outside(atoms, parents, coarse, points, findings);
    if said.is_some() {
        let text = |atom: usize| {
            let said = said.as_ref().and_then(|said| said.texts.get(said.of[atom] as usize));
            said.cloned().unwrap_or_default()
        };
        report_orphans(atoms, parents, text, findings);
    }
    if parents.of_atom.contains(&NONE) {
        let places = Places::of(&coarse.polygons);
        parents.of_atom.par_iter_mut().zip(points).filter(|(at, _)| **at == NONE).for_each(|(at, point)| {
            *at = point.and_then(|point| places.around(point)).map_or(NONE, |feature| feature.0);
        });
    }
    if said.is_none() {
        report_orphans(atoms, parents, |_| CompactString::default(), findings);
    }
}

/// Share of the features whose value is one of these codes, from a sample.
#[expect(clippy::cast_precision_loss, reason = "shares need no more than 52 bits")]
fn matched_share(fine: &Layer, field: FieldIndex, codes: &HashSet<&str>) -> f64 {
    let step = fine.table.rows().div_ceil(2000).max(1);
    let sample: Vec<FeatureId> = fine.table.features().step_by(step).collect();
    let known = |feature: &&FeatureId| {
        tiers::coded(&fine.table, **feature, Some(field)).is_some_and(|text| codes.contains(text.as_ref()))
    };
    sample.iter().filter(known).count() as f64 / sample.len().max(1) as f64
}

/// Parents by the beginning of the atoms' codes, where all parents' codes are of one length and most atoms fit.
fn by_prefix(atoms: &RawTier, parents: &RawTier, positions: &HashMap<&str, u32>) -> Vec<u32> {
    let length = parents.units.first().map_or(0, |unit| unit.code.len());
    let none = vec![NONE; atoms.units.len()];
    if length == 0 || parents.units.iter().any(|unit| unit.code.len() != length) {
        return none;
    }
    let begin = |code: &str| code.get(..length).and_then(|begin| positions.get(begin)).copied();
    let found: Vec<u32> = atoms.units.iter().map(|atom| begin(&atom.code).unwrap_or(NONE)).collect();
    let fit = found.iter().filter(|&&at| at != NONE).count();
    if 2 * fit >= found.len() { found } else { none }
}

/// Reports atoms without a parent.
fn report_orphans(
    atoms: &RawTier,
    parents: &RawTier,
    said: impl Fn(usize) -> CompactString,
    findings: &mut Vec<Finding>,
) {
    for (atom, _) in parents.of_atom.iter().enumerate().filter(|(_, at)| **at == NONE) {
        let what = FindingKind::OrphanParent { code: atoms.units[atom].code.clone(), parent: said(atom) };
        findings.push(Finding::new(Severity::Error, vec![UnitId::new(atom)], what));
    }
}

/// Reports atoms that lie outside of the parent that their code tells.
fn report_outside(
    atoms: &RawTier,
    parents: &RawTier,
    coarse: &Layer,
    points: &[Option<Coord>],
    findings: &mut Vec<Finding>,
) {
    let outside: Vec<(usize, Coord)> = parents
        .of_atom
        .par_iter()
        .zip(points)
        .enumerate()
        .filter_map(|(atom, (&parent, &point))| {
            let (parent, point) = ((parent != NONE).then_some(AtomId(parent))?, point?);
            // A parent without territory is a defect of its own.
            let there = coarse.polygons.faces_of(parent).len() > 0;
            (there && !places::contains(&coarse.polygons, parent, point)).then_some((atom, point))
        })
        .collect();
    for (atom, at) in outside {
        let what = FindingKind::OutsideParent {
            code: atoms.units[atom].code.clone(),
            parent: parents.units[parents.of_atom[atom] as usize].code.clone(),
        };
        let found = Finding::new(Severity::Warning, vec![UnitId::new(atom)], what);
        findings.push(Finding { at: Some(at), ..found });
    }
}
