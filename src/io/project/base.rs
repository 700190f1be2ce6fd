//! The boundaries as they were loaded: one feature table for each layer, and the text around the coordinates.

use std::collections::BTreeSet;
use std::ops::Range;

use geo::{LineString, MultiPolygon, Polygon};
use rayon::prelude::*;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Rows, Statement, params_from_iter};

use super::schema::{FeatureTable, needs_table, quoted};
use super::seal::{self, Found, RowBytes, RowDigest, Seal};
use super::{ProjectProblem, geometry, schema};
use crate::coverage::{AtomId, FlatPolygons, RingId};
use crate::io::Limits;
use crate::io::geojson::Stored;
use crate::jobs::Progress;
use crate::model::{Dataset, FeatureId, FeatureText, FieldIndex, Layer, ReadNote, ReadNoteKind, Shape, Table};
use crate::outside::{self, Stands};

/// Features that are encoded at a time, in parallel.
const BATCH: usize = 2048;

/// A feature as rows.
struct Row {
    /// Of the feature table: number, geometry, attributes.
    values: Vec<Value>,
    digest: RowDigest,
}

/// Whether another program has changed the layer at some time.
fn is_altered(layer: &Layer) -> bool {
    layer.notes.iter().any(|note| note.what == ReadNoteKind::AlteredInProject)
}

/// Writes all layers of a dataset.
pub(super) fn write(connection: &Connection, dataset: &Dataset, progress: &Progress) -> Result<(), ProjectProblem> {
    let mut taken = BTreeSet::new();
    for (id, layer) in dataset.layers.iter().enumerate() {
        let stem = layer.name.rsplit_once('.').map_or(&*layer.name, |(stem, _)| stem);
        let name = table_name(stem, "layer_", &mut taken);
        connection.execute(
            "INSERT INTO quhua_layer (id, table_name, name, sha256, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
            (number(id), &name, &layer.name, &layer.sha256, i64::try_from(layer.bytes).unwrap_or(i64::MAX)),
        )?;
        let seal = write_layer(connection, dataset, id, &name, progress)?.close(is_altered(layer));
        schema::set_meta(connection, &seal::key(number(id)), &seal)?;
        let is_told = layer.reading.crs.is_some() || layer.reading.from.is_some();
        if let Some(reading) = is_told.then(|| serde_json::to_string(&layer.reading).ok()).flatten() {
            schema::set_meta(connection, &reading_key(number(id)), &reading)?;
        }
    }
    Ok(())
}

fn write_layer(
    connection: &Connection,
    dataset: &Dataset,
    id: usize,
    name: &str,
    progress: &Progress,
) -> Result<Seal, ProjectProblem> {
    let layer = &dataset.layers[id];
    let mut seal = Seal::default();
    let columns = columns(&layer.table);
    let bounds = if id == 0 { dataset.coverage.bounds() } else { bounds_of(&layer.polygons) };
    let table = FeatureTable {
        name,
        geometry: "MULTIPOLYGON",
        identifier: name,
        description: "boundaries as they were loaded",
        columns: &columns,
        bounds: bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]),
        srs: geometry::WGS_84,
    };
    table.create(connection)?;
    let mut insert = connection.prepare(&table.insert())?;
    let mut keep = connection.prepare("INSERT INTO quhua_source VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let features: Vec<FeatureId> = layer.table.features().collect();
    for (done, batch) in features.chunks(BATCH).enumerate() {
        progress.check()?;
        #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
        progress.set((done * BATCH) as f64 / features.len() as f64);
        let rows: Vec<Result<Row, ProjectProblem>> =
            batch.par_iter().map(|&feature| row(dataset, id, feature, &columns)).collect();
        for (&feature, row) in batch.iter().zip(rows) {
            let Row { values, digest } = row?;
            insert.execute(params_from_iter(&values))?;
            let Some(FeatureText { before, coordinates, after, shape }) = layer.source.get(feature) else { continue };
            keep.execute((number(id), fid(feature), shape_number(shape), before, coordinates, after))?;
            seal.add(&digest);
        }
    }
    Ok(seal)
}

/// Where stands what a layer was taken for when it was read.
fn reading_key(layer: i64) -> String {
    format!("reading_{layer}")
}

/// Number of a layer in a project: GDAL knows no row 0.
fn number(layer: usize) -> i64 {
    i64::try_from(layer + 1).unwrap_or(i64::MAX)
}

