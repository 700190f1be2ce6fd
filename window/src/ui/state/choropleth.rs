//! How a figure shows on the map: in colours, by which method it falls into classes, and in which scheme; or as circles.
//!
//! Breaks come from the figures as loaded, but for those that say what a plan changes. An edit moves units from one class
//! to another and no break, so that maps before and after can be compared.

use serde::{Deserialize, Serialize};

use crate::render::{CLASSES, Classes, Method, Scheme};
use quhua::i18n::numbers::AreaUnit;
use quhua::metrics::Figure;
use quhua::model::LevelIndex;
use quhua::study::{Study, Time};

/// Breaks at most that one can write: more classes than these cannot be told apart.
pub const MOST_BREAKS: usize = 8;

/// What stands for a figure on the map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Mark {
    /// The colour of the unit.
    #[default]
    Fill,
    /// A circle on the unit, as large as the figure.
    Circle,
}

/// How the breaks between classes come about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Classing {
    /// As many units in each class.
    #[default]
    Quantile,
    /// Classes of equal width.
    EqualInterval,
    /// Breaks at the gaps between figures.
    NaturalBreaks,
    /// Breaks that the user writes.
    Manual,
}

impl Classing {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Quantile, Self::EqualInterval, Self::NaturalBreaks, Self::Manual];
}

/// How one figure shows on the map.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FigureLook {
    /// What stands for it.
    pub mark: Mark,
    /// How its breaks come about.
    pub classing: Classing,
    /// Its colours; `None` for those that suit the figure.
    pub scheme: Option<Scheme>,
    /// Breaks that the user has written, ascending, in the unit of [`Figure::of`]. They stay while another way is
    /// chosen.
    pub breaks: Vec<f64>,
}

impl FigureLook {
    /// Its colours.
    #[must_use]
    pub fn scheme(&self, figure: Figure) -> Scheme {
        self.scheme.unwrap_or_else(|| Scheme::suiting(figure))
    }
}

/// Name under which the look of a figure is kept: that of its field where it has one, which other files share.
#[must_use]
pub fn key(project: &Study, figure: Figure) -> String {
    figure.key((project.dataset(), project.own_figures()))
}

/// Classes of a figure at a level; `None` as long as its figures are not known, or where no unit has one.
#[must_use]
pub fn classes(project: &Study, level: LevelIndex, figure: Figure, look: &FigureLook) -> Option<Classes> {
    // What a plan changes is nothing before it.
    let time = if figure.is_change() { Time::Now } else { Time::Before };
    let base = project.values_at(time, level, figure).into_iter().flatten();
    let method = match look.classing {
        Classing::EqualInterval => Method::EqualInterval,
        Classing::NaturalBreaks => Method::NaturalBreaks,
        Classing::Manual => match Classes::with_breaks(&look.breaks) {
            Some(classes) => return Some(classes),
            None => Method::Quantile,
        },
        Classing::Quantile => Method::Quantile,
    };
    let classes = Classes::suiting(figure, base, method, CLASSES)?;
    // A merged unit can have more than any had before: the legend says so.
    Some(classes.widened(project.values_at(Time::Now, level, figure).into_iter().flatten()))
}

/// Why breaks that were written cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BreaksError {
    /// Nothing was written.
    #[error("write at least one number")]
    Empty,
    /// Something is not a number.
    #[error("\"{0}\" is not a number")]
    NotANumber(String),
    /// A number is not larger than the one before it.
    #[error("{next} does not come after {before}")]
    NotAscending {
        /// The number before, as written.
        before: String,
        /// The one that is not larger, as written.
        next: String,
    },
    /// There are more than [`MOST_BREAKS`].
    #[error("{0} breaks are too many")]
    TooMany(usize),
}

/// Numbers with commas or spaces between them, each larger than the one before.
pub fn parse_breaks(text: &str) -> Result<Vec<f64>, BreaksError> {
    let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '、' | '；');
    let mut breaks: Vec<(f64, &str)> = Vec::new();
    for word in text.split(is_between).filter(|word| !word.is_empty()) {
        let number = word.parse::<f64>().ok().filter(|number| number.is_finite());
        let Some(number) = number else { return Err(BreaksError::NotANumber(word.to_owned())) };
        if let Some(&(last, before)) = breaks.last()
            && number <= last
        {
            return Err(BreaksError::NotAscending { before: before.to_owned(), next: word.to_owned() });
        }
        breaks.push((number, word));
    }
    match breaks.len() {
        0 => Err(BreaksError::Empty),
        1..=MOST_BREAKS => Ok(breaks.into_iter().map(|(number, _)| number).collect()),
        many => Err(BreaksError::TooMany(many)),
    }
}

/// Breaks as they are written, in the unit that is shown.
#[must_use]
pub fn breaks_text(figure: Figure, breaks: &[f64], area_unit: AreaUnit) -> String {
    let factor = figure.shown_unit(area_unit);
    // Twelve digits: what was written in another unit comes back without the noise of the conversion.
    let text = |at: &f64| format!("{:.11e}", at / factor).parse::<f64>().unwrap_or(*at).to_string();
    breaks.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Breaks to start from when the user begins to write his own: those that show now, rounded as the legend rounds them.
#[must_use]
pub fn starting_breaks(classes: &Classes, figure: Figure, area_unit: AreaUnit) -> Vec<f64> {
    let factor = figure.shown_unit(area_unit);
    let rounded = classes.breaks().iter().filter_map(|&at| {
        let text = figure.text_of(at, area_unit).replace(',', "");
        text.parse::<f64>().ok().map(|number| number * factor)
    });
    let mut breaks: Vec<f64> = rounded.filter(|at| at.is_finite()).take(MOST_BREAKS).collect();
    breaks.dedup_by(|next, before| *next <= *before);
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_are_read_with_commas_or_spaces_of_either_language() {
        for text in ["1000, 2500.5 1e4", " 1000，2500.5、10000 ", "1000;2500.5\n10000,"] {
            assert_eq!(parse_breaks(text), Ok(vec![1000.0, 2500.5, 10_000.0]), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_breaks_is_named() {
        assert_eq!(parse_breaks(" , "), Err(BreaksError::Empty));
        assert_eq!(parse_breaks("10, 2x, 30"), Err(BreaksError::NotANumber("2x".to_owned())));
        assert_eq!(parse_breaks("1 inf"), Err(BreaksError::NotANumber("inf".to_owned())));
        // Thousands separators are taken for what they look like, and do not pass.
        let error = BreaksError::NotAscending { before: "1".to_owned(), next: "000".to_owned() };
        assert_eq!(parse_breaks("1,000 5,000"), Err(error));
        assert_eq!(parse_breaks("1 2 3 4 5 6 7 8 9"), Err(BreaksError::TooMany(9)));
    }

    #[test]
    fn breaks_come_back_as_they_were_written_whatever_the_unit() {
        for unit in AreaUnit::ALL {
            let written = [0.1, 12.35, 500.0];
            let kept: Vec<f64> = written.iter().map(|at| at * Figure::Area.shown_unit(unit)).collect();
            assert_eq!(breaks_text(Figure::Area, &kept, unit), "0.1, 12.35, 500");
        }
        assert_eq!(breaks_text(Figure::RadiusMax, &[1500.0, 20_000.0], AreaUnit::Km2), "1.5, 20");
    }

    #[test]
    fn breaks_to_start_from_are_round_and_ascend() {
        let classes = Classes::with_breaks(&[1234.56, 1234.57, 9999.0]).unwrap();
        assert_eq!(starting_breaks(&classes, Figure::Population, AreaUnit::Km2), [1235.0, 9999.0]);
    }
}
