//! How a file was read, line by line, with what else it could be behind each.

use eframe::egui::{
    self, Align, Button, Layout, PopupCloseBehavior, Response, RichText, ScrollArea, Ui, WidgetInfo, vec2,
};
use egui_material_icons::icons as icon;

use super::doubts::{Doubt, Facts};
use super::{Contained, Known, choose, choose_beside};
use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, Otherwise};
use crate::ui::systems::{self, Now, Pressed, Systems};
use crate::ui::theme::{CAPTION, GRID, ROW};
use crate::ui::{widgets, words};
use quhua::i18n::{Say as _, Text, numbers, sources};
use quhua::io::LayerSource;
use quhua::io::layers::LayerEntry;
use quhua::model::{CrsReading, Dataset, Fields, Layer, LevelsBy, LevelsReading, Role, TextReading};
use quhua::study::Study;

/// Width of the names of lines.
const NAMES: f32 = 84.0;
/// Width of the box with the coordinate system.
const SYSTEM: f32 = 252.0;
/// Texts of a preview beside the encoding.
const PREVIEW: usize = 4;

/// Shows how the layer at hand was read.
pub fn show(
    ui: &mut Ui,
    shown: &Shown<'_>,
    (project, loaded): (&Study, &Dataset),
    (at, known, systems, contents): (&mut usize, &Known, &mut Systems, &Contained),
    send: &mut Vec<Command>,
) {
    ScrollArea::vertical().id_salt("how it was read").auto_shrink([false, false]).show(ui, |ui| {
        ui.set_max_width(ui.available_width() - 2.0 * GRID);
        ui.spacing_mut().item_spacing.y = 2.0;
        if loaded.layers.len() > 1 {
            layers(ui, shown, loaded, (at, known));
        }
        let Some(layer) = loaded.layers.get(*at) else { return };
        let from = layer.reading.from.as_ref();
        let is_here = from.is_some_and(|from| !known.gone.contains(&from.path));
        let sheet = Sheet { shown, loaded, at: *at, layer, known, is_here };
        sheet.file(ui);
        sheet.layer_in_file(ui, contents, send);
        sheet.encoding(ui, send);
        sheet.system(ui, systems, send);
        sheet.taken_apart(ui, send);
        if *at == 0 {
            sheet.levels(ui);
            sheet.fields(ui, &project.dataset().fields, send);
            sheet.together(ui, send);
        }
    });
}

/// The layers to choose from, the finest first.
fn layers(ui: &mut Ui, shown: &Shown<'_>, loaded: &Dataset, (at, known): (&mut usize, &Known)) {
    ui.horizontal_wrapped(|ui| {
        for (number, layer) in loaded.layers.iter().enumerate() {
            let is_doubtful = known.doubts.iter().any(|doubt| doubt.layer() == number);
            // Parts of one layer are told apart by their level.
            let level = loaded.level_layers.iter().position(|from| *from == Some(number));
            let level = level.filter(|_| layer.reading.levels.as_ref().is_some_and(LevelsReading::is_apart));
            let part = level.and_then(|at| loaded.levels.get(at)).map(|&level| words::level(shown.lang, level));
            let name = part.unwrap_or_else(|| layer.reading.layer.as_ref().unwrap_or(&layer.name));
            let colour = if is_doubtful { shown.colours.warning } else { shown.colours.ink };
            if ui.selectable_label(number == *at, RichText::new(name).color(colour)).clicked() {
                *at = number;
            }
        }
    });
    ui.add_space(GRID);
}

/// The layer that is shown.
#[derive(Clone, Copy)]
struct Sheet<'a> {
    shown: &'a Shown<'a>,
    loaded: &'a Dataset,
    at: usize,
    layer: &'a Layer,
    known: &'a Known,
    /// Whether the file is there to be read once more.
    is_here: bool,
}

