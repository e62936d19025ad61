//! NumPy's arrays of the corpus as those of the crate `ndarray`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use half::f16;
use ndarray::{ArrayD, IxDyn, ShapeBuilder as _};
use num_complex::Complex64;
use pickle_core::types::numpy::{Element, MaskedArray, NdArray, ObjectArray};
use pickle_core::{ReconstructOwned, Value};
use pickle_tests::corpus::{self, Case};

/// What has no items of a Rust type: classes, functions, states, and classes of their own.
const NO_ARRAYS: [&str; 7] =
    ["dtypes", "generator", "matrix-special", "poly", "random-state", "types", "ufunc"];

/// The cases, and the names of the arrays that were not looked at.
struct Arrays {
    cases: Vec<Case>,
    left: BTreeSet<String>,
}

/// The array of a case: the name without the Python, the NumPy and the protocol.
fn base(case: &Case) -> &str {
    let name = case.name().strip_prefix("np-").unwrap();
    name.rsplit_once("-py").unwrap().0
}

fn array<T>(shape: &[usize], items: impl Into<Vec<T>>) -> ArrayD<T> {
    ArrayD::from_shape_vec(shape, items.into()).unwrap()
}

impl Arrays {
    /// Reads each case of an array, and checks the value.
    fn each<T: ReconstructOwned + Debug>(&mut self, name: &str, check: impl Fn(&T) -> bool) {
        assert!(self.left.remove(name), "{name}");
        for case in self.cases.iter().filter(|case| base(case) == name) {
            let value = case.read::<T>().unwrap_or_else(|error| panic!("{}: {error}", case.name()));
            assert!(check(&value), "{}: {value:?}", case.name());
        }
    }

    fn are<T>(&mut self, name: &str, expected: &ArrayD<T>)
    where
        T: Element + Debug + PartialEq + 'static,
        ArrayD<T>: ReconstructOwned,
    {
        self.each(name, |array: &ArrayD<T>| {
            array == expected && array.is_standard_layout() == expected.is_standard_layout()
        });
    }

    /// Of arrays whose items are no numbers: what a look at them gives.
    fn show<T: PartialEq>(&mut self, name: &str, look: impl Fn(&NdArray) -> T, expected: &T) {
        self.each(name, |array: &NdArray| look(array) == *expected);
    }
}

#[test]
fn every_array_of_the_corpus() {
    let Some(cases) = corpus::family("numpy") else { return };
    let left = cases.iter().map(|case| base(case).to_owned()).collect();
    let mut arrays = Arrays { cases, left };
    numbers(&mut arrays);
    containers(&mut arrays);
    others(&mut arrays);
    let left: Vec<&str> = arrays.left.iter().map(String::as_str).collect();
    assert_eq!(left, NO_ARRAYS);
}

fn numbers(arrays: &mut Arrays) {
    arrays.are("arange", &array(&[12], (0..12i32).collect::<Vec<_>>()));
    let floats = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    arrays.are("float64-2d", &array(&[2, 3], floats));
    let columns = vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0];
    arrays.are("fortran", &ArrayD::from_shape_vec(IxDyn(&[2, 3]).f(), columns).unwrap());
    arrays.are("noncontiguous", &array(&[5], [0i64, 2, 4, 6, 8]));
    arrays.are("zero-d", &array(&[], [5i64]));
    arrays.are("empty", &array(&[0, 3], [0f64; 0]));
    arrays.are("bool", &array(&[2], [true, false]));
    arrays.are("complex", &array(&[1], [Complex64::new(1.0, 2.0)]));
    arrays.are("big-endian", &array(&[3], [0i16, 1, 2]));
    let bits = array(&[3], [0x3800, 0x8000, 0x7e00]);
    arrays.each("half", |halves: &ArrayD<f16>| halves.mapv(f16::to_bits) == bits);
    let thousand: Vec<f64> = (0..1000u16).map(f64::from).collect();
    arrays.are("oob-c", &array(&[1000], thousand));
    let columns = (0..4u8).flat_map(|column| (0..3).map(move |row| f64::from(row * 4 + column)));
    let columns = ArrayD::from_shape_vec(IxDyn(&[3, 4]).f(), columns.collect());
    arrays.are("oob-f", &columns.unwrap());
    arrays.are("oob-readonly", &array(&[4], [0i64, 1, 2, 3]));
    let mut sparse = ArrayD::zeros(IxDyn(&[300_000]));
    for place in 0..300u16 {
        sparse[usize::from(place) * 1000] = f32::from(place);
    }
    arrays.are("big-f4", &sparse);
    let bytes: Vec<u8> = (0..=250).cycle().take(300_000).collect();
    arrays.are("big-u1", &array(&[300_000], bytes));
}

fn containers(arrays: &mut Arrays) {
    type Shared = (ArrayD<i64>, ArrayD<i64>, BTreeMap<String, ArrayD<i64>>);
    let four = array(&[4], [0i64, 1, 2, 3]);
    arrays.each("shared", |(first, second, dict): &Shared| {
        [first, second, &dict["again"]] == [&four; 3] && dict.len() == 1
    });
    let layer = BTreeMap::from([
        ("w".to_owned(), ArrayD::zeros(IxDyn(&[2, 2]))),
        ("b".to_owned(), ArrayD::ones(IxDyn(&[2]))),
    ]);
    arrays.each("subarray-dict", |dict: &BTreeMap<String, ArrayD<f32>>| *dict == layer);
    arrays.each("oob-list", |list: &Vec<NdArray>| {
        let five = ArrayD::<i64>::try_from(&list[0]);
        let three = ArrayD::<u8>::try_from(&list[1]);
        list.len() == 2
            && five.is_ok_and(|five| five == array(&[5], [0, 1, 2, 3, 4]))
            && three.is_ok_and(|three| three == array(&[3], [0, 1, 2]))
    });
}

fn others(arrays: &mut Arrays) {
    let texts = |array: &NdArray| array.to_strings().unwrap();
    arrays.show("strings", texts, &vec!["ab".to_owned(), "c".to_owned()]);
    arrays.show("unicode", texts, &vec!["ab".to_owned(), "\u{20ac}".to_owned()]);
    let counts = |array: &NdArray| array.to_counts().unwrap();
    arrays.show("datetime64", counts, &vec![18262, i64::MIN]);
    arrays.show("timedelta64", counts, &vec![1, 2]);
    let fields = |array: &NdArray| {
        let [a, b, c] = ["a", "b", "c"].map(|name| array.field(name).unwrap());
        (ArrayD::try_from(&a).unwrap(), ArrayD::try_from(&b).unwrap(), c.to_strings().unwrap())
    };
    let expected = (array(&[1], [1i32]), array(&[1], [2.5f64]), vec!["x".to_owned()]);
    arrays.show("structured", fields, &expected);
    let fields = |array: &NdArray| {
        let [n, s] = ["n", "s"].map(|name| array.field(name).unwrap());
        (ArrayD::try_from(&n).unwrap(), s.to_strings().unwrap())
    };
    arrays.show("recarray", fields, &(array(&[1], [1i32]), vec!["a".to_owned()]));
    arrays.each("masked", |masked: &MaskedArray| {
        let data = ArrayD::<i64>::try_from(masked.data());
        data.is_ok_and(|data| data == array(&[3], [1, 2, 3]))
            && masked.mask() == [false, true, false]
    });
    let objects = "[Int(1), Str(\"a\"), None, List([Int(2)])]";
    arrays.each("object", |array: &ObjectArray<Value>| {
        array.shape() == [4] && format!("{:?}", array.items()) == objects
    });
}
