//! What each border looks like in a state.

use rayon::prelude::*;

use super::{ArcFlags, ArcStyle, Rank};
use crate::coverage::{ArcId, AtomId, Coverage};
use crate::model::{Dataset, Level, LevelIndex, State};

/// What borders are drawn from.
#[derive(Clone, Copy, Debug)]
pub struct Borders<'a> {
    /// The map.
    pub coverage: &'a Coverage,
    /// Levels of the dataset, finest first.
    pub levels: &'a [Level],
    /// As it came.
    pub base: &'a State,
    /// As it is.
    pub state: &'a State,
}

impl<'a> Borders<'a> {
    /// Borders of a dataset in a state.
    #[must_use]
    pub fn of(dataset: &'a Dataset, state: &'a State) -> Self {
        Self { coverage: &dataset.coverage, levels: &dataset.levels, base: &dataset.base, state }
    }

    /// Style of one border.
    #[must_use]
    pub fn style(&self, arc: ArcId) -> ArcStyle {
        let sides = self.coverage.sides(arc);
        let (was, rank) = (self.rank(self.base, sides), self.rank(self.state, sides));
        let flags = ArcFlags::NONE.set(ArcFlags::ABOLISHED, was > rank).set(ArcFlags::CHANGED, rank > was);
        ArcStyle { rank, flags }
    }

    /// Ranks before any plan, for drawing.
    #[must_use]
    pub fn base_ranks(&self) -> BaseRanks {
        let of_arc = (0..self.coverage.arc_count())
            .into_par_iter()
            .map(|arc| self.rank(self.base, self.coverage.sides(ArcId::new(arc))))
            .collect();
        let mut units = [0; 5];
        for level in self.base.levels() {
            let rank = self.levels.get(level.index()).map_or(Rank::Village, |&level| Rank::from(level));
            units[rank as usize] = self.base.units_at(level).count();
        }
        BaseRanks { of_arc, units }
    }

    /// Of the coarsest level at which the sides belong to different units; the edge of everything ranks highest.
    fn rank(&self, state: &State, sides: [Option<AtomId>; 2]) -> Rank {
        let [Some(left), Some(right)] = sides else { return Rank::County };
        let parted = |level: &LevelIndex| state.unit_of(left, *level) != state.unit_of(right, *level);
        state.levels().rev().find(parted).map_or(Rank::Hidden, |level| {
            self.levels.get(level.index()).map_or(Rank::Village, |&level| Rank::from(level))
        })
    }
}

/// What is known about borders before any plan.
#[derive(Clone, Debug, PartialEq)]
pub struct BaseRanks {
    /// Rank of every arc.
    pub of_arc: Vec<Rank>,
    /// Units of the levels of each rank, `Hidden` first.
    pub units: [usize; 5],
}

impl BaseRanks {
    /// The same rank for all arcs of a coverage.
    #[must_use]
    pub fn uniform(coverage: &Coverage, rank: Rank) -> Self {
        Self { of_arc: vec![rank; coverage.arc_count()], units: [coverage.atom_count(); 5] }
    }
}
