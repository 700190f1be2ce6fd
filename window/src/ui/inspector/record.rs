//! The card of a row of a ledger (记录卡): a form of its columns, what it belongs to, where it came from, and what the plan
//! did to it.
//!
//! What is written is carried out by one `record`. The card stays open behind it, and follows the row that the grid goes
//! to. A click on the map selects, which closes it as Esc does.

use std::collections::BTreeMap;

use compact_str::CompactString;
use eframe::egui::{self, Align, ComboBox, Layout, RichText, Ui, vec2};
use egui_material_icons::icons as icon;
use geo::Coord;

use super::ending::{CardEnd, Ending};
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture, LedgerStep};
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::edit::{Edit, RowEdit, UnitRef};
use quhua::i18n::{Text, ledgers, numbers};
use quhua::model::{
    Bound, Cell, CellNumber, Drawn, LaidLedger, LedgerColumn, LedgerFindingKind, LedgerRow, LevelIndex, Sort, State,
    UnitId,
};
use quhua::study::Study;

/// Steps of the history of a row that are shown; of more, the latest.
const STEPS: usize = 8;
/// Width of the names of columns, in points.
const NAMES: f32 = 84.0;

/// A row of a ledger, and what is written into its cells.
#[derive(Clone, Debug)]
pub struct RecordDraft {
    ledger: CompactString,
    row: Row,
    /// What was written, by the names of the columns.
    written: BTreeMap<String, String>,
}

/// Which row.
#[derive(Clone, Debug, PartialEq)]
enum Row {
    /// One that is there, by its key.
    Known(CompactString),
    /// One that is to come, and the unit that it is of; `None`: what its cells say.
    New(Option<UnitId>),
}

impl RecordDraft {
    /// The card of a row.
    #[must_use]
    pub const fn of(ledger: CompactString, key: CompactString) -> Self {
        Self { ledger, row: Row::Known(key), written: BTreeMap::new() }
    }

    /// The card of a row that is to come.
    #[must_use]
    pub const fn new_row(ledger: CompactString, unit: Option<UnitId>) -> Self {
        Self { ledger, row: Row::New(unit), written: BTreeMap::new() }
    }

    /// The ledger.
    #[must_use]
    pub fn ledger(&self) -> &str {
        &self.ledger
    }

    /// The key of the row, where it is there already.
    #[must_use]
    pub const fn key(&self) -> Option<&CompactString> {
        if let Row::Known(key) = &self.row { Some(key) } else { None }
    }

    /// Whether something is written that is not carried out.
    #[must_use]
    pub fn has_written(&self) -> bool {
        !self.written.is_empty()
    }

    /// What it asked for was carried out, on the row of this key.
    pub fn carried_out(&mut self, key: &CompactString) {
        if self.key().is_none_or(|own| own == key) {
            self.row = Row::Known(key.clone());
            self.written.clear();
        }
    }

    /// What it stands for; `None` as long as nothing is written.
    #[must_use]
    pub fn edit(&self, project: &Study) -> Option<Edit> {
        let cells = || self.written.iter().map(|(column, text)| (column.into(), text.trim().into()));
        let (id, row) = match &self.row {
            Row::Known(key) => (Some(key.clone()), RowEdit::Set { set: cells().collect() }),
            Row::New(unit) => {
                let unit = unit.and_then(|unit| UnitRef::to(project.dataset(), project.state(), unit));
                (
                    None,
                    RowEdit::Add {
                        add: cells().filter(|(_, text): &(_, CompactString)| !text.is_empty()).collect(),
                        unit,
                        at: None,
                    },
                )
            }
        };
        self.has_written().then(|| Edit::Record { table: self.ledger.clone(), id, row })
    }

    /// The row as the plan leaves it.
    fn row<'a>(&'a self, project: &'a Study) -> Option<LedgerRow<'a>> {
        let laid = project.dataset().ledger(&self.ledger)?;
        // One that the plan took away has a card too.
        laid.any_row(project.dataset(), project.state(), self.key()?)
    }
}

impl Says for RecordDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Write
    }

    fn click(&self) -> Click {
        Click::SelectsOne
    }

    fn is_ready(&self) -> bool {
        self.has_written()
    }

    fn confirm(&self, project: &Study) -> Confirm {
        self.edit(project).map_or(Confirm::Nothing, Confirm::Edit)
    }

    fn step_back(&mut self) -> bool {
        let had = self.has_written();
        self.written.clear();
        had
    }

    fn place(&self, project: &Study) -> Option<Coord> {
        let laid = project.dataset().ledger(&self.ledger)?;
        place_of(laid, &self.row(project)?)
    }
}

