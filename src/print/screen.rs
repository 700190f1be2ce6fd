//! A map that is looked at on a screen: the state before a plan and that after it in one SVG, made for a page that shows,
//! hides and enlarges its parts.
//!
//! 1. What both states have is there once, in groups of the class `both`; the rest is in groups `before` and `after`.
//! 2. Every unit is a path: `data-b` and `data-a` are its positions among the units in force before and after, in the
//!    order of [`State::units_at`](crate::model::State::units_at).
//! 3. All lies in the group `world`, in points of a view of [`WIDTH`] by [`HEIGHT`]. Names are placed for several zooms,
//!    each set in a group with `data-zoom`; a page shows the one that suits it. Signs of seats carry their place, so that
//!    they can keep their size.
//! 4. Lines are as fine as they may be without making the map larger than [`MOST_BYTES`].
//! 5. The same input gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use emath::{Pos2, Rect, vec2};

use super::borders::{BorderLines, Line};
use super::crossings::Marks;
use super::fonts::Letters;
use super::furniture::draw_seat;
use super::legend::Legend;
use super::lines::Lines;
use super::places::Places;
use super::sheet::Picture;
use super::svg::{Path, Svg, hex, number};
use super::territory::Territories;
use super::{PrintError, Sheet};
use crate::carto::Camera;
use crate::carto::furniture::SeatSign;
use crate::coverage::ArcId;
use crate::i18n::Lang;
use crate::i18n::markup::escaped;

/// Width of the view in points.
const WIDTH: f32 = 1200.0;
/// Height of the view in points.
const HEIGHT: f32 = 900.0;
/// Units at most on the map of a page: more cannot be told apart, and browsers become slow.
pub const MOST_UNITS: usize = 5_000;
/// Largest map, unless it is still larger with the coarsest lines.
const MOST_BYTES: usize = 2_000_000;
/// How fine lines are: for which zoom they look right.
const FINENESS: [f32; 5] = [4.0, 2.0, 1.0, 0.5, 0.25];
/// Zooms that names are placed for.
const ZOOMS: [f32; 5] = [0.5, 1.0, 2.0, 4.0, 8.0];

/// A map for a page.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenMap {
    /// The SVG; its root has the id `map`.
    pub svg: String,
    /// Title, in both languages.
    pub titles: [String; 2],
    /// Line below the title, in both languages.
    pub subtitles: [String; 2],
    /// Legends as SVG, for before and after, each in both languages.
    pub legends: [[String; 2]; 2],
    /// Metres on the ground in a point of the view, in its middle.
    pub metres_per_point: f64,
}

/// Draws a map for a page. Of the sheet, size and language play no part.
///
/// # Errors
/// [`PrintError::NothingToDraw`] when no unit has territory; [`PrintError::TooManyUnits`].
pub fn screen_map(sheet: &Sheet<'_>) -> Result<ScreenMap, PrintError> {
    let bounds = sheet.dataset.coverage.bounds().ok_or(PrintError::NothingToDraw)?;
    let camera = |zoom: f32| {
        let view = Rect::from_min_size(Pos2::ZERO, vec2(WIDTH, HEIGHT) * zoom);
        Camera::fitting(view, bounds, 18.0 * zoom)
    };
    let old_sheet = Sheet { document: None, ..*sheet };
    let sides = [&old_sheet, sheet].map(|sheet| Side::new(sheet, &camera(1.0)));
    let units = sides.iter().map(|side| side.territories.units.len()).max().unwrap_or(0);
    if units > MOST_UNITS {
        return Err(PrintError::TooManyUnits { units, most: MOST_UNITS });
    }
    let letters = Letters::new();
    let drawn = |arc: ArcId| {
        let shows = |side: &Side<'_>| {
            side.borders.of_arc[arc.index()].is_some() || side.crossings.barriers.binary_search(&arc).is_ok()
        };
        sides.iter().any(shows)
    };
    let names: Vec<Vec<Names>> = ZOOMS.iter().map(|&zoom| names(&sides, &camera(zoom), zoom, &letters)).collect();
    let mut svg = String::new();
    for fineness in FINENESS {
        let lines = Lines::new(&sheet.dataset.coverage, &camera(1.0), fineness, drawn);
        svg = draw(&sides, &lines, &names, &camera(1.0), &letters);
        if svg.len() <= MOST_BYTES {
            break;
        }
    }
    let [_, after] = &sides;
    Ok(ScreenMap {
        svg,
        titles: Lang::ALL.map(|lang| after.picture.title(lang)),
        subtitles: Lang::ALL.map(|lang| after.picture.subtitle(lang)),
        legends: sides.each_ref().map(|side| Lang::ALL.map(|lang| side.legend(lang, &letters))),
        metres_per_point: camera(1.0).ground_metres_per_point(),
    })
}

