//! What an export of this program says of every unit, and how it is known again when it is read.
//!
//! 1. An export says of every unit what it is, under names of its own ([`OWN`]). Where the source has a field of such a
//!    name that means something else, both are written: the source's under its name, ours with [`PREFIX`] before it.
//! 2. A table is an export of ours when its columns of status and level hold what only we write, in nearly all rows. In
//!    such a table our columns are no fields of the source: they have no rules, and they are not added up.
//! 3. The source's own columns go before ours as long as they say the same: so a file that goes round keeps its fields.

use std::borrow::Cow;

use super::{FeatureId, FieldIndex, Level, Table};

/// What stands before a name of ours that the source has for something else.
pub const PREFIX: &str = "quhua:";

/// Names under which an export says what a unit is.
pub const OWN: [&str; 18] = [
    "code",
    "code_status",
    "name",
    "level",
    "kind",
    "parent_code",
    "parent_name",
    "seat_name",
    "seat_lon",
    "seat_lat",
    "area_m2",
    "population",
    "population_known",
    "population_unknown",
    "merged_from",
    "change",
    "touches_defect",
    "former_seats",
];

/// Rows that are looked at.
const SAMPLE: usize = 500;

/// A name of ours in a table where the source has it for something else.
pub(crate) fn prefixed(name: &str) -> Cow<'static, str> {
    Cow::Owned(format!("{PREFIX}{name}"))
}

/// Our columns of a table that is an export of ours.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnColumns {
    columns: Vec<(&'static str, FieldIndex)>,
}

impl OwnColumns {
    /// Finds them; none in a table that is no export of ours.
    pub(super) fn of(table: &Table) -> Self {
        let column = |name: &'static str| {
            let field = table.field(&prefixed(name)).or_else(|| table.field(name));
            field.map(|field| (name, field))
        };
        let columns: Vec<_> = OWN.into_iter().filter_map(column).collect();
        let found = Self { columns };
        if found.is_written(table) { found } else { Self::default() }
    }

    /// The column of a name of ours.
    pub(super) fn get(&self, name: &str) -> Option<FieldIndex> {
        self.columns.iter().find(|(own, _)| *own == name).map(|(_, field)| *field)
    }

    /// Whether a column is one of them.
    pub(super) fn contains(&self, field: FieldIndex) -> bool {
        self.columns.iter().any(|(_, own)| *own == field)
    }

    fn is_written(&self, table: &Table) -> bool {
        let (Some(status), Some(level), Some(_), Some(_)) =
            (self.get("code_status"), self.get("level"), self.get("change"), self.get("area_m2"))
        else {
            return false;
        };
        let step = table.rows().div_ceil(SAMPLE).max(1);
        let (mut rows, mut written) = (0_usize, 0_usize);
        for feature in table.features().step_by(step) {
            rows += 1;
            written += usize::from(
                says(table, feature, status, |word| matches!(word, "existing" | "proposed"))
                    && says(table, feature, level, |word| word.parse::<Level>().is_ok()),
            );
        }
        // A few may have been drawn by hand since.
        rows > 0 && written * 10 >= rows * 9
    }
}

fn says(table: &Table, feature: FeatureId, field: FieldIndex, test: impl Fn(&str) -> bool) -> bool {
    table.text(feature, field).is_some_and(|word| test(&word))
}
