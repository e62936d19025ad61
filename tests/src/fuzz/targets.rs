//! What must hold for any bytes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use arbitrary::Unstructured;
use pickle_core::tools::audit::{Action, Auditor, Policy, Verdict};
use pickle_core::tools::{Disassembler, Program, genops};
use pickle_core::types::numpy::NdArray;
use pickle_core::types::{Array, DateTime, OrderedDict};
use pickle_core::{
    Error, Graph, Limits, Node, NodeId, NodeRef, PickleOptions, Profile, Protocol, UnpickleOptions,
    Unpickler, Value,
};

use crate::check::{load, load_with};
use crate::faulty::{Faulty, agree};
use crate::fuzz::{TARGETS, generate};
use crate::models::{Called, Labelled, Point, Shape, Shared};
use crate::transcode::{has_shared_arguments, is_spelling, read, there_and_back, tokens, write};

const PROFILES: [Profile; 3] = [Profile::Canonical, Profile::CPythonC, Profile::CPythonPython];

/// What is written or shown of an input that is longer than this takes long.
const LONG: usize = 1 << 16;

/// Both routes agree, whatever type is asked for.
///
/// # Panics
/// When they do not.
pub fn typed(pickle: &[u8]) {
    let _ = load::<Vec<Point>>(pickle);
    let _ = load::<Labelled>(pickle);
    let _ = load::<Vec<Labelled>>(pickle);
    let _ = load::<Called>(pickle);
    let _ = load::<Vec<Shape>>(pickle);
    let _ = load::<Vec<Shared>>(pickle);
    let _ = load::<Value>(pickle);
    let _ = load::<BTreeMap<String, Value>>(pickle);
    let _ = load::<(i64, String)>(pickle);
    let _ = load::<((Value, Value), Option<Value>)>(pickle);
    let _ = load::<Vec<Rc<Vec<i64>>>>(pickle);
    let _ = load::<Vec<Option<u8>>>(pickle);
    let _ = load::<Vec<u8>>(pickle);
    let _ = load::<String>(pickle);
    let _ = load::<i128>(pickle);
    let _ = load::<f64>(pickle);
}

/// A graph can be walked, shown, compared, written and read again.
///
/// # Panics
/// When it cannot.
pub fn graph(pickle: &[u8]) {
    let Ok(graph) = Graph::from_slice(pickle) else { return };
    let nodes: HashSet<NodeId> = graph.root().walk().map(NodeRef::id).collect();
    assert!(nodes.len() <= graph.len());
    let shown = format!("{graph:?}").len() + format!("{graph:#?}").len();
    assert!(shown <= 400 * pickle.len() + 4096, "{shown} bytes");
    assert!(graph == graph.clone(), "a graph is equal to its copy");
    let expected = tokens(&graph);
    for profile in PROFILES {
        let options = PickleOptions::new().protocol(Protocol::V5).profile(profile);
        let Ok(written) = options.fix_imports(false).graph_to_vec(&graph) else { continue };
        let again = Graph::from_slice(&written).unwrap();
        if !has_spellings(&graph) {
            assert!(again == graph, "{profile:?}: {again:?}, expected {graph:?}");
            assert!(tokens(&again) == expected, "{profile:?}: {again:?}, expected {graph:?}");
        }
        if profile == Profile::Canonical {
            let twice = options.fix_imports(false).graph_to_vec(&again).unwrap();
            assert_eq!(twice.escape_ascii().to_string(), written.escape_ascii().to_string());
        }
    }
}

/// Whether a graph has calls that are the spelling of something else in protocol 5.
fn has_spellings(graph: &Graph<'_>) -> bool {
    let newest = graph.protocol() == Protocol::V5;
    !newest && graph.root().walk().any(|node| node.object().is_some())
}

/// The tools take anything.
///
/// # Panics
/// When one of them does, or two disagree about what is a pickle.
pub fn tools(pickle: &[u8]) {
    let operations: Result<Vec<_>, _> = genops(pickle).collect();
    let listing = Disassembler::new().indent(1).annotate(20).keep_memo(true).dis(pickle);
    assert!(listing.error.is_none() <= operations.is_ok(), "a listing without instructions");
    let program = Program::from_slice(pickle);
    assert!(program.is_ok() >= operations.is_ok(), "{:?}", program.err());
    let Ok(program) = program else { return };
    let bytes = program.to_vec();
    let again = Program::from_slice(&bytes).unwrap();
    assert_eq!(again.to_vec(), bytes);
    if let Ok((graph, _)) = Graph::from_prefix(pickle, &Limits::DEFAULT) {
        assert!(Graph::from_slice(&bytes).unwrap() == graph);
    }
}

/// What is optimized means the same.
///
/// # Panics
/// When it does not.
pub fn optimize(pickle: &[u8]) {
    let (Ok(graph), Ok(optimized)) =
        (Graph::from_slice(pickle), pickle_core::tools::optimize(pickle))
    else {
        return;
    };
    let after = match Graph::from_slice(&optimized) {
        Ok(after) => after,
        Err(error) => panic!("{error}: {}", optimized.escape_ascii()),
    };
    assert!(after == graph, "{graph:?} became {after:?}");
}

