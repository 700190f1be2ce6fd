//! A stack (叠置的级别): layers of one file that are levels of one another, such as villages and townships in a `GeoPackage`.
//!
//! 1. One layer is read in any case. Another is put above or below it only where what lies in what bears that out:
//!    clearly where codes or columns say who is above whom, and to the last unit where nothing does.
//! 2. Below the layer that is read anyhow comes only what says so: parcels nest in villages too, and are no units.
//! 3. No layer is changed. Which were taken and which were left, with the reasons, stands in
//!    [`Reading::stack`](super::Reading::stack) of each that was taken.
//! 4. The layers nest by the means by which layers in files of their own do: this says nothing of who belongs to whom.

mod reading;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use reading::{LeftLayer, LeftWhy, StackReading, StackedLayer};

use super::apart::{Judged, Lying};
use super::assemble::{MOST_LAYERS, guess_of_layer};
use super::guess::Guess;
use super::tiers::{coded, trimmed};
use super::{FeatureId, FieldIndex, FieldOverrides, Layer, Level, LevelEvidence};

/// Of the features of which both are known so many must agree, in percent.
const AGREE_PERCENT: usize = 80;
/// Of all features so many must be known, in percent.
const KNOWN_PERCENT: usize = 50;

/// The layers of a file that are levels of one another, the finest first. `first` is the one that is read in any case;
/// `others` are more of the same file in its order, `left` those that nobody has looked at.
#[must_use]
pub fn stacked(first: Layer, others: Vec<Layer>, left: Vec<LeftLayer>) -> Vec<Layer> {
    let order = first.reading.layers.clone();
    let mut layers: Vec<Layer> = std::iter::once(first).chain(others).collect();
    layers.iter_mut().for_each(Layer::read_through);
    let guesses = layers.iter_mut().map(|layer| guess_of_layer(layer, &FieldOverrides::default()).unwrap_or_default());
    let guesses: Vec<Guess> = guesses.collect();
    let mut search = Search { layers: &layers, guesses: &guesses, known: BTreeMap::new(), left };
    let chain = search.chain();
    let mut left = search.left;
    let place = |name: &str| order.iter().position(|other| other == name).unwrap_or(order.len());
    left.sort_by_key(|it| place(&it.layer));
    let name = |layer: &Layer| layer.reading.layer.clone().unwrap_or_default();
    let taken = chain.iter().map(|(at, evidence)| {
        let layer = &layers[*at];
        StackedLayer { layer: name(layer), features: layer.feature_count(), evidence: evidence.clone() }
    });
    let stack = StackReading { taken: taken.collect(), left };
    let mut layers: Vec<Option<Layer>> = layers.into_iter().map(Some).collect();
    let mut all: Vec<Layer> = chain.iter().filter_map(|(at, _)| layers.get_mut(*at)?.take()).collect();
    let is_stack = stack.is_stack();
    for layer in &mut all {
        layer.reading.stack = Some(stack.clone());
        // From here on it is known which one is meant.
        if let (true, Some(from)) = (is_stack, &mut layer.reading.from) {
            from.layer.clone_from(&layer.reading.layer);
        }
    }
    all
}

/// How one layer lies above another.
#[derive(Clone, Debug)]
struct Above {
    evidence: Vec<LevelEvidence>,
    is_stated: bool,
    /// Shares of those that fit, in thousandths: with the area of those in them, and within those above.
    fit: [usize; 2],
}

/// Positions of layers, the finest first, each with what speaks for it above the one before.
type Chain = Vec<(usize, Vec<LevelEvidence>)>;

struct Search<'a> {
    layers: &'a [Layer],
    guesses: &'a [Guess],
    /// What is known of pairs: the finer, the coarser.
    known: BTreeMap<(usize, usize), Option<Above>>,
    left: Vec<LeftLayer>,
}

