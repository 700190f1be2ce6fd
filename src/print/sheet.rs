//! The sheet: map, title and what surrounds them, as one SVG.

use std::collections::BTreeMap;

use ecolor::Color32;
use emath::{Pos2, pos2, vec2};

use super::borders::{BorderLines, Line};
use super::crossings::Marks;
use super::fonts::{FAMILIES, Letters};
use super::furniture::{draw_furniture, draw_seats};
use super::labels::{self, Label};
use super::legend::{Legend, Swatch};
use super::lines::Lines;
use super::page::Page;
use super::places::Places;
use super::style::Fills;
use super::svg::{Align, Path, Svg, hex, number};
use super::symbols::Symbols;
use super::territory::Territories;
use super::{PrintError, Sheet, Style};
use crate::carto::furniture::SeatSign;
use crate::carto::names::{Look, MIN_UNIT_LETTERS, median_atom_size, rank_of};
use crate::carto::{ArcFlags, Borders, Camera, LineStyle, MapTheme, Rank, words};
use crate::edit::{Document, change};
use crate::i18n::markup::escaped;
use crate::i18n::{Lang, Text, numbers};
use crate::model::{Level, LevelIndex, State, UnitId};

/// Borders of levels finer than the one shown are drawn where units are on average at least so wide, in points.
const FINER_WIDTH: f64 = 12.0;

/// Borders are drawn at their full width where units are on average so many times as wide. Elsewhere they are thinner,
/// so that they do not darken the map.
const WIDTHS_APART: f64 = 40.0;

/// Seats of a level at most: more would hide the map.
const MOST_SEATS: usize = 120;

/// Units at most that get a path and a title of their own. More are put together by colour.
const MOST_TITLES: usize = 5_000;

/// The map as SVG.
///
/// # Errors
/// [`PrintError::NothingToDraw`] when no unit has territory.
pub fn draw(sheet: &Sheet<'_>) -> Result<String, PrintError> {
    let bounds = sheet.dataset.coverage.bounds().ok_or(PrintError::NothingToDraw)?;
    let letters = Letters::new();
    let picture = Picture::new(sheet);

    // How wide the legend is decides how large the map is, and that which borders stand in the legend: so what is drawn
    // is decided on the whole sheet.
    let scale = picture.scale(&Camera::fitting(sheet.size.points(), bounds, 40.0));
    let borders = picture.borders(&scale);
    let seats = picture.seats();
    let crossings = Marks::new(sheet.dataset, &sheet.grounds.crossings);
    let marks = picture.marks(&borders, &crossings, &seats, sheet.lang);
    let legend = Legend::new(sheet, &picture.theme, &picture.fills, marks, sheet.lang, &letters);
    let page = Page::new(sheet.size, legend.size.x, legend.size.y);
    let camera = Camera::fitting(page.map, bounds, (page.map.size().min_elem() * 0.03).min(24.0));

    let lines = Lines::new(&sheet.dataset.coverage, &camera, sheet.size.pixels_per_point(), |arc| {
        borders.of_arc[arc.index()].is_some() || crossings.barriers.binary_search(&arc).is_ok()
    });
    let seats: Vec<(SeatSign, Pos2)> =
        seats.into_iter().map(|(sign, at)| (sign, camera.screen_from_lonlat(at))).collect();

    let mut svg = Svg::new(&letters);
    picture.open(&mut svg, &page);
    let territories = Territories::new(sheet.dataset, picture.state, sheet.level);
    picture.draw_fills(&mut svg, &territories, &lines);
    borders.draw(&mut svg, &lines);
    crossings.draw(&mut svg, &picture.theme, &lines, &camera);
    Places::new(sheet).draw(&mut svg, &picture.theme, &camera);
    picture.symbols.draw(&mut svg, &picture.theme, &camera);
    draw_seats(&mut svg, &picture.theme, &seats);
    picture.draw_names(&mut svg, &territories, &lines, &letters, &seats, &camera);
    picture.draw_head(&mut svg, &page, &letters);
    draw_furniture(&mut svg, &picture.theme, &page, &camera, &legend);
    picture.draw_foot(&mut svg, &page, &letters);
    svg.raw("</svg>\n");
    Ok(svg.finish())
}

