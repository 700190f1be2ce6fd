//! Joining tables: which row of a sheet is of which unit, and what figures become.
//!
//! 1. Rows are found by code, then by name within the unit above ([`matching`]); a row that may be of two units is of none.
//! 2. What a spreadsheet did to codes is mended where that leaves one answer ([`codes`]), and told.
//! 3. Everything that was not taken is told, in both directions: rows without a unit, units without a row, columns that
//!    were left, rows that were passed over ([`JoinReport`]).
//! 4. What was joined is kept by itself ([`Join`]), with the file, the sheet, the columns and the date. The dataset with
//!    it ([`Dataset::joined`]) leads back to what was loaded.
//! 5. What a table says of several units together is not shared out: rows of levels above are passed over. A table of
//!    such units is joined to their level where the boundaries have a layer of it, and stays theirs alone.
//! 6. Columns of text are taken where their name tells of units, or somebody wants them ([`FigureRole::Text`]).

pub(super) mod codes;
pub(super) mod columns;
pub(super) mod dates;
mod doubt;
mod kept;
pub(super) mod layout;
pub(super) mod matching;
pub(super) mod names;
pub(super) mod near;
mod report;
mod reporting;
mod sheet;
#[cfg(test)]
mod tests;
mod told;
pub(super) mod units;
mod words;

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use codes::CodeRead;
use columns::{Columns, raw};
use layout::Layout;
use matching::{Matched, Row};
use names::NameKey;
use units::Units;

use super::numerals::Read;
use super::{Dataset, Level, LevelIndex, UnitId};

pub use codes::Repair;
pub use columns::{Evidence, FigureRole, KeyColumn, LeftColumn, WhyLeft};
pub use dates::{AsOf, DateSource};
pub use doubt::JoinDoubt;
pub use kept::{Join, JoinedFigure};
pub use layout::{Passed, WhyPassed};
pub use matching::WhyUnmatched;
pub use report::{
    Duplicates, JoinReport, MatchCounts, NamesDiffer, Near, Repaired, ReportColumns, ReportFigure, StatedTotal,
    UnmatchedRow, UnmatchedUnit, Unread,
};
pub use sheet::{Cell, Sheet};
pub use told::JoinedLines;
pub use words::JoinError;

/// A row and a unit that somebody said belong together.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Accepted {
    /// Name of the file that the row is in; without it, any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Name of the sheet; without it, any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Number of the row, as in a spreadsheet program.
    pub row: usize,
    /// Code of the unit, or its name behind those above where it has none.
    pub unit: String,
}

/// What is asked of a join.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinWishes {
    /// Rows and units that belong together.
    pub accepted: Vec<Accepted>,
    /// The column that is to be the population, by its name in the table, be there another or not; empty for none.
    pub population: Option<String>,
    /// Columns that are not to be taken, by their names in the table.
    pub left: Vec<String>,
    /// Columns of text that are to be taken, by their names in the table.
    pub texts: Vec<String>,
    /// Level of the units that rows are of; `None`: the one that most rows fit.
    pub level: Option<Level>,
}

/// Levels that rows can be joined to, finest first: those that the boundaries have a layer of.
fn levels_to_join(dataset: &Dataset) -> impl Iterator<Item = (Level, LevelIndex)> + '_ {
    let all = dataset.levels.iter().copied();
    all.filter_map(|level| Some((level, dataset.joins_to(Some(level))?.0)))
}

/// A join and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Joining {
    /// What was found.
    pub report: JoinReport,
    /// What is kept.
    pub join: Join,
}

