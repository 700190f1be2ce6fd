//! What came of joining a table: for `check --json`, which other programs read, and for the card in the window.

use serde::Serialize;

use super::codes::Repair;
use super::columns::{FigureRole, KeyColumn, LeftColumn};
use super::dates::AsOf;
use super::doubt::JoinDoubt;
use super::layout::Passed;
use super::matching::WhyUnmatched;
use crate::model::Level;

/// What came of joining a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JoinReport {
    /// File name without its folder.
    pub file: String,
    /// Name of the sheet; `None` in a text file.
    pub sheet: Option<String>,
    /// Other sheets of the workbook.
    pub other_sheets: Vec<String>,
    /// Hash of the bytes of the file, hexadecimal.
    pub sha256: String,
    /// Encoding of the text; `None` for a workbook.
    pub encoding: Option<String>,
    /// What the columns were taken for.
    pub columns: ReportColumns,
    /// Level of the units that rows were joined to; `None`: the finest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// Levels that rows can be joined to, the finest first.
    pub levels: Vec<Level>,
    /// Rows of units in the table.
    pub rows: usize,
    /// Units that there are.
    pub units: usize,
    /// How many rows were matched.
    pub matched: MatchCounts,
    /// Codes that were mended.
    pub repaired: Vec<Repaired>,
    /// Rows of no unit.
    pub unmatched_rows: Vec<UnmatchedRow>,
    /// Units without a row.
    pub unmatched_units: Vec<UnmatchedUnit>,
    /// Rows of one unit.
    pub duplicates: Vec<Duplicates>,
    /// Rows whose code is that of a unit of another name.
    pub names_differ: Vec<NamesDiffer>,
    /// Values that are no numbers.
    pub unread: Vec<Unread>,
    /// Sums in the table, held against its rows.
    pub totals: Vec<StatedTotal>,
    /// Rows that are of no unit, and why.
    pub passed_over: Vec<Passed>,
    /// What is doubtful although it was joined.
    pub doubts: Vec<JoinDoubt>,
}

/// What the columns were taken for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportColumns {
    /// The code of a unit.
    pub code: Option<KeyColumn>,
    /// The name of a unit.
    pub name: Option<KeyColumn>,
    /// The unit above.
    pub parent: Option<KeyColumn>,
    /// Figures, which become fields.
    pub figures: Vec<ReportFigure>,
    /// What was not taken.
    pub left: Vec<LeftColumn>,
}

/// A column of figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportFigure {
    /// Its name in the table.
    pub header: String,
    /// What the field is called.
    pub field: String,
    /// As of which date it is; `None` where nothing says.
    pub as_of: Option<AsOf>,
    /// What becomes of it.
    pub role: FigureRole,
    /// Whether it counts people, so that it can be the population.
    pub counts_people: bool,
    /// Units that have a value.
    pub filled: usize,
}

/// How many rows were matched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MatchCounts {
    /// All of these.
    pub total: usize,
    /// By a code as it stands.
    pub code: usize,
    /// By a code that was mended.
    pub repaired: usize,
    /// By the name.
    pub name: usize,
    /// Because somebody said so.
    pub accepted: usize,
}

/// A code that was mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Number of the row.
    pub row: usize,
    /// What stands in the table.
    pub written: String,
    /// Code of the unit.
    pub unit: String,
    /// What was mended.
    pub repair: Repair,
}

/// A row of no unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnmatchedRow {
    /// Number of the row.
    pub row: usize,
    /// What stands there as code, if something does.
    pub code: Option<String>,
    /// What stands there as name.
    pub name: Option<String>,
    /// What stands there as the unit above.
    pub parent: Option<String>,
    /// Why.
    pub why: WhyUnmatched,
    /// Units without a row that may be meant, the likeliest first.
    pub near: Vec<Near>,
}

/// A unit that a row may be of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Its code, or its name where it has none.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// How alike the two are, up to 1.
    pub likeness: f64,
}

/// A unit without a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnmatchedUnit {
    /// Its code, or its name where it has none.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Name of the unit above.
    pub parent: Option<String>,
    /// Rows that may be of it.
    pub near_rows: Vec<usize>,
}

/// Rows of one unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicates {
    /// Its code, or its name where it has none.
    pub unit: String,
    /// Its name.
    pub name: String,
    /// Numbers of the rows.
    pub rows: Vec<usize>,
    /// The row that counts, if one does.
    pub counts: Option<usize>,
    /// Whether they say the same.
    pub same: bool,
}

/// A row whose code is that of a unit of another name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NamesDiffer {
    /// Number of the row.
    pub row: usize,
    /// Its code.
    pub unit: String,
    /// Its name in the table.
    pub written: String,
    /// Its name in the layer.
    pub name: String,
}

/// A value that is no number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Number of the row.
    pub row: usize,
    /// Name of the column.
    pub header: String,
    /// What stands there.
    pub written: String,
}

/// A sum in the table, held against its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StatedTotal {
    /// Number of the row.
    pub row: usize,
    /// Name of the column.
    pub header: String,
    /// What it says.
    pub stated: String,
    /// Sum of the rows.
    pub sum: String,
    /// Whether the two agree.
    pub agrees: bool,
}

impl JoinReport {
    /// Whether every row found its unit and every unit its row, and nothing is doubtful.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.unmatched_rows.is_empty()
            && self.unmatched_units.is_empty()
            && self.duplicates.is_empty()
            && self.names_differ.is_empty()
            && self.unread.is_empty()
            && self.doubts.is_empty()
            && self.totals.iter().all(|total| total.agrees)
    }
}
