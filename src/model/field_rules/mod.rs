//! What becomes of every source field when units are merged.
//!
//! 1. Every field of a layer has one [`FieldRule`], guessed from its name and values until somebody chooses another.
//!    Codes, names, parents, kinds, seats and the population keep their role and are not among them.
//! 2. Fields of [`Fields::sum`](super::Fields::sum) are added up everywhere; their rule is fixed.
//! 3. A ratio is never added up. It is recomputed from what adds up, or averaged by weights.
//! 4. A value is worked out from the loaded units that lie in a unit, so rules hold for units of any level, however
//!    they came about, and for parts of units that were cut.
//! 5. What cannot be known is [`FieldValue::Unknown`] with why, never a guess.

mod guess;
mod parse;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::numerals::Numerals;
use super::{Dataset, FieldIndex, LevelIndex};
use crate::i18n::Lang;

pub use parse::FieldRuleError;
pub use value::{FieldValue, Unknown};

/// What a mean is weighted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// People.
    Population,
    /// Area of the territory.
    Area,
}

/// How a field of a unit follows from those of the loaded units in it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldRule {
    /// The sum.
    Sum,
    /// The mean, weighted.
    Mean(Weight),
    /// The least value.
    Least,
    /// The largest value.
    Largest,
    /// What the surviving unit has, or the one with most people where none survives.
    Keep,
    /// The value that holds for more than half of the area or the people; nothing where none does.
    Majority(Weight),
    /// The value where all members have it, else nothing.
    Same,
    /// All different values, in order of members.
    List,
    /// A quotient of two things that add up, recomputed.
    Ratio(Ratio),
    /// It is left out.
    None,
}

/// `numerator / denominator * factor`. Each term is the name of a field that is added up, `population`, or an area:
/// `area_km2`, `area_ha`, `area_mu`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    /// What is divided.
    pub numerator: String,
    /// What it is divided by.
    pub denominator: String,
    /// What the quotient is multiplied by, such as 100 for percent.
    pub factor: Decimal,
}

/// Why a field has its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Somebody chose it.
    Chosen,
    /// The dataset adds it up.
    AddedUp,
    /// Its name says that it adds up.
    Amount,
    /// Its values are text.
    Text,
    /// Its name says that it is a ratio, a mean or a density.
    Ratio,
    /// Its values are the quotient of two things that add up.
    Quotient,
    /// Its name says that it is of the ground, such as a height.
    Ground,
    /// Its name says that it is the largest or least of something in a unit.
    Extreme,
    /// It holds dates, years or numbers of which nothing is known.
    Label,
    /// It numbers records.
    Identifier,
    /// It holds lengths of borders, and those inside vanish.
    Border,
}

impl Basis {
    /// Whether it is a guess.
    #[must_use]
    pub const fn is_guess(self) -> bool {
        !matches!(self, Self::Chosen | Self::AddedUp)
    }

    /// Why, in words.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Chosen => lang.pick("自选规则", "chosen"),
            Self::AddedUp => lang.pick("本数据的累加字段", "these data add it up"),
            Self::Amount => lang.pick("推测：字段名表示可累加的数量", "a guess: by its name it adds up"),
            Self::Text => lang.pick("推测：内容为文字", "a guess: its values are text"),
            Self::Ratio => {
                lang.pick("推测：字段名表示比率或均值，不能相加", "a guess: by its name a ratio, which never adds up")
            }
            Self::Quotient => lang.pick(
                "推测：数值等于两个可累加字段之商，重新计算",
                "a guess: its values are a quotient of two sums, so it is recomputed",
            ),
            Self::Ground => lang.pick("推测：字段名表示地面高程等", "a guess: by its name it is of the ground"),
            Self::Extreme => {
                lang.pick("推测：字段名表示最大或最小值", "a guess: by its name the largest or least of something")
            }
            Self::Label => lang.pick("推测：日期、年份或含义不明的数字", "a guess: dates, years or unknown numbers"),
            Self::Identifier => lang.pick("推测：记录编号，合并后无意义", "a guess: it numbers records"),
            Self::Border => lang.pick("推测：界线长度，内部界线消失", "a guess: lengths of borders, which vanish"),
        }
    }
}

/// A field with its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuledField {
    /// What the source calls it.
    pub name: String,
    /// Its rule.
    pub rule: FieldRule,
    /// Why it has that rule.
    pub basis: Basis,
    /// Layer that it is in, finest first.
    layer: usize,
    /// Its column there.
    field: FieldIndex,
    /// Its position among the fields that the dataset adds up, if it does.
    sum: Option<usize>,
    guess: (FieldRule, Basis),
    /// Whether its values are numbers.
    is_numeric: bool,
    /// How its numbers are written.
    numerals: Numerals,
    /// Whether it is a ratio by its name or values.
    is_ratio: bool,
}

impl RuledField {
    /// Whether the dataset adds it up, so that it can have no other rule.
    #[must_use]
    pub const fn is_fixed(&self) -> bool {
        self.sum.is_some()
    }

    /// The rule that it has until somebody chooses another.
    #[must_use]
    pub const fn guess(&self) -> &FieldRule {
        &self.guess.0
    }

    /// Its column in the finest layer; `None` for one of a coarser layer.
    #[must_use]
    pub fn in_finest(&self) -> Option<FieldIndex> {
        (self.layer == 0).then_some(self.field)
    }

    /// Whether its values are numbers.
    #[must_use]
    pub const fn is_numeric(&self) -> bool {
        self.is_numeric
    }

