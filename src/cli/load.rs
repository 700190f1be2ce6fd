//! Arguments that subcommands share, and what they name: the boundaries, and a plan upon them.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::basis::BasisArgs;
use super::join::JoinArgs;
use super::ledger::LedgerArgs;
use super::ledger_notes;
use super::plan_file::{file_of, read_plan};
use super::{CliError, Line, lang, progress, say, speech};
use crate::edit::{Document, Plan, Scenario};
use crate::i18n::{Lang, Say as _, Text, sentences, sources};
use crate::io::format::{self, FileKind};
use crate::io::profile::{Profile, Profiled};
use crate::io::project::{self, Origin, Plans};
use crate::io::{LayerSource, Limits, Outputs, layers, places, read_levels};
use crate::model::{
    Dataset, Facilities, FieldOverrides, JoinReport, LandUnit, Layer, Level, LevelIndex, LevelsBy, ModelError,
    Preparation, ReadNote, ReadNoteKind, State,
};
use crate::rules::{self, LoadError, Pack};
use crate::study::{Study, furnished};

/// What was read otherwise than it stands is told of so many features, at most.
const MOST_NOTES: usize = 20;

/// Boundary files, and what their columns mean.
#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// Boundary files, in any order: one, or several that nest (groups, villages, townships). Or one project file. Files of
    /// points and lines may stand beside them, and tables to be joined.
    #[arg(required = true, value_name = "LAYER", num_args = 1..)]
    layers: Vec<PathBuf>,
    /// What the files are, once somebody has asked.
    #[arg(skip)]
    kinds: OnceCell<Vec<FileKind>>,
    #[command(flatten)]
    read: ReadArgs,
}

/// What the columns of boundary files mean, and how much is read.
#[derive(Debug, Args)]
pub(super) struct ReadArgs {
    /// Field with the code of a unit.
    #[arg(long, value_name = "FIELD")]
    code: Option<String>,
    /// Field with the name of a unit.
    #[arg(long, value_name = "FIELD")]
    name: Option<String>,
    /// Field with the code of the unit above.
    #[arg(long, value_name = "FIELD")]
    parent: Option<String>,
    /// Field with the name of the unit above.
    #[arg(long, value_name = "FIELD")]
    parent_name: Option<String>,
    /// Field with the kind of unit.
    #[arg(long, value_name = "FIELD")]
    kind: Option<String>,
    /// Field with the population.
    #[arg(long, value_name = "FIELD")]
    population: Option<String>,
    /// An extensive field to add up; may be given several times. An empty name, here and for the others: no field.
    #[arg(long, value_name = "FIELD")]
    sum: Vec<String>,
    /// Field with the area of a unit as the source states it (DCMJ, 面积); it is added up and compared with the measured
    /// area. Default: told by name and values.
    #[arg(long, value_name = "FIELD")]
    declared_area: Option<String>,
    /// What that field is in: m2, mu, ha, `wan_mu` or km2. Default: told by comparing with measured areas.
    #[arg(long, value_name = "UNIT", requires = "declared_area")]
    declared_area_unit: Option<LandUnit>,
    /// A layer to read, where there are several in the file; given several times for several levels. Default: those that
    /// are levels of one another, as far as what lies in what bears that out.
    #[arg(long, value_name = "NAME")]
    layer: Vec<String>,
    /// How levels are told where units of several stand in one layer: the column that says it (级别, `admin_level`), @codes,
    /// @parents, @names or @place. An empty name: they are of one level. Default: told where columns, codes or names say
    /// it and what lies in what bears it out.
    #[arg(long, value_name = "FIELD")]
    levels: Option<String>,
    /// Encoding of texts in formats that do not say it: GB18030, UTF-8, Big5, windows-1252 … Default: as the file says,
    /// else told by the texts.
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<String>,
    /// Coordinate system of the files, where they do not say it or say it wrong: a code such as EPSG:4523, a name, gcj02 or
    /// bd09. Default: as each file says, as far as its coordinates bear it out.
    #[arg(long, value_name = "CRS")]
    crs: Option<String>,
    /// Repairs borders as they are read: what is nearer than a metre is one, gaps up to 100 m wide are filled, what several
    /// claim goes to the unit with the longest border there. `repair` does the same with other widths, and writes what
    /// comes of it. A plan that was drawn on repaired borders says so, and needs no option.
    #[arg(long)]
    repair: bool,
    /// A profile that says how files with these columns are read: layer, encoding, coordinate system, what columns hold,
    /// which figures of a table. Saved in the window. What is named beside it counts before it.
    #[arg(long, value_name = "FILE.json")]
    profile: Option<PathBuf>,
    /// Largest file to read, in MiB.
    #[arg(long, value_name = "MIB")]
    max_file_size: Option<u64>,
    /// Most vertices to read.
    #[arg(long, value_name = "COUNT")]
    max_vertices: Option<usize>,
    #[command(flatten)]
    join: JoinArgs,
    #[command(flatten)]
    ledgers: LedgerArgs,
}

