//! The table of figures of a comparison: one row for each indicator, one cell for each alternative.

use std::cell::RefCell;

use rayon::prelude::*;
use rust_decimal::Decimal;

use super::Side;
use super::cell::{Cell, Reason, Row, Who};
use super::farther::{Farther, Growth};
use super::statistics::{PeopleMean, variation};
use crate::coverage::AtomId;
use crate::edit::change::Between;
use crate::geodesy::ExactSum;
use crate::jobs::Derived;
use crate::metrics::catalogue::{Needs, Topic};
use crate::metrics::summary::{CountChange, FigureChange, Trend, rounded};
use crate::metrics::{Amount, Figure, Measure, OwnFigures, Statistic, UnitFigures};
use crate::model::{Dataset, Kind, LevelIndex};

/// Decimals of percentages.
const PERCENT_DECIMALS: u32 = 2;

/// A figure of all units of a level together.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Indicator {
    /// Units in force.
    Units,
    /// Units of a kind; `None` counts those without one.
    UnitsOfKind(Option<Kind>),
    /// How many units fewer than in the first alternative; negative: more.
    Reduction,
    /// The same as a share of the units of the first alternative (调减比例), not rounded.
    ReductionRate,
    /// Units of the next finer level for each unit, such as villages for a township.
    MembersMean,
    /// A statistic of a figure of the catalogue over the units.
    Of(Figure, Statistic),
    /// Distance to the seat from the farthest inhabited place.
    DistanceMax,
    /// Distance to the seat, mean over people.
    DistanceMean,
    /// Distance to the seat within which nine tenths of the people live.
    DistanceP90,
    /// People whose unit is another one than in the first alternative.
    PeopleReassigned,
    /// People whose seat is farther than in the first alternative.
    PeopleFarther,
    /// How much farther it is for them on average.
    FartherMean,
    /// How much farther it is at most.
    FartherMax,
    /// A statistic of a figure that the data or the user bring along, with its name.
    Named(Figure, Statistic, String),
}

impl Indicator {
    /// Identifier as used in files.
    #[must_use]
    pub fn id(&self) -> String {
        let id = match self {
            Self::Units => "units",
            Self::UnitsOfKind(kind) => {
                return format!("units_of_kind:{}", kind.as_ref().map_or("", Kind::id));
            }
            Self::Reduction => "reduction",
            Self::ReductionRate => "reduction_rate",
            Self::MembersMean => "members_mean",
            Self::Of(figure, statistic) => {
                return figure.row().map_or_else(String::new, |row| statistic.id_of(row));
            }
            Self::Named(Figure::Own(_), statistic, name) => return format!("figure_{}:{name}", statistic.id()),
            Self::Named(_, statistic, name) => return format!("sum_{}:{name}", statistic.id()),
            Self::DistanceMax => "distance_max",
            Self::DistanceMean => "distance_mean",
            Self::DistanceP90 => "distance_p90",
            Self::PeopleReassigned => "people_reassigned",
            Self::PeopleFarther => "people_farther",
            Self::FartherMean => "farther_mean",
            Self::FartherMax => "farther_max",
        };
        id.to_owned()
    }

    /// What it is measured in.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        match self {
            Self::Units | Self::UnitsOfKind(_) | Self::Reduction | Self::MembersMean => Measure::Units,
            Self::PeopleReassigned | Self::PeopleFarther => Measure::People,
            Self::DistanceMax | Self::DistanceMean | Self::DistanceP90 | Self::FartherMean | Self::FartherMax => {
                Measure::Length
            }
            Self::ReductionRate | Self::Of(_, Statistic::Variation) | Self::Named(_, Statistic::Variation, _) => {
                Measure::Ratio
            }
            Self::Of(figure, _) | Self::Named(figure, ..) => figure.measure(),
        }
    }

    /// Whether it says by itself how an alternative differs from the first, so that no difference is taken.
    const fn is_difference(&self) -> bool {
        matches!(
            self,
            Self::Reduction
                | Self::ReductionRate
                | Self::PeopleReassigned
                | Self::PeopleFarther
                | Self::FartherMean
                | Self::FartherMax
        )
    }
}

/// A figure, and who has it.
type Found = Result<(Amount, Option<Who>), Reason>;

