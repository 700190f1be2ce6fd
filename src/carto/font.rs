//! The font that comes with the program: Latin and common Chinese in one face.

/// Name of its family.
pub const FACE: &str = "Quhua CJK Subset";

/// The font file, OpenType.
pub static BYTES: &[u8] = include_bytes!("../../assets/fonts/quhua-cjk-subset.otf");
