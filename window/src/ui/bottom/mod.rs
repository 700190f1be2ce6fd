//! The panel at the bottom: tables, checks, history, messages. It folds into its row of tabs.

mod amounts;
mod checks;
mod columns;
mod compare;
mod crossings;
mod crosswalk;
mod ensemble;
mod filter;
pub(crate) mod history;
mod ledgers;
mod list;
mod matrix;
mod rules;
mod scenarios;
mod sources;
mod table;

use eframe::egui::{self, Align, Layout, Response, RichText, Role, Sense, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::focus::{self, Stop};
use super::notices::{self, Notices};
use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::state::exports::ExportKind;
use super::state::view::{BottomTab, ChecksView};
use super::theme::GRID;
use super::{widgets, words};
use quhua::i18n::Text;

pub use checks::Findings;
pub use compare::CompareState;
pub use crossings::CrossingsState;
pub use crosswalk::CrosswalkState;
pub use history::HistoryState;
pub use ledgers::LedgersState;
pub use list::ListState;
pub use rules::RulesState;
#[cfg(test)]
pub use sources::role_of;
pub use sources::{Contained, LOOKED_AT, SourcesState};
pub use table::TableState;

/// What the panel remembers between frames.
#[derive(Default)]
pub struct BottomState {
    /// The table of units.
    pub table: TableState,
    /// Rows of ledgers.
    pub ledgers: LedgersState,
    /// Names and codes from a document.
    pub list: ListState,
    /// The crosswalk, as long as it fits.
    pub crosswalk: CrosswalkState,
    /// The comparison.
    pub compare: CompareState,
    /// The history.
    pub history: HistoryState,
    /// What was found in the data.
    pub findings: Findings,
    /// What the tab of checks lists.
    pub checks: ChecksState,
    /// Which layer is shown as it came.
    pub sources: SourcesState,
}

/// The tab of checks between frames.
#[derive(Debug, Default)]
pub struct ChecksState {
    /// Which list it shows.
    pub view: ChecksView,
    /// The list of verdicts.
    pub rules: RulesState,
    /// Links and barriers.
    pub crossings: CrossingsState,
}

/// Shows the row of tabs, and what can be done with a table that is shown. It is there also when the panel is folded.
pub fn tabs(ui: &mut Ui, shown: &Shown<'_>, bottom: &mut BottomState, notices: &Notices, send: &mut Vec<Command>) {
    let layout = Layout::right_to_left(Align::Center);
    ui.with_layout(layout, |ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        tools(ui, shown, bottom, notices, send);
        // The tabs get what room is left, and scroll where that is too little.
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let bar = egui::scroll_area::ScrollBarVisibility::AlwaysHidden;
            egui::ScrollArea::horizontal().scroll_bar_visibility(bar).auto_shrink([false, false]).show(ui, |ui| {
                ui.horizontal_centered(|ui| names(ui, shown, bottom, notices, send));
            });
        });
    });
}

/// Whether the panel is folded, and what can be done with the table that is shown.
fn tools(ui: &mut Ui, shown: &Shown<'_>, bottom: &mut BottomState, notices: &Notices, send: &mut Vec<Command>) {
    let open = shown.preferences.bottom_open;
    let (glyph, name) = if open {
        (icon::ICON_EXPAND_MORE, shown.text(Text::Fold))
    } else {
        (icon::ICON_EXPAND_LESS, shown.text(Text::Unfold))
    };
    if widgets::icon_button(ui, glyph, name).clicked() {
        send.push(Action::ToggleBottom.into());
    }
    if !open {
        return;
    }
    let mut button = |ui: &mut Ui, action| {
        let face = (shown.lang, shown.colours, shown.now);
        widgets::action_button(ui, face, action, widgets::Face::Icon, None, send);
    };
    match shown.view.bottom {
        BottomTab::Table => {
            if let Some(project) = shown.project {
                table::tools(ui, shown, project, &mut bottom.table, send);
            }
        }
        BottomTab::Ledgers => {
            if let Some(project) = shown.project {
                ledgers::tools(ui, shown, project, &mut bottom.ledgers, send);
            }
        }
        BottomTab::Log if !notices.all().is_empty() => button(ui, Action::CopyMessages),
        BottomTab::Sources if shown.project.is_some() => {
            button(ui, Action::SaveProfile);
            button(ui, Action::OpenProfile);
        }
        BottomTab::Crosswalk if shown.project.is_some() => button(ui, Action::Export(ExportKind::Crosswalk)),
        BottomTab::Log
        | BottomTab::Crosswalk
        | BottomTab::List
        | BottomTab::Checks
        | BottomTab::History
        | BottomTab::Scenarios
        | BottomTab::Compare
        | BottomTab::Sources => {}
    }
}

