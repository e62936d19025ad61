//! The workloads of pyperformance's `bm_pickle`, typed: many small pickles, as in a cache.

use std::collections::BTreeMap;
use std::fmt::Debug;

use pickle_core::types::Date;
use pickle_core::{ReconstructOwned, Reduce};

use crate::compare::Comparison;
use crate::peers::OURS;
use crate::plan::Plan;
use crate::python::{self, Python, Written};
use crate::report::Report;
use crate::table::{Row, Table, Unit};

/// The dict of the workload: integers, text, a date and a list of text, or text for all.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(dict)]
struct Profile<Int, Text, Day, Tags> {
    ads_flags: Int,
    age: Int,
    birthday: Day,
    bulletin_count: Int,
    comment_count: Int,
    country: Text,
    encrypted_id: Text,
    favorite_count: Int,
    first_name: Text,
    flags: Int,
    friend_count: Int,
    gender: Text,
    gender_for_display: Text,
    id: Int,
    is_custom_profile_icon: Int,
    last_name: Text,
    locale_preference: Text,
    member: Int,
    tags: Tags,
    profile_foo_id: Int,
    secure_encrypted_id: Text,
    session_number: Int,
    signup_id: Text,
    status: Text,
    theme: Int,
    time_created: Int,
    time_updated: Int,
    unread_message_count: Int,
    user_group: Text,
    username: Text,
    play_count: Int,
    view_count: Int,
    zip: Text,
}

type User = Profile<i64, String, Date, Vec<String>>;
type Mutated = Profile<String, String, String, String>;
type Numbers = (Vec<i64>, i64);
type Lists = Vec<Vec<Vec<i64>>>;
type Dicts = BTreeMap<i64, BTreeMap<i64, Option<i64>>>;

/// One pickle of a workload, to be read as a certain type.
trait Pickled {
    fn dump(&self) -> Vec<u8>;
    fn load(&self);
}

struct Typed<T> {
    pickle: Vec<u8>,
    value: T,
}

impl<T: Reduce + ReconstructOwned> Pickled for Typed<T> {
    fn dump(&self) -> Vec<u8> {
        pickle_core::to_vec(&self.value).unwrap()
    }

    fn load(&self) {
        std::hint::black_box(pickle_core::from_slice::<T>(&self.pickle).unwrap());
    }
}

/// Takes what CPython wrote, and sees that writing and reading it leads back.
fn typed<T>(pickle: &[u8]) -> Box<dyn Pickled>
where
    T: Reduce + ReconstructOwned + PartialEq + Debug + 'static,
{
    let value: T = pickle_core::from_slice(pickle).unwrap();
    let again: T = pickle_core::from_slice(&pickle_core::to_vec(&value).unwrap()).unwrap();
    assert!(value == again, "not equal");
    Box::new(Typed { pickle: pickle.to_vec(), value })
}

/// How each pickle of a workload is taken.
type Types = &'static [fn(&[u8]) -> Box<dyn Pickled>];

const WORKLOADS: &[(&str, Types)] = &[
    ("pickle", &[typed::<User>, typed::<Numbers>, typed::<Vec<Mutated>>]),
    ("pickle_list", &[typed::<Lists>]),
    ("pickle_dict", &[typed::<Dicts>]),
];

/// Adds the table of pyperformance.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    let mut table = Table::new(
        "pyperformance",
        Unit::Time,
        "The workloads of pyperformance",
        "Each `dumps` or `loads` of a workload once: `pickle` is a dict of 33 entries, a tuple of \
         numbers and three dicts of text. Ours are typed, the dicts of fixed keys by hand, and all \
         contenders make new bytes. msgspec decodes to types as well, in the second column with \
         structs for those dicts.",
    );
    let wanted = WORKLOADS.iter().filter(|(name, _)| plan.wants(&["pyperformance", name]));
    for (name, types) in wanted {
        let Some(python) = python::find() else { continue };
        let written = python.workload(plan, name);
        if let Some(version) = written.msgspec_version() {
            report.used_msgspec(version);
        }
        table.rows.extend(rows(plan, python, name, types, &written));
    }
    report.add(table);
}

fn rows(plan: &Plan, python: &Python, name: &str, types: Types, written: &Written) -> [Row; 2] {
    assert_eq!(types.len(), written.pickles.len(), "{name}");
    let pickles = types.iter().zip(&written.pickles);
    let pickles: Vec<Box<dyn Pickled>> = pickles.map(|(typed, pickle)| typed(pickle)).collect();
    let mut dumps = Comparison::new(format!("{name}: dumps"))
        .with(OURS, || pickles.iter().for_each(|pickle| drop(pickle.dump())))
        .run(plan, 1);
    let mut loads = Comparison::new(format!("{name}: loads"))
        .with(OURS, || pickles.iter().for_each(|pickle| pickle.load()))
        .run(plan, 1);
    if let Some((dump, load)) = written.dumps().zip(written.loads()) {
        dumps = dumps.with(python.name(), dump);
        loads = loads.with(python.name(), load);
    }
    for (form, dump, load) in written.msgspec() {
        dumps = dumps.with(form, dump);
        loads = loads.with(form, load);
    }
    [dumps, loads]
}