impl LoadArgs {
    /// Reads the files and makes a dataset of them.
    pub(super) fn load(&self) -> Result<Loaded, CliError> {
        self.read.load_told(&self.layers, self.kinds())
    }

    /// What the files are. Each is looked into once.
    fn kinds(&self) -> &[FileKind] {
        self.kinds.get_or_init(|| kinds_of(&self.layers))
    }

    /// All files that are named.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.layers.iter().cloned().chain(self.read.other_files())
    }

    /// Whether it is a project that is named.
    pub(super) fn names_a_project(&self) -> bool {
        self.project().is_some()
    }

    fn project(&self) -> Option<&PathBuf> {
        let told = self.layers.iter().zip(self.kinds());
        told.into_iter().find(|(_, kind)| **kind == FileKind::Project).map(|(path, _)| path)
    }

    /// Limits of the readers, raised where asked for.
    pub(super) fn limits(&self) -> Limits {
        self.read.limits()
    }

    /// Fields as given.
    pub(super) fn overrides(&self) -> FieldOverrides {
        self.read.overrides(FieldOverrides::default())
    }

    /// A document upon these boundaries with what figures rest on laid out.
    fn study(&self, document: Document, basis: &BasisArgs) -> Result<Study, CliError> {
        let origin = match self.project() {
            Some(path) => Origin::Project(path.clone()),
            None => Origin::Files(self.layers.iter().flat_map(|path| self.read.sources(path)).collect()),
        };
        let mut study = Study::new(document, origin);
        let packs = self.read.ledgers.packs()?;
        study.adopt(|basis| {
            let new: Vec<_> = packs.into_iter().filter(|pack| !basis.packs.contains(pack)).collect();
            basis.packs.extend(new);
        });
        let numbers = self.read.ledgers.numbers();
        let known = study.numbers();
        if let Some((name, _)) = numbers.iter().find(|(name, _)| !known.contains_key(name)) {
            return Err(CliError::NoSuchNumber { name: name.clone(), known: known.into_keys().collect() });
        }
        study.adopt(|basis| basis.numbers.extend(numbers.iter().cloned()));
        basis.lay(&mut study)?;
        Ok(study)
    }
}

