//! Paths of either platform: Python's `pathlib`.

use std::fmt;

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static CLASSES: [Class; 4] = [
    Class::new("pathlib", "PurePosixPath").aliases(&[("pathlib._local", "PurePosixPath")]),
    Class::new("pathlib", "PureWindowsPath").aliases(&[("pathlib._local", "PureWindowsPath")]),
    Class::new("pathlib", "PosixPath").aliases(&[("pathlib._local", "PosixPath")]),
    Class::new("pathlib", "WindowsPath").aliases(&[("pathlib._local", "WindowsPath")]),
];

/// Which of the classes of `pathlib` a path is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathClass {
    /// `PurePosixPath`.
    PurePosix,
    /// `PureWindowsPath`.
    PureWindows,
    /// `PosixPath`, which Windows cannot load.
    Posix,
    /// `WindowsPath`, which only Windows can load.
    Windows,
}

impl PathClass {
    const ALL: [PathClass; 4] =
        [PathClass::PurePosix, PathClass::PureWindows, PathClass::Posix, PathClass::Windows];

    fn separator(self) -> char {
        if self.is_windows() { '\\' } else { '/' }
    }

    fn is_windows(self) -> bool {
        matches!(self, PathClass::Windows | PathClass::PureWindows)
    }

    /// Whether what follows stands right behind it: behind `/`, `C:\`, or a drive alone.
    fn is_root(self, path: &str) -> bool {
        path.ends_with(self.separator())
            || (self.is_windows() && path.len() == 2 && path.ends_with(':'))
    }
}

/// A path with its class, on whatever platform: `pathlib.PurePath` and what derives from it.
///
/// A `std::path::Path` is one of the platform of the program.
///
/// ```
/// use pickle_core::types::{PathClass, PurePath};
///
/// let path = PurePath { class: PathClass::PureWindows, path: r"C:\logs\today.txt".to_owned() };
/// assert_eq!(pickle_core::from_slice::<PurePath>(&pickle_core::to_vec(&path)?)?, path);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PurePath {
    /// Its class.
    pub class: PathClass,
    /// The path as `str()` gives it; empty for the current folder, which Python shows as a dot.
    pub path: String,
}

impl fmt::Display for PurePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// By one string; before 3.12 Python itself writes the parts.
impl Reduce for PurePath {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [pure_posix, pure_windows, posix, windows] = &CLASSES;
        let class = match self.class {
            PathClass::PurePosix => pure_posix,
            PathClass::PureWindows => pure_windows,
            PathClass::Posix => posix,
            PathClass::Windows => windows,
        };
        saver.save_call(class, &(self.path.as_str(),))
    }
}

impl<'de> Reconstruct<'de> for PurePath {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (class, mut object) = loader.begin_variant(&CLASSES)?;
        let class = PathClass::ALL.get(class).copied().unwrap_or(PathClass::PurePosix);
        let mut path = String::new();
        let found = loader.begin_args(&mut object, 1)?;
        for part in 0..found {
            loader.next_arg(&mut object)?;
            if part > 0 && !class.is_root(&path) {
                path.push(class.separator());
            }
            path.push_str(&loader.load_str()?);
        }
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(PurePath { class, path })
    }
}
