//! Values of fields, worked out from the loaded units that lie in a unit.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::fmt;

use rust_decimal::prelude::ToPrimitive as _;
use rust_decimal::{Decimal, RoundingStrategy};

use super::{FieldRule, FieldRules, Ratio, RuledField, Weight};
use crate::coverage::AtomId;
use crate::geodesy::{AreaMethod, ExactSum};
use crate::i18n::Lang;
use crate::i18n::numbers::AreaUnit;
use crate::model::numerals::Read;
use crate::model::{Dataset, FeatureId, FieldIndex, LevelIndex, State, Table, UnitId};

/// What stands between the values of a list.
const BETWEEN: &str = "、";
/// Decimals of a quotient or mean beyond those of what it comes from.
const MORE_DECIMALS: u32 = 2;
/// Decimals of a quotient whose field has no values to go by.
const USUAL_DECIMALS: u32 = 4;

/// Value of a field of a unit.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue {
    /// As the source has it: raw JSON text, with its type and its digits.
    Source(String),
    /// Worked out.
    Number {
        /// As exact as 28 digits are.
        exact: Decimal,
        /// Decimals that it is written with.
        decimals: u32,
    },
    /// Several different values as text.
    List(String),
    /// It cannot be known.
    Unknown(Unknown),
    /// It is left out.
    LeftOut,
}

/// Why a value cannot be known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// Nothing has a value.
    NoValue,
    /// The unit whose value is kept has none, while others have.
    SurvivorLacks,
    /// Some have no value.
    Missing {
        /// How many.
        without: usize,
        /// Of how many.
        of: usize,
    },
    /// The values differ, and none has the say.
    Differ,
    /// Some values are no numbers.
    NotNumbers,
    /// What the mean is weighted by is not known everywhere, or is nothing at all.
    Weight(Weight),
    /// A unit was cut, and nothing says how much of its value each part has.
    InPart,
    /// A term of the ratio is not known everywhere.
    Term(String),
    /// The denominator is zero.
    ZeroDenominator(String),
    /// The least that each gets is more than there is, or more than the most that it may get.
    FloorsTooHigh,
    /// The most that all may get is less than there is.
    CapsTooLow,
    /// More digits than there is room for.
    TooLarge,
    /// A cell of a ledger holds something else than a number.
    Cell {
        /// The ledger.
        ledger: String,
        /// Key of the row.
        row: String,
        /// Name of the column.
        column: String,
    },
    /// A ledger does not have a column that a pack asks for.
    NoColumn {
        /// The ledger.
        ledger: String,
        /// Name of the column.
        column: String,
    },
    /// It is worked out from something that these data do not have.
    Unread,
    /// It is counted from a day that nobody stated.
    NoDay,
    /// It is counted from the day of approval, and nobody stated that.
    NotApproved,
}

impl FieldValue {
    /// A worked-out number with the decimals that it is written with; `None` for everything else, and for numbers that
    /// stand in the source.
    #[must_use]
    pub fn rounded(&self) -> Option<Decimal> {
        let Self::Number { exact, decimals } = self else { return None };
        Some(exact.round_dp_with_strategy(*decimals, RoundingStrategy::MidpointAwayFromZero).normalize())
    }

    /// As a number, if it is one.
    #[must_use]
    pub fn number(&self) -> Option<Decimal> {
        match self {
            Self::Source(raw) => crate::model::table::decimal_of(raw),
            Self::Number { .. } => self.rounded(),
            _ => None,
        }
    }

    /// As text, for people; `None` when it is not known or left out.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Source(raw) => Some(crate::model::table::text_of(raw).map_or_else(|| raw.clone(), Into::into)),
            Self::Number { .. } => Some(self.rounded()?.to_string()),
            Self::List(text) => Some(text.clone()),
            Self::Unknown(_) | Self::LeftOut => None,
        }
    }
}

