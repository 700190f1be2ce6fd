//! Which rule the name and the values of a field speak for.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::value::Term;
use super::{Basis, FieldRule, FieldRules, Ratio, RuledField, Weight};
use crate::geodesy::AreaMethod;
use crate::model::field_names::Per;
use crate::model::looks::Looks;
use crate::model::numerals::Numerals;
use crate::model::{Dataset, FieldIndex, LevelIndex, UnitId, field_names};

pub(super) fn guess(dataset: &Dataset) -> FieldRules {
    let mut fields: Vec<RuledField> = Vec::new();
    let terms = Term::all(dataset);
    for (layer, source) in dataset.layers.iter().enumerate() {
        let table = &source.table;
        let Some(roles) = dataset.fields_of(layer) else { continue };
        let looks = Looks::of(table);
        for field in table.field_indices() {
            let name = &table.fields()[field.index()];
            let is_known = fields.iter().any(|known| known.name == *name);
            let is_below = layer > 0 && dataset.layers[0].table.field(name).is_some();
            // It says what an export of ours said of the units before.
            let is_ours = looks.is_written(field);
            if is_known || is_below || roles.has_role(name) || is_ours {
                continue;
            }
            let sum = dataset.fields.sum.iter().position(|sum| sum == name).filter(|_| layer == 0);
            fields.push(ruled(dataset, &terms, &looks, (layer, field), sum));
        }
    }
    FieldRules { fields, terms: terms.into_iter().map(|(name, _)| name).collect() }
}

fn ruled(
    dataset: &Dataset,
    terms: &[(String, Term)],
    looks: &Looks<'_>,
    (layer, field): (usize, FieldIndex),
    sum: Option<usize>,
) -> RuledField {
    let name = looks.name(field);
    let is_numeric = looks.is_numeric(field);
    let named_ratio = field_names::is_ratio(name);
    let quotient = || (layer == 0).then(|| quotient(dataset, field, terms)).flatten();
    let by_people = Weight::of_ratios(dataset);
    let extreme = field_names::extreme(name).filter(|_| is_numeric);
    let is_kinds = || field_names::is_category(name) || looks.tells_kinds(field);
    let (rule, basis, is_ratio) = if sum.is_some() {
        let basis = if dataset.fields.sums_are_guessed { Basis::Amount } else { Basis::AddedUp };
        (FieldRule::Sum, basis, false)
    } else if field_names::is_identifier(name) {
        (FieldRule::None, Basis::Identifier, false)
    } else if field_names::is_border_length(name) {
        (FieldRule::None, Basis::Border, false)
    } else if !is_numeric {
        if looks.is_dated(field) {
            (FieldRule::List, Basis::Label, false)
        } else if is_kinds() {
            (FieldRule::Majority(Weight::Area), Basis::Text, false)
        } else {
            // Never one member's: it would say something of the whole that nobody knows.
            (FieldRule::Same, Basis::Text, false)
        }
    } else if let Some(is_most) = extreme {
        (if is_most { FieldRule::Largest } else { FieldRule::Least }, Basis::Extreme, false)
    } else if field_names::is_extensive(name) && looks.is_amount(field, 0.9) {
        (FieldRule::Sum, Basis::Amount, false)
    } else if field_names::is_date(name) {
        (FieldRule::List, Basis::Label, false)
    } else if let Some(ratio) = quotient() {
        (FieldRule::Ratio(ratio), Basis::Quotient, true)
    } else if field_names::is_of_ground(name) {
        (FieldRule::Mean(Weight::Area), Basis::Ground, false)
    } else if named_ratio {
        let rule = match field_names::per(name) {
            Per::Area => FieldRule::Mean(Weight::Area),
            Per::People => FieldRule::Mean(by_people),
            // Nobody counts here what it would have to be weighted by.
            Per::Other => FieldRule::None,
        };
        (rule, Basis::Ratio, true)
    } else {
        (FieldRule::List, Basis::Label, false)
    };
    let is_ratio = sum.is_none() && (is_ratio || named_ratio);
    let guess = (rule.clone(), basis);
    let numerals = looks.numerals(field);
    RuledField { name: name.to_owned(), rule, basis, layer, field, sum, guess, is_numeric, numerals, is_ratio }
}

impl Weight {
    /// What ratios are weighted by: people, where they are counted.
    const fn of_ratios(dataset: &Dataset) -> Self {
        if dataset.fields.population.is_some() { Self::Population } else { Self::Area }
    }
}

/// Features whose values are compared with quotients.
const SAMPLE: usize = 48;
/// Features that must bear a quotient out with a rounding of at most this share.
const EVIDENCE: (usize, f64) = (5, 0.02);
/// Share of the values that must fit.
const FITTING: f64 = 0.95;

/// A value of the field, and what the terms are for the same unit.
type Row = (Decimal, Vec<Option<f64>>);

