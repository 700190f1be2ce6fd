//! Figures of one's own (自定指标), as somebody wrote them. They change no unit and are no step.

use serde::{Deserialize, Serialize};

use crate::i18n::Lang;

/// Decimals that a figure is written with until somebody says otherwise.
const DECIMALS: u8 = 2;

/// A figure of one's own as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDefinition {
    /// What it is called; no two share a name.
    pub name: String,
    /// What it is called where people read of it, in 简体中文 and in English, as a pack says; empty for its name.
    #[serde(default, skip_serializing_if = "is_untitled")]
    pub title: [String; 2],
    /// How it follows from what is known of a unit, as text: `耕地面积_亩 / 户籍人口`.
    pub expression: String,
    /// What it is measured in, as it stands in headings; may be empty.
    #[serde(default)]
    pub unit: String,
    /// The unit in English, where a pack says another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_en: Option<String>,
    /// Decimals that it is written with, 8 at most.
    #[serde(default = "usual_decimals")]
    pub decimals: u8,
}

fn is_untitled(title: &[String; 2]) -> bool {
    title.iter().all(String::is_empty)
}

const fn usual_decimals() -> u8 {
    DECIMALS
}

impl OwnDefinition {
    /// Decimals at most.
    pub const MOST_DECIMALS: u8 = 8;

    /// A name and an expression, with two decimals.
    #[must_use]
    pub fn new(name: &str, expression: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: [String::new(), String::new()],
            expression: expression.to_owned(),
            unit: String::new(),
            unit_en: None,
            decimals: DECIMALS,
        }
    }

    /// What it is called where people read of it.
    #[must_use]
    pub fn title(&self, lang: Lang) -> &str {
        let title = lang.pick(&self.title[0], &self.title[1]);
        if title.is_empty() { &self.name } else { title }
    }

    /// What it is measured in.
    #[must_use]
    pub fn unit(&self, lang: Lang) -> &str {
        let english = self.unit_en.as_deref().filter(|_| lang == Lang::En);
        english.unwrap_or(&self.unit)
    }
}
