//! What is said of a unit by a rule.

use std::sync::Arc;

use compact_str::CompactString;

use super::exclave::Exclave;
use super::pack::{Limits, Pack};
use crate::edit::codes::Segment;
use crate::edit::names::{NameFlaw, NameScope};
use crate::model::{Level, Severity, UnitId};

/// What a rule says of a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// The rule, by its position in the pack.
    pub rule: usize,
    /// Kept, broken, or neither.
    pub judgement: Judgement,
    /// What it is judged by.
    pub evidence: Evidence,
}

/// Whether a unit keeps a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// It does.
    Kept,
    /// It does not, did not as loaded either, and is no worse.
    AsBefore,
    /// It does not.
    Broken,
    /// That is not known.
    Unjudged(Why),
}

impl Judgement {
    /// Identifier in reports.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::AsBefore => "as_before",
            Self::Broken => "broken",
            Self::Unjudged(_) => "unjudged",
        }
    }
}

/// Why a rule cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The data have no such figure.
    NoField(CompactString),
    /// The figure of the unit is not known.
    Unknown,
    /// The kind of the unit is not known, and the limits depend on it.
    NoKind,
    /// The class of terrain is not known, and the limits depend on it.
    NoTerrain,
    /// It lies in several classes of terrain, and the limits depend on it.
    MixedTerrain,
    /// The source says what is usual, not what must be.
    OnlyUsual,
    /// The unit has no code.
    NoCode,
    /// The code is not built like a Chinese one.
    OtherCode,
    /// The data have no such unit.
    NoSuchUnit(CompactString),
}

/// What a verdict is judged by.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Nothing: it is not known whether the rule applies.
    Nothing,
    /// A figure and its limits.
    Range {
        /// The figure in its unit; `None` where it is not known.
        value: Option<f64>,
        /// The limits that apply; `None` where that is not known.
        limits: Option<Limits>,
        /// Class of terrain, by its position, where the limits depend on it.
        terrain: Option<usize>,
    },
    /// Parts of the territory.
    Parts {
        /// How many, links joined and barriers cut.
        count: usize,
        /// All but the main part.
        exclaves: Vec<Exclave>,
    },
    /// The one unit around it.
    Around(Option<UnitId>),
    /// The unit of its level that its seat lies in; `None` where it lies in none.
    SeatIn(Option<UnitId>),
    /// Groups of which the unit holds something, and that are not as they should be.
    Groups(Vec<Group>),
    /// Its name.
    Name {
        /// Another unit that has it, and where it should be unique.
        taken: Option<(UnitId, NameScope)>,
        /// What is wrong with the writing.
        flaw: Option<NameFlaw>,
    },
    /// Its code.
    Code {
        /// What it should begin with, where it does not.
        prefix: Option<CompactString>,
        /// Numbers that its kind should have, where it has another.
        segment: Option<Segment>,
    },
}

impl Evidence {
    /// Whether all that is wrong by it was wrong by an earlier one of the same rule; figures and parts apart.
    #[must_use]
    pub(super) fn is_no_worse_than(&self, before: &Self) -> bool {
        fn is_old<T: PartialEq>(now: Option<&T>, then: Option<&T>) -> bool {
            now.is_none() || now == then
        }
        match (self, before) {
            (Self::Groups(now), Self::Groups(then)) => now.iter().all(|group| then.contains(group)),
            (Self::Name { taken, flaw }, Self::Name { taken: was_taken, flaw: had_flaw }) => {
                is_old(taken.as_ref(), was_taken.as_ref()) && is_old(flaw.as_ref(), had_flaw.as_ref())
            }
            (Self::Code { prefix, segment }, Self::Code { prefix: old_prefix, segment: old_segment }) => {
                is_old(prefix.as_ref(), old_prefix.as_ref()) && is_old(segment.as_ref(), old_segment.as_ref())
            }
            _ => self == before,
        }
    }

