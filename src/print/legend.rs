//! The legend: what stands in it, and drawing it.

use ecolor::Color32;
use emath::{Pos2, Rect, pos2, vec2};

use super::Sheet;
use super::crossings;
use super::fonts::Letters;
use super::furniture::draw_seat;
use super::places;
use super::style::{Choropleth, Fills};
use super::svg::{Align, Svg, hex, number};
use super::symbols;
use crate::carto::furniture::SeatSign;
use crate::carto::symbols::SymbolSign;
use crate::carto::{LineStyle, MapTheme};
use crate::geodesy::AreaMethod;
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, Text};
use crate::metrics::Figure;
use crate::rules::Grounds;

const TEXT: f32 = 12.5;
const ROW: f32 = 21.0;
const SWATCH: f32 = 24.0;
const GAP: f32 = 9.0;
const TITLE: f32 = 27.0;
const APART: f32 = 9.0;
const WIDEST: f32 = 260.0;

/// A legend: a title and rows.
pub(super) struct Legend {
    title: String,
    rows: Vec<Row>,
    /// How many of them are classes. A little room parts them from the others.
    classes: usize,
    /// Width and height in points.
    pub size: emath::Vec2,
}

/// One row: what it looks like, and what it means.
struct Row {
    swatch: Swatch,
    text: String,
}

/// How a legend shows a thing.
pub(super) enum Swatch {
    /// A box of a colour.
    Fill(Color32),
    /// A box with a pattern of the sheet, by its id.
    Pattern(&'static str),
    /// A line; `true` when it is dashed.
    Line(LineStyle, bool),
    /// A bridge.
    Link,
    /// A line with ticks.
    Barrier,
    /// A seat.
    Seat(SeatSign),
    /// A facility.
    Dot(Color32),
    /// A symbol of a ledger.
    Symbol(SymbolSign),
    /// Nothing: what stands below it is what it says.
    Nothing,
}

impl Legend {
    /// A legend with these marks below the classes of the fills. Texts too long are shortened.
    pub fn new(
        sheet: &Sheet<'_>,
        theme: &MapTheme,
        fills: &Fills,
        marks: Vec<(Swatch, String)>,
        lang: Lang,
        letters: &Letters,
    ) -> Self {
        let (title, mut rows) = match fills {
            Fills::Neighbours(_) => (lang.of(Text::Legend).to_owned(), Vec::new()),
            Fills::Classes(shown) => (heading(shown.figure, sheet, lang), class_rows(theme, shown, lang)),
        };
        let classes = rows.len();
        rows.extend(marks.into_iter().map(|(swatch, text)| Row { swatch, text }));
        let title = letters.shortened(&title, TEXT + 1.0, WIDEST);
        for row in &mut rows {
            row.text = letters.shortened(&row.text, TEXT, WIDEST - row.indent());
        }
        let widest = rows.iter().map(|row| letters.width(&row.text, TEXT) + row.indent());
        let width = widest.fold(letters.width(&title, TEXT + 1.0), f32::max).max(150.0);
        let height = TITLE + rows.iter().map(Row::height).sum::<f32>() + if classes > 0 { APART } else { 0.0 };
        Self { title, rows, classes, size: vec2(width, height) }
    }

    /// The legend for itself, as an SVG. Patterns are those of the map in whose document it stands.
    pub fn alone(&self, theme: &MapTheme, letters: &Letters) -> String {
        let mut svg = Svg::new(letters);
        let [width, height] = [self.size.x + 2.0, self.size.y + 2.0].map(number);
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\">\n"
        ));
        self.draw_rows(&mut svg, theme, pos2(1.0, 1.0));
        svg.raw("</svg>\n");
        svg.finish()
    }

    /// Draws it with its upper left corner at a position.
    pub fn draw(&self, svg: &mut Svg<'_>, theme: &MapTheme, corner: Pos2) {
        svg.raw("<g id=\"legend\">\n");
        self.draw_rows(svg, theme, corner);
        svg.raw("</g>\n");
    }

    fn draw_rows(&self, svg: &mut Svg<'_>, theme: &MapTheme, corner: Pos2) {
        svg.text(corner + vec2(0.0, TEXT), Align::Left, TEXT + 1.0, theme.ink, &self.title);
        let mut top = corner.y + TITLE;
        for (i, row) in self.rows.iter().enumerate() {
            if i > 0 && i == self.classes {
                top += APART;
            }
            let middle = top + row.height() / 2.0;
            let swatch = Rect::from_center_size(pos2(corner.x + SWATCH / 2.0, middle), vec2(SWATCH, 14.0));
            row.swatch.draw(svg, theme, swatch);
            let text = pos2(corner.x + row.indent(), middle + TEXT * 0.36);
            let is_title = matches!(row.swatch, Swatch::Nothing);
            svg.text(text, Align::Left, TEXT, if is_title { theme.muted } else { theme.ink }, &row.text);
            top += row.height();
        }
    }
}

