//! Units of the active scenario as feature tables, for other programs.

use rayon::prelude::*;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use rust_decimal::prelude::ToPrimitive as _;

use super::schema::FeatureTable;
use super::{ProjectProblem, geometry};
use crate::edit::Document;
use crate::edit::change::{self, Change};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::jobs::Progress;
use crate::model::{CodeStatus, Dataset, Kind, LevelIndex, State, Total, UnitId};

/// Units whose outlines are made at a time, in parallel.
const BATCH: usize = 512;

/// Writes a table for every level that stands in no source layer, or that the active scenario changes.
pub(super) fn write(connection: &Connection, document: &Document, progress: &Progress) -> Result<(), ProjectProblem> {
    let (dataset, state) = (document.dataset(), document.state());
    for level in state.levels() {
        let changed = || state.all_units_at(level).any(|unit| is_changed(dataset, state, unit));
        if dataset.layer_of(level).is_none() || (document.position() > 0 && changed()) {
            write_level(connection, document, level, progress)?;
        }
    }
    Ok(())
}

fn is_changed(dataset: &Dataset, state: &State, unit: UnitId) -> bool {
    // A unit that no edit touched is to the bit what it was.
    let same = unit.index() < dataset.base.unit_count() && dataset.base.unit(unit) == state.unit(unit);
    !same && change::main(dataset, state, unit) != Change::Unchanged
}

fn write_level(
    connection: &Connection,
    document: &Document,
    level: LevelIndex,
    progress: &Progress,
) -> Result<(), ProjectProblem> {
    const COLUMNS: [(&str, &str); 12] = [
        ("code", "TEXT"),
        ("code_status", "TEXT"),
        ("name", "TEXT"),
        ("level", "TEXT"),
        ("kind", "TEXT"),
        ("parent_code", "TEXT"),
        ("parent_name", "TEXT"),
        ("seat_name", "TEXT"),
        ("seat_lon", "REAL"),
        ("seat_lat", "REAL"),
        ("area_m2", "REAL"),
        ("population", "REAL"),
    ];
    let (dataset, state) = (document.dataset(), document.state());
    let mut columns: Vec<(String, &'static str)> = COLUMNS.map(|(name, kind)| (name.to_owned(), kind)).into();
    columns.extend((1..=dataset.fields.sum.len()).map(|field| (format!("sum_{field}"), "REAL")));
    columns.push(("change".to_owned(), "TEXT"));
    let id = dataset.level(level).id();
    let bounds = dataset.coverage.bounds();
    let name = format!("plan_{id}");
    let sums: Vec<String> = (1..).zip(&dataset.fields.sum).map(|(i, field)| format!("sum_{i}: {field}")).collect();
    let table = FeatureTable {
        name: &name,
        geometry: "MULTIPOLYGON",
        identifier: &format!("{id} ({})", document.name()),
        description: &sums.join(", "),
        columns: &columns,
        bounds: bounds.map(|bounds| [bounds.min().x, bounds.min().y, bounds.max().x, bounds.max().y]),
        srs: geometry::WGS_84,
    };
    table.create(connection)?;
    let mut insert = connection.prepare(&table.insert())?;
    let units: Vec<UnitId> = state.units_at(level).collect();
    let mut fid = 0;
    for batch in units.chunks(BATCH) {
        progress.check()?;
        let rows: Vec<Result<Vec<Value>, ProjectProblem>> =
            batch.par_iter().map(|&unit| row(dataset, state, unit)).collect();
        for row in rows {
            fid += 1;
            insert.execute(params_from_iter(std::iter::once(Value::Integer(fid)).chain(row?)))?;
        }
    }
    Ok(())
}

fn row(dataset: &Dataset, state: &State, id: UnitId) -> Result<Vec<Value>, ProjectProblem> {
    let unit = state.unit(id);
    let atoms = state.atoms(id);
    let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
    let real = |number: Option<f64>| number.map_or(Value::Null, Value::Real);
    let sum = |total: Total| real(total.value().and_then(|total| total.to_f64()));
    let parent = unit.parent.map(|parent| state.unit(parent));
    let seat = unit.seat.as_ref();
    let measures = dataset.measures(AreaMethod::Geodesic);
    let area = atoms.iter().map(|&atom| measures.atom_area(atom)).sum::<ExactSum>().at_least_nothing();
    let outline = dataset.coverage.outline(&atoms).to_multi_polygon(&dataset.coverage);
    let mut row = vec![
        Value::Blob(geometry::encode(&outline)?),
        text(Some(&unit.code)),
        text(Some(match unit.code_status {
            CodeStatus::Existing => "existing",
            CodeStatus::Proposed => "proposed",
        })),
        text(Some(&unit.name)),
        text(Some(dataset.level(unit.level).id())),
        text(unit.kind.as_ref().map(Kind::id)),
        text(parent.map(|parent| parent.code.as_str())),
        text(parent.map(|parent| parent.name.as_str())),
        text(unit.seat_name()),
        real(seat.map(|seat| seat.at.x)),
        real(seat.map(|seat| seat.at.y)),
        real(Some(area.to_f64())),
        sum(dataset.people_of(&atoms)),
    ];
    row.extend((0..dataset.fields.sum.len()).map(|field| sum(dataset.total_of(&atoms, field))));
    row.push(text(Some(change::main(dataset, state, id).id())));
    Ok(row)
}
