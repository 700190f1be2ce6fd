//! Figures of one's own (自定指标), as they are kept with the document. They change no unit and are no step.

use serde::{Deserialize, Serialize};

use super::Document;

/// Setting that holds them.
const SETTING: &str = "own-figures";

/// Decimals that a figure is written with until somebody says otherwise.
const DECIMALS: u8 = 2;

/// A figure of one's own as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnDefinition {
    /// What it is called; no two share a name.
    pub name: String,
    /// How it follows from what is known of a unit, as text: `耕地面积_亩 / 户籍人口`.
    pub expression: String,
    /// What it is measured in, as it stands in headings; may be empty.
    #[serde(default)]
    pub unit: String,
    /// Decimals that it is written with, 8 at most.
    #[serde(default = "usual_decimals")]
    pub decimals: u8,
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
        Self { name: name.to_owned(), expression: expression.to_owned(), unit: String::new(), decimals: DECIMALS }
    }
}

impl Document {
    /// Figures of one's own that are kept with this document; `None` when nobody has said anything about them.
    #[must_use]
    pub fn own_figures(&self) -> Option<Vec<OwnDefinition>> {
        own_figures_of(self.settings())
    }

    /// Has these figures of one's own. Nobody has worked for that: the document is as saved as it was.
    pub fn take_own_figures(&mut self, own: &[OwnDefinition]) {
        let known = self.own_figures().unwrap_or_default();
        if known != own
            && let Ok(text) = serde_json::to_string(own)
        {
            self.set_setting(SETTING, text);
            self.refresh();
        }
    }

    /// Keeps figures of one's own.
    pub fn keep_own_figures(&mut self, own: &[OwnDefinition]) {
        if self.own_figures().as_deref() != Some(own)
            && let Ok(text) = serde_json::to_string(own)
        {
            self.set_work(SETTING, text);
            self.refresh();
        }
    }
}

/// The same from the settings of a document that is not open.
#[must_use]
pub fn own_figures_of(settings: &std::collections::BTreeMap<String, String>) -> Option<Vec<OwnDefinition>> {
    settings.get(SETTING).and_then(|text| serde_json::from_str(text).ok())
}
