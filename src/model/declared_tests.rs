//! What a source declares, on squares of known size.

use super::declared::*;
use super::{Dataset, UnitId};
use crate::geodesy::AreaMethod;
use crate::io::{Limits, geojson};
use crate::jobs::Progress;
use crate::model::FieldOverrides;

/// Squares of a hundredth of a degree in a row, about 1.06 km² each, with these properties.
fn read(properties: &[&str], overrides: &FieldOverrides) -> Dataset {
    let feature = |(i, properties): (usize, &&str)| {
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let (x, east) = (105.0 + i as f64 * 0.01, 105.0 + (i + 1) as f64 * 0.01);
        format!(
            r#"{{"type":"Feature","properties":{{"code":"51072210120{i}",{properties}}},"geometry":{{"type":"Polygon","coordinates":[[[{x},31],[{east},31],[{east},31.01],[{x},31.01],[{x},31]]]}}}}"#
        )
    };
    let features: Vec<String> = properties.iter().enumerate().map(feature).collect();
    let text = format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","));
    let layer = geojson::read_bytes("v.geojson", text.as_bytes(), &Limits::default(), &Progress::new()).unwrap();
    Dataset::assemble(vec![layer], overrides, &Progress::new()).unwrap()
}

fn guessed(properties: &[&str]) -> Option<(String, LandUnit, LandUnitBasis)> {
    let declared = read(properties, &FieldOverrides::default()).fields.declared_area?;
    Some((declared.field, declared.unit, declared.basis))
}

#[test]
fn the_unit_follows_from_the_values_or_the_name() {
    let of = |field: &str, value: f64| guessed(&[&format!(r#""{field}":{value}"#)]);
    let found = |field: &str, unit, basis| Some((field.to_owned(), unit, basis));
    assert_eq!(of("DCMJ", 1_058_000.0), found("DCMJ", LandUnit::M2, LandUnitBasis::Values));
    assert_eq!(of("面积", 1.06), found("面积", LandUnit::Km2, LandUnitBasis::Values));
    assert_eq!(of("国土面积", 105.9), found("国土面积", LandUnit::Ha, LandUnitBasis::Values));
    assert_eq!(of("JSMJ", 1588.0), found("JSMJ", LandUnit::Mu, LandUnitBasis::Values));
    assert_eq!(of("面积_亩", 1588.0), found("面积_亩", LandUnit::Mu, LandUnitBasis::Name));
    // The name is wrong: hectares.
    assert_eq!(of("面积（亩）", 105.9), found("面积（亩）", LandUnit::Ha, LandUnitBasis::Values));
    // Near in no unit, and of something else.
    assert_eq!(of("面积", 3e7), None);
    assert_eq!(of("耕地面积", 1_058_000.0), None);
}

#[test]
fn what_the_user_says_goes_before_any_guess() {
    let overrides =
        FieldOverrides {
            declared_area: Some("耕地面积".into()), land_unit: Some(LandUnit::Mu), ..Default::default()
        };
    let declared = read(&[r#""耕地面积":300,"面积":1.06"#], &overrides).fields.declared_area.unwrap();
    assert_eq!(
        (declared.field.as_str(), declared.unit, declared.basis),
        ("耕地面积", LandUnit::Mu, LandUnitBasis::Given)
    );
}

#[test]
fn units_that_differ_by_more_than_the_tolerance_are_named() {
    let dataset = read(&[r#""面积":1.0588"#, r#""面积":1.08"#, r#""面积":null"#], &FieldOverrides::default());
    let findings = dataset.area_findings(AreaMethod::Geodesic);
    let [finding] = &findings[..] else { panic!("one unit differs: {findings:?}") };
    assert_eq!(finding.units, [UnitId(1)]);
    let text = finding.what.to_string();
    assert!(text.contains("1.0800 km²") && text.contains("by 2.0 %"), "{text}");
}
