//! `lantu`: from a plan's text to a live, judged register.

use std::process::ExitCode;

/// Reading a plan asks for many small pieces of memory and gives them back soon; this
/// allocator answers in a fraction of the system's time, and to several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    lantu::cli::run()
}