impl Unknown {
    /// Why, in words.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::NoValue, _) => lang.pick("各单元均无值", "no unit has a value").into(),
            (Self::SurvivorLacks, _) => {
                lang.pick("保留单元无值，其他单元有", "the surviving unit has no value, others have").into()
            }
            (Self::Missing { without, of }, Lang::Zh) => format!("{of} 个单元中有 {without} 个无值"),
            (Self::Missing { without, of }, Lang::En) => format!("{without} of {of} units have no value"),
            (Self::Differ, _) => lang.pick("各单元的值不同", "the values differ").into(),
            (Self::NotNumbers, _) => lang.pick("有的值不是数字", "some values are no numbers").into(),
            (Self::Weight(Weight::Population), _) => {
                lang.pick("有单元人口未知或全为零", "people are unknown somewhere, or there are none").into()
            }
            (Self::Weight(Weight::Area), _) => lang.pick("面积为零", "there is no area").into(),
            (Self::InPart, _) => lang
                .pick("单元被切分，无法得知各部分的值", "a unit was cut, and nothing says how much each part has")
                .into(),
            (Self::Term(term), Lang::Zh) => format!("“{term}”有单元未知"),
            (Self::Term(term), Lang::En) => format!("{term} is unknown somewhere"),
            (Self::ZeroDenominator(term), Lang::Zh) => format!("“{term}”为零"),
            (Self::ZeroDenominator(term), Lang::En) => format!("{term} is zero"),
            (Self::Unread, _) => lang.pick("算式与本数据不符", "the expression does not fit these data").into(),
            (Self::Cell { ledger, row, column }, Lang::Zh) => {
                format!("台账“{ledger}”{row} 的“{column}”不是数字")
            }
            (Self::Cell { ledger, row, column }, Lang::En) => {
                format!("{column:?} of {row} in the ledger {ledger:?} is no number")
            }
            (Self::NoColumn { ledger, column }, Lang::Zh) => format!("台账“{ledger}”没有“{column}”列"),
            (Self::NoColumn { ledger, column }, Lang::En) => {
                format!("the ledger {ledger:?} has no column {column:?}")
            }
            (Self::NoDay, _) => lang
                .pick("未指定基准日（--as-of 2020-06-30）", "no day is stated to count from (--as-of 2020-06-30)")
                .into(),
            (Self::NotApproved, _) => lang
                .pick("未指定批准日（--approved 2019-12-18）", "no day of approval is stated (--approved 2019-12-18)")
                .into(),
            (Self::FloorsTooHigh, _) => {
                lang.pick("保底合计超过总额，或高于上限", "the floors are more than there is, or than the caps").into()
            }
            (Self::CapsTooLow, _) => lang.pick("上限合计低于总额", "the caps are less than there is").into(),
            (Self::TooLarge, _) => lang.pick("数字过大", "the number is too large").into(),
        }
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl FieldRules {
    /// Values of the fields that units of its level have ([`Self::at`]) for a unit, in that order. Costs its atoms.
    #[must_use]
    pub fn values(&self, dataset: &Dataset, state: &State, unit: UnitId, method: AreaMethod) -> Vec<FieldValue> {
        let level = state.unit(unit).level;
        let territory = Territory::of(dataset, state, unit, method);
        self.at(dataset, level).map(|field| territory.value(field)).collect()
    }

    /// Value of a field of the finest layer for a unit, as a number; `None` when it is none, or cannot be known. What was
    /// loaded and is as it came costs nothing.
    #[must_use]
    pub fn number(
        &self,
        field: FieldIndex,
        dataset: &Dataset,
        state: &State,
        unit: UnitId,
        method: AreaMethod,
    ) -> Option<f64> {
        if let Some(number) = dataset.loaded_number(state, unit, field) {
            return Some(number);
        }
        let field = self.fields().iter().find(|known| known.in_finest() == Some(field))?;
        self.value(field, dataset, state, unit, method).number()?.to_f64()
    }

    /// Value of one field for a unit.
    #[must_use]
    pub fn value(
        &self,
        field: &RuledField,
        dataset: &Dataset,
        state: &State,
        unit: UnitId,
        method: AreaMethod,
    ) -> FieldValue {
        Territory::of(dataset, state, unit, method).value(field)
    }
}

