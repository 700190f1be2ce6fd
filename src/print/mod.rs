//! Maps as files: the map of the window as SVG, PNG or PDF, without a window and without a graphics card.
//!
//! 1. The map is an SVG made here ([`draw`]); pictures and PDF are made of that SVG ([`png`], [`pdf`]), so that all
//!    three show the same.
//! 2. Every border is one line: shared arcs are projected and thinned once, and fills and borders are both put
//!    together from them. So neighbours meet without gaps, and no border is drawn twice.
//! 3. The same dataset, plan and options give the same bytes.
//! 4. Classes come from the state before the plan, so that a map before and one after can be compared.
//!
//! The sheet is laid out in points, as the window is. Larger pictures have more points, and larger ones: twice as many
//! pixels across make letters 1.4 times as large.

mod borders;
mod convert;
mod crossings;
mod fonts;
mod furniture;
mod labels;
mod legend;
mod lines;
mod page;
mod places;
mod screen;
mod sheet;
mod style;
mod svg;
mod symbols;
mod territory;
mod words;

use crate::carto::symbols::{SymbolError, SymbolStyle};
use crate::edit::Document;
use crate::i18n::Lang;
use crate::model::{Dataset, LevelIndex};
use crate::rules::Grounds;

pub use convert::{pdf, png};
pub use page::{Paper, Size};
pub use screen::{MOST_UNITS, ScreenMap, screen_map};
pub use sheet::draw;
pub use style::{Shades, Style};

/// What to draw.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// Boundaries and attributes.
    pub dataset: &'a Dataset,
    /// A plan carried out on them, if there is one.
    pub document: Option<&'a Document>,
    /// Level of the units that are filled.
    pub level: LevelIndex,
    /// Title; `None` is the name of the plan, or else that of the whole, or of the file.
    pub title: Option<&'a str>,
    /// What the fills show.
    pub style: Style,
    /// Colours and breaks that somebody chose for them.
    pub shades: Shades<'a>,
    /// Ledgers whose rows show as symbols, in order.
    pub symbols: &'a [SymbolStyle],
    /// What figures rest on, and what lies on the map beside the units.
    pub grounds: &'a Grounds,
    /// Width and height.
    pub size: Size,
    /// Language of titles and legend.
    pub lang: Lang,
}

/// Why there is no map.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// No such style for these data.
    #[error("no style {style:?} for these data; use one of: {there} (and --sum FIELD for other fields)")]
    UnknownStyle {
        /// As given.
        style: String,
        /// Those that there are.
        there: String,
    },
    /// No such way to find classes.
    #[error("no class method {method:?}; use one of: jenks, quantile, equal")]
    UnknownMethod {
        /// As given.
        method: String,
    },
    /// No such symbols for these data.
    #[error("{0}")]
    Symbols(Box<SymbolError>),
    /// Not a size, or one out of bounds.
    #[error(
        "bad size {size:?}; use a3, a3-portrait, a4, a4-portrait, or WIDTHxHEIGHT, each from {} to {} pixels, {} million \
         pixels in all at most",
        Size::LEAST, Size::MOST, Size::MOST_PIXELS / 1_000_000
    )]
    BadSize {
        /// As given.
        size: String,
    },
    /// More units than can be looked at on a screen.
    #[error("{units} units are too many for a page, which takes {most}; choose a coarser level")]
    TooManyUnits {
        /// Units of the level.
        units: usize,
        /// How many there can be.
        most: usize,
    },
    /// No unit has territory.
    #[error("there is nothing to draw: no feature has a polygon")]
    NothingToDraw,
    /// The SVG could not be made into a picture or a PDF.
    #[error("the map could not be made into a file: {reason}")]
    Convert {
        /// What the converter says.
        reason: String,
    },
}

impl From<SymbolError> for PrintError {
    fn from(error: SymbolError) -> Self {
        Self::Symbols(Box::new(error))
    }
}

#[cfg(test)]
mod tests;
