//! Pictures of the ground below the units.
//!
//! Every part of the map is covered by one picture at most: the tile of the zoom that fits, or what stands in for it
//! while that is on its way, a piece of a coarser tile or some finer ones. So nothing shows through twice where tiles
//! are translucent. A frame looks at the tiles in view and at nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eframe::egui;
use geo::Coord;

use crate::render::{Camera, Patch};
use quhua::tiles::{Grid, Loaded, Picture, Pyramid, SourceInfo, TileCache, TileError, TileId, TileLoader, TileSource};

/// Bytes of pictures that are kept; those that were seen take as many again on the graphics card.
const KEPT_BYTES: usize = 96 << 20;

/// Bytes that a tile without a picture counts for.
const NOTE_BYTES: usize = 64;

/// Pictures that are taken up in one frame at most; the others follow in the next ones.
const MOST_NEW: usize = 16;

/// How long a tile that could not be had is left alone.
const RETRY: Duration = Duration::from_secs(15);

/// How many zooms further out than the tiles in view others are fetched first: they are few, and stand in everywhere.
const COARSE_ZOOMS: u8 = 3;

/// How many zooms further in tiles may stand in, after the map was zoomed out.
const FINER_ZOOMS: u8 = 2;

/// Parts that the side of a shifted tile is cut into. The shift bends by less than a tenth of a pixel within one.
const SHIFTED_PARTS: u8 = 2;

/// A source that shows below the units, with its pictures at hand.
pub struct Background {
    info: SourceInfo,
    loader: TileLoader,
    grid: Grid,
    tiles: TileCache<Slot>,
    /// Where the corners of the parts of tiles in view are in the world.
    shapes: BTreeMap<TileId, Arc<[Coord]>>,
    /// Bytes of the largest picture so far.
    largest: usize,
    /// What went wrong first, until someone asks.
    error: Option<TileError>,
    failed: bool,
    too_far: bool,
}

/// What is known of a tile.
enum Slot {
    Picture(Arc<Picture>),
    /// The source has none.
    Missing,
    /// It could not be had, and when.
    Failed(Instant),
}

impl Background {
    /// Starts to load from a source. Frames are asked for whenever a tile is there.
    ///
    /// # Errors
    /// [`TileError`] when a file can no longer be opened.
    pub fn start(source: &TileSource, grid: Grid, ctx: &egui::Context) -> Result<Self, TileError> {
        let ctx = ctx.clone();
        let loader = TileLoader::start(source, move || ctx.request_repaint())?;
        Ok(Self {
            info: source.info().clone(),
            loader,
            grid,
            tiles: TileCache::new(KEPT_BYTES),
            shapes: BTreeMap::new(),
            largest: 0,
            error: None,
            failed: false,
            too_far: false,
        })
    }

    /// What is known of the source.
    #[must_use]
    pub const fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Says which coordinates the pictures are drawn in.
    pub fn set_grid(&mut self, grid: Grid) {
        if self.grid != grid {
            self.grid = grid;
            self.shapes.clear();
        }
    }

    /// Whether the map is too far out for the tiles that there are.
    #[must_use]
    pub const fn is_too_far(&self) -> bool {
        self.too_far
    }

    /// Whether tiles are on their way.
    #[must_use]
    pub fn is_loading(&self) -> bool {
        self.loader.is_busy()
    }

    /// What went wrong first, once.
    pub fn take_error(&mut self) -> Option<TileError> {
        self.error.take()
    }

    /// Takes up the tiles that have come.
    fn take_loaded(&mut self, ctx: &egui::Context) {
        let loaded = self.loader.take(MOST_NEW);
        if loaded.len() == MOST_NEW {
            ctx.request_repaint();
        }
        for Loaded { tile, result } in loaded {
            let (slot, bytes) = match result {
                Ok(Some(picture)) => {
                    let bytes = picture.rgba.len();
                    (Slot::Picture(Arc::new(picture)), bytes)
                }
                Ok(None) => (Slot::Missing, NOTE_BYTES),
                Err(error) => {
                    // One message tells it all; a server that is down would fill the screen.
                    if !std::mem::replace(&mut self.failed, true) || error.is_final() {
                        self.error = Some(error);
                    }
                    (Slot::Failed(Instant::now()), NOTE_BYTES)
                }
            };
            self.largest = self.largest.max(bytes);
            self.tiles.insert(tile, slot, bytes);
        }
    }

