//! Why a command failed, and the exit code for that.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use pickle_core::{Error, ErrorKind};

use crate::neutral;

/// What commands return.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// Why a command failed.
///
/// It displays as `FILE: message`, or as the message alone when it is about no file.
#[derive(Debug)]
pub enum Failure {
    /// The input is no pickle.
    Pickle {
        /// The file; `-` for standard input.
        file: PathBuf,
        /// What is wrong with it.
        error: Error,
        /// Where its pickle begins in the file.
        offset: usize,
    },
    /// A policy file is none.
    Policy {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The arguments are wrong.
    Arguments(String),
    /// The input is no JSON of a pickle.
    Json {
        /// The file; `-` for standard input.
        file: PathBuf,
        /// What is wrong with it.
        error: neutral::ReadError,
    },
    /// A file cannot be read or written.
    Io {
        /// The file; `-` for standard input or output.
        file: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Failure {
    /// An error about a pickle at this offset of a file, unless it is one of input and output.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// let error = pickle_core::Graph::from_slice(b"\x80\x04").map(drop).unwrap_err();
    /// let failure = pickle_cli::failure::Failure::pickle(Path::new("a.pkl"), error, 0);
    /// assert_eq!(failure.exit_code(), 2);
    /// ```
    #[must_use]
    pub fn pickle(file: &Path, error: Error, offset: usize) -> Failure {
        Failure::Pickle { file: file.to_owned(), error, offset }
    }

    /// An error about a file.
    #[must_use]
    pub fn io(file: &Path, error: io::Error) -> Failure {
        Failure::Io { file: file.to_owned(), error }
    }

    /// An error about standard output.
    #[must_use]
    pub fn stdout(error: io::Error) -> Failure {
        Failure::io(Path::new("-"), error)
    }

    /// What the process should end with, as `pickle --help` has it.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Arguments(_)
            | Failure::Pickle { .. }
            | Failure::Json { .. }
            | Failure::Policy { .. } => 2,
            Failure::Io { .. } => 1,
        }
    }

    /// Whether the reader of a pipe went away.
    #[must_use]
    pub fn is_closed_output(&self) -> bool {
        matches!(self, Failure::Io { error, .. } if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Io { file, error } => write!(f, "{}: {error}", file.display()),
            Failure::Policy { file, message } => write!(f, "{}: {message}", file.display()),
            Failure::Arguments(message) => f.write_str(message),
            Failure::Json { file, error } => write!(f, "{}: {error}", file.display()),
            Failure::Pickle { file, error, offset } => {
                write!(f, "{}: ", file.display())?;
                if *offset > 0 {
                    write!(f, "in the pickle at offset {offset}: ")?;
                }
                match (error.kind(), error.offset()) {
                    // The library names its own setting.
                    (kind @ ErrorKind::Limit { setting, .. }, Some(offset)) => {
                        write!(f, "{kind} (offset {offset}); `--{setting}` raises it")
                    }
                    _ => write!(f, "{error}"),
                }
            }
        }
    }
}

impl std::error::Error for Failure {}
