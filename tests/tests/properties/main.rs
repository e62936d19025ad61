//! Random values of every type, in every protocol, by both routes, against every CPython found: each
//! loads what we write as the value of an expression, and we read what each dumps for that.
//!
//! The values are the same in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` make others and
//! more of them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test that cannot make its values should panic"
)]

mod derived;
mod foreign;
mod numpy;
mod plain;
mod spelled;
mod strategies;
mod values;

use std::cell::RefCell;
use std::env;
use std::fmt::Debug;

use pickle_core::{ReconstructOwned, Reduce};
use pickle_tests::check::quick_row;
use pickle_tests::python::{Peer, Python, pythons};
use proptest::collection::vec;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestRunner};
use spelled::Spelled;

const ANY: (u32, u32) = (2, 7);
const PY3: (u32, u32) = (3, 0);

/// From here on a dict is in the order of insertion.
const ORDERED: (u32, u32) = (3, 7);

/// How many cases a property has, each of which is a list of some values.
const CASES: u32 = 12;

/// Running Pythons that compare values in one way.
struct Peers(RefCell<Vec<Peer>>);

impl Peers {
    /// The Pythons are in the order of their versions.
    fn of(pythons: &[Python], script: &str) -> Peers {
        Peers(RefCell::new(pythons.iter().map(|python| python.peer(script)).collect()))
    }

    fn all(script: &str) -> Peers {
        Peers::of(pythons(), script)
    }

    /// Checks random lists of these values, so that what one value teaches is used for the next,
    /// with the Pythons from a version on.
    fn agree_on<T>(&self, setup: &str, since: (u32, u32), values: impl Strategy<Value = T>)
    where
        T: Spelled + Reduce + ReconstructOwned + Debug + PartialEq + 'static,
    {
        self.agree_on_each(setup, since, vec(values, 1..8));
    }

    /// Checks random values with the Pythons from a version on.
    fn agree_on_each<T>(&self, setup: &str, since: (u32, u32), values: impl Strategy<Value = T>)
    where
        T: Spelled + Reduce + ReconstructOwned + Debug + PartialEq + 'static,
    {
        let mut config = Config { failure_persistence: None, ..Config::default() };
        if env::var_os("PROPTEST_CASES").is_none() {
            config.cases = CASES;
        }
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(1);
        }
        let mut peers = self.0.borrow_mut();
        let from = peers.partition_point(|peer| peer.python.version < since);
        let peers = RefCell::new(&mut peers[from..]);
        let property = |value: T| {
            let expr = value.python();
            let row = quick_row(value, &expr, setup);
            row.agree(&mut peers.borrow_mut()).map_err(TestCaseError::fail)
        };
        if let Err(error) = TestRunner::new(config).run(&values, property) {
            panic!("{}: {error}", std::any::type_name::<T>());
        }
    }
}
