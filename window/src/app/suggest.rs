//! Suggested mergers: looking for them beside the window, and carrying them out.

use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::inspector::SuggestCard;
use crate::ui::notices::Gravity;
use crate::ui::state::command::{SelectMode, SuggestStep};
use quhua::edit::Edit;
use quhua::i18n::{Say as _, suggesting};
use quhua::jobs::Progress;
use quhua::rules::Pack;
use quhua::suggest::{Ask, suggest};

impl App {
    /// Opens the card, as it was left if it is open already.
    pub(super) fn open_suggestions(&mut self) {
        self.close_card();
        self.inspector.own = None;
        self.inspector.suggest.get_or_insert_with(SuggestCard::default);
        self.preferences.inspector_open = true;
    }

    pub(super) fn close_suggestions(&mut self) {
        self.jobs.drop_kinds(&[Kind::Suggest]);
        self.inspector.suggest = None;
        self.view.pointed.clear();
    }

    /// Does what has to do with suggested mergers.
    pub(super) fn suggest(&mut self, step: SuggestStep) {
        match step {
            SuggestStep::Start(ask) => self.look_for_mergers(*ask),
            SuggestStep::Stop => {
                let running = self.inspector.suggest.as_ref().and_then(SuggestCard::running);
                running.into_iter().for_each(quhua::jobs::Progress::cancel);
            }
            SuggestStep::Point(units) => self.view.pointed = units,
            SuggestStep::LookAt(units) => {
                self.select(&units, SelectMode::Replace);
                self.zoom_to(&units);
            }
            SuggestStep::Try(at) => {
                let card = self.inspector.suggest.as_ref();
                let edit = card.and_then(|card| card.merger(at)).map(|merger| merger.edit.clone());
                if let Some(edit) = edit {
                    self.commit(&edit);
                }
            }
            SuggestStep::All => self.carry_all_out(),
            SuggestStep::Close => self.close_suggestions(),
        }
    }

    fn look_for_mergers(&mut self, ask: Ask) {
        let Some(project) = self.project.as_ref().filter(|_| self.inspector.suggest.is_some()) else { return };
        let book = project.rules();
        let judge = book
            .judge_for(project.dataset())
            .map_or_else(|| Arc::new(project.judge_by(project.dataset(), Arc::new(Pack::default()))), Arc::clone);
        let mut cache = project.cache();
        let state = project.document().shared_state();
        let of = (Arc::clone(project.dataset()), Arc::clone(&state));
        // A cache of its own: the shared one is wanted for figures meanwhile.
        let work = move |progress: &Progress| suggest(&judge, &state, &ask, &mut cache, progress);
        self.jobs.drop_kinds(&[Kind::Suggest]);
        let id = self.run(Kind::Suggest, "", work, |app, found| match (found, &mut app.inspector.suggest) {
            (Ok(found), Some(card)) => card.take(found),
            (Err(_), Some(card)) => card.find_nothing(),
            (_, None) => {}
        });
        let progress = self.jobs.progress(id).cloned();
        if let (Some(card), Some(progress)) = (&mut self.inspector.suggest, progress) {
            card.begin(progress, of);
        }
    }

    /// Carries all mergers that still apply out in a scenario that branches off.
    fn carry_all_out(&mut self) {
        let (Some(project), Some(card)) = (&self.project, &self.inspector.suggest) else { return };
        let edits: Vec<Edit> = card.applying(project).map(|merger| merger.edit.clone()).collect();
        if edits.is_empty() {
            return;
        }
        self.branch();
        let Some(project) = &mut self.project else { return };
        let (mut changed, mut done, mut refused) = (Vec::new(), 0, Vec::new());
        for edit in &edits {
            match project.document_mut().commit(edit) {
                Ok(step) => {
                    changed.extend_from_slice(&step.changed);
                    done += 1;
                }
                Err(error) => refused.push(error.sentence(self.lang)),
            }
        }
        let name = project.document().name().to_owned();
        self.notices.say(Gravity::Done, suggesting::carried_out(self.lang, done, &name));
        for why in refused {
            self.notices.say(Gravity::Error, why);
        }
        self.changed(&changed);
    }
}