    /// What lies below what the camera sees, as far as it is there; what is missing is fetched. `None` when the map is
    /// too far out.
    pub fn patches(&mut self, ctx: &egui::Context, camera: &Camera) -> Option<Vec<Patch>> {
        self.take_loaded(ctx);
        let pixels_per_world = camera.points_per_world() * f64::from(ctx.pixels_per_point());
        let zoom = self.info.pyramid.zoom_for(pixels_per_world);
        self.too_far = zoom.is_none();
        let Some(zoom) = zoom else {
            self.loader.want([]);
            return None;
        };
        let tiles = self.tiles_in_view(camera, zoom);
        self.want(&tiles, ctx);
        let mut pieces = Vec::new();
        for &tile in &tiles {
            self.pieces(tile, FINER_ZOOMS, &mut pieces);
        }
        let areas: BTreeSet<TileId> = pieces.iter().map(|&(area, _)| area).collect();
        self.shapes.retain(|tile, _| areas.contains(tile));
        let patch = |(area, shown): (TileId, TileId)| {
            let corners = self.corners(area);
            let Some(Slot::Picture(picture)) = self.tiles.get(shown) else { return None };
            Some(Patch { picture: Arc::clone(picture), corners, piece: area.part_of(shown) })
        };
        Some(pieces.into_iter().filter_map(patch).collect())
    }

    /// Tiles that show what the camera sees, coarser ones when so many would not fit into what may be kept.
    fn tiles_in_view(&self, camera: &Camera, mut zoom: u8) -> Vec<TileId> {
        loop {
            let tiles = Pyramid::tiles_in(camera.world_rect(), zoom, self.grid);
            if zoom <= *self.info.pyramid.zooms.start() || tiles.len() * self.largest <= KEPT_BYTES / 4 * 3 {
                return tiles;
            }
            zoom -= 1;
        }
    }

    /// Has fetched what is missing for some tiles, coarse ones first.
    fn want(&mut self, tiles: &[TileId], ctx: &egui::Context) {
        let coarsest = *self.info.pyramid.zooms.start();
        let mut wanted = Vec::new();
        let mut seen = BTreeSet::new();
        let coarse = tiles.iter().filter_map(|tile| tile.ancestor(COARSE_ZOOMS.min(tile.z() - coarsest.min(tile.z()))));
        for tile in coarse.chain(tiles.iter().copied()) {
            // Where there is none, the next coarser one is fetched in its place.
            let up = (0..=tile.z().saturating_sub(coarsest)).filter_map(|zooms| tile.ancestor(zooms));
            for tile in up {
                let missing = match self.tiles.get(tile) {
                    Some(Slot::Picture(_)) => break,
                    Some(Slot::Missing) => continue,
                    Some(Slot::Failed(at)) => {
                        let left = RETRY.saturating_sub(at.elapsed());
                        if !left.is_zero() {
                            ctx.request_repaint_after(left);
                        }
                        left.is_zero()
                    }
                    None => true,
                };
                if missing && seen.insert(tile) {
                    wanted.push(tile);
                }
                break;
            }
        }
        self.loader.want(wanted);
    }

    fn has(&mut self, tile: TileId) -> bool {
        matches!(self.tiles.get(tile), Some(Slot::Picture(_)))
    }

    /// Whether a finer tile is at hand that shows a part of one.
    fn has_finer(&mut self, tile: TileId, zooms: u8) -> bool {
        zooms > 0 && tile.children().any(|child| self.has(child) || self.has_finer(child, zooms - 1))
    }

    /// What covers a tile: areas, each with the tile whose picture shows there.
    fn pieces(&mut self, tile: TileId, finer: u8, into: &mut Vec<(TileId, TileId)>) {
        if self.has(tile) {
            into.push((tile, tile));
        } else if self.has_finer(tile, finer) {
            for child in tile.children() {
                self.pieces(child, finer - 1, into);
            }
        } else if let Some(shown) = (1..=tile.z()).filter_map(|zooms| tile.ancestor(zooms)).find(|&up| self.has(up)) {
            into.push((tile, shown));
        }
    }

    /// Corners of the parts of a tile in the world, row by row from the north.
    fn corners(&mut self, tile: TileId) -> Arc<[Coord]> {
        let grid = self.grid;
        let make = || {
            let parts = if grid == Grid::True { 1 } else { SHIFTED_PARTS };
            let steps = || (0..=parts).map(|step| f64::from(step) / f64::from(parts));
            steps().flat_map(|v| steps().map(move |u| grid.true_from_drawn(tile.point(u, v)))).collect()
        };
        Arc::clone(self.shapes.entry(tile).or_insert_with(make))
    }
}
