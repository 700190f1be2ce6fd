//! The footer of a Parquet file: its fields as a tree, and where the bytes of each column lie.
//!
//! 1. Everything is held against the file: a stretch of bytes lies in it, a group of rows has a stretch for every column.
//! 2. What fields are annotated with is read in both forms, that of the first version of the format and that of the second.

use parquet::basic::Type as Physical;

use super::ParquetProblem;
use super::thrift::Value;

/// How a file begins and ends.
pub(super) const MAGIC: &[u8] = b"PAR1";
/// Largest footer, in bytes.
const MOST: usize = 32 << 20;
/// Bytes behind the footer: its size, and the mark.
const TAIL: usize = 8;
/// Groups within groups.
const DEPTH: i16 = 16;

/// What a file says of itself.
#[derive(Debug, Default)]
pub(super) struct Footer {
    pub rows: usize,
    /// The columns of the table, which may have columns of their own.
    pub fields: Vec<Node>,
    pub groups: Vec<Group>,
    /// What programs noted: names and texts.
    pub notes: Vec<(String, String)>,
}

/// Some rows, one behind the other.
#[derive(Debug)]
pub(super) struct Group {
    pub rows: usize,
    /// One for each column of values.
    pub chunks: Vec<Chunk>,
}

/// Where the values of a column lie.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Chunk {
    pub start: usize,
    pub end: usize,
    /// How its pages are packed.
    pub codec: i64,
}

/// A field.
#[derive(Debug)]
pub(super) struct Node {
    pub name: String,
    pub repetition: Repetition,
    /// Definition level at which there is one.
    pub def: i16,
    /// Repetition level at which another one begins, where it repeats; else that of what is around it.
    pub rep: i16,
    pub kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repetition {
    Required,
    Optional,
    Repeated,
}

#[derive(Debug)]
pub(super) enum Kind {
    Leaf(Leaf),
    /// Fields by name.
    Struct(Vec<Node>),
    /// What repeats in it is its members.
    List(Vec<Node>),
    /// What repeats in it is keys with values.
    Map(Vec<Node>),
}

/// A column of values.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// Its place among all columns of values.
    pub column: usize,
    pub physical: Physical,
    /// Bytes of a value of fixed length.
    pub length: i32,
    pub logical: Logical,
}

/// What values mean.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Logical {
    /// Nothing beyond what they are.
    Plain,
    Text,
    Json,
    Unsigned,
    Date,
    /// In this part of a second.
    Time(Fraction),
    Timestamp(Fraction, IsUtc),
    /// With so many digits behind the point.
    Decimal(usize),
    Uuid,
    Half,
    /// Well-known binary in a coordinate system.
    Geometry(Option<String>),
    /// Something that no text stands for.
    Opaque,
}

pub(super) type IsUtc = bool;

/// How many of them make a second, as a power of ten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fraction {
    Milli,
    Micro,
    Nano,
}

impl Node {
    /// All columns of values in it, each with the node that it is.
    pub fn leaves(&self) -> Vec<(&Self, &Leaf)> {
        match &self.kind {
            Kind::Leaf(leaf) => vec![(self, leaf)],
            Kind::Struct(fields) | Kind::List(fields) | Kind::Map(fields) => {
                fields.iter().flat_map(Self::leaves).collect()
            }
        }
    }
}

impl Footer {
    /// Bytes at the end of a file that its footer takes, by its last ones.
    pub fn size(tail: &[u8]) -> Result<usize, ParquetProblem> {
        let rest = tail.strip_suffix(MAGIC).and_then(<[u8]>::last_chunk).ok_or(ParquetProblem::CutOff)?;
        let size = usize::try_from(u32::from_le_bytes(*rest)).unwrap_or(usize::MAX);
        if size > MOST { Err(ParquetProblem::Damaged) } else { Ok(size + TAIL) }
    }

    /// Reads the end of a file of so many bytes, which begins with or before its footer.
    pub fn read(end: &[u8], file: usize) -> Result<Self, ParquetProblem> {
        let start = end.len().checked_sub(Self::size(end)?).ok_or(ParquetProblem::CutOff)?;
        let (head, _) = Value::read(&end[start..end.len() - TAIL]).ok_or(ParquetProblem::Damaged)?;
        if head.field(8).is_some() {
            return Err(ParquetProblem::Encrypted);
        }
        Self::of(&head, file - (end.len() - start).min(file))
    }

    /// `most`: where the bytes of columns end.
    fn of(head: &Value<'_>, most: usize) -> Result<Self, ParquetProblem> {
        let damaged = || ParquetProblem::Damaged;
        let elements = head.list(2).ok_or_else(damaged)?;
        let mut tree = Tree { rest: elements, leaves: 0 };
        let root = tree.take().ok_or_else(damaged)?;
        let fields = tree.children(root.size(5).unwrap_or(0), (0, 0)).ok_or_else(damaged)?;
        let leaves = tree.leaves;
        let groups = head.list(4).unwrap_or_default();
        let groups: Vec<Group> = groups.iter().map(|group| Group::of(group, leaves, most)).collect::<Result<_, _>>()?;
        let notes = head.list(5).unwrap_or_default();
        let notes = notes.iter().filter_map(|note| Some((note.text(1)?, note.text(2)?))).collect();
        let rows = groups.iter().try_fold(0_usize, |all, group| all.checked_add(group.rows)).ok_or_else(damaged)?;
        Ok(Self { rows, fields, groups, notes })
    }

    /// What is noted under a name.
    pub fn note(&self, name: &str) -> Option<&str> {
        self.notes.iter().find(|(there, _)| there == name).map(|(_, text)| text.as_str())
    }
}

