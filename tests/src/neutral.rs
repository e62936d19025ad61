//! What a pickle builds, in a form that any implementation can be compared by.
//!
//! A [`Tree`] is made of a [`Graph`] or of the JSON that the corpus expects; the corpus's
//! `README.md` describes the JSON, and the `Canon` class of its `stubdump.py` the tokens. Nothing
//! here recurses, as the corpus nests deep.

use std::collections::HashMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigInt;
use pickle_core::{Graph, How, Node, NodeId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A value with identity, ready to be compared.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<TreeNode>,
    root: usize,
}

/// How many levels deep the members of a set are looked at to put them in order, as in the corpus.
const ROUNDS: usize = 8;

/// The same for those that are equal as far as that.
const FINER: usize = 64;

#[derive(Debug, Default)]
struct TreeNode {
    /// The type, and the value or the numbers of children.
    label: String,
    kids: Vec<usize>,
    /// Whether the order of the children means nothing.
    unordered: bool,
    /// Whether a second visit is a reference to the first.
    identity: bool,
}

impl Tree {
    /// The neutral form of a graph.
    #[must_use]
    pub fn of_graph(graph: &Graph<'_>) -> Tree {
        let mut tree = Tree::default();
        let mut places: HashMap<NodeId, usize> = HashMap::new();
        let mut order = vec![graph.root_id()];
        places.insert(graph.root_id(), 0);
        let mut next = 0;
        while let Some(&id) = order.get(next) {
            next += 1;
            let (mut node, kids) = graph_node(graph, id);
            for kid in kids {
                let place = *places.entry(kid).or_insert_with(|| {
                    order.push(kid);
                    order.len() - 1
                });
                node.kids.push(place);
            }
            tree.nodes.push(node);
        }
        tree
    }

    /// The neutral form of what the corpus expects.
    ///
    /// # Errors
    ///
    /// When the JSON is not as the corpus describes it.
    pub fn of_json(root: &Value) -> Result<Tree, String> {
        let mut tree = Tree::default();
        let mut ids: HashMap<i64, usize> = HashMap::new();
        let mut references = Vec::new();
        let mut order = vec![root];
        let mut next = 0;
        while let Some(&value) = order.get(next) {
            let (mut node, kids) =
                json_node(value).ok_or_else(|| format!("not a node: {value:.60}"))?;
            if let Some(id) = value["id"].as_i64() {
                ids.insert(id, next);
            }
            for kid in kids {
                if let Some(id) = kid["ref"].as_i64() {
                    references.push((next, node.kids.len(), id));
                    node.kids.push(usize::MAX);
                } else {
                    node.kids.push(order.len());
                    order.push(kid);
                }
            }
            tree.nodes.push(node);
            next += 1;
        }
        for (node, kid, id) in references {
            let target = *ids.get(&id).ok_or_else(|| format!("no id {id}"))?;
            tree.nodes[node].kids[kid] = target;
        }
        Ok(tree)
    }

    /// The neutral form of a list of nodes that refer to one another, the root first.
    ///
    /// # Errors
    /// When the JSON is not as the corpus describes it.
    pub fn of_table(nodes: &Value) -> Result<Tree, String> {
        let mut tree = Tree::of_json(&json!({"t": "list", "items": nodes}))?;
        tree.root = 1;
        Ok(tree)
    }

    /// Compares with what the corpus expects: a tree, or the digest of one.
    ///
    /// # Errors
    /// The first difference.
    pub fn matches(&self, expect: &Value) -> Result<(), String> {
        let found = self.tokens();
        if let Some(expected) = expect["digest"].as_str() {
            return equal(&digest(&found), expected);
        }
        let expected = Tree::of_json(expect)?.tokens();
        for (index, (found, expected)) in found.iter().zip(&expected).enumerate() {
            equal(found, expected).map_err(|difference| format!("token {index}: {difference}"))?;
        }
        equal(&found.len().to_string(), &expected.len().to_string())
    }

