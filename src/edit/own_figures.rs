//! Figures of one's own (自定指标), as somebody wrote them. They change no unit and are no step.

use serde::{Deserialize, Serialize};

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
