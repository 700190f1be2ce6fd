//! What a plan does with the rows that symbols stand for. It costs the rows that the plan records about, and those that come
//! about by rules of packs.

use std::collections::HashMap;
use std::ops::Range;

use compact_str::CompactString;
use geo::Coord;

use super::grid::code_of;
use super::look::RowMark;
use super::set::{Places, Spot, Spots, SymbolLayer, SymbolSet, Which};
use crate::carto::projection::world_from_lonlat;
use crate::model::{Bound, Dataset, LaidLedger, LedgerRow, RowIndex, State};

/// What a plan does with rows of the ledgers of a [`SymbolSet`].
#[derive(Debug, Default)]
pub struct SymbolChanges {
    rows: HashMap<(u16, RowIndex), Now>,
    pub(super) added: Spots,
    /// Keys of rows that the plan added, or that came about, with the one of the two.
    others: Vec<(CompactString, RowMark)>,
    /// Rows as loaded that the plan does something with: codes of their places with the class before and now, ascending.
    pub(super) touched: Vec<(u64, u16, u16)>,
    /// How many more of each class there are, by their number among all.
    pub(super) more: Vec<isize>,
    /// Rows of each mark, in the order of [`RowMark::ALL`].
    pub(super) marks: [usize; 4],
    pub(super) at_seats: usize,
    pub(super) nowhere: usize,
    lacks_words: bool,
}

/// A row as a plan leaves it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub class: u16,
    pub radius: f32,
    pub mark: RowMark,
}

impl SymbolChanges {
    /// What a plan does: by what it records, and by what rules of packs make of it.
    #[must_use]
    pub fn new(set: &SymbolSet, dataset: &Dataset, state: &State) -> Self {
        let classes = set.layers().iter().map(|layer| layer.classes.len()).sum();
        let mut changes = Self { more: vec![0; classes], ..Self::default() };
        let mut added = Vec::new();
        let mut places = Places::new(dataset);
        let by_rules = if set.is_empty() { Vec::new() } else { dataset.derived_between(&dataset.base, state) };
        for (number, layer) in set.layers().iter().enumerate() {
            let Some(laid) = dataset.ledger(&layer.style.ledger) else { continue };
            let ledger = laid.ledger();
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            let by_rules = by_rules.iter().filter(|change| change.table == ledger.name());
            let by_rules = by_rules.flat_map(|change| change.appear.iter().chain(&change.change));
            let recorded = state.records().of(ledger.name()).map(|(key, _)| key);
            let mut rows: Vec<RowIndex> = recorded.chain(by_rules).filter_map(|key| ledger.row(key)).collect();
            rows.sort_unstable();
            rows.dedup();
            for row in rows {
                changes.touch((number, layer), &laid.loaded_row(dataset, state, row), (laid, row), &mut places);
            }
            // One that was taken away again is as if it had never been.
            let others = laid.derived_rows(dataset, state).into_iter().chain(laid.added_rows(dataset, state));
            for row in others.filter(|row| !row.is_removed()) {
                changes.add((number, layer), &row, (&mut places, &mut added));
            }
        }
        // Behind those as loaded that stand at the same place.
        changes.added = Spots::new(added);
        for (code, spot) in changes.added.codes.iter().zip(&mut changes.added.all) {
            let before = set.spots.within(&(*code..code.saturating_add(1))).len();
            spot.slot = spot.slot.saturating_add(u16::try_from(before).unwrap_or(u16::MAX));
        }
        changes.touched.sort_unstable();
        changes
    }

    /// Whether the plan brings words that a [`SymbolSet`] made anew would have classes for.
    #[must_use]
    pub const fn lacks_words(&self) -> bool {
        self.lacks_words
    }

    /// Whether the plan does nothing with any row.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.rows.is_empty() && self.others.is_empty()
    }

    /// The key of a row that the plan added, or that came about.
    #[must_use]
    pub fn key(&self, added: u32) -> Option<&CompactString> {
        self.others.get(added as usize).map(|(key, _)| key)
    }

    fn touch(
        &mut self,
        (number, layer): (u16, &SymbolLayer),
        now: &LedgerRow<'_>,
        (laid, row): (&LaidLedger, RowIndex),
        places: &mut Places<'_>,
    ) {
        let dataset = places.dataset;
        let before = layer.key.class_of(&laid.loaded_row(dataset, &dataset.base, row)).0;
        let (class, radius) = layer.key.class_of(now);
        let mark = mark_of(now);
        self.count(layer, class, mark);
        let (was, is) = (layer.global(before), layer.global(class));
        self.rows.insert((number, row), Now { class: is, radius, mark });
        let place = places.of_row(laid, row);
        if let Some((at, _)) = place {
            self.touched.push((code_of(world_from_lonlat(at)), was, is));
        }
        if place.is_some() || matches!(laid.bound(row), Bound::Line(_)) {
            self.more[usize::from(was)] -= 1;
            self.more[usize::from(is)] += isize::from(mark != RowMark::Removed);
        }
    }

    fn add(
        &mut self,
        (number, layer): (u16, &SymbolLayer),
        row: &LedgerRow<'_>,
        (places, spots): (&mut Places<'_>, &mut Vec<Spot>),
    ) {
        let (class, radius) = layer.key.class_of(row);
        let mark = mark_of(row);
        let Some(at) = row.atom().and_then(|atom| places.of(atom)) else {
            self.nowhere += 1;
            return;
        };
        self.count(layer, class, mark);
        self.more[usize::from(layer.global(class))] += 1;
        self.at_seats += 1;
        let which = Which::Added(u32::try_from(self.others.len()).unwrap_or(u32::MAX));
        self.others.push((row.key().clone(), mark));
        let (class, at): (u16, Coord) = (layer.global(class), world_from_lonlat(at));
        spots.push(Spot { layer: number, which, class, radius, at, at_seat: true, slot: 0 });
    }

    fn count(&mut self, layer: &SymbolLayer, class: usize, mark: RowMark) {
        self.lacks_words |= layer.lacks_words() && Some(class) == layer.others();
        if let Some(at) = RowMark::ALL.iter().position(|it| *it == mark) {
            self.marks[at] += 1;
        }
    }

    /// What becomes of a symbol.
    pub(super) fn now(&self, spot: (u16, Which), as_loaded: Now) -> Now {
        match spot.1 {
            Which::Loaded(row) => self.rows.get(&(spot.0, row)).copied().unwrap_or(as_loaded),
            Which::Added(at) => {
                let mark = self.others.get(at as usize).map_or(RowMark::Added, |(_, mark)| *mark);
                Now { mark, ..as_loaded }
            }
        }
    }

    /// Rows as loaded in a square that the plan does something with.
    pub(super) fn touched_in(&self, square: &Range<u64>) -> &[(u64, u16, u16)] {
        let from = self.touched.partition_point(|(code, ..)| *code < square.start);
        let to = self.touched.partition_point(|(code, ..)| *code < square.end);
        &self.touched[from..to]
    }
}

fn mark_of(row: &LedgerRow<'_>) -> RowMark {
    match row.record() {
        _ if row.is_removed() => RowMark::Removed,
        _ if row.is_derived() => RowMark::Derived,
        Some(record) if record.added.is_some() => RowMark::Added,
        Some(_) => RowMark::Changed,
        None if row.rule().is_some() => RowMark::Derived,
        None => RowMark::AsLoaded,
    }
}
