//! What the caller chose for reading.

use std::borrow::Cow;

use crate::limits::Limits;
use crate::protocol::Protocol;
use crate::registry::Registry;
use crate::wire::text::checked;

/// What the 8-bit strings of Python 2 are.
///
/// Python 2 has one type for text and for bytes, and its pickles do not say which was meant. Where
/// the Rust type asks for bytes, such a string always gives its bytes; the encoding says what it is
/// as text, and what it is in a [`Value`](crate::Value).
///
/// ```
/// use pickle_core::{Encoding, UnpickleOptions, Value};
///
/// let pickle = b"\x80\x02U\x02\xc3\xa9.";
/// let options = UnpickleOptions::new();
/// assert_eq!(options.from_slice::<String>(pickle)?, "é");
/// let latin1 = options.encoding(Encoding::Latin1);
/// assert_eq!(latin1.from_slice::<String>(pickle)?, "Ã©");
/// let bytes = options.encoding(Encoding::Bytes);
/// assert_eq!(bytes.from_slice::<Value>(pickle)?, Value::Bytes(b"\xc3\xa9".to_vec()));
/// assert!(options.encoding(Encoding::Ascii).from_slice::<String>(pickle).is_err());
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Encoding {
    /// Text in UTF-8; in a `Value`, bytes where it is none.
    #[default]
    Utf8,
    /// Text in ASCII and nothing else: Python's default.
    Ascii,
    /// Text, of one character for each byte. Pickles of Python 2 that have dates and times or NumPy
    /// arrays in them need it.
    Latin1,
    /// Bytes.
    Bytes,
}

impl Encoding {
    /// The text that a string of Python 2 stands for, which may be borrowed; `None` if it is no
    /// text.
    pub(crate) fn decode<'de>(
        self,
        bytes: &[u8],
        borrowed: Option<&'de [u8]>,
    ) -> Option<Cow<'de, str>> {
        let is_plain = match self {
            Encoding::Utf8 => true,
            Encoding::Ascii | Encoding::Latin1 => bytes.is_ascii(),
            Encoding::Bytes => false,
        };
        match (borrowed, self) {
            (Some(bytes), _) if is_plain => checked(bytes).map(Cow::Borrowed),
            (None, _) if is_plain => checked(bytes).map(|text| text.to_owned().into()),
            (_, Encoding::Latin1) => Some(bytes.iter().copied().map(char::from).collect()),
            _ => None,
        }
    }

    /// What such a string has to be to be text.
    pub(crate) fn expected(self) -> &'static str {
        match self {
            Encoding::Ascii => "str in ASCII; `UnpickleOptions::encoding` says what else it is",
            _ => "str; `UnpickleOptions::encoding` says how to read it",
        }
    }
}

/// What the caller chose for reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) limits: Limits,
    pub(crate) registry: Option<&'a Registry>,
    /// Whether globals have the names of Python 2 below protocol 3.
    pub(crate) fix_imports: bool,
    /// What the 8-bit strings of Python 2 are.
    pub(crate) encoding: Encoding,
    /// The out-of-band buffers, if there are to be any.
    pub(crate) buffers: Option<&'a [&'a [u8]]>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings {
            limits: Limits::default(),
            registry: None,
            fix_imports: true,
            encoding: Encoding::Utf8,
            buffers: None,
        }
    }
}

impl Settings<'_> {
    /// Whether the globals of a pickle have the names of Python 2 (`find_class` of `pickle.py`).
    pub(crate) fn has_old_names(&self, protocol: Protocol) -> bool {
        self.fix_imports && protocol < Protocol::V3
    }
}
