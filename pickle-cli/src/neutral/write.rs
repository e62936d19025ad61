//! Graphs to JSON.

use std::collections::HashMap;
use std::io::{self, Write};

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigInt;
use pickle_core::tools::Operand;
use pickle_core::{Graph, Node, NodeId, NodeRef, Protocol};
use sha2::{Digest as _, Sha256};

use crate::neutral::{HOWS, kind, word};
use crate::walk::{LONG, Part, Step, Walk, bytes_of, has_identity, has_parts};

/// An integer of more bytes than this is written in hexadecimal: decimal digits would take
/// quadratic time.
const LONG_INT: usize = 256;

/// How much of a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// Long text and bytes as a hash.
    Short,
    /// Everything that [`read`](crate::neutral::read) needs to make an equal graph.
    Full,
}

/// Writes the JSON of a value, without a line end.
///
/// # Errors
/// Those of the writer.
///
/// ```
/// use pickle_cli::neutral::{self, Detail};
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"(]q\0h\0t.")?;
/// let mut json = Vec::new();
/// neutral::write(graph.root(), Detail::Short, &mut json)?;
/// let expected = r#"{"t":"tuple","id":0,"items":[{"t":"list","id":1,"items":[]},{"ref":1}]}"#;
/// assert_eq!(String::from_utf8(json)?, expected);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(root: NodeRef<'_, '_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let graph = root.graph();
    let mut writer = Writer {
        graph,
        detail,
        out,
        ids: vec![0; graph.len()],
        globals: HashMap::new(),
        digests: HashMap::new(),
        last: 0,
        // In short it is for eyes, and values have no protocol.
        protocol: (detail == Detail::Full).then(|| graph.protocol()),
    };
    let mut walk = Walk::new(graph);
    writer.value(root.id(), &mut walk)?;
    while let Some(step) = walk.next() {
        match step {
            Step::Begin(_, part, _) => writer.raw(opening(part))?,
            Step::Child(part, place, id) => {
                writer.raw(match (part.is_pairs(), place) {
                    (false, 0) => "",
                    (true, 0) => "[",
                    (true, place) if place.is_multiple_of(2) => "],[",
                    _ => ",",
                })?;
                writer.value(id, &mut walk)?;
            }
            Step::End(_, part, count) => {
                writer.raw(if part.is_pairs() && count > 0 { "]" } else { "" })?;
                writer.raw(closing(part))?;
            }
            Step::Close(_) => writer.raw("}")?,
        }
    }
    Ok(())
}

fn opening(part: Part) -> &'static str {
    match part {
        Part::Items | Part::Entries => r#","items":["#,
        Part::PersistentId => r#","v":"#,
        Part::Callable => r#","class":"#,
        Part::Args => r#","args":"#,
        Part::Kwargs => r#","kwargs":"#,
        Part::States => r#","state":["#,
        Part::ListItems => r#","listitems":["#,
        Part::SetItems => r#","additems":["#,
        Part::DictItems => r#","dictitems":["#,
        Part::Setters => r#","setters":["#,
    }
}

fn closing(part: Part) -> &'static str {
    match part {
        Part::PersistentId | Part::Callable | Part::Args | Part::Kwargs => "",
        _ => "]",
    }
}

struct Writer<'g, 'de, 'w> {
    graph: &'g Graph<'de>,
    detail: Detail,
    out: &'w mut dyn Write,
    /// For each node, one more than its id; 0 while it has none.
    ids: Vec<u32>,
    /// The ids of globals with long names: a pickle makes a new node of the same names in five
    /// bytes.
    globals: HashMap<(NodeId, NodeId), u32>,
    digests: HashMap<NodeId, String>,
    last: u32,
    /// Until it is written with the first value.
    protocol: Option<Protocol>,
}

