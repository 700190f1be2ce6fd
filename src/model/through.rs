//! What lies deeper in a feature than its properties: members of objects in them, and the feature's own id.
//!
//! 1. Members of objects whose names tell of units become columns of their own, `tags.population`, behind those of the
//!    source. What leaves the program as it came still has the object, and nothing else.
//! 2. The id of a feature becomes the column `id` only where no property tells units apart, or somebody asks for it, and
//!    only where it does not number the rows.

use super::field_names::{self, What};
use super::redrawn::Members;
use super::{Layer, Table};

/// Columns that objects become at most.
const MOST: usize = 64;
/// Objects in objects that are read.
const DEEP: usize = 3;
/// Values that are looked at to tell whether a column holds objects.
const LOOKED_AT: usize = 16;
/// What the column of feature ids is called.
pub(super) const ID: &str = "id";

impl Table {
    /// The same rows with the members of objects as columns of their own.
    #[must_use]
    pub(super) fn read_through(&self) -> Option<Self> {
        let holds_objects = |field: &super::FieldIndex| {
            let values = self.features().filter_map(|feature| self.raw(feature, *field));
            let mut values = values.filter(|raw| *raw != "null").take(LOOKED_AT).peekable();
            values.peek().is_some() && values.all(|raw| raw.starts_with('{'))
        };
        let objects: Vec<super::FieldIndex> = self.field_indices().filter(holds_objects).collect();
        if objects.is_empty() {
            return None;
        }
        let mut columns: Vec<(String, Vec<Option<String>>)> = Vec::new();
        for field in objects {
            let outer = &self.fields()[field.index()];
            for (row, feature) in self.features().enumerate() {
                let Some(raw) = self.raw(feature, field) else { continue };
                self.spread(raw, outer, row, DEEP, &mut columns);
            }
        }
        Some(self.with_columns(&columns))
    }

    /// Adds the members of an object to columns.
    fn spread(
        &self,
        raw: &str,
        outer: &str,
        row: usize,
        deep: usize,
        columns: &mut Vec<(String, Vec<Option<String>>)>,
    ) {
        let Some(members) = Members::read(raw) else { return };
        for (name, value) in members.0 {
            let name = format!("{outer}.{name}");
            if value.get().starts_with('{') {
                if deep > 1 {
                    self.spread(value.get(), &name, row, deep - 1, columns);
                }
                continue;
            }
            // What has no name that tells of units stays where it is.
            if matches!(field_names::read(&name).what, What::Nothing | What::Other) {
                continue;
            }
            let at = columns.iter().position(|(known, _)| *known == name);
            let at = match at {
                Some(at) => at,
                None if columns.len() < MOST => {
                    columns.push((name, vec![None; self.rows()]));
                    columns.len() - 1
                }
                None => continue,
            };
            if let Some(slot) = columns[at].1.get_mut(row) {
                *slot = Some(value.get().to_owned());
            }
        }
    }
}

impl Layer {
    /// Makes columns of the members of objects.
    pub(super) fn read_through(&mut self) {
        if let Some(table) = self.table.read_through() {
            self.table = table;
        }
    }

    /// Makes a column of the ids of features, where they have some that tell them apart and no property is called that.
    /// Whether it did.
    pub(super) fn read_ids(&mut self) -> bool {
        if self.table.field(ID).is_some() || self.table.rows() == 0 {
            return false;
        }
        let mut ids: Vec<Option<String>> = Vec::with_capacity(self.table.rows());
        for feature in self.table.features() {
            let id = self.source.get(feature).and_then(|text| {
                // Whatever coordinates were there, they are not asked for.
                let coordinates = if text.after.is_empty() { "" } else { "[]" };
                let whole = [text.before, coordinates, text.after].concat();
                let members = Members::read(&whole)?;
                let id = members.0.into_iter().find(|(name, _)| name == ID)?.1.get();
                (!matches!(id.as_bytes().first(), Some(b'n' | b'{' | b'['))).then(|| id.to_owned())
            });
            if id.is_none() {
                return false;
            }
            ids.push(id);
        }
        // What numbers the rows of a file is no code.
        let number = |id: &Option<String>| id.as_ref().and_then(|id| id.parse::<i64>().ok());
        let numbers: Option<Vec<i64>> = ids.iter().map(number).collect();
        if numbers.is_some_and(|numbers| numbers.windows(2).all(|two| two[1] == two[0].saturating_add(1))) {
            return false;
        }
        let mut sorted: Vec<&Option<String>> = ids.iter().collect();
        sorted.sort_unstable();
        if sorted.windows(2).any(|two| two[0] == two[1]) {
            return false;
        }
        self.table = self.table.with_columns(&[(ID.to_owned(), ids)]);
        true
    }
}
