//! One step of a history, and what is kept of it.

use std::sync::Arc;
use std::time::SystemTime;

use super::error::Warning;
use super::op::Edit;
use super::patch::{Moved, Patch};
use super::refs::UnitLabel;
use super::scenario::StepId;
use crate::model::{Dataset, UnitId};

/// An edit that was carried out, or that can be carried out again.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// The edit, with everything derived filled in.
    pub edit: Edit,
    /// What was doubtful about it.
    pub warnings: Vec<Warning>,
    /// Units whose territory, members or attributes it changes, ascending; abolished ones are among them.
    pub changed: Vec<UnitId>,
    /// Unit that it makes.
    pub made: Option<UnitId>,
    /// Units that the edit names, in its order.
    pub named: Vec<UnitId>,
    /// What these were called before it, in the same order.
    pub labels: Vec<UnitLabel>,
    /// Unit that it is about: the result of a merger, the new parent of a transfer, else the unit named.
    pub result: UnitId,
    /// What that was called after it.
    pub result_label: UnitLabel,
    /// When it was first carried out.
    pub at: SystemTime,
    /// Who carried it out; may be empty.
    pub author: String,
    /// What was written down about it; may be empty.
    pub note: String,
    /// Takes the step back while it is done, and carries it out again while it is undone.
    pub(super) patch: Patch,
    /// Whether it cuts atoms.
    pub(super) cuts: bool,
    /// What the atoms are those of once it is done: it stands at the same place in every scenario that has it.
    pub(super) dataset: Arc<Dataset>,
}

impl Step {
    /// Which atoms change hands when the step is next undone or redone; the same atoms changed hands the other way
    /// when it was last carried out or taken back.
    pub fn moved(&self) -> impl Iterator<Item = Moved<'_>> {
        self.patch.moved()
    }

    /// What is kept of it in a file.
    pub(super) fn stored(&self) -> StoredStep {
        let Self { edit, at, author, note, .. } = self;
        StoredStep { edit: edit.clone(), at: *at, author: author.clone(), note: note.clone() }
    }
}

/// A step as it is kept in a file: what was asked for, by whom and when.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredStep {
    /// The edit.
    pub edit: Edit,
    /// When it was first carried out.
    pub at: SystemTime,
    /// Who carried it out.
    pub author: String,
    /// What was written down about it.
    pub note: String,
}
