//! Packs of ledgers (系统包) that come with the program, and those of folders and files.

use std::path::Path;

use super::kept::Choice;
use super::mistake::PackError;
use super::pack::Pack;
use super::shipped::{LoadError, names, read_file, shipped};

/// Packs in the program: their names and texts. None is known to the code otherwise.
const PACKS: [(&str, &str); 8] = [
    ("health", include_str!("../../assets/packs/health.toml")),
    ("schools", include_str!("../../assets/packs/schools.toml")),
    ("assets", include_str!("../../assets/packs/assets.toml")),
    ("one-each", include_str!("../../assets/packs/one-each.toml")),
    ("services", include_str!("../../assets/packs/services.toml")),
    ("tasks", include_str!("../../assets/packs/tasks.toml")),
    ("problems", include_str!("../../assets/packs/problems.toml")),
    ("codes", include_str!("../../assets/packs/codes.toml")),
];

/// What the file of a pack is called in its folder.
const FILE: &str = "pack.toml";

/// Names of the packs of ledgers in the program.
pub fn pack_names() -> impl Iterator<Item = &'static str> {
    PACKS.into_iter().map(|(name, _)| name)
}

/// Text of a pack in the program: of ledgers, or of rules alone.
fn text_of(name: &str) -> Option<&'static str> {
    PACKS.into_iter().find(|(known, _)| *known == name).map(|(_, text)| text).or_else(|| shipped(name))
}

/// A pack by the name of one in the program, by its folder or by its file.
///
/// # Errors
/// [`LoadError`] says what is wrong, where, and what to do.
pub fn choose_pack(name: &str) -> Result<Choice, LoadError> {
    if text_of(name).is_some() {
        return Ok(Choice::Shipped(name.to_owned()));
    }
    let given = Path::new(name);
    let path = if given.is_dir() { given.join(FILE) } else { given.to_owned() };
    if !path.exists() {
        let known = names().into_iter().chain(pack_names()).collect();
        return Err(LoadError::NoSuchPack { name: name.to_owned(), known });
    }
    let text = read_file(&path)?;
    let source_name = path.display().to_string();
    Pack::parse(&text).map_err(|error| LoadError::Pack { error, source_name: source_name.clone() })?;
    Ok(Choice::File { name: source_name, text })
}

impl Choice {
    /// What it brings along beside the rules that units are judged by; nothing where this program does not have it.
    ///
    /// # Errors
    /// [`PackError`] when the text of a file is no pack.
    pub fn brought(&self) -> Result<Pack, PackError> {
        match self {
            Self::Nothing => Ok(Pack::default()),
            Self::Shipped(name) => text_of(name).map_or_else(|| Ok(Pack::default()), Pack::parse),
            Self::File { text, .. } => Pack::parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pack_of_the_program_is_read_and_says_what_its_columns_are() {
        for name in pack_names() {
            let pack = choose_pack(name).unwrap().brought().unwrap();
            assert!(!pack.title.is_empty() && !pack.figures.is_empty(), "{name}");
            for table in &pack.tables {
                assert!(!table.key.is_empty() && !table.columns.is_empty(), "{name}");
            }
        }
        let error = choose_pack("helth").unwrap_err().to_string();
        assert!(error.contains("health, schools, assets, one-each"), "{error}");
    }
}
