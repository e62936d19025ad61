//! What must hold for any bytes, as functions that `cargo fuzz` calls with what it makes up, and a
//! seeded test with damaged and generated pickles.

pub mod generate;
pub mod inputs;
pub mod targets;

/// Something that must hold for any bytes: it panics where it does not.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name, as that of the binary in `fuzz/fuzz_targets`.
    pub name: &'static str,
    /// Checks it.
    pub run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "typed", run: targets::typed },
    Target { name: "graph", run: targets::graph },
    Target { name: "tools", run: targets::tools },
    Target { name: "optimize", run: targets::optimize },
    Target { name: "transcode", run: targets::transcode },
    Target { name: "stream", run: targets::stream },
    Target { name: "audit", run: targets::audit },
    Target { name: "value", run: targets::value },
];
