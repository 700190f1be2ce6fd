//! What lies on the map: legend, scale bar, north arrow, seats, tooltip.

use std::collections::BTreeSet;

use eframe::egui::{self, Response, RichText, Ui, vec2};

use super::background::Background;
use super::crossings::CrossingMarks;
use super::legend::{self, Legend, LegendCircles, LegendContents, LegendRow, Swatch};
use super::styling::MapStyling;
use super::{circles, facilities};
use crate::render::circles::CircleScale;
use crate::render::furniture::{ScaleBar, SeatSign, paint_north_arrow, paint_scale_bar, paint_seat};
use crate::render::{Camera, palette};
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::state::view::Colouring;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::words;
use quhua::carto::places::colour;
use quhua::coverage::AtomId;
use quhua::i18n::{Text, numbers, sentences};
use quhua::model::{Level, UnitId};
use quhua::study::Study;

/// Seats in view at most: more would hide the map.
const MOST_SEATS: usize = 120;

/// Length of the scale bar in points at most.
const BAR: f32 = 120.0;

/// Atoms in view at most for seats to be looked for.
const MOST_ATOMS: usize = 20_000;

/// Paints circles, seats and names. Returns how much the circles stand for.
pub fn names(
    painter: &egui::Painter,
    shown: &Shown<'_>,
    camera: &Camera,
    styling: &mut MapStyling,
) -> Option<CircleScale> {
    let project = shown.project?;
    let circles = styling.paint_circles(painter, shown, project, camera);
    if let Some(crossings) = styling.crossings(shown) {
        crossings.paint(painter, camera, styling.theme());
    }
    let seats = seats(painter, shown, project, camera, styling);
    if let Some(facilities) = shown.facilities() {
        facilities::paint_lines(painter, facilities, camera, styling.theme());
        facilities::paint(painter, facilities, camera, styling.theme());
    }
    styling.paint_symbols(painter, camera);
    if shown.preferences.labels {
        styling.paint_labels(painter, project, camera, &seats);
    }
    circles
}

/// What is explained.
pub struct Furniture<'a> {
    /// Where the map is.
    pub rect: egui::Rect,
    /// What lies below it.
    pub background: Option<&'a Background>,
    /// How much its circles stand for.
    pub circles: Option<CircleScale>,
}

/// Paints what explains a map: scale bar, north arrow, legend, whose the background is.
/// Returns the legend.
pub fn furniture(
    ui: &mut Ui,
    shown: &Shown<'_>,
    camera: &Camera,
    styling: &MapStyling,
    &Furniture { rect, background, circles }: &Furniture<'_>,
    send: &mut Vec<Command>,
) -> Option<Legend> {
    let project = shown.project?;
    let painter = ui.painter_at(rect);
    let theme = styling.theme();
    let margin = 3.0 * GRID;
    let open = background.is_some_and(|background| !background.is_too_far());
    let bar = ScaleBar::fitting(camera, BAR);
    // Whatever lies below it, it can be read.
    let corner = rect.left_bottom() + vec2(2.0 * GRID, -2.0 * GRID);
    let back = egui::Rect::from_two_pos(corner, corner + vec2(bar.length_points + 4.0 * GRID, -7.0 * GRID));
    let ground = if open { shown.colours.panel } else { shown.colours.paper };
    painter.rect_filled(back, 3.0, ground.gamma_multiply(0.85));
    paint_scale_bar(&painter, theme, &bar, rect.left_bottom() + vec2(margin + 4.0, -margin - 2.0));
    paint_north_arrow(&painter, theme, rect.right_top() + vec2(-margin - 10.0, margin + 22.0));
    let title = match shown.view.colouring {
        Colouring::Neighbours => shown.text(Text::Legend).to_owned(),
        Colouring::Figure(figure) if shown.figures_died() => {
            let figure = words::figure_with_unit(shown, figure);
            sentences::with_reason(shown.lang, &figure, shown.text(Text::CouldNotBeWorkedOut))
        }
        Colouring::Figure(figure) => words::figure_with_unit(shown, figure),
    };
    // Colours in the legend are as pale as those on the map.
    let share = if open { shown.preferences.background.fills } else { 1.0 };
    let rows = legend_rows(shown, project, styling, share);
    let circles = match (shown.view.colouring, circles) {
        (Colouring::Figure(figure), Some(scale)) => {
            let text = |value| figure.text_of(value, shown.area_unit());
            let samples = scale.samples(figure.shown_unit(shown.area_unit()));
            Some(LegendCircles {
                samples: samples.into_iter().map(|(value, radius)| (radius, text(value))).collect(),
                ink: circles::ink(shown.look_of(figure).scheme(figure)),
                rim: theme.paper,
            })
        }
        _ => None,
    };
    let corner = rect.right_bottom() + vec2(-margin, -margin);
    let contents = LegendContents { theme, title: &title, circles: circles.as_ref(), rows: &rows };
    let legend = legend::show(ui, shown, (rect, corner), &contents, send);
    if let Some(background) = background {
        let left = rect.left() + margin + BAR + 10.0 * GRID;
        let room = egui::Rect::from_x_y_ranges(left..=legend.rect.left() - 2.0 * GRID, rect.y_range());
        attribution(ui, shown, background, room);
    }
    Some(legend)
}

