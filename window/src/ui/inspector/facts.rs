//! The figures of a unit, as rows.

use std::borrow::Cow;

use crate::ui::shown::Shown;
use crate::ui::words;
use quhua::i18n::{Text, numbers};
use quhua::metrics::{Amount, Figure, OwnFigure, SeatBasis, UnitFigures};
use quhua::model::{State, UnitId, Unknown};

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

/// The figures that say most, in a fixed order: the same rows for every unit.
#[must_use]
pub fn main(shown: &Shown<'_>, figures: &UnitFigures) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(project) = shown.project {
        let fields = &project.dataset().fields;
        let (of_people, of_source) = (fields.population.is_some(), fields.declared_area.is_some());
        let people = [Figure::Population].into_iter().filter(|_| of_people);
        let declared = [Figure::DeclaredArea, Figure::DeclaredDifference].into_iter().filter(|_| of_source);
        let density = [Figure::Density].into_iter().filter(|_| of_people);
        // What is declared stands beside what is measured, in the same unit.
        let is_declared = |field: usize| fields.declared_area.as_ref().is_some_and(|declared| declared.sum == field);
        let sums = (0..fields.sum.len()).filter(|&field| !is_declared(field)).map(Figure::Sum);
        let all = people.chain([Figure::Area]).chain(declared).chain(density).chain(sums);
        facts.extend(all.map(|figure| fact(shown, figure, figures)));
        facts.push(fact(shown, Figure::RadiusMax, figures));
        if project.dataset().fields.population.is_some() {
            facts.push(fact(shown, Figure::RadiusMean, figures));
        }
    }
    facts
}

/// Those and the figures of one's own, for a unit of a state.
#[must_use]
pub fn with_own(shown: &Shown<'_>, state: &State, unit: UnitId, figures: &UnitFigures) -> Vec<Fact> {
    let mut facts = main(shown, figures);
    if let Some(project) = shown.project {
        facts.extend(project.own_figures().list().iter().map(|own| {
            let value = project.own_value(own.id, state, unit, figures);
            let about = words::figure_about(shown, Figure::Own(own.id));
            let why = value.as_ref().err().map(|why| format!("\n{}", why.words(shown.lang))).unwrap_or_default();
            Fact { name: own.name_with_unit(), figure: own_text(own, &value), about: format!("{about}{why}").into() }
        }));
    }
    facts
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

/// The rest: shape and borders.
#[must_use]
pub fn more(shown: &Shown<'_>, figures: &UnitFigures) -> Vec<Fact> {
    let three = |value: Option<f64>| numbers::number_or_unknown(value, 3);
    let km = |value: Option<f64>| value.map_or_else(|| numbers::UNKNOWN.to_owned(), numbers::km);
    let named = |text: Text, figure: String| Fact {
        name: shown.text(text).to_owned(),
        figure,
        about: words::about(shown.lang, text).into(),
    };
    let in_km = |text: Text, figure: String| Fact {
        name: format!("{} (km)", shown.text(text)),
        figure,
        about: words::about(shown.lang, text).into(),
    };
    vec![
        in_km(Text::RadiusP90, km(figures.radius.p90_population_m)),
        in_km(Text::Perimeter, numbers::km(figures.perimeter_m)),
        named(Text::PolsbyPopper, three(figures.compactness.polsby_popper)),
        named(Text::Inertia, three(figures.compactness.moment_of_inertia)),
        named(Text::SeatProximity, three(figures.compactness.seat_proximity)),
        named(Text::Reock, three(figures.compactness.reock)),
        named(Text::ConvexHull, three(figures.compactness.convex_hull)),
        named(Text::Parts, numbers::count(figures.parts)),
        named(Text::Holes, numbers::count(figures.holes)),
    ]
}

fn fact(shown: &Shown<'_>, figure: Figure, figures: &UnitFigures) -> Fact {
    Fact {
        name: words::figure_with_unit(shown, figure),
        figure: figure.text(figures, shown.area_unit()),
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
