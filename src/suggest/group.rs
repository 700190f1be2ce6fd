//! A group of units that would become one, and what it costs.

use std::collections::{BTreeSet, HashMap};
use std::f64::consts::PI;

use super::ask::{Ask, Bound, Bounds, Goal, Weights};
use super::chart::{Chart, Obstacle};
use crate::geodesy::distance_m;

/// Seats that are tried for a group: those of its most populous units.
pub const SEATS: usize = 6;

/// How many times the mean area a result may have as a rule: where few people live it takes several units to have as many
/// as a pack asks for, and those are the large ones.
const USUAL_AREAS: f64 = 5.0;
/// How many times as far as seats of neighbours are seats of units that join may lie as a rule.
const USUAL_DISTANCES: f64 = 2.0;

/// Units that would become one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    /// Positions in the chart, ascending.
    pub members: Vec<u32>,
    /// The one that the others join.
    pub survivor: u32,
    /// What it adds to the cost of the plan.
    pub cost: f64,
    /// Whether it has less than the least people or area that the pack has for its survivor.
    pub is_below: bool,
}

/// Weighs groups, and remembers ways from units to seats.
#[derive(Clone, Debug)]
pub(super) struct Scales<'a> {
    pub chart: &'a Chart,
    weights: Weights,
    /// Sum of people times distance, from the places of a unit to the seat of another. Looked up only.
    ways: HashMap<(u32, u32), f64>,
    /// Units that take part, and their sizes and people.
    parts: f64,
    size: f64,
    people: f64,
    /// Units that are to be left of those that take part.
    wanted: f64,
    /// Size that a unit should have.
    ideal: f64,
    bounds: Bounds,
    /// Area in m² and distance in m that are usual at most.
    usual: [f64; 2],
    by_minimum: bool,
    /// Groups that were tried out and broke a rule that must not be broken.
    forbidden: BTreeSet<Vec<u32>>,
}

impl<'a> Scales<'a> {
    #[expect(clippy::cast_precision_loss, reason = "numbers of units")]
    pub(super) fn new(chart: &'a Chart, ask: &Ask) -> Self {
        let part: Vec<_> = chart.pieces.iter().filter(|piece| piece.out.is_none()).collect();
        let parts = part.len().max(1) as f64;
        let size = part.iter().map(|piece| chart.size(piece)).sum::<f64>().max(f64::MIN_POSITIVE);
        let people = part.iter().flat_map(|piece| piece.places.iter().map(|place| place.1)).sum::<f64>().max(1.0);
        let (wanted, ideal) = match ask.goal {
            Goal::Units(units) => {
                let closed = chart.pieces.len() - part.len();
                let wanted = units.saturating_sub(closed).max(1) as f64;
                (wanted, size / wanted)
            }
            Goal::Minimum => {
                let which = usize::from(!chart.by_people);
                let least: Vec<f64> = part
                    .iter()
                    .filter_map(|piece| piece.limits[which].as_ref()?.min)
                    .filter(|min| *min > 0.0)
                    .collect();
                let mean = least.iter().sum::<f64>() / least.len().max(1) as f64;
                (parts, if mean > 0.0 { mean } else { size / parts })
            }
        };
        let by_minimum = ask.goal == Goal::Minimum;
        // As many units as there would be if each had what it should.
        let left = if by_minimum { (size / ideal).clamp(1.0, parts) } else { wanted };
        let areas = || part.iter().map(|piece| piece.area_m2);
        let area = areas().reduce(f64::max).unwrap_or(0.0).max(USUAL_AREAS * areas().sum::<f64>() / left);
        let distance = USUAL_DISTANCES * chart.reach_m * (parts / left).sqrt();
        Self {
            chart,
            weights: ask.weights,
            ways: HashMap::new(),
            parts,
            size,
            people,
            wanted,
            ideal,
            bounds: ask.bounds,
            usual: [area, distance],
            by_minimum,
            forbidden: BTreeSet::new(),
        }
    }