/// Number of a feature in its table.
fn fid(feature: FeatureId) -> i64 {
    i64::from(feature.0) + 1
}

fn row(
    dataset: &Dataset,
    layer: usize,
    feature: FeatureId,
    columns: &[(String, &'static str)],
) -> Result<Row, ProjectProblem> {
    let atom = AtomId(feature.0);
    let polygons = if layer == 0 {
        let coverage = &dataset.coverage;
        let polygon =
            |rings: Vec<RingId>| polygon(rings.into_iter().map(|ring| LineString(coverage.source_ring(ring))));
        coverage.faces_of(atom).filter_map(|face| polygon(coverage.rings_of(face).collect())).collect()
    } else {
        let flat = &dataset.layers[layer].polygons;
        let closed = |ring| {
            let coords = flat.ring(ring);
            LineString(coords.iter().chain(coords.first()).copied().collect())
        };
        flat.faces_of(atom).filter_map(|face| polygon(flat.rings_of(face).map(closed))).collect()
    };
    let table = &dataset.layers[layer].table;
    let fields = table.field_indices().zip(columns);
    let attributes = fields.map(|(field, (_, kind))| fitted(table.raw(feature, field), kind));
    let own = [Value::Integer(fid(feature)), Value::Blob(geometry::encode(&MultiPolygon(polygons))?)];
    let values: Vec<Value> = own.into_iter().chain(attributes).collect();
    let mut bytes = RowBytes::default();
    if let Some(FeatureText { before, coordinates, after, shape }) = dataset.layers[layer].source.get(feature) {
        bytes.add(ValueRef::Integer(shape_number(shape).into()));
        bytes.add(before.into());
        bytes.add(coordinates.map_or(ValueRef::Null, ValueRef::from));
        bytes.add(after.into());
    }
    for value in &values {
        bytes.add(value.into());
    }
    Ok(Row { values, digest: bytes.digest() })
}

fn polygon(mut rings: impl Iterator<Item = LineString>) -> Option<Polygon> {
    let shell = rings.next()?;
    Some(Polygon::new(shell, rings.collect()))
}

fn bounds_of(polygons: &FlatPolygons) -> Option<geo::Rect> {
    use geo::BoundingRect as _;
    LineString(polygons.coords.clone()).bounding_rect()
}

/// A value for other programs to read; what leaves again is the text of the source.
fn value(raw: Option<&str>) -> Value {
    let Some(raw) = raw.filter(|&raw| raw != "null") else { return Value::Null };
    match raw.as_bytes().first() {
        Some(b'"') => Value::Text(serde_json::from_str(raw).unwrap_or_else(|_| raw.to_owned())),
        Some(b't') => Value::Integer(1),
        Some(b'f') => Value::Integer(0),
        Some(b'[' | b'{') => Value::Text(raw.to_owned()),
        _ => match raw.parse::<i64>() {
            Ok(whole) => Value::Integer(whole),
            // A whole number that no column keeps whole is a code.
            Err(_) if raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') => Value::Text(raw.to_owned()),
            Err(_) => raw.parse().map_or_else(|_| Value::Text(raw.to_owned()), Value::Real),
        },
    }
}

/// A value as a column of its type keeps it, so that it is read as it was written.
#[expect(clippy::cast_precision_loss, reason = "a column of reals keeps no more")]
fn fitted(raw: Option<&str>, kind: &str) -> Value {
    match (value(raw), kind) {
        (Value::Integer(whole), "REAL") => Value::Real(whole as f64),
        (Value::Integer(_) | Value::Real(_), "TEXT") => Value::Text(raw.unwrap_or_default().to_owned()),
        (value, _) => value,
    }
}

/// Names and types of the columns of a layer. Names that differ only in case, or are those of our own columns, get a
/// number: to SQL they are the same.
fn columns(table: &Table) -> Vec<(String, &'static str)> {
    let mut taken = BTreeSet::from(["fid".to_owned(), "geom".to_owned()]);
    let fields = table.fields().iter().zip(table.field_indices());
    // An SQLite table has at most 2,000 columns. What is beyond stays in the text of the features.
    let fields = fields.take(1900);
    // SQL ends where a NUL stands; the text of the features has the name as it is.
    fields.map(|(name, field)| (free_name(&name.replace('\0', "_"), &mut taken), kind_of(table, field))).collect()
}

/// The GeoPackage type that holds all values of a field.
fn kind_of(table: &Table, field: FieldIndex) -> &'static str {
    let mut kind = None;
    for raw in table.features().filter_map(|feature| table.raw(feature, field)) {
        let this = match value(Some(raw)) {
            Value::Null => continue,
            Value::Integer(_) if raw.starts_with(['t', 'f']) => "BOOLEAN",
            Value::Integer(_) => "INTEGER",
            Value::Real(_) => "REAL",
            Value::Text(_) | Value::Blob(_) => return "TEXT",
        };
        kind = match (kind, this) {
            (None, this) => Some(this),
            (Some(kind), this) if kind == this => Some(kind),
            (Some("INTEGER" | "REAL"), "INTEGER" | "REAL") => Some("REAL"),
            _ => return "TEXT",
        };
    }
    kind.unwrap_or("TEXT")
}

/// Name of the table of a layer or a ledger: its own, without what SQL or a GeoPackage keeps for itself.
pub(super) fn table_name(stem: &str, prefix: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = stem.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let reserved = ["gpkg_", "sqlite_", "quhua_", "rtree_", "plan_"];
    let lower = plain.to_lowercase();
    let odd = plain.is_empty() || plain.starts_with(char::is_numeric);
    let prefix = if odd || reserved.iter().any(|start| lower.starts_with(start)) { prefix } else { "" };
    free_name(&format!("{prefix}{plain}"), taken)
}

pub(super) fn free_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    // Some number is free.
    names.find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}

