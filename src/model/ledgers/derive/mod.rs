//! Rows that a plan brings about by itself (应设、应办): a station where a township lost its seat, a clinic to transform,
//! a new code for a village, a deadline behind the day of approval.
//!
//! 1. They are never stored. What there is of them follows from the state, each time that somebody asks, and is found by
//!    territory as other rows are: it costs the units there. So undo, branches and other plans need nothing.
//! 2. A row is known by the rule and by the unit as it was loaded, whatever that is called now ([`units`]): a new name, a
//!    new code or another form of the same merger leaves its key. What a user decides of it is a
//!    [`RowRecord`](super::RowRecord) under that key, which stays when the row goes, and holds again when it comes back.
//! 3. What brings a row about is told by territory and by the seat, never by a code that is gone: with a new establishment
//!    every old code is gone, and one of the old seats goes on.
//! 4. A ledger that has a row of that key itself, as one that was written with its derived rows, goes before.
//! 5. Cells are, in this order, what the plan records, what a rule sets, what the file has.

mod changes;
mod rows;
mod text;
pub(super) mod units;

use std::sync::Arc;

use compact_str::CompactString;

use super::{ColumnWords, RowCondition, TableWords};
use crate::model::{Day, Kind, Level, StatedDays, UnitId};

pub use changes::DerivedChange;
pub(super) use rows::{Derived, Within};
pub use text::{CellText, UnknownWord};

/// What brings a row about, or changes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Something about a unit of a level.
    Unit(Event, Level),
    /// A rule that a unit does not keep, by its id; `None` for any.
    Finding(Option<CompactString>),
    /// The approval of a plan that changes anything.
    Approval,
}

/// Something about a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It is in force, be it loaded or made by the plan.
    InForce,
    /// The plan made it.
    Established,
    /// It was loaded, and is no longer in force.
    Abolished,
    /// Whoever has its seat now has its own in another village; the unit itself, beyond what was its territory.
    SeatLost,
    /// It is in force under another parent than it was loaded under.
    ParentChanged,
    /// It is in force under another code.
    Recoded,
    /// It is in force as another kind.
    KindConverted,
    /// It is gone, or was merged with others under its own code, and the seat of the whole does not lie in what was its
    /// territory.
    Absorbed,
    /// A border of the level runs through what was its territory, where none was.
    BorderNew,
}

impl Event {
    /// All of them, as packs write them.
    pub const ALL: [(&'static str, Self); 9] = [
        ("in_force", Self::InForce),
        ("established", Self::Established),
        ("abolished", Self::Abolished),
        ("seat_lost", Self::SeatLost),
        ("parent_changed", Self::ParentChanged),
        ("recoded", Self::Recoded),
        ("kind_converted", Self::KindConverted),
        ("absorbed", Self::Absorbed),
        ("border_new", Self::BorderNew),
    ];

    /// Whether it is about units as they are, be they loaded or made; else it is about those that were loaded.
    const fn is_of_current(self) -> bool {
        matches!(self, Self::InForce | Self::Established)
    }
}

/// What is done on an occasion.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// A row comes.
    Add,
    /// Rows change that lie in the unit concerned as it was loaded: those that pass, or all.
    Change(Option<RowCondition>),
}

/// A rule by which rows come about or change.
#[derive(Clone, Debug, PartialEq)]
pub struct Derivation {
    /// Its identifier, with which keys of its rows begin.
    pub id: CompactString,
    /// What its rows are called, in 简体中文 and in English.
    pub title: [String; 2],
    /// When.
    pub occasion: Occasion,
    /// Kinds of the units concerned; empty for all.
    pub kinds: Vec<Kind>,
    /// Kinds of units that are not concerned.
    pub except: Vec<Kind>,
    /// The ledger.
    pub table: CompactString,
    /// What is done.
    pub deed: Deed,
    /// Cells, by what packs or files call their columns.
    pub set: Vec<(CompactString, CellText)>,
}

/// A unit that does not keep a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Id of the rule.
    pub rule: CompactString,
    /// The unit, as it is now.
    pub unit: UnitId,
    /// What is wrong, in words.
    pub said: String,
}

/// All rules by which rows come about, and the ledgers that packs bring along for them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Derivations {
    /// The rules; ids differ.
    pub rules: Vec<Derivation>,
    /// What packs know of ledgers. One that rules add rows to, and that no file has, is there with these columns.
    pub tables: Vec<TableWords>,
    /// Days that somebody stated.
    pub days: StatedDays,
}

impl Derivations {
    /// Rules that add rows to a ledger.
    pub(in crate::model) fn adding_to(&self, table: &str) -> impl Iterator<Item = (usize, &Derivation)> {
        let all = self.rules.iter().enumerate();
        all.filter(move |(_, rule)| rule.deed == Deed::Add && rule.table == table)
    }

    /// Rules that change rows of a ledger.
    pub(super) fn changing(&self, table: &str) -> impl Iterator<Item = (usize, &Derivation, Option<&RowCondition>)> {
        let all = self.rules.iter().enumerate();
        all.filter_map(move |(at, rule)| match &rule.deed {
            Deed::Change(condition) if rule.table == table => Some((at, rule, condition.as_ref())),
            Deed::Change(_) | Deed::Add => None,
        })
    }

    /// Ledgers that rules add rows to, with what packs know of them.
    pub(crate) fn own_tables(&self) -> impl Iterator<Item = &TableWords> {
        self.tables.iter().filter(|table| self.adding_to(&table.id).next().is_some())
    }

    /// Whether cells of a ledger are blank because they rest on the day of approval, and nobody stated that.
    #[must_use]
    pub fn lacks_approval(&self, table: &str) -> bool {
        let asks = |rule: &Derivation| rule.table == table && rule.set.iter().any(|(_, text)| text.asks_for_approval());
        self.days.approved.is_none() && self.rules.iter().any(asks)
    }
}

impl crate::model::Dataset {
    /// Rules by which rows come about.
    #[must_use]
    pub fn derivations(&self) -> &Arc<Derivations> {
        &self.derivations
    }

    /// Days that somebody stated.
    #[must_use]
    pub fn days(&self) -> StatedDays {
        self.derivations.days
    }

    /// The day as of which ages and what is overdue are counted.
    #[must_use]
    pub fn as_of(&self) -> Option<Day> {
        self.days().as_of
    }
}

/// A column as a pack describes it, in a ledger that no file has.
pub(super) fn header_of(column: &ColumnWords) -> String {
    column.words.first().cloned().unwrap_or_else(|| column.id.to_string())
}
