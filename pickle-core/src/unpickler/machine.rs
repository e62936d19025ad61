//! The general route: the complete pickle machine, from any pickle to a graph.

use std::borrow::Cow;
use std::marker::PhantomData;

use crate::error::{Error, Result};
use crate::graph::{Data, Graph, How, Kind, Node, NodeId, Slot, Text};
use crate::limits::Limits;
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::unpickler::heap::{Borrowed, Copied, Heap, Keep, data};
use crate::wire::decode::{self, Decoder};
use crate::wire::literal::{self, IntLine, WideText};
use crate::wire::long::{self, Whole};

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
        Machine::<Borrowed>::new(input, limits, Heap::default()).read()?;
    graph.set_memoized(memo.into_entries());
    Ok((graph, bytes))
}

/// Reads one more of several pickles that share a memo. Offsets count the bytes of all of them.
///
/// # Errors
/// As [`load`]. The heap is lost then: how much of its memo the writer goes by is unknown.
pub(crate) fn load_next(
    input: &[u8],
    limits: &Limits,
    heap: Heap<'static>,
) -> Result<Heap<'static>> {
    Machine::<Copied>::new(input, limits, heap).read()
}

/// The state of the machine.
///
/// Nothing is imported and nothing is called: a call makes an object node. No opcode reaches below
/// the last mark; marks are heights of the one stack, kept beside it.
struct Machine<'de, 'g, K> {
    decoder: Decoder<'de>,
    heap: Heap<'g>,
    /// The values, and where the expression of each began.
    stack: Vec<NodeId>,
    starts: Vec<u32>,
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
    keep: PhantomData<K>,
}

/// From which part of a pickle on the rest is taken to be of its kind. So what is reserved is at most
/// so many times what is in use.
const FORESIGHT: usize = 16;

/// No room is reserved before so many bytes: growing by doubling costs little there.
const MODEST: usize = 1 << 16;

#[derive(Clone, Copy)]
struct Mark {
    height: u32,
    start: u32,
}

