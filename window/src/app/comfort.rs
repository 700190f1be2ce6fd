//! What makes the work easier: bookmarks, recent files, the tour, messages and logs to be sent.

use std::path::Path;

use super::{App, Pending, log};
use crate::ui::inspector::Card;
use crate::ui::notices::Gravity;
use crate::ui::state::bookmarks::{self, Bookmark, Change};
use crate::ui::state::layout::{self, Layout, NamedLayout, Pane, Spot};
use crate::ui::state::view::{BottomTab, PathPurpose, TextScale};
use crate::ui::tour::{Facts, Tour};
use crate::ui::words;
use quhua::i18n::{Say as _, sentences};
use quhua::io::LayerSource;
use quhua::io::atomic::write_file;
use quhua::io::project::Origin;

/// Files that are remembered.
const RECENT: usize = 8;

impl App {
    /// Text and everything around it take another size.
    pub(super) fn set_text_scale(&mut self, scale: TextScale) {
        self.preferences.text_scale = scale;
        self.ctx.set_zoom_factor(scale.factor());
    }

    /// Takes up the bookmarks of the document.
    pub(super) fn take_up_bookmarks(&mut self) {
        let settings = self.project.as_ref().map(|project| project.document().settings());
        let text = settings.and_then(|settings| settings.get(bookmarks::SETTING));
        let kept: Option<Vec<Bookmark>> = text.and_then(|text| serde_json::from_str(text).ok());
        self.view.bookmarks = kept.unwrap_or_default();
        self.view.bookmarks.retain(|bookmark| bookmark.view().is_some());
        self.bookmark = None;
    }

    /// A new bookmark, called after what is selected, or by its number.
    pub(super) fn add_bookmark(&mut self) {
        let Some(project) = &self.project else { return };
        let name = match self.view.selection.as_slice() {
            [unit] => words::unit(project.state().unit(*unit)).to_owned(),
            _ => sentences::bookmark(self.lang, self.view.bookmarks.len() + 1),
        };
        self.change_bookmarks(Change::Add(name));
    }

    pub(super) fn change_bookmarks(&mut self, change: Change) {
        let all = &mut self.view.bookmarks;
        match change {
            Change::Add(name) => {
                self.notices.say(Gravity::Done, sentences::bookmark_added(self.lang, &name));
                all.push(Bookmark::new(name, self.canvas.camera().lonlat_rect()));
            }
            Change::Rename(at, name) => {
                if let Some(bookmark) = all.get_mut(at).filter(|_| !name.trim().is_empty()) {
                    name.trim().clone_into(&mut bookmark.name);
                }
            }
            Change::Remove(at) => {
                if at < all.len() {
                    all.remove(at);
                }
                self.bookmark = None;
            }
        }
        if let (Some(project), Ok(text)) = (&mut self.project, serde_json::to_string(&self.view.bookmarks)) {
            project.document_mut().set_work(bookmarks::SETTING, text);
        }
    }

    pub(super) fn go_to_bookmark(&mut self, at: usize) {
        if let Some(view) = self.view.bookmarks.get(at).and_then(Bookmark::view) {
            self.canvas.fly_to_view(view);
            self.bookmark = Some(at);
        }
    }

    pub(super) fn next_bookmark(&mut self) {
        let count = self.view.bookmarks.len().max(1);
        self.go_to_bookmark(self.bookmark.map_or(0, |at| (at + 1) % count));
    }

