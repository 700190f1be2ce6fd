//! Where the active scenario stands among neutral plans, drawn when the user asks for it.

use std::time::Duration;

use eframe::egui::{self, Align, Layout, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};
use egui_extras::{Column, TableBuilder};

use super::amounts::{amount, indicator_with_unit};
use super::figure_cell;
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::compare::Amount;
use quhua::edit::{Document, ScenarioId, StepId};
use quhua::ensemble::{
    Aim, Ask, Ensemble, EnsembleError, Planned, SAMPLES, Standing, aim_words, drawn_words, standing_words,
};
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Say as _, Text, numbers};
use quhua::jobs::{Derived, Job, Progress};
use quhua::model::LevelIndex;
use quhua::rules::{Crossings, Grounds};
use quhua::study::Study;

/// Bars of a histogram.
const BARS: usize = 24;
/// Width of a histogram in points.
const WIDTH: f32 = 168.0;
/// Time after which the progress is looked at again.
const LOOK: Duration = Duration::from_millis(100);

/// What the part remembers between frames.
#[derive(Default)]
pub struct EnsembleState {
    drawing: Derived<Key, Drawn>,
    /// The last result for each scenario and level.
    made: Vec<(Key, Drawn)>,
}

type Drawn = Result<Ensemble, EnsembleError>;

/// What decides the result.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    scenario: ScenarioId,
    level: LevelIndex,
    /// Steps in force: after an undo what was drawn fits again.
    steps: Vec<StepId>,
    crossings: Crossings,
    area_method: AreaMethod,
}

impl Key {
    fn of(project: &Study, level: LevelIndex) -> Self {
        let active = project.document().active();
        let (crossings, area_method) = (project.crossings(), project.area_method());
        Self { scenario: active.id, level, steps: active.in_force().to_vec(), crossings, area_method }
    }

    fn is_about_the_same(&self, other: &Self) -> bool {
        self.scenario == other.scenario && self.level == other.level
    }
}

impl EnsembleState {
    /// Takes up what was drawn meanwhile.
    fn follow(&mut self, send: &mut Vec<Command>) {
        if let Err(death) = self.drawing.take_up() {
            send.push(Command::SayDeath(Text::Ensemble, death));
        }
        if let Some((key, drawn)) = self.drawing.take() {
            self.made.retain(|(old, _)| !old.is_about_the_same(&key));
            // Who stopped it before anything was drawn gets the button again.
            if drawn != Err(EnsembleError::Cancelled) {
                self.made.push((key, drawn));
            }
        }
    }

    /// The last result for the scenario and level of a key, and what decided it.
    fn drawn_for(&self, key: &Key) -> Option<&(Key, Drawn)> {
        self.made.iter().find(|(made, _)| made.is_about_the_same(key))
    }

    fn start(&mut self, ui: &Ui, project: &Study, key: Key) {
        let (document, asked, ctx) = (project.document().clone(), key.clone(), ui.ctx().clone());
        let grounds = project.grounds();
        let work = move |progress: &Progress| draw(&document, &grounds, &asked, progress);
        self.drawing.forget();
        self.drawing.follow(key, || Job::start("ensemble", work, move || ctx.request_repaint()));
    }
}

fn draw(document: &Document, grounds: &Grounds, key: &Key, progress: &Progress) -> Drawn {
    // A scenario and the units as loaded always go together.
    let (dataset, states) = document.across(&[None, Some(key.scenario)]).map_err(|_| EnsembleError::Cancelled)?;
    let [base, plan] = &states[..] else { return Err(EnsembleError::Cancelled) };
    let planned = Planned { dataset: &dataset, base, plan, grounds };
    let ask = Ask { level: key.level, samples: SAMPLES, seed: 1 };
    Ensemble::draw(planned, ask, progress)
}

/// Shows in one row what was drawn for the active scenario at the level that is shown, and lets it be drawn.
pub(super) fn bar(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut EnsembleState, send: &mut Vec<Command>) {
    state.follow(send);
    let key = Key::of(project, shown.view.level);
    if let Some(progress) = state.drawing.progress() {
        return running(ui, shown, progress);
    }
    let made = state.drawn_for(&key);
    if let Some((_, Ok(ensemble))) = made {
        widgets::caption(ui, shown.colours, &drawn_words(shown.lang, ensemble))
            .on_hover_text(shown.text(Text::EnsembleHint));
    }
    let text = match made {
        None => Text::EnsembleDraw,
        Some((made, _)) if *made == key => return,
        Some(_) => {
            let earlier = RichText::new(shown.text(Text::EnsembleEarlier)).size(CAPTION);
            ui.label(earlier.color(shown.colours.warning));
            Text::EnsembleAgain
        }
    };
    if ui.button(shown.text(text)).clicked() {
        state.start(ui, project, key);
    }
}

/// Shows where the active scenario stands, or what would be drawn.
pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &EnsembleState) {
    let key = Key::of(project, shown.view.level);
    match state.drawn_for(&key) {
        None if state.drawing.died() == Some(&key) => {
            widgets::hint(ui, shown.colours, shown.text(Text::CouldNotBeWorkedOut));
        }
        None => drop(widgets::hint(ui, shown.colours, shown.text(Text::EnsembleHint))),
        Some((_, Ok(ensemble))) => table(ui, shown, ensemble),
        Some((_, Err(error))) => {
            widgets::hint(ui, shown.colours, &error.sentence(shown.lang));
        }
    }
}

