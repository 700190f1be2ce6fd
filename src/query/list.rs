//! A list of names or codes, pasted from a document or a spreadsheet.
//!
//! 1. Names stand one a line, or with separators between; rows of a spreadsheet and sentences such as
//!    `石桥乡的解放村、前进村划归城关镇` are read as far as they name units.
//! 2. A code counts before a name, the whole name before one without its suffix: 解放 and 解放村委会 find 解放村.
//! 3. The level of the list is the one at which most of it is found. A coarser unit narrows what stands behind it.
//! 4. Where a parent is written with the name (`石桥乡解放村`, `解放村（石桥乡）`), a unit elsewhere is never taken.
//! 5. Whatever names nothing is in the list too, with the names that are like it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::names;
use super::pieces::{Lexicon, Piece, pieces_of};
use crate::model::{LevelIndex, State, UnitId};

/// Names like one that is not found, at most.
const NEAREST: usize = 3;
/// Names compared with all that are not found, at most: beyond, nothing is proposed.
const MOST_COMPARED: usize = 20_000_000;
/// A list as it was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed {
    /// Level of the units.
    pub level: LevelIndex,
    /// What was written, in its order.
    pub entries: Vec<Entry>,
}

/// A name or code of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// As it was written.
    pub written: String,
    /// Line of the text, from 0.
    pub line: usize,
    /// What it means.
    pub meaning: Meaning,
}

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// This unit.
    One(UnitId),
    /// One of these, ascending.
    Several(Vec<UnitId>),
    /// A coarser unit, which only narrows what stands beside it.
    Above(UnitId),
    /// None. These have names that are like it, nearest first.
    None(Vec<UnitId>),
}

impl Listed {
    /// Reads a list. Where it fits several levels alike, `wanted` is taken.
    #[must_use]
    pub fn read(text: &str, state: &State, wanted: LevelIndex) -> Self {
        let lexicon = Lexicon::of(state);
        let pieces = pieces_of(text, &lexicon);
        let level = level_of(&pieces, state, wanted);
        let mut listed = Self { level, entries: Vec::new() };
        listed.understand(&pieces, state);
        listed.settle_rows();
        listed.propose(&lexicon);
        listed
    }

    /// Units that are meant without doubt, ascending.
    #[must_use]
    pub fn units(&self) -> Vec<UnitId> {
        let meant: BTreeSet<UnitId> = self
            .entries
            .iter()
            .filter_map(|entry| match entry.meaning {
                Meaning::One(unit) => Some(unit),
                _ => None,
            })
            .collect();
        meant.into_iter().collect()
    }

    fn understand(&mut self, pieces: &[Piece], state: &State) {
        let mut context: Vec<UnitId> = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            let at_level = piece.best_at(state, self.level);
            let above: Vec<UnitId> =
                piece.candidates.iter().map(|it| it.unit).filter(|&unit| state.unit(unit).level > self.level).collect();
            let meaning = if !at_level.is_empty() {
                let behind = pieces[i + 1..].iter().take_while(|next| next.line == piece.line);
                let behind: Vec<UnitId> = behind.flat_map(|next| next.above(state, self.level)).collect();
                narrowed(state, at_level, piece.inside.as_deref(), &[&context, &behind])
            } else if let Some(&first) = above.first() {
                context.clone_from(&above);
                Meaning::Above(first)
            } else {
                Meaning::None(Vec::new())
            };
            self.entries.push(Entry { written: piece.written.clone(), line: piece.line, meaning });
        }
    }

    /// Cells of a row say the same unit: a code settles which of several has the name, and numbers are figures.
    fn settle_rows(&mut self) {
        let mut found: BTreeMap<usize, BTreeSet<UnitId>> = BTreeMap::new();
        for entry in &self.entries {
            if let Meaning::One(unit) = entry.meaning {
                found.entry(entry.line).or_default().insert(unit);
            }
        }
        self.entries.retain(|entry| {
            let is_figure = entry.written.chars().all(|c| c.is_ascii_digit() || ".,%+-".contains(c));
            !(is_figure && matches!(entry.meaning, Meaning::None(_)) && found.contains_key(&entry.line))
        });
        for entry in &mut self.entries {
            if let (Meaning::Several(units), Some(found)) = (&entry.meaning, found.get(&entry.line))
                && let Some(&unit) = units.iter().find(|unit| found.contains(unit))
            {
                entry.meaning = Meaning::One(unit);
            }
        }
    }

    /// Names that are like those which were not found.
    fn propose(&mut self, lexicon: &Lexicon<'_>) {
        let is_missing = |entry: &Entry| matches!(&entry.meaning, Meaning::None(near) if near.is_empty());
        if !self.entries.iter().any(is_missing) {
            return;
        }
        let state = lexicon.state;
        let all: Vec<UnitId> = state.units_at(self.level).collect();
        let names: Vec<(UnitId, String)> =
            all.into_par_iter().map(|unit| (unit, names::stem(&state.unit(unit).name).0)).collect();
        let mut left = MOST_COMPARED;
        for entry in &mut self.entries {
            let Meaning::None(near) = &mut entry.meaning else { continue };
            if near.is_empty() && names.len() <= left {
                left -= names.len();
                *near = nearest(&entry.written, &names);
            }
        }
    }
}

