//! Features whose borders are not those of their source any more: the text around their coordinates stays.

use std::fmt;
use std::sync::Arc;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::source::{Shape, SourcePart, SourceText, Span};
use super::{Dataset, FeatureId, FieldOverrides, Layer, ModelError};
use crate::coverage::repair::Repaired;
use crate::coverage::{AtomId, FlatPolygons};
use crate::jobs::Progress;

impl Dataset {
    /// The dataset with the borders that a repair of its coverage led to. Features keep their place, their id and their
    /// properties; those that were changed leave with their new borders, all others as they came.
    ///
    /// # Errors
    /// As [`assemble`](Self::assemble).
    pub fn repaired(
        &self,
        repaired: &Repaired,
        overrides: &FieldOverrides,
        progress: &Progress,
    ) -> Result<Self, ModelError> {
        let loaded = self.as_loaded();
        let mut layers = loaded.layers.to_vec();
        let mut overrides = overrides.clone();
        // The population may be that of a table.
        let is_there = |name: &String| layers.iter().any(|layer| layer.table.field(name).is_some());
        overrides.population = overrides.population.filter(is_there);
        let polygons = repaired.polygons();
        if let Some(layer) = layers.first_mut() {
            layer.redraw(polygons, &repaired.changed);
        }
        let dataset = Self::assemble(layers, &overrides, progress)?;
        Ok(if self.joins().is_empty() { dataset } else { dataset.joined(self.joins()) })
    }
}

impl Layer {
    /// Takes other polygons; `changed` are the features that have others now, ascending.
    pub(crate) fn redraw(&mut self, polygons: FlatPolygons, changed: &[AtomId]) {
        let shapes: Vec<(FeatureId, usize)> =
            changed.iter().map(|&atom| (FeatureId(atom.0), polygons.faces_of(atom).len())).collect();
        self.source = self.source.redrawn(&shapes);
        self.polygons = polygons;
    }
}

impl SourceText {
    /// The same text, but without the kept coordinates of some features, ascending, and with the geometry type that
    /// their number of polygons wants.
    fn redrawn(&self, features: &[(FeatureId, usize)]) -> Self {
        let mut rest = features;
        let parts = self.parts.iter().map(|part| {
            #[expect(clippy::cast_possible_truncation, reason = "input limits keep features below u32::MAX")]
            let end = part.start + part.spans.len() as u32;
            let (here, others) = rest.split_at(rest.partition_point(|(feature, _)| feature.0 < end));
            rest = others;
            if here.is_empty() { part.clone() } else { self.redrawn_part(part, here) }
        });
        Self { parts: parts.collect(), forgotten: self.forgotten }
    }

    fn redrawn_part(&self, part: &SourcePart, features: &[(FeatureId, usize)]) -> SourcePart {
        let mut text = String::with_capacity(part.text.len() + features.len() * 8);
        let mut spans = Vec::with_capacity(part.spans.len());
        let mut features = features.iter().peekable();
        for (row, old) in (part.start..).zip(&part.spans) {
            let Some(now) = self.get(FeatureId(row)) else { continue };
            let changed = features.next_if(|(feature, _)| feature.0 == row);
            let (before, kept, after, shape) = match changed {
                None => (now.before.to_owned(), now.coordinates.unwrap_or_default(), now.after.to_owned(), old.shape),
                Some(&(_, faces)) => {
                    let wanted = match (faces, old.shape) {
                        (0, _) => Shape::Empty,
                        (1, shape) if shape != Shape::Empty => shape,
                        (1, _) => Shape::Polygon,
                        _ => Shape::MultiPolygon,
                    };
                    let (before, after) = (now.before.to_owned(), now.after.to_owned());
                    let same = || (before.clone(), "", after.clone(), old.shape);
                    if wanted == old.shape {
                        same()
                    } else {
                        with_shape(&before, &after, old.shape, wanted)
                            .map_or_else(same, |(before, after)| (before, "", after, wanted))
                    }
                }
            };
            let mut place = |piece: &str| {
                text.push_str(piece);
                u32::try_from(text.len()).unwrap_or(u32::MAX)
            };
            let start = place("");
            let cut = place(&before);
            let resume = place(kept);
            place(&after);
            spans.push(Span { start, cut, resume, shape });
        }
        SourcePart { text: Arc::new(text), start: part.start, spans }
    }
}

/// Members of an object in their order, each value as it is written.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a RawValue)>);

impl<'a> Members<'a> {
    pub(super) fn read(text: &'a str) -> Option<Self> {
        struct Each;
        impl<'a> Visitor<'a> for Each {
            type Value = Members<'a>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        serde_json::Deserializer::from_str(text).deserialize_map(Each).ok()
    }
}

/// The text of a feature around coordinates of another geometry type. Where the geometry is not, in the text as it was
/// read, nothing can be said, and nothing is.
fn with_shape(before: &str, after: &str, old: Shape, new: Shape) -> Option<(String, String)> {
    let whole = if old == Shape::Empty { format!("{before}{after}") } else { format!("{before}null{after}") };
    let members = Members::read(&whole)?.0;
    let last = members.iter().rposition(|(name, _)| name == "geometry")?;
    let (mut head, mut tail) = (String::from("{"), String::new());
    let mut out = &mut head;
    for (i, (name, value)) in members.iter().enumerate() {
        if name == "geometry" && i != last {
            continue;
        }
        if !out.ends_with('{') || i > last {
            out.push(',');
        }
        out.push_str(&serde_json::Value::from(name.as_str()).to_string());
        out.push(':');
        if i != last {
            out.push_str(value.get());
            continue;
        }
        match new {
            Shape::Polygon => out.push_str(r#"{"type":"Polygon","coordinates":"#),
            Shape::MultiPolygon => out.push_str(r#"{"type":"MultiPolygon","coordinates":"#),
            Shape::Empty => out.push_str("null"),
        }
        if new != Shape::Empty {
            out = &mut tail;
            out.push('}');
        }
    }
    out.push('}');
    Some((head, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_geometry_type_changes_and_nothing_else_does() {
        let whole = |before: &str, after: &str, old, new| {
            with_shape(before, after, old, new).map(|(before, after)| format!("{before}*{after}")).unwrap()
        };
        let (before, after) =
            (r#"{"id":1.50,"geometry":{"coordinates":"#, r#","type":"Polygon"},"properties":{"a":"é\n","b":1e400}}"#);
        assert_eq!(
            whole(before, after, Shape::Polygon, Shape::MultiPolygon),
            r#"{"id":1.50,"geometry":{"type":"MultiPolygon","coordinates":*},"properties":{"a":"é\n","b":1e400}}"#
        );
        assert_eq!(
            whole(before, after, Shape::Polygon, Shape::Empty),
            r#"{"id":1.50,"geometry":null,"properties":{"a":"é\n","b":1e400}}*"#
        );
        assert_eq!(
            whole(r#"{"properties":null,"geometry":null}"#, "", Shape::Empty, Shape::Polygon),
            r#"{"properties":null,"geometry":{"type":"Polygon","coordinates":*}}"#
        );
        assert_eq!(with_shape("[1,", "]", Shape::Polygon, Shape::Empty), None);
    }
}
