//! Old and new units side by side (新旧对照表), as they are exported.

use eframe::egui::{self, Align, Layout, RichText, Ui};
use egui_extras::{Column, TableBuilder};

use super::figure_cell;
use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, ROW};
use crate::ui::{widgets, words};
use quhua::edit::crosswalk::{self, Relation, Row};
use quhua::i18n::{Text, numbers};
use quhua::jobs::Derived;
use quhua::study::Study;

/// The rows as of a revision.
#[derive(Default)]
pub struct CrosswalkState {
    rows: Derived<u64, Vec<Row>>,
}

impl CrosswalkState {
    fn rows(&mut self, project: &Study) -> &[Row] {
        self.rows.of(project.revision(), || {
            let dataset = project.dataset();
            let mut rows = crosswalk::rows(dataset, &dataset.base, project.state(), project.area_method());
            rows.retain(|row| row.relation != Relation::Unchanged);
            rows
        })
    }
}

const COLUMNS: [(crosswalk::Column, f32, bool); 10] = [
    (crosswalk::Column::Level, 84.0, false),
    (crosswalk::Column::OldName, 120.0, false),
    (crosswalk::Column::OldCode, 110.0, false),
    (crosswalk::Column::NewName, 120.0, false),
    (crosswalk::Column::NewCode, 110.0, false),
    (crosswalk::Column::Relation, 70.0, false),
    (crosswalk::Column::Area, 96.0, true),
    (crosswalk::Column::AreaShare, 84.0, true),
    (crosswalk::Column::Population, 84.0, true),
    (crosswalk::Column::SeatUse, 110.0, false),
];

/// Shows what changed; unchanged units are left out here, not in the export.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut CrosswalkState) {
    let rows = state.rows(project);
    if rows.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyCrosswalk));
        return;
    }
    let mut builder = TableBuilder::new(ui)
        .id_salt("crosswalk")
        .resizable(true)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false]);
    for (_, width, _) in COLUMNS {
        builder = builder.column(Column::initial(width).at_least(40.0).clip(true));
    }
    builder
        .header(ROW, |mut header| {
            for (column, _, figure) in COLUMNS {
                header.col(|ui| {
                    let layout = if figure { Layout::right_to_left(Align::Center) } else { *ui.layout() };
                    let mut name = column.words(shown.lang).to_owned();
                    if column == crosswalk::Column::Area {
                        name = format!("{name} ({})", words::area_unit(shown));
                    }
                    ui.with_layout(layout, |ui| {
                        ui.label(RichText::new(name).size(CAPTION).color(shown.colours.muted));
                    });
                });
            }
        })
        .body(|body| {
            body.rows(ROW, rows.len(), |mut table_row| {
                let row = &rows[table_row.index()];
                let texts = [
                    words::level(shown.lang, row.level),
                    &row.old_name,
                    &row.old_code,
                    &row.new_name,
                    &row.new_code,
                    words::relation(shown.lang, row.relation),
                ];
                for text in texts {
                    table_row.col(|ui| drop(ui.add(egui::Label::new(text).truncate())));
                }
                table_row.col(|ui| figure_cell(ui, numbers::area(row.area_m2, shown.area_unit())));
                table_row.col(|ui| figure_cell(ui, words::share(row.area_share)));
                table_row.col(|ui| figure_cell(ui, numbers::decimal_or_unknown(row.population)));
                let seat_use = egui::Label::new(row.seat_use.words(shown.lang)).truncate();
                table_row.col(|ui| drop(ui.add(seat_use)));
            });
        });
}
