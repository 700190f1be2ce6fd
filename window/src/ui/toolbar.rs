//! The one row on top: document, undo and redo, level, merge, search, look.

use eframe::egui::containers::menu::MenuButton;
use eframe::egui::{self, Align, Layout, RichText, Ui, vec2};
use egui_material_icons::icons as icon;

use super::background::{self, BackgroundMenu};
use super::colouring::{self, ColouringMenu};
use super::layout::{self, LayoutMenu};
use super::shown::Shown;
use super::state::action::Action;
use super::state::command::Command;
use super::state::exports::ExportKind;
use super::theme::GRID;
use super::widgets::{self, Face, action_button};
use super::words;
use quhua::edit::{Document, Step};
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Lang, Text, numbers::AreaUnit, sentences};
use quhua::study::Study;

/// Width of what stands at the right end of a narrow window, in points.
const RIGHT: f32 = 340.0;
/// A window narrower than this shows less in words, and leaves what the palette has too to the palette.
const NARROW: f32 = 1500.0;
/// A window narrower than this, or one with large text, shows the main things, and the rest in one menu.
const TIGHT: f32 = 1350.0;
/// A tight window wider than this shows as many buttons as it has room for.
const ROOMY: f32 = 1000.0;
/// A window narrower than this has only short names.
const TIGHTEST: f32 = 800.0;

/// Menus of the toolbar between frames.
#[derive(Debug, Default)]
pub struct Menus {
    /// What the fills show.
    pub colouring: ColouringMenu,
    /// What lies below the units.
    pub background: BackgroundMenu,
    /// Where the panels are.
    pub layout: LayoutMenu,
}

/// Shows the toolbar.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, menus: &mut Menus, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    let (tight, is_short) = (is_tight(ui), ui.ctx().content_rect().width() < TIGHTEST);
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = GRID;
        document_menu(ui, shown, send);
        divider(ui, shown);
        scenario_menu(ui, shown, send);
        divider(ui, shown);
        let would =
            shown.project.map(|project| would_undo_and_redo(project.document(), shown.lang)).unwrap_or_default();
        let [turned, returned] = shown.now.turns.map(|turn| turn.map(|what| shown.text(what.text()).to_owned()));
        let undo = turned.or(would.0).map(|what| sentences::would_undo(shown.lang, &what));
        let redo = returned.or(would.1).map(|what| sentences::would_redo(shown.lang, &what));
        action_button(ui, face, Action::Undo, Face::Icon, undo.as_deref(), send);
        action_button(ui, face, Action::Redo, Face::Icon, redo.as_deref(), send);
        divider(ui, shown);
        level_switch(ui, shown, send);
        divider(ui, shown);
        let merge = match () {
            () if is_short => Face::Icon,
            () if Action::Merge.is_enabled(shown.now) => Face::Main,
            () if tight => Face::Icon,
            () => Face::Named,
        };
        action_button(ui, face, Action::Merge, merge, None, send);
        if !tight || is_roomy(ui) {
            if shown.now.levels > 1 {
                let transfer = if is_narrow(ui) { Face::Icon } else { Face::Named };
                action_button(ui, face, Action::Transfer, transfer, None, send);
            }
            action_button(ui, face, Action::ToggleCompare, Face::Icon, None, send);
            divider(ui, shown);
        }
        colouring::show(ui, shown, is_short, &mut menus.colouring, send);
        background::show(ui, shown, &mut menus.background, send);
        // In a narrow window it makes room: the map has it in its menu, and the keyboard.
        if !tight && ui.available_width() > RIGHT + 10.0 * GRID {
            action_button(ui, face, Action::ZoomToFit, Face::Icon, None, send);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if tight {
                more_menu(ui, shown, send);
                layout::button(ui, shown, &mut menus.layout, send);
                if is_roomy(ui) {
                    panel_buttons(ui, shown, send);
                }
            } else {
                look(ui, shown, &mut menus.layout, send);
                divider(ui, shown);
                export_menu(ui, shown, send);
            }
            if !is_short {
                search(ui, shown, send);
            }
        });
    });
}

fn is_narrow(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < NARROW
}

