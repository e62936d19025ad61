//! The trait of values that can be made from a pickle.

use std::rc::{self, Rc};
use std::sync::{self, Arc};

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::stack::deeper;
use crate::unpickler::{
    FixedBytes, FixedLen, LaneReader, LaneRecord, NameRef, Place, TemplateMaker,
};

/// A value that can be made from a pickle.
///
/// `#[derive(Reduce)]` writes it together with [`Reduce`](crate::Reduce). The lifetime is that of
/// the pickle, from which `&'de str` and `&'de [u8]` borrow. An implementation asks a [`Loader`]
/// for exactly one Python value:
///
/// ```
/// use pickle_core::{Class, Loader, Reconstruct, Result};
///
/// #[derive(Debug, PartialEq)]
/// struct Celsius(f64);
///
/// static CELSIUS: Class = Class::new("weather", "Celsius");
///
/// impl<'de> Reconstruct<'de> for Celsius {
///     fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
///         let (degrees,) = loader.load_call(&CELSIUS)?;
///         Ok(Celsius(degrees))
///     }
/// }
///
/// let pickle = b"\x80\x02cweather\nCelsius\nG\x3f\xf0\0\0\0\0\0\0\x85R.";
/// assert_eq!(pickle_core::from_slice::<Celsius>(pickle).unwrap(), Celsius(1.0));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made from a pickle: it does not implement `Reconstruct`",
    label = "this type has no constructor",
    note = "add `#[derive(Reduce)]` to `{Self}` if it is yours; it writes `Reconstruct` too",
    note = "for a type of another crate, put `#[reduce(with = module)]` on the field, or \
            `#[reduce(skip)]` to leave the field out",
    note = "for `dyn Trait` with a trait of yours, write `pickle_core::trait_object!(Trait);`"
)]
pub trait Reconstruct<'de>: Sized {
    /// What a value of this type can begin with. A hint that saves a look ahead; a wrong one costs
    /// time only.
    #[doc(hidden)]
    const STARTS: Starts = Starts::ANY;

    /// How many bytes every value of this type takes, if all take as many when they are spelled as
    /// the last one.
    #[doc(hidden)]
    const FIXED: Option<FixedLen> = None;

    /// The classes that such values are instances of, if they are instances: what
    /// [`Registry::implementor`](crate::Registry::implementor) finds the type by.
    fn classes() -> &'static [Class] {
        &[]
    }

    /// Makes the value from the one at which the loader stands.
    ///
    /// # Errors
    /// What the loader returns, and [`Error::custom`](crate::Error::custom) for reasons of your own.
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self>;

    /// Makes a vector of such values, from a list or a tuple by default.
    ///
    /// # Errors
    /// As [`reconstruct`](Reconstruct::reconstruct).
    #[inline]
    fn reconstruct_vec<L: Loader<'de>>(loader: &mut L) -> Result<Vec<Self>> {
        reconstruct_list(loader)
    }

    /// Makes an array of such values, from a tuple or a list by default.
    ///
    /// # Errors
    /// As [`reconstruct`](Reconstruct::reconstruct).
    fn reconstruct_array<const N: usize, L: Loader<'de>>(loader: &mut L) -> Result<[Self; N]> {
        reconstruct_tuple(loader)
    }

    /// As [`reconstruct_array`](Reconstruct::reconstruct_array), in the fast lane.
    ///
    /// # Errors
    /// As there.
    #[doc(hidden)]
    fn reconstruct_array_lane<const N: usize>(
        lane: &mut LaneReader<'_, '_, 'de>,
    ) -> Result<Option<[Self; N]>> {
        lane.array()
    }

    /// Makes the value in the fast lane; `None`, with nothing taken, if it does not fit there.
    ///
    /// # Errors
    /// As [`reconstruct`](Reconstruct::reconstruct).
    #[doc(hidden)]
    #[inline(always)]
    fn reconstruct_lane(_lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        Ok(None)
    }

    /// As [`reconstruct_lane`](Reconstruct::reconstruct_lane), into the place where it belongs; `false`
    /// if it does not fit in the fast lane.
    ///
    /// # Errors
    /// As there.
    #[doc(hidden)]
    #[inline(always)]
    fn reconstruct_lane_in(
        lane: &mut LaneReader<'_, '_, 'de>,
        place: &mut impl Place<'de, Self>,
    ) -> Result<bool> {
        Ok(match Self::reconstruct_lane(lane)? {
            Some(value) => {
                place.put(lane, || value);
                true
            }
            None => false,
        })
    }

    /// Makes an attribute in the fast lane of its record, if it has this name and a value that takes
    /// the fewest bytes; `None`, with nothing taken, otherwise.
    #[doc(hidden)]
    #[inline(always)]
    fn reconstruct_shortest(_record: &mut LaneRecord<'_, '_, 'de>, _name: NameRef) -> Option<Self> {
        None
    }

    /// Makes the value of an attribute in the fast lane of its record.
    ///
    /// # Errors
    /// As [`reconstruct`](Reconstruct::reconstruct).
    #[doc(hidden)]
    #[inline(always)]
    fn reconstruct_attribute(record: &mut LaneRecord<'_, '_, 'de>) -> Result<Self> {
        record.value()
    }

    /// Adds to a template what values of this type have in common, if they are
    /// [`FIXED`](Reconstruct::FIXED).
    #[doc(hidden)]
    fn fixed_template(_template: &mut TemplateMaker<'_>) -> Option<()> {
        None
    }

    /// Makes the value of bytes that are spelled as its template.
    #[doc(hidden)]
    #[inline(always)]
    fn reconstruct_fixed<const MEMOIZED: bool>(
        _bytes: &mut FixedBytes<'_, MEMOIZED>,
    ) -> Option<Self> {
        None
    }

    /// The value of an attribute that the pickle does not have; `None` makes that an error.
    fn absent() -> Option<Self> {
        None
    }

    /// A value that stands in, inside a cell, for one that is still being made.
    ///
    /// `RefCell`, `Mutex` and the like hold it until the object that leads back to itself is
    /// complete; [`relink`](Reconstruct::relink) then puts the real one there.
    fn vacant() -> Option<Self> {
        None
    }

    /// Visits the cells within the value that were left vacant, to fill them. A type that has parts and
    /// no such method cannot be in a cycle: a cell in it that stays vacant is an error.
    ///
    /// The loader stands at the pickled value that this one was made from.
    ///
    /// # Errors
    /// As [`reconstruct`](Reconstruct::reconstruct).
    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        loader.skip()
    }
}

