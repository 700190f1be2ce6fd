//! Facilities (设施点): schools, clinics and other places that people go to, as points.

use compact_str::CompactString;
use geo::{Coord, Rect};
use rstar::primitives::GeomWithData;
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

/// Facilities of one file.
#[derive(Debug)]
pub struct Facilities {
    list: Vec<Facility>,
    kinds: Vec<CompactString>,
    index: RTree<GeomWithData<[f64; 2], usize>>,
}

impl Facilities {
    /// Facilities, to be found by place.
    #[must_use]
    pub fn new(list: Vec<Facility>) -> Self {
        let mut kinds: Vec<CompactString> = list.iter().map(|facility| facility.kind.clone()).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let places = list.iter().enumerate().map(|(i, it)| GeomWithData::new([it.at.x, it.at.y], i)).collect();
        Self { index: RTree::bulk_load(places), list, kinds }
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
