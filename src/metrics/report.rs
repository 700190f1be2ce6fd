//! Figures as files: the metrics report as JSON and as CSV.
//!
//! Names and order are a contract with other programs. A figure that cannot be known is `null` (an empty cell).

use std::io::{self, Write};

use geo::Coord;
use indexmap::IndexMap;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::Serialize;
use serde_json::Number;

use super::summary::CountChange;
use super::{Amount, Ledger, OwnFigures, SeatBasis, UnitFigures, neighbours};
use crate::coverage::Suspects;
use crate::geodesy::AreaMethod;
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, Fields, Level, LevelIndex, State, UnitId};

/// Sums by the name of their field.
type Sums = IndexMap<String, Option<Number>>;

/// Figures of all units of a level.
#[derive(Clone, Debug, Serialize)]
pub struct MetricsReport {
    /// Fields they come from.
    pub fields: Fields,
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// Level of the units.
    pub level: Level,
    /// One for each unit in force, in the order of ids.
    pub units: Vec<UnitRow>,
    /// Figures of everything.
    pub totals: TotalsRow,
    /// What the plan changed; absent without a plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// Figures of one unit.
#[derive(Clone, Debug, Serialize)]
pub struct UnitRow {
    /// Code.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Level.
    pub level: Level,
    /// Code (or, without one, name) of the unit above.
    pub parent: Option<String>,
    /// Number of atoms.
    pub atoms: usize,
    /// Area in m².
    pub area_m2: f64,
    /// Area as the source declares it, and how it differs. Left out where the data declare none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_area: Option<DeclaredRow>,
    /// Length of the outline in metres.
    pub perimeter_m: f64,
    /// Population.
    pub population: Option<Number>,
    /// Persons per km².
    pub density_per_km2: Option<f64>,
    /// Sums of the other extensive fields.
    pub sums: Sums,
    /// Figures of one's own, by name. Left out where there are none.
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub figures: Sums,
    /// Connected parts.
    pub parts: usize,
    /// Holes.
    pub holes: usize,
    /// Codes (or, without one, names) of the units it shares a border of more than a point with.
    pub neighbours: Vec<String>,
    /// How compact it is.
    pub compactness: CompactnessRow,
    /// Longitude and latitude of the seat in degrees.
    pub seat: Option<[f64; 2]>,
    /// Where the seat comes from.
    pub seat_basis: Option<SeatBasis>,
    /// Distances from the seat.
    pub radius_m: RadiusRow,
    /// Whether the outline touches a defect of the boundaries, so that it and its figures may be wrong there.
    /// Left out where it does not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub touches_defect: bool,
}

/// Area as the source declares it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct DeclaredRow {
    /// In m².
    pub area_m2: Option<f64>,
    /// Less the measured area, in percent of that.
    pub difference_percent: Option<f64>,
}

/// Measures of compactness between 0 and 1; the last may be more.
#[derive(Clone, Debug, Serialize)]
pub struct CompactnessRow {
    /// 4πA/P².
    pub polsby_popper: Option<f64>,
    /// Area by that of the smallest circle around.
    pub reock: Option<f64>,
    /// Area by that of the convex hull.
    pub convex_hull: Option<f64>,
    /// A²/2πI.
    pub moment_of_inertia: Option<f64>,
    /// Mean distance from the middle of a disc of the same area by that of people from the seat.
    pub seat_proximity: Option<f64>,
}

/// Geodesic distances from the seat in metres.
#[derive(Clone, Debug, Serialize)]
pub struct RadiusRow {
    /// To the farthest vertex.
    pub max: Option<f64>,
    /// Mean over the population.
    pub mean_population: Option<f64>,
    /// Within which nine tenths of the population live.
    pub p90_population: Option<f64>,
}

/// Figures of everything.
#[derive(Clone, Debug, Serialize)]
pub struct TotalsRow {
    /// Units in force.
    pub units: usize,
    /// Number of atoms.
    pub atoms: usize,
    /// Area in m².
    pub area_m2: f64,
    /// Population.
    pub population: Option<Number>,
    /// Sums of the other extensive fields.
    pub sums: Sums,
}

/// What a plan changed at the level.
#[derive(Clone, Debug, Serialize)]
pub struct Change {
    /// Units before.
    pub units_before: usize,
    /// Units after.
    pub units_after: usize,
    /// Before minus after; negative after an increase.
    pub reduction: i64,
    /// Reduction by before, not rounded.
    pub reduction_rate: Option<f64>,
}

impl From<CountChange> for Change {
    fn from(count: CountChange) -> Self {
        Self {
            units_before: count.before,
            units_after: count.after,
            reduction: count.reduction(),
            reduction_rate: count.reduction_rate(),
        }
    }
}

