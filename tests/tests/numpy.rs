//! NumPy's arrays, dtypes and scalars: those of the corpus, and both directions with every NumPy
//! found.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::collections::BTreeMap;
use std::fmt::Debug;

use pickle_core::types::Complex;
use pickle_core::types::numpy::{Dtype, NdArray, Order, Scalar};
use pickle_core::{PickleOptions, Protocol, ReconstructOwned, Route, UnpickleOptions};
use pickle_tests::check::{Row, agree_on_arrays, hex, load, row};
use pickle_tests::corpus::{self, Case};
use pickle_tests::random::Random;

fn dtype(text: &str) -> Dtype {
    text.parse().unwrap()
}

fn array(text: &str, shape: &[usize], order: Order, data: &[u8]) -> NdArray {
    NdArray::from_bytes(dtype(text), shape, order, data.to_vec()).unwrap()
}

/// Checks every case whose name says that it is of this value (`gen_numpy.py`), and counts them.
fn each_of<T>(cases: &[Case], base: &str, expected: &T) -> usize
where
    T: ReconstructOwned + Debug + PartialEq,
{
    let prefix = format!("np-{base}-py");
    let cases: Vec<&Case> = cases.iter().filter(|case| case.name().starts_with(&prefix)).collect();
    for case in &cases {
        assert_eq!(case.read::<T>().as_ref(), Ok(expected), "{}", case.name());
    }
    assert!(cases.len() > 1, "{base}: {} cases", cases.len());
    cases.len()
}

#[test]
fn the_arrays_of_the_corpus() {
    let Some(cases) = corpus::family("numpy") else { return };
    let count = |base: &str, expected: NdArray| each_of(&cases, base, &expected);
    let floats = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let thousand: Vec<f64> = (0..1000u16).map(f64::from).collect();
    let fortran: Vec<u8> =
        [0.0f64, 3.0, 1.0, 4.0, 2.0, 5.0].iter().flat_map(|item| item.to_le_bytes()).collect();
    let structured = NdArray::from_bytes(
        Dtype::structure([("a", dtype("<i4")), ("b", dtype("<f8")), ("c", dtype("|S3"))]),
        [1],
        Order::C,
        b"\x01\0\0\0\0\0\0\0\0\0\x04@x\0\0".to_vec(),
    );
    let total = count("arange", NdArray::new([12], (0..12).collect::<Vec<i32>>()).unwrap())
        + count("float64-2d", NdArray::new([2, 3], floats).unwrap())
        + count("fortran", array("<f8", &[2, 3], Order::Fortran, &fortran))
        + count("noncontiguous", NdArray::new([5], [0i64, 2, 4, 6, 8]).unwrap())
        + count("zero-d", NdArray::new([], [5i64]).unwrap())
        + count("empty", NdArray::new([0, 3], [0f64; 0]).unwrap())
        + count("bool", NdArray::new([2], [true, false]).unwrap())
        + count("complex", NdArray::new([1], [Complex { re: 1.0, im: 2.0 }]).unwrap())
        + count("big-endian", array(">i2", &[3], Order::C, b"\0\0\0\x01\0\x02"))
        + count("strings", array("|S2", &[2], Order::C, b"abc\0"))
        + count("unicode", array("<U2", &[2], Order::C, b"a\0\0\0b\0\0\0\xac\x20\0\0\0\0\0\0"))
        + count("structured", structured.unwrap())
        + count(
            "datetime64",
            array("<M8[D]", &[2], Order::C, b"\x56\x47\0\0\0\0\0\0\0\0\0\0\0\0\0\x80"),
        )
        + count(
            "timedelta64",
            array("<m8[ms]", &[2], Order::C, b"\x01\0\0\0\0\0\0\0\x02\0\0\0\0\0\0\0"),
        )
        + count("half", array("<f2", &[3], Order::C, b"\0\x38\0\x80\0\x7e"))
        + count("oob-c", NdArray::new([1000], thousand).unwrap())
        + count("oob-readonly", NdArray::new([4], [0i64, 1, 2, 3]).unwrap());
    // One array three times, the last time in a dict.
    let four = NdArray::new([4], [0i64, 1, 2, 3]).unwrap();
    let shared = cases.iter().filter(|case| case.name().starts_with("np-shared-py"));
    for case in shared {
        let (first, second, dict) =
            case.read::<(NdArray, NdArray, BTreeMap<String, NdArray>)>().unwrap();
        assert_eq!([&first, &second, &dict["again"]], [&four; 3], "{}", case.name());
    }
    for case in cases.iter().filter(|case| case.name().starts_with("np-object-py")) {
        let error = case.read::<NdArray>().unwrap_err();
        assert!(error.contains("`ObjectArray` reads"), "{error}");
    }
    assert!(total > 150, "{total} cases");
}

