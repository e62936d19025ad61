//! The whole idea on one screen: `cargo run --release -p pickle-examples --example tour`.
//!
//! Five Rust structs, the five Python classes of `examples/python/tutorial.py`, and one pickle that
//! goes there and one that comes back. Each struct has an example of its own beside this one.

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::io::Write;

use pickle_core::Reduce;
use pickle_examples::{Result, ask_python};

/// `Point(x, y)`: the fields are the arguments of the constructor.
#[derive(Debug, Reduce)]
#[reduce(module = "tutorial")]
struct Point {
    #[reduce(ctor)]
    x: f64,
    #[reduce(ctor)]
    y: f64,
}

/// `DataProcessor(name)`, and then its state. The cache stays at home.
#[derive(Debug, Reduce)]
#[reduce(module = "tutorial")]
struct DataProcessor {
    #[reduce(ctor, state)]
    name: String,
    #[reduce(skip)]
    cache: HashMap<String, String>,
}

/// `Vector(*coords)`: one field is the whole argument list.
#[derive(Debug, Reduce)]
#[reduce(module = "tutorial")]
struct Vector {
    #[reduce(args)]
    coords: (f64, f64, f64),
}

/// `Config(settings)`, and from old pickles also `Config(name, value)`.
#[derive(Debug, Reduce)]
#[reduce(module = "tutorial", ctor = Config::new, ctor = Config::with_one_setting)]
struct Config {
    #[reduce(ctor)]
    settings: BTreeMap<String, String>,
}

/// A plain object with attributes. The file is opened again once they are loaded.
#[derive(Debug, Reduce)]
#[reduce(module = "tutorial", after = LogBuffer::reopen)]
struct LogBuffer {
    filename: String,
    pending: Vec<String>,
    #[reduce(skip)]
    file: Option<File>,
}

impl Config {
    fn new(settings: BTreeMap<String, String>) -> Config {
        Config { settings }
    }

    fn with_one_setting(name: String, value: String) -> Config {
        Config::new(BTreeMap::from([(name, value)]))
    }
}

impl LogBuffer {
    fn reopen(&mut self) -> std::io::Result<()> {
        self.file = Some(File::options().append(true).create(true).open(&self.filename)?);
        Ok(())
    }
}

type Everything = (Point, DataProcessor, Vector, Config, LogBuffer);

fn show((point, processor, vector, config, log): &Everything) {
    let DataProcessor { name, cache } = processor;
    let LogBuffer { filename, pending, file } = log;
    let file = if file.is_some() { "open" } else { "closed" };
    println!("Rust    {point:?}");
    println!("Rust    DataProcessor {{ name: {name:?}, cache: {cache:?} }}");
    println!("Rust    {vector:?}");
    println!("Rust    {config:?}");
    println!("Rust    LogBuffer {{ filename: {filename:?}, pending: {pending:?}, file: {file} }}");
}

fn main() -> Result {
    // Rust and Python both open `tour.log` in the current folder, so let that be one of our own.
    let folder = std::env::temp_dir().join(format!("pickle-tour-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    std::env::set_current_dir(&folder)?;

    println!("\nFive Rust structs, each with #[derive(Reduce)]:\n");
    let text = String::from;
    let mut log =
        LogBuffer { filename: text("tour.log"), pending: vec![text("from Rust")], file: None };
    log.reopen()?;
    let everything = (
        Point { x: 3.0, y: 4.0 },
        DataProcessor { name: text("shout"), cache: [(text("hi"), text("HI"))].into() },
        Vector { coords: (1.0, 2.0, 3.0) },
        Config::with_one_setting(text("theme"), text("dark")),
        log,
    );
    show(&everything);

    let ours = pickle_core::to_vec(&everything)?;
    println!("\nto_vec makes a pickle of {} bytes. CPython loads it with nothing but", ours.len());
    println!(
        "pickle.loads and has instances of its own classes, the cache empty, the file open:\n"
    );

    let theirs = ask_python(
        &ours,
        r#"
everything = point, processor, vector, config, log = pickle.loads(ours)
for each in everything:
    print(each)

processor.process("hello")
config.settings["edited by"] = "CPython %d.%d" % sys.version_info[:2]
log.flush()
log.write("from Python")
print("")
print("works with them: %r, %r" % (processor, log))
theirs = pickle.dumps((point, processor, vector, config, log))
"#,
        "tour.pkl",
    )?;

    println!(
        "\nfrom_slice turns the {} bytes that Python dumped into the structs:\n",
        theirs.len()
    );
    let mut back: Everything = pickle_core::from_slice(&theirs)?;
    show(&back);
    assert!(back.1.cache.is_empty());

    let log = &mut back.4;
    let file = log.file.as_mut().ok_or("the hook did not open the file")?;
    for line in log.pending.drain(..) {
        writeln!(file, "{line}")?;
    }
    println!("\ntour.log now says {:?}\n", fs::read_to_string("tour.log")?);

    std::env::set_current_dir(std::env::temp_dir())?;
    fs::remove_dir_all(&folder)?;
    Ok(())
}
