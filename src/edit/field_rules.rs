//! What becomes of fields, as it is kept with the document. It changes no unit and is no step.

use std::collections::BTreeMap;

use super::Document;
use crate::model::{FieldRule, FieldRules};

/// Setting that holds the rules.
const SETTING: &str = "field-rules";

impl Document {
    /// Rules of fields that were chosen in this document, by the names of the fields.
    #[must_use]
    pub fn field_rules(&self) -> BTreeMap<String, FieldRule> {
        field_rules_of(self.settings())
    }

    /// Keeps the rules that were chosen.
    pub fn keep_field_rules(&mut self, rules: &FieldRules) {
        let chosen = rules.chosen();
        if chosen != self.field_rules()
            && let Ok(text) = serde_json::to_string(&chosen)
        {
            self.set_work(SETTING, text);
            self.refresh();
        }
    }
}

/// The same from the settings of a document that is not open.
#[must_use]
pub fn field_rules_of(settings: &BTreeMap<String, String>) -> BTreeMap<String, FieldRule> {
    let text = settings.get(SETTING);
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}
