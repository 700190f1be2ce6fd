//! Links and barriers of the document: what they are and why.

use compact_str::CompactString;
use eframe::egui::{self, Align, ComboBox, Layout, RichText, Ui, vec2};
use egui_extras::{Column, TableBuilder};
use egui_material_icons::icons as icon;

use crate::ui::map::crossings::places;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::Command;
use crate::ui::theme::{GRID, ROW};
use crate::ui::widgets;
use quhua::carto::crossings::bounds;
use quhua::i18n::Text;
use quhua::rules::{Crossing, CrossingKind, Crossings, crossing_kind};
use quhua::study::Study;

/// Height of a row with fields in it.
const TALL: f32 = ROW + 2.0 * GRID;

const LINKS: [CrossingKind; 4] = [CrossingKind::Bridge, CrossingKind::Ferry, CrossingKind::Road, CrossingKind::Other];
const BARRIERS: [CrossingKind; 3] = [CrossingKind::River, CrossingKind::Ridge, CrossingKind::Other];

/// The list between frames.
#[derive(Debug, Default)]
pub struct CrossingsState {
    /// The one whose reason is to be written next: its units, and whether it is a link.
    pub asks: Option<([CompactString; 2], bool)>,
}

/// What declares a link or a barrier between two selected units.
pub fn tools(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    for action in [Action::DeclareLink, Action::DeclareBarrier] {
        widgets::action_button(ui, face, action, widgets::Face::Named, None, send);
    }
    let mut on_map = shown.preferences.crossings;
    if ui.checkbox(&mut on_map, shown.text(Text::OnMap)).changed() {
        send.push(Action::ToggleCrossings.into());
    }
}

/// Shows links and barriers; they can be changed here.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut CrossingsState, send: &mut Vec<Command>) {
    let crossings = &project.basis().crossings;
    if crossings.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyCrossings));
        return;
    }
    let links = crossings.links.len();
    let mut changed = None;
    let mut builder = TableBuilder::new(ui);
    let is_asked = |crossing: &Crossing, is_link| state.asks.as_ref() == Some(&(crossing.between.clone(), is_link));
    let asked = crossings.links.iter().position(|it| is_asked(it, true));
    let asked = asked.or_else(|| Some(links + crossings.barriers.iter().position(|it| is_asked(it, false))?));
    if let Some(row) = asked {
        builder = builder.scroll_to_row(row, None).animate_scrolling(false);
    }
    builder
        .id_salt("crossings")
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(72.0))
        .column(Column::initial(220.0).at_least(120.0).resizable(true).clip(true))
        .column(Column::exact(112.0))
        .column(Column::remainder().at_least(120.0).clip(true))
        .column(Column::exact(40.0))
        .header(ROW, |mut header| {
            header.col(|_| ());
            for text in [Text::Place, Text::KindOf, Text::CrossingReason] {
                header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(text))));
            }
            header.col(|_| ());
        })
        .body(|body| {
            body.rows(TALL, links + crossings.barriers.len(), |mut row| {
                let at = row.index();
                let is_link = at < links;
                let crossing = if is_link { &crossings.links[at] } else { &crossings.barriers[at - links] };
                row.col(|ui| {
                    let word = shown.text(if is_link { Text::LinkWord } else { Text::BarrierWord });
                    ui.label(RichText::new(word).color(shown.colours.muted));
                });
                row.col(|ui| {
                    ui.spacing_mut().button_padding.x = 0.0;
                    let name = places(project.dataset(), crossing);
                    let button = egui::Button::new(&name).right_text("").truncate().frame_when_inactive(false);
                    let response = ui.add(button.min_size(vec2(ui.available_width(), ROW))).accessible_name(&name);
                    if response.on_hover_text(shown.text(Text::GoToCrossing)).clicked() {
                        send.extend(bounds(project.dataset(), &crossing.between).map(Command::ZoomToBox));
                    }
                });
                row.col(|ui| {
                    if let Some(kind) = pick_kind(ui, shown, at, crossing.kind, is_link) {
                        changed = Some((at, Some(Crossing { kind, ..crossing.clone() })));
                    }
                });
                row.col(|ui| {
                    let mut reason = crossing.reason.clone();
                    let width = ui.available_width() - 2.0 * GRID;
                    let hint = shown.text(Text::CrossingReasonHint);
                    let field = widgets::field(ui, shown.text(Text::CrossingReason), &mut reason, hint, width);
                    if state.asks.as_ref() == Some(&(crossing.between.clone(), is_link)) {
                        field.request_focus();
                        state.asks = None;
                    }
                    if field.changed() {
                        changed = Some((at, Some(Crossing { reason, ..crossing.clone() })));
                    }
                });
                row.col(|ui| {
                    if widgets::icon_button(ui, icon::ICON_DELETE, shown.text(Text::RemoveCrossing)).clicked() {
                        changed = Some((at, None));
                    }
                });
            });
        });
    if let Some((at, crossing)) = changed {
        send.push(Command::SetCrossings(with(crossings, at, crossing)));
    }
}

/// The same with another crossing, or without the one at a place.
fn with(crossings: &Crossings, at: usize, crossing: Option<Crossing>) -> Crossings {
    let mut crossings = crossings.clone();
    let links = crossings.links.len();
    let (list, at) = if at < links { (&mut crossings.links, at) } else { (&mut crossings.barriers, at - links) };
    match crossing {
        Some(crossing) => list[at] = crossing,
        None => drop(list.remove(at)),
    }
    crossings
}

fn pick_kind(ui: &mut Ui, shown: &Shown<'_>, at: usize, now: CrossingKind, is_link: bool) -> Option<CrossingKind> {
    let kinds: &[CrossingKind] = if is_link { &LINKS } else { &BARRIERS };
    let mut picked = None;
    let combo = ComboBox::from_id_salt(("crossing", at)).width(92.0).selected_text(crossing_kind(shown.lang, now));
    let response = combo.show_ui(ui, |ui| {
        for &kind in kinds {
            if ui.selectable_label(kind == now, crossing_kind(shown.lang, kind)).clicked() {
                picked = Some(kind);
            }
        }
    });
    response.response.accessible_name(shown.text(Text::KindOf));
    picked
}
