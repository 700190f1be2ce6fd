//! A profile (读取配置): how files of a kind were read, for the next files of that kind.
//!
//! A kind of file is told by the names of its columns: an agency hands out the same ones year by year. A profile says
//! for each what nobody could tell from the file, or what somebody wanted otherwise: layer, encoding, coordinate system,
//! and what columns hold; for tables which sheet, which column is the population, and which are left.
//!
//! 1. An entry fits a file that, read its way, has all the columns of the entry and no others. What does not fit is read
//!    as if there was no profile, and that is told.
//! 2. What is asked for by name beside the profile counts before it.
//! 3. As JSON it is a promise: `format`, `version`, and members that are added to and never change their meaning. One of
//!    a newer version is refused, and so is a member that is not known.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{LayerSource, Limits, ReadError, layers};
use crate::i18n::{Lang, Say};
use crate::jobs::Progress;
use crate::model::{Dataset, FieldOverrides, JoinReport, JoinWishes, Layer, Level, LevelsBy, Sheet, join_sheet};
use crate::outside;

/// What a profile says that it is.
const FORMAT: &str = "quhua-profile";
/// The version that is written.
const VERSION: u32 = 1;
/// Largest profile that is read.
const MOST_BYTES: u64 = 4 << 20;

/// How files of several kinds are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// Layers of boundaries.
    pub layers: Vec<LayerProfile>,
    /// Tables that are joined to them.
    pub tables: Vec<TableProfile>,
}

/// How a layer with these columns is read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerProfile {
    /// Names of its columns when it is read so.
    pub columns: BTreeSet<String>,
    /// The layer in its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Encoding of its texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Its coordinate system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crs: Option<String>,
    /// How the levels of its features are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelsBy>,
    /// Which columns hold what, where it is the finest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<FieldOverrides>,
}

/// How a table with these columns is joined.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableProfile {
    /// Names of its columns.
    pub columns: BTreeSet<String>,
    /// The column that is the population; empty for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub population: Option<String>,
    /// Columns that are not taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
    /// Columns of text that are taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub texts: Vec<String>,
    /// Level of the units that rows are of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// The sheet of a workbook.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// A profile as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    version: u32,
    #[serde(default)]
    layers: Vec<LayerProfile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tables: Vec<TableProfile>,
}

/// Why a profile is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProfileError {
    /// It cannot be read.
    #[error("cannot read the profile ({why}): {}", path.display())]
    Unreadable {
        /// Why not.
        why: String,
        /// The file.
        path: PathBuf,
    },
    /// It is something else.
    #[error("this is no profile ({why}); save one in the window, in the tab Sources: {}", path.display())]
    Foreign {
        /// What is wrong.
        why: String,
        /// The file.
        path: PathBuf,
    },
    /// A newer program has written it.
    #[error("the profile is of version {version}, this program knows {VERSION}; use a newer one: {}", path.display())]
    Newer {
        /// Its version.
        version: u32,
        /// The file.
        path: PathBuf,
    },
}

impl Say for ProfileError {
    fn zh(&self) -> String {
        match self {
            Self::Unreadable { why, path } => format!("无法读取配置文件（{why}）：{}", path.display()),
            Self::Foreign { why, path } => {
                format!("不是读取配置（{why}）；可在窗口的“来源”页保存一份：{}", path.display())
            }
            Self::Newer { version, path } => {
                format!("配置的版本为 {version}，本程序只识别到 {VERSION}，请使用新版程序：{}", path.display())
            }
        }
    }
}