/// Where a row lies, in degrees; `None` where it has no place of its own.
#[must_use]
pub fn place_of(laid: &LaidLedger, row: &LedgerRow<'_>) -> Option<Coord> {
    let index = row.index()?;
    match (laid.bound(index), laid.ledger().drawn(index)) {
        (Bound::Place(_, at), _) => Some(*at),
        (Bound::Line(_), Drawn::Line(parts)) => {
            let longest = parts.iter().max_by_key(|part| part.len())?;
            longest.get(longest.len() / 2).copied()
        }
        _ => None,
    }
}

/// Shows the card.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    draft: &mut RecordDraft,
    end: &mut CardEnd,
    send: &mut Vec<Command>,
) {
    let Some(project) = shown.project else { return };
    let Some(laid) = project.dataset().ledger(&draft.ledger) else {
        widgets::hint(ui, shown.colours, shown.text(Text::LedgerNoRows));
        return;
    };
    let copy = draft.clone();
    let row = copy.row(project);
    if draft.key().is_some() && row.is_none() {
        // The plan added it, and that was taken back.
        widgets::hint(ui, shown.colours, shown.text(Text::LedgerNoRows));
        return;
    }
    head(ui, shown, laid, row.as_ref(), send);
    ui.add_space(GRID);
    belongs(ui, shown, project, (laid, draft), row.as_ref(), send);
    widgets::rule(ui, shown.colours);
    form(ui, shown, laid, draft, row.as_ref(), send);
    if let Some(key) = draft.key() {
        history(ui, shown, project, &draft.ledger, key);
    }
    let possible = draft.has_written();
    end.here(ui, shown, Ending { action: Action::ConfirmChange, possible, keys: Text::EnterDoes }, send);
}

/// What the row is called: what stands in the column of its name, else its key.
#[must_use]
pub fn title(laid: &LaidLedger, row: &LedgerRow<'_>) -> String {
    let columns = laid.ledger().columns();
    let is_name = |column: &&LedgerColumn| {
        let header = column.header.to_lowercase();
        column.sort == Sort::Text && (header.ends_with('名') || header.contains("名称") || header.contains("name"))
    };
    let named = columns.iter().find(is_name).and_then(|column| laid.ledger().column(&column.header));
    let text = named.map(|column| row.text(column)).filter(|text| !text.is_empty());
    text.unwrap_or(row.key()).to_owned()
}

fn head(ui: &mut Ui, shown: &Shown<'_>, laid: &LaidLedger, row: Option<&LedgerRow<'_>>, send: &mut Vec<Command>) {
    let ledger = laid.ledger();
    ui.horizontal_wrapped(|ui| {
        let name = row.map_or_else(|| shown.text(Text::NewRecord).to_owned(), |row| title(laid, row));
        widgets::heading(ui, &name);
        let record = row.and_then(LedgerRow::record);
        match record {
            Some(record) if record.removed => {
                drop(widgets::badge(ui, shown.text(Text::RecordRemoved), shown.colours.error));
            }
            Some(record) if record.added.is_some() => {
                drop(widgets::badge(ui, shown.text(Text::RecordAdded), shown.colours.accent));
            }
            Some(record) if !record.is_empty() => {
                drop(widgets::badge(ui, shown.text(Text::ChangedUnits), shown.colours.accent));
            }
            Some(_) | None => {}
        }
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID / 2.0;
        let key = row.map_or_else(String::new, |row| format!(" · {}", row.key()));
        let text = RichText::new(format!("{}{key}", ledger.title(shown.lang))).color(shown.colours.muted);
        let buttons = 3.0 * (ROW + GRID);
        ui.allocate_ui_with_layout(
            vec2(ui.available_width() - buttons, ROW),
            Layout::left_to_right(Align::Center),
            |ui| {
                ui.add(egui::Label::new(text).truncate());
            },
        );
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let Some(row) = row else { return };
            let (ledger, key) = (CompactString::from(ledger.name()), row.key().clone());
            let removed = row.record().is_some_and(|record| record.removed);
            let (glyph, name) = if removed {
                (icon::ICON_RESTORE_FROM_TRASH, Text::RestoreRecord)
            } else {
                (icon::ICON_DELETE, Text::RemoveRecord)
            };
            if widgets::icon_button(ui, glyph, shown.text(name)).clicked() {
                let row = RowEdit::Remove { remove: !removed };
                send.push(Command::Commit(Edit::Record { table: ledger.clone(), id: Some(key.clone()), row }));
            }
            if widgets::icon_button(ui, icon::ICON_CENTER_FOCUS_STRONG, shown.text(Text::ZoomToSelection)).clicked() {
                send.push(Command::Ledger(LedgerStep::GoTo { ledger, key }));
            }
        });
    });
}

