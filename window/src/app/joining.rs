//! Joining tables: a workbook that is opened or dropped is held against the units, and what comes of it is shown before
//! anything is joined.
//!
//! What is joined is one step: it is kept with the document, and taken back by undo or by the action for it.

use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use super::laying::{self, Packs, Read};
use crate::ui::joining::JoinSheet;
use crate::ui::laying::{LaySheet, List};
use crate::ui::notices::Gravity;
use crate::ui::state::action::Turned;
use crate::ui::state::command::JoinStep;
use quhua::i18n::{Say as _, sentences};
use quhua::io::format::{self, FileKind};
use quhua::io::profile::TableProfile;
use quhua::io::{LayerSource, ReadError, tables};
use quhua::jobs::Progress;
use quhua::model::{
    Accepted, Dataset, Join, JoinError, JoinWishes, Joining, Preparation, Sheet, join_best, join_sheet,
};

/// A table that was held against the units, or why it cannot be.
enum Held {
    Joining(Arc<Vec<Sheet>>, Box<Joining>, (JoinWishes, Option<String>)),
    /// It is a ledger.
    Laying(Box<LaySheet>),
    Unread(ReadError),
    Unfit(JoinError),
}

impl App {
    /// Holds lists against the units, the first of them now, the others behind it: tables and what was drawn.
    pub(super) fn open_lists(&mut self, mut sources: Vec<LayerSource>) {
        if sources.is_empty() {
            return;
        }
        let source = sources.remove(0);
        self.lists_waiting = sources;
        match format::kind_of(&source.path) {
            FileKind::Places => self.open_ledger(source, None),
            _ => self.open_table(source, true),
        }
    }

    /// Holds a table against the units. What `may_be_a_ledger` and says so is laid as one.
    pub(super) fn open_table(&mut self, source: LayerSource, may_be_a_ledger: bool) {
        let Some(project) = &self.project else { return };
        let (dataset, packs) = (Arc::clone(project.document().origin()), Packs::of(project));
        let path = source.path.clone();
        let ways = self.table_ways();
        let work = move |_: &Progress| match tables::read(&source) {
            Ok(sheets) => {
                let sheets = Arc::new(sheets);
                // As another table with these columns was joined before.
                let wanted = ways.sheet(&dataset, &sheets).and_then(|sheet| sheet.name.clone());
                let lay = |Read { list, raw }: Read| {
                    let wishes = laying::wishes_of(&dataset, &packs, &raw, None);
                    let weighed = laying::weigh(&dataset, &packs, &raw, &wishes);
                    Held::Laying(Box::new(LaySheet::new(list, raw, wishes, weighed)))
                };
                let read = laying::read_sheets(&source, &sheets, wanted.as_deref()).ok();
                match held(&dataset, &sheets, wanted.as_ref(), &JoinWishes::default()) {
                    Ok(joining) => {
                        let is_it =
                            |read: &Read| may_be_a_ledger && laying::is_ledger(&dataset, &packs, &read.raw, &joining);
                        if let Some(read) = read.filter(is_it) {
                            return lay(read);
                        }
                        let wishes = ways.wishes(&joining.report);
                        let again = wishes
                            .and_then(|wishes| Some((held(&dataset, &sheets, wanted.as_ref(), &wishes).ok()?, wishes)));
                        let (joining, wishes) = again.unwrap_or((joining, JoinWishes::default()));
                        Held::Joining(sheets, Box::new(joining), (wishes, wanted))
                    }
                    // What names no unit by a code or a name of a column may lie somewhere all the same.
                    Err(error) => match read.map(lay) {
                        Some(Held::Laying(sheet)) if sheet.held.binds_some() => Held::Laying(sheet),
                        _ => Held::Unfit(error),
                    },
                }
            }
            Err(error) => Held::Unread(error),
        };
        self.run(Kind::Join, "", work, move |app, held| match held {
            Ok(Held::Joining(sheets, joining, wishes)) => {
                app.joining = Some(JoinSheet::new(path, sheets, *joining, wishes));
            }
            Ok(Held::Laying(sheet)) => app.laying = Some(*sheet),
            Ok(Held::Unread(error)) => app.list_refused(&error.sentence(app.lang)),
            Ok(Held::Unfit(error)) => app.list_refused(&error.sentence(app.lang)),
            Err(_) => {}
        });
    }

