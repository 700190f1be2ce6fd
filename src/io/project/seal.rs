//! A hash of all that a project keeps of a layer, as other programs see it and as we do: whoever changes any of it leaves
//! a trace.
//!
//! Every row is hashed by itself, on whatever core has time, and the layer's seal is the hash of theirs in order.

use std::ops::Range;

use rusqlite::types::ValueRef;
use sha2::{Digest as _, Sha256};

use super::schema;
use crate::io::hash::hex;

/// What a seal begins with. Those of before hashed rows in a row; they are not compared.
const FORM: &str = "rows:";
/// The seal of a layer that another program has changed at some time.
const ALTERED: &str = "altered";

/// All values of a row in one run of bytes, each behind its kind and length: no two rows read the same.
#[derive(Default)]
pub(super) struct RowBytes(Vec<u8>);

impl RowBytes {
    /// Adds a value. Returns where its bytes lie.
    pub(super) fn add(&mut self, value: ValueRef<'_>) -> Range<usize> {
        match value {
            ValueRef::Null => self.put(0, &[]),
            ValueRef::Integer(whole) => self.put(1, &whole.to_be_bytes()),
            ValueRef::Real(real) => self.put(2, &real.to_bits().to_be_bytes()),
            ValueRef::Text(text) => self.put(3, text),
            ValueRef::Blob(blob) => self.put(4, blob),
        }
    }

    fn put(&mut self, kind: u8, bytes: &[u8]) -> Range<usize> {
        self.0.push(kind);
        self.0.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
        let start = self.0.len();
        self.0.extend_from_slice(bytes);
        start..self.0.len()
    }

    /// The bytes of a value that was added.
    pub(super) fn get(&self, range: &Range<usize>) -> &[u8] {
        self.0.get(range.clone()).unwrap_or_default()
    }

    /// Hash of the row.
    pub(super) fn digest(&self) -> RowDigest {
        RowDigest(Sha256::digest(&self.0).into())
    }
}

/// Hash of a row.
pub(super) struct RowDigest([u8; 32]);

/// The seal of a layer, row by row.
#[derive(Default)]
pub(super) struct Seal(Sha256);

impl Seal {
    /// Adds the next row.
    pub(super) fn add(&mut self, row: &RowDigest) {
        self.0.update(row.0);
    }

    /// The seal as it is kept. What was changed once stays so, however often it is saved.
    pub(super) fn close(self, altered: bool) -> String {
        if altered { ALTERED.to_owned() } else { format!("{FORM}{}", hex(&self.0.finalize())) }
    }

    /// What the seal that was kept says of the rows that were read.
    pub(super) fn compare(self, kept: Option<&str>) -> Found {
        match kept {
            Some(kept) if kept == ALTERED => Found::Altered,
            Some(kept) if kept.starts_with(FORM) => {
                if self.close(false) == kept {
                    Found::Sealed
                } else {
                    Found::Altered
                }
            }
            Some(_) | None => Found::Unsealed,
        }
    }
}

/// How a layer was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    /// As it was sealed.
    Sealed,
    /// Another program has changed it.
    Altered,
    /// Without a seal that can be compared: of before there were seals of rows.
    Unsealed,
}

/// Key of the seal of a layer.
pub(super) fn key(layer: i64) -> String {
    format!("{}{layer}", schema::SEAL)
}
