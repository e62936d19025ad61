//! Regular expressions: Python's `re.Pattern`.

use crate::class::Class;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static COMPILE: Class = Class::new("re", "_compile");
static FLAG: Class = Class::new("re", "RegexFlag");

/// A regular expression: `re.Pattern`, by its text and its flags. `T` is a `String`, or a `Vec<u8>`
/// for an expression of bytes.
///
/// ```
/// use pickle_core::types::Pattern;
///
/// let word = Pattern { pattern: r"\w+".to_owned(), flags: Pattern::UNICODE };
/// assert_eq!(pickle_core::from_slice::<Pattern>(&pickle_core::to_vec(&word)?)?, word);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pattern<T = String> {
    /// The expression.
    pub pattern: T,
    /// The sum of the flags of Python's `re` module.
    pub flags: u32,
}

impl Pattern {
    /// `re.IGNORECASE`.
    pub const IGNORECASE: u32 = 2;
    /// `re.MULTILINE`.
    pub const MULTILINE: u32 = 8;
    /// `re.DOTALL`.
    pub const DOTALL: u32 = 16;
    /// `re.UNICODE`, which Python 3 sets for every expression of text.
    pub const UNICODE: u32 = 32;
    /// `re.VERBOSE`.
    pub const VERBOSE: u32 = 64;
    /// `re.ASCII`.
    pub const ASCII: u32 = 256;
}

impl<T: Reduce> Reduce for Pattern<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&COMPILE, &(&self.pattern, self.flags))
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Pattern<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&COMPILE)?;
        loader.begin_args(&mut object, 2)?;
        loader.next_arg(&mut object)?;
        let pattern = loader.load()?;
        loader.next_arg(&mut object)?;
        // A number, or an object of `re.RegexFlag` that holds one.
        let flags = match loader.peek()? {
            Kind::Int => loader.load()?,
            _ => loader.load_call::<(u32,)>(&FLAG)?.0,
        };
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(Pattern { pattern, flags })
    }
}
