//! Rows of a field, put together from the columns of values that it has: lists, structs and maps as JSON.
//!
//! Levels say what is there: a definition level how much of a field is, a repetition level what another value belongs to.
//! What they say is not believed: where they lead to no value there is none, and no row reaches into the next.

use super::footer::{Kind, Node, Repetition};
use super::values::{Batch, Texts, Values};
use crate::io::gather::json_text;

/// A column of values, and how far it is read.
#[derive(Debug)]
struct Cursor<'a> {
    batch: &'a Batch,
    texts: &'a Texts,
    /// Next level.
    at: usize,
    /// Next value.
    value: usize,
}

impl<'a> Cursor<'a> {
    /// The beginning of a column that was read as JSON.
    fn new(batch: &'a Batch) -> Option<Self> {
        match &batch.values {
            Values::Json(texts) => Some(Self { batch, texts, at: 0, value: 0 }),
            Values::Bytes(_) | Values::Doubles(_) => None,
        }
    }

    /// Definition level of what comes next.
    fn def(&self) -> i16 {
        if self.batch.highest == 0 { 0 } else { self.batch.defs.get(self.at).copied().unwrap_or(-1) }
    }

    /// Repetition level of what comes next: 0 where a row begins, or nothing comes.
    fn rep(&self) -> i16 {
        self.batch.reps.get(self.at).copied().unwrap_or(0)
    }

    /// Passes over what comes next, and returns it where it is a value.
    fn next(&mut self) -> Option<&'a str> {
        let is_value = self.def() == self.batch.highest;
        self.at += 1;
        let text = self.texts.get(self.value).filter(|_| is_value);
        self.value += usize::from(is_value);
        text
    }
}

/// Rows of a field as JSON. `batches`: its columns of values, in their order. Beyond `most` bytes nothing more is written.
pub(super) fn json(node: &Node, batches: &[Batch], rows: usize, most: usize) -> Texts {
    let mut cursors: Vec<Cursor<'_>> = batches.iter().filter_map(Cursor::new).collect();
    let mut writer = Writer { texts: Texts::default(), most };
    for _ in 0..rows {
        writer.all(node, &mut cursors);
        // Whatever the levels said, the next row begins where all columns have one.
        for cursor in &mut cursors {
            while cursor.rep() > 0 {
                cursor.next();
            }
        }
        writer.texts.end();
        if writer.is_full() {
            break;
        }
    }
    writer.texts
}

struct Writer {
    texts: Texts,
    most: usize,
}

type Member = fn(&mut Writer, &Node, &mut [Cursor<'_>]);

impl Writer {
    fn push(&mut self, text: &str) {
        self.texts.open().push_str(text);
    }

    fn is_full(&self) -> bool {
        self.texts.bytes() > self.most
    }

    /// Writes what comes next of a field, all of it where it repeats.
    fn all(&mut self, node: &Node, cursors: &mut [Cursor<'_>]) {
        if node.repetition == Repetition::Repeated {
            self.list(node, cursors, Self::one, ["[", "]"]);
        } else {
            self.one(node, cursors);
        }
    }

    fn list(&mut self, node: &Node, cursors: &mut [Cursor<'_>], member: Member, marks: [&str; 2]) {
        self.push(marks[0]);
        if is_there(node, cursors) {
            member(self, node, cursors);
            while cursors.first().is_some_and(|first| first.rep() >= node.rep) && !self.is_full() {
                self.push(",");
                member(self, node, cursors);
            }
        }
        self.push(marks[1]);
    }

    /// Writes one of them.
    fn one(&mut self, node: &Node, cursors: &mut [Cursor<'_>]) {
        if let Kind::Leaf(_) = node.kind {
            let text = cursors.first_mut().and_then(Cursor::next);
            return self.push(text.unwrap_or("null"));
        }
        if !is_there(node, cursors) {
            return self.push("null");
        }
        match &node.kind {
            Kind::Leaf(_) => {}
            Kind::Struct(fields) => self.object(fields, cursors),
            Kind::List(fields) => match fields.as_slice() {
                // The members lie in a group of their own, unless they are older than that.
                [inner] if inner.repetition == Repetition::Repeated => {
                    let member = if is_around(inner) { Self::only } else { Self::one };
                    self.list(inner, cursors, member, ["[", "]"]);
                }
                fields => self.object(fields, cursors),
            },
            Kind::Map(fields) => match fields.as_slice() {
                [inner] if inner.repetition == Repetition::Repeated && pair(inner).is_some() => {
                    self.list(inner, cursors, Self::entry, ["{", "}"]);
                }
                fields => self.object(fields, cursors),
            },
        }
    }

    /// Writes the only field of a group for the group.
    fn only(&mut self, node: &Node, cursors: &mut [Cursor<'_>]) {
        match &node.kind {
            Kind::Struct(fields) if fields.len() == 1 => self.all(&fields[0], cursors),
            Kind::Leaf(_) | Kind::Struct(_) | Kind::List(_) | Kind::Map(_) => self.one(node, cursors),
        }
    }

    fn object(&mut self, fields: &[Node], cursors: &mut [Cursor<'_>]) {
        let (mut before, mut rest) = ("{", cursors);
        for field in fields {
            self.push(before);
            self.push(&json_text(&field.name));
            self.push(":");
            let (own, others) = split(field, rest);
            self.all(field, own);
            (before, rest) = (",", others);
        }
        self.push("}");
    }

    /// A key and its value.
    fn entry(&mut self, node: &Node, cursors: &mut [Cursor<'_>]) {
        let Some([key, value]) = pair(node) else { return };
        let (own, rest) = split(key, cursors);
        let name = own.first_mut().and_then(Cursor::next).unwrap_or("null");
        if name.starts_with('"') {
            self.push(name);
        } else {
            self.push(&json_text(name));
        }
        self.push(":");
        self.all(value, split(value, rest).0);
    }
}

/// Whether there is one, by the first of its columns; else all of them are led past it.
fn is_there(node: &Node, cursors: &mut [Cursor<'_>]) -> bool {
    let is_there = cursors.first().is_some_and(|first| first.def() >= node.def);
    if !is_there {
        for cursor in cursors {
            cursor.next();
        }
    }
    is_there
}

/// Whether a group lies around each member of a list, and is no member itself, as with old programs.
fn is_around(node: &Node) -> bool {
    let is_member = node.name == "array" || node.name.ends_with("_tuple");
    matches!(&node.kind, Kind::Struct(fields) if fields.len() == 1) && !is_member
}

/// Columns of values of a field, and those of the fields behind it.
fn split<'c, 'a>(node: &Node, cursors: &'c mut [Cursor<'a>]) -> (&'c mut [Cursor<'a>], &'c mut [Cursor<'a>]) {
    let count = node.leaves().len().min(cursors.len());
    cursors.split_at_mut(count)
}

/// Key and value of what repeats in a map, where keys are plain.
fn pair(node: &Node) -> Option<[&Node; 2]> {
    match &node.kind {
        Kind::Struct(fields) | Kind::Map(fields) => match fields.as_slice() {
            [key, value] if matches!(key.kind, Kind::Leaf(_)) && key.repetition != Repetition::Repeated => {
                Some([key, value])
            }
            _ => None,
        },
        Kind::Leaf(_) | Kind::List(_) => None,
    }
}
