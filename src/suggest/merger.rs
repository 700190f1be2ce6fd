//! Suggested mergers with their reasons.

use std::collections::BTreeSet;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::ask::{Ask, Goal};
use super::chart::{Chart, Obstacle};
use super::group::Group;
use super::improve::Search;
use super::trial::Tried;
use crate::compare::{Growth, distance_to_seat_m, farther_of};
use crate::edit::{Edit, Form, Target, UnitRef};
use crate::geodesy::distance_m;
use crate::metrics::{FigureCache, UnitFigures, territory_figures};
use crate::model::{Dataset, Kind, State, UnitId};
use crate::rules::{Judge, Limits, Why, Words};

/// What a search came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// The question.
    pub ask: Ask,
    /// Units in force before, and after all mergers.
    pub units: [usize; 2],
    /// Units below the least people or area of the pack before and after, as far as it has one and that is known.
    pub below: [usize; 2],
    /// Units of which a limit of the pack cannot be judged, before and after; hints do not count.
    pub unjudged: [usize; 2],
    /// The most area in m² that a result was to have, and the largest distance in m between seats, where there was one.
    pub most: [Option<f64>; 2],
    /// How much of the goal is not reached: units too many, or units below a least among those asked about.
    pub missing: usize,
    /// Standard deviation of the people in a unit by their mean, before and after all mergers; `None` when the people of
    /// some unit are not known.
    pub variation: [Option<f64>; 2],
    /// Share of the people whose unit changes; `None` when nobody counted people.
    pub disruption: Option<f64>,
    /// Mergers, in the order of their survivors.
    pub mergers: Vec<Merger>,
    /// Units that keep the goal from being reached, and why.
    pub left: Vec<Left>,
    /// Rounds of improvement.
    pub rounds: usize,
    /// What the plan costs by the weights. To be compared with another one for the same question.
    pub cost: f64,
}

/// A unit that does not reach the goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// The unit; the survivor where it is part of a merger that is still too small.
    pub unit: UnitId,
    /// Why it goes no further.
    pub why: Obstacle,
}

/// Units that are suggested to become one.
#[derive(Clone, Debug, PartialEq)]
pub struct Merger {
    /// The unit that the others join.
    pub survivor: UnitId,
    /// The others, ascending.
    pub joining: Vec<UnitId>,
    /// The edit that does it.
    pub edit: Edit,
    /// What speaks for and against it.
    pub reasons: Reasons,
}

/// Figures behind a merger. All of it is about this merger alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Reasons {
    /// The units: the survivor, then those that join it.
    pub before: Vec<Joined>,
    /// The result.
    pub after: Joined,
    /// People who end up farther from their seat.
    pub farther: Growth,
    /// Polsby–Popper compactness: the mean of the units weighted by area, and that of the result.
    pub compactness: [Option<f64>; 2],
    /// Standard deviation of the people in a unit of the level by their mean, before and after.
    pub variation: [Option<f64>; 2],
    /// Kinds of the survivor and of those that join it, where they differ.
    pub kinds: Vec<Kind>,
    /// Rules that cannot be judged of the result, while they could of the survivor, and why.
    pub unjudged: Vec<(Words, Why)>,
}

/// A unit in a merger.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// The unit; the survivor stands for the result.
    pub unit: UnitId,
    /// Its people; `None` when those of some place are not known.
    pub people: Option<Decimal>,
    /// Its area in m².
    pub area_m2: f64,
    /// Limits of the pack for its people and its area.
    pub limits: [Option<Limits>; 2],
    /// Common border with all other units of the merger in m; 0 where only a link joins it. 0 for the result.
    pub border_m: f64,
    /// Distance of its seat from that of the survivor in m; `None` without a seat. 0 for the result.
    pub to_seat_m: Option<f64>,
}

impl Joined {
    /// The least people that the pack has for it, if it has fewer.
    #[must_use]
    pub fn people_below(&self) -> Option<f64> {
        let least = self.limits[0].as_ref()?.min?;
        self.people.and_then(|people| people.to_f64()).filter(|&people| people < least).map(|_| least)
    }