    /// Puts files at the head of those that were opened or saved before.
    pub(super) fn remember(&mut self, origin: &Origin) {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let files: Vec<LayerSource> = match origin {
            Origin::Sample => Vec::new(),
            Origin::Files(sources) => sources.iter().map(|source| source.at(absolute(&source.path))).collect(),
            Origin::Project(path) => vec![absolute(path).into()],
        };
        if files.is_empty() {
            return;
        }
        let recent = &mut self.preferences.recent;
        // However they were read: the last way is the one that holds.
        let same = |a: &[LayerSource], b: &[LayerSource]| {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (&a.path, &a.layer) == (&b.path, &b.layer))
        };
        recent.retain(|other| !same(other, &files));
        recent.insert(0, files);
        recent.truncate(RECENT);
    }

    /// Opens files that were opened before; what is gone leaves the list.
    pub(super) fn open_recent(&mut self, at: usize) {
        let Some(files) = self.preferences.recent.get(at) else { return };
        if let Some(gone) = files.iter().find(|file| !file.path.exists()) {
            let gone = gone.path.display().to_string();
            self.notices.say(Gravity::Error, sentences::recent_gone(self.lang, &gone));
            self.preferences.recent.remove(at);
            return;
        }
        self.open_or_ask(Pending::Open(files.clone()));
    }

    /// Begins the tour, on the sample county.
    pub(super) fn begin_tour(&mut self) {
        self.tour_wanted = true;
        let is_sample = self.project.as_ref().is_some_and(|project| *project.origin() == Origin::Sample);
        if is_sample {
            self.start_wanted_tour();
        } else {
            self.open_or_ask(Pending::Sample);
        }
    }

    /// Begins a tour that was wanted, now that a document is there.
    pub(super) fn start_wanted_tour(&mut self) {
        let Some(project) = &self.project else { return };
        if !std::mem::take(&mut self.tour_wanted) || *project.origin() != Origin::Sample {
            return;
        }
        self.tour = Some(Tour::new(project.document().position()));
        self.preferences.toured = true;
        self.close_card();
        self.select(&[], crate::ui::state::command::SelectMode::Replace);
    }

    /// Lets the tour see what was done.
    pub(super) fn watch_tour(&mut self) {
        let (Some(tour), Some(project)) = (&mut self.tour, &self.project) else { return };
        tour.watch(&Facts {
            selected: self.view.selection.len(),
            merging: matches!(self.inspector.card, Card::Merge(_)),
            steps: project.document().position(),
            crosswalk: self.preferences.bottom_open && self.view.bottom == BottomTab::Crosswalk,
            exporting: self.exporting.is_some()
                || self.palette.is_exporting()
                || eframe::egui::Popup::is_any_open(&self.ctx),
        });
    }

    pub(super) fn change_layout(&mut self, change: layout::Change) {
        use layout::Change;

        let layout = &mut self.preferences.layout;
        match change {
            Change::Move(pane, side) => {
                layout.put(pane, side);
                self.layouts_taken += 1;
                if !pane.is_open(&self.preferences) {
                    self.act(pane.toggle().into());
                }
            }
            Change::Drop(pane, spot) => {
                match spot {
                    Spot::Side(side) => layout.put(pane, side),
                    Spot::Beside(other, beside) => layout.put_beside(pane, other, beside),
                }
                self.layouts_taken += 1;
            }
            Change::Share(side, sharing) => layout.share(side, sharing),
            Change::Front(pane) => layout.bring_to_front(pane),
            Change::Save(name) => {
                let open = Pane::ALL.into_iter().filter(|pane| pane.is_open(&self.preferences)).collect();
                let kept = NamedLayout { layout: self.preferences.layout.clone(), open };
                self.preferences.layouts.insert(name, kept);
            }
            Change::Apply(name) => {
                if let Some(NamedLayout { layout, open }) = self.preferences.layouts.get(&name).cloned() {
                    self.take_layout(layout, &open);
                }
            }
            Change::Remove(name) => drop(self.preferences.layouts.remove(&name)),
        }
    }

    /// Puts all panels where they are at first.
    pub(super) fn reset_layout(&mut self) {
        self.take_layout(Layout::default(), &[Pane::Units, Pane::Details]);
    }

    /// Puts all panels where a layout has them.
    fn take_layout(&mut self, layout: Layout, open: &[Pane]) {
        self.preferences.layout = layout;
        self.preferences.units_open = open.contains(&Pane::Units);
        self.preferences.inspector_open = open.contains(&Pane::Details);
        self.preferences.bottom_open = open.contains(&Pane::Tables);
        self.layouts_taken += 1;
    }

    pub(super) fn show_log_file(&mut self) {
        let Some(path) = log::path() else { return };
        if let Err(error) = log::show_in_file_manager(path) {
            tracing::warn!("file manager: {error}");
        }
        self.notices.say(Gravity::Info, sentences::log_file(self.lang, &path.display().to_string()));
    }

    pub(super) fn save_log_file(&mut self, to: &Path) {
        let Some(text) = log::path().and_then(|path| log::collected(path).ok()) else { return };
        let written = self
            .outputs()
            .target(to, &["txt", "log"])
            .and_then(|target| write_file(&target, |out| out.write_all(text.as_bytes())));
        match written {
            Ok(()) => self.notices.say(Gravity::Done, sentences::written(self.lang, &to.display().to_string())),
            Err(error) => self.notices.say(Gravity::Error, error.sentence(self.lang)),
        }
    }

    /// The path box for the log, in the folder of the user: the log itself lies where nobody looks.
    pub(super) fn ask_for_log_path(&mut self) {
        let start = super::write::documents().join("quhua-log.txt").display().to_string();
        self.palette.open(crate::ui::palette::PaletteMode::Path(PathPurpose::SaveLog), start);
    }

    pub(super) fn copy_messages(&mut self) {
        self.ctx.copy_text(self.notices.to_text());
        self.notices.say(Gravity::Done, self.lang.of(quhua::i18n::Text::MessagesCopied));
    }
}
