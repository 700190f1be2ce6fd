//! What each border looks like in a state, and outlines of what is highlighted.

use rayon::prelude::*;

use crate::coverage::{ArcId, AtomId, Coverage, DirectedArc};
use crate::model::{Dataset, Level, LevelIndex, State};

use super::{ArcFlags, ArcStyle, AtomFlags, BaseRanks, Rank, StyleTables};

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

    /// Styles all borders. Highlights stay.
    pub fn style_all(&self, tables: &mut StyleTables) {
        self.style_arcs(tables, self.coverage.arcs());
    }

    /// Styles the borders of some atoms, after an edit that touched them. Highlights stay.
    pub fn style_around(&self, tables: &mut StyleTables, atoms: &[AtomId]) {
        let arcs = atoms.iter().flat_map(|&atom| self.coverage.arcs_of(atom)).map(DirectedArc::arc);
        self.style_arcs(tables, arcs);
    }

    fn style_arcs(&self, tables: &mut StyleTables, arcs: impl IntoIterator<Item = ArcId>) {
        tables.edit_arcs(arcs, |arc, style| {
            let ArcStyle { rank, flags } = self.style(arc);
            style.rank = rank;
            for flag in [ArcFlags::ABOLISHED, ArcFlags::CHANGED] {
                style.flags = style.flags.set(flag, flags.has(flag));
            }
        });
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

/// Borders that part a set of atoms, in any order, from the rest; ascending.
#[must_use]
pub fn outline_arcs(coverage: &Coverage, atoms: &[AtomId]) -> Vec<ArcId> {
    let mut inside = atoms.to_vec();
    inside.sort_unstable();
    let mut arcs: Vec<ArcId> = inside.iter().flat_map(|&atom| coverage.arcs_of(atom)).map(DirectedArc::arc).collect();
    arcs.sort_unstable();
    arcs.dedup();
    let is_inside = |atom: &Option<AtomId>| atom.is_some_and(|atom| inside.binary_search(&atom).is_ok());
    arcs.retain(|&arc| coverage.sides(arc).iter().filter(|side| is_inside(side)).count() == 1);
    arcs
}

/// A set of atoms that is tinted and outlined: the selection, or what the pointer is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    atom_flag: AtomFlags,
    arc_flag: ArcFlags,
    atoms: Vec<AtomId>,
    arcs: Vec<ArcId>,
}

impl Highlight {
    /// Nothing selected.
    #[must_use]
    pub const fn selection() -> Self {
        Self::with(AtomFlags::SELECTED, ArcFlags::SELECTED)
    }

    /// Nothing under the pointer. It is tinted only: an outline would cost a geometry pass for every unit that the
    /// pointer crosses.
    #[must_use]
    pub const fn hover() -> Self {
        Self::with(AtomFlags::HOVERED, ArcFlags::NONE)
    }

    const fn with(atom_flag: AtomFlags, arc_flag: ArcFlags) -> Self {
        Self { atom_flag, arc_flag, atoms: Vec::new(), arcs: Vec::new() }
    }

    /// Atoms highlighted now, ascending.
    #[must_use]
    pub fn atoms(&self) -> &[AtomId] {
        &self.atoms
    }

    /// Highlights these atoms instead of those before. Call it again after an edit, with the new atoms.
    pub fn set(&mut self, tables: &mut StyleTables, coverage: &Coverage, mut atoms: Vec<AtomId>) {
        atoms.sort_unstable();
        atoms.dedup();
        if atoms == self.atoms {
            return;
        }
        let arcs = if self.arc_flag == ArcFlags::NONE { Vec::new() } else { outline_arcs(coverage, &atoms) };
        // What stays highlighted is not touched, so that it is not uploaded again.
        let gone = self.atoms.iter().copied().filter(|atom| atoms.binary_search(atom).is_err());
        tables.edit_atoms(gone, |_, style| style.flags = style.flags.without(self.atom_flag));
        tables.edit_atoms(atoms.iter().copied(), |_, style| style.flags = style.flags.with(self.atom_flag));
        let gone = self.arcs.iter().copied().filter(|arc| arcs.binary_search(arc).is_err());
        tables.edit_arcs(gone, |_, style| style.flags = style.flags.without(self.arc_flag));
        tables.edit_arcs(arcs.iter().copied(), |_, style| style.flags = style.flags.with(self.arc_flag));
        (self.atoms, self.arcs) = (atoms, arcs);
    }

    /// Sets the flags again in tables that were made anew, or after fills were overwritten.
    pub fn restore(&self, tables: &mut StyleTables) {
        tables.edit_atoms(self.atoms.iter().copied(), |_, style| style.flags = style.flags.with(self.atom_flag));
        tables.edit_arcs(self.arcs.iter().copied(), |_, style| style.flags = style.flags.with(self.arc_flag));
    }
}
