//! The general route: the complete pickle machine, from any pickle to a graph.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::error::{Error, Result};
use crate::graph::{Collector, Data, Graph, How, Node, NodeId, Text};
use crate::limits::Limits;
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::registry::Registry;
use crate::unpickler::memo::Memo;
use crate::unpickler::settings::Settings;
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
    finish(Machine::new(input, limits))
}

/// As [`load`], with what the caller knows in the place of what stands for it.
pub(crate) fn load_resolved<'de>(
    input: &'de [u8],
    settings: &Settings<'de>,
) -> Result<(Graph<'de>, usize)> {
    let Settings { registry, buffers, .. } = *settings;
    let known = Known { registry, buffers, ..Known::default() };
    finish(Machine { known, ..Machine::new(input, &settings.limits) })
}

fn finish(mut machine: Machine<'_>) -> Result<(Graph<'_>, usize)> {
    match machine.run() {
        Ok(root) => {
            let memoized = std::mem::take(&mut machine.memo).into_entries();
            machine.graph.finish(root, machine.protocol, memoized);
            Ok((machine.graph, machine.decoder.offset()))
        }
        Err(error) => Err(error.at(machine.here)),
    }
}

/// The state of the machine.
///
/// Nothing is imported and nothing is called: a call makes an object node. No opcode reaches below
/// the last mark; marks are heights of the one stack, kept beside it.
struct Machine<'de> {
    decoder: Decoder<'de>,
    graph: Graph<'de>,
    collector: Collector,
    memo: Memo,
    /// The values, and where the expression of each began.
    stack: Vec<NodeId>,
    starts: Vec<u32>,
    marks: Vec<Mark>,
    /// The height of the stack at the last mark.
    floor: usize,
    buffers: u32,
    digits: usize,
    /// The last that was named.
    protocol: Protocol,
    known: Known<'de>,
    /// Where the instruction being run began.
    here: usize,
}

/// What the caller knows of the world outside of the pickle.
#[derive(Default)]
struct Known<'de> {
    registry: Option<&'de Registry>,
    buffers: Option<&'de [&'de [u8]]>,
    /// The globals of the extension codes met so far.
    extensions: FxHashMap<i32, NodeId>,
}

#[derive(Clone, Copy)]
struct Mark {
    height: u32,
    start: u32,
}

impl<'de> Machine<'de> {
    fn new(input: &'de [u8], limits: &Limits) -> Machine<'de> {
        Machine {
            decoder: Decoder::new(input),
            graph: Graph::new(),
            collector: Collector::default(),
            memo: Memo::default(),
            stack: Vec::new(),
            starts: Vec::new(),
            marks: Vec::new(),
            floor: 0,
            buffers: 0,
            digits: limits.digits,
            protocol: Protocol::V0,
            known: Known::default(),
            here: 0,
        }
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
                    self.memo.memoize(id);
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

                op::NONE => self.push(Node::None)?,
                op::NEWTRUE => self.push(Node::Bool(true))?,
                op::NEWFALSE => self.push(Node::Bool(false))?,
                op::BININT1 => {
                    let number = self.decoder.u8()?;
                    self.push(Node::Int(number.into()))?;
                }
                op::BININT2 => {
                    let number = self.decoder.u16()?;
                    self.push(Node::Int(number.into()))?;
                }
                op::BININT => {
                    let number = self.decoder.i32()?;
                    self.push(Node::Int(number.into()))?;
                }
                op::LONG1 => {
                    let bytes = self.decoder.bytes1()?;
                    self.push(whole(long::from_bytes(bytes)))?;
                }
                op::LONG4 => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push(whole(long::from_bytes(bytes)))?;
                }
                op::INT => {
                    let node = match literal::int_line(self.decoder.line()?, self.digits)? {
                        IntLine::Bool(bool) => Node::Bool(bool),
                        IntLine::Int(number) => whole(number),
                    };
                    self.push(node)?;
                }
                op::LONG => {
                    let number = literal::long_line(self.decoder.line()?, self.digits)?;
                    self.push(whole(number))?;
                }
                op::BINFLOAT => {
                    let number = self.decoder.f64()?;
                    self.push(Node::Float(number))?;
                }
                op::FLOAT => {
                    let number = literal::float_line(self.decoder.line()?)?;
                    self.push(Node::Float(number))?;
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
                    self.push(wide_text(text))?;
                }
                op::SHORT_BINSTRING => {
                    let bytes = self.decoder.bytes1()?;
                    self.push(Node::Str8(Data::borrowed(bytes)))?;
                }
                op::BINSTRING => {
                    let bytes = self.decoder.signed_bytes4()?;
                    self.push(Node::Str8(Data::borrowed(bytes)))?;
                }
                op::STRING => {
                    let bytes = literal::string_line(self.decoder.line()?)?;
                    self.push(Node::Str8(data(bytes)))?;
                }
                op::SHORT_BINBYTES => {
                    let bytes = self.decoder.bytes1()?;
                    self.push(Node::Bytes(Data::borrowed(bytes)))?;
                }
                op::BINBYTES => {
                    let bytes = self.decoder.bytes4()?;
                    self.push(Node::Bytes(Data::borrowed(bytes)))?;
                }
                op::BINBYTES8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push(Node::Bytes(Data::borrowed(bytes)))?;
                }
                op::BYTEARRAY8 => {
                    let bytes = self.decoder.bytes8()?;
                    self.push(Node::ByteArray(Data::borrowed(bytes)))?;
                }
                op::NEXT_BUFFER => self.next_buffer()?,
                op::READONLY_BUFFER => self.readonly_buffer()?,

