//! Calls that stand for what a newer protocol has instructions for.

use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::graph::{Collector, Graph, How, Kind, Node, NodeId, Slot};
use crate::pickler::graph::respell::Respelling;
use crate::pickler::graph::respell::names::is_global;
use crate::protocol::Protocol;

/// How often each node is referred to, up to two.
type Counts = Vec<u8>;

impl Respelling<'_> {
    /// Turns calls into the values and instructions that they stand for, where those are
    /// [gained](Respelling::gains).
    ///
    /// Arguments come before the object in the order of ids, so what is nested is done inside out.
    pub(super) fn upgrade(&mut self) -> Result<()> {
        let counts = count(&self.graph);
        let uses = Uses::of(&self.graph);
        let memoized: FxHashSet<NodeId> = self.graph.memoized().collect();
        for id in self.graph.ids() {
            let Some(object) = self.graph.object(id) else { continue };
            if object.how() != How::Reduce {
                continue;
            }
            let (callable, args) = (object.callable(), object.args());
            let is_value = object.is_plain();
            if self.upgrade_call(id, callable, args)? || !is_value {
                continue;
            }
            if self.gains(Protocol::V4) && !memoized.contains(&args) {
                self.upgrade_name(id, callable, args)?;
            }
            if let Some(value) = self.value_of_call(callable, args, &counts)?
                && uses.allow(id, value.kind())
            {
                self.graph.set_slot(id, value);
            }
        }
        Ok(())
    }

    /// Calls of functions that stand for `NEWOBJ` and `NEWOBJ_EX`.
    fn upgrade_call(&mut self, id: NodeId, callable: NodeId, args: NodeId) -> Result<bool> {
        let is = |module, name| is_global(&self.graph, callable, module, name);
        if self.gains(Protocol::V2)
            && is("copyreg", "__newobj__")
            && let [class, args @ ..] = self.graph.items(args)
        {
            let (class, args) = (*class, args.to_vec());
            let args = self.add_tuple(&args)?;
            self.graph.respell_call(id, How::NewObj, class, args, None)?;
            return Ok(true);
        }
        if !self.gains(Protocol::V4) {
            return Ok(false);
        }
        if is("copyreg", "__newobj_ex__")
            && let [class, args, kwargs] = *self.graph.items(args)
            && is_call_with_keywords(&self.graph, args, kwargs)
        {
            self.graph.respell_call(id, How::NewObjEx, class, args, Some(kwargs))?;
            return Ok(true);
        }
        let Some((class, args, kwargs)) = self.partial(callable, args) else { return Ok(false) };
        let args = self.add_tuple(&args)?;
        self.graph.respell_call(id, How::NewObjEx, class, args, Some(kwargs))?;
        Ok(true)
    }

    /// The class, arguments and keywords of `functools.partial(cls.__new__, cls, *args, **kwargs)()`,
    /// which is `NEWOBJ_EX` below protocol 4 (`save_reduce` of `pickle.py`).
    fn partial(&self, callable: NodeId, args: NodeId) -> Option<(NodeId, Vec<NodeId>, NodeId)> {
        let graph = &self.graph;
        let partial = graph.object(callable)?;
        let is_partial = is_global(graph, partial.callable(), "functools", "partial");
        if !is_partial || partial.how() != How::Reduce || !graph.items(args).is_empty() {
            return None;
        }
        let [state] = *partial.states() else { return None };
        let [function, bound, kwargs, _] = *graph.items(state) else { return None };
        let [class, args @ ..] = graph.items(bound) else { return None };
        let is_new = is_new_of(graph, function, *class);
        let is_call = is_new && is_call_with_keywords(graph, bound, kwargs);
        is_call.then(|| (*class, args.to_vec(), kwargs))
    }

    /// The value of a call and nothing else.
    fn value_of_call(
        &mut self,
        callable: NodeId,
        args: NodeId,
        counts: &Counts,
    ) -> Result<Option<Slot>> {
        let graph = &self.graph;
        let is = |module, name| is_global(graph, callable, module, name);
        let items = graph.items(args);
        let bytes = match items {
            [] => Some(Vec::new()),
            [text, encoding] => latin1(graph, *text, *encoding),
            [bytes] => match graph.node(*bytes) {
                Node::Bytes(bytes) => Some(bytes.to_vec()),
                _ => None,
            },
            _ => None,
        };
        if self.gains(Protocol::V3)
            && (is("_codecs", "encode") && items.len() == 2
                || is("builtins", "bytes") && items.is_empty())
        {
            return self.data(Kind::Bytes, bytes);
        }
        if self.gains(Protocol::V5) && is("builtins", "bytearray") {
            return self.data(Kind::ByteArray, bytes);
        }
        if !self.gains(Protocol::V4) {
            return Ok(None);
        }
        let is_own = |id: NodeId| counts.get(id.index()) == Some(&1);
        match set_of(graph, callable, args) {
            Some((kind, list)) if is_own(list) && is_own(args) => self.set_of_list(kind, list),
            _ => Ok(None),
        }
    }

    fn data(&mut self, kind: Kind, bytes: Option<Vec<u8>>) -> Result<Option<Slot>> {
        bytes.map(|bytes| self.graph.data(kind, bytes)).transpose()
    }

    /// The name of a nested class or a method. Its steps are not in the memo, as those of a call of
    /// `getattr` are.
    fn upgrade_name(&mut self, id: NodeId, callable: NodeId, args: NodeId) -> Result<()> {
        let graph = &self.graph;
        if is_global(graph, callable, "builtins", "getattr")
            && let [outer, name] = *graph.items(args)
            && let (Some((module, outer)), Node::Str(name)) =
                (graph.global(outer), graph.node(name))
        {
            let (module, name) = (module.to_owned(), format!("{outer}.{}", name.as_str()));
            let global = self.named(module, name)?;
            self.graph.set_slot(id, global);
        }
        Ok(())
    }

    /// A set of the items of a list, if they can be hashed.
    fn set_of_list(&mut self, kind: Kind, list: NodeId) -> Result<Option<Slot>> {
        let members = self.graph.items(list).to_vec();
        let span = self.graph.span([].into_iter())?;
        let set = self.add(Slot::container(kind, span))?;
        let added = Collector::default().add_members(&mut self.graph, set, &members);
        Ok(added.is_ok().then(|| self.graph.slot(set)))
    }
}

