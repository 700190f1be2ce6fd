//! Cells of a ledger as values of a database, and back.
//!
//! A column is of numbers or of dates where all its values can be, to the last letter, and else of text. What a value is
//! read back as says its [`Kind`]; a cell that would be read back otherwise is [kept](super) beside the table.

use rusqlite::types::{Value, ValueRef};

use crate::model::{Cell, Ledger};

/// What most values of a column are, and so what they are read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    Date,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Text, Self::Number, Self::Date];

    pub const fn id(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
        }
    }

    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// What a column of another program is, by the type that it declares.
    pub fn of_declared(declared: &str) -> Self {
        let declared = declared.to_ascii_uppercase();
        if declared.contains("DATE") {
            Self::Date
        } else if ["INT", "REAL", "DOUB", "FLOA", "NUM"].iter().any(|word| declared.contains(word)) {
            Self::Number
        } else {
            Self::Text
        }
    }
}

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SqlType {
    Integer,
    Real,
    Date,
    Text,
}

impl SqlType {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer => "INTEGER",
            Self::Real => "REAL",
            Self::Date => "DATE",
            Self::Text => "TEXT",
        }
    }

    /// The one of this name; what another program calls otherwise is text.
    pub fn of_declared(declared: &str) -> Self {
        let all = [Self::Integer, Self::Real, Self::Date];
        all.into_iter().find(|it| it.name().eq_ignore_ascii_case(declared)).unwrap_or(Self::Text)
    }
}

/// Type of a column of a ledger, and what its values are read as.
pub(super) fn types_of(ledger: &Ledger, column: usize) -> (SqlType, Kind) {
    let mut counts = [0_usize; 3];
    let (mut integers, mut reals, mut dates) = (true, true, true);
    for row in ledger.rows() {
        let cell = ledger.cell(row, column);
        let (kind, text) = match cell {
            Cell::Empty | Cell::Error(_) => continue,
            Cell::Text(text) => (Kind::Text, text),
            Cell::Number(text) => (Kind::Number, text),
            Cell::Date(text) => (Kind::Date, text),
        };
        counts[kind as usize] += 1;
        integers = integers && as_integer(text).is_some();
        reals = reals && as_real(text).is_some();
        dates = dates && is_date(text);
    }
    let kind = Kind::ALL.into_iter().max_by_key(|kind| (counts[*kind as usize], std::cmp::Reverse(*kind as usize)));
    let is_code = ledger.columns().get(column).is_some_and(crate::model::LedgerColumn::is_code);
    let is_empty = counts == [0; 3];
    let sql = match () {
        () if is_empty => SqlType::Text,
        () if dates => SqlType::Date,
        () if is_code => SqlType::Text,
        () if integers => SqlType::Integer,
        () if reals => SqlType::Real,
        () => SqlType::Text,
    };
    (sql, kind.unwrap_or(Kind::Text))
}

/// A cell as a column of this type keeps it; nothing where it cannot.
pub(super) fn stored(cell: &Cell, sql: SqlType) -> Value {
    let Some(text) = cell.written() else { return Value::Null };
    let value = match sql {
        SqlType::Integer => as_integer(text).map(Value::Integer),
        SqlType::Real => as_real(text).map(Value::Real),
        SqlType::Date => is_date(text).then(|| Value::Text(text.to_owned())),
        SqlType::Text => Some(Value::Text(text.to_owned())),
    };
    value.unwrap_or(Value::Null)
}

/// What stands in a table, whoever wrote it, as a cell.
pub(super) fn read(value: ValueRef<'_>, kind: Kind) -> Cell {
    let number = |text: String| match kind {
        Kind::Number | Kind::Date => Cell::Number(text),
        Kind::Text => Cell::Text(text),
    };
    match value {
        ValueRef::Null => Cell::Empty,
        ValueRef::Integer(whole) => number(whole.to_string()),
        ValueRef::Real(real) if real.is_finite() => number(real.to_string()),
        ValueRef::Real(real) => Cell::Text(real.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            match kind {
                _ if text.trim().is_empty() => Cell::Empty,
                Kind::Number if is_plain(&text) => Cell::Number(text),
                Kind::Date if is_date(&text) => Cell::Date(text),
                Kind::Number | Kind::Date | Kind::Text => Cell::Text(text),
            }
        }
    }
}

/// A cell as it is kept beside the table, by its kind and its text.
pub(super) fn apart(cell: &Cell) -> (&'static str, &str) {
    match cell {
        Cell::Empty => ("empty", ""),
        Cell::Text(text) => ("text", text),
        Cell::Number(text) => ("number", text),
        Cell::Date(text) => ("date", text),
        Cell::Error(text) => ("error", text),
    }
}

/// The cell of that kind and text.
pub(super) fn from_apart(kind: &str, text: String) -> Option<Cell> {
    Some(match kind {
        "empty" => Cell::Empty,
        "text" => Cell::Text(text),
        "number" => Cell::Number(text),
        "date" => Cell::Date(text),
        "error" => Cell::Error(text),
        _ => return None,
    })
}

/// A whole number that a double holds too, written as everybody writes it.
fn as_integer(text: &str) -> Option<i64> {
    const MOST: u64 = 1 << 53;
    let number: i64 = text.parse().ok()?;
    (number.unsigned_abs() <= MOST && is_plain(text)).then_some(number)
}

/// A number that a double holds to the last digit, written as everybody writes it.
fn as_real(text: &str) -> Option<f64> {
    if !is_plain(text) {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    (number.is_finite() && number.to_string() == text).then_some(number)
}

/// Whether a text is a number without anything that could be left out of it.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(|rest| are_digits(rest) && !rest.ends_with('0'))
        && text != "-0"
}

/// Whether a text is a day as 2020-12-31.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() })
        && number(5..7).is_some_and(|month| (1..=12).contains(&month))
        && number(8..10).is_some_and(|day| (1..=31).contains(&day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_loses_nothing_is_a_number() {
        for text in ["0", "7", "-12", "9007199254740992"] {
            assert!(as_integer(text).is_some() && is_plain(text), "{text}");
        }
        for text in ["0012", "+7", "-0", "1.0", "", "-", "9007199254740993", "1e3", "１", " 1"] {
            assert!(as_integer(text).is_none(), "{text}");
        }
        for text in ["0.5", "-1.25", "40", "123456789.125"] {
            assert!(as_real(text).is_some(), "{text}");
        }
        for text in ["1.50", "0.1000000000000000055511151231257827", "NaN", "inf", "1e3", ".5", "5.", "-0.0"] {
            assert!(as_real(text).is_none(), "{text}");
        }
        for (text, is) in [("2020-12-31", true), ("2020-13-01", false), ("2020-12", false), ("20年12月31日", false)]
        {
            assert_eq!(is_date(text), is, "{text}");
        }
    }

    #[test]
    fn what_another_program_wrote_is_read_as_it_stands() {
        assert_eq!(read(ValueRef::Text(b"n/a"), Kind::Number), Cell::Text("n/a".to_owned()));
        assert_eq!(read(ValueRef::Text(b" "), Kind::Text), Cell::Empty);
        assert_eq!(read(ValueRef::Real(f64::INFINITY), Kind::Number), Cell::Text("inf".to_owned()));
        assert_eq!(read(ValueRef::Integer(41), Kind::Text), Cell::Text("41".to_owned()));
        assert_eq!(read(ValueRef::Blob(b"\xff"), Kind::Date), Cell::Text("\u{fffd}".to_owned()));
    }
}
