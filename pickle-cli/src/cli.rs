//! The arguments of the command line.

use std::path::{Path, PathBuf};

use clap::{Args, ColorChoice, Parser, Subcommand, ValueEnum};

use crate::failure::Failure;

const EXIT_CODES: &str = "\
FILE is `-` for standard input, OUT is `-` for standard output.

Exit codes:
  0  all is well
  1  a file cannot be read or written
  2  the input is no well-formed pickle or JSON, or the arguments are wrong

`pickle audit` also ends with:
  3  something is unknown, and nothing is dangerous
  4  something is dangerous
Of several files, 4 comes before 1, 2, 3 and 0, in this order.

`pickle diff` has 1 for differences, and 2 for trouble of any kind.";

const DIFF_EXIT_CODES: &str = "\
Memo, batches, frames and protocol do not count: bytes are bytes, though a call of `_codecs.encode`
makes them in protocol 2. What is shared does, the order of dicts, and which function makes an object.

Exit codes, as those of diff and cmp:
  0  the same
  1  different
  2  a file cannot be read or is no well-formed pickle, or the arguments are wrong";

const INFERENCE: &str = "\
The fields are those that instances have; what is missing in some is optional. Classes of Python's
own and of NumPy become types of pickle_core. Dicts are structs if their keys are text and their
values differ in type, and maps otherwise. Members of an enum are known by their looks. What two
references lead to is in an Rc, what is on a cycle in a RefCell as well. Where values have no common
type there is a Value, and a comment says what was found.";

/// Looks at Python pickles, and rewrites them. Nothing that a pickle names is ever run.
#[derive(Debug, Parser)]
#[command(name = "pickle", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// When to use colours.
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    pub color: ColorChoice,
}

impl Cli {
    /// What the process should end with when the command failed: `diff` has 1 for differences.
    #[must_use]
    pub fn exit_code(&self, failure: &Failure) -> u8 {
        match self.command {
            Command::Diff(_) => 2,
            _ => failure.exit_code(),
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a pickle builds, as a tree or as JSON.
    Show(ShowArgs),
    /// Show one value of a pickle, by its path.
    Get(GetArgs),
    /// Show where two pickles differ in what they build, however it is spelled.
    #[command(after_help = DIFF_EXIT_CODES)]
    Diff(DiffArgs),
    /// Count what a pickle consists of: classes, types, opcodes, and the bytes that they take.
    Stat(StatArgs),
    /// Print JSON that says all about a pickle, as `show --json --full` does, for `from-json`.
    ToJson(ToJsonArgs),
    /// Write the pickle that JSON of `to-json` or `show --json --full` speaks of.
    FromJson(FromJsonArgs),
    /// List the instructions of a pickle, as `python -m pickletools` does.
    Dis(DisArgs),
    /// Say what pickles would import and call in Python, and whether that is dangerous.
    Audit(AuditArgs),
    /// Print structs of Rust that load the pickles and write the same.
    #[command(after_help = INFERENCE)]
    Infer(InferArgs),
    /// Write a pickle without the memo entries that nothing refers to.
    Optimize(OptimizeArgs),
    /// Write a pickle with other names for classes and modules, for when they moved.
    Rename(RenameArgs),
    /// Write a pickle in another protocol. No class need be importable.
    Transcode(TranscodeArgs),
}

/// How to read what a file holds.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Every byte of the file must belong to a pickle; without it, what looks like no further
    /// pickle is left out with a note.
    #[arg(long)]
    pub all: bool,

    /// How many decimal digits an integer in text form may have.
    #[arg(long, value_name = "N", default_value_t = 1 << 16)]
    pub digits: usize,
}

/// The arguments of `pickle show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The pickle, or several in a row.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Print one JSON document that says exactly what the pickle builds.
    #[arg(long)]
    pub json: bool,

    /// Show any depth, all items, and long text in full. JSON says the protocol then, too; otherwise
    /// it has the length and the SHA-256 of text and bytes over 1024 bytes.
    #[arg(long)]
    pub full: bool,

    /// How many levels of nesting to show.
    #[arg(long, value_name = "N", default_value_t = 16, conflicts_with_all = ["full", "json"])]
    pub depth: usize,

    /// How many items of one container to show.
    #[arg(long, value_name = "N", default_value_t = 50, conflicts_with_all = ["full", "json"])]
    pub items: usize,

