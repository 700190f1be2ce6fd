//! Links and barriers on the map: a link as a bridge where the two units are nearest, a barrier as a line with ticks
//! along the border that they share.
//!
//! Where they are follows from the units as loaded alone, and is worked out once for each pair.

use eframe::egui::{Painter, Pos2, Shape, Stroke};
use geo::Coord;

use crate::render::projection::world_from_lonlat;
use crate::render::{Camera, LineStyle, MapTheme};
use quhua::carto::crossings::{Bridge, barrier_between};
use quhua::i18n::{Lang, Text, sentences};
use quhua::model::Dataset;
use quhua::rules::{Crossing, CrossingKind, Crossings, crossing_kind};
use quhua::study::Study;

/// How far a bridge reaches beyond the two places, in points.
const BEYOND: f32 = 7.0;
/// Length of the wings of a bridge in points.
const WING: f32 = 4.5;
/// Distance between two ticks of a barrier in points.
const APART: f32 = 9.0;
/// Length of a tick to either side in points.
const TICK: f32 = 3.5;
/// How near the pointer must come, in points.
const REACH: f32 = 7.0;

/// All links and barriers that hold, those of the rules too, with their places.
#[derive(Debug, Default)]
pub struct CrossingMarks {
    marks: Vec<Mark>,
}

/// A link or barrier, and where it is.
#[derive(Clone, Debug)]
pub struct Mark {
    crossing: Crossing,
    is_link: bool,
    place: Place,
}

/// Where it is.
#[derive(Clone, Debug)]
enum Place {
    /// Nowhere: a unit is not there, or the two do not touch.
    Nowhere,
    /// Between two places.
    Link(Bridge),
    /// Along some lines in world coordinates.
    Border(Vec<Vec<Coord>>),
}

impl CrossingMarks {
    /// Follows the links and barriers of the document and of its rules.
    pub fn refresh(&mut self, project: &Study) {
        let of_pack = project.rules().pack().map(|pack| &pack.crossings);
        let all = of_pack.into_iter().chain([&project.basis().crossings]).flat_map(each);
        let is_same = |((crossing, is_link), mark): ((&Crossing, bool), &Mark)| {
            mark.is_link == is_link && mark.crossing == *crossing
        };
        if all.clone().count() == self.marks.len() && all.clone().zip(&self.marks).all(is_same) {
            return;
        }
        let before = std::mem::take(&mut self.marks);
        let known = |crossing: &Crossing, is_link| {
            let same = |mark: &&Mark| mark.is_link == is_link && mark.crossing.between == crossing.between;
            before.iter().find(same).map(|mark| mark.place.clone())
        };
        self.marks = all
            .map(|(crossing, is_link)| {
                let place = known(crossing, is_link).unwrap_or_else(|| place(project.dataset(), crossing, is_link));
                Mark { crossing: crossing.clone(), is_link, place }
            })
            .collect();
    }

    /// Whether there is a link, and whether there is a barrier, that has a place.
    #[must_use]
    pub fn kinds(&self) -> [bool; 2] {
        let is_there = |is_link| self.marks.iter().any(|mark| mark.is_link == is_link && mark.is_somewhere());
        [is_there(true), is_there(false)]
    }

    /// Paints them all, barriers below links.
    pub fn paint(&self, painter: &Painter, camera: &Camera, theme: &MapTheme) {
        for is_link in [false, true] {
            for mark in self.marks.iter().filter(|mark| mark.is_link == is_link) {
                for path in mark.on_screen(camera) {
                    painter.add(Shape::line(path.clone(), Stroke::new(theme.crossing.width + 2.5, theme.paper)));
                    match path[..] {
                        [from, to] if is_link => {
                            let dashed = mark.crossing.kind == CrossingKind::Ferry;
                            draw_link(painter, theme.crossing, (from, to), dashed);
                        }
                        _ => draw_barrier(painter, theme.crossing, &path),
                    }
                }
            }
        }
    }

    /// The one under the pointer.
    #[must_use]
    pub fn under(&self, camera: &Camera, pointer: Pos2) -> Option<&Mark> {
        let off = |mark: &Mark| {
            let paths = mark.on_screen(camera);
            let edges = paths.iter().flat_map(|path| path.windows(2));
            edges.map(|edge| distance(pointer, edge[0], edge[1])).fold(f32::INFINITY, f32::min)
        };
        let ranked = self.marks.iter().map(|mark| (off(mark), mark));
        ranked.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(off, _)| *off <= REACH).map(|(_, mark)| mark)
    }
}

impl Mark {
    fn is_somewhere(&self) -> bool {
        !matches!(self.place, Place::Nowhere)
    }

