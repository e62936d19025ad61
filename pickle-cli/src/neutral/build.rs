//! A graph of a table of values.
//!
//! A value can be made when its bases are: what a tuple holds, what an object is called with. No
//! pickle can make one that is its own base, so those are an error. Lists, dicts, sets and objects
//! are filled when all values are made, which is how cycles come about.

use pickle_core::{Error, Graph, How, NodeId};

use crate::neutral::Kind;
use crate::neutral::read::{Child, Part, ReadError, Shape, Table, Value};

type Result<T> = std::result::Result<T, ReadError>;

/// Makes the graph with this value.
pub(super) fn graph(mut table: Table, root: Child) -> Result<Graph<'static>> {
    let graph = std::mem::take(&mut table.graph);
    let states = vec![State::New; table.values.len()];
    let mut builder = Builder { table: &table, graph, states };
    for value in 0..table.values.len() {
        builder.make(value)?;
    }
    for (place, value) in table.values.iter().enumerate() {
        if let Some(State::Made(id)) = builder.states.get(place).copied() {
            builder.fill(id, value)?;
        }
    }
    let root = builder.id(root)?;
    // The node is of this graph.
    let _ = builder.graph.set_root(root);
    Ok(builder.graph)
}

#[derive(Debug, Clone, Copy)]
enum State {
    New,
    /// Its bases are being made.
    Open,
    Made(NodeId),
}

struct Builder<'t> {
    table: &'t Table,
    graph: Graph<'static>,
    states: Vec<State>,
}

/// The parts without which a value cannot be made.
fn bases(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Tuple | Kind::FrozenSet => &["items"],
        Kind::Persistent => &["v"],
        Kind::Object => &["class", "args", "kwargs"],
        _ => &[],
    }
}

impl<'t> Builder<'t> {
    /// Makes a value, and its bases before it.
    fn make(&mut self, value: usize) -> Result<()> {
        let mut open = vec![(value, self.bases_of(value))];
        while let Some((value, bases)) = open.last_mut() {
            let value = *value;
            if let Some(State::Made(_)) = self.states.get(value) {
                open.pop();
                continue;
            }
            self.states.get_mut(value).into_iter().for_each(|state| *state = State::Open);
            let Some(base) = bases.next() else {
                let id = self.add(self.value(value)?)?;
                self.states.get_mut(value).into_iter().for_each(|state| *state = State::Made(id));
                open.pop();
                continue;
            };
            let Child::Value(base) = self.resolve(base)? else { continue };
            let base = base as usize;
            match self.states.get(base) {
                Some(State::New) => {
                    let bases = self.bases_of(base);
                    open.push((base, bases));
                }
                Some(State::Open) => {
                    let at = self.value(base)?.at;
                    return Err(ReadError::new("found a value that is made of itself", at));
                }
                Some(State::Made(_)) | None => {}
            }
        }
        Ok(())
    }

