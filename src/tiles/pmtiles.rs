//! PMTiles of version 3: one file with a directory of its tiles.

use std::fs::File;
use std::future::Future;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use pmtiles::{
    AsyncBackend, AsyncPmTilesReader, BackendResponse, HashMapCache, PmtError, PmtResult, TileCoord, TileType,
};

use super::pyramid::FINEST_ZOOM;
use super::source::{Fetch, bounds};
use super::{Pyramid, SourceInfo, TileError, TileId, attribution, picture};
use crate::i18n::{file_name, one_line};
use crate::jobs::lock_whole;

/// Bytes of one read at most: a tile, a directory, the metadata. More is a broken file.
const MOST_BYTES: usize = 64 << 20;

/// A PMTiles file. Cloning shares it, with the directories that were read.
#[derive(Clone)]
pub(super) struct PmTiles {
    path: PathBuf,
    reader: Arc<AsyncPmTilesReader<Blocking, HashMapCache>>,
}

impl std::fmt::Debug for PmTiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PmTiles({})", self.path.display())
    }
}

impl PmTiles {
    /// Looks into a file.
    pub fn open(path: &Path) -> Result<(SourceInfo, Self), TileError> {
        let unreadable = |why| TileError::Unreadable { why, path: path.to_owned() };
        let damaged = |error: PmtError| TileError::Damaged { why: one_line(&error.to_string()), path: path.to_owned() };
        let file = Blocking(Mutex::new(File::open(path).map_err(unreadable)?));
        let opened = AsyncPmTilesReader::try_from_cached_source(file, HashMapCache::default());
        let reader = now(opened).map_err(damaged)?;
        let header = reader.get_header();
        if header.tile_type == TileType::Mvt || header.tile_type == TileType::Mlt {
            return Err(TileError::Vector { source_name: file_name(path) });
        }
        if header.min_zoom > header.max_zoom {
            return Err(TileError::Empty { path: path.to_owned() });
        }
        let (coarsest, finest) = (header.min_zoom, header.max_zoom.min(FINEST_ZOOM));
        // The middle of what it covers has a tile in most files; elsewhere the usual size is taken.
        let (lon, lat) = (header.center_longitude, header.center_latitude);
        let centre = crate::carto::projection::world_from_lonlat(geo::Coord { x: lon, y: lat });
        let probe = Pyramid::tiles_in(geo::Rect::new(centre, centre), finest, super::Grid::True);
        let box_in_degrees =
            bounds([header.min_longitude, header.min_latitude, header.max_longitude, header.max_latitude]);
        let said = now(reader.get_metadata()).ok();
        let mut tiles = Self { path: path.to_owned(), reader: Arc::new(reader) };
        let one = probe.first().and_then(|&tile| tiles.fetch(tile).ok().flatten());
        let info = SourceInfo {
            name: file_name(path),
            attribution: said.as_deref().and_then(said_attribution),
            pyramid: Pyramid {
                zooms: coarsest..=finest,
                bounds: box_in_degrees,
                tile_px: one.as_deref().and_then(picture::side_px).unwrap_or(256),
            },
        };
        Ok((info, tiles))
    }
}

impl Fetch for PmTiles {
    fn fetch(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, TileError> {
        let damaged =
            |error: PmtError| TileError::Damaged { why: one_line(&error.to_string()), path: self.path.clone() };
        let at = TileCoord::new(tile.z(), tile.x(), tile.y()).map_err(damaged)?;
        let bytes = now(self.reader.get_tile_decompressed(at)).map_err(damaged)?;
        Ok(bytes.map(Vec::from))
    }
}

/// Whose tiles they are, by the metadata.
fn said_attribution(metadata: &str) -> Option<String> {
    let metadata: serde_json::Value = serde_json::from_str(metadata).ok()?;
    attribution::plain(metadata.get("attribution")?.as_str()?)
}

/// A file that is read while the caller waits.
struct Blocking(Mutex<File>);

impl AsyncBackend for Blocking {
    async fn read(&self, offset: u64, length: usize) -> PmtResult<BackendResponse> {
        if length > MOST_BYTES {
            return Err(PmtError::InvalidEntry);
        }
        let mut file = lock_whole(&self.0);
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        (&mut *file).take(length as u64).read_to_end(&mut bytes)?;
        Ok(BackendResponse::new(Bytes::from(bytes)))
    }
}

/// The value of a future that never waits, because its file is read while the caller does.
fn now<T>(future: impl Future<Output = PmtResult<T>>) -> PmtResult<T> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => Err(PmtError::Reading(std::io::ErrorKind::WouldBlock.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::TileSource;
    use crate::tiles::testing::{pmtiles, png};

    fn tile(z: u8, x: u32, y: u32) -> TileId {
        TileId::new(z, x, y).unwrap()
    }

    #[test]
    fn tiles_and_what_is_said_of_them_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("county.pmtiles");
        let tiles: Vec<_> =
            (0..40).map(|x| (tile(9, x, 200), png(512, [u8::try_from(x).unwrap(), 0, 0, 255]))).collect();
        let metadata = r#"{"attribution": "&copy; 某局", "name": "x"}"#;
        pmtiles(&path, TileType::Png, metadata, &tiles);
        let source = TileSource::open(&path).unwrap();
        assert_eq!(source.info().attribution.as_deref(), Some("© 某局"));
        assert_eq!(source.info().pyramid.zooms, 9..=9);
        let mut reader = source.fetcher().unwrap();
        for (tile, bytes) in tiles {
            assert_eq!(reader.fetch(tile).unwrap(), Some(bytes));
        }
        assert_eq!(reader.fetch(tile(9, 41, 200)).unwrap(), None);
        assert_eq!(reader.fetch(tile(22, 0, 0)).unwrap(), None);
    }

    #[test]
    fn vector_tiles_and_broken_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pmtiles");
        pmtiles(&path, TileType::Mvt, "{}", &[(tile(0, 0, 0), vec![0x1A, 1, 2])]);
        assert!(matches!(TileSource::open(&path), Err(TileError::Vector { .. })));
        pmtiles(&path, TileType::Png, "{}", &[(tile(0, 0, 0), png(1, [0; 4]))]);
        let whole = std::fs::read(&path).unwrap();
        for cut in [8, 60, 127, 140] {
            std::fs::write(&path, &whole[..cut.min(whole.len() - 1)]).unwrap();
            assert!(matches!(TileSource::open(&path), Err(TileError::Damaged { .. })), "{cut}");
        }
    }
}
