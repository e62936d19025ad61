//! `pickle stat`.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufWriter, Write};

use pickle_core::tools::genops;
use pickle_core::{Graph, Limits, NodeId, Opcode};
use serde_json::{Value, json};

use crate::cli::StatArgs;
use crate::failure::{Failure, Result};
use crate::path::{self, Step};
use crate::walk::{self, Walk, bytes_of, has_identity, has_parts};
use crate::{files, neutral, show, stream};

/// Prints what a file of pickles consists of.
///
/// # Errors
/// The file holds no well-formed pickle, and then nothing is printed; or it cannot be read.
pub fn run(args: &StatArgs) -> Result<()> {
    let input = files::read(&args.file)?;
    let limits = Limits::default().digits(args.read.digits);
    let pickles = stream::read(&input, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.file, error, offset))?;
    let mut stat = Stat::new(args.limit);
    pickles
        .each(|place, _, graph| {
            stat.add(input.get(pickles.extent(place)).unwrap_or_default(), graph);
            Ok(())
        })
        .map_err(|error| Failure::io(&args.file, error))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let written = if args.json {
        serde_json::to_writer(&mut out, &stat.json())
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out))
    } else {
        stat.write(&mut out)
    };
    written.and_then(|()| out.flush()).map_err(Failure::stdout)?;
    show::note_rest(&args.file, &pickles);
    Ok(())
}

/// How many there are, and how many bytes of the pickle they take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// How many values.
    pub count: u64,
    /// How many bytes belong to them. A byte belongs to the value that began last before it.
    pub bytes: u64,
}

/// A value with much text.
#[derive(Debug, PartialEq, Eq)]
struct Large {
    bytes: usize,
    path: String,
    kind: &'static str,
}

/// What pickles consist of.
///
/// ```
/// use pickle_cli::stat::Stat;
/// use pickle_core::Graph;
///
/// let pickle = b"\x80\x02]q\0(cm\nC\n)\x81h\0e.";
/// let mut stat = Stat::new(10);
/// stat.add(pickle, &Graph::from_slice(pickle)?);
/// let json = stat.json();
/// assert_eq!(json["classes"]["m.C"]["count"], 1);
/// assert_eq!(json["kinds"]["list"]["count"], 1);
/// assert_eq!(json["shared"], 1);
/// assert_eq!(json["bytes"], pickle.len());
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Stat {
    limit: usize,
    pickles: u64,
    bytes: usize,
    protocols: BTreeMap<u8, u64>,
    opcodes: BTreeMap<&'static str, u64>,
    memo_entries: u64,
    memo_references: u64,
    depth: usize,
    shared: u64,
    kinds: BTreeMap<&'static str, Count>,
    classes: HashMap<String, Count>,
    largest: Vec<Large>,
}

impl Stat {
    /// Of no pickle yet. So many of the largest values are kept, and so many classes are printed.
    #[must_use]
    pub fn new(limit: usize) -> Stat {
        Stat { limit, ..Stat::default() }
    }

    /// Adds a pickle and its graph.
    pub fn add(&mut self, pickle: &[u8], graph: &Graph<'_>) {
        self.pickles += 1;
        self.bytes += pickle.len();
        *self.protocols.entry(graph.protocol().number()).or_default() += 1;
        for operation in genops(pickle).map_while(std::result::Result::ok) {
            *self.opcodes.entry(operation.opcode.name()).or_default() += 1;
            match operation.opcode {
                Opcode::Put | Opcode::BinPut | Opcode::LongBinPut | Opcode::Memoize => {
                    self.memo_entries += 1;
                }
                Opcode::Get | Opcode::BinGet | Opcode::LongBinGet => self.memo_references += 1,
                _ => {}
            }
        }
        let mut visitor = Visitor::new(graph, self);
        visitor.run();
        let Visitor { starts, classes, .. } = visitor;
        self.share_out(pickle.len(), starts, &classes);
    }