impl Writer<'_, '_, '_> {
    fn raw(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())
    }

    /// Writes an atom, a reference, or the beginning of a value whose parts are walked next.
    fn value(&mut self, id: NodeId, walk: &mut Walk<'_, '_>) -> io::Result<()> {
        let node = self.graph.node(id);
        let mut new = None;
        if let Some(slot) = self.slot(id) {
            if *slot > 0 {
                let number = *slot - 1;
                return write!(self.out, r#"{{"ref":{number}}}"#);
            }
            self.last += 1;
            new = Some(self.last - 1);
            let last = self.last;
            if let Some(slot) = self.slot(id) {
                *slot = last;
            }
        }
        write!(self.out, r#"{{"t":"{}""#, kind(node))?;
        if let Some(protocol) = self.protocol.take() {
            write!(self.out, r#","protocol":{}"#, protocol.number())?;
        }
        if let Some(number) = new {
            write!(self.out, r#","id":{number}"#)?;
        }
        self.content(id, node)?;
        if has_parts(node) {
            walk.open(id);
            return Ok(());
        }
        self.raw("}")
    }

    /// Where the id of a value that is written once is kept.
    fn slot(&mut self, id: NodeId) -> Option<&mut u32> {
        let graph = self.graph;
        match graph.node(id) {
            Node::Global { module, name } => {
                let (text, more) = graph.global(id).unwrap_or_default();
                let is_long = text.len() + more.len() > LONG;
                is_long.then(|| self.globals.entry((module, name)).or_default())
            }
            node => {
                let once = has_identity(graph, id)
                    || match node {
                        Node::Long(bytes) => bytes.len() > LONG_INT,
                        node => self.detail != Detail::Short && bytes_of(node).len() > LONG,
                    };
                self.ids.get_mut(id.index()).filter(|_| once)
            }
        }
    }

    /// Writes what follows the type and the id, without parts.
    fn content(&mut self, id: NodeId, node: Node<'_>) -> io::Result<()> {
        match node {
            Node::Bool(bool) => write!(self.out, r#","v":{bool}"#),
            Node::Int(number) => write!(self.out, r#","v":"{number}""#),
            Node::Long(bytes) => {
                let number = BigInt::from_signed_bytes_le(bytes);
                if bytes.len() > LONG_INT {
                    write!(self.out, r#","v":"{number:#x}""#)
                } else {
                    write!(self.out, r#","v":"{number}""#)
                }
            }
            Node::Float(float) => {
                let bits = float.to_bits();
                write!(self.out, r#","v":"{}","bits":"{bits:016x}""#, Operand::Float(float))
            }
            Node::Global { .. } => {
                let (module, name) = self.graph.global(id).unwrap_or_default();
                self.raw(r#","module":"#)?;
                serde_json::to_writer(&mut *self.out, module)?;
                self.raw(r#","name":"#)?;
                Ok(serde_json::to_writer(&mut *self.out, name)?)
            }
            Node::Extension(code) => write!(self.out, r#","code":{code}"#),
            Node::Buffer { index, readonly } => {
                let readonly = if readonly { r#","readonly":true"# } else { "" };
                write!(self.out, r#","index":{index}{readonly}"#)
            }
            Node::Object(_) => {
                let Some(object) = self.graph.object(id) else { return Ok(()) };
                write!(self.out, r#","new":"{}""#, word(&HOWS, &object.how()))?;
                match object.states_before_items() {
                    0 => Ok(()),
                    before => write!(self.out, r#","states_before":{before}"#),
                }
            }
            Node::Str(_) | Node::Wtf8(_) | Node::Str8(_) | Node::Bytes(_) | Node::ByteArray(_) => {
                self.text(id, node, bytes_of(node))
            }
            _ => Ok(()),
        }
    }

    fn text(&mut self, id: NodeId, node: Node<'_>, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() > LONG && self.detail == Detail::Short {
            let digest = self.digests.entry(id).or_insert_with(|| digest(node, bytes));
            return self.out.write_all(digest.as_bytes());
        }
        match node {
            Node::Str(text) => {
                self.raw(r#","v":"#)?;
                Ok(serde_json::to_writer(&mut *self.out, text.as_str())?)
            }
            Node::Wtf8(_) => {
                write!(self.out, r#","u8":"{}""#, Base64Display::new(bytes, &STANDARD))
            }
            _ => write!(self.out, r#","b64":"{}""#, Base64Display::new(bytes, &STANDARD)),
        }
    }
}

fn digest(node: Node<'_>, bytes: &[u8]) -> String {
    let length = match node {
        // Every code point, a surrogate too, has one byte that continues none.
        Node::Str(_) | Node::Wtf8(_) => bytes.iter().filter(|&&byte| byte & 0xc0 != 0x80).count(),
        _ => bytes.len(),
    };
    let hash = Sha256::digest(bytes);
    format!(r#","len":{length},"sha256":"{hash:x}""#)
}
