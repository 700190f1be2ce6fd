//! Arithmetic of the tile pyramid.
//!
//! ```text
//!  zoom 0      zoom 1          x grows to the east, y to the south; tile (x, y) of zoom z
//!  ┌───┐       ┌───┬───┐       covers 1/2^z of the side of the world. MBTiles count y from
//!  │0,0│       │0,0│1,0│       the south ("TMS"): 2^z - 1 - y.
//!  └───┘       ├───┼───┤
//!              │0,1│1,1│
//!              └───┴───┘
//! ```

use std::fmt;
use std::ops::RangeInclusive;

use geo::{Coord, Rect};

use crate::carto::projection::{WORLD_SIDE, lonlat_from_world, world_from_lonlat};
use crate::geodesy::gcj02;

/// Finest zoom that is dealt with: a tile is some 10 m wide.
pub(super) const FINEST_ZOOM: u8 = 22;

/// How many zooms the map may be further out than the coarsest tiles: beyond, too many would be in view.
const MOST_ZOOMS_OUT: u8 = 1;

/// A tile: one square of the pyramid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    z: u8,
    x: u32,
    y: u32,
}

impl fmt::Display for TileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.z, self.x, self.y)
    }
}

impl TileId {
    /// A tile by its zoom, column from the west and row from the north; `None` where there is none.
    #[must_use]
    pub const fn new(z: u8, x: u32, y: u32) -> Option<Self> {
        if z <= FINEST_ZOOM && x < 1 << z && y < 1 << z { Some(Self { z, x, y }) } else { None }
    }

    /// Zoom.
    #[must_use]
    pub const fn z(self) -> u8 {
        self.z
    }

    /// Column, from the west.
    #[must_use]
    pub const fn x(self) -> u32 {
        self.x
    }

    /// Row, from the north.
    #[must_use]
    pub const fn y(self) -> u32 {
        self.y
    }

    /// Row, from the south.
    #[must_use]
    pub const fn y_from_south(self) -> u32 {
        (1 << self.z) - 1 - self.y
    }

    /// The tile that holds this one some zooms further out; `None` beyond the coarsest.
    #[must_use]
    pub const fn ancestor(self, zooms: u8) -> Option<Self> {
        match self.z.checked_sub(zooms) {
            Some(z) => Some(Self { z, x: self.x >> zooms, y: self.y >> zooms }),
            None => None,
        }
    }

    /// The four tiles that it is cut into, north before south, west before east; none at the finest zoom.
    pub fn children(self) -> impl Iterator<Item = Self> {
        [(0, 0), (1, 0), (0, 1), (1, 1)]
            .into_iter()
            .filter_map(move |(x, y)| Self::new(self.z + 1, self.x * 2 + x, self.y * 2 + y))
    }

    /// The part of an ancestor that this tile is, from 0 to 1 to the east and to the south: left, top, side.
    #[must_use]
    pub fn part_of(self, ancestor: Self) -> [f64; 3] {
        let zooms = self.z.saturating_sub(ancestor.z);
        let side = 1.0 / f64::from(1_u32 << zooms);
        let within = |at: u32, from: u32| f64::from(at - (from << zooms)) * side;
        [within(self.x, ancestor.x), within(self.y, ancestor.y), side]
    }

    /// World coordinates of a point of the tile, in the tile's own grid. `u` is 0 at its western edge and 1 at its eastern one, `v` is 0
    /// at the northern and 1 at the southern one.
    ///
    /// Tiles that touch have bit-identical corners, so no gap can show between them.
    #[must_use]
    pub fn point(self, u: f64, v: f64) -> Coord {
        // Powers of two: these are exact.
        let side = 1.0 / f64::from(1_u32 << self.z);
        let (east, south) = ((f64::from(self.x) + u) * side, (f64::from(self.y) + v) * side);
        Coord { x: (east - 0.5) * WORLD_SIDE, y: (0.5 - south) * WORLD_SIDE }
    }
}

/// Which coordinates the pictures of a source are drawn in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Grid {
    /// WGS 84 or CGCS2000: they lie where they are.
    #[default]
    True,
    /// GCJ-02: shifted by some hundred metres inside China; the shift is taken back.
    Gcj02,
}

impl Grid {
    /// Where a place of the pictures belongs, both in world coordinates.
    #[must_use]
    pub fn true_from_drawn(self, drawn: Coord) -> Coord {
        match self {
            Self::True => drawn,
            Self::Gcj02 => world_from_lonlat(gcj02::wgs84_from_gcj02(lonlat_from_world(drawn))),
        }
    }

    /// Where the pictures show a place, both in world coordinates.
    #[must_use]
    pub fn drawn_from_true(self, place: Coord) -> Coord {
        match self {
            Self::True => place,
            Self::Gcj02 => world_from_lonlat(gcj02::gcj02_from_wgs84(lonlat_from_world(place))),
        }
    }

