//! What the caller chose for writing.

use crate::buffer::BufferCallback;
use crate::limits::Limits;
use crate::protocol::Protocol;
use crate::registry::Registry;

/// What the caller chose for writing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) protocol: Protocol,
    pub(crate) limits: Limits,
    pub(crate) registry: Option<&'a Registry>,
    /// Whether globals get the names of Python 2 below protocol 3.
    pub(crate) fix_imports: bool,
    /// What decides about buffers; without it they are in the pickle.
    pub(crate) buffers: Option<BufferCallback<'a>>,
    /// Whether an atom behind a shared pointer is memoized too. Python never does, as its atoms do
    /// not change; an `Arc<Mutex<u32>>` does.
    pub(crate) memoize_atoms: bool,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings {
            protocol: Protocol::default(),
            limits: Limits::default(),
            registry: None,
            fix_imports: true,
            buffers: None,
            memoize_atoms: false,
        }
    }
}
