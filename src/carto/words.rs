//! What levels are called on a map.

use crate::i18n::Lang;
use crate::model::Level;

/// Plural name of a level.
#[must_use]
pub const fn level(lang: Lang, level: Level) -> &'static str {
    level.words(lang)
}
