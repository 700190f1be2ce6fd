//! Which pack a document is judged by.

use serde::{Deserialize, Serialize};

use super::mistake::PackError;
use super::pack::Pack;
use super::packs::{judging, shipped};
use super::shipped::Shipped;

/// Which pack a document is judged by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// None.
    Nothing,
    /// One of the program, by its name.
    Shipped(String),
    /// One from a file. Its text is kept, so that it goes where the document goes.
    File {
        /// Name of the file.
        name: String,
        /// What stands in it.
        text: String,
    },
}

impl Default for Choice {
    /// The rules of structure, which ask for nothing that has to be decided first.
    fn default() -> Self {
        Self::Shipped(Shipped::Structure.name().to_owned())
    }
}

impl Choice {
    /// Name of the pack or of its file.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Shipped(name) | Self::File { name, .. } => name,
        }
    }

    /// The pack; `None` for none, and for one that this program does not have.
    ///
    /// # Errors
    /// [`PackError`] when the text of a file is no pack.
    pub fn pack(&self) -> Result<Option<Pack>, PackError> {
        match self {
            Self::Nothing => Ok(None),
            Self::Shipped(name) => shipped(name).map(judging).transpose(),
            Self::File { text, .. } => judging(text).map(Some),
        }
    }
}
