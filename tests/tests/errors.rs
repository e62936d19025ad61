//! What the messages say when a pickle is not what the Rust type asks for.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use pickle_core::tools::Program;
use pickle_core::{Limits, PickleOptions, ReconstructOwned, Reduce, UnpickleOptions};
use pickle_tests::check;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "net")]
struct Server {
    host: String,
    port: u16,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "net")]
struct Config {
    name: String,
    servers: Vec<Server>,
    #[reduce(default)]
    limits: BTreeMap<String, i8>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Point {
    #[reduce(ctor)]
    x: f64,
    #[reduce(ctor)]
    y: f64,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", ctor = Disc::new)]
struct Disc {
    #[reduce(ctor)]
    radius: f64,
}

impl Disc {
    fn new(radius: f64) -> Result<Disc, String> {
        if radius < 0.0 { Err(format!("a radius of {radius}")) } else { Ok(Disc { radius }) }
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", after = Checked::check)]
struct Checked {
    low: u8,
    high: u8,
}

impl Checked {
    fn check(&mut self) -> Result<(), &'static str> {
        if self.low > self.high { Err("low is above high") } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
enum Shape {
    Empty,
    Square(f64),
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", deny_unknown)]
struct Strict {
    x: u8,
}

#[track_caller]
fn check<T: ReconstructOwned + Debug + PartialEq>(pickle: &[u8], message: &str) {
    assert_eq!(check::load::<T>(pickle).unwrap_err(), message);
}

fn servers(port: &[u8]) -> Vec<u8> {
    let server = |port: &[u8]| {
        [b"cnet\nServer\n)\x81}(X\x04\0\0\0hostX\x01\0\0\0hX\x04\0\0\0port", port, b"ub"].concat()
    };
    let good = || server(b"K\x50");
    let config = b"\x80\x02cnet\nConfig\n)\x81}(X\x04\0\0\0nameX\x01\0\0\0cX\x07\0\0\0servers](";
    [config.to_vec(), good(), good(), good(), server(port), b"eub.".to_vec()].concat()
}

#[test]
fn wrong_types() {
    check::<Config>(
        &servers(b"X\x02\0\0\0\x380"),
        "found str \"80\", expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"N"),
        "found None, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"\x88"),
        "found True, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"G\x40\x54\0\0\0\0\0\0"),
        "found float 80.0, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"]"),
        "found list of 0, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"}"),
        "found dict of 0, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"cnet\nServer\n"),
        "found global net.Server, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"cnet\nServer\n)\x81"),
        "found net.Server object, expected u16; a struct with `#[derive(Reduce)]` stands for a class, \
         in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"cdecimal\nDecimal\nX\x02\0\0\x0080\x85R"),
        "found decimal.Decimal object, expected u16; `pickle_core::types::Decimal` stands for it, \
         in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"cnumpy\nint64\nK\x01\x85R"),
        "found numpy.int64 object, expected u16; `pickle_core::types::numpy` has types for those, \
         in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"J\xff\xff\xff\xff"),
        "found int -1, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"J\0\0\x01\0"),
        "found int 65536, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<Config>(
        &servers(b"\x8a\x0a\0\0\0\0\0\0\0\0\0\x01"),
        "found int of 10 bytes, expected u16, in Config.servers[3].port (offset 219)",
    );
    check::<u8>(b"\x80\x02M\0\x01.", "found int 256, expected u8 (offset 2)");
    check::<f64>(b"\x80\x02X\x03\0\0\x001.5.", "found str \"1.5\", expected float (offset 2)");
    check::<f64>(
        b"\x80\x02\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f.",
        "found int 9223372036854775807, expected float or an int up to 2**53 (offset 2)",
    );
    check::<String>(b"\x80\x03C\x02ab.", "found bytes of 2, expected str (offset 2)");
    check::<String>(
        b"\x80\x03U\x02\xff\xfe.",
        "found str of Python 2 with 2 bytes that are not UTF-8, expected str; \
         `UnpickleOptions::encoding` says how to read it (offset 2)",
    );
    check::<String>(
        b"\x80\x02X\x03\0\0\0\xed\xa0\x80.",
        "found str with lone surrogates, expected str that is valid Unicode; a `Graph` holds other ones (offset 2)",
    );
    check::<bool>(b"\x80\x02K\x01.", "found int 1, expected bool (offset 2)");
    check::<char>(
        b"\x80\x02X\x02\0\0\0ab.",
        "found str \"ab\", expected str of one character (offset 2)",
    );
    check::<Vec<String>>(b"\x80\x02X\x02\0\0\0ab.", "found str \"ab\", expected list (offset 2)");
    check::<Vec<String>>(b"\x80\x02}.", "found dict of 0, expected list (offset 2)");
    check::<Vec<Vec<i64>>>(
        b"\x80\x02](](K\x01e](K\x01K\x02Nee.",
        "found None, expected i64, in [1][2] (offset 15)",
    );
    check::<(u8, u8)>(b"\x80\x02K\x01\x85.", "found tuple of 1, expected tuple of 2 (offset 2)");
    check::<(u8, u8)>(
        b"\x80\x02K\x01K\x02K\x03\x87.",
        "found tuple of 3, expected tuple of 2 (offset 2)",
    );
    check::<(u8, String)>(
        b"\x80\x02K\x01K\x02\x86.",
        "found int 2, expected str, in [1] (offset 4)",
    );
    check::<[u8; 2]>(b"\x80\x02K\x01\x85.", "found tuple of 1, expected tuple of 2 (offset 2)");
    check::<[u16; 2]>(b"\x80\x02K\x01\x85.", "found tuple of 1, expected tuple of 2 (offset 2)");
    check::<BTreeMap<String, u8>>(b"\x80\x02].", "found list of 0, expected dict (offset 2)");
    check::<BTreeMap<String, u8>>(
        b"\x80\x02}X\x01\0\0\0aNs.",
        "found None, expected u8, in [\"a\"] (offset 9)",
    );
    check::<BTreeMap<String, u8>>(
        b"\x80\x02}K\x01K\x02s.",
        "found int 1, expected str, in [key 1] (offset 3)",
    );
    check::<BTreeSet<u8>>(
        b"\x80\x04\x8f(K\x01Ne\x90.",
        "found a set, expected a list or an object (offset 7)",
    );
    check::<BTreeSet<u8>>(
        b"\x80\x04\x8f(K\x01N\x90.",
        "found None, expected u8, in [1] (offset 6)",
    );
    check::<BTreeSet<u8>>(b"\x80\x04].", "found list of 0, expected set (offset 2)");
    check::<Option<u8>>(b"\x80\x02X\x01\0\0\0a.", "found str \"a\", expected u8 (offset 2)");
    check::<()>(b"\x80\x02K\x01.", "found int 1, expected None (offset 2)");
    check::<[u8; 2]>(b"\x80\x03C\x01a.", "found bytes of 1, expected bytes of 2 (offset 2)");
    check::<u8>(
        b"\x80\x04X\x3d\0\0\0Lorem ipsum dolor sit amet, consectetur adipiscing elit, quis.",
        "found str \"Lorem ipsum dolor sit amet, consectetur \"…, expected u8 (offset 2)",
    );
}

#[test]
fn wrong_objects() {
    check::<Point>(
        b"\x80\x02cshapes\nCircle\nK\x01\x85R.",
        "found shapes.Circle object, expected shapes.Point object (offset 2)",
    );
    check::<Point>(b"\x80\x02K\x01.", "found int 1, expected shapes.Point object (offset 2)");
    check::<Point>(
        b"\x80\x02cshapes\nPoint\n.",
        "found global shapes.Point, expected shapes.Point object (offset 2)",
    );
    check::<Point>(
        b"\x80\x02}.",
        "found dict of 0, expected shapes.Point object; \
         `#[reduce(dict)]` is for what is a dict in Python (offset 2)",
    );
    check::<Point>(
        b"\x80\x02c__main__\nPoint\n)\x81.",
        "found __main__.Point object, expected shapes.Point object; \
         `#[reduce(alias = \"__main__.Point\")]` accepts that name too (offset 2)",
    );
    check::<Point>(
        b"\x80\x02cshapes\nPoint\nK\x01\x85R.",
        "found 1 constructor argument, expected 2, in Point (offset 2)",
    );
    check::<Point>(
        b"\x80\x02cshapes\nPoint\nK\x01K\x02K\x03\x87R.",
        "found 3 constructor arguments, expected 2, in Point (offset 2)",
    );
    check::<Point>(
        b"\x80\x02cshapes\nPoint\nK\x01N\x86R.",
        "found None, expected float, in Point.args[1] (offset 18)",
    );
    check::<Vec<Point>>(
        b"\x80\x02](cshapes\nPoint\nK\x01N\x86Re.",
        "found None, expected float, in [0].args[1] (offset 20)",
    );
    check::<Point>(
        b"\x80\x02cshapes\nPoint\n)R.",
        "found no attribute `x`, expected one, in Point (offset 2); `#[reduce(default)]` makes it optional",
    );
    check::<Point>(
        b"\x80\x02cshapes\nPoint\n)\x81}X\x01\0\0\0xK\x01sb.",
        "found no attribute `y`, expected one, in Point (offset 2); `#[reduce(default)]` makes it optional",
    );
    check::<Server>(
        b"\x80\x02cnet\nServer\n)\x81}X\x04\0\0\0hostX\x01\0\0\0hsb.",
        "found no attribute `port`, expected one, in Server (offset 2); `#[reduce(default)]` makes it optional",
    );
    check::<Server>(
        b"\x80\x02cnet\nServer\n)\x81.",
        "found no attribute `host`, expected one, in Server (offset 2); `#[reduce(default)]` makes it optional",
    );
    check::<Server>(
        b"\x80\x02cnet\nServer\n)\x81}(X\x04\0\0\0hostX\x01\0\0\0hX\x05\0\0\0_portK\x01ub.",
        "found no attribute `port` but `_port`, expected one, in Server (offset 2); \
         `#[reduce(default)]` makes it optional, `#[reduce(alias = \"_port\")]` accepts that name",
    );
    check::<Server>(
        b"\x80\x02cnet\nServer\nK\x01\x85\x81.",
        "found no attribute `host`, expected one, in Server (offset 2); `#[reduce(default)]` makes it optional",
    );
    check::<Server>(
        b"\x80\x02cnet\nServer\n)\x81K\x01b.",
        "found int 1, expected dict, the state of an object, in Server (offset 16)",
    );
    check::<Vec<Server>>(
        b"\x80\x02](cnet\nServer\n)\x81}X\x04\0\0\0hostX\x01\0\0\0hsbe.",
        "found no attribute `port`, expected one, in [0] (offset 4); `#[reduce(default)]` makes it optional",
    );
    check::<Strict>(
        b"\x80\x02cshapes\nStrict\n)\x81}(X\x01\0\0\0xK\x01X\x01\0\0\0zK\x01ub.",
        "found attribute `z`, expected one of x, in Strict.z (offset 35)",
    );
    check::<Shape>(
        b"\x80\x02cshapes\nCircle\n)\x81.",
        "found shapes.Circle object, expected shapes.Shape.Empty or shapes.Shape.Square object (offset 2)",
    );
    check::<Shape>(
        b"\x80\x04\x8c\x06shapes\x8c\x0cShape.Square\x93K\x01K\x02\x86R.",
        "found 2 constructor arguments, expected 1, in Shape.Square (offset 2)",
    );
    check::<Shape>(
        b"\x80\x04\x8c\x06shapes\x8c\x0cShape.Square\x93N\x85R.",
        "found None, expected float, in Shape.Square.args[0] (offset 25)",
    );
}

#[test]
fn failing_constructors_and_hooks() {
    check::<Disc>(
        b"\x80\x02cshapes\nDisc\nJ\xff\xff\xff\xff\x85R.",
        "a radius of -1, in Disc (offset 2)",
    );
    check::<Vec<Disc>>(
        b"\x80\x02](cshapes\nDisc\nJ\xff\xff\xff\xff\x85Re.",
        "a radius of -1, in [0] (offset 4)",
    );
    check::<Checked>(
        b"\x80\x02cshapes\nChecked\n)\x81}(X\x03\0\0\0lowK\x02X\x04\0\0\0highK\x01ub.",
        "low is above high, in Checked (offset 2)",
    );
    check::<Vec<Checked>>(
        b"\x80\x02](cshapes\nChecked\n)\x81}(X\x03\0\0\0lowK\x02X\x04\0\0\0highK\x01ube.",
        "low is above high, in [0] (offset 4)",
    );
}

#[test]
fn no_pickles() {
    check::<u8>(b"", "found the end of the input, expected an opcode (offset 0)");
    check::<u8>(b"\x80", "found the end of the input, expected 1 more byte (offset 0)");
    check::<u8>(b"\x80\x02K", "found the end of the input, expected 1 more byte (offset 2)");
    check::<u8>(b"\x80\x02K\x01", "found the end of the input, expected an opcode (offset 4)");
    check::<Server>(
        b"\x80\x02cnet\nServ",
        "found the end of the input, expected the end of a line (offset 2)",
    );
    check::<u8>(b"\x80\x02\xffK.", "found byte 0xff, expected an opcode (offset 2)");
    check::<u8>(b"\x80\x09K\x01.", "found protocol 9, expected a protocol up to 5 (offset 0)");
    check::<u8>(
        b"hello",
        "found memo index 101, expected an index that was stored before (offset 0)",
    );
    for (input, found) in [
        (&b"{\"a\": 1}"[..], "0x7b, expected an opcode (JSON begins so)"),
        (b"\x1f\x8b\x08\0", "0x1f, expected an opcode (gzip begins so: decompress it first)"),
        (b"x\x9cKd\x04\0", "0x78, expected an opcode (zlib begins so: decompress it first)"),
        (b"<!DOCTYPE html>", "0x3c, expected an opcode (a web page begins so)"),
        (
            b"version https://git-lfs.github.com/spec/v1\n",
            "0x76, expected an opcode (a pointer of Git LFS begins so: fetch the file)",
        ),
    ] {
        check::<u8>(input, &format!("found byte {found} (offset 0)"));
        let message = Program::from_slice(input).unwrap_err().to_string();
        assert_eq!(message, format!("found byte {found} (offset 0)"));
    }
    check::<u8>(
        b"\x80\x02h\x05.",
        "found memo index 5, expected an index that was stored before (offset 2)",
    );
    check::<u8>(
        b"\x80\x02R.",
        "found nothing on the stack above the last mark, expected a value (offset 2)",
    );
    check::<u8>(b"Iabc\n.", "found \"abc\", expected an integer (offset 0)");
    check::<u8>(
        b".",
        "found nothing on the stack above the last mark, expected a value (offset 0)",
    );
    check::<u8>(
        b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.",
        "found os.system object, expected u8 (offset 2)",
    );
    check::<Point>(
        b"\x80\x02cos\nsystem\nX\x02\0\0\0ls\x85R.",
        "found os.system object, expected shapes.Point object (offset 2)",
    );
}

/// A list in a list in a list, …
fn nested(depth: usize) -> Vec<u8> {
    [&b"\x80\x02"[..], &vec![b']'; depth], &vec![b'a'; depth - 1], b"."].concat()
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(transparent)]
struct Deep(Vec<Deep>);

#[test]
fn limits() {
    let message = "found 513 levels of nesting, expected at most 512, in ";
    let path = format!("{0}…{0}", "[0]".repeat(8));
    let hint = "; `Limits::depth` raises it";
    check::<Deep>(&nested(600), &format!("{message}{path} (offset 514){hint}"));
    let deep = UnpickleOptions::new().limits(Limits::default().depth(1000));
    assert!(deep.from_slice::<Deep>(&nested(600)).is_ok());

    let mut value = Deep(Vec::new());
    for _ in 0..600 {
        value = Deep(vec![value]);
    }
    let error = pickle_core::to_vec(&value).unwrap_err().to_string();
    assert_eq!(
        error,
        "found 513 levels of nesting, expected at most 512; `Limits::depth` raises it"
    );
    let deep = PickleOptions::new().limits(Limits::default().depth(1000));
    assert!(deep.to_vec(&value).is_ok());

    let digits = [b"I", "7".repeat(5000).as_bytes(), b"\n."].concat();
    check::<u64>(
        &digits,
        "found 5000 decimal digits in an integer, expected at most 4300 (offset 0); \
         `Limits::digits` raises it",
    );

    // Each list has the one before twice: 2 to the 40th lists in Rust.
    let mut doubling = b"\x80\x02]q\0".to_vec();
    for level in 0..40 {
        doubling.extend([b'0', b']', b'(', b'h', level, b'h', level, b'e', b'q', level + 1]);
    }
    doubling.push(b'.');
    let error = check::load::<Deep>(&doubling).unwrap_err();
    let message = "found 65537 values decoded again for references to one object, expected at \
                   most 65536, in [0][0][0]";
    assert!(error.starts_with(message), "{error}");
    assert!(error.ends_with("(offset 2); `Limits::replays` raises it"), "{error}");
}

/// A program may look at the parts, and not only print them.
#[test]
fn parts() {
    let error = pickle_core::from_slice::<Config>(&servers(b"N")).unwrap_err();
    assert_eq!((error.path(), error.offset()), ("Config.servers[3].port", Some(219)));
    assert_eq!(error.kind().to_string(), "found None, expected u16");
    let error = pickle_core::from_slice::<Disc>(b"\x80\x02cshapes\nDisc\nJ\xff\xff\xff\xff\x85R.");
    assert_eq!(error.unwrap_err().kind().to_string(), "a radius of -1");
}
