//! The corpus: pickles by real Pythons, and what they build.

use std::env;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};

use pickle_core::{ReconstructOwned, Route, UnpickleOptions};
use serde::Deserialize as _;
use serde_json::Value;

use crate::neutral::Tree;

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

    /// The extension codes that its writer had registered: code, module and name.
    ///
    /// # Panics
    /// When the entry has others than it should.
    pub fn extensions(&self) -> impl Iterator<Item = (i32, &str, &str)> {
        self.entry["extensions"].as_array().into_iter().flatten().map(|entry| {
            let code = entry[2].as_i64().and_then(|code| i32::try_from(code).ok());
            (code.unwrap(), entry[0].as_str().unwrap(), entry[1].as_str().unwrap())
        })
    }

    /// Whether its entry says so, as with `may_reject`.
    #[must_use]
    pub fn is(&self, key: &str) -> bool {
        self.entry[key].as_bool() == Some(true)
    }
}

impl Case {
    /// Whether an implementation may say this about the case: the trees of its pickles, or an
    /// error.
    ///
    /// # Errors
    /// What differs.
    pub fn judge(&self, found: Result<Vec<Tree>, String>) -> Result<(), String> {
        let expect = self.expect();
        let (accepts, refuses) = (self.is("may_accept"), self.is("may_reject"));
        match found {
            Ok(_) | Err(_) if expect["any"] == true => Ok(()),
            Ok(_) if expect["error"] == true && accepts => Ok(()),
            Ok(_) if expect["error"] == true => Err("accepted".to_owned()),
            Err(_) if expect["error"] == true || refuses => Ok(()),
            Err(error) => Err(error),
            Ok(trees) => match (expect["stream"].as_array(), trees.as_slice()) {
                (Some(stream), trees) if stream.len() == trees.len() => {
                    trees.iter().zip(stream).try_for_each(|(tree, expect)| tree.matches(expect))
                }
                (None, [tree]) => tree.matches(expect).or_else(|difference| {
                    let alternative = self.entry.get("expect_alt");
                    alternative.ok_or(difference).and_then(|expect| tree.matches(expect))
                }),
                (_, trees) => Err(format!("{} pickles", trees.len())),
            },
        }
    }
}

impl Case {
    /// The value of the case, given the buffers beside it, by both routes.
    ///
    /// # Errors
    /// Of reading.
    ///
    /// # Panics
    /// When the routes disagree, or a file is missing.
    pub fn read<T: ReconstructOwned + Debug>(&self) -> Result<T, String> {
        let folder = folder().unwrap();
        let files = self.entry["buffers"].as_array().cloned().unwrap_or_default();
        let read = |file: &Value| fs::read(folder.join(file.as_str().unwrap())).unwrap();
        let buffers: Vec<Vec<u8>> = files.iter().map(read).collect();
        let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
        let options = UnpickleOptions::new();
        let options = if buffers.is_empty() { options } else { options.buffers(&buffers) };
        let general = options.route(Route::General).from_slice::<T>(&self.pickle);
        let auto = options.from_slice::<T>(&self.pickle);
        assert_eq!(format!("{general:?}"), format!("{auto:?}"), "{}", self.name());
        auto.map_err(|error| error.to_string())
    }
}

/// The cases of one family, unless there is no corpus, which the caller is told on standard error.
///
/// # Panics
/// When a file is missing or no JSON.
#[must_use]
pub fn family(name: &str) -> Option<Vec<Case>> {
    let Some(folder) = folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return None;
    };
    let name = name.to_owned();
    // Other families have deep trees.
    let read = move || {
        let mut cases = cases(&folder);
        cases.retain(|case| case.entry["family"] == name.as_str());
        cases
    };
    let reader = std::thread::Builder::new().stack_size(512 << 20).spawn(read).unwrap();
    Some(reader.join().unwrap())
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

/// JSON of any depth that the stack of the thread allows.
///
/// # Errors
/// It is no JSON.
pub fn parse(json: &str) -> serde_json::Result<Value> {
    let mut reader = serde_json::Deserializer::from_str(json);
    reader.disable_recursion_limit();
    let value = Value::deserialize(&mut reader)?;
    reader.end().map(|()| value)
}

/// Every case, in the order of the manifest.
///
/// # Panics
///
/// When a file is missing or no JSON.
#[must_use]
pub fn cases(folder: &Path) -> Vec<Case> {
    let manifest = fs::read_to_string(folder.join("manifest.json")).unwrap();
    let Value::Array(entries) = parse(&manifest).unwrap() else {
        panic!("the manifest is no array");
    };
    let case = |entry: Value| {
        let pickle = fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap();
        Case { entry, pickle }
    };
    entries.into_iter().map(case).collect()
}
