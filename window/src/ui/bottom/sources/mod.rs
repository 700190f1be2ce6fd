//! What was loaded: how each file was read, and its first rows as they came. Both can be changed here.
//!
//! 1. Every choice has the files read once more, beside the window, and moves all scenarios; another choice leads back.
//! 2. What is doubtful stands beside the choice that puts it right. The tab opens by itself where something is, and its
//!    name counts it.
//! 3. Where a file is gone, what was taken is told, and nothing of it can be chosen otherwise.

mod doubts;
mod reading;
mod rows;

use std::collections::BTreeMap;
use std::path::PathBuf;

use eframe::egui::{self, Ui, vec2};

use crate::ui::shown::Shown;
use crate::ui::state::command::{Command, Otherwise};
use crate::ui::systems::Systems;
use crate::ui::theme::GRID;
use quhua::io::LayerSource;
use quhua::io::layers::LayerEntry;
use quhua::jobs::Derived;
use quhua::model::{Dataset, Recognition};
use quhua::study::Study;

pub use doubts::LOOKED_AT;
use doubts::{Doubt, Facts};
#[cfg(test)]
pub use rows::role_of;

/// What the tab remembers between frames.
#[derive(Debug, Default)]
pub struct SourcesState {
    /// The layer that is shown, the finest first.
    layer: usize,
    /// What the columns of each layer were taken for.
    recognised: Vec<Recognition>,
    /// What is known of the boundaries, by the place of the dataset, the revision of what figures rest on, and how much
    /// was looked at.
    known: Derived<(usize, u64, usize), Known>,
    /// The list of coordinate systems.
    systems: Systems,
    /// Layers of files that have several.
    contents: Contained,
}

/// Layers of files, by the path.
pub type Contained = BTreeMap<PathBuf, Vec<LayerEntry>>;

/// What is worked out once of boundaries.
#[derive(Debug)]
struct Known {
    facts: Facts,
    doubts: Vec<Doubt>,
    /// Files that are no longer where they were.
    gone: Vec<PathBuf>,
}

impl SourcesState {
    /// What is known of the boundaries of a document.
    fn known(&mut self, project: &Study) -> &Known {
        let looked_at = doubts::looked_at(project).len();
        let key = (std::sync::Arc::as_ptr(project.dataset()).addr(), project.basis().revision, looked_at);
        let recognised = &self.recognised;
        self.known.of(key, || {
            let facts = Facts::of(project);
            let layers = project.document().origin().as_loaded().layers.iter();
            let files = layers.filter_map(|layer| Some(layer.reading.from.as_ref()?.path.clone()));
            Known {
                doubts: doubts::of(project, &facts, recognised),
                gone: files.filter(|file| !file.exists()).collect(),
                facts,
            }
        })
    }

    /// Takes up what the columns of each layer were taken for.
    pub fn take_recognition(&mut self, recognised: Vec<Recognition>) {
        self.recognised = recognised;
        self.known = Derived::default();
    }

    /// Takes up which layers files have.
    pub fn take_contents(&mut self, contents: Contained) {
        self.contents = contents;
    }

    /// How many things should be looked at.
    pub fn doubts(&mut self, project: &Study) -> usize {
        self.known(project).doubts.len()
    }

    /// Goes to the layer with the first doubt; `false` where there is none, but that nobody has told the population yet
    /// where tables are about to.
    pub fn go_to_doubt(&mut self, project: &Study, tables_wait: bool) -> bool {
        let is_open = |doubt: &&Doubt| !(tables_wait && **doubt == Doubt::Missing(quhua::model::Role::Population));
        let layer = self.known(project).doubts.iter().find(is_open).map(Doubt::layer);
        self.layer = layer.unwrap_or(self.layer);
        layer.is_some()
    }
}

/// Shows the tab.
pub fn show(ui: &mut Ui, shown: &Shown<'_>, project: &Study, state: &mut SourcesState, send: &mut Vec<Command>) {
    // What was joined did not come with the boundaries.
    let loaded = project.document().origin().as_loaded();
    state.layer = state.layer.min(loaded.layers.len().saturating_sub(1));
    state.known(project);
    let SourcesState { layer: at, known, systems, contents, .. } = state;
    let Some(known) = known.get() else { return };
    let (all, gap) = (ui.available_rect_before_wrap(), 3.0 * GRID);
    // Where there is little room the sheet has all of it: the rows are there to be looked at beside it.
    let width = if all.width() < 640.0 { all.width() } else { (all.width() * 0.48).clamp(400.0, 640.0) };
    let (left, right) = all.split_left_right_at_x(all.left() + width);
    // What the two hold scrolls; it never asks the panel for more room.
    ui.allocate_rect(all, egui::Sense::hover());
    let mut part =
        |rect| ui.new_child(egui::UiBuilder::new().max_rect(rect).layout(egui::Layout::top_down(egui::Align::Min)));
    reading::show(&mut part(left), shown, (project, loaded), (at, known, systems, contents), send);
    if right.width() > gap {
        let line = right.left() + gap / 2.0;
        let mut right = part(egui::Rect::from_min_max(right.min + vec2(gap, 0.0), right.max));
        right.painter().vline(line, all.y_range(), shown.colours.hairline());
        // Another layer may have been pressed just now.
        if let Some(layer) = loaded.layers.get(*at) {
            rows::show(&mut right, shown, &loaded.fields, (*at, layer), send);
        }
    }
}

/// Has another layer of the same file read beside one, as another level; or no longer.
fn choose_beside(loaded: &Dataset, at: usize, name: &str, send: &mut Vec<Command>) {
    let (Some((mut sources, of)), Some(layer)) = (loaded.sources(), loaded.layers.get(at)) else { return };
    let Some(own) = of.get(at).and_then(|&at| sources.get_mut(at)) else { return };
    // Which one it is must be said now that there are two.
    own.layer = own.layer.take().or_else(|| layer.reading.layer.clone());
    let other = LayerSource { layer: Some(name.to_owned()), levels: None, ..own.clone() };
    let is_it = |source: &LayerSource| source.path == other.path && source.layer == other.layer;
    if sources.iter().any(is_it) {
        sources.retain(|source| !is_it(source));
    } else {
        sources.push(other);
    }
    send.push(Command::ReadAnew(Box::new(Otherwise::Sources(sources))));
}

/// Has the files read with another choice for one layer.
fn choose(loaded: &Dataset, at: usize, send: &mut Vec<Command>, choice: impl FnOnce(&mut LayerSource)) {
    let Some((mut sources, of)) = loaded.sources() else { return };
    if let Some(source) = of.get(at).and_then(|&at| sources.get_mut(at)) {
        choice(source);
    }
    send.push(Command::ReadAnew(Box::new(Otherwise::Sources(sources))));
}
