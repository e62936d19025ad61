//! Which pickles a file holds.

use std::cell::LazyCell;
use std::io;
use std::ops::Range;

use pickle_core::tools::genops;
use pickle_core::{Error, Graph, Limits, Opcode};

/// The pickles of a file, in order.
///
/// Only the first is kept; the others are read again when they are asked for, so that millions of
/// small ones take no memory.
pub struct Pickles<'de> {
    file: &'de [u8],
    limits: Limits,
    first: Graph<'de>,
    /// Where the others begin.
    others: Vec<usize>,
    /// What follows them and was left out.
    pub rest: Option<Rest>,
}

impl<'de> Pickles<'de> {
    /// How many there are, at least one.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// Where in the file a pickle is, by its place.
    #[must_use]
    pub fn extent(&self, place: usize) -> Range<usize> {
        let offset = |place: usize| match place.checked_sub(1) {
            None => Some(0),
            Some(other) => self.others.get(other).copied(),
        };
        let end = self.rest.as_ref().map_or(self.file.len(), |rest| rest.offset);
        offset(place).unwrap_or(end)..offset(place + 1).unwrap_or(end)
    }

    /// Calls the function with the place, the offset and the value of each.
    ///
    /// # Errors
    /// Those of the function.
    pub fn each(
        &self,
        mut show: impl FnMut(usize, usize, &Graph<'de>) -> io::Result<()>,
    ) -> io::Result<()> {
        show(0, 0, &self.first)?;
        for (place, &offset) in (1..).zip(&self.others) {
            show(place, offset, &self.graph(place)?)?;
        }
        Ok(())
    }

    /// The value of one of them, read again.
    ///
    /// # Errors
    /// There is no such pickle.
    pub fn graph(&self, place: usize) -> io::Result<Graph<'de>> {
        let pickle = self.file.get(self.extent(place)).unwrap_or_default();
        let (graph, _) = Graph::from_prefix(pickle, &self.limits).map_err(io::Error::other)?;
        Ok(graph)
    }
}

/// Bytes behind the last pickle.
#[derive(Debug)]
pub struct Rest {
    /// Where they begin.
    pub offset: usize,
    /// How many there are.
    pub length: usize,
    /// Why they are no pickle; `None` when they are one that calls something.
    pub error: Option<Error>,
}

/// Reads the pickles of a file.
///
/// `pickle.load` stops behind the first, and nothing in the format tells a stream of pickles from
/// one with other bytes behind it. So what follows is taken for a pickle when it is well-formed
/// and either begins with `PROTO`, as all pickles since protocol 2 do, or is data. A pickle without
/// `PROTO` that makes a call is only taken when the first one makes calls, too. With `all`, every
/// byte has to belong to a pickle.
///
/// # Errors
/// The first pickle is ill-formed, or with `all` any of them; with the offset of that pickle.
///
/// ```
/// use pickle_cli::stream;
/// use pickle_core::Limits;
///
/// let count = |file: &[u8], all| {
///     let pickles = stream::read(file, all, &Limits::DEFAULT).map_err(|(_, error)| error)?;
///     Ok::<usize, pickle_core::Error>(pickles.count())
/// };
/// assert_eq!(count(b"N.]..", false)?, 2);
/// assert!(count(b"N.]..", true).is_err());
/// assert_eq!(count(b"N.cos\nabort\n)R.", false)?, 1);
/// assert_eq!(count(b"N.cos\nabort\n)R.", true)?, 2);
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub fn read<'de>(
    file: &'de [u8],
    all: bool,
    limits: &Limits,
) -> Result<Pickles<'de>, (usize, Error)> {
    let (first, mut offset) = Graph::from_prefix(file, limits).map_err(|error| (0, error))?;
    let mut pickles = Pickles { file, limits: *limits, first, others: Vec::new(), rest: None };
    let first_calls = LazyCell::new(|| makes_calls(file));
    while let Some(tail) = file.get(offset..).filter(|tail| !tail.is_empty()) {
        let error = match Graph::from_prefix(tail, limits) {
            Ok((_, length)) if all || is_plausible(tail) || *first_calls => {
                pickles.others.push(offset);
                offset += length;
                continue;
            }
            Err(error) if all => return Err((offset, error)),
            found => found.err(),
        };
        pickles.rest = Some(Rest { offset, length: tail.len(), error });
        break;
    }
    Ok(pickles)
}

fn is_plausible(pickle: &[u8]) -> bool {
    pickle.first() == Some(&(Opcode::Proto as u8)) || !makes_calls(pickle)
}

fn makes_calls(pickle: &[u8]) -> bool {
    genops(pickle).map_while(Result::ok).any(|operation| {
        matches!(
            operation.opcode,
            Opcode::Reduce | Opcode::NewObj | Opcode::NewObjEx | Opcode::Inst | Opcode::Obj
        )
    })
}
