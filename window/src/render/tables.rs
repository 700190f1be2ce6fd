//! The style of every atom and of every arc, with a memory of what has changed since when.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{ArcStyle, AtomStyle};
use quhua::coverage::{ArcId, AtomId, Coverage};

/// Style of every atom and arc of a coverage.
///
/// The map on the GPU has a copy of it. Changes are logged, so that a [`MapLayer`](super::MapLayer) uploads what has
/// changed since its last frame and nothing else; several layers may follow one table.
#[derive(Debug)]
pub struct StyleTables {
    atoms: Logged<AtomStyle>,
    arcs: Logged<ArcStyle>,
}

impl StyleTables {
    /// Transparent atoms and hidden borders for a coverage.
    #[must_use]
    pub fn new(coverage: &Coverage) -> Self {
        Self { atoms: Logged::new(coverage.atom_count()), arcs: Logged::new(coverage.arc_count()) }
    }

    /// Style of an atom.
    #[must_use]
    pub fn atom(&self, atom: AtomId) -> AtomStyle {
        self.atoms.rows[atom.index()]
    }

    /// Style of an arc.
    #[must_use]
    pub fn arc(&self, arc: ArcId) -> ArcStyle {
        self.arcs.rows[arc.index()]
    }

    /// Changes the style of an atom. An equal style costs nothing.
    pub fn set_atom(&mut self, atom: AtomId, style: AtomStyle) {
        self.atoms.set(atom.0, style);
    }

    /// Changes the style of some atoms in place.
    pub fn edit_atoms(
        &mut self,
        atoms: impl IntoIterator<Item = AtomId>,
        mut edit: impl FnMut(AtomId, &mut AtomStyle),
    ) {
        for atom in atoms {
            let mut style = self.atom(atom);
            edit(atom, &mut style);
            self.set_atom(atom, style);
        }
    }

    /// Changes the style of an arc. An equal style costs nothing.
    pub fn set_arc(&mut self, arc: ArcId, style: ArcStyle) {
        self.arcs.set(arc.0, style);
    }

    /// Changes the style of some arcs in place.
    pub fn edit_arcs(&mut self, arcs: impl IntoIterator<Item = ArcId>, mut edit: impl FnMut(ArcId, &mut ArcStyle)) {
        for arc in arcs {
            let mut style = self.arc(arc);
            edit(arc, &mut style);
            self.set_arc(arc, style);
        }
    }

    pub(super) fn atoms(&self) -> &Logged<AtomStyle> {
        &self.atoms
    }

    pub(super) fn arcs(&self) -> &Logged<ArcStyle> {
        &self.arcs
    }
}

/// How far a reader has followed a [`Logged`] array. The default has read nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    table: u64,
    revision: u64,
}

/// What a reader has to read again.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Changes<'a> {
    /// Everything.
    All,
    /// These rows; a row may stand there twice.
    Rows(&'a [u32]),
}

/// Rows with a log of changes.
#[derive(Debug)]
pub(super) struct Logged<T> {
    /// Tells one array from another, so that a reader notices when it is given a new one.
    table: u64,
    rows: Vec<T>,
    log: Vec<u32>,
    /// Revision at the front of the log.
    log_start: u64,
}

impl<T: Copy + PartialEq + Default> Logged<T> {
    fn new(rows: usize) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let table = NEXT.fetch_add(1, Ordering::Relaxed);
        Self { table, rows: vec![T::default(); rows], log: Vec::new(), log_start: 0 }
    }

    fn set(&mut self, row: u32, value: T) {
        let old = &mut self.rows[row as usize];
        if *old == value {
            return;
        }
        *old = value;
        // A log longer than the table costs more than reading everything once. Its older half goes: whoever has read
        // that still gets what is new.
        if self.log.len() > self.rows.len() {
            let half = self.log.len().div_ceil(2);
            self.log_start += half as u64;
            self.log.drain(..half);
        }
        self.log.push(row);
    }

    /// All rows.
    pub(super) fn rows(&self) -> &[T] {
        &self.rows
    }

    /// The mark of a reader that has read everything.
    pub(super) fn now(&self) -> Seen {
        Seen { table: self.table, revision: self.log_start + self.log.len() as u64 }
    }

    /// What a reader has missed.
    pub(super) fn changes_since(&self, seen: Seen) -> Changes<'_> {
        if seen.table != self.table || seen.revision < self.log_start {
            return Changes::All;
        }
        usize::try_from(seen.revision - self.log_start)
            .ok()
            .and_then(|skip| self.log.get(skip..))
            .map_or(Changes::All, Changes::Rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_what_changed_since_it_last_read() {
        let mut rows = Logged::<u8>::new(4);
        assert_eq!(rows.changes_since(Seen::default()), Changes::All);
        let seen = rows.now();
        rows.set(2, 7);
        rows.set(2, 7);
        assert_eq!(rows.changes_since(seen), Changes::Rows(&[2]));
        assert_eq!(rows.changes_since(rows.now()), Changes::Rows(&[]));
    }

    #[test]
    fn a_reader_left_far_behind_reads_everything() {
        let mut rows = Logged::<u8>::new(2);
        let seen = rows.now();
        for value in 1..20 {
            rows.set(0, value);
        }
        assert_eq!(rows.changes_since(seen), Changes::All);
        assert_eq!(rows.changes_since(rows.now()), Changes::Rows(&[]));
    }

    #[test]
    fn a_reader_that_keeps_up_never_reads_everything_again() {
        let mut rows = Logged::<u8>::new(8);
        for value in 1..200 {
            let seen = rows.now();
            rows.set(u32::from(value % 8), value);
            assert_eq!(rows.changes_since(seen), Changes::Rows(&[u32::from(value % 8)]));
        }
    }

    #[test]
    fn another_table_is_read_from_the_start() {
        let (one, other) = (Logged::<u8>::new(2), Logged::<u8>::new(2));
        assert_eq!(other.changes_since(one.now()), Changes::All);
    }
}