    /// Rules worth choosing from, but for ratios.
    #[must_use]
    pub fn choices(&self) -> Vec<FieldRule> {
        use FieldRule::{Keep, Largest, Least, List, Majority, Mean, None, Same, Sum};
        if self.is_fixed() {
            return vec![Sum];
        }
        let (people, area) = (Weight::Population, Weight::Area);
        let all =
            [Sum, Mean(people), Mean(area), Least, Largest, Majority(people), Majority(area), Same, Keep, List, None];
        // Words have no order that would say anything.
        let is_ordered = self.is_numeric || self.guess.1 == Basis::Label;
        let has_sense = |rule: &FieldRule| is_ordered || !matches!(rule, Least | Largest);
        all.into_iter().filter(|rule| has_sense(rule) && self.check(rule).is_ok()).collect()
    }
}

/// The rules of all fields of a dataset.
///
/// ```
/// # use quhua::model::{FieldRule, Weight};
/// assert_eq!(FieldRule::Mean(Weight::Area).to_string(), "mean:area");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldRules {
    fields: Vec<RuledField>,
    /// Names that a term of a ratio can have.
    terms: Vec<String>,
}

impl FieldRules {
    /// The rules that names and values speak for. Costs a sample of the tables.
    #[must_use]
    pub fn guess(dataset: &Dataset) -> Self {
        guess::guess(dataset)
    }

    /// The guess, with rules that were chosen before for fields of the same name. Those that these data have no use for
    /// are left out.
    #[must_use]
    pub fn with_chosen(dataset: &Dataset, chosen: &BTreeMap<String, FieldRule>) -> Self {
        let mut rules = Self::guess(dataset);
        for (name, rule) in chosen {
            let _ = rules.choose(name, rule.clone());
        }
        rules
    }

    /// All fields: those of the finest layer in the order of the source, then those that only coarser layers have.
    #[must_use]
    pub fn fields(&self) -> &[RuledField] {
        &self.fields
    }

    /// Fields that units of a level have.
    pub fn at(&self, dataset: &Dataset, level: LevelIndex) -> impl Iterator<Item = &RuledField> {
        let own = dataset.level_layers.get(level.index()).copied().flatten();
        self.fields.iter().filter(move |field| field.layer == 0 || Some(field.layer) == own)
    }

    /// A field by its name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&RuledField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Names that a term of a ratio can have.
    #[must_use]
    pub fn terms(&self) -> &[String] {
        &self.terms
    }

    /// Gives a field another rule.
    ///
    /// # Errors
    /// [`FieldRuleError`] when there is no such field, or when it cannot have that rule. Nothing has changed then.
    pub fn choose(&mut self, name: &str, rule: FieldRule) -> Result<(), FieldRuleError> {
        if let FieldRule::Ratio(Ratio { numerator, denominator, .. }) = &rule {
            for term in [numerator, denominator] {
                if !self.terms.contains(term) {
                    return Err(FieldRuleError::NoSuchTerm { term: term.clone(), terms: self.terms.clone() });
                }
            }
        }
        let Some(field) = self.fields.iter_mut().find(|field| field.name == name) else {
            let fields = self.fields.iter().map(|field| field.name.clone()).collect();
            return Err(FieldRuleError::NoSuchField { field: name.to_owned(), fields });
        };
        field.check(&rule)?;
        if !field.is_fixed() {
            (field.rule, field.basis) = (rule, Basis::Chosen);
        }
        Ok(())
    }

    /// Goes back to what was guessed for a field.
    pub fn forget(&mut self, name: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            (field.rule, field.basis) = field.guess.clone();
        }
    }

    /// Rules that somebody chose, by the names of their fields: what is kept of them.
    #[must_use]
    pub fn chosen(&self) -> BTreeMap<String, FieldRule> {
        let chosen = self.fields.iter().filter(|field| field.basis == Basis::Chosen);
        chosen.map(|field| (field.name.clone(), field.rule.clone())).collect()
    }
}

impl FieldRule {
    /// What it is called, in a few words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let name = match self {
            Self::Sum => lang.pick("合计", "Sum"),
            Self::Mean(Weight::Population) => lang.pick("按人口平均", "Mean by people"),
            Self::Mean(Weight::Area) => lang.pick("按面积平均", "Mean by area"),
            Self::Least => lang.pick("最小值", "Least"),
            Self::Largest => lang.pick("最大值", "Largest"),
            Self::Majority(Weight::Population) => lang.pick("取人口过半的值", "Of most people"),
            Self::Majority(Weight::Area) => lang.pick("取面积过半的值", "Of most area"),
            Self::Same => lang.pick("相同才保留", "Where all agree"),
            Self::Keep => lang.pick("取保留单元的值", "The survivor's"),
            Self::List => lang.pick("全部列出", "List"),
            Self::None => lang.pick("不保留", "Left out"),
            Self::Ratio(ratio) => return ratio.words(),
        };
        name.to_owned()
    }
}

impl Ratio {
    fn words(&self) -> String {
        let Self { numerator, denominator, factor } = self;
        if *factor == Decimal::ONE {
            format!("{numerator} ÷ {denominator}")
        } else {
            format!("{numerator} ÷ {denominator} × {}", factor.normalize())
        }
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Population => "population",
            Self::Area => "area",
        })
    }
}

impl fmt::Display for FieldRule {
    /// As on the command line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum => f.write_str("sum"),
            Self::Mean(weight) => write!(f, "mean:{weight}"),
            Self::Least => f.write_str("min"),
            Self::Largest => f.write_str("max"),
            Self::Majority(weight) => write!(f, "majority:{weight}"),
            Self::Same => f.write_str("same"),
            Self::Keep => f.write_str("keep"),
            Self::List => f.write_str("list"),
            Self::None => f.write_str("none"),
            Self::Ratio(Ratio { numerator, denominator, factor }) => {
                write!(f, "ratio:{numerator}/{denominator}*{}", factor.normalize())
            }
        }
    }
}
