//! Reading plan files, with every complaint naming its place.
//!
//! Written by hand rather than derived: a derived reader of a tagged enum forgets where in the file it is, and cannot
//! say what is wrong with a code that is a number.

use std::fmt;

use compact_str::CompactString;
use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::once;
use super::op::{Along, Edit, Form, LockTarget, SeatSpec, Share, SplitPart, Target};
use super::plan::{BaseRef, FORMAT, JoinedRef, LedgerRef, Plan, VERSION};
use super::record::{Cells, RowEdit};
use super::refs::UnitRef;
use crate::model::{BorderRepair, Kind, Level};

/// Why a plan file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanReadError {
    /// The text is no JSON.
    #[error("line {line}, column {column}: the plan is not valid JSON: {reason}")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What the JSON reader says.
        reason: String,
    },
    /// A member stands twice in one object: nobody could say which is meant.
    #[error("line {line}, column {column}: the member {member:?} stands there twice; take one out")]
    Twice {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Name of the member.
        member: String,
    },
    /// Something is wrong with a member.
    #[error("{place}: {problem}")]
    At {
        /// Where: `edits[3].into.code`.
        place: String,
        /// What is wrong there.
        problem: PlanProblem,
    },
}

/// What is wrong at a place of a plan file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanProblem {
    /// A member that must be there is not.
    #[error("the member {member:?} is missing")]
    Missing {
        /// Name of the member.
        member: &'static str,
    },
    /// A member that nobody knows, often a misspelt one.
    #[error("unknown member {member:?}; known here: {}", known.join(", "))]
    Unknown {
        /// Name of the member.
        member: String,
        /// Members that may be here.
        known: Vec<&'static str>,
    },
    /// A code is a number.
    #[error("codes are text; write \"{number}\" in quotation marks, not the number {number}")]
    NumberAsCode {
        /// The number.
        number: String,
    },
    /// A value of another type.
    #[error("must be {expected}")]
    WrongType {
        /// What it should be.
        expected: Expected,
    },
    /// The file is no plan.
    #[error("this is not a plan file; \"format\" must be \"quhua-plan\"")]
    WrongFormat,
    /// The file was written by another version.
    #[error("the plan has version {version}; this program reads version 1")]
    WrongVersion {
        /// The version.
        version: String,
    },
    /// An operation that nobody knows.
    #[error("unknown operation {op:?}; known: {}", OPS.join(", "))]
    UnknownOp {
        /// The operation.
        op: String,
    },
    /// A form of merger that nobody knows.
    #[error("unknown form {form:?}; use \"establish\" or \"absorb\"")]
    UnknownForm {
        /// The form.
        form: String,
    },
    /// A way to share people out that nobody knows.
    #[error("unknown way to share {share:?}; use \"area\" or \"weights\"")]
    UnknownShare {
        /// The way.
        share: String,
    },
    /// A split along two things at once.
    #[error("a split has either \"line\" or \"polygon\", not both")]
    LineAndPolygon,
    /// A use of a seat that nobody knows.
    #[error("unknown use of a seat {seat_use:?}; use station, point, school, clinic, elder_care, business or closed")]
    UnknownSeatUse {
        /// The word.
        seat_use: String,
    },
    /// A record says what is done with the row, and only that.
    #[error("a record has one of \"set\", \"add\" and \"remove\"")]
    SetAddOrRemove,
    /// A lock on two things at once.
    #[error("a lock has either \"units\" or \"level\", not both")]
    UnitsAndLevel,
    /// A level that nobody knows.
    #[error("unknown level {level:?}; use group, village, township, county, parent or atom")]
    UnknownLevel {
        /// The level.
        level: String,
    },
}