    /// Gives each byte to the value that began last before it, and to its class.
    fn share_out(&mut self, length: usize, mut starts: Vec<Start>, classes: &[String]) {
        // Of values that begin at one place, the innermost was met last.
        starts.sort_by_key(|start| start.offset);
        let ends = starts.iter().skip(1).map(|next| next.offset).chain([length]);
        let mut counts = vec![Count::default(); classes.len()];
        for (start, end) in starts.iter().zip(ends) {
            let bytes = end.saturating_sub(start.offset) as u64;
            self.kinds.entry(start.kind).or_default().bytes += bytes;
            let class = start.class.and_then(|class| counts.get_mut(class));
            class.into_iter().for_each(|class| class.bytes += bytes);
        }
        for (class, count) in classes.iter().zip(counts) {
            self.classes.entry(class.clone()).or_default().bytes += count.bytes;
        }
    }

    fn keep_if_large(&mut self, bytes: usize, kind: &'static str, path: impl FnOnce() -> String) {
        let is_large = self.largest.last().is_none_or(|last| last.bytes < bytes);
        if bytes == 0 || (self.largest.len() >= self.limit && !is_large) {
            return;
        }
        let place = self.largest.partition_point(|large| large.bytes >= bytes);
        self.largest.insert(place, Large { bytes, path: path(), kind });
        self.largest.truncate(self.limit);
    }

    /// The classes, those that take the most bytes first.
    fn ranked_classes(&self) -> Vec<(&str, Count)> {
        let mut classes: Vec<_> =
            self.classes.iter().map(|(name, &count)| (name.as_str(), count)).collect();
        classes.sort_by_key(|&(name, count)| (Reverse(count.bytes), name));
        classes
    }

    /// As one JSON document.
    #[must_use]
    pub fn json(&self) -> Value {
        let count = |count: &Count| json!({"count": count.count, "bytes": count.bytes});
        let kinds = self.kinds.iter().map(|(kind, kinds)| ((*kind).to_owned(), count(kinds)));
        let classes = self.classes.iter().map(|(name, classes)| (name.clone(), count(classes)));
        let largest = self
            .largest
            .iter()
            .map(|Large { bytes, path, kind }| json!({"bytes": bytes, "path": path, "kind": kind}));
        json!({
            "pickles": self.pickles,
            "bytes": self.bytes,
            "protocols": self.protocols.keys().collect::<Vec<_>>(),
            "depth": self.depth,
            "shared": self.shared,
            "memo": {"entries": self.memo_entries, "references": self.memo_references},
            "kinds": kinds.collect::<serde_json::Map<_, _>>(),
            "classes": classes.collect::<serde_json::Map<_, _>>(),
            "opcodes": self.opcodes,
            "largest": largest.collect::<Vec<_>>(),
        })
    }

    /// As tables for humans.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let protocols: Vec<String> = self.protocols.keys().map(ToString::to_string).collect();
        let pickles = if self.pickles == 1 { "pickle" } else { "pickles" };
        writeln!(out, "{:>12}  {pickles}, protocol {}", self.pickles, protocols.join(", "))?;
        writeln!(out, "{:>12}  bytes", self.bytes)?;
        writeln!(out, "{:>12}  levels at most", self.depth)?;
        writeln!(out, "{:>12}  shared values", self.shared)?;
        writeln!(out, "{:>12}  memo entries", self.memo_entries)?;
        writeln!(out, "{:>12}  references to the memo", self.memo_references)?;
        writeln!(out, "\n{:>12} {:>12}  kind", "count", "bytes")?;
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, count)| Reverse(count.bytes));
        for (kind, Count { count, bytes }) in kinds {
            writeln!(out, "{count:>12} {bytes:>12}  {kind}")?;
        }
        if !self.classes.is_empty() {
            writeln!(out, "\n{:>12} {:>12}  class", "count", "bytes")?;
            let classes = self.ranked_classes();
            for (name, Count { count, bytes }) in classes.iter().take(self.limit) {
                writeln!(out, "{count:>12} {bytes:>12}  {}", name.escape_debug())?;
            }
            let left = classes.len().saturating_sub(self.limit);
            if left > 0 {
                writeln!(out, "{:>25}  … {left} more", "")?;
            }
        }
        if !self.largest.is_empty() {
            writeln!(out, "\n{:>12}  largest text or bytes", "bytes")?;
            for Large { bytes, path, kind } in &self.largest {
                writeln!(out, "{bytes:>12}  {kind} {path}")?;
            }
        }
        writeln!(out, "\n{:>12}  opcode", "count")?;
        let mut opcodes: Vec<_> = self.opcodes.iter().collect();
        opcodes.sort_by_key(|&(name, &count)| (Reverse(count), *name));
        opcodes.iter().try_for_each(|(name, count)| writeln!(out, "{count:>12}  {name}"))
    }
}

