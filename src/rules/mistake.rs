//! What can be wrong with a pack, in one line.

use std::fmt;

use crate::metrics::MeasureError;
use crate::model::UnknownCellWord;

/// What is wrong with a pack, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PackError {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Box<PackProblem>,
}

/// What is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackProblem {
    /// It is no TOML.
    #[error("this is no TOML: {0}; texts stand in quotes, lists in brackets")]
    Syntax(String),
    /// It does not say that it is a pack of this version.
    #[error("this is no pack of rules; it begins with format = \"quhua-pack\" (or \"quhua-rules\") and version = 1")]
    NotAPack,
    /// It is of another version.
    #[error("this program reads packs of version 1; get a newer program, or the pack in that version")]
    OtherVersion,
    /// Ledgers stand in a list instead of under their names.
    #[error("a ledger stands under its name: [table.health], and its columns as [[table.health.column]]")]
    LedgerInList,
    /// A key that means nothing here.
    #[error("there is no {key:?} {}; {}", Place(place), Hint { near: *near, known })]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        place: &'static str,
        /// The known one that is most like it.
        near: Option<&'static str>,
        /// All that there are.
        known: Vec<&'static str>,
    },
    /// Something must be said and is not.
    #[error("{key:?} is missing {}", Place(place))]
    Missing {
        /// The key.
        key: &'static str,
        /// Where it belongs.
        place: &'static str,
    },
    /// A value is of another type.
    #[error("{key:?} must be {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// What it must be.
        expected: Expected,
    },
    /// A word that is none of those that there are.
    #[error("{key:?} cannot be {word:?}; {}", Hint { near: near.as_deref(), known })]
    UnknownWord {
        /// The key.
        key: String,
        /// The word.
        word: String,
        /// The known one that is most like it.
        near: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// A number with a unit cannot be read.
    #[error("{key} = {text:?}: {error}")]
    Quantity {
        /// The key.
        key: &'static str,
        /// What is written.
        text: String,
        /// Why it is none.
        error: MeasureError,
    },
    /// Two rules, or two classes of terrain, have one id.
    #[error("the id {0:?} is used twice; give each its own")]
    SameId(String),
    /// A rule about a figure sets no limit.
    #[error("the rule sets no limit; add min, max or ideal, or rows of limits")]
    NoLimits,
    /// The least is more than the most.
    #[error("min is more than max")]
    UpsideDown,
    /// A rule about rows does not say what they come about for.
    #[error(
        "for = {0:?}: write what happens and to units of which level, such as \"seat_lost(township)\", or \"finding(id of a rule)\", or \"on_approval\""
    )]
    WrongOccasion(String),
    /// A rule about rows says neither where they come nor which change, or both.
    #[error(
        "say either into = \"table\" for a new row, or update = \"table where …\" for rows in units that something happens to"
    )]
    IntoOrUpdate,
    /// A word in braces stands for nothing.
    #[error(transparent)]
    UnknownPlaceholder(#[from] UnknownCellWord),
    /// Not enough codes, or the same twice.
    #[error("{0:?} needs at least two different codes")]
    TooFewCodes(&'static str),
}

/// What type a value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// A text, or one in each language.
    Words,
    /// A code, which is text.
    Code,
    /// True or false.
    Flag,
    /// A number, or a text with one.
    Number,
    /// A number and nothing else.
    PlainNumber,
    /// A list of groups.
    Groups,
    /// A table.
    Table,
    /// A whole number from 0 to 8.
    Decimals,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text in quotes",
            Self::Words => "a text in quotes, or { zh = \"…\", en = \"…\" }",
            Self::Code => "a code, which is text: put it in quotes",
            Self::Flag => "true or false",
            Self::Number => "a number, or a text such as \"3万\" or \"130 km2\"",
            Self::PlainNumber => "a number, such as 0.45",
            Self::Groups => "a list of groups of codes: [[\"…\", \"…\"], …]",
            Self::Table => "a table: { … }",
            Self::Decimals => "a whole number from 0 to 8",
        })
    }
}

struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("at the top of a pack") } else { write!(f, "in [{}]", self.0) }
    }
}

struct Hint<'a, T> {
    near: Option<&'a str>,
    known: &'a [T],
}

impl<T: AsRef<str>> fmt::Display for Hint<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(near) = self.near {
            return write!(f, "did you mean {near:?}?");
        }
        let known: Vec<&str> = self.known.iter().map(AsRef::as_ref).collect();
        write!(f, "use one of: {}", known.join(", "))
    }
}
