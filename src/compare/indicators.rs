//! The table of figures of a comparison: one row for each indicator, one cell for each alternative.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::Side;
use super::cell::{Cell, Reason, Row, Who};
use super::farther::{Farther, Growth};
use super::statistics::{PeopleMean, mean, variation};
use crate::coverage::AtomId;
use crate::edit::change::Between;
use crate::geodesy::ExactSum;
use crate::metrics::summary::{CountChange, FigureChange, Trend, rounded};
use crate::metrics::{Amount, Compactness, OwnFigure, OwnFigures, OwnId, UnitFigures};
use crate::model::{Dataset, Kind, LevelIndex, UnitId};

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
    /// Area of a unit.
    AreaMean,
    /// Area of the smallest unit.
    AreaMin,
    /// Area of the largest unit.
    AreaMax,
    /// Standard deviation of the areas (of all units, not of a sample) by their mean.
    AreaVariation,
    /// People in a unit.
    PopulationMean,
    /// People in the least populous unit.
    PopulationMin,
    /// People in the most populous unit.
    PopulationMax,
    /// Standard deviation of the populations (of all units, not of a sample) by their mean.
    PopulationVariation,
    /// Polsby–Popper compactness, mean over units.
    CompactnessMean,
    /// The same of the least compact unit.
    CompactnessWorst,
    /// Compactness by moment of inertia, mean over units.
    InertiaMean,
    /// The same of the least compact unit.
    InertiaWorst,
    /// Proximity of people to the seat, mean over units.
    ProximityMean,
    /// The same of the unit whose people live farthest from it, for its size.
    ProximityWorst,
    /// Largest service radius: from the seat to the farthest vertex of the unit.
    RadiusMax,
    /// Service radius of the units, mean weighted by their people.
    RadiusMean,
    /// Service radius that nine tenths of the people have at most.
    RadiusP90,
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
    /// A statistic of a figure of one's own over the units, with the name of the figure.
    Own(Statistic, OwnId, String),
}

/// What is said of a figure of all units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Statistic {
    /// The mean.
    Mean,
    /// The least, and which unit has it.
    Least,
    /// The largest, and which unit has it.
    Most,
    /// The standard deviation (of all units, not of a sample) by the mean.
    Variation,
}

impl Statistic {
    const ALL: [Self; 4] = [Self::Mean, Self::Least, Self::Most, Self::Variation];

    const fn id(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Least => "min",
            Self::Most => "max",
            Self::Variation => "variation",
        }
    }
}

/// What an indicator is measured in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub enum Measure {
    /// A number of units.
    #[serde(rename = "units")]
    Units,
    /// Square metres.
    #[serde(rename = "m2")]
    SquareMetres,
    /// Metres.
    #[serde(rename = "m")]
    Metres,
    /// People.
    #[serde(rename = "people")]
    People,
    /// A plain ratio.
    #[serde(rename = "ratio")]
    Ratio,
    /// What the figure of one's own is measured in.
    #[serde(rename = "own")]
    Own,
}

