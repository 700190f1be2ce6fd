//! Figures as files: the metrics report as JSON and as CSV.
//!
//! Names and order are a contract with other programs. A figure that cannot be known is `null` (an empty cell).

use std::io::{self, Write};

use geo::Coord;
use indexmap::IndexMap;
use rayon::prelude::*;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value, json};

use super::catalogue::{Needs, Row};
use super::summary::CountChange;
use super::{Amount, Figure, FigureCache, OwnFigures, SeatBasis, UnitFigures, neighbours};
use crate::coverage::Suspects;
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, field_name, plain};
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, Fields, Level, LevelIndex, State, Total, UnitId};

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

/// Members of a unit that have their place in the report. What the catalogue has besides comes behind them.
const MEMBERS: [&str; 20] = [
    "code",
    "name",
    "level",
    "parent",
    "atoms",
    "area_m2",
    "declared_area",
    "perimeter_m",
    "population",
    "density_per_km2",
    "sums",
    "figures",
    "parts",
    "holes",
    "neighbours",
    "compactness",
    "seat",
    "seat_basis",
    "radius_m",
    "touches_defect",
];

/// Columns that have their place in the table; those of sums and of figures of one's own stand where their words do.
const COLUMNS: [&str; 27] = [
    "code",
    "name",
    "level",
    "parent",
    "atoms",
    "area_m2",
    "perimeter_m",
    "population",
    "density_per_km2",
    SUMS,
    OWN,
    "parts",
    "holes",
    "neighbours",
    "polsby_popper",
    "reock",
    "convex_hull",
    "seat_lon",
    "seat_lat",
    "seat_basis",
    "radius_max_m",
    "radius_mean_population_m",
    "radius_p90_population_m",
    "moment_of_inertia",
    "seat_proximity",
    "declared_area_m2",
    "declared_difference_percent",
];
/// What columns of summed fields begin with.
const SUMS: &str = "sum:";
/// What columns of figures of one's own begin with.
const OWN: &str = "figure:";

/// Figures of one unit.
#[derive(Clone, Debug)]
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
    /// What is known of the people where not all is.
    pub people: PartlyKnown,
    /// Figures of the catalogue, in its order: those of a declared area only where the data declare one.
    pub figures: Vec<(Figure, Option<Amount>)>,
    /// Sums of the other extensive fields.
    pub sums: Sums,
    /// Figures of one's own, by name.
    pub own: Sums,
    /// Codes (or, without one, names) of the units it shares a border of more than a point with.
    pub neighbours: Vec<String>,
    /// Longitude and latitude of the seat in degrees.
    pub seat: Option<[f64; 2]>,
    /// Where the seat comes from.
    pub seat_basis: Option<SeatBasis>,
    /// Whether the outline touches a defect of the boundaries, so that it and its figures may be wrong there.
    /// Left out where it does not.
    pub touches_defect: bool,
}

impl Serialize for UnitRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut members = Map::new();
        for (name, value) in [
            ("code", json!(self.code)),
            ("name", json!(self.name)),
            ("level", json!(self.level)),
            ("parent", json!(self.parent)),
            ("atoms", json!(self.atoms)),
            ("sums", json!(self.sums)),
            ("neighbours", json!(self.neighbours)),
            ("seat", json!(self.seat)),
            ("seat_basis", json!(self.seat_basis)),
        ] {
            members.insert(name.to_owned(), value);
        }
        if let Ok(Value::Object(people)) = serde_json::to_value(&self.people) {
            members.extend(people);
        }
        if !self.own.is_empty() {
            members.insert("figures".to_owned(), json!(self.own));
        }
        if self.touches_defect {
            members.insert("touches_defect".to_owned(), true.into());
        }
        for (row, value) in self.rows() {
            let value = value.and_then(amount).map_or(Value::Null, Value::Number);
            match row.member.split_once('.') {
                None => drop(members.insert(row.member.to_owned(), value)),
                Some((group, member)) => {
                    let group = members.entry(group).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(group) = group {
                        group.insert(member.to_owned(), value);
                    }
                }
            }
        }
        let mut members: Vec<(String, Value)> = members.into_iter().collect();
        members.sort_by_key(|(name, _)| place_in(&MEMBERS, name));
        serializer.collect_map(members)
    }
}

/// Where a name stands among some that have their place; at the end for all others.
fn place_in(names: &[&str], name: &str) -> usize {
    names.iter().position(|other| *other == name).unwrap_or(names.len())
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
    /// What is known of it, where not all is.
    #[serde(flatten)]
    pub people: PartlyKnown,
    /// Sums of the other extensive fields.
    pub sums: Sums,
}

