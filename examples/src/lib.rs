//! What the examples share: a real Python to talk to, and a connection to one that runs by itself.
//!
//! Each example pickles values, has CPython load them into its own classes, and loads what CPython
//! dumps in return. Where there is no Python, the answer that one gave before takes its place: it
//! is kept in `examples/golden`.

mod connection;

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub use connection::{Connection, Recorder};

/// What the examples return.
pub type Result<T = (), E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What surrounds the code of an example: `ours` is our pickle, from standard input, and `theirs`
/// the one that goes back, to standard output. So what is printed goes to standard error.
const PROLOGUE: &str = "
import pickle, sys
answer = getattr(sys.stdout, 'buffer', sys.stdout)
sys.stdout = sys.stderr
ours = getattr(sys.stdin, 'buffer', sys.stdin).read()
theirs = ours
";
const EPILOGUE: &str = "
answer.write(theirs)
";

/// Hands a pickle to Python, shows what Python prints, and returns the pickle it answers with.
///
/// The code finds our pickle in `ours` and leaves its own in `theirs`; it can import the modules in
/// `examples/python`. Without Python, the answer is the file of this name in `examples/golden`, which
/// `PICKLE_UPDATE_GOLDEN=1` writes.
///
/// # Errors
/// When the code fails; the error is Python's traceback.
pub fn ask_python(ours: &[u8], code: &str, golden: &str) -> Result<Vec<u8>> {
    let Some(python) = find_python() else { return read_golden(golden) };
    let theirs = run(&python, ours, code)?;
    update_golden(golden, &theirs)?;
    Ok(theirs)
}

/// Starts Python on a script of `examples/python`, with its standard input and output piped here;
/// `None` if there is no Python.
///
/// # Errors
/// When it does not start.
pub fn start_python(script: &str, args: &[&OsStr]) -> Result<Option<Child>> {
    let Some(python) = find_python() else { return Ok(None) };
    let mut command = command(&python);
    command.arg(folder("python").join(script)).args(args);
    Ok(Some(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?))
}

/// Shows what is left of Python's output, and waits until it has ended.
///
/// # Errors
/// When it fails.
pub fn finish_python(mut python: Child, printed: impl BufRead) -> Result {
    for line in printed.lines() {
        println!("Python  {}", line?);
    }
    let status = python.wait()?;
    if !status.success() {
        return Err(format!("Python ended with {status}").into());
    }
    Ok(())
}

/// What Python answered once, for where there is none.
///
/// # Errors
/// When the file of this name is not in `examples/golden`.
pub fn read_golden(name: &str) -> Result<Vec<u8>> {
    let golden = folder("golden").join(name);
    println!("Python  not found: this is what it answered once, in {}", golden.display());
    Ok(fs::read(golden)?)
}

/// Keeps what Python answered, if `PICKLE_UPDATE_GOLDEN` is set.
///
/// # Errors
/// When the file cannot be written.
pub fn update_golden(name: &str, answer: &[u8]) -> Result {
    if env::var_os("PICKLE_UPDATE_GOLDEN").is_some() {
        fs::write(folder("golden").join(name), answer)?;
    }
    Ok(())
}

/// One of the folders beside the examples.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn command(python: &Path) -> Command {
    let mut command = Command::new(python);
    command.env("PYTHONPATH", folder("python")).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// The Python to talk to: `PICKLE_EXAMPLES_PYTHON` if it is set, and else the one on the `PATH`.
fn find_python() -> Option<PathBuf> {
    let chosen = env::var_os("PICKLE_EXAMPLES_PYTHON").map(PathBuf::from);
    chosen.into_iter().chain(["python3".into()]).find_map(|program| {
        let mut command = Command::new(&program);
        let output = command.arg("--version").stdin(Stdio::null()).output();
        output.is_ok_and(|output| output.status.success()).then_some(program)
    })
}

fn run(python: &Path, ours: &[u8], code: &str) -> Result<Vec<u8>> {
    let mut child = command(python)
        .args(["-c", &format!("{PROLOGUE}{code}{EPILOGUE}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Python reads everything before it writes anything, so neither waits for the other.
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(ours)?;
    }
    let output = child.wait_with_output()?;
    let printed = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(printed.into());
    }
    for line in printed.lines() {
        println!("{}", format!("Python  {line}").trim_end());
    }
    Ok(output.stdout)
}
