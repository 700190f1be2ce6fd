//! Ledgers as tables are written.

use std::collections::BTreeSet;
use std::sync::Arc;

use geo::BoundingRect as _;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::cells::{self, Kind, SqlType};
use super::{BESIDE, TABLES, seal_key, seal_of};
use crate::io::project::base::{free_name, table_name};
use crate::io::project::schema::{AttributesTable, FeatureTable, has_table, quoted};
use crate::io::project::{ProjectProblem, geometry, schema};
use crate::model::{AcceptedRows, Drawn, KeptLedger, Ledger, LedgerFinding, LedgerSource};

/// Columns of a table at most; SQLite has 2,000. What stands in those behind is kept beside the table.
const MOST_COLUMNS: usize = 1900;

/// Brings ledgers that are there up to others.
pub(in crate::io::project) fn replace(
    connection: &Connection,
    before: &[KeptLedger],
    after: &[KeptLedger],
) -> Result<(), ProjectProblem> {
    let is_same = |(before, after): (&KeptLedger, &KeptLedger)| {
        Arc::ptr_eq(&before.ledger, &after.ledger) || before.ledger == after.ledger
    };
    if before.len() == after.len() && before.iter().zip(after).all(is_same) {
        // Only what was said of rows is another.
        for (id, (before, after)) in (1_i64..).zip(before.iter().zip(after)) {
            if before.accepted != after.accepted {
                connection.execute("DELETE FROM quhua_ledger_accepted WHERE ledger = ?1", [id])?;
                write_accepted(connection, id, &after.accepted)?;
            }
        }
        return Ok(());
    }
    drop_all(connection)?;
    if after.is_empty() {
        return Ok(());
    }
    connection.execute_batch(TABLES)?;
    let mut taken = names_taken(connection)?;
    for (id, kept) in (1_i64..).zip(after) {
        write(connection, id, kept, &mut taken)?;
    }
    Ok(())
}

/// Takes all ledgers out.
fn drop_all(connection: &Connection) -> Result<(), ProjectProblem> {
    if !has_table(connection, BESIDE[0], &["table_name"])? {
        return Ok(());
    }
    let mut list = connection.prepare("SELECT table_name FROM quhua_ledger")?;
    let tables = list.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    for table in tables.iter().map(String::as_str).chain(BESIDE) {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {}", quoted(table)))?;
    }
    Ok(())
}

/// Names that tables have by now.
fn names_taken(connection: &Connection) -> Result<BTreeSet<String>, ProjectProblem> {
    let mut list = connection.prepare("SELECT name FROM sqlite_master")?;
    let names = list.query_map([], |row| row.get::<_, String>(0))?;
    Ok(names.map(|name| name.map(|name| name.to_lowercase())).collect::<Result<_, _>>()?)
}

/// A column as it is written.
struct Column {
    /// Its name in the table; `None` where it stands only beside it.
    name: Option<String>,
    sql: SqlType,
    kind: Kind,
}

