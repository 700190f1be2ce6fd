//! The sheet of a list that is to be laid over the boundaries as a ledger: what its rows are bound to, which are bound to
//! nothing and what may be meant, and what differs from the ledger whose place it takes.
//!
//! Nothing is laid before it is asked for, and everything that is shown follows the choices made in it.

use std::path::Path;
use std::sync::Arc;

use compact_str::CompactString;
use eframe::egui::{self, Align, Button, ComboBox, Id, Layout, Modal, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::{Command, LayStep};
use super::theme::{CAPTION, GRID, ROW};
use super::widgets;
use quhua::i18n::{Say as _, Text, ledgers, sentences};
use quhua::io::LayerSource;
use quhua::model::{
    AcceptedRows, Bound, BoundBy, Dataset, LaidLedger, Ledger, LedgerFinding, LedgerFindingKind, LevelIndex, Severity,
    Sheet, Sort,
};
use quhua::report::ledgers::LedgerDiff;
use quhua::rules::{Choice, Words};

/// Rows of a list that are shown; more are counted.
const SHOWN: usize = 200;
/// Width of the names of lines, in points.
const NAMES: f32 = 76.0;

/// Where the rows come from.
#[derive(Clone, Debug)]
pub enum List {
    /// Sheets of a table.
    Sheets(LayerSource, Arc<Vec<Sheet>>),
    /// What was drawn.
    Shapes(LayerSource),
}

impl List {
    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Sheets(source, _) | Self::Shapes(source) => &source.path,
        }
    }

    /// Names of the sheets, where there are several.
    fn sheets(&self) -> Vec<&str> {
        match self {
            Self::Sheets(_, sheets) if sheets.len() > 1 => {
                sheets.iter().filter_map(|sheet| sheet.name.as_deref()).collect()
            }
            Self::Sheets(..) | Self::Shapes(_) => Vec::new(),
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct LayWishes {
    /// What expressions and packs call it.
    pub name: CompactString,
    /// Whether the pack that knows it is turned on with it.
    pub pack_on: bool,
    /// Codes of units that somebody said rows are of, by the keys of the rows.
    pub accepted: AcceptedRows,
}

/// The pack that knows a ledger.
#[derive(Clone, Debug)]
pub struct PackFit {
    /// The pack.
    pub choice: Choice,
    /// What it is called.
    pub title: Words,
    /// Whether it is on already.
    pub is_on: bool,
}

/// A row that is bound to nothing.
#[derive(Clone, Debug)]
struct Unbound {
    key: CompactString,
    finding: LedgerFinding,
    /// Units that may be meant: code and name.
    near: Vec<(String, String)>,
}

/// What laying a list comes to.
#[derive(Clone, Debug)]
pub struct LayHeld {
    /// The ledger over the boundaries.
    pub laid: LaidLedger,
    /// The pack that knows it.
    pub pack: Option<PackFit>,
    /// What differs from the ledger whose place it takes; `None` where there is none of its name.
    pub difference: Option<LedgerDiff>,
    unbound: Vec<Unbound>,
    /// Findings that are doubts, and those that only tell.
    doubts: Vec<LedgerFinding>,
    notes: Vec<LedgerFinding>,
    /// How many rows are bound by their place, code, name, to all, and to nothing.
    bound: [usize; 5],
    /// Names of units of each level that no row is of, with the number of units of the level; levels that have some.
    left: Vec<(LevelIndex, Vec<String>, usize)>,
    /// Names of units that somebody said rows are of, by the keys of the rows.
    accepted: Vec<(String, String, String)>,
}

impl LayHeld {
    /// Lays a ledger over boundaries, and looks at what comes of it.
    #[must_use]
    pub fn new(dataset: &Dataset, ledger: Arc<Ledger>, accepted: AcceptedRows, pack: Option<PackFit>) -> Self {
        let laid = LaidLedger::lay(ledger, dataset, accepted);
        let ledger = laid.ledger();
        let name = |code: &str| {
            let unit = dataset.base.find(code).into_iter().next();
            unit.map_or_else(String::new, |unit| dataset.base.unit(unit).label().to_owned())
        };
        let (mut unbound, mut doubts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
        for finding in laid.binding_findings().iter().chain(ledger.findings()) {
            match (&finding.kind, finding.row.and_then(|number| ledger.row_numbered(number))) {
                (LedgerFindingKind::Unbound { near, .. }, Some(row)) => unbound.push(Unbound {
                    key: ledger.key(row).clone(),
                    near: near.iter().map(|code| (code.clone(), name(code))).collect(),
                    finding: finding.clone(),
                }),
                _ if finding.severity() > Severity::Info => doubts.push(finding.clone()),
                _ => notes.push(finding.clone()),
            }
        }
        let mut bound = [0; 5];
        for row in ledger.rows() {
            bound[match laid.bound(row) {
                Bound::Place(..) | Bound::Line(_) => 0,
                Bound::Unit { by: BoundBy::Code | BoundBy::RepairedCode, .. } => 1,
                Bound::Unit { by: BoundBy::Name, .. } => 2,
                Bound::Whole => 3,
                Bound::No(_) => 4,
            }] += 1;
        }
        let left = left_of(dataset, &laid);
        let accepted = laid.accepted().iter().map(|(key, code)| (key.clone(), code.clone(), name(code))).collect();
        let difference = dataset.ledger(ledger.name()).map(|there| LedgerDiff::between(there.ledger(), ledger));
        Self { laid, pack, difference, unbound, doubts, notes, bound, left, accepted }
    }

    /// Whether a row is bound to something.
    #[must_use]
    pub fn binds_some(&self) -> bool {
        self.bound[..4].iter().any(|count| *count > 0)
    }

    /// Rows of which one unit alone may be meant, by key, with its code.
    pub fn clear(&self) -> impl Iterator<Item = (&str, &str)> {
        self.unbound.iter().filter_map(|row| match row.near.as_slice() {
            [(code, _)] => Some((row.key.as_str(), code.as_str())),
            _ => None,
        })
    }
}

/// Units without a row, level by level, the coarsest first.
fn left_of(dataset: &Dataset, laid: &LaidLedger) -> Vec<(LevelIndex, Vec<String>, usize)> {
    let base = &dataset.base;
    let without = |level: LevelIndex| {
        let units: Vec<_> = base.units_at(level).collect();
        let has_row = |unit| base.atoms(unit).iter().any(|&atom| !laid.rows_at(atom).is_empty());
        let names = units.iter().filter(|&&unit| !has_row(unit)).map(|&unit| base.unit(unit).label().to_owned());
        (level, names.collect::<Vec<_>>(), units.len())
    };
    let levels = base.levels().rev().filter(|&level| base.units_at(level).nth(1).is_some());
    levels.map(without).filter(|(_, names, _)| !names.is_empty()).collect()
}

/// A list that is to be laid.
#[derive(Clone, Debug)]
pub struct LaySheet {
    /// Where it comes from.
    pub list: List,
    /// The list as it was read.
    pub raw: Arc<Ledger>,
    /// What is asked for.
    pub wishes: LayWishes,
    /// What that comes to.
    pub held: LayHeld,
    /// The name that is being written.
    name: String,
    /// Whether it was not shown yet.
    is_fresh: bool,
}

impl LaySheet {
    /// A list, and what laying it comes to.
    #[must_use]
    pub fn new(list: List, raw: Arc<Ledger>, wishes: LayWishes, held: LayHeld) -> Self {
        let name = wishes.name.to_string();
        Self { list, raw, wishes, held, name, is_fresh: true }
    }

    /// Takes up what came of other wishes.
    pub fn take(&mut self, raw: Arc<Ledger>, wishes: LayWishes, held: LayHeld) {
        self.name = wishes.name.to_string();
        (self.raw, self.wishes, self.held) = (raw, wishes, held);
    }
}

/// Shows the sheet over the whole window. Esc closes it, as a command; a press beside it does not, for what was ticked in
/// it would be lost.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut LaySheet, send: &mut Vec<Command>) {
    let is_fresh = std::mem::take(&mut sheet.is_fresh);
    let room = ctx.content_rect().size() - vec2(16.0 * GRID, 16.0 * GRID);
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    let mut steps = Vec::new();
    let modal = Modal::new(Id::unique("laying")).frame(frame).show(ctx, |ui| {
        ui.set_width(room.x.min(880.0));
        head(ui, shown, sheet, &mut steps);
        summary(ui, shown, &sheet.held);
        widgets::rule(ui, shown.colours);
        let height = (room.y - ui.min_rect().height() - 16.0 * GRID).max(40.0 * GRID);
        let mut area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
        if is_fresh {
            area = area.vertical_scroll_offset(0.0);
        }
        area.show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0 * GRID;
            ui.columns(2, |columns| {
                let [left, right] = columns else { return };
                for column in [&mut *left, &mut *right] {
                    column.spacing_mut().item_spacing.x = 2.0 * GRID;
                }
                taken(left, shown, sheet, &mut steps);
                doubts(right, shown, sheet, &mut steps);
            });
        });
        widgets::rule(ui, shown.colours);
        foot(ui, shown, sheet, &mut steps);
    });
    send.extend(steps.into_iter().map(Command::Lay));
    widgets::settle(ctx, "laying", modal.response.rect.size());
}