/// A row with random bytes for each dtype and some shapes; `data` makes them valid.
fn random_arrays(rows: &mut Vec<Row>, random: &mut Random, text: &str, fix: impl Fn(&mut [u8])) {
    let size = dtype(text).itemsize();
    for shape in [&[][..], &[3], &[0, 3], &[2, 3], &[2, 3, 4], &[1, 2, 1, 2, 1]] {
        let count: usize = shape.iter().product();
        let mut data: Vec<u8> = (0..count * size).map(|_| random.bits().to_le_bytes()[0]).collect();
        data.chunks_mut(size).for_each(&fix);
        let is_fortran = shape.len() > 1 && count > 0 && random.below(2) == 0;
        // NumPy calls what is contiguous in both orders C.
        let is_fortran = is_fortran && shape.iter().filter(|count| **count > 1).count() > 1;
        let (order, letter) = if is_fortran { (Order::Fortran, 'F') } else { (Order::C, 'C') };
        let expr = format!(
            "np.frombuffer(bytes.fromhex('{}'), np.dtype('{text}')).reshape({shape:?}, order='{letter}')",
            hex(&data)
        );
        // Nothing to make an array from is an error there.
        let expr =
            if count == 0 { format!("np.ndarray({shape:?}, np.dtype('{text}'))") } else { expr };
        rows.push(row(array(text, shape, order, &data), &expr, "", (3, 0)));
    }
}

#[test]
fn arrays_are_those_of_numpy() {
    let mut rows = Vec::new();
    let random = &mut Random::new(1);
    for kind in ["i", "u", "f", "c", "M", "m"] {
        let sizes: &[usize] = match kind {
            "f" => &[2, 4, 8],
            "c" => &[8, 16],
            "M" | "m" => &[8],
            _ => &[1, 2, 4, 8],
        };
        for size in sizes {
            let units: &[&str] =
                if matches!(kind, "M" | "m") { &["", "[D]", "[ns]", "[25us]"] } else { &[""] };
            for unit in units {
                for order in if *size == 1 { &["|"][..] } else { &["<", ">"] } {
                    let text = format!("{order}{kind}{size}{unit}");
                    random_arrays(&mut rows, random, &text, |_| {});
                }
            }
        }
    }
    random_arrays(&mut rows, random, "|b1", |item| item[0] &= 1);
    random_arrays(&mut rows, random, "|S5", |_| {});
    random_arrays(&mut rows, random, "|V3", |_| {});
    for text in ["<U2", ">U2"] {
        random_arrays(&mut rows, random, text, |item| item.fill(0));
    }
    agree_on_arrays(&rows);
}

