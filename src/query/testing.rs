//! Small counties for tests.

use std::sync::Arc;

use crate::io::{Limits, geojson};
use crate::jobs::Progress;
use crate::model::{Dataset, FieldOverrides, LevelIndex, State, UnitId};

pub(super) const VILLAGES: LevelIndex = LevelIndex(0);
pub(super) const TOWNSHIPS: LevelIndex = LevelIndex(1);

/// Villages as squares in rows of `width`, from their properties.
///
/// ```text
///   3 4 5
///   0 1 2
/// ```
pub(super) fn dataset(width: usize, rows: &[String]) -> Arc<Dataset> {
    let feature = |(i, properties): (usize, &String)| {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let (x, y) = ((i % width) as f64 * 0.01, (i / width) as f64 * 0.01);
        let (east, north) = (x + 0.01, y + 0.01);
        format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":[[[{x},{y}],[{east},{y}],[{east},{north}],[{x},{north}],[{x},{y}]]]}}}}"#
        )
    };
    let features: Vec<String> = rows.iter().enumerate().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let layer = geojson::read_bytes("villages.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    Arc::new(Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap())
}

/// Two townships of three villages each, in two rows; one village has no population.
pub(super) fn county() -> Arc<Dataset> {
    let row = |(code, name, kind, town, people, terrain): (&str, &str, &str, u8, &str, &str)| {
        let town_name = if town == 1 { "石桥乡" } else { "龙泉镇" };
        format!(
            r#"{{"code":"51072210{town}{code}","name":"{name}","kind":"{kind}","town_code":"51072210{town}","town":"{town_name}","population":{people},"terrain":"{terrain}","height":{people}}}"#
        )
    };
    let rows = [
        ("201", "解放村", "village", 1, "1200", "山区"),
        ("202", "前进村", "village", 1, "3000", "丘陵"),
        ("001", "石桥社区", "community", 1, "5200", "平坝"),
        ("201", "解放村", "village", 2, "900", "山区"),
        ("202", "和平村", "village", 2, "null", "丘陵"),
        ("001", "东街社区", "community", 2, "4100", "山区"),
    ]
    .map(row);
    dataset(3, &rows)
}

pub(super) fn codes(state: &State, units: &[UnitId]) -> Vec<String> {
    units.iter().map(|&unit| state.unit(unit).code.to_string()).collect()
}
