//! Pickles in archives and compressed files.
//!
//! A file is what its content says, not what its name says. PyTorch keeps `data.pkl` in a zip
//! archive, NumPy arrays of objects are pickles behind a header, and joblib compresses with zlib.
//! Each kind that compresses is a feature of this crate.

#![cfg_attr(
    not(any(feature = "zip", feature = "gzip", feature = "bzip2")),
    allow(dead_code, reason = "there is nothing to unpack then")
)]

use std::io::Read;

use pickle_core::tools::audit::{Audit, Auditor};

use crate::audit::Part;

/// How deep containers may nest.
const DEPTH: usize = 4;

/// How much of a member of an archive is looked at to tell whether it is a pickle.
#[cfg(feature = "zip")]
const GLANCE: u64 = 4096;

/// What may still be unpacked, so that small files cannot unfold without end.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    bytes: u64,
    depth: usize,
}

impl Budget {
    /// So many unpacked bytes in all.
    #[must_use]
    pub fn new(limit: u64) -> Budget {
        Budget { limit, bytes: limit, depth: DEPTH }
    }

    /// Reads on to the end, but not beyond the limit. What was read before an error counts, as a
    /// reader that ignores checksums would use it.
    fn read(&mut self, reader: impl Read, content: &mut Vec<u8>) -> Result<(), String> {
        let before = content.len() as u64;
        let read = reader.take(self.bytes + 1).read_to_end(content);
        let taken = content.len() as u64 - before;
        if taken > self.bytes {
            self.bytes = 0;
            let limit = self.limit;
            return Err(format!(
                "found more than {limit} bytes in containers, expected less; `--limit` raises it"
            ));
        }
        self.bytes -= taken;
        read.map(drop).map_err(|error| error.to_string())
    }
}

/// Audits what is in a file, or in a member of one.
pub fn open(
    content: &[u8],
    path: &str,
    auditor: &Auditor,
    budget: &mut Budget,
    parts: &mut Vec<Part>,
) {
    if budget.depth == 0 {
        let reason = format!("found containers nested deeper than {DEPTH}, expected fewer");
        parts.push(Part { path: path.to_owned(), outcome: Err(reason) });
        return;
    }
    budget.depth -= 1;
    // An archive may begin with something else: its directory is at its end.
    let is_archive = open_zip(content, path, auditor, budget, parts);
    let is_more = !is_archive || !content.starts_with(b"PK");
    if is_more && !open_stream(content, path, auditor, budget, parts) {
        let pickle = object_array(content).unwrap_or(content);
        let audit = auditor.audit(pickle);
        // Most members of an archive are something else.
        if path.is_empty() || is_pickle(pickle, path, &audit) {
            parts.push(Part { path: path.to_owned(), outcome: Ok(audit) });
        }
    }
    budget.depth += 1;
}

/// Whether a member of an archive is a pickle, or does something if it is taken for one.
fn is_pickle(content: &[u8], path: &str, audit: &Audit) -> bool {
    let end = path.rsplit('.').next().unwrap_or_default();
    let is_named = ["pkl", "pickle", "pt", "pth", "joblib"].contains(&end);
    is_named
        || content.starts_with(b"\x80")
        || !audit.findings.is_empty()
        || (audit.error.is_none() && !content.is_empty())
}

/// The pickle in a `.npy` file with an array of objects; nothing for one of numbers.
fn object_array(content: &[u8]) -> Option<&[u8]> {
    let rest = content.strip_prefix(b"\x93NUMPY")?;
    let (version, rest) = (rest.first()?, rest.get(2..)?);
    let (length, rest) = match version {
        1 => (usize::from(u16::from_le_bytes(*rest.first_chunk()?)), rest.get(2..)?),
        _ => (usize::try_from(u32::from_le_bytes(*rest.first_chunk()?)).ok()?, rest.get(4..)?),
    };
    let header = rest.get(..length)?;
    let has_objects = header.windows(2).any(|pair| pair == b"|O" || pair == b"'O");
    // `None` and `STOP` stand for an array that holds no pickle.
    if has_objects { rest.get(length..) } else { Some(b"N.") }
}

