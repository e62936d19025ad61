//! The general route: the complete pickle machine, from any pickle to a graph.

mod objects;
mod stack;
mod values;

use crate::error::{Error, Result};
use crate::graph::{Graph, Head, How, Kind, NodeId, Slot, Span};
use crate::limits::Limits;
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::unpickler::heap::Heap;
use crate::wire::decode::{self, Decoder};
use crate::wire::literal::{self, IntLine};
use crate::wire::long::{self};

impl<'de> Graph<'de> {
    /// Reads the first pickle of a slice, with the default [`Limits`]. What follows its `STOP` is
    /// not looked at.
    ///
    /// # Errors
    ///
    /// When the bytes are no pickle that Python's machine would run to its end.
    pub fn from_slice(pickle: &'de [u8]) -> Result<Graph<'de>> {
        load(pickle, &Limits::DEFAULT).map(|(graph, _)| graph)
    }

    /// Reads the first pickle of a slice that may hold several, and returns how many bytes it
    /// takes, `STOP` included.
    ///
    /// # Errors
    ///
    /// When the bytes are no pickle that Python's machine would run to its end, or when a limit is
    /// reached.
    pub fn from_prefix(pickles: &'de [u8], limits: &Limits) -> Result<(Graph<'de>, usize)> {
        load(pickles, limits)
    }
}

/// Reads one pickle; also returns how many bytes it takes, `STOP` included.
pub(crate) fn load<'de>(input: &'de [u8], limits: &Limits) -> Result<(Graph<'de>, usize)> {
    let Heap { mut graph, memo, bytes, .. } =
        Machine::new(input, limits, Heap::over(input)).read()?;
    graph.end_input(bytes);
    let (row, others) = memo.into_parts();
    graph.set_memoized(row, others);
    Ok((graph, bytes))
}

/// Reads one more of several pickles that share a memo. Offsets count the bytes of all of them.
///
/// # Errors
/// As [`load`]. The heap is lost then: how much of its memo the writer goes by is unknown.
pub(crate) fn load_next(
    input: &[u8],
    limits: &Limits,
    mut heap: Heap<'static>,
) -> Result<Heap<'static>> {
    heap.graph.add_input(input);
    let mut heap = Machine::new(input, limits, heap).read()?;
    heap.graph.end_input(heap.bytes);
    Ok(heap)
}

/// The state of the machine.
///
/// Nothing is imported and nothing is called: a call makes an object node. No opcode reaches below
/// the last mark; marks are heights of the one stack, kept beside it.
struct Machine<'de, 'g> {
    decoder: Decoder<'de>,
    heap: Heap<'g>,
    stack: Vec<Value>,
    marks: Vec<Mark>,
    /// The height of the stack at the last mark.
    floor: usize,
    buffers: u32,
    digits: usize,
    /// How many bytes there are to read, with those of pickles before.
    length: usize,
    /// Where to estimate anew how much room the graph will take.
    checkpoint: usize,
    /// The last that was named.
    protocol: Protocol,
    /// Where the instruction being run began.
    here: usize,
    /// The empty tuple that calls without arguments have.
    nothing: NodeId,
}

/// From which part of a pickle on the rest is taken to be of its kind. So what is reserved is at most
/// so many times what is in use.
const FORESIGHT: usize = 16;

/// No room is reserved before so many bytes: growing by doubling costs little there.
const MODEST: usize = 1 << 16;

/// A value on the stack.
#[derive(Clone, Copy)]
struct Value {
    id: NodeId,
    /// Where its expression began.
    start: u32,
}

impl From<Value> for NodeId {
    fn from(value: Value) -> NodeId {
        value.id
    }
}

#[derive(Clone, Copy)]
struct Mark {
    height: u32,
    start: u32,
}

impl<'de, 'g> Machine<'de, 'g> {
    fn new(input: &'de [u8], limits: &Limits, heap: Heap<'g>) -> Machine<'de, 'g> {
        let length = heap.bytes + input.len();
        Machine {
            decoder: Decoder::continuing(input, heap.bytes),
            heap,
            length,
            checkpoint: (length / FORESIGHT).max(MODEST),
            stack: Vec::new(),
            marks: Vec::new(),
            floor: 0,
            buffers: 0,
            digits: limits.digits,
            protocol: Protocol::V0,
            here: 0,
            nothing: NodeId::NONE,
        }
    }

