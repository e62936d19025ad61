//! Runs one hot path a number of times, for `valgrind --tool=callgrind`.
//!
//! ```text
//! profile DATASET encode|serde|decode|general|graph TIMES [PICKLE]
//! profile DATASET write > PICKLE
//! ```
//!
//! What two numbers of times differ by is the cost of the path alone. Without a file, what is read
//! is what we write; `benches/python/rewrite.py` makes the file of what CPython writes for the same
//! objects:
//!
//! ```text
//! profile log write | python3 benches/python/rewrite.py 4 > log.pickle
//! ```

use std::hint::black_box;
use std::io::Write;
use std::process::ExitCode;

use pickle_benches::datasets::{logs, mesh, players, updates};
use pickle_core::serde::SerOptions;
use pickle_core::{Graph, ReconstructOwned, Reduce, Route, UnpickleOptions};
use serde::Serialize;

const USAGE: &str = "usage: profile log|mesh|minecraft_savedata|mk48 encode|serde|decode|general|graph \
                     TIMES [PICKLE]\n       profile DATASET write";

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dataset(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn dataset(arguments: &[&str]) -> Result<()> {
    match arguments {
        ["log", rest @ ..] => run(&logs(10_000), rest),
        ["mesh", rest @ ..] => run(&mesh(10_000), rest),
        ["minecraft_savedata", rest @ ..] => run(&players(500), rest),
        ["mk48", rest @ ..] => run(&updates(100), rest),
        _ => Err(USAGE.into()),
    }
}

fn run<T: Reduce + ReconstructOwned + Serialize>(value: &T, arguments: &[&str]) -> Result<()> {
    let mut buffer = Vec::new();
    let (path, times, file) = match arguments {
        ["write"] => {
            pickle_core::to_buffer(&mut buffer, value)?;
            return Ok(std::io::stdout().write_all(&buffer)?);
        }
        [path, times] => (*path, times.parse::<u32>()?, None),
        [path, times, file] => (*path, times.parse::<u32>()?, Some(file)),
        _ => return Err(USAGE.into()),
    };
    if path == "encode" {
        for _ in 0..times {
            buffer.clear();
            pickle_core::to_buffer(&mut buffer, black_box(value))?;
        }
        return Ok(());
    }
    if path == "serde" {
        for _ in 0..times {
            buffer.clear();
            pickle_core::serde::to_writer(&mut buffer, black_box(value), SerOptions::new())?;
        }
        return Ok(());
    }
    match file {
        Some(file) => buffer = std::fs::read(file)?,
        None => pickle_core::to_buffer(&mut buffer, value)?,
    }
    for _ in 0..times {
        match path {
            "decode" => drop(black_box(pickle_core::from_slice::<T>(black_box(&buffer))?)),
            "general" => {
                let options = UnpickleOptions::new().route(Route::General);
                drop(black_box(options.from_slice::<T>(black_box(&buffer))?));
            }
            "graph" => drop(black_box(Graph::from_slice(black_box(&buffer))?)),
            _ => return Err(USAGE.into()),
        }
    }
    Ok(())
}
