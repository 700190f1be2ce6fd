//! Opening boundaries and plans.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use super::keep::Held;
use super::preparing::Turns;
use super::reading::{Asked, Ways};
use super::sample::{self, Furnishing};
use crate::render::MapScene;
use crate::ui::bottom::{Contained, Findings};
use crate::ui::notices::Gravity;
use crate::ui::state::view::{BottomTab, View};
use crate::ui::words;
use quhua::coverage::Suspects;
use quhua::coverage::validate::{self, Options};
use quhua::edit::{Document, Plan, Refusal, SavePoint};
use quhua::i18n::{Lang, Say, Text, capital, file_name, sentences};
use quhua::io::format::{self, FileKind};
use quhua::io::ledgers::LedgerReadError;
use quhua::io::places::{self, PlacesError};
use quhua::io::profile::{LayerProfile, Profile};
use quhua::io::project::{self, Contents, Found, Origin, Plans, Stamp, Workplace};
use quhua::io::{LayerSource, Limits, ProjectError, ReadError, layers};
use quhua::jobs::{Cancelled, Progress};
use quhua::model::{Dataset, Facilities, FieldOverrides, Layer, LevelIndex, ModelError, Recognition, Severity};
use quhua::study::{Basis, Study, furnished};

/// What opening yields: everything that the window needs, made beside it.
pub(super) struct Loaded {
    pub document: Box<Document>,
    pub scene: Arc<MapScene>,
    pub origin: Origin,
    /// What was read.
    pub read_from: Origin,
    /// What the columns of each layer were taken for; `None`: as before.
    pub recognised: Option<Vec<Recognition>>,
    /// Layers of files that have several; `None`: as before.
    pub contents: Option<Contained>,
    /// Ways in which files were read that they do not say themselves, and whether a profile was given that does.
    pub ways: (Vec<(String, LayerProfile)>, bool),
    /// Whether somebody chose how it is read.
    pub is_chosen: bool,
    pub held: Held,
    /// Edits that cannot be carried out upon these boundaries.
    pub refusals: Vec<Refusal>,
    /// Whether it is work that was left behind.
    pub recovered: bool,
    /// Whether it has the scenarios of the document that was at hand.
    pub moved: bool,
}

/// What is to be opened.
pub(super) struct Opening {
    origin: Origin,
    with: With,
    workplace: Option<Workplace>,
    /// What the sample county comes with.
    sample: Furnishing,
    /// Name of the first scenario of what has none yet.
    name: &'static str,
}

/// What is brought to boundaries that are opened.
#[derive(Default)]
struct With {
    /// Work upon them that was left behind.
    found: Option<Found>,
    /// Scenarios of the document at hand, that are to be moved to them.
    moved: Option<Plans>,
    /// Which fields hold what, where somebody has said so.
    fields: Option<FieldOverrides>,
    /// What boundaries are read from, where that is not what the document was opened from.
    read_from: Option<Origin>,
    /// How the files are read.
    ways: Ways,
    /// How the project file looked that the document at hand, and this one, is saved in.
    stamp: Option<Stamp>,
}

/// Files that go with a document, and wait for it.
#[derive(Debug, Default)]
pub(super) struct Beside {
    plan: Option<PathBuf>,
    places: Vec<LayerSource>,
    tables: Vec<LayerSource>,
    rules: Option<PathBuf>,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub(super) enum OpenError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A project could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// What was read makes no dataset.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A profile fits none of the files.
    #[error("the profile fits none of these files")]
    ProfileUnfit,
    /// A ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerReadError),
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl Say for OpenError {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => error.zh(),
            Self::Project(error) => error.zh(),
            Self::Model(error) => error.zh(),
            Self::Ledger(error) => error.zh(),
            Self::ProfileUnfit => Lang::Zh.of(Text::ProfileUnfit).to_owned(),
            Self::Cancelled(cancelled) => cancelled.zh(),
        }
    }
}

impl OpenError {
    /// Whether the user gave up.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        match self {
            Self::Project(error) => error.is_cancelled(),
            other => matches!(
                other,
                Self::Cancelled(_) | Self::Read(ReadError::Cancelled(_)) | Self::Model(ModelError::Cancelled(_))
            ),
        }
    }
}

