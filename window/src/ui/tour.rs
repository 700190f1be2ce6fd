//! The tour of the first minute: a few steps that the user takes, each pointed at, on the sample county.
//!
//! A step is over when it was done, however it was done. The tour never stands in the way: it takes no click beside
//! its own card, and can be left at any time.

use eframe::egui::{self, Align, Align2, Context, Id, Layout, Order, Pos2, Rect, RichText, Stroke, Ui, pos2, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::state::exports::ExportKind;
use super::state::keymap;
use super::theme::{CAPTION, GRID};
use super::{widgets, words};
use quhua::i18n::{Text, sentences};
use quhua::model::UnitId;

/// Width of the card in points.
const WIDTH: f32 = 272.0;

/// A step of the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Click a township.
    Select,
    /// Shift-click another.
    Add,
    /// Open the merge card.
    Merge,
    /// Merge them.
    Confirm,
    /// Look at the crosswalk.
    Table,
    /// Take it back.
    Undo,
    /// See what can be exported.
    Export,
    /// Nothing more.
    End,
}

impl Step {
    /// All steps, in their order.
    pub const ALL: [Self; 8] =
        [Self::Select, Self::Add, Self::Merge, Self::Confirm, Self::Table, Self::Undo, Self::Export, Self::End];
}

/// What the tour watches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How many units are selected.
    pub selected: usize,
    /// Whether the merge card is open.
    pub merging: bool,
    /// Steps of the plan in force.
    pub steps: usize,
    /// Whether the crosswalk is shown.
    pub crosswalk: bool,
    /// Whether something is about to be exported.
    pub exporting: bool,
}

/// A tour that has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tour {
    at: usize,
    /// Steps of the plan in force at its beginning.
    steps: usize,
}

impl Tour {
    /// Begins, with so many steps of the plan in force.
    #[must_use]
    pub const fn new(steps: usize) -> Self {
        Self { at: 0, steps }
    }

    /// The step that is to be taken.
    #[must_use]
    pub fn step(&self) -> Step {
        Step::ALL.get(self.at).copied().unwrap_or(Step::End)
    }

    /// Goes on as far as what was done allows.
    pub fn watch(&mut self, facts: &Facts) {
        let merged = facts.steps > self.steps;
        // Who is ahead of the tour need not go back: a merger ends all steps up to it.
        if merged && self.at <= Step::ALL.iter().position(|&step| step == Step::Confirm).unwrap_or(0) {
            self.at = Step::ALL.iter().position(|&step| step == Step::Table).unwrap_or(0);
            return;
        }
        let done = match self.step() {
            Step::Select => facts.selected >= 1,
            Step::Add => facts.selected >= 2,
            Step::Merge => facts.merging,
            Step::Confirm => merged,
            Step::Table => facts.crosswalk,
            Step::Undo => !merged,
            Step::Export => facts.exporting,
            Step::End => false,
        };
        let lost = match self.step() {
            Step::Add => facts.selected == 0,
            Step::Merge => facts.selected < 2,
            Step::Confirm => !facts.merging && !merged,
            _ => false,
        };
        if done {
            self.at += 1;
        } else if lost {
            self.at -= 1;
        }
    }
}

/// Shows the card of the step, and points at what it speaks of.
pub fn show(
    ctx: &Context,
    shown: &Shown<'_>,
    tour: &Tour,
    map: Rect,
    place: impl Fn(UnitId) -> Option<Pos2>,
    send: &mut Vec<Command>,
) {
    let Some(project) = shown.project else { return };
    let step = tour.step();
    let state = project.state();
    // The one that is nearest to the card: the line to it is short.
    let nearest = |units: Vec<UnitId>| {
        let seen =
            units.into_iter().filter_map(|unit| Some((unit, place(unit).filter(|&at| map.shrink(40.0).contains(at))?)));
        let from = map.left_top() + vec2(WIDTH, 0.0);
        seen.min_by(|a, b| a.1.distance(from).total_cmp(&b.1.distance(from))).map(|(unit, _)| unit)
    };
    let unit = match step {
        Step::Select => nearest(state.units_at(shown.view.level).collect()),
        Step::Add => nearest(project.neighbours_of_all(&shown.view.selection)),
        _ => None,
    };
    let name = unit.map_or("", |unit| words::unit(state.unit(unit)));
    let target = match step {
        Step::Select | Step::Add => unit.and_then(&place).map(|at| Rect::from_center_size(at, vec2(8.0, 8.0))),
        Step::Merge => widgets::place_of(ctx, Action::Merge),
        Step::Confirm => widgets::place_of(ctx, Action::Confirm),
        Step::Table => widgets::place_of(ctx, Action::ShowCrosswalk),
        Step::Undo => widgets::place_of(ctx, Action::Undo),
        Step::Export => widgets::place_of(ctx, Action::Export(ExportKind::Boundaries)),
        Step::End => None,
    };
    let keys = |action| shown.now.keys.first(action).map_or_else(String::new, |keys| keymap::text(ctx, keys));
    let text = match step {
        Step::Select => sentences::tour_select(shown.lang, name),
        Step::Add => sentences::tour_add(shown.lang, name),
        Step::Merge => sentences::tour_merge(shown.lang, &keys(Action::Merge)),
        Step::Confirm => sentences::tour_confirm(shown.lang, &keys(Action::Confirm)),
        Step::Table => sentences::tour_table(shown.lang, &keys(Action::ShowCrosswalk)),
        Step::Undo => sentences::tour_undo(shown.lang, &keys(Action::Undo)),
        Step::Export => shown.text(Text::TourExport).to_owned(),
        Step::End => sentences::tour_end(shown.lang, &keys(Action::ShowShortcuts)),
    };
    let (at, pivot) = beside(target, map);
    let area = egui::Area::new(Id::unique("tour")).order(Order::Foreground).fixed_pos(at).pivot(pivot).constrain(true);
    let card = area.show(ctx, |ui| {
        egui::Frame::popup(ui.style()).inner_margin(10).stroke(Stroke::new(1.0, shown.colours.accent)).show(ui, |ui| {
            ui.set_width(WIDTH);
            card(ui, shown, tour, &text, send);
        });
    });
    if let Some(target) = target {
        point(ctx, shown, card.response.rect, target);
    }
}

