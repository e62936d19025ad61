//! What the derive knows of a Python class.

use crate::global;

/// A Python class as a Rust type sees it: its global name and the attributes of its instances.
///
/// `#[derive(Reduce)]` makes one `static` of it for each struct and each enum variant; write one
/// yourself when you implement [`Reduce`](crate::Reduce) by hand. The address of the `static` is
/// the identity of the class within one pickle: the picklers remember by it which memo entries
/// already hold the class and its attribute names.
///
/// ```
/// use pickle_core::Class;
/// static POINT: Class = Class::new("shapes", "Point").attributes(&["x", "y"]);
/// assert_eq!(POINT.to_string(), "shapes.Point");
/// ```
#[derive(Debug)]
pub struct Class {
    pub(crate) module: &'static str,
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [(&'static str, &'static str)],
    pub(crate) attributes: &'static [&'static str],
    pub(crate) attribute_aliases: &'static [(&'static str, usize)],
    pub(crate) state: StateForm,
    /// The attributes that a state without names has, in its order; empty for all.
    pub(crate) order: &'static [usize],
    /// Whether the instances are plain dicts, whose keys are the attributes.
    pub(crate) is_dict: bool,
    /// Whether there are attributes of bases besides, which only names tell from its own.
    pub(crate) has_bases: bool,
    /// Whether an attribute besides these is an error.
    pub(crate) denies_unknown: bool,
}

/// The form in which an object keeps its attributes in its state.
///
/// ```
/// use pickle_core::{Class, StateForm};
///
/// // class Pixel:
/// //     __slots__ = ("x", "y")
/// static PIXEL: Class = Class::new("shapes", "Pixel")
///     .attributes(&["x", "y"])
///     .state(StateForm::Slots);
/// # assert_eq!(PIXEL.attribute_names(), ["x", "y"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StateForm {
    /// A dict, which updates the object's `__dict__`.
    #[default]
    Dict,
    /// A pair of `None` and a dict, whose items are set one by one: what `copyreg` makes of a
    /// class with `__slots__` (PEP 307).
    Slots,
    /// A tuple of the values, for a `__setstate__` that takes one.
    Tuple,
    /// A list of the values, as a dataclass has that is frozen and has slots
    /// (`_dataclass_getstate` of `dataclasses.py`).
    List,
}

impl Class {
    /// The class with this module and qualified name, without attributes.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str) -> Class {
        Class { module, name, ..Class::EMPTY }
    }

    /// The class `dict` itself, for a type whose values are plain dicts with the attributes for
    /// keys (what a `typing.TypedDict` describes).
    ///
    /// ```
    /// use pickle_core::{Class, Reduce, Result, Saver};
    ///
    /// static POINT: Class = Class::dict().attributes(&["x", "y"]);
    ///
    /// struct Point(u8, u8);
    ///
    /// impl Reduce for Point {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         let dict = saver.begin_instance(&POINT, 2)?;
    ///         saver.attribute(&dict, 0, &self.0)?;
    ///         saver.attribute(&dict, 1, &self.1)?;
    ///         saver.end_instance(dict)
    ///     }
    /// }
    /// let pickle = pickle_core::tools::optimize(&pickle_core::to_vec(&Point(1, 2))?)?;
    /// assert!(pickle.ends_with(b"}(\x8c\x01xK\x01\x8c\x01yK\x02u."));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub const fn dict() -> Class {
        Class { is_dict: true, ..Class::new("builtins", "dict") }
    }

    const EMPTY: Class = Class {
        module: "",
        name: "",
        aliases: &[],
        attributes: &[],
        attribute_aliases: &[],
        state: StateForm::Dict,
        order: &[],
        is_dict: false,
        has_bases: false,
        denies_unknown: false,
    };

    /// Adds older global names (module, qualified name) under which the class may arrive.
    #[must_use]
    pub const fn aliases(self, aliases: &'static [(&'static str, &'static str)]) -> Class {
        Class { aliases, ..self }
    }

    /// Sets the attributes; their positions are the indices that the savers and loaders use.
    #[must_use]
    pub const fn attributes(self, attributes: &'static [&'static str]) -> Class {
        Class { attributes, ..self }
    }

    /// Adds other names for attributes, each with the index of the attribute it stands for.
    #[must_use]
    pub const fn attribute_aliases(self, aliases: &'static [(&'static str, usize)]) -> Class {
        Class { attribute_aliases: aliases, ..self }
    }

    /// Sets the form of the state.
    #[must_use]
    pub const fn state(self, state: StateForm) -> Class {
        Class { state, ..self }
    }

    /// Sets which attributes a state without names has, by their indices, in its order; all of them
    /// otherwise.
    #[must_use]
    pub const fn state_order(self, order: &'static [usize]) -> Class {
        Class { order, ..self }
    }

    /// Says that the class has bases, whose attributes are not among these.
    #[doc(hidden)]
    #[must_use]
    pub const fn with_bases(self) -> Class {
        Class { has_bases: true, ..self }
    }

    /// Says that an attribute besides these is an error.
    #[doc(hidden)]
    #[must_use]
    pub const fn deny_unknown(self) -> Class {
        Class { denies_unknown: true, ..self }
    }

    /// The module that defines the class.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// The qualified name of the class in its module.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The names of the attributes.
    #[must_use]
    pub const fn attribute_names(&self) -> &'static [&'static str] {
        self.attributes
    }

    /// All global names under which the class may arrive: module and qualified name.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        std::iter::once((self.module, self.name)).chain(self.aliases.iter().copied())
    }

    /// Whether the class goes by this global name, now or in an older pickle.
    fn is_called(&self, module: &str, name: &str) -> bool {
        (self.name == name && self.module == module)
            || self.aliases.iter().any(|&(m, n)| m == module && n == name)
    }

    /// Which of the classes goes by this global name; as Python 3 calls it if the name may be that
    /// of Python 2 and is none of them.
    pub(crate) fn find(
        classes: &[Class],
        module: &str,
        name: &str,
        is_old_name: bool,
    ) -> Option<usize> {
        let find = |module: &str, name: &str| {
            classes.iter().position(|class| class.is_called(module, name))
        };
        find(module, name).or_else(|| {
            let (module, name) = is_old_name.then(|| global::python3_qualname(module, name))?;
            find(module, &name)
        })
    }

    /// The index of the attribute with this name; the number of attributes for an unknown one.
    pub(crate) fn attribute_index(&self, name: &str) -> usize {
        let exact = self.attributes.iter().position(|known| *known == name);
        let other = || self.attribute_aliases.iter().find(|(alias, _)| *alias == name);
        exact.or_else(|| other().map(|&(_, index)| index)).unwrap_or(self.attributes.len())
    }

    /// As [`attribute_index`](Class::attribute_index), for the name at a place in a state: most have
    /// the order of the class.
    pub(crate) fn attribute_index_at(&self, name: &str, place: usize) -> usize {
        match self.attributes.get(place) {
            Some(known) if *known == name => place,
            _ => self.attribute_index(name),
        }
    }

    /// The index of the attribute at a place in a state without names, of which it has `len`.
    ///
    /// A state that has all attributes of a class with constructor arguments is that of an instance
    /// pickled without its constructor.
    pub(crate) fn attribute_in_order(&self, place: usize, len: usize) -> usize {
        let unknown = self.attributes.len();
        if self.order.is_empty() || len == unknown {
            return place.min(unknown);
        }
        self.order.get(place).copied().unwrap_or(unknown)
    }

    /// How many values a state without names has.
    pub(crate) fn state_len(&self) -> usize {
        if self.order.is_empty() { self.attributes.len() } else { self.order.len() }
    }

    /// Whether a state of this many values without names is one of the class.
    pub(crate) fn takes_values(&self, len: usize) -> bool {
        len == self.attributes.len() || (!self.order.is_empty() && len == self.order.len())
    }
}

