//! Repair of borders: what it comes to is worked out beside the window while the sheet is open, and done when it is
//! asked for, as one step.

use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use crate::ui::repairing::{RepairSheet, Tried};
use crate::ui::state::action::Turned;
use crate::ui::state::command::RepairStep;
use crate::ui::words;
use quhua::coverage::repair::Checked;
use quhua::i18n::Text;
use quhua::jobs::{Cancelled, Progress};
use quhua::model::BorderRepair;

impl App {
    /// Opens the sheet, with the repair that there is, else the usual one.
    pub(super) fn open_repair(&mut self) {
        let Some(project) = &self.project else { return };
        let origin = Arc::clone(project.document().origin());
        let repair = origin.preparation().repair.unwrap_or_default();
        self.repairing = Some(RepairSheet::new(origin, repair));
        self.try_repair();
    }

    /// Does what the sheet asks for.
    pub(super) fn repair(&mut self, step: RepairStep) {
        match step {
            RepairStep::Close => {
                self.repairing = None;
                self.jobs.drop_kinds(&[Kind::Repair]);
            }
            RepairStep::Change(repair) => {
                if let Some(sheet) = &mut self.repairing {
                    sheet.repair = *repair;
                    self.try_repair();
                }
            }
            RepairStep::Apply => self.apply_repair(),
        }
    }

    /// Works out what the repair comes to; what is shown until then is that before.
    fn try_repair(&mut self) {
        let Some(sheet) = &mut self.repairing else { return };
        sheet.is_trying = true;
        let (dataset, repair) = (Arc::clone(&sheet.dataset), sheet.repair.clone());
        let tried = sheet.tried.as_ref();
        let checked = tried.map(|tried| Arc::clone(&tried.checked));
        let known = tried.filter(|tried| tried.repair.everywhere() == repair.everywhere());
        let known = known.map(|tried| Arc::clone(&tried.everywhere));
        self.jobs.drop_kinds(&[Kind::Repair]);
        let work = move |progress: &Progress| {
            // What was loaded is checked once, and not for every move of a slider.
            let checked = match checked {
                Some(checked) => checked,
                None => Arc::new(Checked::of(&dataset.as_loaded().coverage, repair.gap_width_m)?),
            };
            let everywhere = match known {
                Some(known) => known,
                None => Arc::new(repair.everywhere().run_checked(&dataset, &checked, progress)?),
            };
            let decided = if repair.places.is_empty() {
                Arc::clone(&everywhere)
            } else {
                Arc::new(repair.run_checked(&dataset, &checked, progress)?)
            };
            Ok::<_, Cancelled>(Tried { repair, checked, everywhere, decided })
        };
        self.run(Kind::Repair, "", work, |app, tried| {
            if let (Ok(Ok(tried)), Some(sheet)) = (tried, &mut app.repairing) {
                sheet.take(tried);
            }
        });
    }

    fn apply_repair(&mut self) {
        let Some(sheet) = self.repairing.take() else { return };
        self.jobs.drop_kinds(&[Kind::Repair]);
        let Some(tried) = sheet.tried.filter(|tried| tried.repair == sheet.repair) else { return };
        let said = words::repair::done(self.lang, &tried.decided);
        let repair: BorderRepair = sheet.repair;
        self.prepare_as(|preparation| preparation.repair = Some(repair), Turned::Repair, said, None);
    }

    /// Has borders as they came again.
    pub(super) fn take_back_repair(&mut self) {
        let said = self.lang.of(Text::TakeBackRepair).to_owned();
        self.prepare_as(|preparation| preparation.repair = None, Turned::TakeBackRepair, said, None);
    }
}
