//! Runs one hot path a number of times, for `valgrind --tool=callgrind`.
//!
//! `profile log|mesh encode|decode TIMES`

use std::hint::black_box;

use pickle_benches::datasets::{Logs, Mesh, logs, mesh};
use pickle_core::{Reconstruct, Reduce};

fn run<T: Reduce + for<'de> Reconstruct<'de>>(value: &T, direction: &str, times: usize) {
    let mut buffer = Vec::new();
    for _ in 0..times {
        buffer.clear();
        pickle_core::to_buffer(&mut buffer, black_box(value)).unwrap_or_default();
    }
    if direction == "decode" {
        for _ in 0..times {
            black_box(pickle_core::from_slice::<T>(black_box(&buffer)).is_ok());
        }
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dataset, direction, times] = arguments.as_slice() else {
        eprintln!("profile log|mesh encode|decode TIMES");
        return;
    };
    let times = times.parse().unwrap_or(1);
    match dataset.as_str() {
        "log" => run::<Logs>(&logs(10_000), direction, times),
        _ => run::<Mesh>(&mesh(10_000), direction, times),
    }
}
