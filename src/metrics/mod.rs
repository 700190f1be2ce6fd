//! Figures of units: what they are like, and what a plan does to them.
//!
//! 1. A figure that cannot be known is `None`, never 0. A sum is known when every summand is.
//! 2. Areas and border lengths are exact sums over arcs and atoms ([`crate::model::Measures`]): the area of a unit is
//!    that of its outline and that of its parts, to the last bit, and totals before and after a plan agree.
//! 3. Figures depend on the territory, the members and the seat of a unit alone, so they are kept by
//!    [`crate::model::Unit::revision`] ([`FigureCache`]), and an edit costs what it touches.
//! 4. Figures of one's own ([`OwnFigures`]) are worked out from those of the unit, never added up.
//! 5. What there is to be known of each figure but its value stands in one row of the [`catalogue`], and the units of
//!    all measures in [`Measure`].
//! 6. What several units have together follows one rule for each figure ([`together`]).
//! 7. The same state gives the same figures to the bit, computed at once or edit by edit, on any number of threads.

mod amount;
mod cache;
pub mod catalogue;
mod exported;
mod figure;
mod figures;
pub mod formula;
mod measure;
mod nature;
mod nearest;
mod neighbours;
mod own;
mod radius;
pub mod report;
pub mod rows;
#[cfg(test)]
mod rows_tests;
#[cfg(test)]
mod sample_tests;
mod services;
mod shape;
mod shift;
mod spread;
mod statistic;
pub mod summary;
pub mod together;

pub use amount::Amount;
pub use cache::{FigureCache, Totals};
pub use catalogue::Figure;
pub use exported::OwnColumns;
pub use figures::{UnitFigures, territory_figures, unit_figures};
pub use formula::Formula;
pub use measure::{Measure, MeasureError, Unit};
pub use nature::Nature;
pub use nearest::SeatIndex;
pub use neighbours::{neighbours, neighbours_of_part};
pub use own::{OwnFigure, OwnFigures, OwnId};
pub use radius::{Radius, SeatBasis, place_of, usual_seat};
pub use services::ServicePlaces;
pub use shape::{Compactness, polsby_popper};
pub use shift::{Shift, Tally};
pub use statistic::Statistic;

#[cfg(test)]
mod tests;
mod words;
mod worked;