    /// The most people that the pack has for it, if it has more.
    #[must_use]
    pub fn people_above(&self) -> Option<f64> {
        let most = self.limits[0].as_ref()?.max?;
        self.people.and_then(|people| people.to_f64()).filter(|&people| people > most).map(|_| most)
    }

    /// The least area in m² that the pack has for it, if it has less.
    #[must_use]
    pub fn area_below(&self) -> Option<f64> {
        self.limits[1].as_ref()?.min.filter(|&least| self.area_m2 < least)
    }
}

impl Suggestion {
    /// The edits of all mergers, in their order.
    pub fn edits(&self) -> impl Iterator<Item = &Edit> {
        self.mergers.iter().map(|merger| &merger.edit)
    }

    /// Whether the goal is reached, as far as that can be known: units of which a least cannot be judged leave it open.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        self.missing == 0 && (matches!(self.ask.goal, Goal::Units(_)) || self.unjudged[1] == 0)
    }

    pub(super) fn of(
        search: &mut Search<'_>,
        judge: &Judge,
        state: &State,
        ask: &Ask,
        tried: &Tried,
        cache: &mut FigureCache,
    ) -> Self {
        let dataset = &**judge.dataset();
        let (cost, missing, rounds) = (search.cost(), search.missing(), search.rounds());
        let groups: Vec<Group> = search.best().groups.iter().flatten().cloned().collect();
        let chart = search.scales().chart;
        let figures = cache.level(dataset, state, ask.level);
        let spread = Spread::of(figures.iter().map(|(_, figures)| figures.population));
        let mut telling = Telling { dataset, state, cache, spread, chart, tried, judge };
        let mut mergers: Vec<Merger> =
            groups.iter().filter(|group| group.members.len() > 1).filter_map(|group| telling.merger(group)).collect();
        mergers.sort_by_key(|merger| merger.survivor);
        let gone: BTreeSet<UnitId> = mergers.iter().flat_map(|merger| merger.joining.iter().copied()).collect();
        let closed: Vec<Group> = (0_u32..)
            .zip(&chart.pieces)
            .filter(|(_, piece)| piece.out.is_some())
            .filter_map(|(at, _)| search.scales().weigh(vec![at]).ok())
            .collect();
        let counts = |group: &&Group| match ask.goal {
            Goal::Units(_) => missing > 0,
            Goal::Minimum => group.is_below,
        };
        let asked = |group: &&Group| chart.piece(group.survivor).out != Some(Obstacle::NotAsked);
        let stuck: Vec<&Group> = groups.iter().chain(closed.iter().filter(asked)).filter(counts).collect();
        let mut left: Vec<Left> = stuck
            .iter()
            .map(|group| Left { unit: chart.piece(group.survivor).id, why: obstacle(search, group) })
            .collect();
        left.sort_by_key(|left| left.unit);
        let missing = if ask.goal == Goal::Minimum { left.len() } else { missing };
        let after = mergers
            .iter()
            .fold(spread, |spread, merger| spread.joined(&merger.reasons.before, merger.reasons.after.people));
        let variation = [spread.variation(), after.variation()];
        let all: f64 = chart.pieces.iter().map(|piece| piece.people).sum();
        let moving = chart.pieces.iter().filter(|piece| gone.contains(&piece.id));
        let disruption = (chart.by_people && all > 0.0).then(|| moving.map(|piece| piece.people).sum::<f64>() / all);
        let units = [figures.len(), figures.len() - gone.len()];
        let (below, unjudged) = (tried.below(judge, (state, ask.level)), tried.unjudged(judge, (state, ask.level)));
        let most = search.scales().most();
        let ask = ask.clone();
        Self { ask, units, below, unjudged, most, missing, variation, disruption, mergers, left, rounds, cost }
    }
}

