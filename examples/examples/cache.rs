//! An entry of a Python web site's cache: written here and read there, and the other way round.
//!
//! The cache is Django's `FileBasedCache`. A file holds when its entry expires, as a pickle, and
//! behind that the value, as another pickle in a zlib stream. In Redis, Django keeps the bare pickle
//! of the value, or the digits of an `int`.

use std::fs::{self, File};
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use md5::{Digest, Md5};
use pickle_core::{Pickler, ReconstructOwned, Reduce, Unpickler};
use pickle_examples::{Result, ask_python};

/// Seconds since 1970, or `None` for an entry that does not expire.
type Expires = Option<f64>;

#[derive(Debug, Reduce)]
#[reduce(module = "file_cache")]
struct Cart {
    items: Vec<(String, u32)>,
    updated: Option<SystemTime>,
}

struct FileBasedCache {
    folder: PathBuf,
}

impl FileBasedCache {
    fn file(&self, key: &str) -> PathBuf {
        // The prefix and the version of keys are empty and 1 unless the settings say otherwise.
        let digest = Md5::digest(format!(":1:{key}"));
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(name).with_extension("djcache")
    }

    fn set<T: Reduce>(&self, key: &str, value: &T, timeout: Duration) -> Result {
        let expires: Expires = Some((now()? + timeout).as_secs_f64());
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        Pickler::new(&mut file).dump(&expires)?;
        let mut compressed = ZlibEncoder::new(&mut file, Compression::fast());
        pickle_core::to_writer(&mut compressed, value)?;
        compressed.finish()?.flush()?;
        // Readers find the old entry or the new one, never half of one.
        file.persist(self.file(key))?;
        Ok(())
    }

    fn get<T: ReconstructOwned>(&self, key: &str) -> Result<Option<T>> {
        read_entry(File::open(self.file(key))?)
    }
}

/// The value of an entry, if it has not expired.
fn read_entry<T: ReconstructOwned>(entry: impl Read) -> Result<Option<T>> {
    let mut entry = BufReader::new(entry);
    // An `Unpickler` takes no byte beyond the pickle, so the stream goes on with the value.
    let expires: Expires = Unpickler::new(&mut entry).load()?;
    if expires.is_some_and(|expires| now().is_ok_and(|now| expires < now.as_secs_f64())) {
        return Ok(None);
    }
    Ok(Some(pickle_core::from_reader(ZlibDecoder::new(entry))?))
}

fn now() -> Result<Duration> {
    Ok(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?)
}

fn path(folder: &Path) -> Result<String> {
    Ok(folder.to_str().ok_or("a path that is not Unicode")?.to_owned())
}

fn main() -> Result {
    let folder = tempfile::tempdir()?;
    let cache = FileBasedCache { folder: folder.path().to_owned() };

    let cart = Cart { items: vec![("spam".into(), 2)], updated: Some(SystemTime::UNIX_EPOCH) };
    cache.set("cart:7", &cart, Duration::from_secs(300))?;
    let found: Option<Cart> = cache.get("cart:7")?;
    println!("Rust    the cache has {:?}", found.ok_or("it expired")?.items);
    cache.set("cart:8", &cart, Duration::ZERO)?;

    let entry = ask_python(
        &pickle_core::to_vec(&path(folder.path())?)?,
        r#"
import datetime
from file_cache import FileBasedCache
cache = FileBasedCache(pickle.loads(ours), {})
cart = cache.get("cart:7")
print("cart:7 is a %s of %r, updated %s" % (type(cart).__name__, cart.items, cart.updated))
print("cart:8 is %r: it has expired" % cache.get("cart:8"))
cart.items.append(("eggs", 12))
cart.updated = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
cache.set("cart:7", cart, timeout=None)
with open(cache._key_to_file("cart:7"), "rb") as file:
    theirs = file.read()
"#,
        "cache.djcache",
    )?;
    fs::write(cache.file("cart:7"), entry)?;
    let cart: Cart = cache.get("cart:7")?.ok_or("it expired")?;
    println!("Rust    and now {:?}", cart.items);
    assert_eq!(
        cart.updated,
        Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600)),
        "2026-01-01"
    );
    Ok(())
}
