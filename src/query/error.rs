//! Why a line is no query.

use std::fmt;

use compact_str::CompactString;

use crate::i18n::{Lang, Say};

/// Why a line is no query: where it goes wrong and what could stand there.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub struct QueryError {
    /// Position in characters, from 0.
    pub at: usize,
    /// What could stand there.
    pub expected: Expected,
    /// What stands there; `None` at the end of the line.
    pub found: Option<CompactString>,
    /// The word that may have been meant.
    pub nearest: Option<CompactString>,
}

/// What could stand at a place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Expected {
    /// A field, a name, `not` or a bracket.
    Condition,
    /// The name of a field.
    Field,
    /// A comparison of words.
    TextOperator,
    /// `=` or `!=`.
    ChoiceOperator,
    /// A comparison of numbers.
    NumberOperator,
    /// Any comparison.
    AnyOperator,
    /// A number.
    Number,
    /// Words.
    Text,
    /// Yes or no.
    YesNo,
    /// A level.
    Level,
    /// What became of a unit.
    Status,
    /// A list in brackets.
    List,
    /// `)`.
    Closing,
    /// The other quote.
    Quote,
    /// `and`, `or`, or nothing more.
    Connective,
    /// Fewer brackets inside of each other.
    LessDepth,
    /// A number, a field or a bracket.
    Operand,
    /// The name of a field that holds numbers.
    NumberField,
    /// `+`, `-`, `*`, `/`, or nothing more.
    Operator,
    /// A comma.
    Comma,
    /// A whole number from 0 to 8.
    Decimals,
    /// Fewer characters.
    Shorter,
    /// The name of a ledger.
    Ledger,
    /// A column of the ledger, behind a point.
    Column,
    /// A column of the ledger that holds numbers.
    NumberColumn,
    /// The name of a number or a figure that is defined.
    Named,
}

impl Expected {
    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Condition => {
                lang.pick("条件，例如 人口 > 3000 或 名称", "a condition such as population > 3000, or a name")
            }
            Self::Field => lang.pick("字段名", "the name of a field"),
            Self::Ledger => lang.pick("台账名", "the name of a ledger"),
            Self::Column => lang.pick("台账的列名，例如 health.床位数", "a column of the ledger, such as health.beds"),
            Self::Named => lang.pick("已命名的数或自定指标", "the name of a number or of a figure of your own"),
            Self::NumberColumn => lang.pick("台账中的数字列", "a column of the ledger that holds numbers"),
            Self::TextOperator => lang.pick("= != ~（包含）或 in", "= != ~ (contains) or in"),
            Self::ChoiceOperator => lang.pick("= 、!= 或 in", "=, != or in"),
            Self::NumberOperator => lang.pick("= != < <= > >= 或 in", "= != < <= > >= or in"),
            Self::AnyOperator => lang.pick("= != < <= > >= ~（包含）或 in", "= != < <= > >= ~ (contains) or in"),
            Self::Number => lang.pick("数值", "a number"),
            Self::Text => lang.pick("文字", "words"),
            Self::YesNo => lang.pick("“是”或“否”", "yes or no"),
            Self::Level => lang.pick("级别，例如 乡镇", "a level such as village"),
            Self::Status => lang.pick("变化，例如 新设", "a change such as established"),
            Self::List => lang.pick("括号中的列表，例如 (镇, 乡)", "a list in brackets such as (town, township)"),
            Self::Closing => lang.pick("右括号", "a closing bracket"),
            Self::Quote => lang.pick("右引号", "a closing quote"),
            Self::Connective => lang.pick("“且”“或”，或到此为止", "and, or, or nothing more"),
            Self::Operand => lang.pick("数值、字段或括号", "a number, a field or a bracket"),
            Self::NumberField => lang.pick(
                "数值字段名（含空格或符号的加引号）",
                "a field with numbers (in quotes if it has spaces or signs)",
            ),
            Self::Operator => lang.pick("+ - * / ，或到此为止", "+ - * /, or nothing more"),
            Self::Comma => lang.pick("逗号", "a comma"),
            Self::Decimals => lang.pick("小数位数，0 到 8", "a number of decimals from 0 to 8"),
            Self::Shorter => lang.pick("更短的算式（500 字以内）", "a shorter expression (500 characters at most)"),
            Self::LessDepth => lang.pick("更少的括号层数", "fewer brackets inside of each other"),
        }
    }
}

impl QueryError {
    /// Whether the line is only not finished yet.
    #[must_use]
    pub const fn is_unfinished(&self) -> bool {
        self.found.is_none()
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (place, expected) = (self.at + 1, self.expected.words(Lang::En));
        match &self.found {
            Some(found) => write!(f, "character {place}, {found:?}: expected {expected}")?,
            None => write!(f, "at the end: expected {expected}")?,
        }
        self.nearest.as_ref().map_or(Ok(()), |nearest| write!(f, "; did you mean {nearest:?}?"))
    }
}

impl Say for QueryError {
    fn zh(&self) -> String {
        let (place, expected) = (self.at + 1, self.expected.words(Lang::Zh));
        let text = match &self.found {
            Some(found) => format!("第 {place} 字“{found}”处应为{expected}"),
            None => format!("句末还缺{expected}"),
        };
        self.nearest.as_ref().map_or(text.clone(), |nearest| format!("{text}；是否为“{nearest}”"))
    }
}
