//! Improvement of a plan, round by round.

use std::sync::Arc;

use smallvec::SmallVec;

use super::ask::{Ask, AskError, Goal};
use super::chart::Chart;
use super::group::{Group, Scales, hang_together};
use super::grow::grow;
use super::merger::Suggestion;
use super::plan::{Plan, joined, without};
use super::trial;
use crate::jobs::{Cancelled, Progress};
use crate::metrics::FigureCache;
use crate::model::State;
use crate::rules::Judge;

/// Rounds after which the search begins again from the best plan so far.
const CYCLE: u32 = 20;

/// A search for mergers: a first plan at once, and better ones round by round.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    scales: Scales<'a>,
    ask: Ask,
    /// Where the search is.
    here: Plan,
    /// What stood in the places that changed since the best plan, the latest last.
    since_best: Vec<(u32, Option<Group>)>,
    /// What the best plan does not reach, and what it costs.
    best: (usize, f64),
    /// What a plan cost when one unit more came to be missing than in the best.
    floor: f64,
    rounds: usize,
}

/// What a step does to the places of a plan.
type Step = SmallVec<[(u32, Option<Group>); 3]>;

impl<'a> Search<'a> {
    /// Makes the first plan.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up before it was there.
    pub fn new(chart: &'a Chart, ask: &Ask, progress: &Progress) -> Result<Self, Cancelled> {
        let mut scales = Scales::new(chart, ask);
        let mut here = Plan::alone(&mut scales);
        grow(&mut scales, &mut here, ask.goal, progress)?;
        here.settle();
        let best = (here.missing(ask.goal), here.cost);
        Ok(Self { scales, ask: ask.clone(), here, since_best: Vec::new(), best, floor: 0.0, rounds: 0 })
    }

    /// Cost of the best plan so far. It never rises while [`missing`](Self::missing) stays.
    #[must_use]
    pub const fn cost(&self) -> f64 {
        self.best.1
    }

