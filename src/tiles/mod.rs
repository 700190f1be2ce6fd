//! An optional background of raster tiles: pictures of the ground below the units.
//!
//! A *tile* is one square of a pyramid over the whole world in Web Mercator, which is also the plane of the map
//! ([`projection`](crate::carto::projection)): at zoom 0 there is one tile, and every zoom cuts each into four.
//!
//! 1. Nothing is read and nothing runs until a [`TileSource`] is made and a [`TileLoader`] started on it; when the
//!    loader is dropped, its threads end.
//! 2. Only [`TileSource::server`] uses the network, and it takes an address that the user has written. It asks for the
//!    tiles in view and for nothing else; no tile is kept on disk.
//! 3. Tiles are shifted to the units, never the other way round: a source marked [`Grid::Gcj02`] stands where its
//!    pictures belong in WGS 84 and CGCS2000.
//! 4. What is kept in memory is bounded in bytes ([`TileCache`]).
//!
//! It reads MBTiles and PMTiles of version 3 with pictures in PNG, JPEG or WebP. It draws nothing, and does not read
//! vector tiles.

mod attribution;
mod cache;
mod error;
mod loader;
mod mbtiles;
mod picture;
mod pmtiles;
mod pyramid;
mod server;
mod source;
mod words;

#[cfg(test)]
pub(crate) mod testing;

pub use cache::TileCache;
pub use error::{TemplateError, TileError};
pub use loader::{Loaded, TileLoader};
pub use picture::Picture;
pub use pyramid::{Grid, Pyramid, TileId};
pub use server::Template;
pub use source::{SourceInfo, TileSource};
