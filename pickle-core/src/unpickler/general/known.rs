//! What the nodes of names and classes were found to be, so that of many instances of a class only
//! the first is compared by text.

use crate::class::Class;
use crate::graph::NodeId;

/// How many names, and how many classes, are remembered; others take their places.
const NAMES: usize = 64;
const CLASSES: usize = 16;

/// What was found last.
pub(super) struct Known {
    names: [Name; NAMES],
    /// Which of some classes a node names.
    classes: [Option<(NodeId, &'static [Class], usize)>; CLASSES],
}

/// The index of an attribute in a class, by the node of its name.
#[derive(Clone, Copy)]
struct Name {
    node: NodeId,
    index: u32,
    class: Option<&'static Class>,
}

impl Default for Known {
    fn default() -> Self {
        let none = Name { node: NodeId::NONE, index: 0, class: None };
        Known { names: [none; NAMES], classes: [None; CLASSES] }
    }
}

impl Known {
    /// The index of the attribute that a node names.
    #[inline]
    pub(super) fn attribute(&self, class: &'static Class, node: NodeId) -> Option<usize> {
        let name = self.names.get(place(class, node) % NAMES)?;
        let is_same = name.node == node && name.class.map(std::ptr::from_ref) == Some(class);
        is_same.then_some(name.index as usize)
    }

    pub(super) fn learn_attribute(&mut self, class: &'static Class, node: NodeId, index: usize) {
        if let Some(name) = self.names.get_mut(place(class, node) % NAMES)
            && let Ok(index) = u32::try_from(index)
        {
            *name = Name { node, index, class: Some(class) };
        }
    }

    /// Which of these classes a node names.
    #[inline]
    pub(super) fn class(&self, classes: &'static [Class], name: NodeId) -> Option<usize> {
        let place = place(classes.first()?, name) % CLASSES;
        match self.classes.get(place) {
            Some(&Some((node, known, index))) if node == name && std::ptr::eq(known, classes) => {
                Some(index)
            }
            _ => None,
        }
    }

    pub(super) fn learn_class(&mut self, classes: &'static [Class], name: NodeId, index: usize) {
        let Some(first) = classes.first() else { return };
        if let Some(entry) = self.classes.get_mut(place(first, name) % CLASSES) {
            *entry = Some((name, classes, index));
        }
    }
}

/// Where something about a node and a class may be.
#[inline]
fn place(class: &'static Class, name: NodeId) -> usize {
    name.index() ^ (std::ptr::from_ref(class) as usize / align_of::<Class>())
}