impl ReadArgs {
    /// Limits of the readers, raised where asked for.
    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        if let Some(mib) = self.max_file_size {
            limits.file_bytes = mib.saturating_mul(1 << 20);
        }
        limits.vertices = self.max_vertices.unwrap_or(limits.vertices);
        limits.capped()
    }

    /// Files that are read beside the boundary files: tables that are joined, a profile.
    pub(super) fn other_files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.join.files().chain(self.profile.clone()).chain(self.ledgers.files())
    }

    /// Reads boundary files, or one project, and makes a dataset of them.
    pub(super) fn load(&self, files: &[PathBuf]) -> Result<Loaded, CliError> {
        self.load_told(files, &kinds_of(files))
    }

    /// The same where it is known what the files are.
    fn load_told(&self, files: &[PathBuf], kinds: &[FileKind]) -> Result<Loaded, CliError> {
        let limits = self.limits();
        let of = |wanted: &dyn Fn(FileKind) -> bool| -> Vec<&PathBuf> {
            files.iter().zip(kinds).filter(|(_, kind)| wanted(**kind)).map(|(path, _)| path).collect()
        };
        let places = of(&|kind| kind == FileKind::Places);
        let projects = of(&|kind| kind == FileKind::Project);
        let among = of(&|kind| kind == FileKind::Table);
        let beside = [FileKind::Places, FileKind::Project, FileKind::Table];
        let layers = of(&|kind| !beside.contains(&kind));
        if let ([], [], [path, ..]) = (&projects[..], &layers[..], &among[..]) {
            return Err(CliError::OnlyTables { path: (*path).clone() });
        }
        // What does not go together is said before anything is read.
        match (&projects[..], &layers[..], &places[..]) {
            ([], [], [path, ..]) => return Err(CliError::OnlyPlaces { path: (*path).clone() }),
            ([project, ..], [other, ..], _) | ([project, other, ..], ..) => {
                return Err(CliError::BesideProject { other: (*other).clone(), project: (*project).clone() });
            }
            _ => {}
        }
        let places: Vec<LayerSource> = places.iter().map(|path| self.source(path, None)).collect();
        let places = places::read(&places, &limits)?;
        let mut loaded = match projects[..] {
            [path] => self.load_project(path, &limits, &among)?,
            _ => self.load_layers(&layers, &limits, &among)?,
        };
        let [points, lines] = places.displaced(&loaded.places);
        if let Some(note) = sentences::places_displaced(lang(), points, lines) {
            say(Line::Note, note);
        }
        loaded.places = Arc::new(places.beside(&loaded.places));
        Ok(loaded)
    }

    fn load_project(&self, path: &Path, limits: &Limits, tables: &[&PathBuf]) -> Result<Loaded, CliError> {
        if let Some(profile) = &self.profile {
            say(Line::Warning, speech::of_profile(profile, path, None));
        }
        let contents = progress::shown(progress::Doing::Reading, |progress| project::read(path, limits, progress))?;
        let overrides = self.overrides(contents.overrides);
        self.assemble(contents.layers, overrides, Some(contents.plans), tables)
    }

    /// The profile that is named.
    fn profile(&self) -> Result<Option<Profile>, CliError> {
        Ok(self.profile.as_deref().map(Profile::read).transpose()?)
    }

    /// What is read from a file: the layers that are named, or else what is found in it.
    fn sources(&self, path: &Path) -> Vec<LayerSource> {
        let mut names: Vec<Option<&String>> = Vec::new();
        for name in &self.layer {
            if !names.contains(&Some(name)) {
                names.push(Some(name));
            }
        }
        if names.is_empty() {
            names.push(None);
        }
        names.into_iter().map(|name| self.source(path, name)).collect()
    }

    /// How a layer of a file is read.
    fn source(&self, path: &Path, layer: Option<&String>) -> LayerSource {
        LayerSource {
            path: path.to_owned(),
            layer: layer.cloned(),
            encoding: self.encoding.clone(),
            crs: self.crs.clone(),
            levels: self.levels.clone().map(LevelsBy::from),
        }
    }

    fn load_layers(&self, paths: &[&PathBuf], limits: &Limits, tables: &[&PathBuf]) -> Result<Loaded, CliError> {
        let mut layers = Vec::new();
        let profile = self.profile()?;
        let mut fields = None;
        for (path, source) in paths.iter().flat_map(|path| self.sources(path).into_iter().map(move |it| (path, it))) {
            let mut entries = Vec::new();
            let read = progress::shown(progress::Doing::Reading, |progress| {
                read_levels(&source, limits, progress, |source| {
                    let Some(profile) = &profile else { return layers::read(source, limits, progress) };
                    let Profiled { layer, entry } = profile.read_layer(source, limits, progress)?;
                    entries.push((layer.reading.layer.clone(), entry));
                    Ok(layer)
                })
            })?;
            let is_taken = |name: &Option<String>| read.iter().any(|layer| layer.reading.layer == *name);
            for (_, entry) in entries.into_iter().filter(|(name, _)| is_taken(name)) {
                if let Some(file) = &self.profile {
                    let line = if entry.is_some() { Line::Note } else { Line::Warning };
                    say(line, speech::of_profile(file, path, entry.as_ref()));
                    fields = fields.or_else(|| entry?.fields);
                }
            }
            for layer in &read {
                self.tell_of(layer, path)?;
            }
            if let Some(stack) = read.first().and_then(|layer| layer.reading.stack.as_ref()) {
                let how = lang().pick("（用 --layer 选择）", " (--layer chooses)");
                say(Line::Note, format!("{}: {}{how}", path.display(), stack.words(lang())));
            }
            layers.extend(read);
        }
        self.assemble(layers, self.overrides(fields.unwrap_or_default()), None, tables)
    }

    /// Says what a layer was read otherwise than it stands, and which others its file has.
    fn tell_of(&self, layer: &Layer, path: &Path) -> Result<(), CliError> {
        // What comes through a pipe is told by nobody before it is read, and then it is read as boundaries.
        let skipped = |note: &ReadNote| matches!(note.what, ReadNoteKind::SkippedGeometry { .. });
        if layer.feature_count() == 0 && layer.notes.iter().any(skipped) && !path.is_file() {
            return Err(CliError::PipedPlaces { path: path.to_owned() });
        }
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for note in &layer.notes {
            let number = told.entry(note.what.id()).or_insert(0);
            *number += 1;
            if *number <= MOST_NOTES {
                say(Line::Note, speech::about(note, path));
            }
        }
        for (kind, number) in told.into_iter().filter(|(_, number)| *number > MOST_NOTES) {
            let more = number - MOST_NOTES;
            let said = match lang() {
                Lang::Zh => format!("另有 {more} 条同类说明（{kind}）；check --json 列出全部"),
                Lang::En => format!("and {more} more of this kind ({kind}); check --json has all"),
            };
            say(Line::Note, format!("{}: {said}", path.display()));
        }
        let reading = &layer.reading;
        let read = reading.layer.as_ref().filter(|_| self.layer.is_empty() && reading.stack.is_none());
        if let Some(read) = read.filter(|_| reading.layers.len() > 1) {
            let others: Vec<String> = reading.layers.iter().filter(|name| *name != read).cloned().collect();
            let said = sources::layers_not_read(lang(), read, &others);
            let how = lang().pick("（用 --layer 选择）", " (--layer chooses)");
            say(Line::Note, format!("{}: {said}{how}", path.display()));
        }
        Ok(())
    }

    /// Makes a dataset, and joins tables to it: those of the project, then those that are given.
    fn assemble(
        &self,
        layers: Vec<Layer>,
        mut overrides: FieldOverrides,
        mut plans: Option<Plans>,
        tables: &[&PathBuf],
    ) -> Result<Loaded, CliError> {
        let joins_more = !self.join.is_empty() || !tables.is_empty();
        // The population may be named as a table calls it.
        let is_there = |name: &String| layers.iter().any(|layer| layer.table.field(name).is_some());
        let people = overrides.population.take_if(|name| joins_more && !is_there(name));
        let dataset = progress::shown(progress::Doing::MatchingBorders, |progress| {
            Dataset::assemble(layers, &overrides, progress)
        })?;
        let mut wanted = plans.as_ref().map(|plans| Preparation::kept(&plans.settings)).unwrap_or_default();
        if self.repair {
            wanted.repair.get_or_insert_default();
        }
        let dataset = prepared(Arc::new(dataset), &wanted)?;
        let (dataset, joins) = self.join.join(dataset, tables, (people.as_ref(), self.profile()?.as_ref()))?;
        if let Some(field) = people.filter(|_| dataset.fields.population.is_none()) {
            let fields = dataset.layers.first().map(|layer| layer.table.fields().to_vec()).unwrap_or_default();
            return Err(ModelError::NoSuchField { field, fields }.into());
        }
        if let Some(plans) = &mut plans {
            dataset.preparation().keep(&mut plans.settings);
        }
        // Those of the project, then those that are given.
        let dataset = dataset.and_kept_ledgers(plans.as_ref().map_or(&[], |plans| &plans.ledgers));
        let dataset = self.ledgers.lay(dataset, &self.limits())?;
        let settings = plans.as_ref().map(|plans| plans.settings.clone()).unwrap_or_default();
        let packs = self.ledgers.packs()?.iter().filter_map(|choice| choice.brought().ok()).collect();
        let dataset = furnished(dataset, &settings, packs);
        let places = plans.as_ref().map(|plans| Arc::clone(&plans.places)).unwrap_or_default();
        Ok(Loaded { dataset, plans, places, joins })
    }

    /// Fields as given, else those of `usual`.
    fn overrides(&self, usual: FieldOverrides) -> FieldOverrides {
        FieldOverrides {
            code: self.code.clone().or(usual.code),
            name: self.name.clone().or(usual.name),
            parent: self.parent.clone().or(usual.parent),
            parent_name: self.parent_name.clone().or(usual.parent_name),
            kind: self.kind.clone().or(usual.kind),
            population: self.population.clone().or(usual.population),
            sum: Some(self.sum.clone()).filter(|sum| !sum.is_empty()).or(usual.sum),
            declared_area: self.declared_area.clone().or(usual.declared_area),
            land_unit: self.declared_area_unit.or(usual.land_unit),
            sums_are_guessed: self.sum.is_empty() && usual.sums_are_guessed,
        }
    }
}

