//! `pickle audit`: what it prints, in containers too, and its exit codes.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod process;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Output, Stdio};

use pickle_cli::audit::{Report, report};
use pickle_core::tools::audit::{Auditor, Verdict};
use process::pickle;
use tempfile::TempDir;

const EVIL: &[u8] = b"cos\nsystem\n(Vecho hello\ntR.";

/// Several kinds of findings, a nested pickle, and bytes behind the last one.
const MIXED: &[u8] = b"\x80\x02]q\0(cshapes\nCircle\nq\x01)\x81}X\x01\0\0\0rK\x05sbh\x01)\x81\
    ccollections\nOrderedDict\n)RC\x0ecos\nsystem\n)R.Pid\x1b\ne.\xff\xff";

fn run(args: &[&str], input: &[u8]) -> Output {
    let mut command = pickle();
    command.arg("audit").args(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may end before it reads.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

#[track_caller]
fn code(args: &[&str], input: &[u8], expected: i32) -> String {
    let output = run(args, input);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(expected), "{errors}");
    String::from_utf8(output.stdout).unwrap() + &errors
}

#[test]
fn exit_codes() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str, content: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (good, unknown, evil) =
        (path("good", b"]."), path("unknown", b"cm\nf\n."), path("evil", EVIL));
    let broken = path("broken", b"]K");
    code(&["-"], b"].", 0);
    code(&["-"], b"cm\nf\n.", 3);
    code(&["-"], EVIL, 4);
    assert!(code(&["-"], b"]K", 2).contains("-: harmless, broken\n  broken: found the end"));
    code(&["-"], b"", 2);
    code(&["-"], b"cos\nsystem\n)R\xff", 4);
    code(&[&good, &unknown], b"", 3);
    code(&[&good, &unknown, &broken], b"", 2);
    code(&[&unknown, &broken, "no/such/file"], b"", 1);
    let all = code(&[&evil, &unknown, &broken, "no/such/file"], b"", 4);
    assert!(all.contains("evil: dangerous\n") && all.contains("pickle: no/such/file: "), "{all}");
    code(&[], b"", 2);
}

#[test]
fn policies() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("policy.toml");
    let policy = path.to_str().unwrap();
    let text = "allow = ['shapes.*']\ndeny = ['datetime.*']\n[extensions]\n7 = 'os:system'\n";
    fs::write(&path, text).unwrap();
    code(&["--policy", policy, "-"], b"cshapes\nCircle\n)R.", 0);
    code(&["--policy", policy, "-"], b"cdatetime\ndate\n)R.", 4);
    code(&["--policy", policy, "-"], b"\x82\x07)R.", 4);
    code(&["-"], b"\x82\x07)R.", 3);
    for (bad, message) in [
        ("alow = []", "unknown field `alow`"),
        ("allow = 'x'", "expected a sequence"),
        ("[extensions]\n7 = 'os.system'", "expected 240 = \"module:name\""),
    ] {
        fs::write(&path, bad).unwrap();
        let errors = code(&["--policy", policy, "-"], b"N.", 2);
        assert!(errors.contains(message), "{errors}");
    }
    code(&["--policy", "no/such/file", "-"], b"N.", 1);
}

#[test]
fn reports() {
    insta::assert_snapshot!("text", code(&["-"], MIXED, 4));
    insta::assert_snapshot!("text_of_all", code(&["--all", "--color", "always", "-"], MIXED, 4));
    insta::assert_snapshot!("json", code(&["--json", "-"], MIXED, 4));
}

/// The paths of the parts where something dangerous is, and of those that cannot be read.
fn parts(content: &[u8], limit: u64) -> String {
    let report = Report::new("a".to_owned(), content, &Auditor::new(), limit);
    let mut json = Vec::new();
    report::json(std::slice::from_ref(&report), &mut json).unwrap();
    let part = |part: &pickle_cli::audit::Part| match &part.outcome {
        Ok(audit) if audit.verdict() == Verdict::Dangerous => format!("{} dangerous\n", part.path),
        Ok(_) => format!("{} fine\n", part.path),
        Err(error) => format!("{}: {error}\n", part.path),
    };
    report.parts.iter().map(part).collect()
}

#[cfg(feature = "gzip")]
fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
#[cfg(feature = "gzip")]
fn compressed() {
    assert_eq!(parts(&zlib(EVIL), 100), "zlib dangerous\n");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(&zlib(EVIL)).unwrap();
    assert_eq!(parts(&encoder.finish().unwrap(), 1000), "gunzip/zlib dangerous\n");
    let deep = (0..5).fold(EVIL.to_vec(), |inner, _| zlib(&inner));
    assert!(parts(&deep, 10_000).contains("nested deeper than 4"));
    let bomb = [EVIL, &[b'N'; 1 << 20]].concat();
    let found = parts(&zlib(&bomb), 1000);
    assert!(found.starts_with("zlib dangerous\nzlib: found more than 1000 bytes"), "{found}");
    let cut = zlib(&[EVIL, &[b'N'; 1000]].concat());
    let found = parts(cut.get(..cut.len() - 4).unwrap(), 10_000);
    assert!(found.starts_with("zlib dangerous\nzlib: "), "{found}");
}

#[test]
#[cfg(feature = "bzip2")]
fn bzip2() {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
    encoder.write_all(EVIL).unwrap();
    assert_eq!(parts(&encoder.finish().unwrap(), 100), "bunzip2 dangerous\n");
}

#[test]
#[cfg(feature = "zip")]
fn archives() {
    let archive = |members: &[(&str, &[u8])]| {
        let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, content) in members {
            let method = zip::CompressionMethod::Stored;
            let options = zip::write::SimpleFileOptions::default().compression_method(method);
            writer.start_file(*name, options).unwrap();
            writer.write_all(content).unwrap();
        }
        writer.finish().unwrap().into_inner()
    };
    let header = b"\x93NUMPY\x01\0\x13\0{'descr': '|O', }\n\n";
    let array = [&header[..], EVIL].concat();
    let inner = archive(&[("x.bin", EVIL)]);
    let model = archive(&[
        ("model/data.pkl", EVIL),
        ("model/version", b"3\n"),
        ("model/data/0", &[0x3f; 10_000]),
        ("array.npy", &array),
        ("numbers.npy", b"\x93NUMPY\x01\0\x14\0{'descr': '<f8', }\n\n12345678"),
        ("readme.txt", EVIL),
        ("inner.zip", &inner),
    ]);
    let expected = "model/data.pkl dangerous\narray.npy dangerous\nnumbers.npy fine\n\
                    readme.txt dangerous\ninner.zip/x.bin dangerous\n";
    assert_eq!(parts(&model, 1 << 20), expected);
    // Before an archive there may be a pickle.
    let both = [b"N.", &archive(&[("a", EVIL)])[..]].concat();
    assert_eq!(parts(&both, 1000), "a dangerous\n fine\n");
    // A wrong checksum keeps no reader from what is there.
    let mut damaged = archive(&[("a.pkl", EVIL), ("b.pkl", b"N.")]);
    let place = damaged.windows(5).position(|window| window == b"hello").unwrap();
    *damaged.get_mut(place).unwrap() = b'j';
    assert_eq!(parts(&damaged, 1000), "a.pkl dangerous\na.pkl: Invalid checksum\nb.pkl fine\n");
}

/// What the README says that the tool prints.
#[test]
fn readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let block = readme.split("```text\n$ pickle audit ").nth(1).unwrap();
    let (args, rest) = block.split_once('\n').unwrap();
    let expected = rest.split("```").next().unwrap();
    let output = pickle().current_dir(&root).arg("audit").args(args.split(' ')).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
}
