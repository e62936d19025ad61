//! What types ask a loader for, answered from the nodes of a graph.

use std::any::TypeId;
use std::borrow::Cow;

use super::path::Step;
use super::{
    Begins, Elements, Entries, GraphLoader, Items, Progress, builtin, describe, instance, spelling,
};
use crate::class::Class;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{self, Node, NodeRef, Text};
use crate::loader::{AnyObject, Kind, Loader, Member};
use crate::reconstruct::{Reconstruct, Starts};
use crate::registry::{Pointer, Registry};
use crate::stack::deeper;
use crate::unpickler::machine;
use crate::unpickler::settings::Encoding;
use crate::wire::integer::Integer;
use crate::wire::text::copy_of_text;

impl<'g, 'de> Loader<'de> for GraphLoader<'_, 'g, 'de> {
    const PREDICTS: bool = false;

    type Items = Items<'g>;
    type Entries = Entries<'g>;
    type Elements = Elements<'g>;
    type Object = instance::Object<'g>;

    fn peek(&mut self) -> Result<Kind> {
        Ok(match self.node() {
            Node::None => Kind::None,
            Node::Bool(_) => Kind::Bool,
            Node::Int(_) | Node::Long(_) => Kind::Int,
            Node::Float(_) => Kind::Float,
            Node::Str(_) | Node::Wtf8(_) => Kind::Str,
            Node::Str8(bytes) => match self.settings.encoding {
                Encoding::Bytes => Kind::Bytes,
                Encoding::Utf8 if std::str::from_utf8(bytes).is_err() => Kind::Bytes,
                _ => Kind::Str,
            },
            Node::Bytes(_) | Node::ByteArray(_) => Kind::Bytes,
            Node::List(_) => Kind::List,
            Node::Tuple(_) => Kind::Tuple,
            Node::Set(_) => Kind::Set,
            Node::FrozenSet(_) => Kind::FrozenSet,
            Node::Dict(_) => Kind::Dict,
            Node::Global { .. } => Kind::Global,
            Node::Buffer { .. } if self.settings.buffers.is_some() => Kind::Bytes,
            Node::Object(_) => builtin::builtin_kind(self.graph, self.at).unwrap_or(Kind::Object),
            _ => Kind::Object,
        })
    }

    fn peek_sequence(&mut self) -> Result<Option<Kind>> {
        self.peek().map(Some)
    }

    fn skip(&mut self) -> Result<()> {
        Ok(())
    }

    fn take_none(&mut self) -> Result<bool> {
        match self.slot().kind() {
            graph::Kind::None => self.visit(0).map(|()| true),
            _ => Ok(false),
        }
    }

    fn load_bool(&mut self) -> Result<bool> {
        self.visit(0)?;
        match self.node() {
            Node::Bool(value) => Ok(value),
            _ => Err(self.mismatch("bool")),
        }
    }

    #[inline]
    fn load_integer<I: Integer>(&mut self) -> Result<I> {
        self.visit(0)?;
        let slot = self.slot();
        if slot.kind() == graph::Kind::Int
            && let Some(value) = I::from_i64(self.graph.int_of(slot))
        {
            return Ok(value);
        }
        self.load_long_integer()
    }

