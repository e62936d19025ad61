//! The one error type.

use std::borrow::Cow;
use std::fmt;
use std::io;

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a value could not be written or read.
///
/// It is one word wide. It says what was found and what was expected, in which field, and at which
/// offset of the pickle:
///
/// ```
/// let error = pickle_core::from_slice::<Vec<u8>>(b"\x80\x04N.").unwrap_err();
/// assert_eq!(error.to_string(), "found None, expected bytes (offset 2)");
/// assert_eq!(error.offset(), Some(2));
/// ```
pub struct Error(Box<Repr>);

struct Repr {
    kind: ErrorKind,
    path: String,
    offset: Option<u64>,
}

/// What went wrong, without the place.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ended inside a pickle.
    #[error("found the end of the input, expected {expected}")]
    EndOfInput {
        /// What should have followed.
        expected: Cow<'static, str>,
    },
    /// The bytes are not a pickle that any machine accepts.
    #[error("found {found}, expected {expected}")]
    Malformed {
        /// What was found.
        found: Cow<'static, str>,
        /// What the format demands there.
        expected: Cow<'static, str>,
    },
    /// A well-formed pickle holds something else than the Rust type asks for.
    #[error("found {found}, expected {expected}")]
    Mismatch {
        /// What was found.
        found: Cow<'static, str>,
        /// What the Rust type expects.
        expected: Cow<'static, str>,
    },
    /// An object lacks an attribute that its struct needs.
    #[error("found no attribute `{attribute}`{}, expected one", but(.others))]
    MissingAttribute {
        /// The attribute.
        attribute: &'static str,
        /// Those that the object has and its struct does not know, a few at most.
        others: Vec<String>,
    },
    /// An object has an attribute that its struct does not know and does not allow.
    #[error("found attribute `{attribute}`, expected one of {expected}")]
    UnknownAttribute {
        /// The attribute.
        attribute: String,
        /// The names that the struct knows.
        expected: String,
    },
    /// A limit was reached.
    #[error("found {asked} {limit}, expected at most {allowed}")]
    Limit {
        /// What is limited, in the plural.
        limit: &'static str,
        /// What the pickle asked for.
        asked: u64,
        /// What is allowed.
        allowed: u64,
        /// The setting of [`Limits`](crate::Limits) that raises it.
        setting: &'static str,
    },
    /// An object contains itself in a way that the Rust type cannot express.
    #[error("found a cycle through {through}, expected {expected}")]
    Cycle {
        /// The part of the object that leads back to it.
        through: Cow<'static, str>,
        /// What would have worked.
        expected: Cow<'static, str>,
    },
    /// What the [`tools`](crate::tools) find wrong with a pickle, in the words of Python's
    /// `pickletools`.
    #[error("{message}")]
    Tool {
        /// The message of the Python exception.
        message: Cow<'static, str>,
    },
    /// A pickle would import or call in Python what a
    /// [`Policy`](crate::tools::audit::Policy) does not allow.
    #[error("found {name}, expected what the policy allows: it {reason}")]
    Forbidden {
        /// The name that is reached.
        name: String,
        /// What is said against it.
        reason: String,
    },
    /// A value that the chosen protocol, or Python, cannot express.
    #[error("found {found}, expected {expected}")]
    Unrepresentable {
        /// The value.
        found: Cow<'static, str>,
        /// What would have worked.
        expected: Cow<'static, str>,
    },
    /// A constructor, hook or reducer of the user's own failed.
    #[error("{0}")]
    Custom(Box<dyn std::error::Error + Send + Sync>),
    /// A stream failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The predictive route met something that it leaves to the general one. Never seen by users.
    #[doc(hidden)]
    #[error("found a pickle in another order, expected the general route to take it")]
    Unpredicted,
}

