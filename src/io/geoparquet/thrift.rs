//! Heads in Thrift's compact protocol, as trees of values: what stands in the footer and before every page.
//!
//! 1. No count is believed: a list has as many members as there are bytes for, and a tree no more levels than [`DEPTH`].
//! 2. Nothing is known here of what fields mean; one that is not asked for is passed over.

/// Values within values. The deepest of the format are some eight.
const DEPTH: usize = 24;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Bool(bool),
    /// Whole numbers of any width.
    Int(i64),
    Bytes(&'a [u8]),
    List(Vec<Self>),
    /// Fields by their numbers.
    Struct(Vec<(i16, Self)>),
    /// Doubles, maps and the like, which the format makes no use of.
    Other,
}

impl<'a> Value<'a> {
    /// Reads a struct, and says how many bytes it takes.
    pub fn read(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let mut walk = Walk { rest: bytes };
        let value = walk.fields(0)?;
        Some((value, bytes.len() - walk.rest.len()))
    }

    /// A field of a struct.
    pub fn field(&self, id: i16) -> Option<&Self> {
        let Self::Struct(fields) = self else { return None };
        fields.iter().find(|(there, _)| *there == id).map(|(_, value)| value)
    }

    /// The only field of a union, and its number.
    pub fn only(&self) -> Option<(i16, &Self)> {
        let Self::Struct(fields) = self else { return None };
        fields.first().map(|(id, value)| (*id, value))
    }

    pub fn int(&self, id: i16) -> Option<i64> {
        if let Self::Int(value) = self.field(id)? { Some(*value) } else { None }
    }

    /// A count or a size.
    pub fn size(&self, id: i16) -> Option<usize> {
        self.int(id)?.try_into().ok()
    }

    pub fn flag(&self, id: i16) -> Option<bool> {
        if let Self::Bool(value) = self.field(id)? { Some(*value) } else { None }
    }

    pub fn list(&self, id: i16) -> Option<&[Self]> {
        if let Self::List(list) = self.field(id)? { Some(list) } else { None }
    }

    pub fn text(&self, id: i16) -> Option<String> {
        if let Self::Bytes(bytes) = self.field(id)? { Some(String::from_utf8_lossy(bytes).into_owned()) } else { None }
    }
}

struct Walk<'a> {
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// A count of what takes at least a byte each.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.unsigned()?).ok().filter(|&count| count <= self.rest.len())
    }

    fn fields(&mut self, depth: usize) -> Option<Value<'a>> {
        let (mut fields, mut id) = (Vec::new(), 0_i16);
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(Value::Struct(fields));
            }
            id = match head >> 4 {
                0 => self.signed()?.try_into().ok()?,
                step => id.checked_add(step.into())?,
            };
            let value = match head & 0xf {
                1 => Value::Bool(true),
                2 => Value::Bool(false),
                kind => self.value(kind, depth)?,
            };
            fields.push((id, value));
        }
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<Value<'a>> {
        if depth >= DEPTH {
            return None;
        }
        Some(match kind {
            // As a member of a list; as a field it stands in the head.
            1 | 2 => Value::Bool(self.byte()? == 1),
            3 => Value::Int(i64::from(self.byte()?.cast_signed())),
            4..=6 => Value::Int(self.signed()?),
            7 => self.bytes(8).map(|_| Value::Other)?,
            8 => {
                let count = self.count()?;
                Value::Bytes(self.bytes(count)?)
            }
            9 | 10 => {
                let head = self.byte()?;
                let count = match head >> 4 {
                    15 => self.count()?,
                    few => usize::from(few),
                };
                Value::List((0..count).map(|_| self.value(head & 0xf, depth + 1)).collect::<Option<_>>()?)
            }
            11 => {
                let count = self.count()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.value(kinds >> 4, depth + 1)?;
                    self.value(kinds & 0xf, depth + 1)?;
                }
                Value::Other
            }
            12 => self.fields(depth + 1)?,
            13 => self.bytes(16).map(|_| Value::Other)?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_by_number_whatever_lies_between_them() {
        // 1: 150, 2: true, 5: "ab", 6: [1, -1], 40: {1: -3}
        let bytes = [
            &[0x15, 0xac, 0x02, 0x11, 0x38, 0x02, b'a', b'b', 0x19, 0x25, 0x02, 0x01][..],
            &[0x0c, 0x50, 0x15, 0x05, 0x00, 0x00, 9],
        ]
        .concat();
        let (value, taken) = Value::read(&bytes).unwrap();
        assert_eq!(taken, bytes.len() - 1);
        assert_eq!((value.int(1), value.flag(2), value.text(5).as_deref()), (Some(150), Some(true), Some("ab")));
        assert_eq!(value.list(6), Some(&[Value::Int(1), Value::Int(-1)][..]));
        assert_eq!(value.field(40).and_then(Value::only), Some((1, &Value::Int(-3))));
        assert_eq!((value.size(1), value.int(7), value.size(40)), (Some(150), None, None));
        assert!((0..taken).all(|end| Value::read(&bytes[..end]).is_none()));
    }

    #[test]
    fn counts_and_depths_are_not_believed() {
        let lists = |count: usize| [vec![0x19], vec![0x19; count], vec![0x00; 2]].concat();
        assert!(Value::read(&lists(DEPTH - 2)).is_some());
        assert!(Value::read(&lists(DEPTH)).is_none());
        for kind in 1..=15_u8 {
            // A list of two billion of each, and a text as long.
            assert_eq!(Value::read(&[0x19, 0xf0 | kind, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 0, 0]), None, "{kind}");
        }
        assert_eq!(Value::read(&[0x18, 0xff, 0xff, 0xff, 0xff, 0x07, 0, 0]), None);
        assert_eq!(
            Value::read(&[0x16, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0]),
            None
        );
    }
}
