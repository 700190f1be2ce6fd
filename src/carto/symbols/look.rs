//! What a symbol looks like: a shape and a colour, both of which tell classes apart.

use ecolor::Color32;
use emath::{Pos2, Vec2, pos2, vec2};

use crate::carto::{LineStyle, MapTheme};

/// Radius of a symbol in points.
pub const RADIUS: f32 = 5.0;

/// Colours, in their order: after Okabe and Ito (2008) and Tol (2021), whom also colour-blind eyes tell apart.
const COLOURS: [u32; 6] = [0x00_72B2, 0xD5_5E00, 0x00_9E73, 0xAA_3377, 0xE6_9F00, 0x56_B4E9];
/// Those on dark paper.
const DARK: [u32; 6] = [0x5B_AEE0, 0xF0_8A4B, 0x3F_C9A0, 0xE0_7BB4, 0xF0_BE45, 0x9A_D5F5];

/// The outline of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SymbolShape {
    /// A circle.
    Circle,
    /// A triangle that stands on its side.
    Triangle,
    /// A square that stands on its corner.
    Diamond,
    /// A triangle that stands on its corner.
    Wedge,
    /// A square.
    Square,
    /// A cross with four equal arms.
    Cross,
}

impl SymbolShape {
    /// All shapes, in their order.
    pub const ALL: [Self; 6] = [Self::Circle, Self::Triangle, Self::Diamond, Self::Wedge, Self::Square, Self::Cross];

    /// Its corners about a place, as large to the eye as a circle of a radius; none of a circle.
    #[must_use]
    pub fn corners(self, at: Pos2, radius: f32) -> Vec<Pos2> {
        let around = |reach: f32, places: &[[f32; 2]]| {
            places.iter().map(|[x, y]| pos2(at.x + x * reach, at.y + y * reach)).collect::<Vec<_>>()
        };
        match self {
            Self::Circle => Vec::new(),
            Self::Triangle => around(radius * 1.25, &[[0.0, -1.0], [0.95, 0.7], [-0.95, 0.7]]),
            Self::Wedge => around(radius * 1.25, &[[0.0, 1.0], [-0.95, -0.7], [0.95, -0.7]]),
            Self::Diamond => around(radius * 1.3, &[[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]]),
            Self::Square => around(radius * 0.9, &[[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]),
            Self::Cross => {
                let (long, short) = (1.15, 0.42);
                around(
                    radius,
                    &[
                        [-short, -long],
                        [short, -long],
                        [short, -short],
                        [long, -short],
                        [long, short],
                        [short, short],
                        [short, long],
                        [-short, long],
                        [-short, short],
                        [-long, short],
                        [-long, -short],
                        [-short, -short],
                    ],
                )
            }
        }
    }
}

/// What tells the symbols of a class from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Look {
    /// One of those that go by their number: first all colours, each with a shape of its own, then in other pairs.
    Numbered(u8),
    /// What has no class of its own.
    Other,
    /// What says nothing.
    Blank,
}

impl Look {
    /// Its shape.
    #[must_use]
    pub const fn shape(self) -> SymbolShape {
        match self {
            Self::Numbered(number) => {
                let number = number as usize;
                SymbolShape::ALL[(number + number / COLOURS.len()) % SymbolShape::ALL.len()]
            }
            Self::Other | Self::Blank => SymbolShape::Circle,
        }
    }

    /// Its colour.
    #[must_use]
    pub fn colour(self, theme: &MapTheme) -> Color32 {
        match self {
            Self::Numbered(number) => {
                let colours = if theme.dark { &DARK } else { &COLOURS };
                let [_, red, green, blue] = colours[usize::from(number) % COLOURS.len()].to_be_bytes();
                Color32::from_rgb(red, green, blue)
            }
            Self::Other => theme.muted,
            Self::Blank => theme.no_data,
        }
    }

    /// How lines of the class are broken: lengths of dash and gap in points; `None` where they are not.
    #[must_use]
    pub const fn dash(self) -> Option<[f32; 2]> {
        match self {
            Self::Numbered(number) => match number % 3 {
                0 => None,
                1 => Some([7.0, 3.0]),
                _ => Some([2.0, 2.5]),
            },
            Self::Other | Self::Blank => Some([1.0, 3.0]),
        }
    }
}

/// What a plan does with a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowMark {
    /// Nothing.
    #[default]
    AsLoaded,
    /// Cells have other values.
    Changed,
    /// It adds it.
    Added,
    /// It demands it, and it follows from what the plan does.
    Derived,
    /// It takes it away.
    Removed,
}

