//! Seats of units as points, for other maps: one GeoJSON feature for each unit in force of a level.
//!
//! 1. A point lies where the figures of its unit take the seat to be; `seat_basis` says whether it was given, or stands
//!    for one that is not known.
//! 2. A unit without territory and without a seat has a feature without a geometry: it is not left out.

use std::io::{self, Write};

use geo::Point;
use geojson::{Feature, FeatureCollection, Geometry, JsonObject};
use rust_decimal::prelude::ToPrimitive as _;
use serde_json::json;

use crate::geodesy::AreaMethod;
use crate::metrics::{FigureCache, UnitFigures};
use crate::model::{CodeStatus, Dataset, Kind, LevelIndex, State, Unit};

/// Writes the seats of all units of a level.
///
/// # Errors
/// Those of `out`.
pub fn write(
    out: &mut dyn Write,
    (dataset, state): (&Dataset, &State),
    level: LevelIndex,
    method: AreaMethod,
) -> io::Result<()> {
    let units = FigureCache::new(method).level(dataset, state, level);
    let features = units.iter().map(|(unit, figures)| feature((dataset, state), state.unit(*unit), figures)).collect();
    let collection = FeatureCollection { bbox: None, features, foreign_members: None };
    serde_json::to_writer_pretty(&mut *out, &collection)?;
    writeln!(out)
}

fn feature((dataset, state): (&Dataset, &State), unit: &Unit, figures: &UnitFigures) -> Feature {
    let parent = unit.parent.map(|parent| state.unit(parent).code.as_str());
    let code_status = match unit.code_status {
        CodeStatus::Existing => "existing",
        CodeStatus::Proposed => "proposed",
    };
    let properties = json!({
        "code": unit.code,
        "code_status": code_status,
        "name": unit.name,
        "level": dataset.levels.get(unit.level.index()).map(|level| level.id()),
        "kind": unit.kind.as_ref().map(Kind::id),
        "parent_code": parent,
        "seat_name": unit.seat_name(),
        "seat_basis": figures.seat.map(|_| figures.seat_basis.id()),
        "area_m2": figures.area_m2,
        "population": figures.population.and_then(|people| people.to_f64()),
    });
    let properties: Option<JsonObject> = properties.as_object().cloned();
    let geometry = figures.seat.map(|at| Geometry::from(&Point::from(at)));
    Feature { bbox: None, geometry, id: None, properties, foreign_members: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::testing::grid;

    #[test]
    fn every_unit_of_the_level_has_a_point_that_says_what_it_rests_on() {
        let dataset = grid(2, 2);
        let mut out = Vec::new();
        write(&mut out, (&dataset, &dataset.base), LevelIndex(1), AreaMethod::Geodesic).unwrap();
        let read: FeatureCollection = serde_json::from_slice(&out).unwrap();
        let codes: Vec<&str> = read.features.iter().filter_map(|it| it.property("code")?.as_str()).collect();
        assert_eq!(codes, ["510722101", "510722102"]);
        let first = &read.features[0];
        // Townships of two villages each, 100 and 102 people: the mean place of the people, within the first column.
        assert_eq!(first.property("seat_basis").and_then(|it| it.as_str()), Some("population_centre"));
        assert_eq!(first.property("population").and_then(serde_json::Value::as_f64), Some(202.0));
        let at = Point::try_from(first.geometry.clone().unwrap()).unwrap();
        assert!((0.0..1.0).contains(&at.x()) && (0.9..1.1).contains(&at.y()), "{at:?}");
    }
}
