//! JSON to graphs.
//!
//! The JSON is read without recursion into a table of values, one entry for each that has parts.
//! What they refer to may come later in the text, so the graph is made when all are known: see
//! `build`.

use std::collections::HashMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigInt;
use pickle_core::{Graph, How, NodeId, Protocol};
use struson::reader::{
    JsonReader as _, JsonReaderPosition, JsonStreamReader, JsonSyntaxError, ReaderError,
    ReaderSettings, ValueType,
};

use crate::neutral::{HOWS, KINDS, Kind, build, thing};

/// Why JSON is no graph.
#[derive(Debug)]
pub struct ReadError {
    message: String,
    at: Position,
}

/// A place in the text, both numbers from one.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Position {
    line: u64,
    column: u64,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.at;
        write!(f, "{} (line {line}, column {column})", self.message)
    }
}

impl std::error::Error for ReadError {}

impl ReadError {
    pub(super) fn new(message: impl Into<String>, at: Position) -> ReadError {
        ReadError { message: message.into(), at }
    }
}

impl From<&JsonReaderPosition> for Position {
    fn from(position: &JsonReaderPosition) -> Position {
        let (line, column) = position.line_pos.map_or((0, 0), |at| (at.line, at.column));
        Position { line: line + 1, column: column + 1 }
    }
}

impl From<ReaderError> for ReadError {
    fn from(error: ReaderError) -> ReadError {
        let at = |location: &JsonReaderPosition| Position::from(location);
        match &error {
            ReaderError::SyntaxError(JsonSyntaxError { kind, location }) => {
                // They are names such as `IncompleteDocument`.
                let mut message = String::from("found no JSON:");
                for char in kind.to_string().chars() {
                    message.push_str(if char.is_ascii_uppercase() { " " } else { "" });
                    message.push(char.to_ascii_lowercase());
                }
                ReadError::new(message, at(location))
            }
            ReaderError::UnexpectedValueType { expected, actual, location } => {
                let (actual, expected) = (name_of(*actual), name_of(*expected));
                ReadError::new(format!("found {actual}, expected {expected}"), at(location))
            }
            ReaderError::IoError { error, location } => {
                ReadError::new(format!("found no JSON: {error}"), at(location))
            }
            ReaderError::UnsupportedNumberValue { number, location } => {
                ReadError::new(format!("found the number {number}"), at(location))
            }
            ReaderError::UnexpectedStructure { kind, location } => {
                ReadError::new(format!("found no value: {kind}"), at(location))
            }
            _ => ReadError::new(error.to_string(), Position::default()),
        }
    }
}

fn name_of(value: ValueType) -> &'static str {
    match value {
        ValueType::Array => "a list",
        ValueType::Object => "an object",
        ValueType::String => "a string",
        ValueType::Number => "a number",
        ValueType::Boolean => "a boolean",
        ValueType::Null => "null",
    }
}

type Result<T, E = ReadError> = std::result::Result<T, E>;

/// Reads the graphs that [`write`](crate::neutral::write) wrote: one, or those of
/// `{"stream": […]}`. Members may come in any order, and references before what they refer to.
///
/// The protocol of a graph without `protocol` is 4. An integer has at most so many decimal digits.
///
/// # Errors
/// The text is no JSON, says something else than the format has, or what no pickle can build: keys
/// that cannot be hashed, calls of what is no callable, a tuple that holds itself.
///
/// ```
/// use pickle_cli::neutral;
/// use pickle_core::Graph;
///
/// let json = br#"{"t":"list","id":7,"items":[{"t":"int","v":"1"},{"ref":7}]}"#;
/// assert_eq!(neutral::read(json, 4300)?, [Graph::from_slice(b"]q\0(K\x01h\0e.")?]);
///
/// let error = neutral::read(br#"{"t":"lisp"}"#, 4300).unwrap_err();
/// assert_eq!(error.to_string(), "found the type \"lisp\", expected one such as \"list\" (line 1, column 6)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(json: &[u8], digits: usize) -> Result<Vec<Graph<'static>>> {
    let settings =
        ReaderSettings { max_nesting_depth: None, track_path: false, ..ReaderSettings::default() };
    let mut reader = Reader { json: JsonStreamReader::new_custom(json, settings), digits };
    let mut graphs = Vec::new();
    let root = reader.begin()?;
    let first =
        if reader.json.has_next()? { reader.json.next_name_owned()? } else { String::new() };
    if first == "stream" {
        reader.json.begin_array()?;
        while reader.json.has_next()? {
            let root = reader.begin()?;
            graphs.push(reader.graph(root, None)?);
        }
        reader.json.end_array()?;
        reader.json.end_object()?;
    } else {
        graphs.push(reader.graph(root, Some(first).filter(|name| !name.is_empty()))?);
    }
    reader.json.consume_trailing_whitespace()?;
    Ok(graphs)
}

