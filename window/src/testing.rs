//! Helpers for tests.

use std::fmt::Write as _;
use std::sync::Arc;

use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::model::{Dataset, FieldOverrides};

/// Villages of one degree by one degree, `columns` × `rows`, row by row from the south. Every column is a township
/// (`510722101`, `510722102`, …) with its villages (`510722101201`, …) from south to north.
///
/// ```text
///   3 4 5      village ids of grid(3, 2)
///   0 1 2
/// ```
pub fn grid(columns: usize, rows: usize) -> Arc<Dataset> {
    let mut features = String::new();
    for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
        let (east, north, parent) = (x + 1, y + 1, 510_722_101 + x);
        let comma = if features.is_empty() { "" } else { "," };
        let code = format!("{parent}{}", 201 + y);
        write!(
            features,
            r#"{comma}{{"type":"Feature","properties":{{"code":"{code}","name":"{code}村","town_code":"{parent}"}},
            "geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{east},{y}],[{east},{north}],[{x},{north}],[{x},{y}]]]}}}}"#
        )
        .unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("grid.geojson");
    std::fs::write(&path, format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)).unwrap();
    let layer = geojson::read(&path, &Limits::default(), &Progress::new()).unwrap();
    Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
}
