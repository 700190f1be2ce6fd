//! From a sheet, or from what was drawn, to a ledger.

use std::collections::{HashMap, HashSet};

use compact_str::{ToCompactString as _, format_compact};
use geo::Coord;
use rust_decimal::Decimal;

use super::columns::{folded, is_code, is_serial, unique};
use super::dated::{Dated, dated};
use super::words::FindingKind;
use super::{CellNumber, Drawn, Ledger, LedgerColumn, LedgerFinding, LedgerSource, RowIndex, Sort};
use crate::model::joining::dates::date_in;
use crate::model::joining::layout::Layout;
use crate::model::{AsOf, Cell, DateSource, Passed, Sheet, WhyPassed, field_names};

/// Rows of a ledger at most.
const MOST_ROWS: usize = 4 << 20;
/// Findings of one kind that are told at most.
const MOST_TOLD: usize = 2_000;

/// Why nothing can be made of a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// No row names the columns.
    #[error("no row with names of columns found; the first row of a ledger says what its columns are: {file}")]
    NoHeader {
        /// The file.
        file: String,
    },
    /// There are more rows than any honest list has.
    #[error("{rows} rows; a ledger has {MOST_ROWS} at most: {file}")]
    TooManyRows {
        /// How many there are.
        rows: usize,
        /// The file.
        file: String,
    },
}

impl crate::i18n::Say for LedgerError {
    fn zh(&self) -> String {
        match self {
            Self::NoHeader { file } => format!("找不到表头行；台账的第一行应写明各列名称：{file}"),
            Self::TooManyRows { rows, file } => format!("共 {rows} 行，超过台账上限 {MOST_ROWS} 行：{file}"),
        }
    }
}

/// Rows that were drawn: a sheet with the names of the columns in its first row, and what was drawn of each row below.
#[derive(Clone, Debug, Default)]
pub struct Shaped {
    /// The rows.
    pub sheet: Sheet,
    /// What was drawn, by row.
    pub drawn: Vec<Drawn>,
}

impl Ledger {
    /// The ledger of a sheet, which plans and expressions call by a name.
    ///
    /// # Errors
    /// [`LedgerError`]: what is wrong with the sheet.
    pub fn from_sheet(name: &str, sheet: Sheet) -> Result<Self, LedgerError> {
        let layout = Layout::of(&sheet).map(|layout| with_rows_of_all(&sheet, layout));
        let layout = layout.filter(|layout| !layout.body.is_empty());
        let layout =
            layout.or_else(|| plain(&sheet)).ok_or_else(|| LedgerError::NoHeader { file: sheet.file.clone() })?;
        Self::of(name, sheet, &layout, Vec::new())
    }

    /// The ledger of what was drawn.
    ///
    /// # Errors
    /// [`LedgerError`]: what is wrong with it.
    pub fn from_shapes(name: &str, shaped: Shaped) -> Result<Self, LedgerError> {
        let Shaped { sheet, drawn } = shaped;
        let layout = plain(&sheet).ok_or_else(|| LedgerError::NoHeader { file: sheet.file.clone() })?;
        Self::of(name, sheet, &Layout { body: (1..=drawn.len()).collect(), ..layout }, drawn)
    }

    fn of(name: &str, mut sheet: Sheet, layout: &Layout, drawn: Vec<Drawn>) -> Result<Self, LedgerError> {
        Self::check_count(layout.body.len(), &sheet.file)?;
        let as_of = as_of(&sheet, layout);
        let mut findings = passed(layout);
        as_shown(&mut sheet);
        findings.extend(spread(&mut sheet, layout));
        let numbers: Vec<u32> = layout.body.iter().map(|&row| number(row)).collect();
        let mut rows: Vec<Vec<Cell>> = layout.body.iter().map(|&row| std::mem::take(&mut sheet.rows[row])).collect();
        let (headers, positions) = named(layout, &mut rows, &mut findings);
        let columns: Vec<LedgerColumn> = headers
            .into_iter()
            .enumerate()
            .map(|(at, header)| {
                static NOTHING: Cell = Cell::Empty;
                LedgerColumn::of(header, &rows.iter().map(|cells| cells.get(at).unwrap_or(&NOTHING)))
            })
            .collect();
        let mut ledger = Self {
            name: name.to_compact_string(),
            source: LedgerSource { file: sheet.file, sheet: sheet.name, sha256: sheet.sha256, as_of },
            columns,
            rows,
            numbers,
            places: drawn,
            findings,
            path: sheet.path,
            positions,
            ..Self::default()
        };
        ledger.find_key();
        ledger.give_keys();
        ledger.check_cells();
        Ok(ledger)
    }

