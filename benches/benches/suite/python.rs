//! CPython: what it writes for the same objects, and how long it takes in a process of its own.

use std::env;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

use serde_json::Value;

use crate::plan::Plan;
use crate::table::Measure;

/// A CPython.
#[derive(Debug)]
pub(crate) struct Python {
    program: PathBuf,
    /// Its version: three numbers.
    pub(crate) version: String,
    /// The Python of a virtual environment that has msgspec, if one could be made.
    msgspec: OnceLock<Option<PathBuf>>,
}

/// What one script found out.
#[derive(Debug)]
pub(crate) struct Written {
    /// The pickles that `pickle.dumps` wrote, with protocol 4.
    pub(crate) pickles: Vec<Vec<u8>>,
    report: Value,
}

impl Written {
    /// The only pickle.
    pub(crate) fn pickle(&self) -> &[u8] {
        self.pickles.first().map_or(&[], Vec::as_slice)
    }

    /// The time of `pickle.dumps`; `None` if it was not measured.
    pub(crate) fn dumps(&self) -> Option<Measure> {
        measure(&self.report, "dumps")
    }

    /// The time of `pickle.loads`.
    pub(crate) fn loads(&self) -> Option<Measure> {
        measure(&self.report, "loads")
    }

    /// The size of the objects that `pickle.loads` makes, by `tracemalloc`.
    pub(crate) fn objects(&self) -> Option<usize> {
        usize::try_from(self.report.get("objects")?.as_u64()?).ok()
    }

    /// What msgspec took for the same: the name of the form, writing, reading.
    pub(crate) fn msgspec(&self) -> Vec<(&str, Measure, Measure)> {
        let forms = self.report.get("msgspec").and_then(Value::as_object);
        let form = |(name, form)| Some((name, measure(form, "dumps")?, measure(form, "loads")?));
        let forms = forms.into_iter().flatten().map(|(name, value)| (name.as_str(), value));
        forms.filter_map(form).collect()
    }

    /// The version of msgspec.
    pub(crate) fn msgspec_version(&self) -> Option<&str> {
        self.report.get("msgspec")?.get("version")?.as_str()
    }
}

fn measure(report: &Value, name: &str) -> Option<Measure> {
    let mut quartiles = report.get(name)?.as_array()?.iter().map(Value::as_f64);
    let mut next = || quartiles.next().flatten();
    Some(Measure { low: next()?, median: next()?, high: next()? })
}

/// The CPython to measure: 3.13 if there is one, otherwise the `python3` of the path. Without any,
/// a message says what is left out.
pub(crate) fn find() -> Option<&'static Python> {
    static FOUND: OnceLock<Option<Python>> = OnceLock::new();
    let found = FOUND.get_or_init(|| candidates().into_iter().find_map(usable));
    if found.is_none() {
        eprintln!("skipped what needs CPython: there is no python3");
    }
    found.as_ref()
}

fn candidates() -> Vec<PathBuf> {
    let mut programs = vec![PathBuf::from("python3.13")];
    let root = env::var_os("PYENV_ROOT").map(PathBuf::from);
    let root = root.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pyenv")));
    let versions = root.and_then(|root| root.join("versions").read_dir().ok());
    let folders = versions.into_iter().flatten().flatten().map(|entry| entry.path());
    let newest = |folder: &PathBuf| {
        folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with("3.13."))
    };
    programs.extend(folders.filter(newest).map(|folder| folder.join("bin/python")));
    programs.push(PathBuf::from("python3"));
    programs
}

fn usable(program: PathBuf) -> Option<Python> {
    let code = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
    let output = Command::new(&program).args(["-c", code]).stderr(Stdio::null()).output().ok()?;
    let version = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    output.status.success().then(|| Python { program, version, msgspec: OnceLock::new() })
}

/// Where files of this run go.
pub(crate) fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

impl Python {
    /// The name in tables.
    pub(crate) fn name(&self) -> &'static str {
        "CPython"
    }

    /// Has it load a pickle of ours and dump the equal objects.
    pub(crate) fn objects(&self, plan: &Plan, pickle: &[u8]) -> Written {
        self.measure(&self.program, plan, &["objects"], pickle)
    }

    /// Has it make so many records and dump them.
    pub(crate) fn dicts(&self, plan: &Plan, count: usize) -> Written {
        self.measure(&self.program, plan, &["dicts", &count.to_string()], &[])
    }

    /// Has it dump a workload of pyperformance, and msgspec too.
    pub(crate) fn workload(&self, plan: &Plan, name: &str) -> Written {
        let msgspec = if plan.is_check() { None } else { self.with_msgspec() };
        self.measure(msgspec.unwrap_or(&self.program), plan, &[name], &[])
    }

    /// A process that loads one file and dumps another.
    pub(crate) fn transcoder(&self, from: &Path, to: &Path) -> Command {
        let code = "import pickle, sys\n\
                    value = pickle.loads(open(sys.argv[1], 'rb').read())\n\
                    open(sys.argv[2], 'wb').write(pickle.dumps(value, 4))";
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(code).arg(from).arg(to);
        command
    }

    fn measure(&self, program: &Path, plan: &Plan, words: &[&str], input: &[u8]) -> Written {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let output = scratch().join("written");
        let _ = fs::remove_dir_all(&output);
        fs::create_dir_all(&output).unwrap();
        let (name, rest) = words.split_first().unwrap();
        let mut child = Command::new(program)
            .arg(folder.join("measure.py"))
            .arg(name)
            .arg(&output)
            .arg(plan.budget(2).as_secs_f64().to_string())
            .args(rest)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = thread::spawn(move || stdin.write_all(&input));
        let finished = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        assert!(finished.status.success(), "measure.py {name} failed");
        let report = serde_json::from_slice(&finished.stdout).unwrap();
        let pickles = (0..).map_while(|index| fs::read(output.join(index.to_string())).ok());
        Written { pickles: pickles.collect(), report }
    }

    /// Makes a virtual environment with msgspec below the target directory, once.
    fn with_msgspec(&self) -> Option<&Path> {
        let made = self.msgspec.get_or_init(|| {
            let folder = scratch().join("venv");
            let python = folder.join("bin/python");
            let run = |program: &Path, arguments: &[&str]| {
                let mut command = Command::new(program);
                command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
                command.status().is_ok_and(|status| status.success())
            };
            let has = || run(&python, &["-c", "import msgspec"]);
            let made = has()
                || (run(&self.program, &["-m", "venv", &folder.to_string_lossy()])
                    && run(&python, &["-m", "pip", "install", "--quiet", "msgspec"])
                    && has());
            if !made {
                eprintln!("skipped msgspec: it could not be installed for {}", self.version);
            }
            made.then_some(python)
        });
        made.as_deref()
    }
}