const fn shape_number(shape: Shape) -> u8 {
    match shape {
        Shape::Empty => 0,
        Shape::Polygon => 1,
        Shape::MultiPolygon => 2,
    }
}

fn shape_of(number: u8) -> Result<Shape, ProjectProblem> {
    match number {
        0 => Ok(Shape::Empty),
        1 => Ok(Shape::Polygon),
        2 => Ok(Shape::MultiPolygon),
        other => Err(ProjectProblem::damaged(format!("shape {other} of a feature"))),
    }
}

/// A feature as it is stored: the whole row, and where in it lies what is read.
#[derive(Default)]
struct Kept {
    row: RowBytes,
    geometry: Range<usize>,
    shape: Shape,
    before: Range<usize>,
    coordinates: Option<Range<usize>>,
    after: Range<usize>,
}

impl Kept {
    /// Text of the row. SQLite keeps bytes that are none as text too, where another program wrote them.
    fn text(&self, range: &Range<usize>) -> Result<&str, ProjectProblem> {
        std::str::from_utf8(self.row.get(range)).map_err(|_| ProjectProblem::damaged("quhua_source: UTF-8"))
    }
}

/// Reads all layers, finest first, and says whether all are sealed and as they were sealed.
pub(super) fn read(
    connection: &Connection,
    limits: &Limits,
    progress: &Progress,
) -> Result<(Vec<Layer>, bool), ProjectProblem> {
    let mut list = connection.prepare("SELECT id, table_name, name, sha256, bytes FROM quhua_layer ORDER BY id")?;
    let heads = list.query_map([], |row| {
        let head = Layer {
            name: row.get(2)?,
            sha256: row.get(3)?,
            bytes: row.get::<_, i64>(4)?.unsigned_abs(),
            ..Layer::default()
        };
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, head))
    })?;
    let (mut layers, mut sealed) = (Vec::new(), true);
    for head in heads {
        let (id, table, mut head) = head?;
        // What is said of the layer there is no part of it: what cannot be understood is not said.
        let kept = schema::meta(connection, &reading_key(id))?;
        head.reading = kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default();
        head.reading.stays_whole = true;
        let (mut layer, found) = read_layer(connection, id, &table, head, limits, progress)?;
        if found == Found::Altered {
            layer.notes.push(ReadNote { feature: None, what: ReadNoteKind::AlteredInProject });
        }
        sealed &= found == Found::Sealed;
        layers.push(layer);
    }
    Ok((layers, sealed))
}

