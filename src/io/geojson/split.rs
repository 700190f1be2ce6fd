//! Splits a stream of GeoJSON text into whole features.
//!
//! The text arrives in blocks. What stands around the features is parsed here and strictly: the root object, the
//! commas, what follows. The features themselves are only delimited; each is parsed strictly afterwards.
//!
//! ```text
//! { "type": "FeatureCollection", "crs": …, "features": [ {…}, {…} ], "more": … }
//!   root                                               ^ features   ^ root
//! {…}\n{…}\n      one feature or geometry a line (RFC 8142 with its record separators, or without)
//! ```

use std::ops::Range;

use serde_json::value::RawValue;

use super::problem::{Expected, Fault, JsonProblem, Syntax};
use super::skip::{self, Coordinates};
use crate::io::{Counted, Limits, Problem, crs};

/// A feature in a block.
#[derive(Debug, PartialEq)]
pub(super) struct Item {
    /// Where it stands in the block.
    pub range: Range<usize>,
    /// Its coordinates, as offsets in the block.
    pub coordinates: Coordinates,
}

/// The first value of the file, when it is no collection: a feature or geometry.
#[derive(Debug, PartialEq)]
pub(super) struct Lone {
    /// Its text.
    pub text: Vec<u8>,
    /// Where it starts in the file.
    pub byte: u64,
}

/// What was found in a block.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The first value, complete now; it precedes all items.
    pub lone: Option<Lone>,
    /// Whole features, in order.
    pub items: Vec<Item>,
    /// Bytes that need not be shown again.
    pub used: usize,
}

/// What may come next inside brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    /// An element or the end.
    First,
    /// An element.
    Element,
    /// A comma or the end.
    Comma,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Before the first value.
    Start,
    /// In the root object.
    Root(Expect),
    /// In its array of features.
    Features(Expect),
    /// Behind a collection.
    End,
    /// Behind a lone value: more may follow.
    Sequence,
}

/// State between blocks.
#[derive(Debug)]
pub(super) struct Splitter {
    stage: Stage,
    limits: Limits,
    /// The root object so far, until its features come.
    root: Vec<u8>,
    /// Where the root object starts in the file.
    root_byte: u64,
    /// Whether the root object has features.
    collection: bool,
    /// Its type.
    kind: Option<String>,
    /// Lines that ended before what is unused.
    lines: usize,
    /// The coordinate system that the collection names.
    pub crs: Option<String>,
}

/// One step: more text is needed, or go on from there.
type Step = Result<Option<usize>, Fault>;

impl Splitter {
    pub fn new(limits: Limits) -> Self {
        Self {
            stage: Stage::Start,
            limits,
            root: Vec::new(),
            root_byte: 0,
            collection: false,
            kind: None,
            lines: 0,
            crs: None,
        }
    }

    /// Finds the whole features in `text`, which starts at `base` in the file and continues what was used so far.
    /// What is found before a fault stands in `found` all the same.
    pub fn split(&mut self, text: &[u8], base: u64, found: &mut Found) -> Result<(), Fault> {
        loop {
            let from = found.used;
            let step = match self.stage {
                Stage::Start => self.start(text, from, base)?,
                Stage::Root(expect) => self.member(text, from, expect, found)?,
                Stage::Features(expect) => self.feature(text, from, expect, found)?,
                Stage::End => Self::end(text, from)?,
                Stage::Sequence => self.sequence(text, from, found)?,
            };
            let Some(to) = step else { return Ok(()) };
            if matches!(self.stage, Stage::Root(_)) && !self.collection {
                self.root.extend_from_slice(&text[from..to]);
                self.check_size(self.root.len(), from)?;
            }
            if !self.collection {
                self.lines += memchr::memchr_iter(b'\n', &text[from..to]).count();
            }
            found.used = to;
        }
    }

