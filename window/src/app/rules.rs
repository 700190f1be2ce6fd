//! Packs of rules: choosing one, and judging beside the window.

use std::path::Path;

use super::App;
use super::jobs::Kind;
use crate::ui::notices::Gravity;
use crate::ui::state::view::{BottomTab, ChecksView};
use crate::ui::words;
use quhua::carto::crossings::shared_border;
use quhua::i18n::{Say as _, file_name, sentences};
use quhua::rules::{Choice, Crossing, CrossingKind, Crossings, PackFound, Shipped};

impl App {
    /// Judges by a pack that is in the program, and shows what it says.
    pub(super) fn judge_by(&mut self, pack: Shipped) {
        self.choose_rules(Choice::Shipped(pack.name().to_owned()));
        self.show_checks(ChecksView::Rules);
    }

    /// Judges by another pack from now on. The choice goes with the document.
    pub(super) fn choose_rules(&mut self, choice: Choice) {
        let Some(project) = &mut self.project else { return };
        project.decide(|basis| basis.rules = choice);
        self.rules_changed();
    }

    /// Judges with other links and barriers from now on. They go with the document.
    pub(super) fn set_crossings(&mut self, crossings: Crossings) {
        let Some(project) = &mut self.project else { return };
        project.decide(|basis| basis.crossings = crossings);
        self.rules_changed();
    }

    /// What was said by the rules before no longer holds, on the merge card either.
    pub(super) fn rules_changed(&mut self) {
        self.jobs.drop_kinds(&[Kind::Judge]);
        self.view.died.verdicts.clear();
        if let Some(draft) = self.inspector.card.merger_mut() {
            draft.think_again();
        }
    }

    /// Takes a pack from a file, or says in which line it is wrong.
    pub(super) fn open_rules(&mut self, path: &Path) {
        let name = file_name(path);
        let found = PackFound::find(&path.display().to_string()).and_then(|found| found.pack().map(|_| found.text));
        match found {
            Ok(text) => {
                self.choose_rules(Choice::File { name, text });
                self.show_checks(ChecksView::Rules);
            }
            Err(error) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
            }
        }
    }

    /// Shows one of the lists of the tab of checks.
    pub(super) fn show_checks(&mut self, view: ChecksView) {
        self.bottom.checks.view = view;
        self.show_bottom(BottomTab::Checks);
    }

    /// Declares a link or a barrier between the two selected units, as loaded, and asks for its reason.
    pub(super) fn declare(&mut self, kind: CrossingKind) {
        let Some(project) = &self.project else { return };
        let [a, b] = self.view.selection[..] else { return };
        let base = &project.dataset().base;
        let code = |unit: quhua::model::UnitId| {
            let loaded = unit.index() < base.unit_count();
            loaded.then(|| base.unit(unit).code.clone()).filter(|code| !code.is_empty())
        };
        let Some((a, b)) = code(a).zip(code(b)) else {
            let why = self.lang.of(quhua::i18n::Text::CrossingNeedsLoaded);
            self.notices.say(Gravity::Error, why);
            return;
        };
        let names = self.view.selection.iter().map(|&unit| words::unit(base.unit(unit)).to_owned());
        let names: Vec<String> = names.collect();
        let is_link = kind == CrossingKind::Bridge;
        let [left, right] = [&self.view.selection[0], &self.view.selection[1]].map(|&unit| base.atoms(unit));
        let touch = !shared_border(&project.dataset().coverage, &left, &right).is_empty();
        if !is_link && !touch {
            self.notices.say(Gravity::Error, sentences::no_shared_border(self.lang, &names[0], &names[1]));
            return;
        }
        if is_link && touch {
            self.notices.say(Gravity::Info, sentences::linked_by_border(self.lang, &names[0], &names[1]));
        }
        let mut crossings = project.basis().crossings.clone();
        let list = if is_link { &mut crossings.links } else { &mut crossings.barriers };
        let same = |it: &&Crossing| it.between == [a.clone(), b.clone()] || it.between == [b.clone(), a.clone()];
        let known = list.iter().find(same).map(|known| known.between.clone());
        let between = known.unwrap_or_else(|| {
            list.push(Crossing { between: [a.clone(), b.clone()], kind, reason: String::new() });
            [a.clone(), b.clone()]
        });
        self.set_crossings(crossings);
        self.show_checks(ChecksView::Crossings);
        self.preferences.crossings = true;
        self.bottom.checks.crossings.asks = Some((between, is_link));
    }

    /// Has the units judged, one state after the other.
    pub(super) fn judge(&mut self) {
        if self.jobs.is_running(Kind::Judge) || self.jobs.is_running(Kind::Measure) {
            return;
        }
        if let Some(project) = &mut self.project {
            project.follow_cuts();
        }
        let scenarios_too = self.preferences.bottom_open && self.view.bottom == BottomTab::Scenarios;
        let Some(project) = &self.project else { return };
        let Some(target) = project.rules().wants(project.document(), scenarios_too) else { return };
        if self.view.died.verdicts.contains(&(target, project.revision())) {
            return;
        }
        let ctx = self.ctx.clone();
        let Some(job) = project.judging(target, move || ctx.request_repaint()) else { return };
        let about = (target, project.revision());
        self.jobs.add((Kind::Judge, ""), job, move |app, judged| match (judged, &mut app.project) {
            (Ok(judged), Some(project)) => project.take_judged(judged),
            (Err(_), _) => app.view.died.verdicts.push(about),
            (Ok(_), None) => {}
        });
    }
}