    fn bases_of(&self, value: usize) -> impl Iterator<Item = Child> + use<'t> {
        let value = self.table.values.get(value);
        let parts = value.into_iter().flat_map(|value| {
            value.parts.iter().filter(|part| bases(value.kind).contains(&part.name))
        });
        parts.flat_map(|part| part.children.iter().copied())
    }

    fn value(&self, value: usize) -> Result<&'t Value> {
        // The places are those that the reader gave.
        self.table.values.get(value).ok_or_else(|| unreachable_value(self.table))
    }

    /// What a child is, references followed.
    fn resolve(&self, child: Child) -> Result<Child> {
        let Child::Reference(place) = child else { return Ok(child) };
        let reference = self.table.references.get(place as usize);
        let &(id, at) = reference.ok_or_else(|| unreachable_value(self.table))?;
        let found = self.table.ids.get(&id).copied();
        found.ok_or_else(|| {
            ReadError::new(format!("found a reference to {id}, expected a value with this id"), at)
        })
    }

    fn id(&self, child: Child) -> Result<NodeId> {
        match self.resolve(child)? {
            Child::Node(id) => Ok(id),
            Child::Value(value) => match self.states.get(value as usize) {
                Some(State::Made(id)) => Ok(*id),
                _ => Err(unreachable_value(self.table)),
            },
            Child::Reference(_) => Err(unreachable_value(self.table)),
        }
    }

    /// The nodes of a part; none if the value has no such part.
    fn part(&self, value: &Value, name: &str, shape: Shape) -> Result<Option<Vec<NodeId>>> {
        let Some(part) = value.parts.iter().find(|part| part.name == name) else {
            return Ok(None);
        };
        let Part { shape: found, children, .. } = part;
        if *found != shape && !(children.is_empty() && *found == Shape::Items) {
            let expected = match shape {
                Shape::One => "a value",
                Shape::Items => "a list of values",
                Shape::Pairs => "a list of pairs",
            };
            let message = format!("found {name:?} of another shape, expected {expected}");
            return Err(ReadError::new(message, value.at));
        }
        children.iter().map(|&child| self.id(child)).collect::<Result<_>>().map(Some)
    }

    fn items(&self, value: &Value, name: &str) -> Result<Vec<NodeId>> {
        Ok(self.part(value, name, Shape::Items)?.unwrap_or_default())
    }

    fn pairs(&self, value: &Value, name: &str) -> Result<Vec<(NodeId, NodeId)>> {
        let ids = self.part(value, name, Shape::Pairs)?.unwrap_or_default();
        let (pairs, _) = ids.as_chunks::<2>();
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    }

    fn one(&self, value: &Value, name: &str) -> Result<NodeId> {
        let ids = self.part(value, name, Shape::One)?;
        ids.and_then(|ids| ids.first().copied()).ok_or_else(|| {
            ReadError::new(format!("found no {name:?}, expected a value of that name"), value.at)
        })
    }

    /// Adds a value whose bases are there.
    fn add(&mut self, value: &Value) -> Result<NodeId> {
        self.check_names(value)?;
        let at = |error: Error| ReadError::new(error.to_string(), value.at);
        match value.kind {
            Kind::Tuple => {
                let items = self.items(value, "items")?;
                self.graph.add_tuple(items).map_err(at)
            }
            Kind::FrozenSet => {
                let items = self.items(value, "items")?;
                self.graph.add_frozenset(items).map_err(at)
            }
            Kind::Persistent => {
                let id = self.one(value, "v")?;
                self.graph.add_persistent(id).map_err(at)
            }
            Kind::Object => {
                let how = value.how.unwrap_or(How::Reduce);
                let (callable, args) = (self.one(value, "class")?, self.one(value, "args")?);
                let has_kwargs = value.parts.iter().any(|part| part.name == "kwargs");
                let kwargs = has_kwargs.then(|| self.one(value, "kwargs")).transpose()?;
                self.graph.add_object(how, callable, args, kwargs).map_err(at)
            }
            Kind::Set => self.graph.add_set([]).map_err(at),
            Kind::Dict => self.graph.add_dict([]).map_err(at),
            _ => self.graph.add_list([]).map_err(at),
        }
    }

    /// Whether a value has no parts but those of its kind.
    fn check_names(&self, value: &Value) -> Result<()> {
        let known: &[&str] = match value.kind {
            Kind::Persistent => &["v"],
            Kind::Object => &[
                "class",
                "args",
                "kwargs",
                "state",
                "listitems",
                "additems",
                "dictitems",
                "setters",
            ],
            _ => &["items"],
        };
        let strange = value.parts.iter().find(|part| !known.contains(&part.name));
        let stray = if value.kind == Kind::Object {
            value.how.is_none().then_some("an object without \"new\"")
        } else {
            let is_stray = value.how.is_some() || value.states_before > 0;
            is_stray.then_some("what only objects have")
        };
        let message = match (strange, stray) {
            (Some(part), _) => format!("found {:?}, expected one of {known:?}", part.name),
            (None, Some(stray)) => format!("found {stray}"),
            (None, None) => return Ok(()),
        };
        Err(ReadError::new(message, value.at))
    }

    /// Fills a value when all others are made.
    fn fill(&mut self, id: NodeId, value: &Value) -> Result<()> {
        let at = |error: Error| ReadError::new(error.to_string(), value.at);
        match value.kind {
            Kind::List => {
                let items = self.items(value, "items")?;
                self.graph.splice_items(id, 0..0, items).map_err(at)
            }
            Kind::Set => {
                for member in self.items(value, "items")? {
                    self.graph.insert_member(id, member).map_err(at)?;
                }
                Ok(())
            }
            Kind::Dict => {
                for (key, item) in self.pairs(value, "items")? {
                    self.graph.set_entry(id, key, item).map_err(at)?;
                }
                Ok(())
            }
            Kind::Object => self.fill_object(id, value),
            _ => Ok(()),
        }
    }

    fn fill_object(&mut self, id: NodeId, value: &Value) -> Result<()> {
        let states = self.items(value, "state")?;
        let list_items = self.items(value, "listitems")?;
        let set_items = self.items(value, "additems")?;
        let dict_items = self.pairs(value, "dictitems")?;
        let setters = self.items(value, "setters")?;
        let graph = &mut self.graph;
        let fill = || {
            if !states.is_empty() || value.states_before > 0 {
                graph.set_states(id, states, value.states_before)?;
            }
            if !list_items.is_empty() {
                graph.set_list_items(id, list_items)?;
            }
            if !set_items.is_empty() {
                graph.set_set_items(id, set_items)?;
            }
            if !dict_items.is_empty() {
                graph.set_dict_items(id, dict_items)?;
            }
            if !setters.is_empty() {
                graph.set_setters(id, setters)?;
            }
            Ok(())
        };
        fill().map_err(|error: Error| ReadError::new(error.to_string(), value.at))
    }
}

/// The error for a table that the reader does not make.
#[cold]
fn unreachable_value(table: &Table) -> ReadError {
    let at = table.values.first().map(|value| value.at);
    let at = at.unwrap_or_default();
    ReadError::new("found a value that was never made", at)
}
