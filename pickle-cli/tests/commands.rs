//! The subcommands as processes: streams, files and exit codes.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on should panic")]

mod process;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use pickle_tests::python::pythons;
use process::pickle;
use tempfile::TempDir;

/// Pickles and what CPython 3.13's `pickletools` prints for them.
fn golden() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/dis");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut pickles: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|end| end == "pkl")).collect();
    pickles.sort();
    assert!(pickles.len() > 10);
    pickles
}

/// Runs the tool with standard input.
fn run(args: &[&str], input: &[u8]) -> Output {
    let mut command = pickle();
    command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may have ended before it read anything, when its arguments are wrong.
    child.stdin.take().unwrap().write_all(input).ok();
    child.wait_with_output().unwrap()
}

/// Checks the exit code, standard output and what is in standard error.
#[track_caller]
fn check(args: &[&str], input: &[u8], code: i32, stdout: &str, stderr: &str) {
    let output = run(args, input);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{errors}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), stdout);
    assert!(
        if stderr.is_empty() { errors.is_empty() } else { errors.contains(stderr) },
        "{errors}"
    );
}

#[test]
fn show_tells_pickles_from_what_is_none() {
    check(&["show", "-"], b"K\x01.", 0, "1\n", "");
    let two = "# pickle 1 of 2, offset 0\n1\n# pickle 2 of 2, offset 3\n[]\n";
    check(&["show", "-"], b"K\x01.].", 0, two, "");
    let note = "pickle: -: left out 3 bytes at offset 3: no pickle: ";
    check(&["show", "-"], b"K\x01.xyz", 0, "1\n", note);
    let json = "{\"t\":\"int\",\"v\":\"1\"}\n";
    check(&["show", "--json", "-"], b"K\x01.xyz", 0, json, note);
    let json = "{\"stream\":[{\"t\":\"none\"},{\"t\":\"list\",\"id\":0,\"items\":[]}]}\n";
    check(&["show", "--json", "-"], b"N.].", 0, json, "");
    let strict = "pickle: -: in the pickle at offset 3: found";
    check(&["show", "--all", "-"], b"K\x01.xyz", 2, "", strict);
    let attack = b"N.cos\nsystem\n(Vls\ntR.";
    check(&["show", "-"], attack, 0, "None\n", "a pickle that makes calls, `--all` shows it");
}

#[test]
fn exit_codes() {
    check(&["show", "-"], b"K", 2, "", "pickle: -: found the end of the input");
    check(&["show", "--json", "-"], b"", 2, "", "pickle: -: found the end of the input");
    check(&["show", "no/such/file"], b"", 1, "", "pickle: no/such/file: ");
    check(&["show"], b"", 2, "", "Usage: pickle show");
    check(&["dis", "-"], b"0.", 2, "    0: 0    POP\n", "pickle: -: tries to pop 1 items");
    let digits = [&b"I"[..], &[b'7'; 5000], b"\n."].concat();
    check(&["show", "--digits", "4000", "-"], &digits, 2, "", "; `--digits` raises it");
    let help = run(&["--help"], b"");
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8(help.stdout).unwrap().contains("2  the input is no well-formed"));
}

#[test]
fn cuts_are_options() {
    let list = b"(K\x01K\x02K\x03]l.";
    check(&["show", "--items", "2", "-"], list, 0, "[1, 2, … 2 more]\n", "");
    check(&["show", "--depth", "0", "-"], list, 0, "[…]\n", "");
    check(&["show", "--depth", "1", "-"], b"(])K\x01\x85l.", 0, "[[], (), (…)]\n", "");
    check(&["show", "--width", "8", "-"], b"(K\x01K\x02K\x03l.", 0, "[\n  1, 2,\n  3\n]\n", "");
    let long = [&b"V"[..], &[b'a'; 2000], b"\n."].concat();
    let cut = format!("'{}'… 2000 characters\n", "a".repeat(100));
    check(&["show", "-"], &long, 0, &cut, "");
    check(&["show", "--full", "-"], &long, 0, &format!("'{}'\n", "a".repeat(2000)), "");
    // By Python's `hashlib`.
    let digest = "c4a700f85b7e9e5cdbdc51170409ee2ad48bebe2f2f0957a067937531a0a3c42";
    let json = format!("{{\"t\":\"str\",\"len\":2000,\"sha256\":\"{digest}\"}}\n");
    check(&["show", "--json", "-"], &long, 0, &json, "");
}

