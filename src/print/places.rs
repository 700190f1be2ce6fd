//! Facilities and lines on the paper, as on the screen: a dot in the colour of its kind, a thin grey line.

use ecolor::Color32;
use emath::Pos2;

use super::Sheet;
use super::legend::Swatch;
use super::svg::{Path, Svg, hex, number};
use crate::carto::places::{KINDS, LINE, LINE_HALO, MOST_DOTS, MOST_LINES, RADIUS, colour};
use crate::carto::{Camera, LineStyle, MapTheme};
use crate::i18n::{Lang, Text};
use crate::model::{Facilities, Facility, ReferenceLine};

/// How much a line may be off in hundredths of a point, for fewer vertices.
const SLACK: u32 = 30;

/// What lies beside the units on a map.
pub(super) struct Places<'a> {
    all: &'a Facilities,
    /// Facilities on the map, in source order; none when there are too many.
    dots: Vec<&'a Facility>,
    /// Lines that may meet the map, in source order.
    lines: Vec<&'a ReferenceLine>,
}

impl<'a> Places<'a> {
    /// Those in the box around all units.
    pub fn new(sheet: &'a Sheet<'_>) -> Self {
        let all: &Facilities = &sheet.grounds.places;
        let Some(bounds) = sheet.dataset.coverage.bounds() else {
            return Self { all, dots: Vec::new(), lines: Vec::new() };
        };
        let (low, high) = (bounds.min(), bounds.max());
        let is_on = |at: geo::Coord| (low.x..=high.x).contains(&at.x) && (low.y..=high.y).contains(&at.y);
        let dots: Vec<&Facility> = all.all().iter().filter(|facility| is_on(facility.at)).take(MOST_DOTS + 1).collect();
        let meets = |line: &&ReferenceLine| {
            let spans = |of: fn(&geo::Coord) -> f64, low: f64, high: f64| {
                line.path.iter().any(|at| of(at) >= low) && line.path.iter().any(|at| of(at) <= high)
            };
            spans(|at| at.x, low.x, high.x) && spans(|at| at.y, low.y, high.y)
        };
        let lines = all.lines().iter().filter(meets).take(MOST_LINES).collect();
        Self { all, dots: if dots.len() > MOST_DOTS { Vec::new() } else { dots }, lines }
    }

    /// Rows of the legend: the lines, and each kind of facility that has a colour of its own.
    pub fn rows(&self, theme: &MapTheme, lang: Lang) -> Vec<(Swatch, String)> {
        let mut rows = Vec::new();
        if !self.lines.is_empty() {
            let line = LineStyle { colour: theme.muted, width: LINE };
            rows.push((Swatch::Line(line, false), lang.of(Text::ReferenceLines).to_owned()));
        }
        let mut kinds: Vec<usize> = self.dots.iter().map(|facility| self.all.kind_of(facility)).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let own = kinds.partition_point(|&kind| kind < KINDS);
        let shared = kinds.split_off(own);
        let name = |kind: usize| match self.all.kinds().get(kind).map_or("", |name| name.as_str()) {
            "" => lang.of(Text::Facility).to_owned(),
            name => name.to_owned(),
        };
        rows.extend(kinds.iter().map(|&kind| (Swatch::Dot(colour(kind)), name(kind))));
        match shared[..] {
            [] => {}
            [kind] => rows.push((Swatch::Dot(colour(kind)), name(kind))),
            [first, ..] => rows.push((Swatch::Dot(colour(first)), lang.of(Text::OtherFacilities).to_owned())),
        }
        rows
    }

    /// Draws them, lines below dots.
    pub fn draw(&self, svg: &mut Svg<'_>, theme: &MapTheme, camera: &Camera) {
        self.draw_lines(svg, theme, camera);
        if self.dots.is_empty() {
            return;
        }
        svg.raw("<g id=\"facilities\">\n");
        for facility in &self.dots {
            dot(svg, theme, self.colour_of(facility), camera.screen_from_lonlat(facility.at));
        }
        svg.raw("</g>\n");
    }

    /// The same for a page, which keeps the size of dots whatever the zoom.
    pub fn draw_for_page(&self, svg: &mut Svg<'_>, theme: &MapTheme, camera: &Camera) {
        self.draw_lines(svg, theme, camera);
        if self.dots.is_empty() {
            return;
        }
        svg.raw("<g class=\"seats both\" id=\"facilities\">\n");
        for facility in &self.dots {
            let at = camera.screen_from_lonlat(facility.at);
            let [x, y] = [at.x, at.y].map(number);
            svg.put(format_args!("<g transform=\"translate({x},{y})\" data-x=\"{x}\" data-y=\"{y}\">"));
            dot(svg, theme, self.colour_of(facility), Pos2::ZERO);
            svg.raw("</g>\n");
        }
        svg.raw("</g>\n");
    }

    fn colour_of(&self, facility: &Facility) -> Color32 {
        colour(self.all.kind_of(facility))
    }

    /// Lines end where the map does.
    fn draw_lines(&self, svg: &mut Svg<'_>, theme: &MapTheme, camera: &Camera) {
        if self.lines.is_empty() {
            return;
        }
        let mut path = Path::default();
        for line in &self.lines {
            path.line(&thinned(line.path.iter().map(|&at| camera.screen_from_lonlat(at))));
        }
        let view = camera.viewport();
        let [x, y, width, height] = [view.min.x, view.min.y, view.width(), view.height()].map(number);
        svg.put(format_args!(
            "<clipPath id=\"map-area\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n\
             <g id=\"lines\" class=\"borders both\" fill=\"none\" clip-path=\"url(#map-area)\">\n"
        ));
        for (colour, width) in [(theme.paper, LINE_HALO), (theme.muted, LINE)] {
            let (colour, width, data) = (hex(colour), number(width), path.data());
            svg.put(format_args!("<path stroke=\"{colour}\" stroke-width=\"{width}\" d=\"{data}\"/>\n"));
        }
        svg.raw("</g>\n");
    }
}

/// A facility at a position.
pub(super) fn dot(svg: &mut Svg<'_>, theme: &MapTheme, colour: Color32, at: Pos2) {
    let [x, y, radius] = [at.x, at.y, RADIUS].map(number);
    let (fill, rim) = (hex(colour), hex(theme.paper));
    svg.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{rim}\"/>\n"));
}

/// Places in hundredths of a point, without those that are next to the one before.
fn thinned(places: impl Iterator<Item = Pos2>) -> Vec<[i32; 2]> {
    #[expect(clippy::cast_possible_truncation, reason = "what is out of bounds is clipped anyway")]
    let spots: Vec<[i32; 2]> = places.map(|at| [at.x, at.y].map(|value| (value * 100.0).round() as i32)).collect();
    let mut kept: Vec<[i32; 2]> = Vec::with_capacity(spots.len());
    for (i, &spot) in spots.iter().enumerate() {
        let is_near = |before: &[i32; 2]| (0..2).all(|axis| before[axis].abs_diff(spot[axis]) < SLACK);
        if i + 1 == spots.len() || !kept.last().is_some_and(is_near) {
            kept.push(spot);
        }
    }
    kept
}