/// Makes an array from a tuple or a list.
pub(crate) fn reconstruct_tuple<'de, const N: usize, T, L>(loader: &mut L) -> Result<[T; N]>
where
    T: Reconstruct<'de>,
    L: Loader<'de>,
{
    let mut elements = loader.begin_tuple(N)?;
    let mut vec = Vec::with_capacity(N);
    for _ in 0..N {
        loader.next_element(&mut elements)?;
        vec.push(T::reconstruct(loader)?);
    }
    loader.end_tuple(elements)?;
    vec.try_into().map_err(|_| loader.mismatch("tuple"))
}

/// Makes a vector from a list or a tuple.
pub(crate) fn reconstruct_list<'de, T, L>(loader: &mut L) -> Result<Vec<T>>
where
    T: Reconstruct<'de>,
    L: Loader<'de>,
{
    let items = loader.begin_items("list", T::STARTS)?;
    collect_items(loader, items)
}

/// Makes a vector of the items of a list or a tuple.
pub(crate) fn collect_items<'de, T, L>(loader: &mut L, items: L::Items) -> Result<Vec<T>>
where
    T: Reconstruct<'de>,
    L: Loader<'de>,
{
    let vec = Vec::with_capacity(loader.items_hint::<T>(&items));
    collect_more(loader, items, vec)
}

/// Adds the items of a list or a tuple that are left to the vector of those before.
pub(crate) fn collect_more<'de, T, L>(
    loader: &mut L,
    mut items: L::Items,
    mut vec: Vec<T>,
) -> Result<Vec<T>>
where
    T: Reconstruct<'de>,
    L: Loader<'de>,
{
    deeper(|| {
        loader.batches(&mut items, &mut vec)?;
        while loader.next_item(&mut items)? {
            let item = T::reconstruct(loader)?;
            if vec.len() == vec.capacity() {
                vec.reserve_exact(loader.more_items::<T>(&items, vec.len()));
            }
            vec.push(item);
            loader.batches(&mut items, &mut vec)?;
        }
        give_back(&mut vec);
        Ok(vec)
    })
}

/// Gives back what a loader reserved by a guess, or many lists would keep it many times.
#[inline]
pub(crate) fn give_back<T>(vec: &mut Vec<T>) {
    if vec.capacity() / 2 > vec.len() {
        vec.shrink_to_fit();
    }
}

/// A value that can be made from a pickle without borrowing from it.
pub trait ReconstructOwned: for<'de> Reconstruct<'de> {}

impl<T: for<'de> Reconstruct<'de>> ReconstructOwned for T {}

