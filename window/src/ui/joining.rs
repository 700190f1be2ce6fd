//! The sheet of a table that is to be joined: what was taken for what, what was not found, and what may be meant.
//!
//! Nothing is joined before it is asked for, and everything that is shown follows the choices made in it.

use std::path::PathBuf;
use std::sync::Arc;

use eframe::egui::{self, Align, Button, ComboBox, Id, Layout, Modal, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::{Command, JoinStep};
use super::theme::{CAPTION, GRID};
use super::{widgets, words};
use quhua::i18n::{Text, sentences};
use quhua::model::{
    FigureRole, JoinReport, JoinWishes, Joining, KeyColumn, Near, ReportFigure, Sheet, WhyLeft, WhyUnmatched,
};

/// Rows of a list that are shown; more are counted.
const SHOWN: usize = 200;

/// A table that is to be joined.
#[derive(Clone, Debug)]
pub struct JoinSheet {
    /// Where it lies.
    pub path: PathBuf,
    /// All its sheets.
    pub sheets: Arc<Vec<Sheet>>,
    /// What joining it comes to.
    pub joining: Joining,
    /// What is asked of it.
    pub wishes: JoinWishes,
    /// The sheet that was chosen; `None`: the one that fits best.
    pub wanted: Option<String>,
    /// What was asked for when this came of it.
    before: (JoinWishes, Option<String>),
    /// Whether it was not shown yet.
    is_fresh: bool,
}

impl JoinSheet {
    /// A table, held against the units.
    #[must_use]
    pub fn new(
        path: PathBuf,
        sheets: Arc<Vec<Sheet>>,
        joining: Joining,
        (wishes, wanted): (JoinWishes, Option<String>),
    ) -> Self {
        let before = (wishes.clone(), wanted.clone());
        Self { path, sheets, joining, wishes, wanted, before, is_fresh: true }
    }

    /// Takes up what came of other wishes.
    pub fn take(&mut self, joining: Joining) {
        self.joining = joining;
        self.before = (self.wishes.clone(), self.wanted.clone());
    }

    /// Forgets wishes of which nothing came.
    pub fn go_back(&mut self) {
        (self.wishes, self.wanted) = self.before.clone();
    }
}

/// Shows the sheet over the whole window. Esc closes it, as a command; a press beside it does not, for what was ticked in
/// it would be lost.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut JoinSheet, send: &mut Vec<Command>) {
    let is_fresh = std::mem::take(&mut sheet.is_fresh);
    let sheet = &*sheet;
    let room = ctx.content_rect().size() - vec2(16.0 * GRID, 16.0 * GRID);
    let report = &sheet.joining.report;
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    let modal = Modal::new(Id::unique("joining")).frame(frame).show(ctx, |ui| {
        ui.set_width(room.x.min(880.0));
        head(ui, shown, report, send);
        summary(ui, shown, report);
        widgets::rule(ui, shown.colours);
        let height = (room.y - ui.min_rect().height() - 16.0 * GRID).max(40.0 * GRID);
        let mut area = ScrollArea::vertical().max_height(height).auto_shrink([false, true]);
        if is_fresh {
            // Another table begins at its top.
            area = area.vertical_scroll_offset(0.0);
        }
        area.show(ui, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0 * GRID;
            ui.columns(2, |columns| {
                let [left, right] = columns else { return };
                for column in [&mut *left, &mut *right] {
                    column.spacing_mut().item_spacing.x = 2.0 * GRID;
                }
                taken(left, shown, sheet, send);
                doubts(right, shown, sheet, send);
            });
        });
        widgets::rule(ui, shown.colours);
        foot(ui, shown, report, send);
    });
    widgets::settle(ctx, "joining", modal.response.rect.size());
}