    /// Refuses more rows than any honest list has.
    pub(super) fn check_count(rows: usize, file: &str) -> Result<(), LedgerError> {
        if rows > MOST_ROWS { Err(LedgerError::TooManyRows { rows, file: file.to_owned() }) } else { Ok(()) }
    }

    /// The column by which rows are known again: one that no two rows have alike, by its name that of a code or a number,
    /// else that of a name. A code of the rows themselves stays their key where a few have one alike, or none: that is a slip
    /// to be told.
    fn find_key(&mut self) {
        let rank = |header: &str| {
            let word = folded(&field_names::bare(header));
            match () {
                () if is_serial(header) => Some(3),
                () if is_code(header) || field_names::is_identifier(header) => Some(0),
                () if word.contains("名称") || word.contains("name") || word.contains("title") => Some(1),
                () if word.ends_with('名') || word.contains("标题") => Some(2),
                () => None,
            }
        };
        let known = (0..self.columns.len()).filter_map(|at| Some((rank(&self.columns[at].header)?, at)));
        let mut known: Vec<(usize, usize)> = known.collect();
        known.sort_unstable();
        let is_key = |&&(rank, at): &&(usize, usize)| {
            let is_of_rows = rank == 0 && numbers_rows(&self.columns[at].header);
            self.is_unique(at) || is_of_rows && self.is_nearly_unique(at)
        };
        self.key = known.iter().find(is_key).map(|&(_, at)| at);
    }

    /// Whether at least four of five rows have something in a column that none before them has.
    pub(super) fn is_nearly_unique(&self, column: usize) -> bool {
        let texts: HashSet<&str> =
            self.rows().map(|row| self.text(row, column)).filter(|text| !text.is_empty()).collect();
        !self.is_empty() && texts.len() * 5 >= self.len() * 4
    }

    /// Whether each row has something in a column, and none what another has.
    pub(super) fn is_unique(&self, column: usize) -> bool {
        let texts: HashSet<&str> = self.rows().map(|row| self.text(row, column)).collect();
        !self.is_empty() && texts.len() == self.len() && !texts.contains("")
    }

    /// Gives every row a key of its own: what its cell says, where that is no other row's, else with its number; and tells
    /// which cells are no keys.
    pub(super) fn give_keys(&mut self) {
        let is_of_keys =
            |finding: &LedgerFinding| matches!(finding.kind, FindingKind::SameKey { .. } | FindingKind::NoKey { .. });
        self.findings.retain(|finding| !is_of_keys(finding));
        let mut told = Vec::new();
        let mut keys = Vec::with_capacity(self.len());
        let mut by_key = HashMap::with_capacity(self.len());
        for row in self.rows() {
            let number = self.number_of(row);
            let said = self.key.map_or("", |column| self.text(row, column));
            let mut key = if said.is_empty() { format_compact!("#{number}") } else { said.to_compact_string() };
            if by_key.contains_key(&key) {
                key = format_compact!("{key}#{number}");
            }
            while by_key.contains_key(&key) {
                key.push('+');
            }
            if let Some(column) = self.key.filter(|_| key != said && told.len() < MOST_TOLD) {
                let kind = match by_key.get(said) {
                    Some(other) => FindingKind::SameKey { other: self.number_of(*other), key: key.clone() },
                    None => FindingKind::NoKey { key: key.clone() },
                };
                let column = Some(self.columns[column].header.clone());
                told.push(LedgerFinding { row: Some(number), column, kind, written: said.to_owned() });
            }
            by_key.insert(key.clone(), row);
            keys.push(key);
        }
        (self.keys, self.by_key) = (keys, by_key);
        self.findings.extend(told);
    }

    /// Tells of cells that do not hold what their column holds.
    pub(super) fn check_cells(&mut self) {
        let mut told = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let before = told.len();
            for row in self.rows() {
                let cell = self.cell(row, at);
                let kind = match (cell, column.sort) {
                    (Cell::Error(_), _) => FindingKind::FailedFormula,
                    (Cell::Text(_), Sort::Number) if self.number(row, at) == CellNumber::Unread => {
                        FindingKind::NoNumber
                    }
                    (Cell::Text(text) | Cell::Number(text), Sort::Date) => match dated(text) {
                        None => FindingKind::NoDate,
                        Some(Dated::Serial(day)) => FindingKind::DateAsNumber { day },
                        Some(Dated::Written(_)) => FindingKind::DateAsText,
                    },
                    (Cell::Text(text) | Cell::Number(text), Sort::Text) if lost_digits(&column.header, text) => {
                        FindingKind::LostDigits
                    }
                    _ => continue,
                };
                if told.len() - before == MOST_TOLD {
                    break;
                }
                let written = match cell {
                    Cell::Error(error) => error.clone(),
                    cell => cell.written().unwrap_or_default().to_owned(),
                };
                told.push(LedgerFinding {
                    row: Some(self.number_of(row)),
                    column: Some(column.header.clone()),
                    kind,
                    written,
                });
            }
        }
        self.findings.extend(told);
    }

    /// The number that stands in a cell.
    #[must_use]
    pub fn number(&self, row: RowIndex, column: usize) -> CellNumber {
        self.columns.get(column).map_or(CellNumber::Unread, |it| it.number(self.cell(row, column)))
    }
}