impl RowMark {
    /// All that say something, in the order of a legend.
    pub const ALL: [Self; 4] = [Self::Changed, Self::Added, Self::Derived, Self::Removed];
}

/// One symbol on paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Symbol {
    /// Where, in points.
    pub at: Pos2,
    /// How large, in points.
    pub radius: f32,
    /// Its class.
    pub look: Look,
    /// What the plan does with its row.
    pub mark: RowMark,
    /// Whether the row has no place of its own, and stands at the seat of its unit: then it is hollow.
    pub at_seat: bool,
}

/// A piece of a symbol, for whatever draws it.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// A circle.
    Circle {
        /// Its middle.
        at: Pos2,
        /// Its radius in points.
        radius: f32,
        /// What it is filled with.
        fill: Color32,
        /// Its rim.
        line: LineStyle,
    },
    /// Corners, filled and with a rim.
    Corners {
        /// Its corners.
        points: Vec<Pos2>,
        /// Whether they are convex.
        is_convex: bool,
        /// What it is filled with.
        fill: Color32,
        /// Its rim.
        line: LineStyle,
    },
    /// A line.
    Line {
        /// Where it goes.
        points: Vec<Pos2>,
        /// Its colour and width.
        line: LineStyle,
        /// Lengths of dash and gap in points.
        dash: Option<[f32; 2]>,
    },
    /// A number in the middle of a place.
    Number {
        /// The place.
        at: Pos2,
        /// The number.
        text: String,
        /// Size of its letters in points.
        size: f32,
        /// Its colour.
        colour: Color32,
    },
}

impl Symbol {
    /// What it is drawn of, the lowest first.
    #[must_use]
    pub fn pieces(&self, theme: &MapTheme) -> Vec<Piece> {
        let colour = self.look.colour(theme);
        let is_gone = self.mark == RowMark::Removed;
        let mut pieces = Vec::new();
        let ring = self.radius + 3.0;
        match self.mark {
            RowMark::AsLoaded | RowMark::Removed => {}
            RowMark::Changed | RowMark::Added => pieces.push(Piece::Circle {
                at: self.at,
                radius: ring,
                fill: theme.paper.gamma_multiply(0.7),
                line: LineStyle { colour: theme.accent, width: 1.5 },
            }),
            RowMark::Derived => {
                let line = LineStyle { colour: theme.accent, width: 1.5 };
                pieces.push(Piece::Circle {
                    at: self.at,
                    radius: ring,
                    fill: theme.paper.gamma_multiply(0.7),
                    line: LineStyle { width: 0.0, ..line },
                });
                pieces.push(Piece::Line { points: arc(self.at, ring, [0.0, 1.0]), line, dash: Some([3.0, 2.2]) });
            }
        }
        let (fill, line) = match (is_gone, self.at_seat) {
            (true, _) => {
                (theme.paper.gamma_multiply(0.6), LineStyle { colour: colour.gamma_multiply(0.6), width: 1.0 })
            }
            (false, true) => (theme.paper, LineStyle { colour, width: 1.75 }),
            (false, false) => (colour, LineStyle { colour: theme.paper, width: 1.0 }),
        };
        let shape = self.look.shape();
        pieces.push(match shape {
            SymbolShape::Circle => Piece::Circle { at: self.at, radius: self.radius, fill, line },
            _ => Piece::Corners {
                points: shape.corners(self.at, self.radius),
                is_convex: shape != SymbolShape::Cross,
                fill,
                line,
            },
        });
        let line = LineStyle { colour: theme.accent, width: 1.5 };
        let stroke =
            |from: Vec2, to: Vec2| Piece::Line { points: vec![self.at + from, self.at + to], line, dash: None };
        let reach = self.radius * 0.9;
        match self.mark {
            RowMark::Removed => {
                pieces.push(stroke(vec2(-reach, -reach), vec2(reach, reach)));
                pieces.push(stroke(vec2(-reach, reach), vec2(reach, -reach)));
            }
            // A plus beside the ring.
            RowMark::Added => {
                let beside = vec2(ring * 0.85, -ring * 0.85);
                pieces.push(stroke(beside - vec2(2.5, 0.0), beside + vec2(2.5, 0.0)));
                pieces.push(stroke(beside - vec2(0.0, 2.5), beside + vec2(0.0, 2.5)));
            }
            RowMark::AsLoaded | RowMark::Changed | RowMark::Derived => {}
        }
        pieces
    }
}