fn head(ui: &mut Ui, shown: &Shown<'_>, sheet: &LaySheet, steps: &mut Vec<LayStep>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, &ledgers::lay_title(shown.lang, &sheet.raw.source().file));
        let (sheets, now) = (sheet.list.sheets(), sheet.raw.source().sheet.as_deref());
        if let Some(now) = now.filter(|_| !sheets.is_empty()) {
            let combo = ComboBox::from_id_salt("sheet of a ledger").selected_text(now);
            let combo = combo.show_ui(ui, |ui| {
                for name in sheets {
                    if ui.selectable_label(name == now, name).clicked() && name != now {
                        steps.push(LayStep::Sheet(name.to_owned()));
                    }
                }
            });
            combo.response.on_hover_text(shown.text(Text::JoinSheetHint));
        }
        let (other, step) = match sheet.list {
            List::Sheets(..) => ([Text::LayAsJoin, Text::LayAsJoinHint], LayStep::AsJoin),
            List::Shapes(_) => ([Text::LayAsFacilities, Text::LayAsFacilitiesHint], LayStep::AsFacilities),
        };
        if way(ui, shown, true, other) {
            steps.push(step);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                steps.push(LayStep::Close);
            }
        });
    });
}

/// The switch between a ledger and what else a list may be. Returns whether the other one was pressed.
pub(super) fn way(ui: &mut Ui, shown: &Shown<'_>, is_ledger: bool, [other, hint]: [Text; 2]) -> bool {
    let choices = [
        (true, shown.text(Text::LayAsLedger), shown.text(Text::LayAsLedgerHint)),
        (false, shown.text(other), shown.text(hint)),
    ];
    let pressed = widgets::choice(ui, shown.colours, is_ledger, &choices);
    pressed.is_some_and(|pressed| pressed != is_ledger)
}

