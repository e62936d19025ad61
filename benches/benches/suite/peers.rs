//! Other formats and other crates: how each writes a value, and how it reads it back.

use std::fmt::Debug;
use std::mem;

use pickle_core::{ReconstructOwned, Reduce};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compare::Comparison;
use crate::plan::Plan;
use crate::table::{Measure, Row};

/// The name of ours.
pub(crate) const OURS: &str = "pickle-core";
/// The name of MessagePack with names.
pub(crate) const MESSAGEPACK: &str = "rmp-serde, named";

/// One way to code values of a type.
pub(crate) struct Peer<T> {
    pub(crate) name: &'static str,
    /// Writes a value behind what the buffer holds, which is nothing.
    pub(crate) encode: fn(&T, &mut Vec<u8>),
    pub(crate) decode: fn(&[u8]) -> T,
}

impl<T> Peer<T> {
    /// What this writes for a value.
    pub(crate) fn encoded(&self, value: &T) -> Vec<u8> {
        let mut buffer = Vec::new();
        (self.encode)(value, &mut buffer);
        buffer
    }
}

/// This crate.
pub(crate) fn ours<T: Reduce + ReconstructOwned>() -> Peer<T> {
    Peer {
        name: OURS,
        encode: |value, buffer| pickle_core::to_buffer(buffer, value).unwrap(),
        decode: |pickle| pickle_core::from_slice(pickle).unwrap(),
    }
}

/// This crate and the formats of serde.
pub(crate) fn of_serde<T>() -> Vec<Peer<T>>
where
    T: Reduce + ReconstructOwned + Serialize + DeserializeOwned,
{
    vec![
        ours(),
        Peer {
            name: MESSAGEPACK,
            encode: |value, buffer| {
                value.serialize(&mut rmp_serde::Serializer::new(buffer).with_struct_map()).unwrap();
            },
            decode: |bytes| rmp_serde::from_slice(bytes).unwrap(),
        },
        Peer {
            name: "serde_json",
            encode: |value, buffer| serde_json::to_writer(buffer, value).unwrap(),
            decode: |bytes| serde_json::from_slice(bytes).unwrap(),
        },
        Peer {
            name: "sonic-rs",
            encode: |value, buffer| sonic_rs::to_writer(buffer, value).unwrap(),
            decode: |bytes| sonic_rs::from_slice(bytes).unwrap(),
        },
        Peer {
            name: "ciborium",
            encode: |value, buffer| ciborium::into_writer(value, buffer).unwrap(),
            decode: |bytes| ciborium::from_reader(bytes).unwrap(),
        },
        Peer {
            name: "postcard",
            encode: |value, buffer| {
                *buffer = postcard::to_extend(value, mem::take(buffer)).unwrap();
            },
            decode: |bytes| postcard::from_bytes(bytes).unwrap(),
        },
        Peer {
            name: "bitcode",
            encode: |value, buffer| *buffer = bitcode::serialize(value).unwrap(),
            decode: |bytes| bitcode::deserialize(bytes).unwrap(),
        },
        Peer {
            name: "pickle-core::serde",
            encode: |value, buffer| {
                let options = pickle_core::serde::SerOptions::new();
                pickle_core::serde::to_writer(buffer, value, options).unwrap();
            },
            decode: |bytes| {
                pickle_core::serde::from_slice(bytes, pickle_core::serde::DeOptions::new()).unwrap()
            },
        },
        Peer {
            name: "serde-pickle",
            encode: |value, buffer| {
                serde_pickle::to_writer(buffer, value, serde_pickle::SerOptions::new()).unwrap();
            },
            decode: |bytes| {
                serde_pickle::from_slice(bytes, serde_pickle::DeOptions::new()).unwrap()
            },
        },
    ]
}

/// All: those of serde, deser-pickle and rkyv.
pub(crate) fn all<T>() -> Vec<Peer<T>>
where
    T: Reduce + ReconstructOwned + Serialize + DeserializeOwned,
    T: deser::Serialize + for<'de> deser::Deserialize<'de>,
    T: rkyv::Archive + for<'a> rkyv::Serialize<RkyvWriter<'a>>,
    T::Archived: rkyv::Deserialize<T, rkyv::api::high::HighDeserializer<rkyv::rancor::Error>>
        + for<'a> rkyv::bytecheck::CheckBytes<rkyv::api::high::HighValidator<'a, rkyv::rancor::Error>>,
{
    let mut peers = of_serde();
    peers.push(Peer {
        name: "deser-pickle",
        encode: |value, buffer| deser_pickle::to_writer(buffer, value).unwrap(),
        decode: |bytes| deser_pickle::from_slice(bytes).unwrap(),
    });
    peers.push(Peer {
        name: "rkyv",
        encode: |value, buffer| {
            *buffer =
                rkyv::api::high::to_bytes_in::<_, rkyv::rancor::Error>(value, mem::take(buffer))
                    .unwrap();
        },
        decode: |bytes| rkyv::from_bytes::<T, rkyv::rancor::Error>(bytes).unwrap(),
    });
    peers
}

type RkyvWriter<'a> = rkyv::api::high::HighSerializer<
    Vec<u8>,
    rkyv::ser::allocator::ArenaHandle<'a>,
    rkyv::rancor::Error,
>;

/// Measures writing into a buffer that was used before.
pub(crate) fn encode<T>(
    plan: &Plan,
    label: &str,
    value: &T,
    peers: &[Peer<T>],
    seconds: u64,
) -> Row {
    let comparison = peers.iter().fold(Comparison::new(label), |comparison, peer| {
        let mut buffer = Vec::new();
        comparison.with(peer.name, move || {
            buffer.clear();
            (peer.encode)(value, &mut buffer);
        })
    });
    comparison.run(plan, seconds)
}

/// Measures reading, from the slice that each wrote and for ours also from what others wrote. The
/// rows have the numbers of the peers in common.
pub(crate) fn decode<T: PartialEq + Debug>(
    plan: &Plan,
    label: &str,
    value: &T,
    peers: &[Peer<T>],
    foreign: &[(&str, &[u8])],
    seconds: u64,
) -> Vec<Row> {
    let Some(ours) = peers.first() else { return Vec::new() };
    let foreign_names = foreign.iter().map(|(writer, _)| format!("{label}, written by {writer}"));
    let labels: Vec<String> = [label.to_owned()].into_iter().chain(foreign_names).collect();
    let mut comparison = Comparison::new(label);
    for (label, (_, pickle)) in labels.iter().skip(1).zip(foreign) {
        assert!(&(ours.decode)(pickle) == value, "{label}: not equal");
        comparison = comparison.with(label, || (ours.decode)(pickle));
    }
    for peer in peers {
        let bytes = peer.encoded(value);
        assert!(&(peer.decode)(&bytes) == value, "{label}, {}: not equal", peer.name);
        comparison = comparison.with(peer.name, move || (peer.decode)(&bytes));
    }
    let measured = comparison.run(plan, seconds);
    let (foreign, all) = measured.cells.split_at(foreign.len());
    let theirs = all.get(1..).unwrap_or_default();
    let ours = all.iter().take(1).chain(foreign);
    let rows = labels.into_iter().zip(ours);
    rows.map(|(label, ours)| Row::new(label, ours.measure).with_all(theirs)).collect()
}

/// The sizes of what each writes.
pub(crate) fn sizes<T>(label: &str, value: &T, peers: &[Peer<T>]) -> Row {
    let mut row = Row { label: label.to_owned(), cells: Vec::new() };
    for peer in peers {
        row = row.with(peer.name, Measure::bytes(peer.encoded(value).len()));
    }
    row
}
