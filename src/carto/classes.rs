//! Choropleth: figures sorted into classes, and a colour for each.

use crate::metrics::Figure;
use crate::metrics::catalogue::Topic;
use ecolor::Color32;

use super::{AtomFlags, AtomStyle};

/// Classes on a choropleth, unless there are fewer different figures.
pub const CLASSES: usize = 5;

/// As good as nothing: the class of zero begins there.
const NOTHING: f64 = f64::MIN_POSITIVE;

/// Opacity of choropleth fills: the colour must be the one of the legend.
const OPACITY: u8 = 230;

/// How the bounds between classes are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As many figures in each class.
    Quantile,
    /// Classes of equal width.
    EqualInterval,
    /// Bounds at the gaps between figures: least variance within classes (Fisher 1958, Jenks 1977).
    NaturalBreaks,
}

/// Colour scheme, from `ColorBrewer` (Harrower and Brewer 2003); all are safe for colour-blind eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Scheme {
    /// Sequential.
    Blues,
    /// Sequential.
    Greens,
    /// Sequential.
    Oranges,
    /// Sequential, with the most distinct steps.
    YellowGreenBlue,
    /// Diverging: low red, high blue.
    RedBlue,
    /// Diverging: low brown, high green.
    BrownGreen,
    /// Diverging: low purple, high green.
    PurpleGreen,
}

impl Scheme {
    /// Colours that suit a figure: more of it is darker.
    #[must_use]
    pub const fn suiting(figure: Figure) -> Self {
        match figure.topic() {
            Topic::People => Self::Oranges,
            Topic::Ground => Self::Greens,
            Topic::Difference => Self::BrownGreen,
            Topic::Distance => Self::YellowGreenBlue,
            Topic::Shape => Self::Blues,
        }
    }

    /// All schemes, sequential ones first.
    pub const ALL: [Self; 7] = [
        Self::YellowGreenBlue,
        Self::Blues,
        Self::Greens,
        Self::Oranges,
        Self::RedBlue,
        Self::BrownGreen,
        Self::PurpleGreen,
    ];

    /// Whether it has a middle.
    #[must_use]
    pub const fn is_diverging(self) -> bool {
        matches!(self, Self::RedBlue | Self::BrownGreen | Self::PurpleGreen)
    }

    /// Colour of a class out of a number of classes, the lowest class first.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a handful of classes")]
    pub fn colour(self, class: usize, classes: usize) -> Color32 {
        let (gradient, from, to) = match self {
            Self::Blues => (colorous::BLUES, 0.1, 0.85),
            Self::Greens => (colorous::GREENS, 0.1, 0.85),
            Self::Oranges => (colorous::ORANGES, 0.08, 0.8),
            Self::YellowGreenBlue => (colorous::YELLOW_GREEN_BLUE, 0.06, 0.82),
            Self::RedBlue => (colorous::RED_BLUE, 0.1, 0.9),
            Self::BrownGreen => (colorous::BROWN_GREEN, 0.1, 0.9),
            Self::PurpleGreen => (colorous::PURPLE_GREEN, 0.1, 0.9),
        };
        let share = if classes > 1 { class.min(classes - 1) as f64 / (classes - 1) as f64 } else { 0.5 };
        let colour = gradient.eval_continuous(from + (to - from) * share);
        Color32::from_rgb(colour.r, colour.g, colour.b)
    }
}

/// Bounds of classes.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// Ascending: the least figure, the upper bounds of all classes; the last one is the greatest figure. At least two.
    bounds: Vec<f64>,
}

