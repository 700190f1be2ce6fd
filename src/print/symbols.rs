//! Symbols of ledgers on paper, as on the screen.

use std::fmt::Write as _;

use ecolor::Color32;
use emath::{Pos2, Rect};

use super::Sheet;
use super::legend::Swatch;
use super::svg::{Align, Svg, hex, number};
use crate::carto::symbols::{Piece, Seen, SymbolChanges, SymbolSet, SymbolSign};
use crate::carto::{Camera, LineStyle, MapTheme};
use crate::edit::Document;
use crate::i18n::Lang;

/// Symbols of a sheet.
pub(super) struct Symbols {
    set: SymbolSet,
    changes: SymbolChanges,
}

impl Symbols {
    /// Those that the sheet asks for.
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let state = sheet.document.map_or(&sheet.dataset.base, Document::state);
        let set = SymbolSet::new(sheet.dataset, state, sheet.symbols);
        let changes = SymbolChanges::new(&set, sheet.dataset, state);
        Self { set, changes }
    }

    /// Rows of the legend.
    pub fn rows(&self, theme: &MapTheme, lang: Lang) -> Vec<(Swatch, String)> {
        let rows = self.set.legend(&self.changes, theme, lang).into_iter();
        rows.map(|row| (row.sign.map_or(Swatch::Nothing, Swatch::Symbol), row.text)).collect()
    }

    /// Draws them, as far as they lie on the map.
    pub fn draw(&self, svg: &mut Svg<'_>, theme: &MapTheme, camera: &Camera) {
        if self.set.is_empty() {
            return;
        }
        clip(svg, "symbol-area", camera.viewport());
        svg.raw("<g id=\"symbols\" fill=\"none\" clip-path=\"url(#symbol-area)\">\n");
        for seen in self.seen(camera) {
            draw_pieces(svg, &seen.pieces(theme));
        }
        svg.raw("</g>\n");
    }

    /// The same for a page, which keeps the size of symbols whatever the zoom; `class` says when they show.
    pub fn draw_for_page(&self, svg: &mut Svg<'_>, class: &str, theme: &MapTheme, camera: &Camera) {
        let (lines, symbols): (Vec<Seen>, Vec<Seen>) =
            self.seen(camera).into_iter().partition(|seen| matches!(seen, Seen::Line { .. }));
        if !lines.is_empty() {
            let id = format!("symbol-area-{class}");
            clip(svg, &id, camera.viewport());
            svg.put(format_args!("<g class=\"borders {class}\" fill=\"none\" clip-path=\"url(#{id})\">\n"));
            for seen in &lines {
                draw_pieces(svg, &seen.pieces(theme));
            }
            svg.raw("</g>\n");
        }
        svg.put(format_args!("<g class=\"seats {class}\" fill=\"none\">\n"));
        for seen in symbols {
            // A symbol beside its place, as others stand there too, keeps that distance when the page zooms.
            let (at, seen) = at_origin(seen);
            let [x, y] = [at.x, at.y].map(number);
            svg.put(format_args!("<g transform=\"translate({x},{y})\" data-x=\"{x}\" data-y=\"{y}\">"));
            draw_pieces(svg, &seen.pieces(theme));
            svg.raw("</g>\n");
        }
        svg.raw("</g>\n");
    }

    /// Whether a plan does something with rows, so that a page shows others before than after.
    pub fn differs(&self, other: &Self) -> bool {
        self.changes.is_untouched() != other.changes.is_untouched()
    }

    fn seen(&self, camera: &Camera) -> Vec<Seen> {
        let view = camera.viewport();
        let is_on = |seen: &Seen| match seen {
            Seen::Row { symbol, .. } => view.contains(symbol.at),
            Seen::Many { cluster, .. } => view.contains(cluster.at),
            Seen::Line { .. } => true,
        };
        self.set.seen(&self.changes, camera).into_iter().filter(is_on).collect()
    }
}

/// Where a symbol is, and the same symbol at the origin.
fn at_origin(seen: Seen) -> (Pos2, Seen) {
    match seen {
        Seen::Row { layer, which, mut symbol } => {
            let at = std::mem::replace(&mut symbol.at, Pos2::ZERO);
            (at, Seen::Row { layer, which, symbol })
        }
        Seen::Many { mut cluster, square } => {
            let at = std::mem::replace(&mut cluster.at, Pos2::ZERO);
            (at, Seen::Many { cluster, square })
        }
        line @ Seen::Line { .. } => (Pos2::ZERO, line),
    }
}

/// Draws what stands in front of a row of the legend, in the middle of an area.
pub(super) fn draw_sign(svg: &mut Svg<'_>, theme: &MapTheme, sign: &SymbolSign, area: Rect) {
    svg.raw("<g fill=\"none\">\n");
    match *sign {
        SymbolSign::Symbol(mut symbol) => {
            symbol.at = area.center();
            draw_pieces(svg, &symbol.pieces(theme));
        }
        SymbolSign::Line(line, dash) => {
            let points = vec![area.left_center(), area.right_center()];
            draw_pieces(svg, &[Piece::Line { points, line, dash }]);
        }
    }
    svg.raw("</g>\n");
}

fn clip(svg: &mut Svg<'_>, id: &str, view: Rect) {
    let [x, y, width, height] = [view.min.x, view.min.y, view.width(), view.height()].map(number);
    svg.put(format_args!(
        "<clipPath id=\"{id}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/></clipPath>\n"
    ));
}

fn draw_pieces(svg: &mut Svg<'_>, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Circle { at, radius, fill, line } => {
                let [x, y, radius] = [at.x, at.y, *radius].map(number);
                let (fill, line) = (paint("fill", *fill), stroke(*line));
                svg.put(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{fill}{line}/>\n"));
            }
            Piece::Corners { points, fill, line, .. } => {
                let (data, fill, line) = (path(points), paint("fill", *fill), stroke(*line));
                svg.put(format_args!("<path d=\"{data}z\"{fill}{line}/>\n"));
            }
            Piece::Line { points, line, dash } => {
                let (data, line) = (path(points), stroke(*line));
                let dash = dash.map(|[dash, gap]| format!(" stroke-dasharray=\"{} {}\"", number(dash), number(gap)));
                svg.put(format_args!("<path d=\"{data}\"{line}{}/>\n", dash.unwrap_or_default()));
            }
            Piece::Number { at, text, size, colour } => {
                svg.text(*at + emath::vec2(0.0, size * 0.36), Align::Middle, *size, *colour, text);
            }
        }
    }
}

fn path(points: &[Pos2]) -> String {
    points.iter().enumerate().fold(String::new(), |mut path, (i, at)| {
        _ = write!(path, "{}{} {}", if i == 0 { 'M' } else { 'L' }, number(at.x), number(at.y));
        path
    })
}

fn stroke(line: LineStyle) -> String {
    if line.width <= 0.0 || line.colour.a() == 0 {
        return String::new();
    }
    format!("{} stroke-width=\"{}\"", paint("stroke", line.colour), number(line.width))
}

/// A colour as an attribute, with its opacity beside it.
fn paint(name: &str, colour: Color32) -> String {
    let [red, green, blue, alpha] = colour.to_srgba_unmultiplied();
    let opaque = hex(Color32::from_rgb(red, green, blue));
    match alpha {
        0 => String::new(),
        u8::MAX => format!(" {name}=\"{opaque}\""),
        alpha => format!(" {name}=\"{opaque}\" {name}-opacity=\"{}\"", number(f32::from(alpha) / 255.0)),
    }
}