impl std::fmt::Display for Class {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

/// A table from the address of a [`Class`] to a small number, and to what is known of the class.
///
/// One probe of a direct-mapped array answers nearly always; classes that collide there are found
/// in a list.
#[derive(Debug)]
pub(crate) struct ClassTable<T> {
    /// Numbers by address.
    probes: [u16; PROBES],
    classes: Vec<(&'static Class, T)>,
}

/// How many places the array of a [`ClassTable`] has.
const PROBES: usize = 64;

impl<T> Default for ClassTable<T> {
    fn default() -> ClassTable<T> {
        ClassTable { probes: [0; PROBES], classes: Vec::new() }
    }
}

impl<T> ClassTable<T> {
    /// The classes of one crate lie side by side, so the low bits of their addresses differ.
    #[inline]
    fn probe(address: usize) -> usize {
        (address / align_of::<u128>()) % PROBES
    }

    /// The number that the probe gives, which may be that of another class.
    #[inline]
    fn probed(&self, class: &'static Class) -> usize {
        let place = Self::probe(std::ptr::from_ref(class) as usize);
        self.probes.get(place).copied().map_or(0, usize::from)
    }

    /// The number of this class, if it was inserted.
    #[inline]
    pub(crate) fn find(&self, class: &'static Class) -> Option<usize> {
        let number = self.probed(class);
        match self.classes.get(number) {
            Some((known, _)) if std::ptr::eq(*known, class) => Some(number),
            _ => self.search(class),
        }
    }

    #[cold]
    #[inline(never)]
    fn search(&self, class: &'static Class) -> Option<usize> {
        self.classes.iter().position(|(known, _)| std::ptr::eq(*known, class))
    }

    /// What is known of this class, if it was inserted.
    #[inline]
    pub(crate) fn get(&self, class: &'static Class) -> Option<&T> {
        match self.classes.get(self.probed(class)) {
            Some((known, value)) if std::ptr::eq(*known, class) => Some(value),
            _ => self.search_value(class),
        }
    }

    /// Gives what was found itself: with its number, [`get`](ClassTable::get) would have to look up what
    /// the probe found once more.
    #[cold]
    #[inline(never)]
    fn search_value(&self, class: &'static Class) -> Option<&T> {
        self.at(self.search(class)?)
    }

    /// As [`get`](ClassTable::get), to change it.
    pub(crate) fn get_mut(&mut self, class: &'static Class) -> Option<&mut T> {
        let number = self.find(class)?;
        self.at_mut(number)
    }

    /// What is known of the class with this number.
    #[inline]
    pub(crate) fn at(&self, number: usize) -> Option<&T> {
        self.classes.get(number).map(|(_, value)| value)
    }

    /// As [`at`](ClassTable::at), to change it.
    #[inline]
    pub(crate) fn at_mut(&mut self, number: usize) -> Option<&mut T> {
        self.classes.get_mut(number).map(|(_, value)| value)
    }

    /// What is known of all classes.
    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.classes.iter_mut().map(|(_, value)| value)
    }

    /// Gives a new class the next number.
    pub(crate) fn insert(&mut self, class: &'static Class, value: T) -> usize {
        let number = self.classes.len();
        let probe = self.probes.get_mut(Self::probe(std::ptr::from_ref(class) as usize));
        if let (Some(probe), Ok(number)) = (probe, u16::try_from(number)) {
            *probe = number;
        }
        self.classes.push((class, value));
        number
    }
}
