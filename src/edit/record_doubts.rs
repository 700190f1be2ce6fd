//! What is doubtful about what a plan says of rows of ledgers: it is done, and told.

use super::error::{RowDoubt, Warning};
use super::record::Cells;
use crate::model::{Bound, Cell, CellNumber, Dataset, LaidLedger, LedgerRow, Sort, WhyUnbound, is_dated};

/// Doubts about cells that are set, under the names of columns, in a row as it was before; `None` for a new row.
pub(super) fn of_cells(laid: &LaidLedger, row: Option<&LedgerRow<'_>>, set: &Cells) -> Vec<RowDoubt> {
    let ledger = laid.ledger();
    let mut doubts = Vec::new();
    for (name, value) in set {
        let Some(at) = ledger.column(name) else { continue };
        let (column, value) = (&ledger.columns()[at], value.trim());
        if value.is_empty() || row.is_some_and(|row| row.text(at) == value) {
            continue;
        }
        let (name, said) = (name.clone(), value.into());
        let is_known = || column.values.is_empty() || column.values.iter().any(|word| word == value);
        match column.sort {
            Sort::Number if column.number(&Cell::text_of(value)) == CellNumber::Unread => {
                doubts.push(RowDoubt::NoNumber { column: name, value: said });
            }
            Sort::Date if !is_dated(value) => doubts.push(RowDoubt::NoDate { column: name, value: said }),
            Sort::Text if !is_known() => {
                doubts.push(RowDoubt::UnknownWord { column: name, value: said, known: column.values.clone() });
            }
            Sort::Number | Sort::Date | Sort::Text => {}
        }
        let is_of_other = || ledger.row(value).is_some_and(|other| row.is_none_or(|row| row.index() != Some(other)));
        if ledger.key_column() == Some(at) && row.is_some() && is_of_other() {
            doubts.push(RowDoubt::KeyTaken(value.into()));
        }
    }
    doubts
}

/// Whether the cells of a row, once some are set, name another unit than the one that it is of.
pub(super) fn of_place(dataset: &Dataset, laid: &LaidLedger, row: &LedgerRow<'_>, set: &Cells) -> Option<RowDoubt> {
    let ledger = laid.ledger();
    let atom = row.atom()?;
    let mut columns = set.iter().filter_map(|(name, value)| Some((ledger.column(name)?, value.trim())));
    if !columns.any(|(at, value)| ledger.may_name_units(at) && row.text(at) != value) {
        return None;
    }
    let names = |cells: &Cells| match bound_of(dataset, laid, cells) {
        Bound::Unit { unit, .. } => Some(unit),
        Bound::Place(..) | Bound::Line(_) | Bound::Whole | Bound::No(_) => None,
    };
    let before: Cells =
        ledger.columns().iter().enumerate().map(|(at, it)| (it.header.as_str().into(), row.text(at).into())).collect();
    let mut after = before.clone();
    after.extend(set.iter().map(|(name, value)| (name.clone(), value.clone())));
    let unit = names(&after).filter(|unit| names(&before) != Some(*unit))?;
    let level = dataset.base.unit(unit).level;
    let of = dataset.base.unit_of(atom, level);
    (of != unit).then(|| RowDoubt::Stays { unit: dataset.base.unit(of).into() })
}

/// Whether the cells of a new row name a unit that there is not.
pub(super) fn of_new(dataset: &Dataset, laid: &LaidLedger, cells: &Cells) -> Option<RowDoubt> {
    let Bound::No(why) = bound_of(dataset, laid, cells) else { return None };
    let said = laid.alone(dataset, cells).binding_findings().first().map(|finding| finding.written.clone());
    let names_one = !matches!(why, WhyUnbound::Nothing | WhyUnbound::Outside);
    said.filter(|said| names_one && !said.is_empty()).map(RowDoubt::NoSuchUnit)
}

/// What a row of such cells would be bound to.
pub(super) fn bound_of(dataset: &Dataset, laid: &LaidLedger, cells: &Cells) -> Bound {
    let alone = laid.alone(dataset, cells);
    alone.ledger().rows().next().map_or(Bound::No(WhyUnbound::Nothing), |row| alone.bound(row).clone())
}

/// These as warnings.
pub(super) fn warnings<'d>(
    laid: &'d LaidLedger,
    row: &'d str,
    doubts: impl IntoIterator<Item = RowDoubt> + 'd,
) -> impl Iterator<Item = Warning> + 'd {
    let ledger = laid.ledger().name();
    doubts.into_iter().map(move |doubt| Warning::OfRow {
        ledger: ledger.into(),
        row: row.into(),
        doubt: Box::new(doubt),
    })
}
