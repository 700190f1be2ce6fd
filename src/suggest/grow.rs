//! The first plan: neighbours are joined, the cheapest first.

use std::cmp::Ordering;
use std::collections::{BTreeSet, BinaryHeap};

use super::ask::Goal;
use super::group::Scales;
use super::plan::{Plan, joined};
use crate::jobs::{Cancelled, Progress};

/// Two groups that could be joined. The cheapest is the greatest, as a heap wants it.
#[derive(PartialEq)]
struct Offer {
    /// What joining adds to the cost.
    rise: f64,
    groups: [u32; 2],
    /// How often the two had changed when it was made.
    ages: [u32; 2],
}

impl Eq for Offer {}

impl Ord for Offer {
    fn cmp(&self, other: &Self) -> Ordering {
        other.rise.total_cmp(&self.rise).then(other.groups.cmp(&self.groups)).then(self.ages.cmp(&other.ages))
    }
}

impl PartialOrd for Offer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Joins groups of a plan until the goal is reached, or none can be joined any more.
#[expect(clippy::cast_possible_truncation, reason = "input limits keep every count below u32::MAX")]
pub(super) fn grow(scales: &mut Scales<'_>, plan: &mut Plan, goal: Goal, progress: &Progress) -> Result<(), Cancelled> {
    let chart = scales.chart;
    let mut beside: Vec<BTreeSet<u32>> = plan
        .groups
        .iter()
        .map(|group| {
            let members = group.iter().flat_map(|group| group.members.iter());
            members.flat_map(|&at| chart.piece(at).open()).filter_map(|at| plan.group_of[at as usize]).collect()
        })
        .collect();
    let mut ages = vec![0; plan.groups.len()];
    let mut heap = BinaryHeap::new();
    for a in 0..plan.groups.len() as u32 {
        progress.check()?;
        let later = beside[a as usize].range(a + 1..).copied();
        heap.extend(later.filter_map(|b| offer(scales, plan, goal, [a, b], &ages)));
    }
    let start = plan.missing(goal).max(1);
    while plan.missing(goal) > 0 {
        progress.check()?;
        #[expect(clippy::cast_precision_loss, reason = "a fraction for a progress bar")]
        progress.set(1.0 - plan.missing(goal) as f64 / start as f64);
        let Some(Offer { groups: [a, b], ages: seen, .. }) = heap.pop() else { break };
        if [ages[a as usize], ages[b as usize]] != seen {
            continue;
        }
        let (Some(one), Some(two)) = (plan.group(a), plan.group(b)) else { continue };
        let Ok(group) = scales.weigh(joined(&one.members, &two.members)) else { continue };
        plan.put(b, None);
        plan.put(a, Some(group));
        ages[a as usize] += 1;
        ages[b as usize] += 1;
        for other in std::mem::take(&mut beside[b as usize]) {
            beside[other as usize].remove(&b);
            if other != a {
                beside[other as usize].insert(a);
                beside[a as usize].insert(other);
            }
        }
        let around: Vec<u32> = beside[a as usize].iter().copied().collect();
        heap.extend(around.into_iter().filter_map(|b| offer(scales, plan, goal, [a.min(b), a.max(b)], &ages)));
    }
    Ok(())
}

/// What it takes to join two groups; `None` when they may not, or need not, be joined.
fn offer(scales: &mut Scales<'_>, plan: &Plan, goal: Goal, groups: [u32; 2], ages: &[u32]) -> Option<Offer> {
    let [one, two] = [plan.group(groups[0])?, plan.group(groups[1])?];
    if goal == Goal::Minimum && !one.is_below && !two.is_below {
        return None;
    }
    let apart = one.cost + two.cost;
    let together = scales.weigh(joined(&one.members, &two.members)).ok()?;
    // Joining must not leave more to be reached: the survivor may be held to a higher least.
    if goal == Goal::Minimum && together.is_below && !(one.is_below && two.is_below) {
        return None;
    }
    let rise = together.cost - apart;
    Some(Offer { rise, groups, ages: groups.map(|group| ages[group as usize]) })
}
