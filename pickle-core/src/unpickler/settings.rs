//! What the caller chose for reading.

use crate::limits::Limits;
use crate::protocol::Protocol;
use crate::registry::Registry;

/// What the caller chose for reading.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings<'a> {
    pub(crate) limits: Limits,
    pub(crate) registry: Option<&'a Registry>,
    /// Whether globals have the names of Python 2 below protocol 3.
    pub(crate) fix_imports: bool,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings { limits: Limits::default(), registry: None, fix_imports: true }
    }
}

impl Settings<'_> {
    /// Whether the globals of a pickle have the names of Python 2 (`find_class` of `pickle.py`).
    pub(crate) fn has_old_names(&self, protocol: Protocol) -> bool {
        self.fix_imports && protocol < Protocol::V3
    }
}