/// Says at the lower edge of the map whose the background is, on as many lines as it needs.
fn attribution(ui: &mut Ui, shown: &Shown<'_>, background: &Background, room: egui::Rect) {
    let text = words::attribution(shown, background.info(), background.is_too_far());
    let text = RichText::new(text).size(CAPTION).color(shown.colours.ink);
    let width = room.width().max(80.0);
    let galley = egui::WidgetText::from(text.clone()).into_galley(
        ui,
        Some(egui::TextWrapMode::Wrap),
        width - 2.0 * GRID,
        egui::TextStyle::Body,
    );
    let size = galley.size() + vec2(2.0 * GRID, GRID);
    let place = egui::Rect::from_min_size(room.left_bottom() - vec2(0.0, size.y + 2.0 * GRID), size);
    ui.painter_at(room).rect_filled(place, 3.0, shown.colours.panel.gamma_multiply(0.85));
    ui.put(place, egui::Label::new(galley));
}

/// Rows of the legend: classes where a figure is shown, then borders and marks that are in use.
fn legend_rows(shown: &Shown<'_>, project: &Study, styling: &MapStyling, share: f32) -> Vec<LegendRow> {
    let mut rows = Vec::new();
    let theme = styling.theme();
    if let (Colouring::Figure(figure), Some(classes)) = (shown.view.colouring, styling.classes()) {
        let scheme = classes.scheme(shown.look_of(figure).scheme, figure);
        for (i, (low, high)) in classes.ranges().enumerate() {
            let figures = |value| figure.text_of(value, shown.area_unit());
            // Classes whose breaks were written are open at both ends.
            let text = match (low.is_finite(), high.is_finite()) {
                (true, true) if low == 0.0 && high == 0.0 => figures(low),
                (true, true) => format!("{} – {}", figures(low), figures(high)),
                (false, _) => format!("≤ {}", figures(high)),
                (true, false) => format!("> {}", figures(low)),
            };
            let colour = scheme.colour(i, classes.count()).gamma_multiply(share);
            rows.push(LegendRow { swatch: Swatch::Fill(colour), text });
        }
        if styling.has_unknown() {
            let swatch = Swatch::Hatch(theme.no_data, theme.paper);
            rows.push(LegendRow { swatch, text: shown.text(Text::NoData).to_owned() });
        }
    }
    let levels = &project.dataset().levels;
    for &level in levels.iter().rev() {
        let line = match crate::render::Rank::from(level) {
            crate::render::Rank::Hidden => continue,
            crate::render::Rank::Group => theme.lines.group,
            crate::render::Rank::Village => theme.lines.village,
            crate::render::Rank::Township => theme.lines.township,
            crate::render::Rank::County => theme.lines.county,
        };
        let text = words::level(shown.lang, level).to_owned();
        rows.push(LegendRow { swatch: Swatch::Line(line.colour, line.width), text });
    }
    if project.has_changes() {
        let ground = palette::on_paper(theme, palette::unit_fill(theme, 0).fill);
        let swatch = Swatch::Hatch(theme.accent, ground);
        rows.push(LegendRow { swatch, text: shown.text(Text::ChangedUnits).to_owned() });
    }
    if project.state().has_locks() {
        let ground = palette::on_paper(theme, palette::unit_fill(theme, 0).fill);
        rows.push(LegendRow {
            swatch: Swatch::Lined(theme.no_data, ground),
            text: shown.text(Text::Locked).to_owned(),
        });
    }
    let [links, barriers] = styling.crossings(shown).map_or([false; 2], CrossingMarks::kinds);
    for (is_there, swatch, text) in [
        (links, Swatch::Link(theme.crossing), Text::LegendLinks),
        (barriers, Swatch::Barrier(theme.crossing), Text::LegendBarriers),
    ] {
        if is_there {
            rows.push(LegendRow { swatch, text: shown.text(text).to_owned() });
        }
    }
    if styling.has_seats() {
        let state = project.state();
        let former = project.abolished(shown.view.level).into_iter().filter(|&unit| state.unit(unit).seat.is_some());
        let mut signs: Vec<SeatSign> =
            former.map(|unit| SeatSign::of(shown.level_of(shown.view.level), state, unit)).collect();
        signs.push(SeatSign::Kept);
        for sign in SeatSign::ALL.into_iter().filter(|sign| signs.contains(sign)) {
            rows.push(LegendRow { swatch: Swatch::Seat(sign), text: sign.words(shown.lang).to_owned() });
        }
    }
    if let Some(facilities) = shown.facilities() {
        for (kind, name) in facilities.kinds().iter().enumerate() {
            let name = if name.is_empty() { shown.text(Text::Facility) } else { name };
            rows.push(LegendRow { swatch: Swatch::Dot(colour(kind)), text: name.to_owned() });
        }
    }
    rows.extend(styling.symbols().legend(theme, shown.lang));
    rows
}