    /// The most area in m² that a result may have, and the largest distance in m between seats, where there is one. The
    /// pack of a unit may have another one for that.
    pub(super) fn most(&self) -> [Option<f64>; 2] {
        let [area, distance] = self.usual;
        [(self.bounds.area, area), (self.bounds.distance, distance)].map(|(bound, usual)| match bound {
            Bound::Usual => Some(usual),
            Bound::Most(most) => Some(most),
            Bound::Any => None,
        })
    }

    /// Never makes a unit of these again.
    pub(super) fn forbid(&mut self, members: &[u32]) {
        self.forbidden.insert(members.to_vec());
    }

    fn way(&mut self, from: u32, to: u32) -> f64 {
        let chart = self.chart;
        if from == to {
            return chart.piece(from).way_now;
        }
        *self.ways.entry((from, to)).or_insert_with(|| {
            let Some(seat) = chart.piece(to).seat else { return f64::INFINITY };
            chart.piece(from).places.iter().map(|&(place, people)| people * distance_m(place, seat)).sum()
        })
    }

    /// The unit that the others join, and the sum of all ways to its seat.
    fn survivor(&mut self, members: &[u32]) -> Result<(u32, f64), Obstacle> {
        let chart = self.chart;
        let mut bound = members.iter().copied().filter(|&at| chart.piece(at).must_survive);
        let mut candidates: Vec<u32> = match (bound.next(), bound.next()) {
            (Some(_), Some(_)) => return Err(Obstacle::LockedMembers),
            (Some(one), None) => vec![one],
            (None, _) => members.to_vec(),
        };
        candidates.retain(|&at| chart.piece(at).can_survive);
        let size = |at: u32| chart.size(chart.piece(at));
        candidates.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
        candidates.truncate(SEATS);
        let mut best: Option<(u32, f64)> = None;
        for to in candidates {
            let way = members.iter().map(|&from| self.way(from, to)).sum::<f64>();
            // Rounding is no reason to prefer a less populous one.
            if best.is_none_or(|(_, shortest)| way < shortest * (1.0 - 1e-9)) {
                best = Some((to, way));
            }
        }
        best.ok_or(Obstacle::NoCode)
    }

    /// Weighs a group of units, ascending, that hang together.
    ///
    /// # Errors
    /// [`Obstacle`] when they may not become one.
    pub(super) fn weigh(&mut self, members: Vec<u32>) -> Result<Group, Obstacle> {
        let chart = self.chart;
        if let [alone] = members[..] {
            let it = chart.piece(alone);
            let (cost, is_below) = self.shape_cost(alone, (it.people, it.is_unknown), it.area_m2, it.perimeter_m);
            return Ok(Group { members, survivor: alone, cost, is_below });
        }
        if is_kept_apart(chart, &members) {
            return Err(Obstacle::KeptApart);
        }
        let urban = |is: bool| members.iter().any(|&at| chart.piece(at).is_urban == Some(is));
        if !self.bounds.across_kinds && urban(true) && urban(false) {
            return Err(Obstacle::OtherKind);
        }
        let (survivor, way) = self.survivor(&members)?;
        let (mut people, mut area, mut perimeter, mut size, mut way_now) = (0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut parts, mut is_unknown) = (0.0, false);
        for &at in &members {
            let it = chart.piece(at);
            people += it.people;
            area += it.area_m2;
            size += chart.size(it);
            way_now += it.way_now;
            parts += it.members;
            is_unknown |= it.is_unknown;
            let inner = it.beside.iter().filter(|beside| members.binary_search(&beside.other).is_ok());
            perimeter += it.perimeter_m - inner.map(|beside| beside.border_m).sum::<f64>();
        }
        self.allowed(&members, survivor, [people, area, parts], is_unknown)?;
        let (mut cost, is_below) = self.shape_cost(survivor, (people, is_unknown), area, perimeter);
        cost += self.weights.disruption * (size - chart.size(chart.piece(survivor))) / self.size;
        cost += self.weights.ways * (way - way_now) / (self.people * chart.reach_m);
        Ok(Group { members, survivor, cost, is_below })
    }

