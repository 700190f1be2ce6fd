//! Packs (系统包): those that come with the program, and those of folders, zips and files. A pack of rules is a pack with
//! rules only. None is known to the code otherwise.

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::kept::Choice;
use super::mistake::PackError;
use super::pack::{Pack, Rule};
use super::shipped::{LoadError, SHIPPED, Shipped};
use crate::outside;

/// What the file of a pack is called in its folder or zip.
const FILE: &str = "pack.toml";
/// What the page that describes it is called beside it.
const PAGES: [&str; 2] = ["README.md", "说明.md"];
/// Largest text that is read: a list of ten thousand codes has a fraction of it.
const MOST_BYTES: u64 = 4 << 20;
/// Largest zip that is read; it may hold templates.
const MOST_ZIPPED: u64 = 64 << 20;

/// A pack as it stands where it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackFound {
    /// The pack in the program, its folder, its zip or its file.
    pub source_name: String,
    /// Its text.
    pub text: String,
    /// The page that describes it; empty where there is none.
    pub page: String,
    is_shipped: bool,
}

impl PackFound {
    /// Finds a pack by the name of one in the program, by its folder, its zip or its file.
    ///
    /// # Errors
    /// [`LoadError`]: there is none, or it cannot be read.
    pub fn find(name: &str) -> Result<Self, LoadError> {
        if let Some(pack) = SHIPPED.iter().find(|pack| pack.name == name) {
            return Ok(Self::of_program(pack.name, pack.text, pack.page));
        }
        let path = Path::new(name);
        if path.is_dir() {
            if !path.join(FILE).is_file() {
                return Err(LoadError::NoPackInside { path: path.to_owned() });
            }
            let text = text_at(&path.join(FILE))?;
            let pages = PAGES.iter().map(|page| path.join(page)).filter(|page| page.is_file());
            let page = pages.map(|page| text_at(&page)).next().transpose()?.unwrap_or_default();
            return Ok(Self { source_name: name.to_owned(), text, page, is_shipped: false });
        }
        if !path.exists() {
            let known = SHIPPED.iter().map(|pack| pack.name).collect();
            return Err(LoadError::NoSuchPack { name: name.to_owned(), known });
        }
        let bytes = bytes_at(path, MOST_ZIPPED)?;
        let (text, page) = if bytes.starts_with(b"PK\x03\x04") {
            zipped(bytes, path)?
        } else {
            (text_of(bytes, path)?, String::new())
        };
        Ok(Self { source_name: name.to_owned(), text, page, is_shipped: false })
    }

    /// Those in the program, in the order of lists.
    pub fn all_shipped() -> impl Iterator<Item = Self> {
        SHIPPED.iter().map(|pack| Self::of_program(pack.name, pack.text, pack.page))
    }

    fn of_program(name: &str, text: &str, page: &str) -> Self {
        Self { source_name: name.to_owned(), text: text.to_owned(), page: page.to_owned(), is_shipped: true }
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`LoadError`] says what is wrong in it, and where.
    pub fn pack(&self) -> Result<Pack, LoadError> {
        self.read(Pack::parse)
    }

    fn read(&self, how: impl Fn(&str) -> Result<Pack, PackError>) -> Result<Pack, LoadError> {
        how(&self.text).map_err(|error| LoadError::Pack { error, source_name: self.source_name.clone() })
    }
}

/// Names of the packs in the program that know ledgers.
pub fn pack_names() -> impl Iterator<Item = &'static str> {
    // Packs of rules alone have no page.
    SHIPPED.iter().filter(|pack| !pack.page.is_empty()).map(|pack| pack.name)
}

/// Text of a pack in the program.
#[must_use]
pub fn shipped(name: &str) -> Option<&'static str> {
    SHIPPED.iter().find(|pack| pack.name == name).map(|pack| pack.text)
}

/// A pack to judge by, by what [`PackFound::find`] takes, with the rules of structure that it does not have itself.
///
/// # Errors
/// [`LoadError`] says what is wrong, where, and what to do.
pub fn load(name: &str) -> Result<Pack, LoadError> {
    PackFound::find(name)?.read(judging)
}

/// The choice of a pack by what [`PackFound::find`] takes; it can be read.
///
/// # Errors
/// [`LoadError`] says what is wrong, where, and what to do.
pub fn choose_pack(name: &str) -> Result<Choice, LoadError> {
    let found = PackFound::find(name)?;
    found.pack()?;
    let PackFound { source_name, text, is_shipped, .. } = found;
    Ok(if is_shipped { Choice::Shipped(source_name) } else { Choice::File { name: source_name, text } })
}

/// A pack to judge by: that of a text, and the rules of structure that it does not have itself. Who asks for thresholds
/// still wants to know what lies apart or has lost its seat.
///
/// # Errors
/// [`PackError`] says what is wrong in the text, and where.
pub(super) fn judging(text: &str) -> Result<Pack, PackError> {
    let mut pack = Pack::parse(text)?;
    let asks = |rule: &Rule| pack.rules.iter().any(|own| own.check == rule.check || own.id == rule.id);
    let further: Vec<Rule> =
        Pack::parse(Shipped::Structure.text())?.rules.into_iter().filter(|rule| !asks(rule)).collect();
    pack.rules.extend(further);
    Ok(pack)
}

