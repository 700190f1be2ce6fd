//! What does not go together when two plans are made one, told by name.

use std::fmt;

use serde::Serialize;

use super::words::{Words, listed};
use crate::edit::error::EditError;
use crate::edit::op::Edit;
use crate::edit::refs::UnitLabel;

/// One of the two plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The first one.
    A,
    /// The second one.
    B,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(super) const fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::A => "A",
            Self::B => "B",
        })
    }
}

/// What a plan does with an edit, measured by the common ancestor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// It has the edit, the ancestor has not.
    Added,
    /// The ancestor has the edit, and so has the other plan; this one has not.
    TakenBack,
    /// Both plans have it.
    Kept,
}

/// An edit in a conflict.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The plan that it is from.
    pub plan: Side,
    /// What that plan does with it.
    pub doing: Doing,
    /// Its position in that plan, from 0; for what was taken back, in the ancestor.
    pub index: usize,
    /// What it does, in words.
    pub words: Words,
    /// The edit, with everything derived filled in.
    pub edit: Edit,
    /// Whether the merged plan does without this change.
    pub left_out: bool,
}

/// Why two changes do not go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// Both plans changed the same units, or gave out the same code.
    SameUnits,
    /// After the changes of the other plan this edit is refused.
    Refused {
        /// The plan of the refused edit.
        refused: Side,
        /// What it was refused for.
        #[serde(serialize_with = "super::as_text")]
        error: Box<EditError>,
    },
    /// The later change builds on the earlier one of the same plan, which is left out.
    BuildsOn,
}

/// Changes that do not go together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Conflict {
    /// Why they do not.
    #[serde(flatten)]
    pub why: Why,
    /// The units that they are about, as they were called before.
    #[serde(serialize_with = "super::as_units")]
    pub units: Vec<UnitLabel>,
    /// The changes, those of A first.
    pub changes: Vec<Change>,
}

/// An edit that cannot be carried out even in its own plan.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotCarriedOut {
    /// The plan that it is from.
    pub plan: Side,
    /// Its position there, from 0.
    pub index: usize,
    /// What it does, in words.
    pub words: Words,
    /// The edit.
    pub edit: Edit,
    /// Why it was refused.
    #[serde(rename = "why", serialize_with = "super::as_text")]
    pub error: Box<EditError>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, doing, index, words, left_out, .. } = self;
        let number = index + 1;
        match doing {
            Doing::Added => write!(f, "edit {number} of {plan} ({words})")?,
            Doing::TakenBack => write!(f, "taking back edit {number} of the ancestor in {plan} ({words})")?,
            Doing::Kept => write!(f, "edit {number} of both ({words})")?,
        }
        if *left_out { f.write_str(" [left out]") } else { Ok(()) }
    }
}

impl fmt::Display for Conflict {
    /// One line: the changes, the units, and why they do not go together.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = |items: &[UnitLabel]| listed(&items.iter().map(ToString::to_string).collect::<Vec<_>>());
        let changes = listed(&self.changes.iter().map(ToString::to_string).collect::<Vec<_>>());
        match (&self.why, self.changes.as_slice()) {
            (Why::BuildsOn, [earlier, later]) => write!(f, "{later} builds on {earlier}: {}", texts(&self.units)),
            (Why::SameUnits | Why::BuildsOn, _) => write!(f, "{changes} change the same: {}", texts(&self.units)),
            (Why::Refused { refused, error }, [_]) => write!(f, "{changes} is refused in {refused}: {error}"),
            (Why::Refused { refused, error }, _) => {
                write!(f, "{changes} do not go together; that of {refused} is refused: {error}")
            }
        }
    }
}

impl fmt::Display for NotCarriedOut {
    /// One line: the edit and why it was refused.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, index, words, error, .. } = self;
        write!(f, "edit {} of {plan} ({words}) cannot be carried out even alone: {error}", index + 1)
    }
}
