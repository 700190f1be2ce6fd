//! Turning the background on and off.

use std::path::Path;

use super::App;
use super::jobs::Kind;
use crate::ui::map::Background;
use crate::ui::notices::Gravity;
use crate::ui::state::background::{BackgroundLook, Shows};
use quhua::i18n::{Say as _, Text};
use quhua::tiles::{Template, TileError, TileSource};

impl App {
    /// Takes over what the user chose. Tiles are loaded anew only when they are others.
    pub(super) fn set_background(&mut self, look: BackgroundLook) {
        let same = look.has_tiles_of(&self.preferences.background);
        self.preferences.background = look;
        if !same {
            self.start_background();
        } else if let Some(background) = self.canvas.background_mut() {
            background.set_grid(self.preferences.background.grid());
        }
    }

    /// Shows nothing below the units.
    pub(super) fn remove_background(&mut self) {
        let look = self.preferences.background.clone();
        self.set_background(BackgroundLook { shows: Shows::Off, ..look });
    }

    /// Shows a local file below the units.
    pub(super) fn open_background(&mut self, path: &Path) {
        // Chosen again, it is opened again: it may have been replaced.
        self.preferences.background = self.preferences.background.with_file(path);
        self.start_background();
    }

    /// Starts with what the choices of the user say, in place of what is there.
    pub(super) fn start_background(&mut self) {
        self.jobs.drop_kinds(&[Kind::OpenTiles]);
        self.canvas.set_background(None);
        let look = &self.preferences.background;
        match (look.shows, &look.file) {
            (Shows::File, Some(file)) => {
                let path = file.path.clone();
                self.run(
                    Kind::OpenTiles,
                    "",
                    move |_| TileSource::open(&path),
                    |app, source| match source {
                        Ok(source) => app.background_opened(source),
                        Err(_) => app.preferences.background.shows = Shows::Off,
                    },
                );
            }
            (Shows::Server, _) => {
                let source = Template::parse(&look.server.address).map(TileSource::server).map_err(TileError::from);
                self.background_opened(source);
            }
            (Shows::Off | Shows::File, _) => {}
        }
    }

    /// Takes up a source of tiles, or says why there is none.
    pub(super) fn background_opened(&mut self, source: Result<TileSource, TileError>) {
        let grid = self.preferences.background.grid();
        match source.and_then(|source| Background::start(&source, grid, &self.ctx)) {
            Ok(background) => {
                self.canvas.set_background(Some(background));
                self.check_background_covers();
            }
            Err(error) => self.background_failed(&error),
        }
    }

    /// Says what went wrong with the background, and turns it off when nothing more can come of it.
    pub(super) fn background_failed(&mut self, error: &TileError) {
        self.notices.say(Gravity::Error, error.sentence(self.lang));
        if error.is_final() {
            self.preferences.background.shows = Shows::Off;
            self.canvas.set_background(None);
        }
    }

    /// Says so when the background lies elsewhere than the units.
    pub(super) fn check_background_covers(&mut self) {
        let covered = self.canvas.background().and_then(|background| background.info().pyramid.bounds);
        let units = self.project.as_ref().and_then(|project| project.dataset().coverage.bounds());
        if let (Some(covered), Some(units)) = (covered, units) {
            let apart = |a: [f64; 2], b: [f64; 2]| a[1] < b[0] || b[1] < a[0];
            let columns = [covered, units].map(|rect| [rect.min().x, rect.max().x]);
            let rows = [covered, units].map(|rect| [rect.min().y, rect.max().y]);
            if apart(columns[0], columns[1]) || apart(rows[0], rows[1]) {
                self.notices.say(Gravity::Warning, self.lang.of(Text::BackgroundElsewhere));
            }
        }
    }
}
