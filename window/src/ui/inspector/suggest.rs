//! The card of suggested mergers: what is asked for, and each merger with its reasons.

use std::sync::Arc;

use eframe::egui::{self, Align, Button, CollapsingHeader, Layout, RichText, Role, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::merge::row;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SuggestStep};
use crate::ui::theme::{GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::{Text, numbers, suggesting};
use quhua::jobs::Progress;
use quhua::metrics::Figure;
use quhua::model::{Dataset, LevelIndex, State, UnitId};
use quhua::rules::{Check, Quantity};
use quhua::study::Study;
use quhua::suggest::{self, Ask, AskError, Bound, Bounds, Goal, Merger, Suggestion, Weights};

/// What a slider goes up to; 1 is as usual.
const MOST: f64 = 3.0;
/// Width of the names beside sliders.
const NAMES: f32 = 104.0;

/// The card between frames.
pub struct SuggestCard {
    by_minimum: bool,
    /// Units that are to be left, and the level that it is said of.
    units: Option<(LevelIndex, usize)>,
    weights: Weights,
    only_selected: bool,
    bounds: Bounds,
    running: Option<Progress>,
    /// What was looked at.
    of: Option<(Arc<Dataset>, Arc<State>)>,
    found: Option<Result<Suggestion, AskError>>,
    /// Whether it was opened just now.
    is_new: bool,
}

impl Default for SuggestCard {
    fn default() -> Self {
        Self {
            by_minimum: false,
            units: None,
            weights: Weights::default(),
            only_selected: false,
            bounds: Bounds::default(),
            running: None,
            of: None,
            found: None,
            is_new: true,
        }
    }
}

impl SuggestCard {
    /// Waits for what is found upon a state.
    pub fn begin(&mut self, progress: Progress, of: (Arc<Dataset>, Arc<State>)) {
        self.running = Some(progress);
        self.of = Some(of);
        self.found = None;
    }

    /// Takes up what was found.
    pub fn take(&mut self, found: Result<Suggestion, AskError>) {
        self.running = None;
        self.found = Some(found).filter(|found| !matches!(found, Err(AskError::Cancelled(_))));
    }

    /// Waits no longer: nothing comes of the search.
    pub fn find_nothing(&mut self) {
        self.running = None;
    }

    /// The search, while it goes on.
    #[must_use]
    pub const fn running(&self) -> Option<&Progress> {
        self.running.as_ref()
    }

    /// What was found.
    #[must_use]
    pub fn suggestion(&self) -> Option<&Suggestion> {
        self.found.as_ref()?.as_ref().ok()
    }

    /// A merger, by its place in the list.
    #[must_use]
    pub fn merger(&self, at: usize) -> Option<&Merger> {
        self.suggestion()?.mergers.get(at)
    }

    /// Mergers whose units are still as they were.
    pub fn applying<'a>(&'a self, project: &'a Study) -> impl Iterator<Item = &'a Merger> {
        self.suggestion().into_iter().flat_map(|it| &it.mergers).filter(|merger| self.applies(project, merger))
    }

    fn applies(&self, project: &Study, merger: &Merger) -> bool {
        let Some((dataset, then)) = &self.of else { return false };
        let now = project.state();
        let same = |unit: UnitId| {
            unit.index() < now.unit_count()
                && now.unit(unit).is_current()
                && now.unit(unit).revision == then.unit(unit).revision
                && now.lock_of(unit).is_none()
        };
        Arc::ptr_eq(dataset, project.dataset()) && units_of(merger).all(same)
    }

    /// Whether the card was opened since the last call.
    pub fn take_new(&mut self) -> bool {
        std::mem::take(&mut self.is_new)
    }

    fn ask(&self, shown: &Shown<'_>, units: usize) -> Ask {
        let goal = if self.by_minimum { Goal::Minimum } else { Goal::Units(units) };
        let among = (self.only_selected && shown.view.selection.len() > 1)
            .then(|| shown.view.selection.iter().copied().collect());
        Ask { weights: self.weights, bounds: self.bounds, among, ..Ask::new(shown.view.level, goal) }
    }
}

fn units_of(merger: &Merger) -> impl Iterator<Item = UnitId> + '_ {
    std::iter::once(merger.survivor).chain(merger.joining.iter().copied())
}

/// Shows the card.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, card: &mut SuggestCard, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::SuggestMergers).trim_end_matches('…'));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::CloseCard)).clicked() {
                send.push(Command::Suggest(SuggestStep::Close));
            }
        });
    });
    let there = project.state().units_at(shown.view.level).count();
    if there < 2 {
        widgets::hint(ui, shown.colours, shown.text(Text::SuggestTooFew));
        return;
    }
    ui.add_space(GRID);
    ui.add_enabled_ui(card.running.is_none(), |ui| question(ui, shown, project, card, there));
    ui.add_space(GRID);
    let units = card.units.map_or(there - 1, |(_, units)| units);
    if let Some(progress) = &card.running {
        ui.add(egui::ProgressBar::new(progress_of(progress)).desired_height(6.0));
        if ui.button(shown.text(Text::SuggestStop)).clicked() {
            send.push(Command::Suggest(SuggestStep::Stop));
        }
        ui.ctx().request_repaint_after(std::time::Duration::from_millis(100));
        return;
    }
    let can = !card.by_minimum || has_minimum(project, shown.view.level);
    if !can {
        widgets::hint(ui, shown.colours, shown.text(Text::SuggestNoMinimum));
    }
    let name = shown.text(if card.found.is_some() { Text::SuggestAgain } else { Text::SuggestDo });
    if main_button(ui, shown, name, can) {
        send.push(Command::Suggest(SuggestStep::Start(Box::new(card.ask(shown, units)))));
    }
    match &card.found {
        Some(Ok(suggestion)) => answer(ui, shown, project, card, suggestion, send),
        Some(Err(error)) => drop(widgets::hint(ui, shown.colours, refusal(shown, *error))),
        None => {}
    }
}

