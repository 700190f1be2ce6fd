//! Symbols of ledgers as they were loaded: what stands where, found by place.

use std::collections::HashMap;
use std::ops::Range;

use compact_str::CompactString;
use geo::Coord;

use super::classes::{ClassOf, Key, SymbolClass};
use super::grid::{code_of, within};
use super::lines::{Lines, Path};
use super::style::SymbolStyle;
use crate::carto::projection::world_from_lonlat;
use crate::coverage::AtomId;
use crate::i18n::Lang;
use crate::metrics::place_of;
use crate::model::{Bound, Dataset, Drawn, LaidLedger, RowIndex, State};

/// Symbols of ledgers, class by class. See the [module](super).
#[derive(Debug, Default)]
pub struct SymbolSet {
    layers: Vec<SymbolLayer>,
    pub(super) spots: Spots,
    pub(super) sums: Sums,
    pub(super) lines: Lines,
}

/// The symbols of one ledger.
#[derive(Clone, Debug)]
pub struct SymbolLayer {
    /// What they are asked for as.
    pub style: SymbolStyle,
    /// What the ledger is called where people read of it, in 简体中文 and in English.
    pub titles: [CompactString; 2],
    pub(super) key: Key,
    /// Its classes.
    pub classes: Vec<SymbolClass>,
    /// Rows as loaded of each class that are on the map.
    pub(super) counts: Vec<usize>,
    /// Position of its first class among those of all layers.
    pub(super) first: usize,
    /// Rows as loaded that lie nowhere: of all, or bound to nothing.
    pub(super) nowhere: usize,
    /// Rows as loaded that stand at the seat of their unit.
    pub(super) at_seats: usize,
    /// Whether some rows are lines.
    pub(super) has_lines: bool,
}

/// Which row a symbol stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Which {
    /// One of the ledger as loaded.
    Loaded(RowIndex),
    /// One that the plan added, by its position among these.
    Added(u32),
}

/// Where a symbol stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Its layer.
    pub layer: u16,
    pub which: Which,
    /// Its class, among those of all layers.
    pub class: u16,
    pub radius: f32,
    /// In world coordinates.
    pub at: Coord,
    /// Whether it has no place of its own.
    pub at_seat: bool,
    /// How many others at the same place come before it.
    pub slot: u16,
}

/// Symbols in the order of the squares that they lie in.
#[derive(Debug, Default)]
pub(super) struct Spots {
    pub codes: Vec<u64>,
    pub all: Vec<Spot>,
}

impl Spots {
    pub fn new(spots: Vec<Spot>) -> Self {
        let mut pairs: Vec<(u64, Spot)> = spots.into_iter().map(|spot| (code_of(spot.at), spot)).collect();
        // Layers and rows in their order where they stand at one place.
        pairs.sort_by_key(|(code, _)| *code);
        let (codes, mut all): (Vec<u64>, Vec<Spot>) = pairs.into_iter().unzip();
        for at in 1..all.len() {
            if codes[at] == codes[at - 1] {
                all[at].slot = all[at - 1].slot.saturating_add(1);
            }
        }
        Self { codes, all }
    }

    pub fn within(&self, square: &Range<u64>) -> Range<usize> {
        within(&self.codes, square)
    }
}

/// Running sums over symbols in their order, so that what a square holds together costs no walk over it.
#[derive(Debug, Default)]
pub(super) struct Sums {
    classes: usize,
    /// Of each class, behind each symbol.
    counts: Vec<u32>,
    /// Of positions relative to the first.
    places: Vec<Coord>,
}

impl Sums {
    fn new(spots: &[Spot], classes: usize) -> Self {
        let mut counts = vec![0; classes];
        let mut places = vec![Coord { x: 0.0, y: 0.0 }];
        counts.reserve(spots.len() * classes);
        let origin = spots.first().map_or(Coord { x: 0.0, y: 0.0 }, |first| first.at);
        for (at, spot) in spots.iter().enumerate() {
            counts.extend_from_within(at * classes..(at + 1) * classes);
            counts[(at + 1) * classes + usize::from(spot.class)] += 1;
            places.push(places[at] + (spot.at - origin));
        }
        Self { classes, counts, places }
    }

    /// How many of a class lie in a range of symbols.
    pub fn of_class(&self, range: &Range<usize>, class: usize) -> usize {
        let up_to = |at: usize| self.counts.get(at * self.classes + class).copied().unwrap_or(0);
        (up_to(range.end) - up_to(range.start)) as usize
    }

    /// The middle of a range of symbols that is not empty.
    pub fn middle(&self, spots: &[Spot], range: &Range<usize>) -> Coord {
        #[expect(clippy::cast_precision_loss, reason = "counts of rows")]
        let many = range.len().max(1) as f64;
        let origin = spots.first().map_or(Coord { x: 0.0, y: 0.0 }, |first| first.at);
        origin + (self.places[range.end] - self.places[range.start]) / many
    }
}

