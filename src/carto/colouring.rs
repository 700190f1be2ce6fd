//! Which colour each unit gets, so that neighbours differ.
//!
//! 1. From nothing, units are coloured in smallest-last order. On a planar map that needs at most six colours
//!    (Matula and Beck 1983); there are seven, and the rarest that is free is taken.
//! 2. After an edit, colours stay. Only a unit that is new, or now touches one of its own colour, gets another.
//! 3. Exclaves can ask for more colours than there are: then the colour with the fewest clashes is taken.

use std::collections::BTreeSet;

use super::palette::COLOURS;
use crate::coverage::Coverage;
use crate::model::{LevelIndex, State, UnitId};

/// Colour of every unit of one level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colouring {
    level: LevelIndex,
    /// By unit; `None` for units of other levels.
    colours: Vec<Option<u8>>,
}

impl Colouring {
    /// Colours all units of a level.
    #[must_use]
    pub fn new(coverage: &Coverage, state: &State, level: LevelIndex) -> Self {
        let mut edges: Vec<(u32, u32)> = Vec::new();
        for arc in coverage.arcs() {
            if let [Some(left), Some(right)] = coverage.sides(arc) {
                let (a, b) = (state.unit_of(left, level), state.unit_of(right, level));
                if a != b {
                    edges.extend([(a.0, b.0), (b.0, a.0)]);
                }
            }
        }
        edges.sort_unstable();
        edges.dedup();
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); state.unit_count()];
        for (unit, neighbour) in edges {
            neighbours[unit as usize].push(neighbour);
        }
        let units: Vec<u32> = state.units_at(level).map(|unit| unit.0).collect();
        let mut colours = vec![None; state.unit_count()];
        let mut used = [0; COLOURS];
        for unit in smallest_last(&units, &neighbours) {
            let clashes = clashes(neighbours[unit as usize].iter().map(|&n| colours[n as usize]));
            let colour = best(&clashes, &used);
            used[usize::from(colour)] += 1;
            colours[unit as usize] = Some(colour);
        }
        Self { level, colours }
    }

    /// Follows an edit that changed some units. Costs what they and their neighbours hold, not the whole map.
    /// Returns the units whose colour changed, in order.
    pub fn update(&mut self, coverage: &Coverage, state: &State, changed: &[UnitId]) -> Vec<UnitId> {
        self.colours.resize(state.unit_count(), None);
        let mut used = [0; COLOURS];
        self.colours.iter().flatten().for_each(|&colour| used[usize::from(colour)] += 1);
        let mut changed: Vec<UnitId> = changed
            .iter()
            .copied()
            .filter(|&unit| state.unit(unit).level == self.level && state.unit(unit).is_current())
            .collect();
        // Units that have a colour come first and keep it if they can.
        changed.sort_unstable_by_key(|&unit| (self.of(unit).is_none(), unit));
        changed.dedup();
        let mut recoloured = BTreeSet::new();
        for unit in changed {
            let neighbours = self.neighbours(coverage, state, unit);
            let clashes = clashes(neighbours.iter().map(|&n| self.of(n)));
            if self.of(unit).is_some_and(|colour| clashes[usize::from(colour)] == 0) {
                continue;
            }
            let mut colour = best(&clashes, &used);
            if clashes[usize::from(colour)] > 0 {
                // Every colour is around: perhaps one neighbour can give way.
                if let Some((neighbour, given_up, other)) = self.giving_way(coverage, state, &neighbours, &clashes) {
                    self.colours[neighbour.index()] = Some(other);
                    recoloured.insert(neighbour);
                    colour = given_up;
                }
            }
            self.colours[unit.index()] = Some(colour);
            recoloured.insert(unit);
        }
        recoloured.into_iter().collect()
    }

    /// Colour of a unit, below [`COLOURS`]; `None` when it is of another level or unknown.
    #[must_use]
    pub fn of(&self, unit: UnitId) -> Option<u8> {
        self.colours.get(unit.index()).copied().flatten()
    }

    /// The level that is coloured.
    #[must_use]
    pub fn level(&self) -> LevelIndex {
        self.level
    }

    fn neighbours(&self, coverage: &Coverage, state: &State, unit: UnitId) -> Vec<UnitId> {
        let atoms = state.atoms(unit);
        let around = atoms.iter().flat_map(|&atom| coverage.neighbours(atom));
        let units: BTreeSet<UnitId> = around.map(|&atom| state.unit_of(atom, self.level)).collect();
        units.into_iter().filter(|&other| other != unit).collect()
    }

    /// A neighbour that alone stands in the way of its colour and can take another: it, its colour, the other.
    fn giving_way(
        &self,
        coverage: &Coverage,
        state: &State,
        neighbours: &[UnitId],
        clashes_here: &[usize; COLOURS],
    ) -> Option<(UnitId, u8, u8)> {
        neighbours.iter().find_map(|&neighbour| {
            let colour = self.of(neighbour).filter(|&colour| clashes_here[usize::from(colour)] == 1)?;
            let around = self.neighbours(coverage, state, neighbour);
            let theirs = clashes(around.iter().map(|&n| self.of(n)));
            let other = (0..).zip(theirs).find(|&(other, clashes)| clashes == 0 && other != colour)?.0;
            Some((neighbour, colour, other))
        })
    }
}

/// How many neighbours have each colour.
fn clashes(neighbours: impl Iterator<Item = Option<u8>>) -> [usize; COLOURS] {
    let mut clashes = [0; COLOURS];
    neighbours.flatten().for_each(|colour| clashes[usize::from(colour)] += 1);
    clashes
}

/// The colour with the fewest clashes; among equals the rarest on the map, then the first.
fn best(clashes: &[usize; COLOURS], used: &[usize; COLOURS]) -> u8 {
    (0..)
        .zip(clashes.iter().zip(used))
        .min_by_key(|&(colour, (clashes, used))| (clashes, used, colour))
        .map_or(0, |b| b.0)
}

/// Units in the order of colouring: the reverse of always taking away the one with the fewest neighbours left.
fn smallest_last(units: &[u32], neighbours: &[Vec<u32>]) -> Vec<u32> {
    let mut degree: Vec<usize> = neighbours.iter().map(Vec::len).collect();
    let mut left: BTreeSet<(usize, u32)> = units.iter().map(|&unit| (degree[unit as usize], unit)).collect();
    let mut order = Vec::with_capacity(units.len());
    while let Some((_, unit)) = left.pop_first() {
        order.push(unit);
        for &neighbour in &neighbours[unit as usize] {
            let now = &mut degree[neighbour as usize];
            if left.remove(&(*now, neighbour)) {
                *now -= 1;
                left.insert((*now, neighbour));
            }
        }
    }
    order.reverse();
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_wheel_comes_first() {
        // 0 touches 1, 2, 3; these touch nothing else.
        let neighbours = vec![vec![1, 2, 3], vec![0], vec![0], vec![0]];
        assert_eq!(smallest_last(&[0, 1, 2, 3], &neighbours).len(), 4);
        assert!(smallest_last(&[0, 1, 2, 3], &neighbours)[..2].contains(&0));
    }

    #[test]
    fn a_free_colour_beats_a_rare_one() {
        let mut clashes = [1; COLOURS];
        clashes[4] = 0;
        assert_eq!(best(&clashes, &[0, 0, 0, 0, 9, 0, 0]), 4);
        assert_eq!(best(&[0; COLOURS], &[3, 1, 2, 1, 5, 5, 5]), 1);
    }
}