    /// Says whether the text may end here, `rest` bytes of it being unused.
    pub fn finish(&self, rest: &[u8]) -> Result<(), Fault> {
        match self.stage {
            Stage::End | Stage::Sequence if rest.is_empty() => Ok(()),
            // Where another record begins behind it, the file is not cut off: this record is broken.
            Stage::Sequence if begins_in_a_later_line(rest) => {
                let at = separators(rest, 0);
                let line = 1 + self.lines + memchr::memchr_iter(b'\n', &rest[..at]).count();
                Err(Fault::new(at, JsonProblem::Record { line }))
            }
            _ => Err(Fault::new(rest.len(), Problem::Truncated)),
        }
    }

    /// Whether the file is a feature collection, as far as it is known.
    pub fn is_collection(&self) -> bool {
        self.collection
    }

    /// Whether a feature may come next.
    pub fn expects_feature(&self) -> bool {
        matches!(self.stage, Stage::Features(_) | Stage::Sequence)
    }

    fn check_size(&self, bytes: usize, at: usize) -> Result<(), Fault> {
        let limit = self.limits.feature_bytes;
        if bytes > limit {
            Err(Fault::new(at, Problem::TooMany { what: Counted::FeatureBytes, limit }))
        } else {
            Ok(())
        }
    }

    fn start(&mut self, text: &[u8], from: usize, base: u64) -> Step {
        let at = separators(text, from);
        match text.get(at) {
            _ if at > from => Ok(Some(at)),
            None => Ok(None),
            Some(b'{') => {
                self.root_byte = base + at as u64;
                self.stage = Stage::Root(Expect::First);
                Ok(Some(at + 1))
            }
            Some(_) => Err(Fault::syntax(at, Syntax::Object)),
        }
    }

    /// A step in the root object.
    fn member(&mut self, text: &[u8], from: usize, expect: Expect, found: &mut Found) -> Step {
        let at = skip::space(text, from);
        match (text.get(at), expect) {
            (None, _) => Ok((at > from).then_some(at)),
            (Some(b'}'), Expect::First | Expect::Comma) => {
                if self.collection {
                    self.check_collection(at)?;
                    self.stage = Stage::End;
                } else {
                    self.root.extend_from_slice(&text[from..=at]);
                    found.lone = Some(Lone { text: std::mem::take(&mut self.root), byte: self.root_byte });
                    self.stage = Stage::Sequence;
                }
                Ok(Some(at + 1))
            }
            (Some(b','), Expect::Comma) => {
                self.stage = Stage::Root(Expect::Element);
                Ok(Some(at + 1))
            }
            (Some(b'"'), Expect::First | Expect::Element) => {
                let step = self.key_and_value(text, at)?;
                if step.is_none() {
                    self.check_size(self.root.len() + text.len() - from, from)?;
                }
                Ok(step)
            }
            (Some(_), Expect::Comma) => Err(Fault::syntax(at, Syntax::CommaOrBrace)),
            (Some(_), _) => Err(Fault::syntax(at, Syntax::Name)),
        }
    }

    /// A member of the root object; its name starts at `at`.
    fn key_and_value(&mut self, text: &[u8], at: usize) -> Step {
        let Some(key_end) = skip::string(text, at) else { return Ok(None) };
        let colon = skip::space(text, key_end);
        let start = skip::space(text, colon + 1);
        if start >= text.len() {
            return Ok(None);
        }
        if text[colon] != b':' {
            return Err(Fault::syntax(colon, Syntax::Colon));
        }
        let key: String = strict(text, at..key_end)?;
        if key == "features" && text[start] == b'[' {
            if self.collection {
                return Err(Fault::new(at, JsonProblem::NoFeatures));
            }
            self.collection = true;
            self.root = Vec::new();
            self.stage = Stage::Features(Expect::First);
            return Ok(Some(start + 1));
        }
        let Some((end, _)) = skip::value(text, start, self.limits.nesting)? else { return Ok(None) };
        let value: &RawValue = strict(text, start..end)?;
        match key.as_str() {
            "crs" => {
                let named = crs::name_of_member(value.get());
                crs::agree(&mut self.crs, named).map_err(|problem| Fault::new(start, problem))?;
            }
            "type" => self.kind = Some(serde_json::from_str(value.get()).unwrap_or_else(|_| value.get().to_owned())),
            _ => {}
        }
        self.stage = Stage::Root(Expect::Comma);
        Ok(Some(end))
    }