    fn load_long(&mut self) -> Result<Cow<'de, [u8]>> {
        self.visit(0)?;
        match self.node() {
            Node::Int(value) => Ok(Cow::Owned(value.to_le_bytes().to_vec())),
            Node::Long(bytes) => {
                let borrowed = self.graph.borrowed_bytes(self.at);
                Ok(borrowed.map_or_else(|| Cow::Owned(bytes.to_vec()), Cow::Borrowed))
            }
            _ => Err(self.mismatch("int")),
        }
    }

    #[inline]
    fn load_f64(&mut self) -> Result<f64> {
        self.visit(0)?;
        let slot = self.slot();
        match slot.kind() {
            graph::Kind::Float => Ok(self.graph.float_of(slot)),
            _ => self.load_whole_f64(),
        }
    }

    fn load_str(&mut self) -> Result<Cow<'de, str>> {
        if self.slot().kind() == graph::Kind::Str
            && let Some(bytes) = self.graph.borrowed_bytes(self.at)
        {
            self.visit(bytes.len())?;
            return Ok(Cow::Borrowed(Text::new(bytes).as_str()));
        }
        let text = match self.node() {
            Node::Str(text) => Some(Cow::Owned(text.as_str().to_owned())),
            Node::Str8(bytes) => {
                self.settings.encoding.decode(bytes, self.graph.borrowed_bytes(self.at))
            }
            _ => None,
        };
        if let Some(text) = text {
            return self.visit(text.len()).map(|()| text);
        }
        Err(self.mismatch(match self.node() {
            Node::Str8(_) => self.settings.encoding.expected(),
            Node::Wtf8(_) => "str that is valid Unicode; a `Graph` holds other ones",
            _ => "str",
        }))
    }

    fn load_string(&mut self) -> Result<String> {
        if let Some((tail, len)) = self.graph.spelled_out(self.slot())
            && let Some(text) = copy_of_text(tail, len)
        {
            return self.visit(len).map(|()| text);
        }
        self.load_str().map(Cow::into_owned)
    }

    fn load_bytes(&mut self) -> Result<Cow<'de, [u8]>> {
        let bytes = match self.node() {
            Node::Bytes(bytes) | Node::ByteArray(bytes) | Node::Str8(bytes) => {
                let borrowed = self.graph.borrowed_bytes(self.at);
                Some(borrowed.map_or_else(|| Cow::Owned(bytes.to_vec()), Cow::Borrowed))
            }
            Node::Object(_) => builtin::encoded_bytes(self.graph, self.at).map(Cow::Owned),
            Node::Buffer { index, .. } => self.buffer(index)?.map(Cow::Borrowed),
            _ => None,
        };
        match bytes {
            Some(bytes) => self.visit(bytes.len()).map(|()| bytes),
            None => Err(self.mismatch("bytes")),
        }
    }

    fn begin_items(&mut self, expected: &'static str, _starts: Starts) -> Result<Items<'g>> {
        match self.node() {
            Node::List(_) | Node::Tuple(_) => {
                self.enter(Step::Index(0))?;
                Ok(Items { node: self.at, items: self.graph.items(self.at), next: 0 })
            }
            _ => Err(self.mismatch(expected)),
        }
    }

    fn items_hint<T>(&self, items: &Items<'g>) -> usize {
        // A reference costs two bytes and an item may be large, so what is reserved is bounded by
        // what the items take in the graph.
        let count = items.items.len();
        if size_of::<T>() <= 64 { count } else { count.min(1024) }
    }

    fn begin_set(&mut self) -> Result<Items<'g>> {
        let node = match self.node() {
            Node::Set(_) | Node::FrozenSet(_) => Some(self.at),
            _ => builtin::set_items(self.graph, self.at),
        };
        match node {
            Some(node) => {
                self.enter(Step::Index(0))?;
                Ok(Items { node: self.at, items: self.graph.items(node), next: 0 })
            }
            None => Err(self.mismatch("set")),
        }
    }

    fn next_item(&mut self, items: &mut Items<'g>) -> Result<bool> {
        let Some(&item) = items.items.get(items.next) else {
            self.at = items.node;
            self.leave();
            return Ok(false);
        };
        self.path.replace(Step::Index(items.next));
        self.at = item;
        items.next += 1;
        Ok(true)
    }

    fn begin_dict(&mut self) -> Result<Entries<'g>> {
        match self.entries() {
            Some(entries) => {
                self.enter(Step::Key(self.at))?;
                Ok(Entries { node: self.at, entries, next: 0 })
            }
            None => Err(self.mismatch("dict")),
        }
    }

    fn next_key(&mut self, entries: &mut Entries<'g>) -> Result<bool> {
        let Some(&key) = entries.entries.get(entries.next) else {
            self.at = entries.node;
            self.leave();
            return Ok(false);
        };
        self.path.replace(Step::Key(key));
        self.at = key;
        entries.next += 1;
        Ok(true)
    }

    fn next_value(&mut self, entries: &mut Entries<'g>) -> Result<()> {
        let slice = entries.entries;
        if let Some(&key) = entries.next.checked_sub(1).and_then(|before| slice.get(before)) {
            self.path.replace(Step::Value(key));
        }
        if let Some(&value) = slice.get(entries.next) {
            self.at = value;
        }
        entries.next += 1;
        Ok(())
    }

    fn begin_tuple(&mut self, len: usize) -> Result<Elements<'g>> {
        let elements = match self.slot().kind() {
            graph::Kind::Tuple | graph::Kind::List => self.graph.items(self.at),
            _ => return Err(self.mismatch(&format!("tuple of {len}"))),
        };
        if elements.len() != len {
            return Err(self.mismatch(&format!("tuple of {len}")));
        }
        self.enter(Step::Index(0))?;
        Ok(Elements { node: self.at, elements, next: 0 })
    }

    fn next_element(&mut self, elements: &mut Elements<'g>) -> Result<()> {
        self.path.replace(Step::Index(elements.next));
        if let Some(&element) = elements.elements.get(elements.next) {
            self.at = element;
        }
        elements.next += 1;
        Ok(())
    }

    fn end_tuple(&mut self, elements: Elements<'g>) -> Result<()> {
        self.at = elements.node;
        self.leave();
        Ok(())
    }

    #[inline(always)]
    fn begin_object(&mut self, class: &'static Class) -> Result<instance::Object<'g>> {
        let begins = std::mem::replace(&mut self.begins, Begins::Whole);
        if let Begins::BaseAmong(entries) = begins {
            self.enter(Step::Object(class))?;
            return Ok(instance::Object::mapping(self.at, class, entries).into_base());
        }
        let is_base = matches!(begins, Begins::Base);
        if !is_base
            && let Some([callable, args, state]) = self.graph.plain_object(self.at)
            && self.known.class(std::slice::from_ref(class), callable).is_some()
        {
            self.enter(Step::Object(class))?;
            return Ok(instance::Object::plain(self.graph, self.at, class, args, state));
        }
        // A clone is made field by field, where it is used. Of the object as a whole the compiler would
        // make a copy in wide words, also where the narrow fields were stored just before, and wait for
        // each to arrive: a sixth of the route's time.
        let object = self.begin_object_slow(class, is_base)?;
        Ok(object.clone())
    }

    fn begin_variant(
        &mut self,
        classes: &'static [Class],
    ) -> Result<(usize, instance::Object<'g>)> {
        let Some((variant, object)) = self.object_of(classes) else {
            return Err(self.other_class(classes));
        };
        self.enter(Step::Object(object.class))?;
        Ok((variant, object))
    }

    fn find_variant(
        &mut self,
        classes: &'static [Class],
    ) -> Result<Option<(usize, instance::Object<'g>)>> {
        match self.object_of(classes) {
            Some(_) => self.begin_variant(classes).map(Some),
            None => Ok(None),
        }
    }

    fn begin_member(&mut self, class: &'static Class) -> Result<Member<instance::Object<'g>>> {
        match spelling::member(self.graph, self.names, self.at, class) {
            Some(name) => {
                self.visit(name.len())?;
                Ok(Member::Named(class.attribute_index(&name), name))
            }
            None => self.begin_object(class).map(Member::Called),
        }
    }

    fn begin_args(&mut self, object: &mut instance::Object<'g>, expected: usize) -> Result<usize> {
        object.fit_args(self.graph, expected);
        Ok(object.arg_count(self.graph))
    }

    fn next_arg(&mut self, object: &mut instance::Object<'g>) -> Result<()> {
        let class = object.class;
        match object.next_arg(self.graph) {
            Some((index, arg)) => {
                self.path.replace(Step::Argument(class, index));
                self.at = arg;
                Ok(())
            }
            None => Err(self.mismatch("one more constructor argument")),
        }
    }

    fn more_args(&mut self, object: &mut instance::Object<'g>) -> Result<bool> {
        let more = object.arg_count(self.graph) > 0;
        if more {
            self.next_arg(object)?;
        }
        Ok(more)
    }

    fn end_args(&mut self, object: &mut instance::Object<'g>) -> Result<()> {
        self.go_to(object);
        Ok(())
    }

    fn list_items(
        &mut self,
        object: &mut instance::Object<'g>,
        _starts: Starts,
    ) -> Result<Items<'g>> {
        self.enter(Step::Index(0))?;
        Ok(Items { node: object.node, items: object.list(self.graph), next: 0 })
    }

    fn dict_items(&mut self, object: &mut instance::Object<'g>) -> Result<Entries<'g>> {
        self.enter(Step::Key(object.node))?;
        Ok(Entries { node: object.node, entries: object.dict(self.graph), next: 0 })
    }

    fn begin_keywords(&mut self, object: &mut instance::Object<'g>) -> Result<()> {
        self.end_args(object)
    }

    fn next_keyword(&mut self, object: &mut instance::Object<'g>) -> Result<Option<usize>> {
        match object.next_keyword(self.graph) {
            Some((key, value)) => {
                self.go_to(object);
                let index = self.attribute_index(object.class, object.class.attributes.len(), key);
                self.go_to_attribute(object.class, key, value);
                Ok(Some(index))
            }
            None => self.end_args(object).map(|()| None),
        }
    }

    #[inline(always)]
    fn next_attribute(&mut self, object: &mut instance::Object<'g>) -> Result<Option<usize>> {
        while let Some((key, value)) = object.named()
            && let Some(index) = self.known.attribute(object.class, key)
        {
            object.pass();
            if object.takes(index) {
                self.go_to_attribute(object.class, key, value);
                return Ok(Some(index));
            }
        }
        if object.is_last() {
            self.go_to(object);
            return Ok(None);
        }
        self.next_attribute_slow(object)
    }

    fn begin_state(&mut self, object: &mut instance::Object<'g>) -> Result<bool> {
        match instance::last_state(self.graph, object.node) {
            Some(state) => {
                self.path.replace(Step::State(object.class));
                self.at = state;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn begin_any(&mut self) -> Result<AnyObject<instance::Object<'g>>> {
        if let Some((module, name)) = spelling::global_name(self.graph, self.names, self.at) {
            self.visit(module.len() + name.len())?;
            return Ok(AnyObject { module, name, made: None });
        }
        let Some(unknown) = instance::Object::of_any(self.graph, self.names, self.at) else {
            return Err(self.mismatch("a value that a tree can hold; a `Graph` holds any"));
        };
        let (module, name) = unknown.name;
        self.visit(module.len() + name.len())?;
        self.enter(Step::Object(unknown.object.class))?;
        Ok(AnyObject { module, name, made: Some((unknown.is_new, unknown.object)) })
    }

    fn begin_kwargs(&mut self, object: &mut instance::Object<'g>) -> Result<bool> {
        match object.kwargs() {
            Some(kwargs) => {
                self.at = kwargs;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn spend(&mut self, steps: usize) -> Result<()> {
        self.visit(steps)
    }

    fn peek_bytearray(&mut self) -> Result<bool> {
        Ok(match self.node() {
            Node::ByteArray(_) | Node::Buffer { readonly: false, .. } => true,
            Node::Object(_) => builtin::is_bytearray(self.graph, self.at),
            _ => false,
        })
    }

    fn reread<T: Reconstruct<'de>>(&mut self, pickle: &[u8]) -> Result<T> {
        let (graph, _) = machine::load(pickle, &self.settings.limits)?;
        let graph = graph.into_owned();
        let mut inner = GraphLoader::new(&graph, graph.root_id(), 0, self.settings);
        (inner.visits, inner.depth, inner.is_reread) = (self.visits, self.depth, true);
        let value = inner.read();
        self.visits = inner.visits;
        value.map_err(|error| {
            let path = self.path.display(self.graph);
            error.in_place_of(self.graph.offset(self.at), &path)
        })
    }

    fn take_reread(&mut self) -> bool {
        std::mem::take(&mut self.is_reread)
    }

    fn begin_tree(&mut self) -> Result<()> {
        // The limit of depth keeps this short.
        if self.trees.contains(&self.at) {
            return Err(self.locate(Error::new(ErrorKind::Cycle {
                through: self.node().describe().into(),
                expected: "a tree; a `Graph` holds cycles".into(),
            })));
        }
        self.trees.push(self.at);
        Ok(())
    }

    fn end_tree(&mut self) {
        self.trees.pop();
    }

    fn end_object(&mut self, object: instance::Object<'g>) -> Result<()> {
        self.at = object.node;
        self.leave();
        Ok(())
    }

    fn load_persistent_id<I: Reconstruct<'de>>(&mut self) -> Result<I> {
        let Node::Persistent(id) = self.node() else {
            return Err(self.mismatch("a persistent id"));
        };
        self.enter(Step::PersistentId)?;
        let at = std::mem::replace(&mut self.at, id);
        let value = deeper(|| I::reconstruct(self))?;
        self.at = at;
        self.leave();
        Ok(value)
    }

    fn is_persistent_id(&self) -> bool {
        matches!(self.node(), Node::Persistent(_))
    }

    fn load_shared<P: Clone + 'static>(
        &mut self,
        make: impl FnOnce(&mut Self) -> Result<P>,
    ) -> Result<P> {
        let key = (self.at, TypeId::of::<P>());
        match self.pointers.get(&key) {
            Some(Progress::Finished(pointer)) => {
                if let Some(pointer) = pointer.downcast_ref::<P>() {
                    return Ok(pointer.clone());
                }
            }
            Some(Progress::Pending) => {
                return Err(self.locate(Error::new(ErrorKind::Cycle {
                    through: "an object that is still being made".into(),
                    expected: "the reference back in a RefCell, Mutex, RwLock or OnceCell, \
                               such as `RefCell<Weak<T>>`"
                        .into(),
                })));
            }
            None => {}
        }
        self.pointers.insert(key, Progress::Pending);
        match make(self) {
            Ok(pointer) => {
                self.pointers.insert(key, Progress::Finished(Box::new(pointer.clone())));
                Ok(pointer)
            }
            Err(error) => {
                self.pointers.remove(&key);
                Err(error)
            }
        }
    }

    fn load_global<T>(
        &mut self,
        find: impl FnOnce(Option<&Registry>, &str, &str) -> Option<T>,
        expected: impl FnOnce() -> String,
    ) -> Result<T> {
        let global = spelling::global_name(self.graph, self.names, self.at);
        let (module, name) = global.unwrap_or_default();
        self.visit(module.len() + name.len())?;
        let is_global = !name.is_empty();
        let found = is_global.then(|| find(self.settings.registry, &module, &name)).flatten();
        found.ok_or_else(|| self.mismatch(&expected()))
    }

    fn load_implementor<P: Pointer>(&mut self) -> Result<P> {
        match self.find_implementor::<P::Target>() {
            Ok(implementor) => (P::load_of(implementor).general)(self),
            Err(expected) => Err(self.mismatch(&expected)),
        }
    }

    fn relink_implementor<D: ?Sized + 'static>(&mut self, value: &D) -> Result<()> {
        match self.find_implementor::<D>() {
            Ok(implementor) => (implementor.relink)(value, self),
            Err(_) => Ok(()),
        }
    }

    fn load_in_cell<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        let here = self.position();
        T::reconstruct(self).or_else(|error| {
            if !matches!(error.kind(), ErrorKind::Cycle { .. }) {
                return Err(error);
            }
            let vacant = T::vacant().ok_or(error)?;
            self.go_back(here);
            self.vacancies.insert(here.at);
            Ok(vacant)
        })
    }

    fn refill<T: Reconstruct<'de>>(&mut self) -> Result<Option<T>> {
        if !self.vacancies.contains(&self.at) {
            return Ok(None);
        }
        let here = self.position();
        let value = T::reconstruct(self)?;
        self.go_back(here);
        self.filled.insert(self.at);
        Ok(Some(value))
    }

    fn first_visit<P: 'static>(&mut self) -> bool {
        self.relinked.insert((self.at, TypeId::of::<P>()))
    }

    fn either<T>(
        &mut self,
        first: impl FnOnce(&mut Self) -> Result<T>,
        second: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        let (here, begins) = (self.position(), self.begins);
        first(self).or_else(|error| {
            self.go_back(here);
            self.begins = begins;
            second(self).map_err(|other| if reach(&other) > reach(&error) { other } else { error })
        })
    }

    fn located<T>(&mut self, make: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let here = self.position();
        make(self).map_err(|error| {
            self.go_back(here);
            self.locate(error)
        })
    }

    fn is_mapping(&self) -> bool {
        builtin::mapping_items(self.graph, self.at).is_some()
    }

    fn mismatch(&mut self, expected: &str) -> Error {
        let found = describe::node(self.graph, self.names, self.at);
        let mut way_out = describe::way_out(self.graph, self.settings, self.at).to_owned();
        // Who expects a class, or tells a way out, has said what there is to do.
        if way_out.is_empty() && !expected.ends_with(" object") && !expected.contains(';') {
            way_out = describe::stand_in(self.graph, self.names, self.at);
        }
        let error = Error::mismatch(found, format!("{expected}{way_out}"));
        self.graph.locate(self.at, error).within(self.path.display(self.graph))
    }

    fn locate(&self, error: Error) -> Error {
        let mut path = self.path.display(self.graph);
        // Behind an object that is the root, the path is empty; its class still says where.
        if let (true, Some((_, name))) =
            (path.is_empty(), spelling::class_name(self.graph, self.names, self.at))
        {
            path = name;
        }
        self.graph.locate(self.at, error).within(path)
    }

    #[inline(always)]
    fn overridden<T: 'static>(&mut self) -> Option<Result<T>> {
        let registry = self.settings.registry?;
        match self.begins {
            Begins::Whole => registry.load_general(self),
            // A base is attributes, whatever its type is elsewhere.
            Begins::Base | Begins::BaseAmong(_) => None,
        }
    }

    fn in_base<T>(
        &mut self,
        object: &mut instance::Object<'g>,
        make: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.go_to(object);
        self.begins = match object.only_entries() {
            Some(entries) => Begins::BaseAmong(entries),
            None => Begins::Base,
        };
        let made = make(self);
        self.begins = Begins::Whole;
        self.at = object.node;
        made
    }

    fn attribute_name(&self) -> String {
        self.path.attribute(self.graph)
    }

    fn unknown_attributes(&self, class: &'static Class) -> Vec<String> {
        const FEW: usize = 3;
        // Where there are bases, what one class does not know another one may.
        let classes = std::slice::from_ref(class);
        let is_whole = class.is_dict
            || instance::Object::of(self.graph, self.names, self.at, classes).is_some();
        if class.has_bases || !is_whole {
            return Vec::new();
        }
        let here = NodeRef::new(self.graph, self.at);
        let keys = here.entries().filter(|_| class.is_dict).filter_map(|(key, _)| key.as_str());
        let names = here.attributes().map(|(name, _)| name).chain(keys);
        let unknown = names.filter(|name| class.attribute_index(name) == class.attributes.len());
        unknown.take(FEW).map(str::to_owned).collect()
    }
}

/// How far reading came before an error: what a constructor says it says of all of its arguments.
fn reach(error: &Error) -> (bool, Option<u64>) {
    (matches!(error.kind(), ErrorKind::Custom(_)), error.offset())
}
