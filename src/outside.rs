//! Files from outside are data, whoever made them.
//!
//! 1. Nothing is read without an end: [`read`] takes no more than a limit, whatever the system says of the size.
//! 2. A database is opened to be read, and nothing in it is carried out: no trigger, no function that its schema names, no
//!    recursion. What is read from a [`database`] is a plain table, and a statement ends after a bounded number of steps.
//! 3. What a database keeps while it works stays in memory.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

/// Reads a file whole; `None` when it has more bytes than that.
///
/// # Errors
/// Those of the operating system.
pub fn read(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
}

/// Largest value of a database that is read, in bytes: a feature with all its vertices.
const MOST_BYTES: i32 = 512 << 20;

/// Opens a database to be read as data.
///
/// # Errors
/// [`rusqlite::Error`] when it cannot be opened.
pub fn database(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    ] {
        connection.set_db_config(config, on)?;
    }
    for (limit, most) in [
        (Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES),
        (Limit::SQLITE_LIMIT_ATTACHED, 0),
        (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
        (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 50),
        (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
    ] {
        connection.set_limit(limit, most)?;
    }
    // What is too large for its cache goes to memory too, never into a file of its own.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.authorizer(Some(|asked: AuthContext<'_>| match asked.action {
        AuthAction::Recursive | AuthAction::Attach { .. } => Authorization::Deny,
        _ => Authorization::Allow,
    }))?;
    Ok(connection)
}

/// Steps after which a statement is given up: some seconds, and a hundred times what an honest file asks for.
const MOST_STEPS: i32 = 500_000_000;

/// Gives up every statement of a connection that takes too many steps: where views have to be asked.
///
/// # Errors
/// [`rusqlite::Error`] when it cannot be arranged.
pub fn bound_steps(connection: &mut Connection) -> rusqlite::Result<()> {
    // The steps of each statement are counted by themselves.
    connection.progress_handler(MOST_STEPS, Some(|| true))
}

/// What stands in a database under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// Nothing.
    Nothing,
    /// A plain table that has these columns.
    Table,
    /// Something else: a view, a virtual table, or a table whose columns are missing or worked out.
    Otherwise,
}

/// Whether a database has a plain table of this name with these columns.
///
/// # Errors
/// [`rusqlite::Error`] when its schema cannot be read.
pub fn table(connection: &Connection, name: &str, columns: &[&str]) -> rusqlite::Result<Stands> {
    let known = "SELECT type = 'table' AND rootpage > 0 FROM sqlite_master
                 WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view')";
    match connection.query_row(known, [name], |row| row.get(0)).optional()? {
        None => Ok(Stands::Nothing),
        Some(false) => Ok(Stands::Otherwise),
        Some(true) => {
            let mut list = connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
            // Some programs cut names of columns off within a letter: what is no text is the name of nothing asked for.
            let lossy = |row: &rusqlite::Row<'_>| Ok(String::from_utf8_lossy(row.get_ref(0)?.as_bytes()?).into_owned());
            let there = list.query_map([name], lossy)?.collect::<Result<Vec<String>, _>>()?;
            let has = |column: &&str| there.iter().any(|known| known.eq_ignore_ascii_case(column));
            Ok(if columns.iter().all(has) { Stands::Table } else { Stands::Otherwise })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(read(&path, 5).unwrap().as_deref(), Some(&b"12345"[..]));
        assert_eq!(read(&path, 4).unwrap(), None);
        // The system says that it has no bytes.
        #[cfg(unix)]
        assert_eq!(read(Path::new("/dev/zero"), 1000).unwrap(), None);
    }

    #[test]
    fn only_plain_tables_count_and_nothing_in_a_database_is_carried_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let made = Connection::open(&path).unwrap();
        made.execute_batch(
            "CREATE TABLE plain (a, b);
             INSERT INTO plain VALUES (1, 2);
             CREATE VIEW endless AS WITH RECURSIVE n(a) AS (VALUES (1) UNION ALL SELECT a + 1 FROM n) SELECT a FROM n;
             CREATE TABLE computed (a, b GENERATED ALWAYS AS (hex(zeroblob(a))));",
        )
        .unwrap();
        drop(made);
        let data = database(&path).unwrap();
        let stands = |name: &str, columns: &[&str]| table(&data, name, columns).unwrap();
        assert_eq!(stands("plain", &["a", "B"]), Stands::Table);
        assert_eq!(stands("plain", &["c"]), Stands::Otherwise);
        assert_eq!(stands("endless", &["a"]), Stands::Otherwise);
        assert_eq!(stands("computed", &["b"]), Stands::Otherwise);
        assert_eq!(stands("none", &[]), Stands::Nothing);
        assert!(data.query_row("SELECT max(a) FROM endless", [], |row| row.get::<_, i64>(0)).is_err());
        assert!(data.execute_batch("INSERT INTO plain VALUES (3, 4)").is_err());
        assert!(data.execute_batch("ATTACH 'other' AS other").is_err());
    }
}
