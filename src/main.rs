//! Quhua (区划).

fn main() {}
