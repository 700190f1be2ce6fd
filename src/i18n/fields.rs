//! What common fields of sources are called.

use super::{Lang, Text};

/// Name of a field: what the source calls it, with a translation where it is known.
#[must_use]
pub fn field_name(lang: Lang, name: &str) -> &str {
    match name.to_lowercase().as_str() {
        "households" | "hh" => lang.of(Text::Households),
        "resident_population" => lang.of(Text::ResidentPopulation),
        "arable_mu" => lang.of(Text::ArableLand),
        "groups" => lang.of(Text::LevelGroup),
        "terrain" => lang.of(Text::Terrain),
        "elevation_m" => lang.of(Text::Elevation),
        _ => name,
    }
}
