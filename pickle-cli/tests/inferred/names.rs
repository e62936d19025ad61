// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::{Reduce, Value};

/// Found instances of `x y.C`, which has no name that Python could have given it.
/// Found instances of `x.C::D`, which has no name that Python could have given it.
/// Found instances of `x.Empty`, which has an attribute without a name.
pub type Root = (C, CC, AVec, XValue, Self_, Inner, Uni, Value, Value, Value);

/// Python's `a.b.C`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "a.b")]
pub struct C {
    pub x: i64,
    #[reduce(rename = "X")]
    pub x2: i64,
    #[reduce(rename = "self")]
    pub self_: i64,
    pub r#type: i64,
    #[reduce(rename = "a b")]
    pub a_b: i64,
    #[reduce(rename = "1")]
    pub field_1: i64,
    pub été: i64,
    #[reduce(rename = "\"q\"")]
    pub q: i64,
    #[reduce(rename = "__d__")]
    pub d: i64,
    #[reduce(rename = "userName")]
    pub user_name: i64,
    #[reduce(rename = "user_name")]
    pub user_name2: i64,
}

/// Python's `a.c.C`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "a.c", name = "C")]
pub struct CC {
    pub r#async: i64,
}

/// Python's `a.Vec`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "a", name = "Vec")]
pub struct AVec {
    #[reduce(rename = "Self")]
    pub self_: i64,
}

/// Python's `x.Value`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "x", name = "Value")]
pub struct XValue {
    #[reduce(rename = "_")]
    pub field: i64,
}

/// Python's `x.self`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "x", name = "self")]
pub struct Self_ {
    #[reduce(rename = "r#x")]
    pub r_x: i64,
}

/// Python's `x.Outer.Inner`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "x", name = "Outer.Inner")]
pub struct Inner {
    #[reduce(rename = "a\tb")]
    pub a_b: i64,
}

/// Python's `x.Uni`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "x")]
pub struct Uni {
    pub k: i64,
}
