//! Units as a layer for any format: the same features with the same properties that leave as GeoJSON.
//!
//! What GeoJSON keeps verbatim beside the figures of a feature (foreign members, heights, a first vertex written twice)
//! has no place in a layer of columns.

use std::borrow::Cow;
use std::collections::BTreeSet;

use geo::Coord;
use rayon::prelude::*;
use serde_json::value::RawValue;

use super::{Export, Item, Known};
use crate::coverage::{AtomId, Coverage, FlatPolygons, Outline};
use crate::io::geojson::write;
use crate::io::outgoing::{OutFeature, OutLayer, members};
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, FeatureId, Fields, Layer, LevelIndex, ReadNoteKind, Unit, UnitId};

/// Units that are made at a time, in parallel.
const BATCH: usize = 2048;

/// Rings of a feature, polygon by polygon, each closed.
type Rings = Vec<Vec<Vec<Coord>>>;

/// A layer as it came; the finest is 0.
#[must_use]
pub fn source_layer(dataset: &Dataset, index: usize) -> OutLayer {
    let Some(layer) = dataset.layers.get(index) else { return OutLayer::new("layer", "", BTreeSet::new()) };
    let stem = layer.name.rsplit_once('.').map_or(&*layer.name, |(stem, _)| stem);
    let fields = dataset.fields_of(index);
    let mut out = OutLayer::new(stem, stem, codes_of(fields)).with_amounts(amounts_of(fields));
    out.had_heights = has_heights(layer);
    let field = |name: Option<&String>| name.and_then(|name| layer.table.field(name));
    let code = field(fields.and_then(|fields| fields.code.as_ref()));
    let name = field(fields.and_then(|fields| fields.name.as_ref()));
    for feature in layer.table.features() {
        let text = |field| layer.table.text(feature, field).map(Cow::into_owned).unwrap_or_default();
        let [code, name] = [code, name].map(|field| field.map(text).unwrap_or_default());
        let rings = if index == 0 {
            atom_rings(&dataset.coverage, AtomId(feature.0))
        } else {
            flat_rings(&layer.polygons, AtomId(feature.0))
        };
        out.push(OutFeature { code, name, id: id_of(layer, feature) }, &rings, values_of(layer, feature));
    }
    out.settled()
}

/// A unit on its way.
struct Made {
    feature: OutFeature,
    rings: Rings,
    /// Members of a properties object, behind those of the source.
    members: Vec<u8>,
    source: Option<FeatureId>,
}

impl Export<'_> {
    /// The units of the level as a layer.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn layer(&self, title: &str, progress: &Progress) -> Result<OutLayer, Cancelled> {
        let known = self.known();
        let layer = self.dataset.layer_of(self.level);
        let mut codes = codes_of(self.own_fields());
        codes.extend(["code", "parent_code"].map(|name| known.names.of(name).into_owned()));
        codes.extend(self.dataset.levels.iter().map(|level| format!("{level}_code")));
        let mut out = OutLayer::new(self.dataset.level(self.level).id(), title, codes)
            .with_amounts(amounts_of(self.own_fields()));
        out.had_heights = layer.is_some_and(has_heights);
        let items = self.items();
        for (done, batch) in items.chunks(BATCH).enumerate() {
            progress.check()?;
            #[expect(clippy::cast_precision_loss, reason = "a fraction for the eye")]
            progress.set((done * BATCH) as f64 / items.len() as f64);
            let made: Vec<Made> = batch.par_iter().map(|item| self.made_item(item, &known)).collect();
            for Made { feature, rings, members: more, source } in made {
                let more = format!("{{{}}}", String::from_utf8_lossy(&more));
                let more = members(&more);
                let own = layer.zip(source).into_iter().flat_map(|(layer, feature)| values_of(layer, feature));
                out.push(feature, &rings, own.chain(more.iter().map(|(name, raw)| (name.as_str(), raw.get()))));
            }
        }
        Ok(out.settled())
    }

    fn made_item(&self, &Item { unit, part }: &Item, known: &Known) -> Made {
        let change = crate::edit::change::main(self.dataset, self.state, unit);
        let mut members = Vec::new();
        let Some((layer, feature)) = self.source_of(unit, change) else {
            let outline = self.dataset.coverage.outline(&self.state.atoms(unit));
            self.made_properties(&mut members, unit, change, known, &outline);
            let feature = out_feature(self.state.unit(unit), None);
            return Made { feature, rings: outline_rings(&self.dataset.coverage, &outline), members, source: None };
        };
        let feature = part.unwrap_or(feature);
        if !known.all_as_they_came {
            members = self.unsaid(unit, (layer, feature), &known.names);
        }
        let rings = self.untouched_rings(unit, (layer, feature));
        let out = out_feature(self.state.unit(unit), id_of(layer, feature));
        Made { feature: out, rings, members, source: Some(feature) }
    }

    fn untouched_rings(&self, unit: UnitId, (layer, feature): (&Layer, FeatureId)) -> Rings {
        let coverage = &self.dataset.coverage;
        if self.level == LevelIndex::FINEST {
            atom_rings(coverage, AtomId(feature.0))
        } else if self.is_touched_by_cut(unit) {
            outline_rings(coverage, &coverage.outline(&self.state.atoms(unit)))
        } else {
            flat_rings(&layer.polygons, AtomId(feature.0))
        }
    }
}

