//! The map as it is looked at, to be drawn beside the window into a file: a sheet of paper, or a page for readers.

use std::path::Path;
use std::sync::Arc;

use super::App;
use crate::render::Method;
use crate::ui::state::choropleth::{self, Classing};
use crate::ui::state::exports::ExportKind;
use crate::ui::state::map_file::{Drawing, Format};
use crate::ui::state::view::Colouring;
use crate::ui::words;
use quhua::i18n::sentences;
use quhua::print::{MOST_UNITS, Style};
use quhua::rules::Crossings;
use quhua::study::Study;

impl App {
    /// What is to be drawn into a file, in the colours of the window; in words why it cannot be.
    pub(super) fn drawing_for(&self, project: &Study, kind: ExportKind, path: &Path) -> Result<Drawing, String> {
        let (lang, level) = (self.lang, self.view.level);
        let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        let format = match (kind, ending.as_str()) {
            (ExportKind::Page, _) => Format::Page,
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
        let mut grounds = project.grounds();
        if !shows_crossings {
            grounds.crossings = Crossings::default();
        }
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
            symbols: self.view.symbols.styles(project.dataset()),
            grounds,
            format,
            size: self.preferences.paper.size(),
            area_unit: self.preferences.area_unit,
            lang,
        })
    }
}