/// A value that is part of another.
#[derive(Debug, Clone, Copy)]
pub(super) enum Child {
    /// One without parts.
    Node(NodeId),
    /// A place in [`Table::values`].
    Value(u32),
    /// A place in [`Table::references`].
    Reference(u32),
}

/// A list of values under one name.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    pub(super) children: Vec<Child>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    One,
    Items,
    /// Keys and values by turns.
    Pairs,
}

/// A value with parts.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) kind: Kind,
    pub(super) how: Option<How>,
    pub(super) states_before: usize,
    pub(super) parts: Vec<Part>,
    pub(super) at: Position,
}

/// What one graph is made of.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) graph: Graph<'static>,
    pub(super) values: Vec<Value>,
    pub(super) references: Vec<(u64, Position)>,
    pub(super) ids: HashMap<u64, Child>,
}

/// The names of parts.
const PARTS: [&str; 10] = [
    "items",
    "class",
    "args",
    "kwargs",
    "state",
    "listitems",
    "additems",
    "dictitems",
    "setters",
    "v",
];

/// The names of what is no part.
const SCALARS: [&str; 10] =
    ["v", "b64", "u8", "bits", "module", "name", "code", "index", "readonly", "states_before"];

enum Scalar {
    Text(String),
    Number(u64),
    Bool(bool),
}

/// A value that is being read.
struct Draft {
    kind: Option<Kind>,
    how: Option<How>,
    id: Option<u64>,
    reference: Option<u64>,
    protocol: Option<Protocol>,
    scalars: Vec<(&'static str, Scalar)>,
    parts: Vec<Part>,
    /// Whether the last part still gets children.
    is_open: bool,
    /// Whether the text is between `[` and `]` of a key and its value.
    in_pair: bool,
    at: Position,
}

impl Draft {
    fn new(at: Position) -> Draft {
        Draft {
            kind: None,
            how: None,
            id: None,
            reference: None,
            protocol: None,
            scalars: Vec::new(),
            parts: Vec::new(),
            is_open: false,
            in_pair: false,
            at,
        }
    }

    fn scalar(&mut self, name: &str) -> Option<Scalar> {
        let place = self.scalars.iter().position(|(known, _)| *known == name)?;
        Some(self.scalars.swap_remove(place).1)
    }

    fn text(&mut self, name: &'static str) -> Result<String> {
        match self.scalar(name) {
            Some(Scalar::Text(text)) => Ok(text),
            _ => Err(self.missing(name)),
        }
    }

    fn number<N: TryFrom<u64>>(&mut self, name: &'static str) -> Result<N> {
        match self.scalar(name) {
            Some(Scalar::Number(number)) => N::try_from(number).map_err(|_| self.missing(name)),
            _ => Err(self.missing(name)),
        }
    }

    fn bytes(&mut self, name: &'static str) -> Result<Vec<u8>> {
        let text = self.text(name)?;
        STANDARD
            .decode(text)
            .map_err(|error| self.wrong(format!("found no base64 as {name:?}: {error}")))
    }

    #[cold]
    fn missing(&self, name: &str) -> ReadError {
        let word = self.kind.map_or("value", |kind| crate::neutral::word(&KINDS, &kind));
        self.wrong(format!("found no fitting {name:?}, expected one in a {word:?}"))
    }

    #[cold]
    fn wrong(&self, message: String) -> ReadError {
        ReadError::new(message, self.at)
    }
}

struct Reader<'j> {
    json: JsonStreamReader<&'j [u8]>,
    digits: usize,
}

