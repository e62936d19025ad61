//! The one table of the 68 opcodes.
//!
//! The enum, the lookup by byte, the stack effects and the names that the rest of the crate uses
//! ([`op`]) all come from this table; no other file spells an opcode byte. The facts are those of
//! CPython's `pickle.py` and `pickletools.py`.

use crate::protocol::Protocol;

/// What follows an opcode byte in the stream.
///
/// The names are those of CPython's `pickletools` argument descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Argument {
    /// No argument.
    None,
    /// One unsigned byte.
    UInt1,
    /// Two bytes, unsigned, little endian.
    UInt2,
    /// Four bytes, signed, little endian.
    Int4,
    /// Four bytes, unsigned, little endian.
    UInt4,
    /// Eight bytes, unsigned, little endian.
    UInt8,
    /// An eight-byte float, big endian.
    Float8,
    /// A line with a decimal integer or the booleans `00` and `01`.
    DecimalShort,
    /// A line with a decimal integer, usually with a trailing `L`.
    DecimalLong,
    /// A line with a decimal float.
    FloatLine,
    /// A line with a quoted and escaped string.
    StringLine,
    /// A line of text without quotes, such as a persistent id.
    TextLine,
    /// Two lines: a module and a name in it.
    TextLinePair,
    /// A line in the raw-unicode-escape encoding.
    UnicodeLine,
    /// One byte of length, then that many bytes of 8-bit string.
    String1,
    /// Four bytes of *signed* length, then that many bytes of 8-bit string.
    String4,
    /// One byte of length, then that many bytes.
    Bytes1,
    /// Four bytes of unsigned length, then that many bytes.
    Bytes4,
    /// Eight bytes of unsigned length, then that many bytes.
    Bytes8,
    /// Eight bytes of unsigned length, then the bytes of a `bytearray`.
    ByteArray8,
    /// One byte of length, then that many bytes of UTF-8 with surrogates passed through.
    Unicode1,
    /// Four bytes of unsigned length, then that many bytes of UTF-8.
    Unicode4,
    /// Eight bytes of unsigned length, then that many bytes of UTF-8.
    Unicode8,
    /// One byte of length, then that many bytes of a two's complement integer, little endian.
    Long1,
    /// Four bytes of *signed* length, then that many bytes of a two's complement integer.
    Long4,
}

/// What an opcode takes from the stack, and what it leaves there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pops {
    /// Exactly this many items.
    Exact(u8),
    /// Everything above the topmost mark, and the mark.
    ToMark,
    /// Everything above the topmost mark, the mark, and this many items below it.
    ToMarkAnd(u8),
    /// The topmost item, or the mark when nothing is above it (`POP`).
    TopOrMark,
}