fn head(ui: &mut Ui, shown: &Shown<'_>, report: &JoinReport, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, &sentences::join_title(shown.lang, &report.file));
        if let Some(name) = report.sheet.as_ref().filter(|_| !report.other_sheets.is_empty()) {
            let combo = ComboBox::from_id_salt("sheet of workbook").selected_text(name);
            let combo = combo.show_ui(ui, |ui| {
                let _ = ui.selectable_label(true, name);
                for other in &report.other_sheets {
                    if ui.selectable_label(false, other).clicked() {
                        send.push(Command::Join(JoinStep::Sheet(other.clone())));
                    }
                }
            });
            combo.response.on_hover_text(shown.text(Text::JoinSheetHint));
        }
        if let [finest, _, ..] = report.levels[..] {
            let taken = report.level.unwrap_or(finest);
            let combo = ComboBox::from_id_salt("level of a table").selected_text(words::level(shown.lang, taken));
            let combo = combo.show_ui(ui, |ui| {
                for &level in &report.levels {
                    if ui.selectable_label(level == taken, words::level(shown.lang, level)).clicked() && level != taken
                    {
                        send.push(Command::Join(JoinStep::Level(level)));
                    }
                }
            });
            combo.response.on_hover_text(shown.text(Text::JoinLevelHint));
        }
        if super::laying::way(ui, shown, false, [Text::LayAsJoin, Text::LayAsJoinHint]) {
            send.push(Command::Join(JoinStep::AsLedger));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Command::Join(JoinStep::Close));
            }
        });
    });
}

fn summary(ui: &mut Ui, shown: &Shown<'_>, report: &JoinReport) {
    ui.horizontal(|ui| {
        let (icon, colour) = if report.is_clean() {
            (icon::ICON_CHECK_CIRCLE, shown.colours.good)
        } else {
            (icon::ICON_WARNING, shown.colours.warning)
        };
        widgets::icon_mark(ui, icon, colour);
        ui.add(egui::Label::new(RichText::new(report.summary(shown.lang)).strong()).wrap());
    });
}

/// What was taken for what.
fn taken(ui: &mut Ui, shown: &Shown<'_>, sheet: &JoinSheet, send: &mut Vec<Command>) {
    let report = &sheet.joining.report;
    widgets::caption(ui, shown.colours, shown.text(Text::JoinKeys));
    let columns = &report.columns;
    let keys = [(&columns.code, Text::JoinCode), (&columns.name, Text::JoinName), (&columns.parent, Text::JoinParent)];
    egui::Grid::new("keys of a table").num_columns(2).spacing(vec2(4.0 * GRID, GRID)).show(ui, |ui| {
        for (key, name) in keys {
            ui.label(RichText::new(shown.text(name)).color(shown.colours.muted));
            match key {
                Some(KeyColumn { header, evidence, .. }) => {
                    ui.label(header).on_hover_text(evidence.words(shown.lang));
                }
                None => {
                    ui.label(RichText::new(shown.text(Text::JoinNoColumn)).color(shown.colours.muted));
                }
            }
            ui.end_row();
        }
    });
    ui.add_space(GRID);
    widgets::caption(ui, shown.colours, shown.text(Text::JoinFigures));
    for figure in &columns.figures {
        one_figure(ui, shown, figure, send);
    }
    for header in &sheet.wishes.left {
        let mut is_taken = false;
        if ui.checkbox(&mut is_taken, header).changed() {
            send.push(Command::Join(JoinStep::Take { header: header.clone(), taken: true }));
        }
    }
    // Texts can be taken all the same.
    for left in columns.left.iter().filter(|left| left.why == WhyLeft::Text) {
        let mut is_taken = false;
        ui.horizontal_wrapped(|ui| {
            if ui.checkbox(&mut is_taken, &left.header).changed() {
                send.push(Command::Join(JoinStep::Take { header: left.header.clone(), taken: true }));
            }
            widgets::badge(ui, FigureRole::Text.words(shown.lang), shown.colours.muted);
        });
    }
    let others = columns.left.iter().filter(|left| left.why != WhyLeft::Text);
    list(
        ui,
        shown,
        (Text::JoinLeftColumns, false),
        others.map(|left| format!("{} ({})", left.header, left.why.words(shown.lang))),
    );
    list(
        ui,
        shown,
        (Text::JoinPassedRows, false),
        report
            .passed_over
            .iter()
            .map(|passed| sentences::join_row(shown.lang, passed.row, passed.why.words(shown.lang))),
    );
    list(
        ui,
        shown,
        (Text::JoinMended, false),
        report.repaired.iter().map(|mended| {
            let what = format!("{} → {} ({})", mended.written.trim(), mended.unit, mended.repair.words(shown.lang));
            sentences::join_row(shown.lang, mended.row, &what)
        }),
    );
}

