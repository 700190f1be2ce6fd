//! Tests of the whole: through the public interface and the command line.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

mod cases;
mod cli;
mod columns;
mod compare;
mod coverage;
mod crs;
mod derived;
#[path = "../../fuzz/src/lib.rs"]
mod doors;
mod ensemble;
mod figures;
mod formats;
mod gdal;
mod guess;
mod hostile;
mod joining;
mod language;
mod layer_seeds;
mod layers;
mod ledgers;
mod loss;
mod names;
mod odds;
mod outputs;
mod pack_numbers;
mod packs;
mod plans;
#[cfg(feature = "print")]
mod print;
mod repair;
mod rules;
mod seam;
mod seeds;
mod splits;
mod stacks;
#[cfg(feature = "print")]
mod study;
mod suggest;
mod support;
mod tables_of;
#[cfg(feature = "tiles")]
mod tiles_of;
mod truth;
