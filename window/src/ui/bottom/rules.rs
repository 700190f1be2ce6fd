//! What the chosen pack of rules says, unit by unit.

use std::sync::Arc;

use eframe::egui::{self, Align, ComboBox, Layout, Response, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder};
use egui_material_icons::icons as icon;

use super::matrix::{self, MatrixState};
use crate::ui::focus::Cursor;
use crate::ui::marks::mark;
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::view::PathPurpose;
use crate::ui::theme::{GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::{Lang, Say as _, Text, capital, numbers};
use quhua::jobs::Derived;
use quhua::model::UnitId;
use quhua::rules::{
    Choice, Counts, Evidence, ExclaveKind, Judgement, Pack, Shipped, Verdict, Verdicts, fix_words, judgement_words,
    problem_words, verdict_words,
};
use quhua::study::Study;
use quhua::study::rulebook::Stamp;

/// Which verdicts are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Rules broken, but for mere hints.
    #[default]
    Broken,
    /// Hints not followed.
    Hints,
    /// Rules broken as before.
    AsBefore,
    /// What cannot be judged.
    Unjudged,
    /// Rules kept.
    Kept,
    /// All of them.
    All,
}

impl Sort {
    fn holds(self, pack: &Pack, verdict: &Verdict) -> bool {
        self == Self::All
            || self
                == match verdict.judgement {
                    Judgement::Broken if verdict.is_hint(pack) => Self::Hints,
                    Judgement::Broken => Self::Broken,
                    Judgement::AsBefore => Self::AsBefore,
                    Judgement::Unjudged(_) => Self::Unjudged,
                    Judgement::Kept => Self::Kept,
                }
    }
}

/// The list, as long as it fits.
#[derive(Debug, Default)]
pub struct RulesState {
    sort: Sort,
    /// Whether units stand beside rules, in place of the list.
    shows_matrix: bool,
    /// Units beside rules.
    matrix: MatrixState,
    /// Units and positions among their verdicts: what the plan leads to first, then the worst.
    rows: Derived<(Stamp, Sort), Vec<(UnitId, usize)>>,
    /// The row that keys go from.
    cursor: Cursor,
}

impl RulesState {
    fn refresh(&mut self, project: &Study, pack: &Pack, verdicts: &Verdicts) {
        let sort = self.sort;
        self.rows.of((project.rules().stamp(), sort), || rows_of(project, pack, verdicts, sort));
    }

    fn rows(&self) -> &[(UnitId, usize)] {
        self.rows.get().map_or(&[], Vec::as_slice)
    }
}

/// Verdicts of a sort: what the plan leads to first, then the worst.
fn rows_of(project: &Study, pack: &Pack, verdicts: &Verdicts, sort: Sort) -> Vec<(UnitId, usize)> {
    let of_unit = |(unit, verdicts): &(UnitId, Arc<[Verdict]>)| {
        let listed = verdicts.iter().enumerate().filter(|(_, verdict)| sort.holds(pack, verdict));
        listed.map(|(at, verdict)| (*unit, at, verdict.rule)).collect::<Vec<_>>()
    };
    let mut rows: Vec<(UnitId, usize, usize)> = verdicts.units.iter().flat_map(of_unit).collect();
    let severity = |rule: usize| pack.rules.get(rule).map(|rule| rule.severity);
    let was_so = |unit: UnitId, rule: usize| {
        let before = project.rules().before().map_or(&[][..], |before| before.verdicts.of(unit));
        before.iter().any(|it| it.rule == rule && sort.holds(pack, it))
    };
    rows.sort_by_cached_key(|&(unit, _, rule)| (was_so(unit, rule), std::cmp::Reverse(severity(rule)), rule, unit));
    rows.into_iter().map(|(unit, at, _)| (unit, at)).collect()
}

/// The choice of a pack, and how many verdicts of each sort there are.
pub fn tools(ui: &mut Ui, shown: &Shown<'_>, project: &Study, rules: &mut RulesState, send: &mut Vec<Command>) {
    choose(ui, shown, project, send);
    if let Some(known) = project.rules().now() {
        if ui
            .selectable_label(rules.shows_matrix, shown.text(Text::Matrix))
            .on_hover_text(shown.text(Text::MatrixHint))
            .clicked()
        {
            rules.shows_matrix ^= true;
        }
        if rules.shows_matrix {
            let face = (shown.lang, shown.colours, shown.now);
            let export = Action::Export(ExportKind::Matrix);
            widgets::action_button(ui, face, export, widgets::Face::Icon, None, send);
            return;
        }
        sorts(ui, shown, known.verdicts.counts, &mut rules.sort);
    }
}

