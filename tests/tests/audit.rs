//! What the auditor says of the corpus, and of the shapes that scanners are known to miss.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use std::collections::BTreeMap;
use std::env;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use pickle_core::tools::audit::{Action, Audit, Auditor, Finding, Policy, Verdict, audit};
use pickle_tests::corpus::{self, Case};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What an audit of one case may take.
const TIME: Duration = Duration::from_secs(1);
const MEMORY: usize = 64 << 20;

/// The auditor with the extension codes that the writer of the case had registered.
fn auditor(case: &Case) -> Auditor {
    let mut auditor = Auditor::new();
    for entry in case.entry["extensions"].as_array().into_iter().flatten() {
        let code = i32::try_from(entry[2].as_i64().unwrap()).unwrap();
        let text = |place: usize| entry[place].as_str().unwrap().to_owned();
        auditor = auditor.extension(code, text(0), text(1));
    }
    auditor
}

fn line(finding: &Finding) -> String {
    let Finding { offset, within, action, name, args, verdict, reason, .. } = finding;
    let within: String = within.iter().map(|offset| format!("{offset}/")).collect();
    format!("{within}{offset} {} {name}{args} {verdict}: {reason}", action.as_str())
}

fn lines(audit: &Audit) -> String {
    audit.findings.iter().map(|finding| line(finding) + "\n").collect()
}

/// One function, as what is allocated is counted for the whole process.
#[test]
fn corpus() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let harmless =
        ["scalar", "container", "recursion", "stdlib", "class", "numpy", "seed", "py2-basic"];
    let mut verdicts: BTreeMap<(String, Verdict), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for case in corpus::cases(&folder) {
        let family = case.entry["family"].as_str().unwrap().to_owned();
        let auditor = auditor(&case);
        ALLOCATED.reset_peak_usage();
        let (before, start) = (ALLOCATED.current_usage(), Instant::now());
        let audit = auditor.audit(&case.pickle);
        let (memory, time) = (ALLOCATED.peak_usage() - before, start.elapsed());
        assert!(time < TIME && memory < MEMORY, "{}: {time:?}, {memory} bytes", case.name());

        let verdict = audit.verdict();
        let is_dangerous = verdict == Verdict::Dangerous;
        if is_dangerous != (family == "exploit")
            && (is_dangerous && harmless.contains(&&*family) || family == "exploit")
        {
            wrong.push(format!("{}: {verdict}\n{}", case.name(), lines(&audit)));
        }
        if harmless.contains(&&*family) && audit.error.is_some() {
            wrong.push(format!("{}: {:?}", case.name(), audit.error));
        }
        if env::var_os("PICKLE_AUDIT_UNKNOWN").is_some() && verdict == Verdict::Unknown {
            for finding in audit.findings.iter().filter(|it| it.verdict == verdict) {
                eprintln!(
                    "{family} {} {}: {}",
                    finding.action.as_str(),
                    finding.name,
                    finding.reason
                );
            }
        }
        *verdicts.entry((family, verdict)).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
    let table: String = verdicts
        .iter()
        .map(|((family, verdict), count)| format!("{family} {verdict} {count}\n"))
        .collect();
    insta::assert_snapshot!("corpus", table);
}
