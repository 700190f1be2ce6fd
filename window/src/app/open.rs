//! Opening boundaries and plans.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Kind;
use super::keep::Held;
use crate::render::MapScene;
use crate::ui::bottom::Findings;
use crate::ui::notices::Gravity;
use crate::ui::state::view::View;
use crate::ui::words;
use quhua::coverage::Suspects;
use quhua::coverage::validate::{self, Options};
use quhua::edit::{Document, Plan, Refusal};
use quhua::i18n::{Say, sentences};
use quhua::io::facilities::{self, FacilitiesError};
use quhua::io::project::{self, Contents, Found, Origin, Plans, Stamp, Workplace};
use quhua::io::{Limits, ProjectError, ReadError, geojson};
use quhua::jobs::{Cancelled, Progress};
use quhua::model::{Dataset, Facilities, FieldOverrides, Layer, LevelIndex, ModelError};
use quhua::study::{Basis, Study};

/// The county in the program itself.
const SAMPLE: [(&str, &[u8]); 2] = [
    ("villages.geojson", include_bytes!("../../../sample_data/sanhe/villages.geojson")),
    ("townships.geojson", include_bytes!("../../../sample_data/sanhe/townships.geojson")),
];

/// What opening yields: everything that the window needs, made beside it.
struct Loaded {
    document: Box<Document>,
    scene: Arc<MapScene>,
    origin: Origin,
    held: Held,
    /// Edits that cannot be carried out upon these boundaries.
    refusals: Vec<Refusal>,
    /// Whether it is work that was left behind.
    recovered: bool,
}

/// What is to be opened.
pub(super) struct Opening {
    origin: Origin,
    /// Work upon it that was left behind.
    found: Option<Found>,
    /// Scenarios of the document at hand, that are to be moved to these boundaries.
    moved: Option<Plans>,
    workplace: Option<Workplace>,
    /// Name of the first scenario of what has none yet.
    name: &'static str,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A project could not be read.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// What was read makes no dataset.
    #[error(transparent)]
    Model(#[from] ModelError),
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
}

fn read(origin: &Origin, files: &[PathBuf], progress: &Progress) -> Result<Read, OpenError> {
    let limits = Limits::default();
    let layers = match (origin, files) {
        (Origin::Sample, _) => {
            let layers = SAMPLE.iter().map(|(name, bytes)| geojson::read_bytes(name, bytes, &limits, progress));
            layers.collect::<Result<_, _>>()?
        }
        (Origin::Project(_), [file, ..]) => {
            let Contents { layers, overrides, plans, stamp } = project::read(file, &limits, progress)?;
            return Ok(Read { layers, overrides, plans: Some(plans), stamp });
        }
        (_, files) => files.iter().map(|path| geojson::read(path, &limits, progress)).collect::<Result<_, _>>()?,
    };
    Ok(Read { layers, ..Read::default() })
}

/// Reads files and makes of them what the window needs.
fn load(opening: Opening, progress: &Progress) -> Result<Loaded, OpenError> {
    let Opening { origin, found, moved, workplace, name } = opening;
    let files = found.as_ref().map_or_else(|| origin.paths().to_vec(), Found::files);
    let Read { layers, overrides, plans, stamp } = read(&origin, &files, progress)?;
    let dataset = Dataset::assemble(layers, &overrides, progress)?;
    let dataset = Arc::new(dataset);
    let recovered = found.is_some();
    // What was opened may be a copy: how the file itself looked then is written down.
    let stamp = found.as_ref().map_or(stamp, |found| found.stamp);
    let (found_plans, working) = found.map(Found::take_up).unzip();
    let unsaved = recovered || moved.is_some();
    let (mut document, refusals) = if let Some(plans) = moved.or(found_plans).or(plans) {
        plans.restore(dataset)
    } else {
        let mut document = Document::new(dataset);
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
    let held = Held::begin(workplace.as_ref(), working, &origin, &document, stamp);
    Ok(Loaded { document: Box::new(document), scene: Arc::new(scene), origin, held, refusals, recovered })
}

/// Whether a file is a plan: its name says so, or it begins like one.
fn is_plan(path: &Path) -> bool {
    use std::io::Read as _;

    let mut head = [0; 512];
    let read = std::fs::File::open(path).and_then(|mut file| file.read(&mut head)).unwrap_or(0);
    let text = String::from_utf8_lossy(&head[..read]);
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) && text.contains("quhua-plan")
}

/// Whether the name of a file says that it is one of tiles.
fn is_tiles(path: &Path) -> bool {
    let endings = ["mbtiles", "pmtiles"];
    path.extension().is_some_and(|ending| endings.iter().any(|tiles| ending.eq_ignore_ascii_case(tiles)))
}

impl App {
    /// Opens what the program was started with: files; else work that was left behind; else the sample county.
    pub(super) fn start(&mut self, files: Vec<PathBuf>) {
        match self.left_behind(&files) {
            Some(found) => {
                self.recovering = true;
                let origin = found.origin.clone();
                self.start_opening(origin, Some(found), None);
            }
            None if files.is_empty() => self.open_sample(),
            None => self.open_files(files),
        }
    }