    fn check_collection(&self, at: usize) -> Result<(), Fault> {
        const EXPECTED: Expected = Expected::Collection;
        match self.kind.as_deref() {
            Some("FeatureCollection") => Ok(()),
            Some(found) => Err(Fault::new(at, JsonProblem::WrongType { found: found.to_owned(), expected: EXPECTED })),
            None => Err(Fault::new(at, JsonProblem::TypeMissing { expected: EXPECTED })),
        }
    }

    /// A step in the array of features.
    fn feature(&mut self, text: &[u8], from: usize, expect: Expect, found: &mut Found) -> Step {
        let at = skip::space(text, from);
        match (text.get(at), expect) {
            (None, _) => Ok((at > from).then_some(at)),
            (Some(b'{'), Expect::First | Expect::Element) => {
                self.stage = Stage::Features(Expect::Comma);
                self.whole(text, at, Stage::Features(expect), found)
            }
            (Some(b','), Expect::Comma) => {
                self.stage = Stage::Features(Expect::Element);
                Ok(Some(at + 1))
            }
            (Some(b']'), Expect::First | Expect::Comma) => {
                self.stage = Stage::Root(Expect::Comma);
                Ok(Some(at + 1))
            }
            (Some(_), Expect::Comma) => Err(Fault::syntax(at, Syntax::CommaOrBracket)),
            (Some(b']'), Expect::Element) => Err(Fault::syntax(at, Syntax::Feature)),
            (Some(_), _) => Err(Fault::new(at, JsonProblem::NotAnObject)),
        }
    }

    /// Takes a whole feature that starts at `at`; goes back to `stage` when its end is not there yet.
    fn whole(&mut self, text: &[u8], at: usize, stage: Stage, found: &mut Found) -> Step {
        if let Some((end, coordinates)) = skip::container(text, at, self.limits.nesting)? {
            self.check_size(end - at, at)?;
            found.items.push(Item { range: at..end, coordinates });
            return Ok(Some(end));
        }
        self.check_size(text.len() - at, at)?;
        self.stage = stage;
        Ok(None)
    }

    fn sequence(&mut self, text: &[u8], from: usize, found: &mut Found) -> Step {
        let at = separators(text, from);
        match text.get(at) {
            None => Ok((at > from).then_some(at)),
            Some(b'{') => self.whole(text, at, Stage::Sequence, found),
            Some(_) => Err(Fault::new(at, JsonProblem::Trailing)),
        }
    }

    fn end(text: &[u8], from: usize) -> Step {
        let at = separators(text, from);
        if at < text.len() { Err(Fault::new(at, JsonProblem::Trailing)) } else { Ok((at > from).then_some(at)) }
    }
}

/// Whether a record begins in a line behind that in which the text begins.
fn begins_in_a_later_line(text: &[u8]) -> bool {
    let start = separators(text, 0);
    let mut ends = memchr::memchr_iter(b'\n', &text[start..]);
    ends.any(|end| matches!(text.get(separators(text, start + end)), Some(b'{')))
}

/// Parses a stretch of the text as serde does, strictly.
fn strict<'a, T: serde::Deserialize<'a>>(text: &'a [u8], range: Range<usize>) -> Result<T, Fault> {
    serde_json::from_slice(&text[range.clone()])
        .map_err(|error| syntax(&text[range.clone()], &error).shifted(range.start))
}

/// A syntax error of serde in `text`, with its place.
pub(super) fn syntax(text: &[u8], error: &serde_json::Error) -> Fault {
    let mut message = error.to_string();
    if let Some(end) = message.rfind(" at line ") {
        message.truncate(end);
    }
    // Lines and columns count from 1; a column counts bytes.
    let line = error.line().saturating_sub(1);
    let start = match line {
        0 => 0,
        line => memchr::memchr_iter(b'\n', text).nth(line - 1).map_or(0, |at| at + 1),
    };
    let at = (start + error.column().saturating_sub(1)).min(text.len());
    let is_text = std::str::from_utf8(text).is_ok();
    Fault::new(at, JsonProblem::Syntax(if is_text { Syntax::Parser(message) } else { Syntax::NotUtf8 }))
}