    pub(super) fn list_refused(&mut self, why: &str) {
        self.notices.say(Gravity::Error, why);
        let waiting = std::mem::take(&mut self.lists_waiting);
        self.open_lists(waiting);
    }

    /// Holds one table against the units to be joined, and nothing else.
    pub(super) fn join_instead(&mut self) {
        let (Some(project), Some(sheet)) = (&self.project, &self.laying) else { return };
        let List::Sheets(source, sheets) = sheet.list.clone() else { return };
        let (dataset, wanted) = (Arc::clone(project.document().origin()), sheet.raw.source().sheet.clone());
        let path = source.path;
        let work = move |_: &Progress| {
            let joining = held(&dataset, &sheets, wanted.as_ref(), &JoinWishes::default())?;
            Ok::<_, JoinError>((sheets, joining, wanted))
        };
        self.run(Kind::Join, "", work, move |app, joining| match joining {
            Ok(Ok((sheets, joining, wanted))) => {
                app.laying = None;
                app.joining = Some(JoinSheet::new(path, sheets, joining, (JoinWishes::default(), wanted)));
            }
            Ok(Err(error)) => app.notices.say(Gravity::Error, error.sentence(app.lang)),
            Err(_) => {}
        });
    }

    /// Does what the sheet asks for.
    pub(super) fn join(&mut self, step: JoinStep) {
        let Some(sheet) = &mut self.joining else { return };
        match step {
            JoinStep::Close => self.next_list(),
            JoinStep::AsLedger => self.lay_instead(),
            JoinStep::Apply => self.apply_join(),
            JoinStep::Accept { row, unit, accepted } => {
                let wishes = &mut sheet.wishes.accepted;
                wishes.retain(|it| it.row != row && it.unit != unit);
                if accepted {
                    wishes.push(Accepted { file: None, sheet: None, row, unit });
                }
                self.hold_again();
            }
            JoinStep::AcceptAll => {
                let rows = sheet.joining.report.unmatched_rows.iter();
                let clear: Vec<Accepted> = rows
                    .filter_map(|row| match row.near.as_slice() {
                        [near] => Some(Accepted { file: None, sheet: None, row: row.row, unit: near.unit.clone() }),
                        _ => None,
                    })
                    .collect();
                // A unit that two rows may be of is nobody's.
                let is_one = |it: &Accepted| clear.iter().filter(|other| other.unit == it.unit).count() == 1;
                let new: Vec<Accepted> = clear.iter().filter(|it| is_one(it)).cloned().collect();
                sheet.wishes.accepted.retain(|it| new.iter().all(|new| new.row != it.row && new.unit != it.unit));
                sheet.wishes.accepted.extend(new);
                self.hold_again();
            }
            JoinStep::Sheet(name) => {
                sheet.wishes = JoinWishes::default();
                sheet.wanted = Some(name);
                self.hold_again();
            }
            JoinStep::Take { header, taken } => {
                let was_left = sheet.wishes.left.contains(&header);
                sheet.wishes.left.retain(|left| *left != header);
                let was_text = sheet.wishes.texts.contains(&header);
                sheet.wishes.texts.retain(|text| *text != header);
                match (taken, was_left, was_text) {
                    // What was never taken by itself is a text.
                    (true, false, _) => sheet.wishes.texts.push(header),
                    (false, _, false) => sheet.wishes.left.push(header),
                    (true, true, _) | (false, _, true) => {}
                }
                self.hold_again();
            }
            JoinStep::Level(level) => {
                sheet.wishes.level = Some(level);
                sheet.wishes.accepted.clear();
                self.hold_again();
            }
            JoinStep::Population(header) => {
                sheet.wishes.population = Some(header);
                self.hold_again();
            }
        }
    }

