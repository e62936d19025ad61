//! What classes are called in a graph, and what made their instances.
//!
//! A class may be named by a global, by a chain of `getattr` calls (nested classes below
//! protocol 4), or as an argument of `copyreg._reconstructor` and `copyreg.__newobj__`
//! (protocols 0 and 1).

use std::borrow::Cow;

use crate::class::Class;
use crate::global;
use crate::graph::{Graph, How, Node, NodeId, ObjectRef};
use crate::registry::Registry;

/// The text of a name, which Python 2 writes as an 8-bit string.
pub(super) fn name<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<&'g str> {
    match graph.node(id) {
        Node::Str(text) => Some(text.as_str()),
        Node::Str8(bytes) => std::str::from_utf8(bytes).ok(),
        _ => None,
    }
}

/// What the names of classes in a graph mean.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Names<'a> {
    /// What knows extension codes.
    pub(super) registry: Option<&'a Registry>,
    /// Whether they are the names of Python 2.
    pub(super) are_old: bool,
}

impl<'a> Names<'a> {
    /// The module and name of a class or function that is spelled out or has an extension code.
    fn global(self, graph: &'a Graph<'_>, id: NodeId) -> Option<(&'a str, &'a str)> {
        match graph.node(id) {
            Node::Extension(code) => self.registry?.extension_name(code),
            _ => graph.global(id),
        }
    }
}

/// The module and qualified name of a class, whichever way it is named.
fn qualified<'g>(
    graph: &'g Graph<'_>,
    names: Names<'g>,
    id: NodeId,
) -> Option<(&'g str, Cow<'g, str>)> {
    let mut at = id;
    let mut nested: Vec<&str> = Vec::new();
    for _ in 0..global::NESTED {
        if let Some((module, name)) = names.global(graph, at) {
            if nested.is_empty() {
                return Some((module, Cow::Borrowed(name)));
            }
            nested.push(name);
            nested.reverse();
            return Some((module, Cow::Owned(nested.join("."))));
        }
        let object = graph.object(at)?;
        let ("builtins" | "__builtin__", "getattr") = graph.global(object.callable())? else {
            return None;
        };
        let &[outer, inner] = graph.items(object.args()) else { return None };
        nested.push(name(graph, inner)?);
        at = outer;
    }
    None
}

/// The class of an object and what of its arguments belongs to the class.
pub(super) struct Spelling<'g> {
    pub(super) module: &'g str,
    pub(super) name: Cow<'g, str>,
    pub(super) args: NodeId,
    pub(super) skipped: usize,
    /// The built-in base class and its value, which `_reconstructor` has for a subclass of one.
    pub(super) base: Option<NodeId>,
    pub(super) kwargs: Option<NodeId>,
    /// Whether `__new__` makes the object, rather than a call.
    pub(super) is_new: bool,
}

/// `NEWOBJ_EX` as it is spelled below protocol 4: a call without arguments of
/// `functools.partial(cls.__new__, cls, *args, **kwargs)`, an object whose state is that function
/// with its arguments (`save_reduce` of `pickle.py`, `partial.__reduce__`).
fn partial_new<'g>(
    graph: &'g Graph<'_>,
    names: Names<'g>,
    object: ObjectRef<'g>,
) -> Option<Spelling<'g>> {
    let partial = graph.object(object.callable())?;
    let is_partial = graph.global(partial.callable()) == Some(("functools", "partial"));
    let ([], &[state]) = (graph.items(object.args()), partial.states()) else { return None };
    let &[function, args, kwargs, _] = graph.items(state) else { return None };
    let (module, name) = qualified(graph, names, *graph.items(args).first()?)?;
    // The function may be that of a base class; the class is its first argument.
    let (_, new) = qualified(graph, names, function)?;
    if !is_partial || !new.ends_with(".__new__") {
        return None;
    }
    let kwargs = Some(kwargs);
    Some(Spelling { module, name, args, skipped: 1, base: None, kwargs, is_new: true })
}

pub(super) fn spelling<'g>(
    graph: &'g Graph<'_>,
    names: Names<'g>,
    object: ObjectRef<'g>,
) -> Option<Spelling<'g>> {
    let Some((module, name)) = qualified(graph, names, object.callable()) else {
        return partial_new(graph, names, object);
    };
    let args = object.args();
    let items = graph.items(args);
    let is_copyreg = matches!(module, "copyreg" | "copy_reg");
    let mut kwargs = object.kwargs();
    let (class, args, skipped, base) = match (&*name, items) {
        ("_reconstructor", [class, _, base]) if is_copyreg => {
            (*class, args, items.len(), Some(*base))
        }
        ("__newobj__", [class, ..]) if is_copyreg => (*class, args, 1, None),
        ("__newobj_ex__", [class, args, named]) if is_copyreg => {
            kwargs = Some(*named);
            (*class, *args, 0, None)
        }
        _ => {
            let is_new = match object.how() {
                How::Reduce => false,
                How::NewObj | How::NewObjEx => true,
                // `Unpickler._instantiate` of pickle.py.
                How::Inst | How::Obj => items.is_empty(),
            };
            return Some(Spelling { module, name, args, skipped: 0, base: None, kwargs, is_new });
        }
    };
    let (module, name) = qualified(graph, names, class)?;
    Some(Spelling { module, name, args, skipped, base, kwargs, is_new: true })
}

/// The name of a class or function, whichever way it is spelled, as Python 3 knows it.
pub(super) fn global_name(
    graph: &Graph<'_>,
    names: Names<'_>,
    id: NodeId,
) -> Option<(String, String)> {
    // A chain of `getattr` is the name of a nested class; with a state it is an object.
    if graph.object(id).is_some_and(|object| !object.states().is_empty()) {
        return None;
    }
    let (module, name) = qualified(graph, names, id)?;
    Some(modern(module, &name, names.are_old))
}

/// The name of a global as Python 3 knows it.
pub(super) fn modern(module: &str, name: &str, is_old: bool) -> (String, String) {
    if !is_old {
        return (module.to_owned(), name.to_owned());
    }
    let (module, name) = global::python3_qualname(module, name);
    (module.to_owned(), name.into_owned())
}

/// The name of a member of a Python enum, if it is pickled by that: as `getattr(cls, name)`
/// (`pickle_by_enum_name` of `enum.py`), or as a global of its own, in the class or beside it
/// (`pickle_by_global_name`).
pub(super) fn member(
    graph: &Graph<'_>,
    names: Names<'_>,
    id: NodeId,
    class: &Class,
) -> Option<String> {
    let (module, name) = qualified(graph, names, id)?;
    match name.rsplit_once('.') {
        Some((outer, member)) => {
            let found = Class::find(std::slice::from_ref(class), module, outer, names.are_old);
            found.map(|_| member.to_owned())
        }
        None => {
            let is_known = class.attribute_index(&name) < class.attributes.len();
            (is_known && class.module == module).then(|| name.into_owned())
        }
    }
}

/// Whether a call of this is one of a class, rather than of a function that makes an instance of
/// another one.
pub(super) fn is_plain(graph: &Graph<'_>, callable: NodeId) -> bool {
    graph.global(callable).is_some_and(|(module, _)| !matches!(module, "copyreg" | "copy_reg"))
}

/// The global name of an object's class.
pub(super) fn class_name(
    graph: &Graph<'_>,
    names: Names<'_>,
    id: NodeId,
) -> Option<(String, String)> {
    let spelling = spelling(graph, names, graph.object(id)?)?;
    Some((spelling.module.to_owned(), spelling.name.into_owned()))
}
