//! Laying ledgers: a list that is opened or dropped is laid over the boundaries to see what its rows are bound to, and
//! nothing is done before it is asked for.
//!
//! 1. The list itself tells whether it is a ledger or figures to be joined: one that has several rows for a unit, places or
//!    lines, or columns that a pack knows, is a ledger.
//! 2. A list with the columns of a ledger that is there takes its place, and what differs is shown.
//! 3. Laying, replacing and removing are steps that can be taken back.

use std::sync::Arc;

use compact_str::CompactString;

use super::App;
use super::jobs::Kind;
use super::preparing::Ground;
use crate::ui::laying::{LayHeld, LaySheet, LayWishes, List, PackFit};
use crate::ui::notices::Gravity;
use crate::ui::state::action::Turned;
use crate::ui::state::command::LayStep;
use crate::ui::state::view::BottomTab;
use quhua::i18n::{Say as _, file_name, ledgers as said_of};
use quhua::io::{LayerSource, Limits, ledgers};
use quhua::jobs::Progress;
use quhua::model::{AcceptedRows, Dataset, Joining, Ledger, LedgerError, Sheet};
use quhua::rules::{Choice, Pack, choose_pack, pack_names};
use quhua::study::Study;

/// Packs that are known: those of the program, and those that are on.
pub(super) struct Packs {
    all: Vec<(Choice, Pack)>,
    on: Vec<Choice>,
}

impl Packs {
    /// Those of a document.
    pub fn of(project: &Study) -> Self {
        let on = project.basis().packs.clone();
        let shipped = pack_names().filter_map(|name| choose_pack(name).ok()).filter(|choice| !on.contains(choice));
        let all = on.iter().cloned().chain(shipped);
        let all = all.filter_map(|choice| Some((choice.clone(), choice.brought().ok()?))).collect();
        Self { all, on }
    }

    /// All of them.
    pub fn into_all(self) -> Vec<(Choice, Pack)> {
        self.all
    }

    /// The pack that knows most columns of a ledger, and what it calls that; `None` where none knows two, or one with its
    /// words.
    fn of_ledger(&self, ledger: &Ledger) -> Option<(PackFit, CompactString)> {
        let tables =
            self.all.iter().flat_map(|(choice, pack)| pack.tables.iter().map(move |table| (choice, pack, table)));
        let weighed = tables.map(|(choice, pack, table)| (table.fits(ledger), choice, pack, table));
        let fitting = weighed.filter(|((known, worded), ..)| *known > 1 && *worded > 0 || *known > 2);
        // Of equal ones the first.
        let (_, choice, pack, table) = fitting.rev().max_by_key(|(fits, ..)| (fits.1, fits.0))?;
        Some((self.fit(choice, pack), table.id.clone()))
    }

    fn fit(&self, choice: &Choice, pack: &Pack) -> PackFit {
        PackFit { choice: choice.clone(), title: pack.title.clone(), is_on: self.on.contains(choice) }
    }

    /// The pack that knows a ledger by its name: one that is on, else one that could be.
    fn named(&self, name: &str) -> Option<(PackFit, &Pack)> {
        let knows = |pack: &Pack| pack.tables.iter().any(|table| table.id == name);
        let (choice, pack) = self.all.iter().find(|(_, pack)| knows(pack))?;
        Some((self.fit(choice, pack), pack))
    }
}

/// A list as it was read.
pub(super) struct Read {
    pub list: List,
    pub raw: Arc<Ledger>,
}

/// Reads what was drawn as a ledger.
pub(super) fn read_shapes(source: &LayerSource) -> Result<Read, ledgers::LedgerReadError> {
    let raw = ledgers::read(source, &stem(source), &Limits::default())?;
    Ok(Read { list: List::Shapes(source.clone()), raw: Arc::new(raw) })
}