/// Some units that have a value, spread over the layer.
fn sample(dataset: &Dataset, field: FieldIndex, terms: &[(String, Term)]) -> Vec<Row> {
    let Some(table) = dataset.layers.first().map(|layer| &layer.table) else { return Vec::new() };
    let base = &dataset.base;
    let numerals = Numerals::of(table.features().take(SAMPLE).filter_map(|feature| table.raw(feature, field)));
    let step = table.rows().div_ceil(SAMPLE).max(1);
    let row = |unit: UnitId| {
        let value = numerals.decimal(table.raw(base.unit(unit).source?, field)?)?;
        let atoms = base.atoms(unit);
        let of = |(_, term): &(String, Term)| term.of(dataset, AreaMethod::Geodesic, &atoms)?.to_f64();
        Some((value, terms.iter().map(of).collect()))
    };
    base.all_units_at(LevelIndex::FINEST).step_by(step).filter_map(row).collect()
}

/// The quotient of two things that add up which the values are, to their last digit.
fn quotient(dataset: &Dataset, field: FieldIndex, terms: &[(String, Term)]) -> Option<Ratio> {
    let rows = sample(dataset, field, terms);
    let pairs = (0..terms.len()).flat_map(|a| (0..terms.len()).map(move |b| (a, b)));
    pairs.into_iter().find_map(|(a, b)| {
        let ((numerator, above), (denominator, below)) = (&terms[a], &terms[b]);
        if above.is_same_thing(*below) {
            return None;
        }
        let factor = factor_of(&rows, a, b)?;
        // A quotient by something that is the same everywhere is no quotient, nor is what equals its numerator.
        if !varies(&rows, b) || !varies(&rows, a) || equals(&rows, a) {
            return None;
        }
        let ratio = || Ratio { numerator: numerator.clone(), denominator: denominator.clone(), factor };
        fits(&rows, a, b, factor.to_f64()?).then(ratio)
    })
}

/// Whether a term is not the same in nearly all rows.
fn varies(rows: &[Row], term: usize) -> bool {
    let mut values: Vec<f64> = rows.iter().filter_map(|(_, terms)| terms[term]).collect();
    values.sort_unstable_by(f64::total_cmp);
    let (count, mut longest, mut run) = (values.len(), 0, 0);
    let mut last = f64::NAN;
    for value in values {
        run = if (value - last).abs() <= 1e-4 * value.abs() { run + 1 } else { 1 };
        last = value;
        longest = longest.max(run);
    }
    2 * longest <= count
}

/// Whether the values are a term, times any power of ten.
fn equals(rows: &[Row], term: usize) -> bool {
    let log = |(value, terms): &Row| Some((value.to_f64()? / terms[term]?).log10()).filter(|log| log.is_finite());
    let logs: Vec<f64> = rows.iter().filter_map(log).collect();
    let near = logs.iter().filter(|log| (*log - log.round()).abs() < 1e-6).count();
    !logs.is_empty() && 10 * near >= 9 * logs.len()
}

/// The power of ten that the values are nearest to as multiples of a quotient: by the middle one of them.
fn factor_of(rows: &[Row], a: usize, b: usize) -> Option<Decimal> {
    let log = |(value, terms): &Row| {
        let factor = value.to_f64()? * terms[b]? / terms[a]?;
        (factor > 0.0 && factor.is_finite()).then(|| factor.log10())
    };
    let mut logs: Vec<f64> = rows.iter().filter_map(log).collect();
    logs.sort_unstable_by(f64::total_cmp);
    let power = logs.get(logs.len() / 2)?.round();
    // Nobody counts by more than a thousand million.
    let power = (-9..=9).find(|&known| (power - f64::from(known)).abs() < 0.5)?;
    Decimal::from_scientific(&format!("1e{power}")).ok()
}

fn fits(rows: &[Row], a: usize, b: usize, factor: f64) -> bool {
    let (mut known, mut fitting, mut sure) = (0_u32, 0_u32, 0);
    for (value, terms) in rows {
        let (Some(above), Some(below)) = (terms[a], terms[b]) else { continue };
        let digits = i32::try_from(value.scale()).unwrap_or(0);
        let Some(value) = value.to_f64() else { continue };
        let rounding = 0.5 * 10_f64.powi(-digits) + 1e-9 * value.abs();
        known += 1;
        if below > 0.0 && (value - above / below * factor).abs() <= rounding {
            fitting += 1;
            sure += usize::from(rounding < EVIDENCE.1 * value.abs());
        }
    }
    sure >= EVIDENCE.0 && f64::from(fitting) >= FITTING * f64::from(known)
}

impl FieldRules {
    /// The quotient of two terms, multiplied by the power of ten that comes nearest to the values of a field.
    #[must_use]
    pub fn ratio_of(&self, dataset: &Dataset, field: &RuledField, numerator: &str, denominator: &str) -> Ratio {
        let terms = Term::all(dataset);
        let at = |name: &str| terms.iter().position(|(known, _)| known == name);
        let factor = at(numerator).zip(at(denominator)).and_then(|(a, b)| {
            let rows = sample(dataset, field.in_finest()?, &terms);
            factor_of(&rows, a, b)
        });
        Ratio {
            numerator: numerator.to_owned(),
            denominator: denominator.to_owned(),
            factor: factor.unwrap_or(Decimal::ONE),
        }
    }
}
