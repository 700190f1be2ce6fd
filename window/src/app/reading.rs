//! How files are read: what was read otherwise, what somebody has looked at, and files whose coordinate system nothing
//! tells.

use super::App;
use super::open::OpenError;
use crate::ui::bottom::LOOKED_AT;
use crate::ui::state::command::Otherwise;
use crate::ui::systems::Systems;
use crate::ui::unread::Unread;
use quhua::i18n::capital;
use quhua::io::crs::CrsProblem;
use quhua::io::project::Origin;
use quhua::io::{LayerSource, Limits, Problem, ReadError, layers};
use quhua::jobs::Progress;
use quhua::model::{FieldOverrides, Numbers};

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

impl App {
    /// Reads what the document at hand was made from once more, otherwise; all scenarios move along, and it stays where
    /// it is saved.
    pub(super) fn read_otherwise(&mut self, how: Otherwise) {
        let Some(project) = &self.project else { return };
        let (origin, made_from) = (project.origin().clone(), self.keeper.held.made_from.clone());
        match how {
            Otherwise::Fields(fields) => self.read_anew(origin, made_from, Some(fields)),
            Otherwise::Sources(sources) => {
                let loaded = project.document().origin().as_loaded();
                let before: Vec<&LayerSource> =
                    loaded.layers.iter().filter_map(|layer| layer.reading.from.as_ref()).collect();
                // Where names of columns stay, what they hold stays too.
                let names = |source: &LayerSource| (source.path.clone(), source.layer.clone(), source.encoding.clone());
                let are_same = before.iter().map(|source| names(source)).eq(sources.iter().map(names));
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