/// A figure that no unit has by itself.
const fn alone(amount: Amount) -> (Amount, Option<Who>) {
    (amount, None)
}

/// All indicators of a level, in the order of [`Indicator`].
pub(super) fn rows(
    dataset: &Dataset,
    sides: &[Side<'_>],
    between: &[Between<'_>],
    farther: &[Vec<Farther>],
    level: LevelIndex,
    own: &OwnFigures,
) -> Vec<Row> {
    let mut indicators = vec![Indicator::Units];
    indicators.extend(kinds(sides).into_iter().map(Indicator::UnitsOfKind));
    indicators.extend([Indicator::Reduction, Indicator::ReductionRate, Indicator::MembersMean]);
    indicators.extend(of_catalogue(dataset));
    indicators.extend([Indicator::DistanceMax, Indicator::DistanceMean, Indicator::DistanceP90]);
    indicators.extend([Indicator::PeopleReassigned, Indicator::PeopleFarther]);
    indicators.extend([Indicator::FartherMean, Indicator::FartherMax]);
    let sums = (0..dataset.fields.sum.len()).map(Figure::Sum);
    let named = |figure: Figure| {
        let name = figure.id((dataset, own));
        Statistic::USUAL.map(|statistic| Indicator::Named(figure, statistic, name.to_owned()))
    };
    indicators.extend(own.figures().chain(sums).flat_map(named));
    let mut columns: Vec<_> = sides
        .par_iter()
        .enumerate()
        .map(|(i, side)| {
            let versus = i.checked_sub(1).and_then(|at| Some((between.get(at)?, farther.get(at)?)));
            let column = Column::new(dataset, side, versus, level, sides[0].units.len());
            indicators.iter().map(|indicator| column.find(indicator)).collect::<Vec<Found>>().into_iter()
        })
        .collect();
    indicators
        .into_iter()
        .map(|indicator| {
            let found = columns.iter_mut().filter_map(Iterator::next).collect();
            Row { cells: cells(&indicator, found), indicator }
        })
        .collect()
}

/// Statistics of the figures of the catalogue, topic by topic; those of a declared area only where one is declared.
fn of_catalogue(dataset: &Dataset) -> Vec<Indicator> {
    let declares = dataset.fields.declared_area.is_some();
    let figures = |topic: Topic| {
        let all = Figure::ALL.iter().copied().filter(move |figure| figure.topic() == topic);
        all.filter(move |figure| declares || figure.needs() != Needs::DeclaredArea)
    };
    let statistics = |figure: Figure| {
        let statistics = figure.row().map(|row| row.statistics).unwrap_or_default();
        statistics.iter().map(move |&statistic| Indicator::Of(figure, statistic))
    };
    Topic::ALL.into_iter().flat_map(figures).flat_map(statistics).collect()
}

/// Kinds that occur in any alternative, in their order; units without one last. None when no unit has a kind.
fn kinds(sides: &[Side<'_>]) -> Vec<Option<Kind>> {
    let all = sides.iter().flat_map(|side| side.units.iter().map(|(unit, _)| side.state.unit(*unit).kind.as_ref()));
    let kinds: std::collections::BTreeSet<Option<&Kind>> = all.collect();
    let named: Vec<Option<Kind>> = kinds.iter().flatten().map(|&kind| Some(kind.clone())).collect();
    let has_unnamed = kinds.contains(&None) && !named.is_empty();
    named.into_iter().chain(has_unnamed.then_some(None)).collect()
}

/// Cells with their differences from the first.
fn cells(indicator: &Indicator, found: Vec<Found>) -> Vec<Cell> {
    let first = found.first().and_then(|found| found.as_ref().ok()).map(|(amount, _)| *amount);
    let counts = matches!(indicator, Indicator::Units | Indicator::UnitsOfKind(_));
    let cell = |(i, found): (usize, Found)| {
        let (value, at) = match found {
            Ok((amount, at)) => (Ok(amount), at),
            Err(reason) => (Err(reason), None),
        };
        let pair = first.filter(|_| i > 0 && !indicator.is_difference()).zip(value.ok());
        let change =
            |(before, after): (Amount, Amount)| FigureChange { before: before.to_decimal(), after: after.to_decimal() };
        let fewer = match indicator {
            _ if i == 0 => None,
            Indicator::Reduction | Indicator::ReductionRate => value.ok().map(Amount::to_f64),
            _ if counts => pair.map(|(before, after)| before.to_f64() - after.to_f64()),
            _ => None,
        };
        let rate = value.ok().and_then(Amount::to_decimal).filter(|_| *indicator == Indicator::ReductionRate);
        Cell {
            percent: rate.map(|rate| rounded(rate.abs() * Decimal::ONE_HUNDRED, PERCENT_DECIMALS)),
            value,
            at,
            difference: pair.and_then(|(before, after)| after.minus(before)),
            // Of shares in percent it would be taken for the points that they lie apart.
            difference_percent: pair
                .filter(|_| indicator.measure().has_relative_change())
                .and_then(|pair| change(pair).growth_percent(PERCENT_DECIMALS)),
            trend: fewer.map(trend),
        }
    };
    found.into_iter().enumerate().map(cell).collect()
}

fn trend(fewer: f64) -> Trend {
    if fewer > 0.0 {
        Trend::Decrease
    } else if fewer < 0.0 {
        Trend::Increase
    } else {
        Trend::Unchanged
    }
}

/// Position of the least or largest number; of equal ones the first.
fn extreme(numbers: &[f64], largest: bool) -> Option<usize> {
    let beyond = |a: f64, b: f64| if largest { b > a } else { b < a };
    (0..numbers.len()).reduce(|best, next| if beyond(numbers[best], numbers[next]) { next } else { best })
}

/// One alternative, and how it stands to the first.
struct Column<'a> {
    dataset: &'a Dataset,
    side: &'a Side<'a>,
    level: LevelIndex,
    /// `None` for the first alternative.
    versus: Option<(&'a Between<'a>, &'a Vec<Farther>)>,
    units_in_first: usize,
    /// People of each unit.
    people: Result<Vec<Decimal>, Reason>,
    /// Distances of inhabited places from their seats, in order of distance, with people.
    distances: Result<Vec<(f64, Decimal)>, Reason>,
    /// The figure that was asked for last: its statistics follow each other.
    latest: RefCell<Derived<Figure, Result<Values, Reason>>>,
}

/// A figure of the units, in their order.
struct Values {
    amounts: Vec<Amount>,
    /// The same as numbers, which decide which is larger.
    numbers: Vec<f64>,
}

impl<'a> Column<'a> {
    fn new(
        dataset: &'a Dataset,
        side: &'a Side<'a>,
        versus: Option<(&'a Between<'a>, &'a Vec<Farther>)>,
        level: LevelIndex,
        units_in_first: usize,
    ) -> Self {
        let missing = if dataset.fields.population.is_none()
            && dataset.coverage.atoms().all(|it| dataset.population_of(it).is_none())
        {
            Reason::NoPopulation
        } else {
            Reason::PopulationMissing
        };
        let people: Result<Vec<Decimal>, Reason> =
            side.units.iter().map(|(_, figures)| figures.population.ok_or(missing)).collect();
        let distances = distances(dataset, side, level, missing);
        Self { dataset, side, level, versus, units_in_first, people, distances, latest: RefCell::default() }
    }

    fn find(&self, indicator: &Indicator) -> Found {
        match indicator {
            Indicator::Units => Ok(alone(self.side.units.len().into())),
            Indicator::UnitsOfKind(kind) => {
                let kinds = self.side.units.iter().map(|(unit, _)| &self.side.state.unit(*unit).kind);
                Ok(alone(kinds.filter(|its| *its == kind).count().into()))
            }
            Indicator::Reduction | Indicator::ReductionRate => self.reduction(indicator),
            Indicator::MembersMean => {
                let finer = self.level.finer().ok_or(Reason::NoFinerLevel)?;
                self.mean_exact(Decimal::from(self.side.state.units_at(finer).count()))
            }
            Indicator::Of(figure, statistic) | Indicator::Named(figure, statistic, _) => {
                self.statistic(*figure, *statistic)
            }
            Indicator::DistanceMax => self.farthest_place(),
            Indicator::DistanceMean => weighted_mean(&self.distances),
            Indicator::DistanceP90 => nine_tenths(&self.distances),
            Indicator::PeopleReassigned => self.reassigned(),
            Indicator::PeopleFarther | Indicator::FartherMean | Indicator::FartherMax => self.farther(indicator),
        }
    }

    fn figures(&self) -> impl Iterator<Item = &UnitFigures> {
        self.side.units.iter().map(|(_, figures)| &**figures)
    }

    /// A figure of the units, in their order.
    fn values(&self, figure: Figure) -> Result<Vec<Amount>, Reason> {
        let unknown = match figure.needs() {
            Needs::People | Needs::Places => {
                self.people.as_ref().map_err(|reason| *reason)?;
                Reason::PlaceUnknown
            }
            Needs::Territory if figure.row().is_some() => Reason::PlaceUnknown,
            Needs::Territory | Needs::DeclaredArea => Reason::FigureUnknown,
        };
        if figure.needs() == Needs::Places && self.level == LevelIndex::FINEST {
            return Err(Reason::OnePlaceEach);
        }
        if let Figure::Own(id) = figure {
            let own = self.side.own.iter().find(|(own, _)| *own == id);
            return own.and_then(|(_, values)| values.clone()).ok_or(unknown);
        }
        self.figures().map(|figures| figure.amount(figures).ok_or(unknown)).collect()
    }

    fn statistic(&self, figure: Figure, statistic: Statistic) -> Found {
        if let Statistic::PeopleMean | Statistic::PeopleP90 = statistic {
            let weighted = self.weighted(figure);
            return if statistic == Statistic::PeopleMean { weighted_mean(&weighted) } else { nine_tenths(&weighted) };
        }
        let mut latest = self.latest.borrow_mut();
        let of_units = || {
            let amounts = self.values(figure)?;
            Ok(Values { numbers: amounts.iter().map(|value| value.to_f64()).collect(), amounts })
        };
        let Values { amounts: values, numbers } = latest.of(figure, of_units).as_ref().map_err(|reason| *reason)?;
        match statistic {
            Statistic::Mean if values.is_empty() => Err(Reason::NoUnits),
            // Areas add up exactly, as they are.
            Statistic::Mean if figure == Figure::Area => {
                let total: ExactSum = self.figures().map(|figures| figures.area).sum();
                Ok(alone(self.mean_measured(total)))
            }
            Statistic::Mean if values.iter().all(|value| matches!(value, Amount::Measured(_))) => {
                Ok(alone(self.mean_measured(numbers.iter().copied().sum())))
            }
            Statistic::Mean => {
                let total: Option<Amount> = values.iter().try_fold(Amount::from(0), |sum, value| sum.plus(*value));
                let mean = total.and_then(|total| total.over(values.len().into()));
                Ok(alone(mean.ok_or(Reason::FigureUnknown)?))
            }
            Statistic::Variation => Ok(alone(Amount::Measured(variation(numbers)?))),
            Statistic::Least | Statistic::Most | Statistic::PeopleMean | Statistic::PeopleP90 => {
                let at = extreme(numbers, statistic == Statistic::Most).ok_or(Reason::NoUnits)?;
                Ok((values[at], Some(Who::of(self.side.state, self.side.units[at].0))))
            }
        }
    }

    /// A figure of the units in which people live, in its order, with those people.
    fn weighted(&self, figure: Figure) -> Result<Vec<(f64, Decimal)>, Reason> {
        let people = self.people.as_ref().map_err(|reason| *reason)?;
        let inhabited = self.figures().zip(people).filter(|(_, people)| **people > Decimal::ZERO);
        let value = |figures: &UnitFigures| figure.of(figures).ok_or(Reason::PlaceUnknown);
        let weighted: Result<Vec<_>, _> = inhabited.map(|(figures, people)| Ok((value(figures)?, *people))).collect();
        weighted.map(in_order)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
    fn mean_measured(&self, total: ExactSum) -> Amount {
        Amount::Measured(total.to_f64() / self.side.units.len() as f64)
    }

    fn mean_exact(&self, total: Decimal) -> Found {
        let mean = crate::metrics::summary::mean(total, self.side.units.len());
        Ok(alone(Amount::Exact(mean.ok_or(Reason::NoUnits)?)))
    }

    fn reduction(&self, indicator: &Indicator) -> Found {
        if self.versus.is_none() {
            return Err(Reason::IsFirst);
        }
        let change = CountChange { before: self.units_in_first, after: self.side.units.len() };
        if *indicator == Indicator::Reduction {
            return Ok(alone(Amount::Exact(Decimal::from(change.reduction()))));
        }
        let rate = Decimal::from(change.reduction()).checked_div(Decimal::from(change.before));
        Ok(alone(Amount::Exact(rate.ok_or(Reason::NothingToDivideBy)?)))
    }

    /// The inhabited place that is farthest from its seat.
    fn farthest_place(&self) -> Found {
        let longest = self.distances.as_ref().map_err(|e| *e)?.last().ok_or(Reason::NobodyThere)?.0;
        let inhabited = |atom: &AtomId| self.dataset.population_of(*atom).is_some_and(|people| people > Decimal::ZERO);
        let atom = self.dataset.coverage.atoms().filter(inhabited).find(|atom| {
            // It is one of the very figures that were sorted.
            self.side.distances_m[atom.index()].is_some_and(|distance| distance >= longest)
        });
        Ok((Amount::Measured(longest), atom.map(|atom| Who::at(self.dataset, atom))))
    }

    fn reassigned(&self) -> Found {
        let (between, _) = self.versus.ok_or(Reason::IsFirst)?;
        self.people.as_ref().map_err(|e| *e)?;
        let labels = between.before().labels(self.level).iter().zip(between.after().labels(self.level));
        let moved =
            self.dataset.coverage.atoms().zip(labels).filter(|(_, (old, new))| between.after_of(**old) != Some(**new));
        let people: Option<Decimal> = moved.map(|(atom, _)| self.dataset.population_of(atom)).sum();
        Ok(alone(Amount::Exact(people.ok_or(Reason::PopulationMissing)?)))
    }

    fn farther(&self, indicator: &Indicator) -> Found {
        let (_, places) = self.versus.ok_or(Reason::IsFirst)?;
        let longest = || places.iter().map(|place| place.farther_m).reduce(f64::max);
        if *indicator == Indicator::FartherMax {
            let Some(longest) = longest() else { return Ok(alone(Amount::Measured(0.0))) };
            let place = places.iter().find(|place| place.farther_m >= longest);
            return Ok((Amount::Measured(longest), place.map(|place| Who::at(self.dataset, place.atom))));
        }
        self.people.as_ref().map_err(|e| *e)?;
        let growth = Growth::of(places);
        Ok(alone(match indicator {
            Indicator::PeopleFarther => Amount::Exact(growth.people),
            _ => Amount::Measured(growth.mean_m),
        }))
    }
}

/// Distances of inhabited places from their seats, in order.
fn distances(
    dataset: &Dataset,
    side: &Side<'_>,
    level: LevelIndex,
    missing: Reason,
) -> Result<Vec<(f64, Decimal)>, Reason> {
    if level == LevelIndex::FINEST {
        return Err(Reason::OnePlaceEach);
    }
    let mut places = Vec::with_capacity(side.distances_m.len());
    for (atom, distance) in dataset.coverage.atoms().zip(&side.distances_m) {
        let people = dataset.population_of(atom).ok_or(missing)?;
        if people > Decimal::ZERO {
            places.push((distance.ok_or(Reason::PlaceUnknown)?, people));
        }
    }
    Ok(in_order(places))
}

fn in_order(mut weighted: Vec<(f64, Decimal)>) -> Vec<(f64, Decimal)> {
    weighted.sort_by(|a, b| a.0.total_cmp(&b.0));
    weighted
}

fn weighted_mean(weighted: &Result<Vec<(f64, Decimal)>, Reason>) -> Found {
    let weighted = weighted.as_ref().map_err(|reason| *reason)?;
    let mean = weighted.iter().copied().collect::<PeopleMean>().mean();
    Ok(alone(Amount::Measured(mean.ok_or(Reason::NobodyThere)?)))
}

/// The figure that nine tenths of the people have at most.
fn nine_tenths(weighted: &Result<Vec<(f64, Decimal)>, Reason>) -> Found {
    let weighted = weighted.as_ref().map_err(|reason| *reason)?;
    let total: Decimal = weighted.iter().map(|(_, people)| people).sum();
    let mut within = Decimal::ZERO;
    let found = weighted.iter().find(|(_, people)| {
        within += people;
        within * Decimal::from(10) >= total * Decimal::from(9)
    });
    Ok(alone(Amount::Measured(found.ok_or(Reason::NobodyThere)?.0)))
}