impl MetricsReport {
    /// Figures of the units of a level: as a plan leaves them, or without a plan as they came.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn new(
        dataset: &Dataset,
        planned: Option<&State>,
        level: LevelIndex,
        method: AreaMethod,
        (own, suspects): (&OwnFigures, &Suspects),
        progress: &Progress,
    ) -> Result<Self, Cancelled> {
        let mut ledger = Ledger::new(method);
        dataset.measures(method);
        progress.set(0.3);
        progress.check()?;
        ledger.level(dataset, planned.unwrap_or(&dataset.base), level);
        progress.set(0.9);
        progress.check()?;
        Ok(Self::from_ledger(dataset, planned, level, (own, suspects), &mut ledger))
    }

    /// The same with figures that are partly known already.
    #[must_use]
    pub fn from_ledger(
        dataset: &Dataset,
        planned: Option<&State>,
        level: LevelIndex,
        (own, suspects): (&OwnFigures, &Suspects),
        ledger: &mut Ledger,
    ) -> Self {
        let state = planned.unwrap_or(&dataset.base);
        let figures = ledger.level(dataset, state, level);
        let touched = suspects.around(&dataset.coverage, |atom| state.unit_of(atom, level));
        let units = figures.par_iter().map(|(unit, figures)| UnitRow {
            touches_defect: touched.contains(unit),
            ..row((dataset, state), *unit, figures, own)
        });
        let units = units.collect();
        let totals = ledger.totals(dataset, state, level);
        let change = planned.map(|_| {
            let before = dataset.base.units_at(level).count();
            Change::from(CountChange { before, after: totals.units })
        });
        Self {
            fields: dataset.fields.clone(),
            area_method: ledger.method(),
            level: dataset.level(level),
            units,
            totals: TotalsRow {
                units: totals.units,
                atoms: totals.atoms,
                area_m2: totals.area_m2,
                population: totals.population.and_then(number),
                sums: sums(dataset, &totals.sums),
            },
            change,
        }
    }

    /// Writes the units as a table: UTF-8 with a byte order mark, so that spreadsheets read it right.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(self.csv_header())?;
        for unit in &self.units {
            writer.write_record(unit.csv_cells())?;
        }
        writer.flush()
    }

    fn csv_header(&self) -> Vec<String> {
        let fixed = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let mut header = fixed(&["code", "name", "level", "parent", "atoms", "area_m2", "perimeter_m", "population"]);
        header.push("density_per_km2".to_owned());
        header.extend(self.fields.sum.iter().map(|field| format!("sum:{field}")));
        header.extend(
            self.units.first().into_iter().flat_map(|unit| unit.figures.keys().map(|it| format!("figure:{it}"))),
        );
        header.extend(fixed(&["parts", "holes", "neighbours", "polsby_popper", "reock", "convex_hull"]));
        header.extend(fixed(&["seat_lon", "seat_lat", "seat_basis"]));
        header.extend(fixed(&["radius_max_m", "radius_mean_population_m", "radius_p90_population_m"]));
        header.extend(fixed(&["moment_of_inertia", "seat_proximity"]));
        if self.fields.declared_area.is_some() {
            header.extend(fixed(&["declared_area_m2", "declared_difference_percent"]));
        }
        header
    }
}

impl UnitRow {
    fn csv_cells(&self) -> Vec<String> {
        let mut cells = vec![
            self.code.clone().unwrap_or_default(),
            self.name.clone().unwrap_or_default(),
            self.level.to_string(),
            self.parent.clone().unwrap_or_default(),
            self.atoms.to_string(),
            self.area_m2.to_string(),
            self.perimeter_m.to_string(),
            cell(self.population.as_ref()),
            cell(self.density_per_km2),
        ];
        cells.extend(self.sums.values().map(|sum| cell(sum.as_ref())));
        cells.extend(self.figures.values().map(|value| cell(value.as_ref())));
        cells.extend([self.parts.to_string(), self.holes.to_string(), self.neighbours.join(";")]);
        let CompactnessRow { polsby_popper, reock, convex_hull, moment_of_inertia, seat_proximity } = self.compactness;
        cells.extend([polsby_popper, reock, convex_hull].map(cell));
        cells.extend([self.seat.map(|seat| seat[0]), self.seat.map(|seat| seat[1])].map(cell));
        cells.push(cell(self.seat_basis.map(SeatBasis::id)));
        let RadiusRow { max, mean_population, p90_population } = self.radius_m;
        cells.extend([max, mean_population, p90_population].map(cell));
        cells.extend([moment_of_inertia, seat_proximity].map(cell));
        if let Some(DeclaredRow { area_m2, difference_percent }) = self.declared_area {
            cells.extend([area_m2, difference_percent].map(cell));
        }
        cells
    }
}