/// What is drawn, and how it looks.
pub(super) struct Picture<'a> {
    pub sheet: &'a Sheet<'a>,
    pub state: &'a State,
    pub theme: MapTheme,
    pub fills: Fills,
    pub symbols: Symbols,
}

/// How wide units are on average, in points, by level.
pub(super) struct Scale(Vec<f64>);

impl Scale {
    fn of(&self, level: LevelIndex) -> f64 {
        self.0.get(level.index()).copied().unwrap_or(0.0)
    }
}

impl<'a> Picture<'a> {
    /// What a sheet shows, in the colours of paper.
    pub fn new(sheet: &'a Sheet<'a>) -> Self {
        let fills = Fills::new(sheet);
        let state = sheet.document.map_or(&sheet.dataset.base, Document::state);
        Self { sheet, state, theme: MapTheme::light(), fills, symbols: Symbols::new(sheet) }
    }

    /// How wide units are as a camera sees them.
    pub fn scale(&self, camera: &Camera) -> Scale {
        let dataset = self.sheet.dataset;
        let atom = median_atom_size(&dataset.coverage) * camera.points_per_world();
        #[expect(clippy::cast_precision_loss, reason = "numbers of units")]
        let width = |level| {
            let units = self.state.units_at(level).count().max(1);
            atom * (dataset.coverage.atom_count() as f64 / units as f64).sqrt()
        };
        Scale(self.state.levels().map(width).collect())
    }

    /// Ranks of borders drawn, with their looks, and what every arc is.
    pub fn borders(&self, scale: &Scale) -> BorderLines {
        let dataset = self.sheet.dataset;
        let least = rank_of(&dataset.levels, self.sheet.level);
        let mut shown: BTreeMap<Rank, LineStyle> = BTreeMap::new();
        for level in self.state.levels() {
            let wide = scale.of(level);
            if level < self.sheet.level && wide < FINER_WIDTH {
                continue;
            }
            let rank = rank_of(&dataset.levels, level);
            let Some(style) = self.line_of(rank) else { continue };
            #[expect(clippy::cast_possible_truncation, reason = "at most 1")]
            let thinner = (wide / (WIDTHS_APART * f64::from(style.width))).clamp(0.3, 1.0) as f32;
            shown.insert(rank, LineStyle { width: style.width * thinner, ..style });
        }
        // The edge of everything.
        shown.entry(Rank::County).or_insert(self.theme.lines.county);
        let now = Borders::of(dataset, self.state);
        let before = Borders::of(dataset, &dataset.base);
        let line = |arc| {
            let style = now.style(arc);
            if style.flags.has(ArcFlags::ABOLISHED) && before.style(arc).rank >= least {
                return Some(Line::Abolished);
            }
            shown.contains_key(&style.rank).then_some(())?;
            let is_new = style.flags.has(ArcFlags::CHANGED) && style.rank >= least;
            Some(if is_new { Line::Made(style.rank) } else { Line::Rank(style.rank) })
        };
        let of_arc: Vec<Option<Line>> = dataset.coverage.arcs().map(line).collect();
        let mut looks = BTreeMap::new();
        for &line in of_arc.iter().flatten() {
            looks.entry(line.layer()).or_insert_with(|| {
                let style = match line {
                    Line::Rank(rank) => shown.get(&rank).copied(),
                    Line::Made(rank) => shown
                        .get(&rank)
                        .map(|style| LineStyle { colour: self.theme.accent, width: style.width.max(1.5) }),
                    Line::Abolished => None,
                };
                (line, style.unwrap_or(self.theme.abolished))
            });
        }
        BorderLines { of_arc, looks }
    }

    fn line_of(&self, rank: Rank) -> Option<LineStyle> {
        match rank {
            Rank::Hidden => None,
            Rank::Group => Some(self.theme.lines.group),
            Rank::Village => Some(self.theme.lines.village),
            Rank::Township => Some(self.theme.lines.township),
            Rank::County => Some(self.theme.lines.county),
        }
    }

    /// Whether the plan has changed a unit.
    pub fn is_changed(&self, unit: UnitId) -> bool {
        let base = &self.sheet.dataset.base;
        let same = unit.index() < base.unit_count() && base.unit(unit) == self.state.unit(unit);
        !same && change::is_marked(self.sheet.dataset, self.state, unit)
    }

