//! Units that share a border.

use std::collections::BTreeMap;

use crate::geodesy::ExactSum;
use crate::model::{Dataset, State, UnitId};

/// Units of the same level that share a border of more than a point with this one, and its length in metres,
/// in the order of ids.
///
/// Atoms that overlap, or whose border does not match vertex for vertex, share no border there.
#[must_use]
pub fn neighbours(dataset: &Dataset, state: &State, unit: UnitId) -> Vec<(UnitId, f64)> {
    let coverage = &dataset.coverage;
    let measures = dataset.any_measures();
    let labels = state.labels(state.unit(unit).level);
    let mut shared: BTreeMap<UnitId, ExactSum> = BTreeMap::new();
    for atom in state.atoms(unit) {
        for arc in coverage.arcs_of(atom) {
            let Some(face) = coverage.right(arc) else { continue };
            let other = labels[coverage.atom_of(face).index()];
            if other != unit {
                *shared.entry(other).or_default() += measures.arc_length(arc.arc());
            }
        }
    }
    shared.into_iter().map(|(unit, length)| (unit, length.to_f64())).collect()
}
