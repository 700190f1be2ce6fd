//! Every text that the program shows, in 简体中文 and English.
//!
//! * [`Text`]: fixed texts, one line each with both languages, so that none can be missing in one of them.
//! * [`sentences`]: texts with parts, as functions.
//! * [`field_name`]: what common fields of sources are called.
//! * [`Say`]: what errors, warnings and findings say of themselves. Each room has the words for its own in `words.rs`.
//! * [`numbers`]: figures with thousands separators, fixed decimals and units; [`written`]: numbers that people wrote.
//!
//! This module knows nothing of the rest of the program: what an error or an edit is called is said in the room that it
//! belongs to.

mod fields;
mod lang;
pub mod ledgers;
pub mod markup;
pub mod numbers;
pub mod plain;
mod say;
pub mod selecting;
pub mod sentences;
pub mod sources;
pub mod suggesting;
mod text;
pub mod written;

pub use fields::field_name;
pub use lang::Lang;
pub use say::{Say, capital};
#[cfg(test)]
pub(crate) use say::{check_said, one_of_each};
pub use text::Text;

/// What a library or a file says, in one line: it stands within a sentence.
#[must_use]
pub fn one_line(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Name of a file without its folder, as it is shown and kept; the path itself where it has no name.
#[must_use]
pub fn file_name(path: &std::path::Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}
