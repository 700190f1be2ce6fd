//! What is done with scenarios.

use super::App;
use crate::ui::bottom::history;
use crate::ui::notices::Gravity;
use crate::ui::state::command::About;
use crate::ui::state::view::{BottomTab, CompareView};
use quhua::edit::{ScenarioId, StepId};
use quhua::i18n::{Text, sentences};
use quhua::study::Study;

impl App {
    /// Shows another scenario. What differs is repainted, nothing else.
    pub(super) fn switch_to(&mut self, scenario: ScenarioId) {
        let Some(project) = &mut self.project else { return };
        let changed = project.document_mut().switch_to(scenario);
        self.show_changes(&changed);
    }

    pub(super) fn next_scenario(&mut self) {
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let active = document.active().id;
        let mut around = document.scenarios().iter().cycle().skip_while(|scenario| scenario.id != active);
        if let Some(next) = around.nth(1).map(|scenario| scenario.id) {
            self.switch_to(next);
        }
    }

    /// A new scenario that starts as the active one is now.
    pub(super) fn branch(&mut self) {
        let Some(project) = &mut self.project else { return };
        let document = project.document_mut();
        let name = free_name(document.scenarios().iter().map(|scenario| scenario.name.as_str()), |number| {
            sentences::scenario_name(self.lang, number)
        });
        document.branch(&name);
        self.close_card();
        self.notices.say(Gravity::Done, sentences::branched(self.lang, &name));
        self.show_bottom(BottomTab::Scenarios);
    }

    /// Makes a way that the active scenario left a scenario of its own, and shows it.
    pub(super) fn take_up_again(&mut self, way: usize) {
        let Some(project) = &mut self.project else { return };
        let document = project.document_mut();
        let name = free_name(document.scenarios().iter().map(|scenario| scenario.name.as_str()), |number| {
            sentences::scenario_name(self.lang, number)
        });
        let Some((_, changed)) = document.take_up_again(way, &name) else { return };
        self.notices.say(Gravity::Done, history::taken_up_again(self.lang, &name));
        self.close_card();
        self.changed(&changed);
    }

    /// A new scenario that starts with the boundaries as loaded.
    pub(super) fn new_scenario(&mut self) {
        let Some(project) = &mut self.project else { return };
        let document = project.document_mut();
        let name = free_name(document.scenarios().iter().map(|scenario| scenario.name.as_str()), |number| {
            sentences::scenario_name(self.lang, number)
        });
        let before = document.active().id;
        let id = document.start(&name);
        // Making it has switched already; the map is told by going there once more.
        document.switch_to(before);
        self.switch_to(id);
        self.show_bottom(BottomTab::Scenarios);
    }

    /// Compares the active scenario with the units as loaded, or with the one that it was branched off; or no more.
    pub(super) fn toggle_compare(&mut self) {
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let active = document.active();
        let compare = match (&self.view.compare, active.branch) {
            (Some(_), _) => None,
            (None, Some(branch)) if document.scenario(branch.from).is_some() => {
                let sides = vec![Some(branch.from), Some(active.id)];
                Some(CompareView { sides, ..CompareView::before_and(active.id) })
            }
            (None, _) => Some(CompareView::before_and(active.id)),
        };
        self.compare(compare);
    }

    /// Compares as wanted; what is gone is no longer compared.
    pub(super) fn compare(&mut self, compare: Option<CompareView>) {
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let maps = |view: &Option<CompareView>| view.as_ref().map_or(0, CompareView::maps);
        let before = maps(&self.view.compare);
        self.view.compare = compare.map(|mut compare| {
            compare.sides.retain(|side| side.is_none_or(|id| document.scenario(id).is_some()));
            compare.sides.truncate(CompareView::MOST);
            while compare.sides.len() < 2 {
                compare.sides.insert(0, None);
            }
            compare
        });
        match maps(&self.view.compare) {
            0 => self.comparing.close(),
            // The maps have another size now.
            now if now != before => self.zoom_to_fit(),
            _ => {}
        }
        self.close_card();
    }

    pub(super) fn describe(&mut self, scenario: ScenarioId, about: About) {
        let Some(project) = &mut self.project else { return };
        project.document_mut().describe(scenario, |it| match about {
            About::Name(name) => *it.name = name,
            About::Note(note) => *it.note = note,
            About::Stage(stage) => *it.stage = stage,
        });
    }

    pub(super) fn remove_scenario(&mut self, scenario: ScenarioId) {
        let Some(project) = &mut self.project else { return };
        let changed = project.document_mut().remove(scenario);
        self.show_changes(&changed);
        self.compare(self.view.compare.clone());
    }

    pub(super) fn annotate(&mut self, step: StepId, note: &str) {
        if let Some(project) = &mut self.project {
            project.document_mut().annotate(step, note);
        }
    }

    /// Carries a step out in another scenario too, and shows that.
    pub(super) fn copy_step(&mut self, step: StepId, to: ScenarioId) {
        let edit =
            self.project.as_ref().and_then(|project| project.document().step(step)).map(|step| step.edit.clone());
        if let Some(edit) = edit {
            self.switch_to(to);
            self.commit(&edit);
        }
    }

    /// Tries an edit that is left over. When it is carried out it is left over no more.
    pub(super) fn retry_left_over(&mut self, at: usize) {
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let Some(edit) = document.active().left_over.get(at).cloned() else { return };
        let before = document.position();
        self.commit(&edit);
        if self.project.as_ref().is_some_and(|project| project.document().position() > before) {
            self.drop_left_over(at);
        }
    }

    pub(super) fn drop_left_over(&mut self, at: usize) {
        let Some(project) = &mut self.project else { return };
        let document = project.document_mut();
        let id = document.active().id;
        document.describe(id, |it| {
            if at < it.left_over.len() {
                it.left_over.remove(at);
            }
        });
    }

    /// The window follows another scenario.
    fn show_changes(&mut self, changed: &[quhua::model::UnitId]) {
        self.close_card();
        if !changed.is_empty() {
            self.changed(changed);
        }
        let name = self.project.as_ref().map(|project| project.document().name().to_owned()).unwrap_or_default();
        let name = if name.is_empty() { self.lang.of(Text::Untitled).to_owned() } else { name };
        self.notices.say(Gravity::Info, sentences::switched(self.lang, &name));
    }
}

/// The first numbered name that is free.
fn free_name<'a>(taken: impl Iterator<Item = &'a str>, name: impl Fn(usize) -> String) -> String {
    let taken: Vec<&str> = taken.collect();
    let mut names = (taken.len() + 1..).map(name);
    names.find(|name| !taken.contains(&name.as_str())).unwrap_or_default()
}