    /// How much of the goal the best plan does not reach: units too many, or units below a least.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.best.0
    }

    /// Rounds of improvement so far.
    #[must_use]
    pub const fn rounds(&self) -> usize {
        self.rounds
    }

    /// Goes back to the best plan so far.
    pub(super) fn best(&mut self) -> &Plan {
        if !self.since_best.is_empty() {
            for (at, group) in self.since_best.drain(..).rev() {
                self.here.put(at, group);
            }
            self.here.settle();
        }
        &self.here
    }

    /// Takes groups of the best plan apart for good. What is left of it is the best plan from here on.
    pub(super) fn take_apart(&mut self, groups: &[Group]) {
        self.best();
        for group in groups {
            self.scales.forbid(&group.members);
            let Some(at) = self.here.group_of[group.members[0] as usize] else { continue };
            self.here.put(at, None);
            for &member in &group.members {
                if let Ok(alone) = self.scales.weigh(vec![member]) {
                    let room = self.here.room();
                    self.here.put(room, Some(alone));
                }
            }
        }
        self.here.settle();
        self.best = (self.here.missing(self.ask.goal), self.here.cost);
        self.floor = 0.0;
    }

    pub(super) const fn scales(&mut self) -> &mut Scales<'a> {
        &mut self.scales
    }

    /// One round of improvement: some four steps for each unit.
    pub fn round(&mut self) {
        let number = self.rounds;
        self.rounds += 1;
        let units: Vec<u32> = (0_u32..).zip(&self.here.group_of).filter_map(|(at, group)| group.map(|_| at)).collect();
        if units.len() < 2 {
            return;
        }
        let phase = u32::try_from(number % CYCLE as usize).unwrap_or(0);
        if phase == 0 {
            self.best();
        }
        let slack = self.slack(number) * (1.0 - f64::from(phase + 1) / f64::from(CYCLE));
        let mut dice = Dice(self.ask.seed ^ (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        for _ in 0..(units.len() * 4).clamp(200, 4_000) {
            if let Some(step) = self.step(&units, &mut dice) {
                self.consider(step, slack);
            }
        }
    }

    /// How much worse than the best a plan may be at first: nothing in the first cycle, then by turns a tenth, a third
    /// and the whole of what a group costs.
    #[expect(clippy::cast_precision_loss, reason = "a number of groups")]
    fn slack(&self, round: usize) -> f64 {
        let one = self.best.1.abs() / self.here.count.max(1) as f64;
        match (round / CYCLE as usize).checked_sub(1).map(|cycle| cycle % 3) {
            None => 0.0,
            Some(0) => one / 10.0,
            Some(1) => one / 3.0,
            Some(_) => one,
        }
    }

    /// Takes a step unless it leads too far from the best. On the way, one unit more than in the best may be missing;
    /// then the plan is held against what it cost when that began, or it would drift too far to ever come back.
    fn consider(&mut self, step: Step, slack: f64) {
        /// Less is rounding.
        const SAME: f64 = 1e-9;
        let goal = self.ask.goal;
        let (missing, cost) = self.best;
        let was = self.here.missing(goal);
        let kept = self.since_best.len();
        for (at, group) in step {
            self.since_best.push((at, self.here.groups[at as usize].clone()));
            self.here.put(at, group);
        }
        let now = self.here.missing(goal);
        let limit = match now.checked_sub(missing) {
            None => f64::INFINITY,
            Some(0) => cost,
            Some(1) if was == missing => f64::INFINITY,
            Some(1) => self.floor,
            Some(_) => f64::NEG_INFINITY,
        };
        if self.here.cost > limit + slack + SAME / 10.0 {
            for (at, group) in self.since_best.drain(kept..).rev() {
                self.here.put(at, group);
            }
            return;
        }
        if now > missing && was == missing {
            self.floor = self.here.cost;
        }
        if now < missing || (now == missing && self.here.cost < cost - SAME) {
            self.best = (now, self.here.cost);
            self.since_best.clear();
        }
    }

    /// A step by chance; `None` when the dice fell on what cannot be.
    fn step(&mut self, units: &[u32], dice: &mut Dice) -> Option<Step> {
        let unit = units[dice.below(units.len())];
        let beside: SmallVec<[u32; 8]> = self.scales.chart.piece(unit).open().collect();
        if beside.is_empty() {
            return None;
        }
        let other = beside[dice.below(beside.len())];
        let [from, to] = [unit, other].map(|at| self.here.group_of[at as usize]);
        let (from, to) = (from?, to?);
        let can_shrink = self.here.group(from)?.members.len() > 1;
        if from == to {
            return self.release(unit, from);
        }
        match dice.below(4) {
            0 if can_shrink => self.swap([unit, other], [from, to]),
            1 | 2 if can_shrink => self.shift(unit, from, to),
            _ => {
                let goes = units[dice.below(units.len())];
                self.join(from, to, goes)
            }
        }
    }

    /// Moves a unit to another group.
    fn shift(&mut self, unit: u32, from: u32, to: u32) -> Option<Step> {
        let rest = without(&self.here.group(from)?.members, unit);
        let grown = joined(&self.here.group(to)?.members, &[unit]);
        Some(Step::from_iter([(from, Some(self.group(rest)?)), (to, Some(self.group(grown)?))]))
    }

    /// Lets two units change groups.
    fn swap(&mut self, units: [u32; 2], groups: [u32; 2]) -> Option<Step> {
        let [one, two] = [0, 1].map(|side| {
            let rest = without(&self.here.group(groups[side])?.members, units[side]);
            Some(joined(&rest, &[units[1 - side]]))
        });
        Some(Step::from_iter([(groups[0], Some(self.group(one?)?)), (groups[1], Some(self.group(two?)?))]))
    }

    /// Takes a unit out of its group.
    fn release(&mut self, unit: u32, from: u32) -> Option<Step> {
        let members = &self.here.group(from)?.members;
        if members.len() < 2 {
            return None;
        }
        let rest = without(members, unit);
        let (rest, alone) = (self.group(rest)?, self.group(vec![unit])?);
        Some(Step::from_iter([(from, Some(rest)), (self.here.room(), Some(alone))]))
    }

    /// Joins two groups, and takes a unit out of a third one, so that there are as many as before. Without the latter
    /// where fewer are wanted, or where it does not matter how many there are.
    fn join(&mut self, a: u32, b: u32, goes: u32) -> Option<Step> {
        let members = joined(&self.here.group(a)?.members, &self.here.group(b)?.members);
        let alone = match self.ask.goal {
            Goal::Minimum => true,
            Goal::Units(_) => self.here.missing(self.ask.goal) > 0,
        };
        if alone {
            return Some(Step::from_iter([(a, Some(self.group(members)?)), (b, None)]));
        }
        let from = self.here.group_of[goes as usize].filter(|&from| from != a && from != b)?;
        let old = &self.here.group(from)?.members;
        if old.len() < 2 {
            return None;
        }
        let rest = without(old, goes);
        let (grown, rest, alone) = (self.group(members)?, self.group(rest)?, self.group(vec![goes])?);
        Some(Step::from_iter([(a, Some(grown)), (from, Some(rest)), (b, Some(alone))]))
    }

    /// A group of these units, if they may become one.
    fn group(&mut self, members: Vec<u32>) -> Option<Group> {
        if !hang_together(self.scales.chart, &members) {
            return None;
        }
        self.scales.weigh(members).ok()
    }
}

/// Looks for mergers for as many rounds as asked. Who gives up once there is a first plan gets the best so far.
///
/// # Errors
/// [`AskError`]: nothing can be suggested, or the user gave up before there was a plan.
#[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
pub fn suggest(
    judge: &Judge,
    state: &Arc<State>,
    ask: &Ask,
    cache: &mut FigureCache,
    progress: &Progress,
) -> Result<Suggestion, AskError> {
    let chart = Chart::new(judge, state, ask, cache, progress)?;
    let mut search = Search::new(&chart, ask, progress)?;
    while search.rounds() < ask.rounds && progress.check().is_ok() {
        search.round();
        progress.set(search.rounds() as f64 / ask.rounds as f64);
    }
    let tried = trial::hold(&mut search, judge, state, ask, cache, progress);
    Ok(Suggestion::of(&mut search, judge, state, ask, &tried, cache))
}

/// Numbers by chance that are the same every time: `SplitMix64` (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    #[expect(clippy::cast_possible_truncation, reason = "less than a usize")]
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}
