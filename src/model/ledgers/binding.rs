//! What the rows of a ledger are bound to.
//!
//! 1. In this order: the place, the code, the name within the unit above. What a row says more exactly and wrong is not
//!    made up for by what it says less exactly: a village that there is not is no reason to take the township.
//! 2. A row that names a unit belongs to the atom around that unit's seat; one of the whole county to nobody in it.
//! 3. A line belongs to the atom that has most of it.

use std::collections::HashSet;
use std::sync::Arc;

use geo::Coord;
use smallvec::SmallVec;

use super::binder::Binder;
use super::columns::is_name;
use super::sharing::lengths_in;
use super::{Accepted, Drawn, LaidLedger, Ledger, LedgerColumn, LedgerFinding, RowIndex};
use crate::coverage::AtomId;
use crate::model::{Dataset, UnitId};

/// What told what a row is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BoundBy {
    /// Its code, as it stands.
    Code,
    /// Its code, once what a spreadsheet did to it was mended.
    RepairedCode,
    /// Its name.
    Name,
}

/// Why a row is bound to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyUnbound {
    /// Its place lies in no unit, and it names none.
    Outside,
    /// No unit has its code.
    NoSuchCode,
    /// No unit has its name there.
    NoSuchName,
    /// Several units may be meant.
    Ambiguous,
    /// Neither a place nor a code nor a name stands in it.
    Nothing,
}

/// What a row is bound to.
#[derive(Clone, Debug, PartialEq)]
pub enum Bound {
    /// A place in an atom.
    Place(AtomId, Coord),
    /// A line: the atoms that it runs through, each with its length there in metres, the longest first.
    Line(Box<[(AtomId, f64)]>),
    /// A unit as loaded, and the atom around its seat.
    Unit {
        /// The unit.
        unit: UnitId,
        /// The atom that the row belongs to.
        atom: AtomId,
        /// What told.
        by: BoundBy,
    },
    /// All of it: no unit in it has it more than another.
    Whole,
    /// Nothing.
    No(WhyUnbound),
}

impl Bound {
    /// The atom that the row belongs to.
    #[must_use]
    pub fn atom(&self) -> Option<AtomId> {
        match self {
            Self::Place(atom, _) | Self::Unit { atom, .. } => Some(*atom),
            Self::Line(parts) => parts.first().map(|(atom, _)| *atom),
            Self::Whole | Self::No(_) => None,
        }
    }

    /// All atoms that have a share of its amounts.
    fn all_atoms(&self, dataset: &Dataset, is_of_units: bool) -> SmallVec<[AtomId; 2]> {
        match self {
            Self::Unit { atom, .. } if !is_of_units => SmallVec::from_slice(&[*atom]),
            Self::Place(atom, _) => SmallVec::from_slice(&[*atom]),
            Self::Line(parts) => parts.iter().map(|(atom, _)| *atom).collect(),
            Self::Unit { unit, .. } => SmallVec::from_vec(dataset.base.atoms(*unit)),
            Self::Whole | Self::No(_) => SmallVec::new(),
        }
    }
}

impl LaidLedger {
    /// Lays a ledger over boundaries, as they were loaded or with cuts. `accepted` are keys of rows with the codes of the
    /// units that somebody said they are of.
    #[must_use]
    pub fn lay(ledger: Arc<Ledger>, dataset: &Dataset, accepted: Accepted) -> Self {
        let binder = Binder::new(&ledger, dataset);
        let mut findings = Vec::new();
        let bound: Vec<Bound> = ledger
            .rows()
            .map(|row| {
                let said = accepted.get(ledger.key(row).as_str()).and_then(|code| binder.accepted(code));
                said.unwrap_or_else(|| binder.bind(row, &mut findings))
            })
            .collect();
        let is_of_units = is_of_units(&ledger, &binder, &bound);
        let mut at: Vec<SmallVec<[RowIndex; 1]>> = vec![SmallVec::new(); dataset.coverage.atom_count()];
        for (row, bound) in ledger.rows().zip(&bound) {
            if let Some(atom) = bound.atom() {
                at[atom.index()].push(row);
            }
        }
        let mut wide_at: Vec<SmallVec<[RowIndex; 1]>> = vec![SmallVec::new(); dataset.coverage.atom_count()];
        let mut wide = Vec::new();
        for (row, bound) in ledger.rows().zip(&bound) {
            let atoms = bound.all_atoms(dataset, is_of_units);
            if atoms.len() > 1 {
                wide.push(row);
                atoms.iter().for_each(|atom| wide_at[atom.index()].push(row));
            }
        }
        let (bound, at, wide_at) = (bound.into(), at.into(), wide_at.into());
        let (wide, findings, accepted) = (wide.into(), findings.into(), Arc::new(accepted));
        let naming = binder.naming().into();
        Self { ledger, bound, is_of_units, naming, at, wide, wide_at, findings, accepted }
    }

