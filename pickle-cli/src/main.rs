//! The binary `pickle`.

use std::process::ExitCode;

use clap::Parser as _;
use pickle_cli::cli::Cli;

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