/// What should stand at a place of a plan file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Members in braces.
    Object,
    /// Items in brackets.
    List,
    /// Text in quotation marks.
    Text,
    /// A number.
    Number,
    /// A code, which is text.
    Code,
    /// A whole number from 0.
    WholeNumber,
    /// Longitude and latitude.
    Position,
    /// How borders are repaired.
    Repair,
    /// `true` or `false`.
    YesNo,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "text",
            Self::Number => "a number",
            Self::Code => "a code, as text",
            Self::WholeNumber => "a whole number from 0",
            Self::Position => "a position: [longitude, latitude]",
            Self::YesNo => "true or false",
            Self::Repair => {
                "how borders are repaired: {\"snap_m\": 1, \"gap_width_m\": 100, \"kinds\": [\"overlap\", …]}"
            }
        })
    }
}

pub(super) const OPS: [&str; 13] = [
    "merge",
    "transfer",
    "split",
    "establish",
    "rename",
    "convert_kind",
    "move_seat",
    "abolish",
    "reinstate",
    "classify_seat",
    "record",
    "lock",
    "unlock",
];

/// Reads a whole plan file.
pub(super) fn plan(bytes: &[u8]) -> Result<Plan, PlanReadError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let value = once::read(bytes).map_err(|once::Fault { error, twice }| {
        let (line, column) = (error.line(), error.column());
        match twice {
            Some(member) => PlanReadError::Twice { line, column, member },
            None => PlanReadError::NotJson { line, column, reason: error.to_string() },
        }
    })?;
    let top = Place { at: "plan".to_owned(), value: &value };
    let members = top.object()?;
    match members.get("format").and_then(Value::as_str) {
        Some(FORMAT) => {}
        _ => return Err(top.problem(PlanProblem::WrongFormat)),
    }
    match top.need("version")?.value {
        Value::Number(version) if version.as_u64() == Some(VERSION) => {}
        version => return Err(top.problem(PlanProblem::WrongVersion { version: version.to_string() })),
    }
    let name = top.find("name").map(|name| name.text()).transpose()?.unwrap_or_default().to_owned();
    let base = top.find("base").map_or(Ok(Vec::new()), |base| base.list(base_ref))?;
    let edits = top.need("edits")?.list(edit)?;
    let known = ["format", "version", "name", "base", "edits"];
    let extra = members.iter().filter(|(key, _)| !known.contains(&key.as_str()));
    Ok(Plan { name, base, edits, extra: extra.map(|(key, value)| (key.clone(), value.clone())).collect() })
}

impl Edit {
    /// Reads one edit from its JSON form; `place` is said in complaints.
    ///
    /// # Errors
    /// [`PlanReadError::At`] names the place.
    pub fn from_json(value: &Value, place: &str) -> Result<Self, PlanReadError> {
        edit(&Place { at: place.to_owned(), value })
    }
}

fn base_ref(place: &Place<'_>) -> Result<BaseRef, PlanReadError> {
    let path = place.need("path")?.text()?.to_owned();
    let sha256 = text_of(place, "sha256")?;
    let joined = place.find("joined").map_or(Ok(Vec::new()), |joined| joined.list(joined_ref))?;
    let ledgers = place.find("ledgers").map_or(Ok(Vec::new()), |ledgers| ledgers.list(ledger_ref))?;
    let repaired = place.find("repaired").map(|repaired| repaired.repair()).transpose()?;
    Ok(BaseRef { path, sha256, joined, ledgers, repaired })
}

fn ledger_ref(place: &Place<'_>) -> Result<LedgerRef, PlanReadError> {
    let whole = |rows: Place<'_>| rows.value.as_u64().ok_or_else(|| rows.wrong(Expected::WholeNumber));
    Ok(LedgerRef {
        name: place.need("name")?.text()?.to_owned(),
        path: place.need("path")?.text()?.to_owned(),
        sheet: text_of(place, "sheet")?,
        sha256: text_of(place, "sha256")?,
        rows: place.find("rows").map(whole).transpose()?,
    })
}

