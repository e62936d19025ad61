//! Pickles that do harm in CPython, in shapes that name as little as possible: each is run for real,
//! with stand-ins only for what would do the harm, and the auditor calls each dangerous.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use pickle_core::tools::audit::{Auditor, Verdict};
use pickle_tests::check::hex;
use pickle_tests::python::pythons;
use serde_json::json;

/// What it is, the versions of CPython 3 that have it, what it calls in the end, the pickle.
type Attack = (&'static str, (u32, u32), &'static str, &'static [u8]);

#[rustfmt::skip]
const ATTACKS: &[Attack] = &[
    ("a module under another name", (6, 99), "os.system",
        b"\x80\x04cbuiltins\ngetattr\n(coperator\ngetitem\n(\x8c\x0bcollections\x8c\x0c_sys.modules\x93Vos\ntRVsystem\ntR(Vx\ntR."),
    ("a module under another name, dotted", (9, 99), "os.system",
        b"\x80\x04\x8c\x06random\x8c\x0a_os.system\x93(Vx\ntR."),
    ("the builtins under another name", (11, 99), "builtins.eval",
        b"\x80\x04\x8c\x04enum\x8c\x0abltns.eval\x93(V1\ntR."),
    ("open under another name", (6, 99), "builtins.open",
        b"ctokenize\n_builtin_open\n(V/canary\nVw\ntR."),
    ("annotations that are evaluated", (6, 13), "builtins.eval",
        b"ctyping\nget_type_hints\n(ctypes\nSimpleNamespace\n)R}V__annotations__\n}VX\nV1\nssbtR."),
    ("a function made of text", (7, 12), "builtins.exec",
        b"cdataclasses\n_create_fn\n(Vf\n](Vself\ne](Vpass\netR."),
    ("a warning's category that is imported", (6, 99), "import canary",
        b"cwarnings\n_getcategory\n(Vcanary.X\ntR."),
    ("a parser that is imported", (6, 99), "import canary",
        b"cxml.sax\nmake_parser\n(](Vcanary\netR."),
    ("options that are imported", (6, 99), "import canary",
        b"cbuiltins\ngetattr\n(coptparse\nValues\n)RVread_module\ntR(Vcanary\ntR."),
    ("a test of a mail capability", (6, 12), "os.system",
        b"cmailcap\nfindmatch\n(}Va/b\n](}Vview\nVx\nsVtest\nVx\nsVlineno\nK\x01sesVa/b\ntR."),
    ("a pipeline", (6, 12), "os.system",
        b"cpipes\nTemplate\n)Rp0\n0cbuiltins\ngetattr\n(g0\nVappend\ntR(Vx\nV--\ntR0cbuiltins\ngetattr\n(g0\nVcopy\ntR(Va\nVb\ntR."),
    ("another interpreter", (8, 12), "_xxsubinterpreters.run_string",
        b"c_xxsubinterpreters\nrun_string\n(K\x01V1\ntR."),
    ("another interpreter, newer", (13, 99), "_interpreters.run_string",
        b"c_interpreters\nrun_string\n(K\x01V1\ntR."),
    ("a type of arguments", (6, 99), "builtins.open",
        b"cargparse\nFileType\n(Vw\ntR(V/canary\ntR."),
    ("a debugger", (6, 99), "builtins.exec",
        b"cbuiltins\ngetattr\n(cbdb\nBdb\n)RVrun\ntR(Vpass\ntR."),
    ("a profiler", (6, 99), "builtins.exec",
        b"ccProfile\nrun\n(Vpass\ntR."),
    ("a configuration of the log", (6, 99), "os.system",
        b"clogging.config\ndictConfig\n(}Vversion\nK\x01sVformatters\n}Vx\n}V()\nVos.system\nsVcommand\nVx\nssstR."),
    ("a pager", (6, 99), "subprocess.Popen",
        b"cpydoc\npipepager\n(Vx\nVx\ntR."),
    ("a timer", (6, 99), "builtins.exec",
        b"ctimeit\ntimeit\n(Vpass\ntR."),
    ("a formatter that gets attributes", (9, 99), "os.system",
        b"cbuiltins\ngetattr\n(cstring\nFormatter\n)RVget_field\ntR(V0.system\n(crandom\n_os\nt}tRp0\n0coperator\ngetitem\n(g0\nK\0tR(Vx\ntR."),
];

/// Instructions that get an attribute of what other instructions make.
type Get = fn(&[u8], &str) -> Vec<u8>;

/// Ways to call `getattr` so that the pickle itself does not.
const HIDDEN: &[(&str, Get)] = &[
    ("a factory set by a state", |of, name| {
        let factory = partial(of, name);
        item(
            &bytes(&[b"ccollections\ndefaultdict\n)R(N}Vdefault_factory\n", &factory, b"stb"]),
            "x",
        )
    }),
    ("a policy set by a state", |of, name| {
        let name = name.as_bytes();
        let get = bytes(&[b"cfunctools\npartial\n(cbuiltins\ngetattr\n", of, b"tR"]);
        let policy = b"ctypes\nSimpleNamespace\n)R}Vheader_fetch_parse\n";
        let headers = bytes(&[b"V_headers\n](V", name, b"\nNtas"]);
        let begin = b"cemail.message\nMessage\n)R}";
        let message = bytes(&[begin, &headers, b"Vpolicy\n", policy, &get, b"sbsb"]);
        item(&message, std::str::from_utf8(name).unwrap())
    }),
    ("a partial set by its own method", |of, name| {
        // An index of the memo that the inner ones do not use.
        let index = of.len().to_string();
        let (put, get) = (format!("p{index}\n"), format!("g{index}\n"));
        let set = b"0cbuiltins\ngetattr\n(";
        let state = bytes(&[b"((cbuiltins\ngetattr\n(", of, b"V", name.as_bytes(), b"\nt}NttR0"]);
        let made = b"cfunctools\npartial\n(cbuiltins\nlen\ntR";
        let (put, get) = (put.as_bytes(), get.as_bytes());
        bytes(&[made, put, set, get, b"V__setstate__\ntR", &state, get, b")R"])
    }),
    ("a partial made by __newobj__", |of, name| {
        let made = b"ccopyreg\n__newobj__\n(cfunctools\npartial\ncbuiltins\ngetattr\n";
        bytes(&[made, of, b"V", name.as_bytes(), b"\ntR)R"])
    }),
    ("a partial made by __new__", |of, name| {
        let new = b"\x8c\x09functools\x8c\x0fpartial.__new__\x93";
        let args = b"(cfunctools\npartial\ncbuiltins\ngetattr\n";
        bytes(&[new, args, of, b"V", name.as_bytes(), b"\ntR)R"])
    }),
    ("a partial made by _reconstructor", |of, name| {
        let args = b"(cfunctools\npartial\ncfunctools\npartial\ncbuiltins\ngetattr\ntR(";
        bytes(&[b"ccopyreg\n_reconstructor\n", args, of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a method bound to what it looks into", |of, name| {
        let method = b"ctypes\nMethodType\n(cbuiltins\ngetattr\n";
        bytes(&[method, of, b"tR(V", name.as_bytes(), b"\ntR"])
    }),
    ("a copy", |of, name| {
        let copy = b"ccopy\n_reconstruct\n(NNcbuiltins\ngetattr\n(";
        bytes(&[copy, of, b"V", name.as_bytes(), b"\nttR"])
    }),
    ("arguments that are computed", |of, name| {
        let list = bytes(&[b"](", of, b"V", name.as_bytes(), b"\ne"]);
        bytes(&[b"cbuiltins\ngetattr\ncbuiltins\ntuple\n(", &list, b"tRR"])
    }),
    ("a state that is computed", |of, name| {
        let entry = bytes(&[b"(Vdefault_factory\n", &partial(of, name), b"t"]);
        let state = bytes(&[b"cbuiltins\ndict\n(](", &entry, b"etR"]);
        item(&bytes(&[b"ccollections\ndefaultdict\n)R(N", &state, b"tb"]), "x")
    }),
    ("a state that is filled", |of, name| {
        let state = b"ccollections\nOrderedDict\n)R(Vdefault_factory\n";
        let state = bytes(&[state, &partial(of, name), b"u"]);
        item(&bytes(&[b"ccollections\ndefaultdict\n)R(N", &state, b"tb"]), "x")
    }),
    ("a function taken out of a list", |of, name| {
        let getattr = item(b"](cbuiltins\ngetattr\ne", "");
        bytes(&[&getattr, b"(", of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a function taken out of a set", |of, name| {
        let getattr = b"cbuiltins\nmax\n(\x8f(cbuiltins\ngetattr\n\x90tR";
        bytes(&[getattr, b"(", of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a function taken out of a deque", |of, name| {
        let getattr = item(b"ccollections\ndeque\n)Rcbuiltins\ngetattr\na", "");
        bytes(&[&getattr, b"(", of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a function taken out by a method", |of, name| {
        let get = b"cbuiltins\ngetattr\n(}K\0cbuiltins\ngetattr\nsVget\ntR(K\0tR";
        bytes(&[get, b"(", of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a function behind many arguments", |of, name| {
        let begin = b"cbuiltins\nlist\n(citertools\nchain\n(";
        let many = bytes(&[begin, &b")".repeat(40), b"](cbuiltins\ngetattr\netRtR"]);
        bytes(&[&item(&many, ""), b"(", of, b"V", name.as_bytes(), b"\ntR"])
    }),
    ("a function in a partial as a factory", |of, name| {
        let map = b"cfunctools\npartial\n(cbuiltins\nmap\ncbuiltins\ngetattr\n](";
        let map = bytes(&[map, of, b"e](V", name.as_bytes(), b"\netR"]);
        let begin = b"ccollections\ndefaultdict\n)R(N}Vdefault_factory\n";
        let found = item(&bytes(&[begin, &map, b"stb"]), "x");
        item(&bytes(&[b"cbuiltins\nlist\n(", &found, b"tR"]), "")
    }),
    ("an iterator of what it returns", |of, name| {
        let iterator = bytes(&[b"cbuiltins\niter\n(", &partial(of, name), b"NtR"]);
        let first = bytes(&[b"cbuiltins\nzip\n(", &iterator, b"](K\0etR"]);
        let pair = item(&bytes(&[b"cbuiltins\nlist\n(", &first, b"tR"]), "");
        item(&pair, "")
    }),
];

fn bytes(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// `functools.partial(getattr, of, name)`.
fn partial(of: &[u8], name: &str) -> Vec<u8> {
    let begin = b"cfunctools\npartial\n(cbuiltins\ngetattr\n";
    bytes(&[begin, of, b"V", name.as_bytes(), b"\ntR"])
}

/// `of[key]`; without a key, the first.
fn item(of: &[u8], key: &str) -> Vec<u8> {
    let key = if key.is_empty() { b"K\0".to_vec() } else { format!("V{key}\n").into_bytes() };
    bytes(&[b"coperator\ngetitem\n(", of, &key, b"tR"])
}

/// From a class that does no harm to `os.system`.
fn system(get: Get) -> Vec<u8> {
    let new = b"cbuiltins\ngetattr\n(cfractions\nFraction\nV__new__\ntR";
    let sys = item(&get(new, "__globals__"), "sys");
    let os = item(&get(&sys, "modules"), "os");
    get(&os, "system")
}

fn escape(get: Get) -> Vec<u8> {
    bytes(&[b"\x80\x04", &system(get), b"(Vx\ntR."])
}

/// The same, with the call itself as a factory, too: no instruction calls what a call returned.
fn escape_silently(get: Get) -> Vec<u8> {
    let begin = b"ccollections\ndefaultdict\n)R(N}Vdefault_factory\ncfunctools\npartial\n(";
    let factory = bytes(&[begin, &system(get), b"Vx\ntRstb"]);
    bytes(&[b"\x80\x04", &item(&factory, "x"), b"."])
}

#[test]
fn what_does_harm_is_dangerous() {
    let named =
        ATTACKS.iter().map(|&(what, versions, hit, pickle)| (what, versions, hit, pickle.to_vec()));
    let hidden = HIDDEN.iter().map(|&(what, get)| (what, (6, 99), "os.system", escape(get)));
    let silent = ("a call as a factory", (6, 99), "os.system", escape_silently(HIDDEN[0].1));
    let attacks: Vec<_> = named.chain(hidden).chain([silent]).collect();
    let mut failures = Vec::new();
    for (what, _, _, pickle) in &attacks {
        let audit = Auditor::new().audit(pickle);
        if audit.verdict() != Verdict::Dangerous {
            let found: Vec<&str> = audit.findings.iter().map(|it| &*it.name).collect();
            failures.push(format!("{what}: {:?}, {found:?}, {:?}", audit.verdict(), audit.error));
        }
    }
    let request = json!([attacks.iter().map(|attack| hex(&attack.3)).collect::<Vec<_>>()]);
    for python in pythons().iter().filter(|python| python.at_least(3, 6)) {
        let answers = python.run("attacks.py", &request);
        for ((what, (from, to), hit, _), hits) in attacks.iter().zip(answers[0].as_array().unwrap())
        {
            let is_real = hits.as_array().unwrap().iter().any(|it| it == hit);
            if (*from..=*to).contains(&python.version.1) && !is_real {
                failures.push(format!("{python}, {what}: {hits}, expected {hit}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
