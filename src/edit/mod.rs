//! Edits, plans and the document: the one place where units change.
//!
//! * An [`Edit`] is a value: what a planner asks for. A [`Plan`] is a list of them, and a file.
//! * [`Edit::draft`] thinks an edit through and yields a [`Draft`] with a [`Patch`]; nothing changes by it.
//! * [`Patch::apply`] changes a state and returns the inverse patch.
//! * A [`Document`] holds a dataset, the [`Scenario`]s upon it, the state that the active one leads to, and the
//!   history of each with undo.
//!
//! Invariants:
//!
//! 1. An edit, then its inverse, is the identity, revisions included; a refused edit changes nothing.
//! 2. Every atom has exactly one unit at every level, before and after any edit.
//! 3. Ids of units are given out in order of the edits: the same plan gives the same state.
//! 4. A commit, undo, redo and preview cost the atoms and units that they touch, not those that are loaded.
//! 5. A code is text, and is never given out again after it was retired (see [`codes`]).
//!
//! [`algebra`] compares, joins and carries over whole plans. [`change`] and [`crosswalk`] compare a state with the base.
//! Geometry is never touched here, with one exception: a split refines the dataset (see [`Refined`]), and undoing it
//! brings the dataset before it back.

pub mod algebra;
mod apply;
pub mod change;
mod checks;
pub mod codes;
pub mod crosswalk;
#[cfg(test)]
mod dirty_tests;
mod document;
mod draft;
mod error;
mod establish;
mod lock;
#[cfg(test)]
mod lock_tests;
mod merge;
pub mod names;
mod once;
mod op;
mod own_figures;
mod parse;
mod patch;
mod plan;
mod record;
mod record_doubts;
mod refs;
mod reinstate;
#[cfg(test)]
mod reinstate_tests;
mod scenario;
#[cfg(test)]
mod scenario_tests;
mod seat_use;
mod set_up;
mod split;
#[cfg(test)]
mod split_tests;
mod step;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod words;

pub use apply::Applied;
pub use document::{Document, PlanError, Preview, Refusal, SavePoint};
pub use draft::{Draft, Refined, UnitAfter};
pub use error::{EditError, NoTurn, Warning};
pub use op::{Along, Edit, Form, LockTarget, SeatSpec, Share, SplitPart, Target};
pub use own_figures::OwnDefinition;
pub use parse::{Expected, PlanProblem, PlanReadError};
pub use patch::{Moved, Patch};
pub use plan::{BaseRef, JoinedRef, LedgerRef, OtherBase, OtherLedger, Plan, PlanFileError};
pub use record::{Cells, RowEdit};
pub use refs::{UnitLabel, UnitRef};
pub use scenario::{Branch, Description, Scenario, ScenarioId, Stage, StepId};
pub use step::{Step, StoredStep};
