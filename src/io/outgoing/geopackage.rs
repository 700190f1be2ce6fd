//! Layers as a GeoPackage (OGC 12-128r17, version 1.3) without anything of a project: one feature table for each level,
//! with its spatial index, in any coordinate system.
//!
//! It is made in memory, and leaves as bytes. What a standard column cannot be called, or what differs from another only
//! in case, gets a number behind its name.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, MAIN_DB, params_from_iter};

use super::{Column, Dated, Files, Kind, Loss, OutLayer, Value, Wishes};
use crate::coverage::union;
use crate::io::WriteProblem;
use crate::io::crs::System;
use crate::io::project::geometry::{WGS_84, encode_in};
use crate::io::project::schema::{FeatureTable, GEOPACKAGE, quoted};

/// Columns that a table has room for, beside its number and geometry.
const MOST_COLUMNS: usize = 1900;
/// A time that does not depend on when it is written.
const LAST_CHANGE: &str = "1995-07-26T00:00:00.000Z";
/// Number of a system without a code.
const OWN_SRS: i32 = 100_000;

/// What the extensions of a file are, and that a table has a spatial index.
const EXTENSIONS: &str = "
CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
";

pub(super) fn losses(layers: &[OutLayer], _: &Wishes) -> Vec<Loss> {
    let renamed = layers.iter().map(OutLayer::with_ids).flat_map(|layer| {
        let pairs = layer.columns.iter().map(|column| column.name.clone()).zip(names(&layer));
        pairs.filter(|(name, written)| name != written).collect::<Vec<_>>()
    });
    let pairs: Vec<_> = renamed.collect::<BTreeSet<_>>().into_iter().collect();
    let renamed = (!pairs.is_empty()).then_some(Loss::Renamed { pairs });
    let times = Loss::times(layers, |dated| dated == Dated::Local);
    renamed.into_iter().chain(Loss::structure(layers)).chain(times).collect()
}

pub(super) fn files(layers: &[OutLayer], _: &Wishes, _: &str) -> Files {
    let made = || -> rusqlite::Result<Result<Vec<u8>, WriteProblem>> {
        let mut connection = Connection::open_in_memory()?;
        connection.pragma_update(None, "page_size", 4096)?;
        connection.execute_batch(GEOPACKAGE)?;
        connection.execute_batch(EXTENSIONS)?;
        let transaction = connection.transaction()?;
        let mut taken = BTreeSet::new();
        for layer in layers.iter().map(OutLayer::with_ids) {
            if let Err(problem) = add_layer(&transaction, &layer, &mut taken)? {
                return Ok(Err(problem));
            }
        }
        transaction.execute("UPDATE gpkg_contents SET last_change = ?1", [LAST_CHANGE])?;
        transaction.commit()?;
        Ok(Ok(connection.serialize(MAIN_DB)?.to_vec()))
    };
    Ok(vec![made().map_err(failed)??])
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> WriteProblem {
    std::io::Error::other(error).into()
}

fn add_layer(
    connection: &Connection,
    layer: &OutLayer,
    taken: &mut BTreeSet<String>,
) -> rusqlite::Result<Result<(), WriteProblem>> {
    if layer.columns.len() > MOST_COLUMNS {
        let room = ["1900 个字段", "1,900 fields"];
        return Ok(Err(WriteProblem::NoRoom { format: ["GeoPackage", "a GeoPackage"], room, better: "GeoJSON" }));
    }
    let srs = add_system(connection, &layer.system)?;
    let name = free(&table_name(&layer.name), taken);
    let columns: Vec<(String, &'static str)> =
        names(layer).into_iter().zip(&layer.columns).map(|(name, column)| (name, sql_type(column))).collect();
    let bounds = layer.bounds();
    let table = FeatureTable {
        name: &name,
        geometry: "MULTIPOLYGON",
        identifier: &name,
        description: &layer.title,
        columns: &columns,
        bounds: bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]),
        srs,
    };
    if let Err(problem) = table.create(connection) {
        return Ok(Err(failed(problem)));
    }
    let mut insert = connection.prepare(&table.insert())?;
    let index = add_index(connection, &name)?;
    let mut enter = connection.prepare(&format!("INSERT INTO {index} VALUES (?1, ?2, ?3, ?4, ?5)"))?;
    for row in 0..layer.features.len() {
        let fid = i64::try_from(row + 1).unwrap_or(i64::MAX);
        let blob = if layer.has_territory(row) {
            match encode_in(srs, &layer.geometry(row)) {
                Ok(blob) => Sql::Blob(blob),
                Err(problem) => return Ok(Err(failed(problem))),
            }
        } else {
            Sql::Null
        };
        let values = layer.columns.iter().map(|column| sql(column.value(row)));
        insert.execute(params_from_iter([Sql::Integer(fid), blob].into_iter().chain(values)))?;
        if let Some(bounds) =
            layer.rings(row).iter().flatten().flatten().map(|&at| geo::Rect::new(at, at)).reduce(union)
        {
            enter.execute((fid, bounds.min().x, bounds.max().x, bounds.min().y, bounds.max().y))?;
        }
    }
    add_triggers(connection, &name)?;
    Ok(Ok(()))
}

