//! What a plan does with the rows that symbols stand for. It costs the rows that the plan records about.

use std::collections::HashMap;
use std::ops::Range;

use compact_str::CompactString;
use geo::Coord;

use super::grid::code_of;
use super::look::RowMark;
use super::set::{Places, Spot, Spots, SymbolLayer, SymbolSet, Which};
use crate::carto::projection::world_from_lonlat;
use crate::model::{AddedAt, Bound, Dataset, LaidLedger, LedgerRow, RowIndex, RowRecord, RowRecords};

/// What a plan does with rows of the ledgers of a [`SymbolSet`].
#[derive(Debug, Default)]
pub struct SymbolChanges {
    rows: HashMap<(u16, RowIndex), Now>,
    pub(super) added: Spots,
    keys: Vec<CompactString>,
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
    /// What a plan does, by its records.
    #[must_use]
    pub fn new(set: &SymbolSet, dataset: &Dataset, records: &RowRecords) -> Self {
        let classes = set.layers().iter().map(|layer| layer.classes.len()).sum();
        let mut changes = Self { more: vec![0; classes], ..Self::default() };
        let mut added = Vec::new();
        let mut places = Places::new(dataset);
        for (number, layer) in set.layers().iter().enumerate() {
            let Some(laid) = dataset.ledger(&layer.style.ledger) else { continue };
            let number = u16::try_from(number).unwrap_or(u16::MAX);
            for (key, record) in records.of(&layer.style.ledger) {
                match laid.ledger().row(key) {
                    Some(row) => changes.touch((number, layer, laid), row, records, &mut places),
                    None => changes.add((number, layer, laid), (key, record), records, (&mut places, &mut added)),
                }
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
        self.rows.is_empty() && self.keys.is_empty()
    }

    /// The key of a row that the plan added.
    #[must_use]
    pub fn key(&self, added: u32) -> Option<&CompactString> {
        self.keys.get(added as usize)
    }

    fn touch(
        &mut self,
        (number, layer, laid): (u16, &SymbolLayer, &LaidLedger),
        row: RowIndex,
        records: &RowRecords,
        places: &mut Places<'_>,
    ) {
        let now = laid.loaded_row(records, row);
        let before = layer.key.class_of(&laid.loaded_row(&RowRecords::default(), row)).0;
        let (class, radius) = layer.key.class_of(&now);
        let mark = mark_of(&now);
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
        (number, layer, laid): (u16, &SymbolLayer, &LaidLedger),
        (key, record): (&CompactString, &RowRecord),
        records: &RowRecords,
        (places, spots): (&mut Places<'_>, &mut Vec<Spot>),
    ) {
        // One that was added and taken away again is as if it had never been.
        let Some(row) = laid.row(records, key) else { return };
        let (class, radius) = layer.key.class_of(&row);
        let placed = match record.added {
            Some(AddedAt::Place(_, at)) => Some((at, false)),
            Some(AddedAt::Atom(atom)) => places.of(atom).map(|at| (at, true)),
            Some(AddedAt::Whole) | None => None,
        };
        let Some((at, at_seat)) = placed else {
            self.nowhere += 1;
            return;
        };
        self.count(layer, class, mark_of(&row));
        self.more[usize::from(layer.global(class))] += 1;
        self.at_seats += usize::from(at_seat);
        let which = Which::Added(u32::try_from(self.keys.len()).unwrap_or(u32::MAX));
        self.keys.push(key.clone());
        let class = layer.global(class);
        let at: Coord = world_from_lonlat(at);
        spots.push(Spot { layer: number, which, class, radius, at, at_seat, slot: 0 });
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
            Which::Added(_) => Now { mark: RowMark::Added, ..as_loaded },
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
        None => RowMark::AsLoaded,
        Some(record) if record.removed => RowMark::Removed,
        Some(record) if record.added.is_some() => RowMark::Added,
        Some(_) => RowMark::Changed,
    }
}