#[test]
fn dis_prints_what_pickletools_prints() {
    for path in golden() {
        let expected = fs::read_to_string(path.with_extension("dis")).unwrap();
        let output = pickle().arg("dis").arg(&path).output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        let rest = expected.strip_prefix(&printed);
        let rest = rest.unwrap_or_else(|| panic!("{printed}\nis no beginning of\n{expected}"));
        // The golden files have the exception on a last line.
        let Some((_, message)) = rest.trim().split_once("Error: ") else {
            assert_eq!((rest, output.status.code()), ("", Some(0)), "{}", path.display());
            continue;
        };
        assert_eq!(rest.trim().lines().count(), 1, "{rest}");
        assert_eq!(output.status.code(), Some(2), "{}", path.display());
        assert!(errors.starts_with("pickle: ") && errors.contains(message), "{errors}");
    }
    let annotated = "    0: N    NONE           Pushes `None`.\n";
    let output = run(&["dis", "--annotate=19", "-"], b"N.");
    assert!(String::from_utf8(output.stdout).unwrap().starts_with(annotated));
    let two = "    0: N    NONE\n    1: .    STOP\nhighest protocol among opcodes = 0\n";
    check(&["dis", "-"], b"N.N.", 0, two, "");
    check(&["dis", "--all", "-"], b"N.N.", 0, &two.repeat(2), "");
}

#[test]
fn a_listing_of_blanks_ends() {
    let marks = [&[b'('; 100_000][..], b"N."].concat();
    let output = run(&["dis", "-"], &marks);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("`--indent 0`"));
    assert!(output.stdout.len() < 100 << 20);
}

#[test]
fn optimize_replaces_a_file_at_once_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("a.pkl");
    let file = path.to_str().unwrap();
    let pickle = b"\x80\x02]q\0(]q\x01h\x01e.";
    let optimized = b"\x80\x02](]q\0h\0e.";
    fs::write(&path, pickle).unwrap();
    check(&["optimize", file, file], b"", 0, "", "");
    assert_eq!(fs::read(&path).unwrap(), optimized);
    assert_eq!(run(&["optimize", "-", "-"], pickle).stdout, optimized);
    check(&["optimize", "-", file], b"\x80\x02]q\0", 2, "", "pickle: -: ");
    assert_eq!(fs::read(&path).unwrap(), optimized);
    let missing = folder.path().join("no/such.pkl");
    check(&["optimize", file, missing.to_str().unwrap()], b"", 1, "", "such.pkl: ");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
#[cfg(unix)]
fn optimize_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = TempDir::new().unwrap();
    let (path, link) = (folder.path().join("a.pkl"), folder.path().join("link.pkl"));
    fs::write(&path, b"Nq\0.").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    symlink(&path, &link).unwrap();
    check(&["optimize", link.to_str().unwrap(), link.to_str().unwrap()], b"", 0, "", "");
    assert_eq!(fs::read(&path).unwrap(), b"N.");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
}

#[test]
fn a_closed_pipe_is_no_error() {
    let numbers = [&b"("[..], &b"K\x01".repeat(1_000_000), b"l."].concat();
    let mut command = pickle();
    command.args(["show", "--json", "-"]).stdin(Stdio::piped());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(&numbers).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// Colours are for terminals, or on demand.
#[test]
fn colours() {
    check(&["show", "--color", "always", "-"], b"K\x01.", 0, "\u{1b}[33m1\u{1b}[0m\n", "");
    // What is in the pickle never reaches the terminal as it is.
    check(&["show", "-"], b"c\x1b[31m\nx\n.", 0, "\\x1b[31m.x\n", "");
}

/// What the README says that the tool prints.
#[test]
fn readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let blocks = readme.split("```text\n$ pickle ").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap());
    let mut count = 0;
    for example in blocks.flat_map(|block| block.split("$ pickle ")) {
        let (args, expected) = example.split_once('\n').unwrap();
        let output = pickle().current_dir(&root).args(args.split(' ')).output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{args}");
        count += 1;
    }
    assert_eq!(count, 5);
}

