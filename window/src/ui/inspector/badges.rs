//! What the rules say: of a unit that is selected, and of a merger before it is done.

use std::sync::Arc;

use eframe::egui::{self, Align, Layout, RichText, Ui};

use crate::ui::marks::mark;
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::ChecksView;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::{widgets, words};
use quhua::i18n::{Lang, Text, sentences};
use quhua::model::{State, UnitId};
use quhua::rules::{
    Evidence, ExclaveKind, Judgement, Pack, Verdict, exclave_words, fix_words, judgement_words, verdict_words,
};
use quhua::study::{Effect, Outlook, Study};

/// Units whose signs stand in front of the arrow; of more, none do.
const SIGNS: usize = 4;

/// What the rules say of one unit, with a fix for what is cut off.
pub fn of_unit(ui: &mut Ui, shown: &Shown<'_>, project: &Study, unit: UnitId, send: &mut Vec<Command>) {
    let Some(pack) = project.rules().pack() else { return };
    let verdicts = project.verdicts_of(unit);
    if verdicts.is_empty() {
        return;
    }
    widgets::rule(ui, shown.colours);
    heading(ui, shown, pack, send);
    for verdict in &*verdicts {
        row(ui, shown, pack, verdict, &[]);
        match &verdict.evidence {
            Evidence::Parts { exclaves, .. } => {
                for (at, exclave) in exclaves.iter().enumerate() {
                    evidence(ui, shown, &exclave_words(shown.lang, shown.area_unit(), project.state(), exclave));
                    if exclave.kind != ExclaveKind::AsBefore {
                        fix(ui, shown, project, unit, at, send);
                    }
                }
            }
            _ => basis(ui, shown, pack, project.state(), verdict),
        }
    }
}

/// What the rules say of the result of a merger: which it would keep and which break, and how it was before.
pub fn of_outlook(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    units: &[UnitId],
    outlook: &Outlook,
    send: &mut Vec<Command>,
) {
    let Some(pack) = project.rules().pack().filter(|_| !outlook.verdicts.is_empty()) else { return };
    let before: Vec<Arc<[Verdict]>> = units.iter().map(|&unit| project.verdicts_of(unit)).collect();
    let mut kept = Vec::new();
    let mut others = Vec::new();
    for verdict in &outlook.verdicts {
        let of_rule = |verdicts: &Arc<[Verdict]>| verdicts.iter().find(|it| it.rule == verdict.rule).cloned();
        let were: Vec<Verdict> = before.iter().filter_map(of_rule).collect();
        let stays_kept = were.iter().chain([verdict]).all(|it| it.judgement == Judgement::Kept);
        if stays_kept && !matches!(verdict.evidence, Evidence::Range { .. }) {
            kept.push(verdict);
        } else {
            others.push((verdict, were));
        }
    }
    if !others.is_empty() {
        heading(ui, shown, pack, send);
    }
    for (verdict, were) in &others {
        row(ui, shown, pack, verdict, if were.len() <= SIGNS { were } else { &[] });
        basis(ui, shown, pack, &outlook.after, verdict);
    }
    all_kept(ui, shown, pack, &kept, others.is_empty());
}

/// Rules that a unit would newly break.
pub fn newly_broken(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    after: &State,
    effect: &Effect,
    send: &mut Vec<Command>,
) {
    let Some(pack) = project.rules().pack().filter(|_| !effect.broken.is_empty()) else { return };
    ui.horizontal_wrapped(|ui| {
        heading(ui, shown, pack, send);
        widgets::caption(ui, shown.colours, words::unit(after.unit(effect.unit)));
    });
    for verdict in &effect.broken {
        row(ui, shown, pack, verdict, &[]);
        basis(ui, shown, pack, after, verdict);
    }
}