/// A loaded unit, as far as it lies in the territory.
struct Part {
    unit: UnitId,
    feature: Option<FeatureId>,
    atoms: Vec<AtomId>,
    /// Whether all of it does.
    is_whole: bool,
    population: Option<Decimal>,
    area: OnceCell<Option<Decimal>>,
}

/// A unit's territory by the loaded units in it.
struct Territory<'a> {
    dataset: &'a Dataset,
    method: AreaMethod,
    level: LevelIndex,
    /// The unit as loaded, if it was.
    loaded: Option<UnitId>,
    atoms: Vec<AtomId>,
    /// By layer, as they are asked for.
    parts: Vec<OnceCell<Vec<Part>>>,
}

impl<'a> Territory<'a> {
    fn of(dataset: &'a Dataset, state: &State, unit: UnitId, method: AreaMethod) -> Self {
        let loaded = (unit.index() < dataset.base.unit_count()).then_some(unit);
        let parts = dataset.layers.iter().map(|_| OnceCell::new()).collect();
        Self { dataset, method, level: state.unit(unit).level, loaded, atoms: state.atoms(unit), parts }
    }

    /// Loaded units of a layer's level, in order of their ids.
    fn parts(&self, layer: usize) -> &[Part] {
        self.parts[layer].get_or_init(|| {
            let base = &self.dataset.base;
            let level = self.dataset.level_layers.iter().position(|&own| own == Some(layer));
            let Some(level) = level.and_then(|level| u8::try_from(level).ok()).map(LevelIndex) else {
                return Vec::new();
            };
            let mut pairs: Vec<(UnitId, AtomId)> =
                self.atoms.iter().map(|&atom| (base.unit_of(atom, level), atom)).collect();
            pairs.sort_unstable();
            let groups = pairs.chunk_by(|a, b| a.0 == b.0);
            groups
                .map(|group| {
                    let unit = group[0].0;
                    let atoms: Vec<AtomId> = group.iter().map(|&(_, atom)| atom).collect();
                    Part {
                        unit,
                        feature: base.unit(unit).source,
                        is_whole: base.atoms(unit).len() == atoms.len(),
                        population: self.dataset.people_of(&atoms).value(),
                        area: OnceCell::new(),
                        atoms,
                    }
                })
                .collect()
        })
    }

    fn area_m2(&self, part: &Part) -> Option<Decimal> {
        *part.area.get_or_init(|| decimal_area(self.dataset, self.method, &part.atoms))
    }

    fn value(&self, field: &RuledField) -> FieldValue {
        let parts = self.parts(field.layer);
        let table = &self.dataset.layers[field.layer].table;
        let values = Values { table, field, parts };
        // What is one loaded unit has its values, whatever the rule.
        if let [part] = parts
            && part.is_whole
        {
            let lies_there = self.dataset.level_layers.get(self.level.index()) == Some(&Some(field.layer));
            return match values.raw(part) {
                Some(raw) if lies_there || field.rule != FieldRule::None => FieldValue::Source(raw.to_owned()),
                None if lies_there || field.rule != FieldRule::None => FieldValue::Unknown(Unknown::NoValue),
                _ => FieldValue::LeftOut,
            };
        }
        self.by_rule(field, &values).unwrap_or_else(FieldValue::Unknown)
    }

