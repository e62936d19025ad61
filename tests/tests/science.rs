//! Objects of pandas, scikit-learn and `numpy.random`, of which nothing is known here, are read by
//! paths. `tests/python/science.py` made them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::fs;
use std::path::Path;

use pickle_core::types::numpy::{Dtype, NdArray, ObjectArray, Scalar};
use pickle_core::{Graph, NodeRef, ReconstructOwned, UnpickleOptions, Value};

/// Looks into the object in each protocol that was written.
fn look(name: &str, check: impl Fn(NodeRef<'_, '_>)) {
    for protocol in [2, 5] {
        let file = format!("golden/science/{name}-p{protocol}.pkl");
        let pickle = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        check(Graph::from_slice(&pickle).unwrap().root());
    }
}

fn read<T: ReconstructOwned>(node: NodeRef<'_, '_>) -> T {
    UnpickleOptions::new().from_node(node).unwrap()
}

fn floats(node: NodeRef<'_, '_>) -> Vec<f64> {
    read::<NdArray>(node).to_vec().unwrap()
}

/// The text of an array of objects, with NaN as the missing one.
fn texts(node: NodeRef<'_, '_>) -> Vec<Option<String>> {
    let array: ObjectArray<Value> = read(node);
    let text = |value: &Value| match value {
        Value::Str(text) => Some(text.clone()),
        _ => None,
    };
    array.items().iter().map(text).collect()
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

fn close(found: &[f64], expected: &[f64]) {
    let near = |(left, right): (&f64, &f64)| (left - right).abs() < 1e-9;
    let all = found.len() == expected.len() && found.iter().zip(expected).all(near);
    assert!(all, "{found:?}, expected {expected:?}");
}

/// What pandas keeps of an array beside its dtype is the second part of a state.
fn backed<'g, 'de>(node: NodeRef<'g, 'de>) -> NodeRef<'g, 'de> {
    node.state().unwrap().index(1).unwrap()
}

#[test]
fn a_frame() {
    look("frame", |frame| {
        assert_eq!(frame.class_name(), Some(("pandas", "DataFrame")));
        let manager = frame.at("_mgr").unwrap();
        let [blocks, axes] = *manager.args().collect::<Vec<_>>() else { panic!("no axes") };
        let values: Vec<_> = blocks.iter().map(|block| block.args().next().unwrap()).collect();
        let names = texts(backed(values[0]));
        assert_eq!(names, [some(&["Ada", "Grace"]), vec![None]].concat());
        let years: NdArray = read(values[1]);
        assert_eq!(years.to_vec::<i64>().unwrap(), [1815, 1906, 0]);
        let scores = floats(values[2]);
        assert!(scores[..2] == [0.5, 1.5] && scores[2].is_nan(), "{scores:?}");
        let labels =
            |axis: NodeRef<'_, '_>| texts(backed(axis.args().nth(1).unwrap().get("data").unwrap()));
        assert_eq!(labels(axes.index(0).unwrap()), some(&["name", "born", "score"]));
        assert_eq!(labels(axes.index(1).unwrap()), some(&["a", "b", "c"]));
    });
}

#[test]
fn a_series_a_timestamp_and_a_categorical() {
    look("series", |series| {
        assert_eq!(series.class_name(), Some(("pandas", "Series")));
        assert_eq!(series.at("_name").unwrap().as_str(), Some("level"));
        let [axes, values, ..] =
            *series.at("_mgr").unwrap().state().unwrap().iter().collect::<Vec<_>>()
        else {
            panic!("no values")
        };
        assert_eq!(floats(values.index(0).unwrap()), [1.5, 2.5, 3.5]);
        let days = axes.index(0).unwrap().args().nth(1).unwrap().get("data").unwrap();
        assert_eq!(
            days.state().unwrap().index(0).unwrap().at("unit").unwrap().as_str(),
            Some("us")
        );
        // Midnight in Berlin, in microseconds since 1970.
        let midnight = 1_709_074_800_000_000;
        let day = 86_400_000_000;
        let days: NdArray = read(backed(days));
        assert_eq!(days.to_counts().unwrap(), [midnight, midnight + day, midnight + 2 * day]);
    });
    look("timestamp", |timestamp| {
        let args: Vec<_> = timestamp.args().collect();
        assert_eq!(args[0].as_i64(), Some(1_709_206_200_000_001));
        assert_eq!(args[2].args().next().unwrap().as_str(), Some("Europe/Berlin"));
    });
    look("categorical", |categorical| {
        let state = categorical.state().unwrap();
        let codes = state.walk().find_map(|node| {
            let array = UnpickleOptions::new().from_node::<NdArray>(node).ok()?;
            array.to_vec::<i8>().ok()
        });
        assert_eq!(codes, Some(vec![0, 1, 0, -1]));
    });
}

#[test]
fn models() {
    look("linear", |model| {
        assert_eq!(model.class_name(), Some(("sklearn.linear_model._base", "LinearRegression")));
        close(&floats(model.at("coef_").unwrap()), &[2.0, -1.0]);
        let intercept: Scalar = read(model.at("intercept_").unwrap());
        close(&[intercept.get().unwrap()], &[0.5]);
        assert_eq!(model.at("fit_intercept").unwrap().as_bool(), Some(true));
    });
    look("pipeline", |pipeline| {
        assert_eq!(pipeline.at("steps[0][0]").unwrap().as_str(), Some("scale"));
        close(&floats(pipeline.at("steps[0][1].mean_").unwrap()), &[1.5, 2.75]);
        let fit = pipeline.at("steps[1][1]").unwrap();
        assert_eq!(fit.class_name(), Some(("sklearn.linear_model._base", "LinearRegression")));
    });
    look("forest", |forest| {
        assert_eq!(texts(forest.at("classes_").unwrap()), some(&["left", "right"]));
        assert_eq!(forest.at("estimators_").unwrap().len(), 2);
        let tree = forest.at("estimators_[0].tree_").unwrap();
        let nodes: NdArray = read(tree.get("nodes").unwrap());
        assert_eq!(Some(nodes.len()), tree.get("node_count").unwrap().as_int());
        let children = nodes.field("left_child").unwrap().to_vec::<i64>().unwrap();
        assert_eq!(children, [1, -1, -1]);
        let thresholds = nodes.field("threshold").unwrap().to_vec::<f64>().unwrap();
        assert_eq!(thresholds[1..], [-2.0, -2.0]);
    });
}

#[test]
fn states_of_random_numbers() {
    look("state", |state| {
        let keys: NdArray = read(state.at("state.key").unwrap());
        assert_eq!(keys.len(), 624);
        assert_eq!(keys.to_vec::<u32>().unwrap()[0], 7);
        assert_eq!(keys.dtype(), &"<u4".parse::<Dtype>().unwrap());
        assert_eq!(state.at("state.pos").unwrap().as_i64(), Some(624));
    });
    look("generator", |generator| {
        let bits = generator.args().next().unwrap();
        let state = bits.state().unwrap().index(0).unwrap();
        assert_eq!(state.at("bit_generator").unwrap().as_str(), Some("PCG64"));
        let number = state.at("state.state").unwrap().as_int::<u128>();
        assert_eq!(number, Some(208_745_520_555_909_116_978_795_849_195_383_758_904));
    });
}
