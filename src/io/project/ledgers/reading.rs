//! Ledgers are read from tables, whoever wrote these.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use geo::Coord;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};
use serde::de::DeserializeOwned;

use super::cells::{self, Kind, SqlType};
use super::{BESIDE, seal_key, seal_of};
use crate::io::Limits;
use crate::io::blob::{Pieces, of_geopackage};
use crate::io::project::schema::{has_table, needs_table, quoted};
use crate::io::project::seal::Found;
use crate::io::project::{ProjectProblem, schema};
use crate::model::{
    AcceptedRows, AsOf, Cell, Drawn, KeptLedger, Ledger, LedgerFinding, LedgerFindingKind, LedgerParts, LedgerSource,
    TableWords,
};
use crate::outside::{self, Stands};

/// Columns of a ledger at most: as many as a sheet has.
const MOST_IN_ALL: usize = 16_384;
/// Cells that may be there beside those that take room in the file, and their bytes: a column that was added has its
/// default in the schema.
const CELLS_BESIDE: u64 = 4 << 20;
const BYTES_BESIDE: u64 = 64 << 20;

/// What was read of ledgers.
#[derive(Debug, Default)]
pub(in crate::io::project) struct ReadLedgers {
    pub ledgers: Vec<KeptLedger>,
    /// Names of those whose tables are gone.
    pub gone: Vec<String>,
}

/// Reads all ledgers; none where there are no tables of them.
pub(in crate::io::project) fn read(connection: &Connection, limits: &Limits) -> Result<ReadLedgers, ProjectProblem> {
    let head = ["id", "table_name", "name", "file", "sheet", "sha256", "as_of", "key_column", "told"];
    if !has_table(connection, BESIDE[0], &head)? {
        return Ok(ReadLedgers::default());
    }
    needs_table(connection, BESIDE[1], &["ledger", "position", "column_name", "header", "kind"])?;
    needs_table(connection, BESIDE[2], &["ledger", "fid", "position", "kind", "text"])?;
    needs_table(connection, BESIDE[3], &["ledger", "row_key", "unit"])?;
    let words = if has_column(connection, BESIDE[0], "words")? { "words" } else { "NULL" };
    let mut list = connection.prepare(&format!(
        "SELECT id, table_name, name, file, sheet, sha256, as_of, key_column, told, {words} FROM quhua_ledger ORDER BY id",
    ))?;
    let heads = list.query_map([], |row| {
        let as_of = json(row.get(6)?, "as_of");
        let source = LedgerSource { file: row.get(3)?, sheet: row.get(4)?, sha256: row.get(5)?, as_of: None };
        Ok(Head {
            as_of,
            id: row.get(0)?,
            table: row.get(1)?,
            name: row.get(2)?,
            source,
            key: row.get::<_, Option<usize>>(7)?,
            told: LedgerFinding::read_told(&row.get::<_, String>(8)?),
            words: json(row.get(9)?, "words"),
        })
    })?;
    let heads = heads.collect::<Result<Vec<_>, _>>()?;
    let mut room = Room::of(connection, limits)?;
    let (mut read, mut names) = (ReadLedgers::default(), HashSet::new());
    for head in heads {
        if !names.insert(head.name.clone()) {
            return Err(ProjectProblem::damaged(format!("quhua_ledger: {:?} twice", head.name)));
        }
        if !has_table(connection, &head.table, &["fid"])? {
            read.gone.push(head.name);
            continue;
        }
        let id = head.id;
        let ledger = read_ledger(connection, head, &mut room)?;
        let found = seal_of(&ledger).compare(schema::meta(connection, &seal_key(id))?.as_deref());
        let ledger = if found == Found::Altered { ledger.altered() } else { ledger };
        let accepted = read_accepted(connection, id, &mut room)?;
        read.ledgers.push(KeptLedger { ledger: Arc::new(ledger), accepted: Arc::new(accepted) });
    }
    Ok(read)
}

/// What is said of a ledger beside its rows.
struct Head {
    id: i64,
    table: String,
    name: String,
    source: LedgerSource,
    key: Option<usize>,
    told: Vec<LedgerFinding>,
    as_of: Result<Option<AsOf>, ProjectProblem>,
    words: Result<Option<TableWords>, ProjectProblem>,
}

/// What a cell holds as JSON; `None` for an empty one.
fn json<T: DeserializeOwned>(text: Option<String>, column: &str) -> Result<Option<T>, ProjectProblem> {
    let read = text.map(|text| serde_json::from_str(&text)).transpose();
    read.map_err(|_| ProjectProblem::damaged(format!("quhua_ledger: {column}")))
}

/// How much more may be read.
struct Room {
    cells: u64,
    bytes: u64,
}

