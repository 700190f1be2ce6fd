//! The first rows of a layer, with what each column is taken for in its head.

use eframe::egui::{self, Align, ComboBox, Layout, RichText, ScrollArea, Ui};
use egui_extras::{Column, TableBuilder};

use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, Otherwise};
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::widgets;
use quhua::i18n::Lang;
use quhua::model::{FeatureId, FieldIndex, Fields, Layer, Role};

/// Rows that are shown: enough to see what a column holds.
const ROWS: usize = 100;
/// Width of a column before somebody changes it.
const WIDTH: f32 = 124.0;

/// The first rows, with what each column is taken for in its head.
pub(super) fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    roles: &Fields,
    (at, layer): (usize, &Layer),
    send: &mut Vec<Command>,
) {
    let fields: Vec<(FieldIndex, &String)> = layer.table.field_indices().zip(layer.table.fields()).collect();
    let height = ui.available_height();
    ScrollArea::horizontal().id_salt(("sources", at)).auto_shrink([false, false]).show(ui, |ui| {
        ui.set_min_height(height);
        let mut builder = TableBuilder::new(ui)
            .id_salt(("sources", at))
            .resizable(true)
            .min_scrolled_height(0.0)
            .cell_layout(Layout::left_to_right(Align::Center))
            .auto_shrink([false, false])
            .column(Column::initial(48.0).at_least(32.0));
        for _ in &fields {
            builder = builder.column(Column::initial(WIDTH).at_least(72.0).clip(true));
        }
        let head = if at == 0 { ROW + 5.0 * GRID } else { ROW };
        builder
            .header(head, |mut header| {
                header.col(|_| ());
                for (_, field) in &fields {
                    header.col(|ui| {
                        ui.vertical(|ui| {
                            let name = RichText::new(field.as_str()).size(CAPTION).color(shown.colours.muted);
                            ui.add(egui::Label::new(name).truncate());
                            if at == 0 {
                                role(ui, shown, roles, field, send);
                            }
                        });
                    });
                }
            })
            .body(|body| {
                body.rows(ROW, layer.feature_count().min(ROWS), |mut row| {
                    let feature = FeatureId(u32::try_from(row.index()).unwrap_or(u32::MAX));
                    row.col(|ui| drop(widgets::caption(ui, shown.colours, &(feature.0 + 1).to_string())));
                    for (field, _) in &fields {
                        let text = layer.table.text(feature, *field);
                        row.col(|ui| drop(ui.add(egui::Label::new(text.as_deref().unwrap_or("")).truncate())));
                    }
                });
            });
    });
}

/// What a column is taken for, with a list of the other roles.
fn role(ui: &mut Ui, shown: &Shown<'_>, fields: &Fields, field: &str, send: &mut Vec<Command>) {
    let now = fields.role_of(field);
    let is_free = matches!(now, Role::Other | Role::Above | Role::Seat);
    let colour = if is_free { shown.colours.muted } else { shown.colours.ink };
    let text = RichText::new(now.words(shown.lang)).size(CAPTION).color(colour);
    let combo = ComboBox::from_id_salt(("role", field))
        .width(ui.available_width() - GRID)
        .height(9.0 * ROW)
        .truncate()
        .selected_text(text);
    let response = combo.show_ui(ui, |ui| {
        for role in Role::CHOICES {
            if ui.selectable_label(role == now, role.words(shown.lang)).clicked() && role != now {
                send.push(Command::ReadAnew(Box::new(Otherwise::Fields(fields.with_role(field, role)))));
            }
        }
    });
    let hint = match shown.lang {
        Lang::Zh => format!("{field} 的含义；改动后重新读取，各方案随之保留"),
        Lang::En => format!("What {field} holds; another choice reads the data once more, and the scenarios stay"),
    };
    response.response.on_hover_text(&hint).accessible_name(role_of(shown.lang, field));
}

/// Name of the list of roles of a column.
#[must_use]
pub fn role_of(lang: Lang, field: &str) -> String {
    match lang {
        Lang::Zh => format!("{field} 的含义"),
        Lang::En => format!("What {field} holds"),
    }
}