#[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
fn progress_of(progress: &Progress) -> f32 {
    progress.fraction() as f32
}

const fn refusal(shown: &Shown<'_>, error: AskError) -> &'static str {
    match error {
        AskError::NoMinimum { .. } => shown.text(Text::SuggestNoMinimum),
        AskError::TooFew { .. } => shown.text(Text::SuggestTooFew),
        AskError::NotFewer { .. } | AskError::Cancelled(_) => shown.text(Text::SuggestNone),
    }
}

/// Whether the chosen rules have a least of people or area for units of a level.
fn has_minimum(project: &Study, level: LevelIndex) -> bool {
    let level = project.dataset().level(level);
    let Some(pack) = project.rules().pack() else { return false };
    pack.rules.iter().filter(|rule| rule.is_for(level)).any(|rule| match &rule.check {
        Check::Range { quantity: Quantity::Figure(Figure::Population | Figure::Area), limits } => {
            limits.iter().any(|row| row.min.is_some())
        }
        _ => false,
    })
}

fn main_button(ui: &mut Ui, shown: &Shown<'_>, name: &str, can: bool) -> bool {
    let text = RichText::new(name).color(shown.colours.on_accent);
    let button =
        Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE).min_size(vec2(ROW, ROW + GRID));
    ui.add_enabled(can, button).clicked()
}

/// Goal and weights.
fn question(ui: &mut Ui, shown: &Shown<'_>, project: &Study, card: &mut SuggestCard, there: usize) {
    let level = shown.view.level;
    row(ui, shown, Text::Level, |ui| {
        ui.label(format!(
            "{} · {}",
            words::level(shown.lang, project.dataset().level(level)),
            suggesting::units_now(shown.lang, there)
        ));
    });
    row(ui, shown, Text::SuggestGoal, |ui| {
        let choices = [
            (false, shown.text(Text::SuggestToUnits), shown.text(Text::SuggestToUnitsTip)),
            (true, shown.text(Text::SuggestToMinimum), shown.text(Text::SuggestToMinimumTip)),
        ];
        if let Some(by_minimum) = widgets::choice(ui, shown.colours, card.by_minimum, &choices) {
            card.by_minimum = by_minimum;
        }
    });
    let (_, units) = card.units.filter(|&(of, _)| of == level).unwrap_or((level, (there * 3 / 4).max(1)));
    let mut units = units.clamp(1, there - 1);
    if !card.by_minimum {
        row(ui, shown, Text::SuggestUnits, |ui| {
            if widgets::icon_button(ui, icon::ICON_REMOVE, shown.text(Text::SuggestFewer)).clicked() {
                units = (units - 1).max(1);
            }
            let field = ui.add(egui::DragValue::new(&mut units).range(1..=there - 1).speed(0.1));
            let name = shown.text(Text::SuggestUnits);
            field.widget_info(|| WidgetInfo::labeled(Role::SpinButton, true, name));
            if widgets::icon_button(ui, icon::ICON_ADD, shown.text(Text::SuggestMore)).clicked() {
                units = (units + 1).min(there - 1);
            }
        });
    }
    card.units = Some((level, units));
    ui.add_space(GRID);
    widgets::caption(ui, shown.colours, shown.text(Text::SuggestWhatCounts));
    let Weights { disruption, ways, even, compact, .. } = &mut card.weights;
    for (weight, name, tip) in [
        (disruption, Text::SuggestDisruption, Text::SuggestDisruptionTip),
        (ways, Text::SuggestWays, Text::SuggestWaysTip),
        (even, Text::SuggestEven, Text::SuggestEvenTip),
        (compact, Text::SuggestCompact, Text::SuggestCompactTip),
    ] {
        ui.horizontal(|ui| {
            let label = ui
                .allocate_ui_with_layout(vec2(NAMES, ROW), Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_width(NAMES);
                    ui.label(shown.text(name))
                })
                .inner;
            let slider = egui::Slider::new(&mut *weight, 0.0..=MOST).step_by(0.5).show_value(false);
            ui.add(slider).labelled_by(label.id).on_hover_text(shown.text(tip));
            widgets::caption(ui, shown.colours, shown.text(word_of(*weight)));
        });
    }
    let mut is_unbounded = card.bounds.area == Bound::Any;
    let unbounded = ui.checkbox(&mut is_unbounded, shown.text(Text::SuggestUnbounded));
    if unbounded.on_hover_text(shown.text(Text::SuggestUnboundedTip)).changed() {
        let bound = if is_unbounded { Bound::Any } else { Bound::Usual };
        (card.bounds.area, card.bounds.distance) = (bound, bound);
    }
    let across = ui.checkbox(&mut card.bounds.across_kinds, shown.text(Text::SuggestAcrossKinds));
    across.on_hover_text(shown.text(Text::SuggestAcrossKindsTip));
    // It is always there: the list below must not jump when a merger is looked at, which selects its units.
    ui.add_enabled_ui(shown.view.selection.len() > 1, |ui| {
        let name = shown.text(Text::SuggestOnlySelected);
        ui.checkbox(&mut card.only_selected, name).on_hover_text(shown.text(Text::SuggestOnlySelectedTip));
    });
}

