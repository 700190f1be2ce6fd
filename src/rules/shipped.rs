//! Packs that come with the program, and why a pack cannot be used.

use std::io;
use std::path::PathBuf;

use super::mistake::PackError;
use super::packs::shipped;

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
    pub fn text(self) -> &'static str {
        shipped(self.name()).unwrap_or_default()
    }
}

/// A pack in the program.
pub(super) struct ShippedPack {
    /// Its name in projects and on the command line.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
    /// The page that describes it; empty for packs of rules alone, whose heads say it.
    pub page: &'static str,
}

macro_rules! rules {
    ($name:literal) => {
        ShippedPack { name: $name, text: include_str!(concat!("../../assets/rules/", $name, ".toml")), page: "" }
    };
}

macro_rules! pack {
    ($name:literal) => {
        ShippedPack {
            name: $name,
            text: include_str!(concat!("../../assets/packs/", $name, "/pack.toml")),
            page: include_str!(concat!("../../assets/packs/", $name, "/README.md")),
        }
    };
}

/// All packs in the program, in the order of lists.
pub(super) const SHIPPED: [ShippedPack; 17] = [
    rules!("structure"),
    rules!("sichuan-2021-towns"),
    rules!("hunan-2015-townships"),
    rules!("hunan-2015-villages"),
    pack!("health"),
    pack!("schools"),
    pack!("assets"),
    pack!("one-each"),
    pack!("services"),
    pack!("tasks"),
    pack!("problems"),
    pack!("codes"),
    pack!("hierarchy"),
    pack!("fiscal"),
    pack!("economy"),
    pack!("indicators"),
    pack!("governance"),
];

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
    #[error("this is no pack: a pack is a text in UTF-8 of at most 4 MiB: {}", path.display())]
    NoText {
        /// The file.
        path: PathBuf,
    },
    /// The zip is cut off or broken.
    #[error("the archive is damaged or not complete; get another copy: {}", path.display())]
    DamagedZip {
        /// The zip.
        path: PathBuf,
    },
    /// There is no pack in a folder or zip.
    #[error("there is no pack.toml in it; a pack is a folder or zip with one: {}", path.display())]
    NoPackInside {
        /// The folder or zip.
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