fn is_tight(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() < TIGHT
}

fn is_roomy(ui: &Ui) -> bool {
    ui.ctx().content_rect().width() >= ROOMY
}

/// Names of documents and scenarios are cut off at this width.
fn name_width(ui: &Ui) -> f32 {
    match ui.ctx().content_rect().width() {
        width if width < TIGHTEST => 72.0,
        width if width < TIGHT => 96.0,
        _ => 150.0,
    }
}

/// A name with an arrow behind it, as a menu shows it.
fn name_of_menu(ui: &Ui, name: RichText) -> egui::text::LayoutJob {
    let mut text = egui::text::LayoutJob::default();
    let style = ui.style().clone();
    for part in [name, icon::ICON_KEYBOARD_ARROW_DOWN.rich_text().size(16.0)] {
        part.append_to(&mut text, &style, egui::FontSelection::Default, Align::Center);
    }
    text
}

/// A text that is cut off where it grows too wide.
fn short(ui: &Ui, text: &str) -> String {
    let font = egui::TextStyle::Button.resolve(ui.style());
    let mut job = egui::text::LayoutJob::simple_singleline(text.to_owned(), font, egui::Color32::PLACEHOLDER);
    job.wrap = egui::text::TextWrapping::truncate_at_width(name_width(ui));
    let galley = ui.painter().layout_job(job);
    let shown: usize = galley.rows.iter().map(|row| row.glyphs.len()).sum();
    if galley.elided {
        let kept: String = text.chars().take(shown.saturating_sub(1)).collect();
        format!("{kept}…")
    } else {
        text.to_owned()
    }
}

fn divider(ui: &mut Ui, shown: &Shown<'_>) {
    if is_tight(ui) {
        return;
    }
    let (rect, _) = ui.allocate_exact_size(vec2(2.0 * GRID, 5.0 * GRID), egui::Sense::hover());
    ui.painter().vline(rect.center().x, rect.y_range(), shown.colours.hairline());
}

/// The name of the document; below it, what is done with whole files.
fn document_menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let title = shown.project.map_or_else(|| shown.text(Text::AppName).to_owned(), |project| project.title(shown.lang));
    let mark = if shown.project.is_some_and(Study::is_modified) { " •" } else { "" };
    let text = name_of_menu(ui, RichText::new(format!("{}{mark} ", short(ui, &title))).strong());
    menu(ui, egui::WidgetText::from(text), &title, |ui| {
        ui.set_min_width(240.0);
        for action in [Action::Open, Action::OpenPath, Action::OpenSample] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        recent_items(ui, shown, send);
        ui.separator();
        for action in [Action::JoinTable, Action::TakeBackJoin, Action::RepairBorders, Action::TakeBackRepair] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        ui.separator();
        for action in [Action::LayLedger, Action::Packs] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        ui.separator();
        for action in [Action::OpenFacilities, Action::RemoveFacilities] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        ui.separator();
        for action in [Action::Save, Action::SaveAs] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        ui.separator();
        let exports = ExportKind::ALL.iter().map(|&kind| Action::Export(kind));
        for action in exports.chain([Action::CopyMap]) {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
    })
    .on_hover_text(shown.project.map_or_else(String::new, Study::source_text));
    if !is_tight(ui) {
        let face = (shown.lang, shown.colours, shown.now);
        action_button(ui, face, Action::Open, Face::Icon, None, send);
        action_button(ui, face, Action::Save, Face::Icon, None, send);
    }
}

/// What was opened or saved before.
fn recent_items(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    if shown.preferences.recent.is_empty() {
        return;
    }
    ui.separator();
    widgets::caption(ui, shown.colours, shown.text(Text::Recent));
    for (at, files) in shown.preferences.recent.iter().enumerate() {
        let button = egui::Button::new(words::recent(files)).truncate();
        if ui
            .add(button)
            .on_hover_text(files.iter().map(|file| file.path.display().to_string()).collect::<Vec<_>>().join("\n"))
            .clicked()
        {
            send.push(Command::OpenRecent(at));
            ui.close();
        }
    }
}