impl Search<'_> {
    fn chain(&mut self) -> Chain {
        let mut rest = Vec::new();
        for at in 1..self.layers.len() {
            let Guess { fields, .. } = &self.guesses[at];
            match () {
                () if self.layers[at].feature_count() == 0 => self.leave(at, LeftWhy::Empty),
                () if fields.code.is_none() && fields.name.is_none() => self.leave(at, LeftWhy::Unnamed),
                () => rest.push(at),
            }
        }
        let mut chain: Chain = vec![(0, Vec::new())];
        if self.layers[0].feature_count() > 0 {
            while let Some((next, above)) = self.next(&chain, &mut rest, Side::Below) {
                if let Some(finest) = chain.first_mut() {
                    finest.1 = above.evidence;
                }
                chain.insert(0, (next, Vec::new()));
            }
            while let Some((next, above)) = self.next(&chain, &mut rest, Side::Above) {
                chain.push((next, above.evidence));
            }
        }
        for at in rest {
            let same = chain.iter().map(|(taken, _)| *taken).find(|&taken| self.is_same_level(at, taken));
            let name = |at: usize| self.layers[at].reading.layer.clone().unwrap_or_default();
            let why = same.map_or(LeftWhy::NotNested, |same| LeftWhy::SameLevel { other: name(same) });
            self.leave(at, why);
        }
        chain
    }

    /// The layer that comes next beyond an end of the chain, out of `rest`.
    fn next(&mut self, chain: &Chain, rest: &mut Vec<usize>, side: Side) -> Option<(usize, Above)> {
        if chain.len() >= MOST_LAYERS {
            return None;
        }
        let end = if side == Side::Above { chain.last() } else { chain.first() }?.0;
        let beyond = |search: &mut Self, from: usize, to: usize| match side {
            Side::Above => search.above(from, to),
            Side::Below => search.above(to, from).filter(|above| above.is_stated),
        };
        let fitting: Vec<(usize, Above)> = rest.iter().filter_map(|&at| Some((at, beyond(self, end, at)?))).collect();
        // The next one is beyond none of the others; of several that are of one level the one that fits best.
        let nearest = fitting
            .iter()
            .filter(|(at, _)| !fitting.iter().any(|(other, _)| other != at && beyond(self, *other, *at).is_some()));
        let best = nearest.max_by_key(|(at, above)| (above.is_stated, above.fit, std::cmp::Reverse(*at)))?.clone();
        rest.retain(|at| *at != best.0);
        Some(best)
    }

    /// How the second layer lies above the first; `None` where it does not.
    fn above(&mut self, fine: usize, coarse: usize) -> Option<Above> {
        if let Some(known) = self.known.get(&(fine, coarse)) {
            return known.clone();
        }
        let found = self.judged(fine, coarse);
        self.known.insert((fine, coarse), found.clone());
        found
    }

    fn judged(&self, fine: usize, coarse: usize) -> Option<Above> {
        let [below, above] = [fine, coarse].map(|at| &self.layers[at]);
        if below.feature_count() < above.feature_count() {
            return None;
        }
        let mut polygons = below.polygons.clone();
        polygons.append(&above.polygons);
        let lying = Lying::all(&polygons);
        let split = below.feature_count();
        let ranks: Vec<u8> = (0..polygons.atom_count()).map(|at| u8::from(at >= split)).collect();
        let judged = Judged::of_ranks(ranks, &lying);
        let pair = |feature: usize| {
            let over = lying.around.get(feature)?.iter().find(|&&other| other as usize >= split)?;
            Some((FeatureId::new(feature), FeatureId::new(*over as usize - split)))
        };
        let pairs: Vec<(FeatureId, FeatureId)> = (0..split).filter_map(pair).collect();
        let said = self.said(fine, coarse, &pairs);
        let levels = [fine, coarse].map(|at| self.guesses[at].level);
        let are_told: bool = matches!(levels, [Some(low), Some(high)] if low >= high);
        if !judged.is_sure(!said.is_empty()) || said.is_empty() && are_told {
            return None;
        }
        let share = |(some, of): (usize, usize)| (some * 1000).checked_div(of).unwrap_or(0);
        Some(Above {
            is_stated: !said.is_empty(),
            fit: [share(judged.covered), share(judged.placed)],
            evidence: said.into_iter().chain(judged.evidence()).collect(),
        })
    }

    /// What columns say of who is above whom, held against what lies in what.
    fn said(&self, fine: usize, coarse: usize, pairs: &[(FeatureId, FeatureId)]) -> Vec<LevelEvidence> {
        let [below, above] = [fine, coarse].map(|at| &self.layers[at].table);
        let key = |at: usize, role: fn(&Guess) -> &Option<String>| -> Option<FieldIndex> {
            self.layers[at].table.field(role(&self.guesses[at]).as_deref()?)
        };
        let [own, codes] = [fine, coarse].map(|at| key(at, |guess| &guess.fields.code));
        let [own_name, names] = [fine, coarse].map(|at| key(at, |guess| &guess.fields.name));
        let agree = |fits: &dyn Fn(FeatureId, FeatureId) -> Option<bool>| {
            let told = pairs.iter().filter_map(|&(low, high)| fits(low, high));
            let (known, fitting) = told.fold((0, 0), |(known, fitting), fits| (known + 1, fitting + usize::from(fits)));
            fitting > 0 && fitting * 100 >= known * AGREE_PERCENT && known * 100 >= pairs.len() * KNOWN_PERCENT
        };
        let by_codes = agree(&|low, high| {
            let (own, code) = (coded(below, low, own)?, coded(above, high, codes)?);
            let start = code.trim_end_matches('0');
            Some(start.len() > 1 && own.len() >= code.len() && own.starts_with(start) && own != code)
        });
        let mut said: Vec<LevelEvidence> = by_codes.then_some(LevelEvidence::Codes).into_iter().collect();
        let columns = || below.field_indices().filter(|it| ![own, own_name].contains(&Some(*it)));
        let called = |field: FieldIndex| below.fields()[field.index()].clone();
        let has_code = |&field: &FieldIndex| {
            agree(&|low, high| Some(coded(below, low, Some(field))? == coded(above, high, codes)?))
        };
        let has_name = |&field: &FieldIndex| {
            agree(&|low, high| Some(trimmed(below, low, Some(field))? == trimmed(above, high, names)?))
        };
        said.extend(columns().find(has_code).map(|field| LevelEvidence::Parents { column: called(field) }));
        if said.is_empty() {
            said.extend(columns().find(has_name).map(|field| LevelEvidence::Column { column: called(field) }));
        }
        said
    }

    /// Whether two layers say that they are of one level, or look like it.
    fn is_same_level(&mut self, one: usize, other: usize) -> bool {
        let level = |at: usize| -> Option<Level> { self.guesses[at].level };
        let is_told = level(one).is_some() && level(one) == level(other);
        is_told
            || self.above(one, other).is_none() && self.above(other, one).is_none() && {
                let counts = [one, other].map(|at| self.layers[at].feature_count());
                counts[0] * 2 > counts[1] && counts[1] * 2 > counts[0] && self.shares_codes(one, other)
            }
    }

    /// Whether most codes of one layer are those of another.
    fn shares_codes(&self, one: usize, other: usize) -> bool {
        let codes = |at: usize| -> std::collections::BTreeSet<String> {
            let table = &self.layers[at].table;
            let field = self.guesses[at].fields.code.as_deref().and_then(|name| table.field(name));
            table.features().filter_map(|feature| Some(coded(table, feature, field)?.into_owned())).collect()
        };
        let (one, other) = (codes(one), codes(other));
        one.intersection(&other).count() * 2 > one.len().min(other.len())
    }

    fn leave(&mut self, at: usize, why: LeftWhy) {
        let layer = self.layers[at].reading.layer.clone().unwrap_or_default();
        self.left.push(LeftLayer { layer, why });
    }
}

/// Which end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Below,
    Above,
}
