//! Graphs in other protocols and back.

use std::collections::HashSet;

use pickle_core::{Error, Graph, Limits, NodeId, PickleOptions, Profile, Protocol};

use crate::neutral::Tree;

/// Limits that no pickle of the corpus reaches.
#[must_use]
pub fn limits() -> Limits {
    Limits::DEFAULT.digits(1_000_000)
}

/// Writes a graph.
///
/// # Errors
/// As [`PickleOptions::graph_to_vec`].
pub fn write(graph: &Graph<'_>, protocol: Protocol, profile: Profile) -> Result<Vec<u8>, Error> {
    PickleOptions::new().protocol(protocol).profile(profile).limits(limits()).graph_to_vec(graph)
}

/// Reads a graph that is known to be one.
///
/// # Panics
/// When it is none.
#[must_use]
pub fn read(pickle: &[u8]) -> Graph<'_> {
    match Graph::from_prefix(pickle, &limits()) {
        Ok((graph, _)) => graph,
        Err(error) => panic!("{error}: {}", pickle.escape_ascii()),
    }
}

/// What a graph is compared by.
#[must_use]
pub fn tokens(graph: &Graph<'_>) -> Vec<String> {
    Tree::of_graph(graph).tokens()
}

/// A form that does not depend on how a protocol spells a value.
fn normal(graph: &Graph<'_>, options: PickleOptions<'_>) -> Result<Vec<String>, Error> {
    let newest = options.protocol(Protocol::V5).profile(Profile::Canonical).graph_to_vec(graph)?;
    let is_class = |token: &String| token.replace("object obj ", "object inst ");
    Ok(tokens(&read(&newest)).iter().map(is_class).collect())
}

/// Writes a graph for another protocol, reads that, and the same back: it must be what it was,
/// unless the other protocol has no words for it.
///
/// # Errors
/// What became of it.
///
/// # Panics
/// When something was written that cannot be read.
pub fn there_and_back(
    graph: &Graph<'_>,
    protocols: [Protocol; 2],
    profile: Profile,
) -> Result<(), String> {
    let options = PickleOptions::new().profile(profile).limits(limits());
    // Names of Python 2 and 3 do not map one to one; without that it must be the same.
    trip(graph, protocols, options).or_else(|_| trip(graph, protocols, options.fix_imports(false)))
}

fn trip(
    graph: &Graph<'_>,
    [source, target]: [Protocol; 2],
    options: PickleOptions<'_>,
) -> Result<(), String> {
    let write = |graph: &Graph<'_>, protocol| {
        let written = options.protocol(protocol).graph_to_vec(graph);
        written.map(Some).or_else(|error| match error.to_string() {
            error if is_reason(&error) => Ok(None),
            error => Err(error),
        })
    };
    let Some(there) = write(graph, target)? else { return Ok(()) };
    let Some(back) = write(&read(&there), source)? else { return Ok(()) };
    let back = read(&back);
    let (before, after) = (tokens(graph), tokens(&back));
    let normal = |graph| normal(graph, options);
    if before == after || matches!((normal(graph), normal(&back)), (Ok(a), Ok(b)) if a == b) {
        return Ok(());
    }
    // A call may be what a value is spelled as in the other protocol.
    let again = write(&back, target)?.map(|again| tokens(&read(&again)));
    if (is_spelling(graph) || has_shared_arguments(graph))
        && again.is_some_and(|again| again == tokens(&read(&there)))
    {
        return Ok(());
    }
    let at = before.iter().zip(&after).position(|(a, b)| a != b).unwrap_or(0);
    Err(format!("{:?} became {:?}", before.get(at), after.get(at)))
}

/// Whether a graph calls what older protocols have in place of instructions.
#[must_use]
pub fn is_spelling(graph: &Graph<'_>) -> bool {
    let names = ["set", "frozenset", "bytes", "bytearray", "getattr", "encode", "partial"];
    let is_spelled = |name: &str| names.contains(&name) || name.starts_with("__newobj");
    let objects = graph.root().walk().filter(|node| node.object().is_some());
    objects.filter_map(|object| object.callable()?.global()).any(|(_, name)| is_spelled(name))
}

/// Whether the tuple of arguments of a call is also something else. A call gets the arguments, not
/// the tuple, so the tuple of another spelling is another one.
#[must_use]
pub fn has_shared_arguments(graph: &Graph<'_>) -> bool {
    let arguments: HashSet<NodeId> =
        graph.root().walk().filter_map(|node| Some(node.object()?.args())).collect();
    let mut seen = HashSet::new();
    let children = graph.root().walk().flat_map(|node| {
        let object = node.object();
        let parts = object.map(|it| {
            [&[it.args()], it.states(), it.list_items(), it.set_items(), it.dict_items()].concat()
        });
        [graph.items(node.id()), graph.entries(node.id()), &parts.unwrap_or_default()].concat()
    });
    children.filter(|child| arguments.contains(child)).any(|child| !seen.insert(child))
}

/// Nothing but what a protocol really has no words for may be refused.
#[must_use]
pub fn is_reason(error: &str) -> bool {
    [
        "an out-of-band buffer at protocol",
        "an extension code at protocol",
        "as a persistent id at protocol 0",
        "expected one in ASCII without newlines",
        "the global name",
        // One of them was dropped.
        "expected buffers in their order, each once",
    ]
    .iter()
    .any(|reason| error.contains(reason))
}
