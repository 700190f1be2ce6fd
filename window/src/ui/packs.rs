//! The sheet of packs: each with its title and what it brings, turned on and off by a press.

use eframe::egui::{self, Align, Id, Label, Layout, Modal, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::{Command, PackStep};
use super::state::view::PathPurpose;
use super::theme::{CAPTION, GRID};
use super::widgets;
use quhua::i18n::{Text, ledgers};
use quhua::model::{Day, StatedDays};
use quhua::rules::{Choice, Pack};

/// Width of the sheet in points.
const WIDTH: f32 = 560.0;

/// Width of a field for a day in points.
const DAY: f32 = 84.0;

/// Packs that are known.
#[derive(Clone, Debug)]
pub struct PacksSheet {
    rows: Vec<(Choice, Pack)>,
    /// What is typed for days while it is typed, and cannot be read yet.
    days: [Option<String>; 2],
}

impl PacksSheet {
    /// A sheet of packs.
    #[must_use]
    pub const fn new(rows: Vec<(Choice, Pack)>) -> Self {
        Self { rows, days: [None, None] }
    }
}

/// Shows the sheet over the whole window. Esc closes it, as a command, and so does a press beside it.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut PacksSheet, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    let room = ctx.content_rect().size() - vec2(16.0 * GRID, 16.0 * GRID);
    let on = &project.basis().packs;
    let modal = Modal::new(Id::unique("packs")).frame(frame).show(ctx, |ui| {
        ui.set_width(room.x.min(WIDTH));
        head(ui, shown, send);
        widgets::hint(ui, shown.colours, shown.text(Text::PacksIntro));
        widgets::rule(ui, shown.colours);
        ScrollArea::vertical().max_height(room.y - 68.0 * GRID).auto_shrink([false, true]).show(ui, |ui| {
            for (choice, pack) in &sheet.rows {
                one(ui, shown, (choice, pack), on.contains(choice), send);
            }
        });
        widgets::rule(ui, shown.colours);
        ui.horizontal(|ui| {
            if ui.button(shown.text(Text::OpenPack)).clicked() {
                send.push(Command::AskForFile(PathPurpose::Pack));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let stated = project.basis().days();
                let [approved, as_of] = &mut sheet.days;
                let texts = (Text::DayAsOf, Text::DayAsOfHint);
                let state = |as_of| StatedDays { as_of, ..stated };
                day(ui, shown, (as_of, stated.as_of, texts), |to| send.push(Command::Packs(PackStep::Days(state(to)))));
                ui.add_space(2.0 * GRID);
                let texts = (Text::DayApproved, Text::DayApprovedHint);
                let state = |approved| StatedDays { approved, ..stated };
                day(ui, shown, (approved, stated.approved, texts), |to| {
                    send.push(Command::Packs(PackStep::Days(state(to))));
                });
            });
        });
    });
    widgets::settle(ctx, "packs", modal.response.rect.size());
    if modal.backdrop_response.clicked() {
        send.push(Command::Packs(PackStep::Close));
    }
}

/// A field for a day, from right to left: it holds once it is left, and an empty one takes the day away.
fn day(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (typed, stated, (name, hint)): (&mut Option<String>, Option<Day>, (Text, Text)),
    state: impl FnOnce(Option<Day>),
) {
    let mut text = typed.clone().unwrap_or_else(|| stated.map(|day| day.to_string()).unwrap_or_default());
    let response = widgets::field(ui, shown.text(name), &mut text, shown.text(Text::DayExample), DAY);
    let is_unread = !text.trim().is_empty() && Day::read(&text).is_none();
    if response.changed() {
        *typed = Some(text.clone());
    }
    if response.lost_focus() && typed.is_some() && !is_unread {
        *typed = None;
        let read = Day::read(&text);
        if read != stated {
            state(read);
        }
    }
    let is_wrong = is_unread && !response.has_focus();
    response.on_hover_text(shown.text(if is_wrong { Text::DayUnread } else { hint }));
    if is_wrong {
        ui.label(RichText::new(shown.text(Text::DayUnread)).size(CAPTION).color(shown.colours.error));
    } else {
        widgets::caption(ui, shown.colours, shown.text(name));
    }
}

fn head(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::Packs).trim_end_matches('…'));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                send.push(Command::Packs(PackStep::Close));
            }
        });
    });
}

/// A pack: its title, and below it in a line what it is.
fn one(ui: &mut Ui, shown: &Shown<'_>, (choice, pack): (&Choice, &Pack), on: bool, send: &mut Vec<Command>) {
    let title = match pack.title.of(shown.lang) {
        "" => choice.name(),
        title => title,
    };
    let holds = ledgers::pack_holds(shown.lang, [pack.tables.len(), pack.figures.len(), pack.rules.len()]);
    let about =
        [pack.note.of(shown.lang), pack.source.of(shown.lang)].into_iter().find(|about| !about.trim().is_empty());
    ui.horizontal(|ui| {
        let mut is_on = on;
        if ui.checkbox(&mut is_on, RichText::new(title).strong()).changed() {
            send.push(Command::Packs(PackStep::Turn(choice.clone(), is_on)));
        }
        if let Choice::File { name, .. } = choice {
            widgets::badge(ui, shown.text(Text::PackOwn), shown.colours.muted).on_hover_text(name);
        }
        if pack.example {
            widgets::badge(ui, shown.text(Text::ExamplePack), shown.colours.warning)
                .on_hover_text(shown.text(Text::ExamplePackHint));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| widgets::caption(ui, shown.colours, &holds));
    });
    let Some(about) = about.map(str::trim) else { return };
    ui.horizontal(|ui| {
        ui.add_space(6.0 * GRID);
        let text = RichText::new(about).size(CAPTION).color(shown.colours.muted);
        ui.add(Label::new(text).truncate()).on_hover_text(about);
    });
    ui.add_space(GRID);
}