/// One of the two states.
struct Side<'a> {
    picture: Picture<'a>,
    borders: BorderLines,
    territories: Territories,
    crossings: Marks,
    seats: Vec<(SeatSign, geo::Coord)>,
}

impl<'a> Side<'a> {
    fn new(sheet: &'a Sheet<'a>, camera: &Camera) -> Self {
        let picture = Picture::new(sheet);
        let borders = picture.borders(&picture.scale(camera));
        let territories = Territories::new(sheet.dataset, picture.state, sheet.level);
        let seats = picture.seats();
        let crossings = Marks::new(sheet.dataset, &sheet.grounds.crossings);
        Self { picture, borders, territories, crossings, seats }
    }

    fn legend(&self, lang: Lang, letters: &Letters) -> String {
        let Picture { sheet, theme, fills, .. } = &self.picture;
        let marks = self.picture.marks(&self.borders, &self.crossings, &self.seats, lang);
        Legend::new(sheet, theme, fills, marks, lang, letters).alone(theme, letters)
    }

    /// How the unit at a position looks: everything that tells it from another on the map.
    fn shape(&self, position: usize, lines: &Lines) -> Shape {
        let mut path = Path::default();
        self.territories.rings(position, lines).for_each(|ring| path.ring(&ring));
        let unit = self.territories.units[position];
        let name = self.picture.state.unit(unit).label().to_owned();
        Shape { data: path.data().to_owned(), paint: self.picture.paint_of(unit), name }
    }
}

/// How a unit looks.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    data: String,
    paint: String,
    name: String,
}

/// Names of one state at one zoom, as groups of texts.
struct Names {
    zoom: f32,
    groups: String,
}

/// What is in both states, before only, after only.
const SIDES: [&str; 3] = ["both", "before", "after"];

fn draw(sides: &[Side<'_>; 2], lines: &Lines, names: &[Vec<Names>], camera: &Camera, letters: &Letters) -> String {
    let [before, after] = sides;
    let theme = &after.picture.theme;
    let mut svg = Svg::new(letters);
    svg.put(format_args!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"map\" viewBox=\"0 0 {} {}\" \
         preserveAspectRatio=\"xMidYMid meet\">\n<defs>\n",
        number(WIDTH),
        number(HEIGHT)
    ));
    after.picture.patterns(&mut svg);
    svg.put(format_args!(
        "</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>\n<g id=\"world\">\n",
        hex(theme.paper)
    ));
    draw_units(&mut svg, sides, lines);
    draw_changes(&mut svg, after, lines);
    let same = |arc: ArcId| before.borders.of_arc[arc.index()] == after.borders.of_arc[arc.index()];
    for (side, class) in [(after, SIDES[0]), (before, SIDES[1]), (after, SIDES[2])] {
        let attributes = format!("class=\"borders {class}\"");
        side.borders.draw_some(&mut svg, lines, &attributes, |arc| same(arc) == (class == SIDES[0]));
    }
    after.crossings.draw(&mut svg, theme, lines, camera);
    Places::new(after.picture.sheet).draw_for_page(&mut svg, theme, camera);
    let symbols = sides.each_ref().map(|side| &side.picture.symbols);
    if symbols[0].differs(symbols[1]) {
        symbols[0].draw_for_page(&mut svg, SIDES[1], theme, camera);
        symbols[1].draw_for_page(&mut svg, SIDES[2], theme, camera);
    } else {
        symbols[1].draw_for_page(&mut svg, SIDES[0], theme, camera);
    }
    svg.raw("<path id=\"pin\" fill=\"none\"/>\n");
    for (side, class) in [(before, SIDES[1]), (after, SIDES[2])] {
        svg.put(format_args!("<g class=\"seats {class}\">\n"));
        for &(sign, at) in &side.seats {
            let at = camera.screen_from_lonlat(at);
            let [x, y] = [at.x, at.y].map(number);
            svg.put(format_args!("<g transform=\"translate({x},{y})\" data-x=\"{x}\" data-y=\"{y}\">"));
            draw_seat(&mut svg, theme, sign, Pos2::ZERO);
            svg.raw("</g>\n");
        }
        svg.raw("</g>\n");
    }
    for of_zoom in names {
        for (names, class) in of_zoom.iter().zip(&SIDES[1..]) {
            let (zoom, halo) = (number(names.zoom), after.picture.halo());
            // Without a page that knows better, those of the whole are shown.
            let hidden = if zoom == "1" { "" } else { " style=\"display:none\"" };
            svg.put(format_args!("<g class=\"{class}\"><g class=\"names\" data-zoom=\"{zoom}\"{hidden} {halo}>\n"));
            svg.raw(&names.groups);
            svg.raw("</g></g>\n");
        }
    }
    svg.raw("</g>\n</svg>\n");
    svg.finish()
}