/// Whether a function is `cls.__new__`, by its name or as a call of `getattr`.
fn is_new_of(graph: &Graph<'_>, function: NodeId, class: NodeId) -> bool {
    if let (Some((module, name)), Some(found)) = (graph.global(class), graph.global(function)) {
        return found == (module, &format!("{name}.__new__"));
    }
    let Some(call) = graph.object(function) else { return false };
    let [of, attribute] = *graph.items(call.args()) else { return false };
    is_global(graph, call.callable(), "builtins", "getattr")
        && is_same(graph, of, class)
        && matches!(graph.node(attribute), Node::Str(name) if name.as_bytes() == b"__new__")
}

/// Whether two nodes are one class: what has no place in the memo is spelled twice.
fn is_same(graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
    a == b
        || match (graph.node(a), graph.node(b)) {
            (Node::Global { .. }, Node::Global { .. }) => graph.global(a) == graph.global(b),
            (Node::Extension(a), Node::Extension(b)) => a == b,
            (Node::Persistent(a), Node::Persistent(b)) => a == b || is_same_atom(graph, a, b),
            _ => false,
        }
}

/// Whether two nodes are the same text, or one of the values that have no place in the memo.
fn is_same_atom(graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
    match (graph.node(a), graph.node(b)) {
        (Node::Str(a), Node::Str(b)) => a == b,
        (Node::Int(a), Node::Int(b)) => a == b,
        (Node::Long(a), Node::Long(b)) => a == b,
        (Node::Float(a), Node::Float(b)) => a.to_bits() == b.to_bits(),
        (Node::Bool(a), Node::Bool(b)) => a == b,
        (Node::None, Node::None) => true,
        (Node::Tuple(_), Node::Tuple(_)) => graph.items(a).is_empty() && graph.items(b).is_empty(),
        _ => false,
    }
}

fn is_call_with_keywords(graph: &Graph<'_>, args: NodeId, kwargs: NodeId) -> bool {
    matches!(graph.node(args), Node::Tuple(_)) && matches!(graph.node(kwargs), Node::Dict(_))
}

/// What kind of set a call makes of which list, if it does.
fn set_of(graph: &Graph<'_>, callable: NodeId, args: NodeId) -> Option<(Kind, NodeId)> {
    let [list] = *graph.items(args) else { return None };
    if graph.kind(list) != Kind::List {
        return None;
    }
    let is = |name| is_global(graph, callable, "builtins", name);
    let kind = if is("set") {
        Kind::Set
    } else if is("frozenset") {
        Kind::FrozenSet
    } else {
        return None;
    };
    Some((kind, list))
}

/// The bytes of a text in latin-1, if that is the encoding.
fn latin1(graph: &Graph<'_>, text: NodeId, encoding: NodeId) -> Option<Vec<u8>> {
    let (Node::Str(text), Node::Str(encoding)) = (graph.node(text), graph.node(encoding)) else {
        return None;
    };
    let is_latin1 = matches!(encoding.as_str(), "latin1" | "latin-1");
    is_latin1.then(|| text.chars().map(|char| u8::try_from(char).ok()).collect())?
}

/// Where only some values may stand. An object may be called and be a key, whatever its class; what
/// it stands for may not.
struct Uses {
    /// Keys and members, and what those are made of.
    hashed: FxHashSet<NodeId>,
    called: FxHashSet<NodeId>,
}

impl Uses {
    fn of(graph: &Graph<'_>) -> Uses {
        let mut uses = Uses { hashed: FxHashSet::default(), called: FxHashSet::default() };
        let mut work = Vec::new();
        for id in graph.ids() {
            match graph.node(id) {
                Node::Set(_) | Node::FrozenSet(_) => work.extend(graph.items(id)),
                Node::Dict(_) => work.extend(graph.entries(id).iter().step_by(2)),
                Node::Object(_) => {
                    let Some(object) = graph.object(id) else { continue };
                    uses.called.insert(object.callable());
                    let members = set_of(graph, object.callable(), object.args());
                    work.extend(members.into_iter().flat_map(|(_, list)| graph.items(list)));
                }
                _ => {}
            }
        }
        while let Some(id) = work.pop() {
            if uses.hashed.insert(id) && matches!(graph.node(id), Node::Tuple(_)) {
                work.extend(graph.items(id));
            }
        }
        uses
    }

    /// Whether a call may become this value.
    fn allow(&self, id: NodeId, value: Kind) -> bool {
        let is_hashable = !matches!(value, Kind::ByteArray | Kind::Set);
        !self.called.contains(&id) && (is_hashable || !self.hashed.contains(&id))
    }
}

fn count(graph: &Graph<'_>) -> Counts {
    let mut counts = vec![0_u8; graph.len()];
    for id in graph.ids() {
        graph.each_child(id, |child| {
            if let Some(count) = counts.get_mut(child.index()) {
                *count = count.saturating_add(1).min(2);
            }
        });
    }
    counts
}