/// Shows what the pack says.
pub fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (rules, stop): (&mut RulesState, &Response),
    send: &mut Vec<Command>,
) {
    let book = project.rules();
    if let Some(error) = book.error() {
        widgets::hint(ui, shown.colours, &error.say(shown.lang));
        return;
    }
    let Some(pack) = book.pack() else {
        widgets::hint(ui, shown.colours, shown.text(Text::NoRulesHint));
        return;
    };
    let Some(known) = book.now() else {
        let died = shown.view.died.has_verdicts(project.revision());
        let text = if died { Text::CouldNotBeWorkedOut } else { Text::Judging };
        widgets::caption(ui, shown.colours, shown.text(text));
        return;
    };
    for problem in &known.verdicts.problems {
        widgets::caption(ui, shown.colours, &problem_words(shown.lang, project.dataset(), pack, problem));
    }
    if rules.shows_matrix {
        matrix::show(ui, shown, project, (&mut rules.matrix, stop), send);
        return;
    }
    rules.refresh(project, pack, &known.verdicts);
    if rules.rows().is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::EmptyRules));
        let all = all_of(known.verdicts.counts);
        if all > 0 && widgets::all_hidden(ui, (shown.lang, shown.colours), all) {
            rules.sort = Sort::All;
        }
        return;
    }
    let moved = rules.cursor.moved(ui, stop, rules.rows.get().map_or(0, Vec::len));
    let rows = (rules.rows(), rules.cursor.row(stop), moved);
    table(ui, shown, project, (pack, &known.verdicts), rows, send);
}

/// Title of a pack in the program.
fn shipped_title(lang: Lang, text: &str) -> String {
    Pack::parse(text).map_or_else(|_| String::new(), |pack| pack.title.of(lang).to_owned())
}

/// The choice of a pack.
fn choose(ui: &mut Ui, shown: &Shown<'_>, project: &Study, send: &mut Vec<Command>) {
    let (book, chosen) = (project.rules(), &project.basis().rules);
    let now = match book.pack() {
        Some(pack) if !pack.title.is_empty() => pack.title.of(shown.lang).to_owned(),
        Some(_) => chosen.name().to_owned(),
        None => shown.text(Text::NoRules).to_owned(),
    };
    let response = ComboBox::from_id_salt("rules").width(200.0).truncate().selected_text(now).show_ui(ui, |ui| {
        if ui.selectable_label(*chosen == Choice::Nothing, shown.text(Text::NoRules)).clicked() {
            send.push(Command::ChooseRules(Choice::Nothing));
        }
        for pack in Shipped::ALL {
            let choice = Choice::Shipped(pack.name().to_owned());
            if ui.selectable_label(*chosen == choice, shipped_title(shown.lang, pack.text())).clicked() {
                send.push(Command::ChooseRules(choice));
            }
        }
        if let Choice::File { name, .. } = chosen {
            drop(ui.selectable_label(true, name));
        }
    });
    response.response.accessible_name(shown.text(Text::RulePack));
    if widgets::icon_button(ui, icon::ICON_FOLDER_OPEN, shown.text(Text::OpenRules)).clicked() {
        send.push(Command::AskForFile(PathPurpose::Rules));
    }
    let Some(pack) = book.pack() else { return };
    if pack.example {
        widgets::badge(ui, shown.text(Text::ExamplePack), shown.colours.warning)
            .on_hover_text(shown.text(Text::ExamplePackHint));
    }
    let about = [pack.source.of(shown.lang), pack.note.of(shown.lang)].map(str::trim);
    let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n");
    if !about.is_empty() {
        widgets::icon_mark(ui, icon::ICON_INFO, shown.colours.muted).on_hover_text(about);
    }
}

/// How many verdicts there are.
const fn all_of(counts: Counts) -> usize {
    let Counts { kept, as_before, broken, hints, unjudged } = counts;
    kept + as_before + broken + hints + unjudged
}

/// How many verdicts of each sort there are; a press lists them.
fn sorts(ui: &mut Ui, shown: &Shown<'_>, counts: Counts, sort: &mut Sort) {
    let Counts { kept, as_before, broken, hints, unjudged } = counts;
    let hint = shown.lang.pick("提示", "hint");
    let word = |judgement| judgement_words(shown.lang, &judgement);
    let why = quhua::rules::Why::Unknown;
    let named = [
        (Sort::Broken, word(Judgement::Broken), broken),
        (Sort::Hints, hint, hints),
        (Sort::AsBefore, word(Judgement::AsBefore), as_before),
        (Sort::Unjudged, word(Judgement::Unjudged(why)), unjudged),
        (Sort::Kept, word(Judgement::Kept), kept),
        (Sort::All, shown.lang.pick("全部", "all"), all_of(counts)),
    ]
    .map(|(sort, word, count)| {
        let word = if shown.lang == Lang::En { capital(word) } else { word.to_owned() };
        (sort, format!("{word} {}", numbers::count(count)))
    });
    let choices = named.each_ref().map(|(sort, name)| (*sort, name.as_str(), name.as_str()));
    if let Some(taken) = widgets::choice(ui, shown.colours, *sort, &choices) {
        *sort = taken;
    }
}

