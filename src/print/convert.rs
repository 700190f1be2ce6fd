//! Pictures and PDF from the SVG.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::{PrintError, fonts};
use crate::carto::font::FACE;

/// Pixels to the inch on paper: 1600 × 1200 pixels are 42 × 32 cm, about A3.
const PIXELS_PER_INCH: f32 = 96.0;

/// A PNG of an SVG, with the size that it names.
pub fn png(svg: &str) -> Result<Vec<u8>, PrintError> {
    let tree = tree(svg)?;
    let size = tree.size().to_int_size();
    let mut picture =
        Pixmap::new(size.width(), size.height()).ok_or_else(|| failed("there is no memory for the picture"))?;
    resvg::render(&tree, Transform::identity(), &mut picture.as_mut());
    picture.encode_png().map_err(failed)
}

/// A PDF of an SVG: lines stay lines, and text can be searched, unless it needs fonts of the system: then its letters
/// are lines too.
pub fn pdf(svg: &str) -> Result<Vec<u8>, PrintError> {
    let tree = tree(svg)?;
    let page = svg2pdf::PageOptions { dpi: PIXELS_PER_INCH };
    // Several fonts would be written in an order that differs from run to run.
    let embed_text = tree.fontdb().len() == 1;
    let options = svg2pdf::ConversionOptions { embed_text, ..Default::default() };
    let mut pdf = svg2pdf::to_pdf(&tree, options, page).map_err(failed)?;
    for dictionary in [&b"/ExtGState <<\n"[..], b"/Pattern <<\n", b"/XObject <<\n", b"/Shading <<\n"] {
        sort_entries(&mut pdf, dictionary);
    }
    Ok(pdf)
}

/// Sorts the references in all dictionaries that begin like this. The converter takes them out of a hash map, in an order
/// that differs from run to run; no place in the file moves when they are sorted.
fn sort_entries(pdf: &mut [u8], head: &[u8]) {
    let heads: Vec<usize> = memchr::memmem::find_iter(pdf, head).map(|at| at + head.len()).collect();
    for start in heads {
        let Some(length) = memchr::memmem::find(&pdf[start..], b">>") else { continue };
        let end = pdf[start..start + length].iter().rposition(|&byte| byte == b'\n').map_or(start, |at| start + at + 1);
        let mut entries: Vec<Vec<u8>> =
            pdf[start..end].split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
        let is_reference = |entry: &Vec<u8>| entry.trim_ascii_start().starts_with(b"/") && entry.ends_with(b" 0 R\n");
        if entries.iter().all(is_reference) {
            entries.sort_unstable();
            pdf[start..end].copy_from_slice(&entries.concat());
        }
    }
}

fn tree(svg: &str) -> Result<Tree, PrintError> {
    let options = Options { fontdb: fonts::database(svg), font_family: FACE.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> PrintError {
    PrintError::Convert { reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_sorted_in_place_and_nothing_else_is() {
        let mut pdf = b"<<\n/Pattern <<\n  /p2 9 0 R\n  /p1 12 0 R\n>>\n/Font <<\n  /f 1 0 R\n>>".to_vec();
        sort_entries(&mut pdf, b"/Pattern <<\n");
        assert_eq!(pdf, b"<<\n/Pattern <<\n  /p1 12 0 R\n  /p2 9 0 R\n>>\n/Font <<\n  /f 1 0 R\n>>");
        let mut other = b"/Pattern <<\nb\na\n>>".to_vec();
        sort_entries(&mut other, b"/Pattern <<\n");
        assert_eq!(other, b"/Pattern <<\nb\na\n>>");
    }
}