/// How much a weight is, in a word.
fn word_of(weight: f64) -> Text {
    match weight {
        ..0.25 => Text::SuggestOff,
        ..0.75 => Text::SuggestLittle,
        ..1.75 => Text::SuggestUsual,
        _ => Text::SuggestMuch,
    }
}

/// What was found.
fn answer(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    card: &SuggestCard,
    suggestion: &Suggestion,
    send: &mut Vec<Command>,
) {
    let Some((dataset, state)) = &card.of else { return };
    widgets::rule(ui, shown.colours);
    if !Arc::ptr_eq(dataset, project.dataset()) {
        widgets::hint(ui, shown.colours, shown.text(Text::SuggestStale));
        return;
    }
    if suggestion.mergers.is_empty() && suggestion.is_reached() {
        widgets::hint(ui, shown.colours, shown.text(Text::SuggestEnough));
        return;
    }
    ui.label(suggest::reached(shown.lang, suggestion));
    if let Some(bounds) = suggest::bounds_words(shown.lang, shown.area_unit(), suggestion) {
        widgets::hint(ui, shown.colours, &bounds);
    }
    if suggestion.rounds < suggestion.ask.rounds {
        let stopped = suggesting::stopped(shown.lang, suggestion.rounds, suggestion.ask.rounds);
        widgets::hint(ui, shown.colours, &stopped);
    }
    let mut pointed = Vec::new();
    if !suggestion.mergers.is_empty() {
        let can = card.applying(project).next().is_some();
        let all = ui.add_enabled(can, Button::new(shown.text(Text::SuggestAll)));
        if all.on_hover_text(shown.text(Text::SuggestAllTip)).clicked() {
            send.push(Command::Suggest(SuggestStep::All));
        }
        ui.add_space(GRID);
        widgets::caption(ui, shown.colours, &suggesting::mergers(shown.lang, suggestion.mergers.len()));
    }
    for (at, merger) in suggestion.mergers.iter().enumerate() {
        let applies = card.applies(project, merger);
        if self::merger(ui, shown, state, (at, merger, applies), send) {
            pointed = units_of(merger).filter(|_| applies).collect();
        }
    }
    if !suggestion.left.is_empty() {
        ui.add_space(GRID);
        let title = suggesting::left(shown.lang, suggestion.left.len());
        CollapsingHeader::new(RichText::new(title).color(shown.colours.muted)).id_salt("left").show(ui, |ui| {
            for left in &suggestion.left {
                widgets::hint(ui, shown.colours, &suggest::left_words(shown.lang, state, left));
            }
        });
    }
    if pointed != shown.view.pointed {
        send.push(Command::Suggest(SuggestStep::Point(pointed)));
    }
}

/// One merger, its reasons folded below it. Returns whether the pointer is on it.
fn merger(
    ui: &mut Ui,
    shown: &Shown<'_>,
    state: &State,
    (at, merger, applies): (usize, &Merger, bool),
    send: &mut Vec<Command>,
) -> bool {
    let title = format!("{}. {}", numbers::count(at + 1), suggest::merger_words(shown.lang, state, merger));
    let ink = if applies { shown.colours.ink } else { shown.colours.muted };
    let fold = CollapsingHeader::new(RichText::new(title).color(ink)).id_salt(("merger", merger.survivor, at));
    let fold = fold.show(ui, |ui| {
        // Before the reasons, which may reach below the panel.
        if applies {
            let button = ui.button(shown.text(Text::SuggestTry)).on_hover_text(shown.text(Text::SuggestTryTip));
            if button.clicked() {
                send.push(Command::Suggest(SuggestStep::Try(at)));
            }
        } else {
            widgets::badge(ui, shown.text(Text::SuggestDone), shown.colours.muted)
                .on_hover_text(shown.text(Text::SuggestDoneTip));
        }
        for reason in suggest::reason_words(shown.lang, shown.area_unit(), state, &merger.reasons) {
            widgets::hint(ui, shown.colours, &reason);
        }
    });
    if fold.header_response.clicked() && applies {
        send.push(Command::Suggest(SuggestStep::LookAt(units_of(merger).collect())));
    }
    let inside = fold.body_response.is_some_and(|body| body.contains_pointer());
    fold.header_response.hovered() || inside
}