    /// Its lines in points, those in view.
    fn on_screen(&self, camera: &Camera) -> Vec<Vec<Pos2>> {
        let view = camera.viewport().expand(BEYOND + WING);
        let paths = match &self.place {
            Place::Nowhere => Vec::new(),
            Place::Link(bridge) => vec![bridge.on_screen(camera, BEYOND).to_vec()],
            Place::Border(lines) => lines.iter().map(|line| thinned(camera, line)).collect(),
        };
        let in_view = |path: &Vec<Pos2>| eframe::egui::Rect::from_points(path).intersects(view);
        paths.into_iter().filter(in_view).collect()
    }

    /// What it is, between what, and why: `Barrier (river): Qinghe — Shiqiao. No bridge within 6 km`.
    pub fn text(&self, lang: Lang, dataset: &Dataset) -> String {
        let what = lang.of(if self.is_link { Text::LinkWord } else { Text::BarrierWord });
        let kind = crossing_kind(lang, self.crossing.kind);
        sentences::crossing(lang, what, kind, &places(dataset, &self.crossing), &self.crossing.reason)
    }
}

/// Names of the two units as loaded; their codes where there is no such unit.
pub fn places(dataset: &Dataset, crossing: &Crossing) -> String {
    let base = &dataset.base;
    let name = |code: &str| {
        let unit = base.find(code).first().copied();
        unit.map(|unit| base.unit(unit).label()).filter(|label| !label.is_empty()).unwrap_or(code).to_owned()
    };
    format!("{} — {}", name(&crossing.between[0]), name(&crossing.between[1]))
}

/// Links, then barriers; `true` for links.
fn each(crossings: &Crossings) -> impl Iterator<Item = (&Crossing, bool)> + Clone {
    let barriers = crossings.barriers.iter().map(|barrier| (barrier, false));
    crossings.links.iter().map(|link| (link, true)).chain(barriers)
}

fn place(dataset: &Dataset, crossing: &Crossing, is_link: bool) -> Place {
    if is_link {
        return Bridge::between(dataset, &crossing.between).map_or(Place::Nowhere, Place::Link);
    }
    let arcs = barrier_between(dataset, &crossing.between);
    let line = |arc| dataset.coverage.arc(arc).iter().copied().map(world_from_lonlat).collect();
    if arcs.is_empty() { Place::Nowhere } else { Place::Border(arcs.into_iter().map(line).collect()) }
}

/// A line on the screen without vertices that are nearer than a point and a half to each other.
fn thinned(camera: &Camera, line: &[Coord]) -> Vec<Pos2> {
    let mut path: Vec<Pos2> = Vec::new();
    for (i, &at) in line.iter().enumerate() {
        let at = camera.screen_from_world(at);
        if i + 1 == line.len() || path.last().is_none_or(|last| last.distance(at) >= 1.5) {
            path.push(at);
        }
    }
    path
}

/// Draws a bridge: a line with wings at both ends; a dashed one for a ferry.
pub fn draw_link(painter: &Painter, line: LineStyle, (from, to): (Pos2, Pos2), dashed: bool) {
    let along = (to - from).normalized();
    let stroke = Stroke::new(line.width, line.colour);
    for (end, out) in [(from, -along), (to, along)] {
        for side in [out.rot90(), -out.rot90()] {
            painter.line_segment([end, end + (out + side).normalized() * WING], stroke);
        }
    }
    if dashed {
        painter.extend(Shape::dashed_line(&[from, to], stroke, 3.0, 3.0));
    } else {
        painter.line_segment([from, to], stroke);
    }
}

/// Draws a line with ticks across it.
pub fn draw_barrier(painter: &Painter, line: LineStyle, path: &[Pos2]) {
    painter.add(Shape::line(path.to_vec(), Stroke::new(line.width, line.colour)));
    let mut left = APART / 2.0;
    for edge in path.windows(2) {
        let length = edge[0].distance(edge[1]);
        let along = (edge[1] - edge[0]).normalized();
        while left <= length {
            let (at, across) = (edge[0] + along * left, along.rot90() * TICK);
            if painter.clip_rect().contains(at) {
                painter.line_segment([at - across, at + across], Stroke::new(1.25, line.colour));
            }
            left += APART;
        }
        left -= length;
    }
}

fn distance(at: Pos2, a: Pos2, b: Pos2) -> f32 {
    let (along, to) = (b - a, at - a);
    let step = (to.dot(along) / along.length_sq().max(f32::MIN_POSITIVE)).clamp(0.0, 1.0);
    (a + along * step).distance(at)
}
