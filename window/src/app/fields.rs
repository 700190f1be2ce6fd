//! What becomes of fields when units are merged: chosen in the window, kept with the document and for the next one.

use super::App;
use quhua::model::{FieldRule, FieldRules};

impl App {
    /// Gives a field another rule, or with `None` the guessed one again. All made units follow.
    pub(super) fn set_field_rule(&mut self, name: &str, rule: Option<FieldRule>) {
        let Some(project) = &mut self.project else { return };
        if let Some(rule) = &rule {
            // The menu has rules that fit; one that does not changes nothing.
            if FieldRules::clone(project.field_rules()).choose(name, rule.clone()).is_err() {
                return;
            }
            self.preferences.field_rules.insert(name.to_owned(), rule.clone());
        } else {
            self.preferences.field_rules.remove(name);
        }
        project.decide(|basis| match rule {
            Some(rule) => drop(basis.field_rules.insert(name.to_owned(), rule)),
            None => drop(basis.field_rules.remove(name)),
        });
        self.changed(&[]);
    }

    /// Takes up the rules that were chosen in another document, for fields of the same name that nobody has decided
    /// about in this one.
    pub(super) fn take_up_field_rules(&mut self) {
        let Some(project) = &mut self.project else { return };
        let mut known = FieldRules::clone(project.field_rules());
        let chosen = self.preferences.field_rules.iter();
        let fitting: Vec<(String, FieldRule)> = chosen
            .filter(|(name, _)| !project.basis().field_rules.contains_key(*name))
            .filter(|(name, rule)| known.choose(name, (*rule).clone()).is_ok())
            .map(|(name, rule)| (name.clone(), rule.clone()))
            .collect();
        project.adopt(|basis| basis.field_rules.extend(fitting));
    }
}
