//! Deep values: an error at the limit, never a stack overflow, however large the frames are.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::thread;

use pickle_core::{Limits, PickleOptions, Reduce, UnpickleOptions, Value};

/// A record whose frames are large, above all without optimization.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "deep")]
struct Fat {
    numbers: [f64; 32],
    texts: (String, String, String, String),
    more: (Option<u64>, Option<u64>, Option<u64>, Option<u64>),
    next: Option<Box<Fat>>,
    others: Vec<Fat>,
}

fn chain(levels: usize) -> Fat {
    let link = |next| Fat {
        numbers: [0.5; 32],
        texts: Default::default(),
        more: (Some(1), None, Some(u64::MAX), None),
        next,
        others: Vec::new(),
    };
    (1..levels).fold(link(None), |inner, _| link(Some(Box::new(inner))))
}

/// Runs on a thread with 1 MiB of stack.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_long_chain_is_written_and_read_on_a_small_stack() {
    on_a_small_stack(|| {
        let deep = Limits::default().depth(2_000);
        let value = chain(900);
        let pickle = PickleOptions::new().limits(deep).to_vec(&value).unwrap();
        let back: Fat = UnpickleOptions::new().limits(deep).from_slice(&pickle).unwrap();
        assert_eq!(back.next.is_some(), value.next.is_some());
        // The general route, too.
        let broken = &pickle[..pickle.len() - 1];
        let error = UnpickleOptions::new().limits(deep).from_slice::<Fat>(broken).unwrap_err();
        assert!(error.to_string().starts_with("found the end of the input"), "{error}");
    });
}

#[test]
fn the_limit_is_an_error_that_names_its_setting() {
    on_a_small_stack(|| {
        let error = pickle_core::to_vec(&chain(600)).unwrap_err().to_string();
        assert!(error.contains("513 levels of nesting, expected at most 512"), "{error}");
        assert!(error.contains("Limits::depth"), "{error}");
        let mut pickle = b"\x80\x04".to_vec();
        pickle.extend(std::iter::repeat_n(b']', 100_000));
        pickle.extend(std::iter::repeat_n(b'a', 99_999));
        pickle.push(b'.');
        let error = pickle_core::from_slice::<Value>(&pickle).unwrap_err().to_string();
        assert!(error.contains("513 levels of nesting"), "{error}");
    });
}

#[test]
fn a_value_that_contains_itself_is_told_from_one_that_is_deep() {
    // l = []; l.append(l)
    let pickle = b"\x80\x04]\x94h\0a.";
    let error = pickle_core::from_slice::<Nested>(pickle).unwrap_err().to_string();
    assert!(error.starts_with("found an object that contains itself, expected an `Rc`"), "{error}");
}

/// A list of such lists.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(transparent)]
struct Nested(Vec<Nested>);
