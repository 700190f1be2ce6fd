//! Rules as they are written on the command line, and whether a field can have them.

use rust_decimal::Decimal;

use super::{FieldRule, FieldRules, Ratio, RuledField, Weight};

/// Why a field does not get a rule.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FieldRuleError {
    /// It is not of the form NAME=RULE.
    #[error("{given:?} is no rule for a field; write NAME=RULE, such as elevation_m=mean:area")]
    NoEquals {
        /// What was written.
        given: String,
    },
    /// No layer has the field, or it plays another part.
    #[error("no field {field:?} that takes a rule; there are: {}", fields.join(", "))]
    NoSuchField {
        /// The name given.
        field: String,
        /// Names that there are.
        fields: Vec<String>,
    },
    /// It names no rule.
    #[error(
        "{rule:?} is no rule for {field}; use sum, mean:population, mean:area, min, max, majority:area, same, keep, list, none, or \
         ratio:NUMERATOR/DENOMINATOR*FACTOR"
    )]
    NoSuchRule {
        /// What was written.
        rule: String,
        /// The field.
        field: String,
    },
    /// A term of a ratio does not add up.
    #[error("a ratio is recomputed from what adds up, and {term:?} does not; use two of: {}", terms.join(", "))]
    NoSuchTerm {
        /// The name given.
        term: String,
        /// Names that there are.
        terms: Vec<String>,
    },
    /// The dataset adds it up.
    #[error("{field} is added up in all figures and can have no other rule; say with --sum which fields are added up")]
    AddedUp {
        /// The field.
        field: String,
    },
    /// A sum of ratios says nothing.
    #[error(
        "{field} is a ratio, and ratios cannot be added up; use mean:population, or ratio:NUMERATOR/DENOMINATOR*FACTOR"
    )]
    SumOfRatio {
        /// The field.
        field: String,
    },
    /// The rule needs numbers.
    #[error("{field} does not hold numbers, so {rule} does not go with it; use keep, list or none")]
    NotNumbers {
        /// The field.
        field: String,
        /// The rule.
        rule: String,
    },
}

impl RuledField {
    /// Whether it can have a rule.
    pub(super) fn check(&self, rule: &FieldRule) -> Result<(), FieldRuleError> {
        let field = || self.name.clone();
        match rule {
            FieldRule::Sum if self.is_fixed() => Ok(()),
            _ if self.is_fixed() => Err(FieldRuleError::AddedUp { field: field() }),
            FieldRule::Sum | FieldRule::Mean(_) if !self.is_numeric => {
                Err(FieldRuleError::NotNumbers { field: field(), rule: rule.to_string() })
            }
            FieldRule::Sum if self.is_ratio => Err(FieldRuleError::SumOfRatio { field: field() }),
            _ => Ok(()),
        }
    }
}

impl FieldRules {
    /// Gives a field the rule that is written as `NAME=RULE`.
    ///
    /// # Errors
    /// [`FieldRuleError`]: it is not written so, or the field cannot have that rule.
    pub fn choose_written(&mut self, given: &str) -> Result<(), FieldRuleError> {
        let mut splits = given.match_indices('=').map(|(at, _)| (given[..at].trim(), given[at + 1..].trim()));
        let first = splits.next().ok_or_else(|| FieldRuleError::NoEquals { given: given.to_owned() })?;
        // Names may hold the sign too.
        let known = std::iter::once(first).chain(splits).find(|(name, _)| self.field(name).is_some());
        let (name, rule) = known.unwrap_or(first);
        let rule = self.rule_written(name, rule)?;
        self.choose(name, rule)
    }

    fn rule_written(&self, field: &str, rule: &str) -> Result<FieldRule, FieldRuleError> {
        Ok(match rule {
            "sum" => FieldRule::Sum,
            "mean:population" => FieldRule::Mean(Weight::Population),
            "mean:area" => FieldRule::Mean(Weight::Area),
            "min" => FieldRule::Least,
            "max" => FieldRule::Largest,
            "majority:population" => FieldRule::Majority(Weight::Population),
            "majority:area" => FieldRule::Majority(Weight::Area),
            "same" => FieldRule::Same,
            "keep" => FieldRule::Keep,
            "list" => FieldRule::List,
            "none" => FieldRule::None,
            _ => {
                let ratio = rule.strip_prefix("ratio:").and_then(|ratio| self.ratio_written(ratio));
                let no_rule = || FieldRuleError::NoSuchRule { rule: rule.to_owned(), field: field.to_owned() };
                FieldRule::Ratio(ratio.ok_or_else(no_rule)?)
            }
        })
    }

    /// A ratio; names of fields may hold a slash themselves, so the first one between two terms counts.
    fn ratio_written(&self, text: &str) -> Option<Ratio> {
        let with_factor = text.rsplit_once('*').and_then(|(terms, factor)| {
            let factor = factor.trim();
            Some((terms, factor.parse().or_else(|_| Decimal::from_scientific(factor)).ok()?))
        });
        let (terms, factor): (&str, Decimal) = with_factor.unwrap_or((text, Decimal::ONE));
        let split = |(at, _)| (terms[..at].trim(), terms[at + 1..].trim());
        let is_term = |term: &str| self.terms.iter().any(|known| known == term);
        let mut splits = terms.match_indices('/').map(split);
        let (numerator, denominator) =
            splits.clone().find(|(a, b)| is_term(a) && is_term(b)).or_else(|| splits.next())?;
        Some(Ratio { numerator: numerator.to_owned(), denominator: denominator.to_owned(), factor })
    }
}
