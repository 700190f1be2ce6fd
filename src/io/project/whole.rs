//! Whether a project file is whole, before anything of it is believed.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rusqlite::Connection;

use super::{ProjectProblem, ledgers, schema};
use crate::io::Limits;

/// Files up to this size are looked through page by page; what is larger is found wrong when it is read.
const LOOKED_THROUGH: u64 = 256 << 20;

/// Refuses a file that is larger than it may be, or smaller than its header says.
pub(super) fn check_size(path: &Path, limits: &Limits) -> Result<(), ProjectProblem> {
    let there = path.metadata()?.len();
    if there > limits.file_bytes {
        let limit = limits.file_bytes;
        return Err(ProjectProblem::TooLarge { limit });
    }
    let mut head = [0; 100];
    if File::open(path)?.read_exact(&mut head).is_err() {
        return Err(ProjectProblem::CutOff { there, whole: head.len() as u64, previous: false });
    }
    let number = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    // The page size 65,536 does not fit and stands as 1.
    let page = match u16::from_be_bytes([head[16], head[17]]) {
        1 => 65_536,
        bytes => u64::from(bytes),
    };
    let whole = page * u64::from(number(28));
    // Old programs leave the count of pages as it was: it holds for the change that it says.
    if number(24) == number(92) && there < whole {
        return Err(ProjectProblem::CutOff { there, whole, previous: false });
    }
    Ok(())
}

/// Looks through the pages of a file, where that is quick. Boundaries whose seals hold were read to the last byte: then
/// what stands beside them is looked through.
pub(super) fn check(connection: &Connection, path: &Path, sealed: bool) -> Result<(), ProjectProblem> {
    if path.metadata()?.len() > LOOKED_THROUGH {
        return Ok(());
    }
    let mut checks = vec!["PRAGMA quick_check(1)".to_owned()];
    if sealed {
        let beside = schema::BESIDE.map(str::to_owned).into_iter().chain(ledgers::tables(connection)?);
        checks = beside.map(|table| format!("PRAGMA quick_check({})", schema::quoted(&table))).collect();
    }
    for check in checks {
        match connection.query_row(&check, [], |row| row.get::<_, String>(0))?.as_str() {
            "ok" => {}
            // It may take several lines; the last says which page.
            what => return Err(ProjectProblem::damaged(what.lines().last().unwrap_or_default())),
        }
    }
    Ok(())
}