    /// Rows of the legend below the classes: borders and marks that are in use.
    pub fn marks(
        &self,
        borders: &BorderLines,
        crossings: &Marks,
        seats: &[(SeatSign, geo::Coord)],
        lang: Lang,
    ) -> Vec<(Swatch, String)> {
        let sheet = self.sheet;
        let mut marks = Vec::new();
        for level in self.state.levels().rev() {
            let rank = rank_of(&sheet.dataset.levels, level);
            if let Some(&(_, look)) = borders.looks.get(&Line::Rank(rank).layer()) {
                let text = lang.pick("界", " borders");
                let name = border_of(lang, sheet.dataset.level(level));
                marks.push((Swatch::Line(look, false), format!("{name}{text}")));
            }
        }
        if borders.has(|line| matches!(line, Line::Made(_))) {
            let line = LineStyle { colour: self.theme.accent, width: 1.5 };
            marks.push((Swatch::Line(line, false), lang.pick("新设界线", "New borders").to_owned()));
        }
        if borders.has(|line| line == Line::Abolished) {
            let text = lang.pick("撤销的界线", "Former borders").to_owned();
            marks.push((Swatch::Line(self.theme.abolished, true), text));
        }
        if self.state.units_at(sheet.level).any(|unit| self.is_changed(unit)) {
            marks.push((Swatch::Pattern("changed"), lang.of(Text::ChangedUnits).to_owned()));
        }
        if crossings.has_links() {
            marks.push((Swatch::Link, lang.of(Text::LegendLinks).to_owned()));
        }
        if !crossings.barriers.is_empty() {
            marks.push((Swatch::Barrier, lang.of(Text::LegendBarriers).to_owned()));
        }
        marks.extend(Places::new(sheet).rows(&self.theme, lang));
        let used = SeatSign::ALL.into_iter().filter(|sign| seats.iter().any(|(other, _)| other == sign));
        marks.extend(used.map(|sign| (Swatch::Seat(sign), sign.words(lang).to_owned())));
        marks.extend(self.symbols.rows(&self.theme, lang));
        marks
    }

    /// Given seats of the level, and of counties, in degrees.
    pub fn seats(&self) -> Vec<(SeatSign, geo::Coord)> {
        let levels = &self.sheet.dataset.levels;
        let coarsest = self.state.coarsest();
        let mut shown = vec![self.sheet.level];
        if coarsest != self.sheet.level && levels.get(coarsest.index()) == Some(&Level::County) {
            shown.push(coarsest);
        }
        let mut seats = Vec::new();
        for level in shown {
            let signs = self.state.all_units_at(level).filter_map(|id| {
                let sign = SeatSign::of(self.sheet.dataset.level(level), self.state, id);
                Some((sign, self.state.unit(id).seat.as_ref()?.at))
            });
            let signs: Vec<_> = signs.collect();
            if signs.len() <= MOST_SEATS {
                seats.extend(signs);
            }
        }
        seats
    }

