//! Inputs that are the same in every run: real pickles, damaged ones, and generated ones.

use std::env;
use std::rc::Rc;

use arbitrary::Unstructured;
use pickle_core::{PickleOptions, Protocol, Reduce, Value};

use crate::corpus;
use crate::fuzz::generate;
use crate::models::{Called, Labelled, Point, Shape, Shared};
use crate::random::Random;

/// Real pickles up to this length are damaged; in longer ones, damage is too rare.
const LENGTH: usize = 1500;

/// How much entropy a generated pickle is made of, at most.
const ENTROPY: usize = 400;

/// How many inputs a test tries, unless `PICKLE_FUZZ` sets another number.
#[must_use]
pub fn count(default: usize) -> usize {
    env::var("PICKLE_FUZZ").ok().and_then(|count| count.parse().ok()).unwrap_or(default)
}

/// Valid pickles of all kinds: of our own records, and those of the corpus if there is one.
#[must_use]
pub fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = own();
    let cases = corpus::folder().map(|folder| corpus::cases(&folder)).unwrap_or_default();
    seeds.extend(cases.into_iter().map(|case| case.pickle).filter(|it| it.len() <= LENGTH));
    seeds
}

/// Endless inputs from a number: half of them damaged seeds, the others generated.
pub fn inputs(seed: u64) -> impl Iterator<Item = Vec<u8>> {
    let seeds = seeds();
    let mut random = Random::new(seed);
    (0_u64..).map(move |round| {
        if round % 2 == 0 {
            let seed = random.below(seeds.len());
            return random.damage(&seeds[seed]);
        }
        let mut pickle = generated(&mut random);
        if round % 8 == 1 {
            pickle = random.damage(&pickle);
        }
        pickle
    })
}

/// A pickle that random entropy describes.
pub fn generated(random: &mut Random) -> Vec<u8> {
    let entropy: Vec<u8> =
        (0..16 + random.below(ENTROPY)).map(|_| random.bits().to_le_bytes()[0]).collect();
    generate::pickle(&mut Unstructured::new(&entropy)).unwrap_or_default()
}

/// Pickles of the records that the targets read, in every protocol.
fn own() -> Vec<Vec<u8>> {
    let mut pickles = Vec::new();
    let mut add = |value: &dyn Reduce| {
        for protocol in Protocol::ALL {
            pickles.push(PickleOptions::new().protocol(protocol).to_vec(value).unwrap());
        }
    };
    let point = |x: f64| Point { x, y: -x };
    let labelled = |name: &str| Labelled {
        name: name.to_owned(),
        at: point(1.5),
        tags: vec!["tag".to_owned(); name.len()],
        note: (name.len() > 1).then(|| "a note".to_owned()),
        count: 70_000,
    };
    add(&vec![point(0.0), point(1.0), point(2.0)]);
    add(&vec![labelled("a"), labelled("bc"), labelled("a")]);
    add(&Called { first: -5, second: vec![point(0.5)], kept: "kept".to_owned() });
    let rect = Shape::Rect { low: point(0.0), high: point(9.0) };
    add(&vec![Shape::Nothing, Shape::Circle(2.0), rect.clone(), Shape::Many(vec![rect])]);
    let (shared, label) = (Rc::new(point(3.0)), Rc::<str>::from("label"));
    let labels = vec![label.clone(), "other".into(), label.clone()];
    add(&vec![Shared { left: shared.clone(), right: shared, label, labels }]);
    add(&Value::List(vec![Value::from(1), Value::Dict(vec![(Value::from("a"), Value::None)])]));
    pickles
}
