//! What two plans have in common, and what only one has.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;

use super::words::Words;
use crate::edit::op::Edit;
use crate::edit::refs::UnitRef;

/// How two plans, A and B, differ behind their common beginning. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// Number of edits that both begin with, in the same order.
    pub common_beginning: usize,
    /// Edits that only A has.
    pub only_a: Vec<InOne>,
    /// Edits that only B has.
    pub only_b: Vec<InOne>,
    /// Edits behind the beginning that both have, in the order of A.
    pub both: Vec<InBoth>,
    /// Those of them that would have to move for the two orders to agree: as few as possible.
    pub order_differs: Vec<InBoth>,
}

/// An edit of one plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InOne {
    /// Its position.
    pub index: usize,
    /// What it does, in words.
    pub words: Words,
    /// The edit.
    pub edit: Edit,
}

/// An edit of both plans.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InBoth {
    /// Its position in A.
    pub a: usize,
    /// Its position in B.
    pub b: usize,
    /// What it does, in words.
    pub words: Words,
    /// The edit.
    pub edit: Edit,
}

impl Diff {
    /// Whether the plans have the same edits in the same order.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.only_a.is_empty() && self.only_b.is_empty() && self.order_differs.is_empty()
    }
}

/// Compares two plans as they are written: what one spells out and the other leaves to be derived differs. Costs the edits
/// of both.
#[must_use]
pub fn diff(a: &[Edit], b: &[Edit]) -> Diff {
    let common_beginning = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let behind = |edits: &[Edit]| -> Vec<usize> { (common_beginning..edits.len()).collect() };
    let (behind_a, behind_b) = (behind(a), behind(b));
    let partners = pair_up(&pick(a, &behind_a), &pick(b, &behind_b));
    let spoken = |edit: &Edit| Words::of(edit, &UnitRef::to_string);
    let only = |edits: &[Edit], index: usize| InOne { index, words: spoken(&edits[index]), edit: edits[index].clone() };

    let pairs: Vec<(usize, usize)> = partners.iter().enumerate().filter_map(|(a, b)| Some((a, (*b)?))).collect();
    let steady = longest_ascending(&pairs.iter().map(|&(_, b)| b).collect::<Vec<_>>());
    let shared = |&(at_a, at_b): &(usize, usize)| {
        let (at_a, at_b) = (behind_a[at_a], behind_b[at_b]);
        InBoth { a: at_a, b: at_b, words: spoken(&a[at_a]), edit: a[at_a].clone() }
    };
    let mut taken = vec![false; behind_b.len()];
    for &(_, b) in &pairs {
        taken[b] = true;
    }
    Diff {
        common_beginning,
        only_a: behind_a.iter().zip(&partners).filter(|(_, b)| b.is_none()).map(|(&at, _)| only(a, at)).collect(),
        only_b: behind_b.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(&at, _)| only(b, at)).collect(),
        both: pairs.iter().map(shared).collect(),
        order_differs: pairs
            .iter()
            .zip(&steady)
            .filter(|(_, steady)| !**steady)
            .map(|(pair, _)| shared(pair))
            .collect(),
    }
}

/// Some edits of a plan.
fn pick<'a>(edits: &'a [Edit], positions: &[usize]) -> Vec<&'a Edit> {
    positions.iter().map(|&at| &edits[at]).collect()
}

/// For each edit of the first list the position of the same one in the second: the first one with the first, and so on.
pub(super) fn pair_up(first: &[&Edit], second: &[&Edit]) -> Vec<Option<usize>> {
    // Edits hold coordinates, so that they have no hash themselves; what they are about narrows the search down.
    let mut free: HashMap<(&str, &[UnitRef]), VecDeque<usize>> = HashMap::new();
    for (at, edit) in second.iter().enumerate() {
        free.entry((edit.op(), edit.units())).or_default().push_back(at);
    }
    let mut partners = Vec::with_capacity(first.len());
    for edit in first {
        let alike = free.get_mut(&(edit.op(), edit.units()));
        partners.push(alike.and_then(|alike| {
            let at = alike.iter().position(|&at| second[at] == *edit)?;
            alike.remove(at)
        }));
    }
    partners
}

/// Marks a longest ascending part of a series of different numbers.
fn longest_ascending(numbers: &[usize]) -> Vec<bool> {
    // ends[n] is where the part of n + 1 numbers ends that ends lowest.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, &number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|&end| numbers[end] < number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut marked = vec![false; numbers.len()];
    let mut next = ends.last().copied();
    while let Some(at) = next {
        marked[at] = true;
        next = before[at];
    }
    marked
}