impl Sheet<'_> {
    /// A line: its name, with a mark where something is doubtful, and what stands behind it.
    fn line(&self, ui: &mut Ui, name: &str, is_doubtful: bool, contents: impl FnOnce(&mut Ui)) {
        ui.horizontal(|ui| {
            ui.set_min_height(ROW);
            ui.allocate_ui_with_layout(vec2(NAMES, ROW), Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_width(NAMES);
                ui.add(egui::Label::new(RichText::new(name).color(self.shown.colours.muted)).truncate());
                if is_doubtful {
                    widgets::icon_mark(ui, icon::ICON_WARNING, self.shown.colours.warning);
                }
            });
            contents(ui);
        });
    }

    /// What is doubtful, below the line that it is about.
    fn doubt(&self, ui: &mut Ui, text: &str, contents: impl FnOnce(&mut Ui)) {
        ui.horizontal(|ui| {
            ui.set_min_height(ROW);
            ui.add_space(NAMES + ui.spacing().item_spacing.x);
            self.told(ui, text, contents);
        });
    }

    /// A doubt, with what is done about it at the end of the line.
    fn told(&self, ui: &mut Ui, text: &str, contents: impl FnOnce(&mut Ui)) {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            contents(ui);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(text).color(self.shown.colours.warning);
                ui.add(egui::Label::new(text).truncate());
            });
        });
    }

    /// Says that somebody has looked at a doubt, and that all is right.
    fn looked_at(&self, ui: &mut Ui, doubt: &Doubt, send: &mut Vec<Command>) {
        let button = ui.add(Button::new(self.shown.text(Text::LooksRight)).small());
        if button.on_hover_text(self.shown.text(Text::LooksRightHint)).clicked()
            && let Some(key) = doubt.key()
        {
            send.push(Command::LookedAt(key));
        }
    }

    fn file(&self, ui: &mut Ui) {
        let (shown, layer) = (self.shown, self.layer);
        self.line(ui, shown.text(Text::SourceFile), false, |ui| {
            let about = sources::layer_about(shown.lang, layer.feature_count(), layer.table.fields().len());
            let parts = [layer.name.as_str(), &layer.reading.format, &about];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            let label = ui.add(egui::Label::new(parts.join(" · ")).truncate());
            if let Some(from) = &layer.reading.from {
                label.on_hover_text(from.path.display().to_string());
            }
        });
        if layer.reading.from.is_some() && !self.is_here {
            self.doubt(ui, shown.text(Text::SourceGone), |_| ());
        }
    }

    fn layer_in_file(&self, ui: &mut Ui, contents: &Contained, send: &mut Vec<Command>) {
        let (shown, reading) = (self.shown, &self.layer.reading);
        if reading.layers.len() < 2 {
            return;
        }
        let now = reading.layer.as_deref().unwrap_or_default();
        let listed = reading.from.as_ref().and_then(|from| contents.get(&from.path));
        let unlisted = || -> Vec<LayerEntry> {
            let entry = |name: &String| LayerEntry { name: name.clone(), is_area: true, features: None };
            reading.layers.iter().map(entry).collect()
        };
        let entries = listed.cloned().unwrap_or_else(unlisted);
        self.line(ui, shown.text(Text::SourceLayer), false, |ui| {
            let button = self.drop_down(ui, shown.text(Text::SourceLayer), now, 220.0);
            egui::Popup::menu(&button).show(|ui| {
                widgets::scrolling(ui, |ui| {
                    for entry in &entries {
                        ui.horizontal(|ui| self.entry(ui, entry, now, send));
                    }
                });
            });
            button.on_hover_text(shown.text(Text::SourceLayerHint));
            if let Some(stack) = reading.stack.as_ref().filter(|stack| stack.is_stack()) {
                let words = stack.words(shown.lang);
                let label = egui::Label::new(RichText::new(&words).color(shown.colours.muted)).truncate();
                ui.add(label).on_hover_text(words);
            }
        });
    }

    /// A layer of the file: one of areas is read in place of this one, or beside it as another level; points and lines are
    /// laid beside the boundaries.
    fn entry(&self, ui: &mut Ui, entry: &LayerEntry, now: &str, send: &mut Vec<Command>) {
        let shown = self.shown;
        let Some(from) = &self.layer.reading.from else { return };
        let of_file = |layer: &&Layer| layer.reading.from.as_ref().is_some_and(|other| other.path == from.path);
        let is_read =
            |name: &str| self.loaded.layers.iter().filter(of_file).any(|it| it.reading.layer.as_deref() == Some(name));
        let mut about = sources::entry_about(shown.lang, entry.is_area, entry.features);
        let left = self.layer.reading.stack.as_ref().and_then(|it| it.left.iter().find(|it| it.layer == entry.name));
        if let Some(left) = left.filter(|left| entry.is_area && !is_read(&left.layer)) {
            about = format!("{about} · {}", left.why.say(shown.lang));
        }
        let about = RichText::new(about).size(CAPTION).color(shown.colours.muted);
        let name = entry.name.as_str();
        if !entry.is_area {
            ui.label(RichText::new(name).color(shown.colours.muted));
            ui.label(about);
            let button = ui.add(Button::new(shown.text(Text::LayBeside)).small());
            if button.on_hover_text(shown.text(Text::LayBesideHint)).clicked() {
                send.push(Command::LayBeside(LayerSource {
                    layer: Some(name.to_owned()),
                    levels: None,
                    ..from.clone()
                }));
                ui.close();
            }
            return;
        }
        if ui.selectable_label(name == now, name).clicked() && name != now {
            choose(self.loaded, self.at, send, |source| source.layer = Some(name.to_owned()));
            ui.close();
        }
        ui.label(about);
        if name != now {
            let text = if is_read(name) { Text::LeaveLevel } else { Text::AddLevel };
            if ui.add(Button::new(shown.text(text)).small()).on_hover_text(shown.text(Text::AddLevelHint)).clicked() {
                choose_beside(self.loaded, self.at, name, send);
                ui.close();
            }
        }
    }

    fn encoding(&self, ui: &mut Ui, send: &mut Vec<Command>) {
        let (shown, reading) = (self.shown, &self.layer.reading);
        let Some(texts) = &reading.texts else {
            if let Some(encoding) = &reading.encoding {
                self.line(ui, shown.text(Text::Encoding), false, |ui| drop(ui.label(encoding)));
            }
            return;
        };
        let is_doubtful = texts.is_doubtful();
        let taken = texts.candidates.iter().find(|candidate| candidate.name == texts.name);
        self.line(ui, shown.text(Text::Encoding), is_doubtful, |ui| {
            let button = self.drop_down(ui, shown.text(Text::Encoding), &texts.name, 150.0);
            let popup = egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
            popup.show(|ui| widgets::scrolling(ui, |ui| self.encodings(ui, texts, send)));
            button.on_hover_text(shown.text(Text::EncodingHint));
            if let Some(taken) = taken {
                let preview: Vec<&str> = taken.preview.iter().take(PREVIEW).map(String::as_str).collect();
                let preview = RichText::new(preview.join("  ")).color(shown.colours.muted);
                ui.add(egui::Label::new(preview).truncate());
            }
        });
        if is_doubtful {
            let broken = || sources::broken_texts(shown.lang, taken.map_or(0, |taken| taken.broken));
            let text = match &texts.declared {
                Some(declared) if texts.contradicted => sources::encoding_contradicted(shown.lang, declared),
                _ => broken(),
            };
            self.doubt(ui, &text, |ui| {
                if self.is_right(ui) {
                    choose(self.loaded, self.at, send, |source| source.encoding = Some(texts.name.clone()));
                }
            });
        }
    }

    /// Encodings that come into question, with texts as they would be.
    fn encodings(&self, ui: &mut Ui, texts: &TextReading, send: &mut Vec<Command>) {
        let shown = self.shown;
        ui.set_width(440.0_f32.min(ui.ctx().content_rect().width() - 16.0 * GRID));
        if self.layer.reading.from.as_ref().is_some_and(|from| from.encoding.is_some())
            && ui.selectable_label(false, shown.text(Text::Automatically)).clicked()
        {
            choose(self.loaded, self.at, send, |source| source.encoding = None);
            ui.close();
        }
        for candidate in &texts.candidates {
            let is_taken = candidate.name == texts.name;
            ui.horizontal(|ui| {
                let is_pressed = ui
                    .allocate_ui_with_layout(vec2(132.0, ROW), Layout::left_to_right(Align::Center), |ui| {
                        ui.set_min_width(132.0);
                        ui.selectable_label(is_taken, &candidate.name).clicked()
                    })
                    .inner;
                if is_pressed {
                    choose(self.loaded, self.at, send, |source| source.encoding = Some(candidate.name.clone()));
                    ui.close();
                }
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if candidate.broken > 0 {
                        let text = sources::broken_texts(shown.lang, candidate.broken);
                        ui.label(RichText::new(text).size(CAPTION).color(shown.colours.warning));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        ui.add(egui::Label::new(candidate.preview.join("  ")).truncate());
                    });
                });
            });
        }
    }

    fn system(&self, ui: &mut Ui, systems: &mut Systems, send: &mut Vec<Command>) {
        let (shown, reading) = (self.shown, &self.layer.reading);
        let lang = shown.lang;
        let name = shown.text(Text::CoordinateSystem);
        let Some(crs) = &reading.crs else {
            self.line(ui, name, false, |ui| drop(ui.label(shown.text(Text::Wgs84))));
            return;
        };
        let reasons = self.known.doubts.iter().find_map(|doubt| match doubt {
            Doubt::Crs(at, reasons) if *at == self.at => Some(reasons),
            Doubt::Crs(..)
            | Doubt::Texts(_)
            | Doubt::Levels(..)
            | Doubt::Missing(_)
            | Doubt::Role(..)
            | Doubt::Density(_) => None,
        });
        let id = crs.code.as_deref().unwrap_or(&crs.name);
        self.line(ui, name, reasons.is_some(), |ui| {
            let button = self.drop_down(ui, name, &crs.title(lang), SYSTEM.min(ui.available_width()));
            let popup = egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside);
            let now = Now {
                taken: id,
                is_chosen: reading.from.as_ref().is_some_and(|from| from.crs.is_some()),
                numbers: reading.numbers.as_ref(),
            };
            popup.show(|ui| {
                let system = match systems::list(ui, shown, systems, &now) {
                    None => return,
                    Some(Pressed::Automatic) => None,
                    Some(Pressed::System(system)) => Some(system),
                };
                if system.as_deref() != Some(id) || !now.is_chosen {
                    choose(self.loaded, self.at, send, |source| source.crs = system);
                }
            });
            button.on_hover_text(shown.text(Text::CoordinateSystemHint));
            self.place(ui, crs);
        });
        let Some(reasons) = reasons else { return };
        let short: Vec<String> = reasons.iter().map(|doubt| doubt.short(lang)).collect();
        let text = if short.is_empty() { crs.basis.words(lang).to_owned() } else { short.join(lang.pick("；", "; ")) };
        let shifted = reasons.iter().find_map(|doubt| match doubt {
            quhua::model::CrsDoubt::Shifted { like, .. } => Some(like.clone()),
            _ => None,
        });
        self.doubt(ui, &text, |ui| match shifted {
            Some(like) => {
                if self.is_here && ui.button(&like).clicked() {
                    choose(self.loaded, self.at, send, |source| source.crs = Some(like));
                }
            }
            None => {
                if self.is_right(ui) {
                    choose(self.loaded, self.at, send, |source| source.crs = Some(id.to_owned()));
                }
            }
        });
    }

    /// The central meridian, and where the middle of the layer lies.
    fn place(&self, ui: &mut Ui, crs: &CrsReading) {
        let lang = self.shown.lang;
        let meridian = crs.central_meridian.map(|meridian| sources::meridian(lang, meridian));
        let centre = crs.centre.map(|[lon, lat]| sources::centre(lang, &numbers::lon_lat(lon, lat)));
        let parts: Vec<String> = meridian.into_iter().chain(centre).collect();
        let text = RichText::new(parts.join(" · ")).color(self.shown.colours.muted);
        ui.add(egui::Label::new(text).truncate()).on_hover_text(crs.words(lang));
    }

    /// How the levels of units that lay in each other were told, with the other ways.
    fn taken_apart(&self, ui: &mut Ui, send: &mut Vec<Command>) {
        let (shown, lang) = (self.shown, self.shown.lang);
        let Some(levels) = &self.layer.reading.levels else { return };
        let name = shown.text(Text::TakenApart);
        let is_doubtful = levels.is_doubtful();
        let now = levels.by.as_ref().map_or_else(|| LevelsBy::Together.words(lang), |by| by.words(lang));
        self.line(ui, name, is_doubtful, |ui| {
            let button = self.drop_down(ui, name, &now, SYSTEM.min(ui.available_width()));
            egui::Popup::menu(&button).show(|ui| {
                widgets::scrolling(ui, |ui| {
                    let chosen = self.layer.reading.from.as_ref().and_then(|from| from.levels.as_ref());
                    if chosen.is_some() && ui.selectable_label(false, shown.text(Text::Automatically)).clicked() {
                        choose(self.loaded, self.at, send, |source| source.levels = None);
                    }
                    for by in levels.choices.iter().chain([&LevelsBy::Together]) {
                        let is_taken = levels.by.as_ref() == Some(by);
                        if ui.selectable_label(is_taken, by.words(lang)).clicked() && chosen != Some(by) {
                            choose(self.loaded, self.at, send, |source| source.levels = Some(by.clone()));
                        }
                    }
                });
            });
            button.on_hover_text(levels.words(lang));
            if !is_doubtful {
                let evidence: Vec<String> = levels.evidence.iter().map(|it| it.say(lang)).collect();
                let evidence = RichText::new(evidence.join(lang.pick("、", ", "))).color(shown.colours.muted);
                ui.add(egui::Label::new(evidence).truncate()).on_hover_text(levels.words(lang));
            }
        });
        let doubt = self.known.doubts.iter().find_map(|doubt| match doubt {
            Doubt::Levels(at, words) if *at == self.at => Some(words),
            Doubt::Levels(..)
            | Doubt::Texts(_)
            | Doubt::Crs(..)
            | Doubt::Missing(_)
            | Doubt::Role(..)
            | Doubt::Density(_) => None,
        });
        if let Some([zh, en]) = doubt {
            self.doubt(ui, lang.pick(zh, en), |ui| {
                if self.is_right(ui) {
                    choose(self.loaded, self.at, send, |source| source.levels = Some(LevelsBy::Together));
                }
            });
        }
    }

    fn levels(&self, ui: &mut Ui) {
        let (shown, facts) = (self.shown, &self.known.facts);
        let levels = &self.loaded.levels;
        self.line(ui, shown.text(Text::Levels), false, |ui| {
            let each = levels.iter().zip(&facts.units).rev();
            let counts: Vec<String> =
                each.map(|(&level, &units)| sources::level_count(words::level(shown.lang, level), units)).collect();
            ui.add(egui::Label::new(counts.join(" → ")).truncate());
            if let (Some([level, above, ..]), Some(&range)) = (levels.get(..2), facts.members.first()) {
                let names = (words::unit_of_level(shown.lang, *above), words::level(shown.lang, *level));
                let text = RichText::new(sources::members(shown.lang, names, range)).color(shown.colours.muted);
                ui.add(egui::Label::new(text).truncate());
            }
        });
    }

    fn fields(&self, ui: &mut Ui, now: &Fields, send: &mut Vec<Command>) {
        let (shown, lang) = (self.shown, self.shown.lang);
        let single = [
            (&now.code, Role::Code),
            (&now.name, Role::Name),
            (&now.parent, Role::Parent),
            (&now.kind, Role::Kind),
            (&now.population, Role::Population),
        ];
        let told: Vec<String> = single
            .into_iter()
            .filter_map(|(field, role)| Some(format!("{} {}", role.words(lang), field.as_ref()?)))
            .chain(
                (!now.sum.is_empty())
                    .then(|| format!("{} {}", shown.text(Text::FieldsAdded), now.sum.join(lang.pick("、", ", ")))),
            )
            .collect();
        self.line(ui, shown.text(Text::FieldsTaken), false, |ui| {
            let text = if told.is_empty() { shown.text(Text::FieldsNone).to_owned() } else { told.join(" · ") };
            ui.add(egui::Label::new(text).truncate());
        });
        for doubt in &self.known.doubts {
            match doubt {
                Doubt::Missing(role) => {
                    let mut text = sources::no_column(lang, role.words(lang));
                    if *role == Role::Population {
                        text = format!("{text}{}{}", lang.pick("；", "; "), shown.text(Text::OpenWorkbookHint));
                    }
                    self.role(ui, (doubt, *role, None), &text, send);
                }
                Doubt::Role(role, column, [zh, en]) => {
                    self.role(ui, (doubt, *role, Some(column)), lang.pick(zh, en), send);
                }
                Doubt::Texts(_) | Doubt::Crs(..) | Doubt::Levels(..) | Doubt::Density(_) => {}
            }
        }
    }

    /// A role that no column has, or a doubtful one, with the columns to choose from.
    fn role(
        &self,
        ui: &mut Ui,
        (doubt, role, now): (&Doubt, Role, Option<&String>),
        text: &str,
        send: &mut Vec<Command>,
    ) {
        let (shown, lang) = (self.shown, self.shown.lang);
        let name = role.words(lang);
        self.line(ui, name, true, |ui| {
            let face = now.map_or(shown.text(Text::ChooseColumn), String::as_str);
            let button = drop_down(ui, true, &sources::column_for(lang, name), face, 150.0);
            egui::Popup::menu(&button).show(|ui| {
                widgets::scrolling(ui, |ui| {
                    for field in self.layer.table.fields() {
                        let is_taken = now == Some(field);
                        if ui.selectable_label(is_taken, field).clicked() && !is_taken {
                            let fields = self.loaded.fields.with_role(field, role);
                            send.push(Command::ReadAnew(Box::new(Otherwise::Fields(fields))));
                        }
                    }
                });
            });
            self.told(ui, text, |ui| self.looked_at(ui, doubt, send));
        });
    }

    fn together(&self, ui: &mut Ui, send: &mut Vec<Command>) {
        let (shown, lang) = (self.shown, self.shown.lang);
        let Facts { people, area_km2, density, .. } = &self.known.facts;
        let whole = |density: f64| numbers::number(density, if density < 10.0 { 2 } else { 0 });
        let is_odd = self.known.doubts.iter().any(|doubt| matches!(doubt, Doubt::Density(_)));
        self.line(ui, shown.text(Text::Together), is_odd, |ui| {
            let people =
                people.map(|people| format!("{} {}", Role::Population.words(lang), numbers::people(people, lang)));
            let area = area_km2.map(|area| numbers::area_with_unit(area * 1e6, shown.area_unit(), lang));
            let density = density.filter(|_| !is_odd).map(|density| sources::density(lang, &whole(density)));
            let parts: Vec<String> = people.into_iter().chain(area).chain(density).collect();
            ui.add(egui::Label::new(parts.join(" · ")).truncate());
        });
        if let (true, Some(density)) = (is_odd, density) {
            let doubt = Doubt::Density(*density);
            let text = sources::odd_density(lang, &whole(*density));
            self.doubt(ui, &text, |ui| self.looked_at(ui, &doubt, send));
        }
    }

    /// A box that opens a list, where the file is there to be read once more.
    fn drop_down(&self, ui: &mut Ui, name: &str, now: &str, width: f32) -> Response {
        drop_down(ui, self.is_here, name, now, width)
    }

    /// Says that what was taken is right.
    fn is_right(&self, ui: &mut Ui) -> bool {
        let button = ui.add_enabled(self.is_here, Button::new(self.shown.text(Text::LooksRight)).small());
        button.on_hover_text(self.shown.text(Text::LooksRightHint)).clicked()
    }
}

/// A box that opens a list.
fn drop_down(ui: &mut Ui, is_enabled: bool, name: &str, now: &str, width: f32) -> Response {
    let arrow = icon::ICON_KEYBOARD_ARROW_DOWN.rich_text().size(16.0);
    let button = Button::new(now).truncate().right_text(arrow);
    let button = ui.add_enabled_ui(is_enabled, |ui| ui.add_sized(vec2(width, ROW), button)).inner;
    button.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::ComboBox, is_enabled, name);
        info.current_text_value = Some(now.to_owned());
        info
    });
    button
}
