//! The table of `pickle_core::types` names every public type there, and every feature of a crate.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its files should panic")]

use std::fs;
use std::path::Path;

fn source(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pickle-core");
    fs::read_to_string(folder.join(file)).unwrap()
}

/// The names that a module exports.
fn exports(module: &str) -> Vec<&str> {
    let uses = module.lines().filter_map(|line| line.strip_prefix("pub use "));
    let names = uses.flat_map(|path| {
        let (_, names) = path.trim_end_matches(';').split_once("::").unwrap();
        names.trim_matches(['{', '}']).split(", ")
    });
    names.collect()
}

#[test]
fn the_table_is_complete() {
    let module = source("src/types/mod.rs");
    let rows: Vec<&str> = module.lines().filter(|line| line.starts_with("//! | ")).collect();
    let table = rows.join("\n");
    let missing = |prefix: &str, names: Vec<&str>| {
        names
            .into_iter()
            .map(|name| format!("[`{prefix}{name}`]"))
            .filter(|link| !table.contains(link))
            .collect::<Vec<_>>()
    };
    let numpy = source("src/types/numpy/mod.rs");
    let (own, numpys) = (exports(&module), exports(&numpy));
    assert!(own.contains(&"DateTime") && numpys.contains(&"NdArray"));
    assert_eq!(missing("", own), [""; 0]);
    assert_eq!(missing("numpy::", numpys), [""; 0]);

    let manifest = source("Cargo.toml");
    let (_, features) = manifest.split_once("[features]\n").unwrap();
    let features = features.lines().take_while(|line| !line.starts_with('['));
    let features = features.filter_map(|line| Some(line.split_once(" = ")?.0));
    let crates: Vec<&str> =
        features.filter(|name| !["default", "derive", "serde"].contains(name)).collect();
    assert!(crates.contains(&"chrono"), "{crates:?}");
    for name in crates {
        assert!(table.contains(&format!("`{name}`")), "{name}");
    }
    for row in rows {
        // Python, Rust, the features, the protocols and remarks.
        assert_eq!(row.matches('|').count(), 6, "{row}");
    }
}
