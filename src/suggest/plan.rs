//! Every unit in a group.

use super::ask::Goal;
use super::group::{Group, Scales};

/// Groups of all units that take part, with what they cost together.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    /// Some are empty while a search goes on.
    pub groups: Vec<Option<Group>>,
    /// Group of each unit of the chart; none for those that take no part.
    pub group_of: Vec<Option<u32>>,
    /// Number of units that take no part.
    pub closed: usize,
    /// Number of groups.
    pub count: usize,
    /// Number of groups that are below a least.
    pub below: usize,
    /// What all groups cost.
    pub cost: f64,
}

impl Plan {
    /// Every unit alone.
    #[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
    pub(super) fn alone(scales: &mut Scales<'_>) -> Self {
        let chart = scales.chart;
        let units = chart.pieces.len();
        let (groups, group_of) = (Vec::new(), vec![None; units]);
        let mut plan = Self { groups, group_of, closed: units, count: 0, below: 0, cost: 0.0 };
        for (at, piece) in chart.pieces.iter().enumerate() {
            if piece.out.is_none()
                && let Ok(group) = scales.weigh(vec![at as u32])
            {
                plan.closed -= 1;
                plan.groups.push(None);
                plan.put(plan.groups.len() as u32 - 1, Some(group));
            }
        }
        plan
    }

    /// The group in a place.
    pub(super) fn group(&self, at: u32) -> Option<&Group> {
        self.groups.get(at as usize)?.as_ref()
    }

    /// Puts a group in a place, in place of the one there.
    pub(super) fn put(&mut self, at: u32, group: Option<Group>) {
        if let Some(old) = self.groups[at as usize].take() {
            self.count -= 1;
            self.below -= usize::from(old.is_below);
            self.cost -= old.cost;
        }
        if let Some(group) = &group {
            self.count += 1;
            self.below += usize::from(group.is_below);
            self.cost += group.cost;
            for &member in &group.members {
                self.group_of[member as usize] = Some(at);
            }
        }
        self.groups[at as usize] = group;
    }

    /// A place that is empty.
    pub(super) fn room(&mut self) -> u32 {
        let free = self.groups.iter().position(Option::is_none).unwrap_or_else(|| {
            self.groups.push(None);
            self.groups.len() - 1
        });
        u32::try_from(free).unwrap_or(u32::MAX)
    }

    /// How much of the goal is still to be reached: units too many, or units below a least.
    pub(super) const fn missing(&self, goal: Goal) -> usize {
        match goal {
            Goal::Units(units) => (self.count + self.closed).saturating_sub(units),
            Goal::Minimum => self.below,
        }
    }

    /// Cost added up afresh: steps leave rounding behind.
    pub(super) fn settle(&mut self) {
        self.cost = self.groups.iter().flatten().map(|group| group.cost).sum();
    }
}

/// The members of two groups, ascending.
pub(super) fn joined(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut members = [a, b].concat();
    members.sort_unstable();
    members
}

/// The members of a group without one.
pub(super) fn without(members: &[u32], left_out: u32) -> Vec<u32> {
    members.iter().copied().filter(|&at| at != left_out).collect()
}
