//! Rules (规则): what units should be like, read from a pack, and judged unit by unit.
//!
//! A *pack* is a plain file (`docs/rules.md`): thresholds by level, kind and terrain class, contiguity, enclosed units,
//! what must stay together or apart, names and codes. A [`Judge`] holds a pack against a state and gives each unit a
//! [`Verdict`] for each rule that applies to it, with the number behind it, the limit and where the limit comes from.
//! [`Rulings`] keeps what was said, and after an edit judges again only what may have changed.
//!
//! Invariants:
//!
//! 1. What is not known is neither kept nor broken: the verdict is [`Judgement::Unjudged`], and says why.
//! 2. Verdicts follow from the pack, the dataset and the state alone. Judged edit by edit they are those judged afresh,
//!    on any number of threads.
//! 3. An edit costs the units that it touches, those beside them, and those that share their names; besides, one look
//!    at every unit.
//! 4. What was wrong with a unit as loaded, and is not worse, is no fault of the plan ([`Judgement::AsBefore`]): a
//!    part that was cut off, a figure beyond its limits, a name or code. A figure is worse when it lies farther beyond
//!    its limit.
//! 5. A fix ([`Fix`]) is an edit that was tried out: it leaves the unit with fewer parts, and no other unit with more.
//!
//! Packs decide nothing: a broken rule refuses no edit.

mod connected;
mod connection;
mod exclave;
mod fix;
mod grounds;
mod judge;
mod kept;
mod matrix;
mod mergeable;
mod mistake;
mod near;
mod pack;
mod packs;
mod parse;
mod parse_derive;
mod parse_table;
mod reader;
mod report;
mod rulings;
mod shipped;
mod terrain;
#[cfg(test)]
mod tests;
mod verdict;
mod words;

pub use connected::connected;
pub use connection::{Crossing, CrossingKind, Crossings};
pub use exclave::{Exclave, ExclaveKind};
pub use fix::{Fix, Way};
pub use grounds::Grounds;
pub use judge::Judge;
pub use kept::Choice;
pub use matrix::{Matrix, MatrixCell, MatrixTotal, Standing};
pub use mistake::{Expected, PackError, PackProblem};
pub use pack::{Check, Derive, Limits, Pack, Quantity, Rule, Words};
pub use packs::{PackFound, choose_pack, load, pack_names, shipped};
pub use report::RulesReport;
pub use rulings::Rulings;
pub use shipped::{LoadError, Shipped};
pub use terrain::{Class, Mixed, Terrain};
pub use verdict::{Counts, Evidence, Group, Judgement, Problem, Verdict, Verdicts, Why, worst};
pub use words::{
    crossing_kind, exclave as exclave_words, fix as fix_words, judgement as judgement_words, problem as problem_words,
    verdict as verdict_words, why as why_words,
};