/// The scenario that is shown; below it, the others, and what is done with whole scenarios.
fn scenario_menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let Some(document) = shown.project.map(Study::document) else { return };
    let name = words::scenario_name(shown.lang, document.active());
    let text = name_of_menu(ui, RichText::new(format!("{} ", short(ui, &name))));
    menu(ui, egui::WidgetText::from(text), shown.text(Text::Scenarios), |ui| {
        ui.set_min_width(240.0);
        for scenario in document.scenarios() {
            let taken = scenario.id == document.active().id;
            let name = words::scenario_name(shown.lang, scenario);
            let text = format!("{name}  {}", words::stage(shown.lang, scenario.stage));
            if ui.selectable_label(taken, text).clicked() {
                send.push(Command::SwitchTo(scenario.id));
                ui.close();
            }
        }
        ui.separator();
        let scenarios = [Action::Branch, Action::NewScenario, Action::NextScenario, Action::ShowScenarios];
        for action in scenarios.into_iter().chain([Action::SuggestMergers]) {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
        ui.separator();
        for action in [Action::OpenPlan, Action::SavePlan, Action::Rebase, Action::ShowSources] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
    });
}

/// The level that a click takes.
fn level_switch(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let levels: Vec<_> = project
        .state()
        .levels()
        .map(|level| (level, words::level(shown.lang, shown.level_of(level)), shown.text(Text::LevelHint)))
        .collect();
    if !is_tight(ui) {
        if let Some(level) = widgets::choice(ui, shown.colours, shown.view.level, &levels) {
            send.push(Command::SetLevel(level));
        }
        return;
    }
    let now = levels.iter().find(|it| it.0 == shown.view.level).map_or("", |it| it.1);
    let text = name_of_menu(ui, RichText::new(format!("{now} ")));
    let name = format!("{} {now}", shown.text(Text::Level));
    menu(ui, egui::WidgetText::from(text), &name, |ui| {
        for &(level, name, _) in &levels {
            if ui.selectable_label(level == shown.view.level, name).clicked() {
                send.push(Command::SetLevel(level));
                ui.close();
            }
        }
    });
}

/// What a tight window has no room for.
fn more_menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let name = shown.text(Text::MoreCommands);
    menu(ui, icon::ICON_MORE_VERT.rich_text().size(18.0).into(), name, |ui| {
        ui.set_min_width(240.0);
        let groups: [&[Action]; 4] = [
            &[Action::Transfer, Action::ToggleCompare, Action::Find, Action::Palette],
            &[Action::ZoomToFit, Action::ZoomToSelection],
            &[Action::ToggleUnits, Action::ToggleBottom, Action::ToggleInspector],
            &[Action::NextAreaUnit, Action::NextAreaMethod, Action::ToggleTheme, Action::ToggleLanguage],
        ];
        for actions in groups {
            for &action in actions {
                widgets::menu_item(ui, shown.lang, shown.now, action, send);
            }
            ui.separator();
        }
        help_items(ui, shown, send);
    })
    .on_hover_text(name);
}

/// Help, and the size of the text.
fn help_menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let name = shown.text(Text::Help);
    menu(ui, icon::ICON_HELP.rich_text().size(18.0).into(), name, |ui| {
        ui.set_min_width(240.0);
        help_items(ui, shown, send);
    })
    .on_hover_text(name);
}

fn help_items(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    for action in [Action::Tour, Action::ShowShortcuts] {
        widgets::menu_item(ui, shown.lang, shown.now, action, send);
    }
    ui.separator();
    let size = format!("{} {}", shown.text(Text::TextSize), shown.preferences.text_scale);
    widgets::caption(ui, shown.colours, &size);
    for action in [Action::LargerText, Action::SmallerText, Action::NormalText] {
        widgets::menu_item(ui, shown.lang, shown.now, action, send);
    }
    if !is_tight(ui) {
        for action in [Action::NextAreaUnit, Action::NextAreaMethod, Action::ToggleTheme] {
            widgets::menu_item(ui, shown.lang, shown.now, action, send);
        }
    }
    ui.separator();
    for action in [Action::ShowLog, Action::ShowLogFile, Action::SaveLogFile] {
        widgets::menu_item(ui, shown.lang, shown.now, action, send);
    }
}