/// The tabs with their counts.
fn names(ui: &mut Ui, shown: &Shown<'_>, bottom: &mut BottomState, notices: &Notices, send: &mut Vec<Command>) {
    let open = shown.preferences.bottom_open;
    ui.spacing_mut().item_spacing.x = GRID;
    for tab in BottomTab::ALL {
        let count = match tab {
            BottomTab::Checks => bottom.findings.len() + broken(shown),
            BottomTab::History => shown.project.map_or(0, |project| project.document().position()),
            BottomTab::Log => notices.unread_errors(),
            BottomTab::Scenarios => shown.now.scenarios,
            BottomTab::Sources => shown.project.map_or(0, |project| bottom.sources.doubts(project)),
            BottomTab::Ledgers => shown.project.map_or(0, |project| project.dataset().ledgers().len()),
            BottomTab::Table | BottomTab::List | BottomTab::Crosswalk | BottomTab::Compare => 0,
        };
        let name = words::tab(shown.lang, tab);
        let text = if count > 0 { format!("{name} {count}") } else { name.to_owned() };
        let taken = open && tab == shown.view.bottom;
        let response = tab_button(ui, shown, &text, name, taken);
        if tab == BottomTab::Crosswalk {
            widgets::note_place(ui, Action::ShowCrosswalk, response.rect);
        }
        if response.gained_focus() {
            response.scroll_to_me(None);
        }
        if response.clicked() {
            send.push(if taken { Action::ToggleBottom.into() } else { Command::ShowBottom(tab) });
        }
    }
}

/// Rules that units as they are now break.
fn broken(shown: &Shown<'_>) -> usize {
    shown.project.and_then(|project| project.rules().now()).map_or(0, |known| known.verdicts.counts.broken)
}

fn tab_button(ui: &mut Ui, shown: &Shown<'_>, text: &str, name: &str, taken: bool) -> Response {
    let colour = if taken { shown.colours.ink } else { shown.colours.muted };
    let galley = ui.painter().layout_no_wrap(text.to_owned(), egui::TextStyle::Body.resolve(ui.style()), colour);
    let size = galley.size() + vec2(4.0 * GRID, 0.0);
    let (rect, response) = ui.allocate_exact_size(vec2(size.x, 26.0), Sense::click());
    response.widget_info(|| WidgetInfo::selected(Role::Tab, true, taken, name));
    let ink = if response.hovered() { shown.colours.ink } else { colour };
    let at = rect.center() - galley.size() / 2.0;
    ui.painter().galley_with_override_text_color(at, galley, ink);
    if taken {
        let line = rect.with_min_y(rect.bottom() - 2.0).shrink2(vec2(GRID, 0.0));
        ui.painter().rect_filled(line, 0.0, shown.colours.accent);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 3.0, egui::Stroke::new(1.0, shown.colours.selection), egui::StrokeKind::Inside);
    }
    response
}

/// Shows what the chosen tab holds.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, bottom: &mut BottomState, notices: &Notices, send: &mut Vec<Command>) {
    let says = bottom.table.cursor_name(shown).filter(|_| shown.view.bottom == BottomTab::Table);
    let stop = focus::stop(ui, shown, Stop::Bottom, says.as_deref());
    let Some(project) = shown.project else {
        match shown.view.bottom {
            BottomTab::Log => notices::log(ui, shown, notices),
            _ => drop(widgets::hint(ui, shown.colours, shown.text(Text::EmptyMap))),
        }
        return;
    };
    match shown.view.bottom {
        BottomTab::Table => table::show(ui, shown, project, (&mut bottom.table, &stop), send),
        BottomTab::Ledgers => ledgers::show(ui, shown, project, (&mut bottom.ledgers, &stop), send),
        BottomTab::List => list::show(ui, shown, project, &mut bottom.list, send),
        BottomTab::Crosswalk => crosswalk::show(ui, shown, project, &mut bottom.crosswalk),
        BottomTab::Checks => checks::show(ui, shown, project, (bottom, &stop), send),
        BottomTab::Scenarios => scenarios::show(ui, shown, project, send),
        BottomTab::Compare => compare::show(ui, shown, project, &mut bottom.compare, send),
        BottomTab::Sources => sources::show(ui, shown, project, &mut bottom.sources, send),
        BottomTab::History => history::show(ui, shown, project, &mut bottom.history, send),
        BottomTab::Log => notices::log(ui, shown, notices),
    }
}

/// A right-aligned figure in a table.
fn figure_cell(ui: &mut Ui, text: String) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| ui.add(egui::Label::new(RichText::new(text)).truncate()));
}
