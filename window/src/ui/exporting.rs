//! The sheet of boundaries that are to be exported: as what, in which coordinate system, where, and what of them the
//! format cannot hold. That is shown before anything is written.

use std::sync::Arc;

use eframe::egui::{self, Align, Button, ComboBox, Id, Key, Layout, Modal, Modifiers, RichText, ScrollArea, Ui, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::command::{Command, ExportStep};
use super::state::exports::{ExportKind, Out};
use super::state::view::PathPurpose;
use super::theme::{GRID, ROW};
use super::{widgets, words};
use quhua::i18n::{Say as _, Text};
use quhua::io::crs::{self, CrsChoice, System};
use quhua::io::outgoing::{FORMATS, Loss, OutLayer};

/// Systems that a search shows.
const MOST: usize = 30;
/// Width of the sheet in points.
const WIDTH: f32 = 620.0;
/// Least height of what a format cannot hold.
const LIMITS: f32 = 60.0;
/// Width of the names of lines.
const NAMES: f32 = 88.0;

/// What is to be exported.
#[derive(Debug)]
pub struct ExportSheet {
    /// As what.
    pub out: Out,
    /// Where.
    pub path: String,
    /// Systems to choose from.
    pub systems: Vec<CrsChoice>,
    /// What is searched for among all systems, and the row that Enter takes.
    search: String,
    at: usize,
    /// Why it cannot be written there.
    pub refused: Option<String>,
    /// What the format cannot hold; `None` until it is known.
    pub losses: Option<Vec<Loss>>,
    /// Whether the line with the path gets the keys in the next frame.
    focus: bool,
    /// Layers that were made to know it, and whether they are those of all levels.
    pub layers: Option<(bool, Arc<Vec<OutLayer>>)>,
}

impl ExportSheet {
    /// A sheet of which nothing is known yet.
    #[must_use]
    pub const fn new(out: Out, path: String, systems: Vec<CrsChoice>) -> Self {
        Self {
            out,
            path,
            systems,
            search: String::new(),
            at: 0,
            refused: None,
            losses: None,
            focus: true,
            layers: None,
        }
    }
}

/// Shows the sheet over the whole window. Esc closes it, as a command.
pub fn show(ctx: &egui::Context, shown: &Shown<'_>, sheet: &mut ExportSheet, send: &mut Vec<Command>) {
    let frame = egui::Frame::popup(&ctx.global_style()).inner_margin(4.0 * GRID);
    let mut steps = Vec::new();
    Modal::new(Id::unique("exporting")).frame(frame).show(ctx, |ui| {
        ui.set_width((ctx.content_rect().width() - 16.0 * GRID).min(WIDTH));
        head(ui, shown, &mut steps);
        formats(ui, shown, sheet, &mut steps);
        levels(ui, shown, sheet, &mut steps);
        systems(ui, shown, sheet, &mut steps);
        if sheet.out.format.id == "csv" {
            line(ui, shown, "", |ui| {
                let mut wkt = sheet.out.wishes.wkt;
                if ui.checkbox(&mut wkt, shown.text(Text::ExportWkt)).changed() {
                    steps.push(ExportStep::Wkt(wkt));
                }
            });
        }
        file(ui, shown, sheet, send);
        if let Some(refused) = &sheet.refused {
            ui.horizontal_top(|ui| {
                widgets::icon_mark(ui, icon::ICON_ERROR, shown.colours.error);
                ui.add(egui::Label::new(RichText::new(refused).color(shown.colours.error)).wrap());
            });
        }
        widgets::rule(ui, shown.colours);
        // So that buttons stay where they are from format to format.
        ui.scope(|ui| {
            ui.set_min_height(LIMITS);
            limits(ui, shown, sheet);
        });
        widgets::rule(ui, shown.colours);
        foot(ui, shown, sheet, &mut steps);
    });
    send.extend(steps.into_iter().map(Command::Exporting));
}

fn head(ui: &mut Ui, shown: &Shown<'_>, steps: &mut Vec<ExportStep>) {
    ui.horizontal(|ui| {
        widgets::heading(ui, shown.text(Text::ExportBoundaries).trim_end_matches('…'));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
                steps.push(ExportStep::Close);
            }
        });
    });
    ui.add_space(GRID);
}