fn write(
    connection: &Connection,
    id: i64,
    kept: &KeptLedger,
    taken: &mut BTreeSet<String>,
) -> Result<(), ProjectProblem> {
    let ledger = &*kept.ledger;
    let table = table_name(ledger.name(), "ledger_", taken);
    let LedgerSource { file, sheet, sha256, as_of } = ledger.source();
    let as_of = as_of.as_ref().and_then(|as_of| serde_json::to_string(as_of).ok());
    let told = LedgerFinding::write_told(ledger);
    let words = ledger.words().and_then(|words| serde_json::to_string(words).ok());
    connection.execute(
        "INSERT INTO quhua_ledger VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (id, &table, ledger.name(), file, sheet, sha256, as_of, ledger.key_column(), told, words),
    )?;
    let columns = columns_of(ledger);
    let mut insert = connection.prepare("INSERT INTO quhua_ledger_column VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (position, (column, it)) in columns.iter().zip(ledger.file_columns()).enumerate() {
        insert.execute((id, position, &column.name, &it.header, column.kind.id()))?;
    }
    let geometry = geometry_of(ledger);
    create(connection, &table, geometry, &columns, ledger)?;
    let named = columns.iter().filter(|column| column.name.is_some()).count();
    let places: Vec<String> = (1..=1 + usize::from(geometry.is_some()) + named).map(|i| format!("?{i}")).collect();
    let mut insert = connection.prepare(&format!("INSERT INTO {} VALUES ({})", quoted(&table), places.join(", ")))?;
    let mut apart = connection.prepare("INSERT INTO quhua_ledger_cell VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut values: Vec<Value> = Vec::with_capacity(places.len());
    for row in ledger.rows() {
        let fid = i64::from(ledger.number_of(row));
        values.push(Value::Integer(fid));
        if geometry.is_some() {
            values.push(encode(ledger.drawn(row))?);
        }
        for (position, column) in columns.iter().enumerate() {
            let cell = ledger.cell(row, position);
            let value = column.name.as_ref().map(|_| cells::stored(cell, column.sql));
            let found = value.as_ref().map_or(ValueRef::Null, ValueRef::from);
            if cells::read(found, column.kind) != *cell {
                let (kind, text) = cells::apart(cell);
                apart.execute((id, fid, position, kind, text))?;
            }
            values.extend(value);
        }
        insert.execute(params_from_iter(&values))?;
        values.clear();
    }
    write_accepted(connection, id, &kept.accepted)?;
    schema::set_meta(connection, &seal_key(id), &seal_of(ledger).close(false))
}

fn write_accepted(connection: &Connection, id: i64, accepted: &AcceptedRows) -> Result<(), ProjectProblem> {
    let mut insert = connection.prepare("INSERT INTO quhua_ledger_accepted VALUES (?1, ?2, ?3)")?;
    for (row, unit) in accepted {
        insert.execute((id, row, unit))?;
    }
    Ok(())
}

fn columns_of(ledger: &Ledger) -> Vec<Column> {
    let mut taken = BTreeSet::from(["fid".to_owned(), "geom".to_owned()]);
    let columns = ledger.file_columns().iter().enumerate().map(|(at, column)| {
        let (sql, kind) = cells::types_of(ledger, at);
        // SQL ends where a NUL stands, and GDAL knows no column without a name.
        let plain = if column.header.is_empty() { "_".to_owned() } else { column.header.replace('\0', "_") };
        let name = (at < MOST_COLUMNS).then(|| free_name(&plain, &mut taken));
        Column { name, sql, kind }
    });
    columns.collect()
}

/// The type of what was drawn, as a GeoPackage calls it; `None` where nothing was.
fn geometry_of(ledger: &Ledger) -> Option<&'static str> {
    let drawn = || ledger.rows().map(|row| ledger.drawn(row));
    let points = drawn().any(|drawn| matches!(drawn, Drawn::Point(_)));
    let lines = drawn().any(|drawn| matches!(drawn, Drawn::Line(_)));
    match (points, lines) {
        (true, true) => Some("GEOMETRY"),
        (true, false) => Some("POINT"),
        (false, true) => Some("MULTILINESTRING"),
        (false, false) => None,
    }
}

fn encode(drawn: &Drawn) -> Result<Value, ProjectProblem> {
    Ok(match drawn {
        Drawn::Nothing => Value::Null,
        Drawn::Point(at) => Value::Blob(geometry::encode_point(*at)?),
        Drawn::Line(parts) => Value::Blob(geometry::encode_lines(parts)?),
    })
}

/// Makes the table of a ledger, and enters it in the lists of a GeoPackage. A journal is none.
fn create(
    connection: &Connection,
    table: &str,
    geometry: Option<&'static str>,
    columns: &[Column],
    ledger: &Ledger,
) -> Result<(), ProjectProblem> {
    let named = columns.iter().filter_map(|column| Some((column.name.clone()?, column.sql.name()))).collect::<Vec<_>>();
    let file = &ledger.source().file;
    let description = if file.is_empty() { "ledger".to_owned() } else { format!("ledger from {file}") };
    if has_table(connection, "gpkg_contents", &[])? {
        let mut all = Vec::new();
        for row in ledger.rows() {
            match ledger.drawn(row) {
                Drawn::Nothing => {}
                Drawn::Point(at) => all.push(*at),
                Drawn::Line(parts) => all.extend(parts.iter().flatten()),
            }
        }
        all.retain(|at| at.x.is_finite() && at.y.is_finite());
        let bounds = geo::LineString(all).bounding_rect();
        let bounds = bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]);
        let (name, identifier, description, columns) = (table, table, description.as_str(), named.as_slice());
        let Some(geometry) = geometry else {
            return AttributesTable { name, identifier, description, columns }.create(connection);
        };
        let srs = geometry::WGS_84;
        return FeatureTable { name, geometry, identifier, description, columns, bounds, srs }.create(connection);
    }
    let own = ["fid INTEGER PRIMARY KEY".to_owned()].into_iter().chain(geometry.map(|_| "geom BLOB".to_owned()));
    let columns = named.iter().map(|(name, kind)| format!("{} {kind}", quoted(name)));
    let columns: Vec<String> = own.chain(columns).collect();
    Ok(connection.execute_batch(&format!("CREATE TABLE {} ({})", quoted(table), columns.join(", ")))?)
}