/// The units that it is of before and after, how that is known, and where it came from.
fn belongs(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (laid, draft): (&LaidLedger, &RecordDraft),
    row: Option<&LedgerRow<'_>>,
    send: &mut Vec<Command>,
) {
    let (state, base) = (project.state(), &project.dataset().base);
    let Some(row) = row else {
        let unit = if let Row::New(Some(unit)) = draft.row { words::unit(state.unit(unit)) } else { numbers::UNKNOWN };
        fact(ui, shown, Text::RecordBelongs, unit, shown.colours.ink);
        return;
    };
    let now = whose(shown, project, state, row);
    let is_of_file = row.index().is_some();
    let before = is_of_file.then(|| whose(shown, project, base, row));
    let is_other = before.as_ref().is_some_and(|before| *before != now);
    let colour = if is_other { shown.colours.accent } else { shown.colours.ink };
    fact(ui, shown, Text::RecordBelongs, &now, colour);
    if let Some(before) = before.filter(|_| is_other) {
        fact(ui, shown, Text::RecordBefore, &before, shown.colours.muted);
    }
    let Some(index) = row.index() else {
        let rule = row.rule().map(|rule| shown.lang.pick(&rule.title[0], &rule.title[1]));
        let from = rule.unwrap_or_else(|| shown.text(Text::RecordAdded));
        fact(ui, shown, Text::RecordFrom, from, shown.colours.ink);
        return;
    };
    let bound = laid.bound(index);
    let colour = if matches!(bound, Bound::No(_)) { shown.colours.warning } else { shown.colours.ink };
    fact(ui, shown, Text::RecordBound, words::bound(shown.lang, bound), colour);
    let ledger = laid.ledger();
    let (source, number) = (ledger.source(), ledger.number_of(index));
    let from = ledgers::row_of(shown.lang, &source.file, source.sheet.as_deref(), number);
    fact(ui, shown, Text::RecordFrom, &from, shown.colours.ink);
    for finding in ledger.findings().iter().chain(laid.binding_findings()).filter(|it| it.row == Some(number)) {
        if let LedgerFindingKind::Unbound { near, .. } = &finding.kind {
            offers(ui, shown, project, (laid, row.key()), near, send);
        }
        ui.horizontal_top(|ui| {
            widgets::icon_mark(ui, icon::ICON_WARNING, shown.colours.warning);
            let column = finding.column.as_ref().map(|column| format!("{column}: ")).unwrap_or_default();
            let text = format!("{column}{}", finding.message(shown.lang));
            ui.add(egui::Label::new(RichText::new(text).size(CAPTION).color(shown.colours.warning)).wrap());
        });
    }
}

/// Units that may be meant by a row that is bound to nothing: a press says that it is of one.
fn offers(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (laid, key): (&LaidLedger, &CompactString),
    near: &[String],
    send: &mut Vec<Command>,
) {
    let base = &project.dataset().base;
    ui.horizontal_wrapped(|ui| {
        for code in near {
            let Some(unit) = base.find(code).into_iter().next() else { continue };
            let text = ledgers::is_of(shown.lang, words::unit(base.unit(unit)));
            if ui.small_button(text).on_hover_text(code).clicked() {
                let (ledger, key) = (laid.ledger().name().into(), key.clone());
                send.push(Command::Ledger(LedgerStep::Accept { ledger, key, unit: code.clone() }));
            }
        }
    });
}

/// The units of all levels that a row is of, the coarsest first, but for one that all lies in.
fn whose(shown: &Shown<'_>, project: &Study, state: &State, row: &LedgerRow<'_>) -> String {
    if row.is_of_all() {
        return shown.text(Text::BoundToWhole).to_owned();
    }
    let Some(atom) = row.atom() else { return shown.text(Text::BoundToNothing).to_owned() };
    let levels = state.levels().rev();
    let several =
        |level: &LevelIndex| *level == LevelIndex::FINEST || project.dataset().base.units_at(*level).nth(1).is_some();
    let names = levels.filter(several).map(|level| words::unit(state.unit(state.unit_of(atom, level))));
    names.collect::<Vec<_>>().join(" › ")
}

fn fact(ui: &mut Ui, shown: &Shown<'_>, name: Text, text: &str, colour: egui::Color32) {
    line(ui, shown, shown.text(name), |ui| {
        ui.add(egui::Label::new(RichText::new(text).color(colour)).truncate()).on_hover_text(text);
    });
}

/// A line: its name, and what stands behind it.
fn line(ui: &mut Ui, shown: &Shown<'_>, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.allocate_ui_with_layout(vec2(NAMES, ROW), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAMES);
            ui.add(egui::Label::new(RichText::new(name).color(shown.colours.muted)).truncate()).on_hover_text(name);
        });
        contents(ui);
    });
}