                op::EMPTY_TUPLE => {
                    let span = self.graph.span([].into_iter())?;
                    self.push(Node::Tuple(span))?;
                }
                op::TUPLE1 => self.tuple(1)?,
                op::TUPLE2 => self.tuple(2)?,
                op::TUPLE3 => self.tuple(3)?,
                op::TUPLE => {
                    let mark = self.pop_mark()?;
                    self.tuple_from(mark.height as usize, mark.start)?;
                }
                op::EMPTY_LIST => {
                    let span = self.graph.span([].into_iter())?;
                    self.push(Node::List(span))?;
                }
                op::LIST => {
                    let mark = self.pop_mark()?;
                    let items = above(&self.stack, mark);
                    let span = self.graph.span(items.iter().copied())?;
                    self.replace(mark, Node::List(span))?;
                }
                op::APPEND => {
                    let (item, _) = self.pop()?;
                    let list = self.top()?;
                    self.graph.extend(list, [item].into_iter())?;
                }
                op::APPENDS => {
                    let mark = self.pop_mark()?;
                    let list = self.below(mark)?;
                    let items = above(&self.stack, mark);
                    self.graph.extend(list, items.iter().copied())?;
                    self.truncate(mark.height as usize);
                }
                op::EMPTY_DICT => {
                    let span = self.graph.span([].into_iter())?;
                    self.push(Node::Dict(span))?;
                }
                op::DICT => {
                    let mark = self.pop_mark()?;
                    let span = self.graph.span([].into_iter())?;
                    let dict = self.graph.push(Node::Dict(span), mark.start)?;
                    let entries = above(&self.stack, mark);
                    self.collector.set_items(&mut self.graph, dict, entries)?;
                    self.truncate(mark.height as usize);
                    self.push_id(dict, mark.start);
                }
                op::SETITEM => {
                    let (value, _) = self.pop()?;
                    let (key, _) = self.pop()?;
                    let dict = self.top()?;
                    self.collector.set_items(&mut self.graph, dict, &[key, value])?;
                }
                op::SETITEMS => {
                    let mark = self.pop_mark()?;
                    let dict = self.below(mark)?;
                    let entries = above(&self.stack, mark);
                    self.collector.set_items(&mut self.graph, dict, entries)?;
                    self.truncate(mark.height as usize);
                }
                op::EMPTY_SET => {
                    let span = self.graph.span([].into_iter())?;
                    self.push(Node::Set(span))?;
                }
                op::ADDITEMS => {
                    let mark = self.pop_mark()?;
                    let set = self.below(mark)?;
                    let members = above(&self.stack, mark);
                    self.collector.add_items(&mut self.graph, set, members)?;
                    self.truncate(mark.height as usize);
                }
                op::FROZENSET => {
                    let mark = self.pop_mark()?;
                    let span = self.graph.span([].into_iter())?;
                    let set = self.graph.push(Node::FrozenSet(span), mark.start)?;
                    let members = above(&self.stack, mark);
                    self.collector.add_members(&mut self.graph, set, members)?;
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
                    let id = self.graph.push(Node::Str(Text::borrowed(text)), self.start())?;
                    self.push(Node::Persistent(id))?;
                }
                op::BINPERSID => {
                    let (id, start) = self.pop()?;
                    self.push_at(Node::Persistent(id), start)?;
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
                    self.graph.build(object, state)?;
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
    fn push_at(&mut self, node: Node<'de>, start: u32) -> Result<()> {
        let id = self.graph.push(node, start)?;
        self.push_id(id, start);
        Ok(())
    }

    #[inline]
    fn push(&mut self, node: Node<'de>) -> Result<()> {
        self.push_at(node, self.start())
    }

    #[inline]
    fn push_utf8(&mut self, bytes: &'de [u8]) -> Result<()> {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push(Node::Str(Text::borrowed(text))),
            Err(_) => self.push(wide_text(literal::utf8(bytes)?)),
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
            Ok(target) if !self.is_replaced(dropped) => self.graph.note_setter(dropped, target),
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
        let callable = |id| self.graph.object(id).map(|object| object.callable());
        index.is_ok_and(|index| {
            self.memo.get(index).is_some_and(|first| callable(first) == callable(dropped))
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
    fn replace(&mut self, mark: Mark, node: Node<'de>) -> Result<()> {
        self.truncate(mark.height as usize);
        self.push_at(node, mark.start)
    }

    fn put(&mut self, index: u64) -> Result<()> {
        let id = self.top()?;
        self.memo.put(index, id);
        Ok(())
    }

    #[inline]
    fn get(&mut self, index: u64) -> Result<()> {
        match self.memo.get(index) {
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
        let span = self.graph.span(items.iter().copied())?;
        self.truncate(height);
        self.push_at(Node::Tuple(span), start)
    }

    fn next_buffer(&mut self) -> Result<()> {
        let index = self.buffers;
        self.buffers = index.wrapping_add(1);
        let Some(buffers) = self.known.buffers else {
            return self.push(Node::Buffer { index, readonly: false });
        };
        match buffers.get(index as usize) {
            Some(bytes) => self.push(Node::ByteArray(Data::borrowed(bytes))),
            None => Err(Error::malformed(
                format!("out-of-band buffer {index}"),
                format!(
                    "as many as the pickle has; `UnpickleOptions::buffers` got {}",
                    buffers.len()
                ),
            )),
        }
    }

    fn readonly_buffer(&mut self) -> Result<()> {
        let id = self.top()?;
        let node = match self.graph.node(id) {
            // Bytes are read-only as they are.
            Node::Bytes(_) => return Ok(()),
            Node::Buffer { readonly: true, .. } => return Ok(()),
            Node::Buffer { index, .. } => Node::Buffer { index: *index, readonly: true },
            // In Python a read-only view of it; nothing in a pickle can change either.
            Node::ByteArray(data) => match data.as_borrowed() {
                Some(bytes) => Node::Bytes(Data::borrowed(bytes)),
                None => return Ok(()),
            },
            other => return Err(Error::malformed(other.describe(), "a buffer")),
        };
        // A new node: in Python it is a new view, and the memo keeps the old one.
        let (_, start) = self.pop()?;
        self.push_at(node, start)
    }

    /// Adds a global by its names.
    fn named(&mut self, module: &'de str, name: &'de str, start: u32) -> Result<NodeId> {
        let module = self.graph.push(Node::Str(Text::borrowed(module)), start)?;
        let name = self.graph.push(Node::Str(Text::borrowed(name)), start)?;
        self.graph.push(Node::Global { module, name }, start)
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
            let node = self.graph.node(id);
            if !matches!(node, Node::Str(_)) {
                return Err(Error::malformed(node.describe(), "a str as the name of a global"));
            }
        }
        self.push_at(Node::Global { module, name }, start)
    }

    fn extension(&mut self, code: i32) -> Result<()> {
        if code <= 0 {
            let found = format!("extension code {code}");
            return Err(Error::malformed(found, "a code above zero"));
        }
        if let Some(&id) = self.known.extensions.get(&code) {
            self.push_id(id, self.start());
            return Ok(());
        }
        match self.known.registry.and_then(|registry| registry.extension_name(code)) {
            Some((module, name)) => {
                let id = self.named(module, name, self.start())?;
                self.known.extensions.insert(code, id);
                self.push_id(id, self.start());
                Ok(())
            }
            None => self.push(Node::Extension(code)),
        }
    }

    /// Makes an object of the callable on top of the stack.
    fn call(&mut self, how: How, args: NodeId, kwargs: Option<NodeId>) -> Result<()> {
        let (callable, start) = self.pop()?;
        self.check_callable(callable)?;
        let node = self.graph.node(args);
        if !matches!(node, Node::Tuple(_)) {
            return Err(Error::malformed(node.describe(), "a tuple of arguments"));
        }
        if let Some(node) = kwargs.map(|id| self.graph.node(id))
            && !matches!(node, Node::Dict(_))
        {
            return Err(Error::malformed(node.describe(), "a dict of keyword arguments"));
        }
        let id = self.graph.push_object(how, callable, args, kwargs, start)?;
        self.push_id(id, start);
        Ok(())
    }

    fn check_callable(&self, id: NodeId) -> Result<()> {
        let node = self.graph.node(id);
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
        let span = self.graph.span(items.iter().copied())?;
        let args = self.graph.push(Node::Tuple(span), start)?;
        self.truncate(mark.height as usize);
        let id = self.graph.push_object(how, class, args, None, mark.start)?;
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

fn whole(number: Whole<'_>) -> Node<'_> {
    match number {
        Whole::Small(number) => Node::Int(number),
        Whole::Large(bytes) => Node::Long(data(bytes)),
    }
}

fn data(bytes: Cow<'_, [u8]>) -> Data<'_> {
    match bytes {
        Cow::Borrowed(bytes) => Data::borrowed(bytes),
        Cow::Owned(bytes) => Data::owned(bytes.into_boxed_slice()),
    }
}

fn wide_text(text: WideText<'_>) -> Node<'_> {
    match text {
        WideText::Utf8(Cow::Borrowed(text)) => Node::Str(Text::borrowed(text)),
        WideText::Utf8(Cow::Owned(text)) => Node::Str(Text::owned(text.into_boxed_str())),
        WideText::Wtf8(bytes) => Node::Wtf8(data(bytes)),
    }
}
