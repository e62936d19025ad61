//! The corpus: pickles by real Pythons, and what they build.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;
use serde_json::Value;

/// One case of the manifest.
#[derive(Debug)]
pub struct Case {
    /// Its entry.
    pub entry: Value,
    /// The pickle.
    pub pickle: Vec<u8>,
}

impl Case {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.entry["name"].as_str().unwrap_or("?")
    }

    /// What it expects.
    #[must_use]
    pub fn expect(&self) -> &Value {
        &self.entry["expect"]
    }

    /// Whether its entry says so, as with `may_reject`.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.entry[key].as_bool() == Some(true)
    }
}

/// Where the corpus is: `PICKLE_CORPUS`, or `shared/corpus` beside the workspace.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    let folder = env::var_os("PICKLE_CORPUS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus"),
        PathBuf::from,
    );
    folder.join("manifest.json").is_file().then_some(folder)
}

/// Every case, in the order of the manifest.
///
/// # Panics
///
/// When a file is missing or no JSON.
#[must_use]
pub fn cases(folder: &Path) -> Vec<Case> {
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let mut reader = serde_json::Deserializer::from_str(&manifest);
    reader.disable_recursion_limit();
    let Value::Array(entries) = Value::deserialize(&mut reader).unwrap() else {
        panic!("the manifest is no array");
    };
    let case = |entry: Value| {
        let pickle = fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap();
        Case { entry, pickle }
    };
    entries.into_iter().map(case).collect()
}
