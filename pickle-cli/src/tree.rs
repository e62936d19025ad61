//! A graph for human eyes: close to Python, broken into lines, cut where it gets long.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use num_bigint::BigInt;
use pickle_core::tools::Operand;
use pickle_core::{Graph, How, Node, NodeId, NodeRef};

use crate::layout::{Break, Breaking, Layout};
use crate::walk::{LONG, Part, Step, Walk, bytes_of, has_identity, has_parts};

const PLAIN: Style = Style::new();
const NAME: Style = AnsiColor::Cyan.on_default().bold();
const TEXT: Style = AnsiColor::Green.on_default();
const NUMBER: Style = AnsiColor::Yellow.on_default();
const MARK: Style = AnsiColor::Magenta.on_default();
const WORD: Style = AnsiColor::Blue.on_default();
const CUT: Style = Style::new().dimmed();

/// Integers of more bytes than this are written in hexadecimal.
const DECIMAL: usize = LONG;

/// Where a value is cut.
#[derive(Debug, Clone, Copy)]
pub struct Cuts {
    /// How many levels are shown.
    pub depth: usize,
    /// How many items of each container are shown.
    pub items: usize,
    /// How many characters of a text are shown.
    pub text: usize,
}

/// As `pickle show` cuts.
impl Default for Cuts {
    fn default() -> Cuts {
        Cuts { depth: 16, items: 50, text: 100 }
    }
}

impl Cuts {
    /// Shows everything.
    #[must_use]
    pub fn none() -> Cuts {
        Cuts { depth: usize::MAX, items: usize::MAX, text: usize::MAX }
    }
}

/// How to write a graph as text.
///
/// A value that is met again is written as `*1`, and where it is met first as `&1` before it.
/// Calls are written as calls, and what a pickle does to the result follows in words.
///
/// ```
/// use pickle_cli::tree::{Cuts, Tree};
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"\x80\x02]q\0(c__main__\nPoint\nK\x01K\x02\x86\x81h\0e.")?;
/// let tree = Tree { cuts: Cuts::none(), width: 80, buffers: &[], styled: false };
/// let mut text = Vec::new();
/// tree.write(graph.root(), &mut text)?;
/// assert_eq!(String::from_utf8(text)?, "&1 [new __main__.Point(1, 2), *1]\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a> {
    /// Where values are cut.
    pub cuts: Cuts,
    /// How many columns a line should take at most.
    pub width: usize,
    /// The contents of the out-of-band buffers.
    pub buffers: &'a [Vec<u8>],
    /// Whether to use colours.
    pub styled: bool,
}

impl Tree<'_> {
    /// Writes a value, with a line end.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, root: NodeRef<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
        let graph = root.graph();
        let marks = self.shared(root);
        let layout = Layout::new(out, self.width, self.styled);
        let mut printer = Printer { tree: self, graph, layout, marks, last: 0 };
        let mut walk = Walk::new(graph);
        printer.value(root.id(), &mut walk)?;
        while let Some(step) = walk.next() {
            printer.step(step, &mut walk)?;
        }
        printer.layout.finish()
    }

    /// Finds the values that are met more than once among those that are shown.
    fn shared(&self, root: NodeRef<'_, '_>) -> Vec<Met> {
        let graph = root.graph();
        let mut marks = vec![Met::Never; graph.len()];
        let mut walk = Walk::new(graph);
        let mut visit = |id: NodeId, walk: &mut Walk<'_, '_>| {
            let enters = self.enters(graph, id, walk);
            let once = has_identity(graph, id) || self.is_long(graph.node(id));
            let mark = marks.get_mut(id.index()).filter(|_| once);
            match mark {
                Some(Met::Never) if !enters && has_parts(graph.node(id)) => {}
                Some(mark @ Met::Never) => *mark = Met::Once,
                Some(mark) => {
                    *mark = Met::Again(0);
                    return;
                }
                None => {}
            }
            if enters {
                walk.open(id);
            }
        };
        visit(root.id(), &mut walk);
        while let Some(step) = walk.next() {
            if let Step::Child(part, place, id) = step {
                if self.is_cut(part, place) {
                    walk.skip_rest();
                } else {
                    visit(id, &mut walk);
                }
            }
        }
        marks
    }

    /// Whether the parts of a value are shown.
    fn enters(&self, graph: &Graph<'_>, id: NodeId, walk: &Walk<'_, '_>) -> bool {
        let is_empty = match graph.node(id) {
            Node::Object(_) | Node::Persistent(_) => false,
            _ => graph.items(id).is_empty() && graph.entries(id).is_empty(),
        };
        has_parts(graph.node(id)) && (is_empty || walk.depth() < self.cuts.depth)
    }

    /// Whether so much of it is shown that it is written only once.
    fn is_long(&self, node: Node<'_>) -> bool {
        bytes_of(node).len().min(self.cuts.text) > LONG
    }

    fn is_cut(&self, part: Part, place: usize) -> bool {
        let width = if part.is_pairs() { 2 } else { 1 };
        place / width >= self.cuts.items
    }
}