/// Boundaries prepared as it is wanted; says what a repair came to.
fn prepared(dataset: Arc<Dataset>, wanted: &Preparation) -> Result<Arc<Dataset>, CliError> {
    let repairs = wanted.repair.is_some() && dataset.repaired_borders().is_none();
    let doing = if repairs { progress::Doing::Repairing } else { progress::Doing::MatchingBorders };
    let dataset = progress::shown(doing, |progress| dataset.prepared(wanted, progress))?;
    if let Some(borders) = dataset.repaired_borders().filter(|_| repairs) {
        say(Line::Note, borders.say(lang()));
    }
    Ok(dataset)
}

/// What files are.
fn kinds_of(files: &[PathBuf]) -> Vec<FileKind> {
    files.iter().map(|path| format::kind_of(path)).collect()
}

/// Boundaries, and the scenarios of the project that they came from.
#[derive(Clone)]
pub(super) struct Loaded {
    pub(super) dataset: Arc<Dataset>,
    /// `None` unless they came from a project.
    pub(super) plans: Option<Plans>,
    /// Facilities and lines that were given beside them, or came with the project.
    pub(super) places: Arc<Facilities>,
    /// What came of the tables that were joined now.
    pub(super) joins: Vec<JoinReport>,
}

impl Loaded {
    /// All of it as a project keeps it: with the plans of the project, or a first one without edits.
    pub(super) fn with_plans(self) -> Document {
        let mut document = if let Some(plans) = self.plans {
            plans.restore(self.dataset).0
        } else {
            let mut document = Document::new(self.dataset);
            document.rename_plan(lang().of(Text::FirstScenario));
            document
        };
        document.set_places(self.places);
        document
    }

