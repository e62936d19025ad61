//! A PyTorch checkpoint, read and written without Python: `checkpoint FILE` lists the tensors of one.
//!
//! A checkpoint is a zip archive. Its `data.pkl` has a call of `torch._utils._rebuild_tensor_v2` for
//! each tensor, whose first argument is a *persistent id*: the name of the entry that holds the
//! numbers. So nothing large is in the pickle, and tensors that share numbers share an id.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::env;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, Weak};

use half::{bf16, f16};
use pickle_core::types::OrderedDict;
use pickle_core::{
    Global, Graph, NodeRef, PickleOptions, Protocol, ReconstructOwned, Reduce, Registry,
    UnpickleOptions, Value,
};
use pickle_examples::{Result, ask_python};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// The numbers behind one or several tensors.
#[derive(Debug)]
struct Storage {
    /// Such as `FloatStorage`.
    class: Global,
    key: String,
    bytes: Vec<u8>,
}

/// `('storage', torch.FloatStorage, '0', 'cpu', 6)`: a class, the name of an entry, where the
/// numbers were, and how many there are.
type StorageId = (String, Global, String, String, usize);

/// The reduction of a tensor is a call of this function, so that is its class here.
#[derive(Debug, Reduce)]
#[reduce(module = "torch._utils", name = "_rebuild_tensor_v2")]
struct Tensor {
    #[reduce(ctor, with = pickle_core::registered)]
    storage: Arc<Storage>,
    #[reduce(ctor)]
    offset: usize,
    #[reduce(ctor, with = shape)]
    size: Vec<usize>,
    #[reduce(ctor, with = shape)]
    stride: Vec<usize>,
    #[reduce(ctor)]
    requires_grad: bool,
    #[reduce(ctor)]
    backward_hooks: OrderedDict<u64, Value>,
}

/// A `torch.Size`, which is pickled as a tuple.
mod shape {
    use pickle_core::{Loader, Result, Saver};

    pub(super) fn reduce(shape: &impl AsRef<[usize]>, saver: &mut Saver<'_>) -> Result<()> {
        let shape = shape.as_ref();
        let tuple = saver.begin_tuple(shape.len())?;
        for count in shape {
            saver.save(count)?;
        }
        saver.end_tuple(tuple)
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<Vec<usize>> {
        loader.load()
    }
}

impl Storage {
    /// The name and the size in bytes of what it holds.
    fn dtype(&self) -> Result<(&'static str, usize)> {
        Ok(match &*self.class.name {
            "DoubleStorage" => ("float64", 8),
            "FloatStorage" => ("float32", 4),
            "HalfStorage" => ("float16", 2),
            "BFloat16Storage" => ("bfloat16", 2),
            "LongStorage" => ("int64", 8),
            "IntStorage" => ("int32", 4),
            "ShortStorage" => ("int16", 2),
            "CharStorage" => ("int8", 1),
            "ByteStorage" => ("uint8", 1),
            "BoolStorage" => ("bool", 1),
            other => return Err(format!("found a {other}, expected a storage of numbers").into()),
        })
    }

    fn id(&self) -> Result<StorageId> {
        let count = self.bytes.len() / self.dtype()?.1;
        Ok(("storage".into(), self.class.clone(), self.key.clone(), "cpu".into(), count))
    }
}

impl Tensor {
    /// A tensor of one dimension.
    fn vector(key: &str, floats: &[f32]) -> Tensor {
        let storage = Storage {
            class: Global::new("torch", "FloatStorage"),
            key: key.to_owned(),
            bytes: floats.iter().flat_map(|float| float.to_le_bytes()).collect(),
        };
        Tensor {
            storage: Arc::new(storage),
            offset: 0,
            size: vec![floats.len()],
            stride: vec![1],
            requires_grad: false,
            backward_hooks: OrderedDict(Vec::new()),
        }
    }