fn bytes_at(path: &Path, most: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error| LoadError::Unreadable { error, path: path.to_owned() };
    outside::read(path, most).map_err(unreadable)?.ok_or_else(|| no_text(path))
}

fn text_at(path: &Path) -> Result<String, LoadError> {
    text_of(bytes_at(path, MOST_BYTES)?, path)
}

fn text_of(bytes: Vec<u8>, path: &Path) -> Result<String, LoadError> {
    if bytes.len() as u64 > MOST_BYTES {
        return Err(no_text(path));
    }
    String::from_utf8(bytes).map_err(|_| no_text(path))
}

fn no_text(path: &Path) -> LoadError {
    LoadError::NoText { path: path.to_owned() }
}

/// Text and page of a pack in a zip: at its top, or in the one folder that was packed.
fn zipped(bytes: Vec<u8>, path: &Path) -> Result<(String, String), LoadError> {
    let nothing = || LoadError::NoPackInside { path: path.to_owned() };
    let damaged = || LoadError::DamagedZip { path: path.to_owned() };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let apart = |name: &'_ String| -> (String, String) {
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", name));
        (folder.to_owned(), file.to_owned())
    };
    let packs = names.iter().map(apart).filter(|(_, file)| file == FILE);
    let (folder, _) = packs.min_by_key(|(folder, _)| folder.len()).ok_or_else(nothing)?;
    let mut read = |file: &str| -> Result<Option<String>, LoadError> {
        let name = if folder.is_empty() { file.to_owned() } else { format!("{folder}/{file}") };
        if !names.contains(&name) {
            return Ok(None);
        }
        let inside: PathBuf = path.join(&name);
        let mut bytes = Vec::new();
        let entry = archive.by_name(&name).map_err(|_| damaged())?;
        entry.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
        text_of(bytes, &inside).map(Some)
    };
    let text = read(FILE)?.ok_or_else(nothing)?;
    let pages = PAGES.iter().map(|page| read(page)).collect::<Result<Vec<_>, _>>()?;
    Ok((text, pages.into_iter().flatten().next().unwrap_or_default()))
}

impl Choice {
    /// What it brings along beside the rules that units are judged by; nothing where this program does not have it.
    ///
    /// # Errors
    /// [`PackError`] when the text of a file is no pack.
    pub fn brought(&self) -> Result<Pack, PackError> {
        match self {
            Self::Nothing => Ok(Pack::default()),
            Self::Shipped(name) => shipped(name).map_or_else(|| Ok(Pack::default()), Pack::parse),
            Self::File { text, .. } => Pack::parse(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn every_pack_of_the_program_is_read_and_says_what_it_is_about() {
        for found in PackFound::all_shipped() {
            let pack = found.pack().unwrap();
            let name = &found.source_name;
            assert!(!pack.title.is_empty() && pack.title.zh != pack.title.en, "{name}");
            if !pack.tables.is_empty() {
                assert!(found.page.starts_with("# ") && found.page.lines().count() > 4, "{name}");
            }
            for table in &pack.tables {
                assert!(!table.key.is_empty() && !table.columns.is_empty(), "{name}");
            }
        }
        let error = choose_pack("helth").unwrap_err().to_string();
        assert!(error.contains("structure, ") && error.contains("health, schools, assets, one-each"), "{error}");
    }

    #[test]
    fn a_pack_may_be_a_folder_a_zip_or_a_file() {
        const TEXT: &str = "format = \"quhua-pack\"\nversion = 1\ntitle = \"Libraries\"\n";
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        std::fs::create_dir(path("libraries")).unwrap();
        std::fs::write(path("libraries/pack.toml"), TEXT).unwrap();
        std::fs::write(path("libraries/README.md"), "# Libraries\n").unwrap();
        std::fs::write(path("one.toml"), TEXT).unwrap();
        let zip = |name: &str, files: &[(&str, &str)]| {
            let mut zip = ZipWriter::new(std::fs::File::create(path(name)).unwrap());
            for (file, text) in files {
                zip.start_file(*file, SimpleFileOptions::default()).unwrap();
                zip.write_all(text.as_bytes()).unwrap();
            }
            zip.finish().unwrap();
        };
        zip("top.zip", &[("pack.toml", TEXT), ("说明.md", "# Libraries\n")]);
        zip("inner.zip", &[("libraries/README.md", "# Libraries\n"), ("libraries/pack.toml", TEXT)]);
        zip("none.zip", &[("other.txt", "")]);
        for name in ["libraries", "top.zip", "inner.zip", "one.toml"] {
            let found = PackFound::find(&path(name)).unwrap();
            assert_eq!(found.pack().unwrap().title.en, "Libraries", "{name}");
            assert_eq!(found.page.is_empty(), name == "one.toml", "{name}");
        }
        let why = |name: &str| PackFound::find(&path(name)).unwrap_err();
        assert!(matches!(why("none.zip"), LoadError::NoPackInside { .. }));
        std::fs::remove_file(path("libraries/pack.toml")).unwrap();
        assert!(matches!(why("libraries"), LoadError::NoPackInside { .. }));
        let half = std::fs::read(path("top.zip")).unwrap();
        std::fs::write(path("half.zip"), &half[..half.len() / 2]).unwrap();
        assert!(matches!(why("half.zip"), LoadError::DamagedZip { .. }));
    }
}
