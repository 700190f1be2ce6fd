//! Finding units by what is known of them: by conditions, by a list of names, by how they lie.
//!
//! 1. [`Query`]: conditions on fields, such as `人口 > 3000 且 面积 < 5 km²`, read from one line and tested on all units
//!    of a level. [`Query::read`] says where a line is wrong; [`completions`] says how it could go on.
//! 2. [`Listed`]: names and codes pasted from a document, each with the unit that it means, the units that it could
//!    mean, or the names that are like it.
//! 3. [`around`]: neighbours of units, what they enclose, and the rest.
//! 4. [`Restriction`]: what a selection may take at all.
//!
//! Nothing here changes anything: all of it gives units, ascending.

pub mod around;
mod complete;
mod error;
mod eval;
mod expr;
mod field;
mod list;
mod names;
mod parse;
mod pieces;
mod restrict;
mod scan;
mod values;

#[cfg(test)]
mod around_tests;
#[cfg(test)]
mod list_tests;
#[cfg(test)]
mod query_tests;
#[cfg(test)]
mod testing;

pub use complete::{Completion, Completions, completions};
pub use error::{Expected, QueryError};
pub use eval::{Ground, LevelValues};
pub use expr::Query;
pub use field::{Field, Sort, Vocabulary};
pub use list::{Entry, Listed, Meaning};
pub use restrict::Restriction;
pub use values::ValueLists;
