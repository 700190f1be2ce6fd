//! The menu of ledgers that stand on the map as symbols, each with the column that tells its symbols apart.

use eframe::egui::{self, ComboBox, PopupCloseBehavior, Role, Ui, WidgetInfo};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::Command;
use super::state::symbols::{SymbolChoice, SymbolsBy};
use super::theme::GRID;
use super::widgets;
use quhua::i18n::{Text, numbers, sentences};
use quhua::model::{Ledger, Sort};

/// Width of the menu in points.
const WIDTH: f32 = 264.0;

/// The button that opens the menu, where there is a ledger.
pub fn button(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let name = shown.text(Text::LedgersOnMap);
    let button = widgets::icon_button(ui, icon::ICON_LAYERS, name);
    button.widget_info(|| WidgetInfo::labeled(Role::Button, true, name));
    egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        widgets::scrolling(ui, |ui| contents(ui, shown, send));
    });
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    widgets::caption(ui, shown.colours, shown.text(Text::LedgersOnMap));
    for laid in project.dataset().ledgers() {
        let ledger = laid.ledger();
        let choice = shown.view.symbols.of(ledger.name());
        let mut is_shown = choice.shown;
        let text = format!("{}  {}", ledger.title(shown.lang), numbers::count(ledger.len()));
        let changed = ui.checkbox(&mut is_shown, text).changed();
        if changed {
            let choice = SymbolChoice { shown: is_shown, ..choice.clone() };
            send.push(Command::SetSymbols(ledger.name().to_owned(), choice));
        }
        if !choice.shown {
            continue;
        }
        ui.horizontal(|ui| {
            ui.add_space(6.0 * GRID);
            widgets::caption(ui, shown.colours, shown.text(Text::SymbolsBy));
            let style = shown.view.symbols.style(laid);
            let now = style.by.as_deref().unwrap_or(shown.text(Text::SymbolsAlike));
            let width = ui.available_width() - GRID;
            let response = ComboBox::from_id_salt(("symbols by", ledger.name()))
                .width(width)
                .truncate()
                .selected_text(now)
                .show_ui(ui, |ui| by(ui, shown, ledger, (&choice, style.by.as_deref()), send));
            let name = sentences::of_what(shown.lang, shown.text(Text::SymbolsBy), ledger.title(shown.lang));
            response.response.accessible_name(name);
        });
    }
}

/// The columns that may tell symbols apart, those with words first.
fn by(
    ui: &mut Ui,
    shown: &Shown<'_>,
    ledger: &Ledger,
    (choice, now): (&SymbolChoice, Option<&str>),
    send: &mut Vec<Command>,
) {
    let mut offer = |ui: &mut Ui, text: &str, is_now: bool, by: SymbolsBy| {
        if ui.selectable_label(is_now, text).clicked() {
            send.push(Command::SetSymbols(ledger.name().to_owned(), SymbolChoice { by, ..choice.clone() }));
        }
    };
    offer(ui, shown.text(Text::SymbolsAlike), now.is_none(), SymbolsBy::Alike);
    let rank = |sort: Sort| match sort {
        Sort::Text => 0,
        Sort::Number => 1,
        Sort::Date => 2,
    };
    let mut columns: Vec<(usize, &str)> = ledger
        .columns()
        .iter()
        .enumerate()
        .filter(|(at, column)| Some(*at) != ledger.key_column() && !column.is_code())
        .map(|(_, column)| (rank(column.sort), column.header.as_str()))
        .collect();
    columns.sort_by_key(|(rank, _)| *rank);
    for (_, header) in columns {
        offer(ui, header, now == Some(header), SymbolsBy::Column(header.to_owned()));
    }
}
