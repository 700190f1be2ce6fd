//! A few pictures of the sample county, kept in `tests/snapshots`. They are drawn in software on Vulkan, which gives
//! nearly the same pixels everywhere; elsewhere they are skipped. `UPDATE_SNAPSHOTS=true` takes them anew.

use std::sync::Arc;

use eframe::egui::{Pos2, Rect, pos2, vec2};
use egui_kittest::SnapshotOptions;
use image::RgbaImage;

use super::styling::MapStyling;
use crate::render::{Adapters, Borders, Camera, HeadlessMap, MapScene, MapView};
use crate::ui::shown::Shown;
use crate::ui::state::action::Situation;
use crate::ui::state::view::{Colouring, Preferences, View};
use crate::ui::theme;
use quhua::edit::{Along, Document, Edit, Form, Share, Target, UnitRef};
use quhua::i18n::Lang;
use quhua::io::project::Origin;
use quhua::io::{Limits, geojson};
use quhua::jobs::Progress;
use quhua::metrics::Figure;
use quhua::model::{Dataset, FieldOverrides, LevelIndex, UnitId};
use quhua::study::{Study, Time};

const VILLAGES: LevelIndex = LevelIndex(0);
const TOWNSHIPS: LevelIndex = LevelIndex(1);

/// The sample county and a map of it.
struct County {
    project: Study,
    view: View,
    styling: MapStyling,
    map: HeadlessMap,
}

impl County {
    /// `None`, with a reason printed, on a machine without a Vulkan driver in software.
    fn open() -> Option<Self> {
        let mut map = match HeadlessMap::new(Adapters::SoftwareVulkan) {
            Ok(map) => map,
            Err(error) => {
                eprintln!("skipped: {error}");
                return None;
            }
        };
        let files: [(&str, &[u8]); 2] = [
            ("villages.geojson", include_bytes!("../../../../sample_data/sanhe/villages.geojson")),
            ("townships.geojson", include_bytes!("../../../../sample_data/sanhe/townships.geojson")),
        ];
        let progress = Progress::new();
        let read = |(name, bytes)| geojson::read_bytes(name, bytes, &Limits::default(), &progress).unwrap();
        let layers = files.into_iter().map(read).collect();
        let dataset = Arc::new(Dataset::assemble(layers, &FieldOverrides::default(), &progress).unwrap());
        let ranks = Borders::of(&dataset, &dataset.base).base_ranks();
        let scene = MapScene::build(Arc::<Dataset>::clone(&dataset), ranks, &progress).unwrap();
        map.set_scene(Arc::new(scene));
        let project = Study::new(Document::new(dataset), Origin::Sample);
        let view = View { level: TOWNSHIPS, ..View::default() };
        let styling = MapStyling::new(project.dataset());
        Some(Self { project, view, styling, map })
    }

    /// Brings colours and borders up to date.
    fn refresh(&mut self, dark: bool) {
        let colours = if dark { &theme::DARK } else { &theme::LIGHT };
        let (preferences, now) = (Preferences::default(), Situation::default());
        let (view, project) = (&self.view, Some(&self.project));
        let shown = Shown { lang: Lang::Zh, colours, preferences: &preferences, view, now: &now, project };
        self.styling.refresh(&self.project, &shown, None, None);
    }

    fn camera(lonlat: geo::Rect) -> Camera {
        Camera::fitting(Rect::from_min_size(Pos2::ZERO, vec2(400.0, 300.0)), lonlat, 8.0)
    }

    /// The map of a box in degrees.
    fn picture(&mut self, lonlat: geo::Rect, dark: bool) -> RgbaImage {
        self.refresh(dark);
        let camera = Self::camera(lonlat);
        let (theme, tables) = (self.styling.theme(), self.styling.tables());
        let view = MapView { camera: &camera, theme, tables, flash: 0.0, ground: None };
        let image = self.map.image(&view, 1.0).unwrap();
        RgbaImage::from_raw(image.width, image.height, image.rgba).unwrap()
    }

    /// Compares the map of a box in degrees with the picture of that name.
    fn check(&mut self, name: &str, lonlat: geo::Rect, dark: bool) {
        let image = self.picture(lonlat, dark);
        // Drivers round a little differently: some pixels at the edges of fills may fall to the other side.
        let options = SnapshotOptions::new().threshold(2.0).max_failed_pixels(300_usize);
        egui_kittest::image_snapshot_options(&image, name, &options);
    }

