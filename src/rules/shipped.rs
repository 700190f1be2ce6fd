//! Packs that come with the program, and packs from files.

use std::io;
use std::path::{Path, PathBuf};

use super::mistake::PackError;
use super::pack::{Pack, Rule};
use crate::outside;

/// A pack in the program. The first asks only for structure; the others are published presets, as examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shipped {
    /// Parts that are cut off, groups that lie apart.
    Structure,
    /// Thresholds for towns of Sichuan, of 2021.
    SichuanTowns,
    /// Sizes of townships in Hunan, of 2015.
    HunanTownships,
    /// Sizes of villages in Hunan, of 2015.
    HunanVillages,
}

impl Shipped {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 4] = [Self::Structure, Self::SichuanTowns, Self::HunanTownships, Self::HunanVillages];

    /// Its name in projects and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Structure => "structure",
            Self::SichuanTowns => "sichuan-2021-towns",
            Self::HunanTownships => "hunan-2015-townships",
            Self::HunanVillages => "hunan-2015-villages",
        }
    }

    /// Its text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Structure => include_str!("../../assets/rules/structure.toml"),
            Self::SichuanTowns => include_str!("../../assets/rules/sichuan-2021-towns.toml"),
            Self::HunanTownships => include_str!("../../assets/rules/hunan-2015-townships.toml"),
            Self::HunanVillages => include_str!("../../assets/rules/hunan-2015-villages.toml"),
        }
    }
}

/// Largest file that is read: a list of ten thousand codes has a fraction of it.
const MOST_BYTES: u64 = 4 << 20;

/// Why a pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is neither a pack nor a file of this name.
    #[error("there is no pack and no file {name:?}; packs in the program: {}", known.join(", "))]
    NoSuchPack {
        /// The name as given.
        name: String,
        /// Those that there are.
        known: Vec<&'static str>,
    },
    /// The file cannot be read.
    #[error("cannot read the pack: {error}: {}", path.display())]
    Unreadable {
        /// Why not.
        error: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is no text of a reasonable size.
    #[error("this is no pack of rules: a pack is a text in UTF-8 of at most {} MiB: {}", MOST_BYTES >> 20, path.display())]
    NoText {
        /// The file.
        path: PathBuf,
    },
    /// The text is no pack.
    #[error("{error}: {source_name}")]
    Pack {
        /// What is wrong, and in which line.
        error: PackError,
        /// The file or the shipped pack.
        source_name: String,
    },
}

/// Names of all packs in the program.
pub(super) fn names() -> Vec<&'static str> {
    Shipped::ALL.iter().map(|pack| pack.name()).collect()
}

/// Text of a pack in the program.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static str> {
    Shipped::ALL.into_iter().find(|pack| pack.name() == name).map(Shipped::text)
}

/// Text of a file with a pack in it.
///
/// # Errors
/// [`LoadError`] when it cannot be read or is no text.
pub fn read_file(path: &Path) -> Result<String, LoadError> {
    let unreadable = |error| LoadError::Unreadable { error, path: path.to_owned() };
    let bytes = outside::read(path, MOST_BYTES).map_err(unreadable)?;
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| LoadError::NoText { path: path.to_owned() })
}

/// A pack to judge by: that of a text, and the rules of structure that it does not have itself. Who asks for thresholds
/// still wants to know what lies apart or has lost its seat.
///
/// # Errors
/// [`PackError`] says what is wrong in the text, and where.
pub fn judging(text: &str) -> Result<Pack, PackError> {
    let mut pack = Pack::parse(text)?;
    let asks = |rule: &Rule| pack.rules.iter().any(|own| own.check == rule.check || own.id == rule.id);
    let further: Vec<Rule> =
        Pack::parse(Shipped::Structure.text())?.rules.into_iter().filter(|rule| !asks(rule)).collect();
    pack.rules.extend(further);
    Ok(pack)
}

/// A pack by the name of a shipped one or the path of a file.
///
/// # Errors
/// [`LoadError`] says what is wrong, where, and what to do.
pub fn load(name: &str) -> Result<Pack, LoadError> {
    let parse = |text: &str| judging(text).map_err(|error| LoadError::Pack { error, source_name: name.to_owned() });
    if let Some(text) = shipped(name) {
        return parse(text);
    }
    let path = Path::new(name);
    if !path.exists() {
        return Err(LoadError::NoSuchPack { name: name.to_owned(), known: names() });
    }
    parse(&read_file(path)?)
}