impl Room {
    fn of(connection: &Connection, limits: &Limits) -> Result<Self, ProjectProblem> {
        let count = |what: &str| connection.query_row(&format!("PRAGMA {what}"), [], |row| row.get::<_, u64>(0));
        let file = count("page_count")?.saturating_mul(count("page_size")?);
        let file = file.min(limits.file_bytes);
        // What is filled takes a byte at least.
        Ok(Self { cells: file.saturating_add(CELLS_BESIDE), bytes: file.saturating_add(BYTES_BESIDE) })
    }

    fn take(&mut self, bytes: usize) -> Result<(), ProjectProblem> {
        let too_much = || ProjectProblem::damaged("a ledger has more cells than it can have");
        self.cells = self.cells.checked_sub(1).ok_or_else(too_much)?;
        self.bytes = self.bytes.checked_sub(bytes as u64).ok_or_else(too_much)?;
        Ok(())
    }
}

/// A column as it is read.
struct Source {
    header: String,
    kind: Kind,
    sql: SqlType,
    /// Its name in the table; `None` where it stands only beside it.
    name: Option<String>,
    /// By which number cells beside the table call it; `None` in one that another program made.
    position: Option<usize>,
}

fn read_ledger(connection: &Connection, head: Head, room: &mut Room) -> Result<Ledger, ProjectProblem> {
    let Head { id, table, name, mut source, key, mut told, as_of, words } = head;
    source.as_of = as_of?;
    let words = words?;
    let (columns, gone) = sources(connection, id, &table, room)?;
    told.extend(gone.into_iter().map(|header| LedgerFinding {
        row: None,
        column: Some(header.clone()),
        kind: LedgerFindingKind::ColumnGone,
        written: header,
    }));
    let has_geometry = has_column(connection, &table, "geom")?;
    let geom = if has_geometry { "geom" } else { "NULL" };
    let names = columns.iter().filter_map(|column| column.name.as_deref()).map(quoted);
    let select: Vec<String> = ["fid".to_owned(), geom.to_owned()].into_iter().chain(names).collect();
    let mut apart = read_apart(connection, id, room)?;
    let mut select =
        connection.prepare(&format!("SELECT {} FROM {} ORDER BY fid", select.join(", "), quoted(&table)))?;
    let mut found = select.query([])?;
    let (mut rows, mut numbers, mut drawn) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = 0_u32;
    while let Some(row) = found.next()? {
        // A number that is none, or stands there twice, is the next one.
        let fid = row.get_ref(0)?.as_i64().ok();
        let own = fid.and_then(|fid| u32::try_from(fid).ok()).filter(|&fid| fid > last);
        let next = || last.checked_add(1).ok_or_else(|| ProjectProblem::damaged("numbers of rows of a ledger"));
        last = own.map_or_else(next, Ok)?;
        numbers.push(last);
        let blob = row.get_ref(1)?;
        room.take(blob.as_blob().map_or(0, <[u8]>::len))?;
        drawn.push(blob.as_blob().map_or(Ok(Drawn::Nothing), decode)?);
        let mut beside = fid.and_then(|fid| apart.remove(&fid)).unwrap_or_default();
        let mut cells: Vec<Cell> = Vec::new();
        let mut at = 2;
        for (place, column) in columns.iter().enumerate() {
            let value = if column.name.is_some() { row.get_ref(at)? } else { ValueRef::Null };
            at += usize::from(column.name.is_some());
            let kept = column.position.and_then(|position| beside.remove(&position));
            // It holds where the table has what it was written as.
            let cell = kept.filter(|cell| {
                let stored = column.name.as_ref().map_or(Value::Null, |_| cells::stored(cell, column.sql));
                ValueRef::from(&stored) == value
            });
            let cell = cell.unwrap_or_else(|| cells::read(value, column.kind));
            if cell != Cell::Empty {
                room.take(cells::apart(&cell).1.len())?;
                // Empty ones at the end of a row take no room; those between take some.
                room.cells = room.cells.saturating_sub((place - cells.len()) as u64);
                cells.resize(place, Cell::Empty);
                cells.push(cell);
            }
        }
        rows.push(cells);
    }
    let key = key.and_then(|key| columns.iter().position(|column| column.position == Some(key)));
    let headers = columns.into_iter().map(|column| column.header).collect();
    let parts = LedgerParts { name, source, headers, key, rows, numbers, drawn, told, words };
    Ledger::from_parts(parts).map_err(ProjectProblem::damaged)
}