/// Skips white space and the record separators of RFC 8142.
pub(super) fn separators(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r' | 0x1E) = text.get(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits the text in blocks of `block` bytes; the texts of the lone value and of all features.
    fn split(text: &str, block: usize) -> Result<Vec<String>, Fault> {
        let mut splitter = Splitter::new(Limits { nesting: 10, ..Limits::default() });
        let (mut used, mut shown, mut out) = (0, 0, Vec::new());
        loop {
            let rest = &text.as_bytes()[used..shown];
            let mut found = Found::default();
            splitter.split(rest, used as u64, &mut found).map_err(|fault| fault.shifted(used))?;
            out.extend(found.lone.map(|lone| String::from_utf8(lone.text).unwrap()));
            out.extend(found.items.iter().map(|item| String::from_utf8(rest[item.range.clone()].to_vec()).unwrap()));
            used += found.used;
            if shown == text.len() {
                return splitter.finish(&text.as_bytes()[used..]).map(|()| out);
            }
            shown = (shown + block).min(text.len());
        }
    }

    const COLLECTION: &str =
        r#" {"a":[1],"features":[ {"x":"}"} ,{"coordinates":[[1,2]]}],"type":"FeatureCollection"} "#;

    #[test]
    fn features_come_out_whole_in_blocks_of_any_size() {
        for block in 1..COLLECTION.len() {
            assert_eq!(split(COLLECTION, block).unwrap(), [r#"{"x":"}"}"#, r#"{"coordinates":[[1,2]]}"#]);
        }
    }

    #[test]
    fn a_lone_value_and_a_sequence_come_out() {
        for block in 1..20 {
            assert_eq!(split(" {\"a\": 1}\n", block).unwrap(), [r#"{"a": 1}"#]);
            assert_eq!(
                split("\u{1e}{\"a\":1}\n\u{1e}{\"b\":{}}\r\n{}", block).unwrap(),
                [r#"{"a":1}"#, r#"{"b":{}}"#, "{}"]
            );
        }
    }

    #[test]
    fn a_broken_record_among_others_is_named_by_its_line() {
        for block in 1..30 {
            let fault = split("{\"a\":1}\n\n{\"a\":{\n{\"a\":3}\n", block).unwrap_err();
            assert_eq!(fault.problem, JsonProblem::Record { line: 3 }.into());
            // The last one may be cut off.
            assert_eq!(split("{\"a\":1}\n{\"a\":{", block).unwrap_err().problem, Problem::Truncated);
        }
    }

    #[test]
    fn every_truncation_is_noticed() {
        let text = COLLECTION.trim_end();
        for end in 0..text.len() {
            assert_eq!(split(&text[..end], 7).unwrap_err().problem, Problem::Truncated, "{end}");
        }
    }

    #[test]
    fn what_stands_around_the_features_is_strict() {
        for (text, at) in [
            (r#"{"features":[{},],"type":"FeatureCollection"}"#, 16),
            (r#"{"features":[{}{}],"type":"FeatureCollection"}"#, 15),
            (r#"{"features":[1],"type":"FeatureCollection"}"#, 13),
            (r#"{"features":[],}"#, 15),
            (r#"{"features":[]"type":"FeatureCollection"}"#, 14),
            (r#"{"features":[],"type":"FeatureCollection"}x"#, 42),
            (r#"{"features":[],"type":"FeatureCollection"}{}"#, 42),
            (r#"{"features":[],"features":[],"type":"FeatureCollection"}"#, 15),
            (r#"{"features":[],"type":"Topology"}"#, 32),
            (r#"{"features":[]}"#, 14),
            (r#"{"a":01,"features":[]}"#, 6),
            (r#"{"a" 1}"#, 5),
            ("{\"a\":1}x", 7),
            ("[]", 0),
        ] {
            for block in [1, 100] {
                assert_eq!(split(text, block).unwrap_err().at, at, "{text}");
            }
        }
    }
}