#[test]
fn dtypes_and_scalars_are_those_of_numpy() {
    let point = || Dtype::structure([("x", dtype("<i4")), ("y", dtype(">f8"))]);
    let nested = Dtype::structure([("p", point().subarray([2, 3])), ("n\u{e9}", dtype("<U4"))]);
    let mut rows = vec![
        row(point(), "np.dtype([('x', '<i4'), ('y', '>f8')])", "", (3, 0)),
        row(
            nested.clone(),
            "np.dtype([('p', [('x', '<i4'), ('y', '>f8')], (2, 3)), ('n\\xe9', '<U4')])",
            "",
            (3, 0),
        ),
        row(
            NdArray::from_bytes(nested.clone(), [2], Order::C, vec![0; 2 * nested.itemsize()])
                .unwrap(),
            "np.zeros(2, [('p', [('x', '<i4'), ('y', '>f8')], (2, 3)), ('n\\xe9', '<U4')])",
            "",
            (3, 0),
        ),
        row(Scalar::from(1.5f64), "np.float64(1.5)", "", (3, 0)),
        row(Scalar::from(-1i8), "np.int8(-1)", "", (3, 0)),
        row(Scalar::from(true), "np.bool_(True)", "", (3, 0)),
        row(Scalar::from(Complex { re: 1.0, im: -2.0 }), "np.complex128(1-2j)", "", (3, 0)),
        row(
            Scalar::from_bytes(dtype("<M8[Y]"), [50, 0, 0, 0, 0, 0, 0, 0]).unwrap(),
            "np.datetime64('2020')",
            "",
            (3, 0),
        ),
    ];
    for text in ["<i4", ">f8", "|b1", "|S3", "<U5", "<M8", "<m8[15s]", "|V7"] {
        rows.push(row(dtype(text), &format!("np.dtype('{text}')"), "", (3, 0)));
    }
    agree_on_arrays(&rows);
    // What is aligned, or has gaps, comes back as it was; a program does not make such dtypes.
    let numpy =
        b"\x80\x04cnumpy\ndtype\n(\x8c\x03V16\x89\x88tR(K\x03\x8c\x01|N\x8c\x01a\x8c\x01b\x86\
        }(\x8c\x01acnumpy\ndtype\n\x8c\x02i4\x89\x88\x87R(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\
        \xff\xff\xffK\0tbK\0\x86\x8c\x01bcnumpy\ndtype\n\x8c\x02f8\x89\x88\x87R(K\x03\x8c\x01<NNN\
        J\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tbK\x08\x86uK\x10K\x08K\x90tb.";
    let aligned = load::<Dtype>(numpy).unwrap();
    assert_eq!(load::<Dtype>(&pickle_core::to_vec(&aligned).unwrap()).unwrap(), aligned);
}

#[test]
fn data_is_borrowed_in_band_and_out_of_band() {
    let numbers = NdArray::new([4], [1u16, 2, 3, 4]).unwrap();
    let options = PickleOptions::new().protocol(Protocol::V5);
    let pickle = options.to_vec(&numbers).unwrap();
    let view: NdArray<&[u8]> = pickle_core::from_slice(&pickle).unwrap();
    assert!(pickle.as_ptr_range().contains(&view.as_bytes().as_ptr()));
    assert_eq!(view.to_owned(), numbers);

    let (pickle, buffers) = options.to_vec_with_buffers(&numbers).unwrap();
    assert_eq!(buffers, [numbers.as_bytes()]);
    let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
    let options = UnpickleOptions::new().buffers(&buffers);
    for route in [Route::Predictive, Route::General] {
        let view: NdArray<&[u8]> = options.route(route).from_slice(&pickle).unwrap();
        assert_eq!(view.as_bytes().as_ptr(), buffers[0].as_ptr());
        assert_eq!(view.to_vec::<u16>().unwrap(), [1, 2, 3, 4]);
    }
}

#[test]
fn arrays_are_predicted() {
    let arrays = vec![NdArray::new([2, 3], [0.5; 6]).unwrap(), NdArray::new([1], [0.5]).unwrap()];
    for protocol in [Protocol::V2, Protocol::V4, Protocol::V5] {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&arrays).unwrap();
        let predicted = UnpickleOptions::new().route(Route::Predictive);
        // Below protocol 3, bytes are a call.
        let is_predicted =
            predicted.from_slice::<Vec<NdArray>>(&pickle).is_ok_and(|back| back == arrays);
        assert_eq!(is_predicted, protocol > Protocol::V2, "{protocol}");
    }
}

#[test]
fn what_is_no_array_is_refused() {
    assert!(NdArray::new([2, 2], [1u8]).is_err());
    assert!(NdArray::from_bytes(dtype("|S0"), [usize::MAX, 2], Order::C, b"").is_err());
    for text in ["", "x4", "<f3", "O3", "<", "<U-1", "|i4"] {
        assert!(text.parse::<Dtype>().is_err(), "{text}");
    }
    let wrong = NdArray::new([1], [1u8]).unwrap().to_vec::<i8>().unwrap_err();
    assert_eq!(wrong.to_string(), "found dtype |u1, expected |i1 or its other byte order");
    let good = pickle_core::to_vec(&NdArray::new([2], [1u8, 2]).unwrap()).unwrap();
    let mut random = Random::new(2);
    for _ in 0..3000 {
        // Damage is an error or an array, by both routes the same.
        let _ = load::<NdArray>(&random.damage(&good));
    }
}