/// Where the card goes: beside a button; for what is on the map in the corner that a county seldom fills.
fn beside(target: Option<Rect>, map: Rect) -> (Pos2, Align2) {
    /// Room for the line.
    const GAP: f32 = 28.0;
    /// Room for a notice below the card.
    const TOASTS: f32 = 76.0;
    let corner = (map.left_top() + vec2(12.0 * GRID, 2.0 * GRID), Align2::LEFT_TOP);
    let Some(target) = target else { return corner };
    let middle = target.center();
    match () {
        () if target.bottom() <= map.top() => (pos2(middle.x, target.bottom() + GAP), Align2::CENTER_TOP),
        () if target.top() >= map.bottom() => (pos2(middle.x, target.top() - GAP - TOASTS), Align2::CENTER_BOTTOM),
        () if target.left() >= map.right() => (pos2(map.right() - GAP, middle.y), Align2::RIGHT_CENTER),
        () => corner,
    }
}

/// A line from the card to what it speaks of, with a dot at its end.
fn point(ctx: &Context, shown: &Shown<'_>, card: Rect, target: Rect) {
    let layer = egui::LayerId::new(Order::Middle, Id::unique("tour line"));
    let painter = ctx.layer_painter(layer);
    let from = target.clamp(card.center());
    let to = card.clamp(from);
    painter.line_segment([to, from], Stroke::new(1.5, shown.colours.accent));
    painter.circle_filled(from, 3.5, shown.colours.accent);
}

fn card(ui: &mut Ui, shown: &Shown<'_>, tour: &Tour, text: &str, send: &mut Vec<Command>) {
    ui.add(egui::Label::new(text).wrap());
    ui.add_space(GRID);
    ui.horizontal(|ui| {
        let last = Step::ALL.len() - 1;
        if tour.at < last {
            let steps = format!("{} / {last}", tour.at + 1);
            ui.label(RichText::new(steps).size(CAPTION).color(shown.colours.muted));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let end = if tour.at < last { Text::TourSkip } else { Text::TourDone };
            let text = RichText::new(shown.text(end)).size(CAPTION);
            if ui.add(egui::Button::new(text).frame_when_inactive(tour.at >= last)).clicked() {
                send.push(Command::EndTour);
            }
            if tour.at >= last {
                ui.label(icon::ICON_CHECK_CIRCLE.rich_text().size(15.0).color(shown.colours.good));
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_ends_when_it_was_done_and_comes_back_when_it_was_undone() {
        let mut tour = Tour::new(3);
        let start = Facts { steps: 3, ..Facts::default() };
        tour.watch(&start);
        assert_eq!(tour.step(), Step::Select);
        tour.watch(&Facts { selected: 1, ..start });
        assert_eq!(tour.step(), Step::Add);
        tour.watch(&start);
        assert_eq!(tour.step(), Step::Select);
        for selected in 1..=2 {
            tour.watch(&Facts { selected, ..start });
        }
        assert_eq!(tour.step(), Step::Merge);
        tour.watch(&Facts { selected: 2, merging: true, ..start });
        assert_eq!(tour.step(), Step::Confirm);
        let merged = Facts { selected: 1, steps: 4, ..start };
        tour.watch(&merged);
        assert_eq!(tour.step(), Step::Table);
        tour.watch(&Facts { crosswalk: true, ..merged });
        assert_eq!(tour.step(), Step::Undo);
        tour.watch(&start);
        assert_eq!(tour.step(), Step::Export);
        tour.watch(&Facts { exporting: true, ..start });
        assert_eq!(tour.step(), Step::End);
    }

    #[test]
    fn who_merges_at_once_is_not_held_up() {
        let mut tour = Tour::new(0);
        tour.watch(&Facts { selected: 1, steps: 1, ..Facts::default() });
        assert_eq!(tour.step(), Step::Table);
    }
}
