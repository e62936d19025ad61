//! What the auditor finds is what CPython does, also in shapes that scanners are known to miss.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use std::time::{Duration, Instant};

use pickle_core::ErrorKind;
use pickle_core::tools::audit::{Action, Audit, Auditor, Finding, Policy, Verdict, audit};
use pickle_tests::check::hex;
use pickle_tests::corpus::{self, Case};
use pickle_tests::python;
use serde_json::json;

/// What an audit that would be quadratic may take, without optimization.
const TIME: Duration = Duration::from_secs(10);

/// The auditor with the extension codes that the writer of the case had registered.
fn auditor(case: &Case) -> Auditor {
    let auditor = Auditor::new().findings(1 << 17);
    case.extensions()
        .fold(auditor, |auditor, (code, module, name)| auditor.extension(code, module, name))
}

fn line(finding: &Finding) -> String {
    let Finding { offset, within, action, name, args, verdict, reason, .. } = finding;
    let within: String = within.iter().map(|offset| format!("{offset}/")).collect();
    format!("{within}{offset} {} {name}{args} {verdict}: {reason}", action.as_str())
}

fn lines(audit: &Audit) -> String {
    audit.findings.iter().map(|finding| line(finding) + "\n").collect()
}

/// Everything that CPython's two unpicklers import in the corpus is found, in their order, and no
/// call is missed; also in pickles that break.
#[test]
fn nothing_is_missed_that_cpython_does() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let mut cases = corpus::cases(&folder);
    // Python takes minutes and gigabytes for the hostile ones.
    cases.retain(|case| case.entry["family"] != "hostile");
    let entry = |case: &Case| {
        let extensions = case.entry["extensions"].as_array().cloned().unwrap_or_default();
        json!({ "pickle": hex(&case.pickle), "extensions": extensions })
    };
    let input = json!(cases.iter().map(entry).collect::<Vec<_>>());
    let mut imports = 0;
    for python in python::pythons().iter().filter(|python| python.at_least(3, 6)) {
        let output = python.run("audit.py", &input);
        for (case, seen) in cases.iter().zip(output.as_array().unwrap()) {
            let audit = auditor(case).audit(&case.pickle);
            let own = || audit.findings.iter().filter(|it| it.within.is_empty());
            for unpickler in seen.as_array().unwrap() {
                let mut found = own().filter(|it| it.action == Action::Import);
                for expected in unpickler["imports"].as_array().unwrap() {
                    let name = expected.as_str().unwrap().replacen(':', ".", 1);
                    // Names that the end of the input cuts off may be empty.
                    let name = name.strip_suffix('.').unwrap_or(&name);
                    let is_found = found.any(|it| it.name == name);
                    assert!(is_found, "{python}, {}: {name}\n{}", case.name(), lines(&audit));
                    imports += 1;
                }
                let acts = [Action::Call, Action::Attribute];
                let calls = own().filter(|it| acts.contains(&it.action)).count();
                let expected = usize::try_from(unpickler["calls"].as_u64().unwrap()).unwrap();
                assert!(calls >= expected, "{python}, {}: {expected} calls", case.name());
            }
        }
    }
    assert!(imports == 0 || imports > 10_000, "{imports}");
}

