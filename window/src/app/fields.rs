//! What becomes of fields when units are merged: chosen in the window, kept with the document and for the next one.

use std::collections::BTreeMap;

use super::App;
use quhua::model::{FieldRule, FieldRules};

impl App {
    /// Gives a field another rule, or with `None` the guessed one again. All made units follow.
    pub(super) fn set_field_rule(&mut self, name: &str, rule: Option<FieldRule>) {
        let Some(project) = &mut self.project else { return };
        let mut rules = FieldRules::clone(project.field_rules());
        if let Some(rule) = rule {
            // The menu has rules that fit; one that does not changes nothing.
            if rules.choose(name, rule.clone()).is_err() {
                return;
            }
            self.preferences.field_rules.insert(name.to_owned(), rule);
        } else {
            rules.forget(name);
            self.preferences.field_rules.remove(name);
        }
        project.document_mut().keep_field_rules(&rules);
        project.set_field_rules(rules);
        self.changed(&[]);
    }

    /// Takes up the rules that were chosen before: in this document, else in another one for fields of the same name.
    pub(super) fn take_up_field_rules(&mut self) {
        let Some(project) = &mut self.project else { return };
        let mut chosen: BTreeMap<String, FieldRule> = self.preferences.field_rules.clone();
        chosen.extend(project.document().field_rules());
        project.set_field_rules(FieldRules::with_chosen(project.document().origin(), &chosen));
    }

    /// A merger was carried out by these rules: they go with the document, whoever opens it next.
    pub(super) fn keep_field_rules(&mut self) {
        if let Some(project) = &mut self.project {
            let rules = std::sync::Arc::clone(project.field_rules());
            project.document_mut().keep_field_rules(&rules);
        }
    }
}
