//! Quhua (区划): the command line, and the window behind it.

use std::process::ExitCode;

use quhua::cli::{self, Request};

fn main() -> ExitCode {
    match cli::run() {
        Request::Done(status) => status,
        Request::Window(files) => window(files),
    }
}

fn window(files: Vec<std::path::PathBuf>) -> ExitCode {
    match quhua_window::app::run(files) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => cli::fail([&format!("打不开窗口：{error}"), &format!("the window cannot be opened: {error}")]),
    }
}
