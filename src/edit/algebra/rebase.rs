//! A plan carried over to other boundaries, or to the same with other figures.

use std::fmt;
use std::sync::Arc;

use compact_str::CompactString;
use serde::Serialize;

use super::words::{Words, called};
use crate::edit::document::{Document, Refusal};
use crate::edit::error::EditError;
use crate::edit::op::{Edit, Form};
use crate::edit::plan::Plan;
use crate::edit::refs::UnitRef;
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
        let needed = codes_needed(&edit);
        let gave = |earlier: &&LeftOver| codes_given(&earlier.edit).iter().any(|code| needed.contains(code));
        let follows = left_over.iter().rev().find(gave).map(|earlier| earlier.index);
        left_over.push(LeftOver { index, words, edit, error, follows });
    }
    Rebased { plan: Plan { extra: plan.extra.clone(), ..document.plan() }, left_over }
}

/// Codes that an edit gives out.
fn codes_given(edit: &Edit) -> Vec<&CompactString> {
    match edit {
        Edit::Merge { form: Form::Establish, into, .. } | Edit::Establish { into, .. } => into.code.iter().collect(),
        Edit::ConvertKind { code, .. } => code.iter().collect(),
        Edit::Split { parts, .. } => parts.iter().filter_map(|part| part.code.as_ref()).collect(),
        _ => Vec::new(),
    }
}

/// Codes that units must have for an edit to apply.
fn codes_needed(edit: &Edit) -> Vec<&CompactString> {
    let above = match edit {
        Edit::Transfer { to, .. } => Some(to),
        Edit::Merge { into, .. } | Edit::Establish { into, .. } => into.parent.as_ref(),
        Edit::Split { .. } => edit.part_goes_to(),
        _ => None,
    };
    let named = edit.units().iter().chain(above);
    named
        .filter_map(|unit| match unit {
            UnitRef::Code(code) | UnitRef::AtLevel { code, .. } => Some(code),
            UnitRef::Atom { .. } => None,
        })
        .collect()
}

impl fmt::Display for LeftOver {
    /// One line: the edit, why it was refused, and what it builds on.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { index, words, error, follows, .. } = self;
        write!(f, "edit {index} ({words}): {error}")?;
        follows.map_or(Ok(()), |earlier| write!(f, "; it builds on edit {earlier}, which no longer applies either"))
    }
}
