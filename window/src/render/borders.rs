//! Borders into the tables of the map, and outlines of what is highlighted.

use quhua::coverage::{ArcId, AtomId, Coverage, DirectedArc};

use super::{ArcFlags, ArcStyle, AtomFlags, Borders, StyleTables};

impl StyleTables {
    /// Styles all borders. Highlights stay.
    pub fn style_all(&mut self, borders: &Borders<'_>) {
        self.style_arcs(borders, borders.coverage.arcs());
    }

    /// Styles the borders of some atoms, after an edit that touched them. Highlights stay.
    pub fn style_around(&mut self, borders: &Borders<'_>, atoms: &[AtomId]) {
        let arcs = atoms.iter().flat_map(|&atom| borders.coverage.arcs_of(atom)).map(DirectedArc::arc);
        self.style_arcs(borders, arcs);
    }

    fn style_arcs(&mut self, borders: &Borders<'_>, arcs: impl IntoIterator<Item = ArcId>) {
        self.edit_arcs(arcs, |arc, style| {
            let ArcStyle { rank, flags } = borders.style(arc);
            style.rank = rank;
            for flag in [ArcFlags::ABOLISHED, ArcFlags::CHANGED] {
                style.flags = style.flags.set(flag, flags.has(flag));
            }
        });
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
