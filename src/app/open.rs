//! Opening boundaries and plans.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::App;
use super::jobs::Work;
use crate::coverage::validate::{self, Options};
use crate::edit::{Document, Plan};
use crate::i18n::sentences;
use crate::io::{Limits, ReadError, geojson};
use crate::jobs::{Cancelled, Job, Progress};
use crate::model::{Dataset, FieldOverrides, Layer, LevelIndex, ModelError};
use crate::render::{Borders, MapScene};
use crate::ui::bottom::Findings;
use crate::ui::notices::Gravity;
use crate::ui::project::{AREA_METHOD, Project, Source};
use crate::ui::view::View;
use crate::ui::words;

/// The county in the program itself.
const SAMPLE: [(&str, &[u8]); 2] = [
    ("villages.geojson", include_bytes!("../../sample_data/sanhe/villages.geojson")),
    ("townships.geojson", include_bytes!("../../sample_data/sanhe/townships.geojson")),
];

/// What opening yields: everything that the window needs, made beside it.
pub struct Loaded {
    document: Box<Document>,
    scene: Arc<MapScene>,
    source: Source,
}

/// Why nothing was opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was read makes no dataset.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The user gave up.
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
}

impl OpenError {
    /// Whether the user gave up.
    #[must_use]
    pub const fn is_cancelled(&self) -> bool {
        matches!(self, Self::Cancelled(_) | Self::Read(ReadError::Cancelled(_)) | Self::Model(ModelError::Cancelled(_)))
    }
}

/// Reads layers and makes of them what the window needs.
fn load(source: Source, progress: &Progress) -> Result<Loaded, OpenError> {
    let limits = Limits::default();
    let layers: Vec<Layer> = match &source {
        Source::Sample => SAMPLE
            .iter()
            .map(|(name, bytes)| geojson::read_bytes(name, bytes, &limits, progress))
            .collect::<Result<_, _>>()?,
        Source::Files(paths) => {
            paths.iter().map(|path| geojson::read(path, &limits, progress)).collect::<Result<_, _>>()?
        }
    };
    let dataset = Dataset::assemble(layers, &FieldOverrides::default(), progress)?;
    // Asked for by the first figure and by the first edit: here they do not hold the window up.
    dataset.prepare_figures(AREA_METHOD);
    let dataset = Arc::new(dataset);
    let ranks = Borders::of(&dataset, &dataset.base).base_ranks();
    let scene = MapScene::build(Arc::<Dataset>::clone(&dataset), ranks, progress)?;
    Ok(Loaded { document: Box::new(Document::new(dataset)), scene: Arc::new(scene), source })
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
    /// Opens the county in the program itself.
    pub(super) fn open_sample(&mut self) {
        self.start_opening(Source::Sample, crate::i18n::Text::SampleCounty.in_lang(self.lang).to_owned());
    }

    /// Opens files: tiles for the background, a plan for the document at hand, or boundaries in its place.
    pub fn open_files(&mut self, paths: Vec<PathBuf>) {
        let (tiles, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| is_tiles(path));
        if let Some(path) = tiles.first() {
            self.open_background(path);
        }
        let (plans, layers): (Vec<PathBuf>, Vec<PathBuf>) = paths.into_iter().partition(|path| is_plan(path));
        if let Some(first) = layers.first() {
            let name = first.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            self.start_opening(Source::Files(layers), name);
            self.plan_to_open = plans.into_iter().next();
        } else if let Some(plan) = plans.first() {
            self.open_plan(plan);
        }
    }

    fn start_opening(&mut self, source: Source, name: String) {
        self.jobs
            .drop_where(|work| matches!(work, Work::Open(_) | Work::Check(_) | Work::Prepare(_) | Work::Measure(..)));
        let ctx = self.ctx.clone();
        let job = Job::start(move |progress| load(source, progress), move || ctx.request_repaint());
        self.jobs.add(Work::Open(job), name);
    }

    /// Takes up what was opened in place of the document before.
    pub(super) fn opened(&mut self, loaded: Result<Loaded, OpenError>, name: &str) {
        let Loaded { document, scene, source } = match loaded {
            Ok(loaded) => loaded,
            Err(error) if error.is_cancelled() => {
                self.notices.say(Gravity::Info, sentences::cancelled(self.lang, name));
                return;
            }
            Err(error) => {
                let why = match &error {
                    OpenError::Read(error) => words::read_error(self.lang, error),
                    other => words::sentence(&other.to_string()),
                };
                self.notices.say(Gravity::Error, why);
                return;
            }
        };
        let project = Project::new(*document, source);
        self.view = View {
            level: project.first_level(),
            colouring: self.view.colouring,
            bottom: self.view.bottom,
            ..View::default()
        };
        self.canvas.open(&project, Arc::clone(&scene));
        self.tree.reset();
        self.inspector = crate::ui::inspector::InspectorState::default();
        self.bottom = crate::ui::bottom::BottomState::default();
        self.findings = Findings::of_attributes(&project);
        self.saved = None;
        self.say_opened(&project);
        self.check(&project);
        self.prepare(scene);
        self.project = Some(project);
        self.check_background_covers();
        if let Some(plan) = self.plan_to_open.take() {
            self.open_plan(&plan);
        }
    }

    fn say_opened(&mut self, project: &Project) {
        let levels = &project.dataset().levels;
        let finest = levels.first().copied().unwrap_or(crate::model::Level::Atom);
        let units = project.state().units_at(LevelIndex::FINEST).count();
        let text = sentences::opened(self.lang, &project.title(self.lang), units, words::level(self.lang, finest));
        if *project.source() != Source::Sample {
            self.notices.say(Gravity::Done, text);
        }
        for note in project.dataset().layers.iter().flat_map(|layer| &layer.notes) {
            self.notices.say(Gravity::Warning, words::sentence(&note.to_string()));
        }
    }

    /// Checks the boundaries beside the window.
    fn check(&mut self, project: &Project) {
        let dataset = Arc::clone(project.dataset());
        let ctx = self.ctx.clone();
        let job = Job::start(
            move |progress| validate::validate(&dataset.coverage, &Options::default(), progress),
            move || ctx.request_repaint(),
        );
        self.jobs.add(Work::Check(job), "");
    }

    /// Makes the details of the map beside the window, before they are looked at.
    fn prepare(&mut self, scene: Arc<MapScene>) {
        let ctx = self.ctx.clone();
        let job = Job::start(move |progress| scene.prepare(progress), move || ctx.request_repaint());
        self.jobs.add(Work::Prepare(job), "");
    }

    /// Carries a plan out on the document at hand, in place of what was done to it.
    pub(super) fn open_plan(&mut self, path: &Path) {
        let Some(project) = &mut self.project else { return };
        let shown_path = path.display().to_string();
        let plan = match Plan::read(path) {
            Ok(plan) => plan,
            Err(error) => {
                self.notices.say(Gravity::Error, words::sentence(&error.to_string()));
                return;
            }
        };
        let dataset = Arc::clone(project.dataset());
        let loaded: Vec<&str> = dataset.bases().map(|base| base.sha256).collect();
        if let Err(other) = plan.check_base(&loaded) {
            self.notices.say(Gravity::Warning, words::other_base(self.lang, &other));
        }
        let result = project.document_mut().load_plan(&plan);
        if let Err(error) = result {
            let why = words::plan_error(self.lang, &error);
            self.notices.say(Gravity::Error, sentences::failed(self.lang, &shown_path, &why));
        } else {
            self.notices.say(Gravity::Done, sentences::plan_opened(self.lang, &plan.name, plan.edits.len()));
        }
        self.everything_changed();
    }
}