    fn by_rule(&self, field: &RuledField, values: &Values<'_>) -> Result<FieldValue, Unknown> {
        if let Some(sum) = field.sum {
            let exact = self.dataset.total_of(&self.atoms, sum).value();
            let number = exact.map(|exact| FieldValue::Number { exact, decimals: exact.scale() });
            return number.ok_or_else(|| values.missing());
        }
        match &field.rule {
            FieldRule::Sum => values.sum(),
            FieldRule::Mean(weight) => values.mean(*weight, |part| match weight {
                Weight::Population => part.population,
                Weight::Area => self.area_m2(part),
            }),
            FieldRule::Least => values.extreme(Comparable::is_lt),
            FieldRule::Largest => values.extreme(|a, b| b.is_lt(a)),
            FieldRule::Majority(weight) => values.majority(*weight, |part| match weight {
                Weight::Population => part.population,
                Weight::Area => self.area_m2(part),
            }),
            FieldRule::Same => values.same(),
            FieldRule::Keep => values.kept(self.survivor(values.parts)),
            FieldRule::List => values.list(),
            FieldRule::Ratio(ratio) => self.ratio(ratio, values.decimals()),
            FieldRule::None => Ok(FieldValue::LeftOut),
        }
    }

    /// The loaded unit that it still is, or the one with most people, or with most area where people are not known.
    fn survivor<'p>(&self, parts: &'p [Part]) -> Option<&'p Part> {
        let is_it = |part: &&Part| Some(part.unit) == self.loaded;
        let by_people = parts.iter().all(|part| part.population.is_some());
        let weight = |part: &Part| if by_people { part.population } else { self.area_m2(part) };
        let largest = || parts.iter().max_by_key(|part| (weight(part), Reverse(part.unit)));
        parts.iter().find(is_it).or_else(largest)
    }

    fn ratio(&self, ratio: &Ratio, decimals: Option<u32>) -> Result<FieldValue, Unknown> {
        let Ratio { numerator, denominator, factor } = ratio;
        let term = |name: &String| {
            let term = Term::named(self.dataset, name);
            term.and_then(|term| term.of(self.dataset, self.method, &self.atoms)).ok_or(Unknown::Term(name.clone()))
        };
        let (above, below) = (term(numerator)?, term(denominator)?);
        if below.is_zero() {
            return Err(Unknown::ZeroDenominator(denominator.clone()));
        }
        let quotient = above.checked_mul(*factor).and_then(|above| above.checked_div(below));
        let exact = quotient.ok_or(Unknown::TooLarge)?;
        Ok(FieldValue::Number { exact, decimals: decimals.map_or(USUAL_DECIMALS, |most| most + MORE_DECIMALS) })
    }
}

/// Values of a field in the parts of a territory.
struct Values<'a> {
    table: &'a Table,
    field: &'a RuledField,
    parts: &'a [Part],
}

/// A value that can be compared: as a number, or else as text.
enum Comparable {
    Number(Decimal),
    Text(String),
}

impl Comparable {
    fn is_lt(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a < b,
            (Self::Text(a), Self::Text(b)) => a < b,
            (Self::Number(_), Self::Text(_)) => true,
            (Self::Text(_), Self::Number(_)) => false,
        }
    }
}

