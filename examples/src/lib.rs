//! What the examples share: a real Python to talk to.
//!
//! Each example pickles values, has CPython load them into its own classes, and loads what CPython
//! dumps in return. Where there is no Python, the answer that one gave before takes its place: it
//! is kept in `examples/golden`.

use std::env;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(golden);
    let Some(python) = find_python() else {
        println!("Python  not found: this is what it answered once, in {}", golden.display());
        return Ok(fs::read(golden)?);
    };
    let theirs = run(&python, ours, code)?;
    if env::var_os("PICKLE_UPDATE_GOLDEN").is_some() {
        fs::write(golden, &theirs)?;
    }
    Ok(theirs)
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
    let mut child = Command::new(python)
        .args(["-c", &format!("{PROLOGUE}{code}{EPILOGUE}")])
        .env("PYTHONPATH", Path::new(env!("CARGO_MANIFEST_DIR")).join("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
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
