//! Links and barriers on the paper: bridges, and lines with ticks along borders.

use emath::{Pos2, Vec2, pos2, vec2};

use super::lines::Lines;
use super::svg::{Path, Svg, hex, number};
use crate::carto::crossings::{Bridge, barrier_between};
use crate::carto::{Camera, MapTheme};
use crate::coverage::ArcId;
use crate::model::Dataset;
use crate::rules::{Crossing, CrossingKind, Crossings};

/// How far a bridge reaches beyond the two places, and how long its wings are, in points.
const BEYOND: f32 = 8.0;
const WING: f32 = 5.0;

/// Links and barriers that have a place.
pub(super) struct Marks {
    links: Vec<Link>,
    /// Arcs of all barriers, ascending.
    pub barriers: Vec<ArcId>,
}

struct Link {
    bridge: Bridge,
    is_ferry: bool,
}

impl Marks {
    /// Finds where they are, by the units as loaded.
    pub fn new(dataset: &Dataset, crossings: &Crossings) -> Self {
        let link = |link: &Crossing| {
            Some(Link { bridge: Bridge::between(dataset, &link.between)?, is_ferry: link.kind == CrossingKind::Ferry })
        };
        let barriers = crossings.barriers.iter();
        let mut barriers: Vec<ArcId> = barriers.flat_map(|it| barrier_between(dataset, &it.between)).collect();
        barriers.sort_unstable();
        barriers.dedup();
        Self { links: crossings.links.iter().filter_map(link).collect(), barriers }
    }

    /// Whether there is a link.
    pub fn has_links(&self) -> bool {
        !self.links.is_empty()
    }

    /// Draws them all, barriers below links.
    pub fn draw(&self, svg: &mut Svg<'_>, theme: &MapTheme, lines: &Lines, camera: &Camera) {
        if self.links.is_empty() && self.barriers.is_empty() {
            return;
        }
        svg.raw("<g id=\"crossings\" fill=\"none\">\n");
        let mut path = Path::default();
        self.barriers.iter().for_each(|&arc| path.line(lines.arc(arc)));
        if !path.is_empty() {
            barrier(svg, theme, path.data());
        }
        for link in &self.links {
            let [from, to] = link.bridge.on_screen(camera, BEYOND);
            draw_link(svg, theme, (from, to), link.is_ferry);
        }
        svg.raw("</g>\n");
    }
}

/// A line with ticks across it: wide dashes that are short. `data` is that of a path.
pub(super) fn barrier(svg: &mut Svg<'_>, theme: &MapTheme, data: &str) {
    let (paper, colour, width) = (hex(theme.paper), hex(theme.crossing.colour), theme.crossing.width);
    for attributes in [
        format!("stroke=\"{paper}\" stroke-width=\"{}\"", number(width + 2.5)),
        format!("stroke=\"{colour}\" stroke-width=\"{}\"", number(width)),
        format!("stroke=\"{colour}\" stroke-width=\"7\" stroke-dasharray=\"1.25 7.75\" stroke-dashoffset=\"-4.5\""),
    ] {
        svg.put(format_args!("<path {attributes} d=\"{data}\"/>\n"));
    }
}

/// A line with wings at both ends; a dashed one for a ferry.
pub(super) fn draw_link(svg: &mut Svg<'_>, theme: &MapTheme, (from, to): (Pos2, Pos2), is_ferry: bool) {
    let along = (to - from).normalized();
    let at = |place: Pos2| format!("{} {}", number(place.x), number(place.y));
    let wing = |end: Pos2, out: Vec2, side: f32| at(end + (out + side * vec2(-out.y, out.x)).normalized() * WING);
    let wings = [(from, -along), (to, along)]
        .map(|(end, out)| format!("M{}L{}L{}", wing(end, out, 1.0), at(end), wing(end, out, -1.0)));
    let straight = format!("M{}L{}", at(from), at(to));
    let dashes = if is_ferry { " stroke-dasharray=\"3 3\"" } else { "" };
    let (paper, colour, width) = (hex(theme.paper), hex(theme.crossing.colour), number(theme.crossing.width));
    let halo = number(theme.crossing.width + 2.5);
    svg.put(format_args!(
        "<path stroke=\"{paper}\" stroke-width=\"{halo}\" d=\"{straight}{}{}\"/>\n",
        wings[0], wings[1]
    ));
    svg.put(format_args!("<path stroke=\"{colour}\" stroke-width=\"{width}\"{dashes} d=\"{straight}\"/>\n"));
    svg.put(format_args!("<path stroke=\"{colour}\" stroke-width=\"{width}\" d=\"{}{}\"/>\n", wings[0], wings[1]));
}

/// Data of a straight path between two places.
pub(super) fn straight(from: Pos2, width: f32) -> String {
    let to = pos2(from.x + width, from.y);
    format!("M{} {}L{} {}", number(from.x), number(from.y), number(to.x), number(to.y))
}
