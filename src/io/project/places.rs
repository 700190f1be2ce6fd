//! Facilities and lines beside the boundaries: two tables, the same in a project file and in a journal. In a project file
//! they are feature tables, so that other programs show them too.

use compact_str::CompactString;
use geo::{BoundingRect as _, Coord, LineString};
use rusqlite::Connection;

use super::schema::{FeatureTable, has_table};
use super::{ProjectProblem, geometry};
use crate::model::{Facilities, Facility, ReferenceLine};

/// The tables. Names that begin like this are no layer's.
const PLACES: &str = "quhua_place";
const LINES: &str = "quhua_line";

/// Enters the tables in the lists of a GeoPackage, where there is something for them.
pub(super) fn register(connection: &Connection, places: &Facilities) -> Result<(), ProjectProblem> {
    let bounds = |vertices: Vec<Coord>| {
        let bounds = LineString(vertices).bounding_rect();
        bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y])
    };
    let columns = [("name".to_owned(), "TEXT"), ("kind".to_owned(), "TEXT")];
    let points = FeatureTable {
        name: PLACES,
        geometry: "POINT",
        identifier: "facilities (points)",
        description: "facilities beside the boundaries",
        columns: &columns,
        bounds: bounds(places.all().iter().map(|facility| facility.at).collect()),
        srs: geometry::WGS_84,
    };
    let lines = FeatureTable {
        name: LINES,
        geometry: "LINESTRING",
        identifier: "roads and rivers (lines)",
        description: "lines beside the boundaries",
        columns: &columns[..1],
        bounds: bounds(places.lines().iter().flat_map(|line| line.path.iter().copied()).collect()),
        srs: geometry::WGS_84,
    };
    for table in [points, lines].iter().filter(|table| table.bounds.is_some()) {
        table.create(connection)?;
    }
    Ok(())
}

/// Writes places in place of those that are there.
pub(super) fn replace(connection: &Connection, places: &Facilities) -> Result<(), ProjectProblem> {
    // A journal is no GeoPackage: nobody has entered the tables there.
    let ready = |table: &str, columns: &str, is_empty: bool| -> Result<bool, ProjectProblem> {
        if has_table(connection, table, &[])? {
            connection.execute(&format!("DELETE FROM {table}"), [])?;
        } else if !is_empty {
            connection.execute(&format!("CREATE TABLE {table} (fid INTEGER PRIMARY KEY, geom BLOB, {columns})"), [])?;
        }
        Ok(!is_empty)
    };
    if ready(PLACES, "name TEXT, kind TEXT", places.all().is_empty())? {
        let mut insert = connection.prepare(&format!("INSERT INTO {PLACES} VALUES (?1, ?2, ?3, ?4)"))?;
        for (fid, Facility { at, name, kind }) in (1_i64..).zip(places.all()) {
            insert.execute((fid, geometry::encode_point(*at)?, name.as_str(), kind.as_str()))?;
        }
    }
    if ready(LINES, "name TEXT", places.lines().is_empty())? {
        let mut insert = connection.prepare(&format!("INSERT INTO {LINES} VALUES (?1, ?2, ?3)"))?;
        for (fid, ReferenceLine { path, name }) in (1_i64..).zip(places.lines()) {
            insert.execute((fid, geometry::encode_line(path)?, name.as_str()))?;
        }
    }
    Ok(())
}

/// Reads the places that are kept; none where there are no tables. Another program may have emptied what it likes.
pub(super) fn read(connection: &Connection) -> Result<Facilities, ProjectProblem> {
    let (mut list, mut lines) = (Vec::new(), Vec::new());
    if has_table(connection, PLACES, &["fid", "geom", "name", "kind"])? {
        let mut select = connection.prepare(&format!("SELECT geom, name, kind FROM {PLACES} ORDER BY fid"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let Some(blob) = row.get::<_, Option<Vec<u8>>>(0)? else { continue };
            list.push(Facility { at: geometry::decode_point(&blob)?, name: text(row, 1)?, kind: text(row, 2)? });
        }
    }
    if has_table(connection, LINES, &["fid", "geom", "name"])? {
        let mut select = connection.prepare(&format!("SELECT geom, name FROM {LINES} ORDER BY fid"))?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let Some(blob) = row.get::<_, Option<Vec<u8>>>(0)? else { continue };
            lines.push(ReferenceLine { path: geometry::decode_line(&blob)?, name: text(row, 1)? });
        }
    }
    Ok(Facilities::new(list).with_lines(lines))
}

fn text(row: &rusqlite::Row<'_>, column: usize) -> Result<CompactString, ProjectProblem> {
    Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default().into())
}
