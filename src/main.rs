//! Quhua (区划) without a window: the command line alone, for servers.

use std::process::ExitCode;

use quhua::cli::{self, Request};

fn main() -> ExitCode {
    match cli::run() {
        Request::Done(status) => status,
        Request::Window(_) => {
            cli::fail(["这个程序不带窗口；子命令见 --help", "this build has no window; see --help for the subcommands"])
        }
    }
}
