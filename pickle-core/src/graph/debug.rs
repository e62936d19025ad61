//! A graph for human eyes: close to Python, cut where it gets long.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use crate::graph::{Graph, How, Node, NodeId, NodeRef};

/// How many nodes are shown.
const NODES: usize = 1000;

/// How many children of one node are shown.
const CHILDREN: usize = 100;

/// How many characters or bytes of one text are shown.
const TEXT: usize = 80;

/// After so many bytes no more nodes are shown.
const OUTPUT: usize = 1 << 14;

/// Beyond this depth a tree is indented no further.
const INDENTED: usize = 16;

/// What is still to be written.
#[derive(Clone, Copy)]
enum Part {
    Node(NodeId),
    /// A tuple that something is called with.
    Args(NodeId),
    Word(&'static str),
    /// Opens a row of children.
    Open(&'static str),
    /// Stands between children.
    Comma,
    Close(&'static str),
}

/// Shows the value as Python would, cut where it gets long. A value that is met again is written
/// as `&n`, and where it is met first as `&n = …`; calls are written as calls, and what a pickle
/// does to the result follows in words. `{:#?}` shows it as a tree, with a line for each child.
///
/// ```
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"\x80\x02]q\0(c__main__\nPoint\nK\x01K\x02\x86\x81h\0e.")?;
/// assert_eq!(format!("{graph:?}"), "&0 = [new __main__.Point(1, 2), &0]");
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl fmt::Debug for Graph<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root().fmt(f)
    }
}

/// As the graph that has this node as its root.
///
/// ```
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"}Va\n](K\x01K\x02es.")?;
/// assert_eq!(format!("{:?}", graph.root().get("a").unwrap()), "[1, 2]");
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl fmt::Debug for NodeRef<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let graph = self.graph();
        let shared = graph.shared(self.id());
        let mut out = Output { text: String::new(), depth: 0, is_tree: f.alternate() };
        let mut seen = HashSet::new();
        let mut work = vec![Part::Node(self.id())];
        let mut parts = Vec::new();
        while let Some(part) = work.pop() {
            let (Part::Node(id) | Part::Args(id)) = part else {
                out.punctuate(part);
                continue;
            };
            if shared.contains(&id) {
                write!(out.text, "{id:?}")?;
                if seen.contains(&id) {
                    continue;
                }
                out.text.push_str(" = ");
            }
            if seen.len() >= NODES || out.text.len() >= OUTPUT {
                out.text.push('…');
                continue;
            }
            seen.insert(id);
            graph.write_atom(&mut out.text, id)?;
            match part {
                Part::Args(_) => sequence(&mut parts, "(", graph.items(id), ")"),
                _ => graph.parts(id, &mut parts),
            }
            work.extend(parts.drain(..).rev());
        }
        f.write_str(&out.text)
    }
}

/// What is written so far.
struct Output {
    text: String,
    depth: usize,
    /// Whether each child has a line.
    is_tree: bool,
}

impl Output {
    fn punctuate(&mut self, part: Part) {
        match part {
            Part::Node(_) | Part::Args(_) => {}
            Part::Word(word) => self.text.push_str(word),
            Part::Open(word) => {
                self.text.push_str(word);
                self.depth += 1;
                self.new_line();
            }
            Part::Comma if self.is_tree => {
                self.text.push(',');
                self.new_line();
            }
            Part::Comma => self.text.push_str(", "),
            Part::Close(word) => {
                self.depth = self.depth.saturating_sub(1);
                self.new_line();
                self.text.push_str(word);
            }
        }
    }

    fn new_line(&mut self) {
        if self.is_tree {
            self.text.push('\n');
            self.text.extend(std::iter::repeat_n("    ", self.depth.min(INDENTED)));
        }
    }
}