/// Several rows as one: a ring with the shares of their classes, and how many they are in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Cluster {
    /// Where, in points.
    pub at: Pos2,
    /// How many rows.
    pub rows: usize,
    /// Classes with how many rows each has, in order.
    pub shares: Vec<(Look, usize)>,
    /// Whether the plan does something with one of them.
    pub is_touched: bool,
}

impl Cluster {
    /// Its radius in points: a little larger for more.
    #[must_use]
    pub fn radius(&self) -> f32 {
        #[expect(clippy::cast_precision_loss, reason = "a size on the screen")]
        let rows = self.rows as f32;
        (8.0 + 2.2 * rows.log10()).min(19.0)
    }

    /// What it is drawn of, the lowest first.
    #[must_use]
    pub fn pieces(&self, theme: &MapTheme) -> Vec<Piece> {
        const RING: f32 = 3.5;
        let (at, radius) = (self.at, self.radius());
        let mut pieces = Vec::new();
        let rim = if self.is_touched { theme.accent } else { theme.paper };
        pieces.push(Piece::Circle {
            at,
            radius: radius + RING / 2.0 + 1.0,
            fill: theme.paper,
            line: LineStyle { colour: rim, width: if self.is_touched { 1.5 } else { 1.0 } },
        });
        let all: usize = self.shares.iter().map(|(_, rows)| rows).sum();
        let mut begun = 0;
        for &(look, rows) in &self.shares {
            #[expect(clippy::cast_precision_loss, reason = "shares of a ring")]
            let [from, to] = [begun, begun + rows].map(|rows| rows as f32 / all.max(1) as f32);
            begun += rows;
            let line = LineStyle { colour: look.colour(theme), width: RING };
            pieces.push(Piece::Line { points: arc(at, radius, [from, to]), line, dash: None });
        }
        let text = short_count(self.rows);
        let size = if text.len() > 3 { 9.0 } else { 10.5 };
        pieces.push(Piece::Number { at, text, size, colour: theme.ink });
        pieces
    }
}

/// Part of a circle, from the top clockwise, between shares of the whole.
fn arc(at: Pos2, radius: f32, [from, to]: [f32; 2]) -> Vec<Pos2> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 32")]
    let steps = (((to - from) * 32.0).ceil() as u8).max(1);
    let angle = |step: u8| (from + (to - from) * f32::from(step) / f32::from(steps)) * std::f32::consts::TAU;
    (0..=steps).map(|step| pos2(at.x + radius * angle(step).sin(), at.y - radius * angle(step).cos())).collect()
}

/// How many, in at most four signs.
fn short_count(rows: usize) -> String {
    match rows {
        0..1_000 => rows.to_string(),
        1_000..10_000 => format!("{}.{}k", rows / 1_000, rows % 1_000 / 100),
        _ => format!("{}k", rows / 1_000),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::carto::palette::vision;

    #[test]
    fn the_first_classes_differ_in_shape_and_in_colour_for_every_eye() {
        for theme in [MapTheme::light(), MapTheme::dark()] {
            let looks: Vec<Look> = (0..6).map(Look::Numbered).collect();
            let shapes: BTreeSet<SymbolShape> = looks.iter().map(|look| look.shape()).collect();
            assert_eq!(shapes.len(), looks.len());
            let colours: Vec<Color32> = looks.iter().map(|look| look.colour(&theme)).collect();
            assert!(vision::least_distance(&colours) > 8.0, "{}", vision::least_distance(&colours));
        }
    }

    #[test]
    fn no_two_of_thirty_classes_look_alike() {
        let looks = (0..30).map(|at| {
            let look = Look::Numbered(at);
            (look.shape(), look.colour(&MapTheme::light()).to_array())
        });
        let looks: BTreeSet<_> = looks.collect::<BTreeSet<_>>();
        assert_eq!(looks.len(), 30);
    }

    #[test]
    fn what_a_plan_does_with_a_row_changes_what_it_is_drawn_of() {
        let at = pos2(10.0, 10.0);
        let marks = [RowMark::AsLoaded, RowMark::Changed, RowMark::Added, RowMark::Derived, RowMark::Removed];
        let drawn = marks.map(|mark| {
            let symbol = Symbol { at, radius: RADIUS, look: Look::Numbered(0), mark, at_seat: false };
            format!("{:?}", symbol.pieces(&MapTheme::light()))
        });
        let different: BTreeSet<&String> = drawn.iter().collect();
        assert_eq!(different.len(), marks.len());
    }

    #[test]
    fn many_rows_are_written_short() {
        assert_eq!([7, 999, 1_250, 100_000].map(short_count), ["7", "999", "1.2k", "100k"]);
    }
}
