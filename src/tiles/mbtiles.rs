//! MBTiles: an SQLite database with a table `tiles` and a table `metadata`.
//!
//! Rows are counted from the south, unless the file says `scheme = xyz`. The file is opened for reading only.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _};

use super::pyramid::FINEST_ZOOM;
use super::source::{Fetch, bounds};
use super::{Pyramid, SourceInfo, TileError, TileId, attribution, picture};
use crate::i18n::{file_name, one_line};
use crate::outside;

/// An MBTiles file.
#[derive(Clone, Debug)]
pub(super) struct MbTiles {
    path: PathBuf,
    /// Whether rows are counted from the south.
    from_south: bool,
}

impl MbTiles {
    /// Looks into a file.
    pub fn open(path: &Path) -> Result<(SourceInfo, Self), TileError> {
        let tiles = Self { path: path.to_owned(), from_south: true };
        let database = tiles.connect()?;
        let damaged = |error: rusqlite::Error| tiles.damaged(&error);
        let has_tiles: bool = database
            .query_row("SELECT count(*) > 0 FROM sqlite_master WHERE name = 'tiles'", [], |row| row.get(0))
            .map_err(damaged)?;
        if !has_tiles {
            return Err(TileError::Foreign { path: path.to_owned() });
        }
        let said = metadata(&database);
        let said = |key: &str| said.get(key).map(|value| value.trim()).filter(|value| !value.is_empty());
        if said("format").is_some_and(|format| ["pbf", "mvt"].contains(&format)) {
            return Err(TileError::Vector { source_name: file_name(path) });
        }
        if let Some(projection) = other_projection(said("crs").or(said("srs")).or(said("profile"))) {
            return Err(TileError::OtherProjection { projection, path: path.to_owned() });
        }
        let one: Option<Vec<u8>> = database
            .query_row("SELECT tile_data FROM tiles WHERE tile_data IS NOT NULL LIMIT 1", [], |row| row.get(0))
            .optional()
            .map_err(damaged)?;
        let Some(one) = one else { return Err(TileError::Empty { path: path.to_owned() }) };
        if picture::is_vector(&one) {
            return Err(TileError::Vector { source_name: file_name(path) });
        }
        let zooms = match (zoom(said("minzoom")), zoom(said("maxzoom"))) {
            (Some(low), Some(high)) if low <= high => low..=high,
            // Each is one look into the index; both in one statement would be a walk over all tiles.
            _ => {
                let ask = |sql| database.query_row(sql, [], |row| row.get::<_, u8>(0)).map_err(damaged);
                ask("SELECT min(zoom_level) FROM tiles")?..=ask("SELECT max(zoom_level) FROM tiles")?
            }
        };
        let info = SourceInfo {
            name: file_name(path),
            attribution: said("attribution").and_then(attribution::plain),
            pyramid: Pyramid {
                zooms,
                bounds: said("bounds").and_then(four_numbers).and_then(bounds),
                tile_px: picture::side_px(&one).unwrap_or(256),
            },
        };
        let from_south = said("scheme") != Some("xyz");
        Ok((info, Self { from_south, ..tiles }))
    }

    /// A connection of its own, for one thread.
    pub fn reader(&self) -> Result<MbTilesReader, TileError> {
        Ok(MbTilesReader { database: self.connect()?, tiles: self.clone() })
    }

    fn connect(&self) -> Result<Connection, TileError> {
        let open = || {
            let mut database = outside::database(&self.path)?;
            // Programs keep equal tiles once and make `tiles` a view, which is asked like a table. One that never ends is
            // given up: the count begins anew with every statement.
            outside::bound_steps(&mut database)?;
            Ok(database)
        };
        open().map_err(|error| self.damaged(&error))
    }

    fn damaged(&self, why: &rusqlite::Error) -> TileError {
        TileError::Damaged { why: one_line(&why.to_string()), path: self.path.clone() }
    }
}

/// Reads tiles on one thread.
pub(super) struct MbTilesReader {
    tiles: MbTiles,
    database: Connection,
}

impl Fetch for MbTilesReader {
    fn fetch(&mut self, tile: TileId) -> Result<Option<Vec<u8>>, TileError> {
        let row = if self.tiles.from_south { tile.y_from_south() } else { tile.y() };
        let sql = "SELECT tile_data FROM tiles WHERE zoom_level = ?1 AND tile_column = ?2 AND tile_row = ?3";
        let found = self.database.prepare(sql).and_then(|mut statement| {
            statement.query_row((tile.z(), tile.x(), row), |row| row.get::<_, Option<Vec<u8>>>(0)).optional()
        });
        found.map(Option::flatten).map_err(|error| self.tiles.damaged(&error))
    }
}

/// What the file says of itself. A file without that, or with entries that are no text, is no worse for it.
fn metadata(database: &Connection) -> BTreeMap<String, String> {
    let read = || -> rusqlite::Result<BTreeMap<String, String>> {
        let mut statement = database.prepare("SELECT name, value FROM metadata LIMIT 1000")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.filter_map(Result::ok).collect())
    };
    read().unwrap_or_default()
}

fn zoom(text: Option<&str>) -> Option<u8> {
    text?.parse().ok().filter(|&zoom| zoom <= FINEST_ZOOM)
}

fn four_numbers(text: &str) -> Option<[f64; 4]> {
    let numbers: Vec<f64> = text.split(',').map_while(|part| part.trim().parse().ok()).collect();
    numbers.try_into().ok()
}