impl Graph<'_> {
    /// The containers and objects that are met more than once among the nodes shown.
    fn shared(&self, root: NodeId) -> HashSet<NodeId> {
        let mut seen = HashSet::new();
        let mut shared = HashSet::new();
        let mut work = vec![root];
        let mut parts = Vec::new();
        let mut steps = 0;
        while let Some(id) = work.pop() {
            steps += 1;
            if seen.contains(&id) {
                shared.insert(id);
            } else if seen.len() < NODES && steps < NODES * CHILDREN {
                self.parts(id, &mut parts);
                if self.has_identity(id) {
                    seen.insert(id);
                }
                work.extend(parts.drain(..).rev().filter_map(|part| match part {
                    Part::Node(id) | Part::Args(id) => Some(id),
                    _ => None,
                }));
            }
        }
        shared
    }

    /// Writes what a node is without its children.
    fn write_atom(&self, out: &mut String, id: NodeId) -> fmt::Result {
        match self.node(id) {
            Node::None => out.push_str("None"),
            Node::Bool(true) => out.push_str("True"),
            Node::Bool(false) => out.push_str("False"),
            Node::Int(number) => write!(out, "{number}")?,
            Node::Long(bytes) => {
                out.push_str(if bytes.last().is_some_and(|&top| top >= 0x80) { "-" } else { "" });
                write!(out, "<int of {} bytes>", bytes.len())?;
            }
            Node::Float(number) => write!(out, "{number:?}")?,
            Node::Str(text) => write_text(out, &text)?,
            Node::Wtf8(bytes) => {
                out.push_str("wtf8 ");
                write_bytes(out, bytes)?;
            }
            Node::Str8(bytes) => {
                out.push_str("str8 ");
                write_bytes(out, bytes)?;
            }
            Node::Bytes(bytes) => write_bytes(out, bytes)?,
            Node::ByteArray(bytes) => {
                out.push_str("bytearray(");
                write_bytes(out, bytes)?;
                out.push(')');
            }
            Node::Global { .. } => {
                let (module, name) = self.global(id).unwrap_or_default();
                write_name(out, module);
                out.push('.');
                write_name(out, name);
            }
            Node::Extension(code) => write!(out, "extension({code})")?,
            Node::Buffer { index, readonly: false } => write!(out, "buffer({index})")?,
            Node::Buffer { index, readonly: true } => write!(out, "buffer({index}, readonly)")?,
            Node::List(_)
            | Node::Tuple(_)
            | Node::Set(_)
            | Node::FrozenSet(_)
            | Node::Dict(_)
            | Node::Persistent(_)
            | Node::Object(_) => {}
        }
        Ok(())
    }

    /// The children of a node and the words between them.
    fn parts(&self, id: NodeId, out: &mut Vec<Part>) {
        let items = self.items(id);
        match self.node(id) {
            Node::List(_) => sequence(out, "[", items, "]"),
            Node::Tuple(_) if items.len() == 1 => sequence(out, "(", items, ",)"),
            Node::Tuple(_) => sequence(out, "(", items, ")"),
            Node::Set(_) if items.is_empty() => out.push(Part::Word("set()")),
            Node::Set(_) => sequence(out, "{", items, "}"),
            Node::FrozenSet(_) => sequence(out, "frozenset({", items, "})"),
            Node::Dict(_) => mapping(out, self.entries(id)),
            Node::Persistent(id) => {
                out.extend([Part::Word("persistent("), Part::Node(id), Part::Word(")")]);
            }
            Node::Object(_) => self.object_parts(id, out),
            _ => {}
        }
    }

    fn object_parts(&self, id: NodeId, out: &mut Vec<Part>) {
        let Some(object) = self.object(id) else { return };
        match object.how() {
            How::Reduce => {}
            How::NewObj | How::NewObjEx => out.push(Part::Word("new ")),
            How::Inst | How::Obj => out.push(Part::Word("instance ")),
        }
        out.extend([Part::Node(object.callable()), Part::Args(object.args())]);
        if let Some(kwargs) = object.kwargs() {
            out.extend([Part::Word(" keywords "), Part::Node(kwargs)]);
        }
        for &state in object.states().iter().take(CHILDREN) {
            out.extend([Part::Word(" state "), Part::Node(state)]);
        }
        if !object.list_items().is_empty() {
            out.push(Part::Word(" items "));
            sequence(out, "[", object.list_items(), "]");
        }
        if !object.dict_items().is_empty() {
            out.push(Part::Word(" items "));
            mapping(out, object.dict_items());
        }
        if !object.set_items().is_empty() {
            out.push(Part::Word(" items "));
            sequence(out, "{", object.set_items(), "}");
        }
        for &setter in object.setters().iter().take(CHILDREN) {
            out.extend([Part::Word(" set by "), Part::Node(setter)]);
        }
    }
}

