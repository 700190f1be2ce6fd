//! Properties of a unit as they are written: each name once, names of ours apart from those of the source.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::io::geojson::write;
use crate::model::prefixed;

/// Names of ours that the source has for something else, at one level.
#[derive(Debug, Default)]
pub(super) struct OwnNames {
    pub(super) taken: BTreeSet<String>,
}

impl OwnNames {
    /// What a name of ours is written as.
    pub(super) fn of<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if self.taken.contains(name) { prefixed(name) } else { Cow::Borrowed(name) }
    }
}

/// Members of a properties object. A name comes once; the first value stays.
pub(super) struct Properties<'a> {
    pub(super) out: &'a mut Vec<u8>,
    pub(super) names: Vec<String>,
    /// Names of ours that are written otherwise.
    own_names: &'a OwnNames,
    /// Whether what is unknown is written, as `null`.
    pub(super) leaves_nulls: bool,
    start: usize,
}

impl<'a> Properties<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>, own_names: &'a OwnNames) -> Self {
        let start = out.len();
        Self { out, names: Vec::new(), own_names, leaves_nulls: true, start }
    }

    pub(super) fn add(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        if self.names.iter().any(|known| known == name) {
            return;
        }
        if self.out.len() > self.start {
            self.out.push(b',');
        }
        self.names.push(name.to_owned());
        write::string(self.out, name);
        self.out.push(b':');
        value(self.out);
    }

    /// Something under a name of ours.
    pub(super) fn own(&mut self, name: &str, value: impl FnOnce(&mut Vec<u8>)) {
        self.add(&self.own_names.of(name), value);
    }

    pub(super) fn own_text(&mut self, name: &str, text: Option<&str>) {
        if self.leaves_nulls || text.is_some_and(|text| !text.is_empty()) {
            self.text(&self.own_names.of(name), text);
        }
    }

    pub(super) fn own_number(&mut self, name: &str, value: Option<f64>) {
        if self.leaves_nulls || value.is_some() {
            self.number(&self.own_names.of(name), value);
        }
    }

    pub(super) fn own_decimal(&mut self, name: &str, value: Option<Decimal>) {
        if self.leaves_nulls || value.is_some() {
            self.decimal(&self.own_names.of(name), value);
        }
    }

    /// Text; `null` for none or empty text.
    pub(super) fn text(&mut self, name: &str, text: Option<&str>) {
        self.add(name, |out| match text.filter(|text| !text.is_empty()) {
            Some(text) => write::string(out, text),
            None => out.extend_from_slice(b"null"),
        });
    }

    pub(super) fn number(&mut self, name: &str, value: Option<f64>) {
        self.add(name, |out| match value {
            Some(value) => write::number(out, value),
            None => out.extend_from_slice(b"null"),
        });
    }

    /// An exact decimal, without needless zeros.
    pub(super) fn decimal(&mut self, name: &str, value: Option<Decimal>) {
        self.add(name, |out| match value {
            Some(value) => out.extend_from_slice(value.normalize().to_string().as_bytes()),
            None => out.extend_from_slice(b"null"),
        });
    }
}