    /// Holds the table against the units once more, with other wishes.
    fn hold_again(&mut self) {
        let (Some(project), Some(shown)) = (&self.project, &self.joining) else { return };
        let dataset = Arc::clone(project.document().origin());
        let (sheets, wishes, wanted) = (Arc::clone(&shown.sheets), shown.wishes.clone(), shown.wanted.clone());
        self.jobs.drop_kinds(&[Kind::Join]);
        let work = move |_: &Progress| held(&dataset, &sheets, wanted.as_ref(), &wishes);
        self.run(Kind::Join, "", work, |app, joining| match (joining, &mut app.joining) {
            (Ok(Ok(joining)), Some(sheet)) => sheet.take(joining),
            (Ok(Err(error)), Some(sheet)) => {
                // What was shown before still holds.
                sheet.go_back();
                app.notices.say(Gravity::Error, error.sentence(app.lang));
            }
            (Ok(_), None) | (Err(_), _) => {}
        });
    }

    /// Goes on to the next list that waits.
    pub(super) fn next_list(&mut self) {
        (self.joining, self.laying) = (None, None);
        self.jobs.drop_kinds(&[Kind::Join]);
        let waiting = std::mem::take(&mut self.lists_waiting);
        self.open_lists(waiting);
    }

    /// Joins what the sheet shows.
    fn apply_join(&mut self) {
        let Some(sheet) = self.joining.take() else { return };
        let mut way = TableProfile::of(&sheet.joining.report, &sheet.wishes);
        way.sheet.clone_from(&sheet.wanted);
        let (report, join) = (&sheet.joining.report, sheet.joining.join.clone());
        let said = sentences::table_joined(self.lang, &report.source(), report.matched.total, join.figures.len());
        let change = move |preparation: &mut Preparation| {
            // A table that is joined once more takes the place of what it gave before.
            preparation.joins.retain(|known| known.source() != join.source());
            preparation.joins.push(join);
        };
        self.remember_table(way);
        self.prepare_as(change, Turned::Join, said, Some(sheet.path));
    }

    /// Takes back what was joined last.
    pub(super) fn take_back_join(&mut self) {
        let last = self.project.as_ref().and_then(|project| project.dataset().joins().last()).map(Join::source);
        if let Some(source) = last {
            let said = sentences::table_taken_back(self.lang, &source);
            self.prepare_as(|preparation| drop(preparation.joins.pop()), Turned::TakeBackJoin, said, None);
        }
    }
}

/// A sheet of a table held against the units: the one that is wanted, else the one that fits best. What it gave before is
/// left out, so that it gives the same fields again.
fn held(
    dataset: &Dataset,
    sheets: &[Sheet],
    wanted: Option<&String>,
    wishes: &JoinWishes,
) -> Result<Joining, JoinError> {
    let sheet = sheets.iter().find(|sheet| wanted.is_some() && sheet.name.as_ref() == wanted);
    let hold = |dataset: &Dataset| match sheet {
        Some(sheet) => join_sheet(dataset, sheet, wishes),
        None => join_best(dataset, sheets, wishes),
    };
    let mut joining = hold(dataset)?;
    let is_other = |known: &&Join| known.source() != joining.join.source();
    let others: Vec<Join> = dataset.joins().iter().filter(is_other).cloned().collect();
    if others.len() < dataset.joins().len() {
        joining = hold(&dataset.joined(&others))?;
    }
    let names = sheets.iter().filter_map(|sheet| sheet.name.clone());
    joining.report.other_sheets = names.filter(|name| joining.report.sheet.as_ref() != Some(name)).collect();
    Ok(joining)
}
