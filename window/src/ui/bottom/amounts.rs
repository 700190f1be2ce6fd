//! Indicators and their amounts as they are shown, in the comparison and beside neutral plans.

use crate::ui::shown::Shown;
use quhua::compare::{Amount, Indicator, indicator_words};
use quhua::i18n::{Lang, numbers};
use quhua::metrics::{Figure, Measure};

/// Name of an indicator, with the unit of its amounts.
pub(super) fn indicator_with_unit(shown: &Shown<'_>, indicator: &Indicator) -> String {
    let name = indicator_words(shown.lang, indicator);
    let unit = match indicator {
        Indicator::ReductionRate => "%",
        _ => indicator.measure().symbol(shown.lang, shown.area_unit()),
    };
    if unit.is_empty() {
        return name;
    }
    match shown.lang {
        Lang::Zh => format!("{name}（{unit}）"),
        Lang::En => format!("{name} ({unit})"),
    }
}

/// What stands behind a difference where it is in another unit than the amounts: shares in percent lie points apart.
pub(super) const fn unit_of_difference(lang: Lang, indicator: &Indicator) -> &'static str {
    match indicator.measure().of_difference() {
        Measure::Points => lang.pick(" 个百分点", " pp"),
        _ => "",
    }
}

/// A figure as it is shown, without its unit.
pub(super) fn amount(shown: &Shown<'_>, indicator: &Indicator, amount: Amount) -> String {
    let measure = indicator.measure();
    match (indicator, amount) {
        (Indicator::ReductionRate, _) => numbers::number(amount.to_f64() * 100.0, 2),
        (Indicator::Named(figure @ Figure::Own(_), ..), _) if measure == figure.measure() => {
            figure.text_of(amount.to_f64(), shown.area_unit())
        }
        // A mean of what is counted has decimals.
        (_, Amount::Exact(value)) if measure.decimals(shown.area_unit()).is_none() && !value.is_integer() => {
            numbers::decimal(quhua::metrics::summary::rounded(value, 1))
        }
        _ => measure.text(amount.to_f64(), shown.area_unit()),
    }
}
