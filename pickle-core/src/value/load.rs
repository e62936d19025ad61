//! Trees from pickles.

use crate::error::{Error, Result};
use crate::graph::NodeRef;
use crate::loader::{AnyObject, Kind, Loader};
use crate::pickler::Callable;
use crate::reconstruct::{Reconstruct, Starts};
use crate::stack::deeper;
use crate::unpickler::{GraphLoader, Settings};
use crate::value::{Global, Long, Object, Value, distinct};

impl<'de> Reconstruct<'de> for Value {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Value> {
        match loader.peek()? {
            Kind::None => loader.take_none().map(|_| Value::None),
            Kind::Bool => loader.load_bool().map(Value::Bool),
            Kind::Int => loader.either(
                |loader| loader.load_integer::<i128>().map(Value::from),
                |loader| loader.load_long().map(|bytes| Value::from(Long::from_le_bytes(&bytes))),
            ),
            Kind::Float => loader.load_f64().map(Value::Float),
            Kind::Str => load_text(loader),
            Kind::Bytes => load_bytes(loader),
            Kind::List => deeper(|| load_items(loader, "list").map(Value::List)),
            Kind::Tuple => deeper(|| load_items(loader, "tuple").map(Value::Tuple)),
            Kind::Dict => deeper(|| load_dict(loader).map(Value::Dict)),
            Kind::Set => deeper(|| load_set(loader, Value::Set)),
            Kind::FrozenSet => deeper(|| load_set(loader, Value::FrozenSet)),
            Kind::Global | Kind::Object => deeper(|| {
                if let Some(result) = loader.overridden() {
                    return result;
                }
                let any = loader.begin_any()?;
                load_any(loader, any)
            }),
        }
    }
}

/// A class or function itself, not an object that one makes.
impl<'de> Reconstruct<'de> for Global {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Global> {
        loader.load_global(
            |_, module, name| Some(Global::new(module, name)),
            || "a class or function".to_owned(),
        )
    }
}

/// The tree that a node of a graph is the root of. What it shares is there as often as it is
/// referred to; a cycle, and what else a tree cannot say, is an error.
///
/// ```
/// use pickle_core::{Graph, Value};
///
/// let graph = Graph::from_slice(b"}Vports\n](K\x50M\xbb\x01es.")?;
/// let ports = Value::try_from(graph.root().at("ports")?)?;
/// assert_eq!(ports, [80, 443].into_iter().collect());
///
/// let cycle = Graph::from_slice(b"]q\0h\0a.")?;
/// assert!(Value::try_from(cycle.root()).is_err());
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl TryFrom<NodeRef<'_, '_>> for Value {
    type Error = Error;

    fn try_from(node: NodeRef<'_, '_>) -> Result<Value> {
        let graph = node.graph();
        GraphLoader::new(graph, node.id(), graph.len(), &Settings::default()).read()
    }
}

fn load_text<'de, L: Loader<'de>>(loader: &mut L) -> Result<Value> {
    loader.load_str().map(|text| Value::Str(text.into_owned()))
}

fn load_bytes<'de, L: Loader<'de>>(loader: &mut L) -> Result<Value> {
    let make = if loader.peek_bytearray()? { Value::ByteArray } else { Value::Bytes };
    loader.either(
        |loader| loader.load_bytes().map(|bytes| make(bytes.into_owned())),
        // A call of `bytes` that no pickler writes.
        |loader| {
            let any = loader.begin_any()?;
            load_any(loader, any)
        },
    )
}

fn load_items<'de, L: Loader<'de>>(loader: &mut L, expected: &'static str) -> Result<Vec<Value>> {
    loader.begin_tree()?;
    let mut items = loader.begin_items(expected, Starts::ANY)?;
    let list = rest_of(loader, &mut items)?;
    loader.end_tree();
    Ok(list)
}

fn rest_of<'de, L: Loader<'de>>(loader: &mut L, items: &mut L::Items) -> Result<Vec<Value>> {
    let mut list = Vec::with_capacity(loader.items_hint::<Value>(items));
    while loader.next_item(items)? {
        list.push(Value::reconstruct(loader)?);
    }
    Ok(list)
}

fn load_key<'de, L: Loader<'de>>(loader: &mut L) -> Result<Value> {
    let key = loader.load_key()?;
    if !distinct::is_atom(&key) {
        loader.general_only()?;
    }
    Ok(key)
}

fn load_set<'de, L: Loader<'de>>(loader: &mut L, make: fn(Vec<Value>) -> Value) -> Result<Value> {
    loader.begin_tree()?;
    let begun = loader.either(
        |loader| loader.begin_set().map(Ok),
        // A call of `set` that no pickler writes.
        |loader| loader.begin_any().map(Err),
    )?;
    let mut items = match begun {
        Ok(items) => items,
        Err(any) => return load_parts(loader, any),
    };
    let mut members = Vec::with_capacity(loader.items_hint::<Value>(&items));
    while loader.next_item(&mut items)? {
        members.push(load_key(loader)?);
    }
    loader.end_tree();
    Ok(make(distinct::members(members)))
}

fn load_dict<'de, L: Loader<'de>>(loader: &mut L) -> Result<Vec<(Value, Value)>> {
    loader.begin_tree()?;
    let mut entries = loader.begin_dict()?;
    let mut dict = Vec::new();
    while loader.next_key(&mut entries)? {
        let key = load_key(loader)?;
        loader.next_value(&mut entries)?;
        dict.push((key, loader.load()?));
    }
    loader.end_tree();
    Ok(distinct::entries(dict))
}

fn load_any<'de, L: Loader<'de>>(loader: &mut L, any: AnyObject<L::Object>) -> Result<Value> {
    loader.begin_tree()?;
    load_parts(loader, any)
}

/// The parts of an object at which a level of the tree was begun.
fn load_parts<'de, L: Loader<'de>>(loader: &mut L, any: AnyObject<L::Object>) -> Result<Value> {
    let AnyObject { module, name, made } = any;
    let class = Global { module, name };
    let Some((is_new, mut object)) = made else {
        loader.end_tree();
        return Ok(Value::from(class));
    };
    let count = loader.begin_args(&mut object, 0)?;
    let mut args = Vec::with_capacity(count.min(64));
    for _ in 0..count {
        loader.next_arg(&mut object)?;
        args.push(loader.load()?);
    }
    loader.end_args(&mut object)?;
    let has_kwargs = loader.begin_kwargs(&mut object)?;
    let kwargs = if has_kwargs { load_dict(loader)? } else { Vec::new() };
    let mut items = loader.list_items(&mut object, Starts::ANY)?;
    let list_items = rest_of(loader, &mut items)?;
    let mut entries = loader.dict_items(&mut object)?;
    let mut dict_items = Vec::new();
    while loader.next_key(&mut entries)? {
        let key = loader.load_key()?;
        loader.next_value(&mut entries)?;
        dict_items.push((key, loader.load()?));
    }
    let has_state = loader.begin_state(&mut object)?;
    let state = if has_state { Some(loader.load()?) } else { None };
    loader.end_object(object)?;
    loader.end_tree();
    let callable = if is_new { Callable::New } else { Callable::Class };
    let object = Object { class, callable, args, kwargs, list_items, dict_items, state };
    Ok(Value::from(object))
}