impl<'de, 'g, K: Keep<'de, 'g>> Machine<'de, 'g, K> {
    fn new(input: &'de [u8], limits: &Limits, heap: Heap<'g>) -> Machine<'de, 'g, K> {
        let length = heap.bytes + input.len();
        Machine {
            decoder: Decoder::continuing(input, heap.bytes),
            heap,
            length,
            checkpoint: (length / FORESIGHT).max(MODEST),
            stack: Vec::new(),
            starts: Vec::new(),
            marks: Vec::new(),
            floor: 0,
            buffers: 0,
            digits: limits.digits,
            protocol: Protocol::V0,
            here: 0,
            keep: PhantomData,
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
                op::STOP => return Ok(self.pop()?.0),

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
                    self.push(Slot::int(number.into()))?;
                }
                op::BININT2 => {
                    let number = self.decoder.u16()?;
                    self.push(Slot::int(number.into()))?;
                }
                op::BININT => {
                    let number = self.decoder.i32()?;
                    self.push(Slot::int(number.into()))?;
                }
                op::LONG1 => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_whole(long::from_bytes(bytes))?;
                }
                op::LONG4 => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push_whole(long::from_bytes(bytes))?;
                }
                op::INT => match literal::int_line(self.decoder.line()?, self.digits)? {
                    IntLine::Bool(bool) => self.push(Slot::bool(bool))?,
                    IntLine::Int(number) => self.push_whole(number)?,
                },
                op::LONG => {
                    let number = literal::long_line(self.decoder.line()?, self.digits)?;
                    self.push_whole(number)?;
                }
                op::BINFLOAT => {
                    let number = self.decoder.f64()?;
                    self.push(Slot::float(number))?;
                }
                op::FLOAT => {
                    let number = literal::float_line(self.decoder.line()?)?;
                    self.push(Slot::float(number))?;
                }

                op::SHORT_BINUNICODE => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_utf8(bytes)?;
                }
                op::BINUNICODE => {
                    let bytes = self.decoder.bytes4()?;
                    self.push_utf8(bytes)?;
                }
                op::BINUNICODE8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_utf8(bytes)?;
                }
                op::UNICODE => {
                    let text = literal::unicode_line(self.decoder.line()?)?;
                    self.push_wide(text)?;
                }
                op::SHORT_BINSTRING => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_data(Kind::Str8, K::data(bytes))?;
                }
                op::BINSTRING => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push_data(Kind::Str8, K::data(bytes))?;
                }
                op::STRING => {
                    let bytes = literal::string_line(self.decoder.line()?)?;
                    self.push_data(Kind::Str8, data::<K>(bytes))?;
                }
                op::SHORT_BINBYTES => {
                    let bytes = self.decoder.bytes1()?;
                    self.push_data(Kind::Bytes, K::data(bytes))?;
                }
                op::BINBYTES => {
                    let bytes = self.decoder.bytes4()?;
                    self.push_data(Kind::Bytes, K::data(bytes))?;
                }
                op::BINBYTES8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_data(Kind::Bytes, K::data(bytes))?;
                }
                op::BYTEARRAY8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push_data(Kind::ByteArray, K::data(bytes))?;
                }
                op::NEXT_BUFFER => {
                    let index = self.buffers;
                    self.buffers = index.wrapping_add(1);
                    self.push(Slot::buffer(index, false))?;
                }
                op::READONLY_BUFFER => self.readonly_buffer()?,

                op::EMPTY_TUPLE => {
                    let span = self.heap.graph.span([].into_iter())?;
                    self.push(Slot::container(Kind::Tuple, span))?;
                }
                op::TUPLE1 => self.tuple(1)?,
                op::TUPLE2 => self.tuple(2)?,
                op::TUPLE3 => self.tuple(3)?,
                op::TUPLE => {
                    let mark = self.pop_mark()?;
                    self.tuple_from(mark.height as usize, mark.start)?;
                }
                op::EMPTY_LIST => {
                    let span = self.heap.graph.span([].into_iter())?;
                    self.push(Slot::container(Kind::List, span))?;
                }
                op::LIST => {
                    let mark = self.pop_mark()?;
                    let items = above(&self.stack, mark);
                    let span = self.heap.graph.span(items.iter().copied())?;
                    self.replace(mark, Slot::container(Kind::List, span))?;
                }
                op::APPEND => {
                    let (item, _) = self.pop()?;
                    let list = self.top()?;
                    self.heap.graph.extend(list, [item].into_iter())?;
                }
                op::APPENDS => {
                    let mark = self.pop_mark()?;
                    let list = self.below(mark)?;
                    let items = above(&self.stack, mark);
                    self.heap.graph.extend(list, items.iter().copied())?;
                    self.truncate(mark.height as usize);
                }
                op::EMPTY_DICT => {
                    let span = self.heap.graph.span([].into_iter())?;
                    self.push(Slot::container(Kind::Dict, span))?;
                }
                op::DICT => {
                    let mark = self.pop_mark()?;
                    let span = self.heap.graph.span([].into_iter())?;
                    let dict =
                        self.heap.graph.push(Slot::container(Kind::Dict, span), mark.start)?;
                    let entries = above(&self.stack, mark);
                    self.heap.collector.set_items(&mut self.heap.graph, dict, entries)?;
                    self.truncate(mark.height as usize);
                    self.push_id(dict, mark.start);
                }
                op::SETITEM => {
                    let (value, _) = self.pop()?;
                    let (key, _) = self.pop()?;
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
                    let span = self.heap.graph.span([].into_iter())?;
                    self.push(Slot::container(Kind::Set, span))?;
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
                    let span = self.heap.graph.span([].into_iter())?;
                    let set =
                        self.heap.graph.push(Slot::container(Kind::FrozenSet, span), mark.start)?;
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
                    let id = self.add_text(text, self.start())?;
                    self.push(Slot::persistent(id))?;
                }
                op::BINPERSID => {
                    let (id, start) = self.pop()?;
                    self.push_at(Slot::persistent(id), start)?;
                }

                op::REDUCE => {
                    let (args, _) = self.pop()?;
                    self.call(How::Reduce, args, None)?;
                }
                op::NEWOBJ => {
                    let (args, _) = self.pop()?;
                    self.call(How::NewObj, args, None)?;
                }
                op::NEWOBJ_EX => {
                    let (kwargs, _) = self.pop()?;
                    let (args, _) = self.pop()?;
                    self.call(How::NewObjEx, args, Some(kwargs))?;
                }
                op::INST => self.inst()?,
                op::OBJ => self.obj()?,
                op::BUILD => {
                    let (state, _) = self.pop()?;
                    let object = self.top()?;
                    self.heap.graph.build(object, state)?;
                }

                byte => return Err(decode::unknown(byte)),
            }
        }
    }

    /// The offset of the instruction, as the graph keeps it.
    #[inline]
    fn start(&self) -> u32 {
        u32::try_from(self.here).unwrap_or(u32::MAX)
    }

    #[inline]
    fn push_id(&mut self, id: NodeId, start: u32) {
        self.stack.push(id);
        self.starts.push(start);
    }

    #[inline]
    fn push_at(&mut self, slot: Slot, start: u32) -> Result<()> {
        let id = self.heap.graph.push(slot, start)?;
        self.push_id(id, start);
        Ok(())
    }

    #[inline]
    fn push(&mut self, slot: Slot) -> Result<()> {
        self.push_at(slot, self.start())
    }

    #[inline]
    fn push_text(&mut self, text: Text<'g>) -> Result<()> {
        let slot = self.heap.graph.text(text)?;
        self.push(slot)
    }

    #[inline]
    fn push_data(&mut self, kind: Kind, data: Data<'g>) -> Result<()> {
        let slot = self.heap.graph.data(kind, data)?;
        self.push(slot)
    }

    fn push_whole(&mut self, number: Whole<'de>) -> Result<()> {
        match number {
            Whole::Small(number) => self.push(Slot::int(number)),
            Whole::Large(bytes) => self.push_data(Kind::Long, data::<K>(bytes)),
        }
    }

    #[cold]
    fn push_wide(&mut self, text: WideText<'de>) -> Result<()> {
        match text {
            WideText::Utf8(Cow::Borrowed(text)) => self.push_text(K::text(text)),
            WideText::Utf8(Cow::Owned(text)) => self.push_text(Text::owned(text.into_boxed_str())),
            WideText::Wtf8(bytes) => self.push_data(Kind::Wtf8, data::<K>(bytes)),
        }
    }

    #[inline]
    fn push_utf8(&mut self, bytes: &'de [u8]) -> Result<()> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push_text(K::text(text)),
            Err(_) => self.push_wide(literal::utf8(bytes)?),
        }
    }

    /// The value on top of the stack, above the last mark.
    #[inline]
    fn top(&self) -> Result<NodeId> {
        match self.stack.last() {
            Some(&id) if self.stack.len() > self.floor => Ok(id),
            _ => Err(nothing()),
        }
    }

    #[inline]
    fn pop(&mut self) -> Result<(NodeId, u32)> {
        if self.stack.len() <= self.floor {
            return Err(nothing());
        }
        self.stack.pop().zip(self.starts.pop()).ok_or_else(nothing)
    }

    /// `POP`: drops the top of the stack, or the mark when nothing is above it.
    fn discard(&mut self) -> Result<()> {
        if self.stack.len() <= self.floor {
            self.pop_mark()?;
            return Ok(());
        }
        let (dropped, _) = self.pop()?;
        match self.top() {
            Ok(target) if !self.is_replaced(dropped) => {
                self.heap.graph.note_setter(dropped, target)
            }
            _ => Ok(()),
        }
    }

    /// Whether an object that was dropped was made twice, because it was reached through its own
    /// arguments: the first one comes from the memo next (`save_reduce` of `pickle.py`).
    fn is_replaced(&self, dropped: NodeId) -> bool {
        let mut ahead = self.decoder.clone();
        let index = match ahead.opcode() {
            Ok(op::BINGET) => ahead.u8().map(u64::from),
            Ok(op::LONG_BINGET) => ahead.u32().map(u64::from),
            Ok(op::GET) => ahead.line().and_then(literal::index_line),
            _ => return false,
        };
        let callable = |id| self.heap.graph.object(id).map(|object| object.callable());
        index.is_ok_and(|index| {
            self.heap.memo.get(index).is_some_and(|first| callable(first) == callable(dropped))
        })
    }

    #[inline]
    fn truncate(&mut self, height: usize) {
        self.stack.truncate(height);
        self.starts.truncate(height);
    }

    #[inline]
    fn mark(&mut self) -> Result<()> {
        let height = u32::try_from(self.stack.len())
            .map_err(|_| Error::malformed("more than 4294967295 values", "a smaller pickle"))?;
        self.marks.push(Mark { height, start: self.start() });
        self.floor = self.stack.len();
        if self.here >= self.checkpoint {
            self.checkpoint = 2 * self.here;
            self.heap.reserve(self.here, self.length);
        }
        Ok(())
    }

    /// Removes the last mark; the values above it stay, for the caller to take.
    #[inline]
    fn pop_mark(&mut self) -> Result<Mark> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| Error::malformed("no mark on the stack", "one below the items"))?;
        self.floor = self.marks.last().map_or(0, |mark| mark.height as usize);
        Ok(mark)
    }

    /// The container below a mark that was just removed.
    #[inline]
    fn below(&self, mark: Mark) -> Result<NodeId> {
        let height = mark.height as usize;
        match height.checked_sub(1).and_then(|index| self.stack.get(index)) {
            Some(&id) if height > self.floor => Ok(id),
            _ => Err(nothing()),
        }
    }

    /// Puts one value in the place of a removed mark and all above it.
    fn replace(&mut self, mark: Mark, slot: Slot) -> Result<()> {
        self.truncate(mark.height as usize);
        self.push_at(slot, mark.start)
    }

    fn put(&mut self, index: u64) -> Result<()> {
        let id = self.top()?;
        self.heap.memo.put(index, id);
        Ok(())
    }

    #[inline]
    fn get(&mut self, index: u64) -> Result<()> {
        match self.heap.memo.get(index) {
            Some(id) => {
                self.push_id(id, self.start());
                Ok(())
            }
            None => Err(Error::malformed(
                format!("memo index {index}"),
                "an index that was stored before",
            )),
        }
    }

    fn proto(&mut self) -> Result<()> {
        let number = self.decoder.u8()?;
        match Protocol::from_number(number) {
            // Every instruction works in every protocol; only names of globals depend on it.
            Some(protocol) => {
                self.protocol = protocol;
                Ok(())
            }
            None => Err(Error::malformed(format!("protocol {number}"), "a protocol up to 5")),
        }
    }

    /// Makes a tuple of the topmost values.
    #[inline]
    fn tuple(&mut self, length: usize) -> Result<()> {
        match self.stack.len().checked_sub(length) {
            Some(height) if height >= self.floor => {
                let start = self.starts.get(height).copied().unwrap_or_default();
                self.tuple_from(height, start)
            }
            _ => Err(nothing()),
        }
    }

    #[inline]
    fn tuple_from(&mut self, height: usize, start: u32) -> Result<()> {
        let items = self.stack.get(height..).unwrap_or_default();
        let span = self.heap.graph.span(items.iter().copied())?;
        self.truncate(height);
        self.push_at(Slot::container(Kind::Tuple, span), start)
    }

    fn readonly_buffer(&mut self) -> Result<()> {
        let id = self.top()?;
        let slot = match self.heap.graph.node(id) {
            // Bytes are read-only as they are.
            Node::Bytes(_) | Node::Buffer { readonly: true, .. } => return Ok(()),
            Node::Buffer { index, .. } => Slot::buffer(index, true),
            // In Python a read-only view of it; nothing in a pickle can change either.
            Node::ByteArray(data) => {
                let bytes = data.clone();
                self.heap.graph.data(Kind::Bytes, bytes)?
            }
            other => return Err(Error::malformed(other.describe(), "a buffer")),
        };
        // A new node: in Python it is a new view, and the memo keeps the old one.
        let (_, start) = self.pop()?;
        self.push_at(slot, start)
    }

    fn add_text(&mut self, text: &'de str, start: u32) -> Result<NodeId> {
        let slot = self.heap.graph.text(K::text(text))?;
        self.heap.graph.push(slot, start)
    }

    /// Adds a global by its names.
    fn named(&mut self, module: &'de str, name: &'de str, start: u32) -> Result<NodeId> {
        let module = self.add_text(module, start)?;
        let name = self.add_text(name, start)?;
        self.heap.graph.push(Slot::global(module, name), start)
    }

    fn global(&mut self) -> Result<()> {
        let module = literal::name_line(self.decoder.line()?)?;
        let name = literal::name_line(self.decoder.line()?)?;
        let id = self.named(module, name, self.start())?;
        self.push_id(id, self.start());
        Ok(())
    }

    fn stack_global(&mut self) -> Result<()> {
        let (name, _) = self.pop()?;
        let (module, start) = self.pop()?;
        for id in [module, name] {
            let node = self.heap.graph.node(id);
            if !matches!(node, Node::Str(_)) {
                return Err(Error::malformed(node.describe(), "a str as the name of a global"));
            }
        }
        self.push_at(Slot::global(module, name), start)
    }

    fn extension(&mut self, code: i32) -> Result<()> {
        if code <= 0 {
            let found = format!("extension code {code}");
            return Err(Error::malformed(found, "a code above zero"));
        }
        self.push(Slot::extension(code))
    }

    /// Makes an object of the callable on top of the stack.
    fn call(&mut self, how: How, args: NodeId, kwargs: Option<NodeId>) -> Result<()> {
        let (callable, start) = self.pop()?;
        self.check_callable(callable)?;
        let node = self.heap.graph.node(args);
        if !matches!(node, Node::Tuple(_)) {
            return Err(Error::malformed(node.describe(), "a tuple of arguments"));
        }
        if let Some(node) = kwargs.map(|id| self.heap.graph.node(id))
            && !matches!(node, Node::Dict(_))
        {
            return Err(Error::malformed(node.describe(), "a dict of keyword arguments"));
        }
        let id = self.heap.graph.push_object(how, callable, args, kwargs, start)?;
        self.push_id(id, start);
        Ok(())
    }

    fn check_callable(&self, id: NodeId) -> Result<()> {
        let node = self.heap.graph.node(id);
        if node.is_callable() {
            Ok(())
        } else {
            Err(Error::malformed(node.describe(), "a class or function to call"))
        }
    }

    fn inst(&mut self) -> Result<()> {
        let module = literal::ascii_line(self.decoder.line()?)?;
        let name = literal::ascii_line(self.decoder.line()?)?;
        let mark = self.pop_mark()?;
        let class = self.named(module, name, self.start())?;
        self.instance(How::Inst, class, mark, mark.height as usize)
    }

    fn obj(&mut self) -> Result<()> {
        let mark = self.pop_mark()?;
        let height = mark.height as usize;
        let class = self.stack.get(height).copied().ok_or_else(nothing)?;
        self.check_callable(class)?;
        self.instance(How::Obj, class, mark, height + 1)
    }

    /// Makes an object whose arguments are on the stack, from a height on.
    fn instance(&mut self, how: How, class: NodeId, mark: Mark, from: usize) -> Result<()> {
        let items = self.stack.get(from..).unwrap_or_default();
        let start = self.starts.get(from).copied().unwrap_or_else(|| self.start());
        let span = self.heap.graph.span(items.iter().copied())?;
        let args = self.heap.graph.push(Slot::container(Kind::Tuple, span), start)?;
        self.truncate(mark.height as usize);
        let id = self.heap.graph.push_object(how, class, args, None, mark.start)?;
        self.push_id(id, mark.start);
        Ok(())
    }
}

/// The values above a mark that was just removed.
#[inline]
fn above(stack: &[NodeId], mark: Mark) -> &[NodeId] {
    stack.get(mark.height as usize..).unwrap_or_default()
}

#[cold]
fn nothing() -> Error {
    Error::malformed("nothing on the stack above the last mark", "a value")
}