    /// Has borders repaired as the plan says that they were when it was drawn, unless they are repaired already.
    pub(super) fn repair_as(&mut self, plan: &Plan) -> Result<(), CliError> {
        let repair = plan.base.iter().find_map(|base| base.repaired.clone());
        if repair.is_some() && self.dataset.repaired_borders().is_none() {
            let wanted = Preparation { repair, joins: self.dataset.joins().to_vec() };
            self.dataset = prepared(Arc::clone(&self.dataset), &wanted)?;
            if let Some(plans) = &mut self.plans {
                wanted.keep(&mut plans.settings);
            }
        }
        Ok(())
    }

    /// A document without edits. It has the settings of the project.
    pub(super) fn document(&self) -> Document {
        let mut document = Document::new(Arc::clone(&self.dataset));
        for (key, value) in self.plans.iter().flat_map(|plans| &plans.settings) {
            document.set_setting(key, value.clone());
        }
        document.set_places(Arc::clone(&self.places));
        document
    }
}

/// Several plans upon the same boundaries, and what all of them rest on.
#[derive(Debug, Args)]
pub(super) struct StudyArgs {
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    basis: BasisArgs,
}

impl StudyArgs {
    /// What is written when these and plans are read.
    pub(super) fn outputs(&self, plans: &[PathBuf]) -> Outputs {
        let files: Vec<PathBuf> = self.load.files().collect();
        Outputs::of_reading(files.iter().map(PathBuf::as_path).chain(plans.iter().map(|plan| file_of(plan))))
    }

    /// Limits of the readers, raised where asked for.
    pub(super) fn limits(&self) -> Limits {
        self.load.limits()
    }