/// Given seats of the level: filled, those of abolished units hollow, a county's a star. Returns where
/// they are.
fn seats(
    painter: &egui::Painter,
    shown: &Shown<'_>,
    project: &Study,
    camera: &Camera,
    styling: &MapStyling,
) -> Vec<egui::Pos2> {
    let (dataset, state) = (project.dataset(), project.state());
    // Beyond so many atoms in view, their seats would hide the map.
    let atoms: Vec<AtomId> = dataset.index.atoms_in(camera.lonlat_rect()).take(MOST_ATOMS + 1).collect();
    if atoms.len() > MOST_ATOMS {
        return Vec::new();
    }
    let coarsest = state.coarsest();
    let mut levels = vec![shown.view.level];
    if shown.level_of(coarsest) == Level::County && coarsest != shown.view.level {
        levels.push(coarsest);
    }
    let mut places = Vec::new();
    for level in levels {
        let current: BTreeSet<UnitId> = atoms.iter().map(|&atom| state.unit_of(atom, level)).collect();
        let abolished = project.abolished(level);
        let seats: Vec<(UnitId, egui::Pos2)> = current
            .into_iter()
            .chain(abolished)
            .filter_map(|id| Some((id, camera.screen_from_lonlat(state.unit(id).seat.as_ref()?.at))))
            .filter(|&(_, at)| camera.viewport().contains(at))
            .collect();
        if seats.len() > MOST_SEATS {
            continue;
        }
        for (id, at) in seats {
            paint_seat(painter, styling.theme(), SeatSign::of(shown.level_of(level), state, id), at);
            places.push(at);
        }
    }
    places
}

/// Name, level, people and area of the unit under the pointer; what link or barrier it is, and why.
pub fn tooltip(ui: &Ui, shown: &Shown<'_>, camera: &Camera, response: &Response, styling: &MapStyling) {
    let Some(project) = shown.project else { return };
    // With the keyboard on the map it tells of the unit below the cross, which the line of status does.
    if !response.hovered() || response.has_focus() || response.dragged() || ui.input(|input| input.pointer.any_down()) {
        return;
    }
    let pointer = response.hover_pos();
    let facility = shown.facilities().zip(pointer).and_then(|(all, at)| facilities::under(all, camera, at));
    let crossing = styling.crossings(shown).zip(pointer).and_then(|(all, at)| all.under(camera, at));
    let symbol = pointer.filter(|&at| styling.symbols().is_at(at));
    if shown.view.hovered.is_none() && crossing.is_none() && symbol.is_none() {
        return;
    }
    response.clone().on_hover_ui_at_pointer(|ui| {
        if let Some(at) = symbol {
            styling.symbols().explain(ui, shown, project, at);
            if let Some(unit) = shown.view.hovered {
                let unit = words::unit(project.state().unit(unit));
                ui.label(RichText::new(unit).size(CAPTION).color(shown.colours.muted));
            }
            return;
        }
        if let Some(unit) = shown.view.hovered {
            contents(ui, shown, project, unit);
        }
        if let Some(facility) = facility {
            let kind = if facility.kind.is_empty() { shown.text(Text::Facility) } else { &facility.kind };
            ui.label(format!("{kind} {}", facility.name).trim());
        }
        if let Some(crossing) = crossing {
            ui.label(crossing.text(shown.lang, project.dataset()));
        }
    });
}

fn contents(ui: &mut Ui, shown: &Shown<'_>, project: &Study, unit: UnitId) {
    let state = project.state();
    let it = state.unit(unit);
    let figures = project.figures(unit);
    ui.label(RichText::new(words::unit(it)).strong());
    let mut line = words::unit_of_level(shown.lang, shown.level_of(it.level)).to_owned();
    if let Some(parent) = it.parent {
        line = format!("{line} · {}", words::unit(state.unit(parent)));
    }
    ui.label(RichText::new(line).size(CAPTION).color(shown.colours.muted));
    let area = numbers::area_with_unit(figures.area_m2, shown.area_unit(), shown.lang);
    if project.dataset().fields.population.is_none() {
        ui.label(area);
        return;
    }
    let people = figures.population.map_or_else(
        || shown.text(Text::NoData).to_owned(),
        |people| format!("{} {}", numbers::people(people, shown.lang), shown.text(Text::PopulationUnit)),
    );
    ui.label(format!("{people} · {area}"));
}