impl Row {
    /// Where its text begins, behind the left edge.
    fn indent(&self) -> f32 {
        if matches!(self.swatch, Swatch::Nothing) { 0.0 } else { SWATCH + GAP }
    }

    /// From top to bottom: circles need room.
    fn height(&self) -> f32 {
        if let Swatch::Symbol(sign) = &self.swatch { sign.height().max(ROW) } else { ROW }
    }
}

impl Swatch {
    fn draw(&self, svg: &mut Svg<'_>, theme: &MapTheme, area: Rect) {
        let rim = "stroke=\"#b9b7b0\" stroke-width=\".75\"";
        match self {
            Self::Fill(colour) => svg.rect(area, &format!("fill=\"{}\" {rim}", hex(*colour))),
            Self::Pattern(id) => svg.rect(area, &format!("fill=\"url(#{id})\" {rim}")),
            Self::Line(line, dashed) => svg.put(format_args!(
                "<path d=\"M{} {}h{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"{}/>\n",
                number(area.min.x),
                number(area.center().y),
                number(area.width()),
                hex(line.colour),
                number(line.width),
                if *dashed { " stroke-dasharray=\"4 3\"" } else { "" }
            )),
            Self::Link => {
                svg.raw("<g fill=\"none\">\n");
                let inner = area.shrink2(vec2(3.0, 0.0));
                crossings::draw_link(svg, theme, (inner.left_center(), inner.right_center()), false);
                svg.raw("</g>\n");
            }
            Self::Barrier => {
                svg.raw("<g fill=\"none\">\n");
                crossings::barrier(svg, theme, &crossings::straight(area.left_center(), area.width()));
                svg.raw("</g>\n");
            }
            Self::Seat(sign) => draw_seat(svg, theme, *sign, area.center()),
            Self::Dot(colour) => places::dot(svg, theme, *colour, area.center()),
            Self::Symbol(sign) => symbols::draw_sign(svg, theme, sign, area),
            Self::Nothing => {}
        }
    }
}

/// A row for each class, the lowest first, and one for units without a figure.
fn class_rows(theme: &MapTheme, shown: &Choropleth, lang: Lang) -> Vec<Row> {
    let mut rows = Vec::new();
    if let Some(classes) = &shown.classes {
        let text = |value| shown.figure.text_of(value, AreaUnit::Km2);
        let last = classes.count() - 1;
        for (i, (low, high)) in classes.ranges().enumerate() {
            // Classes come from before the plan: what lies beyond them now belongs to the outermost ones.
            let below = i == 0 && shown.span.is_some_and(|(least, _)| least < low);
            let above = i == last && shown.span.is_some_and(|(_, greatest)| greatest > high);
            let text = match (below, above) {
                (true, true) => lang.pick("全部", "all").to_owned(),
                (true, false) => format!("≤ {}", text(high)),
                (false, true) => format!("≥ {}", text(low)),
                (false, false) if low == 0.0 && high == 0.0 => text(low),
                (false, false) => format!("{} – {}", text(low), text(high)),
            };
            rows.push(Row { swatch: Swatch::Fill(shown.colour(theme, i)), text });
        }
    }
    if shown.has_unknown {
        rows.push(Row { swatch: Swatch::Pattern("no-data"), text: lang.of(Text::NoData).to_owned() });
    }
    rows
}

/// Name of a figure with its unit behind it, and for areas the way in which they are computed where it is not the usual
/// one.
fn heading(figure: Figure, sheet: &Sheet<'_>, lang: Lang) -> String {
    let Grounds { own, area_method, .. } = sheet.grounds;
    let name = figure.name(lang, (sheet.dataset, own));
    match area_method {
        AreaMethod::EllipsoidTrapezoid if figure == Figure::Area => {
            let (symbol, comma) = (AreaUnit::Km2.symbol(lang), lang.pick("，", ", "));
            format!("{name} ({symbol}{comma}{})", lang.of(Text::SurveyShort))
        }
        AreaMethod::Geodesic | AreaMethod::EllipsoidTrapezoid => figure.with_unit(name, lang, AreaUnit::Km2, own),
    }
}
