//! 8-bit strings of Python 2, in the encoding that the reader chooses.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::borrow::Cow;

use pickle_core::{Encoding, Reduce, Route, UnpickleOptions, Value};
use pickle_tests::check::{hex, load_with, unhex};
use pickle_tests::python::pythons;
use serde_json::json;

const ENCODINGS: [Encoding; 4] =
    [Encoding::Ascii, Encoding::Utf8, Encoding::Latin1, Encoding::Bytes];

fn strings() -> Vec<Vec<u8>> {
    vec![
        b"".to_vec(),
        b"plain".to_vec(),
        b"'quoted' \"twice\" \\ \n\r\t\0".to_vec(),
        "é ü ☃ 𝄞".as_bytes().to_vec(),
        (0..=255).collect(),
        vec![b'a'; 300],
        vec![0xe9; 300],
    ]
}

fn options(encoding: Encoding) -> UnpickleOptions<'static> {
    UnpickleOptions::new().encoding(encoding)
}

/// Every spelling of Python 2 is what every Python 3 makes of it.
#[test]
fn python_agrees() {
    let Some(python2) = pythons().iter().find(|python| !python.at_least(3, 0)) else { return };
    let strings = strings();
    let digits: Vec<String> = strings.iter().map(|string| hex(string)).collect();
    let dumped = python2.run("old_strings.py", &json!(digits));
    for (string, pickles) in strings.iter().zip(dumped.as_array().unwrap()) {
        let pickles: Vec<&str> =
            pickles.as_array().unwrap().iter().map(|digits| digits.as_str().unwrap()).collect();
        assert_eq!(pickles.len(), 6);
        for python3 in pythons().iter().filter(|python| python.at_least(3, 0)) {
            let answers = python3.run("old_strings.py", &json!(pickles));
            for (digits, answer) in pickles.iter().zip(answers.as_array().unwrap()) {
                let pickle = unhex(digits);
                for (encoding, answer) in ENCODINGS.into_iter().zip(answer.as_array().unwrap()) {
                    let value = load_with::<Value>(options(encoding), &pickle);
                    let place = format!("{python3}, {encoding:?}, {digits}");
                    match answer[0].as_str() {
                        Some("str") => {
                            assert_eq!(
                                value.unwrap(),
                                Value::from(answer[1].as_str().unwrap()),
                                "{place}"
                            );
                        }
                        Some(_) => {
                            let bytes = unhex(answer[1].as_str().unwrap());
                            assert_eq!(value.unwrap(), Value::Bytes(bytes), "{place}");
                        }
                        // A tree has bytes where Python gives up on UTF-8.
                        None if encoding == Encoding::Utf8 => {
                            assert_eq!(value.unwrap(), Value::Bytes(string.clone()), "{place}");
                        }
                        None => assert!(value.is_err(), "{place}"),
                    }
                    // Bytes are always there for those who ask.
                    assert_eq!(load_with::<Vec<u8>>(options(encoding), &pickle).unwrap(), *string);
                }
            }
        }
    }
}

#[test]
fn typed_strings() {
    for (encoding, pickle, expected) in [
        (Encoding::Utf8, &b"U\x02\xc3\xa9."[..], Ok("é")),
        (Encoding::Latin1, b"U\x02\xc3\xa9.", Ok("Ã©")),
        (Encoding::Latin1, b"S'\\xe9'\n.", Ok("é")),
        (Encoding::Ascii, b"U\x01a.", Ok("a")),
        (
            Encoding::Ascii,
            b"U\x02\xc3\xa9.",
            Err("found str \"é\", expected str in ASCII; `UnpickleOptions::encoding` says what \
                 else it is (offset 0)"),
        ),
        (
            Encoding::Bytes,
            b"U\x01a.",
            Err("found str \"a\", expected str; `UnpickleOptions::encoding` says how to read it \
                 (offset 0)"),
        ),
        // Python 3 says what its strings are.
        (Encoding::Bytes, b"X\x01\0\0\0a.", Ok("a")),
        (Encoding::Ascii, b"X\x02\0\0\0\xc3\xa9.", Ok("é")),
    ] {
        let result = load_with::<String>(options(encoding), pickle);
        let result = result.as_ref().map(String::as_str).map_err(String::as_str);
        assert_eq!(result, expected, "{encoding:?}, {pickle:?}");
    }
}

/// What need not be decoded is borrowed.
#[test]
fn text_is_borrowed_where_it_can_be() {
    for (encoding, pickle, borrowed) in [
        (Encoding::Utf8, b"U\x02\xc3\xa9.", true),
        (Encoding::Ascii, b"U\x02ab.", true),
        (Encoding::Latin1, b"U\x02ab.", true),
        (Encoding::Latin1, b"U\x02\xc3\xa9.", false),
    ] {
        let text: Cow<'_, str> =
            options(encoding).route(Route::General).from_slice(pickle).unwrap();
        assert_eq!(matches!(text, Cow::Borrowed(_)), borrowed, "{encoding:?} {pickle:?}");
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "old")]
struct Record {
    name: String,
    data: Vec<u8>,
}

/// Names of attributes are names in every encoding; Python 3 loses them with `bytes`.
#[test]
fn attributes_of_old_instances() {
    let pickle = b"\x80\x02cold\nRecord\n)\x81}(U\x04nameU\x01aU\x04dataU\x02\xff\0ub.";
    let record = Record { name: "a".to_owned(), data: vec![0xff, 0] };
    for encoding in [Encoding::Utf8, Encoding::Ascii, Encoding::Latin1] {
        assert_eq!(load_with::<Record>(options(encoding), pickle).unwrap(), record);
    }
    let error = load_with::<Record>(options(Encoding::Bytes), pickle).unwrap_err();
    assert!(error.ends_with("in Record.name (offset 24)"), "{error}");
}