/// A path for every unit; units that look the same in both states have one.
fn draw_units(svg: &mut Svg<'_>, [before, after]: &[Side<'_>; 2], lines: &Lines) {
    let mut old: BTreeMap<Shape, usize> = BTreeMap::new();
    for position in 0..before.territories.units.len() {
        old.insert(before.shape(position, lines), position);
    }
    let mut groups: [Svg<'_>; 3] = [(); 3].map(|()| svg.sibling());
    for position in 0..after.territories.units.len() {
        let shape = after.shape(position, lines);
        match old.remove(&shape) {
            Some(was) => shape.draw(&mut groups[0], &format!("data-b=\"{was}\" data-a=\"{position}\"")),
            None => shape.draw(&mut groups[2], &format!("data-a=\"{position}\"")),
        }
    }
    let mut rest: Vec<(usize, Shape)> = old.into_iter().map(|(shape, position)| (position, shape)).collect();
    rest.sort_by_key(|&(position, _)| position);
    for (position, shape) in rest {
        shape.draw(&mut groups[1], &format!("data-b=\"{position}\""));
    }
    for (group, class) in groups.into_iter().zip(SIDES) {
        svg.put(format_args!("<g class=\"units {class}\" fill-rule=\"evenodd\">\n"));
        svg.raw(&group.finish());
        svg.raw("</g>\n");
    }
}

impl Shape {
    fn draw(&self, svg: &mut Svg<'_>, attributes: &str) {
        if self.data.is_empty() {
            return;
        }
        let (name, paint, data) = (escaped(&self.name), &self.paint, &self.data);
        svg.put(format_args!("<path {attributes} fill=\"{paint}\" d=\"{data}\"><title>{name}</title></path>\n"));
    }
}

/// The hatching of changed units.
fn draw_changes(svg: &mut Svg<'_>, after: &Side<'_>, lines: &Lines) {
    let mut changed = Path::default();
    for (position, &unit) in after.territories.units.iter().enumerate() {
        if after.picture.is_changed(unit) {
            after.territories.rings(position, lines).for_each(|ring| changed.ring(&ring));
        }
    }
    if !changed.is_empty() {
        let data = changed.data();
        svg.put(format_args!(
            "<g class=\"after\"><path id=\"changes\" fill=\"url(#changed)\" fill-rule=\"evenodd\" d=\"{data}\"/></g>\n"
        ));
    }
}

/// Names of both states that find room at a zoom.
fn names(sides: &[Side<'_>; 2], camera: &Camera, zoom: f32, letters: &Letters) -> Vec<Names> {
    let of_side = |side: &Side<'_>| {
        let is_border = |arc: ArcId| matches!(side.borders.of_arc[arc.index()], Some(line) if line != Line::Abolished);
        let lines = Lines::new(&side.picture.sheet.dataset.coverage, camera, 1.0, is_border);
        let signs: Vec<Pos2> = side.seats.iter().map(|&(_, at)| camera.screen_from_lonlat(at)).collect();
        let mut groups: BTreeMap<u32, String> = BTreeMap::new();
        for label in side.picture.names(&side.territories, &lines, letters, &signs, camera) {
            let group = groups.entry(label.look.size.to_bits()).or_insert_with(|| {
                let (size, ink) = (number(label.look.size), hex(side.picture.ink_of(label.look)));
                format!("<g font-size=\"{size}\" data-size=\"{size}\" fill=\"{ink}\" text-anchor=\"middle\">\n")
            });
            let at = label.area.center();
            let [x, y] = [at.x, at.y].map(|value| number(value / zoom));
            let text = escaped(&label.text);
            // Writing to a string cannot fail.
            let _ = writeln!(group, "<text x=\"{x}\" y=\"{y}\" dy=\".36em\">{text}</text>");
        }
        let groups = groups.into_values().map(|group| group + "</g>\n").collect();
        Names { zoom, groups }
    };
    sides.iter().map(of_side).collect()
}
