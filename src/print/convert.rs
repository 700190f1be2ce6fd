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

/// A PDF of an SVG: lines stay lines, and text can be searched.
pub fn pdf(svg: &str) -> Result<Vec<u8>, PrintError> {
    let page = svg2pdf::PageOptions { dpi: PIXELS_PER_INCH };
    svg2pdf::to_pdf(&tree(svg)?, svg2pdf::ConversionOptions::default(), page).map_err(failed)
}

fn tree(svg: &str) -> Result<Tree, PrintError> {
    let options = Options { fontdb: fonts::database(svg), font_family: FACE.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> PrintError {
    PrintError::Convert { reason: error.to_string() }
}