/// Audits the members of a zip archive; `false` if it is none.
#[cfg(feature = "zip")]
fn open_zip(
    content: &[u8],
    path: &str,
    auditor: &Auditor,
    budget: &mut Budget,
    parts: &mut Vec<Part>,
) -> bool {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(content)) else {
        return false;
    };
    for index in 0..archive.len() {
        let name = archive.name_for_index(index).unwrap_or("?").escape_debug().to_string();
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        let mut member = match archive.by_index(index) {
            Ok(member) if member.is_dir() => continue,
            Ok(member) => member,
            Err(error) => {
                parts.push(Part { path, outcome: Err(error.to_string()) });
                continue;
            }
        };
        let mut content = Vec::new();
        let glance = (&mut member).take(GLANCE).read_to_end(&mut content);
        let error = match glance {
            Ok(_) if !is_worth_reading(&content, &path, auditor) => continue,
            Ok(_) => budget.read(member, &mut content).err(),
            Err(error) => Some(error.to_string()),
        };
        open(&content, &path, auditor, budget, parts);
        if let Some(error) = error {
            parts.push(Part { path, outcome: Err(error) });
        }
    }
    true
}

#[cfg(not(feature = "zip"))]
fn open_zip(_: &[u8], _: &str, _: &Auditor, _: &mut Budget, _: &mut Vec<Part>) -> bool {
    false
}

/// Whether the beginning of a member may be that of a pickle or a container.
#[cfg(feature = "zip")]
fn is_worth_reading(beginning: &[u8], path: &str, auditor: &Auditor) -> bool {
    let audit = auditor.audit(beginning);
    let is_cut = |error: &pickle_core::Error| {
        matches!(error.kind(), pickle_core::ErrorKind::EndOfInput { .. })
    };
    let magic = [&b"PK"[..], b"\x93NUMPY", b"\x1f\x8b", b"\x78", b"BZh"];
    is_pickle(beginning, path, &audit)
        || audit.error.as_ref().is_some_and(is_cut)
        || magic.iter().any(|magic| beginning.starts_with(magic))
}

/// Audits what is in a compressed file; `false` if it is none.
#[allow(unused_variables, reason = "each kind is a feature")]
fn open_stream(
    content: &[u8],
    path: &str,
    auditor: &Auditor,
    budget: &mut Budget,
    parts: &mut Vec<Part>,
) -> bool {
    #[cfg(feature = "gzip")]
    if content.starts_with(b"\x1f\x8b") {
        let reader = flate2::read::MultiGzDecoder::new(content);
        return unpack(reader, "gunzip", path, auditor, budget, parts);
    }
    #[cfg(feature = "gzip")]
    if let [0x78, 0x01 | 0x5e | 0x9c | 0xda, ..] = content {
        let reader = flate2::read::ZlibDecoder::new(content);
        return unpack(reader, "zlib", path, auditor, budget, parts);
    }
    #[cfg(feature = "bzip2")]
    if let [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', ..] = content {
        let reader = bzip2::read::MultiBzDecoder::new(content);
        return unpack(reader, "bunzip2", path, auditor, budget, parts);
    }
    false
}

#[cfg(any(feature = "gzip", feature = "bzip2"))]
fn unpack(
    reader: impl Read,
    how: &str,
    path: &str,
    auditor: &Auditor,
    budget: &mut Budget,
    parts: &mut Vec<Part>,
) -> bool {
    let mut content = Vec::new();
    let error = budget.read(reader, &mut content).err();
    let path = if path.is_empty() { how.to_owned() } else { format!("{path}/{how}") };
    open(&content, &path, auditor, budget, parts);
    if let Some(error) = error {
        parts.push(Part { path, outcome: Err(error) });
    }
    true
}
