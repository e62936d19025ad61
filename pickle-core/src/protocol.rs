//! The six protocols.

use std::fmt;

/// A pickle protocol: which opcodes a writer may use.
///
/// A reader needs none of this: the number in a pickle gates almost nothing on load.
///
/// ```
/// use pickle_core::Protocol;
/// assert_eq!(Protocol::default(), Protocol::V4);
/// assert!(Protocol::V5 > Protocol::V2);
/// assert_eq!(Protocol::from_number(6), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(u8)]
pub enum Protocol {
    /// The first one, printable but for latin-1 text.
    V0 = 0,
    /// The first binary one.
    V1 = 1,
    /// `NEWOBJ`, extension codes, short tuples (PEP 307). The last one that Python 2 reads.
    V2 = 2,
    /// `bytes`. Python 3.0.
    V3 = 3,
    /// Frames, large objects, sets, nested class names (PEP 3154). Python 3.4, the default from
    /// 3.8 to 3.13, and the default here.
    #[default]
    V4 = 4,
    /// Out-of-band buffers and `bytearray` (PEP 574). Python 3.8, the default from 3.14.
    V5 = 5,
}

impl Protocol {
    /// Every protocol, oldest first.
    pub const ALL: [Protocol; 6] =
        [Protocol::V0, Protocol::V1, Protocol::V2, Protocol::V3, Protocol::V4, Protocol::V5];

    /// The newest protocol.
    pub const HIGHEST: Protocol = Protocol::V5;

    /// The protocol with this number, if there is one.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Protocol> {
        match number {
            0 => Some(Protocol::V0),
            1 => Some(Protocol::V1),
            2 => Some(Protocol::V2),
            3 => Some(Protocol::V3),
            4 => Some(Protocol::V4),
            5 => Some(Protocol::V5),
            _ => None,
        }
    }

    /// Its number, as the argument of `PROTO`.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number())
    }
}