    /// The canonical tokens: equal tokens mean equal structure.
    #[must_use]
    pub fn tokens(&self) -> Vec<String> {
        let (mut colours, mut finer) = (None, None);
        let mut out = Vec::new();
        let mut seen: HashMap<usize, usize> = HashMap::new();
        let mut work = vec![self.root];
        while let Some(index) = work.pop() {
            let node = &self.nodes[index];
            if node.identity {
                let count = seen.len();
                let first = *seen.entry(index).or_insert(count);
                if first != count {
                    out.push(format!("ref {first}"));
                    continue;
                }
            }
            out.push(node.label.clone());
            let mut kids = node.kids.clone();
            if node.unordered {
                let mut key = |kid: usize| {
                    if !self.nodes[kid].is_container() {
                        return self.nodes[kid].label.clone();
                    }
                    let colours = colours.get_or_insert_with(|| self.colours(ROUNDS));
                    format!("~{}", hex(&colours[kid]))
                };
                let mut keyed: Vec<(String, usize)> =
                    kids.iter().map(|&kid| (key(kid), kid)).collect();
                keyed.sort_by(|a, b| a.0.cmp(&b.0));
                if keyed.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[0].1 != pair[1].1) {
                    let finer = finer.get_or_insert_with(|| self.colours(FINER));
                    keyed.sort_by(|a, b| (&a.0, &finer[a.1]).cmp(&(&b.0, &finer[b.1])));
                }
                kids = keyed.into_iter().map(|(_, kid)| kid).collect();
            }
            work.extend(kids.into_iter().rev());
        }
        out
    }

    /// Colours by Weisfeiler and Lehman, which only serve to order the members of sets.
    fn colours(&self, rounds: usize) -> Vec<Vec<u8>> {
        let labels: Vec<Vec<u8>> =
            self.nodes.iter().map(|node| Sha256::digest(&node.label).to_vec()).collect();
        let mut colours = labels.clone();
        for _ in 0..rounds {
            colours = self
                .nodes
                .iter()
                .zip(&labels)
                .map(|(node, label)| {
                    let mut parts: Vec<&Vec<u8>> =
                        node.kids.iter().map(|&kid| &colours[kid]).collect();
                    if node.unordered {
                        parts.sort();
                    }
                    let hash = Sha256::new().chain_update(label);
                    parts.into_iter().fold(hash, Sha256::chain_update).finalize().to_vec()
                })
                .collect();
        }
        colours
    }
}

fn equal(found: &str, expected: &str) -> Result<(), String> {
    if found == expected {
        return Ok(());
    }
    Err(format!("found {found:.100}, expected {expected:.100}"))
}

impl TreeNode {
    fn is_container(&self) -> bool {
        let kind = self.label.split(' ').next().unwrap_or_default();
        matches!(kind, "list" | "tuple" | "set" | "frozenset" | "dict" | "object" | "persid")
    }

    fn atom(label: String) -> TreeNode {
        TreeNode { label, ..TreeNode::default() }
    }

    fn container(kind: &str, count: usize) -> TreeNode {
        TreeNode {
            label: format!("{kind} {count}"),
            kids: Vec::new(),
            unordered: matches!(kind, "set" | "frozenset"),
            identity: count > 0 || !matches!(kind, "tuple" | "frozenset"),
        }
    }

    fn object(how: &str, has_kwargs: bool, counts: [usize; 4]) -> TreeNode {
        let [states, list, set, dict] = counts;
        let kwargs = if has_kwargs { " kw" } else { "" };
        let label = format!("object {how}{kwargs} {states} {list} {set} {dict}");
        TreeNode { label, identity: true, ..TreeNode::default() }
    }
}

/// The hash of the tokens, as the corpus writes it for large trees.
#[must_use]
pub fn digest(tokens: &[String]) -> String {
    let mut hash = Sha256::new();
    for token in tokens {
        hash.update(token);
        hash.update("\n");
    }
    hex(&hash.finalize())
}

fn graph_node(graph: &Graph<'_>, id: NodeId) -> (TreeNode, Vec<NodeId>) {
    let items = graph.items(id);
    let container = |kind| (TreeNode::container(kind, items.len()), items.to_vec());
    let atom = |label| (TreeNode::atom(label), Vec::new());
    match graph.node(id) {
        Node::None => atom("none".into()),
        Node::Bool(bool) => atom(format!("bool {}", u8::from(bool))),
        Node::Int(number) => atom(format!("int {:x}", BigInt::from(number))),
        Node::Long(bytes) => atom(format!("int {:x}", BigInt::from_signed_bytes_le(bytes))),
        Node::Float(float) => atom(float_label(float)),
        Node::Str(text) => atom(format!("str {}", text_token(text.as_bytes()))),
        Node::Wtf8(text) => atom(format!("str {}", text_token(text))),
        Node::Str8(bytes) => atom(format!("str8 {}", bytes_token(bytes))),
        Node::Bytes(bytes) => atom(format!("bytes {}", bytes_token(bytes))),
        Node::ByteArray(bytes) => {
            let label = format!("bytearray {}", bytes_token(bytes));
            (TreeNode { label, identity: true, ..TreeNode::default() }, Vec::new())
        }
        Node::List(_) => container("list"),
        Node::Tuple(_) => container("tuple"),
        Node::Set(_) => container("set"),
        Node::FrozenSet(_) => container("frozenset"),
        Node::Dict(_) => {
            let entries = graph.entries(id);
            (TreeNode::container("dict", entries.len() / 2), entries.to_vec())
        }
        Node::Global { .. } => match graph.global(id) {
            Some((module, name)) => atom(global_label(module, name)),
            None => atom("global without names".into()),
        },
        Node::Extension(code) => atom(format!("ext {code}")),
        Node::Persistent(id) => (TreeNode::atom("persid".into()), vec![id]),
        Node::Buffer { index, readonly } => {
            atom(format!("buffer {index}{}", if readonly { " ro" } else { "" }))
        }
        Node::Object(_) => {
            let Some(object) = graph.object(id) else { return atom("object without parts".into()) };
            let how = match object.how() {
                How::Reduce => "reduce",
                How::NewObj => "newobj",
                How::NewObjEx => "newobj_ex",
                How::Inst => "inst",
                How::Obj => "obj",
            };
            let counts = [
                object.states().len(),
                object.list_items().len(),
                object.set_items().len(),
                object.dict_items().len() / 2,
            ];
            let mut kids = vec![object.callable(), object.args()];
            kids.extend(object.kwargs());
            kids.extend(object.states());
            kids.extend(object.list_items());
            kids.extend(object.set_items());
            kids.extend(object.dict_items());
            (TreeNode::object(how, object.kwargs().is_some(), counts), kids)
        }
        other => atom(format!("unknown {other:?}")),
    }
}

