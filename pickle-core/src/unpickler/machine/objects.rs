//! Classes and functions, what they make, and buffers.

use super::{Machine, Mark, Value, ids, nothing};
use crate::error::{Error, Result};
use crate::graph::{How, Kind, Node, NodeId, Slot};
use crate::wire::literal;

impl Machine<'_, '_> {
    pub(super) fn readonly_buffer(&mut self) -> Result<()> {
        let id = self.top()?;
        let slot = match self.heap.graph.node(id) {
            // Bytes are read-only as they are.
            Node::Bytes(_) | Node::Buffer { readonly: true, .. } => return Ok(()),
            Node::Buffer { index, .. } => Slot::buffer(index, true),
            // In Python a read-only view of it; nothing in a pickle can change either.
            Node::ByteArray(_) => self.heap.graph.same_data(id, Kind::Bytes)?,
            other => return Err(Error::malformed(other.describe(), "a buffer")),
        };
        // A new node: in Python it is a new view, and the memo keeps the old one.
        let start = self.pop()?.start;
        self.push_at(slot, start)
    }

    /// Adds a text that begins so many bytes behind this instruction.
    fn add_name(&mut self, offset: usize, text: &str, start: u32) -> Result<NodeId> {
        let from = self.here + offset;
        let slot = self.heap.graph.data_at(Kind::Str, from..from + text.len())?;
        self.heap.graph.push(slot, start)
    }

    /// Adds a global by its names, which are the two lines of this instruction.
    fn named(&mut self, module: &str, name: &str, start: u32) -> Result<NodeId> {
        let module_id = self.add_name(1, module, start)?;
        let name_id = self.add_name(module.len() + 2, name, start)?;
        let slot = self.heap.graph.global_of(module_id, name_id)?;
        self.heap.graph.push(slot, start)
    }

    pub(super) fn global(&mut self) -> Result<()> {
        let module = literal::name_line(self.decoder.line()?)?;
        let name = literal::name_line(self.decoder.line()?)?;
        let id = self.named(module, name, self.start())?;
        self.push_id(id, self.start());
        Ok(())
    }

    pub(super) fn stack_global(&mut self) -> Result<()> {
        let name = self.pop()?.id;
        let Value { id: module, start } = self.pop()?;
        for id in [module, name] {
            let node = self.heap.graph.node(id);
            if !matches!(node, Node::Str(_)) {
                return Err(Error::malformed(node.describe(), "a str as the name of a global"));
            }
        }
        let slot = self.heap.graph.global_of(module, name)?;
        self.push_at(slot, start)
    }

    pub(super) fn extension(&mut self, code: i32) -> Result<()> {
        if code <= 0 {
            let found = format!("extension code {code}");
            return Err(Error::malformed(found, "a code above zero"));
        }
        self.push(Slot::extension(code))
    }

    /// Makes an object of the callable on top of the stack.
    #[inline(always)]
    pub(super) fn call(&mut self, how: How, args: NodeId, kwargs: Option<NodeId>) -> Result<()> {
        let Value { id: callable, start } = self.pop()?;
        self.check_callable(callable)?;
        self.check(args, Kind::Tuple, "a tuple of arguments")?;
        if let Some(kwargs) = kwargs {
            self.check(kwargs, Kind::Dict, "a dict of keyword arguments")?;
        }
        let id = self.heap.graph.push_object(how, callable, args, kwargs, start)?;
        self.push_id(id, start);
        Ok(())
    }

    #[inline]
    fn check(&self, id: NodeId, kind: Kind, expected: &'static str) -> Result<()> {
        match self.heap.graph.kind(id) {
            found if found == kind => Ok(()),
            _ => Err(self.unexpected(id, expected)),
        }
    }

    #[inline]
    fn check_callable(&self, id: NodeId) -> Result<()> {
        match self.heap.graph.kind(id) {
            Kind::Global | Kind::Extension | Kind::Persistent | Kind::Object => Ok(()),
            _ => Err(self.unexpected(id, "a class or function to call")),
        }
    }

    #[cold]
    fn unexpected(&self, id: NodeId, expected: &'static str) -> Error {
        Error::malformed(self.heap.graph.node(id).describe(), expected)
    }

    pub(super) fn inst(&mut self) -> Result<()> {
        let module = literal::ascii_line(self.decoder.line()?)?;
        let name = literal::ascii_line(self.decoder.line()?)?;
        let mark = self.pop_mark()?;
        let class = self.named(module, name, self.start())?;
        self.instance(How::Inst, class, mark, mark.height as usize)
    }

    pub(super) fn obj(&mut self) -> Result<()> {
        let mark = self.pop_mark()?;
        let height = mark.height as usize;
        let class = self.stack.get(height).ok_or_else(nothing)?.id;
        self.check_callable(class)?;
        self.instance(How::Obj, class, mark, height + 1)
    }

    /// Makes an object whose arguments are on the stack, from a height on.
    fn instance(&mut self, how: How, class: NodeId, mark: Mark, from: usize) -> Result<()> {
        let items = self.stack.get(from..).unwrap_or_default();
        let start = items.first().map_or_else(|| self.start(), |first| first.start);
        let span = self.heap.graph.span(ids(items))?;
        let args = self.heap.graph.push(Slot::container(Kind::Tuple, span), start)?;
        self.truncate(mark.height as usize);
        let id = self.heap.graph.push_object(how, class, args, None, mark.start)?;
        self.push_id(id, mark.start);
        Ok(())
    }
}
