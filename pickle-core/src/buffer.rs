//! Bytes that may travel beside a pickle instead of in it (PEP 574).

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use crate::error::Result;

/// Bytes that may travel beside a pickle instead of in it: Python's `pickle.PickleBuffer` (PEP 574).
///
/// It needs protocol 5. Unless the writer has a
/// [`buffer_callback`](crate::PickleOptions::buffer_callback), it is in the pickle like other
/// bytes: a `bytes` if it is read-only, or else a `bytearray`. What is read in its place is the
/// same again; so is a `Vec<u8>`, and a `&[u8]` borrows the buffer itself.
///
/// ```
/// use pickle_core::{PickleBuffer, PickleOptions, Protocol, UnpickleOptions};
///
/// let options = PickleOptions::new().protocol(Protocol::V5);
/// let image = vec![0u8; 1 << 20];
/// let (pickle, buffers) = options.to_vec_with_buffers(&("map", PickleBuffer::new(&image)))?;
/// assert_eq!(pickle.len(), 19);
/// assert_eq!(buffers, [image]);
///
/// let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
/// let options = UnpickleOptions::new().buffers(&buffers);
/// let (name, bytes): (&str, &[u8]) = options.from_slice(&pickle)?;
/// assert_eq!((name, bytes.as_ptr()), ("map", buffers[0].as_ptr()));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PickleBuffer<'a> {
    pub(crate) bytes: Cow<'a, [u8]>,
    pub(crate) readonly: bool,
}

impl<'a> PickleBuffer<'a> {
    /// A buffer that the receiver may write to.
    #[must_use]
    pub fn new(bytes: impl Into<Cow<'a, [u8]>>) -> PickleBuffer<'a> {
        PickleBuffer { bytes: bytes.into(), readonly: false }
    }

    /// A buffer that the receiver must not write to.
    #[must_use]
    pub fn readonly(bytes: impl Into<Cow<'a, [u8]>>) -> PickleBuffer<'a> {
        PickleBuffer { bytes: bytes.into(), readonly: true }
    }

    /// Whether the receiver must not write to it.
    #[must_use]
    pub fn is_readonly(&self) -> bool {
        self.readonly
    }

    /// The bytes.
    #[must_use]
    pub fn into_bytes(self) -> Cow<'a, [u8]> {
        self.bytes
    }
}

impl Deref for PickleBuffer<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Where a buffer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placement {
    /// Into the pickle.
    InBand,
    /// Beside the pickle: the callback has taken care of it.
    OutOfBand,
}

/// What decides where each buffer goes.
#[derive(Clone, Copy)]
pub(crate) struct BufferCallback<'a>(
    pub(crate) &'a (dyn Fn(&PickleBuffer<'_>) -> Result<Placement> + Sync),
);

impl fmt::Debug for BufferCallback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BufferCallback")
    }
}