    /// How many columns a line may take [default: those of the terminal, or 100].
    #[arg(long, value_name = "N", conflicts_with = "json")]
    pub width: Option<usize>,

    /// The content of an out-of-band buffer; repeat it for each, in order.
    #[arg(long = "buffer", value_name = "FILE")]
    pub buffers: Vec<PathBuf>,

    /// How to read the file.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle get`.
#[derive(Debug, Args)]
pub struct GetArgs {
    /// The pickle; of several in a row the first.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Where the value is, such as `users[3].name`: `.name` for an attribute or a key, `[3]` for an
    /// item or a number as a key, `["any text"]` for other keys; `.args[0]`, `.kwargs` and `.state`
    /// for parts of an object that have no name.
    #[arg(value_name = "PATH")]
    pub path: String,

    /// Print JSON, as `pickle show --json`.
    #[arg(long, conflicts_with = "raw")]
    pub json: bool,

    /// Show any depth, all items, and long text in full.
    #[arg(long, conflicts_with = "raw")]
    pub full: bool,

    /// Write text or bytes as they are, without a line end.
    #[arg(long)]
    pub raw: bool,

    /// The content of an out-of-band buffer; repeat it for each, in order.
    #[arg(long = "buffer", value_name = "FILE")]
    pub buffers: Vec<PathBuf>,

    /// How many decimal digits an integer in text form may have.
    #[arg(long, value_name = "N", default_value_t = 1 << 16)]
    pub digits: usize,
}

/// The arguments of `pickle diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The pickle before, or several in a row.
    #[arg(value_name = "A")]
    pub left: PathBuf,

    /// The pickle after.
    #[arg(value_name = "B")]
    pub right: PathBuf,

    /// Print nothing: the exit code says it.
    #[arg(short, long)]
    pub quiet: bool,

    /// How many differences to print.
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,

    /// How to read the files.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle stat`.
#[derive(Debug, Args)]
pub struct StatArgs {
    /// The pickle, or several in a row, which are counted together.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Print JSON, with all classes.
    #[arg(long)]
    pub json: bool,

    /// How many classes, and how many of the largest values, to print.
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub limit: usize,

    /// How to read the file.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle to-json`.
#[derive(Debug, Args)]
pub struct ToJsonArgs {
    /// The pickle, or several in a row.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// How to read the file.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle from-json`.
#[derive(Debug, Args)]
pub struct FromJsonArgs {
    /// The JSON.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Where to write.
    #[arg(value_name = "OUT")]
    pub output: PathBuf,

    /// The protocol to write [default: the one that the JSON says, or 4].
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5))]
    pub protocol: Option<u8>,

    /// Whose habits to write with.
    #[arg(long, value_enum, default_value_t = Profile::Canonical)]
    pub profile: Profile,

    /// How many decimal digits an integer may have.
    #[arg(long, value_name = "N", default_value_t = 1 << 16)]
    pub digits: usize,
}

/// The arguments of `pickle dis`.
#[derive(Debug, Args)]
pub struct DisArgs {
    /// The pickle.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Say on each line what the instruction does, not before this column.
    #[arg(
        short,
        long,
        value_name = "COLUMN",
        num_args = 0..=1,
        require_equals = true,
        default_value_t = 0,
        default_missing_value = "30"
    )]
    pub annotate: usize,

    /// By how many blanks each open mark indents.
    #[arg(short = 'l', long, alias = "indentlevel", value_name = "BLANKS", default_value_t = 4)]
    pub indent: usize,

    /// List every pickle of the file, not only the first.
    #[arg(long)]
    pub all: bool,

    /// Keep the memo from one pickle of the file to the next.
    #[arg(short, long, requires = "all")]
    pub memo: bool,
}

/// The arguments of `pickle audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// Pickles, or archives and compressed files that hold some.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// Print one JSON document.
    #[arg(long)]
    pub json: bool,

    /// Which globals are allowed and denied, as TOML: `allow = ["shapes.*"]`, `deny = […]`.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,

    /// List what is harmless, too.
    #[arg(short, long, conflicts_with = "json")]
    pub all: bool,

    /// How many bytes may be unpacked from the containers of one file.
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 30)]
    pub limit: u64,
}