    /// A box that holds all that the pictures show of a box, both in world coordinates.
    fn drawn_box(self, place: Rect) -> Rect {
        if self == Self::True {
            return place;
        }
        // The shift changes by metres over kilometres: a few places tell where all are.
        let steps = (0..=4).map(|i| f64::from(i) / 4.0);
        let places = steps.clone().flat_map(|u| {
            steps
                .clone()
                .map(move |v| Coord { x: place.min().x + u * place.width(), y: place.min().y + v * place.height() })
        });
        let mut drawn = places.map(|place| self.drawn_from_true(place));
        let first = drawn.next().unwrap_or_else(|| place.min());
        let (low, high) = drawn.fold((first, first), |(low, high), at| {
            (Coord { x: low.x.min(at.x), y: low.y.min(at.y) }, Coord { x: high.x.max(at.x), y: high.y.max(at.y) })
        });
        Rect::new(low, high)
    }
}

/// Which tiles a source has.
#[derive(Clone, Debug, PartialEq)]
pub struct Pyramid {
    /// Zooms that it has tiles of.
    pub zooms: RangeInclusive<u8>,
    /// What it covers in degrees, where it says so.
    pub bounds: Option<Rect>,
    /// Pixels along the side of a tile.
    pub tile_px: u32,
}

impl Pyramid {
    /// The zoom whose pixels come nearest to those of a screen; `None` when the map is too far out for the tiles that
    /// there are. Closer than the finest, tiles are enlarged.
    #[must_use]
    pub fn zoom_for(&self, pixels_per_world: f64) -> Option<u8> {
        let tiles_across = pixels_per_world * WORLD_SIDE / f64::from(self.tile_px.max(1));
        let ideal = tiles_across.log2().round().clamp(0.0, f64::from(FINEST_ZOOM));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and the finest zoom")]
        let ideal = ideal as u8;
        let (coarsest, finest) = (*self.zooms.start(), (*self.zooms.end()).min(FINEST_ZOOM));
        (ideal + MOST_ZOOMS_OUT >= coarsest).then(|| ideal.max(coarsest).min(finest))
    }