impl<'a> Values<'a> {
    /// Raw text of a part's value; `None` for null and blank text.
    fn raw(&self, part: &Part) -> Option<&'a str> {
        let raw = self.table.raw(part.feature?, self.field.field)?;
        let is_value = raw.starts_with(['[', '{']) || crate::model::table::text_of(raw).is_some();
        is_value.then_some(raw)
    }

    fn decimal(&self, part: &Part) -> Option<Decimal> {
        self.field.numerals.decimal(self.table.raw(part.feature?, self.field.field)?)
    }

    fn text(&self, part: &Part) -> Option<String> {
        let raw = self.raw(part)?;
        Some(crate::model::table::text_of(raw).map_or_else(|| raw.to_owned(), Into::into))
    }

    /// Most decimals of the values.
    fn decimals(&self) -> Option<u32> {
        self.parts.iter().filter_map(|part| Some(self.decimal(part)?.normalize().scale())).max()
    }

    fn missing(&self) -> Unknown {
        let is_none = |part: &&Part| {
            self.raw(part).is_none_or(|raw| self.field.is_numeric && self.field.numerals.read(raw) == Read::NoValue)
        };
        let (without, of) = (self.parts.iter().filter(is_none).count(), self.parts.len());
        if without == of { Unknown::NoValue } else { Unknown::Missing { without, of } }
    }

    /// Checks that the parts have numbers.
    fn number(&self, part: &Part) -> Result<Decimal, Unknown> {
        match self.raw(part).map(|raw| self.field.numerals.read(raw)) {
            None | Some(Read::NoValue) => Err(self.missing()),
            Some(Read::Plain(number) | Read::Understood(number)) => Ok(number),
            Some(Read::Unread) => Err(Unknown::NotNumbers),
        }
    }

    fn sum(&self) -> Result<FieldValue, Unknown> {
        let mut sum: Option<Decimal> = None;
        for part in self.parts {
            let value = self.number(part)?;
            if !part.is_whole {
                return Err(Unknown::InPart);
            }
            sum = Some(sum.unwrap_or_default().checked_add(value).ok_or(Unknown::TooLarge)?);
        }
        let exact = sum.ok_or(Unknown::NoValue)?;
        Ok(FieldValue::Number { exact, decimals: exact.scale() })
    }

    fn mean(&self, weight: Weight, weight_of: impl Fn(&Part) -> Option<Decimal>) -> Result<FieldValue, Unknown> {
        let (mut above, mut below) = (Decimal::ZERO, Decimal::ZERO);
        for part in self.parts {
            let share = weight_of(part).ok_or(Unknown::Weight(weight))?;
            // What weighs nothing need not have a value.
            if share.is_zero() && !self.parts.iter().all(|part| self.raw(part).is_none()) {
                continue;
            }
            let product = self.number(part)?.checked_mul(share);
            above = product.and_then(|product| above.checked_add(product)).ok_or(Unknown::TooLarge)?;
            below = below.checked_add(share).ok_or(Unknown::TooLarge)?;
        }
        if below.is_zero() {
            return Err(Unknown::Weight(weight));
        }
        let exact = above.checked_div(below).ok_or(Unknown::TooLarge)?;
        Ok(FieldValue::Number { exact, decimals: self.decimals().unwrap_or(0) + MORE_DECIMALS })
    }

    /// The value that is ahead of all others, with the type that it has in the source.
    fn extreme(&self, is_ahead: impl Fn(&Comparable, &Comparable) -> bool) -> Result<FieldValue, Unknown> {
        let mut best: Option<(Comparable, &str)> = None;
        for part in self.parts {
            let raw = self.raw(part).ok_or_else(|| self.missing())?;
            let number = self.decimal(part).map(Comparable::Number);
            let value = number.unwrap_or_else(|| Comparable::Text(self.text(part).unwrap_or_default()));
            if best.as_ref().is_none_or(|(best, _)| is_ahead(&value, best)) {
                best = Some((value, raw));
            }
        }
        best.map(|(_, raw)| FieldValue::Source(raw.to_owned())).ok_or(Unknown::NoValue)
    }

    fn kept(&self, survivor: Option<&Part>) -> Result<FieldValue, Unknown> {
        let raw = survivor.and_then(|part| self.raw(part));
        raw.map(|raw| FieldValue::Source(raw.to_owned())).ok_or_else(|| match self.missing() {
            Unknown::NoValue => Unknown::NoValue,
            _ => Unknown::SurvivorLacks,
        })
    }

    /// The value that more than half of the weight has, of all of it.
    fn majority(&self, weight: Weight, weight_of: impl Fn(&Part) -> Option<Decimal>) -> Result<FieldValue, Unknown> {
        let mut all = Decimal::ZERO;
        let mut shares: Vec<(&str, Decimal)> = Vec::new();
        for part in self.parts {
            let share = weight_of(part).ok_or(Unknown::Weight(weight))?;
            all = all.checked_add(share).ok_or(Unknown::TooLarge)?;
            let Some(raw) = self.raw(part) else { continue };
            match shares.iter_mut().find(|(known, _)| *known == raw) {
                Some((_, sum)) => *sum = sum.checked_add(share).ok_or(Unknown::TooLarge)?,
                None => shares.push((raw, share)),
            }
        }
        if shares.is_empty() {
            return Err(Unknown::NoValue);
        }
        let half = |sum: Decimal| sum.checked_add(sum).is_none_or(|twice| twice > all);
        let most = shares.into_iter().find(|&(_, sum)| half(sum));
        most.map(|(raw, _)| FieldValue::Source(raw.to_owned())).ok_or(Unknown::Differ)
    }

    /// The value that all parts have.
    fn same(&self) -> Result<FieldValue, Unknown> {
        let mut raws = self.parts.iter().map(|part| self.raw(part));
        let first = raws.next().flatten();
        match first.filter(|first| raws.all(|raw| raw == Some(*first))) {
            Some(raw) => Ok(FieldValue::Source(raw.to_owned())),
            None => Err(if self.missing() == Unknown::NoValue { Unknown::NoValue } else { Unknown::Differ }),
        }
    }

    fn list(&self) -> Result<FieldValue, Unknown> {
        let mut texts: Vec<String> = Vec::new();
        let mut only = None;
        for part in self.parts {
            let (Some(raw), Some(text)) = (self.raw(part), self.text(part)) else { continue };
            if !texts.contains(&text) {
                texts.push(text);
                only = only.or(Some(raw));
            }
        }
        match (texts.len(), only) {
            (0, _) | (_, None) => Err(Unknown::NoValue),
            (1, Some(raw)) => Ok(FieldValue::Source(raw.to_owned())),
            _ => Ok(FieldValue::List(texts.join(BETWEEN))),
        }
    }
}