/// Makes a ledger of a sheet of a table: the one of a name, else the first that has rows.
pub(super) fn read_sheets(
    source: &LayerSource,
    sheets: &Arc<Vec<Sheet>>,
    wanted: Option<&str>,
) -> Result<Read, LedgerError> {
    let wanted = wanted.or(source.layer.as_deref());
    let is_wanted = |sheet: &&Sheet| wanted.is_none() || sheet.name.as_deref() == wanted;
    let mut first_error = None;
    for sheet in sheets.iter().filter(is_wanted) {
        match Ledger::from_sheet(&stem(source), sheet.clone()) {
            Ok(raw) if !raw.is_empty() => {
                return Ok(Read { list: List::Sheets(source.clone(), Arc::clone(sheets)), raw: Arc::new(raw) });
            }
            Ok(_) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    Err(first_error.unwrap_or(LedgerError::NoHeader { file: file_name(&source.path) }))
}

fn stem(source: &LayerSource) -> String {
    source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The ledger of a document that a list is a newer file of: it has the same columns.
fn older<'a>(dataset: &'a Dataset, list: &Ledger) -> Option<&'a Ledger> {
    let is_it = |ledger: &&Ledger| {
        let shared = list.columns().iter().filter(|column| ledger.column(&column.header).is_some()).count();
        shared * 5 >= list.columns().len().max(ledger.columns().len()) * 4
    };
    dataset.ledgers().iter().map(|laid| &**laid.ledger()).find(is_it)
}

/// What a list is called at first, and what somebody said before of its rows.
pub(super) fn wishes_of(dataset: &Dataset, packs: &Packs, raw: &Ledger, name: Option<CompactString>) -> LayWishes {
    let known = || older(dataset, raw).map(|ledger| CompactString::from(ledger.name()));
    let by_pack = || packs.of_ledger(raw).map(|(_, name)| name);
    let name = name.or_else(known).or_else(by_pack).unwrap_or_else(|| raw.name().trim().into());
    let accepted = dataset.ledger(&name).map(|laid| laid.accepted().clone()).unwrap_or_default();
    LayWishes { name, pack_on: true, accepted }
}

/// Lays a list over the boundaries to see what comes of it.
pub(super) fn weigh(dataset: &Dataset, packs: &Packs, raw: &Ledger, wishes: &LayWishes) -> LayHeld {
    let known = packs.named(&wishes.name);
    let counts = known.as_ref().filter(|(fit, _)| fit.is_on || wishes.pack_on);
    let words = counts.and_then(|(_, pack)| pack.tables.iter().find(|table| table.id == wishes.name));
    let ledger = raw.clone().named(&wishes.name);
    let ledger = Arc::new(words.map_or_else(|| ledger.clone(), |words| ledger.clone().dressed(words)));
    LayHeld::new(dataset, ledger, wishes.accepted.clone(), known.map(|(fit, _)| fit))
}

/// Whether a table is a ledger, and no figures of units: it says so itself.
pub(super) fn is_ledger(dataset: &Dataset, packs: &Packs, raw: &Ledger, joining: &Joining) -> bool {
    let report = &joining.report;
    let again: usize = report.duplicates.iter().map(|it| it.rows.len()).sum();
    let several = again * 10 > report.rows.max(1);
    several
        || report.columns.figures.is_empty()
        || older(dataset, raw).is_some()
        || packs.of_ledger(raw).is_some()
        || raw.has_places()
}

impl App {
    /// Does what the sheet asks for.
    pub(super) fn lay(&mut self, step: LayStep) {
        let Some(sheet) = &mut self.laying else { return };
        match step {
            LayStep::Close => self.next_list(),
            LayStep::Apply => self.apply_laying(),
            LayStep::Name(name) => {
                sheet.wishes.name = name.trim().into();
                self.weigh_again(None);
            }
            LayStep::Sheet(name) => {
                sheet.wishes.accepted.clear();
                self.weigh_again(Some(name));
            }
            LayStep::Pack(on) => {
                sheet.wishes.pack_on = on;
                self.weigh_again(None);
            }
            LayStep::Accept { key, unit, accepted } => {
                sheet.wishes.accepted.remove(&key);
                if accepted {
                    sheet.wishes.accepted.insert(key, unit);
                }
                self.weigh_again(None);
            }
            LayStep::AcceptAll => {
                let clear: AcceptedRows =
                    sheet.held.clear().map(|(key, unit)| (key.to_owned(), unit.to_owned())).collect();
                sheet.wishes.accepted.extend(clear);
                self.weigh_again(None);
            }
            LayStep::AsJoin => self.join_instead(),
            LayStep::AsFacilities => {
                if let List::Shapes(source) = sheet.list.clone() {
                    self.laying = None;
                    self.open_places(vec![source]);
                    self.next_list();
                }
            }
        }
    }

    /// Lays the list once more, with other wishes, or another sheet of it.
    fn weigh_again(&mut self, other_sheet: Option<String>) {
        let (Some(project), Some(sheet)) = (&self.project, &self.laying) else { return };
        let (dataset, packs) = (Arc::clone(project.document().origin()), Packs::of(project));
        let (list, raw, wishes) = (sheet.list.clone(), Arc::clone(&sheet.raw), sheet.wishes.clone());
        self.jobs.drop_kinds(&[Kind::Join]);
        let work = move |_: &Progress| {
            let (raw, wishes) = match (other_sheet, &list) {
                (Some(name), List::Sheets(source, sheets)) => {
                    let Read { raw, .. } = read_sheets(source, sheets, Some(&name))?;
                    let wishes = wishes_of(&dataset, &packs, &raw, None);
                    (raw, wishes)
                }
                _ => (raw, wishes),
            };
            let held = weigh(&dataset, &packs, &raw, &wishes);
            Ok::<_, LedgerError>((raw, wishes, held))
        };
        self.run(Kind::Join, "", work, |app, weighed| match (weighed, &mut app.laying) {
            (Ok(Ok((raw, wishes, held))), Some(sheet)) => sheet.take(raw, wishes, held),
            (Ok(Err(error)), Some(_)) => app.notices.say(Gravity::Error, error.sentence(app.lang)),
            (Ok(_), None) | (Err(_), _) => {}
        });
    }

    /// Opens a list as a ledger, perhaps in place of the one of a name.
    pub(super) fn open_ledger(&mut self, source: LayerSource, name: Option<CompactString>) {
        let Some(project) = &self.project else { return };
        let (dataset, packs) = (Arc::clone(project.document().origin()), Packs::of(project));
        let work = move |_: &Progress| {
            let read = match quhua::io::format::kind_of(&source.path) {
                quhua::io::format::FileKind::Table => {
                    let sheets = Arc::new(quhua::io::tables::read(&source)?);
                    read_sheets(&source, &sheets, None)?
                }
                _ => read_shapes(&source)?,
            };
            let wishes = wishes_of(&dataset, &packs, &read.raw, name);
            let held = weigh(&dataset, &packs, &read.raw, &wishes);
            Ok::<_, ledgers::LedgerReadError>(LaySheet::new(read.list, read.raw, wishes, held))
        };
        self.run(Kind::Join, "", work, |app, read| match read {
            Ok(Ok(sheet)) => app.laying = Some(sheet),
            Ok(Err(error)) => app.list_refused(&error.sentence(app.lang)),
            Err(_) => {}
        });
    }

    /// The table that is to be joined is laid as a ledger instead.
    pub(super) fn lay_instead(&mut self) {
        let (Some(project), Some(sheet)) = (&self.project, &self.joining) else { return };
        let (dataset, packs) = (Arc::clone(project.document().origin()), Packs::of(project));
        let (source, sheets) = (LayerSource::from(sheet.path.clone()), Arc::clone(&sheet.sheets));
        let wanted = sheet.joining.report.sheet.clone();
        let work = move |_: &Progress| {
            let Read { list, raw } = read_sheets(&source, &sheets, wanted.as_deref())?;
            let wishes = wishes_of(&dataset, &packs, &raw, None);
            let held = weigh(&dataset, &packs, &raw, &wishes);
            Ok::<_, LedgerError>(LaySheet::new(list, raw, wishes, held))
        };
        self.run(Kind::Join, "", work, |app, laid| match laid {
            Ok(Ok(sheet)) => (app.joining, app.laying) = (None, Some(sheet)),
            Ok(Err(error)) => app.notices.say(Gravity::Error, error.sentence(app.lang)),
            Err(_) => {}
        });
    }

    /// Lays what the sheet shows.
    fn apply_laying(&mut self) {
        let Some(sheet) = self.laying.take() else { return };
        let LayHeld { laid, pack, difference, .. } = sheet.held;
        let (kept, name) = (laid.kept(), sheet.wishes.name);
        let file = kept.ledger.source().file.clone();
        let (turned, said) = match difference {
            Some(_) => (Turned::Replace, said_of::replaced(self.lang, &name, &file)),
            None => (Turned::Lay, said_of::laid(self.lang, &name, kept.ledger.len())),
        };
        let pack = pack.filter(|pack| !pack.is_on && sheet.wishes.pack_on);
        let change = move |ground: &mut Ground| {
            ground.packs.extend(pack.map(|pack| pack.choice));
            match ground.ledgers.iter_mut().find(|there| there.ledger.name() == kept.ledger.name()) {
                Some(there) => *there = kept,
                None => ground.ledgers.push(kept),
            }
            ground.word_ledgers();
        };
        self.stand_on(change, turned, said, Some(sheet.list.path().to_owned()));
        self.bottom.ledgers.choose(&name);
        self.show_bottom(BottomTab::Ledgers);
        self.next_list();
    }

    /// Takes the ledger that is shown away.
    pub(super) fn remove_ledger(&mut self) {
        let Some(laid) = self.project.as_ref().and_then(|project| self.bottom.ledgers.chosen(project)) else { return };
        let name = laid.ledger().name().to_owned();
        let said = said_of::removed(self.lang, &name);
        let change = |ground: &mut Ground| ground.ledgers.retain(|there| there.ledger.name() != name);
        self.stand_on(change, Turned::Unlay, said, None);
    }

    /// Says that a row of a ledger is of a unit.
    pub(super) fn accept_row(&mut self, ledger: &str, key: &str, unit: &str) {
        let said = said_of::accepted(self.lang, key, unit);
        let change = |ground: &mut Ground| {
            if let Some(there) = ground.ledgers.iter_mut().find(|there| there.ledger.name() == ledger) {
                Arc::make_mut(&mut there.accepted).insert(key.to_owned(), unit.to_owned());
            }
        };
        self.stand_on(change, Turned::Accept, said, None);
    }
}