    /// Opens the county in the program itself.
    pub(super) fn open_sample(&mut self) {
        self.start_opening(Origin::Sample, None, None);
    }

    /// Opens files: tiles for the background, a plan for the document at hand, or a project or boundaries in its place.
    pub fn open_files(&mut self, paths: Vec<PathBuf>) {
        let (tiles, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| is_tiles(path));
        if let Some(path) = tiles.first() {
            self.open_background(path);
        }
        let (plans, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| is_plan(path));
        let (points, files): (Vec<PathBuf>, Vec<PathBuf>) =
            files.into_iter().partition(|path| facilities::looks_like_points(path));
        if let Some(path) = points.into_iter().next() {
            self.open_facilities(path);
        }
        let project = files.iter().find(|path| project::is_database(path)).cloned();
        let origin = match project {
            Some(path) => Some(Origin::Project(path)),
            None => (!files.is_empty()).then_some(Origin::Files(files)),
        };
        if let Some(origin) = origin {
            let found = self.left_behind(origin.paths());
            self.start_opening(origin, found, None);
            self.plan_to_open = plans.into_iter().next();
        } else if let Some(plan) = plans.first() {
            self.open_plan(plan);
        }
    }

    /// Shows facilities on the map, in place of those before.
    pub(super) fn open_facilities(&mut self, path: PathBuf) {
        let work = move |_: &Progress| facilities::read(&path, &Limits::default());
        self.run(Kind::OpenFacilities, "", work, |app, read| {
            if let Ok(read) = read {
                app.facilities_opened(read);
            }
        });
    }

    /// Takes facilities up, or says why there are none.
    fn facilities_opened(&mut self, read: Result<Facilities, FacilitiesError>) {
        match read {
            Ok(facilities) => {
                let said = sentences::facilities_opened(self.lang, facilities.all().len(), facilities.lines().len());
                self.notices.say(Gravity::Done, said);
                // Points and lines mostly come in files of their own: the one does not displace the other.
                let before = self.facilities.take().unwrap_or_default();
                self.facilities = Some(facilities.beside(before));
            }
            Err(error) => self.notices.say(Gravity::Error, error.sentence(self.lang)),
        }
    }

    /// Moves all scenarios to other boundaries, or to the same with other figures.
    pub(super) fn rebase(&mut self, paths: Vec<PathBuf>) {
        let Some(project) = &self.project else { return };
        let plans = Plans::of(project.document());
        self.start_opening(Origin::Files(paths), None, Some(plans));
    }

