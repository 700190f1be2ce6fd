//! The menu of what the fills of the map show: neighbours apart, or a figure, by which method and in which colours.

use eframe::egui::{self, PopupCloseBehavior, RichText, Role, Sense, StrokeKind, Ui, WidgetInfo, vec2};
use egui_material_icons::icons as icon;

use super::shown::Shown;
use super::state::action::Action;
use super::state::choropleth::{self, Classing, FigureLook, Mark};
use super::state::command::Command;
use super::state::view::Colouring;
use super::theme::{CAPTION, GRID, ROW};
use super::{widgets, words};
use crate::render::{CLASSES, Scheme};
use quhua::i18n::Text;
use quhua::i18n::numbers::AreaUnit;
use quhua::jobs::Derived;
use quhua::metrics::Figure;
use quhua::metrics::catalogue::Rank;
use quhua::model::LevelIndex;
use quhua::study::Study;

/// Width of the menu in points.
const WIDTH: f32 = 264.0;

/// The menu between frames.
#[derive(Debug, Default)]
pub struct ColouringMenu {
    draft: BreaksDraft,
    scheme: Derived<(u64, LevelIndex, Figure, FigureLook), Scheme>,
}

/// Breaks as they are being written, made of the breaks of a figure in a unit. What cannot be read stays here; the map
/// keeps the last that could.
type BreaksDraft = Derived<(Figure, AreaUnit, Vec<f64>), String>;

/// Shows the box that opens the menu.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, is_short: bool, menu: &mut ColouringMenu, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let now = words::colouring(shown, shown.view.colouring);
    let name = shown.text(Text::Colouring);
    let arrow = icon::ICON_KEYBOARD_ARROW_DOWN.rich_text().size(16.0);
    // With little room it says what it is for, not what it says now.
    let (face, width) = if is_short { (name, 0.0) } else { (now.as_str(), 132.0) };
    let button = ui.add(egui::Button::new(face).right_text(arrow).min_size(vec2(width, ROW)));
    button.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::ComboBox, true, name);
        info.current_text_value = Some(now.clone());
        info
    });
    // Not a combo box of egui: that one scrolls instead of growing when a figure is taken.
    egui::Popup::menu(&button).close_behavior(PopupCloseBehavior::CloseOnClickOutside).show(|ui| {
        ui.set_width(WIDTH);
        ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Extend);
        ui.spacing_mut().button_padding = vec2(2.0 * GRID, GRID - 1.0);
        widgets::scrolling(ui, |ui| {
            choices(ui, shown, project, send);
            if let Colouring::Figure(figure) = shown.view.colouring {
                widgets::rule(ui, shown.colours);
                look(ui, shown, project, figure, menu, send);
            }
        });
    });
    button.on_hover_text(name);
}

fn choices(ui: &mut Ui, shown: &Shown<'_>, project: &Study, send: &mut Vec<Command>) {
    // What shows now stands where it can be seen.
    let is_asked_for = |figure: &Figure| shown.view.colouring == Colouring::Figure(*figure);
    let (first, more): (Vec<Figure>, Vec<Figure>) = project
        .figures_on_map()
        .into_iter()
        .partition(|figure| figure.rank() < Rank::OnRequest || figure.row().is_none() || is_asked_for(figure));
    for colouring in std::iter::once(Colouring::Neighbours).chain(first.into_iter().map(Colouring::Figure)) {
        choice(ui, shown, colouring, send);
    }
    egui::CollapsingHeader::new(shown.text(Text::MoreFigures)).id_salt("more to colour by").show_unindented(ui, |ui| {
        for figure in more {
            choice(ui, shown, Colouring::Figure(figure), send);
        }
    });
    widgets::rule(ui, shown.colours);
    widgets::menu_item(ui, shown.lang, shown.now, Action::OwnFigures, send);
}

fn choice(ui: &mut Ui, shown: &Shown<'_>, colouring: Colouring, send: &mut Vec<Command>) {
    let response = ui.selectable_label(colouring == shown.view.colouring, words::colouring(shown, colouring));
    if let Colouring::Figure(figure) = colouring {
        widgets::explain(response.clone(), &words::figure_about(shown, figure));
    }
    if response.clicked() {
        send.push(Command::SetColouring(colouring));
        // A figure has more to be chosen below.
        if colouring == Colouring::Neighbours {
            ui.close();
        }
    }
}

