//! The comparison in figures and words: indicators side by side, every change, and who ends up farther from the seat.

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, ScrollArea, Sense, Ui};
use egui_extras::{Column, TableBuilder};

use super::amounts::{amount, indicator_with_unit, unit_of_difference};
use super::ensemble::{self, EnsembleState};
use super::figure_cell;
use crate::ui::compare::side_text;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::compare::{Alternative, Cell, Comparison, FartherFrom, Indicator, Row, by_distance, difference_words};
use quhua::edit::Document;
use quhua::edit::change::Between;
use quhua::i18n::{Lang, Text, numbers, sentences};
use quhua::jobs::{Cancelled, Derived, Job, Progress};
use quhua::metrics::{FigureCache, OwnFigures};
use quhua::model::{LevelIndex, State};
use quhua::study::Side;
use quhua::study::Study;

/// Places at most in the list of those farther away: those that lose most.
const MOST_PLACES: usize = 500;

/// Width of a column of figures in the list of places, in points.
const NUMBER: f32 = 96.0;

/// What the tab remembers between frames.
#[derive(Default)]
pub struct CompareState {
    part: Part,
    compared: Derived<Key, Result<Compared, Cancelled>>,
    ensemble: EnsembleState,
}

/// What decides the result.
#[derive(Clone, Debug, PartialEq)]
struct Key {
    revision: u64,
    sides: Vec<Side>,
    level: LevelIndex,
}

/// What of the comparison is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Indicators,
    Changes,
    Farther,
    Ensemble,
}

/// A comparison at one level.
struct Compared {
    rows: Vec<Row>,
    /// What each side but the first changes, in 简体中文 and in English.
    changes: Vec<Vec<[String; 2]>>,
    /// Who is farther from the seat on each side but the first, those who lose most in front.
    farther: Vec<FartherFrom>,
    /// How many are farther, listed or not.
    counts: Vec<usize>,
    /// Level of the figures.
    level: LevelIndex,
}

/// Shows the comparison: of what is compared on the map, or else of the units as loaded with the active scenario.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut CompareState, send: &mut Vec<Command>) {
    let active = Some(project.document().active().id);
    let sides = shown.view.compare.as_ref().map_or_else(|| vec![None, active], |compare| compare.sides.clone());
    state.follow(ui, project, sides.clone(), shown.view.level, send);
    let names: Vec<String> = sides.iter().map(|&side| side_text(shown, project, side)).collect();
    ui.horizontal(|ui| {
        let parts = [
            (Part::Indicators, shown.text(Text::Indicators), ""),
            (Part::Changes, shown.text(Text::ChangeList), ""),
            (Part::Farther, shown.text(Text::WhoLoses), ""),
            (Part::Ensemble, shown.text(Text::Ensemble), shown.text(Text::EnsembleTip)),
        ];
        if let Some(part) = widgets::choice(ui, shown.colours, state.part, &parts) {
            state.part = part;
        }
        let level = words::level(shown.lang, shown.level_of(shown.view.level));
        let about = match state.part {
            Part::Ensemble => vec![side_text(shown, project, active)],
            _ => names.clone(),
        };
        widgets::caption(ui, shown.colours, &sentences::compared(shown.lang, &about, level));
        if state.part == Part::Ensemble {
            ensemble::bar(ui, shown, project, &mut state.ensemble, send);
        } else if state.compared.on_its_way().is_some() {
            ui.spinner();
        }
    });
    ui.add_space(GRID);
    if state.part == Part::Ensemble {
        return ensemble::show(ui, shown, project, &state.ensemble);
    }
    if state.compared.died().is_some() {
        widgets::hint(ui, shown.colours, shown.text(Text::CouldNotBeWorkedOut));
    }
    let Some(Ok(compared)) = state.compared.get() else { return };
    match state.part {
        Part::Ensemble => {}
        Part::Indicators => indicators(ui, shown, &names, compared),
        Part::Changes => changes(ui, shown, &names, compared),
        Part::Farther => farther(ui, shown, project, &names, compared, send),
    }
}

impl CompareState {
    /// Has the comparison made again when it no longer fits.
    fn follow(&mut self, ui: &Ui, project: &Study, sides: Vec<Side>, level: LevelIndex, send: &mut Vec<Command>) {
        if let Err(death) = self.compared.take_up() {
            send.push(Command::SayDeath(Text::Compare, death));
        }
        if self.compared.key().is_some_and(|old| old.sides != sides || old.level != level) {
            // What is shown belongs to other sides: better nothing than something wrong.
            self.compared.forget();
        }
        let key = Key { revision: project.revision(), sides, level };
        let asked = key.sides.clone();
        self.compared.follow(key, || {
            let (document, ctx) = (project.document().clone(), ui.ctx().clone());
            let (own, cache) = (Arc::clone(project.own_figures()), project.cache());
            let work = move |progress: &Progress| compare((&document, &own), &asked, (level, cache), progress);
            Job::start("compare", work, move || ctx.request_repaint())
        });
    }
}