/// A line: its name, and what stands behind it.
fn line(ui: &mut Ui, shown: &Shown<'_>, name: &str, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.set_min_height(ROW + GRID);
        ui.allocate_ui_with_layout(vec2(NAMES, ROW), Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(NAMES);
            ui.label(RichText::new(name).color(shown.colours.muted));
        });
        contents(ui);
    });
}

fn formats(ui: &mut Ui, shown: &Shown<'_>, sheet: &ExportSheet, steps: &mut Vec<ExportStep>) {
    line(ui, shown, shown.text(Text::ExportFormat), |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(GRID, GRID);
            for format in FORMATS.iter().filter(|format| !format.is_project()) {
                let is_taken = format.id == sheet.out.format.id;
                // In one piece: a name broken in two is read as two.
                let name = Button::selectable(is_taken, format.called(shown.lang));
                let said = ui.add(name.wrap_mode(egui::TextWrapMode::Extend));
                if said.on_hover_text(dotted(format.endings)).clicked() && !is_taken {
                    steps.push(ExportStep::Format(format.id));
                }
            }
        });
    });
}

/// Endings as people write them.
fn dotted(endings: &[&str]) -> String {
    endings.iter().map(|ending| format!(".{ending}")).collect::<Vec<_>>().join(" ")
}

fn levels(ui: &mut Ui, shown: &Shown<'_>, sheet: &ExportSheet, steps: &mut Vec<ExportStep>) {
    let Some(project) = shown.project else { return };
    let levels = &project.dataset().levels;
    let this = levels.get(shown.view.level.index()).map_or("", |&level| words::level(shown.lang, level));
    let this = format!("{} ({this})", shown.text(Text::ExportThisLevel));
    line(ui, shown, shown.text(Text::Level), |ui| {
        if sheet.out.format.has_levels && levels.len() > 1 {
            let choices = [(true, shown.text(Text::ExportAllLevels), ""), (false, &*this, "")];
            if let Some(all) = widgets::choice(ui, shown.colours, sheet.out.all_levels, &choices)
                && all != sheet.out.all_levels
            {
                steps.push(ExportStep::AllLevels(all));
            }
        } else {
            ui.label(this);
        }
    });
}

fn systems(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ExportSheet, steps: &mut Vec<ExportStep>) {
    let wgs_84 = System::wgs84();
    let system = sheet.out.wishes.system.as_ref().unwrap_or(&wgs_84);
    let now = system.code().unwrap_or_else(|| system.name().to_owned());
    let title = |id: &str| {
        let known = sheet.systems.iter().find(|choice| choice.id == id);
        known.map_or_else(|| system.label(), |choice| choice.reading.title(shown.lang))
    };
    let taken = title(&now);
    let ExportSheet { search, at, systems, .. } = sheet;
    line(ui, shown, shown.text(Text::ExportSystem), |ui| {
        let combo = ComboBox::from_id_salt("system of what is written").selected_text(taken).width(380.0);
        let combo = combo.close_behavior(egui::PopupCloseBehavior::CloseOnClickOutside);
        let said = combo.show_ui(ui, |ui| {
            let hint = shown.text(Text::ExportSystemHint);
            let field = widgets::field(ui, hint, search, hint, ui.available_width());
            if ui.memory(|memory| memory.focused().is_none()) {
                field.request_focus();
            }
            if field.changed() {
                *at = 0;
            }
            let (up, down, enter) = widgets::list_keys(ui);
            let found;
            let choices = if search.trim().is_empty() {
                &*systems
            } else {
                found = crs::search(search, None, MOST);
                &found
            };
            let choices: Vec<&CrsChoice> =
                choices.iter().filter(|choice| System::to_write(&choice.id).is_ok()).collect();
            *at = if up { at.saturating_sub(1) } else { *at + usize::from(down) }.min(choices.len().saturating_sub(1));
            ScrollArea::vertical().max_height(240.0).show(ui, |ui| {
                for (row, choice) in choices.into_iter().enumerate() {
                    let said = ui.selectable_label(choice.id == now, choice.reading.title(shown.lang));
                    if row == *at {
                        let outline = shown.colours.hairline();
                        ui.painter().rect_stroke(said.rect, 3.0, outline, egui::StrokeKind::Inside);
                    }
                    if row == *at && (up || down) {
                        said.scroll_to_me(None);
                    }
                    if said.clicked() || (enter && row == *at) {
                        steps.push(ExportStep::System(choice.id.clone()));
                        ui.close();
                    }
                }
            });
        });
        said.response
            .widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, shown.text(Text::ExportSystem)));
    });
}