/// What files hold: boundaries, and perhaps scenarios.
#[derive(Default)]
struct Read {
    layers: Vec<Layer>,
    overrides: FieldOverrides,
    plans: Option<Plans>,
    stamp: Option<Stamp>,
    /// Ways that the files do not say themselves, by the file.
    ways: Vec<(String, LayerProfile)>,
}

/// Reads what a document came from. What was left behind came from where `named_as` says, whatever its copies are called.
fn read(origin: &Origin, named_as: &Origin, how: &Ways, progress: &Progress) -> Result<Read, OpenError> {
    let mut ways = Vec::new();
    let limits = Limits::default();
    let layers = match origin {
        Origin::Sample => sample::layers(&limits, progress)?,
        Origin::Project(file) => {
            let Contents { layers, overrides, plans, stamp } = project::read(file, &limits, progress)?;
            return Ok(Read { layers, overrides, plans: Some(plans), stamp, ways });
        }
        Origin::Files(sources) => {
            let named = |path: &Path, mut layer: Layer| {
                let absolute = || std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
                layer.reading.from = layer.reading.from.map(|from| from.at(absolute()));
                Layer { name: file_name(path), path: Some(path.to_owned()), ..layer }
            };
            let mut layers = Vec::new();
            for (source, path) in sources.iter().zip(named_as.paths()) {
                let (read, taken) = how.read_levels(source, &limits, progress)?;
                ways.extend(taken.into_iter().map(|way| (file_name(path), way)));
                layers.extend(read.into_iter().map(|layer| named(path, layer)));
            }
            layers
        }
    };
    let overrides = ways.iter().find_map(|(_, way)| way.fields.clone()).unwrap_or_default();
    Ok(Read { layers, overrides, ways, ..Read::default() })
}

/// Reads what work that was left behind is upon: the first of what it can be read from that can be read.
fn read_left_behind(found: &Found, progress: &Progress) -> Result<Read, OpenError> {
    let mut first_error = None;
    for from in found.to_open() {
        match read(&from, found.source(), &Ways::Plain, progress) {
            Err(error) if !error.is_cancelled() => first_error = first_error.or(Some(error)),
            done => return done,
        }
    }
    Err(first_error.unwrap_or(OpenError::Model(ModelError::NoLayer)))
}

/// Lists the layers of those files that have several.
fn contained(dataset: &Dataset) -> Contained {
    let several = dataset.as_loaded().layers.iter().filter(|layer| layer.reading.layers.len() > 1);
    let files: BTreeSet<&Path> =
        several.filter_map(|layer| layer.reading.from.as_ref()).map(|from| from.path.as_path()).collect();
    let listed = files.into_iter().filter_map(|file| {
        let listed = layers::contents(file, &Limits::default()).ok()?;
        Some((file.to_owned(), listed))
    });
    listed.collect()
}

