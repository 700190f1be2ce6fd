//! The bar above the map: a line of conditions with completion, how many units meet them, and the lines that were kept.

use eframe::egui::{self, Align, Frame, Key, Layout, Margin, Modifiers, Panel, RichText, Ui, vec2};
use egui_material_icons::icons as icon;

use super::completing::{self, CompletedLine, OFFERED};
use super::shown::Shown;
use super::state::command::{Command, SelectMode};
use super::theme::{CAPTION, GRID, ROW};
use super::widgets;
use quhua::i18n::{Say as _, Text, selecting};
use quhua::jobs::Derived;
use quhua::metrics::Figure;
use quhua::model::{LevelIndex, UnitId};
use quhua::query::{self, Completions, Ground, Query, QueryError, ValueLists, Vocabulary};
use quhua::study::Allowed;
use quhua::study::{Study, Time};

/// The bar between frames.
#[derive(Default)]
pub struct QueryBar {
    open: bool,
    line: CompletedLine,
    values: ValueLists,
    found: Derived<FoundFor, Found>,
}

/// What the line finds.
type Found = Result<Vec<UnitId>, QueryError>;

/// What units were looked for in.
#[derive(Clone, Debug, PartialEq)]
struct FoundFor {
    line: String,
    revision: u64,
    level: LevelIndex,
    area_unit: quhua::i18n::numbers::AreaUnit,
    /// Whether the figures of the level were known.
    known: bool,
}

impl QueryBar {
    /// Opens it, and gives it the keys.
    pub fn open(&mut self) {
        self.open = true;
        self.line.focus = true;
    }

    /// Whether it is open.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Closes it where it has the keys. Returns whether it had.
    pub fn give_up(&mut self) -> bool {
        let closes = self.open && (self.line.focused || self.line.had_focus || self.line.focus);
        if closes {
            self.close();
        }
        closes
    }

    fn close(&mut self) {
        self.open = false;
        (self.line.focus, self.line.focused, self.line.had_focus) = (false, false, false);
        self.line.forget_chosen();
    }

    /// Looks for units again when the line or the document is another.
    fn refresh(&mut self, shown: &Shown<'_>, project: &Study, vocabulary: &Vocabulary) {
        let level = shown.view.level;
        let wanted = FoundFor {
            line: self.line.text.clone(),
            revision: project.revision(),
            level,
            area_unit: shown.area_unit(),
            known: project.knows_figures(Time::Now, level),
        };
        let line = &self.line.text;
        self.found.of(wanted, || Query::read(line, vocabulary).map(|query| units_of(project, &query, level)));
    }
}

/// Units of the level that is looked at; where the query asks for a level, those of any one level.
fn units_of(project: &Study, query: &Query, level: LevelIndex) -> Vec<UnitId> {
    let known = |level: LevelIndex, figure: Figure| {
        project.knows_figures(Time::Now, level).then(|| project.values_at(Time::Now, level, figure))
    };
    let ground = Ground { known: Some(&known), ..ground(project) };
    let here = query.units(&ground, level);
    if !here.is_empty() || !query.asks_for_level() {
        return here;
    }
    let levels = project.state().levels();
    levels.map(|level| query.units(&ground, level)).find(|units| !units.is_empty()).unwrap_or_default()
}

/// Shows the bar, if it is open.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let Some(project) = shown.project.filter(|_| bar.open) else { return };
    let frame = Frame::new().fill(shown.colours.panel).inner_margin(Margin::symmetric(10, 4));
    let vocabulary = Vocabulary::of(project.dataset(), shown.area_unit(), project.own_figures());
    let keys = Keys::read(ui, &bar.line);
    bar.refresh(shown, project, &vocabulary);
    let panel = Panel::top("query").show_separator_line(false).frame(frame).show(ui, |ui| {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            widgets::icon_mark(ui, icon::ICON_MANAGE_SEARCH, shown.colours.muted);
            let right = 190.0;
            let texts = (shown.text(Text::QueryLine), shown.text(Text::QueryPrompt));
            let field = bar.line.show(ui, texts, (ui.available_width() - right).max(160.0), true);
            if field.changed() {
                bar.refresh(shown, project, &vocabulary);
            }
            buttons(ui, shown, project, bar, send);
            field
        })
    });
    let field = panel.inner.inner;
    answer(ui, shown, project, bar);
    let offers = offers(shown, project, &vocabulary, bar);
    let accepted = bar.line.offer(ui, shown, (&field, keys.line), &offers);
    if let Some(mode) = keys.selects.filter(|_| !accepted) {
        select(shown, project, bar, mode, send);
        // The map has the keys again, so that M merges and Esc gives up.
        field.surrender_focus();
        bar.line.focused = false;
    }
}

/// Keys that mean something else here than in any line of text.
#[derive(Default)]
struct Keys {
    line: completing::Keys,
    selects: Option<SelectMode>,
}

impl Keys {
    fn read(ui: &Ui, line: &CompletedLine) -> Self {
        let has_chosen = line.has_chosen();
        if !line.focused {
            return Self::default();
        }
        ui.input_mut(|input| {
            let mut pressed = |modifiers, key| input.consume_key(modifiers, key);
            let enter = pressed(Modifiers::NONE, Key::Enter);
            let adds = pressed(Modifiers::SHIFT, Key::Enter);
            let removes = pressed(Modifiers::ALT, Key::Enter);
            let plain = (enter && !has_chosen).then_some(SelectMode::Replace);
            let adds = adds.then_some(SelectMode::Add);
            let line = completing::Keys {
                up: pressed(Modifiers::NONE, Key::ArrowUp),
                down: pressed(Modifiers::NONE, Key::ArrowDown),
                accepts: pressed(Modifiers::NONE, Key::Tab) || (enter && has_chosen),
            };
            Self { line, selects: plain.or(adds).or(removes.then_some(SelectMode::Remove)) }
        })
    }
}

