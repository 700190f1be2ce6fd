//! Rows of ledgers: their cards, where they are on the map, and what is pasted.

use compact_str::CompactString;

use super::App;
use crate::ui::inspector::record::place_of;
use crate::ui::inspector::{Card, RecordDraft};
use crate::ui::notices::Gravity;
use crate::ui::state::command::{LedgerStep, SelectMode};
use quhua::edit::{Edit, EditError};
use quhua::i18n::{Say as _, ledgers, sentences};
use quhua::model::{LaidLedger, LedgerRow, UnitId};
use quhua::study::Study;

/// A row of a ledger as the plan leaves it, whether it takes it away or not.
fn row_of<'a>(project: &'a Study, ledger: &str, key: &str) -> Option<(&'a LaidLedger, LedgerRow<'a>)> {
    let laid = project.dataset().ledger(ledger)?;
    Some((laid, laid.any_row(project.dataset(), project.state(), key)?))
}

impl App {
    /// Opens the card of a row; the unit that it is of is selected, and the grid goes there.
    pub(super) fn open_record(&mut self, ledger: &str, key: &CompactString) {
        let Some(project) = &self.project else { return };
        let Some(unit) = row_of(project, ledger, key).map(|(_, row)| self.unit_of_row(project, &row)) else { return };
        if let Some(unit) = unit {
            self.select(&[unit], SelectMode::Replace);
        }
        self.bottom.ledgers.go_to(ledger, key);
        self.open_card(Card::Record(Box::new(RecordDraft::of(ledger.into(), key.clone()))));
    }

    /// The unit of the level that is looked at, to which a row belongs.
    fn unit_of_row(&self, project: &Study, row: &LedgerRow<'_>) -> Option<UnitId> {
        row.atom().map(|atom| project.state().unit_of(atom, self.view.level))
    }

    /// Does something with rows.
    pub(super) fn ledger_step(&mut self, step: LedgerStep) {
        match step {
            LedgerStep::LookAt { ledger, key } => self.look_at_row(&ledger, &key),
            LedgerStep::GoTo { ledger, key } => self.go_to_row(&ledger, &key),
            LedgerStep::Accept { ledger, key, unit } => self.accept_row(&ledger, &key, &unit),
            LedgerStep::New { ledger } => {
                let unit = self.view.selection.first().copied();
                self.bottom.ledgers.choose(&ledger);
                self.open_card(Card::Record(Box::new(RecordDraft::new_row(ledger, unit))));
            }
            LedgerStep::Copy { text, rows } => {
                self.ctx.copy_text(text);
                self.notices.say(Gravity::Done, sentences::copied_rows(self.lang, rows));
            }
            LedgerStep::Paste(edits) => self.paste_rows(&edits),
        }
    }

    /// Selects the unit of a row. A card of another row goes along, unless something was written into it; any other card
    /// stays, and with it the selection that it is about.
    fn look_at_row(&mut self, ledger: &str, key: &CompactString) {
        let Some(project) = &self.project else { return };
        let Some(unit) = row_of(project, ledger, key).map(|(_, row)| self.unit_of_row(project, &row)) else { return };
        let follows = match &self.inspector.card {
            Card::Closed => false,
            Card::Record(draft) => !draft.has_written(),
            _ => return,
        };
        if self.inspector.card.is_open() && !follows {
            return;
        }
        if let Some(unit) = unit {
            self.select(&[unit], SelectMode::Replace);
        }
        if follows {
            self.open_card(Card::Record(Box::new(RecordDraft::of(ledger.into(), key.clone()))));
        }
    }

    /// Flies to the place of a row, else to its unit.
    fn go_to_row(&mut self, ledger: &str, key: &CompactString) {
        let Some(project) = &self.project else { return };
        let Some((laid, row)) = row_of(project, ledger, key) else { return };
        match (place_of(laid, &row), self.unit_of_row(project, &row)) {
            (Some(place), _) => self.canvas.fly_to_place(place),
            (None, Some(unit)) => self.zoom_to(&[unit]),
            (None, None) => self.zoom_to_fit(),
        }
    }

    /// A `record` was carried out upon the row of a key.
    pub(super) fn recorded(&mut self, key: &CompactString, changed: &[UnitId]) {
        self.changed(changed);
        if let Some(draft) = self.inspector.card.record_mut() {
            draft.carried_out(key);
        }
    }

    /// Carries out what was pasted, each row as a step of its own. What a row says already is no step, and no mistake.
    fn paste_rows(&mut self, edits: &[Edit]) {
        let Some(project) = &mut self.project else { return };
        let (mut done, mut refused, mut changed) = (0, Vec::new(), Vec::new());
        for edit in edits {
            match project.document_mut().commit(edit) {
                Ok(step) => {
                    done += 1;
                    changed.extend(step.changed.iter().copied());
                }
                Err(EditError::RowAsBefore { .. }) => {}
                Err(error) => refused.push(error),
            }
        }
        changed.sort_unstable();
        changed.dedup();
        let gravity = if refused.is_empty() { Gravity::Done } else { Gravity::Warning };
        self.notices.say(gravity, ledgers::pasted(self.lang, done, refused.len()));
        if let Some(first) = refused.first() {
            self.notices.say(Gravity::Error, first.sentence(self.lang));
        }
        self.changed(&changed);
    }
}
