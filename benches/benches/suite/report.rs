//! What comes of a run: tables on the terminal, and a page with plots.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::plan::Plan;
use crate::table::Table;
use crate::{plot, python, targets};

/// The crates whose versions the page tells.
const CRATES: &[&str] = &[
    "rmp-serde",
    "serde_json",
    "sonic-rs",
    "ciborium",
    "postcard",
    "bitcode",
    "serde-pickle",
    "deser-pickle",
    "rkyv",
];

const METHOD: &str = "\
Written by `cargo bench -p pickle-benches`. With `-- --quick` it takes a tenth of the data and a \
minute, with `-- log` it runs what has `log` in its name; neither writes this page. With \
`--features mimalloc` all contenders in Rust use that allocator instead of the system's, and the \
page is [benchmarks-mimalloc.md](benchmarks-mimalloc.md): half of the time that reading takes is \
the allocator's.

Contenders of a row run in turn in one process, each once in a round, so that whatever disturbs \
the machine disturbs all of them; and each after a run that is not measured, unless it takes more \
than 20 ms, so that the caches hold what it needs itself and not what the one before it left there. \
A cell is the median of the rounds, ± half the distance between the quartiles, and in brackets our \
median over theirs: less is better. Short work is repeated for a millisecond before the clock is \
read. Making a value includes dropping it. CPython and msgspec are measured by the same rule in a \
process of their own, right before.

Every contender has read back an equal value before it is measured; `cargo test -p pickle-benches` \
does that with a few values of each kind. Data come from a fixed seed. Ours are instances of \
classes with the names of their attributes; the others write what their formats have: maps with \
names (rmp-serde, JSON, CBOR, serde-pickle, deser-pickle), or no names at all (postcard, bitcode, \
rkyv). `pickle-core::serde` is our bridge, which writes the dicts of serde-pickle. `Vec<u8>` is \
bytes in every format that has them. serde_json has its feature `float_roundtrip`, without which \
it does not read back the floats that it wrote. rkyv checks its bytes and makes the owned value; \
bitcode goes through serde. Writing goes into a buffer that was used before, except with bitcode, \
which always makes one.
";

/// Whether all contenders in Rust use mimalloc.
const MIMALLOC: bool = cfg!(feature = "mimalloc");

/// All tables of a run.
#[derive(Debug)]
pub(crate) struct Report<'p> {
    plan: &'p Plan,
    tables: Vec<Table>,
    msgspec: Option<String>,
}

impl<'p> Report<'p> {
    /// A report of nothing yet.
    pub(crate) fn new(plan: &'p Plan) -> Report<'p> {
        Report { plan, tables: Vec::new(), msgspec: None }
    }

    /// Adds a table and shows it; one without rows is left out.
    pub(crate) fn add(&mut self, table: Table) {
        if table.rows.is_empty() {
            return;
        }
        if !self.plan.is_check() {
            println!("\n{}\n\n{}", table.title, table.markdown());
        }
        self.tables.push(table);
    }

    /// Notes which msgspec was measured.
    pub(crate) fn used_msgspec(&mut self, version: &str) {
        self.msgspec = Some(version.to_owned());
    }

    /// Shows the targets, and writes the page if everything ran.
    pub(crate) fn finish(&self) -> Result<(), Box<dyn Error>> {
        if self.plan.is_check() {
            println!("every contender of {} tables reads what it writes", self.tables.len());
            return Ok(());
        }
        let targets = targets::markdown(&self.tables);
        println!("\nTargets\n\n{targets}");
        if self.plan.is_complete() {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
            self.write(&folder, &targets)?;
        }
        Ok(())
    }

    fn write(&self, folder: &Path, targets: &str) -> Result<(), Box<dyn Error>> {
        let mut page = format!("# Benchmarks\n\n{METHOD}\n{}\n", self.circumstances());
        write!(page, "## Targets\n\nOur number over theirs.\n\n{targets}")?;
        for table in &self.tables {
            let Table { id, title, note, .. } = table;
            let markdown = table.markdown();
            write!(page, "\n## {title}\n\n{note}\n\n{markdown}")?;
            if !MIMALLOC {
                write!(page, "\n![{title}](plots/{id}.svg)\n")?;
                plot::draw(table, &folder.join("plots").join(id).with_extension("svg"))?;
            }
        }
        let name = if MIMALLOC { "benchmarks-mimalloc.md" } else { "benchmarks.md" };
        Ok(fs::write(folder.join(name), page)?)
    }

    /// The machine and the versions.
    fn circumstances(&self) -> String {
        let output = |program: &str, arguments: &[&str]| {
            let output = Command::new(program).args(arguments).output().ok()?;
            Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = cpu.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        let model = model.map_or(std::env::consts::ARCH, |(_, model)| model);
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut text = format!("* {model}, {threads} threads, {}\n", std::env::consts::OS);
        for line in [
            output("rustc", &["--version"]),
            output("git", &["describe", "--always", "--dirty"])
                .map(|commit| format!("commit {commit}")),
            python::find().map(|python| format!("CPython {}", python.version)),
            self.msgspec.as_ref().map(|version| format!("msgspec {version}")),
        ] {
            let _ = writeln!(text, "* {}", line.unwrap_or_else(|| "something unknown".to_owned()));
        }
        let versions: Vec<String> = CRATES.iter().map(|name| locked(name)).collect();
        let _ = writeln!(text, "* {}", versions.join(", "));
        if MIMALLOC {
            let _ = writeln!(text, "* {}, for all contenders in Rust", locked("mimalloc"));
        }
        text
    }
}

/// A crate with the version that was built.
fn locked(name: &str) -> String {
    let lock = include_str!("../../../Cargo.lock");
    let entry = lock.split_once(&format!("name = \"{name}\"\nversion = \""));
    let version = entry.and_then(|(_, rest)| rest.split('"').next());
    format!("{name} {}", version.unwrap_or_default())
}