fn json_node(value: &Value) -> Option<(TreeNode, Vec<&Value>)> {
    let kind = value["t"].as_str()?;
    let text = |key: &str| value[key].as_str();
    let list = |key: &str| value[key].as_array().map_or(&[][..], Vec::as_slice);
    let pairs = |key: &str| -> Vec<&Value> {
        list(key).iter().filter_map(Value::as_array).flatten().collect()
    };
    let atom = |label| Some((TreeNode::atom(label), Vec::new()));
    let bytes = || match text("sha256") {
        Some(sha256) => Some(format!("{}:{sha256}", value["len"])),
        None => Some(bytes_token(&STANDARD.decode(text("b64")?).ok()?)),
    };
    match kind {
        "none" => atom("none".into()),
        "bool" => atom(format!("bool {}", u8::from(value["v"].as_bool()?))),
        "int" => {
            let digits = text("v")?;
            let (sign, magnitude) = match digits.strip_prefix('-') {
                Some(magnitude) => ("-", magnitude),
                None => ("", digits),
            };
            let number = match magnitude.strip_prefix("0x") {
                Some(hex) => BigInt::parse_bytes(hex.as_bytes(), 16)?,
                None => BigInt::parse_bytes(magnitude.as_bytes(), 10)?,
            };
            atom(format!("int {sign}{number:x}"))
        }
        "float" => {
            let bits = u64::from_str_radix(text("bits")?, 16).ok()?;
            atom(float_label(f64::from_bits(bits)))
        }
        "str" => atom(match (text("sha256"), text("u8"), text("v")) {
            (Some(sha256), _, _) => format!("str {}:{sha256}", value["len"]),
            (_, Some(u8), _) => format!("str {}", text_token(&STANDARD.decode(u8).ok()?)),
            (_, _, text) => format!("str {}", text_token(text?.as_bytes())),
        }),
        "str8" | "bytes" => atom(format!("{kind} {}", bytes()?)),
        "bytearray" => {
            let label = format!("bytearray {}", bytes()?);
            Some((TreeNode { label, identity: true, ..TreeNode::default() }, Vec::new()))
        }
        "list" | "tuple" | "set" | "frozenset" => {
            let items = list("items");
            Some((TreeNode::container(kind, items.len()), items.iter().collect()))
        }
        "dict" => {
            let entries = pairs("items");
            Some((TreeNode::container(kind, entries.len() / 2), entries))
        }
        "global" => atom(global_label(text("module")?, text("name")?)),
        "ext" => atom(format!("ext {}", value["code"])),
        "persid" => Some((TreeNode::atom("persid".into()), vec![&value["v"]])),
        "buffer" => {
            let readonly = value["readonly"].as_bool() == Some(true);
            atom(format!("buffer {}{}", value["index"], if readonly { " ro" } else { "" }))
        }
        "object" => {
            let dict = pairs("dictitems");
            let counts = [
                list("state").len(),
                list("listitems").len(),
                list("additems").len(),
                dict.len() / 2,
            ];
            let mut kids = vec![&value["class"], &value["args"]];
            kids.extend(value.get("kwargs"));
            kids.extend(list("state"));
            kids.extend(list("listitems"));
            kids.extend(list("additems"));
            kids.extend(dict);
            Some((TreeNode::object(text("new")?, value.get("kwargs").is_some(), counts), kids))
        }
        _ => None,
    }
}

fn float_label(float: f64) -> String {
    if float.is_nan() { "float nan".into() } else { format!("float {:016x}", float.to_bits()) }
}

fn global_label(module: &str, name: &str) -> String {
    format!("global {} {}", text_token(module.as_bytes()), text_token(name.as_bytes()))
}

/// Long values are compared by their length and hash.
const LONG: usize = 1024;

fn text_token(utf8: &[u8]) -> String {
    // Every code point, a surrogate too, has one byte that continues none.
    let points = utf8.iter().filter(|&&byte| byte & 0xc0 != 0x80).count();
    token(utf8, points)
}

fn bytes_token(bytes: &[u8]) -> String {
    token(bytes, bytes.len())
}

fn token(bytes: &[u8], length: usize) -> String {
    if bytes.len() > LONG {
        format!("{length}:{}", hex(&Sha256::digest(bytes)))
    } else {
        hex(bytes)
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