/// Where a value begins, and what it is.
struct Start {
    offset: usize,
    kind: &'static str,
    /// The class of the innermost object that it is or is in.
    class: Option<usize>,
}

/// Goes through a graph once.
struct Visitor<'g, 'de, 's> {
    graph: &'g Graph<'de>,
    stat: &'s mut Stat,
    /// How often each value was met.
    met: Vec<u8>,
    starts: Vec<Start>,
    classes: Vec<String>,
    places: HashMap<(&'g str, &'g str), usize>,
    steps: Vec<Step>,
    /// The classes of the open values.
    open: Vec<Option<usize>>,
}

impl<'g, 'de, 's> Visitor<'g, 'de, 's> {
    fn new(graph: &'g Graph<'de>, stat: &'s mut Stat) -> Visitor<'g, 'de, 's> {
        Visitor {
            graph,
            stat,
            met: vec![0; graph.len()],
            starts: Vec::new(),
            classes: Vec::new(),
            places: HashMap::new(),
            steps: Vec::new(),
            open: Vec::new(),
        }
    }

    fn run(&mut self) {
        let mut walk = Walk::new(self.graph);
        self.visit(self.graph.root_id(), &mut walk);
        while let Some(step) = walk.next() {
            match step {
                walk::Step::Child(part, place, id) => {
                    let key = walk.key().unwrap_or(id);
                    self.steps.push(Step::to_child(part, place, id, key));
                    let depth = walk.depth();
                    self.visit(id, &mut walk);
                    if walk.depth() == depth {
                        self.steps.pop();
                    }
                }
                walk::Step::Close(_) => {
                    self.steps.pop();
                    self.open.pop();
                }
                walk::Step::Begin(..) | walk::Step::End(..) => {}
            }
        }
    }

    /// Counts a value, and opens it if it has parts and is met for the first time.
    fn visit(&mut self, id: NodeId, walk: &mut Walk<'_, '_>) {
        let node = self.graph.node(id);
        let met = self.met.get_mut(id.index());
        let times = met.map_or(0, |met| {
            *met = met.saturating_add(1);
            *met
        });
        if times > 1 {
            self.stat.shared += u64::from(times == 2 && has_identity(self.graph, id));
            return;
        }
        let kind = neutral::kind(node);
        self.stat.kinds.entry(kind).or_default().count += 1;
        let class = self.class(id).or_else(|| self.open.last().copied().flatten());
        self.starts.push(Start { offset: self.graph.offset(id), kind, class });
        let (graph, steps) = (self.graph, &self.steps);
        self.stat.keep_if_large(bytes_of(node).len(), kind, || path::text(graph, steps));
        if has_parts(node) {
            walk.open(id);
            self.open.push(class);
            self.stat.depth = self.stat.depth.max(walk.depth());
        }
    }

    /// The class of an object, which is counted.
    fn class(&mut self, id: NodeId) -> Option<usize> {
        let (module, name) = self.graph.get(id)?.class_name()?;
        let next = self.classes.len();
        let place = *self.places.entry((module, name)).or_insert(next);
        if place == next {
            self.classes.push(format!("{module}.{name}"));
        }
        let class = self.classes.get(place)?;
        match self.stat.classes.get_mut(class) {
            Some(count) => count.count += 1,
            None => {
                self.stat.classes.insert(class.clone(), Count { count: 1, bytes: 0 });
            }
        }
        Some(place)
    }
}
