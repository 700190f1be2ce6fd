//! Figures of one's own, from what was written.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::error::QueryError;
use super::field::Vocabulary;
use super::formula::{FormulaWords, read_formula};
use crate::edit::OwnDefinition;
use crate::geodesy::AreaMethod;
use crate::i18n::Say;
use crate::i18n::numbers::AreaUnit;
use crate::metrics::formula::Named;
use crate::metrics::{Formula, OwnFigures};
use crate::model::{Dataset, FieldRules};

/// Characters of a name at most.
const MOST_CHARS: usize = 40;
/// What cannot be in a name: it would end it, or begin a value.
const NOT_IN_NAMES: &str = "=＝<>＜＞\"'“”‘’「」\n\r\t";

/// Why something is no figure of one's own.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OwnError {
    /// It has no name.
    NoName,
    /// The name is too long, or has a sign in it that ends names.
    BadName(String),
    /// Something else goes by the name.
    Taken(String),
    /// There is no `=` between name and expression.
    NoExpression(String),
    /// The expression cannot be read.
    Expression(QueryError),
}

impl fmt::Display for OwnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoName => f.write_str("give the figure a name"),
            Self::BadName(name) => {
                write!(f, "{name:?} is no name: {MOST_CHARS} characters at most, without quotes and = < >")
            }
            Self::Taken(name) => write!(f, "a field or figure is called {name:?} already; use another name"),
            Self::NoExpression(text) => write!(
                f,
                "{text:?} has no expression; write NAME = EXPRESSION, such as \"per household = population / households\""
            ),
            Self::Expression(error) => error.fmt(f),
        }
    }
}

impl Say for OwnError {
    fn zh(&self) -> String {
        match self {
            Self::NoName => "请给指标起一个名称".to_owned(),
            Self::BadName(name) => format!("“{name}”不能作名称：最多 {MOST_CHARS} 字，不含引号和 = < >"),
            Self::Taken(name) => format!("已有字段或指标叫“{name}”，请换一个名称"),
            Self::NoExpression(text) => format!("“{text}”缺少算式，写作 名称 = 算式"),
            Self::Expression(error) => error.zh(),
        }
    }
}

/// Reads `name = expression`, as on the command line. Whether the expression can be read is not asked.
///
/// # Errors
/// [`OwnError`] when there is no name, or no `=`.
pub fn read_own(text: &str) -> Result<OwnDefinition, OwnError> {
    let Some((name, expression)) = text.split_once(['=', '＝']) else {
        return Err(OwnError::NoExpression(text.to_owned()));
    };
    Ok(OwnDefinition::new(name.trim(), expression.trim()))
}

/// Whether a figure of one's own can be taken up beside others: its name is free, and its expression fits the data. `words`
/// are those that it may have; its own name is none of them.
///
/// # Errors
/// [`OwnError`] when not.
pub fn check_own(
    definition: &OwnDefinition,
    others: &[OwnDefinition],
    words: &FormulaWords,
    dataset: &Dataset,
) -> Result<Formula, OwnError> {
    let name = definition.name.trim();
    if name.is_empty() {
        return Err(OwnError::NoName);
    }
    if name.chars().count() > MOST_CHARS || name.contains(|c| NOT_IN_NAMES.contains(c)) {
        return Err(OwnError::BadName(name.to_owned()));
    }
    let known = Vocabulary::of(dataset, AreaUnit::Km2, &OwnFigures::default());
    if known.is_taken(name) || others.iter().any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        return Err(OwnError::Taken(name.to_owned()));
    }
    read_formula(&definition.expression, &words.clone().without(name)).map_err(OwnError::Expression)
}

/// Numbers with names, which expressions may have.
pub type FormulaNumbers = BTreeMap<String, Decimal>;

/// Figures of what was written, upon some data; numbers with names may stand in them, and other figures of one's own. Those that were among `before` by the same name go on as the same.
#[must_use]
pub fn own_figures(
    (numbers, definitions): (&FormulaNumbers, &[OwnDefinition]),
    dataset: &Dataset,
    (rules, method): (Arc<FieldRules>, AreaMethod),
    before: &OwnFigures,
) -> OwnFigures {
    let mut own = OwnFigures::new(rules, method);
    if definitions.is_empty() {
        return own;
    }
    let (_, formulas) = words_with(numbers, definitions, dataset);
    for (definition, formula) in definitions.iter().zip(formulas) {
        own.add(definition.clone(), formula, before);
    }
    own
}

/// Words of a dataset with those of numbers and figures of one's own.
#[must_use]
pub fn formula_words(numbers: &FormulaNumbers, definitions: &[OwnDefinition], dataset: &Dataset) -> FormulaWords {
    words_with(numbers, definitions, dataset).0
}

/// Words of a dataset with those of numbers and figures that others may go on from, and what each of the figures means;
/// `None` where it does not fit. It does not matter which is written first; one that goes on from itself is none.
fn words_with(
    numbers: &FormulaNumbers,
    definitions: &[OwnDefinition],
    dataset: &Dataset,
) -> (FormulaWords, Vec<Option<Formula>>) {
    let mut words = FormulaWords::of(dataset);
    for (name, number) in numbers {
        let formula = Formula::Number(*number);
        words.name(Named { name: name.as_str().into(), nature: formula.nature(), formula });
    }
    let mut formulas: Vec<Option<Formula>> = vec![None; definitions.len()];
    loop {
        let mut found_any = false;
        for (definition, formula) in definitions.iter().zip(&mut formulas) {
            if formula.is_none()
                && let Ok(read) = read_formula(&definition.expression, &words)
            {
                words.add(definition, read.clone());
                *formula = Some(read);
                found_any = true;
            }
        }
        if !found_any {
            return (words, formulas);
        }
    }
}
