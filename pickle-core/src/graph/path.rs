//! Paths such as `servers[3].name`.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::graph::{Node, NodeRef};

/// How many keys a message lists.
const SHOWN: usize = 8;

/// How many characters of a key a message shows.
const KEY: usize = 40;

/// One step of a path.
enum Step<'p> {
    /// A `str` key or an attribute.
    Name(Cow<'p, str>),
    /// A place in a sequence, or an `int` key.
    Number(i64),
}

impl<'g, 'de> NodeRef<'g, 'de> {
    /// The node at the end of a path: `.name` for a `str` key or an attribute, `[3]` for a place
    /// in a sequence or an `int` key, `["any text"]` for `str` keys that are no names. The dot
    /// before the first name is left out. What an object has no name for is called `args`, `kwargs`
    /// and `state`, unless it has attributes with these names.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// // {'servers': [{'name': 'web', 'max load': 0.5}]}
    /// let graph = Graph::from_slice(
    ///     b"}Vservers\n]}(Vname\nVweb\nVmax load\nF0.5\nuas.",
    /// )?;
    /// assert_eq!(graph.root().at("servers[0].name")?.as_str(), Some("web"));
    /// assert_eq!(graph.root().at(r#"servers[0]["max load"]"#)?.as_f64(), Some(0.5));
    ///
    /// // shapes.Point(3, 4)
    /// let point = Graph::from_slice(b"cshapes\nPoint\n(K\x03K\x04tR.")?;
    /// assert_eq!(point.root().at("args[1]")?.as_i64(), Some(4));
    /// let error = point.root().at("x").unwrap_err();
    /// assert_eq!(error.to_string(), r#"found no key "x", expected one of args (offset 0)"#);
    ///
    /// let error = graph.root().at("servers[0].nam").unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     r#"found no key "nam", expected one of "name", "max load", in servers[0] (offset 11)"#
    /// );
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the path leads to nothing, or is not written as above. The error says how far it got.
    pub fn at(self, path: &str) -> Result<NodeRef<'g, 'de>> {
        let mut node = self;
        let mut rest = path;
        while !rest.is_empty() {
            let so_far = path.get(..path.len() - rest.len()).unwrap_or_default();
            let (step, tail) = step(rest, so_far.is_empty())?;
            node = node
                .step(&step)
                .map_err(|error| node.graph().locate(node.id(), error.within(so_far.to_owned())))?;
            rest = tail;
        }
        Ok(node)
    }

    fn step(self, step: &Step<'_>) -> Result<NodeRef<'g, 'de>> {
        let found = match step {
            Step::Name(name) => self.get(name).or_else(|| self.part(name)),
            Step::Number(number) => {
                let place = usize::try_from(*number).ok();
                place
                    .and_then(|place| self.index(place))
                    .or_else(|| self.find(|key| key.as_i64() == Some(*number)))
            }
        };
        found.ok_or_else(|| self.no_step(step))
    }

    /// A part of an object that has no name of its own, called as in messages.
    fn part(self, name: &str) -> Option<NodeRef<'g, 'de>> {
        let object = self.object()?;
        let id = match name {
            "args" => Some(object.args()),
            "kwargs" => object.kwargs(),
            "state" => return self.state(),
            _ => None,
        };
        self.graph().get(id?)
    }

    #[cold]
    fn no_step(self, step: &Step<'_>) -> Error {
        let wanted = match step {
            Step::Name(name) => format!("{name:?}"),
            Step::Number(number) => number.to_string(),
        };
        match (self.node(), step) {
            (Node::List(_) | Node::Tuple(_), Step::Number(_)) => Error::mismatch(
                format!("no item {wanted}"),
                format!("an index below {}", self.len()),
            ),
            (Node::Dict(_) | Node::Object(_), _) => {
                let names = self.attributes().map(|(name, _)| clipped(format!("{name:?}")));
                let keys = self.entries().map(|(key, _)| clipped(format!("{key:?}")));
                let mut known: Vec<String> = names.chain(keys).take(SHOWN + 1).collect();
                if known.len() > SHOWN {
                    known.truncate(SHOWN);
                    known.push("…".to_owned());
                }
                let is_named = !known.is_empty();
                let parts = ["args", "kwargs", "state"].into_iter().filter(|name| {
                    let part = self.part(name);
                    part.is_some_and(|part| match *name {
                        "state" => !is_named,
                        _ => !part.is_empty(),
                    })
                });
                known.extend(parts.map(str::to_owned));
                let expected = match known.is_empty() {
                    true => format!("{} that has keys", self.kind()),
                    false => format!("one of {}", known.join(", ")),
                };
                Error::mismatch(format!("no key {wanted}"), expected)
            }
            (_, Step::Name(_)) => {
                Error::mismatch(self.kind(), format!("a dict or an object with {wanted}"))
            }
            (_, Step::Number(_)) => {
                Error::mismatch(self.kind(), format!("a list, tuple or dict with item {wanted}"))
            }
        }
    }
}

fn clipped(mut key: String) -> String {
    if let Some((end, _)) = key.char_indices().nth(KEY) {
        key.truncate(end);
        key.push('…');
    }
    key
}

/// Takes one step off a path.
fn step(path: &str, is_first: bool) -> Result<(Step<'_>, &str)> {
    let bad =
        || Error::mismatch(format!("{path:?} in a path"), "`.name`, `[3]` or `[\"any text\"]`");
    if let Some(rest) = path.strip_prefix('[') {
        if let Some(rest) = rest.strip_prefix('"') {
            let (text, rest) = quoted(rest).ok_or_else(bad)?;
            return Ok((Step::Name(text), rest.strip_prefix(']').ok_or_else(bad)?));
        }
        let (number, rest) = rest.split_once(']').ok_or_else(bad)?;
        return Ok((Step::Number(number.parse().map_err(|_| bad())?), rest));
    }
    let rest = match (path.strip_prefix('.'), is_first) {
        (Some(rest), _) => rest,
        (None, true) => path,
        (None, false) => return Err(bad()),
    };
    let end = rest.find(['.', '[', ']']).unwrap_or(rest.len());
    match rest.split_at_checked(end) {
        Some((name, rest)) if !name.is_empty() => Ok((Step::Name(name.into()), rest)),
        _ => Err(bad()),
    }
}

/// The text before a quote, in which `\` stands before quotes and backslashes, and what follows.
fn quoted(path: &str) -> Option<(Cow<'_, str>, &str)> {
    let mut text = String::new();
    let mut chars = path.char_indices();
    loop {
        match chars.next()? {
            (end, '"') => return Some((text.into(), path.get(end + 1..)?)),
            (_, '\\') => text.push(chars.next()?.1),
            (_, char) => text.push(char),
        }
    }
}
