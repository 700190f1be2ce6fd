//! Arithmetic with plans: what two have in common, two made one, one carried over to other boundaries.
//!
//! 1. A plan is a list of edits. Two edits are the same when they have the same value; equal ones are told apart by
//!    which comes first.
//! 2. [`diff`] needs no boundaries: it compares what is written.
//! 3. [`join`] and [`rebase`] carry edits out, so that what they write can be carried out again; before edits are
//!    compared, what their authors left to be derived is filled in.
//! 4. Nothing is dropped in silence: each edit is in the result, or is told of with a reason.
//!
//! What does not belong here: mending an edit that no longer fits. That is for the planner.

mod conflict;
mod diff;
mod join;
mod rebase;
#[cfg(test)]
mod tests;
mod told;
mod words;

use serde::{Serialize, Serializer};

use super::error::EditError;
use super::refs::UnitLabel;

pub use conflict::{Change, Conflict, Doing, NotCarriedOut, Side, Why};
pub use diff::{Diff, InBoth, InOne, diff};
pub use join::{Joined, join};
pub use rebase::{LeftOver, Rebased, rebase};
pub use words::Words;

/// Writes why an edit was refused as text.
#[expect(clippy::borrowed_box, reason = "serde hands over fields by reference")]
fn as_text<S: Serializer>(error: &Box<EditError>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(error)
}

/// Writes units as objects with code and name.
fn as_units<S: Serializer>(units: &[UnitLabel], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Unit<'a> {
        code: &'a str,
        name: &'a str,
    }
    serializer.collect_seq(units.iter().map(|UnitLabel { code, name }| Unit { code, name }))
}
