//! Every entry of a Python `shelve`, of known classes and unknown ones.
//!
//! A shelf is a dbm whose values are pickles, each on its own. This one is `dbm.dumb`, which every
//! Python has: an index of text (`.dir`), a line for each entry, and the values one after the other
//! (`.dat`).

use std::fs;
use std::path::Path;

use pickle_core::types::{Date, Decimal};
use pickle_core::{Graph, Reduce, UnpickleOptions};
use pickle_examples::{Result, ask_python};

#[derive(Debug, Reduce)]
#[reduce(module = "shelf")]
struct Animal {
    name: String,
    legs: u8,
}

/// Asks each pickle for its class, and then for the value.
#[derive(Default, Debug)]
struct Zoo {
    animals: Vec<Animal>,
    price: Option<Decimal>,
    born: Option<Date>,
}

impl Zoo {
    /// Takes what it knows, and tells what it does not.
    fn take(&mut self, pickle: &[u8]) -> Result<Option<String>> {
        let graph = Graph::from_slice(pickle)?;
        let node = graph.root();
        let options = UnpickleOptions::new();
        match node.class_name() {
            Some(("shelf", "Animal")) => self.animals.push(options.from_node(node)?),
            Some(("decimal", "Decimal")) => self.price = Some(options.from_node(node)?),
            Some(("datetime", "date")) => self.born = Some(options.from_node(node)?),
            _ => return Ok(Some(format!("{node:?}"))),
        }
        Ok(None)
    }
}

/// A `dbm.dumb`, in memory.
struct Dumb {
    /// Key, position and size of each entry.
    index: Vec<(String, usize, usize)>,
    data: Vec<u8>,
}

impl Dumb {
    fn open(path: &Path) -> Result<Dumb> {
        // In Latin-1, so a character is a byte of a key.
        let index = fs::read(path.with_extension("dir"))?;
        let index: String = index.into_iter().map(char::from).collect();
        let index = index.lines().map(parse_line).collect::<Result<_>>()?;
        Ok(Dumb { index, data: fs::read(path.with_extension("dat"))? })
    }

    fn iter(&self) -> impl Iterator<Item = Result<(&str, &[u8])>> {
        self.index.iter().map(|(key, position, size)| {
            let end = position.checked_add(*size);
            let value = end.and_then(|end| self.data.get(*position..end));
            Ok((&**key, value.ok_or("an entry that lies behind the end of the data")?))
        })
    }
}

/// A line such as `'key', (512, 27)`: Python's `repr` of a key and of a pair.
fn parse_line(line: &str) -> Result<(String, usize, usize)> {
    let mut chars = line.chars();
    let quote = chars.next().filter(|quote| matches!(quote, '\'' | '"')).ok_or("no key")?;
    let mut key = Vec::new();
    loop {
        let char = match chars.next().ok_or("a key without an end")? {
            char if char == quote => break,
            '\\' => match chars.next().ok_or("a key without an end")? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'x' => {
                    let digits: String = chars.by_ref().take(2).collect();
                    char::from(u8::from_str_radix(&digits, 16)?)
                }
                char => char,
            },
            char => char,
        };
        key.push(u8::try_from(char)?);
    }
    let pair = chars.as_str().trim().strip_prefix(", (").and_then(|rest| rest.strip_suffix(')'));
    let (position, size) = pair.and_then(|pair| pair.split_once(", ")).ok_or("no pair")?;
    // What those bytes are is up to the shelf.
    Ok((String::from_utf8(key)?, position.parse()?, size.parse()?))
}

fn main() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("animals");
    let name = path.to_str().ok_or("a path that is not Unicode")?;
    let files = ask_python(
        &pickle_core::to_vec(name)?,
        r#"
import shelf
index, data = shelf.fill(pickle.loads(ours))
print("has shelved %d entries" % index.count(b"\n"))
theirs = pickle.dumps((index, data), 4)
"#,
        "shelf.pkl",
    )?;
    // Without Python, the files are those that it once wrote.
    let (index, data): (&[u8], &[u8]) = pickle_core::from_slice(&files)?;
    fs::write(path.with_extension("dir"), index)?;
    fs::write(path.with_extension("dat"), data)?;

    let mut zoo = Zoo::default();
    for entry in Dumb::open(&path)?.iter() {
        let (key, pickle) = entry?;
        match zoo.take(pickle)? {
            None => println!("Rust    took {key}"),
            Some(unknown) => println!("Rust    does not know {key}: {unknown}"),
        }
    }
    for Animal { name, legs } in &zoo.animals {
        println!("Rust    {name} has {legs} legs");
    }
    println!("Rust    {:?}, {:?}", zoo.price, zoo.born);
    Ok(())
}
