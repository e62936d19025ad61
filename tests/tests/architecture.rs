//! Rules of the house: who may import whom, and one table of 68 opcodes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pickle_core::Opcode;

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pickle-core/src");
    let mut folders = vec![root.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files
}

/// The modules of the crate that a file imports, without its tests and examples.
fn imports(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.match_indices("crate::").map(move |(at, _)| &line[at + 7..]))
        .map(|rest| {
            rest.chars().take_while(|char| char.is_alphanumeric() || *char == '_').collect()
        })
        .collect()
}

/// No file of a floor may import any of these modules.
fn never(floor: &str, forbidden: &[&str]) {
    for (name, text) in sources() {
        if !name.starts_with(floor) {
            continue;
        }
        for module in imports(&text) {
            assert!(!forbidden.contains(&module.as_str()), "{name} imports {module}");
        }
    }
}

#[test]
fn floors_import_only_what_is_below() {
    let above_facts = [
        "wire",
        "graph",
        "buffer",
        "class",
        "global",
        "pickler",
        "reduce",
        "unpickler",
        "loader",
        "reconstruct",
        "registry",
        "impls",
        "value",
        "tools",
        "options",
        "python",
    ];
    for facts in ["opcode.rs", "protocol.rs", "limits.rs", "error.rs"] {
        never(facts, &above_facts);
    }
    never("wire/", &above_facts[1..]);
    for objects in ["class.rs", "global/", "buffer.rs", "graph/"] {
        never(
            objects,
            &[
                "pickler",
                "reduce",
                "loader",
                "reconstruct",
                "registry",
                "impls",
                "types",
                "value",
                "tools",
                "python",
            ],
        );
    }
    never(
        "pickler/",
        &["unpickler", "loader", "reconstruct", "impls", "types", "value", "tools", "python"],
    );
    never("unpickler/", &["pickler", "reduce", "impls", "types", "value", "tools", "python"]);
    for data in ["impls/", "types/", "value/"] {
        never(data, &["python"]);
    }
    never("python/", &["unpickler", "loader", "reconstruct"]);
    never(
        "tools/",
        &[
            "graph",
            "pickler",
            "reduce",
            "unpickler",
            "loader",
            "reconstruct",
            "registry",
            "impls",
            "types",
            "value",
            "options",
            "python",
        ],
    );
}

#[test]
fn implementations_never_see_an_opcode() {
    never("impls/", &["opcode"]);
    never("types/", &["opcode"]);
    never("value/", &["opcode"]);
    never("serde/", &["opcode"]);
}

#[test]
fn no_file_but_the_table_spells_an_opcode_byte() {
    for (name, text) in sources() {
        if matches!(name.as_str(), "opcode.rs") || name.starts_with("tools/") {
            continue;
        }
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for byte in 0x80..=0x98u8 {
                let spelled = format!("0x{byte:02x}");
                let is_opcode = line.contains(&format!("op({spelled}"))
                    || line.contains(&format!("[{spelled}"));
                assert!(!is_opcode, "{name}: {line}");
            }
        }
    }
}

#[test]
fn there_are_68_opcodes_and_each_is_found_by_its_byte() {
    assert_eq!(Opcode::ALL.len(), 68);
    let names: BTreeSet<&str> = Opcode::ALL.iter().map(|opcode| opcode.name()).collect();
    assert_eq!(names.len(), 68);
    for &opcode in Opcode::ALL {
        assert_eq!(Opcode::from_byte(opcode as u8), Some(opcode));
        assert!(!opcode.doc().is_empty());
    }
    assert_eq!((0..=255).filter_map(Opcode::from_byte).count(), 68);
}
