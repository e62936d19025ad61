//! The command-line tool `pickle`: looks at Python pickles, and rewrites them, without running
//! anything that they name.
//!
//! The binary only calls [`run`]; the rest is here, so that tests and other programs can use the
//! parts.
//!
//! | module | what it does |
//! |---|---|
//! | [`cli`] | the arguments |
//! | [`show`], [`get`], [`diff`], [`stat`], [`rename`], [`to_json`], [`from_json`], [`dis`], [`optimize`], [`transcode`] | one file for each subcommand |
//! | [`audit`], [`infer`] | a folder for each subcommand |
//! | [`neutral`] | a graph as JSON, and back |
//! | [`tree`] | a graph as text for humans |
//! | [`walk`], [`path`], [`layout`] | what those stand on: a walk without recursion, paths, and line breaks |
//! | [`compare`] | where two graphs differ |
//! | [`stream`] | which pickles a file holds |
//! | [`files`], [`failure`] | input, output, and exit codes |

pub mod audit;
pub mod cli;
pub mod compare;
pub mod diff;
pub mod dis;
pub mod failure;
pub mod files;
mod fingerprint;
pub mod from_json;
pub mod get;
pub mod infer;
pub mod layout;
pub mod modern;
pub mod neutral;
pub mod optimize;
pub mod path;
pub mod rename;
pub mod show;
pub mod stat;
pub mod stream;
pub mod to_json;
pub mod transcode;
pub mod tree;
pub mod walk;

use cli::{Cli, Command};
use failure::Result;

/// Runs one command, and returns what the process should end with.
///
/// # Errors
/// Whatever the command fails with; [`Cli::exit_code`] then is what the process should end with.
///
/// ```no_run
/// use clap::Parser as _;
///
/// let cli = pickle_cli::cli::Cli::parse_from(["pickle", "show", "config.pkl"]);
/// if let Err(failure) = pickle_cli::run(&cli) {
///     eprintln!("pickle: {failure}");
/// }
/// ```
pub fn run(cli: &Cli) -> Result<u8> {
    match &cli.command {
        Command::Audit(args) => return audit::run(args, cli.color),
        Command::Show(args) => show::run(args, cli.color),
        Command::Get(args) => get::run(args, cli.color),
        Command::Diff(args) => return diff::run(args).map(u8::from),
        Command::Stat(args) => stat::run(args),
        Command::ToJson(args) => to_json::run(args),
        Command::FromJson(args) => from_json::run(args),
        Command::Dis(args) => dis::run(args),
        Command::Infer(args) => infer::run(args),
        Command::Optimize(args) => optimize::run(args),
        Command::Rename(args) => rename::run(args),
        Command::Transcode(args) => transcode::run(args),
    }?;
    Ok(0)
}
