//! The figures of a unit, as rows.

use std::borrow::Cow;

use crate::ui::shown::Shown;
use crate::ui::words;
use quhua::i18n::{Text, numbers};
use quhua::metrics::catalogue::Rank;
use quhua::metrics::together::Units;
use quhua::metrics::{Amount, Figure, OwnFigure, OwnId, SeatBasis, UnitFigures};
use quhua::model::{State, UnitId, Unknown};
use quhua::study::Study;

/// A figure with its name and unit.
#[derive(Clone, Debug, PartialEq)]
pub struct Fact {
    /// Name, with the unit behind it.
    pub name: String,
    /// The figure.
    pub figure: String,
    /// How it is worked out.
    pub about: Cow<'static, str>,
}

/// The figures that say most, in the order of the catalogue: the same rows for every unit.
#[must_use]
pub fn main(shown: &Shown<'_>, figures: &UnitFigures) -> Vec<Fact> {
    main_of(shown, &|figure| figure.amount(figures))
}

/// The same rows, of what is known.
fn main_of(shown: &Shown<'_>, known: &dyn Fn(Figure) -> Option<Amount>) -> Vec<Fact> {
    let Some(project) = shown.project else { return Vec::new() };
    let declared = project.dataset().fields.declared_area.as_ref().map(|declared| declared.sum);
    // What is declared stands beside what is measured, in the same unit.
    let is_declared = |figure: &Figure| matches!(figure, Figure::Sum(sum) if Some(*sum) == declared);
    let main = of_unit(project).filter(|figure| figure.rank() == Rank::First && !is_declared(figure));
    main.map(|figure| fact(shown, figure, known(figure))).collect()
}

/// Figures that a unit of the data can have.
fn of_unit(project: &Study) -> impl Iterator<Item = Figure> {
    Figure::of_dataset(project.dataset()).into_iter()
}

/// Those and the figures of one's own, for a unit of a state.
#[must_use]
pub fn with_own(shown: &Shown<'_>, state: &State, unit: UnitId, figures: &UnitFigures) -> Vec<Fact> {
    let own = |id| shown.project.map(|project| project.own_value(id, state, unit, figures));
    main(shown, figures).into_iter().chain(own_of(shown, &own)).collect()
}

/// The same rows for several units of a state together, each still by itself.
#[must_use]
pub fn together(shown: &Shown<'_>, state: &State, ids: &[UnitId], units: &Units<'_>) -> Vec<Fact> {
    let value = |project: &Study, id| project.own_figures().value_together(id, units, (project.dataset(), state, ids));
    let own = |id| shown.project.map(|project| value(project, id));
    main_of(shown, &|figure| units.amount(figure)).into_iter().chain(own_of(shown, &own)).collect()
}

/// Figures of one's own, of what is known.
fn own_of(shown: &Shown<'_>, known: &dyn Fn(OwnId) -> Option<Result<Amount, Unknown>>) -> Vec<Fact> {
    let all = shown.project.map(|project| project.own_figures().list()).unwrap_or_default();
    let fact = |own: &OwnFigure| {
        let value = known(own.id)?;
        let about = words::figure_about(shown, Figure::Own(own.id));
        let why = value.as_ref().err().map(|why| format!("\n{}", why.words(shown.lang))).unwrap_or_default();
        Some(Fact {
            name: own.name_with_unit(shown.lang),
            figure: own_text(own, &value),
            about: format!("{about}{why}").into(),
        })
    };
    all.iter().filter_map(fact).collect()
}

/// A figure of one's own as it is shown, without its unit.
#[must_use]
pub fn own_text(own: &OwnFigure, value: &Result<Amount, Unknown>) -> String {
    value_text(value, own.id.decimals())
}

/// A value with so many decimals, or the sign for an unknown one.
#[must_use]
pub fn value_text(value: &Result<Amount, Unknown>, decimals: usize) -> String {
    let value = value.as_ref().ok().and_then(|value| value.rounded(u32::try_from(decimals).unwrap_or(0)));
    value.map_or_else(|| numbers::UNKNOWN.to_owned(), |value| numbers::number(value.to_f64(), decimals))
}

/// The rest.
#[must_use]
pub fn more(shown: &Shown<'_>, figures: &UnitFigures) -> Vec<Fact> {
    let rest = shown.project.into_iter().flat_map(of_unit).filter(|figure| figure.rank() > Rank::First);
    rest.map(|figure| fact(shown, figure, figure.amount(figures))).collect()
}

fn fact(shown: &Shown<'_>, figure: Figure, known: Option<Amount>) -> Fact {
    Fact {
        name: words::figure_with_unit(shown, figure),
        figure: figure.text_of_known(known, shown.area_unit()),
        about: words::figure_about(shown, figure).into(),
    }
}

/// What a seat is taken from.
#[must_use]
pub const fn seat_basis(shown: &Shown<'_>, basis: SeatBasis) -> &'static str {
    shown.text(match basis {
        SeatBasis::Given => Text::SeatGiven,
        SeatBasis::PopulationCentre => Text::SeatPopulationCentre,
        SeatBasis::RepresentativePoint => Text::SeatRepresentative,
    })
}
