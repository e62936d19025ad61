//! Base classes: structs whose attributes others have as well.

use crate::class::{Class, StateForm};
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::{Instance, Saver};
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;

/// A struct that is attributes and nothing else, so that another one can have them as well: what a
/// base class with an `__init__` is to a subclass.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a base: it is no struct of attributes alone",
    label = "this type cannot be flattened",
    note = "`#[reduce(flatten)]` takes a struct with `#[derive(Reduce)]` and named fields, none of \
            which is an argument of a constructor or holds items"
)]
pub trait Base: Sized {
    /// The class of the struct with those of its bases.
    const HIERARCHY: Hierarchy;

    /// Whether the struct, or a base of it, has an attribute of this name.
    #[must_use]
    fn has_attribute(name: &str) -> bool {
        Self::HIERARCHY.has(name)
    }

    /// Writes the attributes among those of an object.
    ///
    /// # Errors
    /// As [`Reduce::reduce`].
    fn save_base(&self, saver: &mut Saver<'_>, instance: &Instance) -> Result<()>
    where
        Self: Reduce,
    {
        saver.base(instance, self)
    }

    /// Takes the attributes from among those of an object.
    ///
    /// # Errors
    /// As [`Reconstruct::reconstruct`].
    fn load_base<'de, L: Loader<'de>>(loader: &mut L, object: &mut L::Object) -> Result<Self>
    where
        Self: Reconstruct<'de>,
    {
        loader.in_base(object, Self::reconstruct)
    }
}

/// A class and its bases, each with bases of its own.
#[derive(Debug, Clone, Copy)]
pub struct Hierarchy {
    class: &'static Class,
    bases: &'static [Hierarchy],
}

impl Hierarchy {
    /// A class with these bases.
    #[must_use]
    pub const fn new(class: &'static Class, bases: &'static [Hierarchy]) -> Hierarchy {
        Hierarchy { class, bases }
    }

    /// Whether each name is that of one attribute, in all bases together. Then an attribute belongs
    /// to whichever struct knows it, and nobody else asks for it.
    #[must_use]
    pub const fn is_unambiguous(&self) -> bool {
        let own = Hierarchy { bases: &[], ..*self };
        let mut bases = self.bases;
        while let [base, rest @ ..] = bases {
            if !base.is_apart_from(&own) || !base.is_unambiguous() {
                return false;
            }
            let mut others = rest;
            while let [other, rest @ ..] = others {
                if !base.is_apart_from(other) {
                    return false;
                }
                others = rest;
            }
            bases = rest;
        }
        true
    }

    /// Fails to compile where a base has slots and the class has not: what is in a dict of state
    /// goes past slots in Python.
    ///
    /// ```compile_fail,E0080
    /// #[derive(pickle_core::Reduce)]
    /// #[reduce(state = "slots")]
    /// struct Pixel {
    ///     x: u8,
    /// }
    ///
    /// #[derive(pickle_core::Reduce)]
    /// struct Tagged {
    ///     #[reduce(flatten)]
    ///     pixel: Pixel,
    ///     tag: u8,
    /// }
    /// ```
    ///
    /// # Panics
    /// Then, and the compiler shows the message.
    pub const fn assert_slots(&self) {
        let has_dict = matches!(self.class.state, StateForm::Dict) && !self.class.is_dict;
        let mut bases = self.bases;
        while let [base, rest @ ..] = bases {
            assert!(
                !(has_dict && matches!(base.class.state, StateForm::Slots)),
                "a `flatten` field is a struct with `state = \"slots\"`, so this one needs it, too"
            );
            bases = rest;
        }
    }

    /// Whether the two have no name in common.
    const fn is_apart_from(&self, other: &Hierarchy) -> bool {
        let mut names = self.class.attributes;
        while let [name, rest @ ..] = names {
            if other.has(name) {
                return false;
            }
            names = rest;
        }
        let mut aliases = self.class.attribute_aliases;
        while let [(alias, _), rest @ ..] = aliases {
            if other.has(alias) {
                return false;
            }
            aliases = rest;
        }
        let mut bases = self.bases;
        while let [base, rest @ ..] = bases {
            if !base.is_apart_from(other) {
                return false;
            }
            bases = rest;
        }
        true
    }

    /// Whether there is an attribute of this name.
    const fn has(&self, name: &str) -> bool {
        let mut names = self.class.attributes;
        while let [known, rest @ ..] = names {
            if is_same(known, name) {
                return true;
            }
            names = rest;
        }
        let mut aliases = self.class.attribute_aliases;
        while let [(alias, _), rest @ ..] = aliases {
            if is_same(alias, name) {
                return true;
            }
            aliases = rest;
        }
        let mut bases = self.bases;
        while let [base, rest @ ..] = bases {
            if base.has(name) {
                return true;
            }
            bases = rest;
        }
        false
    }
}

/// Texts cannot be compared by `==` when compiling.
const fn is_same(one: &str, other: &str) -> bool {
    let (mut one, mut other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    while let ([first, rest @ ..], [second, others @ ..]) = (one, other) {
        if *first != *second {
            return false;
        }
        (one, other) = (rest, others);
    }
    true
}
