//! Where in a value the general route is, for messages.

use super::{describe, spelling};
use crate::class::Class;
use crate::graph::{Graph, NodeId};

/// One step into a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// Into an object.
    Object(&'static Class),
    /// To an argument of the call that made an object.
    Argument(&'static Class, usize),
    /// To an attribute with this name.
    Attribute(&'static Class, NodeId),
    /// To a value in a state without names: its place, and that of its attribute in the class.
    InOrder(&'static Class, u32, u32),
    /// To the state of an object as a whole.
    State(&'static Class),
    /// To an item of a list, tuple or set.
    Index(usize),
    /// To a key of a dict.
    Key(NodeId),
    /// To the value under a key.
    Value(NodeId),
    /// To the id of an object outside of the pickle.
    PersistentId,
}

/// What is at a place of a state without names.
fn in_order(class: &Class, place: u32, index: u32) -> String {
    let name = class.attribute_names().get(index as usize);
    name.map_or_else(|| format!("state[{place}]"), |&name| name.to_owned())
}

/// How many steps at each end of a path a message shows.
const SHOWN: usize = 8;

/// The steps from the root, and the container of each.
#[derive(Debug, Default)]
pub(crate) struct Path(Vec<(Step, NodeId)>);

impl Path {
    #[inline]
    pub(crate) fn push(&mut self, step: Step, container: NodeId) {
        self.0.push((step, container));
    }

    /// Whether the path leads through a container.
    pub(crate) fn leads_through(&self, container: NodeId) -> bool {
        self.0.iter().any(|(_, known)| *known == container)
    }

    #[inline]
    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }

    /// Puts another step in the place of the last one; at the root there is none.
    #[inline]
    pub(crate) fn replace(&mut self, step: Step) {
        if let Some((last, _)) = self.0.last_mut() {
            *last = step;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }

    /// The steps in their order.
    fn steps(&self) -> impl Iterator<Item = Step> {
        self.0.iter().map(|&(step, _)| step)
    }

    /// The name of the attribute at the end.
    pub(crate) fn attribute(&self, graph: &Graph<'_>) -> String {
        match self.steps().last() {
            Some(Step::Attribute(_, key)) => {
                let name = spelling::name(graph, key);
                name.map_or_else(|| describe::short(graph, key), str::to_owned)
            }
            Some(Step::InOrder(class, place, index)) => in_order(class, place, index),
            _ => String::new(),
        }
    }

    /// The path as `Config.servers[3].port`: the class at its beginning, then attributes and
    /// indices. The middle of a long one is left out.
    pub(crate) fn display(&self, graph: &Graph<'_>) -> String {
        let mut text = String::new();
        let left_out = SHOWN..self.len().saturating_sub(SHOWN);
        for (depth, step) in self.steps().enumerate() {
            if left_out.contains(&depth) {
                if depth == left_out.start {
                    text.push('…');
                }
                continue;
            }
            if let Step::Object(class)
            | Step::Argument(class, _)
            | Step::Attribute(class, _)
            | Step::InOrder(class, _, _)
            | Step::State(class) = step
                && depth == 0
            {
                text.push_str(class.name());
            }
            match step {
                Step::Object(_) => {}
                Step::Argument(_, index) => text.push_str(&format!(".args[{index}]")),
                Step::Attribute(_, key) => match spelling::name(graph, key) {
                    Some(name) => {
                        text.push('.');
                        text.push_str(name);
                    }
                    None => text.push_str(&format!("[{}]", describe::short(graph, key))),
                },
                Step::InOrder(class, place, index) => {
                    text.push('.');
                    text.push_str(&in_order(class, place, index));
                }
                Step::State(_) => text.push_str(".state"),
                Step::PersistentId => text.push_str(".persistent_id"),
                Step::Index(index) => text.push_str(&format!("[{index}]")),
                Step::Key(key) => {
                    text.push_str(&format!("[key {}]", describe::short(graph, key)));
                }
                Step::Value(key) => text.push_str(&format!("[{}]", describe::short(graph, key))),
            }
        }
        text
    }
}
