//! Values and instructions that an older protocol does not have.

use crate::error::Result;
use crate::graph::{Graph, How, Kind, Node, NodeId, Slot};
use crate::pickler::graph::respell::Respelling;
use crate::pickler::graph::respell::names::{Role, is_global};
use crate::protocol::Protocol;

/// The kinds of which all nodes have instructions only from a protocol on.
pub(super) const SPELLED: [(Kind, Protocol); 4] = [
    (Kind::Bytes, Protocol::V3),
    (Kind::Set, Protocol::V4),
    (Kind::FrozenSet, Protocol::V4),
    (Kind::ByteArray, Protocol::V5),
];

/// Whether the target has no instruction for a node. Below protocol 4 a name with dots may be that
/// of one global.
pub(super) fn concerns(
    graph: &Graph<'_>,
    id: NodeId,
    target: Protocol,
    may_be_nested: impl Fn(NodeId) -> bool,
) -> bool {
    let is_nested = |id, name: &str| name.contains('.') && may_be_nested(id);
    match graph.kind(id) {
        Kind::Global => {
            target < Protocol::V4 && graph.global(id).is_some_and(|(_, name)| is_nested(id, name))
        }
        Kind::Object => graph.object(id).is_some_and(|object| match object.how() {
            How::Reduce => false,
            How::NewObj => target < Protocol::V2,
            How::NewObjEx => target < Protocol::V4,
            How::Inst => graph.global(object.callable()).is_none_or(|(_, name)| {
                target < Protocol::V4 && is_nested(object.callable(), name)
            }),
            How::Obj => target < Protocol::V1,
        }),
        kind => SPELLED.into_iter().any(|(spelled, since)| spelled == kind && target < since),
    }
}

