//! What a file is, told by its content and not by its name.
//!
//! [`FORMATS`] is the one table of formats. A [`Format`] says what it is called, how its files end, how it is told by
//! the beginning of a file, and how layers are read from it, where it has any. Dialogs, hints, messages and
//! [`layers`](super::layers) read this table, so that a further format is a file beside this one and a row here.
//!
//! 1. A bounded beginning of the file is looked at; of a database its list of tables.
//! 2. The first row that knows the beginning counts.
//! 3. Only where the content tells nothing, as of a file that is not there, the ending decides: whoever reads it says
//!    the rest.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use rusqlite::Connection;

use super::geojson::{self, beginning};
pub use super::input::FileKind;
use super::input::{HEAD, Head, Reader, foreign};
use super::{
    FileProblem, Looks, flatgeobuf, geopackage, geoparquet, gml, gzip, kml, project, shaped, shapefile, tables,
    topojson, unread, zipped,
};
use crate::edit::Plan;
use crate::i18n::Lang;
use crate::outside;

/// A format: a row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// What it is called, in Chinese and in English.
    pub name: [&'static str; 2],
    /// How the names of its files end, without the dot, the usual one first.
    pub endings: &'static [&'static str],
    /// What its files may be.
    pub holds: &'static [FileKind],
    /// What a file with this beginning is; `None` when it has another format.
    sniff: fn(&Head<'_>) -> Option<FileKind>,
    /// How layers are read from it; `None` when it has none.
    pub(super) layers: Option<Reader>,
}

