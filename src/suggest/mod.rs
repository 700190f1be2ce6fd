//! Suggestions which units to merge, each with its reasons.
//!
//! The units of a level and what lies between them become a [`Chart`]: people, area, perimeter, seats and the limits of
//! a pack for each unit, common borders and links for each pair. A plan puts every unit into a group; a group of several
//! is a merger. [`Search`] makes a first plan and goes on improving it.
//!
//! A plan is judged by *cost*, the weighted sum of five criteria over its groups ([`Weights`]), after *what is still to
//! be reached* of the [`Goal`]: less of that comes before any cost. The criteria are those by which the study of the
//! mergers in 定远县 chose (size, adjacency, compactness, influence of seats), with the two that a county answers for:
//! people whose unit changes, and people who end up farther away.
//!
//! The first plan comes from greedy agglomeration: over and over, the two neighbouring groups become one whose joining
//! costs least. Improvement moves a unit to another group, swaps two, takes one out, or takes one out while two others
//! join, and accepts what is little worse than the best so far (record-to-record travel, Dueck 1993). Every figure of a
//! group is a sum over its units or their borders; nothing of the geometry is touched once the chart is drawn.
//!
//! Invariants:
//!
//! 1. Every merger is an [`Edit::Merge`](crate::edit::Edit::Merge) that a document with the same state carries out,
//!    alone or with all others, in any order.
//! 2. The units of a merger hang together by common borders and links, barriers respected; they have the same parent;
//!    none is locked, and none of those that the pack keeps apart come together.
//! 3. The survivor is the unit whose seat makes the ways of all people of the group shortest; of equal ones, the most
//!    populous. Of large groups only the seats of the [`SEATS`] most populous units are tried. A unit with locked members
//!    survives, since these may not change their parent.
//! 4. All mergers together break no rule of severity *error* that was not broken before, and make none worse. Sums are
//!    held to them while the search goes on; whatever else the pack asks for is tried out at the end, and what breaks it
//!    is taken apart for good.
//! 5. No merger goes farther than its [`Bounds`]: area of the result, distance of seats, urban and rural units.
//! 6. A plan never gets worse by improvement, and the best so far is there at any time.
//! 7. The same state, question and number of rounds give the same plan, on any number of threads.
//!
//! It does not split units or move their members, and it does not know roads: ways are straight lines.

mod ask;
mod chart;
mod group;
mod grow;
mod improve;
mod merger;
mod plan;
mod report;
#[cfg(test)]
mod tests;
mod trial;
mod words;

pub use ask::{Ask, AskError, Bound, Bounds, Goal, Weights, WeightsError};
pub use chart::{Chart, Obstacle};
pub use group::SEATS;
pub use improve::{Search, suggest};
pub use merger::{Joined, Left, Merger, Reasons, Suggestion};
pub use report::SuggestionReport;
pub use words::{
    bounds as bounds_words, left as left_words, merger as merger_words, obstacle as obstacle_words, reached,
    reasons as reason_words,
};