/// What a policy lets through imports nothing in CPython but what that policy allows.
#[test]
fn what_a_policy_allows_is_what_cpython_imports() {
    let (Some(folder), Some(python)) = (corpus::folder(), python::newest()) else {
        eprintln!("skipped: no corpus or no Python");
        return;
    };
    let mut cases = corpus::cases(&folder);
    cases.retain(|case| case.entry["family"] != "hostile" && case.extensions().next().is_none());
    let entry = |case: &Case| json!({ "pickle": hex(&case.pickle), "extensions": [] });
    let input = json!(cases.iter().map(entry).collect::<Vec<_>>());
    let output = python.run("audit.py", &input);
    let policies = [
        Policy::new(),
        Policy::new().allow("corpus_models.*").deny("datetime.*"),
        Policy::strict().allow("collections.*").allow("decimal.Decimal"),
    ];
    let mut allowed = [0; 3];
    for (case, seen) in cases.iter().zip(output.as_array().unwrap()) {
        for (policy, allowed) in policies.iter().zip(&mut allowed) {
            if policy.check(&case.pickle).is_err() {
                continue;
            }
            let imports = seen.as_array().unwrap().iter().map(|it| it["imports"].as_array());
            for name in imports.flatten().flatten() {
                let line = format!("c{}\n.", name.as_str().unwrap().replacen(':', "\n", 1));
                let alone = policy.check(line.as_bytes());
                assert!(alone.is_ok(), "{}: {name}, {alone:?}", case.name());
                *allowed += 1;
            }
        }
    }
    assert!(allowed.iter().all(|&allowed| allowed > 10), "{allowed:?}");
}

