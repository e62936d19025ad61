//! What the nodes of names and classes were found to be, so that of many instances of a class only
//! the first is compared by text.

use crate::class::Class;
use crate::graph::NodeId;

/// How many names, and how many classes, are remembered; others take their places.
const NAMES: usize = 64;
const CLASSES: usize = 16;

/// What was found last.
pub(super) struct Known {
    /// The index of an attribute in a class, by the node of its name.
    names: [Option<(NodeId, &'static Class, usize)>; NAMES],
    /// Which of some classes a node names.
    classes: [Option<(NodeId, &'static [Class], usize)>; CLASSES],
}

impl Default for Known {
    fn default() -> Self {
        Known { names: [None; NAMES], classes: [None; CLASSES] }
    }
}

impl Known {
    /// The index of the attribute that a node names.
    #[inline]
    pub(super) fn attribute(&self, class: &'static Class, name: NodeId) -> Option<usize> {
        match self.names.get(place(class, name) % NAMES) {
            Some(&Some((node, known, index))) if node == name && std::ptr::eq(known, class) => {
                Some(index)
            }
            _ => None,
        }
    }

    pub(super) fn learn_attribute(&mut self, class: &'static Class, name: NodeId, index: usize) {
        if let Some(entry) = self.names.get_mut(place(class, name) % NAMES) {
            *entry = Some((name, class, index));
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