fn one_figure(ui: &mut Ui, shown: &Shown<'_>, figure: &ReportFigure, send: &mut Vec<Command>) {
    let mut is_taken = true;
    ui.horizontal_wrapped(|ui| {
        if ui.checkbox(&mut is_taken, &figure.field).changed() {
            send.push(Command::Join(JoinStep::Take { header: figure.header.clone(), taken: false }));
        }
        if let Some(as_of) = &figure.as_of {
            let said = widgets::badge(ui, &as_of.date, shown.colours.muted);
            said.on_hover_text(sentences::join_as_of(shown.lang, as_of.from.words(shown.lang)));
        }
        match figure.role {
            FigureRole::Population => {
                widgets::badge(ui, figure.role.words(shown.lang), shown.colours.good);
            }
            FigureRole::Sum => {
                widgets::badge(ui, figure.role.words(shown.lang), shown.colours.muted);
                let text = RichText::new(shown.text(Text::JoinAsPopulation)).size(CAPTION);
                if figure.counts_people {
                    let button = ui.add(Button::new(text).small());
                    if button.on_hover_text(shown.text(Text::JoinAsPopulationHint)).clicked() {
                        send.push(Command::Join(JoinStep::Population(figure.header.clone())));
                    }
                }
            }
            FigureRole::Other | FigureRole::Text => {
                widgets::badge(ui, figure.role.words(shown.lang), shown.colours.muted);
            }
        }
    });
}