/// What a `Box`, `Rc` or `Arc` can point to when it is made from a pickle.
///
/// Every `Reconstruct` type is one, and so are `str`, slices and paths.
/// [`trait_object!`](crate::trait_object) implements it for `dyn Trait`.
pub trait Pointee<'de> {
    /// As [`Reconstruct::STARTS`].
    #[doc(hidden)]
    const BEGINS: Starts = Starts::ANY;

    /// Makes the value in a box.
    ///
    /// # Errors
    /// As [`Reconstruct::reconstruct`].
    fn load_box<L: Loader<'de>>(loader: &mut L) -> Result<Box<Self>>;

    /// Makes the value in an `Rc`, the same one for every reference to one object.
    ///
    /// # Errors
    /// As [`Reconstruct::reconstruct`].
    fn load_rc<L: Loader<'de>>(loader: &mut L) -> Result<Rc<Self>>
    where
        Self: 'static,
    {
        loader.load_shared(|loader| Self::load_box(loader).map(Rc::from))
    }

    /// A weak pointer to nothing, if there can be one.
    #[doc(hidden)]
    fn dangling_rc() -> Option<rc::Weak<Self>> {
        None
    }

    /// Makes the value in an `Arc`, the same one for every reference to one object.
    ///
    /// # Errors
    /// As [`Reconstruct::reconstruct`].
    fn load_arc<L: Loader<'de>>(loader: &mut L) -> Result<Arc<Self>>
    where
        Self: 'static,
    {
        loader.load_shared(|loader| Self::load_box(loader).map(Arc::from))
    }

    /// A weak pointer to nothing, if there can be one.
    #[doc(hidden)]
    fn dangling_arc() -> Option<sync::Weak<Self>> {
        None
    }

    /// As [`Reconstruct::relink`].
    ///
    /// # Errors
    /// As there.
    fn relink_pointee<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        loader.skip()
    }
}

impl<'de, T: Reconstruct<'de>> Pointee<'de> for T {
    const BEGINS: Starts = T::STARTS;

    fn load_box<L: Loader<'de>>(loader: &mut L) -> Result<Box<T>> {
        loader.load().map(Box::new)
    }

    fn load_rc<L: Loader<'de>>(loader: &mut L) -> Result<Rc<T>>
    where
        T: 'static,
    {
        loader.load_shared(|loader| loader.load().map(Rc::new))
    }

    fn dangling_rc() -> Option<rc::Weak<T>> {
        Some(rc::Weak::new())
    }

    fn load_arc<L: Loader<'de>>(loader: &mut L) -> Result<Arc<T>>
    where
        T: 'static,
    {
        loader.load_shared(|loader| loader.load().map(Arc::new))
    }

    fn dangling_arc() -> Option<sync::Weak<T>> {
        Some(sync::Weak::new())
    }

    fn relink_pointee<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        Reconstruct::relink(self, loader)
    }
}

/// The kinds of instruction that a value can begin with.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starts(u16);

impl Starts {
    /// `None`.
    pub const NONE: Starts = Starts(1);
    /// An integer.
    pub const INT: Starts = Starts(1 << 1);
    /// A float.
    pub const FLOAT: Starts = Starts(1 << 2);
    /// A string.
    pub const STR: Starts = Starts(1 << 3);
    /// Bytes.
    pub const BYTES: Starts = Starts(1 << 4);
    /// A bool.
    pub const BOOL: Starts = Starts(1 << 5);
    /// A list.
    pub const LIST: Starts = Starts(1 << 6);
    /// A dict.
    pub const DICT: Starts = Starts(1 << 7);
    /// A set.
    pub const SET: Starts = Starts(1 << 8);
    /// A mark: a tuple, a frozenset.
    pub const MARK: Starts = Starts(1 << 9);
    /// A class or a function, and so also what it makes.
    pub const GLOBAL: Starts = Starts(1 << 10);
    /// The value is one instruction long.
    pub const ATOM: Starts = Starts(1 << 15);
    /// Anything.
    pub const ANY: Starts = Starts(0x7fff);
    /// An object: its class may be named by two strings.
    pub const OBJECT: Starts = Starts::GLOBAL.or(Starts::STR);

    /// Either of two.
    #[must_use]
    pub const fn or(self, other: Starts) -> Starts {
        let atom = self.0 & other.0 & Starts::ATOM.0;
        Starts(((self.0 | other.0) & Starts::ANY.0) | atom)
    }

    /// One instruction of this kind.
    #[must_use]
    pub const fn atom(self) -> Starts {
        Starts(self.0 | Starts::ATOM.0)
    }

    /// Whether the two have a kind in common.
    #[must_use]
    pub const fn meets(self, other: Starts) -> bool {
        self.0 & other.0 & Starts::ANY.0 != 0
    }

    /// Whether the value is one instruction long.
    #[must_use]
    pub const fn is_atom(self) -> bool {
        self.0 & Starts::ATOM.0 != 0
    }
}
