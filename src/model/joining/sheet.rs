//! A table without geometry, as its file has it: typed cells in rows.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cell {
    /// Nothing, or blanks.
    #[default]
    Empty,
    /// Text as it stands.
    Text(String),
    /// A number, as the shortest text that reads back as the same, never with an exponent.
    Number(String),
    /// A date, as 2020-12-31.
    Date(String),
    /// What a formula gave that failed, such as `#N/A`.
    Error(String),
}

impl Cell {
    /// A cell with a text; blanks are none.
    #[must_use]
    pub fn text_of(text: &str) -> Self {
        if text.trim().is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// What stands in it; nothing in an empty one and in one that failed.
    #[must_use]
    pub fn written(&self) -> Option<&str> {
        match self {
            Self::Empty | Self::Error(_) => None,
            Self::Text(text) | Self::Number(text) | Self::Date(text) => Some(text),
        }
    }

    /// Whether nothing stands in it.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }
}

/// A sheet of a workbook, or the table of a text file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// File name without its folder.
    pub file: String,
    /// Where the file lies.
    pub path: Option<PathBuf>,
    /// Hash of its bytes, hexadecimal.
    pub sha256: String,
    /// Name of the sheet; `None` in a text file.
    pub name: Option<String>,
    /// Encoding of the text; `None` where the format leaves no choice.
    pub encoding: Option<String>,
    /// Rows from the first one on, as they are numbered in a spreadsheet program; those behind the last filled cell
    /// are left out of each.
    pub rows: Vec<Vec<Cell>>,
    /// Rows of a text, from 0, with fewer fields than most or more.
    pub uneven: Vec<usize>,
    /// Merged cells, from 0: the first row and column, the last row and column.
    pub merged: Vec<[u32; 4]>,
    /// Cells, from 0, whose numbers are shown as percentages.
    pub percent: BTreeSet<(u32, u32)>,
}

impl Sheet {
    /// A cell; empty where nothing is.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        static NOTHING: Cell = Cell::Empty;
        self.rows.get(row).and_then(|row| row.get(column)).unwrap_or(&NOTHING)
    }

    /// The file name without its ending.
    #[must_use]
    pub fn stem(&self) -> &str {
        self.file.rsplit_once('.').map_or(self.file.as_str(), |(stem, _)| stem)
    }

    /// Number of columns of the widest row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.rows.iter().map(Vec::len).max().unwrap_or(0)
    }
}