impl Error {
    /// An error of this kind, with no place yet.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Error {
        Error(Box::new(Repr { kind, path: String::new(), offset: None }))
    }

    /// An error from a constructor, hook or reducer of the user's own.
    ///
    /// ```
    /// let error = pickle_core::Error::custom("the log file is gone");
    /// assert_eq!(error.to_string(), "the log file is gone");
    /// ```
    #[must_use]
    pub fn custom(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
        Error::new(ErrorKind::Custom(error.into()))
    }

    /// An error about a value that is not what its type expects.
    #[must_use]
    pub fn mismatch(
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Error {
        Error::new(ErrorKind::Mismatch { found: found.into(), expected: expected.into() })
    }

    /// An error about bytes that are no pickle.
    #[must_use]
    pub fn malformed(
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Error {
        Error::new(ErrorKind::Malformed { found: found.into(), expected: expected.into() })
    }

    /// An error about input that ended too early.
    #[must_use]
    pub fn end_of_input(expected: impl Into<Cow<'static, str>>) -> Error {
        Error::new(ErrorKind::EndOfInput { expected: expected.into() })
    }

    /// An error about a value that cannot be written.
    #[must_use]
    pub fn unrepresentable(
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Error {
        Error::new(ErrorKind::Unrepresentable { found: found.into(), expected: expected.into() })
    }

    /// An error about a limit that was reached.
    #[must_use]
    pub fn limit(
        limit: &'static str,
        asked: usize,
        allowed: usize,
        setting: &'static str,
    ) -> Error {
        Error::new(ErrorKind::Limit {
            limit,
            asked: asked as u64,
            allowed: allowed as u64,
            setting,
        })
    }

    /// What went wrong.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Where in the pickle, in bytes from its beginning; where in the stream, if an
    /// [`Unpickler`](crate::Unpickler) read it.
    #[must_use]
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// Where in the value, such as `Config.servers[3].port`; empty for the value itself.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Sets the offset, unless a place nearer to the cause has set it.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Error {
        self.0.offset.get_or_insert(offset as u64);
        self
    }

    /// Counts the offset from a place that many bytes earlier.
    pub(crate) fn after(mut self, bytes: u64) -> Error {
        self.0.offset = self.0.offset.map(|offset| offset.saturating_add(bytes));
        self
    }

    /// Sets the path, unless a place nearer to the cause has set it.
    #[must_use]
    pub(crate) fn within(mut self, path: String) -> Error {
        if self.0.path.is_empty() {
            self.0.path = path;
        }
        self
    }
}

impl Error {
    /// The error for an object that was read from a pickle of its own, at the place where it
    /// really is: what the path says behind its class goes on from there.
    #[must_use]
    pub(crate) fn in_place_of(mut self, offset: usize, path: &str) -> Error {
        self.0.offset = Some(offset as u64);
        if !path.is_empty() {
            let inner = self.0.path.find(['.', '[']).and_then(|at| self.0.path.get(at..));
            self.0.path = format!("{path}{}", inner.unwrap_or_default());
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        if !self.0.path.is_empty() {
            write!(f, ", in {}", self.0.path)?;
        }
        if let Some(offset) = self.0.offset {
            write!(f, " (offset {offset})")?;
        }
        match &self.0.kind {
            ErrorKind::MissingAttribute { others, .. } => {
                f.write_str("; `#[reduce(default)]` makes it optional")?;
                match others.first() {
                    Some(name) => write!(f, ", `#[reduce(alias = {name:?})]` accepts that name"),
                    None => Ok(()),
                }
            }
            ErrorKind::Limit { setting, .. } => write!(f, "; `Limits::{setting}` raises it"),
            _ => Ok(()),
        }
    }
}

/// The attributes that are there in the place of one that is not.
fn but(others: &[String]) -> String {
    let names: Vec<String> = others.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { String::new() } else { format!(" but {}", names.join(", ")) }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?})", self.to_string())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Custom(error) => error.source(),
            ErrorKind::Io(error) => error.source(),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::new(ErrorKind::Io(error))
    }
}
