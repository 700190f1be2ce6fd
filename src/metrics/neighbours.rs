//! Units that share a border.

use std::collections::BTreeMap;

use crate::coverage::AtomId;
use crate::geodesy::ExactSum;
use crate::model::{Dataset, State, UnitId};

/// Units of the same level that share a border of more than a point with this one, and its length in metres,
/// in the order of ids.
///
/// Atoms that overlap, or whose border does not match vertex for vertex, share no border there.
#[must_use]
pub fn neighbours(dataset: &Dataset, state: &State, unit: UnitId) -> Vec<(UnitId, f64)> {
    neighbours_of_part(dataset, state, &state.atoms(unit), unit)
}

/// Units of the level of `whole`, but for that, that share a border with some of its atoms, and its length in metres, in
/// the order of ids. The atoms may be those that a cut would make: of a dataset with more atoms than the state knows.
#[must_use]
pub fn neighbours_of_part(dataset: &Dataset, state: &State, atoms: &[AtomId], whole: UnitId) -> Vec<(UnitId, f64)> {
    let coverage = &dataset.coverage;
    let measures = dataset.any_measures();
    let labels = state.labels(state.unit(whole).level);
    let mut shared: BTreeMap<UnitId, ExactSum> = BTreeMap::new();
    for arc in atoms.iter().flat_map(|&atom| coverage.arcs_of(atom)) {
        let Some(face) = coverage.right(arc) else { continue };
        let other = labels.get(coverage.atom_of(face).index()).filter(|&&other| other != whole);
        if let Some(&other) = other {
            *shared.entry(other).or_default() += measures.arc_length(arc.arc());
        }
    }
    shared.into_iter().map(|(unit, length)| (unit, length.to_f64())).collect()
}
