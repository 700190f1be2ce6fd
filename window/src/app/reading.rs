//! How files are read: what was read otherwise, what somebody has looked at, and files whose coordinate system nothing
//! tells.

use std::path::{Path, PathBuf};

use super::App;
use super::open::OpenError;
use crate::ui::bottom::LOOKED_AT;
use crate::ui::notices::Gravity;
use crate::ui::state::command::Otherwise;
use crate::ui::state::view::Preferences;
use crate::ui::systems::Systems;
use crate::ui::unread::Unread;
use quhua::i18n::{Say as _, Text, capital, sources};
use quhua::io::crs::CrsProblem;
use quhua::io::profile::{LayerProfile, Profile, Profiled, TableProfile};
use quhua::io::project::Origin;
use quhua::io::{LayerSource, Limits, Problem, ReadError, layers, read_levels};
use quhua::jobs::Progress;
use quhua::model::{CrsReading, FieldOverrides, Layer, Numbers, Reading, TextReading};
use quhua::study::Study;

/// A layer that nobody can tell the coordinate system of.
pub(super) struct Asked {
    sources: Vec<LayerSource>,
    at: usize,
    numbers: Option<Numbers>,
    why: CrsProblem,
}

impl Asked {
    /// What has to be asked after files could not be read; `None` where a coordinate system would not help.
    pub fn about(origin: &Origin, error: &OpenError, progress: &Progress) -> Option<Self> {
        let (Origin::Files(sources), OpenError::Read(ReadError::Content { path, problem: Problem::Crs(why), .. })) =
            (origin, error)
        else {
            return None;
        };
        let at = sources.iter().position(|source| source.path == *path)?;
        // A system that was named on purpose is refused, not asked for.
        let source = sources.get(at).filter(|source| source.crs.is_none())?;
        let numbers = layers::numbers(source, &Limits::default(), progress).ok().flatten();
        Some(Self { sources: sources.clone(), at, numbers, why: CrsProblem::clone(why) })
    }
}

/// Entries that are remembered.
const REMEMBERED: usize = 200;
/// Setting under which a document keeps how its tables were joined, for a profile.
const TABLES: &str = "profile_tables";

/// How files are read when they are opened.
#[derive(Clone, Debug, Default)]
pub(super) enum Ways {
    /// As the files say.
    #[default]
    Plain,
    /// As others of their kind were before, where the files leave something open.
    Remembered(Profile),
    /// As a profile says.
    Given(Profile),
}

