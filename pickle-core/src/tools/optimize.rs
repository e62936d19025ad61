//! The same pickle without the memo entries that nothing refers to.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::error::Result;
use crate::opcode::{Opcode, op};
use crate::protocol::Protocol;
use crate::tools::complaint;
use crate::tools::genops::genops;
use crate::tools::operand::Key;

/// From this size on, a frame ends, and a single instruction stands outside of frames.
const FRAME_TARGET: usize = 64 * 1024;

/// Below this size, a frame is not worth its header.
const FRAME_MIN: usize = 4;

/// Drops the memo entries that are never fetched, numbers the others anew, and frames the pickle
/// anew.
///
/// As Python's `pickletools.optimize`, byte for byte. What follows the pickle is dropped.
///
/// # Errors
/// The input is no pickle, or it fetches what it has not stored. The latter is no error in Python
/// for protocol 0: it writes an instruction that no unpickler accepts.
///
/// ```
/// use pickle_core::tools::optimize;
///
/// assert_eq!(optimize(b"\x80\x02]q\0(]q\x01h\x01e.")?, b"\x80\x02](]q\0h\0e.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub fn optimize(pickle: &[u8]) -> Result<Vec<u8>> {
    let Plan { header, protocol, steps, mut fetched } = plan(pickle)?;
    let mut out = Vec::with_capacity(pickle.len());
    out.extend_from_slice(pickle.get(header).unwrap_or_default());
    let mut framer = Framer { out, frame: (protocol >= 4).then(Vec::new) };
    let mut next = 0u32;
    for step in steps {
        match step {
            Step::Put(key) => {
                if let Some(index) = fetched.get_mut(&key) {
                    *index = Some(next);
                    framer.write(&put(protocol, next));
                    next = next.checked_add(1).ok_or_else(|| complaint("too many memo entries"))?;
                }
            }
            Step::Get(key, offset) => {
                let index = fetched.get(&key).copied().flatten();
                let index = index.ok_or_else(|| {
                    complaint("a memo entry is fetched that has never been stored").at(offset)
                })?;
                framer.write(&get(protocol, index));
            }
            Step::Copy(range) => framer.write(pickle.get(range).unwrap_or_default()),
        }
    }
    Ok(framer.finish())
}

/// What is to be written.
struct Plan {
    /// `PROTO`, if it is the first instruction; it stands before all frames.
    header: Range<usize>,
    /// The one that decides on framing and on the forms of memo instructions.
    protocol: u8,
    steps: Vec<Step>,
    /// The memo entries in use, and their new indices once they are stored.
    fetched: HashMap<Key, Option<u32>>,
}

enum Step {
    Put(Key),
    Get(Key, usize),
    Copy(Range<usize>),
}

fn plan(pickle: &[u8]) -> Result<Plan> {
    let mut plan = Plan { header: 0..0, protocol: 0, steps: Vec::new(), fetched: HashMap::new() };
    let mut stored = HashSet::new();
    for operation in genops(pickle) {
        let operation = operation?;
        let range = operation.offset..operation.end;
        match (operation.opcode, Key::new(&operation.operand)) {
            (Opcode::Put | Opcode::BinPut | Opcode::LongBinPut, Some(key)) => {
                stored.insert(key.clone());
                plan.steps.push(Step::Put(key));
            }
            (Opcode::Memoize, _) => {
                // Unlike an unpickler: an index that was stored twice counts once.
                let key = Key::Int(i64::try_from(stored.len()).unwrap_or(i64::MAX));
                stored.insert(key.clone());
                plan.steps.push(Step::Put(key));
            }
            (Opcode::Frame, _) => {}
            (Opcode::Get | Opcode::BinGet | Opcode::LongBinGet, Some(key)) => {
                plan.protocol = plan.protocol.max(operation.opcode.since() as u8);
                plan.fetched.insert(key.clone(), None);
                plan.steps.push(Step::Get(key, operation.offset));
            }
            (Opcode::Proto, Some(Key::Int(protocol))) => {
                let protocol = u8::try_from(protocol).unwrap_or(u8::MAX);
                plan.protocol = plan.protocol.max(protocol);
                if operation.offset == 0 {
                    plan.header = range;
                } else {
                    plan.steps.push(Step::Copy(range));
                }
            }
            _ => plan.steps.push(Step::Copy(range)),
        }
    }
    let highest = Protocol::HIGHEST as u8;
    if plan.protocol > highest {
        return Err(complaint(format!("pickle protocol must be <= {highest}")).at(0));
    }
    Ok(plan)
}