/// Why a group goes no further.
fn obstacle(search: &mut Search<'_>, group: &Group) -> Obstacle {
    let chart = search.scales().chart;
    if let Some(out) = chart.piece(group.survivor).out {
        return out;
    }
    let beside: Vec<_> = group
        .members
        .iter()
        .flat_map(|&at| chart.piece(at).beside.iter().copied())
        .filter(|beside| group.members.binary_search(&beside.other).is_err())
        .collect();
    if beside.is_empty() {
        return Obstacle::NoNeighbour;
    }
    let open: Vec<u32> = beside.iter().filter(|beside| beside.obstacle.is_none()).map(|beside| beside.other).collect();
    if open.is_empty() {
        // Of several, the one that a planner could do something about.
        return beside.iter().filter_map(|beside| beside.obstacle).max().unwrap_or(Obstacle::NoNeighbour);
    }
    let others: Vec<Group> = {
        let best = search.best();
        let places: BTreeSet<u32> = open.iter().filter_map(|&at| best.group_of[at as usize]).collect();
        places.into_iter().filter_map(|at| best.group(at).cloned()).collect()
    };
    let mut why = None;
    for other in others {
        match search.scales().weigh(super::plan::joined(&group.members, &other.members)) {
            Ok(_) => return Obstacle::Stopped,
            Err(obstacle) => why = why.or(Some(obstacle)),
        }
    }
    why.unwrap_or(Obstacle::Stopped)
}

/// Sums over the people of all units of a level, from which their variation follows.
#[derive(Clone, Copy, Debug)]
struct Spread {
    units: f64,
    sum: f64,
    squares: f64,
    /// Whether the people of every unit are known.
    is_known: bool,
}

impl Spread {
    fn of(people: impl Iterator<Item = Option<Decimal>>) -> Self {
        let none = Self { units: 0.0, sum: 0.0, squares: 0.0, is_known: true };
        people.fold(none, |spread, people| spread.with(people, 1.0))
    }

    /// With so many more units of these people, or fewer.
    fn with(self, people: Option<Decimal>, units: f64) -> Self {
        let known = people.and_then(|people| people.to_f64());
        let people = known.unwrap_or(0.0);
        Self {
            units: self.units + units,
            sum: units.mul_add(people, self.sum),
            squares: (units * people).mul_add(people, self.squares),
            is_known: self.is_known && known.is_some(),
        }
    }

    /// With units joined to one.
    fn joined(self, before: &[Joined], after: Option<Decimal>) -> Self {
        before.iter().fold(self, |spread, joined| spread.with(joined.people, -1.0)).with(after, 1.0)
    }

    /// Standard deviation by mean; `None` when something is not known or nobody lives there.
    fn variation(self) -> Option<f64> {
        let mean = self.sum / self.units;
        let variance = (self.squares / self.units - mean * mean).max(0.0);
        (self.is_known && mean > 0.0).then(|| variance.sqrt() / mean)
    }
}

/// What is needed to tell reasons.
struct Telling<'a> {
    dataset: &'a Dataset,
    state: &'a State,
    cache: &'a mut FigureCache,
    /// Of the people of all units of the level.
    spread: Spread,
    chart: &'a Chart,
    tried: &'a Tried,
    judge: &'a Judge,
}

/// The edit that makes a group one unit; `None` where nothing could name its units.
pub(super) fn edit_of(dataset: &Dataset, state: &State, chart: &Chart, group: &Group) -> Option<Edit> {
    let survivor = chart.piece(group.survivor).id;
    let joining = group.members.iter().filter(|&&at| at != group.survivor).map(|&at| chart.piece(at).id);
    let units = std::iter::once(survivor).chain(joining);
    let units: Vec<UnitRef> = units.map(|unit| UnitRef::to(dataset, state, unit)).collect::<Option<_>>()?;
    let into = Target { code: Some(state.unit(survivor).code.clone()), ..Target::default() };
    Some(Edit::Merge { units, form: Form::Absorb, into })
}