impl Reader<'_> {
    fn position(&self) -> Position {
        Position::from(&self.json.current_position(false))
    }

    /// Reads the `{` of a value.
    fn begin(&mut self) -> Result<Draft> {
        self.json.peek()?;
        let at = self.position();
        self.json.begin_object()?;
        Ok(Draft::new(at))
    }

    /// Reads a graph whose `{` was read, and the name of its first member if it is given.
    fn graph(&mut self, root: Draft, mut first: Option<String>) -> Result<Graph<'static>> {
        let mut table = Table::default();
        let mut protocol = None;
        let mut open = vec![root];
        while let Some(draft) = open.last_mut() {
            if draft.is_open {
                if let Some(child) = self.next_child(draft)? {
                    open.push(child);
                }
                continue;
            }
            if first.is_some() || self.json.has_next()? {
                let name = match first.take() {
                    Some(name) => name,
                    None => self.json.next_name_owned()?,
                };
                self.member(draft, &name)?;
                continue;
            }
            self.json.end_object()?;
            let Some(mut draft) = open.pop() else { break };
            protocol = draft.protocol.or(protocol);
            let child = self.close(&mut draft, &mut table)?;
            let Some(part) = open.last_mut().and_then(|parent| parent.parts.last_mut()) else {
                let mut graph = build::graph(table, child)?;
                graph.set_protocol(protocol.unwrap_or_default());
                return Ok(graph);
            };
            part.children.push(child);
            if part.shape == Shape::One {
                open.last_mut().into_iter().for_each(|parent| parent.is_open = false);
            }
        }
        Err(ReadError::new("found no value, expected one", self.position()))
    }

    /// Goes on with the open part: to the next child, or over a bracket.
    fn next_child(&mut self, draft: &mut Draft) -> Result<Option<Draft>> {
        let Some(part) = draft.parts.last_mut() else { return Ok(None) };
        if part.shape == Shape::One {
            return self.begin().map(Some);
        }
        let in_pair = draft.in_pair;
        let is_even = part.children.len().is_multiple_of(2);
        if !self.json.has_next()? {
            self.json.end_array()?;
            draft.in_pair = false;
            draft.is_open = in_pair;
            if in_pair && !is_even {
                return Err(ReadError::new("found a key without a value", self.position()));
            }
            return Ok(None);
        }
        let is_pair = self.json.peek()? == ValueType::Array;
        if is_pair && !in_pair && (part.children.is_empty() || part.shape == Shape::Pairs) {
            part.shape = Shape::Pairs;
            self.json.begin_array()?;
            draft.in_pair = true;
            if !self.json.has_next()? {
                return Err(ReadError::new("found an empty pair", self.position()));
            }
        }
        if part.shape == Shape::Pairs && !draft.in_pair {
            return Err(ReadError::new("found a value among pairs", self.position()));
        }
        // Two that are complete are followed by `]`.
        if in_pair && is_even {
            return Err(ReadError::new("found more than a key and a value", self.position()));
        }
        self.begin().map(Some)
    }

    /// Reads what follows the name of a member; of a part only the bracket.
    fn member(&mut self, draft: &mut Draft, name: &str) -> Result<()> {
        let value = self.json.peek()?;
        let at = self.position();
        if let ValueType::Object | ValueType::Array = value {
            let Some(&name) = PARTS.iter().find(|known| **known == name) else {
                return Err(ReadError::new(format!("found {} as {name:?}", name_of(value)), at));
            };
            if draft.parts.iter().any(|part| part.name == name) {
                return Err(ReadError::new(format!("found {name:?} twice"), at));
            }
            let mut shape = Shape::One;
            if value == ValueType::Array {
                self.json.begin_array()?;
                shape = Shape::Items;
            }
            draft.parts.push(Part { name, shape, children: Vec::new() });
            draft.is_open = true;
            return Ok(());
        }
        let scalar = match value {
            ValueType::String => Scalar::Text(self.json.next_string()?),
            ValueType::Boolean => Scalar::Bool(self.json.next_bool()?),
            _ => {
                let number = self.json.next_number_as_string()?;
                Scalar::Number(number.parse().map_err(|_| {
                    ReadError::new(format!("found {number}, expected a whole number"), at)
                })?)
            }
        };
        let is_new = match (name, scalar) {
            ("t", Scalar::Text(word)) => {
                let kind = thing(&KINDS, &word).ok_or_else(|| {
                    let message = format!("found the type {word:?}, expected one such as \"list\"");
                    ReadError::new(message, at)
                })?;
                draft.kind.replace(kind).is_none()
            }
            ("new", Scalar::Text(word)) => {
                let how = thing(&HOWS, &word).ok_or_else(|| {
                    let message = format!("found {word:?}, expected one such as \"reduce\"");
                    ReadError::new(message, at)
                })?;
                draft.how.replace(how).is_none()
            }
            ("id", Scalar::Number(id)) => draft.id.replace(id).is_none(),
            ("ref", Scalar::Number(id)) => draft.reference.replace(id).is_none(),
            ("protocol", Scalar::Number(number)) => {
                let known = u8::try_from(number).ok().and_then(Protocol::from_number);
                let protocol = known.ok_or_else(|| {
                    let message = format!("found protocol {number}, expected one of 0 to 5");
                    ReadError::new(message, at)
                })?;
                draft.protocol.replace(protocol).is_none()
            }
            ("sha256", Scalar::Text(_)) => {
                let message = "found the hash of a text, expected the text, which \
                               `pickle to-json` or `pickle show --json --full` prints";
                return Err(ReadError::new(message, at));
            }
            // Only a hash is of use with it, which is refused.
            ("len", Scalar::Number(_)) => true,
            (name, scalar) => {
                let Some(&name) = SCALARS.iter().find(|known| **known == name) else {
                    let message = format!("found {name:?}, expected a name of the format");
                    return Err(ReadError::new(message, at));
                };
                let is_new = draft.scalars.iter().all(|(known, _)| *known != name);
                draft.scalars.push((name, scalar));
                is_new
            }
        };
        if is_new { Ok(()) } else { Err(ReadError::new(format!("found {name:?} twice"), at)) }
    }

    /// Makes what a draft says.
    fn close(&self, draft: &mut Draft, table: &mut Table) -> Result<Child> {
        if let Some(id) = draft.reference {
            if draft.kind.is_some() || !draft.parts.is_empty() || !draft.scalars.is_empty() {
                return Err(draft.wrong("found a reference that is a value, too".to_owned()));
            }
            table.references.push((id, draft.at));
            return place(table.references.len() - 1).map(Child::Reference);
        }
        let Some(kind) = draft.kind else {
            return Err(draft.wrong("found no \"t\", expected the type of the value".to_owned()));
        };
        let child = match kind {
            Kind::List
            | Kind::Tuple
            | Kind::Set
            | Kind::FrozenSet
            | Kind::Dict
            | Kind::Persistent
            | Kind::Object => {
                let states_before = match draft.scalar("states_before") {
                    Some(Scalar::Number(count)) => usize::try_from(count).unwrap_or(usize::MAX),
                    Some(_) => return Err(draft.missing("states_before")),
                    None => 0,
                };
                let parts = std::mem::take(&mut draft.parts);
                let (how, at) = (draft.how, draft.at);
                table.values.push(Value { kind, how, states_before, parts, at });
                place(table.values.len() - 1).map(Child::Value)?
            }
            _ => Child::Node(self.atom(kind, draft, &mut table.graph)?),
        };
        if let Some((name, _)) = draft.scalars.first() {
            return Err(draft.wrong(format!("found {name:?}, expected nothing of that name here")));
        }
        if let Some(part) = draft.parts.first() {
            let message = format!("found {:?}, expected nothing of that name here", part.name);
            return Err(draft.wrong(message));
        }
        match draft.id.map(|id| (id, table.ids.insert(id, child))) {
            Some((id, Some(_))) => Err(draft.wrong(format!("found the id {id} twice"))),
            _ => Ok(child),
        }
    }

    /// Makes a value without parts.
    fn atom(&self, kind: Kind, draft: &mut Draft, graph: &mut Graph<'static>) -> Result<NodeId> {
        let made = match kind {
            Kind::Bool => match draft.scalar("v") {
                Some(Scalar::Bool(value)) => graph.add_bool(value),
                _ => return Err(draft.missing("v")),
            },
            Kind::Int => {
                let text = draft.text("v")?;
                let number = self.integer(&text).map_err(|message| draft.wrong(message))?;
                graph.add_long(number.to_signed_bytes_le())
            }
            Kind::Float => {
                let text = draft.text("v").ok();
                let bits = draft.text("bits").ok();
                let number = match (bits, text) {
                    (Some(bits), _) => u64::from_str_radix(&bits, 16).ok().map(f64::from_bits),
                    (None, text) => text.and_then(|text| text.parse().ok()),
                };
                graph.add_float(number.ok_or_else(|| draft.missing("bits"))?)
            }
            Kind::Str => match draft.scalar("v") {
                Some(Scalar::Text(text)) => graph.add_str(text),
                _ => graph.add_wtf8(draft.bytes("u8")?),
            },
            Kind::Str8 => graph.add_str8(draft.bytes("b64")?),
            Kind::Bytes => graph.add_bytes(draft.bytes("b64")?),
            Kind::ByteArray => graph.add_bytearray(draft.bytes("b64")?),
            Kind::Global => graph.add_global(draft.text("module")?, draft.text("name")?),
            Kind::Extension => graph.add_extension(draft.number("code")?),
            Kind::Buffer => {
                let readonly = matches!(draft.scalar("readonly"), Some(Scalar::Bool(true)));
                graph.add_buffer(draft.number("index")?, readonly)
            }
            _ => graph.add_none(),
        };
        made.map_err(|error| draft.wrong(error.to_string()))
    }

    fn integer(&self, text: &str) -> Result<BigInt, String> {
        let (sign, digits) = match text.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None => ("", text),
        };
        let number = match digits.strip_prefix("0x") {
            Some(digits) => BigInt::parse_bytes(format!("{sign}{digits}").as_bytes(), 16),
            // Decimal digits take quadratic time.
            None if digits.len() > self.digits => {
                let found = format!("found an int of {} decimal digits", digits.len());
                return Err(format!(
                    "{found}, expected at most {}; `--digits` raises it, hexadecimal ones after \
                     `0x` have no limit",
                    self.digits
                ));
            }
            None => BigInt::parse_bytes(text.as_bytes(), 10),
        };
        number.ok_or_else(|| "found a text that is no int, expected digits".to_owned())
    }
}

fn place(place: usize) -> Result<u32> {
    u32::try_from(place)
        .map_err(|_| ReadError::new("found more than 4294967295 values", Position::default()))
}
