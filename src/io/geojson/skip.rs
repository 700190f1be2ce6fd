//! Where a JSON value ends, found quickly and without understanding it.
//!
//! The skipper only counts brackets and jumps over strings. It is right on valid JSON; on anything else it may
//! answer anything, because every stretch it hands out is parsed strictly afterwards.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memrchr};

use super::problem::{Fault, JsonProblem, Syntax};

/// The `coordinates` arrays met while skipping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Coordinates {
    /// None.
    #[default]
    None,
    /// One, here.
    One(Range<usize>),
    /// Several, or one that cannot be told apart: the slow way has to find it.
    Unclear,
}

impl Coordinates {
    fn met(&mut self, range: Range<usize>) {
        *self = match self {
            Self::None => Self::One(range),
            _ => Self::Unclear,
        };
    }
}

/// End of the value that starts at `start`, and the coordinates in it. `None` when the text ends before the value is
/// known to end.
///
/// # Errors
/// When it is nested deeper than `nesting`, or no value starts there.
pub(super) fn value(text: &[u8], start: usize, nesting: usize) -> Result<Option<(usize, Coordinates)>, Fault> {
    match text.get(start) {
        None => Ok(None),
        Some(b'{' | b'[') => container(text, start, nesting),
        Some(b'"') => Ok(string(text, start).map(|end| (end, Coordinates::None))),
        Some(byte) if is_scalar(*byte) => {
            let length = text[start..].iter().position(|&byte| !is_scalar(byte));
            Ok(length.map(|length| (start + length, Coordinates::None)))
        }
        Some(_) => Err(Fault::syntax(start, Syntax::Value)),
    }
}

/// End of the object or array that starts at `start`, and the coordinates in it.
pub(super) fn container(text: &[u8], start: usize, nesting: usize) -> Result<Option<(usize, Coordinates)>, Fault> {
    let mut coordinates = Coordinates::None;
    let mut depth = 0;
    let mut at = start;
    loop {
        let Some(&byte) = text.get(at) else { return Ok(None) };
        match byte {
            b'"' => {
                let Some(end) = string(text, at) else { return Ok(None) };
                at = end;
                continue;
            }
            b'[' if follows_coordinates(text, at) => match numbers(text, at) {
                Jump::To(end) => {
                    coordinates.met(at..end);
                    at = end;
                    if depth == 0 {
                        return Ok(Some((at, coordinates)));
                    }
                    continue;
                }
                Jump::Beyond => return Ok(None),
                Jump::Unclear => {
                    coordinates = Coordinates::Unclear;
                    depth += 1;
                }
            },
            b'{' | b'[' => {
                depth += 1;
                if depth > nesting {
                    return Err(Fault::new(at, JsonProblem::TooDeep { limit: nesting }));
                }
            }
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Ok(Some((at + 1, coordinates)));
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// End of the string whose opening quote is at `start`.
pub(super) fn string(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr2(b'"', b'\\', text.get(at..)?)?;
        if text[at] == b'"' {
            return Some(at + 1);
        }
        // Whatever is escaped, it is no end.
        at += 2;
    }
}

/// First byte from `at` on that is no white space, if there is any.
pub(super) fn space(text: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\t' | b'\r') = text.get(at) {
        at += 1;
    }
    at
}

const fn is_scalar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.')
}

/// Whether the `[` at `at` is the value of a member that looks like `coordinates`.
fn follows_coordinates(text: &[u8], at: usize) -> bool {
    let before = text[..at].trim_ascii_end();
    before.strip_suffix(b":").is_some_and(|before| before.trim_ascii_end().ends_with(b"\"coordinates\""))
}

/// Result of a jump over an array of numbers.
enum Jump {
    /// It ends here.
    To(usize),
    /// It ends beyond the text.
    Beyond,
    /// It holds more than numbers.
    Unclear,
}

/// End of an array that holds only numbers and arrays.
///
/// The next quote or `}` cannot belong to it, so it ends with the last `]` before that, if brackets balance.
///
/// ```text
/// "coordinates": [[[1,2],[3,4]]] , "bbox": …
///                ^ start       ^last ]  ^ next quote
/// ```
fn numbers(text: &[u8], start: usize) -> Jump {
    let Some(length) = memchr2(b'"', b'}', &text[start..]) else { return Jump::Beyond };
    let Some(last) = memrchr(b']', &text[start..start + length]) else { return Jump::Unclear };
    let array = &text[start..=start + last];
    if memchr_iter(b'[', array).count() == memchr_iter(b']', array).count() {
        Jump::To(start + last + 1)
    } else {
        Jump::Unclear
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &str) -> Option<usize> {
        value(text.as_bytes(), 0, 10).unwrap().map(|(end, _)| end)
    }

    #[test]
    fn values_end_where_they_end() {
        for (text, length) in [
            ("{} x", 2),
            (r#"{"a":"}\"]","b":[1,{"c":[]}]},"#, 29),
            ("12.5,", 4),
            ("null}", 4),
            (r#""a\\"]"#, 5),
            (r#"{"coordinates":[[1,2],[3,4]] ,"a":[5]}]"#, 38),
            (r#"{"coordinates":[],"a":1}"#, 24),
            (r#"{"coordinates" : [1,{"a":[2]}]}"#, 31),
        ] {
            assert_eq!(end(text), Some(length), "{text}");
        }
    }

    #[test]
    fn an_unfinished_value_has_no_end() {
        for text in
            ["", "{", r#"{"a"#, r#"{"a\"#, "12", r#"{"coordinates":[[1,2],[3"#, r#"{"coordinates":[[1]]"#, "[[]"]
        {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn the_one_coordinates_array_is_found() {
        let find = |text: &str| value(text.as_bytes(), 0, 10).unwrap().unwrap().1;
        assert_eq!(find(r#"{"a":{"coordinates": [[1]] }}"#), Coordinates::One(21..26));
        assert_eq!(find(r#"{"a":{"coordinates":[1]},"b":{"coordinates":[2]}}"#), Coordinates::Unclear);
        assert_eq!(find(r#"{"coordinates":[{"x":1}]}"#), Coordinates::Unclear);
        assert_eq!(find(r#"{"coordinates":null}"#), Coordinates::None);
    }

    #[test]
    fn deep_nesting_is_refused() {
        let fault = value("[".repeat(11).as_bytes(), 0, 10).unwrap_err();
        assert_eq!(fault, Fault::new(10, JsonProblem::TooDeep { limit: 10 }));
    }
}
