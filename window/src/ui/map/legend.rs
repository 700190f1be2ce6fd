//! The legend of the map.

use std::sync::Arc;

use eframe::egui::{
    self, Align2, Color32, CornerRadius, FontId, Galley, Painter, Pos2, Rect, Role, Sense, Stroke, StrokeKind, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};
use egui_material_icons::icons as icon;

use super::{crossings, symbols};
use crate::render::furniture::{SeatSign, paint_seat};
use crate::render::{LineStyle, MapTheme, circles};
use crate::ui::shown::Shown;
use crate::ui::state::command::Command;
use crate::ui::theme::{CAPTION, Colours, GRID};
use quhua::carto::symbols::SymbolSign;
use quhua::i18n::{Text, sentences};

/// The share of the map that a legend may cover before it folds by itself.
const MOST_OF_MAP: f32 = 0.25;
/// The share of the height of the map that it may take.
const HIGHEST_OF_MAP: f32 = 0.6;
/// Height of the title, and of the folded legend, in points.
const HEADING: f32 = 24.0;
/// Height of a row in points.
const LINE: f32 = 17.0;
/// Size of the arrow beside the title in points.
const ARROW: f32 = 14.0;

/// One row of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendRow {
    /// What it looks like.
    pub swatch: Swatch,
    /// What it means.
    pub text: String,
}

impl LegendRow {
    /// From top to bottom, in points: circles need room.
    fn height(&self) -> f32 {
        if let Swatch::Symbol(sign) = &self.swatch { sign.height().max(LINE) } else { LINE }
    }

    /// Where its text begins, behind the left edge of its sign.
    const fn indent(&self) -> f32 {
        if matches!(self.swatch, Swatch::Nothing) { 0.0 } else { 24.0 }
    }
}

/// How a legend shows a thing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Swatch {
    /// A filled box.
    Fill(Color32),
    /// A hatched box: stripes on a ground.
    Hatch(Color32, Color32),
    /// A box with level lines: lines on a ground.
    Lined(Color32, Color32),
    /// A line of a width in points.
    Line(Color32, f32),
    /// A bridge: a link.
    Link(LineStyle),
    /// A line with ticks: a barrier.
    Barrier(LineStyle),
    /// The sign of a seat.
    Seat(SeatSign),
    /// A dot: a facility.
    Dot(Color32),
    /// A symbol of a ledger.
    Symbol(SymbolSign),
    /// Nothing: it says what stands below it.
    Nothing,
}

/// Circles in one another, each with the figure that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendCircles {
    /// Radius in points and figure, the largest first.
    pub samples: Vec<(f32, String)>,
    /// Their colour.
    pub ink: Color32,
    /// Their rims.
    pub rim: Color32,
}

impl LegendCircles {
    /// Least distance between two figures.
    const LINE: f32 = 15.0;

    fn radius(&self) -> f32 {
        self.samples.iter().map(|it| it.0).fold(0.0, f32::max)
    }

    #[expect(clippy::cast_precision_loss, reason = "two or three")]
    fn height(&self) -> f32 {
        (2.0 * self.radius()).max(Self::LINE * self.samples.len() as f32) + 3.0 * GRID
    }

    fn layout(&self, painter: &Painter, colours: &Colours) -> Vec<Arc<Galley>> {
        let font = || FontId::proportional(CAPTION);
        self.samples.iter().map(|it| painter.layout_no_wrap(it.1.clone(), font(), colours.ink)).collect()
    }

    /// Width beside the widest figure.
    fn reach(&self) -> f32 {
        2.0 * self.radius() + 16.0
    }

    /// Paints them below a place: all stand on one line, a hairline leads from the top of each to its figure.
    fn paint(&self, painter: &Painter, colours: &Colours, top_left: Pos2) {
        let radius = self.radius();
        let foot = top_left.y + self.height() - GRID;
        let mut last = f32::NEG_INFINITY;
        for ((r, _), text) in self.samples.iter().zip(self.layout(painter, colours)) {
            let at = pos2(top_left.x + radius, foot - r);
            painter.add(circles::circle(at, *r, self.ink, self.rim));
            let y = (at.y - r).max(last + Self::LINE).max(top_left.y + Self::LINE / 2.0);
            last = y;
            let from = pos2(at.x, at.y - r);
            let knee = pos2(top_left.x + 2.0 * radius + 4.0, y);
            painter.line_segment([from, pos2(knee.x, from.y.min(y))], Stroke::new(0.75, colours.muted));
            painter
                .line_segment([pos2(knee.x, from.y.min(y)), knee + vec2(6.0, 0.0)], Stroke::new(0.75, colours.muted));
            painter.galley(pos2(top_left.x + self.reach(), y - text.size().y / 2.0), text, colours.ink);
        }
    }
}

