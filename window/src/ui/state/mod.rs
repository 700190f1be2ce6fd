//! What panels read and what they send: state and commands, and nothing that draws.
//!
//! ```text
//! view        what the user looks at, and choices that outlive a run
//! command     everything that a user can do; action: what of it has no parameters, in a table; keymap: the keys for it
//! exports     what can be written into a file, one row an export; map_file: a map as it is to stand in one
//! layout      where the panels are
//! background, bookmarks, brush, choropleth, sketch   one noun each
//! ```

pub mod action;
pub mod background;
pub mod bookmarks;
pub mod brush;
pub mod choropleth;
pub mod command;
pub mod exports;
pub mod keymap;
pub mod layout;
pub mod map_file;
pub mod sketch;
pub mod symbols;
pub mod view;