/// How often a value is met.
#[derive(Clone, Copy)]
enum Met {
    Never,
    Once,
    /// More than once; its number, 0 before the first is written.
    Again(u32),
}

struct Printer<'g, 'de, 'w> {
    tree: &'g Tree<'g>,
    graph: &'g Graph<'de>,
    layout: Layout<'w>,
    marks: Vec<Met>,
    last: u32,
}

impl Printer<'_, '_, '_> {
    fn plain(&mut self, text: &'static str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.layout.text(text, PLAIN) }
    }

    fn word(&mut self, text: &'static str) -> io::Result<()> {
        self.layout.text(text, WORD)
    }

    /// Writes an atom, a reference, or the mark of a value whose parts are walked next.
    fn value(&mut self, id: NodeId, walk: &mut Walk<'_, '_>) -> io::Result<()> {
        let node = self.graph.node(id);
        let enters = self.tree.enters(self.graph, id, walk);
        match self.marks.get_mut(id.index()) {
            Some(Met::Again(0)) if !enters && has_parts(node) => {}
            Some(Met::Again(number @ 0)) => {
                self.last += 1;
                *number = self.last;
                self.layout.text(format!("&{} ", self.last), MARK)?;
            }
            Some(Met::Again(number)) => return self.layout.text(format!("*{number}"), MARK),
            _ => {}
        }
        if enters {
            walk.open(id);
            let how = self.graph.object(id).map(|object| object.how());
            return match how {
                Some(How::NewObj | How::NewObjEx) => self.word("new "),
                Some(How::Inst | How::Obj) => self.word("instance "),
                Some(How::Reduce) | None => Ok(()),
            };
        }
        if has_parts(node) { self.cut_value(id) } else { self.atom(id) }
    }

    fn step(&mut self, step: Step, walk: &mut Walk<'_, '_>) -> io::Result<()> {
        match step {
            Step::Begin(owner, part, count) => self.begin(part, count, owner),
            Step::Child(part, place, id) => {
                let is_pairs = part.is_pairs();
                let is_value = is_pairs && place % 2 == 1;
                if is_value {
                    self.plain(": ")?;
                } else if place > 0 && is_broken(part) {
                    self.plain(",")?;
                    self.layout.line_break(Break::Between)?;
                } else if place > 0 {
                    self.word(if part == Part::Setters { " set by " } else { " state " })?;
                }
                if !is_value && self.tree.is_cut(part, place) {
                    walk.skip_rest();
                    return self.layout.text("…", CUT);
                }
                self.value(id, walk)
            }
            Step::End(owner, part, count) => {
                let is_args = walk.enclosing() == Some(Part::Args) && !self.is_shared(owner);
                self.finish(part, count, owner, is_args)
            }
            Step::Close(_) => Ok(()),
        }
    }

    fn is_shared(&self, id: NodeId) -> bool {
        matches!(self.marks.get(id.index()), Some(Met::Again(_)))
    }

    /// Writes what stands before the children of a part, and opens the group of a list of them.
    fn begin(&mut self, part: Part, count: usize, owner: NodeId) -> io::Result<()> {
        match part {
            Part::Callable => return Ok(()),
            Part::Args => {
                let args = self.graph.object(owner).map(|object| object.args());
                // A mark would stick to the name.
                let is_shared = args.is_some_and(|args| self.is_shared(args));
                return if is_shared { self.word(" args ") } else { Ok(()) };
            }
            Part::Kwargs => return self.word(" keywords "),
            Part::States => return self.word(" state "),
            Part::Setters => return self.word(" set by "),
            Part::PersistentId => return self.word("persistent("),
            Part::ListItems | Part::SetItems | Part::DictItems => self.word(" items ")?,
            Part::Items | Part::Entries => {}
        }
        self.plain(self.brackets(part, count, owner).0)?;
        if count > 0 {
            self.layout.begin(self.breaking(part, owner))?;
            self.layout.line_break(Break::First)?;
        }
        Ok(())
    }

    fn finish(&mut self, part: Part, count: usize, owner: NodeId, is_args: bool) -> io::Result<()> {
        match part {
            Part::PersistentId => return self.word(")"),
            part if !is_broken(part) => return Ok(()),
            _ => {}
        }
        let width = if part.is_pairs() { 2 } else { 1 };
        let left = (count / width).saturating_sub(self.tree.cuts.items);
        if left > 0 {
            self.layout.text(format!(" {left} more"), CUT)?;
        }
        if count == 1 && !is_args && matches!(self.graph.node(owner), Node::Tuple(_)) {
            self.plain(",")?;
        }
        if count > 0 {
            self.layout.line_break(Break::Last)?;
            self.layout.end()?;
        }
        self.plain(self.brackets(part, count, owner).1)
    }

    fn brackets(&self, part: Part, count: usize, owner: NodeId) -> (&'static str, &'static str) {
        match (part, self.graph.node(owner)) {
            (Part::Items, Node::Tuple(_)) => ("(", ")"),
            (Part::Items, Node::Set(_)) if count == 0 => ("set(", ")"),
            (Part::Items, Node::FrozenSet(_)) if count == 0 => ("frozenset(", ")"),
            (Part::Items, Node::FrozenSet(_)) => ("frozenset({", "})"),
            (Part::Items, Node::List(_)) | (Part::ListItems, _) => ("[", "]"),
            _ => ("{", "}"),
        }
    }

    /// Many small atoms share lines.
    fn breaking(&self, part: Part, owner: NodeId) -> Breaking {
        let items = match part {
            Part::Items => self.graph.items(owner),
            Part::ListItems => {
                self.graph.object(owner).map_or(&[][..], |object| object.list_items())
            }
            _ => &[],
        };
        let small = |id: &NodeId| {
            matches!(
                self.graph.node(*id),
                Node::None | Node::Bool(_) | Node::Int(_) | Node::Float(_)
            )
        };
        let shown = items.get(..self.tree.cuts.items).unwrap_or(items);
        if !shown.is_empty() && shown.iter().all(small) { Breaking::Full } else { Breaking::Every }
    }

    /// Writes a value that is too deep to be shown.
    fn cut_value(&mut self, id: NodeId) -> io::Result<()> {
        let text = match self.graph.node(id) {
            Node::List(_) => "[…]",
            Node::Tuple(_) => "(…)",
            Node::FrozenSet(_) => "frozenset({…})",
            Node::Persistent(_) => "persistent(…)",
            Node::Object(_) => {
                let callable = self.graph.object(id).map(|object| object.callable());
                if let Some(callable) = callable.filter(|&id| self.graph.global(id).is_some()) {
                    self.atom(callable)?;
                }
                "(…)"
            }
            _ => "{…}",
        };
        self.layout.text(text, CUT)
    }

    fn atom(&mut self, id: NodeId) -> io::Result<()> {
        match self.graph.node(id) {
            Node::None => self.layout.text("None", NUMBER),
            Node::Bool(bool) => self.layout.text(Operand::Bool(bool).to_string(), NUMBER),
            Node::Int(number) => self.layout.text(number.to_string(), NUMBER),
            Node::Long(bytes) => self.long(bytes),
            Node::Float(number) => self.layout.text(Operand::Float(number).to_string(), NUMBER),
            Node::Str(text) => self.str(&text),
            Node::Wtf8(bytes) => {
                // Every code point, a surrogate too, has one byte that continues none.
                let begins = || bytes.iter().enumerate().filter(|(_, byte)| **byte & 0xc0 != 0x80);
                let end = begins().nth(self.tree.cuts.text).map(|(at, _)| at);
                let head = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
                let count = begins().count();
                self.text(Operand::Surrogates(head.into()), end.is_some(), count, "characters")
            }
            Node::Str8(bytes) => {
                self.word("str8 ")?;
                self.bytes(bytes)
            }
            Node::Bytes(bytes) => self.bytes(bytes),
            Node::ByteArray(bytes) => {
                self.word("bytearray(")?;
                self.bytes(bytes)?;
                self.word(")")
            }
            Node::Global { .. } => {
                let (module, name) = self.graph.global(id).unwrap_or_default();
                let text = format!("{}.{}", self.name(module), self.name(name));
                self.layout.text(text, NAME)
            }
            Node::Extension(code) => self.layout.text(format!("extension({code})"), NAME),
            Node::Buffer { index, readonly } => self.buffer(index, readonly),
            _ => self.plain("…"),
        }
    }

    fn long(&mut self, bytes: &[u8]) -> io::Result<()> {
        // A byte is at least two digits, which are made in quadratic time.
        if bytes.len() > self.tree.cuts.text / 2 {
            return self.layout.text(format!("<int of {} bytes>", bytes.len()), NUMBER);
        }
        let number = BigInt::from_signed_bytes_le(bytes);
        let is_long = bytes.len() > DECIMAL;
        let text = if is_long { format!("{number:#x}") } else { number.to_string() };
        self.layout.text(text, NUMBER)
    }

    fn str(&mut self, text: &str) -> io::Result<()> {
        match text.char_indices().nth(self.tree.cuts.text) {
            Some((end, _)) => {
                let head = text.get(..end).unwrap_or_default();
                let count = text.chars().count();
                self.text(Operand::Str(Cow::Borrowed(head)), true, count, "characters")
            }
            None => self.text(Operand::Str(text.into()), false, 0, ""),
        }
    }

    fn bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (head, is_cut) = head(bytes, self.tree.cuts.text);
        self.text(Operand::Bytes(head), is_cut, bytes.len(), "bytes")
    }

    /// Writes text as Python does, and how much there is if it was cut.
    fn text(
        &mut self,
        head: Operand<'_>,
        is_cut: bool,
        count: usize,
        unit: &str,
    ) -> io::Result<()> {
        self.layout.text(head.to_string(), TEXT)?;
        if is_cut { self.layout.text(format!("… {count} {unit}"), CUT) } else { Ok(()) }
    }

    fn buffer(&mut self, index: u32, readonly: bool) -> io::Result<()> {
        let readonly = if readonly { ", readonly" } else { "" };
        self.layout.text(format!("buffer({index}{readonly})"), WORD)?;
        let content = usize::try_from(index).ok().and_then(|index| self.tree.buffers.get(index));
        match content {
            Some(content) => {
                self.plain(" ")?;
                self.bytes(content)
            }
            None => Ok(()),
        }
    }

    /// A name as it is, but for characters that would disturb a terminal.
    fn name(&self, name: &str) -> String {
        let repr = |name: &str| {
            let repr = Operand::Str(name.into()).to_string();
            let text = repr.get(1..repr.len() - 1).unwrap_or_default();
            text.to_owned()
        };
        match name.char_indices().nth(self.tree.cuts.text.clamp(80, LONG)) {
            Some((end, _)) => repr(name.get(..end).unwrap_or_default()) + "…",
            None => repr(name),
        }
    }
}

/// Whether the children of a part stand in brackets, on lines of their own if they are many.
fn is_broken(part: Part) -> bool {
    matches!(part, Part::Items | Part::Entries | Part::ListItems | Part::SetItems | Part::DictItems)
}

fn head(bytes: &[u8], length: usize) -> (&[u8], bool) {
    match bytes.get(..length) {
        Some(head) if head.len() < bytes.len() => (head, true),
        _ => (bytes, false),
    }
}
