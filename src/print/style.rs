//! What the fills of a map show.

use ecolor::Color32;

use super::{PrintError, Sheet};
use crate::carto::{CLASSES, Classes, Colouring, MapTheme, Method, Scheme, palette};
use crate::edit::Document;
use crate::metrics::{Figure, FigureCache, OwnFigures};
use crate::model::{Dataset, State, UnitId};

/// What the fills of a map show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Nothing: neighbours differ, so that units can be told apart.
    #[default]
    Neighbours,
    /// Classes of a figure.
    Figure {
        /// The figure.
        figure: Figure,
        /// How bounds between classes are found.
        method: Method,
    },
}

impl Style {
    /// Reads `neighbours`, or the name of a figure, which `:jenks`, `:quantile` or `:equal` may follow.
    pub fn parse(text: &str, dataset: &Dataset, own: &OwnFigures) -> Result<Self, PrintError> {
        if text == "neighbours" {
            return Ok(Self::Neighbours);
        }
        let find = |name: &str| Figure::called(name, dataset, own);
        // The whole may be the name of a field, which can have a colon in it.
        if let Some(figure) = find(text) {
            return Ok(Self::Figure { figure, method: Method::NaturalBreaks });
        }
        if let Some((name, method)) = text.rsplit_once(':')
            && let Some(figure) = find(name)
        {
            let method = match method {
                "jenks" => Method::NaturalBreaks,
                "quantile" => Method::Quantile,
                "equal" => Method::EqualInterval,
                other => return Err(PrintError::UnknownMethod { method: other.to_owned() }),
            };
            return Ok(Self::Figure { figure, method });
        }
        let figures = Figure::on_map(dataset, own);
        let ids: Vec<&str> =
            std::iter::once("neighbours").chain(figures.iter().map(|figure| figure.id((dataset, own)))).collect();
        Err(PrintError::UnknownStyle { style: text.to_owned(), there: ids.join(", ") })
    }
}

/// Colours and breaks that somebody chose, in place of those that come by themselves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shades<'a> {
    /// Colours; `None` for those that suit the figure.
    pub scheme: Option<Scheme>,
    /// Breaks between classes, ascending, in the unit of [`Figure::of`]; none for those of the method.
    pub breaks: &'a [f64],
}

/// Fills of all units of a level.
pub(super) enum Fills {
    /// By the number of their colour.
    Neighbours(Colouring),
    /// By class.
    Classes(Choropleth),
}

/// Figures in classes.
pub(super) struct Choropleth {
    /// What is shown.
    pub figure: Figure,
    /// Colours that somebody chose.
    chosen: Option<Scheme>,
    /// Classes of the figures before the plan; `None` when no unit has a figure.
    pub classes: Option<Classes>,
    /// Least and greatest figure now.
    pub span: Option<(f64, f64)>,
    /// Whether a unit has no figure.
    pub has_unknown: bool,
    /// Figures by unit.
    values: Vec<Option<f64>>,
}

impl Fills {
    /// Fills of a level, before the plan or after it.
    pub fn new(sheet: &Sheet<'_>) -> Self {
        let Sheet { dataset, document, level, style, shades, grounds, .. } = *sheet;
        let state = document.map_or(&dataset.base, Document::state);
        match style {
            Style::Neighbours => {
                // Colours of the base stay where they can, so that what did not change looks the same after a plan.
                let mut colours = Colouring::new(&dataset.coverage, &dataset.base, level);
                let changed: Vec<UnitId> = state
                    .units_at(level)
                    .filter(|&id| id.index() >= dataset.base.unit_count() || dataset.base.unit(id) != state.unit(id))
                    .collect();
                colours.update(&dataset.coverage, state, &changed);
                Self::Neighbours(colours)
            }
            Style::Figure { figure, method } => {
                let mut cache = FigureCache::new(grounds.area_method);
                let mut values = |state: &State| -> Vec<Option<f64>> {
                    let mut values = vec![None; state.unit_count()];
                    for (unit, figures) in cache.level(dataset, state, level) {
                        let value = grounds.own.number(figure, (dataset, state), unit, &figures);
                        values[unit.index()] = value.filter(|value| value.is_finite());
                    }
                    values
                };
                let before = values(&dataset.base);
                let values = values(state);
                let known = || values.iter().flatten().copied();
                // What a plan changes is nothing before it.
                let classed = if figure.is_change() { values.clone() } else { before };
                Self::Classes(Choropleth {
                    figure,
                    chosen: shades.scheme,
                    classes: Classes::with_breaks(shades.breaks)
                        .or_else(|| Classes::suiting(figure, classed.into_iter().flatten(), method, CLASSES)),
                    span: known().reduce(f64::min).zip(known().reduce(f64::max)),
                    has_unknown: state.units_at(level).any(|unit| values[unit.index()].is_none()),
                    values,
                })
            }
        }
    }

    /// Colour of a unit as it is on the paper; `None` where there is no figure.
    pub fn of(&self, theme: &MapTheme, unit: UnitId) -> Option<Color32> {
        match self {
            Self::Neighbours(colours) => {
                let fill = palette::unit_fill(theme, colours.of(unit).unwrap_or(0)).fill;
                Some(palette::on_paper(theme, fill))
            }
            Self::Classes(shown) => {
                let value = shown.values.get(unit.index()).copied().flatten()?;
                Some(shown.colour(theme, shown.classes.as_ref()?.class_of(value)))
            }
        }
    }
}

impl Choropleth {
    /// Colour of a class as it is on the paper.
    pub fn colour(&self, theme: &MapTheme, class: usize) -> Color32 {
        let scheme = self.classes.as_ref().map(|classes| classes.scheme(self.chosen, self.figure));
        let scheme = scheme.or(self.chosen).unwrap_or_else(|| Scheme::suiting(self.figure));
        let colour = scheme.colour(class, self.classes.as_ref().map_or(1, Classes::count));
        palette::on_paper(theme, [colour.r(), colour.g(), colour.b(), 230])
    }
}