/// How many units there are, and what can be done with the line.
fn buttons(ui: &mut Ui, shown: &Shown<'_>, project: &Study, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let found = bar.found.get().and_then(|found| found.as_ref().ok()).map_or(0, Vec::len);
    let select = ui.add_enabled(found > 0, egui::Button::new(shown.text(Text::SelectFound)));
    if select.on_hover_text(shown.text(Text::QueryKeys)).clicked() {
        let mode = if ui.input(|input| input.modifiers.shift) { SelectMode::Add } else { SelectMode::Replace };
        self::select(shown, project, bar, mode, send);
    }
    let line = bar.line.text.trim().to_owned();
    let is_kept = shown.preferences.queries.contains(&line);
    let (star, name) = if is_kept {
        (icon::ICON_BOOKMARK_ADDED, shown.text(Text::ForgetQuery))
    } else {
        (icon::ICON_BOOKMARK_ADD, shown.text(Text::KeepQuery))
    };
    let can_be_kept = bar.found.get().is_some_and(Result::is_ok);
    ui.add_enabled_ui(can_be_kept, |ui| {
        if widgets::icon_button(ui, star, name).clicked() {
            send.push(Command::KeepQuery(line, !is_kept));
        }
    });
    kept(ui, shown, bar, send);
    if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::Close)).clicked() {
        bar.close();
    }
}

/// The menu of lines that were kept, each with a cross to forget it.
fn kept(ui: &mut Ui, shown: &Shown<'_>, bar: &mut QueryBar, send: &mut Vec<Command>) {
    let name = shown.text(Text::KeptQueries);
    let button = egui::Button::new(icon::ICON_BOOKMARKS.rich_text().size(16.0));
    let button = button.frame_when_inactive(false).min_size(vec2(ROW, ROW));
    let (response, _) = egui::containers::menu::MenuButton::from_button(button).ui(ui, |ui| {
        ui.set_min_width(280.0);
        if shown.preferences.queries.is_empty() {
            widgets::hint(ui, shown.colours, shown.text(Text::NoKeptQueries));
        }
        for line in &shown.preferences.queries {
            ui.horizontal(|ui| {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if widgets::icon_button(ui, icon::ICON_CLOSE, shown.text(Text::ForgetQuery)).clicked() {
                        send.push(Command::KeepQuery(line.clone(), false));
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        if ui.add(egui::Button::new(line.as_str()).frame_when_inactive(false).truncate()).clicked() {
                            bar.line.text.clone_from(line);
                            bar.line.focus = true;
                            ui.close();
                        }
                    });
                });
            });
        }
    });
    response.on_hover_text(name).accessible_name(name);
}

/// What the line finds, or where it goes wrong, below it.
fn answer(ui: &mut Ui, shown: &Shown<'_>, project: &Study, bar: &QueryBar) {
    let Some(found) = bar.found.get() else { return };
    let colours = shown.colours;
    let (text, colour) = match found {
        _ if bar.line.text.trim().is_empty() => (shown.text(Text::QueryKeys).to_owned(), colours.muted),
        Ok(units) => {
            let allowed = Allowed::new(project, &shown.view.limits);
            let taken = units.iter().filter(|&&unit| allowed.allows(project, unit)).count();
            (selecting::found_within_limits(shown.lang, taken, units.len() - taken), colours.ink)
        }
        // What is not finished is not wrong yet.
        Err(error) if error.is_unfinished() => (error.say(shown.lang), colours.muted),
        Err(error) => (error.say(shown.lang), colours.error),
    };
    let frame = Frame::new().fill(colours.panel).inner_margin(Margin { left: 34, right: 10, top: 0, bottom: 5 });
    Panel::top("query answer").frame(frame).show(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(text).size(CAPTION).color(colour)).truncate());
    });
}

fn select(shown: &Shown<'_>, project: &Study, bar: &QueryBar, mode: SelectMode, send: &mut Vec<Command>) {
    let Some(Ok(units)) = bar.found.get() else { return };
    let allowed = Allowed::new(project, &shown.view.limits);
    let units: Vec<UnitId> = units.iter().copied().filter(|&unit| allowed.allows(project, unit)).collect();
    if !bar.line.text.trim().is_empty() && !units.is_empty() {
        send.push(Command::Select(units, mode));
    }
}

/// How the line could go on at the cursor.
fn offers(shown: &Shown<'_>, project: &Study, vocabulary: &Vocabulary, bar: &mut QueryBar) -> Completions {
    if !bar.line.wants_offers() {
        return Completions::default();
    }
    query::completions(
        (&bar.line.text, bar.line.cursor()),
        (&ground(project), vocabulary),
        (&mut bar.values, project.revision()),
        (shown.view.level, shown.lang),
        OFFERED,
    )
}

/// What conditions are tested on, without figures that are known.
fn ground(project: &Study) -> Ground<'_> {
    Ground {
        dataset: project.dataset(),
        state: project.state(),
        area_method: project.area_method(),
        known: None,
        own: project.own_figures(),
    }
}
