//! Paths: Python's `pathlib.Path`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Pointee, Reconstruct, Starts};
use crate::reduce::Reduce;

/// `pathlib.Path` itself, which makes a path of the reader's own platform.
static PATH: Class = Class::new("pathlib", "Path").aliases(&[
    ("pathlib", "PosixPath"),
    ("pathlib", "PurePosixPath"),
    ("pathlib", "WindowsPath"),
    ("pathlib", "PureWindowsPath"),
    ("pathlib", "PurePath"),
    // Python 3.13 only.
    ("pathlib._local", "PosixPath"),
    ("pathlib._local", "PurePosixPath"),
    ("pathlib._local", "WindowsPath"),
    ("pathlib._local", "PureWindowsPath"),
    ("pathlib._local", "Path"),
    ("pathlib._local", "PurePath"),
]);

impl Reduce for Path {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let text = self.to_str().ok_or_else(|| {
            Error::unrepresentable(format!("the path {}", self.display()), "a path in UTF-8")
        })?;
        saver.save_call(&PATH, &(text,))
    }
}

impl Reduce for PathBuf {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(self.as_path())
    }
}

/// From the one string of Python 3.13, or the parts of the versions before.
impl<'de> Reconstruct<'de> for PathBuf {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut path = PathBuf::new();
        let mut object = loader.begin_object(&PATH)?;
        for _ in 0..loader.begin_args(&mut object, 1)? {
            loader.next_arg(&mut object)?;
            path.push(&*loader.load_str()?);
        }
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(path)
    }
}

impl<'de> Pointee<'de> for Path {
    const BEGINS: Starts = Starts::OBJECT;

    fn load_box<L: Loader<'de>>(loader: &mut L) -> Result<Box<Path>> {
        PathBuf::reconstruct(loader).map(PathBuf::into_boxed_path)
    }
}

/// A `str`.
impl Reduce for OsString {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let text = self.to_str().ok_or_else(|| {
            Error::unrepresentable(format!("{self:?}"), "an operating system string in UTF-8")
        })?;
        saver.str(text)
    }
}

impl<'de> Reconstruct<'de> for OsString {
    const STARTS: Starts = Starts::STR.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load::<String>().map(OsString::from)
    }
}