/// The columns of a ledger, those that another program made at the end; and the headers of those that are gone.
fn sources(
    connection: &Connection,
    id: i64,
    table: &str,
    room: &mut Room,
) -> Result<(Vec<Source>, Vec<String>), ProjectProblem> {
    let mut there = declared(connection, table)?;
    let mut list = connection.prepare(
        "SELECT position, column_name, header, kind FROM quhua_ledger_column WHERE ledger = ?1 ORDER BY position",
    )?;
    let mut found = list.query([id])?;
    let (mut columns, mut gone) = (Vec::new(), Vec::new());
    while let Some(row) = found.next()? {
        if columns.len() + gone.len() >= MOST_IN_ALL {
            return Err(ProjectProblem::damaged("quhua_ledger_column: more columns than a sheet has"));
        }
        let (position, name) = (row.get::<_, usize>(0)?, row.get::<_, Option<String>>(1)?);
        let (header, kind) = (row.get::<_, String>(2)?, row.get::<_, String>(3)?);
        room.take(header.len())?;
        let kind = Kind::from_id(&kind).ok_or_else(|| ProjectProblem::damaged("quhua_ledger_column: kind"))?;
        let position = Some(position);
        match name {
            None => columns.push(Source { header, kind, sql: SqlType::Text, name: None, position }),
            Some(name) => match there.iter().position(|(known, _)| known.eq_ignore_ascii_case(&name)) {
                Some(at) => {
                    let (name, declared) = there.remove(at);
                    let sql = SqlType::of_declared(&declared);
                    columns.push(Source { header, kind, sql, name: Some(name), position });
                }
                None => gone.push(header),
            },
        }
    }
    columns.extend(there.into_iter().map(|(name, declared)| {
        let (header, kind) = (name.clone(), Kind::of_declared(&declared));
        Source { header, kind, sql: SqlType::Text, name: Some(name), position: None }
    }));
    Ok((columns, gone))
}

/// Names and types of the columns that a table keeps, but for those of our own.
fn declared(connection: &Connection, table: &str) -> Result<Vec<(String, String)>, ProjectProblem> {
    let mut list = connection.prepare("SELECT name, type FROM pragma_table_xinfo(?1) WHERE hidden = 0 ORDER BY cid")?;
    let all = list.query_map([table], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    let mut all = all.collect::<Result<Vec<_>, _>>()?;
    all.retain(|(name, _)| !["fid", "geom"].iter().any(|own| name.eq_ignore_ascii_case(own)));
    Ok(all)
}

fn has_column(connection: &Connection, table: &str, column: &str) -> Result<bool, ProjectProblem> {
    Ok(outside::table(connection, table, &[column])? == Stands::Table)
}

/// Cells that stand beside the table of a ledger, by the number of their row and column.
fn read_apart(
    connection: &Connection,
    id: i64,
    room: &mut Room,
) -> Result<HashMap<i64, BTreeMap<usize, Cell>>, ProjectProblem> {
    let mut list = connection.prepare("SELECT fid, position, kind, text FROM quhua_ledger_cell WHERE ledger = ?1")?;
    let mut found = list.query([id])?;
    let mut apart: HashMap<i64, BTreeMap<usize, Cell>> = HashMap::new();
    while let Some(row) = found.next()? {
        let (kind, text) = (row.get::<_, String>(2)?, row.get::<_, String>(3)?);
        room.take(text.len())?;
        let cell = cells::from_apart(&kind, text).ok_or_else(|| ProjectProblem::damaged("quhua_ledger_cell: kind"))?;
        apart.entry(row.get(0)?).or_default().insert(row.get(1)?, cell);
    }
    Ok(apart)
}

fn read_accepted(connection: &Connection, id: i64, room: &mut Room) -> Result<AcceptedRows, ProjectProblem> {
    let mut list = connection.prepare("SELECT row_key, unit FROM quhua_ledger_accepted WHERE ledger = ?1")?;
    let mut found = list.query([id])?;
    let mut accepted = AcceptedRows::new();
    while let Some(row) = found.next()? {
        let (key, unit) = (row.get::<_, String>(0)?, row.get::<_, String>(1)?);
        room.take(key.len() + unit.len())?;
        accepted.insert(key, unit);
    }
    Ok(accepted)
}

/// What was drawn, whoever drew it: a place or a line; other figures are none of a ledger's.
fn decode(blob: &[u8]) -> Result<Drawn, ProjectProblem> {
    let pieces = of_geopackage(blob).map_err(|_| ProjectProblem::damaged("a geometry cannot be read"))?;
    let is_finite = |at: &Coord| at.x.is_finite() && at.y.is_finite();
    Ok(match pieces {
        Pieces { points, lines, .. } if lines.is_empty() => match points.as_slice() {
            [at] if is_finite(at) => Drawn::Point(*at),
            _ => Drawn::Nothing,
        },
        Pieces { lines, .. } if lines.iter().flatten().all(is_finite) => Drawn::Line(lines),
        Pieces { .. } => Drawn::Nothing,
    })
}
