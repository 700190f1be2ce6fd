//! Quhua (区划) without a window: the command line alone, for servers.

use std::process::ExitCode;

use quhua::cli::{self, Request};

fn main() -> ExitCode {
    match cli::run() {
        Request::Done(status) => status,
        Request::Window(_) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "error: this build has no window; see --help for the subcommands");
            ExitCode::from(2)
        }
    }
}
