//! How many bytes an instance takes besides its values, once its class and names are in the memo.

/// The reference to a name: `BINGET` and a byte.
pub(crate) const NAME: usize = 2;

/// What is before the first name: a class of two bytes, no arguments, `NEWOBJ`, the dict and its mark; of
/// a dict, itself and its mark. In between may be what memoizes the instance and its dict.
pub(crate) const fn begin(is_dict: bool, is_memoized: bool) -> usize {
    match (is_dict, is_memoized) {
        (false, false) => 6,
        (false, true) => 8,
        (true, false) => 2,
        (true, true) => 3,
    }
}

/// What is behind the last value: `SETITEMS`, and of an instance `BUILD`.
pub(crate) const fn end(is_dict: bool) -> usize {
    if is_dict { 1 } else { 2 }
}
