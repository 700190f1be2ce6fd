//! Finding units by what is known of them: by conditions, by a list of names, by how they lie.
//!
//! 1. [`Query`]: conditions on fields, such as `人口 > 3000 且 面积 < 5 km²`, read from one line and tested on all units
//!    of a level. [`Query::read`] says where a line is wrong; [`completions`] says how it could go on.
//! 2. [`Listed`]: names and codes pasted from a document, each with the unit that it means, the units that it could
//!    mean, or the names that are like it.
//! 3. [`around`]: neighbours of units, what they enclose, and the rest.
//! 4. [`Restriction`]: what a selection may take at all.
//!
//! 5. Figures of one's own: [`read_formula`] reads an expression over the same words, [`own_figures`] makes figures of
//!    what was written.
//! 6. [`read_row_condition`]: conditions on the rows of a ledger.
//!
//! Nothing here changes anything: all of it gives units, ascending.

pub mod around;
mod complete;
mod error;
mod eval;
mod expr;
mod field;
mod formula;
mod list;
mod names;
#[cfg(test)]
mod over_tests;
mod own;
mod parse;
mod pieces;
mod restrict;
mod rows;
mod scan;
mod values;

#[cfg(test)]
mod around_tests;
#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod named_tests;
#[cfg(test)]
mod own_tests;
#[cfg(test)]
mod query_tests;
#[cfg(test)]
mod testing;

pub use complete::{Completion, Completions, completions, formula_completions};
pub use error::{Expected, QueryError};
pub use eval::{Ground, LevelValues};
pub use expr::Query;
pub use field::{Field, Sort, Vocabulary};
pub use formula::{FormulaWords, read_formula};
pub use list::{Entry, Listed, Meaning};
pub use own::{FormulaNumbers, OwnError, check_own, formula_words, own_figures, read_own};
pub use restrict::Restriction;
pub use rows::{read_condition, read_row_condition};
pub use values::ValueLists;
