//! The window of Quhua: draws the map, shows the panels, and does what they ask for.
//!
//! It stands on the engine [`quhua`], which needs no window; what belongs in both belongs there.
//!
//! ```text
//! quhua ← render  the map on the GPU; reads, never edits
//! quhua, render ← ui  panels read, and send commands
//! ui ← app        owns the document, and is the only one that changes it
//! app ← main
//! ```
//!
//! Where to start reading: [`ui::state`] for everything that a user can do (as values in `command`, by name and key in `action`), [`app`] for what happens then.

pub mod app;
pub mod render;
pub mod ui;

#[cfg(test)]
mod testing;
