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

use crate::plan::Plan;
use crate::report::Report;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let plan = Plan::new(std::env::args().skip(1));
    let mut report = Report::new(&plan);
    structs::run(&plan, &mut report);
    plain::run(&plan, &mut report);
    pyperformance::run(&plan, &mut report);
    shapes::run(&plan, &mut report);
    dicts::run(&plan, &mut report);
    scaling::run(&plan, &mut report);
    memory::run(&plan, &mut report);
    report.finish()
}
