//! A layer that leaves: units of one level with their columns and their rings, whatever format they leave in.
//!
//! 1. Rings are those of the coverage, to the bit: shells run counter-clockwise, holes clockwise, and neighbours have the
//!    same vertices. A feature without territory has no ring.
//! 2. A column has one [`Kind`], told from all its values. A column of codes is text, whatever its source writes; one of
//!    amounts that a source without types writes as texts is numbers where all of them are.
//! 3. What is unknown is [`Value::Null`], and no other value stands for it.
//! 4. Into another coordinate system each vertex goes by itself, so that borders stay shared to the bit.

use std::borrow::Cow;
use std::collections::BTreeSet;

use geo::{Coord, LineString, MultiPolygon, Polygon, Rect};
use serde_json::Value as Json;
use serde_json::value::RawValue;

use crate::coverage::{AtomId, FlatPolygons, span};
use crate::io::crs::System;
use crate::io::{CrsProblem, WriteProblem};

/// A layer that leaves.
#[derive(Clone, Debug)]
pub struct OutLayer {
    /// What it is called in a file: letters, digits and underscores mostly.
    pub name: String,
    /// What it is called for people.
    pub title: String,
    /// Its columns, in the order in which they first come.
    pub columns: Vec<Column>,
    /// Its features.
    pub features: Vec<OutFeature>,
    /// The rings of each feature, which is an atom of them.
    pub polygons: FlatPolygons,
    /// The system of its coordinates.
    pub system: System,
    /// Whether the source has heights, which no ring here has.
    pub had_heights: bool,
    /// Columns with codes.
    codes: BTreeSet<String>,
    /// Columns with amounts: people, and what else is added up.
    amounts: BTreeSet<String>,
}

/// A feature that leaves, without columns and rings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutFeature {
    /// Its code; empty where it has none.
    pub code: String,
    /// Its name; empty where it has none.
    pub name: String,
    /// Its `id` in the source, as JSON text.
    pub id: Option<String>,
}

/// A column: a cell for each feature.
#[derive(Clone, Debug)]
pub struct Column {
    /// What it is called.
    pub name: String,
    /// What holds all its values.
    pub kind: Kind,
    /// JSON texts, one behind the other.
    text: String,
    /// Where each ends; an empty one is no value.
    ends: Vec<usize>,
}

/// What holds all values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// Whole numbers of 64 bits.
    Integer,
    /// Numbers, of which a double keeps every digit that counts.
    Real,
    /// Texts, and all else.
    Text,
}

/// What the texts of a column are moments of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Days: 2020-12-31.
    Day,
    /// Moments of universal time: 2020-12-31T10:00:00Z.
    Moment,
    /// Moments of another time, or of one that is not said: 2020-12-31T10:00:00+08:00, 2020-12-31T10:00:00.
    Local,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// None, or not known.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text, or the JSON text of something that no column holds: a list, an object.
    Text(Cow<'a, str>),
}

