//! Area and length of every arc and atom, computed once.

/// Measures computed so far, for each way to compute an area.
#[derive(Debug, Default)]
pub struct MeasureCache {}
