//! A group of units that would become one, and what it costs.

use std::collections::HashMap;
use std::f64::consts::PI;

use super::ask::{Ask, Goal, Weights};
use super::chart::{Chart, Obstacle};
use crate::geodesy::distance_m;

/// Seats that are tried for a group: those of its most populous units.
pub const SEATS: usize = 6;

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
        Self { chart, weights: ask.weights, ways: HashMap::new(), parts, size, people, wanted, ideal }
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
            let (cost, is_below) = self.shape_cost(alone, it.people, it.area_m2, it.perimeter_m);
            return Ok(Group { members, survivor: alone, cost, is_below });
        }
        if is_kept_apart(chart, &members) {
            return Err(Obstacle::KeptApart);
        }
        let (survivor, way) = self.survivor(&members)?;
        let (mut people, mut area, mut perimeter, mut size, mut way_now) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for &at in &members {
            let it = chart.piece(at);
            people += it.people;
            area += it.area_m2;
            size += chart.size(it);
            way_now += it.way_now;
            let inner = it.beside.iter().filter(|beside| members.binary_search(&beside.other).is_ok());
            perimeter += it.perimeter_m - inner.map(|beside| beside.border_m).sum::<f64>();
        }
        let (mut cost, is_below) = self.shape_cost(survivor, people, area, perimeter);
        cost += self.weights.disruption * (size - chart.size(chart.piece(survivor))) / self.size;
        cost += self.weights.ways * (way - way_now) / (self.people * chart.reach_m);
        Ok(Group { members, survivor, cost, is_below })
    }

    /// What size and shape of a group cost, and whether it is below a least.
    fn shape_cost(&self, survivor: u32, people: f64, area: f64, perimeter: f64) -> (f64, bool) {
        let size = if self.chart.by_people { people } else { area };
        let compactness =
            if perimeter > 0.0 { (4.0 * PI * area / (perimeter * perimeter)).clamp(0.0, 1.0) } else { 0.0 };
        let (mut misfit, mut is_below) = (0.0, false);
        for (limits, value) in self.chart.piece(survivor).limits.iter().zip([people, area]) {
            let Some(limits) = limits else { continue };
            if let Some(min) = limits.min.filter(|&min| value < min) {
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