impl OutLayer {
    /// A layer without features. `codes` are the names of columns that hold codes.
    #[must_use]
    pub fn new(name: &str, title: &str, codes: BTreeSet<String>) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            columns: Vec::new(),
            features: Vec::new(),
            polygons: FlatPolygons::default(),
            system: System::wgs84(),
            had_heights: false,
            codes,
            amounts: BTreeSet::new(),
        }
    }

    /// The same with these columns as amounts.
    #[must_use]
    pub fn with_amounts(mut self, amounts: BTreeSet<String>) -> Self {
        self.amounts = amounts;
        self
    }

    /// Adds a feature: its rings, polygon by polygon, the shell first and each closed, and its values as JSON texts. Of a
    /// name that comes twice the last value counts.
    pub fn push<'v>(
        &mut self,
        feature: OutFeature,
        polygons: &[Vec<Vec<Coord>>],
        values: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) {
        let row = self.features.len();
        let mut next = 0;
        for (name, raw) in values {
            // Features mostly have the same columns in the same order.
            if self.columns.get(next).is_none_or(|column| column.name != name) {
                next = self.columns.iter().position(|column| column.name == name).unwrap_or(self.columns.len());
            }
            if next == self.columns.len() {
                self.columns.push(Column::new(name));
            }
            self.columns[next].set(row, raw);
            next += 1;
        }
        self.features.push(feature);
        for polygon in polygons {
            for ring in polygon {
                for &at in ring {
                    self.polygons.push(at);
                }
                self.polygons.end_ring();
            }
            self.polygons.end_face();
        }
        self.polygons.end_atom();
    }

    /// To be called behind the last feature: columns get as long as there are features, and their kinds are told.
    #[must_use]
    pub fn settled(mut self) -> Self {
        let rows = self.features.len();
        for column in &mut self.columns {
            column.fill(rows);
            if self.amounts.contains(&column.name) && !self.codes.contains(&column.name) {
                column.read_numbers();
            }
            column.kind = if self.codes.contains(&column.name) { Kind::Text } else { column.told() };
        }
        self
    }

    /// Whether a column holds codes.
    #[must_use]
    pub fn is_code(&self, column: &Column) -> bool {
        self.codes.contains(&column.name)
    }

    /// The rings of a feature, polygon by polygon, each closed.
    #[must_use]
    pub fn rings(&self, feature: usize) -> Vec<Vec<Vec<Coord>>> {
        let closed = |ring| {
            let coords = self.polygons.ring(ring);
            coords.iter().chain(coords.first()).copied().collect()
        };
        let faces = self.polygons.faces_of(AtomId::new(feature));
        faces.map(|face| self.polygons.rings_of(face).map(closed).collect()).collect()
    }

    /// The same as a geometry.
    #[must_use]
    pub fn geometry(&self, feature: usize) -> MultiPolygon {
        let polygons = self.rings(feature).into_iter().filter_map(|rings| {
            let mut rings = rings.into_iter().map(LineString);
            Some(Polygon::new(rings.next()?, rings.collect()))
        });
        polygons.collect()
    }

    /// Whether a feature has territory.
    #[must_use]
    pub fn has_territory(&self, feature: usize) -> bool {
        !span(&self.polygons.atom_ends, feature).is_empty()
    }

    /// Box around everything; `None` without any ring.
    #[must_use]
    pub fn bounds(&self) -> Option<Rect> {
        let around = |rect: Option<Rect>, at: &Coord| {
            let one = Rect::new(*at, *at);
            Some(rect.map_or(one, |rect| crate::coverage::union(rect, one)))
        };
        self.polygons.coords.iter().fold(None, around)
    }

    /// Turns its coordinates into those of another system.
    ///
    /// # Errors
    /// [`WriteProblem::Crs`]: nothing is written in a shifted system; or a vertex has no place in this one.
    pub fn turn_into(&mut self, system: &System) -> Result<(), WriteProblem> {
        if system.is_shifted() {
            return Err(WriteProblem::Crs(CrsProblem::NeverWritten { name: system.name().to_owned() }));
        }
        let outside = |at: Coord| {
            let at = format!("{}, {}", at.x, at.y);
            WriteProblem::Crs(CrsProblem::NoPlaceIn { name: system.label(), at })
        };
        system.from_earth(&mut self.polygons.coords).map_err(outside)?;
        self.polygons.drop_repeats();
        self.system = system.clone();
        Ok(())
    }

    /// The columns, with one for the ids of the source in front where it has some that no column has: for formats whose
    /// features have none.
    #[must_use]
    pub fn with_ids(&self) -> Cow<'_, Self> {
        let ids = || self.features.iter().map(|feature| feature.id.as_deref());
        let is_taken = self.columns.iter().any(|column| column.name.eq_ignore_ascii_case("id"));
        if is_taken || ids().all(|id| id.is_none()) {
            return Cow::Borrowed(self);
        }
        let mut all = self.clone();
        let mut column = Column::new("id");
        for (row, id) in ids().enumerate() {
            if let Some(id) = id {
                column.set(row, id);
            }
        }
        column.fill(self.features.len());
        column.kind = column.told();
        all.columns.insert(0, column);
        Cow::Owned(all)
    }
}