    fn start_opening(&mut self, origin: Origin, found: Option<Found>, moved: Option<Plans>) {
        self.jobs.drop_kinds(&[Kind::Open, Kind::Check, Kind::Prepare, Kind::Measure, Kind::Judge]);
        let sample = self.lang.of(quhua::i18n::Text::SampleCounty);
        let name = origin.paths().first().and_then(|path| path.file_name());
        let name = name.map_or_else(|| sample.to_owned(), |name| name.to_string_lossy().into_owned());
        let workplace = self.keeper.workplace.clone();
        let opening = Opening { origin, found, moved, workplace, name: self.lang.of(quhua::i18n::Text::FirstScenario) };
        let opened_as = name.clone();
        self.run(
            Kind::Open,
            name,
            move |progress| load(opening, progress),
            move |app, loaded| match loaded {
                Ok(loaded) => app.opened(loaded, &opened_as),
                Err(_) => app.not_opened(),
            },
        );
    }

    /// Nothing was opened. What was left behind stays where it is; the program starts all the same.
    fn not_opened(&mut self) {
        if std::mem::take(&mut self.recovering) {
            self.open_sample();
        }
    }

    /// Takes up what was opened in place of the document before.
    fn opened(&mut self, loaded: Result<Loaded, OpenError>, name: &str) {
        let Loaded { document, scene, origin, held, refusals, recovered } = match loaded {
            Ok(loaded) => loaded,
            Err(error) if error.is_cancelled() => {
                self.recovering = false;
                self.notices.say(Gravity::Info, sentences::cancelled(self.lang, name));
                return;
            }
            Err(error) => {
                self.notices.say(Gravity::Error, error.sentence(self.lang));
                self.not_opened();
                return;
            }
        };
        self.recovering = false;
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
        self.bottom = crate::ui::bottom::BottomState::default();
        self.bottom.findings = Findings::of_attributes(&project);
        self.saved = None;
        self.after_save = None;
        self.say_opened(&project);
        for mistake in project.mistakes() {
            self.notices.say(Gravity::Warning, mistake.words(self.lang));
        }
        if recovered {
            let title = project.title(self.lang);
            self.notices.say(Gravity::Warning, sentences::recovered(self.lang, &title));
        }
        self.check(&project);
        self.prepare(scene);
        self.project = Some(project);
        self.hold(held);
        self.take_up_looks();
        self.take_up_field_rules();
        self.take_up_own_figures();
        self.take_up_bookmarks();
        self.remember(&opened_from);
        self.start_wanted_tour();
        self.say_refusals(&refusals);
        self.check_background_covers();
        if let Some(plan) = self.plan_to_open.take() {
            self.open_plan(&plan);
        }
    }

    /// Says which edits could not be carried out. They are all in the list of scenarios.
    fn say_refusals(&mut self, refusals: &[Refusal]) {
        /// The first ones are said one by one.
        const SAID: usize = 3;
        for refusal in refusals.iter().take(SAID) {
            let why = refusal.error.sentence(self.lang);
            self.notices.say(Gravity::Warning, sentences::left_over(self.lang, refusal.index + 1, &why));
        }
        if !refusals.is_empty() {
            self.notices.say(Gravity::Warning, sentences::left_over_edits(self.lang, refusals.len()));
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
        for note in project.dataset().layers.iter().flat_map(|layer| &layer.notes) {
            self.notices.say(Gravity::Warning, note.sentence(self.lang));
        }
    }

    /// Checks the boundaries beside the window.
    pub(super) fn check(&mut self, project: &Study) {
        let (dataset, area_method) = (Arc::clone(project.document().origin()), project.area_method());
        let work = move |progress: &Progress| {
            let defects = validate::validate(&dataset.coverage, &Options::default(), progress)?;
            progress.check()?;
            Ok::<_, Cancelled>((defects, dataset.area_findings(area_method)))
        };
        self.run(Kind::Check, "", work, |app, checked| {
            if let Ok(Ok((defects, areas))) = checked {
                if let Some(project) = &mut app.project {
                    project.take_suspects(Suspects::of(&defects));
                }
                app.bottom.findings.add(defects, areas);
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
