//! The catalogue of figures (指标): one row a figure.
//!
//! A row says all that is known of a figure: what it is called, how it is worked out, what it is measured in, where it
//! is shown. Map, table, legend, conditions, expressions, packs of rules, statistics, comparisons, the page and the
//! reports read it from here.
//!
//! To add a figure: work it out in [`UnitFigures`], add a row. Nothing else has to ask for it by name.
//!
//! 1. The order of the rows is that of menus and tables.
//! 2. Ids stay: projects, preferences, packs and commands hold them. One that is given up becomes one of
//!    [`Row::other_ids`], which are read and never written. Members and columns of reports stay as they are.
//! 3. The words of a row never take a name away from the data: what a field or a figure of one's own is called goes
//!    first, but for those that are [`Row::reserved`].

use super::together::Together;
use super::{Amount, Measure, OwnId, Statistic, UnitFigures};
use crate::model::FieldIndex;

/// What a figure is about: it decides the colours that suit it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Topic {
    /// The ground: areas, borders, parts.
    Ground,
    /// People and what else is counted.
    People,
    /// Its shape, from 0 for a bad one.
    Shape,
    /// How far it is from here to there.
    Distance,
    /// How one thing differs from another: less is as telling as more.
    Difference,
}

impl Topic {
    /// All topics, in the order in which statistics are listed.
    pub const ALL: [Self; 5] = [Self::Ground, Self::People, Self::Shape, Self::Distance, Self::Difference];
}

/// What data must have for a figure to be known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Boundaries alone.
    Territory,
    /// People.
    People,
    /// People in more than one place: those of one atom are taken to be at one place, so that of a single atom the figure
    /// would say nothing.
    Places,
    /// An area that the source declares.
    DeclaredArea,
}

/// How soon a figure is shown to somebody who did not ask for it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Rank {
    /// In the upper rows of the details of a unit, and as a column of the table.
    First,
    /// As a column of the table.
    Column,
    /// A click away.
    OnRequest,
}

/// A text in 简体中文 and in English.
pub type InBoth = [&'static str; 2];

/// What is known of a figure. Where a field is left out, [`Row::PLAIN`] has what is usual.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Its name in projects, preferences, packs of rules and on the command line.
    pub id: &'static str,
    /// Other names of it there.
    pub other_ids: &'static [&'static str],
    /// What it is called in full, as in a legend.
    pub name: InBoth,
    /// What it is called where there is little room, as at the head of a column; the name in full if left out.
    pub short: Option<InBoth>,
    /// What it is called in conditions, expressions and sentences; the name in full if left out.
    pub word: Option<InBoth>,
    /// Other words for it in conditions and expressions. The names and ids are words anyway.
    pub words: &'static [&'static str],
    /// Those words for it that mean it even where the data have a field of that name: only words that always did, so that
    /// conditions of old projects go on to mean what they meant. A new figure has none.
    pub reserved: &'static [&'static str],
    /// How it is worked out, in a sentence.
    pub about: InBoth,
    /// What it is measured in.
    pub measure: Measure,
    /// What it is about.
    pub topic: Topic,
    /// What data must have for it.
    pub needs: Needs,
    /// The least and the most that it can be.
    pub range: [f64; 2],
    /// How soon it is shown.
    pub rank: Rank,
    /// Whether the page that is handed out has it.
    pub is_on_page: bool,
    /// What it is of several units together.
    pub together: Together,
    /// What is said of all units together.
    pub statistics: &'static [Statistic],
    /// What the ids of its statistics begin with; its own id, with `_` for `-`, if left out.
    pub stem: Option<&'static str>,
    /// Where it stands in a unit of the JSON report: a member, or `group.member`.
    pub member: &'static str,
    /// Its column in the CSV report.
    pub column: &'static str,
    /// Its value in the base unit of its measure; `None` where it cannot be known.
    pub of: fn(&UnitFigures) -> Option<Amount>,
}

impl Row {
    /// A row that says nothing yet.
    pub const PLAIN: Self = Self {
        id: "",
        other_ids: &[],
        name: ["", ""],
        short: None,
        word: None,
        words: &[],
        reserved: &[],
        about: ["", ""],
        measure: Measure::Count,
        topic: Topic::Ground,
        needs: Needs::Territory,
        range: [0.0, f64::INFINITY],
        rank: Rank::OnRequest,
        is_on_page: false,
        together: Together::Unknown,
        statistics: &[Statistic::Mean, Statistic::Least, Statistic::Most],
        stem: None,
        member: "",
        column: "",
        of: |_| None,
    };

