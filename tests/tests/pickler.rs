//! A pickler that writes several pickles, and its memo.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::rc::Rc;

use pickle_core::{PickleOptions, Pickler, Protocol, Reduce};
use pickle_tests::check::{agree_on_instances, row_of};

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "several")]
struct Node {
    name: String,
    next: Option<Rc<Node>>,
}

const SETUP: &str = "\
import io, pickle, sys, types
if 'several' not in sys.modules:
    module = types.ModuleType('several')
    sys.modules['several'] = module
    exec('class Node(object): pass', module.__dict__)
from several import Node
def node(name, next):
    self = Node()
    self.name, self.next = name, next
    return self
def loads(data):
    unpickler = pickle.Unpickler(io.BytesIO(data))
    return [unpickler.load() for _ in range(3)]
";

/// One unpickler of Python reads all pickles of one pickler, and what they share is one object.
#[test]
fn the_memo_is_kept_between_dumps() {
    let last = Rc::new(Node { name: "last".to_owned(), next: None });
    let first = Node { name: "first".to_owned(), next: Some(last.clone()) };
    let streams = Protocol::ALL.map(|protocol| {
        let options = PickleOptions::new().protocol(protocol);
        let mut pickler = Pickler::with_options(Vec::new(), options);
        pickler.dump(&last).unwrap();
        pickler.dump(&first).unwrap();
        pickler.dump(&last).unwrap();
        pickler.into_inner()
    });
    // Expected bytes: the second `dump` of one object by one Pickler of CPython 3.13, but for the
    // index.
    assert!(streams[4].ends_with(b"\x80\x04h\x01."), "{:?}", streams[4]);
    let setup = format!("{SETUP}\nlast = node(u'last', None)\n");
    let expr = "[last, node(u'first', last), last]";
    agree_on_instances(&[row_of(&streams, expr, &setup, |_| Ok(()))]);
}

#[test]
fn clearing_the_memo_makes_each_pickle_stand_alone() {
    let last = Rc::new(Node { name: "last".to_owned(), next: None });
    let _other = last.clone();
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let alone = options.to_vec(&last).unwrap();
        let mut pickler = Pickler::with_options(Vec::new(), options);
        for _ in 0..3 {
            pickler.dump(&last).unwrap();
            pickler.clear_memo();
        }
        assert_eq!(pickler.into_inner(), alone.repeat(3), "protocol {protocol}");
    }
}
