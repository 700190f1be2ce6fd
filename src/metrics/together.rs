//! Figures of several units together (合计), each still a unit of its own: what a merger of them, or a level before and
//! after, is compared with.
//!
//! Each figure of the catalogue says by which rule it is one of several units ([`Row::together`](super::catalogue::Row)).
//! What cannot be told from the figures of the units, as how compact they are together, is not known.

use rust_decimal::prelude::ToPrimitive as _;

use super::figures::density_per_km2;
use super::{Amount, Compactness, Figure, Radius, SeatBasis, UnitFigures};
use crate::geodesy::ExactSum;
use crate::metrics::catalogue::Needs;
use crate::model::{Dataset, Total};

/// What a figure of several units together is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Together {
    /// Worked out from what adds up of them: area, people and fields.
    Anew,
    /// Added up.
    Sum,
    /// The largest of those that have it.
    Most,
    /// The mean over their people.
    PeopleMean,
    /// Not known.
    Unknown,
}

/// Several units together.
#[derive(Clone, Debug)]
pub struct Units<'a> {
    units: Vec<&'a UnitFigures>,
    /// What adds up of them, as if of one unit; it has no outline and no seat.
    all: UnitFigures,
}

impl<'a> Units<'a> {
    /// Some units of a dataset together.
    #[must_use]
    pub fn new(dataset: &Dataset, units: Vec<&'a UnitFigures>) -> Self {
        let area: ExactSum = units.iter().map(|it| it.area).sum();
        let people: Total = units.iter().map(|it| it.people).sum();
        let population = people.value();
        let sum = |field: usize| {
            let values = units.iter().map(|it| it.sums.get(field).copied().flatten());
            values.collect::<Total>().value()
        };
        let sums: Vec<_> = (0..dataset.fields.sum.len()).map(sum).collect();
        let all = UnitFigures {
            atoms: units.iter().map(|it| it.atoms).sum(),
            area_m2: area.to_f64(),
            area,
            declared_area_m2: dataset.declared_m2(&sums),
            perimeter_m: 0.0,
            population,
            people,
            density_per_km2: density_per_km2(population, area.to_f64()),
            sums,
            parts: 0,
            holes: 0,
            compactness: Compactness::default(),
            seat: None,
            seat_basis: SeatBasis::RepresentativePoint,
            radius: Radius::default(),
        };
        Self { units, all }
    }

    /// A figure of them together, exact where it can be; `None` when it cannot be known.
    #[must_use]
    pub fn amount(&self, figure: Figure) -> Option<Amount> {
        let rule = figure.together();
        // People of one atom are taken to be at one place: if each unit has but one, the distances say nothing.
        if figure.needs() == Needs::Places && self.units.iter().all(|it| it.atoms < 2) {
            return None;
        }
        let value = |figures: &UnitFigures| figure.row().and_then(|row| (row.of)(figures));
        match rule {
            Together::Anew => figure.amount(&self.all),
            Together::Sum => {
                let mut values = self.units.iter().map(|it| value(it));
                values.try_fold(Amount::from(0), |sum, value| sum.plus(value?))
            }
            Together::Most => {
                let known = self.units.iter().filter_map(|it| value(it));
                known.reduce(|most, value| if value.to_f64() > most.to_f64() { value } else { most })
            }
            Together::PeopleMean => {
                let sums = self.units.iter().try_fold((0.0, 0.0), |(sum, people), it| {
                    let its_people = it.population?.to_f64()?;
                    // A unit without people has no distance to them, and no weight.
                    let its_value = if its_people > 0.0 { value(it)?.to_f64() } else { 0.0 };
                    Some((sum + its_people * its_value, people + its_people))
                });
                sums.filter(|&(_, people)| people > 0.0).and_then(|(sum, people)| Amount::measured(sum / people))
            }
            Together::Unknown => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Document;
    use crate::edit::testing::grid;
    use crate::geodesy::AreaMethod;
    use crate::metrics::unit_figures;
    use crate::model::UnitId;

    #[test]
    fn several_units_together_have_what_adds_up_and_nothing_that_only_one_unit_has() {
        //   6 7 8      townships of a column each, with villages of 100 to 108 people
        //   3 4 5
        //   0 1 2
        let document = Document::new(grid(3, 3));
        let figures = |id| unit_figures(document.dataset(), document.state(), UnitId(id), AreaMethod::Geodesic);
        let villages: Vec<UnitFigures> = (0..9).map(figures).collect();
        let towns: Vec<UnitFigures> = (9..12).map(figures).collect();
        let of = |figures: &[UnitFigures], figure| {
            Units::new(document.dataset(), figures.iter().collect()).amount(figure).map(Amount::to_f64)
        };
        for figure in [Figure::Area, Figure::Population, Figure::Density] {
            assert_eq!(of(&villages, figure), of(&towns, figure), "{figure:?} does not depend on how they are grouped");
        }
        assert_eq!(of(&towns, Figure::Parts), Some(3.0));
        let most = towns.iter().filter_map(|it| it.radius.max_m).reduce(f64::max);
        assert_eq!(of(&towns, Figure::RadiusMax), most);
        assert!(of(&towns, Figure::RadiusMean).is_some());
        assert_eq!(of(&villages, Figure::RadiusMean), None, "each has its people at one place");
        for figure in [Figure::Compactness, Figure::RadiusP90, Figure::CentreToSeat, Figure::SeatProximity] {
            assert_eq!(of(&towns, figure), None, "{figure:?}");
        }
    }

    #[test]
    fn a_unit_without_people_leaves_the_mean_distance_of_the_others() {
        let document = Document::new(grid(3, 3));
        let figures = |id| unit_figures(document.dataset(), document.state(), UnitId(id), AreaMethod::Geodesic);
        let mut towns: Vec<UnitFigures> = (9..12).map(figures).collect();
        let together = |towns: &[UnitFigures]| {
            Units::new(document.dataset(), towns.iter().collect()).amount(Figure::RadiusMean).map(Amount::to_f64)
        };
        let two = together(&towns[..2]);
        (towns[2].population, towns[2].radius.mean_population_m) = (Some(0.into()), None);
        assert!(two.is_some());
        assert_eq!(together(&towns), two);
        towns[2].population = None;
        assert_eq!(together(&towns), None);
    }
}
