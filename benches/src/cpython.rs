//! What CPython writes for the same objects, and how long it takes.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// A pickle that CPython wrote.
#[derive(Debug)]
pub struct Written {
    /// The pickle.
    pub pickle: Vec<u8>,
    /// The median of `pickle.loads`, in milliseconds.
    pub loads: f64,
    /// The median of `pickle.dumps`, in milliseconds.
    pub dumps: f64,
}

/// Has the `python3` on the path load a pickle of ours and dump the equal objects; `None` without
/// a Python.
#[must_use]
pub fn rewrite(pickle: &[u8], protocol: u8) -> Option<Written> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
    let mut child = Command::new("python3")
        .arg(folder.join("rewrite.py"))
        .arg(protocol.to_string())
        .env("PYTHONPATH", &folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take()?;
    let pickle = pickle.to_vec();
    let writer = thread::spawn(move || stdin.write_all(&pickle));
    let output = child.wait_with_output().ok()?;
    writer.join().ok()?.ok()?;
    let report = String::from_utf8(output.stderr).ok()?;
    let (loads, dumps) = report.lines().last()?.split_once(' ')?;
    let (loads, dumps) = (loads.parse().ok()?, dumps.parse().ok()?);
    output.status.success().then_some(Written { pickle: output.stdout, loads, dumps })
}
