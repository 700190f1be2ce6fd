//! A pack of rules as it stands in its file.

use compact_str::CompactString;
use rust_decimal::Decimal;

use super::connection::Crossings;
use super::terrain::Terrain;
use crate::edit::OwnDefinition;
use crate::i18n::Lang;
use crate::metrics::{Figure, Measure};
use crate::model::{Derivation, Kind, Level, Severity, TableWords};

/// A text in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// 简体中文
    pub zh: String,
    /// English
    pub en: String,
}

impl Words {
    /// The text in a language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }

    /// Whether nothing is said.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.zh.is_empty() && self.en.is_empty()
    }
}

/// A pack of rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pack {
    /// What it is called.
    pub title: Words,
    /// Whether it is an example: not to be applied without a look at its source.
    pub example: bool,
    /// Where its numbers come from.
    pub source: Words,
    /// What else is to be known.
    pub note: Words,
    /// Classes of terrain, and how a unit gets one.
    pub terrain: Terrain,
    /// The rules; ids differ.
    pub rules: Vec<Rule>,
    /// Links and barriers that hold with this pack.
    pub crossings: Crossings,
    /// Ledgers that it knows.
    pub tables: Vec<TableWords>,
    /// Numbers that its figures go on from by their names: weights, thresholds, amounts.
    pub numbers: Vec<(String, Decimal)>,
    /// Figures that it brings along, those that its rules ask for among them.
    pub figures: Vec<OwnDefinition>,
    /// Rows that come about by themselves.
    pub derives: Vec<Derive>,
}

/// A rule by which rows of ledgers come about or change, as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Derive {
    /// The rule, but for the condition on rows that it changes.
    pub rule: Derivation,
    /// The condition, as it is written; `None` for all rows.
    pub condition: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Identifier in reports.
    pub id: String,
    /// What it asks for, in a few words.
    pub title: Words,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Law, standard or decision that it comes from; may be empty.
    pub source: Words,
    /// Levels of the units it applies to; empty for all.
    pub levels: Vec<Level>,
    /// Kinds of the units it applies to; empty for all.
    pub kinds: Vec<Kind>,
    /// What is checked.
    pub check: Check,
    /// Whether it is about single rows of a ledger, how many of them there are or what each says. These are settled row by
    /// row once units are merged, so that nobody keeps from a merger for their sake.
    pub is_of_rows: bool,
}

/// What a rule checks.
#[derive(Clone, Debug, PartialEq)]
pub enum Check {
    /// A figure lies within limits: those of the first row that fits the unit.
    Range {
        /// The figure.
        quantity: Quantity,
        /// Rows of limits, in order.
        limits: Vec<Limits>,
    },
    /// The unit is in one part.
    Contiguous,
    /// The unit is not surrounded by one other.
    Enclosed,
    /// The seat, where one is given, lies in the unit.
    Seat,
    /// Each group of units, as loaded, lies in one unit.
    Together(Vec<Vec<CompactString>>),
    /// No two of a group lie in one unit.
    Apart(Vec<Vec<CompactString>>),
    /// The name is there, well written, and nobody else's within its scope.
    Names,
    /// The code begins with that of the parent and lies in the segment of the kind.
    Codes,
}

/// A figure that limits can be set for. A pack is read before any data, so that it names what the data bring along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// A figure of the catalogue.
    Figure(Figure),
    /// A summed field, by its name in the source.
    Sum(String),
    /// A figure of one's own, by its name; what limits are written in, as far as the pack itself says.
    Own(String, Measure),
    /// Number of units of the next finer level.
    Members,
}

impl Quantity {
    /// What it is measured in.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        match self {
            Self::Figure(figure) => figure.measure(),
            Self::Sum(_) => Measure::Field,
            Self::Own(_, measure) => *measure,
            Self::Members => Measure::Units,
        }
    }
}

/// Limits of a figure, in the base unit of its measure: people, m², people per km², m, units, or a ratio.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Limits {
    /// Class of terrain that they are for, by its position; `None` for all.
    pub terrain: Option<usize>,
    /// Kinds that they are for; empty for all.
    pub kinds: Vec<Kind>,
    /// Least.
    pub min: Option<f64>,
    /// Most.
    pub max: Option<f64>,
    /// What is usual or wished for. It decides nothing.
    pub ideal: Option<f64>,
}

impl Limits {
    /// How far a value lies beyond them: below the least, and above the most; at most one is above 0.
    #[must_use]
    pub fn beyond(&self, value: f64) -> [f64; 2] {
        [self.min.map_or(0.0, |min| (min - value).max(0.0)), self.max.map_or(0.0, |max| (value - max).max(0.0))]
    }

    /// Whether a value keeps them; `None` when they say only what is usual.
    #[must_use]
    pub fn hold(&self, value: f64) -> Option<bool> {
        (self.min.is_some() || self.max.is_some())
            .then(|| self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max))
    }
}

impl Pack {
    /// The pack with what others bring along behind it. A rule or figure of an id that is there already is left out.
    #[must_use]
    pub fn and(mut self, others: impl IntoIterator<Item = Self>) -> Self {
        for other in others {
            let is_new = |rule: &Rule| !self.rules.iter().any(|own| own.id == rule.id);
            let rules: Vec<Rule> = other.rules.into_iter().filter(is_new).collect();
            self.rules.extend(rules);
            for figure in other.figures {
                if !self.figures.iter().any(|own| own.name == figure.name) {
                    self.figures.push(figure);
                }
            }
            for derive in other.derives {
                if !self.derives.iter().any(|own| own.rule.id == derive.rule.id) {
                    self.derives.push(derive);
                }
            }
            self.tables.extend(other.tables);
            self.numbers.extend(other.numbers);
            self.crossings = self.crossings.and(&other.crossings);
        }
        self
    }

    /// The pack as far as it is about one level.
    #[must_use]
    pub fn only_at(mut self, level: Level) -> Self {
        self.rules.retain(|rule| rule.is_for(level));
        self.rules.iter_mut().for_each(|rule| rule.levels = vec![level]);
        self
    }
}

impl Rule {
    /// Whether it applies to a kind; `false` where that has to be known and is not.
    #[must_use]
    pub fn is_for_kind(&self, kind: Option<&Kind>) -> bool {
        self.kinds.is_empty() || kind.is_some_and(|kind| self.kinds.contains(kind))
    }

    /// Whether it applies to a level.
    #[must_use]
    pub fn is_for(&self, level: Level) -> bool {
        self.levels.is_empty() || self.levels.contains(&level)
    }
}