/// A field for each column.
fn form(
    ui: &mut Ui,
    shown: &Shown<'_>,
    laid: &LaidLedger,
    draft: &mut RecordDraft,
    row: Option<&LedgerRow<'_>>,
    send: &mut Vec<Command>,
) {
    for (at, column) in laid.ledger().columns().iter().enumerate() {
        let now = row.map_or("", |row| row.text(at));
        let loaded = row.filter(|row| row.index().is_some() || row.is_derived()).map(|row| row.unrecorded(at));
        let mut text = draft.written.get(&column.header).map_or_else(|| now.to_owned(), Clone::clone);
        let is_other = text.trim() != now;
        line(ui, shown, &column.header, |ui| {
            if is_other || loaded.is_some_and(|loaded| loaded != now) {
                ui.visuals_mut().override_text_color = Some(shown.colours.accent);
            }
            cell(ui, shown, column, &mut text, send);
        });
        let note = loaded.filter(|loaded| *loaded != text.trim()).map(|loaded| ledgers::was(shown.lang, loaded));
        let wrong = doubt(column, text.trim()).map(|doubt| shown.text(doubt).to_owned());
        let colour = if wrong.is_some() { shown.colours.warning } else { shown.colours.muted };
        let note: Vec<String> = note.into_iter().chain(wrong).collect();
        if !note.is_empty() {
            line(ui, shown, "", |ui| {
                let note = note.join(" · ");
                ui.add(egui::Label::new(RichText::new(&note).size(CAPTION).color(colour)).truncate())
                    .on_hover_text(note);
            });
        }
        if text.trim() == now {
            draft.written.remove(&column.header);
        } else {
            draft.written.insert(column.header.clone(), text);
        }
    }
}

/// What is doubtful about a text in a column.
#[must_use]
pub fn doubt(column: &LedgerColumn, text: &str) -> Option<Text> {
    if text.is_empty() {
        return None;
    }
    let is_word = column.values.is_empty() || column.values.iter().any(|word| word == text);
    match column.sort {
        _ if !is_word => Some(Text::RecordOtherWord),
        Sort::Number if column.number(&Cell::text_of(text)) == CellNumber::Unread => Some(Text::RecordNoNumber),
        Sort::Date if !text.chars().any(|c| c.is_ascii_digit()) => Some(Text::RecordNoDate),
        Sort::Number | Sort::Date | Sort::Text => None,
    }
}

/// What is written into a cell: a word to choose where a pack knows all, else a line.
fn cell(ui: &mut Ui, shown: &Shown<'_>, column: &LedgerColumn, text: &mut String, send: &mut Vec<Command>) {
    let width = ui.available_width();
    if column.values.is_empty() {
        let field = widgets::field(ui, &column.header, text, "", width);
        super::merge::confirm_on_enter(ui, &field, send);
        return;
    }
    let blank = shown.text(Text::RecordBlank);
    let selected = if text.is_empty() { blank } else { text.as_str() };
    let combo = ComboBox::from_id_salt(("cell", &column.header)).width(width).truncate().selected_text(selected);
    let response = combo.show_ui(ui, |ui| {
        // The words of the list are not changed because the cell is.
        ui.visuals_mut().override_text_color = None;
        let mut chosen = None;
        for word in std::iter::once("").chain(column.values.iter().map(CompactString::as_str)) {
            let name = if word.is_empty() { blank } else { word };
            if ui.selectable_label(text == word, name).clicked() {
                chosen = Some(word.to_owned());
            }
        }
        chosen
    });
    response.response.accessible_name(&column.header);
    if let Some(Some(chosen)) = response.inner {
        *text = chosen;
    }
}

/// What the plan did to the row, the latest last.
fn history(ui: &mut Ui, shown: &Shown<'_>, project: &Study, ledger: &str, key: &str) {
    let is_of_it =
        |edit: &Edit| matches!(edit, Edit::Record { table, id: Some(id), .. } if table == ledger && id == key);
    let steps: Vec<String> = project
        .document()
        .done()
        .enumerate()
        .filter(|(_, step)| is_of_it(&step.edit))
        .map(|(at, step)| format!("{} {}", at + 1, step.words(shown.lang)))
        .collect();
    if steps.is_empty() {
        return;
    }
    widgets::rule(ui, shown.colours);
    widgets::caption(ui, shown.colours, shown.text(Text::RecordHistory));
    for step in &steps[steps.len().saturating_sub(STEPS)..] {
        ui.add(egui::Label::new(step).wrap());
    }
}