/// Of a population that is not known everywhere: what is known, and in how many places it is not. Nothing else has
/// members.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PartlyKnown {
    /// Sum of the known ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    population_known: Option<Number>,
    /// Places without.
    #[serde(skip_serializing_if = "Option::is_none")]
    population_unknown: Option<usize>,
}

impl PartlyKnown {
    /// What there is to say of the people of some places in these data.
    #[must_use]
    pub fn of(dataset: &Dataset, people: Total) -> Self {
        if people.unknown() == 0 || !dataset.has_population() {
            return Self::default();
        }
        Self { population_known: people.known().and_then(number), population_unknown: Some(people.unknown()) }
    }
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
        let mut cache = FigureCache::new(method);
        dataset.measures(method);
        progress.set(0.3);
        progress.check()?;
        cache.level(dataset, planned.unwrap_or(&dataset.base), level);
        progress.set(0.9);
        progress.check()?;
        Ok(Self::from_cache(dataset, planned, level, (own, suspects), &mut cache))
    }

    /// The same with figures that are partly known already.
    #[must_use]
    pub fn from_cache(
        dataset: &Dataset,
        planned: Option<&State>,
        level: LevelIndex,
        (own, suspects): (&OwnFigures, &Suspects),
        cache: &mut FigureCache,
    ) -> Self {
        let state = planned.unwrap_or(&dataset.base);
        let figures = cache.level(dataset, state, level);
        let touched = suspects.around(&dataset.coverage, |atom| state.unit_of(atom, level));
        let units = figures.par_iter().map(|(unit, figures)| UnitRow {
            touches_defect: touched.contains(unit),
            ..row((dataset, state), *unit, figures, own)
        });
        let units = units.collect();
        let totals = cache.totals(dataset, state, level);
        let change = planned.map(|_| {
            let before = dataset.base.counted_at(level).count();
            Change::from(CountChange { before, after: totals.units })
        });
        Self {
            fields: dataset.fields.clone(),
            area_method: cache.method(),
            level: dataset.level(level),
            units,
            totals: TotalsRow {
                units: totals.units,
                atoms: totals.atoms,
                area_m2: totals.area_m2,
                population: totals.people.value().and_then(number),
                people: PartlyKnown::of(dataset, totals.people),
                sums: sums(dataset, &totals.sums),
            },
            change,
        }
    }

    /// Writes the units as a table: UTF-8 with a byte order mark, so that spreadsheets read it right. Headings are in a
    /// language; figures are in the base units of their measures.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_csv(&self, out: &mut dyn Write, lang: Lang) -> io::Result<()> {
        out.write_all("\u{feff}".as_bytes())?;
        let mut writer = csv::Writer::from_writer(out);
        let columns = self.columns();
        writer.write_record(columns.iter().map(|(name, _)| plain::cell(&self.heading(name, lang)).into_owned()))?;
        for unit in &self.units {
            let cell = |(name, cell): &(String, Cell<'_>)| match (lang, name.as_str()) {
                (Lang::Zh, "level") => unit.level.words(lang).to_owned(),
                (Lang::Zh, "seat_basis") => unit.seat_basis.map(|it| it.words(lang).to_owned()).unwrap_or_default(),
                _ => cell(unit),
            };
            writer.write_record(columns.iter().map(|column| plain::cell(&cell(column)).into_owned()))?;
        }
        writer.flush()
    }

    /// What stands at the head of a column: in English its name in files, which other programs know.
    fn heading(&self, name: &str, lang: Lang) -> String {
        if lang == Lang::En {
            return name.to_owned();
        }
        let fixed = match name {
            "code" => "代码",
            "name" => "名称",
            "level" => "级别",
            "parent" => "上级",
            "atoms" => "最小单元数",
            "neighbours" => "相邻单元",
            "seat_lon" => "驻地经度",
            "seat_lat" => "驻地纬度",
            "seat_basis" => "驻地依据",
            _ => "",
        };
        if !fixed.is_empty() {
            return fixed.to_owned();
        }
        if let Some(whose) = self.fields.whose_people().filter(|_| name == "population") {
            return whose.words(lang).to_owned();
        }
        if let Some(field) = name.strip_prefix(SUMS) {
            return field_name(lang, field).to_owned();
        }
        let row = in_report(&self.fields).filter_map(Figure::row).find(|row| row.column == name);
        row.map_or_else(
            || name.strip_prefix(OWN).unwrap_or(name).to_owned(),
            |row| match row.measure.base(lang) {
                "" => row.name[0].to_owned(),
                unit => format!("{} ({unit})", row.name[0]),
            },
        )
    }

    /// Columns of the table: what is at the head of each, and what stands in it for a unit.
    fn columns(&self) -> Vec<(String, Cell<'_>)> {
        let mut columns: Vec<(String, Cell<'_>)> = vec![
            ("code".to_owned(), Box::new(|unit| cell(unit.code.as_ref()))),
            ("name".to_owned(), Box::new(|unit| cell(unit.name.as_ref()))),
            ("level".to_owned(), Box::new(|unit| unit.level.to_string())),
            ("parent".to_owned(), Box::new(|unit| cell(unit.parent.as_ref()))),
            ("atoms".to_owned(), Box::new(|unit| unit.atoms.to_string())),
            ("neighbours".to_owned(), Box::new(|unit| unit.neighbours.join(";"))),
            ("seat_lon".to_owned(), Box::new(|unit| cell(unit.seat.map(|seat| seat[0])))),
            ("seat_lat".to_owned(), Box::new(|unit| cell(unit.seat.map(|seat| seat[1])))),
            ("seat_basis".to_owned(), Box::new(|unit| cell(unit.seat_basis.map(SeatBasis::id)))),
        ];
        for figure in in_report(&self.fields) {
            let Some(row) = figure.row() else { continue };
            let value = move |unit: &UnitRow| {
                let value = unit.figures.iter().find(|(other, _)| *other == figure).and_then(|(_, value)| *value);
                match value {
                    Some(Amount::Measured(value)) => value.to_string(),
                    value => cell(value.and_then(amount)),
                }
            };
            columns.push((row.column.to_owned(), Box::new(value)));
        }
        for name in &self.fields.sum {
            let value = move |unit: &UnitRow| cell(unit.sums.get(name).and_then(Option::as_ref));
            columns.push((format!("{SUMS}{name}"), Box::new(value)));
        }
        for name in self.units.first().into_iter().flat_map(|unit| unit.own.keys()) {
            let value = move |unit: &UnitRow| cell(unit.own.get(name).and_then(Option::as_ref));
            columns.push((format!("{OWN}{name}"), Box::new(value)));
        }
        columns.sort_by_key(|(name, _)| {
            let word = [SUMS, OWN].into_iter().find(|word| name.starts_with(word));
            place_in(&COLUMNS, word.unwrap_or(name))
        });
        columns
    }
}