fn summary(ui: &mut Ui, shown: &Shown<'_>, held: &LayHeld) {
    ui.horizontal(|ui| {
        let (icon, colour) = if held.unbound.is_empty() {
            (icon::ICON_CHECK_CIRCLE, shown.colours.good)
        } else {
            (icon::ICON_WARNING, shown.colours.warning)
        };
        widgets::icon_mark(ui, icon, colour);
        let rows = held.laid.ledger().len();
        let text = format!(
            "{}{}{}",
            ledgers::rows(shown.lang, rows, rows),
            shown.lang.pick("：", ": "),
            ledgers::bound_counts(shown.lang, held.bound)
        );
        ui.add(egui::Label::new(RichText::new(text).strong()).wrap());
    });
}

/// A line: its name, and what stands behind it.
fn line(ui: &mut Ui, shown: &Shown<'_>, (name, hint): (Text, Text), contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.allocate_ui_with_layout(vec2(NAMES, ROW), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAMES);
            let label = ui.label(RichText::new(shown.text(name)).color(shown.colours.muted));
            label.on_hover_text(shown.text(hint));
        });
        contents(ui);
    });
}

/// What was taken for what.
fn taken(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut LaySheet, steps: &mut Vec<LayStep>) {
    let ledger = Arc::clone(sheet.held.laid.ledger());
    line(ui, shown, (Text::LayName, Text::LayNameHint), |ui| {
        let width = ui.available_width();
        let field = widgets::field(ui, shown.text(Text::LayName), &mut sheet.name, "", width);
        if field.lost_focus() && sheet.name.trim() != sheet.wishes.name && !sheet.name.trim().is_empty() {
            steps.push(LayStep::Name(sheet.name.clone()));
        }
        field.on_hover_text(shown.text(Text::LayNameHint));
    });
    line(ui, shown, (Text::LayKey, Text::LayKeyHint), |ui| {
        let key = ledger.key_column().map(|at| ledger.columns()[at].header.clone());
        ui.label(key.unwrap_or_else(|| shown.text(Text::LayByNumber).to_owned()));
        if let Some(as_of) = &ledger.source().as_of {
            widgets::badge(ui, &as_of.date, shown.colours.muted);
        }
    });
    if let Some(pack) = &sheet.held.pack {
        line(ui, shown, (Text::LayPack, Text::PacksHint), |ui| {
            let title = pack.title.of(shown.lang);
            if pack.is_on {
                ui.label(title);
                return;
            }
            let mut on = sheet.wishes.pack_on;
            if ui.checkbox(&mut on, format!("{} {title}", shown.text(Text::LayPackOn))).changed() {
                steps.push(LayStep::Pack(on));
            }
        });
    }
    ui.add_space(GRID);
    let title = format!("{} · {}", shown.text(Text::LayColumns), ledger.columns().len());
    widgets::caption(ui, shown.colours, &title);
    for column in ledger.columns() {
        ui.horizontal(|ui| {
            ui.label(&column.header);
            let sort = match column.sort {
                Sort::Number if column.adds_up => shown.lang.pick("数值，可合计", "number, adds up"),
                Sort::Number => shown.lang.pick("数值", "number"),
                Sort::Date => shown.lang.pick("日期", "date"),
                Sort::Text => shown.lang.pick("文字", "text"),
            };
            widgets::badge(ui, sort, shown.colours.muted);
            if let Some(id) = &column.id {
                widgets::badge(ui, id, shown.colours.good).on_hover_text(shown.text(Text::PacksHint));
            }
        });
    }
    list(ui, shown, (Text::LayNotes, false), sheet.held.notes.iter().map(|finding| finding.say(shown.lang)));
}

