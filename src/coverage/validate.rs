//! Defects of a coverage: where polygons overlap, miss each other, or are invalid.