/// Reads files and makes of them what the window needs.
fn load(opening: Opening, progress: &Progress) -> Result<Loaded, OpenError> {
    let Opening { mut origin, with, workplace, sample: furnishing, name } = opening;
    let With { found, moved, fields, read_from, ways: how, stamp: known } = with;
    let is_chosen = moved.is_some() && read_from.is_some();
    let mut read_from = read_from.unwrap_or_else(|| found.as_ref().map_or(&origin, Found::source).clone());
    let Read { layers, overrides, plans, stamp, ways } = match &found {
        Some(found) => read_left_behind(found, progress)?,
        None => read(&read_from, &read_from, &how, progress)?,
    };
    let stamp = stamp.or(known);
    let is_given = matches!(how, Ways::Given(_));
    if is_given && ways.is_empty() {
        return Err(OpenError::ProfileUnfit);
    }
    // How they were read is how they are read from now on.
    if let (Origin::Files(sources), None) = (&mut read_from, &found) {
        // Several layers of a file stand where it stood alone.
        let mut as_read = Vec::with_capacity(layers.len());
        for layer in &layers {
            let source = sources.iter().find(|source| layer.path.as_ref() == Some(&source.path));
            let path = source.or_else(|| sources.first()).map(|source| source.path.clone()).unwrap_or_default();
            as_read.push(layer.reading.from.clone().unwrap_or_default().at(path));
        }
        *sources = as_read;
        if matches!(origin, Origin::Files(_)) {
            origin = read_from.clone();
        }
    }
    let said = fields.or_else(|| found.as_ref()?.fields.clone());
    let dataset = Dataset::assemble(layers, &said.unwrap_or(overrides), progress)?;
    let dataset = Arc::new(dataset);
    let recovered = found.is_some();
    // What was opened may be a copy: how the file itself looked then is written down.
    let stamp = found.as_ref().map_or(stamp, |found| found.stamp);
    let (found_plans, working) = found.map(Found::take_up).unzip();
    let is_moved = moved.is_some();
    let unsaved = recovered || is_moved;
    let (mut document, refusals) = if let Some(plans) = moved.or(found_plans).or(plans) {
        let dataset = furnished(dataset, &plans.settings, Vec::new());
        plans.restore(dataset)
    } else {
        let mut document = match &read_from {
            Origin::Sample => sample::document(&dataset, furnishing)?,
            Origin::Files(_) | Origin::Project(_) => Document::new(dataset),
        };
        document.rename_plan(name);
        document.mark_saved();
        (document, Vec::new())
    };
    if unsaved {
        document = App::as_unsaved(document);
    }
    document.set_author(&App::author());
    // Asked for by the first figure and by the first edit: here they do not hold the window up.
    document.dataset().prepare_figures(Basis::of(document.settings()).0.area_method);
    let scene = MapScene::of_dataset(document.dataset(), progress)?;
    let recognised = Some(document.dataset().recognition());
    let contents = Some(contained(document.dataset()));
    let held = Held::begin(workplace.as_ref(), working, (&origin, &read_from), &document, (stamp, is_moved));
    let (document, scene) = (Box::new(document), Arc::new(scene));
    let moved = is_moved;
    let ways = (ways, is_given);
    Ok(Loaded {
        document,
        scene,
        origin,
        read_from,
        recognised,
        contents,
        ways,
        is_chosen,
        held,
        refusals,
        recovered,
        moved,
    })
}

impl App {
    /// Opens what the program was started with: files; else work that was left behind; else the sample county.
    pub(super) fn start(&mut self, files: Vec<PathBuf>) {
        let named: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
        match self.left_behind(&named) {
            Some(found) => {
                let origin = found.origin.clone();
                self.start_opening(origin, With { found: Some(found), ..With::default() });
            }
            None if files.is_empty() => self.open_sample(),
            None => {
                if let Some(waits) = self.left_behind(&[]) {
                    let title = match &waits.origin {
                        Origin::Sample => self.lang.of(Text::SampleCounty).to_owned(),
                        origin => origin.paths().first().map(|path| file_name(path)).unwrap_or_default(),
                    };
                    self.notices.say(Gravity::Warning, sentences::work_waits(self.lang, &title));
                }
                self.open_files(files.into_iter().map(LayerSource::from).collect());
            }
        }
    }

    /// Opens the county in the program itself.
    pub(super) fn open_sample(&mut self) {
        self.start_opening(Origin::Sample, With::default());
    }

    /// Opens files: tiles for the background, a plan, facilities and rules for the document at hand, or a project or
    /// boundaries in its place.
    pub(super) fn open_files(&mut self, sources: Vec<LayerSource>) {
        let (mut files, mut beside) = (Vec::new(), Beside::default());
        let mut project = None;
        for source in sources {
            match format::kind_of(&source.path) {
                FileKind::Tiles => self.open_background(&source.path),
                FileKind::Plan => beside.plan = beside.plan.or(Some(source.path)),
                FileKind::Places => beside.places.push(source),
                FileKind::Table => beside.tables.push(source),
                FileKind::Rules => beside.rules = beside.rules.or(Some(source.path)),
                FileKind::Project => project = project.or(Some(source.path)),
                FileKind::Layers => files.push(source),
            }
        }
        let origin = match project {
            Some(path) => Some(Origin::Project(path)),
            None => (!files.is_empty()).then_some(Origin::Files(files)),
        };
        if let Some(origin) = origin {
            let found = self.left_behind(&origin.paths());
            let ways = if found.is_some() { Ways::Plain } else { self.remembered() };
            self.start_opening(origin, With { found, ways, ..With::default() });
            self.beside = beside;
        } else {
            // Points and lines over boundaries that are there are a list like any other.
            beside.tables.append(&mut beside.places);
            self.open_beside(beside);
        }
    }