impl SymbolSet {
    /// The symbols that are asked for, of rows as loaded; words that a plan brings have a class too. What names no ledger
    /// is left out.
    #[must_use]
    pub fn new(dataset: &Dataset, state: &State, styles: &[SymbolStyle]) -> Self {
        let (mut layers, mut spots, mut paths) = (Vec::new(), Vec::new(), Vec::new());
        let (mut first, mut looks) = (0, 0_u8);
        let mut places = Places::new(dataset);
        for style in styles {
            let Some(laid) = dataset.ledger(&style.ledger) else { continue };
            let key = Key::of(laid, (dataset, state), style.by.as_deref());
            let classes = key.classes(looks);
            looks = looks.saturating_add(key.looks());
            let mut layer = SymbolLayer {
                style: style.clone(),
                titles: Lang::ALL.map(|lang| laid.ledger().title(lang).into()),
                counts: vec![0; classes.len()],
                first,
                nowhere: 0,
                at_seats: 0,
                has_lines: false,
                key,
                classes,
            };
            first += layer.classes.len();
            layer.place(laid, layers.len(), &mut places, (&mut spots, &mut paths));
            layers.push(layer);
        }
        let spots = Spots::new(spots);
        Self { sums: Sums::new(&spots.all, first), layers, spots, lines: Lines::new(paths) }
    }

    /// One layer for each style that names a ledger.
    #[must_use]
    pub fn layers(&self) -> &[SymbolLayer] {
        &self.layers
    }

    /// Whether there is nothing to be drawn.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.layers.is_empty()
    }

    /// The class of a number among all.
    pub(super) fn class(&self, number: usize) -> Option<&SymbolClass> {
        let layer = self.layers.iter().rev().find(|layer| layer.first <= number)?;
        layer.classes.get(number - layer.first)
    }
}

impl SymbolLayer {
    /// Whether words of the column have no class although there is room for more.
    pub(super) fn lacks_words(&self) -> bool {
        let room = super::classes::MOST_WORDS + 2;
        matches!(self.key, Key::Words { .. }) && self.classes.len() < room
    }

    /// The class for other words, where the column has words.
    pub(super) fn others(&self) -> Option<usize> {
        self.classes.iter().position(|class| class.what == ClassOf::Others)
    }

    /// Puts all rows on the map that lie somewhere.
    fn place(
        &mut self,
        laid: &LaidLedger,
        number: usize,
        places: &mut Places<'_>,
        (spots, paths): (&mut Vec<Spot>, &mut Vec<Path>),
    ) {
        let dataset = places.dataset;
        let layer = u16::try_from(number).unwrap_or(u16::MAX);
        for row in laid.ledger().rows() {
            let (class, radius) = self.key.class_of(&laid.loaded_row(dataset, &dataset.base, row));
            let which = Which::Loaded(row);
            if let (Bound::Line(_), Drawn::Line(lines)) = (laid.bound(row), laid.ledger().drawn(row)) {
                paths.push(Path::new(layer, which, (self.global(class), radius), lines));
                self.has_lines = true;
                self.counts[class] += 1;
                continue;
            }
            let Some((at, at_seat)) = places.of_row(laid, row) else {
                self.nowhere += 1;
                continue;
            };
            self.counts[class] += 1;
            self.at_seats += usize::from(at_seat);
            let at = world_from_lonlat(at);
            spots.push(Spot { layer, which, class: self.global(class), radius, at, at_seat, slot: 0 });
        }
    }

    /// The number of a class among those of all layers.
    pub(super) fn global(&self, class: usize) -> u16 {
        u16::try_from(self.first + class).unwrap_or(u16::MAX)
    }
}

/// Where rows stand; places of atoms are looked up once.
pub(super) struct Places<'a> {
    pub dataset: &'a Dataset,
    of_atoms: HashMap<AtomId, Option<Coord>>,
}

impl<'a> Places<'a> {
    pub fn new(dataset: &'a Dataset) -> Self {
        Self { dataset, of_atoms: HashMap::new() }
    }

    /// The place in an atom where its people are taken to be.
    pub fn of(&mut self, atom: AtomId) -> Option<Coord> {
        *self.of_atoms.entry(atom).or_insert_with(|| place_of(self.dataset, atom))
    }

    /// Where the symbol of a row as loaded stands, in degrees, and whether that is the seat of its unit; `None` for a line,
    /// and for what lies nowhere.
    pub fn of_row(&mut self, laid: &LaidLedger, row: RowIndex) -> Option<(Coord, bool)> {
        match laid.bound(row) {
            Bound::Place(_, at) => Some((*at, false)),
            Bound::Unit { unit, atom, .. } => {
                let seat = self.dataset.base.unit(*unit).seat.as_ref().map(|seat| seat.at);
                let own = seat.filter(|&at| self.dataset.coverage.contains(*atom, at));
                Some((own.or_else(|| self.of(*atom))?, true))
            }
            Bound::Line(_) | Bound::Whole | Bound::No(_) => None,
        }
    }
}