    /// The same ledger over other boundaries.
    #[must_use]
    pub fn laid_over(&self, dataset: &Dataset) -> Self {
        Self::lay(Arc::clone(&self.ledger), dataset, self.accepted().clone())
    }

    /// What is doubtful about what its rows are bound to.
    #[must_use]
    pub fn binding_findings(&self) -> &[LedgerFinding] {
        &self.findings
    }

    /// The same over the dataset that a cut of an atom led to, in which the part on the right is the last atom.
    pub(in crate::model) fn refined(&self, dataset: &Dataset, cut: AtomId) -> Self {
        let mut laid = self.clone();
        let made = AtomId::new(dataset.coverage.atom_count() - 1);
        laid.at.push(SmallVec::new());
        laid.wide_at.push(SmallVec::new());
        let goes = |at: Coord| dataset.coverage.contains(made, at) && !dataset.coverage.contains(cut, at);
        let mut concerned: Vec<RowIndex> = self.rows_at(cut).iter().chain(self.wide_rows_at(cut)).copied().collect();
        concerned.sort_unstable();
        concerned.dedup();
        let mut wide = Vec::new();
        for row in concerned {
            let before = self.bound(row);
            let bound = match before {
                Bound::Place(atom, at) => Bound::Place(if *atom == cut && goes(*at) { made } else { *atom }, *at),
                Bound::Unit { unit, atom, by } => {
                    let seat = dataset.base.unit(*unit).seat.as_ref();
                    let is_right = *atom == cut && seat.is_some_and(|seat| goes(seat.at));
                    Bound::Unit { unit: *unit, atom: if is_right { made } else { *atom }, by: *by }
                }
                Bound::Line(parts) => {
                    let mut now: Vec<(AtomId, f64)> = parts.iter().copied().filter(|(atom, _)| *atom != cut).collect();
                    if let Drawn::Line(lines) = self.ledger.drawn(row) {
                        now.extend(lengths_in(&dataset.coverage, lines, &[cut, made]));
                    }
                    longest_first(&mut now);
                    if now.is_empty() { before.clone() } else { Bound::Line(now.into()) }
                }
                Bound::Whole | Bound::No(_) => continue,
            };
            let atoms = bound.all_atoms(dataset, self.is_of_units);
            if atoms.len() > 1 {
                wide.push(row);
                for atom in [cut, made].into_iter().filter(|atom| atoms.contains(atom)) {
                    laid.list_as_wide(atom, row);
                }
            }
            laid.rebind(row, bound);
        }
        wide.extend(self.wide.iter().copied());
        wide.sort_unstable();
        wide.dedup();
        if wide.len() > self.wide.len() {
            laid.wide = wide.into();
        }
        laid
    }

    fn list_as_wide(&mut self, atom: AtomId, row: RowIndex) {
        let mut rows = self.wide_at[atom.index()].clone();
        if let Err(at) = rows.binary_search(&row) {
            rows.insert(at, row);
            self.wide_at.set(atom.index(), rows);
        }
    }

    fn rebind(&mut self, row: RowIndex, bound: Bound) {
        let (from, to) = (self.bound(row).atom(), bound.atom());
        if from != to {
            if let Some(from) = from {
                let mut rows = self.at[from.index()].clone();
                rows.retain(|it| *it != row);
                self.at.set(from.index(), rows);
            }
            if let Some(to) = to {
                let mut rows = self.at[to.index()].clone();
                rows.push(row);
                rows.sort_unstable();
                self.at.set(to.index(), rows);
            }
        }
        self.bound.set(row.index(), bound);
    }
}

/// Parts in order: the longest first, of equal ones the first atom.
pub(super) fn longest_first(parts: &mut [(AtomId, f64)]) {
    parts.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
}

/// Whether each row is a unit, as in a table of figures of villages, and not one of the things that lie in it: rows are known
/// by what names the unit, or nothing in them has a name of its own and none is of the unit of another.
fn is_of_units(ledger: &Ledger, binder: &Binder<'_>, bound: &[Bound]) -> bool {
    if ledger.key_column().is_some_and(|key| binder.names_units(key)) {
        return true;
    }
    let has_own_name = |(at, column): (usize, &LedgerColumn)| {
        is_name(&column.header) && !binder.names_units(at) && ledger.rows().any(|row| !ledger.cell(row, at).is_empty())
    };
    let mut seen = HashSet::new();
    let mut is_first = |bound: &Bound| if let Bound::Unit { unit, .. } = bound { seen.insert(*unit) } else { true };
    !ledger.columns().iter().enumerate().any(has_own_name) && bound.iter().all(&mut is_first)
}
