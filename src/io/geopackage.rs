//! Layers in databases of other programs: `GeoPackage`, `SpatiaLite` and plain SQLite with well-known geometries, as GDAL
//! writes it; read and never carried out.
//!
//! 1. The database is opened as data ([`outside::database`]); a layer is a plain table that the list of geometries names.
//! 2. A layer is named as its table; without a wish the first that may bound areas is read.
//! 3. Integers and texts come as they are stored; doubles as the shortest text that reads back the same.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use geojson::{Feature, JsonObject};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, Rows};

use super::blob::{self, Pieces, Plain};
use super::gather::{BATCH, Gathered, Stretches, push_json_double};
use super::input::{Features, FileKind, Input, LayerEntry, Reader};
use super::layers::LayerSource;
use super::shaped::cells;
use super::{Counted, FileProblem, Limits, Place, Problem, ReadError};
use crate::jobs::Progress;
use crate::model::{Key, Layer, Reading, push_json_text};
use crate::outside::{self, Stands};

/// How layers are read from a database.
pub(super) const READER: Reader = Reader { polygons, features, contents };

/// Layers in a file that are looked at.
const MOST_LAYERS: usize = 1000;
/// Bytes of rows after which a batch ends.
const BATCH_BYTES: usize = 4 << 20;

/// Which kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dialect {
    GeoPackage,
    SpatiaLite,
    /// Geometries are well-known binary or text.
    Plain,
}

/// A table with geometries.
#[derive(Clone, Debug)]
struct Found {
    table: String,
    column: String,
    /// May bound areas.
    is_area: bool,
    srs: i64,
}

/// A column of a layer.
#[derive(Clone, Debug)]
struct Column {
    key: Key,
    /// One of yes and no.
    is_bool: bool,
    /// Its position in a row of the answer.
    at: usize,
}