fn compare(
    (document, own): (&Document, &OwnFigures),
    sides: &[Side],
    (level, mut cache): (LevelIndex, FigureCache),
    progress: &Progress,
) -> Result<Compared, Cancelled> {
    // Where their cuts do not go together there is nothing to compare.
    let (dataset, states) = document.across(sides).map_err(|_| Cancelled)?;
    let dataset = &dataset;
    let states: Vec<&State> = states.iter().map(|state| &**state).collect();
    let alternatives: Vec<Alternative<'_>> = states.iter().map(|&state| Alternative { name: "", state }).collect();
    let comparison = Comparison::new(dataset, &alternatives, &[level], (&mut cache, own), progress)?;
    let changes = states[1..].iter().zip(&comparison.differences).map(|(&after, differences)| {
        let between = Between::new(dataset, states[0], after);
        let words = |lang, difference| difference_words(lang, dataset, &between, difference);
        differences.iter().map(|it| [words(Lang::Zh, it), words(Lang::En, it)]).collect()
    });
    let changes = changes.collect();
    let (rows, mut farther) =
        comparison.levels.into_iter().next().map(|table| (table.rows, table.farther)).unwrap_or_default();
    let counts = farther.iter().map(|it: &FartherFrom| it.places.len()).collect();
    for it in &mut farther {
        by_distance(&mut it.places);
        it.places.truncate(MOST_PLACES);
    }
    Ok(Compared { rows, changes, farther, counts, level })
}

/// Indicators down, sides across; differences from the first in a caption beside the figure.
fn indicators(ui: &mut Ui, shown: &Shown<'_>, names: &[String], compared: &Compared) {
    let mut builder = TableBuilder::new(ui)
        .id_salt("indicators")
        .striped(false)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::initial(250.0).at_least(120.0).resizable(true).clip(true));
    for _ in names {
        builder = builder.column(Column::initial(190.0).at_least(110.0).resizable(true).clip(true));
    }
    builder
        .column(Column::remainder())
        .header(ROW, |mut header| {
            header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(Text::Item))));
            for name in names {
                header.col(|ui| {
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        ui.label(RichText::new(name).size(CAPTION).color(shown.colours.muted));
                    });
                });
            }
            header.col(|_| ());
        })
        .body(|body| {
            body.rows(ROW, compared.rows.len(), |mut table_row| {
                let row = &compared.rows[table_row.index()];
                table_row.col(|ui| drop(ui.label(indicator_with_unit(shown, &row.indicator))));
                for cell in &row.cells {
                    table_row.col(|ui| figure(ui, shown, &row.indicator, cell));
                }
                table_row.col(|_| ());
            });
        });
}

fn figure(ui: &mut Ui, shown: &Shown<'_>, indicator: &Indicator, cell: &Cell) {
    let value = match &cell.value {
        Ok(value) => amount(shown, indicator, *value),
        Err(_) => numbers::UNKNOWN.to_owned(),
    };
    let response = ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        if let Some(difference) = cell.difference.filter(|difference| difference.to_f64() != 0.0) {
            let sign = if difference.to_f64() > 0.0 { "+" } else { "" };
            let unit = unit_of_difference(shown.lang, indicator);
            let text = format!("{sign}{}{unit}", amount(shown, indicator, difference));
            ui.label(RichText::new(text).size(CAPTION).color(shown.colours.accent));
        }
        ui.label(value);
    });
    let more = match (&cell.value, &cell.at) {
        (Err(reason), _) => words::reason(shown.lang, *reason).to_owned(),
        (Ok(_), Some(who)) => format!("{} {}", who.name, who.code),
        (Ok(_), None) => return,
    };
    response.response.on_hover_text(more);
}

/// Every change in words, side by side.
fn changes(ui: &mut Ui, shown: &Shown<'_>, names: &[String], compared: &Compared) {
    ScrollArea::vertical().id_salt("changes").auto_shrink([false, false]).show(ui, |ui| {
        for (name, list) in names.iter().skip(1).zip(&compared.changes) {
            widgets::caption(ui, shown.colours, &sentences::changes_of(shown.lang, name, &names[0], list.len()));
            for (number, [zh, en]) in (1..).zip(list) {
                ui.horizontal_wrapped(|ui| {
                    ui.label(RichText::new(format!("{number:>3}")).size(CAPTION).color(shown.colours.muted));
                    ui.label(shown.lang.pick(zh, en));
                });
            }
            ui.add_space(2.0 * GRID);
        }
    });
}

/// Who ends up farther, worst first. A press flies there.
fn farther(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    names: &[String],
    compared: &Compared,
    send: &mut Vec<Command>,
) {
    let base = &project.dataset().base;
    ScrollArea::vertical().id_salt("farther").auto_shrink([false, false]).show(ui, |ui| {
        for ((name, from), count) in names.iter().skip(1).zip(&compared.farther).zip(&compared.counts) {
            let places = &from.places;
            let title = sentences::farther_in(shown.lang, name, &names[0], *count);
            let title = if from.level == compared.level {
                title
            } else {
                sentences::from_seats_of(shown.lang, &title, words::level(shown.lang, shown.level_of(from.level)))
            };
            widgets::caption(ui, shown.colours, &title);
            egui::Grid::new(("farther", name)).num_columns(5).min_col_width(NUMBER).spacing([4.0 * GRID, GRID]).show(
                ui,
                |ui| {
                    for place in places {
                        let unit = project.dataset().loaded_unit(place.atom);
                        let response = ui.add(egui::Label::new(words::unit(base.unit(unit))).sense(Sense::click()));
                        if response.clicked() {
                            send.push(Command::Select(vec![unit], SelectMode::Replace));
                            send.push(Command::ZoomTo(unit));
                        }
                        figure_cell(ui, numbers::decimal_or_unknown(place.people));
                        figure_cell(ui, format!("+{} km", numbers::km(place.farther_m)));
                        figure_cell(ui, format!("{} km", numbers::km(place.distance_m)));
                        ui.end_row();
                    }
                },
            );
            ui.add_space(2.0 * GRID);
        }
    });
}
