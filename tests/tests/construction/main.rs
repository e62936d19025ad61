//! Every way of constructing an object and of keeping its state, against classes of every CPython
//! here: they load what we write, and we read what they write, in all protocols and by both routes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod atoms;
mod bases;
mod items;
mod keywords;
mod setters;
mod states;

use std::collections::{BTreeMap, VecDeque};

use pickle_core::{PickleOptions, Protocol, Reduce, Value, from_slice, to_vec, tools};
use pickle_tests::check::{Row, agree_on_instances, load, row};

const SETUP: &str = "from construction_models import *";
const DATACLASSES: &str = "from dataclass_models import *";