    /// Reads the boundaries, with nothing carried out upon them yet.
    pub(super) fn read(&self) -> Result<(Loaded, Study), CliError> {
        let loaded = self.load.load()?;
        let study = self.load.study(loaded.document(), &self.basis)?;
        ledger_notes::tell(&study);
        Ok((loaded, study))
    }
}

/// Boundaries, perhaps a plan upon them, and the level of the units that are asked for.
#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    #[command(flatten)]
    load: LoadArgs,
    #[command(flatten)]
    basis: BasisArgs,
    /// The plan to carry out first: a file, or PROJECT.gpkg#NAME for a scenario of a project.
    #[arg(long)]
    plan: Option<PathBuf>,
    /// The scenario of the project to carry out first, by its name.
    #[arg(long, value_name = "NAME", conflicts_with = "plan")]
    scenario: Option<String>,
    /// Carry out the plan on other files than those it was made for.
    #[arg(long)]
    allow_other_base: bool,
    /// Level of the units: group, village, township, county, or atom. Default: the one the plan edits, or the finest.
    #[arg(long)]
    level: Option<Level>,
}

/// Boundaries, perhaps with a plan carried out upon them.
pub(super) struct Draft {
    pub(super) study: Study,
    /// Whether a plan was carried out.
    planned: bool,
    level: Option<Level>,
    /// What came of the tables that were joined.
    pub(super) joins: Vec<JoinReport>,
}

impl DraftArgs {
    /// What is written when these and a pack of rules are read.
    pub(super) fn outputs(&self, pack: Option<&str>) -> Outputs {
        let plan = self.plan.as_deref().map(file_of);
        // The name of a pack in the program is that of no file.
        let pack = pack.filter(|name| rules::shipped(name).is_none()).map(Path::new);
        let files: Vec<PathBuf> = self.load.files().collect();
        Outputs::of_reading(files.iter().map(PathBuf::as_path).chain(plan).chain(pack))
    }

    /// Whether a plan or scenario is named.
    pub(super) const fn names_a_plan(&self) -> bool {
        self.plan.is_some() || self.scenario.is_some()
    }

    /// Whether a pack of ledgers is named.
    pub(super) fn names_a_pack(&self) -> bool {
        self.load.read.ledgers.names_a_pack()
    }

    /// Whether it is a project that is named.
    pub(super) fn names_a_project(&self) -> bool {
        self.load.names_a_project()
    }

    /// Whether a level is named.
    pub(super) const fn asks_for_level(&self) -> bool {
        self.level.is_some()
    }

    /// Reads the boundaries, and of a project all its plans, without carrying any out.
    pub(super) fn loaded(&self) -> Result<Loaded, CliError> {
        self.load.load()
    }

    /// Reads the boundaries, and of a project all its plans, with what figures rest on laid out, as a project keeps it.
    pub(super) fn whole_study(&self) -> Result<Study, CliError> {
        let study = self.load.study(self.load.load()?.with_plans(), &self.basis)?;
        ledger_notes::tell(&study);
        Ok(study)
    }

    /// Reads the boundaries, and carries the plan or scenario out, if one is named. Warnings go to standard error.
    pub(super) fn read(&self) -> Result<Draft, CliError> {
        let draft = self.read_untold()?;
        ledger_notes::tell(&draft.study);
        Ok(draft)
    }

    /// The same, and nothing is said of the ledgers.
    pub(super) fn read_untold(&self) -> Result<Draft, CliError> {
        let mut loaded = self.load.load()?;
        let joins = loaded.joins.clone();
        let document = match (&self.plan, &self.scenario) {
            (Some(path), _) => {
                let plan = read_plan(path, &self.load.limits())?;
                loaded.repair_as(&plan)?;
                carry_out_plan(loaded.document(), (&plan, path), self.allow_other_base)?
            }
            (None, Some(name)) => carry_out_scenario(loaded, name)?,
            (None, None) => loaded.document(),
        };
        let mut study = self.load.study(document, &self.basis)?;
        // Nobody gives up here.
        let _ = study.look_for_findings(&crate::jobs::Progress::new());
        Ok(Draft { study, planned: self.names_a_plan(), level: self.level, joins })
    }
}

