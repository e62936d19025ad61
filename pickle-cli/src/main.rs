//! The binary `pickle`.

use std::process::ExitCode;

use clap::Parser as _;
use mimalloc::MiMalloc;
use pickle_cli::cli::Cli;

/// Gets the memory of a large graph in large pages, which takes a third off the time of `transcode`.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match pickle_cli::run(&cli) {
        Ok(code) => ExitCode::from(code),
        // Whoever read our output has seen enough.
        Err(failure) if failure.is_closed_output() => ExitCode::SUCCESS,
        Err(failure) => {
            anstream::eprintln!("pickle: {failure}");
            ExitCode::from(cli.exit_code(&failure))
        }
    }
}
