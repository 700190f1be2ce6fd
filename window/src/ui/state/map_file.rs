//! A map as it is to stand in a file: everything that it shows, apart from the window.

use std::io::{self, Write};
use std::sync::Arc;

use crate::render::Scheme;
use quhua::carto::symbols::SymbolStyle;
use quhua::coverage::Suspects;
use quhua::edit::Document;
use quhua::i18n::Lang;
use quhua::i18n::numbers::AreaUnit;
use quhua::model::{Dataset, LevelIndex};
use quhua::page::{Reader, page};
use quhua::print::{self, Shades, Sheet, Size, Style};
use quhua::rules::Grounds;

/// What is made of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A sheet, with text that can be searched.
    Pdf,
    /// A picture.
    Png,
    /// A drawing.
    Svg,
    /// A page for readers.
    Page,
}

/// Everything that a map shows, to be taken to another thread.
pub struct Drawing {
    /// What is drawn.
    pub dataset: Arc<Dataset>,
    /// `None` as long as nothing has changed: then there is no before and after.
    pub document: Option<Document>,
    /// Level of the units.
    pub level: LevelIndex,
    /// What stands above it.
    pub title: Option<String>,
    /// How units are coloured.
    pub style: Style,
    /// Colours of classes; `None` for those that suit the figure.
    pub scheme: Option<Scheme>,
    /// Where classes part; empty where they follow from the values.
    pub breaks: Vec<f64>,
    /// Ledgers whose rows show as symbols.
    pub symbols: Vec<SymbolStyle>,
    /// What figures rest on, and what lies on the map beside the units.
    pub grounds: Grounds,
    /// What kind of file.
    pub format: Format,
    /// Size of the sheet.
    pub size: Size,
    /// Unit of areas.
    pub area_unit: AreaUnit,
    /// Language.
    pub lang: Lang,
}

impl Drawing {
    /// Draws it, with marks at defects.
    ///
    /// # Errors
    /// Those of `out`, and when nothing can be drawn.
    pub fn write(&self, out: &mut dyn Write, suspects: Suspects) -> io::Result<()> {
        let grounds = &Grounds { suspects, ..self.grounds.clone() };
        let shades = Shades { scheme: self.scheme, breaks: &self.breaks };
        let (dataset, document, title) = (&*self.dataset, self.document.as_ref(), self.title.as_deref());
        let symbols = &self.symbols[..];
        let Self { level, style, size, lang, area_unit, .. } = *self;
        let bytes = if self.format == Format::Page {
            let reader = Reader { dataset, document, level, title, style, shades, symbols, grounds, area_unit, lang };
            page(&reader).map(String::into_bytes)
        } else {
            let sheet = Sheet { dataset, document, level, title, style, shades, symbols, grounds, size, lang };
            print::draw(&sheet).and_then(|svg| match self.format {
                Format::Pdf => print::pdf(&svg),
                Format::Png => print::png(&svg),
                Format::Svg | Format::Page => Ok(svg.into_bytes()),
            })
        };
        out.write_all(&bytes.map_err(io::Error::other)?)
    }
}