fn cell(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn row((dataset, state): (&Dataset, &State), id: UnitId, figures: &UnitFigures, own: &OwnFigures) -> UnitRow {
    let unit = state.unit(id);
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    UnitRow {
        code: text(&unit.code),
        name: text(&unit.name),
        level: dataset.level(unit.level),
        parent: unit.parent.map(|parent| reference(state, parent)),
        atoms: figures.atoms,
        area_m2: figures.area_m2,
        declared_area: dataset.fields.declared_area.as_ref().map(|_| DeclaredRow {
            area_m2: figures.declared_area_m2,
            difference_percent: figures.declared_difference_percent(),
        }),
        perimeter_m: figures.perimeter_m,
        population: figures.population.and_then(number),
        density_per_km2: figures.density_per_km2,
        sums: sums(dataset, &figures.sums),
        figures: own
            .list()
            .iter()
            .map(|it| {
                let value = own.value(it.id, (dataset, state), id, figures).ok();
                (it.definition.name.clone(), value.and_then(amount))
            })
            .collect(),
        parts: figures.parts,
        holes: figures.holes,
        neighbours: neighbours(dataset, state, id).into_iter().map(|(other, _)| reference(state, other)).collect(),
        compactness: CompactnessRow {
            polsby_popper: figures.compactness.polsby_popper,
            reock: figures.compactness.reock,
            convex_hull: figures.compactness.convex_hull,
            moment_of_inertia: figures.compactness.moment_of_inertia,
            seat_proximity: figures.compactness.seat_proximity,
        },
        seat: figures.seat.map(|Coord { x, y }| [x, y]),
        seat_basis: figures.seat.map(|_| figures.seat_basis),
        radius_m: RadiusRow {
            max: figures.radius.max_m,
            mean_population: figures.radius.mean_population_m,
            p90_population: figures.radius.p90_population_m,
        },
        touches_defect: false,
    }
}

/// How another unit is named: by code, without one by name, without either by id.
fn reference(state: &State, id: UnitId) -> String {
    let unit = state.unit(id);
    [&unit.code, &unit.name]
        .into_iter()
        .find(|text| !text.is_empty())
        .map_or_else(|| id.to_string(), ToString::to_string)
}

fn sums(dataset: &Dataset, values: &[Option<Decimal>]) -> Sums {
    dataset.fields.sum.iter().cloned().zip(values.iter().map(|value| value.and_then(number))).collect()
}

/// An amount as a JSON number.
pub(crate) fn amount(value: Amount) -> Option<Number> {
    match value {
        Amount::Exact(value) => number(value),
        Amount::Measured(value) => Number::from_f64(value),
    }
}

/// A decimal as a JSON number: whole ones without a point.
pub(crate) fn number(value: Decimal) -> Option<Number> {
    let value = value.normalize();
    let whole = if value.scale() == 0 { value.to_i64() } else { None };
    whole.map(Number::from).or_else(|| Number::from_f64(value.to_f64()?))
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;
    use crate::edit::testing::grid;

    fn report(planned: bool) -> MetricsReport {
        let dataset = grid(2, 2);
        let planned = planned.then_some(&dataset.base);
        MetricsReport::new(
            &dataset,
            planned,
            LevelIndex(1),
            AreaMethod::Geodesic,
            (&OwnFigures::default(), &Suspects::default()),
            &Progress::new(),
        )
        .unwrap()
    }

    #[test]
    fn the_report_has_the_members_of_the_contract_in_their_order() {
        let json = serde_json::to_value(report(true)).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(keys(&json), "fields area_method level units totals change");
        let unit = &json["units"][0];
        assert_eq!(
            keys(unit),
            "code name level parent atoms area_m2 perimeter_m population density_per_km2 sums parts holes neighbours \
             compactness seat seat_basis radius_m"
        );
        assert_eq!(keys(&unit["compactness"]), "polsby_popper reock convex_hull moment_of_inertia seat_proximity");
        assert_eq!(keys(&unit["radius_m"]), "max mean_population p90_population");
        assert_eq!(keys(&json["totals"]), "units atoms area_m2 population sums");
        assert_eq!(keys(&json["change"]), "units_before units_after reduction reduction_rate");
        assert_eq!(unit["neighbours"], serde_json::json!(["510722102"]));
        assert_eq!((&unit["parent"], &unit["population"]), (&"510722".into(), &202.into()));
        assert_eq!(unit["seat_basis"], "population_centre");
        assert!(serde_json::to_value(report(false)).unwrap().get("change").is_none());
    }

    #[test]
    fn the_table_starts_with_a_byte_order_mark_and_has_a_cell_for_every_column() {
        let mut out = Vec::new();
        report(false).write_csv(&mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let mut lines = text.strip_prefix('\u{feff}').unwrap().lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        assert_eq!(header[..3], ["code", "name", "level"]);
        assert!(lines.all(|line| line.split(',').count() == header.len()));
    }

    #[test]
    fn whole_numbers_are_written_without_a_point() {
        let text = |value: &str| number(value.parse::<Decimal>().unwrap()).unwrap().to_string();
        assert_eq!((text("12.00"), text("12.5"), text("-3")), ("12".to_owned(), "12.5".to_owned(), "-3".to_owned()));
    }
}
