//! Bounds on what a pickle may cost.

/// Bounds on the time and memory that one pickle may take.
///
/// Every length in a pickle is checked against the bytes that remain before anything is
/// reserved, so the size of the input bounds most costs by itself. These limits bound the rest.
/// Each is generous for honest data; an error that names the limit says how to raise it.
///
/// ```
/// use pickle_core::{Limits, UnpickleOptions};
///
/// let deep = Limits::default().depth(5_000);
/// let options = UnpickleOptions::new().limits(deep);
/// # let _ = options;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// How deep typed values may nest, counted in containers and objects. Typed values are made
    /// by recursion, so this bounds the stack. A `Graph` is not bound by it.
    pub depth: usize,
    /// How many values may be decoded again because a memo reference names a value whose Rust
    /// type cannot be shared. The bound is this number plus 40 for each byte of the pickle, so that
    /// honest data has room and a small pickle cannot become a large tree.
    pub replays: usize,
    /// How many decimal digits one integer in text form may have, as CPython's
    /// `sys.set_int_max_str_digits`.
    pub digits: usize,
}

impl Limits {
    /// The default limits.
    pub const DEFAULT: Limits = Limits { depth: 512, replays: 1 << 16, digits: 4300 };

    /// Sets how deep typed values may nest.
    #[must_use]
    pub const fn depth(mut self, depth: usize) -> Limits {
        self.depth = depth;
        self
    }

    /// Sets how many values may be decoded again for memo references to unshared types.
    #[must_use]
    pub const fn replays(mut self, replays: usize) -> Limits {
        self.replays = replays;
        self
    }

    /// Sets how many decimal digits one integer may have.
    #[must_use]
    pub const fn digits(mut self, digits: usize) -> Limits {
        self.digits = digits;
        self
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::DEFAULT
    }
}
