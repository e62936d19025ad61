//! Structs of the datasets log and mesh, against other formats.

use std::time::Duration;

use pickle_benches::compare::Comparison;
use pickle_benches::datasets;
use pickle_core::{Reconstruct, Reduce};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn compare<T>(name: &str, value: &T)
where
    T: Serialize + DeserializeOwned + Reduce + for<'de> Reconstruct<'de>,
{
    let budget = Duration::from_secs(3);
    let mut ours = Vec::new();
    let mut rmp = Vec::new();
    let mut json = Vec::new();
    let mut postcard = Vec::new();
    Comparison::new(format!("{name}, encode into a reused buffer"))
        .with("pickle-core", || {
            ours.clear();
            pickle_core::to_buffer(&mut ours, value).unwrap();
        })
        .with("rmp-serde named", || {
            rmp.clear();
            value.serialize(&mut rmp_serde::Serializer::new(&mut rmp).with_struct_map()).unwrap();
        })
        .with("serde_json", || {
            json.clear();
            serde_json::to_writer(&mut json, value).unwrap();
        })
        .with("postcard", || {
            postcard = postcard::to_extend(value, std::mem::take(&mut postcard)).unwrap();
            postcard.clear();
        })
        .with("serde-pickle", || serde_pickle::to_vec(value, Default::default()).unwrap())
        .run(budget);

    let ours = pickle_core::to_vec(value).unwrap();
    let rmp = rmp_serde::to_vec_named(value).unwrap();
    let json = serde_json::to_vec(value).unwrap();
    let postcard = postcard::to_allocvec(value).unwrap();
    let peer = serde_pickle::to_vec(value, Default::default()).unwrap();
    println!(
        "\nsizes: ours {} rmp {} json {} postcard {} serde-pickle {}",
        ours.len(),
        rmp.len(),
        json.len(),
        postcard.len(),
        peer.len()
    );
    Comparison::new(format!("{name}, decode"))
        .with("pickle-core", || pickle_core::from_slice::<T>(&ours).unwrap())
        .with("rmp-serde named", || rmp_serde::from_slice::<T>(&rmp).unwrap())
        .with("serde_json", || serde_json::from_slice::<T>(&json).unwrap())
        .with("postcard", || postcard::from_bytes::<T>(&postcard).unwrap())
        .with("serde-pickle", || serde_pickle::from_slice::<T>(&peer, Default::default()).unwrap())
        .run(budget);
}

fn main() {
    compare("log", &datasets::logs(10_000));
    compare("mesh", &datasets::mesh(std::env::var("N").map_or(40_000, |n| n.parse().unwrap())));
}
