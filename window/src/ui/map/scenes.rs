//! The maps of the datasets that splits lead to, and that undo leads back to.
//!
//! They share with the map as opened what no cut touches, so they are made at once. The map of other boundaries, as another
//! scenario may have them, takes long for a province: that is done beside the window, and until then the map as opened
//! stands in.

use std::sync::Arc;

use crate::render::MapScene;
use quhua::jobs::Progress;
use quhua::model::Dataset;

/// Up to so many vertices of all borders a map is made at once: nobody notices.
const AT_ONCE: usize = 400_000;
/// Maps kept besides the one as opened: an undo, a redo and a switch to and fro find theirs.
const MOST: usize = 3;
/// Vertices of all of them, besides the latest.
const MOST_VERTICES: usize = 30_000_000;

/// Maps at hand.
pub struct Scenes {
    /// Up to so many vertices a map is made at once.
    at_once: usize,
    opened: Option<Known>,
    others: Vec<Known>,
    /// Datasets whose maps somebody waits for, and those whose maps are being made.
    wanted: Vec<Arc<Dataset>>,
    making: Vec<Arc<Dataset>>,
}

impl Default for Scenes {
    fn default() -> Self {
        Self { at_once: AT_ONCE, opened: None, others: Vec::new(), wanted: Vec::new(), making: Vec::new() }
    }
}

/// A dataset and its map.
type Known = (Arc<Dataset>, Arc<MapScene>);

impl Scenes {
    /// Starts again with what was opened.
    pub fn open(&mut self, dataset: &Arc<Dataset>, scene: Arc<MapScene>) {
        let at_once = self.at_once;
        *self = Self { opened: Some((Arc::clone(dataset), scene)), at_once, ..Self::default() };
    }

    /// The map of a dataset, or what stands in for it; then it is wanted.
    pub fn of(&mut self, dataset: &Arc<Dataset>) -> Option<Arc<MapScene>> {
        if let Some(scene) = self.known(dataset) {
            return Some(scene);
        }
        let refined = self.opened.as_ref().and_then(|(_, opened)| opened.refined(dataset));
        if let Some(scene) = refined.map(Arc::new) {
            self.keep(dataset, Arc::clone(&scene));
            return Some(scene);
        }
        if dataset.coverage.vertex_count() <= self.at_once
            && let Ok(scene) = MapScene::of_dataset(dataset, &Progress::new())
        {
            let scene = Arc::new(scene);
            self.keep(dataset, Arc::clone(&scene));
            return Some(scene);
        }
        if !self.wanted.iter().chain(&self.making).any(|it| Arc::ptr_eq(it, dataset)) {
            self.wanted.push(Arc::clone(dataset));
        }
        self.opened.as_ref().map(|(_, scene)| Arc::clone(scene))
    }

    /// Whether the map of a dataset is at hand.
    #[must_use]
    pub fn has(&self, dataset: &Arc<Dataset>) -> bool {
        self.known(dataset).is_some()
    }

    /// Datasets whose maps are to be made now.
    pub fn take_wanted(&mut self) -> Vec<Arc<Dataset>> {
        let wanted = std::mem::take(&mut self.wanted);
        self.making.extend(wanted.iter().cloned());
        wanted
    }

    /// Whether the map of a dataset is being made.
    #[must_use]
    pub fn is_making(&self, dataset: &Arc<Dataset>) -> bool {
        self.making.iter().any(|it| Arc::ptr_eq(it, dataset))
    }

    /// Gives up making maps of datasets that are not shown.
    pub fn give_up(&mut self, is_shown: impl Fn(&Arc<Dataset>) -> bool) {
        self.making.retain(is_shown);
    }

    /// A map was made.
    pub fn keep(&mut self, dataset: &Arc<Dataset>, scene: Arc<MapScene>) {
        self.making.retain(|it| !Arc::ptr_eq(it, dataset));
        self.others.push((Arc::clone(dataset), scene));
        let of_each = dataset.coverage.vertex_count().max(1);
        let surplus = self.others.len().saturating_sub(MOST.min(1 + MOST_VERTICES / of_each));
        self.others.drain(..surplus);
    }

    fn known(&self, dataset: &Arc<Dataset>) -> Option<Arc<MapScene>> {
        let mut all = self.others.iter().chain(&self.opened);
        all.find(|(of, _)| Arc::ptr_eq(of, dataset)).map(|(_, scene)| Arc::clone(scene))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::grid;
    use quhua::edit::{Along, Document, Edit, Share, UnitRef};

    fn is_one(scene: Option<Arc<MapScene>>, other: &Arc<MapScene>) -> bool {
        scene.is_some_and(|scene| Arc::ptr_eq(&scene, other))
    }

    fn map(dataset: &Arc<Dataset>) -> Arc<MapScene> {
        Arc::new(MapScene::of_dataset(dataset, &Progress::new()).unwrap())
    }

    #[test]
    fn the_map_of_a_split_is_made_at_once() {
        let mut document = Document::new(grid(2, 2));
        let opened = Arc::clone(document.dataset());
        let line = Along::Line(vec![[-0.5, 0.25], [1.5, 0.25]]);
        let unit = UnitRef::code("510722101201");
        document.commit(&Edit::Split { unit, along: line, share: Share::Area, parts: Vec::new() }).unwrap();
        let cut = Arc::clone(document.dataset());

        let mut scenes = Scenes { at_once: 0, ..Scenes::default() };
        let first = map(&opened);
        scenes.open(&opened, Arc::clone(&first));
        let other = scenes.of(&cut).unwrap();
        assert!(!Arc::ptr_eq(&other, &first) && scenes.take_wanted().is_empty());
        assert!(scenes.has(&cut) && is_one(scenes.of(&cut), &other), "it is kept");
        document.undo();
        assert!(is_one(scenes.of(document.dataset()), &first), "undo finds the one as opened");
    }

    #[test]
    fn the_map_as_opened_stands_in_until_one_of_other_boundaries_is_made() {
        let (opened, cut) = (grid(2, 2), grid(3, 2));
        let mut scenes = Scenes { at_once: 0, ..Scenes::default() };
        let first = map(&opened);
        scenes.open(&opened, Arc::clone(&first));
        assert!(is_one(scenes.of(&opened), &first) && scenes.take_wanted().is_empty());
        assert!(is_one(scenes.of(&cut), &first), "it stands in");
        assert_eq!(scenes.take_wanted().len(), 1);
        assert!(is_one(scenes.of(&cut), &first) && scenes.take_wanted().is_empty(), "it is on its way");
        let other = map(&cut);
        scenes.keep(&cut, Arc::clone(&other));
        assert!(is_one(scenes.of(&cut), &other) && !scenes.is_making(&cut));
        assert!(is_one(scenes.of(&opened), &first), "undo finds it at once");

        // Small ones are made at once.
        let mut scenes = Scenes::default();
        scenes.open(&opened, Arc::clone(&first));
        assert!(!is_one(scenes.of(&cut), &first));
        assert!(scenes.take_wanted().is_empty());
    }

    #[test]
    fn who_does_not_wait_may_ask_again() {
        let (opened, cut) = (grid(2, 2), grid(2, 2));
        let mut scenes = Scenes { at_once: 0, ..Scenes::default() };
        scenes.open(&opened, map(&opened));
        scenes.of(&cut);
        scenes.take_wanted();
        scenes.give_up(|dataset| Arc::ptr_eq(dataset, &opened));
        scenes.of(&cut);
        assert_eq!(scenes.take_wanted().len(), 1);
    }
}