/// Method and colours of the figure that shows.
fn look(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    figure: Figure,
    menu: &mut ColouringMenu,
    send: &mut Vec<Command>,
) {
    let now = shown.look_of(figure).into_owned();
    let level = shown.view.level;
    let scheme = *menu.scheme.of((project.revision(), level, figure, now.clone()), || {
        let classes = choropleth::classes(project, level, figure, &now);
        classes.map_or_else(|| now.scheme(figure), |classes| classes.scheme(now.scheme, figure))
    });
    let draft = &mut menu.draft;
    let marks = [
        (Mark::Fill, shown.text(Text::MarkFill), shown.text(Text::MarkFillHint)),
        (Mark::Circle, shown.text(Text::MarkCircle), shown.text(Text::MarkCircleHint)),
    ];
    let pressed = ui.horizontal(|ui| widgets::choice(ui, shown.colours, now.mark, &marks)).inner;
    if let Some(mark) = pressed {
        send.push(Command::SetLook(figure, FigureLook { mark, ..now.clone() }));
    }
    if now.mark == Mark::Fill {
        classing(ui, shown, project, figure, &now, draft, send);
    }
    ui.add_space(GRID);
    widgets::caption(ui, shown.colours, shown.text(Text::SchemeOf));
    for diverging in [false, true] {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = GRID;
            for choice in Scheme::ALL.into_iter().filter(|choice| choice.is_diverging() == diverging) {
                if strip(ui, shown, choice, choice == scheme) {
                    let look = FigureLook { scheme: Some(choice), ..now.clone() };
                    send.push(Command::SetLook(figure, look));
                }
            }
        });
    }
}

/// The method that makes the classes, and what is written for it.
fn classing(
    ui: &mut Ui,
    shown: &Shown<'_>,
    project: &Study,
    figure: Figure,
    now: &FigureLook,
    draft: &mut BreaksDraft,
    send: &mut Vec<Command>,
) {
    widgets::caption(ui, shown.colours, shown.text(Text::Classing));
    let classings = Classing::ALL.map(|classing| {
        let (name, hint) = words::classing(shown.lang, classing);
        (classing, name, hint)
    });
    let pressed = ui.horizontal(|ui| widgets::choice(ui, shown.colours, now.classing, &classings)).inner;
    if let Some(classing) = pressed {
        let mut look = FigureLook { classing, ..now.clone() };
        if classing == Classing::Manual && look.breaks.is_empty() {
            let classes = choropleth::classes(project, shown.view.level, figure, now);
            look.breaks = classes
                .map(|classes| choropleth::starting_breaks(&classes, figure, shown.area_unit()))
                .unwrap_or_default();
        }
        send.push(Command::SetLook(figure, look));
    }
    if now.classing == Classing::Manual {
        breaks(ui, shown, figure, now, draft, send);
    }
}

/// The line in which breaks are written, and what is wrong with them.
fn breaks(
    ui: &mut Ui,
    shown: &Shown<'_>,
    figure: Figure,
    now: &FigureLook,
    draft: &mut BreaksDraft,
    send: &mut Vec<Command>,
) {
    let unit = shown.area_unit();
    let made = || choropleth::breaks_text(figure, &now.breaks, unit);
    let text = draft.of((figure, unit, now.breaks.clone()), made);
    ui.add_space(2.0);
    let hint = words::figure_with_unit(shown, figure);
    let field = widgets::field(ui, shown.text(Text::Breaks), text, &hint, WIDTH - 3.0 * GRID);
    match choropleth::parse_breaks(text) {
        Ok(written) if field.changed() => {
            let factor = figure.shown_unit(unit);
            let breaks: Vec<f64> = written.into_iter().map(|at| at * factor).collect();
            // The text is as the user wants it: what comes of it must not rewrite it.
            let text = std::mem::take(text);
            draft.put((figure, unit, breaks.clone()), text);
            send.push(Command::SetLook(figure, FigureLook { breaks, ..now.clone() }));
        }
        Ok(_) => {}
        Err(error) => {
            let text = words::breaks_error(shown.lang, &error);
            ui.add(egui::Label::new(RichText::new(text).size(CAPTION).color(shown.colours.error)).wrap());
        }
    }
}

/// The colours of a scheme side by side, to be pressed. Returns whether they were.
fn strip(ui: &mut Ui, shown: &Shown<'_>, scheme: Scheme, taken: bool) -> bool {
    let square = vec2(9.0, 12.0);
    #[expect(clippy::cast_precision_loss, reason = "a handful of classes")]
    let size = vec2(square.x * CLASSES as f32 + 2.0 * GRID, ROW - GRID);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = words::scheme(shown.lang, scheme);
    response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, taken, name));
    let colours = shown.colours;
    if taken {
        let line = egui::Stroke::new(1.5, colours.selection);
        ui.painter().rect(rect, 4.0, colours.selection_fill, line, StrokeKind::Inside);
    } else if response.hovered() {
        ui.painter().rect_filled(rect, 4.0, colours.hover_fill);
    }
    if response.has_focus() {
        ui.painter().rect_stroke(rect, 4.0, egui::Stroke::new(1.0, colours.selection), StrokeKind::Outside);
    }
    let mut at = rect.left_center() + vec2(GRID, -square.y / 2.0);
    for class in 0..CLASSES {
        ui.painter().rect_filled(egui::Rect::from_min_size(at, square), 0.0, scheme.colour(class, CLASSES));
        at.x += square.x;
    }
    response.on_hover_text(name).clicked()
}
