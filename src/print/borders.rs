//! Borders on the paper: one path for each kind of line, every arc in one of them.

use std::collections::BTreeMap;

use super::lines::Lines;
use super::svg::{Path, Svg, hex, number};
use crate::carto::{LineStyle, Rank};
use crate::coverage::ArcId;

/// What a border line says, in the order of drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Line {
    /// A border of a rank.
    Rank(Rank),
    /// A border of a rank that the plan has made.
    Made(Rank),
    /// A border that the plan has taken away.
    Abolished,
}

impl Line {
    /// Finer borders below coarser ones; former ones above those of villages.
    pub const fn layer(self) -> u8 {
        match self {
            Self::Rank(rank) => rank as u8 * 3,
            Self::Made(rank) => rank as u8 * 3 + 1,
            Self::Abolished => Rank::Village as u8 * 3 + 2,
        }
    }
}

/// All borders: what each arc is drawn as, and how that looks.
pub(super) struct BorderLines {
    /// What every arc is drawn as; `None` where it is not drawn.
    pub of_arc: Vec<Option<Line>>,
    /// Looks of the lines that are there, in the order of drawing.
    pub looks: BTreeMap<u8, (Line, LineStyle)>,
}

impl BorderLines {
    /// One path for each kind of line; every arc stands in one of them.
    pub fn draw(&self, svg: &mut Svg<'_>, lines: &Lines) {
        self.draw_some(svg, lines, "id=\"borders\"", |_| true);
    }

    /// The same for some arcs, as a group with these attributes.
    pub fn draw_some(&self, svg: &mut Svg<'_>, lines: &Lines, attributes: &str, wanted: impl Fn(ArcId) -> bool) {
        svg.put(format_args!("<g {attributes} fill=\"none\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n"));
        let mut paths: BTreeMap<u8, Path> = BTreeMap::new();
        for (i, line) in self.of_arc.iter().enumerate() {
            let arc = ArcId::new(i);
            if let Some(line) = line.filter(|_| wanted(arc)) {
                paths.entry(line.layer()).or_default().line(lines.arc(arc));
            }
        }
        for (layer, path) in paths {
            let Some((line, look)) = self.looks.get(&layer) else { continue };
            let (class, dash) = match line {
                Line::Rank(Rank::Group) => ("group", " stroke-dasharray=\".1 2.5\""),
                Line::Rank(rank) => (class(*rank), ""),
                Line::Made(_) => ("new", ""),
                Line::Abolished => ("former", " stroke-linecap=\"butt\" stroke-dasharray=\"4 3\""),
            };
            svg.put(format_args!(
                "<path class=\"{class}\" stroke=\"{}\" stroke-width=\"{}\"{dash} d=\"{}\"/>\n",
                hex(look.colour),
                number(look.width),
                path.data()
            ));
        }
        svg.raw("</g>\n");
    }

    /// Whether there is such a line.
    pub fn has(&self, is: impl Fn(Line) -> bool) -> bool {
        self.looks.values().any(|&(line, _)| is(line))
    }
}

const fn class(rank: Rank) -> &'static str {
    match rank {
        Rank::Hidden => "hidden",
        Rank::Group => "group",
        Rank::Village => "village",
        Rank::Township => "township",
        Rank::County => "county",
    }
}
