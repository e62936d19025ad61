//! Strings and characters: Python's `str`.

use std::borrow::Cow;

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::{LaneWriter, Name, Saver};
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::unpickler::LaneReader;

impl Reduce for str {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(self)
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.str(name, self)
    }
}

impl Reduce for String {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(self)
    }

    #[inline(always)]
    fn is_atom() -> bool {
        true
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.str(name, self)
    }

    #[inline]
    fn reduce_items(items: &[Self], lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.strs(items)
    }
}

impl<'de> Reconstruct<'de> for String {
    const STARTS: Starts = Starts::STR.atom();

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_string()
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        Ok(lane.string())
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

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        Ok(lane.str())
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