fn sequence(out: &mut Vec<Part>, open: &'static str, items: &[NodeId], close: &'static str) {
    row(out, open, items.iter().map(|&item| [Part::Node(item)]), close);
}

fn mapping(out: &mut Vec<Part>, entries: &[NodeId]) {
    let (pairs, _) = entries.as_chunks::<2>();
    let entry =
        |&[key, value]: &[NodeId; 2]| [Part::Node(key), Part::Word(": "), Part::Node(value)];
    row(out, "{", pairs.iter().map(entry), "}");
}

fn row<const N: usize>(
    out: &mut Vec<Part>,
    open: &'static str,
    children: impl ExactSizeIterator<Item = [Part; N]>,
    close: &'static str,
) {
    let count = children.len();
    if count == 0 {
        out.extend([Part::Word(open), Part::Word(close)]);
        return;
    }
    out.push(Part::Open(open));
    for (index, child) in children.take(CHILDREN).enumerate() {
        out.extend((index > 0).then_some(Part::Comma));
        out.extend(child);
    }
    if count > CHILDREN {
        out.extend([Part::Comma, Part::Word("…")]);
    }
    out.push(Part::Close(close));
}

fn write_text(out: &mut String, text: &str) -> fmt::Result {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => write!(out, "{:?}…", text.get(..end).unwrap_or_default()),
        None => write!(out, "{text:?}"),
    }
}

fn write_bytes(out: &mut String, bytes: &[u8]) -> fmt::Result {
    match bytes.get(..TEXT) {
        Some(head) if bytes.len() > TEXT => write!(out, "b\"{}\"…", head.escape_ascii()),
        _ => write!(out, "b\"{}\"", bytes.escape_ascii()),
    }
}

/// Names are shown as they are, but for characters that would disturb a terminal.
fn write_name(out: &mut String, name: &str) {
    let shown = |char: char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char };
    out.extend(name.chars().take(TEXT).map(shown));
    out.extend((name.chars().nth(TEXT).is_some()).then_some('…'));
}

#[cfg(test)]
mod tests {
    use crate::Graph;

    fn check(pickle: &[u8], expected: &str) {
        assert_eq!(format!("{:?}", Graph::from_slice(pickle).unwrap()), expected);
    }

    #[test]
    fn reads_like_python() {
        check(
            b"(NI01\nK\x01)K\x02\x85U\x01aC\x01\xfft.",
            r#"(None, True, 1, (), (2,), str8 b"a", b"\xff")"#,
        );
        check(b"}(Va\n]Vb\n\x8fu.", r#"{"a": [], "b": set()}"#);
        check(b"cm\nf\n)R}b(K\x01e(K\x02K\x03u.", "m.f() state {} items [1] items {2: 3}");
        check(b"Pid\n.", r#"persistent("id")"#);
    }

    #[test]
    fn shared_values_are_references() {
        check(b"(]2t.", "(&0 = [], &0)");
        check(b"(K\x012t.", "(1, 1)");
        check(b"cm\nC\n)Rq\0h\0b.", "&4 = m.C() state &4");
    }

    #[test]
    fn state_setters_are_shown() {
        check(b"cm\nC\n)\x81q\0cm\nf\n(h\0K\x05tR0.", "&4 = new m.C() set by m.f(&4, 5)");
    }

    #[test]
    fn a_tree_has_a_line_for_each_child() {
        let graph = Graph::from_slice(b"}(Va\n](K\x01)eVb\ncm\nf\n(NtR}bu.").unwrap();
        let expected = r#"{
    "a": [
        1,
        ()
    ],
    "b": m.f(
        None
    ) state {}
}"#;
        assert_eq!(format!("{graph:#?}"), expected);
    }

    #[test]
    fn output_is_bounded() {
        let mut deep = vec![b'N'; 1];
        deep.resize(1_000_000, 0x85);
        deep.push(b'.');
        assert!(format!("{:?}", Graph::from_slice(&deep).unwrap()).len() < 10_000);
        let wide = [&b"("[..], &b"V0123456789abcdef\n".repeat(100_000), b"l."].concat();
        let text = format!("{:?}", Graph::from_slice(&wide).unwrap());
        assert!(text.len() < 3_000 && text.ends_with(", …]"), "{text}");
    }
}