fn read_layer(
    connection: &Connection,
    id: i64,
    table: &str,
    head: Layer,
    limits: &Limits,
    progress: &Progress,
) -> Result<(Layer, Found), ProjectProblem> {
    needs_table(connection, table, &["fid", "geom"])?;
    let count = connection.query_row("SELECT count(*) FROM quhua_source WHERE layer = ?1", [id], |row| row.get(0));
    let count: usize = count?;
    // Files of version 0.1 call it as GDAL does.
    let feature = match outside::table(connection, "quhua_source", &["feature"])? {
        Stands::Table => "feature",
        Stands::Nothing | Stands::Otherwise => "fid",
    };
    let mut select = connection.prepare(&format!(
        "SELECT s.shape, s.before, s.coordinates, s.after, t.*
         FROM quhua_source AS s JOIN {} AS t ON t.fid = s.{feature} WHERE s.layer = ?1 ORDER BY s.{feature}",
        quoted(table)
    ))?;
    let columns = Columns::of(&select);
    let mut rows = select.query([id])?;
    let (mut stored, mut seal) = (Stored::default(), Seal::default());
    let mut batch = next_batch(&mut rows, &columns)?;
    let mut read = 0;
    while !batch.is_empty() {
        progress.check()?;
        read += batch.len();
        #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
        progress.set(read as f64 / count.max(1) as f64);
        // The next rows are read while these are parsed.
        let mut parsed = Vec::new();
        let next = rayon::in_place_scope(|scope| {
            scope.spawn(|_| parsed = parse(&batch, limits));
            next_batch(&mut rows, &columns)
        })?;
        for some in parsed {
            let (some, digests) = some?;
            stored.append(some);
            for row in &digests {
                seal.add(row);
            }
        }
        batch = next;
    }
    if read != count {
        return Err(ProjectProblem::damaged(format!("{} of {count} features of {table} are gone", count - read)));
    }
    let kept = schema::meta(connection, &seal::key(id))?;
    Ok((stored.into_layer(head), seal.compare(kept.as_deref())))
}

/// Columns of the rows of a layer: four of our own, then those of its table.
struct Columns {
    count: usize,
    geometry: usize,
}

impl Columns {
    fn of(select: &Statement<'_>) -> Self {
        let geometry = select.column_names().into_iter().position(|name| name == "geom").unwrap_or_default();
        Self { count: select.column_count(), geometry }
    }

    /// The whole row; what is read of it must be of its type.
    fn keep(&self, row: &rusqlite::Row<'_>) -> Result<Kept, ProjectProblem> {
        let shape = shape_of(row.get(0)?)?;
        let mut kept = Kept { shape, ..Kept::default() };
        for at in 0..self.count {
            let value = row.get_ref(at)?;
            let range = kept.row.add(value);
            match (at, value) {
                (1, ValueRef::Text(_)) => kept.before = range,
                (2, ValueRef::Text(_)) => kept.coordinates = Some(range),
                (3, ValueRef::Text(_)) => kept.after = range,
                (at, ValueRef::Blob(_)) if at == self.geometry => kept.geometry = range,
                (2, ValueRef::Null) => {}
                (at, _) if at == self.geometry || (1..=3).contains(&at) => {
                    return Err(ProjectProblem::damaged(format!("quhua_source: {:?}", value.data_type())));
                }
                _ => {}
            }
        }
        Ok(kept)
    }
}

/// Reads as many rows as are parsed at a time; fewer at the end.
fn next_batch(rows: &mut Rows<'_>, columns: &Columns) -> Result<Vec<Kept>, ProjectProblem> {
    let mut batch = Vec::with_capacity(BATCH);
    while batch.len() < BATCH
        && let Some(row) = rows.next()?
    {
        batch.push(columns.keep(row)?);
    }
    Ok(batch)
}

/// Some features in a row, and the hashes of theirs.
type Parsed = Result<(Stored, Vec<RowDigest>), ProjectProblem>;

/// Parses and hashes a batch of features, in parallel, in pieces in order.
fn parse(batch: &[Kept], limits: &Limits) -> Vec<Parsed> {
    let pieces = batch.par_chunks(256).map(|features| {
        let mut some = Stored::default();
        for feature in features {
            let text = FeatureText {
                before: feature.text(&feature.before)?,
                coordinates: feature.coordinates.as_ref().map(|range| feature.text(range)).transpose()?,
                after: feature.text(&feature.after)?,
                shape: feature.shape,
            };
            some.add(&text, |polygons| geometry::decode(feature.row.get(&feature.geometry), polygons), limits)?;
        }
        Ok((some, features.iter().map(|feature| feature.row.digest()).collect()))
    });
    pieces.collect()
}
