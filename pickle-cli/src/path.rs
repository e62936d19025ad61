//! Where in a graph a value is, in words.

use pickle_core::{Graph, Node, NodeId};

use crate::walk::Part;

/// How many steps of a path are shown.
const STEPS: usize = 32;

/// How many characters of a key are shown.
const KEY: usize = 60;

/// One step from a value to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A place in a part of several values.
    Place(Part, usize),
    /// What is stored under a key.
    Key(NodeId),
    /// A key itself.
    AsKey(NodeId),
}

impl Step {
    /// The step to a child that a [walk](crate::walk::Walk) came by. The key of a value was the
    /// child before.
    #[must_use]
    pub fn to_child(part: Part, place: usize, child: NodeId, key: NodeId) -> Step {
        match (part.is_pairs(), place % 2) {
            (false, _) => Step::Place(part, place),
            (true, 0) => Step::AsKey(child),
            (true, _) => Step::Key(key),
        }
    }
}

/// The path as `pickle get` takes it, as far as that has words for it; what it has none for stands
/// in angle brackets. The last steps of a long path alone are shown.
///
/// ```
/// use pickle_cli::path::{self, Step};
/// use pickle_cli::walk::Part;
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"]}Vname\nNsa.")?;
/// let key = graph.root().at("[0]")?.entries().next().unwrap().0.id();
/// let steps = [Step::Place(Part::Items, 0), Step::Key(key)];
/// assert_eq!(path::text(&graph, &steps), "[0].name");
/// assert_eq!(path::text(&graph, &[steps[0], Step::Place(Part::Args, 0)]), "[0].args");
/// assert_eq!(path::text(&graph, &[Step::Place(Part::Callable, 0)]), "<class>");
/// assert_eq!(path::text(&graph, &[]), "<root>");
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[must_use]
pub fn text(graph: &Graph<'_>, steps: &[Step]) -> String {
    let from = steps.len().saturating_sub(STEPS);
    let mut text = String::new();
    if from > 0 {
        text.push_str("<…>");
    }
    let shown = steps.get(from..).unwrap_or_default();
    for (place, step) in shown.iter().enumerate() {
        let is_state = matches!(step, Step::Place(Part::States, 0));
        // The attributes of the only state are found without it.
        if !(is_state && matches!(shown.get(place + 1), Some(Step::Key(_)))) {
            push(&mut text, graph, *step);
        }
    }
    if text.is_empty() { "<root>".to_owned() } else { text }
}

/// Adds a step to a path.
pub fn push(text: &mut String, graph: &Graph<'_>, step: Step) {
    let step = match step {
        Step::Place(Part::Items | Part::ListItems | Part::SetItems, place) => format!("[{place}]"),
        Step::Place(part @ (Part::Args | Part::Kwargs | Part::States), 0) => {
            let dot = if text.is_empty() { "" } else { "." };
            format!("{dot}{}", word(part))
        }
        Step::Place(part, 0) => format!("<{}>", word(part)),
        Step::Place(part, place) => format!("<{} {place}>", word(part)),
        Step::AsKey(key) => format!("<key>{}", key_text(graph, key, false)),
        Step::Key(key) => key_text(graph, key, text.is_empty()),
    };
    text.push_str(&step);
}

fn word(part: Part) -> &'static str {
    match part {
        Part::Items | Part::ListItems | Part::SetItems => "item",
        Part::Entries | Part::DictItems => "entry",
        Part::PersistentId => "id",
        Part::Callable => "class",
        Part::Args => "args",
        Part::Kwargs => "kwargs",
        Part::States => "state",
        Part::Setters => "setter",
    }
}

fn key_text(graph: &Graph<'_>, key: NodeId, is_first: bool) -> String {
    let is_name = |text: &str| {
        let is_part = |char: char| char.is_alphanumeric() || char == '_';
        text.chars().all(is_part) && text.len() <= KEY && !text.is_empty()
    };
    match graph.node(key) {
        Node::Str(name) if is_name(&name) => {
            if is_first {
                name.to_string()
            } else {
                format!(".{}", name.as_str())
            }
        }
        Node::Int(number) => format!("[{number}]"),
        _ => {
            let repr = graph.get(key).map(|key| format!("{key:?}")).unwrap_or_default();
            match repr.char_indices().nth(KEY) {
                Some((end, _)) => format!("[{}…]", repr.get(..end).unwrap_or_default()),
                None => format!("[{repr}]"),
            }
        }
    }
}
