//! Helpers for tests.

use std::path::PathBuf;

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