    /// Opens boundaries as they are to be read; what is to lie beside them waits still.
    pub(super) fn open_read(&mut self, sources: Vec<LayerSource>) {
        let ways = Ways::Remembered(Profile::default());
        self.start_opening(Origin::Files(sources), With { ways, ..With::default() });
    }

    /// What was to lie beside boundaries that are given up is given up too.
    pub(super) fn give_up_beside(&mut self) {
        self.beside = Beside::default();
    }

    /// Opens what goes with the document at hand.
    fn open_beside(&mut self, Beside { plan, places, tables, rules }: Beside) {
        if let Some(path) = rules {
            self.open_rules(&path);
        }
        if let Some(path) = plan {
            self.open_plan(&path);
        }
        if !places.is_empty() {
            self.open_places(places);
        }
        self.open_lists(tables);
    }

    /// Lays facilities and lines beside the boundaries, in place of those before.
    pub(super) fn open_places(&mut self, sources: Vec<LayerSource>) {
        self.files_read.extend(sources.iter().map(|source| source.path.clone()));
        let work = move |_: &Progress| places::read(&sources, &Limits::default());
        self.run(Kind::OpenPlaces, "", work, |app, read| {
            if let Ok(read) = read {
                app.places_opened(read);
            }
        });
    }

    /// Takes facilities and lines up, or says why there are none.
    fn places_opened(&mut self, read: Result<Facilities, PlacesError>) {
        match read {
            Ok(places) => {
                let said = sentences::facilities_opened(self.lang, places.all().len(), places.lines().len());
                self.notices.say(Gravity::Done, said);
                let kept = self.project.as_ref().map(|project| places.displaced(&project.basis().places));
                let displaced = kept.and_then(|[points, lines]| sentences::places_displaced(self.lang, points, lines));
                if let Some(note) = displaced {
                    self.notices.say(Gravity::Info, capital(&note));
                }
                if let Some(project) = &mut self.project {
                    // Points and lines mostly come in files of their own: the one does not displace the other.
                    let places = Arc::new(places.beside(&project.basis().places));
                    project.decide(|basis| basis.places = places);
                }
            }
            Err(error) => self.notices.say(Gravity::Error, error.sentence(self.lang)),
        }
    }

    /// Takes facilities and lines away.
    pub(super) fn remove_places(&mut self) {
        if let Some(project) = &mut self.project {
            project.decide(|basis| basis.places = Arc::default());
        }
    }

    /// Moves all scenarios to other boundaries, or to the same with other figures.
    pub(super) fn rebase(&mut self, paths: Vec<PathBuf>) {
        let sources = paths.into_iter().map(LayerSource::from).collect();
        self.read_anew(Origin::Files(sources), None, None);
    }

    /// Moves all scenarios to what is read.
    pub(super) fn read_anew(&mut self, origin: Origin, read_from: Option<Origin>, fields: Option<FieldOverrides>) {
        let Some(project) = &self.project else { return };
        let moved = Some(Plans::of(project.document()));
        let stamp = self.keeper.held.stamp.filter(|_| origin == *project.origin());
        self.start_opening(origin, With { moved, fields, read_from, stamp, ..With::default() });
    }

    /// Moves all scenarios to what is read from files in these ways. It stays where it is saved.
    pub(super) fn read_by(&mut self, files: Origin, ways: Ways) {
        let Some(project) = &self.project else { return };
        let moved = Some(Plans::of(project.document()));
        let is_saved = matches!(project.origin(), Origin::Project(_));
        let origin = if is_saved { project.origin().clone() } else { files.clone() };
        let stamp = self.keeper.held.stamp.filter(|_| is_saved);
        self.start_opening(origin, With { moved, read_from: Some(files), stamp, ways, ..With::default() });
    }

