//! Changing lists, dicts and sets.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::graph::edges::Edges;
use crate::graph::{Graph, Kind, Node, NodeId, Span};

/// Changing what lists, dicts and sets hold. What goes for a list goes for the list items of an
/// object, and what goes for a dict for its dict items.
impl Graph<'_> {
    /// Adds an item at the end of a list.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"]K\x01a.")?;
    /// let two = graph.add_int(2)?;
    /// graph.push_item(graph.root_id(), two)?;
    /// assert_eq!(format!("{graph:?}"), "[1, 2]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no list or object, or no node has one of these ids.
    pub fn push_item(&mut self, list: NodeId, item: NodeId) -> Result<()> {
        self.checked(list)?;
        let item = self.checked(item)?;
        self.change_sequence(list, |span, edges| edges.append(span, [item].into_iter()))
    }

    /// Adds an item to a list, before the one at a place, counted from zero.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](K\x01K\x03e.")?;
    /// let two = graph.add_int(2)?;
    /// graph.insert_item(graph.root_id(), 1, two)?;
    /// assert_eq!(format!("{graph:?}"), "[1, 2, 3]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no list or object, the place is beyond its end, or no node has one of
    /// these ids.
    pub fn insert_item(&mut self, list: NodeId, place: usize, item: NodeId) -> Result<()> {
        self.splice_items(list, place..place, [item])
    }

    /// Puts an item in the place of another, and returns that.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](K\x01K\x02e.")?;
    /// let text = graph.add_str("two")?;
    /// graph.set_item(graph.root_id(), 1, text)?;
    /// assert_eq!(format!("{graph:?}"), r#"[1, "two"]"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no list or object, there is no such item, or no node has one of these ids.
    pub fn set_item(&mut self, list: NodeId, place: usize, item: NodeId) -> Result<NodeId> {
        self.checked(list)?;
        let item = self.checked(item)?;
        self.change_sequence(list, |span, edges| {
            edges.set(*span, place, item).ok_or_else(|| no_item(place, span.len()))
        })
    }

    /// Removes an item from a list, and returns it.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](K\x01K\x02e.")?;
    /// graph.remove_item(graph.root_id(), 0)?;
    /// assert_eq!(format!("{graph:?}"), "[2]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no list or object, or there is no such item.
    pub fn remove_item(&mut self, list: NodeId, place: usize) -> Result<NodeId> {
        self.checked(list)?;
        self.change_sequence(list, |span, edges| {
            let items = edges.get(*span);
            let found = *items.get(place).ok_or_else(|| no_item(place, items.len()))?;
            edges.splice(span, place..place + 1, &[])?;
            Ok(found)
        })
    }

    /// Puts items in the place of a range of them: `list[range] = items` in Python.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](K\x01K\x02K\x03e.")?;
    /// let none = graph.add_none()?;
    /// graph.splice_items(graph.root_id(), 1..3, [none])?;
    /// assert_eq!(format!("{graph:?}"), "[1, None]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no list or object, the range is not within it, or no node has one of these
    /// ids.
    pub fn splice_items(
        &mut self,
        list: NodeId,
        range: Range<usize>,
        items: impl IntoIterator<Item = NodeId>,
    ) -> Result<()> {
        self.checked(list)?;
        let items = self.all_checked(items)?;
        self.change_sequence(list, |span, edges| {
            if range.end > span.len() {
                return Err(no_item(range.end, span.len() + 1));
            }
            if range.start > range.end {
                return Err(Error::mismatch(format!("the range {range:?}"), "one that ends later"));
            }
            edges.splice(span, range, &items)
        })
    }

    /// Stores a value under a key of a dict, and returns the value that was there. As in Python, a
    /// key that is equal to one that is there already keeps that one, in its place.
    ///
    /// In an object it is the last value under an equal key that is exchanged. That takes as long
    /// as there are keys; for a dict it costs one lookup.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"}Vport\nK\x50s.")?;
    /// let (key, value) = (graph.add_str("port")?, graph.add_int(443)?);
    /// graph.set_entry(graph.root_id(), key, value)?;
    /// assert_eq!(format!("{graph:?}"), r#"{"port": 443}"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no dict or object, the key cannot be hashed, or no node has one of these
    /// ids.
    pub fn set_entry(
        &mut self,
        dict: NodeId,
        key: NodeId,
        value: NodeId,
    ) -> Result<Option<NodeId>> {
        let [dict, key, value] = [self.checked(dict)?, self.checked(key)?, self.checked(value)?];
        if let Node::Dict(_) = self.node(dict) {
            return self.collect(|collector, graph| {
                collector.adopt(graph, dict)?;
                collector.set_entry(graph, dict, key, value)
            });
        }
        let place = self.place_of_entry(dict, key)?;
        self.change_mapping(dict, |span, edges| {
            match place.and_then(|place| edges.set(*span, place + 1, value)) {
                Some(found) => Ok(Some(found)),
                None => edges.append(span, [key, value].into_iter()).map(|()| None),
            }
        })
    }

    /// Removes a key and its value from a dict, and returns the value; for an object the last of
    /// them.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"}(K\x01NK\x02Nu.")?;
    /// let one = graph.add_float(1.0)?;
    /// assert!(graph.remove_entry(graph.root_id(), one)?.is_some());
    /// assert!(graph.remove_entry(graph.root_id(), one)?.is_none());
    /// assert_eq!(format!("{graph:?}"), "{2: None}");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no dict or object, the key cannot be hashed, or no node has one of these
    /// ids.
    pub fn remove_entry(&mut self, dict: NodeId, key: NodeId) -> Result<Option<NodeId>> {
        let (dict, key) = (self.checked(dict)?, self.checked(key)?);
        let Some(place) = self.place_of_entry(dict, key)? else { return Ok(None) };
        let value = self.change_mapping(dict, |span, edges| {
            let value = edges.get(*span).get(place + 1).copied();
            edges.splice(span, place..place + 2, &[])?;
            Ok(value)
        })?;
        self.collect(|collector, _| {
            collector.forget_places(dict);
            Ok(value)
        })
    }

    /// Adds a member to a set; `false` when an equal one is there already, and stays.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x04\x8f(K\x01\x90.")?;
    /// let (two, one) = (graph.add_int(2)?, graph.add_bool(true)?);
    /// assert!(graph.insert_member(graph.root_id(), two)?);
    /// assert!(!graph.insert_member(graph.root_id(), one)?);
    /// assert_eq!(format!("{graph:?}"), "{1, 2}");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no set, the member cannot be hashed, or no node has one of these ids.
    pub fn insert_member(&mut self, set: NodeId, member: NodeId) -> Result<bool> {
        let (set, member) = (self.checked_set(set)?, self.checked(member)?);
        let before = self.items(set).len();
        self.collect(|collector, graph| {
            collector.adopt(graph, set)?;
            collector.add_members(graph, set, &[member])
        })?;
        Ok(self.items(set).len() > before)
    }

    /// Removes a member from a set; `false` when no equal one is there.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x04\x8f(K\x01K\x02\x90.")?;
    /// let one = graph.add_int(1)?;
    /// assert!(graph.remove_member(graph.root_id(), one)?);
    /// assert_eq!(format!("{graph:?}"), "{2}");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no set, the member cannot be hashed, or no node has one of these ids.
    pub fn remove_member(&mut self, set: NodeId, member: NodeId) -> Result<bool> {
        let (set, member) = (self.checked_set(set)?, self.checked(member)?);
        let found = self.collect(|collector, graph| {
            let found = collector.find(graph, set, member)?;
            collector.forget_places(set);
            Ok(found)
        })?;
        let Some(place) = found else { return Ok(false) };
        self.change_span(set, |span, edges| edges.splice(span, place..place + 1, &[]))?;
        Ok(true)
    }

    /// Changes the items of a list or object.
    fn change_sequence<T>(
        &mut self,
        id: NodeId,
        change: impl FnOnce(&mut Span, &mut Edges) -> Result<T>,
    ) -> Result<T> {
        match self.kind(id) {
            Kind::List => self.change_span(id, change),
            Kind::Object => {
                let (items, edges) = self.object_items_mut(id)?;
                change(&mut items.list, edges)
            }
            _ => Err(self.wrong(id, "a list or an object")),
        }
    }

    /// Changes the entries of a dict or object.
    fn change_mapping<T>(
        &mut self,
        id: NodeId,
        change: impl FnOnce(&mut Span, &mut Edges) -> Result<T>,
    ) -> Result<T> {
        match self.kind(id) {
            Kind::Dict => self.change_span(id, change),
            Kind::Object => {
                let (items, edges) = self.object_items_mut(id)?;
                change(&mut items.dict, edges)
            }
            _ => Err(self.wrong(id, "a dict or an object")),
        }
    }

    /// Where among the keys and values a key is.
    fn place_of_entry(&mut self, id: NodeId, key: NodeId) -> Result<Option<usize>> {
        match self.node(id) {
            Node::Dict(_) => {
                let place = self.collect(|collector, graph| collector.find(graph, id, key))?;
                Ok(place.map(|place| 2 * place))
            }
            Node::Object(_) => self.collect(|collector, graph| {
                let Some(object) = graph.object(id) else { return Ok(None) };
                let entries = object.dict_items();
                let mut places = (0..entries.len()).step_by(2).rev();
                let mut is_key =
                    |known: NodeId| known == key || collector.is_equal(graph, known, key);
                Ok(places.find(|&place| entries.get(place).copied().is_some_and(&mut is_key)))
            }),
            _ => Err(self.wrong(id, "a dict or an object")),
        }
    }

    fn checked_set(&self, id: NodeId) -> Result<NodeId> {
        match self.node(self.checked(id)?) {
            Node::Set(_) => Ok(id),
            _ => Err(self.wrong(id, "a set")),
        }
    }
}

#[cold]
fn no_item(place: usize, end: usize) -> Error {
    Error::mismatch(format!("the place {place}"), format!("one below {end}"))
}
