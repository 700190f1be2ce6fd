//! What was loaded, and which territory belongs to which unit.
//!
//! * [`Dataset`]: immutable: the coverage, the source tables, the levels, and the units as they came.
//! * [`State`]: a labelling of the atoms: units, their parents and members. A plan changes it and nothing else.
//!
//! A feature of the finest layer is an atom; features that are parts of one unit are several atoms of it (`parts.rs`).
//!
//! Invariants of a state:
//!
//! 1. Every atom belongs to exactly one unit of the finest level, and every current unit below the coarsest level
//!    has exactly one parent; so every atom has exactly one unit at every level.
//! 2. Members of a unit are the current units whose parent it is, ascending.
//! 3. An abolished unit has no members and no atoms; it stays in the list, so that ids and codes are never re-used.
//! 4. Equal [`Unit::revision`] means equal territory, members and seat, across undo and redo too.

mod apart;
mod apportion;
mod assemble;
mod audit;
mod base;
mod choosing;
mod crs_doubts;
mod dataset;
mod day;
mod declared;
#[cfg(test)]
mod declared_tests;
mod division_code;
mod facility;
mod field_names;
mod field_rules;
mod fields;
mod findings;
#[cfg(test)]
pub(crate) mod fixtures;
mod guess;
mod hierarchy;
mod joining;
mod layer;
mod layer_source;
mod ledgers;
mod level;
mod level_reading;
mod level_words;
mod locks;
mod looks;
mod measures;
mod moments;
mod numerals;
mod parts;
mod places;
mod preparing;
mod reading;
mod recognise;
mod recognition;
mod recognition_words;
mod redrawn;
mod refine;
mod roles;
mod seat_use;
mod source;
mod stack;
mod state;
mod table;
mod text_index;
mod through;
mod tiers;
mod total;
mod unit;
mod unit_names;
mod words;
mod written;

pub use apportion::{Bounds as ShareBounds, NotShared, apportion, apportion_within};
pub use dataset::{BaseFile, Dataset, ModelError};
pub use day::{Day, NoDay, Span, StatedDays};
pub use declared::{DECLARED_TOLERANCE, DeclaredArea, LandUnit, LandUnitBasis, UnknownLandUnit, difference_percent};
pub(crate) use division_code::free_in;
pub use division_code::{CodeParts, Segment};
pub use facility::{Facilities, Facility, ReferenceLine};
pub use field_names::Whose;
pub use field_rules::{Basis, FieldRule, FieldRuleError, FieldRules, FieldValue, Ratio, RuledField, Unknown, Weight};
pub use fields::{FieldOverrides, Fields, UpperFields};
pub use findings::{CrsDoubt, Finding, FindingKind, Severity};
pub use joining::{
    Accepted, AsOf, Cell, DateSource, Duplicates, Evidence, FigureRole, Join, JoinError, JoinReport, JoinWishes,
    JoinedFigure, JoinedLines, Joining, KeyColumn, LeftColumn, MatchCounts, NamesDiffer, Near, Passed, Repair,
    Repaired, ReportColumns, ReportFigure, Sheet, StatedTotal, UnmatchedRow, UnmatchedUnit, Unread, WhyLeft, WhyPassed,
    WhyUnmatched, join_best, join_sheet,
};
pub use layer::{Layer, ReadNote, ReadNoteKind};
pub use layer_source::LayerSource;
pub(crate) use ledgers::folded as column_folded;
pub use ledgers::{
    Accepted as AcceptedRows, AddedAt, Bound, BoundBy, CellNumber, CellTest, CellText, ColumnWords, DayFrom, DayTerm,
    Deed, Derivation, Derivations, DerivedChange, Drawn, Event, Found, KeptLedger, LaidLedger, Ledger, LedgerColumn,
    LedgerError, LedgerFinding, LedgerFindingKind, LedgerParts, LedgerRow, LedgerSource, Naming, Occasion, Relation,
    RowCondition, RowIndex, RowRecord, RowRecords, Shaped, Sort, TableWords, Transition, UnknownCellWord, WhyUnbound,
    is_dated,
};
pub use level::{Level, LevelIndex, UnknownLevel};
pub use level_reading::{LevelDoubt, LevelEvidence, LevelPart, LevelsBy, LevelsReading};
pub use locks::Lock;
pub use measures::{Measures, inner_point};
pub use moments::Moment;
pub use preparing::{Awarded, BorderRepair, Decision, PlaceOf, Preparation, RepairedBorders};
pub use reading::{CrsBasis, CrsKind, CrsReading, Numbers, OffEarth, Reading, TextBasis, TextCandidate, TextReading};
pub use recognition::{Recognition, RoleDoubt, RoleEvidence, RoleReading};
pub use refine::LeftShare;
pub use roles::Role;
pub use seat_use::{FormerSeat, SeatUse, UnknownSeatUse};
pub use source::{CoordinateText, FeatureText, Key, Records, Shape, SourceText, TooMuchText, join, push_json_text};
pub use stack::{LeftLayer, LeftWhy, StackReading, StackedLayer, stacked};
pub use state::{State, next_revision};
pub use table::{FieldIndex, Table};
pub use total::Total;
pub use unit::{CodeStatus, FeatureId, Kind, Seat, Standing, Unit, UnitId};
#[cfg(test)]
pub(crate) use unit_names::kind_of_name;
pub(crate) use unit_names::province_of;
pub(crate) use written::prefixed;
pub use written::{OWN, PREFIX};