/// Which of some units is meant, given where it must lie, and what stands around it.
fn narrowed(state: &State, units: Vec<UnitId>, inside: Option<&[UnitId]>, around: &[&[UnitId]]) -> Meaning {
    let lies_in = |unit: &UnitId, parents: &[UnitId]| parents.iter().any(|&parent| is_below(state, *unit, parent));
    if let Some(parents) = inside {
        let there: Vec<UnitId> = units.iter().copied().filter(|unit| lies_in(unit, parents)).collect();
        return if there.is_empty() { Meaning::None(units) } else { one_of(there) };
    }
    if units.len() > 1 {
        for parents in around {
            let there: Vec<UnitId> = units.iter().copied().filter(|unit| lies_in(unit, parents)).collect();
            if !there.is_empty() {
                return one_of(there);
            }
        }
    }
    one_of(units)
}

fn one_of(mut units: Vec<UnitId>) -> Meaning {
    units.sort_unstable();
    match units[..] {
        [only] => Meaning::One(only),
        _ => Meaning::Several(units),
    }
}

/// Whether a unit lies in another one, at any level above it.
pub(super) fn is_below(state: &State, unit: UnitId, above: UnitId) -> bool {
    std::iter::successors(state.unit(unit).parent, |&up| state.unit(up).parent).any(|up| up == above)
}

/// The level at which most of a list is found. Units that only say where others lie do not count.
fn level_of(pieces: &[Piece], state: &State, wanted: LevelIndex) -> LevelIndex {
    let mut counts = vec![0_usize; state.level_count()];
    for (i, piece) in pieces.iter().enumerate() {
        let next = pieces.get(i + 1);
        let holds_next =
            |unit: UnitId| next.is_some_and(|next| next.candidates.iter().any(|it| is_below(state, it.unit, unit)));
        if piece.candidates.iter().any(|it| holds_next(it.unit)) {
            continue;
        }
        let levels: BTreeSet<LevelIndex> = piece.candidates.iter().map(|it| state.unit(it.unit).level).collect();
        for level in levels {
            counts[level.index()] += 1;
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let best = state.levels().filter(|level| counts[level.index()] == most);
    best.min_by_key(|&level| (level != wanted, level)).unwrap_or(wanted)
}

/// Units whose names without suffix are most like a text, nearest first.
fn nearest(text: &str, names: &[(UnitId, String)]) -> Vec<UnitId> {
    let (wanted, _) = names::stem(&names::plain(text));
    let length = wanted.chars().count();
    let most = (length / 2).max(1);
    let mut near: Vec<(usize, bool, UnitId)> = names
        .par_iter()
        .with_min_len(1024)
        .filter(|(_, name)| !name.is_empty() && name.chars().count().abs_diff(length) <= most)
        .filter_map(|(unit, name)| {
            let distance = strsim::osa_distance(&wanted, name);
            // One of one character is like everything of one.
            let is_near = distance <= most && distance < length.max(2);
            let begins_alike = wanted.chars().next() == name.chars().next();
            is_near.then_some((distance, !begins_alike, *unit))
        })
        .collect();
    near.sort_unstable();
    near.truncate(NEAREST);
    near.into_iter().map(|(_, _, unit)| unit).collect()
}
