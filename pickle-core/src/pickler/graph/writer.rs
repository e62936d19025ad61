//! The walk over a graph that writes it.

use std::slice;

use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::graph::{Graph, How, Kind, Node, NodeId, ObjectRef, Slot, Text};
use crate::limits::Limits;
use crate::opcode::op;
use crate::pickler::graph::Profile;
use crate::pickler::graph::batch::{Batches, ItemKind};
use crate::pickler::graph::respell::respell;
use crate::pickler::graph::sharing::Sharing;
use crate::protocol::Protocol;
use crate::wire::encode::Encoder;

/// Writes one pickle of a graph, in the spelling that the encoder's protocol has for its values.
pub(crate) fn write(
    graph: &Graph<'_>,
    encoder: &mut Encoder<'_>,
    profile: Profile,
    fix_imports: bool,
    limits: &Limits,
) -> Result<()> {
    let protocol = encoder.protocol();
    let respelled = respell(graph, protocol, profile, fix_imports)?;
    let graph = respelled.as_ref().unwrap_or(graph);
    let sharing = Sharing::new(graph, profile, protocol);
    if profile == Profile::CPython36 {
        encoder.write_as_3_6();
    }
    encoder.begin();
    let mut writer = Writer {
        graph,
        sharing: &sharing,
        profile,
        protocol,
        // Pages of zeros that nothing is stored in take no memory.
        memo: vec![NEW; graph.len()],
        filling: vec![false; graph.len()],
        again: FxHashSet::default(),
        memoized: 0,
        items: [].iter(),
        tasks: vec![Task::Save(graph.root_id())],
        buffers: 0,
        restarts: limits.replays,
        encoder,
    };
    writer.run()?;
    encoder.end()
}

/// The walk. It does as `save` of `pickle.py` does, with a stack of its own.
struct Writer<'w, 'g, 'de, 'e> {
    graph: &'g Graph<'de>,
    encoder: &'w mut Encoder<'e>,
    sharing: &'g Sharing,
    profile: Profile,
    protocol: Protocol,
    /// For each node its memo index plus one, or how far it is.
    memo: Vec<u32>,
    /// The lists, dicts and sets that are in the memo and do not have all their items yet.
    filling: Vec<bool>,
    /// The tuples that are written again while they are being written.
    again: FxHashSet<NodeId>,
    memoized: u32,
    /// What is written next, before the tasks.
    items: slice::Iter<'g, NodeId>,
    tasks: Vec<Task<'g>>,
    buffers: u32,
    /// How many parts of values may still be written again because they are reached through
    /// themselves.
    restarts: usize,
}

/// A node that was not met yet.
const NEW: u32 = 0;

/// A node that is being written and cannot be referred to yet.
const STARTED: u32 = u32::MAX;

