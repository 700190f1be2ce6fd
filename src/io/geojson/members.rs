//! The members of a feature, read by serde with JSON's own meaning: any order, escapes decoded, of a repeated member
//! the last one counts.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// A property: its name, and its JSON text as offsets in the text of the feature.
pub(super) type Property<'a> = (Cow<'a, str>, Range<usize>);

/// Members of a feature or of a bare geometry.
#[derive(Debug, Default)]
pub(super) struct Members<'a> {
    /// The type, as JSON.
    pub kind: Option<&'a RawValue>,
    /// The geometry of a feature; `None` when it is null or missing.
    pub geometry: Option<Geometry<'a>>,
    /// Properties in order; of a repeated one every occurrence.
    pub properties: Vec<Property<'a>>,
    /// Coordinates of a bare geometry.
    pub coordinates: Option<&'a RawValue>,
    /// A coordinate system of its own.
    pub crs: Option<&'a RawValue>,
}

/// Members of a geometry.
#[derive(Debug, Default)]
pub(super) struct Geometry<'a> {
    /// The type, as JSON.
    pub kind: Option<&'a RawValue>,
    /// The coordinates, as JSON.
    pub coordinates: Option<&'a RawValue>,
}

/// Reads the members of the object in `text`, which must hold nothing else.
pub(super) fn read(text: &str) -> Result<Members<'_>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = FeatureSeed { text }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(members)
}

/// Where `part` stands in `text`, which it is a slice of.
pub(super) fn offset_in(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

/// A member name that means something here.
enum Name {
    Type,
    Geometry,
    Properties,
    Coordinates,
    Crs,
    Other,
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(match name {
            "type" => Name::Type,
            "geometry" => Name::Geometry,
            "properties" => Name::Properties,
            "coordinates" => Name::Coordinates,
            "crs" => Name::Crs,
            _ => Name::Other,
        })
    }
}

struct FeatureSeed<'a> {
    text: &'a str,
}

impl<'de> DeserializeSeed<'de> for FeatureSeed<'de> {
    type Value = Members<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Members<'de>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FeatureSeed<'de> {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a feature")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Members::default();
        while let Some(name) = map.next_key()? {
            match name {
                Name::Type => members.kind = Some(map.next_value()?),
                Name::Geometry => members.geometry = map.next_value_seed(GeometrySeed)?,
                Name::Properties => members.properties = map.next_value_seed(PropertiesSeed { text: self.text })?,
                Name::Coordinates => members.coordinates = Some(map.next_value()?),
                Name::Crs => members.crs = Some(map.next_value()?),
                Name::Other => {
                    map.next_value::<&RawValue>()?;
                }
            }
        }
        Ok(members)
    }
}

struct GeometrySeed;

impl<'de> DeserializeSeed<'de> for GeometrySeed {
    type Value = Option<Geometry<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for GeometrySeed {
    type Value = Option<Geometry<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a geometry or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut geometry = Geometry::default();
        while let Some(name) = map.next_key()? {
            match name {
                Name::Type => geometry.kind = Some(map.next_value()?),
                Name::Coordinates => geometry.coordinates = Some(map.next_value()?),
                _ => {
                    map.next_value::<&RawValue>()?;
                }
            }
        }
        Ok(Some(geometry))
    }
}

struct PropertiesSeed<'a> {
    text: &'a str,
}

impl<'de> DeserializeSeed<'de> for PropertiesSeed<'de> {
    type Value = Vec<Property<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for PropertiesSeed<'de> {
    type Value = Vec<Property<'de>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("properties as an object, or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        /// A name, borrowed where it has no escapes.
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

        let mut properties = Vec::with_capacity(16);
        while let Some((Key(name), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            let start = offset_in(self.text, value.get());
            properties.push((name, start..start + value.get().len()));
        }
        Ok(properties)
    }
}
