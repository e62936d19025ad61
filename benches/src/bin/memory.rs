//! Counts the memory that reading one pickle takes.
//!
//! `memory log|mesh|minecraft_savedata|mk48|floats|graph PICKLE` prints the bytes at the peak and
//! those of the result, beside the pickle. It is a binary of its own because counting costs time.

use std::process::ExitCode;

use peak_alloc::PeakAlloc;
use pickle_benches::datasets::{Logs, Mesh, Players, Updates};
use pickle_core::{Graph, ReconstructOwned};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [kind, path] = arguments.as_slice() else {
        eprintln!("usage: memory log|mesh|minecraft_savedata|mk48|floats|graph PICKLE");
        return ExitCode::FAILURE;
    };
    match read(kind, path) {
        Ok((peak, result)) => {
            println!("{peak} {result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn read(kind: &str, path: &str) -> Result<(usize, usize)> {
    let pickle = std::fs::read(path)?;
    match kind {
        "log" => typed::<Logs>(&pickle),
        "mesh" => typed::<Mesh>(&pickle),
        "minecraft_savedata" => typed::<Players>(&pickle),
        "mk48" => typed::<Updates>(&pickle),
        "floats" => typed::<Vec<f64>>(&pickle),
        "graph" => count(|| Ok(Graph::from_slice(&pickle)?)),
        _ => Err(format!("found {kind:?}, expected the name of a dataset, or graph").into()),
    }
}

fn typed<T: ReconstructOwned>(pickle: &[u8]) -> Result<(usize, usize)> {
    count(|| Ok(pickle_core::from_slice::<T>(pickle)?))
}

/// What making a value takes at its peak, and what the value takes.
fn count<T>(make: impl FnOnce() -> Result<T>) -> Result<(usize, usize)> {
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let value = make()?;
    let (peak, after) = (ALLOCATED.peak_usage(), ALLOCATED.current_usage());
    drop(value);
    Ok((peak - before, after - before))
}