    fn start_opening(&mut self, origin: Origin, with: With) {
        if with.found.is_some() {
            // What was left behind must not stand in the way of the file itself, nor that in the way of the program.
            self.instead = vec![origin.clone(), Origin::Sample];
            self.instead.dedup();
        }
        (self.joining, self.unread, self.laying, self.packs) = (None, None, None, None);
        self.repairing = None;
        self.jobs.drop_kinds(&[
            Kind::Open,
            Kind::OpenPlaces,
            Kind::Join,
            Kind::Repair,
            Kind::Check,
            Kind::Prepare,
            Kind::Measure,
            Kind::Judge,
        ]);
        let county = self.lang.of(quhua::i18n::Text::SampleCounty);
        let name = origin.paths().first().map_or_else(|| county.to_owned(), |path| file_name(path));
        let workplace = self.keeper.workplace.clone();
        // What was left behind opens without a question, or something else does.
        let asks = with.found.is_none() && with.moved.is_none();
        let (sample, name_of_first) = (self.sample, self.lang.of(quhua::i18n::Text::FirstScenario));
        let opening = Opening { origin, with, workplace, sample, name: name_of_first };
        let opened_as = name.clone();
        let leaves = self.project.as_ref().map(|project| project.document().save_point());
        self.run(
            Kind::Open,
            name,
            move |progress| {
                let asks = asks.then(|| opening.origin.clone());
                load(opening, progress).map_err(|error| {
                    let asked = asks.and_then(|origin| Asked::about(&origin, &error, progress));
                    Box::new((error, asked))
                })
            },
            move |app, loaded| match loaded {
                Ok(Ok(loaded)) if app.has_gone_on(leaves.as_ref(), loaded.moved) => app.opened_too_late(loaded),
                Ok(loaded) => app.opened(loaded, &opened_as),
                Err(_) => app.not_opened(),
            },
        );
    }

    /// Whether something was done in the document at hand since it was like this. Where its scenarios do not move, only
    /// what is in no file would be lost.
    fn has_gone_on(&self, since: Option<&SavePoint>, moved: bool) -> bool {
        let at_hand = self.project.as_ref().filter(|project| moved || project.is_unsaved());
        at_hand.zip(since).is_some_and(|(project, since)| !project.document().is_at(since))
    }

    /// Something was done in the document at hand while another was read. Its scenarios move once more, with that; what
    /// would take its place asks first.
    fn opened_too_late(&mut self, loaded: Loaded) {
        let Loaded { document, origin, read_from, held, recovered, moved, .. } = loaded;
        // Work that was left behind stays where it is. Nothing else is to be found again.
        if !recovered {
            held.discard();
        }
        self.instead.clear();
        if moved {
            let fields = FieldOverrides::from(&document.origin().as_loaded().fields);
            self.read_anew(origin, Some(read_from), Some(fields));
        } else if let Some(wanted) = self.opening_for.take() {
            self.pending.get_or_insert(wanted);
        }
    }

    /// Nothing was opened. Work that was left behind stays where it is; the file itself, or at least the sample, opens all
    /// the same.
    fn not_opened(&mut self) {
        let mut instead = std::mem::take(&mut self.instead);
        if !instead.is_empty() {
            let next = instead.remove(0);
            self.start_opening(next, With::default());
            self.instead = instead;
        }
    }

