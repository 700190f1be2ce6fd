//! Units by how they lie: around others, inside of them, beside them.
//!
//! All take units of one level and give units of that level, ascending.

use std::collections::BTreeSet;

use crate::coverage::{AtomId, Coverage};
use crate::model::{Dataset, Kind, LevelIndex, State, UnitId};

/// Units with their neighbours: those that share a border of more than a point.
#[must_use]
pub fn grown(coverage: &Coverage, state: &State, units: &[UnitId]) -> Vec<UnitId> {
    let mut grown: BTreeSet<UnitId> = units.iter().copied().collect();
    for &unit in units {
        let level = state.unit(unit).level;
        let around = state.atoms(unit).into_iter().flat_map(|atom| coverage.neighbours(atom));
        grown.extend(around.map(|&atom| state.unit_of(atom, level)));
    }
    grown.into_iter().collect()
}

/// Units without those that have a neighbour outside of them: what growing the rest would leave. The end of the data is
/// no neighbour.
#[must_use]
pub fn shrunk(coverage: &Coverage, state: &State, units: &[UnitId]) -> Vec<UnitId> {
    let inside: BTreeSet<UnitId> = units.iter().copied().collect();
    let is_rim = |unit: UnitId| {
        let level = state.unit(unit).level;
        let mut around = state.atoms(unit).into_iter().flat_map(|atom| coverage.neighbours(atom));
        around.any(|&atom| !inside.contains(&state.unit_of(atom, level)))
    };
    inside.iter().copied().filter(|&unit| !is_rim(unit)).collect()
}

/// Units of a level that are not among some.
#[must_use]
pub fn rest(state: &State, level: LevelIndex, units: &[UnitId]) -> Vec<UnitId> {
    let inside: BTreeSet<UnitId> = units.iter().copied().collect();
    state.units_at(level).filter(|unit| !inside.contains(unit)).collect()
}

/// All members of the parents of some units.
#[must_use]
pub fn siblings(state: &State, units: &[UnitId]) -> Vec<UnitId> {
    let parents: BTreeSet<UnitId> = units.iter().filter_map(|&unit| state.unit(unit).parent).collect();
    let mut members: Vec<UnitId> = parents.into_iter().flat_map(|parent| state.members(parent)).copied().collect();
    members.sort_unstable();
    members
}

/// All units of a level that are of the kind of one of some.
#[must_use]
pub fn same_kind(state: &State, level: LevelIndex, units: &[UnitId]) -> Vec<UnitId> {
    let kinds: BTreeSet<Option<&Kind>> = units.iter().map(|&unit| state.unit(unit).kind.as_ref()).collect();
    state.units_at(level).filter(|&unit| kinds.contains(&state.unit(unit).kind.as_ref())).collect()
}

/// Units wholly enclosed by some: there is no way from them to the end of the data but through those.
///
/// ```text
///   a a a
///   a . a      . is enclosed by the a; a lake or gap inside of the data is no way out
///   a a a
/// ```
#[must_use]
pub fn enclosed(dataset: &Dataset, state: &State, level: LevelIndex, units: &[UnitId]) -> Vec<UnitId> {
    let coverage = &dataset.coverage;
    let labels = state.labels(level);
    let mut is_wall = vec![false; state.unit_count()];
    for unit in units {
        is_wall[unit.index()] = true;
    }
    let is_free = |atom: AtomId| !is_wall[labels[atom.index()].index()];
    let mut reached = vec![false; coverage.atom_count()];
    let mut queue: Vec<AtomId> = rim(coverage).into_iter().filter(|&atom| is_free(atom)).collect();
    for atom in &queue {
        reached[atom.index()] = true;
    }
    while let Some(atom) = queue.pop() {
        for &next in coverage.neighbours(atom) {
            if is_free(next) && !std::mem::replace(&mut reached[next.index()], true) {
                queue.push(next);
            }
        }
    }
    let is_enclosed = |unit: &UnitId| {
        let atoms = state.atoms(*unit);
        let has_faces = |atom: &AtomId| coverage.faces_of(*atom).len() > 0;
        !is_wall[unit.index()] && atoms.iter().any(has_faces) && atoms.iter().all(|atom| !reached[atom.index()])
    };
    state.units_at(level).filter(is_enclosed).collect()
}

/// Units of a level that a single other unit surrounds on all sides.
#[must_use]
pub fn surrounded_by_one(dataset: &Dataset, state: &State, level: LevelIndex) -> Vec<UnitId> {
    let coverage = &dataset.coverage;
    let at_end: BTreeSet<UnitId> = rim(coverage).into_iter().map(|atom| state.unit_of(atom, level)).collect();
    let has_one_neighbour = |unit: &UnitId| {
        let around = state.atoms(*unit).into_iter().flat_map(|atom| coverage.neighbours(atom));
        let mut others = around.map(|&atom| state.unit_of(atom, level)).filter(|other| other != unit);
        let first = others.next();
        first.is_some_and(|first| others.all(|other| other == first))
    };
    state.units_at(level).filter(|unit| !at_end.contains(unit) && has_one_neighbour(unit)).collect()
}

/// Atoms at the outer end of the data, ascending. The rim of a lake or gap inside does not count.
fn rim(coverage: &Coverage) -> Vec<AtomId> {
    let all: Vec<AtomId> = coverage.atoms().collect();
    let outline = coverage.outline(&all);
    let shells = outline.on_globe().iter().flat_map(|polygon| &polygon.shell);
    let mut atoms: Vec<AtomId> =
        shells.filter_map(|&arc| coverage.left(arc)).map(|face| coverage.atom_of(face)).collect();
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}
