//! What values become in another protocol.
//!
//! A protocol has no instruction for some values, and Python writes calls for them there (a set
//! below protocol 4 is `set([…])`). A graph whose pickle had an older protocol may hold such calls
//! in place of values that the new one has instructions for. Both ways are gone here, on a copy of
//! the graph, so that the writer meets only what its protocol can write.

mod names;
mod newer;
mod older;

use std::collections::HashMap;

use foldhash::quality::RandomState;
use rustc_hash::FxHashSet;

use crate::error::Result;
use crate::graph::{Graph, How, Kind, NodeId, Slot};
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;
use names::Role;

/// The graph as the target protocol spells it; `None` when that is how it is spelled already.
///
/// Canonically, what is a call below protocol 4 becomes the value first that it stands for, whatever
/// the protocol it comes from, and only then the calls that the target has for it: as values, equal
/// ones are found and sets are sorted.
pub(super) fn respell<'g>(
    graph: &'g Graph<'_>,
    target: Protocol,
    profile: Profile,
    fix_imports: bool,
) -> Result<Option<Graph<'g>>> {
    let source = graph.protocol();
    let by_value = profile == Profile::Canonical && target < Protocol::V4;
    // What has neither names nor calls is spelled alike where the target has all instructions.
    let kinds = graph.kinds();
    if !older::SPELLED.into_iter().any(|(kind, since)| kinds.has(kind) && target < since)
        && ![Kind::Global, Kind::Extension, Kind::Object].into_iter().any(|kind| kinds.has(kind))
    {
        return Ok(None);
    }
    let concerns = |id| {
        older::concerns(graph, id, target, |_| source >= Protocol::V4)
            || by_value && graph.object(id).is_some()
    };
    if source == target && !graph.ids().any(concerns) {
        return Ok(None);
    }
    let dotted = if source < Protocol::V4 { dotted(graph) } else { FxHashSet::default() };
    let graph = graph.reborrow();
    let names = HashMap::default();
    let mut respelling = Respelling { source, target, fix_imports, by_value, graph, dotted, names };
    respelling.rename()?;
    if target < Protocol::V4 && source >= Protocol::V4 {
        respelling.tell_calls_of_getattr();
    }
    if source < target || by_value {
        respelling.upgrade()?;
    }
    if by_value {
        respelling.graph.unify_atoms(&respelling.dotted);
        respelling.graph.sort_sets();
    }
    respelling.downgrade()?;
    Ok(Some(respelling.graph))
}

/// The globals whose names have dots.
fn dotted(graph: &Graph<'_>) -> FxHashSet<NodeId> {
    let is_dotted = |id: &NodeId| graph.global(*id).is_some_and(|(_, name)| name.contains('.'));
    graph.ids().filter(is_dotted).collect()
}

/// A graph on its way from one protocol to another. Ids stay what they are; what the new spelling
/// needs in addition comes after all others.
struct Respelling<'g> {
    source: Protocol,
    target: Protocol,
    fix_imports: bool,
    /// Whether calls become values even if the target has no instruction for those.
    by_value: bool,
    graph: Graph<'g>,
    /// Globals with dots in their names that are no nested classes, as the source has no
    /// instruction for those.
    dotted: FxHashSet<NodeId>,
    /// Names that were added, one node for each text in a role. Randomly seeded, as a pickle chooses
    /// the texts.
    names: HashMap<(Role, String), NodeId, RandomState>,
}

impl Respelling<'_> {
    /// Whether calls become what a protocol has instructions for: the target has them, and the
    /// source had not.
    fn gains(&self, protocol: Protocol) -> bool {
        self.by_value || self.source < protocol && protocol <= self.target
    }

    fn add(&mut self, slot: Slot) -> Result<NodeId> {
        self.graph.push(slot, 0)
    }

    fn add_tuple(&mut self, items: &[NodeId]) -> Result<NodeId> {
        let span = self.graph.span(items.iter().copied())?;
        self.add(Slot::container(Kind::Tuple, span))
    }

    fn add_call(&mut self, callable: NodeId, args: &[NodeId]) -> Result<NodeId> {
        let args = self.add_tuple(args)?;
        self.graph.push_object(How::Reduce, callable, args, None, 0)
    }

    /// Makes a node the result of a call.
    fn become_call(&mut self, id: NodeId, callable: NodeId, args: &[NodeId]) -> Result<()> {
        let call = self.add_call(callable, args)?;
        self.graph.set_slot(id, self.graph.slot(call));
        Ok(())
    }
}
