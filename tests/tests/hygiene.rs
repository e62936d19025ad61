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

    /// Slots, keyword arguments, and a hook over old generations.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", new, state = "slots", state_setter = "m.set", migrate = Default::old)]
    pub struct Default {
        /// By keyword.
        #[reduce(kw, skip_if = is_empty, default)]
        pub text: String,
        /// An attribute.
        pub ok: Ok,
    }

    impl Default {
        fn old(_: &mut ::pickle_core::Object) {}
    }

    /// Values without names.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", init, state = "tuple")]
    pub struct Iterator {
        /// A value.
        pub a: usize,
        /// A value.
        pub b: String,
    }

    /// Items, and the attributes of others.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", deny_unknown, state = "slots")]
    pub struct Extend {
        /// Items.
        #[reduce(listitems)]
        pub items: ::std::vec::Vec<String>,
        /// Entries.
        #[reduce(dictitems)]
        pub entries: ::std::collections::BTreeMap<usize, String>,
        /// A base.
        #[reduce(flatten)]
        pub option: Option,
        /// An attribute.
        pub c: usize,
    }

    /// Members by value.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", enum)]
    pub enum Err {
        /// A member.
        None = 1,
        /// A member.
        Some,
        /// Any other.
        #[reduce(other)]
        Err,
    }

    /// Members by name.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m", enum = "name")]
    pub enum From {
        /// A member.
        None,
        /// Any other.
        #[reduce(other)]
        Into(String),
    }

    /// Classes, and any other value.
    #[derive(::pickle_core::Reduce)]
    #[reduce(module = "m")]
    pub enum Box {
        /// A class.
        Vec(usize),
        /// Any other.
        #[reduce(other)]
        Other(::pickle_core::Value),
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
    #[allow(non_camel_case_types, reason = "named as what the derive mentions")]
    pub type usize = ::std::primitive::u16;
    /// Primitive types are no keywords.
    #[allow(non_camel_case_types, reason = "named as what the derive mentions")]
    pub type bool = ::std::primitive::bool;
    /// Primitive types are no keywords.
    #[allow(non_camel_case_types, reason = "named as what the derive mentions")]
    pub type str = ::std::primitive::str;
}

/// Raw identifiers, and names that the derive's variables could have.
#[derive(Debug, PartialEq, ::pickle_core::Reduce)]
#[reduce(module = "m", ctor = r#struct::new)]
#[allow(non_camel_case_types, reason = "named as what the derive mentions")]
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
    #[allow(clippy::pub_underscore_fields, reason = "named as a variable of the derive")]
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

macro_rules! classes {
    ($name:ident, $state:literal, $setter:expr, $first:ident $value:literal) => {
        /// From a macro, with attributes that are passed in.
        #[derive(Debug, PartialEq, ::pickle_core::Reduce)]
        #[reduce(module = "m", state = $state, state_setter = $setter)]
        pub struct $name<T> {
            /// A base of the caller's.
            pub $first: T,
            #[reduce(default = $value)]
            own: u8,
        }

        /// An enum of the same module.
        #[derive(Debug, PartialEq, Clone, Copy, ::pickle_core::Reduce)]
        #[reduce(module = "m", enum)]
        pub enum Kind {
            /// Its only member.
            #[reduce(value = $value)]
            Only,
        }
    };
}

classes!(Macro, "slots", "m.set", first 7);

/// Raw identifiers in every new place.
#[derive(Debug, PartialEq, ::pickle_core::Reduce)]
#[reduce(module = "m", new)]
pub struct Raw {
    /// By keyword.
    #[reduce(kw)]
    pub r#in: u8,
    /// Items.
    #[reduce(listitems)]
    pub r#for: ::std::vec::Vec<r#enum>,
}

/// Members with raw names.
#[derive(Debug, PartialEq, ::pickle_core::Reduce)]
#[reduce(module = "m", enum)]
#[allow(non_camel_case_types, reason = "named as what the derive mentions")]
pub enum r#enum {
    /// A member.
    r#true = 1,
}

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

#[test]
fn new_attributes_work_through_macros_and_with_raw_identifiers() {
    let value = Macro { first: (Kind::Only, 1u8), own: 7 };
    let pickle = ::pickle_core::to_vec(&value).unwrap();
    assert_eq!(::pickle_core::from_slice::<Macro<(Kind, u8)>>(&pickle).unwrap(), value);
    let value = Raw { r#in: 1, r#for: ::std::vec![r#enum::r#true] };
    let pickle = ::pickle_core::to_vec(&value).unwrap();
    let has = |name: &[u8]| {
        ::std::iter::Iterator::any(&mut pickle.windows(name.len()), |window| window == name)
    };
    assert!(has(b"\x8c\x02in") && has(b"\x8c\x04enum"));
    assert_eq!(::pickle_core::from_slice::<Raw>(&pickle).unwrap(), value);
}
