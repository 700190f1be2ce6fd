//! Features as readers of texts find them, whole: which columns there are is known behind the last of them.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use geojson::{Feature, JsonObject};

use super::blob::Pieces;
use super::gather::Stretches;
use super::input::Features;
use super::{Counted, Limits, Problem, ReadError};
use crate::jobs::Progress;
use crate::model::Layer;

/// A feature.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Found {
    /// Its geometry; nothing where it has none.
    pub pieces: Pieces,
    /// Its properties: each name once, and values as JSON.
    pub values: Vec<(Arc<str>, String)>,
}

impl Found {
    /// Adds a property, unless there is one of this name.
    pub fn add(&mut self, name: Arc<str>, json: String) {
        if !self.has(&name) {
            self.values.push((name, json));
        }
    }

    /// Puts what a feature says beside its properties before them, under the vocabulary of the format where a property of
    /// the same name says something else.
    pub fn beside<const N: usize>(&mut self, names: &mut Names, vocabulary: &str, own: [(&str, Option<String>); N]) {
        let mut before = Vec::with_capacity(N);
        for (key, json) in own {
            let Some(json) = json else { continue };
            if !self.has(key) {
                before.push((names.get(key), json));
            } else if !self.values.iter().any(|(_, there)| *there == json) {
                before.push((names.get(&format!("{vocabulary}:{key}")), json));
            }
        }
        self.values.splice(0..0, before);
    }

    /// Whether there is a property of this name.
    pub fn has(&self, name: &str) -> bool {
        self.values.iter().any(|(there, _)| &**there == name)
    }
}

/// Names of properties, each held once.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, Arc<str>, foldhash::fast::RandomState>);

impl Names {
    /// The name.
    pub fn get(&mut self, name: &str) -> Arc<str> {
        if let Some(there) = self.0.get(name) {
            return Arc::clone(there);
        }
        let new: Arc<str> = name.into();
        self.0.insert(name.to_owned(), Arc::clone(&new));
        new
    }
}

/// What is counted while features are found, so that none is held beyond the limits.
#[derive(Debug)]
pub(super) struct Counts {
    features: usize,
    vertices: usize,
    limits: Limits,
}

impl Counts {
    pub fn new(limits: &Limits) -> Self {
        Self { features: 0, vertices: 0, limits: limits.capped() }
    }

    /// One more feature.
    pub fn feature(&mut self) -> Result<(), Problem> {
        self.features += 1;
        let limit = self.limits.features;
        if self.features > limit { Err(Problem::TooMany { what: Counted::Features, limit }) } else { Ok(()) }
    }

    /// So many more vertices.
    pub fn vertices(&mut self, more: usize) -> Result<(), Problem> {
        self.vertices = self.vertices.saturating_add(more);
        let limit = self.limits.vertices;
        if self.vertices > limit { Err(Problem::TooMany { what: Counted::Vertices, limit }) } else { Ok(()) }
    }
}

/// Makes a layer of features in file order.
///
/// # Errors
/// A vertex that is no place, or more of anything than the limits allow.
pub(super) fn layer(found: &[Found], path: &Path, limits: &Limits, progress: &Progress) -> Result<Layer, ReadError> {
    let mut stretches = Stretches::new(path, limits, progress);
    stretches.add(found, |Found { pieces, values }, gathered, most| {
        let row: Vec<(&str, &str)> = values.iter().map(|(name, json)| (&**name, json.as_str())).collect();
        gathered.feature(pieces, &row, most)
    })?;
    Ok(stretches.layer())
}

/// The same as features, whatever their geometry.
pub(super) fn features(found: Vec<Found>, declared_crs: Option<String>) -> Features {
    let feature = |Found { pieces, values }: Found| {
        let mut properties = JsonObject::new();
        for (name, json) in values {
            properties.insert(name.to_string(), serde_json::from_str(&json).unwrap_or_default());
        }
        Feature { geometry: pieces.into_geometry(), properties: Some(properties), ..Feature::default() }
    };
    Features { list: found.into_iter().map(feature).collect(), declared_crs }
}