/// What is still to be done, last things first.
enum Task<'g> {
    Save(NodeId),
    Each(slice::Iter<'g, NodeId>),
    Batches(NodeId, Batches<'g>),
    /// Opcodes as they are.
    Ops(&'static [u8]),
    EndTuple(NodeId, usize),
    EndFrozenSet(NodeId),
    /// The opcode that makes an object of what was written.
    EndCall(NodeId, u8),
    /// The names of the class of an old-style instance.
    EndInstance(NodeId),
    EndGlobal(NodeId),
    /// The end of what a state setter is called with, `(object, state)`.
    EndSetter,
}

impl<'g> Writer<'_, 'g, '_, '_> {
    fn run(&mut self) -> Result<()> {
        loop {
            while let Some(&id) = self.items.next() {
                self.save(id)?;
            }
            match self.tasks.pop() {
                Some(task) => self.finish(task)?,
                None => return Ok(()),
            }
        }
    }

    /// Puts off the rest of the items until the tasks that follow are done.
    fn suspend(&mut self) {
        let rest = std::mem::take(&mut self.items);
        if rest.len() > 0 {
            self.tasks.push(Task::Each(rest));
        }
    }

    fn finish(&mut self, task: Task<'g>) -> Result<()> {
        match task {
            Task::Save(id) => return self.save(id),
            Task::Each(items) => self.items = items,
            Task::Batches(id, mut batches) => {
                if let Some(opcode) = batches.end_batch() {
                    self.encoder.op(opcode);
                }
                match batches.next() {
                    Some(batch) => {
                        if batch.is_marked {
                            self.encoder.op(op::MARK);
                        }
                        self.tasks.push(Task::Batches(id, batches));
                        self.items = batch.items.iter();
                    }
                    None => self.set_filling(id, false),
                }
            }
            Task::Ops(opcodes) => self.encoder.raw(opcodes),
            Task::EndTuple(id, len) => self.end_tuple(id, len),
            Task::EndFrozenSet(id) => match self.memo_index(id) {
                Some(index) => {
                    self.encoder.op(op::POP_MARK);
                    self.encoder.get(index);
                }
                None => {
                    self.encoder.op(op::FROZENSET);
                    self.memoize(id);
                }
            },
            Task::EndCall(id, opcode) => {
                self.encoder.op(opcode);
                self.end_object(id);
            }
            Task::EndInstance(id) => {
                let class = self.graph.object(id).and_then(|it| self.graph.global(it.callable()));
                let (module, name) = class.unwrap_or_default();
                self.encoder.instance_lines(module, name)?;
                self.end_object(id);
            }
            Task::EndGlobal(id) => {
                self.encoder.op(op::STACK_GLOBAL);
                self.memoize(id);
            }
            Task::EndSetter => {
                self.end_setter_arguments();
                self.encoder.code([op::REDUCE, op::POP]);
            }
        }
        Ok(())
    }

    /// Writes a value, or as much of it as comes before its parts.
    #[inline]
    fn save(&mut self, id: NodeId) -> Result<()> {
        if self.encoder.is_full() {
            self.encoder.roll()?;
        }
        let slot = self.graph.slot(id);
        match slot.kind() {
            Kind::None => self.encoder.none(),
            Kind::Bool => self.encoder.bool(slot.as_bool()),
            Kind::Int => self.encoder.int(self.graph.int_of(slot)),
            Kind::Float => self.encoder.float(self.graph.float_of(slot)),
            Kind::Long => self.encoder.long(self.graph.bytes_of(slot))?,
            _ if self.sharing.is_met_once(id) => self.save_new(id, slot)?,
            _ => {
                let known = self.sharing.representative(id);
                match self.entry(known) {
                    Some(index) => self.encoder.get(index),
                    None => self.save_new(known, self.graph.slot(known))?,
                }
            }
        }
        Ok(())
    }

    /// Writes a value that is not in the memo.
    fn save_new(&mut self, id: NodeId, slot: Slot) -> Result<()> {
        let graph = self.graph;
        match slot.kind() {
            Kind::Str if self.encoder.is_binary() => {
                self.encoder.unicode_bytes(graph.bytes_of(slot))?;
            }
            Kind::Str => self.encoder.unicode(Text::new(graph.bytes_of(slot)).as_str())?,
            Kind::Wtf8 => self.encoder.wide_unicode(graph.bytes_of(slot))?,
            Kind::Str8 => self.encoder.str8(graph.bytes_of(slot))?,
            Kind::Bytes => self.encoder.bytes(graph.bytes_of(slot))?,
            Kind::ByteArray => self.encoder.bytearray(graph.bytes_of(slot))?,
            Kind::List => {
                self.encoder.empty_list();
                self.push_batches(id, graph.items(id), ItemKind::List, true);
            }
            Kind::Dict => {
                self.encoder.empty_dict();
                self.push_batches(id, graph.entries(id), ItemKind::Dict, true);
            }
            Kind::Set => {
                self.encoder.op(op::EMPTY_SET);
                self.push_batches(id, self.sharing.members(graph, id), ItemKind::Set, true);
            }
            Kind::FrozenSet => return self.begin_frozenset(id),
            Kind::Tuple => return self.begin_tuple(id),
            Kind::Global => return self.begin_global(id, graph.names_of(slot)),
            Kind::Extension => {
                self.need(Protocol::V2, "an extension code")?;
                self.encoder.extension(slot.as_extension());
                return Ok(());
            }
            Kind::Persistent => return self.begin_persistent(slot.as_id()),
            Kind::Buffer => return self.buffer(id, slot.as_buffer()),
            Kind::Object => return self.begin_object(id),
            Kind::None | Kind::Bool | Kind::Int | Kind::Long | Kind::Float => return Ok(()),
        }
        self.memoize(id);
        Ok(())
    }

    #[inline]
    fn memo_index(&self, id: NodeId) -> Option<u32> {
        if self.sharing.is_met_once(id) {
            return None;
        }
        self.entry(id)
    }

    /// The memo index of a node that may be met more than once.
    #[inline]
    fn entry(&self, id: NodeId) -> Option<u32> {
        let entry = self.memo.get(id.index()).copied().filter(|&entry| entry < STARTED)?;
        entry.checked_sub(1)
    }

    /// Stores the top of the stack in the memo, if the profile does.
    #[inline]
    fn memoize(&mut self, id: NodeId) {
        if self.sharing.memoizes(id)
            && let Some(slot) = self.memo.get_mut(id.index())
        {
            *slot = self.memoized + 1;
            self.encoder.put(self.memoized);
            self.memoized += 1;
        }
    }

    /// Notes that a value is being written which comes into the memo after its parts only; tells
    /// whether it was already.
    ///
    /// It may be reached again through one of them (recursive tuples, `save_tuple` of `pickle.py`),
    /// and each time something else has come into the memo since, or it never ends.
    fn start(&mut self, id: NodeId, parts: usize) -> Result<bool> {
        let Some(slot) = self.memo.get_mut(id.index()) else { return Ok(false) };
        let is_restart = *slot == STARTED;
        *slot = STARTED;
        if is_restart {
            self.spend(parts + 1)?;
        }
        Ok(is_restart)
    }

    fn spend(&mut self, parts: usize) -> Result<()> {
        let Some(left) = self.restarts.checked_sub(parts) else {
            return Err(Error::unrepresentable(
                "a value that consists of itself",
                "one that is reached through a list, a dict, a set or the state of an object",
            ));
        };
        self.restarts = left;
        Ok(())
    }

    fn set_filling(&mut self, id: NodeId, filling: bool) {
        if self.sharing.is_met_once(id) {
            return;
        }
        if let Some(slot) = self.filling.get_mut(id.index()) {
            *slot = filling;
        }
    }

    /// Makes the arguments of an object that is reached through them be written anew, as far as
    /// they are incomplete: its call would get a list without the items that are still to come.
    ///
    /// Python reduces the object a second time then, and has new arguments by that. Only a list
    /// that leads to the object directly cannot be had complete, and stays what it is.
    fn renew_arguments(&mut self, object: NodeId, args: NodeId) -> Result<()> {
        let mut work = vec![args];
        while let Some(id) = work.pop() {
            let is_tuple = self.memo.get(id.index()) == Some(&STARTED)
                && matches!(self.graph.node(id), Node::Tuple(_));
            let is_filling = self.filling.get(id.index()) == Some(&true);
            if !is_tuple && (!is_filling || self.leads_to(id, object)?) {
                continue;
            }
            if is_tuple {
                self.again.insert(id);
            }
            self.set_filling(id, false);
            if let Some(slot) = self.memo.get_mut(id.index()) {
                *slot = NEW;
            }
            self.graph.each_child(id, |child| work.push(child));
        }
        Ok(())
    }

    /// Whether an object is met on the way through everything that has to be written for a node.
    fn leads_to(&mut self, from: NodeId, object: NodeId) -> Result<bool> {
        let mut seen = FxHashSet::default();
        let mut work = vec![from];
        while let Some(id) = work.pop() {
            if id == object {
                return Ok(true);
            }
            let is_complete =
                self.memo_index(id).is_some() && self.filling.get(id.index()) == Some(&false);
            if !is_complete && seen.insert(id) {
                self.spend(1)?;
                self.graph.each_child(id, |child| work.push(child));
            }
        }
        Ok(false)
    }

    fn need(&self, protocol: Protocol, what: &'static str) -> Result<()> {
        if self.protocol >= protocol {
            return Ok(());
        }
        let number = protocol.number();
        Err(Error::unrepresentable(
            format!("{what} at protocol {}", self.protocol.number()),
            format!("protocol {number} or later"),
        ))
    }

    fn push_batches(&mut self, id: NodeId, items: &'g [NodeId], kind: ItemKind, is_exact: bool) {
        if !items.is_empty() {
            self.suspend();
            let batches = Batches::new(items, kind, is_exact, self.profile, self.protocol);
            self.tasks.push(Task::Batches(id, batches));
            self.set_filling(id, is_exact);
        }
    }

    fn begin_tuple(&mut self, id: NodeId) -> Result<()> {
        let items = self.graph.items(id);
        self.encoder.before_tuple(items.len());
        if items.is_empty() {
            self.encoder.after_tuple(0);
            return Ok(());
        }
        self.start(id, items.len())?;
        self.suspend();
        self.tasks.push(Task::EndTuple(id, items.len()));
        self.items = items.iter();
        Ok(())
    }

    /// Ends a tuple, or throws its items away when it was reached through one of them.
    fn end_tuple(&mut self, id: NodeId, len: usize) {
        let Some(index) = self.memo_index(id) else {
            self.encoder.after_tuple(len);
            self.memoize(id);
            return;
        };
        if self.again.contains(&id) {
            self.encoder.after_tuple(len);
            if self.sharing.memoizes(id) {
                self.encoder.put(self.memoized);
                self.memoized += 1;
            }
            return;
        }
        if self.protocol >= Protocol::V1 && (len > 3 || self.protocol < Protocol::V2) {
            self.encoder.op(op::POP_MARK);
        } else {
            // Protocol 0 has no POP_MARK, but a POP on nothing drops the mark.
            let mark = usize::from(self.protocol < Protocol::V1);
            (0..len + mark).for_each(|_| self.encoder.op(op::POP));
        }
        self.encoder.get(index);
    }

    fn begin_frozenset(&mut self, id: NodeId) -> Result<()> {
        let members = self.sharing.members(self.graph, id);
        self.start(id, members.len())?;
        self.encoder.op(op::MARK);
        self.suspend();
        self.tasks.push(Task::EndFrozenSet(id));
        self.items = members.iter();
        Ok(())
    }

    fn begin_global(&mut self, id: NodeId, [module, name]: [NodeId; 2]) -> Result<()> {
        if self.protocol >= Protocol::V4 {
            self.suspend();
            self.tasks.push(Task::EndGlobal(id));
            self.tasks.push(Task::Save(name));
            return self.save(module);
        }
        let (module, name) = self.graph.global(id).unwrap_or_default();
        self.encoder.global_lines(module, name)?;
        self.memoize(id);
        Ok(())
    }

    fn begin_persistent(&mut self, id: NodeId) -> Result<()> {
        if self.protocol >= Protocol::V1 {
            self.suspend();
            self.tasks.push(Task::Ops(&[op::BINPERSID]));
            self.tasks.push(Task::Save(id));
            return Ok(());
        }
        let node = self.graph.node(id);
        let Node::Str(id) = node else {
            return Err(Error::unrepresentable(
                format!("{} as a persistent id at protocol 0", node.describe()),
                "a str, or protocol 1 or later",
            ));
        };
        self.encoder.persistent_line(&id)
    }

    /// Buffers come from outside in the order in which the pickle asks for them.
    fn buffer(&mut self, id: NodeId, (index, readonly): (u32, bool)) -> Result<()> {
        self.need(Protocol::V5, "an out-of-band buffer")?;
        if index != self.buffers {
            return Err(Error::unrepresentable(
                format!("buffer {index} after {} others", self.buffers),
                "buffers in their order, each once",
            ));
        }
        self.buffers += 1;
        self.encoder.op(op::NEXT_BUFFER);
        if readonly {
            self.encoder.op(op::READONLY_BUFFER);
        }
        if self.sharing.is_shared(id) {
            self.memoize(id);
        }
        Ok(())
    }

    fn begin_object(&mut self, id: NodeId) -> Result<()> {
        let Some(object) = self.graph.object(id) else { return Ok(()) };
        let args = self.graph.items(object.args());
        if self.start(id, args.len())? {
            self.renew_arguments(id, object.args())?;
        }
        self.suspend();
        match object.how() {
            How::Reduce => self.begin_call(id, &object, op::REDUCE),
            How::NewObj => self.begin_call(id, &object, op::NEWOBJ),
            How::NewObjEx => self.begin_call(id, &object, op::NEWOBJ_EX),
            How::Inst => {
                self.encoder.op(op::MARK);
                self.tasks.push(Task::EndInstance(id));
                self.items = args.iter();
            }
            How::Obj => {
                self.encoder.op(op::MARK);
                self.tasks.push(Task::EndCall(id, op::OBJ));
                self.tasks.push(Task::Each(args.iter()));
                self.tasks.push(Task::Save(object.callable()));
            }
        }
        Ok(())
    }

    fn begin_call(&mut self, id: NodeId, object: &ObjectRef<'g>, opcode: u8) {
        self.tasks.push(Task::EndCall(id, opcode));
        self.tasks.extend(object.kwargs().map(Task::Save));
        self.tasks.push(Task::Save(object.args()));
        self.tasks.push(Task::Save(object.callable()));
    }

    /// Memoizes an object, and goes on with what is done to it (`save_reduce` of `pickle.py`).
    fn end_object(&mut self, id: NodeId) {
        match self.memo_index(id) {
            Some(index) => {
                // It was reached through its own arguments: the first one stays.
                self.encoder.op(op::POP);
                self.encoder.get(index);
                return;
            }
            None => self.memoize(id),
        }
        let Some(object) = self.graph.object(id) else { return };
        let (before, after) =
            object.states().split_at_checked(object.states_before_items()).unwrap_or_default();
        for &setter in object.setters().iter().rev() {
            self.push_setter(id, setter);
        }
        self.push_states(after);
        self.push_batches(id, object.set_items(), ItemKind::Set, false);
        self.push_batches(id, object.dict_items(), ItemKind::Dict, false);
        self.push_batches(id, object.list_items(), ItemKind::List, false);
        self.push_states(before);
    }

    fn push_states(&mut self, states: &'g [NodeId]) {
        for &state in states.iter().rev() {
            self.tasks.push(Task::Ops(&[op::BUILD]));
            self.tasks.push(Task::Save(state));
        }
    }

    /// The call of a state setter, of which nothing is memoized.
    fn push_setter(&mut self, id: NodeId, setter: NodeId) {
        let Some(call) = self.graph.object(setter) else { return };
        let [_, state] = self.graph.items(call.args()) else { return };
        self.tasks.push(Task::EndSetter);
        self.tasks.push(Task::Save(*state));
        self.tasks.push(Task::Save(id));
        if !self.has_short_tuples() {
            self.tasks.push(Task::Ops(&[op::MARK]));
        }
        self.tasks.push(Task::Save(call.callable()));
    }

    fn end_setter_arguments(&mut self) {
        self.encoder.op(if self.has_short_tuples() { op::TUPLE2 } else { op::TUPLE });
    }

    /// Whether a state setter gets its arguments by `TUPLE2`, which `CPython` writes at every
    /// protocol there.
    fn has_short_tuples(&self) -> bool {
        self.protocol >= Protocol::V2 || self.profile != Profile::Canonical
    }
}
