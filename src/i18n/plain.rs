//! Texts of strangers where something might act on them: a spreadsheet that runs formulas, a terminal that obeys signs.

use std::borrow::Cow;
use std::io::{self, Write};

/// A cell of a table as text: one that a spreadsheet would run as a formula gets an apostrophe before it, as people type
/// it themselves. Plain numbers stay as they are.
///
/// ```
/// # use quhua::i18n::plain::cell;
/// assert_eq!((cell("=1+2"), cell("-1.5"), cell("甲村")), ("'=1+2".into(), "-1.5".into(), "甲村".into()));
/// ```
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    let starts = text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
    if starts && text.parse::<f64>().is_err() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// What stands where a sign was that a terminal would obey.
const IN_PLACE: char = '\u{fffd}';

/// A text without signs that a terminal would obey; line breaks and tabs stay.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    let is_obeyed = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(is_obeyed) {
        Cow::Owned(text.replace(is_obeyed, &IN_PLACE.to_string()))
    } else {
        Cow::Borrowed(text)
    }
}

/// Passes text on to a terminal without signs that it would obey.
#[derive(Debug)]
pub struct Shown<W> {
    out: W,
    /// Bytes at the end of the last piece that may be the beginning of a sign.
    rest: Vec<u8>,
}

impl<W: Write> Shown<W> {
    /// Passes on to this.
    pub const fn new(out: W) -> Self {
        Self { out, rest: Vec::new() }
    }

    fn pass_on(&mut self, end: bool) -> io::Result<()> {
        let valid = match std::str::from_utf8(&self.rest) {
            Ok(_) => self.rest.len(),
            // Bytes that are no text are a sign of their own.
            Err(error) if end || error.error_len().is_some() => self.rest.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.rest.split_off(valid);
        let text = String::from_utf8_lossy(&self.rest);
        self.out.write_all(shown(&text).as_bytes())?;
        self.rest = rest;
        Ok(())
    }
}

impl<W: Write> Write for Shown<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        self.pass_on(false)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pass_on(true)?;
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (text, wanted) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-1+2", "'-1+2"),
            ("\t=1", "'\t=1"),
            ("-12", "-12"),
            ("+3.5", "+3.5"),
            ("519921101", "519921101"),
            ("", ""),
        ] {
            assert_eq!(cell(text), wanted);
        }
    }

    #[test]
    fn a_terminal_gets_no_signs_that_it_would_obey() {
        assert_eq!(shown("甲\u{1b}[31m村\u{9b}2J\r\n\tb"), "甲\u{fffd}[31m村\u{fffd}2J\u{fffd}\n\tb");
        let mut out = Shown::new(Vec::new());
        for byte in "甲\u{1b}]0;x\u{7}乙\u{9b}\n".bytes() {
            out.write_all(&[byte]).unwrap();
        }
        out.flush().unwrap();
        assert_eq!(String::from_utf8(out.out).unwrap(), "甲\u{fffd}]0;x\u{fffd}乙\u{fffd}\n");
    }
}