/// Opens the palette, which also finds units.
fn search(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    action_button(ui, face, Action::Find, Face::Icon, None, send);
    if !is_narrow(ui) {
        action_button(ui, face, Action::Palette, Face::Icon, None, send);
    }
}

fn export_menu(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let name = shown.text(Text::Export);
    let text =
        if is_narrow(ui) { icon::ICON_FILE_EXPORT.rich_text().size(18.0).into() } else { egui::WidgetText::from(name) };
    ui.add_enabled_ui(shown.project.is_some(), |ui| {
        let button = menu(ui, text, name, |ui| {
            ui.set_min_width(240.0);
            let exports = ExportKind::ALL.iter().map(|&kind| Action::Export(kind));
            for action in exports.chain([Action::SavePlan, Action::CopyMap, Action::CopyTablePicture]) {
                widgets::menu_item(ui, shown.lang, shown.now, action, send);
            }
        })
        .on_hover_text(shown.text(Text::ExportHint));
        widgets::note_place(ui, Action::Export(ExportKind::Boundaries), button.rect);
    });
}

/// Folds and unfolds panels. Laid out from right to left.
fn panel_buttons(ui: &mut Ui, shown: &Shown<'_>, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    for action in [Action::ToggleInspector, Action::ToggleBottom, Action::ToggleUnits] {
        action_button(ui, face, action, Face::Icon, None, send);
    }
}

/// Language, theme, unit of areas, panels. Laid out from right to left.
fn look(ui: &mut Ui, shown: &Shown<'_>, layouts: &mut LayoutMenu, send: &mut Vec<Command>) {
    let face = (shown.lang, shown.colours, shown.now);
    help_menu(ui, shown, send);
    layout::button(ui, shown, layouts, send);
    panel_buttons(ui, shown, send);
    if !is_narrow(ui) {
        action_button(ui, face, Action::ToggleTheme, Face::Icon, None, send);
    }
    let other = shown.lang.pick("EN", "中");
    let button = egui::Button::new(other).frame_when_inactive(false).min_size(vec2(28.0, 28.0));
    let name = shown.text(Text::ToggleLanguage);
    let tip = widgets::tooltip(ui, (shown.lang, shown.now), Action::ToggleLanguage, None);
    let response = ui.add(button).on_hover_text(tip).accessible_name(name);
    if response.clicked() {
        send.push(Action::ToggleLanguage.into());
    }
    // In a narrow window it is with the other looks, in the menu of help.
    if is_narrow(ui) {
        return;
    }
    let (symbol, name) = (shown.area_unit().symbol(shown.lang), shown.text(Text::NextAreaUnit));
    menu(ui, symbol.into(), name, |ui| {
        for unit in AreaUnit::ALL {
            if ui.selectable_label(unit == shown.area_unit(), unit.symbol(shown.lang)).clicked() {
                send.push(Command::SetAreaUnit(unit));
            }
        }
        let Some(project) = shown.project else { return };
        ui.separator();
        for method in AreaMethod::ALL {
            let name = shown.text(words::area_method(method));
            if ui.selectable_label(method == project.area_method(), name).clicked() {
                send.push(Command::SetAreaMethod(method));
            }
        }
    })
    .on_hover_text(widgets::tooltip(ui, (shown.lang, shown.now), Action::NextAreaUnit, None));
}

/// A button without a frame that opens a menu, called `name`.
fn menu(ui: &mut Ui, text: egui::WidgetText, name: &str, contents: impl FnOnce(&mut Ui)) -> egui::Response {
    let button = egui::Button::new(text).frame_when_inactive(false).min_size(vec2(28.0, 28.0));
    let (response, _) = MenuButton::from_button(button).ui(ui, |ui| widgets::scrolling(ui, contents));
    response.accessible_name(name)
}

/// The step that undo would take back, and the one that redo would do again, in words.
fn would_undo_and_redo(document: &Document, lang: Lang) -> (Option<String>, Option<String>) {
    let say = |step: &Step| step.words(lang);
    (document.done().next_back().map(say), document.history().nth(document.position()).map(say))
}