/// What a database of another program is; `None` where it lists no geometries.
pub(super) fn kind(connection: &Connection) -> Option<FileKind> {
    let (_, found) = list(connection).ok()?;
    let is_places = !found.is_empty() && !found.iter().any(|layer| layer.is_area);
    (!found.is_empty()).then_some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// All layers, in the order of the list.
fn list(connection: &Connection) -> rusqlite::Result<(Dialect, Vec<Found>)> {
    let gpkg = ["table_name", "column_name", "geometry_type_name", "srs_id"];
    let (dialect, query) = if outside::table(connection, "gpkg_geometry_columns", &gpkg)? == Stands::Table {
        let query = "SELECT table_name, column_name, geometry_type_name, srs_id FROM gpkg_geometry_columns LIMIT ?1";
        (Dialect::GeoPackage, query)
    } else {
        let columns = ["f_table_name", "f_geometry_column", "geometry_type", "srid"];
        if outside::table(connection, "geometry_columns", &columns)? != Stands::Table {
            return Ok((Dialect::SpatiaLite, Vec::new()));
        }
        let plain = outside::table(connection, "geometry_columns", &["geometry_format"])? == Stands::Table;
        (
            if plain { Dialect::Plain } else { Dialect::SpatiaLite },
            "SELECT f_table_name, f_geometry_column, geometry_type, srid FROM geometry_columns LIMIT ?1",
        )
    };
    let mut statement = connection.prepare(query)?;
    let found = statement.query_map([MOST_LAYERS], |row| {
        let is_area = match row.get_ref(2)? {
            ValueRef::Integer(kind) => matches!(kind % 1000, 0 | 3 | 6 | 7),
            kind => {
                let kind = kind.as_str().unwrap_or_default().to_ascii_uppercase();
                !["POINT", "LINE", "CURVE"].iter().any(|it| kind.contains(it)) || kind.contains("POLYGON")
            }
        };
        Ok(Found { table: row.get(0)?, column: row.get(1)?, is_area, srs: row.get(3).unwrap_or_default() })
    })?;
    let mut layers = Vec::new();
    for layer in found {
        let layer = layer?;
        if outside::table(connection, &layer.table, &[&layer.column])? == Stands::Table {
            layers.push(layer);
        }
    }
    Ok((dialect, layers))
}

/// The coordinate system that a layer declares.
fn declares(connection: &Connection, dialect: Dialect, srs: i64) -> Option<String> {
    let query = match dialect {
        Dialect::GeoPackage => {
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1"
        }
        Dialect::SpatiaLite | Dialect::Plain => {
            "SELECT auth_name, auth_srid, srtext FROM spatial_ref_sys WHERE srid = ?1"
        }
    };
    if srs <= 0 {
        return None;
    }
    let text = |row: &Row<'_>, at| row.get::<_, String>(at).unwrap_or_default();
    let known = connection.query_row(query, [srs], |row| {
        let (name, code, definition) = (text(row, 0), row.get::<_, i64>(1).unwrap_or_default(), text(row, 2));
        let is_epsg = name.eq_ignore_ascii_case("epsg") && code > 0;
        Ok(if is_epsg { format!("EPSG:{code}") } else { definition })
    });
    known.optional().ok().flatten().or_else(|| Some(format!("EPSG:{srs}"))).filter(|text| !text.is_empty())
}

/// A layer that is open: its columns, and how they are asked for.
struct Open {
    connection: Connection,
    dialect: Dialect,
    query: String,
    columns: Vec<Column>,
    declares: Option<String>,
    name: String,
    names: Vec<String>,
}

impl Open {
    fn new(path: &Path, source: &LayerSource) -> Result<Self, ReadError> {
        let file = |problem| ReadError::File { path: path.to_owned(), problem };
        let failed = |error: rusqlite::Error| file(FileProblem::database(&error));
        let mut connection = outside::database(path).map_err(failed)?;
        outside::bound_steps(&mut connection).map_err(failed)?;
        let (dialect, found) = list(&connection).map_err(failed)?;
        let names: Vec<String> = found.iter().map(|layer| layer.table.clone()).collect();
        let at = match &source.layer {
            Some(wanted) => names
                .iter()
                .position(|name| name == wanted)
                .ok_or_else(|| file(FileProblem::NoSuchLayer { layer: wanted.clone(), there: names.join(", ") }))?,
            None => found.iter().position(|layer| layer.is_area).unwrap_or(0),
        };
        let layer = found.into_iter().nth(at).ok_or_else(|| file(FileProblem::NoLayers(["SQLite", "SQLite"])))?;
        let (mut columns, are_texts) = columns(&connection, &layer).map_err(failed)?;
        // The library that asks SQLite gives up on such a name in a query.
        if !are_texts {
            return Err(file(FileProblem::ColumnName));
        }
        columns.iter_mut().enumerate().for_each(|(at, column)| column.at = at + 1);
        let wanted = [quoted(&layer.column)].into_iter().chain(columns.iter().map(|column| quoted(column.key.name())));
        let query = format!("SELECT {} FROM {}", wanted.collect::<Vec<_>>().join(", "), quoted(&layer.table));
        let declares = declares(&connection, dialect, layer.srs);
        Ok(Self { dialect, query, columns, declares, name: layer.table, names, connection })
    }

    fn layer(&self, path: &Path, limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
        let mut stretches = Stretches::new(path, limits, progress);
        let failed = Self::failed(path);
        let mut statement = self.connection.prepare(&self.query).map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        let (mut batch, mut next) = (Batch::new(self.dialect), Batch::new(self.dialect));
        batch.fill(&mut rows, &self.columns).map_err(&failed)?;
        while !batch.geometries.is_empty() {
            let list: Vec<usize> = (0..batch.geometries.len()).collect();
            // Rows are parsed where there is nothing of the database.
            let (dialect, columns) = (self.dialect, &*self.columns);
            let take =
                |&row: &usize, gathered: &mut Gathered, most: usize| batch.take(row, dialect, columns, gathered, most);
            stretches.add_while(&list, take, || next.fill(&mut rows, columns))?.map_err(&failed)?;
            std::mem::swap(&mut batch, &mut next);
        }
        Ok(stretches.layer())
    }

    fn failed(path: &Path) -> impl Fn(rusqlite::Error) -> ReadError {
        |error| ReadError::File { path: path.to_owned(), problem: FileProblem::database(&error) }
    }
}

/// Columns of a layer but its geometry, and but the number that only counts rows; and whether all names are texts.
fn columns(connection: &Connection, layer: &Found) -> rusqlite::Result<(Vec<Column>, bool)> {
    let mut list = connection.prepare("SELECT name, type, pk FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
    let mut rows = list.query([&layer.table])?;
    let (mut columns, mut are_texts) = (Vec::new(), true);
    while let Some(row) = rows.next()? {
        let (kind, key): (String, i64) = (row.get(1)?, row.get(2)?);
        let bytes = row.get_ref(0)?.as_bytes()?;
        are_texts &= std::str::from_utf8(bytes).is_ok();
        let name = String::from_utf8_lossy(bytes).into_owned();
        let only_counts = key == 1 && ["fid", "ogc_fid", "pk_uid"].iter().any(|it| name.eq_ignore_ascii_case(it));
        if !only_counts && !name.eq_ignore_ascii_case(&layer.column) {
            columns.push(Column { key: Key::new(&name), is_bool: kind.eq_ignore_ascii_case("boolean"), at: 0 });
        }
    }
    Ok((columns, are_texts))
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Rows that were read, in the order of the file.
#[derive(Default)]
struct Batch {
    /// Geometries and texts, one behind the other.
    bytes: Vec<u8>,
    /// Of each row; `None` where it has none.
    geometries: Vec<Option<Range<usize>>>,
    /// Row by row, one for each column.
    values: Vec<Value>,
    /// Whether texts are geometries.
    takes_texts: bool,
}

enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Real(f64),
    Text(Range<usize>),
}

impl Batch {
    fn new(dialect: Dialect) -> Self {
        Self { takes_texts: dialect == Dialect::Plain, ..Self::default() }
    }

    /// Takes the next rows; none behind the last.
    fn fill(&mut self, rows: &mut Rows<'_>, columns: &[Column]) -> rusqlite::Result<()> {
        self.bytes.clear();
        self.geometries.clear();
        self.values.clear();
        while self.geometries.len() < BATCH && self.bytes.len() < BATCH_BYTES {
            let Some(row) = rows.next()? else { break };
            let geometry = match row.get_ref(0)? {
                ValueRef::Blob(blob) => Some(self.keep(blob)),
                // Elsewhere no text is a geometry.
                ValueRef::Text(text) if self.takes_texts && !text.trim_ascii().is_empty() => Some(self.keep(text)),
                ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => None,
            };
            self.geometries.push(geometry);
            for column in columns {
                let value = match row.get_ref(column.at)? {
                    ValueRef::Null | ValueRef::Blob(_) => Value::Null,
                    ValueRef::Integer(value @ (0 | 1)) if column.is_bool => Value::Bool(value == 1),
                    ValueRef::Integer(value) => Value::Integer(value),
                    ValueRef::Real(value) => Value::Real(value),
                    ValueRef::Text(text) => Value::Text(self.keep(text)),
                };
                self.values.push(value);
            }
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }

    /// The geometry of a row.
    fn geometry(&self, row: usize) -> Option<&[u8]> {
        Some(&self.bytes[self.geometries[row].clone()?])
    }

    fn pieces(&self, row: usize, dialect: Dialect) -> Result<Pieces, Problem> {
        match (self.geometry(row), dialect) {
            (None, _) => Ok(Pieces::default()),
            (Some(blob), Dialect::GeoPackage) => blob::of_geopackage(blob),
            (Some(blob), Dialect::SpatiaLite) => blob::of_spatialite(blob),
            // Well-known binary begins with the order of its bytes, and no text does.
            (Some(blob @ [0 | 1, ..]), Dialect::Plain) => blob::well_known(blob),
            (Some(text), Dialect::Plain) => Ok(cells::read(&String::from_utf8_lossy(text))?.0),
        }
    }

    /// The values of a row.
    fn values(&self, row: usize, columns: usize) -> &[Value] {
        &self.values[row * columns..][..columns]
    }

    fn push(&self, out: &mut String, value: &Value) {
        match value {
            Value::Null => out.push_str("null"),
            Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            // A text takes whatever is written.
            Value::Integer(value) => drop(write!(out, "{value}")),
            Value::Real(value) => push_json_double(out, *value),
            Value::Text(text) => push_json_text(out, &String::from_utf8_lossy(&self.bytes[text.clone()])),
        }
    }

    /// Takes a row into what is gathered.
    fn take(
        &self,
        row: usize,
        dialect: Dialect,
        columns: &[Column],
        gathered: &mut Gathered,
        most: usize,
    ) -> Result<(), Problem> {
        let plain = match dialect {
            Dialect::GeoPackage => self.geometry(row).and_then(blob::within_geopackage).and_then(Plain::of),
            Dialect::SpatiaLite | Dialect::Plain => None,
        };
        let is_multi = if let Some(plain) = plain {
            for (ring, is_last) in plain.rings {
                gathered.ring_of_bytes(ring, |_| false, most)?;
                if is_last {
                    gathered.end_polygon();
                }
            }
            plain.is_multi
        } else {
            let pieces = self.pieces(row, dialect)?;
            if !gathered.pieces(&pieces, most)? {
                return Ok(());
            }
            pieces.is_multi
        };
        gathered.end_row(is_multi, |records| {
            for (column, value) in columns.iter().zip(self.values(row, columns.len())) {
                records.cell(&column.key, |out| self.push(out, value));
            }
            Ok(())
        })
    }
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    source.check_utf8()?;
    let limits = limits.capped();
    let path = input.path;
    if input.size > limits.file_bytes {
        let problem = FileProblem::TooLarge { limit: limits.file_bytes };
        return Err(ReadError::File { path: path.to_owned(), problem });
    }
    let open = Open::new(path, source)?;
    // The database reads the file by itself; here it is read for its hash.
    let is_done = AtomicBool::new(false);
    let (layer, hashed) = thread::scope(|scope| {
        let hash = thread::Builder::new().spawn_scoped(scope, || input.read_out(u64::MAX, &is_done));
        let layer = open.layer(path, &limits, progress);
        is_done.store(layer.is_err(), Ordering::Relaxed);
        let hashed = match hash.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(hashed)) => hashed,
            // It is done at the end then.
            Ok(Err(_)) | Err(_) => Ok(()),
        };
        (layer, hashed)
    });
    let mut layer = layer?;
    hashed?;
    let has_several = open.names.len() > 1;
    let format = match open.dialect {
        Dialect::GeoPackage => "GeoPackage",
        Dialect::SpatiaLite => "SpatiaLite",
        Dialect::Plain => "SQLite",
    };
    layer.reading = Reading {
        format: format.to_owned(),
        layer: has_several.then_some(open.name),
        layers: if has_several { open.names } else { Vec::new() },
        declares: open.declares,
        ..Reading::default()
    };
    Ok(layer)
}

fn features(Input { path, .. }: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    source.check_utf8()?;
    let open = Open::new(path, source)?;
    let failed = Open::failed(path);
    let mut statement = open.connection.prepare(&open.query).map_err(&failed)?;
    let mut rows = statement.query([]).map_err(&failed)?;
    let (mut features, mut batch) = (Vec::new(), Batch::new(open.dialect));
    loop {
        batch.fill(&mut rows, &open.columns).map_err(&failed)?;
        if batch.geometries.is_empty() {
            break;
        }
        for row in 0..batch.geometries.len() {
            let place = Place { feature: Some(features.len()), ..Place::default() };
            let wrong = |problem| ReadError::Content { path: path.to_owned(), place, problem };
            if features.len() >= limits.features {
                return Err(wrong(Problem::TooMany { what: Counted::Features, limit: limits.features }));
            }
            let geometry = batch.pieces(row, open.dialect).map_err(wrong)?.into_geometry();
            let mut properties = JsonObject::new();
            for (column, value) in open.columns.iter().zip(batch.values(row, open.columns.len())) {
                let mut json = String::new();
                batch.push(&mut json, value);
                properties.insert(column.key.name().to_owned(), serde_json::from_str(&json).unwrap_or_default());
            }
            features.push(Feature { geometry, properties: Some(properties), ..Feature::default() });
        }
    }
    drop(rows);
    drop(statement);
    Ok(Features { list: features, declared_crs: open.declares })
}

fn contents(Input { path, .. }: Input<'_>, _: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let failed =
        |error: rusqlite::Error| ReadError::File { path: path.to_owned(), problem: FileProblem::database(&error) };
    let mut connection = outside::database(path).map_err(failed)?;
    outside::bound_steps(&mut connection).map_err(failed)?;
    let (_, found) = list(&connection).map_err(failed)?;
    let entry = |Found { table, is_area, .. }: Found| {
        let query = format!("SELECT count(*) FROM {}", quoted(&table));
        // A table that is damaged is told by who reads it.
        let features = connection.query_row(&query, [], |row| row.get(0)).ok();
        LayerEntry { name: table, is_area, features }
    };
    Ok(found.into_iter().map(entry).collect())
}