/// What was not found, what may be meant, and what differs.
fn doubts(ui: &mut Ui, shown: &Shown<'_>, sheet: &LaySheet, steps: &mut Vec<LayStep>) {
    let held = &sheet.held;
    if let Some(difference) = &held.difference {
        differs(ui, shown, difference);
    }
    for (key, code, name) in &held.accepted {
        let mut is_accepted = true;
        if ui.checkbox(&mut is_accepted, format!("{key} = {code} {name}")).changed() {
            steps.push(LayStep::Accept { key: key.clone(), unit: code.clone(), accepted: false });
        }
    }
    if held.unbound.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::LayAllBound));
    } else {
        let title = format!("{} · {}", shown.text(Text::JoinRowsLeft), held.unbound.len());
        widgets::caption(ui, shown.colours, &title);
        let clear = held.clear().count();
        if clear > 1 && ui.button(sentences::join_accept_all(shown.lang, clear)).clicked() {
            steps.push(LayStep::AcceptAll);
        }
        for row in held.unbound.iter().take(SHOWN) {
            unbound(ui, shown, row, steps);
        }
        more(ui, shown, held.unbound.len());
    }
    list(ui, shown, (Text::LayFindings, true), held.doubts.iter().map(|finding| finding.say(shown.lang)));
    for (level, names, all) in &held.left {
        let level = super::words::level(shown.lang, shown.level_of(*level));
        let title = format!("{} · {level} {} / {all}", shown.text(Text::LayUnitsLeft), names.len());
        folded(ui, shown, (&title, level), false, names.iter().cloned());
    }
}

