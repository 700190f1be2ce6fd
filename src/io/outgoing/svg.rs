//! A layer as a drawing of outlines, for those who draw on: each unit a path that has its code as id and its name as
//! title, and all borders once as a path of their own, so that no line is drawn twice.
//!
//! Longitude and latitude are drawn equirectangular about the middle, so that shapes look right; other systems as they
//! are. Places are rounded to a hundredth of a unit on a drawing of 1,000: neighbours round alike, and stay neighbours.

use std::collections::HashSet;
use std::fmt::Write as _;

use geo::Coord;

use super::topology::Topology;
use super::{Files, Loss, OutLayer, Wishes};

/// Size of the larger side, in units of the drawing.
const SIZE: f64 = 1000.0;
/// Empty space around, in units of the drawing.
const MARGIN: f64 = 4.0;

pub(super) fn losses(_: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    vec![Loss::OnlyOutlines]
}

/// How places lie on the drawing.
struct View {
    west: f64,
    north: f64,
    /// Units of the drawing in one of the coordinates, east and north.
    scale: [f64; 2],
    /// Width and height in whole units.
    size: [f64; 2],
}

impl View {
    fn of(layer: &OutLayer) -> Option<Self> {
        let bounds = layer.bounds()?;
        let narrow = if layer.system.is_geographic() { bounds.center().y.to_radians().cos().max(0.01) } else { 1.0 };
        let (width, height) = (bounds.width() * narrow, bounds.height());
        let scale = SIZE / width.max(height).max(f64::MIN_POSITIVE);
        let size = [width, height].map(|side| (side * scale + 2.0 * MARGIN).ceil());
        Some(Self { west: bounds.min().x, north: bounds.max().y, scale: [scale * narrow, scale], size })
    }

    /// A place on the drawing, in hundredths.
    #[expect(clippy::cast_possible_truncation, reason = "within the drawing")]
    fn place(&self, at: Coord) -> [i64; 2] {
        let x = (at.x - self.west) * self.scale[0] + MARGIN;
        let y = (self.north - at.y) * self.scale[1] + MARGIN;
        [x, y].map(|value| (value * 100.0).round() as i64)
    }
}

/// Appends hundredths as a number.
fn number(out: &mut String, hundredths: i64) {
    let (whole, rest) = (hundredths / 100, (hundredths % 100).abs());
    let sign = if hundredths < 0 && whole == 0 { "-" } else { "" };
    // Writing to memory does not fail.
    let _ = match rest {
        0 => write!(out, "{whole}"),
        _ if rest % 10 == 0 => write!(out, "{sign}{whole}.{}", rest / 10),
        _ => write!(out, "{sign}{whole}.{rest:02}"),
    };
}

/// Appends a line of a path: places that round to one come once.
fn line(out: &mut String, view: &View, coords: impl Iterator<Item = Coord>, is_ring: bool) {
    let mut places: Vec<[i64; 2]> = coords.map(|at| view.place(at)).collect();
    places.dedup();
    if is_ring && places.len() > 1 && places.first() == places.last() {
        places.pop();
    }
    for (at, place) in places.iter().enumerate() {
        out.push_str(match at {
            0 => "M",
            1 => "L",
            _ => " ",
        });
        number(out, place[0]);
        out.push(',');
        number(out, place[1]);
    }
    if is_ring && !places.is_empty() {
        out.push('Z');
    }
}

/// A text as XML has it; what XML has no place for is left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let Some(layer) = layers.first() else { return Ok(Vec::new()) };
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let Some(view) = View::of(layer) else {
        out.push_str("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>\n");
        return Ok(vec![out.into_bytes()]);
    };
    let [width, height] = view.size;
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(&layer.title));
    out.push_str("<g id=\"units\" fill=\"#f2efe6\" fill-rule=\"evenodd\" stroke=\"none\">\n");
    let mut taken: HashSet<&str> = HashSet::from(["units", "borders"]);
    for (row, feature) in layer.features.iter().enumerate() {
        if !layer.has_territory(row) {
            continue;
        }
        out.push_str("<path");
        // An id has no spaces, and is there but once.
        let is_id = !feature.code.is_empty() && !feature.code.contains(char::is_whitespace);
        if is_id && taken.insert(&feature.code) {
            let _ = write!(out, " id=\"{}\"", escaped(&feature.code));
        }
        out.push_str(" d=\"");
        for ring in layer.rings(row).into_iter().flatten() {
            line(&mut out, &view, ring.into_iter(), true);
        }
        let _ = writeln!(out, "\"><title>{}</title></path>", escaped(&feature.name));
    }
    out.push_str(
        "</g>\n<path id=\"borders\" fill=\"none\" stroke=\"#555\" stroke-width=\"0.8\" stroke-linejoin=\"round\" d=\"",
    );
    for arc in Topology::of(std::slice::from_ref(layer))?.arcs {
        line(&mut out, &view, arc.into_iter(), false);
    }
    out.push_str("\"/>\n</svg>\n");
    Ok(vec![out.into_bytes()])
}