/// What was not found, and what may be meant.
fn doubts(ui: &mut Ui, shown: &Shown<'_>, sheet: &JoinSheet, send: &mut Vec<Command>) {
    let report = &sheet.joining.report;
    if report.is_clean() && sheet.wishes.accepted.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::JoinClean));
        return;
    }
    for accepted in &sheet.wishes.accepted {
        let mut is_accepted = true;
        let text = sentences::join_row(shown.lang, accepted.row, &format!("= {}", accepted.unit));
        if ui.checkbox(&mut is_accepted, text).changed() {
            let (row, unit) = (accepted.row, accepted.unit.clone());
            send.push(Command::Join(JoinStep::Accept { row, unit, accepted: false }));
        }
    }
    if !report.unmatched_rows.is_empty() {
        heading(ui, shown, Text::JoinRowsLeft, report.unmatched_rows.len());
        let clear = report.unmatched_rows.iter().filter(|row| row.near.len() == 1).count();
        if clear > 1 && ui.button(sentences::join_accept_all(shown.lang, clear)).clicked() {
            send.push(Command::Join(JoinStep::AcceptAll));
        }
        for row in report.unmatched_rows.iter().take(SHOWN) {
            let text = sentences::join_row(shown.lang, row.row, &row.label());
            ui.add(egui::Label::new(text).wrap());
            // Where the name is that of a unit, it is one of another unit above.
            let is_elsewhere = |near: &Near| Some(near.name.trim()) == row.name.as_deref().map(str::trim);
            let is_elsewhere = row.why == WhyUnmatched::NoSuchName && row.near.iter().any(is_elsewhere);
            let why = if is_elsewhere { shown.text(Text::JoinNoneThere) } else { row.why.words(shown.lang) };
            widgets::caption(ui, shown.colours, why);
            for near in &row.near {
                let mut is_accepted = false;
                let text = sentences::join_is(shown.lang, &near.label(), near.likeness);
                ui.indent(("near", row.row, &near.unit), |ui| {
                    if ui.checkbox(&mut is_accepted, text).changed() {
                        let (row, unit) = (row.row, near.unit.clone());
                        send.push(Command::Join(JoinStep::Accept { row, unit, accepted: true }));
                    }
                });
            }
        }
        more(ui, shown, report.unmatched_rows.len());
    }
    list(
        ui,
        shown,
        (Text::JoinUnitsLeft, true),
        report.unmatched_units.iter().map(|unit| {
            if unit.unit == unit.name { unit.name.clone() } else { format!("{} {}", unit.unit, unit.name) }
        }),
    );
    list(
        ui,
        shown,
        (Text::JoinTwice, true),
        report.duplicates.iter().map(|it| {
            let rows = it.rows.iter().map(usize::to_string).collect::<Vec<_>>().join(shown.lang.pick("、", ", "));
            sentences::join_twice(shown.lang, (&it.unit, &it.name), &rows, it.counts)
        }),
    );
    list(
        ui,
        shown,
        (Text::JoinNamesDiffer, true),
        report
            .names_differ
            .iter()
            .map(|it| sentences::join_row(shown.lang, it.row, &format!("{} · {} ≠ {}", it.unit, it.written, it.name))),
    );
    list(
        ui,
        shown,
        (Text::JoinUnread, true),
        report
            .unread
            .iter()
            .map(|it| sentences::join_row(shown.lang, it.row, &format!("{} · {}", it.header, it.written))),
    );
    list(
        ui,
        shown,
        (Text::JoinTotals, true),
        report
            .totals
            .iter()
            .filter(|total| !total.agrees)
            .map(|it| sentences::join_row(shown.lang, it.row, &format!("{} · {} ≠ {}", it.header, it.stated, it.sum))),
    );
}

fn heading(ui: &mut Ui, shown: &Shown<'_>, name: Text, count: usize) {
    widgets::caption(ui, shown.colours, &format!("{} · {count}", shown.text(name)));
}

/// A list, folded away where it is no doubt.
fn list(ui: &mut Ui, shown: &Shown<'_>, (name, is_open): (Text, bool), items: impl Iterator<Item = String>) {
    let items: Vec<String> = items.collect();
    if items.is_empty() {
        return;
    }
    ui.add_space(GRID);
    let title =
        RichText::new(format!("{} · {}", shown.text(name), items.len())).size(CAPTION).color(shown.colours.muted);
    egui::CollapsingHeader::new(title).id_salt(("join list", name)).default_open(is_open).show(ui, |ui| {
        for item in items.iter().take(SHOWN) {
            ui.add(egui::Label::new(item).wrap());
        }
        more(ui, shown, items.len());
    });
}

fn more(ui: &mut Ui, shown: &Shown<'_>, count: usize) {
    if count > SHOWN {
        widgets::hint(ui, shown.colours, &sentences::join_more(shown.lang, count - SHOWN));
    }
}

fn foot(ui: &mut Ui, shown: &Shown<'_>, report: &JoinReport, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        let name = sentences::join_apply(shown.lang, report.matched.total, report.columns.figures.len());
        let text = RichText::new(name).color(shown.colours.on_accent);
        let button = Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
        let can = report.matched.total > 0;
        if ui.add_enabled(can, button.min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            send.push(Command::Join(JoinStep::Apply));
        }
        if ui.add(Button::new(shown.text(Text::Cancel)).min_size(vec2(0.0, 7.0 * GRID))).clicked() {
            send.push(Command::Join(JoinStep::Close));
        }
        if report.matched.total < report.units {
            widgets::hint(ui, shown.colours, shown.text(Text::JoinUnknownHint));
        }
    });
}