#[test]
fn transcode_writes_each_pickle_in_another_protocol() {
    let output = |args: &[&str], input: &[u8]| {
        let args = [&["transcode"], args, &["-", "-"]].concat();
        let output = run(&args, input);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    };
    // What CPython 3.13 writes for `{1}` at protocols 4 and 2.
    let (new, old): (&[u8], &[u8]) = (
        b"\x80\x04\x95\x07\0\0\0\0\0\0\0\x8f\x94(K\x01\x90.",
        b"\x80\x02c__builtin__\nset\nq\0]q\x01K\x01a\x85q\x02Rq\x03.",
    );
    assert_eq!(output(&["--protocol", "2", "--profile", "cpython-c"], new), old);
    assert_eq!(output(&["-p4", "--profile=cpython-py"], old), new);
    assert_eq!(output(&["-p4", "--profile=cpython-py"], &[old, old].concat()), [new, new].concat());
    assert_eq!(output(&["-p2"], old), b"\x80\x02c__builtin__\nset\n]K\x01a\x85R.");
    assert_eq!(output(&["-p2", "--no-fix-imports"], new), b"\x80\x02cbuiltins\nset\n]K\x01a\x85R.");
    check(
        &["transcode", "-p1", "-", "-"],
        b"\x82\x05.",
        2,
        "",
        "pickle: -: found an extension code at protocol 1, expected protocol 2 or later\n",
    );
    let refused = run(&["transcode", "-p6", "-", "-"], b"N.");
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn transcode_takes_buffers_in() {
    let folder = tempfile::tempdir().unwrap();
    let buffer = folder.path().join("buffer");
    fs::write(&buffer, b"ab").unwrap();
    let buffer = buffer.to_str().unwrap();
    let output = run(&["transcode", "-p3", "--buffer", buffer, "-", "-"], b"\x80\x05\x97\x98.");
    assert_eq!(output.stdout, b"\x80\x03C\x02ab.");
}

#[test]
fn get_shows_one_value() {
    // {'users': [{'name': 'Ada'}, b'\n']}
    let pickle = b"\x80\x03}X\x05\0\0\0users](}X\x04\0\0\0nameX\x03\0\0\0AdasC\x01\nes.";
    check(&["get", "-", "users[0]"], pickle, 0, "{'name': 'Ada'}\n", "");
    check(&["get", "--raw", "-", "users[0].name"], pickle, 0, "Ada", "");
    check(&["get", "-", "args[1]"], b"cm\nC\n(K\x01K\x02tR.", 0, "2\n", "");
    check(&["get", "-", "kwargs.k"], b"\x80\x04cm\nC\n)}Vk\nK\x02s\x92.", 0, "2\n", "");
    check(&["get", "-", "state[0]"], b"cm\nC\n)R](K\x03eb.", 0, "3\n", "");
    // By a function in place of `BUILD`.
    let set = b"cm\nC\n)Rq\x00cm\nset\n(h\x00](K\x04etR0.";
    check(&["get", "-", "state[0]"], set, 0, "4\n", "");
    let nameless = "pickle: -: found no key \"x\", expected one of args (offset ";
    check(&["get", "-", "x"], b"cm\nC\n(K\x01K\x02tR.", 2, "", nameless);
    check(&["get", "--raw", "-", "users[1]"], pickle, 0, "\n", "");
    check(
        &["get", "--json", "-", "users[0].name"],
        pickle,
        0,
        "{\"t\":\"str\",\"v\":\"Ada\"}\n",
        "",
    );
    let far = "pickle: -: found no key \"nam\", expected one of \"name\", in users[0] (offset ";
    check(&["get", "-", "users[0].nam"], pickle, 2, "", far);
    let raw = "pickle: -: found a list, expected text or bytes for `--raw` (offset ";
    check(&["get", "--raw", "-", "users"], pickle, 2, "", raw);
    let missing = "found a reference to buffer 0, expected 1 of `--buffer FILE`, one for each";
    check(&["get", "--raw", "-", "[0]"], b"\x80\x05\x97\x85.", 2, "", missing);
}

#[test]
fn get_looks_into_models_and_frames() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/science");
    for (name, path, shown) in [
        ("pipeline", "steps[0][0]", "'scale'\n"),
        ("pipeline", "steps[1][1].fit_intercept", "True\n"),
        ("forest", "estimators_[1].tree_.node_count", "3\n"),
        ("frame", "_flags", "{'allows_duplicate_labels': True}\n"),
        ("series", "_name", "'level'\n"),
        ("state", "state.pos", "624\n"),
    ] {
        for protocol in [2, 5] {
            let file = folder.join(format!("{name}-p{protocol}.pkl"));
            check(&["get", file.to_str().unwrap(), path], b"", 0, shown, "");
        }
    }
}

