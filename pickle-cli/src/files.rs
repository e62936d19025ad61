//! Input and output: files, and the standard streams for `-`.

use std::fs::{self, File};
use std::io::{self, IsTerminal as _, Read, Write as _};
use std::path::Path;

use indicatif::{ProgressBar, ProgressStyle};
use tempfile::NamedTempFile;

use crate::failure::{Failure, Result};

/// From this size on, reading shows a progress bar.
const LONG: u64 = 64 << 20;

/// All of a file, or of standard input for `-`.
///
/// It is read, not mapped: another process that cuts a mapped file would end this one.
///
/// # Errors
/// The file cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_all(path).map_err(|error| Failure::io(path, error))
}

fn read_all(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if is_standard(path) {
        io::stdin().lock().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length < LONG || !io::stderr().is_terminal() {
        file.read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {bytes}/{total_bytes} {eta}") {
        bar.set_style(style);
    }
    bytes.reserve_exact(usize::try_from(length).unwrap_or(0));
    bar.wrap_read(file).read_to_end(&mut bytes)?;
    bar.finish_and_clear();
    Ok(bytes)
}

/// Writes a file at once: whoever opens it sees all of the old content or all of the new. `-` is
/// standard output.
///
/// # Errors
/// The file cannot be written; then its old content is still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_all(path, bytes).map_err(|error| Failure::io(path, error))
}

fn write_all(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_standard(path) {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        return stdout.flush();
    }
    // A link stays one, and points to the new content.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = fs::metadata(&target).ok();
    if old.as_ref().is_some_and(|old| !old.is_file()) {
        // A device or a pipe cannot be replaced.
        return File::options().write(true).open(&target)?.write_all(bytes);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = temporary(folder.unwrap_or(Path::new(".")))?;
    file.write_all(bytes)?;
    if let Some(old) = old {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(&target)?;
    Ok(())
}

#[cfg(unix)]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // Those of any new file, less the umask; a temporary file is private otherwise.
    let permissions = fs::Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".pickle-").permissions(permissions).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".pickle-").tempfile_in(folder)
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
