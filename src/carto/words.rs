//! What levels and fields are called on a map.

use crate::i18n::{Lang, Text};
use crate::model::Level;

/// Plural name of a level.
#[must_use]
pub const fn level(lang: Lang, level: Level) -> &'static str {
    level.words(lang)
}

/// Name of a field: what the source calls it, with a translation where it is known.
#[must_use]
pub fn field(lang: Lang, name: &str) -> &str {
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