    /// Takes up what was opened in place of the document before.
    fn opened(&mut self, loaded: Result<Loaded, Box<(OpenError, Option<Asked>)>>, name: &str) {
        let loaded = match loaded.map_err(|why| *why) {
            Ok(loaded) => loaded,
            Err((error, _)) if error.is_cancelled() => {
                self.instead.clear();
                self.notices.say(Gravity::Info, sentences::cancelled(self.lang, name));
                return;
            }
            Err((_, Some(asked))) if self.instead.is_empty() => {
                self.ask_system(asked);
                return;
            }
            Err((error, _)) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                self.not_opened();
                return;
            }
        };
        self.instead.clear();
        self.turns = Turns::default();
        self.take_up(loaded, true);
    }

    /// Takes up a document in place of the one before. What was opened is told of, what only became another is not.
    pub(super) fn take_up(&mut self, loaded: Loaded, is_new: bool) {
        let Loaded { document, scene, origin, held, refusals, recovered, moved, recognised, .. } = loaded;
        let Loaded { contents, ways, is_chosen, .. } = loaded;
        let opened_from = origin.clone();
        let project = Study::new(*document, origin);
        self.view = View {
            level: project.first_level(),
            colouring: self.view.colouring,
            bottom: self.view.bottom,
            ..View::default()
        };
        self.canvas.open(&project, Arc::clone(&scene));
        self.comparing.open();
        self.scenes.open(project.dataset(), Arc::clone(&scene));
        self.jobs.drop_kinds(&[Kind::Draw]);
        self.drawing.clear();
        self.drawn = Some(Arc::clone(project.dataset()));
        self.tree.reset();
        self.inspector = crate::ui::inspector::InspectorState::default();
        let sources = std::mem::take(&mut self.bottom).sources;
        if moved {
            self.bottom.sources = sources;
        }
        if let Some(recognised) = recognised {
            self.bottom.sources.take_recognition(recognised);
        }
        if let Some(contents) = contents {
            self.bottom.sources.take_contents(contents);
        }
        self.bottom.findings = Findings::of_attributes(&project);
        self.saved = None;
        if is_new && !moved {
            self.folder_used = None;
        }
        self.give_up_saving();
        if is_new {
            self.say_opened(&project);
        }
        for mistake in project.mistakes() {
            self.notices.say(Gravity::Warning, mistake.words(self.lang));
        }
        if recovered {
            let title = project.title(self.lang);
            self.notices.say(Gravity::Warning, sentences::recovered(self.lang, &title));
        }
        self.check(&project);
        self.prepare(scene);
        let source = held.made_from.clone();
        let made_from = source.iter().chain([&opened_from]).flat_map(Origin::paths);
        self.files_read = made_from.map(Path::to_owned).collect();
        self.project = Some(project);
        self.hold(held);
        self.take_up_looks();
        self.take_up_symbols();
        self.take_up_field_rules();
        self.take_up_own_figures();
        self.take_up_bookmarks();
        self.remember(&opened_from);
        self.start_wanted_tour();
        self.say_refusals(&refusals);
        self.say_places_not_found();
        self.check_background_covers();
        for (file, way) in &ways.0 {
            self.say_way(file, way, ways.1);
        }
        if is_chosen {
            self.remember_reading();
        }
        let beside = std::mem::take(&mut self.beside);
        if is_new && !moved && !recovered && matches!(opened_from, Origin::Files(_)) {
            self.open_doubts(!beside.tables.is_empty());
        }
        self.open_beside(beside);
    }

    /// Shows what is doubtful about what was read, where something is; what was opened so for files before folds again.
    fn open_doubts(&mut self, tables_wait: bool) {
        let Some(project) = &self.project else { return };
        if self.bottom.sources.go_to_doubt(project, tables_wait) {
            self.opened_doubts |= !self.preferences.bottom_open;
            self.show_bottom(BottomTab::Sources);
        } else if std::mem::take(&mut self.opened_doubts) && self.view.bottom == BottomTab::Sources {
            self.preferences.bottom_open = false;
        }
    }

    /// Says which edits could not be carried out. They are all in the list of scenarios.
    pub(super) fn say_refusals(&mut self, refusals: &[Refusal]) {
        /// The first ones are said one by one.
        const SAID: usize = 3;
        for refusal in refusals.iter().take(SAID) {
            let why = refusal.error.sentence(self.lang);
            self.notices.say(Gravity::Warning, sentences::left_over(self.lang, refusal.index + 1, &why));
        }
        if !refusals.is_empty() {
            self.notices.say(Gravity::Warning, sentences::left_over_edits(self.lang, refusals.len()));
        }
        // What was left over before may fit these boundaries.
        let Some(document) = self.project.as_ref().map(Study::document) else { return };
        let ready = document.active().left_over.iter().filter(|edit| document.preview(edit).is_ok()).count();
        if ready > 0 {
            self.notices.say(Gravity::Warning, sentences::left_over_ready(self.lang, ready));
        }
    }

    /// Says that places at which somebody had decided how borders are repaired are none any more.
    fn say_places_not_found(&mut self) {
        let Some(borders) = self.project.as_ref().and_then(|project| project.dataset().repaired_borders()) else {
            return;
        };
        if !borders.not_found.is_empty() {
            self.notices.say(Gravity::Warning, capital(&borders.say(self.lang)));
        }
    }

    fn say_opened(&mut self, project: &Study) {
        let levels = &project.dataset().levels;
        let finest = levels.first().copied().unwrap_or(quhua::model::Level::Atom);
        let units = project.state().units_at(LevelIndex::FINEST).count();
        let text = sentences::opened(self.lang, &project.title(self.lang), units, words::level(self.lang, finest));
        if *project.origin() != Origin::Sample {
            self.notices.say(Gravity::Done, text);
        }
        let stacks = project.dataset().layers.iter().filter_map(|layer| {
            let is_new = matches!(project.origin(), Origin::Files(_));
            let stack = layer.reading.stack.as_ref().filter(|stack| is_new && stack.is_stack())?;
            // Of all its layers once.
            (stack.taken.first().map(|taken| &taken.layer) == layer.reading.layer.as_ref()).then_some(stack)
        });
        for stack in stacks {
            self.notices.say(Gravity::Info, capital(&stack.words(self.lang)));
        }
        for note in project.dataset().layers.iter().flat_map(|layer| &layer.notes) {
            // What was told from the file and done right is worth knowing, and no doubt.
            let gravity = match note.what.severity() {
                Severity::Info => Gravity::Info,
                Severity::Warning | Severity::Error => Gravity::Warning,
            };
            self.notices.say(gravity, note.sentence(self.lang));
        }
    }

    /// Checks the boundaries beside the window.
    pub(super) fn check(&mut self, project: &Study) {
        let (dataset, area_method) = (Arc::clone(project.document().origin()), project.area_method());
        let loaded = Arc::clone(&dataset);
        let work = move |progress: &Progress| {
            let defects = validate::validate(&dataset.coverage, &Options::default(), progress)?;
            progress.check()?;
            Ok::<_, Cancelled>((defects, dataset.area_findings(area_method)))
        };
        self.run(Kind::Check, "", work, move |app, checked| {
            if let Ok(Ok((defects, areas))) = checked {
                if let Some(project) = &mut app.project {
                    project.take_suspects(Suspects::of(&defects));
                }
                app.bottom.findings.add(&loaded, defects, areas);
            }
        });
    }

    /// Makes the details of the map beside the window, before they are looked at.
    pub(super) fn prepare(&mut self, scene: Arc<MapScene>) {
        self.run(Kind::Prepare, "", move |progress| scene.prepare(progress), |_, _| ());
    }

    /// Takes a plan up: as a scenario of its own, unless nothing was done yet.
    pub(super) fn open_plan(&mut self, path: &Path) {
        let Some(project) = &mut self.project else { return };
        let mut plan = match Plan::read(path) {
            Ok(plan) => plan,
            Err(error) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                return;
            }
        };
        self.files_read.push(path.to_owned());
        if plan.name.is_empty() {
            plan.name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        }
        let dataset = Arc::clone(project.dataset());
        let loaded: Vec<&str> = dataset.bases().map(|base| base.sha256).collect();
        if let Err(other) = plan.check_base(&loaded) {
            self.notices.say(Gravity::Warning, other.doubt(self.lang));
        }
        let document = project.document_mut();
        let untouched = document.scenarios().len() == 1 && document.active().path.is_empty();
        let refusals = if untouched {
            document.rename_plan(&plan.name);
            document.carry_out_what_can(&plan.edits)
        } else {
            document.bring_in(&plan).1
        };
        let done = plan.edits.len() - refusals.len();
        self.notices.say(Gravity::Done, sentences::plan_opened(self.lang, &plan.name, done));
        self.say_refusals(&refusals);
        self.everything_changed();
    }
}
