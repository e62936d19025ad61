//! A node of a graph as a deserializer of its own.

use serde_core::de::{self, IntoDeserializer, Visitor};

use super::de::{Mapping, Progress, Source, deserializer_methods};
use crate::error::{Error, Result};
use crate::graph::NodeRef;
use crate::unpickler::{GraphLoader, Settings};

macro_rules! through_a_loader {
    ($($method:ident($($name:ident: $t:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $t,)* visitor: V) -> Result<V::Value> {
            let settings = Settings::default();
            let graph = self.graph();
            let mut loader = GraphLoader::new(graph, self.id(), graph.len(), &settings);
            let mut progress = Progress::new(Mapping::default());
            Source { loader: &mut loader, progress: &mut progress }.$method($($name,)* visitor)
        }
    )*};
}

/// Reads any type of serde from a part of a pickle. [`from_node`](crate::serde::from_node) takes
/// options.
///
/// ```
/// use pickle_core::Graph;
/// use serde::Deserialize;
///
/// // {'version': 2, 'data': [1, 2]}
/// let graph = Graph::from_slice(b"}(Vversion\nK\x02Vdata\n](K\x01K\x02eu.")?;
/// let data = Vec::<u8>::deserialize(graph.root().at("data")?)?;
/// assert_eq!(data, [1, 2]);
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl<'de> de::Deserializer<'de> for NodeRef<'_, 'de> {
    type Error = Error;

    deserializer_methods!(through_a_loader);
}

impl<'de> IntoDeserializer<'de, Error> for NodeRef<'_, 'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