/// Joins the sheet of a workbook that most rows can be joined of; of several that fit alike that with the latest figures.
///
/// # Errors
/// [`JoinError`] when nothing of any sheet can be joined: what is wrong with the first.
pub fn join_best(dataset: &Dataset, sheets: &[Sheet], wishes: &JoinWishes) -> Result<Joining, JoinError> {
    let mut all: Vec<Joining> = Vec::new();
    let mut first_error = None;
    for sheet in sheets {
        match join_sheet(dataset, sheet, wishes) {
            Ok(found) => all.push(found),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    let most = all.iter().map(|it| it.report.matched.total).max().unwrap_or(0);
    // A sheet that misses a village or two is of the same units.
    all.retain(|it| 10 * it.report.matched.total >= 9 * most);
    let date =
        |it: &Joining| it.report.columns.figures.iter().filter_map(|it| Some(it.as_of.as_ref()?.date.clone())).max();
    let latest = all.iter().map(date).max().flatten();
    let key = |at: usize| (date(&all[at]), all[at].report.matched.total, usize::MAX - at);
    let Some(at) = (0..all.len()).max_by_key(|&at| key(at)) else {
        let file = || sheets.first().map(|sheet| sheet.file.clone()).unwrap_or_default();
        return Err(first_error.unwrap_or_else(|| JoinError::NoHeader { file: file() }));
    };
    let mut best = all.swap_remove(at);
    let fitting: Vec<String> = all.iter().filter_map(|it| it.report.sheet.clone()).collect();
    if let Some(taken) = best.report.sheet.clone().filter(|_| !fitting.is_empty()) {
        let is_latest = latest.is_some() && all.iter().all(|it| date(it) < latest);
        best.report.doubts.push(JoinDoubt::OtherSheets { taken, others: fitting, is_latest });
    }
    let others = sheets.iter().filter_map(|sheet| sheet.name.clone());
    best.report.other_sheets = others.filter(|name| best.report.sheet.as_ref() != Some(name)).collect();
    Ok(best)
}

/// Joins a sheet to the units of a level of what was loaded: the one that is wished, else the finest, or one above where
/// more rows are of that.
///
/// # Errors
/// [`JoinError`] when nothing of it can be joined.
pub fn join_sheet(dataset: &Dataset, sheet: &Sheet, wishes: &JoinWishes) -> Result<Joining, JoinError> {
    let at = |level| join_at(dataset, sheet, wishes, level);
    if let Some((_, level)) = wishes.level.and_then(|wish| levels_to_join(dataset).find(|(level, _)| *level == wish)) {
        return at(level);
    }
    let mut best = at(LevelIndex::FINEST);
    let joined = |joining: &Result<Joining, JoinError>| joining.as_ref().map_or(0, |it| it.report.matched.total);
    for (_, level) in levels_to_join(dataset).filter(|(_, level)| *level > LevelIndex::FINEST) {
        let other = at(level);
        if joined(&other) > joined(&best) {
            best = other;
        }
    }
    best
}

fn join_at(dataset: &Dataset, sheet: &Sheet, wishes: &JoinWishes, level: LevelIndex) -> Result<Joining, JoinError> {
    let layout = Layout::of(sheet).ok_or_else(|| JoinError::NoHeader { file: sheet.file.clone() })?;
    let units = Units::of(dataset, level);
    let mut columns = Columns::of(dataset, &units, sheet, &layout, &wishes.texts);
    let headers = || layout.headers.iter().filter(|header| !header.is_empty()).cloned().collect();
    if columns.code.is_none() && columns.name.is_none() {
        return Err(JoinError::NoKey { headers: headers(), file: sheet.file.clone() });
    }
    columns.figures.retain(|figure| !wishes.left.contains(&figure.header));
    if let Some(people) = wishes.population.as_ref().filter(|_| level == LevelIndex::FINEST) {
        for figure in &mut columns.figures {
            if figure.role == FigureRole::Text {
                continue;
            }
            if figure.header == *people {
                figure.role = FigureRole::Population;
            } else if figure.role == FigureRole::Population {
                figure.role = FigureRole::Sum;
            }
        }
    }
    if columns.figures.is_empty() {
        return Err(JoinError::NoFigures { headers: headers(), file: sheet.file.clone() });
    }
    let mut work = Work { dataset, sheet, layout, units: &units, columns };
    Ok(work.join(wishes))
}

/// What a join works with.
struct Work<'a> {
    dataset: &'a Dataset,
    sheet: &'a Sheet,
    layout: Layout,
    units: &'a Units<'a>,
    columns: Columns,
}

impl Work<'_> {
    fn join(&mut self, wishes: &JoinWishes) -> Joining {
        let rows = self.rows();
        let keys: HashMap<u32, String> =
            kept::keys(&self.dataset.base, self.units.level).into_iter().map(|(id, key)| (id.0, key)).collect();
        let unit_of: HashMap<&str, u32> = keys.iter().map(|(&unit, key)| (key.as_str(), unit)).collect();
        let is_here = |it: &&Accepted| {
            it.file.as_ref().is_none_or(|file| *file == self.sheet.file)
                && it.sheet.as_ref().is_none_or(|sheet| Some(sheet) == self.sheet.name.as_ref())
        };
        let accepted: Vec<(usize, u32)> = wishes
            .accepted
            .iter()
            .filter(is_here)
            .filter_map(|it| Some((it.row.checked_sub(1)?, *unit_of.get(it.unit.as_str())?)))
            .collect();
        let matched = matching::run(self.units, &rows, &accepted);
        let uneven = rows.iter().map(|row| row.at).filter(|row| self.sheet.uneven.contains(row));
        let uneven: Vec<usize> = uneven.map(|row| row + 1).collect();
        self.columns.doubts.extend((!uneven.is_empty()).then_some(JoinDoubt::Uneven { rows: uneven }));
        let join = self.kept(&rows, &matched, &keys);
        let report = self.report(&rows, &matched, &keys, &join);
        Joining { report, join }
    }

    fn written(&self, row: usize, key: Option<&KeyColumn>) -> Option<&str> {
        self.sheet.cell(row, key?.column).written()
    }

    /// Reads the rows; those of units above are passed over, and say what the rows below belong to.
    fn rows(&mut self) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut section: Option<Vec<UnitId>> = None;
        let mut last_parent: Option<Vec<UnitId>> = None;
        let mut lone = self.layout.lone.iter().peekable();
        let mut passed = Vec::new();
        for &row in &self.layout.body {
            while let Some((at, text)) = lone.next_if(|(at, _)| *at < row) {
                let above = self.units.above(text);
                passed.push((*at, if above.is_empty() { WhyPassed::Note } else { WhyPassed::LevelAbove }));
                if !above.is_empty() {
                    section = Some(above.to_vec());
                }
            }
            let code = self
                .columns
                .code
                .as_ref()
                .map_or(CodeRead::Nothing, |key| codes::read(self.sheet.cell(row, key.column), self.units));
            let name = self.written(row, self.columns.name.as_ref()).and_then(NameKey::of);
            if let Some(above) = self.is_of_level_above(row, &code, name.as_ref()) {
                passed.push((row, WhyPassed::LevelAbove));
                section = Some(above);
                last_parent = None;
                continue;
            }
            // In merged cells only the first row has the text.
            let parent = self.columns.parent.as_ref().map(|key| {
                let own = self.sheet.cell(row, key.column).written().map(|text| self.units.above(text).to_vec());
                if own.is_some() {
                    last_parent.clone_from(&own);
                }
                own.or_else(|| last_parent.clone())
            });
            let figures = self.columns.figures.iter().map(|figure| self.value(row, figure).ok().flatten()).collect();
            rows.push(Row { at: row, code, name, parent: parent.unwrap_or_else(|| section.clone()), figures });
        }
        passed.extend(lone.map(|(row, _)| (*row, WhyPassed::Note)));
        self.layout.passed.extend(passed.into_iter().map(|(row, why)| Passed { row: row + 1, why }));
        self.layout.passed.sort_by_key(|passed| passed.row);
        rows
    }

    /// Units above that a row is of.
    fn is_of_level_above(&self, row: usize, code: &CodeRead, name: Option<&NameKey>) -> Option<Vec<UnitId>> {
        let by_code = || {
            let written = self.written(row, self.columns.code.as_ref())?;
            let above = self.units.above_coded(&units::code_text(written));
            (!above.is_empty()).then(|| above.to_vec())
        };
        let by_name = || {
            let name = name?;
            // 新华乡 and 新华乡人民政府 are the township; a bare 新华 may be a village that there is not.
            let is_it = |unit: &&UnitId| {
                let own = NameKey::of(&self.units.state.unit(**unit).name);
                own.is_some_and(|own| name.full.starts_with(&own.full))
            };
            let named = [&name.full, &name.stem].map(|name| self.units.above_named(name));
            let above: Vec<UnitId> = named.into_iter().flatten().filter(is_it).copied().collect();
            (!above.is_empty() && self.units.with_name(name).next().is_none()).then_some(above)
        };
        match code {
            CodeRead::Unknown => by_code(),
            CodeRead::Nothing => by_name(),
            CodeRead::One(..) | CodeRead::OneOf(..) => None,
        }
    }

    /// The number in a cell, as text; what stands there where it is none.
    fn value(&self, row: usize, figure: &columns::FigureColumn) -> Result<Option<String>, String> {
        let cell = self.sheet.cell(row, figure.column);
        if let Cell::Error(error) = cell {
            return Err(error.clone());
        }
        if figure.role == FigureRole::Text {
            return Ok(cell.written().map(|text| text.trim().to_owned()));
        }
        let Some(raw) = raw(cell) else { return Ok(None) };
        match figure.numerals.read(&raw) {
            Read::Plain(number) | Read::Understood(number) => Ok(Some(number.to_string())),
            Read::NoValue => Ok(None),
            Read::Unread => Err(cell.written().unwrap_or_default().to_owned()),
        }
    }

    fn kept(&self, rows: &[Row], matched: &Matched, keys: &HashMap<u32, String>) -> Join {
        let figures_of: HashMap<usize, &Row> = rows.iter().map(|row| (row.at, row)).collect();
        let mut of_unit: Vec<(u32, &Row)> =
            matched.of_row.iter().filter_map(|(row, &(unit, _))| Some((unit, *figures_of.get(row)?))).collect();
        of_unit.sort_by_key(|(unit, _)| *unit);
        let mut taken: HashSet<String> = HashSet::new();
        for layer in self.dataset.layers.iter() {
            taken.extend(layer.table.fields().iter().cloned());
        }
        let figures = self.columns.figures.iter().enumerate().map(|(at, figure)| {
            let field = free_name(&taken, &figure.header, figure.as_of.as_ref(), self.sheet.stem());
            taken.insert(field.clone());
            JoinedFigure {
                field,
                header: figure.header.clone(),
                as_of: figure.as_of.clone(),
                role: figure.role,
                values: of_unit.iter().map(|(_, row)| row.figures.get(at).cloned().flatten()).collect(),
            }
        });
        Join {
            file: self.sheet.file.clone(),
            sha256: self.sheet.sha256.clone(),
            sheet: self.sheet.name.clone(),
            level: Some(self.dataset.level(self.units.level)).filter(|_| self.units.level > LevelIndex::FINEST),
            rows: rows.len(),
            figures: figures.collect(),
            units: of_unit.iter().map(|(unit, _)| keys.get(unit).cloned().unwrap_or_default()).collect(),
        }
    }
}

/// The name of a figure as a field: its own where no field has it, else with its date, else with its file.
fn free_name(taken: &HashSet<String>, header: &str, as_of: Option<&AsOf>, file: &str) -> String {
    let dated = as_of.map(|it| format!("{header} ({})", it.date));
    let usual = [Some(header.to_owned()), dated, Some(format!("{header} ({file})"))];
    let numbered = (2..).map(|number| format!("{header} ({file}, {number})"));
    usual.into_iter().flatten().chain(numbered).find(|name| !taken.contains(name)).unwrap_or_default()
}