impl Respelling<'_> {
    /// Turns everything that the target has no instruction for into the calls that Python writes.
    pub(super) fn downgrade(&mut self) -> Result<()> {
        for id in self.graph.ids() {
            if !concerns(&self.graph, id, self.target, |id| !self.dotted.contains(&id)) {
                continue;
            }
            match self.graph.node(id) {
                Node::Bytes(bytes) => {
                    let bytes = bytes.to_vec();
                    self.downgrade_bytes(id, &bytes)?;
                }
                Node::ByteArray(bytes) => {
                    let bytes = bytes.to_vec();
                    let bytearray = self.add_global("builtins", "bytearray")?;
                    if bytes.is_empty() {
                        self.become_call(id, bytearray, &[])?;
                    } else {
                        let content = self.add_bytes(&bytes)?;
                        self.become_call(id, bytearray, &[content])?;
                    }
                }
                Node::Set(span) => {
                    let list = self.add(Slot::container(Kind::List, span))?;
                    let set = self.add_global("builtins", "set")?;
                    self.become_call(id, set, &[list])?;
                }
                Node::FrozenSet(span) => {
                    let list = self.add(Slot::container(Kind::List, span))?;
                    let frozenset = self.add_global("builtins", "frozenset")?;
                    self.become_call(id, frozenset, &[list])?;
                }
                Node::Global { .. } => self.downgrade_global(id)?,
                _ => self.downgrade_object(id)?,
            }
        }
        Ok(())
    }

    /// Notes what is a call of `getattr` before the names of nested classes become such calls.
    pub(super) fn tell_calls_of_getattr(&mut self) {
        for id in self.graph.ids() {
            let Some(object) = self.graph.object(id) else { continue };
            let args = object.args();
            if is_global(&self.graph, object.callable(), "builtins", "getattr") {
                self.graph.note_memoized(args);
            }
        }
    }

    /// `_codecs.encode` of a text in latin-1 (`save_bytes` of `pickle.py`).
    fn downgrade_bytes(&mut self, id: NodeId, bytes: &[u8]) -> Result<()> {
        if bytes.is_empty() {
            let class = self.add_global("builtins", "bytes")?;
            return self.become_call(id, class, &[]);
        }
        let text: String = bytes.iter().copied().map(char::from).collect();
        let text = self.graph.data(Kind::Str, text.into_bytes())?;
        let text = self.add(text)?;
        let encoding = self.name(Role::Attribute, "latin1".to_owned())?;
        let encode = self.add_global("_codecs", "encode")?;
        self.become_call(id, encode, &[text, encoding])
    }

    fn add_bytes(&mut self, bytes: &[u8]) -> Result<NodeId> {
        let copy = self.graph.data(Kind::Bytes, bytes.to_vec())?;
        let id = self.add(copy)?;
        if self.target < Protocol::V3 {
            self.downgrade_bytes(id, bytes)?;
        }
        Ok(id)
    }

    /// A nested class: `getattr` of the class around it, for each dot (`save_global`).
    fn downgrade_global(&mut self, id: NodeId) -> Result<()> {
        let Some((module, name)) = self.graph.global(id) else { return Ok(()) };
        let (module, name) = (module.to_owned(), name.to_owned());
        let mut parts = name.split('.');
        let mut outer = self.add_global(&module, parts.next().unwrap_or_default())?;
        let getattr = self.add_global("builtins", "getattr")?;
        let mut parts = parts.peekable();
        while let Some(part) = parts.next() {
            let part_name = self.name(Role::Attribute, part.to_owned())?;
            if parts.peek().is_none() {
                self.become_call(id, getattr, &[outer, part_name])?;
                self.graph.note_memoized(id);
            } else {
                outer = self.add_call(getattr, &[outer, part_name])?;
            }
        }
        Ok(())
    }

    fn downgrade_object(&mut self, id: NodeId) -> Result<()> {
        let Some(object) = self.graph.object(id) else { return Ok(()) };
        let (how, class, args) = (object.how(), object.callable(), object.args());
        let kwargs = object.kwargs();
        match (how, kwargs) {
            (How::NewObj, _) => {
                let function = self.add_global("copyreg", "__newobj__")?;
                let args = self.with_class(class, args)?;
                self.graph.respell_call(id, How::Reduce, function, args, None)?;
            }
            (How::NewObjEx, Some(kwargs)) if self.target >= Protocol::V2 => {
                let partial = self.add_partial(class, args, kwargs)?;
                let nothing = self.add_tuple(&[])?;
                self.graph.respell_call(id, How::Reduce, partial, nothing, None)?;
                self.graph.note_memoized(id);
            }
            (How::NewObjEx, Some(kwargs)) => {
                let function = self.add_global("copyreg", "__newobj_ex__")?;
                let args = self.add_tuple(&[class, args, kwargs])?;
                self.graph.respell_call(id, How::Reduce, function, args, None)?;
            }
            (How::Inst, _) => self.graph.respell_call(id, How::Obj, class, args, None)?,
            (How::Obj, _) if self.graph.global(class).is_some() => {
                self.graph.respell_call(id, How::Inst, class, args, None)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn with_class(&mut self, class: NodeId, args: NodeId) -> Result<NodeId> {
        let mut items = vec![class];
        items.extend(self.graph.items(args));
        self.add_tuple(&items)
    }

    /// `functools.partial(cls.__new__, cls, *args, **kwargs)`, as it is pickled itself.
    fn add_partial(&mut self, class: NodeId, args: NodeId, kwargs: NodeId) -> Result<NodeId> {
        let partial = self.add_global("functools", "partial")?;
        let getattr = self.add_global("builtins", "getattr")?;
        let name = self.name(Role::Attribute, "__new__".to_owned())?;
        let inner = self.add_copy_of_global(class)?;
        let function = self.add_call(getattr, &[inner, name])?;
        let object = self.add_call(partial, &[function])?;
        let bound = self.with_class(class, args)?;
        let none = self.add(Slot::NONE)?;
        let state = self.add_tuple(&[function, bound, kwargs, none])?;
        self.graph.build(object, state)?;
        let arguments = self.graph.object(object).map(|object| object.args());
        for id in [function, object].into_iter().chain(arguments) {
            self.graph.note_memoized(id);
        }
        Ok(object)
    }

    /// The class as `getattr` gets it, which `CPython` writes without a look at the memo.
    fn add_copy_of_global(&mut self, class: NodeId) -> Result<NodeId> {
        match self.graph.node(class) {
            Node::Global { module, name } => {
                let slot = self.graph.global_of(module, name)?;
                self.add(slot)
            }
            _ => Ok(class),
        }
    }
}