/// Rules without numbers that were kept and will be: one line says it of all.
fn all_kept(ui: &mut Ui, shown: &Shown<'_>, pack: &Pack, kept: &[&Verdict], is_all: bool) {
    let Some(first) = kept.first() else { return };
    let (icon, colour) = mark(shown.colours, pack, first);
    let titles = kept.iter().filter_map(|it| Some(pack.rules.get(it.rule)?.title.of(shown.lang)));
    let titles = titles.collect::<Vec<_>>().join("\n");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        widgets::icon_mark(ui, icon, colour);
        let text = sentences::rules_stay_kept(shown.lang, kept.len(), is_all);
        let text = if is_all { format!("{text} · {}", pack.title.of(shown.lang)) } else { text };
        ui.add(egui::Label::new(text).truncate()).on_hover_text(titles);
    });
}

fn heading(ui: &mut Ui, shown: &Shown<'_>, pack: &Pack, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::caption(ui, shown.colours, shown.text(Text::Rules));
        let title = RichText::new(pack.title.of(shown.lang)).size(CAPTION);
        if ui.link(title).on_hover_text(shown.text(Text::ShowRules)).clicked() {
            send.push(Command::ShowChecks(ChecksView::Rules));
        }
        if pack.example {
            widgets::badge(ui, shown.text(Text::ExamplePack), shown.colours.warning)
                .on_hover_text(shown.text(Text::ExamplePackHint));
        }
    });
}

/// A rule with its sign on the left; on the right the word, after the signs of how it was.
fn row(ui: &mut Ui, shown: &Shown<'_>, pack: &Pack, verdict: &Verdict, before: &[Verdict]) {
    let Some(rule) = pack.rules.get(verdict.rule) else { return };
    let (icon, colour) = mark(shown.colours, pack, verdict);
    let response = ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        widgets::icon_mark(ui, icon, colour);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.label(RichText::new(judgement_words(shown.lang, &verdict.judgement)).size(CAPTION).color(colour));
            if !before.is_empty() {
                ui.label(RichText::new("→").color(shown.colours.muted));
                for was in before.iter().rev() {
                    let (icon, colour) = mark(shown.colours, pack, was);
                    let word = judgement_words(shown.lang, &was.judgement);
                    widgets::icon_mark(ui, icon, colour).on_hover_text(word);
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(egui::Label::new(rule.title.of(shown.lang)).truncate());
            });
        });
    });
    let source = rule.source.of(shown.lang);
    if !source.is_empty() {
        response.response.on_hover_text(source);
    }
}

/// The number behind a verdict; of rules without numbers only what is not kept.
fn basis(ui: &mut Ui, shown: &Shown<'_>, pack: &Pack, state: &State, verdict: &Verdict) {
    let has_number = matches!(verdict.evidence, Evidence::Range { .. });
    if has_number || verdict.judgement != Judgement::Kept {
        evidence(ui, shown, &verdict_words(shown.lang, shown.area_unit(), pack, state, verdict));
    }
}

fn evidence(ui: &mut Ui, shown: &Shown<'_>, text: &str) {
    ui.horizontal_top(|ui| {
        ui.add_space(5.0 * GRID);
        let text = RichText::new(sentence(shown.lang, text)).size(CAPTION).color(shown.colours.muted);
        ui.add(egui::Label::new(text).wrap());
    });
}

fn sentence(lang: Lang, text: &str) -> String {
    match lang {
        Lang::Zh => text.to_owned(),
        Lang::En => quhua::i18n::capital(text),
    }
}

/// The cheapest fix, to be carried out with a press.
pub fn fix(ui: &mut Ui, shown: &Shown<'_>, project: &Study, unit: UnitId, at: usize, send: &mut Vec<Command>) {
    let Some(fix) = project.fix_of(unit, at) else { return };
    ui.horizontal(|ui| {
        ui.add_space(5.0 * GRID);
        let text = fix_words(shown.lang, shown.area_unit(), project.state(), unit, &fix);
        if ui.button(shown.text(Text::CarryOutFix)).on_hover_text(shown.text(Text::CarryOutFixHint)).clicked() {
            send.push(Command::Commit(fix.edit.clone()));
            send.push(Command::Select(vec![unit], SelectMode::Replace));
        }
        ui.add(egui::Label::new(RichText::new(text).size(CAPTION)).wrap());
    });
}