impl Measure {
    /// Identifier as used in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::SquareMetres => "m2",
            Self::Metres => "m",
            Self::People => "people",
            Self::Ratio => "ratio",
            Self::Own => "own",
        }
    }
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
            Self::AreaMean => "area_mean",
            Self::AreaMin => "area_min",
            Self::AreaMax => "area_max",
            Self::AreaVariation => "area_variation",
            Self::PopulationMean => "population_mean",
            Self::PopulationMin => "population_min",
            Self::PopulationMax => "population_max",
            Self::PopulationVariation => "population_variation",
            Self::CompactnessMean => "compactness_mean",
            Self::CompactnessWorst => "compactness_worst",
            Self::InertiaMean => "inertia_mean",
            Self::InertiaWorst => "inertia_worst",
            Self::ProximityMean => "seat_proximity_mean",
            Self::ProximityWorst => "seat_proximity_worst",
            Self::RadiusMax => "radius_max",
            Self::RadiusMean => "radius_mean",
            Self::RadiusP90 => "radius_p90",
            Self::DistanceMax => "distance_max",
            Self::DistanceMean => "distance_mean",
            Self::DistanceP90 => "distance_p90",
            Self::PeopleReassigned => "people_reassigned",
            Self::PeopleFarther => "people_farther",
            Self::FartherMean => "farther_mean",
            Self::FartherMax => "farther_max",
            Self::Own(statistic, _, name) => return format!("figure_{}:{name}", statistic.id()),
        };
        id.to_owned()
    }

    /// What it is measured in.
    #[must_use]
    pub const fn measure(&self) -> Measure {
        match self {
            Self::Units | Self::UnitsOfKind(_) | Self::Reduction | Self::MembersMean => Measure::Units,
            Self::AreaMean | Self::AreaMin | Self::AreaMax => Measure::SquareMetres,
            Self::PopulationMean
            | Self::PopulationMin
            | Self::PopulationMax
            | Self::PeopleReassigned
            | Self::PeopleFarther => Measure::People,
            Self::RadiusMax
            | Self::RadiusMean
            | Self::RadiusP90
            | Self::DistanceMax
            | Self::DistanceMean
            | Self::DistanceP90
            | Self::FartherMean
            | Self::FartherMax => Measure::Metres,
            Self::Own(Statistic::Mean | Statistic::Least | Statistic::Most, ..) => Measure::Own,
            Self::Own(Statistic::Variation, ..)
            | Self::ReductionRate
            | Self::AreaVariation
            | Self::PopulationVariation
            | Self::CompactnessMean
            | Self::CompactnessWorst
            | Self::InertiaMean
            | Self::InertiaWorst
            | Self::ProximityMean
            | Self::ProximityWorst => Measure::Ratio,
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
    let columns: Vec<Column<'_>> = sides
        .iter()
        .enumerate()
        .map(|(i, side)| {
            let versus = i.checked_sub(1).and_then(|at| Some((between.get(at)?, farther.get(at)?)));
            Column::new(dataset, side, versus, level, sides[0].units.len())
        })
        .collect();
    let mut indicators = vec![Indicator::Units];
    indicators.extend(kinds(sides).into_iter().map(Indicator::UnitsOfKind));
    indicators.extend([Indicator::Reduction, Indicator::ReductionRate, Indicator::MembersMean]);
    indicators.extend([Indicator::AreaMean, Indicator::AreaMin, Indicator::AreaMax, Indicator::AreaVariation]);
    indicators.extend([Indicator::PopulationMean, Indicator::PopulationMin, Indicator::PopulationMax]);
    indicators.extend([Indicator::PopulationVariation, Indicator::CompactnessMean, Indicator::CompactnessWorst]);
    indicators.extend([Indicator::InertiaMean, Indicator::InertiaWorst]);
    indicators.extend([Indicator::ProximityMean, Indicator::ProximityWorst]);
    indicators.extend([Indicator::RadiusMax, Indicator::RadiusMean, Indicator::RadiusP90]);
    indicators.extend([Indicator::DistanceMax, Indicator::DistanceMean, Indicator::DistanceP90]);
    indicators.extend([Indicator::PeopleReassigned, Indicator::PeopleFarther]);
    indicators.extend([Indicator::FartherMean, Indicator::FartherMax]);
    let statistics = |own: &OwnFigure| {
        let (id, name) = (own.id, own.definition.name.clone());
        Statistic::ALL.map(|statistic| Indicator::Own(statistic, id, name.clone()))
    };
    indicators.extend(own.list().iter().flat_map(statistics));
    indicators
        .into_iter()
        .map(|indicator| {
            let found = columns.iter().map(|column| column.find(&indicator)).collect();
            Row { cells: cells(&indicator, found), indicator }
        })
        .collect()
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
            difference_percent: pair.and_then(|pair| change(pair).growth_percent(PERCENT_DECIMALS)),
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
    /// Service radii of units, in order of radius, with people.
    radii: Result<Vec<(f64, Decimal)>, Reason>,
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
        let radii = people.clone().and_then(|people| {
            let radius = |figures: &UnitFigures| figures.radius.max_m.ok_or(Reason::PlaceUnknown);
            let radii = side.units.iter().zip(people).filter(|(_, people)| *people > Decimal::ZERO);
            let radii: Result<Vec<_>, _> = radii.map(|((_, figures), people)| Ok((radius(figures)?, people))).collect();
            radii.map(in_order)
        });
        Self { dataset, side, level, versus, units_in_first, people, distances, radii }
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
            Indicator::AreaMean => {
                let total: ExactSum = self.figures().map(|figures| figures.area).sum();
                Ok(alone(Amount::Measured(total.to_f64() / self.units()?)))
            }
            Indicator::AreaMin => self.extreme(|figures| Ok(Amount::Measured(figures.area_m2)), false),
            Indicator::AreaMax => self.extreme(|figures| Ok(Amount::Measured(figures.area_m2)), true),
            Indicator::AreaVariation => varied(&self.figures().map(|figures| figures.area_m2).collect::<Vec<_>>()),
            Indicator::PopulationMean => self.mean_exact(self.people.as_ref().map_err(|e| *e)?.iter().sum()),
            Indicator::PopulationMin => self.extreme_people(false),
            Indicator::PopulationMax => self.extreme_people(true),
            Indicator::PopulationVariation => {
                let people = self.people.as_ref().map_err(|e| *e)?;
                varied(&people.iter().filter_map(Decimal::to_f64).collect::<Vec<_>>())
            }
            Indicator::CompactnessMean => self.mean_of(|it| it.polsby_popper),
            Indicator::CompactnessWorst => self.least_of(|it| it.polsby_popper),
            Indicator::InertiaMean => self.mean_of(|it| it.moment_of_inertia),
            Indicator::InertiaWorst => self.least_of(|it| it.moment_of_inertia),
            Indicator::ProximityMean | Indicator::ProximityWorst => {
                self.people.as_ref().map_err(|e| *e)?;
                if self.level == LevelIndex::FINEST {
                    return Err(Reason::OnePlaceEach);
                }
                match indicator {
                    Indicator::ProximityMean => self.mean_of(|it| it.seat_proximity),
                    _ => self.least_of(|it| it.seat_proximity),
                }
            }
            Indicator::RadiusMax => {
                self.extreme(|it| it.radius.max_m.map(Amount::Measured).ok_or(Reason::PlaceUnknown), true)
            }
            Indicator::RadiusMean => weighted_mean(&self.radii),
            Indicator::RadiusP90 => nine_tenths(&self.radii),
            Indicator::DistanceMax => self.farthest_place(),
            Indicator::DistanceMean => weighted_mean(&self.distances),
            Indicator::DistanceP90 => nine_tenths(&self.distances),
            Indicator::PeopleReassigned => self.reassigned(),
            Indicator::PeopleFarther | Indicator::FartherMean | Indicator::FartherMax => self.farther(indicator),
            Indicator::Own(statistic, id, _) => self.own(*statistic, *id),
        }
    }

    fn figures(&self) -> impl Iterator<Item = &UnitFigures> {
        self.side.units.iter().map(|(_, figures)| &**figures)
    }

    /// Number of units, at least 1.
    #[expect(clippy::cast_precision_loss, reason = "counts of units are small")]
    fn units(&self) -> Result<f64, Reason> {
        if self.side.units.is_empty() { Err(Reason::NoUnits) } else { Ok(self.side.units.len() as f64) }
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

    /// The least or largest figure of a unit, and which unit has it; of equal ones the first.
    fn extreme(&self, figure: impl Fn(&UnitFigures) -> Result<Amount, Reason>, largest: bool) -> Found {
        let mut best: Option<(Amount, UnitId)> = None;
        for (unit, figures) in &self.side.units {
            let amount = figure(figures)?;
            let (new, old) = (amount.to_f64(), best.map(|(amount, _)| amount.to_f64()));
            if old.is_none_or(|old| if largest { new > old } else { new < old }) {
                best = Some((amount, *unit));
            }
        }
        let (amount, unit) = best.ok_or(Reason::NoUnits)?;
        Ok((amount, Some(Who::of(self.side.state, unit))))
    }

    fn mean_of(&self, measure: impl Fn(&Compactness) -> Option<f64>) -> Found {
        let all: Option<Vec<f64>> = self.figures().map(|it| measure(&it.compactness)).collect();
        Ok(alone(Amount::Measured(mean(&all.ok_or(Reason::PlaceUnknown)?)?)))
    }

    fn least_of(&self, measure: impl Fn(&Compactness) -> Option<f64>) -> Found {
        self.extreme(|it| measure(&it.compactness).map(Amount::Measured).ok_or(Reason::PlaceUnknown), false)
    }

    fn extreme_people(&self, largest: bool) -> Found {
        self.people.as_ref().map_err(|e| *e)?;
        self.extreme(|figures| figures.population.map(Amount::Exact).ok_or(Reason::PopulationMissing), largest)
    }

    fn own(&self, statistic: Statistic, id: OwnId) -> Found {
        let values = self.side.own.iter().find(|(own, _)| *own == id).map(|(_, values)| values);
        let values = values.and_then(Option::as_ref).ok_or(Reason::FigureUnknown)?;
        let extreme = |largest| {
            let by_unit = self.side.units.iter().zip(values).map(|((unit, _), value)| (*unit, *value));
            let beyond = |a: &(UnitId, Amount), b: &(UnitId, Amount)| {
                let (a, b) = (a.1.to_f64(), b.1.to_f64());
                if largest { b > a } else { b < a }
            };
            let best = by_unit.reduce(|best, next| if beyond(&best, &next) { next } else { best });
            let (unit, value) = best.ok_or(Reason::NoUnits)?;
            Ok((value, Some(Who::of(self.side.state, unit))))
        };
        match statistic {
            Statistic::Least => extreme(false),
            Statistic::Most => extreme(true),
            Statistic::Variation => varied(&values.iter().map(|value| value.to_f64()).collect::<Vec<_>>()),
            Statistic::Mean => {
                let total: Option<Amount> = values.iter().try_fold(Amount::from(0), |sum, value| sum.plus(*value));
                let mean = total.filter(|_| !values.is_empty()).and_then(|total| total.over(values.len().into()));
                Ok(alone(mean.ok_or(if values.is_empty() { Reason::NoUnits } else { Reason::FigureUnknown })?))
            }
        }
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

fn varied(values: &[f64]) -> Found {
    Ok(alone(Amount::Measured(variation(values)?)))
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