    /// The root element, what is used in several places, and the paper.
    fn open(&self, svg: &mut Svg<'_>, page: &Page) {
        let size = self.sheet.size;
        svg.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {} {}\" \
             font-family=\"{FAMILIES}\">\n<title>{}</title>\n<defs>\n",
            size.width(),
            size.height(),
            number(page.sheet.width()),
            number(page.sheet.height()),
            escaped(&self.title(self.sheet.lang)),
        ));
        self.patterns(svg);
        svg.raw("</defs>\n");
        let paper = hex(self.theme.paper);
        svg.rect(page.sheet, &format!("fill=\"{paper}\""));
    }

    /// Patterns that fills refer to.
    pub fn patterns(&self, svg: &mut Svg<'_>) {
        let (accent, no_data, paper) = (hex(self.theme.accent), hex(self.theme.no_data), hex(self.theme.paper));
        let pattern = "patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"";
        svg.put(format_args!(
            "<pattern id=\"changed\" width=\"7\" height=\"7\" {pattern}>\
             <path d=\"M0 0v7\" stroke=\"{paper}\" stroke-width=\"5.4\" stroke-opacity=\".4\"/>\
             <path d=\"M0 0v7\" stroke=\"{accent}\" stroke-width=\"2.4\" stroke-opacity=\".7\"/></pattern>\n\
             <pattern id=\"no-data\" width=\"6\" height=\"6\" {pattern}>\
             <path d=\"M0 0v6\" stroke=\"{no_data}\" stroke-width=\"2\" stroke-opacity=\".6\"/></pattern>\n"
        ));
    }

    /// What a unit is filled with.
    pub fn paint_of(&self, unit: UnitId) -> String {
        self.fills.of(&self.theme, unit).map_or_else(|| "url(#no-data)".to_owned(), hex)
    }

    fn draw_fills(&self, svg: &mut Svg<'_>, territories: &Territories, lines: &Lines) {
        svg.raw("<g id=\"units\" fill-rule=\"evenodd\">\n");
        let path_of = |position: usize| {
            let mut path = Path::default();
            territories.rings(position, lines).for_each(|ring| path.ring(&ring));
            path
        };
        let paint = |unit| self.paint_of(unit);
        if territories.units.len() <= MOST_TITLES {
            for (i, &unit) in territories.units.iter().enumerate() {
                let path = path_of(i);
                if !path.is_empty() {
                    let name = escaped(self.state.unit(unit).label());
                    let (paint, data) = (paint(unit), path.data());
                    svg.put(format_args!("<path fill=\"{paint}\" d=\"{data}\"><title>{name}</title></path>\n"));
                }
            }
        } else {
            let mut by_paint: BTreeMap<String, Path> = BTreeMap::new();
            for (i, &unit) in territories.units.iter().enumerate() {
                let path = by_paint.entry(paint(unit)).or_default();
                territories.rings(i, lines).for_each(|ring| path.ring(&ring));
            }
            for (paint, path) in by_paint {
                svg.put(format_args!("<path fill=\"{paint}\" d=\"{}\"/>\n", path.data()));
            }
        }
        let mut changed = Path::default();
        for (i, &unit) in territories.units.iter().enumerate() {
            if self.is_changed(unit) {
                territories.rings(i, lines).for_each(|ring| changed.ring(&ring));
            }
        }
        if !changed.is_empty() {
            svg.put(format_args!("<path id=\"changes\" fill=\"url(#changed)\" d=\"{}\"/>\n", changed.data()));
        }
        svg.raw("</g>\n");
    }

    /// Names of the level and of coarser ones, where they fit.
    fn draw_names(
        &self,
        svg: &mut Svg<'_>,
        territories: &Territories,
        lines: &Lines,
        letters: &Letters,
        seats: &[(SeatSign, Pos2)],
        camera: &Camera,
    ) {
        let signs: Vec<Pos2> = seats.iter().map(|&(_, at)| at).collect();
        svg.put(format_args!("<g id=\"names\" {}>\n", self.halo()));
        for label in self.names(territories, lines, letters, &signs, camera) {
            let middle = label.area.center() + vec2(0.0, label.look.size * 0.36);
            svg.text(middle, Align::Middle, label.look.size, self.ink_of(label.look), &label.text);
        }
        svg.raw("</g>\n");
    }

    /// Attributes of a group of names, for the halo around them.
    pub fn halo(&self) -> String {
        let paper = hex(self.theme.paper);
        format!(
            "paint-order=\"stroke\" stroke=\"{paper}\" stroke-width=\"2.4\" stroke-opacity=\".78\" \
             stroke-linejoin=\"round\""
        )
    }

    /// Colour of a name.
    pub const fn ink_of(&self, look: Look) -> Color32 {
        if look.bold { self.theme.ink } else { self.theme.muted }
    }

    /// Names of the level and of coarser ones that find room within the view of a camera.
    pub fn names(
        &self,
        territories: &Territories,
        lines: &Lines,
        letters: &Letters,
        seats: &[Pos2],
        camera: &Camera,
    ) -> Vec<Label> {
        let (dataset, shown) = (self.sheet.dataset, self.sheet.level);
        let scale = self.scale(camera);
        let named = |&level: &LevelIndex| {
            let several = level == shown || self.state.units_at(level).count() > 1;
            let letter = f64::from(Look::of(rank_of(&dataset.levels, level)).size);
            level >= shown && several && scale.of(level) >= letter * MIN_UNIT_LETTERS
        };
        let coarser: Vec<(LevelIndex, Territories)> = self
            .state
            .levels()
            .rev()
            .filter(named)
            .filter(|&level| level != shown)
            .map(|level| (level, Territories::new(dataset, self.state, level)))
            .collect();
        let mut levels: Vec<(Rank, &Territories)> =
            coarser.iter().map(|(level, territories)| (rank_of(&dataset.levels, *level), territories)).collect();
        if named(&shown) {
            levels.push((rank_of(&dataset.levels, shown), territories));
        }
        labels::place(self.state, &levels, lines, letters, seats, camera.viewport())
    }

    /// Name of the one unit that everything belongs to, if there is one.
    pub fn whole(&self) -> Option<&str> {
        let coarsest = self.state.coarsest();
        let mut units = self.state.units_at(coarsest);
        let (Some(unit), None) = (units.next(), units.next()) else { return None };
        let name = self.state.unit(unit).name.as_str();
        (coarsest != self.sheet.level && !name.is_empty()).then_some(name)
    }

    /// The title asked for; else the name of the plan; else that of the whole, or of the finest file without its ending.
    pub fn title(&self, lang: Lang) -> String {
        let file = || self.sheet.dataset.layers.first().map_or("", |layer| stem(&layer.name));
        let name = match (self.sheet.title, self.sheet.document) {
            (Some(title), _) => title,
            (None, Some(document)) => document.name(),
            (None, None) => self.whole().unwrap_or_else(file),
        };
        if name.is_empty() { lang.of(Text::Untitled).to_owned() } else { name.to_owned() }
    }

    /// Where it is, what the units are and how many, and what the fills show.
    pub fn subtitle(&self, lang: Lang) -> String {
        let sheet = self.sheet;
        let mut parts = Vec::new();
        parts.extend(self.whole().filter(|&name| name != self.title(lang)).map(str::to_owned));
        let level = words::level(lang, sheet.dataset.level(sheet.level));
        let count = |state: &State| numbers::count(state.units_at(sheet.level).count());
        let (before, after) = (count(&sheet.dataset.base), count(self.state));
        let counts = if before == after { after } else { format!("{before} → {after}") };
        parts.push(format!("{level} {counts}"));
        if let Style::Figure { figure, .. } = sheet.style {
            parts.push(figure.name(lang, (sheet.dataset, &sheet.grounds.own)).to_owned());
        }
        parts.join(" · ")
    }

    fn draw_head(&self, svg: &mut Svg<'_>, page: &Page, letters: &Letters) {
        let width = page.head.width();
        let title = self.title(self.sheet.lang);
        let size = (26.0 * width / letters.width(&title, 26.0)).clamp(15.0, 26.0);
        let title = letters.shortened(&title, size, width);
        let at = page.head.min;
        svg.text(at + vec2(0.0, 24.0), Align::Left, size, self.theme.ink, &title);
        let subtitle = letters.shortened(&self.subtitle(self.sheet.lang), 13.5, width);
        svg.text(at + vec2(0.0, 46.0), Align::Left, 13.5, self.theme.muted, &subtitle);
    }

    /// Names of the source files, and how the map is projected.
    fn draw_foot(&self, svg: &mut Svg<'_>, page: &Page, letters: &Letters) {
        let lang = self.sheet.lang;
        let files: Vec<&str> = self.sheet.dataset.bases().map(|base| base.name).collect();
        let source = lang.pick("资料来源：", "Source: ");
        let projection = lang.pick("Web 墨卡托投影", "Web Mercator");
        let text = format!("{source}{} · {projection} · WGS 84 / CGCS2000", files.join(", "));
        let text = letters.shortened(&text, 10.5, page.foot.width());
        svg.text(pos2(page.foot.min.x, page.foot.max.y - 3.0), Align::Left, 10.5, self.theme.muted, &text);
    }
}

/// File name without its ending.
fn stem(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// What a border of a level parts, before the word for border.
const fn border_of(lang: Lang, level: Level) -> &'static str {
    match level {
        Level::Atom => lang.pick("图斑", "Atom"),
        Level::Group => lang.pick("村民小组", "Group"),
        Level::Village => lang.pick("村", "Village"),
        Level::Parent => lang.pick("上级单元", "Parent"),
        Level::Township => lang.pick("乡镇", "Township"),
        Level::County => lang.pick("县", "County"),
    }
}