/// All formats that are read, in the order in which they are asked.
pub static FORMATS: [Format; 19] = [
    Format {
        name: ["GeoPackage", "GeoPackage"],
        endings: &[project::EXTENSION],
        holds: &[FileKind::Project],
        sniff: |head| (database(head) == Some(FileKind::Project)).then_some(FileKind::Project),
        layers: None,
    },
    Format {
        name: ["MBTiles", "MBTiles"],
        endings: &["mbtiles"],
        holds: &[FileKind::Tiles],
        sniff: |head| (database(head) == Some(FileKind::Tiles)).then_some(FileKind::Tiles),
        layers: None,
    },
    Format {
        name: ["PMTiles", "PMTiles"],
        endings: &["pmtiles"],
        holds: &[FileKind::Tiles],
        sniff: |head| head.bytes.starts_with(b"PMTiles").then_some(FileKind::Tiles),
        layers: None,
    },
    Format {
        name: ["区划方案", "Quhua plan"],
        endings: &["plan.json"],
        holds: &[FileKind::Plan],
        sniff: |head| {
            let says_so = |(name, value): (_, &[u8])| match name {
                "format" => serde_json::from_slice(value).is_ok_and(|format: String| format == Plan::FORMAT),
                // Where the edits come first they may fill the beginning.
                name => name == "edits",
            };
            beginning::members(head.text()).iter().any(|(name, value)| says_so((name, value))).then_some(FileKind::Plan)
        },
        layers: None,
    },
    Format {
        name: ["GeoJSON", "GeoJSON"],
        endings: &["geojson", "json"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: |head| {
            let is_other = || topojson::kind(head).is_some() || beginning::is_sequence(head.text());
            beginning::kind(head.text()).filter(|_| !is_other())
        },
        layers: Some(geojson::READER),
    },
    Format {
        name: ["NDJSON", "NDJSON"],
        endings: &["geojsonl", "ndjson", "geojsons", "geojsonseq"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: |head| beginning::kind(head.text()).filter(|_| topojson::kind(head).is_none()),
        layers: Some(geojson::READER),
    },
    Format {
        name: ["TopoJSON", "TopoJSON"],
        endings: &["topojson"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: topojson::kind,
        layers: Some(topojson::READER),
    },
    Format {
        name: ["Shapefile", "shapefile"],
        endings: &["shp", "dbf"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: shapefile::kind,
        layers: Some(shapefile::READER),
    },
    Format {
        name: ["FlatGeobuf", "FlatGeobuf"],
        endings: &["fgb"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: flatgeobuf::kind,
        layers: Some(flatgeobuf::READER),
    },
    Format {
        name: ["GeoParquet", "GeoParquet"],
        endings: &["parquet", "geoparquet"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: geoparquet::kind,
        layers: Some(geoparquet::READER),
    },
    Format {
        name: ["KML、KMZ", "KML or KMZ"],
        endings: &["kml", "kmz"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: kml::kind,
        layers: Some(kml::READER),
    },
    Format {
        name: ["GML", "GML"],
        endings: &["gml"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: gml::kind,
        layers: Some(gml::READER),
    },
    Format {
        name: ["其他程序的 GeoPackage、SpatiaLite、SQLite", "GeoPackage, SpatiaLite or SQLite of other programs"],
        endings: &["gpkg", "sqlite", "db"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: |head| database(head).filter(|kind| matches!(kind, FileKind::Layers | FileKind::Places)),
        layers: Some(geopackage::READER),
    },
    Format {
        name: ["Excel、ODS 工作簿", "workbook (XLSX, XLS, ODS)"],
        endings: &["xlsx", "xls", "ods", "xlsm"],
        holds: &[FileKind::Table],
        sniff: |head| (tables::is_workbook(head.bytes) && shaped::kind(head).is_none()).then_some(FileKind::Table),
        layers: None,
    },
    Format {
        name: ["zip 压缩包", "zip"],
        endings: &["zip"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: zipped::kind,
        layers: Some(zipped::READER),
    },
    Format {
        name: ["gzip 压缩包", "gzip"],
        endings: &["gz"],
        holds: &[FileKind::Layers, FileKind::Places, FileKind::Table],
        sniff: gzip::kind,
        layers: Some(gzip::READER),
    },
    Format {
        name: ["TOML 规则包", "TOML pack of rules"],
        endings: &["toml"],
        holds: &[FileKind::Rules],
        sniff: |head| {
            let mut lines = head.text().split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
            let value = |line: &[u8]| line.strip_prefix(b"format")?.trim_ascii().strip_prefix(b"=").map(<[u8]>::to_vec);
            // What stands before it are comments and other values: a text about packs has sentences, and perhaps a pack.
            let is_prose = |line: &[u8]| !line.is_empty() && !line.starts_with(b"#") && !line.contains(&b'=');
            let found = lines.find_map(|line| value(line).map(Some).or_else(|| is_prose(line).then_some(None)));
            let is_pack = |value: &[u8]| {
                let value = value.trim_ascii_start();
                value.starts_with(b"\"quhua-rules\"") || value.starts_with(b"\"quhua-pack\"")
            };
            found.flatten().is_some_and(|value| is_pack(&value)).then_some(FileKind::Rules)
        },
        layers: None,
    },
    Format {
        name: ["CSV", "CSV"],
        endings: &["csv", "tsv"],
        holds: &[FileKind::Table],
        // Any text may be one: its ending tells.
        sniff: |head| {
            let is_called =
                head.path.extension().is_some_and(|it| ["csv", "tsv"].iter().any(|end| it.eq_ignore_ascii_case(end)));
            let is_text =
                !matches!(foreign(head.text()), None | Some(FileProblem::Empty)) || head.text().starts_with(b"\"");
            let is_table = is_called && is_text && !tables::is_workbook(head.bytes);
            (is_table && shaped::kind(head).is_none()).then_some(FileKind::Table)
        },
        layers: None,
    },
    Format {
        name: ["带图形列的 CSV、XLSX", "CSV or XLSX with a column of geometry"],
        endings: &["csv", "tsv", "xlsx", "xls", "ods"],
        holds: &[FileKind::Layers, FileKind::Places],
        sniff: shaped::kind,
        layers: Some(shaped::READER),
    },
];

/// What a file is. A file that cannot be told is one of layers: their reader says what is wrong with it.
#[must_use]
pub fn kind_of(path: &Path) -> FileKind {
    let path = &*shapefile::main_of(path);
    let mut bytes = Vec::new();
    // What cannot be read is said by whoever reads it, and a pipe can be read but once.
    if path.is_file() {
        let _ = File::open(path).and_then(|file| file.take(HEAD as u64).read_to_end(&mut bytes));
    }
    let told = told(&Head { path, bytes: &bytes }).ok().map(|(_, kind)| kind);
    told.or_else(|| Some(by_ending(path)?.holds[0])).unwrap_or(FileKind::Layers)
}

/// What a file is by its contents; `None`: nothing that is read here.
#[must_use]
pub fn recognised(path: &Path) -> Option<FileKind> {
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(HEAD as u64).read_to_end(&mut bytes).ok()?;
    told(&Head { path, bytes: &bytes }).ok().map(|(_, kind)| kind)
}

/// Names of the formats that files of a kind come in, for messages and hints.
#[must_use]
pub fn names(kind: FileKind, lang: Lang) -> Vec<&'static str> {
    of_kind(kind).map(|format| format.called(lang)).collect()
}

/// Last endings of the files that may be of these kinds, each once, for dialogs.
#[must_use]
pub fn endings(kinds: &[FileKind]) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    for ending in kinds.iter().flat_map(|&kind| of_kind(kind)).flat_map(|format| format.endings) {
        let last = ending.rsplit('.').next().unwrap_or(ending);
        if !all.contains(&last) {
            all.push(last);
        }
    }
    all
}

fn of_kind(kind: FileKind) -> impl Iterator<Item = &'static Format> {
    FORMATS.iter().filter(move |format| format.holds.contains(&kind))
}

/// The format that the name of a file speaks for: the one with the longest ending.
fn by_ending(path: &Path) -> Option<&'static Format> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    let fits = |ending: &&str| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'));
    let longest = |format: &Format| format.endings.iter().copied().filter(fits).map(str::len).max();
    let fitting = FORMATS.iter().filter_map(|format| Some((longest(format)?, format)));
    fitting.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, format)| format)
}

/// The format of a file with this beginning, and what the file is.
///
/// # Errors
/// [`FileProblem`]: it is empty, or none of ours.
pub(super) fn told(head: &Head<'_>) -> Result<(&'static Format, FileKind), FileProblem> {
    if let Some(part) = unread::lone_part(head) {
        return Err(FileProblem::Unread(part));
    }
    let found = FORMATS.iter().find_map(|format| Some((format, (format.sniff)(head)?)));
    found.ok_or_else(|| match unread::of(head) {
        Some(unread) => FileProblem::Unread(unread),
        None => foreign(head.text()).unwrap_or(FileProblem::Foreign(Looks::Text)),
    })
}

/// How a file is read that lies in another, and what it is: in a format that is read as it comes, and no archive.
///
/// # Errors
/// As [`told`].
pub(super) fn told_streamed(head: &Head<'_>) -> Result<(Reader, FileKind), FileProblem> {
    let (format, kind) = told(head)?;
    let reader = format.layers.filter(|_| format.endings.iter().any(|ending| is_streamed(ending)));
    Ok((reader.ok_or_else(|| format.no_layers())?, kind))
}

/// Whether files that end so are read from beginning to end, whatever they lie in.
pub(super) fn is_streamed(ending: &str) -> bool {
    [
        "geojson",
        "json",
        "geojsonl",
        "ndjson",
        "geojsons",
        "geojsonseq",
        "kml",
        "topojson",
        "fgb",
        "gml",
        "parquet",
        "geoparquet",
    ]
    .contains(&ending)
}

impl Format {
    /// What it is called.
    #[must_use]
    pub const fn called(&self, lang: Lang) -> &'static str {
        let [zh, en] = self.name;
        lang.pick(zh, en)
    }

    /// What is wrong with a file of this format that is to be read for its layers.
    pub(super) fn no_layers(&self) -> FileProblem {
        if self.holds == [FileKind::Project] {
            FileProblem::Foreign(Looks::Sqlite)
        } else {
            FileProblem::NoLayers(self.name)
        }
    }
}

/// Whether a file is a database, and so perhaps a project.
#[must_use]
pub fn is_database(path: &Path) -> bool {
    let mut head = [0; SQLITE.len()];
    File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && head == SQLITE
}

/// How a database begins.
pub const SQLITE: &[u8] = b"SQLite format 3\0";

/// What a database is: tiles, layers of another program, or else a project. Whether it is one of ours, and whole, is said by who reads it.
fn database(head: &Head<'_>) -> Option<FileKind> {
    if !head.bytes.starts_with(SQLITE) {
        return None;
    }
    let opened = outside::database(head.path);
    let count = |names: &str| -> Result<u32, &rusqlite::Error> {
        let known = format!("SELECT count(*) FROM sqlite_master WHERE name IN ({names})");
        let counted = |connection: &Connection| connection.query_row(&known, [], |row| row.get(0)).unwrap_or_default();
        opened.as_ref().map(counted)
    };
    if count("'quhua_meta'") == Ok(0)
        && let Some(kind) = opened.as_ref().ok().and_then(geopackage::kind)
    {
        return Some(kind);
    }
    let is_tiles = match count("'tiles', 'metadata'") {
        Ok(tables) => tables == 2,
        Err(_) => head.path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("mbtiles")),
    };
    Some(if is_tiles { FileKind::Tiles } else { FileKind::Project })
}