/// How far it is, and a way to stop it.
fn running(ui: &mut Ui, shown: &Shown<'_>, progress: &Progress) {
    ui.ctx().request_repaint_after(LOOK);
    let fraction = progress.fraction();
    let (rect, _) = ui.allocate_exact_size(vec2(96.0, 6.0), Sense::hover());
    ui.painter().rect_filled(rect, 3.0, shown.colours.line);
    #[expect(clippy::cast_possible_truncation, reason = "a fraction on the screen")]
    let done = rect.with_max_x(rect.left() + rect.width() * fraction as f32);
    ui.painter().rect_filled(done, 3.0, shown.colours.selection);
    let text = format!("{} {}", shown.text(Text::EnsembleRunning), numbers::percent(fraction, 0));
    widgets::caption(ui, shown.colours, &text);
    if ui.button(shown.text(Text::EnsembleStop)).clicked() {
        progress.cancel();
    }
}

/// Indicators down: the plan's figure, where it stands, the median of the neutral plans, and how these lie.
fn table(ui: &mut Ui, shown: &Shown<'_>, ensemble: &Ensemble) {
    TableBuilder::new(ui)
        .id_salt("ensemble")
        .striped(false)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::initial(250.0).at_least(120.0).resizable(true).clip(true))
        .column(Column::initial(96.0).at_least(60.0).resizable(true).clip(true))
        .column(Column::initial(180.0).at_least(80.0).resizable(true).clip(true))
        .column(Column::initial(WIDTH + 4.0 * GRID).at_least(80.0).clip(true))
        .column(Column::remainder().clip(true))
        .header(ROW, |mut header| {
            header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(Text::Item))));
            for text in [Text::EnsemblePlan, Text::EnsembleMedian] {
                header.col(|ui| {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        widgets::caption(ui, shown.colours, shown.text(text));
                    });
                });
            }
            header.col(|ui| {
                ui.add_space(2.0 * GRID);
                widgets::caption(ui, shown.colours, shown.text(Text::EnsembleSpread));
            });
            header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(Text::EnsembleStanding))));
        })
        .body(|body| {
            body.rows(ROW, ensemble.standings.len(), |mut row| {
                let standing = &ensemble.standings[row.index()];
                let figure = |value: f64| amount(shown, &standing.indicator, Amount::Measured(value));
                row.col(|ui| drop(ui.label(indicator_with_unit(shown, &standing.indicator))));
                row.col(|ui| match standing.plan {
                    Ok(value) => figure_cell(ui, figure(value.to_f64())),
                    Err(reason) => {
                        figure_cell(ui, numbers::UNKNOWN.to_owned());
                        ui.response().on_hover_text(words::reason(shown.lang, reason));
                    }
                });
                let quantiles = [0.05, 0.5, 0.95].map(|share| standing.quantile(share).map(figure));
                let median = match quantiles {
                    [Some(low), Some(median), Some(high)] => format!("{median}  ({low}–{high})"),
                    _ => numbers::UNKNOWN.to_owned(),
                };
                row.col(|ui| figure_cell(ui, median));
                row.col(|ui| {
                    ui.add_space(2.0 * GRID);
                    histogram(ui, shown, standing);
                });
                row.col(|ui| {
                    let words = standing_words(shown.lang, standing);
                    ui.label(words).on_hover_text(aim_words(shown.lang, Aim::of(&standing.indicator)));
                });
            });
        });
}

/// How often which figures are among the neutral plans, with a mark where the plan is.
fn histogram(ui: &mut Ui, shown: &Shown<'_>, standing: &Standing) {
    let Some(histogram) = standing.histogram(BARS) else { return };
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, ROW - 6.0), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, shown.text(Text::EnsembleSpread)));
    let [from, to] =
        [histogram.from, histogram.to].map(|value| amount(shown, &standing.indicator, Amount::Measured(value)));
    response.on_hover_text(format!("{from} – {to}"));
    let colours = shown.colours;
    let painter = ui.painter();
    #[expect(clippy::cast_precision_loss, reason = "counts on the screen")]
    let (step, most) = (rect.width() / BARS as f32, histogram.bars.iter().copied().max().unwrap_or(1).max(1) as f32);
    for (at, &count) in histogram.bars.iter().enumerate().filter(|(_, count)| **count > 0) {
        #[expect(clippy::cast_precision_loss, reason = "counts on the screen")]
        let (left, height) = (rect.left() + at as f32 * step, (count as f32 / most * rect.height()).max(1.0));
        let bar = Rect::from_min_max(pos2(left, rect.bottom() - height), pos2(left + step - 1.0, rect.bottom()));
        painter.rect_filled(bar, 0.0, colours.muted.gamma_multiply(0.55));
    }
    painter.hline(rect.x_range(), rect.bottom(), colours.hairline());
    if let Ok(plan) = standing.plan {
        let range = histogram.to - histogram.from;
        #[expect(clippy::cast_possible_truncation, reason = "a fraction on the screen")]
        let at = if range > 0.0 { ((plan.to_f64() - histogram.from) / range) as f32 } else { 0.0 };
        let x = rect.left() + at.clamp(0.0, 1.0) * rect.width();
        painter.vline(x, rect.expand2(vec2(0.0, 2.0)).y_range(), egui::Stroke::new(2.0, colours.accent));
    }
}
