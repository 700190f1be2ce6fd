//! The door for layers: whatever a layer is kept in, it is read here.
//!
//! A [`LayerSource`] says which file, which layer in it, and how it is read where the file does not say or says it
//! wrong. The format is told by the content of the file ([`mod@super::format`]).
//!
//! 1. A file is opened once, and streamed where its format can be.
//! 2. What a source asks for is done or refused, never passed over.
//! 3. Coordinates that come out are longitude and latitude in degrees.

use std::path::{Path, PathBuf};

use geo::Coord;
use geojson::Feature;
use serde::{Deserialize, Serialize};

use super::input::{Input, Reader};
use super::{FileProblem, Limits, Place, Problem, ReadError, crs, format, shapefile};
use crate::jobs::Progress;
use crate::model::Layer;

/// A layer within a file, and how it is read.
///
/// Written as text it is its path where it says nothing else, as it was before there was more to say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct LayerSource {
    /// The file.
    pub path: PathBuf,
    /// The layer in it; `None`: its only one, or its first.
    pub layer: Option<String>,
    /// Encoding of its text; `None`: as the file says.
    pub encoding: Option<String>,
    /// Its coordinate system; `None`: as the file says.
    pub crs: Option<String>,
}

/// A source as it is written. A path that is no text is written as near to it as text can be.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Path(String),
    Source {
        path: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        layer: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        encoding: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        crs: Option<String>,
    },
}

impl From<Written> for LayerSource {
    fn from(written: Written) -> Self {
        match written {
            Written::Path(path) => Self::from(PathBuf::from(path)),
            Written::Source { path, layer, encoding, crs } => Self { path: path.into(), layer, encoding, crs },
        }
    }
}

impl From<LayerSource> for Written {
    fn from(source: LayerSource) -> Self {
        let LayerSource { path, layer, encoding, crs } = source;
        let path = path.to_string_lossy().into_owned();
        if (&layer, &encoding, &crs) == (&None, &None, &None) {
            Self::Path(path)
        } else {
            Self::Source { path, layer, encoding, crs }
        }
    }
}

impl From<PathBuf> for LayerSource {
    fn from(path: PathBuf) -> Self {
        Self { path, ..Self::default() }
    }
}

impl From<&Path> for LayerSource {
    fn from(path: &Path) -> Self {
        Self::from(path.to_owned())
    }
}

impl LayerSource {
    /// The same layer of a file that lies elsewhere.
    #[must_use]
    pub fn at(&self, path: PathBuf) -> Self {
        Self { path, ..self.clone() }
    }

    /// Refuses another layer than the only one.
    pub(super) fn check_layer(&self, only: &str) -> Result<(), ReadError> {
        match self.layer.as_ref().filter(|layer| *layer != only) {
            None => Ok(()),
            Some(layer) => {
                let problem = FileProblem::NoSuchLayer { layer: layer.clone(), there: only.to_owned() };
                Err(ReadError::File { path: self.path.clone(), problem })
            }
        }
    }

    /// Refuses another encoding than UTF-8.
    pub(super) fn check_utf8(&self) -> Result<(), ReadError> {
        match &self.encoding {
            Some(encoding) if !["utf-8", "utf8"].iter().any(|name| encoding.eq_ignore_ascii_case(name)) => {
                let problem = FileProblem::Encoding(encoding.clone());
                Err(ReadError::File { path: self.path.clone(), problem })
            }
            _ => Ok(()),
        }
    }

    /// Refuses what a format cannot do that has one layer, text in UTF-8, and longitude and latitude.
    pub(super) fn check_plain(&self, only: &str) -> Result<(), ReadError> {
        self.check_layer(only)?;
        self.check_utf8()?;
        match self.crs.as_deref().map(crs::check) {
            Some(Err(name)) => {
                let (path, problem) = (self.path.clone(), Problem::Crs(name));
                Err(ReadError::Content { path, place: Place::default(), problem })
            }
            None | Some(Ok(())) => Ok(()),
        }
    }
}

/// Reads a layer of polygons.
///
/// # Errors
/// [`ReadError`]: the file cannot be read, holds no layers or not this one, breaks a limit, or holds coordinates that
/// are no places; the message says where and what to do. Nothing is taken from such a file.
pub fn read(source: &LayerSource, limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
    let path = &*shapefile::main_of(&source.path);
    let (mut input, reader) = open(path)?;
    let name = input.name();
    let layer = settled((reader.polygons)(&mut input, source, limits, progress)?, source)?;
    Ok(Layer { name, path: Some(path.to_owned()), ..input.sealed(layer)? })
}

