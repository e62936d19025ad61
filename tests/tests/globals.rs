//! Names of classes and functions: what Python 2 calls them, nested ones, and what cannot be one.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use pickle_core::{Global, PickleOptions, Protocol, Reduce, Saver, UnpickleOptions, Value};
use pickle_tests::check::{agree_on_instances, load, row};
use pickle_tests::python::pythons;
use serde_json::json;

fn global(module: &str, name: &str) -> Value {
    Value::from(Global::new(module, name))
}

fn dump(value: &(impl Reduce + ?Sized), protocol: Protocol) -> pickle_core::Result<Vec<u8>> {
    PickleOptions::new().protocol(protocol).to_vec(value)
}

/// Names that are in no table, or nearly.
const OTHERS: &[[&str; 2]] =
    &[["shapes", "Point"], ["builtins", "len"], ["builtins", "Range"], ["builtin", "range"]];

/// A global by the instruction of the older protocols.
fn in_lines(head: &[u8], module: &str, name: &str) -> Vec<u8> {
    [head, format!("c{module}\n{name}\n.").as_bytes()].concat()
}

/// A global by the instruction of protocol 4.
fn on_stack(head: &[u8], module: &str, name: &str) -> Vec<u8> {
    let text =
        |text: &str| [b"\x8c", &[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
    [head, &text(module), &text(name), b"\x93."].concat()
}

/// Every name of both tables, in both directions, as each Python maps it.
#[test]
fn names_of_python_2_are_mapped_as_python_does() {
    for python in pythons().iter().filter(|python| python.at_least(3, 0)) {
        let answers = python.run("compat_names.py", &json!(OTHERS));
        let answers = answers.as_array().unwrap();
        assert!(answers.len() > 300, "{python}: {}", answers.len());
        for answer in answers {
            let (module, name) =
                (answer["module"].as_str().unwrap(), answer["name"].as_str().unwrap());
            // CPython 3.13 has no module `tkinter.tix` any more.
            if matches!(module, "Tix" | "tkinter.tix") {
                continue;
            }
            let pair =
                |key: &str| (answer[key][0].as_str().unwrap(), answer[key][1].as_str().unwrap());
            let value = global(module, name);
            let (old_module, old_name) = pair("written");
            for (protocol, head) in [(Protocol::V0, &b""[..]), (Protocol::V2, b"\x80\x02")] {
                let pickle = dump(&value, protocol).unwrap();
                let expected = in_lines(head, old_module, old_name);
                let len = expected.len() - 1;
                assert_eq!(pickle[..len], expected[..len], "{python}: {module} {name}");
            }
            let (new_module, new_name) = pair("read");
            let found = global(new_module, new_name);
            for pickle in [
                in_lines(b"", module, name),
                in_lines(b"\x80\x02", module, name),
                on_stack(b"", module, name),
            ] {
                assert_eq!(load::<Value>(&pickle).unwrap(), found, "{python}: {module} {name}");
            }
            for pickle in [in_lines(b"\x80\x03", module, name), on_stack(b"\x80\x04", module, name)]
            {
                assert_eq!(load::<Value>(&pickle).unwrap(), value, "{module} {name}");
            }
        }
    }
}

#[test]
fn without_fix_imports_names_stay() {
    let keep = PickleOptions::new().protocol(Protocol::V2).fix_imports(false);
    let range = global("builtins", "range");
    assert_eq!(keep.to_vec(&range).unwrap(), b"\x80\x02cbuiltins\nrange\nq\0.");
    let pickle = b"\x80\x02c__builtin__\nxrange\n.";
    let kept = UnpickleOptions::new().fix_imports(false).from_slice::<Value>(pickle).unwrap();
    assert_eq!(kept, global("__builtin__", "xrange"));
}

/// A class of Python 3 that Python 2 has elsewhere.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "queue", name = "Queue")]
struct Queue {
    items: Vec<i32>,
}

#[test]
fn typed_classes_go_by_both_names() {
    let queue = Queue { items: vec![1] };
    let pickle = dump(&queue, Protocol::V2).unwrap();
    assert!(pickle.starts_with(b"\x80\x02cQueue\nQueue\n"), "{pickle:?}");
    assert_eq!(load::<Queue>(&pickle).unwrap(), queue);
    let options = UnpickleOptions::new().fix_imports(false);
    let error = options.from_slice::<Queue>(&pickle).unwrap_err().to_string();
    assert_eq!(
        error,
        "found Queue.Queue object, expected queue.Queue object; \
         `#[reduce(alias = \"Queue.Queue\")]` accepts that name too (offset 2)"
    );
    // From protocol 3 on, names are those of Python 3.
    let pickle = [b"\x80\x03", &pickle[2..]].concat();
    assert!(load::<Queue>(&pickle).is_err());
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "nested", name = "A.B.C")]
struct Inner {
    x: i64,
}

/// The innermost class of a nest, as a value.
struct TheClass;

impl Reduce for TheClass {
    fn reduce(&self, saver: &mut Saver<'_>) -> pickle_core::Result<()> {
        saver.dynamic_global("m", "A.B.C")
    }
}

/// Expected bytes: the C pickler of CPython 3.13.
#[test]
fn nested_classes_are_spelled_as_python_does() {
    for (protocol, expected) in [
        (Protocol::V0, &b"c__builtin__\ngetattr\np0\n(g0\n(cm\nA\nVB\np1\ntRVC\np2\ntRp3\n."[..]),
        (
            Protocol::V2,
            b"\x80\x02c__builtin__\ngetattr\nq\0h\0cm\nA\nX\x01\0\0\0Bq\x01\x86R\
              X\x01\0\0\0Cq\x02\x86Rq\x03.",
        ),
    ] {
        assert_eq!(dump(&TheClass, protocol).unwrap(), expected);
        assert_eq!(load::<Value>(expected).unwrap(), global("m", "A.B.C"));
    }
}

#[test]
fn nested_classes_go_to_python_and_back() {
    let setup = "\
import sys, types
module = types.ModuleType('nested')
sys.modules['nested'] = module
exec('''
class A(object):
    class B(object):
        class C(object):
            pass
    B.__qualname__ = 'A.B'
    B.C.__qualname__ = 'A.B.C'
''', module.__dict__)
c = module.A.B.C()
c.x = 5
";
    let inner = Inner { x: 5 };
    agree_on_instances(&[row(inner, "c", setup, (3, 4))]);
}

#[test]
fn names_that_cannot_be_written_are_refused() {
    let below_four = [Protocol::V0, Protocol::V1, Protocol::V2, Protocol::V3];
    for (module, name, protocols, expected) in [
        (
            "a\nb",
            "C",
            &below_four[..],
            r#"found the global name "a\nb" "C", expected one without newlines, or protocol 4 or above"#,
        ),
        (
            "m",
            "C\n",
            &below_four,
            r#"found the global name "m" "C\n", expected one without newlines, or protocol 4 or above"#,
        ),
        (
            "m",
            "Größe",
            &below_four[..3],
            r#"found the global name "m" "Größe", expected one in ASCII, or protocol 3 or above"#,
        ),
        (
            "m",
            "f.<locals>.C",
            &Protocol::ALL,
            r#"found the global name "m" "f.<locals>.C", expected one outside of functions, by which Python can import it"#,
        ),
    ] {
        for protocol in Protocol::ALL {
            let result = dump(&global(module, name), protocol);
            if protocols.contains(&protocol) {
                assert_eq!(result.unwrap_err().to_string(), expected, "protocol {protocol}");
            } else {
                assert_eq!(load::<Value>(&result.unwrap()).unwrap(), global(module, name));
            }
        }
    }
}