impl Group {
    fn of(group: &Value<'_>, leaves: usize, most: usize) -> Result<Self, ParquetProblem> {
        let columns = group.list(1).unwrap_or_default();
        let rows = group.size(3).ok_or(ParquetProblem::Damaged)?;
        if columns.len() != leaves {
            return Err(ParquetProblem::Damaged);
        }
        let chunks = columns.iter().map(|column| Chunk::of(column, most)).collect::<Result<_, _>>()?;
        Ok(Self { rows, chunks })
    }
}

impl Chunk {
    fn of(column: &Value<'_>, most: usize) -> Result<Self, ParquetProblem> {
        // In a file of its own, or to be read with a key.
        if column.field(1).is_some() {
            return Err(ParquetProblem::Damaged);
        }
        if column.field(8).is_some() || column.field(9).is_some() {
            return Err(ParquetProblem::Encrypted);
        }
        let read = || {
            let meta = column.field(3)?;
            let data = meta.size(9)?;
            let start = meta.size(11).filter(|&it| it > 0 && it < data).unwrap_or(data);
            let end = start.checked_add(meta.size(7)?).filter(|&end| end <= most)?;
            Some(Self { start, end, codec: meta.int(4)? })
        };
        read().ok_or(ParquetProblem::Damaged)
    }
}

/// Elements of a schema, which stand before their children.
struct Tree<'a, 'b> {
    rest: &'a [Value<'b>],
    leaves: usize,
}

impl<'a, 'b> Tree<'a, 'b> {
    fn take(&mut self) -> Option<&'a Value<'b>> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    fn children(&mut self, count: usize, levels: (i16, i16)) -> Option<Vec<Node>> {
        // Each takes an element.
        (count <= self.rest.len()).then(|| (0..count).map(|_| self.node(levels)).collect())?
    }

    fn node(&mut self, (def, rep): (i16, i16)) -> Option<Node> {
        let element = self.take()?;
        let repetition = match element.int(3)? {
            0 => Repetition::Required,
            1 => Repetition::Optional,
            2 => Repetition::Repeated,
            _ => return None,
        };
        let def = def + i16::from(repetition != Repetition::Required);
        let rep = rep + i16::from(repetition == Repetition::Repeated);
        if def > DEPTH {
            return None;
        }
        let kind = match element.size(5).unwrap_or(0) {
            0 => {
                let leaf = Leaf {
                    column: self.leaves,
                    physical: physical(element.int(1)?)?,
                    length: element.int(2).unwrap_or(0).try_into().ok()?,
                    logical: logical(element),
                };
                if leaf.physical == Physical::FIXED_LEN_BYTE_ARRAY && !(1..=1 << 20).contains(&leaf.length) {
                    return None;
                }
                self.leaves += 1;
                Kind::Leaf(leaf)
            }
            count => {
                let fields = self.children(count, (def, rep))?;
                let by_union = element.field(10).and_then(Value::only).map(|(id, _)| id);
                match (by_union, element.int(6)) {
                    (Some(3), _) | (None, Some(3)) => Kind::List(fields),
                    (Some(2), _) | (None, Some(1 | 2)) => Kind::Map(fields),
                    _ => Kind::Struct(fields),
                }
            }
        };
        Some(Node { name: element.text(4)?, repetition, def, rep, kind })
    }
}

const fn physical(code: i64) -> Option<Physical> {
    Some(match code {
        0 => Physical::BOOLEAN,
        1 => Physical::INT32,
        2 => Physical::INT64,
        3 => Physical::INT96,
        4 => Physical::FLOAT,
        5 => Physical::DOUBLE,
        6 => Physical::BYTE_ARRAY,
        7 => Physical::FIXED_LEN_BYTE_ARRAY,
        _ => return None,
    })
}

/// What an element is annotated with.
fn logical(element: &Value<'_>) -> Logical {
    let scale = |value: Option<usize>| value.filter(|&scale| scale <= 38).map_or(Logical::Opaque, Logical::Decimal);
    let fraction = |unit: Option<&Value<'_>>| match unit?.only()?.0 {
        1 => Some(Fraction::Milli),
        2 => Some(Fraction::Micro),
        3 => Some(Fraction::Nano),
        _ => None,
    };
    if let Some((id, what)) = element.field(10).and_then(Value::only) {
        return match id {
            1 | 4 => Logical::Text,
            5 => scale(what.size(1)),
            6 => Logical::Date,
            7 => fraction(what.field(2)).map_or(Logical::Opaque, Logical::Time),
            8 => fraction(what.field(2))
                .map_or(Logical::Opaque, |unit| Logical::Timestamp(unit, what.flag(1).unwrap_or(false))),
            10 if what.flag(2) == Some(false) => Logical::Unsigned,
            10 | 11 => Logical::Plain,
            12 => Logical::Json,
            14 => Logical::Uuid,
            15 => Logical::Half,
            17 | 18 => Logical::Geometry(what.text(1)),
            _ => Logical::Opaque,
        };
    }
    match element.int(6) {
        Some(0 | 4) => Logical::Text,
        Some(5) => scale(Some(element.size(7).unwrap_or(0))),
        Some(6) => Logical::Date,
        Some(7) => Logical::Time(Fraction::Milli),
        Some(8) => Logical::Time(Fraction::Micro),
        Some(9) => Logical::Timestamp(Fraction::Milli, true),
        Some(10) => Logical::Timestamp(Fraction::Micro, true),
        Some(11..=14) => Logical::Unsigned,
        None | Some(15..=18) => Logical::Plain,
        Some(19) => Logical::Json,
        Some(_) => Logical::Opaque,
    }
}
