//! The datasets of the benchmarks, which are in `benches/suite`.

pub mod datasets;