fn joined_ref(place: &Place<'_>) -> Result<JoinedRef, PlanReadError> {
    let fields = |fields: Place<'_>| fields.list(|field| field.text().map(str::to_owned));
    Ok(JoinedRef {
        path: place.need("path")?.text()?.to_owned(),
        sheet: text_of(place, "sheet")?,
        sha256: text_of(place, "sha256")?,
        fields: place.find("fields").map_or(Ok(Vec::new()), fields)?,
    })
}

fn text_of(place: &Place<'_>, member: &'static str) -> Result<Option<String>, PlanReadError> {
    place.find(member).map(|text| text.text().map(str::to_owned)).transpose()
}

fn edit(place: &Place<'_>) -> Result<Edit, PlanReadError> {
    let op = place.need("op")?.text()?;
    let only = |known: &[&'static str]| place.only(known);
    let unit = || unit_ref(&place.need("unit")?);
    Ok(match op {
        "merge" => {
            only(&["op", "units", "form", "into"])?;
            let form = place.need("form")?;
            Edit::Merge {
                units: place.need("units")?.list(unit_ref)?,
                form: match form.text()? {
                    "establish" => Form::Establish,
                    "absorb" => Form::Absorb,
                    other => return Err(form.problem(PlanProblem::UnknownForm { form: other.to_owned() })),
                },
                into: place.find("into").map_or(Ok(Target::default()), |into| read_into(&into))?,
            }
        }
        "transfer" => {
            only(&["op", "units", "to"])?;
            Edit::Transfer { units: place.need("units")?.list(unit_ref)?, to: unit_ref(&place.need("to")?)? }
        }
        "split" => {
            only(&["op", "unit", "line", "polygon", "share", "parts"])?;
            Edit::Split {
                unit: unit()?,
                along: match place.find("polygon") {
                    Some(corners) if place.find("line").is_none() => Along::Polygon(corners.list(position)?),
                    Some(corners) => return Err(corners.problem(PlanProblem::LineAndPolygon)),
                    None => Along::Line(place.need("line")?.list(position)?),
                },
                share: place.find("share").map_or(Ok(Share::Area), |share| read_share(&share))?,
                parts: place.find("parts").map_or(Ok(Vec::new()), |parts| parts.list(split_part))?,
            }
        }
        "establish" => {
            only(&["op", "units", "into"])?;
            Edit::Establish {
                units: place.need("units")?.list(unit_ref)?,
                into: place.find("into").map_or(Ok(Target::default()), |into| read_into(&into))?,
            }
        }
        "rename" => {
            only(&["op", "unit", "name"])?;
            Edit::Rename { unit: unit()?, name: place.need("name")?.text()?.into() }
        }
        "convert_kind" => {
            only(&["op", "unit", "kind", "code", "name"])?;
            let code = place.find("code").map(|code| code.code()).transpose()?;
            let name = place.find("name").map(|name| name.text()).transpose()?.map(Into::into);
            Edit::ConvertKind { unit: unit()?, kind: kind(&place.need("kind")?)?, code, name }
        }
        "move_seat" => {
            only(&["op", "unit", "seat"])?;
            Edit::MoveSeat { unit: unit()?, seat: seat(&place.need("seat")?)? }
        }
        "abolish" => {
            only(&["op", "unit"])?;
            Edit::Abolish { unit: unit()? }
        }
        "classify_seat" => {
            only(&["op", "unit", "use"])?;
            let word = place.find("use").filter(|word| !word.value.is_null());
            let seat_use = word.map(|word| {
                let text = word.text()?;
                text.parse().map_err(|_| word.problem(PlanProblem::UnknownSeatUse { seat_use: text.to_owned() }))
            });
            Edit::ClassifySeat { unit: unit()?, seat_use: seat_use.transpose()? }
        }
        "record" => {
            only(&["op", "table", "id", "set", "add", "remove", "unit", "at"])?;
            let table = place.need("table")?.text()?.into();
            let id = place.find("id").map(|id| id.code()).transpose()?;
            Edit::Record { table, row: row_edit(place, id.is_some())?, id }
        }
        "reinstate" => {
            only(&["op", "unit"])?;
            Edit::Reinstate { unit: unit()? }
        }
        "lock" => {
            only(&["op", "units", "level", "reason"])?;
            let reason = place.find("reason").map(|reason| reason.text().map(CompactString::from)).transpose()?;
            Edit::Lock { target: lock_target(place)?, reason: reason.unwrap_or_default() }
        }
        "unlock" => {
            only(&["op", "units", "level"])?;
            Edit::Unlock { target: lock_target(place)? }
        }
        other => return Err(place.problem(PlanProblem::UnknownOp { op: other.to_owned() })),
    })
}

/// What is done with a row: one of the three.
fn row_edit(place: &Place<'_>, has_id: bool) -> Result<RowEdit, PlanReadError> {
    let [set, add, remove] = ["set", "add", "remove"].map(|member| place.find(member));
    let row = match (set, add, remove) {
        (Some(set), None, None) => RowEdit::Set { set: cells(&set)? },
        (None, Some(add), None) => {
            let unit = place.find("unit").map(|unit| unit_ref(&unit)).transpose()?;
            return Ok(RowEdit::Add {
                add: cells(&add)?,
                unit,
                at: place.find("at").map(|at| position(&at)).transpose()?,
            });
        }
        (None, None, Some(remove)) => match remove.value {
            Value::Bool(yes) => RowEdit::Remove { remove: *yes },
            _ => return Err(remove.wrong(Expected::YesNo)),
        },
        _ => return Err(place.problem(PlanProblem::SetAddOrRemove)),
    };
    place.only(&["op", "table", "id", "set", "remove"])?;
    if has_id { Ok(row) } else { Err(place.problem(PlanProblem::Missing { member: "id" })) }
}

/// Cells by the names of columns: texts, numbers as they are written, nothing for a blank one.
fn cells(place: &Place<'_>) -> Result<Cells, PlanReadError> {
    let cell = |(column, value): (&String, &Value)| {
        let text = match value {
            Value::Null => CompactString::default(),
            Value::String(text) => text.as_str().into(),
            Value::Number(number) => number.to_string().into(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                let place = Place { at: format!("{}.{column}", place.at), value };
                return Err(place.wrong(Expected::Text));
            }
        };
        Ok((column.as_str().into(), text))
    };
    place.object()?.iter().map(cell).collect()
}

fn lock_target(place: &Place<'_>) -> Result<LockTarget, PlanReadError> {
    let Some(level) = place.find("level") else { return Ok(LockTarget::Units(place.need("units")?.list(unit_ref)?)) };
    let word = level.text()?;
    if place.find("units").is_some() {
        return Err(level.problem(PlanProblem::UnitsAndLevel));
    }
    let known = word.parse().map_err(|_| level.problem(PlanProblem::UnknownLevel { level: word.to_owned() }))?;
    Ok(LockTarget::Level(known))
}

fn read_into(place: &Place<'_>) -> Result<Target, PlanReadError> {
    place.only(&["code", "name", "kind", "seat", "parent"])?;
    Ok(Target {
        code: place.find("code").map(|code| code.code()).transpose()?,
        name: place.find("name").map(|name| name.text().map(CompactString::from)).transpose()?,
        kind: place.find("kind").map(|word| kind(&word)).transpose()?,
        seat: place.find("seat").map(|at| seat(&at)).transpose()?,
        parent: place.find("parent").map(|parent| unit_ref(&parent)).transpose()?,
    })
}

fn unit_ref(place: &Place<'_>) -> Result<UnitRef, PlanReadError> {
    if !place.value.is_object() {
        return place.code().map(UnitRef::Code);
    }
    place.only(&["level", "code", "index"])?;
    let level = place.need("level")?;
    let word = level.text()?;
    let Ok(known) = word.parse::<Level>() else {
        return Err(level.problem(PlanProblem::UnknownLevel { level: word.to_owned() }));
    };
    if known == Level::Atom
        && let Some(index) = place.find("index")
    {
        let number = index.value.as_u64().and_then(|number| u32::try_from(number).ok());
        return match number {
            Some(index) => Ok(UnitRef::Atom { index }),
            None => Err(index.problem(PlanProblem::WrongType { expected: Expected::WholeNumber })),
        };
    }
    place.only(&["level", "code"])?;
    Ok(UnitRef::AtLevel { level: known, code: place.need("code")?.code()? })
}

fn kind(place: &Place<'_>) -> Result<Kind, PlanReadError> {
    let word = place.text()?;
    Ok(word.parse().unwrap_or_else(|_| Kind::Other(word.into())))
}

fn seat(place: &Place<'_>) -> Result<SeatSpec, PlanReadError> {
    place.only(&["lon", "lat", "name"])?;
    Ok(SeatSpec {
        lon: place.need("lon")?.number()?,
        lat: place.need("lat")?.number()?,
        name: place.find("name").map(|name| name.text().map(CompactString::from)).transpose()?,
    })
}

fn split_part(place: &Place<'_>) -> Result<SplitPart, PlanReadError> {
    if let Some(to) = place.find("to") {
        place.only(&["to"])?;
        return Ok(SplitPart { to: Some(unit_ref(&to)?), ..SplitPart::default() });
    }
    place.only(&["code", "name", "kind", "seat", "to"])?;
    Ok(SplitPart {
        code: place.find("code").map(|code| code.code()).transpose()?,
        name: place.find("name").map(|name| name.text().map(CompactString::from)).transpose()?,
        kind: place.find("kind").map(|word| kind(&word)).transpose()?,
        seat: place.find("seat").map(|at| seat(&at)).transpose()?,
        to: None,
    })
}

fn read_share(place: &Place<'_>) -> Result<Share, PlanReadError> {
    let by = place.need("by")?;
    match by.text()? {
        "area" => {
            place.only(&["by"])?;
            Ok(Share::Area)
        }
        "weights" => {
            place.only(&["by", "left", "right", "of"])?;
            Ok(Share::Weights {
                left: place.need("left")?.number()?,
                right: place.need("right")?.number()?,
                of: place.find("of").map(|of| of.text().map(str::to_owned)).transpose()?.unwrap_or_default(),
            })
        }
        other => Err(by.problem(PlanProblem::UnknownShare { share: other.to_owned() })),
    }
}

fn position(place: &Place<'_>) -> Result<[f64; 2], PlanReadError> {
    match place.list(Place::number)?[..] {
        [lon, lat] => Ok([lon, lat]),
        _ => Err(place.problem(PlanProblem::WrongType { expected: Expected::Position })),
    }
}

/// A value and where it stands.
struct Place<'a> {
    at: String,
    value: &'a Value,
}