/// A layer, and how it came to be read so.
#[derive(Clone, Debug)]
pub struct Profiled {
    /// The layer.
    pub layer: Layer,
    /// The entry of the profile that fits it, as far as it was let pass.
    pub entry: Option<LayerProfile>,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ProfileError`]: the file cannot be read, is no profile, or one of a newer version.
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let unreadable = |why: String| ProfileError::Unreadable { why, path: path.to_owned() };
        let foreign = |why: String| ProfileError::Foreign { why, path: path.to_owned() };
        let bytes = outside::read(path, MOST_BYTES).map_err(|error| unreadable(error.to_string()))?;
        let bytes = bytes.ok_or_else(|| foreign(format!("> {MOST_BYTES} bytes")))?;
        // What a newer version may have is not looked at before its version is.
        let head: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|error| foreign(crate::i18n::one_line(&error.to_string())))?;
        if head["format"] != FORMAT {
            return Err(foreign(format!("\"format\" ≠ \"{FORMAT}\"")));
        }
        if let Some(version) = head["version"].as_u64().filter(|version| *version > u64::from(VERSION)) {
            let version = u32::try_from(version).unwrap_or(u32::MAX);
            return Err(ProfileError::Newer { version, path: path.to_owned() });
        }
        let Written { layers, tables, .. } =
            serde_json::from_value(head).map_err(|error| foreign(crate::i18n::one_line(&error.to_string())))?;
        Ok(Self { layers, tables })
    }

    /// The profile as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        let Self { layers, tables } = self.clone();
        let written = Written { format: FORMAT.to_owned(), version: VERSION, layers, tables };
        serde_json::to_string_pretty(&written).map(|json| json + "\n").unwrap_or_default()
    }

    /// How these layers were read, the finest first, whose columns hold `fields`.
    #[must_use]
    pub fn of(layers: &[Layer], fields: &FieldOverrides) -> Self {
        let entry = |(at, layer): (usize, &Layer)| {
            let from = layer.reading.from.clone().unwrap_or_default();
            // Parts of one layer have its columns together.
            let is_beside = |other: &&Layer| other.is_further_part() && other.reading.from == layer.reading.from;
            let beside = layers.iter().filter(|_| layer.reading.levels.is_some()).filter(is_beside);
            let of_file = |other: &&Layer| other.reading.from.as_ref().is_some_and(|other| other.path == from.path);
            let has_others = layers.iter().filter(of_file).any(|other| other.reading.layer != layer.reading.layer);
            LayerProfile {
                columns: columns(layer).into_iter().chain(beside.flat_map(columns)).collect(),
                // Which layers of one file are levels of one another is told by the file.
                layer: from.layer.filter(|_| !has_others),
                encoding: from.encoding,
                crs: from.crs,
                levels: from.levels,
                fields: (at == 0).then(|| fields.clone()),
            }
        };
        let read = layers.iter().enumerate().filter(|(_, layer)| !layer.is_further_part());
        Self { layers: read.map(entry).collect(), tables: Vec::new() }
    }

    /// Reads a layer the way that the profile says for its columns; where nothing fits, as if there was none.
    ///
    /// # Errors
    /// [`ReadError`] where the layer cannot be read in any of these ways.
    pub fn read_layer(
        &self,
        source: &LayerSource,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<Profiled, ReadError> {
        self.read_fitting(source, limits, progress, |_, way| Some(way.clone()))
    }

    /// The same, with as much of each entry as the layer that is read without it lets pass; `None` where that cannot be
    /// read.
    ///
    /// # Errors
    /// As [`read_layer`](Self::read_layer).
    pub fn read_fitting(
        &self,
        source: &LayerSource,
        limits: &Limits,
        progress: &Progress,
        let_pass: impl Fn(Option<&Layer>, &LayerProfile) -> Option<LayerProfile>,
    ) -> Result<Profiled, ReadError> {
        let plain = match layers::read(source, limits, progress) {
            Err(ReadError::Cancelled(cancelled)) => return Err(ReadError::Cancelled(cancelled)),
            plain => plain,
        };
        for way in &self.layers {
            let Some(way) = let_pass(plain.as_ref().ok(), way) else { continue };
            let wished = way.on(source);
            if wished == *source {
                match plain {
                    Ok(layer) if columns(&layer) == way.columns => return Ok(Profiled { layer, entry: Some(way) }),
                    _ => continue,
                }
            }
            // Another encoding may change names of columns, but not their number.
            let may_fit = match &plain {
                Ok(layer) => way.layer != source.layer || layer.table.fields().len() == way.columns.len(),
                Err(_) => true,
            };
            if !may_fit {
                continue;
            }
            match layers::read(&wished, limits, progress) {
                Ok(layer) if columns(&layer) == way.columns => return Ok(Profiled { layer, entry: Some(way) }),
                Err(ReadError::Cancelled(cancelled)) => return Err(ReadError::Cancelled(cancelled)),
                Ok(_) | Err(_) => {}
            }
        }
        plain.map(|layer| Profiled { layer, entry: None })
    }

    /// The sheet of a workbook that an entry names and fits; `None` where none does.
    #[must_use]
    pub fn sheet<'s>(&self, dataset: &Dataset, sheets: &'s [Sheet]) -> Option<&'s Sheet> {
        let named = self.tables.iter().filter_map(|way| Some((way, way.sheet.as_ref()?)));
        let mut found = named.filter_map(|(way, name)| {
            let sheet = sheets.iter().find(|sheet| sheet.name.as_ref() == Some(name))?;
            let report = join_sheet(dataset, sheet, &JoinWishes::default()).ok()?.report;
            (table_columns(&report) == way.columns).then_some(sheet)
        });
        found.next()
    }

    /// What is wished for a table whose columns are those of a report that was made without wishes.
    #[must_use]
    pub fn wishes(&self, report: &JoinReport) -> Option<JoinWishes> {
        let there = table_columns(report);
        let way = self.tables.iter().find(|way| way.columns == there)?;
        let wishes = JoinWishes {
            population: way.population.clone(),
            left: way.left.clone(),
            texts: way.texts.clone(),
            level: way.level,
            ..JoinWishes::default()
        };
        Some(wishes).filter(|wishes| *wishes != JoinWishes::default())
    }
}

impl LayerProfile {
    /// A source as this says, but for what is asked for by name.
    fn on(&self, source: &LayerSource) -> LayerSource {
        LayerSource {
            path: source.path.clone(),
            layer: source.layer.clone().or_else(|| self.layer.clone()),
            encoding: source.encoding.clone().or_else(|| self.encoding.clone()),
            crs: source.crs.clone().or_else(|| self.crs.clone()),
            levels: source.levels.clone().or_else(|| self.levels.clone()),
        }
    }

    /// What it says, in one line.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let part = |name: &str, value: &Option<String>| value.as_ref().map(|value| format!("{name} {value}"));
        let parts = [
            part(lang.pick("图层", "layer"), &self.layer),
            part(lang.pick("编码", "encoding"), &self.encoding),
            part(lang.pick("坐标系", "coordinate system"), &self.crs),
            self.levels.as_ref().map(|levels| format!("{}{}", lang.pick("级别", "levels "), levels.words(lang))),
            self.fields.as_ref().map(|_| lang.pick("各列含义", "what columns hold").to_owned()),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("、", ", "))
    }
}

impl TableProfile {
    /// How a table was joined whose report this is, with these wishes.
    #[must_use]
    pub fn of(report: &JoinReport, wishes: &JoinWishes) -> Self {
        let mut columns = table_columns(report);
        columns.extend(wishes.left.iter().cloned());
        Self {
            columns,
            population: wishes.population.clone(),
            left: wishes.left.clone(),
            texts: wishes.texts.clone(),
            level: wishes.level,
            sheet: None,
        }
    }
}

/// Names of the columns of a layer.
fn columns(layer: &Layer) -> BTreeSet<String> {
    layer.table.fields().iter().cloned().collect()
}

/// Names of the columns of a table.
fn table_columns(report: &JoinReport) -> BTreeSet<String> {
    let columns = &report.columns;
    let keys = [&columns.code, &columns.name, &columns.parent].into_iter().flatten().map(|key| &key.header);
    let figures = columns.figures.iter().map(|figure| &figure.header);
    keys.chain(figures).chain(columns.left.iter().map(|left| &left.header)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::shared_data;

    fn square(path: &Path, properties: &str) {
        let ring = "[[[104.0,31.0],[104.1,31.0],[104.1,31.1],[104.0,31.0]]]";
        let feature = format!(
            r#"{{"type":"Feature","properties":{properties},"geometry":{{"type":"Polygon","coordinates":{ring}}}}}"#
        );
        std::fs::write(path, format!(r#"{{"type":"FeatureCollection","features":[{feature}]}}"#)).unwrap();
    }

    fn read(profile: &Profile, source: &LayerSource) -> Profiled {
        profile.read_layer(source, &Limits::default(), &Progress::new()).unwrap()
    }

    #[test]
    fn a_profile_is_read_as_it_was_written_and_anything_else_is_refused_in_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let layer = LayerProfile {
            columns: ["村名", "代码"].map(str::to_owned).into(),
            encoding: Some("GB18030".to_owned()),
            fields: Some(FieldOverrides { code: Some("代码".to_owned()), ..FieldOverrides::default() }),
            ..LayerProfile::default()
        };
        let table = TableProfile {
            columns: ["村名", "人数"].map(str::to_owned).into(),
            population: Some("人数".to_owned()),
            left: vec!["党员".to_owned()],
            texts: vec!["备注".to_owned()],
            ..TableProfile::default()
        };
        let profile = Profile { layers: vec![layer], tables: vec![table] };
        std::fs::write(&path, profile.to_json()).unwrap();
        assert_eq!(Profile::read(&path), Ok(profile));
        for (text, said) in [
            ("", "this is no profile"),
            ("{}", "this is no profile"),
            (r#"{"format":"quhua-plan","version":1}"#, "this is no profile"),
            (r#"{"format":"quhua-profile","version":1,"layer":[]}"#, "this is no profile"),
            (r#"{"format":"quhua-profile","version":2,"new":[]}"#, "the profile is of version 2"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = Profile::read(&path).unwrap_err();
            assert!(error.to_string().starts_with(said), "{error}");
            assert!(!error.to_string().contains('\n') && !error.zh().contains('\n'));
        }
        let gone = Profile::read(&folder.path().join("b.json")).unwrap_err();
        assert!(gone.to_string().starts_with("cannot read the profile"));
    }

    #[test]
    fn what_fits_is_read_so_and_what_does_not_as_if_there_was_no_profile() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.geojson");
        square(&path, r#"{"id":1,"name":"a"}"#);
        let plain = LayerSource::from(&*path);
        let of = |columns: [&str; 2], crs: &str| Profile {
            layers: vec![LayerProfile {
                columns: columns.map(str::to_owned).into(),
                crs: Some(crs.to_owned()),
                ..LayerProfile::default()
            }],
            ..Profile::default()
        };
        let crs = |read: &Profiled| read.layer.reading.from.as_ref().unwrap().crs.clone();
        let fitting = read(&of(["id", "name"], "GCJ-02"), &plain);
        assert_eq!((fitting.entry.is_some(), crs(&fitting)), (true, Some("GCJ-02".to_owned())));
        let other = read(&of(["id", "label"], "GCJ-02"), &plain);
        assert_eq!((other.entry.is_some(), crs(&other)), (false, None), "other columns are other files");
        let unfit = read(&of(["id", "name"], "EPSG:4523"), &plain);
        assert_eq!((unfit.entry.is_some(), crs(&unfit)), (false, None), "degrees are no metres");
        let named = LayerSource { crs: Some("EPSG:4490".to_owned()), ..plain };
        let named = read(&of(["id", "name"], "GCJ-02"), &named);
        assert_eq!(
            (named.entry.is_some(), crs(&named)),
            (true, Some("EPSG:4490".to_owned())),
            "what is named counts first"
        );
    }

    #[test]
    fn names_of_columns_may_depend_on_the_encoding_that_the_profile_says() {
        let Some(path) = shared_data("dirty/gk35-gbk-wrong-prj.zip") else { return };
        let big5 = LayerSource { encoding: Some("Big5".to_owned()), ..LayerSource::from(&*path) };
        let layer = layers::read(&big5, &Limits::default(), &Progress::new()).unwrap();
        let profile = Profile::of(&[layer], &FieldOverrides::default());
        let again = read(&profile, &LayerSource::from(&*path));
        assert_eq!((again.entry.is_some(), again.layer.reading.from), (true, Some(big5)));
    }
}
