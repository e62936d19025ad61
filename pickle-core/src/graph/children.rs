//! The nodes that a node refers to.

use crate::graph::{Graph, Node, NodeId};

impl Graph<'_> {
    /// All ids, in the order in which the nodes were made.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + use<> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Calls `visit` with each node that a node refers to, as often as it does.
    pub(crate) fn each_child(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        match *self.node(id) {
            Node::Global { module, name } => {
                visit(module);
                visit(name);
            }
            Node::Persistent(id) => visit(id),
            Node::Object(_) => {
                let Some(object) = self.object(id) else { return };
                visit(object.callable);
                visit(object.args);
                object.kwargs.into_iter().for_each(&mut visit);
                for part in [
                    object.states,
                    object.list_items,
                    object.dict_items,
                    object.set_items,
                    object.setters,
                ] {
                    part.iter().copied().for_each(&mut visit);
                }
            }
            Node::Dict(_) => self.entries(id).iter().copied().for_each(visit),
            _ => self.items(id).iter().copied().for_each(visit),
        }
    }
}
