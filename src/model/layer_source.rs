//! Where a layer lies, and what somebody chose for reading it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::LevelsBy;

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
    /// How the levels of its features are told; `None`: as they themselves say, where they do so clearly.
    pub levels: Option<LevelsBy>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        levels: Option<LevelsBy>,
    },
}

impl From<Written> for LayerSource {
    fn from(written: Written) -> Self {
        match written {
            Written::Path(path) => Self::from(PathBuf::from(path)),
            Written::Source { path, layer, encoding, crs, levels } => {
                Self { path: path.into(), layer, encoding, crs, levels }
            }
        }
    }
}

impl From<LayerSource> for Written {
    fn from(source: LayerSource) -> Self {
        let is_plain = source.is_plain();
        let LayerSource { path, layer, encoding, crs, levels } = source;
        let path = path.to_string_lossy().into_owned();
        if is_plain { Self::Path(path) } else { Self::Source { path, layer, encoding, crs, levels } }
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

    /// Whether nothing was chosen for it.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        let Self { path: _, layer, encoding, crs, levels } = self;
        (layer, encoding, crs, levels) == (&None, &None, &None, &None)
    }
}
