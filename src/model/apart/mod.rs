//! A layer taken apart (分级): features of several levels that stand in one layer, as a layer for each level.
//!
//! 1. Only where features lie in others is anything taken apart: where none does, they are units of one level, whatever
//!    a column says. What tells the levels is held against what lies in what.
//! 2. Each feature is in one of the parts, as it came. A column is in those parts in which a feature has a value of it.
//! 3. What is doubtful is told and not done; which way it is done can be chosen ([`LayerSource::levels`]).
//! 4. The parts nest by the means by which layers in files of their own do: this says nothing of who belongs to whom.
//!
//! [`LayerSource::levels`]: super::LayerSource::levels

mod lying;
mod telling;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use super::assemble::MOST_LAYERS;
use super::source::only;
use super::{
    FeatureId, FieldIndex, Finding, FindingKind, Layer, LevelDoubt, LevelEvidence, LevelPart, LevelsBy, LevelsReading,
    ModelError, Severity,
};
use crate::coverage::AtomId;
pub(super) use lying::Lying;
use lying::SAME_GROUND;
use telling::Told;

/// How levels that were told stand to what lies in what. Counts with what they are of.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    ranks: Vec<u8>,
    /// Features below the coarsest level that lie in one of the next.
    pub(super) placed: (usize, usize),
    /// Features above the finest level that have some of the next finer in them.
    held: (usize, usize),
    /// Those that have the area of what lies in them, of those that have something in them.
    pub(super) covered: (usize, usize),
    /// Features that lie in one of their own level, or in a larger one of a finer.
    flawed: usize,
    /// Features whose level only their place says.
    unsaid: usize,
}

impl Judged {
    fn of(told: &Told, lying: &Lying) -> Self {
        let (ranks, unsaid) = told.placed(lying);
        Self { unsaid, ..Self::of_ranks(ranks, lying) }
    }

    /// How these levels stand, the finest 0.
    pub(super) fn of_ranks(ranks: Vec<u8>, lying: &Lying) -> Self {
        let coarsest = ranks.iter().copied().max().unwrap_or(0);
        let mut judged = Self::default();
        let mut sums: Vec<Option<f64>> = vec![None; ranks.len()];
        for (feature, &rank) in (0_u32..).zip(&ranks) {
            let (mut is_placed, mut is_flawed) = (false, false);
            for &other in &lying.around[feature as usize] {
                let above = ranks[other as usize];
                if above == rank + 1 {
                    is_placed = true;
                    *sums[other as usize].get_or_insert(0.0) += lying.areas[feature as usize];
                }
                is_flawed |= above == rank || (above < rank && lying.is_larger(other, feature));
            }
            judged.flawed += usize::from(is_flawed);
            if rank < coarsest {
                judged.placed.0 += usize::from(is_placed);
                judged.placed.1 += 1;
            }
        }
        for ((&rank, sum), &area) in ranks.iter().zip(&sums).zip(&lying.areas).filter(|((rank, _), _)| **rank > 0) {
            debug_assert!(rank > 0, "the finest have nothing in them");
            judged.held.1 += 1;
            if let Some(sum) = sum {
                judged.held.0 += 1;
                judged.covered.1 += 1;
                judged.covered.0 += usize::from((sum - area).abs() <= area * SAME_GROUND);
            }
        }
        judged.ranks = ranks;
        judged
    }

    fn levels(&self) -> usize {
        self.ranks.iter().max().map_or(0, |&rank| usize::from(rank) + 1)
    }

    /// Whether what lies in what bears the levels out. What does not speak of levels by itself must fit exactly.
    pub(super) fn is_sure(&self, is_stated: bool) -> bool {
        let share = |(some, of): (usize, usize), percent: usize| some * 100 >= of * percent && some > 0;
        if is_stated {
            return self.flawed * 50 <= self.ranks.len() && share(self.placed, 50) && share(self.held, 50);
        }
        self.flawed * 200 <= self.ranks.len()
            && share(self.placed, 95)
            && share(self.held, 90)
            && share(self.covered, 90)
            // A unit drawn twice is no level of its own.
            && 2 * self.placed.1 >= 3 * self.held.1
    }

    /// Whether there may be something in it.
    fn is_likely(&self) -> bool {
        self.flawed * 10 <= self.ranks.len() && 2 * self.placed.0 >= self.placed.1 && self.placed.0 > 0
    }

    pub(super) fn evidence(&self) -> [LevelEvidence; 2] {
        let inside = LevelEvidence::Inside { units: self.placed.0, of: self.placed.1 };
        [inside, LevelEvidence::Covered { units: self.covered.0, of: self.covered.1 }]
    }

