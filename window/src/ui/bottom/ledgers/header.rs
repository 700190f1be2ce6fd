//! The header of the grid: what a column is called, and what its values add up to.

use eframe::egui::{Align, Button, Label, Layout, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::rows::{Order, Total};
use crate::ui::shown::Shown;
use crate::ui::theme::{CAPTION, GRID, ROW};
use quhua::i18n::{Text, numbers};
use quhua::model::{LedgerColumn, Sort};

/// Above the numbers of rows: a press puts them as they stand in the file.
pub(super) fn numbers(ui: &mut Ui, shown: &Shown<'_>, order: &mut Option<Order>) {
    stacked(
        ui,
        false,
        |ui| {
            if title(ui, shown, shown.text(Text::LedgerRow), (order.is_none(), false), None) {
                *order = None;
            }
        },
        |ui| total(ui, shown, shown.text(Text::LedgerTotal)),
    );
}

/// Above the units.
pub(super) fn unit(ui: &mut Ui, shown: &Shown<'_>, order: &mut Option<Order>) {
    stacked(ui, false, |ui| sorts(ui, shown, shown.text(Text::LedgerUnit), None, order, None), |_| ());
}

/// Above a column.
pub(super) fn column(
    ui: &mut Ui,
    shown: &Shown<'_>,
    column: &LedgerColumn,
    (at, sum): (usize, Option<Total>),
    order: &mut Option<Order>,
) {
    let about = column.id.as_ref().map(|id| format!("{} · {id}", column.header));
    let is_number = column.sort == Sort::Number;
    stacked(
        ui,
        is_number,
        |ui| sorts(ui, shown, &column.header, Some(at), order, about.as_deref()),
        |ui| match sum {
            Some(Total::Of(sum)) => total(ui, shown, &numbers::decimal_or_unknown(Some(sum))),
            Some(Total::Unknown) => total(ui, shown, numbers::UNKNOWN),
            Some(Total::None) | None => {}
        },
    );
}

/// A name above a sum.
fn stacked(ui: &mut Ui, to_the_right: bool, name: impl FnOnce(&mut Ui), sum: impl FnOnce(&mut Ui)) {
    let align = if to_the_right { Layout::right_to_left(Align::Center) } else { Layout::left_to_right(Align::Center) };
    ui.vertical(|ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let size = vec2(ui.available_width(), ROW - GRID / 2.0);
        ui.allocate_ui_with_layout(size, align, name);
        ui.allocate_ui_with_layout(vec2(size.x, ROW - 2.0 * GRID), align, sum);
    });
}

fn total(ui: &mut Ui, shown: &Shown<'_>, text: &str) {
    ui.add(Label::new(RichText::new(text).size(CAPTION).color(shown.colours.ink)).truncate());
}

/// A name that is pressed to order by it, once more for the other way round, and a third time for the order of the file.
fn sorts(
    ui: &mut Ui,
    shown: &Shown<'_>,
    name: &str,
    by: Option<usize>,
    order: &mut Option<Order>,
    about: Option<&str>,
) {
    let now = order.filter(|order| order.by == by);
    if title(ui, shown, name, (now.is_some(), now.is_some_and(|now| now.descending)), about) {
        *order = match now {
            None => Some(Order { by, descending: false }),
            Some(Order { descending: false, .. }) => Some(Order { by, descending: true }),
            Some(_) => None,
        };
    }
}

/// The name. Returns whether it was pressed.
fn title(ui: &mut Ui, shown: &Shown<'_>, name: &str, (sorted, descending): (bool, bool), about: Option<&str>) -> bool {
    ui.spacing_mut().item_spacing.x = 2.0;
    let colour = if sorted { shown.colours.ink } else { shown.colours.muted };
    let response = ui.add(Button::new(RichText::new(name).size(CAPTION).color(colour)).frame(false).truncate());
    response.widget_info(|| WidgetInfo::selected(Role::ColumnHeader, true, sorted, name));
    if sorted {
        let arrow = if descending { icon::ICON_ARROW_DOWNWARD } else { icon::ICON_ARROW_UPWARD };
        ui.label(arrow.rich_text().size(12.0).color(colour));
    }
    response.on_hover_text(about.unwrap_or(name)).clicked()
}
