//! What the auditor says of the corpus, and what that costs. This binary counts what is allocated,
//! so it has one test.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use pickle_core::tools::audit::{Auditor, Verdict};
use pickle_tests::corpus;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What an audit of one case may take.
const TIME: Duration = Duration::from_secs(1);
const MEMORY: usize = 64 << 20;

#[test]
fn verdicts_time_and_memory() {
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
        let auditor = case.extensions().fold(Auditor::new(), |auditor, (code, module, name)| {
            auditor.extension(code, module, name)
        });
        ALLOCATED.reset_peak_usage();
        let (before, start) = (ALLOCATED.current_usage(), Instant::now());
        let audit = auditor.audit(&case.pickle);
        let (memory, time) = (ALLOCATED.peak_usage() - before, start.elapsed());
        assert!(time < TIME && memory < MEMORY, "{}: {time:?}, {memory} bytes", case.name());

        let verdict = audit.verdict();
        let is_wrong = match verdict {
            Verdict::Dangerous => harmless.contains(&&*family),
            _ => family == "exploit",
        };
        if is_wrong {
            wrong.push(format!("{}: {verdict}, {:#?}", case.name(), audit.findings));
        }
        if harmless.contains(&&*family) && audit.error.is_some() {
            wrong.push(format!("{}: {:?}", case.name(), audit.error));
        }
        *verdicts.entry((family, verdict)).or_default() += 1;
    }
    assert!(wrong.is_empty(), "{} cases\n{}", wrong.len(), wrong.join("\n"));
    let table: String = verdicts
        .iter()
        .map(|((family, verdict), count)| format!("{family} {verdict} {count}\n"))
        .collect();
    insta::assert_snapshot!("verdicts", table);
}
