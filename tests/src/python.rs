//! The CPythons of this machine: the ones on the PATH, then those of pyenv.

use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fmt;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::corpus;

/// One CPython.
#[derive(Debug, Clone)]
pub struct Python {
    program: PathBuf,
    /// Major and minor version.
    pub version: (u32, u32),
}

impl fmt::Display for Python {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CPython {}.{}", self.version.0, self.version.1)
    }
}

/// Every CPython found, one for each minor version, oldest first.
///
/// Without any, the caller is told so on standard error and has to skip its test, unless
/// `PICKLE_REQUIRE_PYTHON` is set.
///
/// # Panics
/// When there is no CPython and `PICKLE_REQUIRE_PYTHON` is set.
pub fn pythons() -> &'static [Python] {
    static FOUND: OnceLock<Vec<Python>> = OnceLock::new();
    let found = FOUND.get_or_init(find);
    if found.is_empty() {
        assert!(env::var_os("PICKLE_REQUIRE_PYTHON").is_none(), "found no Python 3, expected one");
        eprintln!("skipped: there is no Python on this machine");
    }
    found
}

/// The newest CPython found.
pub fn newest() -> Option<&'static Python> {
    pythons().last()
}

/// Every CPython found that has NumPy, and those that `PICKLE_NUMPY` lists as a `PATH` does.
///
/// Without any, the caller is told so on standard error and has to skip its test.
///
/// # Panics
/// When one of those that `PICKLE_NUMPY` lists has none.
#[must_use]
pub fn with_numpy() -> Vec<Python> {
    let has_numpy = |python: &Python| python.succeeds("import numpy");
    let listed = env::var_os("PICKLE_NUMPY").unwrap_or_default();
    let mut found: Vec<Python> =
        pythons().iter().filter(|python| has_numpy(python)).cloned().collect();
    for program in env::split_paths(&listed).filter(|program| !program.as_os_str().is_empty()) {
        let listed = version(&program).map(|version| Python { version, program: program.clone() });
        let listed = listed.filter(has_numpy);
        found.push(listed.unwrap_or_else(|| panic!("{} has no NumPy", program.display())));
    }
    found.sort_by_key(|python| python.version);
    if found.is_empty() {
        eprintln!("skipped: no Python has NumPy; PICKLE_NUMPY lists the paths of those that do");
    }
    found
}

fn find() -> Vec<Python> {
    let mut found = BTreeMap::new();
    for program in candidates() {
        if let Some(version) = version(&program) {
            found.entry(version).or_insert(Python { program, version });
        }
    }
    found.into_values().collect()
}

fn candidates() -> Vec<PathBuf> {
    let mut programs: Vec<PathBuf> = Vec::new();
    let path = env::var_os("PATH").unwrap_or_default();
    let names = ["python3".to_owned(), "python2.7".to_owned()].into_iter();
    let names: Vec<String> = names.chain((6..20).map(|minor| format!("python3.{minor}"))).collect();
    for folder in env::split_paths(&path) {
        programs.extend(names.iter().map(|name| folder.join(name)).filter(|path| path.is_file()));
    }
    let root = env::var_os("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".pyenv")));
    let versions = root.map(|root| root.join("versions").read_dir());
    if let Some(Ok(versions)) = versions {
        programs.extend(versions.flatten().map(|entry| entry.path().join("bin/python")));
    }
    programs
}

fn version(program: &Path) -> Option<(u32, u32)> {
    let code = "import sys; print('%s %d %d' % ((getattr(sys, 'implementation', None) and \
                sys.implementation.name or 'cpython',) + tuple(sys.version_info[:2])))";
    let output = Command::new(program).args(["-c", code]).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut words = text.split_whitespace();
    let is_cpython = words.next() == Some("cpython");
    let version = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (is_cpython && output.status.success()).then_some(version)
}

impl Python {
    /// Whether this code runs without an error.
    #[must_use]
    pub fn succeeds(&self, code: &str) -> bool {
        let output = Command::new(&self.program).args(["-c", code]).output();
        output.is_ok_and(|output| output.status.success())
    }

    /// Whether this is at least a certain version.
    #[must_use]
    pub fn at_least(&self, major: u32, minor: u32) -> bool {
        self.version >= (major, minor)
    }

    /// The newest protocol that this version writes and reads.
    #[must_use]
    pub fn highest_protocol(&self) -> u8 {
        match self.version {
            (2, _) => 2,
            (3, ..=7) => 4,
            _ => 5,
        }
    }

    /// A command that runs it.
    #[must_use]
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// The Python of a virtual environment in this folder, made with these packages unless it was
    /// made before; `None` if it cannot be.
    #[must_use]
    pub fn environment(&self, folder: &Path, requirements: &[&str]) -> Option<PathBuf> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.ci/venv");
        let output =
            Command::new(script).arg(folder).arg(&self.program).args(requirements).output().ok()?;
        let python = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| PathBuf::from(python.trim_end()))
    }

    /// A script of `tests/python` with pipes to its standard input and from its standard output.
    fn script(&self, script: &str) -> Command {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let mut command = self.command();
        command
            .arg(folder.join(script))
            .env("PYTHONPATH", joined(&folder))
            .env("PYTHONHASHSEED", "0")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        command
    }

    /// Starts a script of `tests/python` that answers lines.
    ///
    /// # Panics
    /// When it cannot be run.
    #[must_use]
    pub fn peer(&self, script: &str) -> Peer {
        let mut child =
            self.script(script).arg("--lines").spawn().expect("a Python that ran before");
        let answers = BufReader::new(child.stdout.take().expect("a pipe"));
        Peer { python: self.clone(), child, answers }
    }

    /// Runs a script of `tests/python` with a JSON value on its standard input, and returns the one
    /// that it prints.
    ///
    /// # Panics
    /// When the script fails.
    #[must_use]
    pub fn run(&self, script: &str, input: &Value) -> Value {
        let mut command = self.script(script);
        command.stderr(Stdio::piped());
        let mut child = command.spawn().expect("a Python that ran before");
        let mut stdin = child.stdin.take().expect("a pipe");
        let text = input.to_string();
        let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
        let output = child.wait_with_output().expect("a Python that ends");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{self}, {script}: {errors}");
        writer.join().expect("no panic").expect("a script that reads its input");
        serde_json::from_slice(&output.stdout).expect("JSON")
    }
}

/// A Python that runs a script which answers one line with another, as long as it is asked.
#[derive(Debug)]
pub struct Peer {
    /// The Python.
    pub python: Python,
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Peer {
    /// The answer to one request.
    ///
    /// # Panics
    /// When the script fails, which says on standard error why.
    pub fn ask(&mut self, request: &Value) -> Value {
        let stdin = self.child.stdin.as_mut().expect("a pipe");
        writeln!(stdin, "{request}").expect("a script that reads");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("a script that answers");
        serde_json::from_str(&answer).expect("JSON")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        // Nothing is left to do about a script that fails after its last answer.
        let _ = self.child.wait();
    }
}

fn joined(folder: &Path) -> OsString {
    let mut paths = vec![folder.to_owned()];
    paths.extend(corpus::folder().map(|corpus| corpus.join("gen")));
    env::join_paths(paths).unwrap_or_default()
}
