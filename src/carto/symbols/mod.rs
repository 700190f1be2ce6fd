//! Rows of ledgers on a map (台账符号): clinics, schools, offices as symbols, roads and routes as lines.
//!
//! 1. A column tells symbols apart ([`SymbolStyle`]): words by shape and colour, so that every eye tells them apart, numbers
//!    by the area of a circle.
//! 2. A row stands at its place. One that only names a unit stands at the seat of that unit, and is hollow; several at one
//!    place stand beside each other. What lies nowhere is counted in the legend.
//! 3. Where rows crowd, they become one symbol with their number and the shares of their classes. What a camera sees
//!    ([`SymbolSet::seen`]) costs what is drawn, not what there is.
//! 4. What a plan does with rows ([`SymbolChanges`]) costs what it records about, and shows: changed, added, taken away.
//! 5. Symbols are described as [`Piece`]s, so that the window and printed maps draw the same.

mod changes;
mod classes;
mod grid;
mod legend;
mod lines;
mod look;
mod set;
mod style;
#[cfg(test)]
mod tests;
mod view;

pub use changes::SymbolChanges;
pub use classes::{ClassOf, MOST_WORDS, SymbolClass};
pub use legend::{SymbolRow, SymbolSign};
pub use look::{Cluster, Look, Piece, RADIUS, RowMark, Symbol, SymbolShape};
pub use set::{SymbolLayer, SymbolSet, Which};
pub use style::{SymbolError, SymbolStyle};
pub use view::{Seen, Square, nearest};