/// Whether a column numbers the rows themselves by its name, and not the units that they are of.
fn numbers_rows(header: &str) -> bool {
    const ENDINGS: [&str; 8] = ["编号", "编码", "代码", "code", "id", "no", "nr", "ref"];
    let word = folded(&field_names::bare(header));
    ENDINGS.iter().any(|ending| word.ends_with(ending)) && field_names::role_of(header).is_none()
}

/// Writes numbers that are shown as percentages as these: 0.953 as 95.3%.
fn as_shown(sheet: &mut Sheet) {
    for &(row, column) in &sheet.percent {
        let cell = sheet.rows.get_mut(row as usize).and_then(|cells| cells.get_mut(column as usize));
        if let Some(cell) = cell
            && let Cell::Number(number) = &*cell
            && let Ok(share) = number.parse::<Decimal>()
            && let Some(percent) = share.checked_mul(Decimal::ONE_HUNDRED)
        {
            *cell = Cell::Text(format!("{}%", percent.normalize()));
        }
    }
}

/// Has each row below the first of merged cells that go down a column say what the first says, where that is a word: merged
/// amounts are of all of these rows together.
fn spread(sheet: &mut Sheet, layout: &Layout) -> Vec<LedgerFinding> {
    let mut told = Vec::new();
    for [top, left, bottom, right] in std::mem::take(&mut sheet.merged) {
        if left != right || top == bottom || layout.body.binary_search(&(top as usize)).is_err() {
            continue;
        }
        let Cell::Text(text) = sheet.cell(top as usize, left as usize).clone() else { continue };
        let rows = layout.body.iter().copied().filter(|&row| row > top as usize && row <= bottom as usize);
        for row in rows {
            let cells = &mut sheet.rows[row];
            if cells.len() <= left as usize {
                cells.resize(left as usize + 1, Cell::Empty);
            }
            if cells[left as usize].is_empty() {
                cells[left as usize] = Cell::Text(text.clone());
            }
        }
        if told.len() < MOST_TOLD {
            let kind = FindingKind::Merged { last: bottom + 1 };
            told.push(LedgerFinding { row: Some(top + 1), column: None, kind, written: text });
        }
    }
    told
}

/// Whether a code went through a number and lost digits: 5.10904E+11.
fn lost_digits(header: &str, text: &str) -> bool {
    let is_exponent = text.contains(['E', 'e']) && text.parse::<f64>().is_ok_and(|number| number >= 1e6);
    is_exponent && (is_code(header) || field_names::role_of(header).is_some())
}

#[expect(clippy::cast_possible_truncation, reason = "tables with more rows than that are refused")]
const fn number(row: usize) -> u32 {
    row as u32 + 1
}

/// The layout with rows of the whole county among the others: in a table of units 全县 is a sum, in a ledger it is who has
/// the row.
fn with_rows_of_all(sheet: &Sheet, mut layout: Layout) -> Layout {
    const SUMS: [&str; 7] = ["合计", "总计", "小计", "共计", "累计", "total", "sum"];
    let is_sum = |row: usize| {
        let texts = sheet.rows[row].iter().filter_map(Cell::written).map(|text| folded(&field_names::bare(text)));
        texts.take(4).any(|word| SUMS.iter().any(|sum| word.ends_with(sum)))
    };
    let (sums, rows): (Vec<usize>, Vec<usize>) = layout.totals.into_iter().partition(|&row| is_sum(row));
    layout.passed.retain(|passed| passed.why != WhyPassed::Total || !rows.contains(&(passed.row - 1)));
    layout.totals = sums;
    layout.body.extend(rows);
    layout.body.sort_unstable();
    layout
}

/// The layout of a table whose first row with several texts names its columns.
fn plain(sheet: &Sheet) -> Option<Layout> {
    let filled = |cells: &[Cell]| cells.iter().filter(|cell| matches!(cell, Cell::Text(_))).count();
    let width = sheet.width();
    let head = sheet.rows.iter().position(|cells| filled(cells) >= width.clamp(1, 2))?;
    let headers = sheet.rows[head].iter().map(|cell| cell.written().unwrap_or_default().trim().to_owned());
    let body = (head + 1..sheet.rows.len()).filter(|&row| sheet.rows[row].iter().any(|cell| !cell.is_empty()));
    Some(Layout { headers: headers.collect(), body: body.collect(), ..Layout::default() })
}