/// Settles the coordinate system of a layer. GeoJSON does so while it is read.
fn settled(layer: Layer, source: &LayerSource) -> Result<Layer, ReadError> {
    if layer.reading.format.is_empty() {
        return Ok(layer);
    }
    check_declared(&source.path, source.crs.as_deref().or(layer.reading.declares.as_deref()))?;
    let is_off_earth = |at: &&Coord| at.x.abs() > 180.0 + 1e-9 || at.y.abs() > 90.0 + 1e-9;
    match layer.polygons.coords.iter().find(is_off_earth) {
        None => Ok(layer),
        Some(at) => {
            let (path, problem) = (source.path.clone(), Problem::OutOfRange { lon: at.x, lat: at.y });
            Err(ReadError::Content { path, place: Place::default(), problem })
        }
    }
}

/// Refuses a coordinate system, given as a name or as well-known text, that is not longitude and latitude.
pub(super) fn check_declared(path: &Path, declared: Option<&str>) -> Result<(), ReadError> {
    let Some(declared) = declared else { return Ok(()) };
    let is_text = declared.contains('[');
    let name = if is_text { declared.split('"').nth(1).unwrap_or(declared) } else { declared };
    let is_geographic = !is_text || declared.trim_start().to_ascii_uppercase().starts_with("GEOG");
    let checked = if is_geographic { crs::check(name) } else { Err(name.chars().take(80).collect()) };
    checked.map_err(|name| {
        let (path, problem) = (path.to_owned(), Problem::Crs(name));
        ReadError::Content { path, place: Place::default(), problem }
    })
}

/// Reads all features of a layer, whatever their geometry: for points and lines, which are few.
///
/// # Errors
/// As [`read()`].
pub(super) fn features(source: &LayerSource, limits: &Limits) -> Result<Vec<Feature>, ReadError> {
    let path = &*shapefile::main_of(&source.path);
    let (input, reader) = open(path)?;
    (reader.features)(input, source, limits)
}

/// Opens a file, and says how its layers are read.
fn open(path: &Path) -> Result<(Input<'_>, Reader), ReadError> {
    let input = Input::open(path)?;
    let told = format::told(&input.head()).and_then(|(format, _)| format.layers.ok_or_else(|| format.no_layers()));
    let reader = told.map_err(|problem| ReadError::File { path: path.to_owned(), problem })?;
    Ok((input, reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_written_as_its_path_unless_it_says_more() {
        let written = |source: &LayerSource| serde_json::to_string(source).unwrap();
        let plain = LayerSource::from(Path::new("/a/villages.geojson"));
        assert_eq!(written(&plain), r#""/a/villages.geojson""#);
        let more = LayerSource { layer: Some("村".to_owned()), ..plain.clone() };
        assert_eq!(written(&more), r#"{"path":"/a/villages.geojson","layer":"村"}"#);
        for source in [plain, more] {
            assert_eq!(serde_json::from_str::<LayerSource>(&written(&source)).unwrap(), source);
        }
    }

    #[test]
    fn what_a_file_cannot_give_is_refused_and_not_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.geojson");
        std::fs::write(&path, r#"{"type":"FeatureCollection","features":[]}"#).unwrap();
        let plain = LayerSource::from(path);
        let with = |layer: &str, encoding: &str, crs: &str| {
            let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
            let source =
                LayerSource { layer: given(layer), encoding: given(encoding), crs: given(crs), ..plain.clone() };
            read(&source, &Limits::default(), &Progress::new()).map(drop).map_err(|error| error.to_string())
        };
        for (layer, encoding, crs) in [("", "", ""), ("a", "UTF-8", "EPSG:4490")] {
            assert_eq!(with(layer, encoding, crs), Ok(()));
        }
        for (layer, encoding, crs, said) in [
            ("b", "", "", "there is no layer \"b\" in it; there are: a"),
            ("", "GBK", "", "its text is UTF-8 by definition, not GBK"),
            ("", "", "EPSG:4523", "the coordinate system EPSG:4523 is not supported"),
        ] {
            let error = with(layer, encoding, crs).unwrap_err();
            assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
        }
    }
}