    fn doubts(&self, told: &Told) -> Vec<LevelDoubt> {
        let missing = |(some, of): (usize, usize)| (some < of).then_some((of - some, of));
        let doubts = [
            (!told.is_stated).then_some(LevelDoubt::ByPlaceAlone),
            missing(self.placed).map(|(units, of)| LevelDoubt::Outside { units, of }),
            missing(self.held).map(|(units, of)| LevelDoubt::Empty { units, of }),
            missing(self.covered).map(|(units, of)| LevelDoubt::NotCovered { units, of }),
            (self.flawed > 0).then_some(LevelDoubt::Overlapping { units: self.flawed }),
            (self.unsaid > 0).then_some(LevelDoubt::Unsaid { units: self.unsaid }),
        ];
        doubts.into_iter().flatten().collect()
    }
}

/// Whether these are the parts of one layer, the finest first.
pub(super) fn are_parts(layers: &[Layer]) -> bool {
    let of = |(at, layer): (usize, &Layer)| {
        let levels = layer.reading.levels.as_ref().filter(|levels| levels.is_apart());
        levels.is_some_and(|levels| levels.part == at && levels.parts.len() == layers.len())
            && layer.sha256 == layers[0].sha256
    };
    layers.len() > 1 && layers.iter().enumerate().all(of)
}

/// All layers, those in which units lie in others as a layer for each level.
///
/// # Errors
/// [`ModelError::NoSuchField`] where a column was chosen that is not there.
pub(super) fn take_apart(layers: Vec<Layer>) -> Result<Vec<Layer>, ModelError> {
    let mut all = Vec::with_capacity(layers.len());
    let mut room = MOST_LAYERS.saturating_sub(layers.len());
    for layer in layers {
        let parts = parts_of(layer, room)?;
        room = room.saturating_sub(parts.len() - 1);
        all.extend(parts);
    }
    Ok(all)
}

/// The parts of one layer, the finest first; the layer itself where there are none. There may be so many more layers.
fn parts_of(mut layer: Layer, room: usize) -> Result<Vec<Layer>, ModelError> {
    if layer.reading.levels.as_ref().is_some_and(LevelsReading::is_apart) {
        return Ok(vec![layer]);
    }
    layer.reading.levels = None;
    let chosen = layer.reading.from.as_ref().and_then(|from| from.levels.clone());
    let chosen = chosen.or_else(|| layer.reading.stays_whole.then_some(LevelsBy::Together));
    let lying = Lying::of(&layer.polygons);
    let ways = lying.as_ref().map(|lying| telling::ways(&layer, lying)).unwrap_or_default();
    let judge = |told: &Told| lying.as_ref().map(|lying| Judged::of(told, lying)).unwrap_or_default();
    let mut judged: Vec<(Told, Judged)> = ways
        .into_iter()
        .map(|told| {
            let judged = judge(&told);
            (told, judged)
        })
        .collect();
    let fits = |(told, judged): &(Told, Judged)| judged.is_sure(told.is_stated) && judged.levels() <= room + 1;
    let taken = match &chosen {
        Some(LevelsBy::Together) => None,
        Some(by) => {
            let lying = lying.unwrap_or_else(|| Lying::all(&layer.polygons));
            telling::way(&layer, by, &lying)?.map(|told| {
                let judged = Judged::of(&told, &lying);
                (told, judged)
            })
        }
        None => judged.iter().position(fits).map(|at| judged[at].clone()),
    };
    judged.retain(|(_, judged)| judged.is_likely());
    let choices: Vec<LevelsBy> = judged.iter().map(|(told, _)| told.by.clone()).collect();
    let Some((told, taken)) = taken.filter(|(_, judged)| judged.levels() <= room + 1) else {
        // A layer that somebody leaves in one piece is said to be so where there is another way.
        let best = judged.into_iter().next();
        layer.reading.levels =
            best.filter(|_| chosen != Some(LevelsBy::Together) || !choices.is_empty()).map(|(told, judged)| {
                let mut doubts = judged.doubts(&told);
                let levels = judged.levels();
                doubts.extend((levels > room + 1).then_some(LevelDoubt::TooMany { levels }));
                let parts = parts(&layer, &told, &judged.ranks);
                let is_chosen = chosen == Some(LevelsBy::Together);
                let doubts = if is_chosen { Vec::new() } else { doubts };
                LevelsReading {
                    by: is_chosen.then_some(LevelsBy::Together),
                    is_chosen,
                    part: 0,
                    parts,
                    evidence: Vec::new(),
                    doubts,
                    choices,
                }
            });
        if let (true, Some(from), true) =
            (layer.reading.stays_whole, &mut layer.reading.from, layer.reading.levels.is_some())
        {
            from.levels.get_or_insert(LevelsBy::Together);
        }
        return Ok(vec![layer]);
    };
    let mut evidence = vec![said_by(&told)];
    let agree = judged.iter().filter(|(other, it)| other.by != told.by && it.ranks == taken.ranks);
    evidence.extend(agree.map(|(other, _)| said_by(other)));
    let mut evidence: Vec<LevelEvidence> = evidence.into_iter().flatten().collect();
    evidence.extend(taken.evidence());
    let reading = LevelsReading {
        is_chosen: chosen.is_some(),
        part: 0,
        parts: parts(&layer, &told, &taken.ranks),
        evidence,
        doubts: taken.doubts(&told),
        choices,
        by: Some(told.by),
    };
    let count = reading.parts.len();
    Ok((0..count).map(|part| part_of(&layer, &taken.ranks, LevelsReading { part, ..reading.clone() })).collect())
}