/// The projection that a file says it has, unless that is Web Mercator under one of its names.
fn other_projection(said: Option<&str>) -> Option<String> {
    let said = said?;
    let name = said.to_ascii_lowercase();
    let is_mercator = ["3857", "900913", "3785", "102100", "mercator"].iter().any(|known| name.contains(known));
    (!is_mercator).then(|| one_line(said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::TileSource;
    use crate::tiles::testing::{mbtiles, png};

    const RED: [u8; 4] = [255, 0, 0, 255];

    fn tile(z: u8, x: u32, y: u32) -> TileId {
        TileId::new(z, x, y).unwrap()
    }

    #[test]
    fn a_tile_is_found_by_its_row_from_the_south() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("county.mbtiles");
        mbtiles(
            &path,
            &[("attribution", "<b>某局</b>"), ("bounds", "105,31,105.5,31.4")],
            &[(tile(3, 6, 3), png(256, RED))],
        );
        let source = TileSource::open(&path).unwrap();
        let info = source.info();
        assert_eq!((info.name.as_str(), info.attribution.as_deref()), ("county.mbtiles", Some("某局")));
        assert_eq!((info.pyramid.zooms.clone(), info.pyramid.tile_px), (3..=3, 256));
        assert_eq!(info.pyramid.bounds.map(|bounds| bounds.max().x), Some(105.5));
        let mut reader = source.fetcher().unwrap();
        assert_eq!(reader.fetch(tile(3, 6, 3)).unwrap(), Some(png(256, RED)));
        assert_eq!(reader.fetch(tile(3, 6, 4)).unwrap(), None);
    }

    #[test]
    fn a_file_may_count_rows_from_the_north() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("xyz.mbtiles");
        // The writer counts from the south: what it puts there is row 3 from the north to a reader of `xyz`.
        mbtiles(&path, &[("scheme", "xyz"), ("minzoom", "0"), ("maxzoom", "9")], &[(tile(3, 6, 4), png(1, RED))]);
        let source = TileSource::open(&path).unwrap();
        assert_eq!(source.info().pyramid.zooms, 0..=9);
        assert!(source.fetcher().unwrap().fetch(tile(3, 6, 3)).unwrap().is_some());
    }

    #[test]
    fn equal_tiles_that_are_kept_once_are_found_through_a_view_and_one_that_never_ends_is_given_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, view: &str| {
            let path = folder.path().join(name);
            let database = Connection::open(&path).unwrap();
            let tables = "CREATE TABLE metadata (name TEXT, value TEXT);
                CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id TEXT);
                CREATE TABLE images (tile_id TEXT, tile_data BLOB);
                CREATE UNIQUE INDEX map_index ON map (zoom_level, tile_column, tile_row);
                CREATE UNIQUE INDEX images_id ON images (tile_id);";
            database.execute_batch(tables).unwrap();
            database.execute("INSERT INTO images VALUES ('sea', ?1)", [png(256, RED)]).unwrap();
            for (column, row) in [(6, 4), (6, 5)] {
                database.execute("INSERT INTO map VALUES (3, ?1, ?2, 'sea')", [column, row]).unwrap();
            }
            database.execute_batch(view).unwrap();
            path
        };
        let usual = "CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column,
            map.tile_row AS tile_row, images.tile_data AS tile_data FROM map JOIN images ON images.tile_id = map.tile_id";
        let path = file("usual.mbtiles", usual);
        assert_eq!(crate::io::format::kind_of(&path), crate::io::format::FileKind::Tiles);
        let source = TileSource::open(&path).unwrap();
        assert_eq!((source.info().pyramid.zooms.clone(), source.info().pyramid.tile_px), (3..=3, 256));
        let mut reader = source.fetcher().unwrap();
        // Rows 4 and 5 from the south are 3 and 2 from the north.
        for (row, is_there) in [(3, true), (2, true), (4, false)] {
            assert_eq!(reader.fetch(tile(3, 6, row)).unwrap().is_some(), is_there, "{row}");
        }
        let endless = "CREATE VIEW tiles AS WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n)
            SELECT x AS zoom_level, x AS tile_column, x AS tile_row, NULL AS tile_data FROM n";
        assert!(matches!(TileSource::open(&file("endless.mbtiles", endless)), Err(TileError::Damaged { .. })));
    }

    #[test]
    fn what_cannot_be_shown_is_refused_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mbtiles");
        let open = |metadata: &[(&str, &str)], tiles: &[(TileId, Vec<u8>)]| {
            let _ = std::fs::remove_file(&path);
            mbtiles(&path, metadata, tiles);
            TileSource::open(&path).unwrap_err()
        };
        let good = [(tile(0, 0, 0), png(1, RED))];
        assert!(matches!(open(&[("format", "pbf")], &good), TileError::Vector { .. }));
        assert!(matches!(open(&[], &[(tile(0, 0, 0), vec![0x1F, 0x8B, 8])]), TileError::Vector { .. }));
        assert!(matches!(open(&[], &[]), TileError::Empty { .. }));
        assert!(matches!(open(&[("crs", "EPSG:4326")], &good), TileError::OtherProjection { .. }));
    }

    #[test]
    fn a_database_of_something_else_or_a_broken_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.gpkg");
        Connection::open(&path).unwrap().execute("CREATE TABLE villages (name TEXT)", []).unwrap();
        assert!(matches!(TileSource::open(&path), Err(TileError::Foreign { .. })));
        let broken = folder.path().join("broken.mbtiles");
        std::fs::write(&broken, b"SQLite format 3\0 and nothing that follows from it").unwrap();
        assert!(matches!(TileSource::open(&broken), Err(TileError::Damaged { .. })));
    }
}