fn put(protocol: u8, index: u32) -> Vec<u8> {
    match (protocol, u8::try_from(index)) {
        (4.., _) => vec![op::MEMOIZE],
        (1.., Ok(index)) => vec![op::BINPUT, index],
        (1.., _) => [&[op::LONG_BINPUT][..], &index.to_le_bytes()].concat(),
        (0, _) => [&[op::PUT][..], format!("{index}\n").as_bytes()].concat(),
    }
}

fn get(protocol: u8, index: u32) -> Vec<u8> {
    match (protocol, u8::try_from(index)) {
        (1.., Ok(index)) => vec![op::BINGET, index],
        (1.., _) => [&[op::LONG_BINGET][..], &index.to_le_bytes()].concat(),
        (0, _) => [&[op::GET][..], format!("{index}\n").as_bytes()].concat(),
    }
}

/// Groups instructions into frames as `pickle.py` does, but with the optimizer's idea of what is
/// too long for one.
struct Framer {
    out: Vec<u8>,
    /// The frame being filled; `None` below protocol 4.
    frame: Option<Vec<u8>>,
}

impl Framer {
    fn write(&mut self, instruction: &[u8]) {
        let alone = instruction.len() > FRAME_TARGET;
        self.commit(if alone { 0 } else { FRAME_TARGET });
        match &mut self.frame {
            Some(frame) if !alone => frame.extend_from_slice(instruction),
            _ => self.out.extend_from_slice(instruction),
        }
    }

    /// Ends the frame if it has that many bytes.
    fn commit(&mut self, at_least: usize) {
        let Some(frame) = self.frame.as_mut().filter(|frame| frame.len() >= at_least) else {
            return;
        };
        if frame.len() >= FRAME_MIN {
            self.out.push(op::FRAME);
            self.out.extend_from_slice(&(frame.len() as u64).to_le_bytes());
        }
        self.out.append(frame);
    }

    fn finish(mut self) -> Vec<u8> {
        self.commit(0);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Expected bytes: `pickletools.optimize` in CPython 3.13.
    #[test]
    fn small_pickles() {
        for (pickle, expected) in [
            (&b"(lp0\n(lp1\na."[..], &b"(l(la."[..]),
            (b"(lp5\ng5\na.", b"(lp0\ng0\na."),
            (
                b"\x80\x04\x95\x09\0\0\0\0\0\0\0]\x94(]\x94h\x01e.",
                b"\x80\x04\x95\x08\0\0\0\0\0\0\0](]\x94h\0e.",
            ),
            (b"\x80\x04N.trailing", b"\x80\x04N."),
            (b"]q\x05\x80\x04h\x05.", b"\x95\x07\0\0\0\0\0\0\0]\x94\x80\x04h\0."),
        ] {
            assert_eq!(optimize(pickle).unwrap(), expected);
        }
        for pickle in [&b""[..], b"\x80\x04N", b"\x80\x06N.", b"h\0.", b"\xff."] {
            assert!(optimize(pickle).is_err());
        }
    }

    #[test]
    fn what_is_long_stands_outside_of_frames() {
        let long = [b"B\x70\x11\x01\0", &[b'a'; 70_000][..]].concat();
        let pickle = [b"\x80\x04(", &long[..], b"K\x01t."].concat();
        let expected = [b"\x80\x04(", &long[..], b"\x95\x04\0\0\0\0\0\0\0K\x01t."].concat();
        assert!(optimize(&pickle).unwrap() == expected);
    }
}
