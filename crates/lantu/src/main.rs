//! `lantu`: from a plan's text to a live, judged register.

use std::process::ExitCode;

fn main() -> ExitCode {
    lantu::cli::run()
}