    /// A measure of shape: 1 for the best, towards 0 for the worst.
    const SHAPE: Self = Self {
        measure: Measure::Ratio,
        topic: Topic::Shape,
        range: [0.0, 1.0],
        statistics: &[Statistic::Mean, Statistic::Least],
        ..Self::PLAIN
    };

    /// A distance.
    const DISTANCE: Self = Self { measure: Measure::Length, topic: Topic::Distance, ..Self::PLAIN };

    /// Every id that it goes by.
    pub fn ids(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.id).chain(self.other_ids.iter().copied())
    }

    /// Every word for it, in either language; some more than once.
    pub fn all_words(&self) -> impl Iterator<Item = &'static str> + use<> {
        let names = [self.word, Some(self.name), self.short].into_iter().flatten().flatten();
        names.chain(self.words.iter().copied()).chain(self.reserved.iter().copied()).chain(self.ids())
    }
}

/// Makes the figures and their rows from one table.
macro_rules! figures {
    ($($(#[$doc:meta])* $figure:ident => $row:expr;)*) => {
        /// A figure by which units can be coloured, sorted, found, judged and compared.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Figure {
            $($(#[$doc])* $figure,)*
            /// A summed field, by its position in the fields of the dataset.
            Sum(usize),
            /// Another field with numbers, as the source has it for single units.
            Source(FieldIndex),
            /// One of one's own, [`OwnFigures`](super::OwnFigures).
            Own(OwnId),
        }

        impl Figure {
            /// The figures of the catalogue, in its order.
            pub const ALL: &[Self] = &[$(Self::$figure,)*];

            /// Its row of the catalogue; `None` for what the data or the user bring along.
            #[must_use]
            pub const fn row(self) -> Option<&'static Row> {
                match self {
                    $(Self::$figure => {
                        const ROW: &Row = &$row;
                        Some(ROW)
                    })*
                    Self::Sum(_) | Self::Source(_) | Self::Own(_) => None,
                }
            }
        }
    };
}

figures! {
    /// Area.
    Area => Row {
        id: "area",
        name: ["面积", "Area"],
        reserved: &["面积", "area"],
        about: [
            "椭球面上的测地面积，按最小单元计算后相加，合并前后总量不变",
            "Geodesic area on the ellipsoid, worked out once for each finest unit and added: totals never change",
        ],
        measure: Measure::Area,
        rank: Rank::First,
        is_on_page: true,
        together: Together::Anew,
        statistics: &[Statistic::Mean, Statistic::Least, Statistic::Most, Statistic::Variation],
        member: "area_m2",
        column: "area_m2",
        of: |it| Amount::measured(it.area_m2),
        ..Row::PLAIN
    };
    /// Area as the source declares it.
    DeclaredArea => Row {
        id: "declared-area",
        name: ["登记面积", "Declared area"],
        short: Some(["登记面积", "Decl. area"]),
        reserved: &["登记面积", "declared area", "declared_area", "declared-area"],
        about: [
            "源数据自己写明的面积，按最小单元相加，与图上面积并列",
            "The area that the source itself states, added up over the finest units; kept beside the measured one",
        ],
        measure: Measure::Area,
        needs: Needs::DeclaredArea,
        rank: Rank::First,
        together: Together::Anew,
        member: "declared_area.area_m2",
        column: "declared_area_m2",
        of: |it| it.declared_area_m2.and_then(Amount::measured),
        ..Row::PLAIN
    };
    /// Declared less measured area.
    DeclaredDifference => Row {
        id: "declared-difference",
        name: ["面积差", "Area difference"],
        short: Some(["面积差", "Area diff."]),
        reserved: &["面积差", "area difference", "area_difference", "declared-difference"],
        about: [
            "登记面积减图上面积，占图上面积的百分比",
            "Declared less measured area, in percent of the measured",
        ],
        measure: Measure::Percent,
        topic: Topic::Difference,
        needs: Needs::DeclaredArea,
        range: [-100.0, f64::INFINITY],
        rank: Rank::First,
        together: Together::Anew,
        statistics: &[Statistic::Least, Statistic::Most],
        member: "declared_area.difference_percent",
        column: "declared_difference_percent",
        of: |it| it.declared_difference_percent().and_then(Amount::measured),
        ..Row::PLAIN
    };
    /// People.
    Population => Row {
        id: "population",
        name: ["人口", "Population"],
        reserved: &["人口", "population", "人口数", "people", "pop"],
        about: [
            "最小单元人口之和；字段由数据中的人口列认定",
            "People of the finest units added up, from the field of the data taken for population",
        ],
        measure: Measure::People,
        topic: Topic::People,
        needs: Needs::People,
        rank: Rank::First,
        is_on_page: true,
        together: Together::Anew,
        statistics: &[Statistic::Mean, Statistic::Least, Statistic::Most, Statistic::Variation],
        member: "population",
        column: "population",
        of: |it| it.population.map(Amount::Exact),
        ..Row::PLAIN
    };
    /// People per km².
    Density => Row {
        id: "density",
        name: ["人口密度", "Population density"],
        short: Some(["人口密度", "Density"]),
        word: Some(["人口密度", "density"]),
        reserved: &["人口密度", "density", "密度"],
        about: ["人口除以测地面积", "People by geodesic area"],
        measure: Measure::PerArea,
        topic: Topic::People,
        needs: Needs::People,
        rank: Rank::First,
        together: Together::Anew,
        statistics: &[Statistic::Least, Statistic::Most, Statistic::Variation],
        member: "density_per_km2",
        column: "density_per_km2",
        of: |it| it.density_per_km2.and_then(Amount::measured),
        ..Row::PLAIN
    };
    /// Greatest distance from the seat.
    RadiusMax => Row {
        id: "radius-max",
        other_ids: &["radius"],
        name: ["服务半径", "Service radius"],
        short: Some(["最大半径", "Max radius"]),
        word: Some(["最大半径", "radius"]),
        reserved: &["最大半径", "radius", "最大服务半径"],
        about: [
            "从驻地到本单元边界最远处的直线（测地）距离，不是路程",
            "From the seat to the farthest point of the unit as the crow flies, not by road",
        ],
        rank: Rank::First,
        is_on_page: true,
        together: Together::Most,
        statistics: &[Statistic::Most, Statistic::PeopleMean, Statistic::PeopleP90],
        stem: Some("radius"),
        member: "radius_m.max",
        column: "radius_max_m",
        of: |it| it.radius.max_m.and_then(Amount::measured),
        ..Row::DISTANCE
    };
    /// Mean distance of people from the seat.
    RadiusMean => Row {
        id: "radius-mean",
        other_ids: &["distance"],
        name: ["平均服务距离（人口加权）", "Mean service distance"],
        short: Some(["平均距离", "Mean dist."]),
        word: Some(["平均距离", "mean distance"]),
        words: &["平均服务距离"],
        reserved: &["平均距离", "mean distance", "radius-mean"],
        about: [
            "居民到驻地的直线距离，按人口加权平均；最小单元的人口视为在一处",
            "How far people live from the seat as the crow flies, on average; those of a finest unit count as at one place",
        ],
        needs: Needs::Places,
        rank: Rank::First,
        together: Together::PeopleMean,
        statistics: &[Statistic::Least, Statistic::Most],
        member: "radius_m.mean_population",
        column: "radius_mean_population_m",
        of: |it| it.radius.mean_population_m.and_then(Amount::measured),
        ..Row::DISTANCE
    };
    /// Distance from the seat within which nine tenths of the people live.
    RadiusP90 => Row {
        id: "radius-p90",
        name: ["服务距离 90% 分位", "Service distance, 90th percentile"],
        short: Some(["九成距离", "P90 dist."]),
        word: Some(["九成距离", "p90 distance"]),
        about: [
            "九成人口住在离驻地这个距离以内",
            "Nine tenths of the people live within this distance of the seat",
        ],
        needs: Needs::Places,
        statistics: &[Statistic::Least, Statistic::Most],
        member: "radius_m.p90_population",
        column: "radius_p90_population_m",
        of: |it| it.radius.p90_population_m.and_then(Amount::measured),
        ..Row::DISTANCE
    };
    /// Distance from the population centre to the seat.
    CentreToSeat => Row {
        id: "centre-to-seat",
        name: ["人口重心到驻地的距离", "Population centre to seat"],
        short: Some(["重心到驻地", "Centre to seat"]),
        word: Some(["重心到驻地", "centre to seat"]),
        about: [
            "从人口重心（居民所在地的平均位置）到驻地的直线距离；没有给定驻地时未知",
            "From the mean place of the people to the seat as the crow flies; not known where no seat is given",
        ],
        needs: Needs::Places,
        member: "radius_m.population_centre",
        column: "radius_population_centre_m",
        of: |it| it.radius.population_centre_m.and_then(Amount::measured),
        ..Row::DISTANCE
    };
    /// Polsby–Popper compactness.
    Compactness => Row {
        id: "compactness",
        other_ids: &["polsby-popper"],
        name: ["紧凑度", "Compactness"],
        words: &["紧凑度（Polsby–Popper）", "Compactness (Polsby–Popper)"],
        reserved: &["紧凑度", "compactness"],
        about: [
            "4πA/P²（Polsby–Popper）：与同周长的圆面积之比，圆为 1；边界画得越细，值越小",
            "4πA/P² (Polsby–Popper): area by that of a disc with the same perimeter, 1 for a disc; finer borders lower it",
        ],
        rank: Rank::Column,
        member: "compactness.polsby_popper",
        column: "polsby_popper",
        of: |it| it.compactness.polsby_popper.and_then(Amount::measured),
        ..Row::SHAPE
    };
    /// Compactness by the smallest circle around it.
    Reock => Row {
        id: "reock",
        name: ["紧凑度（外接圆）", "Compactness (circle)"],
        word: Some(["外接圆紧凑度", "reock"]),
        words: &["紧凑度（Reock）", "Compactness (Reock)", "Reock 紧凑度"],
        about: [
            "Reock 紧凑度：面积与最小外接圆面积之比，圆为 1",
            "Reock's compactness: area by that of the smallest circle around it, 1 for a disc",
        ],
        member: "compactness.reock",
        column: "reock",
        of: |it| it.compactness.reock.and_then(Amount::measured),
        ..Row::SHAPE
    };
    /// Compactness by the convex hull.
    ConvexHull => Row {
        id: "convex-hull",
        name: ["紧凑度（凸包）", "Compactness (convex hull)"],
        short: Some(["紧凑度（凸包）", "Compactness (hull)"]),
        word: Some(["凸包紧凑度", "convex hull"]),
        words: &["convex_hull"],
        about: ["面积与凸包面积之比", "Area by that of its convex hull"],
        member: "compactness.convex_hull",
        column: "convex_hull",
        of: |it| it.compactness.convex_hull.and_then(Amount::measured),
        ..Row::SHAPE
    };
    /// Compactness by moment of inertia.
    Inertia => Row {
        id: "inertia",
        other_ids: &["moment-of-inertia"],
        name: ["紧凑度（惯性矩）", "Compactness (inertia)"],
        word: Some(["惯性矩紧凑度", "inertia"]),
        words: &["moment_of_inertia"],
        reserved: &["惯性矩紧凑度", "inertia", "moment of inertia", "moment-of-inertia"],
        about: [
            "A²/2πI：同面积圆的惯性矩与本单元惯性矩之比，圆为 1，正方形 0.955；不受边界画得多细影响",
            "A²/2πI: moment of inertia of a disc of the same area by its own, 1 for a disc, 0.955 for a square; finer borders hardly matter",
        ],
        member: "compactness.moment_of_inertia",
        column: "moment_of_inertia",
        of: |it| it.compactness.moment_of_inertia.and_then(Amount::measured),
        ..Row::SHAPE
    };
    /// Proximity of people to the seat.
    SeatProximity => Row {
        id: "seat-proximity",
        name: ["驻地邻近度", "Seat proximity"],
        reserved: &["驻地邻近度", "seat proximity", "seat_proximity", "seat-proximity"],
        about: [
            "同面积圆内到圆心的平均距离，除以居民到驻地的平均距离；居民聚居驻地附近时可大于 1",
            "Mean distance from the middle of a disc of the same area, by that of people from the seat; above 1 where people crowd around it",
        ],
        needs: Needs::Places,
        range: [0.0, f64::INFINITY],
        member: "compactness.seat_proximity",
        column: "seat_proximity",
        of: |it| it.compactness.seat_proximity.and_then(Amount::measured),
        ..Row::SHAPE
    };
    /// Length of the border.
    Perimeter => Row {
        id: "perimeter",
        name: ["边界长度", "Perimeter"],
        word: Some(["周长", "perimeter"]),
        about: ["外边界和空洞边界的测地长度之和", "Geodesic length of the border, holes included"],
        measure: Measure::Length,
        together: Together::Sum,
        member: "perimeter_m",
        column: "perimeter_m",
        of: |it| Amount::measured(it.perimeter_m),
        ..Row::PLAIN
    };
    /// Parts that do not touch.
    Parts => Row {
        id: "parts",
        name: ["独立部分", "Parts"],
        words: &["独立部分数", "块数"],
        about: [
            "互不相连的部分；多于一个说明有飞地",
            "Parts that do not touch; more than one means an exclave",
        ],
        together: Together::Sum,
        statistics: &[Statistic::Mean, Statistic::Most],
        member: "parts",
        column: "parts",
        of: |it| Some(it.parts.into()),
        ..Row::PLAIN
    };
    /// Holes.
    Holes => Row {
        id: "holes",
        name: ["空洞", "Holes"],
        words: &["空洞数"],
        about: ["被本单元包围而不属于它的地方", "Places inside that belong to others"],
        together: Together::Sum,
        statistics: &[Statistic::Mean, Statistic::Most],
        member: "holes",
        column: "holes",
        of: |it| Some(it.holes.into()),
        ..Row::PLAIN
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::i18n::{Lang, Text};

    fn rows() -> impl Iterator<Item = &'static Row> {
        Figure::ALL.iter().filter_map(|figure| figure.row())
    }

    /// What several rows have alike.
    fn twice<T: Ord + Clone>(all: impl IntoIterator<Item = T>) -> Vec<T> {
        let mut sorted: Vec<T> = all.into_iter().collect();
        sorted.sort_unstable();
        let pairs = sorted.windows(2).filter(|pair| pair[0] == pair[1]);
        pairs.map(|pair| pair[0].clone()).collect()
    }

    #[test]
    fn every_row_says_what_it_is_and_where_it_is_written() {
        for row in rows() {
            let said = [row.id, row.member, row.column].into_iter().chain(row.name).chain(row.about);
            assert!(said.into_iter().all(|text| !text.trim().is_empty()), "{row:?}");
            let zh = [Some(row.name[1]), Some(row.about[1]), row.short.map(|it| it[1]), row.word.map(|it| it[1])];
            let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            assert!(zh.into_iter().flatten().all(|text| !text.contains(is_han)), "{row:?}");
            assert!(!row.statistics.is_empty(), "{} is compared", row.id);
            assert!(row.range[0] < row.range[1], "{}", row.id);
            let word = row.word.unwrap_or(row.name).map(str::to_lowercase);
            assert!(
                row.reserved.is_empty() || word.iter().all(|word| row.reserved.contains(&word.as_str())),
                "{}",
                row.id
            );
        }
    }

    #[test]
    fn what_is_no_figure_of_a_unit_is_called_as_the_figure_is() {
        // Headings of other tables, such as that of old and new units.
        for (figure, text) in [(Figure::Area, Text::Area), (Figure::Population, Text::Population)] {
            assert_eq!(figure.row().map(|row| row.name), Some(Lang::ALL.map(|lang| lang.of(text))));
        }
    }

    #[test]
    fn no_two_rows_have_a_name_alike() {
        assert_eq!(twice(rows().flat_map(Row::ids)), [""; 0]);
        assert_eq!(twice(rows().map(|row| row.member)), [""; 0]);
        assert_eq!(twice(rows().map(|row| row.column)), [""; 0]);
        let words = rows().flat_map(|row| row.all_words().map(str::to_lowercase).collect::<BTreeSet<_>>());
        assert_eq!(twice(words), [""; 0]);
        let statistics = Figure::ALL.iter().flat_map(|figure| {
            let row = figure.row().into_iter();
            row.flat_map(|row| row.statistics.iter().map(|statistic| statistic.id_of(row)))
        });
        assert_eq!(twice(statistics), [""; 0]);
    }
}
