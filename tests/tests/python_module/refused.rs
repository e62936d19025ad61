//! Types that no module of Python can have.

use std::collections::BTreeMap;

use pickle_core::{PythonType, Reduce};

use super::types::{Bare, Level2, Pixel};

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", rename_all = "kebab-case")]
pub(crate) struct Kebab {
    line_width: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", name = "Same")]
pub(crate) struct First {
    x: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", name = "Same")]
pub(crate) struct Second {
    y: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m")]
pub(crate) struct Both {
    #[reduce(listitems)]
    items: Vec<u8>,
    #[reduce(dictitems)]
    entries: BTreeMap<String, u8>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", state = "slots")]
pub(crate) struct TwoLayouts {
    #[reduce(flatten)]
    pixel: Pixel,
    #[reduce(flatten)]
    level: Level2,
}

/// The slots are those of the base of its base.
#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", state = "slots")]
pub(crate) struct SlotsAndItems {
    #[reduce(flatten)]
    tagged: Bare,
    #[reduce(listitems)]
    items: Vec<u16>,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", name = "Outer._Private")]
pub(crate) struct Private {
    #[reduce(ctor)]
    a: u8,
    #[reduce(rename = "__x")]
    p: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", name = "Outer.__Inner")]
pub(crate) struct PrivateClass {
    a: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", state_setter = "m.__set")]
pub(crate) struct PrivateSetter {
    a: u8,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", enum, rename_all = "lowercase")]
pub(crate) enum Order {
    Mro = 1,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", enum)]
pub(crate) enum Reserved {
    #[reduce(name = "_name_")]
    Name = 1,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", enum)]
pub(crate) enum PrivateMember {
    #[reduce(name = "__low")]
    Low = 1,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", enum, name = "Mangled")]
pub(crate) enum MangledMember {
    #[reduce(name = "_Mangled__low")]
    Low = 1,
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(module = "m", getstate = TwoStates::get, setstate = TwoStates::set)]
pub(crate) struct TwoStates {
    #[reduce(ctor)]
    state: u8,
    #[reduce(default)]
    size: u8,
}

impl TwoStates {
    fn get(&self) -> u8 {
        self.size
    }

    fn set(&mut self, size: u8) {
        self.size = size;
    }
}

#[derive(Debug, PartialEq, Reduce, PythonType)]
#[reduce(dict)]
pub(crate) struct Plain {
    a: u8,
}
