//! The door for layers: whatever a layer is kept in, it is read here.
//!
//! A [`LayerSource`] says which file, which layer in it, and how it is read where the file does not say or says it
//! wrong. The format is told by the content of the file ([`mod@super::format`]).
//!
//! 1. A file is opened once, and streamed where its format can be.
//! 2. What a source asks for is done or refused, never passed over.
//! 3. Coordinates that come out are longitude and latitude in degrees. Readers leave them as they are in the file;
//!    here, in one place, their system is settled ([`crs`]) and they are turned, each vertex by itself. What was taken
//!    for what is [`Layer::reading`], and nothing is turned without a note.

use std::path::Path;

use geo::Coord;
use geojson::{Feature, GeometryValue, Position};

use super::crs::{Extent, Settled, is_on_earth};
use super::format::Format;
pub use super::input::LayerEntry;
use super::input::{Features, Input, Reader};
use super::{FileProblem, Limits, Place, Problem, ReadError, crs, format, shapefile, unread};
use crate::coverage::AtomId;
use crate::i18n::Lang;
use crate::jobs::Progress;
pub use crate::model::LayerSource;
use crate::model::{Layer, Numbers, OffEarth, ReadNote, ReadNoteKind, province_of};

impl LayerSource {
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

    /// The layer that is asked for; without a wish the first that may bound areas.
    pub(super) fn choose(&self, entries: &[LayerEntry]) -> Result<usize, ReadError> {
        let Some(wish) = &self.layer else { return Ok(entries.iter().position(|entry| entry.is_area).unwrap_or(0)) };
        entries.iter().position(|entry| entry.name == *wish).ok_or_else(|| {
            let there = entries.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>().join(", ");
            let problem = FileProblem::NoSuchLayer { layer: wish.clone(), there };
            ReadError::File { path: self.path.clone(), problem }
        })
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

    /// Refuses what a format cannot do that has one layer, and text in UTF-8.
    pub(super) fn check_plain(&self, only: &str) -> Result<(), ReadError> {
        self.check_layer(only)?;
        self.check_utf8()
    }
}

/// Reads a layer of polygons.
///
/// # Errors
/// [`ReadError`]: the file cannot be read, holds no layers or not this one, breaks a limit, or holds coordinates that
/// are no places; the message says where and what to do. Nothing is taken from such a file.
pub fn read(source: &LayerSource, limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
    let path = &*shapefile::main_of(&source.path);
    let (mut input, format, reader) = open(path)?;
    let name = input.name();
    let layer = (reader.polygons)(&mut input, source, limits, progress)?;
    let mut layer = settled(layer, &source.path, source.crs.as_deref())?;
    if layer.reading.format.is_empty() {
        format.called(Lang::En).clone_into(&mut layer.reading.format);
    }
    layer.reading.from = Some(source.at(std::path::absolute(&source.path).unwrap_or_else(|_| source.path.clone())));
    Ok(Layer { name, path: Some(path.to_owned()), ..input.sealed(layer)? })
}

/// Lists the layers of a file, in its order: what [`LayerSource::layer`] chooses from. A file of one layer that has no
/// name lists it under the name of the file.
///
/// # Errors
/// As [`read()`], as far as the file has to be read for it.
pub fn contents(path: &Path, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    let path = &*shapefile::main_of(path);
    let (input, _, reader) = open(path)?;
    (reader.contents)(input, limits)
}

/// Reads all features of a layer, whatever their geometry: for points and lines, which are few.
///
/// # Errors
/// As [`read()`].
pub(super) fn features(source: &LayerSource, limits: &Limits) -> Result<Vec<Feature>, ReadError> {
    let path = &*shapefile::main_of(&source.path);
    let (input, _, reader) = open(path)?;
    on_earth((reader.features)(input, source, limits)?, source)
}

/// Reads all features of a GeoJSON that is in memory; `path` stands for it in messages.
///
/// # Errors
/// As [`read()`].
pub(super) fn features_of(bytes: &[u8], path: &Path, limits: &Limits) -> Result<Vec<Feature>, ReadError> {
    let input = Input::new(path, bytes.len() as u64, Box::new(bytes));
    let input = input.map_err(|source| ReadError::from_io(path, source))?;
    let source = LayerSource::from(path.to_owned());
    on_earth((super::geojson::READER.features)(input, &source, limits)?, &source)
}

/// Features with their coordinate system settled, and their coordinates as longitude and latitude.
fn on_earth(features: Features, source: &LayerSource) -> Result<Vec<Feature>, ReadError> {
    let Features { mut list, declared_crs } = features;
    let mut coords = Vec::new();
    each_position(&mut list, &mut |position| coords.extend(coord_of(position)));
    let wrong = |problem: crs::CrsProblem| whole_file(&source.path, problem);
    let settled = crs::settle(source.crs.as_deref(), declared_crs.as_deref(), &Extent::of(&coords)).map_err(wrong)?;
    if !settled.is_plain() {
        settled.apply(&mut coords).map_err(wrong)?;
        let mut turned = coords.into_iter();
        each_position(&mut list, &mut |position| {
            if coord_of(position).is_some()
                && let Some(coord) = turned.next()
            {
                *position = Position::from([coord.x, coord.y]);
            }
        });
    }
    Ok(list)
}

/// How large the coordinates of a layer are as they stand in the file, whatever system they are in; `None` where it has
/// none. For who is to choose a system that cannot be told.
///
/// # Errors
/// As [`read()`], but for what is wrong with coordinates.
pub fn numbers(source: &LayerSource, limits: &Limits, progress: &Progress) -> Result<Option<Numbers>, ReadError> {
    let path = &*shapefile::main_of(&source.path);
    let (mut input, _, reader) = open(path)?;
    let layer = (reader.polygons)(&mut input, source, limits, progress)?;
    Ok(numbers_of(&Extent::of(&layer.polygons.coords), &layer))
}

/// A layer as read with its coordinate system settled, and its coordinates as longitude and latitude.
pub(super) fn settled(mut layer: Layer, path: &Path, chosen: Option<&str>) -> Result<Layer, ReadError> {
    let coords = &mut layer.polygons.coords;
    let wrong = |problem: crs::CrsProblem| whole_file(path, problem);
    let declared = layer.reading.declares.take();
    let mut extent = Extent::of(coords);
    let as_it_stands = extent;
    let is_cut = cut_at_180(&mut layer, &extent, chosen.or(declared.as_deref()));
    let coords = &mut layer.polygons.coords;
    if is_cut {
        extent = Extent::of(coords);
    }
    let settled = crs::settle(chosen, declared.as_deref(), &extent).map_err(wrong)?;
    let off_earth = layer.reading.off_earth.take();
    if settled.is_plain() {
        if let Some(off) = off_earth.or_else(|| first_off_earth(&layer, &settled)) {
            let OffEarth { feature, ring, byte, at: [lon, lat] } = off;
            let place = Place { feature: Some(feature), ring, byte };
            let problem = Problem::OutOfRange { lon, lat };
            return Err(ReadError::Content { path: path.to_owned(), place, problem });
        }
    } else {
        settled.apply(coords).map_err(wrong)?;
        layer.polygons.drop_repeats();
        layer.source.forget_coordinates();
        layer.notes.extend(settled.turns().into_iter().map(|what| ReadNote { feature: None, what }));
    }
    let mut reading = settled.reading();
    if is_cut {
        reading.doubts.push(as_it_stands.turned());
    }
    layer.reading.crs = Some(reading);
    layer.reading.numbers = numbers_of(&as_it_stands, &layer);
    Ok(layer)
}

/// Cuts what lies across the 180th meridian where longitudes are counted on beyond it, and turns back what lies there.
/// Not where a vertex is more likely wrong: most are not beyond, and the others are of wide features.
fn cut_at_180(layer: &mut Layer, extent: &Extent, said: Option<&str>) -> bool {
    /// Features are as wide at most, in degrees, where few vertices are beyond.
    const WIDEST: f64 = 60.0;
    let is_plane = || said.is_some_and(|name| crs::System::named(name).is_ok_and(|system| !system.is_geographic()));
    if !extent.runs_on() || is_plane() {
        return false;
    }
    let widest = if extent.runs_across_180() { 300.0 } else { WIDEST };
    let polygons = &layer.polygons;
    let is_narrow = |atom: AtomId| {
        let rings = polygons.faces_of(atom).flat_map(|face| polygons.rings_of(face));
        let x = rings.flat_map(|ring| polygons.ring(ring)).map(|at| at.x);
        let (low, high) = x.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
        high <= 180.0 || high - low <= widest
    };
    if !(0..polygons.atom_count()).map(AtomId::new).all(is_narrow) {
        return false;
    }
    let (polygons, changed) = polygons.wrapped();
    layer.redraw(polygons, &changed);
    layer.reading.off_earth = None;
    layer.notes.push(ReadNote { feature: None, what: ReadNoteKind::LongitudesTurned });
    true
}

/// How large coordinates are, and the province that codes tell of.
fn numbers_of(extent: &Extent, layer: &Layer) -> Option<Numbers> {
    Some(Numbers { province: province_of(&layer.table), ..extent.numbers()? })
}

/// The first vertex that is no place on earth, for readers that have not remembered it.
fn first_off_earth(layer: &Layer, settled: &Settled) -> Option<OffEarth> {
    if !settled.has_strays() {
        return None;
    }
    let flat = &layer.polygons;
    let at = flat.coords.iter().position(|it| !is_on_earth(it.x, it.y))?;
    let (feature, ring) = flat.place_of(at);
    Some(OffEarth { feature, ring: Some(ring), byte: None, at: flat.coords[at].into() })
}

fn whole_file(path: &Path, problem: crs::CrsProblem) -> ReadError {
    ReadError::Content { path: path.to_owned(), place: Place::default(), problem: problem.into() }
}

/// Two finite numbers of a position; `None` where it has none.
fn coord_of(position: &Position) -> Option<Coord> {
    let &[x, y, ..] = position.as_slice() else { return None };
    (x.is_finite() && y.is_finite()).then_some(Coord { x, y })
}

/// Goes through all positions, always in the same order.
fn each_position(features: &mut [Feature], seen: &mut dyn FnMut(&mut Position)) {
    let geometries = features.iter_mut().filter_map(|feature| feature.geometry.as_mut());
    geometries.for_each(|geometry| each_in(&mut geometry.value, seen));
}

fn each_in(value: &mut GeometryValue, seen: &mut dyn FnMut(&mut Position)) {
    match value {
        GeometryValue::Point { coordinates } => seen(coordinates),
        GeometryValue::MultiPoint { coordinates } | GeometryValue::LineString { coordinates } => {
            coordinates.iter_mut().for_each(seen);
        }
        GeometryValue::MultiLineString { coordinates } | GeometryValue::Polygon { coordinates } => {
            coordinates.iter_mut().flatten().for_each(seen);
        }
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter_mut().flatten().flatten().for_each(seen),
        GeometryValue::GeometryCollection { geometries } => {
            for geometry in geometries {
                each_in(&mut geometry.value, seen);
            }
        }
    }
}

/// Opens a file, and says what it is and how its layers are read.
fn open(path: &Path) -> Result<(Input<'_>, &'static Format, Reader), ReadError> {
    if let Some(unread) = unread::folder(path) {
        return Err(ReadError::File { path: path.to_owned(), problem: FileProblem::Unread(unread) });
    }
    let input = Input::open(path)?;
    let told = format::told(&input.head())
        .and_then(|(format, _)| Ok((format, format.layers.ok_or_else(|| format.no_layers())?)));
    let (format, reader) = told.map_err(|problem| ReadError::File { path: path.to_owned(), problem })?;
    Ok((input, format, reader))
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
        for (layer, encoding, crs) in [("", "", ""), ("a", "UTF-8", "EPSG:4490"), ("", "", "EPSG:4523")] {
            assert_eq!(with(layer, encoding, crs), Ok(()));
        }
        for (layer, encoding, crs, said) in [
            ("b", "", "", "there is no layer \"b\" in it; there are: a"),
            ("", "GBK", "", "its text is UTF-8 by definition, not GBK"),
            ("", "", "EPSG:2362", "EPSG:2362 is on the datum Xian 1980"),
            ("", "", "EPSG:9", "the coordinate system EPSG:9 is not known"),
        ] {
            let error = with(layer, encoding, crs).unwrap_err();
            assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
        }
    }
}