    /// Tiles of a zoom that show a box in world coordinates, those next to its middle first.
    #[must_use]
    pub fn tiles_in(world: Rect, zoom: u8, grid: Grid) -> Vec<TileId> {
        let drawn = grid.drawn_box(world);
        let across = f64::from(1_u32 << zoom.min(FINEST_ZOOM));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the tiles there are")]
        let step = |at: f64| (at * across).floor().clamp(0.0, across - 1.0) as u32;
        let column = |x: f64| x / WORLD_SIDE + 0.5;
        let row = |y: f64| 0.5 - y / WORLD_SIDE;
        let (west, east) = (column(drawn.min().x), column(drawn.max().x));
        let (north, south) = (row(drawn.max().y), row(drawn.min().y));
        if east < 0.0 || west > 1.0 || south < 0.0 || north > 1.0 {
            return Vec::new();
        }
        let columns = step(west)..=step(east);
        let mut tiles: Vec<TileId> = (step(north)..=step(south))
            .flat_map(|y| columns.clone().filter_map(move |x| TileId::new(zoom, x, y)))
            .collect();
        let middle = (f64::midpoint(west, east) * across - 0.5, f64::midpoint(north, south) * across - 0.5);
        let far = |tile: &TileId| (f64::from(tile.x) - middle.0).hypot(f64::from(tile.y) - middle.1);
        tiles.sort_by(|a, b| far(a).total_cmp(&far(b)).then(a.cmp(b)));
        tiles
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pyramid(zooms: RangeInclusive<u8>) -> Pyramid {
        Pyramid { zooms, bounds: None, tile_px: 256 }
    }

    fn lonlat(lon: f64, lat: f64) -> Coord {
        world_from_lonlat(Coord { x: lon, y: lat })
    }

    #[test]
    fn a_place_lies_in_the_tile_that_everyone_gives_it() {
        // Mianyang at zoom 12: 3245/1670 by the formula of the slippy map (log of secant and tangent).
        let place = lonlat(105.25, 31.5);
        let tile = Pyramid::tiles_in(Rect::new(place, place), 12, Grid::True);
        assert_eq!(tile, [TileId::new(12, 3245, 1670).unwrap()]);
        assert_eq!(tile[0].y_from_south(), 4095 - 1670);
    }

    #[test]
    fn the_only_tile_of_zoom_0_is_the_world() {
        let tile = TileId::new(0, 0, 0).unwrap();
        let half = WORLD_SIDE / 2.0;
        assert_eq!(
            (tile.point(0.0, 0.0), tile.point(1.0, 1.0)),
            (Coord { x: -half, y: half }, Coord { x: half, y: -half })
        );
        assert_eq!((TileId::new(0, 1, 0), TileId::new(3, 0, 8), TileId::new(31, 0, 0)), (None, None, None));
    }

    #[test]
    fn tiles_next_to_the_middle_come_first() {
        let world =
            Rect::new(TileId::new(4, 5, 8).unwrap().point(0.1, 0.9), TileId::new(4, 9, 6).unwrap().point(0.9, 0.1));
        let tiles = Pyramid::tiles_in(world, 4, Grid::True);
        assert_eq!((tiles.len(), tiles[0]), (15, TileId::new(4, 7, 7).unwrap()));
    }

    #[test]
    fn the_zoom_has_pixels_of_about_the_size_of_the_screens() {
        let scale = |zoom: f64| 256.0 * zoom.exp2() / WORLD_SIDE;
        let all = pyramid(0..=18);
        assert_eq!([11.6, 12.0, 12.4].map(|zoom| all.zoom_for(scale(zoom))), [Some(12); 3]);
        // Closer than the finest they are enlarged; one zoom out they are made smaller, further out there are none.
        let few = pyramid(10..=14);
        assert_eq!([17.0, 9.0, 8.0].map(|zoom| few.zoom_for(scale(zoom))), [Some(14), Some(10), None]);
        // Larger tiles show at a zoom less.
        assert_eq!(Pyramid { tile_px: 512, ..all }.zoom_for(scale(12.0)), Some(11));
    }

    #[test]
    fn nothing_is_in_view_beyond_the_edge_of_the_world() {
        let beyond = Rect::new(Coord { x: WORLD_SIDE, y: 0.0 }, Coord { x: WORLD_SIDE * 1.1, y: 10.0 });
        assert_eq!(Pyramid::tiles_in(beyond, 8, Grid::True), []);
    }

    #[test]
    fn a_gcj_02_view_asks_for_the_tiles_that_show_it() {
        // A view of 300 m, where the shift is some 400 m: another tile shows it.
        let (low, high) = (lonlat(105.09, 31.09), lonlat(105.093, 31.093));
        let tiles = Pyramid::tiles_in(Rect::new(low, high), 17, Grid::Gcj02);
        let shows = |place: Coord| {
            let drawn = Grid::Gcj02.drawn_from_true(place);
            let at = Pyramid::tiles_in(Rect::new(drawn, drawn), 17, Grid::True);
            tiles.contains(&at[0])
        };
        assert!(shows(low) && shows(high) && shows((low + high) / 2.0));
        assert_ne!(tiles, Pyramid::tiles_in(Rect::new(low, high), 17, Grid::True));
    }

    proptest! {
        #[test]
        fn a_tile_is_its_part_of_every_ancestor(z in 0..=20_u8, x in any::<u32>(), y in any::<u32>(), up in 0..8_u8) {
            let tile = TileId::new(z, x % (1 << z), y % (1 << z)).unwrap();
            if let Some(ancestor) = tile.ancestor(up) {
                let [left, top, side] = tile.part_of(ancestor);
                prop_assert_eq!(ancestor.point(left, top), tile.point(0.0, 0.0));
                prop_assert_eq!(ancestor.point(left + side, top + side), tile.point(1.0, 1.0));
            }
        }

        #[test]
        fn neighbours_share_their_corners_to_the_bit(z in 1..=20_u8, x in any::<u32>(), y in any::<u32>()) {
            let last = (1_u32 << z) - 1;
            let (x, y) = (x % last, y % last);
            let (tile, south_east) = (TileId::new(z, x, y).unwrap(), TileId::new(z, x + 1, y + 1).unwrap());
            prop_assert_eq!(tile.point(1.0, 1.0), south_east.point(0.0, 0.0));
            let child = tile.children().nth(3).unwrap();
            prop_assert_eq!(tile.point(0.5, 0.5), child.point(0.0, 0.0));
        }

        #[test]
        fn the_tiles_in_view_cover_it(lon in 73.0..134.0_f64, lat in 18.0..53.0_f64, zoom in 3..18_u8, gcj in any::<bool>(), u in 0.0..1.0_f64, v in 0.0..1.0_f64) {
            let grid = if gcj { Grid::Gcj02 } else { Grid::True };
            let side = WORLD_SIDE / f64::from(1_u32 << zoom) * 4.0;
            let low = lonlat(lon, lat);
            let view = Rect::new(low, low + Coord { x: side, y: side });
            let place = low + Coord { x: side * u, y: side * v };
            let drawn = grid.drawn_from_true(place);
            let at = Pyramid::tiles_in(Rect::new(drawn, drawn), zoom, Grid::True);
            // A pixel may be missed where the shift bends between the places that were looked at.
            let tiles = Pyramid::tiles_in(view, zoom, grid);
            let near = at.iter().all(|tile| tiles.contains(tile));
            let inside = u > 0.01 && u < 0.99 && v > 0.01 && v < 0.99;
            prop_assert!(near || !inside);
            prop_assert!(tiles.len() <= 36);
        }
    }
}
