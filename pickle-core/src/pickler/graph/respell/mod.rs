//! What values become in another protocol.
//!
//! A protocol has no instruction for some values, and Python writes calls for them there (a set
//! below protocol 4 is `set([…])`). A graph whose pickle had an older protocol may hold such calls
//! in place of values that the new one has instructions for. Both ways are gone here, on a copy of
//! the graph, so that the writer meets only what its protocol can write.

mod names;
mod newer;
mod older;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::graph::{Graph, How, Node, NodeId};
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;
use names::Role;

/// The graph as the target protocol spells it; `None` when that is how it is spelled already.
pub(super) fn respell<'g>(
    graph: &'g Graph<'_>,
    target: Protocol,
    profile: Profile,
    fix_imports: bool,
) -> Result<Option<Graph<'g>>> {
    let source = graph.protocol();
    let is_canonical = profile == Profile::Canonical && target < Protocol::V4;
    let concerns = |id| {
        older::concerns(graph, id, source, target) || is_canonical && graph.object(id).is_some()
    };
    if source == target && !graph.ids().any(concerns) {
        return Ok(None);
    }
    let graph = graph.reborrow();
    let mut respelling = Respelling {
        source,
        target,
        fix_imports,
        is_canonical,
        graph,
        names: FxHashMap::default(),
    };
    respelling.rename()?;
    if source < target || is_canonical {
        respelling.upgrade()?;
    }
    if is_canonical {
        // As calls, they are not known any more.
        respelling.graph.unify_atoms();
        respelling.graph.sort_sets();
    }
    respelling.downgrade()?;
    Ok(Some(respelling.graph))
}

/// A graph on its way from one protocol to another. Ids stay what they are; what the new spelling
/// needs in addition comes after all others.
struct Respelling<'g> {
    source: Protocol,
    target: Protocol,
    fix_imports: bool,
    /// Whether sets are sorted where they are calls, which takes sets for a while.
    is_canonical: bool,
    graph: Graph<'g>,
    /// Names that were added, one node for each text in a role.
    names: FxHashMap<(Role, String), NodeId>,
}

impl<'g> Respelling<'g> {
    /// Whether the target has instructions that came with a protocol, and the source had not.
    fn gains(&self, protocol: Protocol) -> bool {
        self.source < protocol && protocol <= self.target
    }

    fn add(&mut self, node: Node<'g>) -> Result<NodeId> {
        self.graph.push(node, 0)
    }

    fn add_tuple(&mut self, items: &[NodeId]) -> Result<NodeId> {
        let span = self.graph.span(items.iter().copied())?;
        self.add(Node::Tuple(span))
    }

    fn add_call(&mut self, callable: NodeId, args: &[NodeId]) -> Result<NodeId> {
        let args = self.add_tuple(args)?;
        self.graph.push_object(How::Reduce, callable, args, None, 0)
    }

    /// Makes a node the result of a call.
    fn become_call(&mut self, id: NodeId, callable: NodeId, args: &[NodeId]) -> Result<()> {
        let call = self.add_call(callable, args)?;
        let node = self.graph.take_node(call);
        self.graph.set_node(id, node);
        Ok(())
    }
}
