//! Keyword arguments of `__new__`.

use super::*;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", new)]
struct Colour {
    #[reduce(ctor)]
    name: u8,
    #[reduce(kw)]
    alpha: u16,
    note: Option<u8>,
    #[reduce(kw, default = 8, skip_if = is_8)]
    depth: u8,
}

fn is_8(depth: &u8) -> bool {
    *depth == 8
}

#[test]
fn agree_with_python() {
    let colour = |alpha, depth| Colour { name: 1, alpha, note: Some(9), depth };
    agree_on_instances(&[
        // Below protocol 2, and in Python 2, __getnewargs_ex__ is not known.
        row(colour(128, 16), "colour(1, 128, 16, 9)", &format!("{SETUP}\n{FULL}"), (3, 4)),
        row(
            vec![colour(0, 8), colour(0, 8), colour(255, 16)],
            "[colour(1, 0, 8, 9), colour(1, 0, 8, 9), colour(1, 255, 16, 9)]",
            &format!("{SETUP}\n{FULL}"),
            (3, 4),
        ),
    ]);
}

/// Protocols 0 and 1 leave the arguments out (`copyreg._reduce_ex`), so the state has them.
const FULL: &str = "Colour.__getstate__ = lambda self: dict(self.__dict__)";

/// The bytes of CPython 3.13 through `pickletools.optimize`.
#[test]
fn written_as_cpython_does() {
    let value = Colour { name: 1, alpha: 2, note: None, depth: 3 };
    let expected: [(Protocol, &[u8]); 2] = [
        (
            Protocol::V2,
            b"\x80\x02cfunctools\npartial\nc__builtin__\ngetattr\ncconstruction_models\n\
              Colour\nq\x00X\x07\x00\x00\x00__new__\x86Rq\x01\x85R(h\x01h\x00K\x01\x86}(X\x05\
              \x00\x00\x00alphaK\x02X\x05\x00\x00\x00depthK\x03uNtb)R}X\x04\x00\x00\x00noteNsb.",
        ),
        (
            Protocol::V4,
            b"\x80\x04\x95B\x00\x00\x00\x00\x00\x00\x00\x8c\x13construction_models\x8c\x06\
              Colour\x93K\x01\x85}(\x8c\x05alphaK\x02\x8c\x05depthK\x03u\x92}\x8c\x04noteNsb.",
        ),
    ];
    for (protocol, expected) in expected {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&value).unwrap();
        let pickle = tools::optimize(&pickle).unwrap();
        assert_eq!(pickle, expected, "{}", String::from_utf8_lossy(&pickle));
    }
}

#[test]
fn any_argument_may_come_by_keyword() {
    let pickle = b"\x80\x04\x8c\x13construction_models\x8c\x06Colour\x93)}(\x8c\x05alphaK\x02\
                   \x8c\x04nameK\x01u\x92}\x8c\x04noteNsb.";
    assert_eq!(load(pickle), Ok(Colour { name: 1, alpha: 2, note: None, depth: 8 }));
    let pickle = b"\x80\x04\x8c\x13construction_models\x8c\x06Colour\x93K\x01\x85}(\x8c\x05alphaK\
                   \x02\x8c\x03hueK\x01u\x92.";
    let error = load::<Colour>(pickle).unwrap_err();
    assert!(
        error.starts_with("found keyword argument \"hue\", expected one of name, alpha"),
        "{error}"
    );
}
