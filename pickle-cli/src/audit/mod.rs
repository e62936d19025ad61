//! `pickle audit`.
//!
//! | module | what it does |
//! |---|---|
//! | [`container`] | finds pickles in archives and compressed files |
//! | [`policy`] | reads the policy file |
//! | [`report`] | prints what was found, as text and as JSON |

pub mod container;
pub mod policy;
pub mod report;

use std::io::{self, BufWriter, Write};

use anstream::AutoStream;
use pickle_core::tools::audit::{Audit, Auditor, Verdict};

use crate::cli::AuditArgs;
use crate::failure::{Failure, Result};
use crate::{files, show};
use container::Budget;

/// The exit code when something is unknown, and nothing worse.
pub const UNKNOWN: u8 = 3;

/// The exit code when something is dangerous.
pub const DANGEROUS: u8 = 4;

/// One pickle of a file.
#[derive(Debug)]
pub struct Part {
    /// Where it is in the containers of the file; empty for the file itself.
    pub path: String,
    /// What was found, or why the part cannot be read.
    pub outcome: Result<Audit, String>,
}

/// What was found in one file.
#[derive(Debug)]
pub struct Report {
    /// The file; `-` for standard input.
    pub file: String,
    /// Its pickles.
    pub parts: Vec<Part>,
}

impl Report {
    /// Audits the content of a file.
    #[must_use]
    pub fn new(file: String, content: &[u8], auditor: &Auditor, limit: u64) -> Report {
        let mut parts = Vec::new();
        container::open(content, "", auditor, &mut Budget::new(limit), &mut parts);
        Report { file, parts }
    }

    /// The worst verdict.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let verdicts = self.parts.iter().flat_map(|part| &part.outcome).map(Audit::verdict);
        verdicts.max().unwrap_or_default()
    }

    /// Whether something cannot be read, or is no pickle to its end.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        let is_whole = |part: &Part| part.outcome.as_ref().is_ok_and(|audit| audit.error.is_none());
        !self.parts.iter().all(is_whole)
    }

    /// What the process should end with for this file.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self.verdict() {
            Verdict::Dangerous => DANGEROUS,
            _ if self.is_broken() => 2,
            Verdict::Unknown => UNKNOWN,
            Verdict::Harmless => 0,
        }
    }
}

/// The code that says the most of several: what is dangerous before what cannot be judged, and
/// that before what is unknown.
fn worse(first: u8, second: u8) -> u8 {
    let rank = |code: &u8| [0, UNKNOWN, 2, 1, DANGEROUS].iter().position(|it| it == code);
    [first, second].into_iter().max_by_key(rank).unwrap_or(first)
}

/// Audits files, and returns the exit code.
///
/// # Errors
/// The policy cannot be read. A file that cannot be read is reported on standard error, and the
/// others are audited all the same.
pub fn run(args: &AuditArgs, color: clap::ColorChoice) -> Result<u8> {
    let auditor = match &args.policy {
        Some(path) => policy::read(path)?,
        None => Auditor::new(),
    };
    let mut code = 0;
    let mut reports = Vec::new();
    for file in &args.files {
        match files::read(file) {
            Ok(content) => {
                let name = file.display().to_string();
                let report = Report::new(name, &content, &auditor, args.limit);
                code = worse(code, report.exit_code());
                reports.push(report);
            }
            Err(failure) => {
                anstream::eprintln!("pickle: {failure}");
                code = worse(code, failure.exit_code());
            }
        }
    }
    let stdout = io::stdout().lock();
    let written = if args.json {
        report::json(&reports, &mut BufWriter::new(stdout))
    } else {
        let choice = show::color_choice(color, &stdout);
        let mut out = BufWriter::new(AutoStream::new(stdout, choice));
        report::text(&reports, args.all, choice != anstream::ColorChoice::Never, &mut out)
            .and_then(|()| out.flush())
    };
    written.map_err(Failure::stdout)?;
    Ok(code)
}
