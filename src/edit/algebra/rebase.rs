//! A plan carried over to other boundaries, or to the same with other figures.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::words::{Words, called};
use crate::edit::document::{Document, Refusal};
use crate::edit::error::EditError;
use crate::edit::op::Edit;
use crate::edit::plan::Plan;
use crate::model::Dataset;

/// A plan upon other boundaries.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebased {
    /// The edits that can be carried out there, with everything derived filled in, and the hashes of the new files.
    pub plan: Plan,
    /// The others, in their order.
    pub left_over: Vec<LeftOver>,
}

/// An edit that no longer applies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeftOver {
    /// Its position in the plan that was carried over, from 0.
    pub index: usize,
    /// What it does, in words; units are called as on the new boundaries.
    pub words: Words,
    /// The edit.
    pub edit: Edit,
    /// Why it was refused.
    #[serde(rename = "why", serialize_with = "super::as_text")]
    pub error: Box<EditError>,
    /// Position of an earlier edit left over that would have given out a code which this one names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follows: Option<usize>,
}

/// Carries a plan over to other boundaries. What can be carried out is, also behind an edit that is refused.
#[must_use]
pub fn rebase(dataset: &Arc<Dataset>, plan: &Plan) -> Rebased {
    let mut document = Document::new(Arc::clone(dataset));
    document.rename_plan(&plan.name);
    let refusals = document.carry_out_what_can(&plan.edits);
    let mut left_over: Vec<LeftOver> = Vec::with_capacity(refusals.len());
    for Refusal { index, edit, error, .. } in refusals {
        let words = Words::of(&edit, &|unit| called(dataset, document.state(), unit));
        let needed = edit.codes_needed();
        let gave = |earlier: &&LeftOver| earlier.edit.codes_given().iter().any(|code| needed.contains(code));
        let follows = left_over.iter().rev().find(gave).map(|earlier| earlier.index);
        left_over.push(LeftOver { index, words, edit, error, follows });
    }
    Rebased { plan: Plan { extra: plan.extra.clone(), ..document.plan() }, left_over }
}

impl fmt::Display for LeftOver {
    /// One line: the edit, why it was refused, and what it builds on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, words, error, follows, .. } = self;
        write!(f, "edit {} ({words}): {error}", index + 1)?;
        let Some(earlier) = follows else { return Ok(()) };
        write!(f, "; it builds on edit {}, which no longer applies either", earlier + 1)
    }
}
