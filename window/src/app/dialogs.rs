//! File dialogs. They run beside the window: a synchronous one would freeze it.
//!
//! A system without a file dialog answers like a user who cancels. So every path can also be written into the path
//! box of the palette.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use crate::ui::state::action::Action;
use crate::ui::state::exports::{self, ExportKind};
use crate::ui::state::view::PathPurpose;
use quhua::i18n::{Lang, Text};
use quhua::io::format::{self, FileKind};
use quhua::io::outgoing::Format;

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
    // What is read stands in the table of formats, what is written with its writer.
    let read = format::endings(read_kinds(purpose));
    let filters = |kind: Text, endings: &[&'static str]| vec![(lang.of(kind), endings.to_vec())];
    let (title, filters) = match purpose {
        PathPurpose::Open => (Text::OpenHint, filters(Text::FileKindOpen, &read)),
        PathPurpose::SaveProject => (Text::SaveAs, filters(Text::FileKindProject, &["gpkg"])),
        PathPurpose::Facilities => (Text::OpenFacilities, filters(Text::FileKindFacilities, &read)),
        PathPurpose::Table => (Text::JoinTable, filters(Text::FileKindTables, &read)),
        PathPurpose::Ledger => (Text::LayLedger, filters(Text::FileKindTables, &read)),
        PathPurpose::NewerLedger => (Text::ReplaceLedger, filters(Text::FileKindTables, &read)),
        PathPurpose::Pack => (Text::OpenPack, filters(Text::FileKindPack, &read)),
        PathPurpose::Rebase => (Text::Rebase, filters(Text::FileKindLayers, &read)),
        PathPurpose::OpenPlan => (Text::OpenPlan, filters(Text::FileKindPlan, &read)),
        PathPurpose::SavePlan => (Text::SavePlan, filters(Text::FileKindPlan, &["json"])),
        PathPurpose::Export(ExportKind::Boundaries) => {
            // The format was chosen before, and stands in the name.
            let format = Format::of(Path::new(file_name), true);
            let format = format.map(|format| (format.called(lang), format.endings.to_vec()));
            (Text::ExportBoundaries, format.into_iter().collect())
        }
        PathPurpose::Export(kind) => {
            let formats = exports::row(kind).formats.iter().map(|(kind, endings)| (lang.of(*kind), endings.to_vec()));
            (Action::Export(kind).info().name, formats.collect())
        }
        PathPurpose::Rules => (Text::OpenRules, filters(Text::FileKindRules, &read)),
        PathPurpose::OpenProfile => (Text::OpenProfile, filters(Text::FileKindProfile, &["json"])),
        PathPurpose::SaveProfile => (Text::SaveProfile, filters(Text::FileKindProfile, &["json"])),
        PathPurpose::SaveLog => (Text::SaveLogFile, filters(Text::FileKindText, &["txt"])),
        PathPurpose::Background => (Text::BackgroundFromFile, filters(Text::FileKindTiles, &read)),
    };
    let dialog = rfd::AsyncFileDialog::new().set_title(lang.of(title));
    let dialog = filters.iter().fold(dialog, |dialog, (name, endings)| dialog.add_filter(*name, endings));
    if purpose.reads() { dialog } else { dialog.set_file_name(file_name) }
}

/// What files are that are read for a purpose.
const fn read_kinds(purpose: PathPurpose) -> &'static [FileKind] {
    match purpose {
        PathPurpose::Open => &[FileKind::Project, FileKind::Layers, FileKind::Places, FileKind::Plan, FileKind::Table],
        PathPurpose::Facilities => &[FileKind::Places],
        PathPurpose::Table => &[FileKind::Table],
        PathPurpose::Ledger | PathPurpose::NewerLedger => &[FileKind::Table, FileKind::Places],
        PathPurpose::Rebase => &[FileKind::Layers],
        PathPurpose::OpenPlan => &[FileKind::Plan],
        PathPurpose::Rules | PathPurpose::Pack => &[FileKind::Rules],
        PathPurpose::Background => &[FileKind::Tiles],
        PathPurpose::OpenProfile
        | PathPurpose::SaveProfile
        | PathPurpose::SaveProject
        | PathPurpose::SavePlan
        | PathPurpose::Export(_)
        | PathPurpose::SaveLog => &[],
    }
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
