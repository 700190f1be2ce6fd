//! Letters: the font of the program, how wide texts are in it, and the system's fonts for letters that it lacks.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, Source};
use ttf_parser::Face;

use crate::carto::font::{BYTES, FACE};

/// Families that an SVG names, the program's own first: what it lacks, or a viewer without it, falls back to these.
pub(super) const FAMILIES: &str =
    "'Quhua CJK Subset','Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif";

/// Measures texts.
pub(super) struct Letters {
    face: Option<Face<'static>>,
}

impl Letters {
    pub fn new() -> Self {
        Self { face: Face::parse(BYTES, 0).ok() }
    }

    /// Width of a text in letters of a size, both in points. Letters that the font lacks count as wide as Chinese ones.
    pub fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.advance(letter)).sum::<f32>() * size
    }

    /// The text in runs of letters that the font has, and of letters that it lacks. Those come from other fonts, whose
    /// widths are not known: a run for itself cannot shift the others, nor change their font.
    pub fn runs<'a>(&self, text: &'a str) -> Vec<&'a str> {
        let has = |letter| self.face.as_ref().is_some_and(|face| face.glyph_index(letter).is_some());
        let mut starts = vec![0];
        let mut before = None;
        for (at, letter) in text.char_indices() {
            let now = has(letter);
            if before.replace(now).is_some_and(|before| before != now) {
                starts.push(at);
            }
        }
        let ends = starts.iter().copied().skip(1).chain([text.len()]);
        starts.iter().zip(ends).map(|(&start, end)| &text[start..end]).collect()
    }

    fn advance(&self, letter: char) -> f32 {
        let Some(face) = &self.face else { return 1.0 };
        let advance = face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
        advance.map_or(1.0, |advance| f32::from(advance) / f32::from(face.units_per_em()))
    }

    /// The text, its end replaced by an ellipsis if it is wider than a width in points.
    pub fn shortened(&self, text: &str, size: f32, width: f32) -> String {
        if self.width(text, size) <= width {
            return text.to_owned();
        }
        let mut kept = String::new();
        let mut used = self.width("…", size);
        for letter in text.chars() {
            used += self.advance(letter) * size;
            if used > width {
                break;
            }
            kept.push(letter);
        }
        format!("{}…", kept.trim_end())
    }
}

/// Fonts to draw a text with: the program's own, and those of the system if it lacks a letter of the text.
pub(super) fn database(text: &str) -> Arc<Database> {
    let mut fonts = Database::new();
    fonts.load_font_source(Source::Binary(Arc::new(BYTES)));
    fonts.set_sans_serif_family(FACE);
    let face = Face::parse(BYTES, 0).ok();
    let lacks = |letter: char| face.as_ref().is_none_or(|face| face.glyph_index(letter).is_none());
    if text.chars().any(|letter| !letter.is_control() && lacks(letter)) {
        fonts.load_system_fonts();
    }
    Arc::new(fonts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_letters_are_as_wide_as_high() {
        let letters = Letters::new();
        assert!((letters.width("三河县", 10.0) - 30.0).abs() < 0.01);
        assert!(letters.width("iii", 10.0) < 12.0);
    }

    #[test]
    fn letters_that_the_font_lacks_are_runs_of_their_own() {
        let letters = Letters::new();
        assert_eq!(letters.runs("三河县"), ["三河县"]);
        assert_eq!(letters.runs("大𠮷𠮷村"), ["大", "𠮷𠮷", "村"]);
    }

    #[test]
    fn a_text_too_long_ends_in_an_ellipsis() {
        let letters = Letters::new();
        let short = letters.shortened("三河县乡镇合并方案", 10.0, 50.0);
        assert_eq!(short, "三河县乡…");
        assert_eq!(letters.shortened("三河县", 10.0, 30.1), "三河县");
    }
}