/// The features of one level as a layer.
fn part_of(layer: &Layer, ranks: &[u8], levels: LevelsReading) -> Layer {
    let rank = u8::try_from(levels.part).unwrap_or(u8::MAX);
    let features: Vec<FeatureId> = layer.table.features().filter(|it| ranks.get(it.index()) == Some(&rank)).collect();
    let (table, source) = only(&layer.table, &layer.source, &features);
    let polygons = layer.polygons.only(features.iter().map(|feature| AtomId(feature.0)));
    let mut reading = layer.reading.clone();
    // What was read otherwise than it stands is told once.
    let notes = if levels.part == 0 { layer.notes.clone() } else { Vec::new() };
    reading.levels = Some(levels);
    Layer {
        name: layer.name.clone(),
        path: layer.path.clone(),
        sha256: layer.sha256.clone(),
        bytes: layer.bytes,
        polygons,
        table,
        source,
        notes,
        reading,
    }
}

/// What each level has, the finest first.
fn parts(layer: &Layer, told: &Told, ranks: &[u8]) -> Vec<LevelPart> {
    let field: Option<FieldIndex> = match &told.by {
        LevelsBy::Column(column) => layer.table.field(column),
        LevelsBy::Together | LevelsBy::Codes | LevelsBy::Parents | LevelsBy::Names | LevelsBy::Place => None,
    };
    let levels = ranks.iter().max().map_or(0, |&rank| usize::from(rank) + 1);
    let mut parts = vec![LevelPart::default(); levels];
    let mut seen: BTreeSet<(u8, String)> = BTreeSet::new();
    for (feature, &rank) in layer.table.features().zip(ranks) {
        let part = &mut parts[usize::from(rank)];
        part.features += 1;
        let value = field.and_then(|field| layer.table.text(feature, field)).map(|text| text.trim().to_owned());
        if let Some(value) = value.filter(|value| seen.insert((rank, value.clone()))) {
            part.values.push(value);
        }
    }
    parts
}

fn said_by(told: &Told) -> Option<LevelEvidence> {
    let column = || told.column.clone().unwrap_or_default();
    match &told.by {
        LevelsBy::Together | LevelsBy::Place => None,
        LevelsBy::Column(_) => Some(LevelEvidence::Column { column: column() }),
        LevelsBy::Codes => Some(LevelEvidence::Codes),
        LevelsBy::Parents => Some(LevelEvidence::Parents { column: column() }),
        LevelsBy::Names => Some(LevelEvidence::Names),
    }
}

/// What is told of layers that were taken apart, and of a finest one that may have to be: units of it lie in others.
pub(super) fn findings(layers: &[Layer], told: &mut Vec<Finding>) {
    for levels in layers.iter().filter_map(|layer| layer.reading.levels.as_ref()) {
        if levels.is_apart() && levels.part == 0 {
            let what = FindingKind::LevelsTakenApart(Box::new(levels.clone()));
            told.push(Finding::new(Severity::Info, Vec::new(), what));
        }
    }
    let open = layers.first().and_then(|layer| layer.reading.levels.as_ref()).filter(|levels| levels.is_doubtful());
    let is_told = told.iter().any(|finding| matches!(finding.what, FindingKind::SeveralLevels { .. }));
    if let (Some(levels), false) = (open, is_told) {
        let below = levels.parts.first().map_or(0, |part| part.features);
        let above = levels.parts.iter().skip(1).map(|part| part.features).sum();
        told.push(Finding::new(Severity::Warning, Vec::new(), FindingKind::SeveralLevels { above, below }));
    }
}