/// Every protocol and profile takes a graph there and back, and canonical bytes do not depend on who
/// pickled it before.
///
/// # Panics
/// When one does not.
pub fn transcode(pickle: &[u8]) {
    let Ok(graph) = Graph::from_slice(pickle) else { return };
    let source = graph.protocol();
    for profile in PROFILES {
        for target in Protocol::ALL {
            if let Err(error) = there_and_back(&graph, [source, target], profile) {
                panic!("{source} to {target}, {profile:?}: {error}, of {graph:?}");
            }
        }
    }
    if is_spelling(&graph) || has_shared_arguments(&graph) {
        return;
    }
    for target in Protocol::ALL {
        let Ok(other) = write(&graph, target, Profile::CPythonC) else { continue };
        let Ok(direct) = write(&graph, target, Profile::Canonical) else { continue };
        let again = write(&read(&other), target, Profile::Canonical).unwrap();
        let [direct, again] = [direct, again].map(|it| it.escape_ascii().to_string());
        assert!(direct == again, "protocol {target}: {direct}, by CPythonC {again}, of {graph:?}");
    }
}

/// A stream is read as a slice is, whatever pieces it comes in.
///
/// # Panics
/// When it is not.
pub fn stream(pickles: &[u8]) {
    let is_small = pickles.len() < LONG;
    let form = |graph: &Graph<'_>| if is_small { format!("{graph:?}") } else { String::new() };
    agree("input", pickles, &[1, 7, usize::MAX], form);
    // One after the other.
    let mut unpickler = Unpickler::new(Faulty::new(pickles, 5));
    let mut rest = pickles;
    while let Ok((graph, used)) = Graph::from_prefix(rest, &Limits::DEFAULT) {
        let found = unpickler.load_graph().unwrap();
        assert_eq!(form(&found), form(&graph));
        rest = &rest[used..];
    }
    // With a memo that is kept, the first is the same.
    let mut unpickler = Unpickler::new(Faulty::new(pickles, 5)).keep_memo(true);
    match (unpickler.load_graph(), Graph::from_prefix(pickles, &Limits::DEFAULT)) {
        (Ok(found), Ok((graph, _))) => assert_eq!(form(&found), form(&graph)),
        (Err(found), Err(error)) => assert_eq!(found.to_string(), error.to_string()),
        (found, graph) => panic!("{:?} and {:?}", found.err(), graph.err()),
    }
    let end = unpickler.offset();
    for _ in 0..4 {
        drop(unpickler.load_graph());
    }
    assert!(unpickler.offset() >= end);
}

/// The auditor finds every name that the machine would import, and every call; a policy allows what
/// is harmless to it.
///
/// # Panics
/// When it does not.
pub fn audit(pickles: &[u8]) {
    let audit = Auditor::new().findings(usize::MAX).audit(pickles);
    assert_eq!(audit.left_out, 0);
    let is_harmless = audit.error.is_none() && audit.verdict() == Verdict::Harmless;
    assert_eq!(Policy::new().check(pickles).is_ok(), is_harmless);
    let Ok((graph, used)) = Graph::from_prefix(pickles, &Limits::DEFAULT) else { return };
    let alone = Auditor::new().audit(&pickles[..used]);
    // What a call returns is known to the auditor alone.
    let is_known =
        |error: &Error| error.to_string().contains("expected a class or function to call");
    let goes_on = alone.error.as_ref().is_none_or(is_known);
    assert!(goes_on, "what is read is audited to its end: {:?}", alone.error);
    let own = || audit.findings.iter().filter(|finding| finding.within.is_empty());
    let mut names: HashMap<&str, usize> = HashMap::new();
    for finding in own().filter(|finding| finding.action == Action::Import) {
        *names.entry(&finding.name).or_default() += 1;
    }
    let acts = [Action::Call, Action::Attribute];
    let calls = own().filter(|finding| acts.contains(&finding.action)).count();
    let mut objects = 0;
    for node in graph.root().walk() {
        if let Some((module, name)) = node.global() {
            let name = if name.is_empty() { module.to_owned() } else { format!("{module}.{name}") };
            let is_short = name.len() < 1024;
            assert!(!is_short || names.contains_key(&*name), "{name} is missing");
        }
        objects += usize::from(matches!(node.node(), Node::Object(_)));
    }
    assert!(calls >= objects, "{calls} calls, expected {objects}");
}

/// A dynamic value is written, and is the same when it is read again; values of Python's own types
/// are read by both routes alike.
///
/// # Panics
/// When it is not.
pub fn value(pickle: &[u8]) {
    // Names of Python 2 and 3 do not map one to one.
    let reader = UnpickleOptions::new().fix_imports(false);
    if let Ok(value) = reader.from_slice::<Value>(pickle) {
        let shown = format!("{value:?}");
        for protocol in Protocol::ALL {
            let options = PickleOptions::new().protocol(protocol).fix_imports(false);
            let Ok(written) = options.to_vec(&value) else { continue };
            let again = match load_with::<Value>(reader, &written) {
                Ok(again) => format!("{again:?}"),
                Err(error) => panic!("protocol {protocol}, {value:?}: {error}"),
            };
            // Below protocol 4, a set is a call that may be given lists, which become tuples.
            assert!(again == shown || shown.contains("Set(["), "{protocol}: {again} from {shown}");
        }
    }
    let _ = load::<OrderedDict<String, Value>>(pickle);
    let _ = load::<Vec<DateTime>>(pickle);
    let _ = UnpickleOptions::new().from_slice::<NdArray<&[u8]>>(pickle);
    let _ = UnpickleOptions::new().from_slice::<Array<f64>>(pickle);
}

/// All of them, with the pickle that these bytes describe.
///
/// # Panics
/// When something does not hold.
pub fn generated(entropy: &[u8]) {
    let Ok(pickle) = generate::pickle(&mut Unstructured::new(entropy)) else { return };
    for target in TARGETS {
        (target.run)(&pickle);
    }
}
