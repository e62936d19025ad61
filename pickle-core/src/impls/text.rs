//! Strings and characters: Python's `str`.

use std::borrow::Cow;

use crate::error::Result;
use crate::pickler::{Name, Saver};
use crate::reconstruct::{Loader, Reconstruct, Starts};
use crate::reduce::Reduce;

impl Reduce for str {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(self)
    }
}

impl Reduce for String {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(self)
    }

    #[inline]
    fn reduce_named(&self, name: Name, saver: &mut Saver<'_>) -> Result<()> {
        saver.named_str(name, self)
    }
}

impl<'de> Reconstruct<'de> for String {
    const STARTS: Starts = Starts::STR.atom();

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_str().map(Cow::into_owned)
    }
}

/// Borrows from the pickle, which must spell the string out as it is.
impl<'de: 'a, 'a> Reconstruct<'de> for &'a str {
    const STARTS: Starts = Starts::STR.atom();

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        match loader.load_str()? {
            Cow::Borrowed(text) => Ok(text),
            Cow::Owned(_) => Err(loader.mismatch("a str that the pickle spells out, to borrow")),
        }
    }
}

/// A `str` of one character.
impl Reduce for char {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(self.encode_utf8(&mut [0; 4]))
    }
}

impl<'de> Reconstruct<'de> for char {
    const STARTS: Starts = Starts::STR.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let text = loader.load_str()?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => Ok(char),
            _ => Err(loader.mismatch("str of one character")),
        }
    }
}
