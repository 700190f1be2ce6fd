//! What the beginning of a JSON text tells. The text may be cut off anywhere.

use super::members;
use super::skip;

use super::split::{Found, Splitter, separators};
use crate::io::Limits;
use crate::io::format::FileKind;

/// Members of the object that a text begins with: names and values, the last value perhaps cut off. Nothing when it
/// begins with no object.
pub(in crate::io) fn members(text: &[u8]) -> Vec<(String, &[u8])> {
    let mut found = Vec::new();
    let start = separators(text, 0);
    if text.get(start) != Some(&b'{') {
        return found;
    }
    let mut at = skip::space(text, start + 1);
    while text.get(at) == Some(&b'"') {
        let Some(end) = skip::string(text, at) else { break };
        let Ok(name) = serde_json::from_slice(&text[at..end]) else { break };
        let colon = skip::space(text, end);
        if text.get(colon) != Some(&b':') {
            break;
        }
        let value = skip::space(text, colon + 1);
        let end = skip::value(text, value, Limits::MAX_NESTING).ok().flatten().map_or(text.len(), |(end, _)| end);
        found.push((name, &text[value.min(end)..end]));
        let comma = skip::space(text, end);
        if text.get(comma) != Some(&b',') {
            break;
        }
        at = skip::space(text, comma + 1);
    }
    found
}

/// What a text is, taken as GeoJSON; `None` when it begins with no object. A text of points and lines alone is one of
/// places; whatever else it is, its reader says.
pub(in crate::io) fn kind(text: &[u8]) -> Option<FileKind> {
    if text.get(separators(text, 0)) != Some(&b'{') {
        return None;
    }
    let mut found = Found::default();
    // What was found before a fault counts; the fault is said by the reader.
    let _ = Splitter::new(Limits::default()).split(text, 0, &mut found);
    let lone = found.lone.iter().map(|lone| lone.text.as_slice());
    let items = found.items.iter().map(|item| &text[item.range.clone()]);
    let whole: Vec<&[u8]> = lone.chain(items).collect();
    let mut kinds: Vec<String> = whole.iter().filter_map(|feature| geometry_type(feature)).collect();
    if whole.is_empty() {
        kinds = types_in(text);
    }
    let is_place = |kind: &String| matches!(kind.as_str(), "Point" | "MultiPoint" | "LineString" | "MultiLineString");
    let is_places = !kinds.is_empty() && kinds.iter().all(is_place);
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// Whether a text is a sequence of features, a line each or with record separators, as far as it goes.
pub(in crate::io) fn is_sequence(text: &[u8]) -> bool {
    let start = separators(text, 0);
    let first = skip::container(text, start, Limits::MAX_NESTING).ok().flatten();
    let next = first.map(|(end, _)| separators(text, end));
    text[..start].contains(&0x1E) || next.and_then(|at| text.get(at)) == Some(&b'{')
}

/// Type of the geometry of a whole feature, or of a bare geometry.
fn geometry_type(feature: &[u8]) -> Option<String> {
    let members = members::read(std::str::from_utf8(feature).ok()?).ok()?;
    let kind = match (&members.geometry, members.kind) {
        (Some(geometry), _) => geometry.kind?,
        (None, Some(kind)) if kind.get() != "\"Feature\"" => kind,
        (None, _) => return None,
    };
    serde_json::from_str(kind.get()).ok()
}

/// Types of geometries that are named in a text, where not even its first feature is whole.
fn types_in(text: &[u8]) -> Vec<String> {
    const TYPES: [&str; 6] = ["Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"];
    let plain: String = String::from_utf8_lossy(text).split_whitespace().collect();
    TYPES.iter().filter(|kind| plain.contains(&format!(r#""type":"{kind}""#))).map(|&kind| kind.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        members(text.as_bytes()).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn members_are_found_as_far_as_the_text_goes() {
        let text = r#" {"a\u0062": {"x": [1, "}"]}, "n": 1.5, "edits": [{"op": "merge"}]}"#;
        assert_eq!(names(text), ["ab", "n", "edits"]);
        assert_eq!(members(text.as_bytes())[1].1, b"1.5");
        for cut in 0..text.len() {
            assert!(["ab", "n", "edits"].starts_with(&names(&text[..cut]).each_ref_str()), "{cut}");
        }
        assert_eq!(names("[1]"), [""; 0]);
        assert_eq!(names(r#"{"a" 1}"#), [""; 0]);
    }

    trait EachRef {
        fn each_ref_str(&self) -> Vec<&str>;
    }

    impl EachRef for Vec<String> {
        fn each_ref_str(&self) -> Vec<&str> {
            self.iter().map(String::as_str).collect()
        }
    }

    #[test]
    fn a_sequence_is_told_by_its_second_feature_or_its_separators() {
        let told = |text: &str| is_sequence(text.as_bytes());
        assert!(told("{\"a\":1}\n{}") && told("{}\u{1e}{") && told("\n\u{1e}{\"a\""));
        assert!(!told("{\"a\":{}}\n") && !told("{\"a\":{}") && !told("{},{}") && !told("") && !told("[{}]"));
    }

    #[test]
    fn points_and_lines_alone_are_places() {
        let feature = |kind: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{"type":"Point"}},"geometry":{{"type": "{kind}","coordinates":[]}}}}"#
            )
        };
        let collection = |features: &[String]| format!(r#"{{"features":[{}"#, features.join(","));
        let told = |text: &str| kind(text.as_bytes());
        let (point, line, polygon) = (feature("Point"), feature("MultiLineString"), feature("Polygon"));
        for (text, expected) in [
            (collection(&[point.clone(), line.clone()]), FileKind::Places),
            (collection(&[point.clone(), polygon.clone()]), FileKind::Layers),
            // What a property is called does not count.
            (collection(std::slice::from_ref(&polygon)), FileKind::Layers),
            (point.clone(), FileKind::Places),
            (format!("{point}\n\u{1e}{line}\n"), FileKind::Places),
            (format!("{point}\n{polygon}\n"), FileKind::Layers),
            (r#"{"type":"Point","coordinates":[1,2]}"#.to_owned(), FileKind::Places),
            (r#"{"type":"Topology"}"#.to_owned(), FileKind::Layers),
            ("{".to_owned(), FileKind::Layers),
            // Cut off in its first feature.
            (r#"{"features":[{"geometry":{"type":"LineString","coordinates":[[1,2],"#.to_owned(), FileKind::Places),
            (r#"{"features":[{"geometry":{"type":"Polygon","coordinates":[[[1,2],"#.to_owned(), FileKind::Layers),
        ] {
            assert_eq!(told(&text), Some(expected), "{text}");
        }
        assert_eq!(told("code,name"), None);
    }
}
