//! Structs of the datasets log and mesh, against other formats and other readers of pickles.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot code its data should panic")]

use std::time::Duration;

use pickle_benches::compare::Comparison;
use pickle_benches::{cpython, datasets};
use pickle_core::{ReconstructOwned, Reduce};

/// How long each comparison runs, about.
const BUDGET: Duration = Duration::from_secs(4);

fn compare<T>(name: &str, value: &T)
where
    T: Reduce + ReconstructOwned + PartialEq + std::fmt::Debug,
    T: serde::Serialize + serde::de::DeserializeOwned,
    T: deser::Serialize + for<'de> deser::Deserialize<'de>,
{
    encode(name, value);
    let pickle = pickle_core::to_vec(value).unwrap();
    decode(&format!("{name}, decode our own output"), value, &pickle);
    match cpython::rewrite(&pickle, 4) {
        Some(written) => {
            assert_eq!(&pickle_core::from_slice::<T>(&written.pickle).unwrap(), value);
            decode(&format!("{name}, decode CPython's output"), value, &written.pickle);
            println!(
                "  CPython in its own process: loads {:.1} ms, dumps {:.1} ms",
                written.loads, written.dumps
            );
        }
        None => println!("  skipped CPython's output: there is no python3"),
    }
}

fn encode<T>(name: &str, value: &T)
where
    T: Reduce + serde::Serialize + deser::Serialize,
{
    let (mut ours, mut rmp, mut json, mut postcard) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    Comparison::new(format!("{name}, encode into a reused buffer"))
        .with("pickle-core", || {
            ours.clear();
            pickle_core::to_buffer(&mut ours, value).unwrap();
        })
        .with("rmp-serde named", || {
            rmp.clear();
            let mut serializer = rmp_serde::Serializer::new(&mut rmp).with_struct_map();
            serde::Serialize::serialize(value, &mut serializer).unwrap();
        })
        .with("serde_json", || {
            json.clear();
            serde_json::to_writer(&mut json, value).unwrap();
        })
        .with("postcard (no names)", || {
            postcard.clear();
            postcard = postcard::to_extend(value, std::mem::take(&mut postcard)).unwrap();
        })
        .with("serde-pickle", || {
            serde_pickle::to_vec(value, serde_pickle::SerOptions::default()).unwrap()
        })
        .with("deser-pickle", || deser_pickle::to_vec(value).unwrap())
        .run(BUDGET);
}

fn decode<T>(title: &str, value: &T, pickle: &[u8])
where
    T: ReconstructOwned + serde::Serialize + serde::de::DeserializeOwned,
    T: deser::Serialize + for<'de> deser::Deserialize<'de>,
{
    let rmp = rmp_serde::to_vec_named(value).unwrap();
    let json = serde_json::to_vec(value).unwrap();
    let postcard = postcard::to_allocvec(value).unwrap();
    // The peers have no instances of classes, so they read what they write themselves.
    let serde = serde_pickle::to_vec(value, serde_pickle::SerOptions::default()).unwrap();
    let deser = deser_pickle::to_vec(value).unwrap();
    Comparison::new(title)
        .with("pickle-core", || pickle_core::from_slice::<T>(pickle).unwrap())
        .with("rmp-serde named", || rmp_serde::from_slice::<T>(&rmp).unwrap())
        .with("serde_json", || serde_json::from_slice::<T>(&json).unwrap())
        .with("postcard (no names)", || postcard::from_bytes::<T>(&postcard).unwrap())
        .with("serde-pickle", || {
            serde_pickle::from_slice::<T>(&serde, serde_pickle::DeOptions::default()).unwrap()
        })
        .with("deser-pickle", || deser_pickle::from_slice::<T>(&deser).unwrap())
        .run(BUDGET);
    println!(
        "  bytes: pickle {}, rmp-serde {}, serde_json {}, postcard {}, serde-pickle {}, deser-pickle {}",
        pickle.len(),
        rmp.len(),
        json.len(),
        postcard.len(),
        serde.len(),
        deser.len()
    );
}

fn main() {
    compare("log, 10 000 records", &datasets::logs(10_000));
    compare("mesh, 40 000 triangles", &datasets::mesh(40_000));
    compare("minecraft_savedata, 500 players", &datasets::players(500));
    compare("mk48, 1000 updates", &datasets::updates(1000));
}