/// Shapes that scanners are known to miss, and the name that has to be found.
#[test]
fn evasions() {
    let nested = b"\x80\x02C\x19cos\nsystem\n(S'echo x'\ntR..";
    let deep = [b"C", &[u8::try_from(nested.len()).unwrap()], &nested[..], b"."].concat();
    let rows: &[(&str, &[u8], Action, &str)] = &[
        ("names out of the memo", b"\x8c\x02os\x94\x8c\x06system\x940h\0h\x01\x93)R.", Action::Call, "os.system"),
        ("PUT and MEMOIZE mixed", b"\x8c\x04textq\x05\x8c\x02os\x940\x8c\x06system\x940h\x01h\x02\x93.", Action::Import, "os.system"),
        ("a memo entry replaced", b"\x8c\x04textp0\n\x8c\x02osq\x0000h\0\x8c\x06system\x93)R.", Action::Call, "os.system"),
        ("a huge memo index", b"Vos\np340282366920938463463374607431768211456\n0g340282366920938463463374607431768211456\nVsystem\n\x93.", Action::Import, "os.system"),
        ("8-bit strings as names", b"U\x02osS'sys\\x74em'\n\x93)R.", Action::Call, "os.system"),
        ("escaped text as a name", b"V\\u006fs\nVsystem\n\x93)R.", Action::Call, "os.system"),
        ("DUP and POP", b"Vos\n2Vsystem\n\x93)R0.", Action::Call, "os.system"),
        ("POP of a mark", b"(0cos\nsystem\n)R.", Action::Call, "os.system"),
        ("a computed name", b"Vos\nc_codecs\ndecode\nVflfgrz\nVrot13\n\x86R\x93.", Action::Import, "<computed>"),
        ("INST", b"(ios\nsystem\n.", Action::Call, "os.system"),
        ("OBJ", b"(cos\nsystem\no.", Action::Call, "os.system"),
        ("a carriage return", b"cos\r\nsystem\r\n)R.", Action::Call, "os\r.system\r"),
        ("a frame that is too short", b"\x80\x04\x95\x02\0\0\0\0\0\0\0cos\nsystem\n)R.", Action::Call, "os.system"),
        ("a frame that is too long", b"\x80\x04\x95\xff\xff\0\0\0\0\0\0cos\nsystem\n)R.", Action::Call, "os.system"),
        ("an integer that C and Python read differently", b"I010\n0I+0\n0cos\nsystem\n)R.", Action::Call, "os.system"),
        ("a float that is none in C", b"F1_0.5\n0cos\nsystem\n)R.", Action::Call, "os.system"),
        ("arguments in a list", b"cos\nsystem\n]R.", Action::Call, "os.system"),
        ("it breaks behind the call", b"cos\nsystem\n)R\xff", Action::Call, "os.system"),
        ("it breaks behind the import", b"cos\nsystem\n", Action::Import, "os.system"),
        ("a line that the end cuts off", b"cos\nsystemX", Action::Import, "os.system"),
        ("behind STOP", b"N.cos\nsystem\n)R.", Action::Call, "os.system"),
        ("behind STOP, with the memo of before", b"\x8c\x02os\x94\x8c\x06system\x94.\x8c\x0bcollections\x94\x8c\x05deque\x94h\0h\x01\x93.", Action::Import, "os.system"),
        ("nested in bytes", nested, Action::Call, "os.system"),
        ("nested twice", &deep, Action::Call, "os.system"),
        ("nested in text", b"\x8c\x0ecos\nsystem\n)R..", Action::Call, "os.system"),
        ("nested in text that stands for bytes", b"\x8c\x11\xc2\x80\x02cos\nsystem\n)R..", Action::Call, "os.system"),
        ("getattr", b"cbuiltins\ngetattr\n(cposixpath\nos\nVsystem\ntR)R.", Action::Call, "posixpath.os.system"),
        ("attrgetter", b"coperator\nattrgetter\nVsystem\n\x85Rcshutil\nos\n\x85R)R.", Action::Call, "shutil.os.system"),
        ("methodcaller", b"coperator\nmethodcaller\n(Vsystem\nVecho\ntRcshutil\nos\n\x85R.", Action::Call, "shutil.os.system"),
        ("partial", b"cfunctools\npartial\ncos\nsystem\n\x85R)R.", Action::Call, "os.system"),
        ("the state of a partial", b"cfunctools\npartial\nclen\nx\n\x85R(cos\nsystem\n)}Ntb)R.", Action::Call, "os.system"),
        ("import_module", b"cimportlib\nimport_module\nVos\n\x85R.", Action::Import, "os"),
        ("__import__", b"cbuiltins\n__import__\nVos\n\x85R.", Action::Import, "os"),
        ("NumPy's import", b"cnumpy.core\n_ufunc_reconstruct\nVos\nVsystem\n\x86R)R.", Action::Call, "os.system"),
        ("a dotted name", b"\x80\x04\x8c\x07logging\x8c\x09os.system\x93)R.", Action::Call, "logging.os.system"),
        ("a walk over classes", b"cbuiltins\ngetattr\n(cbuiltins\nint\nV__subclasses__\ntR.", Action::Attribute, "builtins.int.__subclasses__"),
        ("getattr handed on", b"cbuiltins\nmap\n(cbuiltins\ngetattr\n]]tR.", Action::Call, "builtins.map"),
        ("methodcaller handed on", b"cbuiltins\nmap\n(coperator\nmethodcaller\nV__subclasses__\n\x85R](cbuiltins\nint\netR.", Action::Call, "builtins.map"),
        ("getattr wrapped and handed on", b"cbuiltins\nmap\n(cfunctools\npartial\n(cbuiltins\ngetattr\ncbuiltins\nint\ntR]tR.", Action::Call, "builtins.map"),
        ("attrgetter as a keyword argument", b"cfunctools\npartial\ncbuiltins\nmax\n\x85R(cbuiltins\nmax\n)}Vkey\ncoperator\nattrgetter\nV__class__\n\x85RsNtb]\x85R.", Action::Call, "builtins.max"),
        ("another module's other name", b"csix.moves.builtins\neval\n.", Action::Import, "six.moves.builtins.eval"),
        ("a method of a path", b"cbuiltins\ngetattr\n(cpathlib\nPosixPath\nVx\n\x85RVwrite_text\ntR.", Action::Attribute, "pathlib.PosixPath.write_text"),
        ("a class that is changed", b"cm\nC\n}Vf\nNsb.", Action::SetState, "m.C"),
        ("a list of Python's that is changed", b"csys\npath\nV/tmp\na.", Action::Extend, "sys.path"),
        ("a table of Python's that is changed", b"cm\ntable\nVk\nNs.", Action::SetItems, "m.table"),
        ("_reconstructor", b"ccopyreg\n_reconstructor\n(csubprocess\nPopen\ncbuiltins\nobject\nNtR.", Action::Call, "subprocess.Popen"),
        ("the timer", b"ctimeit\ntimeit\nVpass\n\x85R.", Action::Call, "timeit.timeit"),
        ("the test helper", b"cnumpy.testing._private.utils\nrunstring\n)R.", Action::Call, "numpy.testing._private.utils.runstring"),
        ("what persistent_load returned", b"Px\n)R.", Action::Call, "persistent_load"),
    ];
    for &(what, pickle, action, name) in rows {
        let audit = audit(pickle);
        let found = |it: &Finding| (it.action, &*it.name) == (action, name);
        let is_found = audit.findings.iter().any(found);
        assert!(is_found, "{what}:\n{}{:?}", lines(&audit), audit.error);
        assert_eq!(audit.verdict(), Verdict::Dangerous, "{what}:\n{}", lines(&audit));
    }
}

