//! The panels of the window. They read the document and send [`state::command::Command`]s; they change nothing.

pub mod background;
pub mod before_after;
pub mod bookmarks;
pub mod bottom;
pub mod colouring;
pub mod compare;
pub mod completing;
pub mod docking;
pub mod exporting;
pub mod focus;
pub mod inspector;
pub mod joining;

pub mod layout;
pub mod map;
pub mod marks;
pub mod notices;
pub mod palette;
pub mod query_bar;
pub mod repairing;
pub mod replacing;
pub mod shortcuts;
pub mod shown;
pub mod state;
pub mod status;
pub mod systems;
pub mod theme;
pub mod toolbar;
pub mod tour;
pub mod tree;
pub mod unread;
pub mod unsaved;
mod widgets;
pub mod words;