    /// The items in the order of their indices, each as its bytes. Only those that are there can be
    /// reached, whatever size and strides claim.
    fn items(&self) -> Result<Vec<&[u8]>> {
        let (_, itemsize) = self.storage.dtype()?;
        let count = self.size.iter().try_fold(1usize, |count, size| count.checked_mul(*size));
        // A stride of 0 repeats numbers, so there may be more items than numbers.
        let count = count.filter(|count| *count <= 1 << 24).ok_or("a tensor of that size")?;
        (0..count)
            .map(|mut index| {
                let mut place = self.offset;
                for (size, stride) in self.size.iter().zip(&self.stride).rev() {
                    place = place.checked_add((index % size).checked_mul(*stride)?)?;
                    index /= size;
                }
                let begin = place.checked_mul(itemsize)?;
                self.storage.bytes.get(begin..begin.checked_add(itemsize)?)
            })
            .collect::<Option<_>>()
            .ok_or_else(|| "a tensor that reaches beyond its storage".into())
    }

    /// The first items, as numbers.
    fn preview(&self) -> Result<String> {
        let (dtype, _) = self.storage.dtype()?;
        let items = self.items()?;
        let more = if items.len() > 3 { ", …" } else { "" };
        let items = items.iter().take(3).map(|item| show(dtype, item));
        let items: Vec<String> = items.collect::<Result<_>>()?;
        Ok(format!("{}{more}", items.join(", ")))
    }
}

fn show(dtype: &str, item: &[u8]) -> Result<String> {
    Ok(match dtype {
        "float64" => f64::from_le_bytes(item.try_into()?).to_string(),
        "float32" => f32::from_le_bytes(item.try_into()?).to_string(),
        "float16" => f16::from_le_bytes(item.try_into()?).to_string(),
        "bfloat16" => bf16::from_le_bytes(item.try_into()?).to_string(),
        "int64" => i64::from_le_bytes(item.try_into()?).to_string(),
        "int32" => i32::from_le_bytes(item.try_into()?).to_string(),
        "int16" => i16::from_le_bytes(item.try_into()?).to_string(),
        "int8" => i8::from_le_bytes(item.try_into()?).to_string(),
        "bool" => (item != [0]).to_string(),
        _ => u8::from_le_bytes(item.try_into()?).to_string(),
    })
}

/// What is in a zip archive, beside its `data.pkl`.
struct Checkpoint {
    pickle: Vec<u8>,
    storages: Registry,
}

impl Checkpoint {
    fn open<R: Read + Seek + Send + 'static>(file: R) -> Result<Checkpoint> {
        let mut archive = ZipArchive::new(file)?;
        let pickle = archive.file_names().find(|name| name.ends_with("/data.pkl"));
        let pickle = pickle.ok_or("found no data.pkl: is this a checkpoint?")?.to_owned();
        let folder = pickle.trim_end_matches(".pkl").to_owned();
        let pickle = read(&mut archive, &pickle)?;

        // Tensors that are there at the same time share what they have in common; what no tensor
        // needs any more is not kept.
        let opened = Mutex::new((archive, HashMap::<String, Weak<Storage>>::new()));
        let load = move |(kind, class, key, _, _): StorageId| -> Result<Arc<Storage>> {
            if kind != "storage" {
                return Err(format!("found a {kind}, expected a storage").into());
            }
            let mut opened = opened.lock().map_err(|error| error.to_string())?;
            let (archive, known) = &mut *opened;
            if let Some(storage) = known.get(&key).and_then(Weak::upgrade) {
                return Ok(storage);
            }
            let bytes = read(archive, &format!("{folder}/{key}"))?;
            let storage = Arc::new(Storage { class, key: key.clone(), bytes });
            known.insert(key, Arc::downgrade(&storage));
            Ok(storage)
        };
        let mut storages = Registry::new();
        storages.persistent(|storage: &Arc<Storage>| storage.id().ok(), load);
        Ok(Checkpoint { pickle, storages })
    }

    /// Prints what tensors there are, wherever they are in the checkpoint.
    fn list(&self) -> Result {
        let graph = Graph::from_slice(&self.pickle)?;
        let options = UnpickleOptions::new().registry(&self.storages);
        for (path, node) in tensors(graph.root()) {
            let tensor: Tensor = options.from_node(node)?;
            let (dtype, _) = tensor.storage.dtype()?;
            println!("Rust    {path}: {dtype} {:?} {}", tensor.size, tensor.preview()?);
        }
        Ok(())
    }

