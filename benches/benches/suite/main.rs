//! The benchmarks: `cargo bench -p pickle-benches [-- [--quick] [WORD…]]`.
//!
//! Words choose groups and rows that have one of them in their names. As a test, the program runs
//! everything once with little data, and sees that every contender reads back what it wrote.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot code its data should panic")]
#![allow(clippy::indexing_slicing, reason = "as above")]

mod compare;
mod dicts;
mod memory;
mod peers;
mod plain;
mod plan;
mod plot;
mod pyperformance;
mod python;
mod report;
mod scaling;
mod shapes;
mod structs;
mod table;
mod targets;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser as _;
use pickle_cli::cli::Cli;

use crate::plan::Plan;
use crate::report::Report;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The first argument with which this program is the tool `pickle`, so that it can be measured as
/// a process of its own.
const TOOL: &str = "tool";

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.next_if(|argument| argument == TOOL).is_some() {
        let cli = Cli::parse_from(["pickle".to_owned()].into_iter().chain(arguments));
        return pickle_cli::run(&cli).map(ExitCode::from).map_err(|error| error.to_string().into());
    }
    let plan = Plan::new(arguments);
    let mut report = Report::new(&plan);
    structs::run(&plan, &mut report);
    plain::run(&plan, &mut report);
    pyperformance::run(&plan, &mut report);
    shapes::run(&plan, &mut report);
    dicts::run(&plan, &mut report);
    scaling::run(&plan, &mut report);
    memory::run(&plan, &mut report);
    report.finish()?;
    Ok(ExitCode::SUCCESS)
}