/// What shows what a class holds, or makes plain values, is not dangerous.
#[test]
fn what_only_looks_dangerous() {
    for (pickle, verdict) in [
        (&b"cos\nstat_result\n(K\x01tR."[..], Verdict::Harmless),
        (b"\x80\x04\x95\0\0\0\0\0\0\0\0Vcos\nVsystem\n\x86.", Verdict::Harmless),
        (b"Vcos\n.", Verdict::Harmless),
        (b"c__builtin__\ngetattr\n(c__builtin__\nlist\nVappend\ntR.", Verdict::Harmless),
        (b"c_codecs\nencode\nVab\nVlatin1\n\x86R.", Verdict::Harmless),
        (b"(Vstorage\nctorch\nFloatStorage\nV0\nVcpu\nK\x01tQ.", Verdict::Harmless),
        (b"cmyapp.commands\nRun\n)R.", Verdict::Unknown),
        (b"cmyapp.os.models\nDisk\n)R.", Verdict::Unknown),
        (b"\x82\x07)R.", Verdict::Unknown),
        (b"cbuiltins\ntype\n(VC\n)}tR.", Verdict::Unknown),
    ] {
        let audit = audit(pickle);
        assert_eq!(audit.verdict(), verdict, "{}", lines(&audit));
        assert!(audit.error.is_none());
    }
}

/// What ran before a pickle ends too early is found, and no prefix makes the auditor fail.
#[test]
fn prefixes_and_damage() {
    let pickle = b"\x80\x04\x95\x20\0\0\0\0\0\0\0\x8c\x02os\x94\x8c\x06system\x94\x93\x94\x8c\x04echo\x85R\x94.";
    for end in 0..pickle.len() {
        let audit = audit(&pickle[..end]);
        assert!(matches!(audit.error.as_ref().unwrap().kind(), ErrorKind::EndOfInput { .. }));
        let expected = [Verdict::Harmless, Verdict::Dangerous][usize::from(end >= 26)];
        assert_eq!(audit.verdict(), expected, "{end}");
    }
    let Some(folder) = corpus::folder() else { return };
    let mut state = 7u64;
    for case in corpus::cases(&folder).iter().filter(|case| case.pickle.len() < 2000) {
        let mut damaged = case.pickle.clone();
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695);
            let random = usize::try_from(state >> 33).unwrap();
            if !damaged.is_empty() {
                let place = random % damaged.len();
                damaged[place] ^= 1 << (random % 8);
            }
            drop(audit(&damaged));
        }
    }
}