    /// Whether a group of several, with so many people, so much area and so many members, may become one: what rules of
    /// severity *error* say of such sums, how far it may go at all, and what was tried out already.
    fn allowed(&self, members: &[u32], survivor: u32, sums: [f64; 3], is_unknown: bool) -> Result<(), Obstacle> {
        let chart = self.chart;
        let it = chart.piece(survivor);
        let least_people = it.limits[0].as_ref().and_then(|limits| limits.min);
        if self.by_minimum && is_unknown && least_people.is_some() {
            return Err(Obstacle::PeopleUnknown);
        }
        let exceeds = |(sum, most): (f64, &Option<f64>)| most.is_some_and(|most| sum > most);
        if sums.into_iter().zip(&it.most).any(exceeds) || self.forbidden.contains(members) {
            return Err(Obstacle::BreaksRules);
        }
        let [area, distance] = self.most();
        let by_pack = it.limits[1].as_ref().and_then(|limits| limits.max).filter(|_| self.bounds.area == Bound::Usual);
        if by_pack.or(area).is_some_and(|most| sums[1] > most) {
            return Err(Obstacle::TooLarge);
        }
        let away = |&at: &u32| chart.piece(at).seat.zip(it.seat).map(|(from, to)| distance_m(from, to));
        if distance.is_some_and(|most| members.iter().filter_map(away).any(|away| away > most)) {
            return Err(Obstacle::TooFar);
        }
        Ok(())
    }

    /// What size and shape of a group cost, and whether it is below a least. Who has people that nobody counted is not
    /// known to have too few.
    fn shape_cost(&self, survivor: u32, (people, is_unknown): (f64, bool), area: f64, perimeter: f64) -> (f64, bool) {
        let size = if self.chart.by_people { people } else { area };
        let compactness =
            if perimeter > 0.0 { (4.0 * PI * area / (perimeter * perimeter)).clamp(0.0, 1.0) } else { 0.0 };
        let (mut misfit, mut is_below) = (0.0, false);
        for (limits, (value, is_unknown)) in
            self.chart.piece(survivor).limits.iter().zip([(people, is_unknown), (area, false)])
        {
            let Some(limits) = limits else { continue };
            if let Some(min) = limits.min.filter(|&min| value < min && !is_unknown) {
                misfit += (min - value) / min;
                is_below = true;
            }
            if let Some(max) = limits.max.filter(|&max| value > max && max > 0.0) {
                misfit += (value - max) / max;
            }
        }
        let Weights { even, compact, size: fit, .. } = self.weights;
        let unevenness = (size / self.ideal).powi(2) / self.wanted;
        let cost = even * unevenness + compact * (1.0 - compactness) / self.wanted + fit * misfit / self.parts;
        (cost, is_below)
    }
}

/// Whether two units of a group belong apart.
fn is_kept_apart(chart: &Chart, members: &[u32]) -> bool {
    let mut held: Vec<_> =
        members.iter().flat_map(|&at| chart.piece(at).apart.iter().map(move |&held| (held, at))).collect();
    held.sort_unstable();
    held.chunk_by(|a, b| (a.0.0, a.0.1) == (b.0.0, b.0.1)).any(|of_one| {
        let differ = |(held, at): &((usize, usize, usize), u32)| [held.2 != of_one[0].0.2, *at != of_one[0].1];
        let [positions, units] = of_one.iter().map(differ).fold([false; 2], |a, b| [a[0] || b[0], a[1] || b[1]]);
        positions && units
    })
}

/// Whether units, ascending, hang together.
pub(super) fn hang_together(chart: &Chart, members: &[u32]) -> bool {
    let mut reached = vec![false; members.len()];
    let mut next = vec![0];
    let mut count = 0;
    while let Some(at) = next.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        count += 1;
        let open = chart.piece(members[at]).open().filter_map(|other| members.binary_search(&other).ok());
        next.extend(open.filter(|&other| !reached[other]));
    }
    count == members.len()
}
