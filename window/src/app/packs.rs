//! Packs of ledgers: turned on and off for the document, as steps that can be taken back.

use std::path::Path;

use super::App;
use super::laying::Packs;
use super::preparing::Ground;
use crate::ui::notices::Gravity;
use crate::ui::packs::PacksSheet;
use crate::ui::state::action::Turned;
use crate::ui::state::command::PackStep;
use quhua::i18n::{Say as _, Text, ledgers};
use quhua::rules::{Choice, LoadError, choose_pack};

impl App {
    /// Opens the sheet of packs.
    pub(super) fn open_packs(&mut self) {
        self.packs = self.project.as_ref().map(|project| PacksSheet::new(Packs::of(project).into_all()));
    }

    /// Does what the sheet asks for.
    pub(super) fn packs_step(&mut self, step: PackStep) {
        match step {
            PackStep::Close => self.packs = None,
            PackStep::Turn(choice, on) => self.turn_pack(choice, on),
            PackStep::Days(days) => {
                let said = self.lang.of(Text::DaysStated).to_owned();
                self.stand_on(move |ground: &mut Ground| ground.days = days, Turned::Days, said, None);
            }
        }
    }

    /// Turns a pack on or off. It says of ledgers what it knows as long as it is on.
    fn turn_pack(&mut self, choice: Choice, on: bool) {
        let title = choice.brought().map(|pack| pack.title.of(self.lang).to_owned()).unwrap_or_default();
        let title = if title.is_empty() { choice.name().to_owned() } else { title };
        let said = ledgers::pack_turned(self.lang, &title, on);
        let change = move |ground: &mut Ground| {
            ground.packs.retain(|pack| *pack != choice);
            if on {
                ground.packs.push(choice);
            }
            ground.word_ledgers();
        };
        self.stand_on(change, if on { Turned::PackOn } else { Turned::PackOff }, said, None);
    }

    /// Turns a pack on that comes from a file or a folder, or says in which line it is wrong.
    pub(super) fn open_pack(&mut self, path: &Path) {
        match choose_pack(&path.display().to_string()) {
            Ok(choice) => self.turn_pack(choice, true),
            Err(error) => self.pack_refused(&error),
        }
        if self.packs.is_some() {
            self.open_packs();
        }
    }

    fn pack_refused(&mut self, error: &LoadError) {
        self.notices.say(Gravity::Error, error.sentence(self.lang));
    }
}
