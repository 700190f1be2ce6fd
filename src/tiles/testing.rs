//! Files and servers of tiles for tests.

use std::io::{BufRead as _, BufReader, Cursor, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use pmtiles::{PmTilesWriter, TileCoord, TileType};
use rusqlite::Connection;

// The window takes this file up for its own tests: `super` is this module there too.
use super::TileId;

/// A square picture of one colour.
pub fn encoded(side_px: u32, colour: [u8; 4], format: ImageFormat) -> Vec<u8> {
    let image = DynamicImage::from(RgbaImage::from_pixel(side_px, side_px, Rgba(colour)));
    let image = if format == ImageFormat::Jpeg { image.into_rgb8().into() } else { image };
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A square PNG of one colour.
pub fn png(side_px: u32, colour: [u8; 4]) -> Vec<u8> {
    encoded(side_px, colour, ImageFormat::Png)
}

/// Writes an MBTiles file.
pub fn mbtiles(path: &Path, metadata: &[(&str, &str)], tiles: &[(TileId, Vec<u8>)]) {
    let database = Connection::open(path).unwrap();
    let tables = "CREATE TABLE metadata (name TEXT, value TEXT);
        CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB);
        CREATE UNIQUE INDEX tile_index ON tiles (zoom_level, tile_column, tile_row);";
    database.execute_batch(tables).unwrap();
    for entry in metadata {
        database.execute("INSERT INTO metadata VALUES (?1, ?2)", *entry).unwrap();
    }
    for (tile, bytes) in tiles {
        let row = (tile.z(), tile.x(), tile.y_from_south(), bytes);
        database.execute("INSERT INTO tiles VALUES (?1, ?2, ?3, ?4)", row).unwrap();
    }
}

/// Writes a PMTiles file.
pub fn pmtiles(path: &Path, kind: TileType, metadata: &str, tiles: &[(TileId, Vec<u8>)]) {
    let zooms = || tiles.iter().map(|(tile, _)| tile.z());
    let file = std::fs::File::create(path).unwrap();
    let mut writer = PmTilesWriter::new(kind)
        .min_zoom(zooms().min().unwrap())
        .max_zoom(zooms().max().unwrap())
        .metadata(metadata)
        .create(file)
        .unwrap();
    for (tile, bytes) in tiles {
        writer.add_tile(TileCoord::new(tile.z(), tile.x(), tile.y()).unwrap(), bytes).unwrap();
    }
    writer.finalize().unwrap();
}

/// A tile server on this machine. It ends with the process.
pub struct LocalServer {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl LocalServer {
    /// Starts a server that answers a path with a status and a body.
    #[expect(clippy::disallowed_methods, reason = "threads of a test need no names")]
    pub fn start(answer: impl Fn(&str) -> (u16, Vec<u8>) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                std::thread::spawn(move || converse(&stream, answer.as_ref(), &log));
            }
        });
        Self { address, asked }
    }

    /// Beginning of all addresses, without a slash at its end.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Paths that were asked for, in their order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Answers the requests of one connection, one after the other.
fn converse(stream: &TcpStream, answer: &dyn Fn(&str) -> (u16, Vec<u8>), log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    loop {
        let mut first = String::new();
        if reader.read_line(&mut first).unwrap_or(0) == 0 {
            return;
        }
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap_or(0) > 2 {
            line.clear();
        }
        log.lock().unwrap().push(path.clone());
        let (status, body) = answer(&path);
        let head = format!("HTTP/1.1 {status} -\r\nContent-Length: {}\r\n\r\n", body.len());
        let mut writer = stream;
        if writer.write_all(head.as_bytes()).and_then(|()| writer.write_all(&body)).is_err() {
            return;
        }
    }
}