/// What stands in a legend.
pub struct LegendContents<'a> {
    /// The look of the map.
    pub theme: &'a MapTheme,
    /// What the fills show.
    pub title: &'a str,
    /// Circles below it.
    pub circles: Option<&'a LegendCircles>,
    /// Rows below them.
    pub rows: &'a [LegendRow],
}

/// A legend as it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Legend {
    /// Where it is.
    pub rect: Rect,
    /// Whether it is unfolded.
    pub is_open: bool,
    /// Whether it would be by itself: unless it covered too much of the map.
    pub opens: bool,
}

impl Legend {
    /// The choice that folds or unfolds it; none where it would do so by itself.
    #[must_use]
    pub fn turned(&self) -> Option<bool> {
        let open = !self.is_open;
        (open != self.opens).then_some(open)
    }
}

/// Shows a legend with its lower right corner at `corner` of a map. Its title folds it; it is folded by itself where it
/// would cover much of the map. In pictures it never is.
pub fn show(
    ui: &Ui,
    shown: &Shown<'_>,
    (map, corner): (Rect, Pos2),
    contents: &LegendContents<'_>,
    send: &mut Vec<Command>,
) -> Legend {
    let (painter, colours) = (ui.painter_at(map), shown.colours);
    let laid_out = LaidOut::new(&painter, colours, contents);
    let opens = laid_out.size.x * laid_out.size.y <= MOST_OF_MAP * map.area()
        && laid_out.size.y <= HIGHEST_OF_MAP * map.height();
    let is_open = shown.view.picturing || shown.preferences.legend_open.unwrap_or(opens);
    let size = if is_open { laid_out.size } else { laid_out.folded_size() };
    let legend = Legend { rect: Rect::from_min_size(corner - size, size), is_open, opens };
    let rect = legend.rect;
    painter.rect(rect, 4.0, colours.panel.gamma_multiply(0.94), colours.hairline(), StrokeKind::Inside);
    let heading = rect.with_max_y(rect.top() + HEADING);
    let mut ink = colours.muted;
    if !shown.view.picturing {
        let id = ui.scope_id().with(("legend", corner.x.to_bits(), corner.y.to_bits()));
        let response = ui.interact(heading, id, Sense::click());
        let what = shown.text(if is_open { Text::Fold } else { Text::Unfold });
        let name = sentences::of_what(shown.lang, what, shown.text(Text::Legend));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.hovered() {
            ink = colours.ink;
        }
        if response.has_focus() {
            painter.rect_stroke(heading, 4.0, Stroke::new(1.0, colours.selection), StrokeKind::Inside);
        }
        let icon = if is_open { icon::ICON_EXPAND_MORE } else { icon::ICON_EXPAND_LESS };
        let at = pos2(heading.right() - 2.0 * GRID - ARROW / 2.0, heading.center().y);
        painter.text(at, Align2::CENTER_CENTER, icon.codepoint, FontId::new(ARROW, icon.font_family()), ink);
        if response.on_hover_text(name).clicked() {
            send.push(Command::OpenLegend(legend.turned()));
        }
    }
    let title = laid_out.title.clone();
    painter.galley_with_override_text_color(rect.min + vec2(2.0 * GRID, GRID + 1.0), title, ink);
    if is_open {
        laid_out.paint(&painter, colours, rect, contents);
    }
    legend
}

/// Texts of a legend, and how large it is with them.
struct LaidOut {
    title: Arc<Galley>,
    texts: Vec<Arc<Galley>>,
    size: Vec2,
}