    /// Reads one pickle.
    fn read(mut self) -> Result<Heap<'g>> {
        let root = self.run().map_err(|error| error.at(self.here))?;
        self.heap.graph.finish(root, self.protocol);
        self.heap.bytes = self.decoder.offset();
        Ok(self.heap)
    }

    /// Runs until `STOP`, and returns the value.
    fn run(&mut self) -> Result<NodeId> {
        loop {
            self.here = self.decoder.offset();
            match self.decoder.opcode()? {
                op::PROTO => self.proto()?,
                op::FRAME => {
                    let length = self.decoder.u64()?;
                    self.decoder.begin_frame(length)?;
                }
                op::STOP => return Ok(self.pop()?.id),

                op::MARK => self.mark()?,
                op::POP => self.discard()?,
                op::POP_MARK => {
                    let mark = self.pop_mark()?;
                    self.truncate(mark.height as usize);
                }
                op::DUP => {
                    let id = self.top()?;
                    self.push_id(id, self.start());
                }

                op::PUT => {
                    let index = literal::index_line(self.decoder.line()?)?;
                    self.put(index)?;
                }
                op::BINPUT => {
                    let index = self.decoder.u8()?;
                    self.put(index.into())?;
                }
                op::LONG_BINPUT => {
                    let index = self.decoder.u32()?;
                    self.put(index.into())?;
                }
                op::MEMOIZE => {
                    let id = self.top()?;
                    self.heap.memo.memoize(id);
                }
                op::GET => {
                    let index = literal::index_line(self.decoder.line()?)?;
                    self.get(index)?;
                }
                op::BINGET => {
                    let index = self.decoder.u8()?;
                    self.get(index.into())?;
                }
                op::LONG_BINGET => {
                    let index = self.decoder.u32()?;
                    self.get(index.into())?;
                }

                op::NONE => self.push(Slot::NONE)?,
                op::NEWTRUE => self.push(Slot::bool(true))?,
                op::NEWFALSE => self.push(Slot::bool(false))?,
                op::BININT1 => {
                    let number = self.decoder.u8()?;
                    self.push(Slot::small(number.into()))?;
                }
                op::BININT2 => {
                    let number = self.decoder.u16()?;
                    self.push(Slot::small(number.into()))?;
                }
                op::BININT => {
                    let number = self.decoder.i32()?;
                    self.push(Slot::small(number))?;
                }
                op::LONG1 => {
                    let (bytes, number) = self.decoder.long1()?;
                    self.push_long1(bytes, number)?;
                }
                op::LONG4 => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push_whole(long::from_bytes(bytes), Head::Five)?;
                }
                op::INT => match literal::int_line(self.decoder.line()?, self.digits)? {
                    IntLine::Bool(bool) => self.push(Slot::bool(bool))?,
                    IntLine::Int(number) => self.push_whole(number, Head::One)?,
                },
                op::LONG => {
                    let number = literal::long_line(self.decoder.line()?, self.digits)?;
                    self.push_whole(number, Head::One)?;
                }
                op::BINFLOAT => {
                    let number = self.decoder.f64()?;
                    let slot = match self.start() {
                        Graph::NOWHERE => self.heap.graph.float(number)?,
                        _ => Slot::in_pickle(Kind::Float, Head::One, 8),
                    };
                    self.push(slot)?;
                }
                op::FLOAT => {
                    let number = literal::float_line(self.decoder.line()?)?;
                    let slot = self.heap.graph.float(number)?;
                    self.push(slot)?;
                }

                op::SHORT_BINUNICODE => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_utf8(bytes, Head::Two)?;
                }
                op::BINUNICODE => {
                    let bytes = self.decoder.bytes4()?;
                    self.push_utf8(bytes, Head::Five)?;
                }
                op::BINUNICODE8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_utf8(bytes, Head::Nine)?;
                }
                op::UNICODE => {
                    let text = literal::unicode_line(self.decoder.line()?)?;
                    self.push_wide(text, Head::One)?;
                }
                op::SHORT_BINSTRING => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_bytes(Kind::Str8, Head::Two, bytes)?;
                }
                op::BINSTRING => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push_bytes(Kind::Str8, Head::Five, bytes)?;
                }
                op::STRING => {
                    let bytes = literal::string_line(self.decoder.line()?)?;
                    self.push_data(Kind::Str8, Head::Two, bytes)?;
                }
                op::SHORT_BINBYTES => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_bytes(Kind::Bytes, Head::Two, bytes)?;
                }
                op::BINBYTES => {
                    let bytes = self.decoder.bytes4()?;
                    self.push_bytes(Kind::Bytes, Head::Five, bytes)?;
                }
                op::BINBYTES8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_bytes(Kind::Bytes, Head::Nine, bytes)?;
                }
                op::BYTEARRAY8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_bytes(Kind::ByteArray, Head::Nine, bytes)?;
                }
                op::NEXT_BUFFER => {
                    let index = self.buffers;
                    self.buffers = index.wrapping_add(1);
                    self.push(Slot::buffer(index, false))?;
                }
                op::READONLY_BUFFER => self.readonly_buffer()?,

                op::EMPTY_TUPLE => self.empty_tuple()?,
                op::TUPLE1 => self.tuple(1)?,
                op::TUPLE2 => self.tuple(2)?,
                op::TUPLE3 => self.tuple(3)?,
                op::TUPLE => {
                    let mark = self.pop_mark()?;
                    self.tuple_from(mark.height as usize, mark.start)?;
                }
                op::EMPTY_LIST => {
                    self.push(Slot::container(Kind::List, Span::default()))?;
                }
                op::LIST => {
                    let mark = self.pop_mark()?;
                    let items = above(&self.stack, mark);
                    let span = self.heap.graph.span(ids(items))?;
                    self.replace(mark, Slot::container(Kind::List, span))?;
                }
                op::APPEND => {
                    let item = self.pop()?.id;
                    let list = self.top()?;
                    self.heap.graph.extend(list, [item].into_iter())?;
                }
                op::APPENDS => {
                    let mark = self.pop_mark()?;
                    let list = self.below(mark)?;
                    let items = above(&self.stack, mark);
                    self.heap.graph.extend(list, ids(items))?;
                    self.truncate(mark.height as usize);
                }
                op::EMPTY_DICT => {
                    self.push(Slot::container(Kind::Dict, Span::default()))?;
                }
                op::DICT => {
                    let mark = self.pop_mark()?;
                    let empty = Slot::container(Kind::Dict, Span::default());
                    let dict = self.heap.graph.push(empty, mark.start)?;
                    let entries = above(&self.stack, mark);
                    self.heap.collector.set_items(&mut self.heap.graph, dict, entries)?;
                    self.truncate(mark.height as usize);
                    self.push_id(dict, mark.start);
                }
                op::SETITEM => {
                    let value = self.pop()?.id;
                    let key = self.pop()?.id;
                    let dict = self.top()?;
                    self.heap.collector.set_items(&mut self.heap.graph, dict, &[key, value])?;
                }
                op::SETITEMS => {
                    let mark = self.pop_mark()?;
                    let dict = self.below(mark)?;
                    let entries = above(&self.stack, mark);
                    self.heap.collector.set_items(&mut self.heap.graph, dict, entries)?;
                    self.truncate(mark.height as usize);
                }
                op::EMPTY_SET => {
                    self.push(Slot::container(Kind::Set, Span::default()))?;
                }
                op::ADDITEMS => {
                    let mark = self.pop_mark()?;
                    let set = self.below(mark)?;
                    let members = above(&self.stack, mark);
                    self.heap.collector.add_items(&mut self.heap.graph, set, members)?;
                    self.truncate(mark.height as usize);
                }
                op::FROZENSET => {
                    let mark = self.pop_mark()?;
                    let empty = Slot::container(Kind::FrozenSet, Span::default());
                    let set = self.heap.graph.push(empty, mark.start)?;
                    let members = above(&self.stack, mark);
                    self.heap.collector.add_members(&mut self.heap.graph, set, members)?;
                    self.truncate(mark.height as usize);
                    self.push_id(set, mark.start);
                }

                op::GLOBAL => self.global()?,
                op::STACK_GLOBAL => self.stack_global()?,
                op::EXT1 => {
                    let code = self.decoder.u8()?;
                    self.extension(code.into())?;
                }
                op::EXT2 => {
                    let code = self.decoder.u16()?;
                    self.extension(code.into())?;
                }
                op::EXT4 => {
                    let code = self.decoder.i32()?;
                    self.extension(code)?;
                }
                op::PERSID => {
                    let text = literal::ascii_line(self.decoder.line()?)?;
                    let slot = self.data_slot(Kind::Str, Head::One, text.as_bytes())?;
                    let id = self.heap.graph.push(slot, self.start())?;
                    self.push(Slot::persistent(id))?;
                }
                op::BINPERSID => {
                    let Value { id, start } = self.pop()?;
                    self.push_at(Slot::persistent(id), start)?;
                }

                op::REDUCE => {
                    let args = self.pop()?.id;
                    self.call(How::Reduce, args, None)?;
                }
                op::NEWOBJ => {
                    let args = self.pop()?.id;
                    self.call(How::NewObj, args, None)?;
                }
                op::NEWOBJ_EX => {
                    let kwargs = self.pop()?.id;
                    let args = self.pop()?.id;
                    self.call(How::NewObjEx, args, Some(kwargs))?;
                }
                op::INST => self.inst()?,
                op::OBJ => self.obj()?,
                op::BUILD => {
                    let state = self.pop()?.id;
                    let object = self.top()?;
                    self.heap.graph.build(object, state)?;
                }

                byte => return Err(decode::unknown(byte, self.here)),
            }
        }
    }
}

/// The values above a mark that was just removed.
#[inline]
fn above(stack: &[Value], mark: Mark) -> &[Value] {
    stack.get(mark.height as usize..).unwrap_or_default()
}

#[inline]
fn ids(values: &[Value]) -> impl ExactSizeIterator<Item = NodeId> {
    values.iter().map(|value| value.id)
}

#[cold]
fn nothing() -> Error {
    Error::malformed("nothing on the stack above the last mark", "a value")
}
