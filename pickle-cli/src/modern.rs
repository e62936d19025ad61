//! Graphs in the terms of the newest protocol.

use pickle_core::{Graph, PickleOptions, Protocol};

/// What a graph is by protocol 5: values in place of the calls that an older protocol has for them,
/// and the names of Python 3. `None` for what that protocol cannot say.
///
/// ```
/// use pickle_cli::modern;
/// use pickle_core::Graph;
///
/// let old = Graph::from_slice(b"c__builtin__\nset\n((lI1\natR.")?;
/// assert_eq!(modern::graph(&old), Some(Graph::from_slice(b"\x80\x04\x8f(K\x01\x90.")?));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[must_use]
pub fn graph(graph: &Graph<'_>) -> Option<Graph<'static>> {
    let pickle = PickleOptions::new().protocol(Protocol::V5).graph_to_vec(graph).ok()?;
    Graph::from_slice(&pickle).ok().map(Graph::into_owned)
}