#[test]
fn json_makes_the_same_pickle_again() {
    let pickle = b"\x80\x02c__builtin__\nset\n]K\x01a\x85R.";
    let json = run(&["to-json", "-"], pickle).stdout;
    assert_eq!(run(&["from-json", "-", "-"], &json).stdout, pickle);
    assert_eq!(run(&["show", "--json", "--full", "-"], pickle).stdout, json);
    let part = run(&["get", "--json", "--full", "-", ".args[0]"], pickle).stdout;
    assert_eq!(run(&["from-json", "-", "-"], &part).stdout, b"\x80\x02]K\x01a.");
    // What Python 2 has elsewhere is translated, as the JSON says the protocol.
    let new = b"\x80\x04\x95\x06\0\0\0\0\0\0\0\x8f(K\x01\x90.";
    assert_eq!(run(&["from-json", "-p4", "-", "-"], &json).stdout, new);
    let two = run(&["to-json", "-"], b"N.].").stdout;
    assert_eq!(run(&["from-json", "-p2", "-", "-"], &two).stdout, b"\x80\x02N.\x80\x02].");
    let json = b"{\"t\":\"ext\",\"code\":5}";
    check(&["from-json", "-p1", "-", "-"], json, 2, "", "pickle: -: found an extension code");
    check(&["from-json", "-", "-"], b"{\n}", 2, "", "pickle: -: found no \"t\", expected the type");
}

/// Whatever names and calls the protocol has, and whoever sets the state.
#[test]
fn json_in_full_makes_a_pickle_that_python_finds_equal() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| folder.path().join(name).to_str().unwrap().to_owned();
    let (pickle, json, copy) = (file("pickle"), file("json"), file("copy"));
    // Since then a function can set the state.
    for python in pythons().iter().filter(|python| python.at_least(3, 8)) {
        let cells = |call: &str| {
            let mut command = python.command();
            command.args(["-c", &format!("import cells; cells.{call}")]);
            let models = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python");
            command.env("PYTHONPATH", models).env("PYTHONDONTWRITEBYTECODE", "1");
            assert!(command.status().unwrap().success(), "{python}: {call}");
        };
        for protocol in 0..=5 {
            cells(&format!("write({pickle:?}, {protocol})"));
            fs::write(&json, run(&["show", "--json", "--full", &pickle], b"").stdout).unwrap();
            check(&["from-json", &json, &copy], b"", 0, "", "");
            cells(&format!("check({copy:?})"));
        }
    }
}

#[test]
fn rename_moves_classes_and_nothing_else() {
    // What CPython 3.13 writes for a list of an instance of `old.models.User`, with its memo.
    let old = b"\x80\x02]q\0cold.models\nUser\nq\x01)\x81q\x02a.";
    let new = b"\x80\x02]q\0cnew\nUser\nq\x01)\x81q\x02a.";
    let rename = |renames: &[&str], input: &[u8]| {
        let args = [&["rename"], renames, &["-", "-"]].concat();
        let output = run(&args, input);
        (output.stdout, String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(rename(&["old.models=new"], old), (new.to_vec(), String::new()));
    assert_eq!(rename(&["old=x", "old.models.User=new.User"], old).0, new);
    // A whole package.
    let package = b"\x80\x02]q\0cx.models\nUser\nq\x01)\x81q\x02a.";
    assert_eq!(rename(&["old=x"], old).0, package);
    // Bytes that no profile writes become canonical ones.
    let odd = b"\x80\x02(lcold\nC\na.";
    assert_eq!(rename(&["old=new"], odd).0, b"\x80\x02]cnew\nC\na.");
    assert_eq!(rename(&["--profile=cpython-c", "old=new"], odd).0, b"\x80\x02]q\0cnew\nC\nq\x01a.");
    let (same, note) = rename(&["olt=new"], old);
    assert_eq!(same, old);
    assert_eq!(note, "pickle: -: found no class or module of the name olt\n");
    check(&["rename", "old", "-", "-"], old, 2, "", "found \"old\", expected OLD=NEW");
    // `User` is the class, so the new name needs a module, too.
    let short = "pickle: -: found \"User\" as the new name of old.models.User, expected a module";
    check(&["rename", "old.models.User=User", "-", "-"], old, 2, "", short);
}
