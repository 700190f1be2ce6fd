//! How the territory of all units together came to be another.
//!
//! A gap that somebody gets is new territory, an overlap that somebody loses was counted twice. A polygon that was none has
//! its area only since it is mended. What is left over is what borders took along that moved, each by the tolerance at most.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use super::rings::{area_m2, polygons_of};
use super::{Deed, Repaired};
use crate::coverage::AtomId;

/// Areas of all units together, in square metres: before and filled and mended and moved less resolved is after.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Balance {
    /// Of all units before; what several claim counts for each.
    pub before_m2: f64,
    /// Of all units after.
    pub after_m2: f64,
    /// Of places that belonged to nobody and went to somebody.
    pub filled_m2: f64,
    /// Of places that several claimed, once for each that lost them.
    pub resolved_m2: f64,
    /// What units whose polygons were none gained by becoming some, less what they lost.
    pub mended_m2: f64,
    /// What borders took along that moved within the tolerance: gains less losses.
    pub moved_m2: f64,
    /// The same, gains and losses of single units added up.
    #[serde(skip)]
    pub moved_among_units_m2: f64,
    /// Units with other borders, ascending, with their areas in square metres before and after.
    #[serde(skip)]
    pub units: Vec<(AtomId, f64, f64)>,
}

impl Balance {
    pub(super) fn of(repaired: &Repaired) -> Self {
        let coverage = &repaired.origin;
        let of = |atom: usize| area_m2(&polygons_of(coverage, AtomId::new(atom)));
        let before: Vec<f64> = (0..coverage.atom_count()).into_par_iter().map(of).collect();
        let mut balance = Self { before_m2: before.iter().sum(), ..Self::default() };
        balance.after_m2 = balance.before_m2;
        let mut flows: BTreeMap<AtomId, f64> = BTreeMap::new();
        let mut mended = BTreeSet::new();
        for step in &repaired.steps {
            let losers = step.held_by.iter().filter(|&&atom| Some(atom) != step.to);
            match step.deed {
                Deed::MergeVertices | Deed::InsertVertex => {}
                Deed::MendRing => mended.extend(step.to),
                Deed::EmptyDuplicate => {
                    // It names what all of them lose together.
                    #[expect(clippy::cast_precision_loss, reason = "a handful")]
                    let each = step.area_m2 / losers.clone().count().max(1) as f64;
                    losers.for_each(|&atom| *flows.entry(atom).or_default() -= each);
                    balance.resolved_m2 += step.area_m2;
                }
                Deed::FillGap | Deed::MatchEdge | Deed::GiveOverlap => {
                    for &atom in losers {
                        *flows.entry(atom).or_default() -= step.area_m2;
                        balance.resolved_m2 += step.area_m2;
                    }
                    if let Some(to) = step.to.filter(|to| !step.held_by.contains(to)) {
                        *flows.entry(to).or_default() += step.area_m2;
                        balance.filled_m2 += step.area_m2;
                    }
                }
            }
        }
        // Of twins that were no polygons either one is mended, and the check looks at one only.
        for step in repaired.steps.iter().filter(|step| step.deed == Deed::EmptyDuplicate) {
            if step.atoms.iter().any(|atom| mended.contains(atom)) {
                mended.extend(step.atoms.iter().copied());
            }
        }
        // What a border took along may have gone back to whom it came from: then the unit is as it was.
        let concerned: BTreeSet<AtomId> = repaired.changed.iter().chain(flows.keys()).copied().collect();
        for atom in concerned {
            let mut change = 0.0;
            if repaired.changed.binary_search(&atom).is_ok() {
                let (was, is) = (before[atom.index()], area_m2(&repaired.polygons_of(atom)));
                balance.units.push((atom, was, is));
                change = is - was;
            }
            let rest = change - flows.get(&atom).copied().unwrap_or_default();
            balance.after_m2 += change;
            if mended.contains(&atom) {
                balance.mended_m2 += rest;
            } else {
                balance.moved_m2 += rest;
                balance.moved_among_units_m2 += rest.abs();
            }
        }
        balance
    }
}