/// The arguments of `pickle infer`.
#[derive(Debug, Args)]
pub struct InferArgs {
    /// Pickles of one kind, or several in a row in a file.
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,

    /// The name of the type of the whole.
    #[arg(long, value_name = "NAME", default_value = "Root")]
    pub root: String,

    /// How to read the files.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle optimize`.
#[derive(Debug, Args)]
pub struct OptimizeArgs {
    /// The pickle.
    #[arg(value_name = "IN")]
    pub input: PathBuf,

    /// Where to write; it may be the same file.
    #[arg(value_name = "OUT")]
    pub output: PathBuf,
}

/// The arguments of `pickle transcode`.
#[derive(Debug, Args)]
pub struct TranscodeArgs {
    /// The pickle, or several in a row.
    #[arg(value_name = "IN")]
    pub input: PathBuf,

    /// Where to write; it may be the same file.
    #[arg(value_name = "OUT")]
    pub output: PathBuf,

    /// The protocol to write.
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=5))]
    pub protocol: u8,

    /// Whose habits to write with.
    #[arg(long, value_enum, default_value_t = Profile::Canonical)]
    pub profile: Profile,

    /// Leave the names of globals as they are. Otherwise those that Python 2 has elsewhere are
    /// translated between protocols 0 to 2 and 3 to 5.
    #[arg(long)]
    pub no_fix_imports: bool,

    /// The content of an out-of-band buffer, to be written in band; repeat it for each, in order.
    #[arg(long = "buffer", value_name = "FILE")]
    pub buffers: Vec<PathBuf>,

    /// How to read the file.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// The arguments of `pickle rename`.
#[derive(Debug, Args)]
#[command(override_usage = "pickle rename [OPTIONS] <OLD=NEW>... <IN> <OUT>")]
pub struct RenameArgs {
    /// What has which new name: a module with all below it (`old.mod=new.mod`), or a class
    /// (`old.mod.Class=new.mod.Class`). The longest name that fits counts. Then the pickle, or
    /// several in a row, and where to write, which may be the same file.
    // Only the last of several arguments may be a list for the parser.
    #[arg(value_name = "OLD=NEW> <IN> <OUT", num_args = 3.., required = true)]
    pub words: Vec<String>,

    /// Whose habits to write with [default: those that reproduce the input byte for byte, or
    /// canonical].
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,

    /// How to read the file.
    #[command(flatten)]
    pub read: ReadArgs,
}

/// An old and a new name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rename {
    /// A module, or a class with its module.
    pub old: String,
    /// What it is called now.
    pub new: String,
}

impl RenameArgs {
    /// The renames, and the files to read and to write.
    ///
    /// # Errors
    /// One of the renames has no `=` between two names.
    pub fn parse(&self) -> Result<(Vec<Rename>, &Path, &Path), Failure> {
        let [renames @ .., input, output] = &self.words[..] else {
            return Err(Failure::Arguments("found no file, expected IN and OUT".to_owned()));
        };
        let parse = |text: &String| match text.split_once('=') {
            Some((old, new)) if !old.is_empty() && !new.is_empty() => {
                Ok(Rename { old: old.to_owned(), new: new.to_owned() })
            }
            _ => Err(Failure::Arguments(format!("found {text:?}, expected OLD=NEW"))),
        };
        let renames = renames.iter().map(parse).collect::<Result<_, Failure>>()?;
        Ok((renames, Path::new(input), Path::new(output)))
    }
}

/// Whose habits a pickle is written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// The same data gives the same bytes, whoever pickled it.
    Canonical,
    /// The pickler in C of CPython 3.7 to 3.14.
    CpythonC,
    /// The pickler in Python, and both from CPython 3.15 on.
    CpythonPy,
    /// The pickler in C of CPython 3.6.
    #[value(name = "cpython-3.6")]
    Cpython36,
}

impl From<Profile> for pickle_core::Profile {
    fn from(profile: Profile) -> pickle_core::Profile {
        match profile {
            Profile::Canonical => pickle_core::Profile::Canonical,
            Profile::CpythonC => pickle_core::Profile::CPythonC,
            Profile::CpythonPy => pickle_core::Profile::CPythonPython,
            Profile::Cpython36 => pickle_core::Profile::CPython36,
        }
    }
}
