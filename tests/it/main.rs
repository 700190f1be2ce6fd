//! Tests of the whole: through the public interface and the command line.

mod cli;
mod coverage;
mod guess;
mod layers;
mod support;
mod truth;