/// Carries a plan out. Warnings go to standard error.
pub(super) fn carry_out_plan(
    mut document: Document,
    (plan, path): (&Plan, &Path),
    allow_other_base: bool,
) -> Result<Document, CliError> {
    if !allow_other_base {
        check_base(document.dataset(), plan, path)?;
    }
    for other in plan.other_ledgers(document.ledgers()) {
        say(Line::Warning, other.say(lang()));
    }
    document.load_plan(plan).map_err(|error| CliError::Refused { error, plan: path.to_owned() })?;
    say_warnings(&document);
    Ok(document)
}

/// Checks that a plan was made for these files.
pub(super) fn check_base(dataset: &Dataset, plan: &Plan, path: &Path) -> Result<(), CliError> {
    let hashes: Vec<&str> = dataset.bases().map(|file| file.sha256).collect();
    plan.check_base(&hashes).map_err(|error| CliError::OtherBase { error, plan: path.to_owned() })
}

fn say_warnings(document: &Document) {
    for (index, step) in document.done().enumerate() {
        for warning in &step.warnings {
            let (op, what) = (step.edit.op(), warning.say(lang()));
            say(Line::Warning, at_edit(index, op, &what));
        }
    }
}

/// What is said of an edit of a plan, and which one it is.
fn at_edit(index: usize, op: &str, what: &str) -> String {
    match lang() {
        Lang::Zh => format!("第 {} 步（{op}）：{what}", index + 1),
        Lang::En => format!("edit {} ({op}): {what}", index + 1),
    }
}

/// A document in which the scenario of this name is the active one.
pub(super) fn carry_out_scenario(loaded: Loaded, name: &str) -> Result<Document, CliError> {
    let Some(plans) = loaded.plans else { return Err(CliError::NoProject) };
    let id = scenario_named(&plans, name)?.id;
    let (mut document, refusals) = plans.restore(loaded.dataset);
    document.set_places(loaded.places);
    for refusal in refusals.iter().filter(|refusal| refusal.scenario == id) {
        let text = at_edit(refusal.index, refusal.edit.op(), &refusal.error.say(lang()));
        say(Line::Warning, format!("{}{text}", lang().pick("未执行", "left out ")));
    }
    document.switch_to(id);
    say_warnings(&document);
    Ok(document)
}

/// The scenario of this name.
pub(super) fn scenario_named<'a>(plans: &'a Plans, name: &str) -> Result<&'a Scenario, CliError> {
    plans.named(name).ok_or_else(|| {
        let names: Vec<String> = plans.scenarios.iter().map(|scenario| format!("{:?}", scenario.name)).collect();
        CliError::NoSuchScenario { name: name.to_owned(), there: names.join(lang().pick("、", ", ")) }
    })
}

impl Draft {
    /// What the plan leads to; `None` without one.
    pub(super) fn document(&self) -> Option<&Document> {
        self.planned.then(|| self.study.document())
    }

    /// The units as the plan leaves them; `None` without one.
    pub(super) fn state(&self) -> Option<&State> {
        self.document().map(Document::state)
    }

    /// The level asked for, or else the finest one with a unit that the plan makes or changes, or else the finest.
    pub(super) fn level(&self) -> Result<LevelIndex, CliError> {
        match self.level {
            Some(level) => pick_level(self.study.dataset(), level),
            None => Ok(self.document().and_then(Document::edited_level).unwrap_or(LevelIndex::FINEST)),
        }
    }

    /// The pack of rules that the project is judged by; `None` where it is none, and without a project.
    pub(super) fn kept_pack(&self) -> Result<Option<Arc<Pack>>, CliError> {
        let name = || self.study.basis().rules.name().to_owned();
        if !matches!(self.study.origin(), Origin::Project(_)) {
            return Ok(None);
        }
        match self.study.rules().error() {
            Some(error) => Err(LoadError::Pack { error: error.clone(), source_name: name() }.into()),
            None => Ok(self.study.rules().pack().cloned()),
        }
    }
}

/// Position of a level.
pub(super) fn pick_level(dataset: &Dataset, level: Level) -> Result<LevelIndex, CliError> {
    dataset.level_index(level).ok_or_else(|| CliError::NoSuchLevel {
        level,
        there: dataset.levels.iter().map(Level::to_string).collect::<Vec<_>>().join(lang().pick("、", ", ")),
    })
}