impl Classes {
    /// Sorts figures into at most `count` classes; `None` without a finite figure.
    #[must_use]
    pub fn new(figures: impl IntoIterator<Item = f64>, method: Method, count: usize) -> Option<Self> {
        let mut sorted: Vec<f64> = figures.into_iter().filter(|figure| figure.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let (&least, &greatest) = (sorted.first()?, sorted.last()?);
        let count = count.max(1);
        let uppers = match method {
            Method::Quantile => {
                (1..=count).map(|i| sorted[(i * sorted.len()).div_ceil(count).saturating_sub(1)]).collect()
            }
            Method::EqualInterval => equal_intervals(least, greatest, count),
            Method::NaturalBreaks => natural_breaks(&sorted, count),
        };
        let mut bounds = vec![least];
        for upper in uppers {
            // Many equal figures make bounds coincide: then there are fewer classes.
            if bounds.len() == 1 || bounds.last().is_some_and(|&last| upper > last) {
                bounds.push(upper);
            }
        }
        Some(Self { bounds })
    }

    /// Classes of a figure: those of a difference, and of what is below zero here and above it there, lie around zero, each
    /// as far below it as another above.
    #[must_use]
    pub fn suiting(
        figure: Figure,
        figures: impl IntoIterator<Item = f64>,
        method: Method,
        count: usize,
    ) -> Option<Self> {
        let figures: Vec<f64> = figures.into_iter().filter(|figure| figure.is_finite()).collect();
        let has = |wanted: fn(f64) -> bool| figures.iter().any(|&it| wanted(it));
        let has_both = has(|it| it < 0.0) && has(|it| it > 0.0);
        if figure.topic() == Topic::Difference || has_both {
            return Self::around_zero(&figures, method, count.div_ceil(2));
        }
        Self::new(figures, method, count)
    }

    /// Whether they lie around zero, as far below it as above.
    #[must_use]
    pub fn is_around_zero(&self) -> bool {
        self.bounds.windows(2).any(|pair| pair[0].abs() <= NOTHING && pair[1].abs() <= NOTHING)
    }

    /// The colours that somebody chose, else those that suit the figure and these classes: around zero two, away from a
    /// pale middle.
    #[must_use]
    pub fn scheme(&self, chosen: Option<Scheme>, figure: Figure) -> Scheme {
        let usual = Scheme::suiting(figure);
        let suiting = if self.is_around_zero() && !usual.is_diverging() { Scheme::BrownGreen } else { usual };
        chosen.unwrap_or(suiting)
    }

    /// At most `count` classes below zero and as many above, with the same bounds, and one for zero between them: the
    /// middle of a diverging scheme. Only zero where no figure is anything else.
    fn around_zero(figures: &[f64], method: Method, count: usize) -> Option<Self> {
        figures.first()?;
        let sizes = figures.iter().map(|figure| figure.abs()).filter(|size| *size > NOTHING);
        let Some(one_side) = Self::new(sizes, method, count) else { return Some(Self { bounds: vec![0.0, 0.0] }) };
        let above = &one_side.bounds[1..];
        // A figure on a bound belongs to the class that is nearer to zero, on this side too.
        let below = above.iter().rev().map(|bound| (-bound).next_down());
        Some(Self { bounds: below.chain([-NOTHING, 0.0]).chain(above.iter().copied()).collect() })
    }

    /// Classes with these breaks between them, ascending, open at both ends: one more than there are breaks. `None`
    /// without breaks, or when they do not ascend.
    #[must_use]
    pub fn with_breaks(breaks: &[f64]) -> Option<Self> {
        let ascends = breaks.is_sorted_by(|a, b| a < b) && breaks.iter().all(|at| at.is_finite());
        if breaks.is_empty() || !ascends {
            return None;
        }
        let ends = ([f64::NEG_INFINITY], [f64::INFINITY]);
        Some(Self { bounds: ends.0.into_iter().chain(breaks.iter().copied()).chain(ends.1).collect() })
    }

    /// The same breaks between classes, and outer ends that hold these figures too.
    #[must_use]
    pub fn widened(mut self, figures: impl IntoIterator<Item = f64>) -> Self {
        let last = self.bounds.len() - 1;
        for figure in figures.into_iter().filter(|figure| figure.is_finite()) {
            self.bounds[0] = self.bounds[0].min(figure);
            self.bounds[last] = self.bounds[last].max(figure);
        }
        self
    }

    /// What parts the classes, ascending: one less than there are classes.
    #[must_use]
    pub fn breaks(&self) -> &[f64] {
        &self.bounds[1..self.bounds.len() - 1]
    }

    /// Number of classes, at least 1.
    #[must_use]
    pub fn count(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Lower and upper bound of each class, the lowest first. A figure on a bound belongs to the lower class.
    #[must_use]
    pub fn ranges(&self) -> impl ExactSizeIterator<Item = (f64, f64)> + '_ {
        // What is as good as nothing reads as nothing.
        let plain = |bound: f64| if bound.abs() <= NOTHING { 0.0 } else { bound };
        self.bounds.windows(2).map(move |pair| (plain(pair[0]), plain(pair[1])))
    }

    /// Class of a figure; those beyond all bounds belong to the outermost class.
    #[must_use]
    pub fn class_of(&self, figure: f64) -> usize {
        self.bounds[1..].partition_point(|&upper| upper < figure).min(self.count() - 1)
    }

    /// Style of an atom with a figure, or without one.
    #[must_use]
    pub fn style(&self, scheme: Scheme, figure: Option<f64>) -> AtomStyle {
        let Some(figure) = figure.filter(|figure| figure.is_finite()) else {
            return AtomStyle { fill: [0, 0, 0, 0], flags: AtomFlags::NO_DATA };
        };
        let colour = scheme.colour(self.class_of(figure), self.count());
        AtomStyle { fill: [colour.r(), colour.g(), colour.b(), OPACITY], flags: AtomFlags::NONE }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of classes")]
fn equal_intervals(least: f64, greatest: f64, count: usize) -> Vec<f64> {
    let step = (greatest - least) / count as f64;
    (1..count).map(|i| step.mul_add(i as f64, least)).chain([greatest]).collect()
}

/// Upper bounds of the classes with the least sum of squared deviations from the mean of their class.
///
/// Dynamic programming over the different figures. The best start of the last class moves up with its end, so each
/// row is filled by halving: O(classes · n log n).
fn natural_breaks(sorted: &[f64], count: usize) -> Vec<f64> {
    let sums = Sums::new(sorted);
    let n = sums.figures.len();
    let count = count.min(n);
    // cost[j]: least cost of the first j figures in the classes so far.
    let mut cost: Vec<f64> = (0..=n).map(|end| sums.cost(0, end)).collect();
    let mut starts: Vec<Vec<usize>> = Vec::new();
    for _ in 1..count {
        let mut row = Row { cost: vec![f64::INFINITY; n + 1], start: vec![0; n + 1] };
        row.fill(&sums, &cost, [1, n], [0, n]);
        cost = row.cost;
        starts.push(row.start);
    }
    let mut uppers = Vec::new();
    let mut end = n;
    for start in starts.iter().rev() {
        if end == 0 {
            break;
        }
        uppers.push(sums.figures[end - 1]);
        end = start[end];
    }
    if end > 0 {
        uppers.push(sums.figures[end - 1]);
    }
    uppers.reverse();
    uppers
}

/// Running sums over the different figures: how many, their sum, the sum of their squares.
struct Sums {
    figures: Vec<f64>,
    running: Vec<[f64; 3]>,
}

impl Sums {
    fn new(sorted: &[f64]) -> Self {
        // Deviations from the middle keep the squares small.
        let middle = sorted[sorted.len() / 2];
        let (mut figures, mut running) = (Vec::new(), vec![[0.0; 3]]);
        for same in sorted.chunk_by(|a, b| a.total_cmp(b).is_eq()) {
            #[expect(clippy::cast_precision_loss, reason = "counts of units")]
            let (many, value) = (same.len() as f64, same[0] - middle);
            let [n, sum, squares] = running[figures.len()];
            running.push([n + many, sum + many * value, squares + many * value * value]);
            figures.push(same[0]);
        }
        Self { figures, running }
    }

    /// Sum of squared deviations of the figures from `start` up to `end`.
    fn cost(&self, start: usize, end: usize) -> f64 {
        if end <= start {
            return 0.0;
        }
        let (a, b) = (self.running[start], self.running[end]);
        let (n, sum, squares) = (b[0] - a[0], b[1] - a[1], b[2] - a[2]);
        (squares - sum * sum / n).max(0.0)
    }
}

struct Row {
    cost: Vec<f64>,
    start: Vec<usize>,
}

impl Row {
    /// Fills the ends in a span, whose last classes start in another span.
    fn fill(&mut self, sums: &Sums, before: &[f64], ends: [usize; 2], starts: [usize; 2]) {
        let mut spans = vec![(ends, starts)];
        while let Some(([first, last], [low, high])) = spans.pop() {
            if first > last {
                continue;
            }
            let middle = usize::midpoint(first, last);
            let tried = (low..=high.min(middle - 1)).map(|start| (before[start] + sums.cost(start, middle), start));
            let (cost, start) = tried.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, low));
            (self.cost[middle], self.start[middle]) = (cost, start);
            spans.push(([first, middle - 1], [low, start]));
            spans.push(([middle + 1, last], [start, high]));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn uppers(figures: &[f64], method: Method, count: usize) -> Vec<f64> {
        Classes::new(figures.iter().copied(), method, count).unwrap().ranges().map(|range| range.1).collect()
    }

    #[test]
    fn quantiles_hold_equal_numbers() {
        let figures: Vec<f64> = (1..=10).map(f64::from).collect();
        assert_eq!(uppers(&figures, Method::Quantile, 5), [2.0, 4.0, 6.0, 8.0, 10.0]);
    }

    #[test]
    fn equal_intervals_have_equal_widths() {
        assert_eq!(uppers(&[0.0, 1.0, 100.0], Method::EqualInterval, 5), [20.0, 40.0, 60.0, 80.0, 100.0]);
    }

    #[test]
    fn natural_breaks_fall_into_the_gaps() {
        let figures = [1.0, 2.0, 2.0, 50.0, 51.0, 53.0, 200.0, 201.0];
        assert_eq!(uppers(&figures, Method::NaturalBreaks, 3), [2.0, 53.0, 201.0]);
    }

    #[test]
    fn natural_breaks_are_those_of_published_examples() {
        // The README of jenkspy: four classes of the numbers from 0 to 11.
        let figures: Vec<f64> = (0..12).map(f64::from).collect();
        assert_eq!(uppers(&figures, Method::NaturalBreaks, 4), [2.0, 5.0, 8.0, 11.0]);
        // The same package, on figures that are no ladder.
        let figures = [1.3, 7.1, 7.3, 2.3, 3.9, 4.1, 7.8, 1.2, 4.3, 7.3, 5.0, 4.3];
        assert_eq!(uppers(&figures, Method::NaturalBreaks, 3), [2.3, 5.0, 7.8]);
    }

    #[test]
    fn breaks_of_ones_own_part_classes_that_are_open_at_both_ends() {
        let classes = Classes::with_breaks(&[10.0, 100.0]).unwrap();
        assert_eq!(classes.count(), 3);
        assert_eq!([-5.0, 10.0, 10.1, 100.0, 1e9].map(|figure| classes.class_of(figure)), [0, 0, 1, 1, 2]);
        assert_eq!(Classes::with_breaks(&[]), None);
        assert_eq!(Classes::with_breaks(&[3.0, 3.0]), None);
        assert_eq!(Classes::with_breaks(&[f64::NAN]), None);
    }

    #[test]
    fn figures_beyond_the_ends_widen_them_and_move_no_break() {
        let classes = Classes::new((1..=10).map(f64::from), Method::Quantile, 5).unwrap();
        let widened = classes.clone().widened([0.5, 40.0, f64::NAN]);
        assert_eq!(widened.breaks(), classes.breaks());
        assert_eq!(widened.ranges().next(), Some((0.5, 2.0)));
        assert_eq!(widened.ranges().last(), Some((8.0, 40.0)));
    }

    #[test]
    fn classes_of_a_difference_lie_around_zero() {
        let classes = Classes::around_zero(&[-40.0, -3.0, 0.0, 1.0, 2.0, 5.0], Method::Quantile, 3).unwrap();
        assert_eq!(classes.count() % 2, 1);
        let middle = classes.count() / 2;
        assert_eq!(classes.class_of(0.0), middle, "neither gain nor loss");
        for size in [0.001, 1.5, 5.0, 40.0, 90.0] {
            let [gain, loss] = [size, -size].map(|figure| classes.class_of(figure));
            assert!(gain > middle && gain - middle == middle - loss, "{size}: {gain} {loss}");
        }
        assert_eq!(Classes::around_zero(&[0.0, 0.0], Method::Quantile, 3).unwrap().count(), 1);
        assert_eq!(Classes::around_zero(&[], Method::Quantile, 3), None);
        let of = |figures: &[f64]| {
            Classes::suiting(Figure::Area, figures.iter().copied(), Method::Quantile, CLASSES).unwrap()
        };
        assert_eq!(of(&[-1.0, 5.0]).scheme(None, Figure::Area), Scheme::BrownGreen, "below zero here, above it there");
        assert_eq!(of(&[1.0, 5.0]).scheme(None, Figure::Area), Scheme::suiting(Figure::Area));
    }

    #[test]
    fn equal_figures_make_one_class() {
        for method in [Method::Quantile, Method::EqualInterval, Method::NaturalBreaks] {
            let classes = Classes::new([7.0, 7.0, 7.0], method, 5).unwrap();
            assert_eq!((classes.count(), classes.class_of(7.0)), (1, 0));
        }
    }

    #[test]
    fn no_figures_make_no_classes() {
        assert_eq!(Classes::new([f64::NAN], Method::Quantile, 5), None);
    }

    #[test]
    fn a_missing_figure_is_striped() {
        let classes = Classes::new([1.0, 2.0], Method::Quantile, 5).unwrap();
        assert_eq!(classes.style(Scheme::Blues, None).flags, AtomFlags::NO_DATA);
    }

    /// Least cost over all ways to cut `sorted` into `count` classes.
    fn cheapest(sums: &Sums, start: usize, count: usize) -> f64 {
        let n = sums.figures.len();
        if count == 1 {
            return sums.cost(start, n);
        }
        (start + 1..n).map(|end| sums.cost(start, end) + cheapest(sums, end, count - 1)).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn every_figure_lies_within_its_class(
            figures in prop::collection::vec(-1e6..1e6f64, 1..60),
            method in prop::sample::select(vec![Method::Quantile, Method::EqualInterval, Method::NaturalBreaks]),
        ) {
            let classes = Classes::new(figures.iter().copied(), method, 5).unwrap();
            let ranges: Vec<_> = classes.ranges().collect();
            for figure in figures {
                let (lower, upper) = ranges[classes.class_of(figure)];
                prop_assert!(lower <= figure && figure <= upper);
            }
        }

        #[test]
        fn natural_breaks_cost_least(figures in prop::collection::vec(0..40i32, 4..12)) {
            let mut sorted: Vec<f64> = figures.into_iter().map(f64::from).collect();
            sorted.sort_unstable_by(f64::total_cmp);
            let sums = Sums::new(&sorted);
            let count = 3.min(sums.figures.len());
            let mut start = 0;
            let mut cost = 0.0;
            for upper in natural_breaks(&sorted, count) {
                let end = sums.figures.partition_point(|&figure| figure <= upper);
                cost += sums.cost(start, end);
                start = end;
            }
            prop_assert!((cost - cheapest(&sums, 0, count)).abs() < 1e-6);
        }
    }
}
