//! Where tiles come from.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::mbtiles::MbTiles;
use super::pmtiles::PmTiles;
use super::server::Server;
use super::{Picture, Pyramid, Template, TileError, TileId, picture};
use crate::io::format::SQLITE;

/// What is known of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceInfo {
    /// Its name: of the file, or of the server.
    pub name: String,
    /// Whose tiles they are, in plain text, where the source says so.
    pub attribution: Option<String>,
    /// Which tiles there are.
    pub pyramid: Pyramid,
}

/// A file of tiles, or a server that was written down by the user.
#[derive(Clone, Debug)]
pub struct TileSource {
    info: SourceInfo,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    MbTiles(MbTiles),
    PmTiles(PmTiles),
    Server(Server),
}

/// Something that tiles can be had from, one at a time.
pub(super) trait Fetch: Send {
    /// The bytes of a tile, as they are; `None` where there is no such tile.
    fn fetch(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, TileError>;
}

/// Makes a picture of the bytes of a tile.
pub(super) type Decode = fn(&[u8], TileId, &str) -> Result<Picture, TileError>;

/// Fetches and decodes a tile; `None` where there is none, or nothing in it.
pub(super) fn pictured(
    fetcher: &mut dyn Fetch,
    decode: Decode,
    tile: TileId,
    source_name: &str,
) -> Result<Option<Picture>, TileError> {
    match fetcher.fetch(tile)? {
        Some(bytes) if !bytes.is_empty() => decode(&bytes, tile, source_name).map(Some),
        _ => Ok(None),
    }
}

impl TileSource {
    /// Opens a local file: MBTiles or PMTiles, as its first bytes say. Reads what it says of itself and one tile.
    ///
    /// # Errors
    /// Every [`TileError`] that names a path.
    pub fn open(path: &Path) -> Result<Self, TileError> {
        let unreadable = |why| TileError::Unreadable { why, path: path.to_owned() };
        let mut head = Vec::new();
        File::open(path).and_then(|file| file.take(16).read_to_end(&mut head)).map_err(unreadable)?;
        let (info, kind) = if head.starts_with(SQLITE) {
            let (info, tiles) = MbTiles::open(path)?;
            (info, Kind::MbTiles(tiles))
        } else if head.starts_with(b"PMTiles\x03") {
            let (info, tiles) = PmTiles::open(path)?;
            (info, Kind::PmTiles(tiles))
        } else {
            return Err(TileError::Foreign { path: path.to_owned() });
        };
        Ok(Self { info, kind })
    }

    /// A server. Nothing is sent yet: that begins with a [`TileLoader`](super::TileLoader).
    #[must_use]
    pub fn server(template: Template) -> Self {
        let server = Server::new(template);
        Self { info: server.info(), kind: Kind::Server(server) }
    }

    /// What is known of it.
    #[must_use]
    pub const fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// Whether tiles come over the network.
    #[must_use]
    pub const fn is_server(&self) -> bool {
        matches!(self.kind, Kind::Server(_))
    }

    /// Fetches and decodes one tile while the caller waits; `None` where the source has none. Whoever wants many starts
    /// a [`TileLoader`](super::TileLoader).
    ///
    /// # Errors
    /// [`TileError`]: it cannot be fetched, or is no picture.
    pub fn picture(&self, tile: TileId) -> Result<Option<Picture>, TileError> {
        pictured(self.fetcher()?.as_mut(), picture::decode, tile, &self.info.name)
    }

    /// Something to fetch tiles with on one thread.
    pub(super) fn fetcher(&self) -> Result<Box<dyn Fetch>, TileError> {
        Ok(match &self.kind {
            Kind::MbTiles(tiles) => Box::new(tiles.reader()?),
            Kind::PmTiles(tiles) => Box::new(tiles.clone()),
            Kind::Server(server) => Box::new(server.clone()),
        })
    }
}

/// A box in degrees from west, south, east and north; `None` when it is none, or the whole world.
pub(super) fn bounds([west, south, east, north]: [f64; 4]) -> Option<geo::Rect> {
    let sound = [west, south, east, north].iter().all(|side| side.is_finite()) && west < east && south < north;
    let world = west <= -179.0 && east >= 179.0;
    (sound && !world).then(|| geo::Rect::new(geo::Coord { x: west, y: south }, geo::Coord { x: east, y: north }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        std::fs::write(&path, b"\x89PNG....").unwrap();
        assert!(matches!(TileSource::open(&path), Err(TileError::Foreign { .. })));
        assert!(matches!(TileSource::open(&folder.path().join("no")), Err(TileError::Unreadable { .. })));
        assert!(TileSource::open(folder.path()).is_err());
    }

    #[test]
    fn bounds_that_say_nothing_are_not_taken() {
        assert_eq!(bounds([-180.0, -85.0, 180.0, 85.0]), None);
        assert_eq!(bounds([105.0, 31.0, 104.0, 32.0]), None);
        assert_eq!(bounds([f64::NAN, 31.0, 104.0, 32.0]), None);
        assert!(bounds([105.0, 31.0, 106.0, 32.0]).is_some());
    }
}
