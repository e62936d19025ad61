//! Input and output: files, and the standard streams for `-`.

use std::fs::{self, File, Permissions};
use std::io::{self, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};

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

/// Writes a file at once, as an [`Output`] does.
///
/// # Errors
/// The file cannot be written; then its old content is still there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut output = Output::create(path)?;
    output.write_all(bytes).map_err(|error| Failure::io(path, error))?;
    output.finish()
}

/// A file that is written piece by piece. Whoever opens it sees all of the old content, or all of the
/// new once it is finished; without that nothing is written. `-` is standard output.
#[derive(Debug)]
pub struct Output {
    path: PathBuf,
    pieces: Pieces,
}

/// Where the pieces are until the file is finished.
#[derive(Debug)]
enum Pieces {
    /// In memory, for standard output, and for a device or a pipe, which cannot be replaced.
    Kept(Vec<u8>),
    /// In a file beside the one that it will replace.
    Beside { file: NamedTempFile, target: PathBuf, permissions: Option<Permissions> },
}

impl Output {
    /// Begins a file.
    ///
    /// # Errors
    /// No file can be made in its folder.
    pub fn create(path: &Path) -> Result<Output> {
        let pieces = Pieces::begin(path).map_err(|error| Failure::io(path, error))?;
        Ok(Output { path: path.to_owned(), pieces })
    }

    /// Puts the new content in the place of the old.
    ///
    /// # Errors
    /// The file cannot be written; then its old content is still there.
    pub fn finish(self) -> Result<()> {
        self.pieces.finish(&self.path).map_err(|error| Failure::io(&self.path, error))
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.pieces {
            Pieces::Kept(kept) => kept.write(bytes),
            Pieces::Beside { file, .. } => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Pieces {
    fn begin(path: &Path) -> io::Result<Pieces> {
        // A link stays one, and points to the new content.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if is_standard(path) || old.as_ref().is_some_and(|old| !old.is_file()) {
            return Ok(Pieces::Kept(Vec::new()));
        }
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
        let file = temporary(folder.unwrap_or(Path::new(".")))?;
        Ok(Pieces::Beside { file, target, permissions: old.map(|old| old.permissions()) })
    }

    fn finish(self, path: &Path) -> io::Result<()> {
        match self {
            Pieces::Kept(kept) if is_standard(path) => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(&kept)?;
                stdout.flush()
            }
            Pieces::Kept(kept) => File::options().write(true).open(path)?.write_all(&kept),
            Pieces::Beside { file, target, permissions } => {
                if let Some(permissions) = permissions {
                    file.as_file().set_permissions(permissions)?;
                }
                file.persist(target)?;
                Ok(())
            }
        }
    }
}

#[cfg(unix)]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt as _;
    // Those of any new file, less the umask; a temporary file is private otherwise.
    let permissions = Permissions::from_mode(0o666);
    tempfile::Builder::new().prefix(".pickle-").permissions(permissions).tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary(folder: &Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".pickle-").tempfile_in(folder)
}

fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}
