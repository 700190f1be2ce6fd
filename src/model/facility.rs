//! What lies beside the boundaries: facilities (设施点), which people go to, as points; roads and rivers as lines.

use compact_str::CompactString;
use geo::{Coord, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

/// A place that people go to.
#[derive(Clone, PartialEq, Debug)]
pub struct Facility {
    /// Longitude and latitude in degrees.
    pub at: Coord,
    /// Its name; may be empty.
    pub name: CompactString,
    /// What it is, as the source says; may be empty.
    pub kind: CompactString,
}

/// A road, a river or another line.
#[derive(Clone, PartialEq, Debug)]
pub struct ReferenceLine {
    /// Its places in degrees, at least two.
    pub path: Vec<Coord>,
    /// Its name; may be empty.
    pub name: CompactString,
}

/// Facilities, and lines.
#[derive(Debug, Default)]
pub struct Facilities {
    lines: Vec<ReferenceLine>,
    line_index: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    list: Vec<Facility>,
    kinds: Vec<CompactString>,
    index: RTree<GeomWithData<[f64; 2], usize>>,
}

/// What is found by place is made of what there is.
impl PartialEq for Facilities {
    fn eq(&self, other: &Self) -> bool {
        // Mostly they are the very same.
        std::ptr::eq(self, other) || (self.list == other.list && self.lines == other.lines)
    }
}

impl Facilities {
    /// Facilities, to be found by place.
    #[must_use]
    pub fn new(list: Vec<Facility>) -> Self {
        let mut kinds: Vec<CompactString> = list.iter().map(|facility| facility.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let places = list.iter().enumerate().map(|(i, it)| GeomWithData::new([it.at.x, it.at.y], i)).collect();
        Self { index: RTree::bulk_load(places), list, kinds, ..Self::default() }
    }

    /// The same with lines beside them.
    #[must_use]
    pub fn with_lines(self, lines: Vec<ReferenceLine>) -> Self {
        let corner = |line: &ReferenceLine, pick: fn(f64, f64) -> f64| {
            let axis = |of: fn(&Coord) -> f64| line.path.iter().map(of).reduce(pick).unwrap_or_default();
            [axis(|at| at.x), axis(|at| at.y)]
        };
        let around = |line: &ReferenceLine| Rectangle::from_corners(corner(line, f64::min), corner(line, f64::max));
        let boxes = lines.iter().enumerate().map(|(i, line)| GeomWithData::new(around(line), i)).collect();
        Self { line_index: RTree::bulk_load(boxes), lines, ..self }
    }

    /// These, and what they lack from others: facilities or lines.
    #[must_use]
    pub fn beside(self, others: &Self) -> Self {
        let points = if self.list.is_empty() { others.list.clone() } else { self.list };
        let lines = if self.lines.is_empty() { others.lines.clone() } else { self.lines };
        Self::new(points).with_lines(lines)
    }

    /// How many points and lines of others these stand in place of, when they are laid [beside](Self::beside) them.
    #[must_use]
    pub fn displaced(&self, others: &Self) -> [usize; 2] {
        let points = if self.list.is_empty() { 0 } else { others.list.len() };
        let lines = if self.lines.is_empty() { 0 } else { others.lines.len() };
        [points, lines]
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty() && self.lines.is_empty()
    }

    /// All lines, in source order.
    #[must_use]
    pub fn lines(&self) -> &[ReferenceLine] {
        &self.lines
    }

    /// Lines that may meet a box in degrees.
    pub fn lines_in(&self, lonlat: Rect) -> impl Iterator<Item = &ReferenceLine> {
        let (low, high) = (lonlat.min(), lonlat.max());
        let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
        self.line_index.locate_in_envelope_intersecting(&envelope).map(|line| &self.lines[line.data])
    }

    /// All of them, in source order.
    #[must_use]
    pub fn all(&self) -> &[Facility] {
        &self.list
    }

    /// Kinds that there are, sorted.
    #[must_use]
    pub fn kinds(&self) -> &[CompactString] {
        &self.kinds
    }

    /// Position of the kind of a facility in [`kinds`](Self::kinds).
    #[must_use]
    pub fn kind_of(&self, facility: &Facility) -> usize {
        self.kinds.partition_point(|kind| *kind < facility.kind)
    }

    /// Facilities in a box in degrees. Costs those in it.
    pub fn within(&self, lonlat: Rect) -> impl Iterator<Item = &Facility> {
        let (low, high) = (lonlat.min(), lonlat.max());
        let envelope = AABB::from_corners([low.x, low.y], [high.x, high.y]);
        self.index.locate_in_envelope(&envelope).map(|place| &self.list[place.data])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facilities_are_found_by_place_and_known_by_kind() {
        let facility = |x: f64, kind: &str| Facility { at: Coord { x, y: 30.0 }, name: "".into(), kind: kind.into() };
        let facilities =
            Facilities::new(vec![facility(105.0, "小学"), facility(106.0, "医院"), facility(107.0, "小学")]);
        assert_eq!(facilities.kinds(), ["医院", "小学"]);
        let near = Rect::new(Coord { x: 105.5, y: 29.0 }, Coord { x: 107.5, y: 31.0 });
        let mut kinds: Vec<usize> = facilities.within(near).map(|it| facilities.kind_of(it)).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [0, 1]);
    }
}
