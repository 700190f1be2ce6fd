//! Opening the window.

use std::path::PathBuf;

use eframe::egui;

use super::{App, log};
use crate::render::adapter;
use quhua::io::project::Workplace;

/// Opens the window on files, or on the sample county without any. Returns when it is closed.
///
/// # Errors
/// [`eframe::Error`] when no window can be opened or no graphics adapter can draw into it.
pub fn run(files: Vec<PathBuf>) -> eframe::Result {
    if let Some(workplace) = Workplace::of_user() {
        log::begin(&workplace.logs());
    }
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("quhua")
        .with_title("Quhua")
        .with_inner_size([1366.0, 768.0])
        .with_min_inner_size([960.0, 560.0])
        .with_drag_and_drop(true);
    let options = eframe::NativeOptions {
        viewport,
        renderer: eframe::Renderer::Wgpu,
        wgpu_options: adapter::wgpu_configuration(),
        persist_window: true,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native("quhua", options, Box::new(|creation| Ok(Box::new(App::new(creation, files)))))
}
