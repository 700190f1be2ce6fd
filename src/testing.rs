//! Helpers for tests.

use std::path::PathBuf;

use crate::model::{FeatureId, Layer};

/// A file of the project's test data, which lies beside the repository and is not part of it.
/// Prints that the test is skipped when it is not there.
pub fn shared_data(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let path = if path.exists() { path } else { std::env::var_os("QUHUA_SHARED_DATA").map(PathBuf::from)?.join(name) };
    if path.exists() {
        Some(path)
    } else {
        eprintln!("skipped: {} is not there", path.display());
        None
    }
}

/// A file of this name and text, in a folder that goes with it.
pub fn file(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

/// Values of each feature: those that are there, in the order of the columns.
pub fn rows(layer: &Layer) -> Vec<String> {
    let row = |feature: FeatureId| {
        let values = layer.table.fields().iter().zip(layer.table.field_indices());
        let said = values.filter_map(|(name, field)| Some(format!("{name}={}", layer.table.raw(feature, field)?)));
        said.collect::<Vec<_>>().join(" ")
    };
    layer.table.features().map(row).collect()
}