impl LaidOut {
    fn new(painter: &Painter, colours: &Colours, contents: &LegendContents<'_>) -> Self {
        let LegendContents { title, circles, rows, .. } = *contents;
        let layout = |text: &str, ink| painter.layout_no_wrap(text.to_owned(), FontId::proportional(CAPTION), ink);
        let title = layout(title, colours.muted);
        let ink = |row: &LegendRow| if row.swatch == Swatch::Nothing { colours.muted } else { colours.ink };
        let texts: Vec<_> = rows.iter().map(|row| layout(&row.text, ink(row))).collect();
        let heading = title.size().x + ARROW + GRID;
        let width = |(text, row): (&Arc<Galley>, &LegendRow)| text.size().x + row.indent() + 2.0;
        let widest = texts.iter().zip(rows).map(width).fold(heading, f32::max);
        let height =
            20.0 + rows.iter().map(LegendRow::height).sum::<f32>() + circles.map_or(0.0, LegendCircles::height);
        let figures = circles.map(|it| {
            it.layout(painter, colours).iter().map(|text| text.size().x).fold(it.reach(), |a, b| a.max(b + it.reach()))
        });
        let widest = widest.max(figures.unwrap_or(0.0));
        Self { title, texts, size: vec2(widest + 4.0 * GRID, height + 2.0 * GRID) }
    }

    fn folded_size(&self) -> Vec2 {
        vec2(self.title.size().x + ARROW + 5.0 * GRID, HEADING)
    }

    /// Paints what is below the title.
    fn paint(&self, painter: &Painter, colours: &Colours, rect: Rect, contents: &LegendContents<'_>) {
        let mut top = rect.top() + 20.0 + GRID;
        if let Some(circles) = contents.circles {
            circles.paint(painter, colours, rect.min + vec2(2.0 * GRID, 20.0 + GRID));
            top += circles.height();
        }
        for (row, text) in contents.rows.iter().zip(&self.texts) {
            let y = top + row.height() / 2.0;
            let swatch_at = Rect::from_center_size(pos2(rect.left() + 2.0 * GRID + 9.0, y), vec2(18.0, 12.0));
            swatch(painter, contents.theme, colours, swatch_at, row.swatch);
            let at = pos2(swatch_at.left() + row.indent(), y - text.size().y / 2.0);
            painter.galley(at, Arc::clone(text), colours.ink);
            top += row.height();
        }
    }
}

fn swatch(painter: &Painter, theme: &MapTheme, colours: &Colours, rect: Rect, swatch: Swatch) {
    let rim = colours.hairline();
    match swatch {
        Swatch::Fill(fill) => {
            painter.rect(rect, CornerRadius::same(2), fill, rim, StrokeKind::Inside);
        }
        Swatch::Hatch(stripe, ground) => {
            painter.rect(rect, CornerRadius::same(2), ground, rim, StrokeKind::Inside);
            let painter = painter.with_clip_rect(rect.shrink(1.0));
            let mut x = rect.left() - rect.height();
            while x < rect.right() {
                let line = [pos2(x, rect.bottom()), pos2(x + rect.height(), rect.top())];
                painter.line_segment(line, Stroke::new(1.5, stripe));
                x += 5.0;
            }
        }
        Swatch::Lined(line, ground) => {
            painter.rect(rect, CornerRadius::same(2), ground, rim, StrokeKind::Inside);
            for step in [0.25, 0.5, 0.75] {
                painter.hline(
                    rect.shrink(1.0).x_range(),
                    egui::lerp(rect.top()..=rect.bottom(), step),
                    Stroke::new(1.0, line),
                );
            }
        }
        Swatch::Line(colour, width) => {
            painter.hline(rect.x_range(), rect.center().y, Stroke::new(width, colour));
        }
        Swatch::Link(line) => {
            let inner = rect.shrink2(vec2(3.5, 0.0));
            crossings::draw_link(painter, line, (inner.left_center(), inner.right_center()), false);
        }
        Swatch::Barrier(line) => crossings::draw_barrier(painter, line, &[rect.left_center(), rect.right_center()]),
        Swatch::Dot(colour) => drop(painter.circle_filled(rect.center(), 3.5, colour)),
        Swatch::Seat(sign) => paint_seat(painter, theme, sign, rect.center()),
        Swatch::Symbol(sign) => symbols::paint_sign(painter, theme, &sign, rect),
        Swatch::Nothing => {}
    }
}
