//! Small GeoJSON, in the types of the `geojson` crate: points, lines, seats, what was drawn.
//!
//! The splitter finds the features as it does for boundaries, so that the same texts are taken and the same are
//! refused; each is then read whole.

use geojson::GeoJson;

use super::problem::Fault;
use super::split::{self, Found, Splitter};
use crate::io::input::{Features, Input, foreign};
use crate::io::layers::LayerSource;
use crate::io::{Counted, JsonProblem, Limits, Problem, ReadError, crs};

/// Reads all features of a file, whatever their geometry.
pub(super) fn features(input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    source.check_plain(&super::layer_name(&input))?;
    let path = input.path;
    let bytes = input.into_bytes(limits)?;
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    let base = (bytes.len() - text.len()) as u64;
    if let Some(problem) = foreign(text) {
        return Err(ReadError::File { path: path.to_owned(), problem });
    }
    parse(text, limits).map_err(|(fault, feature)| fault.in_file(path, feature, base))
}

/// The member of a feature or geometry that names a coordinate system.
#[derive(serde::Deserialize)]
struct Crs<'a> {
    #[serde(borrow, default)]
    crs: Option<&'a serde_json::value::RawValue>,
}

/// All features of a text; what is wrong, and in which feature.
fn parse(text: &[u8], limits: &Limits) -> Result<Features, (Fault, Option<usize>)> {
    let limits = limits.capped();
    let (mut found, mut splitter) = (Found::default(), Splitter::new(limits));
    let split = splitter.split(text, 0, &mut found);
    let used = found.used;
    let split = split.and_then(|()| splitter.finish(&text[used..]).map_err(|fault| fault.shifted(used)));
    let lone = found.lone.iter().map(|lone| (lone.text.as_slice(), usize::try_from(lone.byte).unwrap_or_default()));
    let items = found.items.iter().map(|item| (&text[item.range.clone()], item.range.start));
    let (mut features, mut declared_crs) = (Vec::new(), None);
    for (at, (json, start)) in lone.chain(items).enumerate() {
        let wrong = |fault: Fault| (fault.shifted(start), Some(at));
        if at >= limits.features {
            return Err(wrong(Fault::new(0, Problem::TooMany { what: Counted::Features, limit: limits.features })));
        }
        let named = serde_json::from_slice(json).ok().and_then(|Crs { crs }| crs::name_of_member(crs?.get()));
        crs::agree(&mut declared_crs, named).map_err(|problem| wrong(Fault::new(0, problem)))?;
        match serde_json::from_slice(json).map_err(|error| wrong(split::syntax(json, &error)))? {
            GeoJson::Feature(feature) => features.push(feature),
            GeoJson::Geometry(geometry) => features.push(geometry.into()),
            GeoJson::FeatureCollection(_) => return Err(wrong(Fault::new(0, JsonProblem::NoFeatures))),
        }
    }
    let next = splitter.expects_feature().then_some(features.len());
    split.map_err(|fault| (fault, next))?;
    crs::agree(&mut declared_crs, splitter.crs).map_err(|problem| (Fault::new(0, problem), None))?;
    Ok(Features { list: features, declared_crs })
}

#[cfg(test)]
mod tests {
    use geojson::Feature;

    use super::*;

    fn types(text: &str) -> Result<Vec<&'static str>, String> {
        let features = parse(text.as_bytes(), &Limits { features: 3, ..Limits::default() });
        let kind = |feature: &Feature| feature.geometry.as_ref().map_or("none", |geometry| geometry.value.type_name());
        features
            .map(|all| all.list.iter().map(kind).collect())
            .map_err(|(fault, feature)| format!("{feature:?} {}", fault.problem))
    }

    #[test]
    fn collections_sequences_and_single_things_are_read_alike() {
        let point = r#"{"type":"Point","coordinates":[1,2]}"#;
        let feature = format!(r#"{{"geometry":{point},"type":"Feature","properties":{{"a":1}}}}"#);
        let empty = r#"{"type":"Feature","geometry":null,"properties":null}"#;
        for (text, expected) in [
            (
                format!(r#"{{"bbox":[1,2,1,2],"features":[{feature},{empty}],"type":"FeatureCollection"}}"#),
                vec!["Point", "none"],
            ),
            (feature.clone(), vec!["Point"]),
            (point.to_owned(), vec!["Point"]),
            (format!("{feature}\n\u{1e}{point}\r\n{empty}"), vec!["Point", "Point", "none"]),
        ] {
            assert_eq!(types(&text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_feature() {
        let features = |list: &str| format!(r#"{{"type":"FeatureCollection","features":[{list}]}}"#);
        let empty = r#"{"type":"Feature","geometry":null,"properties":null}"#;
        for (text, said) in [
            (features(empty)[..60].to_owned(), "Some(0) the file ends in the middle"),
            (
                features(&format!(r#"{empty},{{"type":"Feature","geometry":{{"type":"Point"}}}}"#)),
                "Some(1) not valid JSON: ",
            ),
            (features(&[empty; 4].join(",")), "Some(3) more than 3 features"),
            (r#"{"type":"FeatureCollection"}"#.to_owned(), "Some(0) "),
            (
                features(&format!(r#"{empty},{{"crs":{{"properties":{{"name":"EPSG:4326"}}}},{}"#, &empty[1..]))
                    .replacen('{', r#"{"crs":"EPSG:3857","#, 1),
                "None the file names two coordinate systems",
            ),
        ] {
            let error = types(&text).unwrap_err();
            assert!(error.starts_with(said), "{error}");
        }
    }
}