/// What would take quadratic time or memory.
#[test]
fn hostile_shapes_end_soon() {
    let chain = [
        &b"cbuiltins\ngetattr\n0cm\nf\np0\n"[..],
        &b"cbuiltins\ngetattr\nh\0Vx\n\x86Rp0\n".repeat(5000),
        b".",
    ]
    .concat();
    let many = [
        &b"("[..],
        &b"K\x01".repeat(50_000),
        b"tp0\n0cm\nf\np1\n",
        &b"h\x01h\0R0".repeat(50_000),
        b"N.",
    ]
    .concat();
    let states = [
        &b"cm\nC\n)R("[..],
        &b"K\x01K\x02".repeat(20_000)[..],
        b"dp0\nb",
        &b"h\0b".repeat(20_000),
        b".",
    ]
    .concat();
    let long =
        [&b"c"[..], &b"a.".repeat(500_000), b"\n", &b"b.".repeat(500_000), b"\n)R."].concat();
    let doubled =
        [&b"cm\nf\n"[..], &b"cfunctools\npartial\nh\0p0\n\x86R".repeat(1000), b"."].concat();
    let texts = [
        &b"V"[..],
        &b"a".repeat(500_000),
        b"\np0\n0c",
        &b"b".repeat(500_000),
        b"\nx\np1\n0",
        &b"h\0h\0\x930cbuiltins\ngetattr\nh\x01h\0\x86R0".repeat(10_000),
        b"N.",
    ]
    .concat();
    let boxes = (0..12).fold(b"cos\nsystem\n)R.".to_vec(), |inner, _| {
        let length = u32::try_from(inner.len()).unwrap().to_le_bytes();
        [&b"\x80\x04B"[..], &length, &inner, b"."].concat()
    });
    for pickle in [chain, many, states, long, texts, doubled, boxes.clone(), b"N.".repeat(100_000)]
    {
        let start = Instant::now();
        drop(audit(&pickle));
        assert!(start.elapsed() < TIME, "{:?}", start.elapsed());
    }
    // What is nested too deep is not taken for harmless.
    assert_eq!(audit(&boxes).verdict(), Verdict::Dangerous);
}

#[test]
fn policies() {
    let judge = |policy: &Policy, pickle: &[u8]| {
        Auditor::new().policy(policy.clone()).audit(pickle).verdict()
    };
    let policy = Policy::new()
        .allow("app.*")
        .deny("app.secret.*")
        .allow("app.secret.Key")
        .deny("datetime.*")
        .allow("os.getpid");
    for (pickle, verdict) in [
        (&b"capp.models\nUser\n)R."[..], Verdict::Harmless),
        (b"capp\nmodels.User\n)R.", Verdict::Harmless),
        (b"capplication\nUser\n)R.", Verdict::Unknown),
        (b"capp.secret\nDoor\n)R.", Verdict::Dangerous),
        (b"capp.secret\nKey\n)R.", Verdict::Harmless),
        (b"cdatetime\ndate\n)R.", Verdict::Dangerous),
        (b"cos\ngetpid\n)R.", Verdict::Harmless),
        (b"cos\nsystem\n)R.", Verdict::Dangerous),
        // A wildcard allows no way through the module to another one.
        (b"capp\nos.system\n)R.", Verdict::Dangerous),
        (b"capp\nUser.__init__.__globals__\n)R.", Verdict::Dangerous),
    ] {
        assert_eq!(judge(&policy, pickle), verdict, "{}", pickle.escape_ascii());
    }
    let strict = Policy::strict().allow("app.User").deny("app.User");
    assert_eq!(judge(&strict, b"capp\nUser\n."), Verdict::Dangerous);
    assert_eq!(judge(&strict, b"cbuiltins\nint\n."), Verdict::Dangerous);
    assert_eq!(judge(&strict, b"]K\x01a."), Verdict::Harmless);
    let error = Policy::new().check(b"cm\nf\n)R.").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Forbidden { .. }));
    assert_eq!(
        error.to_string(),
        "found m.f, expected what the policy allows: it is not known to the auditor (offset 0)"
    );
    assert!(Policy::new().check(b"]K").is_err());
    assert!(Policy::new().check(b"]K\x01a.").is_ok());
}
