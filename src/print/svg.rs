//! Writing SVG: numbers, paths and text.

use crate::i18n::markup::escaped;
use std::fmt::Write as _;

use ecolor::Color32;
use emath::{Pos2, Rect};

use super::fonts::Letters;
use super::lines::Spot;

/// An SVG in the making.
pub(super) struct Svg<'a> {
    text: String,
    letters: &'a Letters,
}

/// Which point of a text stands at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    /// The left end of its base line.
    Left,
    /// The middle of its base line.
    Middle,
}

impl<'a> Svg<'a> {
    /// An empty one; texts are measured with these letters.
    pub fn new(letters: &'a Letters) -> Self {
        Self { text: String::new(), letters }
    }

    /// An empty one for what is to be put into this one later.
    pub const fn sibling(&self) -> Self {
        Self { text: String::new(), letters: self.letters }
    }

    /// Takes a piece of markup as it is.
    pub fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// Takes formatted markup. What comes from outside must have gone through [`escaped`].
    pub fn put(&mut self, markup: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(markup);
    }

    /// A rectangle with further attributes.
    pub fn rect(&mut self, area: Rect, attributes: &str) {
        let [x, y, width, height] = [area.min.x, area.min.y, area.width(), area.height()].map(number);
        self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {attributes}/>\n"));
    }

    /// A text.
    pub fn text(&mut self, at: Pos2, align: Align, size: f32, colour: Color32, text: &str) {
        let runs = self.letters.runs(text);
        if runs.len() > 1 {
            // Each run has its place: a viewer that takes another font for one must not move the others.
            let width = if align == Align::Middle { self.letters.width(text, size) } else { 0.0 };
            let mut x = at.x - width / 2.0;
            for run in runs {
                self.run(Pos2 { x, ..at }, Align::Left, size, colour, run);
                x += self.letters.width(run, size);
            }
            return;
        }
        self.run(at, align, size, colour, text);
    }

    fn run(&mut self, at: Pos2, align: Align, size: f32, colour: Color32, text: &str) {
        let anchor = if align == Align::Middle { " text-anchor=\"middle\"" } else { "" };
        self.put(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}>{}</text>\n",
            number(at.x),
            number(at.y),
            number(size),
            hex(colour),
            escaped(text)
        ));
    }

    /// The finished text.
    pub fn finish(self) -> String {
        self.text
    }
}

/// Data of a path.
#[derive(Default)]
pub(super) struct Path {
    data: String,
}

impl Path {
    /// A closed ring; its first spot is not repeated.
    pub fn ring(&mut self, ring: &[Spot]) {
        self.line(ring);
        self.data.push('z');
    }

    /// A line from spot to spot.
    pub fn line(&mut self, line: &[Spot]) {
        let Some((&first, rest)) = line.split_first() else { return };
        self.data.push('M');
        self.hundredths(first[0]);
        self.next(first[1]);
        // Steps are shorter than positions, and add up exactly: they are whole hundredths.
        let mut at = first;
        for (i, &spot) in rest.iter().enumerate() {
            if i == 0 {
                self.data.push('l');
                self.hundredths(spot[0] - at[0]);
            } else {
                self.next(spot[0] - at[0]);
            }
            self.next(spot[1] - at[1]);
            at = spot;
        }
        if rest.is_empty() {
            // A dot, for lines with round ends.
            self.data.push_str("h0");
        }
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.data.is_empty()
    }

    /// The value of the attribute `d`.
    pub fn data(&self) -> &str {
        &self.data
    }

    fn next(&mut self, hundredths: i32) {
        if hundredths >= 0 {
            self.data.push(' ');
        }
        self.hundredths(hundredths);
    }

    fn hundredths(&mut self, value: i32) {
        let (whole, part) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
        if value < 0 {
            self.data.push('-');
        }
        let _ = match (whole, part) {
            (whole, 0) => write!(self.data, "{whole}"),
            (0, part) if part % 10 == 0 => write!(self.data, ".{}", part / 10),
            (0, part) => write!(self.data, ".{part:02}"),
            (whole, part) if part % 10 == 0 => write!(self.data, "{whole}.{}", part / 10),
            (whole, part) => write!(self.data, "{whole}.{part:02}"),
        };
    }
}

/// A number with at most two decimals.
pub(super) fn number(value: f32) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// An opaque colour as `#rrggbb`.
pub(super) fn hex(colour: Color32) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.r(), colour.g(), colour.b())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_steps_with_two_decimals() {
        let mut path = Path::default();
        path.ring(&[[0, 0], [150, 0], [150, -205], [149, 1000]]);
        assert_eq!(path.data(), "M0 0l1.5 0 0-2.05-.01 12.05z");
    }
}
