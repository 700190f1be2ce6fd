//! How a map is drawn, whatever draws it: where things are, what colour they have, which names find room.
//!
//! The window and printed maps share this, so that they look the same. It reads; it never edits, and it needs neither a
//! window nor a graphics card: colours are [`ecolor`]'s and rectangles [`emath`]'s, which are also those of the window.

mod anchors;
mod borders;
pub mod camera;
pub mod circles;
mod classes;
mod colouring;
pub mod crossings;
pub mod font;
pub mod furniture;
pub mod names;
pub mod palette;
pub mod places;
pub mod projection;
mod style;
pub mod symbols;
pub mod words;

#[cfg(test)]
mod crossings_tests;

pub use anchors::{Anchor, Anchors, NotYet, anchor, anchor_in_plane};
pub use borders::{BaseRanks, Borders};
pub use camera::Camera;
pub use classes::{CLASSES, Classes, Method, Scheme};
pub use colouring::Colouring;
pub use style::{ArcFlags, ArcStyle, AtomFlags, AtomStyle, LineStyle, MapTheme, Rank, RankLines};
