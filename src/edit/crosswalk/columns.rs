//! The columns of the crosswalk, once for all that show or write it.

use std::io;

use rust_decimal::Decimal;

use super::Row;
use crate::i18n::{Lang, Text, plain};

/// A column of the crosswalk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    /// Level of both units.
    Level,
    /// Code of the old unit.
    OldCode,
    /// Name of the old unit.
    OldName,
    /// Code of the new unit.
    NewCode,
    /// Name of the new unit.
    NewName,
    /// How the two relate.
    Relation,
    /// What became of the new unit.
    Change,
    /// Area that they share, in m².
    Area,
    /// Its share of the old unit.
    AreaShare,
    /// People that they share.
    Population,
    /// Their share of the old unit.
    PopulationShare,
    /// Seat of the old unit, where it is one no longer.
    OldSeat,
    /// What becomes of it.
    SeatUse,
}

impl Column {
    /// All columns, in the order of the file.
    pub const ALL: [Self; 13] = [
        Self::Level,
        Self::OldCode,
        Self::OldName,
        Self::NewCode,
        Self::NewName,
        Self::Relation,
        Self::Change,
        Self::Area,
        Self::AreaShare,
        Self::Population,
        Self::PopulationShare,
        Self::OldSeat,
        Self::SeatUse,
    ];

    /// Its name in files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::OldCode => "old_code",
            Self::OldName => "old_name",
            Self::NewCode => "new_code",
            Self::NewName => "new_name",
            Self::Relation => "relation",
            Self::Change => "change",
            Self::Area => "area_m2",
            Self::AreaShare => "area_share",
            Self::Population => "population",
            Self::PopulationShare => "population_share",
            Self::OldSeat => "old_seat",
            Self::SeatUse => "seat_use",
        }
    }

    /// What it is called, without a unit of measure.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        lang.of(match self {
            Self::Level => Text::Level,
            Self::OldCode => Text::OldCode,
            Self::OldName => Text::OldUnit,
            Self::NewCode => Text::NewCodeColumn,
            Self::NewName => Text::NewUnit,
            Self::Relation => Text::Relation,
            Self::Change => Text::Change,
            Self::Area => Text::Area,
            Self::AreaShare => Text::AreaShare,
            Self::Population => Text::Population,
            Self::PopulationShare => Text::PopulationShare,
            Self::OldSeat => Text::OldSeat,
            Self::SeatUse => Text::SeatUse,
        })
    }

    /// What stands in it, as in the file: identifiers, and every digit of a figure; empty where it is not known.
    fn plain(self, row: &Row) -> String {
        let number = |number: Option<Decimal>| number.map(|it| it.normalize().to_string()).unwrap_or_default();
        match self {
            Self::Level => row.level.id().to_owned(),
            Self::OldCode => row.old_code.to_string(),
            Self::OldName => row.old_name.to_string(),
            Self::NewCode => row.new_code.to_string(),
            Self::NewName => row.new_name.to_string(),
            Self::Relation => row.relation.id().to_owned(),
            Self::Change => row.change.id().to_owned(),
            Self::Area => row.area_m2.to_string(),
            Self::AreaShare => number(Some(row.area_share)),
            Self::Population => number(row.population),
            Self::PopulationShare => number(row.population_share),
            Self::OldSeat => row.old_seat.as_deref().unwrap_or_default().to_owned(),
            Self::SeatUse => row.seat_use.id().to_owned(),
        }
    }
}

/// Writes rows as CSV: UTF-8 with a byte order mark, so that office programs read Chinese text rightly.
///
/// # Errors
/// Those of `out`.
pub fn write_csv(rows: &[Row], mut out: impl io::Write) -> io::Result<()> {
    out.write_all(b"\xef\xbb\xbf")?;
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(Column::ALL.map(Column::id))?;
    for row in rows {
        csv.write_record(Column::ALL.map(|column| plain::cell(&column.plain(row)).into_owned()))?;
    }
    csv.flush()
}