impl Ways {
    /// Reads what a source names: a layer, or, where files are opened and none is named, those of the file that are levels
    /// of one another. Also returns the ways that were taken.
    pub fn read_levels(
        &self,
        source: &LayerSource,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<(Vec<Layer>, Vec<LayerProfile>), ReadError> {
        let mut ways = Vec::new();
        let mut read = |source: &LayerSource| {
            let (layer, way) = self.read(source, limits, progress)?;
            ways.extend(way.map(|way| (layer.reading.layer.clone(), way)));
            Ok(layer)
        };
        let layers = match self {
            // Exactly so as it was before.
            Self::Plain | Self::Given(_) => vec![read(source)?],
            Self::Remembered(_) => read_levels(source, limits, progress, read)?,
        };
        ways.retain(|(name, _)| layers.iter().any(|layer| layer.reading.layer == *name));
        Ok((layers, ways.into_iter().map(|(_, way)| way).collect()))
    }

    /// Reads a layer. Also returns the way that was taken, if one was.
    fn read(
        &self,
        source: &LayerSource,
        limits: &Limits,
        progress: &Progress,
    ) -> Result<(Layer, Option<LayerProfile>), ReadError> {
        let read = match self {
            Self::Plain => return layers::read(source, limits, progress).map(|layer| (layer, None)),
            Self::Remembered(profile) => profile.read_fitting(source, limits, progress, let_pass)?,
            Self::Given(profile) => profile.read_layer(source, limits, progress)?,
        };
        let Profiled { layer, entry } = read;
        let from = layer.reading.from.clone().unwrap_or_default();
        let way = entry.map(|way| {
            // What the file itself says was not taken from the profile.
            LayerProfile { layer: from.layer, encoding: from.encoding, crs: from.crs, ..way }
        });
        Ok((layer, way))
    }
}

/// As much of what was chosen for another file as a file leaves open. What it says for itself is not overruled by a choice
/// that was made for another.
fn let_pass(plain: Option<&Layer>, way: &LayerProfile) -> Option<LayerProfile> {
    let Some(plain) = plain else { return Some(way.clone()) };
    let Reading { texts, crs, .. } = &plain.reading;
    let mut way = way.clone();
    if !texts.as_ref().is_some_and(TextReading::is_doubtful) {
        way.encoding = None;
    }
    if !crs.as_ref().is_some_and(CrsReading::is_doubtful) {
        way.crs = None;
    }
    let guessed = || plain.recognised(&FieldOverrides::default()).map(|(fields, _)| FieldOverrides::from(&fields)).ok();
    if way.encoding.is_none() && way.fields.is_some() && way.fields == guessed() {
        way.fields = None;
    }
    // What says nothing is no way.
    let LayerProfile { columns: _, layer, encoding, crs, levels, fields } = &way;
    let says = layer.is_some() || encoding.is_some() || crs.is_some() || levels.is_some() || fields.is_some();
    says.then_some(way)
}

/// How tables of a document were joined.
fn tables_of(project: &Study) -> Vec<TableProfile> {
    let kept = project.document().settings().get(TABLES);
    kept.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

impl App {
    /// What was chosen before, for files that are opened.
    pub(super) fn remembered(&self) -> Ways {
        let Preferences { profiles, table_profiles, .. } = &self.preferences;
        Ways::Remembered(Profile { layers: profiles.clone(), tables: table_profiles.clone() })
    }

    /// Remembers how the layers at hand are read, for others of their kind.
    pub(super) fn remember_reading(&mut self) {
        let Some(project) = &self.project else { return };
        let loaded = project.document().origin().as_loaded();
        let ways = Profile::of(&loaded.layers, &FieldOverrides::from(&loaded.fields)).layers;
        let known = &mut self.preferences.profiles;
        known.retain(|other| ways.iter().all(|way| way.columns != other.columns));
        known.splice(0..0, ways);
        known.truncate(REMEMBERED);
    }

    /// Remembers how a table was joined, for others of its kind and for the profile of the document.
    pub(super) fn remember_table(&mut self, way: TableProfile) {
        let known = &mut self.preferences.table_profiles;
        known.retain(|other| other.columns != way.columns);
        known.insert(0, way.clone());
        known.truncate(REMEMBERED);
        let Some(project) = &mut self.project else { return };
        let mut tables = tables_of(project);
        tables.retain(|other| other.columns != way.columns);
        tables.push(way);
        if let Ok(text) = serde_json::to_string(&tables) {
            project.document_mut().set_setting(TABLES, text);
        }
    }

    /// What is remembered of tables.
    pub(super) fn table_ways(&self) -> Profile {
        Profile { layers: Vec::new(), tables: self.preferences.table_profiles.clone() }
    }

    /// Says that a way was taken that the file does not say itself.
    pub(super) fn say_way(&mut self, file: &str, way: &LayerProfile, is_given: bool) {
        let how = way.words(self.lang);
        if !how.is_empty() {
            let said = if is_given { sources::read_by_profile } else { sources::read_as_before };
            self.notices.say(Gravity::Info, said(self.lang, file, &how));
        }
    }

    /// Reads what the document at hand was made from once more, by a profile.
    pub(super) fn open_profile(&mut self, path: &Path) {
        let profile = match Profile::read(path) {
            Ok(profile) => profile,
            Err(error) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                return;
            }
        };
        for way in profile.tables.iter().rev() {
            self.preferences.table_profiles.retain(|other| other.columns != way.columns);
            self.preferences.table_profiles.insert(0, way.clone());
        }
        let Some(project) = &self.project else { return };
        let Some((sources, _)) = project.document().origin().as_loaded().sources() else {
            self.notices.say(Gravity::Warning, self.lang.of(Text::ProfileUnfit));
            return;
        };
        // Which layer is read stays where several are of one file.
        let several = |path: &Path| sources.iter().filter(|other| other.path == path).count() > 1;
        let plain = |source: &LayerSource| LayerSource {
            layer: source.layer.clone().filter(|_| several(&source.path)),
            ..LayerSource::from(&*source.path)
        };
        let plain = Origin::Files(sources.iter().map(plain).collect());
        self.read_by(plain, Ways::Given(profile));
    }

    /// Saves how the layers at hand are read, and how tables were joined to them.
    pub(super) fn save_profile(&mut self, path: PathBuf) {
        let Some(project) = &self.project else { return };
        let loaded = project.document().origin().as_loaded();
        let mut profile = Profile::of(&loaded.layers, &FieldOverrides::from(&loaded.fields));
        profile.tables = tables_of(project);
        self.write_profile(path, &profile);
    }

    /// Reads what the document at hand was made from once more, otherwise; all scenarios move along, and it stays where
    /// it is saved.
    pub(super) fn read_otherwise(&mut self, how: Otherwise) {
        let Some(project) = &self.project else { return };
        let (origin, made_from) = (project.origin().clone(), self.keeper.held.made_from.clone());
        match how {
            Otherwise::Fields(fields) => self.read_anew(origin, made_from, Some(fields)),
            Otherwise::Sources(sources) => {
                let loaded = project.document().origin().as_loaded();
                let before = loaded.sources().map(|(before, _)| before).unwrap_or_default();
                // Where names of columns stay, what they hold stays too.
                let names = |source: &LayerSource| {
                    (source.path.clone(), source.layer.clone(), source.encoding.clone(), source.levels.clone())
                };
                let are_same = before.iter().map(names).eq(sources.iter().map(names));
                let fields = are_same.then(|| FieldOverrides::from(&loaded.fields));
                let read_from = Origin::Files(sources);
                let origin = if matches!(origin, Origin::Project(_)) { origin } else { read_from.clone() };
                self.read_anew(origin, Some(read_from), fields);
            }
        }
    }

    /// Notes that somebody has looked at a doubt about what was read.
    pub(super) fn looked_at(&mut self, doubt: String) {
        let Some(project) = &mut self.project else { return };
        let kept = project.document().settings().get(LOOKED_AT);
        let mut all: Vec<String> = kept.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
        if !all.contains(&doubt) {
            all.push(doubt);
        }
        if let Ok(text) = serde_json::to_string(&all) {
            project.document_mut().set_work(LOOKED_AT, text);
        }
    }

    /// Asks which coordinate system a layer is in.
    pub(super) fn ask_system(&mut self, Asked { sources, at, numbers, why }: Asked) {
        let why = capital(&why.short(self.lang));
        self.unread = Some(Unread { sources, at, why, numbers, systems: Systems::default() });
    }

    /// Opens the files that waited for a coordinate system, or gives them up.
    pub(super) fn read_in(&mut self, system: Option<String>) {
        let Some(Unread { mut sources, at, .. }) = self.unread.take() else { return };
        let Some(system) = system else {
            self.give_up_beside();
            return;
        };
        if let Some(source) = sources.get_mut(at) {
            source.crs = Some(system);
        }
        self.open_read(sources);
    }
}