/// Enters a coordinate system, and returns its number.
fn add_system(connection: &Connection, system: &System) -> rusqlite::Result<i32> {
    let code = system.code().and_then(|code| code.strip_prefix("EPSG:")?.parse::<i32>().ok());
    if code == Some(WGS_84) {
        return Ok(WGS_84);
    }
    let (id, organization) = code.map_or((OWN_SRS, "NONE"), |code| (code, "EPSG"));
    connection.execute(
        "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?2, ?4, '')",
        (system.name(), id, organization, system.wkt().unwrap_or_else(|| "undefined".to_owned())),
    )?;
    Ok(id)
}

/// Makes the spatial index of a table, still empty, and returns its name as SQL has it.
fn add_index(connection: &Connection, table: &str) -> rusqlite::Result<String> {
    let index = quoted(&format!("rtree_{table}_geom"));
    connection.execute_batch(&format!("CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)"))?;
    connection.execute(
        "INSERT INTO gpkg_extensions VALUES
         (?1, 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
        [table],
    )?;
    Ok(index)
}

/// Keeps the index true when another program edits the table: the triggers of the standard, annex F.3.
fn add_triggers(connection: &Connection, name: &str) -> rusqlite::Result<()> {
    let (table, index) = (quoted(name), quoted(&format!("rtree_{name}_geom")));
    let trigger = |end: &str| quoted(&format!("rtree_{name}_geom_{end}"));
    let enter = format!(
        "INSERT OR REPLACE INTO {index} VALUES (NEW.\"fid\", ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"), \
         ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\"));"
    );
    let (full, empty) = (
        "(NEW.\"geom\" NOTNULL AND NOT ST_IsEmpty(NEW.\"geom\"))",
        "(NEW.\"geom\" ISNULL OR ST_IsEmpty(NEW.\"geom\"))",
    );
    let leave = |which: &str| format!("DELETE FROM {index} WHERE id {which};");
    let (same, other) = ("OLD.\"fid\" = NEW.\"fid\"", "OLD.\"fid\" != NEW.\"fid\"");
    let all = [
        ("insert", "INSERT".to_owned(), full.to_owned(), enter.clone()),
        ("update1", "UPDATE OF \"geom\"".to_owned(), format!("{same} AND {full}"), enter.clone()),
        ("update2", "UPDATE OF \"geom\"".to_owned(), format!("{same} AND {empty}"), leave("= OLD.\"fid\"")),
        ("update3", "UPDATE".to_owned(), format!("{other} AND {full}"), leave("= OLD.\"fid\"") + &enter),
        ("update4", "UPDATE".to_owned(), format!("{other} AND {empty}"), leave("IN (OLD.\"fid\", NEW.\"fid\")")),
        ("delete", "DELETE".to_owned(), "old.\"geom\" NOT NULL".to_owned(), leave("= OLD.\"fid\"")),
    ];
    for (end, event, when, what) in all {
        let trigger = trigger(end);
        connection.execute_batch(&format!(
            "CREATE TRIGGER {trigger} AFTER {event} ON {table} WHEN {when} BEGIN {what} END;"
        ))?;
    }
    Ok(())
}

fn sql_type(column: &Column) -> &'static str {
    match column.kind {
        Kind::Text if column.dated() == Some(Dated::Day) => "DATE",
        Kind::Text if column.dated() == Some(Dated::Moment) => "DATETIME",
        // The standard has moments of universal time alone: others stay the texts that they are.
        Kind::Bool => "BOOLEAN",
        Kind::Integer => "INTEGER",
        Kind::Real => "REAL",
        Kind::Text => "TEXT",
    }
}

fn sql(value: Value<'_>) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(value) => Sql::Integer(value.into()),
        Value::Integer(value) => Sql::Integer(value),
        Value::Real(value) => Sql::Real(value),
        Value::Text(text) => Sql::Text(text.into_owned()),
    }
}

/// What the columns of a layer are called. Names that differ only in case are one to SQL.
fn names(layer: &OutLayer) -> Vec<String> {
    let mut taken = BTreeSet::from(["fid".to_owned(), "geom".to_owned()]);
    // SQL ends where a NUL stands.
    layer.columns.iter().map(|column| free(&column.name.replace('\0', "_"), &mut taken)).collect()
}

/// Name of the table of a layer, without what SQL or a GeoPackage keeps for itself.
fn table_name(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    let lower = plain.to_lowercase();
    let reserved = ["gpkg_", "sqlite_", "rtree_", "quhua_"];
    let is_odd = plain.is_empty() || plain.starts_with(char::is_numeric);
    if is_odd || reserved.iter().any(|start| lower.starts_with(start)) { format!("layer_{plain}") } else { plain }
}

fn free(name: &str, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{name}_{number}"));
    // Some number is free.
    std::iter::once(name.to_owned()).chain(numbered).find(|name| taken.insert(name.to_lowercase())).unwrap_or_default()
}