impl Column {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Text, text: String::new(), ends: Vec::new() }
    }

    fn fill(&mut self, rows: usize) {
        self.ends.resize(rows, self.text.len());
    }

    fn set(&mut self, row: usize, raw: &str) {
        if self.ends.len() > row {
            self.text.truncate(row.checked_sub(1).map_or(0, |before| self.ends[before]));
        }
        self.ends.truncate(row);
        self.fill(row);
        let raw = raw.trim();
        if raw != "null" {
            self.text.push_str(raw);
        }
        self.ends.push(self.text.len());
    }

    /// JSON text of a value; `None` where there is none.
    #[must_use]
    pub fn raw(&self, row: usize) -> Option<&str> {
        let end = *self.ends.get(row)?;
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(&self.text[start..end]).filter(|raw| !raw.is_empty())
    }

    /// A value, as the column's kind has it.
    #[must_use]
    pub fn value(&self, row: usize) -> Value<'_> {
        let Some(raw) = self.raw(row) else { return Value::Null };
        let known = match self.kind {
            Kind::Bool => Some(Value::Bool(raw == "true")),
            Kind::Integer => raw.parse().ok().map(Value::Integer),
            Kind::Real => raw.parse().ok().map(Value::Real),
            Kind::Text => None,
        };
        known.unwrap_or_else(|| Value::Text(text_of(raw)))
    }

    /// Whether one of its values is a list or an object.
    #[must_use]
    pub fn has_structure(&self) -> bool {
        (0..self.ends.len()).filter_map(|row| self.raw(row)).any(|raw| raw.starts_with(['[', '{']))
    }

    /// Whether all its values are days, or moments, as ISO 8601 has them: formats with types for them have them as that.
    #[must_use]
    pub fn dated(&self) -> Option<Dated> {
        if self.kind != Kind::Text {
            return None;
        }
        let mut told = None;
        for raw in (0..self.ends.len()).filter_map(|row| self.raw(row)) {
            let text = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'))?;
            let this = dated(text)?;
            told = match (told, this) {
                (None, this) => Some(this),
                (Some(told), this) if told == this => Some(this),
                (Some(Dated::Moment | Dated::Local), Dated::Moment | Dated::Local) => Some(Dated::Local),
                (Some(_), _) => return None,
            };
        }
        told
    }

    /// Makes numbers of texts, where all values are one or the other.
    fn read_numbers(&mut self) {
        let plain = |raw: &str| -> Option<String> {
            let text = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw).trim();
            let is_number = serde_json::from_str::<serde_json::Number>(text).is_ok() && is_real(text);
            is_number.then(|| text.to_owned())
        };
        let rows = 0..self.ends.len();
        let values: Option<Vec<String>> = rows.map(|row| self.raw(row).map_or(Some(String::new()), plain)).collect();
        let Some(values) = values else { return };
        self.text = values.concat();
        let mut end = 0;
        for (value, at) in values.iter().zip(&mut self.ends) {
            end += value.len();
            *at = end;
        }
    }

    /// What holds all its values.
    fn told(&self) -> Kind {
        let values = || (0..self.ends.len()).filter_map(|row| self.raw(row));
        if values().next().is_none() {
            Kind::Text
        } else if values().all(|raw| matches!(raw, "true" | "false")) {
            Kind::Bool
        } else if values().all(|raw| is_whole(raw) && raw.parse::<i64>().is_ok()) {
            Kind::Integer
        } else if values().all(is_real) {
            Kind::Real
        } else {
            Kind::Text
        }
    }
}

/// Most digits of a whole number beside fractions: with more it would be rounded, and might be a code.
const MOST_DIGITS: usize = 15;