impl Telling<'_> {
    fn merger(&mut self, group: &Group) -> Option<Merger> {
        let (dataset, state) = (self.dataset, self.state);
        let survivor = self.chart.piece(group.survivor).id;
        let joining: Vec<UnitId> =
            group.members.iter().filter(|&&at| at != group.survivor).map(|&at| self.chart.piece(at).id).collect();
        let units: Vec<UnitId> = std::iter::once(survivor).chain(joining.iter().copied()).collect();
        let edit = edit_of(dataset, state, self.chart, group)?;
        Some(Merger { reasons: self.reasons(group, survivor, &units), survivor, joining, edit })
    }

    fn reasons(&mut self, group: &Group, survivor: UnitId, units: &[UnitId]) -> Reasons {
        let (dataset, state) = (self.dataset, self.state);
        let figures: Vec<_> = units.iter().map(|&unit| self.cache.figures(dataset, state, unit)).collect();
        let mut atoms: Vec<_> = units.iter().flat_map(|&unit| state.atoms(unit)).collect();
        atoms.sort_unstable();
        let given_seat = state.unit(survivor).seat.as_ref().map(|seat| seat.at);
        let result = territory_figures(dataset, &atoms, given_seat, self.cache.method());
        let level = state.unit(survivor).level;
        let now = |at| Some(figures[units.iter().position(|&unit| unit == state.unit_of(at, level))?].seat);
        let distances = atoms.iter().map(|&atom| {
            let before = now(atom).flatten().and_then(|seat| distance_to_seat_m(dataset, atom, seat));
            (atom, before, result.seat.and_then(|seat| distance_to_seat_m(dataset, atom, seat)))
        });
        let farther = Growth::of(&farther_of(dataset, distances));
        let at_seat = figures[0].seat;
        let before = units.iter().zip(&figures).map(|(&unit, figures)| {
            let to_seat_m = at_seat.zip(figures.seat).map(|(to, from)| distance_m(from, to));
            self.joined(unit, figures, self.border_m(group, unit), to_seat_m)
        });
        let before: Vec<Joined> = before.collect();
        let after = self.joined(survivor, &result, 0.0, Some(0.0));
        let area: f64 = figures.iter().map(|figures| figures.area_m2).sum();
        let weighed = figures.iter().map(|figures| Some(figures.compactness.polsby_popper? * figures.area_m2));
        let mean = weighed.sum::<Option<f64>>().filter(|_| area > 0.0).map(|sum| sum / area);
        let joined = self.spread.joined(&before, after.people);
        let variation = [self.spread.variation(), joined.variation()];
        let mut kinds: Vec<Kind> = units.iter().filter_map(|&unit| state.unit(unit).kind.clone()).collect();
        let of_survivor = state.unit(survivor).kind.clone();
        if kinds.iter().all(|kind| Some(kind) == of_survivor.as_ref()) {
            kinds.clear();
        }
        let unjudged = self.tried.newly_unjudged(self.judge, survivor);
        let compactness = [mean, result.compactness.polsby_popper];
        Reasons { before, after, farther, compactness, variation, kinds, unjudged }
    }

    fn joined(&self, unit: UnitId, figures: &UnitFigures, border_m: f64, to_seat_m: Option<f64>) -> Joined {
        let piece = self.chart.pieces.binary_search_by_key(&unit, |piece| piece.id);
        let limits = piece.map_or([None, None], |at| self.chart.pieces[at].limits.clone());
        Joined { unit, people: figures.population, area_m2: figures.area_m2, limits, border_m, to_seat_m }
    }

    /// Common border of a unit with the others of its group.
    fn border_m(&self, group: &Group, unit: UnitId) -> f64 {
        let Ok(at) = self.chart.pieces.binary_search_by_key(&unit, |piece| piece.id) else { return 0.0 };
        let inner = self.chart.pieces[at].beside.iter();
        inner.filter(|beside| group.members.binary_search(&beside.other).is_ok()).map(|beside| beside.border_m).sum()
    }
}
