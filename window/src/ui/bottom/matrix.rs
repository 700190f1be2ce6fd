//! Units beside rules: a row for each unit of the level, a column for each rule, who keeps it, lacks some or has too many;
//! below, what that comes to.

use eframe::egui::{self, Align, Layout, Response, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use crate::ui::focus::Cursor;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::theme::{CAPTION, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::Text;
use quhua::jobs::Derived;
use quhua::model::LevelIndex;
use quhua::rules::{Matrix, MatrixCell, Standing};
use quhua::study::Study;
use quhua::study::rulebook::Stamp;

/// The matrix, as long as it fits.
#[derive(Debug, Default)]
pub struct MatrixState {
    made: Derived<(Stamp, LevelIndex), Option<Matrix>>,
    /// The row that keys go from.
    cursor: Cursor,
}

/// Shows the matrix.
pub fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (state, stop): (&mut MatrixState, &Response),
    send: &mut Vec<Command>,
) {
    let level = shown.view.level;
    let MatrixState { made, cursor } = state;
    let matrix = made.of((project.rules().stamp(), level), || project.matrix(level));
    let Some(matrix) = matrix.as_ref().filter(|matrix| !matrix.rules.is_empty()) else {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyMatrix));
        return;
    };
    let moved = cursor.moved(ui, stop, matrix.rows.len());
    let at = cursor.row(stop);
    let bar = egui::ScrollArea::horizontal().auto_shrink([false, false]);
    bar.show(ui, |ui| table(ui, shown, project, matrix, (at, moved), send));
}

fn table(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    matrix: &Matrix,
    (at, moved): (Option<usize>, Option<(usize, bool)>),
    send: &mut Vec<Command>,
) {
    let Some(pack) = project.rules().pack() else { return };
    let units = project.state();
    let mut builder = TableBuilder::new(ui)
        .id_salt(("matrix", &matrix.rules))
        .sense(Sense::CLICK)
        .resizable(true)
        .min_scrolled_height(0.0)
        .auto_shrink([false, false])
        .cell_layout(Layout::left_to_right(Align::Center))
        .column(Column::initial(150.0).at_least(60.0).clip(true));
    for _ in &matrix.rules {
        builder = builder.column(Column::initial(112.0).at_least(64.0).clip(true));
    }
    if let Some((row, _)) = moved {
        builder = builder.scroll_to_row(row, None).animate_scrolling(false);
    }
    let header = builder.header(3.0 * ROW, |mut header| {
        let name = |ui: &mut Ui| {
            stacked(ui, shown, [shown.text(Text::UnitColumn), shown.text(Text::Sum), shown.text(Text::Judgement)]);
        };
        header.col(name);
        for (&rule, total) in matrix.rules.iter().zip(&matrix.totals) {
            header.col(|ui| {
                let (sum, units) = (total.sum_text(), total.words(shown.lang));
                let title = pack.rules[rule].title.of(shown.lang);
                stacked(ui, shown, [title, &sum, &units]).on_hover_text(format!("{title}\n{units}"));
            });
        }
    });
    header.body(|body| {
        body.rows(ROW, matrix.rows.len(), |mut row| {
            let number = row.index();
            let (unit, cells) = &matrix.rows[number];
            let there = unit.index() < units.unit_count() && units.unit(*unit).is_current();
            row.set_selected(shown.view.is_selected(*unit));
            row.set_hovered(at == Some(number) || shown.view.hovered == Some(*unit));
            row.col(|ui| {
                if there {
                    let changed = project.is_changed(*unit);
                    let colour = if changed { shown.colours.accent } else { shown.colours.ink };
                    let name = RichText::new(words::unit(units.unit(*unit))).color(colour);
                    ui.add(egui::Label::new(name).truncate());
                }
            });
            for cell in cells {
                row.col(|ui| {
                    if let Some(cell) = cell {
                        ui.add(egui::Label::new(said(shown, cell)).truncate());
                    }
                });
            }
            let response = row.response();
            if there && response.double_clicked() || moved == Some((number, true)) {
                send.push(Command::ZoomTo(*unit));
            } else if there && response.clicked() {
                send.push(Command::Select(vec![*unit], SelectMode::Replace));
            }
        });
    });
}

/// A heading with what the column comes to below it.
fn stacked(ui: &mut Ui, shown: &Shown<'_>, [name, sum, units]: [&str; 3]) -> Response {
    let text = |text: &str, colour| egui::Label::new(RichText::new(text).size(CAPTION).color(colour)).truncate();
    let column = ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.add(text(name, shown.colours.ink));
        ui.add(text(sum, shown.colours.muted));
        ui.add(text(units, shown.colours.muted));
    });
    column.response
}

/// What stands in a cell: what is missing or too much stands out, unless it was so before.
fn said(shown: &Shown<'_>, cell: &MatrixCell) -> RichText {
    let colours = shown.colours;
    let text = RichText::new(cell.words(shown.lang));
    match cell.standing {
        Standing::Kept => text.color(colours.good),
        Standing::Unknown => text.color(colours.muted),
        Standing::Short(_) | Standing::Over(_) | Standing::Broken if cell.is_as_before => text.color(colours.warning),
        Standing::Short(_) | Standing::Over(_) | Standing::Broken => text.strong().color(colours.error),
    }
}
