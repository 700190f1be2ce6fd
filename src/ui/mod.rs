//! The panels of the window. They read the document and send [`command::Command`]s; they change nothing.

pub mod background;
pub mod bottom;
pub mod choropleth;
pub mod colouring;
pub mod command;
pub mod compare;
pub mod inspector;
pub mod map;
pub mod notices;
pub mod palette;
pub mod project;
pub mod query_bar;
pub mod rules;
pub mod selecting;
pub mod shown;
pub mod sketch;
pub mod status;
pub mod theme;
pub mod toolbar;
pub mod tree;
pub mod unsaved;
pub mod view;
mod widgets;
pub mod words;

pub use widgets::writes_text;