    /// The tensors of a model's `state_dict()`, or of any other dict.
    fn load<T: ReconstructOwned>(&self) -> Result<T> {
        Ok(UnpickleOptions::new().registry(&self.storages).from_slice(&self.pickle)?)
    }
}

fn read<R: Read + Seek>(archive: &mut ZipArchive<R>, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    archive.by_name(name)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The calls that make tensors, with the paths to them, in the order of the checkpoint.
fn tensors<'g, 'de>(root: NodeRef<'g, 'de>) -> Vec<(String, NodeRef<'g, 'de>)> {
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut waiting = vec![(String::new(), root)];
    while let Some((path, node)) = waiting.pop() {
        // A checkpoint may contain itself.
        if !seen.insert(node.id()) {
            continue;
        }
        if node.class_name() == Some(("torch._utils", "_rebuild_tensor_v2")) {
            found.push((path, node));
            continue;
        }
        let items = node.iter().enumerate().map(|(place, item)| (format!("{path}[{place}]"), item));
        let entries = node.entries().map(|(key, value)| match key.as_str() {
            Some(key) if path.is_empty() => (key.to_owned(), value),
            Some(key) => (format!("{path}.{key}"), value),
            None => (format!("{path}[{key:?}]"), value),
        });
        // A parameter is a call with its tensor as an argument.
        let args = node.args().map(|argument| (path.clone(), argument));
        let parts: Vec<_> = items.chain(entries).chain(args).collect();
        waiting.extend(parts.into_iter().rev());
    }
    found
}

/// Writes a checkpoint of tensors by name, as `torch.save` does.
fn save(tensors: &BTreeMap<String, Tensor>) -> Result<Vec<u8>> {
    let mut storages = Registry::new();
    let unreadable = |_: StorageId| -> Result<Arc<Storage>> { Err("this only writes".into()) };
    storages.persistent(|storage: &Arc<Storage>| storage.id().ok(), unreadable);
    let pickle = PickleOptions::new().protocol(Protocol::V2).registry(&storages).to_vec(tensors)?;

    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    // PyTorch maps the numbers into memory, so they are stored as they are, at round addresses.
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .with_alignment(64);
    archive.start_file("archive/data.pkl", stored)?;
    archive.write_all(&pickle)?;
    let by_key: BTreeMap<_, _> =
        tensors.values().map(|tensor| (&tensor.storage.key, &tensor.storage)).collect();
    for (key, storage) in by_key {
        archive.start_file(format!("archive/data/{key}"), stored)?;
        archive.write_all(&storage.bytes)?;
    }
    archive.start_file("archive/version", stored)?;
    archive.write_all(b"3\n")?;
    Ok(archive.finish()?.into_inner())
}

fn main() -> Result {
    if let Some(path) = env::args_os().nth(1) {
        return Checkpoint::open(File::open(path)?)?.list();
    }
    // By PyTorch 1.12: a model, its optimizer, and tensors of other kinds.
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/pytorch.pt");
    Checkpoint::open(File::open(golden)?)?.list()?;

    let weights = BTreeMap::from([
        ("bias".to_owned(), Tensor::vector("0", &[0.5, -0.5])),
        ("weight".to_owned(), Tensor::vector("1", &[1.0, 2.0, 3.0])),
    ]);
    let theirs = ask_python(
        &save(&weights)?,
        r#"
import checkpoint
tensors = checkpoint.load(ours)
print("loads %r" % tensors)
theirs = checkpoint.save({name: [2 * float for float in tensors[name]] for name in tensors})
"#,
        "checkpoint.pt",
    )?;
    let weights: BTreeMap<String, Tensor> = Checkpoint::open(Cursor::new(theirs))?.load()?;
    for (name, tensor) in &weights {
        println!("Rust    {name} is now {}", tensor.preview()?);
    }
    Ok(())
}