/// What a term of a ratio is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Term {
    Sum(usize),
    Population,
    Area(AreaUnit),
}

impl Term {
    /// All terms of a dataset, with their names: fields before what has a name of ours.
    pub(super) fn all(dataset: &Dataset) -> Vec<(String, Self)> {
        let fields = &dataset.fields;
        let mut all: Vec<(String, Self)> =
            fields.sum.iter().enumerate().map(|(i, name)| (name.clone(), Self::Sum(i))).collect();
        if let Some(name) = &fields.population {
            all.push((name.clone(), Self::Population));
            all.push(("population".to_owned(), Self::Population));
        }
        for (name, unit) in [("area_km2", AreaUnit::Km2), ("area_ha", AreaUnit::Ha), ("area_mu", AreaUnit::Mu)] {
            all.push((name.to_owned(), Self::Area(unit)));
        }
        let mut seen: Vec<String> = Vec::new();
        all.retain(|(name, _)| {
            !seen.contains(name) && {
                seen.push(name.clone());
                true
            }
        });
        all
    }

    /// Whether a quotient of the two is the same everywhere.
    pub(super) fn is_same_thing(self, other: Self) -> bool {
        self == other || matches!((self, other), (Self::Area(_), Self::Area(_)))
    }

    fn named(dataset: &Dataset, name: &str) -> Option<Self> {
        Self::all(dataset).into_iter().find(|(known, _)| known == name).map(|(_, term)| term)
    }

    /// Its sum over atoms; `None` when any of them is not known.
    pub(super) fn of(self, dataset: &Dataset, method: AreaMethod, atoms: &[AtomId]) -> Option<Decimal> {
        match self {
            Self::Sum(field) => dataset.total_of(atoms, field).value(),
            Self::Population => dataset.people_of(atoms).value(),
            Self::Area(unit) => {
                decimal_area(dataset, method, atoms)?.checked_div(Decimal::from_f64_retain(unit.in_m2())?)
            }
        }
    }
}

/// Area in m².
fn decimal_area(dataset: &Dataset, method: AreaMethod, atoms: &[AtomId]) -> Option<Decimal> {
    let area: ExactSum = atoms.iter().map(|&atom| dataset.area_of_atom(method, atom)).sum();
    Decimal::from_f64_retain(area.at_least_nothing().to_f64())
}
