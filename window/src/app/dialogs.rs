//! File dialogs. They run beside the window: a synchronous one would freeze it.
//!
//! A system without a file dialog answers like a user who cancels. So every path can also be written into the path
//! box of the palette.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::ui::state::command::Action;
use crate::ui::state::exports;
use crate::ui::state::view::PathPurpose;
use quhua::i18n::{Lang, Text};

/// Opens a dialog. What is returned waits for the paths, none when it was cancelled.
pub fn ask(purpose: PathPurpose, lang: Lang, file_name: &str) -> Box<dyn FnOnce() -> Vec<PathBuf> + Send> {
    let dialog = dialog(purpose, lang, file_name);
    // On macOS the dialog must be made on the thread of the window; awaiting it may happen anywhere.
    if matches!(purpose, PathPurpose::Open | PathPurpose::Rebase) {
        let picked = dialog.pick_files();
        Box::new(move || paths(block_on(picked)))
    } else if purpose.reads() {
        let picked = dialog.pick_file();
        Box::new(move || paths(block_on(picked).map(|file| vec![file])))
    } else {
        let picked = dialog.save_file();
        Box::new(move || paths(block_on(picked).map(|file| vec![file])))
    }
}

fn dialog(purpose: PathPurpose, lang: Lang, file_name: &str) -> rfd::AsyncFileDialog {
    type Filters = &'static [(Text, &'static [&'static str])];
    let (title, filters): (Text, Filters) = match purpose {
        PathPurpose::Open => {
            (Text::OpenHint, &[(Text::FileKindOpen, &["gpkg", "geojson", "json", "geojsonl", "ndjson"])])
        }
        PathPurpose::SaveProject => (Text::SaveAs, &[(Text::FileKindProject, &["gpkg"])]),
        PathPurpose::Facilities => (Text::OpenFacilities, &[(Text::FileKindFacilities, &["geojson", "json"])]),
        PathPurpose::Rebase => (Text::Rebase, &[(Text::FileKindGeojson, &["geojson", "json", "geojsonl", "ndjson"])]),
        PathPurpose::OpenPlan => (Text::OpenPlan, &[(Text::FileKindPlan, &["json"])]),
        PathPurpose::SavePlan => (Text::SavePlan, &[(Text::FileKindPlan, &["json"])]),
        PathPurpose::Export(kind) => (Action::Export(kind).info().name, exports::row(kind).formats),
        PathPurpose::Rules => (Text::OpenRules, &[(Text::FileKindRules, &["toml"])]),
        PathPurpose::SaveLog => (Text::SaveLogFile, &[(Text::FileKindText, &["txt"])]),
        PathPurpose::Background => (Text::BackgroundFromFile, &[(Text::FileKindTiles, &["mbtiles", "pmtiles"])]),
    };
    let dialog = rfd::AsyncFileDialog::new().set_title(lang.of(title));
    let dialog = filters.iter().fold(dialog, |dialog, (name, endings)| dialog.add_filter(lang.of(*name), endings));
    if purpose.reads() { dialog } else { dialog.set_file_name(file_name) }
}

fn paths(files: Option<Vec<rfd::FileHandle>>) -> Vec<PathBuf> {
    files.unwrap_or_default().iter().map(|file| file.path().to_owned()).collect()
}

/// Waits for a future on this thread.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let mut future = pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}