/// Names of the columns that hold anything, no two alike, and where they stand; cells of the others are taken out.
fn named(layout: &Layout, rows: &mut [Vec<Cell>], findings: &mut Vec<LedgerFinding>) -> (Vec<String>, Vec<u32>) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0).max(layout.headers.len());
    let mut is_filled = vec![false; width];
    for cells in rows.iter() {
        for (filled, cell) in is_filled.iter_mut().zip(cells) {
            *filled |= !cell.is_empty();
        }
    }
    let header = |at: usize| layout.headers.get(at).map_or("", |header| header.trim());
    let kept: Vec<usize> = (0..width).filter(|&at| is_filled[at] || !header(at).is_empty()).collect();
    if kept.len() < width {
        for cells in rows {
            let mut at = 0;
            cells.retain(|_| {
                at += 1;
                kept.binary_search(&(at - 1)).is_ok()
            });
        }
    }
    let mut taken = HashMap::new();
    let mut names = Vec::with_capacity(kept.len());
    let positions = kept.iter().filter_map(|&at| u32::try_from(at).ok()).collect();
    for at in kept {
        let (own, kind) = match header(at) {
            "" => (letters(at), Some(FindingKind::NoHeader)),
            header => (header.to_owned(), None),
        };
        let name = unique(&own, &mut taken);
        let kind = if name == own { kind } else { Some(FindingKind::SameHeader) };
        findings.extend(kind.map(|kind| LedgerFinding { row: None, column: Some(name.clone()), kind, written: own }));
        names.push(name);
    }
    (names, positions)
}

/// A column as spreadsheets count them: A, B … Z, AA.
fn letters(at: usize) -> String {
    let mut left = at + 1;
    let mut found = Vec::new();
    while left > 0 {
        found.push(char::from(b'A' + u8::try_from((left - 1) % 26).unwrap_or_default()));
        left = (left - 1) / 26;
    }
    found.iter().rev().collect()
}

/// Rows that are none of the ledger's, each told.
fn passed(layout: &Layout) -> Vec<LedgerFinding> {
    let lone = layout.lone.iter().map(|(row, text)| LedgerFinding {
        row: Some(number(*row)),
        column: None,
        kind: FindingKind::PassedOver(WhyPassed::Note),
        written: text.clone(),
    });
    // The names of the columns are what they are; where they stand again among the rows, that is a row less.
    let first = layout.body.first().map_or(0, |&row| row + 1);
    let is_told = |passed: &&Passed| passed.why != WhyPassed::Header || passed.row > first;
    let others = layout.passed.iter().filter(is_told).map(|&Passed { row, why }| LedgerFinding {
        row: u32::try_from(row).ok(),
        column: None,
        kind: FindingKind::PassedOver(why),
        written: String::new(),
    });
    let mut all: Vec<LedgerFinding> = others.chain(lone).collect();
    all.sort_by_key(|finding| finding.row);
    all
}

/// As of which date a table is.
fn as_of(sheet: &Sheet, layout: &Layout) -> Option<AsOf> {
    let titles = layout.titles.iter().map(|title| (title.as_str(), DateSource::Title));
    let sheet_name = sheet.name.as_deref().map(|name| (name, DateSource::Sheet));
    let all = titles.chain(sheet_name).chain([(sheet.stem(), DateSource::File)]);
    all.into_iter().find_map(|(text, from)| date_in(text).map(|date| AsOf { date, from }))
}

/// A place in degrees that two cells tell, where it is on Earth.
pub(super) fn place_of(lon: CellNumber, lat: CellNumber) -> Option<Coord> {
    use rust_decimal::prelude::ToPrimitive as _;
    let (CellNumber::Of(lon), CellNumber::Of(lat)) = (lon, lat) else { return None };
    let (x, y) = (lon.to_f64()?, lat.to_f64()?);
    (x.abs() <= 180.0 && y.abs() <= 90.0).then_some(Coord { x, y })
}

/// Columns with longitude and latitude, by their names.
pub(super) fn lon_lat(columns: &[LedgerColumn]) -> Option<[usize; 2]> {
    const LON: [&str; 6] = ["经度", "lon", "lng", "longitude", "东经", "x"];
    const LAT: [&str; 6] = ["纬度", "lat", "latitude", "北纬", "y", "lati"];
    let find = |words: [&str; 6]| {
        words
            .iter()
            .find_map(|word| columns.iter().position(|column| folded(&field_names::bare(&column.header)) == *word))
    };
    Some([find(LON)?, find(LAT)?])
}