/// What stands in a column for a unit.
type Cell<'a> = Box<dyn Fn(&UnitRow) -> String + 'a>;

/// Figures of the catalogue that stand in the report of these data.
fn in_report(fields: &Fields) -> impl Iterator<Item = Figure> {
    let declares = fields.declared_area.is_some();
    Figure::ALL.iter().copied().filter(move |figure| declares || figure.needs() != Needs::DeclaredArea)
}

impl UnitRow {
    /// Rows of the catalogue with the value of each.
    fn rows(&self) -> impl Iterator<Item = (&'static Row, Option<Amount>)> {
        self.figures.iter().filter_map(|(figure, value)| Some((figure.row()?, *value)))
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
        people: PartlyKnown::of(dataset, figures.people),
        // As they were worked out: of a single atom too.
        figures: in_report(&dataset.fields)
            .map(|figure| (figure, figure.row().and_then(|row| (row.of)(figures))))
            .collect(),
        sums: sums(dataset, &figures.sums),
        own: own
            .list()
            .iter()
            .map(|it| {
                let value = own.value(it.id, (dataset, state), id, figures).ok();
                (it.definition.name.clone(), value.and_then(amount))
            })
            .collect(),
        neighbours: neighbours(dataset, state, id).into_iter().map(|(other, _)| reference(state, other)).collect(),
        seat: figures.seat.map(|Coord { x, y }| [x, y]),
        seat_basis: figures.seat.map(|_| figures.seat_basis),
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
        // New figures come behind.
        let begins = |value, wanted: &str| assert!(keys(value).starts_with(wanted), "{}", keys(value));
        begins(&unit["compactness"], "polsby_popper reock convex_hull moment_of_inertia seat_proximity");
        begins(&unit["radius_m"], "max mean_population p90_population");
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
        report(false).write_csv(&mut out, Lang::En).unwrap();
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