/// Whether a number is written without point and exponent. A negative nothing is none of the whole numbers.
fn is_whole(raw: &str) -> bool {
    raw != "-0" && raw.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

fn is_real(raw: &str) -> bool {
    let is_number = raw.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let fits = !is_whole(raw) || raw.trim_start_matches('-').len() <= MOST_DIGITS;
    is_number && fits && raw.parse::<f64>().is_ok_and(f64::is_finite)
}

/// What a text is a moment of.
fn dated(text: &str) -> Option<Dated> {
    let digits = |from: usize, to: usize| text.get(from..to).filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let within =
        |from: usize, to: usize, most: u32| digits(from, to)?.parse::<u32>().ok().filter(|number| *number <= most);
    let signs = |all: &[(usize, u8)]| all.iter().all(|&(at, sign)| text.as_bytes().get(at) == Some(&sign));
    let (year, month, day) = (within(0, 4, 9999)?, within(5, 7, 12)?, within(8, 10, 31)?);
    if !signs(&[(4, b'-'), (7, b'-')]) || year == 0 || month == 0 || day == 0 {
        return None;
    }
    if text.len() == 10 {
        return Some(Dated::Day);
    }
    let is_time = signs(&[(10, b'T'), (13, b':'), (16, b':')])
        && within(11, 13, 23).and(within(14, 16, 59)).and(within(17, 19, 59)).is_some();
    if !is_time {
        return None;
    }
    let end = text.get(19..)?;
    let zone = end.strip_prefix('.').map_or(end, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let fraction = end.len() - zone.len();
    let is_zone = match zone.as_bytes() {
        [] | [b'Z'] => true,
        [b'+' | b'-', a, b, b':', c, d] => [a, b, c, d].into_iter().all(u8::is_ascii_digit),
        _ => false,
    };
    // As many digits of a second as the formats with a type for it have.
    let is_utc = zone == "Z" && matches!(fraction, 0 | 4);
    (is_zone && fraction != 1 && fraction <= 10).then_some(if is_utc { Dated::Moment } else { Dated::Local })
}

/// A value as text: strings as they are, all else as its JSON text.
fn text_of(raw: &str) -> Cow<'_, str> {
    if let Some(inside) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !inside.contains('\\')
    {
        return Cow::Borrowed(inside);
    }
    match raw.as_bytes().first() {
        Some(b'"') => serde_json::from_str::<String>(raw).map_or(Cow::Borrowed(raw), Cow::Owned),
        Some(b'[' | b'{') => {
            serde_json::from_str::<Json>(raw).map_or(Cow::Borrowed(raw), |json| Cow::Owned(json.to_string()))
        }
        _ => Cow::Borrowed(raw),
    }
}

/// Members of a properties object, as names and JSON texts.
pub(crate) fn members(object: &str) -> indexmap::IndexMap<String, &RawValue> {
    serde_json::from_str(object).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> Column {
        let mut column = Column::new("a");
        for (row, raw) in values.iter().enumerate() {
            if !raw.is_empty() {
                column.set(row, raw);
            }
        }
        column.fill(values.len());
        column.kind = column.told();
        column
    }

    #[test]
    fn a_column_has_the_kind_that_holds_all_its_values() {
        for (values, kind) in [
            (&["1", "", "-20", "null"][..], Kind::Integer),
            (&["1", "0.5", "1e-7"], Kind::Real),
            (&["-0"], Kind::Real),
            (&["9223372036854775807"], Kind::Integer),
            (&["9223372036854775808"], Kind::Text),
            (&["5107220101234567", "0.5"], Kind::Text),
            (&["1e400"], Kind::Text),
            (&["true", "null"], Kind::Bool),
            (&["true", "1"], Kind::Text),
            (&["\"1\"", "2"], Kind::Text),
            (&["null"], Kind::Text),
        ] {
            assert_eq!(column(values).kind, kind, "{values:?}");
        }
    }

    #[test]
    fn days_and_moments_are_told_where_all_values_are_one() {
        let told = |values: &[&str]| column(values).dated();
        assert_eq!(told(&["\"2020-12-31\"", "null", "\"1999-01-01\""]), Some(Dated::Day));
        assert_eq!(told(&["\"2020-12-31T10:00:00Z\"", "\"2020-12-31T10:00:00.123Z\""]), Some(Dated::Moment));
        // A moment whose zone is another, or not said, is one that fewer formats have a type for.
        for values in [&["\"2020-12-31T10:00:00\""][..], &["\"2020-12-31T10:00:00+08:00\"", "\"2020-12-31T10:00:00Z\""]]
        {
            assert_eq!(told(values), Some(Dated::Local), "{values:?}");
        }
        for values in [
            &["\"2020-12-31\"", "\"2020-12-31T10:00:00Z\""][..],
            &["\"2020-13-01\""],
            &["\"2020-00-01\""],
            &["\"2020-1-1\""],
            &["\"20201231\""],
            &["\"2020-12-31 \"", "5"],
            &["null"],
            &["\"2020-12-31T10:00:00+0800\""],
            &["\"2020-12-31T10:00:00.\""],
            &["\"２０２０-12-31\""],
        ] {
            assert_eq!(told(values), None, "{values:?}");
        }
    }

    #[test]
    fn amounts_that_are_written_as_texts_are_numbers_where_all_are() {
        let layer = |values: &[&str]| {
            let mut layer = OutLayer::new("a", "a", BTreeSet::new()).with_amounts(BTreeSet::from(["n".to_owned()]));
            for value in values {
                layer.push(OutFeature::default(), &[], [("n", *value)]);
            }
            layer.settled()
        };
        let numbers = layer(&["\"950\"", "2000", "null", "\" 7\""]);
        let values: Vec<Value<'_>> = (0..4).map(|row| numbers.columns[0].value(row)).collect();
        assert_eq!(values, [Value::Integer(950), Value::Integer(2000), Value::Null, Value::Integer(7)]);
        let texts = layer(&["\"950\"", "\"some\"", "\"007\""]);
        assert_eq!((texts.columns[0].kind, texts.columns[0].raw(0)), (Kind::Text, Some("\"950\"")));
        assert_eq!(layer(&["\"007\""]).columns[0].kind, Kind::Text);
    }

    #[test]
    fn values_are_what_the_source_has() {
        let it = column(&["\"村\\n\"", "", "[1, {\"a\" : 2}]", "1.50", "null", "\"\""]);
        let values: Vec<Value<'_>> = (0..6).map(|row| it.value(row)).collect();
        let text = |text: &'static str| Value::Text(text.into());
        assert_eq!(values, [text("村\n"), Value::Null, text("[1,{\"a\":2}]"), text("1.50"), Value::Null, text("")]);
    }

    #[test]
    fn codes_are_text_and_of_a_name_that_comes_twice_the_last_counts() {
        let mut layer = OutLayer::new("a", "a", BTreeSet::from(["code".to_owned()]));
        layer.push(OutFeature::default(), &[], [("code", "306"), ("n", "1"), ("code", "307")]);
        layer.push(OutFeature::default(), &[], [("n", "2"), ("later", "true")]);
        let layer = layer.settled();
        let row = |row| layer.columns.iter().map(|column| column.value(row)).collect::<Vec<_>>();
        assert_eq!(row(0), [Value::Text("307".into()), Value::Integer(1), Value::Null]);
        assert_eq!(row(1), [Value::Null, Value::Integer(2), Value::Bool(true)]);
    }
}
