//! Which ledgers stand on the map as symbols, and by which column. Kept with the document, so that everybody who opens it
//! sees the same map.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use quhua::carto::symbols::SymbolStyle;
use quhua::model::{Dataset, LaidLedger};

/// What tells the symbols of a ledger apart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SymbolsBy {
    /// The column that says most at a glance.
    #[default]
    Usual,
    /// Nothing.
    Alike,
    /// A column, by its name.
    Column(String),
}

/// How the rows of a ledger show on the map.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SymbolChoice {
    /// Whether they do.
    pub shown: bool,
    /// What tells them apart.
    pub by: SymbolsBy,
}

/// Choices for ledgers by their names; those that are not there are not shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SymbolChoices(BTreeMap<String, SymbolChoice>);

impl SymbolChoices {
    /// Setting of the document under which they are kept.
    pub const SETTING: &str = "symbols";

    /// The choice for a ledger.
    #[must_use]
    pub fn of(&self, ledger: &str) -> SymbolChoice {
        self.0.get(ledger).cloned().unwrap_or_default()
    }

    /// Chooses for a ledger.
    pub fn set(&mut self, ledger: String, choice: SymbolChoice) {
        self.0.insert(ledger, choice);
    }

    /// Whether any ledger is to be shown.
    #[must_use]
    pub fn is_any_shown(&self) -> bool {
        self.0.values().any(|choice| choice.shown)
    }

    /// The symbols to be shown, in the order of the ledgers. It looks at rows where a usual column has to be found.
    #[must_use]
    pub fn styles(&self, dataset: &Dataset) -> Vec<SymbolStyle> {
        let shown = dataset.ledgers().iter().filter(|laid| self.of(laid.ledger().name()).shown);
        shown.map(|laid| self.style(laid)).collect()
    }

    /// How a ledger shows, or would.
    #[must_use]
    pub fn style(&self, laid: &LaidLedger) -> SymbolStyle {
        let ledger = laid.ledger();
        let by = match self.of(ledger.name()).by {
            // A column that the ledger no longer has is as if nobody had chosen.
            SymbolsBy::Column(name) => match ledger.column(&name) {
                Some(_) => Some(name.into()),
                None => return SymbolStyle::usual(laid),
            },
            SymbolsBy::Alike => None,
            SymbolsBy::Usual => return SymbolStyle::usual(laid),
        };
        SymbolStyle { ledger: ledger.name().into(), by }
    }
}