macro_rules! opcodes {
    ($( $(#[doc = $doc:literal])+ $variant:ident $name:ident = $byte:literal, $proto:ident, $arg:ident, $pops:expr => $pushes:literal; )+) => {
        /// An instruction of the pickle machine.
        ///
        /// | opcode | byte | since | what it does |
        /// |---|---|---|---|
        $(#[doc = concat!("| `", stringify!($name), "` | `", stringify!($byte), "` | ", stringify!($proto), " |", $($doc,)+ " |")])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Opcode {
            $( $(#[doc = $doc])+ $variant = $byte, )+
        }

        /// The opcode bytes under their CPython names.
        pub mod op {
            $( $(#[doc = $doc])+ pub const $name: u8 = $byte; )+
        }

        impl Opcode {
            /// Every opcode, in the order of the protocol that introduced it.
            pub const ALL: &'static [Opcode] = &[$(Opcode::$variant,)+];

            /// The opcode with this byte.
            ///
            /// ```
            /// use pickle_core::Opcode;
            /// assert_eq!(Opcode::from_byte(b'.'), Some(Opcode::Stop));
            /// assert_eq!(Opcode::from_byte(0xff), None);
            /// ```
            #[must_use]
            pub const fn from_byte(byte: u8) -> Option<Opcode> {
                match byte {
                    $( $byte => Some(Opcode::$variant), )+
                    _ => None,
                }
            }

            /// The name that CPython gives it, such as `SHORT_BINUNICODE`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Opcode::$variant => stringify!($name), )+ }
            }

            /// The protocol that introduced it.
            #[must_use]
            pub const fn since(self) -> Protocol {
                match self { $( Opcode::$variant => Protocol::$proto, )+ }
            }

            /// The form of its argument in the stream.
            #[must_use]
            pub const fn argument(self) -> Argument {
                match self { $( Opcode::$variant => Argument::$arg, )+ }
            }

            /// What it takes from the stack.
            #[must_use]
            pub const fn pops(self) -> Pops {
                match self { $( Opcode::$variant => $pops, )+ }
            }

            /// How many items it leaves on the stack; a mark counts as one.
            #[must_use]
            pub const fn pushes(self) -> u8 {
                match self { $( Opcode::$variant => $pushes, )+ }
            }

            /// One sentence on what it does.
            #[must_use]
            pub const fn doc(self) -> &'static str {
                match self { $( Opcode::$variant => concat!($($doc),+).trim_ascii_start(), )+ }
            }
        }
    };
}

use Pops::{Exact, ToMark, ToMarkAnd, TopOrMark};

opcodes! {
    /// Pushes a mark.
    Mark MARK = b'(', V0, None, Exact(0) => 1;
    /// Ends the pickle; the top of the stack is the value.
    Stop STOP = b'.', V0, None, Exact(1) => 0;
    /// Discards the top of the stack, or the mark when nothing is above it.
    Pop POP = b'0', V0, None, TopOrMark => 0;
    /// Pushes the top of the stack again; both are one object.
    Dup DUP = b'2', V0, None, Exact(1) => 2;
    /// Pushes a float from its `repr`.
    Float FLOAT = b'F', V0, FloatLine, Exact(0) => 1;
    /// Pushes an integer, or a bool for exactly `00` and `01`.
    Int INT = b'I', V0, DecimalShort, Exact(0) => 1;
    /// Pushes an integer of any size.
    Long LONG = b'L', V0, DecimalLong, Exact(0) => 1;
    /// Pushes `None`.
    None NONE = b'N', V0, None, Exact(0) => 1;
    /// Pushes the object with a persistent id that is one line of text.
    PersId PERSID = b'P', V0, TextLine, Exact(0) => 1;
    /// Calls a callable with a tuple of arguments.
    Reduce REDUCE = b'R', V0, None, Exact(2) => 1;
    /// Pushes an 8-bit string (Python 2 `str`) from its `repr`.
    String STRING = b'S', V0, StringLine, Exact(0) => 1;
    /// Pushes a string in the raw-unicode-escape encoding.
    Unicode UNICODE = b'V', V0, UnicodeLine, Exact(0) => 1;
    /// Appends one item to a list.
    Append APPEND = b'a', V0, None, Exact(2) => 1;
    /// Gives an object its state: `__setstate__`, or an update of its `__dict__`.
    Build BUILD = b'b', V0, None, Exact(2) => 1;
    /// Pushes a class or function named by a module line and a name line.
    Global GLOBAL = b'c', V0, TextLinePair, Exact(0) => 1;
    /// Makes a dict of the keys and values above the mark.
    Dict DICT = b'd', V0, None, ToMark => 1;
    /// Pushes the memo entry with a decimal index.
    Get GET = b'g', V0, DecimalShort, Exact(0) => 1;
    /// Makes an instance of a named class from the arguments above the mark.
    Inst INST = b'i', V0, TextLinePair, ToMark => 1;
    /// Makes a list of the items above the mark.
    List LIST = b'l', V0, None, ToMark => 1;
    /// Stores the top of the stack in the memo under a decimal index.
    Put PUT = b'p', V0, DecimalShort, Exact(1) => 1;
    /// Stores one key and value in a dict.
    SetItem SETITEM = b's', V0, None, Exact(3) => 1;
    /// Makes a tuple of the items above the mark.
    Tuple TUPLE = b't', V0, None, ToMark => 1;
    /// Pushes the empty tuple.
    EmptyTuple EMPTY_TUPLE = b')', V1, None, Exact(0) => 1;
    /// Discards everything above the mark, and the mark.
    PopMark POP_MARK = b'1', V1, None, ToMark => 0;
    /// Pushes a float of eight bytes.
    BinFloat BINFLOAT = b'G', V1, Float8, Exact(0) => 1;
    /// Pushes an integer of four bytes, signed.
    BinInt BININT = b'J', V1, Int4, Exact(0) => 1;
    /// Pushes an integer of one byte, unsigned.
    BinInt1 BININT1 = b'K', V1, UInt1, Exact(0) => 1;
    /// Pushes an integer of two bytes, unsigned.
    BinInt2 BININT2 = b'M', V1, UInt2, Exact(0) => 1;
    /// Pushes the object whose persistent id is the top of the stack.
    BinPersId BINPERSID = b'Q', V1, None, Exact(1) => 1;
    /// Pushes an 8-bit string (Python 2 `str`) with a four-byte signed length.
    BinString BINSTRING = b'T', V1, String4, Exact(0) => 1;
    /// Pushes an 8-bit string (Python 2 `str`) with a one-byte length.
    ShortBinString SHORT_BINSTRING = b'U', V1, String1, Exact(0) => 1;
    /// Pushes a string with a four-byte length.
    BinUnicode BINUNICODE = b'X', V1, Unicode4, Exact(0) => 1;
    /// Pushes a new list.
    EmptyList EMPTY_LIST = b']', V1, None, Exact(0) => 1;
    /// Appends the items above the mark to the list below it.
    Appends APPENDS = b'e', V1, None, ToMarkAnd(1) => 1;
    /// Pushes the memo entry with a one-byte index.
    BinGet BINGET = b'h', V1, UInt1, Exact(0) => 1;
    /// Pushes the memo entry with a four-byte index.
    LongBinGet LONG_BINGET = b'j', V1, UInt4, Exact(0) => 1;
    /// Makes an instance of the class right above the mark from the arguments that follow it.
    Obj OBJ = b'o', V1, None, ToMark => 1;
    /// Stores the top of the stack in the memo under a one-byte index.
    BinPut BINPUT = b'q', V1, UInt1, Exact(1) => 1;
    /// Stores the top of the stack in the memo under a four-byte index.
    LongBinPut LONG_BINPUT = b'r', V1, UInt4, Exact(1) => 1;
    /// Stores the keys and values above the mark in the dict below it.
    SetItems SETITEMS = b'u', V1, None, ToMarkAnd(1) => 1;
    /// Pushes a new dict.
    EmptyDict EMPTY_DICT = b'}', V1, None, Exact(0) => 1;
    /// Names the protocol of the pickle.
    Proto PROTO = 0x80, V2, UInt1, Exact(0) => 0;
    /// Makes an instance by `cls.__new__(cls, *args)`.
    NewObj NEWOBJ = 0x81, V2, None, Exact(2) => 1;
    /// Pushes the class registered under a one-byte extension code.
    Ext1 EXT1 = 0x82, V2, UInt1, Exact(0) => 1;
    /// Pushes the class registered under a two-byte extension code.
    Ext2 EXT2 = 0x83, V2, UInt2, Exact(0) => 1;
    /// Pushes the class registered under a four-byte signed extension code.
    Ext4 EXT4 = 0x84, V2, Int4, Exact(0) => 1;
    /// Makes a tuple of the top item.
    Tuple1 TUPLE1 = 0x85, V2, None, Exact(1) => 1;
    /// Makes a tuple of the two topmost items.
    Tuple2 TUPLE2 = 0x86, V2, None, Exact(2) => 1;
    /// Makes a tuple of the three topmost items.
    Tuple3 TUPLE3 = 0x87, V2, None, Exact(3) => 1;
    /// Pushes `True`.
    NewTrue NEWTRUE = 0x88, V2, None, Exact(0) => 1;
    /// Pushes `False`.
    NewFalse NEWFALSE = 0x89, V2, None, Exact(0) => 1;
    /// Pushes an integer with a one-byte length.
    Long1 LONG1 = 0x8a, V2, Long1, Exact(0) => 1;
    /// Pushes an integer with a four-byte signed length.
    Long4 LONG4 = 0x8b, V2, Long4, Exact(0) => 1;
    /// Pushes bytes with a four-byte length.
    BinBytes BINBYTES = b'B', V3, Bytes4, Exact(0) => 1;
    /// Pushes bytes with a one-byte length.
    ShortBinBytes SHORT_BINBYTES = b'C', V3, Bytes1, Exact(0) => 1;
    /// Pushes a string with a one-byte length.
    ShortBinUnicode SHORT_BINUNICODE = 0x8c, V4, Unicode1, Exact(0) => 1;
    /// Pushes a string with an eight-byte length.
    BinUnicode8 BINUNICODE8 = 0x8d, V4, Unicode8, Exact(0) => 1;
    /// Pushes bytes with an eight-byte length.
    BinBytes8 BINBYTES8 = 0x8e, V4, Bytes8, Exact(0) => 1;
    /// Pushes a new set.
    EmptySet EMPTY_SET = 0x8f, V4, None, Exact(0) => 1;
    /// Adds the items above the mark to the set below it.
    AddItems ADDITEMS = 0x90, V4, None, ToMarkAnd(1) => 1;
    /// Makes a frozenset of the items above the mark.
    FrozenSet FROZENSET = 0x91, V4, None, ToMark => 1;
    /// Makes an instance by `cls.__new__(cls, *args, **kwargs)`.
    NewObjEx NEWOBJ_EX = 0x92, V4, None, Exact(3) => 1;
    /// Pushes the class or function whose module and qualified name are the two topmost strings.
    StackGlobal STACK_GLOBAL = 0x93, V4, None, Exact(2) => 1;
    /// Stores the top of the stack in the memo under the number of entries so far.
    Memoize MEMOIZE = 0x94, V4, None, Exact(1) => 1;
    /// Begins a frame of the given size.
    Frame FRAME = 0x95, V4, UInt8, Exact(0) => 0;
    /// Pushes a bytearray with an eight-byte length.
    ByteArray8 BYTEARRAY8 = 0x96, V5, ByteArray8, Exact(0) => 1;
    /// Pushes the next out-of-band buffer.
    NextBuffer NEXT_BUFFER = 0x97, V5, None, Exact(0) => 1;
    /// Makes the buffer on top of the stack read-only.
    ReadonlyBuffer READONLY_BUFFER = 0x98, V5, None, Exact(1) => 1;
}