    fn all(&self) -> geo::Rect {
        self.project.dataset().coverage.bounds().unwrap()
    }

    fn units(&self, level: LevelIndex) -> Vec<UnitId> {
        self.project.state().units_at(level).collect()
    }

    /// Two townships that touch.
    fn pair(&self) -> Vec<UnitId> {
        let first = self.units(TOWNSHIPS)[12];
        vec![first, self.project.neighbours_of_all(&[first])[0]]
    }

    fn measure(&mut self, level: LevelIndex) {
        for time in [Time::Before, Time::Now] {
            let job = self.project.measure(time, level, || ());
            let figures = loop {
                if let Some(figures) = job.poll().ended() {
                    break figures.unwrap().unwrap();
                }
                std::thread::yield_now();
            };
            self.project.take_figures(time, level, figures);
        }
    }
}

#[test]
fn the_county_its_townships_and_a_village() {
    let Some(mut county) = County::open() else { return };
    let all = county.all();
    county.check("county", all, false);
    let township = county.project.bounds_of_all(&county.pair()).unwrap();
    county.check("townships", township, true);
    county.view.level = VILLAGES;
    let village = county.units(VILLAGES)[40];
    county.view.selection = vec![village];
    let village = county.project.bounds_of_all(&[village]).unwrap();
    county.check("village", village, false);
}

#[test]
fn a_merge_is_hatched() {
    let Some(mut county) = County::open() else { return };
    let (all, pair) = (county.all(), county.pair());
    let state = county.project.state();
    let units = pair.iter().map(|&unit| UnitRef::Code(state.unit(unit).code.clone())).collect();
    let merge = Edit::Merge { units, form: Form::Establish, into: Target::default() };
    county.refresh(false);
    let changed = county.project.document_mut().commit(&merge).unwrap().changed.clone();
    county.styling.changed(&county.project, &changed);
    county.check("merge", all, false);
}

#[test]
fn a_figure_shows_in_classes() {
    let Some(mut county) = County::open() else { return };
    county.view.level = VILLAGES;
    county.view.colouring = Colouring::Figure(Figure::Density);
    county.measure(VILLAGES);
    let all = county.all();
    county.check("density", all, false);
}

#[test]
fn after_a_cut_the_map_as_opened_is_right_everywhere_else() {
    let Some(mut county) = County::open() else { return };
    county.view.level = VILLAGES;
    let village = county.units(VILLAGES)[40];
    let bounds = county.project.bounds_of_all(&[village]).unwrap();
    let y = bounds.center().y;
    let line = Along::Line(vec![[bounds.min().x - 0.01, y], [bounds.max().x + 0.01, y]]);
    let unit = UnitRef::Code(county.project.state().unit(village).code.clone());
    let split = Edit::Split { unit, along: line, share: Share::Area, parts: Vec::new() };
    county.project.document_mut().commit(&split).unwrap();
    county.styling = MapStyling::new(county.project.dataset());
    county.view.selection = county.project.neighbours_of_all(&[village])[..1].to_vec();

    let all = county.all();
    let stands_in = county.picture(all, false);
    let scene = MapScene::of_dataset(county.project.dataset(), &Progress::new()).unwrap();
    county.map.set_scene(Arc::new(scene));
    let made = county.picture(all, false);
    let camera = County::camera(all);
    let corners = [bounds.min(), bounds.max()].map(|at| camera.screen_from_lonlat(at));
    let cut = Rect::from_two_pos(corners[0], corners[1]).expand(4.0);
    // Lines that cross lie upon each other in another order.
    let is_other = |a: &image::Rgba<u8>, b: &image::Rgba<u8>| a.0.iter().zip(b.0).any(|(&a, b)| a.abs_diff(b) > 60);
    let differ = made.enumerate_pixels().filter(|&(x, y, pixel)| is_other(stands_in.get_pixel(x, y), pixel));
    #[expect(clippy::cast_precision_loss, reason = "a small picture")]
    let is_within = |x: u32, y: u32| cut.contains(pos2(x as f32, y as f32));
    let (within, without): (Vec<_>, Vec<_>) = differ.partition(|&(x, y, _)| is_within(x, y));
    assert!(!within.is_empty() && without.is_empty(), "{} within, {} without", within.len(), without.len());
}