fn unbound(ui: &mut Ui, shown: &Shown<'_>, row: &Unbound, steps: &mut Vec<LayStep>) {
    // Near units are offered below, with their names.
    let kind = match &row.finding.kind {
        LedgerFindingKind::Unbound { why, .. } => LedgerFindingKind::Unbound { why: *why, near: Vec::new() },
        other => other.clone(),
    };
    let text = LedgerFinding { kind, ..row.finding.clone() }.say(shown.lang);
    ui.add(egui::Label::new(text).wrap());
    for (code, name) in &row.near {
        let mut is_accepted = false;
        ui.indent(("near", row.key.as_str(), code), |ui| {
            if ui.checkbox(&mut is_accepted, ledgers::is_of(shown.lang, &format!("{name} {code}"))).changed() {
                steps.push(LayStep::Accept { key: row.key.to_string(), unit: code.clone(), accepted: true });
            }
        });
    }
}

fn differs(ui: &mut Ui, shown: &Shown<'_>, difference: &LedgerDiff) {
    widgets::caption(ui, shown.colours, shown.text(Text::LayDifference));
    if difference.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::LayNoDifference));
        return;
    }
    let lines = difference.lines(shown.lang);
    if let Some(summary) = lines.last() {
        ui.label(RichText::new(summary).color(shown.colours.accent));
    }
    list(ui, shown, (Text::LayAdded, true), difference.added.iter().cloned());
    list(ui, shown, (Text::LayGone, true), difference.gone.iter().cloned());
    let changed = difference.changed.iter().map(|it| format!("{} · {}: {} → {}", it.row, it.column, it.was, it.now));
    list(ui, shown, (Text::LayChanged, true), changed);
    ui.add_space(GRID);
}

/// A list, folded away where it is no doubt.
fn list(ui: &mut Ui, shown: &Shown<'_>, (name, is_open): (Text, bool), items: impl ExactSizeIterator<Item = String>) {
    let name = shown.text(name);
    let title = format!("{name} · {}", items.len());
    folded(ui, shown, (&title, name), is_open, items);
}

fn folded(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (title, salt): (&str, &str),
    is_open: bool,
    items: impl ExactSizeIterator<Item = String>,
) {
    let count = items.len();
    if count == 0 {
        return;
    }
    ui.add_space(GRID);
    let title = RichText::new(title).size(CAPTION).color(shown.colours.muted);
    egui::CollapsingHeader::new(title).id_salt(("lay list", salt)).default_open(is_open).show(ui, |ui| {
        for item in items.take(SHOWN) {
            ui.add(egui::Label::new(item).wrap());
        }
        more(ui, shown, count);
    });
}

fn more(ui: &mut Ui, shown: &Shown<'_>, count: usize) {
    if count > SHOWN {
        widgets::hint(ui, shown.colours, &sentences::join_more(shown.lang, count - SHOWN));
    }
}

fn foot(ui: &mut Ui, shown: &Shown<'_>, sheet: &LaySheet, steps: &mut Vec<LayStep>) {
    ui.horizontal(|ui| {
        let name = ledgers::lay(shown.lang, sheet.held.laid.ledger().len(), sheet.held.difference.is_some());
        let text = RichText::new(name).color(shown.colours.on_accent);
        let button = Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
        if ui.add(button.min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            steps.push(LayStep::Apply);
        }
        if ui.add(Button::new(shown.text(Text::Cancel)).min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            steps.push(LayStep::Close);
        }
    });
}
