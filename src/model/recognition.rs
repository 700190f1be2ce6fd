//! What the columns of a layer were taken for: with the evidence for it, and with what is doubtful.
//!
//! 1. There is a reading for every column that has a role, and for every role that a plan needs and no column has.
//! 2. Evidence and doubts are worked out from the roles as they are, be it that they were guessed or given: whoever
//!    chooses another column sees what speaks for that one.
//! 3. A doubt refuses nothing. What cannot be used is a [finding](super::Finding).

use compact_str::CompactString;
use serde::Serialize;

use super::{Level, Role};
use crate::i18n::{Lang, Say as _};

/// What the columns of a layer were taken for.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Recognition {
    /// By role, in the order of [`Role`]; those that are added up in the order of the columns.
    pub roles: Vec<RoleReading>,
}

/// A role, and the column that has it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoleReading {
    /// The role.
    pub role: Role,
    /// The column; `None` where none was found.
    pub column: Option<CompactString>,
    /// What speaks for it, the weightiest first.
    pub evidence: Vec<RoleEvidence>,
    /// What speaks against it.
    pub doubts: Vec<RoleDoubt>,
}

/// What speaks for a column in a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoleEvidence {
    /// Somebody said so.
    Given,
    /// An export of this program says so.
    OwnExport,
    /// The name of the column says so.
    Name {
        /// Where columns are called that, if that is known: a standard or an agency.
        of: Option<CompactString>,
    },
    /// Units have a value.
    Filled {
        /// In percent of the units, rounded down.
        percent: u8,
    },
    /// No value comes twice.
    Unique,
    /// Values are shared by several units each.
    Shared {
        /// How many different values there are.
        values: usize,
        /// How many units have one.
        units: usize,
    },
    /// Values are written alike.
    Pattern {
        /// A digit is written 9, a letter A.
        pattern: CompactString,
    },
    /// Values are codes of the Chinese system, of this level.
    ChineseCodes {
        /// The level.
        level: Level,
    },
    /// Each value begins with that of another column.
    BeginsWith {
        /// The other one.
        column: CompactString,
    },
    /// The values of another column begin with those of this one.
    BeginningOf {
        /// The other one.
        column: CompactString,
    },
    /// Units that share one of its values share one of another column: the two name the same units.
    NamedBy {
        /// The other one.
        column: CompactString,
    },
    /// Values are words and no numbers.
    Words,
    /// Values are numbers, and none is negative.
    Amounts,
    /// What the units of a parent have adds up to what the parent itself has.
    SumsToParent {
        /// Parents for which it does.
        parents: usize,
    },
}

/// What speaks against a column in a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoleDoubt {
    /// No column was found.
    Unfilled {
        /// Columns that could be it.
        columns: Vec<CompactString>,
    },
    /// Another column could be it as well.
    CloseSecond {
        /// The other one.
        column: CompactString,
    },
    /// Only the values say so.
    ByValuesAlone,
    /// Units without a value.
    Missing {
        /// How many.
        units: usize,
    },
    /// Units whose value others have too.
    Duplicates {
        /// How many units.
        units: usize,
    },
    /// All units have the same value.
    OneValue,
    /// Values that are no numbers.
    NotNumbers {
        /// How many units.
        units: usize,
    },
    /// What the units of a parent have does not add up to what the parent itself has.
    NotParentsSum {
        /// Parents for which it does not.
        parents: usize,
        /// Parents for which both are known.
        of: usize,
        /// Name or code of the first.
        first: CompactString,
    },
}

impl Recognition {
    /// What was found for a role: the column, or that there is none. Of those that are added up, the first.
    #[must_use]
    pub fn role(&self, role: Role) -> Option<&RoleReading> {
        self.roles.iter().find(|reading| reading.role == role)
    }

    /// Roles of a column.
    pub fn column<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a RoleReading> {
        self.roles.iter().filter(move |reading| reading.column.as_deref() == Some(column))
    }
}

impl RoleReading {
    /// What speaks for it, in one line; empty where nothing does.
    #[must_use]
    pub fn evidence_words(&self, lang: Lang) -> String {
        let words: Vec<String> = self.evidence.iter().map(|it| it.say(lang)).collect();
        words.join(lang.pick("、", ", "))
    }

    /// What speaks against it, in one line; empty where nothing does.
    #[must_use]
    pub fn doubts_words(&self, lang: Lang) -> String {
        let words: Vec<String> = self.doubts.iter().map(|it| it.say(lang)).collect();
        words.join(lang.pick("；", "; "))
    }

    /// Role, column, evidence and doubts in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let role = self.role.words(lang);
        let (evidence, doubts) = (self.evidence_words(lang), self.doubts_words(lang));
        let column = self.column.as_deref().unwrap_or_default();
        match (lang, self.column.is_some()) {
            (Lang::Zh, true) => {
                let evidence = if evidence.is_empty() { String::new() } else { format!("（{evidence}）") };
                let doubts = if doubts.is_empty() { String::new() } else { format!("；存疑：{doubts}") };
                format!("{role}：{column}{evidence}{doubts}")
            }
            (Lang::Zh, false) => format!("{role}：{doubts}"),
            (Lang::En, true) => {
                let evidence = if evidence.is_empty() { String::new() } else { format!(" ({evidence})") };
                let doubts = if doubts.is_empty() { String::new() } else { format!("; in doubt: {doubts}") };
                format!("{role}: {column}{evidence}{doubts}")
            }
            (Lang::En, false) => format!("{role}: {doubts}"),
        }
    }
}
