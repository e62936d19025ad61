//! The derive works where nothing has the name it usually has, and no lint speaks of what it
//! wrote.
#![no_implicit_prelude]
#![deny(missing_docs, unused, clippy::all, clippy::pedantic)]
#![allow(clippy::no_effect_underscore_binding, reason = "the shadows are for nothing else")]

/// Names that the derive must not pick up.
pub mod shadowed {
    /// Not the crate.
    pub mod pickle_core {}
    /// Not the crate.
    pub mod core {}
    /// Not the crate.
    pub mod std {}

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m")]
    pub struct Option {
        /// A field.
        pub a: ::std::primitive::u8,
        /// A field.
        pub b: ::std::primitive::u8,
    }

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m")]
    pub struct Some(pub Option, pub String);

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce, ::std::default::Default)]
    #[reduce(module = "m")]
    pub struct None;

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", after = Vec::after)]
    pub struct Vec {
        /// An argument.
        #[reduce(ctor)]
        pub ok: Ok,
        /// An attribute.
        #[reduce(default)]
        pub none: None,
        /// Left out.
        #[reduce(skip)]
        pub cache: ::std::option::Option<usize>,
    }

    impl Vec {
        fn after(&mut self) {
            self.cache = ::std::option::Option::None;
        }
    }

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m")]
    pub enum Ok {
        /// A variant.
        Err,
        /// A variant.
        Ok {
            /// A field.
            value: usize,
            /// A field.
            #[reduce(skip_if = is_empty, default)]
            text: String,
        },
    }

    fn is_empty(text: &str) -> bool {
        text.is_empty()
    }

    /// A type with a name of the prelude.
    #[derive(::pickle_core::Reduce)]
    #[reduce(transparent)]
    pub struct Result(pub usize);

    /// Nothing of it is in the prelude here.
    pub type String = ::std::string::String;
    /// Primitive types are no keywords.
    #[allow(non_camel_case_types)]
    pub type usize = ::std::primitive::u16;
    /// Primitive types are no keywords.
    #[allow(non_camel_case_types)]
    pub type bool = ::std::primitive::bool;
    /// Primitive types are no keywords.
    #[allow(non_camel_case_types)]
    pub type str = ::std::primitive::str;
}

/// Raw identifiers, and names that the derive's variables could have.
#[derive(Debug, PartialEq, ::pickle_core::Reduce)]
#[reduce(module = "m", ctor = r#struct::new)]
#[allow(non_camel_case_types)]
pub struct r#struct {
    /// `type`
    #[reduce(ctor)]
    pub r#type: u8,
    /// `loader`
    #[reduce(ctor, state)]
    pub loader: u8,
    /// `saver`
    pub saver: u8,
    /// `value`
    #[allow(clippy::pub_underscore_fields)]
    pub __value: u8,
}

impl r#struct {
    fn new(r#type: u8, loader: u8) -> Self {
        r#struct { r#type, loader, saver: 0, __value: 0 }
    }
}

/// Another path to the crate.
pub mod renamed {
    /// The crate by another name.
    pub mod inner {
        pub use ::pickle_core as pickles;
    }

    /// A struct.
    #[derive(Debug, PartialEq, ::pickle_core::Reduce)]
    #[reduce(crate = inner::pickles, module = "m")]
    pub struct Point {
        /// To the right.
        pub x: f64,
        /// Upwards.
        pub y: f64,
    }
}

macro_rules! structs {
    ($($name:ident { $field:ident: $ty:ty }),*) => {$(
        /// From a macro.
        #[derive(Debug, PartialEq, ::pickle_core::Reduce)]
        #[reduce(module = "m")]
        pub struct $name {
            /// The macro's own field.
            #[reduce(ctor)]
            own: u8,
            /// The caller's field.
            pub $field: $ty,
        }
    )*};
}

structs!(First { a: u8 }, Second { b: First });

/// Old.
#[deprecated]
#[derive(Debug, PartialEq, ::pickle_core::Reduce)]
#[reduce(module = "m")]
pub struct Old {
    /// Old too.
    #[deprecated]
    pub a: u8,
}

use ::std::{assert, assert_eq, fmt::Debug, prelude::v1::derive, prelude::v1::test};

#[test]
fn raw_identifiers_have_plain_names() {
    let value = r#struct { r#type: 1, loader: 2, saver: 3, __value: 4 };
    let pickle = ::pickle_core::to_vec(&value).unwrap();
    assert!(
        ::std::iter::Iterator::any(&mut pickle.windows(8), |window| window == b"\x8c\x06struct")
    );
    assert_eq!(::pickle_core::from_slice::<r#struct>(&pickle).unwrap(), value);
}

#[test]
fn works_through_macros_and_other_paths() {
    let value = Second { own: 1, b: First { own: 2, a: 3 } };
    let pickle = ::pickle_core::to_vec(&value).unwrap();
    assert_eq!(::pickle_core::from_slice::<Second>(&pickle).unwrap(), value);
    let value = renamed::Point { x: 1.0, y: 2.0 };
    let pickle = ::pickle_core::to_vec(&value).unwrap();
    assert_eq!(::pickle_core::from_slice::<renamed::Point>(&pickle).unwrap(), value);
}