    /// Whether a figure that is beyond its limits lies farther beyond them than another one, which may keep them.
    /// `true` where either is not known.
    #[must_use]
    pub fn is_farther_beyond(&self, other: &Self) -> bool {
        /// Less is rounding: a cut leaves traces of it in sums of what was measured.
        const SAME: f64 = 1e-9;
        let beyond = |it: &Self| match it {
            Self::Range { value: Some(value), limits: Some(limits), .. } => Some((limits.beyond(*value), value.abs())),
            _ => None,
        };
        let (Some((now, value)), Some((then, _))) = (beyond(self), beyond(other)) else { return true };
        now.into_iter().zip(then).any(|(now, then)| now > then + value * SAME)
    }
}

/// A group of units, as far as a unit holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Codes of those that lie in the unit, wholly or in part.
    pub here: Vec<CompactString>,
    /// Codes of those that lie elsewhere, wholly or in part.
    pub elsewhere: Vec<CompactString>,
}

/// Why a pack, or a part of it, says nothing about these data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A rule is for a level that the data do not have.
    NoLevel {
        /// The rule, by its position.
        rule: usize,
        /// The level.
        level: Level,
    },
    /// A code names no unit as loaded.
    NoSuchUnit(CompactString),
    /// No layer has the field of terrain.
    NoTerrainField(String),
    /// The field of terrain has a word that is no class.
    UnknownTerrain(String),
}

/// Number of verdicts of each sort.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rules kept.
    pub kept: usize,
    /// Rules broken as in the units as loaded, and no worse.
    pub as_before: usize,
    /// Rules broken, but for mere hints.
    pub broken: usize,
    /// Hints not followed.
    pub hints: usize,
    /// Rules that cannot be judged.
    pub unjudged: usize,
}

impl Counts {
    /// Counts a verdict of a pack.
    pub fn add(&mut self, pack: &Pack, verdict: &Verdict) {
        let count = match &verdict.judgement {
            Judgement::Kept => &mut self.kept,
            Judgement::AsBefore => &mut self.as_before,
            Judgement::Broken if verdict.is_hint(pack) => &mut self.hints,
            Judgement::Broken => &mut self.broken,
            Judgement::Unjudged(_) => &mut self.unjudged,
        };
        *count += 1;
    }

    /// Counts verdicts of a pack.
    #[must_use]
    pub fn of<'a>(pack: &Pack, verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(pack, verdict);
        }
        counts
    }
}

impl Verdict {
    /// Whether the rule is a mere hint.
    #[must_use]
    pub fn is_hint(&self, pack: &Pack) -> bool {
        pack.rules.get(self.rule).is_some_and(|rule| rule.severity == Severity::Info)
    }
}

/// What a pack says of all units of a state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdicts {
    /// Units in force that a rule applies to, ascending, each with its verdicts in the order of the rules.
    pub units: Vec<(UnitId, Arc<[Verdict]>)>,
    /// How many of each sort.
    pub counts: Counts,
    /// Why parts of the pack say nothing.
    pub problems: Vec<Problem>,
}

impl Verdicts {
    /// What is said of a unit, in the order of the rules.
    #[must_use]
    pub fn of(&self, unit: UnitId) -> &[Verdict] {
        self.units.binary_search_by_key(&unit, |(unit, _)| *unit).map_or(&[], |at| &self.units[at].1)
    }

    /// Everything that is said, unit by unit.
    pub fn all(&self) -> impl Iterator<Item = (UnitId, &Verdict)> {
        self.units.iter().flat_map(|(unit, verdicts)| verdicts.iter().map(|verdict| (*unit, verdict)))
    }
}

/// The worst of some broken rules; `None` when none is broken.
#[must_use]
pub fn worst(pack: &Pack, verdicts: &[Verdict]) -> Option<Severity> {
    let broken = verdicts.iter().filter(|verdict| verdict.judgement == Judgement::Broken);
    broken.filter_map(|verdict| Some(pack.rules.get(verdict.rule)?.severity)).max()
}
