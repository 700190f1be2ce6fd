//! Quhua (区划): redraw administrative boundaries.
//!
//! One idea carries everything: **geometry never moves, a plan is a labelling.** On loading, polygons become a
//! [`coverage`] of shared arcs. Units are sets of atoms ([`model`]); merging, transferring and abolishing change
//! which unit an atom belongs to ([`edit`]), never a coordinate. An outline is a selection of arcs, and areas, people
//! and lengths are exact sums ([`metrics`]). Maps are cut at the 180th meridian; what lies across it is known to the
//! coverage, and is no border. Dirty borders are mended before there is a plan, into another coverage
//! ([`coverage::repair`]). Only a split makes new geometry: a [`coverage::Cut`] leads to a
//! [refined dataset](model::Dataset::refined) with more atoms and the same sums, and undo leads back. The two share what
//! the cut did not touch ([`sharing`]), so that a split costs what it touches.
//!
//! ```text
//! coverage ← model ← edit ← io ← metrics ← query    which units meet conditions, a list names, or lie around others
//!                                metrics ← compare  drafts side by side
//!                                metrics ← rules    packs of thresholds, and what units are by them
//!                                metrics ← report   tables, lists of changes and certificates
//! compare, rules  ← suggest which units to merge, with reasons; it proposes edits, and makes none
//! compare, rules  ← ensemble where a plan stands among plans drawn by chance
//! i18n ← jobs, geodesy; sharing; outside   the leaves, for all of the above; the last opens files from outside
//! coverage, metrics ← carto how a map looks, whatever draws it; reads, never edits
//! carto, metrics, rules ← print maps as SVG, PNG and PDF, without a graphics card
//! query, compare, rules, report, io ← study   a dataset, its scenarios, and what figures rest on
//! compare, print, report ← page    a plan as one file for readers who have a browser and no Quhua
//! carto, io       ← tiles   pictures of the ground below the map; off until the user turns them on
//! everything above ← cli ← main
//! everything above ← quhua-window: render (the map on the GPU) ← ui ← app ← main
//! ```
//!
//! `A ← B` means that B may import A; `tests/it/layers.rs` has a row for each and holds the code to it. All of this is headless: the window is a member of
//! the workspace of its own, in `window/`, and the compiler keeps it apart. [`carto`], [`mod@print`], [`page`]
//! and [`tiles`] are behind features.
//!
//! Where to start reading: [`coverage`] for the geometry, [`model::State`] for what a plan changes, [`edit::Document`]
//! for how it changes and how scenarios live together, [`study::Study`] for what window and command line both read,
//! with all that figures rest on ([`study::Basis`], handed on as [`rules::Grounds`]), [`mod@io::format`] and
//! [`io::layers`] for what is read and how another format comes to it, [`model::Dataset::joined`] for figures that come
//! from [tables](io::tables), [`model::Ledger`] for the lists that a county keeps beside its boundaries, [`edit::RowEdit`] and
//! [`metrics::rows`] for what a plan makes of them and what they count, [`model::Derivations`] for rows that come about by
//! themselves, [`coverage::validate`], [`model::Finding`] and [`report::health`] for what is wrong with
//! data, [`coverage::repair`] and [`model::BorderRepair`] for how borders are mended, [`io::project`] for how nothing of
//! it is lost,
//! [`cli`] for the whole in a few lines, `window/src/ui/state/` for everything that a user can do: as values in
//! `command.rs`, by name and key in `action.rs`, exports in `exports.rs`.

#[cfg(feature = "carto")]
pub mod carto;
pub mod cli;
pub mod compare;
pub mod coverage;
pub mod edit;
pub mod ensemble;
pub mod geodesy;
pub mod i18n;
pub mod io;
pub mod jobs;
pub mod metrics;
pub mod model;
pub mod outside;
#[cfg(feature = "print")]
pub mod page;
#[cfg(feature = "print")]
pub mod print;
pub mod query;
pub mod report;
pub mod rules;
pub mod sharing;
pub mod study;
pub mod suggest;
#[cfg(feature = "tiles")]
pub mod tiles;

#[cfg(test)]
mod testing;
