//! Streams that behave badly.

use std::io::{self, Read};

use pickle_core::{Graph, Limits, Unpickler};

/// A stream that hands out at most so many bytes at once, is interrupted before each, and fails
/// once at an offset.
#[derive(Debug)]
pub struct Faulty<'a> {
    /// What was not read yet.
    pub rest: &'a [u8],
    /// How many bytes it hands out at most.
    pub step: usize,
    /// Whether the last call was interrupted.
    pub interrupts: bool,
    /// In how many bytes it fails.
    pub fails_in: Option<usize>,
}

impl<'a> Faulty<'a> {
    /// A stream that does not fail.
    #[must_use]
    pub fn new(rest: &'a [u8], step: usize) -> Faulty<'a> {
        Faulty { rest, step, interrupts: false, fails_in: None }
    }
}

impl Read for Faulty<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupts = !self.interrupts;
        if self.interrupts {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let mut len = self.step.min(buffer.len());
        if let Some(left) = self.fails_in {
            if left == 0 {
                self.fails_in = None;
                return Err(io::Error::other("disk on fire"));
            }
            len = len.min(left);
            self.fails_in = Some(left - len);
        }
        self.rest.read(&mut buffer[..len])
    }
}

/// Checks that a reader and a slice have the same graph or the same error, and returns how much
/// less than the pickle the stream has given, if there is one.
///
/// # Panics
/// When they do not.
pub fn agree<T: PartialEq>(
    name: &str,
    pickle: &[u8],
    steps: &[usize],
    form: impl Fn(&Graph<'_>) -> T,
) -> Option<usize> {
    let expected = Graph::from_prefix(pickle, &Limits::DEFAULT);
    let expected = expected.map(|(graph, used)| (form(&graph), used));
    let mut left = None;
    for &step in steps {
        let mut unpickler = Unpickler::new(Faulty::new(pickle, step));
        let found = unpickler.load_graph().map(|graph| form(&graph));
        match (&expected, found) {
            (Ok((expected, used)), Ok(found)) => {
                assert!(*expected == found, "{name}: another graph");
                assert_eq!(unpickler.offset(), *used as u64, "{name}");
                left = Some(pickle.len() - used - unpickler.into_inner().rest.len());
            }
            (Err(expected), Err(found)) => {
                assert_eq!(found.to_string(), expected.to_string(), "{name}");
            }
            (expected, found) => panic!("{name}: {:?}, {:?}", expected.is_ok(), found.err()),
        }
    }
    left
}