fn out_feature(unit: &Unit, id: Option<String>) -> OutFeature {
    OutFeature { code: unit.code.to_string(), name: unit.name.to_string(), id }
}

fn has_heights(layer: &Layer) -> bool {
    layer.notes.iter().any(|note| note.what == ReadNoteKind::ExtraDimensions)
}

/// Columns of a layer that hold codes.
fn codes_of(fields: Option<&Fields>) -> BTreeSet<String> {
    let Some(fields) = fields else { return BTreeSet::new() };
    let upper = fields.upper.iter().map(|upper| &upper.code);
    fields.code.iter().chain(&fields.parent).chain(upper).cloned().collect()
}

/// Columns of a layer that are added up.
fn amounts_of(fields: Option<&Fields>) -> BTreeSet<String> {
    fields.map(|fields| fields.population.iter().chain(&fields.sum).cloned().collect()).unwrap_or_default()
}

/// The properties of a feature as it came.
fn values_of(layer: &Layer, feature: FeatureId) -> impl Iterator<Item = (&str, &str)> {
    let fields = layer.table.fields().iter().zip(layer.table.field_indices());
    fields.filter_map(move |(name, field)| Some((name.as_str(), layer.table.raw(feature, field)?)))
}

/// The `id` of a feature as it came.
fn id_of(layer: &Layer, feature: FeatureId) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Outer<'a> {
        #[serde(borrow, default)]
        id: Option<&'a RawValue>,
    }

    let whole = write::placed(&layer.source.get(feature)?);
    // Most texts do not have the word.
    let Outer { id } = whole.contains("\"id\"").then(|| serde_json::from_str(&whole).ok()).flatten()?;
    id.map(|id| id.get().to_owned())
}

fn atom_rings(coverage: &Coverage, atom: AtomId) -> Rings {
    let faces = coverage.faces_of(atom);
    let rings =
        |face| coverage.rings_of(face).enumerate().map(|(at, ring)| turned(coverage.source_ring(ring), at == 0));
    faces.map(|face| rings(face).collect()).collect()
}

fn flat_rings(polygons: &FlatPolygons, atom: AtomId) -> Rings {
    let closed = |(at, ring)| {
        let coords = polygons.ring(ring);
        turned(coords.iter().chain(coords.first()).copied().collect(), at == 0)
    };
    polygons.faces_of(atom).map(|face| polygons.rings_of(face).enumerate().map(closed).collect()).collect()
}

fn outline_rings(coverage: &Coverage, outline: &Outline) -> Rings {
    let ring = |chain| coverage.chain_coords(chain).collect();
    let polygons = outline.polygons.iter();
    polygons.map(|it| std::iter::once(&it.shell).chain(&it.holes).map(|chain| ring(chain)).collect()).collect()
}

/// A ring that runs as it should.
fn turned(mut ring: Vec<Coord>, is_shell: bool) -> Vec<Coord> {
    if !write::runs_right(&ring, is_shell) {
        ring.reverse();
    }
    ring
}
