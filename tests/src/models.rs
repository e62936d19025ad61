//! Structs of every common kind, for tests of whatever may be in a pickle.

use std::rc::Rc;

use pickle_core::Reduce;

/// A plain instance.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
pub struct Point {
    /// The first coordinate.
    pub x: f64,
    /// The second coordinate.
    pub y: f64,
}

/// An instance of many kinds of attributes.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
pub struct Labelled {
    /// Text.
    pub name: String,
    /// Another instance.
    pub at: Point,
    /// A list of text.
    pub tags: Vec<String>,
    /// May be `None`.
    pub note: Option<String>,
    /// A number.
    pub count: u32,
}

/// An instance that is made by a call.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
pub struct Called {
    /// The first argument.
    #[reduce(ctor)]
    pub first: i64,
    /// The second argument.
    #[reduce(ctor)]
    pub second: Vec<Point>,
    /// What is set afterwards.
    pub kept: String,
}

/// A class for each variant.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
pub enum Shape {
    /// An instance without attributes.
    Nothing,
    /// One without names.
    Circle(f64),
    /// One with names.
    Rect {
        /// The corner nearest to the origin.
        low: Point,
        /// The other one.
        high: Point,
    },
    /// More of them.
    Many(Vec<Shape>),
}

/// Attributes that are shared.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
pub struct Shared {
    /// An instance.
    pub left: Rc<Point>,
    /// Perhaps the same.
    pub right: Rc<Point>,
    /// Text.
    pub label: Rc<str>,
    /// Text that may be the same.
    pub labels: Vec<Rc<str>>,
}