impl<'a> Place<'a> {
    fn problem(&self, problem: PlanProblem) -> PlanReadError {
        PlanReadError::At { place: self.at.clone(), problem }
    }

    fn wrong(&self, expected: Expected) -> PlanReadError {
        self.problem(PlanProblem::WrongType { expected })
    }

    fn object(&self) -> Result<&'a Map<String, Value>, PlanReadError> {
        self.value.as_object().ok_or_else(|| self.wrong(Expected::Object))
    }

    /// A member, unless it is not there or null.
    fn find(&self, member: &'static str) -> Option<Self> {
        let value = self.value.get(member).filter(|value| !value.is_null())?;
        let at = if self.at == "plan" { member.to_owned() } else { format!("{}.{member}", self.at) };
        Some(Self { at, value })
    }

    fn need(&self, member: &'static str) -> Result<Self, PlanReadError> {
        self.object()?;
        self.find(member).ok_or_else(|| self.problem(PlanProblem::Missing { member }))
    }

    /// Fails on a member that does not belong here.
    fn only(&self, known: &[&'static str]) -> Result<(), PlanReadError> {
        match self.object()?.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.problem(PlanProblem::Unknown { member: key.clone(), known: known.to_vec() })),
        }
    }

    fn list<T>(&self, read: impl Fn(&Self) -> Result<T, PlanReadError>) -> Result<Vec<T>, PlanReadError> {
        let items = self.value.as_array().ok_or_else(|| self.wrong(Expected::List))?;
        items.iter().enumerate().map(|(i, value)| read(&Self { at: format!("{}[{i}]", self.at), value })).collect()
    }

    fn text(&self) -> Result<&'a str, PlanReadError> {
        self.value.as_str().ok_or_else(|| self.wrong(Expected::Text))
    }

    fn number(&self) -> Result<f64, PlanReadError> {
        self.value.as_f64().ok_or_else(|| self.wrong(Expected::Number))
    }

    fn repair(&self) -> Result<BorderRepair, PlanReadError> {
        BorderRepair::deserialize(self.value).map_err(|_| self.wrong(Expected::Repair))
    }

    fn code(&self) -> Result<CompactString, PlanReadError> {
        match self.value {
            Value::Number(number) => Err(self.problem(PlanProblem::NumberAsCode { number: number.to_string() })),
            value => value.as_str().map(CompactString::from).ok_or_else(|| self.wrong(Expected::Code)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the plan format.
    const EXAMPLE: &str = r#"{
        "format": "quhua-plan", "version": 1, "name": "方案一", "author": {"office": "民政局"},
        "base": [{"path": "villages.geojson", "sha256": "ab"}],
        "edits": [
            {"op": "merge", "units": ["510722101", "510722205"], "form": "establish",
             "into": {"code": "510722123", "name": "新镇", "kind": "town",
                      "seat": {"lon": 105.09, "lat": 31.10, "name": "解放街12号"}}},
            {"op": "merge", "units": ["510722206", {"level": "township", "code": "510722102"}], "form": "absorb",
             "into": {"code": "510722102", "parent": "510722"}},
            {"op": "merge", "units": ["1", "2"], "form": "establish"},
            {"op": "transfer", "units": ["510722207203", {"level": "atom", "index": 17}], "to": "510722102"},
            {"op": "split", "unit": "510722207205", "line": [[105.1, 31.2], [105.2, 31.2]],
             "parts": [{"code": "510722207205", "name": "甲村"}, {"code": "510722207299"}]},
            {"op": "rename", "unit": "510722102", "name": "新名"},
            {"op": "convert_kind", "unit": "510722208", "kind": "town", "code": "510722124", "name": "石桥镇"},
            {"op": "move_seat", "unit": "510722102", "seat": {"lon": 105.11, "lat": 31.12}},
            {"op": "abolish", "unit": "510722209"}
        ]}"#;

    fn complaint(edit: &str) -> String {
        let text = format!(r#"{{"format": "quhua-plan", "version": 1, "edits": [{edit}]}}"#);
        Plan::parse(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn every_operation_that_is_written_is_read() {
        use crate::edit::{Along, Form, SeatSpec, Share, Target};
        use crate::i18n::one_of_each;
        let unit = || UnitRef::code("1");
        let units = || vec![unit(), UnitRef::code("2")];
        let seat = || SeatSpec { lon: 105.0, lat: 31.0, name: None };
        let line = Along::Line(vec![[105.0, 31.0], [106.0, 31.0]]);
        let edits = one_of_each!(Edit:
            Merge { units: units(), form: Form::Absorb, into: Target::default() },
            Transfer { units: units(), to: unit() },
            Split { unit: unit(), along: line, share: Share::Area, parts: Vec::new() },
            Establish { units: units(), into: Target::default() },
            Rename { unit: unit(), name: "甲".into() },
            ConvertKind { unit: unit(), kind: Kind::Town, code: None, name: Some("n".into()) },
            MoveSeat { unit: unit(), seat: seat() },
            Abolish { unit: unit() },
            Reinstate { unit: unit() },
            ClassifySeat { unit: unit(), seat_use: None },
            Record {
                table: "schools".into(),
                id: Some("S1".into()),
                row: RowEdit::Add { add: [("状态".into(), "并入".into())].into(), unit: Some(unit()), at: Some([1.0, 2.0]) },
            },
            Lock { target: LockTarget::Units(units()), reason: "定".into() },
            Unlock { target: LockTarget::Units(units()) },
        );
        assert_eq!(edits.len(), OPS.len());
        for edit in edits {
            assert!(OPS.contains(&edit.op()), "{}", edit.op());
            let value = serde_json::to_value(&edit).unwrap();
            assert_eq!(Edit::from_json(&value, "here").unwrap(), edit);
        }
    }

    #[test]
    fn a_plan_is_written_as_it_was_read() {
        let plan = Plan::parse(EXAMPLE.as_bytes()).unwrap();
        assert_eq!(plan.edits.len(), 9);
        let written: Value = serde_json::from_str(&plan.write()).unwrap();
        let original: Value = serde_json::from_str(EXAMPLE).unwrap();
        assert_eq!(written, original);
        assert_eq!(Plan::parse(plan.write().as_bytes()).unwrap(), plan);
        assert_eq!(Plan::parse(format!("\u{feff}{EXAMPLE}").as_bytes()).unwrap(), plan);
    }

    #[test]
    fn a_code_that_is_a_number_is_refused_with_its_place() {
        assert_eq!(
            complaint(r#"{"op": "rename", "unit": 510722102, "name": "x"}"#),
            "edits[0].unit: codes are text; write \"510722102\" in quotation marks, not the number 510722102"
        );
        let merge = r#"{"op": "merge", "units": ["1", 2], "form": "establish", "into": {"code": 3}}"#;
        assert!(complaint(merge).starts_with("edits[0].units[1]: codes are text"));
        let at_level = r#"{"op": "abolish", "unit": {"level": "village", "code": 5}}"#;
        assert!(complaint(at_level).starts_with("edits[0].unit.code: codes are text"));
    }

    #[test]
    fn complaints_name_what_is_wrong() {
        assert_eq!(complaint(r#"{"op": "rename", "unit": "1"}"#), "edits[0]: the member \"name\" is missing");
        assert!(
            complaint(r#"{"op": "melt", "unit": "1"}"#)
                .starts_with("edits[0]: unknown operation \"melt\"; known: merge")
        );
        assert!(complaint(r#"{"op": "abolish", "unit": "1", "seet": 1}"#).contains("unknown member \"seet\""));
        assert!(complaint(r#"{"op": "merge", "units": [], "form": "melt"}"#).contains("\"establish\" or \"absorb\""));
        assert!(complaint(r#"{"op": "abolish", "unit": {"level": "hamlet", "code": "1"}}"#).contains("unknown level"));
        assert_eq!(complaint("7"), "edits[0]: must be an object");
        let text = |json: &str| Plan::parse(json.as_bytes()).unwrap_err().to_string();
        assert!(text("{\"format\":\n").starts_with("line 2, column 0: the plan is not valid JSON"));
        assert!(text("{}").contains("not a plan file"));
        assert_eq!(
            text(r#"{"format": "quhua-plan", "version": 2, "edits": []}"#),
            "plan: the plan has version 2; this program reads version 1"
        );
        assert_eq!(text(r#"{"format": "quhua-plan", "edits": []}"#), "plan: the member \"version\" is missing");
        assert_eq!(text(r#"{"format": "quhua-plan", "version": 1}"#), "plan: the member \"edits\" is missing");
    }
}