/// Rows, the one that shows the cursor, and the one that the keyboard went to, perhaps to follow it.
type Rows<'a> = (&'a [(UnitId, usize)], Option<usize>, Option<(usize, bool)>);

fn table(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    (pack, verdicts): (&Pack, &Verdicts),
    (rows, cursor, moved): Rows<'_>,
    send: &mut Vec<Command>,
) {
    let state = project.state();
    let mut builder = TableBuilder::new(ui);
    if let Some((row, _)) = moved {
        builder = builder.scroll_to_row(row, None).animate_scrolling(false);
    }
    builder
        .id_salt("verdicts")
        .sense(Sense::CLICK)
        .min_scrolled_height(0.0)
        .cell_layout(Layout::left_to_right(Align::Center))
        .auto_shrink([false, false])
        .column(Column::exact(112.0))
        .column(Column::initial(150.0).at_least(80.0).resizable(true).clip(true))
        .column(Column::initial(150.0).at_least(80.0).resizable(true).clip(true))
        .column(Column::remainder().clip(true))
        .column(Column::exact(76.0))
        .header(ROW, |mut header| {
            for text in [Text::Judgement, Text::UnitColumn, Text::Rule, Text::Basis] {
                header.col(|ui| drop(widgets::caption(ui, shown.colours, shown.text(text))));
            }
            header.col(|_| ());
        })
        .body(|body| {
            body.rows(ROW, rows.len(), |mut table_row| {
                let (unit, at) = rows[table_row.index()];
                table_row.set_hovered(cursor == Some(table_row.index()));
                let verdict = verdicts.of(unit).get(at);
                // The units may have changed since they were judged.
                let there = unit.index() < state.unit_count() && state.unit(unit).is_current();
                let Some(verdict) = verdict.filter(|_| there) else {
                    (0..5).for_each(|_| drop(table_row.col(|_| ())));
                    return;
                };
                let (sign, colour) = mark(shown.colours, pack, verdict);
                table_row.col(|ui| {
                    ui.spacing_mut().item_spacing.x = GRID;
                    widgets::icon_mark(ui, sign, colour);
                    ui.colored_label(colour, judgement_words(shown.lang, &verdict.judgement));
                });
                table_row.col(|ui| drop(ui.add(egui::Label::new(words::unit(state.unit(unit))).truncate())));
                let rule = &pack.rules[verdict.rule];
                table_row.col(|ui| {
                    let label = ui.add(egui::Label::new(rule.title.of(shown.lang)).truncate());
                    let source = rule.source.of(shown.lang);
                    if !source.is_empty() {
                        label.on_hover_text(source);
                    }
                });
                let text = verdict_words(shown.lang, shown.area_unit(), pack, state, verdict);
                let text = if shown.lang == Lang::En { capital(&text) } else { text };
                table_row.col(|ui| drop(ui.add(egui::Label::new(RichText::new(text)).truncate())));
                table_row.col(|ui| fix(ui, shown, project, unit, verdict, send));
                if table_row.response().clicked() || moved == Some((table_row.index(), true)) {
                    go_to(project, unit, verdict, send);
                }
            });
        });
}

/// A button that carries out the cheapest fix of the first part that the plan cuts off.
fn fix(ui: &mut Ui, shown: &Shown<'_>, project: &Study, unit: UnitId, verdict: &Verdict, send: &mut Vec<Command>) {
    let Evidence::Parts { exclaves, .. } = &verdict.evidence else { return };
    let at = exclaves.iter().position(|exclave| exclave.kind != ExclaveKind::AsBefore);
    let Some(fix) = at.and_then(|at| project.fix_of(unit, at)) else { return };
    let what = fix_words(shown.lang, shown.area_unit(), project.state(), unit, &fix);
    if ui.button(shown.text(Text::CarryOutFix)).on_hover_text(what).clicked() {
        send.push(Command::Commit(fix.edit.clone()));
        send.push(Command::Select(vec![unit], SelectMode::Replace));
    }
}

/// Selects the unit and flies to it, or to what is cut off.
fn go_to(project: &Study, unit: UnitId, verdict: &Verdict, send: &mut Vec<Command>) {
    send.push(Command::SetLevel(project.state().unit(unit).level));
    send.push(Command::Select(vec![unit], SelectMode::Replace));
    send.push(Command::ZoomTo(unit));
    if let Evidence::Around(Some(other)) = verdict.evidence
        && project.state().unit(other).is_current()
    {
        send.push(Command::Hover(Some(other)));
    }
}
