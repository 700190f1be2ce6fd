//! The map as it is looked at, drawn beside the window into a file: a sheet of paper, or a page for readers.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::App;
use crate::render::{Method, Scheme};
use crate::ui::state::choropleth::{self, Classing};
use crate::ui::state::view::{Colouring, PathPurpose};
use crate::ui::words;
use quhua::edit::Document;
use quhua::geodesy::AreaMethod;
use quhua::i18n::numbers::AreaUnit;
use quhua::i18n::{Lang, sentences};
use quhua::metrics::OwnFigures;
use quhua::model::{Dataset, LevelIndex};
use quhua::page::{Reader, page};
use quhua::print::{self, MOST_UNITS, Shades, Sheet, Size, Style};
use quhua::rules::Crossings;
use quhua::study::Study;

/// What is made of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Pdf,
    Png,
    Svg,
    Page,
}

/// Everything that a map shows, to be taken to another thread.
pub(super) struct Drawing {
    dataset: Arc<Dataset>,
    /// `None` as long as nothing has changed: then there is no before and after.
    document: Option<Document>,
    level: LevelIndex,
    title: Option<String>,
    style: Style,
    scheme: Option<Scheme>,
    breaks: Vec<f64>,
    crossings: Crossings,
    own: Arc<OwnFigures>,
    area_method: AreaMethod,
    format: Format,
    size: Size,
    area_unit: AreaUnit,
    lang: Lang,
}

impl App {
    /// Name of a file with a map: that of the county, and of the scenario once it has changed something.
    pub(super) fn map_name(&self, project: &Study, title: &str) -> String {
        let scenario = words::scenario_name(self.lang, project.document().active());
        if project.has_changes() { format!("{title}-{scenario}") } else { title.to_owned() }
    }

    /// What is to be drawn into a file, in the colours of the window; in words why it cannot be.
    pub(super) fn drawing_for(&self, project: &Study, purpose: PathPurpose, path: &Path) -> Result<Drawing, String> {
        let (lang, level) = (self.lang, self.view.level);
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let format = match (purpose, ending.as_str()) {
            (PathPurpose::ExportPage, _) => Format::Page,
            (_, "pdf") => Format::Pdf,
            (_, "png") => Format::Png,
            (_, "svg") => Format::Svg,
            _ => return Err(sentences::no_such_map(lang, &path.display().to_string())),
        };
        let units = [&project.dataset().base, project.state()].map(|state| state.units_at(level).count());
        let most = units.into_iter().max().unwrap_or(0);
        if format == Format::Page && most > MOST_UNITS {
            return Err(sentences::too_many_for_a_page(lang, most, MOST_UNITS));
        }
        let (style, scheme, breaks) = match self.view.colouring {
            Colouring::Neighbours => (Style::Neighbours, None, Vec::new()),
            Colouring::Figure(figure) => {
                let look = self.preferences.looks.get(&choropleth::key(project, figure)).cloned();
                let look = look.unwrap_or_default();
                let method = match look.classing {
                    Classing::EqualInterval => Method::EqualInterval,
                    Classing::NaturalBreaks => Method::NaturalBreaks,
                    Classing::Quantile | Classing::Manual => Method::Quantile,
                };
                let breaks = if look.classing == Classing::Manual { look.breaks } else { Vec::new() };
                (Style::Figure { figure, method }, look.scheme, breaks)
            }
        };
        let shows_crossings = self.preferences.crossings;
        let crossings = if shows_crossings { project.crossings() } else { Crossings::default() };
        let document = project.has_changes().then(|| project.document().clone());
        let title = document.as_ref().map(|document| words::scenario_name(lang, document.active()));
        Ok(Drawing {
            dataset: Arc::clone(project.dataset()),
            document,
            level,
            title,
            style,
            scheme,
            breaks,
            crossings,
            own: Arc::clone(project.own_figures()),
            area_method: project.area_method(),
            format,
            size: self.preferences.paper.size(),
            area_unit: self.preferences.area_unit,
            lang,
        })
    }
}

impl Drawing {
    /// Draws it.
    ///
    /// # Errors
    /// Those of `out`, and when nothing can be drawn.
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let shades = Shades { scheme: self.scheme, breaks: &self.breaks };
        let (dataset, document, title) = (&*self.dataset, self.document.as_ref(), self.title.as_deref());
        let Self { level, style, size, lang, area_unit, area_method, ref crossings, ref own, .. } = *self;
        let bytes = if self.format == Format::Page {
            let reader =
                Reader { dataset, document, level, title, style, shades, crossings, own, area_method, area_unit, lang };
            page(&reader).map(String::into_bytes)
        } else {
            let sheet =
                Sheet { dataset, document, level, title, style, shades, crossings, own, area_method, size, lang };
            print::draw(&sheet).and_then(|svg| match self.format {
                Format::Pdf => print::pdf(&svg),
                Format::Png => print::png(&svg),
                Format::Svg | Format::Page => Ok(svg.into_bytes()),
            })
        };
        out.write_all(&bytes.map_err(io::Error::other)?)
    }
}