fn file(ui: &mut Ui, shown: &Shown<'_>, sheet: &mut ExportSheet, send: &mut Vec<Command>) {
    line(ui, shown, shown.text(Text::ExportFile), |ui| {
        let prompt = shown.text(Text::PathPromptExport);
        let field = widgets::field(ui, prompt, &mut sheet.path, prompt, ui.available_width() - 96.0);
        if std::mem::take(&mut sheet.focus) {
            field.request_focus();
            widgets::select_name(ui, &field, &sheet.path);
        }
        if field.changed() {
            sheet.refused = None;
        }
        if ui.button(shown.text(Text::Browse)).clicked() {
            send.push(Command::AskForFile(PathPurpose::Export(ExportKind::Boundaries)));
        }
    });
}

/// What the format cannot hold.
fn limits(ui: &mut Ui, shown: &Shown<'_>, sheet: &ExportSheet) {
    let Some(losses) = &sheet.losses else {
        ui.horizontal(|ui| {
            ui.spinner();
            ui.label(RichText::new(shown.text(Text::ExportLooking)).color(shown.colours.muted));
        });
        return;
    };
    let certified = sheet.out.format.is_text(&sheet.out.wishes);
    if losses.is_empty() {
        ui.horizontal(|ui| {
            widgets::icon_mark(ui, icon::ICON_CHECK_CIRCLE, shown.colours.good);
            ui.label(shown.text(Text::ExportKeepsAll));
        });
        if certified {
            ui.horizontal(|ui| {
                widgets::icon_mark(ui, icon::ICON_CHECK_CIRCLE, shown.colours.good);
                ui.label(shown.text(Text::ExportCertificate));
            });
        }
        return;
    }
    widgets::caption(ui, shown.colours, shown.text(Text::ExportLimits));
    let height = (ui.ctx().content_rect().height() - 420.0).max(80.0);
    ScrollArea::vertical().max_height(height).auto_shrink([false, true]).show(ui, |ui| {
        for loss in losses {
            // Here it is asked for with a tick.
            let loss = if *loss == Loss::NoOutlinesUnlessAsked { &Loss::NoOutlines } else { loss };
            ui.horizontal_top(|ui| {
                widgets::icon_mark(ui, icon::ICON_WARNING, shown.colours.warning);
                ui.add(egui::Label::new(loss.sentence(shown.lang)).wrap());
            });
        }
    });
}

fn foot(ui: &mut Ui, shown: &Shown<'_>, sheet: &ExportSheet, steps: &mut Vec<ExportStep>) {
    let is_ready = sheet.losses.is_some() && !sheet.path.trim().is_empty();
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let text = RichText::new(shown.text(Text::ExportWrite)).color(shown.colours.on_accent);
            let write = Button::new(text).fill(shown.colours.accent).stroke(egui::Stroke::NONE);
            let pressed = ui.add_enabled(is_ready, write.min_size(vec2(96.0, ROW + GRID))).clicked();
            let enter = !egui::Popup::is_any_open(ui.ctx())
                && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
            if pressed || (enter && is_ready) {
                steps.push(ExportStep::Write);
            }
            if ui.add(Button::new(shown.text(Text::Cancel)).min_size(vec2(72.0, ROW + GRID))).clicked() {
                steps.push(ExportStep::Close);
            }
        });
    });
}
